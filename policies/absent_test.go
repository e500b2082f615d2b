package policies

import (
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/open-policy-agent/opa/v1/ast"

	"github.com/assize/assize/internal/claim"
)

// optional are the paths of evidence without which a claim may pay, each with its reason. [] stands for any index, [-] for any element taken out.
var optional = []struct{ path, reason string }{
	{`Payer|ClaimID|AsOf|Slice`, "name and date the evidence; adjudicate refuses evidence without them"},
	{`Versions.*`, "pin artifacts; adjudicate refuses other versions, and no model means no score to wait for"},
	{`Review.*`, "there is none unless a person decided"},
	{`Claim\.(PatientControlNumber|AcceptsAssignment|Relationship|Referral|Destination.*|FilingIndicator|OriginalReference)`, "no check or price reads it on an original claim"},
	{`Claim\.(Subscriber\.(Last|First|Middle|BirthDate|Sex|DeathDate|Address.*)|Patient\.(MemberID|First|Middle|DeathDate|Address.*))`, "the member was found in the facts; names vary in spelling"},
	{`Claim\.(Admission|AdmissionType|AdmissionSource|PatientStatus|DRG|Procedures.*)`, "institutional; a professional claim has none"},
	{`Claim\.PriorAuthorization|Claim\.Lines[]\.PriorAuthorization`, "an authorisation on file that fits is enough"},
	{`Claim\.Diagnoses[]\.(Role|PresentOnAdmission|ICD9)`, "professional claims point by position; false is a value"},
	{`Claim\.Providers[]\.(TaxID|Taxonomy|Last|First|Address.*)`, "providers are known by NPI"},
	{`Claim\.Providers([1]|[-1])`, "without a rendering provider the billing provider rendered (005010X222A1 2310B)"},
	{`Claim\.(Diagnoses|Providers)\[1\]\.(Role)`, "as the two above"},
	{`Claim\.Lines[]\.(ControlNumber|Revenue|NDC|NonCovered|Providers|OtherPayments|Modifiers.*)`, "situational; a fee or pair that wants a modifier is priced or denied without it"},
	{`Claim\.Lines[]\.DiagnosisPointers[-]`, "one pointer is enough"},
	{`Claim\.OtherPayers.*`, "the patient may have no other coverage"},
	{`Facts\.Member\.(SubscriberNumber|Relationship|Last|First|DeathDate)`, "not compared; no date of death means alive"},
	{`Facts\.Plan\.(Pricing|.*Millionths|Copay|Deductible.*|OutOfPocket.*|Embedded)`, "terms of price; nought is a term, and adjudicate refuses a plan without pricing"},
	{`Facts\.Plan\.FilingDays`, "0 is one calendar year (42 CFR 424.44)"},
	{`Facts\.Accumulators[]\.(Member|Group|Amount)`, "no member is the family's total; nought was used; only benefit groups have a name"},
	{`Facts\.Providers[]\.(Specialty|Network)`, "out of network is a value; specialty serves the score"},
	{`Facts\.Exclusions[]\.Reinstated`, "never taken away in this evidence: absent means excluded"},
	{`Facts\.Authorizations[]\.(NPI|Used)`, `"" allows any provider; nought was used`},
	{`Facts\.History[].*`, "the day's units and pairs are in their own rows; the rest serves the score"},
	{`Facts\.Benefits[]\.(Preventive|Authorization|Group|Limit.*)`, "false and 0 are values: no cost share waived, no authorisation wanted, no limit"},
	{`Facts\.Fees[].*`, "prices; adjudicate reports a line without one as unpriced"},
	{`Facts\.(Diagnoses|Procedures)[]\.(Sex|AgeMin|AgeMax)`, "absent means no restriction"},
	{`Facts\.PTP[]\.(OtherClaim|ColumnTwoPaid)`, "no other claim means this one; false is a value"},
	{`Facts\.PTP[]\.Modifiers([]|[-])`, "one NCCI modifier is enough"},
	{`Facts\.(PTP|MUE)[]\.(From|Through)`, "a row without dates counts as in force"},
	{`Facts\.Procedures[2](\.From|\.Through)`, "a row of another period than the service"},
	{`Facts\.Looked([9].*|[-9])`, "the predecessor, which an original claim has not"},
	{`Facts\.Looked[]\.Assumed`, "false is the stricter value"},
	{`Facts\.Profile.*`, "serves the score"},
	{`Facts\.Predecessor.*|Facts\.Duplicates.*|Facts\.Exclusions.*`, "an original claim without twins and exclusions has none"},
}

