package x12

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"strings"
	"sync"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"

	"github.com/assize/assize/internal/claim"
)

var codec = sync.OnceValues(claim.NewCodec)

// readWithin reads a document that is damaged perhaps, and checks what must hold of every one: counts agree with one
// another and with what was delivered, an error has its place and code, nothing comes out that cannot be stored, and a
// slice reads as the same claim.
func readWithin(t testing.TB, source io.Reader, limits Limits) (Report, *recorder) {
	t.Helper()
	var r recorder
	report, err := Read(context.Background(), source, limits, &r)
	if err != nil {
		t.Fatal(err)
	}
	checkCounts(t, &report, &r)
	for _, p := range append(report.Errors, report.Warnings...) {
		if p.Segment < 1 || p.Segment > report.Segments+1 || p.Code == "" || p.Text == "" || p.Claim < 0 || p.Claim > report.Claims {
			t.Fatalf("a problem without a place in %d segments and %d claims: %+v", report.Segments, report.Claims, p)
		}
	}
	checkStorable(t, report)
	reader := NewRereader() // one for all: nothing of one claim may reach the next
	for _, p := range r.parsed {
		if p.Refused {
			continue
		}
		checkStorable(t, p.Claim)
		again, err := reader.Reread(p.Slice)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(p.Claim, again.Claim); diff != "" {
			t.Fatalf("the slice reads otherwise (-want +got):\n%s", diff)
		}
	}
	return report, &r
}

// checkCounts: every claim begun is eligible, refused, or was taken back with its set; none is lost or counted twice.
func checkCounts(t testing.TB, report *Report, r *recorder) {
	t.Helper()
	eligible, accepted, inSets := 0, 0, 0
	for i, end := range r.ends {
		eligible += end.Eligible
		inSets += end.Claims
		if end.Accepted {
			accepted++
		}
		if !end.Accepted && end.Eligible > 0 || end.Accepted && end.RefusalCode != "" || end.Eligible > end.Claims || end.Position != i+1 {
			t.Fatalf("set result contradicts itself: %+v", end)
		}
	}
	if eligible != report.Eligible || report.Eligible+report.Refused != report.Claims || accepted != report.Accepted ||
		inSets > report.Claims || len(r.parsed) > report.Claims || len(r.ends) != report.Transactions {
		t.Fatalf("counts disagree: %d claims in %d sets, %d delivered: %+v", inSets, len(r.ends), len(r.parsed), report)
	}
	good := 0
	for _, p := range r.parsed {
		if !p.Refused {
			good++
		}
	}
	if good < eligible {
		t.Fatalf("%d claims are eligible, %d were delivered unrefused", eligible, good)
	}
	if report.ErrorsTotal == 0 && report.Eligible != report.Claims {
		t.Fatalf("%d of %d claims eligible and no error", report.Eligible, report.Claims)
	}
}

// checkStorable: Postgres keeps no NUL in text or jsonb, and one claim that it refuses would hold up its whole chunk.
func checkStorable(t testing.TB, value any) {
	t.Helper()
	text, err := json.Marshal(value)
	if err != nil || bytes.Contains(text, []byte(`\u0000`)) {
		t.Fatalf("%T holds a NUL, or %v", value, err)
	}
	c, claimed := value.(claim.Claim)
	if !claimed {
		return
	}
	encoder, err := codec()
	if err == nil {
		_, err = encoder.Encode(&c) // refuses what is not UTF-8
	}
	if err != nil {
		t.Fatalf("an eligible claim cannot be encoded: %v", err)
	}
}

// tight makes every limit one that a document of a few kB can pass.
var tight = Limits{SegmentBytes: 2000, ClaimBytes: 8000, ClaimLines: 20, Problems: 20}

// FuzzRead: see readWithin. And it is the same document however it arrives.
func FuzzRead(f *testing.F) {
	f.Add([]byte(one))
	f.Add([]byte(hospital))
	f.Add([]byte(strings.Replace(one, "005010X222A1", "005010X224A2", 2)))
	f.Add([]byte("ISA"))
	f.Add([]byte(strings.NewReplacer("*", "|", ":", ">", "~\n", "\r\n", "^", "!").Replace(one) + one))
	for _, name := range []string{"professional.x12", "institutional.x12", "malformed.x12"} {
		f.Add([]byte(testdata(f, name)))
	}
	f.Fuzz(func(t *testing.T, document []byte) {
		report, r := readWithin(t, bytes.NewReader(document), tight)
		var slow recorder
		again, err := Read(context.Background(), iotest.OneByteReader(bytes.NewReader(document)), tight, &slow)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(report, again) + cmp.Diff(r.ends, slow.ends) + cmp.Diff(r.parsed, slow.parsed); diff != "" {
			t.Fatalf("byte by byte it reads otherwise (-whole +bytes):\n%s", diff)
		}
	})
}

// FuzzReread: any bytes in the place of a claim's segments give one claim or an error, the same a second time, and leave
// nothing behind for the next claim.
func FuzzReread(f *testing.F) {
	for _, document := range []string{one, hospital, testdata(f, "professional.x12"), testdata(f, "institutional.x12")} {
		_, r := read(f, []byte(document))
		for _, p := range r.parsed {
			f.Add(p.Slice)
		}
	}
	_, good := read(f, []byte(one))
	want := good.parsed[0]
	f.Fuzz(func(t *testing.T, slice []byte) {
		reader := NewRereader()
		first, err := reader.Reread(slice)
		if err != nil && claim.KindOf(err) != claim.Invalid {
			t.Fatalf("kind of %v is not Invalid", err)
		}
		after, afterErr := reader.Reread(want.Slice)
		if afterErr != nil {
			t.Fatalf("a good slice behind it: %v", afterErr)
		}
		if diff := cmp.Diff(want.Claim, after.Claim); diff != "" {
			t.Fatalf("a good slice behind it reads otherwise (-want +got):\n%s", diff)
		}
		second, againErr := reader.Reread(slice)
		if (err == nil) != (againErr == nil) {
			t.Fatalf("first %v, then %v", err, againErr)
		}
		if err == nil {
			if diff := cmp.Diff(first, second); diff != "" {
				t.Fatalf("read twice it is another claim (-first +second):\n%s", diff)
			}
		}
	})
}
