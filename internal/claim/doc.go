// Package claim is the vocabulary of the engine: a claim as it was submitted, the facts found about it,
// the decision made of both, and the money, dates and quantities they are counted in.
//
// It is values only: no parsing of documents, no rules, no prices, no database. It imports nothing of ours,
// and every other package speaks in its words. Field names follow X12 005010X222/X223 where X12 has a name.
//
// Encoding. Evidence and decisions are stored as deterministic CBOR and shown as JSON; both take the names in
// the json tags. Every key is always written: an absent object is null, an absent text "", an absent date 0
// (null in JSON), an absent list empty. What comes in rows (lines, providers, edits, table rows) is written as arrays in
// CBOR, a column at each place, as a table has its header once: keys would be two thirds of the bytes. A row of
// another length is refused. Adding, renaming or reordering a field changes those bytes and so needs
// a new semantics version (see Semantics).
package claim
