package main

import (
	"bytes"
	"regexp"
	"strings"
	"testing"

	"github.com/spf13/cobra"

	"github.com/assize/assize/internal/claim"
)

// visible lists the commands that help shows, our own: cobra's help and completion speak for themselves.
func visible(command *cobra.Command) []*cobra.Command {
	list := []*cobra.Command{command}
	for _, sub := range command.Commands() {
		if !sub.Hidden {
			list = append(list, visible(sub)...)
		}
	}
	return list
}

func newRoot() *cobra.Command { return (&app{}).root() }

func TestEveryCommandSaysWhatItDoesAndShowsAnExampleThatCanBeMeant(t *testing.T) {
	for _, command := range visible(newRoot()) {
		t.Run(command.CommandPath(), func(t *testing.T) {
			if command.Short == "" {
				t.Error("it does not say what it does")
			}
			own := false
			for line := range strings.Lines(command.Example) {
				line, _, _ = strings.Cut(strings.TrimSpace(line), " # ")
				words, ours := strings.CutPrefix(line, "assize")
				if !ours {
					continue // a client's command, such as curl
				}
				own = own || strings.HasPrefix(line, command.CommandPath())
				tryExample(t, words)
			}
			if !own {
				t.Errorf("no example of its own: %q", command.Example)
			}
		})
	}
}

var (
	exampleWord   = regexp.MustCompile(`'[^']*'|[^ ]+`)
	controlNumber = regexp.MustCompile(`^[0-9A-Z]{9}$`)
)

// tryExample holds an example against the commands, flags and arguments that there are.
func tryExample(t *testing.T, example string) {
	t.Helper()
	words := exampleWord.FindAllString(example, -1)
	for i := range words {
		words[i] = strings.Trim(words[i], "'")
	}
	command, rest, err := newRoot().Find(words)
	if err != nil {
		t.Errorf("%q: %v", example, err)
		return
	}
	if err := command.ParseFlags(rest); err != nil {
		t.Errorf("%q: %v", example, err)
		return
	}
	if err := command.ValidateArgs(command.Flags().Args()); err != nil {
		t.Errorf("%q: %v", example, err)
	}
	for _, argument := range command.Flags().Args() {
		if _, ok := claim.ParseControlNumber(argument); controlNumber.MatchString(argument) && !ok {
			t.Errorf("%q: %s is no control number: its check character is wrong", example, argument)
		}
	}
}

func TestAMistypedCommandLineSaysWhatIsWrongAndWhereHelpIs(t *testing.T) {
	cases := []struct {
		name string
		args []string
		want []string
	}{
		{"a command", []string{"sumbit"}, []string{`no command "assize sumbit"`, "did you mean submit?", "'assize --help'"}},
		{"a command below another", []string{"review", "lst"}, []string{`no command "assize review lst"`, "did you mean list?", "'assize review --help'"}},
		{"an argument too many", []string{"up", "here"}, []string{"'assize up' takes no arguments", `"here"`, "'assize up --help'"}},
		{"no file", []string{"submit"}, []string{"name at least one file", "'assize submit --help'"}},
		{"a flag", []string{"check", "--jason"}, []string{"--jason", "'assize check --help'"}},
		{"a file that is not there", []string{"submit", "no-such-file.837"}, []string{"no-such-file.837: no such file"}},
		{"a stream for what is read twice", []string{"demo", "--try", "-"}, []string{"--try reads a document twice", "save - as a file"}},
		{"a folder for a file", []string{"check", "."}, []string{". is a folder: name the documents in it"}},
		{"a folder without an installation", []string{"ledger", "verify", "--dir", "no-such-folder"}, []string{"no installation in no-such-folder", "'assize up'", "--dir"}},
		{"engines elsewhere, half of them", []string{"payer", "list", "--database-url", "postgres://x"}, []string{"--database-url goes with --keys-database-url"}},
		{"the keys' database alone", []string{"payer", "list", "--keys-database-url", "postgres://x"}, []string{"--keys-database-url goes with --database-url"}},
		{"no Temporal for workflows", []string{"worker", "--database-url", "postgres://x", "--keys-database-url", "postgres://y"}, []string{"--temporal-address"}},
		{"a checkpoint without its key", []string{"ledger", "verify", "--export", "x", "--checkpoint", "y"}, []string{"--checkpoint and --head-key belong together"}},
		{"a review without a reason", []string{"review", "deny", "000001GTW", "--actor", "r17"}, []string{"--rationale", "--carc"}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			var stdout, stderr bytes.Buffer
			if code := run(t.Context(), c.args, &stdout, &stderr); code != exitUsage && code != exitFindings {
				t.Errorf("got exit code %d", code)
			}
			for _, want := range c.want {
				if !strings.Contains(stderr.String(), want) {
					t.Errorf("got %q, want it to hold %q", stderr.String(), want)
				}
			}
		})
	}
}

func TestTheShellIsOfferedWhatAFlagOrArgumentTakes(t *testing.T) {
	nothing, anyFile, folder := ":4\n", ":0\n", ":16\n" // cobra's directives: no file, a file, a folder
	cases := []struct {
		name string
		args []string
		want string
	}{
		{"documents", []string{"submit", ""}, anyFile},
		{"tables", []string{"reference", "load", ""}, folder},
		{"a command without arguments", []string{"up", ""}, nothing},
		{"the folder of the installation", []string{"status", "--dir", ""}, folder},
		{"a number", []string{"demo", "--claims", ""}, nothing},
		{"adjustment groups", []string{"review", "deny", "--group", ""}, "PR\tpatient responsibility\n"},
		{"rules", []string{"review", "release", "--waive", ""}, "DTH-13\t"},
		{"payers of an installation that does not run", []string{"status", "--dir", "no-such-folder", "--payer", ""}, nothing},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			var stdout, stderr bytes.Buffer
			if code := run(t.Context(), append([]string{"__complete"}, c.args...), &stdout, &stderr); code != exitGood {
				t.Fatalf("got exit code %d: %s", code, stderr.String())
			}
			if !strings.Contains(stdout.String(), c.want) {
				t.Errorf("got %q, want it to hold %q", stdout.String(), c.want)
			}
		})
	}
}
