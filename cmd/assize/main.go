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
	signal.Ignore(syscall.SIGPIPE) // a reader of our output that goes away ends nothing
	ctx, end := untilSignal()
	code := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	end()
	os.Exit(code)
}

// untilSignal returns a context that ends with the first interrupt. A terminal that closes ends the work in order as well:
// engines are stopped and a temporary folder is removed. The next interrupt finds its default and ends the process at once.
func untilSignal() (ctx context.Context, end func()) {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	quiet := context.AfterFunc(ctx, func() {
		signal.Ignore(syscall.SIGHUP) // a terminal that closes may say so twice
		stop()
		fmt.Fprintln(os.Stderr, "stopping in order, which can take some seconds; once more stops at once")
	})
	return ctx, func() {
		quiet()
		stop()
	}
}

// run is the whole program but for the process: tests call it.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	a := &app{stdout: stdout, stderr: stderr, config: configFromEnvironment()}
	root := a.root()
	root.SetArgs(args)
	root.SetOut(stdout)
	root.SetErr(stderr)
	command, err := root.ExecuteContextC(ctx)
	if err == nil {
		return exitGood
	}
	code := exitCode(err)
	if ctx.Err() != nil && (code == exitUnavailable || code == exitInternal) { // whatever broke off, this is why
		code, err = exitUnavailable, a.interrupted()
	}
	if text := err.Error(); text != "" {
		fmt.Fprintln(stderr, "assize: "+text)
	}
	if code == exitUsage {
		fmt.Fprintf(stderr, "Run '%s --help' for its arguments and flags, with an example.\n", command.CommandPath())
	}
	return code
}

// interrupted says what becomes of the work that somebody broke off.
func (a *app) interrupted() error {
	switch {
	case a.unfinished != "":
		return errors.New("interrupted; what stands in " + a.unfinished + " is not whole")
	case a.lasting == "":
		return errors.New("interrupted; nothing of it is left")
	}
	return errors.New("interrupted; what was accepted in " + a.lasting + " is kept, and goes on when it is started again")
}
