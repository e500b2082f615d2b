package adjudicate

import (
	"bytes"
	"fmt"
	"slices"

	"github.com/google/uuid"

	"github.com/assize/assize/internal/claim"
)

// SectionKind names one part of the evidence.
type SectionKind string

// The sections, in the order Sections returns and Join wants them.
const (
	PatientSection    SectionKind = "patient"
	SubscriberSection SectionKind = "subscriber"
	ProviderSection   SectionKind = "provider"
	RowsSection       SectionKind = "rows"
)

// Section is the part of one claim's evidence that is about one person or body, so that each can be sealed under its
// own subject's key and erased with it. Every section is needed to replay.
//
// Subject is the member the section is about, uuid.Nil when the member was not identified: the caller then seals it
// under the key it keeps for the submitted subscriber number. The subscriber's section has the family's id, which is
// the subscriber's member id. The rows are sealed under the patient too: diagnosis and procedure rows are the
// patient's health data as much as the claim is. The provider's section is about NPI, the billing provider as sent.
type Section struct {
	Kind    SectionKind
	Subject claim.ID
	NPI     string
	Bytes   []byte
}

// sectionHead binds a section to its claim, its place and the moment of the evidence, so that sections of two claims,
// or of two evidences of one claim, cannot be exchanged.
type sectionHead struct {
	Semantics int           `json:"semantics"`
	Kind      SectionKind   `json:"kind"`
	ClaimID   claim.ID      `json:"claimId"`
	AsOf      claim.Instant `json:"asOf"`
}

type patientPart struct {
	Head           sectionHead           `json:"head"`
	Claim          claim.Claim           `json:"claim"` // without the subscriber, unless that is the patient
	Slice          []byte                `json:"slice"`
	Member         *claim.Member         `json:"member"`
	Coverages      []claim.Coverage      `json:"coverages"`
	Accumulators   []claim.Accumulator   `json:"accumulators"` // the patient's own
	History        []claim.HistoryLine   `json:"history"`
	Authorizations []claim.Authorization `json:"authorizations"`
	Duplicates     []claim.Duplicate     `json:"duplicates"`
	Predecessor    *claim.Predecessor    `json:"predecessor"`
	Review         *claim.HumanAction    `json:"review"`
}

type subscriberPart struct {
	Head         sectionHead         `json:"head"`
	Person       *claim.Person       `json:"person"`       // null when the subscriber is the patient
	Accumulators []claim.Accumulator `json:"accumulators"` // the family's
	Places       []int               `json:"places"`       // of those among all accumulators, counted from 0
}

type providerPart struct {
	Head       sectionHead          `json:"head"`
	Providers  []claim.ProviderFact `json:"providers"`
	Exclusions []claim.Exclusion    `json:"exclusions"`
	Profile    *claim.Profile       `json:"profile"`
}

type rowsPart struct {
	Head       sectionHead          `json:"head"`
	Payer      claim.PayerID        `json:"payer"`
	Versions   claim.Versions       `json:"versions"`
	Received   claim.Date           `json:"received"`
	Looked     []claim.Looked       `json:"looked"`
	Plan       *claim.Plan          `json:"plan"`
	Benefits   []claim.BenefitRow   `json:"benefits"`
	Fees       []claim.FeeRow       `json:"fees"`
	Diagnoses  []claim.DiagnosisRow `json:"diagnoses"`
	Procedures []claim.ProcedureRow `json:"procedures"`
	PTP        []claim.PTPRow       `json:"ptp"`
	MUE        []claim.MUERow       `json:"mue"`
}

// sectionBytes is room for the sections of most claims.
const sectionBytes = 12 << 10

