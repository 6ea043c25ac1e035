-- Delivery of what an organisation received to a system of its own.

-- Where: one system per organisation, in JSON as the import file says it. The secret is not in here but in a file that the
-- settings name.
create table delivery_target (
    organisation blob not null primary key references organisation (id),
    settings text not null
);

-- The outbox: one row per release and version of its words, made in the transaction that made the words. No content:
-- what is delivered is opened with the organisation's key at the moment it goes. `cause` is a code; `name` is what the other
-- system calls it. A row that is underway belongs to one worker until `next_at`, and after that to whoever takes it.
create table delivery (
    release blob not null references release (id),
    version bigint not null check (version >= 0),
    organisation blob not null check (length(organisation) = 16),
    state text not null check (state in ('waiting', 'underway', 'delivered', 'refused', 'replaced')),
    attempts bigint not null check (attempts >= 0),
    next_at bigint not null,
    cause text,
    name text,
    primary key (release, version)
);
create index delivery_due on delivery (next_at) where state in ('waiting', 'underway');
create index delivery_of_organisation on delivery (organisation, release);
