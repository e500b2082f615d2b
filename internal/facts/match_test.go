package facts_test

import (
	"strings"
	"testing"

	"github.com/google/uuid"

	"github.com/assize/assize/internal/claim"
	"github.com/assize/assize/internal/facts"
)

const (
	born      claim.Date = 20100203
	otherBorn claim.Date = 20120405
)

func person(first, sex string, birth claim.Date) claim.Member {
	return claim.Member{ID: uuid.NewSHA1(uuid.Nil, []byte(first+sex)), First: first, Sex: sex, BirthDate: birth, SubscriberNumber: "W-1"}
}

func TestMatchNamesThePatientOrNobody(t *testing.T) {
	twins := []claim.Member{person("ROBERT", "M", born), person("ANNA", "F", born)}
	namesakes := []claim.Member{person("Ann", "F", born), person("Anna", "F", born), person("Jo", "F", otherBorn)}
	cases := []struct {
		name   string
		family []claim.Member
		number string
		given  claim.Person
		want   string // first name; "" nobody
	}{
		{"alone on that date", []claim.Member{person("ROBERT", "M", born), person("EVE", "F", otherBorn)}, "W1", claim.Person{BirthDate: otherBorn}, "EVE"},
		{"number as printed on the card", twins[:1], " w-1 ", claim.Person{BirthDate: born}, "ROBERT"},
		{"another number", twins, "W2", claim.Person{BirthDate: born, First: "ROBERT", Sex: "M"}, ""},
		{"no number", twins, "", claim.Person{BirthDate: born, First: "ROBERT", Sex: "M"}, ""},
		{"no birth date", twins[:1], "W1", claim.Person{First: "ROBERT", Sex: "M"}, ""},
		{"another birth date", twins[:1], "W1", claim.Person{BirthDate: otherBorn, First: "ROBERT", Sex: "M"}, ""},
		{"twins by name and sex", twins, "W1", claim.Person{BirthDate: born, First: "ANNA", Sex: "F"}, "ANNA"},
		{"twins by name, sex not told", twins, "W1", claim.Person{BirthDate: born, First: "ANNA", Sex: "U"}, "ANNA"},
		{"twins by the start of a name", twins, "W1", claim.Person{BirthDate: born, First: "Rob", Sex: "M"}, "ROBERT"},
		{"twins without a name", twins, "W1", claim.Person{BirthDate: born, Sex: "F"}, ""},
		{"twins, name of one and sex of the other", twins, "W1", claim.Person{BirthDate: born, First: "ANNA", Sex: "M"}, ""},
		{"twins, name of neither", twins, "W1", claim.Person{BirthDate: born, First: "EVE", Sex: "F"}, ""},
		{"Ann is not Anna", namesakes, "W1", claim.Person{BirthDate: born, First: "ANN", Sex: "F"}, "Ann"},
		{"Anna is not Ann", namesakes, "W1", claim.Person{BirthDate: born, First: "ANNA", Sex: "F"}, "Anna"},
		{"An could be both", namesakes, "W1", claim.Person{BirthDate: born, First: "AN", Sex: "F"}, ""},
		{"two who agree in all", []claim.Member{twins[0], twins[0]}, "W1", claim.Person{BirthDate: born, First: "ROBERT", Sex: "M"}, ""},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			r := facts.NewRecords()
			r.Members["W1"] = c.family
			got := ""
			if m := r.Match(&claim.Claim{Subscriber: claim.Person{MemberID: c.number}, Patient: c.given}); m != nil {
				got = m.First
			}
			if got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

func FuzzSubscriberKey(f *testing.F) {
	for _, seed := range []string{"", "W1", "w-0012 345", "ÀB\x00c", "\xff\xfe1", strings.Repeat("z", 80)} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, number string) {
		key := facts.SubscriberKey(number)
		if again := facts.SubscriberKey(key); again != key {
			t.Errorf("%q: the key of the key is %q, want %q", number, again, key)
		}
		if strings.Trim(key, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ") != "" {
			t.Errorf("%q: key %q has more than letters and digits", number, key)
		}
		spaced := " " + strings.ToLower(key[:len(key)/2]) + "- " + key[len(key)/2:]
		if got := facts.SubscriberKey(spaced); got != key {
			t.Errorf("%q: got %q, want %q: spaces, dashes and case must not count", spaced, got, key)
		}
	})
}
