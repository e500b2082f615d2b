package main

import (
	"bytes"
	"testing"
	"time"
)

func TestProgressIsOneLineThatIsTakenAwayAtTheEnd(t *testing.T) {
	var out bytes.Buffer
	begun := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	b := &bar{out: &out, what: "replaying", total: 2000, begun: begun}
	b.reachAt(500, begun.Add(time.Second))
	b.reachAt(600, begun.Add(time.Second+shownEvery/2)) // too soon after the last
	b.reachAt(1000, begun.Add(2*time.Second))
	b.end()
	if got, want := out.String(), "\rreplaying: 500 of 2,000 claims (25.0 %), 500 a second\x1b[K\rreplaying: 1,000 of 2,000 claims (50.0 %), 500 a second\x1b[K\r\x1b[K"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
