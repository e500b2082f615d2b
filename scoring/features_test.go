package scoring

import (
	"math"
	"regexp"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/assize/assize/internal/claim"
)

func TestEveryFeatureIsDocumented(t *testing.T) {
	snake := regexp.MustCompile(`^[a-z][a-z0-9_]*$`)
	seen := map[string]bool{}
	for i, f := range catalog {
		if !snake.MatchString(f.Name) || seen[f.Name] {
			t.Errorf("feature %d has the name %q: want snake case, once", i, f.Name)
		}
		seen[f.Name] = true
		if f.What == "" || f.Unit == "" || f.Group == "" {
			t.Errorf("feature %s says too little: %+v", f.Name, f)
		}
	}
}

// officeVisit is a claim with one of everything that features read.
func officeVisit() (*claim.Claim, *claim.Facts, []claim.Edit) {
	c := &claim.Claim{
		Type: claim.Professional, Charge: 30000, PlaceOfService: "11", From: 20250705, Through: 20250705, // a Saturday
		Diagnoses: []claim.Diagnosis{{Code: "E119"}, {Code: "I10"}},
		Patient:   claim.Person{Address: claim.Address{ZIP: "606140001"}},
		Providers: []claim.Provider{
			{Role: claim.Billing, NPI: "1000000004", Address: claim.Address{ZIP: "60622"}},
			{Role: claim.Rendering, NPI: "1000000012"}, {Role: claim.Referring, NPI: "1000000020"},
		},
		Lines: []claim.Line{
			{Number: 1, Procedure: "99205", Modifiers: []string{"25"}, Charge: 20000, Quantity: claim.One, From: 20250705},
			{Number: 2, Procedure: "97110", Modifiers: []string{"59", "GP"}, Charge: 6000, Quantity: 4 * claim.One, From: 20250705},
			{Number: 3, Procedure: "97110", Modifiers: []string{"76"}, Charge: 4000, Quantity: claim.One, From: 20250705},
		},
	}
	f := &claim.Facts{
		Received:  20250715,
		Looked:    []claim.Looked{{Kind: claim.KindHistory, Source: "facts"}},
		Member:    &claim.Member{BirthDate: 19600706, DeathDate: 20250701},
		Providers: []claim.ProviderFact{{NPI: "1000000004", Specialty: "207Q00000X", Network: true, From: 20250605}},
		Fees:      []claim.FeeRow{{Line: 1, Unit: 10000}, {Line: 1, Unit: 8000, Modifier: "26"}, {Line: 2, Unit: 3000}},
		MUE: []claim.MUERow{
			{Line: 1, Limit: claim.One, LineUnits: claim.One, DayUnits: claim.One},
			{Line: 2, Limit: 4 * claim.One, LineUnits: 4 * claim.One, DayUnits: 5 * claim.One},
		},
		PTP: []claim.PTPRow{
			{Line: 2, Indicator: 1, Modifiers: []string{"59"}},
			{Line: 3, Indicator: 1}, {Line: 3, Indicator: 0, Modifiers: []string{"59"}},
		},
		History: []claim.HistoryLine{
			{NPI: "1000000012", BillingNPI: "1000000004", Procedure: "97110", From: 20250625, Through: 20250625, Charge: 5000},
			{NPI: "1000000038", BillingNPI: "1000000038", Procedure: "97110", From: 20250705, Through: 20250705, Charge: 7000},
			{NPI: "1000000012", BillingNPI: "1000000004", Procedure: "80053", From: 20250705, Through: 20250705, Charge: 1000},
		},
		Profile: &claim.Profile{
			NPI: "1000000004", Specialty: "207Q00000X", Claims: 100, RecentClaims: 40, Denied: 50_000, Lines: 300, Days: 60,
			Visits: 80, ChargePerClaim: 15000, UnitsPerLine: 1_000_000, LinesPerPatient: 6_000_000, TopLevelVisits: 900_000,
			OverrideModifier: 500_000, MaxLinesADay: 40, Repeats: 300_000, Clones: 200_000, Weekend: 100_000,
			PeerChargePerClaim: 10000, PeerUnitsPerLine: 2_000_000, PeerLinesPerPatient: 3_000_000, PeerTopLevelVisits: 400_000,
			PeerOverrideModifier: 100_000, PeerMaxLinesADay: 20, PeerRepeats: 100_000, PeerClones: 0, PeerWeekend: 0,
			PeerClaims: 50, Peers: 9,
		},
	}
	edits := []claim.Edit{{Outcome: claim.Deny}, {Outcome: claim.Pend}, {Outcome: claim.Inform}}
	return c, f, edits
}

