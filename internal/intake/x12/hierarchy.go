package x12

import "github.com/assize/assize/internal/claim"

// hierarchy checks the HL tree of 837: provider (20), subscriber (22), patient (23), depth first. A parent is always
// the loop that is open one level up, so no list of loops is kept.
type hierarchy struct {
	last     int    // HL01 of the latest HL
	level    scope  // of the latest HL
	children string // its HL04
	at       place  // where it stands
}

// party is what the loops above a claim say, inherited by every claim below.
type party struct {
	providers       []claim.Provider // billing, pay-to
	taxonomy        string           // PRV*BI, which comes before its NM1
	responsibility  string           // SBR01
	self            bool             // SBR02 is 18
	filing          string           // SBR09
	subscribed      bool             // SBR was seen
	hasSubscriber   bool             // NM1*IL was seen
	subscriber      claim.Person
	subscriberDeath claim.Date // PAT06 of 2000B, which comes before NM1*IL
	payer           claim.Organization
	hasPayer        bool
	hasPatient      bool // NM1*QC was seen
	patient         claim.Person
	patientDeath    claim.Date
	relationship    string // PAT01

	// What N3, N4, DMG and REF belong to: set by each NM1, nil when nobody reads them.
	address  *claim.Address
	person   *claim.Person
	provider *claim.Provider
}

func (p *party) reset() { *p = party{providers: p.providers[:0]} }

func (p *party) resetSubscriber() {
	*p = party{providers: p.providers}
}

func (p *party) resetPatient() {
	p.hasPatient, p.patient, p.patientDeath, p.relationship = false, claim.Person{}, 0, ""
	p.forget()
}

// forget ends the loop N3 and its like belong to.
func (p *party) forget() { p.address, p.person, p.provider = nil, nil, nil }

// openLoop reads HL and closes the loops it ends.
func (d *document) openLoop() {
	s := &d.set
	level, parent := scopeProvider, ""
	switch d.seg.element(3) {
	case "20":
		s.party.reset()
	case "22":
		level, parent = scopeSubscriber, s.loops[scopeProvider].number
		s.party.resetSubscriber()
	case "23":
		level, parent = scopePatient, s.loops[scopeSubscriber].number
		s.party.resetPatient()
	default:
		s.party.reset()
	}
	for i := level; i <= scopePatient; i++ {
		s.loops[i].reset()
	}
	s.scope, s.level = level, level
	l := &s.loops[level]
	l.number = orElse(d.seg.element(1), "?")
	d.checkLoop(level, parent)
}

// checkLoop checks the four elements of HL. A loop that names another parent than the open one may carry another
// person's claims, so they are refused.
func (d *document) checkLoop(level scope, parent string) {
	h := &d.set.hierarchy
	if n, ok := count(d.seg.element(1)); ok && (n == h.last+1 || d.excerpt) {
		h.last = n
	} else {
		d.problem(CodeHL01, 1)
		h.last = max(h.last+1, n)
	}
	switch d.seg.element(3) {
	case "20":
		if d.seg.element(2) != "" {
			d.problem(CodeHL02, 2)
		}
	case "22", "23":
		if parent == "" || d.seg.element(2) != parent {
			d.problem(CodeHL02, 2)
		}
	default:
		d.problem(CodeHL03, 3)
	}
	d.checkChildren(level)
	h.level, h.children, h.at = level, d.seg.element(4), place{d.seg.ordinal, "HL"}
}

// checkChildren checks HL04 of the loop before against what follows it: next is scopeSet at the end of the set.
func (d *document) checkChildren(next scope) {
	h := &d.set.hierarchy
	if h.at.ordinal == 0 || d.excerpt {
		return
	}
	if hasChild := next > h.level; hasChild != (h.children == "1") {
		d.problemAt(h.at, CodeHL04, 4)
	}
}

// endHierarchy checks the last loop of the set.
func (d *document) endHierarchy() {
	d.checkChildren(scopeSet)
}

// ancestorSegment reads a segment of the header or of a loop above claims.
func (d *document) ancestorSegment() {
	switch id := d.seg.id; {
	case id == "SV1" || id == "SV2" || id == "SV3":
		d.countLine()
		d.setProblem(CodeLineOutside, 0)
	case id == "NM1":
		d.ancestorName()
	case id == "BHT" && d.set.scope == scopeSet:
		d.readBHT()
	case id == "CUR":
		d.readCUR()
	case id == "SBR" && d.set.scope == scopeSubscriber:
		d.readSBR()
	case id == "PAT":
		d.readPAT()
	case id == "PRV" && d.set.scope == scopeProvider:
		d.set.party.taxonomy = d.seg.code(3)
		if b := d.set.party.providers; len(b) > 0 && b[0].Role == claim.Billing {
			b[0].Taxonomy = d.set.party.taxonomy
		}
	default:
		d.partySegment(&d.set.party)
	}
}

