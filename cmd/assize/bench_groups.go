package main

import (
	"context"
	"errors"
	"path/filepath"
	"sync"
	"time"

	"github.com/assize/assize/internal/simulate"
)

// inGroups deals out documents to as many groups, or to as many as there are documents.
func inGroups(files []simulate.File, groups int) [][]simulate.File {
	groups = min(groups, len(files))
	list := make([][]simulate.File, groups)
	for n := range list {
		list[n] = files[len(files)*n/groups : len(files)*(n+1)/groups]
	}
	return list
}

// runGroups submits each group as a batch, one after the other, and waits for all of them. It also answers what was used
// when the last was staged.
func (a *app) runGroups(ctx context.Context, d *demonstration, groups [][]simulate.File, speed *tenths) ([]demoRun, usageAt, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	bar := a.bar("claims", int64(speed.of))
	defer bar.end()
	runs, faults := make([]demoRun, len(groups)), make([]error, len(groups))
	sum := groupSum{claims: make([]int, len(groups)), told: func(claims int) { bar.reach(int64(claims)); speed.reach(claims) }}
	var waiting sync.WaitGroup
	for n, group := range groups {
		runs[n].payer = d.payers[0]
		workflow, err := d.submit(ctx, &runs[n], filepath.Join(d.folder, "claims"), group)
		if err != nil {
			cancel()
			waiting.Wait()
			return nil, usageAt{}, err
		}
		waiting.Go(func() {
			faults[n] = d.await(ctx, &runs[n], workflow, func(claims int) { sum.reach(n, claims) })
		})
	}
	staged, err := d.usage(ctx)
	waiting.Wait()
	return runs, staged, errors.Join(errors.Join(faults...), err)
}

// groupSum adds up how far several batches are.
type groupSum struct {
	mu     sync.Mutex
	claims []int
	told   func(claims int)
}

func (s *groupSum) reach(group, claims int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.claims[group] = claims
	sum := 0
	for _, n := range s.claims {
		sum += n
	}
	s.told(sum)
}

// tenths times each tenth of a batch. It is told every fifth of a second, so small batches have few figures, and what is
// left at the end is timed only when it is half a tenth.
type tenths struct {
	of    int
	last  int
	at    time.Time
	rates []float64
}

// reach begins with the first news of the batch, so that planning, which decides nothing, counts in no tenth.
func (t *tenths) reach(decided int) {
	now := time.Now()
	if t.at.IsZero() {
		t.at, t.last = now, decided
		return
	}
	if decided-t.last < t.of/10 && decided < t.of || decided-t.last < t.of/20 {
		return
	}
	t.rates = append(t.rates, float64(decided-t.last)/now.Sub(t.at).Seconds())
	t.at, t.last = now, decided
}
