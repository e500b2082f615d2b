package server

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"

	"github.com/assize/assize/internal/claim"
	"github.com/assize/assize/internal/server/pages"
)

// answerOf is what a kind of error becomes on HTTP, in one table.
type answerOf struct {
	status int
	name   string
	hidden string // shown in place of the error's own text, which is then logged; "" shows the text
}

var answers = map[claim.Kind]answerOf{
	claim.Internal:    {http.StatusInternalServerError, "internal", "a fault of ours; it is noted under this id"},
	claim.Invalid:     {http.StatusBadRequest, "invalid", ""},
	claim.NotFound:    {http.StatusNotFound, "notFound", ""},
	claim.Conflict:    {http.StatusConflict, "conflict", ""},
	claim.Forbidden:   {http.StatusForbidden, "forbidden", ""},
	claim.Unavailable: {http.StatusServiceUnavailable, "unavailable", "a store or engine is out of reach: try again; nothing was lost"},
}

// retryAfterSeconds is what a caller is asked to wait when something is out of reach.
const retryAfterSeconds = "2"

// statusError is an error with a status of its own, for what only HTTP knows: body too large, media type, method.
type statusError struct {
	status int
	error
}

func (e *statusError) Unwrap() error { return e.error }

// refusal is a document that was read and refused, with what was found.
type refusal struct {
	error
	problems []claim.Problem
}

func (e *refusal) Unwrap() error { return e.error }

// Failure is what an answer says of an error.
type Failure struct {
	Kind     string          `json:"kind"` // invalid, notFound, conflict, forbidden, unavailable, internal
	Text     string          `json:"text"`
	ID       claim.ID        `json:"id"`                 // to ask us about; it stands in the log when the text does not say what was wrong
	Problems []claim.Problem `json:"problems,omitempty"` // of a document that was refused
}

// failure turns an error into status and answer, and logs what the answer does not say.
func (s *Server) failure(r *http.Request, err error) (int, Failure) {
	kind := claim.KindOf(err)
	if errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled) {
		kind = claim.Unavailable
	}
	answer := answers[kind]
	f := Failure{Kind: answer.name, Text: err.Error(), ID: claim.NewID()}
	if answer.hidden != "" {
		f.Text = answer.hidden
		if r.Context().Err() == nil { // a caller who went away is not a fault
			s.logger.Error("request failed", "id", f.ID.String(), "kind", answer.name, "route", r.Pattern, "error", err.Error())
		}
	}
	if refused, ok := errors.AsType[*refusal](err); ok {
		f.Problems = refused.problems
	}
	if special, ok := errors.AsType[*statusError](err); ok {
		return special.status, f
	}
	if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
		f.Kind, f.Text = answers[claim.Invalid].name, "the body is too large"
		return http.StatusRequestEntityTooLarge, f
	}
	return answer.status, f
}

// failAPI answers an error as JSON.
func (s *Server) failAPI(w http.ResponseWriter, r *http.Request, err error) {
	status, f := s.failure(r, err)
	if status == http.StatusServiceUnavailable {
		w.Header().Set("Retry-After", retryAfterSeconds)
	}
	s.writeJSON(w, r, status, map[string]Failure{"error": f})
}

// failPage answers an error as a page.
func (s *Server) failPage(w http.ResponseWriter, r *http.Request, err error) {
	status, f := s.failure(r, err)
	s.render(w, r, status, &pages.Failed{
		Frame: pages.Frame{Title: http.StatusText(status)}, Status: status, Text: f.Text, ID: f.ID.String(), Hidden: answers[claim.KindOf(err)].hidden != "",
	})
}

// writeJSON answers with one JSON value.
func (s *Server) writeJSON(w http.ResponseWriter, r *http.Request, status int, value any) {
	body, err := json.Marshal(value)
	if err != nil {
		s.logger.Error("answer not encodable", "route", r.Pattern, "error", err.Error())
		status, body = http.StatusInternalServerError, []byte(`{"error":{"kind":"internal","text":"a fault of ours"}}`)
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, _ = w.Write(append(body, '\n')) // a caller who went away needs no answer
}

func noSuchPath(http.ResponseWriter, *http.Request) error {
	return claim.Errorf(claim.NotFound, "there is nothing under this path and method")
}
