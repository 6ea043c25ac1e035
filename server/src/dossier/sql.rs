//! Every statement with which the dossiers are read, each with what it promises. What is past its end is never returned,
//! whether or not it was destroyed already (C5).

/// What an organisation received.
pub(super) const DOSSIER: &str = "select release, sealed from dossier where recipient = $1 and retain_until > $2 \
    order by received_at desc, release";
/// One item of it.
pub(super) const DOSSIER_ITEM: &str =
    "select release, sealed from dossier where recipient = $1 and retain_until > $2 and release = $3";
/// What an organisation gave.
pub(super) const REGISTER: &str = "select release, sealed from register where giver = $1 and retain_until > $2 \
    order by given_at desc, release";
/// One line of it.
pub(super) const REGISTER_ENTRY: &str =
    "select release, sealed from register where giver = $1 and retain_until > $2 and release = $3";
/// The texts of an organisation's report on one session.
pub(super) const RECORD: &str = "select sealed from record where party = $1 and session = $2";
