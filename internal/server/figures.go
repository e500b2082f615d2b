package server

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/assize/assize/internal/claim"
	"github.com/assize/assize/internal/postgres"
)

// figuresCache keeps totals for a while: those of a million claims take a second to add up, and a page that many
// people have open asks for them again and again.
type figuresCache struct {
	mu   sync.Mutex
	kept map[string]*keptFigures
}

type keptFigures struct {
	once    sync.Once
	figures postgres.Figures
	err     error
	until   time.Time
}

const (
	figuresKept    = 2 * time.Second // at least
	figuresPerCost = 10              // and ten times as long as adding them up took
	figuresEntries = 256             // kept at once
)

// figuresOf totals batches of a payer. Whoever asks while others add up waits for their answer.
func (s *Server) figuresOf(ctx context.Context, p postgres.Payer, batches []claim.ID) (postgres.Figures, error) {
	kept := s.figures.entry(fmt.Sprint(p.ID, batches), time.Now())
	kept.once.Do(func() {
		since := time.Now()
		kept.figures, kept.err = postgres.FiguresOf(context.WithoutCancel(ctx), s.pool, p.ID, batches)
		now := time.Now()
		s.figures.keepUntil(kept, now.Add(max(figuresKept, figuresPerCost*now.Sub(since))))
	})
	return kept.figures, kept.err
}

// entry finds what is kept under a key, or makes room for it.
func (c *figuresCache) entry(key string, now time.Time) *keptFigures {
	c.mu.Lock()
	defer c.mu.Unlock()
	if k, ok := c.kept[key]; ok && (k.until.IsZero() || now.Before(k.until)) {
		return k
	}
	if c.kept == nil || len(c.kept) >= figuresEntries {
		c.kept = map[string]*keptFigures{} // rare, and what is lost is added up again
	}
	k := &keptFigures{}
	c.kept[key] = k
	return k
}

func (c *figuresCache) keepUntil(k *keptFigures, until time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	k.until = until
	if k.err != nil {
		k.until = time.Now() // an error is told to those who waited and to nobody else
	}
}
