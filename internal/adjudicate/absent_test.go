package adjudicate

import (
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/assize/assize/internal/claim"
)

// mayBeAbsent lists what may be taken away from a golden claim ("case:path", removed elements with "-") and still
// leaves it payable, each with its reason. Everything else that is taken away must not pay (promise 6).
func mayBeAbsent() []absence {
	return []absence{
		{`.*:(slice|origin.*|claim\.(patientControlNumber|acceptsAssignment|filingIndicator|destination.*))`, "no check or price uses it; intake routed the claim"},
		{`.*:claim\.(subscriber|patient)\.address.*`, "no check uses an address"},
		{`.*:claim\.(relationship|patient\.(first|memberId)|subscriber\.(last|first|birthDate|sex))`, "the member was matched by what is left, birth date and sex of the patient are compared, and the last name where a first name is not known"},
		{`.*:facts\.member\.(first|last|relationship|subscriberNumber)`, "the member is found; these served to find, and one of the names is compared"},
		{`.*:claim\.providers\[\d\]\.(first|last|taxId|taxonomy)`, "providers are known by their NPI"},
		{`.*:claim\.providers\[1\](-|\.role)?`, "without a rendering provider the billing provider renders (005010X222A1 2310B)"},
		{`.*:facts\.providers\[\d\]\.specialty|.*:facts\.providers\[1\]\.network`, "prices depend on the billing provider's contract alone"},
		{`paid_institutional:facts\.providers\[1\]\.(from|through)`, "who attends need not be enrolled: only who bills and renders"},
		{`paid_percent_of_charges:facts\.(providers\[0\]\.network|looked\[11\].*)`, "a percentage of charges needs no network and no fees"},
		{`.*:facts\.looked\[9\].*`, "an original claim has no predecessor to look up"},
		{`.*:facts\.profile.*`, "features only: the score may pend, and a provider is new once"},
		{`.*:claim\.diagnoses\[0\]\.role`, "the first diagnosis of a professional claim is its principal one"},
		{`.*:claim\.priorAuthorization`, "an authorisation that fits is used whether or not it is named"},
		{`.*:facts\.mue\[\d\]\.(from|through|indicator)`, "the units are within the limit, whenever and however it is counted"},
		{`.*:facts\.plan\.(copay|coinsurance|deductible|outOfPocket).*`, "0 is a figure: the plan has no such share, or no maximum"},
		{`.*:facts\.plan\.(embedded|filingDays)`, "false is aggregate, 0 days is one calendar year (42 CFR 424.44)"},
		{`.*:facts\.(accumulators\[\d\]\.amount|authorizations\[0\]\.usedThousandths)`, "0 is a figure: nothing was used"},
		{`.*:facts\.benefits\[0\]\.(preventive|authorization|limitUnitsThousandths)`, "false and 0 are figures: cost share as usual, no authorisation, no limit"},
		{`denied_(6|7|9_newborn):facts\.(procedures|diagnoses)\[0\]\.(ageMin|sex)`, "a code without limits is for everybody"},
		{`denied_13:facts\.member\.deathDate`, "who has no date of death lives"},
		{`denied_236:(facts\.ptp\[0\]|(facts|claim)\.(lines|fees|benefits|procedures|mue)\[1\]).*`, "line 2 stays denied; line 1 pays as before"},
		{`paid_beside_denied:(facts|claim)\.(lines|benefits|procedures|mue)\[1\].*`, "line 2 stays denied; line 1 pays as before"},
	}
}

type absence struct{ paths, reason string }

// patterns keeps what was compiled: thousands of paths are held against each entry.
var patterns sync.Map

func (a absence) pattern() *regexp.Regexp {
	if known, ok := patterns.Load(a.paths); ok {
		return known.(*regexp.Regexp)
	}
	compiled := regexp.MustCompile("^(" + a.paths + ")$")
	patterns.Store(a.paths, compiled)
	return compiled
}

// absences calls visit with each path of a value taken away in turn: every field zeroed, every pointer and list nil,
// every element removed. It puts the value back afterwards.
func absences(v reflect.Value, path string, visit func(path string)) {
	if !v.IsZero() && path != "" && !(v.Kind() == reflect.Slice && v.Len() == 0) {
		kept := reflect.New(v.Type()).Elem()
		kept.Set(v)
		v.SetZero()
		visit(path)
		v.Set(kept)
	}
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() {
			absences(v.Elem(), path, visit)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if !v.Type().Field(i).IsExported() {
				continue // the mark of a row
			}
			name, _, _ := strings.Cut(v.Type().Field(i).Tag.Get("json"), ",")
			absences(v.Field(i), strings.TrimPrefix(path+"."+name, "."), visit)
		}
	case reflect.Slice:
		if v.Type().Elem().Kind() == reflect.Uint8 {
			return
		}
		for i := range v.Len() {
			element := fmt.Sprintf("%s[%d]", path, i)
			kept := reflect.ValueOf(v.Interface())
			v.Set(reflect.AppendSlice(kept.Slice3(0, i, i), kept.Slice(i+1, kept.Len())))
			visit(element + "-")
			v.Set(kept)
			absences(v.Index(i), element, visit)
		}
	}
}

