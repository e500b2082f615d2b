package main

import (
	"bufio"
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"slices"

	"github.com/spf13/cobra"

	"github.com/assize/assize/internal/claim"
	"github.com/assize/assize/internal/intake"
	"github.com/assize/assize/internal/intake/flat"
	"github.com/assize/assize/internal/intake/x12"
)

// checked is what `check --json` prints of one file.
type checked struct {
	File         string          `json:"file"`
	Format       string          `json:"format"`
	Version      string          `json:"version"`
	Kind         string          `json:"kind"`
	RefusalCode  string          `json:"refusalCode"` // why nothing of its kind is adjudicated; "" otherwise
	Interchanges int             `json:"interchanges"`
	Tests        int             `json:"tests"` // interchanges that are tests, of which production takes nothing
	Transactions int             `json:"transactions"`
	Claims       int             `json:"claims"`
	Eligible     int             `json:"eligible"`
	Lines        int             `json:"lines"`
	Segments     int             `json:"segments"`
	Errors       []claim.Problem `json:"errors"`
	ErrorsTotal  int             `json:"errorsTotal"`
	Warnings     []claim.Problem `json:"warnings"`
	// Errors and Warnings are capped, the totals are not.
	WarningsTotal int `json:"warningsTotal"`
}

func (a *app) checkCommand() *cobra.Command {
	return &cobra.Command{
		Use: "check FILE...", Short: "Read documents and say what is in them and what is wrong", Args: atLeastOne("file"), ValidArgsFunction: files,
		Example: "  assize check claims.837\n  assize check --json *.837 | jq .errors",
		RunE: func(cmd *cobra.Command, files []string) error {
			if err := readable(files); err != nil {
				return err
			}
			bad := 0
			for _, file := range files {
				c, err := checkFile(cmd.Context(), file)
				if err != nil {
					return err
				}
				if c.ErrorsTotal > 0 || c.RefusalCode != "" {
					bad++
				}
				if err := a.printChecked(c); err != nil {
					return err
				}
			}
			if bad > 0 {
				return findings{}
			}
			return nil
		},
	}
}

// checkFile reads one document, or standard input for "-", without keeping anything of it.
func checkFile(ctx context.Context, file string) (checked, error) {
	reader, err := openWhile(ctx, file)
	if err != nil {
		return checked{}, err
	}
	defer reader.Close()
	buffered := bufio.NewReaderSize(reader, 1<<16)
	format := intake.Detect(buffered)
	c := checked{File: file, Format: string(format)}
	switch format {
	case intake.X12:
		r, err := x12.Read(ctx, buffered, x12.Limits{TakesTests: true}, nil)
		c.Version, c.Kind, c.RefusalCode = r.Version, string(r.Kind), string(r.RefusalCode)
		c.Interchanges, c.Tests, c.Transactions, c.Claims, c.Eligible = r.Interchanges, r.Tests, r.Transactions, r.Claims, r.Eligible
		c.Lines, c.Segments, c.Errors, c.ErrorsTotal, c.Warnings = r.Lines, r.Segments, r.Errors, r.ErrorsTotal, r.Warnings
		c.WarningsTotal = r.WarningsTotal
		return c, readFailed(file, err)
	default:
		read := flat.ReadNDJSON
		if format == intake.CSV {
			read = flat.ReadCSV
		}
		r, err := read(ctx, buffered, flat.Limits{}, nil)
		c.Version, c.Interchanges, c.Transactions, c.Segments = r.Version, r.Interchanges, r.Transactions, r.Segments
		c.Claims, c.Eligible, c.Lines = r.Claims, r.Eligible, r.Lines
		c.Errors, c.ErrorsTotal, c.Warnings, c.WarningsTotal = r.Errors, r.ErrorsTotal, r.Warnings, r.WarningsTotal
		return c, readFailed(file, err)
	}
}

func readFailed(file string, err error) error {
	if err == nil || errors.Is(err, context.Canceled) {
		return err
	}
	return claim.Errorf(claim.Unavailable, "reading %s: %w", file, err)
}

// readable tells whether every document is there, before engines are started for it. It opens none: a pipe is read once.
func readable(files []string) error {
	for n, file := range files {
		if file == "-" {
			if slices.Contains(files[:n], "-") {
				return usage{"standard input holds one document: name - once"}
			}
			continue
		}
		info, err := os.Stat(file)
		if err != nil {
			return claim.Errorf(claim.NotFound, "looking for a document: %w", err)
		}
		if info.IsDir() {
			return claim.Errorf(claim.Invalid, "%s is a folder: name the documents in it", file)
		}
	}
	return nil
}

// readOnce names the first document that is a stream, or "".
func readOnce(files []string) string {
	if n := slices.IndexFunc(files, isStream); n >= 0 {
		return files[n]
	}
	return ""
}

// printChecked lists errors before warnings: what is refused comes first.
func (a *app) printChecked(c checked) error {
	if a.config.JSON {
		return a.printJSON(c)
	}
	test := ""
	if c.Tests > 0 {
		test = fmt.Sprintf("; %d of %d interchanges are tests, which production refuses", c.Tests, c.Interchanges)
	}
	a.say("%s: %s %s, %d transactions, %d claims (%d can be adjudicated%s), %d lines, %d segments",
		c.File, c.Format, c.Version, c.Transactions, c.Claims, c.Eligible, test, c.Lines, c.Segments)
	if c.RefusalCode != "" {
		a.say("  refused: %s: %s", c.RefusalCode, x12.Code(c.RefusalCode).Words())
	}
	for _, p := range c.Errors {
		a.say("  %s", p)
	}
	if more := c.ErrorsTotal - len(c.Errors); more > 0 {
		a.say("  … and %d more errors", more)
	}
	for _, p := range c.Warnings {
		a.say("  %s", p)
	}
	if more := c.WarningsTotal - len(c.Warnings); more > 0 {
		a.say("  … and %d more warnings", more)
	}
	return nil
}

func hexOf(d claim.Digest) string { return hex.EncodeToString(d[:]) }
