package simulate

import (
	"strconv"

	"github.com/assize/assize/internal/claim"
)

// build makes the claim that tells of a visit. It reads what NewWorld made and changes nothing.
func (g *generator) build(v *visit) *SimClaim {
	e := &g.w.codes.encounters[v.encounter]
	grp := &g.w.market.groups[v.group]
	list, fault := g.spoilServices(v, g.visitServices(v))
	sim := &SimClaim{Received: g.w.calendar.dates[g.received(v.position)]}
	c := &sim.Claim
	c.PatientControlNumber = controlNumber(g.prefix, g.p.ID, v.position)
	c.PlaceOfService, c.Frequency, c.AcceptsAssignment = e.place, claim.Original, "A"
	c.From, c.Through = g.w.calendar.dates[v.day], g.w.calendar.dates[v.through]
	c.Responsibility, c.FilingIndicator = "P", "CI"
	c.Destination = claim.Organization{Name: g.p.Name, ID: g.p.Code}
	if v.grant != nil {
		c.PriorAuthorization = v.grant.code
	}
	c.Procedures, c.OtherPayers = []claim.Procedure{}, []claim.OtherPayer{}
	g.people(v, c)
	g.diagnose(v, e, c)
	c.Lines = g.lines(v, e, c, list)
	for i := range c.Lines {
		c.Charge += c.Lines[i].Charge
	}
	if e.setting == office {
		c.Type = claim.Professional
		g.professional(v, e, c)
	} else {
		c.Type = claim.Institutional
		g.institutional(v, e, c, list)
	}
	sim.Truth = g.truth(v, c, grp, fault)
	g.spoilClaim(v, sim)
	return sim
}

func (g *generator) truth(v *visit, c *claim.Claim, grp *group, fault int) Truth {
	t := Truth{
		Payer: g.p.ID, Sequence: v.position + 1, PatientControlNumber: c.PatientControlNumber, BillingNPI: grp.npi, Defect: v.defect,
		Expect: Expect{Outcome: claim.Pay},
	}
	if v.defect != UnknownMember {
		t.Member = g.p.Members[v.member].ID
	}
	if v.scheme != nil {
		t.Scheme = v.scheme.Scheme
	}
	for i := range g.defects {
		if g.defects[i].defect == v.defect {
			t.Expect = g.defects[i].expect
			t.Expect.Line = fault + 1
		}
	}
	return t
}

// people names the subscriber and the patient. As in an 837, a subscriber who is not the patient shows name and
// number only, and a dependant has no number of their own.
func (g *generator) people(v *visit, c *claim.Claim) {
	m := &g.p.Members[v.member]
	patient := claim.Person{
		Last: m.Last, First: m.First, BirthDate: m.BirthDate, Sex: m.Sex, Address: g.p.enrolment.addresses[g.p.enrolment.family[v.member]],
	}
	c.Relationship = m.Relationship
	if m.Relationship == "18" {
		patient.MemberID = m.SubscriberNumber
		c.Subscriber, c.Patient = patient, patient
		return
	}
	// Members stand family by family, the subscriber first.
	s := v.member
	for g.p.Members[s].Relationship != "18" {
		s--
	}
	subscriber := &g.p.Members[s]
	c.Subscriber = claim.Person{MemberID: subscriber.SubscriberNumber, Last: subscriber.Last, First: subscriber.First}
	c.Patient = patient
}

// diagnose gives one to four diagnoses: what brought the patient, and what adults have besides.
func (g *generator) diagnose(v *visit, e *plannedEncounter, c *claim.Claim) {
	s := g.stream("diagnoses", v.position, v.attempt)
	if v.follows(Cloned) {
		s = newStream(g.w.Options.Seed, "clone diagnoses", v.group, v.encounter)
	}
	codes := g.w.codes.conditions[e.condition]
	c.Diagnoses = make([]claim.Diagnosis, 1, 6)
	c.Diagnoses[0] = claim.Diagnosis{Code: one(&s, codes), Role: claim.Principal}
	m := &g.p.Members[v.member]
	if m.BirthDate.YearsUntil(c.From) < 18 {
		return
	}
	start, count := s.below(len(g.accompanying)), s.weighted([]int{35, 35, 20, 10})
	for i := range count {
		if code := g.accompanying[(start+i*3)%len(g.accompanying)]; code != c.Diagnoses[0].Code {
			c.Diagnoses = append(c.Diagnoses, claim.Diagnosis{Code: code, Role: claim.Other})
		}
	}
}

