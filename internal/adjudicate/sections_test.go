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
		want, err := EncodeEvidence(ev)
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
		got, err := EncodeEvidence(joined)
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
