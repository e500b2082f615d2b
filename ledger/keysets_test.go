package ledger_test

import (
	"crypto/rand"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/assize/assize/internal/claim"
	"github.com/assize/assize/ledger"
)

// What a first start seals under the key that it makes, the next opens with the key of the file.
func TestAKeyThatIsMadeIsTheOneInItsFile(t *testing.T) {
	pool, path := keyDatabase(t), filepath.Join(t.TempDir(), "kek")
	made, err := ledger.CreateKeyEncryptionKey(path, rand.Reader)
	if err != nil || made == nil {
		t.Fatalf("got %v, %v", made, err)
	}
	loaded, err := ledger.LoadKeyEncryptionKey(path)
	if err != nil {
		t.Fatal(err)
	}
	subject := []ledger.Subject{claim.NewID()}
	first, err := ledger.NewKeys(pool, made, rand.Reader, time.Now).ForSubjects(t.Context(), 1, subject)
	if err != nil {
		t.Fatal(err)
	}
	again, err := ledger.NewKeys(pool, loaded, rand.Reader, time.Now).ForReading().ForSubjects(t.Context(), 1, subject)
	if err != nil || again[subject[0]].ID != first[subject[0]].ID {
		t.Errorf("the file's key opens %v, %v", again, err)
	}
}

// One call answers for each that it was asked about, whatever stands before it: a subject named twice, or a key destroyed.
func TestKeysAskedForTogetherAreAllAnswered(t *testing.T) {
	pool := keyDatabase(t)
	keys, _ := newKeys(t, pool, 1)
	subjects := []ledger.Subject{claim.NewID(), claim.NewID(), claim.NewID(), claim.NewID()}
	twice := []ledger.Subject{subjects[0], subjects[0], subjects[1], subjects[1], subjects[2], subjects[3]}
	for _, process := range []string{"made", "in the cache"} {
		if found, err := keys.ForSubjects(t.Context(), 1, twice); err != nil || len(found) != len(subjects) {
			t.Fatalf("%s: got %d keys of %d subjects, %v", process, len(found), len(subjects), err)
		}
	}
	made, err := keys.ForSubjects(t.Context(), 1, subjects)
	if err != nil {
		t.Fatal(err)
	}
	ids := make([]claim.ID, len(subjects))
	for i, s := range subjects {
		ids[i] = made[s].ID
	}
	for _, erased := range []int{0, 1} {
		if err := keys.Erase(t.Context(), 1, subjects[erased]); err != nil {
			t.Fatal(err)
		}
	}
	sealed := map[claim.ID]bool{ids[0]: true, ids[1]: true}
	for _, order := range [][]claim.ID{ids, reversed(ids)} {
		fresh, _ := newKeys(t, pool, 1)
		found, err := fresh.ForIDs(t.Context(), 1, order)
		if err != nil || len(found) != len(ids) {
			t.Fatalf("got %d of %d keys, %v", len(found), len(ids), err)
		}
		for id, key := range found {
			if gone := key == (ledger.DataKey{ID: id}); gone != sealed[id] {
				t.Errorf("key %s: gone: %t, want %t", id, gone, sealed[id])
			}
		}
	}
}

func reversed(ids []claim.ID) []claim.ID {
	list := slices.Clone(ids)
	slices.Reverse(list)
	return list
}

// Who only looks makes no key: neither a subject's nor a period's.
func TestWhoOnlyLooksMakesNoKey(t *testing.T) {
	pool := keyDatabase(t)
	keys, _ := newKeys(t, pool, 1)
	looking := keys.ForReading()
	if _, err := looking.ForSubjects(t.Context(), 1, []ledger.Subject{claim.NewID()}); claim.KindOf(err) != claim.NotFound {
		t.Errorf("a subject's key: got %v, want NotFound", err)
	}
	if _, err := looking.ForPeriods(t.Context(), 1, []ledger.Period{20251}); claim.KindOf(err) != claim.NotFound {
		t.Errorf("a period's key: got %v, want NotFound", err)
	}
	if held, err := ledger.HoldsKeys(t.Context(), pool); held || err != nil {
		t.Errorf("there are keys now: %t, %v", held, err)
	}
	if _, err := keys.ForPeriods(t.Context(), 1, []ledger.Period{20251}); err != nil {
		t.Fatal(err)
	}
	if held, err := ledger.HoldsKeys(t.Context(), pool); !held || err != nil {
		t.Errorf("a period's key is not found: %t, %v", held, err)
	}
}

// An erasure that found nothing to erase is none: it would send every recorder back to its keys.
func TestErasingNobodyIsNoErasure(t *testing.T) {
	pool := keyDatabase(t)
	keys, _ := newKeys(t, pool, 1)
	before, err := keys.Erasures(t.Context(), 1)
	if err != nil {
		t.Fatal(err)
	}
	if err := keys.Erase(t.Context(), 1, claim.NewID()); claim.KindOf(err) != claim.NotFound {
		t.Errorf("got %v, want NotFound", err)
	}
	fresh, _ := newKeys(t, pool, 1)
	if after, err := fresh.Erasures(t.Context(), 1); err != nil || after != before {
		t.Errorf("got %d and %v, want %d erasures as before", after, err, before)
	}
}
