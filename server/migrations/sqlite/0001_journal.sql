-- The journal, and what a close leaves behind. Start reading here.
--
-- Only integers, text and bytes: ids are sixteen bytes, moments are microseconds since 1970 in UTC, and a truth is 0 or 1.
-- Whatever is called `sealed` can be read only with a key that is kept in another file (keys.db).

-- An overleg. The head is the number of its last event: whoever wants to add must name it (compare and set).
create table session (
    id blob not null primary key check (length(id) = 16),
    head bigint not null check (head >= 0),
    convened_at bigint not null,
    -- Empty while it lives. Once filled nothing is ever added.
    closed_at bigint
);

-- What happened, never what was said (C4). Numbered from 1 without gaps; `link` is this event's place in the hash chain.
create table event (
    session blob not null references session (id),
    seq bigint not null check (seq > 0),
    bytes blob not null,
    link blob not null check (length(link) = 32),
    primary key (session, seq)
);

-- The words, each sealed under a key of its own.
create table sealed_text (
    session blob not null references session (id),
    id blob not null check (length(id) = 16),
    sealed blob not null,
    primary key (session, id)
);

-- The key of each text, wrapped under the key of its session. A table of its own, so that backups can leave it out:
-- without this row the text beside it can never be read again.
create table text_key (
    session blob not null references session (id),
    id blob not null check (length(id) = 16),
    wrapped blob not null,
    primary key (session, id)
);

-- What somebody has written and not yet shared: one per person and session, gone at close.
create table draft (
    session blob not null references session (id),
    participant blob not null check (length(participant) = 16),
    sealed blob not null,
    primary key (session, participant)
);

-- Which parties have a seat, so that a party's board finds its sessions without reading a log.
create table seat (
    session blob not null references session (id),
    party blob not null check (length(party) = 16),
    primary key (session, party)
);
create index seat_of_party on seat (party, session);

-- What an organisation received (R7, R10), sealed under its own key.
create table dossier (
    recipient blob not null check (length(recipient) = 16),
    release blob not null check (length(release) = 16),
    giver blob not null check (length(giver) = 16),
    session blob not null check (length(session) = 16),
    received_at bigint not null,
    retain_until bigint not null,
    sealed blob not null,
    primary key (recipient, release)
);
create index dossier_by_retention on dossier (retain_until);

-- What an organisation gave: the verstrekkingenregister, sealed under its own key.
create table register (
    giver blob not null check (length(giver) = 16),
    release blob not null check (length(release) = 16),
    recipient blob not null check (length(recipient) = 16),
    session blob not null check (length(session) = 16),
    given_at bigint not null,
    retain_until bigint not null,
    sealed blob not null,
    primary key (giver, release)
);
create index register_by_retention on register (retain_until);

-- The texts that belong to a party's accountability report: one row per party and session, sealed under its own key.
create table record (
    party blob not null check (length(party) = 16),
    session blob not null check (length(session) = 16),
    sealed blob not null,
    primary key (party, session)
);
