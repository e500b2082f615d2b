// Package reference holds the code and fee tables that a claim is checked against, in memory: diagnosis and procedure
// codes, NCCI procedure-to-procedure pairs, medically unlikely edits, fees, benefits and the exclusion list.
//
// A table is immutable and content-addressed: its digest is the SHA-256 of its one canonical encoding (Pack), so it is
// loaded once a digest, shared by payers and goroutines, and found again byte for byte when a decision is replayed.
//
// A table finds rows and judges nothing. Find returns every row of a code whatever its dates; the contract compares
// them with the date of service. What the table can say at all is a separate matter, answered by Speaks: a code that is
// missing from a table that does not speak for the date is no finding, and must not deny or pay a claim.
//
// The package reads files and folders when asked to (Load, LoadDir). Which table a payer uses on which date of
// service, and since when that was known, is a binding kept in Postgres, not here.
package reference
