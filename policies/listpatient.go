package policies

import (
	"unicode"
	"unicode/utf8"

	"github.com/assize/assize/internal/claim"
)

// listPatient lists the patient as submitted beside the member on file, unless birth date, sex and name are the same. Of the
// name it says only whether it agrees: names go into no rule, and so into no finding.
func (in *inputs) listPatient(m *claim.Member) {
	p := &in.sheet.ev.Claim.Patient
	if !knownMember(m) {
		return
	}
	named := sameName(p, m)
	if named && p.BirthDate.Known() && p.BirthDate == m.BirthDate && p.Sex == m.Sex && (p.Sex == "F" || p.Sex == "M") {
		return
	}
	o := in.object()
	o.date(keyBirth, p.BirthDate)
	o.code(keySex, p.Sex)
	o.flag(keyNamed, named)
	in.lists.add(listPatient, o.part())
}

// sameName tells whether the first names agree or, where one of them is not known, the last names. Last names alone differ:
// people marry.
func sameName(p *claim.Person, m *claim.Member) bool {
	if p.First == m.First && p.First != "" {
		return true
	}
	if hasLetter(p.First) && hasLetter(m.First) {
		return sameStart(p.First, m.First)
	}
	return sameStart(p.Last, m.Last)
}

func hasLetter(name string) bool {
	letter, _ := nextLetter(name)
	return letter != 0
}

// sameStart compares the letters of two names until one of them ends: ROB is Robert, and ANN-MARIE is Ann Marie. Names
// without letters agree with none.
func sameStart(a, b string) bool {
	for n := 0; ; n++ {
		var x, y rune
		x, a = nextLetter(a)
		y, b = nextLetter(b)
		if x == 0 || y == 0 {
			return n > 0
		}
		if x != y {
			return false
		}
	}
}

// nextLetter is the first letter of a name in upper case, with what follows it; 0 when there is none left.
func nextLetter(name string) (letter rune, rest string) {
	for at, r := range name {
		if unicode.IsLetter(r) {
			return unicode.ToUpper(r), name[at+utf8.RuneLen(r):]
		}
	}
	return 0, ""
}
