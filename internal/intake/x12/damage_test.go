package x12

import (
	"bytes"
	"context"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"
)

// progress notes for every transaction set how much of the document had been read, and how many claims delivered, when
// its result came: what is damaged behind that place cannot change it.
type progress struct {
	recorder
	source io.ReadSeeker
	bytes  []int64
	claims []int
}

// TransactionEnd notes the place.
func (p *progress) TransactionEnd(result TransactionResult) error {
	at, err := p.source.Seek(0, io.SeekCurrent)
	p.bytes, p.claims = append(p.bytes, at), append(p.claims, len(p.parsed))
	p.ends = append(p.ends, result)
	return err
}

// damaged holds for every damaged form of a document: see readWithin; sets that ended before the damage are as they were;
// and memory stays within a multiple of the document.
func damaged(t *testing.T, whole *progress, document []byte, from int) Report {
	t.Helper()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	report, err := Read(context.Background(), bytes.NewReader(document), sandbox, nil)
	if err != nil {
		t.Fatal(err)
	}
	runtime.ReadMemStats(&after)
	if got, most := after.TotalAlloc-before.TotalAlloc, uint64(1<<20+100*len(document)); got > most {
		t.Errorf("%d bytes allocated for a document of %d, at most %d expected", got, len(document), most)
	}
	checked, r := readWithin(t, bytes.NewReader(document), sandbox)
	if diff := cmp.Diff(report, checked); diff != "" {
		t.Fatalf("read twice it is another report (-first +second):\n%s", diff)
	}
	sets := 0
	for sets < len(whole.bytes) && whole.bytes[sets] <= int64(from) {
		sets++
	}
	if len(r.ends) < sets {
		t.Fatalf("%d sets ended before byte %d, %d are there", sets, from, len(r.ends))
	}
	if sets == 0 {
		return report
	}
	claims := whole.claims[sets-1]
	if diff := cmp.Diff(whole.ends[:sets], r.ends[:sets]) + cmp.Diff(whole.parsed[:claims], r.parsed[:claims]); diff != "" {
		t.Fatalf("sets before byte %d are others (-undamaged +damaged):\n%s", from, diff)
	}
	return report
}

// damage cuts a document at 50 places, changes a byte at 50 others, and 50 bytes at once; it returns in how many of the
// damaged documents errors were found, and in how many claims are still eligible.
func damage(t *testing.T, document []byte) (forms, faulty, eligible int) {
	t.Helper()
	const places = 50
	source := bytes.NewReader(document)
	whole := &progress{source: source}
	if _, err := Read(context.Background(), iotest.OneByteReader(source), sandbox, whole); err != nil {
		t.Fatal(err)
	}
	count := func(report Report) {
		forms++
		if report.ErrorsTotal > 0 {
			faulty++
		}
		if report.Eligible > 0 {
			eligible++
		}
	}
	random := rand.New(rand.NewPCG(uint64(len(document)), 3))
	all := bytes.Clone(document)
	first := len(all)
	for i := range places {
		at := min(len(document)*i/places+random.IntN(len(document)/places+1), len(document)-1)
		cut := damaged(t, whole, document[:at], at)
		// A last segment that lacks nothing but its terminator says itself that it is whole: IEA02 repeats ISA13.
		if cut.ErrorsTotal == 0 && len(bytes.TrimSpace(document[at:])) > 1 {
			t.Errorf("cut at %d of %d: no error", at, len(document))
		}
		count(cut)
		changed := bytes.Clone(document)
		changed[at] ^= byte(1 + random.IntN(255))
		count(damaged(t, whole, changed, at))
		at = random.IntN(len(document))
		all[at] ^= byte(1 + random.IntN(255))
		first = min(first, at)
	}
	count(damaged(t, whole, all, first))
	return forms, faulty, eligible
}

// TestDamagedDocumentsLoseNothingBeforeTheDamage: our own documents.
func TestDamagedDocumentsLoseNothingBeforeTheDamage(t *testing.T) {
	documents := [][]byte{[]byte(one), []byte(hospital), []byte(one + hospital + one)}
	files, err := filepath.Glob("testdata/*.x12")
	if err != nil || len(files) < 3 {
		t.Fatalf("%d documents, %v", len(files), err)
	}
	for _, name := range files {
		content, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		documents = append(documents, content)
	}
	faulty, eligible := 0, 0
	for _, document := range documents {
		_, wrong, good := damage(t, document)
		faulty, eligible = faulty+wrong, eligible+good
	}
	if faulty == 0 || eligible == 0 {
		t.Errorf("%d damaged documents with errors, %d with eligible claims: want some of each", faulty, eligible)
	}
}
