package reference

import (
	"bytes"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"testing"
)

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
