package x12

import (
	"strings"

	"github.com/assize/assize/internal/claim"
)

// claimPart is where in the claim a segment stands; it decides what a REF, DTP, NM1 or CAS is about.
type claimPart int

const (
	partClaim    claimPart = iota // 2300
	partProvider                  // 2310
	partOther                     // 2320, 2330: another payer
	partLine                      // 2400
	partDrug                      // 2410
	partLineNM1                   // 2420
	partPayment                   // 2430: another payer on the line
)

// claimState is the claim being read. Its lists are scratch, reused from claim to claim and copied when it ends.
type claimState struct {
	parsed *Parsed // nil: no claim is open
	at     place   // CLM
	raw    []byte
	full   bool
	part   claimPart
	party  party // what N3, N4, REF and PRV belong to in the claim

	diagnoses  []claim.Diagnosis
	procedures []claim.Procedure
	providers  []claim.Provider
	payers     []claim.OtherPayer
	lines      []claim.Line
	places     []place // of the lines
	served     bool    // the current line has its service segment
	skipping   bool    // the current line is past the limit

	// All modifiers of a claim share one array, and all pointers another.
	modifiers []string
	pointers  []int
}

// openClaim reads CLM.
func (d *document) openClaim() {
	d.countClaim()
	s := &d.set
	s.scope = scopeClaim
	c := &s.claim
	*c = claimState{
		parsed: &Parsed{Ordinal: d.report.Claims, Problems: []claim.Problem{}}, at: place{d.seg.ordinal, "CLM"}, raw: c.raw[:0],
		diagnoses: c.diagnoses[:0], procedures: c.procedures[:0], providers: c.providers[:0], payers: c.payers[:0],
		lines: c.lines[:0], places: c.places[:0],
	}
	d.inherit(&c.parsed.Claim)
}

// inherit gives the claim what the loops above it say.
func (d *document) inherit(c *claim.Claim) {
	s := &d.set
	p := &s.party
	for level := scopeProvider; level <= s.level; level++ {
		l := &s.loops[level]
		s.claim.parsed.Refused = s.claim.parsed.Refused || l.bad
		s.claim.parsed.Problems = append(s.claim.parsed.Problems, l.problems...)
	}
	c.Type = s.kind
	c.Responsibility, c.FilingIndicator = p.responsibility, p.filing
	c.Destination, c.Subscriber = p.payer, p.subscriber
	s.claim.providers = append(s.claim.providers, p.providers...)
	if s.level == scopePatient {
		c.Patient, c.Relationship = p.patient, p.relationship
	} else {
		c.Patient, c.Relationship = p.subscriber, "18"
	}
	d.checkParty(p)
}

// checkParty checks that everybody the claim needs is there.
func (d *document) checkParty(p *party) {
	if len(p.providers) == 0 || p.providers[0].Role != claim.Billing {
		d.problem(CodeBillingMissing, 0)
	}
	switch {
	case d.set.level < scopeSubscriber || !p.hasSubscriber:
		d.problem(CodeSubscriberMissing, 0)
	case p.subscriber.MemberID == "":
		d.problem(CodeMemberID, 0)
	}
	if d.set.level >= scopeSubscriber && !p.subscribed {
		d.problem(CodeSBRMissing, 0)
	}
	if !p.hasPayer {
		d.problem(CodePayerMissing, 0)
	}
	switch d.set.level {
	case scopeSubscriber:
		if p.subscribed && !p.self {
			d.problem(CodeSBR02, 0)
		}
	case scopePatient:
		if !p.hasPatient {
			d.problem(CodePatientMissing, 0)
		}
		if p.relationship == "" {
			d.problem(CodePAT01, 0)
		}
	}
}

// claimSegment reads a segment of 2300 or below.
func (d *document) claimSegment() {
	c := &d.set.claim
	switch d.seg.id {
	case "CLM":
		d.readCLM(&c.parsed.Claim)
	case "HI":
		d.readHI(c)
	case "CL1":
		cl := &c.parsed.Claim
		cl.AdmissionType, cl.AdmissionSource, cl.PatientStatus = d.seg.code(1), d.seg.code(2), d.seg.code(3)
	case "NM1":
		d.claimName(c)
	case "DTP":
		d.readDTP(c)
	case "REF":
		d.readREF(c)
	case "SBR":
		d.openOtherPayer(c)
	case "CAS":
		d.readCAS(c)
	case "AMT":
		d.readAMT(c)
	case "LX":
		d.openLine(c)
	case "SV1", "SV2", "SV3":
		d.readService(c)
	case "LIN":
		d.readLIN(c)
	case "SVD":
		d.readSVD(c)
	case "CUR":
		d.readCUR()
	default:
		d.partySegment(&c.party)
	}
}

// readCLM reads the claim information.
func (d *document) readCLM(c *claim.Claim) {
	s := &d.seg
	c.PatientControlNumber = s.element(1)
	if c.PatientControlNumber == "" {
		d.problem(CodeCLM01, 1)
	}
	c.Charge = d.charge(2)
	if s.element(2) == "" {
		d.problem(CodeCLM02, 2)
	}
	facility := s.composite(5)
	c.PlaceOfService = strings.ToUpper(part(facility, 1))
	c.Frequency = claim.Frequency(strings.ToUpper(part(facility, 3)))
	if c.PlaceOfService == "" {
		d.problem(CodeFacility, 5)
	}
	qualifier := "B"
	if c.Type == claim.Institutional {
		qualifier = "A"
	}
	if part(facility, 2) != qualifier {
		d.problem(CodeFacilityQualifier, 5)
	}
	if c.Frequency == "" {
		d.problem(CodeFrequency, 5)
	}
	c.AcceptsAssignment = s.code(7)
}

