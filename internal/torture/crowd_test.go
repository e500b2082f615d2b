package torture

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"iter"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/assize/assize/internal/adjudicate"
	"github.com/assize/assize/internal/claim"
	"github.com/assize/assize/internal/installation"
	"github.com/assize/assize/internal/intake"
	"github.com/assize/assize/internal/intake/flat"
	"github.com/assize/assize/internal/postgres"
	"github.com/assize/assize/internal/postgres/pgtest"
	"github.com/assize/assize/internal/simulate"
	"github.com/assize/assize/ledger"
	"github.com/assize/assize/policies"
	"github.com/assize/assize/workflows"
)

// crowd is two installations over the same databases, as two processes have them, with nothing in common but those.
type crowd struct {
	t     *testing.T
	world *simulate.World
	desks []*installation.Installation
	audit *audit
}

func newCrowd(t *testing.T) *crowd {
	t.Helper()
	o := simulate.Defaults(11)
	o.Members, o.Providers, o.Claims, o.HistoryClaims, o.HistoryDays, o.Clean = 400, 40, 1200, 0, 0, true
	world, err := simulate.NewWorld(o)
	if err != nil {
		t.Fatal(err)
	}
	x := &crowd{t: t, world: world, audit: newAudit(nil)}
	options := installation.Options{Dir: t.TempDir(), DSN: pgtest.NewDatabase(t), KeysDSN: pgtest.NewDatabase(t), WithoutTemporal: true, ChunkSize: 5}
	for range 2 {
		i, err := installation.Open(t.Context(), options)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			if err := i.Close(t.Context()); err != nil {
				t.Error(err)
			}
		})
		x.desks = append(x.desks, i)
	}
	x.settle()
	x.check() // remembers what is there before the first claim
	return x
}

func (x *crowd) settle() {
	x.t.Helper()
	contract, err := policies.Embedded()
	if err != nil {
		x.t.Fatal(err)
	}
	for n := range x.world.Payers {
		p := &x.world.Payers[n]
		set, err := x.world.Set(p)
		if err != nil {
			x.t.Fatal(err)
		}
		e := postgres.Enrolment{Plans: p.Plans, Members: p.Members, Coverages: p.Coverages, Authorizations: p.Authorizations}
		for i := range p.Providers {
			e.Providers = append(e.Providers, p.Providers[i].ProviderFact)
		}
		err = x.desks[0].SetUpPayer(x.t.Context(), installation.Books{
			Payer:     postgres.Payer{ID: p.ID, Code: p.Code, Name: p.Name, TimeZone: p.TimeZone},
			Enrolment: e, Tables: set.Tables(), Contract: contract,
		})
		if err != nil {
			x.t.Fatal(err)
		}
	}
}

func (x *crowd) check() {
	x.t.Helper()
	if err := x.audit.check(x.t.Context(), x.desks[0], true); err != nil {
		x.t.Fatal(err)
	}
	for _, found := range x.audit.findings {
		if !strings.HasPrefix(found, "PostgreSQL's ") { // the server of tests does not survive them
			x.t.Error(found)
		}
	}
	x.audit.findings = nil
}

// professionals takes claims of a payer, of families that have several.
func (x *crowd) professionals(payer claim.PayerID, n int) []claim.Claim {
	x.t.Helper()
	next, stop := iter.Pull(professional(x.world.Claims(payer)))
	defer stop()
	var list []claim.Claim
	for len(list) < n {
		sim, ok := next()
		if !ok {
			x.t.Fatal("the world has too few claims")
		}
		list = append(list, sim.Claim)
	}
	return list
}

// submit has one of the desks take claims in as a batch. Their receipt is in time.
func (x *crowd) submit(desk int, payer claim.PayerID, claims ...claim.Claim) intake.Submission {
	x.t.Helper()
	var b bytes.Buffer
	if err := flat.WriteNDJSON(&b, claims...); err != nil {
		x.t.Fatal(err)
	}
	p, err := postgres.PayerByID(x.t.Context(), x.desks[desk].Pool, payer)
	if err != nil {
		x.t.Fatal(err)
	}
	source := intake.Source{Name: "claims", Received: 20251020, Open: func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(b.Bytes())), nil }}
	answer, err := x.desks[desk].Intake.Submit(x.t.Context(), p, []intake.Source{source})
	if err != nil || answer.Claims != len(claims) {
		x.t.Fatalf("%d of %d claims were taken in: %v", answer.Claims, len(claims), err)
	}
	return answer
}

// controls lists the control numbers of a batch in the order of its claims.
func (x *crowd) controls(batch claim.ID) (numbers []string) {
	x.t.Helper()
	rows, err := x.desks[0].Pool.Query(x.t.Context(), `select control_number from staged_claim where batch_id = $1 order by ord`, batch)
	if err != nil {
		x.t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var n int64
		if err := rows.Scan(&n); err != nil {
			x.t.Fatal(err)
		}
		numbers = append(numbers, claim.ControlNumber(n))
	}
	return numbers
}

