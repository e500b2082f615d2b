// Package x12 reads 837 professional and institutional claims (005010X222, 005010X223 and their addenda) from an
// X12 document of any size in constant memory. It is not a general X12 library and it writes nothing: a document
// goes in, claims come out one by one, and every finding names its place (see Code for the list).
//
// The one thing a reader must know: a claim is provisional when it is delivered. It becomes eligible only when the
// TransactionEnd that follows says Accepted, because only then have ST and SE been found to agree. A caller that
// stages claims in one database transaction and commits or discards at TransactionEnd needs no memory of its own.
//
// Three levels of refusal, which follow the three acknowledgments of the trade:
//   - the interchange or group is damaged (TA1): reported; sets that verified inside it stay accepted, except when
//     ISA itself cannot be trusted, or says that it is a test;
//   - the transaction set is damaged, or is of a kind that is not adjudicated (999): every claim of it is void;
//   - one claim is bad (277CA): that claim is refused alone, and so is every claim below a bad HL loop.
//
// Kinds that are counted and never adjudicated, each with a refusal code of its own: dental, predetermination,
// post-adjudicated reporting, encounters, subrogation, version 4010, any other version, anything that is no 837.
//
// Texts of findings never quote the document; segment ids and control numbers are shown only when well formed.
package x12