// readHI reads health care codes: every element is a composite of a qualifier and a code.
func (d *document) readHI(c *claimState) {
	for n := 1; n < len(d.seg.elements); n++ {
		parts := d.seg.composite(n)
		if len(parts) == 0 {
			continue
		}
		code := healthCode(part(parts, 2))
		if code == "" {
			d.problem(CodeHICode, n)
			continue
		}
		qualifier := strings.ToUpper(parts[0])
		if role, icd9 := diagnosisRole(qualifier); role != "" {
			// HI01-9 is the present-on-admission indicator.
			poa := strings.ToUpper(part(parts, 9))
			c.diagnoses = append(c.diagnoses, claim.Diagnosis{Code: code, Role: role, PresentOnAdmission: poa, ICD9: icd9})
			continue
		}
		switch qualifier {
		case "BBR", "BBQ", "BR", "BQ", "CAH":
			c.procedures = append(c.procedures, d.readProcedure(parts, code, n))
		case "DR":
			c.parsed.Claim.DRG = code
		case "BE", "BG", "BH", "BI", "TC", "BP", "BO":
			// Values, conditions, occurrences, spans, treatment codes, anaesthesia: not needed to adjudicate.
		default:
			d.problem(CodeHIQualifier, n)
		}
	}
}

// healthCode is a code without its decimal point, which X12 leaves out and some senders do not, in upper case.
func healthCode(text string) string {
	if strings.IndexByte(text, '.') >= 0 {
		text = strings.ReplaceAll(text, ".", "")
	}
	return strings.ToUpper(text)
}

// diagnosisRole maps HI01-1; the qualifiers without A are ICD-9-CM.
func diagnosisRole(qualifier string) (role claim.DiagnosisRole, icd9 bool) {
	switch qualifier {
	case "ABK", "BK":
		role = claim.Principal
	case "ABF", "BF":
		role = claim.Other
	case "ABJ", "BJ":
		role = claim.Admitting
	case "APR", "PR":
		role = claim.ReasonVisit
	case "ABN", "BN":
		role = claim.ExternalCause
	}
	return role, len(qualifier) == 2
}

// readProcedure reads an ICD-10-PCS procedure with its date.
func (d *document) readProcedure(parts []string, code string, element int) claim.Procedure {
	p := claim.Procedure{Code: code, Principal: parts[0] == "BBR" || parts[0] == "BR"}
	if text := part(parts, 4); text != "" {
		date, err := claim.ParseDate(text)
		if err != nil {
			d.problem(CodeDate, element)
		}
		p.Date = date
	}
	return p
}

// providerRole maps NM101 of 2310 and 2420.
func providerRole(entity string) claim.ProviderRole {
	switch entity {
	case "82":
		return claim.Rendering
	case "DN", "P3":
		return claim.Referring
	case "DK":
		return claim.Ordering
	case "DQ":
		return claim.Supervising
	case "71":
		return claim.Attending
	case "72":
		return claim.Operating
	case "ZZ":
		return claim.OtherOperating
	case "77":
		return claim.ServiceFacility
	case "QB":
		return claim.Purchased
	}
	return ""
}

// claimName reads NM1 in a claim: its providers, those of a line, or who another payer's coverage is of.
func (d *document) claimName(c *claimState) {
	c.party.forget()
	entity := d.seg.code(1)
	if entity == "" {
		d.problem(CodeNM101Missing, 1)
		return
	}
	if c.part == partOther {
		d.otherName(c, entity)
		return
	}
	list := &c.providers
	if c.part >= partLine {
		c.part = partLineNM1
		line := c.line()
		if line == nil {
			return
		}
		list = &line.Providers
	} else {
		c.part = partProvider
	}
	role := providerRole(entity)
	if role == "" {
		if entity != "PW" && entity != "45" { // ambulance pick-up and drop-off
			d.problem(CodeNM101, 1)
		}
		return
	}
	*list = append(*list, d.readProvider(role))
	c.party.provider = &(*list)[len(*list)-1]
	c.party.address = &c.party.provider.Address
}

// readDTP reads the dates that are needed where the claim stands.
func (d *document) readDTP(c *claimState) {
	cl := &c.parsed.Claim
	switch qualifier := d.seg.element(1); {
	case qualifier == "472" && c.part >= partLine:
		if line := c.line(); line != nil {
			line.From, line.Through = d.period()
		}
	case qualifier == "573":
		d.readDecided(c)
	case qualifier == "434" && c.part < partOther:
		cl.From, cl.Through = d.period()
	case qualifier == "435" && c.part < partOther:
		cl.Admission, _ = d.period()
	}
}

// readREF reads the references of the claim, a provider or a line. Those of another payer are that payer's business.
func (d *document) readREF(c *claimState) {
	cl, value := &c.parsed.Claim, d.seg.element(2)
	switch c.part {
	case partClaim:
		switch d.seg.element(1) {
		case "F8":
			cl.OriginalReference = value
		case "G1":
			cl.PriorAuthorization = value
		case "9F":
			cl.Referral = value
		}
	case partLine:
		line := c.line()
		if line == nil {
			return
		}
		switch d.seg.element(1) {
		case "6R":
			line.ControlNumber = value
		case "G1":
			if d.seg.element(4) == "" { // REF04 names a payer other than the destination
				line.PriorAuthorization = value
			}
		}
	case partProvider, partLineNM1:
		d.partySegment(&c.party)
	}
}
