package claim

// The layouts of decisions, of reviews and of what pins them. See encode_claim.go.

// Encode implements Record.
func (d *Decision) Encode(w *Writer) {
	w.Array(12)
	w.Int(int64(d.Semantics))
	w.Text(string(d.Outcome))
	w.Int(int64(d.Charge))
	w.Int(int64(d.Allowed))
	w.Int(int64(d.Paid))
	w.Int(int64(d.PatientOwes))
	WriteList(w, d.Lines)
	WriteList(w, d.Edits)
	d.Score.Encode(w)
	WriteList(w, d.Pends)
	WriteList(w, d.Accruals)
	w.Array(len(d.Assumed))
	for _, kind := range d.Assumed {
		kind.encode(w)
	}
}

// Encode implements Record.
func (l *LineDecision) Encode(w *Writer) {
	w.Array(9)
	w.Int(int64(l.Number))
	w.Text(string(l.Outcome))
	w.Int(int64(l.Charge))
	w.Int(int64(l.Allowed))
	w.Int(int64(l.Paid))
	w.Int(int64(l.PatientOwes))
	w.Int(int64(l.Units))
	WriteList(w, l.Adjustments)
	WriteTexts(w, l.Remarks)
}

// Encode implements Record.
func (a *Adjustment) Encode(w *Writer) {
	w.Array(3)
	w.Text(string(a.Group))
	w.Text(a.CARC)
	w.Int(int64(a.Amount))
}

// Encode implements Record.
func (e *Edit) Encode(w *Writer) {
	w.Array(8)
	w.Text(e.Rule)
	w.Int(int64(e.Line))
	w.Text(string(e.Outcome))
	w.Text(string(e.Group))
	w.Text(e.CARC)
	w.Text(e.RARC)
	w.Int(int64(e.Units))
	w.Int(int64(e.Amount))
}

// Encode implements Record.
func (s *Score) Encode(w *Writer) {
	w.Array(4)
	w.Bool(s.Scored)
	w.Int(s.MarginMillionths)
	w.Int(s.Threshold)
	w.Bool(s.Flagged)
}

// Encode implements Record.
func (p *PendReason) Encode(w *Writer) {
	w.Array(2)
	w.Text(p.Code)
	w.Text(p.Detail)
}

// Encode implements Record.
func (a *Accrual) Encode(w *Writer) {
	w.Array(6)
	w.Text(string(a.Kind))
	w.Blob(a.Member[:])
	w.Int(int64(a.Year))
	w.Text(a.Group)
	w.Text(a.Authorization)
	w.Int(a.Amount)
}

// Encode implements Record.
func (v *Versions) Encode(w *Writer) {
	w.Array(4)
	w.Int(int64(v.Semantics))
	w.Blob(v.Contract[:])
	w.Blob(v.Model[:])
	w.Blob(v.Snapshot[:])
}

// Encode implements Record.
func (a *HumanAction) Encode(w *Writer) {
	w.Array(6)
	w.Text(a.Actor)
	w.Text(a.Action)
	WriteList(w, a.Edits)
	WriteTexts(w, a.Waived)
	w.Text(a.Rationale)
	w.Int(int64(a.At))
}

// Encode implements Record.
func (o *Origin) Encode(w *Writer) {
	w.Array(3)
	w.Int(o.ControlNumber)
	w.Blob(o.Document[:])
	w.Int(int64(o.Position))
}

// Encode implements Record.
func (ev *Evidence) Encode(w *Writer) {
	w.Array(9)
	ev.Versions.Encode(w)
	w.Int(int64(ev.Payer))
	w.Blob(ev.ClaimID[:])
	w.Int(int64(ev.AsOf))
	ev.Origin.Encode(w)
	ev.Claim.Encode(w)
	ev.Facts.Encode(w)
	WriteOptional(w, ev.Review)
	w.Blob(ev.Slice)
}
