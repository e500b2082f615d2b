package adjudicate

import (
	"github.com/assize/assize/internal/claim"
)

// Reasons why a line has no allowed amount. They go into PendReason.Detail, so they are stable.
const (
	noPlan        = "plan"          // no terms of the plan for the line's date, or terms that make no sense
	noMember      = "member"        // nobody to count a cost share for
	noNetwork     = "network"       // the billing provider is not on file on the line's date
	noFee         = "fee"           // no price for the code, its modifiers and the date
	noQuantity    = "quantity"      // units that the price, a limit or an authorisation is not for
	badCharge     = "charge"        // a negative charge: not something a payer can pay
	nonCovered    = "nonCovered"    // SV207: the provider itself says that part is not covered
	unauthorized  = "authorization" // fewer units are authorised than would be paid
	chargesDiffer = "chargeTotal"   // CLM02 is not the sum of the lines
)

// million is the denominator of every rate.
const million = 1_000_000

// maxUnits keeps unit price × quantity inside 64 bits: just under a million units on one line.
const maxUnits = 999_999 * claim.One

// pricingModifier tells whether a modifier changes the price of a service, so that a fee without it does not price the
// line. Those that only say where, when or by whom, and what an override stands on, are not among them.
func pricingModifier(modifier string) bool {
	switch modifier {
	case "26", "TC", // professional and technical component: Medicare Claims Processing Manual ch. 13 §20
		"22", "52", // unusual circumstances, reduced: ch. 12 §20.4.6
		"53", "73", "74", // discontinued: ch. 12 §30.1; ch. 4 §20.6.4
		"50", "51", // bilateral, of several procedures: ch. 12 §§40.6, 40.7
		"54", "55", "56", "78", // parts of the surgical package: ch. 12 §§40.2, 40.4
		"62", "66", // co-surgeons and teams: ch. 12 §40.8
		"80", "81", "82", "AS", // assistants: ch. 12 §§20.4.3, 110.2
		"AD", "QK", "QX", "QY", // anaesthesia supervised or directed: ch. 12 §§50, 140
		"CO", "CQ", // therapy by an assistant: Social Security Act 1834(v)
		"CT", "FX", "FY", // older kinds of CT and X-ray: Social Security Act 1834(p), 1848(b)(9)
		"NU", "RR", "UE", "KJ": // bought, rented, used, a later month: ch. 20 §§30.5, 130
		return true
	}
	return false
}

// price sets the allowed amount of one line, or says why there is none. Nothing is ever priced at zero for want of a
// price; a line that was charged at nothing needs none.
func (r *row) price(ev *claim.Evidence) {
	r.units = r.line.Quantity
	r.allowed, r.unpriced = allowed(ev, r.line)
	r.payable = r.allowed
	if r.unpriced == "" && r.usesUnits() && !ofUnits(r.line) {
		r.unpriced = noQuantity
	}
}

// usesUnits tells whether the line draws on something that is counted in units: a limit of its benefit, or an
// authorisation.
func (r *row) usesUnits() bool {
	return r.benefit != nil && (r.benefit.LimitUnits != 0 || r.benefit.Authorization)
}

// ofUnits tells whether a line's quantity counts services or days. A price, a limit or an authorisation of so many units
// says nothing of minutes (anaesthesia, SV103 MJ): sixty of them are neither sixty units nor known to be one.
func ofUnits(line *claim.Line) bool { return line.Unit == claim.Units || line.Unit == claim.Days }

func allowed(ev *claim.Evidence, line *claim.Line) (amount claim.Cents, unpriced string) {
	plan := ev.Facts.Plan
	switch {
	case ev.Facts.Member == nil:
		return 0, noMember
	case plan == nil || !line.From.Within(plan.From, plan.Through) || !sound(plan):
		return 0, noPlan
	case line.Charge < 0:
		return 0, badCharge
	case line.NonCovered != 0:
		return 0, nonCovered
	case line.Quantity <= 0 || line.Quantity > maxUnits:
		return 0, noQuantity
	case line.Charge == 0:
		return 0, ""
	}
	switch plan.Pricing {
	case claim.PercentOfCharges:
		return line.Charge.MulRate(plan.PercentMillionths, million), ""
	case claim.FeeSchedule:
		return byFee(ev, line)
	}
	return 0, noPlan
}

// sound tells whether a plan's figures can be what its author meant. Zero is a figure; a negative one is not.
func sound(plan *claim.Plan) bool {
	return plan.CoinsuranceMillionths >= 0 && plan.CoinsuranceMillionths <= million && plan.Copay >= 0 &&
		plan.DeductibleIndividual >= 0 && plan.DeductibleFamily >= 0 &&
		plan.OutOfPocketIndividual >= 0 && plan.OutOfPocketFamily >= 0 &&
		(plan.Pricing != claim.PercentOfCharges || plan.PercentMillionths > 0 && plan.PercentMillionths <= million)
}

// byFee is the lesser of the charge and fee × quantity, rounded once, half away from zero.
func byFee(ev *claim.Evidence, line *claim.Line) (claim.Cents, string) {
	network, ok := inNetwork(ev, line.From)
	if !ok {
		return 0, noNetwork
	}
	if !ofUnits(line) {
		return 0, noQuantity
	}
	fee := feeOf(ev.Facts.Fees, line, network)
	if fee == nil || fee.Unit <= 0 || fee.Unit > claim.MaxCents {
		return 0, noFee
	}
	return min(line.Charge, fee.Unit.MulRate(int64(line.Quantity), int64(claim.One))), ""
}

// inNetwork returns the contract status of the billing provider, the party the contract is with, on a date.
// ok is false when the provider is not on file for it.
func inNetwork(ev *claim.Evidence, date claim.Date) (network, ok bool) {
	billing := ev.Claim.Provider(claim.Billing)
	if billing == nil || billing.NPI == "" {
		return false, false
	}
	for i := range ev.Facts.Providers {
		p := &ev.Facts.Providers[i]
		if p.NPI == billing.NPI && date.Within(p.From, p.Through) {
			return p.Network, true
		}
	}
	return false, false
}

// feeOf chooses the price of a line of the rows in force on its first day. A modifier that changes the price wants a row
// of its own; of two such a row knows one, so that there is none. Without any, the row for the first modifier that has
// one prices the line, else the one without modifier. Of several equals the latest counts, then the lowest. Nil when
// there is none.
func feeOf(fees []claim.FeeRow, line *claim.Line, network bool) *claim.FeeRow {
	pricing := ""
	for _, modifier := range line.Modifiers {
		switch {
		case !pricingModifier(modifier):
		case pricing == "":
			pricing = modifier
		case pricing != modifier:
			return nil
		}
	}
	if pricing != "" {
		return feeWith(fees, line, network, pricing)
	}
	for _, modifier := range line.Modifiers {
		if modifier == "" {
			continue
		}
		if fee := feeWith(fees, line, network, modifier); fee != nil {
			return fee
		}
	}
	return feeWith(fees, line, network, "")
}

func feeWith(fees []claim.FeeRow, line *claim.Line, network bool, modifier string) *claim.FeeRow {
	var found *claim.FeeRow
	for i := range fees {
		f := &fees[i]
		if f.Line != line.Number || f.Procedure != line.BenefitCode() || f.Network != network || f.Modifier != modifier ||
			!line.From.Within(f.From, f.Through) {
			continue
		}
		if found == nil || f.From > found.From || f.From == found.From && f.Unit < found.Unit {
			found = f
		}
	}
	return found
}
