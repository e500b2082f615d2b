package reference

import "github.com/assize/assize/internal/claim"

// MUE is CMS's medically unlikely edits: the most units of a code one provider reports for one patient on one day.
// Practitioners, hospitals and suppliers have tables of their own; one MUE holds any of them.
type MUE struct{ table[mueKey, mueRow] }

type mueKey struct {
	setting   Setting
	procedure string
}

type mueRow struct {
	setting Setting
	claim.MUERow
}

// BuildMUE makes the table from the rows of each setting. A setting without an entry is not spoken for; one with an
// empty entry is spoken for and has no limits. Line and the unit counts are ignored. Errors as BuildDiagnoses.
func BuildMUE(rows map[Setting][]claim.MUERow, v Validity) (*MUE, error) {
	var all []mueRow
	for _, s := range settings {
		for _, r := range rows[s] {
			all = append(all, mueRow{s, r})
		}
	}
	return mueOf(buildSettings(mueCodec, all, spokenIn(rows, v, func(r *claim.MUERow) Span { return Span{r.From, r.Through} })))
}

func mueOf(t table[mueKey, mueRow], err error) (*MUE, error) {
	if err != nil {
		return nil, err
	}
	return &MUE{t}, nil
}

// Find appends to dst every limit of a HCPCS code in a setting, whatever its dates.
func (t *MUE) Find(dst []claim.MUERow, s Setting, procedure string) []claim.MUERow {
	found := t.find(mueKey{s, procedure})
	for i := range found {
		dst = append(dst, found[i].MUERow)
	}
	return dst
}

var mueCodec = codec[mueKey, mueRow]{
	kind:      claim.KindMUE,
	bySetting: true,
	key:       func(r *mueRow) mueKey { return mueKey{r.setting, r.Procedure} },
	span:      func(r *mueRow) Span { return Span{r.From, r.Through} },
	pack: func(p *packer, r *mueRow) {
		p.setting(r.setting)
		p.text(r.Procedure)
		p.span(Span{r.From, r.Through})
		p.count(int64(r.Limit))
		p.count(int64(r.Indicator))
	},
	unpack: func(u *unpacker) (r mueRow) {
		r.setting = u.setting()
		r.Procedure = u.text()
		r.From, r.Through = u.span()
		r.Limit = claim.Quantity(u.count())
		r.Indicator = int(u.count())
		return r
	},
	check: checkMUE,
	clash: func(a, b *mueRow) bool { return a.Limit != b.Limit || a.Indicator != b.Indicator },
}

// checkMUE refuses what has no meaning. The adjudication indicator (MAI) is 1 to 3: by line, by day for policy, by day for
// clinical reasons (NCCI policy manual ch. 1 §V). A limit of 0 is one: the code is not payable in that setting.
func checkMUE(r *mueRow) string {
	switch {
	case codeFault(r.Procedure) != "":
		return codeFault(r.Procedure)
	case r.setting == AnySetting:
		return "the setting must be practitioner, outpatient or supplier"
	case r.Limit < 0:
		return "the limit cannot be negative"
	case r.Indicator < 1 || r.Indicator > 3:
		return "the adjudication indicator must be 1, 2 or 3"
	}
	return ""
}
