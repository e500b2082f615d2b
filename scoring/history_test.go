package scoring

import (
	"math"
	"testing"

	"github.com/assize/assize/internal/claim"
)

// seen is a history line of the office visit's billing provider.
func seen(procedure string, from, through claim.Date) claim.HistoryLine {
	return claim.HistoryLine{BillingNPI: "1000000004", Procedure: procedure, From: from, Through: through, Charge: 100}
}

// The office visit is of 5 July 2025; lines 2 and 3 are 97110, line 1 is a visit of a new patient.
func TestHistoryAtItsEdges(t *testing.T) {
	missing := math.NaN()
	other := seen("80053", 20250601, 20250601)
	other.BillingNPI = "1000000038"
	nobody := seen("80053", 20250601, 20250601)
	nobody.BillingNPI = ""
	tests := map[string]struct {
		history []claim.HistoryLine
		change  func(*claim.Claim)
		want    map[string]float64
	}{
		"the provider was never seen": {[]claim.HistoryLine{other}, nil,
			map[string]float64{"days_since_provider": missing, "new_visit_but_known": 0, "history_same_provider": 0, "history_providers": 1}},
		"the provider was seen, and then another": {[]claim.HistoryLine{seen("80053", 20250530, 20250530), other}, nil,
			map[string]float64{"days_since_provider": 36, "new_visit_but_known": 1, "history_same_provider": 1, "history_providers": 2}},
		"seen on the day is not seen before": {[]claim.HistoryLine{seen("80053", 20250705, 20250705)}, nil,
			map[string]float64{"days_since_provider": missing, "new_visit_but_known": 0, "history_same_day": 1, "history_same_day_others": 0}},
		"nobody bills, and nobody billed": {[]claim.HistoryLine{nobody}, func(c *claim.Claim) { c.Providers = nil },
			map[string]float64{"days_since_provider": missing, "new_visit_but_known": 0, "history_providers": 0}},
		"a patient who is known, and not new": {[]claim.HistoryLine{seen("80053", 20250601, 20250601)},
			func(c *claim.Claim) { c.Lines[0].Procedure = "99215" }, map[string]float64{"days_since_provider": 34, "new_visit_but_known": 0}},
		"a stay that ends the day before":   {[]claim.HistoryLine{seen("", 20250701, 20250704)}, nil, map[string]float64{"history_same_day": 0}},
		"a stay that ends on the day":       {[]claim.HistoryLine{seen("", 20250701, 20250705)}, nil, map[string]float64{"history_same_day": 1}},
		"a stay around the day":             {[]claim.HistoryLine{seen("", 20250701, 20250709)}, nil, map[string]float64{"history_same_day": 1}},
		"a stay that begins the day after":  {[]claim.HistoryLine{seen("", 20250706, 20250709)}, nil, map[string]float64{"history_same_day": 0}},
		"a service without a last day":      {[]claim.HistoryLine{seen("", 20250705, 0)}, nil, map[string]float64{"history_same_day": 1}},
		"a service within the claim's days": {[]claim.HistoryLine{seen("", 20250708, 20250708)}, func(c *claim.Claim) { c.Through = 20250708 }, map[string]float64{"history_same_day": 1}},
		"a service without any day":         {[]claim.HistoryLine{seen("97110", 0, 20250705)}, nil, map[string]float64{"history_same_day": 0, "history_same_day_code": 0, "history_repeats_30": 0}},
		"30 days before":                    {[]claim.HistoryLine{seen("97110", 20250605, 20250605)}, nil, map[string]float64{"history_repeats_30": 2.0 / 3, "history_same_day_code": 0}},
		"31 days before":                    {[]claim.HistoryLine{seen("97110", 20250604, 20250604)}, nil, map[string]float64{"history_repeats_30": 0}},
		"the day before":                    {[]claim.HistoryLine{seen("97110", 20250704, 20250704)}, nil, map[string]float64{"history_repeats_30": 2.0 / 3}},
		"on the day, and no other":          {[]claim.HistoryLine{seen("97110", 20250705, 20250705)}, nil, map[string]float64{"history_repeats_30": 0, "history_same_day_code": 2}},
		"the day after":                     {[]claim.HistoryLine{seen("97110", 20250706, 20250706)}, nil, map[string]float64{"history_repeats_30": 0, "history_same_day_code": 0}},
		"on the day, and then another": {[]claim.HistoryLine{seen("97110", 20250705, 20250705), seen("97110", 20250601, 20250601)}, nil,
			map[string]float64{"history_repeats_30": 0, "history_same_day_code": 2}},
		"lines without a code are no repeats of one another": {[]claim.HistoryLine{seen("", 20250705, 20250705)},
			func(c *claim.Claim) { c.Lines[1].Procedure, c.Lines[2].Procedure = "", "" }, map[string]float64{"history_same_day_code": 0}},
		"the 51st line is not compared": {[]claim.HistoryLine{seen("97110", 20250705, 20250705)}, func(c *claim.Claim) {
			for len(c.Lines) < 52 {
				c.Lines = append(c.Lines, c.Lines[1])
			}
		}, map[string]float64{"history_same_day_code": 49}},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			c, f, _ := officeVisit()
			f.History = tc.history
			if tc.change != nil {
				tc.change(c)
			}
			compareFeatures(t, tc.want, Features(nil, c, f, nil))
		})
	}
}
