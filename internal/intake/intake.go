// Package intake takes documents in: it finds out what a document is, has it read, and stages the claims that may be
// adjudicated, all in one transaction. A document sent again is recognised by its bytes and gives the first answer.
//
// It is not a parser (those are the packages below it) and decides nothing about claims beyond "can be read".
package intake

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"io"
	"slices"
	"sync"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/assize/assize/internal/claim"
	"github.com/assize/assize/internal/intake/flat"
	"github.com/assize/assize/internal/intake/x12"
	"github.com/assize/assize/internal/postgres"
)

// Desk receives documents for the payers of one database. It is safe for concurrent use and is not copied.
type Desk struct {
	Pool  *pgxpool.Pool // of two connections at least
	Codec *claim.Codec
	Now   func() time.Time
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
// progress, when not nil, is told of bytes read.
func (d *Desk) Submit(ctx context.Context, payer postgres.Payer, sources []Source, progress func(bytes int)) (Submission, error) {
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
	s := &stager{desk: d, tx: tx, payer: payer, batch: claim.NewID(), zone: zone, progress: progress}
	if err := postgres.AddBatch(ctx, tx, payer.ID, s.batch, d.Now()); err != nil {
		return Submission{}, err
	}
	answer := Submission{Batch: s.batch, Documents: make([]Receipt, len(sources))}
	documents, err := s.receiveAll(ctx, sources, answer.Documents)
	if err != nil {
		return Submission{}, err
	}
	if err := s.record(ctx, documents, &answer); err != nil {
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
func (s *stager) record(ctx context.Context, documents []postgres.Document, answer *Submission) error {
	order := make([]int, len(documents))
	for n := range order {
		order[n] = n
	}
	slices.SortStableFunc(order, func(a, b int) int { return bytes.Compare(documents[a].SHA256[:], documents[b].SHA256[:]) })
	for _, n := range order {
		receipt := &answer.Documents[n]
		fresh, err := postgres.AddDocument(ctx, s.tx, s.payer.ID, documents[n])
		if err == nil && fresh {
			answer.Claims += receipt.Claims
		} else if err == nil {
			err = s.repeated(ctx, &documents[n], receipt)
		}
		if err != nil {
			return claim.Errorf(claim.KindOf(err), "receiving %s: %w", receipt.Name, err)
		}
		s.desk.reach(StageDocumented)
	}
	return nil
}

// repeated answers for a document that was received before: with the first answer's names.
func (s *stager) repeated(ctx context.Context, d *postgres.Document, receipt *Receipt) (err error) {
	receipt.Repeated = true
	if receipt.Document, receipt.Batch, err = postgres.DocumentBySHA(ctx, s.tx, s.payer.ID, d.SHA256); err != nil {
		return err
	}
	return postgres.UnstageDocument(ctx, s.tx, s.payer.ID, s.batch, d.ID)
}

// receiveAll reads the documents and stages their claims. One document's last claims are copied while the next is read.
func (s *stager) receiveAll(ctx context.Context, sources []Source, receipts []Receipt) (documents []postgres.Document, err error) {
	defer func() { err = errors.Join(err, s.settle()) }() // nothing may use the transaction after this
	documents = make([]postgres.Document, len(sources))
	for n, source := range sources {
		if receipts[n], documents[n], err = s.receive(ctx, source); err != nil {
			return nil, claim.Errorf(claim.KindOf(err), "receiving %s: %w", source.Name, err)
		}
	}
	return documents, s.flush(ctx)
}

// receive reads one document and stages its claims, the last of which may still wait to be copied.
func (s *stager) receive(ctx context.Context, source Source) (Receipt, postgres.Document, error) {
	file, err := source.Open()
	if err != nil {
		return Receipt{}, postgres.Document{}, claim.Errorf(claim.Unavailable, "opening it: %w", err)
	}
	defer file.Close()
	digest := sha256.New()
	counted := &countingReader{reader: io.TeeReader(file, digest), told: s.progress}
	s.begin(source.Received)
	format, report, refused, err := s.read(ctx, bufio.NewReaderSize(counted, 1<<16))
	if err != nil {
		return Receipt{}, postgres.Document{}, err
	}
	if _, err := io.Copy(io.Discard, counted); err != nil { // what a parser left unread is part of the document
		return Receipt{}, postgres.Document{}, claim.Errorf(claim.Unavailable, "reading it: %w", err)
	}
	receipt := Receipt{Name: source.Name, Document: s.document, Batch: s.batch, Format: format, Claims: s.staged, Refused: refused, Report: report}
	return receipt, postgres.Document{
		ID: s.document, Batch: s.batch, SHA256: claim.Digest(digest.Sum(nil)), Format: string(format), Received: s.received,
		ReceivedAt: s.desk.Now(), Claims: s.staged, Refused: refused, Report: report,
	}, nil
}

// read recognises the document by its first bytes and has it parsed.
func (s *stager) read(ctx context.Context, r *bufio.Reader) (Format, any, int, error) {
	format := Detect(r)
	switch format {
	case NDJSON:
		report, err := flat.ReadNDJSON(ctx, r, flat.Limits{}, &flatHandler{ctx: ctx, stager: s})
		return format, report, report.Refused, err
	case CSV:
		report, err := flat.ReadCSV(ctx, r, flat.Limits{}, &flatHandler{ctx: ctx, stager: s})
		return format, report, report.Refused, err
	default:
		report, err := x12.Read(ctx, r, x12.Limits{}, &x12Handler{ctx: ctx, stager: s})
		return format, report, report.Refused, err
	}
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

type countingReader struct {
	reader io.Reader
	told   func(int)
}

func (c *countingReader) Read(p []byte) (int, error) {
	n, err := c.reader.Read(p)
	if c.told != nil {
		c.told(n)
	}
	return n, err
}

// rollback ends a transaction that was not committed; after a commit it does nothing, and a connection that is gone
// has rolled back by itself.
func rollback(tx pgx.Tx) {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	_ = tx.Rollback(ctx)
}
