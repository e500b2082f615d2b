package workflows_test

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"iter"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/assize/assize/internal/claim"
	"github.com/assize/assize/internal/facts"
	"github.com/assize/assize/internal/postgres"
	"github.com/assize/assize/internal/postgres/pgtest"
	"github.com/assize/assize/internal/reference"
	"github.com/assize/assize/internal/simulate"
	"github.com/assize/assize/ledger"
	"github.com/assize/assize/policies"
	"github.com/assize/assize/scoring"
	"github.com/assize/assize/workflows"
)

// simulated is the world that every test draws from: two payers and claims without a fault.
var simulated = sync.OnceValues(func() (*simulate.World, error) {
	o := simulate.Defaults(11)
	o.Members, o.Providers, o.Claims, o.HistoryClaims, o.Clean = 400, 40, 1200, 0, true
	return simulate.NewWorld(o)
})

// office is everything that adjudicates, on databases of its own and without Temporal.
type office struct {
	t     *testing.T
	world *simulate.World
	pool  *pgxpool.Pool
	desk  *workflows.Desk
	next  func() (*simulate.SimClaim, bool) // claims of payer 1 that would pay
}

// terms change how an office is set up.
type terms struct {
	model    *scoring.Model
	contract func(*testing.T, policies.Bundle) policies.Bundle
	world    *simulate.World
}

func newOffice(t *testing.T, o terms) *office {
	t.Helper()
	world := o.world
	if world == nil {
		var err error
		if world, err = simulated(); err != nil {
			t.Fatal(err)
		}
	}
	x := &office{t: t, world: world, pool: pgtest.New(t)}
	x.desk = x.newDesk(newKeys(t, x.pool))
	bundle, err := policies.Embedded()
	if err != nil {
		t.Fatal(err)
	}
	if o.contract != nil {
		bundle = o.contract(t, bundle)
	}
	for i := range world.Payers {
		x.settle(&world.Payers[i], bundle, o.model)
	}
	next, stop := iter.Pull(world.Claims(1))
	t.Cleanup(stop)
	x.next = next
	return x
}

// newKeys returns the keys of a new installation.
func newKeys(t *testing.T, main *pgxpool.Pool) *ledger.Keys {
	t.Helper()
	_, anew := keyRoom(t, main)
	return anew()
}

