package server

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"

	"github.com/assize/assize/internal/claim"
	"github.com/assize/assize/internal/postgres"
	"github.com/assize/assize/internal/server/pages"
	"github.com/assize/assize/ledger"
	"github.com/assize/assize/workflows"
)

// findClaimPage takes a control number from the search field to its page.
func (s *Server) findClaimPage(w http.ResponseWriter, r *http.Request, p postgres.Payer) error {
	status, err := s.claimNamed(r.Context(), p, strings.TrimSpace(r.URL.Query().Get("claim")))
	if err != nil {
		return err
	}
	http.Redirect(w, r, payerURL(p)+"/claims/"+claim.ControlNumber(status.ControlNumber), http.StatusSeeOther)
	return nil
}

func (s *Server) showClaim(w http.ResponseWriter, r *http.Request, p postgres.Payer) error {
	status, err := s.claimNamed(r.Context(), p, r.PathValue("claim"))
	if err != nil {
		return err
	}
	page, err := s.claimPage(r.Context(), p, &status)
	if err != nil {
		return err
	}
	s.render(w, r, http.StatusOK, page)
	return nil
}

// showReplay is the claim's page with the verdict of deciding it again on top.
func (s *Server) showReplay(w http.ResponseWriter, r *http.Request, p postgres.Payer) error {
	status, err := s.claimNamed(r.Context(), p, r.PathValue("claim"))
	if err != nil {
		return err
	}
	again, err := s.replay(r.Context(), p, &status)
	if err != nil {
		return err
	}
	page, err := s.claimPage(r.Context(), p, &status)
	if err != nil {
		return err
	}
	page.Replay = &pages.Replay{Equal: again.Equal}
	for _, e := range again.Entries {
		shown := pages.ReplayEntry{Seq: e.Seq, Kind: e.Kind, Verdict: string(e.Verdict), Reason: e.Reason}
		for _, d := range e.Differences {
			shown.Differences = append(shown.Differences, fmt.Sprintf("%s: recorded %s, now %s", d.Path, d.Recorded, d.Recomputed))
		}
		page.Replay.Entries = append(page.Replay.Entries, shown)
	}
	s.render(w, r, http.StatusOK, page)
	return nil
}

// claimPage shows as much as can be read: of a claim in process its state, of an erased one its entries, which prove that it was
// decided.
func (s *Server) claimPage(ctx context.Context, p postgres.Payer, status *postgres.ClaimStatus) (*pages.ClaimPage, error) {
	answer, opened, err := s.open(ctx, p, status)
	if err != nil {
		return nil, err
	}
	words, err := s.reasons(ctx, p)
	if err != nil {
		return nil, err
	}
	at := payerURL(p) + "/claims/" + answer.ControlNumber
	page := &pages.ClaimPage{
		Frame: pages.Frame{Title: "Claim " + answer.ControlNumber, Crumbs: []pages.Link{payerLink(p)}},
		Payer: payerLink(p), ControlNumber: answer.ControlNumber, ID: answer.ClaimID.String(), State: string(answer.State),
		Category: answer.Codes.Category277, Received: answer.Received, Waits: words(answer.PendReasons), Erased: answer.Erased,
		BatchURL: payerURL(p) + "/batches/" + answer.Batch.String(), ReplayURL: at + "/replay",
	}
	if status.InProcess {
		return page, nil
	}
	if err := s.addEntries(ctx, p, status, page); err != nil {
		return nil, err
	}
	if answer.Decision == nil {
		return page, nil
	}
	page.ReceiptURL = "/api/v1" + at + "/receipt"
	addDecision(page, answer.Decision, &opened.Evidence.Claim)
	return page, s.addEdits(ctx, page, answer.Decision, opened)
}

// addEntries lists what stands on the ledger about the claim; that can be read whatever was erased.
func (s *Server) addEntries(ctx context.Context, p postgres.Payer, status *postgres.ClaimStatus, page *pages.ClaimPage) error {
	entries, err := ledger.EntriesOf(ctx, s.pool, p.ID, status.ClaimID)
	if err != nil {
		return err
	}
	for _, e := range entries {
		page.Entries = append(page.Entries, pages.Entry{
			Seq: e.Entry.Seq, Kind: e.Entry.Kind.String(), ID: e.Entry.ID.String(), Time: e.Entry.Time.Time().In(zoneOf(p)),
		})
	}
	return nil
}

