package main

import (
	"bufio"
	"context"

	"github.com/assize/assize/internal/claim"
	"github.com/assize/assize/internal/facts"
	"github.com/assize/assize/internal/intake"
	"github.com/assize/assize/internal/intake/flat"
	"github.com/assize/assize/internal/intake/x12"
	"github.com/assize/assize/internal/postgres"
	"github.com/assize/assize/internal/reference"
)

// Terms of the trial's plan.
const (
	tryPlan              = "TRIAL"
	tryPercentMillionths = 800_000 // of charges
	tryFrom              = claim.Date(19000101)
	tryFilingDays        = 36_500 // a hundred years: sample files are dated years after their services, and too late is not what a trial is about
)

// enrolment gathers the people and providers found in a document, so that a trial can adjudicate it: everyone is
// covered on every date, every provider enrolled, also under an NPI that is none (it then says that it is assumed), and
// no claim is filed too late. No real payer would assume any of it.
type enrolment struct {
	seen     map[string]bool
	families map[string]claim.ID // by subscriber number, over all documents
	records  postgres.Enrolment
	dated    claim.Date // BHT04 of the first transaction set of the document being read
}

// newEnrolment has the trial's plan and nobody in it.
func newEnrolment() *enrolment {
	e := &enrolment{seen: map[string]bool{}, families: map[string]claim.ID{}}
	e.records.Coverages = map[claim.ID][]claim.Coverage{}
	e.records.Plans = []claim.Plan{{
		Code: tryPlan, From: tryFrom, Through: claim.EndOfTime, Pricing: claim.PercentOfCharges, PercentMillionths: tryPercentMillionths,
		FilingDays: tryFilingDays,
	}}
	return e
}

// gather adds who is in a document and returns its date, absent when it states none.
func (e *enrolment) gather(ctx context.Context, file string) (claim.Date, error) {
	reader, err := openInput(file)
	if err != nil {
		return 0, err
	}
	defer reader.Close()
	e.dated = 0
	buffered := bufio.NewReaderSize(reader, 1<<16)
	switch intake.Detect(buffered) {
	case intake.NDJSON:
		_, err = flat.ReadNDJSON(ctx, buffered, flat.Limits{}, flatGatherer{e})
	case intake.CSV:
		_, err = flat.ReadCSV(ctx, buffered, flat.Limits{}, flatGatherer{e})
	default:
		_, err = x12.Read(ctx, buffered, x12.Limits{TakesTests: true}, x12Gatherer{e})
	}
	return e.dated, readFailed(file, err)
}

type flatGatherer struct{ *enrolment }

// Claim implements flat.Handler.
func (g flatGatherer) Claim(p *flat.Parsed) error {
	if !p.Refused {
		g.add(&p.Claim)
	}
	return nil
}

type x12Gatherer struct{ *enrolment }

// Claim implements x12.Handler.
func (g x12Gatherer) Claim(p *x12.Parsed) error {
	if !p.Refused {
		g.add(&p.Claim)
	}
	return nil
}

// TransactionEnd implements x12.Handler.
func (g x12Gatherer) TransactionEnd(r x12.TransactionResult) error {
	if !g.dated.Known() {
		g.dated = r.Date
	}
	return nil
}

func (e *enrolment) add(c *claim.Claim) {
	e.person(c)
	e.providers(c.Providers)
	for i := range c.Lines {
		e.providers(c.Lines[i].Providers)
	}
}

// person enrols the patient, once. A patient without a subscriber number or birth date cannot be enrolled, and their
// claim is then of nobody we know.
func (e *enrolment) person(c *claim.Claim) {
	number := facts.SubscriberKey(c.Subscriber.MemberID)
	key := number + "/" + c.Patient.BirthDate.String() + "/" + c.Patient.First + "/" + c.Patient.Sex
	if number == "" || !c.Patient.BirthDate.Known() || e.seen[key] {
		return
	}
	e.seen[key] = true
	family, ok := e.families[number]
	if !ok {
		family = claim.NewID()
		e.families[number] = family
	}
	m := claim.Member{
		ID: claim.NewID(), Family: family, SubscriberNumber: c.Subscriber.MemberID, Relationship: c.Relationship,
		Last: c.Patient.Last, First: c.Patient.First, BirthDate: c.Patient.BirthDate, DeathDate: c.Patient.DeathDate, Sex: c.Patient.Sex,
	}
	e.records.Members = append(e.records.Members, m)
	e.records.Coverages[m.ID] = []claim.Coverage{{PlanCode: tryPlan, From: tryFrom, Through: claim.EndOfTime}}
}

// providers enrols whoever is named, once, in the network: a trial is about the claims, and a provider that no payer knows pends each.
func (e *enrolment) providers(list []claim.Provider) {
	for i := range list {
		npi := list[i].NPI
		if npi == "" || e.seen["npi/"+npi] {
			continue
		}
		e.seen["npi/"+npi] = true
		e.records.Providers = append(e.records.Providers, claim.ProviderFact{
			NPI: npi, Specialty: list[i].Taxonomy, Network: true, From: tryFrom, Through: claim.EndOfTime, Assumed: !claim.ValidNPI(npi),
		})
	}
}

// tryBenefits covers every procedure without limit or authorisation.
func tryBenefits() (*reference.Benefits, error) {
	row := reference.PlanBenefit{Plan: tryPlan, BenefitRow: claim.BenefitRow{
		Procedure: reference.AnyProcedure, Covered: true, From: tryFrom, Through: claim.EndOfTime,
	}}
	return reference.BuildBenefits([]reference.PlanBenefit{row}, reference.Validity{Spans: []reference.Span{reference.AllTime()}})
}
