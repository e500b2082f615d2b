package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"time"

	"github.com/assize/assize/internal/adjudicate"
	"github.com/assize/assize/internal/claim"
	"github.com/assize/assize/internal/postgres"
	"github.com/assize/assize/internal/simulate"
)

// demoReport is what `demo --json` prints.
type demoReport struct {
	Claims        int           `json:"claims"`
	Seconds       float64       `json:"seconds"` // reading, staging and adjudicating
	ClaimsASecond float64       `json:"claimsPerSecond"`
	Payers        []payerReport `json:"payers"`
	Truth         truthReport   `json:"truth"`
	Replay        []replayed    `json:"replay"`
	Undecided     int           `json:"undecided"`
}

type payerReport struct {
	Payer   string           `json:"payer"`
	Figures postgres.Figures `json:"figures"`
	Entries int64            `json:"entries"`
	Head    string           `json:"head"`
}

// report shows what a payer would want to see, verifies and replays.
func (d *demonstration) report(ctx context.Context) error {
	report := demoReport{Seconds: d.spent.Seconds()}
	for _, run := range d.runs {
		report.Claims += run.submission.Claims
		for _, n := range run.figures.Claims {
			report.Undecided -= n
		}
		verified, err := d.i.Verify(ctx, run.payer.ID)
		if err != nil {
			return err
		}
		if err := verified.Err(); err != nil {
			return err
		}
		if verified.Checkpoints == 0 {
			return findings{"the ledger of " + run.payer.Code + " could be held against no checkpoint"}
		}
		report.Payers = append(report.Payers, payerReport{Payer: run.payer.Code, Figures: run.figures, Entries: verified.Head.Seq, Head: hexOf(verified.Head.Leaf)})
	}
	report.Undecided += report.Claims
	report.ClaimsASecond = float64(report.Claims) / max(d.spent.Seconds(), 1e-9)
	var err error
	if report.Truth, err = d.judge(ctx); err != nil {
		return err
	}
	if report.Replay, err = d.replayElsewhere(ctx); err != nil {
		return err
	}
	if err := d.app.printDemo(report); err != nil {
		return err
	}
	return report.verdict()
}

// verdict makes a finding of whatever the demonstration promises and did not show.
func (r *demoReport) verdict() error {
	for i := range r.Replay {
		if err := r.Replay[i].finish(nil); err != nil {
			return err
		}
	}
	switch {
	case r.Undecided != 0:
		return findings{fmt.Sprintf("%d claims are neither decided nor pended", r.Undecided)}
	case r.Truth.DuplicatesMissed > 0 || r.Truth.FalseDuplicates > 0:
		return findings{fmt.Sprintf("duplicates: %d missed, %d claims wrongly taken for one", r.Truth.DuplicatesMissed, r.Truth.FalseDuplicates)}
	}
	return nil
}

// replayElsewhere has every decision recomputed by another process of this program.
func (d *demonstration) replayElsewhere(ctx context.Context) ([]replayed, error) {
	d.app.note("replaying every decision in another process")
	self, err := os.Executable()
	if err != nil {
		return nil, claim.Errorf(claim.Internal, "finding this program: %w", err)
	}
	command := exec.CommandContext(ctx, self, "replay", "--all", "--json", "--dir", d.i.Dir)
	command.Env, command.Stderr = environmentWithoutEngines(), d.app.stderr
	out, err := command.Output()
	if _, exited := errors.AsType[*exec.ExitError](err); err != nil && !exited {
		return nil, claim.Errorf(claim.Internal, "replaying in another process: %w", err)
	}
	var results []replayed
	if err := json.Unmarshal(out, &results); err != nil {
		return nil, claim.Errorf(claim.Internal, "replaying in another process: it printed no result: %w", err)
	}
	return results, nil
}

// truthReport holds decisions against what the simulation knows.
type truthReport struct {
	Duplicates        int            `json:"duplicates"` // copies of claims whose first copy pays or pends
	DuplicatesCaught  int            `json:"duplicatesCaught"`
	DuplicatesMissed  int            `json:"duplicatesMissed"`
	FalseDuplicates   int            `json:"falseDuplicates"`
	Fraud             int            `json:"fraud"` // claims of a fraud scheme that nothing else stopped
	FraudFlagged      int            `json:"fraudFlagged"`
	Honest            int            `json:"honest"`
	HonestFlagged     int            `json:"honestFlagged"`
	Schemes           map[string]int `json:"schemes"` // flagged, by scheme
	Defects           int            `json:"defects"` // claims with one known defect
	DefectsAsExpected int            `json:"defectsAsExpected"`
}

// decided is one claim with its truth.
type decided struct {
	truth  simulate.Truth
	status postgres.ClaimStatus
}

// judge compares every decision with the truth kept apart.
func (d *demonstration) judge(ctx context.Context) (truthReport, error) {
	report := truthReport{Schemes: map[string]int{}}
	for _, run := range d.runs {
		all, err := d.withTruth(ctx, run)
		if err != nil {
			return report, err
		}
		report.duplicates(all)
		for _, c := range all {
			report.count(c)
		}
	}
	return report, nil
}

// withTruth joins the claims of a run with their truth by document and position.
func (d *demonstration) withTruth(ctx context.Context, run demoRun) ([]decided, error) {
	names := map[claim.ID]string{}
	for _, doc := range run.submission.Documents {
		names[doc.Document] = doc.Name
	}
	var all []decided
	after := int64(0)
	for {
		page, err := postgres.ClaimsOfBatch(ctx, d.i.Pool, run.payer.ID, run.submission.Batch, after, 5000)
		if err != nil || len(page) == 0 {
			return all, err
		}
		for _, status := range page {
			name := names[status.Document]
			key := truthKey{name, status.Position}
			truth, ok := d.truth[key]
			if !ok {
				return nil, claim.Errorf(claim.Internal, "claim %d of %s has no truth", status.Position, name)
			}
			all = append(all, decided{truth, status})
		}
		after = page[len(page)-1].ControlNumber
	}
}

