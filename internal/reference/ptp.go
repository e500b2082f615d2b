package reference

import (
	"fmt"

	"github.com/assize/assize/internal/claim"
)

// PTP is CMS's NCCI procedure-to-procedure pairs: codes that one provider does not report together for one patient on
// one day (Medicare NCCI Policy Manual ch. I). Practitioners and hospitals have pairs of their own; one PTP holds both.
//
// There are three million pairs, so a pair is one uint32 in a list sorted by column two, one list a column one code.
type PTP struct {
	header  Header
	spoken  []spoken
	codes   []string          // sorted
	ids     map[uint64]uint32 // by codeKey
	periods []Span            // distinct dates in force, sorted
	pairs   [ptpSettings]pairs
}

// Bounds of the packed form of a pair.
const (
	ptpSettings   = 2       // Practitioner, Outpatient; pairs do not exist for suppliers
	ptpCodesMax   = 1 << 16 // CMS uses about 17,000
	ptpCodeBytes  = 8       // HCPCS codes have five characters
	ptpPeriodsMax = 1 << 14 // quarters since 1996, two to a period
)

// pairs is the pairs of one setting. An entry is column two's id << 16 | period << 2 | indicator number.
type pairs struct {
	start   []uint32 // entries of column one id i are start[i]..start[i+1]
	entries []uint32
	columns []uint8 // by id: columnOne, columnTwo
}

const (
	columnOne uint8 = 1
	columnTwo uint8 = 2
)

// indicators are the modifier indicators by their packed number.
var indicators = [...]int{0, 1, 9}

// BuildPTP makes the table from ColumnOne, ColumnTwo, Indicator and dates of the pairs of each setting; the other
// fields are ignored. A setting without an entry is not spoken for. Errors as BuildDiagnoses; Supplier is refused.
func BuildPTP(rows map[Setting][]claim.PTPRow, v Validity) (*PTP, error) {
	if _, given := rows[Supplier]; given {
		return nil, claim.Errorf(claim.Invalid, "building ptp table: there are no pairs for suppliers")
	}
	b := newPTPBuilder()
	for n, s := range settings[:ptpSettings] {
		for i := range rows[s] {
			r := &rows[s][i]
			if fault := b.add(n, r.ColumnOne, r.ColumnTwo, r.Indicator, Span{r.From, r.Through}); fault != "" {
				return nil, claim.Errorf(claim.Invalid, "building ptp table: %s row %d: %s", s, i+1, fault)
			}
		}
	}
	return b.build(spokenIn(rows, v, func(r *claim.PTPRow) Span { return Span{r.From, r.Through} }))
}

// Header returns kind, digest, dates and size.
func (t *PTP) Header() Header { return t.header }

// Speaks tells which span of dates around from..through the table is complete for. See Table.
func (t *PTP) Speaks(s Setting, from, through claim.Date) (Span, bool) {
	return speaks(t.spoken, s, from, through)
}

// PTPCode is a code as the pairs of one setting know it: who looks for many pairs of a code finds the code once. The zero
// PTPCode is in no pair.
type PTPCode struct {
	id      uint32
	columns uint8 // columnOne, columnTwo: where any pair has it
}

// Code finds a code among the pairs for claims of that type.
func (t *PTP) Code(of claim.Type, code string) PTPCode {
	id, ok := t.id(code)
	if !ok {
		return PTPCode{}
	}
	return PTPCode{id: id, columns: t.of(of).columns[id]}
}

// Find appends to dst every row of the pair for claims of that type, whatever its dates. Codes, indicator and dates
// are set; lines and modifiers are the caller's.
func (t *PTP) Find(dst []claim.PTPRow, of claim.Type, one, two string) []claim.PTPRow {
	return t.FindPair(dst, of, t.Code(of, one), t.Code(of, two))
}

