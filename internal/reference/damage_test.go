package reference

import (
	"bytes"
	"compress/gzip"
	"io"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
)

// sampleLines is how much of a large real file is damaged: its header and rows from its middle.
const sampleLines = 400

// damage cuts a file at 50 places, changes a byte at 50 others and 50 at once, and has every form loaded. It returns how many
// forms there were, and how many of them were refused or left out; the others are tables that nobody can tell from good ones.
func damage(t *testing.T, name string, content []byte) (forms, refused int) {
	t.Helper()
	const places = 50
	random := rand.New(rand.NewPCG(uint64(len(content)), 11))
	all := bytes.Clone(content)
	try := func(damaged []byte) {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		l := loads(t, name, damaged, true)
		runtime.ReadMemStats(&after)
		if got := after.TotalAlloc - before.TotalAlloc; got > 64<<20 {
			t.Errorf("%d bytes allocated for a file of %d", got, len(damaged))
		}
		forms++
		if l.Errors > 0 || l.Left != "" {
			refused++
		}
	}
	for range places {
		try(content[:random.IntN(len(content))])
		changed := bytes.Clone(content)
		at := random.IntN(len(content))
		changed[at] ^= byte(1 + random.IntN(255))
		try(changed)
		all[random.IntN(len(all))] ^= byte(1 + random.IntN(255))
	}
	try(all)
	return forms, refused
}

// TestDamagedFilesAreRefusedOrLoadedWhole: our own files, plain and compressed. A compressed one shows every damage by itself.
func TestDamagedFilesAreRefusedOrLoadedWhole(t *testing.T) {
	names, err := filepath.Glob("testdata/*.*")
	if err != nil || len(names) < 10 {
		t.Fatalf("%d files, %v", len(names), err)
	}
	for _, name := range names {
		content, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		whole := loads(t, filepath.Base(name), content, true) // some files are a table only with another file
		if forms, refused := damage(t, filepath.Base(name), content); refused == 0 || refused == forms && whole.Left == "" {
			t.Errorf("%s: %d of %d damaged forms are refused, want some and not all", name, refused, forms)
		}
	}
}

// TestRealFilesDamagedAnywhere: the same of the real files, large ones by a sample of their rows.
func TestRealFilesDamagedAnywhere(t *testing.T) {
	if _, err := os.Stat(codes); err != nil {
		t.Skip("../shared/data is absent: no real files at " + codes)
	}
	files, forms, refused := 0, 0, 0
	err := filepath.WalkDir(codes, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		content := sample(t, path)
		if whole := loads(t, filepath.Base(path), content, true); whole.Format == "" {
			return nil // no table of ours
		}
		tried, wrong := damage(t, filepath.Base(path), content)
		files, forms, refused = files+1, forms+tried, refused+wrong
		return nil
	})
	if err != nil || files < 14 {
		t.Errorf("%d files, %v", files, err)
	}
	t.Logf("%d files, %d damaged forms: %d refused or left out", files, forms, refused)
}

// sample is a real file, or the header of a large one and rows from its middle, compressed where the file is.
func sample(t *testing.T, path string) []byte {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	packed := gzipped(content)
	if packed {
		r, err := gzip.NewReader(bytes.NewReader(content))
		if err == nil {
			content, err = io.ReadAll(r)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	lines := strings.SplitAfter(string(content), "\n")
	if from := len(lines) / 2; from > sampleLines {
		lines = slices.Concat(lines[:1], lines[from:from+sampleLines])
	}
	content = []byte(strings.Join(lines, ""))
	if !packed {
		return content
	}
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if _, err := w.Write(content); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}
