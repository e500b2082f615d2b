package policies

import (
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/assize/assize/internal/claim"
)

// Each thing that a claim must say and does not is listed with its line, and no other.
func TestEachFaultOfAClaimIsListed(t *testing.T) {
	type change = func(*claim.Claim)
	line := func(change func(*claim.Line)) change { return func(c *claim.Claim) { change(&c.Lines[1]) } }
	bill := func(more change) change {
		return func(c *claim.Claim) {
			c.Type, c.PlaceOfService, c.Admission, c.AdmissionType, c.PatientStatus = claim.Institutional, "11", serviceDate, "1", "01"
			for i := range c.Lines {
				c.Lines[i].Revenue = "0450"
			}
			more(c)
		}
	}
	e := embeddedContract(t).NewEvaluator()
	for name, tc := range map[string]struct {
		change change
		want   []string // remark and line
	}{
		"nothing":                      {func(*claim.Claim) {}, nil},
		"type":                         {func(c *claim.Claim) { c.Type = "" }, []string{"N34 0"}},
		"first date":                   {func(c *claim.Claim) { c.From = 0 }, []string{"M52 0"}},
		"last date":                    {func(c *claim.Claim) { c.Through = 0 }, []string{"M59 0"}},
		"last date before the first":   {func(c *claim.Claim) { c.Through = c.From - 1 }, []string{"M59 0"}},
		"member number":                {func(c *claim.Claim) { c.Subscriber.MemberID = "" }, []string{"N382 0"}},
		"patient's name":               {func(c *claim.Claim) { c.Patient.Last = "" }, []string{"MA36 0"}},
		"birth date":                   {func(c *claim.Claim) { c.Patient.BirthDate = 0 }, []string{"N329 0"}},
		"sex":                          {func(c *claim.Claim) { c.Patient.Sex = "" }, []string{"MA39 0"}},
		"diagnoses":                    {func(c *claim.Claim) { c.Diagnoses = nil }, []string{"M76 0"}},
		"place of service":             {func(c *claim.Claim) { c.PlaceOfService = "" }, []string{"M77 0"}},
		"number of a line":             {line(func(l *claim.Line) { l.Number = 3 }), []string{"N34 0"}},
		"procedure":                    {line(func(l *claim.Line) { l.Procedure, l.Qualifier = "", "" }), []string{"M20 2"}},
		"code set":                     {line(func(l *claim.Line) { l.Qualifier = "ZZ" }), []string{"M20 2"}},
		"quantity":                     {line(func(l *claim.Line) { l.Quantity = 0 }), []string{"M53 2"}},
		"quantity below nothing":       {line(func(l *claim.Line) { l.Quantity = -1 }), []string{"M53 2"}},
		"unit":                         {line(func(l *claim.Line) { l.Unit = "" }), []string{"M53 2"}},
		"minutes":                      {line(func(l *claim.Line) { l.Unit = claim.Minutes }), nil},
		"days":                         {line(func(l *claim.Line) { l.Unit = claim.Days }), nil},
		"first date of a line":         {line(func(l *claim.Line) { l.From = 0 }), []string{"M52 2"}},
		"last date of a line":          {line(func(l *claim.Line) { l.Through = 0 }), []string{"M59 2"}},
		"last date of a line too soon": {line(func(l *claim.Line) { l.Through = l.From - 1 }), []string{"M59 2"}},
		"charge":                       {line(func(l *claim.Line) { l.Charge = -1 }), []string{"M79 2"}},
		"a charge of nothing":          {line(func(l *claim.Line) { l.Charge = 0 }), nil},
		"place of a line":              {line(func(l *claim.Line) { l.PlaceOfService = "" }), []string{"M77 2"}},
		"a bill":                       {bill(func(*claim.Claim) {}), nil},
		"admission":                    {bill(func(c *claim.Claim) { c.Admission = 0 }), []string{"MA40 0"}},
		"admission's type":             {bill(func(c *claim.Claim) { c.AdmissionType = "" }), []string{"MA41 0"}},
		"discharge status":             {bill(func(c *claim.Claim) { c.PatientStatus = "" }), []string{"MA43 0"}},
		"neither of an outpatient": {bill(func(c *claim.Claim) {
			c.PlaceOfService, c.Admission, c.AdmissionType, c.PatientStatus = "13", 0, "", ""
		}), nil},
		"swing bed":                    {bill(func(c *claim.Claim) { c.PlaceOfService, c.Admission = "18", 0 }), []string{"MA40 0"}},
		"skilled nursing":              {bill(func(c *claim.Claim) { c.PlaceOfService, c.Admission = "21", 0 }), []string{"MA40 0"}},
		"non-medical":                  {bill(func(c *claim.Claim) { c.PlaceOfService, c.Admission = "41", 0 }), []string{"MA40 0"}},
		"principal diagnosis":          {bill(func(c *claim.Claim) { c.Diagnoses[0].Role = claim.Other }), []string{"MA63 0"}},
		"revenue code":                 {bill(line(func(l *claim.Line) { l.Revenue = "" })), []string{"M50 2"}},
		"no procedure, in a bill":      {bill(line(func(l *claim.Line) { l.Procedure, l.Qualifier = "", "" })), nil},
		"no place of a line of a bill": {bill(line(func(l *claim.Line) { l.PlaceOfService = "" })), nil},
	} {
		ev := cleanEvidence(2)
		tc.change(&ev.Claim)
		edits, err := e.Edits(t.Context(), ev)
		var got []string
		for _, edit := range edits {
			if edit.Rule == "FRM-16" {
				got = append(got, fmt.Sprintf("%s %d", edit.RARC, edit.Line))
			}
		}
		if diff := cmp.Diff(tc.want, got); err != nil || diff != "" {
			t.Errorf("%s: %v; faults (-want +got):\n%s", name, err, diff)
		}
	}
}

