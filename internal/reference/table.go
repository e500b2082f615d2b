package reference

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"

	"github.com/assize/assize/internal/claim"
)

// StartOfTime opens an interval that has no known beginning, as claim.EndOfTime closes one that has no known end.
const StartOfTime claim.Date = 10101

// Kinds lists the kinds of facts that come from a reference table, in the order of claim.FactKinds.
func Kinds() []claim.FactKind {
	return []claim.FactKind{
		claim.KindExclusions, claim.KindBenefits, claim.KindFees, claim.KindDiagnoses, claim.KindProcedures,
		claim.KindPTP, claim.KindMUE,
	}
}

// Setting says which of CMS's parallel NCCI tables a row belongs to.
type Setting string

// Settings. Only MUE has a table for suppliers.
const (
	Practitioner Setting = "practitioner" // professional claims, and ambulatory surgery centres
	Outpatient   Setting = "outpatient"   // hospital outpatient claims
	Supplier     Setting = "supplier"     // durable medical equipment, prosthetics, orthotics and supplies
	AnySetting   Setting = ""             // tables that do not differ by setting
)

// SettingOf returns the NCCI setting of a claim type, where suppliers have none of their own.
func SettingOf(t claim.Type) Setting {
	if t == claim.Institutional {
		return Outpatient
	}
	return Practitioner
}

// UnitsSetting returns the setting whose unit limits are for a claim of that type. X12 has one guide for practitioners
// and suppliers, and only the taxonomy under which who bills is enrolled tells them apart: practitioners may not have
// one unit of what suppliers deliver (NCCI Policy Manual ch. I V: separate MUE values for DMEPOS suppliers).
func UnitsSetting(t claim.Type, taxonomy string) Setting {
	if t == claim.Professional && suppliesEquipment(taxonomy) {
		return Supplier
	}
	return SettingOf(t)
}

// suppliesEquipment tells taxonomies of DMEPOS suppliers (NUCC, Suppliers): durable medical equipment and medical
// supplies with its specializations, and prosthetics and orthotics. Others, such as pharmacies, may be suppliers and
// practitioners' like at once: they are not taken for suppliers.
func suppliesEquipment(taxonomy string) bool {
	return strings.HasPrefix(taxonomy, "332B") || taxonomy == "335E00000X"
}

// Span is a closed interval of service dates.
type Span struct {
	From    claim.Date `json:"from"`
	Through claim.Date `json:"through"`
}

// AllTime is the span of every date.
func AllTime() Span { return Span{From: StartOfTime, Through: claim.EndOfTime} }

// Validity says for which service dates the rows of a new table are the whole truth.
type Validity struct {
	// Spans are the dates the table speaks for, in any order. Empty: from the first date of any row to the last.
	Spans []Span
	// Assumed records that the source states no dates, or others, and its rows were taken as valid.
	Assumed bool
}

// Header is what is known of a table besides its rows.
type Header struct {
	Kind    claim.FactKind `json:"kind"`
	Digest  claim.Digest   `json:"digest"`
	From    claim.Date     `json:"from"`    // first date it speaks for, in any setting; there may be gaps, see Speaks
	Through claim.Date     `json:"through"` // last date it speaks for
	Assumed bool           `json:"assumed"`
	Rows    int            `json:"rows"`
	source  claim.SourceID // the digest as look-ups name it
}

// Table is one loaded table of any kind. Its methods may be called from many goroutines.
type Table interface {
	// Header returns kind, digest, dates and size.
	Header() Header
	// Speaks returns the unbroken span of dates that holds all of from..through and for which the table knows every
	// row there is, in a setting; false when there is none. Absent dates are never spoken for.
	Speaks(s Setting, from, through claim.Date) (Span, bool)
	// Pack returns the canonical bytes, whose SHA-256 is the digest. Unpack reads them back.
	Pack() []byte
}

// Looked describes a look-up in t for a claim of a setting served on from..through that found so many rows. Where the
// table does not speak for those dates, the dates of the result are absent and cover nothing, and nothing is assumed:
// an assumption about dates does not stand in for the table of a setting that is not there.
func Looked(t Table, s Setting, from, through claim.Date, rows int) claim.Looked {
	header := t.Header()
	span, ok := t.Speaks(s, from, through)
	return claim.Looked{
		Kind:    header.Kind,
		Source:  header.source,
		Rows:    rows,
		From:    span.From,
		Through: span.Through,
		Assumed: ok && header.Assumed,
	}
}

// Set is the tables one payer's claims are checked against; a nil table is not loaded.
type Set struct {
	Diagnoses  *Diagnoses
	Procedures *Procedures
	PTP        *PTP
	MUE        *MUE
	Fees       *Fees
	Benefits   *Benefits
	Exclusions *Exclusions
}

// Table returns the table of a kind, or nil when it is not loaded or the kind is not kept in tables.
func (s *Set) Table(kind claim.FactKind) Table {
	for _, t := range s.Tables() {
		if t.Header().Kind == kind {
			return t
		}
	}
	return nil
}

// Tables returns the loaded tables in the order of Kinds.
func (s *Set) Tables() []Table {
	var list []Table
	if s.Exclusions != nil {
		list = append(list, s.Exclusions)
	}
	if s.Benefits != nil {
		list = append(list, s.Benefits)
	}
	if s.Fees != nil {
		list = append(list, s.Fees)
	}
	if s.Diagnoses != nil {
		list = append(list, s.Diagnoses)
	}
	if s.Procedures != nil {
		list = append(list, s.Procedures)
	}
	if s.PTP != nil {
		list = append(list, s.PTP)
	}
	if s.MUE != nil {
		list = append(list, s.MUE)
	}
	return list
}

// With returns a copy of the set that has t in the place of its kind.
func (s Set) With(t Table) Set {
	switch t := t.(type) {
	case *Diagnoses:
		s.Diagnoses = t
	case *Procedures:
		s.Procedures = t
	case *PTP:
		s.PTP = t
	case *MUE:
		s.MUE = t
	case *Fees:
		s.Fees = t
	case *Benefits:
		s.Benefits = t
	case *Exclusions:
		s.Exclusions = t
	}
	return s
}

// digestOf is the one definition of a table's digest.
func digestOf(packed []byte) claim.Digest { return sha256.Sum256(packed) }

// seal names a table by its canonical bytes.
func (h *Header) seal(packed []byte) {
	h.Digest = digestOf(packed)
	h.source = claim.SourceID(hex.EncodeToString(h.Digest[:]))
}
