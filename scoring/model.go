package scoring

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"math"
	"strconv"

	"github.com/dmitryikh/leaves"

	"github.com/assize/assize/internal/claim"
)

// Model is a loaded model with its card. It is immutable: any number of goroutines may share one, since leaves
// reads its trees and writes only to the slice it is given.
type Model struct {
	card     Card
	blob     []byte
	digest   claim.Digest
	ensemble *leaves.Ensemble
	quick    *quickScorer // nil for a large model, which leaves scores
}

// goldenTolerance is how far a margin may lie from LightGBM's own: sums in another order, never another leaf.
const goldenTolerance = 1e-9

// LoadModel checks a LightGBM text model against its card and loads it: checksum, strict reading, features by name
// and order, and golden rows through leaves, through the checked trees and as Score takes them. Errors are claim.Invalid and
// say what is wrong.
func LoadModel(text, card []byte) (*Model, error) {
	parsed, err := parseCard(card)
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256(text)
	if want, _ := hex.DecodeString(parsed.ModelSHA256); subtle.ConstantTimeCompare(sum[:], want) != 1 {
		return nil, claim.Errorf(claim.Invalid, "model %s: its text is not the one the card pins", parsed.Name)
	}
	trees, err := parseLightGBM(text)
	if err != nil {
		return nil, err
	}
	if err := sameFeatures("model", trees.names); err != nil {
		return nil, err
	}
	ensemble, err := loadLeaves(trees)
	if err != nil {
		return nil, err
	}
	blob := joinBlob(text, card)
	m := &Model{card: *parsed, blob: blob, digest: sha256.Sum256(blob), ensemble: ensemble, quick: newQuickScorer(trees)}
	return m, m.checkGolden(trees)
}

// loadLeaves gives leaves a text made of the checked trees. leaves panics on files it does not like; ours should
// never be one, and if it is, that is an error and not the end of the process.
func loadLeaves(f *forest) (e *leaves.Ensemble, err error) {
	defer func() {
		if fault := recover(); fault != nil {
			e, err = nil, claim.Errorf(claim.Invalid, "loading a checked model into leaves: %v", fault)
		}
	}()
	e, err = leaves.LGEnsembleFromReader(bufio.NewReader(bytes.NewReader(f.leavesText())), false)
	if err != nil {
		return nil, claim.Errorf(claim.Invalid, "loading a checked model into leaves: %w", err)
	}
	if e.NFeatures() != len(f.names) || e.NEstimators() != len(f.trees) || e.NOutputGroups() != 1 {
		return nil, claim.Errorf(claim.Invalid, "leaves read %d features and %d trees, the file has %d and %d",
			e.NFeatures(), e.NEstimators(), len(f.names), len(f.trees))
	}
	return e, nil
}

// checkGolden compares the margins of leaves with LightGBM's own on the rows of the card, and bit for bit with those that
// Score gives and with those of the checked trees, walked plainly.
func (m *Model) checkGolden(trees *forest) error {
	for i := range m.card.Golden {
		golden := &m.card.Golden[i]
		row := golden.Row()
		margin, err := m.margin(row)
		if err != nil {
			return claim.Errorf(claim.Invalid, "golden row %d: %w", i, err)
		}
		walked, err := m.walk(row)
		if err != nil {
			return claim.Errorf(claim.Invalid, "golden row %d: %w", i, err)
		}
		if math.Abs(walked-golden.Margin) > goldenTolerance {
			return claim.Errorf(claim.Invalid, "golden row %d: margin %.12f, the card says %.12f", i, walked, golden.Margin)
		}
		if margin != walked {
			return claim.Errorf(claim.Invalid, "golden row %d: leaves says %.17g, our own scorer %.17g", i, walked, margin)
		}
		if plain := trees.margin(row); plain != walked {
			return claim.Errorf(claim.Invalid, "golden row %d: leaves says %.17g, the checked trees %.17g", i, walked, plain)
		}
	}
	return nil
}

// margin is the raw sum of leaf values.
func (m *Model) margin(row []float64) (float64, error) {
	if len(row) != NumFeatures {
		return 0, claim.Errorf(claim.Invalid, "%d features, the model takes %d", len(row), NumFeatures)
	}
	for i, x := range row {
		if math.IsInf(x, 0) {
			return 0, claim.Errorf(claim.Invalid, "feature %s is infinite", catalog[i].Name)
		}
	}
	if m.quick != nil {
		return m.quick.margin(row), nil
	}
	return m.walk(row)
}

// walk has leaves sum the leaf values. Predict, not PredictSingle, which answers 0 to a row that is too short.
func (m *Model) walk(row []float64) (float64, error) {
	var out [1]float64
	if err := m.ensemble.Predict(row, 0, out[:]); err != nil {
		return 0, claim.Errorf(claim.Internal, "scoring: %w", err)
	}
	return out[0], nil
}

// Score weighs one row of Features. It errs (claim.Invalid) when the row has not NumFeatures values or holds an
// infinity; it never answers with a score it did not compute.
func (m *Model) Score(features []float64) (claim.Score, error) {
	margin, err := m.margin(features)
	if err != nil {
		return claim.Score{}, err
	}
	// math.Round is half away from zero. The margin of a loaded model is below 2,000 trees × 1,000, so it fits.
	millionths := int64(math.Round(margin * 1e6))
	threshold := m.card.ThresholdMillionths
	return claim.Score{Scored: true, MarginMillionths: millionths, Threshold: threshold, Flagged: millionths >= threshold}, nil
}

// Digest is the SHA-256 of Bytes: it pins text, threshold and golden rows together.
func (m *Model) Digest() claim.Digest { return m.digest }

// Bytes is text and card in one blob, as stored among the artifacts. Do not change it.
func (m *Model) Bytes() []byte { return m.blob }

// Card returns the model's card. Its lists are shared: do not change them.
func (m *Model) Card() Card { return m.card }

// blobTag opens a stored model; the length of the card follows in decimal, then a line feed, card and text.
const blobTag = "assize-model-1 "

func joinBlob(text, card []byte) []byte {
	blob := make([]byte, 0, len(text)+len(card)+64)
	blob = append(blob, blobTag...)
	blob = strconv.AppendInt(blob, int64(len(card)), 10)
	blob = append(blob, '\n')
	blob = append(blob, card...)
	return append(blob, text...)
}

// ParseModel loads what Bytes returned, with every check of LoadModel.
func ParseModel(blob []byte) (*Model, error) {
	head, rest, found := bytes.Cut(blob, []byte("\n"))
	size, ok := bytes.CutPrefix(head, []byte(blobTag))
	if !found || !ok {
		return nil, claim.Errorf(claim.Invalid, "not a stored model")
	}
	n, err := strconv.Atoi(string(size))
	if err != nil || n < 0 || n > len(rest) || strconv.Itoa(n) != string(size) {
		return nil, claim.Errorf(claim.Invalid, "stored model: wrong length of the card")
	}
	return LoadModel(rest[n:], rest[:n])
}
