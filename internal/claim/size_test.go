package claim

import (
	"reflect"
	"strings"
	"testing"
)

// fullest returns a claim whose every text and list is as long as it may be, but for the number of lines. Lists of records
// hold what is as full.
func fullest(v reflect.Value, name string) {
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			if field := v.Type().Field(i); field.IsExported() {
				fullest(v.Field(i), field.Tag.Get("json"))
			}
		}
	case reflect.Slice:
		n := listsMost[name]
		v.Set(reflect.MakeSlice(v.Type(), n, n))
		for i := range n {
			fullest(v.Index(i), name)
		}
	case reflect.String:
		v.SetString(strings.Repeat("x", textsMost[name]))
	}
}

// listsMost and textsMost are the limits by the names of fields, written down a second time.
var (
	listsMost = map[string]int{
		"diagnoses": 100, "procedures": 50, "providers": 20, "otherPayers": 10, "lines": 2, "modifiers": 4, "diagnosisPointers": 12,
		"otherPayments": 15, "adjustments": 30,
	}
	textsMost = map[string]int{
		"type": 80, "patientControlNumber": 80, "placeOfService": 80, "frequency": 80, "originalReference": 80, "acceptsAssignment": 80,
		"admissionType": 80, "admissionSource": 80, "patientStatus": 80, "priorAuthorization": 80, "referral": 80, "drg": 80,
		"responsibility": 80, "filingIndicator": 80, "relationship": 80, "code": 80, "role": 80, "presentOnAdmission": 80, "id": 80,
		"memberId": 80, "sex": 80, "npi": 80, "taxId": 80, "taxonomy": 80, "controlNumber": 80, "qualifier": 80, "procedure": 80,
		"modifiers": 80, "revenue": 80, "unit": 80, "ndc": 80, "payerId": 80, "group": 80, "carc": 80,
		"name": 320, "last": 320, "first": 320, "middle": 320, "line1": 320, "line2": 320, "city": 320, "state": 320, "zip": 320,
	}
)

func TestNoTextAndNoListOfAClaimIsWithoutALimit(t *testing.T) {
	var c Claim
	fullest(reflect.ValueOf(&c).Elem(), "")
	if field, line := c.Oversized(); field != "" || line != -1 {
		t.Fatalf("a claim within its limits: %q of line %d is too long", field, line)
	}
	tried := 0
	var longer func(v reflect.Value, path string)
	check := func(path string) {
		tried++
		line := -1
		if strings.HasPrefix(path, "lines[") {
			line = int(path[len("lines[")] - '0')
		}
		if field, at := c.Oversized(); field != path || at != line {
			t.Errorf("%s is one longer than it may be: found %q of line %d", path, field, at)
		}
	}
	longer = func(v reflect.Value, path string) {
		switch v.Kind() {
		case reflect.Struct:
			for i := range v.NumField() {
				if field := v.Type().Field(i); field.IsExported() {
					longer(v.Field(i), strings.TrimPrefix(path+"."+field.Tag.Get("json"), "."))
				}
			}
		case reflect.Slice:
			was := reflect.ValueOf(v.Interface())
			if path != "lines" { // whose number is up to the reader
				v.Set(reflect.Append(v, v.Index(0)))
				check(path)
				v.Set(was)
			}
			longer(v.Index(v.Len()-1), at(path, v.Len()-1, ""))
		case reflect.String:
			was := v.String()
			v.SetString(was + "x")
			check(path)
			v.SetString(was)
		}
	}
	longer(reflect.ValueOf(&c).Elem(), "")
	if tried < 90 {
		t.Errorf("only %d fields were tried", tried)
	}
}

func BenchmarkOversized(b *testing.B) {
	var c Claim
	fullest(reflect.ValueOf(&c).Elem(), "")
	c.Providers, c.OtherPayers, c.Diagnoses, c.Procedures = c.Providers[:2], c.OtherPayers[:1], c.Diagnoses[:4], c.Procedures[:1]
	for i := range c.Lines {
		c.Lines[i].Providers, c.Lines[i].OtherPayments = c.Lines[i].Providers[:1], nil
	}
	for b.Loop() {
		if field, _ := c.Oversized(); field != "" {
			b.Fatal(field)
		}
	}
}
