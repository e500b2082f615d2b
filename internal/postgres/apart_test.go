package postgres_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/assize/assize/internal/claim"
	"github.com/assize/assize/internal/facts"
	"github.com/assize/assize/internal/postgres"
)

// work is one batch of one payer; two payers have the same two batches of two documents and three claims, under the same ids.
type work struct {
	payer claim.PayerID
	batch claim.ID
}

// works lists all batches of a world, the first of which is worked on.
var works = []work{{1, id(8)}, {1, id(9)}, {2, id(8)}, {2, id(9)}}

// claimOf numbers the claims of a batch: ids, control numbers and documents differ from batch to batch, not from payer to payer.
func (w work) claimOf(ord int) int { return int(w.batch[15]%16)*10 + ord }

func (w work) document(ord int) claim.ID { return id(100 + w.claimOf(ord/2)) } // the first two claims are of one document

func (w work) staged() []postgres.StagedClaim {
	list := make([]postgres.StagedClaim, 3)
	for ord := range list {
		list[ord] = stagedOf(ord, "F"+fmt.Sprint(ord), 20250901)
		list[ord].ClaimID, list[ord].ControlNumber = id(1000+w.claimOf(ord)), int64(5000+w.claimOf(ord))
		list[ord].Document, list[ord].Body = w.document(ord), fmt.Append(nil, w, ord)
	}
	return list
}

// twoPayers stages and plans all batches, with one claim a chunk.
func twoPayers(t *testing.T) *pgxpool.Pool {
	t.Helper()
	pool := newPool(t)
	for _, w := range works {
		write(t, pool, func(tx pgx.Tx) error {
			if err := postgres.AddBatch(t.Context(), tx, w.payer, w.batch, moment); err != nil {
				return err
			}
			return postgres.Stage(t.Context(), tx, w.payer, w.batch, w.staged())
		})
	}
	for _, w := range works { // counted when all are there
		for ord, claims := range map[int]int{0: 2, 2: 1} {
			write(t, pool, func(tx pgx.Tx) error { return addDocument(t, tx, w, ord, claims) })
		}
		write(t, pool, func(tx pgx.Tx) error { _, err := postgres.PlanBatch(t.Context(), tx, w.payer, w.batch, 1); return err })
	}
	return pool
}

func addDocument(t *testing.T, tx pgx.Tx, w work, ord, claims int) error {
	t.Helper()
	sum := w.document(ord)
	fresh, err := postgres.AddDocument(t.Context(), tx, w.payer, postgres.Document{
		ID: w.document(ord), Batch: w.batch, SHA256: postgres.DigestOf(sum[:]), Format: "x12", Received: 20251001, ReceivedAt: moment, Claims: claims,
	})
	if err == nil && !fresh {
		return fmt.Errorf("document %d of %v is there", ord, w)
	}
	return err
}

// open counts the claims that each chunk of a batch still has to decide.
func open(t *testing.T, pool *pgxpool.Pool, w work) (claims [3]int) {
	t.Helper()
	for ord := range claims {
		list, err := postgres.StagedChunk(t.Context(), pool, w.payer, w.batch, ord)
		if err != nil {
			t.Fatal(err)
		}
		claims[ord] = len(list)
		for _, s := range list {
			if want := w.staged()[s.Ord]; !cmp.Equal(s, want) {
				t.Errorf("chunk %d of %v: %s", ord, w, cmp.Diff(want, s))
			}
		}
	}
	return claims
}

