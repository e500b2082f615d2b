package server

import (
	"context"
	"encoding/hex"
	"errors"
	"net/http"

	"github.com/google/uuid"

	"github.com/assize/assize/internal/adjudicate"
	"github.com/assize/assize/internal/claim"
	"github.com/assize/assize/internal/postgres"
	"github.com/assize/assize/ledger"
	"github.com/assize/assize/workflows"
)

// ClaimSummary is one claim of a list.
type ClaimSummary struct {
	ControlNumber string      `json:"controlNumber"` // payer claim control number: REF*1K, CLP07
	ClaimID       claim.ID    `json:"claimId"`
	Batch         claim.ID    `json:"batch"`
	State         State       `json:"state"`
	Codes         StateCodes  `json:"codes"`
	Received      claim.Date  `json:"received"`
	Entry         *claim.ID   `json:"entry"` // of the ledger; null while in process
	Charge        claim.Cents `json:"chargeCents"`
	Paid          claim.Cents `json:"paidCents"`
	PatientOwes   claim.Cents `json:"patientOwesCents"`
	CARCs         []string    `json:"carcs"`
	PendReasons   []string    `json:"pendReasons"` // code:detail, see claim.PendReason
}

// ClaimAnswer is one claim with its decision.
type ClaimAnswer struct {
	ClaimSummary
	Decision *claim.Decision `json:"decision"` // null while in process, or when erased
	Erased   bool            `json:"erased"`   // a subject's key was destroyed: the decision can no longer be read
	Repeated bool            `json:"repeated"` // the same body was received before; this is its answer
}

// summarize never leaves a list null: a client that counts reasons need not ask whether there is a list.
func summarize(c *postgres.ClaimStatus) ClaimSummary {
	state := StateOf(c)
	s := ClaimSummary{
		ControlNumber: claim.ControlNumber(c.ControlNumber), ClaimID: c.ClaimID, Batch: c.Batch, State: state, Codes: CodesOf(c),
		Received: c.Received, Charge: c.Charge, Paid: c.Paid, PatientOwes: c.PatientOwes, CARCs: []string{}, PendReasons: []string{},
	}
	if !c.InProcess {
		s.Entry = &c.EntryID
	}
	s.CARCs = append(s.CARCs, c.CARCs...)
	s.PendReasons = append(s.PendReasons, c.PendReasons...)
	return s
}

// claimNamed finds a claim of the payer by control number or id.
func (s *Server) claimNamed(ctx context.Context, p postgres.Payer, name string) (postgres.ClaimStatus, error) {
	if number, ok := claim.ParseControlNumber(name); ok {
		return postgres.StatusByControl(ctx, s.pool, p.ID, number)
	}
	id, err := uuid.Parse(name)
	if err != nil {
		return postgres.ClaimStatus{}, claim.Errorf(claim.Invalid, "neither a claim control number (is a character mistyped?) nor an id")
	}
	return postgres.StatusByClaim(ctx, s.pool, p.ID, id)
}

// getClaim answers where a claim stands and what was decided.
func (s *Server) getClaim(w http.ResponseWriter, r *http.Request, p postgres.Payer) error {
	status, err := s.claimNamed(r.Context(), p, r.PathValue("claim"))
	if err != nil {
		return err
	}
	answer, _, err := s.open(r.Context(), p, &status)
	if err != nil {
		return err
	}
	s.writeJSON(w, r, http.StatusOK, answer)
	return nil
}

// open adds to a claim's status what its last entry commits to, unless it is in process or erased. The record opened
// is nil then.
func (s *Server) open(ctx context.Context, p postgres.Payer, status *postgres.ClaimStatus) (ClaimAnswer, *workflows.Opened, error) {
	answer := ClaimAnswer{ClaimSummary: summarize(status)}
	if status.InProcess {
		return answer, nil, nil
	}
	opened, err := s.desk.Open(ctx, p.ID, status.ClaimID)
	if errors.Is(err, ledger.ErrErased) {
		answer.Erased = true
		return answer, nil, nil
	}
	if err != nil {
		return answer, nil, err
	}
	last := &opened[len(opened)-1]
	answer.Decision, err = adjudicate.DecodeDecision(last.Decision)
	return answer, last, err
}

