package x12

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/assize/assize/internal/claim"
)

// inserted is the good document with loops between its claim and the end of the set.
func inserted(loops string) string {
	return strings.Replace(one, "SE*16", loops+"SE*16", 1)
}

// body is a claim of one line.
var body = one[strings.Index(one, "CLM*"):strings.Index(one, "SE*16")]

// What a loop does not say is missing there, and never what the loop before it said: it was about somebody else.
func TestNothingIsTakenOverFromAnotherLoop(t *testing.T) {
	const subscriber, payer = "SBR*P*18*******CI~NM1*IL*1*OTHER*BO****MI*M2~", "NM1*PR*2*PAYER*****PI*P1~"
	const child = "HL*3*2*23*0~PAT*19~NM1*QC*1*SPECIMEN*ONE~DMG*D8*20150101*F~"
	parent := strings.Replace(one, "22*0", "22*1", 1)
	second := func(loop string) string { return inserted("HL*3*1*22*0~" + loop + body) }
	patient := func(loop string) string {
		return strings.Replace(parent, "SE*16", child+body+"HL*4*2*23*0~"+loop+body+"SE*16", 1)
	}
	provider := func(loop string) string {
		return inserted("HL*3**20*1~" + loop + "HL*4*3*22*0~" + subscriber + payer + body)
	}
	for name, tc := range map[string]struct {
		document string
		want     []string // codes of the second claim
	}{
		"a subscriber's loop that is whole":  {second(subscriber + payer), nil},
		"no subscriber":                      {second("SBR*P*18*******CI~" + payer), []string{"SUBSCRIBER-MISSING"}},
		"no member number":                   {second("SBR*P*18*******CI~NM1*IL*1*OTHER*BO~" + payer), []string{"MEMBER-ID"}},
		"no SBR":                             {second("NM1*IL*1*OTHER*BO****MI*M2~" + payer), []string{"SBR-MISSING"}},
		"not said that it is the subscriber": {second("SBR*P********CI~NM1*IL*1*OTHER*BO****MI*M2~" + payer), []string{"SBR02"}},
		"no payer":                           {second(subscriber), []string{"PAYER-MISSING"}},
		"a patient's loop that is whole":     {patient("PAT*19~NM1*QC*1*SPECIMEN*TWO~"), nil},
		"no patient":                         {patient("PAT*19~"), []string{"PATIENT-MISSING"}},
		"no relationship":                    {patient("NM1*QC*1*SPECIMEN*TWO~"), []string{"PAT01"}},
		"a provider's loop that is whole":    {provider("NM1*85*2*SECOND*****XX*1679576722~"), nil},
		"nobody bills":                       {provider("NM1*87*2*SECOND~"), []string{"BILLING-MISSING"}},
		"no entity":                          {provider("NM1**2*SECOND~"), []string{"NM101-MISSING", "BILLING-MISSING"}},
	} {
		t.Run(name, func(t *testing.T) {
			_, r := read(t, []byte(tc.document))
			var got []string
			for _, p := range r.parsed[len(r.parsed)-1].Problems {
				got = append(got, p.Code)
			}
			if diff := cmp.Diff(tc.want, got); diff != "" || len(r.parsed) < 2 {
				t.Errorf("%d claims; the last has (-want +got):\n%s", len(r.parsed), diff)
			}
		})
	}
}

