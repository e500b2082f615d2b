// Package workflows takes claims through their adjudication: the Temporal workflows and activities, and the Desk,
// which loads facts, has decisions made and records them, a chunk of claims or one at a time.
//
// It joins the packages that decide (internal/adjudicate), keep (ledger, internal/postgres) and look up
// (internal/facts); it holds no rule about claims itself. Workflow code here may use only the SDK's time, sleep and
// goroutines, does no input or output, and carries ids and ranges only: no payload ever holds personal data, since
// histories are kept where erasure does not reach. Every activity may run twice; each says what makes that harmless.
//
// Changing a workflow's steps: put the change behind workflow.GetVersion and record a history of the new branch
// (go test ./internal/installation -run TestEveryBranch -update); TestRecordedHistoriesReplay replays those in
// testdata/histories.
package workflows
