//! Where pages get what they show. On the server a [`Backend`] stands in the context, bound to the person who asks; in
//! the browser the same questions go to `/api/v1`. Rights are checked behind this door, never in a page.

use akkoord::access::{AccessOrder, AccessReport};
use akkoord::accountability::Report;
use akkoord::directory::{Board, Colleague, ConveneForm, ConveneOrder, Me};
use akkoord::dossier::{AnsweredEntry, DossierLine, HeldItem};
use akkoord::ids::{ReleaseId, SessionId};
use akkoord::release::{ReleaseCommand, ReleaseView};
use akkoord::session::{Refusal, SessionView};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use std::future::Future;
use std::pin::Pin;

/// Why a question was not answered. The words for people stand in `locales/*/errors.json`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "problem", content = "because")]
pub enum Problem {
    /// Nobody is signed in.
    SignedOut,
    /// Not there, or not yours to see.
    NotFound,
    /// The rules say no.
    Refused(Refusal),
    /// Version 1 of the program left this session open. This version cannot open it, and it expires (R14).
    OlderVersion,
    /// Storage does not work now; nothing was half changed.
    Unavailable,
    /// The server could not be reached.
    Unreachable,
}

/// The answer to a question.
pub type Answer<T> = Pin<Box<dyn Future<Output = Result<T, Problem>> + Send>>;

/// What a page of the table starts with; the socket takes over from here.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TableEntry {
    /// Who looks.
    pub me: Me,
    /// Which session.
    pub session: SessionId,
    /// What they see.
    pub view: SessionView,
    /// The server's time.
    pub now: DateTime<Utc>,
}

/// What somebody looks for in their own dossier or register. It travels in the body, never in an address, and is not kept.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Search {
    /// The words, all of which must stand in an item.
    pub words: String,
    /// In the register of what was given; else in the dossier of what was received.
    pub given: bool,
}

/// The server's answers, for the person who is signed in on this request.
pub trait Backend: Send + Sync + 'static {
    /// Who is signed in, if anybody.
    fn me(&self) -> Answer<Option<Me>>;
    /// My board.
    fn board(&self) -> Answer<Board>;
    /// What a convener can choose from.
    fn convene_form(&self) -> Answer<ConveneForm>;
    /// Colleagues who sit at tables, to say who of them may come in (R18).
    fn colleagues(&self) -> Answer<Vec<Colleague>>;
    /// Convenes a session.
    fn convene(&self, order: ConveneOrder) -> Answer<SessionId>;
    /// One session, as this person sees it.
    fn table(&self, session: SessionId) -> Answer<TableEntry>;
    /// The accountability report of one session for the own party.
    fn report(&self, session: SessionId) -> Answer<Report>;
    /// What the own organisation received.
    fn dossier(&self) -> Answer<Vec<DossierLine>>;
    /// One item of it.
    fn dossier_item(&self, release: ReleaseId) -> Answer<HeldItem>;
    /// What the own organisation gave.
    fn register(&self) -> Answer<Vec<DossierLine>>;
    /// One entry of it.
    fn register_entry(&self, release: ReleaseId) -> Answer<AnsweredEntry>;
    /// Those lines of what the own organisation received, or gave, in which every word that is looked for stands.
    fn search(&self, search: Search) -> Answer<Vec<DossierLine>>;
    /// What the own organisation received and gave in the case of one item, for whoever asks for access (C6).
    fn access(&self, release: ReleaseId, order: AccessOrder) -> Answer<AccessReport>;
    /// Answers for what was given, or to its owner for what was received (R9).
    fn answer(&self, release: ReleaseId, command: ReleaseCommand) -> Answer<ReleaseView>;
}
