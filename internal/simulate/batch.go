package simulate

import (
	"bufio"
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"

	"github.com/assize/assize/internal/claim"
)

// DocumentOptions says how claims are cut into documents.
type DocumentOptions struct {
	History              bool // the earlier period instead of the claims
	ClaimsPerFile        int  // 0: 5,000
	ClaimsPerTransaction int  // 0: 1,000
	DaysPerFile          int  // most days of receipt in one file; 0: 31
}

// File is one document that was written.
type File struct {
	Name     string        `json:"name"` // such as "SIM01/837P-0001.x12"
	Payer    claim.PayerID `json:"payer"`
	Type     claim.Type    `json:"type"`
	Received claim.Date    `json:"received"` // of its last claim; ISA09 and BHT04 say the same
	Bytes    int64         `json:"bytes"`
	Written
}

// Documents writes the claims of every payer as 837 files, professional and institutional apart. open is called once
// a file; truth, which may be nil, once a claim, in the order of the claims within each file, with File and Ordinal
// set. Within a transaction set claims stand by billing provider and family, as a clearinghouse sends them; copies of
// one claim keep their order. One file of each type is held in memory at a time, nothing else.
func (w *World) Documents(o DocumentOptions, open func(name string) (io.WriteCloser, error), truth func(Truth) error) ([]File, error) {
	o = o.orDefault()
	b := batch{w: w, options: o, open: open, truth: truth}
	for i := range w.Payers {
		p := &w.Payers[i]
		b.numbers = map[claim.Type]int{}
		var waiting [2][]*SimClaim
		for sim := range w.claims(p.ID, o.History) {
			kind := 0
			if sim.Claim.Type == claim.Institutional {
				kind = 1
			}
			if b.full(waiting[kind], sim.Received) {
				if err := b.write(p, waiting[kind]); err != nil {
					return b.files, err
				}
				waiting[kind] = waiting[kind][:0]
			}
			waiting[kind] = append(waiting[kind], sim)
		}
		for _, rest := range waiting {
			if err := b.write(p, rest); err != nil {
				return b.files, err
			}
		}
	}
	return b.files, nil
}

func (o DocumentOptions) orDefault() DocumentOptions {
	o.ClaimsPerFile = cmp.Or(o.ClaimsPerFile, 5000)
	o.ClaimsPerTransaction = cmp.Or(o.ClaimsPerTransaction, 1000)
	o.DaysPerFile = cmp.Or(o.DaysPerFile, 31)
	return o
}

type batch struct {
	w       *World
	options DocumentOptions
	open    func(name string) (io.WriteCloser, error)
	truth   func(Truth) error
	numbers map[claim.Type]int // files of the payer so far
	files   []File
}

// full tells whether a file is complete before a claim received on a day joins it.
func (b *batch) full(waiting []*SimClaim, day claim.Date) bool {
	return len(waiting) > 0 && (len(waiting) >= b.options.ClaimsPerFile || waiting[0].Received.DaysUntil(day) >= b.options.DaysPerFile)
}

// write writes one file of claims of one type; none for no claims.
func (b *batch) write(p *PayerWorld, sims []*SimClaim) error {
	if len(sims) == 0 {
		return nil
	}
	kind := sims[0].Claim.Type
	b.numbers[kind]++
	letter := "P"
	if kind == claim.Institutional {
		letter = "I"
	}
	prefix := "837"
	if b.options.History {
		prefix = "history-837"
	}
	f := File{
		Name: fmt.Sprintf("%s/%s%s-%04d.x12", p.Code, prefix, letter, b.numbers[kind]), Payer: p.ID, Type: kind, Received: sims[len(sims)-1].Received,
	}
	for at := range slices.Chunk(sims, b.options.ClaimsPerTransaction) {
		slices.SortStableFunc(at, byLoops)
	}
	out, err := b.open(f.Name)
	if err != nil {
		return fmt.Errorf("opening %s: %w", f.Name, err)
	}
	counted := countingWriter{w: out}
	f.Written, err = WriteDocument(&counted, b.header(p, &f), claimsOf(sims))
	if closing := out.Close(); err == nil {
		err = closing
	}
	if err != nil {
		return fmt.Errorf("writing %s: %w", f.Name, err)
	}
	f.Bytes = counted.n
	b.files = append(b.files, f)
	return b.tell(&f, sims)
}

func (b *batch) header(p *PayerWorld, f *File) Header {
	control := len(b.files) + 1
	if b.options.History {
		control += 500_000_000 // so that the two periods share no control number
	}
	return Header{
		Type: f.Type, Created: f.Received, Control: control, ClaimsPerTransaction: b.options.ClaimsPerTransaction,
		Submitter: claim.Organization{Name: "SIMULATED CLEARINGHOUSE", ID: "SIMSENDER"}, Receiver: claim.Organization{Name: p.Name, ID: p.Code},
	}
}

// tell reports the truth of a file's claims.
func (b *batch) tell(f *File, sims []*SimClaim) error {
	if b.truth == nil {
		return nil
	}
	for i, sim := range sims {
		t := sim.Truth
		t.File, t.Ordinal = f.Name, i+1
		if err := b.truth(t); err != nil {
			return fmt.Errorf("recording the truth of %s: %w", f.Name, err)
		}
	}
	return nil
}

// byLoops orders claims so that those of one billing provider, family and patient stand together.
func byLoops(a, b *SimClaim) int {
	return cmp.Or(
		cmp.Compare(a.Claim.Providers[0].NPI, b.Claim.Providers[0].NPI),
		cmp.Compare(a.Claim.Subscriber.MemberID, b.Claim.Subscriber.MemberID),
		cmp.Compare(a.Claim.Relationship, b.Claim.Relationship),
		cmp.Compare(a.Claim.Patient.First, b.Claim.Patient.First),
	)
}

func claimsOf(sims []*SimClaim) func(func(*claim.Claim) bool) {
	return func(yield func(*claim.Claim) bool) {
		for _, sim := range sims {
			if !yield(&sim.Claim) {
				return
			}
		}
	}
}

type countingWriter struct {
	w io.Writer
	n int64
}

// Write counts what it passes on.
func (c *countingWriter) Write(b []byte) (int, error) {
	n, err := c.w.Write(b)
	c.n += int64(n)
	return n, err
}

// Below creates the files that Documents asks for below dir, with the folders that lead to them. Errors are
// claim.Unavailable.
func Below(dir string) func(name string) (io.WriteCloser, error) {
	return func(name string) (io.WriteCloser, error) {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			return nil, claim.Errorf(claim.Unavailable, "making a folder for documents: %w", err)
		}
		f, err := os.OpenFile(path, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
		if err != nil {
			return nil, claim.Errorf(claim.Unavailable, "writing a document: %w", err)
		}
		return f, nil
	}
}

// WriteBatch writes the documents below dir, one folder a payer, and the truth as one JSON object a line to truth,
// which may be nil.
func (w *World) WriteBatch(dir string, truth io.Writer, o DocumentOptions) ([]File, error) {
	if truth == nil {
		return w.Documents(o, Below(dir), nil)
	}
	buffered := bufio.NewWriter(truth)
	encoder := json.NewEncoder(buffered)
	files, err := w.Documents(o, Below(dir), func(t Truth) error { return encoder.Encode(t) })
	if flushing := buffered.Flush(); err == nil {
		err = flushing
	}
	return files, err
}
