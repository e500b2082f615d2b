-- Claims, what is known about their patients, and the work in progress.
--
-- payer_id leads every primary key and unique index: payers never see, lock or duplicate against one another.
-- Artifacts alone are shared, by digest. Civil dates are integers yyyymmdd, as in Go and Rego; 0 is absent.
-- Money is cents. Every constraint has a name, because errors are mapped by it.

create table payer (
	payer_id   int  not null,
	code       text not null,
	name       text not null,
	time_zone  text not null,
	next_control bigint not null default 1, -- next payer claim control number; taken in blocks when a batch is staged
	constraint payer_pk primary key (payer_id),
	constraint payer_code_uq unique (code)
);

-- Contract bundles, models, profile snapshots and packed reference tables, by SHA-256. Never deleted while a decision names one.
create table artifact (
	digest  bytea not null,
	kind    text  not null,
	content bytea not null,
	added_at timestamptz not null default now(),
	constraint artifact_pk primary key (digest),
	constraint artifact_digest_ck check (octet_length(digest) = 32)
);

-- Which artifact a payer uses for which dates of service (valid) and since when we know (known): bitemporal.
create table payer_reference (
	payer_id     int   not null,
	kind         text  not null, -- contract, model, snapshot, or a reference table kind
	valid_from   int   not null,
	valid_through int  not null,
	known_from   timestamptz not null default clock_timestamp(),
	digest       bytea not null,
	constraint payer_reference_pk primary key (payer_id, kind, valid_from, known_from),
	constraint payer_reference_payer_fk foreign key (payer_id) references payer,
	constraint payer_reference_artifact_fk foreign key (digest) references artifact,
	constraint payer_reference_dates_ck check (valid_from <= valid_through)
);

create table plan (
	payer_id int  not null,
	code     text not null,
	valid_from int not null,
	terms    jsonb not null, -- claim.Plan
	constraint plan_pk primary key (payer_id, code, valid_from)
);

create table member (
	payer_id          int  not null,
	member_id         uuid not null,
	family_id         uuid not null,
	subscriber_key    text not null, -- subscriber number in the form it is compared in
	subscriber_number text not null,
	relationship      text not null,
	last_name         text not null,
	first_name        text not null,
	birth_date        int  not null,
	death_date        int  not null,
	sex               text not null,
	constraint member_pk primary key (payer_id, member_id)
);
create index member_subscriber_ix on member (payer_id, subscriber_key); -- facts: who is the patient

create table coverage (
	payer_id  int  not null,
	member_id uuid not null,
	plan_code text not null,
	valid_from int not null,
	valid_through int not null,
	constraint coverage_pk primary key (payer_id, member_id, valid_from),
	constraint coverage_dates_ck check (valid_from <= valid_through)
);

create table provider (
	payer_id  int  not null,
	npi       text not null,
	specialty text not null,
	network   boolean not null,
	valid_from int not null,
	valid_through int not null,
	assumed   boolean not null default false, -- enrolled by a trial although the NPI's check digit does not hold
	constraint provider_pk primary key (payer_id, npi)
);

create table prior_authorization (
	payer_id  int  not null,
	member_id uuid not null,
	number    text not null,
	procedure text not null,
	npi       text not null,
	valid_from int not null,
	valid_through int not null,
	approved_thousandths bigint not null,
	used_thousandths     bigint not null default 0,
	constraint prior_authorization_pk primary key (payer_id, member_id, number),
	constraint prior_authorization_used_ck check (used_thousandths between 0 and approved_thousandths)
);

-- One row guards everything that a family's decisions depend on: accumulators, history, authorisation units.
create table family_state (
	payer_id  int  not null,
	family_id uuid not null,
	version   bigint not null,
	constraint family_state_pk primary key (payer_id, family_id)
) with (fillfactor = 80);

create table accumulator (
	payer_id  int  not null,
	family_id uuid not null,
	member_id uuid not null, -- all zeros: the family's total
	year      int  not null,
	kind      text not null,
	benefit_group text not null,
	amount    bigint not null,
	constraint accumulator_pk primary key (payer_id, family_id, member_id, year, kind, benefit_group)
) with (fillfactor = 80);

-- A document as received. The same bytes sent again are the same document.
create table document (
	payer_id    int   not null,
	document_id uuid  not null,
	batch_id    uuid  not null,
	sha256      bytea not null,
	format      text  not null,
	received    int   not null, -- civil date in the payer's time zone
	received_at timestamptz not null,
	claims      int   not null,
	refused     int   not null,
	report      jsonb not null, -- parties and control numbers of its envelope, problems with their places; nothing of a claim
	constraint document_pk primary key (payer_id, document_id),
	constraint document_sha256_uq unique (payer_id, sha256),
	constraint document_sha256_ck check (octet_length(sha256) = 32)
);

create type batch_state as enum ('staged', 'planned', 'complete');

create table batch (
	payer_id  int  not null,
	batch_id  uuid not null,
	state     batch_state not null,
	claims    int  not null,
	chunks    int  not null default 0,
	created_at timestamptz not null,
	completed_at timestamptz,
	constraint batch_pk primary key (payer_id, batch_id),
	constraint batch_complete_ck check ((state = 'complete') = (completed_at is not null))
);

