package ledger_test

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"strconv"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/assize/assize/internal/claim"
	"github.com/assize/assize/ledger"
)

const chunk = 2000 // claims a transaction

// cpu measures what a benchmark costs this process and the backend of its connection, in µs a claim: wall time says little
// on a shared machine.
type cpu struct {
	backend int
	own     time.Duration
	theirs  time.Duration
}

func startCPU(b *testing.B, tx pgx.Tx) *cpu {
	b.Helper()
	c := &cpu{}
	if err := tx.QueryRow(b.Context(), `select pg_backend_pid()`).Scan(&c.backend); err != nil {
		b.Fatal(err)
	}
	c.own, c.theirs = c.read(b)
	return c
}

func (c *cpu) read(b *testing.B) (own, theirs time.Duration) {
	b.Helper()
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		b.Fatal(err)
	}
	own = time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", c.backend))
	if err != nil {
		return own, 0 // not Linux, or a server elsewhere
	}
	fields := bytes.Fields(stat[bytes.LastIndexByte(stat, ')')+1:])
	for _, f := range fields[11:13] { // utime and stime, in hundredths of a second
		ticks, err := strconv.Atoi(string(f))
		if err != nil {
			b.Fatal(err)
		}
		theirs += time.Duration(ticks) * 10 * time.Millisecond
	}
	return own, theirs
}

func (c *cpu) report(b *testing.B, claims int) {
	b.Helper()
	own, theirs := c.read(b)
	b.ReportMetric(float64((own-c.own).Microseconds())/float64(claims), "go-µs/claim")
	b.ReportMetric(float64((theirs-c.theirs).Microseconds())/float64(claims), "pg-µs/claim")
}

// BenchmarkRecord writes chunks of 2,000 claims in one transaction each: the fingerprints of four lines, then sealed records,
// then entries. Each sub-benchmark does one of them, the last one all.
func BenchmarkRecord(b *testing.B) {
	for _, part := range []string{"holds", "evidence", "entries", "all"} {
		b.Run(part, func(b *testing.B) { benchmarkRecord(b, part) })
	}
}

func benchmarkRecord(b *testing.B, part string) {
	connection, err := newLedger(b).Acquire(b.Context())
	if err != nil {
		b.Fatal(err)
	}
	defer connection.Release()
	random := rand.NewChaCha8([32]byte{1})
	draw := func(p []byte) {
		if _, err := random.Read(p); err != nil {
			b.Fatal(err)
		}
	}
	entries, rows := material("bench", chunk)
	holds := make([]ledger.Hold, 0, 4*chunk)
	var c *cpu
	claims := 0
	b.ReportAllocs()
	for b.Loop() {
		b.StopTimer()
		holds = holds[:0]
		for i, e := range entries {
			e.ID, e.Claim, e.Added = claim.NewID(), claim.NewID(), make([]ledger.HeldFingerprint, 4)
			rows[i].Entry, rows[i].Claim = e.ID, e.Claim
			for l := range e.Added {
				e.Added[l].Line = l + 1
				draw(e.Added[l].Value[:])
				holds = append(holds, ledger.Hold{Fingerprint: e.Added[l].Value, Holder: ledger.Holder{Claim: e.Claim, Line: l + 1}})
			}
		}
		b.StartTimer()
		err := pgx.BeginFunc(b.Context(), connection, func(tx pgx.Tx) error {
			if c == nil {
				c = startCPU(b, tx)
			}
			if part == "holds" || part == "all" {
				if lost, err := ledger.HoldFingerprints(b.Context(), tx, 1, holds); err != nil || len(lost) > 0 {
					return fmt.Errorf("lost %d: %w", len(lost), err)
				}
			}
			if part == "evidence" || part == "all" {
				if err := ledger.PutEvidence(b.Context(), tx, 1, rows); err != nil {
					return err
				}
			}
			if part == "entries" || part == "all" {
				head, err := ledger.LockHead(b.Context(), tx, 1, ledger.Decisions)
				if err != nil {
					return err
				}
				_, err = ledger.Append(b.Context(), tx, head, claim.InstantOf(time.Now()), entries)
				return err
			}
			return nil
		})
		if err != nil {
			b.Fatal(err)
		}
		claims += chunk
	}
	c.report(b, claims)
	b.ReportMetric(float64(claims)/b.Elapsed().Seconds(), "claims/s")
}

// BenchmarkVerify verifies a chain in memory, without sealed records.
func BenchmarkVerify(b *testing.B) {
	entries, _ := material("verify", 10_000)
	linked, _, err := ledger.Link(ledger.Head{Payer: 1, Chain: ledger.Decisions}, start, entries)
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		v := ledger.NewVerifier(1, ledger.Decisions)
		for i := range linked {
			v.Add(ledger.Record{Bytes: linked[i].Bytes, Leaf: linked[i].Leaf})
		}
		if report := v.Finish(); report.Err() != nil {
			b.Fatal(report.Err())
		}
	}
	b.ReportMetric(float64(b.N)*float64(len(linked))/b.Elapsed().Seconds(), "entries/s")
}

// BenchmarkForSubjects asks for the keys of 2,000 subjects: never seen, seen by another process, and seen by this one.
func BenchmarkForSubjects(b *testing.B) {
	pool := keyDatabase(b)
	known := make([]ledger.Subject, chunk)
	for i := range known {
		known[i] = claim.NewID()
	}
	warm, _ := newKeys(b, pool, 1)
	if _, err := warm.ForSubjects(b.Context(), 1, known); err != nil {
		b.Fatal(err)
	}
	for _, name := range []string{"new", "stored", "cached"} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				b.StopTimer()
				keys, subjects := warm, known
				switch name {
				case "new":
					subjects = make([]ledger.Subject, chunk)
					for i := range subjects {
						subjects[i] = claim.NewID()
					}
				case "stored":
					keys, _ = newKeys(b, pool, 1)
				}
				b.StartTimer()
				if _, err := keys.ForSubjects(b.Context(), 1, subjects); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N)/chunk, "µs/subject")
		})
	}
}
