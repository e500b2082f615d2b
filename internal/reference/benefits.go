package reference

import "github.com/assize/assize/internal/claim"

// AnyProcedure is the procedure of a plan's row for everything it does not name.
const AnyProcedure = "*"

// PlanBenefit is how one plan covers one procedure, or, with AnyProcedure, every procedure it does not name.
type PlanBenefit struct {
	Plan string
	claim.BenefitRow
}

// Benefits is what each plan covers.
type Benefits struct{ table[benefitKey, PlanBenefit] }

type benefitKey struct{ plan, procedure string }

// BuildBenefits makes the table. Line is ignored. Errors as BuildDiagnoses.
func BuildBenefits(rows []PlanBenefit, v Validity) (*Benefits, error) {
	return benefitsOf(buildTable(benefitCodec, rows, v))
}

func benefitsOf(t table[benefitKey, PlanBenefit], err error) (*Benefits, error) {
	if err != nil {
		return nil, err
	}
	return &Benefits{t}, nil
}

// Find appends to dst every row of the plan for the procedure, whatever its dates; when the plan does not name the
// procedure at all, its AnyProcedure rows, made out to the procedure. A named procedure never falls back: a row that
// has ended, or excludes, must not be undone by a general one.
func (t *Benefits) Find(dst []claim.BenefitRow, plan, procedure string) []claim.BenefitRow {
	found := t.find(benefitKey{plan, procedure})
	if len(found) == 0 {
		found = t.find(benefitKey{plan, AnyProcedure})
	}
	for i := range found {
		row := found[i].BenefitRow
		row.Procedure = procedure
		dst = append(dst, row)
	}
	return dst
}

var benefitCodec = codec[benefitKey, PlanBenefit]{
	kind: claim.KindBenefits,
	key:  func(r *PlanBenefit) benefitKey { return benefitKey{r.Plan, r.Procedure} },
	span: func(r *PlanBenefit) Span { return Span{r.From, r.Through} },
	pack: func(p *packer, r *PlanBenefit) {
		p.text(r.Plan)
		p.text(r.Procedure)
		p.span(Span{r.From, r.Through})
		p.flag(r.Covered)
		p.flag(r.Preventive)
		p.flag(r.Authorization)
		p.text(r.Group)
		p.count(int64(r.LimitUnits))
		p.count(int64(r.LimitAmount))
	},
	unpack: func(u *unpacker) (r PlanBenefit) {
		r.Plan = u.text()
		r.Procedure = u.text()
		r.From, r.Through = u.span()
		r.Covered = u.flag()
		r.Preventive = u.flag()
		r.Authorization = u.flag()
		r.Group = u.text()
		r.LimitUnits = claim.Quantity(u.count())
		r.LimitAmount = claim.Cents(u.count())
		return r
	},
	check: checkBenefit,
	clash: func(a, b *PlanBenefit) bool {
		x, y := *a, *b
		x.From, x.Through, y.From, y.Through = 0, 0, 0, 0
		return x != y
	},
}

// checkBenefit refuses a limit without the group whose use is counted against it: nothing would ever reach it.
func checkBenefit(r *PlanBenefit) string {
	switch {
	case codeFault(r.Procedure) != "":
		return codeFault(r.Procedure)
	case r.Plan == "" || len(r.Plan) > textBytesMax || len(r.Group) > textBytesMax:
		return "a plan is needed, and neither it nor the group may be long"
	case r.LimitUnits < 0 || r.LimitAmount < 0:
		return "a limit cannot be negative"
	case (r.LimitUnits > 0 || r.LimitAmount > 0) && r.Group == "":
		return "a limit is counted by group, and none is named"
	}
	return ""
}
