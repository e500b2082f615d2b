package scoring

import (
	"bytes"
	"math"
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"

	"github.com/assize/assize/internal/claim"
)

// stump is a model of two trees over two features: one split by feature 0, and a constant.
func stump() string {
	trees := []string{
		"Tree=0\nnum_leaves=3\nnum_cat=0\nsplit_feature=0 1\nsplit_gain=1 1\nthreshold=1.5 -2\ndecision_type=2 8\n" +
			"left_child=1 -2\nright_child=-1 -3\nleaf_value=0.25 -0.5 1\nleaf_weight=1 1 1\nleaf_count=10 20 30\n" +
			"internal_value=0 0\ninternal_weight=2 1\ninternal_count=60 50\nis_linear=0\nshrinkage=1\n\n\n",
		"Tree=1\nnum_leaves=1\nnum_cat=0\nleaf_value=0.125\nshrinkage=1\n\n\n",
	}
	return modelOf("a b", trees...)
}

func modelOf(names string, trees ...string) string {
	sizes := make([]string, len(trees))
	for i, t := range trees {
		sizes[i] = strconv.Itoa(len(t))
	}
	return "tree\nversion=v4\nnum_class=1\nnum_tree_per_iteration=1\nlabel_index=0\nmax_feature_idx=" +
		strconv.Itoa(len(strings.Fields(names))-1) + "\nobjective=binary sigmoid:1\nfeature_names=" + names +
		"\nfeature_infos=none none\ntree_sizes=" + strings.Join(sizes, " ") + "\n\n" + strings.Join(trees, "") +
		"end of trees\n\nparameters:\nend of parameters\n"
}

func TestStrictReaderWalksLikeLightGBM(t *testing.T) {
	f, err := parseLightGBM([]byte(stump()))
	if err != nil {
		t.Fatal(err)
	}
	nan := math.NaN()
	// decision 2: no missing kind, NaN counts as 0; decision 8: NaN is missing and goes right.
	for _, tc := range []struct{ a, b, want float64 }{
		{2, 0, 0.375}, {1.5, 0, 1.125}, {1.5, -2, -0.375}, {nan, -3, -0.375}, {0, nan, 1.125},
	} {
		if got := f.margin([]float64{tc.a, tc.b}); got != tc.want {
			t.Errorf("margin(%v, %v) = %v, want %v", tc.a, tc.b, got, tc.want)
		}
	}
}

// LightGBM, include/LightGBM/tree.h, NumericalDecision: what counts as zero, and who goes the default way.
func TestMissingValuesGoTheDefaultWay(t *testing.T) {
	nan := math.NaN()
	for _, tc := range []struct {
		name      string
		missing   int
		x         float64
		byDefault bool
	}{
		{"no kind of missing, nothing", missingNone, 0, false},
		{"no kind of missing, NaN", missingNone, nan, false},
		{"0 is missing, 0", missingZero, 0, true},
		{"0 is missing, NaN counts as 0", missingZero, nan, true},
		{"0 is missing, the least that is still 0", missingZero, 1e-35, true},
		{"0 is missing, more than that", missingZero, 2e-35, false},
		{"0 is missing, less than nothing and not 0", missingZero, -1e-35, false},
		{"0 is missing, less than nothing and still 0", missingZero, -1e-36, true},
		{"NaN is missing, 0", missingNaN, 0, false},
		{"NaN is missing, NaN", missingNaN, nan, true},
	} {
		for _, left := range []int{0, bitDefaultLeft} {
			// What is compared goes right of the one threshold and left of the other.
			for _, threshold := range []float64{-1, 1} {
				node := tree{decision: []int{tc.missing<<missingShift | left}, threshold: []float64{threshold}}
				want := threshold > 0
				if tc.byDefault {
					want = left != 0
				}
				if got := node.goesLeft(0, tc.x); got != want {
					t.Errorf("%s, threshold %v, default left %v: goes left %v, want %v", tc.name, threshold, left != 0, got, want)
				}
			}
		}
	}
}

