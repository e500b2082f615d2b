package scoring

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/assize/assize/internal/claim"
)

// modelHeader is what the head of a model file says, once checked.
type modelHeader struct {
	names []string
	sizes []int // bytes of each tree's text
}

// keys is one block of "key=value" lines. Taking a key out marks it as understood.
type keys struct {
	block  string // which, for errors
	values map[string]string
	err    error // the first fault met while reading values
}

// readKeys splits a block and refuses a key that is unknown or stands twice. A line without "=" is a key of its own.
func readKeys(block, text string, known string) (*keys, error) {
	k := &keys{block: block, values: map[string]string{}}
	for _, line := range strings.Split(strings.Trim(text, "\n"), "\n") {
		key, value, _ := strings.Cut(line, "=")
		if !strings.Contains(known, " "+key+" ") || key == "" || strings.Contains(key, " ") {
			return nil, claim.Errorf(claim.Invalid, "%s: unknown key %.40q", block, key)
		}
		if _, twice := k.values[key]; twice {
			return nil, claim.Errorf(claim.Invalid, "%s: key %s stands twice", block, key)
		}
		k.values[key] = value
	}
	return k, nil
}

// fault keeps the first fault.
func (k *keys) fault(format string, args ...any) {
	if k.err == nil {
		k.err = claim.Errorf(claim.Invalid, "%s: %s", k.block, fmt.Sprintf(format, args...))
	}
}

func (k *keys) want(key string, allowed ...string) {
	for _, v := range allowed {
		if got, ok := k.values[key]; ok && got == v {
			return
		}
	}
	k.fault("%s is %.40q, only %q can be scored", key, k.values[key], allowed)
}

func (k *keys) integer(key string, low, high int) int {
	n, err := strconv.Atoi(k.values[key])
	if err != nil || n < low || n > high {
		k.fault("%s is %.40q, not a number from %d to %d", key, k.values[key], low, high)
		return low
	}
	return n
}

// integers reads exactly n whole numbers between low and high.
func (k *keys) integers(key string, n, low, high int) []int {
	fields := strings.Fields(k.values[key])
	if len(fields) != n {
		k.fault("%s has %d values, not %d", key, len(fields), n)
		return make([]int, n)
	}
	list := make([]int, n)
	for i, text := range fields {
		v, err := strconv.Atoi(text)
		if err != nil || v < low || v > high {
			k.fault("%s[%d] is %.40q, not a whole number from %d to %d", key, i, text, low, high)
			return list
		}
		list[i] = v
	}
	return list
}

// floats reads exactly n numbers, none of them NaN, of magnitude at most bound.
func (k *keys) floats(key string, n int, bound float64) []float64 {
	fields := strings.Fields(k.values[key])
	if len(fields) != n {
		k.fault("%s has %d values, not %d", key, len(fields), n)
		return make([]float64, n)
	}
	list := make([]float64, n)
	for i, text := range fields {
		v, err := strconv.ParseFloat(text, 64)
		if err != nil || math.IsNaN(v) || math.Abs(v) > bound {
			k.fault("%s[%d] is %.40q, not a number within ±%g", key, i, text, bound)
			return list
		}
		list[i] = v
	}
	return list
}

const headerKeys = " tree version num_class num_tree_per_iteration label_index max_feature_idx objective feature_names" +
	" feature_infos monotone_constraints tree_sizes "

func parseHeader(text string) (*modelHeader, error) {
	// Named before the general refusal, because a random forest is a good file that means something else.
	if strings.Contains(text, "\naverage_output") {
		return nil, claim.Errorf(claim.Invalid, "header: average_output: a random forest cannot be scored")
	}
	k, err := readKeys("header", text, headerKeys)
	if err != nil {
		return nil, err
	}
	k.want("tree", "")
	k.want("version", "v3", "v4")
	k.want("num_class", "1")
	k.want("num_tree_per_iteration", "1")
	k.want("objective", "binary sigmoid:1")
	names := strings.Fields(k.values["feature_names"])
	// leaves takes max_feature_idx 0 for "no features", so one feature is too few.
	if k.integer("max_feature_idx", 1, 4095)+1 != len(names) {
		k.fault("max_feature_idx %.40q disagrees with %d feature names", k.values["max_feature_idx"], len(names))
	}
	trees := len(strings.Fields(k.values["tree_sizes"]))
	if trees < 1 || trees > maxTrees {
		k.fault("%d trees, not 1 to %d", trees, maxTrees)
		return nil, k.err
	}
	return &modelHeader{names: names, sizes: k.integers("tree_sizes", trees, 1, maxModelBytes)}, k.err
}

const treeKeys = " Tree num_leaves num_cat split_feature split_gain threshold decision_type left_child right_child" +
	" leaf_value leaf_weight leaf_count internal_value internal_weight internal_count is_linear shrinkage "

func parseTree(number int, text string, features int) (tree, error) {
	if !strings.HasPrefix(text, "Tree=") || !strings.HasSuffix(text, "\n") {
		return tree{}, claim.Errorf(claim.Invalid, "tree %d does not stand where tree_sizes says", number)
	}
	k, err := readKeys(fmt.Sprintf("tree %d", number), text, treeKeys)
	if err != nil {
		return tree{}, err
	}
	k.want("Tree", strconv.Itoa(number))
	k.want("num_cat", "0") // categorical splits: our features are numbers, and explanations of such splits are disputed
	if _, stands := k.values["is_linear"]; stands {
		k.want("is_linear", "0") // leaves would read a linear tree as a constant one
	}
	leaves := k.integer("num_leaves", 1, maxLeaves)
	if k.err != nil {
		return tree{}, k.err
	}
	t := tree{leaf: k.floats("leaf_value", leaves, maxLeafValue)}
	if leaves > 1 {
		k.splits(&t, leaves, features)
	}
	if k.err == nil && !t.isTree() {
		k.fault("its nodes are not one tree: a child is shared, unreachable or its own ancestor")
	}
	return t, k.err
}

func (k *keys) splits(t *tree, leaves, features int) {
	nodes := leaves - 1
	t.feature = k.integers("split_feature", nodes, 0, features-1)
	t.threshold = k.floats("threshold", nodes, math.Inf(1)) // infinite: every number goes left, only NaN goes right
	t.decision = k.integers("decision_type", nodes, 0, missingNaN<<missingShift|bitDefaultLeft)
	t.left = k.integers("left_child", nodes, -leaves, nodes-1)
	t.right = k.integers("right_child", nodes, -leaves, nodes-1)
	for i, d := range t.decision {
		if d&bitCategorical != 0 {
			k.fault("decision_type[%d] is categorical", i)
		}
	}
}

// isTree tells whether every node but the root and every leaf is the child of exactly one node, and the root of none,
// reached from the root. With that, walks end and each leaf can be met.
func (t *tree) isTree() bool {
	nodes, leaves := make([]bool, len(t.feature)), make([]bool, len(t.leaf))
	if len(nodes) == 0 {
		return len(leaves) == 1
	}
	nodes[0] = true
	reached := 1
	for stack := []int{0}; len(stack) > 0; {
		at := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		for _, child := range [2]int{t.left[at], t.right[at]} {
			seen := &leaves[max(^child, 0)]
			if child >= 0 {
				seen = &nodes[child]
				stack = append(stack, child)
			}
			if *seen {
				return false
			}
			*seen = true
			reached++
		}
	}
	return reached == len(nodes)+len(leaves)
}
