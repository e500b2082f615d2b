package scoring

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"math"
	"strings"

	"github.com/assize/assize/internal/claim"
)

// Card is the machine-readable part of a model's card: what pins the model, what it needs, and how it did.
type Card struct {
	Name                string     `json:"name"`        // such as "fraud-v1"
	ModelSHA256         string     `json:"modelSha256"` // of the model's text, hex
	Features            []string   `json:"features"`    // in the order of a row
	ThresholdMillionths int64      `json:"thresholdMillionths"`
	ThresholdRule       string     `json:"thresholdRule"` // how the threshold was chosen, and the capacity it means
	Training            Training   `json:"training"`
	Evaluation          []Measured `json:"evaluation"`
	Limits              []string   `json:"limits"` // what the model is not good for
	Golden              []Golden   `json:"golden"`
}

// Training records how the model came about, so that it can be made again.
type Training struct {
	Library    string            `json:"library"` // name and version
	Parameters map[string]string `json:"parameters"`
	DataSHA256 map[string]string `json:"dataSha256"` // of each exported file
	Rows       int               `json:"rows"`
	Fraud      int               `json:"fraud"`   // rows that belong to a scheme
	Schemes    []string          `json:"schemes"` // seen in training
	HeldOut    []string          `json:"heldOut"` // never seen in training
	Seed       int               `json:"seed"`
}

// Measured is one figure of an evaluation, with its interval.
type Measured struct {
	Set     string     `json:"set"`     // which rows, such as "unseen schemes"
	Ranking string     `json:"ranking"` // "model", or what else sorted them, such as "claim charge"
	Metric  string     `json:"metric"`
	Value   float64    `json:"value"`
	CI95    [2]float64 `json:"ci95"` // bootstrap over billing providers
	Rows    int        `json:"rows"`
	Fraud   int        `json:"fraud"`
}

// Golden is one row with the margin LightGBM itself gave it. A null feature is missing.
type Golden struct {
	Features []*float64 `json:"features"`
	Margin   float64    `json:"margin"`
}

// Row returns the golden features as Score takes them.
func (g *Golden) Row() []float64 {
	row := make([]float64, len(g.Features))
	for i, v := range g.Features {
		row[i] = math.NaN()
		if v != nil {
			row[i] = *v
		}
	}
	return row
}

const (
	maxCardBytes = 1 << 20
	minGolden    = 8 // fewer rows would not reach enough leaves to show a model that reads differently
)

// parseCard reads a card and checks everything that does not need the model.
func parseCard(text []byte) (*Card, error) {
	if len(text) > maxCardBytes {
		return nil, claim.Errorf(claim.Invalid, "model card of %d bytes: at most %d", len(text), maxCardBytes)
	}
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.DisallowUnknownFields()
	card := &Card{}
	if err := decoder.Decode(card); err != nil {
		return nil, claim.Errorf(claim.Invalid, "model card: %w", err)
	}
	if decoder.More() {
		return nil, claim.Errorf(claim.Invalid, "model card: something follows the card")
	}
	if sum, err := hex.DecodeString(card.ModelSHA256); err != nil || len(sum) != 32 {
		return nil, claim.Errorf(claim.Invalid, "model card: modelSha256 is not 64 hex digits")
	}
	// A threshold nobody set would be 0, a margin that says nothing; a card must say how it was chosen.
	if strings.TrimSpace(card.ThresholdRule) == "" {
		return nil, claim.Errorf(claim.Invalid, "model card: thresholdRule is empty")
	}
	if err := sameFeatures("model card", card.Features); err != nil {
		return nil, err
	}
	if len(card.Golden) < minGolden {
		return nil, claim.Errorf(claim.Invalid, "model card: %d golden rows, at least %d", len(card.Golden), minGolden)
	}
	return card, nil
}

// sameFeatures checks a list of names against the row that Features makes.
func sameFeatures(where string, names []string) error {
	if len(names) != NumFeatures {
		return claim.Errorf(claim.Invalid, "%s: %d features, the engine makes %d", where, len(names), NumFeatures)
	}
	for i := range catalog {
		if names[i] != catalog[i].Name {
			return claim.Errorf(claim.Invalid, "%s: feature %d is %.40q, the engine makes %q", where, i, names[i], catalog[i].Name)
		}
	}
	return nil
}
