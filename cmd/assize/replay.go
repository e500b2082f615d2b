package main

import (
	"cmp"
	"context"
	"sync"

	"github.com/spf13/cobra"

	"github.com/assize/assize/internal/adjudicate"
	"github.com/assize/assize/internal/claim"
	"github.com/assize/assize/internal/installation"
	"github.com/assize/assize/internal/postgres"
	"github.com/assize/assize/ledger"
	"github.com/assize/assize/workflows"
)

// replayed is what `replay --all --json` prints of one payer.
type replayed struct {
	Payer    string                           `json:"payer"`
	Entries  int                              `json:"entries"`
	Verdicts map[adjudicate.ReplayVerdict]int `json:"verdicts"`
	Findings []replayFinding                  `json:"findings"` // every entry that is not equal; capped
	Standing *workflows.Audited               `json:"standing"` // what the tables say otherwise than the entries; with --all
}

type replayFinding struct {
	Entry       claim.ID                 `json:"entry"`
	Claim       claim.ID                 `json:"claim"`
	Seq         int64                    `json:"seq"`
	Verdict     adjudicate.ReplayVerdict `json:"verdict"`
	Reason      string                   `json:"reason"`
	Differences []adjudicate.Difference  `json:"differences"`
}

// findingsMax caps the findings listed; they are all counted.
const findingsMax = 100

func (a *app) replayCommand() *cobra.Command {
	var payer string
	var all bool
	command := &cobra.Command{
		Use: "replay [CLAIM]", Short: "Decide again from the recorded evidence and compare bytes",
		Long: "Replay opens the evidence of a claim, or of every entry with --all, decides it again under the versions it names,\n" +
			"and only then reads what was recorded. The verdict is equal, different, otherVersion, erased or unreadable.\n" +
			"With --all the tables beside the ledger (claims, cases, reviews, accumulators, fingerprints) are held against it too.",
		Example: "  assize replay --payer SIM01 000001GTW\n  assize replay --all --json",
		RunE: func(cmd *cobra.Command, args []string) error {
			if all == (len(args) == 1) {
				return usage{"name one claim, or --all"}
			}
			return a.with(cmd.Context(), installation.Options{WithoutTemporal: true}, func(ctx context.Context, i *installation.Installation) error {
				if all {
					return a.replayAll(ctx, i, payer)
				}
				return a.replayOne(ctx, i, payer, args[0])
			})
		},
	}
	command.Flags().StringVar(&payer, "payer", "", "code of the payer; with --all, only this one")
	command.Flags().BoolVar(&all, "all", false, "replay every entry of the ledger")
	return command
}

// replayOne replays every entry of a claim: what was pended first and decided by a person later is two decisions.
func (a *app) replayOne(ctx context.Context, i *installation.Installation, payer, name string) error {
	p, err := a.payer(ctx, i, payer)
	if err != nil {
		return err
	}
	status, err := findClaim(ctx, i, p.ID, name)
	if err != nil {
		return err
	}
	entries, err := ledger.EntriesOf(ctx, i.Pool, p.ID, status.ClaimID)
	if err != nil {
		return err
	}
	result := newReplayed(p)
	for _, e := range entries {
		r, err := i.Desk.Replay(ctx, e.Record)
		if err != nil {
			return err
		}
		result.add(r)
		if !a.config.JSON {
			a.say("entry %d (%s): %s %s", r.Entry.Seq, r.Entry.Kind, r.Verdict, r.Reason)
			if r.Decision != nil {
				a.printDecision(r.Decision)
			}
		}
	}
	if a.config.JSON {
		err = a.printJSON(result)
	}
	return result.finish(err)
}

func (a *app) replayAll(ctx context.Context, i *installation.Installation, payer string) error {
	payers, err := a.payers(ctx, i, payer)
	if err != nil {
		return err
	}
	results := make([]*replayed, 0, len(payers))
	for _, p := range payers {
		result, err := a.replayPayer(ctx, i, p)
		if err != nil {
			return err
		}
		results = append(results, result)
		if !a.config.JSON {
			a.say("payer %s: %s entries replayed, %v", p.Code, claim.Thousands(result.Entries), result.Verdicts)
			for _, f := range result.Findings {
				a.say("  entry %d of claim %s: %s: %s %v", f.Seq, f.Claim, f.Verdict, f.Reason, f.Differences)
			}
			a.printStanding(result.Standing)
		}
	}
	if a.config.JSON {
		err = a.printJSON(results)
	}
	for _, r := range results {
		if err = r.finish(err); err != nil {
			return err
		}
	}
	return err
}

