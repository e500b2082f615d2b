// Package adjudicate is the pure core: evidence in, decision out, to the cent, and the canonical bytes of both.
//
// Decide runs the contract's three questions (package policies), prices the lines, applies limits and cost share,
// scores the claim (package scoring) and assembles a decision. It reads no database, clock, network or environment:
// the same evidence under the same contract, model and semantics gives the same bytes on any machine, which is what
// Replay checks. It holds no rule of its own about who is covered or what is a duplicate; those are the contract's.
//
// The order inside a decision (a payer may not change it):
//
//  1. A denial that needs nothing else stands (see policies: 31, 26, 27, 13, 29, 18).
//  2. Otherwise any pend pends the whole claim; each line then shows its full charge as OA-133.
//  3. Otherwise denied lines are denied and the others pay. A claim whose every line is denied is denied.
//
// Lines are worked in the order of their numbers and each sees what the lines before it used up: of the deductible,
// the out-of-pocket maximum, benefit limits and authorised units. Two claims of one family are therefore decided one
// after the other, and each one's evidence shows what was used before it.
package adjudicate
