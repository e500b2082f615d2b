package workflows

import (
	"errors"

	"go.temporal.io/sdk/temporal"

	"github.com/assize/assize/internal/claim"
)

// failure turns an error into what Temporal keeps of it: a type, and a text that holds ids at most. What no retry can
// mend is final; the store being out of reach, a lost race or an unknown fault is tried again.
func failure(err error) error {
	if err == nil {
		return nil
	}
	kind := claim.KindOf(err)
	switch kind {
	case claim.Invalid, claim.NotFound, claim.Forbidden:
		return temporal.NewNonRetryableApplicationError(err.Error(), kindName(kind), nil)
	default:
		return temporal.NewApplicationError(err.Error(), kindName(kind))
	}
}

// kindName is the type of a failure on Temporal. The names are kept in histories: do not change them.
func kindName(kind claim.Kind) string {
	switch kind {
	case claim.Invalid:
		return "Invalid"
	case claim.NotFound:
		return "NotFound"
	case claim.Conflict:
		return "Conflict"
	case claim.Forbidden:
		return "Forbidden"
	case claim.Unavailable:
		return "Unavailable"
	default:
		return "Internal"
	}
}

// isFinal tells whether a failed activity is not to be tried again.
func isFinal(err error) bool {
	application, ok := errors.AsType[*temporal.ApplicationError](err)
	return ok && application.NonRetryable()
}

// Reason turns an error that came back through Temporal into one of ours, with the kind and the text it had when it
// left. What workflows wrapped around it on the way (activity, worker, attempt) says nothing to whoever asked.
func Reason(err error, format string, args ...any) error {
	if err == nil {
		return nil
	}
	kind, cause := claim.Unavailable, err
	for each := err; each != nil; each = errors.Unwrap(each) {
		application, ok := each.(*temporal.ApplicationError) //nolint:errorlint // each link of the chain is looked at by itself
		if !ok {
			continue
		}
		kind = kindNamed(application.Type())
		if kind != claim.Internal {
			cause = errors.New(application.Message())
			break
		}
	}
	return claim.Errorf(kind, format+": %w", append(args, cause)...)
}

func kindNamed(name string) claim.Kind {
	for _, kind := range []claim.Kind{claim.Invalid, claim.NotFound, claim.Conflict, claim.Forbidden, claim.Unavailable} {
		if kindName(kind) == name {
			return kind
		}
	}
	return claim.Internal
}
