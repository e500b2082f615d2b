package server

import (
	"io"
	"net/http"

	"go.temporal.io/sdk/client"

	"github.com/assize/assize/internal/claim"
	"github.com/assize/assize/internal/postgres"
	"github.com/assize/assize/ledger"
)

// getHead answers with the head of the payer's chain, signed now. Keep it: a cut tail shows only against a head kept
// elsewhere.
func (s *Server) getHead(w http.ResponseWriter, r *http.Request, p postgres.Payer) error {
	head, err := ledger.ReadHead(r.Context(), s.pool, p.ID, ledger.Decisions)
	if err != nil {
		return err
	}
	writeText(w, string(s.signer.Sign(head)))
	return nil
}

// headKey answers with the public key that verifies signed heads.
func (s *Server) headKey(w http.ResponseWriter, _ *http.Request) error {
	writeText(w, s.signer.Public().String()+"\n")
	return nil
}

// health says that the process answers.
func (s *Server) health(w http.ResponseWriter, _ *http.Request) error {
	writeText(w, "ok\n")
	return nil
}

// ready says that Postgres and Temporal answer too.
func (s *Server) ready(w http.ResponseWriter, r *http.Request) error {
	if err := s.pool.Ping(r.Context()); err != nil {
		return claim.Errorf(claim.Unavailable, "reaching Postgres: %w", err)
	}
	if _, err := s.temporal.CheckHealth(r.Context(), &client.CheckHealthRequest{}); err != nil {
		return claim.Errorf(claim.Unavailable, "reaching Temporal: %w", err)
	}
	writeText(w, "ready\n")
	return nil
}

func writeText(w http.ResponseWriter, text string) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	_, _ = io.WriteString(w, text) // a caller who went away needs no answer
}