// printStanding tells what the tables say otherwise than the entries.
func (a *app) printStanding(s *workflows.Audited) {
	for _, m := range s.Mismatches {
		a.say("  %s", m)
	}
	if more := s.Total - len(s.Mismatches); more > 0 {
		a.say("  … and %d more", more)
	}
	if !s.Totals {
		a.say("  entries were added meanwhile: run it again when nothing is decided, to compare accumulators, reviews and fingerprints too")
	}
}

// payers are the one named, or all: none at all is an error, lest an audit of nothing pass for a clean one.
func (a *app) payers(ctx context.Context, i *installation.Installation, code string) ([]postgres.Payer, error) {
	if code == "" {
		all, err := postgres.Payers(ctx, i.Pool)
		if err == nil && len(all) == 0 {
			err = errNoPayer(i)
		}
		return all, err
	}
	p, err := postgres.PayerByCode(ctx, i.Pool, code)
	return []postgres.Payer{p}, err
}

// replayWorkers is how many entries are decided at a time while one reader streams them.
const replayWorkers = 2

// replayPayer replays a whole chain.
func (a *app) replayPayer(ctx context.Context, i *installation.Installation, p postgres.Payer) (*replayed, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	result := newReplayed(p)
	head, err := ledger.ReadHead(ctx, i.Pool, p.ID, ledger.Decisions)
	if err != nil {
		return nil, err
	}
	audit, err := i.Desk.NewAudit(ctx, p.ID)
	if err != nil {
		return nil, err
	}
	bar := a.bar("replaying", head.Seq)
	defer bar.end()
	records := make(chan ledger.Record, 64)
	var group sync.WaitGroup
	var mu sync.Mutex
	var failed error
	for range replayWorkers {
		group.Go(func() {
			for record := range records {
				r, err := i.Desk.Replay(ctx, record)
				if err == nil {
					err = audit.Add(ctx, r)
				}
				mu.Lock()
				if err != nil && failed == nil {
					failed = err
					cancel()
				}
				result.add(r)
				bar.reach(int64(result.Entries))
				mu.Unlock()
			}
		})
	}
	err = ledger.EachEntry(ctx, i.Pool, p.ID, ledger.Decisions, 1, true, func(r ledger.Record) error {
		select {
		case records <- r:
			return nil
		case <-ctx.Done():
			return ctx.Err()
		}
	})
	close(records)
	group.Wait()
	if err = cmp.Or(failed, err); err != nil {
		return nil, err
	}
	standing, err := audit.Finish(ctx)
	result.Standing = &standing
	return result, err
}

func newReplayed(p postgres.Payer) *replayed {
	return &replayed{Payer: p.Code, Verdicts: map[adjudicate.ReplayVerdict]int{}, Findings: []replayFinding{}}
}

// add counts every verdict, and lists what is not equal up to findingsMax.
func (r *replayed) add(one workflows.Replayed) {
	r.Entries++
	r.Verdicts[one.Verdict]++
	if one.Verdict == adjudicate.Equal || one.Entry == nil || len(r.Findings) == findingsMax {
		return
	}
	r.Findings = append(r.Findings, replayFinding{
		Entry: one.Entry.ID, Claim: one.Entry.Claim, Seq: one.Entry.Seq, Verdict: one.Verdict, Reason: one.Reason, Differences: one.Differences,
	})
}

// finish makes anything but equal (or erased, which is lawful) a finding.
func (r *replayed) finish(err error) error {
	if err == nil && r.Verdicts[adjudicate.Equal]+r.Verdicts[workflows.Erased] != r.Entries {
		return findings{"not every replay is equal"}
	}
	if err == nil && r.Standing != nil && r.Standing.Total > 0 {
		return findings{"the tables are not as the ledger leaves them: restore them from a backup, or find who changed them"}
	}
	return err
}
