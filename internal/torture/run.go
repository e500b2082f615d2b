package torture

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"time"

	"github.com/assize/assize/internal/installation"
	"github.com/assize/assize/internal/simulate"
)

// Options say how much to torture.
type Options struct {
	Dir       string  // of everything; made, and left behind
	Command   Command // of a child
	Seed      uint64
	Named     bool // pass every named fail point once
	Part      int  // which of them, counted from 0, when several runs share them
	Parts     int  // between so many runs; 0 counts as 1
	Random    int  // kills at random moments after that
	Fresh     int  // kills at random moments of first starts, each in a folder of its own
	Frozen    int  // times that a second worker stands still in the middle of its work, and goes on later
	Settle    int  // rounds between two full recoveries; in between deaths pile up. 0 counts as 1
	Claims    int  // of each payer, a round
	ChunkSize int  // of children's batches
	Now       func() time.Time
	// SetUp sets up the payers of a world.
	SetUp func(context.Context, *installation.Installation, *simulate.World) error
	// Told is told of every round, when not nil.
	Told func(Round)
}

// Round is one death and what came of it.
type Round struct {
	Number   int           `json:"number"`
	Kind     string        `json:"kind"` // named, random, frozen or fresh
	Point    FailPoint     `json:"point"`
	Died     bool          `json:"died"`    // a random point may lie where a round does not come
	Claims   int           `json:"claims"`  // decided so far, of all payers
	Spent    time.Duration `json:"spentNs"` // from the child's start to the end of the checks
	Findings []string      `json:"findings"`
}

// Result sums up.
type Result struct {
	Seed     uint64         `json:"seed"`
	Rounds   int            `json:"rounds"`
	Deaths   int            `json:"deaths"` // rounds whose fail point was reached
	Stages   map[string]int `json:"stages"` // deaths by stage
	Ways     map[How]int    `json:"ways"`
	Claims   int            `json:"claims"` // decided, of all payers
	Entries  int64          `json:"entries"`
	Findings []string       `json:"findings"`
}

// run is one torture.
type run struct {
	options Options
	random  *rand.Rand
	corpus  *corpus
	audit   *audit
	result  Result
	round   Round
	since   time.Time // the round's beginning
	// Sent, acceptance not answered: the sender sends them again.
	owed        []Parcel
	owedSingles []Parcel // claims by themselves
	// stuck is why the run cannot go on: a child stood still. Every life after it would stand still as well.
	stuck      error
	migrations int // that upgrades have brought so far
}

// documentsARound is how many files a payer is sent at once.
const documentsARound = 2

// Run tortures an installation of its own in a folder below Dir. The error says why it could not go on, a child that
// stood still for one; what it found is in the result.
func Run(ctx context.Context, options Options) (Result, error) {
	t := &run{
		options: options, random: rand.New(rand.NewPCG(options.Seed, 2+uint64(options.Part))),
		result: Result{Seed: options.Seed, Stages: map[string]int{}, Ways: map[How]int{}, Findings: []string{}},
	}
	points := t.points()
	world, err := newWorld(options.Seed, 2*options.Claims*(len(points)+len(firstStart())+2))
	if err != nil {
		return t.result, err
	}
	documents := filepath.Join(options.Dir, "documents")
	if t.corpus, err = writeCorpus(world, documents, max(1, options.Claims/documentsARound)); err != nil {
		return t.result, err
	}
	defer t.corpus.stop()
	t.audit = newAudit(t.corpus.sets)
	if err := t.firstStart(ctx); err != nil {
		return t.result, err
	}
	for _, point := range points {
		if err := t.roundAt(ctx, point); err != nil {
			return t.result, err
		}
	}
	for range options.Frozen {
		if err := t.frozenRound(ctx); err != nil {
			return t.result, err
		}
	}
	if err := t.lastCheck(ctx); err != nil {
		return t.result, err
	}
	for range options.Fresh {
		if err := t.freshRound(ctx); err != nil {
			return t.result, err
		}
	}
	return t.result, nil
}

