package reference

import "github.com/assize/assize/internal/claim"

// Exclusions is a list of providers no federal programme pays (OIG LEIE; 42 CFR 1001.1901), by NPI and without names.
type Exclusions struct{ table[string, claim.Exclusion] }

// BuildExclusions makes the table. Without spans it speaks for every date from the first exclusion on. Errors as
// BuildDiagnoses; an exclusion without its first date is refused.
func BuildExclusions(rows []claim.Exclusion, v Validity) (*Exclusions, error) {
	return exclusionsOf(buildTable(exclusionCodec, rows, v))
}

func exclusionsOf(t table[string, claim.Exclusion], err error) (*Exclusions, error) {
	if err != nil {
		return nil, err
	}
	return &Exclusions{t}, nil
}

// Find appends to dst every exclusion of an NPI, whatever its dates.
func (t *Exclusions) Find(dst []claim.Exclusion, npi string) []claim.Exclusion {
	return append(dst, t.find(npi)...)
}

var exclusionCodec = codec[string, claim.Exclusion]{
	kind: claim.KindExclusions,
	key:  func(r *claim.Exclusion) string { return r.NPI },
	// A list of exclusions says as much by leaving an NPI out, so its rows run to the end of time.
	span: func(r *claim.Exclusion) Span { return Span{r.Excluded, claim.EndOfTime} },
	pack: func(p *packer, r *claim.Exclusion) {
		p.text(r.NPI)
		p.date(r.Excluded)
		p.date(r.Reinstated)
	},
	unpack: func(u *unpacker) (r claim.Exclusion) {
		r.NPI = u.text()
		r.Excluded = u.date()
		r.Reinstated = u.date()
		return r
	},
	check: checkExclusion,
	clash: func(a, b *claim.Exclusion) bool { return false },
}

// checkExclusion wants an NPI: LEIE rows of people without one (0000000000) cannot be matched, and their reader leaves them out.
func checkExclusion(r *claim.Exclusion) string {
	switch {
	case len(r.NPI) != 10 || !digits(r.NPI):
		return "an NPI has ten digits"
	case r.Reinstated.Known() && r.Reinstated < r.Excluded:
		return "reinstated before excluded"
	}
	return ""
}
