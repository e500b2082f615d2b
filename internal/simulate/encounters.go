package simulate

// setting is where an encounter happens, as far as the claim form is concerned.
type setting int

const (
	office     setting = iota // 837P
	outpatient                // 837I, bill type 13x
	inpatient                 // 837I, bill type 11x
)

// encounter is a kind of visit: who gives it, to whom, and what is then billed.
type encounter struct {
	specialty int
	weight    int // among the encounters of its setting
	setting   setting
	place     string // CLM05-1
	condition condition
	patient   patient
	// authorized names the procedure whose prior authorisation brings the patient; "" for most.
	authorized string
	levels     []item // exactly one of these, by weight; how visits are graded
	items      []item // each with its own chance
	referred   bool   // a referring provider stands on the claim
}

// patient restricts who has an encounter. The zero value is anybody.
type patient struct {
	sex            string
	ageMin, ageMax int // ageMax 0: no limit
}

// item is a service that an encounter may bring. For levels, chance is a weight; for items, a permille.
type item struct {
	code      string
	chance    int
	low, high int // units; 0: one
	modifiers []string
}

func sure(code string, modifiers ...string) item {
	return item{code: code, chance: 1000, modifiers: modifiers}
}

func maybe(code string, permille int, modifiers ...string) item {
	return item{code: code, chance: permille, modifiers: modifiers}
}

func some(code string, permille, low, high int, modifiers ...string) item {
	return item{code: code, chance: permille, low: low, high: high, modifiers: modifiers}
}

// graded gives visit codes the weights, lowest level first.
func graded(codes []string, weights []int, modifiers ...string) []item {
	items := make([]item, len(codes))
	for i, code := range codes {
		items[i] = item{code: code, chance: weights[i], modifiers: modifiers}
	}
	return items
}

func encounters() []encounter {
	all := primaryCare()
	all = append(all, specialists()...)
	all = append(all, diagnostics()...)
	all = append(all, ordered()...)
	return append(all, hospitals()...)
}

func adult() patient { return patient{ageMin: 18} }

func primaryCare() []encounter {
	known := graded(establishedVisits(), []int{8, 45, 41, 6})
	knownApart := graded(establishedVisits(), []int{8, 45, 41, 6}, "25")
	fresh := graded(newPatientVisits(), []int{15, 45, 33, 7})
	bloods := []item{maybe("36415", 900), maybe("80053", 850), maybe("85025", 800), maybe("80061", 600), maybe("83036", 500),
		maybe("84443", 400), maybe("82306", 250), maybe("81001", 400)}
	vaccines := []item{sure("90471"), maybe("90686", 700), maybe("90715", 320)}
	yearly := func(i, from, through int) encounter {
		return encounter{specialty: family, weight: 10, place: "11", condition: adultExam, patient: patient{ageMin: from, ageMax: through},
			levels: []item{{code: yearlyExaminations()[i], chance: 1, modifiers: []string{"25"}}}, items: append(vaccines, bloods[:4]...)}
	}
	child := func(code string, from, through int) encounter {
		return encounter{specialty: pediatrics, weight: 40, place: "11", condition: childExam, patient: patient{ageMin: from, ageMax: through},
			levels: []item{{code: code, chance: 1, modifiers: []string{"25"}}},
			items:  []item{some("90460", 1000, 1, 2), maybe("90686", 800), maybe("96127", 500), maybe("36415", 300), maybe("85025", 300)}}
	}
	return []encounter{
		{specialty: family, weight: 150, place: "11", condition: chronicIllness, patient: adult(), levels: known, items: bloods},
		{specialty: family, weight: 80, place: "11", condition: acuteIllness, levels: known,
			items: []item{maybe("87880", 600), maybe("81002", 500), maybe("85025", 550), maybe("36415", 550), maybe("71046", 200), maybe("87086", 350)}},
		{specialty: family, weight: 45, place: "11", condition: acuteIllness, levels: knownApart,
			items: []item{some("96372", 1000, 1, 2), some("J0696", 500, 2, 4), some("J1885", 500, 1, 4), maybe("87880", 250), maybe("94010", 200)}},
		{specialty: family, weight: 25, place: "11", condition: acuteIllness, patient: adult(), levels: fresh, items: bloods[:5]},
		{specialty: internist, weight: 110, place: "11", condition: chronicIllness, patient: adult(), levels: known, items: bloods},
		{specialty: internist, weight: 30, place: "11", condition: chronicIllness, patient: adult(), levels: fresh,
			items: append([]item{maybe("93000", 500)}, bloods[:5]...)},
		{specialty: pediatrics, weight: 110, place: "11", condition: acuteIllness, patient: patient{ageMax: 17}, levels: known,
			items: []item{maybe("87880", 700), maybe("81002", 550), maybe("85025", 450), maybe("36415", 450), maybe("96127", 400)}},
		child("99392", 1, 4), child("99393", 5, 11), child("99394", 12, 17),
		yearly(0, 18, 39), yearly(1, 40, 64), yearly(2, 65, 120),
	}
}

