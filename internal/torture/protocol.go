package torture

import (
	"time"

	"github.com/assize/assize/internal/claim"
)

// Parent and child speak one JSON value a line: requests on the child's standard input, answers on its output. A request
// whose answer never comes is the point of it all.

// request is what a child is asked to do.
type request struct {
	Do      string        `json:"do"` // one of the words below
	Point   *FailPoint    `json:"point,omitempty"`
	Parcels []Parcel      `json:"parcels,omitempty"`
	Count   int           `json:"count,omitempty"`
	After   time.Duration `json:"after,omitempty"` // to wait before
	Folder  string        `json:"folder,omitempty"`
}

// What a child can be asked to do.
const (
	doArm     = "arm"     // set the trap to Point
	doServe   = "serve"   // start the worker and take up what was left behind
	doResume  = "resume"  // the same, and wait until nothing is open
	doSubmit  = "submit"  // send each parcel as a batch, all at once, and wait for their decisions
	doSingle  = "single"  // send the one claim of each file by itself, one after the other
	doReview  = "review"  // have Count pended claims of each payer reviewed
	doCount   = "count"   // how many chunks were recorded
	doEnded   = "ended"   // how many workflows did not end well, although their work is done
	doSign    = "sign"    // sign the heads that have moved, as an installation does each minute
	doUpgrade = "upgrade" // apply the migrations in Folder
	doStop    = "stop"    // close the installation and end
)

// Parcel is the documents that are sent to a payer together.
type Parcel struct {
	Payer claim.PayerID `json:"payer"`
	Files []Document    `json:"files"`
}

// Document is a file with its receipt date.
type Document struct {
	Path     string     `json:"path"`
	Received claim.Date `json:"received"`
	Claims   int        `json:"claims"` // in it
}

// answer is what a child says.
type answer struct {
	Done     string    `json:"done"` // the request's word, or one of those below
	Error    string    `json:"error,omitempty"`
	DSN      string    `json:"dsn,omitempty"` // with "open": where the engines are
	KeysDSN  string    `json:"keysDsn,omitempty"`
	Temporal string    `json:"temporal,omitempty"`
	Accepted []receipt `json:"accepted,omitempty"`
	Count    int       `json:"count,omitempty"`
}

// receipt says what became of one file.
type receipt struct {
	Path     string   `json:"path"`
	Document claim.ID `json:"document"`
	Batch    claim.ID `json:"batch"`
	Claims   int      `json:"claims"`
	Refused  int      `json:"refused"`
}

// What a child says without being asked.
const (
	opened = "open"   // the installation is open
	sprung = "sprung" // the trap has: death is near
)
