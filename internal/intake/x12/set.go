package x12

import "github.com/assize/assize/internal/claim"

// scope is the loop a segment stands in, and so what an error in it refuses: the set, every claim below the loop, or
// one claim.
type scope int

const (
	scopeSet        scope = iota // ST, BHT, 1000A, 1000B
	scopeProvider                // 2000A
	scopeSubscriber              // 2000B
	scopePatient                 // 2000C
	scopeClaim                   // 2300 and below
)

// loop is one open loop above claims.
type loop struct {
	raw      []byte // its segments as received
	full     bool   // raw reached its limit
	bad      bool   // an error in it refuses the claims below
	problems []claim.Problem
	number   string // HL01
}

func (l *loop) reset() { *l = loop{raw: l.raw[:0], problems: l.problems[:0]} }

// set is the state of one transaction set. It is reused from set to set.
type set struct {
	open    bool
	is837   bool
	begun   bool // BHT was seen
	void    bool // an error of the set itself
	refusal Code
	kind    claim.Type

	envelope Envelope
	segments int // so far, ST included
	claims   int
	lines    int
	sound    int // claims that were not refused
	problems []claim.Problem
	limits   Limits

	scope     scope   // of the current segment
	level     scope   // of the latest HL: where claims belong
	loops     [4]loop // by scope, scopeSet to scopePatient
	hierarchy hierarchy
	party     party

	claim claimState
}

// problemsKept bounds the problems kept with one set, loop or claim.
const problemsKept = 100

func (s *set) reset(limits Limits) {
	loops, state := s.loops, s.claim
	*s = set{open: true, limits: limits, problems: s.problems[:0], loops: loops, claim: state}
	for i := range s.loops {
		s.loops[i].reset()
	}
	s.party.reset()
	s.claim.parsed = nil
}

// attach puts a problem where it belongs and draws the consequence. ordinal is that of the open claim.
func (s *set) attach(p *claim.Problem, ordinal int) {
	wrong := p.Severity == claim.SeverityError
	switch s.scope {
	case scopeSet:
		s.void = s.void || wrong
		s.problems = appendCapped(s.problems, *p, problemsKept)
	case scopeClaim:
		p.Claim = ordinal
		c := s.claim.parsed
		c.Refused = c.Refused || wrong
		c.Problems = appendCapped(c.Problems, *p, problemsKept)
	default:
		l := &s.loops[s.scope]
		l.bad = l.bad || wrong
		l.problems = appendCapped(l.problems, *p, problemsKept)
	}
}

// keep adds a segment to the bytes of the loop or claim it stands in. It returns false when they become too many.
func (s *set) keep(raw []byte, terminator byte) bool {
	target, full := &s.claim.raw, &s.claim.full
	if s.scope != scopeClaim {
		target, full = &s.loops[s.scope].raw, &s.loops[s.scope].full
	}
	if *full {
		return true
	}
	if len(*target)+len(raw) >= s.limits.ClaimBytes {
		*full = true
		return false
	}
	*target = append(append(*target, raw...), terminator)
	return true
}

// inSet handles a segment between ST and SE.
func (d *document) inSet(t token, use usage) error {
	s := &d.set
	if !s.is837 {
		return nil
	}
	if s.refusal != "" {
		d.bytesProblems(t)
		d.countOnly()
		return nil
	}
	switch d.seg.id {
	case "HL":
		if err := d.finishClaim(); err != nil {
			return err
		}
		d.openLoop()
	case "CLM":
		if err := d.finishClaim(); err != nil {
			return err
		}
		d.openClaim()
	}
	if !d.excerpt && !s.keep(t.raw, d.scan.signs.terminator) {
		if s.scope == scopeClaim {
			d.problem(CodeClaimSize, 0)
		} else {
			d.problem(CodeLoopSize, 0)
		}
	}
	d.bytesProblems(t)
	switch {
	case use == usageUnknown:
		d.problem(CodeSegmentID, 0)
	case s.scope == scopeClaim && s.claim.full:
		d.countService()
	case use == usageRead && s.scope == scopeClaim:
		d.claimSegment()
	case use == usageRead:
		d.ancestorSegment()
	}
	return nil
}

// countOnly counts what is in a set that is not adjudicated.
func (d *document) countOnly() {
	switch d.seg.id {
	case "CLM":
		d.countClaim()
	case "BHT":
		d.readBHT()
	default:
		d.countService()
	}
}

// countService counts a line without reading it.
func (d *document) countService() {
	if id := d.seg.id; id == "SV1" || id == "SV2" || id == "SV3" {
		d.countLine()
	}
}

func (d *document) countClaim() {
	d.set.claims++
	d.report.Claims++
}

func (d *document) countLine() {
	d.set.lines++
	d.report.Lines++
}

// readBHT reads the beginning of the hierarchical transaction: when it was made, and whether claims or encounters.
func (d *document) readBHT() {
	s, e := &d.seg, &d.set.envelope
	d.set.begun = true
	e.Purpose, e.Reference, e.ClaimOrEncounter = s.code(2), s.element(3), s.code(6)
	date, err := claim.ParseDate(s.element(4))
	e.Date = date
	if d.set.refusal != "" {
		return
	}
	if err != nil {
		d.problem(CodeBHT04, 4)
	}
	if refusal := encounterRefusal(e.ClaimOrEncounter); refusal != "" {
		d.refuseSet(refusal, 6)
	}
}

// setProblem reports an error that voids the set wherever it stands.
func (d *document) setProblem(code Code, element int) {
	within := d.set.scope
	d.set.scope = scopeSet
	d.problem(code, element)
	d.set.scope = within
}
