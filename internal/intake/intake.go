// Package intake takes documents in: it finds out what a document is, has it read, and stages the claims that may be
// adjudicated, all in one transaction. A document sent again is recognised by its bytes and gives the first answer.
//
// It is not a parser (those are the packages below it) and decides nothing about claims beyond "can be read".
package intake

import (
	"bufio"
	"bytes"
	"context"
	"io"
	"slices"
	"sync"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/assize/assize/internal/claim"
	"github.com/assize/assize/internal/intake/flat"
	"github.com/assize/assize/internal/postgres"
)

// Desk receives documents for the payers of one database. It is safe for concurrent use and is not copied.
type Desk struct {
	Pool  *pgxpool.Pool // of two connections at least
	Codec *claim.Codec
	Now   func() time.Time
	// TakesTests takes test interchanges of X12 (ISA15 T) as if they were production. Only demonstrations set it: elsewhere
	// their claims would be paid.
	TakesTests bool
	// Reach is called at every named stage; tests kill the process there. Nil does nothing.
	Reach func(Stage)

	opening sync.Once
	turns   chan struct{} // one for every submission at work
}

// Stage names a place between two steps, where a process may die.
type Stage string

// Stages, in the order a submission passes them.
const (
	StageNumbered   Stage = "numbered"   // control numbers taken, which commits by itself
	StageStaged     Stage = "staged"     // a block of claims copied, not committed
	StageDocumented Stage = "documented" // a document and its report written, not committed
	StageAccepted   Stage = "accepted"   // committed, the sender does not know yet
)

// Stages lists every stage.
func Stages() []Stage { return []Stage{StageNumbered, StageStaged, StageDocumented, StageAccepted} }

func (d *Desk) reach(stage Stage) {
	if d.Reach != nil {
		d.Reach(stage)
	}
}

// turnShare is the part of the pool that submissions may hold: each holds a transaction, and now and then a second
// connection for control numbers. Were every connection held by a transaction, all would wait for their second one for
// ever, and everybody else with them; a quarter leaves room for both and for whoever shares the pool.
const turnShare = 4

// turn waits until a submission may begin. The caller calls end when it is over.
func (d *Desk) turn(ctx context.Context) (end func(), err error) {
	d.opening.Do(func() { d.turns = make(chan struct{}, max(1, int(d.Pool.Config().MaxConns)/turnShare)) })
	select {
	case d.turns <- struct{}{}:
		return func() { <-d.turns }, nil
	case <-ctx.Done():
		return nil, claim.Errorf(claim.Unavailable, "waiting for a turn to receive documents: %w", context.Cause(ctx))
	}
}

// Source is one document to be read.
type Source struct {
	Name string // shown to the sender; not stored
	Open func() (io.ReadCloser, error)
	// Stream says that it is not there yet, as a pipe or what somebody types: it is opened when its turn comes, and not read
	// while another document is.
	Stream bool
	// Received is the civil date of receipt; absent means today in the payer's time zone. Only demonstrations and
	// trials set it: a sender must not date their own receipt.
	Received claim.Date
}

// Format is what a document is.
type Format string

// Formats.
const (
	X12    Format = "x12"
	NDJSON Format = "ndjson"
	CSV    Format = "csv"
)

// Receipt answers for one document.
type Receipt struct {
	Name     string   `json:"name"`
	Document claim.ID `json:"document"`
	Batch    claim.ID `json:"batch"`
	Repeated bool     `json:"repeated"` // received before; this is the first answer's batch
	Format   Format   `json:"format"`
	Claims   int      `json:"claims"`  // staged
	Refused  int      `json:"refused"` // counted, not staged
	Report   any      `json:"report"`  // of the parser
}

// Submission is the answer to a set of documents.
type Submission struct {
	Batch     claim.ID  `json:"batch"` // Nil when every document was a repetition; of no claims when all were refused
	Claims    int       `json:"claims"`
	Documents []Receipt `json:"documents"`
}

