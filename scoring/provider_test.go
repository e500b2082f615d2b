package scoring

import (
	"math"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/assize/assize/internal/claim"
)

func TestProviderFeaturesAtTheirEdges(t *testing.T) {
	missing := math.NaN()
	without := func(c *claim.Claim, role claim.ProviderRole) {
		c.Providers = slices.DeleteFunc(c.Providers, func(p claim.Provider) bool { return p.Role == role })
	}
	tests := map[string]struct {
		change func(*claim.Claim, *claim.Facts)
		want   map[string]float64
	}{
		"nobody is named as rendering": {func(c *claim.Claim, _ *claim.Facts) { without(c, claim.Rendering) }, map[string]float64{"rendering_is_billing": 1}},
		"who bills renders":            {func(c *claim.Claim, _ *claim.Facts) { c.Providers[1].NPI = c.Providers[0].NPI }, map[string]float64{"rendering_is_billing": 1}},
		"nobody referred or ordered":   {func(c *claim.Claim, _ *claim.Facts) { without(c, claim.Referring) }, map[string]float64{"ordering_provider": 0}},
		"somebody ordered":             {func(c *claim.Claim, _ *claim.Facts) { c.Providers[2].Role = claim.Ordering }, map[string]float64{"ordering_provider": 1}},
		"others on file come first": {func(_ *claim.Claim, f *claim.Facts) {
			f.Providers = append([]claim.ProviderFact{{NPI: "1000000012", From: 20200101}}, f.Providers...)
		}, map[string]float64{"network": 1, "enrolled_days": 30}},
		"nobody bills, and somebody without a number is on file": {func(c *claim.Claim, f *claim.Facts) {
			c.Providers, f.Providers[0].NPI = nil, ""
		}, map[string]float64{"network": missing, "enrolled_days": missing}},
		"not said since when":       {func(_ *claim.Claim, f *claim.Facts) { f.Providers[0].From = 0 }, map[string]float64{"network": 1, "enrolled_days": missing}},
		"no date of service":        {func(c *claim.Claim, _ *claim.Facts) { c.From = 0 }, map[string]float64{"network": 1, "enrolled_days": missing}},
		"no usual units":            {func(_ *claim.Claim, f *claim.Facts) { f.Profile.UnitsPerLine = 0 }, map[string]float64{"units_to_own_mean": missing}},
		"usual units below nothing": {func(_ *claim.Claim, f *claim.Facts) { f.Profile.UnitsPerLine = -1 }, map[string]float64{"units_to_own_mean": missing}},
		"the least usual units":     {func(_ *claim.Claim, f *claim.Facts) { f.Profile.UnitsPerLine = 1 }, map[string]float64{"units_to_own_mean": 2e6}},
		"no line":                   {func(c *claim.Claim, _ *claim.Facts) { c.Lines = nil }, map[string]float64{"units_to_own_mean": missing, "units_to_peers": missing}},
		"just enough peers":         {func(_ *claim.Claim, f *claim.Facts) { f.Profile.Peers = MinPeers }, map[string]float64{"charge_to_peers": 3}},
		"one visit so far":          {func(_ *claim.Claim, f *claim.Facts) { f.Profile.Visits = 1 }, map[string]float64{"own_top_level_over_peers": 0.5}},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			c, f, _ := officeVisit()
			tc.change(c, f)
			compareFeatures(t, tc.want, Features(nil, c, f, nil))
		})
	}
}

func TestObserveTakesWhatWasDecided(t *testing.T) {
	c, f, _ := officeVisit()
	f.Member.ID = patient(7)
	f.Providers = append([]claim.ProviderFact{{NPI: "1000000012", Specialty: "2084P0800X"}}, f.Providers...)
	want := Observation{
		NPI: "1000000004", Specialty: "207Q00000X", Patient: patient(7), From: 20250705, Charge: 30000,
		Lines: []ObservedLine{
			{Procedure: "99205", Modifiers: []string{"25"}, Quantity: claim.One, Charge: 20000, From: 20250705},
			{Procedure: "97110", Modifiers: []string{"59", "GP"}, Quantity: 4 * claim.One, Charge: 6000, From: 20250705},
			{Procedure: "97110", Modifiers: []string{"76"}, Quantity: claim.One, Charge: 4000, From: 20250705},
		},
	}
	if diff := cmp.Diff(want, Observe(c, f, claim.Pay)); diff != "" {
		t.Errorf("a paid claim (-want +got):\n%s", diff)
	}
	want.Denied, want.Patient = true, claim.ID{}
	f.Member = nil
	if diff := cmp.Diff(want, Observe(c, f, claim.Deny)); diff != "" {
		t.Errorf("a denied claim of nobody on file (-want +got):\n%s", diff)
	}
}