func specialists() []encounter {
	apart := graded(establishedVisits(), []int{10, 48, 37, 5}, "25")
	plain := graded(establishedVisits(), []int{10, 40, 42, 8})
	return []encounter{
		{specialty: cardiology, weight: 50, place: "11", condition: heart, patient: adult(), levels: plain,
			items: []item{maybe("93000", 850), maybe("93306", 250), maybe("80061", 400), maybe("85610", 300), maybe("36415", 500)}},
		{specialty: cardiology, weight: 10, place: "11", condition: heart, patient: adult(), levels: apart, items: []item{sure("93015"), maybe("93306", 400)}},
		{specialty: orthopedics, weight: 45, place: "11", condition: joints, patient: adult(), levels: apart,
			items: []item{sure("20610", "RT"), some("J3301", 1000, 4, 8), maybe("73562", 500, "RT"), maybe("73030", 250, "RT")}},
		{specialty: orthopedics, weight: 25, place: "11", condition: injury, levels: plain, items: []item{maybe("73610", 700, "LT"), maybe("73562", 400, "LT")}},
		{specialty: orthopedics, weight: 5, place: "24", condition: joints, patient: adult(), authorized: "29881", items: []item{sure("29881", "RT")}},
		{specialty: dermatology, weight: 40, place: "11", condition: skin, patient: adult(), levels: apart,
			items: []item{sure("17000", "59"), some("17003", 700, 1, 9), maybe("11102", 600), some("88305", 400, 1, 3)}},
		{specialty: gastroenterology, weight: 15, place: "24", condition: screening, patient: patient{ageMin: 40}, items: []item{sure("45385"), some("88305", 800, 1, 4)}},
		{specialty: gastroenterology, weight: 20, place: "11", condition: digestion, patient: adult(), levels: plain, items: []item{maybe("36415", 500), maybe("80053", 500)}},
		{specialty: womensHealth, weight: 35, place: "11", condition: women, patient: patient{sex: "F", ageMin: 16, ageMax: 65}, levels: plain,
			items: []item{maybe("76830", 450), maybe("81025", 600), maybe("88142", 500), maybe("87086", 300), maybe("85025", 300)}},
		{specialty: psychiatry, weight: 30, place: "11", condition: mind, patient: patient{ageMin: 8}, levels: plain, items: []item{sure("90833"), maybe("36415", 50)}},
		{specialty: psychiatry, weight: 30, place: "10", condition: mind, patient: patient{ageMin: 8},
			levels: []item{{code: "90834", chance: 60, modifiers: []string{"95"}}, {code: "90837", chance: 40, modifiers: []string{"95"}}}},
		{specialty: ophthalmology, weight: 30, place: "11", condition: eyes, levels: []item{{code: "92014", chance: 75}, {code: "92004", chance: 25}},
			items: []item{maybe("92134", 600)}},
	}
}

