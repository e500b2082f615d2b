// Package claim is the vocabulary of the engine: a claim as it was submitted, the facts found about it,
// the decision made of both, and the money, dates and quantities they are counted in.
//
// It is values only: no parsing of documents, no rules, no prices, no database. It imports nothing of ours,
// and every other package speaks in its words. Field names follow X12 005010X222/X223 where X12 has a name.
//
// Encoding. Evidence and decisions are stored as deterministic CBOR and shown as JSON, which takes the names in the json
// tags. In CBOR every record is an array of its fields in the order in which they are declared, as a row of a table has
// its header once: keys would be most of the bytes. Every field is always written: an absent object is null, an absent
// text "", an absent date 0 (null in JSON), an absent list empty. An array of another length is refused. Writer writes;
// the CBOR library reads, by the same declarations. Adding, removing or reordering a field changes those bytes and so
// needs a new semantics version (see Semantics), and a line in the field's Encode, which TestRecordsEncodeAsDeclared asks for.
package claim
