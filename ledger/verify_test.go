package ledger

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/assize/assize/internal/claim"
)

// storedChain is a chain of n entries as Postgres holds it, and its heads; entry i has id and claim i.
func storedChain(t *testing.T, n int) ([]Record, []Head) {
	t.Helper()
	records, heads := make([]Record, n), make([]Head, n)
	head := Head{Payer: 7, Chain: Decisions}
	for i := range records {
		r := Record{Evidence: []byte{1, byte(i)}, Decision: []byte{2, byte(i)}, EntryColumn: claim.ID{byte(i + 1)}, ClaimColumn: claim.ID{byte(i + 1)}}
		e := &Entry{Kind: Decided, ID: r.EntryColumn, Claim: r.ClaimColumn, Ciphertext: CiphertextDigest(r.Evidence, r.Decision)}
		linked, after, err := Link(head, claim.Instant(1000*(i+1)), []*Entry{e})
		if err != nil {
			t.Fatal(err)
		}
		r.Bytes, r.Leaf = linked[0].Bytes, linked[0].Leaf
		records[i], heads[i], head = r, after, after
	}
	return records, heads
}

// found runs records through a verifier and lists its findings as "seq kind".
func found(v *Verifier, records []Record) (Report, []string) {
	for _, r := range records {
		v.Add(r)
	}
	report := v.Finish()
	list := make([]string, len(report.Faults))
	for i, f := range report.Faults {
		list[i] = fmt.Sprintf("%d %s", f.Seq, f.What)
	}
	return report, list
}

// Checkpoints count when they are of this chain, in whatever order they come; each is passed at its own entry or is a fault.
func TestCheckpointsAreHeldAgainstTheirOwnEntry(t *testing.T) {
	records, heads := storedChain(t, 5)
	none := Head{Payer: 7, Chain: Decisions}
	otherPayer, otherChain, otherLeaf, late := heads[1], heads[1], heads[0], heads[4]
	otherPayer.Payer, otherChain.Chain = 8, Access
	otherPayer.Leaf, otherChain.Leaf, otherLeaf.Leaf = claim.Digest{9}, claim.Digest{9}, claim.Digest{9}
	late.Seq = 9
	for name, tc := range map[string]struct {
		records     []Record
		checkpoints []Head
		passed      int
		want        []string
	}{
		"in order":                         {records, heads, 5, nil},
		"in another order":                 {records, []Head{heads[4], heads[0], heads[3], heads[1], heads[2]}, 5, nil},
		"one twice":                        {records, []Head{heads[2], heads[2]}, 2, nil},
		"of another payer":                 {records, []Head{otherPayer, heads[4]}, 1, nil},
		"of another chain":                 {records, []Head{otherChain, heads[4]}, 1, nil},
		"before the first entry":           {records, []Head{none, none, heads[0]}, 3, nil},
		"before the first, without entry":  {nil, []Head{none}, 1, nil},
		"another hash at the first entry":  {records, []Head{otherLeaf}, 0, []string{"1 rewritten"}},
		"behind the end":                   {records, []Head{heads[4], late}, 1, []string{"9 truncated"}},
		"at an entry that was dropped":     {slices.Delete(slices.Clone(records), 2, 3), []Head{heads[2], heads[3]}, 1, []string{"4 out of order", "4 broken link", "3 rewritten"}},
		"two at an entry that was dropped": {slices.Delete(slices.Clone(records), 2, 3), []Head{heads[2], heads[2]}, 0, []string{"4 out of order", "4 broken link", "3 rewritten", "3 rewritten"}},
	} {
		t.Run(name, func(t *testing.T) {
			report, got := found(NewVerifier(7, Decisions, tc.checkpoints...), tc.records)
			if diff := cmp.Diff(strings.Join(tc.want, ", "), strings.Join(got, ", ")); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if report.Checkpoints != tc.passed {
				t.Errorf("passed %d checkpoints, want %d", report.Checkpoints, tc.passed)
			}
		})
	}
}

