package claim

// The layouts of plans, table rows and profiles. See encode_claim.go.

// Encode implements Record.
func (p *Plan) Encode(w *Writer) {
	w.Array(13)
	w.Text(p.Code)
	w.Int(int64(p.From))
	w.Int(int64(p.Through))
	w.Text(string(p.Pricing))
	w.Int(p.PercentMillionths)
	w.Int(int64(p.Copay))
	w.Int(p.CoinsuranceMillionths)
	w.Int(int64(p.DeductibleIndividual))
	w.Int(int64(p.DeductibleFamily))
	w.Bool(p.Embedded)
	w.Int(int64(p.OutOfPocketIndividual))
	w.Int(int64(p.OutOfPocketFamily))
	w.Int(int64(p.FilingDays))
}

// Encode implements Record.
func (b *BenefitRow) Encode(w *Writer) {
	w.Array(10)
	w.Int(int64(b.Line))
	w.Text(b.Procedure)
	w.Bool(b.Covered)
	w.Bool(b.Preventive)
	w.Bool(b.Authorization)
	w.Text(b.Group)
	w.Int(int64(b.LimitUnits))
	w.Int(int64(b.LimitAmount))
	w.Int(int64(b.From))
	w.Int(int64(b.Through))
}

// Encode implements Record.
func (f *FeeRow) Encode(w *Writer) {
	w.Array(7)
	w.Int(int64(f.Line))
	w.Text(f.Procedure)
	w.Text(f.Modifier)
	w.Bool(f.Network)
	w.Int(int64(f.Unit))
	w.Int(int64(f.From))
	w.Int(int64(f.Through))
}

// Encode implements Record.
func (d *DiagnosisRow) Encode(w *Writer) {
	w.Array(8)
	w.Int(int64(d.Index))
	w.Text(d.Code)
	w.Bool(d.Billable)
	w.Text(d.Sex)
	w.Int(int64(d.AgeMin))
	w.Int(int64(d.AgeMax))
	w.Int(int64(d.From))
	w.Int(int64(d.Through))
}

// Encode implements Record.
func (p *ProcedureRow) Encode(w *Writer) {
	w.Array(7)
	w.Int(int64(p.Line))
	w.Text(p.Code)
	w.Text(p.Sex)
	w.Int(int64(p.AgeMin))
	w.Int(int64(p.AgeMax))
	w.Int(int64(p.From))
	w.Int(int64(p.Through))
}

// Encode implements Record.
func (p *PTPRow) Encode(w *Writer) {
	w.Array(10)
	w.Int(int64(p.Line))
	w.Int(int64(p.OtherLine))
	w.Blob(p.OtherClaim[:])
	w.Text(p.ColumnOne)
	w.Text(p.ColumnTwo)
	w.Int(int64(p.Indicator))
	WriteTexts(w, p.Modifiers)
	w.Bool(p.ColumnTwoPaid)
	w.Int(int64(p.From))
	w.Int(int64(p.Through))
}

// Encode implements Record.
func (m *MUERow) Encode(w *Writer) {
	w.Array(8)
	w.Int(int64(m.Line))
	w.Text(m.Procedure)
	w.Int(int64(m.Limit))
	w.Int(int64(m.Indicator))
	w.Int(int64(m.LineUnits))
	w.Int(int64(m.DayUnits))
	w.Int(int64(m.From))
	w.Int(int64(m.Through))
}

// Encode implements Record.
func (p *Profile) Encode(w *Writer) {
	w.Array(32)
	w.Text(p.NPI)
	w.Text(p.Specialty)
	w.Int(int64(p.First))
	w.Int(int64(p.Last))
	w.Int(p.Claims)
	w.Int(p.RecentClaims)
	w.Int(p.Denied)
	w.Int(p.Lines)
	w.Int(p.Patients)
	w.Int(p.Days)
	w.Int(p.Visits)
	w.Int(int64(p.Charge))
	w.Int(int64(p.ChargePerClaim))
	w.Int(p.LinesPerPatient)
	w.Int(p.UnitsPerLine)
	w.Int(p.TopLevelVisits)
	w.Int(p.OverrideModifier)
	w.Int(p.MaxLinesADay)
	w.Int(p.Repeats)
	w.Int(p.Clones)
	w.Int(p.Weekend)
	w.Int(int64(p.PeerChargePerClaim))
	w.Int(p.PeerLinesPerPatient)
	w.Int(p.PeerUnitsPerLine)
	w.Int(p.PeerTopLevelVisits)
	w.Int(p.PeerOverrideModifier)
	w.Int(p.PeerMaxLinesADay)
	w.Int(p.PeerRepeats)
	w.Int(p.PeerClones)
	w.Int(p.PeerWeekend)
	w.Int(p.PeerClaims)
	w.Int(p.Peers)
}
