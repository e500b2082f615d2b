package main

import (
	"context"
	"fmt"

	"github.com/google/uuid"
	"github.com/spf13/cobra"

	"github.com/assize/assize/internal/adjudicate"
	"github.com/assize/assize/internal/claim"
	"github.com/assize/assize/internal/installation"
	"github.com/assize/assize/internal/postgres"
	"github.com/assize/assize/internal/server"
	"github.com/assize/assize/workflows"
)

// claimStatus is what `status --json` prints of a claim.
type claimStatus struct {
	ControlNumber string          `json:"controlNumber"`
	ClaimID       claim.ID        `json:"claimId"`
	Batch         claim.ID        `json:"batch"`
	State         server.State    `json:"state"`
	Received      claim.Date      `json:"received"`
	PendReasons   []string        `json:"pendReasons"`
	Decision      *claim.Decision `json:"decision"` // null while in process
}

func (a *app) statusCommand() *cobra.Command {
	var payer string
	command := &cobra.Command{
		Use: "status [CLAIM|BATCH]", Short: "Show where a claim or a batch stands, and why a cent was not paid", Args: atMostOne("claim or batch"), ValidArgsFunction: a.recentBatches,
		Long: "A claim is named by its payer claim control number (as in REF*1K, such as 000001GTW) or its id; a batch by its id.\n" +
			"Without one: how many claims wait for a person, and which batches have stopped.",
		Example: "  assize status --payer SIM01\n  assize status --payer SIM01 000001GTW\n  assize status --payer SIM01 --json 01a06f4e-3f0c-7d53-9c5e-0f4c4c1f0a11",
		RunE: func(cmd *cobra.Command, args []string) error {
			options := installation.Options{WithoutTemporal: true}
			return a.with(cmd.Context(), options, func(ctx context.Context, i *installation.Installation) error {
				p, err := a.payer(ctx, i, payer)
				if err != nil {
					return err
				}
				if len(args) == 0 {
					return a.payerStatus(ctx, i, p)
				}
				return a.status(ctx, i, p, args[0])
			})
		},
	}
	command.Flags().StringVar(&payer, "payer", "", "code of the payer; needed when there is more than one")
	return command
}

func (a *app) status(ctx context.Context, i *installation.Installation, p postgres.Payer, name string) error {
	status, err := findClaim(ctx, i, p.ID, name)
	if claim.KindOf(err) == claim.NotFound {
		if batch, parsed := uuid.Parse(name); parsed == nil {
			return a.batchStatus(ctx, i, p, batch)
		}
	}
	if err != nil {
		return err
	}
	shown := claimStatus{
		ControlNumber: claim.ControlNumber(status.ControlNumber), ClaimID: status.ClaimID, Batch: status.Batch,
		State: server.StateOf(&status), Received: status.Received, PendReasons: status.PendReasons,
	}
	if !status.InProcess {
		opened, err := i.Desk.Open(ctx, p.ID, status.ClaimID)
		if err != nil {
			return err
		}
		if shown.Decision, err = adjudicate.DecodeDecision(opened[len(opened)-1].Decision); err != nil {
			return err
		}
	}
	if a.config.JSON {
		return a.printJSON(shown)
	}
	a.printClaim(shown)
	return nil
}

// findClaim finds a claim by control number or id.
func findClaim(ctx context.Context, i *installation.Installation, payer claim.PayerID, name string) (postgres.ClaimStatus, error) {
	if number, ok := claim.ParseControlNumber(name); ok {
		return postgres.StatusByControl(ctx, i.Pool, payer, number)
	}
	id, err := uuid.Parse(name)
	if err != nil {
		return postgres.ClaimStatus{}, claim.Errorf(claim.Invalid, "%q is neither a claim control number (is a character mistyped?) nor an id", name)
	}
	return postgres.StatusByClaim(ctx, i.Pool, payer, id)
}

