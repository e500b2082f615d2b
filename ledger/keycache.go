package ledger

import (
	"sync"
	"time"

	"github.com/assize/assize/internal/claim"
)

// keyCache keeps data keys that were unwrapped lately, by subject and by key id, so that a chunk whose families were
// seen before asks the database nothing. It is bounded by two generations: when the young one is full it becomes the
// old one, and what the old one held is forgotten.
type keyCache struct {
	mu         sync.Mutex
	limit      int
	lifetime   time.Duration
	young, old map[cacheKey]cachedKey
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
	return &keyCache{limit: limit, lifetime: lifetime, young: map[cacheKey]cachedKey{}, old: map[cacheKey]cachedKey{}}
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

func (c *keyCache) put(k cacheKey, key DataKey, now time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.store(k, cachedKey{key, now})
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
