package adjudicate

import (
	"slices"

	"github.com/assize/assize/internal/claim"
)

// row is the working of one line, from its charge down to what is paid. Each step fills its own fields.
type row struct {
	line    *claim.Line
	benefit *claim.BenefitRow // in force on the line's date; nil when there is none

	unpriced string      // why no allowed amount could be found; "" when there is one
	allowed  claim.Cents // by the plan's pricing, before limits
	payable  claim.Cents // allowed less what limits cut
	units    claim.Quantity

	denial  *claim.Edit        // the edit that decides, when the line is denied
	cuts    []claim.Adjustment // parts of allowed that a limit took away
	remarks []string

	copay       claim.Cents
	deductible  claim.Cents
	coinsurance claim.Cents
}

// pays tells whether the line would be paid if nothing holds the claim up.
func (r *row) pays() bool { return r.denial == nil && r.unpriced == "" }

// patientShare is the cost share of the line: what counts towards the out-of-pocket maximum.
func (r *row) patientShare() claim.Cents { return r.copay + r.deductible + r.coinsurance }

// newRows returns one row a line, in the order of the lines, which is that of their numbers (wellFormed). Reuses dst.
func newRows(dst []row, ev *claim.Evidence) []row {
	dst = dst[:0]
	for i := range ev.Claim.Lines {
		line := &ev.Claim.Lines[i]
		dst = append(dst, row{line: line, benefit: benefitOf(&ev.Facts, line)})
	}
	return dst
}

// benefitOf returns the benefit row of a line in force on its first day; of several, the one that came last.
func benefitOf(facts *claim.Facts, line *claim.Line) *claim.BenefitRow {
	var found *claim.BenefitRow
	for i := range facts.Benefits {
		b := &facts.Benefits[i]
		if b.Line != line.Number || b.Procedure != line.BenefitCode() || !line.From.Within(b.From, b.Through) {
			continue
		}
		if found == nil || b.From > found.From {
			found = b
		}
	}
	return found
}

// remark adds a remark code once.
func (r *row) remark(rarc string) {
	if rarc != "" && !slices.Contains(r.remarks, rarc) {
		r.remarks = append(r.remarks, rarc)
	}
}

// addAdjustment adds an amount to list; one (group, CARC) stands once on a line, as the 835 wants it.
func addAdjustment(list []claim.Adjustment, group claim.Group, carc string, amount claim.Cents) []claim.Adjustment {
	for i := range list {
		if list[i].Group == group && list[i].CARC == carc {
			list[i].Amount += amount
			return list
		}
	}
	return append(list, claim.Adjustment{Group: group, CARC: carc, Amount: amount})
}