func (g *generator) lines(v *visit, e *plannedEncounter, c *claim.Claim, list []service) []claim.Line {
	lines := make([]claim.Line, len(list))
	s := g.stream("lines", v.position, v.attempt)
	pointers := make([]int, 0, 4*len(list))
	for i := range list {
		each := &list[i]
		p := &g.w.codes.procedures[each.procedure]
		line := &lines[i]
		*line = claim.Line{
			Number: i + 1, ControlNumber: strconv.Itoa(i + 1), Qualifier: "HC", Procedure: p.code, Modifiers: []string{}, DiagnosisPointers: []int{},
			Quantity: claim.Quantity(each.units) * claim.One, Unit: claim.Units, PlaceOfService: e.place, From: c.From, Through: c.From,
			Charge:    g.unitCharge(v, each) * claim.Cents(each.units),
			Providers: []claim.Provider{}, OtherPayments: []claim.LinePayment{},
		}
		if len(each.modifiers) > 0 {
			line.Modifiers = append(make([]string, 0, len(each.modifiers)), each.modifiers...)
		}
		if e.setting == office {
			from := len(pointers)
			for n := range min(len(c.Diagnoses), 1+s.below(2)) {
				pointers = append(pointers, n+1)
			}
			line.DiagnosisPointers = pointers[from:len(pointers):len(pointers)]
		}
	}
	return lines
}

// professional adds who took part: billing, referring, rendering, and the hospital when the place of service is one.
func (g *generator) professional(v *visit, e *plannedEncounter, c *claim.Claim) {
	c.Providers = append(make([]claim.Provider, 0, 4), g.billing(v))
	m := g.w.market
	s := g.stream("parties", v.position, v.attempt)
	if e.referred && len(m.referrers) > 0 {
		p := &m.practitioners[one(&s, m.referrers)]
		c.Providers = append(c.Providers, claim.Provider{Role: claim.Referring, NPI: p.npi, Last: p.last, First: p.first})
	}
	if v.practitioner >= 0 {
		c.Providers = append(c.Providers, g.person(v, claim.Rendering))
	}
	if e.place == "22" || e.place == "23" {
		h := &m.groups[g.near(&s, v.member, hospital)]
		c.Providers = append(c.Providers, claim.Provider{Role: claim.ServiceFacility, NPI: h.npi, Last: h.name, Address: h.address})
	}
}

func (g *generator) billing(v *visit) claim.Provider {
	grp := &g.w.market.groups[v.group]
	return claim.Provider{
		Role: claim.Billing, NPI: grp.npi, TaxID: grp.taxID, Taxonomy: g.w.codes.specialties[grp.specialty].taxonomy, Last: grp.name, Address: grp.address,
	}
}

func (g *generator) person(v *visit, role claim.ProviderRole) claim.Provider {
	p := &g.w.market.practitioners[v.practitioner]
	taxonomy := g.w.codes.specialties[g.w.market.groups[p.group].specialty].taxonomy
	if role == claim.Attending {
		taxonomy = g.w.codes.specialties[internist].taxonomy
	}
	return claim.Provider{Role: role, NPI: p.npi, Taxonomy: taxonomy, Last: p.last, First: p.first}
}

// institutional adds what the 837I asks for: revenue codes, statement dates, admission, discharge, attending.
func (g *generator) institutional(v *visit, e *plannedEncounter, c *claim.Claim, list []service) {
	c.Providers = append(make([]claim.Provider, 0, 2), g.billing(v))
	if v.practitioner >= 0 {
		c.Providers = append(c.Providers, g.person(v, claim.Attending))
	}
	c.PatientStatus, c.AdmissionType, c.AdmissionSource = "01", "1", "1"
	for i := range c.Lines {
		c.Lines[i].Revenue = g.w.codes.procedures[list[i].procedure].revenue
	}
	if e.setting == outpatient {
		reason := claim.Diagnosis{Code: c.Diagnoses[0].Code, Role: claim.ReasonVisit}
		c.Diagnoses = append(c.Diagnoses[:1:1], append([]claim.Diagnosis{reason}, c.Diagnoses[1:]...)...)
		return
	}
	g.stay(v, c)
}

// stay turns the lines into those of an inpatient stay: revenue codes without HCPCS, days of room and board first,
// and charges of which no two are equal, since nothing else would tell the lines apart.
func (g *generator) stay(v *visit, c *claim.Claim) {
	s := g.stream("stay charges", v.position, v.attempt)
	nights := max(1, v.through-v.day)
	c.Admission, c.DRG, c.Charge = c.From, one(&s, []string{"193", "291", "418", "638", "871"}), 0
	for i := range c.Lines {
		line := &c.Lines[i]
		line.Revenue, line.Procedure, line.Qualifier = line.Procedure, "", ""
		line.Through = c.Through
		if line.Revenue == "0120" {
			line.Unit, line.Quantity = claim.Days, claim.Quantity(nights)*claim.One
			line.Charge *= claim.Cents(nights)
		} else {
			line.Charge = line.Charge.MulRate(int64(s.between(500, 1600)), 1000)/100*100 + claim.Cents(i)
		}
		c.Charge += line.Charge
		if line.Revenue == "0360" {
			c.Procedures = append(c.Procedures, claim.Procedure{Code: "0FT44ZZ", Date: c.From, Principal: true})
		}
	}
	admitting := claim.Diagnosis{Code: c.Diagnoses[0].Code, Role: claim.Admitting}
	c.Diagnoses = append(c.Diagnoses[:1:1], append([]claim.Diagnosis{admitting}, c.Diagnoses[1:]...)...)
	for i := range c.Diagnoses {
		if c.Diagnoses[i].Role != claim.Admitting {
			c.Diagnoses[i].PresentOnAdmission = "Y"
		}
	}
}
