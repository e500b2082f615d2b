package reference

import (
	"slices"

	"github.com/assize/assize/internal/claim"
)

// gathering collects the rows of many files, to make one table a kind.
type gathering struct {
	options    Options
	ptp        *ptpBuilder
	mue        []mueRow
	diagnoses  []claim.DiagnosisRow
	conflicts  []conflicts
	procedures []claim.ProcedureRow // with dates of their own
	known      []claim.ProcedureRow // merely listed: the dates are the file's
	fees       []Fee
	values     []relativeValue
	indices    map[string]gpci // by locality
	benefits   []PlanBenefit
	exclusions []claim.Exclusion
	complete   []complete
}

// complete notes which dates one file is the whole truth for, and of what.
type complete struct {
	kind    claim.FactKind
	setting Setting
	series  string
	spans   []Span
}

func newGathering(o Options) *gathering {
	return &gathering{options: o, ptp: newPTPBuilder(), indices: map[string]gpci{}}
}

// read takes the rows of one file. A file without any is faulty: nobody publishes an empty table, but downloads fail.
func (g *gathering) read(f *file) {
	closer := f.start()
	if closer == nil {
		return
	}
	defer closer.Close()
	f.layout.read(g, f)
	if f.told.Rows+f.told.Skipped+f.told.Errors == 0 {
		f.problem(-1, "EMPTY", "the file has a header and no rows")
	}
}

// speaks notes that a file which has been read is complete for its dates.
func (g *gathering) speaks(f *file, kind claim.FactKind, s Setting) {
	g.complete = append(g.complete, complete{kind, s, f.layout.series, f.speaksFor()})
}

// tables makes the table of each kind that has files, all of them without fault, and tells the files of it.
func (g *gathering) tables(files []*file) Set {
	var set Set
	for _, kind := range Kinds() {
		var of []*file
		for _, f := range files {
			if slices.Contains(f.layout.kinds, kind) && g.options.wants(kind) {
				of = append(of, f)
			}
		}
		if len(of) == 0 {
			continue
		}
		t, fault := g.table(kind, of)
		for _, f := range of {
			f.tell(kind, fault)
		}
		if fault == "" {
			set = set.With(t)
		}
	}
	return set
}

func (o Options) wants(kind claim.FactKind) bool { return o.Only == "" || o.Only == kind }

// tell notes that a file is part of the table of a kind, or why that table does not stand.
func (f *file) tell(kind claim.FactKind, fault string) {
	switch {
	case f.told.Errors > 0:
		f.told.Left = "it has errors"
	case fault != "":
		f.told.Left = string(kind) + ": " + fault
	default:
		f.told.Kinds = append(f.told.Kinds, kind)
	}
}

// table makes the table of a kind, or says why it cannot stand.
func (g *gathering) table(kind claim.FactKind, of []*file) (Table, string) {
	for _, f := range of {
		if f.told.Errors > 0 {
			return nil, "another file of the same table has errors"
		}
	}
	t, err := g.build(kind)
	if err != nil {
		return nil, err.Error()
	}
	// Rows that say nothing may be passed over, but not all of them: an empty list would say that nobody is excluded.
	if t.Header().Rows == 0 {
		return nil, "no row of its files says anything"
	}
	return t, ""
}

// build makes the table of a kind from what all its files gave. A kind that is missing here is no table.
func (g *gathering) build(kind claim.FactKind) (t Table, err error) {
	switch kind {
	case claim.KindDiagnoses:
		g.attachConflicts()
		t, err = diagnosesOf(buildSettings(diagnosisCodec, g.diagnoses, g.said(kind)))
	case claim.KindProcedures:
		t, err = g.buildProcedures()
	case claim.KindPTP:
		t, err = g.ptp.build(g.said(kind))
	case claim.KindMUE:
		t, err = mueOf(buildSettings(mueCodec, g.mue, g.said(kind)))
	case claim.KindFees:
		if err := g.priceValues(); err != nil {
			return nil, err
		}
		t, err = feesOf(buildSettings(feeCodec, g.fees, g.said(kind)))
	case claim.KindBenefits:
		t, err = benefitsOf(buildSettings(benefitCodec, g.benefits, g.said(kind)))
	case claim.KindExclusions:
		t, err = exclusionsOf(buildSettings(exclusionCodec, g.exclusions, g.said(kind)))
	}
	return t, err
}

// said is the dates all files of a kind together are complete for.
func (g *gathering) said(kind claim.FactKind) said {
	s := said{assumed: g.options.AssumeValid}
	for _, c := range g.complete {
		if c.kind != kind || len(c.spans) == 0 {
			continue
		}
		at := slices.IndexFunc(s.spoken, func(have spoken) bool { return have.setting == c.setting })
		if at < 0 {
			at = len(s.spoken)
			s.spoken = append(s.spoken, spoken{setting: c.setting})
		}
		s.spoken[at].spans = append(s.spoken[at].spans, c.spans...)
	}
	return s
}