// A repeat is the same code for the same patient in the same calendar month; a line without a date is of its claim's.
func TestRepeatsAreOfAPatientACodeAndAMonth(t *testing.T) {
	for name, tc := range map[string]struct {
		second Observation
		want   int64
	}{
		"the same":        {visit("1", 1, 20250731, "80053", 5), 500_000},
		"another month":   {visit("1", 1, 20250801, "80053", 5), 0},
		"another year":    {visit("1", 1, 20240701, "80053", 5), 0},
		"another code":    {visit("1", 1, 20250731, "80061", 5), 0},
		"another patient": {visit("1", 2, 20250731, "80053", 5), 0},
		"the line's own date": {Observation{NPI: "1", Patient: patient(1), From: 20250801,
			Lines: []ObservedLine{{Procedure: "80053", From: 20250731}}}, 500_000},
	} {
		list := []Observation{visit("1", 1, 20250701, "80053", 5), tc.second}
		if got := BuildSnapshot(slices.Values(list)).Profile("1").Repeats; got != tc.want {
			t.Errorf("%s: %d millionths are repeats, want %d", name, got, tc.want)
		}
	}
}

// A clone has the same day, codes, units and charges, in whatever order its lines stand and whoever the patient is.
func TestClonesAreOfADayCodesUnitsAndCharges(t *testing.T) {
	made := func(on claim.Date, lines ...ObservedLine) Observation {
		return Observation{NPI: "1", Patient: patient(1), From: on, Lines: lines}
	}
	a := ObservedLine{Procedure: "80053", Quantity: claim.One, Charge: 5}
	b := ObservedLine{Procedure: "80061", Quantity: claim.One, Charge: 7}
	moreUnits, moreCharge, otherCode := a, a, a
	moreUnits.Quantity++
	moreCharge.Charge++
	otherCode.Procedure = "80054"
	for name, tc := range map[string]struct {
		second Observation
		want   int64
	}{
		"the same, turned round": {made(20250717, b, a), 1_000_000},
		"another day":            {made(20250718, a, b), 0},
		"other units":            {made(20250717, moreUnits, b), 0},
		"another charge":         {made(20250717, moreCharge, b), 0},
		"another code":           {made(20250717, otherCode, b), 0},
		"a line less":            {made(20250717, a), 0},
	} {
		if got := BuildSnapshot(slices.Values([]Observation{made(20250717, a, b), tc.second})).Profile("1").Clones; got != tc.want {
			t.Errorf("%s: %d millionths are clones, want %d", name, got, tc.want)
		}
	}
}

// The hash is part of what snapshots mean: published values of FNV-1a.
func TestFNV1aIsThePublishedOne(t *testing.T) {
	for text, want := range map[string]uint64{"": 0xcbf29ce484222325, "a": 0xaf63dc4c8601ec8c, "foobar": 0x85944171f73967e8} {
		if got := fnv1a([]byte(text)); got != want {
			t.Errorf("fnv1a(%q) = %x, want %x", text, got, want)
		}
	}
}

// Recent are the 30 days that end with the snapshot's last service date.
func TestRecentClaimsAreOfThirtyDays(t *testing.T) {
	for first, want := range map[claim.Date]int64{20250702: 2, 20250701: 1} {
		list := []Observation{visit("1", 1, first, "80053", 5), visit("1", 1, 20250731, "80053", 5)}
		if got := BuildSnapshot(slices.Values(list)).Profile("1").RecentClaims; got != want {
			t.Errorf("a claim of %s: %d recent, want %d", first, got, want)
		}
	}
}

// The median is a value that somebody has: of an even number the lower of the two in the middle.
func TestMedians(t *testing.T) {
	for n, want := range map[int]int64{1: 10, 2: 10, 3: 20, 4: 20, 5: 30, 6: 30, 7: 40} {
		list, members := make([]claim.Profile, n), make([]int, n)
		for i := range list {
			list[n-1-i].Claims, members[i] = int64(10*(i+1)), i
		}
		if got := medianOf(list, members, func(p *claim.Profile) int64 { return p.Claims }); got != want {
			t.Errorf("of %d: %d, want %d", n, got, want)
		}
	}
	p := claim.Profile{ChargePerClaim: 1, LinesPerPatient: 2, UnitsPerLine: 3, TopLevelVisits: 4, OverrideModifier: 5,
		MaxLinesADay: 6, Repeats: 7, Clones: 8, Weekend: 9, Claims: 10}
	want := p
	want.PeerChargePerClaim, want.PeerLinesPerPatient, want.PeerUnitsPerLine, want.PeerTopLevelVisits, want.PeerOverrideModifier = 1, 2, 3, 4, 5
	want.PeerMaxLinesADay, want.PeerRepeats, want.PeerClones, want.PeerWeekend, want.PeerClaims, want.Peers = 6, 7, 8, 9, 10, 1
	list := []claim.Profile{p}
	comparePeers(list, []int{0})
	if diff := cmp.Diff(want, list[0]); diff != "" {
		t.Errorf("a provider alone is its own median (-want +got):\n%s", diff)
	}
}
