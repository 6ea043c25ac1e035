-- The only keys there are. This file is never part of a backup: what its rows opened is gone when they are.

-- One per live session. The row dies at close, and with it every text that was not released.
create table session_key (
    session blob not null primary key check (length(session) = 16),
    secret blob not null check (length(secret) = 32)
);

-- One per organisation, for its dossier, its register and its records.
create table organisation_key (
    party blob not null primary key check (length(party) = 16),
    secret blob not null check (length(secret) = 32)
);
