//! What goes into the journal and comes out of it. Only bytes, ids and times: the journal does not know what they mean.

use std::fmt;

use akkoord::ids::{PartyId, ReleaseId, SessionId, TextId};
use chrono::{DateTime, Utc};

/// An event on its way in, encoded by the room.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewEvent {
    /// The encoded event; never the words of a text (C4).
    pub bytes: Vec<u8>,
    /// Its link in the session's hash chain.
    pub link: [u8; 32],
}

/// An event as it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredEvent {
    /// Its number in the session: from 1, without gaps.
    pub seq: u64,
    /// The encoded event.
    pub bytes: Vec<u8>,
    /// Its link in the session's hash chain.
    pub link: [u8; 32],
}

/// A text as the vault sealed it.
#[derive(Clone, PartialEq, Eq)]
pub struct SealedText {
    /// Which text.
    pub id: TextId,
    /// The words and their salt, sealed under a key of their own.
    pub sealed: Vec<u8>,
    /// That key, wrapped under the key of the session; kept in a table of its own.
    pub wrapped: Vec<u8>,
}

impl SealedText {
    /// The length of every wrapped key, so that one can be overwritten where it stands.
    pub const WRAPPED_LENGTH: usize = 73;
}

impl fmt::Debug for SealedText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SealedText({})", self.id)
    }
}

/// What a room wants to have happened. All of it becomes true in one transaction, or none.
#[derive(Clone, Debug)]
pub struct Append {
    /// In which session.
    pub session: SessionId,
    /// The number of the last event the room has seen; 0 convenes the session.
    pub expected: u64,
    /// The server's time of the decision. Kept as the time of convening when `expected` is 0.
    pub at: DateTime<Utc>,
    /// At least one.
    pub events: Vec<NewEvent>,
    /// The texts these events name.
    pub texts: Vec<SealedText>,
    /// Texts withdrawn or revised: the sealed words are deleted and the wrapped key is overwritten.
    pub destroy: Vec<TextId>,
    /// The parties whose board has this session from now on; nothing when that does not change.
    pub parties: Option<Vec<PartyId>>,
    /// When somebody must look at the session next because it may expire (R14); nothing once it is over.
    pub due_at: Option<DateTime<Utc>>,
    /// Filled when these events close the session, or let it expire.
    pub closing: Option<Closing>,
}

impl Append {
    /// An append of these events and nothing else; fill in the rest with `..`.
    pub fn new(session: SessionId, expected: u64, at: DateTime<Utc>, events: Vec<NewEvent>) -> Self {
        Self {
            session,
            expected,
            at,
            events,
            texts: Vec::new(),
            destroy: Vec::new(),
            parties: None,
            due_at: None,
            closing: None,
        }
    }
}

/// What a close or an expiry leaves behind. Everything else of the session's texts is destroyed (R8, R14).
#[derive(Clone, Debug)]
pub struct Closing {
    /// The server's time of the close or the expiry.
    pub at: DateTime<Utc>,
    /// Copies for the recipients.
    pub dossier: Vec<DossierRow>,
    /// Lines for the givers.
    pub register: Vec<RegisterRow>,
    /// Texts of the accountability reports: at most one row per party.
    pub records: Vec<RecordRow>,
}

/// One released item in its recipient's dossier.
#[derive(Clone, PartialEq, Eq)]
pub struct DossierRow {
    /// Who keeps it.
    pub recipient: PartyId,
    /// Which release.
    pub release: ReleaseId,
    /// Who gave it.
    pub giver: PartyId,
    /// In which session.
    pub session: SessionId,
    /// When.
    pub received_at: DateTime<Utc>,
    /// When it must be destroyed (C5).
    pub retain_until: DateTime<Utc>,
    /// The item with its provenance, sealed for the recipient.
    pub copy: SealedCopy,
}

/// One line in the giver's disclosure register.
#[derive(Clone, PartialEq, Eq)]
pub struct RegisterRow {
    /// Who gave.
    pub giver: PartyId,
    /// Which release.
    pub release: ReleaseId,
    /// To whom.
    pub recipient: PartyId,
    /// In which session.
    pub session: SessionId,
    /// When.
    pub given_at: DateTime<Utc>,
    /// When it must be destroyed (C5).
    pub retain_until: DateTime<Utc>,
    /// What, why and on what ground, sealed for the giver.
    pub copy: SealedCopy,
}

/// A holder's copy of what was released, as the vault sealed it.
#[derive(Clone, PartialEq, Eq)]
pub struct SealedCopy {
    /// The copy, sealed under a key of its own.
    pub sealed: Vec<u8>,
    /// That key, wrapped under the key of the organisation that holds the copy.
    pub wrapped: Vec<u8>,
}

/// What becomes of one holder's copy.
#[derive(Clone, PartialEq, Eq)]
pub enum CopyChange {
    /// Another takes its place, until this day; the older can never be opened again.
    Put {
        /// Its end (C5).
        retain_until: DateTime<Utc>,
        /// The copy now.
        copy: SealedCopy,
    },
    /// It can never be opened again.
    Destroy,
}

/// Something that happened to a release, with what becomes of both copies. All of it becomes true in one transaction, or
/// none.
pub struct ReleaseChange {
    /// Which.
    pub release: ReleaseId,
    /// The number of the last event its writer has seen.
    pub expected: u64,
    /// The encoded event; never words (C4).
    pub event: Vec<u8>,
    /// The end of the recipient's copy from now on; nothing once it is gone.
    pub until: Option<DateTime<Utc>>,
    /// Whether the recipient has a change to confirm from now on (R9).
    pub waits: bool,
    /// The version of the words from now on, where they changed: it goes to the recipient's own system (R9).
    pub deliver: Option<i64>,
    /// When.
    pub at: DateTime<Utc>,
    /// The recipient's copy; nothing when it stays.
    pub dossier: Option<CopyChange>,
    /// The giver's copy; nothing when it stays.
    pub register: Option<CopyChange>,
}

/// The texts of one party's accountability report on one session.
#[derive(Clone, PartialEq, Eq)]
pub struct RecordRow {
    /// Whose.
    pub party: PartyId,
    /// On which session.
    pub session: SessionId,
    /// The texts, sealed under the party's key.
    pub sealed: Vec<u8>,
}

/// Shows which row it is and never what is sealed in it.
macro_rules! debug_without_sealed {
    ($($row:ident: $owner:ident, $which:ident;)+) => {$(
        impl fmt::Debug for $row {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}({}, {})", stringify!($row), self.$owner, self.$which)
            }
        }
    )+};
}
debug_without_sealed! {
    DossierRow: recipient, release;
    RegisterRow: giver, release;
    RecordRow: party, session;
}

/// What a board knows of a session without reading its log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionRow {
    /// Which.
    pub session: SessionId,
    /// The number of its last event.
    pub head: u64,
    /// When it was convened.
    pub convened_at: DateTime<Utc>,
    /// When it was closed or expired, if it was.
    pub closed_at: Option<DateTime<Utc>>,
    /// The parties whose board has it.
    pub parties: Vec<PartyId>,
}
