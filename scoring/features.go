package scoring

import (
	"math"

	"github.com/assize/assize/internal/claim"
)

// Where each feature stands in a row. The order is part of every model: a change of it, or of what a feature
// means, needs a new model, whose card names the features it was trained on.
const (
	chargeDollars = iota
	lineCount
	units
	largestLineDollars
	largestLineUnits
	distinctProcedures
	diagnoses
	chargeToFee
	largestChargeToFee
	unitsToMUE
	linesAtMUE

	weekendLines
	lagDays
	spanDays

	visits
	visitLevel
	topLevelVisits
	overrideModifiers
	repeatModifiers
	modifiersPerLine
	overriddenPairs
	repeatedProcedures
	telehealth
	facility
	authorization
	institutional

	ageYears
	daysAfterDeath
	sharedZIPDigits
	historyLines
	historyDollars
	historyProviders
	historySameProvider
	historySameDay
	historySameDayOthers
	historySameDayCode
	historyRepeats30
	daysSinceProvider
	newVisitButKnown

	orderingProvider
	renderingIsBilling
	network
	enrolledDays

	profileClaims
	profileRecentShare
	profileLinesADay
	profileDenied
	chargeToOwnMean
	unitsToOwnMean
	chargeToPeers
	unitsToPeers
	ownChargeToPeers
	ownClaimsToPeers
	ownLinesPerPatientToPeers
	ownUnitsToPeers
	ownTopLevelOverPeers
	ownOverrideOverPeers
	ownMaxLinesADayToPeers
	ownRepeatsOverPeers
	ownClonesOverPeers
	ownWeekendOverPeers

	editCount
	denyEdits
	pendEdits

	// NumFeatures is the length of a feature row.
	NumFeatures
)

// MinPeers is how many providers a specialty needs before its medians are compared with; below, the comparison is missing.
const MinPeers = 5

// Features appends the NumFeatures numbers of a claim to dst and returns it. NaN is "missing", and Feature.Missing
// says when. It uses only what is known when the claim is scored: the claim, its facts and what the contract's first
// two questions found, in any order. Shares lie in 0..1, dollars are cents ÷ 100. There are no sums of products, so a
// processor that fuses them gives the same bits.
func Features(dst []float64, c *claim.Claim, f *claim.Facts, edits []claim.Edit) []float64 {
	start := len(dst)
	for range NumFeatures {
		dst = append(dst, math.NaN())
	}
	row := dst[start:]
	sizeFeatures(row, c)
	priceFeatures(row, c, f)
	timeFeatures(row, c, f)
	codingFeatures(row, c, f)
	patientFeatures(row, c, f)
	historyFeatures(row, c, f)
	providerFeatures(row, c, f)
	if f.Profile != nil {
		profileFeatures(row, c, f.Profile)
		peerFeatures(row, c, f.Profile)
	}
	editFeatures(row, edits)
	return dst
}

// sizeFeatures are never missing: a claim without lines has 0 of each.
func sizeFeatures(row []float64, c *claim.Claim) {
	row[chargeDollars] = dollars(c.Charge)
	row[lineCount] = float64(len(c.Lines))
	row[diagnoses] = float64(len(c.Diagnoses))
	var codes distinct
	var total, mostUnits claim.Quantity
	var mostCharge claim.Cents
	for i := range c.Lines {
		line := &c.Lines[i]
		codes.add(line.Procedure)
		total += line.Quantity
		mostUnits = max(mostUnits, line.Quantity)
		mostCharge = max(mostCharge, line.Charge)
	}
	row[units] = unitCount(total)
	row[largestLineUnits] = unitCount(mostUnits)
	row[largestLineDollars] = dollars(mostCharge)
	row[distinctProcedures] = float64(codes.n)
	row[repeatedProcedures] = float64(codes.repeats)
}

// timeFeatures take a line's own date before the claim's: on an institutional claim the two can be weeks apart.
func timeFeatures(row []float64, c *claim.Claim, f *claim.Facts) {
	weekend, dated := 0, 0
	for i := range c.Lines {
		if d := lineDate(c, &c.Lines[i]); d.Known() {
			dated++
			weekend += count(isWeekend(d))
		}
	}
	row[weekendLines] = share(weekend, dated)
	if c.From.Known() && c.Through.Known() {
		row[spanDays] = float64(dayNumber(c.Through) - dayNumber(c.From))
	}
	last := c.Through
	if !last.Known() {
		last = c.From
	}
	if last.Known() && f.Received.Known() {
		row[lagDays] = float64(dayNumber(f.Received) - dayNumber(last))
	}
}

// patientFeatures use the member on file for age and death, not what the claim says of them, which whoever sends it can choose.
func patientFeatures(row []float64, c *claim.Claim, f *claim.Facts) {
	if billing := c.Provider(claim.Billing); billing != nil {
		row[sharedZIPDigits] = sharedDigits(c.Patient.Address.ZIP, billing.Address.ZIP)
	}
	if f.Member == nil || !c.From.Known() {
		return
	}
	if f.Member.BirthDate.Known() {
		row[ageYears] = float64(f.Member.BirthDate.YearsUntil(c.From))
	}
	if f.Member.DeathDate.Known() {
		row[daysAfterDeath] = float64(dayNumber(c.From) - dayNumber(f.Member.DeathDate))
	}
}

// editFeatures count what the contract found before the score. The gate comes after both, so a score cannot feed on itself.
func editFeatures(row []float64, edits []claim.Edit) {
	deny, pend := 0, 0
	for i := range edits {
		deny += count(edits[i].Outcome == claim.Deny)
		pend += count(edits[i].Outcome == claim.Pend)
	}
	row[editCount] = float64(len(edits))
	row[denyEdits] = float64(deny)
	row[pendEdits] = float64(pend)
}
