package simulate_test

import (
	"slices"
	"testing"

	"github.com/assize/assize/internal/claim"
	"github.com/assize/assize/internal/simulate"
)

// habits are figures of one billing provider, computed from claims alone, as fraud.md's tests would.
type habits struct {
	claims, lines, visits, top    int
	overrides, atLimit, countable int
	weekend                       int
	far                           int // patients of another town
	same                          map[string]int
	minutes                       map[string]int // by practitioner and day
	commonest, longestDay         int
}

func topLevels() []string { return []string{"99215", "99205", "99285"} }

// minutesOf are typical times of the codes that count in hours.
func minutesOf(code string) int {
	return map[string]int{
		"99202": 20, "99203": 35, "99204": 52, "99205": 67, "99212": 14, "99213": 24, "99214": 34, "99215": 47, "90834": 45, "90837": 60, "90833": 30,
		"97110": 15, "97112": 15, "97140": 15, "97530": 15, "97161": 30,
	}[code]
}

func observe(w *simulate.World) map[string]*habits {
	limits := map[string]claim.Quantity{}
	for _, row := range w.Tables.MUE {
		limits[row.Procedure] = row.Limit
	}
	all := map[string]*habits{}
	for _, p := range w.Payers {
		for sim := range w.Claims(p.ID) {
			c := &sim.Claim
			npi := c.Providers[0].NPI
			h := all[npi]
			if h == nil {
				h = &habits{same: map[string]int{}, minutes: map[string]int{}}
				all[npi] = h
			}
			h.observe(c, limits)
		}
	}
	return all
}

func (h *habits) observe(c *claim.Claim, limits map[string]claim.Quantity) {
	h.claims++
	vector := c.Diagnoses[0].Code
	for i := range c.Lines {
		l := &c.Lines[i]
		h.lines++
		if minutesOf(l.Procedure) > 0 && l.Procedure[0] == '9' && l.Procedure[1] == '9' {
			h.visits++
		}
		if slices.Contains(topLevels(), l.Procedure) {
			h.top++
		}
		if slices.Contains(l.Modifiers, "59") && l.Procedure != "17000" {
			h.overrides++
		}
		if limit := limits[l.Procedure]; limit > claim.One {
			h.countable++
			if l.Quantity == limit {
				h.atLimit++
			}
		}
		vector += " " + l.Procedure + l.Quantity.String() + l.Charge.String()
		day := c.RenderingOf(l).NPI + l.From.String()
		h.minutes[day] += minutesOf(l.Procedure) * int(l.Quantity/claim.One)
		h.longestDay = max(h.longestDay, h.minutes[day])
	}
	if d := c.From.Time().Weekday(); d == 0 || d == 6 {
		h.weekend++
	}
	if c.Type == claim.Professional && c.Patient.Address.City != c.Providers[0].Address.City {
		h.far++
	}
	h.same[vector]++
	h.commonest = max(h.commonest, h.same[vector])
}

func rate(part, whole int) float64 { return float64(part) / float64(max(whole, 1)) }

// TestEachSchemeShowsInWhatItIsKnownBy asks of each scheme the figure that practice looks at, and wants the median provider
// who runs it above eight in ten honest peers of the same specialty.
func TestEachSchemeShowsInWhatItIsKnownBy(t *testing.T) {
	w := world(t, func(o *simulate.Options) {
		o.Members, o.Providers, o.Claims = 12_000, 300, 60_000
		for i := range o.Schemes {
			o.Schemes[i].Providers *= 3
		}
	})
	specialty := map[string]string{}
	for _, p := range w.Payers[0].Providers {
		specialty[p.NPI] = p.Specialty
	}
	observed := observe(w)
	for scheme, figure := range map[simulate.Scheme]func(*habits) float64{
		simulate.Upcoding:      func(h *habits) float64 { return rate(h.top, h.visits) },
		simulate.Unbundling:    func(h *habits) float64 { return rate(h.overrides, h.lines) },
		simulate.Phantom:       func(h *habits) float64 { return rate(h.far, h.claims) },
		simulate.ImpossibleDay: func(h *habits) float64 { return float64(h.longestDay) },
		simulate.Cloned:        func(h *habits) float64 { return rate(h.commonest, h.claims) },
		simulate.MaximumUnits:  func(h *habits) float64 { return rate(h.atLimit, h.countable) },
		simulate.OutOfPattern:  func(h *habits) float64 { return rate(h.weekend, h.claims) },
	} {
		var ranks []float64
		for npi, runs := range w.Payers[0].Schemes {
			h := observed[npi]
			if runs != scheme || h == nil || h.claims < 20 {
				continue
			}
			below, peers := 0, 0
			for other, o := range observed {
				if w.Payers[0].Schemes[other] == "" && specialty[other] == specialty[npi] && o.claims >= 20 {
					peers++
					if figure(o) < figure(h) {
						below++
					}
				}
			}
			if peers >= 4 {
				ranks = append(ranks, rate(below, peers))
			}
		}
		slices.Sort(ranks)
		t.Logf("%s: share of honest peers below, by provider: %.2f", scheme, ranks)
		if len(ranks) == 0 {
			t.Errorf("%s: no provider to look at", scheme)
		} else if median := ranks[len(ranks)/2]; median < 0.8 {
			t.Errorf("%s: the median provider stands above %.2f of honest peers", scheme, median)
		}
	}
}

func TestAnImpossibleDayHasMoreThanTwentyFourHours(t *testing.T) {
	w := world(t, func(o *simulate.Options) {
		o.Members, o.Claims = 12_000, 60_000
		o.Schemes = []simulate.SchemeOptions{{Scheme: simulate.ImpossibleDay, Providers: 0.05, Share: 0.9, Intensity: 1, Volume: 1}}
	})
	most := 0
	for npi, h := range observe(w) {
		if w.Payers[0].Schemes[npi] == simulate.ImpossibleDay {
			most = max(most, h.longestDay)
		}
	}
	if most <= 24*60 {
		t.Errorf("the longest day has %d minutes", most)
	}
}