// FindPair is Find of codes that were found for claims of that type.
func (t *PTP) FindPair(dst []claim.PTPRow, of claim.Type, one, two PTPCode) []claim.PTPRow {
	if one.columns&columnOne == 0 || two.columns&columnTwo == 0 {
		return dst
	}
	p := t.of(of)
	list := p.entries[p.start[one.id]:p.start[one.id+1]]
	for at := firstOf(list, two.id); at < len(list) && list[at]>>16 == two.id; at++ {
		span := t.periods[list[at]>>2&(ptpPeriodsMax-1)]
		dst = append(dst, claim.PTPRow{
			ColumnOne: t.codes[one.id],
			ColumnTwo: t.codes[two.id],
			Indicator: indicators[list[at]&3],
			From:      span.From,
			Through:   span.Through,
		})
	}
	return dst
}

// firstOf returns where the entries of a column two id begin in a sorted list, or would.
func firstOf(list []uint32, id uint32) int {
	low, count := 0, len(list)
	for count > 0 {
		half := count / 2
		if list[low+half]>>16 < id {
			low, count = low+half+1, count-half-1
		} else {
			count = half
		}
	}
	return low
}

func (t *PTP) id(code string) (uint32, bool) {
	if len(code) > ptpCodeBytes {
		return 0, false
	}
	id, ok := t.ids[codeKey(code)]
	return id, ok
}

// codeKey is a code of at most eight characters as a number, which a map finds faster than a text.
func codeKey(code string) (key uint64) {
	for i := range len(code) {
		key = key<<8 | uint64(code[i])
	}
	return key
}

// pairCodeFault returns what is wrong with a code of a pair, or "".
func pairCodeFault(code string) string {
	if len(code) > ptpCodeBytes {
		return fmt.Sprintf("a code of a pair has at most %d characters", ptpCodeBytes)
	}
	return codeFault(code)
}

func (t *PTP) of(claimType claim.Type) *pairs {
	return &t.pairs[SettingOf(claimType).ordinal()-1]
}

// Pack returns the canonical bytes: the codes, the periods, then a setting at a time, for each code the number of its
// pairs and each pair as the step in column two's id and its period and indicator.
func (t *PTP) Pack() []byte {
	p := &packer{}
	p.head(claim.KindPTP, t.header.Assumed, t.spoken)
	p.count(int64(len(t.codes)))
	for _, code := range t.codes {
		p.text(code)
	}
	p.count(int64(len(t.periods)))
	for _, span := range t.periods {
		p.span(span)
	}
	for i := range t.pairs {
		t.pairs[i].pack(p)
	}
	return p.bytes
}

// pack writes, for each column 1 code, its column 2 codes as differences from the one before, which are small.
func (s *pairs) pack(p *packer) {
	p.count(int64(len(s.entries)))
	for i := range len(s.start) - 1 {
		list := s.entries[s.start[i]:s.start[i+1]]
		p.count(int64(len(list)))
		var two uint32
		for _, e := range list {
			p.count(int64(e>>16 - two))
			p.count(int64(e & 0xffff))
			two = e >> 16
		}
	}
}

// unpackPTP reads what Pack wrote, after the kind has been read. It accepts canonical bytes only.
func unpackPTP(u *unpacker) (*PTP, error) {
	t := &PTP{}
	assumed, list := u.head(true)
	t.spoken = list
	t.unpackCodes(u)
	t.unpackPeriods(u)
	usedCodes, usedPeriods := make([]bool, len(t.codes)), make([]bool, len(t.periods))
	rows := 0
	for i := range t.pairs {
		t.pairs[i].unpack(u, usedCodes, usedPeriods)
		rows += len(t.pairs[i].entries)
	}
	if !all(usedCodes) || !all(usedPeriods) {
		u.fail("a code or period that no pair uses")
	}
	if err := u.end(); err != nil {
		return nil, claim.Errorf(claim.Invalid, "unpacking ptp table: %w", err)
	}
	if err := t.refuseContradictions(); err != nil {
		return nil, err
	}
	t.header = headerOf(claim.KindPTP, t.spoken, assumed, rows)
	t.header.seal(u.bytes)
	return t, nil
}

