package main

import (
	"os"
	"runtime/debug"
)

const (
	// collectPercent trades memory for speed: the live heap is small beside what deciding a chunk allocates, and the
	// collector would otherwise take a quarter of the time.
	collectPercent = 400
	// memoryLimitBytes is where the collector begins to work harder instead of taking more.
	memoryLimitBytes = 768 << 20
)

// tuneMemory sets the collector, unless the environment does.
func tuneMemory() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(collectPercent)
	}
	if os.Getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(memoryLimitBytes)
	}
}
