package claim

import "fmt"

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

// Dollars shows an amount to people, with thousands apart: "$1,234,567.89".
func (c Cents) Dollars() string {
	sign := ""
	if c < 0 {
		sign, c = "-", -c
	}
	return fmt.Sprintf("%s$%s.%02d", sign, Thousands(int64(c/100)), c%100)
}

// Thousands shows a count to people, with thousands apart: "1,234,567".
func Thousands(n int64) string {
	if n < 0 {
		return "-" + Thousands(-n)
	}
	text := fmt.Sprint(n)
	for i := len(text) - 3; i > 0; i -= 3 {
		text = text[:i] + "," + text[i:]
	}
	return text
}
