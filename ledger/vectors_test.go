package ledger_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/assize/assize/internal/claim"
	"github.com/assize/assize/ledger"
)

// vector is one file of testdata/chains: an export as an auditor gets it, with the checkpoints kept elsewhere, and what a
// verifier must say. It names every input, so that a verifier in another language can run the same files.
type vector struct {
	Desc        string         `json:"desc"`
	Payer       claim.PayerID  `json:"payer"`
	Chain       ledger.Chain   `json:"chain"`
	Key         string         `json:"key"`         // verifies the checkpoints
	Checkpoints string         `json:"checkpoints"` // the checkpoint file
	Lines       []vectorLine   `json:"lines"`
	WantErr     string         `json:"wantErr"` // of reading the checkpoints; "" when they read
	Want        []ledger.Fault `json:"want"`    // faults, without their texts
}

type vectorLine struct {
	Entry    []byte `json:"entry"`
	Leaf     []byte `json:"leaf"`
	Evidence []byte `json:"evidence"`
	Decision []byte `json:"decision"`
}

// attack is how one vector is made from a good chain of eight entries.
type attack struct {
	name, desc string
	change     func(t *testing.T, c *attacked)
	want       []ledger.Fault
	wantErr    string
}

// attacked is the material an attack works on.
type attacked struct {
	records []ledger.Record
	heads   []ledger.Head
	signed  []ledger.Head // what the checkpoint file holds
	notes   []byte        // set to replace the checkpoint file
	signer  *ledger.Signer
}

func at(seq int64, what ledger.FaultKind) ledger.Fault { return ledger.Fault{Seq: seq, What: what} }

// flip changes one bit of the third entry and forgets its leaf hash, so that the chain itself must show it.
func flip(offset int) func(*testing.T, *attacked) {
	return func(_ *testing.T, c *attacked) {
		b := slices.Clone(c.records[2].Bytes)
		b[offset] ^= 1
		c.records[2].Bytes, c.records[2].Leaf = b, claim.Digest{}
	}
}

