//go:build !lean

package embedded

import (
	"errors"
	"fmt"

	"go.temporal.io/server/common/log"
	"go.temporal.io/server/common/log/tag"
)

// givingUp is a logger whose Fatal panics with gaveUp. Temporal's own ends the process, with our claims in it, when a
// port is taken.
type givingUp struct{ log.Logger }

// gaveUp is what a fatal report of the server becomes: its text, and its cause if it named one.
type gaveUp struct {
	text  string
	cause error
}

// Fatal logs and panics with gaveUp.
func (l givingUp) Fatal(text string, tags ...tag.Tag) {
	l.Error(text, tags...)
	panic(gaveUp{text, causeIn(tags)})
}

// causeIn returns the error among the tags, or one that says there was none.
func causeIn(tags []tag.Tag) error {
	for _, t := range tags {
		if field, ok := t.(tag.ZapTag); ok {
			if err, ok := field.Field().Interface.(error); ok {
				return err
			}
		}
	}
	return errors.New("no cause given")
}

// With returns a logger of the same kind with tags of its own.
func (l givingUp) With(tags ...tag.Tag) log.Logger { return givingUp{log.With(l.Logger, tags...)} }

// Skip returns a logger of the same kind that leaves out frames of the caller.
func (l givingUp) Skip(frames int) log.Logger {
	if inner, ok := l.Logger.(log.SkipLogger); ok {
		return givingUp{inner.Skip(frames)}
	}
	return l
}

// recoverGaveUp turns the panic of Fatal into an error; every other panic goes on.
func recoverGaveUp(err *error) {
	switch reason := recover().(type) {
	case nil:
	case gaveUp:
		*err = fmt.Errorf("%s: %w", reason.text, reason.cause)
	default:
		panic(reason)
	}
}