// What is done with one batch is done with it alone: neither the payer's other batch nor the other payer's same one moves.
func TestEveryStepOfABatchIsItsOwn(t *testing.T) {
	pool, ctx := twoPayers(t), t.Context()
	this, others := works[0], works[1:]
	state := func(w work) string {
		t.Helper()
		p, err := postgres.BatchProgress(ctx, pool, w.payer, w.batch)
		if err != nil {
			t.Fatal(err)
		}
		return fmt.Sprintf("%s %d claims, %d decided, %d of %d chunks, %d again; open %v", p.State, p.Claims, p.Decided, p.ChunksDone, p.Chunks, p.Redecided, open(t, pool, w))
	}
	holds := func(step, want string) {
		t.Helper()
		if got := state(this); got != want {
			t.Errorf("after %s: got %s, want %s", step, got, want)
		}
		for _, w := range others {
			if got := state(w); got != "planned 3 claims, 0 decided, 0 of 3 chunks, 0 again; open [1 1 1]" {
				t.Errorf("after %s of another batch %v is %s", step, w, got)
			}
		}
	}
	holds("planning", "planned 3 claims, 0 decided, 0 of 3 chunks, 0 again; open [1 1 1]")
	for ord := range 3 {
		write(t, pool, func(tx pgx.Tx) error {
			if _, err := postgres.BeginChunk(ctx, tx, this.payer, this.batch, ord, 1, 0); err != nil {
				return err
			}
			c := this.staged()[ord]
			r := rowOf(0, claim.Pay)
			r.ClaimID, r.ControlNumber, r.Batch, r.Document, r.EntryID = c.ClaimID, c.ControlNumber, this.batch, c.Document, id(2000+ord)
			return postgres.InsertClaims(ctx, tx, this.payer, []postgres.ClaimRow{r})
		})
		if ord == 0 {
			holds("a chunk", "planned 3 claims, 1 decided, 1 of 3 chunks, 0 again; open [0 1 1]")
			for _, w := range others {
				_, _, err := postgres.ChunkDone(ctx, pool, w.payer, w.batch, 0)
				requireKind(t, err, claim.NotFound, "the chunk of another batch")
			}
		}
	}
	_, _, err := postgres.ChunkDone(ctx, pool, this.payer, this.batch, 3)
	requireKind(t, err, claim.NotFound, "another chunk")
	write(t, pool, func(tx pgx.Tx) error { return postgres.CountRedecided(ctx, tx, this.payer, this.batch, 1, 7) })
	holds("the last chunk", "planned 3 claims, 3 decided, 3 of 3 chunks, 7 again; open [0 0 0]")
	write(t, pool, func(tx pgx.Tx) error { return postgres.CompleteBatch(ctx, tx, this.payer, this.batch) })
	holds("completion", "complete 3 claims, 3 decided, 3 of 3 chunks, 7 again; open [0 0 0]")
	if requireKind(t, attempt(t, pool, func(tx pgx.Tx) error { return postgres.CompleteBatch(ctx, tx, 1, id(9)) }), claim.Conflict, "the batch beside it"); t.Failed() {
		return
	}
	write(t, pool, func(tx pgx.Tx) error { return postgres.UnstageFrom(ctx, tx, 2, id(9), 1) })
	write(t, pool, func(tx pgx.Tx) error { return postgres.UnstageDocument(ctx, tx, 2, id(8), works[2].document(0)) })
	write(t, pool, func(tx pgx.Tx) error { return postgres.UnstageDocument(ctx, tx, 2, id(9), works[3].document(0)) })
	for w, want := range map[work][3]int{works[1]: {1, 1, 1}, works[2]: {0, 0, 1}, works[3]: {0, 0, 0}} {
		if got := open(t, pool, w); got != want {
			t.Errorf("after claims were taken back of others %v has %v, want %v", w, got, want)
		}
	}
}

// All batches are decided and then completed, one after the other: each by its own counts.
func TestEveryBatchIsCompletedByItsOwnCounts(t *testing.T) {
	pool, ctx := twoPayers(t), t.Context()
	for i, w := range works {
		write(t, pool, func(tx pgx.Tx) error {
			rows := make([]postgres.ClaimRow, 3)
			for ord, c := range w.staged() {
				if _, err := postgres.BeginChunk(ctx, tx, w.payer, w.batch, ord, 1, 0); err != nil {
					return err
				}
				rows[ord] = rowOf(0, claim.Pay)
				rows[ord].ClaimID, rows[ord].ControlNumber, rows[ord].EntryID = c.ClaimID, c.ControlNumber, id(2000+10*i+ord)
				rows[ord].Batch, rows[ord].Document = w.batch, c.Document
			}
			return postgres.InsertClaims(ctx, tx, w.payer, rows)
		})
	}
	write(t, pool, func(tx pgx.Tx) error { return postgres.CountRedecided(ctx, tx, 1, id(8), 1, 7) })
	for i, w := range works {
		write(t, pool, func(tx pgx.Tx) error { return postgres.CompleteBatch(ctx, tx, w.payer, w.batch) })
		for j, other := range works {
			p, err := postgres.BatchProgress(ctx, pool, other.payer, other.batch)
			want := postgres.Progress{State: "planned", Claims: 3, Decided: 3, Chunks: 3, ChunksDone: 3}
			if j <= i {
				want.State = "complete"
			}
			if j == 0 {
				want.Redecided = 7
			}
			if diff := cmp.Diff(want, p); err != nil || diff != "" {
				t.Errorf("%v after %v was completed: %v (-want +got):\n%s", other, w, err, diff)
			}
		}
	}
}

