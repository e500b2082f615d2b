package simulate

import "github.com/assize/assize/internal/claim"

// procedure is one code of the demonstration: its base fee, its medically unlikely edit, and how plans cover it.
// Fees and limits have the order of magnitude of the published ones and are not them.
type procedure struct {
	code      string
	fee       claim.Cents // of one unit
	limit     int         // units a day; 0: no edit
	indicator int         // MAI of the edit
	minutes   int         // of one unit, for schemes that count hours
	revenue   string      // revenue code on an institutional line
	traits
}

// traits are the rarer properties of a procedure.
type traits struct {
	sex            string
	ageMin, ageMax int
	authorization  bool
	preventive     bool
	excluded       bool   // no plan covers it
	unpriced       bool   // by report: no fee on file
	group          string // benefit group with a limit a year
	ended          claim.Date
	modifier       string // has a price of its own with this modifier: 26 professional component, NU new, RR rented
}

// officeVisits and emergencyVisits are the evaluation codes by level, lowest first.
func newPatientVisits() []string   { return []string{"99202", "99203", "99204", "99205"} }
func establishedVisits() []string  { return []string{"99212", "99213", "99214", "99215"} }
func emergencyVisits() []string    { return []string{"99281", "99282", "99283", "99284", "99285"} }
func yearlyExaminations() []string { return []string{"99395", "99396", "99397"} }

// yearlyGroup is the benefit group of the yearly examination: one a year.
const yearlyGroup = "yearlyExamination"

// procedures lists every code that claims may carry.
func procedures() []procedure {
	var all []procedure
	all = append(all, visits()...)
	all = append(all, laboratory()...)
	all = append(all, imaging()...)
	all = append(all, treatments()...)
	all = append(all, suppliesAndDrugs()...)
	return append(all, accommodations()...)
}

func visits() []procedure {
	yearly := func(from, through int) traits {
		return traits{ageMin: from, ageMax: through, preventive: true, group: yearlyGroup}
	}
	child := func(from, through int) traits { return traits{ageMin: from, ageMax: through, preventive: true} }
	return []procedure{
		{"99202", 72_00, 1, 2, 20, "0510", traits{}}, {"99203", 110_00, 1, 2, 35, "0510", traits{}},
		{"99204", 164_00, 1, 2, 52, "0510", traits{}}, {"99205", 216_00, 1, 2, 67, "0510", traits{}},
		{"99212", 56_00, 2, 3, 14, "0510", traits{}}, {"99213", 90_00, 2, 3, 24, "0510", traits{}},
		{"99214", 126_00, 2, 3, 34, "0510", traits{}}, {"99215", 177_00, 1, 3, 47, "0510", traits{}},
		{"99281", 12_00, 1, 3, 10, "0450", traits{}}, {"99282", 42_00, 1, 3, 15, "0450", traits{}},
		{"99283", 70_00, 1, 3, 25, "0450", traits{}}, {"99284", 119_00, 1, 3, 40, "0450", traits{}},
		{"99285", 173_00, 1, 3, 60, "0450", traits{}},
		{"99392", 104_00, 0, 0, 30, "0510", child(1, 4)}, {"99393", 104_00, 0, 0, 30, "0510", child(5, 11)},
		{"99394", 113_00, 0, 0, 35, "0510", child(12, 17)},
		{"99395", 116_00, 0, 0, 40, "0510", yearly(18, 39)}, {"99396", 123_00, 0, 0, 40, "0510", yearly(40, 64)},
		{"99397", 132_00, 0, 0, 45, "0510", yearly(65, 124)},
		{"90792", 192_00, 1, 3, 60, "0900", traits{}}, {"90833", 74_00, 2, 3, 30, "0900", traits{}},
		{"90834", 106_00, 2, 3, 45, "0900", traits{}}, {"90837", 156_00, 2, 3, 60, "0900", traits{}},
		{"92004", 146_00, 1, 2, 40, "0510", traits{}}, {"92014", 122_00, 1, 3, 30, "0510", traits{}},
		{"99201", 45_00, 1, 2, 10, "0510", traits{ended: 20201231}},
	}
}

