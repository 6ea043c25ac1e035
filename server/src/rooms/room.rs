//! One session's task: decide, seal, append, and only then tell.

use std::collections::{BTreeMap, HashMap};
use std::time::Duration;

use akkoord::accountability::{Report, report};
use akkoord::directory::board_row_for;
use akkoord::ids::{CommandId, ItemId, ParticipantId, PartyId, SessionId};
use akkoord::protocol::{Bye, FromRoom, Presence, VERSION};
use akkoord::session::sent::SentCommands;
use akkoord::session::{
    Actor, Command, CommandKind, Made, Permission, Refusal, SessionView, Snapshot, Stamp, Viewer, check, decide,
    view_for,
};
use axum::extract::ws::Utf8Bytes;
use chrono::{DateTime, Utc};
use tokio::sync::mpsc;
use tokio::time::MissedTickBehavior;

use super::load::{self, Loaded};
use super::stream::{Stream, encode};
use super::write::Failure;
use super::{Connection, Expiry, Input, Joining, Outgoing, RoomError};
use crate::clock;
use crate::vault::Store;

/// How long a room stands without anybody in it before it forgets its texts.
const IDLE: Duration = Duration::from_mins(10);
/// How often a room whose storage failed looks whether it works again.
const PROBE: Duration = Duration::from_secs(1);
/// How often a command is decided again when the journal turned out to be ahead.
const TRIES: usize = 8;

/// A living session on this node.
pub(super) struct Room {
    pub(super) store: Store,
    pub(super) session: SessionId,
    pub(super) loaded: Loaded,
    /// Who is connected.
    pub(super) members: BTreeMap<Connection, Member>,
    /// What each distinct viewer is sent.
    pub(super) streams: HashMap<Viewer, Stream>,
    /// How each person is there. Ephemeral.
    pub(super) presence: BTreeMap<ParticipantId, (PartyId, Presence)>,
    /// The item in the spotlight. Ephemeral.
    pub(super) spotlight: Option<ItemId>,
    /// What clients sent under which id: an id that comes again with another command is refused.
    sent: SentCommands,
    next_connection: u64,
    /// Whether the last write failed: then the fate of that write is unknown until the journal is read again.
    pub(super) adrift: bool,
    /// A close that is written but whose keys are not known to be gone: nobody has been told of it yet.
    pub(super) unfinished_close: bool,
    stopping: bool,
}

/// A connected person.
pub(super) struct Member {
    pub(super) actor: Actor,
    pub(super) viewer: Viewer,
    pub(super) outbox: mpsc::Sender<Outgoing>,
}

/// What became of a command.
enum Outcome {
    /// It is durable, and this is what it made.
    Done(Option<Made>),
    /// The rules said no.
    Refused(Refusal),
    /// Nobody knows; it may be sent again.
    NotStored,
}

impl Room {
    /// A room whose session is about to be convened.
    pub fn empty(store: Store, session: SessionId) -> Self {
        Self::with(store, session, Loaded::empty(session))
    }

    /// A room read from the journal.
    pub async fn read(store: Store, session: SessionId) -> Result<Self, RoomError> {
        let loaded = load::session(&store, session).await?;
        Ok(Self::with(store, session, loaded))
    }

    fn with(store: Store, session: SessionId, loaded: Loaded) -> Self {
        Self {
            store,
            session,
            loaded,
            members: BTreeMap::new(),
            streams: HashMap::new(),
            presence: BTreeMap::new(),
            spotlight: None,
            sent: SentCommands::new(clock::salt()),
            next_connection: 0,
            adrift: false,
            unfinished_close: false,
            stopping: false,
        }
    }

    /// Until nobody is there any more.
    pub async fn run(mut self, mut inputs: mpsc::Receiver<Input>) {
        // A rhythm of its own: people who go on typing must not keep the room from finding out that storage works again.
        let mut probes = tokio::time::interval(PROBE);
        probes.set_missed_tick_behavior(MissedTickBehavior::Delay);
        while !self.stopping {
            tokio::select! {
                input = tokio::time::timeout(IDLE, inputs.recv()) => match input {
                    Ok(Some(input)) => self.take(input).await,
                    Ok(None) => break,
                    Err(_) if self.members.is_empty() => break,
                    Err(_) => {}
                },
                _ = probes.tick(), if self.adrift => self.find_back().await,
            }
        }
        // Nobody can hand in anything any more; what was handed in is still answered.
        inputs.close();
        while let Some(input) = inputs.recv().await {
            self.take(input).await;
        }
        self.say_goodbye(Bye::Restart);
    }

