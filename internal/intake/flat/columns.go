package flat

import (
	"errors"
	"strconv"
	"strings"

	"github.com/assize/assize/internal/claim"
)

// column is one CSV column: how its cell is written, and how it is read into the claim or its line.
type column struct {
	name     string
	required bool // in the header
	ofLine   bool
	get      func(*claim.Claim, *claim.Line) string
	set      func(*claim.Claim, *claim.Line, string) Code // "" when the cell is fine; never called for an empty cell
}

// groupColumn tells one claim from the next.
const groupColumn = "claim"

// columns returns every column but groupColumn, in the order cells are applied.
func columns() []column {
	list := []column{
		text("type", func(c *claim.Claim) *string { return (*string)(&c.Type) }).must(),
		text("patientControlNumber", func(c *claim.Claim) *string { return &c.PatientControlNumber }).must(),
		money("charge", func(c *claim.Claim, _ *claim.Line) *claim.Cents { return &c.Charge }).must(),
		text("placeOfService", func(c *claim.Claim) *string { return &c.PlaceOfService }).must(),
		text("frequency", func(c *claim.Claim) *string { return (*string)(&c.Frequency) }).must(),
		text("originalReference", func(c *claim.Claim) *string { return &c.OriginalReference }),
		text("acceptsAssignment", func(c *claim.Claim) *string { return &c.AcceptsAssignment }),
		date("from", func(c *claim.Claim, _ *claim.Line) *claim.Date { return &c.From }),
		date("through", func(c *claim.Claim, _ *claim.Line) *claim.Date { return &c.Through }),
		date("admission", func(c *claim.Claim, _ *claim.Line) *claim.Date { return &c.Admission }),
		text("admissionType", func(c *claim.Claim) *string { return &c.AdmissionType }),
		text("admissionSource", func(c *claim.Claim) *string { return &c.AdmissionSource }),
		text("patientStatus", func(c *claim.Claim) *string { return &c.PatientStatus }),
		text("priorAuthorization", func(c *claim.Claim) *string { return &c.PriorAuthorization }),
		text("referral", func(c *claim.Claim) *string { return &c.Referral }),
		text("drg", func(c *claim.Claim) *string { return &c.DRG }),
		{name: "diagnoses", get: writeDiagnoses, set: readDiagnoses},
		{name: "procedures", get: writeProcedures, set: readProcedures},
		text("responsibility", func(c *claim.Claim) *string { return &c.Responsibility }),
		text("filingIndicator", func(c *claim.Claim) *string { return &c.FilingIndicator }),
		text("relationship", func(c *claim.Claim) *string { return &c.Relationship }),
		text("payerName", func(c *claim.Claim) *string { return &c.Destination.Name }),
		text("payerId", func(c *claim.Claim) *string { return &c.Destination.ID }),
	}
	list = append(list, person("subscriber", func(c *claim.Claim) *claim.Person { return &c.Subscriber })...)
	list = append(list, person("patient", func(c *claim.Claim) *claim.Person { return &c.Patient })...)
	for _, role := range roles {
		list = append(list, provider(role)...)
	}
	return append(list, lineColumns()...)
}

// lineColumns are the columns that differ from row to row of one claim. Charge, quantity and unit have to be in the header: without
// one of them every line would be refused, one by one.
func lineColumns() []column {
	list := []column{
		{name: "line", get: func(_ *claim.Claim, l *claim.Line) string { return strconv.Itoa(l.Number) }, set: readNumber},
		ofLine("controlNumber", func(l *claim.Line) *string { return &l.ControlNumber }),
		ofLine("qualifier", func(l *claim.Line) *string { return &l.Qualifier }),
		ofLine("procedure", func(l *claim.Line) *string { return &l.Procedure }),
		{name: "modifiers", get: func(_ *claim.Claim, l *claim.Line) string { return strings.Join(l.Modifiers, " ") }, set: readModifiers},
		ofLine("revenue", func(l *claim.Line) *string { return &l.Revenue }),
		money("lineCharge", func(_ *claim.Claim, l *claim.Line) *claim.Cents { return &l.Charge }).must(),
		column{name: "quantity", get: func(_ *claim.Claim, l *claim.Line) string { return l.Quantity.String() }, set: readQuantity}.must(),
		ofLine("unit", func(l *claim.Line) *string { return (*string)(&l.Unit) }).must(),
		ofLine("linePlaceOfService", func(l *claim.Line) *string { return &l.PlaceOfService }),
		date("serviceFrom", func(_ *claim.Claim, l *claim.Line) *claim.Date { return &l.From }),
		date("serviceThrough", func(_ *claim.Claim, l *claim.Line) *claim.Date { return &l.Through }),
		{name: "pointers", get: writePointers, set: readPointers},
		ofLine("linePriorAuthorization", func(l *claim.Line) *string { return &l.PriorAuthorization }),
		ofLine("ndc", func(l *claim.Line) *string { return &l.NDC }),
		money("nonCovered", func(_ *claim.Claim, l *claim.Line) *claim.Cents { return &l.NonCovered }),
		lineRendering("lineRenderingNpi", func(p *claim.Provider) *string { return &p.NPI }),
		lineRendering("lineRenderingTaxonomy", func(p *claim.Provider) *string { return &p.Taxonomy }),
	}
	for i := range list {
		list[i].ofLine = true
	}
	return list
}

// must marks a column the header has to have.
func (c column) must() column {
	c.required = true
	return c
}

