package policies

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/open-policy-agent/opa/v1/ast"

	"github.com/assize/assize/internal/claim"
)

// readmeRows reads the tables of rego/README.md: the cells of each row by its first.
func readmeRows(t *testing.T) map[string][]string {
	t.Helper()
	readme, err := os.ReadFile("rego/README.md")
	if err != nil {
		t.Fatal(err)
	}
	rows := map[string][]string{}
	for line := range strings.Lines(string(readme)) {
		cells := strings.Split(strings.Trim(strings.TrimSpace(line), "|"), "|")
		for i := range cells {
			cells[i] = strings.TrimSpace(cells[i])
		}
		if ruleIDPattern.MatchString(cells[0]) {
			rows[cells[0]] = cells[1:]
		}
	}
	return rows
}

// undocumented says where the head of a check is not as its row has it; "" when it is. What a head computes, the row
// lists or says by what, and the tests beside the check see to it.
func undocumented(rows map[string][]string, rule *ast.Rule) string {
	described, err := describe(rule)
	if err != nil {
		return err.Error()
	}
	row, head := rows[described.ID], rule.Head.Key.Value.(ast.Object)
	columns := []string{"carc", "group", "outcome", "rarc"}
	if headName(rule) == "holds" {
		columns, row = []string{"code", "detail"}, strings.Split(slices.Concat(row, []string{""})[0], ", ")
	}
	if len(row) < len(columns) && row[0] != "as given" {
		return fmt.Sprintf("%s has no row in rego/README.md", described.ID)
	}
	for i, column := range columns {
		text, constant := head.Get(ast.StringTerm(column)).Value.(ast.String)
		if !constant {
			continue
		}
		if told, _, _ := strings.Cut(row[i], ", "); told != string(text) {
			return fmt.Sprintf("%s: %s is %q, and %q in rego/README.md", described.ID, column, text, row[i])
		}
	}
	needs := make([]string, len(described.Needs))
	for i, kind := range described.Needs {
		needs[i] = string(kind)
	}
	if headName(rule) != "holds" && strings.Join(needs, ", ") != row[4] {
		return fmt.Sprintf("%s needs %v, and %s in rego/README.md", described.ID, needs, row[4])
	}
	return ""
}

// What a check says in an edit is what remittances and the README say it means.
func TestRulesAreAsDocumented(t *testing.T) {
	rows, checks := readmeRows(t), 0
	regoFiles(t, func(path string, content []byte) {
		module := ast.MustParseModuleWithOpts(string(content), ast.ParserOptions{ProcessAnnotation: true, RegoVersion: ast.RegoV1})
		for _, rule := range module.Rules {
			if collecting(headName(rule)) {
				checks++
				if fault := undocumented(rows, rule); fault != "" {
					t.Errorf("%s: %s", path, fault)
				}
			}
		}
	})
	if checks != len(rows) {
		t.Errorf("%d checks, and %d rows in rego/README.md", checks, len(rows))
	}
}

// Whoever reads a remittance finds each reason in plain words.
func TestEveryReasonOfTheContractHasWords(t *testing.T) {
	for id, row := range readmeRows(t) {
		if strings.HasPrefix(id, "GATE-") {
			continue
		}
		for carc := range strings.SplitSeq(row[0], ", ") {
			if claim.CARCWords(carc) == "" {
				t.Errorf("%s: CARC %s has no words", id, carc)
			}
		}
	}
}
