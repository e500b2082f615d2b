package simulate

import "github.com/assize/assize/internal/claim"

// SimClaim is one claim as sent, with the truth about it. It is the caller's to keep.
type SimClaim struct {
	Claim    claim.Claim `json:"claim"`
	Received claim.Date  `json:"received"` // civil date the payer gets it; never falls from one claim to the next
	Truth    Truth       `json:"truth"`
}

// Truth is what the sender knows and the payer has to find out.
type Truth struct {
	Payer                claim.PayerID `json:"payer"`
	Sequence             int           `json:"sequence"` // position in World.Claims of the payer, from 1
	File                 string        `json:"file"`     // name of the document, and
	Ordinal              int           `json:"ordinal"`  // position of the claim in it, from 1; set by Documents
	PatientControlNumber string        `json:"patientControlNumber"`
	Member               claim.ID      `json:"member"` // the patient; Nil when unknown to the payer
	BillingNPI           string        `json:"billingNpi"`
	Scheme               Scheme        `json:"scheme"` // "" for an honest claim
	Defect               Defect        `json:"defect"` // "" for a claim without one
	// DuplicateSet numbers the exact duplicates of one original within the payer, the original included; 0: none.
	DuplicateSet int    `json:"duplicateSet"`
	Copy         int    `json:"copy"`        // 0 for the original, then 1, 2, 3
	DuplicateOf  string `json:"duplicateOf"` // CLM01 of the original, on copies and on suspect duplicates
	Expect       Expect `json:"expect"`
}

// Defect names what is wrong with a claim; the values are the field names of Rates.
type Defect string

// Expect is the answer that a payer following the tables gives, fraud apart.
type Expect struct {
	Outcome claim.Outcome `json:"outcome"` // "" when the answer depends on the payer's own choices
	Line    int           `json:"line"`    // 0: the whole claim
	CARC    string        `json:"carc"`
	RARC    string        `json:"rarc"`
}
