package ledger

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/assize/assize/internal/claim"
)

// FaultKind says what is wrong with an entry. The names stand in vector files and in reports: do not change them.
type FaultKind string

// Fault kinds.
const (
	Malformed   FaultKind = "malformed"    // the bytes do not decode
	OtherPayer  FaultKind = "other payer"  // an entry of another payer's chain
	OtherChain  FaultKind = "other chain"  // an entry of another chain of the payer
	OutOfOrder  FaultKind = "out of order" // seq is not the one before plus one: dropped, inserted, doubled or swapped
	BrokenLink  FaultKind = "broken link"  // prev is not the hash of the entry before: it, or the one before, was changed
	TimeRunBack FaultKind = "time run back"
	WrongLeaf   FaultKind = "wrong leaf"   // the bytes do not hash to the leaf hash stored beside them
	WrongSealed FaultKind = "wrong sealed" // the sealed record is not the one the entry commits to
	NoSealed    FaultKind = "no sealed"    // the sealed record the entry commits to is not there
	WrongColumn FaultKind = "wrong column" // the columns by which the entry is found are not what its bytes say
	Truncated   FaultKind = "truncated"    // the chain ends before a checkpoint
	Rewritten   FaultKind = "rewritten"    // the entry at a checkpoint is another than the checkpoint signed
)

// Fault is one finding, with its place. It is an error so that callers may return it.
type Fault struct {
	Seq  int64     `json:"seq"` // of the entry, as it says itself; where it does not decode, the one expected
	What FaultKind `json:"what"`
	Text string    `json:"text"`
}

// Error shows the place first.
func (f Fault) Error() string { return fmt.Sprintf("entry %d: %s: %s", f.Seq, f.What, f.Text) }

// MaxFaults bounds the faults a report lists; it counts all of them.
const MaxFaults = 100

// Report is what a verification found.
type Report struct {
	Head        Head    `json:"head"`        // the last entry seen
	Entries     int64   `json:"entries"`     // seen
	Sealed      int64   `json:"sealed"`      // sealed records whose digest was checked
	Checkpoints int     `json:"checkpoints"` // checkpoints that the chain passes through
	Faults      []Fault `json:"faults"`      // the first MaxFaults
	FaultCount  int64   `json:"faultCount"`
}

// Err returns nil when the chain is whole, else an error of kind Conflict that begins with the first fault.
func (r *Report) Err() error {
	if r.FaultCount == 0 {
		return nil
	}
	return claim.Errorf(claim.Conflict, "%d faults in the %s chain of payer %d, first: %w", r.FaultCount, r.Head.Chain, r.Head.Payer, r.Faults[0])
}

// Verifier checks one chain, entry by entry in order, and needs nothing but the bytes: no database, no key. It goes on
// after a fault, taking the faulty entry as it is, so that one change is one or two faults and not a thousand.
type Verifier struct {
	report      Report
	checkpoints []Head // of this chain, ascending, not yet passed
	wantSealed  bool
	stored      bool  // entries come from Postgres, with leaf hash and columns
	bare        int64 // first entry that came without its sealed record; 0: none
}

// RequireSealed makes every sealed record that is missing a fault. Without it they may all be left out, but not some of them.
func (v *Verifier) RequireSealed() { v.wantSealed = true }

// NewVerifier returns a verifier of a payer's chain from its first entry. checkpoints are heads that were kept outside
// the database (those of other chains are ignored); without any, a cut or rewritten tail cannot be seen.
func NewVerifier(payer claim.PayerID, chain Chain, checkpoints ...Head) *Verifier {
	v := &Verifier{report: Report{Head: Head{Payer: payer, Chain: chain}}}
	for _, c := range checkpoints {
		if c.Payer != payer || c.Chain != chain {
			continue
		}
		if c.Seq == 0 { // signed before the first entry: every chain passes through it
			v.report.Checkpoints++
			continue
		}
		v.checkpoints = append(v.checkpoints, c)
	}
	slices.SortStableFunc(v.checkpoints, func(a, b Head) int { return cmp.Compare(a.Seq, b.Seq) })
	return v
}

// Record is one entry as stored or exported: its bytes, and what lay beside them. Leaf is zero and the blobs are nil when
// they were not kept or not asked for; the columns are Postgres's and not exported.
type Record struct {
	Bytes       []byte
	Leaf        claim.Digest
	Evidence    []byte
	Decision    []byte
	EntryColumn claim.ID
	ClaimColumn claim.ID
}

