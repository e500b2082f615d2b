package workflows

import (
	"cmp"
	"fmt"

	"go.temporal.io/sdk/log"
	"go.temporal.io/sdk/workflow"
)

// AdjudicateBatch takes a staged batch through plan, chunks and completion. It carries ids and ranges only; a batch is
// complete when Postgres counts agree, not when this workflow believes so.
func AdjudicateBatch(ctx workflow.Context, in BatchInput) (BatchResult, error) {
	b := &batchRun{in: in}
	if err := b.setup(ctx); err != nil {
		return BatchResult{}, err
	}
	return b.run(ctx)
}

// batchRun is the state of one run.
type batchRun struct {
	in       BatchInput
	progress BatchProgress
	logger   log.Logger
}

func (b *batchRun) setup(ctx workflow.Context) error {
	if err := b.in.validate(); err != nil {
		return failure(err)
	}
	b.logger = log.With(workflow.GetLogger(ctx), "payer", b.in.Payer, "batch", b.in.Batch.String())
	b.progress = BatchProgress{Chunks: b.in.Chunks, Started: b.in.Next, Done: b.in.Next, Claims: b.in.Claims}
	return workflow.SetQueryHandler(ctx, ProgressQuery, func() (BatchProgress, error) { return b.progress, nil })
}

func (b *batchRun) run(ctx workflow.Context) (BatchResult, error) {
	if b.progress.Chunks == 0 {
		if err := b.plan(ctx); err != nil {
			return BatchResult{}, err
		}
	}
	until := min(b.progress.Chunks, b.in.Next+cmp.Or(b.in.PerRun, chunksPerRun))
	if err := b.chunks(ctx, until); err != nil {
		return BatchResult{}, err
	}
	if until < b.progress.Chunks {
		b.logger.Info("continuing as new", "next", until, "chunks", b.progress.Chunks)
		next := b.in
		next.Next, next.Chunks, next.Claims = until, b.progress.Chunks, b.progress.Claims
		return BatchResult{}, workflow.NewContinueAsNewError(ctx, AdjudicateBatch, next)
	}
	if err := b.complete(ctx); err != nil {
		return BatchResult{}, err
	}
	return BatchResult{Claims: b.progress.Claims, Chunks: b.progress.Chunks}, nil
}

func (b *batchRun) plan(ctx workflow.Context) error {
	ctx = withActivity(ctx, planTimeout, batchPatience)
	err := workflow.ExecuteActivity(ctx, activities.PlanBatch, b.in).Get(ctx, &b.progress.Chunks)
	if err != nil {
		return fmt.Errorf("planning batch %s: %w", b.in.Batch, err)
	}
	return nil
}

// chunks keeps ParallelChunks in flight until all before the bound are recorded. The first failure ends the run after
// those in flight have ended, so that nothing of it goes on unseen.
func (b *batchRun) chunks(ctx workflow.Context, until int) error {
	ctx = withActivity(ctx, chunkTimeout, batchPatience)
	selector := workflow.NewSelector(ctx)
	inFlight := 0
	var failed error
	for ord := b.in.Next; ord < until || inFlight > 0; {
		if ord < until && inFlight < ParallelChunks && failed == nil {
			input := ChunkInput{Payer: b.in.Payer, Batch: b.in.Batch, Ord: ord}
			selector.AddFuture(workflow.ExecuteActivity(ctx, activities.AdjudicateChunk, input), func(f workflow.Future) {
				inFlight--
				if err := b.finish(ctx, f); err != nil && failed == nil {
					failed = fmt.Errorf("adjudicating chunk %d of batch %s: %w", input.Ord, input.Batch, err)
				}
			})
			inFlight++
			ord++
			b.progress.Started++
			continue
		}
		if inFlight == 0 {
			break // a chunk failed and none is left to wait for
		}
		selector.Select(ctx)
	}
	return failed
}

func (b *batchRun) finish(ctx workflow.Context, f workflow.Future) error {
	var result ChunkResult
	if err := f.Get(ctx, &result); err != nil {
		return err
	}
	b.progress.Done++
	b.progress.Claims += result.Claims
	return nil
}

func (b *batchRun) complete(ctx workflow.Context) error {
	ctx = withActivity(ctx, completeTimeout, batchPatience)
	if err := workflow.ExecuteActivity(ctx, activities.CompleteBatch, b.in).Get(ctx, nil); err != nil {
		return fmt.Errorf("completing batch %s: %w", b.in.Batch, err)
	}
	return nil
}
