package main

import (
	"fmt"
	"strings"

	"github.com/assize/assize/internal/claim"
)

func lineName(number int) string { return fmt.Sprint(number) }

// whyOf lists a line's adjustments in codes and plain words.
func whyOf(l *claim.LineDecision) string {
	var parts []string
	for _, a := range l.Adjustments {
		text := fmt.Sprintf("%s-%s %s", a.Group, a.CARC, dollars(a.Amount))
		if words := carcWords(a.CARC); words != "" {
			text += " (" + words + ")"
		}
		parts = append(parts, text)
	}
	if len(l.Remarks) > 0 {
		parts = append(parts, "remarks "+strings.Join(l.Remarks, " "))
	}
	return strings.Join(parts, "; ")
}

// carcWords says in our own words what an adjustment reason code means here; the official wording is X12's.
func carcWords(carc string) string {
	switch carc {
	case "1":
		return "deductible"
	case "2":
		return "coinsurance"
	case "3":
		return "copay"
	case "4":
		return "modifier does not fit"
	case "6":
		return "not for this age"
	case "7":
		return "not for this sex"
	case "9":
		return "diagnosis not for this age"
	case "10":
		return "diagnosis not for this sex"
	case "13":
		return "after the date of death"
	case "14":
		return "before the date of birth"
	case "15":
		return "authorisation number not valid"
	case "16":
		return "information missing or wrong"
	case "18":
		return "exact duplicate"
	case "26":
		return "before coverage began"
	case "27":
		return "after coverage ended"
	case "29":
		return "filed too late"
	case "31":
		return "patient not identified"
	case "45":
		return "above the fee agreed"
	}
	return moreCARCWords(carc)
}

func moreCARCWords(carc string) string {
	switch carc {
	case "96":
		return "not covered"
	case "97":
		return "included in another service"
	case "107":
		return "its primary service is missing"
	case "110":
		return "billed before it was served"
	case "119":
		return "benefit used up"
	case "129":
		return "earlier claim not as stated"
	case "133":
		return "waits for review"
	case "146":
		return "diagnosis not valid on that date"
	case "151":
		return "more units than supported"
	case "181":
		return "procedure not valid on that date"
	case "197":
		return "authorisation missing"
	case "198":
		return "authorisation exceeded"
	case "206":
		return "provider number missing"
	case "207":
		return "provider number not valid"
	case "236":
		return "not payable with another service that day"
	case "B7":
		return "provider not eligible on that date"
	}
	return ""
}
