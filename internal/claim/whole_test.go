package claim_test

import (
	"bytes"
	"encoding/json"
	"maps"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/google/uuid"

	"github.com/assize/assize/internal/claim"
)

// records has a record of every kind that a payer enrols.
type records struct {
	Plans          []claim.Plan                       `json:"plans"`
	Members        []claim.Member                     `json:"members"`
	Coverages      map[claim.ID][]claim.Coverage      `json:"coverages"`
	Providers      []claim.ProviderFact               `json:"providers"`
	Authorizations map[claim.ID][]claim.Authorization `json:"authorizations"`
}

func wholeRecords() records {
	id := uuid.MustParse("01900000-0000-7000-8000-0000000000a1")
	return records{
		Plans:     []claim.Plan{{Code: "GOLD", From: 20240101, Through: claim.EndOfTime, Pricing: claim.FeeSchedule, Copay: 2000}},
		Members:   []claim.Member{{ID: id, Family: id, SubscriberNumber: "W1", Relationship: "18", Last: "ZYGMUNTOVA", First: "EVE", BirthDate: 19700203, Sex: "F"}},
		Coverages: map[claim.ID][]claim.Coverage{id: {{PlanCode: "GOLD", From: 20240101, Through: claim.EndOfTime}}},
		Providers: []claim.ProviderFact{{NPI: "1234567893", Specialty: "207Q00000X", Network: true, From: 20200101, Through: claim.EndOfTime}},
		Authorizations: map[claim.ID][]claim.Authorization{
			id: {{Number: "A1", Procedure: "97110", From: 20240101, Through: 20241231, Approved: 5000}},
		},
	}
}

func written(t *testing.T, value any) string {
	t.Helper()
	text, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestWholeRecordsAreRead(t *testing.T) {
	want := wholeRecords()
	var got records
	if err := claim.DecodeWhole(strings.NewReader(written(t, want)), &got); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	got = records{}
	if err := claim.DecodeWhole(strings.NewReader(`{"members": null}`), &got); err != nil || !cmp.Equal(got, records{}) {
		t.Errorf("lists may be left out: got %+v, %v", got, err)
	}
}

// Each field of each record is left out and made null in turn: a figure that is not there is not nought.
func TestARecordThatLeavesSomethingOutIsRefused(t *testing.T) {
	var tree map[string]any
	if err := json.Unmarshal([]byte(written(t, wholeRecords())), &tree); err != nil {
		t.Fatal(err)
	}
	tried := 0
	refuse := func(name string) {
		tried++
		var got records
		err := claim.DecodeWhole(strings.NewReader(written(t, tree)), &got)
		if claim.KindOf(err) != claim.Invalid || err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("%s: got %v, want Invalid and the name", name, err)
		}
	}
	mayBeNull := []string{"birthDate", "deathDate", "from", "through"}
	each(tree, func(record map[string]any) {
		for name, value := range maps.Clone(record) {
			delete(record, name)
			refuse(name)
			if record[name] = nil; !strings.Contains(strings.Join(mayBeNull, " "), name) {
				refuse(name)
			}
			record[name] = value
		}
	})
	if tried < 60 {
		t.Errorf("only %d absences were tried", tried)
	}
}

// each calls visit for every record of the tree, which stands in a list.
func each(value any, visit func(map[string]any)) {
	switch v := value.(type) {
	case map[string]any:
		for _, inner := range v {
			each(inner, visit)
		}
	case []any:
		for _, inner := range v {
			if record, ok := inner.(map[string]any); ok {
				visit(record)
			}
		}
	}
}