// Sections splits evidence by whom it is about. Join puts it together again, byte for byte. Requires the texts of the
// claim to be UTF-8, as those of a claim that was read from staging are.
func Sections(ev *claim.Evidence) ([]Section, error) {
	c, err := codec()
	if err != nil {
		return nil, err
	}
	patient, family, npi := uuid.Nil, uuid.Nil, ""
	if ev.Facts.Member != nil {
		patient, family = ev.Facts.Member.ID, ev.Facts.Member.Family
	}
	if billing := ev.Claim.Provider(claim.Billing); billing != nil {
		npi = billing.NPI
	}
	own, familys := splitSubscriber(ev)
	parts := [...]struct {
		section Section
		value   any
	}{
		{Section{Kind: PatientSection, Subject: patient}, own},
		{Section{Kind: SubscriberSection, Subject: family}, familys},
		{Section{Kind: ProviderSection, NPI: npi}, &providerPart{
			Head: headOf(ev, ProviderSection), Providers: ev.Facts.Providers, Exclusions: ev.Facts.Exclusions, Profile: ev.Facts.Profile,
		}},
		{Section{Kind: RowsSection, Subject: patient}, rowsOf(ev)},
	}
	buffer := bytes.NewBuffer(make([]byte, 0, sectionBytes))
	sections := make([]Section, len(parts))
	var ends [len(parts)]int
	for i, part := range parts {
		if err := c.EncodeTo(buffer, part.value); err != nil {
			return nil, fmt.Errorf("encoding section %s of claim %s: %w", part.section.Kind, ev.ClaimID, err)
		}
		sections[i], ends[i] = part.section, buffer.Len()
	}
	start := 0
	for i, end := range ends { // after the last write: the buffer may have moved
		sections[i].Bytes = buffer.Bytes()[start:end:end]
		start = end
	}
	return sections, nil
}

func headOf(ev *claim.Evidence, kind SectionKind) sectionHead {
	return sectionHead{Semantics: ev.Versions.Semantics, Kind: kind, ClaimID: ev.ClaimID, AsOf: ev.AsOf}
}

// splitSubscriber makes the patient's and the subscriber's part: the subscriber's person when it is another one than
// the patient, and the family's totals.
func splitSubscriber(ev *claim.Evidence) (*patientPart, *subscriberPart) {
	f := &ev.Facts
	own := &patientPart{
		Head: headOf(ev, PatientSection), Claim: ev.Claim, Slice: ev.Slice, Member: f.Member, Coverages: f.Coverages,
		History: f.History, Authorizations: f.Authorizations, Duplicates: f.Duplicates, Predecessor: f.Predecessor, Review: ev.Review,
	}
	family := &subscriberPart{Head: headOf(ev, SubscriberSection)}
	if ev.Claim.Subscriber != ev.Claim.Patient {
		family.Person = &ev.Claim.Subscriber
	}
	own.Claim.Subscriber = claim.Person{}
	for i := range f.Accumulators {
		if f.Accumulators[i].Member == uuid.Nil {
			family.Accumulators = append(family.Accumulators, f.Accumulators[i])
			family.Places = append(family.Places, i)
		} else {
			own.Accumulators = append(own.Accumulators, f.Accumulators[i])
		}
	}
	return own, family
}

func rowsOf(ev *claim.Evidence) *rowsPart {
	f := &ev.Facts
	return &rowsPart{
		Head: headOf(ev, RowsSection), Payer: ev.Payer, Versions: ev.Versions, Received: f.Received, Looked: f.Looked, Plan: f.Plan,
		Benefits: f.Benefits, Fees: f.Fees, Diagnoses: f.Diagnoses, Procedures: f.Procedures, PTP: f.PTP, MUE: f.MUE,
	}
}

