package server

import (
	"github.com/assize/assize/internal/claim"
	"github.com/assize/assize/internal/postgres"
)

// State is where a claim stands, in one word.
type State string

// States.
const (
	InProcess    State = "inProcess" // accepted, not yet decided
	Paid         State = "paid"
	NoPaymentDue State = "noPaymentDue" // allowed, and the patient owes all of it
	Denied       State = "denied"
	Pended       State = "pended" // waits for a person or for something that is missing
)

// StateCodes says a state in the words of the standards. A code is "" where a standard has none.
type StateCodes struct {
	Category277 string `json:"category277"` // health care claim status category (X12 external code list 507)
	Status835   string `json:"status835"`   // CLP02 of an 835
	OutcomeFHIR string `json:"outcomeFhir"` // ClaimResponse.outcome
}

// StateOf names the state of a claim.
func StateOf(c *postgres.ClaimStatus) State {
	switch {
	case c.InProcess:
		return InProcess
	case c.Outcome == claim.Pay && c.Paid > 0:
		return Paid
	case c.Outcome == claim.Pay:
		return NoPaymentDue
	case c.Outcome == claim.Deny:
		return Denied
	}
	return Pended
}

// CodesOf says where a claim stands in the words of the standards.
func CodesOf(c *postgres.ClaimStatus) StateCodes {
	switch StateOf(c) {
	case InProcess:
		return StateCodes{Category277: "P1", OutcomeFHIR: "partial"}
	case Denied:
		return StateCodes{Category277: "F2", Status835: "4", OutcomeFHIR: "complete"}
	case Pended:
		return StateCodes{Category277: "P2", OutcomeFHIR: "partial"}
	case NoPaymentDue:
		return StateCodes{Category277: "F4", Status835: "1", OutcomeFHIR: "complete"}
	default:
		return StateCodes{Category277: "F1", Status835: "1", OutcomeFHIR: "complete"}
	}
}
