package policies

import (
	"github.com/open-policy-agent/opa/v1/ast"

	"github.com/assize/assize/internal/claim"
)

// provided is one provider as it stands on the claim, or on one line.
type provided struct {
	provider *claim.Provider
	line     int // 0: the whole claim
	first    claim.Date
	last     claim.Date
}

// payable tells whether the provider must be on file: who is paid, and who rendered the service.
func (p *provided) payable() bool {
	return p.provider.Role == claim.Billing || p.provider.Role == claim.Rendering
}

func (in *inputs) gatherProviders(ev *claim.Evidence) {
	in.provided = in.provided[:0]
	for i := range ev.Claim.Providers {
		in.provided = append(in.provided, provided{provider: &ev.Claim.Providers[i], first: in.sheet.first, last: in.sheet.last})
	}
	for i := range ev.Claim.Lines {
		line := &ev.Claim.Lines[i]
		for j := range line.Providers {
			in.provided = append(in.provided, provided{provider: &line.Providers[j], line: line.Number, first: line.From, last: line.Through})
		}
	}
}

// parties sums up what is on file about those who must be.
func (in *inputs) parties() *ast.Term {
	w := in.partiesWindow()
	return in.windowTerm(&w, -1, -1)
}

func (in *inputs) partiesWindow() window {
	var w window
	for i := range in.provided {
		p := &in.provided[i]
		if !p.payable() {
			continue
		}
		w.want++
		if fact := in.onFile(p.provider.NPI); fact != nil {
			w.add(fact.From, fact.Through)
		}
	}
	return w
}

func (in *inputs) onFile(npi string) *claim.ProviderFact {
	facts := in.sheet.ev.Facts.Providers
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
	w := in.partiesWindow()
	plain := w.holds(in.sheet.first, in.sheet.last)
	for i := range in.provided {
		p := &in.provided[i]
		if npi := p.provider.NPI; npi == "" || !validNPI(npi) {
			in.lists.add(listNPI, in.npiRow(p.provider.Role, p.line, npi != ""))
		}
		if plain || !p.payable() {
			continue
		}
		fact, o := in.onFile(p.provider.NPI), in.object()
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
		for j := range in.provided {
			p := &in.provided[j]
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
