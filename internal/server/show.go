package server

import (
	"context"
	"net/http"
	"net/url"
	"time"

	"github.com/google/uuid"

	"github.com/assize/assize/internal/claim"
	"github.com/assize/assize/internal/postgres"
	"github.com/assize/assize/internal/server/pages"
)

const (
	homeBatches  = 12  // of each payer on the home page
	homeLive     = 3   // of them followed live, since browsers open six connections to a server at most
	homeReasons  = 8   // bars of reasons
	batchClaims  = 100 // on one page of a batch
	shownCases   = 200
	shownReports = 50 // problems listed of one document
)

// render answers with a page.
func (s *Server) render(w http.ResponseWriter, r *http.Request, status int, p pages.Page) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	out := &lateHeader{w: w, status: status}
	if err := s.pages.Render(out, p); err != nil && !out.wrote {
		s.logger.Error("page not rendered", "route", r.Pattern, "error", err.Error())
		http.Error(w, "a fault of ours", http.StatusInternalServerError)
	}
}

// lateHeader sends the status with the first byte, so that a template that fails can still be told.
type lateHeader struct {
	w      http.ResponseWriter
	status int
	wrote  bool
}

func (l *lateHeader) Write(p []byte) (int, error) {
	if !l.wrote {
		l.wrote = true
		l.w.WriteHeader(l.status)
	}
	return l.w.Write(p)
}

// showStatic answers with a style sheet, script or picture. Their addresses change with their content.
func (s *Server) showStatic(w http.ResponseWriter, r *http.Request) error {
	asset, ok := s.pages.Asset(r.PathValue("name"))
	if !ok {
		return noSuchPath(w, r)
	}
	w.Header().Set("Content-Type", asset.Type)
	if r.URL.Query().Get("v") == asset.Version {
		w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
	}
	_, err := w.Write(asset.Body)
	return err
}

func payerURL(p postgres.Payer) string { return "/payers/" + url.PathEscape(p.Code) }

func payerLink(p postgres.Payer) pages.Link {
	return pages.Link{Text: p.Name, URL: "/#payer-" + url.PathEscape(p.Code)}
}

// zoneOf is where a payer's times are shown. A zone that is not known was refused when the payer sent anything.
func zoneOf(p postgres.Payer) *time.Location {
	if zone, err := time.LoadLocation(p.TimeZone); err == nil {
		return zone
	}
	return time.UTC
}

func (s *Server) showHome(w http.ResponseWriter, r *http.Request) error {
	all, err := postgres.Payers(r.Context(), s.pool)
	if err != nil {
		return err
	}
	home := &pages.Home{Frame: pages.Frame{Title: "Claims"}}
	for _, p := range all {
		shown, err := s.payerAtAGlance(r.Context(), p)
		if err != nil {
			return err
		}
		home.Payers = append(home.Payers, shown)
	}
	s.render(w, r, http.StatusOK, home)
	return nil
}

func (s *Server) payerAtAGlance(ctx context.Context, p postgres.Payer) (pages.Payer, error) {
	shown := pages.Payer{Code: p.Code, Name: p.Name, URL: payerURL(p)}
	recent, err := postgres.RecentBatches(ctx, s.pool, p.ID, uuid.Nil, homeBatches)
	if err != nil {
		return shown, err
	}
	ids, live := make([]claim.ID, len(recent)), 0
	for i := range recent {
		ids[i] = recent[i].Batch
		b := batchRow(p, &recent[i])
		if !b.Complete() {
			if live++; live > homeLive {
				b.EventsURL = ""
			}
		}
		shown.Batches = append(shown.Batches, b)
	}
	stopped, err := postgres.StoppedBatches(ctx, s.pool, p.ID, s.desk.Now(), homeBatches)
	if err != nil {
		return shown, err
	}
	for i := range stopped {
		b := batchRow(p, &stopped[i])
		b.EventsURL = ""
		shown.Stopped = append(shown.Stopped, b)
	}
	figures, err := s.figuresOf(ctx, p, ids)
	if err != nil {
		return shown, err
	}
	shown.Figures = shownFigures(&figures)
	shown.OpenCases, err = postgres.CountOpenCases(ctx, s.pool, p.ID)
	return shown, err
}

// shortID is enough of an id to tell it from its neighbours: ids begin with their time.
func shortID(id claim.ID) string {
	text := id.String()
	return text[:8] + "…" + text[len(text)-4:]
}

