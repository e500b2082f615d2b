package simulate

import (
	"strconv"

	"github.com/assize/assize/internal/claim"
)

// parties is loop 2000A: who bills, and where payment goes when elsewhere.
type parties struct {
	billing, payTo claim.Provider
}

// coverageLoop is loop 2000B: whose coverage it is, and whether the claims below are the subscriber's own.
type coverageLoop struct {
	open           bool
	self           bool
	responsibility string
	filing         string
	subscriber     claim.Person
	payer          claim.Organization
}

// patientLoop is loop 2000C.
type patientLoop struct {
	open         bool
	relationship string
	patient      claim.Person
}

// openLoops writes the HL loops in which a claim differs from the one before. A subscriber with claims of their own
// and of dependants gets two loops, so that HL04 and SBR02 are right for each.
func (d *documentWriter) openLoops(c *claim.Claim) {
	want := parties{}
	if p := c.Provider(claim.Billing); p != nil {
		want.billing = *p
	}
	if p := c.Provider(claim.PayTo); p != nil {
		want.payTo = *p
	}
	if d.loops == 0 || d.billing != want {
		d.billing, d.coverage = want, coverageLoop{}
		d.billingLoop(&want)
	}
	coverage := coverageLoop{
		open: true, self: c.Relationship == "18", responsibility: c.Responsibility, filing: c.FilingIndicator, subscriber: c.Subscriber, payer: c.Destination,
	}
	if d.coverage != coverage {
		d.coverage, d.patient = coverage, patientLoop{}
		d.subscriberLoop(&coverage)
	}
	if coverage.self {
		return
	}
	patient := patientLoop{open: true, relationship: c.Relationship, patient: c.Patient}
	if d.patient != patient {
		d.patient = patient
		d.patientLoop(&patient)
	}
}

// level writes HL and returns its number.
func (d *documentWriter) level(parent int, code, child string) int {
	d.loops++
	up := ""
	if parent > 0 {
		up = strconv.Itoa(parent)
	}
	d.segment("HL", strconv.Itoa(d.loops), up, code, child)
	return d.loops
}

func (d *documentWriter) billingLoop(p *parties) {
	d.billingHL = d.level(0, "20", "1")
	if p.billing.Taxonomy != "" {
		d.segment("PRV", "BI", "PXC", p.billing.Taxonomy)
	}
	d.provider("85", &p.billing)
	if p.payTo.Role == claim.PayTo {
		d.provider("87", &p.payTo)
	}
}

func (d *documentWriter) subscriberLoop(l *coverageLoop) {
	child, self := "1", ""
	if l.self {
		child, self = "0", "18"
	}
	d.coverHL = d.level(d.billingHL, "22", child)
	d.segment("SBR", l.responsibility, self, "", "", "", "", "", "", l.filing)
	if l.self && l.subscriber.DeathDate.Known() {
		d.death("", l.subscriber.DeathDate)
	}
	d.person("IL", &l.subscriber)
	d.segment("NM1", "PR", "2", l.payer.Name, "", "", "", "", "PI", l.payer.ID)
}

func (d *documentWriter) patientLoop(l *patientLoop) {
	d.level(d.coverHL, "23", "0")
	if l.patient.DeathDate.Known() {
		d.death(l.relationship, l.patient.DeathDate)
	} else {
		d.segment("PAT", l.relationship)
	}
	d.person("QC", &l.patient)
}

// death writes PAT with the date of death in PAT06.
func (d *documentWriter) death(relationship string, day claim.Date) {
	d.begin("PAT")
	d.text(relationship)
	d.skip(3)
	d.text("D8")
	d.date(day)
	d.end()
}

func (d *documentWriter) person(entity string, p *claim.Person) {
	qualifier := ""
	if p.MemberID != "" {
		qualifier = "MI"
	}
	d.segment("NM1", entity, "1", p.Last, p.First, p.Middle, "", "", qualifier, p.MemberID)
	d.address(&p.Address)
	if p.BirthDate.Known() {
		d.begin("DMG")
		d.text("D8")
		d.date(p.BirthDate)
		d.text(p.Sex)
		d.end()
	}
}

func (d *documentWriter) address(a *claim.Address) {
	if a.Line1 != "" {
		d.segment("N3", a.Line1, a.Line2)
	}
	if a.City != "" {
		d.segment("N4", a.City, a.State, a.ZIP)
	}
}

// provider writes NM1 of a provider with what follows it. Above claims the taxonomy stands before NM1, so only the
// loops inside claims write it here.
func (d *documentWriter) provider(entity string, p *claim.Provider) {
	kind, qualifier := "2", ""
	if p.First != "" {
		kind = "1"
	}
	if p.NPI != "" {
		qualifier = "XX"
	}
	d.segment("NM1", entity, kind, p.Last, p.First, "", "", "", qualifier, p.NPI)
	inClaim := entity != "85" && entity != "87"
	if code := taxonomyRole(entity); inClaim && code != "" && p.Taxonomy != "" {
		d.segment("PRV", code, "PXC", p.Taxonomy)
	}
	d.address(&p.Address)
	if p.TaxID != "" {
		d.segment("REF", "EI", p.TaxID)
	}
}

// taxonomyRole is PRV01 of a provider loop; "" where the loop has no PRV.
func taxonomyRole(entity string) string {
	switch entity {
	case "82":
		return "PE"
	case "71":
		return "AT"
	}
	return ""
}

// entityCode is NM101 of a provider inside a claim.
func entityCode(role claim.ProviderRole) string {
	switch role {
	case claim.Rendering:
		return "82"
	case claim.Referring:
		return "DN"
	case claim.Ordering:
		return "DK"
	case claim.Supervising:
		return "DQ"
	case claim.Attending:
		return "71"
	case claim.Operating:
		return "72"
	case claim.OtherOperating:
		return "ZZ"
	case claim.ServiceFacility:
		return "77"
	case claim.Purchased:
		return "QB"
	}
	return "" // billing and pay-to stand above claims
}
