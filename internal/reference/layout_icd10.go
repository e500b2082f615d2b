package reference

import (
	"regexp"

	"github.com/assize/assize/internal/claim"
)

// icd10Layouts are ICD-10-CM as CMS publishes it and as CSV, and the conflicts of the Medicare Code Editor.
func icd10Layouts() []layout {
	kinds := []claim.FactKind{claim.KindDiagnoses}
	return []layout{
		{
			name: "ICD-10-CM order file", kinds: kinds, series: "icd10cm", cycle: fiscalYear, read: readOrderFile,
			shape: regexp.MustCompile(`^\d{5} [A-Z][0-9A-Z]{2,6} +[01] `),
		},
		{
			name: "ICD-10-CM order file as CSV", kinds: kinds, series: "icd10cm", cycle: fiscalYear, read: readOrderCSV,
			columns: []string{"order", "icd10cm_code", "billable"},
		},
		{
			name: "Medicare Code Editor", kinds: kinds, series: "mce", cycle: mceVersions, read: readCodeEditor,
			columns: []string{"icd_code", "icd_conflict_group", "icd_conflict_rule"},
		},
	}
}

// diagnose takes a code for the fiscal year of its file: the order file states no dates of its own.
func (g *gathering) diagnose(f *file, code string, billable bool) {
	f.took(f.effective)
	g.diagnoses = append(g.diagnoses, claim.DiagnosisRow{
		Code: code, Billable: billable, From: f.effective.From, Through: f.effective.Through,
	})
}

// readOrderCSV reads the same content in columns of our own names.
func readOrderCSV(g *gathering, f *file) {
	code, billable := f.column("icd10cm_code"), f.column("billable")
	for f.next() {
		if c, b := f.icd10(code), f.flag(billable); !f.bad {
			g.diagnose(f, c, b)
		}
	}
	g.speaks(f, claim.KindDiagnoses, AnySetting)
}

var orderLine = regexp.MustCompile(`^\d{5} ([A-Z][0-9A-Z]{2,6}) +([01]) `)

// readOrderFile reads the order file: columns 1–5 a number, 7–13 the code without its point, 15 a 0 for a header and
// a 1 for a code valid for billing, then descriptions.
func readOrderFile(g *gathering, f *file) {
	for line, ok := f.nextLine(); ok; line, ok = f.nextLine() {
		if line == "" {
			continue
		}
		if len(line) < 16 || !orderLine.MatchString(line[:16]) {
			f.problem(-1, "ORDER", "a line has a number in columns 1 to 5, a code in 7 to 13, and 0 or 1 in 15")
			continue
		}
		g.diagnose(f, orderLine.FindStringSubmatch(line[:16])[1], line[14] == '1')
	}
	g.speaks(f, claim.KindDiagnoses, AnySetting)
}

// conflicts are the age and sex conflicts of one version of the Medicare Code Editor.
type conflicts struct {
	in    Span
	codes map[string]conflict
}

type conflict struct {
	sex           string
	ageLow, ageTo int
}

// readCodeEditor reads the conflicts that concern age and sex; the others are not checked. The ages are those of
// Definitions of Medicare Code Edits v41.1, chapter 1: newborn 0, pediatric 0–17, maternity 9–64, adult 15–124.
func readCodeEditor(g *gathering, f *file) {
	code, rule := f.column("icd_code"), f.column("icd_conflict_rule")
	found := conflicts{in: f.effective, codes: map[string]conflict{}}
	for f.next() {
		c := f.icd10(code)
		known := found.codes[c]
		switch f.cell(rule) {
		case "Female Only":
			known.sex = "F"
		case "Male Only":
			known.sex = "M"
		case "Perinatal/Newborn (Age 0 Only)":
			known.ageLow, known.ageTo = NewbornAgeMin, 0
		case "Pediatric (Ages 0-17)":
			known.ageLow, known.ageTo = 0, 17
		case "Maternity (Ages 9-64)":
			known.ageLow, known.ageTo = 9, 64
		case "Adult (Ages 15-124)":
			known.ageLow, known.ageTo = 15, 124
		case "Manifestation (Not Allowed as Principal Diagnosis)":
			f.told.Skipped++
			continue
		default:
			f.problem(rule, "VALUE", "not a conflict of the Medicare Code Editor")
		}
		if !f.bad {
			found.codes[c] = known
			f.took(f.effective)
		}
	}
	g.conflicts = append(g.conflicts, found)
}

// attachConflicts gives the codes of the order files the limits of the version for the same fiscal year.
func (g *gathering) attachConflicts() {
	for i := range g.diagnoses {
		r := &g.diagnoses[i]
		for _, version := range g.conflicts {
			c, limited := version.codes[r.Code]
			if limited && version.in.overlaps(Span{r.From, r.Through}) && r.Sex == "" && r.AgeMin == 0 && r.AgeMax == 0 {
				r.Sex, r.AgeMin, r.AgeMax = c.sex, c.ageLow, c.ageTo
			}
		}
	}
}
