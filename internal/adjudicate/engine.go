package adjudicate

import (
	"context"
	"fmt"
	"slices"

	"github.com/google/uuid"

	"github.com/assize/assize/internal/claim"
	"github.com/assize/assize/policies"
	"github.com/assize/assize/scoring"
)

// Engine is one contract and one model under the present semantics. It is immutable and shared by goroutines.
type Engine struct {
	contract *policies.Contract
	model    *scoring.Model
	versions claim.Versions
}

// NewEngine binds a contract and a model. A nil model is "no model is bound": claims are decided unscored, and the
// contract's gate says what that means.
func NewEngine(contract *policies.Contract, model *scoring.Model) *Engine {
	e := &Engine{contract: contract, model: model}
	e.versions = claim.Versions{Semantics: claim.Semantics, Contract: contract.Digest()}
	if model != nil {
		e.versions.Model = model.Digest()
	}
	return e
}

// Versions are what evidence for this engine must name. The snapshot is left zero: it is the caller's to fill in.
func (e *Engine) Versions() claim.Versions { return e.versions }

// Rules describes the checks of the contract, for showing what an edit means.
func (e *Engine) Rules() []policies.Rule { return e.contract.Rules() }

// NewDecider returns a Decider. Each goroutine needs its own.
func (e *Engine) NewDecider() *Decider { return e.decider(e.contract.NewEvaluator()) }

// NewWitness returns a Decider for replays: its contract is asked about every claim itself (policies.NewWitness).
func (e *Engine) NewWitness() *Decider { return e.decider(e.contract.NewWitness()) }

func (e *Engine) decider(contract questions) *Decider {
	d := &Decider{versions: e.versions, contract: contract}
	if e.model != nil {
		d.model = e.model
	}
	return d
}

// questions are what a contract is asked; *policies.Evaluator answers them.
type questions interface {
	Edits(context.Context, *claim.Evidence) ([]claim.Edit, error)
	Limits(context.Context, *claim.Evidence, []policies.LineAmount) ([]claim.Edit, error)
	Gate(context.Context, policies.GateInput) (policies.Verdict, error)
}

// scorer weighs a row of features; *scoring.Model does.
type scorer interface {
	Score(features []float64) (claim.Score, error)
}

// Decider decides claims one after the other. What a claim leaves is scratch memory and, with the contract, answers that
// are the same for every claim of its form.
type Decider struct {
	versions claim.Versions
	contract questions
	model    scorer // nil: none is bound
	rows     []row
	amounts  []policies.LineAmount
	features []float64
}

// Decide makes the decision of one claim. It is pure in the evidence, which it does not change or keep.
//
// Errors: an OtherVersion (claim.Conflict) when the evidence is for another engine; claim.Invalid for evidence no
// look-up can produce (no lines, unordered line numbers, amounts out of range, a review that is none);
// claim.Forbidden for a reviewer's denial of medical necessity; claim.Internal when a decision does not balance.
func (d *Decider) Decide(ctx context.Context, ev *claim.Evidence) (*claim.Decision, error) {
	decision, err := d.decide(ctx, ev)
	if err != nil {
		return nil, claim.Errorf(claim.KindOf(err), "deciding claim %s: %w", ev.ClaimID, err)
	}
	return decision, nil
}

func (d *Decider) decide(ctx context.Context, ev *claim.Evidence) (*claim.Decision, error) {
	if err := admits(d.versions, ev.Versions); err != nil {
		return nil, err
	}
	if err := wellFormed(ev); err != nil {
		return nil, err
	}
	found, err := d.edits(ctx, ev)
	if err != nil {
		return nil, err
	}
	edits, err := withReview(found, ev)
	if err != nil {
		return nil, err
	}
	limits, use, err := d.work(ctx, ev, edits)
	if err != nil {
		return nil, err
	}
	// The model sees what the contract found, not what the reviewer did about it.
	score, err := d.score(ev, sorted(found, limits))
	if err != nil {
		return nil, err
	}
	decision, err := d.conclude(ctx, ev, sorted(edits, limits), score)
	if err != nil {
		return nil, err
	}
	if decision.Outcome == claim.Pay {
		decision.Accruals = use.sorted()
	}
	return decision, Balance(&ev.Claim, decision)
}

// edits asks the contract's first question.
func (d *Decider) edits(ctx context.Context, ev *claim.Evidence) ([]claim.Edit, error) {
	edits, err := d.contract.Edits(ctx, ev)
	if err != nil {
		return nil, fmt.Errorf("asking for edits: %w", err)
	}
	withoutNecessity(edits)
	return edits, nil
}

// withReview adds what a reviewer found, and checks it all.
func withReview(edits []claim.Edit, ev *claim.Evidence) ([]claim.Edit, error) {
	found, err := reviewed(ev.Review, ev.Claim.Lines)
	if err != nil {
		return nil, err
	}
	all := sorted(edits, found)
	return all, checkEdits(all)
}

