//! Every statement of the stores, each with what it promises. No other file of the journal or the vault holds SQL.
//!
//! One text for every database: `$1` for a value, columns of integers, text and bytes only. `{3}` in a text stands for as
//! many rows of three values as the caller has. The statements that differ per database are in `sqlite.rs`.

/// One statement, with the name under which faults and tests know it.
#[derive(Clone, Copy, Debug)]
pub struct Statement {
    /// Its name in this file.
    pub name: &'static str,
    /// What the database is told.
    pub text: &'static str,
}

impl Statement {
    /// How many values a row has and where the rows stand in the text, if the statement takes rows.
    fn hole(&self) -> Option<(usize, &'static str, &'static str)> {
        let (before, rest) = self.text.split_once('{')?;
        let (width, after) = rest.split_once('}')?;
        Some((width.parse().ok()?, before, after))
    }

    /// The text for this many rows: `($1, $2), ($3, $4)` in place of `{2}`.
    pub(crate) fn for_rows(&self, rows: usize) -> String {
        use std::fmt::Write as _;
        let Some((width, before, after)) = self.hole() else {
            return self.text.to_owned();
        };
        let mut text = String::with_capacity(before.len() + after.len() + rows * (4 + width * 6));
        text.push_str(before);
        let mut number = 0;
        for row in 0..rows {
            text.push_str(if row == 0 { "(" } else { ", (" });
            for value in 0..width {
                number += 1;
                // Writing to a String cannot fail.
                let _ = write!(text, "{}${number}", if value == 0 { "" } else { ", " });
            }
            text.push(')');
        }
        text.push_str(after);
        text
    }
}

