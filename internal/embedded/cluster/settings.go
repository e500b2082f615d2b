package cluster

import (
	"fmt"
	"slices"
	"strconv"
)

// arguments are the postmaster's. Settings travel on the command line, so that a cluster made by an older version
// gets today's settings.
func (c *Cluster) arguments() []string {
	list := []string{
		"-D", c.data(),
		"-k", c.socketDir,
		"-p", strconv.Itoa(port),
	}
	for _, s := range c.settings() {
		list = append(list, "-c", fmt.Sprintf("%s=%s", s.name, s.value))
	}
	return list
}

type setting struct{ name, value string }

func (c *Cluster) settings() []setting {
	list := []setting{
		{"listen_addresses", ""},
		{"unix_socket_permissions", "0700"},
		{"timezone", "UTC"},
		{"log_timezone", "UTC"},
		// The log must not hold personal data: no statement text, no DETAIL line, which quotes rows.
		{"log_min_messages", "warning"},
		{"log_min_error_statement", "panic"},
		{"log_error_verbosity", "terse"},
		// Four pools of Temporal, ours, and one a test that runs in parallel.
		{"max_connections", "300"},
		// Short transactions with literal SQL: compiling a plan never pays.
		{"jit", "off"},
		// Parallel plans would take the cores that workers use, and shared memory that containers limit to 64 MB.
		{"max_parallel_workers_per_gather", "0"},
		{"max_parallel_maintenance_workers", "0"},
		{"random_page_cost", "1.1"},
		{"work_mem", "16MB"},
		{"maintenance_work_mem", "64MB"},
		{"autovacuum_naptime", "15s"},
	}
	if c.volatile {
		return slices.Concat(list, volatileSettings())
	}
	return slices.Concat(list, durableSettings())
}

// durableSettings keep the promise that kill -9 or a power cut loses nothing committed, and make room: bulk loads
// write much in little time, and each checkpoint costs full pages afterwards.
func durableSettings() []setting {
	return []setting{
		{"fsync", "on"},
		{"synchronous_commit", "on"},
		{"full_page_writes", "on"},
		{"shared_buffers", "512MB"},
		{"wal_buffers", "16MB"},
		// A segment of the log is written once, not first with zeros: that costs a bulk load 15 µs a claim. What is committed is
		// flushed as before, with the blocks that the file system finds for it.
		{"wal_init_zero", "off"},
		{"wal_compression", "off"}, // packing a page takes 80 µs, and emptying the staging of a large batch logs every page
		{"min_wal_size", "512MB"},
		{"max_wal_size", "4GB"},
		{"checkpoint_timeout", "15min"},
		{"checkpoint_completion_target", "0.9"},
	}
}

// volatileSettings are for tests: nothing has to outlive the process.
func volatileSettings() []setting {
	return []setting{
		{"fsync", "off"},
		{"synchronous_commit", "off"},
		{"full_page_writes", "off"},
		{"shared_buffers", "64MB"},
		{"max_wal_size", "1GB"},
	}
}
