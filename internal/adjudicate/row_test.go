package adjudicate

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/assize/assize/internal/claim"
)

// The benefit of a line is of its number, code and first day; of two in force it is the one that came last, in
// whatever order they were found.
func TestBenefitOfALine(t *testing.T) {
	base := claim.BenefitRow{Line: 1, Procedure: "99213", Group: "base", From: 20240101, Through: 20241231}
	row := func(group string, change func(*claim.BenefitRow)) claim.BenefitRow {
		b := base
		b.Group = group
		change(&b)
		return b
	}
	later := row("later", func(b *claim.BenefitRow) { b.From = 20240201 })
	tests := map[string]struct {
		rows []claim.BenefitRow
		want string
	}{
		"none":                {nil, ""},
		"of another line":     {[]claim.BenefitRow{row("x", func(b *claim.BenefitRow) { b.Line = 2 })}, ""},
		"of another code":     {[]claim.BenefitRow{row("x", func(b *claim.BenefitRow) { b.Procedure = "99214" })}, ""},
		"ended":               {[]claim.BenefitRow{row("x", func(b *claim.BenefitRow) { b.Through = testDay - 1 })}, ""},
		"not begun":           {[]claim.BenefitRow{row("x", func(b *claim.BenefitRow) { b.From = testDay + 1 })}, ""},
		"on its first day":    {[]claim.BenefitRow{row("x", func(b *claim.BenefitRow) { b.From = testDay })}, "x"},
		"the later of two":    {[]claim.BenefitRow{base, later}, "later"},
		"found first":         {[]claim.BenefitRow{later, base}, "later"},
		"the first of equals": {[]claim.BenefitRow{base, row("x", func(*claim.BenefitRow) {})}, "base"},
	}
	for name, test := range tests {
		ev := goldenEvidence()
		ev.Facts.Benefits = test.rows
		got := ""
		if b := benefitOf(&ev.Facts, &ev.Claim.Lines[0]); b != nil {
			got = b.Group
		}
		if got != test.want {
			t.Errorf("%s: %q, want %q", name, got, test.want)
		}
	}
}

// One reason stands once on a line with all its money, as the 835 wants it; the same code of another group is another.
func TestOneReasonStandsOnce(t *testing.T) {
	var list []claim.Adjustment
	list = addAdjustment(list, claim.PR, "119", 1)
	list = addAdjustment(list, claim.CO, "119", 2)
	list = addAdjustment(list, claim.PR, "35", 4)
	list = addAdjustment(list, claim.PR, "119", 8)
	want := []claim.Adjustment{
		{Group: claim.PR, CARC: "119", Amount: 9}, {Group: claim.CO, CARC: "119", Amount: 2}, {Group: claim.PR, CARC: "35", Amount: 4},
	}
	if diff := cmp.Diff(want, list); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}
