package reference

import (
	"fmt"

	"github.com/assize/assize/internal/claim"
)

// Options steer how files are read.
type Options struct {
	// AssumeValid takes rows without dates, and tables outside the period they were published for, as valid on every
	// date no other file speaks for. Such tables are marked Assumed. Dates a row itself states are kept.
	AssumeValid bool
	// Period is the dates the file was published for; zero: as its name says ("2024q3", "fy2024", "2024-06",
	// "2025_Oct", "Jan-2021"), else the dates of its rows.
	Period Span
	// Locality is the Medicare locality whose GPCIs price fees, as carrier and locality number, "10112-00". Empty
	// prices at the national amounts, which is every GPCI at 1.
	Locality string
}

// Problem is one finding in a file: Line and Element (column, from 1) say where.
type Problem struct {
	File string `json:"file"`
	claim.Problem
}

// String shows the file before the place.
func (p Problem) String() string { return fmt.Sprintf("%s: %s", p.File, p.Problem.String()) }

// Loaded tells what became of one file.
type Loaded struct {
	File     string         `json:"file"`
	Format   string         `json:"format"`  // which layout it was recognised as; "" for none
	Kind     claim.FactKind `json:"kind"`    // of the table it became a part of; "" when it was left out
	Rows     int            `json:"rows"`    // rows read from it
	Skipped  int            `json:"skipped"` // rows it has that make no row of the table, such as codes without a price
	Assumed  bool           `json:"assumed"`
	Left     string         `json:"left"`   // why it was left out; "" when it was not
	Errors   int            `json:"errors"` // all that were found; Problems holds the first of them
	Problems []Problem      `json:"problems"`
}