// Add checks the next entry.
func (v *Verifier) Add(r Record) {
	head := &v.report.Head
	leaf := LeafHash(r.Bytes)
	v.report.Entries++
	e, err := Decode(r.Bytes)
	if err != nil {
		v.fault(head.Seq+1, Malformed, "%v", err)
		v.pass(head.Seq+1, leaf)
		head.Seq, head.Leaf = head.Seq+1, leaf
		return
	}
	v.checkPlace(e)
	if (v.stored || r.Leaf != (claim.Digest{})) && r.Leaf != leaf {
		v.fault(e.Seq, WrongLeaf, "the bytes hash to %x, stored is %x", leaf[:8], r.Leaf[:8])
	}
	if v.stored && (r.EntryColumn != e.ID || r.ClaimColumn != e.Claim) {
		v.fault(e.Seq, WrongColumn, "it is found as entry %s of claim %s", r.EntryColumn, r.ClaimColumn)
	}
	v.checkSealed(e, &r)
	v.pass(e.Seq, leaf)
	head.Seq, head.Leaf, head.Time = e.Seq, leaf, e.Time
}

// checkPlace compares an entry with the one before it.
func (v *Verifier) checkPlace(e *Entry) {
	head := &v.report.Head
	if e.Payer != head.Payer {
		v.fault(e.Seq, OtherPayer, "payer %d in the chain of payer %d", e.Payer, head.Payer)
	}
	if e.Chain != head.Chain {
		v.fault(e.Seq, OtherChain, "%s entry in the %s chain", e.Chain, head.Chain)
	}
	if e.Seq != head.Seq+1 {
		v.fault(e.Seq, OutOfOrder, "seq %d after %d", e.Seq, head.Seq)
	}
	if e.Prev != head.Leaf {
		v.fault(e.Seq, BrokenLink, "prev is %x, the entry before hashes to %x", e.Prev[:8], head.Leaf[:8])
	}
	if e.Time < head.Time {
		v.fault(e.Seq, TimeRunBack, "%d µs before the entry before it", head.Time-e.Time)
	}
}

func (v *Verifier) checkSealed(e *Entry, r *Record) {
	if r.Evidence == nil && r.Decision == nil {
		switch {
		case e.Ciphertext == (claim.Digest{}):
		case v.wantSealed:
			v.fault(e.Seq, NoSealed, "the sealed record is not there")
		case v.bare == 0:
			v.bare = e.Seq
		}
		return
	}
	v.report.Sealed++
	if got := CiphertextDigest(r.Evidence, r.Decision); got != e.Ciphertext {
		v.fault(e.Seq, WrongSealed, "the sealed record hashes to %x, the entry commits to %x", got[:8], e.Ciphertext[:8])
	}
}

// pass compares the entry with the checkpoints at or before its place. One before it that is still waiting was jumped over:
// its entry is not there.
func (v *Verifier) pass(seq int64, leaf claim.Digest) {
	for len(v.checkpoints) > 0 && v.checkpoints[0].Seq <= seq {
		c := v.checkpoints[0]
		v.checkpoints = v.checkpoints[1:]
		switch {
		case c.Seq < seq:
			v.fault(c.Seq, Rewritten, "a checkpoint names entry %d, which is not there", c.Seq)
		case c.Leaf != leaf:
			v.fault(seq, Rewritten, "hashes to %x, the checkpoint signed %x", leaf[:8], c.Leaf[:8])
		default:
			v.report.Checkpoints++
		}
	}
}

// checkEnd compares the last entry with the head stored beside the chain. It is no checkpoint, for who rewrites the one
// can rewrite the other; but a fault that forgets the head is seen.
func (v *Verifier) checkEnd(stored Head) {
	last := v.report.Head
	switch {
	case last.Seq < stored.Seq:
		v.fault(stored.Seq, Truncated, "the chain ends at %d, its stored head names entry %d", last.Seq, stored.Seq)
	case last.Leaf != stored.Leaf:
		v.fault(last.Seq, Rewritten, "hashes to %x, the stored head names %x", last.Leaf[:8], stored.Leaf[:8])
	case last.Time != stored.Time:
		v.fault(last.Seq, Rewritten, "recorded at %d µs, the stored head says %d", last.Time, stored.Time)
	}
}

// Finish returns the report. Checkpoints that lie after the last entry say that the tail was cut, and a sealed record that
// is not there while others are was taken out.
func (v *Verifier) Finish() Report {
	if v.bare > 0 && v.report.Sealed > 0 {
		v.fault(v.bare, NoSealed, "the sealed record is not there, those of %d entries are", v.report.Sealed)
	}
	for _, c := range v.checkpoints {
		v.fault(c.Seq, Truncated, "the chain ends at %d, a checkpoint names entry %d", v.report.Head.Seq, c.Seq)
	}
	return v.report
}

func (v *Verifier) fault(seq int64, what FaultKind, format string, args ...any) {
	v.report.FaultCount++
	if len(v.report.Faults) < MaxFaults {
		v.report.Faults = append(v.report.Faults, Fault{Seq: seq, What: what, Text: fmt.Sprintf(format, args...)})
	}
}
