package scoring

import (
	"iter"

	"github.com/assize/assize/internal/claim"
)

// Observation is what a snapshot takes from one decided claim (paid or denied; pended ones are not decided).
type Observation struct {
	NPI       string   // billing provider; an observation without one is left out
	Specialty string   // taxonomy code on file, "" when not on file
	Patient   claim.ID // member id
	From      claim.Date
	Charge    claim.Cents
	Denied    bool // as a whole
	Lines     []ObservedLine
}

// ObservedLine is one line of an observed claim.
type ObservedLine struct {
	Procedure string
	Modifiers []string
	Quantity  claim.Quantity
	Charge    claim.Cents
	From      claim.Date
}

// Snapshot holds the provider profiles of one sealed epoch. It is immutable and may be shared.
type Snapshot struct {
	blob []byte
}

// BuildSnapshot makes the profiles of everything observed. The order of observations does not matter.
func BuildSnapshot(observations iter.Seq[Observation]) *Snapshot { return &Snapshot{} }

// ParseSnapshot reads what Bytes returned, and refuses bytes that are not exactly that.
func ParseSnapshot(blob []byte) (*Snapshot, error) { return nil, claim.Errorf(claim.Invalid, "no snapshot") }

// Observe makes the observation of a decided claim from its evidence.
func Observe(c *claim.Claim, f *claim.Facts, outcome claim.Outcome) Observation { return Observation{} }

// Profile returns a provider's profile, or nil when the snapshot has none. The profile is shared: do not change it.
func (s *Snapshot) Profile(npi string) *claim.Profile { return nil }

// Digest is the SHA-256 of Bytes.
func (s *Snapshot) Digest() claim.Digest { return claim.Digest{} }

// Bytes is the snapshot as stored among the artifacts; equal observations give equal bytes.
func (s *Snapshot) Bytes() []byte { return s.blob }
