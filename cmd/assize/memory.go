package main

import (
	"os"
	"runtime"
	"runtime/debug"
)

const (
	// collectPercent trades memory for speed: the live heap is small beside what deciding a chunk allocates, and the
	// collector would otherwise take a quarter of the time.
	collectPercent = 400
	// memoryLimitBytes is where the collector begins to work harder instead of taking more.
	memoryLimitBytes = 768 << 20
)

// tuneMemory sets the collector, unless the environment does. Allocations are not sampled: nobody reads that profile
// here, and walking the stack for it costs a hundredth of a claim.
func tuneMemory() {
	runtime.MemProfileRate = 0
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(collectPercent)
	}
	if os.Getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(memoryLimitBytes)
	}
}
