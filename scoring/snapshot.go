package scoring

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"iter"
	"sort"

	"github.com/assize/assize/internal/claim"
)

// Snapshot holds the provider profiles of one sealed epoch. It is immutable and may be shared. Within an epoch every
// claim sees the same snapshot, made of earlier epochs only, so a score does not depend on who was scored first.
type Snapshot struct {
	blob     []byte
	digest   claim.Digest
	profiles []claim.Profile // sorted by NPI
	byNPI    map[string]*claim.Profile
}

// snapshotVersion changes when a profile's fields or their meaning do.
const snapshotVersion = 1

// snapshotFile is the stored form.
type snapshotFile struct {
	Version  int             `json:"snapshotVersion"`
	Profiles []claim.Profile `json:"profiles"`
}

// BuildSnapshot makes the profiles of everything observed. Neither the order of the observations nor how they are cut
// into calls matters: the same claims give the same bytes. Memory grows with lines (some 40 bytes each), not with claims.
func BuildSnapshot(observations iter.Seq[Observation]) *Snapshot {
	b := &builder{byNPI: map[string]*habits{}}
	for o := range observations {
		b.add(&o)
	}
	return newSnapshot(b.profiles())
}

// newSnapshot encodes profiles that are sorted by NPI.
func newSnapshot(profiles []claim.Profile) *Snapshot {
	// Integers and identifiers only: there is nothing in it that JSON could refuse to write.
	blob, _ := json.Marshal(snapshotFile{Version: snapshotVersion, Profiles: profiles})
	s := &Snapshot{blob: blob, digest: sha256.Sum256(blob), profiles: profiles, byNPI: make(map[string]*claim.Profile, len(profiles))}
	for i := range profiles {
		s.byNPI[profiles[i].NPI] = &profiles[i]
	}
	return s
}

// ParseSnapshot reads what Bytes returned. Bytes that are not exactly what this version would write are claim.Invalid:
// two encodings of one snapshot would have two digests.
func ParseSnapshot(blob []byte) (*Snapshot, error) {
	var file snapshotFile
	if err := json.Unmarshal(blob, &file); err != nil {
		return nil, claim.Errorf(claim.Invalid, "provider snapshot: %w", err)
	}
	if file.Version != snapshotVersion {
		return nil, claim.Errorf(claim.Invalid, "provider snapshot of version %d: this engine reads %d", file.Version, snapshotVersion)
	}
	ascending := sort.SliceIsSorted(file.Profiles, func(i, j int) bool { return file.Profiles[i].NPI <= file.Profiles[j].NPI })
	s := newSnapshot(file.Profiles)
	if !ascending || !bytes.Equal(s.blob, blob) {
		return nil, claim.Errorf(claim.Invalid, "provider snapshot is not in the form this engine writes")
	}
	return s, nil
}

// Profile returns a provider's profile, or nil when the snapshot has none, as a nil snapshot does for all. The profile
// is shared: do not change it.
func (s *Snapshot) Profile(npi string) *claim.Profile {
	if s == nil {
		return nil
	}
	return s.byNPI[npi]
}

// Profiles returns all profiles, sorted by NPI. They are shared: do not change them.
func (s *Snapshot) Profiles() []claim.Profile { return s.profiles }

// Digest is the SHA-256 of Bytes.
func (s *Snapshot) Digest() claim.Digest { return s.digest }

// Bytes is the snapshot as stored among the artifacts. Do not change it.
func (s *Snapshot) Bytes() []byte { return s.blob }
