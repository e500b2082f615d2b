package policies

import (
	"slices"
	"testing"

	"github.com/google/uuid"

	"github.com/assize/assize/internal/claim"
)

// The rows of each kind are counted by themselves: a count taken from another list would say that nothing is lost.
func TestRowsOfEveryKindAreCounted(t *testing.T) {
	full := claim.Facts{
		Member: &claim.Member{ID: id(2)}, Plan: &claim.Plan{}, Predecessor: &claim.Predecessor{},
		Coverages: make([]claim.Coverage, 2), Accumulators: make([]claim.Accumulator, 3), Providers: make([]claim.ProviderFact, 4),
		Exclusions: make([]claim.Exclusion, 5), Authorizations: make([]claim.Authorization, 6), History: make([]claim.HistoryLine, 7),
		Duplicates: make([]claim.Duplicate, 8), Benefits: make([]claim.BenefitRow, 9), Fees: make([]claim.FeeRow, 10),
		Diagnoses: make([]claim.DiagnosisRow, 11), Procedures: make([]claim.ProcedureRow, 12), PTP: make([]claim.PTPRow, 13), MUE: make([]claim.MUERow, 14),
	}
	want := map[claim.FactKind]int{
		claim.KindMember: 1, claim.KindPlan: 1, claim.KindPredecessor: 1, claim.KindCoverage: 2, claim.KindAccumulators: 3, claim.KindProvider: 4,
		claim.KindExclusions: 5, claim.KindAuthorizations: 6, claim.KindHistory: 7, claim.KindDuplicates: 8, claim.KindBenefits: 9, claim.KindFees: 10,
		claim.KindDiagnoses: 11, claim.KindProcedures: 12, claim.KindPTP: 13, claim.KindMUE: 14,
	}
	for _, kind := range claim.FactKinds {
		if got := rowsOf(&full, kind); got != want[kind] {
			t.Errorf("%s: %d rows, want %d", kind, got, want[kind])
		}
		if got := rowsOf(&claim.Facts{}, kind); got != 0 {
			t.Errorf("%s: %d rows of none", kind, got)
		}
	}
	if got := rowsOf(&claim.Facts{Member: &claim.Member{ID: uuid.Nil}}, claim.KindMember); got != 0 {
		t.Errorf("a member without id counts as %d", got)
	}
	if got := rowsOf(&full, "unheard of"); got != -1 {
		t.Errorf("a kind that is not known has %d rows", got)
	}
}

// What is found of a row has another number of rows than was looked up: the claim waits, and the reason names the kind.
func TestARowMoreOrLessThanWasLookedUpWaits(t *testing.T) {
	e := embeddedContract(t).NewEvaluator()
	for _, kind := range claim.FactKinds {
		for _, by := range []int{-1, 1} {
			ev := cleanEvidence(2)
			at := slices.IndexFunc(ev.Facts.Looked, func(l claim.Looked) bool { return l.Kind == kind })
			ev.Facts.Looked[at].Rows += by
			got, err := e.Gate(t.Context(), GateInput{Evidence: ev, Score: scored(), Lines: decided(ev, nil)})
			if err != nil || got.Outcome != claim.Pend || !slices.ContainsFunc(got.Pends, func(p claim.PendReason) bool { return p.Detail == string(kind) }) {
				t.Errorf("%s by %d: %+v, %v", kind, by, got, err)
			}
		}
	}
}

// A line without a procedure, as of a drug or a room, has none that could be unknown, also beside one whose dates are to be looked at.
func TestALineWithoutProcedureHasNoneThatIsUnknown(t *testing.T) {
	ev := cleanEvidence(2)
	ev.Claim.Lines[1].Procedure = ""
	ev.Facts.Procedures = ev.Facts.Procedures[:1]
	ev.Facts.Procedures[0].Through = serviceDate.AddDays(-1)
	look(ev)
	edits, err := embeddedContract(t).NewEvaluator().Edits(t.Context(), ev)
	if err != nil {
		t.Fatal(err)
	}
	of := func(line int) (rules []string) {
		for _, e := range edits {
			if e.CARC == "181" {
				if e.Line == line {
					rules = append(rules, e.Rule)
				}
			}
		}
		return rules
	}
	if len(of(1)) == 0 || len(of(2)) > 0 {
		t.Errorf("procedure codes are invalid in line 1 by %v, in line 2 by %v", of(1), of(2))
	}
}