func TestWhatIsWrongWithARecordIsNamedAndNotQuoted(t *testing.T) {
	good := written(t, wholeRecords())
	cases := []struct{ name, old, new, want string }{
		{"a date that is none", `"1970-02-03"`, `"19700231"`, "members[0].birthDate: is of another type, or no value that exists"},
		{"a date as a number", `"1970-02-03"`, `19700203`, "members[0].birthDate"},
		{"a number as text", `"copayCents":2000`, `"copayCents":"19700203"`, "plans[0].copayCents"},
		{"half a cent", `"copayCents":2000`, `"copayCents":19700.203`, "plans[0].copayCents"},
		{"an unknown field", `"last":`, `"ZYGMUNTOVA":1,"last":`, "members[0]: has a field that is not known"},
		{"another case", `"last":`, `"Last":`, "members[0]: has a field that is not known"},
		{"a field twice", `"last":`, `"last":"19700203","last":`, "members[0].last: stands there twice"},
		{"an id that is none", `"01900000-0000-7000-8000-0000000000a1":[{"plan"`, `"ZYGMUNTOVA":[{"plan"`, "coverages, entry 0: is under no id"},
		{"text where a list is due", `"members":[`, `"members":"ZYGMUNTOVA","x":[`, "members: is of another type"},
		{"text where a record is due", `"members":[`, `"members":["ZYGMUNTOVA",`, "members[0]: is of another type"},
		{"no JSON", `"last":"ZYGMUNTOVA"`, `"last":ZYGMUNTOVA`, "members[0].last: this is no JSON"},
		{"cut off", `"sex":"F"}`, ``, "members[0]"},
		{"more after the end", good, good + `{"ZYGMUNTOVA":1}`, "the file: something follows the end"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			text := strings.Replace(good, c.old, c.new, 1)
			if text == good {
				t.Fatalf("%s is not in the records", c.old)
			}
			if c.new == "" {
				text = good[:strings.Index(good, c.old)]
			}
			var got records
			err := claim.DecodeWhole(strings.NewReader(text), &got)
			if claim.KindOf(err) != claim.Invalid || err == nil || !strings.Contains(err.Error(), c.want) {
				t.Fatalf("got %v, want Invalid: %s", err, c.want)
			}
			for _, mark := range []string{"ZYGMUNTOVA", "1970"} {
				if strings.Contains(err.Error(), mark) {
					t.Errorf("the error quotes the file: %v", err)
				}
			}
		})
	}
}

// placeOfAFault is a whole error: names of our fields, numbers, and one of our own texts.
var placeOfAFault = regexp.MustCompile(`^(the file|[a-zA-Z]+(\[\d+\]|, entry \d+|\.[a-zA-Z]+)*): [a-zA-Z, ]+, near byte \d+$`)

// Whatever a payer's file of records holds: records that written again are read the same, or an error of kind Invalid with a
// place that quotes nothing.
func FuzzDecodeWhole(f *testing.F) {
	text, err := json.Marshal(wholeRecords())
	if err != nil {
		f.Fatal(err)
	}
	f.Add(text)
	f.Add([]byte(`{"members": null, "coverages": {"01900000-0000-7000-8000-0000000000a1": [], "{01900000-0000-7000-8000-0000000000A1}": null}}`))
	f.Add([]byte(`{"plans":[{"code":"\u0000\ud800","from":"20240101","copayCents":1e3}],"plans":[]}`))
	f.Add([]byte(`{"providers":[{"network":"true"` + strings.Repeat(`,"npi":[[[`, 100)))
	f.Fuzz(func(t *testing.T, text []byte) {
		var got, again records
		if err := claim.DecodeWhole(bytes.NewReader(text), &got); err != nil {
			if claim.KindOf(err) != claim.Invalid || !strings.Contains(err.Error(), ", near byte ") {
				t.Fatalf("got %v, want Invalid with a place", err)
			}
			if !placeOfAFault.MatchString(err.Error()) {
				t.Fatalf("the error says more than a place: %v", err)
			}
			return
		}
		written, err := json.Marshal(got)
		if err != nil {
			t.Fatal(err)
		}
		if err := claim.DecodeWhole(bytes.NewReader(written), &again); err != nil {
			t.Fatalf("what was read cannot be read again: %v", err)
		}
		if diff := cmp.Diff(got, again, cmpopts.EquateEmpty()); diff != "" {
			t.Fatalf("(-read +again):\n%s", diff)
		}
	})
}

// No record has such a field yet. One that gets it is held to the same.
func TestWhatIsBehindAPointerIsReadWhole(t *testing.T) {
	type terms struct {
		Copay *struct {
			Cents int `json:"cents"`
		} `json:"copay"`
	}
	for text, want := range map[string]string{
		`{"copay":{"cents":5}}`: "", `{"copay":{}}`: "copay.cents: is missing", `{"copay":null}`: "copay: is null", `{"copay":{"cents":5,"free":true}}`: "not known",
	} {
		var got terms
		err := claim.DecodeWhole(strings.NewReader(text), &got)
		if (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v, want %q", text, err, want)
		}
		if err == nil && got.Copay.Cents != 5 {
			t.Errorf("%s is read as %+v", text, got.Copay)
		}
	}
}
