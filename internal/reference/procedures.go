package reference

import "github.com/assize/assize/internal/claim"

// Procedures is HCPCS: CPT (level I) and level II codes, when each exists, and their age and sex conflicts.
// A code of a modifier is not a procedure.
type Procedures struct {
	table[string, claim.ProcedureRow]
}

// BuildProcedures makes the table. Line is ignored. Errors as BuildDiagnoses.
func BuildProcedures(rows []claim.ProcedureRow, v Validity) (*Procedures, error) {
	return proceduresOf(buildTable(procedureCodec, rows, v))
}

func proceduresOf(t table[string, claim.ProcedureRow], err error) (*Procedures, error) {
	if err != nil {
		return nil, err
	}
	return &Procedures{t}, nil
}

// Find appends to dst every row of a HCPCS code, whatever its dates.
func (t *Procedures) Find(dst []claim.ProcedureRow, code string) []claim.ProcedureRow {
	return append(dst, t.find(code)...)
}

var procedureCodec = codec[string, claim.ProcedureRow]{
	kind: claim.KindProcedures,
	key:  func(r *claim.ProcedureRow) string { return r.Code },
	span: func(r *claim.ProcedureRow) Span { return Span{r.From, r.Through} },
	pack: func(p *packer, r *claim.ProcedureRow) {
		p.text(r.Code)
		p.span(Span{r.From, r.Through})
		p.demographics(r.Sex, r.AgeMin, r.AgeMax)
	},
	unpack: func(u *unpacker) (r claim.ProcedureRow) {
		r.Code = u.text()
		r.From, r.Through = u.span()
		r.Sex, r.AgeMin, r.AgeMax = u.demographics()
		return r
	},
	check: func(r *claim.ProcedureRow) string { return checkDemographics(r.Code, r.Sex, r.AgeMin, r.AgeMax) },
	clash: func(a, b *claim.ProcedureRow) bool {
		return a.Sex != b.Sex || a.AgeMin != b.AgeMin || a.AgeMax != b.AgeMax
	},
}
