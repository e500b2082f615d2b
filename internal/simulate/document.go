package simulate

import (
	"io"
	"iter"

	"github.com/assize/assize/internal/claim"
)

// Header is what an 837 says of itself and its sender.
type Header struct {
	Type                 claim.Type
	Submitter            claim.Organization // NM1*41, ISA06, GS02
	Receiver             claim.Organization // NM1*40, ISA08, GS03
	Created              claim.Date         // ISA09, GS04, BHT04
	Control              int                // ISA13 and GS06, 1 to 999,999,999
	ClaimsPerTransaction int                // claims in one ST..SE; 0: 5,000, the most the guides recommend
}

// Written counts what WriteDocument wrote.
type Written struct {
	Transactions int `json:"transactions"`
	Claims       int `json:"claims"`
	Lines        int `json:"lines"`
	Segments     int `json:"segments"` // ISA to IEA
}

// WriteDocument writes one interchange: 005010X222A1 for professional, 005010X223A2 for institutional claims. It keeps
// the order of the claims; consecutive claims of one billing provider, subscriber or patient share its loop.
// Claims of another type than the header's are an error of kind claim.Invalid.
func WriteDocument(w io.Writer, h Header, claims iter.Seq[*claim.Claim]) (Written, error) {
	return Written{}, nil
}
