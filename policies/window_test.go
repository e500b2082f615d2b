package policies

import (
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/assize/assize/internal/claim"
)

// The dates on which nothing of a claim needs a second look are those on which all of its rows hold.
func TestTheWindowIsWhereEveryRowHolds(t *testing.T) {
	for name, tc := range map[string]struct {
		change        func(f *claim.Facts)
		from, through claim.Date
	}{
		"as it is":       {func(*claim.Facts) {}, 20240101, 20240301},
		"coverage":       {func(f *claim.Facts) { f.Coverages[0].From, f.Coverages[0].Through = 20240111, 20240221 }, 20240111, 20240221},
		"plan":           {func(f *claim.Facts) { f.Plan.From, f.Plan.Through = 20240111, 20240221 }, 20240111, 20240221},
		"life":           {func(f *claim.Facts) { f.Member.BirthDate, f.Member.DeathDate = 20240111, 20240221 }, 20240111, 20240221},
		"procedure":      {func(f *claim.Facts) { f.Procedures[1].From, f.Procedures[1].Through = 20240111, 20240221 }, 20240111, 20240221},
		"benefit":        {func(f *claim.Facts) { f.Benefits[1].From, f.Benefits[1].Through = 20240111, 20240221 }, 20240111, 20240221},
		"provider":       {func(f *claim.Facts) { f.Providers[1].From, f.Providers[1].Through = 20240111, 20240221 }, 20240111, 20240221},
		"filing":         {func(f *claim.Facts) { f.Plan.FilingDays = 20 }, 20240210, 20240301},
		"filing, a year": {func(f *claim.Facts) { f.Plan.FilingDays, f.Received, f.Plan.From = 0, 20250211, 20230101 }, 20240211, 20241231},
	} {
		body := fmt.Sprintf("%s\n\tinput.claim.plain_from == %d\n\tinput.claim.plain_through == %d", anyLine, tc.from, tc.through)
		c, err := Load(base(t), own(t, check("OWN-1", body, "")))
		if err != nil {
			t.Fatal(err)
		}
		ev := cleanEvidence(2)
		tc.change(&ev.Facts)
		look(ev)
		edits, err := c.NewEvaluator().Edits(t.Context(), ev)
		if err != nil {
			t.Fatal(err)
		}
		if !slices.ContainsFunc(edits, func(e claim.Edit) bool { return e.Rule == "OWN-1" }) {
			t.Errorf("%s: the window is not from %s through %s", name, tc.from, tc.through)
		}
	}
}

// A diagnosis has to be valid on the days of the services, of an inpatient stay or an episode of home health on the last day of the
// statement; one that is valid on some of the days is for a person to judge. A plan that gives less than no time to file is no reason to pay.
func TestDiagnosesAndFilingAreOfTheirDays(t *testing.T) {
	rules := func(change func(ev *claim.Evidence)) (list []string) {
		t.Helper()
		ev := cleanEvidence(2)
		change(ev)
		look(ev)
		edits, err := embeddedContract(t).NewEvaluator().Edits(t.Context(), ev)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range edits {
			list = append(list, e.Rule)
		}
		return list
	}
	early := func(ev *claim.Evidence) { // the first service lies before the diagnosis row begins
		ev.Claim.Lines[0].From = 20240210
		ev.Claim.From = 20240210
		for i := range ev.Facts.Diagnoses {
			ev.Facts.Diagnoses[i].From = 20240211
		}
	}
	if got := rules(early); !slices.Contains(got, "DGN-SPAN") {
		t.Errorf("a diagnosis that begins after the first service: %v", got)
	}
	for _, c := range []struct {
		name, facility string
		began, ended   claim.Date
		want           []string
	}{
		{"began after the services of an outpatient statement", "13", 20240216, claim.EndOfTime, []string{"DGN-146"}},
		{"ended after them", "13", 20200101, 20240215, nil},
		{"of the day of discharge", "11", 20240217, claim.EndOfTime, nil},
		{"of the days before the discharge", "11", 20200101, 20240216, []string{"DGN-146"}},
		{"of the last day of home health", "32", 20240217, claim.EndOfTime, nil},
	} {
		got := rules(func(ev *claim.Evidence) {
			institutional(ev)
			ev.Claim.PlaceOfService, ev.Claim.From, ev.Claim.Through = c.facility, 20240214, 20240217
			ev.Facts.Diagnoses[0].From, ev.Facts.Diagnoses[0].Through = c.began, c.ended
		})
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("a diagnosis %s (-want +got):\n%s", c.name, diff)
		}
	}
	if diff := cmp.Diff([]string(nil), rules(func(ev *claim.Evidence) { ev.Claim.Lines[0].From, ev.Claim.From = 20240210, 20240210 })); diff != "" {
		t.Errorf("services on several days (-want +got):\n%s", diff)
	}
	if got := rules(func(ev *claim.Evidence) { ev.Facts.Plan.FilingDays = -1 }); !slices.Contains(got, "FIL-29") {
		t.Errorf("a plan of -1 days to file: %v", got)
	}
}
