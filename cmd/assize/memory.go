package main

import (
	"os"
	"runtime"
	"runtime/debug"
)

const (
	// collectPercent trades memory for speed: the live heap is small beside what deciding a chunk allocates. As a rule the
	// limit below is reached first.
	collectPercent = 800
	// The limit is where the collector begins to work harder instead of taking more: what a process has at rest, and room
	// for each core, whose two chunks at work (workflows.NewWorker) keep some 35 MiB alive. Two cores come to 640 MiB.
	restingBytes int64 = 256 << 20
	coreBytes    int64 = 192 << 20
)

// tuneMemory sets the collector, unless the environment does. Allocations are not sampled: nobody reads that profile
// here, and walking the stack for it costs a hundredth of a claim.
func tuneMemory() {
	runtime.MemProfileRate = 0
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(collectPercent)
	}
	if os.Getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(restingBytes + coreBytes*int64(runtime.GOMAXPROCS(0)))
	}
}
