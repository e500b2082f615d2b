package flat

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"slices"

	"github.com/assize/assize/internal/claim"
)

// WriteNDJSON writes claims in the form ReadNDJSON reads, one a line.
func WriteNDJSON(w io.Writer, claims ...claim.Claim) error {
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	for i := range claims {
		if err := encoder.Encode(&claims[i]); err != nil {
			return fmt.Errorf("writing claim %d of %d: %w", i+1, len(claims), err)
		}
	}
	return nil
}

// WriteCSV writes claims in the form ReadCSV reads, with the columns any of them needs. It returns claim.Invalid for a
// claim the columns cannot hold, naming its place in the list.
func WriteCSV(w io.Writer, claims ...claim.Claim) error {
	used := usedColumns(claims)
	out := csv.NewWriter(w)
	row := []string{groupColumn}
	for _, c := range used {
		row = append(row, c.name)
	}
	if err := out.Write(row); err != nil {
		return fmt.Errorf("writing the header: %w", err)
	}
	for i := range claims {
		for j := range claims[i].Lines {
			row = append(row[:0], fmt.Sprint(i+1))
			for _, c := range used {
				row = append(row, c.get(&claims[i], &claims[i].Lines[j]))
			}
			if err := out.Write(row); err != nil {
				return fmt.Errorf("writing claim %d of %d: %w", i+1, len(claims), err)
			}
		}
		if !holds(&claims[i]) {
			return claim.Errorf(claim.Invalid, "writing claim %d of %d: CSV has no columns for some of it; use NDJSON", i+1, len(claims))
		}
	}
	out.Flush()
	return out.Error()
}

// usedColumns returns the columns that are required or filled by some claim.
func usedColumns(claims []claim.Claim) []column {
	return slices.DeleteFunc(columns(), func(c column) bool {
		if c.required {
			return false
		}
		for i := range claims {
			for j := range claims[i].Lines {
				if text := c.get(&claims[i], &claims[i].Lines[j]); text != "" && text != "0.00" {
					return false
				}
			}
		}
		return true
	})
}

// holds tells whether nothing of a claim is beyond the columns.
func holds(c *claim.Claim) bool {
	plain := len(c.Lines) > 0 && len(c.OtherPayers) == 0
	for i := range c.Providers {
		plain = plain && c.Provider(c.Providers[i].Role) == &c.Providers[i]
	}
	for _, d := range c.Diagnoses {
		plain = plain && !d.ICD9
	}
	for i, p := range c.Procedures {
		plain = plain && p.Principal == (i == 0)
	}
	for i := range c.Lines {
		l := &c.Lines[i]
		plain = plain && len(l.OtherPayments) == 0 && len(l.Providers) <= 1
		for _, p := range l.Providers {
			plain = plain && p == claim.Provider{Role: claim.Rendering, NPI: p.NPI, Taxonomy: p.Taxonomy}
		}
	}
	return plain
}
