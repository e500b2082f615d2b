package ledger

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/assize/assize/internal/claim"
)

// maxExportLine bounds one line of an export, so that a damaged file cannot exhaust memory.
const maxExportLine = 64 << 20

// exportLine is one line of an export: NDJSON, bytes in base64. The sealed record is ciphertext and may be left out.
type exportLine struct {
	Entry    []byte `json:"entry"`
	Leaf     []byte `json:"leaf,omitempty"`
	Evidence []byte `json:"evidence,omitempty"`
	Decision []byte `json:"decision,omitempty"`
}

// ExportWriter writes an export of one chain, a line an entry, in order. The caller calls Flush at the end.
type ExportWriter struct {
	w *bufio.Writer
}

// NewExportWriter returns a writer to w.
func NewExportWriter(w io.Writer) *ExportWriter { return &ExportWriter{bufio.NewWriterSize(w, 1<<16)} }

// Write adds one entry.
func (x *ExportWriter) Write(r Record) error {
	text, err := r.exported()
	if err == nil {
		_, err = x.w.Write(append(text, '\n'))
	}
	if err != nil {
		return claim.Errorf(claim.Unavailable, "writing the export: %w", err)
	}
	return nil
}

// exported is the one spelling of a record in an export.
func (r Record) exported() ([]byte, error) {
	line := exportLine{Entry: r.Bytes, Evidence: r.Evidence, Decision: r.Decision}
	if r.Leaf != (claim.Digest{}) {
		line.Leaf = r.Leaf[:]
	}
	return json.Marshal(line)
}

// Flush writes what is buffered.
func (x *ExportWriter) Flush() error {
	if err := x.w.Flush(); err != nil {
		return claim.Errorf(claim.Unavailable, "writing the export: %w", err)
	}
	return nil
}

// ReadExport calls each for every line of an export. A line that is not spelt as ExportWriter spells it is Invalid, with its
// number, so that no byte of a file can be changed and read the same; a reader that fails is Unavailable. The record's slices are the callback's to keep.
func ReadExport(r io.Reader, each func(Record) error) error {
	lines := bufio.NewReaderSize(r, 1<<16)
	for number := 1; ; number++ {
		text, err := readLine(lines)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("export line %d: %w", number, err)
		}
		record, err := parseExportLine(text)
		if err != nil {
			return fmt.Errorf("export line %d: %w", number, err)
		}
		if err := each(record); err != nil {
			return err
		}
	}
}

// readLine returns the next line without its end, or io.EOF after the last.
func readLine(r *bufio.Reader) ([]byte, error) {
	var line []byte
	for {
		part, err := r.ReadSlice('\n')
		line = append(line, part...)
		switch {
		case len(line) > maxExportLine:
			return nil, claim.Errorf(claim.Invalid, "longer than %d bytes", maxExportLine)
		case err == nil:
			return line[:len(line)-1], nil
		case errors.Is(err, io.EOF) && len(line) > 0:
			return nil, claim.Errorf(claim.Invalid, "the file ends within the line")
		case errors.Is(err, io.EOF):
			return nil, io.EOF
		case !errors.Is(err, bufio.ErrBufferFull):
			return nil, claim.Errorf(claim.Unavailable, "reading: %w", err)
		}
	}
}

func parseExportLine(text []byte) (Record, error) {
	var line exportLine
	if err := json.Unmarshal(text, &line); err != nil {
		return Record{}, claim.Errorf(claim.Invalid, "not an entry: %w", err)
	}
	if len(line.Entry) == 0 || len(line.Leaf) != 0 && len(line.Leaf) != len(claim.Digest{}) {
		return Record{}, claim.Errorf(claim.Invalid, "an entry of %d and a leaf of %d bytes", len(line.Entry), len(line.Leaf))
	}
	r := Record{Bytes: line.Entry, Evidence: line.Evidence, Decision: line.Decision}
	copy(r.Leaf[:], line.Leaf)
	if written, err := r.exported(); err != nil || !bytes.Equal(written, text) {
		return Record{}, claim.Errorf(claim.Invalid, "not the spelling of an entry that an export has")
	}
	return r, nil
}

// VerifyExport runs an export through v and returns what was found. The error is ReadExport's: the file itself is no
// export. It needs no database and no key.
func VerifyExport(r io.Reader, v *Verifier) (Report, error) {
	err := ReadExport(r, func(record Record) error {
		v.Add(record)
		return nil
	})
	return v.Finish(), err
}