func laboratory() []procedure {
	return []procedure{
		{"36415", 8_50, 2, 3, 5, "0300", traits{}}, {"80048", 8_46, 2, 3, 0, "0301", traits{}},
		{"80053", 10_56, 1, 3, 0, "0301", traits{}}, {"80061", 13_39, 1, 3, 0, "0301", traits{}},
		{"81001", 3_17, 2, 3, 0, "0307", traits{}}, {"81002", 3_48, 2, 3, 0, "0307", traits{}},
		{"81025", 8_61, 1, 3, 0, "0307", traits{sex: "F"}}, {"82306", 29_60, 1, 2, 0, "0301", traits{}},
		{"82465", 4_35, 1, 3, 0, "0301", traits{}}, {"82565", 5_12, 2, 3, 0, "0301", traits{}},
		{"82607", 15_08, 1, 2, 0, "0301", traits{}}, {"82728", 13_63, 1, 3, 0, "0301", traits{}},
		{"82947", 3_93, 5, 3, 0, "0301", traits{}}, {"83036", 9_71, 1, 2, 0, "0301", traits{}},
		{"83540", 6_47, 2, 3, 0, "0301", traits{}}, {"84153", 18_39, 1, 2, 0, "0301", traits{sex: "M"}},
		{"84295", 4_81, 1, 3, 0, "0301", traits{}}, {"84443", 16_80, 4, 2, 0, "0301", traits{}},
		{"85025", 7_77, 2, 3, 0, "0305", traits{}}, {"85027", 6_47, 2, 3, 0, "0305", traits{}},
		{"85610", 4_29, 4, 3, 0, "0305", traits{}}, {"87086", 8_07, 3, 3, 0, "0306", traits{}},
		{"87880", 16_53, 2, 3, 5, "0306", traits{}}, {"88142", 20_26, 1, 3, 0, "0311", traits{sex: "F", preventive: true}},
		{"88305", 70_00, 16, 3, 0, "0312", traits{}}, {"G0103", 18_39, 1, 2, 0, "0301", traits{sex: "M", preventive: true}},
	}
}

func imaging() []procedure {
	return []procedure{
		{"70551", 195_00, 2, 3, 45, "0611", traits{authorization: true, modifier: "26"}},
		{"71046", 33_00, 2, 3, 10, "0324", traits{modifier: "26"}}, {"72148", 190_00, 1, 3, 45, "0612", traits{authorization: true, modifier: "26"}},
		{"73030", 34_00, 4, 3, 10, "0320", traits{modifier: "26"}}, {"73562", 40_00, 3, 3, 10, "0320", traits{modifier: "26"}},
		{"73610", 36_00, 3, 3, 10, "0320", traits{modifier: "26"}}, {"73721", 202_00, 3, 3, 45, "0610", traits{authorization: true, modifier: "26"}},
		{"76700", 113_00, 1, 3, 30, "0402", traits{modifier: "26"}}, {"76830", 115_00, 1, 3, 30, "0402", traits{sex: "F", modifier: "26"}},
		{"77067", 126_00, 1, 2, 20, "0403", traits{sex: "F", ageMin: 35, ageMax: 124, preventive: true, modifier: "26"}},
		{"93000", 14_00, 3, 3, 10, "0730", traits{}}, {"93005", 6_20, 3, 3, 10, "0730", traits{}},
		{"93010", 7_80, 5, 3, 5, "0730", traits{}}, {"93015", 71_00, 1, 3, 30, "0482", traits{}},
		{"93306", 190_00, 1, 3, 40, "0480", traits{modifier: "26"}}, {"92134", 31_60, 1, 2, 10, "0510", traits{}},
		{"94010", 26_80, 1, 3, 15, "0460", traits{}}, {"94060", 38_20, 1, 3, 30, "0460", traits{}},
	}
}

func treatments() []procedure {
	surgery := traits{authorization: true}
	return []procedure{
		{"90471", 20_10, 1, 2, 5, "0771", traits{preventive: true}}, {"90460", 22_40, 9, 3, 5, "0771", traits{preventive: true, ageMax: 18}},
		{"95004", 3_60, 80, 3, 1, "0924", traits{}}, {"95886", 91_00, 4, 2, 15, "0922", traits{}}, {"95910", 168_00, 1, 2, 45, "0922", traits{}},
		{"96127", 4_60, 3, 3, 5, "0918", traits{}}, {"96372", 14_00, 4, 3, 5, "0940", traits{}}, {"96374", 34_00, 1, 3, 10, "0260", traits{}},
		{"96375", 14_30, 6, 3, 5, "0260", traits{}}, {"96413", 120_00, 1, 3, 60, "0335", traits{}}, {"96415", 25_60, 8, 3, 60, "0335", traits{}},
		{"97035", 14_00, 2, 3, 15, "0420", traits{}}, {"97110", 29_00, 6, 3, 15, "0420", traits{}}, {"97112", 32_20, 4, 3, 15, "0420", traits{}},
		{"97140", 27_20, 6, 3, 15, "0420", traits{}}, {"97161", 98_40, 1, 2, 30, "0424", traits{}}, {"97530", 34_80, 6, 3, 15, "0420", traits{}},
		{"11102", 96_00, 1, 2, 15, "0361", traits{}}, {"12001", 92_00, 1, 2, 20, "0450", traits{}}, {"17000", 66_40, 1, 2, 10, "0361", traits{}},
		{"17003", 6_50, 13, 2, 2, "0361", traits{}}, {"20610", 63_70, 2, 3, 15, "0361", traits{}}, {"69210", 46_80, 1, 2, 10, "0361", traits{}},
		{"29881", 541_00, 1, 2, 60, "0360", surgery}, {"27447", 1264_00, 1, 2, 120, "0360", surgery}, {"66984", 524_00, 1, 2, 30, "0360", surgery},
		{"45378", 330_00, 1, 3, 30, "0750", traits{}}, {"45380", 416_00, 1, 2, 35, "0750", traits{}}, {"45385", 437_00, 1, 2, 40, "0750", traits{}},
		{"15823", 604_00, 1, 2, 60, "0360", traits{excluded: true}}, {"97810", 45_00, 1, 2, 15, "2101", traits{excluded: true}},
	}
}

