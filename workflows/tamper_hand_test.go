package workflows_test

import (
	"slices"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// attacks are what somebody does who knows the tables and has switched triggers and checks off.
var attacks = map[string]string{
	"two entries exchanged": `
		update ledger_entry set seq = -seq where payer_id = 1 and seq in (2, 3);
		update ledger_entry set seq = 5 + seq where payer_id = 1 and seq < 0`,
	"the tail and what the head says of it": `
		delete from ledger_entry where payer_id = 1 and seq > 4;
		update ledger_head h set seq = 4, leaf_hash = e.leaf_hash, at_micros = ('x' || encode(substring(e.bytes from 48 for 8), 'hex'))::bit(64)::bigint
			from ledger_entry e where e.payer_id = 1 and e.seq = 4 and h.payer_id = 1;
		delete from claim c where payer_id = 1 and not exists (select from ledger_entry e where e.payer_id = 1 and e.claim_id = c.claim_id)`,
	"an entry twice": `
		insert into ledger_entry select payer_id, chain, (select max(seq) + 1 from ledger_entry where payer_id = 1), entry_id, claim_id, leaf_hash, bytes
			from ledger_entry where payer_id = 1 and seq = 2;
		update ledger_head set seq = seq + 1, leaf_hash = (select leaf_hash from ledger_entry where payer_id = 1 and seq = 2) where payer_id = 1`,
	"an entry of another payer": `
		update ledger_entry e set bytes = o.bytes, leaf_hash = o.leaf_hash, entry_id = o.entry_id, claim_id = o.claim_id
			from ledger_entry o where o.payer_id = 2 and o.seq = 2 and e.payer_id = 1 and e.seq = 2`,
	"sealed evidence of two claims exchanged": `
		update evidence e set sealed = o.sealed from evidence o, (select entry_id from evidence where payer_id = 1 order by entry_id limit 2) two
			where e.payer_id = 1 and o.payer_id = 1 and e.entry_id in (select entry_id from evidence where payer_id = 1 order by entry_id limit 2)
			and o.entry_id = two.entry_id and o.entry_id <> e.entry_id`,
	"sealed evidence taken out": `delete from evidence where payer_id = 1 and entry_id = (select entry_id from evidence where payer_id = 1 limit 1)`,
	"control numbers of two claims exchanged": `
		update claim set control_number = -control_number where payer_id = 1 and control_number in (select control_number from claim where payer_id = 1 order by 1 limit 2);
		update claim set control_number = (select -sum(control_number) from claim where payer_id = 1 and control_number < 0) + control_number where payer_id = 1 and control_number < 0`,
	"a paid claim set back to its pend": `
		update claim c set outcome = 'pend', paid_cents = 0, patient_owes_cents = 0, entry_id = first.entry_id
			from (select claim_id, (array_agg(entry_id order by seq))[1] as entry_id from ledger_entry where payer_id = 1 group by claim_id having count(*) > 1) first
			where c.payer_id = 1 and c.claim_id = first.claim_id`,
	"a claim that no entry is about": `
		insert into claim select payer_id, gen_random_uuid(), 900, batch_id, document_id, 900, patient_control_number, beneficiary, family_id,
			billing_npi, received, service_from, service_through, outcome, entry_id, charge_cents, paid_cents, patient_owes_cents, carcs, flagged, history
			from claim where payer_id = 1 limit 1`,
	"a claim's row gone":              `delete from claim where payer_id = 1 and outcome = 'deny'`,
	"accumulators set to nothing":     `delete from accumulator where payer_id = 1`,
	"a used authorisation given back": `update prior_authorization set used_thousandths = 0 where payer_id = 1 and used_thousandths > 0`,
	"a case closed":                   `update pend_case set closed_at = now() where payer_id = 1 and closed_at is null`,
	"a review taken away":             `delete from review_action where payer_id = 1`,
	"fingerprints let go":             `delete from fingerprint_live where payer_id = 1`,
	"a fingerprint given to another":  `update fingerprint_live set claim_id = gen_random_uuid() where payer_id = 1`,
	"a payer gone with all that was its": `delete from ledger_entry where payer_id = 2; delete from ledger_head where payer_id = 2; delete from claim where payer_id = 2;
		delete from evidence where payer_id = 2; delete from batch where payer_id = 2; delete from document where payer_id = 2; delete from payer where payer_id = 2`,
}

// keyAttacks are the same in the database of the keys.
var keyAttacks = map[string]string{
	"wrapped keys of two people exchanged": `
		update data_key k set wrapped = o.wrapped from data_key o, (select key_id from data_key where payer_id = 1 order by key_id limit 2) two
			where k.payer_id = 1 and o.payer_id = 1 and k.key_id in (select key_id from data_key where payer_id = 1 order by key_id limit 2)
			and o.key_id = two.key_id and o.key_id <> k.key_id`,
	"two people exchanged": `
		create temporary table before on commit drop as select key_id, subject from data_key where payer_id = 1 order by key_id limit 2;
		update data_key k set subject = null where key_id in (select key_id from before);
		update data_key k set subject = (select subject from before b where b.key_id <> k.key_id) where key_id in (select key_id from before)`,
	"a key gone":                                 `delete from data_key where payer_id = 1 and key_id = (select key_id from data_key where payer_id = 1 order by key_id limit 1)`,
	"a period's key gone, to be made anew":       `delete from period_key where payer_id = 1 and purpose = 'fingerprint'`,
	"another payer's key in a period's place":    `update period_key k set wrapped = o.wrapped from period_key o where k.payer_id = 1 and o.payer_id = 2 and k.purpose = o.purpose and k.period = o.period`,
	"the key gone that names unknown patients":   `delete from period_key where payer_id = 1 and purpose = 'subject'`,
	"all keys said to be wrapped by another key": `update data_key set kek = '\x0000000000000000'`,
}

// Each attack is found by verifying, replaying or holding the tables against the ledger.
func TestTamperingByHandIsFound(t *testing.T) {
	x := newExhibit(t)
	for _, side := range []struct {
		pool    *pgxpool.Pool
		attacks map[string]string
	}{{x.pool, attacks}, {x.keys, keyAttacks}} {
		x.keep(side.pool)
		for name, sql := range side.attacks {
			t.Run(name, func(t *testing.T) {
				x.unguarded(side.pool, sql)
				by, what := x.finding(&column{pool: side.pool})
				if by == "" {
					t.Error("it is not found")
				}
				t.Logf("found by %s: %s", by, what)
				x.restore(side.pool)
			})
		}
		if by, what := x.finding(nil); by != "" {
			t.Errorf("after everything was put back %s finds %s", by, what)
		}
	}
}

// unguarded runs statements with triggers off, in one transaction.
func (x *exhibit) unguarded(pool *pgxpool.Pool, sql string) {
	x.t.Helper()
	err := pgx.BeginFunc(x.t.Context(), pool, func(tx pgx.Tx) error {
		_, err := tx.Exec(x.t.Context(), `set local session_replication_role = replica; `+sql)
		return err
	})
	if err != nil {
		x.t.Fatal(err)
	}
}

// changeable lists the tables that attacks change.
func (x *exhibit) changeable(pool *pgxpool.Pool) (tables []string) {
	for _, c := range x.columns {
		if c.pool == pool && c.table != "artifact" && !slices.Contains(tables, c.table) {
			tables = append(tables, c.table)
		}
	}
	return tables
}

// keep copies the tables aside, and restore puts them back.
func (x *exhibit) keep(pool *pgxpool.Pool) {
	x.t.Helper()
	sql := `create schema kept`
	for _, table := range x.changeable(pool) {
		sql += `; create table kept.` + table + ` as table ` + table
	}
	x.unguarded(pool, sql)
}

func (x *exhibit) restore(pool *pgxpool.Pool) {
	x.t.Helper()
	sql := ``
	for _, table := range x.changeable(pool) {
		sql += `; delete from ` + table + `; insert into ` + table + ` select * from kept.` + table
	}
	x.unguarded(pool, sql)
}