    async fn take(&mut self, input: Input) {
        if self.loaded.is_left_by_version_1() {
            return self.take_for_version_1(input).await;
        }
        match input {
            Input::Join(joining, answer) => {
                let joined = self.join(joining).await;
                if let Err(Ok(connection)) = answer.send(joined) {
                    self.leave(connection);
                }
            }
            Input::Submit { from, at, command } => self.submit(from, at, command).await,
            Input::Draft { from, words } => self.keep_draft(from, &words).await,
            Input::Presence { from, how } => self.set_presence(from, how),
            Input::Spotlight { from, item } => self.set_spotlight(from, item),
            Input::Leave(connection) => self.leave(connection),
            Input::CarryOut {
                actor,
                at,
                command,
                answer,
            } => {
                let outcome = match self.carry_out(actor, at, *command).await {
                    Outcome::Done(_) => Ok(()),
                    Outcome::Refused(refusal) => Err(refusal.into()),
                    Outcome::NotStored => Err(RoomError::Unavailable),
                };
                // Whoever asked may be gone; what was done is done.
                let _ = answer.send(outcome);
                if !self.loaded.snapshot.state.is_convened() {
                    self.stopping = true;
                }
            }
            Input::Look { actor, answer } => {
                let _ = answer.send(self.look(actor));
            }
            Input::MayEnter { actor, answer } => {
                let _ = answer.send(
                    self.check(actor, Permission::Enter)
                        .map(|_| ())
                        .map_err(RoomError::from),
                );
            }
            Input::BoardRow { actor, answer } => {
                let _ = answer.send(board_row_for(&self.loaded.snapshot.state, self.session, actor));
            }
            Input::Report { actor, answer } => {
                let _ = answer.send(self.report(actor));
            }
            Input::Expire { at, answer } => {
                let _ = answer.send(self.expire(at).await);
            }
            Input::ShutDown => self.stopping = true,
        }
    }

    /// A session that version 1 left open. Whoever belongs there is told so; anybody else hears what they hear of a session
    /// that is not there (R2).
    async fn take_for_version_1(&mut self, input: Input) {
        let why_not = |actor| match self.check(actor, Permission::ReadAccountability) {
            Ok(_) => RoomError::OlderVersion,
            Err(refusal) => refusal.into(),
        };
        match input {
            Input::Join(joining, answer) => {
                let _ = answer.send(Err(why_not(joining.actor)));
            }
            Input::CarryOut { actor, answer, .. } | Input::MayEnter { actor, answer } => {
                let _ = answer.send(Err(why_not(actor)));
            }
            Input::Look { actor, answer } => {
                let _ = answer.send(Err(why_not(actor)));
            }
            Input::Report { actor, answer } => {
                let _ = answer.send(Err(why_not(actor)));
            }
            Input::BoardRow { answer, .. } => {
                let _ = answer.send(None);
            }
            Input::Expire { at, answer } => {
                let _ = answer.send(self.expire(at).await);
            }
            Input::ShutDown => self.stopping = true,
            // Nobody is connected.
            Input::Submit { .. }
            | Input::Draft { .. }
            | Input::Presence { .. }
            | Input::Spotlight { .. }
            | Input::Leave(_) => {}
        }
    }

    /// The viewer that this person is, if they may do this now.
    pub(super) fn check(&self, actor: Actor, permission: Permission) -> Result<Viewer, Refusal> {
        let state = &self.loaded.snapshot.state;
        let viewer = Viewer::of(state, actor).ok_or(Refusal::NotFound)?;
        check(state, viewer, permission)?;
        Ok(viewer)
    }

    fn look(&self, actor: Actor) -> Result<SessionView, RoomError> {
        let viewer = self.check(actor, Permission::See)?;
        let Snapshot { state, texts } = &self.loaded.snapshot;
        view_for(state, texts, viewer).ok_or(RoomError::NotFound)
    }

    fn report(&self, actor: Actor) -> Result<Report, RoomError> {
        self.check(actor, Permission::ReadAccountability)?;
        let mut report = report(&self.loaded.snapshot.state, actor.party).ok_or(RoomError::NotFound)?;
        // The head and the length tell how much happened: a living session keeps them to itself (R2).
        if report.closed_at.is_some() {
            report.attach_chain(self.loaded.link, self.loaded.head);
        }
        Ok(report)
    }

    /// R14: does what is due at this time, if anything is: announces that the session expires, or lets it expire.
    async fn expire(&mut self, at: DateTime<Utc>) -> Result<Expiry, RoomError> {
        let state = &self.loaded.snapshot.state;
        if state.closed_at().is_some() {
            return Ok(Expiry::NotDue);
        }
        let announced = state.is_expiry_announced();
        let kind = if announced {
            CommandKind::Expire
        } else {
            CommandKind::WarnOfExpiry
        };
        let command = Command {
            id: CommandId(clock::random_id()),
            kind,
        };
        match self.carry_out(Actor::PROGRAM, at, command).await {
            Outcome::Done(_) if announced => Ok(Expiry::Expired),
            Outcome::Done(_) => Ok(Expiry::Announced),
            Outcome::Refused(Refusal::NotDue | Refusal::Closed) => Ok(Expiry::NotDue),
            Outcome::Refused(refusal) => Err(refusal.into()),
            Outcome::NotStored => Err(RoomError::Unavailable),
        }
    }

    // People who come and go.

