package claim_test

import (
	"testing"

	"github.com/assize/assize/internal/claim"
)

func TestAmountsAreShownWithThousandsApart(t *testing.T) {
	for amount, want := range map[claim.Cents]string{
		0: "$0.00", 5: "$0.05", 99_999: "$999.99", 100_000: "$1,000.00", 123_456_789: "$1,234,567.89", -100_005: "-$1,000.05",
	} {
		if got := amount.Dollars(); got != want {
			t.Errorf("%d cents: got %s, want %s", int64(amount), got, want)
		}
	}
	for n, want := range map[int64]string{0: "0", 999: "999", 1000: "1,000", -1234567: "-1,234,567"} {
		if got := claim.Thousands(n); got != want {
			t.Errorf("%d: got %s, want %s", n, got, want)
		}
	}
}

func TestCodesOfDecisionsHaveWords(t *testing.T) {
	// Deductible, coinsurance and copay come from pricing, 45 from the fee, 18 and 133 from the contract.
	for _, carc := range []string{"1", "2", "3", "45", "18", "133"} {
		if claim.CARCWords(carc) == "" {
			t.Errorf("CARC %s has no words", carc)
		}
	}
	if got := claim.CARCWords("A0"); got != "" {
		t.Errorf("CARC A0, which nothing uses: got %q", got)
	}
	for reason, want := range map[string]string{
		"notLoaded:procedures":    "reference procedures not loaded",
		"notLoaded:diagnosesICD9": "reference diagnoses (ICD-9-CM) not loaded",
		"notCovered:mue":          "reference mue (medically unlikely edits) does not speak for that date",
		"edit:COB-22":             "Another payer comes first (COB-22)",
		"edit:OWN-1":              "a check asks a person to look (OWN-1)",
		"score:flagged":           "the fraud score asks a person to look",
		"price:fee":               "no fee on file for a line",
		"gate:ptp":                "the look-up of ptp (NCCI pairs) found other rows than are there",
		"gate:notCoordinated":     "another payer has decided, and what it left open is not computed",
		"gate:own":                "the contract does not let it pay yet (own)",
		"score":                   "the fraud score asks a person to look",
		"somethingNew:x":          "somethingNew (x)",
	} {
		if got := claim.WaitWords(reason, map[string]string{"COB-22": "Another payer comes first"}); got != want {
			t.Errorf("%s: got %q, want %q", reason, got, want)
		}
	}
	if got := claim.PendWords("somethingNew"); got != "somethingNew" {
		t.Errorf("an unknown pend code: got %q, want the code", got)
	}
}

func TestStatesHaveWords(t *testing.T) {
	for state, want := range map[string]string{"inProcess": "in process", "pended": "waiting", "noPaymentDue": "nothing to pay", "paid": "paid", "planned": "planned"} {
		if got := claim.StateWords(state); got != want {
			t.Errorf("%s: got %q, want %q", state, got, want)
		}
	}
}
