-- Each line that is paid probes for its fingerprint once and adds it once: descending this index was a tenth of what a claim
-- costs PostgreSQL. So the key begins with what tells its rows apart, for payer_id is the same in nearly every comparison
-- on the way down, and the fingerprint is a uuid, 16 bytes that are compared without being unpacked as a bytea is. It is no
-- identifier and has no version. Keys that are walked in order still begin with payer_id.
alter table fingerprint_live
	drop constraint fingerprint_live_pk,
	drop constraint fingerprint_live_size_ck;
alter table fingerprint_live alter column fingerprint type uuid using encode(fingerprint, 'hex')::uuid;
alter table fingerprint_live add constraint fingerprint_live_pk primary key (fingerprint, payer_id);

-- The same for two indexes of which a claim descends each once or twice, at any place.
drop index ledger_entry_claim_ix;
create index ledger_entry_claim_ix on ledger_entry (claim_id, payer_id); -- status, replay: the entries of a claim
drop index claim_history_ix;
create index claim_history_ix on claim (beneficiary, payer_id, service_from) where history is not null; -- facts: history