// attacks lists the vectors. A flipped bit is found by the link of the entry after it; fields that place the entry are
// found at the entry itself as well.
func attacks() []attack {
	next := []ledger.Fault{at(4, ledger.BrokenLink)}
	return []attack{
		{name: "happy-path", desc: "eight entries, two checkpoints, nothing changed", change: func(*testing.T, *attacked) {}},
		{name: "happy-path-without-sealed", desc: "the same chain exported without sealed records and leaf hashes", change: stripped},
		{name: "empty", desc: "no entries and no checkpoint", change: func(_ *testing.T, c *attacked) { c.records, c.signed = nil, nil }},

		{name: "flip-version", desc: "one bit of the version", change: flip(0), want: []ledger.Fault{at(3, ledger.Malformed), next[0]}},
		{name: "flip-payer", desc: "one bit of the payer", change: flip(3), want: []ledger.Fault{at(3, ledger.OtherPayer), next[0]}},
		{name: "flip-chain", desc: "one bit of the chain, which gives no chain there is", change: flip(5), want: []ledger.Fault{at(3, ledger.Malformed), next[0]}},
		{name: "flip-seq", desc: "one bit of seq: 3 becomes 2", change: flip(13), want: []ledger.Fault{at(2, ledger.OutOfOrder), at(4, ledger.OutOfOrder), next[0]}},
		{name: "flip-prev", desc: "one bit of prev", change: flip(20), want: []ledger.Fault{at(3, ledger.BrokenLink), next[0]}},
		{name: "flip-kind", desc: "decided becomes a kind there is not", change: flip(46), want: []ledger.Fault{at(3, ledger.Malformed), next[0]}},
		{name: "flip-time", desc: "one bit of the time, a microsecond", change: flip(54), want: next},
		{name: "flip-entry-id", desc: "one bit of the entry id", change: flip(60), want: next},
		{name: "flip-claim-id", desc: "one bit of the claim id", change: flip(80), want: next},
		{name: "flip-predecessor", desc: "one bit of the predecessor", change: flip(90), want: next},
		{name: "flip-semantics", desc: "one bit of the semantics version", change: flip(106), want: next},
		{name: "flip-contract", desc: "one bit of the contract digest", change: flip(110), want: next},
		{name: "flip-tables", desc: "one bit of the tables digest", change: flip(140), want: next},
		{name: "flip-model", desc: "one bit of the model digest", change: flip(180), want: next},
		{name: "flip-snapshot", desc: "one bit of the snapshot digest", change: flip(210), want: next},
		{name: "flip-evidence-commitment", desc: "one bit of the evidence commitment", change: flip(240), want: next},
		{name: "flip-decision-commitment", desc: "one bit of the decision commitment", change: flip(270), want: next},
		{name: "flip-ciphertext-digest", desc: "one bit of the ciphertext digest", change: flip(300), want: []ledger.Fault{at(3, ledger.WrongSealed), next[0]}},
		{name: "flip-fingerprint-count", desc: "one bit of the number of fingerprints added", change: flip(332), want: []ledger.Fault{at(3, ledger.Malformed), next[0]}},
		{name: "flip-fingerprint-line", desc: "one bit of the line that holds a fingerprint", change: flip(334), want: next},
		{name: "flip-fingerprint-added", desc: "one bit of a fingerprint added", change: flip(340), want: next},
		{name: "flip-fingerprint-released", desc: "one bit of a fingerprint released", change: flip(380), want: next},
		{name: "flip-last", desc: "one bit of the last entry, which no entry follows: only the checkpoint shows it", change: flipLast, want: []ledger.Fault{at(8, ledger.Rewritten)}},
		{name: "flip-last-leaf-kept", desc: "the same with the stored leaf hash kept and no checkpoint", change: flipLastKeepLeaf, want: []ledger.Fault{at(8, ledger.WrongLeaf)}},
		{name: "flip-evidence", desc: "one bit of the sealed evidence", change: flipEvidence, want: []ledger.Fault{at(5, ledger.WrongSealed)}},
		{name: "flip-decision", desc: "one bit of the sealed decision", change: flipDecision, want: []ledger.Fault{at(5, ledger.WrongSealed)}},
		{name: "moved-sealed-boundary", desc: "a byte moved from the end of the evidence to the start of the decision", change: moveBoundary, want: []ledger.Fault{at(5, ledger.WrongSealed)}},
		{name: "swapped-sealed", desc: "two entries' sealed records exchanged", change: swapSealed, want: []ledger.Fault{at(2, ledger.WrongSealed), at(6, ledger.WrongSealed)}},
		{name: "trailing-byte", desc: "a byte after an entry", change: trailing, want: []ledger.Fault{at(3, ledger.Malformed), next[0]}},

		{name: "swapped", desc: "entries 3 and 4 exchanged", change: swapped, want: []ledger.Fault{
			at(4, ledger.OutOfOrder), at(4, ledger.BrokenLink), at(3, ledger.OutOfOrder), at(3, ledger.BrokenLink), at(3, ledger.TimeRunBack),
			at(5, ledger.OutOfOrder), at(5, ledger.BrokenLink)}},
		{name: "dropped", desc: "entry 3 left out", change: dropped, want: []ledger.Fault{at(4, ledger.OutOfOrder), next[0]}},
		{name: "dropped-first", desc: "entry 1 left out", change: droppedFirst, want: []ledger.Fault{at(2, ledger.OutOfOrder), at(2, ledger.BrokenLink)}},
		{name: "dropped-and-renumbered", desc: "entry 3 left out and the rest linked anew", change: droppedRelinked, want: []ledger.Fault{
			at(4, ledger.Rewritten), at(8, ledger.Truncated)}},
		{name: "inserted", desc: "a new entry put in after entry 3, linked to it, the rest left", change: inserted, want: []ledger.Fault{
			at(4, ledger.Rewritten), at(4, ledger.OutOfOrder), next[0], at(4, ledger.NoSealed)}},
		{name: "one-record-taken-out", desc: "the sealed record of entry 5 left out, the others there", change: takenOut, want: []ledger.Fault{at(5, ledger.NoSealed)}},
		{name: "duplicated", desc: "entry 3 twice", change: duplicated, want: []ledger.Fault{at(3, ledger.OutOfOrder), at(3, ledger.BrokenLink)}},
		{name: "spliced-other-payer", desc: "entry 3 replaced by entry 3 of another payer", change: spliced, want: []ledger.Fault{
			at(3, ledger.OtherPayer), at(3, ledger.BrokenLink), next[0]}},
		{name: "other-chain", desc: "entry 3 rewritten as an access entry and the rest linked anew, no checkpoint", change: otherChain, want: []ledger.Fault{at(3, ledger.OtherChain)}},
		{name: "backdated", desc: "entry 3 dated before entry 2, linked anew, no checkpoint", change: backdated, want: []ledger.Fault{at(3, ledger.TimeRunBack)}},

		{name: "truncated", desc: "the last two entries cut: whole in itself, short of the checkpoint", change: truncated, want: []ledger.Fault{at(8, ledger.Truncated)}},
		{name: "truncated-without-checkpoint", desc: "the same with no checkpoint: nothing can show it, which is why heads are kept elsewhere", change: truncatedUnseen},
		{name: "emptied", desc: "every entry gone", change: func(_ *testing.T, c *attacked) { c.records = nil }, want: []ledger.Fault{at(4, ledger.Truncated), at(8, ledger.Truncated)}},
		{name: "forged-tail", desc: "entry 6 changed and the rest linked anew with fresh leaf hashes", change: forgedTail, want: []ledger.Fault{at(8, ledger.Rewritten)}},
		{name: "forged-all", desc: "another history from the first entry on", change: forgedAll, want: []ledger.Fault{at(4, ledger.Rewritten), at(8, ledger.Rewritten)}},
		{name: "forged-tail-without-checkpoint", desc: "the same with no checkpoint: nothing can show it", change: forgedUnseen},
		{name: "forged-signature", desc: "a forged tail with a checkpoint to match, signed by another key of the same name", change: forgedSignature, wantErr: "note 1: signed head: no valid signature by auditor"},
		{name: "changed-checkpoint", desc: "the number in a signed checkpoint changed", change: changedCheckpoint, wantErr: "note 1: signed head: no valid signature by auditor"},
		{name: "contradicting-checkpoints", desc: "the signer signed two histories", change: contradicting, wantErr: "note 3: payer 1 decisions at 8 was signed twice with different hashes"},
	}
}

