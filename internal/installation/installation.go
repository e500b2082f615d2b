// Package installation puts one installation of the engine together: engines (started here, or elsewhere and only
// reached), migrated databases, keys, the desks that take documents in and adjudicate them, and the worker.
//
// It wires and owns lifetimes; it decides nothing and reads no environment. Commands, the server, benchmarks and the
// tests of whole processes open an Installation and close it.
package installation

import (
	"context"
	"crypto/rand"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"go.temporal.io/sdk/client"
	sdklog "go.temporal.io/sdk/log"
	"go.temporal.io/sdk/worker"

	"github.com/assize/assize/internal/claim"
	"github.com/assize/assize/internal/embedded"
	"github.com/assize/assize/internal/intake"
	"github.com/assize/assize/internal/postgres"
	"github.com/assize/assize/ledger"
	"github.com/assize/assize/workflows"
)

// Options say what an installation is made of. With DSN empty the engines are started in Dir.
type Options struct {
	Dir             string // engines' data, keys and checkpoints; "" is temporary and removed at the end
	DSN             string // main database of engines that run elsewhere
	KeysDSN         string // database of the data keys, elsewhere
	TemporalAddress string // Temporal elsewhere
	Namespace       string // "" is "assize"
	WithoutTemporal bool   // for commands that only read or write Postgres
	Volatile        bool   // give up durability; only for tests
	TakesTests      bool   // intake takes test interchanges: for demonstrations, whose claims are nobody's
	ChunkSize       int    // claims a chunk of new plans; 0 is the desk's own
	Logger          *slog.Logger
	Now             func() time.Time
	Reach           func(Stage) // called at every named stage; tests kill the process there
	Measure         func(step string) (end func(claims int))
}

// Installation is an open installation. Close it.
type Installation struct {
	Dir      string
	DSN      string // as reached, for commands of another process
	KeysDSN  string
	Pool     *pgxpool.Pool
	Desk     *workflows.Desk
	Intake   *intake.Desk
	Keys     *ledger.Keys
	Signer   *ledger.Signer
	Temporal client.Client // nil without Temporal
	Address  string        // of Temporal

	options   Options
	engines   *embedded.Engines
	keysPool  *pgxpool.Pool
	worker    worker.Worker
	temporary bool
	stalls    postgres.StallWatch
	signed    *ledger.Checkpoints
}

// Open starts or reaches the engines, migrates both databases and opens the keys. What is out of reach is
// claim.Unavailable; after an error nothing is left running.
func Open(ctx context.Context, options Options) (_ *Installation, err error) {
	i := &Installation{Dir: options.Dir, options: options}
	defer func() {
		if err != nil {
			err = errors.Join(err, i.Close(context.WithoutCancel(ctx)))
		}
	}()
	if i.options.Logger == nil {
		i.options.Logger = slog.New(slog.DiscardHandler)
	}
	if i.options.Now == nil {
		i.options.Now = time.Now
	}
	if err := i.makeFolder(); err != nil {
		return i, err
	}
	for _, step := range []func(context.Context) error{i.startEngines, i.openDatabases, i.openKeys, i.openDesks, i.openTemporal} {
		if err := step(ctx); err != nil {
			return i, err
		}
	}
	return i, nil
}

// startEngines starts what the options do not name.
func (i *Installation) startEngines(ctx context.Context) error {
	i.DSN, i.KeysDSN, i.Address = i.options.DSN, i.options.KeysDSN, i.options.TemporalAddress
	if i.DSN != "" {
		if i.KeysDSN == "" {
			return claim.Errorf(claim.Invalid, "a database of one's own needs one for the keys as well")
		}
		return nil
	}
	engines, err := embedded.Start(ctx, embedded.Options{
		Dir: filepath.Join(i.Dir, "engines"), Namespace: i.options.Namespace, Volatile: i.options.Volatile,
		WithoutTemporal: i.options.WithoutTemporal || i.Address != "",
	})
	if err != nil {
		return err
	}
	i.engines = engines
	i.reach(StageEngines)
	i.DSN, i.KeysDSN = engines.DSN, engines.KeysDSN
	if i.Address == "" {
		i.Address = engines.TemporalAddress
	}
	return nil
}

// connectionsPerCore bounds the pool: a chunk at work holds one connection, and looks something up on another.
const connectionsPerCore = 6

func (i *Installation) openDatabases(ctx context.Context) error {
	var err error
	if i.Pool, err = postgres.Open(ctx, i.DSN, connectionsPerCore*runtime.GOMAXPROCS(0)+4); err != nil {
		return err
	}
	if i.keysPool, err = postgres.Open(ctx, i.KeysDSN, 4); err != nil {
		return err
	}
	if err := postgres.Migrate(ctx, i.Pool, func(string) { i.reach(StageMigrating) }); err != nil {
		return err
	}
	migrations, err := ledger.KeyMigrations()
	if err != nil {
		return claim.Errorf(claim.Internal, "opening the keys' migrations: %w", err)
	}
	return postgres.MigrateFS(ctx, i.keysPool, migrations, "keys", func(string) { i.reach(StageKeysMigrating) })
}

