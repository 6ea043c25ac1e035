//! Rooms: one task per living session, which feeds it commands in order and writes its events down before anyone sees
//! them.
//!
//! Lives here: finding or starting a room, the task itself, what each viewer is sent, and the round that looks which
//! sessions expire (`expiry`). Never lives here: a rule (those are in the core), a statement (those are in the journal), a
//! socket (those are in `http`).
//!
//! A room owns its state alone: no lock spans sessions. It holds opened texts only while people are there or were
//! there a moment ago; it forgets them when the session closes or expires, and when nobody has been there for a while.
//!
//! 2026-11-23: why a room is a task and not a lock, and why no library for shared documents. One owner of the state
//! decides in one order without holding anything across a write; and in a shared document everybody holds everything, so
//! nothing can be kept from somebody or forgotten.

mod ephemeral;
mod expiry;
mod load;
mod room;
mod stream;
mod tell;
#[cfg(test)]
mod tests;
mod write;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use akkoord::accountability::{Account, Report, account};
use akkoord::directory::BoardRow;
use akkoord::ids::{CommandId, ItemId, SessionId};
use akkoord::protocol::{Bye, Place, Presence};
use akkoord::session::command::Convening;
use akkoord::session::{Actor, Command, CommandKind, Refusal, SessionView};
use axum::extract::ws::Utf8Bytes;
use chrono::{DateTime, Utc};
use tokio::sync::{mpsc, oneshot};

use crate::clock;
use crate::vault::Store;

pub use expiry::ExpiryRound;

/// Inputs that may wait for a room. A sender waits, so a flood slows down its own sender.
const INBOX: usize = 64;
/// Frames that may wait for one socket; more than this and it is cut and resynchronised.
pub const OUTBOX: usize = 256;

/// Why a room did not do it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RoomError {
    /// Not there, or not yours to see.
    #[error("no such session here")]
    NotFound,
    /// The rules say no.
    #[error("refused: {0}")]
    Refused(Refusal),
    /// Version 1 of the program began this session and nobody closed it.
    #[error("version 1 of this program left this session open")]
    OlderVersion,
    /// Storage does not work now; nothing was acknowledged.
    #[error("storage is not available")]
    Unavailable,
}

impl From<Refusal> for RoomError {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::NotFound => Self::NotFound,
            refusal => Self::Refused(refusal),
        }
    }
}

/// One socket in a room.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Connection(u64);

/// What goes to a socket.
#[derive(Clone, Debug)]
pub enum Outgoing {
    /// A frame, encoded once for all who see the same.
    Frame(Utf8Bytes),
    /// The end.
    Bye(Bye),
}

/// Somebody who comes in.
pub(crate) struct Joining {
    pub actor: Actor,
    pub name: String,
    pub prosecutor: bool,
    pub resume: Option<Place>,
    pub outbox: mpsc::Sender<Outgoing>,
}

/// Everything that can reach a room. Closed: there are no other ways in.
pub(crate) enum Input {
    Join(Joining, oneshot::Sender<Result<Connection, RoomError>>),
    Submit {
        from: Connection,
        at: DateTime<Utc>,
        command: Command,
    },
    Draft {
        from: Connection,
        words: String,
    },
    Presence {
        from: Connection,
        how: Presence,
    },
    Spotlight {
        from: Connection,
        item: Option<ItemId>,
    },
    Leave(Connection),
    CarryOut {
        actor: Actor,
        at: DateTime<Utc>,
        command: Box<Command>,
        answer: oneshot::Sender<Result<(), RoomError>>,
    },
    Look {
        actor: Actor,
        answer: oneshot::Sender<Result<SessionView, RoomError>>,
    },
    MayEnter {
        actor: Actor,
        answer: oneshot::Sender<Result<(), RoomError>>,
    },
    BoardRow {
        actor: Actor,
        answer: oneshot::Sender<Option<BoardRow>>,
    },
    Report {
        actor: Actor,
        answer: oneshot::Sender<Result<Report, RoomError>>,
    },
    Expire {
        at: DateTime<Utc>,
        answer: oneshot::Sender<Result<Expiry, RoomError>>,
    },
    ShutDown,
}

/// What became of a session that was looked at because it may expire (R14).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Expiry {
    /// Nothing is due.
    NotDue,
    /// It was announced.
    Announced,
    /// It expired.
    Expired,
}

/// All rooms of this node.
#[derive(Clone)]
pub struct Rooms(Arc<Inner>);

