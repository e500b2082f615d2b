package adjudicate

import (
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/assize/assize/internal/claim"
)

// mayBeAbsent lists what may be taken away from a golden claim ("case:path", removed elements with "-") and still
// leaves it payable, each with its reason. Everything else that is taken away must not pay (promise 6).
func mayBeAbsent() []absence {
	return []absence{
		{`.*:(slice|claim\.(patientControlNumber|acceptsAssignment|filingIndicator|destination.*))`, "no check or price uses it; intake routed the claim"},
		{`.*:claim\.(subscriber|patient)\.address.*`, "no check uses an address"},
		{`.*:claim\.(relationship|patient\.(first|memberId)|subscriber\.(last|first|birthDate|sex))`, "the member was matched by what is left, and birth date and sex of the patient are compared"},
		{`.*:facts\.member\.(first|last|relationship|subscriberNumber)`, "the member is found; these served to find"},
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

// paidLines lists the lines of a decision that are paid.
func paidLines(d *claim.Decision) []int {
	var lines []int
	for i := range d.Lines {
		if d.Lines[i].Outcome == claim.Pay {
			lines = append(lines, d.Lines[i].Number)
		}
	}
	return lines
}

// unharmed tells whether a claim pays all it paid before something was taken away, or more.
func unharmed(before, after []int) bool {
	for _, line := range before {
		if !slices.Contains(after, line) {
			return false
		}
	}
	return len(after) > 0
}

func TestAbsentFieldNeverPays(t *testing.T) {
	contract := baseContract(t)
	unexplained := map[string][]string{}
	allowed := mayBeAbsent()
	used := make([]bool, len(allowed))
	count := 0
	for _, g := range goldens(t) {
		decider := g.decider(contract)
		whole, err := decider.Decide(t.Context(), g.evidence)
		if err != nil {
			t.Fatal(err)
		}
		absences(reflect.ValueOf(g.evidence).Elem(), "", func(path string) {
			count++
			d, err := decider.Decide(t.Context(), g.evidence)
			if err != nil || !unharmed(paidLines(whole), paidLines(d)) {
				return
			}
			for i, may := range allowed {
				if regexp.MustCompile("^(" + may.paths + ")$").MatchString(g.name + ":" + path) {
					used[i] = true
					return
				}
			}
			unexplained[path] = append(unexplained[path], g.name)
		})
	}
	if count < 3000 {
		t.Fatalf("only %d absences tried", count)
	}
	for path, cases := range unexplained {
		t.Errorf("without %s these pay: %v", path, cases)
	}
	for i, may := range allowed {
		if !used[i] {
			t.Errorf("nothing that pays is explained by %q (%s)", may.paths, may.reason)
		}
	}
}
