package x12

import (
	"fmt"

	"github.com/assize/assize/internal/claim"
)

// openInterchange reads ISA.
func (d *document) openInterchange(t token) error {
	if err := d.abandonSet(); err != nil {
		return err
	}
	d.abandonGroup()
	d.abandonInterchange()
	d.report.Interchanges++
	s := &d.seg
	d.interchange = interchange{
		open: true,
		envelope: Envelope{
			SenderQualifier: s.element(5), Sender: s.element(6), ReceiverQualifier: s.element(7), Receiver: s.element(8),
			Interchange: s.element(13), Usage: s.element(15),
		},
		raw: append(append(d.interchange.raw[:0], t.raw...), d.scan.signs.terminator),
	}
	if t.shortHeader {
		d.interchange.damaged = true
		d.problem(CodeISALength, 0)
	}
	if s.control >= 0 {
		d.interchange.damaged = true
		d.problem(CodeControl, s.control)
	}
	if number := s.element(13); len(number) != 9 || !numeric(number) {
		d.problem(CodeISA13, 13)
	}
	if !d.excerpt {
		d.checkUsage()
	}
	return nil
}

// checkUsage refuses what is not production data: test claims are nobody's, and must not be paid. What is neither a test
// nor production is refused everywhere. A header of another width has no telling where ISA15 stands, and is refused anyhow.
func (d *document) checkUsage() {
	usage := d.seg.code(15)
	if usage == "T" {
		d.report.Tests++
	}
	switch {
	case d.interchange.damaged || usage == "P":
	case usage == "T" && d.limits.TakesTests:
		d.problem(CodeISA15Test, 15)
	default:
		d.interchange.damaged = true
		d.problem(CodeISA15, 15)
	}
}

func numeric(text string) bool {
	_, ok := count(text)
	return ok
}

// closeInterchange reads IEA.
func (d *document) closeInterchange() error {
	if err := d.abandonSet(); err != nil {
		return err
	}
	d.abandonGroup()
	if !d.interchange.open {
		d.problem(CodeOutside, 0)
		return nil
	}
	if n, ok := count(d.seg.element(1)); !ok || n != d.interchange.groups {
		d.problem(CodeIEA01, 1)
	}
	if d.seg.element(2) != d.interchange.envelope.Interchange {
		d.problem(CodeIEA02, 2)
	}
	d.endInterchange()
	return nil
}

// abandonInterchange closes an interchange that has no IEA.
func (d *document) abandonInterchange() {
	if d.interchange.open {
		d.problem(CodeIEAMissing, 0)
		d.endInterchange()
	}
}

// endInterchange refuses an interchange that held no claims and no transaction set at all, such as one of TA1 only.
func (d *document) endInterchange() {
	if d.interchange.other && d.interchange.groups == 0 {
		d.problem(RefusalNot837, 0)
		d.refuse(RefusalNot837)
	}
	d.interchange.open = false
}

// openGroup reads GS.
func (d *document) openGroup(raw []byte) error {
	if err := d.abandonSet(); err != nil {
		return err
	}
	d.abandonGroup()
	if !d.interchange.open {
		d.problem(CodeOutside, 0)
		return nil
	}
	d.interchange.groups++
	d.report.Groups++
	d.group = group{
		open: true, kind: d.seg.code(1), version: d.seg.code(8), used: map[string]struct{}{},
		raw: append(append(d.group.raw[:0], raw...), d.scan.signs.terminator),
	}
	e := &d.interchange.envelope
	e.GroupSender, e.GroupReceiver, e.Group = d.seg.element(2), d.seg.element(3), d.seg.element(6)
	return nil
}

// closeGroup reads GE.
func (d *document) closeGroup() error {
	if err := d.abandonSet(); err != nil {
		return err
	}
	if !d.group.open {
		d.problem(CodeOutside, 0)
		return nil
	}
	if n, ok := count(d.seg.element(1)); !ok || n != d.group.sets {
		d.problem(CodeGE01, 1)
	}
	if !sameNumber(d.seg.element(2), d.interchange.envelope.Group) {
		d.problem(CodeGE02, 2)
	}
	d.endGroup()
	return nil
}

// abandonGroup closes a group that has no GE.
func (d *document) abandonGroup() {
	if d.group.open {
		d.problem(CodeGEMissing, 0)
		d.endGroup()
	}
}

// endGroup forgets the group: its version is not that of a set behind it, nor is its GS, whose delimiters may be others, a
// part of that set's claims.
func (d *document) endGroup() { d.group = group{raw: d.group.raw[:0]} }