// The last claim of each document, and what it says of those it inherits from.
func TestWhatLoopsSayOfTheirPeople(t *testing.T) {
	const subscriber, payer = "SBR*P*18*******CI~NM1*IL*1*OTHER*BO****MI*M2~", "NM1*PR*2*PAYER*****PI*P1~"
	parent := strings.Replace(one, "22*0", "22*1", 1)
	patients := func(loops string) string { return strings.Replace(parent, "SE*16", loops+"SE*16", 1) }
	shown := func(c *claim.Claim) string {
		b := c.Providers[0]
		return fmt.Sprintf("%s %s %q %q %q %s | %s %s %d %s %d | %s", b.Last, b.NPI, b.TaxID, b.Taxonomy, b.Address.ZIP, c.Subscriber.MemberID,
			c.Patient.First, c.Patient.Sex, c.Patient.BirthDate, c.Patient.Address.City, c.Patient.DeathDate, c.Relationship)
	}
	for name, tc := range map[string]struct{ document, want string }{
		"as it is": {one, `CLINIC 1234567893 "" "" "" M1 | ADA  0  0 | 18`},
		"who bills, with all that may follow": {strings.Replace(one, "HL*2", "N3*1 ST~N4*CITY*IL*60601~REF*EI*111~HL*2", 1),
			`CLINIC 1234567893 "111" "" "60601" M1 | ADA  0  0 | 18`},
		"a social security number as tax number": {strings.Replace(one, "HL*2", "REF*SY*222~HL*2", 1), `CLINIC 1234567893 "222" "" "" M1 | ADA  0  0 | 18`},
		"another reference is none":              {strings.Replace(one, "HL*2", "REF*1G*222~HL*2", 1), `CLINIC 1234567893 "" "" "" M1 | ADA  0  0 | 18`},
		"a specialty before who bills":           {strings.Replace(one, "NM1*85", "PRV*BI*PXC*207Q00000X~NM1*85", 1), `CLINIC 1234567893 "" "207Q00000X" "" M1 | ADA  0  0 | 18`},
		"a specialty behind who bills":           {strings.Replace(one, "HL*2", "PRV*BI*PXC*207Q00000X~HL*2", 1), `CLINIC 1234567893 "" "207Q00000X" "" M1 | ADA  0  0 | 18`},
		"a specialty behind who is paid":         {strings.Replace(one, "HL*2", "NM1*87*2~PRV*BI*PXC*207Q00000X~HL*2", 1), `CLINIC 1234567893 "" "207Q00000X" "" M1 | ADA  0  0 | 18`},
		"a specialty of the provider before": {strings.Replace(inserted("HL*3**20*1~NM1*85*2*SECOND*****XX*1679576722~HL*4*3*22*0~"+subscriber+payer+body), "NM1*85", "PRV*BI*PXC*207Q00000X~NM1*85", 1),
			`SECOND 1679576722 "" "" "" M2 | BO  0  0 | 18`},
		"an address behind another subscriber": {inserted("HL*3*1*22*0~" + subscriber + "N4*TOWN*IL*60602~DMG*D8*19700101*M~" + payer + body),
			`CLINIC 1234567893 "" "" "" M2 | BO M 19700101 TOWN 0 | 18`},
		"an address before any subscriber is nobody's": {inserted("HL*3*1*22*0~N4*TOWN*IL*60602~DMG*D8*19700101*M~" + subscriber + payer + body),
			`CLINIC 1234567893 "" "" "" M2 | BO  0  0 | 18`},
		"the address of the payer is no person's": {inserted("HL*3*1*22*0~" + subscriber + payer + "N4*TOWN*IL*60602~" + body),
			`CLINIC 1234567893 "" "" "" M2 | BO  0  0 | 18`},
		"a subscriber who died": {strings.Replace(one, "SBR*P*18*******CI~", "SBR*P*18*******CI~PAT*****D8*20250220~", 1),
			`CLINIC 1234567893 "" "" "" M1 | ADA  0  20250220 | 18`},
		"a subscriber who died, said behind the name": {strings.Replace(one, "NM1*PR*2", "PAT*****D8*20250220~NM1*PR*2", 1),
			`CLINIC 1234567893 "" "" "" M1 | ADA  0  20250220 | 18`},
		"the subscriber before died": {strings.Replace(inserted("HL*3*1*22*0~"+subscriber+payer+body), "SBR*P*18*******CI~", "SBR*P*18*******CI~PAT*****D8*20250220~", 1),
			`CLINIC 1234567893 "" "" "" M2 | BO  0  0 | 18`},
		"a patient who died": {patients("HL*3*2*23*0~PAT*19****D8*20250220~NM1*QC*1*SPECIMEN*ONE~N4*TOWN~DMG*D8*20150101*F~" + body),
			`CLINIC 1234567893 "" "" "" M1 | ONE F 20150101 TOWN 20250220 | 19`},
		"a patient who died, said behind the name": {patients("HL*3*2*23*0~NM1*QC*1*SPECIMEN*ONE~PAT*01****D8*20250220~" + body),
			`CLINIC 1234567893 "" "" "" M1 | ONE  0  20250220 | 01`},
		"the patient before died": {patients("HL*3*2*23*0~PAT*19****D8*20250220~NM1*QC*1*SPECIMEN*ONE~N4*TOWN~DMG*D8*20150101*F~" + body +
			"HL*4*2*23*0~PAT*01~NM1*QC*1*SPECIMEN*TWO~" + body), `CLINIC 1234567893 "" "" "" M1 | TWO  0  0 | 01`},
		"an address before any patient is nobody's": {patients("HL*3*2*23*0~PAT*01~N4*TOWN~DMG*D8*20150101*F~NM1*QC*1*SPECIMEN*TWO~" + body),
			`CLINIC 1234567893 "" "" "" M1 | TWO  0  0 | 01`},
		"another name of the patient's loop": {patients("HL*3*2*23*0~PAT*01~NM1*QC*1*SPECIMEN*TWO~NM1*GD*1*GUARDIAN*GO~N4*TOWN~" + body),
			`CLINIC 1234567893 "" "" "" M1 | TWO  0  0 | 01`},
	} {
		t.Run(name, func(t *testing.T) {
			_, r := read(t, []byte(tc.document))
			if got := shown(&r.parsed[len(r.parsed)-1].Claim); got != tc.want {
				t.Errorf("got  %s\nwant %s", got, tc.want)
			}
		})
	}
}