// excusedOnly are paths that one of the claims may lack.
var excusedOnly = map[string]*regexp.Regexp{
	"a table that is assumed valid":                   regexp.MustCompile(`^Facts\.Looked\[12\]\.(From|Through)$`),   // it is taken to speak for every date
	"billing NPI invalid, enrolled by a trial":        regexp.MustCompile(`^Facts\.Looked\[4\]\.(From|Through)$`),    // as above
	"an institutional claim":                          regexp.MustCompile(`^Facts\.Providers\[1\]\.(From|Through)$`), // who attends need not be enrolled
	"an ambulance's claim without attending provider": regexp.MustCompile(`^Facts\.Providers\[1\]\.(From|Through)$`),
}

// optionalPath matches every optional path.
func optionalPath() *regexp.Regexp {
	patterns := make([]string, len(optional))
	for i, o := range optional {
		listed := strings.ReplaceAll(regexp.MustCompile(`\[(-?\d+)\]`).ReplaceAllString(o.path, `\[$1\]`), "[]", `\[\d+\]`)
		patterns[i] = strings.ReplaceAll(listed, "[-]", `\[-\d+\]`)
	}
	return regexp.MustCompile("^(" + strings.Join(patterns, "|") + ")$")
}

// zeroings calls f once for each path of v with that path set to its zero value; list elements are taken out too.
func zeroings(v reflect.Value, path string, f func(path string)) {
	zero := func(at string) {
		if v.IsZero() {
			return
		}
		saved := reflect.New(v.Type()).Elem()
		saved.Set(v)
		v.SetZero()
		f(at)
		v.Set(saved)
	}
	zero(path)
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			if !v.Type().Field(i).IsExported() {
				continue // the mark of a row
			}
			zeroings(v.Field(i), strings.TrimPrefix(path+"."+v.Type().Field(i).Name, "."), f)
		}
	case reflect.Pointer:
		if !v.IsNil() {
			zeroings(v.Elem(), path, f)
		}
	case reflect.Slice:
		for i := range v.Len() {
			zeroings(v.Index(i), fmt.Sprintf("%s[%d]", path, i), f)
		}
		for i := range v.Len() {
			saved := v.Interface()
			shorter := reflect.AppendSlice(reflect.AppendSlice(reflect.MakeSlice(v.Type(), 0, v.Len()), v.Slice(0, i)), v.Slice(i+1, v.Len()))
			v.Set(shorter)
			f(fmt.Sprintf("%s[-%d]", path, i))
			v.Set(reflect.ValueOf(saved))
		}
	}
}

// payingEvidences are the claims of flips that pay in full, and one with a row of every kind that lets it pay.
func payingEvidences() map[string]*claim.Evidence {
	all := map[string]*claim.Evidence{}
	for _, f := range flips() {
		if f.outcome == claim.Pay && f.want == nil {
			all[f.name] = flipped(f)
		}
	}
	all["a bit of everything"] = flipped(flip{change: func(ev *claim.Evidence) {
		authorized(ev)
		pair(1, []string{"59", "RT"})(ev)
		ev.Facts.Procedures[0].Sex, ev.Facts.Procedures[0].AgeMin, ev.Facts.Procedures[0].AgeMax = "F", 18, 64
		ev.Facts.Diagnoses[0].Sex, ev.Facts.Diagnoses[0].AgeMin = "F", 18
		ev.Claim.Lines[0].Quantity, ev.Facts.MUE[0].LineUnits, ev.Facts.MUE[0].DayUnits = 2*claim.One, 2*claim.One, 2*claim.One
		ev.Claim.Lines[0].Modifiers = []string{"59"}
		ev.Facts.History = []claim.HistoryLine{{Claim: id(7), Line: 1, NPI: renderingNPI, Procedure: "D0009", From: serviceDate, Through: serviceDate, Quantity: claim.One}}
	}})
	return all
}

// Promise 6: a missing field, fact or table never pays a claim in full. A line that lacks something is denied, and the
// others pay.
func TestNothingPaysWithoutAField(t *testing.T) {
	e, excuse, tried, excused := embeddedContract(t).NewEvaluator(), optionalPath(), 0, 0
	for name, ev := range payingEvidences() {
		if !paysInFull(t, e, ev) {
			t.Errorf("%s does not pay before anything is taken away", name)
		}
		zeroings(reflect.ValueOf(ev).Elem(), "", func(path string) {
			tried++
			if excuse.MatchString(path) || excusedOnly[name] != nil && excusedOnly[name].MatchString(path) {
				excused++
				return
			}
			if paysInFull(t, e, ev) {
				t.Errorf("%s: pays without %s", name, path)
			}
		})
	}
	t.Logf("%d paths tried, %d excused", tried, excused)
	if tried < 1000 || excused > tried*2/3 {
		t.Errorf("%d paths tried, %d excused", tried, excused)
	}
}

func paysInFull(t *testing.T, e *Evaluator, ev *claim.Evidence) bool {
	t.Helper()
	edits, err := e.Edits(t.Context(), ev)
	if err != nil {
		t.Fatal(err)
	}
	limits, err := e.Limits(t.Context(), ev, payable(ev, edits))
	if err != nil {
		t.Fatal(err)
	}
	return full(t, e, ev, slices.Concat(edits, limits))
}

