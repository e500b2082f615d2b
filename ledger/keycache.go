package ledger

import (
	"sync"
	"time"

	"github.com/assize/assize/internal/claim"
)

// keyCache keeps data keys that were unwrapped lately, by subject and by key id, so that a chunk whose families were
// seen before asks the database nothing. It is bounded by two generations: when the young one is full it becomes the
// old one, and what the old one held is forgotten. All it holds was read after as many erasures as it knows of.
type keyCache struct {
	mu         sync.Mutex
	limit      int
	lifetime   time.Duration
	young, old map[cacheKey]cachedKey
	erased     map[claim.PayerID]Erasures
}

type cacheKey struct {
	payer     claim.PayerID
	bySubject bool
	id        claim.ID
}

type cachedKey struct {
	key    DataKey
	loaded time.Time
}

func newKeyCache(limit int, lifetime time.Duration) *keyCache {
	return &keyCache{limit: limit, lifetime: lifetime, young: map[cacheKey]cachedKey{}, old: map[cacheKey]cachedKey{}, erased: map[claim.PayerID]Erasures{}}
}

// get answers a key loaded less than a lifetime ago: an erasure elsewhere takes effect here within that time.
func (c *keyCache) get(k cacheKey, now time.Time) (DataKey, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	found, ok := c.young[k]
	if !ok {
		if found, ok = c.old[k]; ok {
			c.store(k, found)
		}
	}
	if !ok || now.Sub(found.loaded) >= c.lifetime {
		return DataKey{}, false
	}
	return found.key, true
}

// put keeps a key that was read after so many erasures; when there were more since, it may be one of those.
func (c *keyCache) put(k cacheKey, key DataKey, since Erasures, now time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.erased[k.payer] == since {
		c.store(k, cachedKey{key, now})
	}
}

// erasures tells how many erasures of a payer are known of.
func (c *keyCache) erasures(payer claim.PayerID) (Erasures, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	n, known := c.erased[payer]
	return n, known
}

// begin sets how many erasures of a payer are known of, unless somebody did, and returns it.
func (c *keyCache) begin(payer claim.PayerID, n Erasures) Erasures {
	c.mu.Lock()
	defer c.mu.Unlock()
	if _, known := c.erased[payer]; !known {
		c.erased[payer] = n
	}
	return c.erased[payer]
}

// restart forgets every key and goes on from another number of erasures of a payer.
func (c *keyCache) restart(payer claim.PayerID, n Erasures) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.young, c.old = map[cacheKey]cachedKey{}, map[cacheKey]cachedKey{}
	c.erased[payer] = n
}

func (c *keyCache) store(k cacheKey, v cachedKey) {
	if len(c.young) >= c.limit {
		c.young, c.old = make(map[cacheKey]cachedKey, c.limit), c.young
	}
	c.young[k] = v
}

// forget drops a key at once, in this process.
func (c *keyCache) forget(keys ...cacheKey) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, k := range keys {
		delete(c.young, k)
		delete(c.old, k)
	}
}
