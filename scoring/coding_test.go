package scoring

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/assize/assize/internal/claim"
)

// CPT 99202-99205, 99211-99215 and 99281-99285, and nothing beside them.
func TestLevelsOfGradedVisits(t *testing.T) {
	levels := map[string]int{
		"99202": 2, "99203": 3, "99204": 4, "99205": 5,
		"99211": 1, "99212": 2, "99213": 3, "99214": 4, "99215": 5,
		"99281": 1, "99282": 2, "99283": 3, "99284": 4, "99285": 5,
	}
	codes := []string{"", "9", "9920", "992022", "98213", "99313", "G9213", "9921A", "0450"}
	for n := 99200; n < 99300; n++ {
		codes = append(codes, fmt.Sprint(n))
	}
	for _, code := range codes {
		if got := visitLevelOf(code); got != levels[code] {
			t.Errorf("%q is a visit of level %d, want %d", code, got, levels[code])
		}
		if got, want := isNewPatientVisit(code), levels[code] > 0 && code[3] == '0'; got != want {
			t.Errorf("%q is a new patient's visit: %v, want %v", code, got, want)
		}
	}
}

func TestModifiersThatAreCounted(t *testing.T) {
	for _, modifier := range strings.Fields("25 59 XE XP XS XU 76 77 91 24 26 57 58 78 79 90 92 GP LT RT TC XA") {
		if got, want := overrides(modifier), slices.Contains([]string{"25", "59", "XE", "XP", "XS", "XU"}, modifier); got != want {
			t.Errorf("%s overrides a pair: %v, want %v", modifier, got, want)
		}
		if got, want := repeats(modifier), slices.Contains([]string{"76", "77", "91"}, modifier); got != want {
			t.Errorf("%s repeats a service: %v, want %v", modifier, got, want)
		}
	}
}

// Medicare Claims Processing Manual ch. 26 §10.5.
func TestPlacesOfService(t *testing.T) {
	facilities := strings.Fields("19 21 22 23 24 26 31 34 51 52 53 56 61")
	for n := range 100 {
		place := fmt.Sprintf("%02d", n)
		row := make([]float64, NumFeatures)
		placeFeatures(row, &claim.Claim{Type: claim.Professional, PlaceOfService: place})
		want := []float64{float64(count(place == "02" || place == "10")), float64(count(slices.Contains(facilities, place)))}
		if diff := cmp.Diff(want, []float64{row[telehealth], row[facility]}); diff != "" {
			t.Errorf("place %s: telehealth and facility (-want +got):\n%s", place, diff)
		}
	}
}