func suppliesAndDrugs() []procedure {
	return []procedure{
		{"90686", 21_70, 1, 2, 0, "0636", traits{preventive: true}}, {"90700", 29_10, 1, 2, 0, "0636", traits{preventive: true, ageMax: 6}},
		{"90715", 41_80, 1, 2, 0, "0636", traits{preventive: true}}, {"J0696", 1_10, 16, 3, 0, "0636", traits{}},
		{"J1100", 15, 120, 3, 0, "0636", traits{}}, {"J1745", 42_00, 150, 3, 0, "0636", traits{authorization: true}},
		{"J1885", 60, 8, 3, 0, "0636", traits{}}, {"J2405", 12, 64, 3, 0, "0636", traits{}}, {"J3301", 1_90, 16, 3, 0, "0636", traits{}},
		{"J3490", 0, 0, 0, 0, "0636", traits{unpriced: true}}, {"J7030", 2_40, 5, 3, 0, "0258", traits{}},
		{"A4253", 9_20, 4, 3, 0, "0270", traits{modifier: "NU"}}, {"A7030", 131_00, 1, 2, 0, "0270", traits{modifier: "NU"}}, {"A7037", 28_00, 1, 2, 0, "0270", traits{modifier: "NU"}},
		{"E0143", 78_00, 1, 2, 0, "0290", traits{modifier: "NU"}}, {"E0260", 102_00, 1, 2, 0, "0290", traits{modifier: "RR"}},
		{"E0601", 71_00, 1, 3, 0, "0290", traits{authorization: true, modifier: "RR"}},
	}
}

// accommodations are priced by revenue code: such lines carry no HCPCS.
func accommodations() []procedure {
	return []procedure{
		{code: "0120", fee: 1450_00}, {code: "0250", fee: 260_00}, {code: "0270", fee: 190_00}, {code: "0300", fee: 240_00},
		{code: "0320", fee: 310_00}, {code: "0360", fee: 3900_00}, {code: "0710", fee: 540_00},
	}
}

// bundle is a set of NCCI pairs: each whole in column 1 with each part in column 2.
type bundle struct {
	wholes, parts []string
	indicator     int // 0: never both; 1: both with a modifier on the part
}

// bundles lists the procedure-to-procedure pairs of the demonstration, a small part of the published ones.
func bundles() []bundle {
	office := append(newPatientVisits(), establishedVisits()...)
	drawn := append([]string{"92014"}, establishedVisits()...)
	return []bundle{
		{[]string{"11102", "12001", "17000", "20610", "69210", "29881", "45378", "45380", "45385"}, drawn, 1},
		{[]string{"93015", "94010", "94060", "95004", "96372", "96374", "96413", "97161", "90471", "90460", "97810"}, office, 1},
		{[]string{"90471", "90460"}, append([]string{"99392", "99393", "99394"}, yearlyExaminations()...), 1},
		{[]string{"90834", "90837", "90792"}, append([]string{"96127"}, office...), 0},
		{[]string{"45385"}, []string{"45380"}, 1}, {[]string{"45385", "45380"}, []string{"45378"}, 0},
		{[]string{"80053"}, []string{"82565", "82947", "84295"}, 1}, {[]string{"80053"}, []string{"80048"}, 0},
		{[]string{"80061"}, []string{"82465"}, 0}, {[]string{"81001"}, []string{"81002"}, 1}, {[]string{"85025"}, []string{"85027"}, 1},
		{[]string{"93000"}, []string{"93005", "93010"}, 1}, {[]string{"93015"}, []string{"93000"}, 1}, {[]string{"94060"}, []string{"94010"}, 0},
		{[]string{"11102"}, []string{"17000"}, 1}, {[]string{"92014"}, []string{"92004"}, 0}, {[]string{"96413"}, []string{"96374", "96372"}, 1},
		{[]string{"96374"}, []string{"96372"}, 1}, {[]string{"G0103"}, []string{"84153"}, 0}, {[]string{"20610"}, []string{"95910"}, 1},
	}
}