// ReplayAnswer is what became of deciding every entry of a claim again.
type ReplayAnswer struct {
	ControlNumber string        `json:"controlNumber"`
	ClaimID       claim.ID      `json:"claimId"`
	Equal         bool          `json:"equal"` // every entry gave the same bytes
	Entries       []ReplayEntry `json:"entries"`
}

// ReplayEntry is one entry decided again.
type ReplayEntry struct {
	Entry       claim.ID                 `json:"entry"`
	Seq         int64                    `json:"seq"`
	Kind        string                   `json:"kind"`
	Verdict     adjudicate.ReplayVerdict `json:"verdict"`
	Reason      string                   `json:"reason"`
	Decision    *claim.Decision          `json:"decision"` // as decided again; null unless it was
	Differences []adjudicate.Difference  `json:"differences"`
}

// getReplay decides a claim again from its recorded evidence and compares bytes.
func (s *Server) getReplay(w http.ResponseWriter, r *http.Request, p postgres.Payer) error {
	status, err := s.claimNamed(r.Context(), p, r.PathValue("claim"))
	if err != nil {
		return err
	}
	answer, err := s.replay(r.Context(), p, &status)
	if err != nil {
		return err
	}
	s.writeJSON(w, r, http.StatusOK, answer)
	return nil
}

// replay decides every entry of a claim again: that it pended first, and what a person decided then, are two decisions.
func (s *Server) replay(ctx context.Context, p postgres.Payer, status *postgres.ClaimStatus) (ReplayAnswer, error) {
	answer := ReplayAnswer{ControlNumber: claim.ControlNumber(status.ControlNumber), ClaimID: status.ClaimID, Equal: true}
	if status.InProcess {
		return answer, claim.Errorf(claim.Conflict, "claim %s is in process: there is nothing to replay yet", answer.ControlNumber)
	}
	entries, err := ledger.EntriesOf(ctx, s.pool, p.ID, status.ClaimID)
	if err != nil {
		return answer, err
	}
	for _, stored := range entries {
		again, err := s.desk.Replay(ctx, stored.Record)
		if err != nil {
			return answer, err
		}
		answer.Equal = answer.Equal && again.Verdict == adjudicate.Equal
		answer.Entries = append(answer.Entries, ReplayEntry{
			Entry: stored.Entry.ID, Seq: stored.Entry.Seq, Kind: stored.Entry.Kind.String(), Verdict: again.Verdict,
			Reason: again.Reason, Decision: again.Decision, Differences: append([]adjudicate.Difference{}, again.Differences...),
		})
	}
	return answer, nil
}

// ReceiptAnswer is a ledger.Receipt for the wire: bytes in base64, digests in hex.
type ReceiptAnswer struct {
	Entry    []byte `json:"entry"`    // the entry's bytes
	Nonce    []byte `json:"nonce"`    // of the decision commitment
	Decision []byte `json:"decision"` // the decision's bytes, deterministic CBOR
	LeafHash string `json:"leafHash"` // of the entry: what to look for on the chain
	Seq      int64  `json:"seq"`      // of the entry on the chain
}

// getReceipt answers what proves the claim's last decision to whoever holds it, with no key handed over.
func (s *Server) getReceipt(w http.ResponseWriter, r *http.Request, p postgres.Payer) error {
	status, err := s.claimNamed(r.Context(), p, r.PathValue("claim"))
	if err != nil {
		return err
	}
	if status.InProcess {
		return claim.Errorf(claim.Conflict, "claim %s is in process: there is no receipt yet", claim.ControlNumber(status.ControlNumber))
	}
	answer, opened, err := s.open(r.Context(), p, &status)
	if err != nil {
		return err
	}
	if answer.Erased {
		return claim.Errorf(claim.Conflict, "the decision of claim %s was erased", answer.ControlNumber)
	}
	leaf := ledger.LeafHash(opened.Receipt.Entry)
	s.writeJSON(w, r, http.StatusOK, ReceiptAnswer{
		Entry: opened.Receipt.Entry, Nonce: opened.Receipt.Nonce[:], Decision: opened.Receipt.Decision,
		LeafHash: hex.EncodeToString(leaf[:]), Seq: opened.Entry.Seq,
	})
	return nil
}