// payable are the lines that no edit denies, as pricing would ask about them.
func payable(ev *claim.Evidence, edits []claim.Edit) []LineAmount {
	var amounts []LineAmount
	for _, line := range decided(ev, edits) {
		if line.Outcome == claim.Pay {
			amounts = append(amounts, LineAmount{Line: line.Number, Allowed: line.Allowed, Units: line.Units, Priced: line.Allowed})
		}
	}
	return amounts
}

// full tells whether the gate pays every line, given the edits.
func full(t *testing.T, e *Evaluator, ev *claim.Evidence, edits []claim.Edit) bool {
	t.Helper()
	verdict, err := e.Gate(t.Context(), GateInput{Evidence: ev, Edits: edits, Score: scored(), Lines: decided(ev, edits)})
	if err != nil {
		t.Fatal(err)
	}
	denied := slices.ContainsFunc(edits, func(e claim.Edit) bool { return e.Outcome == claim.Deny })
	return verdict.Outcome == claim.Pay && !denied
}

// The same for the input of the first question: no path that is lost makes an edit go away unnoticed. A claim that
// pays anyway may lose what its listed rows do not need, but no list, no row and nothing of input.claim.
func TestNoEditIsLostWithAnInput(t *testing.T) {
	e, tried := embeddedContract(t).NewEvaluator(), 0
	counted := regexp.MustCompile(`^(claim(\.\w+)?|lists(\[\d+\])?|x(\.\w+(\[\d+\])?)?)$`)
	for _, f := range flips() {
		ev := flipped(f)
		pays := paysInFull(t, e, ev)
		removals(e.in.build(e.in.edits(ev)), "", func(path string, without *ast.Term) {
			tried++
			if strings.HasPrefix(path, "looked") || pays && !counted.MatchString(path) {
				return // the gate asks for look-ups again, of its own input
			}
			answer, err := e.ask(t.Context(), questionEdits, without)
			if err != nil {
				return // an error pays nothing
			}
			edits, err := readEdits(answer, &e.in.terms)
			if err == nil && full(t, e, ev, edits) && !harmless(f.name, path) {
				t.Errorf("%s: nobody misses %s", f.name, path)
			}
		})
	}
	if tried < 1000 {
		t.Errorf("only %d paths tried", tried)
	}
}

// And for the input of the gate.
func TestGatePaysNothingWithoutAnInput(t *testing.T) {
	e := embeddedContract(t).NewEvaluator()
	for name, ev := range payingEvidences() {
		gate := GateInput{Evidence: ev, Score: scored(), Lines: decided(ev, nil)}
		removals(e.in.build(e.in.gate(&gate)), "", func(path string, without *ast.Term) {
			answer, err := e.ask(t.Context(), questionGate, without)
			if err != nil {
				return
			}
			v, err := readVerdict(answer, &e.in.terms)
			if err == nil && v.Outcome == claim.Pay && !harmless(name, path) {
				t.Errorf("%s: pays without %s", name, path)
			}
		})
	}
}

// harmless are the paths whose loss changes nothing.
func harmless(name, path string) bool {
	switch name {
	case "percent of charges without fees":
		return path == "x.missing[0]" // it says that fees are missing, and they are not needed
	}
	return false
}

// removals calls f with a copy of term for each path below it, without that path.
func removals(term *ast.Term, path string, f func(path string, without *ast.Term)) {
	switch value := term.Value.(type) {
	case ast.Object:
		keys := value.Keys()
		for _, k := range keys {
			at := strings.TrimPrefix(path+"."+strings.Trim(k.String(), `"`), ".")
			rest := ast.NewObject()
			for _, other := range keys {
				if !other.Equal(k) {
					rest.Insert(other, value.Get(other))
				}
			}
			f(at, ast.NewTerm(rest))
			removals(value.Get(k), at, func(path string, inner *ast.Term) {
				changed := ast.NewObject()
				for _, other := range keys {
					changed.Insert(other, value.Get(other))
				}
				changed.Insert(k, inner)
				f(path, ast.NewTerm(changed))
			})
		}
	case *ast.Array:
		for i := range value.Len() {
			at := fmt.Sprintf("%s[%d]", path, i)
			var rest []*ast.Term
			for j := range value.Len() {
				if j != i {
					rest = append(rest, value.Elem(j))
				}
			}
			f(at, ast.NewTerm(ast.NewArray(rest...)))
			removals(value.Elem(i), at, func(path string, inner *ast.Term) {
				items := make([]*ast.Term, value.Len())
				for j := range items {
					items[j] = value.Elem(j)
				}
				items[i] = inner
				f(path, ast.NewTerm(ast.NewArray(items...)))
			})
		}
	}
}
