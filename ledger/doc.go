// Package ledger keeps what was decided so that nobody, its owner included, can change it unseen.
//
// It is: one hash chain a payer for decisions and one for access records; commitments to evidence and decisions;
// evidence sealed under its subjects' own keys; duplicate fingerprints; a verifier that reads an export and trusts
// no database; and the Postgres store of all that, written in the caller's transaction. It is not: the decision
// (internal/adjudicate), nor the order in which a chunk is recorded (workflows). It never sees an outcome, a code
// or an amount in clear.
//
// # The entry, version 1
//
// Integers are big endian. The hash of an entry is the RFC 6962 leaf hash, SHA-256(0x00 ‖ bytes), and prev is that
// hash of the entry before, so that a Merkle tree over the same entries needs no second hash. prev of the first
// entry is zero.
//
//	offset  size  field
//	     0     1  version, 1
//	     1     4  payer
//	     5     1  chain: 1 decisions, 2 access
//	     6     8  seq, from 1
//	    14    32  prev
//	    46     1  kind
//	    47     8  time, microseconds UTC
//	    55    16  entry id
//	    71    16  claim id, zero when the entry is not about a claim
//	    87    16  entry id of the predecessor, or zero
//	   103     4  semantics version
//	   107    32  digest of the contract
//	   139    32  digest over the sorted digests of the reference tables
//	   171    32  digest of the model
//	   203    32  digest of the profile snapshot
//	   235    32  evidence commitment
//	   267    32  decision commitment
//	   299    32  ciphertext digest
//	   331     2  n, fingerprints added; then n × (line 2, fingerprint 16)
//	     …     2  m, fingerprints released; then m × fingerprint 16
//
// # What the chain promises, and what it does not
//
// A changed, swapped, dropped, inserted or duplicated entry breaks the chain where it stands. A cut tail, or a tail
// rewritten with fresh hashes, breaks nothing inside the chain: it is seen only against a head that was kept
// elsewhere (Checkpoint). In Postgres the columns by which entries are found, leaf hashes and head are held against the
// bytes too. An export has one spelling: no byte of it can change and read the same. Personal data is not on the chain: NPIs, dates and amounts are guessable, so only
// commitments with 32 random bytes and keyed fingerprints are. What can be read off an entry is that a claim was
// decided or pended, when, under which versions, and how many of its lines hold a fingerprint.
package ledger
