//go:build !lean

package installation_test

import (
	"strings"
	"testing"

	"github.com/assize/assize/internal/claim"
)

// A full disk is one reason why nothing can be stored any more; a table that is away fails at the same place.
func TestWhoeverWaitsInATemporaryInstallationIsToldWhatABatchCannotGetOver(t *testing.T) {
	s := newStage(t)
	batch := s.submit(2, nil)
	if _, err := s.i.Pool.Exec(t.Context(), `alter table evidence rename to evidence_away`); err != nil {
		t.Fatal(err)
	}
	run, err := s.i.StartBatch(t.Context(), s.payer.ID, batch)
	if err != nil {
		t.Fatal(err)
	}
	err = s.i.AwaitBatch(t.Context(), run, s.payer.ID, batch, nil)
	if claim.KindOf(err) != claim.Unavailable || !strings.Contains(err.Error(), "AdjudicateChunk was tried") || !strings.Contains(err.Error(), "evidence") {
		t.Errorf("got %v, want an error that names the step and what it ended with", err)
	}
}
