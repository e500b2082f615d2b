package policies

import "github.com/assize/assize/internal/claim"

// Rule describes one check of a contract, from its METADATA.
type Rule struct {
	ID       string           // stable, such as "MEM-31"; it stands in every edit the rule makes
	Title    string           // for people
	CARC     string           // claim adjustment reason code, or "" when the rule chooses among several
	Needs    []claim.FactKind // look-ups without which the rule cannot tell
	Citation string           // regulation, manual or guide the rule follows
}

// Contract is a compiled bundle. It is safe for concurrent use; its evaluators are not.
type Contract struct{}

// Load compiles a bundle with a payer's own files added.
func Load(b Bundle, payerFiles ...Bundle) (*Contract, error) { return nil, errUnbuilt }

// Digest pins the contract: the digest of the bundle, payer files included.
func (c *Contract) Digest() claim.Digest { return claim.Digest{} }

// Required lists the kinds that must have been looked up before a claim can pay, in the order of claim.FactKinds.
func (c *Contract) Required() []claim.FactKind { return nil }

// Rules lists the checks, sorted by id.
func (c *Contract) Rules() []Rule { return nil }

// NewEvaluator returns an evaluator for one goroutine.
func (c *Contract) NewEvaluator() *Evaluator { return &Evaluator{} }