func stripped(_ *testing.T, c *attacked) {
	for i := range c.records {
		c.records[i] = ledger.Record{Bytes: c.records[i].Bytes}
	}
}

func takenOut(_ *testing.T, c *attacked) { c.records[4].Evidence, c.records[4].Decision = nil, nil }

func flipLast(_ *testing.T, c *attacked) {
	b := slices.Clone(c.records[7].Bytes)
	b[240] ^= 1
	c.records[7].Bytes, c.records[7].Leaf = b, claim.Digest{}
}

func flipLastKeepLeaf(t *testing.T, c *attacked) {
	leaf := c.records[7].Leaf
	flipLast(t, c)
	c.records[7].Leaf, c.signed = leaf, nil
}

func flipEvidence(_ *testing.T, c *attacked) { c.records[4].Evidence[7] ^= 1 }
func flipDecision(_ *testing.T, c *attacked) { c.records[4].Decision[7] ^= 1 }

func moveBoundary(_ *testing.T, c *attacked) {
	r := &c.records[4]
	last := len(r.Evidence) - 1
	r.Decision = append([]byte{r.Evidence[last]}, r.Decision...)
	r.Evidence = r.Evidence[:last]
}

func swapSealed(_ *testing.T, c *attacked) {
	a, b := &c.records[1], &c.records[5]
	a.Evidence, b.Evidence, a.Decision, b.Decision = b.Evidence, a.Evidence, b.Decision, a.Decision
}

func trailing(_ *testing.T, c *attacked) {
	c.records[2].Bytes, c.records[2].Leaf = append(slices.Clone(c.records[2].Bytes), 0), claim.Digest{}
}

func swapped(_ *testing.T, c *attacked)      { c.records[2], c.records[3] = c.records[3], c.records[2] }
func dropped(_ *testing.T, c *attacked)      { c.records = slices.Delete(c.records, 2, 3) }
func droppedFirst(_ *testing.T, c *attacked) { c.records = c.records[1:] }
func duplicated(_ *testing.T, c *attacked)   { c.records = slices.Insert(c.records, 3, c.records[2]) }
func truncated(_ *testing.T, c *attacked)    { c.records = c.records[:6] }

func truncatedUnseen(t *testing.T, c *attacked) {
	truncated(t, c)
	c.signed = nil
}

func droppedRelinked(t *testing.T, c *attacked) {
	dropped(t, c)
	relink(t, c.records, 2)
}

func inserted(t *testing.T, c *attacked) {
	extra := ledger.Record{Bytes: c.records[3].Bytes}
	e, err := ledger.Decode(extra.Bytes)
	if err != nil {
		t.Fatal(err)
	}
	e.ID[0] ^= 1
	setBytes(t, &extra, e)
	c.records = slices.Insert(c.records, 3, extra)
}

func spliced(t *testing.T, c *attacked) {
	others, _ := chainOf(t, 2, 8)
	c.records[2] = others[2]
}

func rewritten(t *testing.T, c *attacked, index int, change func(*ledger.Entry)) {
	t.Helper()
	e, err := ledger.Decode(c.records[index].Bytes)
	if err != nil {
		t.Fatal(err)
	}
	change(e)
	setBytes(t, &c.records[index], e)
	relink(t, c.records, index)
}

func otherChain(t *testing.T, c *attacked) {
	rewritten(t, c, 2, func(e *ledger.Entry) { e.Chain = ledger.Access })
	c.signed = nil
}

func backdated(t *testing.T, c *attacked) {
	rewritten(t, c, 2, func(e *ledger.Entry) { e.Time -= 5000 })
	c.signed = nil
}

