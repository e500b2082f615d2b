package simulate

import (
	"math"
	"math/rand/v2"
)

// stream is one named sequence of random draws. It starts the same for the same seed, name and numbers, whatever
// other streams gave before.
type stream struct {
	pcg rand.PCG
}

// newStream opens the stream of a purpose. The numbers tell apart what the purpose is for: payer, claim, attempt.
func newStream(seed uint64, purpose string, numbers ...int) stream {
	const offset, prime = 14695981039346656037, 1099511628211 // FNV-1a, 64 bits
	name := uint64(offset)
	for i := range len(purpose) {
		name = (name ^ uint64(purpose[i])) * prime
	}
	state := mix(seed ^ name)
	for _, n := range numbers {
		state = mix(state ^ uint64(n))
	}
	var s stream
	s.pcg.Seed(state, mix(state))
	return s
}

// mix is the finaliser of SplitMix64: neighbours in, strangers out. PCG alone starts neighbouring seeds alike.
func mix(x uint64) uint64 {
	x += 0x9e3779b97f4a7c15
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}

// below draws from 0 to n-1, by the high half of a product; the bias is under n in 2^32. Requires 0 < n < 2^31.
func (s *stream) below(n int) int { return int((s.pcg.Uint64() >> 32) * uint64(n) >> 32) }

// between draws from low to high, both included.
func (s *stream) between(low, high int) int {
	if high <= low {
		return low
	}
	return low + s.below(high-low+1)
}

// unit draws from [0, 1).
func (s *stream) unit() float64 { return float64(s.pcg.Uint64()>>11) / (1 << 53) }

// chance is true with probability p.
func (s *stream) chance(p float64) bool { return s.unit() < p }

// permille is true n times in a thousand.
func (s *stream) permille(n int) bool { return s.below(1000) < n }

// normal draws from the standard normal distribution (Box and Muller).
func (s *stream) normal() float64 {
	return math.Sqrt(-2*math.Log(1-s.unit())) * math.Cos(2*math.Pi*s.unit())
}

// weighted draws an index with probability in proportion to its weight. Requires a positive sum.
func (s *stream) weighted(weights []int) int {
	sum := 0
	for _, w := range weights {
		sum += w
	}
	n := s.below(sum)
	for i, w := range weights {
		if n -= w; n < 0 {
			return i
		}
	}
	return len(weights) - 1
}

// one draws an element. Requires a non-empty list.
func one[T any](s *stream, list []T) T { return list[s.below(len(list))] }