// A payer's own rule is shown the place of each diagnosis that is not plain.
func TestDiagnosesAreShownWithTheirNumber(t *testing.T) {
	c, err := Load(base(t), own(t, check("OWN-1", anyLine+"\n\tsome d in input.x.diagnoses\n\td.number == line.line", "")))
	if err != nil {
		t.Fatal(err)
	}
	ev := cleanEvidence(3)
	ev.Facts.Diagnoses[1].Billable = false
	edits, err := c.NewEvaluator().Edits(t.Context(), ev)
	if err != nil {
		t.Fatal(err)
	}
	var lines []int
	for _, e := range edits {
		if e.Rule == "OWN-1" {
			lines = append(lines, e.Line)
		}
	}
	if !slices.Equal(lines, []int{2}) {
		t.Errorf("got the diagnoses of numbers %v, want 2", lines)
	}
}

// Lines of one code use an authorisation up in their order; lines of another code, or that need none, use nothing of it.
func TestLinesUseAnAuthorizationUpInTheirOrder(t *testing.T) {
	e := embeddedContract(t).NewEvaluator()
	for name, tc := range map[string]struct {
		change func(ev *claim.Evidence)
		want   bool // that something of the last line is not authorised
	}{
		"all there is": {func(*claim.Evidence) {}, false},
		"a unit less":  {func(ev *claim.Evidence) { ev.Facts.Authorizations[0].Approved -= claim.One }, true},
		"a line before needs none": {func(ev *claim.Evidence) {
			ev.Facts.Benefits[0].Authorization = false
			ev.Facts.Authorizations[0].Approved -= claim.One
		}, false},
		"a line before has no benefit row": {func(ev *claim.Evidence) {
			ev.Facts.Benefits = ev.Facts.Benefits[1:]
			ev.Facts.Authorizations[0].Approved -= claim.One
		}, false},
	} {
		ev := cleanEvidence(3)
		for i := range ev.Claim.Lines {
			ev.Claim.Lines[i].Procedure, ev.Facts.Benefits[i].Procedure, ev.Facts.Benefits[i].Authorization = "D0001", "D0001", true
			ev.Facts.Procedures[i].Code, ev.Facts.MUE[i].Procedure = "D0001", "D0001"
		}
		ev.Claim.PriorAuthorization = "PA1"
		ev.Facts.Authorizations = []claim.Authorization{{Number: "PA1", Procedure: "D0001", From: 20240101, Through: 20241231, Approved: 3 * claim.One}}
		tc.change(ev)
		look(ev)
		edits, err := e.Edits(t.Context(), ev)
		if err != nil {
			t.Fatal(err)
		}
		limits, err := e.Limits(t.Context(), ev, payable(ev, edits))
		if err != nil {
			t.Fatal(err)
		}
		edits = append(edits, limits...)
		got := slices.ContainsFunc(edits, func(edit claim.Edit) bool { return edit.Line == 3 && (edit.CARC == "197" || edit.CARC == "198") })
		if got != tc.want {
			t.Errorf("%s: not authorised %v, want %v: %v", name, got, tc.want, edits)
		}
	}
}

// A line that an edit denies and that is to be paid all the same holds the claim up, the first line as any other.
func TestTheGateKnowsTheLinesThatPay(t *testing.T) {
	e := embeddedContract(t).NewEvaluator()
	for line := 1; line <= 2; line++ {
		ev := cleanEvidence(2)
		denial := claim.Edit{Rule: "COV-96", Line: line, Outcome: claim.Deny, Group: claim.CO, CARC: "96", RARC: "N130"}
		right, err := e.Gate(t.Context(), GateInput{Evidence: ev, Score: scored(), Lines: decided(ev, []claim.Edit{denial}), Edits: []claim.Edit{denial}})
		if err != nil || right.Outcome != claim.Pay {
			t.Errorf("line %d is denied and does not pay: %+v, %v", line, right, err)
		}
		wrong, err := e.Gate(t.Context(), GateInput{Evidence: ev, Score: scored(), Lines: decided(ev, nil), Edits: []claim.Edit{denial}})
		if err != nil || wrong.Outcome == claim.Pay {
			t.Errorf("line %d is denied and pays: %+v, %v", line, wrong, err)
		}
	}
}