// Facts that name nothing of the claim, lack what they are joined by or contradict it are somebody's mistake: nothing
// pays on them.
func TestEachFaultOfTheFactsHoldsTheClaim(t *testing.T) {
	type change = func(*claim.Facts)
	pair := func(more func(*claim.PTPRow)) change {
		return func(f *claim.Facts) {
			row := claim.PTPRow{Line: 2, OtherLine: 1, ColumnOne: "D0001", ColumnTwo: "D0002", Indicator: 9, From: 20240101, Through: claim.EndOfTime}
			more(&row)
			f.PTP = []claim.PTPRow{row}
		}
	}
	units := func(more func(*claim.MUERow)) change { return func(f *claim.Facts) { more(&f.MUE[1]) } }
	benefit := func(more func(*claim.BenefitRow)) change { return func(f *claim.Facts) { more(&f.Benefits[1]) } }
	permit := func(more func(*claim.Authorization)) change {
		return func(f *claim.Facts) {
			a := claim.Authorization{Number: "A1", Procedure: "D0002", From: 20240101, Through: 20241231, Approved: claim.One}
			more(&a)
			f.Authorizations = []claim.Authorization{a}
		}
	}
	total := func(more func(*claim.Accumulator)) change { return func(f *claim.Facts) { more(&f.Accumulators[0]) } }
	e := embeddedContract(t).NewEvaluator()
	for name, tc := range map[string]struct {
		change change
		holds  bool
	}{
		"nothing":                          {func(*claim.Facts) {}, false},
		"receipt date":                     {func(f *claim.Facts) { f.Received = 0 }, true},
		"member without id":                {func(f *claim.Facts) { f.Member.ID = claim.ID{} }, true},
		"member without family":            {func(f *claim.Facts) { f.Member.Family = claim.ID{} }, true},
		"total of no kind":                 {total(func(a *claim.Accumulator) { a.Kind = "" }), true},
		"total of no year":                 {total(func(a *claim.Accumulator) { a.Year = 0 }), true},
		"total of a benefit without group": {total(func(a *claim.Accumulator) { a.Kind = claim.BenefitUnitsUsed }), true},
		"total of a benefit":               {total(func(a *claim.Accumulator) { a.Kind, a.Group = claim.BenefitUnitsUsed, "PT" }), false},
		"provider without number": {func(f *claim.Facts) {
			f.Providers = append(f.Providers, claim.ProviderFact{From: 20200101, Through: claim.EndOfTime})
		}, true},
		"exclusion of nobody":             {func(f *claim.Facts) { f.Exclusions = []claim.Exclusion{{Excluded: 20300101}} }, true},
		"an authorisation":                {permit(func(*claim.Authorization) {}), false},
		"authorisation without number":    {permit(func(a *claim.Authorization) { a.Number = "" }), true},
		"authorisation for no code":       {permit(func(a *claim.Authorization) { a.Procedure = "" }), true},
		"benefit of no line":              {benefit(func(b *claim.BenefitRow) { b.Line = 7 }), true},
		"benefit of another code":         {benefit(func(b *claim.BenefitRow) { b.Procedure = "D0001" }), true},
		"limit of units without group":    {benefit(func(b *claim.BenefitRow) { b.Group, b.LimitUnits = "", 1 }), true},
		"limit of money without group":    {benefit(func(b *claim.BenefitRow) { b.Group, b.LimitAmount = "", 1 }), true},
		"no limit and no group":           {benefit(func(b *claim.BenefitRow) { b.Group = "" }), false},
		"limit of units below nothing":    {benefit(func(b *claim.BenefitRow) { b.LimitUnits = -1 }), true},
		"limit of money below nothing":    {benefit(func(b *claim.BenefitRow) { b.LimitAmount = -1 }), true},
		"diagnosis of no place":           {func(f *claim.Facts) { f.Diagnoses[1].Index = 7 }, true},
		"diagnosis of another code":       {func(f *claim.Facts) { f.Diagnoses[1].Code = "E118" }, true},
		"procedure of no line":            {func(f *claim.Facts) { f.Procedures[1].Line = 7 }, true},
		"procedure of another code":       {func(f *claim.Facts) { f.Procedures[1].Code = "D0001" }, true},
		"a pair":                          {pair(func(*claim.PTPRow) {}), false},
		"pair without column 1":           {pair(func(p *claim.PTPRow) { p.ColumnOne = "" }), true},
		"pair without column 2":           {pair(func(p *claim.PTPRow) { p.ColumnTwo = "" }), true},
		"pair of a line with none":        {pair(func(p *claim.PTPRow) { p.OtherLine = 0 }), true},
		"pair of no line":                 {pair(func(p *claim.PTPRow) { p.Line = 7 }), true},
		"pair of another code":            {pair(func(p *claim.PTPRow) { p.ColumnTwo = "D0001" }), true},
		"pair with what was paid":         {pair(func(p *claim.PTPRow) { p.ColumnTwoPaid, p.Line, p.ColumnTwo = true, 0, "D0009" }), false},
		"units of no line":                {units(func(m *claim.MUERow) { m.Line = 7 }), true},
		"units of another code":           {units(func(m *claim.MUERow) { m.Procedure = "D0001" }), true},
		"no indicator":                    {units(func(m *claim.MUERow) { m.Indicator = 0 }), true},
		"the first indicator":             {units(func(m *claim.MUERow) { m.Indicator = 1 }), false},
		"the last indicator":              {units(func(m *claim.MUERow) { m.Indicator = 3 }), false},
		"an indicator that is none":       {units(func(m *claim.MUERow) { m.Indicator = 4 }), true},
		"other units than the line's":     {units(func(m *claim.MUERow) { m.LineUnits, m.DayUnits = 2*claim.One, 2*claim.One }), true},
		"fewer in the day than in a line": {units(func(m *claim.MUERow) { m.DayUnits-- }), true},
		"more in the day":                 {units(func(m *claim.MUERow) { m.DayUnits++ }), false},
	} {
		ev := cleanEvidence(2)
		tc.change(&ev.Facts)
		edits, err := e.Edits(t.Context(), ev)
		held := slices.ContainsFunc(edits, func(edit claim.Edit) bool { return edit.Rule == "FCT-PEND" && edit.Outcome == claim.Pend })
		if err != nil || held != tc.holds {
			t.Errorf("%s: %v, %v; held %v, want %v", name, edits, err, held, tc.holds)
		}
	}
}