// Each case changes the office visit and says what that makes of a few features; NaN is missing.
func TestFeaturesAtTheirEdges(t *testing.T) {
	missing := math.NaN()
	tests := map[string]struct {
		change func(*claim.Claim, *claim.Facts)
		want   map[string]float64
	}{
		"a line charged at nothing has its fee": {func(c *claim.Claim, _ *claim.Facts) { c.Lines[0].Charge = 0 },
			map[string]float64{"charge_to_fee": 60.0 / 220, "largest_charge_to_fee": 0.5}},
		"a line charged below nothing is left out": {func(c *claim.Claim, _ *claim.Facts) { c.Lines[0].Charge = -1 },
			map[string]float64{"charge_to_fee": 0.5, "largest_charge_to_fee": 0.5}},
		"a line without units is left out": {func(c *claim.Claim, _ *claim.Facts) { c.Lines[0].Quantity = 0 },
			map[string]float64{"charge_to_fee": 0.5, "largest_charge_to_fee": 0.5}},
		"the least quantity and the least fee count": {func(c *claim.Claim, f *claim.Facts) {
			c.Lines, f.Fees = c.Lines[:1], []claim.FeeRow{{Line: 1, Unit: 1}}
			c.Lines[0].Quantity, c.Lines[0].Charge = claim.One, 1
		}, map[string]float64{"charge_to_fee": 1, "largest_charge_to_fee": 1}},
		"a limit of nothing is none": {func(_ *claim.Claim, f *claim.Facts) { f.MUE[1].Limit = 0 },
			map[string]float64{"units_to_mue": 1, "lines_at_mue": 0}},
		"below a limit is not at it": {func(_ *claim.Claim, f *claim.Facts) { f.MUE = f.MUE[1:]; f.MUE[0].LineUnits = 3 * claim.One },
			map[string]float64{"units_to_mue": 1.25, "lines_at_mue": 0}},
		"the lowest level": {func(c *claim.Claim, _ *claim.Facts) { c.Lines[0].Procedure = "99211" },
			map[string]float64{"visits": 1, "visit_level": 1, "top_level_visits": 0}},
		"level 4 is a top level, 3 is not": {func(c *claim.Claim, _ *claim.Facts) {
			c.Lines[0].Procedure, c.Lines[1].Procedure = "99214", "99213"
		}, map[string]float64{"visits": 2, "visit_level": 4, "top_level_visits": 0.5}},
		"no place of service": {func(c *claim.Claim, _ *claim.Facts) { c.PlaceOfService = "" },
			map[string]float64{"telehealth": missing, "facility": missing}},
		"a revenue line has no procedure": {func(c *claim.Claim, _ *claim.Facts) { c.Lines[1].Procedure, c.Lines[2].Procedure = "", "" },
			map[string]float64{"distinct_procedures": 1, "repeated_procedures": 0, "history_same_day_code": 0}},
		"more codes than are told apart": {func(c *claim.Claim, _ *claim.Facts) {
			for n := range 70 {
				c.Lines = append(c.Lines, claim.Line{Procedure: fmt.Sprintf("8%04d", n)})
			}
		}, map[string]float64{"distinct_procedures": 64, "repeated_procedures": 1}},
		"lines without a date are of the claim's": {func(c *claim.Claim, _ *claim.Facts) {
			for i := range c.Lines {
				c.Lines[i].From = 0
			}
		}, map[string]float64{"weekend_lines": 1, "history_same_day_code": 2, "history_repeats_30": 2.0 / 3}},
		"no date at all": {func(c *claim.Claim, _ *claim.Facts) {
			c.From, c.Through = 0, 0
			for i := range c.Lines {
				c.Lines[i].From = 0
			}
		}, map[string]float64{
			"weekend_lines": missing, "span_days": missing, "lag_days": missing, "age_years": missing, "days_after_death": missing,
			"enrolled_days": missing, "days_since_provider": missing, "history_same_day": 0, "history_same_day_code": 0, "history_repeats_30": 0,
		}},
		"no last day: the first is meant": {func(c *claim.Claim, _ *claim.Facts) { c.Through = 0 },
			map[string]float64{"span_days": missing, "lag_days": 10}},
		"no first day": {func(c *claim.Claim, _ *claim.Facts) { c.From = 0 },
			map[string]float64{"span_days": missing, "lag_days": 10, "age_years": missing, "days_after_death": missing}},
		"several days":             {func(c *claim.Claim, _ *claim.Facts) { c.Through = 20250708 }, map[string]float64{"span_days": 3, "lag_days": 7}},
		"the birth date is absent": {func(_ *claim.Claim, f *claim.Facts) { f.Member.BirthDate = 0 }, map[string]float64{"age_years": missing}},
		"one ZIP": {func(c *claim.Claim, _ *claim.Facts) { c.Patient.Address.ZIP = "60622" },
			map[string]float64{"shared_zip_digits": 5}},
		"ZIP+4 adds nothing": {func(c *claim.Claim, _ *claim.Facts) {
			c.Patient.Address.ZIP, c.Providers[0].Address.ZIP = "606221234", "606221234"
		}, map[string]float64{"shared_zip_digits": 5}},
		"ZIP codes far apart": {func(c *claim.Claim, _ *claim.Facts) { c.Patient.Address.ZIP = "90622" },
			map[string]float64{"shared_zip_digits": 0}},
		"the provider's ZIP is cut off": {func(c *claim.Claim, _ *claim.Facts) { c.Providers[0].Address.ZIP = "6062" },
			map[string]float64{"shared_zip_digits": missing}},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			c, f, edits := officeVisit()
			tc.change(c, f)
			compareFeatures(t, tc.want, Features(nil, c, f, edits))
		})
	}
}