// An entry that does not decode has a place all the same: the checkpoint at it is held against it, and the next follows it.
func TestAnEntryThatDoesNotDecodeHoldsItsPlace(t *testing.T) {
	records, heads := storedChain(t, 4)
	records[1].Bytes = []byte{0}
	_, got := found(NewVerifier(7, Decisions, heads[1], heads[2]), records)
	if diff := cmp.Diff([]string{"2 malformed", "2 rewritten", "3 broken link"}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// Each column by which Postgres finds an entry is held against its bytes, and so is the leaf hash, also when it is gone.
func TestEachStoredColumnIsHeldAgainstTheBytes(t *testing.T) {
	for name, tc := range map[string]struct {
		change func(r *Record)
		want   []string
	}{
		"as recorded":   {func(*Record) {}, []string{}},
		"another entry": {func(r *Record) { r.EntryColumn = claim.ID{9} }, []string{"2 wrong column"}},
		"another claim": {func(r *Record) { r.ClaimColumn = claim.ID{9} }, []string{"2 wrong column"}},
		"another leaf":  {func(r *Record) { r.Leaf[0]++ }, []string{"2 wrong leaf"}},
		"no leaf":       {func(r *Record) { r.Leaf = claim.Digest{} }, []string{"2 wrong leaf"}},
	} {
		records, _ := storedChain(t, 3)
		tc.change(&records[1])
		v := NewVerifier(7, Decisions)
		v.stored = true
		if _, got := found(v, records); !slices.Equal(got, tc.want) {
			t.Errorf("%s: got %v, want %v", name, got, tc.want)
		}
	}
}

// A sealed record may be left out of a whole export, or must be there; one that was taken out of a few is named.
func TestASealedRecordThatIsGoneIsNamed(t *testing.T) {
	for name, tc := range map[string]struct {
		gone    []int // of records 1 to 4
		part    string
		require bool
		want    []string
		sealed  int64
	}{
		"all there":                 {nil, "", true, []string{}, 4},
		"none there":                {[]int{1, 2, 3, 4}, "both", false, []string{}, 0},
		"none there, required":      {[]int{1, 2, 3, 4}, "both", true, []string{"1 no sealed", "2 no sealed", "3 no sealed", "4 no sealed"}, 0},
		"the first alone":           {[]int{1}, "both", false, []string{"1 no sealed"}, 3},
		"all but the last":          {[]int{1, 2, 3}, "both", false, []string{"1 no sealed"}, 1},
		"two of the middle":         {[]int{2, 3}, "both", false, []string{"2 no sealed"}, 2},
		"the evidence of one alone": {[]int{3}, "evidence", false, []string{"3 wrong sealed"}, 4},
		"the decision of one alone": {[]int{3}, "decision", false, []string{"3 wrong sealed"}, 4},
	} {
		records, _ := storedChain(t, 4)
		for _, i := range tc.gone {
			if tc.part != "decision" {
				records[i-1].Evidence = nil
			}
			if tc.part != "evidence" {
				records[i-1].Decision = nil
			}
		}
		v := NewVerifier(7, Decisions)
		if tc.require {
			v.RequireSealed()
		}
		report, got := found(v, records)
		if !slices.Equal(got, tc.want) || report.Sealed != tc.sealed {
			t.Errorf("%s: got %v and %d sealed, want %v and %d", name, got, report.Sealed, tc.want, tc.sealed)
		}
	}
}

// An entry that commits to no sealed record, as one about a key or a table, lacks none.
func TestAnEntryWithoutSealedRecordLacksNone(t *testing.T) {
	linked, _, err := Link(Head{Payer: 7, Chain: Decisions}, 1000, []*Entry{{Kind: Artifact, ID: claim.ID{1}}})
	if err != nil {
		t.Fatal(err)
	}
	v := NewVerifier(7, Decisions)
	v.RequireSealed()
	if _, got := found(v, []Record{{Bytes: linked[0].Bytes, Leaf: linked[0].Leaf}}); len(got) > 0 {
		t.Error(got)
	}
}

func TestAFaultShowsItsPlace(t *testing.T) {
	records, _ := storedChain(t, 2)
	e, err := Decode(records[1].Bytes)
	if err != nil {
		t.Fatal(err)
	}
	e.Time -= 1500 // 2000 µs became 500, after 1000
	if records[1].Bytes, err = e.AppendBinary(nil); err != nil {
		t.Fatal(err)
	}
	records[1].Leaf = LeafHash(records[1].Bytes)
	report, _ := found(NewVerifier(7, Decisions), records)
	err = report.Err()
	const want = "1 faults in the decisions chain of payer 7, first: entry 2: time run back: 500 µs before the entry before it"
	if err == nil || claim.KindOf(err) != claim.Conflict || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}