// A document's claim, a batch's figures and what a number names are those of the payer and the batch asked about.
func TestWhatIsReadOfABatchIsItsOwn(t *testing.T) {
	pool, ctx := twoPayers(t), t.Context()
	for i, w := range works { // each has decided another one of its claims, for another amount
		c := w.staged()[i%3]
		r := rowOf(0, claim.Pay)
		r.ClaimID, r.ControlNumber, r.Batch, r.Document, r.EntryID = c.ClaimID, c.ControlNumber, w.batch, c.Document, id(2000+i)
		r.Charge, r.CARCs = claim.Cents(100_00+i), []string{"45", fmt.Sprint(i)}
		insertClaims(t, pool, w.payer, r)
	}
	for i, w := range works {
		f, err := postgres.BatchFigures(ctx, pool, w.payer, w.batch)
		want := postgres.Figures{
			Claims: map[claim.Outcome]int{claim.Pay: 1}, Charge: map[claim.Outcome]claim.Cents{claim.Pay: claim.Cents(100_00 + i)}, Paid: 70_00, Owed: 10_00,
			CARCs: []postgres.CARCCount{{CARC: fmt.Sprint(i), Claims: 1}, {CARC: "45", Claims: 1}}, // of equal counts in order
		}
		if diff := cmp.Diff(want, f); err != nil || diff != "" {
			t.Errorf("%v: %v (-want +got):\n%s", w, err, diff)
		}
		single, err := postgres.ClaimOfDocument(ctx, pool, w.payer, w.batch, w.document(2))
		if want := (postgres.SingleClaim{Claim: w.staged()[2].ClaimID, Decided: i%3 == 2}); err != nil || single != want {
			t.Errorf("%v: the claim of a document is %+v, %v, want %+v", w, single, err, want)
		}
		_, err = postgres.ClaimOfDocument(ctx, pool, w.payer, w.batch, w.document(0))
		requireKind(t, err, claim.Conflict, "a document of two claims")
		_, err = postgres.ClaimOfDocument(ctx, pool, w.payer, w.batch, id(77))
		requireKind(t, err, claim.NotFound, "a document that is not there")
		for ord, c := range w.staged() {
			r, err := postgres.ClaimRowOf(ctx, pool, w.payer, c.ClaimID)
			if ord != i%3 {
				requireKind(t, err, claim.NotFound, "a claim that is not decided")
			} else if err != nil || r.Charge != claim.Cents(100_00+i) {
				t.Errorf("%v: claim %d is charged %d, %v", w, ord, r.Charge, err)
			}
		}
	}
	for _, ord := range []int{0, 2} { // of a claim that is decided, and of one that is not
		_, err := postgres.ClaimOfDocument(ctx, pool, 1, id(9), works[0].document(ord))
		requireKind(t, err, claim.NotFound, "a document of another batch")
	}
}

