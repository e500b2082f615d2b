package adjudicate

import (
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
)

// Section is the part of one claim's evidence that is about one person or body, so that each can be sealed under its
// own subject's key and erased with it. Every section is needed to replay.
//
// Subject is the member the section is about, uuid.Nil when the member was not identified: the caller then seals it
// under the key it keeps for the submitted subscriber number. The patient's section is the evidence without what is
// about others: diagnosis and procedure rows are the patient's health data as much as the claim is. The subscriber's
// section has the family's id, which is the subscriber's member id. The provider's section is about NPI, the billing
// provider as sent.
type Section struct {
	Kind    SectionKind
	Subject claim.ID
	NPI     string
	Bytes   []byte
}

// sectionHead binds a section to its claim, its place and the moment of the evidence, so that sections of two claims,
// or of two evidences of one claim, cannot be exchanged. The patient's section is evidence and says all that itself.
type sectionHead struct {
	_         struct{} `cbor:",toarray"`
	Semantics int
	Kind      SectionKind
	ClaimID   claim.ID
	AsOf      claim.Instant
}

// Encode implements claim.Record.
func (h *sectionHead) Encode(w *claim.Writer) {
	w.Array(4)
	w.Int(int64(h.Semantics))
	w.Text(string(h.Kind))
	w.Blob(h.ClaimID[:])
	w.Int(int64(h.AsOf))
}

type subscriberPart struct {
	_            struct{} `cbor:",toarray"`
	Head         sectionHead
	Person       *claim.Person       // null when the subscriber is the patient
	Accumulators []claim.Accumulator // the family's
	Places       []int               // of those among all accumulators, counted from 0
}

// Encode implements claim.Record.
func (p *subscriberPart) Encode(w *claim.Writer) {
	w.Array(4)
	p.Head.Encode(w)
	claim.WriteOptional(w, p.Person)
	claim.WriteList(w, p.Accumulators)
	w.Ints(p.Places)
}

type providerPart struct {
	_          struct{} `cbor:",toarray"`
	Head       sectionHead
	Providers  []claim.ProviderFact
	Exclusions []claim.Exclusion
	Profile    *claim.Profile
}

// Encode implements claim.Record.
func (p *providerPart) Encode(w *claim.Writer) {
	w.Array(4)
	p.Head.Encode(w)
	claim.WriteList(w, p.Providers)
	claim.WriteList(w, p.Exclusions)
	claim.WriteOptional(w, p.Profile)
}

// Sections splits evidence by whom it is about. Join puts it together again, byte for byte. The sections' bytes are w's,
// and overwritten when it is used again. It returns an error of kind Invalid when Join would not take them: a text is not
// UTF-8, a list or a section is too long.
func Sections(w *claim.Writer, ev *claim.Evidence) ([]Section, error) {
	sections := []Section{{Kind: PatientSection}, {Kind: SubscriberSection}, {Kind: ProviderSection}}
	if ev.Facts.Member != nil {
		sections[0].Subject, sections[1].Subject = ev.Facts.Member.ID, ev.Facts.Member.Family
	}
	if billing := ev.Claim.Provider(claim.Billing); billing != nil {
		sections[2].NPI = billing.NPI
	}
	own, family, provider := split(ev)
	var ends [3]int
	w.Reset()
	own.Encode(w)
	ends[0] = w.Len()
	family.Encode(w)
	ends[1] = w.Len()
	provider.Encode(w)
	ends[2] = w.Len()
	if err := w.Err(); err != nil {
		return nil, fmt.Errorf("encoding the evidence of claim %s: %w", ev.ClaimID, err)
	}
	start := 0
	for i, end := range ends { // after the last write: the buffer may have moved
		if end-start > maxEvidenceBytes {
			return nil, claim.Errorf(claim.Invalid, "encoding the evidence of claim %s: section %s has %d bytes, at most %d are read again",
				ev.ClaimID, sections[i].Kind, end-start, maxEvidenceBytes)
		}
		sections[i].Bytes = w.Bytes()[start:end:end]
		start = end
	}
	return sections, nil
}

