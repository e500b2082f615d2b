package reference

import (
	"fmt"
	"slices"

	"github.com/assize/assize/internal/claim"
)

// ptpBuilder gathers pairs as 64-bit numbers, so that three million of them are held and sorted in little memory.
type ptpBuilder struct {
	ids     map[uint64]uint32 // by codeKey
	codes   []string          // in order of first sight, until build
	periods []Span
	periodN map[Span]uint32
	pairs   [ptpSettings][]uint64 // column one << 48 | column two << 32 | period << 2 | indicator number
}

func newPTPBuilder() *ptpBuilder {
	return &ptpBuilder{ids: map[uint64]uint32{}, periodN: map[Span]uint32{}}
}

// add takes one pair and returns what is wrong with it, or "".
func (b *ptpBuilder) add(setting int, one, two string, indicator int, span Span) string {
	number := slices.Index(indicators[:], indicator)
	switch {
	case number < 0:
		return "the modifier indicator must be 0, 1 or 9"
	case !span.sound():
		return "the dates must be known and in order"
	}
	first, fault := b.code(one)
	if fault != "" {
		return fault
	}
	second, fault := b.code(two)
	if fault != "" {
		return fault
	}
	period, fault := b.period(span)
	if fault != "" {
		return fault
	}
	b.pairs[setting] = append(b.pairs[setting], uint64(first)<<48|uint64(second)<<32|uint64(period)<<2|uint64(number))
	return ""
}

// code returns the number of a code, or what is wrong with it. A code that no pair comes to use is dropped by build.
func (b *ptpBuilder) code(code string) (uint32, string) {
	if fault := pairCodeFault(code); fault != "" {
		return 0, fault
	}
	if id, ok := b.ids[codeKey(code)]; ok {
		return id, ""
	}
	if len(b.codes) == ptpCodesMax {
		return 0, fmt.Sprintf("more than %d codes", ptpCodesMax)
	}
	id := uint32(len(b.codes))
	kept := string([]byte(code)) // not a slice of the line it was read from
	b.ids[codeKey(kept)] = id
	b.codes = append(b.codes, kept)
	return id, ""
}

// period numbers a span. Millions of pairs share a few dozen, so a pair keeps a number instead of two dates.
func (b *ptpBuilder) period(span Span) (uint32, string) {
	if n, ok := b.periodN[span]; ok {
		return n, ""
	}
	if len(b.periods) == ptpPeriodsMax {
		return 0, fmt.Sprintf("more than %d different periods", ptpPeriodsMax)
	}
	n := uint32(len(b.periods))
	b.periodN[span] = n
	b.periods = append(b.periods, span)
	return n, ""
}

// build sorts codes, periods and pairs and makes the table. The builder is used up.
func (b *ptpBuilder) build(s said) (*PTP, error) {
	list, err := normalSpoken(s.spoken, true)
	if err != nil {
		return nil, claim.Errorf(claim.Invalid, "building ptp table: %w", err)
	}
	t := &PTP{spoken: list}
	b.dropUnused()
	codeOrder := b.sortCodes()
	periodOrder := b.sortPeriods()
	t.codes, t.ids, t.periods = b.codes, b.ids, b.periods
	usedCodes, usedPeriods := make([]bool, len(t.codes)), make([]bool, len(t.periods))
	rows := 0
	for n := range t.pairs {
		renumber(b.pairs[n], codeOrder, periodOrder)
		slices.Sort(b.pairs[n])
		t.pairs[n] = newPairs(b.pairs[n], len(t.codes))
		t.pairs[n].mark(usedCodes, usedPeriods)
		rows += len(t.pairs[n].entries)
		b.pairs[n] = nil
	}
	if err := t.refuseContradictions(); err != nil {
		return nil, err
	}
	t.header = headerOf(claim.KindPTP, t.spoken, s.assumed, rows)
	t.header.seal(t.Pack())
	return t, nil
}

// dropUnused forgets codes and periods that no pair names, so that equal pairs pack to equal bytes.
func (b *ptpBuilder) dropUnused() {
	codes, periods := make([]bool, len(b.codes)), make([]bool, len(b.periods))
	for _, list := range b.pairs {
		for _, p := range list {
			codes[p>>48], codes[p>>32&0xffff], periods[p>>2&(ptpPeriodsMax-1)] = true, true, true
		}
	}
	codeOrder, periodOrder := make([]uint32, len(codes)), make([]uint32, len(periods))
	b.codes = keepUsed(b.codes, codes, codeOrder)
	b.periods = keepUsed(b.periods, periods, periodOrder)
	clear(b.ids)
	clear(b.periodN)
	for _, list := range b.pairs {
		renumber(list, codeOrder, periodOrder)
	}
}

// keepUsed returns the used items in their order and fills in the new number of each old one.
func keepUsed[T any](items []T, used []bool, order []uint32) []T {
	kept := items[:0:0]
	for i, item := range items {
		order[i] = uint32(len(kept))
		if used[i] {
			kept = append(kept, item)
		}
	}
	return kept
}

// sortCodes puts the codes in order and returns the new id by the old.
func (b *ptpBuilder) sortCodes() []uint32 {
	old := slices.Clone(b.codes)
	slices.Sort(b.codes)
	for i, code := range b.codes {
		b.ids[codeKey(code)] = uint32(i)
	}
	order := make([]uint32, len(old))
	for i, code := range old {
		order[i] = b.ids[codeKey(code)]
	}
	return order
}

// sortPeriods puts the periods in order and returns the new number by the old.
func (b *ptpBuilder) sortPeriods() []uint32 {
	old := slices.Clone(b.periods)
	slices.SortFunc(b.periods, compareSpans)
	for i, span := range b.periods {
		b.periodN[span] = uint32(i)
	}
	order := make([]uint32, len(old))
	for i, span := range old {
		order[i] = b.periodN[span]
	}
	return order
}

func renumber(list []uint64, codes, periods []uint32) {
	for i, p := range list {
		list[i] = uint64(codes[p>>48])<<48 | uint64(codes[p>>32&0xffff])<<32 | uint64(periods[p>>2&(ptpPeriodsMax-1)])<<2 | p&3
	}
}

// newPairs makes the lists of sorted numbers, equal ones once.
func newPairs(sorted []uint64, codes int) pairs {
	sorted = slices.Compact(sorted)
	s := pairs{
		start:   make([]uint32, codes+1),
		entries: make([]uint32, len(sorted)),
		columns: make([]uint8, codes),
	}
	for i, p := range sorted {
		s.entries[i] = uint32(p>>32)<<16 | uint32(p)&0xffff
		s.start[p>>48+1] = uint32(i + 1)
	}
	for i := range codes {
		s.start[i+1] = max(s.start[i+1], s.start[i])
	}
	return s
}
