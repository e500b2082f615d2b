package facts

import (
	"slices"

	"github.com/google/uuid"

	"github.com/assize/assize/internal/claim"
	"github.com/assize/assize/internal/reference"
)

// Subject is one claim on its way to a decision, with what had to be known before facts could be found.
type Subject struct {
	ID       claim.ID
	Claim    *claim.Claim
	Received claim.Date
	Member   *claim.Member // as matched; nil when not identified
	Family   claim.ID      // the member's family, or an opaque id of the submitted subscriber number
	Prints   []Print
	// Expired: the key of some line's fingerprint period is gone. Duplicates then count as not looked up.
	Expired bool
}

// Beneficiary is the id that accumulators, history and fingerprints hang on.
func (s *Subject) Beneficiary() claim.ID {
	if s.Member != nil {
		return s.Member.ID
	}
	return s.Family
}

// Assembler makes Facts for the claims of one chunk, in order. It is for one goroutine.
type Assembler struct {
	records *Records
	tables  *reference.Set
}

// NewAssembler takes ownership of records. Tables are shared and not changed.
func NewAssembler(records *Records, tables *reference.Set) *Assembler {
	return &Assembler{records: records, tables: tables}
}

// Records returns the records as they stand after the claims applied so far.
func (a *Assembler) Records() *Records { return a.records }

// everFrom is before any service date that a claim can carry.
const everFrom claim.Date = 19000101

// Facts finds everything about one claim. The result shares no memory with later calls.
func (a *Assembler) Facts(s *Subject) claim.Facts {
	f := claim.Facts{Received: s.Received, Looked: make([]claim.Looked, 0, len(claim.FactKinds))}
	a.person(&f, s)
	a.parties(&f, s)
	a.past(&f, s)
	a.coverageRows(&f, s)
	a.codeRows(&f, s)
	sortLooked(f.Looked)
	return f
}

// person adds the member with coverage, plan and what the family has used so far.
func (a *Assembler) person(f *claim.Facts, s *Subject) {
	f.Looked = append(f.Looked, own(claim.KindMember, boolInt(s.Member != nil)))
	if s.Member == nil {
		f.Looked = append(f.Looked, own(claim.KindCoverage, 0), own(claim.KindPlan, 0),
			own(claim.KindAccumulators, 0), own(claim.KindAuthorizations, 0))
		return
	}
	member := *s.Member
	f.Member = &member
	f.Coverages = append(f.Coverages, a.records.Coverages[member.ID]...)
	f.Plan = a.planOn(f.Coverages, s.Claim.From)
	f.Accumulators = ofMember(a.records.Accumulators[member.Family], member.ID)
	f.Authorizations = a.authorizations(s)
	f.Looked = append(f.Looked, own(claim.KindCoverage, len(f.Coverages)), own(claim.KindPlan, boolInt(f.Plan != nil)),
		own(claim.KindAccumulators, len(f.Accumulators)), own(claim.KindAuthorizations, len(f.Authorizations)))
}

// planOn returns the terms of the plan that covers the date; when no span does, of the span that starts last, so
// that a claim outside coverage can still be explained. Nil when the plan has no terms for the date.
func (a *Assembler) planOn(coverages []claim.Coverage, date claim.Date) *claim.Plan {
	var code string
	var last claim.Date
	for i := range coverages {
		span := &coverages[i]
		if date.Within(span.From, span.Through) {
			code = span.PlanCode
			break
		}
		if span.From >= last {
			code, last = span.PlanCode, span.From
		}
	}
	for _, plan := range a.records.Plans[code] {
		if date.Within(plan.From, plan.Through) {
			return &plan
		}
	}
	return nil
}

// ofMember keeps the member's own totals and the family's.
func ofMember(all []claim.Accumulator, member claim.ID) []claim.Accumulator {
	var kept []claim.Accumulator
	for i := range all {
		if all[i].Member == member || all[i].Member == uuid.Nil {
			kept = append(kept, all[i])
		}
	}
	return kept
}

// authorizations returns those the claim names and those whose window touches its dates.
func (a *Assembler) authorizations(s *Subject) []claim.Authorization {
	var kept []claim.Authorization
	for _, auth := range a.records.Authorizations[s.Member.ID] {
		if auth.From <= s.Claim.Through && auth.Through >= s.Claim.From || namesAuthorization(s.Claim, auth.Number) {
			kept = append(kept, auth)
		}
	}
	return kept
}

func namesAuthorization(c *claim.Claim, number string) bool {
	if c.PriorAuthorization == number {
		return number != ""
	}
	for i := range c.Lines {
		if c.Lines[i].PriorAuthorization == number {
			return number != ""
		}
	}
	return false
}

// parties adds what is on file about each distinct NPI of the claim, and the billing provider's habits.
func (a *Assembler) parties(f *claim.Facts, s *Subject) {
	npis := distinctNPIs(s.Claim)
	for _, npi := range npis {
		if fact, ok := a.records.Providers[npi]; ok {
			f.Providers = append(f.Providers, fact)
		}
		if a.tables.Exclusions != nil {
			f.Exclusions = a.tables.Exclusions.Find(f.Exclusions, npi)
		}
	}
	looked := own(claim.KindProvider, len(f.Providers))
	looked.Assumed = slices.ContainsFunc(f.Providers, func(p claim.ProviderFact) bool { return p.Assumed })
	f.Looked = append(f.Looked, looked)
	if a.tables.Exclusions != nil {
		f.Looked = append(f.Looked, inTable(a.tables.Exclusions, s, len(f.Exclusions)))
	}
	if billing := s.Claim.Provider(claim.Billing); billing != nil && a.records.Profiles != nil {
		f.Profile = a.records.Profiles.Profile(billing.NPI)
	}
}

func distinctNPIs(c *claim.Claim) []string {
	var seen []string
	add := func(list []claim.Provider) {
		for i := range list {
			if npi := list[i].NPI; npi != "" && !contains(seen, npi) {
				seen = append(seen, npi)
			}
		}
	}
	add(c.Providers)
	for i := range c.Lines {
		add(c.Lines[i].Providers)
	}
	return seen
}

func contains(list []string, text string) bool {
	for _, s := range list {
		if s == text {
			return true
		}
	}
	return false
}

func boolInt(b bool) int {
	if b {
		return 1
	}
	return 0
}
