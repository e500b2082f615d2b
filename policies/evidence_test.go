package policies

import (
	"fmt"
	"testing"

	"github.com/google/uuid"

	"github.com/assize/assize/internal/claim"
)

const (
	billingNPI   = "1234567893"
	renderingNPI = "1245319599"
	serviceDate  = claim.Date(20240215)
)

func id(n byte) claim.ID { return uuid.UUID{15: n} }

// cleanEvidence is a professional claim of so many lines on one day that nothing is wrong with.
func cleanEvidence(lines int) *claim.Evidence {
	ev := &claim.Evidence{Payer: 1, ClaimID: id(1), Claim: cleanClaim(lines), Facts: cleanFacts(lines)}
	ev.Versions = claim.Versions{Semantics: claim.Semantics, Model: claim.Digest{1}}
	look(ev)
	return ev
}

func cleanClaim(lines int) claim.Claim {
	c := claim.Claim{
		Type: claim.Professional, PatientControlNumber: "PCN1", PlaceOfService: "11", Frequency: claim.Original,
		From: serviceDate, Through: serviceDate, Responsibility: "P", Relationship: "18",
		Subscriber: claim.Person{MemberID: "W1", Last: "DOE", First: "JANE", BirthDate: 19800304, Sex: "F"},
		Patient:    claim.Person{MemberID: "W1", Last: "DOE", First: "JANE", BirthDate: 19800304, Sex: "F"},
		Diagnoses:  []claim.Diagnosis{{Code: "E119", Role: claim.Principal}, {Code: "I10", Role: claim.Other}},
		Providers:  []claim.Provider{{Role: claim.Billing, NPI: billingNPI}, {Role: claim.Rendering, NPI: renderingNPI}},
	}
	for n := 1; n <= lines; n++ {
		c.Charge += 10_000
		c.Lines = append(c.Lines, claim.Line{
			Number: n, Qualifier: "HC", Procedure: fmt.Sprintf("D%04d", n), Charge: 10_000, Quantity: claim.One, Unit: claim.Units,
			PlaceOfService: "11", From: serviceDate, Through: serviceDate, DiagnosisPointers: []int{1, 2},
		})
	}
	return c
}

func cleanFacts(lines int) claim.Facts {
	f := claim.Facts{
		Received:  20240301,
		Member:    &claim.Member{ID: id(2), Family: id(2), SubscriberNumber: "W1", Relationship: "18", Last: "DOE", First: "JANE", BirthDate: 19800304, Sex: "F"},
		Coverages: []claim.Coverage{{PlanCode: "GOLD", From: 20230101, Through: claim.EndOfTime}},
		Plan:      &claim.Plan{Code: "GOLD", From: 20240101, Through: 20241231, Pricing: claim.FeeSchedule, FilingDays: 90},
		Accumulators: []claim.Accumulator{
			{Kind: claim.DeductibleUsed, Member: id(2), Year: 2024, Amount: 5_000},
			{Kind: claim.OutOfPocketUsed, Member: id(2), Year: 2024, Amount: 5_000},
		},
		Providers: []claim.ProviderFact{
			{NPI: billingNPI, Specialty: "207Q00000X", Network: true, From: 20200101, Through: claim.EndOfTime},
			{NPI: renderingNPI, Specialty: "207Q00000X", Network: true, From: 20200101, Through: claim.EndOfTime},
		},
		Diagnoses: []claim.DiagnosisRow{
			{Index: 1, Code: "E119", Billable: true, From: 20231001, Through: 20240930},
			{Index: 2, Code: "I10", Billable: true, From: 20231001, Through: 20240930},
		},
	}
	for n := 1; n <= lines; n++ {
		code := fmt.Sprintf("D%04d", n)
		f.Benefits = append(f.Benefits, claim.BenefitRow{Line: n, Procedure: code, Covered: true, Group: "MED", From: 20240101, Through: claim.EndOfTime})
		f.Fees = append(f.Fees, claim.FeeRow{Line: n, Procedure: code, Network: true, Unit: 8_000, From: 20240101, Through: 20241231})
		f.Procedures = append(f.Procedures, claim.ProcedureRow{Line: n, Code: code, From: 20200101, Through: claim.EndOfTime})
		f.MUE = append(f.MUE, claim.MUERow{Line: n, Procedure: code, Limit: 2 * claim.One, Indicator: 2, LineUnits: claim.One, DayUnits: claim.One, From: 20240101, Through: 20240331})
	}
	return f
}

// look records that every kind was looked up, with the rows the evidence holds now.
func look(ev *claim.Evidence) {
	ev.Facts.Looked = nil
	for _, kind := range claim.FactKinds {
		l := claim.Looked{Kind: kind, Source: "facts", From: 19000101, Through: claim.EndOfTime, Rows: rowsOf(&ev.Facts, kind)}
		switch kind {
		case claim.KindDiagnoses, claim.KindProcedures, claim.KindFees, claim.KindBenefits:
			l.Source, l.From, l.Through = "aa", 20240101, 20241231
		case claim.KindPTP, claim.KindMUE:
			l.Source, l.From, l.Through = "bb", 20240101, 20240331
		}
		ev.Facts.Looked = append(ev.Facts.Looked, l)
	}
}

func embeddedContract(t testing.TB) *Contract {
	t.Helper()
	b, err := Embedded()
	if err != nil {
		t.Fatal(err)
	}
	c, err := Load(b)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// decided is how pricing would decide the lines: everything is paid that no edit denies.
func decided(ev *claim.Evidence, edits []claim.Edit) []claim.LineDecision {
	lines := make([]claim.LineDecision, len(ev.Claim.Lines))
	for i := range ev.Claim.Lines {
		line := &ev.Claim.Lines[i]
		lines[i] = claim.LineDecision{Number: line.Number, Outcome: claim.Pay, Charge: line.Charge, Allowed: 8_000, Paid: 8_000, Units: line.Quantity}
		for _, edit := range edits {
			if edit.Outcome == claim.Deny && edit.Units == 0 && edit.Amount == 0 && (edit.Line == 0 || edit.Line == line.Number) {
				lines[i].Outcome, lines[i].Allowed, lines[i].Paid = claim.Deny, 0, 0
			}
		}
	}
	return lines
}

func scored() claim.Score {
	return claim.Score{Scored: true, MarginMillionths: -2_000_000, Threshold: 1}
}
