package torture

import (
	"context"
	"fmt"
	"iter"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/assize/assize/internal/claim"
	"github.com/assize/assize/internal/simulate"
)

// RaceResult says who won.
type RaceResult struct {
	Rounds     int      `json:"rounds"`
	Claims     int      `json:"claims"`     // sent on both ways
	BatchWon   int      `json:"batchWon"`   // the copy in the batch was paid
	SingleWon  int      `json:"singleWon"`  // the copy sent by itself was
	Unpaid     int      `json:"unpaid"`     // neither was: the first waits, or is denied for another reason
	Redecided  int      `json:"redecided"`  // decided again because another recorded first
	FirstTasks int      `json:"firstTasks"` // chunks recorded by the first process, and
	OtherTasks int      `json:"otherTasks"` // by the second
	Findings   []string `json:"findings"`
}

// claimsARace is how many claims a round sends on both ways.
const claimsARace = 3

// longestLead is how much earlier one of the two may begin.
const longestLead = 80 * time.Millisecond

// Race sends the same claims of the first payer twice at the same moment, round after round: one process sends them as
// a batch, the other one by one, by turns. Of two copies one stands and the other is denied as its duplicate (OA-18).
// The documents are written to a folder.
func (p *Pair) Race(ctx context.Context, world *simulate.World, folder string, rounds int, seed uint64) (RaceResult, error) {
	random := rand.New(rand.NewPCG(seed, 3))
	payer := world.Payers[0].ID
	next, stop := iter.Pull(professional(world.Claims(payer)))
	defer stop()
	r := RaceResult{Findings: []string{}}
	var sent []*claim.Claim
	for ; r.Rounds < rounds; r.Rounds++ {
		batch, singles, claims, err := writeRace(world, folder, r.Rounds, next)
		if err != nil {
			return r, err
		}
		together := request{Do: doSubmit, Parcels: []Parcel{{payer, batch}}}
		apart := request{Do: doSingle, Parcels: []Parcel{{payer, singles}}}
		together.After = time.Duration(random.Int64N(int64(longestLead)))
		apart.After = longestLead - together.After
		if r.Rounds%2 == 1 {
			together, apart = apart, together
		}
		a, b, err := p.both(together, apart)
		if err != nil {
			return r, fmt.Errorf("round %d: %w", r.Rounds+1, err)
		}
		p.audit.accept(append(a.Accepted, b.Accepted...))
		sent = append(sent, claims...)
	}
	return r, p.judge(ctx, payer, sent, &r)
}

// professional keeps the claims that one document may hold together.
func professional(claims iter.Seq[*simulate.SimClaim]) iter.Seq[*simulate.SimClaim] {
	return func(yield func(*simulate.SimClaim) bool) {
		for sim := range claims {
			if sim.Claim.Type == claim.Professional && !yield(sim) {
				return
			}
		}
	}
}

// writeRace writes the next claims as one document and each as a document of its own.
func writeRace(world *simulate.World, folder string, round int, next func() (*simulate.SimClaim, bool)) (batch, singles []Document, claims []*claim.Claim, err error) {
	var received claim.Date
	for n := range claimsARace {
		sim, ok := next()
		if !ok {
			return nil, nil, nil, claim.Errorf(claim.Invalid, "the world has too few claims for round %d", round+1)
		}
		claims, received = append(claims, &sim.Claim), sim.Received
		d, err := writeDocument(world, folder, fmt.Sprintf("race-%03d-%d.x12", round, n), 1000*(round+1)+n+1, received, &sim.Claim)
		if err != nil {
			return nil, nil, nil, err
		}
		singles = append(singles, d)
	}
	d, err := writeDocument(world, folder, fmt.Sprintf("race-%03d.x12", round), 1000*(round+1), received, claims...)
	return []Document{d}, singles, claims, err
}

// judge looks at both copies of every claim.
func (p *Pair) judge(ctx context.Context, payer claim.PayerID, sent []*claim.Claim, r *RaceResult) error {
	if err := p.audit.check(ctx, p.Installation, true); err != nil {
		return err
	}
	standing := p.audit.payers[payer].standing
	r.Claims = len(sent)
	for _, c := range sent {
		rows, err := p.Installation.Pool.Query(ctx, `
			select c.claim_id, b.claims = 1
			from claim c join batch b using (payer_id, batch_id)
			where c.payer_id = $1 and c.patient_control_number = $2`, payer, c.PatientControlNumber)
		if err != nil {
			return claim.Errorf(claim.Unavailable, "looking for both copies: %w", err)
		}
		copies, err := pgx.CollectRows(rows, pgx.RowToStructByPos[raced])
		if err != nil {
			return claim.Errorf(claim.Unavailable, "looking for both copies: %w", err)
		}
		p.judgeOne(copies, standing, r)
	}
	var err error
	if r.FirstTasks, r.OtherTasks, err = p.Chunks(); err != nil {
		return err
	}
	r.Findings = append(r.Findings, p.audit.findings...)
	err = p.Installation.Pool.QueryRow(ctx, `select coalesce(sum(redecided), 0) from chunk_done where payer_id = $1`, payer).Scan(&r.Redecided)
	if err != nil {
		return claim.Errorf(claim.Unavailable, "counting what was decided again: %w", err)
	}
	return nil
}

// raced is one copy.
type raced struct {
	Claim claim.ID
	Alone bool // sent by itself
}

func (p *Pair) judgeOne(copies []raced, standing map[claim.ID]standing, r *RaceResult) {
	var paid, twins []raced
	for _, c := range copies {
		d := standing[c.Claim].decision
		switch {
		case d == nil:
			p.audit.find("claim %s was not decided", c.Claim)
		case d.Outcome == claim.Pay:
			paid = append(paid, c)
		case d.Outcome == claim.Deny && duplicate(d):
			twins = append(twins, c)
		}
	}
	if len(copies) != 2 || len(paid) > 1 || len(twins) != 1 {
		p.audit.find("of %d copies %v are paid and %v denied as duplicates", len(copies), paid, twins)
		return
	}
	switch {
	case len(paid) == 0:
		r.Unpaid++
	case paid[0].Alone:
		r.SingleWon++
	default:
		r.BatchWon++
	}
}

// duplicate tells whether a denial is OA-18 on every line.
func duplicate(d *claim.Decision) bool {
	for i := range d.Lines {
		if !slices.ContainsFunc(d.Lines[i].Adjustments, func(a claim.Adjustment) bool { return a.Group == claim.OA && a.CARC == "18" }) {
			return false
		}
	}
	return len(d.Lines) > 0
}
