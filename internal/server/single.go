package server

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"mime"
	"net/http"
	"time"

	"github.com/assize/assize/internal/claim"
	"github.com/assize/assize/internal/intake"
	"github.com/assize/assize/internal/intake/flat"
	"github.com/assize/assize/internal/intake/x12"
	"github.com/assize/assize/internal/postgres"
	"github.com/assize/assize/workflows"
)

// Media types of a single claim.
const (
	jsonType = "application/json"
	x12Type  = "application/edi-x12" // RFC 1767
)

// postClaim takes one claim in and answers with its decision in the same call. The same body again answers with the
// same claim: a sender whose connection broke sends it again and loses nothing.
func (s *Server) postClaim(w http.ResponseWriter, r *http.Request, p postgres.Payer) error {
	body, err := s.readClaim(w, r)
	if err != nil {
		return err
	}
	// A sender who hangs up must not leave a claim that is accepted and not started: from here on only the clock ends the
	// work, and what it ends is taken up by installation.ResumeBatches, for which this is a batch of one.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(r.Context()), s.limits.DecisionWait)
	defer cancel()
	receipt, err := s.stageClaim(ctx, p, body)
	if err != nil {
		return err
	}
	single, err := postgres.ClaimOfDocument(ctx, s.pool, p.ID, receipt.Batch, receipt.Document)
	if err != nil {
		return err
	}
	if err := s.decide(ctx, p, receipt.Batch, single); err != nil {
		return err
	}
	return s.answerClaim(w, r, p, single.Claim, receipt.Repeated)
}

// answerClaim answers with the claim as it stands: decided, or in process when the wait was over first.
func (s *Server) answerClaim(w http.ResponseWriter, r *http.Request, p postgres.Payer, id claim.ID, repeated bool) error {
	status, err := postgres.StatusByClaim(r.Context(), s.pool, p.ID, id)
	if err != nil {
		return err
	}
	answer, _, err := s.open(r.Context(), p, &status)
	if err != nil {
		return err
	}
	answer.Repeated = repeated
	code := http.StatusCreated
	switch {
	case status.InProcess:
		code = http.StatusAccepted
	case repeated:
		code = http.StatusOK
	}
	w.Header().Set("Location", "/api/v1"+payerURL(p)+"/claims/"+answer.ControlNumber)
	s.writeJSON(w, r, code, answer)
	return nil
}

// readClaim reads a body that holds exactly one claim and nothing wrong. It returns the document to stage.
func (s *Server) readClaim(w http.ResponseWriter, r *http.Request) ([]byte, error) {
	media, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || media != jsonType && media != x12Type {
		return nil, &statusError{http.StatusUnsupportedMediaType,
			claim.Errorf(claim.Invalid, "one claim is sent as %s or %s", jsonType, x12Type)}
	}
	body, err := s.readBody(w, r, s.limits.ClaimBytes)
	if err != nil {
		return nil, err
	}
	if media == jsonType {
		body = oneLine(body)
		report, err := flat.ReadNDJSON(r.Context(), bytes.NewReader(body), flat.Limits{}, nil)
		return body, checkOne(err, report.Claims, report.Eligible, report.Errors)
	}
	if format := intake.Detect(bufioOf(body)); format != intake.X12 {
		return nil, claim.Errorf(claim.Invalid, "the body is not an X12 interchange")
	}
	report, err := x12.Read(r.Context(), bytes.NewReader(body), x12.Limits{TakesTests: s.intake.TakesTests}, nil)
	return body, checkOne(err, report.Claims, report.Eligible, report.Errors)
}

// oneLine writes a JSON claim on one line, as the flat format has it, so that layout does not make another document of
// it. What is not JSON keeps its bytes but for line ends, for the reader to say what is wrong: they become what JSON has
// nowhere, since a blank would mend a text that is broken in two.
func oneLine(body []byte) []byte {
	var compact bytes.Buffer
	if err := json.Compact(&compact, body); err == nil {
		return compact.Bytes()
	}
	return bytes.ReplaceAll(bytes.ReplaceAll(body, []byte("\r"), []byte("\v")), []byte("\n"), []byte("\v"))
}

// checkOne refuses a document that is not exactly one good claim. Nothing of it is kept then.
func checkOne(err error, claims, eligible int, problems []claim.Problem) error {
	switch {
	case err != nil:
		return err
	case eligible == 1 && claims == 1 && len(problems) == 0:
		return nil
	case claims > 1:
		return claim.Errorf(claim.Invalid, "the document holds %d claims: send it to /batches", claims)
	}
	return &refusal{claim.Errorf(claim.Invalid, "the claim is refused: see the problems"), problems}
}

// stageClaim stages the document as a batch of its own, or finds it staged or decided before. Of two
// copies sent at once one is staged, and the other finds it.
func (s *Server) stageClaim(ctx context.Context, p postgres.Payer, body []byte) (intake.Receipt, error) {
	source := intake.Source{Name: "claim", Open: func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(body)), nil }}
	submission, err := s.intake.Submit(ctx, p, []intake.Source{source})
	if err != nil {
		return intake.Receipt{}, err
	}
	return submission.Documents[0], nil
}

// decideAgainEvery is how often a claim is looked at that another workflow is deciding.
const decideAgainEvery = 50 * time.Millisecond

// decide has a staged claim decided and waits for it. A wait that is over before the decision is no error: the answer
// is then "in process".
func (s *Server) decide(ctx context.Context, p postgres.Payer, batch claim.ID, single postgres.SingleClaim) error {
	if single.Decided {
		return nil
	}
	if !single.Alone {
		return s.awaitDecision(ctx, p, single.Claim)
	}
	_, err := workflows.RequestDecision(ctx, s.temporal, workflows.ClaimInput{Payer: p.ID, Batch: batch, Claim: single.Claim})
	if ctx.Err() != nil {
		return nil //nolint:nilerr // the wait was over first: see above
	}
	return err
}

// awaitDecision waits for a claim that came in a batch with others, whose workflow decides it.
func (s *Server) awaitDecision(ctx context.Context, p postgres.Payer, id claim.ID) error {
	ticker := time.NewTicker(decideAgainEvery)
	defer ticker.Stop()
	for {
		status, err := postgres.StatusByClaim(ctx, s.pool, p.ID, id)
		if ctx.Err() != nil {
			return nil
		}
		if err != nil || !status.InProcess {
			return err
		}
		select {
		case <-ctx.Done():
			return nil
		case <-ticker.C:
		}
	}
}
