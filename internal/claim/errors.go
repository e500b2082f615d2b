package claim

import (
	"errors"
	"fmt"
)

// Kind sorts errors by what the caller can do about them. It maps to exit codes and HTTP statuses in cmd and server.
type Kind int

// Error kinds.
const (
	Internal    Kind = iota // a fault of ours
	Invalid                 // bad input: mend it and send it again
	NotFound                // nothing has that id, or it is not the caller's
	Conflict                // it is there already, with other content
	Forbidden               // the caller may not
	Unavailable             // Postgres, Temporal or a file is out of reach: try again
)

// Error is an error of a known kind. Text is for people and holds no personal data.
type Error struct {
	Kind Kind
	Text string
	Err  error
}

// Errorf returns an Error; the last %w of the format, if any, is unwrapped by errors.Is.
func Errorf(kind Kind, format string, args ...any) error {
	err := fmt.Errorf(format, args...)
	return &Error{Kind: kind, Text: err.Error(), Err: errors.Unwrap(err)}
}

func (e *Error) Error() string { return e.Text }

// Unwrap returns the cause, or nil.
func (e *Error) Unwrap() error { return e.Err }

// KindOf returns the kind of err; an error that has none is Internal.
func KindOf(err error) Kind {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Kind
	}
	return Internal
}
