package flat

import (
	"bytes"
	"context"
	"encoding/json"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/assize/assize/internal/claim"
)

var codec = sync.OnceValues(claim.NewCodec)

// checked reads a document that is damaged perhaps, and checks what must hold of every one: counts agree, a problem has its
// place, nothing comes out that cannot be stored, and the slice of an eligible claim reads as the same claim.
func checked(t *testing.T, format reader, document string, limits Limits) (Report, *recorder) {
	t.Helper()
	report, r := read(t, format, document, limits)
	if report.Eligible+report.Refused != report.Claims || len(r.parsed) != report.Claims || report.Refused > 0 && report.ErrorsTotal == 0 {
		t.Fatalf("counts disagree: %+v", report)
	}
	for _, p := range append(report.Errors, report.Warnings...) {
		if p.Line < 1 || p.Line > strings.Count(document, "\n")+1 || p.Code == "" || p.Text == "" || p.Claim < 0 || p.Claim > report.Claims {
			t.Fatalf("a problem without a place: %+v", p)
		}
	}
	encoder, err := codec()
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range r.parsed {
		if p.Refused {
			continue
		}
		// Postgres keeps no NUL in text, and one claim that it refuses would hold up its whole chunk.
		if text, err := json.Marshal(p.Claim); err != nil || bytes.Contains(text, []byte(`\u0000`)) {
			t.Fatalf("an eligible claim holds a NUL, or %v", err)
		}
		if _, err := encoder.Encode(&p.Claim); err != nil { // refuses what is not UTF-8
			t.Fatalf("an eligible claim cannot be encoded: %v", err)
		}
		_, again := read(t, format, string(p.Slice), Limits{LineBytes: 40000})
		if diff := cmp.Diff([]claim.Claim{p.Claim}, again.claims()); diff != "" {
			t.Fatalf("the slice reads otherwise (-want +got):\n%s", diff)
		}
	}
	return report, r
}

// written is the formats' writers: an eligible claim that is written is the same claim when read.
func written(t *testing.T, r *recorder) {
	t.Helper()
	for _, p := range r.parsed {
		if p.Refused {
			continue
		}
		var b bytes.Buffer
		if err := WriteNDJSON(&b, p.Claim); err != nil {
			t.Fatal(err)
		}
		_, again := read(t, ReadNDJSON, b.String(), Limits{LineBytes: 1 << 20})
		if diff := cmp.Diff([]claim.Claim{p.Claim}, again.claims()); diff != "" {
			t.Fatalf("written and read again it is another claim (-want +got):\n%s", diff)
		}
	}
}

// fuzz holds for both formats: see checked and written; and it is the same document however it arrives.
func fuzz(t *testing.T, format reader, document string) {
	limits := Limits{LineBytes: 20000, ClaimLines: 20, Problems: 20}
	report, r := checked(t, format, document, limits)
	written(t, r)
	var slow recorder
	again, err := format(context.Background(), iotest.OneByteReader(strings.NewReader(document)), limits, &slow)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(report, again) + cmp.Diff(r.parsed, slow.parsed); diff != "" {
		t.Fatalf("byte by byte it reads otherwise (-whole +bytes):\n%s", diff)
	}
}

// FuzzNDJSON: see fuzz.
func FuzzNDJSON(f *testing.F) {
	f.Add(ndjson(f, sample(), stay()))
	f.Add(`{"type":"professional","lines":[{"from":"2025-01-01"}]}`)
	f.Add(strings.Replace(ndjson(f, sample()), `"lastName":"`, `"lastName":"\u0000`, 1))
	f.Fuzz(func(t *testing.T, document string) { fuzz(t, ReadNDJSON, document) })
}

// FuzzCSV: see fuzz.
func FuzzCSV(f *testing.F) {
	f.Add(csvOf(f, sample()))
	f.Add(csvOf(f, sample(), sample()))
	f.Add("claim,type,patientControlNumber,charge,placeOfService,frequency,subscriberMemberId,billingNpi,procedure,lineCharge,quantity,unit,serviceFrom\n" +
		"1,professional,P,1,11,1,M,1,99213,1,1,UN,20250101\n")
	f.Fuzz(func(t *testing.T, document string) { fuzz(t, ReadCSV, document) })
}

// TestDamageCostsTheClaimsItStandsIn: cut at 50 places and a byte changed at 50 others, what comes before the damage reads as
// before, and in NDJSON, where a line is a claim, what comes behind it too.
func TestDamageCostsTheClaimsItStandsIn(t *testing.T) {
	second := sample()
	second.PatientControlNumber = "SECOND"
	for name, c := range map[string]struct {
		format   reader
		document string
	}{
		"NDJSON": {ReadNDJSON, ndjson(t, sample(), stay(), second, stay(), sample())},
		"CSV":    {ReadCSV, csvOf(t, sample(), second, sample(), second)},
	} {
		t.Run(name, func(t *testing.T) {
			_, whole := checked(t, c.format, c.document, Limits{})
			random := rand.New(rand.NewPCG(7, uint64(len(c.document))))
			const places = 50
			for i := range places {
				at := len(c.document)*i/places + random.IntN(len(c.document)/places)
				_, cut := checked(t, c.format, c.document[:at], Limits{})
				before := endedBefore(whole, c.document, at)
				if name == "CSV" { // a damaged row may have been one more of the claim before it, which is then refused too
					before = max(0, before-1)
				}
				same(t, at, whole.parsed[:before], cut.parsed[:min(before, len(cut.parsed))])
				changed := []byte(c.document)
				changed[at] ^= byte(1 + random.IntN(255))
				_, r := checked(t, c.format, string(changed), Limits{})
				same(t, at, whole.parsed[:before], r.parsed[:min(before, len(r.parsed))])
				if name == "NDJSON" && changed[at] != '\n' && c.document[at] != '\n' {
					same(t, at, whole.parsed[before+1:], r.parsed[before+1:])
				}
			}
		})
	}
}

// endedBefore counts the claims that lie wholly before a byte of the document.
func endedBefore(whole *recorder, document string, at int) int {
	line := strings.Count(document[:at], "\n") + 1
	n := 0
	for n+1 < len(whole.parsed) && whole.parsed[n+1].Line <= line {
		n++
	}
	return n
}

func same(t *testing.T, at int, want, got []*Parsed) {
	t.Helper()
	if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("damage at %d changes other claims (-want +got):\n%s", at, diff)
	}
}
