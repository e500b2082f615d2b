package workflows

import (
	"fmt"

	"github.com/google/uuid"

	"github.com/assize/assize/internal/claim"
)

// TaskQueue is the queue that adjudication workers serve.
const TaskQueue = "adjudication"

// Names of queries and updates.
const (
	ProgressQuery  = "progress" // of AdjudicateBatch: BatchProgress
	DecisionUpdate = "decision" // of AdjudicateClaim: waits for the claim's Answer
	ReviewUpdate   = "review"   // of ReviewClaim: ReviewRequest, checked before it is accepted
)

// BatchInput starts AdjudicateBatch. Next, Chunks and Claims are zero at the start and carried from run to run.
type BatchInput struct {
	Payer  claim.PayerID `json:"payer"`
	Batch  claim.ID      `json:"batch"`
	Next   int           `json:"next"`   // first chunk not yet started
	Chunks int           `json:"chunks"` // 0: not planned yet
	Claims int           `json:"claims"` // recorded by earlier runs
	PerRun int           `json:"perRun"` // chunks of one run, for tests; 0: chunksPerRun
}

// BatchProgress answers the progress query.
type BatchProgress struct {
	Chunks  int `json:"chunks"`
	Started int `json:"started"`
	Done    int `json:"done"`
	Claims  int `json:"claims"` // recorded so far
}

// BatchResult is what a finished batch reports.
type BatchResult struct {
	Claims int `json:"claims"`
	Chunks int `json:"chunks"`
}

// ChunkInput names one chunk of the plan.
type ChunkInput struct {
	Payer claim.PayerID `json:"payer"`
	Batch claim.ID      `json:"batch"`
	Ord   int           `json:"ord"`
}

// ChunkResult counts what recording a chunk did.
type ChunkResult struct {
	Claims    int `json:"claims"`
	Redecided int `json:"redecided"` // decided again because their family had moved on
}

// ClaimInput starts AdjudicateClaim: one claim, staged as a batch of its own.
type ClaimInput struct {
	Payer claim.PayerID `json:"payer"`
	Batch claim.ID      `json:"batch"`
	Claim claim.ID      `json:"claim"`
}

// Answer says that a claim was recorded. What was decided stays in Postgres.
type Answer struct {
	Claim claim.ID `json:"claim"`
	Entry claim.ID `json:"entry"`
}

// ReviewInput starts ReviewClaim.
type ReviewInput struct {
	Payer claim.PayerID `json:"payer"`
	Claim claim.ID      `json:"claim"`
}

// ReviewRequest is a reviewer's decision, which stands in review_action under this id.
type ReviewRequest struct {
	Action claim.ID `json:"action"`
}

// SweepInput starts SweepClocks for one payer.
type SweepInput struct {
	Payer claim.PayerID `json:"payer"`
}

// SweepResult counts what a sweep did.
type SweepResult struct {
	Released  int `json:"released"`  // pended on score alone: paid and marked for audit
	Escalated int `json:"escalated"` // everything else that is due
}

// BatchWorkflowID names the workflow of a batch.
func BatchWorkflowID(payer claim.PayerID, batch claim.ID) string {
	return fmt.Sprintf("batch/%d/%s", payer, batch)
}

// ClaimWorkflowID names the workflow of a claim sent by itself.
func ClaimWorkflowID(payer claim.PayerID, id claim.ID) string {
	return fmt.Sprintf("claim/%d/%s", payer, id)
}

// ReviewWorkflowID names the workflow of a review.
func ReviewWorkflowID(payer claim.PayerID, id claim.ID) string {
	return fmt.Sprintf("review/%d/%s", payer, id)
}

// SweepScheduleID names the schedule that sweeps a payer's clocks.
func SweepScheduleID(payer claim.PayerID) string { return fmt.Sprintf("sweep/%d", payer) }

func (in BatchInput) validate() error {
	if in.Next < 0 || in.Chunks < 0 || in.PerRun < 0 {
		return claim.Errorf(claim.Invalid, "a batch counts its chunks from 0")
	}
	return known(in.Payer, in.Batch)
}

func (in ClaimInput) validate() error { return known(in.Payer, in.Batch, in.Claim) }

func known(payer claim.PayerID, ids ...claim.ID) error {
	if payer <= 0 {
		return claim.Errorf(claim.Invalid, "a workflow needs a payer")
	}
	for _, id := range ids {
		if id == uuid.Nil {
			return claim.Errorf(claim.Invalid, "a workflow needs its ids")
		}
	}
	return nil
}
