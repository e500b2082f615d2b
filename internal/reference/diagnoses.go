package reference

import "github.com/assize/assize/internal/claim"

// NewbornAgeMin marks, together with an AgeMax of 0, a diagnosis of newborns only. The vocabulary reads 0 to 0 as "no
// limit", so the lower bound of "age 0 only" lies one year below birth, which no patient reaches.
const NewbornAgeMin = -1

// Diagnoses is ICD-10-CM: which codes exist when, which of them are billable, and their age and sex conflicts.
type Diagnoses struct {
	table[string, claim.DiagnosisRow]
}

// BuildDiagnoses makes the table. Index is ignored. It returns an Invalid error naming the first row that cannot
// stand: no code, dates out of order, or two different rows of one code on one day.
func BuildDiagnoses(rows []claim.DiagnosisRow, v Validity) (*Diagnoses, error) {
	return diagnosesOf(buildTable(diagnosisCodec, rows, v))
}

func diagnosesOf(t table[string, claim.DiagnosisRow], err error) (*Diagnoses, error) {
	if err != nil {
		return nil, err
	}
	return &Diagnoses{t}, nil
}

// Find appends to dst every row of an ICD-10-CM code (upper case, no decimal point), whatever its dates.
func (t *Diagnoses) Find(dst []claim.DiagnosisRow, code string) []claim.DiagnosisRow {
	return append(dst, t.find(code)...)
}

var diagnosisCodec = codec[string, claim.DiagnosisRow]{
	kind: claim.KindDiagnoses,
	key:  func(r *claim.DiagnosisRow) string { return r.Code },
	span: func(r *claim.DiagnosisRow) Span { return Span{r.From, r.Through} },
	pack: func(p *packer, r *claim.DiagnosisRow) {
		p.text(r.Code)
		p.span(Span{r.From, r.Through})
		p.flag(r.Billable)
		p.demographics(r.Sex, r.AgeMin, r.AgeMax)
	},
	unpack: func(u *unpacker) (r claim.DiagnosisRow) {
		r.Code = u.text()
		r.From, r.Through = u.span()
		r.Billable = u.flag()
		r.Sex, r.AgeMin, r.AgeMax = u.demographics()
		return r
	},
	check: func(r *claim.DiagnosisRow) string { return checkDemographics(r.Code, r.Sex, r.AgeMin, r.AgeMax) },
	clash: func(a, b *claim.DiagnosisRow) bool {
		return a.Billable != b.Billable || a.Sex != b.Sex || a.AgeMin != b.AgeMin || a.AgeMax != b.AgeMax
	},
}
