package main

import (
	"fmt"
	"io"
	"os"
	"time"

	"golang.org/x/term"

	"github.com/assize/assize/internal/claim"
)

// bar shows how far long work has come, in one line on standard error when that is a terminal.
type bar struct {
	out   io.Writer // nil: it shows nothing
	what  string
	total int64
	begun time.Time
	shown time.Time
}

// shownEvery bounds how often the line is written anew.
const shownEvery = 100 * time.Millisecond

// Terminals go to the line's beginning, and clear it from there on (ECMA-48: CR, EL).
const (
	lineStart = "\r"
	lineClear = "\x1b[K"
)

func (a *app) bar(what string, total int64) *bar {
	file, ok := a.stderr.(*os.File)
	if !ok || !term.IsTerminal(int(file.Fd())) || a.config.JSON {
		return &bar{}
	}
	return &bar{out: file, what: what, total: total, begun: time.Now()}
}

func (b *bar) reach(n int64) { b.reachAt(n, time.Now()) }

func (b *bar) reachAt(n int64, now time.Time) {
	if b.out == nil || now.Sub(b.shown) < shownEvery {
		return
	}
	b.shown = now
	rate := float64(n) / now.Sub(b.begun).Seconds()
	fmt.Fprintf(b.out, "%s%s: %s of %s claims (%s), %s a second%s", lineStart, b.what, claim.Thousands(n), claim.Thousands(b.total),
		percent(int(n), int(b.total)), claim.Thousands(int64(rate)), lineClear)
}

func (b *bar) end() {
	if b.out != nil {
		fmt.Fprint(b.out, lineStart+lineClear)
	}
}
