package ledger_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/assize/assize/internal/claim"
	"github.com/assize/assize/ledger"
)

var beneficiary = claim.ID{0: 1, 15: 1}

func fingerprintKeys() ledger.FingerprintKeys {
	keys := ledger.FingerprintKeys{}
	for i, p := range []ledger.Period{0, 20252, 20261, 20262} {
		keys[p] = ledger.NewFingerprintKey([32]byte{byte(i)})
	}
	return keys
}

func professional() *claim.Claim {
	return &claim.Claim{
		Type: claim.Professional, PlaceOfService: "11", Frequency: claim.Original, From: 20260115, Charge: 12500, PatientControlNumber: "A1",
		Providers: []claim.Provider{{Role: claim.Billing, NPI: "1234567893"}, {Role: claim.Rendering, NPI: "1987654321"}},
		Lines: []claim.Line{{Number: 1, Qualifier: "HC", Procedure: "99213", Charge: 12500, Quantity: claim.One, Unit: claim.Units,
			From: 20260115, Through: 20260115, Modifiers: []string{"25"}}},
	}
}

func institutional() *claim.Claim {
	return &claim.Claim{
		Type: claim.Institutional, PlaceOfService: "13", Frequency: claim.Original, From: 20260110, Through: 20260112, Charge: 30000,
		Providers: []claim.Provider{{Role: claim.Billing, NPI: "1234567893"}},
		Lines: []claim.Line{
			{Number: 1, Procedure: "71046", Revenue: "0324", Charge: 20000, Quantity: claim.One, From: 20260110, Modifiers: []string{"TC", "GC"}},
			{Number: 2, Revenue: "0250", Charge: 10000, Quantity: claim.One},
		},
	}
}

func fingerprints(t *testing.T, c *claim.Claim) []ledger.LineFingerprint {
	t.Helper()
	list, err := fingerprintKeys().Fingerprints(c, beneficiary)
	if err != nil {
		t.Fatal(err)
	}
	return list
}

// TestProfessionalDuplicateCriteria is the table of CR 8121: one field changed at a time, and whether the line is then still
// an exact duplicate.
func TestProfessionalDuplicateCriteria(t *testing.T) {
	tests := []struct {
		name   string
		change func(*claim.Claim, *claim.Line)
		same   bool
	}{
		{"nothing", func(*claim.Claim, *claim.Line) {}, true},
		{"provider's own number", func(c *claim.Claim, _ *claim.Line) { c.PatientControlNumber = "B2" }, true},
		{"diagnoses", func(c *claim.Claim, _ *claim.Line) { c.Diagnoses = []claim.Diagnosis{{Code: "J10"}} }, true},
		{"quantity", func(_ *claim.Claim, l *claim.Line) { l.Quantity = 2 * claim.One }, true},
		{"total charge", func(c *claim.Claim, _ *claim.Line) { c.Charge++ }, true},
		{"frequency", func(c *claim.Claim, _ *claim.Line) { c.Frequency = claim.Replacement }, true},
		{"a modifier that is not for repeats", func(_ *claim.Claim, l *claim.Line) { l.Modifiers = []string{"GT"} }, true},
		{"through absent, as from", func(_ *claim.Claim, l *claim.Line) { l.Through = 0 }, true},
		{"from absent, the claim's", func(_ *claim.Claim, l *claim.Line) { l.From = 0 }, true},
		{"place of the line, as the claim's", func(_ *claim.Claim, l *claim.Line) { l.PlaceOfService = "11" }, true},
		{"spaces and case", func(_ *claim.Claim, l *claim.Line) { l.Procedure = " 99213 " }, true},
		{"billing provider, another renders", func(c *claim.Claim, _ *claim.Line) { c.Providers[0].NPI = "1111111112" }, true},
		{"rendering provider", func(c *claim.Claim, _ *claim.Line) { c.Providers[1].NPI = "1111111112" }, false},
		{"rendering provider of the line", func(_ *claim.Claim, l *claim.Line) {
			l.Providers = []claim.Provider{{Role: claim.Rendering, NPI: "1111111112"}}
		}, false},
		{"procedure", func(_ *claim.Claim, l *claim.Line) { l.Procedure = "99214" }, false},
		{"charge", func(_ *claim.Claim, l *claim.Line) { l.Charge++ }, false},
		{"from", func(_ *claim.Claim, l *claim.Line) { l.From = 20260114 }, false},
		{"through", func(_ *claim.Claim, l *claim.Line) { l.Through = 20260116 }, false},
		{"place of service", func(_ *claim.Claim, l *claim.Line) { l.PlaceOfService = "22" }, false},
		{"repeat modifier", func(_ *claim.Claim, l *claim.Line) { l.Modifiers = append(l.Modifiers, "76") }, false},
		{"side", func(_ *claim.Claim, l *claim.Line) { l.Modifiers = []string{"LT"} }, false},
		{"type of claim", func(c *claim.Claim, _ *claim.Line) { c.Type = claim.Institutional }, false},
	}
	want := fingerprints(t, professional())[0].Value
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c := professional()
			tt.change(c, &c.Lines[0])
			got := fingerprints(t, c)
			if same := got[len(got)-1].Value == want; same != tt.same {
				t.Errorf("same = %t, want %t", same, tt.same)
			}
		})
	}
}

