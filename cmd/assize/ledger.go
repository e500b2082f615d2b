package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"

	"github.com/spf13/cobra"

	"github.com/assize/assize/internal/claim"
	"github.com/assize/assize/internal/installation"
	"github.com/assize/assize/internal/postgres"
	"github.com/assize/assize/ledger"
)

func (a *app) ledgerCommand() *cobra.Command {
	command := &cobra.Command{
		Use: "ledger", Short: "Verify or export the ledger", Args: noArgs,
		Example: "  assize ledger verify\n  assize ledger export --payer SIM01 --out ledger.ndjson",
		RunE:    func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	command.AddCommand(a.ledgerVerifyCommand(), a.ledgerExportCommand())
	return command
}

// verifyFlags say what to verify against what.
type verifyFlags struct{ export, checkpoints, key, payer string }

func (a *app) ledgerVerifyCommand() *cobra.Command {
	var f verifyFlags
	command := &cobra.Command{
		Use: "verify", Short: "Check every entry, link, sealed record and checkpoint", Args: noArgs,
		Long: "Verify reads the chain from the database, or with --export from a file alone, so that nobody needs to trust us.\n" +
			"A cut tail shows only against a checkpoint kept elsewhere: --checkpoint FILE --head-key KEY. An export says itself whose\n" +
			"it is: one that none of the checkpoints is about is a finding, and so is one of another payer than --payer.",
		Example: "  assize ledger verify\n  assize ledger verify --export ledger.ndjson\n  assize ledger verify --export ledger.ndjson --payer 1 --checkpoint checkpoints --head-key assize+1f2e3d4c+…",
		RunE: func(cmd *cobra.Command, _ []string) error {
			if (f.checkpoints == "") != (f.key == "") {
				return usage{"--checkpoint and --head-key belong together"}
			}
			if f.export != "" {
				return a.verifyExport(cmd.Context(), f)
			}
			if f.checkpoints != "" {
				return usage{"--checkpoint is for --export; the database is held against the installation's own checkpoints"}
			}
			return a.with(cmd.Context(), installation.Options{WithoutTemporal: true}, func(ctx context.Context, i *installation.Installation) error {
				return a.verifyStore(ctx, i, f.payer)
			})
		},
	}
	flags := command.Flags()
	flags.StringVar(&f.export, "export", "", "verify this export instead of the database")
	flags.StringVar(&f.checkpoints, "checkpoint", "", "file of signed heads kept outside the database")
	flags.StringVar(&f.key, "head-key", "", "public key of the signed heads")
	flags.StringVar(&f.payer, "payer", "", "code of the payer, default every one; with --export its number")
	return command
}

// verifyStore verifies every chain, also behind one with faults. Payers whose chains are gone with them are told last; when
// all are gone, nothing but the checkpoints tells a robbed database from a new one.
func (a *app) verifyStore(ctx context.Context, i *installation.Installation, code string) error {
	vanished, err := i.Vanished(ctx)
	if err != nil {
		return err
	}
	var faults error
	if code == "" && len(vanished) > 0 {
		faults = findings{fmt.Sprintf("heads were signed for payers %v, which the database does not have any more", vanished)}
	}
	payers, err := a.payers(ctx, i, code)
	if err != nil {
		return cmp.Or(faults, err)
	}
	for _, p := range payers {
		report, err := i.Verify(ctx, p.ID)
		if err != nil {
			return err
		}
		faults = cmp.Or(faults, a.printReport(p.Code, report))
	}
	return faults
}

// printReport prints one chain's report; faults are findings.
func (a *app) printReport(name string, report ledger.Report) error {
	if a.config.JSON {
		if err := a.printJSON(report); err != nil {
			return err
		}
	} else {
		a.say("%s: %s entries, %s of them with sealed records, head %s, %d checkpoints passed, %d faults", name, claim.Thousands(report.Entries),
			claim.Thousands(report.Sealed), hexOf(report.Head.Leaf)[:16], report.Checkpoints, report.FaultCount)
		for _, fault := range report.Faults {
			a.say("  %s", fault)
		}
	}
	if report.Err() != nil {
		return findings{report.Err().Error()}
	}
	return nil
}

// verifyExport checks an export with nothing but the file, and checkpoints when given.
func (a *app) verifyExport(ctx context.Context, f verifyFlags) error {
	if isStream(f.export) {
		return claim.Errorf(claim.Invalid, "%s is no file, and an export is read twice", f.export)
	}
	expected, err := f.payerNumber()
	if err != nil {
		return err
	}
	file, err := os.Open(f.export)
	if err != nil {
		return claim.Errorf(claim.NotFound, "opening the export: %w", err)
	}
	defer file.Close()
	var heads []ledger.Head
	if f.checkpoints != "" {
		key, err := ledger.ParseHeadKey(f.key)
		if err != nil {
			return err
		}
		if heads, err = ledger.ReadCheckpoints(f.checkpoints, key); err != nil {
			return err
		}
	}
	first, err := firstEntry(file)
	if err != nil {
		return err
	}
	about := slices.DeleteFunc(slices.Clone(heads), func(h ledger.Head) bool { return h.Payer != first.Payer || h.Chain != first.Chain })
	report, err := ledger.VerifyExport(reading{ctx, file}, ledger.NewVerifier(first.Payer, first.Chain, about...))
	if err != nil {
		return err
	}
	faults := a.printReport(report.Head.String(), report)
	switch {
	case f.payer != "" && first.Payer != expected:
		faults = cmp.Or(faults, error(findings{fmt.Sprintf("the export is of payer %d, not of payer %d", first.Payer, expected)}))
	case f.checkpoints != "" && len(about) == 0: // whoever forges an export chooses the payer and the chain that it names
		faults = cmp.Or(faults, error(findings{fmt.Sprintf("the export calls itself the %s chain of payer %d, which none of the %d checkpoints is about: it was held against none",
			first.Chain, first.Payer, len(heads))}))
	}
	return faults
}

// payerNumber is the payer that an export is expected to be of; 0 when none is named. Its code stands in no export.
func (f *verifyFlags) payerNumber() (claim.PayerID, error) {
	if f.payer == "" {
		return 0, nil
	}
	n, err := strconv.ParseInt(f.payer, 10, 32)
	if err != nil {
		return 0, usage{fmt.Sprintf("with --export, --payer is the number of the payer, as checkpoints name it; %q is none", f.payer)}
	}
	return claim.PayerID(n), nil
}

// errFirst stops reading after the first entry.
var errFirst = errors.New("the first entry is enough")

// firstEntry says whose chain an export is of, and goes back to its beginning.
func firstEntry(file *os.File) (*ledger.Entry, error) {
	var first *ledger.Entry
	err := ledger.ReadExport(file, func(r ledger.Record) (err error) {
		if first, err = ledger.Decode(r.Bytes); err == nil {
			err = errFirst
		}
		return err
	})
	if err != nil && !errors.Is(err, errFirst) {
		return nil, err
	}
	if first == nil {
		return nil, claim.Errorf(claim.Invalid, "%s holds no entry", file.Name())
	}
	if _, err := file.Seek(0, io.SeekStart); err != nil {
		return nil, claim.Errorf(claim.Unavailable, "reading the export again: %w", err)
	}
	return first, nil
}

func (a *app) ledgerExportCommand() *cobra.Command {
	var out, code string
	var sealed bool
	command := &cobra.Command{
		Use: "export", Short: "Write every entry as one JSON object a line", Args: noArgs,
		Example: "  assize ledger export --payer SIM01 --out ledger.ndjson",
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.with(cmd.Context(), installation.Options{WithoutTemporal: true}, func(ctx context.Context, i *installation.Installation) error {
				p, err := a.payer(ctx, i, code)
				if err != nil {
					return err
				}
				return a.export(ctx, i, p, out, sealed)
			})
		},
	}
	command.Flags().StringVar(&out, "out", "", "file to write; default standard output")
	command.Flags().StringVar(&code, "payer", "", "code of the payer; needed when there is more than one")
	command.Flags().BoolVar(&sealed, "sealed", false, "with the sealed records, which are ciphertext")
	return command
}

