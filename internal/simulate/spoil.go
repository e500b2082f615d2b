package simulate

import "github.com/assize/assize/internal/claim"

// spoilServices puts a defect of the lines into good services. It returns the position of the line at fault, or -1
// when the defect is not one of the lines.
func (g *generator) spoilServices(v *visit, list []service) ([]service, int) {
	s := g.stream("spoil", v.position, v.attempt)
	at := func(code string) int { return g.w.codes.position[code] }
	switch v.defect {
	case InvalidProcedure:
		return append(list, service{at("99201"), 1, nil}), len(list)
	case NotCovered:
		return append(g.apart(list), service{at("15823"), 1, []string{"RT"}}), len(list)
	case Unpriced:
		return append(list, service{at("J3490"), 1, nil}), len(list)
	case ExcessUnits:
		excess := one(&s, []service{{at("82306"), 2, nil}, {at("95886"), 6, nil}, {at("82607"), 3, nil}})
		return replaceService(list, excess)
	case Bundled:
		pair := one(&s, [][3]string{{"80053", "82947", ""}, {"85025", "85027", ""}, {"80061", "82465", "59"}, {"81001", "81002", ""}})
		part := service{at(pair[1]), 1, nil}
		if pair[2] != "" { // a pair that no modifier opens
			part.modifiers = pair[2:]
		}
		return replaceService(appendNew(list, service{at(pair[0]), 1, nil}), part)
	case MissingAuthorization, ExceededAuthorization:
		return list, indexOf(list, g.w.codes.encounters[v.encounter].needs)
	case AgeConflict:
		return list, indexOf(list, at("99393"))
	case SexConflict:
		return list, indexOf(list, at("77067"))
	case LimitReached:
		return list, 0
	case InvalidPointer:
		return list, len(list) - 1
	}
	return list, -1
}

// apart marks visits as separate from the procedures beside them (modifier 25).
func (g *generator) apart(list []service) []service {
	for i := range list {
		if len(g.w.codes.levels[list[i].procedure]) > 0 && len(list[i].modifiers) == 0 {
			list[i].modifiers = []string{"25"}
		}
	}
	return list
}

func replaceService(list []service, with service) ([]service, int) {
	if i := indexOf(list, with.procedure); i >= 0 {
		list[i] = with
		return list, i
	}
	return append(list, with), len(list)
}

func indexOf(list []service, procedure int) int {
	for i := range list {
		if list[i].procedure == procedure {
			return i
		}
	}
	return -1
}

// spoilClaim puts a defect of the claim as a whole into a finished one.
func (g *generator) spoilClaim(v *visit, sim *SimClaim) {
	c := &sim.Claim
	s := g.stream("spoil claim", v.position, v.attempt)
	switch v.defect {
	case UnknownMember:
		number := subscriberNumber(g.p.ID, g.p.enrolment.families+v.position)
		c.Subscriber.MemberID = number
		if c.Relationship == "18" {
			c.Patient.MemberID = number
		}
	case InvalidNPI:
		if p := c.Provider(claim.Rendering); p != nil {
			p.NPI = spoiltNPI(p.NPI)
		}
	case InvalidDiagnosis:
		wrong := one(&s, g.misfits)
		c.Diagnoses[0].Code = wrong.code
		sim.Truth.Expect.CARC, sim.Truth.Expect.RARC = wrong.carc, wrong.rarc
	case InvalidPointer:
		c.Lines[len(c.Lines)-1].DiagnosisPointers[0] = len(c.Diagnoses) + 1
	case UnknownReference:
		c.Frequency = claim.Replacement
		if s.permille(300) {
			c.Frequency = claim.Void
		}
		c.OriginalReference = controlNumber('X', g.p.ID, v.position)
	case Secondary:
		g.paidElsewhere(&s, c)
	}
}

// paidElsewhere makes the claim one that another payer has decided first: it paid part of every line, and the rest
// is its contractual reduction (CO 45) and the patient's coinsurance (PR 2), to the cent.
func (g *generator) paidElsewhere(s *stream, c *claim.Claim) {
	c.Responsibility = "S"
	decided := c.Through.AddDays(s.between(1, 2))
	other := claim.OtherPayer{
		Responsibility: "P", Payer: claim.Organization{Name: "Other Simulated Plan", ID: "SIMOTHER"},
		MemberID: "Y" + c.Subscriber.MemberID[1:], Decided: decided,
		Adjustments: []claim.Adjustment{},
	}
	for i := range c.Lines {
		line := &c.Lines[i]
		reduction, owed := line.Charge.MulRate(40, 100), line.Charge.MulRate(12, 100)
		payment := claim.LinePayment{
			PayerID: other.Payer.ID, Paid: line.Charge - reduction - owed, Procedure: line.Procedure, Quantity: line.Quantity, Decided: decided,
			Adjustments: []claim.Adjustment{{Group: claim.CO, CARC: "45", Amount: reduction}, {Group: claim.PR, CARC: "2", Amount: owed}},
		}
		other.Paid += payment.Paid
		other.PatientOwes += owed
		line.OtherPayments = append(line.OtherPayments, payment)
	}
	c.OtherPayers = append(c.OtherPayers, other)
}