struct Inner {
    store: Store,
    open: Mutex<HashMap<SessionId, mpsc::Sender<Input>>>,
}

/// A seat in a room, held by a socket.
pub struct Seat {
    connection: Connection,
    room: mpsc::Sender<Input>,
}

impl Rooms {
    /// No rooms yet; they start when somebody asks for their session.
    pub fn new(store: Store) -> Self {
        Self(Arc::new(Inner {
            store,
            open: Mutex::default(),
        }))
    }

    /// Convenes a session.
    pub async fn convene(&self, actor: Actor, convening: Convening) -> Result<SessionId, RoomError> {
        self.convene_at(clock::now(), actor, convening).await
    }

    /// Convenes a session that began at this hour: for a story that is told afterwards.
    pub(crate) async fn convene_at(
        &self,
        at: DateTime<Utc>,
        actor: Actor,
        convening: Convening,
    ) -> Result<SessionId, RoomError> {
        let session = SessionId(clock::random_id());
        // Decided once beforehand, so that a refused form does not leave a key behind.
        let command = Command {
            id: CommandId(clock::random_id()),
            kind: CommandKind::Convene(Box::new(convening)),
        };
        let stamp = akkoord::session::Stamp {
            at,
            salt: clock::salt(),
        };
        akkoord::session::decide(&akkoord::session::State::default(), actor, stamp, command.clone())?;
        self.0
            .store
            .vault
            .begin_session(session)
            .await
            .map_err(|error| unavailable(session, &error))?;
        let room = self.start(session, room::Room::empty(self.0.store.clone(), session));
        ask(&room, |answer| Input::CarryOut {
            actor,
            at,
            command: Box::new(command),
            answer,
        })
        .await??;
        Ok(session)
    }

    /// Carries out a command that the server makes, or that came by another way than a socket.
    pub async fn carry_out(&self, session: SessionId, actor: Actor, command: Command) -> Result<(), RoomError> {
        self.carry_out_at(clock::now(), session, actor, command).await
    }

    /// Carries out a command that was given at this hour: for a story that is told afterwards.
    pub(crate) async fn carry_out_at(
        &self,
        at: DateTime<Utc>,
        session: SessionId,
        actor: Actor,
        command: Command,
    ) -> Result<(), RoomError> {
        let command = Box::new(command);
        self.ask(session, |answer| Input::CarryOut {
            actor,
            at,
            command,
            answer,
        })
        .await?
    }

    /// Comes in without a socket.
    pub async fn enter(&self, session: SessionId, actor: Actor, name: &str, prosecutor: bool) -> Result<(), RoomError> {
        let kind = CommandKind::Enter {
            name: name.into(),
            prosecutor,
        };
        let id = CommandId(clock::random_id());
        self.carry_out(session, actor, Command { id, kind }).await
    }

    /// What this person sees.
    pub async fn look(&self, session: SessionId, actor: Actor) -> Result<SessionView, RoomError> {
        self.ask(session, |answer| Input::Look { actor, answer }).await?
    }

    /// The sessions of this person's party to which the person is admitted, unsorted (R15, R18). Those that version 1 left
    /// open are not among them.
    pub async fn board(&self, actor: Actor) -> Result<Vec<BoardRow>, RoomError> {
        let sessions = self.0.store.journal.sessions_of(actor.party).await.map_err(|error| {
            tracing::error!(%error, "the board cannot be read");
            RoomError::Unavailable
        })?;
        let mut rows = Vec::with_capacity(sessions.len());
        for row in sessions {
            rows.extend(
                self.ask(row.session, |answer| Input::BoardRow { actor, answer })
                    .await?,
            );
        }
        Ok(rows)
    }

    /// The accountability report of a session for this person's party.
    pub async fn report(&self, session: SessionId, actor: Actor) -> Result<Report, RoomError> {
        self.ask(session, |answer| Input::Report { actor, answer }).await?
    }

    /// A party's report with the chain of all it saw (C4). The log is read from the journal and checked on the way.
    pub async fn account(&self, session: SessionId, report: Report) -> Result<Account, RoomError> {
        let events = load::events(&self.0.store, session).await?;
        account(session, &events, report).map_err(|error| unavailable(session, &error))
    }