// What was given out for a claim of the other payer names nothing here, and their history is nobody's here.
func TestHistoryAndPredecessorsAreThePayersOwn(t *testing.T) {
	pool, ctx := newPool(t), t.Context()
	codec, err := claim.NewCodec()
	if err != nil {
		t.Fatal(err)
	}
	packed := func(n int) []byte {
		b, err := codec.Encode(claim.History{{Claim: id(n), Line: 1, NPI: "1", BillingNPI: "1", Procedure: "99213", From: 20250901, Through: 20250901, Quantity: 1000, Charge: 1}})
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	row := func(n int, day claim.Date) postgres.ClaimRow {
		r := rowOf(n, claim.Pay)
		r.From, r.Through, r.History = day, day, packed(1000+n)
		return r
	}
	// The window reaches a year and a day back; claims come by day, whatever their ids.
	insertClaims(t, pool, 1, row(0, 20250910), row(1, 20240904), row(2, 20240903), row(3, 20250902), row(4, 20250911))
	own, others := row(6, 20240903), row(5, 20250905)
	others.Replaces = own.ControlNumber
	insertClaims(t, pool, 1, own)
	insertClaims(t, pool, 2, others)
	stage(t, pool, 2, id(9), []postgres.StagedClaim{stagedOf(7, "A", 20250901)})
	got := facts.NewRecords()
	wanted := postgres.Wanted{FirstDay: 20250905, LastDay: 20250910, References: []int64{5007, 5005, own.ControlNumber}}
	if err := postgres.LoadRecords(ctx, pool, 1, wanted, []claim.ID{id(51)}, nil, got); err != nil {
		t.Fatal(err)
	}
	var order []claim.ID
	for _, line := range got.History[id(51)] {
		order = append(order, line.Claim)
	}
	if diff := cmp.Diff([]claim.ID{id(1001), id(1003), id(1000)}, order); diff != "" {
		t.Errorf("history (-want +got):\n%s", diff)
	}
	if named := got.Predecessors[claim.ControlNumber(own.ControlNumber)]; named.Claim != own.ClaimID || named.Superseded {
		t.Errorf("got %+v, want their own claim, which the other payer's claim does not replace", named)
	}
	if len(got.InProcess) > 0 || len(got.Predecessors) != 1 {
		t.Errorf("numbers of the other payer name %v and %v", got.InProcess, got.Predecessors)
	}
}

// Cases, clocks and reviews of the same ids are each their payer's; what happened once keeps its moment.
func TestCasesAndReviewsAreThePayersOwn(t *testing.T) {
	pool, ctx := newPool(t), t.Context()
	for payer := claim.PayerID(1); payer <= 2; payer++ {
		insertClaims(t, pool, payer, rowOf(0, claim.Pend), rowOf(1, claim.Pend))
		reasons := []string{fmt.Sprint("edit:", payer)}
		cases := []postgres.Case{{ClaimID: id(1000), Reasons: reasons, Due: 20251031, Ground: "g"}, {ClaimID: id(1001), Reasons: reasons, Due: 20251031, Ground: "g"}}
		write(t, pool, func(tx pgx.Tx) error { return postgres.OpenCases(ctx, tx, payer, cases, moment) })
		for n := range 2 {
			action := claim.HumanAction{Actor: fmt.Sprint("of ", payer, n), Action: "deny", Rationale: "r", At: claim.InstantOf(moment)}
			if err := postgres.AddReview(ctx, pool, payer, id(70+n), id(1000+n), action); err != nil {
				t.Fatal(err)
			}
		}
	}
	state := func(payer claim.PayerID) string {
		t.Helper()
		due, err := postgres.DueClocks(ctx, pool, payer, 20251231)
		if err != nil {
			t.Fatal(err)
		}
		list, err := postgres.OpenCasesOf(ctx, pool, payer, 9)
		if err != nil {
			t.Fatal(err)
		}
		n, err := postgres.CountOpenCases(ctx, pool, payer)
		if err != nil || n != len(list) {
			t.Errorf("%d cases counted, %d listed, %v", n, len(list), err)
		}
		text := "due"
		for _, d := range due {
			text += fmt.Sprint(" ", d.Claim[15], d.Reasons)
		}
		text += ", open"
		for _, o := range list {
			text += fmt.Sprint(" ", o.ClaimID[15], o.Reasons, o.Due)
		}
		return text
	}
	// Written by the two digits of an id's last byte: 1000 ends in 0x00, 1001 in 0x01.
	whole := func(payer int) string {
		return fmt.Sprintf("due 0 [edit:%[1]d] 1 [edit:%[1]d], open 0 [edit:%[1]d] 2025-10-31 1 [edit:%[1]d] 2025-10-31", payer)
	}
	for payer := range 2 {
		if got := state(claim.PayerID(payer + 1)); got != whole(payer+1) {
			t.Errorf("payer %d: %s", payer+1, got)
		}
	}
	for _, at := range []time.Time{moment, moment.Add(time.Hour)} {
		write(t, pool, func(tx pgx.Tx) error { return postgres.CloseCase(ctx, tx, 1, id(1000), at) })
	}
	if err := postgres.Escalate(ctx, pool, 1, id(1000), moment); err != nil { // it is closed: nobody is to act on it
		t.Fatal(err)
	}
	if got := state(1); got != "due 1 [edit:1], open 1 [edit:1] 2025-10-31" {
		t.Errorf("after one was closed: %s", got)
	}
	if err := postgres.Escalate(ctx, pool, 1, id(1001), moment); err != nil {
		t.Fatal(err)
	}
	if got := state(1); got != "due, open 1 [edit:1] 2025-10-31" {
		t.Errorf("after the other was escalated: %s", got)
	}
	if got := state(2); got != whole(2) {
		t.Errorf("the other payer meanwhile: %s", got)
	}
	var closed, stopped time.Time
	var escalated *time.Time
	err := pool.QueryRow(ctx, `select p.closed_at, k.stopped_at, k.escalated_at from pend_case p join clock k using (payer_id, claim_id) where payer_id = 1 and claim_id = $1`, id(1000)).
		Scan(&closed, &stopped, &escalated)
	if err != nil || !closed.Equal(moment) || !stopped.Equal(moment) || escalated != nil {
		t.Errorf("closed at %s, stopped at %s, escalated at %v, %v", closed, stopped, escalated, err)
	}
	for payer := claim.PayerID(1); payer <= 2; payer++ {
		for n := range 2 {
			r, err := postgres.LoadReview(ctx, pool, payer, id(70+n))
			if err != nil || r.Actor != fmt.Sprint("of ", payer, n) || r.Claim != id(1000+n) {
				t.Errorf("review %d of payer %d: %+v, %v", n, payer, r, err)
			}
		}
	}
	write(t, pool, func(tx pgx.Tx) error { return postgres.ReviewRecorded(ctx, tx, 1, id(70), id(3000), claim.Deny) })
	for _, other := range []work{{1, id(71)}, {2, id(70)}, {2, id(71)}} {
		if r, err := postgres.LoadReview(ctx, pool, other.payer, other.batch); err != nil || r.Entry != (claim.ID{}) {
			t.Errorf("recorded with another review: %+v, %v", r, err)
		}
	}
}

// What is there already is said to be, and changes nothing.
func TestWhatIsThereIsNotAddedAgain(t *testing.T) {
	pool, ctx := twoPayers(t), t.Context()
	w := works[0]
	write(t, pool, func(tx pgx.Tx) error {
		sum := w.document(0)
		fresh, err := postgres.AddDocument(ctx, tx, w.payer, postgres.Document{ID: id(99), Batch: w.batch, SHA256: postgres.DigestOf(sum[:]), Format: "x12", Received: 20251001, ReceivedAt: moment, Claims: 2})
		if fresh {
			t.Error("the same bytes are a new document")
		}
		return err
	})
	if p, err := postgres.BatchProgress(ctx, pool, w.payer, w.batch); err != nil || p.Claims != 3 {
		t.Errorf("counted again: %+v, %v", p, err)
	}
	for _, p := range []postgres.Payer{{ID: 1, Code: "NEW", Name: "n", TimeZone: "UTC"}, {ID: 9, Code: "P1", Name: "n", TimeZone: "UTC"}} {
		requireKind(t, attempt(t, pool, func(tx pgx.Tx) error { return postgres.AddPayer(ctx, tx, p) }), claim.Conflict, "a payer that is there")
	}
	var last int64
	for i := range 3 {
		first, err := postgres.TakeControlNumbers(ctx, pool, 1, 7)
		if err != nil || i > 0 && first != last+7 {
			t.Errorf("after the numbers from %d on come those from %d on, %v", last, first, err)
		}
		last = first
	}
}

// Of two that complete a batch at once the second finds it complete.
func TestABatchIsCompletedOnce(t *testing.T) {
	pool, ctx := newPool(t), t.Context()
	stage(t, pool, 1, id(9), []postgres.StagedClaim{stagedOf(0, "A", 20250901)})
	plan(t, pool, 1, id(9), 1)
	write(t, pool, func(tx pgx.Tx) error { _, err := postgres.BeginChunk(ctx, tx, 1, id(9), 0, 1, 0); return err })
	insertClaims(t, pool, 1, rowOf(0, claim.Pay))
	first, err := pool.Begin(ctx)
	if err != nil {
		t.Fatal(err)
	}
	if err := postgres.CompleteBatch(ctx, first, 1, id(9)); err != nil {
		t.Fatal(err)
	}
	second := make(chan error, 1)
	go func() {
		second <- pgx.BeginFunc(ctx, pool, func(tx pgx.Tx) error { return postgres.CompleteBatch(ctx, tx, 1, id(9)) })
	}()
	awaitLock(t, pool)
	if err := first.Commit(ctx); err != nil {
		t.Fatal(err)
	}
	if err := <-second; err != nil {
		t.Errorf("the second: %v", err)
	}
}