// What stands in a patient's loop before the patient is named is nobody's: not the subscriber's either.
func TestNobodysAddressIsNotTheSubscribers(t *testing.T) {
	const subscriber, payer = "NM1*IL*1*SPECIMEN*ADA****MI*M1~\n", "NM1*PR*2*PAYER*****PI*P1~\n"
	parent := strings.NewReplacer("22*0", "22*1", subscriber+payer, payer+subscriber).Replace(one) // named last
	_, r := read(t, []byte(strings.Replace(parent, "SE*16", "HL*3*2*23*0~PAT*01~N3*1 ST~N4*TOWN~DMG*D8*20150101*M~NM1*QC*1*SPECIMEN*TWO~"+body+"SE*16", 1)))
	if got := r.parsed[1].Claim.Subscriber; got.Address != (claim.Address{}) || got.BirthDate != 0 || got.Sex != "" {
		t.Errorf("the subscriber has %+v", got)
	}
}

// An error in one patient's loop refuses that patient's claims, and not the next one's.
func TestAnErrorInALoopEndsWithIt(t *testing.T) {
	parent := strings.Replace(one, "22*0", "22*1", 1)
	const bad, good = "HL*3*2*23*0~PAT*01~NM1*QC*1*SPECIMEN*ONE~DMG*D8*20150230*F~", "HL*4*2*23*0~PAT*01~NM1*QC*1*SPECIMEN*TWO~"
	_, r := read(t, []byte(strings.Replace(parent, "SE*16", bad+body+good+body+"SE*16", 1)))
	if !r.parsed[1].Refused || r.parsed[2].Refused || len(r.parsed[2].Problems) > 0 {
		t.Errorf("refused %v and %v, with %v; want the first only", r.parsed[1].Refused, r.parsed[2].Refused, r.parsed[2].Problems)
	}
}

