package claim

// The layouts of facts about people, providers and other claims. See encode_claim.go.

// Encode implements Record.
func (f *Facts) Encode(w *Writer) {
	w.Array(19)
	w.Int(int64(f.Received))
	WriteList(w, f.Looked)
	WriteOptional(w, f.Member)
	WriteList(w, f.Coverages)
	WriteOptional(w, f.Plan)
	WriteList(w, f.Accumulators)
	WriteList(w, f.Providers)
	WriteList(w, f.Exclusions)
	WriteList(w, f.Authorizations)
	WriteList(w, f.History)
	WriteList(w, f.Duplicates)
	WriteOptional(w, f.Predecessor)
	WriteList(w, f.Benefits)
	WriteList(w, f.Fees)
	WriteList(w, f.Diagnoses)
	WriteList(w, f.Procedures)
	WriteList(w, f.PTP)
	WriteList(w, f.MUE)
	WriteOptional(w, f.Profile)
}

// Encode implements Record.
func (l *Looked) Encode(w *Writer) {
	w.Array(6)
	l.Kind.encode(w)
	l.Source.encode(w)
	w.Int(int64(l.Rows))
	w.Int(int64(l.From))
	w.Int(int64(l.Through))
	w.Bool(l.Assumed)
}

// Encode implements Record.
func (m *Member) Encode(w *Writer) {
	w.Array(9)
	w.Blob(m.ID[:])
	w.Blob(m.Family[:])
	w.Text(m.SubscriberNumber)
	w.Text(m.Relationship)
	w.Text(m.Last)
	w.Text(m.First)
	w.Int(int64(m.BirthDate))
	w.Int(int64(m.DeathDate))
	w.Text(m.Sex)
}

// Encode implements Record.
func (c *Coverage) Encode(w *Writer) {
	w.Array(3)
	w.Text(c.PlanCode)
	w.Int(int64(c.From))
	w.Int(int64(c.Through))
}

// Encode implements Record.
func (a *Accumulator) Encode(w *Writer) {
	w.Array(5)
	w.Text(string(a.Kind))
	w.Blob(a.Member[:])
	w.Int(int64(a.Year))
	w.Text(a.Group)
	w.Int(a.Amount)
}

// Encode implements Record.
func (p *ProviderFact) Encode(w *Writer) {
	w.Array(6)
	w.Text(p.NPI)
	w.Text(p.Specialty)
	w.Bool(p.Network)
	w.Int(int64(p.From))
	w.Int(int64(p.Through))
	w.Bool(p.Assumed)
}

// Encode implements Record.
func (e *Exclusion) Encode(w *Writer) {
	w.Array(3)
	w.Text(e.NPI)
	w.Int(int64(e.Excluded))
	w.Int(int64(e.Reinstated))
}

// Encode implements Record.
func (a *Authorization) Encode(w *Writer) {
	w.Array(7)
	w.Text(a.Number)
	w.Text(a.Procedure)
	w.Text(a.NPI)
	w.Int(int64(a.From))
	w.Int(int64(a.Through))
	w.Int(int64(a.Approved))
	w.Int(int64(a.Used))
}

// History is the lines of a claim as they are kept for the patient's other claims.
type History []HistoryLine

// Encode implements Record.
func (h History) Encode(w *Writer) { WriteList(w, h) }

// Encode implements Record.
func (l *HistoryLine) Encode(w *Writer) {
	w.Array(11)
	w.Blob(l.Claim[:])
	w.Int(int64(l.Line))
	w.Text(l.NPI)
	w.Text(l.BillingNPI)
	w.Text(l.Procedure)
	WriteTexts(w, l.Modifiers)
	w.Int(int64(l.From))
	w.Int(int64(l.Through))
	w.Int(int64(l.Quantity))
	w.Int(int64(l.Charge))
	w.Bool(l.Pended)
}

// Encode implements Record.
func (d *Duplicate) Encode(w *Writer) {
	w.Array(4)
	w.Int(int64(d.Line))
	w.Text(string(d.Where))
	w.Blob(d.OtherClaim[:])
	w.Int(int64(d.OtherLine))
}

// Encode implements Record.
func (p *Predecessor) Encode(w *Writer) {
	w.Array(6)
	w.Blob(p.Claim[:])
	w.Text(string(p.Outcome))
	w.Bool(p.SamePayee)
	w.Bool(p.SameMember)
	w.Bool(p.Superseded)
	w.Int(int64(p.Paid))
}
