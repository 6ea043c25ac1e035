//! Every statement of delivery, each with what it promises. Rows come into the outbox with the words themselves
//! (`journal/sql.rs`: `SEND_RELEASED`, `SEND_CHANGED`), and leave it with them (`STOP_SENDING`).

/// The systems of all organisations.
pub(super) const TARGETS: &str = "select organisation, settings from delivery_target order by organisation";
/// An organisation has a system, or another one than before.
pub(super) const PUT_TARGET: &str = "insert into delivery_target (organisation, settings) values ($1, $2) \
    on conflict (organisation) do update set settings = excluded.settings";
/// What a system refused is tried again, from the beginning.
pub(super) const TRY_REFUSED: &str = "update delivery set state = 'waiting', attempts = 0, next_at = $2, cause = null where organisation = $1 and state = 'refused'";
/// An organisation has no system any more…
pub(super) const DROP_TARGET: &str = "delete from delivery_target where organisation = $1";
/// …and nothing is on its way to it.
pub(super) const DROP_UNDELIVERED: &str =
    "delete from delivery where organisation = $1 and state in ('waiting', 'underway', 'refused')";

/// What is due, the longest first: also what a worker that is gone left underway. Of each organisation as much as a round can
/// send at most, so that a system that is out of order, however much waits for it, leaves room for the others. A copy past
/// its end is left where it is: the clock may be wrong, and what ends for good takes its row along.
pub(super) const DUE: &str = "select organisation, release, version, attempts, settings from ( \
    select delivery.organisation, delivery.release, delivery.version, delivery.attempts, delivery.next_at, \
    delivery_target.settings, row_number() over \
    (partition by delivery.organisation order by delivery.next_at, delivery.release, delivery.version) as place \
    from delivery join delivery_target on delivery_target.organisation = delivery.organisation \
    where delivery.state in ('waiting', 'underway') and delivery.next_at <= $1 and not exists (select 1 from dossier \
    where dossier.recipient = delivery.organisation and dossier.release = delivery.release \
    and dossier.retain_until <= $1)) \
    where place <= 200 order by next_at, release, version";
/// A worker takes a row until `$5`: only if it is as it was seen, and no other version of the release is underway.
pub(super) const TAKE: &str = "update delivery set state = 'underway', attempts = attempts + 1, next_at = $5 \
    where release = $1 and version = $2 and attempts = $3 and state in ('waiting', 'underway') and next_at <= $4 \
    and not exists (select 1 from delivery as other where other.release = $1 and other.version <> $2 \
    and other.state = 'underway' and other.next_at > $4)";
/// What became of it; only from the worker that has it, which the number of attempts says.
pub(super) const PUT_BACK: &str = "update delivery set state = $4, next_at = $5, cause = $6, name = $7 \
    where release = $1 and version = $2 and attempts = $3 and state = 'underway'";

/// How an organisation's items stand, the latest version of each last.
pub(super) const STATES: &str = "select release, state, attempts, next_at, cause, name from delivery \
    where organisation = $1 order by release, version";
/// How one of them stands.
pub(super) const STATE: &str = "select release, state, attempts, next_at, cause, name from delivery \
    where organisation = $1 and release = $2 order by version";