    async fn join(&mut self, joining: Joining) -> Result<Connection, RoomError> {
        let Joining {
            actor,
            name,
            prosecutor,
            resume,
            outbox,
        } = joining;
        self.check(actor, Permission::Enter)?;
        let state = &self.loaded.snapshot.state;
        if state.closed_at().is_none() && !state.has_entered(actor.participant, &name, prosecutor) {
            let command = Command {
                id: CommandId(clock::random_id()),
                kind: CommandKind::Enter { name, prosecutor },
            };
            match self.carry_out(actor, clock::now(), command).await {
                Outcome::Done(_) => {}
                Outcome::Refused(refusal) => return Err(refusal.into()),
                Outcome::NotStored => return Err(RoomError::Unavailable),
            }
        }
        let viewer = self.check(actor, Permission::Enter)?;
        let connection = Connection(self.next_connection);
        self.next_connection += 1;
        let draft = self.draft_of(actor.participant).await;
        let welcome = FromRoom::Welcome {
            version: VERSION,
            now: clock::now(),
            you: actor.participant,
            draft,
        };
        self.members.insert(connection, Member { actor, viewer, outbox });
        self.send(connection, encode(&welcome));
        let stream = self.streams.entry(viewer).or_insert_with(Stream::new);
        if !resume.is_some_and(|place| stream.is_at(place)) {
            self.send_view(connection);
        }
        if self.adrift {
            self.send(connection, encode(&FromRoom::Storage { works: false }));
        }
        self.tell_presence_to(connection);
        // R15: who left the table is not present at it.
        if self.check(actor, Permission::BePresent) != Err(Refusal::LeftTheTable) {
            self.change_presence(actor, Presence::Here);
        }
        Ok(connection)
    }

    pub(super) fn leave(&mut self, connection: Connection) {
        let Some(member) = self.members.remove(&connection) else {
            return;
        };
        // Somebody with two windows is gone when both are.
        if !self.members.values().any(|other| other.actor == member.actor) {
            self.change_presence(member.actor, Presence::Gone);
        }
    }

    fn say_goodbye(&mut self, why: Bye) {
        for member in std::mem::take(&mut self.members).into_values() {
            // A full outbox ends all the same: its channel closes with the member.
            let _ = member.outbox.try_send(Outgoing::Bye(why));
        }
    }

    /// Hands a frame to one socket. A socket that does not keep up is cut, never waited for; it comes back to a whole view.
    pub(super) fn send(&mut self, connection: Connection, frame: Utf8Bytes) {
        let Some(member) = self.members.get(&connection) else {
            return;
        };
        if member.outbox.try_send(Outgoing::Frame(frame)).is_err() {
            self.leave(connection);
        }
    }

    pub(super) fn send_view(&mut self, connection: Connection) {
        let Some(viewer) = self.members.get(&connection).map(|member| member.viewer) else {
            return;
        };
        let view = self
            .streams
            .entry(viewer)
            .or_insert_with(Stream::new)
            .view(&self.loaded.snapshot, viewer);
        if let Some(view) = view {
            self.send(connection, view);
        }
    }

    pub(super) fn send_all(&mut self, frame: &Utf8Bytes) {
        let connections: Vec<_> = self.members.keys().copied().collect();
        for connection in connections {
            self.send(connection, frame.clone());
        }
    }

    // What somebody asks.

    async fn submit(&mut self, from: Connection, at: DateTime<Utc>, command: Command) {
        let Some(actor) = self.members.get(&from).map(|member| member.actor) else {
            return;
        };
        let id = command.id;
        let outcome = match self.sent.check(actor, &command) {
            Ok(()) => self.carry_out(actor, at, command).await,
            Err(refusal) => Outcome::Refused(refusal),
        };
        let answer = match outcome {
            Outcome::Done(made) => FromRoom::Ack { id, made },
            Outcome::Refused(because) => FromRoom::Refused { id, because },
            Outcome::NotStored => FromRoom::NotStored { id },
        };
        self.send(from, encode(&answer));
    }

    async fn carry_out(&mut self, actor: Actor, at: DateTime<Utc>, command: Command) -> Outcome {
        // One stamp for all tries: a command decided again draws the same ids.
        let stamp = Stamp {
            at,
            salt: clock::salt(),
        };
        for _ in 0..TRIES {
            if self.adrift && !self.catch_up().await {
                return Outcome::NotStored;
            }
            let decision = match decide(&self.loaded.snapshot.state, actor, stamp, command.clone()) {
                Ok(decision) => decision,
                Err(refusal) => return Outcome::Refused(refusal),
            };
            if decision.events.is_empty() {
                // Carried out before, or there was nothing to do.
                let made = self.loaded.snapshot.state.made_by(actor, command.id);
                return Outcome::Done(made.flatten());
            }
            match self.write(&decision).await {
                Ok(()) => {
                    let made = decision.made();
                    self.announce(decision);
                    self.storage_works();
                    return Outcome::Done(made);
                }
                Err(Failure::Conflict) => self.adrift = true,
                Err(Failure::NotStored(error)) => {
                    tracing::error!(session = %self.session, %error, "a decision was not stored");
                    self.storage_fails();
                    return Outcome::NotStored;
                }
            }
        }
        Outcome::NotStored
    }
}
