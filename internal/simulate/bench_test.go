package simulate_test

import (
	"io"
	"testing"

	"github.com/assize/assize/internal/simulate"
)

// million is a world in the size of the largest load test; the claims asked of it are the benchmark's to choose.
func million(b *testing.B) *simulate.World {
	return world(b, func(o *simulate.Options) { o.Members, o.Providers, o.Claims = 60_000, 2000, 1_000_000 })
}

func BenchmarkClaims(b *testing.B) {
	w := million(b)
	b.ReportAllocs()
	b.ResetTimer()
	lines := 0
	for done := 0; done < b.N; {
		for sim := range w.Claims(1) {
			lines += len(sim.Claim.Lines)
			if done++; done == b.N {
				break
			}
		}
	}
	b.ReportMetric(float64(lines)/float64(b.N), "lines/claim")
}

func BenchmarkText(b *testing.B) {
	w := million(b)
	b.ReportAllocs()
	b.ResetTimer()
	done, size := 0, int64(0)
	for done < b.N {
		files, err := w.Documents(simulate.DocumentOptions{}, func(string) (io.WriteCloser, error) {
			if done >= b.N {
				return nil, io.EOF
			}
			return nopCloser{io.Discard}, nil
		}, func(simulate.Truth) error { done++; return nil })
		for _, f := range files {
			size += f.Bytes
		}
		if err != nil && done < b.N {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(size)/float64(done), "bytes/claim")
}

func BenchmarkWorld(b *testing.B) {
	for b.Loop() {
		million(b)
	}
}