func TestInstitutionalDuplicateCriteria(t *testing.T) {
	tests := []struct {
		name              string
		change            func(*claim.Claim, *claim.Line)
		sameBill, sameOne bool // the claim as a whole, and line 1
	}{
		{"nothing", func(*claim.Claim, *claim.Line) {}, true, true},
		{"order of lines", func(c *claim.Claim, _ *claim.Line) { c.Lines[0], c.Lines[1] = c.Lines[1], c.Lines[0] }, true, true},
		{"order of modifiers", func(_ *claim.Claim, l *claim.Line) { l.Modifiers = []string{"GC", "TC"} }, true, true},
		{"replacement takes the place of the original", func(c *claim.Claim, _ *claim.Line) { c.Frequency = claim.Replacement }, true, true},
		{"diagnosis related group", func(c *claim.Claim, _ *claim.Line) { c.DRG = "470" }, true, true},
		{"type of bill", func(c *claim.Claim, _ *claim.Line) { c.PlaceOfService = "11" }, false, false},
		{"billing provider", func(c *claim.Claim, _ *claim.Line) { c.Providers[0].NPI = "1111111112" }, false, false},
		{"statement from", func(c *claim.Claim, _ *claim.Line) { c.From = 20260111 }, false, true},
		{"line from", func(_ *claim.Claim, l *claim.Line) { l.From = 20260111 }, true, false},
		{"line through", func(_ *claim.Claim, l *claim.Line) { l.Through = 20260111 }, true, false},
		{"a line more without a procedure", func(c *claim.Claim, _ *claim.Line) { c.Lines = append(c.Lines, claim.Line{Number: 3, Revenue: "0250"}) }, false, true},
		{"statement through", func(c *claim.Claim, _ *claim.Line) { c.Through = 20260113 }, false, true},
		{"total charge", func(c *claim.Claim, _ *claim.Line) { c.Charge++ }, false, true},
		{"line charge", func(_ *claim.Claim, l *claim.Line) { l.Charge++ }, true, false},
		{"procedure", func(_ *claim.Claim, l *claim.Line) { l.Procedure = "71045" }, false, false},
		{"modifiers", func(_ *claim.Claim, l *claim.Line) { l.Modifiers = []string{"26"} }, false, false},
		{"revenue code", func(_ *claim.Claim, l *claim.Line) { l.Revenue = "0320" }, false, false},
	}
	want := fingerprints(t, institutional())
	if len(want) != 2 || want[0].Line != 0 || want[1].Line != 1 {
		t.Fatalf("got %v, want the claim and line 1: line 2 has no procedure", want)
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c := institutional()
			tt.change(c, &c.Lines[0])
			got := fingerprints(t, c)
			if bill, one := got[0].Value == want[0].Value, got[1].Value == want[1].Value; bill != tt.sameBill || one != tt.sameOne {
				t.Errorf("same bill %t, same line %t; want %t, %t", bill, one, tt.sameBill, tt.sameOne)
			}
		})
	}
}