func forgedTail(t *testing.T, c *attacked) {
	rewritten(t, c, 5, func(e *ledger.Entry) { e.Contract[0] ^= 1 })
}

func forgedAll(t *testing.T, c *attacked) {
	rewritten(t, c, 0, func(e *ledger.Entry) { e.Contract[0] ^= 1 })
}

func forgedUnseen(t *testing.T, c *attacked) {
	forgedTail(t, c)
	c.signed = nil
}

func forgedSignature(t *testing.T, c *attacked) {
	forgedTail(t, c)
	forger, err := ledger.NewSigner("auditor", [32]byte{9})
	if err != nil {
		t.Fatal(err)
	}
	head := c.heads[7]
	head.Leaf = c.records[7].Leaf
	c.notes = forger.Sign(head)
}

func changedCheckpoint(_ *testing.T, c *attacked) {
	truncated(nil, c)
	note := string(c.signer.Sign(c.heads[7]))
	c.notes = []byte("assize/ledger/payer/1/decisions\n6" + note[len("assize/ledger/payer/1/decisions\n8"):])
}

func contradicting(_ *testing.T, c *attacked) {
	other := c.heads[7]
	other.Leaf[0] ^= 1
	c.signed = append(c.signed, other)
}

func build(t *testing.T, a attack) vector {
	t.Helper()
	signer, err := ledger.NewSigner("auditor", [32]byte{1})
	if err != nil {
		t.Fatal(err)
	}
	c := &attacked{signer: signer}
	c.records, c.heads = chainOf(t, 1, 8)
	c.signed = []ledger.Head{c.heads[3], c.heads[7]}
	a.change(t, c)
	v := vector{Desc: a.desc, Payer: 1, Chain: ledger.Decisions, Key: signer.Public().String(), WantErr: a.wantErr, Want: a.want}
	for _, h := range c.signed {
		v.Checkpoints += string(signer.Sign(h)) + "\n"
	}
	if c.notes != nil {
		v.Checkpoints = string(c.notes)
	}
	for _, r := range c.records {
		line := vectorLine{Entry: r.Bytes, Evidence: r.Evidence, Decision: r.Decision}
		if r.Leaf != (claim.Digest{}) {
			line.Leaf = r.Leaf[:]
		}
		v.Lines = append(v.Lines, line)
	}
	return v
}

// TestVectorsAreCurrent compares the files with what the builder makes, so that neither drifts from the other; the
// expectations themselves are written by hand in attacks.
func TestVectorsAreCurrent(t *testing.T) {
	for _, a := range attacks() {
		got, err := json.MarshalIndent(build(t, a), "", "  ")
		if err != nil {
			t.Fatal(err)
		}
		path := filepath.Join("testdata", "chains", a.name+".json")
		if *update {
			if err := os.WriteFile(path, append(got, '\n'), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if string(want) != string(got)+"\n" {
			t.Errorf("%s differs from its builder: an entry's bytes changed, or -update is due", path)
		}
	}
}

// TestEachAttackIsFoundWhereItStands runs every vector file through the export reader and the verifier.
func TestEachAttackIsFoundWhereItStands(t *testing.T) {
	files, err := filepath.Glob("testdata/chains/*.json")
	if err != nil || len(files) < len(attacks()) {
		t.Fatalf("%d vector files, want at least %d: %v", len(files), len(attacks()), err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			b, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			var v vector
			if err := json.Unmarshal(b, &v); err != nil {
				t.Fatal(err)
			}
			v.check(t)
		})
	}
}

func (v *vector) check(t *testing.T) {
	t.Helper()
	key, err := ledger.ParseHeadKey(v.Key)
	if err != nil {
		t.Fatal(err)
	}
	checkpoints, err := ledger.ParseCheckpoints([]byte(v.Checkpoints), key)
	if got := fmt.Sprint(err); err != nil && got != v.WantErr || err == nil && v.WantErr != "" {
		t.Fatalf("reading the checkpoints: got %q, want %q", got, v.WantErr)
	}
	if err != nil {
		return
	}
	report := verifyLines(t, v.Lines, ledger.NewVerifier(v.Payer, v.Chain, checkpoints...))
	for i := range report.Faults {
		report.Faults[i].Text = ""
	}
	if diff := cmp.Diff(v.Want, report.Faults); diff != "" {
		t.Errorf("faults (-want +got):\n%s", diff)
	}
	if whole := report.Err() == nil; whole != (len(v.Want) == 0) {
		t.Errorf("Err() = %v with %d faults", report.Err(), len(v.Want))
	}
	if want := len(checkpoints); len(v.Want) == 0 && report.Checkpoints != want {
		t.Errorf("passed %d checkpoints, want %d", report.Checkpoints, want)
	}
}
