package policies

import (
	"strings"
	"testing"
	"unsafe"
)

// A code is cut from the text of a whole claim, with the patient's name in it. Evaluators keep codes for long.
func TestAKeptCodeKeepsNoClaim(t *testing.T) {
	text := strings.Repeat("NM1*IL*1*NAME", 100) + "99213"
	code := text[len(text)-5:]
	in := newTerms()
	in.text(code)
	for kept, term := range in.texts {
		if kept != code || unsafe.StringData(kept) == unsafe.StringData(code) {
			t.Errorf("%q is kept as a part of its claim", kept)
		}
		if value, ok := term.Value.(interface{ String() string }); !ok || value.String() != `"99213"` {
			t.Errorf("the term is %v", term)
		}
	}
}

// A name left out would be the empty one, and one given twice would show one field in the place of another.
func TestEveryFieldHasANameOfItsOwn(t *testing.T) {
	fields := map[string]key{}
	for k, name := range keyNames {
		if other, twice := fields[name]; twice || name == "" {
			t.Errorf("field %d is named %q, as field %d", k, name, other)
		}
		fields[name] = key(k)
	}
}
