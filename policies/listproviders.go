package policies

import (
	"slices"
	"strings"

	"github.com/assize/assize/internal/claim"
)

// provided is one provider as it stands on the claim, or on one line.
type provided struct {
	provider *claim.Provider
	fact     *claim.ProviderFact // on file, of those who must be; nil when not
	line     int                 // 0: the whole claim
	first    claim.Date
	last     claim.Date
}

// payable tells whether the provider must be on file: who is paid, and who rendered the service.
func (p *provided) payable() bool {
	return p.provider.Role == claim.Billing || p.provider.Role == claim.Rendering
}

// gatherProviders lists who stands on the claim, and sums up what is on file about those who must be.
func (s *sheet) gatherProviders() {
	c := &s.ev.Claim
	for i := range c.Providers {
		s.addProvider(provided{provider: &c.Providers[i], first: s.first, last: s.last})
	}
	for i := range c.Lines {
		line := &c.Lines[i]
		for j := range line.Providers {
			s.addProvider(provided{provider: &line.Providers[j], line: line.Number, first: line.From, last: line.Through})
		}
	}
}

func (s *sheet) addProvider(p provided) {
	if p.payable() {
		p.fact = s.onFile(p.provider.NPI)
		s.parties.want++
		if p.fact != nil {
			s.parties.add(p.fact.From, p.fact.Through)
		}
	}
	s.provided = append(s.provided, p)
}

// absentRoles are the parties that a claim must name and does not: who bills, and who attended the patient of an
// institution (005010X223A3 2310A: required unless all it bills is transport that was not scheduled).
func (s *sheet) absentRoles() []claim.ProviderRole {
	c := &s.ev.Claim
	var absent []claim.ProviderRole
	if c.Provider(claim.Billing) == nil {
		absent = append(absent, claim.Billing)
	}
	if c.Type == claim.Institutional && c.Provider(claim.Attending) == nil && !onlyTransport(c.Lines) {
		absent = append(absent, claim.Attending)
	}
	return absent
}

// onlyTransport tells whether every line is an ambulance's (NUBC revenue codes 0540 to 0549).
func onlyTransport(lines []claim.Line) bool {
	for i := range lines {
		if !strings.HasPrefix(lines[i].Revenue, "054") {
			return false
		}
	}
	return true
}

func (s *sheet) onFile(npi string) *claim.ProviderFact {
	facts := s.ev.Facts.Providers
	for i := range facts {
		if npi != "" && facts[i].NPI == npi {
			return &facts[i]
		}
	}
	return nil
}

// listProviders lists providers whose NPI is missing or fails its check digit, and, unless all are plainly enrolled,
// what is on file about those who must be. The check digit is arithmetic; what a wrong one means is the contract's to
// say.
func (in *inputs) listProviders() {
	for _, role := range in.sheet.absentRoles() {
		in.lists.add(listNPI, in.npiRow(&provided{provider: &claim.Provider{Role: role}}))
	}
	plain := in.sheet.parties.plain(in.sheet.first, in.sheet.last)
	for i := range in.sheet.provided {
		p := &in.sheet.provided[i]
		if npi := p.provider.NPI; npi == "" || !claim.ValidNPI(npi) {
			in.lists.add(listNPI, in.npiRow(p))
		}
		if plain || !p.payable() {
			continue
		}
		fact, o := p.fact, in.object()
		o.number(keyLine, int64(p.line))
		o.code(keyRole, string(p.provider.Role))
		o.flag(keyKnown, fact != nil)
		o.date(keyFirst, p.first)
		o.date(keyLast, p.last)
		if fact != nil {
			o.date(keyFrom, fact.From)
			o.date(keyThrough, fact.Through)
		}
		in.lists.add(listParties, o.part())
	}
}

// npiRow is a provider whose NPI is missing or fails its check digit. Assumed: a trial enrolled it as it was sent.
func (in *inputs) npiRow(p *provided) part {
	fact, o := in.sheet.onFile(p.provider.NPI), in.object()
	o.code(keyRole, string(p.provider.Role))
	o.number(keyLine, int64(p.line))
	o.flag(keySent, p.provider.NPI != "")
	o.flag(keyAssumed, fact != nil && fact.Assumed)
	return o.part()
}

// listExclusions lists each exclusion of a provider of the claim, whatever its dates.
func (in *inputs) listExclusions() {
	rows := in.sheet.ev.Facts.Exclusions
	for i := range rows {
		for j := range in.sheet.provided {
			p := &in.sheet.provided[j]
			if p.provider.NPI != "" && p.provider.NPI == rows[i].NPI {
				in.listExclusion(&rows[i], p)
			}
		}
	}
}

// listExclusion lists an exclusion for what its provider is named for: a line, or the whole claim. One of the whole claim is
// listed for every line, unless all have the same dates; one of the claim's rendering provider for those no other has rendered.
func (in *inputs) listExclusion(row *claim.Exclusion, p *provided) {
	s := &in.sheet
	replaced := func(j joined) bool { return p.replacedOn(j.line) }
	if p.line != 0 || len(s.days) == 1 && !slices.ContainsFunc(s.byLine, replaced) {
		in.addExclusion(row, p, p.line, p.first, p.last)
		return
	}
	for i := range s.byLine {
		if line := s.byLine[i].line; !replaced(s.byLine[i]) {
			in.addExclusion(row, p, line.Number, line.From, line.Through)
		}
	}
}

// replacedOn tells whether a line names who rendered it instead of the claim's rendering provider (005010X222A1 2420A). Without
// an NPI it names nobody.
func (p *provided) replacedOn(line *claim.Line) bool {
	return p.line == 0 && p.provider.Role == claim.Rendering && slices.ContainsFunc(line.Providers, func(own claim.Provider) bool {
		return own.Role == claim.Rendering && own.NPI != ""
	})
}

func (in *inputs) addExclusion(row *claim.Exclusion, p *provided, line int, first, last claim.Date) {
	o := in.object()
	o.code(keyRole, string(p.provider.Role))
	o.number(keyLine, int64(line))
	o.date(keyFirst, first)
	o.date(keyLast, last)
	o.date(keyExcluded, row.Excluded)
	o.date(keyReinstated, row.Reinstated)
	in.lists.add(listExclusions, o.part())
}
