package scoring

import (
	"math"

	"github.com/assize/assize/internal/claim"
)

// visitLevelOf returns the level 1 to 5 of a graded visit (CPT 99202-99205 new patient, 99211-99215 established patient,
// 99281-99285 emergency department), 0 for any other code.
func visitLevelOf(procedure string) int {
	if len(procedure) != 5 || procedure[:3] != "992" {
		return 0
	}
	level := int(procedure[4] - '0')
	switch kind := procedure[3]; {
	case kind == '0' && level >= 2 && level <= 5, (kind == '1' || kind == '8') && level >= 1 && level <= 5:
		return level
	}
	return 0
}

func isNewPatientVisit(procedure string) bool {
	return visitLevelOf(procedure) > 0 && procedure[3] == '0'
}

// overrides tells the modifiers that let a line past an NCCI pair most often (NCCI Policy Manual, chapter I, E): 25, 59
// and X{EPSU}.
func overrides(modifier string) bool {
	switch modifier {
	case "25", "59", "XE", "XP", "XS", "XU":
		return true
	}
	return false
}

// repeats tells the modifiers that claim a service was given twice on a day (CPT 76, 77; 91 for laboratory tests).
func repeats(modifier string) bool { return modifier == "76" || modifier == "77" || modifier == "91" }

// anyModifier tells whether a line carries one of a kind, in whatever of its four places.
func anyModifier(modifiers []string, is func(string) bool) bool {
	for _, m := range modifiers {
		if is(m) {
			return true
		}
	}
	return false
}

// codingFeatures look at how services are coded: upcoding shows in levels, unbundling in modifiers and overridden pairs.
func codingFeatures(row []float64, c *claim.Claim, f *claim.Facts) {
	visitLines, top, highest, override, again, modifiers := 0, 0, 0, 0, 0, 0
	for i := range c.Lines {
		line := &c.Lines[i]
		if level := visitLevelOf(line.Procedure); level > 0 {
			visitLines++
			top += count(level >= 4)
			highest = max(highest, level)
		}
		override += count(anyModifier(line.Modifiers, overrides))
		again += count(anyModifier(line.Modifiers, repeats))
		modifiers += len(line.Modifiers)
	}
	row[visits] = float64(visitLines)
	row[topLevelVisits] = share(top, visitLines)
	if highest > 0 {
		row[visitLevel] = float64(highest)
	}
	row[overrideModifiers] = share(override, len(c.Lines))
	row[repeatModifiers] = share(again, len(c.Lines))
	row[modifiersPerLine] = share(modifiers, len(c.Lines))
	row[overriddenPairs] = float64(overridden(f.PTP))
	placeFeatures(row, c)
}

// overridden counts the NCCI pairs that only a modifier keeps from being denied.
func overridden(pairs []claim.PTPRow) int {
	n := 0
	for i := range pairs {
		n += count(pairs[i].Indicator == 1 && anyModifier(pairs[i].Modifiers, overrides))
	}
	return n
}

// placeFeatures leave telehealth and facility missing for institutional claims, whose place is a type of bill and no place of service.
func placeFeatures(row []float64, c *claim.Claim) {
	row[institutional] = float64(count(c.Type == claim.Institutional))
	row[authorization] = float64(count(c.PriorAuthorization != ""))
	if c.Type == claim.Institutional || c.PlaceOfService == "" {
		return
	}
	row[telehealth] = float64(count(c.PlaceOfService == "02" || c.PlaceOfService == "10"))
	// CMS place of service codes priced at the facility rate (Medicare Claims Processing Manual ch. 26, 10.5).
	switch c.PlaceOfService {
	case "19", "21", "22", "23", "24", "26", "31", "34", "51", "52", "53", "56", "61":
		row[facility] = 1
	default:
		row[facility] = 0
	}
}

// priceFeatures compares charges with fees and units with medically unlikely edits.
func priceFeatures(row []float64, c *claim.Claim, f *claim.Facts) {
	var charge, fee int64
	highest := math.NaN()
	for i := range c.Lines {
		line := &c.Lines[i]
		unit := highestFee(f.Fees, line.Number)
		if unit <= 0 || line.Quantity <= 0 || line.Charge < 0 {
			continue
		}
		expected := int64(unit.MulRate(int64(line.Quantity), int64(claim.One)))
		charge += int64(line.Charge)
		fee += expected
		highest = larger(highest, ratio(int64(line.Charge), expected))
	}
	row[chargeToFee] = ratio(charge, fee)
	row[largestChargeToFee] = highest
	limitFeatures(row, c, f.MUE)
}

// larger is max, where a missing value never wins.
func larger(a, b float64) float64 {
	if math.IsNaN(a) || b > a {
		return b
	}
	return a
}

// highestFee returns the dearest price of a line among its rows (in and out of network, with and without a pricing
// modifier), so that the ratio never accuses a charge that some row explains. 0: no fee.
func highestFee(fees []claim.FeeRow, line int) claim.Cents {
	var highest claim.Cents
	for i := range fees {
		if fees[i].Line == line {
			highest = max(highest, fees[i].Unit)
		}
	}
	return highest
}

// limitFeatures compare units with medically unlikely edits, of the day where the day has more than the line.
func limitFeatures(row []float64, c *claim.Claim, limits []claim.MUERow) {
	at, highest := 0, math.NaN()
	for i := range limits {
		limit := &limits[i]
		highest = larger(highest, ratio(int64(max(limit.DayUnits, limit.LineUnits)), int64(limit.Limit)))
		// A limit of one is met by every ordinary line; billing exactly at a larger one is a habit worth seeing.
		at += count(limit.Limit > claim.One && limit.LineUnits == limit.Limit)
	}
	row[unitsToMUE] = highest
	if len(limits) > 0 {
		row[linesAtMUE] = share(at, len(c.Lines))
	}
}
