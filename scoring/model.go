package scoring

import (
	"github.com/assize/assize/internal/claim"
)

// Model is a loaded model with its card. It is immutable: any number of goroutines may share one.
type Model struct {
	card   Card
	blob   []byte
	digest claim.Digest
}

// LoadModel checks a LightGBM text model against its card and loads it. Errors are claim.Invalid and say what
// is wrong with the file.
func LoadModel(text, card []byte) (*Model, error) { return nil, claim.Errorf(claim.Invalid, "no model") }

// ParseModel loads what Bytes returned.
func ParseModel(blob []byte) (*Model, error) { return nil, claim.Errorf(claim.Invalid, "no model") }

// EmbeddedModel loads the model that is built into the binary.
func EmbeddedModel() (*Model, error) { return nil, claim.Errorf(claim.Invalid, "no model") }

// Digest is the SHA-256 of Bytes.
func (m *Model) Digest() claim.Digest { return m.digest }

// Bytes is text and card in one blob, as stored among the artifacts.
func (m *Model) Bytes() []byte { return m.blob }

// Card returns the model's card.
func (m *Model) Card() Card { return m.card }

// Score weighs one row of Features. It errs (claim.Invalid) when the row has not NumFeatures values or holds an infinity.
func (m *Model) Score(features []float64) (claim.Score, error) {
	return claim.Score{}, claim.Errorf(claim.Invalid, "no model")
}
