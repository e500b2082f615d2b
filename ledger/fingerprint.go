package ledger

import (
	"cmp"
	"encoding/binary"
	"slices"
	"strings"

	"github.com/assize/assize/internal/claim"
)

// Period is a half-year of service, year × 10 + half: 20261 is January to June 2026. Each has a key of its own, so that
// all its fingerprints end together when the key is destroyed. 0 is the period of lines without a date.
type Period int32

// PeriodOf returns the period of a date of service.
func PeriodOf(d claim.Date) Period {
	if !d.Known() {
		return 0
	}
	half := 1 + (int32(d)/100%100)/7
	return Period(int32(d.Year())*10 + half)
}

// FingerprintKey makes fingerprints of one payer and period. It is safe for concurrent use.
type FingerprintKey struct{ hmac keyedHash }

// NewFingerprintKey returns the key made of a 32-byte secret.
func NewFingerprintKey(secret [32]byte) *FingerprintKey {
	return &FingerprintKey{hmac: keyedHash{secret: secret}}
}

// FingerprintKeys holds the keys of one payer by period. A period whose key was destroyed is there with a nil key.
type FingerprintKeys map[Period]*FingerprintKey

// LineFingerprint is the fingerprint of a line, or of the claim as a whole (Line 0, institutional only).
type LineFingerprint struct {
	Line  int
	Value Fingerprint
	// Expired: the key of the line's period is gone, Value means nothing. The caller must treat duplicates as not
	// looked up, which never pays.
	Expired bool
}

// Periods returns the periods of a claim's fingerprints, without repetition.
func Periods(c *claim.Claim) []Period {
	periods := make([]Period, 0, 2)
	add := func(d claim.Date) {
		if p := PeriodOf(d); !slices.Contains(periods, p) {
			periods = append(periods, p)
		}
	}
	if c.Type == claim.Institutional {
		add(c.From)
	}
	for i := range c.Lines {
		add(lineFrom(c, &c.Lines[i]))
	}
	return periods
}

// Fingerprints returns the fingerprints of a claim: one a line, and first one for the whole when it is institutional.
// Two lines that are equal have equal values. beneficiary is the member's id, or the keyed id of an unmatched patient.
// It returns NotFound when keys lacks a period of the claim (see Periods): that is a fault of the caller.
//
// Equal means, per Medicare Claims Processing Manual ch. 1 §120 and CR 8121:
//   - professional: beneficiary, provider, from, through, procedure, place of service, charge;
//   - institutional: beneficiary, provider, type of bill, from, through, charge, procedure, modifiers, revenue code.
//
// A repeat modifier (76, 77, 91, 59, XE, XS, XP, XU, RT, LT, 50) makes a professional line distinct from one without it,
// and among equal lines of one claim that carry one, the ordinal tells them apart. Another part of the body (E1 to E4, FA to F9,
// TA to T9, LC, LD, LM, RC, RI) and another component (26, TC) make it distinct as well; that both are billed twice is no
// reason to think that they were done twice, so there the ordinal stays out. The frequency digit is left out of
// the bill type: a replacement takes over its predecessor's place, and the predecessor sent again must meet it there.
// Institutional lines without a procedure have no value of their own; the whole bill speaks for them.
func (keys FingerprintKeys) Fingerprints(c *claim.Claim, beneficiary claim.ID) ([]LineFingerprint, error) {
	t := tupler{claim: c, beneficiary: beneficiary, tuples: make([]tuple, 0, len(c.Lines)+1), buffer: make([]byte, 0, 128*(len(c.Lines)+1))}
	if c.Type == claim.Institutional {
		t.institutional()
	} else {
		t.professional()
	}
	list := make([]LineFingerprint, 0, len(t.tuples))
	for _, tu := range t.tuples {
		key, ok := keys[tu.period]
		if !ok {
			return nil, claim.Errorf(claim.NotFound, "fingerprinting line %d: no key of period %d at hand", tu.line, tu.period)
		}
		f := LineFingerprint{Line: tu.line, Expired: key == nil}
		if key != nil {
			f.Value = key.hmac.sum(t.buffer[tu.from:tu.through])
		}
		list = append(list, f)
	}
	return list, nil
}

// tuple is the place of one line's canonical bytes in the buffer.
type tuple struct {
	line          int
	period        Period
	from, through int
}

// tupler writes the canonical tuples of one claim. Version 1: a change of any byte makes old and new claims strangers
// to each other, so a new version must be probed beside the old until the old one's periods have ended. Once, before there was a
// release, bytes of version 1 changed: parts of the body and components came in, so that a professional line with such a
// modifier does not meet its copy in a ledger from before.
type tupler struct {
	claim       *claim.Claim
	beneficiary claim.ID
	tuples      []tuple
	buffer      []byte
}

func (t *tupler) professional() {
	for i := range t.claim.Lines {
		l := &t.claim.Lines[i]
		start := len(t.buffer)
		t.text("assize line P v1")
		t.buffer = append(t.buffer, t.beneficiary[:]...)
		t.text(providerKey(t.claim.RenderingOf(l), t.claim.Provider(claim.Billing)))
		t.dates(l)
		t.text(l.Procedure)
		t.text(cmp.Or(l.PlaceOfService, t.claim.PlaceOfService))
		t.number(int64(l.Charge))
		t.modifiers(l.Modifiers, tellsApart)
		t.close(l, start, isRepeated(l))
	}
}

