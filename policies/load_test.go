package policies

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/assize/assize/internal/claim"
)

// own is a payer's bundle of one file.
func own(t testing.TB, source string) Bundle {
	t.Helper()
	b, err := newBundle(map[string][]byte{"own.rego": []byte(source)})
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func base(t testing.TB) Bundle {
	t.Helper()
	b, err := Embedded()
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// check is a payer's rule with a body, and with what else stands in the file.
func check(code, body, more string) string {
	return checkHead(code, `"outcome": "deny", "group": "CO", "carc": "96", "rarc": "N130"`, body, more)
}

func checkHead(code, head, body, more string) string {
	return fmt.Sprintf(`package contract

# METADATA
# title: A payer's own check
# description: Something this payer does not pay.
# custom:
#   code: %[1]s
#   citation: plan document
#   needs: [benefits]
edits contains {"rule": %[1]q, "line": line.line, %[2]s} if {
	%[3]s
}
%[4]s`, code, head, body, more)
}

// hold is a payer's reason not to pay.
func hold(code, body, more string) string {
	return fmt.Sprintf(`package contract

# METADATA
# title: A payer's own hold
# description: Something this payer looks at before it pays.
# custom:
#   code: %[1]s
#   citation: plan document
#   needs: []
holds contains {"code": "gate", "detail": "own"} if %[2]s
%[3]s`, code, body, more)
}

const anyLine = "some line in input.lines"

func TestLoadRefuses(t *testing.T) {
	tests := []struct {
		name   string
		source string
		want   string // with the file and the line at fault
	}{
		{"no Rego", "package contract\n\nedits contains {", "payer/0/own.rego:3"},
		{"an empty file", "", "own.rego"},
		{"another package", "package payer\n\nallow := true", "payer/0/own.rego:1: the package is data.payer"},
		{"a name of the base", check("OWN-1", anyLine, "\ncov_26_begun(_) := true"), "payer/0/own.rego:14: a payer's file may not define cov_26_begun: it is the base contract's (contract/before_coverage.rego:"},
		{"the verdict", check("OWN-1", anyLine, `
verdict := {"outcome": "pay", "pends": set()}`), "payer/0/own.rego:14: a payer's file may not define verdict"},
		{"a helper without prefix", check("OWN-1", anyLine, "\nanything := 1"), "payer/0/own.rego:14: anything carries the prefix of no rule of its file (own_1)"},
		{"a rule id of the base", check("MEM-31", anyLine, ""), "payer/0/own.rego:10: rule MEM-31 is defined in contract/member_unknown.rego already"},
		{"a rule id twice", check("OWN-1", anyLine, strings.TrimPrefix(check("OWN-1", anyLine, ""), "package contract")), "rule OWN-1 is defined twice"},
		{"a bad rule id", check("own1", anyLine, ""), `rule id "own1" is not of the form`},
		{"another id in the head", strings.Replace(check("OWN-1", anyLine, ""), `"rule": "OWN-1"`, `"rule": "OWN-2"`, 1), "METADATA says code: OWN-1"},
		{"no METADATA", `package contract

edits contains {"rule": "OWN-1"} if { input.lines }`, "payer/0/own.rego:3: the check has no METADATA"},
		{"no citation", strings.Replace(check("OWN-1", anyLine, ""), "#   citation: plan document\n", "", 1), "custom: citation"},
		{"an unknown kind", strings.Replace(check("OWN-1", anyLine, ""), "[benefits]", "[benefit]", 1), `needs "benefit", which is no kind of fact`},
		{"no needs", strings.Replace(check("OWN-1", anyLine, ""), "#   needs: [benefits]\n", "", 1), "custom: needs"},
		{"a head that is computed", "package contract\n\n# METADATA\n# title: t\n# description: d\nedits contains input.lines[0]", "payer/0/own.rego:6: edits contains objects written out in the head"},
		{"necessity", checkHead("OWN-50", `"outcome": "deny", "group": "CO", "carc": "50", "rarc": ""`, anyLine, ""), "medical necessity is a clinician's decision"},
		{"necessity, spelt otherwise", checkHead("OWN-50", `"outcome": "deny", "group": "CO", "carc": "050", "rarc": ""`, anyLine, ""), "is no reason code"},
		{"a remark that is none", checkHead("OWN-50", `"outcome": "deny", "group": "CO", "carc": "96", "rarc": "N130 "`, anyLine, ""), "is no reason code"},
		{"the clock", check("OWN-1", anyLine+"\n\ttime.now_ns() > 0", ""), "undefined function time.now_ns"},
		{"the network", check("OWN-1", anyLine+"\n\t"+`http.send({"method": "GET", "url": "http://x"}).status_code == 200`, ""), "undefined function http.send"},
		{"chance", check("OWN-1", anyLine+"\n\t"+`rand.intn("x", 2) == 1`, ""), "undefined function rand.intn"},
		{"the environment", check("OWN-1", anyLine+"\n\topa.runtime().env", ""), "undefined function opa.runtime"},
		{"data that is not there", check("OWN-1", anyLine+"\n\tdata.lists.excluded[line.procedure]", ""), "payer/0/own.rego:12: data.lists.excluded"},
		{"a field that no input has", check("OWN-1", anyLine+"\n\tinput.claim.membersex == \"F\"", ""), "payer/0/own.rego:12: input.claim.membersex: there is no such field"},
		{"an object that no input has", check("OWN-1", anyLine+"\n\tinput.member.sex == \"F\"", ""), "payer/0/own.rego:12: input.member: there is no such field"},
		{"a field that no row has", check("OWN-1", anyLine+"\n\tline.procedur == \"X\"", ""), "payer/0/own.rego:12: rego_type_error: undefined ref: line.procedur"},
		{"a field of another list", check("OWN-1", anyLine+"\n\tline.npis", ""), "payer/0/own.rego:12: rego_type_error"},
		{"a number as a text", check("OWN-1", anyLine+"\n\tline.charge == \"100\"", ""), "payer/0/own.rego:12: rego_type_error: match error"},
		{"a date as a text, which is later than any number", check("OWN-1", anyLine+"\n\tline.first > \"2025-01-01\"", ""), "payer/0/own.rego:12: rego_type_error: match error"},
		{"a number unlike a text, which it always is", check("OWN-1", anyLine+"\n\tnot line.charge != \"100\"", ""), "payer/0/own.rego:12: rego_type_error: match error"},
		{"a text below a number, in a list", check("OWN-1", anyLine+"\n\tcount([m | some m in line.modifiers; m < 30]) > 1", ""), "payer/0/own.rego:12: rego_type_error: match error"},
		{"a field that no row has, in every", check("OWN-1", anyLine+"\n\tevery other in input.lines { other.procedur == \"X\" }", ""), "payer/0/own.rego:12: rego_type_error: undefined ref: other.procedur"},
		{"a number as a text, in an every with places in an every", check("OWN-1", anyLine+"\n\tevery _, l in input.lines { every i, m in l.modifiers { m == i } }", ""), "payer/0/own.rego:12: rego_type_error: match error"},
		{"a list that is none, as a guard", check("OWN-1", "\"mues\" in input.lists\n\tsome line in input.x.mue", ""), `payer/0/own.rego:11: "mues" is compared with what is one of ["authorizations"`},
		{"a list of another question, as a guard", check("OWN-1", anyLine+"\n\tnot input.lists[_] == \"limits\"", ""), `payer/0/own.rego:12: "limits" is compared with what is one of`},
		{"a type of claim that is none", check("OWN-1", anyLine+"\n\tinput.claim.type == \"Professional\"", ""), `"Professional" is compared with what is one of ["professional" "institutional"] in the input of edits`},
		{"a type of claim that is none, among others", check("OWN-1", anyLine+"\n\town_1_type", "\nown_1_type if input.claim.type in {\"professional\", \"hospital\"}\n"), `payer/0/own.rego:15: "hospital" is compared with`},
		{"a field of another list, in a helper", check("OWN-1", anyLine+"\n\town_1_bad(line)", "\nown_1_bad(row) if row.indicator == 2\n"), "payer/0/own.rego:15: rego_type_error: undefined ref: row.indicator"},
		{"a field of another list, in an else", check("OWN-1", anyLine+"\n\town_1_bad(line) == 2", "\nown_1_bad(row) := 1 if {\n\trow.charge > 3\n} else := 2 if {\n\trow.indicator == 2\n}\n"), "payer/0/own.rego:18: rego_type_error: undefined ref: row.indicator"},
		{"a number as a text, in a helper of a helper in every", check("OWN-1", anyLine+"\n\tevery l in input.lines { own_1_old(l) }", "\nown_1_old(row) if own_1_older(row.first)\n\nown_1_older(day) if day < \"2025-01-01\"\n"), "payer/0/own.rego:17: rego_type_error: match error"},
		{"a call that no rule of a helper answers", check("OWN-1", anyLine+"\n\town_1_few(line)\n\tsome row in input.x.mue\n\town_1_few(row)\n\tsome pair in input.x.ptp\n\town_1_few(pair)", "\nown_1_few(row) if row.day_units < 3\n\nown_1_few(row) if row.charge < 3\n"), "payer/0/own.rego:19: rego_type_error: undefined ref: row.day_units"},
		{"a field of another list, of a row that was given a name", check("OWN-1", "all := input.lines\n\tline := all[_]\n\town_1_bad(1, line)", "\nown_1_bad(n, row) if row.indicator == n\n"), "payer/0/own.rego:16: rego_type_error: undefined ref: row.indicator"},
		{"a field that no row has, in a helper", check("OWN-1", anyLine+"\n\town_1_bad(line)", "\nown_1_bad(row) if row.procedur == \"X\"\n"), `payer/0/own.rego:15: row.procedur: no input has a field "procedur", nor does a rule make it`},
		{"a field of a row asked for with a default", check("OWN-1", anyLine+"\n\t"+`object.get(line, "procedur", "") == "X"`, ""), `no input has a field "procedur"`},
		{"a path asked for with a default", check("OWN-1", anyLine+"\n\t"+`got := object.get(input.claim, ["typ"], "")`+"\n\tgot == \"x\"", ""), `payer/0/own.rego:12: object.get(input.claim, ["typ"], ""): no input has a field "typ"`},
		{"a field of a kind that is none", check("OWN-1", anyLine+"\n\tinput.looked.fee.from > 0", ""), "payer/0/own.rego:12: input.looked.fee: there is no such field"},
		{"a list that no input has", check("OWN-1", anyLine+"\n\tinput.x.drugs[_].line > 0", ""), "payer/0/own.rego:12: input.x.drugs: there is no such field"},
		{"a hold that reads the edits' input", hold("OWN-1", `input.claim.frequency == "2"`, ""), "payer/0/own.rego:10: input.claim.frequency: there is no such field in the input of verdict"},
		{"a hold that reads it through a helper", hold("OWN-1", "own_1_old", "\nown_1_old if own_1_older\n\nown_1_older if input.claim.received < 20200101"), "payer/0/own.rego:14: input.claim.received: there is no such field in the input of verdict"},
		{"an edit that reads the gate's input", check("OWN-1", anyLine+"\n\tinput.score.flagged", ""), "payer/0/own.rego:12: input.score: there is no such field in the input of edits"},
		{"a limit that reads the edits' input", strings.Replace(check("OWN-1", `some line in input.x.limits`+"\n\tinput.claim.type == \"professional\"", ""), "edits contains", "limits contains", 1), "payer/0/own.rego:12: input.claim: there is no such field in the input of limits"},
		{"input by another name", strings.Replace(check("OWN-1", anyLine+"\n\tm.sex == \"F\"", ""), "package contract\n", "package contract\n\nimport input.member as m\n", 1), "payer/0/own.rego:3: input.member is imported"},
		{"a rule by another name", strings.Replace(check("OWN-1", anyLine+"\n\told(line)", "\nown_1_old(_) if input.member.sex == \"F\"\n"), "package contract\n", "package contract\n\nimport data.contract.own_1_old as old\n", 1), "payer/0/own.rego:3: data.contract.own_1_old is imported"},
		{"a field in the name of a rule", check("OWN-1", anyLine+"\n\town_1_parts[line.line].bad", "\nown_1_parts[n].good if some n in [1]\n\nown_1_parts[input.claim.membersex].bad := true\n"), "payer/0/own.rego:17: input.claim.membersex: there is no such field"},
		{"a helper in the name of a rule", check("OWN-1", anyLine+"\n\town_1_parts[line.line].bad", "\nown_1_parts[n].good if some n in [1]\n\nown_1_parts[own_1_x].bad := true\n\nown_1_x := input.claim.membersex\n"), "payer/0/own.rego:19: input.claim.membersex: there is no such field"},
		{"data in the name of a rule", check("OWN-1", anyLine+"\n\town_1_parts[line.line].bad", "\nown_1_parts[n].good if some n in [1]\n\nown_1_parts[data.lists.x].bad := true\n"), "payer/0/own.rego:17: data.lists.x"},
		{"input under a variable's name", check("OWN-1", "all := input\n\tsome line in all.lines\n\tline.line > 0", ""), "payer/0/own.rego:11: input goes by another name"},
		{"an object under a variable's name", check("OWN-1", anyLine+"\n\tall := input.claim\n\tall.membersex == \"F\"", ""), "payer/0/own.rego:12: input.claim goes by another name"},
		{"an object handed to a helper", check("OWN-1", anyLine+"\n\town_1_old(input.claim) == 1", "\nown_1_old(all) := 1 if all.membersex == \"F\"\n"), "payer/0/own.rego:12: input.claim goes by another name"},
		{"an object as a helper's value", check("OWN-1", anyLine+"\n\town_1_all.membersex == \"F\"", "\nown_1_all := input.claim\n"), "payer/0/own.rego:15: input.claim goes by another name"},
		{"an object by a variable", check("OWN-1", anyLine+"\n\tsome name\n\tinput[name].membersex == \"F\"", ""), "payer/0/own.rego:13: input[name].membersex goes by another name"},
		{"input handed to a built-in", check("OWN-1", "some line in object.get(input, \"lines\", [])\n\tline.line > 0", ""), "payer/0/own.rego:11: input goes by another name"},
		{"an unused variable", check("OWN-1", anyLine+"\n\tunused := 1", ""), "unused"},
		{"an unsafe variable", check("OWN-1", anyLine+"\n\tnot line.line == other", ""), "unsafe"},
		{"a set that the index forgets", check("OWN-1", anyLine+"\n\t"+`input.claim.type in {line.type, "professional"}`, ""), "payer/0/own.rego:12: `in` over a collection"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, err := Load(base(t), own(t, test.source))
			if err == nil || claim.KindOf(err) != claim.Invalid || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v\nwant an error of kind Invalid with %q", err, test.want)
			}
		})
	}
}

