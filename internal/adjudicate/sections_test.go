package adjudicate

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/assize/assize/internal/claim"
)

func TestJoinUndoesSections(t *testing.T) {
	random := rand.New(rand.NewPCG(7, 8))
	for range 300 {
		ev := randomEvidence(random)
		want, err := encode(ev)
		if err != nil {
			t.Fatal(err)
		}
		sections, err := Sections(&claim.Writer{}, ev)
		if err != nil {
			t.Fatal(err)
		}
		joined, err := Join(sections)
		if err != nil {
			t.Fatal(err)
		}
		got, err := encode(joined)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(got, want) {
			t.Fatal("evidence that was split and joined has other bytes")
		}
	}
}

func mustSections(t *testing.T, ev *claim.Evidence) []Section {
	t.Helper()
	sections, err := Sections(&claim.Writer{}, ev)
	if err != nil {
		t.Fatal(err)
	}
	return sections
}

// No section of one claim, or of one moment, stands in for that of another.
func TestJoinRefuses(t *testing.T) {
	ev := typical()
	other := *ev
	other.ClaimID = testFamily
	later := *ev
	later.AsOf++
	good, foreign, stale := mustSections(t, ev), mustSections(t, &other), mustSections(t, &later)
	type change struct {
		name     string
		sections []Section
	}
	changes := []change{{"none", nil}, {"one twice", append(slices.Clone(good), good[2])}}
	for i := range good {
		kind := good[i].Kind
		changes = append(changes, change{fmt.Sprintf("%s dropped", kind), slices.Delete(slices.Clone(good), i, i+1)})
		for j := range good {
			swapped := slices.Clone(good)
			swapped[i].Bytes = good[j].Bytes
			if i != j {
				changes = append(changes, change{fmt.Sprintf("%s with the bytes of %s", kind, good[j].Kind), swapped})
			}
		}
		for name, source := range map[string][]Section{"another claim": foreign, "another evidence": stale} {
			mixed := slices.Clone(good)
			mixed[i] = source[i]
			changes = append(changes, change{fmt.Sprintf("%s of %s", kind, name), mixed})
		}
		cut := slices.Clone(good)
		cut[i].Bytes = cut[i].Bytes[:len(cut[i].Bytes)-1]
		changes = append(changes, change{fmt.Sprintf("%s cut", kind), cut})
	}
	named := slices.Clone(good)
	named[0].Kind = "patients"
	unversioned := *ev
	unversioned.Versions.Semantics = 0
	changes = append(changes, change{"another name", named}, change{"of no semantics", mustSections(t, &unversioned)})
	turned := slices.Clone(good)
	turned[0], turned[1] = turned[1], turned[0]
	changes = append(changes, change{"two turned round", turned})
	for _, c := range changes {
		t.Run(c.name, func(t *testing.T) {
			if _, err := Join(c.sections); err == nil || claim.KindOf(err) != claim.Invalid {
				t.Errorf("error %v, want one of kind Invalid", err)
			}
		})
	}
	if _, err := Join(good); err != nil {
		t.Errorf("unchanged sections: %v", err)
	}
}

// What is sealed under one person's key does not hold another's: erasing it must erase everything about them.
func TestSectionsKeepSubjectsApart(t *testing.T) {
	ev := typical()
	ev.Claim.Subscriber = claim.Person{MemberID: "W0001", Last: "SUBSCRIBERNAME", BirthDate: 19700101}
	ev.Claim.Patient.Last = "PATIENTNAME"
	ev.Facts.Providers[0].Specialty = "PROVIDERFACT"
	want := map[SectionKind]string{PatientSection: "PATIENTNAME", SubscriberSection: "SUBSCRIBERNAME", ProviderSection: "PROVIDERFACT"}
	for _, section := range mustSections(t, ev) {
		for kind, text := range want {
			if has := strings.Contains(string(section.Bytes), text); has != (kind == section.Kind) {
				t.Errorf("section %s holds %s: %t", section.Kind, text, has)
			}
		}
	}
	subjects := map[SectionKind]claim.ID{PatientSection: testMember, SubscriberSection: testFamily, ProviderSection: {}}
	for _, section := range mustSections(t, ev) {
		if section.Subject != subjects[section.Kind] {
			t.Errorf("section %s is about %s, want %s", section.Kind, section.Subject, subjects[section.Kind])
		}
	}
}

