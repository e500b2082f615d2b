package reference

import (
	"bytes"

	"github.com/assize/assize/internal/claim"
)

// Unpack reads a packed table of a kind. Only the canonical bytes of a table are accepted, so what it returns has the
// SHA-256 of data as its digest; everything else is an Invalid error. Memory stays proportional to len(data).
// The table keeps nothing of data.
func Unpack(kind claim.FactKind, data []byte) (Table, error) {
	u := &unpacker{bytes: data}
	if !bytes.HasPrefix(data, []byte(magic)) {
		u.fail("it does not begin as one")
	} else {
		u.at = len(magic)
		if found := u.text(); u.err == nil && found != string(kind) {
			u.fail("it holds another kind")
		}
	}
	if u.err != nil {
		return nil, claim.Errorf(claim.Invalid, "unpacking %s table: %w", kind, u.err)
	}
	t, err := unpackKind(kind, u)
	if err != nil {
		return nil, err // and not a table that is half read
	}
	return t, nil
}

// unpackKind reads the table of a kind. ICD-9-CM is a kind that facts know and no table holds.
func unpackKind(kind claim.FactKind, u *unpacker) (Table, error) {
	switch kind {
	case claim.KindDiagnoses:
		t, err := unpackTable(diagnosisCodec, u)
		return &Diagnoses{t}, err
	case claim.KindProcedures:
		t, err := unpackTable(procedureCodec, u)
		return &Procedures{t}, err
	case claim.KindPTP:
		return unpackPTP(u)
	case claim.KindMUE:
		t, err := unpackTable(mueCodec, u)
		return &MUE{t}, err
	case claim.KindFees:
		t, err := unpackTable(feeCodec, u)
		return &Fees{t}, err
	case claim.KindBenefits:
		t, err := unpackTable(benefitCodec, u)
		return &Benefits{t}, err
	case claim.KindExclusions:
		t, err := unpackTable(exclusionCodec, u)
		return &Exclusions{t}, err
	}
	return nil, claim.Errorf(claim.Invalid, "unpacking %s table: not a kind that is kept in tables", kind)
}
