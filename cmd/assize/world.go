package main

import (
	"context"

	"github.com/assize/assize/internal/claim"
	"github.com/assize/assize/internal/installation"
	"github.com/assize/assize/internal/postgres"
	"github.com/assize/assize/internal/simulate"
	"github.com/assize/assize/policies"
	"github.com/assize/assize/scoring"
)

// settle sets up every payer of a simulated world, with the embedded contract and model.
func settle(ctx context.Context, i *installation.Installation, world *simulate.World) ([]postgres.Payer, error) {
	contract, err := policies.Embedded()
	if err != nil {
		return nil, err
	}
	model, err := scoring.EmbeddedModel()
	if err != nil {
		return nil, err
	}
	var payers []postgres.Payer
	for n := range world.Payers {
		p := &world.Payers[n]
		set, err := world.Set(p)
		if err != nil {
			return nil, err
		}
		books := installation.Books{
			Payer:     postgres.Payer{ID: p.ID, Code: p.Code, Name: p.Name, TimeZone: p.TimeZone},
			Enrolment: enrolmentOf(p), Tables: set.Tables(), Contract: contract, Model: model,
		}
		if err := i.SetUpPayer(ctx, books); err != nil {
			return nil, err
		}
		payers = append(payers, books.Payer)
	}
	return payers, nil
}

// enrolmentOf takes a simulated payer's records in the form in which a real one's come.
func enrolmentOf(p *simulate.PayerWorld) postgres.Enrolment {
	providers := make([]claim.ProviderFact, len(p.Providers))
	for i := range p.Providers {
		providers[i] = p.Providers[i].ProviderFact
	}
	return postgres.Enrolment{
		Plans: p.Plans, Members: p.Members, Coverages: p.Coverages, Providers: providers, Authorizations: p.Authorizations,
	}
}
