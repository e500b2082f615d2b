package main

import (
	"context"
	"errors"

	"github.com/assize/assize/internal/claim"
)

// Exit codes, one table for every command.
const (
	exitGood        = 0
	exitFindings    = 1 // findings or bad input
	exitUsage       = 2
	exitUnavailable = 3
	exitInternal    = 4
)

// findings ends a command that did its work and found something; the findings are printed already.
type findings struct{ text string }

func (f findings) Error() string { return f.text }

// usage is a command line that cannot be meant.
type usage struct{ text string }

func (u usage) Error() string { return u.text }

// exitCode maps an error to its exit code.
func exitCode(err error) int {
	if err == nil {
		return exitGood
	}
	if _, ok := errors.AsType[findings](err); ok {
		return exitFindings
	}
	if _, ok := errors.AsType[usage](err); ok {
		return exitUsage
	}
	if errors.Is(err, context.Canceled) {
		return exitUnavailable
	}
	switch claim.KindOf(err) {
	case claim.Invalid, claim.NotFound, claim.Conflict, claim.Forbidden:
		return exitFindings
	case claim.Unavailable:
		return exitUnavailable
	default:
		return exitInternal
	}
}
