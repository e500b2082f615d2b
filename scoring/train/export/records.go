package main

import (
	"fmt"

	"github.com/assize/assize/internal/claim"
	"github.com/assize/assize/internal/facts"
	"github.com/assize/assize/internal/reference"
	"github.com/assize/assize/internal/simulate"
)

// recordsOf is what the payer has on file, with provider profiles from a source that changes from epoch to epoch.
func recordsOf(p *simulate.PayerWorld, profiles facts.ProfileSource) *facts.Records {
	r := facts.NewRecords()
	for _, m := range p.Members {
		key := facts.SubscriberKey(m.SubscriberNumber)
		r.Members[key] = append(r.Members[key], m)
	}
	r.Coverages = p.Coverages
	for _, plan := range p.Plans {
		r.Plans[plan.Code] = append(r.Plans[plan.Code], plan)
	}
	for i := range p.Providers {
		r.Providers[p.Providers[i].NPI] = p.Providers[i].ProviderFact
	}
	for member, list := range p.Authorizations {
		r.Authorizations[member] = append([]claim.Authorization(nil), list...)
	}
	r.Profiles = profiles
	return r
}

// tablesOf builds the reference tables of a world for one payer.
func tablesOf(w *simulate.World, p *simulate.PayerWorld) (*reference.Set, error) {
	valid := reference.Validity{Spans: []reference.Span{reference.AllTime()}}
	fees := make([]reference.Fee, len(p.Fees))
	for i, row := range p.Fees {
		fees[i] = reference.Fee{FeeRow: row}
	}
	var benefits []reference.PlanBenefit
	for plan, rows := range p.Benefits {
		for _, row := range rows {
			benefits = append(benefits, reference.PlanBenefit{Plan: plan, BenefitRow: row})
		}
	}
	set, faults := reference.Set{}, [7]error{}
	set.Diagnoses, faults[0] = reference.BuildDiagnoses(w.Tables.Diagnoses, valid)
	set.Procedures, faults[1] = reference.BuildProcedures(w.Tables.Procedures, valid)
	set.PTP, faults[2] = reference.BuildPTP(map[reference.Setting][]claim.PTPRow{
		reference.Practitioner: w.Tables.PTP, reference.Outpatient: w.Tables.PTP,
	}, valid)
	set.MUE, faults[3] = reference.BuildMUE(map[reference.Setting][]claim.MUERow{
		reference.Practitioner: w.Tables.MUE, reference.Outpatient: w.Tables.MUE,
	}, valid)
	set.Fees, faults[4] = reference.BuildFees(fees, valid)
	set.Benefits, faults[5] = reference.BuildBenefits(benefits, valid)
	set.Exclusions, faults[6] = reference.BuildExclusions(w.Tables.Exclusions, valid)
	for _, err := range faults {
		if err != nil {
			return nil, fmt.Errorf("building the tables of payer %d: %w", p.ID, err)
		}
	}
	return &set, nil
}