func TestStrictReaderRefuses(t *testing.T) {
	good := stump()
	swap := func(old, new string) string {
		if !strings.Contains(good, old) {
			t.Fatalf("the model has no %q", old)
		}
		text := strings.Replace(good, old, new, 1)
		// Sizes follow the change, so that what is refused is the change and not the sizes.
		if at := strings.Index(text, "Tree=1"); at > 0 && len(old) != len(new) {
			start := strings.Index(text, "Tree=0")
			sizes := good[strings.Index(good, "tree_sizes="):strings.Index(good, "\n\nTree=0")]
			text = strings.Replace(text, sizes, "tree_sizes="+strconv.Itoa(at-start)+" 61", 1)
		}
		return text
	}
	tests := map[string]struct{ text, reason string }{
		"nothing":                {"", "no header"},
		"binary":                 {"\x00\x01\x02\n\n", "unknown key"},
		"another version":        {swap("version=v4", "version=v5"), "version"},
		"several classes":        {swap("num_class=1", "num_class=3"), "num_class"},
		"several trees a step":   {swap("num_tree_per_iteration=1", "num_tree_per_iteration=2"), "num_tree_per_iteration"},
		"not said what it is":    {swap("tree\n", ""), "tree is"},
		"no trees":               {strings.Replace(good[:strings.Index(good, "Tree=0")], "tree_sizes=", "tree_sizes=\n#", 1), ""},
		"a size off by one":      {strings.Replace(good, "Tree=1", "\nTree=1", 1)[:len(good)], "tree 1"},
		"a header without end":   {strings.Replace(good, "tree\n", "tree\nlabel_index="+strings.Repeat("0", maxHeaderBytes)+"\n", 1), "header"},
		"larger than any model":  {good + strings.Repeat(" ", maxModelBytes), "bytes"},
		"a feature too few":      {swap("split_feature=0 1", "split_feature=0"), "split_feature has 1"},
		"a feature that is none": {swap("split_feature=0 1", "split_feature=0 x"), "split_feature"},
		"a number that is none":  {swap("threshold=1.5 -2", "threshold=1.5 x"), "threshold"},
		"regression":             {swap("binary sigmoid:1", "regression"), "objective"},
		"sigmoid not 1":          {swap("sigmoid:1", "sigmoid:2"), "objective"},
		"random forest":          {swap("label_index=0", "average_output"), "random forest"},
		"unknown header key":     {swap("label_index=0", "label_indexes=0"), "unknown key"},
		"key twice":              {swap("num_class=1\n", "num_class=1\nnum_class=1\n"), "twice"},
		"names and count differ": {swap("max_feature_idx=1", "max_feature_idx=2"), "max_feature_idx"},
		"linear tree":            {swap("is_linear=0", "is_linear=1"), "is_linear"},
		"linear coefficients":    {swap("shrinkage=1", "leaf_coeff=1"), "unknown key"},
		"categorical count":      {swap("num_cat=0", "num_cat=1"), "num_cat"},
		"categorical split":      {swap("decision_type=2 8", "decision_type=1 8"), "categorical"},
		"unknown missing kind":   {swap("decision_type=2 8", "decision_type=2 12"), "decision_type"},
		"feature out of range":   {swap("split_feature=0 1", "split_feature=0 2"), "split_feature"},
		"negative feature":       {swap("split_feature=0 1", "split_feature=0 -1"), "split_feature"},
		"threshold is NaN":       {swap("threshold=1.5 -2", "threshold=nan -2"), "threshold"},
		"leaf is NaN":            {swap("leaf_value=0.25", "leaf_value=NaN"), "leaf_value"},
		"leaf is huge":           {swap("leaf_value=0.25", "leaf_value=1e300"), "leaf_value"},
		"a leaf too few":         {swap("leaf_value=0.25 -0.5 1", "leaf_value=0.25 -0.5"), "leaf_value has 2"},
		"huge num_leaves":        {swap("num_leaves=3", "num_leaves=2147483647"), "num_leaves"},
		"no leaves":              {swap("num_leaves=3", "num_leaves=0"), "num_leaves"},
		"child out of range":     {swap("left_child=1 -2", "left_child=2 -2"), "left_child"},
		"leaf out of range":      {swap("left_child=1 -2", "left_child=1 -9"), "left_child"},
		"own ancestor":           {swap("left_child=1 -2", "left_child=1 0"), "not one tree"},
		"own child":              {swap("left_child=1 -2", "left_child=1 1"), "not one tree"},
		"shared leaf":            {swap("right_child=-1 -3", "right_child=-1 -2"), "not one tree"},
		"unreachable node":       {swap("left_child=1 -2", "left_child=-3 -2"), "not one tree"},
		"trees out of order":     {swap("Tree=0", "Tree=1"), "Tree"},
		"a tree too many":        {strings.Replace(good, "end of trees", "Tree=2\nnum_leaves=1", 1), "end of trees"},
		"cut off":                {good[:len(good)*2/3], ""},
		"sizes of another file":  {strings.Replace(good, "tree_sizes=", "tree_sizes=1", 1), "tree"},
		"a million trees":        {strings.Replace(good, "tree_sizes=", "tree_sizes="+strings.Repeat("1 ", 100_000), 1), "trees"},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			_, err := parseLightGBM([]byte(tc.text))
			if err == nil {
				t.Fatal("the model was read")
			}
			if claim.KindOf(err) != claim.Invalid || !strings.Contains(err.Error(), tc.reason) {
				t.Errorf("refused with %q (kind %d), want claim.Invalid and %q", err, claim.KindOf(err), tc.reason)
			}
		})
	}
}

