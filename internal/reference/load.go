package reference

import (
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"github.com/assize/assize/internal/claim"
)

// Options steer how files are read.
type Options struct {
	// AssumeValid takes rows without dates, and tables outside the period they were published for, as valid on every
	// date no other file speaks for. Such tables are marked Assumed. Dates a row itself states are kept.
	AssumeValid bool
	// Period is the dates the files were published for; zero: as each file's name says ("2024q3", "fy2024", "2024-06",
	// "2025_Oct", "Jan-2021", "v41.1"), else the dates of its rows.
	Period Span
	// Locality is the Medicare locality whose GPCIs price fees, as carrier and locality number, "10112-00". Empty
	// prices at the national amounts, which is every GPCI at 1.
	Locality string
	// Only reads files of one kind and leaves the others out; empty reads all.
	Only claim.FactKind
}

// Source is one file that may be a table, or a part of one.
type Source struct {
	Name string // says the period, and is shown in problems
	Open func() (io.ReadCloser, error)
}

// FileSource is the file at path.
func FileSource(path string) Source {
	return Source{Name: path, Open: func() (io.ReadCloser, error) { return os.Open(path) }}
}

// Problem is one finding in a file: Line and Element (column, from 1) say where.
type Problem struct {
	File string `json:"file"`
	claim.Problem
}

// String shows the file before the place.
func (p Problem) String() string { return fmt.Sprintf("%s: %s", p.File, p.Problem.String()) }

// problemsMax is how many problems of one file are listed; all are counted.
const problemsMax = 50

// Loaded tells what became of one file.
type Loaded struct {
	File     string           `json:"file"`
	Format   string           `json:"format"`  // which layout it was recognised as; "" for none
	Kinds    []claim.FactKind `json:"kinds"`   // the tables it is a part of
	Period   Span             `json:"period"`  // the dates it was published for; absent when nothing says so
	Rows     int              `json:"rows"`    // rows taken from it
	Skipped  int              `json:"skipped"` // rows it has that say nothing for the table, such as codes without a price
	Assumed  bool             `json:"assumed"`
	Left     string           `json:"left"`   // why it was left out of a table it could be a part of; "" when it was not
	Errors   int              `json:"errors"` // all that were found; Problems holds the first of them
	Problems []Problem        `json:"problems"`
}

// LoadDir loads every file below a folder that is recognised by its header or shape. Errors as Load.
func LoadDir(dir string, o Options) (Set, []Loaded, error) {
	var sources []Source
	err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err == nil && entry.Type().IsRegular() {
			sources = append(sources, FileSource(path))
		}
		return err
	})
	if err != nil {
		return Set{}, nil, claim.Errorf(claim.Unavailable, "reading reference folder %s: %w", dir, err)
	}
	return Load(sources, o)
}

// Load reads the files that are recognised and makes one table of all files of a kind. The list tells what became of
// each file, in the order given. Faults of files are told there and are no error; a kind with any faulty file is not
// loaded at all, since a row left out of a table can pay a claim as easily as deny it. The error is Invalid for
// options that cannot be followed.
func Load(sources []Source, o Options) (Set, []Loaded, error) {
	if o.Only != "" && !slices.Contains(Kinds(), o.Only) {
		return Set{}, nil, claim.Errorf(claim.Invalid, "loading reference files: %s is not a kind that is kept in tables", o.Only)
	}
	if o.Period != (Span{}) && !o.Period.sound() {
		return Set{}, nil, claim.Errorf(claim.Invalid, "loading reference files: %w", errSpan)
	}
	loaded := make([]Loaded, len(sources))
	var files []*file
	for i, source := range sources {
		loaded[i] = Loaded{File: source.Name, Kinds: []claim.FactKind{}, Problems: []Problem{}}
		if f := recognise(source, o, &loaded[i]); f != nil {
			files = append(files, f)
		}
	}
	stretch(files, o.AssumeValid)
	g := newGathering(o)
	for _, f := range files {
		g.read(f)
	}
	return g.tables(files), loaded, nil
}
