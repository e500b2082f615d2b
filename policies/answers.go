package policies

import (
	"slices"
	"sync"

	"github.com/assize/assize/internal/claim"
)

// answers remembers what a contract answered to which form of input (form.go). Nine of ten claims have a form that was
// seen before. It is safe for concurrent use: all evaluators of a contract share one.
type answers struct {
	mu    sync.RWMutex
	known map[string]*answer
}

// answersMax bounds how many forms are remembered. A batch of any size has some hundred that recur, and one in ten
// claims has one of its own.
const answersMax = 1 << 14

// formMax is the longest form that is remembered, in bytes.
const formMax = 4 << 10

// answer is what stands for every input of one form.
type answer struct {
	exactly bool // it cannot be carried over: every input of the form is to be asked itself
	edits   []claim.Edit
	places  []editPlaces // of each edit
	verdict Verdict
}

// editPlaces are an edit's numbers as they stand in the form.
type editPlaces struct{ line, units, amount uint64 }

func newAnswers() *answers { return &answers{known: map[string]*answer{}} }

// find returns what is known of a form, or nil.
func (a *answers) find(form []byte) *answer {
	a.mu.RLock()
	defer a.mu.RUnlock()
	return a.known[string(form)]
}

// keep remembers an answer. When there are too many, all are forgotten: the few that recur are soon there again.
func (a *answers) keep(form []byte, found *answer) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if len(a.known) >= answersMax {
		clear(a.known)
	}
	a.known[string(form)] = found
}

// usable tells whether the answer can be given again. That of a verdict needs nothing more.
func (a *answer) usable() bool { return a != nil && !a.exactly }

// editsAnswer makes edits into the answer of the form that was written last. An evaluation of so many steps may have
// counted further than smallMax, and a number that does not stand in the form was computed: those are not carried over.
func editsAnswer(f *form, edits []claim.Edit, stepsMade int) *answer {
	if stepsMade > smallMax {
		return &answer{exactly: true}
	}
	found := &answer{edits: slices.Clone(edits), places: make([]editPlaces, len(edits))}
	for i := range edits {
		line, ok := f.place(int64(edits[i].Line))
		units, ok2 := f.place(int64(edits[i].Units))
		amount, ok3 := f.place(int64(edits[i].Amount))
		if !ok || !ok2 || !ok3 {
			return &answer{exactly: true}
		}
		found.places[i] = editPlaces{line: line, units: units, amount: amount}
	}
	return found
}

// editsFor translates the edits into the numbers of the input whose form was written last. They stay sorted: a
// translation keeps the order of numbers.
func (a *answer) editsFor(f *form) []claim.Edit {
	edits := slices.Clone(a.edits)
	for i := range edits {
		edits[i].Line = int(f.number(a.places[i].line))
		edits[i].Units = claim.Quantity(f.number(a.places[i].units))
		edits[i].Amount = claim.Cents(f.number(a.places[i].amount))
	}
	return edits
}

// verdictAnswer makes a verdict into the answer of its form.
func verdictAnswer(verdict Verdict, stepsMade int) *answer {
	found := answer{exactly: stepsMade > smallMax, verdict: verdict}
	found.verdict = found.verdictFor() // the caller has its own
	return &found
}

// verdictFor returns the verdict, which holds no numbers.
func (a *answer) verdictFor() Verdict {
	return Verdict{Outcome: a.verdict.Outcome, Pends: slices.Clone(a.verdict.Pends)}
}
