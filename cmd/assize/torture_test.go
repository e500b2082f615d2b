//go:build !lean

package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"syscall"
	"testing"
	"time"

	"github.com/assize/assize/internal/claim"
	"github.com/assize/assize/internal/installation"
	"github.com/assize/assize/internal/simulate"
	"github.com/assize/assize/internal/torture"
	"github.com/assize/assize/ledger"
)

// asProgram makes this test binary stand in for the program: the tests of whole processes start it again.
const asProgram = "ASSIZE_TEST_AS_PROGRAM"

// asStubborn is a program that does not do what its context says.
const asStubborn = "stubborn"

func stubborn() {
	ctx, _ := untilSignal()
	fmt.Println("at work")
	<-ctx.Done()
	select {}
}

func TestMain(m *testing.M) {
	if as := os.Getenv(asProgram); as != "" {
		go endWithParent(os.Getppid())
		if as == asStubborn {
			stubborn()
		}
		main()
	}
	flag.Parse()
	sideBySide()
	os.Exit(m.Run())
}

// sideBySide has four tests at work at once also where there are fewer cores, unless --parallel says otherwise: they wait for
// processes to start, to die and to be missed much more than they compute.
func sideBySide() {
	told := false
	flag.Visit(func(f *flag.Flag) { told = told || f.Name == "test.parallel" })
	if !told {
		_ = flag.Set("test.parallel", strconv.Itoa(max(4, runtime.GOMAXPROCS(0)))) // a number is always taken
	}
}

// endWithParent interrupts this process when the tests that started it are gone, as after a panic, which cleans nothing up.
func endWithParent(parent int) {
	for os.Getppid() == parent {
		time.Sleep(time.Second)
	}
	_ = syscall.Kill(os.Getpid(), syscall.SIGINT)
}

// program is how a test starts the program.
func program(t *testing.T, args ...string) torture.Command {
	t.Helper()
	command, err := childCommand(args...)
	if err != nil {
		t.Fatal(err)
	}
	command.Env = append(command.Env, asProgram+"=1")
	return command
}

// folder is one that Postgres can pass through also when the tests run as root; t.TempDir is not.
func folder(t *testing.T) string {
	t.Helper()
	dir, err := torture.MakeFolder("")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if t.Failed() {
			t.Logf("kept: %s", dir)
			return
		}
		if err := os.RemoveAll(dir); err != nil {
			t.Error(err)
		}
	})
	return dir
}

// tortureParts share the named stages: a life waits more than it computes, so that lives side by side cost little more than
// one.
const tortureParts = 3

// The short form of `assize bench torture`: every named stage once, a few random moments, one first start.
func TestNothingIsLostOrDoubledWhereverAProcessDies(t *testing.T) {
	t.Parallel()
	died := make([]map[string]int, tortureParts)
	t.Run("parts", func(t *testing.T) {
		for part := range tortureParts {
			t.Run(fmt.Sprintf("part %d", part+1), func(t *testing.T) {
				t.Parallel()
				options := torture.Options{Seed: 1, Named: true, Part: part, Parts: tortureParts}
				if part > 0 { // the first has the first start's stages
					options.Random, options.Fresh = 1, part/(tortureParts-1)
				}
				died[part] = tortured(t, options)
			})
		}
	})
	for _, stage := range installation.Stages() {
		times := 0
		for _, stages := range died {
			times += stages[string(stage)]
		}
		if times == 0 && !t.Failed() {
			t.Errorf("nothing died at %s", stage)
		}
	}
}

// A worker that stands still is taken for dead; when it goes on it believes that it still owns what it was at.
func TestAWorkerStandsStillAndGoesOn(t *testing.T) {
	t.Parallel()
	tortured(t, torture.Options{Seed: 2, Frozen: 1})
}

// tortured runs a torture and returns how many died at each stage.
func tortured(t *testing.T, options torture.Options) map[string]int {
	t.Helper()
	options.Dir, options.Command = folder(t), program(t, "bench", "torture", "child")
	options.Settle, options.Claims, options.ChunkSize, options.Now = 12, 60, 12, time.Now
	options.SetUp = func(ctx context.Context, i *installation.Installation, world *simulate.World) error {
		_, err := settle(ctx, i, world)
		return err
	}
	options.Told = func(r torture.Round) {
		t.Logf("%s %s at %s: %.1f s, %d claims decided", r.Kind, r.Point.How, r.Point.Stage, r.Spent.Seconds(), r.Claims)
	}
	result, err := torture.Run(t.Context(), options)
	for _, text := range result.Findings {
		t.Error(text)
	}
	if err != nil {
		t.Fatal(err)
	}
	if result.Claims == 0 || result.Entries < int64(result.Claims) {
		t.Errorf("%d claims and %d entries: too few to mean anything", result.Claims, result.Entries)
	}
	return result.Stages
}

// pair starts two processes in a new installation of a world of clean claims.
func pair(t *testing.T, chunkSize int) (*torture.Pair, *simulate.World, string) {
	t.Helper()
	options := simulate.Defaults(1)
	options.Members, options.Providers, options.Claims, options.HistoryClaims, options.HistoryDays = 400, 60, 1200, 0, 0
	options.Clean = true
	world, err := simulate.NewWorld(options)
	if err != nil {
		t.Fatal(err)
	}
	dir := folder(t)
	i, err := installation.Open(t.Context(), installation.Options{Dir: filepath.Join(dir, "installation"), WithoutTemporal: true})
	if err != nil {
		t.Fatal(err)
	}
	_, err = settle(t.Context(), i, world)
	if err := errors.Join(err, i.Close(t.Context())); err != nil {
		t.Fatal(err)
	}
	// The test's own context ends before its cleanup, which stops them in order; should we die, so do they.
	p, err := torture.StartPair(context.WithoutCancel(t.Context()), program(t, "bench", "torture", "child"), filepath.Join(dir, "installation"), chunkSize)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := p.Close(context.WithoutCancel(t.Context())); err != nil {
			t.Errorf("stopping: %v", err)
		}
	})
	return p, world, dir
}