// openSet reads ST and settles what kind of set it is.
func (d *document) openSet(raw []byte) error {
	if err := d.abandonSet(); err != nil {
		return err
	}
	d.report.Transactions++
	d.group.sets++
	d.set.reset(d.limits)
	d.set.segments = 1
	d.set.envelope = d.interchange.envelope
	e := &d.set.envelope
	if !d.group.open {
		e.GroupSender, e.GroupReceiver, e.Group = "", "", ""
	}
	e.Transaction = d.seg.element(2)
	e.Version = d.seg.code(3)
	if !d.excerpt {
		d.set.keep(raw, d.scan.signs.terminator)
	}
	d.checkSetHeader()
	d.settleKind()
	return nil
}

// checkSetHeader checks where the set stands and its control number.
func (d *document) checkSetHeader() {
	if !d.group.open {
		d.problem(CodeGSMissing, 0)
	}
	number := d.set.envelope.Transaction
	if number == "" {
		d.problem(CodeST02, 2)
		return
	}
	if _, used := d.group.used[number]; used {
		d.problem(CodeST02Repeated, 2)
	}
	if d.group.open && len(d.group.used) < controlNumbersKept {
		d.group.used[number] = struct{}{}
	}
}

// settleKind takes the version from ST03, else GS08, and refuses what is not adjudicated.
func (d *document) settleKind() {
	e := &d.set.envelope
	if name := d.seg.element(1); name != "837" {
		e.Version = orElse(e.Version, d.group.version)
		d.addVersion(e.Version)
		if len(name) == 3 && numeric(name) {
			e.Kind = Kind(name)
		}
		d.refuseSet(RefusalNot837, 1)
		return
	}
	d.set.is837 = true
	if d.group.open && d.group.kind != "HC" {
		d.problem(CodeGS01, 0)
	}
	refusedAt := 3
	switch {
	case e.Version == "":
		e.Version, refusedAt = d.group.version, 0
		if len(e.Version) < 6 || e.Version[:6] != "004010" { // 004010 has no ST03
			d.problem(CodeST03Missing, 3)
		}
	case d.group.open && e.Version != d.group.version:
		d.problem(CodeST03, 3)
	}
	d.addVersion(e.Version)
	kind, refusal := kindOf(e.Version)
	e.Kind = kind
	if refusal != "" {
		d.refuseSet(refusal, refusedAt)
	}
	d.set.kind = claim.Professional
	if kind == KindInstitutional {
		d.set.kind = claim.Institutional
	}
}

func orElse(text, otherwise string) string {
	if text != "" {
		return text
	}
	return otherwise
}

// refuseSet marks the open set as one of a kind that is not adjudicated, once.
func (d *document) refuseSet(code Code, element int) {
	if d.set.refusal != "" {
		return
	}
	d.set.refusal = code
	d.refuse(code)
	d.problem(code, element)
}

// closeSet reads SE.
func (d *document) closeSet(t token) error {
	if !d.set.open {
		d.problem(CodeOutside, 0)
		return nil
	}
	if err := d.finishClaim(); err != nil {
		return err
	}
	d.set.scope = scopeSet
	d.bytesProblems(t)
	d.endHierarchy()
	if n, ok := count(d.seg.element(1)); !ok || n != d.set.segments {
		d.problem(CodeSE01, 1)
	}
	if d.seg.element(2) != d.set.envelope.Transaction {
		d.problem(CodeSE02, 2)
	}
	if d.set.is837 && !d.set.begun {
		d.problem(CodeBHTMissing, 0)
	}
	return d.endSet()
}

// abandonSet closes a set that has no SE. Its last claim may be cut off and is not delivered; all of them are void.
func (d *document) abandonSet() error {
	if !d.set.open {
		return nil
	}
	d.set.dropClaim()
	d.set.scope = scopeSet
	d.problem(CodeSEMissing, 0)
	return d.endSet()
}

// endSet tells the handler what became of the set.
func (d *document) endSet() error {
	s := &d.set
	s.open = false
	accepted := !s.void && s.refusal == "" && !d.interchange.damaged
	result := TransactionResult{
		Envelope: s.envelope, Position: d.report.Transactions, Accepted: accepted, RefusalCode: s.refusal,
		Claims: s.claims, Lines: s.lines, Segments: s.segments, Problems: append([]claim.Problem{}, s.problems...),
	}
	if result.Position == 1 {
		d.report.First, d.report.Kind = s.envelope, s.envelope.Kind
	}
	if accepted {
		result.Eligible = s.sound
		d.report.Accepted++
		d.report.Eligible += s.sound
	}
	if d.handler == nil {
		return nil
	}
	if err := d.handler.TransactionEnd(result); err != nil {
		return fmt.Errorf("ending transaction set %d: %w", result.Position, err)
	}
	return nil
}
