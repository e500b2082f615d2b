package claim_test

import (
	"errors"
	"fmt"
	"io"
	"testing"

	"github.com/assize/assize/internal/claim"
)

// Who rendered a line: its own rendering provider, then the claim's, then who bills (005010X222A1 2420A, 2310B, 2010AA).
func TestWhoRenderedALine(t *testing.T) {
	bills, renders := claim.Provider{Role: claim.Billing, NPI: "1"}, claim.Provider{Role: claim.Rendering, NPI: "2"}
	other, own := claim.Provider{Role: claim.Ordering, NPI: "3"}, claim.Provider{Role: claim.Rendering, NPI: "4"}
	for name, tc := range map[string]struct {
		claim, line []claim.Provider
		want        string
	}{
		"the line's own":         {[]claim.Provider{bills, renders}, []claim.Provider{other, own}, "4"},
		"the claim's":            {[]claim.Provider{bills, renders}, []claim.Provider{other}, "2"},
		"who bills":              {[]claim.Provider{other, bills}, nil, "1"},
		"nobody":                 {[]claim.Provider{other}, nil, ""},
		"nobody is named at all": {nil, nil, ""},
	} {
		got := ""
		if p := (&claim.Claim{Providers: tc.claim}).RenderingOf(&claim.Line{Providers: tc.line}); p != nil {
			got = p.NPI
		}
		if got != tc.want {
			t.Errorf("%s: %q, want %q", name, got, tc.want)
		}
	}
}

// Whose services the edits of a day hold together: of a hospital its own, whoever renders (NCCI Policy Manual ch. I E).
func TestWhoseServiceALineIs(t *testing.T) {
	list := []claim.Provider{{Role: claim.Billing, NPI: "1"}, {Role: claim.Rendering, NPI: "2"}}
	for name, tc := range map[string]struct {
		of    claim.Type
		named []claim.Provider
		want  string
	}{
		"who renders":           {claim.Professional, list, "2"},
		"nobody":                {claim.Professional, nil, ""},
		"the institution":       {claim.Institutional, list, "1"},
		"an institution unsaid": {claim.Institutional, list[1:], ""},
	} {
		if got := (&claim.Claim{Type: tc.of, Providers: tc.named}).ServiceNPI(&claim.Line{}); got != tc.want {
			t.Errorf("%s: %q, want %q", name, got, tc.want)
		}
	}
}

// Anaesthesia (CPT 00100 to 01999) is one service however many minutes it took; of another code minutes are units.
func TestServicesOfALine(t *testing.T) {
	for _, tc := range []struct {
		procedure string
		unit      claim.Unit
		want      claim.Quantity
	}{
		{"00100", claim.Minutes, claim.One}, {"01999", claim.Minutes, claim.One}, {"00142", claim.Units, 61 * claim.One},
		{"00099", claim.Minutes, 61 * claim.One}, {"02000", claim.Minutes, 61 * claim.One}, {"97110", claim.Minutes, 61 * claim.One},
		{"0142T", claim.Minutes, 61 * claim.One}, {"0120", claim.Minutes, 61 * claim.One}, {"", claim.Minutes, 61 * claim.One},
	} {
		line := claim.Line{Procedure: tc.procedure, Unit: tc.unit, Quantity: 61 * claim.One}
		if got := line.Services(); got != tc.want {
			t.Errorf("%s in %s: %s, want %s", tc.procedure, tc.unit, got, tc.want)
		}
	}
}

// ICD-9-CM is the code set of a claim all of whose service, or whose discharge, is of before October 2015.
func TestCodedInICD9(t *testing.T) {
	icd9 := []claim.Diagnosis{{Code: "J0190"}, {Code: "4619", ICD9: true}}
	lines := func(days ...claim.Date) []claim.Line {
		list := make([]claim.Line, len(days))
		for i, day := range days {
			list[i].Through = day
		}
		return list
	}
	for name, tc := range map[string]struct {
		c    claim.Claim
		want bool
	}{
		"professional, all before":        {claim.Claim{Diagnoses: icd9, Lines: lines(20150929, 20150930)}, true},
		"professional, one after":         {claim.Claim{Diagnoses: icd9, Lines: lines(20151001, 20150930)}, false},
		"professional, no date":           {claim.Claim{Diagnoses: icd9, Through: 20150930}, false},
		"professional, none of ICD-9":     {claim.Claim{Diagnoses: icd9[:1], Lines: lines(20150930)}, false},
		"institutional, left before":      {claim.Claim{Type: claim.Institutional, Diagnoses: icd9, Through: 20150930, Lines: lines(20151001)}, true},
		"institutional, left on the day":  {claim.Claim{Type: claim.Institutional, Diagnoses: icd9, Through: 20151001, Lines: lines(20150930)}, false},
		"institutional, not said when":    {claim.Claim{Type: claim.Institutional, Diagnoses: icd9, Lines: lines(20150930)}, false},
		"institutional, none of the kind": {claim.Claim{Type: claim.Institutional, Through: 20150930}, false},
	} {
		if got := tc.c.CodedInICD9(); got != tc.want {
			t.Errorf("%s: %v, want %v", name, got, tc.want)
		}
	}
}

func TestBillTypeIsOfInstitutionalClaims(t *testing.T) {
	c := claim.Claim{Type: claim.Institutional, PlaceOfService: "11", Frequency: "7"}
	if got := c.BillType(); got != "0117" {
		t.Errorf("institutional: %q, want 0117", got)
	}
	c.Type = claim.Professional
	if got := c.BillType(); got != "" {
		t.Errorf("professional: %q, want none", got)
	}
}

func TestLookedForFindsTheKind(t *testing.T) {
	f := &claim.Facts{Looked: []claim.Looked{{Kind: claim.KindMUE, Rows: 1}, {Kind: claim.KindPTP, Rows: 2}}}
	if got := f.LookedFor(claim.KindPTP); got != &f.Looked[1] {
		t.Errorf("got %v, want the second itself", got)
	}
	if got := f.LookedFor(claim.KindFees); got != nil {
		t.Errorf("a kind that was not looked up: %v", got)
	}
}

func TestErrorsKeepKindTextAndCause(t *testing.T) {
	err := fmt.Errorf("reading: %w", claim.Errorf(claim.Conflict, "entry %d: %w", 7, io.EOF))
	if claim.KindOf(err) != claim.Conflict || !errors.Is(err, io.EOF) || err.Error() != "reading: entry 7: EOF" {
		t.Errorf("got %v of kind %d", err, claim.KindOf(err))
	}
	if claim.KindOf(io.EOF) != claim.Internal || claim.KindOf(nil) != claim.Internal {
		t.Error("an error without a kind is not a fault of ours")
	}
}

func TestProblemsAreShownWithTheirPlace(t *testing.T) {
	for want, p := range map[string]claim.Problem{
		"segment 12 CLM05: error CLM05: expected a code": {Severity: claim.SeverityError, Code: "CLM05", Text: "expected a code", Segment: 12, SegmentID: "CLM", Element: 5},
		"segment 1 ISA: warning ISA: short":              {Severity: claim.SeverityWarning, Code: "ISA", Text: "short", Segment: 1, SegmentID: "ISA"},
		"segment 3 NM101: error NM1: expected 85":        {Severity: claim.SeverityError, Code: "NM1", Text: "expected 85", Segment: 3, SegmentID: "NM1", Element: 1},
		"line 7: error FLAT: expected a number":          {Severity: claim.SeverityError, Code: "FLAT", Text: "expected a number", Line: 7},
	} {
		if got := p.String(); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}