func TestTwinsOfOneClaimAreEqualUnlessARepeatModifierStands(t *testing.T) {
	twins := func(modifiers ...string) []ledger.LineFingerprint {
		c := professional()
		c.Lines[0].Modifiers = modifiers
		for n := 2; n <= 3; n++ {
			twin := c.Lines[0]
			twin.Number = n
			c.Lines = append(c.Lines, twin)
		}
		return fingerprints(t, c)
	}
	plain := twins("25")
	if plain[0].Value != plain[1].Value || plain[1].Value != plain[2].Value {
		t.Error("equal lines without a repeat modifier differ")
	}
	repeated := twins("76")
	if repeated[0].Value == repeated[1].Value || repeated[1].Value == repeated[2].Value || repeated[0].Value == repeated[2].Value {
		t.Error("equal lines with a repeat modifier are one")
	}
	if diff := cmp.Diff(repeated, twins("76")); diff != "" {
		t.Errorf("the claim sent again differs (-first +again):\n%s", diff)
	}
}

// What holds of a professional line holds of an institutional one, and another beneficiary shares nothing.
func TestTwinsOfAnInstitutionalClaim(t *testing.T) {
	twins := func(modifier string, by claim.ID) []ledger.LineFingerprint {
		c := institutional()
		c.Lines[0].Modifiers = []string{modifier}
		c.Lines = append(c.Lines, c.Lines[0], c.Lines[0])
		c.Lines[2].Number, c.Lines[3].Number = 3, 4
		list, err := fingerprintKeys().Fingerprints(c, by)
		if err != nil || len(list) != 4 {
			t.Fatalf("%v, %v; want the bill and three lines", list, err)
		}
		return list
	}
	for modifier, equal := range map[string]bool{"TC": true, "59": false} {
		list := twins(modifier, beneficiary)
		if (list[1].Value == list[2].Value) != equal || (list[2].Value == list[3].Value) != equal || (list[1].Value == list[3].Value) != equal {
			t.Errorf("modifier %s: equal lines are equal: want %v", modifier, equal)
		}
		for i, other := range twins(modifier, claim.ID{0: 2}) {
			if other.Value == list[i].Value {
				t.Errorf("modifier %s: line %d of another beneficiary is equal", modifier, other.Line)
			}
		}
	}
}

// Two fingers are two services; one finger billed twice is a copy, since the modifier does not say that it was done twice.
func TestAPartOfTheBodyOrAComponentMakesALineDistinct(t *testing.T) {
	seen := map[ledger.Fingerprint]string{fingerprints(t, professional())[0].Value: "none"}
	for _, m := range strings.Fields("E1 E2 E3 E4 FA F1 F2 F3 F4 F5 F6 F7 F8 F9 TA T1 T2 T3 T4 T5 T6 T7 T8 T9 LC LD LM RC RI 26 TC RT LT") {
		c := professional()
		c.Lines[0].Modifiers = []string{strings.ToLower(m)}
		twin := c.Lines[0]
		twin.Number = 2
		c.Lines = append(c.Lines, twin)
		values := fingerprints(t, c)
		if other, ok := seen[values[0].Value]; ok {
			t.Errorf("modifier %s equals %s", m, other)
		}
		seen[values[0].Value] = m
		if side := m == "RT" || m == "LT"; (values[0].Value == values[1].Value) == side {
			t.Errorf("modifier %s: the line twice is a copy: want %t", m, !side)
		}
	}
}

