package policies

import (
	"cmp"
	"context"

	"github.com/assize/assize/internal/claim"
)

// LineAmount is what pricing allows on one line, before limits. Lines that are denied are not listed.
type LineAmount struct {
	Line    int
	Allowed claim.Cents // what edits left of it
	Units   claim.Quantity
	Priced  claim.Cents // the allowed amount of all the line's units
}

// GateInput is what the payment gate weighs.
type GateInput struct {
	Evidence *claim.Evidence
	Edits    []claim.Edit // of both questions, as they came: the gate does the waiving
	Score    claim.Score
	Unpriced []claim.PendReason   // lines without a price
	Lines    []claim.LineDecision // one a line of the claim
}

// Verdict is the gate's answer. Pends is empty unless Outcome is claim.Pend.
type Verdict struct {
	Outcome claim.Outcome
	Pends   []claim.PendReason
}

// Edits asks the first question: what do the checks find? The edits are sorted by line and rule; each carries its
// rule's id. An edit with Outcome Deny and Units or Amount above zero cuts the line down to that; with both zero it
// denies the line, or the claim when Line is 0. Errors are of kind Internal, or the context's.
func (e *Evaluator) Edits(ctx context.Context, ev *claim.Evidence) ([]claim.Edit, error) {
	return e.edits(ctx, questionEdits, e.in.edits(ev), ev.Claim.Lines)
}

// Limits asks the second question, after pricing: what do benefit limits and authorisations still allow? Lines are the
// priced ones that no edit denied, in the order of their numbers. Edits are as those of Edits.
func (e *Evaluator) Limits(ctx context.Context, ev *claim.Evidence, lines []LineAmount) ([]claim.Edit, error) {
	input := e.in.limits(ev, lines)
	if input == nil {
		return nil, nil
	}
	return e.edits(ctx, questionLimits, input, ev.Claim.Lines)
}

// edits asks one of the two questions that edits answer.
func (e *Evaluator) edits(ctx context.Context, asked question, input part, lines []claim.Line) ([]claim.Edit, error) {
	form, known := e.recall(asked, input)
	if known.usable() {
		edits := known.editsFor(&e.in.form)
		return edits, cmp.Or(ctx.Err(), checkLines(edits, lines))
	}
	term, err := e.ask(ctx, asked, e.in.build(input))
	if err != nil {
		return nil, err
	}
	edits, err := readEdits(term, &e.in.terms)
	if err != nil {
		return nil, err
	}
	if form != nil && known == nil {
		e.answers.keep(form, editsAnswer(&e.in.form, edits, e.steps.made))
	}
	return edits, checkLines(edits, lines)
}

// Gate asks the third question: does the claim pay, deny or wait? It honours a reviewer's release and denial, which
// stand in the evidence.
func (e *Evaluator) Gate(ctx context.Context, in GateInput) (Verdict, error) {
	input := e.in.gate(&in)
	form, known := e.recall(questionGate, input)
	if known.usable() {
		return known.verdictFor(), ctx.Err()
	}
	term, err := e.ask(ctx, questionGate, e.in.build(input))
	if err != nil {
		return Verdict{Outcome: claim.Pend}, err
	}
	verdict, err := readVerdict(term, &e.in.terms)
	if err == nil && form != nil && known == nil {
		e.answers.keep(form, verdictAnswer(verdict, e.steps.made))
	}
	return verdict, err
}
