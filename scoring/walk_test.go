package scoring

import "math"

// margin walks tree after tree, in the plainest way: what leaves and quickScorer are held to.
func (f *forest) margin(row []float64) float64 {
	sum := 0.0
	for i := range f.trees {
		sum += f.trees[i].value(row)
	}
	return sum
}

// value walks one tree. Leaves are numbered by the complement of their place, so that the sign ends the walk (LightGBM, tree.h).
func (t *tree) value(row []float64) float64 {
	if len(t.feature) == 0 {
		return t.leaf[0]
	}
	at := 0
	for at >= 0 {
		if t.goesLeft(at, row[t.feature[at]]) {
			at = t.left[at]
		} else {
			at = t.right[at]
		}
	}
	return t.leaf[^at]
}

func (t *tree) goesLeft(node int, x float64) bool {
	missing := t.decision[node] >> missingShift
	if math.IsNaN(x) && missing != missingNaN {
		x = 0
	}
	if missing == missingZero && isZero(x) || missing == missingNaN && math.IsNaN(x) {
		return t.decision[node]&bitDefaultLeft != 0
	}
	return x <= t.threshold[node]
}
