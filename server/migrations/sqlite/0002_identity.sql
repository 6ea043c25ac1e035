-- Who may come in. Filled by `akkoord import`; nothing here is content.

-- An organisation that can sit at a table. `code` is its name in the import file and never changes.
create table organisation (
    id blob not null primary key check (length(id) = 16),
    code text not null unique,
    kind text not null,
    name text not null,
    retention_days bigint not null check (retention_days > 0)
);

-- A person of one organisation. The password is an argon2id hash with its salt and settings (PHC text).
create table account (
    id blob not null primary key check (length(id) = 16),
    organisation blob not null references organisation (id),
    account text not null unique,
    name text not null,
    participant bigint not null check (participant in (0, 1)),
    dossier_reader bigint not null check (dossier_reader in (0, 1)),
    administrator bigint not null check (administrator in (0, 1)),
    prosecutor bigint not null check (prosecutor in (0, 1)),
    password text not null,
    disabled bigint not null check (disabled in (0, 1))
);
create index account_of_organisation on account (organisation, account);

-- A sign-in. Only the SHA-256 of its token is kept: who reads this table cannot come in with it.
create table sign_in (
    id blob not null primary key check (length(id) = 16),
    token blob not null unique check (length(token) = 32),
    account blob not null references account (id),
    began_at bigint not null,
    used_at bigint not null,
    expires_at bigint not null
);
create index sign_in_of_account on sign_in (account);
