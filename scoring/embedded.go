package scoring

import (
	"embed"

	"github.com/assize/assize/internal/claim"
)

//go:embed models/fraud-v1.txt models/fraud-v1.card.json
var embedded embed.FS

// EmbeddedModel loads the model that is built into the binary. It reads about half a megabyte: call it once.
func EmbeddedModel() (*Model, error) {
	text, err := embedded.ReadFile("models/fraud-v1.txt")
	if err != nil {
		return nil, claim.Errorf(claim.Internal, "reading the embedded model: %w", err)
	}
	card, err := embedded.ReadFile("models/fraud-v1.card.json")
	if err != nil {
		return nil, claim.Errorf(claim.Internal, "reading the embedded card: %w", err)
	}
	return LoadModel(text, card)
}
