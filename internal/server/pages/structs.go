package pages

import (
	"time"

	"github.com/assize/assize/internal/claim"
)

// Frame is what every page has around its content.
type Frame struct {
	Title  string
	Crumbs []Link // the way up, from the home page's child on
}

// Link is a place on this server.
type Link struct{ Text, URL string }

// Home is the first page: every payer at a glance.
type Home struct {
	Frame
	Payers []Payer
}

// Payer is one payer at a glance.
type Payer struct {
	Code, Name string
	URL        string // under which its pages lie
	Batches    []Batch
	Stopped    []Batch // open for more than an hour
	Figures    Figures // of the batches listed
	OpenCases  int
}

// Batch is one batch of a list.
type Batch struct {
	URL, EventsURL  string
	Short           string // enough of its id to tell it from its neighbours
	Created         time.Time
	State           string // staged, planned, complete
	Claims, Decided int
}

// Complete tells whether everything of the batch is recorded.
func (b Batch) Complete() bool { return b.State == "complete" }

// Figures are totals of decided claims.
type Figures struct {
	Claims    int
	Automatic string // share decided without a person
	Shares    []Share
	Paid      claim.Cents
	Owed      claim.Cents // by patients
	Flagged   int
	Reasons   []Reason // the most frequent
}

// BatchPage is one batch with everything about it.
type BatchPage struct {
	Frame
	Payer     Link
	Batch     Batch
	ID        string
	Completed *time.Time
	Redecided int
	Figures   Figures
	Documents []Document
	Claims    []ClaimRow
	NextURL   string // more claims; "" at the end
}

// Document is one document of a batch.
type Document struct {
	Short    string
	Format   string
	Received claim.Date
	Claims   int
	Refused  int
	Problems []string // with their places; a few
	More     int      // problems that are not listed
}

// ClaimRow is one claim of a list.
type ClaimRow struct {
	URL           string
	ControlNumber string
	State         string // as a class: paid, noPaymentDue, denied, pended, inProcess
	Charge, Paid  claim.Cents
	PatientOwes   claim.Cents
	CARCs         []string
	Reasons       []string // why it waits, in words
}

// ClaimPage is one claim, explained.
type ClaimPage struct {
	Frame
	Payer         Link
	ControlNumber string
	ID            string
	State         string
	Category      string // of a 277
	Received      claim.Date
	BatchURL      string
	Waits         []string // why, in words
	Erased        bool
	Decided       bool // the fields below are there
	Charge        claim.Cents
	Allowed       claim.Cents
	Paid          claim.Cents
	PatientOwes   claim.Cents
	Lines         []Line
	Edits         []Edit
	Scored        bool
	Flagged       bool
	Margin        string
	Threshold     string
	Assumed       []claim.FactKind
	Entries       []Entry
	ReplayURL     string
	ReceiptURL    string
	Replay        *Replay // when asked for
}

// Line is one line of a claim to the cent.
type Line struct {
	Number      int
	Service     string // procedure with its modifiers, revenue code
	Units       string
	Outcome     claim.Outcome
	Charge      claim.Cents
	Allowed     claim.Cents
	Paid        claim.Cents
	PatientOwes claim.Cents
	Adjustments []claim.Adjustment
	Remarks     []string
}

// Edit is one finding of a check.
type Edit struct {
	Rule, Title string
	Line        int // 0: the claim
	Outcome     claim.Outcome
	Group       claim.Group
	CARC, RARC  string
}

// Entry is one entry of the ledger about the claim.
type Entry struct {
	Seq  int64
	Kind string
	ID   string
	Time time.Time
}

// Replay is what deciding again gave.
type Replay struct {
	Equal   bool
	Entries []ReplayEntry
}

// ReplayEntry is one entry decided again.
type ReplayEntry struct {
	Seq         int64
	Kind        string
	Verdict     string
	Reason      string
	Differences []string
}

// Cases is the review queue of a payer.
type Cases struct {
	Frame
	Payer Link
	Total int
	Cases []Case
}

// Case is one claim that waits.
type Case struct {
	URL           string
	ControlNumber string
	Reasons       []string
	Opened        time.Time
	Due           claim.Date
	Charge        claim.Cents
}

// Failed is the page of an error.
type Failed struct {
	Frame
	Status int
	Text   string
	ID     string
	Hidden bool // the text says little: the id leads to more
}

func (*Home) template() string      { return "home" }
func (*BatchPage) template() string { return "batch" }
func (*ClaimPage) template() string { return "claim" }
func (*Cases) template() string     { return "cases" }
func (*Failed) template() string    { return "failed" }
