package reference

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
)

// FuzzUnpack: whatever the bytes, a table comes out that packs to just them, or an error.
func FuzzUnpack(f *testing.F) {
	for seed := range uint64(3) {
		for i, table := range built(f, seed, 0) {
			f.Add(uint8(i), table.Pack())
		}
	}
	f.Fuzz(func(t *testing.T, kind uint8, data []byte) {
		table, err := Unpack(Kinds()[int(kind)%len(Kinds())], data)
		if err == nil && !bytes.Equal(table.Pack(), data) {
			t.Error("accepted bytes that are not canonical")
		}
	})
}

// FuzzLoad: see loads.
func FuzzLoad(f *testing.F) {
	names, _ := filepath.Glob("testdata/*")
	for _, name := range names {
		if content, err := os.ReadFile(name); err == nil {
			f.Add(filepath.Base(name), content, true)
			f.Add(filepath.Base(name), content, false)
		}
	}
	f.Fuzz(func(t *testing.T, name string, content []byte, assume bool) { loads(t, name, content, assume) })
}

// loads loads a file that is damaged perhaps and checks what must hold of every one: it is loaded whole, or left out with a
// reason, or refused with the place and code of what is wrong; what is loaded comes back.
func loads(t *testing.T, name string, content []byte, assume bool) Loaded {
	t.Helper()
	set, loaded, err := Load([]Source{text(name, string(content))}, Options{AssumeValid: assume})
	if err != nil {
		t.Fatal(err)
	}
	l := loaded[0]
	if l.Left == "" && len(l.Kinds) == 0 || len(l.Kinds) != len(set.Tables()) || l.Errors > 0 && len(l.Kinds) > 0 {
		t.Fatalf("left %q, kinds %v, errors %d, tables %d", l.Left, l.Kinds, l.Errors, len(set.Tables()))
	}
	if len(l.Problems) != min(l.Errors, problemsMax) {
		t.Fatalf("%d problems listed of %d: %+v", len(l.Problems), l.Errors, l)
	}
	for _, p := range l.Problems {
		if p.File != name || p.Line < 0 || p.Line > bytes.Count(content, []byte("\n"))+1 && !gzipped(content) || p.Code == "" || p.Text == "" {
			t.Fatalf("a problem without a place: %+v", p)
		}
	}
	rows := 0
	for _, table := range set.Tables() {
		rows += table.Header().Rows
		again, err := Unpack(table.Header().Kind, table.Pack())
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(again.Pack(), table.Pack()) {
			t.Fatalf("the table of %s comes back otherwise", table.Header().Kind)
		}
	}
	if (rows == 0) != (len(set.Tables()) == 0) {
		t.Fatalf("%d rows in %d tables", rows, len(set.Tables()))
	}
	return l
}

func gzipped(content []byte) bool { return bytes.HasPrefix(content, []byte{0x1f, 0x8b}) }
