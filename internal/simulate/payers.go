package simulate

import (
	"fmt"

	"github.com/assize/assize/internal/claim"
)

// newPayer makes one payer's files. Payers differ in terms, prices, networks and members, not in who gives care.
func (w *World) newPayer(id claim.PayerID) PayerWorld {
	zones := []string{"America/New_York", "America/Chicago", "America/Denver", "America/Los_Angeles"}
	p := PayerWorld{
		ID: id, Code: fmt.Sprintf("SIM%02d", id), Name: fmt.Sprintf("Simulated Health Plan %d", id), TimeZone: zones[int(id-1)%len(zones)],
		Coverages: map[claim.ID][]claim.Coverage{}, Benefits: map[string][]claim.BenefitRow{},
		Authorizations: map[claim.ID][]claim.Authorization{}, Addresses: map[claim.ID]claim.Address{}, Schemes: map[string]Scheme{},
	}
	p.Plans = plans(id, w.calendar.first)
	for _, plan := range p.Plans {
		p.Benefits[plan.Code] = w.benefits()
	}
	p.Fees = w.fees(id)
	p.Providers = w.market.enrolled(&w.Options, w.codes, id, w.calendar.first)
	for _, g := range w.market.groups {
		if g.scheme != nil {
			p.Schemes[g.npi] = g.scheme.Scheme
		}
	}
	w.enrol(&p)
	w.authorize(&p)
	return p
}

// plans returns a payer's plans. Odd payers price by fee schedule only; even ones have a plan that pays a share of
// charges and one whose family deductible is not embedded, and let claims be filed for a calendar year.
func plans(id claim.PayerID, from claim.Date) []claim.Plan {
	base := claim.Plan{From: from, Through: claim.EndOfTime, Pricing: claim.FeeSchedule, FilingDays: 365, Embedded: true}
	first, second := base, base
	first.Code = fmt.Sprintf("PPO%d", id)
	first.CoinsuranceMillionths = 200_000
	first.DeductibleIndividual, first.DeductibleFamily = 250_00, 500_00
	first.OutOfPocketIndividual, first.OutOfPocketFamily = 4000_00, 8000_00
	if id%2 == 1 {
		second.Code = fmt.Sprintf("HMO%d", id)
		second.Copay = 10_00
		second.OutOfPocketIndividual, second.OutOfPocketFamily = 3000_00, 6000_00
		return []claim.Plan{first, second}
	}
	first.Code = fmt.Sprintf("PCT%d", id)
	first.Pricing, first.PercentMillionths, first.FilingDays = claim.PercentOfCharges, 600_000, 0
	second.Code = fmt.Sprintf("HDHP%d", id)
	second.FilingDays, second.Embedded, second.CoinsuranceMillionths = 0, false, 100_000
	second.DeductibleIndividual, second.DeductibleFamily = 1650_00, 3300_00
	second.OutOfPocketIndividual, second.OutOfPocketFamily = 5000_00, 9200_00
	return []claim.Plan{first, second}
}

func (w *World) benefits() []claim.BenefitRow {
	var rows []claim.BenefitRow
	for _, p := range w.codes.procedures {
		row := claim.BenefitRow{
			Procedure: p.code, Covered: !p.excluded, Preventive: p.preventive, Authorization: p.authorization, Group: p.group,
			From: w.calendar.first, Through: claim.EndOfTime,
		}
		if p.group == yearlyGroup {
			row.LimitUnits = claim.One
		}
		rows = append(rows, row)
	}
	return rows
}

// fees returns a fee a procedure, network status and calendar year, two per cent up each year, and rows of its own
// for modifiers that have a price.
func (w *World) fees(id claim.PayerID) []claim.FeeRow {
	var rows []claim.FeeRow
	firstYear, lastYear := w.calendar.first.Year(), w.calendar.dates[len(w.calendar.dates)-1].Year()
	level := int64(100 + 5*(id%4)) // per cent of the base fee
	for _, p := range w.codes.procedures {
		if p.unpriced {
			continue
		}
		for year := firstYear; year <= lastYear; year++ {
			row := claim.FeeRow{Procedure: p.code, Network: true, From: claim.Date(year*10000 + 101), Through: claim.Date(year*10000 + 1231)}
			row.Unit = p.fee.MulRate(level*int64(100+2*(year-lastYear)), 10_000)
			rows = appendFee(rows, row)
			if p.modifier != "" {
				row.Modifier = p.modifier
				if p.modifier == "26" {
					row.Unit = row.Unit.MulRate(35, 100)
				}
				rows = appendFee(rows, row)
			}
		}
	}
	return rows
}

// appendFee adds a row and its twin for providers outside the network, a fifth lower.
func appendFee(rows []claim.FeeRow, row claim.FeeRow) []claim.FeeRow {
	rows = append(rows, row)
	row.Network, row.Unit = false, row.Unit.MulRate(80, 100)
	return append(rows, row)
}
