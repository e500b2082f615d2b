// Package server is the HTTP side of an installation: a JSON API under /api/v1 and a small status page, rendered on the
// server by package pages below.
//
// It takes documents in, has them adjudicated and shows what became of them; it decides nothing, keeps nothing of its own,
// and talks to Postgres through internal/postgres and to Temporal through workflows. Who may see what is not asked yet:
// there are no users. Until there are, the server listens on loopback only, and CheckListen refuses any other
// address unless a proxy in front is said to let in only whom it should. Every id in a request belongs to the payer in its path;
// one of another payer is not found.
//
// Errors are {"error": {"kind", "text", "id", "problems"}}. The text of an internal error never leaves the process: the
// answer carries its id, and the log has the id with the text, which by our rules holds no personal data.
package server
