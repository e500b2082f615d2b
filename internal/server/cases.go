package server

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/assize/assize/internal/adjudicate"
	"github.com/assize/assize/internal/claim"
	"github.com/assize/assize/internal/postgres"
	"github.com/assize/assize/workflows"
)

// CaseAnswer is one claim of the review queue.
type CaseAnswer struct {
	ControlNumber string      `json:"controlNumber"`
	ClaimID       claim.ID    `json:"claimId"`
	Reasons       []string    `json:"reasons"` // code:detail, see claim.PendReason
	Opened        time.Time   `json:"opened"`
	Due           claim.Date  `json:"due"` // last day of prompt payment
	Charge        claim.Cents `json:"chargeCents"`
}

// CasesOf is a review queue as it is shown to machines.
func CasesOf(open []postgres.OpenCase) []CaseAnswer {
	cases := make([]CaseAnswer, len(open))
	for i, o := range open {
		cases[i] = CaseAnswer{claim.ControlNumber(o.ControlNumber), o.ClaimID, emptyNotNull(o.Reasons), o.OpenedAt, o.Due, o.Charge}
	}
	return cases
}

// listCases lists the review queue, the one due first on top.
func (s *Server) listCases(w http.ResponseWriter, r *http.Request, p postgres.Payer) error {
	limit, err := s.limitOf(r)
	if err != nil {
		return err
	}
	open, err := postgres.OpenCasesOf(r.Context(), s.pool, p.ID, limit)
	if err != nil {
		return err
	}
	total, err := postgres.CountOpenCases(r.Context(), s.pool, p.ID)
	if err != nil {
		return err
	}
	s.writeJSON(w, r, http.StatusOK, map[string]any{"cases": CasesOf(open), "total": total})
	return nil
}

// ReviewRequest is what a reviewer decided.
type ReviewRequest struct {
	Actor     string   `json:"actor"`  // opaque id of the reviewer
	Action    string   `json:"action"` // release or deny
	Waived    []string `json:"waived"` // release: rules whose pend was looked at, or "score"
	Denials   []Denial `json:"denials"`
	Rationale string   `json:"rationale"`
}

// Denial is what a reviewer who denies found. Line 0 is the whole claim.
type Denial struct {
	Line  int         `json:"line"`
	Group claim.Group `json:"group"`
	CARC  string      `json:"carc"`
	RARC  string      `json:"rarc"`
}

// ReviewAnswer is what a review led to.
type ReviewAnswer struct {
	ControlNumber string   `json:"controlNumber"`
	ClaimID       claim.ID `json:"claimId"`
	Action        claim.ID `json:"action"` // under which the review is kept
	Entry         claim.ID `json:"entry"`  // of the ledger
	Decided       bool     `json:"decided"`
	State         State    `json:"state"`
}

// reviewRule signs the edits of a reviewer.
const reviewRule = "REVIEW"

// postReview has a claim that waits decided again with what a person found.
func (s *Server) postReview(w http.ResponseWriter, r *http.Request, p postgres.Payer) error {
	request, err := s.readReview(w, r)
	if err != nil {
		return err
	}
	status, err := s.claimNamed(r.Context(), p, r.PathValue("claim"))
	if err != nil {
		return err
	}
	if err := waits(&status); err != nil {
		return err
	}
	// What is kept must be carried out, also when the reviewer's browser hangs up.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(r.Context()), s.limits.DecisionWait)
	defer cancel()
	action := claim.NewID()
	if err := postgres.AddReview(ctx, s.pool, p.ID, action, status.ClaimID, request.human(s.desk.Now())); err != nil {
		return err
	}
	outcome, failed := workflows.RequestReview(ctx, s.temporal, workflows.ReviewInput{Payer: p.ID, Claim: status.ClaimID}, action)
	if status, err = postgres.StatusByClaim(ctx, s.pool, p.ID, status.ClaimID); err != nil {
		return errors.Join(failed, err)
	}
	if failed != nil {
		if err := waits(&status); err != nil {
			return err // another review was first
		}
		return failed
	}
	s.writeJSON(w, r, http.StatusOK, ReviewAnswer{
		claim.ControlNumber(status.ControlNumber), status.ClaimID, action, outcome.Entry, outcome.Decided, StateOf(&status),
	})
	return nil
}

// waits refuses a claim that no review can be about.
func waits(status *postgres.ClaimStatus) error {
	if status.InProcess || status.Outcome != claim.Pend {
		return claim.Errorf(claim.Conflict, "claim %s does not wait for a review", claim.ControlNumber(status.ControlNumber))
	}
	return nil
}

// readReview reads a review and refuses what cannot be one before anything is kept. What it means for the claim is the
// core's to judge.
func (s *Server) readReview(w http.ResponseWriter, r *http.Request) (ReviewRequest, error) {
	var request ReviewRequest
	body, err := s.readBody(w, r, s.limits.ReviewBytes)
	if err != nil {
		return request, err
	}
	decoder := json.NewDecoder(bytes.NewReader(body))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&request); err != nil {
		return request, claim.Errorf(claim.Invalid, "reading the review: %w", err)
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return request, claim.Errorf(claim.Invalid, "reading the review: text after it")
	}
	return request, request.check()
}

// check refuses what cannot be a review.
func (q *ReviewRequest) check() error {
	releases, denies := q.Action == adjudicate.Release, q.Action == adjudicate.Reject
	switch {
	case !releases && !denies:
		return claim.Errorf(claim.Invalid, "action is %s or %s", adjudicate.Release, adjudicate.Reject)
	case q.holdsNUL():
		return claim.Errorf(claim.Invalid, "a review is text, without a NUL character")
	case q.Actor == "" || q.Rationale == "":
		return claim.Errorf(claim.Invalid, "a review names actor and rationale")
	case releases && (len(q.Waived) == 0 || len(q.Denials) > 0):
		return claim.Errorf(claim.Invalid, "a release names what it waives, and denies nothing")
	case denies && (len(q.Denials) == 0 || len(q.Waived) > 0):
		return claim.Errorf(claim.Invalid, "a denial names what was found, and waives nothing")
	}
	for _, d := range q.Denials {
		if d.Group == "" || !claim.IsReason(d.CARC, d.RARC) {
			return claim.Errorf(claim.Invalid, "each denial names group and carc as 45 or B7, and a rarc, if any, as N130")
		}
	}
	return nil
}

// holdsNUL tells whether some text holds what Postgres keeps nowhere.
func (q *ReviewRequest) holdsNUL() bool {
	texts := append([]string{q.Actor, q.Rationale}, q.Waived...)
	for _, d := range q.Denials {
		texts = append(texts, string(d.Group), d.CARC, d.RARC)
	}
	return slices.ContainsFunc(texts, func(text string) bool { return strings.ContainsRune(text, 0) })
}

func (q *ReviewRequest) human(now time.Time) claim.HumanAction {
	h := claim.HumanAction{Actor: q.Actor, Action: q.Action, Waived: q.Waived, Rationale: q.Rationale, At: claim.InstantOf(now)}
	for _, d := range q.Denials {
		h.Edits = append(h.Edits, claim.Edit{Rule: reviewRule, Line: d.Line, Outcome: claim.Deny, Group: d.Group, CARC: d.CARC, RARC: d.RARC})
	}
	return h
}
