package policies

import (
	"context"
	"errors"
	"fmt"
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
	answers  *answers // nil: every input is asked itself
	queries  [questions]*topdown.Query
	steps    *steps
	context  context.Context // whose end fires cancel
	unwatch  func() bool
	memo     *memo
	in       inputs
}

// NewEvaluator returns an evaluator for one goroutine. It gives the answers that evaluators of this contract found
// before to inputs that the contract cannot tell apart (form.go).
func (c *Contract) NewEvaluator() *Evaluator {
	e := c.NewWitness()
	e.answers = c.answers
	return e
}

// NewWitness returns an evaluator for one goroutine that asks the contract about every input itself, as replays do: they
// would not prove much if they took the answers that they are to check.
func (c *Contract) NewWitness() *Evaluator {
	return &Evaluator{
		contract: c,
		memo:     newMemo(),
		in:       newInputs(c),
		unwatch:  func() bool { return true },
	}
}

// recall returns the form of an input, when its answer may be remembered, and what is known of it.
func (e *Evaluator) recall(asked question, input part) ([]byte, *answer) {
	if e.answers == nil || !countable(input) {
		return nil, nil
	}
	if e.contract.weighs(asked, e.in.lists.present) {
		return nil, nil
	}
	form := e.in.form.of(asked, input)
	if len(form) > formMax {
		return nil, nil
	}
	return form, e.answers.find(form)
}

// ask evaluates one question and returns its term. An undefined answer is an error, and so is a built-in that fails:
// either could be a check that did not run.
func (e *Evaluator) ask(ctx context.Context, asked question, input *ast.Term) (answer *ast.Term, err error) {
	if err := e.heed(ctx); err != nil {
		return nil, err
	}
	e.memo.forget()
	e.steps.made = 0
	err = e.queries[asked].WithInput(input).Iter(ctx, func(found topdown.QueryResult) error {
		answer = found["result"]
		return nil
	})
	switch {
	case err != nil && ctx.Err() != nil:
		return nil, ctx.Err()
	case err != nil:
		return nil, claim.Errorf(claim.Internal, "asking the contract for its %s: %w", questionNames[asked], evaluationFault(err))
	case answer == nil:
		return nil, claim.Errorf(claim.Internal, "the contract's %s is undefined", questionNames[asked])
	}
	return answer, nil
}

// evaluationFault says where in the contract an evaluation failed, and with which of the evaluator's codes. Its text is left
// out: of a built-in that fails it quotes the operands, which may be somebody's date of birth.
func evaluationFault(err error) error {
	fault, ok := errors.AsType[*topdown.Error](err)
	switch {
	case !ok:
		return fmt.Errorf("the evaluation fails (%T)", err)
	case fault.Location == nil:
		return errors.New(fault.Code)
	}
	return fmt.Errorf("%s:%d: %s", fault.Location.File, fault.Location.Row, fault.Code)
}

// heed makes ctx the one whose end stops evaluations. Claims of a chunk share a context, so that this costs nothing
// for all but the first. A fired cancel cannot be reset; each context gets its own.
func (e *Evaluator) heed(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if ctx == e.context {
		return nil
	}
	e.unwatch()
	e.steps = &steps{cancel: topdown.NewCancel()}
	e.unwatch = context.AfterFunc(ctx, e.steps.Cancel)
	e.context = ctx
	return e.prepare(ctx)
}

func (e *Evaluator) prepare(ctx context.Context) error {
	if e.queries[0] != nil {
		for i := range e.queries {
			e.queries[i].WithCancel(e.steps)
		}
		return nil
	}
	store := inmem.New() // contracts have no data; OPA wants a store all the same
	txn, err := store.NewTransaction(ctx, storage.TransactionParams{})
	if err != nil {
		return claim.Errorf(claim.Internal, "opening the contract's store: %w", err)
	}
	for i := range e.queries {
		e.queries[i] = e.query(question(i), store, txn)
	}
	return nil
}

func (e *Evaluator) query(asked question, store storage.Store, txn storage.Transaction) *topdown.Query {
	compiled := e.contract.queries[asked]
	return topdown.NewQuery(compiled.body).
		WithQueryCompiler(compiled.compiler).
		WithCompiler(e.contract.compiler).
		WithStore(store).
		WithTransaction(txn).
		WithCancel(e.steps).
		WithMetrics(noMetrics()).
		WithVirtualCache(e.memo).
		WithBaseCache(noBase{}).
		WithRequestMetadata(map[string]any{}).
		WithTime(time.Unix(0, 0)). // time is input; no built-in is left that could ask for it
		WithStrictBuiltinErrors(true)
}
