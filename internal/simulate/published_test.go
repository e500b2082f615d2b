//go:build realfiles

package simulate_test

import (
	"compress/gzip"
	"encoding/csv"
	"io"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/assize/assize/internal/claim"
	"github.com/assize/assize/internal/simulate"
)

// published is the folder of real code files, outside the repository: what reads it is built with the tag realfiles only.
const published = "../../../shared/data/codes/"

// rows reads a published CSV file, packed or not, and gives each row by column name.
func rows(t *testing.T, name string, each func(map[string]string)) {
	t.Helper()
	f, err := os.Open(published + name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var r io.Reader = f
	if strings.HasSuffix(name, ".gz") {
		if r, err = gzip.NewReader(f); err != nil {
			t.Fatal(err)
		}
	}
	read := csv.NewReader(r)
	head, err := read.Read()
	if err != nil {
		t.Fatal(err)
	}
	read.ReuseRecord = true
	for {
		record, err := read.Read()
		if err == io.EOF {
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		row := make(map[string]string, len(head))
		for i := range head {
			row[head[i]] = record[i]
		}
		each(row)
	}
}

// TestCleanClaimsAgreeWithThePublishedTables holds the clean claims against CMS's own files: what the small
// demonstration tables let through, the real ones should not refuse.
func TestCleanClaimsAgreeWithThePublishedTables(t *testing.T) {
	w := world(t, func(o *simulate.Options) { o.Clean, o.Claims, o.Members = true, 20_000, 6000 })
	known := map[string]bool{}
	for _, p := range w.Tables.Procedures {
		known[p.Code] = true
	}
	billable := map[string]bool{}
	rows(t, "icd10/icd10cm_fy2024_order.csv.gz", func(row map[string]string) {
		if row["billable"] == "1" {
			billable[strings.ReplaceAll(row["icd10cm_code"], ".", "")] = true
		}
	})
	pairs, limits := map[claim.Type]map[[2]string]string{}, map[claim.Type]map[string]claim.Quantity{}
	for kind, letters := range map[claim.Type]string{claim.Professional: "prac", claim.Institutional: "out"} {
		pairs[kind], limits[kind] = map[[2]string]string{}, map[string]claim.Quantity{}
		rows(t, "ncci/ncci_ptp_"+letters+"_2024q3_active.csv.gz", func(row map[string]string) {
			if known[row["column1"]] && known[row["column2"]] {
				pairs[kind][[2]string{row["column1"], row["column2"]}] = row["modifier_indicator"]
			}
		})
		rows(t, "ncci/ncci_mue_"+letters+"_2024q3.csv", func(row map[string]string) {
			// A limit of 0 is Medicare's way to say that it does not pay a code here at all.
			if limit, err := claim.ParseQuantity(row["mue_units"]); err == nil && limit > 0 {
				limits[kind][row["hcpcs_code"]] = limit
			}
		})
	}
	complaints := map[string]int{}
	for _, p := range w.Payers {
		for sim := range w.Claims(p.ID) {
			c := &sim.Claim
			for _, d := range c.Diagnoses {
				if !billable[d.Code] {
					complaints["diagnosis "+d.Code]++
				}
			}
			for i := range c.Lines {
				one := &c.Lines[i]
				if limit, ok := limits[c.Type][one.Procedure]; ok && one.Quantity > limit {
					complaints["units of "+one.Procedure]++
				}
				for j := range c.Lines {
					two := &c.Lines[j]
					indicator, paired := pairs[c.Type][[2]string{one.Procedure, two.Procedure}]
					if paired && !(indicator == "1" && (overrides(one) || overrides(two))) {
						complaints["pair "+one.Procedure+" "+two.Procedure+" indicator "+indicator]++
					}
				}
			}
		}
	}
	for text, n := range complaints {
		t.Errorf("%s: %d times", text, n)
	}
}

func overrides(l *claim.Line) bool {
	return slices.ContainsFunc(l.Modifiers, func(m string) bool { return slices.Contains([]string{"25", "59", "RT", "LT"}, m) })
}