func (t *tupler) institutional() {
	c := t.claim
	sorted := make([]*claim.Line, len(c.Lines)) // the order of lines says nothing
	for i := range c.Lines {
		sorted[i] = &c.Lines[i]
	}
	slices.SortFunc(sorted, compareServices)
	start := len(t.buffer)
	t.bill("assize claim I v1")
	t.number(int64(c.From))
	t.number(int64(cmp.Or(c.Through, c.From)))
	t.number(int64(c.Charge))
	t.number(int64(len(sorted)))
	for _, l := range sorted {
		t.service(l)
	}
	t.tuples = append(t.tuples, tuple{0, PeriodOf(c.From), start, len(t.buffer)})
	for i := range c.Lines {
		l := &c.Lines[i]
		if l.Procedure == "" {
			continue
		}
		start := len(t.buffer)
		t.bill("assize line I v1")
		t.dates(l)
		t.number(int64(l.Charge))
		repeats := t.service(l)
		t.close(l, start, repeats)
	}
}

// bill writes what every institutional tuple begins with.
func (t *tupler) bill(tag string) {
	t.text(tag)
	t.buffer = append(t.buffer, t.beneficiary[:]...)
	t.text(providerKey(t.claim.Provider(claim.Billing), nil))
	t.text(t.claim.PlaceOfService) // facility type and class: the bill type without its frequency
}

// service writes procedure, modifiers and revenue code, and tells whether a repeat modifier stands.
func (t *tupler) service(l *claim.Line) bool {
	t.text(l.Procedure)
	t.modifiers(l.Modifiers, func(string) bool { return true })
	t.text(l.Revenue)
	return isRepeated(l)
}

func compareServices(a, b *claim.Line) int {
	return cmp.Or(cmp.Compare(a.Procedure, b.Procedure), cmp.Compare(a.Revenue, b.Revenue),
		slices.Compare(canonicalModifiers(a.Modifiers, nil), canonicalModifiers(b.Modifiers, nil)))
}

// close ends a line's tuple. Only when a repeat modifier stands does the line's place among its equals enter, for only
// then does the provider say that each was a service of its own.
func (t *tupler) close(l *claim.Line, start int, repeats bool) {
	ordinal := int64(0)
	if repeats {
		body := t.buffer[start:]
		for _, earlier := range t.tuples {
			// An earlier repeat line ends in its ordinal, one byte for any claim that X12 allows but kept as a number.
			other := t.buffer[earlier.from:earlier.through]
			if len(other) > len(body) && string(other[:len(body)]) == string(body) {
				ordinal++
			}
		}
		t.number(ordinal)
	}
	t.tuples = append(t.tuples, tuple{l.Number, PeriodOf(lineFrom(t.claim, l)), start, len(t.buffer)})
}

func (t *tupler) dates(l *claim.Line) {
	from := lineFrom(t.claim, l)
	t.number(int64(from))
	t.number(int64(cmp.Or(l.Through, from)))
}

func lineFrom(c *claim.Claim, l *claim.Line) claim.Date { return cmp.Or(l.From, c.From) }

// modifiers writes those that keep accepts.
func (t *tupler) modifiers(list []string, keep func(string) bool) {
	kept := canonicalModifiers(list, keep)
	t.number(int64(len(kept)))
	for _, m := range kept {
		t.text(m)
	}
}

// canonicalModifiers returns the modifiers that keep accepts (nil: all), in upper case, sorted, without repetition:
// their order on the claim says nothing about sameness.
func canonicalModifiers(list []string, keep func(string) bool) []string {
	var kept []string
	for _, m := range list {
		if m = canonicalText(m); m != "" && (keep == nil || keep(m)) {
			kept = append(kept, m)
		}
	}
	slices.Sort(kept)
	return slices.Compact(kept)
}

// isRepeated tells whether a line carries a repeat modifier.
func isRepeated(l *claim.Line) bool {
	return slices.ContainsFunc(l.Modifiers, func(m string) bool { return isRepeat(canonicalText(m)) })
}

// isRepeat tells whether a modifier says that an equal line is another service: repeat procedure by the same or another
// physician (76, 77), repeat test (91), distinct service (59, XE, XS, XP, XU), side (RT, LT) and both sides (50).
func isRepeat(modifier string) bool {
	switch modifier {
	case "76", "77", "91", "59", "XE", "XS", "XP", "XU", "RT", "LT", "50":
		return true
	}
	return false
}

// tellsApart tells whether a modifier makes a professional line another service than an equal one without it: those of
// isRepeat, the parts of the body that they leave out (eyelids, fingers, toes, coronary arteries; MACs pass lines over that
// carry different ones), and the professional and technical component.
func tellsApart(modifier string) bool {
	switch modifier {
	case "E1", "E2", "E3", "E4", "FA", "F1", "F2", "F3", "F4", "F5", "F6", "F7", "F8", "F9",
		"TA", "T1", "T2", "T3", "T4", "T5", "T6", "T7", "T8", "T9", "LC", "LD", "LM", "RC", "RI", "26", "TC":
		return true
	}
	return isRepeat(modifier)
}

// providerKey names a provider by NPI, the second standing in when the first has none; else by tax number.
func providerKey(first, second *claim.Provider) string {
	for _, p := range [...]*claim.Provider{first, second} {
		if p != nil && p.NPI != "" {
			return p.NPI
		}
	}
	for _, p := range [...]*claim.Provider{first, second} {
		if p != nil && p.TaxID != "" {
			return "tax " + p.TaxID
		}
	}
	return ""
}

func canonicalText(s string) string { return strings.ToUpper(strings.TrimSpace(s)) }

// text writes a field with its length before it, so that no two tuples run together.
func (t *tupler) text(s string) {
	s = canonicalText(s)
	t.buffer = binary.AppendUvarint(t.buffer, uint64(len(s)))
	t.buffer = append(t.buffer, s...)
}

func (t *tupler) number(n int64) { t.buffer = binary.BigEndian.AppendUint64(t.buffer, uint64(n)) }