// sameAsLeaves checks that leaves, given what was read, and our own scorer answer as the plain walk does, bit for bit: for
// rows of anything, among it values at the trees' own thresholds.
func sameAsLeaves(t *testing.T, f *forest, random *rand.Rand) {
	t.Helper()
	e, err := loadLeaves(f)
	if err != nil {
		t.Fatalf("a model that was read does not load: %v", err)
	}
	quick, row := newQuickScorer(f), make([]float64, len(f.names))
	for range 20 {
		for i := range row {
			row[i] = random.NormFloat64() * math.Pow(10, float64(random.IntN(7)-2))
			switch random.IntN(6) {
			case 0:
				row[i] = math.NaN()
			case 1:
				row[i] = 0
			}
		}
		for range len(row) / 4 {
			if at := random.IntN(max(1, len(f.trees))); at < len(f.trees) && len(f.trees[at].feature) > 0 {
				node := random.IntN(len(f.trees[at].feature))
				if threshold := f.trees[at].threshold[node]; !math.IsInf(threshold, 0) {
					row[f.trees[at].feature[node]] = threshold
				}
			}
		}
		var got [1]float64
		if err := e.Predict(row, 0, got[:]); err != nil {
			t.Fatal(err)
		}
		if want := f.margin(row); got[0] != want {
			t.Fatalf("leaves says %v, the checked trees %v for %v", got[0], want, row)
		}
		if quick != nil && quick.margin(row) != got[0] {
			t.Fatalf("leaves says %v, our own scorer %v for %v", got[0], quick.margin(row), row)
		}
	}
}

func FuzzParseLightGBM(f *testing.F) {
	f.Add([]byte(stump()), uint64(1))
	f.Add([]byte(strings.Replace(stump(), "v4", "v3", 1)), uint64(2))
	f.Add([]byte(strings.Replace(stump(), "1.5 -2", "inf -2", 1)), uint64(4))
	f.Add([]byte(strings.Replace(stump(), "decision_type=2 8", "decision_type=4 10", 1)), uint64(3))
	f.Fuzz(func(t *testing.T, text []byte, seed uint64) {
		model, err := parseLightGBM(text)
		if err != nil {
			if claim.KindOf(err) != claim.Invalid {
				t.Errorf("kind %d for %v, want claim.Invalid", claim.KindOf(err), err)
			}
			return
		}
		sameAsLeaves(t, model, rand.New(rand.NewPCG(seed, 0)))
	})
}

// mutate changes a model file in the ways that damaged leaves: digits, signs, cut lines, swapped and doubled parts.
func mutate(text []byte, random *rand.Rand) []byte {
	text = bytes.Clone(text)
	for range 1 + random.IntN(3) {
		at, n := random.IntN(len(text)), random.IntN(12)
		end := min(at+n, len(text))
		switch random.IntN(5) {
		case 0:
			text[at] = "0123456789- =\n.e"[random.IntN(16)]
		case 1:
			text = append(text[:at], text[end:]...)
		case 2:
			text = append(text[:at:at], append(bytes.Clone(text[at:end]), text[at:]...)...)
		case 3:
			text[at], text[end-1+count(end == at)] = text[end-1+count(end == at)], text[at]
		case 4:
			text = append(text[:at:at], append([]byte("999999999"), text[at:]...)...)
		}
	}
	return text
}

func TestMutatedModelsAreRefusedOrReadAlike(t *testing.T) {
	original, err := embedded.ReadFile("models/fraud-v1.txt")
	if err != nil {
		t.Fatal(err)
	}
	random := rand.New(rand.NewPCG(7, 7))
	read := 0
	for range 300 {
		if f, err := parseLightGBM(mutate(original, random)); err == nil {
			read++
			sameAsLeaves(t, f, random)
		}
	}
	t.Logf("%d of 300 mutants were still models", read)
	if read == 300 {
		t.Error("no mutant was refused: the mutations change nothing")
	}
}

func TestAnInfiniteThresholdSplitsMissingFromEverythingElse(t *testing.T) {
	f, err := parseLightGBM([]byte(strings.Replace(stump(), "1.5 -2", "1 +Inf", 1)))
	if err != nil {
		t.Fatal(err)
	}
	if got := []float64{f.margin([]float64{0, 1e300}), f.margin([]float64{0, math.NaN()})}; got[0] != -0.375 || got[1] != 1.125 {
		t.Errorf("margins %v, want -0.375 for a number and 1.125 for NaN", got)
	}
}
