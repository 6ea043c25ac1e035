-- The life of what was released, after its session closed.

-- One release: who gave what to whom. The head is the number of its last event, compared and set as that of a session;
-- `until` is the day the recipient's copy ends, and empty once it is gone; `waits` says that the recipient has a change to
-- confirm.
create table release (
    id blob not null primary key check (length(id) = 16),
    giver blob not null check (length(giver) = 16),
    recipient blob not null check (length(recipient) = 16),
    session blob not null check (length(session) = 16),
    given_at bigint not null,
    given_until bigint not null,
    until bigint,
    waits bigint not null check (waits in (0, 1)),
    head bigint not null check (head >= 0)
);
create index release_by_end on release (until) where until is not null;

-- What happened to it, never what was said (C4). Numbered from 1 without gaps.
create table release_event (
    release blob not null references release (id),
    seq bigint not null check (seq > 0),
    bytes blob not null,
    primary key (release, seq)
);

-- The key of each copy, wrapped under the key of its holder: overwritten where it stands when the copy is replaced or ends,
-- so that what was corrected, taken back or kept too long can be read by nobody, in no file and no older page.
create table copy_key (
    holder blob not null check (length(holder) = 16),
    release blob not null check (length(release) = 16),
    wrapped blob not null,
    primary key (holder, release)
);
create index release_of_giver on release (giver);
create index release_of_recipient on release (recipient, waits);
