package adjudicate

import (
	"context"
	"fmt"

	"github.com/google/uuid"

	"github.com/assize/assize/internal/claim"
	"github.com/assize/assize/policies"
)

// Ids of the one family the tests are about. They are made up.
var (
	testClaim  = uuid.MustParse("01900000-0000-7000-8000-0000000000c1")
	testMember = uuid.MustParse("01900000-0000-7000-8000-0000000000a1")
	testFamily = uuid.MustParse("01900000-0000-7000-8000-0000000000f1")
)

const (
	testDay     claim.Date = 20240515
	testYear               = 2024
	testBilling            = "1234567893"
)

// script is a contract whose answers a test writes down. Its gate pays unless the test says otherwise or a line has
// no price.
type script struct {
	edits   []claim.Edit
	limits  []claim.Edit
	verdict policies.Verdict
	asked   *policies.GateInput
	amounts []policies.LineAmount
}

func (s *script) Edits(context.Context, *claim.Evidence) ([]claim.Edit, error) {
	return append([]claim.Edit(nil), s.edits...), nil
}

func (s *script) Limits(_ context.Context, _ *claim.Evidence, amounts []policies.LineAmount) ([]claim.Edit, error) {
	s.amounts = append([]policies.LineAmount(nil), amounts...)
	return append([]claim.Edit(nil), s.limits...), nil
}

func (s *script) Gate(_ context.Context, in policies.GateInput) (policies.Verdict, error) {
	s.asked = &in
	if s.verdict.Outcome != "" {
		return s.verdict, nil
	}
	if len(in.Unpriced) > 0 {
		return policies.Verdict{Outcome: claim.Pend, Pends: in.Unpriced}, nil
	}
	return policies.Verdict{Outcome: claim.Pay}, nil
}

// newDecider binds a scripted contract.
func newDecider(s *script) *Decider {
	return &Decider{versions: claim.Versions{Semantics: claim.Semantics}, contract: s}
}

// testPlan has every kind of cost share: $20 copay, 20 %, $500/$1,000 deductible, $2,000/$4,000 out of pocket.
func testPlan() *claim.Plan {
	return &claim.Plan{
		Code: "PPO", From: 20240101, Through: 20241231, Pricing: claim.FeeSchedule, Copay: 20_00, CoinsuranceMillionths: 200_000,
		DeductibleIndividual: 500_00, DeductibleFamily: 1000_00, Embedded: true,
		OutOfPocketIndividual: 2000_00, OutOfPocketFamily: 4000_00,
	}
}

// addLine adds a line of one unit with a fee in network.
func addLine(ev *claim.Evidence, procedure string, charge, fee claim.Cents) *claim.Line {
	n := len(ev.Claim.Lines) + 1
	ev.Claim.Lines = append(ev.Claim.Lines, claim.Line{
		Number: n, Qualifier: "HC", Procedure: procedure, Charge: charge, Quantity: claim.One, Unit: claim.Units,
		From: testDay, Through: testDay, DiagnosisPointers: []int{1},
	})
	ev.Claim.Charge += charge
	ev.Facts.Fees = append(ev.Facts.Fees, claim.FeeRow{
		Line: n, Procedure: procedure, Network: true, Unit: fee, From: 20240101, Through: 20241231,
	})
	ev.Facts.Benefits = append(ev.Facts.Benefits, claim.BenefitRow{
		Line: n, Procedure: procedure, Covered: true, From: 20240101, Through: 20241231,
	})
	return &ev.Claim.Lines[n-1]
}

// newEvidence is a professional claim without lines for a member of the family, in a plan without cost share.
func newEvidence() *claim.Evidence {
	patient := claim.Person{MemberID: "W0001", Last: "DOE", First: "JO", BirthDate: 19800101, Sex: "F"}
	ev := &claim.Evidence{
		Payer: 1, ClaimID: testClaim, AsOf: 1_716_000_000_000_000, Versions: claim.Versions{Semantics: claim.Semantics},
		Slice: []byte("CLM*A1*100~"),
		Claim: claim.Claim{
			Type: claim.Professional, PatientControlNumber: "A1", PlaceOfService: "11", Frequency: claim.Original,
			From: testDay, Through: testDay, Responsibility: "P", Relationship: "18", Subscriber: patient, Patient: patient,
			Diagnoses: []claim.Diagnosis{{Code: "J0190", Role: claim.Principal}},
			Providers: []claim.Provider{{Role: claim.Billing, NPI: testBilling, Last: "CLINIC"}},
		},
		Facts: claim.Facts{
			Received:  20240520,
			Member:    &claim.Member{ID: testMember, Family: testFamily, SubscriberNumber: "W0001", Relationship: "18", BirthDate: 19800101, Sex: "F"},
			Coverages: []claim.Coverage{{PlanCode: "PPO", From: 20240101, Through: claim.EndOfTime}},
			Plan:      testPlan(),
			Providers: []claim.ProviderFact{{NPI: testBilling, Specialty: "207Q00000X", Network: true, From: 20200101, Through: claim.EndOfTime}},
		},
	}
	ev.Facts.Plan.Copay, ev.Facts.Plan.CoinsuranceMillionths = 0, 0
	ev.Facts.Plan.DeductibleIndividual, ev.Facts.Plan.DeductibleFamily = 0, 0
	return ev
}

func used(kind claim.AccumulatorKind, member claim.ID, amount claim.Cents) claim.Accumulator {
	return claim.Accumulator{Kind: kind, Member: member, Year: testYear, Amount: int64(amount)}
}

// explain shows adjustments as "CO-45 27.65", for comparing.
func explain(adjustments []claim.Adjustment) []string {
	var shown []string
	for _, a := range adjustments {
		shown = append(shown, fmt.Sprintf("%s-%s %s", a.Group, a.CARC, a.Amount))
	}
	return shown
}