// patiently tries again what a race or a lock that was held too long has undone, as Temporal does.
func patiently(do func() error) (err error) {
	for range 200 {
		if err = do(); claim.KindOf(err) != claim.Unavailable && claim.KindOf(err) != claim.Conflict {
			return err
		}
	}
	return err
}

// adjudicate has both desks at every chunk of a batch, and then complete it.
func (x *crowd) adjudicate(payer claim.PayerID, batch claim.ID) error {
	var wait sync.WaitGroup
	failures := make([]error, len(x.desks))
	for n, i := range x.desks {
		wait.Go(func() {
			var chunks int
			failures[n] = patiently(func() (err error) { chunks, err = i.Desk.Plan(x.t.Context(), payer, batch); return err })
			for ord := range chunks {
				err := patiently(func() error { _, err := i.Desk.Chunk(x.t.Context(), payer, batch, ord); return err })
				failures[n] = errors.Join(failures[n], err)
			}
		})
	}
	wait.Wait()
	return errors.Join(errors.Join(failures...), patiently(func() error { return x.desks[0].Desk.Complete(x.t.Context(), payer, batch) }))
}

// review has somebody decide every case of a payer that is open at this moment; somebody else may be at the same ones.
func (x *crowd) review(desk int, payer claim.PayerID, random *rand.Rand) error {
	i := x.desks[desk]
	cases, err := postgres.OpenCasesOf(x.t.Context(), i.Pool, payer, 100)
	if err != nil {
		return err
	}
	child := Child{Installation: i}
	for _, c := range cases {
		human := child.opinion(c, random.IntN(2) == 0)
		id := claim.NewID()
		if err := postgres.AddReview(x.t.Context(), i.Pool, payer, id, c.ClaimID, human); err != nil {
			return err
		}
		err := patiently(func() error { _, err := i.Desk.Review(x.t.Context(), payer, c.ClaimID, id); return err })
		if err != nil && !errors.Is(err, workflows.ErrNotPended) && !errors.Is(err, ledger.ErrErased) {
			return fmt.Errorf("reviewing claim %s: %w", c.ClaimID, err)
		}
	}
	return nil
}

// sweep acts on clocks as if every claim had waited for long.
func (x *crowd) sweep(desk int, payer claim.PayerID) error {
	at := claim.InstantOf(time.Date(2025, 12, 1, 0, 0, 0, 0, time.UTC))
	return patiently(func() error { _, err := x.desks[desk].Desk.Sweep(x.t.Context(), payer, at); return err })
}

// day moves a claim by some days.
func day(c claim.Claim, days int) claim.Claim {
	c.From, c.Through, c.Lines = c.From.AddDays(days), c.Through.AddDays(days), slices.Clone(c.Lines)
	for i := range c.Lines {
		c.Lines[i].From, c.Lines[i].Through = c.Lines[i].From.AddDays(days), c.Lines[i].Through.AddDays(days)
	}
	return c
}

// send stages, from both sides, the same claims twice, others of the same families, some that wait for a person, and
// replacements and voids of what is not decided yet. It returns the batches.
func (x *crowd) send(payer claim.PayerID, claims []claim.Claim) (batches []claim.ID) {
	x.t.Helper()
	first := x.submit(0, payer, claims...).Batch
	numbers := x.controls(first)
	var later, waiting, back []claim.Claim
	for n, c := range claims {
		later = append(later, day(c, -1))
		second := day(c, -2)
		second.Responsibility = "S"
		waiting = append(waiting, second)
		c.Frequency, c.OriginalReference = claim.Replacement, numbers[n]
		if n%3 == 0 {
			c.Frequency = claim.Void
		}
		if n%2 == 0 {
			c.Lines = slices.Clone(c.Lines)
			c.Lines[0].Charge += 100
			c.Charge += 100
		}
		back = append(back, c)
	}
	copies := slices.Clone(claims)
	slices.Reverse(copies)
	batches = []claim.ID{first, x.submit(1, payer, copies...).Batch}
	for n, list := range [][]claim.Claim{later, waiting, back} {
		batches = append(batches, x.submit(n%2, payer, list...).Batch)
	}
	return batches
}

// crowded is how many claims of each payer meet in five forms.
const crowded = 10

