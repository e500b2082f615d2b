package main

import (
	"bufio"
	"context"
	"encoding/csv"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"github.com/assize/assize/internal/adjudicate"
	"github.com/assize/assize/internal/claim"
	"github.com/assize/assize/internal/simulate"
	"github.com/assize/assize/scoring"
)

// columns before the features.
func columns() []string {
	return append([]string{"world", "group", "sequence", "scheme", "outcome", "charge_cents", "provider_total_cents"}, scoring.FeatureNames()...)
}

// writeSet simulates the worlds of a set and writes one CSV. The file appears under its name only when it is whole.
func writeSet(ctx context.Context, dir string, engine *adjudicate.Engine, s set, progress io.Writer) (err error) {
	partial := filepath.Join(dir, s.name+".csv.partial")
	file, err := os.Create(partial)
	if err != nil {
		return fmt.Errorf("creating the file: %w", err)
	}
	defer func() {
		if closing := file.Close(); err == nil {
			err = closing
		}
		if err == nil {
			err = os.Rename(partial, filepath.Join(dir, s.name+".csv"))
		}
	}()
	buffer := bufio.NewWriter(file)
	out := csv.NewWriter(buffer)
	if err := out.Write(columns()); err != nil {
		return err
	}
	for _, o := range s.worlds {
		started := time.Now()
		rows, err := writeWorld(ctx, out, engine, o)
		if err != nil {
			return fmt.Errorf("world %d: %w", o.Seed, err)
		}
		fmt.Fprintf(progress, "%-11s world %d: %d rows in %s\n", s.name, o.Seed, rows, time.Since(started).Round(time.Second))
	}
	out.Flush()
	if err := out.Error(); err != nil {
		return err
	}
	return buffer.Flush()
}

// writeWorld writes the rows of a world. Worlds are kept apart by their seed, so that no provider stands in two sets.
func writeWorld(ctx context.Context, out *csv.Writer, engine *adjudicate.Engine, o simulate.Options) (rows int, err error) {
	world, err := simulate.NewWorld(o)
	if err != nil {
		return 0, err
	}
	for i := range world.Payers {
		n, err := writePayer(ctx, out, world, &world.Payers[i], engine)
		if err != nil {
			return rows, err
		}
		rows += n
	}
	return rows, nil
}

// writePayer walks the earlier period, which only fills history and profiles, then the claims that become rows.
func writePayer(ctx context.Context, out *csv.Writer, world *simulate.World, p *simulate.PayerWorld, engine *adjudicate.Engine) (rows int, err error) {
	walker, err := newWalker(world, p, engine)
	if err != nil {
		return 0, err
	}
	for s := range world.History(p.ID) {
		if s.Truth.Copy > 0 {
			continue
		}
		if _, err := walker.claim(ctx, s, claimID(p.ID, 0, s.Truth.Sequence)); err != nil {
			return rows, err
		}
	}
	for s := range world.Claims(p.ID) {
		if s.Truth.Copy > 0 {
			continue
		}
		r, err := walker.claim(ctx, s, claimID(p.ID, 1, s.Truth.Sequence))
		if err != nil {
			return rows, err
		}
		rows++
		if err := out.Write(record(world.Options.Seed, r)); err != nil {
			return rows, err
		}
	}
	return rows, ctx.Err()
}

// record is a CSV row; a missing feature is an empty cell, and numbers read back bit for bit.
func record(seed uint64, r *row) []string {
	cells := []string{
		strconv.FormatUint(seed, 10), strconv.FormatUint(seed, 10) + ":" + strconv.Itoa(int(r.payer)) + ":" + r.group,
		strconv.Itoa(r.sequence), string(r.scheme), string(r.outcome), cents(r.charge), cents(r.providerTotal),
	}
	for _, x := range r.features {
		cell := ""
		if !math.IsNaN(x) {
			cell = strconv.FormatFloat(x, 'g', -1, 64)
		}
		cells = append(cells, cell)
	}
	return cells
}

func cents(c claim.Cents) string { return strconv.FormatInt(int64(c), 10) }
