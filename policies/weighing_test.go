package policies

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/assize/assize/internal/claim"
)

// Payers may do with numbers what they like. Each rule here finds fault with the second claim and not with the first,
// whose numbers lie in the same order. Of three lines no sum is twice a charge: a number that a rule names is no other.
func TestWhatAPayerWeighsIsNotCarriedOver(t *testing.T) {
	tests := []struct{ name, body, more string }{
		{"a product", "line.charge * 2 == 26000", ""},
		{"a product in a function", "own_1_odd(line.charge)", "\nown_1_odd(n) if n * 2 == 26000\n"},
		{"a product two functions down", "own_1_odd(line)", "\nown_1_odd(row) if own_1_odd_too(row)\n\nown_1_odd_too(row) if row.charge * 2 == 26000\n"},
		{"a product in a rule", "line.charge == own_1_third", "\nown_1_third := input.claim.charge / 3 if input.claim.charge == 3 * 13000\n"},
		{"in an else", "own_1_odd(line.charge) == 26000", "\nown_1_odd(n) := 0 if n < 0\n\nelse := n * 2\n"},
		{"under not", "not own_1_even(line.charge)", "\nown_1_even(n) if n % 1000 == 0\n\nown_1_even(n) if (n * 2) % 10 == 2\n"},
		{"in a comprehension", "count([1 | some other in input.lines; other.charge + 1 == 13001]) > 0", ""},
		{"in every", "every other in input.lines { other.charge - 13000 == 0 }", ""},
		{"a sum", "sum([other.charge | some other in input.lines; other.line < 3]) == 26000", ""},
		{"as text", `sprintf("%d", [line.charge]) == "13000"`, ""},
		{"as a place in a text", `substring("abcdefgh", (line.charge - 12001) / 999, 1) == "b"`, ""},
		{"after a list that is there", "\"mue\" in input.lists\n\tline.charge * 2 == 26000", ""},
		{"in a helper that another rule uses after a list", "\"pointers\" in input.lists\n\town_1_odd(line.charge)", "\nown_1_odd(n) if n * 2 == 26000\n" +
			strings.TrimPrefix(check("OWN-2", anyLine+"\n\town_1_odd(line.charge)", ""), "package contract")},
		{"before a list", "line.charge * 2 == 26000\n\t\"mue\" in input.lists", ""},
		{"compared with a number of the source", "line.charge >= 13000", ""},
		{"compared with a number of a collection", "line.charge in {13000, 99999}", ""},
		{"under a list that only seems there", `own_1_odd(line) with input.lists as ["pointers"]`, "\nown_1_odd(row) if {\n\t\"pointers\" in input.lists\n\trow.charge * 2 == 26000\n}\n"},
		{"under another input", `own_1_odd(line.charge) with input as {"lists": ["pointers"]}`, "\nown_1_odd(n) if {\n\t\"pointers\" in input.lists\n\tn * 2 == 26000\n}\n"},
		{"by the name of a comparison", "count([line.charge, line.charge]) == 26000 with count as sum", ""},
		{"by the name of a rule", "own_1_many([line.charge, line.charge]) == 26000 with own_1_many as sum", "\nown_1_many(list) := count(list)\n"},
		{"in a part of a document", "own_1_parts.twice == 26000", "\nown_1_parts[name] := 0 if some name in [\"none\"]\n\nown_1_parts.twice := n if {\n\tsome line in input.lines\n\tn := line.charge * 2\n}\n"},
		{"in the name of a part", "own_1_parts[line.charge].dear", "\nown_1_parts[n].cheap if some n in [\"none\"]\n\nown_1_parts[13000].dear := true\n"},
		{"compared with a number of METADATA", "own_1_high(line.charge)", "\n# METADATA\n# custom:\n#   ceiling: 13000\nown_1_high(n) if n >= rego.metadata.rule().custom.ceiling\n"},
		{"compared with a number of all METADATA", "own_1_high(line.charge)", "\n# METADATA\n# custom:\n#   ceiling: 13000\nown_1_high(n) if {\n\tsome note in rego.metadata.chain()\n\tn >= note.annotations.custom.ceiling\n}\n"},
		{"in a template", `$"{line.charge}" == "13000"`, ""},
		{"a default", "line.charge >= own_1_ceiling(line)", "\ndefault own_1_ceiling(_) := 13000\n\nown_1_ceiling(row) := 0 if row.charge < 0\n"},
		{"a pattern of a function", "own_1_odd(line.charge)", "\nown_1_odd(13000)\n"},
		{"compared with a number that stands for it", "own_1_high with input.claim.charge as line.charge", "\nown_1_high if input.claim.charge >= 13000\n"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			source := check("OWN-1", anyLine+"\n\t"+test.body, test.more)
			c, err := Load(base(t), own(t, source))
			if err != nil {
				t.Fatal(err)
			}
			remembers, found := c.NewEvaluator(), 0
			for _, charge := range []claim.Cents{12_001, 13_000, 12_001, 13_000} {
				ev := cleanEvidence(3)
				for i := range ev.Claim.Lines {
					ev.Claim.Lines[i].Charge = charge
				}
				ev.Claim.Charge = 3 * charge
				ev.Facts.MUE[0].DayUnits = 3 * claim.One // so that mue is listed
				got, err := remembers.Edits(t.Context(), ev)
				if err != nil {
					t.Fatal(err)
				}
				want, err := c.NewWitness().Edits(t.Context(), ev)
				if diff := cmp.Diff(want, got); err != nil || diff != "" {
					t.Errorf("charge %d: %v; -asked +carried over:\n%s", charge, err, diff)
				}
				found += len(want)
			}
			if found == 0 {
				t.Error("the rule finds nothing, so that the test tests nothing")
			}
		})
	}
}