// ownersOnly takes from everybody else a file that was there before it was opened; a device or pipe keeps its mode.
func ownersOnly(file *os.File) error {
	info, err := file.Stat()
	if err != nil || !info.Mode().IsRegular() {
		return err
	}
	return file.Chmod(0o600)
}

// export writes for an auditor. The file can be read by its owner only: ids and times of a payer's claims are not for everybody.
func (a *app) export(ctx context.Context, i *installation.Installation, p postgres.Payer, out string, sealed bool) error {
	target := a.stdout
	if out != "" {
		file, err := os.OpenFile(out, os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o600)
		if err != nil {
			return claim.Errorf(claim.Unavailable, "writing the export: %w", err)
		}
		defer file.Close()
		if err := ownersOnly(file); err != nil {
			return claim.Errorf(claim.Unavailable, "writing the export: %w", err)
		}
		target = file
	}
	writer := ledger.NewExportWriter(target)
	head, err := ledger.Export(ctx, i.Pool, p.ID, ledger.Decisions, sealed, writer)
	if err != nil {
		return err
	}
	if err := writer.Flush(); err != nil {
		return claim.Errorf(claim.Unavailable, "writing the export: %w", err)
	}
	if out == "" {
		return nil
	}
	key := i.Signer.Public()
	return a.answer(map[string]any{"payer": p.Code, "entries": head.Seq, "export": out, "checkpoints": i.CheckpointFile(), "headKey": key.String()},
		"%s entries of payer %s written to %s; signed heads are in %s, their key is %s", claim.Thousands(head.Seq), p.Code, out, i.CheckpointFile(), key)
}
