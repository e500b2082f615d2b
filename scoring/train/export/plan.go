package main

import "github.com/assize/assize/internal/simulate"

// set is the worlds of one purpose. No world is in two sets, and no seed is used twice.
type set struct {
	name   string
	worlds []simulate.Options
}

// reach is one choice of a scheme's parameters.
type reach struct {
	providers, share, intensity, volume float64
}

// seen schemes are trained on; heldOut ones are not in any world that training or the choice of a threshold sees.
// Each list has schemes that show in codes, in units and in volume, so that neither is the easy half.
func seen() []simulate.Scheme {
	return []simulate.Scheme{simulate.Upcoding, simulate.Unbundling, simulate.Phantom, simulate.MaximumUnits}
}

func heldOut() []simulate.Scheme {
	return []simulate.Scheme{simulate.ImpossibleDay, simulate.Cloned, simulate.OutOfPattern}
}

// plan lists every world. Training sees middling parameters; "parameters" holds the same schemes fainter and rarer, and
// bolder, than any of them.
func plan(claims int) []set {
	middling := []reach{
		{0.03, 0.7, 0.8, 1}, {0.03, 0.5, 0.6, 1}, {0.02, 0.7, 0.6, 1.3}, {0.03, 0.5, 0.8, 1.3}, {0.02, 0.6, 0.7, 1}, {0.03, 0.6, 0.5, 1.2},
	}
	fainter := []reach{{0.03, 0.3, 0.8, 1}, {0.03, 0.6, 0.3, 1}, {0.03, 0.25, 0.4, 0.8}}
	bolder := []reach{{0.03, 0.95, 1, 2}}
	return []set{
		{"train", worlds(101, claims, seen(), middling)},
		{"validation", worlds(201, claims, seen(), middling[:3])},
		{"seen", worlds(301, claims, seen(), middling[1:4])},
		{"parameters", worlds(401, claims, seen(), append(fainter, bolder...))},
		{"schemes", worlds(501, claims, heldOut(), append(middling[:3:3], fainter[:1]...))},
		{"everything", mixed(601, claims, 3)},
	}
}

func worlds(seed uint64, claims int, schemes []simulate.Scheme, reaches []reach) []simulate.Options {
	list := make([]simulate.Options, len(reaches))
	for i, r := range reaches {
		list[i] = world(seed+uint64(i), claims)
		list[i].Schemes = nil
		for _, s := range schemes {
			list[i].Schemes = append(list[i].Schemes, simulate.SchemeOptions{
				Scheme: s, Providers: r.providers, Share: r.share, Intensity: r.intensity, Volume: r.volume,
			})
		}
	}
	return list
}

// mixed worlds have every scheme as the demonstration has them.
func mixed(seed uint64, claims, n int) []simulate.Options {
	list := make([]simulate.Options, n)
	for i := range list {
		list[i] = world(seed+uint64(i), claims)
	}
	return list
}

func world(seed uint64, claims int) simulate.Options {
	o := simulate.Defaults(seed)
	o.Payers, o.Claims, o.HistoryClaims = 1, claims, claims
	o.Members, o.Providers = 2*claims/5, claims/40
	return o
}
