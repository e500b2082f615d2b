-- Keys: in a database and under a role of their own, left out of the main backup, so that destroying a key destroys
-- what it sealed everywhere. Each key is wrapped by a key-encryption key that no database holds.

create table data_key (
	payer_id   int   not null,
	key_id     uuid  not null, -- opaque; what sealed sections name
	subject    uuid,           -- member, provider or unmatched patient, by opaque id; null once erased
	kek        bytea not null, -- which key-encryption key wrapped it
	wrapped    bytea,          -- null once erased
	created_at timestamptz not null default now(),
	erased_at  timestamptz,
	constraint data_key_pk primary key (payer_id, key_id), -- opening
	constraint data_key_kek_ck check (octet_length(kek) = 8),
	constraint data_key_wrapped_ck check (octet_length(wrapped) = 60),
	constraint data_key_erased_ck check ((erased_at is null) = (wrapped is not null) and (wrapped is null) = (subject is null))
);
-- Sealing: the one live key of a subject. A subject whose key was erased may be given a new one.
create unique index data_key_subject_uq on data_key (payer_id, subject) where erased_at is null;

-- Keys of a payer that belong to no person: one a purpose and period. Destroyed when the period's window ends.
create table period_key (
	payer_id   int   not null,
	purpose    text  not null,
	period     int   not null, -- half-year of service as year × 10 + half; 0 when the purpose has none
	kek        bytea not null,
	wrapped    bytea,
	created_at timestamptz not null default now(),
	erased_at  timestamptz,
	constraint period_key_pk primary key (payer_id, purpose, period),
	constraint period_key_purpose_ck check (purpose in ('fingerprint', 'subject')),
	constraint period_key_kek_ck check (octet_length(kek) = 8),
	constraint period_key_wrapped_ck check (octet_length(wrapped) = 60),
	constraint period_key_erased_ck check ((erased_at is null) = (wrapped is not null))
);
