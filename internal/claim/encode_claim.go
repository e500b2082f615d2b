package claim

// The layouts of a claim. A number after Array is how many fields the struct has; the order is the struct's.

// Encode implements Record.
func (c *Claim) Encode(w *Writer) {
	w.Array(27)
	w.Text(string(c.Type))
	w.Text(c.PatientControlNumber)
	w.Int(int64(c.Charge))
	w.Text(c.PlaceOfService)
	w.Text(string(c.Frequency))
	w.Text(c.OriginalReference)
	w.Text(c.AcceptsAssignment)
	w.Int(int64(c.From))
	w.Int(int64(c.Through))
	w.Int(int64(c.Admission))
	w.Text(c.AdmissionType)
	w.Text(c.AdmissionSource)
	w.Text(c.PatientStatus)
	w.Text(c.PriorAuthorization)
	w.Text(c.Referral)
	w.Text(c.DRG)
	WriteList(w, c.Diagnoses)
	WriteList(w, c.Procedures)
	w.Text(c.Responsibility)
	w.Text(c.FilingIndicator)
	w.Text(c.Relationship)
	c.Destination.Encode(w)
	c.Subscriber.Encode(w)
	c.Patient.Encode(w)
	WriteList(w, c.Providers)
	WriteList(w, c.OtherPayers)
	WriteList(w, c.Lines)
}

// Encode implements Record.
func (l *Line) Encode(w *Writer) {
	w.Array(18)
	w.Int(int64(l.Number))
	w.Text(l.ControlNumber)
	w.Text(l.Qualifier)
	w.Text(l.Procedure)
	WriteTexts(w, l.Modifiers)
	w.Text(l.Revenue)
	w.Int(int64(l.Charge))
	w.Int(int64(l.Quantity))
	w.Text(string(l.Unit))
	w.Text(l.PlaceOfService)
	w.Int(int64(l.From))
	w.Int(int64(l.Through))
	w.Ints(l.DiagnosisPointers)
	w.Text(l.PriorAuthorization)
	w.Text(l.NDC)
	w.Int(int64(l.NonCovered))
	WriteList(w, l.Providers)
	WriteList(w, l.OtherPayments)
}

// Encode implements Record.
func (d *Diagnosis) Encode(w *Writer) {
	w.Array(4)
	w.Text(d.Code)
	w.Text(string(d.Role))
	w.Text(d.PresentOnAdmission)
	w.Bool(d.ICD9)
}

// Encode implements Record.
func (p *Procedure) Encode(w *Writer) {
	w.Array(3)
	w.Text(p.Code)
	w.Int(int64(p.Date))
	w.Bool(p.Principal)
}

// Encode implements Record.
func (o *Organization) Encode(w *Writer) {
	w.Array(2)
	w.Text(o.Name)
	w.Text(o.ID)
}

// Encode implements Record.
func (p *Person) Encode(w *Writer) {
	w.Array(8)
	w.Text(p.MemberID)
	w.Text(p.Last)
	w.Text(p.First)
	w.Text(p.Middle)
	w.Int(int64(p.BirthDate))
	w.Text(p.Sex)
	w.Int(int64(p.DeathDate))
	p.Address.Encode(w)
}

// Encode implements Record.
func (a *Address) Encode(w *Writer) {
	w.Array(5)
	w.Text(a.Line1)
	w.Text(a.Line2)
	w.Text(a.City)
	w.Text(a.State)
	w.Text(a.ZIP)
}

// Encode implements Record.
func (p *Provider) Encode(w *Writer) {
	w.Array(7)
	w.Text(string(p.Role))
	w.Text(p.NPI)
	w.Text(p.TaxID)
	w.Text(p.Taxonomy)
	w.Text(p.Last)
	w.Text(p.First)
	p.Address.Encode(w)
}

// Encode implements Record.
func (o *OtherPayer) Encode(w *Writer) {
	w.Array(8)
	w.Text(o.Responsibility)
	o.Payer.Encode(w)
	w.Text(o.MemberID)
	w.Int(int64(o.Paid))
	w.Int(int64(o.PatientOwes))
	w.Int(int64(o.NonCovered))
	w.Int(int64(o.Decided))
	WriteList(w, o.Adjustments)
}

// Encode implements Record.
func (p *LinePayment) Encode(w *Writer) {
	w.Array(6)
	w.Text(p.PayerID)
	w.Int(int64(p.Paid))
	w.Text(p.Procedure)
	w.Int(int64(p.Quantity))
	w.Int(int64(p.Decided))
	WriteList(w, p.Adjustments)
}
