-- Two readings of the clock before anything is destroyed at its end date (C5), because a machine's clock can be wrong.

-- How long the program has run on this folder, in all: microseconds of a steady clock, added up over restarts. One row.
create table running_time (
    id integer primary key check (id = 1),
    micros bigint not null check (micros >= 0)
);
insert into running_time (id, micros) values (1, 0);

-- What a first reading found past its end date: a recipient's copy or a giver's register entry. The row goes when a later
-- reading disagrees, or with what it marks. `held` says that so much is due at once that an operator must confirm it;
-- `confirmed` that one did.
create table retention_mark (
    release blob not null check (length(release) = 16),
    part text not null check (part in ('copy', 'entry')),
    holder blob not null check (length(holder) = 16),
    marked_at bigint not null,
    marked_running bigint not null,
    held bigint not null default 0 check (held in (0, 1)),
    confirmed bigint not null default 0 check (confirmed in (0, 1)),
    primary key (release, part)
);
create index retention_mark_of_holder on retention_mark (holder, confirmed);
