package adjudicate

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"github.com/assize/assize/internal/claim"
)

// ReplayVerdict says how a recorded decision stands against the one its evidence gives again.
type ReplayVerdict string

// Replay verdicts. An erased subject is found before evidence can be read, so "erased" is the caller's to say.
const (
	Equal         ReplayVerdict = "equal"        // the same bytes
	Different     ReplayVerdict = "different"    // same versions, other bytes: tampering or a fault of ours
	OtherVersions ReplayVerdict = "otherVersion" // evidence of another contract, model or semantics: nothing was compared
	Unreadable    ReplayVerdict = "unreadable"   // the evidence is not what any engine of these semantics writes
)

// Replayed is the answer of Replay.
type Replayed struct {
	Verdict     ReplayVerdict
	Reason      string          // for every verdict but equal
	Decision    *claim.Decision // as recomputed; null unless it was
	Differences []Difference    // sorted by path
}

// Difference is one value of the decision that is not as recorded, as JSON; "" is "not there".
type Difference struct {
	Path       string `json:"path"` // such as "lines[1].paidCents"
	Recorded   string `json:"recorded"`
	Recomputed string `json:"recomputed"`
}

// Replay decides evidence again and compares the bytes with the recorded decision, which is read only once the new one is made.
// What the record holds is a verdict, not an error; an error means that the replay itself could not be done, or is recorded's.
func (d *Decider) Replay(ctx context.Context, ev *claim.Evidence, recorded func() ([]byte, error)) (Replayed, error) {
	decision, err := d.DecideOrPend(ctx, ev)
	if err != nil {
		return Unreplayable(err)
	}
	was, err := recorded()
	if err != nil {
		return Replayed{}, err
	}
	again, err := EncodeDecision(decision)
	if err != nil {
		return Replayed{}, err
	}
	if bytes.Equal(again, was) {
		return Replayed{Verdict: Equal, Decision: decision}, nil
	}
	differences, err := Compare(was, decision)
	if err != nil {
		return Unreplayable(err)
	}
	return Replayed{Verdict: Different, Reason: "the evidence gives another decision", Decision: decision, Differences: differences}, nil
}

// Unreplayable sorts what kept evidence from being decided again: its versions, its content, or something else,
// which is an error.
func Unreplayable(err error) (Replayed, error) {
	if other, ok := errors.AsType[*OtherVersion](err); ok {
		return Replayed{Verdict: OtherVersions, Reason: other.Error()}, nil
	}
	if kind := claim.KindOf(err); kind == claim.Invalid || kind == claim.Forbidden {
		return Replayed{Verdict: Unreadable, Reason: err.Error()}, nil
	}
	return Replayed{}, err
}

// Compare lists where a recorded decision is not the recomputed one. Bytes that are no decision differ as a whole; a
// decision of other semantics is an OtherVersion error.
func Compare(recorded []byte, again *claim.Decision) ([]Difference, error) {
	was, err := DecodeDecision(recorded)
	if _, ok := errors.AsType[*OtherVersion](err); ok {
		return nil, err
	}
	if err != nil {
		return []Difference{{Path: "", Recorded: "not a decision", Recomputed: "a decision"}}, nil //nolint:nilerr // that it cannot be read is the finding
	}
	left, err := generic(was)
	if err != nil {
		return nil, err
	}
	right, err := generic(again)
	if err != nil {
		return nil, err
	}
	differences := differ(nil, "", left, right)
	slices.SortFunc(differences, func(a, b Difference) int { return bytes.Compare([]byte(a.Path), []byte(b.Path)) })
	return differences, nil
}

func generic(d *claim.Decision) (any, error) {
	text, err := json.Marshal(d)
	if err != nil {
		return nil, fmt.Errorf("showing a decision as JSON: %w", err)
	}
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	var value any
	return value, decoder.Decode(&value)
}

// differ walks two JSON values. An empty list and an absent one are the same, as in the encoding.
func differ(found []Difference, path string, a, b any) []Difference {
	switch x := a.(type) {
	case map[string]any:
		if y, ok := b.(map[string]any); ok {
			for key := range x {
				found = differ(found, joinPath(path, key), x[key], y[key])
			}
			return found
		}
	case []any:
		y, ok := b.([]any)
		if !ok && b != nil {
			break
		}
		for i := range max(len(x), len(y)) {
			found = differ(found, fmt.Sprintf("%s[%d]", path, i), at(x, i), at(y, i))
		}
		return found
	case nil:
		if y, ok := b.([]any); ok && len(y) == 0 {
			return found
		}
	}
	if recorded, recomputed := shown(a), shown(b); recorded != recomputed {
		found = append(found, Difference{Path: path, Recorded: recorded, Recomputed: recomputed})
	}
	return found
}

func joinPath(path, key string) string {
	if path == "" {
		return key
	}
	return path + "." + key
}

func at(list []any, i int) any {
	if i < len(list) {
		return list[i]
	}
	return nil
}

func shown(value any) string {
	if value == nil {
		return ""
	}
	text, err := json.Marshal(value)
	if err != nil {
		return err.Error()
	}
	return string(text)
}
