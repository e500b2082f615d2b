package policies

import (
	"encoding/binary"
	"slices"
)

// The form of an input is the input without the size of its large numbers: their order remains, and how they lie to
// the numbers that the contract itself names. Two inputs of one form cannot be told apart by a contract that only
// compares numbers, for there is a one-to-one translation of the numbers of one into those of the other that keeps
// every comparison. What the contract finds of one is, translated, what it finds of the other.
//
// Three kinds of numbers stand in a form:
//   - small ones, 0 to smallMax, as they are: they number lines, elements and counts, which a contract makes itself;
//   - marked ones, which the contract or its sources name, by their place among those;
//   - all others by their rank among themselves. For each rank the form says between which marked numbers it lies.

// smallMax is the largest number that stands for itself. What a contract counts in an input of no more tokens, in no more
// steps, is not larger. Larger still, and more amounts would stand for themselves: forms would be more.
const smallMax = 1<<10 - 1

// The kinds of numbers, as the two lowest bits of what stands in a form.
const (
	numberSmall = iota
	numberMarked
	numberRanked
)

// form makes forms. It keeps its memory.
type form struct {
	named   []int64 // by the contract's source: sorted, none small
	marked  []int64 // named, and those of the sources in force: sorted
	marks   []byte  // which numbers are marked, as every form begins
	ranked  []int64 // the other numbers of this input: sorted
	written []byte
}

// A field's key is one byte of a form.
const _ = byte(keyCount)

// mark sets which numbers are marked: the contract's and those of its sources. The largest small one is among them, so
// that numbers below nought and large ones lie to either side of a marked one. Forms begin with the marks, for a place
// among others means another number, and all evaluators of a contract share their answers.
func (f *form) mark(sources []int64) {
	f.marked = append(append(f.marked[:0], f.named...), sources...)
	f.marked = append(f.marked, smallMax)
	slices.Sort(f.marked)
	f.marked = slices.Compact(f.marked)
	f.marks = binary.AppendUvarint(f.marks[:0], uint64(len(f.marked)))
	for _, n := range f.marked {
		f.marks = binary.AppendVarint(f.marks, n)
	}
}

// countable tells whether nothing in an input counts more than smallMax: no collection, which has at most as many
// elements as there are tokens, and no text.
func countable(input part) bool {
	for i := range input {
		if t := &input[i]; len(t.text) > smallMax || t.made != nil && !t.made.countable {
			return false
		}
	}
	return len(input) <= smallMax
}

func small(n int64) bool { return n >= 0 && n <= smallMax }

// of writes the form of an input. It is good until the next call.
func (f *form) of(asked question, input part) []byte {
	f.ranked = f.ranked[:0]
	for i := range input {
		if t := &input[i]; t.form == formNumber && !small(t.number) {
			if _, ok := slices.BinarySearch(f.marked, t.number); !ok {
				f.ranked = append(f.ranked, t.number)
			}
		}
	}
	slices.Sort(f.ranked)
	f.ranked = slices.Compact(f.ranked)
	out := append(append(f.written[:0], byte(asked)), f.marks...)
	for i := range input {
		t := &input[i]
		number := uint64(t.number)
		if t.form == formNumber {
			number, _ = f.place(t.number)
		}
		out = appendToken(out, t, number)
	}
	for _, n := range f.ranked {
		between, _ := slices.BinarySearch(f.marked, n)
		out = binary.AppendUvarint(out, uint64(between))
	}
	f.written = out
	return out
}

// place is how a number stands in the form of the input that was written last, if it stands there or is marked or small.
func (f *form) place(n int64) (uint64, bool) {
	if small(n) {
		return uint64(n) << 2, true // numberSmall is 0
	}
	if at, ok := slices.BinarySearch(f.marked, n); ok {
		return uint64(at)<<2 | numberMarked, true
	}
	at, ok := slices.BinarySearch(f.ranked, n)
	return uint64(at)<<2 | numberRanked, ok
}

// number translates what place gave for another input of the same form into a number of this one.
func (f *form) number(place uint64) int64 {
	at := place >> 2
	switch place & 3 {
	case numberMarked:
		return f.marked[at]
	case numberRanked:
		return f.ranked[at]
	}
	return int64(at)
}

// appendToken writes one token so that no two lists of tokens are written alike: each tells by its form and its number
// where it ends.
func appendToken(out []byte, t *token, number uint64) []byte {
	out = append(out, byte(t.form), byte(t.key))
	switch t.form {
	case formText:
		out = binary.AppendUvarint(out, uint64(len(t.text)))
		return append(out, t.text...)
	case formPrepared:
		return append(out, t.made.exactly...)
	case formNumber, formObject, formList, formSet:
		return binary.AppendUvarint(out, number)
	case formNo, formYes:
	}
	return out
}