func (a *app) batchStatus(ctx context.Context, i *installation.Installation, p postgres.Payer, batch claim.ID) error {
	progress, err := postgres.BatchProgress(ctx, i.Pool, p.ID, batch)
	if err != nil {
		return err
	}
	figures, err := postgres.BatchFigures(ctx, i.Pool, p.ID, batch)
	if err != nil {
		return err
	}
	if a.config.JSON {
		return a.printJSON(map[string]any{"batch": batch, "workflow": workflows.BatchWorkflowID(p.ID, batch), "progress": progress, "figures": figures})
	}
	summary, err := postgres.BatchByID(ctx, i.Pool, p.ID, batch)
	if err != nil {
		return err
	}
	a.say("batch %s: %s, %s of %s claims recorded", batch, progress.State, claim.Thousands(progress.Decided), claim.Thousands(progress.Claims))
	a.say("paid %d, denied %d, pended %d; %s to providers", figures.Claims[claim.Pay], figures.Claims[claim.Deny], figures.Claims[claim.Pend], figures.Paid.Dollars())
	if summary.Stopped(i.Desk.Now()) {
		a.say("%s", stoppedHint)
	}
	return nil
}

// payerStatus says what of a payer needs somebody to look: claims that wait, and batches that have stopped.
func (a *app) payerStatus(ctx context.Context, i *installation.Installation, p postgres.Payer) error {
	cases, err := postgres.CountOpenCases(ctx, i.Pool, p.ID)
	if err != nil {
		return err
	}
	stopped, err := postgres.StoppedBatches(ctx, i.Pool, p.ID, i.Desk.Now(), stoppedShown)
	if err != nil {
		return err
	}
	if a.config.JSON {
		return a.printJSON(map[string]any{"payer": p.Code, "openCases": cases, "stoppedBatches": stopped})
	}
	a.say("payer %s: %s claims wait for a person (see 'assize review list')", p.Code, claim.Thousands(cases))
	if len(stopped) == 0 {
		a.say("no batch has been open for more than an hour")
		return nil
	}
	a.table(func(row func(...any)) {
		row("stopped batch", "received", "state", "recorded", "claims")
		for _, b := range stopped {
			row(b.Batch, b.Created.UTC().Format("2006-01-02 15:04")+" UTC", b.State, claim.Thousands(b.Decided), claim.Thousands(b.Claims))
		}
	})
	a.say("%s", stoppedHint)
	return nil
}

const (
	stoppedShown = 50
	stoppedHint  = "a batch that is open for more than an hour has stopped, and its claims lie in clear until it is complete:\n" +
		"mend what stopped it, then send its documents again, and it goes on"
)

// printClaim explains a claim to people: every line, every cent.
func (a *app) printClaim(s claimStatus) {
	a.say("claim %s: %s, received %s", s.ControlNumber, claim.StateWords(string(s.State)), s.Received)
	for _, words := range a.waitsFor(s.PendReasons) {
		a.say("  waits: %s", words)
	}
	if s.Decision != nil {
		a.printDecision(s.Decision)
	}
}

func (a *app) printDecision(d *claim.Decision) {
	a.table(func(row func(...any)) {
		row("  line", "outcome", "charge", "allowed", "paid", "patient owes", "why")
		for i := range d.Lines {
			l := &d.Lines[i]
			row(fmt.Sprintf("  %d", l.Number), l.Outcome, l.Charge.Dollars(), l.Allowed.Dollars(), l.Paid.Dollars(), l.PatientOwes.Dollars(), whyOf(l))
		}
		row("  all", d.Outcome, d.Charge.Dollars(), d.Allowed.Dollars(), d.Paid.Dollars(), d.PatientOwes.Dollars(), "")
	})
	for _, words := range assumedWords(d.Assumed) {
		a.say("  assumed valid: %s", words)
	}
}

// atMostOne lets a command do without its argument.
func atMostOne(what string) cobra.PositionalArgs {
	return func(_ *cobra.Command, args []string) error {
		if len(args) > 1 {
			return usage{fmt.Sprintf("name at most one %s after the command: there are %d", what, len(args))}
		}
		return nil
	}
}