macro_rules! statements {
    ($(#[$list:meta])* $all:ident: $($(#[$doc:meta])* $name:ident = $text:literal;)+) => {
        $($(#[$doc])* pub const $name: Statement = Statement { name: stringify!($name), text: $text };)+
        $(#[$list])* pub const $all: &[Statement] = &[$($name),+];
    };
}

statements! {
    /// All of akkoord.db, so that a test can see that each has run.
    JOURNAL:

    /// A session begins once: a second attempt returns no row.
    CONVENE = "insert into session (id, head, convened_at, due_at) values {4} on conflict (id) do nothing returning id";
    /// The head moves only from where the writer last saw it, and never in a closed session: who is not returned has lost. With
    /// it moves when somebody must look at the session next (R14).
    ADVANCE = "update session set head = claim.column3, due_at = claim.column4 from (values {4}) as claim \
        where session.id = claim.column1 and session.head = claim.column2 and session.closed_at is null returning session.id";
    /// Events are added, never changed.
    ADD_EVENTS = "insert into event (session, seq, bytes, link) values {4}";
    /// Sealed words arrive together with the event that names them.
    ADD_TEXTS = "insert into sealed_text (session, id, sealed) values {3}";
    /// And so do their wrapped keys.
    ADD_TEXT_KEYS = "insert into text_key (session, id, wrapped) values {3}";
    /// One text can never be opened again (withdrawn or revised): zeros of the same length stand where its key stood. The
    /// row stays, because a database that removes rows moves their neighbours, and what has moved leaves a copy in the slack of
    /// its old page.
    DESTROY_TEXT_KEY = "update text_key set wrapped = $3 where session = $1 and id = $2";
    /// And its sealed words go with it.
    DESTROY_TEXT = "delete from sealed_text where session = $1 and id = $2";
    /// The seats are replaced as a whole: first none…
    CLEAR_SEATS = "delete from seat where session = $1";
    /// …then those that are taken now.
    TAKE_SEATS = "insert into seat (session, party) values {2}";

    /// The session is over; runs after `ADVANCE` in the same transaction, so it cannot happen twice.
    CLOSE = "update session set closed_at = $2 where id = $1 and closed_at is null";
    /// What was approved is in its recipient's dossier, or nothing happened at all (R7).
    ADD_TO_DOSSIERS = "insert into dossier (recipient, release, giver, session, received_at, retain_until, sealed) values {7}";
    /// Every item in a dossier has its line in the giver's register.
    ADD_TO_REGISTERS = "insert into register (giver, release, recipient, session, given_at, retain_until, sealed) values {7}";
    /// What was released begins a life of its own (R9).
    BEGIN_RELEASES = "insert into release (id, giver, recipient, session, given_at, given_until, until, waits, head) values {9}";
    /// The key of each copy.
    ADD_COPY_KEYS = "insert into copy_key (holder, release, wrapped) values {3}";
    /// The texts of each party's accountability report.
    ADD_RECORDS = "insert into record (party, session, sealed) values {3}";
    /// None of a session's texts can be opened again (R8), in the same way.
    DESTROY_TEXT_KEYS = "update text_key set wrapped = $2 where session = $1";
    /// None of its sealed words remain.
    DESTROY_TEXTS = "delete from sealed_text where session = $1";
    /// None of its drafts remain.
    DESTROY_DRAFTS = "delete from draft where session = $1";

    /// The life of a release moves only from where the writer last saw it: when no row changes the writer has lost.
    ADVANCE_RELEASE = "update release set head = head + 1, until = $3, waits = $4 where id = $1 and head = $2";
    /// What happened to it is added, never changed.
    ADD_RELEASE_EVENT = "insert into release_event (release, seq, bytes) values ($1, $2, $3)";
    /// The recipient's copy as it is now, also where an earlier one had ended.
    PUT_IN_DOSSIER = "insert into dossier (recipient, release, giver, session, received_at, retain_until, sealed) \
        select recipient, id, giver, session, given_at, $2, $3 from release where id = $1 \
        on conflict (recipient, release) do update set retain_until = excluded.retain_until, sealed = excluded.sealed";
    /// The giver's line as it is now.
    PUT_IN_REGISTER = "update register set retain_until = $2, sealed = $3 where release = $1";
    /// The recipient's key to it, over the one before, which nobody has any more.
    PUT_DOSSIER_KEY = "insert into copy_key (holder, release, wrapped) select recipient, id, $2 from release where id = $1 \
        on conflict (holder, release) do update set wrapped = excluded.wrapped";
    /// The giver's key to it, in the same way.
    PUT_REGISTER_KEY = "insert into copy_key (holder, release, wrapped) select giver, id, $2 from release where id = $1 \
        on conflict (holder, release) do update set wrapped = excluded.wrapped";
    /// The recipient's copy goes, after its key.
    TAKE_FROM_DOSSIER = "delete from dossier where release = $1";
    /// The giver's line goes, after its key.
    TAKE_FROM_REGISTER = "delete from register where release = $1";

    /// What a session released is on its way to the own systems of those recipients that have one.
    SEND_RELEASED = "insert into delivery (release, version, organisation, state, attempts, next_at) \
        select release.id, 0, release.recipient, 'waiting', 0, release.given_at from release \
        join delivery_target on delivery_target.organisation = release.recipient where release.session = $1";
    /// And so is what changed afterwards.
    SEND_CHANGED = "insert into delivery (release, version, organisation, state, attempts, next_at) \
        select release.id, $2, release.recipient, 'waiting', 0, $3 from release \
        join delivery_target on delivery_target.organisation = release.recipient where release.id = $1";
    /// A copy that ended is not on its way any more.
    STOP_SENDING = "delete from delivery where release = $1";

    /// One draft per person and session, the latest; none in a session that is closed or unknown (no row changes).
    SAVE_DRAFT = "insert into draft (session, participant, sealed) select $1, $2, $3 \
        where exists (select 1 from session where id = $1 and closed_at is null) \
        on conflict (session, participant) do update set sealed = excluded.sealed";
    /// A draft was shared or thrown away.
    DROP_DRAFT = "delete from draft where session = $1 and participant = $2";

    /// A session's log after a number, in order.
    READ_EVENTS = "select seq, bytes, link from event where session = $1 and seq > $2 order by seq";
    /// The texts of a session that still have their key.
    READ_TEXTS = "select sealed_text.id, sealed_text.sealed, text_key.wrapped from sealed_text \
        join text_key on text_key.session = sealed_text.session and text_key.id = sealed_text.id \
        where sealed_text.session = $1 order by sealed_text.id";
    /// One person's draft in one session.
    READ_DRAFT = "select sealed from draft where session = $1 and participant = $2";
    /// One session.
    READ_SESSION = "select id, head, convened_at, closed_at from session where id = $1";
    /// Its seats.
    READ_SEATS = "select session, party from seat where session = $1 order by session, party";
    /// The sessions at which a party has or had a seat, the newest first.
    READ_SESSIONS_OF = "select session.id, session.head, session.convened_at, session.closed_at from session \
        join seat on seat.session = session.id where seat.party = $1 order by session.convened_at desc, session.id";
    /// The seats of those sessions.
    READ_SEATS_OF = "select session, party from seat where session in (select session from seat where party = $1) \
        order by session, party";
    /// The sessions that somebody must look at because they may expire, the longest overdue first (R14).
    READ_DUE_SESSIONS = "select id from session where closed_at is null and (due_at is null or due_at <= $1) \
        order by due_at, id";
    /// The sessions that are not closed, the newest first.
    READ_OPEN_SESSIONS = "select id, head, convened_at, closed_at from session where closed_at is null \
        order by convened_at desc, id";
    /// The seats of those sessions.
    READ_OPEN_SEATS = "select seat.session, seat.party from seat join session on session.id = seat.session \
        where session.closed_at is null order by seat.session, seat.party";
    /// The organisations that hold something that only their key opens.
    READ_HOLDERS = "select recipient from dossier union select giver from register union select party from record \
        order by 1";
    /// The ids of this file and of the one it belongs with, and the number of starts.
    READ_DATA_ID = "select own, other, starts from store_id where id = 1";
    /// This file belongs with that one, after so many starts.
    PUT_DATA_ID = "insert into store_id (id, own, other, starts) values (1, $1, $2, $3) \
        on conflict (id) do update set own = excluded.own, other = excluded.other, starts = excluded.starts";
}

statements! {
    /// All of keys.db, so that a test can see that each has run.
    KEYS:

    /// A session gets one key, once; asking again leaves the first.
    MAKE_SESSION_KEY = "insert into session_key (session, secret) values ($1, $2) on conflict (session) do nothing";
    /// The key of a live session.
    READ_SESSION_KEY = "select secret from session_key where session = $1";
    /// The key of a session is gone, and with it everything sealed under it.
    DESTROY_SESSION_KEY = "delete from session_key where session = $1";
    /// The sessions that can still be opened.
    READ_SESSIONS_WITH_KEYS = "select session from session_key order by session";
    /// The ids of this file and of the one it belongs with, and the number of starts.
    READ_KEYS_ID = "select own, other, starts from store_id where id = 1";
    /// This file belongs with that one, after so many starts.
    PUT_KEYS_ID = "insert into store_id (id, own, other, starts) values (1, $1, $2, $3) \
        on conflict (id) do update set own = excluded.own, other = excluded.other, starts = excluded.starts";
    /// The organisations that have a key.
    READ_ORGANISATIONS_WITH_KEYS = "select party from organisation_key order by party";
    /// The program gets one key of this name, once.
    MAKE_OWN_KEY = "insert into own_key (name, secret) values ($1, $2) on conflict (name) do nothing";
    /// The program's key of this name.
    READ_OWN_KEY = "select secret from own_key where name = $1";
    /// An organisation gets one key, once.
    MAKE_ORGANISATION_KEY = "insert into organisation_key (party, secret) values ($1, $2) on conflict (party) do nothing";
    /// The key of an organisation.
    READ_ORGANISATION_KEY = "select secret from organisation_key where party = $1";
}