// keyRoom makes the database of the data keys and the key that wraps them, and returns what opens them as another
// process would, with no key in memory.
func keyRoom(t *testing.T, main *pgxpool.Pool) (pool *pgxpool.Pool, anew func() *ledger.Keys) {
	t.Helper()
	pool, err := pgxpool.New(t.Context(), pgtest.NewDatabase(t))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(pool.Close)
	set, err := ledger.KeyMigrations()
	if err != nil {
		t.Fatal(err)
	}
	if err := postgres.MigrateFS(t.Context(), pool, set, "keys"); err != nil {
		t.Fatal(err)
	}
	kek, err := ledger.CreateKeyEncryptionKey(filepath.Join(t.TempDir(), "kek"), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return pool, func() *ledger.Keys { return ledger.NewKeys(pool, kek, rand.Reader, time.Now).KnownTo(main) }
}

// newDesk returns a desk as another process would have: of the same databases, with nothing else in common.
func (x *office) newDesk(keys *ledger.Keys) *workflows.Desk {
	codec, err := claim.NewCodec()
	if err != nil {
		x.t.Fatal(err)
	}
	sealer := ledger.NewSealer(rand.Reader)
	return &workflows.Desk{Pool: x.pool, Keys: keys, Sealer: sealer, Codec: codec, Shelf: workflows.NewShelf(), Now: time.Now}
}

// settle sets up a payer of the world.
func (x *office) settle(p *simulate.PayerWorld, contract policies.Bundle, model *scoring.Model) {
	x.t.Helper()
	set, err := x.world.Set(p)
	if err != nil {
		x.t.Fatal(err)
	}
	artifacts := map[string][]byte{postgres.ContractArtifact: contract.Bytes()}
	if model != nil {
		artifacts[postgres.ModelArtifact] = model.Bytes()
	}
	for _, table := range set.Tables() {
		artifacts[string(table.Header().Kind)] = table.Pack()
	}
	e := postgres.Enrolment{Plans: p.Plans, Members: p.Members, Coverages: p.Coverages, Authorizations: p.Authorizations}
	for i := range p.Providers {
		e.Providers = append(e.Providers, p.Providers[i].ProviderFact)
	}
	x.write(func(tx pgx.Tx) error {
		if err := postgres.AddPayer(x.t.Context(), tx, postgres.Payer{ID: p.ID, Code: p.Code, Name: p.Name, TimeZone: p.TimeZone}); err != nil {
			return err
		}
		if err := postgres.Enrol(x.t.Context(), tx, p.ID, e); err != nil {
			return err
		}
		for kind, content := range artifacts {
			digest := postgres.DigestOf(content)
			if err := postgres.StoreArtifact(x.t.Context(), tx, kind, digest, content); err != nil {
				return err
			}
			b := postgres.Binding{Kind: kind, Digest: digest, From: reference.StartOfTime, Through: claim.EndOfTime}
			if err := postgres.Bind(x.t.Context(), tx, p.ID, b); err != nil {
				return err
			}
		}
		return nil
	})
}

func (x *office) write(f func(tx pgx.Tx) error) {
	x.t.Helper()
	if err := pgx.BeginFunc(x.t.Context(), x.pool, f); err != nil {
		x.t.Fatal(err)
	}
}

// good returns a claim of payer 1 that pays, of nobody who had one before.
func (x *office) good() claim.Claim {
	x.t.Helper()
	return x.goods(1)[0]
}

// goods returns professional claims of payer 1 that pay, each of another family.
func (x *office) goods(n int) []claim.Claim {
	x.t.Helper()
	var list []claim.Claim
	seen := map[string]bool{}
	for len(list) < n {
		sim, ok := x.next()
		if !ok {
			x.t.Fatal("the world has no more claims")
		}
		if family := sim.Claim.Subscriber.MemberID; sim.Claim.Type == claim.Professional && !seen[family] && x.world.Payer(1) != nil {
			seen[family] = true
			list = append(list, sim.Claim)
		}
	}
	return list
}

// receivedOn is the day that staged claims were received on: in time, and before any review.
const receivedOn claim.Date = 20251020

// stage puts claims into a new batch of payer 1 and plans it.
func (x *office) stage(size int, claims ...claim.Claim) claim.ID {
	return x.stageFor(1, size, claims...)
}

func (x *office) stageFor(payer claim.PayerID, size int, claims ...claim.Claim) claim.ID {
	x.t.Helper()
	batch := claim.NewID()
	numbers, err := postgres.TakeControlNumbers(x.t.Context(), x.pool, payer, len(claims))
	if err != nil {
		x.t.Fatal(err)
	}
	document := postgres.Document{
		ID: claim.NewID(), Batch: batch, SHA256: sha256.Sum256(batch[:]), Format: "x12", Received: receivedOn, ReceivedAt: time.Now(), Claims: len(claims),
	}
	staged := make([]postgres.StagedClaim, len(claims))
	for i := range claims {
		body, err := x.desk.Codec.Encode(&claims[i])
		if err != nil {
			x.t.Fatal(err)
		}
		staged[i] = postgres.StagedClaim{
			Ord: i, ClaimID: claim.NewID(), Document: document.ID, Position: i + 1, ControlNumber: numbers + int64(i), Received: receivedOn,
			FamilyKey: facts.SubscriberKey(claims[i].Subscriber.MemberID), ServiceDate: claims[i].From, Body: body, Slice: []byte("CLM*X~"),
		}
	}
	x.write(func(tx pgx.Tx) error {
		if err := postgres.AddBatch(x.t.Context(), tx, payer, batch, time.Now()); err != nil {
			return err
		}
		if err := postgres.Stage(x.t.Context(), tx, payer, batch, staged); err != nil {
			return err
		}
		if _, err := postgres.AddDocument(x.t.Context(), tx, payer, document); err != nil {
			return err
		}
		_, err := postgres.PlanBatch(x.t.Context(), tx, payer, batch, size)
		return err
	})
	return batch
}

// run adjudicates claims as a batch of payer 1, one chunk after the other, and returns what became of them.
func (x *office) run(claims ...claim.Claim) []postgres.ClaimStatus {
	x.t.Helper()
	batch := x.stage(1000, claims...)
	x.finish(x.desk, 1, batch)
	return x.statuses(1, batch)
}

// one adjudicates a claim by itself.
func (x *office) one(c claim.Claim) postgres.ClaimStatus {
	x.t.Helper()
	return x.run(c)[0]
}

// finish adjudicates what is left of a planned batch and completes it.
func (x *office) finish(desk *workflows.Desk, payer claim.PayerID, batch claim.ID) {
	x.t.Helper()
	progress, err := postgres.BatchProgress(x.t.Context(), x.pool, payer, batch)
	if err != nil {
		x.t.Fatal(err)
	}
	for ord := range progress.Chunks {
		err := patiently(func() error { _, err := desk.Chunk(x.t.Context(), payer, batch, ord); return err })
		if err != nil {
			x.t.Fatalf("chunk %d: %v", ord, err)
		}
	}
	if err := desk.Complete(x.t.Context(), payer, batch); err != nil {
		x.t.Fatal(err)
	}
}

// statuses lists the claims of a batch in the order they were staged.
func (x *office) statuses(payer claim.PayerID, batch claim.ID) []postgres.ClaimStatus {
	x.t.Helper()
	list, err := postgres.ClaimsOfBatch(x.t.Context(), x.pool, payer, batch, -1, 10_000)
	if err != nil {
		x.t.Fatal(err)
	}
	return list
}

func (x *office) status(id claim.ID) postgres.ClaimStatus {
	x.t.Helper()
	s, err := postgres.StatusByClaim(x.t.Context(), x.pool, 1, id)
	if err != nil {
		x.t.Fatal(err)
	}
	return s
}

// count runs a query that returns one number.
func (x *office) count(sql string, args ...any) (n int) {
	x.t.Helper()
	if err := x.pool.QueryRow(x.t.Context(), sql, args...).Scan(&n); err != nil {
		x.t.Fatal(err)
	}
	return n
}

// opened are the entries of a claim, unsealed.
func (x *office) opened(id claim.ID) []workflows.Opened {
	x.t.Helper()
	list, err := x.desk.Open(x.t.Context(), 1, id)
	if err != nil {
		x.t.Fatal(err)
	}
	return list
}

// review puts a reviewer's action on file and has it carried out.
func (x *office) review(id claim.ID, action claim.HumanAction) (workflows.ReviewOutcome, error) {
	x.t.Helper()
	return x.desk.Review(x.t.Context(), 1, id, x.file(id, action))
}

func (x *office) file(id claim.ID, action claim.HumanAction) claim.ID {
	x.t.Helper()
	number := claim.NewID()
	if err := postgres.AddReview(x.t.Context(), x.pool, 1, number, id, action); err != nil {
		x.t.Fatal(err)
	}
	return number
}

// release lets go of the rules named, denial denies the whole claim.
func release(rules ...string) claim.HumanAction {
	return claim.HumanAction{Actor: "reviewer-1", Action: "release", Waived: rules, Rationale: "seen", At: claim.InstantOf(time.Now())}
}

func denial() claim.HumanAction {
	return claim.HumanAction{
		Actor: "reviewer-2", Action: "deny", Rationale: "not documented", At: claim.InstantOf(time.Now()),
		Edits: []claim.Edit{{Rule: "REVIEW", Outcome: claim.Deny, Group: claim.CO, CARC: "16"}},
	}
}

// secondary is a claim that waits until somebody looks: another payer comes first (rule COB-22).
func secondary(c claim.Claim) claim.Claim {
	c.Responsibility = "S"
	return c
}

const coordination = "COB-22"

// modelThatFlags is the built-in model with a threshold that every claim reaches.
func modelThatFlags(t *testing.T) *scoring.Model {
	t.Helper()
	model, err := scoring.EmbeddedModel()
	if err != nil {
		t.Fatal(err)
	}
	card := model.Card()
	card.ThresholdMillionths, card.ThresholdRule = -1<<62, "everything, for a test"
	encoded, err := json.Marshal(card)
	if err != nil {
		t.Fatal(err)
	}
	var size int
	if _, err := fmt.Sscanf(string(model.Bytes()), "assize-model-1 %d\n", &size); err != nil {
		t.Fatal(err)
	}
	text := model.Bytes()[len(fmt.Sprintf("assize-model-1 %d\n", size))+size:]
	flags, err := scoring.LoadModel(text, encoded)
	if err != nil {
		t.Fatal(err)
	}
	return flags
}

// together runs functions at the same moment, patiently, and returns their errors.
func together(functions ...func() error) []error {
	failures := make([]error, len(functions))
	var ready, wait sync.WaitGroup
	ready.Add(len(functions))
	for i, f := range functions {
		wait.Go(func() {
			ready.Done()
			ready.Wait()
			failures[i] = patiently(f)
		})
	}
	wait.Wait()
	return failures
}

// patiently tries again what only came at a bad moment, as Temporal does: a lock held too long, a lost race.
func patiently(f func() error) (err error) {
	for range 50 {
		if err = f(); claim.KindOf(err) != claim.Unavailable && claim.KindOf(err) != claim.Conflict {
			return err
		}
	}
	return err
}

// once makes a Reach that does something the first time a stage is passed.
func once(at workflows.Stage, do func()) func(workflows.Stage) {
	var done sync.Once
	return func(stage workflows.Stage) {
		if stage == at {
			done.Do(do)
		}
	}
}

// reach sets a desk apart that does something once at a stage.
func (x *office) reach(at workflows.Stage, do func()) *workflows.Desk {
	desk := x.newDesk(x.desk.Keys)
	desk.Reach = once(at, do)
	return desk
}
