package workflows

import (
	"context"
	"encoding/hex"
	"fmt"
	"sync"
	"time"

	"github.com/assize/assize/internal/adjudicate"
	"github.com/assize/assize/internal/claim"
	"github.com/assize/assize/internal/postgres"
	"github.com/assize/assize/internal/reference"
	"github.com/assize/assize/ledger"
	"github.com/assize/assize/policies"
	"github.com/assize/assize/scoring"
)

// Shelf keeps what was loaded by digest: contracts, models, snapshots and tables, each once, whoever uses them. It is
// safe for concurrent use. Digests name their content, so nothing on it ever goes stale.
type Shelf struct {
	mu        sync.Mutex
	engines   map[enginePair]*Deciders
	models    map[claim.Digest]*scoring.Model
	contracts map[claim.Digest]*policies.Contract
	snapshots map[claim.Digest]*scoring.Snapshot
	tables    map[claim.Digest]reference.Table
	books     map[claim.PayerID]*Books
}

type enginePair struct{ contract, model claim.Digest }

// Deciders lends out deciders of one engine; each serves one goroutine at a time.
type Deciders struct {
	Engine    *adjudicate.Engine
	idle      sync.Pool
	witnesses sync.Pool
}

func newDeciders(engine *adjudicate.Engine) *Deciders {
	return &Deciders{
		Engine:    engine,
		idle:      sync.Pool{New: func() any { return engine.NewDecider() }},
		witnesses: sync.Pool{New: func() any { return engine.NewWitness() }},
	}
}

// Decide has one piece of evidence decided, or pended when no decision can be made of it (adjudicate.DecideOrPend).
func (d *Deciders) Decide(ctx context.Context, ev *claim.Evidence) (*claim.Decision, error) {
	decider := d.idle.Get().(*adjudicate.Decider)
	decision, err := decider.DecideOrPend(ctx, ev)
	if err == nil && !faulted(decision) { // what failed once is not lent out again
		d.idle.Put(decider)
	}
	return decision, err
}

// Replay has evidence decided again (adjudicate.Decider.Replay), by a decider that takes over no answer that the contract
// gave before.
func (d *Deciders) Replay(ctx context.Context, ev *claim.Evidence, recorded func() ([]byte, error)) (adjudicate.Replayed, error) {
	decider := d.witnesses.Get().(*adjudicate.Decider)
	replayed, err := decider.Replay(ctx, ev, recorded)
	if err == nil && replayed.Decision != nil && !faulted(replayed.Decision) {
		d.witnesses.Put(decider)
	}
	return replayed, err
}

func faulted(d *claim.Decision) bool {
	return len(d.Pends) > 0 && d.Pends[0].Code == adjudicate.FaultPend
}

// NewShelf returns an empty shelf.
func NewShelf() *Shelf {
	return &Shelf{
		engines: map[enginePair]*Deciders{}, models: map[claim.Digest]*scoring.Model{},
		contracts: map[claim.Digest]*policies.Contract{}, snapshots: map[claim.Digest]*scoring.Snapshot{},
		tables: map[claim.Digest]reference.Table{}, books: map[claim.PayerID]*Books{},
	}
}

// Books is everything of one payer that is the same for all claims of a moment: the engine, the tables, the plans, the
// snapshot, and the digests evidence names them by. It is immutable.
type Books struct {
	Payer    postgres.Payer
	Deciders *Deciders
	Versions claim.Versions
	Tables   *reference.Set
	TablesID claim.Digest
	Plans    map[string][]claim.Plan
	Snapshot *scoring.Snapshot // nil before the first
	loadedAt time.Time
}

// booksLifetime is how soon a newly bound artifact or a changed plan takes effect.
const booksLifetime = 2 * time.Second

// Open returns the payer's books as it is bound now. Its artifacts are read from Postgres at most once a digest.
func (s *Shelf) Open(ctx context.Context, q postgres.Querier, payer claim.PayerID, now time.Time) (*Books, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if books, ok := s.books[payer]; ok {
		// A clock that was put back must not keep what was opened until it has caught up.
		if age := now.Sub(books.loadedAt); age >= 0 && age < booksLifetime {
			return books, nil
		}
	}
	books, err := s.load(ctx, q, payer, now)
	if err != nil {
		return nil, claim.Errorf(mendable(claim.KindOf(err)), "opening the books of payer %d: %w", payer, err)
	}
	s.books[payer] = books
	return books, nil
}

// mendable makes a fault of the books one that is tried again: what a payer's books lack is no fault of the claims that
// wait for them, and once it is mended they go on.
func mendable(kind claim.Kind) claim.Kind {
	if kind == claim.Unavailable {
		return kind
	}
	return claim.Internal
}

