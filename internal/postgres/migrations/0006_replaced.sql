-- A claim that was replaced once cannot be replaced again (FRQ-16). Whether it was is seen from the claims that name it, so what
-- a replacement or void names is kept. Those recorded before this migration are not known to name anything: each of them waits
-- for a person or was decided by one.
alter table claim add column replaces bigint; -- control number that a replacement or void names; null: it names none of ours
create index claim_replaces_ix on claim (replaces, payer_id) where replaces is not null; -- facts: was it replaced?
