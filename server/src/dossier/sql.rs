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
/// The releases of which the recipient's copy has come to its end, the longest overdue first.
pub(super) const ENDED: &str = "select id from release where until is not null and until <= $1 order by until, id";
/// The givers' lines that have come to their end after the recipient's copy.
pub(super) const LINES_ENDED: &str = "select register.release, register.retain_until from register \
    join release on release.id = register.release where release.until is null and register.retain_until <= $1 \
    order by register.retain_until, register.release";
