package main

import (
	"context"
	"fmt"
	"maps"
	"runtime"
	"runtime/metrics"
	"slices"
	"time"

	"github.com/assize/assize/internal/claim"
	"github.com/assize/assize/internal/postgres"
	"github.com/assize/assize/internal/simulate"
)

// benchResult is what `bench pipeline --json` prints. CPU figures are µs a claim.
type benchResult struct {
	Machine       string      `json:"machine"`
	Claims        int         `json:"claims"`
	Batches       int         `json:"batches"` // one submitted after the other; intake goes on while earlier ones are decided
	Lines         int         `json:"lines"`
	History       int64       `json:"history"` // entries on the ledger before
	Seconds       float64     `json:"seconds"`
	ClaimsASecond float64     `json:"claimsPerSecond"`
	IntakeSeconds float64     `json:"intakeSeconds"` // until the last batch is staged
	CPU           cpuCost     `json:"cpuMicros"`
	Steps         []benchStep `json:"steps"`
	PeakGoBytes   int64       `json:"peakGoBytes"`
	PeakPGBytes   int64       `json:"peakPostgresBytes"`
	StoredBytes   int64       `json:"storedBytesAClaim"`
	WALBytes      int64       `json:"walBytesAClaim"`
	// Tenths is how fast each tenth of the batch was adjudicated: what a growing ledger costs shows as a falling row.
	Tenths         []float64             `json:"tenthsClaimsPerSecond"`
	Outcomes       map[claim.Outcome]int `json:"outcomes"`
	WorkflowAClaim float64               `json:"workflowAClaimPerSecond"` // one workflow with three activities a claim
}

// cpuCost splits the CPU of a claim. What is intake's is known where nothing else went on beside it: of one batch.
type cpuCost struct {
	Go             float64 `json:"go"`
	Postgres       float64 `json:"postgres"`
	IntakeGo       float64 `json:"intakeGo,omitempty"`
	IntakePostgres float64 `json:"intakePostgres,omitempty"`
}

// benchStep is one step of a chunk: the CPU of its own goroutine, collector and Postgres apart.
type benchStep struct {
	Step       string  `json:"step"`
	CPUMicros  float64 `json:"cpuMicros"`
	WallMicros float64 `json:"wallMicros"`
}

// usageAt is what was used up to a moment.
type usageAt struct {
	at          time.Time
	gone, pg    time.Duration
	stored, wal int64
}

func (d *demonstration) usage(ctx context.Context) (usageAt, error) {
	u := usageAt{at: time.Now(), gone: processCPU(), pg: childrenCPU()}
	var err error
	u.stored, u.wal, err = postgres.StoredBytes(ctx, d.i.Pool)
	return u, err
}

// meterClaims submits and adjudicates the documents under the meter, in as many batches as there are groups.
func (a *app) meterClaims(ctx context.Context, d *demonstration, m *meter, groups [][]simulate.File) (*benchResult, error) {
	m.reset()
	memory := watchMemory()
	before, err := d.usage(ctx)
	if err != nil {
		return nil, err
	}
	r := &benchResult{
		Machine: fmt.Sprintf("%d cores, %s/%s, %s", runtime.NumCPU(), runtime.GOOS, runtime.GOARCH, runtime.Version()),
		Batches: len(groups), Outcomes: map[claim.Outcome]int{},
	}
	for _, f := range slices.Concat(groups...) {
		r.Claims += f.Claims
		r.Lines += f.Lines
	}
	speed := &tenths{of: r.Claims}
	runs, staged, err := a.runGroups(ctx, d, groups, speed)
	if err != nil {
		return nil, err
	}
	after, err := d.usage(ctx)
	if err != nil {
		return nil, err
	}
	r.PeakGoBytes, r.PeakPGBytes = memory()
	for _, run := range runs { // not measured: counting a batch is no part of deciding it
		figures, err := postgres.BatchFigures(ctx, d.i.Pool, run.payer.ID, run.submission.Batch)
		if err != nil {
			return nil, err
		}
		for outcome, n := range figures.Claims {
			r.Outcomes[outcome] += n
		}
	}
	r.Tenths = speed.rates
	r.spread(before, staged, after, m)
	return r, nil
}

