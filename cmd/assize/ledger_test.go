package main

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/assize/assize/internal/claim"
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

// exported writes an export of a chain made up of n entries, and returns its path with the head it ends at.
func exported(t *testing.T, payer claim.PayerID, chain ledger.Chain, n int) (path string, head ledger.Head) {
	t.Helper()
	entries := make([]*ledger.Entry, n)
	for i := range entries {
		entries[i] = &ledger.Entry{Kind: ledger.Decided, ID: claim.NewID(), Claim: claim.NewID(), Semantics: 1, Decision: claim.Digest{byte(i)}}
	}
	linked, head, err := ledger.Link(ledger.Head{Payer: payer, Chain: chain}, 1_700_000_000_000_000, entries)
	if err != nil {
		t.Fatal(err)
	}
	var export bytes.Buffer
	w := ledger.NewExportWriter(&export)
	for _, l := range linked {
		if err := w.Write(ledger.Record{Bytes: l.Bytes, Leaf: l.Leaf}); err != nil {
			t.Fatal(err)
		}
	}
	path = filepath.Join(t.TempDir(), "ledger.ndjson")
	if err := errors.Join(w.Flush(), os.WriteFile(path, export.Bytes(), 0o600)); err != nil {
		t.Fatal(err)
	}
	return path, head
}

// Who hands over an export made anew chooses whose it says it is, and would have it held against no checkpoint.
func TestAnExportThatNoCheckpointIsAboutIsAFinding(t *testing.T) {
	signer, err := ledger.NewSigner("assize", [32]byte{1})
	if err != nil {
		t.Fatal(err)
	}
	honest, head := exported(t, 1, ledger.Decisions, 20)
	cut, _ := exported(t, 1, ledger.Decisions, 10)
	access, _ := exported(t, 1, ledger.Access, 10)
	other, otherHead := exported(t, 2, ledger.Decisions, 10)
	signed := func(heads ...ledger.Head) []string {
		path := filepath.Join(t.TempDir(), "checkpoints")
		for _, h := range heads {
			if err := ledger.AppendCheckpoint(t.Context(), path, signer.Sign(h)); err != nil {
				t.Fatal(err)
			}
		}
		return []string{"--checkpoint", path, "--head-key", signer.Public().String()}
	}
	for name, tc := range map[string]struct {
		export string
		flags  []string
		code   int
		told   string
	}{
		"as it was signed":            {honest, signed(head), exitGood, ""},
		"without checkpoints":         {access, nil, exitGood, ""},
		"cut":                         {cut, signed(head), exitFindings, "faults"},
		"called the access chain":     {access, signed(head), exitFindings, "none of the 1 checkpoints"},
		"called another payer's":      {other, signed(head), exitFindings, "none of the 1 checkpoints"},
		"another payer's, signed too": {other, append(signed(head, otherHead), "--payer", "1"), exitFindings, "of payer 2, not of payer 1"},
		"of the payer that was meant": {honest, append(signed(head, otherHead), "--payer", "1"), exitGood, ""},
		"of a payer named by code":    {honest, []string{"--payer", "SIM01"}, exitUsage, "number of the payer"},
	} {
		var out, told bytes.Buffer
		code := run(t.Context(), append([]string{"ledger", "verify", "--export", tc.export}, tc.flags...), &out, &told)
		if code != tc.code || !strings.Contains(told.String(), tc.told) {
			t.Errorf("%s: exit %d, %s%s; want %d and %q", name, code, out.String(), told.String(), tc.code, tc.told)
		}
	}
}
