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

// FuzzLoad: whatever a file holds, it is loaded whole, or left out with a reason; what is loaded comes back.
func FuzzLoad(f *testing.F) {
	names, _ := filepath.Glob("testdata/*")
	for _, name := range names {
		if content, err := os.ReadFile(name); err == nil {
			f.Add(filepath.Base(name), content, true)
			f.Add(filepath.Base(name), content, false)
		}
	}
	f.Fuzz(func(t *testing.T, name string, content []byte, assume bool) {
		set, loaded, err := Load([]Source{text(name, string(content))}, Options{AssumeValid: assume})
		if err != nil {
			t.Fatal(err)
		}
		l := loaded[0]
		if l.Left == "" && len(l.Kinds) == 0 || len(l.Kinds) != len(set.Tables()) || l.Errors > 0 && len(l.Kinds) > 0 {
			t.Errorf("left %q, kinds %v, errors %d, tables %d", l.Left, l.Kinds, l.Errors, len(set.Tables()))
		}
		for _, table := range set.Tables() {
			if _, err := Unpack(table.Header().Kind, table.Pack()); err != nil {
				t.Error(err)
			}
		}
	})
}
