package simulate

import "github.com/assize/assize/internal/claim"

// condition is a set of ICD-10-CM codes that bring patients to the same kind of visit. The code set is in the public domain.
type condition string

const (
	acuteIllness    condition = "acuteIllness"
	chronicIllness  condition = "chronicIllness"
	joints          condition = "joints"
	injury          condition = "injury"
	skin            condition = "skin"
	heart           condition = "heart"
	digestion       condition = "digestion"
	mind            condition = "mind"
	sleep           condition = "sleep"
	eyes            condition = "eyes"
	women           condition = "women"
	inflammation    condition = "inflammation"
	head            condition = "head"
	adultExam       condition = "adultExam"
	childExam       condition = "childExam"
	mammogram       condition = "mammogram"
	hospitalIllness condition = "hospitalIllness"
	screening       condition = "screening"
)

// conditions maps each condition to codes that are billable, without the decimal point, as an 837 has them.
func conditions() map[condition][]string {
	return map[condition][]string{
		acuteIllness:    {"J069", "J209", "J029", "J0190", "R509", "R051", "H6691", "N390", "R197", "J111"},
		chronicIllness:  {"I10", "E119", "E1165", "E785", "E039", "E669", "J45909", "N1830", "J449", "K219", "D649", "E559"},
		joints:          {"M5450", "M25561", "M25562", "M1711", "M1712", "M542", "M25511", "M25512", "M5416", "M7541"},
		injury:          {"S93401A", "S61411A", "S8001XA", "S60221A", "S0990XA", "S63501A"},
		skin:            {"L570", "L821", "D485", "L720", "L820", "L309"},
		heart:           {"I10", "I2510", "I4891", "R0789", "I509", "R002"},
		digestion:       {"K635", "K219", "R1013", "K5730", "D125", "R195"},
		mind:            {"F329", "F411", "F4310", "F331", "F909"},
		sleep:           {"G4733"},
		eyes:            {"H2513", "H40013", "H5203", "H2511", "H04123"},
		women:           {"N926", "N939", "R102", "N9489"},
		inflammation:    {"M0579", "K5090", "L400", "M069"},
		head:            {"G43909", "R519", "G44209", "R42"},
		adultExam:       {"Z0000", "Z0001"},
		childExam:       {"Z00129", "Z00121"},
		mammogram:       {"Z1231"},
		hospitalIllness: {"J189", "A419", "I5023", "N179", "K8000", "J441", "I214", "E1110"},
		screening:       {"Z1211", "Z86010"},
	}
}

// accompanying are codes that often stand second to others.
func accompanying() []string {
	return []string{"I10", "E785", "E119", "E669", "K219", "Z6830", "F419", "G8929", "Z7982", "E559"}
}

// misfit is a diagnosis code that fails on a claim of today, and the answer to it.
type misfit struct {
	code, carc, rarc string
}

func misfits() []misfit {
	return []misfit{
		{"E11", "16", "M76"},  // a category: not at the highest specificity
		{"S934", "16", "M76"}, // a subcategory
		{"M545", "146", ""},   // split into M5450, M5451 and M5459 on 2021-10-01
		{"K27Z9", "146", ""},  // nothing has this code
	}
}

// diagnosisRows is the table of every code above.
func diagnosisRows(from claim.Date) []claim.DiagnosisRow {
	seen := map[string]bool{}
	var rows []claim.DiagnosisRow
	add := func(row claim.DiagnosisRow) {
		if !seen[row.Code] {
			seen[row.Code] = true
			row.From = from
			if !row.Through.Known() {
				row.Through = claim.EndOfTime
			}
			rows = append(rows, row)
		}
	}
	add(claim.DiagnosisRow{Code: "E11"})
	add(claim.DiagnosisRow{Code: "S934"})
	add(claim.DiagnosisRow{Code: "M545", Billable: true, Through: 20210930})
	for _, name := range conditionNames() {
		for _, code := range conditions()[name] {
			row := claim.DiagnosisRow{Code: code, Billable: true}
			switch name {
			case women, mammogram:
				row.Sex = "F"
			case childExam:
				row.AgeMax = 17
			}
			add(row)
		}
	}
	for _, code := range accompanying() {
		add(claim.DiagnosisRow{Code: code, Billable: true})
	}
	return rows
}

// conditionNames gives the conditions in a fixed order: a map has none.
func conditionNames() []condition {
	return []condition{
		acuteIllness, chronicIllness, joints, injury, skin, heart, digestion, mind, sleep, eyes, women, inflammation, head,
		adultExam, childExam, mammogram, hospitalIllness, screening,
	}
}
