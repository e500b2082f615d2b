// Command assize adjudicates health-insurance claims and proves afterwards what it decided and why.
//
// This package is the command line: it reads flags and the environment, opens an installation and prints. What it
// prints for people goes to standard output as text, for machines (--json) as one JSON value; progress and errors go
// to standard error. Exit codes: 0 good, 1 findings or bad input, 2 usage, 3 unavailable, 4 internal.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
)

func main() {
	tuneMemory()
	// A terminal that closes ends the work in order, as an interrupt does: engines are stopped and a temporary folder is
	// removed. A reader of our output that goes away ends nothing.
	signal.Ignore(syscall.SIGPIPE)
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	code := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

// run is the whole program but for the process: tests call it.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	a := &app{stdout: stdout, stderr: stderr, config: configFromEnvironment()}
	root := a.root()
	root.SetArgs(args)
	root.SetOut(stdout)
	root.SetErr(stderr)
	err := root.ExecuteContext(ctx)
	if err == nil {
		return exitGood
	}
	code := exitCode(err)
	if ctx.Err() != nil && (code == exitUnavailable || code == exitInternal) { // whatever broke off, this is why
		code, err = exitUnavailable, errors.New("interrupted; what a lasting installation has accepted is kept, and goes on when it is started again")
	}
	if text := err.Error(); text != "" {
		fmt.Fprintln(stderr, "assize: "+text)
	}
	if code == exitUsage {
		fmt.Fprintln(stderr, "Run 'assize help' to see what there is.")
	}
	return code
}
