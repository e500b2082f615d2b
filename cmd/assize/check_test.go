package main

import (
	"bytes"
	"context"
	"encoding/hex"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/assize/assize/ledger"
)

// What is checked is nobody's money yet: a test is read as what it would be, and said to be a test.
func TestCheckSaysOfATestThatItIsOne(t *testing.T) {
	for usage, want := range map[string]string{
		"T": "1 claims (1 can be adjudicated; 1 of 1 interchanges are tests, which production refuses)",
		"P": "1 claims (1 can be adjudicated), 1 lines",
	} {
		var stdout, stderr strings.Builder
		file := write(t, strings.NewReplacer("*0*T*", "*0*"+usage+"*", "SE*18", "SE*19").Replace(document))
		if code := run(t.Context(), []string{"check", file}, &stdout, &stderr); code != exitGood || !strings.Contains(stdout.String(), want) {
			t.Errorf("%s: exit code %d, %s%s; want %q", usage, code, stdout.String(), stderr.String(), want)
		}
	}
}

func TestDocumentsAreLookedForBeforeEnginesStart(t *testing.T) {
	file := filepath.Join(t.TempDir(), "claims.837")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, tc := range []struct {
		name  string
		files []string
		want  int
	}{
		{"a file", []string{file}, exitGood},
		{"a file and standard input", []string{file, "-"}, exitGood},
		{"standard input twice", []string{"-", file, "-"}, exitUsage},
		{"no such file", []string{file, file + "x"}, exitFindings},
		{"a folder", []string{filepath.Dir(file)}, exitFindings},
	} {
		if got := exitCode(readable(tc.files)); got != tc.want {
			t.Errorf("%s: exit code %d, want %d", tc.name, got, tc.want)
		}
	}
	if sources := sourcesOf([]string{file, "-"}); sources[0].Stream || !sources[1].Stream {
		t.Error("standard input is a stream, and a file is none")
	}
}

// What is no text is kept nowhere: it is told before an engine is started for it.
func TestAReviewInAnotherEncodingIsNotMeant(t *testing.T) {
	for _, flag := range []string{"--rationale", "--actor", "--waive", "--payer"} {
		args := []string{"review", "release", "000001GTW", "--actor", "r17", "--rationale", "records agree", flag, "caf\xe9"}
		var stdout, stderr bytes.Buffer
		if code := run(t.Context(), args, &stdout, &stderr); code != exitUsage || !strings.Contains(stderr.String(), "UTF-8") {
			t.Errorf("%s: exit code %d, want %d: %s", flag, code, exitUsage, &stderr)
		}
	}
}

// interrupted runs a command, has its context end, and waits for the command's own end.
func interrupted(t *testing.T, args ...string) (code int, said string) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	var stdout, stderr bytes.Buffer
	ended := make(chan int, 1)
	go func() { ended <- run(ctx, args, &stdout, &stderr) }()
	cancel()
	select {
	case code = <-ended:
	case <-time.After(time.Minute):
		t.Fatalf("%v goes on, a minute after it was interrupted", args)
	}
	return code, stderr.String()
}

// writeExport writes an export of one entry, the first word of the file beside which its leaf hash stands.
func writeExport(t *testing.T, file string) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "..", "ledger", "testdata", "v1", "entry.hex"))
	if err != nil {
		t.Fatal(err)
	}
	entry, err := hex.DecodeString(strings.Fields(string(text))[0])
	if err != nil {
		t.Fatal(err)
	}
	var export bytes.Buffer
	w := ledger.NewExportWriter(&export)
	if err := errors.Join(w.Write(ledger.Record{Bytes: entry}), w.Flush(), os.WriteFile(file, export.Bytes(), 0o600)); err != nil {
		t.Fatal(err)
	}
}

// Nothing breaks off a Read, nor the opening of a pipe that nobody writes to.
func TestAnInterruptIsHeededByWhatReadsAndWrites(t *testing.T) {
	folder := t.TempDir()
	silent, held, whole := filepath.Join(folder, "silent"), filepath.Join(folder, "held"), filepath.Join(folder, "export.ndjson")
	for _, pipe := range []string{silent, held} {
		if err := syscall.Mkfifo(pipe, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	writer, err := os.OpenFile(held, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer writer.Close()
	if _, err := writer.WriteString("ISA*"); err != nil {
		t.Fatal(err)
	}
	writeExport(t, whole)
	for _, args := range [][]string{
		{"check", silent}, {"check", held}, {"simulate", "--out", filepath.Join(folder, "world")}, {"ledger", "verify", "--export", whole},
	} {
		if code, said := interrupted(t, args...); code != exitUnavailable || !strings.Contains(said, "interrupted") {
			t.Errorf("%v: exit code %d, want %d: %s", args, code, exitUnavailable, said)
		}
	}
	if code, said := interrupted(t, "ledger", "verify", "--export", silent); code != exitFindings {
		t.Errorf("an export from a pipe: exit code %d, want %d: %s", code, exitFindings, said)
	}
}
