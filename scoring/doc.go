// Package scoring weighs a claim for fraud: it makes numbers of a claim (Features), compares its provider with
// others (Snapshot), and reads them with gradient-boosted trees (Model).
//
// It is not a decision. A score can pend a claim or put it in a sample, never deny one; what it does is the
// contract's payment gate to say. It has no database and no clock: whatever it uses is in the claim, the facts
// and the edits, so a replay sees the same numbers.
//
// Life of a model. scoring/train simulates worlds with known truth, exports rows with the same Features that
// serve, trains LightGBM on some schemes and judges it on others. What it leaves in models/ is the model's text,
// its card (checksum, features, threshold, figures, golden rows) and MODEL_CARD.md for people. LoadModel reads
// the text with a strict reader of its own and hands leaves only what it understood, since leaves believes
// whatever a file says. A model of the usual size is then scored by a quickScorer, which is held to leaves bit for
// bit, a larger one by leaves itself.
package scoring
