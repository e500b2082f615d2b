-- The ledger: what was decided, so that a later change is seen.
--
-- The hashed bytes are the stored bytes (bytea). Columns beside them only find them, and a CHECK ties each to its place in
-- layout version 1 (see the package comment of ledger). Hashes are made and verified in Go alone.
-- These tables hold opaque ids, digests, commitments, keyed fingerprints and ciphertext: no name, code, date of
-- service or amount. Erasing a data key, which lives in a database of its own, erases what the ciphertext says.

-- The last entry of each chain. Locked just before commit: an append is serialised here and nowhere else.
create table ledger_head (
	payer_id  int      not null,
	chain     smallint not null, -- 1 decisions, 2 access
	seq       bigint   not null, -- 0: no entry yet
	leaf_hash bytea    not null, -- of entry seq; zeros before the first
	at_micros bigint   not null, -- time of entry seq, microseconds UTC
	constraint ledger_head_pk primary key (payer_id, chain),
	constraint ledger_head_payer_fk foreign key (payer_id) references payer,
	constraint ledger_head_chain_ck check (chain in (1, 2)),
	constraint ledger_head_seq_ck check (seq >= 0),
	constraint ledger_head_leaf_ck check (octet_length(leaf_hash) = 32),
	constraint ledger_head_at_ck check (at_micros >= 0)
) with (fillfactor = 10); -- one hot row a payer: updates stay on its page

create table ledger_entry (
	payer_id  int      not null,
	chain     smallint not null,
	seq       bigint   not null,
	entry_id  uuid     not null,
	claim_id  uuid     not null, -- zeros when the entry is not about a claim
	leaf_hash bytea    not null, -- SHA-256(0x00 ‖ bytes): tells which entry was changed, not only that one was
	bytes     bytea    not null,
	constraint ledger_entry_pk primary key (payer_id, chain, seq), -- reading in order: verify, export
	constraint ledger_entry_leaf_ck check (octet_length(leaf_hash) = 32),
	constraint ledger_entry_bytes_ck check (octet_length(bytes) between 335 and 4096000),
	constraint ledger_entry_version_ck check (get_byte(bytes, 0) = 1),
	constraint ledger_entry_columns_ck check (
		substring(bytes from 2 for 13) = int4send(payer_id) || substring(int2send(chain) from 2) || int8send(seq)
		and substring(bytes from 56 for 32) = uuid_send(entry_id) || uuid_send(claim_id))
) with (toast_tuple_target = 8160, autovacuum_vacuum_insert_threshold = -1, autovacuum_analyze_scale_factor = 2);
alter table ledger_entry alter column bytes set storage external; -- hashes and random bytes do not compress
create index ledger_entry_claim_ix on ledger_entry (payer_id, claim_id); -- status, replay: the entries of a claim

-- Sealed evidence and decision of an entry. Written before the head is locked; the entry commits to both.
create table evidence (
	payer_id int   not null,
	entry_id uuid  not null,
	claim_id uuid  not null, -- bound into the seal
	sealed   bytea not null, -- sections, each under its own subject's key
	decision bytea not null,
	constraint evidence_pk primary key (payer_id, entry_id), -- replay; one evidence an entry
	constraint evidence_sealed_ck check (octet_length(sealed) >= 2),
	constraint evidence_decision_ck check (octet_length(decision) >= 2)
) with (toast_tuple_target = 8160, autovacuum_vacuum_insert_threshold = -1, autovacuum_analyze_scale_factor = 2); -- most rows stay in the main table, where one write does
alter table evidence alter column sealed set storage external; -- ciphertext does not compress
alter table evidence alter column decision set storage external;
-- Rows of 3 KB are found by their key alone: measuring samples 3,000 of them, not 30,000, which would take 100 MB.
alter table evidence alter column payer_id set statistics 10, alter column entry_id set statistics 10,
	alter column claim_id set statistics 10, alter column sealed set statistics 0, alter column decision set statistics 0;

-- Who holds a fingerprint now: paid lines and pended claims. A projection of the entries, rebuilt from them;
-- its primary key is what makes the second of two copies of a claim lose, whichever connection it comes on.
create table fingerprint_live (
	payer_id    int      not null,
	fingerprint bytea    not null,
	claim_id    uuid     not null,
	line        smallint not null, -- 0: the claim as a whole (institutional)
	pended      boolean  not null,
	constraint fingerprint_live_pk primary key (payer_id, fingerprint), -- the probe, and the race
	constraint fingerprint_live_size_ck check (octet_length(fingerprint) = 16),
	constraint fingerprint_live_line_ck check (line >= 0)
) with (autovacuum_vacuum_insert_threshold = -1, autovacuum_analyze_scale_factor = 2);

-- Append-only is refused here for everybody, the owner included; who may switch triggers off is found by the verifier.
create function ledger_refuse() returns trigger language plpgsql as $$
begin
	raise exception '% on %: it is append-only', tg_op, tg_table_name
		using errcode = 'restrict_violation', constraint = tg_table_name || '_append_only';
end $$;

create trigger ledger_entry_append_only before update or delete or truncate on ledger_entry
	for each statement execute function ledger_refuse();
create trigger evidence_append_only before update or delete or truncate on evidence
	for each statement execute function ledger_refuse();
create trigger ledger_head_append_only before delete or truncate on ledger_head
	for each statement execute function ledger_refuse();

-- A head only moves forward, in number and in time.
create function ledger_head_forward() returns trigger language plpgsql as $$
begin
	if new.payer_id <> old.payer_id or new.chain <> old.chain or new.seq <= old.seq or new.at_micros < old.at_micros then
		raise exception 'the head of payer % chain % does not move forward', old.payer_id, old.chain
			using errcode = 'restrict_violation', constraint = 'ledger_head_forward';
	end if;
	return new;
end $$;

create trigger ledger_head_forward before update on ledger_head
	for each row execute function ledger_head_forward();

revoke update, delete, truncate on ledger_entry, evidence from public;
