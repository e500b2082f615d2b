package scoring

import (
	"crypto/sha256"
	"encoding/csv"
	"encoding/hex"
	"encoding/json"
	"math"
	"os"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/assize/assize/internal/claim"
)

// twoLeaves is a model over our features: charge at most $100 scores low, anything else high.
func twoLeaves(low, high string) []byte {
	return []byte(modelOf(strings.Join(FeatureNames(), " "),
		"Tree=0\nnum_leaves=2\nnum_cat=0\nsplit_feature=0\nsplit_gain=1\nthreshold=100\ndecision_type=8\nleft_child=-1\n"+
			"right_child=-2\nleaf_value="+low+" "+high+"\nleaf_weight=1 1\nleaf_count=1 1\ninternal_value=0\ninternal_weight=2\n"+
			"internal_count=2\nis_linear=0\nshrinkage=1\n\n\n"))
}

// cardOf is a card that fits twoLeaves.
func cardOf(text []byte, low, high float64) *Card {
	sum := sha256.Sum256(text)
	card := &Card{Name: "two leaves", ModelSHA256: hex.EncodeToString(sum[:]), Features: FeatureNames(),
		ThresholdMillionths: 500_000, ThresholdRule: "half"}
	for i := range minGolden {
		row := make([]*float64, NumFeatures)
		charge, margin := float64(50), low
		if i%2 == 1 {
			charge, margin = 150, high
		}
		row[chargeDollars] = &charge
		card.Golden = append(card.Golden, Golden{Features: row, Margin: margin})
	}
	return card
}

func encoded(t *testing.T, card *Card) []byte {
	t.Helper()
	blob, err := json.Marshal(card)
	if err != nil {
		t.Fatal(err)
	}
	return blob
}

func TestLoadModelRefuses(t *testing.T) {
	text := twoLeaves("-1", "0.5")
	tests := map[string]struct {
		change func(*Card)
		reason string
	}{
		"text of another card":      {func(c *Card) { c.ModelSHA256 = strings.Repeat("0", 64) }, "not the one the card pins"},
		"no checksum":               {func(c *Card) { c.ModelSHA256 = "" }, "modelSha256"},
		"features in another order": {func(c *Card) { c.Features[0], c.Features[1] = c.Features[1], c.Features[0] }, "feature 0"},
		"a feature too few":         {func(c *Card) { c.Features = c.Features[1:] }, "features"},
		"no golden rows":            {func(c *Card) { c.Golden = nil }, "golden rows"},
		"short golden row":          {func(c *Card) { c.Golden[0].Features = c.Golden[0].Features[1:] }, "golden row 0"},
		"golden margin off by 2e-9": {func(c *Card) { c.Golden[3].Margin += 2e-9 }, "golden row 3"},
		"digits after the checksum": {func(c *Card) { c.ModelSHA256 += "0" }, "modelSha256"},
		"threshold without a rule":  {func(c *Card) { c.ThresholdRule = " " }, "thresholdRule"},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			card := cardOf(text, -1, 0.5)
			tc.change(card)
			_, err := LoadModel(text, encoded(t, card))
			if err == nil || claim.KindOf(err) != claim.Invalid || !strings.Contains(err.Error(), tc.reason) {
				t.Errorf("got %v, want claim.Invalid and %q", err, tc.reason)
			}
		})
	}
	t.Run("a text that the card pins, and that is no model", func(t *testing.T) {
		broken := text[:len(text)/2]
		if _, err := LoadModel(broken, encoded(t, cardOf(broken, -1, 0.5))); claim.KindOf(err) != claim.Invalid || err == nil {
			t.Errorf("got %v, want claim.Invalid", err)
		}
	})
	t.Run("a model of other features", func(t *testing.T) {
		other := []byte(strings.Replace(string(text), "charge_dollars", "charge_euros", 1))
		if _, err := LoadModel(other, encoded(t, cardOf(other, -1, 0.5))); err == nil || !strings.Contains(err.Error(), "charge_euros") {
			t.Errorf("got %v, want the feature named", err)
		}
	})
	good := string(encoded(t, cardOf(text, -1, 0.5)))
	for name, card := range map[string]string{
		"empty card": "", "not an object": "3", "unknown key": strings.Replace(good, "{", `{"mood":1,`, 1), "two cards": good + good,
		"a card cut off": good[:len(good)-1], "a card of another shape": strings.Replace(good, `"thresholdRule":"half"`, `"thresholdRule":7`, 1),
		"a card of a megabyte": good + strings.Repeat(" ", maxCardBytes),
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := LoadModel(text, []byte(card)); err == nil || claim.KindOf(err) != claim.Invalid {
				t.Errorf("got %v, want claim.Invalid", err)
			}
		})
	}
}

func scoreOf(t *testing.T, low, high string, lowMargin, highMargin, charge float64) claim.Score {
	t.Helper()
	text := twoLeaves(low, high)
	m, err := LoadModel(text, encoded(t, cardOf(text, lowMargin, highMargin)))
	if err != nil {
		t.Fatal(err)
	}
	row := make([]float64, NumFeatures)
	row[chargeDollars] = charge
	score, err := m.Score(row)
	if err != nil {
		t.Fatal(err)
	}
	return score
}

