package torture

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/assize/assize/internal/adjudicate"
	"github.com/assize/assize/internal/claim"
	"github.com/assize/assize/internal/installation"
	"github.com/assize/assize/internal/intake"
	"github.com/assize/assize/internal/postgres"
	"github.com/assize/assize/workflows"
)

// Child works in an open installation as its parent says, until it dies or is told to stop.
type Child struct {
	Installation *installation.Installation
	Trap         *Trap
}

// Serve answers requests. It returns nil when told to stop or when the parent is gone, and the context's cause when that
// ends first.
func (c *Child) Serve(ctx context.Context, in io.Reader) error {
	i := c.Installation
	if err := c.Trap.say(answer{Done: opened, DSN: i.DSN, KeysDSN: i.KeysDSN, Temporal: i.Address}); err != nil {
		return err
	}
	requests := readRequests(ctx, in)
	for {
		select {
		case <-ctx.Done():
			return context.Cause(ctx)
		case r, ok := <-requests:
			if !ok || r.Do == doStop {
				return nil
			}
			if err := c.answer(ctx, r); err != nil {
				return err
			}
		}
	}
}

// readRequests passes on requests until the input or the context ends.
func readRequests(ctx context.Context, in io.Reader) <-chan request {
	requests := make(chan request)
	go func() {
		defer close(requests)
		decoder := json.NewDecoder(bufio.NewReader(in))
		for {
			var r request
			if decoder.Decode(&r) != nil {
				return
			}
			select {
			case requests <- r:
			case <-ctx.Done():
				return
			}
		}
	}()
	return requests
}

// answer does what is asked and says so. A failure is told to the parent and does not end the child, unless the context
// did: then the child is on its way out.
func (c *Child) answer(ctx context.Context, r request) error {
	a := answer{Done: r.Do}
	err := c.do(ctx, r, &a)
	if err != nil && ctx.Err() != nil {
		return context.Cause(ctx)
	}
	if err != nil {
		a.Error = err.Error()
	}
	return c.Trap.say(a)
}

func (c *Child) do(ctx context.Context, r request, a *answer) (err error) {
	if err := pause(ctx, r.After); err != nil {
		return err
	}
	switch r.Do {
	case doCount:
		a.Count = c.Trap.Recorded()
	case doArm:
		c.Trap.Set(*r.Point)
	case doServe:
		err = c.serve(ctx)
	case doResume:
		err = c.resume(ctx)
	case doSubmit:
		a.Accepted, err = c.submit(ctx, r.Parcels)
	case doSingle:
		a.Accepted, err = c.single(ctx, r.Parcels)
	case doReview:
		err = c.review(ctx, r.Count)
	case doEnded:
		a.Count, err = c.unended(ctx)
	case doSign:
		err = c.Installation.CheckpointMoved(ctx)
	case doUpgrade:
		err = c.upgrade(ctx, r.Folder)
	default:
		err = claim.Errorf(claim.Invalid, "a child cannot %q", r.Do)
	}
	return err
}

// pollEvery is how often a child looks whether work is done that it does not wait for otherwise.
const pollEvery = 50 * time.Millisecond

// serve does what `up` does at its start.
func (c *Child) serve(ctx context.Context) error {
	if err := c.Installation.StartWorker(); err != nil {
		return err
	}
	return c.Installation.ResumeBatches(ctx, c.future())
}

// resume serves and waits until every batch is complete.
func (c *Child) resume(ctx context.Context) error {
	if err := c.serve(ctx); err != nil {
		return err
	}
	for {
		open, err := postgres.OpenBatches(ctx, c.Installation.Pool, c.future(), 1)
		if err != nil || len(open) == 0 {
			return err
		}
		if err := pause(ctx, pollEvery); err != nil {
			return err
		}
	}
}

func pause(ctx context.Context, d time.Duration) error {
	select {
	case <-ctx.Done():
		return context.Cause(ctx)
	case <-time.After(d):
		return nil
	}
}

// future is a moment that every batch was staged before.
func (c *Child) future() time.Time { return c.Installation.Desk.Now().Add(time.Hour) }

// submit sends the parcels side by side.
func (c *Child) submit(ctx context.Context, parcels []Parcel) ([]receipt, error) {
	var group sync.WaitGroup
	var mu sync.Mutex
	var all []receipt
	var failures []error
	for _, parcel := range parcels {
		group.Go(func() {
			list, err := c.submitOne(ctx, parcel)
			mu.Lock()
			defer mu.Unlock()
			all, failures = append(all, list...), append(failures, err)
		})
	}
	group.Wait()
	return all, errors.Join(failures...)
}

