-- How many data keys of a payer were erased. A process that holds keys in memory reads it before it records what it sealed:
-- what another process erased meanwhile must seal nothing any more.
create table erasure (
	payer_id int    not null,
	erased   bigint not null,
	constraint erasure_pk primary key (payer_id)
);