// Each section says by itself of which semantics and kind it is, and the provider's names who bills, by whose key it is.
func TestSectionsSayWhatTheyAre(t *testing.T) {
	w := &claim.Writer{}
	sections, err := Sections(w, typical())
	if err != nil {
		t.Fatal(err)
	}
	for _, section := range sections {
		if got := semanticsOf(section.Bytes); got != claim.Semantics {
			t.Errorf("section %s is of semantics %d, want %d", section.Kind, got, claim.Semantics)
		}
		if section.Kind != PatientSection && !bytes.Contains(section.Bytes, []byte(section.Kind)) {
			t.Errorf("section %s does not say so", section.Kind)
		}
	}
	if got := sections[2].NPI; got != typical().Claim.Provider(claim.Billing).NPI {
		t.Errorf("the provider's section is of NPI %q", got)
	}
	want := mustSections(t, typical())
	again, err := Sections(w, typical()) // the writer is used again, and begins anew
	if err != nil || !slices.EqualFunc(want, again, func(a, b Section) bool { return bytes.Equal(a.Bytes, b.Bytes) }) {
		t.Errorf("a second time the sections are others: %v", err)
	}
	nobody := typical()
	nobody.Claim.Providers = nil
	if got := mustSections(t, nobody)[2].NPI; got != "" {
		t.Errorf("nobody bills, and the provider's section is of NPI %q", got)
	}
}

// Evidence has one form: what stands in two sections is refused, though each section is whole.
func TestJoinRefusesWhatStandsTwice(t *testing.T) {
	tests := map[string]func(own *claim.Evidence, family *subscriberPart){
		"the subscriber in the patient's": func(own *claim.Evidence, _ *subscriberPart) { own.Claim.Subscriber = own.Claim.Patient },
		"the patient as the subscriber":   func(own *claim.Evidence, family *subscriberPart) { family.Person = &own.Claim.Patient },
		"a provider in the patient's":     func(own *claim.Evidence, _ *subscriberPart) { own.Facts.Providers = []claim.ProviderFact{{NPI: "1"}} },
		"an exclusion in the patient's":   func(own *claim.Evidence, _ *subscriberPart) { own.Facts.Exclusions = []claim.Exclusion{{NPI: "1"}} },
		"a profile in the patient's":      func(own *claim.Evidence, _ *subscriberPart) { own.Facts.Profile = &claim.Profile{} },
		"the family's total in the patient's": func(own *claim.Evidence, _ *subscriberPart) {
			own.Facts.Accumulators = []claim.Accumulator{{Kind: claim.DeductibleUsed}}
		},
		"the member's total in the family's": func(_ *claim.Evidence, family *subscriberPart) {
			family.Accumulators, family.Places = []claim.Accumulator{{Kind: claim.DeductibleUsed, Member: testMember}}, []int{0}
		},
		"a total without a place": func(_ *claim.Evidence, family *subscriberPart) {
			family.Accumulators, family.Places = []claim.Accumulator{{Kind: claim.DeductibleUsed}}, nil
		},
		"a total at a place that is not there": func(_ *claim.Evidence, family *subscriberPart) {
			family.Accumulators, family.Places = []claim.Accumulator{{Kind: claim.DeductibleUsed}}, []int{9}
		},
		"two totals at one place": func(_ *claim.Evidence, family *subscriberPart) {
			family.Accumulators, family.Places = []claim.Accumulator{{Kind: claim.DeductibleUsed}, {Kind: claim.OutOfPocketUsed}}, []int{0, 0}
		},
	}
	for name, change := range tests {
		ev := newEvidence()
		addLine(ev, "99213", 100_00, 72_35)
		sections := mustSections(t, ev)
		own, family, _ := split(ev)
		change(&own, &family)
		for i, part := range []claim.Record{&own, &family} {
			encoded, err := encode(part)
			if err != nil {
				t.Fatal(err)
			}
			sections[i].Bytes = encoded
		}
		if _, err := Join(sections); err == nil || claim.KindOf(err) != claim.Invalid {
			t.Errorf("%s: error %v, want one of kind Invalid", name, err)
		}
	}
}

// One section of a good three is replaced: what is joined then can be split into the same bytes again.
func FuzzJoin(f *testing.F) {
	good, err := Sections(&claim.Writer{}, typical())
	if err != nil {
		f.Fatal(err)
	}
	for i := range good {
		f.Add(uint8(i), good[i].Bytes)
	}
	f.Fuzz(func(t *testing.T, which uint8, encoded []byte) {
		sections := slices.Clone(good)
		sections[int(which)%len(sections)].Bytes = encoded
		ev, err := Join(sections)
		if err != nil {
			return
		}
		again, err := Sections(&claim.Writer{}, ev)
		if err != nil {
			t.Fatalf("joined evidence cannot be split: %v", err)
		}
		for i := range again {
			if !bytes.Equal(again[i].Bytes, sections[i].Bytes) {
				t.Errorf("section %s has another form", again[i].Kind)
			}
		}
	})
}
