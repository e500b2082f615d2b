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
	// Of the claim at hand; the memory is used again for the next one.
	npis     []string            // distinct
	lines    []lineKey           // by place in the claim
	same     []claim.HistoryLine // of the claim's own days
	unseen   int                 // lines of those days beyond sameDaysMax
	unlisted int                 // pairs beyond pairsMax
}

// NewAssembler takes ownership of records. Tables are shared and not changed.
func NewAssembler(records *Records, tables *reference.Set) *Assembler {
	return &Assembler{records: records, tables: tables}
}

// Records returns the records as they stand after the claims applied so far.
func (a *Assembler) Records() *Records { return a.records }

// everFrom is before any service date that a claim can carry.
const everFrom claim.Date = 19000101

// Facts finds everything about one claim. The result shares no memory with later calls but the records' own: the
// member, the plan and the profile, which nobody changes.
func (a *Assembler) Facts(s *Subject) claim.Facts {
	var f claim.Facts
	a.Fill(&f, s)
	return f
}

// Fill is Facts into memory at hand: what f held is written over, so nothing that was found before and still lies there
// may be in use.
func (a *Assembler) Fill(f *claim.Facts, s *Subject) {
	*f = emptied(f)
	f.Received = s.Received
	a.person(f, s)
	a.parties(f, s)
	a.past(f, s)
	a.coverageRows(f, s)
	a.codeRows(f, s)
	a.looked(f, s)
}

// emptied are facts without a row that have the room of f.
func emptied(f *claim.Facts) claim.Facts {
	return claim.Facts{
		Looked: slices.Grow(f.Looked[:0], len(claim.FactKinds)), Coverages: f.Coverages[:0], Accumulators: f.Accumulators[:0],
		Providers: f.Providers[:0], Exclusions: f.Exclusions[:0], Authorizations: f.Authorizations[:0], History: f.History[:0],
		Duplicates: f.Duplicates[:0], Benefits: f.Benefits[:0], Fees: f.Fees[:0], Diagnoses: f.Diagnoses[:0],
		Procedures: f.Procedures[:0], PTP: f.PTP[:0], MUE: f.MUE[:0],
	}
}

// person adds the member with coverage, plan and what the family has used so far.
func (a *Assembler) person(f *claim.Facts, s *Subject) {
	if s.Member == nil {
		return
	}
	f.Member = s.Member
	f.Coverages = append(f.Coverages, a.records.Coverages[s.Member.ID]...)
	f.Plan = a.planOn(f.Coverages, s.Claim.From)
	f.Accumulators = ofMember(f.Accumulators, a.records.Accumulators[s.Member.Family], s.Member.ID)
	f.Authorizations = a.authorizations(f.Authorizations, s)
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
	plans := a.records.Plans[code]
	for i := range plans {
		if date.Within(plans[i].From, plans[i].Through) {
			return &plans[i]
		}
	}
	return nil
}

// ofMember adds to kept the member's own totals and the family's.
func ofMember(kept, all []claim.Accumulator, member claim.ID) []claim.Accumulator {
	for i := range all {
		if all[i].Member == member || all[i].Member == uuid.Nil {
			kept = append(kept, all[i])
		}
	}
	return kept
}

// authorizations adds to kept those the claim names and those whose window touches its dates.
func (a *Assembler) authorizations(kept []claim.Authorization, s *Subject) []claim.Authorization {
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
	a.npis = distinctNPIs(a.npis[:0], s.Claim)
	for _, npi := range a.npis {
		if fact, ok := a.records.Providers[npi]; ok {
			f.Providers = append(f.Providers, fact)
		}
		if a.tables.Exclusions != nil {
			f.Exclusions = a.tables.Exclusions.Find(f.Exclusions, npi)
		}
	}
	if billing := s.Claim.Provider(claim.Billing); billing != nil && a.records.Profiles != nil {
		f.Profile = a.records.Profiles.Profile(billing.NPI)
	}
}

func distinctNPIs(seen []string, c *claim.Claim) []string {
	seen = addNPIs(seen, c.Providers)
	for i := range c.Lines {
		seen = addNPIs(seen, c.Lines[i].Providers)
	}
	return seen
}

func addNPIs(seen []string, list []claim.Provider) []string {
	for i := range list {
		if npi := list[i].NPI; npi != "" && !slices.Contains(seen, npi) {
			seen = append(seen, npi)
		}
	}
	return seen
}

func boolInt(b bool) int {
	if b {
		return 1
	}
	return 0
}