func (s *Shelf) load(ctx context.Context, q postgres.Querier, payer claim.PayerID, now time.Time) (*Books, error) {
	bindings, err := postgres.Bindings(ctx, q, payer, now)
	if err != nil {
		return nil, err
	}
	books := &Books{Tables: &reference.Set{}, loadedAt: now}
	if books.Payer, err = postgres.PayerByID(ctx, q, payer); err != nil {
		return nil, err
	}
	if books.Plans, err = postgres.Plans(ctx, q, payer); err != nil {
		return nil, err
	}
	var pair enginePair
	var digests []claim.Digest
	for _, b := range bindings {
		switch b.Kind {
		case postgres.ContractArtifact:
			pair.contract = b.Digest
		case postgres.ModelArtifact:
			pair.model = b.Digest
		case postgres.SnapshotArtifact:
			if books.Snapshot, err = s.snapshot(ctx, q, b.Digest); err != nil {
				return nil, err
			}
			books.Versions.Snapshot = b.Digest
		default:
			table, err := s.table(ctx, q, claim.FactKind(b.Kind), b.Digest)
			if err != nil {
				return nil, err
			}
			*books.Tables = books.Tables.With(table)
			digests = append(digests, b.Digest)
		}
	}
	books.TablesID = ledger.TablesDigest(digests)
	return books, s.furnish(ctx, q, books, pair)
}

// furnish gives the books its engine.
func (s *Shelf) furnish(ctx context.Context, q postgres.Querier, books *Books, pair enginePair) error {
	engine, err := s.engine(ctx, q, pair)
	if err != nil {
		return err
	}
	snapshot := books.Versions.Snapshot
	books.Deciders, books.Versions = engine, engine.Engine.Versions()
	books.Versions.Snapshot = snapshot
	return nil
}

// Engine returns the deciders of a contract and a model (zero: none), for replays of what another moment decided.
func (s *Shelf) Engine(ctx context.Context, q postgres.Querier, contract, model claim.Digest) (*Deciders, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.engine(ctx, q, enginePair{contract, model})
}

func (s *Shelf) engine(ctx context.Context, q postgres.Querier, pair enginePair) (*Deciders, error) {
	if engine, ok := s.engines[pair]; ok {
		return engine, nil
	}
	contract, err := s.contract(ctx, q, pair.contract)
	if err != nil {
		return nil, err
	}
	model, err := s.model(ctx, q, pair.model)
	if err != nil {
		return nil, err
	}
	engine := newDeciders(adjudicate.NewEngine(contract, model))
	s.engines[pair] = engine
	return engine, nil
}

func (s *Shelf) contract(ctx context.Context, q postgres.Querier, digest claim.Digest) (*policies.Contract, error) {
	if contract, ok := s.contracts[digest]; ok {
		return contract, nil
	}
	if digest == (claim.Digest{}) {
		return nil, claim.Errorf(claim.Unavailable, "no contract is bound")
	}
	content, err := fetch(ctx, q, digest)
	if err != nil {
		return nil, err
	}
	bundle, err := policies.ParseBundle(content)
	if err != nil {
		return nil, fmt.Errorf("reading contract %x: %w", digest[:6], err)
	}
	contract, err := policies.Load(bundle)
	if err != nil {
		return nil, fmt.Errorf("compiling contract %x: %w", digest[:6], err)
	}
	s.contracts[digest] = contract
	return contract, nil
}

func (s *Shelf) model(ctx context.Context, q postgres.Querier, digest claim.Digest) (*scoring.Model, error) {
	if model, ok := s.models[digest]; ok || digest == (claim.Digest{}) {
		return model, nil
	}
	content, err := fetch(ctx, q, digest)
	if err != nil {
		return nil, err
	}
	model, err := scoring.ParseModel(content)
	if err != nil {
		return nil, fmt.Errorf("reading model %x: %w", digest[:6], err)
	}
	s.models[digest] = model
	return model, nil
}

func (s *Shelf) snapshot(ctx context.Context, q postgres.Querier, digest claim.Digest) (*scoring.Snapshot, error) {
	if snapshot, ok := s.snapshots[digest]; ok {
		return snapshot, nil
	}
	content, err := fetch(ctx, q, digest)
	if err != nil {
		return nil, err
	}
	snapshot, err := scoring.ParseSnapshot(content)
	if err != nil {
		return nil, fmt.Errorf("reading snapshot %x: %w", digest[:6], err)
	}
	s.snapshots[digest] = snapshot
	return snapshot, nil
}

func (s *Shelf) table(ctx context.Context, q postgres.Querier, kind claim.FactKind, digest claim.Digest) (reference.Table, error) {
	if table, ok := s.tables[digest]; ok {
		return table, nil
	}
	content, err := fetch(ctx, q, digest)
	if err != nil {
		return nil, err
	}
	table, err := reference.Unpack(kind, content)
	if err != nil {
		return nil, fmt.Errorf("reading %s table %s: %w", kind, hex.EncodeToString(digest[:6]), err)
	}
	s.tables[digest] = table
	return table, nil
}

// fetch reads an artifact and checks that it is what its digest says: a changed byte in the database is found here,
// before a decision rests on it.
func fetch(ctx context.Context, q postgres.Querier, digest claim.Digest) ([]byte, error) {
	content, err := postgres.LoadArtifact(ctx, q, digest)
	if err != nil {
		return nil, err
	}
	if got := postgres.DigestOf(content); got != digest {
		return nil, claim.Errorf(claim.Internal, "artifact %x was changed: its content is %x", digest[:6], got[:6])
	}
	return content, nil
}
