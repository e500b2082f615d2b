package server

import (
	"context"
	"net/http"
	"strconv"

	"github.com/google/uuid"

	"github.com/assize/assize/internal/claim"
	"github.com/assize/assize/internal/intake"
	"github.com/assize/assize/internal/postgres"
	"github.com/assize/assize/workflows"
)

// PayerAnswer is one payer of the installation.
type PayerAnswer struct {
	Code     string `json:"code"`
	Name     string `json:"name"`
	TimeZone string `json:"timeZone"` // of its civil dates
}

func (s *Server) listPayers(w http.ResponseWriter, r *http.Request) error {
	all, err := postgres.Payers(r.Context(), s.pool)
	if err != nil {
		return err
	}
	list := make([]PayerAnswer, len(all))
	for i, p := range all {
		list[i] = PayerAnswer{p.Code, p.Name, p.TimeZone}
	}
	s.writeJSON(w, r, http.StatusOK, map[string]any{"payers": list})
	return nil
}

// postBatch takes one document in and starts its batch. The answer lists what is wrong with it; the good claims of the
// same document go on.
func (s *Server) postBatch(w http.ResponseWriter, r *http.Request, p postgres.Payer) error {
	spool, err := s.spool(w, r)
	if err != nil {
		return err
	}
	defer spool.Close()
	// As for a single claim: what is staged must be started, also when the sender hangs up.
	ctx := context.WithoutCancel(r.Context())
	submission, err := s.intake.Submit(ctx, p, []intake.Source{{Name: "body", Open: spool.Open}})
	if err != nil {
		return err
	}
	receipt := submission.Documents[0]
	state, err := postgres.BatchByID(ctx, s.pool, p.ID, receipt.Batch)
	if err != nil {
		return err
	}
	if state.State != "complete" {
		if _, err := workflows.RequestBatch(ctx, s.temporal, workflows.BatchInput{Payer: p.ID, Batch: receipt.Batch}, false); err != nil {
			return err
		}
	}
	code := http.StatusAccepted
	switch {
	case receipt.Repeated:
		code = http.StatusOK
	case receipt.Claims == 0:
		code = http.StatusUnprocessableEntity // received, with nothing in it that could be adjudicated
	}
	w.Header().Set("Location", "/api/v1"+payerURL(p)+"/batches/"+receipt.Batch.String())
	s.writeJSON(w, r, code, receipt)
	return nil
}

// BatchAnswer is one batch with its documents and figures.
type BatchAnswer struct {
	postgres.BatchSummary
	Progress  postgres.Progress          `json:"progress"`
	Figures   postgres.Figures           `json:"figures"`
	Documents []postgres.DocumentSummary `json:"documents"` // the first 100
}

// documentsShown bounds the documents of one answer.
const documentsShown = 100

func (s *Server) getBatch(w http.ResponseWriter, r *http.Request, p postgres.Payer) error {
	answer, err := s.batchAnswer(r.Context(), r.PathValue("batch"), p)
	if err != nil {
		return err
	}
	s.writeJSON(w, r, http.StatusOK, answer)
	return nil
}

// batchAnswer puts together what there is of a batch. The parts are read one after the other, so a batch at work may have moved on
// between them: each is true, and the figures are the younger.
func (s *Server) batchAnswer(ctx context.Context, name string, p postgres.Payer) (BatchAnswer, error) {
	var answer BatchAnswer
	batch, err := idOf(name)
	if err != nil {
		return answer, err
	}
	if answer.BatchSummary, err = postgres.BatchByID(ctx, s.pool, p.ID, batch); err != nil {
		return answer, err
	}
	if answer.Progress, err = postgres.BatchProgress(ctx, s.pool, p.ID, batch); err != nil {
		return answer, err
	}
	if answer.Documents, err = postgres.DocumentsOfBatch(ctx, s.pool, p.ID, batch, documentsShown); err != nil {
		return answer, err
	}
	answer.Figures, err = s.figuresOf(ctx, p, []claim.ID{batch})
	return answer, err
}

// listBatches pages by the id of the last batch seen: ids begin with their time, so that new batches shift no page.
func (s *Server) listBatches(w http.ResponseWriter, r *http.Request, p postgres.Payer) error {
	limit, err := s.limitOf(r)
	if err != nil {
		return err
	}
	var before claim.ID
	if text := r.URL.Query().Get("before"); text != "" {
		if before, err = idOf(text); err != nil {
			return err
		}
	}
	list, err := postgres.RecentBatches(r.Context(), s.pool, p.ID, before, limit)
	if err != nil {
		return err
	}
	s.writeJSON(w, r, http.StatusOK, map[string]any{"batches": emptyNotNull(list)})
	return nil
}

// listBatchClaims lists the decided claims of a batch after a control number.
func (s *Server) listBatchClaims(w http.ResponseWriter, r *http.Request, p postgres.Payer) error {
	limit, err := s.limitOf(r)
	if err != nil {
		return err
	}
	batch, err := idOf(r.PathValue("batch"))
	if err != nil {
		return err
	}
	after, err := afterOf(r)
	if err != nil {
		return err
	}
	if _, err := postgres.BatchByID(r.Context(), s.pool, p.ID, batch); err != nil {
		return err
	}
	list, err := postgres.ClaimsOfBatch(r.Context(), s.pool, p.ID, batch, after, limit)
	if err != nil {
		return err
	}
	claims := make([]ClaimSummary, len(list))
	for i := range list {
		claims[i] = summarize(&list[i])
	}
	next := "" // control number to go on after; "" at the end
	if len(list) == limit {
		next = claims[limit-1].ControlNumber
	}
	s.writeJSON(w, r, http.StatusOK, map[string]any{"claims": claims, "next": next})
	return nil
}

// idOf reads an id of a path or query.
func idOf(text string) (claim.ID, error) {
	id, err := uuid.Parse(text)
	if err != nil {
		return id, claim.Errorf(claim.Invalid, "an id is expected, such as 0198f3c2-5d5e-7c10-a3f4-6b1f0d9c7e21")
	}
	return id, nil
}

// limitOf reads how many rows are asked for: 100, or the limit of the query.
func (s *Server) limitOf(r *http.Request) (int, error) {
	text := r.URL.Query().Get("limit")
	if text == "" {
		return min(100, s.limits.PageClaims), nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 || n > s.limits.PageClaims {
		return 0, claim.Errorf(claim.Invalid, "limit is a number from 1 to %d", s.limits.PageClaims)
	}
	return n, nil
}

// afterOf reads the control number to go on after; 0 is the beginning.
func afterOf(r *http.Request) (int64, error) {
	text := r.URL.Query().Get("after")
	if text == "" {
		return 0, nil
	}
	number, ok := claim.ParseControlNumber(text)
	if !ok {
		return 0, claim.Errorf(claim.Invalid, "after is a claim control number")
	}
	return number, nil
}

// emptyNotNull makes an empty list of one that is absent: JSON clients read [] and not null.
func emptyNotNull[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}
