package policies

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/assize/assize/internal/claim"
)

func archive(t testing.TB, files ...[2]string) []byte {
	t.Helper()
	var out bytes.Buffer
	zipped := gzip.NewWriter(&out)
	w := tar.NewWriter(zipped)
	for _, file := range files {
		if err := w.WriteHeader(&tar.Header{Name: file[0], Mode: 0o644, Size: int64(len(file[1]))}); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write([]byte(file[1])); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if err := zipped.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestFolderArchiveAndBytesGiveOneDigest(t *testing.T) {
	folder := t.TempDir()
	write := func(name, content string) {
		path := filepath.Join(folder, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	write("b.rego", "package contract\n")
	write("a/c.rego", "package contract\n\n# other\n")
	write("a/c_test.rego", "package contract_test\n")
	write("README.md", "left out\n")
	write(".git/config.rego", "left out\n")
	fromFolder, err := ReadBundle(folder)
	if err != nil {
		t.Fatal(err)
	}
	packed := filepath.Join(t.TempDir(), "own.tar.gz")
	// Another order, and the leading "./" that tar writes for a folder.
	data := archive(t, [2]string{"./b.rego", "package contract\n"}, [2]string{"./a/c.rego", "package contract\n\n# other\n"}, [2]string{"./a/c_test.rego", "x"})
	if err := os.WriteFile(packed, data, 0o644); err != nil {
		t.Fatal(err)
	}
	fromArchive, err := ReadBundle(packed)
	if err != nil {
		t.Fatal(err)
	}
	fromBytes, err := ParseBundle(fromFolder.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	for name, got := range map[string]Bundle{"archive": fromArchive, "bytes": fromBytes} {
		if diff := cmp.Diff(fromFolder, got); diff != "" {
			t.Errorf("%s differs from the folder (-folder +%s):\n%s", name, name, diff)
		}
	}
	if len(fromFolder.Files) != 2 {
		t.Errorf("got %d files, want 2", len(fromFolder.Files))
	}
}

func TestDigestSeesPathAndContent(t *testing.T) {
	digest := func(files map[string][]byte) claim.Digest {
		b, err := newBundle(files)
		if err != nil {
			t.Fatal(err)
		}
		return b.Digest
	}
	base := digest(map[string][]byte{"a.rego": []byte("x"), "b.rego": []byte("y")})
	for name, other := range map[string]map[string][]byte{
		"content":      {"a.rego": []byte("x"), "b.rego": []byte("z")},
		"path":         {"a.rego": []byte("x"), "c.rego": []byte("y")},
		"swapped":      {"a.rego": []byte("y"), "b.rego": []byte("x")},
		"one file":     {"a.rego": []byte("x")},
		"moved border": {"a.rego": []byte("xy"), "b.rego": nil},
	} {
		if digest(other) == base {
			t.Errorf("%s: the digest did not change", name)
		}
	}
}

func TestReadBundleRefuses(t *testing.T) {
	folder := t.TempDir()
	tests := []struct {
		name string
		data []byte
		kind claim.Kind
		want string
	}{
		{"no archive", []byte("package contract"), claim.Invalid, "gzipped"},
		{"nothing in it", archive(t), claim.Invalid, "no .rego file"},
		{"cut off", archive(t, [2]string{"a.rego", "package contract"})[:40], claim.Invalid, "archive"},
		{"climbs out", archive(t, [2]string{"../a.rego", "x"}), claim.Invalid, "plain relative path"},
		{"a data file", archive(t, [2]string{"a.rego", "x"}, [2]string{"data.json", "{}"}), claim.Invalid, "data.json"},
		{"a file twice", archive(t, [2]string{"a.rego", "x"}, [2]string{"./a.rego", "y"}), claim.Invalid, "twice"},
		{"huge", archive(t, [2]string{"a.rego", strings.Repeat(" ", maxFileBytes+1)}), claim.Invalid, "at most"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			path := filepath.Join(folder, "bundle.tar.gz")
			if err := os.WriteFile(path, test.data, 0o644); err != nil {
				t.Fatal(err)
			}
			_, err := ReadBundle(path)
			if err == nil || claim.KindOf(err) != test.kind || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, want kind %d with %q", err, test.kind, test.want)
			}
		})
	}
	if _, err := ReadBundle(filepath.Join(folder, "absent")); claim.KindOf(err) != claim.NotFound {
		t.Errorf("absent file: got %v, want NotFound", err)
	}
}

func TestReadBundleRefusesLinks(t *testing.T) {
	folder := t.TempDir()
	if err := os.Symlink("elsewhere", filepath.Join(folder, "a.rego")); err != nil {
		t.Fatal(err)
	}
	if _, err := ReadBundle(folder); err == nil || !strings.Contains(err.Error(), "not a plain file") {
		t.Errorf("got %v, want a refusal", err)
	}
}

func FuzzParseBundle(f *testing.F) {
	b, err := Embedded()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(b.Bytes()[:len(canonicalMark)])
	small, err := newBundle(map[string][]byte{"a.rego": []byte("package contract"), "b/c.rego": {}})
	if err != nil {
		f.Fatal(err)
	}
	f.Add(small.Bytes())
	f.Add([]byte(canonicalMark + "\xff\xff\xff\xff"))
	f.Fuzz(func(t *testing.T, data []byte) {
		b, err := ParseBundle(data)
		if err != nil {
			return
		}
		if !bytes.Equal(b.Bytes(), data) {
			t.Fatal("other bytes are accepted for the same bundle")
		}
	})
}

func FuzzReadArchive(f *testing.F) {
	f.Add(archive(f, [2]string{"a.rego", "package contract"}))
	f.Add(archive(f, [2]string{"acme/a.rego", "package contract\n\nedits contains edit if false"}, [2]string{"acme/b/c.rego", ""}, [2]string{"README", "x"}))
	f.Add(archive(f, [2]string{"../a.rego", "package contract"}, [2]string{"/b.rego", "package contract"}))
	f.Add([]byte{0x1f, 0x8b})
	f.Fuzz(func(t *testing.T, data []byte) {
		b, err := readArchive(bytes.NewReader(data))
		if err != nil {
			return
		}
		if again, err := ParseBundle(b.Bytes()); err != nil || again.Digest != b.Digest {
			t.Fatalf("an archive that was read cannot be stored: %v", err)
		}
	})
}

func TestBundlesAreOfPlainPathsAndOfSize(t *testing.T) {
	many := func(n, size int) map[string][]byte {
		files := map[string][]byte{}
		for i := range n {
			files[fmt.Sprintf("f%d.rego", i)] = make([]byte, size)
		}
		return files
	}
	one := func(path string) map[string][]byte { return map[string][]byte{path: []byte("package contract\n")} }
	for name, tc := range map[string]struct {
		files map[string][]byte
		want  string // "": taken
	}{
		"a file":                    {one("a.rego"), ""},
		"a folder":                  {one("a/b c/d-1.rego"), ""},
		"the longest path":          {one(strings.Repeat("a", 250) + ".rego"), ""},
		"a path that is too long":   {one(strings.Repeat("a", 251) + ".rego"), "not a plain relative path"},
		"a path from the root":      {one("/a.rego"), "not a plain relative path"},
		"two slashes":               {one("a//b.rego"), "not a plain relative path"},
		"a folder that is this one": {one("./a.rego"), "not a plain relative path"},
		"a folder above":            {one("../a.rego"), "not a plain relative path"},
		"a folder above, within":    {one("a/../b.rego"), "not a plain relative path"},
		"a backslash":               {one(`a\b.rego`), "not a plain relative path"},
		"a line end":                {one("a\nb.rego"), "not a plain relative path"},
		"a delete":                  {one("a\x7fb.rego"), "not a plain relative path"},
		"half a character":          {one("a\xC3.rego"), "not a plain relative path"},
		"another kind of file":      {one("a.json"), "not a plain relative path"},
		"no file":                   {nil, "holds no .rego file"},
		"as many files as are read": {many(maxBundleFiles, 0), ""},
		"a file more":               {many(maxBundleFiles+1, 0), "at most 2000"},
		"the largest file":          {many(1, maxFileBytes), ""},
		"a larger file":             {many(1, maxFileBytes+1), "at most 1048576"},
		"as much as is read":        {many(16, maxFileBytes), ""},
		"more than that":            {many(17, maxFileBytes), "at most 16777216"},
	} {
		_, err := newBundle(tc.files)
		if (err == nil) != (tc.want == "") || err != nil && (claim.KindOf(err) != claim.Invalid || !strings.Contains(err.Error(), tc.want)) {
			t.Errorf("%s: got %v, want %q", name, err, tc.want)
		}
	}
}

// What a digest pins has one form: whatever is not exactly that is refused.
func TestStoredBundlesHaveOneForm(t *testing.T) {
	b, err := newBundle(map[string][]byte{"a.rego": []byte("package contract\n"), "b.rego": {}})
	if err != nil {
		t.Fatal(err)
	}
	good := b.Bytes()
	file := func(path, content string) []byte { return appendField(appendField(nil, []byte(path)), []byte(content)) }
	stored := func(files ...[]byte) []byte { return slices.Concat([]byte(canonicalMark), slices.Concat(files...)) }
	for name, tc := range map[string]struct {
		bytes []byte
		want  string
	}{
		"as written":          {good, ""},
		"nothing":             {nil, "the mark"},
		"another mark":        {slices.Concat([]byte("assize contract 2\n"), good[len(canonicalMark):]), "the mark"},
		"only the mark":       {stored(), "no .rego file"},
		"a length cut off":    {good[:len(good)-1], "cut off"},
		"a path alone":        {stored(file("a.rego", ""), appendField(nil, []byte("b.rego"))), "cut off"},
		"a path cut off":      {stored(file("a.rego", ""), []byte{0, 0, 0, 9, 'b'}), "cut off"},
		"a content cut off":   {stored(appendField(nil, []byte("a.rego")), []byte{0, 0, 0, 9, 'b'}), "cut off"},
		"a byte more":         {append(slices.Clone(good), 0), "cut off"},
		"two files exchanged": {stored(file("b.rego", ""), file("a.rego", "")), "out of order"},
		"a file twice":        {stored(file("a.rego", ""), file("a.rego", "x")), "out of order"},
		"a file without name": {stored(file("", "")), "out of order"},
	} {
		_, err := ParseBundle(tc.bytes)
		if (err == nil) != (tc.want == "") || err != nil && (claim.KindOf(err) != claim.Invalid || !strings.Contains(err.Error(), tc.want)) {
			t.Errorf("%s: got %v, want %q", name, err, tc.want)
		}
	}
	own, err := newBundle(map[string][]byte{"payer/0/own.rego": {}})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := combine(own, []Bundle{b}); claim.KindOf(err) != claim.Invalid || err == nil {
		t.Errorf("a payer's bundle added to one that holds payers' files: %v", err)
	}
}
