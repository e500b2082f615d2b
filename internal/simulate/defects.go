package simulate

import "github.com/assize/assize/internal/claim"

// The defects, named as the fields of Rates.
const (
	ExactDuplicate        Defect = "exactDuplicate"
	SuspectDuplicate      Defect = "suspectDuplicate"
	UnknownMember         Defect = "unknownMember"
	BeforeCoverage        Defect = "beforeCoverage"
	AfterCoverage         Defect = "afterCoverage"
	AfterDeath            Defect = "afterDeath"
	LateFiling            Defect = "lateFiling"
	InvalidNPI            Defect = "invalidNpi"
	ExcludedProvider      Defect = "excludedProvider"
	InvalidDiagnosis      Defect = "invalidDiagnosis"
	InvalidProcedure      Defect = "invalidProcedure"
	InvalidPointer        Defect = "invalidPointer"
	MissingAuthorization  Defect = "missingAuthorization"
	ExceededAuthorization Defect = "exceededAuthorization"
	Bundled               Defect = "bundled"
	ExcessUnits           Defect = "excessUnits"
	AgeConflict           Defect = "ageConflict"
	SexConflict           Defect = "sexConflict"
	NotCovered            Defect = "notCovered"
	LimitReached          Defect = "limitReached"
	UnknownReference      Defect = "unknownReference"
	Secondary             Defect = "secondary"
	Unpriced              Defect = "unpriced"
)

type defectRate struct {
	defect Defect
	rate   float64
	expect Expect
}

// list gives the defects of single claims in a fixed order, with the answer that each should get. Duplicates are
// not among them: they are further copies of good claims.
func (r Rates) list() []defectRate {
	deny := func(carc, rarc string) Expect { return Expect{Outcome: claim.Deny, CARC: carc, RARC: rarc} }
	return []defectRate{
		{UnknownMember, r.UnknownMember, deny("31", "")},
		{BeforeCoverage, r.BeforeCoverage, deny("26", "")},
		{AfterCoverage, r.AfterCoverage, deny("27", "")},
		{AfterDeath, r.AfterDeath, deny("13", "")},
		{LateFiling, r.LateFiling, deny("29", "N211")},
		{InvalidNPI, r.InvalidNPI, Expect{CARC: "207"}},         // nobody on file has it either: the payer may wait
		{ExcludedProvider, r.ExcludedProvider, deny("185", "")}, // it is the rendering provider
		{InvalidDiagnosis, r.InvalidDiagnosis, deny("146", "")}, // or what misfits says
		{InvalidProcedure, r.InvalidProcedure, deny("181", "")},
		{InvalidPointer, r.InvalidPointer, deny("16", "M76")},
		{MissingAuthorization, r.MissingAuthorization, deny("197", "")},
		{ExceededAuthorization, r.ExceededAuthorization, Expect{CARC: "198"}}, // what is left of the authorisation is paid
		{Bundled, r.Bundled, deny("236", "")},
		{ExcessUnits, r.ExcessUnits, deny("151", "")},
		{AgeConflict, r.AgeConflict, deny("6", "")},
		{SexConflict, r.SexConflict, deny("7", "")},
		{NotCovered, r.NotCovered, deny("96", "")},
		{LimitReached, r.LimitReached, deny("119", "")},
		{UnknownReference, r.UnknownReference, deny("16", "M47")},
		{Secondary, r.Secondary, Expect{Outcome: claim.Pend}},
		{Unpriced, r.Unpriced, Expect{Outcome: claim.Pend}},
	}
}

func (r Rates) sum() float64 {
	sum := r.ExactDuplicate + r.SuspectDuplicate
	for _, each := range r.list() {
		sum += each.rate
	}
	return sum
}
