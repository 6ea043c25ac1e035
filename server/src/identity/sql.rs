//! Every statement of identity, each with what it promises. As in the journal: `$1` for a value; only integers, text, bytes.

/// A sign-in that still stands, with who it is: not past its end, used recently enough, account not disabled.
pub(super) const FIND_SIGN_IN: &str = "select sign_in.id, sign_in.used_at, account.id, account.name, account.participant, \
    account.dossier_reader, account.administrator, account.prosecutor, organisation.id, organisation.kind, organisation.name \
    from sign_in join account on account.id = sign_in.account join organisation on organisation.id = account.organisation \
    where sign_in.token = $1 and sign_in.expires_at > $2 and sign_in.used_at > $3 and account.disabled = 0";
/// A sign-in begins.
pub(super) const BEGIN_SIGN_IN: &str =
    "insert into sign_in (id, token, account, began_at, used_at, expires_at) values ($1, $2, $3, $4, $4, $5)";
/// A sign-in was used; never moves back.
pub(super) const USE_SIGN_IN: &str = "update sign_in set used_at = $2 where id = $1 and used_at < $2";
/// One sign-in ends.
pub(super) const END_SIGN_IN: &str = "delete from sign_in where id = $1";
/// All sign-ins of one account end; returns which they were.
pub(super) const END_SIGN_INS_OF: &str = "delete from sign_in where account = $1 returning id";
/// What is past its end or unused for too long goes.
pub(super) const END_STALE_SIGN_INS: &str = "delete from sign_in where expires_at <= $1 or used_at <= $2";
/// Whether one sign-in stands.
pub(super) const STANDS: &str = "select 1 from sign_in join account on account.id = sign_in.account \
    where sign_in.id = $1 and sign_in.expires_at > $2 and sign_in.used_at > $3 and account.disabled = 0";
/// The sign-ins that stand, and when each was last used.
pub(super) const STANDING: &str = "select sign_in.id, sign_in.used_at from sign_in join account on account.id = sign_in.account \
    where account.disabled = 0";

/// Every organisation, by name.
pub(super) const ORGANISATIONS: &str =
    "select id, code, kind, name, retention_days, task_retention from organisation order by name, id";
/// One organisation.
pub(super) const ORGANISATION: &str =
    "select id, code, kind, name, retention_days, task_retention from organisation where id = $1";
/// An organisation comes in, or is known under another name or retention from now on. Id and kind stay as they were.
pub(super) const PUT_ORGANISATION: &str = "insert into organisation (id, code, kind, name, retention_days, \
    task_retention) values ($1, $2, $3, $4, $5, $6) on conflict (code) do update set name = excluded.name, \
    retention_days = excluded.retention_days, task_retention = excluded.task_retention";

/// One account by the name with which somebody signs in.
pub(super) const ACCOUNT: &str = "select id, organisation, account, name, participant, dossier_reader, administrator, \
    prosecutor, password, disabled from account where account = $1";
/// The participants of one organisation who can sign in, by name.
pub(super) const COLLEAGUES: &str =
    "select id, name from account where organisation = $1 and participant = 1 and disabled = 0 order by name, id";
/// Every account.
pub(super) const ACCOUNTS: &str = "select id, organisation, account, name, participant, dossier_reader, administrator, \
    prosecutor, password, disabled from account order by account";
/// An account comes in, or is as given from now on. Id and organisation stay as they were.
pub(super) const PUT_ACCOUNT: &str = "insert into account (id, organisation, account, name, participant, dossier_reader, \
    administrator, prosecutor, password, disabled) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) \
    on conflict (account) do update set name = excluded.name, participant = excluded.participant, \
    dossier_reader = excluded.dossier_reader, administrator = excluded.administrator, prosecutor = excluded.prosecutor, \
    password = excluded.password, disabled = excluded.disabled";

/// Whether the store answers at all.
pub(super) const ANSWERS: &str = "select 1";
/// Whether the store can be written: changes nothing, and writes all the same.
pub(super) const WRITES: &str = "update running_time set micros = micros where id = 1";
/// The table of grounds in force; none when it is the standard one.
pub(super) const GROUND_TABLE: &str = "select toml from ground_table order by number desc limit 1";
/// Another table of grounds; the older ones remain as a record.
pub(super) const PUT_GROUND_TABLE: &str = "insert into ground_table (put_at, toml) values ($1, $2)";