func TestLoadRefusesNamesInTwoBaseFiles(t *testing.T) {
	b := base(t)
	b.Files["contract/second.rego"] = []byte("package contract\n\nlooked_speaks(_) := true\n")
	_, err := Load(b)
	if err == nil || !strings.Contains(err.Error(), "looked_speaks is defined in contract/looked.rego too; rules of one name are OR-ed") {
		t.Errorf("got %v", err)
	}
}

// Two payers' bundles may not share a helper either.
func TestLoadRefusesNamesInTwoPayerBundles(t *testing.T) {
	helper := "\nown_1_any := 1"
	_, err := Load(base(t), own(t, check("OWN-1", anyLine, helper)), own(t, check("OWN-1", anyLine, helper)))
	if err == nil || !strings.Contains(err.Error(), "payer/1/own.rego:10: rule OWN-1 is defined in payer/0/own.rego already") {
		t.Errorf("got %v", err)
	}
}

func TestPayerAddsACheck(t *testing.T) {
	b := base(t)
	source := check("OWN-1", anyLine+"\n\town_1_refused(line)", "\nown_1_refused(line) if line.procedure == \"D0002\"\n")
	c, err := Load(b, own(t, source))
	if err != nil {
		t.Fatal(err)
	}
	got, err := c.NewEvaluator().Edits(t.Context(), cleanEvidence(3))
	if err != nil {
		t.Fatal(err)
	}
	want := []claim.Edit{{Rule: "OWN-1", Line: 2, Outcome: claim.Deny, Group: claim.CO, CARC: "96", RARC: "N130"}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	if c.Digest() == b.Digest {
		t.Error("the digest does not see the payer's file")
	}
	stored, err := ParseBundle(c.Bundle().Bytes())
	if err != nil {
		t.Fatal(err)
	}
	again, err := Load(stored)
	if err != nil {
		t.Fatal(err)
	}
	if again.Digest() != c.Digest() || !cmp.Equal(again.Rules(), c.Rules()) {
		t.Error("the stored bundle gives another contract")
	}
}

func TestPayerAddsAHold(t *testing.T) {
	c, err := Load(base(t), own(t, `package contract

# METADATA
# title: Large claims
# description: This payer has every claim over 100 dollars looked at.
# custom:
#   code: OWN-BIG
#   citation: plan document
#   needs: []
holds contains {"code": "edit", "detail": "OWN-BIG"} if input.claim.charge > 10000
`))
	if err != nil {
		t.Fatal(err)
	}
	ev := cleanEvidence(2)
	got, err := c.NewEvaluator().Gate(t.Context(), GateInput{Evidence: ev, Score: scored(), Lines: decided(ev, nil)})
	want := Verdict{Outcome: claim.Pend, Pends: []claim.PendReason{{Code: "edit", Detail: "OWN-BIG"}}}
	if diff := cmp.Diff(want, got); err != nil || diff != "" {
		t.Errorf("%v; -want +got:\n%s", err, diff)
	}
}

// An object of the input may be asked for as a whole, counted, or replaced for a helper.
func TestLoadTakesObjectsThatGetNoOtherName(t *testing.T) {
	for _, body := range []string{
		"count(input.claim) > 3\n\tnot input.x", "input.plan", `object.get(input.claim, "type", "") == "professional"`, "all := input.lines\n\tsome other in all\n\tother.line > 0",
		`own_1_dear with input.claim as {"charge": 5}`, `own_1_dear with input as {"claim": {"charge": 5}}`,
	} {
		source := check("OWN-1", anyLine+"\n\t"+body, "\nown_1_dear if input.claim.charge > 4\n")
		if _, err := Load(base(t), own(t, source)); err != nil {
			t.Errorf("%s: %v", body, err)
		}
	}
}

// What is compared with its like, and what asks whether something is there, is taken; so is a helper of which some rule holds
// for each of its calls, and each rule for some.
func TestLoadTakesWhatCanHold(t *testing.T) {
	nested := `line.procedure != "25"`
	for n := range nestingMax {
		nested = fmt.Sprintf("every l%[1]d in input.lines { l%[1]d.units > 3; %[2]s }", n, nested)
	}
	for _, test := range []struct{ body, more string }{
		{`line.procedure >= "99201"` + "\n\t" + `line.procedure <= "99215"`, ""},
		{"line.modifiers != []", ""},
		{"line.procedure != null", ""},
		{"line.first / 10000 < 2025", ""},
		{`object.get(line, "units", 0) < 1000`, ""},
		{`[line.procedure, line.line] < ["D0003", 2]`, ""},
		{`not "mue" in input.lists`, ""},
		{`input.claim.type in {"professional", "institutional"}`, ""},
		{`own_1_mixed[line.procedure] != "x"`, `own_1_mixed := {"D0001": 1, "D0002": "x"}`},
		{"every l in input.lines { c := l.charge; c > 5 }\n\t" + `every l in line.modifiers { l < "26" }`, ""},
		{"every n, l in input.lines { n < l.line }", ""},
		{`every c in {"A", "B"} { c != line.procedure }`, ""},
		{nested, ""},
		{"own_1_new(line)\n\tsome row in input.x.mue\n\town_1_new(row)", "own_1_new(row) if row.date > 20250101\n\nown_1_new(row) if {\n\tnot row.date\n\trow.first > 20250101\n}"},
		{"own_1_max(line.procedure) > line.units", "own_1_max(\"D0001\") := 1000\n\nown_1_max(\"D0002\") := 2000"},
		{"own_1_many(line) == 1", "default own_1_many(_) := 0\n\nown_1_many(row) := 1 if row.units > 3 else := 2 if row.charge > 3 else := 3"},
		{"count([1 | some line in input.x.ptp; own_1_paid(line)]) > 0\n\town_1_dear(line)", "own_1_paid(row) if row.paid\n\nown_1_dear(row) if row.charge > 3"},
		{"own_1_own(line) with input.lines as [{\"units\": 1, \"indicator\": 2}]", "own_1_own(row) if row.indicator < count(input.lines)"},
		{"own_1_dear(own_1_parts(line))", "own_1_parts(row) := {\"price\": row.charge}\n\nown_1_dear(parts) if parts.price > 3"},
		{"some list in input.lists\n\tsome row in input.x[list]\n\town_1_much(row)", "own_1_much(row) if row.units > 3"},
		{"own_1_most(line)", "# METADATA\n# title: t\n# description: d\n# custom:\n#   ceiling: 4\nown_1_most(row) if row.units > rego.metadata.rule().custom.ceiling"},
		{"own_1_second(line.modifiers)", "own_1_second([_, second]) if second == \"25\""},
	} {
		source := check("OWN-1", anyLine+"\n\t"+test.body, "\n"+test.more+"\n")
		if _, err := Load(base(t), own(t, source)); err != nil {
			t.Errorf("%s: %v", source, err)
		}
	}
}

// Lines are shown in full to a contract that reads them anywhere.
func TestLinesAreShownToWhoeverReadsThem(t *testing.T) {
	for want, source := range map[bool]string{
		false: check("OWN-1", "some line in input.x.mue\n\tline.from", ""),
		true:  check("OWN-1", "some line in input.x.mue\n\town_1_parts[1].bad", "\nown_1_parts[n].good if some n in [9]\n\nown_1_parts[input.lines[_].line].bad := true\n"),
	} {
		c, err := Load(base(t), own(t, source))
		if err != nil || c.wantsLines != want {
			t.Errorf("%v, shown %v, want %v", err, c.wantsLines, want)
		}
	}
}

func TestRequiredKindsComeFromMetadata(t *testing.T) {
	c := embeddedContract(t)
	if diff := cmp.Diff(claim.FactKinds, c.Required()); diff != "" {
		t.Errorf("the base contract requires every kind (-want +got):\n%s", diff)
	}
}

func TestRulesAreSorted(t *testing.T) {
	rules := embeddedContract(t).Rules()
	if !slices.IsSortedFunc(rules, func(a, b Rule) int { return strings.Compare(a.ID, b.ID) }) {
		t.Error("rules are not sorted")
	}
}

// Every built-in that a contract may call answers from its arguments alone, everywhere and always.
func TestContractsMayCallOnlyWhatAnswersFromItsArguments(t *testing.T) {
	able, families := capabilities(), map[string]bool{}
	for _, builtin := range able.Builtins {
		family, _, dotted := strings.Cut(builtin.Name, ".")
		if dotted {
			families[family] = true
		}
		if builtin.IsNondeterministic() {
			t.Errorf("%s may answer differently", builtin.Name)
		}
	}
	want := []string{"array", "base64", "base64url", "bits", "glob", "graph", "hex", "internal", "json", "numbers", "object", "regex", "rego", "semver", "strings", "units", "uri", "urlquery", "yaml"}
	if diff := cmp.Diff(want, slices.Sorted(maps.Keys(families))); diff != "" {
		t.Errorf("families of built-ins (-want +got):\n%s", diff)
	}
	if able.AllowNet == nil || len(able.AllowNet) > 0 {
		t.Errorf("hosts that a contract may reach: %v, want an empty list, which is none and not all", able.AllowNet)
	}
}
