package main

import (
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"time"
)

// meter adds up what each step costs, in thread CPU time of the goroutine that takes it. What the garbage collector
// and the Postgres driver's own goroutines spend is not in a step, but in the process's total.
type meter struct {
	mu    sync.Mutex
	steps map[string]*stepCost
}

type stepCost struct {
	claims int
	wall   time.Duration
	cpu    time.Duration
}

func newMeter() *meter { return &meter{steps: map[string]*stepCost{}} }

// measure begins a step on the calling goroutine, which keeps its thread until the step ends.
func (m *meter) measure(step string) func(claims int) {
	runtime.LockOSThread()
	wall, cpu := time.Now(), threadCPU()
	return func(claims int) {
		spentWall, spentCPU := time.Since(wall), threadCPU()-cpu
		runtime.UnlockOSThread()
		m.mu.Lock()
		defer m.mu.Unlock()
		cost := m.steps[step]
		if cost == nil {
			cost = &stepCost{}
			m.steps[step] = cost
		}
		cost.claims += claims
		cost.wall += spentWall
		cost.cpu += spentCPU
	}
}

// reset forgets what was measured so far.
func (m *meter) reset() {
	m.mu.Lock()
	defer m.mu.Unlock()
	clear(m.steps)
}

// ticksPerSecond is USER_HZ, which Linux fixes at 100 for what /proc shows.
const ticksPerSecond = 100

// childrenCPU is the CPU time of this process's children and theirs, dead ones included once they were waited for:
// with embedded engines, that of Postgres.
func childrenCPU() time.Duration {
	self := os.Getpid()
	parents, ticks := map[int]int{}, map[int]int64{}
	for pid, fields := range processes() {
		parents[pid] = number(fields, 1)
		for _, at := range []int{11, 12, 13, 14} { // utime, stime, cutime, cstime
			ticks[pid] += int64(number(fields, at))
		}
	}
	var sum int64
	for pid := range parents {
		if pid != self && descends(pid, self, parents) {
			sum += ticks[pid]
		}
	}
	return time.Duration(sum) * time.Second / ticksPerSecond
}

// childrenMemory is the memory of the same processes: what each has for itself, and the largest part that one of them
// shares with others, which with Postgres is its shared buffers.
func childrenMemory() int64 {
	self := os.Getpid()
	parents := map[int]int{}
	for pid, fields := range processes() {
		parents[pid] = number(fields, 1)
	}
	var own, shared int64
	for pid := range parents {
		if pid != self && descends(pid, self, parents) {
			resident, common := memoryOf(pid)
			own += resident - common
			shared = max(shared, common)
		}
	}
	return own + shared
}

// descends tells whether a process is below another. Eight generations are more than Postgres makes; the bound is for what /proc says
// while processes come and go.
func descends(pid, from int, parents map[int]int) bool {
	for range 8 {
		pid = parents[pid]
		if pid == from {
			return true
		}
	}
	return false
}

// processes reads /proc: the fields of each stat after the command name, beginning with the state.
func processes() map[int][]string {
	found := map[int][]string{}
	files, err := filepath.Glob("/proc/[0-9]*/stat")
	if err != nil {
		return found
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			continue // it has ended meanwhile
		}
		pid, err := strconv.Atoi(filepath.Base(filepath.Dir(file)))
		end := strings.LastIndexByte(string(text), ')')
		if err == nil && end > 0 {
			found[pid] = strings.Fields(string(text[end+1:]))
		}
	}
	return found
}

// number reads a field of /proc, or 0: a process that ended while it was read has none.
func number(fields []string, at int) int {
	if at >= len(fields) {
		return 0
	}
	n, err := strconv.Atoi(fields[at])
	if err != nil {
		return 0
	}
	return n
}

// memoryOf reads the resident memory of a process and the part of it that is shared.
func memoryOf(pid int) (resident, shared int64) {
	text, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/statm")
	if err != nil {
		return 0, 0 // it has ended meanwhile
	}
	fields, page := strings.Fields(string(text)), int64(os.Getpagesize())
	return int64(number(fields, 1)) * page, int64(number(fields, 2)) * page
}