func TestEachRepeatModifierMakesALineDistinct(t *testing.T) {
	seen := map[ledger.Fingerprint]string{fingerprints(t, professional())[0].Value: "none"}
	for _, m := range strings.Fields("76 77 91 59 XE XS XP XU RT LT 50") {
		c := professional()
		c.Lines[0].Modifiers = []string{"25", m}
		value := fingerprints(t, c)[0].Value
		if other, ok := seen[value]; ok {
			t.Errorf("modifier %s equals %s", m, other)
		}
		seen[value] = m
		c.Lines[0].Modifiers = []string{strings.ToLower(m), "25"}
		if fingerprints(t, c)[0].Value != value {
			t.Errorf("modifier %s: order or case tells", m)
		}
	}
}

func TestFieldsDoNotRunTogether(t *testing.T) {
	a, b := professional(), professional()
	a.Lines[0].Procedure, a.Lines[0].PlaceOfService = "99213", "11"
	b.Lines[0].Procedure, b.Lines[0].PlaceOfService = "992131", "1"
	if fingerprints(t, a)[0].Value == fingerprints(t, b)[0].Value {
		t.Error("two tuples with the same text in other fields are equal")
	}
}

func TestFingerprintDependsOnBeneficiaryKeyAndPeriod(t *testing.T) {
	c := professional()
	base := fingerprints(t, c)[0].Value
	other, err := fingerprintKeys().Fingerprints(c, claim.ID{0: 2})
	if err != nil || other[0].Value == base {
		t.Errorf("another beneficiary: %v, same %t", err, other[0].Value == base)
	}
	keys := ledger.FingerprintKeys{20261: ledger.NewFingerprintKey([32]byte{99})}
	if other, err = keys.Fingerprints(c, beneficiary); err != nil || other[0].Value == base {
		t.Errorf("another payer's key: %v, same %t", err, other[0].Value == base)
	}
}

func TestDestroyedPeriodIsSaidAndAForgottenOneRefused(t *testing.T) {
	c := professional()
	list, err := ledger.FingerprintKeys{20261: nil}.Fingerprints(c, beneficiary)
	if err != nil || len(list) != 1 || !list[0].Expired || list[0].Value != (ledger.Fingerprint{}) {
		t.Errorf("destroyed: got %v, %v", list, err)
	}
	if _, err := (ledger.FingerprintKeys{}).Fingerprints(c, beneficiary); claim.KindOf(err) != claim.NotFound {
		t.Errorf("forgotten: got %v, want NotFound", err)
	}
}

func TestPeriodsAreHalfYearsOfService(t *testing.T) {
	for date, want := range map[claim.Date]ledger.Period{0: 0, 20260101: 20261, 20260630: 20261, 20260701: 20262, 20261231: 20262, 20251231: 20252} {
		if got := ledger.PeriodOf(date); got != want {
			t.Errorf("%s: got %d, want %d", date, got, want)
		}
	}
	c := professional()
	late := c.Lines[0]
	late.From = 20260702
	c.Lines = append(c.Lines, late, c.Lines[0])
	if diff := cmp.Diff([]ledger.Period{20261, 20262}, ledger.Periods(c)); diff != "" {
		t.Errorf("periods (-want +got):\n%s", diff)
	}
	stay := institutional() // the bill is of the day it begins, its lines of theirs
	stay.From, stay.Lines[0].From, stay.Lines[1].From = 20251230, 20260701, 20260101
	if diff := cmp.Diff([]ledger.Period{20252, 20262, 20261}, ledger.Periods(stay)); diff != "" {
		t.Errorf("periods of a stay (-want +got):\n%s", diff)
	}
}

