package main

import (
	"github.com/assize/assize/internal/claim"
	"github.com/assize/assize/internal/facts"
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
