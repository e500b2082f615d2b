-- What a payer's period keys are known by. The keys lie in a database of their own; should a row of theirs be lost, a key made
-- anew in its place would know no copy of what was paid before. Nothing can be guessed from a value, nor compared with one
-- but its own key.
create table period_key_mark (
	payer_id int   not null,
	purpose  text  not null,
	period   int   not null,
	value    bytea not null, -- keyed hash of a fixed text
	constraint period_key_mark_pk primary key (payer_id, purpose, period),
	constraint period_key_mark_value_ck check (octet_length(value) = 16)
);
create trigger period_key_mark_append_only before update or delete or truncate on period_key_mark
	for each statement execute function ledger_refuse();
