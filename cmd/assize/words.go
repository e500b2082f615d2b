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
