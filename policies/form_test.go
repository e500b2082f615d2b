package policies

import (
	"math/rand/v2"
	"slices"
	"testing"
)

func numbersPart(numbers ...int64) part {
	d := &drafts{}
	o := d.open(formList)
	for _, n := range numbers {
		o.number(0, n)
	}
	return o.part()
}

// Numbers of one order have one form, and others another.
func TestFormKeepsTheOrderOfNumbers(t *testing.T) {
	tests := []struct {
		name string
		a, b []int64
		same bool
	}{
		{"larger", []int64{5000, 6000, 5000}, []int64{7000, 9000, 7000}, true},
		{"another order", []int64{5000, 6000}, []int64{6000, 5000}, false},
		{"equal", []int64{5000, 5000}, []int64{5000, 5001}, false},
		{"small ones stand for themselves", []int64{1, 5000}, []int64{2, 5000}, false},
		{"the largest small one", []int64{smallMax}, []int64{smallMax + 1}, false},
		{"just above it", []int64{smallMax + 1}, []int64{smallMax + 2}, true},
		{"below nought", []int64{-5, 5000}, []int64{-6, 5000}, true},
		{"on either side of nought", []int64{-5}, []int64{5000}, false},
		{"on either side of a marked one", []int64{9_999}, []int64{10_001}, false},
		{"a marked one and one beside it", []int64{10_000}, []int64{10_001}, false},
		{"between others of the marked ones", []int64{10_500, 20_500}, []int64{10_500, 19_999}, false},
		{"which of two is marked", []int64{10_000, 15_000}, []int64{5_000, 10_000}, false},
		{"which of the marked ones", []int64{10_000, 15_000}, []int64{20_000, 15_000}, false},
	}
	f := form{}
	f.mark([]int64{10_000, 20_000})
	for _, test := range tests {
		a := slices.Clone(f.of(questionEdits, numbersPart(test.a...)))
		b := f.of(questionEdits, numbersPart(test.b...))
		if slices.Equal(a, b) != test.same {
			t.Errorf("%s: %x and %x", test.name, a, b)
		}
	}
}

// Two inputs have one form just when some translation of their numbers keeps order, small numbers and marked numbers;
// place and number are that translation.
func TestFormIsATranslation(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 8))
	f, same := form{}, 0
	f.mark([]int64{5000, 6000})
	interesting := []int64{-7, 0, 1, smallMax, smallMax + 1, 4999, 5000, 5001, 5500, 5501, 6000, 6001, 7000, 8000}
	for range 20_000 {
		a := make([]int64, 1+rng.IntN(3))
		b := make([]int64, len(a))
		for i := range a {
			a[i], b[i] = interesting[rng.IntN(len(interesting))], interesting[rng.IntN(len(interesting))]
		}
		formA := slices.Clone(f.of(questionEdits, numbersPart(a...)))
		places := make([]uint64, len(a))
		for i := range a {
			place, ok := f.place(a[i])
			if !ok {
				t.Fatalf("%d of %v has no place", a[i], a)
			}
			places[i] = place
		}
		equal := slices.Equal(formA, f.of(questionEdits, numbersPart(b...)))
		if equal != translates(a, b, f.marked) {
			t.Fatalf("%v and %v: one form is %v", a, b, equal)
		}
		for i := range places {
			if equal && f.number(places[i]) != b[i] {
				t.Fatalf("%v to %v: %d becomes %d", a, b, a[i], f.number(places[i]))
			}
		}
		if equal {
			same++
		}
	}
	if same < 100 {
		t.Errorf("only %d pairs have one form", same)
	}
}

// translates says it in the plainest way: every comparison of a's numbers with one another and with the fixed ones
// comes out as b's does, and fixed ones are the same.
func translates(a, b, marked []int64) bool {
	fixed := append([]int64{0, smallMax}, marked...)
	for i := range a {
		if isFixed := small(a[i]) || slices.Contains(marked, a[i]); (isFixed || small(b[i]) || slices.Contains(marked, b[i])) && a[i] != b[i] {
			return false
		}
		for j := range a {
			if order(a[i], a[j]) != order(b[i], b[j]) {
				return false
			}
		}
		for _, n := range fixed {
			if order(a[i], n) != order(b[i], n) {
				return false
			}
		}
	}
	return true
}

func order(a, b int64) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

// Texts, flags and the names of fields are part of the form, and nothing runs into what stands beside it.
func TestFormKeepsWhatIsNoNumber(t *testing.T) {
	d := &drafts{}
	fields := func(build func(*object)) part {
		o := d.object()
		build(&o)
		return o.part()
	}
	forms := map[string]string{}
	f := form{}
	for name, p := range map[string]part{
		"empty object":  fields(func(*object) {}),
		"empty list":    d.codes(nil),
		"a":             d.codes([]string{"a"}),
		"a, b":          d.codes([]string{"a", "b"}),
		"ab":            d.codes([]string{"ab"}),
		"yes":           fields(func(o *object) { o.flag(keyKnown, true) }),
		"no":            fields(func(o *object) { o.flag(keyKnown, false) }),
		"another field": fields(func(o *object) { o.flag(keySent, false) }),
		"list in list":  d.list([]part{d.codes([]string{"a"}), d.codes([]string{"b"})}),
		"longer list":   d.list([]part{d.codes([]string{"a", "b"}), d.codes(nil)}),
	} {
		written := string(f.of(questionEdits, p))
		if other, twice := forms[written]; twice {
			t.Errorf("%s and %s have one form", name, other)
		}
		forms[written] = name
	}
	if p := d.codes([]string{"a"}); slices.Equal(slices.Clone(f.of(questionEdits, p)), f.of(questionGate, p)) {
		t.Error("two questions have one form")
	}
}
