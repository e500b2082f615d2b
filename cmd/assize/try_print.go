package main

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/assize/assize/internal/claim"
	"github.com/assize/assize/internal/intake/flat"
	"github.com/assize/assize/internal/intake/x12"
	"github.com/assize/assize/internal/server"
)

// refusalsShown bounds the errors printed of one document; `check` lists them all.
const refusalsShown = 5

// printTried shows what came out of one document: every claim with its adjustments, and why others were refused.
func (a *app) printTried(t tried) {
	a.say("")
	a.say("%s: %d claims accepted, %d refused, received %s", t.File, t.Receipt.Claims, t.Receipt.Refused, t.Received)
	problems, total := refusals(t.Receipt.Report)
	for n, p := range problems {
		if n == refusalsShown {
			a.say("  … and %d more errors (see 'assize check %s')", total-n, t.File)
			break
		}
		a.say("  %s", p)
	}
	for _, c := range t.Claims {
		a.printClaim(c)
	}
	if t.Replay != nil {
		a.say("  ledger verified: %d entries; replayed: %v", t.Entries, t.Replay.Verdicts)
	}
}

// refusals returns the errors a parser reported and how many there are.
func refusals(report any) ([]claim.Problem, int) {
	switch r := report.(type) {
	case x12.Report:
		return r.Errors, r.ErrorsTotal
	case flat.Report:
		return r.Errors, r.ErrorsTotal
	}
	return nil, 0
}

// printTrial ends a trial with one row a document, or prints everything for machines.
func (a *app) printTrial(all []tried) error {
	if a.config.JSON {
		return a.printJSON(all)
	}
	paid := 0
	a.say("")
	a.table(func(row func(...any)) {
		row("document", "paid", "denied", "pended", "refused", "paid lines", "paid amount", "why")
		for i := range all {
			t := &all[i]
			states, amount := map[server.State]int{}, claim.Cents(0)
			for _, c := range t.Claims {
				states[c.State]++
				amount += c.Decision.Paid
			}
			if t.PaidLines > 0 {
				paid++
			}
			row(filepath.Base(t.File), states[server.Paid]+states[server.NoPaymentDue], states[server.Denied], states[server.Pended], t.Receipt.Refused, t.PaidLines, amount.Dollars(), strings.Join(t.Why, "; "))
		}
	})
	a.say("%d of %d documents have a paid line", paid, len(all))
	return nil
}

// whyTried says why not every line of a document was paid in full, each reason once: what was refused, what claims wait
// for, what lines were denied for.
func (a *app) whyTried(t *tried) []string {
	why := []string{}
	add := func(words string) {
		if !slices.Contains(why, words) {
			why = append(why, words)
		}
	}
	problems, _ := refusals(t.Receipt.Report)
	for _, p := range problems {
		add(fmt.Sprintf("refused %s: %s", p.Code, p.Text))
	}
	for _, c := range t.Claims {
		for _, words := range a.waitsFor(c.PendReasons) {
			add("waits: " + words)
		}
		for i := range c.Decision.Lines {
			if l := &c.Decision.Lines[i]; l.Outcome == claim.Deny {
				add("denied " + deniedFor(l))
			}
		}
	}
	return why
}

// deniedFor names the reason that stands on a denied line.
func deniedFor(l *claim.LineDecision) string {
	var parts []string
	for _, adjustment := range l.Adjustments {
		parts = append(parts, strings.TrimSpace(adjustment.CARC+" "+claim.CARCWords(adjustment.CARC)))
	}
	return strings.Join(append(parts, l.Remarks...), " ")
}
