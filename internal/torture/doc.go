// Package torture kills an installation while it works, again and again, and checks after every kill that nothing was
// lost and nothing doubled: every accepted claim decided once, every count the same wherever it is kept, the chain
// whole and passing through every head seen before, projections equal to their rebuild, every replay equal.
//
// A child process does the work (see Child) and dies of its own hand at a named stage, or of its postmaster's death; the
// parent (see Run) starts it, tells it what to do, and looks at the database afterwards with connections of its own.
// Both are this program. The parent ends only processes that it started, and a child whose parent is gone stops.
//
// It is not a load test: batches are small, so that the next death is never far away.
package torture
