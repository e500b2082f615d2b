// Package facts joins a claim with a payer's records and the reference tables into claim.Facts: only the rows that
// apply, and for each kind where it was looked up and for which dates the source speaks.
//
// It finds; it does not judge. Whether a row lets a claim pay is the contract's to say (package policies). It holds
// no database: Records is what was read for a chunk of claims, or a whole simulated world. Within a chunk an
// Assembler carries accumulators, history, authorisation units and duplicate holds from claim to claim, so that the
// second claim of a family sees what the first one used.
package facts

import (
	"strings"

	"github.com/assize/assize/internal/claim"
)

// Fingerprint is a keyed digest that two copies of a line share. How it is made is the ledger's business.
type Fingerprint [16]byte

// Print is the fingerprint of one line, or of the whole claim (Line 0).
type Print struct {
	Line  int
	Value Fingerprint
}

// Holder is the live claim line that holds a fingerprint.
type Holder struct {
	Claim  claim.ID
	Line   int
	Pended bool
}

// Predecessor is a claim that a replacement or void may name.
type Predecessor struct {
	Claim       claim.ID
	Beneficiary claim.ID
	BillingNPI  string
	Outcome     claim.Outcome
	Paid        claim.Cents
	Superseded  bool // another claim that names it was paid in its place
}

// ProfileSource answers a provider's habits from one sealed snapshot. It returns nil for a provider it does not know.
type ProfileSource interface {
	Profile(npi string) *claim.Profile
}

// Records is what a payer knows about the claims of one chunk. Maps are owned by the Assembler once it has them: it
// changes them as claims are decided.
type Records struct {
	Members        map[string][]claim.Member // by SubscriberKey of the subscriber number
	Coverages      map[claim.ID][]claim.Coverage
	Plans          map[string][]claim.Plan          // by plan code
	Accumulators   map[claim.ID][]claim.Accumulator // by family
	Providers      map[string]claim.ProviderFact    // by NPI
	Authorizations map[claim.ID][]claim.Authorization
	History        map[claim.ID][]claim.HistoryLine
	Predecessors   map[string]Predecessor // by payer claim control number
	InProcess      map[string]bool        // control numbers of claims that are accepted and not decided
	Holders        map[Fingerprint]Holder
	Profiles       ProfileSource // nil before the first snapshot
}

// NewRecords returns empty records: every look-up finds nothing.
func NewRecords() *Records {
	return &Records{
		Members:        map[string][]claim.Member{},
		Coverages:      map[claim.ID][]claim.Coverage{},
		Plans:          map[string][]claim.Plan{},
		Accumulators:   map[claim.ID][]claim.Accumulator{},
		Providers:      map[string]claim.ProviderFact{},
		Authorizations: map[claim.ID][]claim.Authorization{},
		History:        map[claim.ID][]claim.HistoryLine{},
		Predecessors:   map[string]Predecessor{},
		InProcess:      map[string]bool{},
		Holders:        map[Fingerprint]Holder{},
	}
}

// SubscriberKey is the form in which subscriber numbers are compared: upper case, letters and digits only.
// Senders add spaces and dashes that cards print.
func SubscriberKey(number string) string {
	for i := range len(number) {
		if !plainUpper(number[i]) {
			return strings.Map(keyRune, number)
		}
	}
	return number
}

func plainUpper(b byte) bool { return b >= '0' && b <= '9' || b >= 'A' && b <= 'Z' }

func keyRune(r rune) rune {
	switch {
	case r >= '0' && r <= '9', r >= 'A' && r <= 'Z':
		return r
	case r >= 'a' && r <= 'z':
		return r - 'a' + 'A'
	}
	return -1
}
