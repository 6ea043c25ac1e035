//! Every statement with which the dossiers are read, each with what it promises. What is past its end is never returned,
//! whether or not it was destroyed already (C5).

/// What an organisation received.
pub(super) const DOSSIER: &str = "select dossier.release, dossier.sealed, copy_key.wrapped from dossier \
    join copy_key on copy_key.holder = dossier.recipient and copy_key.release = dossier.release \
    where dossier.recipient = $1 and dossier.retain_until > $2 order by dossier.received_at desc, dossier.release";
/// One item of it.
pub(super) const DOSSIER_ITEM: &str = "select dossier.release, dossier.sealed, copy_key.wrapped from dossier \
    join copy_key on copy_key.holder = dossier.recipient and copy_key.release = dossier.release \
    where dossier.recipient = $1 and dossier.retain_until > $2 and dossier.release = $3";
/// What an organisation gave.
pub(super) const REGISTER: &str = "select register.release, register.sealed, copy_key.wrapped from register \
    join copy_key on copy_key.holder = register.giver and copy_key.release = register.release \
    where register.giver = $1 and register.retain_until > $2 order by register.given_at desc, register.release";
/// One line of it.
pub(super) const REGISTER_ENTRY: &str = "select register.release, register.sealed, copy_key.wrapped from register \
    join copy_key on copy_key.holder = register.giver and copy_key.release = register.release \
    where register.giver = $1 and register.retain_until > $2 and register.release = $3";
/// The texts of an organisation's report on one session.
pub(super) const RECORD: &str = "select sealed from record where party = $1 and session = $2";

/// A release as it left its session, and how many things have happened to it.
pub(super) const RELEASE: &str = "select giver, recipient, given_at, given_until, head from release where id = $1";
/// What happened to it, in order.
pub(super) const RELEASE_EVENTS: &str = "select bytes from release_event where release = $1 order by seq";
/// Every release of which a party holds a copy, as giver or as recipient, with what happened to it, in order.
pub(super) const LIVES: &str = "select release.id, release.giver, release.recipient, release.given_at, release.given_until, \
    release_event.bytes from release left join release_event on release_event.release = release.id \
    where release.giver = $1 or release.recipient = $1 order by release.id, release_event.seq";
/// How many changes a recipient has still to confirm.
pub(super) const UNCONFIRMED: &str = "select count(*) from release where recipient = $1 and waits = 1";
/// The releases of which the recipient's copy has come to its end and whose mark is old enough (`$2`, running time) and not
/// held back, the longest overdue first.
pub(super) const ENDED: &str = "select release.id from release \
    join retention_mark on retention_mark.release = release.id and retention_mark.part = 'copy' \
    where release.until is not null and release.until <= $1 \
    and retention_mark.marked_running <= $2 and retention_mark.held = 0 order by release.until, release.id";
/// The givers' lines that have come to their end after the recipient's copy, with a mark of the same kind.
pub(super) const LINES_ENDED: &str = "select register.release, register.retain_until from register \
    join release on release.id = register.release \
    join retention_mark on retention_mark.release = release.id and retention_mark.part = 'entry' \
    where release.until is null and register.retain_until <= $1 \
    and retention_mark.marked_running <= $2 and retention_mark.held = 0 \
    order by register.retain_until, register.release";

/// Adds to the time the program has run, and returns what it is now.
pub(super) const ADD_RUNNING_TIME: &str = "update running_time set micros = micros + $1 where id = 1 returning micros";
/// A mark goes when what it marks is gone or is not due at `$1`, or when it was made at a later time than `$1`.
pub(super) const UNMARK: &str = "delete from retention_mark where marked_at > $1 \
    or (part = 'copy' and not exists (select 1 from release where release.id = retention_mark.release \
    and release.until is not null and release.until <= $1)) \
    or (part = 'entry' and not exists (select 1 from register join release on release.id = register.release \
    where register.release = retention_mark.release and register.retain_until <= $1 \
    and (release.until is null or release.until <= $1)))";
/// Marks the recipients' copies that are due at `$1`, at running time `$2`. An older mark stays as it is.
pub(super) const MARK_COPIES: &str = "insert into retention_mark (release, part, holder, marked_at, marked_running) \
    select id, 'copy', recipient, $1, $2 from release where until is not null and until <= $1 \
    on conflict (release, part) do nothing";
/// Marks the register entries that are due at `$1`, at running time `$2`: not those whose copy lives on. An older mark
/// stays as it is.
pub(super) const MARK_ENTRIES: &str = "insert into retention_mark (release, part, holder, marked_at, marked_running) \
    select register.release, 'entry', register.giver, $1, $2 from register \
    join release on release.id = register.release where register.retain_until <= $1 \
    and (release.until is null or release.until <= $1) on conflict (release, part) do nothing";
/// Holds back what nobody confirmed of every organisation of which more than `$1` and more than one in `$2` of all it has
/// is due, and nothing of the others.
pub(super) const HOLD_UNUSUAL: &str = "update retention_mark set held = (confirmed = 0 and holder in ( \
    select mark.holder from retention_mark as mark where mark.confirmed = 0 group by mark.holder \
    having count(*) > $1 and count(*) * $2 > \
    (select count(*) from dossier where dossier.recipient = mark.holder) \
    + (select count(*) from register where register.giver = mark.holder)))";
/// What is held back may go.
pub(super) const CONFIRM_HELD: &str = "update retention_mark set confirmed = 1, held = 0 where held = 1";
/// What is due, by organisation: name, how much, how much of it is held back, since when, and how much it has in all.
pub(super) const DUE_BY_ORGANISATION: &str = "select mark.holder, organisation.name, count(*), sum(mark.held), \
    min(mark.marked_at), (select count(*) from dossier where dossier.recipient = mark.holder) \
    + (select count(*) from register where register.giver = mark.holder) \
    from retention_mark as mark left join organisation on organisation.id = mark.holder \
    group by mark.holder, organisation.name order by organisation.name, mark.holder";