// spread turns totals into figures a claim.
func (r *benchResult) spread(before, staged, after usageAt, m *meter) {
	n := float64(max(r.Claims, 1))
	r.Seconds = after.at.Sub(before.at).Seconds()
	r.IntakeSeconds = staged.at.Sub(before.at).Seconds()
	r.ClaimsASecond = n / r.Seconds
	r.CPU = cpuCost{Go: micros(after.gone-before.gone) / n, Postgres: micros(after.pg-before.pg) / n}
	if r.Batches == 1 {
		r.CPU.IntakeGo, r.CPU.IntakePostgres = micros(staged.gone-before.gone)/n, micros(staged.pg-before.pg)/n
	}
	r.StoredBytes = (after.stored - before.stored) / int64(n)
	r.WALBytes = (after.wal - before.wal) / int64(n)
	for _, name := range slices.Sorted(maps.Keys(m.steps)) {
		s := m.steps[name]
		r.Steps = append(r.Steps, benchStep{name, micros(s.cpu) / n, micros(s.wall) / n})
	}
}

func micros(d time.Duration) float64 { return float64(d) / float64(time.Microsecond) }

// memoryEvery is how often memory is looked at; a peak shorter than that may be missed.
const memoryEvery = 2 * time.Second

// watchMemory follows the memory of Go and of Postgres until the result is asked for.
func watchMemory() (peaks func() (inGo, inPostgres int64)) {
	stop, done := make(chan struct{}), make(chan struct{})
	var inGo, inPostgres int64
	go func() {
		defer close(done)
		ticker := time.NewTicker(memoryEvery)
		defer ticker.Stop()
		for {
			inGo, inPostgres = max(inGo, goMemory()), max(inPostgres, childrenMemory())
			select {
			case <-stop:
				return
			case <-ticker.C:
			}
		}
	}()
	return func() (int64, int64) {
		close(stop)
		<-done
		return inGo, inPostgres
	}
}

// goMemory is what the Go runtime holds from the system and has not given back.
func goMemory() int64 {
	sample := []metrics.Sample{{Name: "/memory/classes/total:bytes"}, {Name: "/memory/classes/heap/released:bytes"}}
	metrics.Read(sample)
	return int64(sample[0].Value.Uint64() - sample[1].Value.Uint64())
}

func (a *app) printBench(r *benchResult) error {
	if a.config.JSON {
		return a.printJSON(r)
	}
	a.say("%s claims (%.1f lines each) in %.1f s: %s claims/s on %s", claim.Thousands(r.Claims), float64(r.Lines)/float64(max(r.Claims, 1)),
		r.Seconds, claim.Thousands(int64(r.ClaimsASecond)), r.Machine)
	a.say("CPU a claim: Go %.0f µs, Postgres %.0f µs%s", r.CPU.Go, r.CPU.Postgres, r.intake())
	a.table(func(row func(...any)) {
		row("  step", "CPU µs", "wall µs")
		for _, s := range r.Steps {
			row("  "+s.Step, fmt.Sprintf("%.1f", s.CPUMicros), fmt.Sprintf("%.1f", s.WallMicros))
		}
	})
	a.say("memory at peak: Go %d MiB, Postgres %d MiB; stored %s bytes a claim, log %s", r.PeakGoBytes>>20, r.PeakPGBytes>>20,
		claim.Thousands(r.StoredBytes), claim.Thousands(r.WALBytes))
	a.say("claims/s by tenth of the batch: %.0f", r.Tenths)
	if r.WorkflowAClaim > 0 {
		a.say("one workflow with three activities a claim: %.0f claims/s", r.WorkflowAClaim)
	}
	return nil
}

func (r *benchResult) intake() string {
	if r.Batches > 1 {
		return fmt.Sprintf("; %d batches, the last of them staged after %.1f s", r.Batches, r.IntakeSeconds)
	}
	return fmt.Sprintf("; of that intake %.0f and %.0f", r.CPU.IntakeGo, r.CPU.IntakePostgres)
}