// openKeys opens the key-encryption key and the head's signing key, making them the first time. Both are files of mode
// 0600 beside the databases, never in them.
func (i *Installation) openKeys(ctx context.Context) error {
	path := keyFile(i.Dir)
	folder := filepath.Dir(path)
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return claim.Errorf(claim.Unavailable, "making the folder of keys: %w", err)
	}
	kek, err := ledger.LoadKeyEncryptionKey(path)
	if claim.KindOf(err) == claim.NotFound {
		kek, err = i.firstKey(ctx, path)
	}
	if err != nil {
		return err
	}
	i.Keys = ledger.NewKeys(i.keysPool, kek, rand.Reader, i.options.Now).KnownTo(i.Pool)
	path = filepath.Join(folder, "head.key")
	i.Signer, err = ledger.LoadSigner(path)
	if claim.KindOf(err) == claim.NotFound {
		i.Signer, err = ledger.CreateSigner(path, "assize", rand.Reader)
	}
	if err != nil {
		return err
	}
	i.signed = ledger.NewCheckpoints(i.CheckpointFile(), i.Signer.Public())
	i.reach(StageKeysMade)
	return nil
}

// firstKey makes the key-encryption key of databases that hold no keys yet. Beside those that do, a second one would open
// nothing and seal what the others cannot read: the folder is mistyped, or its key was lost.
func (i *Installation) firstKey(ctx context.Context, path string) (*ledger.KeyEncryptionKey, error) {
	held, err := ledger.HoldsKeys(ctx, i.keysPool)
	if err != nil {
		return nil, err
	}
	if held {
		return nil, claim.Errorf(claim.NotFound, "the keys' database holds keys, and the key file that they are wrapped under is not at %s: "+
			"name the folder that it is in with --dir, or bring it back", path)
	}
	return ledger.CreateKeyEncryptionKey(path, rand.Reader)
}

func (i *Installation) openDesks(context.Context) error {
	codec, err := claim.NewCodec()
	if err != nil {
		return err
	}
	sealer := ledger.NewSealer(rand.Reader)
	i.Desk = &workflows.Desk{
		Pool: i.Pool, Keys: i.Keys, Sealer: sealer, Codec: codec, Shelf: workflows.NewShelf(), Now: i.options.Now,
		ChunkSize: i.options.ChunkSize, Reach: i.options.Reach, Measure: i.options.Measure,
	}
	i.Intake = &intake.Desk{
		Pool: i.Pool, Codec: codec, Now: i.options.Now, TakesTests: i.options.TakesTests,
		Reach: func(s intake.Stage) { i.reach(Stage(s)) },
	}
	return nil
}

func (i *Installation) openTemporal(ctx context.Context) error {
	if i.options.WithoutTemporal {
		return nil
	}
	if i.Address == "" {
		return claim.Errorf(claim.Invalid, "a database of one's own needs the address of a Temporal server as well")
	}
	namespace := i.options.Namespace
	if namespace == "" {
		namespace = "assize"
	}
	logger := i.options.Logger
	if i.temporary {
		logger = slog.New(slog.DiscardHandler) // whoever waits is told what fails, and nobody reads a log of it later
	}
	var err error
	i.Temporal, err = client.DialContext(ctx, client.Options{
		HostPort: i.Address, Namespace: namespace, Logger: sdklog.NewStructuredLogger(logger),
	})
	if err != nil {
		return claim.Errorf(claim.Unavailable, "reaching Temporal at %s: %w", i.Address, err)
	}
	return nil
}

// StartWorker begins to serve workflows and activities. Everything else is open by now: a worker that polled before
// its databases were ready has lost claims in the past. Starting it twice starts it once.
func (i *Installation) StartWorker() error {
	if i.worker != nil {
		return nil
	}
	w := workflows.NewWorker(i.Temporal, &workflows.Activities{Desk: i.Desk, Checkpoint: i.Checkpoint})
	if err := w.Start(); err != nil {
		return claim.Errorf(claim.Unavailable, "starting the worker: %w", err)
	}
	i.worker = w
	i.reach(StageServing)
	return nil
}

// stopWorker lets what is at work end, unless the private Postgres has ended: then nothing at work can.
func (i *Installation) stopWorker() {
	stopped := make(chan struct{})
	go func() {
		i.worker.Stop()
		close(stopped)
	}()
	select {
	case <-stopped:
	case <-i.EnginesEnded():
	}
}

// Close stops the worker, then Temporal, then the pools, then Postgres, and removes a temporary folder.
func (i *Installation) Close(ctx context.Context) error {
	if i.worker != nil {
		i.stopWorker()
		i.reach(StageStopping)
	}
	if i.Temporal != nil {
		i.Temporal.Close()
	}
	for _, pool := range []*pgxpool.Pool{i.Pool, i.keysPool} {
		if pool != nil {
			pool.Close()
		}
	}
	var failures []error
	if i.engines != nil {
		i.reach(StageClosed)
		failures = append(failures, i.engines.Stop(ctx))
		i.reach(StageStopped)
	}
	if i.temporary {
		failures = append(failures, os.RemoveAll(i.Dir))
	}
	return errors.Join(failures...)
}