func text(name string, field func(*claim.Claim) *string) column {
	return column{
		name: name,
		get:  func(c *claim.Claim, _ *claim.Line) string { return *field(c) },
		set: func(c *claim.Claim, _ *claim.Line, cell string) Code {
			*field(c) = cell
			return ""
		},
	}
}

func ofLine(name string, field func(*claim.Line) *string) column {
	return column{
		name: name,
		get:  func(_ *claim.Claim, l *claim.Line) string { return *field(l) },
		set: func(_ *claim.Claim, l *claim.Line, cell string) Code {
			*field(l) = cell
			return ""
		},
	}
}

// money is a column of dollars and cents. A cell that cannot be read leaves 0, and the claim is refused for it.
func money(name string, field func(*claim.Claim, *claim.Line) *claim.Cents) column {
	return column{
		name: name,
		get:  func(c *claim.Claim, l *claim.Line) string { return field(c, l).String() },
		set: func(c *claim.Claim, l *claim.Line, cell string) Code {
			cents, err := claim.ParseCents(cell)
			*field(c, l) = cents
			switch {
			case errors.Is(err, claim.ErrAmountRange):
				return CodeAmountRange
			case err != nil:
				return CodeAmount
			}
			return ""
		},
	}
}

// date is a column of a civil date, CCYY-MM-DD: of 03/04/2025 nobody knows which is the month.
func date(name string, field func(*claim.Claim, *claim.Line) *claim.Date) column {
	return column{
		name: name,
		get:  func(c *claim.Claim, l *claim.Line) string { return field(c, l).String() },
		set: func(c *claim.Claim, l *claim.Line, cell string) Code {
			d, err := claim.ParseDate(cell)
			if err != nil {
				return CodeDate
			}
			*field(c, l) = d
			return ""
		},
	}
}

// person returns the columns of the subscriber or the patient.
func person(prefix string, field func(*claim.Claim) *claim.Person) []column {
	part := func(name string, f func(*claim.Person) *string) column {
		return text(prefix+name, func(c *claim.Claim) *string { return f(field(c)) })
	}
	member := part("MemberId", func(p *claim.Person) *string { return &p.MemberID })
	member.required = prefix == "subscriber"
	list := []column{
		member,
		part("Last", func(p *claim.Person) *string { return &p.Last }),
		part("First", func(p *claim.Person) *string { return &p.First }),
		part("Middle", func(p *claim.Person) *string { return &p.Middle }),
		date(prefix+"BirthDate", func(c *claim.Claim, _ *claim.Line) *claim.Date { return &field(c).BirthDate }),
		part("Sex", func(p *claim.Person) *string { return &p.Sex }),
		date(prefix+"DeathDate", func(c *claim.Claim, _ *claim.Line) *claim.Date { return &field(c).DeathDate }),
	}
	for _, a := range addressParts {
		list = append(list, part(a.name, func(p *claim.Person) *string { return a.field(&p.Address) }))
	}
	return list
}

// addressParts are the columns of an address. Read only.
var addressParts = [...]struct {
	name  string
	field func(*claim.Address) *string
}{
	{"Line1", func(a *claim.Address) *string { return &a.Line1 }},
	{"Line2", func(a *claim.Address) *string { return &a.Line2 }},
	{"City", func(a *claim.Address) *string { return &a.City }},
	{"State", func(a *claim.Address) *string { return &a.State }},
	{"Zip", func(a *claim.Address) *string { return &a.ZIP }},
}

// provider returns the columns of the claim's provider in a role; the provider is there when any of its cells is.
func provider(role claim.ProviderRole) []column {
	part := func(name string, f func(*claim.Provider) *string) column {
		return column{
			name: string(role) + name,
			get: func(c *claim.Claim, _ *claim.Line) string {
				if p := c.Provider(role); p != nil {
					return *f(p)
				}
				return ""
			},
			set: func(c *claim.Claim, _ *claim.Line, cell string) Code {
				if c.Provider(role) == nil {
					c.Providers = append(c.Providers, claim.Provider{Role: role})
				}
				*f(c.Provider(role)) = cell
				return ""
			},
		}
	}
	list := []column{
		part("Npi", func(p *claim.Provider) *string { return &p.NPI }),
		part("TaxId", func(p *claim.Provider) *string { return &p.TaxID }),
		part("Taxonomy", func(p *claim.Provider) *string { return &p.Taxonomy }),
		part("Last", func(p *claim.Provider) *string { return &p.Last }),
		part("First", func(p *claim.Provider) *string { return &p.First }),
	}
	for _, a := range addressParts {
		list = append(list, part(a.name, func(p *claim.Provider) *string { return a.field(&p.Address) }))
	}
	return list
}

// lineRendering returns a column of the line's own rendering provider.
func lineRendering(name string, field func(*claim.Provider) *string) column {
	find := func(l *claim.Line) *claim.Provider {
		for i := range l.Providers {
			if l.Providers[i].Role == claim.Rendering {
				return &l.Providers[i]
			}
		}
		return nil
	}
	return column{
		name: name,
		get: func(_ *claim.Claim, l *claim.Line) string {
			if p := find(l); p != nil {
				return *field(p)
			}
			return ""
		},
		set: func(_ *claim.Claim, l *claim.Line, cell string) Code {
			if find(l) == nil {
				l.Providers = append(l.Providers, claim.Provider{Role: claim.Rendering})
			}
			*field(find(l)) = cell
			return ""
		},
	}
}