func TestMissingProviderAndDateStillGiveAValue(t *testing.T) {
	c := professional()
	c.Providers, c.From, c.Lines[0].From, c.Lines[0].Through = nil, 0, 0, 0
	if got := fingerprints(t, c); len(got) != 1 || got[0].Expired || got[0].Value == (ledger.Fingerprint{}) {
		t.Errorf("got %v", got)
	}
	c.Providers = []claim.Provider{{Role: claim.Billing, TaxID: "123456789"}}
	a := fingerprints(t, c)[0].Value
	c.Providers[0].TaxID = "987654321"
	if fingerprints(t, c)[0].Value == a {
		t.Error("two providers without an NPI and with different tax numbers are one")
	}
}

func TestSubjectHasherIsStableAndKeyed(t *testing.T) {
	h := ledger.NewSubjectHasher([32]byte{1})
	id := h.Subject(ledger.UnmatchedSubscriber, "w123")
	if id != h.Subject(ledger.UnmatchedSubscriber, " W123 ") {
		t.Error("spaces or case tell")
	}
	if id == h.Subject(ledger.ProviderSubject, "w123") || id == ledger.NewSubjectHasher([32]byte{2}).Subject(ledger.UnmatchedSubscriber, "w123") {
		t.Error("kind or key does not tell")
	}
	if id.Version() != 8 {
		t.Errorf("version %d, want 8 (RFC 9562, custom)", id.Version())
	}
}

func BenchmarkFingerprints(b *testing.B) {
	c := professional()
	for n := 2; n <= 4; n++ {
		l := c.Lines[0]
		l.Number, l.Charge, l.Modifiers = n, l.Charge+claim.Cents(n), []string{"59"}
		c.Lines = append(c.Lines, l)
	}
	keys := fingerprintKeys()
	b.ReportAllocs()
	for b.Loop() {
		if _, err := keys.Fingerprints(c, beneficiary); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(len(c.Lines))/1000, "µs/line")
}

// Periods are those of the fingerprints and no others: a key that is not needed may be gone without harm.
func TestPeriodsAreThoseOfTheFingerprints(t *testing.T) {
	c := professional()
	c.From = 20250801
	c.Lines = append(c.Lines, claim.Line{Number: 2, From: 20260701}, claim.Line{Number: 3})
	if got := ledger.Periods(c); !slices.Equal(got, []ledger.Period{20261, 20262, 20252}) {
		t.Errorf("professional: got %v", got)
	}
	c.Lines = c.Lines[:2] // none takes its date from the claim, and no fingerprint is of the claim as a whole
	if got := ledger.Periods(c); !slices.Equal(got, []ledger.Period{20261, 20262}) {
		t.Errorf("professional, all lines dated: got %v", got)
	}
	c.Type = claim.Institutional
	if got := ledger.Periods(c); !slices.Equal(got, []ledger.Period{20252, 20261, 20262}) {
		t.Errorf("institutional: got %v", got)
	}
}

// A modifier that is blank is none, and a provider goes by the first number that one of the two has.
func TestBlanksMakeNoDifference(t *testing.T) {
	c := institutional()
	want := fingerprints(t, c)
	c.Lines[0].Modifiers = []string{"", "GC", " ", "TC"}
	if diff := cmp.Diff(want, fingerprints(t, c)); diff != "" {
		t.Errorf("blank modifiers (-want +got):\n%s", diff)
	}
	p := professional()
	p.Providers = []claim.Provider{{Role: claim.Billing, TaxID: "123456789"}, {Role: claim.Rendering}}
	byTax := fingerprints(t, p)
	p.Providers[1].TaxID = "123456789"
	if diff := cmp.Diff(byTax, fingerprints(t, p)); diff != "" {
		t.Errorf("the rendering provider's tax number instead (-want +got):\n%s", diff)
	}
	p.Providers[0].TaxID, p.Providers[1].TaxID = "", ""
	if cmp.Equal(byTax, fingerprints(t, p)) {
		t.Error("no number at all is the same as a tax number")
	}
}
