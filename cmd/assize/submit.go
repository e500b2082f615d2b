package main

import (
	"context"
	"io"
	"path/filepath"
	"slices"

	"github.com/google/uuid"
	"github.com/spf13/cobra"

	"github.com/assize/assize/internal/claim"
	"github.com/assize/assize/internal/installation"
	"github.com/assize/assize/internal/intake"
	"github.com/assize/assize/internal/postgres"
)

// submitted is what `submit --json` prints.
type submitted struct {
	intake.Submission
	Progress *postgres.Progress `json:"progress"` // null when not waited for
	Figures  *postgres.Figures  `json:"figures"`
}

func (a *app) submitCommand() *cobra.Command {
	var payer string
	var wait bool
	command := &cobra.Command{
		Use: "submit FILE...", Short: "Send documents as one batch and have it adjudicated", Args: atLeastOne("file"), ValidArgsFunction: files,
		Example: "  assize submit --payer SIM01 claims.837\n  assize submit --payer SIM01 --wait=false --json batch/SIM01/*.x12",
		RunE: func(cmd *cobra.Command, files []string) error {
			if err := readable(files); err != nil {
				return err
			}
			return a.with(cmd.Context(), installation.Options{}, func(ctx context.Context, i *installation.Installation) error {
				p, err := a.payer(ctx, i, payer)
				if err != nil {
					return err
				}
				return a.submit(ctx, i, p, sourcesOf(files), wait)
			})
		},
	}
	command.Flags().StringVar(&payer, "payer", "", "code of the payer; needed when there is more than one")
	command.Flags().BoolVar(&wait, "wait", true, "wait until every claim is decided or pended")
	return command
}

// sourcesOf names files as documents.
func sourcesOf(files []string) []intake.Source {
	sources := make([]intake.Source, len(files))
	for n, file := range files {
		open := func() (io.ReadCloser, error) { return openInput(file) }
		sources[n] = intake.Source{Name: filepath.Base(file), Open: open, Stream: isStream(file)}
	}
	return sources
}

// submit adjudicates what it sent, and what an earlier process sent and did not live to start. Refused claims are a finding, told
// after the others are decided.
func (a *app) submit(ctx context.Context, i *installation.Installation, p postgres.Payer, sources []intake.Source, wait bool) error {
	answer, err := i.Intake.Submit(ctx, p, sources)
	if err != nil {
		return err
	}
	out := submitted{Submission: answer}
	open, err := openBatches(ctx, i, p, answer)
	if err != nil {
		return err
	}
	for _, batch := range open {
		if err := a.adjudicate(ctx, i, p, batch, wait, &out); err != nil {
			return err
		}
	}
	if err := a.printSubmitted(out); err != nil {
		return err
	}
	for _, d := range answer.Documents {
		if d.Refused > 0 {
			return findings{}
		}
	}
	return nil
}

// openBatches lists the batches of a submission that are not complete: the new one, and that of a document which was
// received before by a process that died before it started the batch.
func openBatches(ctx context.Context, i *installation.Installation, p postgres.Payer, s intake.Submission) ([]postgres.BatchSummary, error) {
	var open []postgres.BatchSummary
	for _, d := range s.Documents {
		if slices.ContainsFunc(open, func(b postgres.BatchSummary) bool { return b.Batch == d.Batch }) {
			continue
		}
		batch, err := postgres.BatchByID(ctx, i.Pool, p.ID, d.Batch)
		if err != nil {
			return nil, err
		}
		if batch.State != "complete" {
			open = append(open, batch)
		}
	}
	return open, nil
}

// adjudicate starts a batch; when asked to wait, a worker serves it here unless one runs elsewhere.
func (a *app) adjudicate(ctx context.Context, i *installation.Installation, p postgres.Payer, b postgres.BatchSummary, wait bool, out *submitted) error {
	if wait {
		if err := i.StartWorker(); err != nil {
			return err
		}
	}
	run, err := i.StartBatch(ctx, p.ID, b.Batch)
	if err != nil || !wait {
		return err
	}
	bar := a.bar("adjudicating", int64(b.Claims))
	var last postgres.Progress
	err = i.AwaitBatch(ctx, run, p.ID, b.Batch, func(progress postgres.Progress) {
		last = progress
		bar.reach(int64(progress.Decided))
	})
	bar.end()
	if err != nil {
		return err
	}
	figures, err := postgres.BatchFigures(ctx, i.Pool, p.ID, b.Batch)
	out.Progress, out.Figures = &last, &figures
	return err
}

func (a *app) printSubmitted(out submitted) error {
	if a.config.JSON {
		return a.printJSON(out)
	}
	for _, d := range out.Documents {
		switch {
		case d.Repeated:
			a.say("%s: received before, in batch %s", d.Name, d.Batch)
		case d.Refused > 0:
			a.say("%s: %d claims accepted, %d refused (see 'assize check %s')", d.Name, d.Claims, d.Refused, d.Name)
		default:
			a.say("%s: %d claims accepted", d.Name, d.Claims)
		}
	}
	if out.Batch != uuid.Nil {
		a.say("batch %s", out.Batch)
	}
	if f := out.Figures; f != nil {
		a.say("paid %d, denied %d, pended %d; %s to providers", f.Claims[claim.Pay], f.Claims[claim.Deny], f.Claims[claim.Pend], f.Paid.Dollars())
	}
	return nil
}
