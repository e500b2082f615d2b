//go:build realfiles

package reference

import (
	"bytes"
	"compress/gzip"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// sampleLines is how much of a large real file is damaged: its header and rows from its middle.
const sampleLines = 400

// TestRealFilesDamagedAnywhere: the same of the real files, large ones by a sample of their rows.
func TestRealFilesDamagedAnywhere(t *testing.T) {
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
