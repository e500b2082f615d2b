package simulate

import (
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/assize/assize/internal/claim"
	"github.com/assize/assize/internal/reference"
)

// Set builds the reference tables of one payer, valid on every date, to be used in place of the published ones.
func (w *World) Set(p *PayerWorld) (reference.Set, error) {
	always := reference.Validity{Spans: []reference.Span{reference.AllTime()}}
	fees := make([]reference.Fee, len(p.Fees))
	for i, row := range p.Fees {
		fees[i] = reference.Fee{FeeRow: row}
	}
	var benefits []reference.PlanBenefit
	for _, plan := range slices.Sorted(maps.Keys(p.Benefits)) {
		for _, row := range p.Benefits[plan] {
			benefits = append(benefits, reference.PlanBenefit{Plan: plan, BenefitRow: row})
		}
	}
	pairs := map[reference.Setting][]claim.PTPRow{reference.Practitioner: w.Tables.PTP, reference.Outpatient: w.Tables.PTP}
	units := map[reference.Setting][]claim.MUERow{reference.Practitioner: w.Tables.MUE, reference.Outpatient: w.Tables.MUE, reference.Supplier: w.Tables.MUE}
	var set reference.Set
	var faults [7]error
	set.Diagnoses, faults[0] = reference.BuildDiagnoses(w.Tables.Diagnoses, always)
	set.Procedures, faults[1] = reference.BuildProcedures(w.Tables.Procedures, always)
	set.PTP, faults[2] = reference.BuildPTP(pairs, always)
	set.MUE, faults[3] = reference.BuildMUE(units, always)
	set.Fees, faults[4] = reference.BuildFees(fees, always)
	set.Benefits, faults[5] = reference.BuildBenefits(benefits, always)
	set.Exclusions, faults[6] = reference.BuildExclusions(w.Tables.Exclusions, always)
	if err := errors.Join(faults[:]...); err != nil {
		return reference.Set{}, fmt.Errorf("building the tables of payer %d: %w", p.ID, err)
	}
	return set, nil
}
