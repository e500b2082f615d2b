package facts

import (
	"strings"

	"github.com/assize/assize/internal/claim"
)

// Match finds the patient among the members of the submitted subscriber number: the birth date must agree, then sex
// and first name decide between those left. It returns nil when nobody or more than one person fits: a guess would pay
// for the wrong person.
func (r *Records) Match(c *claim.Claim) *claim.Member {
	family := r.Members[SubscriberKey(c.Subscriber.MemberID)]
	if len(family) == 0 || !c.Patient.BirthDate.Known() {
		return nil
	}
	born := func(m *claim.Member) bool { return m.BirthDate == c.Patient.BirthDate }
	found, count := narrow(family, born)
	if count > 1 {
		found, count = narrow(family, func(m *claim.Member) bool {
			return born(m) && sameSex(m, &c.Patient) && sameFirstName(m.First, c.Patient.First)
		})
	}
	if count > 1 { // twins called Ann and Anna: each name in full is one of them
		found, count = narrow(family, func(m *claim.Member) bool {
			return born(m) && sameSex(m, &c.Patient) && strings.EqualFold(m.First, c.Patient.First)
		})
	}
	if count != 1 {
		return nil
	}
	return found
}

// sameSex lets a claim that does not tell (absent or U) agree with either.
func sameSex(m *claim.Member, patient *claim.Person) bool {
	return patient.Sex == "" || patient.Sex == "U" || m.Sex == patient.Sex
}

func narrow(members []claim.Member, fits func(*claim.Member) bool) (found *claim.Member, count int) {
	for i := range members {
		if fits(&members[i]) {
			found = &members[i]
			count++
		}
	}
	return found, count
}

// sameFirstName compares the shorter name as a prefix of the other: "ROB" is "Robert". Empty names never agree.
func sameFirstName(a, b string) bool {
	n := min(len(a), len(b))
	return n > 0 && strings.EqualFold(a[:n], b[:n])
}