// sorted joins two lists of edits in the order in which they are recorded.
func sorted(a, b []claim.Edit) []claim.Edit {
	all := slices.Concat(a, b)
	slices.SortFunc(all, compareEdits)
	return all
}

// work fills the rows: price, denials, limits and cost share. It returns the edits of the limits, and what the claim
// would use up.
func (d *Decider) work(ctx context.Context, ev *claim.Evidence, edits []claim.Edit) ([]claim.Edit, *tally, error) {
	d.rows = newRows(d.rows, ev)
	for i := range d.rows {
		d.rows[i].price(ev)
		d.rows[i].deny(edits)
		d.rows[i].cut(edits)
	}
	limits, err := d.limits(ctx, ev)
	if err != nil {
		return nil, nil, err
	}
	use := &tally{before: ev.Facts.Accumulators}
	if ev.Facts.Member != nil {
		use.member = ev.Facts.Member.ID
	}
	for i := range d.rows {
		r := &d.rows[i]
		if r.denial == nil {
			r.deny(limits)
		}
		r.cut(limits)
		if r.pays() {
			r.share(ev.Facts.Plan, use)
			r.useUp(ev, use)
		}
	}
	return limits, use, nil
}

// limits asks the contract's second question about the lines that may still pay.
func (d *Decider) limits(ctx context.Context, ev *claim.Evidence) ([]claim.Edit, error) {
	d.amounts = d.amounts[:0]
	for i := range d.rows {
		if r := &d.rows[i]; r.pays() {
			d.amounts = append(d.amounts, policies.LineAmount{Line: r.line.Number, Allowed: r.payable, Units: r.units, Priced: r.allowed})
		}
	}
	if len(d.amounts) == 0 {
		return nil, nil
	}
	limits, err := d.contract.Limits(ctx, ev, d.amounts)
	if err != nil {
		return nil, fmt.Errorf("asking for limits: %w", err)
	}
	withoutNecessity(limits)
	slices.SortFunc(limits, compareEdits)
	return limits, checkEdits(limits)
}

func (d *Decider) score(ev *claim.Evidence, edits []claim.Edit) (claim.Score, error) {
	if d.model == nil {
		return claim.Score{}, nil
	}
	d.features = scoring.Features(d.features[:0], &ev.Claim, &ev.Facts, edits)
	score, err := d.model.Score(d.features)
	if err != nil {
		return claim.Score{}, fmt.Errorf("scoring: %w", err)
	}
	return score, nil
}

// conclude asks the contract's third question, the gate, and assembles the decision of its verdict.
func (d *Decider) conclude(ctx context.Context, ev *claim.Evidence, edits []claim.Edit, score claim.Score) (*claim.Decision, error) {
	lines := decidedLines(d.rows)
	verdict, err := d.contract.Gate(ctx, policies.GateInput{
		Evidence: ev, Edits: edits, Score: score, Unpriced: holds(ev, d.rows), Lines: lines,
	})
	if err != nil {
		return nil, fmt.Errorf("asking the gate: %w", err)
	}
	outcome, pends, err := settle(ev, verdict.Outcome, verdict.Pends, d.rows, edits)
	if err != nil {
		return nil, err
	}
	decision := assemble(outcome, d.rows, lines)
	decision.Edits = edits
	decision.Score = score
	decision.Pends = sortedPends(pends)
	decision.Assumed = assumed(&ev.Claim, ev.Facts.Looked)
	return decision, nil
}

// wellFormed refuses what cannot be named or counted. Whether a claim makes sense is the contract's to say.
func wellFormed(ev *claim.Evidence) error {
	c := &ev.Claim
	if ev.Payer <= 0 || ev.ClaimID == uuid.Nil || ev.AsOf == 0 {
		return claim.Errorf(claim.Invalid, "the evidence names no payer, claim or time")
	}
	if len(c.Lines) == 0 {
		return claim.Errorf(claim.Invalid, "the claim has no lines")
	}
	for i := range c.Lines {
		line := &c.Lines[i]
		if line.Number <= 0 || i > 0 && line.Number <= c.Lines[i-1].Number {
			return claim.Errorf(claim.Invalid, "line %d of the claim is numbered %d", i+1, line.Number)
		}
		if line.Charge > claim.MaxCents || line.Charge < -claim.MaxCents {
			return claim.Errorf(claim.Invalid, "line %d: charge out of range", line.Number)
		}
	}
	return nil
}

// checkEdits refuses edits no remittance could show. Only a faulty contract makes them.
func checkEdits(edits []claim.Edit) error {
	for i := range edits {
		e := &edits[i]
		if e.Units < 0 || e.Amount < 0 || cuts(e) && e.Line == 0 || e.Outcome == claim.Deny && (e.CARC == "" || !validGroup(e.Group)) {
			return claim.Errorf(claim.Internal, "rule %q denies without group and CARC, leaves less than nothing, or cuts no line", e.Rule)
		}
	}
	return nil
}
