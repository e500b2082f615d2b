package policies

import (
	"github.com/open-policy-agent/opa/v1/ast"

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
// what is on file about those who must be. The check digit is arithmetic (45 CFR 162.406: ISO 7812-1 over 80840 and
// the number); what a wrong one means is the contract's to say.
func (in *inputs) listProviders() {
	if in.sheet.ev.Claim.Provider(claim.Billing) == nil {
		in.lists.add(listNPI, in.npiRow(claim.Billing, 0, false))
	}
	plain := in.sheet.parties.plain(in.sheet.first, in.sheet.last)
	for i := range in.sheet.provided {
		p := &in.sheet.provided[i]
		if npi := p.provider.NPI; npi == "" || !validNPI(npi) {
			in.lists.add(listNPI, in.npiRow(p.provider.Role, p.line, npi != ""))
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
		in.lists.add(listParties, o.term())
	}
}

func (in *inputs) npiRow(role claim.ProviderRole, line int, sent bool) *ast.Term {
	o := in.object()
	o.code(keyRole, string(role))
	o.number(keyLine, int64(line))
	o.flag(keySent, sent)
	return o.term()
}

// listExclusions lists each exclusion of a provider of the claim, whatever its dates. A provider of the whole claim is
// listed for every line, unless all have the same dates.
func (in *inputs) listExclusions() {
	rows := in.sheet.ev.Facts.Exclusions
	for i := range rows {
		for j := range in.sheet.provided {
			p := &in.sheet.provided[j]
			if p.provider.NPI == "" || p.provider.NPI != rows[i].NPI {
				continue
			}
			if p.line != 0 || len(in.sheet.days) == 1 {
				in.addExclusion(&rows[i], p, p.line, p.first, p.last)
				continue
			}
			for k := range in.sheet.byLine {
				line := in.sheet.byLine[k].line
				in.addExclusion(&rows[i], p, line.Number, line.From, line.Through)
			}
		}
	}
}

func (in *inputs) addExclusion(row *claim.Exclusion, p *provided, line int, first, last claim.Date) {
	o := in.object()
	o.code(keyRole, string(p.provider.Role))
	o.number(keyLine, int64(line))
	o.date(keyFirst, first)
	o.date(keyLast, last)
	o.date(keyExcluded, row.Excluded)
	o.date(keyReinstated, row.Reinstated)
	in.lists.add(listExclusions, o.term())
}

// validNPI tells whether an NPI has ten digits, begins with 1 or 2 and has the right check digit: Luhn over 80840 and
// the number, in which the prefix adds 24 (CMS, Requirements for National Provider Identifier check digit).
func validNPI(npi string) bool {
	if len(npi) != 10 || npi[0] != '1' && npi[0] != '2' {
		return false
	}
	sum := 24
	for i := range 10 {
		digit := int(npi[i]) - '0'
		if digit < 0 || digit > 9 {
			return false
		}
		if i%2 == 0 { // every second digit from the right, beside the check digit
			digit *= 2
		}
		sum += digit/10 + digit%10
	}
	return sum%10 == 0
}
