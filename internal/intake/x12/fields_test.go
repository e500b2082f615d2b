package x12

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/assize/assize/internal/claim"
)

// changed reads a good document with texts replaced by others, two by two; it must stay one claim without findings but
// for those of the set's count of segments.
func changed(t *testing.T, from string, pairs ...string) *claim.Claim {
	t.Helper()
	for i := 0; i < len(pairs); i += 2 {
		if !strings.Contains(from, pairs[i]) {
			t.Fatalf("the document does not contain %q", pairs[i])
		}
		from = strings.Replace(from, pairs[i], pairs[i+1], 1)
	}
	report, r := read(t, []byte(from))
	for _, p := range append(report.Errors, report.Warnings...) {
		if p.Code != string(CodeSE01) {
			t.Errorf("found %s in %v", at(p), pairs)
		}
	}
	if len(r.parsed) != 1 {
		t.Fatalf("%d claims", len(r.parsed))
	}
	return &r.parsed[0].Claim
}

// Every qualifier of HI that the guides name: diagnoses in their roles and code sets, procedures, and what is not needed.
func TestQualifiersOfHealthCareCodes(t *testing.T) {
	for qualifier, want := range map[string]claim.Diagnosis{
		"ABK": {Role: claim.Principal}, "BK": {Role: claim.Principal, ICD9: true}, "ABF": {Role: claim.Other}, "BF": {Role: claim.Other, ICD9: true},
		"ABJ": {Role: claim.Admitting}, "BJ": {Role: claim.Admitting, ICD9: true}, "APR": {Role: claim.ReasonVisit}, "PR": {Role: claim.ReasonVisit, ICD9: true},
		"ABN": {Role: claim.ExternalCause}, "BN": {Role: claim.ExternalCause, ICD9: true}, "abf": {Role: claim.Other},
	} {
		want.Code, want.PresentOnAdmission = "E119", "Y"
		got := changed(t, one, "HI*ABK:E119", "HI**"+qualifier+":e11.9:::::::y").Diagnoses
		if diff := cmp.Diff([]claim.Diagnosis{want}, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", qualifier, diff)
		}
	}
	for qualifier, principal := range map[string]bool{"BBR": true, "BR": true, "BBQ": false, "BQ": false, "CAH": false} {
		got := changed(t, hospital, "HI*ABK:E119", "HI*ABK:E119*"+qualifier+":0dtj4zz:D8:20250301").Procedures
		if diff := cmp.Diff([]claim.Procedure{{Code: "0DTJ4ZZ", Date: 20250301, Principal: principal}}, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", qualifier, diff)
		}
	}
	for _, qualifier := range []string{"BE", "BG", "BH", "BI", "TC", "BP", "BO"} {
		if c := changed(t, hospital, "HI*ABK:E119", "HI*ABK:E119*"+qualifier+":11"); len(c.Diagnoses) != 1 || len(c.Procedures) != 0 {
			t.Errorf("%s: diagnoses %v, procedures %v", qualifier, c.Diagnoses, c.Procedures)
		}
	}
	if got := changed(t, hospital, "HI*ABK:E119", "HI*ABK:.E11.9~HI*DR:470"); got.DRG != "470" || got.Diagnoses[0].Code != "E119" {
		t.Errorf("DRG %q, code %q", got.DRG, got.Diagnoses[0].Code)
	}
}

// Every entity of NM1 in a claim and on a line; who is only picked up or set down is nobody's provider.
func TestEntitiesOfProviders(t *testing.T) {
	for entity, want := range map[string]claim.ProviderRole{
		"82": claim.Rendering, "DN": claim.Referring, "P3": claim.Referring, "DK": claim.Ordering, "DQ": claim.Supervising, "71": claim.Attending,
		"72": claim.Operating, "ZZ": claim.OtherOperating, "77": claim.ServiceFacility, "QB": claim.Purchased, "dk": claim.Ordering, "PW": "", "45": "",
	} {
		for place, lists := range map[string]func(*claim.Claim) []claim.Provider{
			"LX*1":    func(c *claim.Claim) []claim.Provider { return c.Providers[1:] },
			"DTP*472": func(c *claim.Claim) []claim.Provider { return c.Lines[0].Providers },
		} {
			got := lists(changed(t, one, place, "NM1*"+entity+"*1*DOE*JO****XX*1999999992~"+place))
			if (want == "") != (len(got) == 0) || want != "" && (got[0].Role != want || got[0].NPI != "1999999992") {
				t.Errorf("%s before %s: %+v, want one in the role %q", entity, place, got, want)
			}
		}
	}
}

