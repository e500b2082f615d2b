package flat

import (
	"strconv"
	"strings"

	"github.com/assize/assize/internal/claim"
)

// readDiagnoses reads "E119 I10 admitting=R1031/Y".
func readDiagnoses(c *claim.Claim, _ *claim.Line, cell string) Code {
	c.Diagnoses = nil
	for i, item := range strings.Fields(cell) {
		d := claim.Diagnosis{Role: claim.Other}
		if i == 0 {
			d.Role = claim.Principal
		}
		if role, code, stated := strings.Cut(item, "="); stated {
			d.Role, item = claim.DiagnosisRole(role), code
		}
		d.Code, d.PresentOnAdmission, _ = strings.Cut(item, "/")
		c.Diagnoses = append(c.Diagnoses, d)
	}
	return ""
}

// writeDiagnoses names a role only where readDiagnoses would assume another, so that what was read is what is written.
func writeDiagnoses(c *claim.Claim, _ *claim.Line) string {
	var items []string
	for i, d := range c.Diagnoses {
		item := d.Code
		if usual := i == 0 && d.Role == claim.Principal || i > 0 && d.Role == claim.Other; !usual {
			item = string(d.Role) + "=" + item
		}
		if d.PresentOnAdmission != "" {
			item += "/" + d.PresentOnAdmission
		}
		items = append(items, item)
	}
	return strings.Join(items, " ")
}

// readProcedures reads "0DTJ4ZZ@2025-03-21 3E0T3BZ".
func readProcedures(c *claim.Claim, _ *claim.Line, cell string) Code {
	c.Procedures = nil
	for i, item := range strings.Fields(cell) {
		code, on, dated := strings.Cut(item, "@")
		p := claim.Procedure{Code: code, Principal: i == 0}
		if dated {
			d, err := claim.ParseDate(on)
			if err != nil {
				return CodeDate
			}
			p.Date = d
		}
		c.Procedures = append(c.Procedures, p)
	}
	return ""
}

// writeProcedures is the inverse of readProcedures; the first of the list is the principal procedure.
func writeProcedures(c *claim.Claim, _ *claim.Line) string {
	var items []string
	for _, p := range c.Procedures {
		item := p.Code
		if p.Date.Known() {
			item += "@" + p.Date.String()
		}
		items = append(items, item)
	}
	return strings.Join(items, " ")
}

// readNumber reads a line's number. It counts from 1 (LX01); whether it counts on by one is seen when the claim is whole.
func readNumber(_ *claim.Claim, l *claim.Line, cell string) Code {
	n, err := strconv.Atoi(cell)
	if err != nil || n < 1 {
		return CodeLineNumber
	}
	l.Number = n
	return ""
}

func readModifiers(_ *claim.Claim, l *claim.Line, cell string) Code {
	l.Modifiers = strings.Fields(cell)
	return ""
}

func readQuantity(_ *claim.Claim, l *claim.Line, cell string) Code {
	q, err := claim.ParseQuantity(cell)
	if err != nil {
		return CodeQuantity
	}
	l.Quantity = q
	return ""
}

// readPointers reads "1 2". What they point at, and that they lie within 1 to 12 (SV107), is looked at when the claim is whole.
func readPointers(_ *claim.Claim, l *claim.Line, cell string) Code {
	for _, item := range strings.Fields(cell) {
		n, err := strconv.Atoi(item)
		if err != nil {
			return CodePointer
		}
		l.DiagnosisPointers = append(l.DiagnosisPointers, n)
	}
	return ""
}

func writePointers(_ *claim.Claim, l *claim.Line) string {
	var items []string
	for _, n := range l.DiagnosisPointers {
		items = append(items, strconv.Itoa(n))
	}
	return strings.Join(items, " ")
}
