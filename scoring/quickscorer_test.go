package scoring

import (
	"math/rand/v2"
	"strings"
	"testing"
)

// randomTree is a tree of so many leaves in any shape, with every kind of missing value.
func randomTree(leaves, features int, random *rand.Rand) tree {
	var t tree
	var grow func(leaves int) int
	grow = func(leaves int) int {
		if leaves == 1 {
			t.leaf = append(t.leaf, random.NormFloat64())
			return ^(len(t.leaf) - 1)
		}
		at := len(t.feature)
		t.feature = append(t.feature, random.IntN(features))
		t.threshold = append(t.threshold, float64(random.IntN(9)-4))
		t.decision = append(t.decision, random.IntN(3)<<missingShift|random.IntN(2)*bitDefaultLeft)
		t.left, t.right = append(t.left, 0), append(t.right, 0)
		onLeft := 1 + random.IntN(leaves-1)
		switch random.IntN(3) { // long chains too
		case 0:
			onLeft = 1
		case 1:
			onLeft = leaves - 1
		}
		t.left[at] = grow(onLeft)
		t.right[at] = grow(leaves - onLeft)
		return at
	}
	grow(leaves)
	return t
}

// Up to its bounds the scorer answers as leaves does; beyond them there is none, and leaves scores.
func TestQuickScorerAtItsBounds(t *testing.T) {
	random := rand.New(rand.NewPCG(64, 256))
	for _, tc := range []struct {
		name          string
		trees, leaves int
		quick         bool
	}{
		{"a constant", 1, 1, true},
		{"a stump", 1, 2, true},
		{"one leaf less than fits", 3, quickLeaves - 1, true},
		{"as many leaves as fit", 3, quickLeaves, true},
		{"a leaf too many", 3, quickLeaves + 1, false},
		{"as many trees as fit", quickTrees, 4, true},
		{"a tree too many", quickTrees + 1, 4, false},
	} {
		for range 5 {
			f := &forest{names: []string{"a", "b", "c"}}
			for range tc.trees - 1 {
				f.trees = append(f.trees, randomTree(1+random.IntN(min(tc.leaves, quickLeaves)), len(f.names), random))
			}
			f.trees = append(f.trees, randomTree(tc.leaves, len(f.names), random))
			if quick := newQuickScorer(f) != nil; quick != tc.quick {
				t.Errorf("%s: got a scorer %v, want %v", tc.name, quick, tc.quick)
			}
			sameAsLeaves(t, f, random)
		}
	}
}

// A model too large for the scorer is scored all the same, and its golden rows are held to LightGBM's.
func TestLeavesScoresWhatTheQuickScorerDoesNotTake(t *testing.T) {
	m, err := EmbeddedModel()
	if err != nil {
		t.Fatal(err)
	}
	large := *m
	large.quick = nil
	if err := large.checkGolden(embeddedTrees(t)); err != nil {
		t.Error(err)
	}
	for i := range m.card.Golden {
		row := m.card.Golden[i].Row()
		want, err := m.Score(row)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := large.Score(row); got != want || err != nil {
			t.Errorf("golden row %d: got %+v and %v, want %+v", i, got, err, want)
		}
	}
}

// embeddedTrees are the checked trees of EmbeddedModel.
func embeddedTrees(t *testing.T) *forest {
	t.Helper()
	text, err := embedded.ReadFile("models/fraud-v1.txt")
	if err != nil {
		t.Fatal(err)
	}
	trees, err := parseLightGBM(text)
	if err != nil {
		t.Fatal(err)
	}
	return trees
}

// Of the three that score a model's golden rows (leaves, our scorer, the checked trees) one that differs is noticed before a
// claim is scored.
func TestAScorerThatDiffersFromLeavesIsRefused(t *testing.T) {
	m, err := EmbeddedModel()
	if err != nil {
		t.Fatal(err)
	}
	trees := embeddedTrees(t)
	if err := m.checkGolden(trees); err != nil {
		t.Fatal(err)
	}
	other, quick := *m, *m.quick
	quick.values = append([]float64{quick.values[0]}, quick.values...) // each leaf is its neighbour
	other.quick = &quick
	if err := other.checkGolden(trees); err == nil || !strings.Contains(err.Error(), "our own scorer") {
		t.Errorf("our own scorer differs: got %v", err)
	}
	for i := range trees.trees[0].leaf {
		trees.trees[0].leaf[i] += 1e-12 // far below goldenTolerance
	}
	if err := m.checkGolden(trees); err == nil || !strings.Contains(err.Error(), "the checked trees") {
		t.Errorf("the checked trees differ: got %v", err)
	}
}
