package main

import (
	"fmt"
	"strings"

	"github.com/assize/assize/internal/claim"
	"github.com/assize/assize/policies"
)

// whyOf lists a line's adjustments in codes and plain words.
func whyOf(l *claim.LineDecision) string {
	var parts []string
	for _, a := range l.Adjustments {
		text := fmt.Sprintf("%s-%s %s", a.Group, a.CARC, a.Amount.Dollars())
		if words := claim.CARCWords(a.CARC); words != "" {
			text += " (" + words + ")"
		}
		parts = append(parts, text)
	}
	if len(l.Remarks) > 0 {
		parts = append(parts, "remarks "+strings.Join(l.Remarks, " "))
	}
	return strings.Join(parts, "; ")
}

// ruleTitles names the rules of the contract that is built in, by id. A payer's bundle adds rules and changes none, so
// that these titles hold for every contract; a rule that a payer added goes by its id.
func (a *app) ruleTitles() map[string]string {
	if a.titles != nil {
		return a.titles
	}
	a.titles = map[string]string{}
	bundle, err := policies.Embedded()
	if err != nil {
		return a.titles // ids say enough; whoever decides claims meets the error
	}
	contract, err := policies.Load(bundle)
	if err != nil {
		return a.titles
	}
	for _, rule := range contract.Rules() {
		a.titles[rule.ID] = rule.Title
	}
	return a.titles
}

// waitsFor says in words what a claim waits for, given its reasons as they are kept.
func (a *app) waitsFor(reasons []string) []string {
	words := make([]string, len(reasons))
	for i, reason := range reasons {
		words[i] = claim.WaitWords(reason, a.ruleTitles())
	}
	return words
}

// assumedWords says what a decision took for granted.
func assumedWords(assumed []claim.FactKind) []string {
	var words []string
	var tables []string
	for _, kind := range assumed {
		if kind == claim.KindProvider {
			words = append(words, "providers, enrolled under an NPI whose check digit does not hold")
			continue
		}
		if kind == claim.KindDiagnosesICD9 {
			words = append(words, "ICD-9-CM diagnoses, for which there is no table")
			continue
		}
		tables = append(tables, string(kind))
	}
	if len(tables) > 0 {
		words = append(words, "tables that state no dates, or others: "+strings.Join(tables, ", "))
	}
	return words
}
