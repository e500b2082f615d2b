package main

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"github.com/assize/assize/internal/installation"
	"github.com/assize/assize/internal/postgres/pgtest"
	"github.com/assize/assize/ledger"
)

// Whoever deletes every payer with all that was its leaves what looks like an installation in which nobody is set up yet.
func TestADatabaseWithoutItsPayersIsAFinding(t *testing.T) {
	signer, err := ledger.NewSigner("assize", [32]byte{1})
	if err != nil {
		t.Fatal(err)
	}
	i := &installation.Installation{Pool: pgtest.New(t), Dir: t.TempDir(), Signer: signer}
	var out bytes.Buffer
	a := &app{stdout: &out}
	if err := a.verifyStore(t.Context(), i, ""); err == nil || !strings.Contains(err.Error(), "no payer is set up") {
		t.Errorf("nothing was ever signed: got %v, want that no payer is set up", err)
	}
	if err := ledger.AppendCheckpoint(t.Context(), i.CheckpointFile(), signer.Sign(ledger.Head{Payer: 1, Chain: ledger.Decisions, Seq: 7, Time: 7})); err != nil {
		t.Fatal(err)
	}
	err = a.verifyStore(t.Context(), i, "")
	if _, found := errors.AsType[findings](err); !found || !strings.Contains(err.Error(), "payers [1]") {
		t.Errorf("payer 1 is gone: got %v, want a finding that names it", err)
	}
}