func headOf(ev *claim.Evidence, kind SectionKind) sectionHead {
	return sectionHead{Semantics: ev.Versions.Semantics, Kind: kind, ClaimID: ev.ClaimID, AsOf: ev.AsOf}
}

// split takes out of the evidence what is about others than the patient: the subscriber's person when it is another
// one, the family's totals, and everything about providers beyond the claim.
func split(ev *claim.Evidence) (own claim.Evidence, family subscriberPart, provider providerPart) {
	f := &ev.Facts
	provider = providerPart{Head: headOf(ev, ProviderSection), Providers: f.Providers, Exclusions: f.Exclusions, Profile: f.Profile}
	family = subscriberPart{Head: headOf(ev, SubscriberSection)}
	if ev.Claim.Subscriber != ev.Claim.Patient {
		family.Person = &ev.Claim.Subscriber
	}
	own = *ev
	own.Claim.Subscriber = claim.Person{}
	own.Facts.Providers, own.Facts.Exclusions, own.Facts.Profile = nil, nil, nil
	own.Facts.Accumulators = make([]claim.Accumulator, 0, len(f.Accumulators))
	family.Accumulators, family.Places = make([]claim.Accumulator, 0, len(f.Accumulators)), make([]int, 0, len(f.Accumulators))
	for i := range f.Accumulators {
		if f.Accumulators[i].Member == uuid.Nil {
			family.Accumulators = append(family.Accumulators, f.Accumulators[i])
			family.Places = append(family.Places, i)
		} else {
			own.Facts.Accumulators = append(own.Facts.Accumulators, f.Accumulators[i])
		}
	}
	return own, family, provider
}

// Join puts the sections of one evidence together. It returns an OtherVersion error (claim.Conflict) for sections of
// other semantics, and claim.Invalid when one is missing, repeated, of another claim, of another evidence or changed
// in form.
func Join(sections []Section) (*claim.Evidence, error) {
	ev := &claim.Evidence{}
	var family subscriberPart
	var provider providerPart
	parts := [...]struct {
		kind SectionKind
		part claim.Record
	}{{PatientSection, ev}, {SubscriberSection, &family}, {ProviderSection, &provider}}
	if len(sections) != len(parts) {
		return nil, claim.Errorf(claim.Invalid, "evidence has %d sections, not %d", len(parts), len(sections))
	}
	for i, p := range parts {
		if sections[i].Kind != p.kind {
			return nil, claim.Errorf(claim.Invalid, "a section %s stands where %s belongs", sections[i].Kind, p.kind)
		}
		if err := decode(sections[i].Bytes, maxEvidenceBytes, p.part); err != nil {
			return nil, err
		}
	}
	if ev.Versions.Semantics != claim.Semantics || family.Head != headOf(ev, SubscriberSection) || provider.Head != headOf(ev, ProviderSection) {
		return nil, claim.Errorf(claim.Invalid, "a section is of another claim, evidence or place")
	}
	return ev, rejoin(ev, &family, &provider)
}

// rejoin is split the other way round. What stands in two sections has no one form, and is refused.
func rejoin(ev *claim.Evidence, family *subscriberPart, provider *providerPart) error {
	f := &ev.Facts
	if family.Person != nil && *family.Person == ev.Claim.Patient || ev.Claim.Subscriber != (claim.Person{}) {
		return claim.Errorf(claim.Invalid, "the sections say twice who the subscriber is")
	}
	if len(f.Providers) > 0 || len(f.Exclusions) > 0 || f.Profile != nil {
		return claim.Errorf(claim.Invalid, "the patient's section says what belongs to the provider's")
	}
	ev.Claim.Subscriber = ev.Claim.Patient
	if family.Person != nil {
		ev.Claim.Subscriber = *family.Person
	}
	f.Providers, f.Exclusions, f.Profile = provider.Providers, provider.Exclusions, provider.Profile
	var err error
	f.Accumulators, err = merge(f.Accumulators, family.Accumulators, family.Places)
	return err
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