-- Accepted claims of batches that are not complete. A batch's rows are deleted when its last claim was decided: at once
-- and in the order in which they lie, where deleting them chunk by chunk would read, change and log every page for itself.
create table staged_claim (
	payer_id    int    not null,
	batch_id    uuid   not null,
	ord         int    not null, -- position in the batch
	claim_id    uuid   not null,
	document_id uuid   not null,
	position    int    not null, -- of the claim in its document, from 1
	control_number bigint not null, -- payer claim control number
	received    int    not null,
	family_key  text   not null, -- subscriber number as submitted, in the form it is compared in
	service_date int   not null,
	body        bytea, -- claim.Claim as CBOR; null for X12, whose segments are read again
	slice       bytea  not null, -- its segments, line or rows as received
	constraint staged_claim_pk primary key (payer_id, batch_id, ord)
);
-- Bodies are packed already or read once: Postgres's own compression would cost more than it saves, and rows that fit
-- into a page stay in one piece.
alter table staged_claim alter column body set storage external, alter column slice set storage external;
-- Large batches are measured when they are planned (MeasureStaging), not whenever some of staging has changed.
alter table staged_claim set (toast_tuple_target = 8160, autovacuum_vacuum_scale_factor = 0.5, autovacuum_analyze_scale_factor = 10);
create index staged_claim_id_ix on staged_claim (payer_id, claim_id); -- status: is it in process
create index staged_claim_control_ix on staged_claim (payer_id, control_number); -- status, by the number a provider knows

-- The plan of a batch: immutable once written. A family's claims share a chunk, in order of service.
create table chunk (
	payer_id int  not null,
	batch_id uuid not null,
	ord      int  not null,
	claims   int[] not null, -- ord of staged_claim, in the order of decision
	constraint chunk_pk primary key (payer_id, batch_id, ord)
);

-- A chunk's row is written in the transaction that records its decisions: what makes recording happen once.
create table chunk_done (
	payer_id int  not null,
	batch_id uuid not null,
	ord      int  not null,
	claims   int  not null,
	redecided int not null, -- claims decided again because their family had moved on
	constraint chunk_done_pk primary key (payer_id, batch_id, ord)
);

create type claim_outcome as enum ('pay', 'deny', 'pend');

-- One row a claim that was decided or pended, as it stands now. The ledger holds how it came to stand so.
create table claim (
	payer_id    int    not null,
	claim_id    uuid   not null,
	control_number bigint not null,
	batch_id    uuid   not null,
	document_id uuid   not null,
	position    int    not null, -- of the claim in its document, from 1
	patient_control_number text not null,
	beneficiary uuid   not null, -- the member, or an opaque id of an unmatched patient
	family_id   uuid   not null,
	billing_npi text   not null,
	received    int    not null,
	service_from int   not null,
	service_through int not null,
	outcome     claim_outcome not null,
	entry_id    uuid   not null, -- the ledger entry that made it so
	charge_cents bigint not null,
	paid_cents  bigint not null,
	patient_owes_cents bigint not null,
	carcs       text[] not null, -- distinct, for figures and work lists
	flagged     boolean not null, -- by the fraud score
	history     bytea, -- lines that later claims reckon with; null when denied
	constraint claim_pk primary key (payer_id, claim_id),
	constraint claim_control_number_uq unique (payer_id, control_number),
	constraint claim_amounts_ck check (paid_cents >= 0 and patient_owes_cents >= 0 and (outcome = 'pay' or paid_cents = 0))
);
alter table claim alter column history set storage external;
-- Rows are added and hardly ever changed: vacuuming after each fifth, and measuring after each tenth, would read and log
-- all of it again and again. What the planner knows of it holds until it has grown threefold.
alter table claim set (toast_tuple_target = 8160, autovacuum_vacuum_insert_threshold = -1, autovacuum_analyze_scale_factor = 2);
create index claim_history_ix on claim (payer_id, beneficiary, service_from) where history is not null; -- facts: history
create index claim_batch_ix on claim (payer_id, batch_id); -- figures and replay of a batch

-- A claim that waits for a person, or for something that is missing.
create table pend_case (
	payer_id  int  not null,
	claim_id  uuid not null,
	reasons   text[] not null, -- code:detail of claim.PendReason
	opened_at timestamptz not null,
	assignee  text,
	closed_at timestamptz,
	constraint pend_case_pk primary key (payer_id, claim_id)
);
create index pend_case_open_ix on pend_case (payer_id, opened_at) where closed_at is null; -- the queue

-- What a reviewer decided; the workflow carries only its id.
create table review_action (
	payer_id  int  not null,
	action_id uuid not null,
	claim_id  uuid not null,
	actor     text not null,
	action    text not null,
	edits     jsonb not null,
	waived    text[] not null,
	rationale text not null,
	acted_at  timestamptz not null,
	entry_id  uuid, -- the entry it led to, and
	outcome   text, -- what became of the claim; null until recorded
	constraint review_action_pk primary key (payer_id, action_id),
	constraint review_action_action_ck check (action in ('release', 'deny')),
	constraint review_action_rationale_ck check (rationale <> '')
);

-- Legal clocks are rows swept by a schedule, not a timer a claim.
create table clock (
	payer_id int  not null,
	claim_id uuid not null,
	kind     text not null, -- promptPay
	ground   text not null, -- the rule that sets the date
	due      int  not null,
	stopped_at timestamptz,
	escalated_at timestamptz,
	constraint clock_pk primary key (payer_id, claim_id, kind)
);
create index clock_due_ix on clock (payer_id, due) where stopped_at is null; -- the sweep
