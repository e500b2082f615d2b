package x12

import (
	"strings"
	"testing"
)

// claimCases are errors that refuse one claim in a set that is otherwise good.
func claimCases() []problemCase {
	line := "SV1*HC:99213*100*UN*1***1~"
	return []problemCase{
		{name: "CLM01", old: "CLM*PCN1*", new: "CLM**", errors: []string{"CLM01 13 CLM 1"}},
		{name: "CLM02 missing", old: "PCN1*100*", new: "PCN1**", errors: []string{"CLM02 13 CLM 2", "SUM 13 CLM 2"}},
		{name: "CLM02 no amount", old: "PCN1*100*", new: "PCN1*1OO*", errors: []string{"AMOUNT 13 CLM 2", "SUM 13 CLM 2"}},
		{name: "CLM02 fraction of a cent", old: "PCN1*100*", new: "PCN1*100.001*", errors: []string{"AMOUNT 13 CLM 2", "SUM 13 CLM 2"}},
		{name: "CLM02 negative", old: "PCN1*100*", new: "PCN1*-100*", errors: []string{"AMOUNT-NEGATIVE 13 CLM 2", "SUM 13 CLM 2"}},
		{name: "CLM02 overflow", old: "PCN1*100*", new: "PCN1*99999999999999999999*", errors: []string{"AMOUNT-RANGE 13 CLM 2", "SUM 13 CLM 2"}},
		{name: "sum", old: "PCN1*100*", new: "PCN1*100.01*", errors: []string{"SUM 13 CLM 2"}},
		{name: "facility", old: "11:B:1", new: ":B:1", errors: []string{"CLM05-1 13 CLM 5"}},
		{name: "frequency", old: "11:B:1", new: "11:B", errors: []string{"CLM05-3 13 CLM 5"}},
		{name: "CLM05 missing", old: "11:B:1", new: "", errors: []string{"CLM05-1 13 CLM 5", "CLM05-3 13 CLM 5"}, warnings: []string{"CLM05-2 13 CLM 5"}},
		{name: "HI without code", old: "HI*ABK:E119", new: "HI*ABK:", errors: []string{"HI-CODE 14 HI 1"}, warnings: []string{"DIAGNOSIS-MISSING 13 CLM 0"}},
		{name: "date of a procedure", from: hospital, old: "HI*ABK:E119", new: "HI*ABK:E119*BBR:0DTJ4ZZ:D8:20250230", errors: []string{"DATE 14 HI 2"}},
		{name: "statement dates are no line's in 837P", old: "LX*1~\n" + line + "\nDTP*472*D8*20250301", new: "DTP*434*D8*20250301~\nLX*1~\n" + line,
			errors: []string{"LINE-DATE 17 SV1 0"}},
		{name: "two lines, the first without service", old: "LX*1~", new: "LX*1~LX*2~", errors: []string{"SV-MISSING 15 LX 0", "LINE-DATE 15 LX 0", "SE01 19 SE 1"}},
		{name: "revenue of five digits", from: hospital, old: "SV2*0120*", new: "SV2*01200*", errors: []string{"REVENUE 17 SV2 1"}},
		{name: "no line", old: "LX*1~\n" + line + "\nDTP*472*D8*20250301~\nSE*16", new: "SE*13", errors: []string{"LINES-MISSING 13 CLM 0"}},
		{name: "line without service", old: line + "\n", new: "PS1*X*1~\n", errors: []string{"SV-MISSING 15 LX 0", "SUM 13 CLM 2"}},
		{name: "service without LX", old: "LX*1~\n", new: "NTE*ADD*X~\n", errors: []string{"LX-MISSING 16 SV1 0"}},
		{name: "two services in one line", old: "DTP*472", new: "SV1*HC:1*0*UN*1***1~\nDTP*472", errors: []string{"LX-MISSING 17 SV1 0", "LINE-DATE 16 SV1 0", "SE01 19 SE 1"}},
		{name: "SV2 in 837P", old: line, new: "SV2*0300*HC:99213*100*UN*1~", errors: []string{"SV-TYPE 16 SV2 0"}},
		{name: "SV3 in 837P", old: line, new: "SV3*AD:D0120*100~", errors: []string{"SV-TYPE 16 SV3 0"}},
		{name: "procedure", old: "HC:99213", new: "HC", errors: []string{"PROCEDURE-MISSING 16 SV1 1"}},
		{name: "qualifier", old: "HC:99213", new: "XX:99213", errors: []string{"PROCEDURE-QUALIFIER 16 SV1 1"}},
		{name: "line charge", old: "99213*100*", new: "99213**", errors: []string{"LINE-CHARGE 16 SV1 2", "SUM 13 CLM 2"}},
		{name: "line charge negative", old: "99213*100*", new: "99213*-1*", errors: []string{"AMOUNT-NEGATIVE 16 SV1 2", "SUM 13 CLM 2"}},
		{name: "unit", old: "*UN*", new: "*XX*", errors: []string{"UNIT 16 SV1 3"}},
		{name: "quantity missing", old: "*UN*1*", new: "*UN**", errors: []string{"QUANTITY-MISSING 16 SV1 4"}},
		{name: "quantity negative", old: "*UN*1*", new: "*UN*-1*", errors: []string{"QUANTITY 16 SV1 4"}},
		{name: "quantity too fine", old: "*UN*1*", new: "*UN*1.0001*", errors: []string{"QUANTITY 16 SV1 4"}},
		{name: "pointer 0", old: "***1~", new: "***0~", errors: []string{"POINTER 16 SV1 7"}},
		{name: "pointer 13", old: "***1~", new: "***1:13~", errors: []string{"POINTER 16 SV1 7"}},
		{name: "pointer no number", old: "***1~", new: "***A~", errors: []string{"POINTER 16 SV1 7"}},
		{name: "line date missing", old: "DTP*472", new: "DTP*471", errors: []string{"LINE-DATE 16 SV1 0"}},
		{name: "line date empty", old: "DTP*472*D8*20250301", new: "DTP*472*D8*", errors: []string{"DATE 17 DTP 3", "LINE-DATE 16 SV1 0"}},
		{name: "30 February", old: "D8*20250301", new: "D8*20250230", errors: []string{"DATE 17 DTP 3", "LINE-DATE 16 SV1 0"}},
		{name: "range in D8", old: "D8*20250301", new: "D8*20250301-20250302", errors: []string{"DATE 17 DTP 3", "LINE-DATE 16 SV1 0"}},
		{name: "date with dashes", old: "D8*20250301", new: "D8*2025-03-01", errors: []string{"DATE 17 DTP 3", "LINE-DATE 16 SV1 0"}},
		{name: "one date in RD8", old: "D8*20250301", new: "RD8*20250301", errors: []string{"DATE 17 DTP 3", "LINE-DATE 16 SV1 0"}},
		{name: "range from 30 February", old: "D8*20250301", new: "RD8*20250230-20250301", errors: []string{"DATE 17 DTP 3", "LINE-DATE 16 SV1 0"}},
		{name: "range to 30 February", old: "D8*20250301", new: "RD8*20250201-20250230", errors: []string{"DATE 17 DTP 3", "LINE-DATE 16 SV1 0"}},
		{name: "range backwards", old: "D8*20250301", new: "RD8*20250302-20250301", errors: []string{"DATE-RANGE 17 DTP 3"}},
		{name: "NUL in a claim", old: "PCN1", new: "PC\x00", errors: []string{"CONTROL-CHARACTER 13 CLM 1"}},
		{name: "unknown segment in a claim", old: "HI*ABK", new: "H1*ABK", errors: []string{"SEGMENT-ID 14  0"}, warnings: []string{"DIAGNOSIS-MISSING 13 CLM 0"}},
		{name: "entity missing", old: "HI*ABK:E119", new: "HI*ABK:E119~NM1**1*DOE", errors: []string{"NM101-MISSING 15 NM1 1", "SE01 19 SE 1"}},
		{name: "no billing provider", old: "NM1*85", new: "NM1*87", errors: []string{"BILLING-MISSING 13 CLM 0"}},
		{name: "no subscriber", old: "NM1*IL", new: "NM1*GP", errors: []string{"SUBSCRIBER-MISSING 13 CLM 0"}},
		{name: "no SBR", old: "SBR*P*18*******CI", new: "REF*1W*X", errors: []string{"SBR-MISSING 13 CLM 0"}},
		{name: "birth date", old: "NM1*PR", new: "DMG*D8*19001301*F~NM1*PR", errors: []string{"DATE 12 DMG 2", "SE01 19 SE 1"}},
		{name: "parent of another loop", old: "HL*2*1*22", new: "HL*2*7*22", errors: []string{"HL02 9 HL 2"}},
		{name: "provider with a parent", old: "HL*1**20", new: "HL*1*1*20", errors: []string{"HL02 7 HL 2"}},
		{name: "unknown level", old: "HL*2*1*22", new: "HL*2*1*24", errors: []string{"HL03 9 HL 3", "BILLING-MISSING 13 CLM 0", "SUBSCRIBER-MISSING 13 CLM 0"},
			warnings: []string{"HL04 7 HL 4", "PAYER-MISSING 13 CLM 0"}},
		{name: "revenue missing", from: hospital, old: "SV2*0120*", new: "SV2**", errors: []string{"REVENUE-MISSING 17 SV2 1"}},
		{name: "revenue no code", from: hospital, old: "SV2*0120*", new: "SV2*12A0*", errors: []string{"REVENUE 17 SV2 1"}},
		{name: "SV1 in 837I", from: hospital, old: "SV2*0120**100*DA*1~", new: "SV1*HC:99213*100*UN*1***1~", errors: []string{"SV-TYPE 17 SV1 0"}},
		{name: "no date at all", from: hospital, old: "DTP*434", new: "DTP*096", errors: []string{"LINE-DATE 17 SV2 0"}, warnings: []string{"STATEMENT-DATES 13 CLM 0"}},
		{name: "admission date", from: hospital, old: "LX*1", new: "DTP*435*DT*202502300900~LX*1", errors: []string{"DATE 16 DTP 3", "SE01 19 SE 1"}},
		{name: "group of an adjustment", old: "LX*1", new: "SBR*S*18*******CI~CAS*XX*1*1~LX*1", errors: []string{"CAS01 16 CAS 1", "SE01 20 SE 1"}},
		{name: "reason of an adjustment", old: "LX*1", new: "SBR*S*18*******CI~CAS*CO**1~LX*1", errors: []string{"CAS-REASON 16 CAS 2", "SE01 20 SE 1"}},
		{name: "paid amount negative", old: "LX*1", new: "SBR*S*18*******CI~AMT*D*-1~LX*1", errors: []string{"AMOUNT-NEGATIVE 16 AMT 2", "SE01 20 SE 1"}},
	}
}

