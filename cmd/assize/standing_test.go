package main

import (
	"bytes"
	"errors"
	"io"
	"os"
	"strings"
	"testing"

	"github.com/assize/assize/internal/claim"
	"github.com/assize/assize/internal/installation"
	"github.com/assize/assize/internal/intake"
	"github.com/assize/assize/internal/intake/flat"
	"github.com/assize/assize/internal/postgres"
	"github.com/assize/assize/internal/postgres/pgtest"
	"github.com/assize/assize/internal/simulate"
)

// oneBatch is an installation without Temporal in which one batch was received, and what a command of ours prints about it.
type oneBatch struct {
	*app
	t     *testing.T
	i     *installation.Installation
	payer postgres.Payer
	batch claim.ID
	out   bytes.Buffer
}

func newOneBatch(t *testing.T) *oneBatch {
	t.Helper()
	options := simulate.Defaults(5)
	options.Payers, options.Members, options.Providers, options.Claims, options.HistoryClaims, options.Clean = 1, 200, 40, 6, 0, true
	world, err := simulate.NewWorld(options)
	if err != nil {
		t.Fatal(err)
	}
	s := &oneBatch{app: &app{}, t: t}
	s.stdout = &s.out
	s.i, err = installation.Open(t.Context(), installation.Options{Dir: t.TempDir(), DSN: pgtest.NewDatabase(t), KeysDSN: pgtest.NewDatabase(t), WithoutTemporal: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.i.Close(t.Context()); err != nil {
			t.Error(err)
		}
	})
	payers, err := settle(t.Context(), s.i, world)
	if err != nil {
		t.Fatal(err)
	}
	s.payer = payers[0]
	var document bytes.Buffer
	for sim := range world.Claims(s.payer.ID) {
		if err := flat.WriteNDJSON(&document, sim.Claim); err != nil {
			t.Fatal(err)
		}
	}
	open := func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(document.Bytes())), nil }
	answer, err := s.i.Intake.Submit(t.Context(), s.payer, []intake.Source{{Name: "claims", Open: open}})
	if err != nil || answer.Claims == 0 {
		t.Fatalf("%+v, %v", answer, err)
	}
	s.batch = answer.Batch
	return s
}

// decide has the batch adjudicated, as its workflow does.
func (s *oneBatch) decide() {
	s.t.Helper()
	chunks, err := s.i.Desk.Plan(s.t.Context(), s.payer.ID, s.batch)
	for ord := range chunks {
		if err == nil {
			_, err = s.i.Desk.Chunk(s.t.Context(), s.payer.ID, s.batch, ord)
		}
	}
	if err == nil {
		err = s.i.Desk.Complete(s.t.Context(), s.payer.ID, s.batch)
	}
	if err != nil {
		s.t.Fatal(err)
	}
}

func (s *oneBatch) execute(sql string) {
	s.t.Helper()
	if _, err := s.i.Pool.Exec(s.t.Context(), sql); err != nil {
		s.t.Fatal(err)
	}
}

// printed returns what was printed since it was called before.
func (s *oneBatch) printed() string {
	defer s.out.Reset()
	return s.out.String()
}

func TestStatusNamesTheBatchesThatHaveStopped(t *testing.T) {
	s := newOneBatch(t)
	tell := func() (payer, batch string) {
		t.Helper()
		if err := s.payerStatus(t.Context(), s.i, s.payer); err != nil {
			t.Fatal(err)
		}
		payer = s.printed()
		if err := s.batchStatus(t.Context(), s.i, s.payer, s.batch); err != nil {
			t.Fatal(err)
		}
		return payer, s.printed()
	}
	if payer, batch := tell(); !strings.Contains(payer, "no batch has been open") || strings.Contains(batch, stoppedHint) {
		t.Errorf("just received: %q and %q", payer, batch)
	}
	s.execute(`update batch set created_at = created_at - interval '2 hours'`)
	if payer, batch := tell(); !strings.Contains(payer, s.batch.String()) || !strings.Contains(payer, stoppedHint) || !strings.Contains(batch, stoppedHint) {
		t.Errorf("open for two hours: %q and %q", payer, batch)
	}
}

func TestTablesThatAreNotAsTheLedgerLeavesThemAreAFinding(t *testing.T) {
	s := newOneBatch(t)
	s.decide()
	if err := s.replayAll(t.Context(), s.i, ""); err != nil {
		t.Fatalf("%v: %s", err, s.printed())
	}
	s.execute(`update claim set flagged = not flagged where control_number = (select min(control_number) from claim)`)
	err := s.replayAll(t.Context(), s.i, "")
	if _, found := errors.AsType[findings](err); !found || !strings.Contains(s.printed(), "in flagged") {
		t.Errorf("got %v, want a finding that names the column", err)
	}
}

func TestAHeadIsSignedOnceWhenItHasMoved(t *testing.T) {
	s := newOneBatch(t)
	s.decide()
	var notes []byte
	for n := range 3 {
		if err := s.i.CheckpointMoved(t.Context()); err != nil {
			t.Fatal(err)
		}
		text, err := os.ReadFile(s.i.CheckpointFile())
		if err != nil || n > 0 && !bytes.Equal(text, notes) {
			t.Errorf("%v; after %d calls the file holds %q", err, n+1, text)
		}
		notes = text
	}
	if !bytes.Contains(notes, []byte("\n6\n")) {
		t.Errorf("the head of six entries is not signed: %q", notes)
	}
}