    /// Takes a seat with a socket.
    pub(crate) async fn join(&self, session: SessionId, joining: Joining) -> Result<Seat, RoomError> {
        let (answer, answered) = oneshot::channel();
        let room = self.send(session, Input::Join(joining, answer)).await?;
        let connection = answered.await.map_err(|_| RoomError::Unavailable)??;
        Ok(Seat { connection, room })
    }

    /// Whether this person may come in: asked before a socket is opened, so that "not yours" and "not there" answer alike.
    pub(crate) async fn may_enter(&self, session: SessionId, actor: Actor) -> Result<(), RoomError> {
        self.ask(session, |answer| Input::MayEnter { actor, answer }).await?
    }

    /// Tells every room to say goodbye. Returns when they did.
    pub async fn shut_down(&self) {
        let rooms: Vec<_> = self.lock().drain().map(|(_, room)| room).collect();
        for room in &rooms {
            // A room that is already gone has said goodbye.
            let _ = room.send(Input::ShutDown).await;
        }
        for room in rooms {
            room.closed().await;
        }
    }

    async fn ask<T>(
        &self,
        session: SessionId,
        input: impl FnOnce(oneshot::Sender<T>) -> Input,
    ) -> Result<T, RoomError> {
        let (answer, answered) = oneshot::channel();
        self.send(session, input(answer)).await?;
        answered.await.map_err(|_| RoomError::Unavailable)
    }

    /// Hands an input to the session's room. A room that just went to sleep is woken.
    async fn send(&self, session: SessionId, input: Input) -> Result<mpsc::Sender<Input>, RoomError> {
        loop {
            let room = self.find(session).await?;
            if let Ok(place) = room.reserve().await {
                place.send(input);
                return Ok(room.clone());
            }
        }
    }

    /// The room of a session: the one that stands, or one read from the journal.
    async fn find(&self, session: SessionId) -> Result<mpsc::Sender<Input>, RoomError> {
        if let Some(room) = self.standing(session) {
            return Ok(room);
        }
        let room = room::Room::read(self.0.store.clone(), session).await?;
        Ok(self.start(session, room))
    }

    fn standing(&self, session: SessionId) -> Option<mpsc::Sender<Input>> {
        self.lock().get(&session).filter(|room| !room.is_closed()).cloned()
    }

    /// Starts a room unless one stands already: there is never a second one on this node.
    fn start(&self, session: SessionId, room: room::Room) -> mpsc::Sender<Input> {
        let mut open = self.lock();
        if let Some(standing) = open.get(&session).filter(|room| !room.is_closed()) {
            return standing.clone();
        }
        let (inbox, inputs) = mpsc::channel(INBOX);
        tokio::spawn(room.run(inputs));
        open.retain(|_, room| !room.is_closed());
        open.insert(session, inbox.clone());
        inbox
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<SessionId, mpsc::Sender<Input>>> {
        // A panic while holding it would leave the map whole all the same: each change is one call.
        self.0.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Seat {
    /// Hands a command in. `at` is the server's time when the frame arrived (T2).
    pub async fn submit(&self, at: DateTime<Utc>, command: Command) {
        self.send(Input::Submit {
            from: self.connection,
            at,
            command,
        })
        .await;
    }
    /// Keeps a draft.
    pub async fn draft(&self, words: String) {
        self.send(Input::Draft {
            from: self.connection,
            words,
        })
        .await;
    }
    /// Says how the person is there.
    pub async fn presence(&self, how: Presence) {
        self.send(Input::Presence {
            from: self.connection,
            how,
        })
        .await;
    }
    /// Puts an item in the spotlight, or none.
    pub async fn spotlight(&self, item: Option<ItemId>) {
        self.send(Input::Spotlight {
            from: self.connection,
            item,
        })
        .await;
    }
    /// Gives the seat up.
    pub async fn leave(self) {
        self.send(Input::Leave(self.connection)).await;
    }
    async fn send(&self, input: Input) {
        // A room that is gone has told its sockets to connect again.
        let _ = self.room.send(input).await;
    }
}

async fn ask<T>(room: &mpsc::Sender<Input>, input: impl FnOnce(oneshot::Sender<T>) -> Input) -> Result<T, RoomError> {
    let (answer, answered) = oneshot::channel();
    room.send(input(answer)).await.map_err(|_| RoomError::Unavailable)?;
    answered.await.map_err(|_| RoomError::Unavailable)
}

fn unavailable(session: SessionId, error: &dyn std::error::Error) -> RoomError {
    tracing::error!(%session, %error, "storage is not available");
    RoomError::Unavailable
}
