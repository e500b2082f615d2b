package ledger_test

import (
	"errors"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/assize/assize/internal/claim"
	"github.com/assize/assize/ledger"
)

// What stands behind a claim is not shown when it is not what was recorded.
func TestEntriesOfAClaimThatWereChangedAreRefused(t *testing.T) {
	for name, tc := range map[string]struct {
		sql  string
		want claim.Kind
	}{
		"bytes":            {`update ledger_entry set bytes = set_byte(bytes, 250, get_byte(bytes, 250) # 1) where seq = 2`, claim.Conflict},
		"leaf hash":        {`update ledger_entry set leaf_hash = sha256(leaf_hash) where seq = 2`, claim.Conflict},
		"evidence":         {`update evidence set sealed = set_byte(sealed, 5, get_byte(sealed, 5) # 1)`, claim.Conflict},
		"decision":         {`update evidence set decision = set_byte(decision, 5, get_byte(decision, 5) # 1)`, claim.Conflict},
		"no entry's bytes": {`alter table ledger_entry drop constraint ledger_entry_version_ck; update ledger_entry set bytes = set_byte(bytes, 0, 9) where seq = 2`, claim.Invalid},
	} {
		t.Run(name, func(t *testing.T) {
			pool := newLedger(t)
			appended(t, pool, 1, "changed", 3)
			entries, _ := material("changed", 3)
			if _, err := ledger.EntriesOf(t.Context(), pool, 1, entries[1].Claim); err != nil {
				t.Fatal(err)
			}
			if _, err := pool.Exec(t.Context(), `set session_replication_role = replica; `+tc.sql+`; set session_replication_role = origin`); err != nil {
				t.Fatal(err)
			}
			if list, err := ledger.EntriesOf(t.Context(), pool, 1, entries[1].Claim); err == nil || claim.KindOf(err) != tc.want {
				t.Errorf("got %d entries, %v", len(list), err)
			}
		})
	}
}

// Who stops reading leaves the transaction usable, and gets their own error.
func TestAReaderMayStop(t *testing.T) {
	pool := newLedger(t)
	appended(t, pool, 1, "stopped", 3)
	enough := errors.New("enough")
	err := pgx.BeginFunc(t.Context(), pool, func(tx pgx.Tx) error {
		seen := 0
		err := ledger.EachEntry(t.Context(), tx, 1, ledger.Decisions, 2, false, func(r ledger.Record) error {
			if seen++; r.Evidence != nil || r.Decision != nil {
				t.Error("sealed records come unasked")
			}
			return enough
		})
		if !errors.Is(err, enough) || seen != 1 {
			t.Errorf("got %v after %d entries", err, seen)
		}
		_, err = ledger.ReadHead(t.Context(), tx, 1, ledger.Decisions)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// A chain may be verified without its sealed records: that they are not read is no fault.
func TestAChainIsVerifiedWithoutItsRecords(t *testing.T) {
	pool := newLedger(t)
	appended(t, pool, 1, "bare", 3)
	report, err := ledger.VerifyStore(t.Context(), pool, 1, ledger.Decisions, false)
	if err != nil || report.Err() != nil || report.Entries != 3 || report.Sealed != 0 {
		t.Errorf("got %+v, %v", report, err)
	}
}
