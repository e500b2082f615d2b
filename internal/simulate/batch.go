package simulate

import (
	"io"

	"github.com/assize/assize/internal/claim"
)

// DocumentOptions says how claims are cut into documents.
type DocumentOptions struct {
	History              bool // the earlier period instead of the claims
	ClaimsPerFile        int  // 0: 5,000
	ClaimsPerTransaction int  // 0: 1,000
	DaysPerFile          int  // most days of receipt in one file; 0: 31
}

// File is one document that was written.
type File struct {
	Name     string        `json:"name"` // such as "payer1/837P-0001.x12"
	Payer    claim.PayerID `json:"payer"`
	Type     claim.Type    `json:"type"`
	Received claim.Date    `json:"received"` // of its last claim; ISA09 and BHT04 say the same
	Bytes    int64         `json:"bytes"`
	Written
}

// Documents writes the claims of every payer as 837 files, professional and institutional apart. open is called once
// a file; truth once a claim, in the order of the claims within each file, with File and Ordinal set.
func (w *World) Documents(o DocumentOptions, open func(name string) (io.WriteCloser, error), truth func(Truth) error) ([]File, error) {
	return nil, nil
}

// WriteBatch writes the documents below dir, and the truth as one JSON object a line to truth.
func (w *World) WriteBatch(dir string, truth io.Writer, o DocumentOptions) ([]File, error) {
	return nil, nil
}