func named(row []float64) map[string]float64 {
	values := map[string]float64{}
	for i, name := range FeatureNames() {
		if !math.IsNaN(row[i]) {
			values[name] = row[i]
		}
	}
	return values
}

// compareFeatures compares the features that want names, and no others; NaN is missing.
func compareFeatures(t *testing.T, want map[string]float64, row []float64) {
	t.Helper()
	got := map[string]float64{}
	for i, feature := range FeatureNames() {
		if _, asked := want[feature]; asked {
			got[feature] = row[i]
		}
	}
	if diff := cmp.Diff(want, got, cmpopts.EquateNaNs(), cmpopts.EquateApprox(0, 1e-12)); diff != "" {
		t.Errorf("features (-want +got):\n%s", diff)
	}
}

func TestFeaturesSayWhatTheCatalogSays(t *testing.T) {
	c, f, edits := officeVisit()
	want := map[string]float64{
		"charge_dollars": 300, "lines": 3, "units": 6, "largest_line_dollars": 200, "largest_line_units": 4,
		"distinct_procedures": 2, "diagnoses": 2, "charge_to_fee": 260.0 / 220, "largest_charge_to_fee": 2,
		"units_to_mue": 1.25, "lines_at_mue": 1.0 / 3, "weekend_lines": 1, "lag_days": 10, "span_days": 0,
		"visits": 1, "visit_level": 5, "top_level_visits": 1, "override_modifiers": 2.0 / 3, "repeat_modifiers": 1.0 / 3,
		"modifiers_per_line": 4.0 / 3, "overridden_pairs": 1, "repeated_procedures": 1, "telehealth": 0, "facility": 0,
		"authorization": 0, "institutional": 0, "age_years": 64, "days_after_death": 4, "shared_zip_digits": 3,
		"history_lines": 3, "history_dollars": 130, "history_providers": 2, "history_same_provider": 2,
		"history_same_day": 2, "history_same_day_others": 1, "history_same_day_code": 2, "history_repeats_30": 2.0 / 3,
		"days_since_provider": 10, "new_visit_but_known": 1, "ordering_provider": 1, "rendering_is_billing": 0,
		"network": 1, "enrolled_days": 30, "profile_claims": 100, "profile_recent_share": 0.4, "profile_lines_a_day": 5,
		"profile_denied": 0.05, "charge_to_own_mean": 2, "units_to_own_mean": 2, "charge_to_peers": 3, "units_to_peers": 1,
		"own_charge_to_peers": 1.5, "own_claims_to_peers": 2, "own_lines_per_patient_to_peers": 2, "own_units_to_peers": 0.5,
		"own_top_level_over_peers": 0.5, "own_override_over_peers": 0.4, "own_max_lines_a_day_to_peers": 2,
		"own_repeats_over_peers": 0.2, "own_clones_over_peers": 0.2, "own_weekend_over_peers": 0.1,
		"edits": 3, "deny_edits": 1, "pend_edits": 1,
	}
	got := named(Features(nil, c, f, edits))
	if diff := cmp.Diff(want, got, cmpopts.EquateApprox(0, 1e-12)); diff != "" {
		t.Errorf("features of the office visit (-want +got):\n%s", diff)
	}
	if len(want) != NumFeatures {
		t.Errorf("the case covers %d of %d features", len(want), NumFeatures)
	}
}

