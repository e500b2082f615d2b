package main

import (
	"context"
	"fmt"
	"io"
	"path/filepath"

	"github.com/google/uuid"
	"github.com/spf13/cobra"

	"github.com/assize/assize/internal/adjudicate"
	"github.com/assize/assize/internal/claim"
	"github.com/assize/assize/internal/installation"
	"github.com/assize/assize/internal/intake"
	"github.com/assize/assize/internal/postgres"
	"github.com/assize/assize/internal/reference"
	"github.com/assize/assize/internal/server"
	"github.com/assize/assize/policies"
)

// tried is what `demo --try --json` prints of one file.
type tried struct {
	File      string         `json:"file"`
	Received  claim.Date     `json:"received"` // BHT04, or today
	Receipt   intake.Receipt `json:"receipt"`
	Claims    []claimStatus  `json:"claims"`
	PaidLines int            `json:"paidLines"`
	Why       []string       `json:"why"` // in plain words: what was refused or denied, or what is waited for
	Entries   int64          `json:"entries"`
	Replay    *replayed      `json:"replay"`
}

// try adjudicates the user's own files in an installation that is deleted at the end. Each file has a payer of its own,
// so that no file sees another, unless they are to be taken together.
func (a *app) try(cmd *cobra.Command, f demoFlags) error {
	if err := readable(f.try); err != nil {
		return err
	}
	if file := readOnce(f.try); file != "" {
		return usage{"--try reads a document twice, for the people in it and for its claims: save " + file + " as a file first"}
	}
	tables, err := a.tryTables(f.reference)
	if err != nil {
		return err
	}
	listener, err := f.listener(cmd.Context())
	if err != nil {
		return err
	}
	return a.withOwn(cmd, installation.Options{TakesTests: true}, func(ctx context.Context, i *installation.Installation) error {
		if err := a.tryAll(ctx, i, f, tables); err != nil || listener == nil {
			return err
		}
		return a.serveHTTP(ctx, i, listener, false)
	})
}

// tryAll takes the files one after the other and prints what came out.
func (a *app) tryAll(ctx context.Context, i *installation.Installation, f demoFlags, tables []reference.Table) error {
	if err := i.StartWorker(); err != nil {
		return err
	}
	groups := make([][]string, 0, len(f.try))
	for _, file := range f.try {
		groups = append(groups, []string{file})
	}
	if f.together {
		groups = [][]string{f.try}
	}
	var all []tried
	for n, files := range groups {
		results, err := a.tryFiles(ctx, i, claim.PayerID(n+1), files, tables)
		if err != nil {
			return err
		}
		all = append(all, results...)
	}
	return a.printTrial(all)
}

// tryTables loads the reference tables of a folder. What the folder does not hold is not loaded, and claims that need
// it will say so.
func (a *app) tryTables(folder string) ([]reference.Table, error) {
	benefits, err := tryBenefits()
	if err != nil || folder == "" {
		return []reference.Table{benefits}, err
	}
	a.note("loading reference tables from %s", folder)
	set, loaded, err := reference.LoadDir(folder, reference.Options{AssumeValid: true})
	if err != nil {
		return nil, err
	}
	for _, l := range loaded {
		for _, p := range l.Problems {
			a.note("  %s: %s", l.File, p)
		}
	}
	set.Fees = nil // the trial's plan pays a percentage of charges
	set.Benefits = benefits
	for _, t := range set.Tables() {
		h := t.Header()
		a.note("  %s: %s rows, %s to %s%s", h.Kind, claim.Thousands(h.Rows), h.From, h.Through, map[bool]string{true: ", assumed valid"}[h.Assumed])
	}
	return set.Tables(), nil
}

// tryFiles sets up one payer for the files and takes them one after the other.
func (a *app) tryFiles(ctx context.Context, i *installation.Installation, id claim.PayerID, files []string, tables []reference.Table) ([]tried, error) {
	contract, err := policies.Embedded()
	if err != nil {
		return nil, err
	}
	people, dated := newEnrolment(), make([]claim.Date, len(files))
	for n, file := range files {
		if dated[n], err = people.gather(ctx, file); err != nil {
			return nil, err
		}
	}
	payer := postgres.Payer{ID: id, Code: fmt.Sprintf("TRIAL%d", id), Name: "trial payer", TimeZone: "America/New_York"}
	books := installation.Books{Payer: payer, Enrolment: people.records, Tables: tables, Contract: contract}
	if err := i.SetUpPayer(ctx, books); err != nil {
		return nil, err
	}
	var results []tried
	for n, file := range files {
		result, err := a.tryFile(ctx, i, payer, file, dated[n])
		if err != nil {
			return nil, err
		}
		if !a.config.JSON {
			a.printTried(result)
		}
		results = append(results, result)
	}
	return results, nil
}

// tryFile takes one document from bytes to a replayed ledger. It is received on its own date, so that a sample of years ago is not late.
func (a *app) tryFile(ctx context.Context, i *installation.Installation, p postgres.Payer, file string, received claim.Date) (result tried, err error) {
	result = tried{File: file, Received: received, Claims: []claimStatus{}}
	answer, err := i.Intake.Submit(ctx, p, []intake.Source{{
		Name: filepath.Base(file), Received: received, Open: func() (io.ReadCloser, error) { return openInput(file) },
	}})
	if err != nil {
		return result, err
	}
	result.Receipt = answer.Documents[0]
	defer func() { result.Why = a.whyTried(&result) }()
	if answer.Batch == uuid.Nil || answer.Claims == 0 {
		return result, nil
	}
	run, err := i.StartBatch(ctx, p.ID, answer.Batch)
	if err != nil {
		return result, err
	}
	if err := i.AwaitBatch(ctx, run, p.ID, answer.Batch, nil); err != nil {
		return result, err
	}
	verified, err := i.Verify(ctx, p.ID)
	if err != nil {
		return result, err
	}
	result.Entries = verified.Head.Seq
	if err := verified.Err(); err != nil {
		return result, err
	}
	if result.Replay, err = a.replayPayer(ctx, i, p); err != nil {
		return result, err
	}
	err = a.collect(ctx, i, p, answer.Batch, &result)
	return result, err
}

// collect adds every claim of the batch with its decision.
func (a *app) collect(ctx context.Context, i *installation.Installation, p postgres.Payer, batch claim.ID, result *tried) error {
	list, err := postgres.ClaimsOfBatch(ctx, i.Pool, p.ID, batch, 0, 100_000)
	if err != nil {
		return err
	}
	for _, s := range list {
		opened, err := i.Desk.Open(ctx, p.ID, s.ClaimID)
		if err != nil {
			return err
		}
		shown := claimStatus{
			ControlNumber: claim.ControlNumber(s.ControlNumber), ClaimID: s.ClaimID, Batch: s.Batch, State: server.StateOf(&s),
			Received: s.Received, PendReasons: s.PendReasons,
		}
		if shown.Decision, err = adjudicate.DecodeDecision(opened[len(opened)-1].Decision); err != nil {
			return err
		}
		for _, line := range shown.Decision.Lines {
			if line.Outcome == claim.Pay && line.Paid > 0 {
				result.PaidLines++
			}
		}
		result.Received = s.Received // today, where the document has no date
		result.Claims = append(result.Claims, shown)
	}
	return nil
}
