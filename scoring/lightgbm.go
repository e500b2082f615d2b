package scoring

import (
	"bytes"
	"math"
	"strconv"
	"strings"

	"github.com/assize/assize/internal/claim"
)

// Bounds on what a model may be. The largest model they allow takes about 50 MB in leaves.
const (
	maxModelBytes  = 8 << 20
	maxTrees       = 2000
	maxLeaves      = 256
	maxLeafValue   = 1000 // so that a margin in millionths stays far from the end of int64
	maxHeaderBytes = 256 << 10
)

// forest is a LightGBM model as far as it was understood and checked: one number out, numeric splits, plain leaves.
type forest struct {
	names []string
	trees []tree
}

// tree is one decision tree. A child >= 0 is a node, a child < 0 is the leaf ^child. Node 0 is the root.
type tree struct {
	feature     []int
	threshold   []float64
	decision    []int // LightGBM's bits: 1 categorical, 2 default left, 4 and 8 kind of missing
	left, right []int
	leaf        []float64
}

// parseLightGBM reads the text of a LightGBM binary model, version v3 or v4. It refuses whatever it does not know:
// every key must be known and stand once, every count must agree, every tree must be a tree. Errors are claim.Invalid.
func parseLightGBM(text []byte) (*forest, error) {
	if len(text) > maxModelBytes {
		return nil, claim.Errorf(claim.Invalid, "model of %d bytes: at most %d", len(text), maxModelBytes)
	}
	head, rest, found := bytes.Cut(text, []byte("\n\n"))
	if !found || len(head) > maxHeaderBytes {
		return nil, claim.Errorf(claim.Invalid, "model has no header that ends in an empty line")
	}
	header, err := parseHeader(string(head))
	if err != nil {
		return nil, err
	}
	f := &forest{names: header.names, trees: make([]tree, 0, len(header.sizes))}
	for i, size := range header.sizes {
		if size > len(rest) {
			return nil, claim.Errorf(claim.Invalid, "tree %d: tree_sizes says %d bytes, %d are left", i, size, len(rest))
		}
		t, err := parseTree(i, string(rest[:size]), len(header.names))
		if err != nil {
			return nil, err
		}
		f.trees = append(f.trees, t)
		rest = rest[size:]
	}
	if !bytes.HasPrefix(bytes.TrimLeft(rest, "\n"), []byte("end of trees\n")) {
		return nil, claim.Errorf(claim.Invalid, "no \"end of trees\" after the %d trees of the header", len(f.trees))
	}
	return f, nil
}

// margin walks tree after tree, in the plainest way and in the order in which leaves adds: what was read is held to what
// leaves makes of it. Requires len(row) == len(f.names).
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

// Bits of decision_type (LightGBM, include/LightGBM/tree.h).
const (
	bitCategorical = 1
	bitDefaultLeft = 2
	missingShift   = 2
	missingNone    = 0 // NaN counts as 0
	missingZero    = 1 // 0 and NaN go the default way
	missingNaN     = 2 // NaN goes the default way
)

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

// isZero is what LightGBM takes for zero: kZeroThreshold, include/LightGBM/meta.h.
func isZero(x float64) bool {
	const zero = 1e-35
	return x > -zero && x <= zero
}

// leavesText writes the forest in the dialect leaves reads (v3). leaves never sees the file's own bytes: whatever
// was not understood and checked is not in this text. Floats are written so that they read back bit for bit.
func (f *forest) leavesText() []byte {
	var b bytes.Buffer
	b.WriteString("tree\nversion=v3\nnum_class=1\nnum_tree_per_iteration=1\nobjective=binary sigmoid:1\n")
	b.WriteString("max_feature_idx=" + strconv.Itoa(len(f.names)-1) + "\n")
	// leaves counts these and does not read them.
	b.WriteString("tree_sizes=" + strings.TrimSpace(strings.Repeat("1 ", len(f.trees))) + "\n\n")
	for i := range f.trees {
		t := &f.trees[i]
		b.WriteString("Tree=" + strconv.Itoa(i) + "\nnum_leaves=" + strconv.Itoa(len(t.leaf)) + "\nnum_cat=0\n")
		b.WriteString("leaf_value=" + joinFloats(t.leaf) + "\n")
		if len(t.feature) > 0 {
			b.WriteString("split_feature=" + joinInts(t.feature) + "\nthreshold=" + joinFloats(t.threshold) + "\n")
			b.WriteString("decision_type=" + joinInts(t.decision) + "\n")
			b.WriteString("left_child=" + joinInts(t.left) + "\nright_child=" + joinInts(t.right) + "\n")
		}
		b.WriteString("\n")
	}
	return b.Bytes()
}

func joinInts(list []int) string {
	var b []byte
	for i, n := range list {
		if i > 0 {
			b = append(b, ' ')
		}
		b = strconv.AppendInt(b, int64(n), 10)
	}
	return string(b)
}

// joinFloats writes the shortest text that reads back as the same bits.
func joinFloats(list []float64) string {
	var b []byte
	for i, x := range list {
		if i > 0 {
			b = append(b, ' ')
		}
		b = strconv.AppendFloat(b, x, 'g', -1, 64)
	}
	return string(b)
}