func TestScoreRoundsHalfAwayFromZeroAndFlagsAtTheThreshold(t *testing.T) {
	// Halves of a millionth that are exact in binary: 2^-7 = 7812.5 millionths.
	for name, tc := range map[string]struct {
		low, high     string
		lowAs, highAs float64
		charge        float64
		want          int64
		flagged       bool
	}{
		"positive half":                      {"-1", "0.0078125", -1, 0.0078125, 150, 7813, false},
		"negative half":                      {"-0.0078125", "1", -0.0078125, 1, 50, -7813, false},
		"at threshold":                       {"-1", "0.5", -1, 0.5, 150, 500_000, true},
		"just below":                         {"-1", "0.4999994", -1, 0.4999994, 150, 499_999, false},
		"missing value goes the default way": {"-1", "0.75", -1, 0.75, math.NaN(), 750_000, true},
	} {
		t.Run(name, func(t *testing.T) {
			got := scoreOf(t, tc.low, tc.high, tc.lowAs, tc.highAs, tc.charge)
			want := claim.Score{Scored: true, MarginMillionths: tc.want, Threshold: 500_000, Flagged: tc.flagged}
			if got != want {
				t.Errorf("got %+v, want %+v", got, want)
			}
		})
	}
}

func TestScoreNeverAnswersWithoutAWholeRow(t *testing.T) {
	m, err := EmbeddedModel()
	if err != nil {
		t.Fatal(err)
	}
	infinite := make([]float64, NumFeatures)
	infinite[3] = math.Inf(-1)
	for name, row := range map[string][]float64{
		"empty": nil, "short": make([]float64, NumFeatures-1), "long": make([]float64, NumFeatures+1), "infinite": infinite,
	} {
		if score, err := m.Score(row); err == nil || claim.KindOf(err) != claim.Invalid || score.Scored {
			t.Errorf("%s row: %+v, %v; want claim.Invalid", name, score, err)
		}
	}
}

func TestOneModelServesManyGoroutines(t *testing.T) {
	m, err := EmbeddedModel()
	if err != nil {
		t.Fatal(err)
	}
	golden := m.Card().Golden
	var group sync.WaitGroup
	for g := range 4 {
		group.Go(func() {
			for i := range 200 {
				want := golden[(g+i)%len(golden)]
				if score, err := m.Score(want.Row()); err != nil || score.MarginMillionths != int64(math.Round(want.Margin*1e6)) {
					t.Errorf("golden row %d: %+v, %v", (g+i)%len(golden), score, err)
				}
			}
		})
	}
	group.Wait()
}

func TestStoredModelMustBeWhole(t *testing.T) {
	m, err := EmbeddedModel()
	if err != nil {
		t.Fatal(err)
	}
	if m.Digest() != sha256.Sum256(m.Bytes()) {
		t.Error("the digest is not the SHA-256 of the bytes")
	}
	again, err := ParseModel(m.Bytes())
	if err != nil || again.Digest() != m.Digest() || !cmp.Equal(again.Card(), m.Card()) {
		t.Errorf("a stored model is read back as another: %v", err)
	}
	blob := string(m.Bytes())
	for name, stored := range map[string]string{
		"empty": "", "another tag": "x" + blob, "no card": blobTag + "\n", "card longer than the file": blobTag + "99999999\n{}",
		"card of less than nothing": blobTag + "-5\n{}",
		"length written otherwise":  strings.Replace(blob, blobTag, blobTag+"0", 1), "cut off": blob[:len(blob)-100], "one byte more": blob + " ",
	} {
		if _, err := ParseModel([]byte(stored)); err == nil || claim.KindOf(err) != claim.Invalid {
			t.Errorf("%s: %v, want claim.Invalid", name, err)
		}
	}
}

func BenchmarkFeaturesAndScore(b *testing.B) {
	m, err := EmbeddedModel()
	if err != nil {
		b.Fatal(err)
	}
	for name, make := range map[string]func() (*claim.Claim, *claim.Facts, []claim.Edit){"3 lines": officeVisit, "50 lines": longClaim} {
		b.Run(name, func(b *testing.B) {
			c, f, edits := make()
			row := []float64{}
			b.ReportAllocs()
			for b.Loop() {
				row = Features(row[:0], c, f, edits)
				if _, err := m.Score(row); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkScore scores other rows in turn, as claims are: one row again and again would teach the processor its way through
// the trees.
func BenchmarkScore(b *testing.B) {
	m, err := EmbeddedModel()
	if err != nil {
		b.Fatal(err)
	}
	rows := make([][]float64, len(m.card.Golden))
	for i := range rows {
		rows[i] = m.card.Golden[i].Row()
	}
	for name, margin := range map[string]func([]float64) (float64, error){"ours": m.margin, "leaves": m.walk} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				if _, err := margin(rows[i%len(rows)]); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func TestGoldenRowsKeepTheirMargins(t *testing.T) {
	m, err := EmbeddedModel()
	if err != nil {
		t.Fatal(err)
	}
	file, err := os.Open("models/fraud-v1.golden.csv")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	rows, err := csv.NewReader(file).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(append(FeatureNames(), "margin"), rows[0]); diff != "" {
		t.Fatalf("columns (-want +got):\n%s", diff)
	}
	if len(rows) < 100 {
		t.Fatalf("%d rows, want at least 100", len(rows)-1)
	}
	for i, cells := range rows[1:] {
		row := make([]float64, 0, NumFeatures+1)
		for _, cell := range cells {
			x, err := strconv.ParseFloat(cell, 64)
			if cell == "" {
				x, err = math.NaN(), nil
			}
			if err != nil {
				t.Fatal(err)
			}
			row = append(row, x)
		}
		got, err := m.margin(row[:NumFeatures])
		if want := row[NumFeatures]; err != nil || math.Abs(got-want) > goldenTolerance {
			t.Errorf("row %d: margin %.12f, %v; LightGBM says %.12f", i+1, got, err, want)
		}
	}
}