func TestWhatIsNotKnownIsMissing(t *testing.T) {
	tests := map[string]struct {
		change  func(*claim.Claim, *claim.Facts)
		missing []string
	}{
		"history was not looked up": {func(_ *claim.Claim, f *claim.Facts) { f.Looked = nil },
			[]string{"history_lines", "history_dollars", "history_same_day", "history_repeats_30", "days_since_provider", "new_visit_but_known"}},
		"no profile": {func(_ *claim.Claim, f *claim.Facts) { f.Profile = nil },
			[]string{"profile_claims", "charge_to_own_mean", "charge_to_peers", "own_weekend_over_peers"}},
		"too few peers":        {func(_ *claim.Claim, f *claim.Facts) { f.Profile.Peers = MinPeers - 1 }, []string{"charge_to_peers", "own_clones_over_peers"}},
		"median of zero":       {func(_ *claim.Claim, f *claim.Facts) { f.Profile.PeerChargePerClaim = 0 }, []string{"charge_to_peers", "own_charge_to_peers"}},
		"no visits so far":     {func(_ *claim.Claim, f *claim.Facts) { f.Profile.Visits = 0 }, []string{"own_top_level_over_peers"}},
		"no fee on file":       {func(_ *claim.Claim, f *claim.Facts) { f.Fees = nil }, []string{"charge_to_fee", "largest_charge_to_fee"}},
		"no unit limit":        {func(_ *claim.Claim, f *claim.Facts) { f.MUE = nil }, []string{"units_to_mue", "lines_at_mue"}},
		"alive":                {func(_ *claim.Claim, f *claim.Facts) { f.Member.DeathDate = 0 }, []string{"days_after_death"}},
		"unknown patient":      {func(_ *claim.Claim, f *claim.Facts) { f.Member = nil }, []string{"age_years", "days_after_death"}},
		"provider not on file": {func(_ *claim.Claim, f *claim.Facts) { f.Providers = nil }, []string{"network", "enrolled_days"}},
		"no ZIP":               {func(c *claim.Claim, _ *claim.Facts) { c.Patient.Address.ZIP = "" }, []string{"shared_zip_digits"}},
		"no office visit":      {func(c *claim.Claim, _ *claim.Facts) { c.Lines = c.Lines[1:] }, []string{"visit_level", "top_level_visits"}},
		"no lines":             {func(c *claim.Claim, _ *claim.Facts) { c.Lines = nil }, []string{"override_modifiers", "weekend_lines", "units_to_peers"}},
		"institutional":        {func(c *claim.Claim, _ *claim.Facts) { c.Type = claim.Institutional }, []string{"telehealth", "facility"}},
		"no receipt date":      {func(_ *claim.Claim, f *claim.Facts) { f.Received = 0 }, []string{"lag_days"}},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			c, f, edits := officeVisit()
			tc.change(c, f)
			got := named(Features(nil, c, f, edits))
			for _, feature := range tc.missing {
				if v, known := got[feature]; known {
					t.Errorf("%s is %v, want it missing", feature, v)
				}
			}
		})
	}
}

func TestAnEmptyClaimHasARowWithoutInfinities(t *testing.T) {
	row := Features([]float64{7}, &claim.Claim{}, &claim.Facts{Profile: &claim.Profile{Peers: 100}}, nil)
	if len(row) != NumFeatures+1 || row[0] != 7 {
		t.Fatalf("%d values that start with %v: features must be appended", len(row), row[0])
	}
	for i, x := range row {
		if math.IsInf(x, 0) {
			t.Errorf("feature %s is infinite", catalog[i-1].Name)
		}
	}
}

func TestFeaturesLeaveTheirInputsAlone(t *testing.T) {
	c, f, edits := officeVisit()
	Features(nil, c, f, edits)
	wantClaim, wantFacts, wantEdits := officeVisit()
	if diff := cmp.Diff(wantClaim, c) + cmp.Diff(wantFacts, f) + cmp.Diff(wantEdits, edits); diff != "" {
		t.Error(diff)
	}
}

func TestDayNumberAgreesWithTheCalendar(t *testing.T) {
	for d := claim.Date(18991231); d < 21010301; d = d.AddDays(1) {
		if got, want := dayNumber(d), d.DayNumber(); got != want {
			t.Fatalf("%v is day %d, want %d", d, got, want)
		}
		weekday := d.Time().Weekday()
		if got, want := isWeekend(d), weekday == 0 || weekday == 6; got != want {
			t.Fatalf("%v: weekend %v, want %v", d, got, want)
		}
	}
}

// longClaim is a big claim with a long history: the dear end of what features cost.
func longClaim() (*claim.Claim, *claim.Facts, []claim.Edit) {
	c, f, edits := officeVisit()
	for len(c.Lines) < 50 {
		line := c.Lines[len(c.Lines)%3]
		line.Number = len(c.Lines) + 1
		c.Lines = append(c.Lines, line)
	}
	for len(f.History) < 100 {
		f.History = append(f.History, f.History[len(f.History)%3])
	}
	return c, f, edits
}

func BenchmarkFeatures(b *testing.B) {
	for name, make := range map[string]func() (*claim.Claim, *claim.Facts, []claim.Edit){"3 lines": officeVisit, "50 lines": longClaim} {
		b.Run(name, func(b *testing.B) {
			c, f, edits := make()
			row := []float64{}
			b.ReportAllocs()
			for b.Loop() {
				row = Features(row[:0], c, f, edits)
			}
		})
	}
}