// A number that is out of step is remarked on once; those that follow it are in step again.
func TestLoopsThatAreOutOfStep(t *testing.T) {
	const subscriber = "SBR*P*18*******CI~NM1*IL*1*OTHER*BO****MI*M2~NM1*PR*2*PAYER*****PI*P1~"
	for name, tc := range map[string]struct {
		document string
		want     []string
	}{
		"a number left out":     {inserted("HL*5*1*22*0~" + subscriber + body + "HL*6*1*22*0~" + subscriber + body), []string{"HL01 18 HL 1"}},
		"a number twice":        {inserted("HL*2*1*22*0~" + subscriber + body + "HL*4*1*22*0~" + subscriber + body), []string{"HL01 18 HL 1"}},
		"a number that is none": {inserted("HL*X*1*22*0~" + subscriber + body + "HL*4*1*22*0~" + subscriber + body), []string{"HL01 18 HL 1"}},
		"no provider above":     {strings.Replace(one, "HL*1**20*1~\nNM1*85*2*CLINIC*****XX*1234567893~\nHL*2*1*22*0", "HL*1**22*0", 1), []string{"HL02 7 HL 2", "BILLING-MISSING 11 CLM 0"}},
	} {
		report, _ := read(t, []byte(tc.document))
		got := slices.DeleteFunc(all(append(report.Warnings, report.Errors...)), func(p string) bool { return strings.HasPrefix(p, "SE01") })
		if diff := cmp.Diff(tc.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

func TestQualifiersOfIdentifiers(t *testing.T) {
	for qualifier, taken := range map[string]bool{"24": true, "34": true, "FI": true, "EI": true, "SY": true, "XX": false, "XV": false, "": false} {
		c := changed(t, one, "*****XX*1234567893", "*****"+qualifier+"*123456789")
		if got := c.Providers[0]; (got.TaxID == "123456789") != taken || (got.NPI == "123456789") != (qualifier == "XX") {
			t.Errorf("a provider by %q: NPI %q, tax number %q", qualifier, got.NPI, got.TaxID)
		}
	}
	for qualifier, taken := range map[string]bool{"MI": true, "II": true, "24": false, "": false} {
		_, r := read(t, []byte(strings.Replace(one, "MI*M1", qualifier+"*M1", 1)))
		if got := r.parsed[0].Claim.Subscriber.MemberID; (got == "M1") != taken {
			t.Errorf("a member by %q: %q", qualifier, got)
		}
	}
}

// What stands where nothing may stand is said, and takes nothing with it that verified.
func TestSegmentsOutsideTheirEnvelope(t *testing.T) {
	const ta1 = "TA1*000000001*250310*0915*A*000~"
	isa := one[:strings.Index(one, "GS*")]
	for _, c := range []problemCase{
		{name: "TA1 before the groups", old: "GS*", new: ta1 + "GS*"},
		{name: "TA1 in a group", old: "ST*837", new: ta1 + "ST*837", errors: []string{"SEGMENT-OUTSIDE 3 TA1 0"}},
		{name: "TA1 behind the interchange", old: "IEA*1*000000001~\n", new: "IEA*1*000000001~\n" + ta1, errors: []string{"SEGMENT-OUTSIDE 21 TA1 0"}},
		{name: "a second SE", old: "GE*1*1", new: "SE*16*0001~GE*1*1", errors: []string{"SEGMENT-OUTSIDE 19 SE 0"}},
		{name: "a second GE", old: "IEA*1", new: "GE*1*1~IEA*1", errors: []string{"SEGMENT-OUTSIDE 20 GE 0"}},
		{name: "a second IEA", old: "IEA*1*000000001~\n", new: "IEA*1*000000001~\nIEA*1*000000001~\n", errors: []string{"SEGMENT-OUTSIDE 21 IEA 0"}},
		{name: "a group behind the interchange", old: "IEA*1*000000001~\n", new: "IEA*1*000000001~\nGS*HC*S*R*20250310*0915*2*X*005010X222A1~\n", errors: []string{"SEGMENT-OUTSIDE 21 GS 0"}},
		{name: "a group in a group", old: "GE*1*1", new: "GS*HC*S*R*20250310*0915*1*X*005010X222A1~GE*0*1", errors: []string{"GE-MISSING 19 GS 0", "IEA01 21 IEA 1"}},
		{name: "a control character outside", old: "GE*1*1", new: "N\x00E*X~GE*1*1", errors: []string{"CONTROL-CHARACTER 19  0", "SEGMENT-OUTSIDE 19  0"}},
		{name: "two segments of ISO 8859-1", old: "CLINIC*****XX*1234567893~\nHL*2*1*22*0~\nSBR*P*18*******CI~\nNM1*IL*1*SPECIMEN",
			new: "CL\xCDNICA*****XX*1234567893~\nHL*2*1*22*0~\nSBR*P*18*******CI~\nNM1*IL*1*SP\xC9CIMEN", warnings: []string{"CHARSET 8 NM1 0"}},
		{name: "a digit less in ISA13", old: "*000000001*0*P", new: "*00000001 *0*P", errors: []string{"IEA02 20 IEA 2"}, warnings: []string{"ISA13 1 ISA 13"}},
		{name: "a letter in ISA13", old: "*000000001*0*P", new: "*00000000A*0*P", errors: []string{"IEA02 20 IEA 2"}, warnings: []string{"ISA13 1 ISA 13"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			if report, _ := c.run(t); report.Eligible != 1 {
				t.Errorf("%d claims eligible, want the one that verified", report.Eligible)
			}
		})
	}
	for name, tc := range map[string]struct {
		document string
		want     Kind
	}{"TA1 only": {isa + ta1 + "IEA*0*000000001~", KindTA1}, "nothing at all": {isa + "IEA*0*000000001~", KindUnknown}} {
		report, _ := read(t, []byte(tc.document))
		if report.Kind != tc.want || report.First.Interchange != "000000001" || report.First.Sender != "SENDER" {
			t.Errorf("%s: kind %q, first %+v", name, report.Kind, report.First)
		}
	}
	// A count that is not there is not the count of nothing.
	empty := "GS*HC*S*R*20250310*0915*1*X*005010X222A1~GE**1~IEA*1*000000001~"
	for document, want := range map[string]string{isa + ta1 + "IEA**000000001~": "IEA01 3 IEA 1", isa + empty: "GE01 3 GE 1"} {
		if report, _ := read(t, []byte(document)); !slices.Contains(all(report.Errors), want) {
			t.Errorf("%s: errors %v, want %s", document[len(isa):], all(report.Errors), want)
		}
	}
	if report, _ := read(t, []byte(isa+ta1)); report.RefusalCode != RefusalNot837 {
		t.Errorf("TA1 only, without an end: refused by %q", report.RefusalCode)
	}
	open := strings.Replace(one, "GE*1*1~\n", "", 1)
	if report, _ := read(t, []byte(open+one)); !slices.Equal(all(report.Errors), []string{"GE-MISSING 19 IEA 0"}) || report.Eligible != 2 {
		t.Errorf("a group left open before another interchange: %v, %d eligible", all(report.Errors), report.Eligible)
	}
	report, _ := read(t, []byte(isa+ta1+one[len(isa):]))
	if report.Kind != KindProfessional || report.RefusalCode != "" {
		t.Errorf("TA1 beside claims: kind %q, refused by %q", report.Kind, report.RefusalCode)
	}
}

// What is no 837 is told by its number, when it is one, and by the version that its set or its group names.
func TestSetsThatAreNo837(t *testing.T) {
	for header, want := range map[string]string{
		"ST*835*0001*005010X221A1": "835 005010X221A1 NOT-837 3 ST 1", "ST*277*0001": "277 005010X222A1 NOT-837 3 ST 1",
		"ST*83*0001*005010X221A1": " 005010X221A1 NOT-837 3 ST 1", "ST*JOE*0001*005010X221A1": " 005010X221A1 NOT-837 3 ST 1", "ST**0001": " 005010X222A1 NOT-837 3 ST 1",
	} {
		document := strings.NewReplacer("ST*837*0001*005010X222A1", header, "BHT*0019*00*B1*20250310*0915*CH~\n", "", "SE*16", "SE*15").Replace(one)
		report, _ := read(t, []byte(document))
		if got := fmt.Sprint(report.Kind, " ", report.Version, " ", strings.Join(all(report.Errors), ", ")); got != want {
			t.Errorf("%s: got %s, want %s", header, got, want)
		}
	}
	for group, want := range map[string][]string{"005010X222A1": {"ST03-MISSING 3 ST 3"}, "004010X098A1": {"VERSION-4010 3 ST 0"}, "00401": {"VERSION 3 ST 0", "ST03-MISSING 3 ST 3"}} {
		document := strings.NewReplacer("*005010X222A1~\nST", "*"+group+"~\nST", "0001*005010X222A1", "0001").Replace(one)
		report, _ := read(t, []byte(document))
		if diff := cmp.Diff(want, all(append(report.Errors, report.Warnings...))); diff != "" {
			t.Errorf("an 837 without ST03 in a group of %s (-want +got):\n%s", group, diff)
		}
	}
}

// Wherever a set ends, with its SE or without, its end is told, and whoever cannot take it ends the reading.
func TestTheEndOfASetIsToldWhereverItEnds(t *testing.T) {
	set := one[strings.Index(one, "ST*"):strings.Index(one, "SE*16")]
	before := one[:strings.Index(one, "SE*16")]
	full := errors.New("the disk is full")
	for name, end := range map[string]string{
		"SE": "SE*16*0001~", "another set": set, "another group": "GS*HC*S*R*20250310*0915*2*X*005010X222A1~", "the group's end": "GE*1*1~",
		"the interchange's end": "IEA*1*000000001~", "another interchange": one, "the document's end": "",
	} {
		_, err := Read(t.Context(), strings.NewReader(before+end), Limits{}, failing{end: full})
		if !errors.Is(err, full) {
			t.Errorf("%s: got %v, want %v", name, err, full)
		}
	}
	for _, c := range []problemCase{
		{name: "a control character in SE", old: "SE*16*0001", new: "SE*16*0001*\x00", errors: []string{"CONTROL-CHARACTER 18 SE 3"}},
	} {
		if report, _ := c.run(t); report.Eligible != 0 {
			t.Errorf("%s: %d eligible", c.name, report.Eligible)
		}
	}
}

// A slice is the claim as it came, with everything above it that says whose it is.
func TestASliceHoldsItsWholeEnvelope(t *testing.T) {
	_, r := read(t, []byte(inserted("HL*3*1*22*0~SBR*P*18*******CI~NM1*IL*1*OTHER*BO****MI*M2~NM1*PR*2*PAYER*****PI*P1~"+body)))
	slice := string(r.parsed[1].Slice)
	for _, segment := range []string{"ISA*00*", "GS*HC*SENDER", "ST*837*0001", "BHT*0019", "NM1*41*", "NM1*40*", "HL*1**20", "NM1*85*", "HL*3*1*22", "NM1*IL*1*OTHER", "CLM*PCN1", "SV1*HC"} {
		if strings.Count(slice, segment) != 1 {
			t.Errorf("%s stands %d times in the slice", segment, strings.Count(slice, segment))
		}
	}
	if strings.Contains(slice, "SPECIMEN") {
		t.Error("the slice holds another subscriber")
	}
}

// A document of two sets of a kind that is not adjudicated is refused for both, under one code.
func TestRefusalsAreCounted(t *testing.T) {
	dental := strings.ReplaceAll(one, "005010X222A1", "005010X224A2")
	encounter := strings.Replace(one, "*CH~", "*RP~", 1)
	report, _ := read(t, []byte(dental+encounter+dental))
	want := []Refusal{{Code: RefusalDental, Transactions: 2}, {Code: RefusalEncounter, Transactions: 1}}
	if diff := cmp.Diff(want, report.Refusals); diff != "" {
		t.Errorf("refusals (-want +got):\n%s", diff)
	}
}

// Only an IEA counts without its end: any other segment may have been cut where it still reads.
func TestACutSegmentIsNotRead(t *testing.T) {
	for _, at := range []string{"SE*16*0001", "GE*1*1", "DTP*472*D8*20250301", "CLM*PCN1*100"} {
		document := one[:strings.Index(one, at)+len(at)]
		report, _ := read(t, []byte(document))
		codes := all(report.Errors)
		if i := slices.IndexFunc(codes, func(c string) bool { return strings.HasPrefix(c, "SEGMENT-UNTERMINATED") }); i < 0 {
			t.Errorf("cut behind %s: errors %v", at, codes)
		}
		if report.Eligible > strings.Count(document, "SE*16*0001~") {
			t.Errorf("cut behind %s: %d eligible", at, report.Eligible)
		}
	}
}

func TestDelimitersAreSignsThatStandForNothingElse(t *testing.T) {
	good := delimiters{element: '*', component: ':', terminator: '~'}
	if !good.valid() {
		t.Error("the usual ones are refused")
	}
	for name, bad := range map[string]delimiters{
		"element as component": {'*', '*', '~'}, "element as terminator": {'*', ':', '*'}, "component as terminator": {'*', '~', '~'},
		"a letter": {'A', ':', '~'}, "a small letter": {'*', 'z', '~'}, "a digit": {'*', ':', '0'}, "nothing": {0, ':', '~'}, "a blank": {'*', ' ', '~'},
		"half a character": {'*', ':', 0x80}, "another half": {0xC3, ':', '~'},
	} {
		if bad.valid() {
			t.Errorf("%s is accepted", name)
		}
	}
	for c := range 256 {
		want := c < 0x80 && strings.ContainsRune("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz", rune(c))
		if got := isAlphanumeric(byte(c)); got != want {
			t.Errorf("%q is a letter or digit: %v, want %v", rune(c), got, want)
		}
	}
}
