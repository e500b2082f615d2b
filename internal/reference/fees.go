package reference

import (
	"slices"

	"github.com/assize/assize/internal/claim"
)

// Site says at which places of service a price holds.
type Site string

// Sites. Medicare's schedule has two prices, since a facility bills its own costs apart (42 CFR 414.22(b)(5)).
const (
	AnySite     Site = ""
	Facility    Site = "facility"
	NonFacility Site = "nonfacility"
)

// Fee is one price and where it holds.
type Fee struct {
	Site Site
	claim.FeeRow
}

// Fees is one fee schedule: the price of one unit by procedure, pricing modifier, network and site.
type Fees struct{ table[string, Fee] }

// BuildFees makes the table. Line is ignored. Errors as BuildDiagnoses; a price of zero is refused, because no fee on
// file is a pend and never a payment of nothing.
func BuildFees(rows []Fee, v Validity) (*Fees, error) {
	return feesOf(buildTable(feeCodec, rows, v))
}

func feesOf(t table[string, Fee], err error) (*Fees, error) {
	if err != nil {
		return nil, err
	}
	return &Fees{t}, nil
}

// Find appends to dst every price of a procedure at that site on a day that has no modifier or one of modifiers, in and out
// of network. Which of several prices counts is the caller's to say: one with a modifier is the closer. Prices of other
// years are nothing to a line, and a record would hold them all.
func (t *Fees) Find(dst []claim.FeeRow, procedure string, facility bool, modifiers []string, day claim.Date) []claim.FeeRow {
	elsewhere := Facility
	if facility {
		elsewhere = NonFacility
	}
	found := t.find(procedure)
	for i := range found {
		f := &found[i]
		if f.Site != elsewhere && day.Within(f.From, f.Through) && (f.Modifier == "" || slices.Contains(modifiers, f.Modifier)) {
			dst = append(dst, f.FeeRow)
		}
	}
	return dst
}

// IsFacility tells whether Medicare pays the facility price at a CMS place-of-service code
// (Medicare Claims Processing Manual ch. 12 §20.4.2, and the code list of ch. 26 §10.5).
func IsFacility(placeOfService string) bool {
	switch placeOfService {
	case "02", "06", "08", "19", "21", "22", "23", "24", "26", "31", "34", "41", "42", "51", "52", "53", "56", "61":
		return true
	}
	return false
}

var feeCodec = codec[string, Fee]{
	kind: claim.KindFees,
	key:  func(r *Fee) string { return r.Procedure },
	span: func(r *Fee) Span { return Span{r.From, r.Through} },
	pack: func(p *packer, r *Fee) {
		p.text(r.Procedure)
		p.text(r.Modifier)
		p.site(r.Site)
		p.flag(r.Network)
		p.span(Span{r.From, r.Through})
		p.count(int64(r.Unit))
	},
	unpack: func(u *unpacker) (r Fee) {
		r.Procedure = u.text()
		r.Modifier = u.text()
		r.Site = u.site()
		r.Network = u.flag()
		r.From, r.Through = u.span()
		r.Unit = claim.Cents(u.count())
		return r
	},
	check: checkFee,
	clash: func(a, b *Fee) bool {
		return a.Unit != b.Unit && a.Modifier == b.Modifier && a.Network == b.Network &&
			(a.Site == b.Site || a.Site == AnySite || b.Site == AnySite)
	},
}

// checkFee refuses a price of nothing: a fee that was left out of a row must not pay a line at zero.
func checkFee(r *Fee) string {
	switch {
	case codeFault(r.Procedure) != "":
		return codeFault(r.Procedure)
	case len(r.Modifier) > textBytesMax:
		return "the modifier is too long"
	case r.Unit <= 0 || r.Unit > claim.MaxCents:
		return "the price must be more than nothing and within bounds"
	}
	return ""
}