// A reference behind a provider is that provider's, and not the claim's or the line's.
func TestReferencesBehindAProviderAreThatProviders(t *testing.T) {
	const doe = "NM1*82*1*DOE*JO****XX*1999999992~REF*EI*333~REF*G1*OTHER~REF*F8*OTHER~REF*6R*OTHER~"
	c := changed(t, one, "LX*1", doe+"LX*1")
	if got := c.Providers[1]; got.TaxID != "333" || references(c) != [5]string{} {
		t.Errorf("on the claim: %+v, references %v", got, references(c))
	}
	c = changed(t, one, "DTP*472", doe+"DTP*472")
	if got := c.Lines[0].Providers[0]; got.TaxID != "333" || references(c) != [5]string{} {
		t.Errorf("on the line: %+v, references %v", got, references(c))
	}
}

// An address, a reference or a specialty behind the beginning of another loop is nobody's that came before.
func TestWhatStandsBehindAnotherLoopIsOfThatLoop(t *testing.T) {
	const behind = "~N3*ELSEWHERE~N4*FARTOWN*IL*60601~REF*EI*999999999~PRV*PE*PXC*207Q00000X"
	for name, begin := range map[string]string{
		"a line": "LX*2", "another payer": "SBR*S*18*******CI", "another payer's decision": "SVD*P2*10*HC:99213**1", "a drug": "LIN**N4*00000000001",
		"who is only picked up": "NM1*PW*2", "who has no entity that is known": "NM1*45*2",
	} {
		document := strings.Replace(one, "DTP*472*D8*20250301", "DTP*472*D8*20250301~NM1*82*1*DOE*JO****XX*1999999992~"+begin+behind, 1)
		_, r := read(t, []byte(document))
		c := &r.parsed[0].Claim
		doe := c.Lines[0].Providers[0]
		if doe.Address != (claim.Address{}) || doe.TaxID != "" || doe.Taxonomy != "" || c.Providers[0].Address != (claim.Address{}) || c.Providers[0].TaxID != "" {
			t.Errorf("behind %s: %+v, %+v", name, doe, c.Providers[0])
		}
	}
}