// mayPayMore lists what may be taken away and leaves a line paid better than before, each with its reason. The columns
// and files that these figures come from have no empty value: package postgres declares them not null, and what reads a
// payer's records refuses a record that leaves one out.
func mayPayMore() []absence {
	return []absence{
		{`(denied_119|paid_119_in_part):facts\.accumulators\[0\]\.amount|denied_198:facts\.authorizations\[0\]\.usedThousandths`, "0 is a figure: nothing was used"},
		{`(denied_119|paid_119_in_part):facts\.benefits\[0\]\.limitUnitsThousandths`, "an empty limit is none"},
		{`denied_19[78]:facts\.benefits\[0\]\.authorization`, "false says that no authorisation is needed"},
		{`denied_(6|7):facts\.procedures\[0\]\.(ageMin|sex)|denied_9_newborn:facts\.diagnoses\[0\]\.ageMin`, "a code without limits is for everybody"},
		{`denied_13:facts\.member\.deathDate`, "who has no date of death lives"},
		{`paid_(cost_share|family_deductible_met):facts\.plan\.(copayCents|coinsuranceMillionths|deductibleIndividualCents)`, "0 is a figure: the plan has no such share"},
	}
}

// excuse finds the entry of a list that explains a path, or -1.
func excuse(list []absence, path string) int {
	return slices.IndexFunc(list, func(a absence) bool { return a.pattern().MatchString(path) })
}

// unharmed tells whether a claim pays all the lines it paid before something was taken away, or others.
func unharmed(before, after *claim.Decision) bool {
	pays := false
	for i := range after.Lines {
		pays = pays || after.Lines[i].Outcome == claim.Pay
	}
	for i := range before.Lines {
		line := &before.Lines[i]
		if now := lineOf(after, line.Number); line.Outcome == claim.Pay && (now == nil || now.Outcome != claim.Pay) {
			return false
		}
	}
	return pays
}

// paysMore tells whether a line is paid better than before, whatever became of the others.
func paysMore(before, after *claim.Decision) bool {
	return slices.ContainsFunc(after.Lines, func(now claim.LineDecision) bool {
		line := lineOf(before, now.Number)
		return line == nil && now.Paid > 0 || line != nil && now.Paid > line.Paid
	})
}

func lineOf(d *claim.Decision, number int) *claim.LineDecision {
	for i := range d.Lines {
		if d.Lines[i].Number == number {
			return &d.Lines[i]
		}
	}
	return nil
}

// silent tells what of a decision that does not pay is not explained; "" when all is.
func silent(d *claim.Decision) string {
	if d.Outcome == claim.Pend && len(d.Pends) == 0 {
		return "it waits for nothing"
	}
	for _, reason := range d.Pends {
		// An edit says the rest itself.
		if words := claim.WaitWords(reason.Code+":"+reason.Detail, nil); reason.Detail == "" || words == "" || words == reason.Code {
			return fmt.Sprintf("it waits for %q, %q", reason.Code, reason.Detail)
		}
	}
	for i := range d.Lines {
		line := &d.Lines[i]
		if line.Outcome != claim.Pay && (len(line.Adjustments) != 1 || claim.CARCWords(line.Adjustments[0].CARC) == "") {
			return fmt.Sprintf("line %d is not paid for %v", line.Number, line.Adjustments)
		}
		denied := func(e claim.Edit) bool { return denies(&e, line.Number) && e.Rule != "" }
		if line.Outcome == claim.Deny && !slices.ContainsFunc(d.Edits, denied) {
			return fmt.Sprintf("line %d is denied by no check", line.Number)
		}
	}
	return ""
}

// deprived calls visit for each golden claim and each path of its evidence, with the decision made of the whole and the
// one made without the path: nil where nothing is decided, and an error says so.
func deprived(t *testing.T, visit func(at string, whole, without *claim.Decision)) (count int) {
	t.Helper()
	contract := baseContract(t)
	for _, g := range goldens(t) {
		decider := g.decider(contract)
		whole, err := decider.Decide(t.Context(), g.evidence)
		if err != nil {
			t.Fatal(err)
		}
		absences(reflect.ValueOf(g.evidence).Elem(), "", func(path string) {
			count++
			without, err := decider.DecideOrPend(t.Context(), g.evidence)
			if err != nil {
				without = nil
			}
			visit(g.name+":"+path, whole, without)
		})
	}
	return count
}

func TestAbsentFieldNeverPays(t *testing.T) {
	payable, better := mayBeAbsent(), mayPayMore()
	used, usedBetter := make([]bool, len(payable)), make([]bool, len(better))
	refused := 0
	count := deprived(t, func(at string, whole, without *claim.Decision) {
		if without == nil {
			refused++
			return
		}
		if unharmed(whole, without) {
			if i := excuse(payable, at); i >= 0 {
				used[i] = true
			} else {
				t.Errorf("it pays without %s", at)
			}
		}
		if paysMore(whole, without) {
			if i := excuse(better, at); i >= 0 {
				usedBetter[i] = true
			} else {
				t.Errorf("it pays more without %s", at)
			}
		}
		if fault := silent(without); fault != "" {
			t.Errorf("without %s: %s", at, fault)
		}
	})
	if count < 10_000 || refused > count/20 {
		t.Errorf("%d absences tried, of which %d are refused as no evidence", count, refused)
	}
	requireUsed(t, payable, used)
	requireUsed(t, better, usedBetter)
}

// requireUsed reports entries that explain nothing any more.
func requireUsed(t *testing.T, list []absence, used []bool) {
	t.Helper()
	for i := range list {
		if !used[i] {
			t.Errorf("nothing is explained by %q (%s)", list[i].paths, list[i].reason)
		}
	}
}
