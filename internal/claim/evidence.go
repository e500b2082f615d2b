package claim

import "encoding/hex"

// Digest is a SHA-256. The zero digest means "none".
type Digest [32]byte

// MarshalText writes a digest as lower-case hex.
func (d Digest) MarshalText() ([]byte, error) { return hex.AppendEncode(nil, d[:]), nil }

// UnmarshalText reads what MarshalText writes, in either case.
func (d *Digest) UnmarshalText(text []byte) error {
	decoded, err := hex.DecodeString(string(text))
	if err != nil || len(decoded) != len(d) {
		return Errorf(Invalid, "a digest is %d hex digits", 2*len(d))
	}
	copy(d[:], decoded)
	return nil
}

// Versions pins every artifact a decision depends on, by digest.
type Versions struct {
	_         struct{} `cbor:",toarray"`
	Semantics int      `json:"semantics"`
	Contract  Digest   `json:"contract"`
	Model     Digest   `json:"model"`
	Snapshot  Digest   `json:"snapshot"` // provider profiles
}

// HumanAction is what a reviewer decided on a pended claim.
type HumanAction struct {
	_         struct{} `cbor:",toarray"`
	Actor     string   `json:"actor"`  // opaque id of the reviewer
	Action    string   `json:"action"` // "release", "deny"
	Edits     []Edit   `json:"edits"`  // for a denial: what the reviewer found
	Waived    []string `json:"waived"` // rules whose pend was looked at and released
	Rationale string   `json:"rationale"`
	At        Instant  `json:"at"`
}

// Origin is by what the claim is known, and where it stood in what was received. Nothing is decided by it; it is here so that
// nobody can exchange the numbers of two claims unseen.
type Origin struct {
	_             struct{} `cbor:",toarray"`
	ControlNumber int64    `json:"controlNumber"` // payer claim control number, see ControlNumber
	Document      ID       `json:"document"`
	Position      int      `json:"position"` // in the document, from 1
}

// Evidence is everything that a decision is made from. Decide(Evidence) needs no table, clock or network.
type Evidence struct {
	_        struct{}     `cbor:",toarray"`
	Versions Versions     `json:"versions"` // first, so that its semantics can be read off any evidence
	Payer    PayerID      `json:"payer"`
	ClaimID  ID           `json:"claimId"`
	AsOf     Instant      `json:"asOf"`
	Origin   Origin       `json:"origin"`
	Claim    Claim        `json:"claim"`
	Facts    Facts        `json:"facts"`
	Review   *HumanAction `json:"review"` // null unless a person decided
	Slice    []byte       `json:"slice"`  // the claim's segments as received, ancestor loops included
}
