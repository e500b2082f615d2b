package policies

import (
	"context"
	"time"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/storage"
	"github.com/open-policy-agent/opa/v1/storage/inmem"
	"github.com/open-policy-agent/opa/v1/topdown"

	"github.com/assize/assize/internal/claim"
)

// question is one of the three that a contract answers.
type question int

const (
	questionEdits question = iota
	questionLimits
	questionGate
	questions
)

// questionNames are the rules that answer, in the contract's package.
var questionNames = [questions]string{"edits", "limits", "verdict"}

// Evaluator asks one contract. It keeps buffers and is not safe for concurrent use: one per goroutine.
//
// It speaks to OPA's evaluator (topdown) itself: for inputs this small the rego package around it costs as much as the
// rules. One query a question, one read transaction and one cancel are kept for its life.
type Evaluator struct {
	contract *Contract
	queries  [questions]*topdown.Query
	cancel   topdown.Cancel
	watched  context.Context // whose end fires cancel
	unwatch  func() bool
	memo     *memo
	in       inputs
}

// NewEvaluator returns an evaluator for one goroutine.
func (c *Contract) NewEvaluator() *Evaluator {
	return &Evaluator{
		contract: c,
		memo:     newMemo(),
		in:       newInputs(c),
		unwatch:  func() bool { return true },
	}
}

// ask evaluates one question and returns its term. An undefined answer is an error, and so is a built-in that fails:
// either could be a check that did not run.
func (e *Evaluator) ask(ctx context.Context, asked question, input *ast.Term) (*ast.Term, error) {
	if err := e.watch(ctx); err != nil {
		return nil, err
	}
	e.memo.forget()
	var answer *ast.Term
	err := e.queries[asked].WithInput(input).Iter(ctx, func(found topdown.QueryResult) error {
		answer = found["result"]
		return nil
	})
	switch {
	case err != nil && ctx.Err() != nil:
		return nil, ctx.Err()
	case err != nil:
		return nil, claim.Errorf(claim.Internal, "asking the contract for its %s: %w", questionNames[asked], err)
	case answer == nil:
		return nil, claim.Errorf(claim.Internal, "the contract's %s is undefined", questionNames[asked])
	}
	return answer, nil
}

// watch makes ctx the one whose end stops evaluations. Claims of a chunk share a context, so that this costs nothing
// for all but the first. A fired cancel cannot be reset; each context gets its own.
func (e *Evaluator) watch(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if ctx == e.watched {
		return nil
	}
	e.unwatch()
	e.cancel = topdown.NewCancel()
	e.unwatch = context.AfterFunc(ctx, e.cancel.Cancel)
	e.watched = ctx
	return e.prepare(ctx)
}

func (e *Evaluator) prepare(ctx context.Context) error {
	if e.queries[0] != nil {
		for _, q := range e.queries {
			q.WithCancel(e.cancel)
		}
		return nil
	}
	store := inmem.New() // contracts have no data; OPA wants a store all the same
	noMetadata := map[string]any{}
	txn, err := store.NewTransaction(ctx, storage.TransactionParams{})
	if err != nil {
		return claim.Errorf(claim.Internal, "opening the contract's store: %w", err)
	}
	for i, asked := range e.contract.queries {
		e.queries[i] = topdown.NewQuery(asked.body).
			WithQueryCompiler(asked.compiler).
			WithCompiler(e.contract.compiler).
			WithStore(store).
			WithTransaction(txn).
			WithCancel(e.cancel).
			WithMetrics(noMetrics()).
			WithVirtualCache(e.memo).
			WithBaseCache(noBase{}).
			WithRequestMetadata(noMetadata).
			WithTime(time.Unix(0, 0)). // time is input; no built-in is left that could ask for it
			WithStrictBuiltinErrors(true)
	}
	return nil
}
