package main

import (
	"encoding/json"
	"fmt"
	"io"
	"text/tabwriter"

	"github.com/assize/assize/internal/claim"
)

// printJSON writes one value for machines.
func (a *app) printJSON(value any) error {
	encoder := json.NewEncoder(a.stdout)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(value); err != nil {
		return claim.Errorf(claim.Internal, "printing JSON: %w", err)
	}
	return nil
}

// answer prints one value for machines, or a line for people.
func (a *app) answer(value any, format string, args ...any) error {
	if a.config.JSON {
		return a.printJSON(value)
	}
	a.say(format, args...)
	return nil
}

// say prints a line for people.
func (a *app) say(format string, args ...any) { fmt.Fprintf(a.stdout, format+"\n", args...) }

// table prints aligned columns for people.
func (a *app) table(fill func(row func(cells ...any))) {
	w := tabwriter.NewWriter(a.stdout, 0, 0, 2, ' ', 0)
	fill(func(cells ...any) { writeRow(w, cells) })
	_ = w.Flush() // standard output that is gone is nothing to report on
}

// writeRow ends the last cell with the line: a tab after it would make tabwriter pad the column of "why" to its widest.
func writeRow(w io.Writer, cells []any) {
	for i, cell := range cells {
		if i > 0 {
			fmt.Fprint(w, "\t")
		}
		fmt.Fprint(w, cell)
	}
	fmt.Fprintln(w)
}

// percent shows part of whole with one decimal; "–" of nothing.
func percent(part, whole int) string {
	if whole == 0 {
		return "–"
	}
	return fmt.Sprintf("%.1f %%", 100*float64(part)/float64(whole))
}
