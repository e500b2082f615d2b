package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/assize/assize/internal/claim"
	"github.com/assize/assize/internal/postgres"
)

// A plan without a deductible in its file is no plan without a deductible. What is wrong is said with its place and not
// quoted: the file is full of patients.
func TestRecordsThatLeaveAFigureOutAreRefused(t *testing.T) {
	plan := `{"code":"GOLD","from":"2024-01-01","through":"9999-12-31","pricing":"percentOfCharges","percentMillionths":800000,
		"copayCents":0,"coinsuranceMillionths":0,"deductibleIndividualCents":100000,"deductibleFamilyCents":0,"embedded":true,
		"outOfPocketIndividualCents":0,"outOfPocketFamilyCents":0,"filingDays":365}`
	file := filepath.Join(t.TempDir(), "records.json")
	read := func(text string) error {
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		_, err := booksOf(postgres.Payer{ID: 1, Code: "ACME"}, file)
		return err
	}
	if err := read(`{"plans":[` + plan + `]}`); err != nil {
		t.Fatal(err)
	}
	without := strings.Replace(plan, `"deductibleIndividualCents":100000,`, "", 1)
	for text, want := range map[string]string{
		`{"plans":[` + plan + `,` + without + `]}`:        "plans[1].deductibleIndividualCents: is missing",
		`{"members":[{"ZYGMUNTOVA":"1970-02-03"}]}`:       "members[0]: has a field that is not known",
		`{"members":[{"birthDate":"ZYGMUNTOVA 1970"}]}`:   "members[0].birthDate: is of another type, or no value that exists",
		`{"coverages":{"ZYGMUNTOVA":[]}}`:                 "coverages, entry 0: is under no id",
		`{"providers":[{"npi":"1234567893","from":1970}]`: "providers[0].from",
	} {
		err := read(text)
		if claim.KindOf(err) != claim.Invalid || err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want Invalid: %s", err, want)
		} else if strings.Contains(err.Error(), "ZYGMUNTOVA") || strings.Contains(err.Error(), "1970") {
			t.Errorf("the error quotes the file: %v", err)
		}
	}
}