func batchRow(p postgres.Payer, b *postgres.BatchSummary) pages.Batch {
	id := b.Batch.String()
	return pages.Batch{
		URL: payerURL(p) + "/batches/" + id, EventsURL: "/api/v1" + payerURL(p) + "/batches/" + id + "/events",
		Short: shortID(b.Batch), Created: b.Created.In(zoneOf(p)), State: b.State, Claims: b.Claims, Decided: b.Decided,
	}
}

// shownFigures count as decided without a person what was paid or denied; a claim that a person decided later was pended first.
func shownFigures(f *postgres.Figures) pages.Figures {
	paid, denied, pended := f.Claims[claim.Pay], f.Claims[claim.Deny], f.Claims[claim.Pend]
	total := paid + denied + pended
	carcs, counts := make([]string, len(f.CARCs)), make([]int, len(f.CARCs))
	for i, c := range f.CARCs {
		carcs[i], counts[i] = c.CARC, c.Claims
	}
	return pages.Figures{
		Claims: total, Automatic: pages.Percent(paid+denied, total), Shares: pages.Shares(paid, denied, pended),
		Paid: f.Paid, Owed: f.Owed, Flagged: f.Flagged, Reasons: pages.Reasons(carcs, counts, homeReasons),
	}
}

func (s *Server) showBatch(w http.ResponseWriter, r *http.Request, p postgres.Payer) error {
	answer, err := s.batchAnswer(r.Context(), r.PathValue("batch"), p)
	if err != nil {
		return err
	}
	after, err := afterOf(r)
	if err != nil {
		return err
	}
	list, err := postgres.ClaimsOfBatch(r.Context(), s.pool, p.ID, answer.Batch, after, batchClaims)
	if err != nil {
		return err
	}
	words, err := s.reasons(r.Context(), p)
	if err != nil {
		return err
	}
	row := batchRow(p, &answer.BatchSummary)
	page := &pages.BatchPage{
		Frame: pages.Frame{Title: "Batch " + row.Short, Crumbs: []pages.Link{payerLink(p)}},
		Payer: payerLink(p), Batch: row, ID: answer.Batch.String(), Redecided: answer.Progress.Redecided,
		Figures: shownFigures(&answer.Figures),
	}
	if answer.Completed != nil {
		at := answer.Completed.In(zoneOf(p))
		page.Completed = &at
	}
	for i := range answer.Documents {
		page.Documents = append(page.Documents, shownDocument(&answer.Documents[i]))
	}
	for i := range list {
		page.Claims = append(page.Claims, claimRow(p, &list[i], words))
	}
	if len(list) == batchClaims {
		page.NextURL = row.URL + "?after=" + claim.ControlNumber(list[len(list)-1].ControlNumber) + "#claims"
	}
	s.render(w, r, http.StatusOK, page)
	return nil
}

func claimRow(p postgres.Payer, c *postgres.ClaimStatus, words func([]string) []string) pages.ClaimRow {
	number := claim.ControlNumber(c.ControlNumber)
	return pages.ClaimRow{
		URL: payerURL(p) + "/claims/" + number, ControlNumber: number, State: string(StateOf(c)),
		Charge: c.Charge, Paid: c.Paid, PatientOwes: c.PatientOwes, CARCs: c.CARCs, Reasons: words(c.PendReasons),
	}
}

func (s *Server) showCases(w http.ResponseWriter, r *http.Request, p postgres.Payer) error {
	open, err := postgres.OpenCasesOf(r.Context(), s.pool, p.ID, shownCases)
	if err != nil {
		return err
	}
	page := &pages.Cases{Frame: pages.Frame{Title: "Claims that wait", Crumbs: []pages.Link{payerLink(p)}}, Payer: payerLink(p)}
	if page.Total, err = postgres.CountOpenCases(r.Context(), s.pool, p.ID); err != nil {
		return err
	}
	words, err := s.reasons(r.Context(), p)
	if err != nil {
		return err
	}
	for _, o := range open {
		number := claim.ControlNumber(o.ControlNumber)
		page.Cases = append(page.Cases, pages.Case{
			URL: payerURL(p) + "/claims/" + number, ControlNumber: number, Reasons: words(o.Reasons),
			Opened: o.OpenedAt.In(zoneOf(p)), Due: o.Due, Charge: o.Charge,
		})
	}
	s.render(w, r, http.StatusOK, page)
	return nil
}
