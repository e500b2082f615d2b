package pages_test

import (
	"time"

	"github.com/assize/assize/internal/claim"
	"github.com/assize/assize/internal/server/pages"
)

// hostile is text that must never become markup.
const hostile = `<script>alert("x")</script>'&`

func sampleFigures() pages.Figures {
	return pages.Figures{
		Claims: 1003, Automatic: "96.9 %", Shares: pages.Shares(900, 72, 31), Paid: 12_345_678, Owed: 98_765, Flagged: 12,
		Reasons: pages.Reasons([]string{"45", "3", "A0"}, []int{800, 20, 1}, 8),
	}
}

func sampleBatch(state string) pages.Batch {
	return pages.Batch{
		URL: "/payers/DEMO1/batches/0198", EventsURL: "/api/v1/payers/DEMO1/batches/0198/events", Short: "0198f3c2…7e21",
		Created: time.Date(2026, 2, 3, 4, 5, 6, 0, time.UTC), State: state, Claims: 1003, Decided: 400,
	}
}

func sampleFrame(title string) pages.Frame {
	return pages.Frame{Title: title, Crumbs: []pages.Link{{Text: "Payer " + hostile, URL: "/#payer-DEMO1"}}}
}

func sampleClaim() *pages.ClaimPage {
	return &pages.ClaimPage{
		Frame: sampleFrame("Claim 0000002S7"), Payer: pages.Link{Text: "Payer", URL: "/"}, ControlNumber: "0000002S7", ID: "0198", State: "pended",
		Category: "P2", Received: 20260203, BatchURL: "/payers/DEMO1/batches/0198", Waits: []string{"Another payer comes first (COB-22)", hostile}, Decided: true,
		Charge: 20000, Allowed: 15000, Paid: 12000, PatientOwes: 3000,
		Lines: []pages.Line{
			{
				Number: 1, Service: "99213-25", Units: "1", Outcome: claim.Pay, Charge: 20000, Allowed: 15000, Paid: 12000, PatientOwes: 3000,
				Adjustments: []claim.Adjustment{{Group: claim.CO, CARC: "45", Amount: 5000}, {Group: claim.PR, CARC: "3", Amount: 3000}}, Remarks: []string{"N130", "M47"},
			},
			{Number: 2, Service: hostile, Outcome: claim.Deny},
		},
		Edits:  []pages.Edit{{Rule: "DUP-18", Title: "Exact duplicate", Line: 2, Outcome: claim.Deny, Group: claim.OA, CARC: "18", RARC: "N522"}, {Rule: "X", Outcome: claim.Inform}},
		Scored: true, Flagged: true, Margin: "1.250", Threshold: "0.900", Assumed: []claim.FactKind{claim.KindPTP, claim.KindMUE},
		Entries:   []pages.Entry{{Seq: 7, Kind: "pended", ID: "0198", Time: time.Unix(1, 0)}},
		ReplayURL: "/payers/DEMO1/claims/0000002S7/replay", ReceiptURL: "/api/v1/payers/DEMO1/claims/0000002S7/receipt",
		Replay: &pages.Replay{Entries: []pages.ReplayEntry{{Seq: 7, Kind: "pended", Verdict: "different", Reason: "why", Differences: []string{hostile}}}},
	}
}

// samples has every page full, empty, and in the states that change its shape.
func samples() map[string]pages.Page {
	completed := time.Date(2026, 2, 3, 5, 0, 0, 0, time.UTC)
	replayed := sampleClaim()
	replayed.Replay = &pages.Replay{Equal: true, Entries: []pages.ReplayEntry{{Seq: 7, Kind: "decided", Verdict: "equal"}}}
	return map[string]pages.Page{
		"home": &pages.Home{Frame: pages.Frame{Title: "Claims"}, Payers: []pages.Payer{
			{Code: "DEMO1", Name: "First " + hostile, URL: "/payers/DEMO1", Batches: []pages.Batch{sampleBatch("planned"), sampleBatch("complete")}, Figures: sampleFigures(), OpenCases: 31},
			{Code: "DEMO2", Name: "Second", URL: "/payers/DEMO2", OpenCases: 1, Stopped: []pages.Batch{sampleBatch("planned"), sampleBatch("staged")}},
		}},
		"home without payers": &pages.Home{Frame: pages.Frame{Title: "Claims"}},
		"batch": &pages.BatchPage{
			Frame: sampleFrame("Batch"), Payer: pages.Link{Text: "Payer", URL: "/"}, Batch: sampleBatch("planned"), ID: "0198", Redecided: 3, Figures: sampleFigures(),
			Documents: []pages.Document{{Short: "0198…", Format: "x12", Received: 20260203, Claims: 1003, Refused: 2, Problems: []string{hostile}, More: 4}},
			Claims:    []pages.ClaimRow{{URL: "/payers/DEMO1/claims/0000002S7", ControlNumber: "0000002S7", State: "pended", Charge: 20000, CARCs: []string{"45", "3"}, Reasons: []string{"why"}}},
			NextURL:   "/payers/DEMO1/batches/0198?after=0000002S7#claims",
		},
		"batch complete": &pages.BatchPage{Frame: sampleFrame("Batch"), Batch: sampleBatch("complete"), Completed: &completed},
		"claim":          sampleClaim(),
		"claim replayed": replayed,
		"claim waiting":  &pages.ClaimPage{Frame: sampleFrame("Claim"), ControlNumber: "0000002S7", State: "inProcess", BatchURL: "/", ReplayURL: "/"},
		"claim erased":   &pages.ClaimPage{Frame: sampleFrame("Claim"), ControlNumber: "0000002S7", State: "denied", Erased: true, BatchURL: "/", ReplayURL: "/", Entries: []pages.Entry{{Seq: 1}}},
		"cases": &pages.Cases{Frame: sampleFrame("Claims that wait"), Total: 31, Cases: []pages.Case{
			{URL: "/payers/DEMO1/claims/0000002S7", ControlNumber: "0000002S7", Reasons: []string{"why", "and why"}, Due: 20260305, Charge: 20000},
		}},
		"no cases":       &pages.Cases{Frame: sampleFrame("Claims that wait")},
		"failed":         &pages.Failed{Frame: pages.Frame{Title: "Not Found"}, Status: 404, Text: hostile},
		"failed, hidden": &pages.Failed{Frame: pages.Frame{Title: "Internal Server Error"}, Status: 500, Text: "a fault of ours", ID: "0198", Hidden: true},
	}
}