// duplicates checks the sets of exact copies: when the first that is not denied pays or pends, every other copy must
// carry CARC 18, and nothing else may.
func (t *truthReport) duplicates(all []decided) {
	live := map[int]bool{}
	for _, c := range all {
		if c.truth.DuplicateSet > 0 && !hasDuplicate(c.status) && c.status.Outcome != claim.Deny {
			live[c.truth.DuplicateSet] = true
		}
	}
	kept := map[int]int{}
	for _, c := range all {
		set := c.truth.DuplicateSet
		switch {
		case hasDuplicate(c.status) && set == 0:
			t.FalseDuplicates++
		case hasDuplicate(c.status):
			t.Duplicates++
			t.DuplicatesCaught++
		case set > 0 && live[set]:
			kept[set]++
			if kept[set] > 1 {
				t.Duplicates++
				t.DuplicatesMissed++
			}
		}
	}
}

func hasDuplicate(s postgres.ClaimStatus) bool {
	return slices.Contains(s.CARCs, "18")
}

// count keeps claims with a defect out of fraud and honesty: what the contract stops for another reason says nothing of the score.
func (t *truthReport) count(c decided) {
	if c.truth.Defect != "" {
		t.Defects++
		if c.asExpected() {
			t.DefectsAsExpected++
		}
		return
	}
	switch {
	case c.truth.Scheme != "":
		t.Fraud++
		if c.status.Flagged {
			t.FraudFlagged++
			t.Schemes[string(c.truth.Scheme)]++
		}
	default:
		t.Honest++
		if c.status.Flagged {
			t.HonestFlagged++
		}
	}
}

// asExpected tells whether a claim with a defect was answered as a payer following the tables would. A pend is never
// wrong of an engine that must not guess, and where the answer is the payer's own choice any will do.
func (c decided) asExpected() bool {
	expect := c.truth.Expect
	return expect.Outcome == "" || c.status.Outcome == claim.Pend || slices.Contains(c.status.CARCs, expect.CARC)
}

// printDemo shows the report.
func (a *app) printDemo(r demoReport) error {
	if a.config.JSON {
		return a.printJSON(r)
	}
	a.say("")
	a.say("%s claims in %s: %s claims/s, from 837 bytes to committed ledger entries", claim.Thousands(r.Claims),
		(time.Duration(r.Seconds * float64(time.Second))).Round(10*time.Millisecond), claim.Thousands(int64(r.ClaimsASecond)))
	for _, p := range r.Payers {
		a.printFigures(p)
	}
	t := r.Truth
	a.say("")
	a.say("held against the truth kept apart from the claims")
	a.table(func(row func(...any)) {
		row("  exact duplicates caught", t.DuplicatesCaught, "of", t.Duplicates, fmt.Sprintf("(%d missed, %d claims wrongly taken for one)", t.DuplicatesMissed, t.FalseDuplicates))
		row("  claims with a known defect, as expected", t.DefectsAsExpected, "of", t.Defects, "")
		row("  fraud flagged", t.FraudFlagged, "of", t.Fraud, fmt.Sprintf("(%s; honest claims flagged: %s)", percent(t.FraudFlagged, t.Fraud), percent(t.HonestFlagged, t.Honest)))
	})
	a.say("")
	for _, p := range r.Payers {
		a.say("ledger of %s: %s entries verified against a checkpoint outside the database; head %s…", p.Payer, claim.Thousands(p.Entries), p.Head[:16])
	}
	for _, p := range r.Replay {
		a.say("replay of %s: %s entries recomputed in another process, %s byte-identical", p.Payer, claim.Thousands(p.Entries), claim.Thousands(p.Verdicts[adjudicate.Equal]))
	}
	return nil
}

// printFigures shows one payer's totals.
func (a *app) printFigures(p payerReport) {
	f := p.Figures
	total := f.Claims[claim.Pay] + f.Claims[claim.Deny] + f.Claims[claim.Pend]
	a.say("")
	a.say("payer %s", p.Payer)
	a.table(func(row func(...any)) {
		row("  decided without a person", claim.Thousands(f.Claims[claim.Pay]+f.Claims[claim.Deny]), percent(total-f.Claims[claim.Pend], total), "")
		row("  paid", claim.Thousands(f.Claims[claim.Pay]), percent(f.Claims[claim.Pay], total), f.Paid.Dollars()+" to providers, "+f.Owed.Dollars()+" owed by patients")
		row("  denied", claim.Thousands(f.Claims[claim.Deny]), percent(f.Claims[claim.Deny], total), f.Charge[claim.Deny].Dollars()+" charged")
		row("  pended", claim.Thousands(f.Claims[claim.Pend]), percent(f.Claims[claim.Pend], total), f.Charge[claim.Pend].Dollars()+" charged")
		row("  flagged by the fraud score", claim.Thousands(f.Flagged), percent(f.Flagged, total), "")
	})
	a.say("  most frequent reasons:")
	a.table(func(row func(...any)) {
		for n, c := range f.CARCs {
			if n == 8 {
				break
			}
			row("   ", "CARC "+c.CARC, claim.Thousands(c.Claims), claim.CARCWords(c.CARC))
		}
	})
}
