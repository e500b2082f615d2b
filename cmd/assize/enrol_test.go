package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/assize/assize/internal/claim"
	"github.com/assize/assize/internal/intake"
	"github.com/assize/assize/internal/intake/x12"
)

// document is one professional claim of a child. Its rendering provider's NPI fails the check digit.
const document = "ISA*00*          *00*          *ZZ*SENDER         *ZZ*RECEIVER       *250301*1200*^*00501*000000001*0*T*:~" +
	"GS*HC*S*R*20250301*1200*1*X*005010X222A1~ST*837*0001*005010X222A1~BHT*0019*00*1*20250228*1200*CH~" +
	"HL*1**20*1~NM1*85*2*CLINIC*****XX*1234567893~HL*2*1*22*1~SBR*P********CI~NM1*IL*1*DOE*JO****MI*W-77~" +
	"NM1*PR*2*PLAN*****PI*1~HL*3*2*23*0~PAT*19~NM1*QC*1*DOE*KIM~DMG*D8*20150101*F~" +
	"CLM*A1*100***11:B:1*Y*A*Y*Y~HI*ABK:J0190~NM1*82*1*ROE*SAM****XX*9999999999~" +
	"LX*1~SV1*HC:99213*100*UN*1***1~DTP*472*D8*20250227~SE*18*0001~GE*1*1~IEA*1*000000001~"

func write(t *testing.T, text string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "claims.837")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

func gathered(t *testing.T, documents ...string) (*enrolment, claim.Date) {
	t.Helper()
	e := newEnrolment()
	var dated claim.Date
	for _, text := range documents {
		var err error
		if dated, err = e.gather(t.Context(), write(t, text)); err != nil {
			t.Fatal(err)
		}
	}
	return e, dated
}

// A trial enrols whoever stands on a claim, and says which NPI is none.
func TestTrialEnrolsWhoIsFound(t *testing.T) {
	e, dated := gathered(t, document)
	if dated != 20250228 {
		t.Errorf("dated %s, want BHT04", dated)
	}
	assumed := map[string]bool{}
	for _, p := range e.records.Providers {
		assumed[p.NPI] = p.Assumed
	}
	if diff := cmp.Diff(map[string]bool{"1234567893": false, "9999999999": true}, assumed); diff != "" {
		t.Errorf("providers and whether they are assumed (-want +got):\n%s", diff)
	}
	if len(e.records.Members) != 1 || e.records.Members[0].First != "KIM" || len(e.records.Coverages[e.records.Members[0].ID]) != 1 {
		t.Errorf("members %+v, want the patient, covered", e.records.Members)
	}
	if e.records.Plans[0].FilingDays != tryFilingDays {
		t.Error("a trial's claims may be filed too late")
	}
}

// Taken together, several documents have one enrolment: nobody twice, and families stay together however the number
// of the subscriber is spelt.
func TestTrialEnrolsNobodyTwice(t *testing.T) {
	sibling := strings.NewReplacer("W-77", "w 77", "KIM", "LEE", "20150101*F", "20170101*M").Replace(document)
	e, _ := gathered(t, document, strings.Replace(document, "W-77", "W77", 1), sibling)
	if len(e.records.Members) != 2 || len(e.records.Providers) != 2 {
		t.Fatalf("%d members and %d providers, want 2 and 2", len(e.records.Members), len(e.records.Providers))
	}
	if e.records.Members[0].Family != e.records.Members[1].Family {
		t.Error("siblings are in two families")
	}
}

// Who cannot be told from others is not enrolled: the claim is then of nobody we know.
func TestTrialEnrolsNobodyWithoutBirthDate(t *testing.T) {
	without := strings.Replace(strings.Replace(document, "DMG*D8*20150101*F~", "", 1), "SE*18", "SE*17", 1)
	if e, _ := gathered(t, without); len(e.records.Members) != 0 {
		t.Errorf("%d members, want none", len(e.records.Members))
	}
}

func TestWhyIsToldOnceInWords(t *testing.T) {
	line := func(outcome claim.Outcome, carc string) claim.LineDecision {
		return claim.LineDecision{Outcome: outcome, Adjustments: []claim.Adjustment{{Group: claim.CO, CARC: carc, Amount: 1}}}
	}
	given := tried{
		Receipt: intake.Receipt{Report: x12.Report{Errors: []claim.Problem{{Code: "SUM", Text: "differs"}, {Code: "SUM", Text: "differs"}}, ErrorsTotal: 2}},
		Claims: []claimStatus{
			{PendReasons: []string{"notLoaded:diagnosesICD9", "edit:COB-22"}, Decision: &claim.Decision{Lines: []claim.LineDecision{line(claim.Pend, "133")}}},
			{PendReasons: []string{"notLoaded:diagnosesICD9"}, Decision: &claim.Decision{}},
			{Decision: &claim.Decision{Lines: []claim.LineDecision{line(claim.Pay, "45"), line(claim.Deny, "151"), line(claim.Deny, "151")}}},
		},
	}
	want := []string{
		"refused SUM: differs", "waits: reference diagnoses (ICD-9-CM) not loaded", "waits: Another payer comes first (COB-22)",
		"denied 151 more units than supported",
	}
	if diff := cmp.Diff(want, (&app{}).whyTried(&given)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// What is assumed of providers is not said of tables.
func TestAssumptionsAreSaidApart(t *testing.T) {
	want := []string{
		"providers, enrolled under an NPI whose check digit does not hold",
		"tables that state no dates, or others: ptp, mue",
	}
	if diff := cmp.Diff(want, assumedWords([]claim.FactKind{claim.KindProvider, claim.KindPTP, claim.KindMUE})); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if got := assumedWords(nil); got != nil {
		t.Errorf("nothing assumed: %q", got)
	}
}