// TestBadClaimIsRefused: each error is found at its place and refuses the claim.
func TestBadClaimIsRefused(t *testing.T) {
	for _, c := range claimCases() {
		t.Run(c.name, func(t *testing.T) {
			report, r := c.run(t)
			if len(r.parsed) != 1 || !r.parsed[0].Refused || report.Eligible != 0 {
				t.Fatalf("%d claims delivered, %d eligible; want one, refused", len(r.parsed), report.Eligible)
			}
			if report.Claims != 1 || report.Refused != 1 {
				t.Errorf("%d claims, %d refused; want 1 and 1: a bad claim still counts", report.Claims, report.Refused)
			}
			if len(r.parsed[0].Problems) == 0 {
				t.Error("the claim does not carry its problems")
			}
		})
	}
}

// TestBadClaimIsRefusedAlone: a good claim in the same set stays eligible.
func TestBadClaimIsRefusedAlone(t *testing.T) {
	begin, end := strings.Index(one, "CLM*"), strings.Index(one, "SE*16")
	good := one[begin:end]
	bad := strings.Replace(good, "PCN1*100*", "PCN2*-5*", 1)
	for name, claims := range map[string]string{"bad first": bad + good, "bad last": good + bad} {
		document := one[:begin] + claims + strings.Replace(one[end:], "SE*16", "SE*21", 1)
		report, r := read(t, []byte(document))
		if report.Eligible != 1 || report.Refused != 1 || report.Accepted != 1 || r.ends[0].Eligible != 1 {
			t.Errorf("%s: eligible %d, refused %d, errors %v", name, report.Eligible, report.Refused, report.Errors)
		}
	}
}