// Submit reads the documents into one batch, in one transaction: either all of them are received or, when reading or
// Postgres fails, none. Documents that are refused, wholly or in part, are received all the same, with their report. Of
// many submissions at once some wait for their turn, as long as ctx lets them.
func (d *Desk) Submit(ctx context.Context, payer postgres.Payer, sources []Source) (Submission, error) {
	zone, err := time.LoadLocation(payer.TimeZone)
	if err != nil {
		return Submission{}, claim.Errorf(claim.Invalid, "payer %s: its time zone %q is not known", payer.Code, payer.TimeZone)
	}
	end, err := d.turn(ctx)
	if err != nil {
		return Submission{}, err
	}
	defer end()
	tx, err := d.Pool.Begin(ctx)
	if err != nil {
		return Submission{}, claim.Errorf(claim.Unavailable, "receiving documents: %w", err)
	}
	defer rollback(tx)
	s := &stager{desk: d, tx: tx, payer: payer, batch: claim.NewID()}
	if err := postgres.AddBatch(ctx, tx, payer.ID, s.batch, d.Now()); err != nil {
		return Submission{}, err
	}
	readings := d.readings(sources, s.batch, zone)
	if err := s.receiveAll(ctx, readings); err != nil {
		return Submission{}, err
	}
	answer, err := s.record(ctx, readings)
	if err != nil {
		return Submission{}, err
	}
	if allRepeated(answer.Documents) {
		answer.Batch = uuid.Nil
		return answer, nil // the empty batch is rolled back
	}
	if err := tx.Commit(ctx); err != nil {
		return Submission{}, claim.Errorf(claim.Unavailable, "receiving %d documents: %w", len(sources), err)
	}
	d.reach(StageAccepted)
	return answer, nil
}

// readings prepares the reading of each document.
func (d *Desk) readings(sources []Source, batch claim.ID, zone *time.Location) []*reading {
	list := make([]*reading, len(sources))
	for n, source := range sources {
		list[n] = &reading{
			desk: d, batch: batch, source: source, document: claim.NewID(), received: source.Received, blocks: make(chan block, blocksAhead),
		}
		if !source.Received.Known() {
			list[n].received = claim.DateOf(d.Now().In(zone))
		}
	}
	return list
}

func allRepeated(receipts []Receipt) bool {
	for i := range receipts {
		if !receipts[i].Repeated {
			return false
		}
	}
	return true
}

// record adds the documents and takes back what those staged that were received before. Of two submissions of the same
// document one waits here for the other's end: in the order of their digests, since two that hold each a document of the
// other would wait in a circle.
func (s *stager) record(ctx context.Context, readings []*reading) (Submission, error) {
	answer := Submission{Batch: s.batch, Documents: make([]Receipt, len(readings))}
	order := make([]int, len(readings))
	for n := range order {
		answer.Documents[n], order[n] = readings[n].receipt, n
	}
	slices.SortStableFunc(order, func(a, b int) int {
		return bytes.Compare(readings[a].recorded.SHA256[:], readings[b].recorded.SHA256[:])
	})
	for _, n := range order {
		receipt, document := &answer.Documents[n], &readings[n].recorded
		fresh, err := postgres.AddDocument(ctx, s.tx, s.payer.ID, *document)
		if err == nil && fresh {
			answer.Claims += receipt.Claims
		} else if err == nil {
			err = s.repeated(ctx, document, receipt)
		}
		if err != nil {
			return Submission{}, claim.Errorf(claim.KindOf(err), "receiving %s: %w", receipt.Name, err)
		}
		s.desk.reach(StageDocumented)
	}
	return answer, nil
}

// repeated answers for a document that was received before: with the first answer's names.
func (s *stager) repeated(ctx context.Context, d *postgres.Document, receipt *Receipt) (err error) {
	receipt.Repeated = true
	if receipt.Document, receipt.Batch, err = postgres.DocumentBySHA(ctx, s.tx, s.payer.ID, d.SHA256); err != nil {
		return err
	}
	return postgres.UnstageDocument(ctx, s.tx, s.payer.ID, s.batch, d.ID)
}

// Detect tells a document's format by its first bytes, without consuming them. What is neither JSON nor our CSV is
// taken for X12, whose reader explains best what is wrong with it.
func Detect(r *bufio.Reader) Format {
	start, _ := r.Peek(512) // a shorter document is shown whole
	start = bytes.TrimLeft(bytes.TrimPrefix(start, []byte("\ufeff")), " \t\r\n")
	switch {
	case bytes.HasPrefix(start, []byte("{")):
		return NDJSON
	case bytes.HasPrefix(start, []byte("ISA")):
		return X12
	case flat.IsHeader(start):
		return CSV
	}
	return X12
}

// rollback ends a transaction that was not committed; after a commit it does nothing, and a connection that is gone
// has rolled back by itself.
func rollback(tx pgx.Tx) {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	_ = tx.Rollback(ctx)
}
