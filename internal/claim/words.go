package claim

import (
	"fmt"
	"slices"
	"strings"
)

// carcWords says in our own words what an adjustment reason code means on our decisions. The official wording is X12's
// (external code list 139) and is not repeated here.
var carcWords = map[string]string{
	"1":   "deductible",
	"2":   "coinsurance",
	"3":   "copay",
	"4":   "modifier does not fit",
	"6":   "not for this age",
	"7":   "not for this sex",
	"9":   "diagnosis not for this age",
	"10":  "diagnosis not for this sex",
	"13":  "after the date of death",
	"14":  "before the date of birth",
	"15":  "authorisation number not valid",
	"16":  "information missing or wrong",
	"18":  "exact duplicate",
	"22":  "another payer comes first",
	"26":  "before coverage began",
	"27":  "after coverage ended",
	"29":  "filed too late",
	"31":  "patient not identified",
	"45":  "above the fee agreed",
	"50":  "not medically necessary, as a clinician decided",
	"96":  "not covered",
	"97":  "included in another service",
	"107": "its primary service is missing",
	"110": "billed before it was served",
	"119": "benefit used up",
	"129": "earlier claim not as stated",
	"133": "waits for review",
	"140": "member number and name do not agree",
	"146": "diagnosis not valid on that date",
	"151": "more units than supported",
	"181": "procedure not valid on that date",
	"183": "referring provider not eligible",
	"184": "ordering provider not eligible",
	"185": "rendering provider not eligible",
	"197": "authorisation missing",
	"198": "authorisation exceeded",
	"206": "provider number missing",
	"207": "provider number not valid",
	"208": "provider number not on file",
	"236": "not payable with another service that day",
	"B7":  "provider not eligible on that date",
}

// CARCWords says in a few plain words what a claim adjustment reason code means here, or "" for a code that no decision
// of ours uses.
func CARCWords(carc string) string { return carcWords[carc] }

// pendWords has the stable codes of PendReason.
var pendWords = map[string]string{
	"edit":       "a check asks a person to look",
	"notLoaded":  "a reference table or record is not loaded",
	"notCovered": "a table does not speak for the date of service",
	"score":      "the fraud score asks a person to look",
	"price":      "a line has no price",
	"gate":       "the contract does not let it pay yet",
	"fault":      "no decision could be made of it: a fault of the engine or the contract",
}

// PendWords says in plain words what a claim waits for, given the code of a PendReason; the code itself when unknown.
func PendWords(code string) string {
	if words, ok := pendWords[code]; ok {
		return words
	}
	return code
}

// waitWords has reasons to wait whose detail says more than their code. The key is as WaitWords takes it.
var waitWords = map[string]string{
	"notLoaded:duplicates":   "fingerprints of that time are no longer kept, so a duplicate would not be found",
	"notLoaded:accumulators": "the family's totals contradict one another",
	"score:flagged":          "the fraud score asks a person to look",
	"score:unscored":         "a fraud model is bound and gave no score",
	"price:plan":             "no terms of the plan for that date",
	"price:member":           "nobody to count a cost share for",
	"price:network":          "the billing provider is not on file for that date",
	"price:fee":              "no fee on file for a line",
	"price:quantity":         "a line has units that its price, limit or authorisation is not for",
	"price:charge":           "a line has a negative charge",
	"price:nonCovered":       "the provider says that part of a line is not covered",
	"price:authorization":    "fewer units are authorised than would be paid",
	"price:chargeTotal":      "the charges of the lines do not add up to the claim's",
	"gate:undecided":         "it could not be shown that it may pay",
	"gate:money":             "the money of the lines does not add up",
	"gate:looked":            "a look-up does not say what was looked up",
	"gate:notReversed":       "the earlier claim has to be taken back first",
	"gate:notCoordinated":    "another payer has decided, and what it left open is not computed",
	"fault:internal":         "no decision could be made of it: a fault of the engine or the contract",
	"fault:invalid":          "no decision could be made of it: its evidence is not well formed",
	"fault:forbidden":        "no decision could be made of it: only a clinician may make it",
}

// tableWords names tables whose kind is no plain word.
var tableWords = map[string]string{
	"diagnosesICD9": "diagnoses (ICD-9-CM)",
	"ptp":           "ptp (NCCI pairs)",
	"mue":           "mue (medically unlikely edits)",
}

// WaitWords says in plain words what a claim waits for. The reason is a PendReason as it is kept, code:detail; titles
// are those of the contract's rules by id, as far as they are known.
func WaitWords(reason string, titles map[string]string) string {
	if words, ok := waitWords[reason]; ok {
		return words
	}
	code, detail, _ := strings.Cut(reason, ":")
	table := detail
	if words, ok := tableWords[detail]; ok {
		table = words
	}
	title := titles[detail]
	switch {
	case detail == "":
		return PendWords(code)
	case code == "notLoaded":
		return "reference " + table + " not loaded"
	case code == "notCovered":
		return "reference " + table + " does not speak for that date"
	case code == "gate" && slices.Contains(FactKinds, FactKind(detail)):
		return "the look-up of " + table + " found other rows than are there"
	case code == "edit" && title != "":
		return title + " (" + detail + ")"
	}
	return PendWords(code) + " (" + detail + ")"
}

// stateWords has the states of claims and batches whose name is no plain word.
var stateWords = map[string]string{"inProcess": "in process", "pended": "waiting", "noPaymentDue": "nothing to pay"}

// StateWords says the state of a claim or a batch to people.
func StateWords(state string) string {
	if words, ok := stateWords[state]; ok {
		return words
	}
	return state
}

// Dollars shows an amount to people, with thousands apart: "$1,234,567.89".
func (c Cents) Dollars() string {
	sign := ""
	if c < 0 {
		sign, c = "-", -c
	}
	return fmt.Sprintf("%s$%s.%02d", sign, Thousands(int64(c/100)), c%100)
}

// Thousands shows a count to people, with thousands apart: "1,234,567".
func Thousands[N int | int64](n N) string {
	if n < 0 {
		return "-" + Thousands(-n)
	}
	text := fmt.Sprint(n)
	for i := len(text) - 3; i > 0; i -= 3 {
		text = text[:i] + "," + text[i:]
	}
	return text
}
