package policies

import (
	"testing"

	"github.com/assize/assize/internal/claim"
)

// A first name agrees when one begins with the other; last names count only where a first name is not known. An unenrolled
// twin has the birth date, and may have the sex, of the member who is found.
func TestNamesAgreeByTheirLetters(t *testing.T) {
	for _, c := range []struct {
		name                         string
		first, last, onFirst, onLast string
		want                         bool
	}{
		{"same", "JANE", "DOE", "JANE", "DOE", true},
		{"in lower case", "Jane", "Doe", "JANE", "DOE", true},
		{"short on the claim", "ROB", "DOE", "ROBERT", "DOE", true},
		{"short on file", "ANNA MARIE", "DOE", "ANNA", "DOE", true},
		{"with other signs", "ANN-MARIE", "O'HARA", "Ann Marie", "OHARA", true},
		{"beyond ASCII", "JOSÉ", "DOE", "José", "DOE", true},
		{"married", "JANE", "SMITH", "JANE", "DOE", true},
		{"a twin", "BEN", "DOE", "ADAM", "DOE", false},
		{"another person", "ROBERT", "SMITH", "JANE", "DOE", false},
		{"a nickname, which a person may know", "BOB", "DOE", "ROBERT", "DOE", false},
		{"no first name on the claim", "", "DOE", "JANE", "DOE", true},
		{"no first name on file", "JANE", "DOE", "", "DOE", true},
		{"no first name, another last name", "", "SMITH", "JANE", "DOE", false},
		{"no letter in the first name", "--", "SMITH", "JANE", "DOE", false},
		{"no names at all", "", "", "", "", false},
		{"none on file", "JANE", "DOE", "", "", false},
		{"not UTF-8", "\xff\xfeJANE", "DOE", "JANE", "DOE", true},
	} {
		p, m := claim.Person{First: c.first, Last: c.last}, claim.Member{First: c.onFirst, Last: c.onLast}
		if got := sameName(&p, &m); got != c.want {
			t.Errorf("%s: %q %q beside %q %q: %t, want %t", c.name, c.first, c.last, c.onFirst, c.onLast, got, c.want)
		}
	}
}