func check(t *testing.T, p *torture.Pair) {
	t.Helper()
	found, err := p.Check(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range found {
		t.Error(text)
	}
}

// Two processes send the same claims at the same moment, one as a batch and one by one.
func TestOfTwoCopiesSentAtOnceOnePaysAndTheOtherIsADuplicate(t *testing.T) {
	t.Parallel()
	p, world, dir := pair(t, 0)
	const rounds = 50
	r, err := p.Race(t.Context(), world, filepath.Join(dir, "documents"), rounds, 1)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%+v", r)
	for _, text := range r.Findings {
		t.Error(text)
	}
	if r.Rounds != rounds || r.BatchWon == 0 || r.SingleWon == 0 || r.Unpaid*10 > r.Claims {
		t.Errorf("no race: %+v", r)
	}
	if r.FirstTasks == 0 || r.OtherTasks == 0 {
		t.Errorf("only one process worked: %d and %d chunks", r.FirstTasks, r.OtherTasks)
	}
}

// parcels writes documents for a pair: so many claims of each payer given.
func parcels(t *testing.T, world *simulate.World, folder string, claimsPerFile int) map[claim.PayerID]torture.Parcel {
	t.Helper()
	files, err := world.Documents(simulate.DocumentOptions{ClaimsPerFile: claimsPerFile}, simulate.Below(folder), nil)
	if err != nil {
		t.Fatal(err)
	}
	list := map[claim.PayerID]torture.Parcel{}
	for _, f := range files {
		p := list[f.Payer]
		p.Payer = f.Payer
		p.Files = append(p.Files, torture.Document{Path: filepath.Join(folder, filepath.FromSlash(f.Name)), Received: f.Received, Claims: f.Claims})
		list[f.Payer] = p
	}
	return list
}

func TestTwoWorkersShareABatch(t *testing.T) {
	t.Parallel()
	p, world, dir := pair(t, 10)
	list := parcels(t, world, filepath.Join(dir, "documents"), 200)
	if err := p.Submit([]torture.Parcel{list[1], list[2]}); err != nil {
		t.Fatal(err)
	}
	first, second, err := p.Chunks()
	if err != nil {
		t.Fatal(err)
	}
	if first == 0 || second == 0 || first+second < 60 {
		t.Errorf("the processes recorded %d and %d chunks", first, second)
	}
	check(t, p)
}

// What a worker had at hand when it died, another takes up.
func TestAWorkerDiesBesideAnother(t *testing.T) {
	t.Parallel()
	p, world, dir := pair(t, 10)
	list := parcels(t, world, filepath.Join(dir, "documents"), 300)
	sent := make(chan error, 1)
	go func() { sent <- p.Submit([]torture.Parcel{list[1], list[2]}) }()
	for second := 0; second == 0; time.Sleep(20 * time.Millisecond) {
		select {
		case err := <-sent:
			t.Fatalf("the batches were over (%v) before both worked", err)
		default:
		}
		var err error
		if second, err = p.ChunksOfOther(); err != nil {
			t.Fatal(err)
		}
	}
	p.KillOther()
	if err := <-sent; err != nil {
		t.Fatal(err)
	}
	check(t, p)
}

// While something holds the head of one payer, the other payer's claims go through.
func TestPayersDoNotWaitForEachOther(t *testing.T) {
	t.Parallel()
	p, world, dir := pair(t, 10)
	list := parcels(t, world, filepath.Join(dir, "documents"), 120)
	warm, rest, other := list[1], list[1], list[2]
	warm.Files, rest.Files, other.Files = warm.Files[:1], rest.Files[1:], other.Files[:1]
	if err := p.Submit([]torture.Parcel{warm}); err != nil { // the head is there
		t.Fatal(err)
	}
	tx, err := p.Installation.Pool.Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = tx.Rollback(context.WithoutCancel(t.Context())) }()
	head, err := ledger.LockHead(t.Context(), tx, 1, ledger.Decisions)
	if err != nil {
		t.Fatal(err)
	}
	held := make(chan error, 1)
	go func() { held <- p.Submit([]torture.Parcel{rest}) }()
	awaitBlocked(t, p.Installation)
	if err := p.SubmitOther([]torture.Parcel{other}); err != nil {
		t.Fatalf("payer 2 did not get through: %v", err)
	}
	after, err := ledger.ReadHead(t.Context(), p.Installation.Pool, 1, ledger.Decisions)
	if err != nil || after != head {
		t.Errorf("payer 1 recorded behind a held head: %v, %v, %v", head, after, err)
	}
	if err := tx.Rollback(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := <-held; err != nil {
		t.Errorf("payer 1 afterwards: %v", err)
	}
	check(t, p)
}

// awaitBlocked waits until more recorders wait for a lock than a worker has places.
func awaitBlocked(t *testing.T, i *installation.Installation) {
	t.Helper()
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); time.Sleep(50 * time.Millisecond) {
		var waiting int
		err := i.Pool.QueryRow(t.Context(), `select count(*) from pg_stat_activity where wait_event_type = 'Lock'`).Scan(&waiting)
		if err != nil {
			t.Fatal(err)
		}
		if waiting >= 2*runtime.GOMAXPROCS(0) {
			return
		}
	}
	t.Fatalf("too few wait for the head after %s", patience)
}