// TestWarnings are remarked on and refuse nothing.
func TestWarnings(t *testing.T) {
	for _, c := range []problemCase{
		{name: "HL01", old: "HL*2*1*22", new: "HL*3*1*22", warnings: []string{"HL01 9 HL 1"}},
		{name: "HL04", old: "HL*2*1*22*0", new: "HL*2*1*22*1", warnings: []string{"HL04 9 HL 4"}},
		{name: "SBR02", old: "SBR*P*18", new: "SBR*P*", warnings: []string{"SBR02 13 CLM 0"}},
		{name: "member id", old: "MI*M1", new: "", warnings: []string{"MEMBER-ID 13 CLM 0"}},
		{name: "payer", old: "NM1*PR", new: "NM1*QD", warnings: []string{"PAYER-MISSING 13 CLM 0"}},
		{name: "entity", old: "HI*ABK:E119", new: "NM1*99*1*DOE", warnings: []string{"NM101 14 NM1 1", "DIAGNOSIS-MISSING 13 CLM 0"}},
		{name: "facility qualifier", old: "11:B:1", new: "11:A:1", warnings: []string{"CLM05-2 13 CLM 5"}},
		{name: "HI qualifier", old: "HI*ABK:E119", new: "HI*ABK:E119*ZZZ:1", warnings: []string{"HI-QUALIFIER 14 HI 2"}},
		{name: "no diagnosis", old: "HI*ABK:E119", new: "NTE*ADD*X", warnings: []string{"DIAGNOSIS-MISSING 13 CLM 0"}},
		{name: "LX01", old: "LX*1", new: "LX*5", warnings: []string{"LX01 15 LX 1"}},
		{name: "dates of the lines", from: hospital, old: "DTP*434*RD8*20250301-20250302~\nLX*1~\nSV2*0120**100*DA*1~",
			new: "LX*1~\nSV2*0120**100*DA*1~\nDTP*472*D8*20250301~", warnings: []string{"STATEMENT-DATES 13 CLM 0"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			if report, _ := c.run(t); report.Eligible != 1 {
				t.Errorf("%d claims eligible, want 1", report.Eligible)
			}
		})
	}
}