// Everybody at once, of two payers, over two processes that share nothing but the databases.
func TestACrowdLeavesWhatOneAfterTheOtherWouldHave(t *testing.T) {
	x := newCrowd(t)
	var wait sync.WaitGroup
	done := make(chan struct{})
	var working sync.WaitGroup
	for n := range x.world.Payers {
		payer := x.world.Payers[n].ID
		for _, batch := range x.send(payer, x.professionals(payer, crowded)) {
			working.Go(func() {
				if err := x.adjudicate(payer, batch); err != nil {
					t.Errorf("batch %s: %v", batch, err)
				}
			})
		}
		for desk := range x.desks {
			random := rand.New(rand.NewPCG(uint64(desk), uint64(payer)))
			wait.Go(func() {
				for over := false; !over; {
					select {
					case <-done:
						over = true // once more, when all are decided
					case <-time.After(pollEvery):
					}
					for _, err := range []error{x.review(desk, payer, random), x.sweep(desk, payer)} {
						if err != nil {
							t.Errorf("desk %d, payer %d: %v", desk, payer, err)
						}
					}
				}
			})
		}
	}
	working.Wait()
	close(done)
	wait.Wait()
	x.check()
	var claims, again int
	err := x.desks[0].Pool.QueryRow(t.Context(), `select (select count(*) from claim), (select sum(redecided) from chunk_done)`).Scan(&claims, &again)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d claims, %d decided again", claims, again)
	if claims != 2*5*crowded {
		t.Errorf("%d claims were decided", claims)
	}
	for line, paid := range x.paidLines() {
		if len(paid) > 1 {
			t.Errorf("payer %d pays %s of %d more than once: claims %v", line.payer, line.procedure, line.from, paid)
		}
	}
}

// paidLine is what the copies of one line have in common.
type paidLine struct {
	payer     claim.PayerID
	patient   string // control number that the provider gave
	from      claim.Date
	number    int
	procedure string
	charge    claim.Cents
}

// paidLines lists the claims that pay each line as they stand in the end.
func (x *crowd) paidLines() map[paidLine][]claim.ID {
	x.t.Helper()
	last := map[claim.ID]workflows.Replayed{}
	for n := range x.world.Payers {
		err := ledger.EachEntry(x.t.Context(), x.desks[0].Pool, x.world.Payers[n].ID, ledger.Decisions, 1, true, func(r ledger.Record) error {
			replayed, err := x.desks[0].Desk.Replay(x.t.Context(), r)
			last[replayed.Entry.Claim] = replayed
			return err
		})
		if err != nil {
			x.t.Fatal(err)
		}
	}
	paid := map[paidLine][]claim.ID{}
	for id, r := range last {
		c := &r.Evidence.Claim
		for i := range c.Lines {
			if r.Decision.Outcome == claim.Pay && r.Decision.Lines[i].Outcome == claim.Pay {
				at := paidLine{r.Entry.Payer, c.PatientControlNumber, c.Lines[i].From, c.Lines[i].Number, c.Lines[i].Procedure, c.Lines[i].Charge}
				paid[at] = append(paid[at], id)
			}
		}
	}
	return paid
}

// What is decided while a subject's key is destroyed is sealed under the old key or under a new one, and every proof holds.
func TestAKeyIsErasedWhileItsOwnersClaimsAreDecided(t *testing.T) {
	x := newCrowd(t)
	claims := x.professionals(1, 20)
	if err := x.adjudicate(1, x.submit(0, 1, claims...).Batch); err != nil { // keys are made, and in the memory of both
		t.Fatal(err)
	}
	members := map[claim.ID]bool{}
	err := ledger.EachEntry(t.Context(), x.desks[0].Pool, 1, ledger.Decisions, 1, true, func(r ledger.Record) error {
		replayed, err := x.desks[0].Desk.Replay(t.Context(), r)
		if err == nil && replayed.Evidence.Facts.Member != nil {
			members[replayed.Evidence.Facts.Member.ID] = true
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	var later []claim.Claim
	for _, c := range claims {
		later = append(later, day(c, -1))
	}
	var wait sync.WaitGroup
	wait.Go(func() {
		for member := range members {
			if err := x.desks[1].Keys.Erase(t.Context(), 1, member); err != nil {
				t.Errorf("erasing: %v", err)
			}
		}
	})
	batch := x.submit(0, 1, later...).Batch
	wait.Go(func() {
		if err := x.adjudicate(1, batch); err != nil {
			t.Error(err)
		}
	})
	wait.Wait()
	report, err := x.desks[0].Verify(t.Context(), 1)
	if err == nil {
		err = report.Err()
	}
	if err != nil {
		t.Error(err)
	}
	verdicts := map[adjudicate.ReplayVerdict]int{}
	err = ledger.EachEntry(t.Context(), x.desks[0].Pool, 1, ledger.Decisions, 1, true, func(r ledger.Record) error {
		replayed, err := x.desks[1].Desk.Replay(t.Context(), r)
		verdicts[replayed.Verdict]++
		return err
	})
	if err != nil || verdicts[adjudicate.Equal]+verdicts[workflows.Erased] != 2*len(claims) || verdicts[workflows.Erased] < len(claims) { // the first ones
		t.Errorf("entries replay %v, %v", verdicts, err)
	}
}