func TestDatesAndReferencesAreOfThePlaceTheyStandIn(t *testing.T) {
	const other = "SBR*S*18*******CI~"
	for name, tc := range map[string]struct {
		from  string
		pairs []string
		get   func(*claim.Claim) any
		want  any
	}{
		"a service date before the lines": {one, []string{"HI*ABK", "DTP*472*D8*20200101~HI*ABK"},
			func(c *claim.Claim) any { return c.Lines[0].From }, claim.Date(20250301)},
		"the claim's dates are the lines'": {one, []string{"SE*16", "LX*2~SV1*HC:99213*0*UN*1***1~DTP*472*RD8*20250228-20250303~SE*19"},
			func(c *claim.Claim) any { return []claim.Date{c.From, c.Through} }, []claim.Date{20250228, 20250303}},
		"an earlier line comes later or first": {one, []string{"LX*1", "LX*1~SV1*HC:99213*0*UN*1***1~DTP*472*RD8*20250228-20250303~LX*2", "SE*16", "SE*19"},
			func(c *claim.Claim) any { return []claim.Date{c.From, c.Through} }, []claim.Date{20250228, 20250303}},
		"a statement's dates are its own": {hospital, []string{"SV2*0120**100*DA*1~", "SV2*0120**100*DA*1~DTP*472*D8*20250401~"},
			func(c *claim.Claim) any { return []claim.Date{c.From, c.Through, c.Lines[0].From} }, []claim.Date{20250301, 20250302, 20250401}},
		"lines of a statement have its dates": {hospital, nil,
			func(c *claim.Claim) any { return []claim.Date{c.Lines[0].From, c.Lines[0].Through} }, []claim.Date{20250301, 20250302}},
		"statement dates behind another payer": {hospital, []string{"LX*1", other + "DTP*434*D8*20200101~LX*1"},
			func(c *claim.Claim) any { return c.From }, claim.Date(20250301)},
		"an admission":                        {hospital, []string{"LX*1", "DTP*435*DT*202503010900~LX*1"}, func(c *claim.Claim) any { return c.Admission }, claim.Date(20250301)},
		"an admission behind another payer":   {hospital, []string{"LX*1", other + "DTP*435*D8*20200101~LX*1"}, func(c *claim.Claim) any { return c.Admission }, claim.Date(0)},
		"references of the claim":             {one, []string{"HI*ABK", "REF*F8*ORIGINAL~REF*G1*AUTH~REF*9F*REFERRAL~HI*ABK"}, references, [5]string{"ORIGINAL", "AUTH", "REFERRAL"}},
		"references of the line":              {one, []string{"DTP*472", "REF*6R*LINE1~REF*G1*LINEAUTH~DTP*472"}, references, [5]string{3: "LINE1", 4: "LINEAUTH"}},
		"an authorisation of another payer's": {one, []string{"DTP*472", "REF*G1*LINEAUTH**2U:P2~DTP*472"}, references, [5]string{}},
		"references behind another payer":     {one, []string{"LX*1", other + "REF*F8*ORIGINAL~REF*G1*AUTH~REF*6R*LINE1~LX*1"}, references, [5]string{}},
		"a drug":                              {one, []string{"DTP*472", "LIN**N4*00000000001~DTP*472"}, func(c *claim.Claim) any { return c.Lines[0].NDC }, "00000000001"},
		"a drug by another code":              {one, []string{"DTP*472", "LIN**UP*00000000001~DTP*472"}, func(c *claim.Claim) any { return c.Lines[0].NDC }, ""},
		"the last pointer there is":           {one, []string{"***1~", "***1::12~"}, func(c *claim.Claim) any { return c.Lines[0].DiagnosisPointers }, []int{1, 12}},
		"a revenue code of three digits":      {hospital, []string{"SV2*0120", "SV2*120"}, func(c *claim.Claim) any { return c.Lines[0].Revenue }, "0120"},
		"what is not covered":                 {hospital, []string{"*DA*1~", "*DA*1**25~"}, func(c *claim.Claim) any { return c.Lines[0].NonCovered }, claim.Cents(25_00)},
		"blanks before the end of a segment":  {one, []string{"E119~", "E119 \t\r\n~"}, func(c *claim.Claim) any { return c.Diagnoses[0].Code }, "E119"},
	} {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(tc.want, tc.get(changed(t, tc.from, tc.pairs...))); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
	for _, qualifier := range []string{"HC", "HP", "ER", "IV", "WK", "hc"} {
		if got := changed(t, one, "HC:99213", qualifier+":99213:25:gt").Lines[0]; got.Procedure != "99213" || got.Qualifier != strings.ToUpper(qualifier) ||
			!cmp.Equal(got.Modifiers, []string{"25", "GT"}) {
			t.Errorf("%s: %+v", qualifier, got)
		}
	}
}

func references(c *claim.Claim) any {
	return [5]string{c.OriginalReference, c.PriorAuthorization, c.Referral, c.Lines[0].ControlNumber, c.Lines[0].PriorAuthorization}
}

// What another payer paid and adjusted, on the claim and on a line; amounts that stand elsewhere are not that payer's.
func TestAnotherPayersDecision(t *testing.T) {
	const payer = "SBR*S*18*******CI~CAS*PR*1*10**2*5.50~CAS*CO*45*7*****97*3~AMT*D*60~AMT*EAF*15~AMT*A8*2.50~NM1*IL*1*SPECIMEN*ADA****MI*M9~NM1*PR*2*SECOND*****PI*P2~DTP*573*D8*20250305~"
	const decision = "SVD*P2*60*HC:99213**1~CAS*CO*45*40~DTP*573*D8*20250306~"
	want := claim.OtherPayer{
		Responsibility: "S", Payer: claim.Organization{Name: "SECOND", ID: "P2"}, MemberID: "M9",
		Paid: 60_00, PatientOwes: 15_00, NonCovered: 2_50, Decided: 20250305,
		Adjustments: []claim.Adjustment{
			{Group: claim.PR, CARC: "1", Amount: 10_00}, {Group: claim.PR, CARC: "2", Amount: 5_50},
			{Group: claim.CO, CARC: "45", Amount: 7_00}, {Group: claim.CO, CARC: "97", Amount: 3_00},
		},
	}
	paid := claim.LinePayment{PayerID: "P2", Paid: 60_00, Procedure: "99213", Quantity: claim.One, Decided: 20250306,
		Adjustments: []claim.Adjustment{{Group: claim.CO, CARC: "45", Amount: 40_00}}}
	c := changed(t, one, "LX*1", payer+"LX*1", "SE*16", decision+"SE*16")
	if diff := cmp.Diff([]claim.OtherPayer{want}, c.OtherPayers) + cmp.Diff([]claim.LinePayment{paid}, c.Lines[0].OtherPayments); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	// Behind the line, and before any payer.
	const stray = "AMT*D*1~CAS*CO*45*1~DTP*573*D8*20200101~"
	c = changed(t, one, "HI*ABK", stray+"HI*ABK", "LX*1", payer+"LX*1", "DTP*472", stray+"DTP*472")
	if diff := cmp.Diff([]claim.OtherPayer{want}, c.OtherPayers); diff != "" || len(c.Lines[0].OtherPayments) != 0 {
		t.Errorf("amounts that stand elsewhere were taken: %v (-want +got):\n%s", c.Lines[0].OtherPayments, diff)
	}
	c = changed(t, one, "SE*16", decision+"LX*2~SV1*HC:99213*0*UN*1***1~DTP*472*D8*20250301~CAS*CO*45*1~DTP*573*D8*20200101~SE*16")
	if diff := cmp.Diff([]claim.LinePayment{paid}, c.Lines[0].OtherPayments); diff != "" || len(c.Lines[1].OtherPayments) != 0 {
		t.Errorf("a decision on line 1: line 2 has %v (-want +got):\n%s", c.Lines[1].OtherPayments, diff)
	}
	if c = changed(t, one, "HI*ABK", decision+"HI*ABK"); len(c.Lines[0].OtherPayments) != 0 {
		t.Errorf("a decision on no line was taken: %v", c.Lines[0].OtherPayments)
	}
}

// The guides in force and their addenda, and nothing that only looks like one.
func TestVersionsOfTheGuides(t *testing.T) {
	for version, want := range map[string]Kind{
		"005010X222": KindProfessional, "005010X222A1": KindProfessional, "005010X222A2": KindProfessional, "005010X222A3": Kind837,
		"005010X223": KindInstitutional, "005010X223A1": KindInstitutional, "005010X223A2": KindInstitutional, "005010X223A3": KindInstitutional, "005010X223A4": Kind837,
		"005010X224": KindDental, "005010X224A2": KindDental, "005010X2": Kind837, "": Kind837,
	} {
		if got, code := kindOf(version); got != want || (code == "") != (want == KindProfessional || want == KindInstitutional) {
			t.Errorf("%q is %q refused by %q, want %q", version, got, code, want)
		}
	}
}

// Control numbers and versions are shown only when they can be nothing else.
func TestOnlyPlainNumbersAndVersionsAreShown(t *testing.T) {
	for text, want := range map[string]string{"0001": "0001", "123456789": "123456789", "A1b2": "A1b2", "1234567890": "", "12 4": "", "JO DOE": "", "É": "", "": ""} {
		if got := shown(text); got != want {
			t.Errorf("%q is shown as %q, want %q", text, got, want)
		}
	}
	d := &document{}
	for _, version := range []string{"", "005010X222A1", "005010X222A1", "005010X222A10", "JO DOE", "005010X223A2"} {
		d.addVersion(version)
	}
	if want := "005010X222A1;005010X223A2"; d.report.Version != want {
		t.Errorf("versions %q, want %q", d.report.Version, want)
	}
	for n := range 40 {
		d.addVersion(fmt.Sprintf("V%d", n))
	}
	if got := strings.Count(d.report.Version, ";") + 1; got != versionsListed {
		t.Errorf("%d versions are listed, want %d", got, versionsListed)
	}
}