// planned is a fail point with the name of its kind.
type planned struct {
	kind  string
	point FailPoint
}

func (t *run) points() (list []planned) {
	if t.options.Named {
		for n, point := range NamedFailPoints(t.options.Seed) {
			if n%max(1, t.options.Parts) == t.options.Part {
				list = append(list, planned{named, point})
			}
		}
	}
	for range t.options.Random {
		list = append(list, planned{random, randomFailPoint(t.random)})
	}
	return list
}

func (t *run) dir() string { return filepath.Join(t.options.Dir, "installation") }

// firstStart dies at every stage of a folder's first start, in the first part, then sets up the payers.
func (t *run) firstStart(ctx context.Context) error {
	if t.options.Named && t.options.Part == 0 {
		for _, point := range firstStart() {
			if err := t.startAndDie(ctx, t.dir(), planned{named, point}); err != nil {
				return err
			}
		}
	}
	return t.open(ctx, installation.Options{Dir: t.dir(), WithoutTemporal: true}, func(i *installation.Installation) error {
		if err := t.options.SetUp(ctx, i, t.corpus.world); err != nil {
			return err
		}
		return t.audit.check(ctx, i, true) // remembers what is there before the first claim
	})
}

// Kinds of rounds.
const (
	named  = "named"
	random = "random"
	fresh  = "fresh"
	frozen = "frozen"
	last   = "last" // without a death
)

// lastCheck recovers once more, checks everything from the first entry on, and stops in order.
func (t *run) lastCheck(ctx context.Context) error {
	t.round = Round{Number: t.result.Rounds + 1, Kind: last}
	p, err := t.recovered(ctx)
	if err != nil || p == nil {
		return t.endWith(ctx, err)
	}
	t.stop(p)
	t.collect()
	return nil
}

// open opens an installation in this process and closes it.
func (t *run) open(ctx context.Context, options installation.Options, do func(*installation.Installation) error) error {
	i, err := installation.Open(ctx, options)
	if err != nil {
		return err
	}
	return errors.Join(do(i), i.Close(ctx))
}

func (t *run) begin(at planned) {
	t.round = Round{Number: t.result.Rounds + 1, Kind: at.kind, Point: at.point, Findings: []string{}}
	t.since = t.options.Now()
}

func (t *run) find(format string, args ...any) { t.audit.find(format, args...) }

// end closes a round's books. Of a round that somebody interrupted nothing is a finding: its child was told to stop.
func (t *run) end(ctx context.Context) error {
	if ctx.Err() != nil {
		t.audit.findings = nil
	}
	t.round.Spent = t.options.Now().Sub(t.since)
	t.result.Rounds++
	if t.round.Died {
		t.result.Deaths++
		t.result.Stages[string(t.round.Point.Stage)]++
		t.result.Ways[t.round.Point.How]++
	}
	t.collect()
	if t.options.Told != nil {
		t.options.Told(t.round)
	}
	return errors.Join(ctx.Err(), t.stuck)
}

// endWith closes the books of a round that could not go on.
func (t *run) endWith(ctx context.Context, err error) error { return errors.Join(err, t.end(ctx)) }

// collect takes the audit's findings into the round and the result.
func (t *run) collect() {
	for _, text := range t.audit.findings {
		text = fmt.Sprintf("round %d (%s, %s at %s/%d): %s", t.round.Number, t.round.Kind, t.round.Point.How, t.round.Point.Stage, t.round.Point.Nth, text)
		t.round.Findings = append(t.round.Findings, text)
		t.result.Findings = append(t.result.Findings, text)
	}
	t.audit.findings = nil
	t.result.Claims, t.result.Entries = 0, 0
	for _, p := range t.audit.payers {
		t.result.Claims += len(p.standing)
		t.result.Entries += p.head.Seq
	}
	t.round.Claims = t.result.Claims
}
