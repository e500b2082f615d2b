package ledger

import (
	"testing"
	"time"

	"github.com/assize/assize/internal/claim"
)

func cacheKeyOf(n int) cacheKey { return cacheKey{1, true, claim.ID{0: byte(n), 1: byte(n >> 8)}} }

func TestKeyCacheIsBoundedAndKeepsWhatIsUsed(t *testing.T) {
	now := time.Unix(0, 0)
	c := newKeyCache(10, time.Minute)
	for n := range 1000 {
		c.put(cacheKeyOf(n), DataKey{ID: claim.ID{9}}, 0, now)
		if _, ok := c.get(cacheKeyOf(0), now); !ok {
			t.Fatalf("the key in use was forgotten after %d others", n)
		}
		if held := len(c.young) + len(c.old); held > 20 {
			t.Fatalf("%d keys held, want at most two generations of 10", held)
		}
	}
	if _, ok := c.get(cacheKeyOf(1), now); ok {
		t.Error("a key not used for 998 others is still held")
	}
	for n := 990; n < 1000; n++ { // a generation's worth of others came since, at most
		if _, ok := c.get(cacheKeyOf(n), now); !ok {
			t.Errorf("key %d of the last ten was forgotten", n)
		}
	}
}

func TestKeyCacheAnswersNothingPastItsLifetime(t *testing.T) {
	now := time.Unix(0, 0)
	c := newKeyCache(1, time.Minute)
	c.put(cacheKeyOf(1), DataKey{}, 0, now)
	if _, ok := c.get(cacheKeyOf(1), now.Add(time.Minute-1)); !ok {
		t.Error("forgotten before its time")
	}
	if _, ok := c.get(cacheKeyOf(1), now.Add(time.Minute)); ok {
		t.Error("still answered after a minute: an erasure elsewhere would not be seen")
	}
	c.put(cacheKeyOf(2), DataKey{}, 0, now)
	c.forget(cacheKeyOf(1), cacheKeyOf(2))
	for n := 1; n <= 2; n++ {
		if _, ok := c.get(cacheKeyOf(n), now); ok {
			t.Errorf("key %d is answered after it was forgotten", n)
		}
	}
}

// A key that was on its way from the database while another process erased it is not kept.
func TestKeyCacheKeepsNothingReadBeforeAnErasureItKnowsOf(t *testing.T) {
	now := time.Unix(0, 0)
	c := newKeyCache(10, time.Minute)
	if got := []Erasures{c.begin(1, 3), c.begin(1, 4)}; got[0] != 3 || got[1] != 3 {
		t.Errorf("it begins at %v, want the first twice", got)
	}
	c.put(cacheKeyOf(1), DataKey{}, 3, now)
	if _, ok := c.get(cacheKeyOf(1), now); !ok {
		t.Error("a key read since is not kept")
	}
	c.restart(1, 5)
	c.put(cacheKeyOf(2), DataKey{}, 3, now)
	for n := 1; n <= 2; n++ {
		if _, ok := c.get(cacheKeyOf(n), now); ok {
			t.Errorf("key %d was read before the fifth erasure and is answered after it", n)
		}
	}
	if n, known := c.erasures(1); !known || n != 5 {
		t.Errorf("it knows of %d erasures (%t), want 5", n, known)
	}
}