func diagnostics() []encounter {
	return []encounter{
		{specialty: laboratories, weight: 150, place: "81", condition: chronicIllness, patient: adult(), referred: true,
			items: []item{maybe("80053", 900), maybe("80061", 800), maybe("85025", 900), maybe("83036", 700), maybe("84443", 600), maybe("82306", 500),
				maybe("82607", 300), maybe("82728", 300), maybe("83540", 300), maybe("81001", 400), maybe("87086", 200), sure("36415")}},
		{specialty: laboratories, weight: 15, place: "81", condition: chronicIllness, patient: patient{sex: "M", ageMin: 45}, referred: true,
			items: []item{sure("84153"), maybe("80053", 500), maybe("85025", 500), sure("36415")}},
		{specialty: radiology, weight: 45, place: "22", condition: acuteIllness, referred: true, items: []item{sure("71046", "26"), maybe("76700", 250, "26")}},
		{specialty: radiology, weight: 30, place: "22", condition: injury, referred: true, items: []item{sure("73610", "26", "LT"), maybe("73562", 400, "26", "LT")}},
		{specialty: radiology, weight: 25, place: "11", condition: mammogram, patient: patient{sex: "F", ageMin: 40}, referred: true, items: []item{sure("77067")}},
		{specialty: radiology, weight: 8, place: "11", condition: joints, patient: adult(), authorized: "72148", referred: true, items: []item{sure("72148")}},
		{specialty: radiology, weight: 6, place: "11", condition: joints, patient: adult(), authorized: "73721", referred: true, items: []item{sure("73721", "RT")}},
		{specialty: emergency, weight: 70, place: "23", condition: acuteIllness, levels: graded(emergencyVisits(), []int{2, 10, 38, 35, 15}), items: []item{maybe("93010", 500)}},
		{specialty: emergency, weight: 20, place: "23", condition: injury, levels: graded(emergencyVisits(), []int{5, 20, 50, 20, 5}, "25"),
			items: []item{sure("12001")}},
	}
}

func ordered() []encounter {
	return []encounter{
		{specialty: therapy, weight: 120, place: "11", condition: joints, patient: patient{ageMin: 12}, items: []item{
			some("97110", 1000, 1, 3, "GP"), some("97140", 900, 1, 2, "GP"), some("97112", 800, 1, 2, "GP"), some("97530", 800, 1, 2, "GP"), maybe("97035", 450, "GP")}},
		{specialty: therapy, weight: 20, place: "11", condition: injury, patient: patient{ageMin: 12}, items: []item{
			sure("97161", "GP"), some("97110", 900, 1, 2, "GP"), some("97140", 500, 1, 1, "GP")}},
		{specialty: equipment, weight: 20, place: "12", condition: sleep, patient: adult(), authorized: "E0601", referred: true,
			items: []item{sure("E0601", "RR"), maybe("A7030", 400, "NU"), maybe("A7037", 400, "NU")}},
		{specialty: equipment, weight: 25, place: "12", condition: chronicIllness, patient: adult(), referred: true,
			items: []item{some("A4253", 1000, 1, 3, "NU"), maybe("E0143", 100, "NU"), maybe("E0260", 60, "RR")}},
		{specialty: infusion, weight: 14, place: "11", condition: inflammation, patient: adult(), authorized: "J1745",
			items: []item{some("J1745", 1000, 10, 40), sure("96413"), some("96415", 900, 1, 2), some("J1100", 500, 4, 10), some("96375", 500, 1, 2)}},
	}
}

func hospitals() []encounter {
	bloods := []item{maybe("36415", 900), maybe("80053", 900), maybe("85025", 950), maybe("81001", 600)}
	emergencyRoom := graded(emergencyVisits(), []int{3, 14, 40, 32, 11}, "25")
	return []encounter{
		{specialty: hospital, weight: 90, setting: outpatient, place: "13", condition: acuteIllness, levels: emergencyRoom,
			items: append([]item{maybe("71046", 550), maybe("96374", 650), some("J1885", 500, 1, 4), some("J2405", 450, 4, 8), maybe("93005", 450)}, bloods...)},
		{specialty: hospital, weight: 30, setting: outpatient, place: "13", condition: injury, levels: emergencyRoom,
			items: []item{maybe("73610", 600, "LT"), maybe("73562", 400, "LT"), maybe("12001", 300), some("J1885", 300, 1, 2)}},
		{specialty: hospital, weight: 60, setting: outpatient, place: "13", condition: chronicIllness, patient: adult(),
			items: append([]item{sure("84443"), maybe("83036", 500), maybe("80061", 500), maybe("82306", 300)}, bloods...)},
		{specialty: hospital, weight: 10, setting: outpatient, place: "13", condition: head, patient: adult(), authorized: "70551", items: []item{sure("70551")}},
		{specialty: hospital, weight: 15, setting: outpatient, place: "13", condition: mammogram, patient: patient{sex: "F", ageMin: 40}, items: []item{sure("77067")}},
		{specialty: hospital, weight: 1, setting: inpatient, place: "11", condition: hospitalIllness,
			items: []item{sure("0120"), sure("0250"), maybe("0270", 700), maybe("0300", 900), maybe("0320", 500), maybe("0360", 250), maybe("0710", 200)}},
	}
}