// unpackCodes reads the codes that pairs name by number. Their order is part of the form, so that it is checked.
func (t *PTP) unpackCodes(u *unpacker) {
	count := min(u.length(2), ptpCodesMax)
	t.codes = make([]string, 0, count)
	t.ids = make(map[uint64]uint32, count)
	for i := range count {
		code := u.text()
		if u.err != nil {
			return
		}
		if fault := pairCodeFault(code); fault != "" {
			u.fail(fault)
		} else if i > 0 && t.codes[i-1] >= code {
			u.fail("codes are not in order")
		}
		t.codes = append(t.codes, code)
		t.ids[codeKey(code)] = uint32(i)
	}
}

// unpackPeriods reads the spans that pairs name by number; a table has few, since NCCI changes by the quarter.
func (t *PTP) unpackPeriods(u *unpacker) {
	for i := range min(u.length(spanBytes), ptpPeriodsMax) {
		from, through := u.span()
		if u.err != nil {
			return
		}
		span := Span{from, through}
		if !span.sound() || i > 0 && compareSpans(t.periods[i-1], span) >= 0 {
			u.fail("periods are not in order")
		}
		t.periods = append(t.periods, span)
	}
}

// unpack reads one setting's pairs. The number announced bounds what is allocated, and is bounded by the bytes that are left.
func (s *pairs) unpack(u *unpacker, usedCodes, usedPeriods []bool) {
	total := u.length(2)
	s.entries = make([]uint32, 0, total)
	s.start = make([]uint32, len(usedCodes)+1)
	s.columns = make([]uint8, len(usedCodes))
	for i := range usedCodes {
		s.unpackList(u, u.upTo(int64(total-len(s.entries))), len(usedPeriods))
		s.start[i+1] = uint32(len(s.entries))
		if u.err != nil {
			return
		}
	}
	if len(s.entries) != total {
		u.fail("fewer pairs than announced")
	}
	s.mark(usedCodes, usedPeriods)
}

// unpackList reads count pairs of one column one code, in strictly rising order.
func (s *pairs) unpackList(u *unpacker, count, periods int) {
	first := len(s.entries)
	var two int64
	for range count {
		two += u.count()
		rest := u.upTo(0xffff)
		if u.err != nil {
			return
		}
		entry := uint32(two)<<16 | uint32(rest)
		if two >= int64(len(s.columns)) || rest>>2 >= periods || rest&3 >= len(indicators) {
			u.fail("a pair of something that is not in the table")
			return
		}
		if len(s.entries) > first && s.entries[len(s.entries)-1] >= entry {
			u.fail("pairs are not in order")
			return
		}
		s.entries = append(s.entries, entry)
	}
}

// mark fills columns, and notes in usedCodes and usedPeriods what the pairs name.
func (s *pairs) mark(usedCodes, usedPeriods []bool) {
	for i := range len(s.start) - 1 {
		for _, e := range s.entries[s.start[i]:s.start[i+1]] {
			s.columns[i] |= columnOne
			s.columns[e>>16] |= columnTwo
			usedCodes[i], usedCodes[e>>16], usedPeriods[e>>2&(ptpPeriodsMax-1)] = true, true, true
		}
	}
}

// refuseContradictions finds a pair with two rows in force on one day.
func (t *PTP) refuseContradictions() error {
	for n := range t.pairs {
		s := &t.pairs[n]
		for i := range len(s.start) - 1 {
			list := s.entries[s.start[i]:s.start[i+1]]
			for k := 1; k < len(list); k++ {
				if list[k]>>16 == list[k-1]>>16 && t.period(list[k]).overlaps(t.period(list[k-1])) {
					return claim.Errorf(claim.Invalid, "ptp table: two rows of pair %s %s are in force on one day",
						t.codes[i], t.codes[list[k]>>16])
				}
			}
		}
	}
	return nil
}

func (t *PTP) period(entry uint32) Span { return t.periods[entry>>2&(ptpPeriodsMax-1)] }

func all(list []bool) bool {
	for _, b := range list {
		if !b {
			return false
		}
	}
	return true
}