// addDecision shows money and lines. Of the claim itself only what was done is shown, never to whom.
func addDecision(page *pages.ClaimPage, d *claim.Decision, c *claim.Claim) {
	page.Decided = true
	page.Charge, page.Allowed, page.Paid, page.PatientOwes = d.Charge, d.Allowed, d.Paid, d.PatientOwes
	page.Assumed = d.Assumed
	page.Scored, page.Flagged = d.Score.Scored, d.Score.Flagged
	page.Margin, page.Threshold = millionths(d.Score.MarginMillionths), millionths(d.Score.Threshold)
	for i := range d.Lines {
		l := &d.Lines[i]
		shown := pages.Line{
			Number: l.Number, Outcome: l.Outcome, Charge: l.Charge, Allowed: l.Allowed, Paid: l.Paid, PatientOwes: l.PatientOwes,
			Adjustments: l.Adjustments, Remarks: l.Remarks,
		}
		if i < len(c.Lines) {
			shown.Service, shown.Units = serviceOf(&c.Lines[i]), c.Lines[i].Quantity.String()
		}
		page.Lines = append(page.Lines, shown)
	}
}

// serviceOf names a line's service: "99213-25", or with its revenue code "0450 99283".
func serviceOf(l *claim.Line) string {
	service := strings.Join(append([]string{l.Procedure}, l.Modifiers...), "-")
	return strings.TrimSpace(l.Revenue + " " + service)
}

// millionths shows a model's margin with three decimals.
func millionths(n int64) string { return fmt.Sprintf("%.3f", float64(n)/1e6) }

// addEdits shows the findings under the titles that the contract of the decision gives its rules.
func (s *Server) addEdits(ctx context.Context, page *pages.ClaimPage, d *claim.Decision, opened *workflows.Opened) error {
	deciders, err := s.desk.Shelf.Engine(ctx, s.pool, opened.Entry.Contract, opened.Entry.Model)
	if err != nil {
		return err
	}
	titles := titlesOf(deciders)
	for _, e := range d.Edits {
		page.Edits = append(page.Edits, pages.Edit{
			Rule: e.Rule, Title: titles[e.Rule], Line: e.Line, Outcome: e.Outcome, Group: e.Group, CARC: e.CARC, RARC: e.RARC,
		})
	}
	return nil
}

// titlesOf names the rules of a contract for people.
func titlesOf(deciders *workflows.Deciders) map[string]string {
	titles := map[string]string{reviewRule: "A person's finding"}
	for _, rule := range deciders.Engine.Rules() {
		titles[rule.ID] = rule.Title
	}
	return titles
}

// reasons says in words what claims of a payer wait for, under the titles of the contract now in force: the ids of rules
// are stable, and a queue need not look each entry up.
func (s *Server) reasons(ctx context.Context, p postgres.Payer) (func([]string) []string, error) {
	books, err := s.desk.Shelf.Open(ctx, s.pool, p.ID, s.desk.Now())
	if err != nil {
		return nil, err
	}
	titles := titlesOf(books.Deciders)
	return func(reasons []string) []string {
		words := make([]string, len(reasons))
		for i, r := range reasons {
			words[i] = claim.WaitWords(r, titles)
		}
		return words
	}, nil
}

// shownDocument reads the problems of a document's report, whichever reader wrote it.
func shownDocument(d *postgres.DocumentSummary) pages.Document {
	shown := pages.Document{Short: shortID(d.Document), Format: d.Format, Received: d.Received, Claims: d.Claims, Refused: d.Refused}
	var report struct {
		Errors, Warnings           []claim.Problem
		ErrorsTotal, WarningsTotal int
	}
	if err := json.Unmarshal(d.Report, &report); err != nil {
		return shown // a report of another version: its counts stand beside it
	}
	for _, problem := range append(report.Errors, report.Warnings...) {
		if len(shown.Problems) == shownReports {
			break
		}
		shown.Problems = append(shown.Problems, problem.String())
	}
	shown.More = report.ErrorsTotal + report.WarningsTotal - len(shown.Problems)
	return shown
}