// Under which lists the base contract does more with numbers than compare them.
func TestBaseContractWeighsUnderFewLists(t *testing.T) {
	c := embeddedContract(t)
	want := [questions][]guards{
		questionEdits:  {1 << listDates, 1 << listDiagnosisAges, 1 << listProcedureAges},
		questionLimits: {1 << listLimits}, // what authorisations have left is only compared
	}
	if diff := cmp.Diff(want, c.weighings); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

// A contract whose numbers cannot be told from those it counts is asked every time.
func TestContractsThatAreAskedEveryTime(t *testing.T) {
	long := "{"
	for i := range smallMax + 1 {
		if i > 0 {
			long += ", "
		}
		long += "\"" + string(rune('A'+i%26)) + string(rune('A'+i/26%26)) + string(rune('A'+i/676)) + "\""
	}
	for name, body := range map[string]string{
		"a broken number":   "line.charge > 12999.5",
		"a very long list":  "count(" + long + "}) == line.charge",
		"too large a whole": "line.charge < 92233720368547758080",
		"a very long text":  "count(\"" + strings.Repeat("x", smallMax+1) + "\") == line.charge",
	} {
		c, err := Load(base(t), own(t, check("OWN-1", anyLine+"\n\t"+body, "")))
		if err != nil {
			t.Fatal(err)
		}
		if c.answers != nil {
			t.Errorf("%s: answers are carried over", name)
		}
		if _, err := c.NewEvaluator().Edits(t.Context(), cleanEvidence(2)); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// An evaluation of very many steps may have counted far: its answer stands for its input alone.
func TestALongEvaluationIsNotCarriedOver(t *testing.T) {
	source := check("OWN-1", anyLine+"\n\tcount([1 | some a in input.lines; some b in input.lines; some c in input.lines]) == line.charge", "")
	c, err := Load(base(t), own(t, source))
	if err != nil {
		t.Fatal(err)
	}
	remembers := c.NewEvaluator()
	for _, charge := range []claim.Cents{5_000, 8_000} { // 20³ is counted
		ev := cleanEvidence(20)
		for i := range ev.Claim.Lines {
			ev.Claim.Lines[i].Charge = charge
		}
		ev.Claim.Charge = 20 * charge
		edits, err := remembers.Edits(t.Context(), ev)
		if want := charge == 8_000; err != nil || len(edits) > 0 != want {
			t.Errorf("charge %d: %d edits, %v", charge, len(edits), err)
		}
	}
}

// What a text counts may lie between two amounts: a claim with so long a one stands for itself.
func TestAClaimWithALongTextIsNotCarriedOver(t *testing.T) {
	c, err := Load(base(t), own(t, check("OWN-1", anyLine+"\n\tcount(line.procedure) <= line.charge", "")))
	if err != nil {
		t.Fatal(err)
	}
	remembers := c.NewEvaluator()
	for _, charge := range []claim.Cents{smallMax + 2, smallMax + 4} {
		ev := cleanEvidence(1)
		ev.Claim.Charge, ev.Claim.Lines[0].Charge = charge, charge
		ev.Claim.Lines[0].Procedure = strings.Repeat("D", smallMax+3)
		got, err := remembers.Edits(t.Context(), ev)
		if err != nil {
			t.Fatal(err)
		}
		found := slices.ContainsFunc(got, func(e claim.Edit) bool { return e.Rule == "OWN-1" })
		if want := charge > smallMax+3; found != want {
			t.Errorf("charge %d: found is %v", charge, found)
		}
	}
}
