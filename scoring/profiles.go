package scoring

import (
	"maps"
	"slices"

	"github.com/assize/assize/internal/claim"
)

// recentDays is how far back from the snapshot's last service date a claim counts as recent.
const recentDays = 30

// profiles turns habits into profiles, sorted by NPI, and adds the medians of each specialty.
func (b *builder) profiles() []claim.Profile {
	last := claim.Date(0)
	for _, h := range b.byNPI {
		last = max(last, h.last)
	}
	list := make([]claim.Profile, 0, len(b.byNPI))
	bySpecialty := map[string][]int{}
	for i, npi := range slices.Sorted(maps.Keys(b.byNPI)) {
		list = append(list, b.byNPI[npi].profile(npi, last))
		bySpecialty[list[i].Specialty] = append(bySpecialty[list[i].Specialty], i)
	}
	for specialty, members := range bySpecialty {
		// Providers of no known specialty are no peers of one another.
		if specialty != "" {
			comparePeers(list, members)
		}
	}
	return list
}

// profile turns totals into rates, as integers in millionths: a snapshot is recorded with evidence, and must give the same bytes on
// any processor.
func (h *habits) profile(npi string, last claim.Date) claim.Profile {
	p := claim.Profile{
		NPI: npi, Specialty: h.specialty, First: h.first, Last: h.last,
		Claims: h.claims, Denied: millionths(h.denied, h.claims), Lines: h.lines,
		Patients: int64(len(h.patients)), Days: int64(len(h.claimsADay)), Visits: h.visits,
		Charge: h.charge, ChargePerClaim: h.charge.MulRate(1, h.claims), LinesPerPatient: millionths(h.lines, int64(len(h.patients))),
		UnitsPerLine:   millionths(int64(h.units), h.lines*int64(claim.One)),
		TopLevelVisits: millionths(h.top, h.visits), OverrideModifier: millionths(h.overrides, h.lines),
		Repeats: millionths(h.lines-int64(len(h.services)), h.lines),
		Clones:  millionths(h.clones(), h.claims), Weekend: millionths(h.weekend, h.claims),
	}
	for _, lines := range h.linesADay {
		p.MaxLinesADay = max(p.MaxLinesADay, lines)
	}
	cut := dayNumber(last) - recentDays
	for date, claims := range h.claimsADay {
		if dayNumber(date) > cut {
			p.RecentClaims += claims
		}
	}
	return p
}

// millionths is part ÷ whole × 10⁶, rounded half away from zero; 0 when there is no whole.
func millionths(part, whole int64) int64 {
	if whole <= 0 {
		return 0
	}
	// MulRate is the engine's one rounding; it works on any integer.
	return int64(claim.Cents(part).MulRate(1_000_000, whole))
}

// comparePeers writes the medians over the providers at these places into each of them.
func comparePeers(list []claim.Profile, members []int) {
	median := func(of func(*claim.Profile) int64) int64 { return medianOf(list, members, of) }
	charge := median(func(p *claim.Profile) int64 { return int64(p.ChargePerClaim) })
	linesPerPatient := median(func(p *claim.Profile) int64 { return p.LinesPerPatient })
	units := median(func(p *claim.Profile) int64 { return p.UnitsPerLine })
	top := median(func(p *claim.Profile) int64 { return p.TopLevelVisits })
	override := median(func(p *claim.Profile) int64 { return p.OverrideModifier })
	maxLines := median(func(p *claim.Profile) int64 { return p.MaxLinesADay })
	repeated := median(func(p *claim.Profile) int64 { return p.Repeats })
	clones := median(func(p *claim.Profile) int64 { return p.Clones })
	weekend := median(func(p *claim.Profile) int64 { return p.Weekend })
	claims := median(func(p *claim.Profile) int64 { return p.Claims })
	for _, i := range members {
		p := &list[i]
		p.PeerChargePerClaim, p.PeerLinesPerPatient, p.PeerUnitsPerLine = claim.Cents(charge), linesPerPatient, units
		p.PeerTopLevelVisits, p.PeerOverrideModifier, p.PeerMaxLinesADay = top, override, maxLines
		p.PeerRepeats, p.PeerClones, p.PeerWeekend, p.PeerClaims = repeated, clones, weekend, claims
		p.Peers = int64(len(members))
	}
}

// medianOf is the middle value, or the lower of the two middle ones: an integer that some provider really has.
func medianOf(list []claim.Profile, members []int, of func(*claim.Profile) int64) int64 {
	values := make([]int64, len(members))
	for i, at := range members {
		values[i] = of(&list[at])
	}
	slices.Sort(values)
	return values[(len(values)-1)/2]
}
