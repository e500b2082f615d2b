// Package policies loads, pins and evaluates contracts: the Rego a payer's claims are checked against.
//
// A contract is asked three questions about one claim. Edits: what do the checks find? Limits: what does a benefit
// limit still allow, now that allowed amounts are known? Gate: does the claim pay, deny or wait? The gate pends by
// default, so that a forgotten look-up, field or table never pays.
//
// Go finds the rows that apply and Rego compares and decides: the input of an evaluation is sparse (see input.go).
// The package reads no database, clock or network, and it prices nothing. The contract itself is in rego/contract.
package policies
