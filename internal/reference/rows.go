package reference

import (
	"bytes"
	"cmp"
	"slices"

	"github.com/assize/assize/internal/claim"
)

// codec is what the tables of one row type differ in. All but the pairs of PTP, which are too many, use it.
type codec[K comparable, R any] struct {
	kind      claim.FactKind
	bySetting bool               // the rows differ by NCCI setting
	key       func(*R) K         // what Find looks for
	span      func(*R) Span      // dates in force
	pack      func(*packer, *R)  // begins with the key, so that sorted bytes keep the rows of a key together
	unpack    func(*unpacker) R  // reads what pack wrote
	check     func(*R) string    // what is wrong with a row, dates apart; "" when nothing is
	clash     func(a, b *R) bool // whether two rows of one key may not both be in force on one day
}

// table is rows sorted by their packed bytes, which is the canonical order, with the extent of each key.
type table[K comparable, R any] struct {
	codec   *codec[K, R]
	header  Header
	spoken  []spoken
	rows    []R
	extents map[K]extent
}

type extent struct{ lo, hi uint32 }

// Header returns kind, digest, dates and size.
func (t *table[K, R]) Header() Header { return t.header }

// Speaks tells which span of dates around from..through the table is complete for. See Table.
func (t *table[K, R]) Speaks(s Setting, from, through claim.Date) (Span, bool) {
	return speaks(t.spoken, s, from, through)
}

// Pack returns the canonical bytes.
func (t *table[K, R]) Pack() []byte {
	p := &packer{}
	p.head(t.header.Kind, t.header.Assumed, t.spoken)
	p.count(int64(len(t.rows)))
	for i := range t.rows {
		t.codec.pack(p, &t.rows[i])
	}
	return p.bytes
}

// find returns the rows of a key, to be copied and not changed.
func (t *table[K, R]) find(key K) []R {
	e := t.extents[key]
	return t.rows[e.lo:e.hi]
}

func buildTable[K comparable, R any](c codec[K, R], rows []R, v Validity) (table[K, R], error) {
	spans := v.Spans
	if len(spans) == 0 {
		spans = envelope(rows, c.span)
	}
	return buildSettings(c, rows, said{spoken: []spoken{{AnySetting, spans}}, assumed: v.Assumed})
}

// buildSettings makes a table of rows in any order. The same rows give the same bytes, and so the same digest, whatever file or order
// they came in.
func buildSettings[K comparable, R any](c codec[K, R], rows []R, s said) (table[K, R], error) {
	t := table[K, R]{codec: &c}
	var err error
	if t.spoken, err = normalSpoken(s.spoken, c.bySetting); err != nil {
		return t, claim.Errorf(claim.Invalid, "building %s table: %w", c.kind, err)
	}
	for i := range rows {
		if fault := checkRow(&c, &rows[i]); fault != "" {
			return t, claim.Errorf(claim.Invalid, "building %s table: row %d: %s", c.kind, i+1, fault)
		}
	}
	t.rows = canonical(&c, rows)
	if err := t.index(); err != nil {
		return t, err
	}
	t.seal(s.assumed)
	return t, nil
}

// checkRow returns what is wrong with one row taken alone, or "".
func checkRow[K comparable, R any](c *codec[K, R], row *R) string {
	if fault := c.check(row); fault != "" {
		return fault
	}
	if s := c.span(row); !s.sound() {
		return "the dates must be known and in order"
	}
	return ""
}

// canonical returns the rows sorted by their packed bytes, equal ones once, and with nothing in them that is not packed.
func canonical[K comparable, R any](c *codec[K, R], rows []R) []R {
	p := &packer{}
	ends := make([]int, len(rows)+1)
	order := make([]int, len(rows))
	for i := range rows {
		c.pack(p, &rows[i])
		ends[i+1], order[i] = len(p.bytes), i
	}
	packed := func(i int) []byte { return p.bytes[ends[i]:ends[i+1]] }
	slices.SortFunc(order, func(a, b int) int {
		return cmp.Or(bytes.Compare(packed(a), packed(b)), cmp.Compare(a, b))
	})
	sorted := make([]R, 0, len(rows))
	for n, i := range order {
		if n == 0 || !bytes.Equal(packed(order[n-1]), packed(i)) {
			sorted = append(sorted, c.unpack(&unpacker{bytes: packed(i)}))
		}
	}
	return sorted
}

// index finds the extent of each key and refuses two rows of a key that contradict each other.
func (t *table[K, R]) index() error {
	t.extents = make(map[K]extent, len(t.rows))
	for lo := 0; lo < len(t.rows); {
		key, hi := t.codec.key(&t.rows[lo]), lo+1
		for hi < len(t.rows) && t.codec.key(&t.rows[hi]) == key {
			hi++
		}
		if hi-lo > keyRowsMax {
			return claim.Errorf(claim.Invalid, "%s table: more than %d rows of %v", t.codec.kind, keyRowsMax, key)
		}
		if t.contradicts(t.rows[lo:hi]) {
			return claim.Errorf(claim.Invalid, "%s table: two different rows of %v are in force on one day", t.codec.kind, key)
		}
		t.extents[key] = extent{uint32(lo), uint32(hi)}
		lo = hi
	}
	return nil
}

// keyRowsMax bounds the rows of one key, because each is compared with the others. A procedure has some dozen prices.
const keyRowsMax = 1000

// contradicts tells whether two rows of one key say different things of one day. Which of them holds, nobody could tell at replay.
func (t *table[K, R]) contradicts(group []R) bool {
	for i := range group {
		for j := range group[:i] {
			a, b := &group[i], &group[j]
			if t.codec.span(a).overlaps(t.codec.span(b)) && t.codec.clash(a, b) {
				return true
			}
		}
	}
	return false
}

func (t *table[K, R]) seal(assumed bool) {
	t.header = headerOf(t.codec.kind, t.spoken, assumed, len(t.rows))
	t.header.seal(t.Pack())
}

// unpackTable reads what Pack wrote, after the kind has been read. It accepts canonical bytes only.
func unpackTable[K comparable, R any](c codec[K, R], u *unpacker) (table[K, R], error) {
	t := table[K, R]{codec: &c}
	var assumed bool
	assumed, t.spoken = u.head(c.bySetting)
	count := u.length(minRowBytes)
	t.rows = make([]R, 0, count)
	var previous []byte
	for range count {
		start := u.at
		row := c.unpack(u)
		packed := u.bytes[start:u.at]
		if u.err != nil {
			break
		}
		if fault := checkRow(&c, &row); fault != "" {
			u.fail(fault)
		} else if previous != nil && bytes.Compare(previous, packed) >= 0 {
			u.fail("rows are not in canonical order")
		}
		previous = packed
		t.rows = append(t.rows, row)
	}
	if err := u.end(); err != nil {
		return t, claim.Errorf(claim.Invalid, "unpacking %s table: %w", c.kind, err)
	}
	if err := t.index(); err != nil {
		return t, err
	}
	t.header = headerOf(c.kind, t.spoken, assumed, len(t.rows))
	t.header.seal(u.bytes)
	return t, nil
}
