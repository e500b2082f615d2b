package x12

import (
	"context"
	"io"

	"github.com/assize/assize/internal/claim"
)

// Handler receives what Read finds, in document order. An error it returns ends the reading and is returned by Read.
type Handler interface {
	// Claim delivers one claim, provisional until the TransactionEnd that follows. Refused claims are delivered
	// too, with their problems. The handler may keep what it is given.
	Claim(*Parsed) error
	// TransactionEnd tells what became of the claims delivered since the last TransactionEnd.
	TransactionEnd(TransactionResult) error
}

// Parsed is one claim with what is needed to report on it and to read it again.
type Parsed struct {
	Claim    claim.Claim
	Ordinal  int             // position in the document, from 1, counting every CLM
	Slice    []byte          // the claim's segments with ISA, GS, ST and its ancestor loops, as received; see Reread
	Refused  bool            // some problem of the claim, or of a loop above it, is an error
	Problems []claim.Problem // the claim's own and those of the loops above it; capped
}

// Limits bound the memory Read may use, and which interchanges it takes. A zero field takes its default.
type Limits struct {
	SegmentBytes int // longest segment kept; a longer one is an error and is skipped. Default 64 KiB
	ClaimBytes   int // most bytes of one claim, and of one loop above claims. Default 1 MiB
	ClaimLines   int // most service lines of a claim. Default 1,000 (X223 allows 999, X222 50)
	Problems     int // most errors listed, and most warnings. Default 1,000; counts are never capped
	// TakesTests takes test interchanges (ISA15 T), with a notice, as if they were production: for a sandbox and for who only
	// looks. Without it their claims are refused.
	TakesTests bool
}

// Envelope names a transaction set: the control numbers and parties around it, and what its BHT says.
type Envelope struct {
	SenderQualifier   string     `json:"senderQualifier"`    // ISA05
	Sender            string     `json:"sender"`             // ISA06
	ReceiverQualifier string     `json:"receiverQualifier"`  // ISA07
	Receiver          string     `json:"receiver"`           // ISA08
	Interchange       string     `json:"interchange"`        // ISA13
	Usage             string     `json:"usage"`              // ISA15: P production, T test
	GroupSender       string     `json:"groupSender"`        // GS02
	GroupReceiver     string     `json:"groupReceiver"`      // GS03
	Group             string     `json:"group"`              // GS06
	Transaction       string     `json:"transaction"`        // ST02
	Version           string     `json:"version"`            // ST03, else GS08
	Kind              Kind       `json:"kind"`               // what the version stands for
	Purpose           string     `json:"purpose"`            // BHT02: 00 original, 18 reissue
	Reference         string     `json:"reference"`          // BHT03, the submitter's own number
	Date              claim.Date `json:"date"`               // BHT04
	ClaimOrEncounter  string     `json:"claimOrEncounter"`   // BHT06: CH chargeable, RP reporting, 31 subrogation
	Submitter         string     `json:"submitter"`          // NM109 of NM1*41
	SubmissionTo      string     `json:"submissionReceiver"` // NM109 of NM1*40
}

// TransactionResult is the end of one transaction set.
type TransactionResult struct {
	Envelope
	Position    int             // of the set in the document, from 1
	Accepted    bool            // ST..SE verified and of a kind that is adjudicated
	RefusalCode Code            // why the kind is not adjudicated; "" otherwise
	Claims      int             // CLM segments
	Lines       int             // SV1, SV2 and SV3 segments
	Segments    int             // from ST to SE
	Eligible    int             // claims that were not refused, when Accepted; else 0
	Problems    []claim.Problem // of the set itself, not of its claims; capped
}

// Refusal counts the transaction sets refused by one code.
type Refusal struct {
	Code         Code `json:"code"`
	Transactions int  `json:"transactions"`
}

// Report sums up a document. Lists are capped, counts are not.
type Report struct {
	Format        string          `json:"format"`  // "x12"
	Kind          Kind            `json:"kind"`    // of the first transaction set
	Version       string          `json:"version"` // versions found, joined with ";"
	Interchanges  int             `json:"interchanges"`
	Tests         int             `json:"tests"` // interchanges that are tests (ISA15 T)
	Groups        int             `json:"groups"`
	Transactions  int             `json:"transactions"`
	Accepted      int             `json:"accepted"` // transaction sets accepted
	Claims        int             `json:"claims"`
	Eligible      int             `json:"eligible"`
	Refused       int             `json:"refused"` // Claims - Eligible
	Lines         int             `json:"lines"`
	Segments      int             `json:"segments"`
	RefusalCode   Code            `json:"refusalCode"` // the first one, "" when no set was refused for its kind
	Refusals      []Refusal       `json:"refusals"`
	First         Envelope        `json:"first"` // of the first transaction set, or interchange when there is none
	Errors        []claim.Problem `json:"errors"`
	ErrorsTotal   int             `json:"errorsTotal"`
	Warnings      []claim.Problem `json:"warnings"`
	WarningsTotal int             `json:"warningsTotal"`
}

// Read reads a document to its end and delivers its claims to h, which may be nil to check only. It returns an
// error only when r, ctx or h fails; a bad document is a Report with errors.
func Read(ctx context.Context, r io.Reader, limits Limits, h Handler) (Report, error) {
	d := newDocument(ctx, r, limits.orDefault(), h)
	err := d.run()
	return d.finish(), err
}