// Join puts the sections of one evidence together. It returns an OtherVersion error (claim.Conflict) for sections of
// other semantics, and claim.Invalid when one is missing, repeated, of another claim, of another evidence or changed
// in form.
func Join(sections []Section) (*claim.Evidence, error) {
	var own patientPart
	var family subscriberPart
	var provider providerPart
	var rows rowsPart
	parts := [...]struct {
		kind  SectionKind
		value any
		head  *sectionHead
	}{
		{PatientSection, &own, &own.Head}, {SubscriberSection, &family, &family.Head},
		{ProviderSection, &provider, &provider.Head}, {RowsSection, &rows, &rows.Head},
	}
	if len(sections) != len(parts) {
		return nil, claim.Errorf(claim.Invalid, "evidence has %d sections, not %d", len(parts), len(sections))
	}
	for i, part := range parts {
		if err := readSection(sections[i], part.kind, part.value); err != nil {
			return nil, err
		}
		want := sectionHead{Semantics: claim.Semantics, Kind: part.kind, ClaimID: own.Head.ClaimID, AsOf: own.Head.AsOf}
		if *part.head != want {
			return nil, claim.Errorf(claim.Invalid, "section %s is of another claim, evidence or place", part.kind)
		}
	}
	if family.Person != nil && *family.Person == own.Claim.Patient || own.Claim.Subscriber != (claim.Person{}) ||
		rows.Versions.Semantics != claim.Semantics {
		return nil, claim.Errorf(claim.Invalid, "the sections say twice who the subscriber is, or differ in semantics")
	}
	accumulators, err := merge(own.Accumulators, family.Accumulators, family.Places)
	if err != nil {
		return nil, err
	}
	return joined(&own, &family, &provider, &rows, accumulators), nil
}

func readSection(s Section, kind SectionKind, into any) error {
	if s.Kind != kind {
		return claim.Errorf(claim.Invalid, "a section %s stands where %s belongs", s.Kind, kind)
	}
	var peek struct {
		Head struct {
			Semantics int `json:"semantics"`
		} `json:"head"`
	}
	if len(s.Bytes) <= maxEvidenceBytes {
		if err := peekSemantics(s.Bytes, &peek, &peek.Head.Semantics); err != nil {
			return err
		}
	}
	return decode(s.Bytes, maxEvidenceBytes, into)
}

func joined(own *patientPart, family *subscriberPart, provider *providerPart, rows *rowsPart, accumulators []claim.Accumulator) *claim.Evidence {
	ev := &claim.Evidence{
		Payer: rows.Payer, ClaimID: own.Head.ClaimID, AsOf: own.Head.AsOf, Versions: rows.Versions,
		Claim: own.Claim, Review: own.Review, Slice: own.Slice,
		Facts: claim.Facts{
			Received: rows.Received, Looked: rows.Looked, Member: own.Member, Coverages: own.Coverages, Plan: rows.Plan,
			Accumulators: accumulators, Providers: provider.Providers, Exclusions: provider.Exclusions,
			Authorizations: own.Authorizations, History: own.History, Duplicates: own.Duplicates, Predecessor: own.Predecessor,
			Benefits: rows.Benefits, Fees: rows.Fees, Diagnoses: rows.Diagnoses, Procedures: rows.Procedures,
			PTP: rows.PTP, MUE: rows.MUE, Profile: provider.Profile,
		},
	}
	ev.Claim.Subscriber = ev.Claim.Patient
	if family.Person != nil {
		ev.Claim.Subscriber = *family.Person
	}
	return ev
}

// merge puts the family's totals back among the patient's, each at its place.
func merge(own, family []claim.Accumulator, places []int) ([]claim.Accumulator, error) {
	foreign := func(a claim.Accumulator) bool { return a.Member != uuid.Nil }
	if len(places) != len(family) || slices.ContainsFunc(family, foreign) ||
		slices.ContainsFunc(own, func(a claim.Accumulator) bool { return !foreign(a) }) {
		return nil, claim.Errorf(claim.Invalid, "accumulators of the family lie with the member's, or without a place")
	}
	all := make([]claim.Accumulator, 0, len(own)+len(family))
	for i := range places {
		for len(all) < places[i] && len(own) > 0 {
			all, own = append(all, own[0]), own[1:]
		}
		if len(all) != places[i] {
			return nil, claim.Errorf(claim.Invalid, "accumulator %d of the family has no place", i+1)
		}
		all = append(all, family[i])
	}
	return append(all, own...), nil
}
