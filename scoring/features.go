package scoring

import "github.com/assize/assize/internal/claim"

// NumFeatures is the length of a feature row.
const NumFeatures = 0

// FeatureNames returns the names of the features in the order of a row.
func FeatureNames() []string { return nil }

// Features appends the NumFeatures numbers of a claim to dst and returns it. NaN is "missing".
func Features(dst []float64, c *claim.Claim, f *claim.Facts, edits []claim.Edit) []float64 { return dst }
