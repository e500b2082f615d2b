package scoring

import (
	"math"

	"github.com/assize/assize/internal/claim"
)

// providerFeatures take the record of who bills. Who renders may be absent: then the billing provider does (005010X222A1 2310B).
func providerFeatures(row []float64, c *claim.Claim, f *claim.Facts) {
	billing, rendering := c.NPIOf(claim.Billing), c.NPIOf(claim.Rendering)
	row[renderingIsBilling] = float64(count(rendering == "" || rendering == billing))
	ordered := c.NPIOf(claim.Referring) != "" || c.NPIOf(claim.Ordering) != ""
	row[orderingProvider] = float64(count(ordered))
	for i := range f.Providers {
		p := &f.Providers[i]
		if p.NPI != billing || billing == "" {
			continue
		}
		row[network] = float64(count(p.Network))
		if p.From.Known() && c.From.Known() {
			row[enrolledDays] = float64(dayNumber(c.From) - dayNumber(p.From))
		}
		return
	}
}

// profileFeatures sets the claim against its own provider's habits.
func profileFeatures(row []float64, c *claim.Claim, p *claim.Profile) {
	row[profileClaims] = float64(p.Claims)
	row[profileRecentShare] = ratio(p.RecentClaims, p.Claims)
	row[profileLinesADay] = ratio(p.Lines, p.Days)
	row[profileDenied] = float64(p.Denied) / 1e6
	row[chargeToOwnMean] = ratio(int64(c.Charge), int64(p.ChargePerClaim))
	row[unitsToOwnMean] = perLine(row, p.UnitsPerLine)
}

// perLine is the claim's units a line ÷ the usual ones, which come in millionths; missing when there are none, or no line (0 ÷ 0).
func perLine(row []float64, usual int64) float64 {
	if usual <= 0 {
		return math.NaN()
	}
	return row[units] / row[lineCount] / (float64(usual) / 1e6)
}

// peerFeatures sets claim and provider against the specialty's medians, which need MinPeers providers.
func peerFeatures(row []float64, c *claim.Claim, p *claim.Profile) {
	if p.Peers < MinPeers {
		return
	}
	row[chargeToPeers] = ratio(int64(c.Charge), int64(p.PeerChargePerClaim))
	row[unitsToPeers] = perLine(row, p.PeerUnitsPerLine)
	row[ownChargeToPeers] = ratio(int64(p.ChargePerClaim), int64(p.PeerChargePerClaim))
	row[ownClaimsToPeers] = ratio(p.Claims, p.PeerClaims)
	row[ownLinesPerPatientToPeers] = ratio(p.LinesPerPatient, p.PeerLinesPerPatient)
	row[ownUnitsToPeers] = ratio(p.UnitsPerLine, p.PeerUnitsPerLine)
	if p.Visits > 0 {
		row[ownTopLevelOverPeers] = excess(p.TopLevelVisits, p.PeerTopLevelVisits)
	}
	row[ownOverrideOverPeers] = excess(p.OverrideModifier, p.PeerOverrideModifier)
	row[ownMaxLinesADayToPeers] = ratio(p.MaxLinesADay, p.PeerMaxLinesADay)
	row[ownRepeatsOverPeers] = excess(p.Repeats, p.PeerRepeats)
	row[ownClonesOverPeers] = excess(p.Clones, p.PeerClones)
	row[ownWeekendOverPeers] = excess(p.Weekend, p.PeerWeekend)
}