func (c *Child) submitOne(ctx context.Context, parcel Parcel) ([]receipt, error) {
	p, err := c.payer(ctx, parcel.Payer)
	if err != nil {
		return nil, err
	}
	submission, list, err := c.receive(ctx, p, parcel.Files)
	if err != nil {
		return nil, err
	}
	for _, d := range submission.Documents {
		batch, err := postgres.BatchByID(ctx, c.Installation.Pool, p.ID, d.Batch)
		if err != nil || batch.State == "complete" {
			continue
		}
		run, err := c.Installation.StartBatch(ctx, p.ID, d.Batch)
		if err != nil {
			return nil, err
		}
		if err := c.Installation.AwaitBatch(ctx, run, p.ID, d.Batch, nil); err != nil {
			return nil, err
		}
	}
	return list, nil
}

func (c *Child) payer(ctx context.Context, id claim.PayerID) (postgres.Payer, error) {
	return postgres.PayerByID(ctx, c.Installation.Pool, id)
}

// receive has files taken in as one batch.
func (c *Child) receive(ctx context.Context, p postgres.Payer, files []Document) (intake.Submission, []receipt, error) {
	sources := make([]intake.Source, len(files))
	for n, f := range files {
		sources[n] = intake.Source{
			Name: filepath.Base(f.Path), Received: f.Received,
			Open: func() (io.ReadCloser, error) { return os.Open(f.Path) },
		}
	}
	submission, err := c.Installation.Intake.Submit(ctx, p, sources)
	if err != nil {
		return submission, nil, err
	}
	list := make([]receipt, len(files))
	for n, d := range submission.Documents {
		list[n] = receipt{Path: files[n].Path, Document: d.Document, Batch: d.Batch, Claims: d.Claims, Refused: d.Refused}
	}
	return submission, list, nil
}

// single sends claims one by one, each decided in the same call.
func (c *Child) single(ctx context.Context, parcels []Parcel) ([]receipt, error) {
	var all []receipt
	for _, parcel := range parcels {
		p, err := c.payer(ctx, parcel.Payer)
		if err != nil {
			return all, err
		}
		for _, file := range parcel.Files {
			submission, list, err := c.receive(ctx, p, []Document{file})
			if err != nil {
				return all, err
			}
			d := submission.Documents[0]
			one, err := postgres.ClaimOfDocument(ctx, c.Installation.Pool, p.ID, d.Batch, d.Document)
			if err != nil {
				return all, err
			}
			in := workflows.ClaimInput{Payer: p.ID, Batch: d.Batch, Claim: one.Claim}
			if _, err := workflows.RequestDecision(ctx, c.Installation.Temporal, in); err != nil {
				return all, err
			}
			all = append(all, list...)
		}
	}
	return all, nil
}

// review has the first cases of each payer decided by a person: by turns released from everything they wait for, and
// denied.
func (c *Child) review(ctx context.Context, count int) error {
	payers, err := postgres.Payers(ctx, c.Installation.Pool)
	if err != nil {
		return err
	}
	for _, p := range payers {
		cases, err := postgres.OpenCasesOf(ctx, c.Installation.Pool, p.ID, count)
		if err != nil {
			return err
		}
		for n, pended := range cases {
			// A review that a death broke off goes on by itself, and takes no other beside it.
			if err := c.reviewOne(ctx, p.ID, pended, n%2 == 0); err != nil && claim.KindOf(err) != claim.Conflict {
				return err
			}
		}
	}
	return nil
}

func (c *Child) reviewOne(ctx context.Context, payer claim.PayerID, pended postgres.OpenCase, release bool) error {
	id := claim.NewID()
	if err := postgres.AddReview(ctx, c.Installation.Pool, payer, id, pended.ClaimID, c.opinion(pended, release)); err != nil {
		return err
	}
	_, err := workflows.RequestReview(ctx, c.Installation.Temporal, workflows.ReviewInput{Payer: payer, Claim: pended.ClaimID}, id)
	return err
}

// opinion is what a person makes of a case.
func (c *Child) opinion(pended postgres.OpenCase, release bool) claim.HumanAction {
	human := claim.HumanAction{
		Actor: "r1", Action: adjudicate.Reject, Rationale: "no answer to our request", At: claim.InstantOf(c.Installation.Desk.Now()),
		Edits: []claim.Edit{{Rule: "REVIEW", Outcome: claim.Deny, Group: claim.CO, CARC: "16", RARC: "M127"}},
	}
	if release {
		human.Action, human.Edits, human.Rationale = adjudicate.Release, nil, "the records agree"
		human.Waived = append(human.Waived, "score")
		for _, reason := range pended.Reasons {
			_, rule, _ := strings.Cut(reason, ":")
			human.Waived = append(human.Waived, rule)
		}
	}
	return human
}