// partySegment reads what may follow an NM1.
func (d *document) partySegment(p *party) {
	switch d.seg.id {
	case "N3":
		if p.address != nil {
			p.address.Line1, p.address.Line2 = d.seg.element(1), d.seg.element(2)
		}
	case "N4":
		if p.address != nil {
			p.address.City, p.address.State, p.address.ZIP = d.seg.element(1), d.seg.code(2), d.seg.element(3)
		}
	case "DMG":
		if p.person != nil {
			p.person.BirthDate = d.date(1, 2)
			p.person.Sex = d.seg.code(3)
		}
	case "REF":
		if p.provider != nil && (d.seg.element(1) == "EI" || d.seg.element(1) == "SY") {
			p.provider.TaxID = d.seg.element(2)
		}
	case "PRV":
		if p.provider != nil {
			p.provider.Taxonomy = d.seg.code(3)
		}
	}
}

// readCUR refuses what is below a currency other than US dollars (2000A): its amounts would be paid as dollars.
func (d *document) readCUR() {
	if d.seg.code(2) != "USD" {
		d.problem(CodeCurrency, 2)
	}
}

// readSBR reads the subscriber information of 2000B.
func (d *document) readSBR() {
	p := &d.set.party
	p.subscribed = true
	p.responsibility, p.self, p.filing = d.seg.code(1), d.seg.element(2) == "18", d.seg.code(9)
}

// readPAT reads the patient information of 2000B or 2000C.
func (d *document) readPAT() {
	p := &d.set.party
	var death claim.Date
	if d.seg.element(6) != "" {
		death = d.date(5, 6)
	}
	switch d.set.scope {
	case scopeSubscriber:
		p.subscriberDeath = death
		p.subscriber.DeathDate = death
	case scopePatient:
		p.relationship = d.seg.code(1)
		p.patientDeath = death
		p.patient.DeathDate = death
	}
}

// ancestorName reads NM1 above claims.
func (d *document) ancestorName() {
	p, entity := &d.set.party, d.seg.code(1)
	p.forget()
	if entity == "" {
		d.problem(CodeNM101Missing, 1)
		return
	}
	switch d.set.scope {
	case scopeSet:
		switch entity {
		case "41":
			d.set.envelope.Submitter = d.seg.element(9)
		case "40":
			d.set.envelope.SubmissionTo = d.seg.element(9)
		}
	case scopeProvider:
		d.providerName(p, entity)
	case scopeSubscriber:
		d.subscriberName(p, entity)
	case scopePatient:
		if entity == "QC" {
			p.hasPatient = true
			p.patient = d.readPerson()
			p.patient.DeathDate = p.patientDeath
			p.person, p.address = &p.patient, &p.patient.Address
		}
	}
}

func (d *document) providerName(p *party, entity string) {
	switch entity {
	case "85":
		billing := d.readProvider(claim.Billing)
		billing.Taxonomy = p.taxonomy
		p.providers = append(p.providers[:0], billing)
	case "87":
		// The pay-to address (2010AB); it follows the billing provider, which stays first.
		p.providers = append(p.providers[:min(1, len(p.providers))], d.readProvider(claim.PayTo))
	default:
		return
	}
	p.provider = &p.providers[len(p.providers)-1]
	p.address = &p.provider.Address
}

func (d *document) subscriberName(p *party, entity string) {
	switch entity {
	case "IL":
		p.hasSubscriber = true
		p.subscriber = d.readPerson()
		p.subscriber.DeathDate = p.subscriberDeath
		p.person, p.address = &p.subscriber, &p.subscriber.Address
	case "PR":
		p.hasPayer = true
		p.payer = claim.Organization{Name: d.seg.element(3), ID: d.seg.element(9)}
	}
}

// readPerson reads NM1 of a person. 005010 knows qualifiers MI and II for member identifiers.
func (d *document) readPerson() claim.Person {
	s := &d.seg
	person := claim.Person{Last: s.element(3), First: s.element(4), Middle: s.element(5)}
	if q := s.element(8); q == "MI" || q == "II" {
		person.MemberID = s.element(9)
	}
	return person
}

// readProvider reads NM1 of a provider.
func (d *document) readProvider(role claim.ProviderRole) claim.Provider {
	s := &d.seg
	provider := claim.Provider{Role: role, Last: s.element(3), First: s.element(4)}
	switch s.element(8) {
	case "XX":
		provider.NPI = s.element(9)
	case "24", "34", "FI", "EI", "SY":
		provider.TaxID = s.element(9)
	}
	return provider
}
