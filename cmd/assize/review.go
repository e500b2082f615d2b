package main

import (
	"context"
	"strings"
	"unicode/utf8"

	"github.com/spf13/cobra"

	"github.com/assize/assize/internal/claim"
	"github.com/assize/assize/internal/installation"
	"github.com/assize/assize/internal/postgres"
	"github.com/assize/assize/internal/server"
	"github.com/assize/assize/workflows"
)

func (a *app) reviewCommand() *cobra.Command {
	command := &cobra.Command{
		Use: "review", Short: "Work the queue of pended claims", Args: noArgs,
		Example: "  assize review list --payer SIM01\n  assize review release 000001GTW --payer SIM01 --actor r17 --waive score --rationale 'records agree'",
		RunE:    func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	command.AddCommand(a.reviewListCommand(), a.reviewDecideCommand("release"), a.reviewDecideCommand("deny"))
	return command
}

func (a *app) reviewListCommand() *cobra.Command {
	var payer string
	var limit int
	command := &cobra.Command{
		Use: "list", Short: "List claims that wait, the one due first on top", Args: noArgs,
		Example: "  assize review list --payer SIM01 --limit 10",
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.with(cmd.Context(), installation.Options{WithoutTemporal: true}, func(ctx context.Context, i *installation.Installation) error {
				p, err := a.payer(ctx, i, payer)
				if err != nil {
					return err
				}
				cases, err := postgres.OpenCasesOf(ctx, i.Pool, p.ID, limit)
				if err != nil {
					return err
				}
				if a.config.JSON {
					return a.printJSON(server.CasesOf(cases))
				}
				if len(cases) == 0 {
					a.say("no claim of payer %s waits for a person", p.Code)
					return nil
				}
				a.table(func(row func(...any)) {
					row("claim", "charge", "due", "waits for")
					for _, c := range cases {
						row(claim.ControlNumber(c.ControlNumber), c.Charge.Dollars(), c.Due, strings.Join(a.waitsFor(c.Reasons), "; "))
					}
				})
				return nil
			})
		},
	}
	command.Flags().StringVar(&payer, "payer", "", "code of the payer; needed when there is more than one")
	command.Flags().IntVar(&limit, "limit", 50, "most claims to list")
	return command
}

// decision is what the flags of a review say.
type decision struct {
	payer, actor, rationale, carc, group, rarc string
	waive                                      []string
}

func (a *app) reviewDecideCommand(action string) *cobra.Command {
	var d decision
	command := &cobra.Command{
		Use: action + " CLAIM", Args: exactlyOne("claim"), ValidArgsFunction: a.waitingClaims,
		Short:   map[string]string{"release": "Waive what a claim waits for and decide it again", "deny": "Deny a claim that waits"}[action],
		Example: map[string]string{"release": "  assize review release 000001GTW --payer SIM01 --actor r17 --waive score --rationale 'records agree'", "deny": "  assize review deny 000001GTW --payer SIM01 --actor r17 --carc 16 --rarc M47 --rationale 'no answer to our request'"}[action],
		RunE: func(cmd *cobra.Command, args []string) error {
			if d.actor == "" || d.rationale == "" || action == "deny" && d.carc == "" {
				return usage{"a review needs --actor and --rationale, a denial --carc as well"}
			}
			if texts := []string{d.payer, d.actor, d.rationale, d.carc, d.group, d.rarc}; !utf8.ValidString(strings.Join(append(texts, d.waive...), " ")) {
				return usage{"a review is kept as text: its flags have to be UTF-8"}
			}
			return a.with(cmd.Context(), installation.Options{}, func(ctx context.Context, i *installation.Installation) error {
				return a.review(ctx, i, args[0], action, d)
			})
		},
	}
	flags := command.Flags()
	flags.StringVar(&d.payer, "payer", "", "code of the payer; needed when there is more than one")
	flags.StringVar(&d.actor, "actor", "", "opaque id of the reviewer")
	flags.StringVar(&d.rationale, "rationale", "", "why, in a sentence")
	if action == "release" {
		flags.StringSliceVar(&d.waive, "waive", nil, "what the claim may be paid in spite of: a rule, as the queue names it, or score; again or after a comma for more")
	} else {
		flags.StringVar(&d.carc, "carc", "", "adjustment reason (CARC) of the denial")
		flags.StringVar(&d.group, "group", "CO", "adjustment group of the denial: CO, OA, PI or PR")
		flags.StringVar(&d.rarc, "rarc", "", "remark (RARC) of the denial")
	}
	return command
}

// review keeps the reviewer's decision and has ReviewClaim carry it out.
func (a *app) review(ctx context.Context, i *installation.Installation, name, action string, d decision) error {
	p, err := a.payer(ctx, i, d.payer)
	if err != nil {
		return err
	}
	status, err := findClaim(ctx, i, p.ID, name)
	if err != nil {
		return err
	}
	human := claim.HumanAction{Actor: d.actor, Action: action, Waived: d.waive, Rationale: d.rationale, At: claim.InstantOf(i.Desk.Now())}
	if action == "deny" {
		human.Edits = []claim.Edit{{Rule: "REVIEW", Outcome: claim.Deny, Group: claim.Group(d.group), CARC: d.carc, RARC: d.rarc}}
	}
	id := claim.NewID()
	if err := postgres.AddReview(ctx, i.Pool, p.ID, id, status.ClaimID, human); err != nil {
		return err
	}
	if err := i.StartWorker(); err != nil {
		return err
	}
	outcome, err := workflows.RequestReview(ctx, i.Temporal, workflows.ReviewInput{Payer: p.ID, Claim: status.ClaimID}, id)
	if err != nil {
		return err
	}
	if a.config.JSON {
		return a.printJSON(outcome)
	}
	return a.status(ctx, i, p, name)
}
