//! One session's task: decide, seal, append, and only then tell.

use std::collections::{BTreeMap, HashMap};
use std::time::Duration;

use akkoord::accountability::{Link, Report};
use akkoord::ids::{CommandId, ContributionId, ParticipantId, PartyId, SessionId};
use akkoord::protocol::{Bye, FromRoom, LONGEST_FRAME, Presence, VERSION};
use akkoord::session::closing::copies;
use akkoord::session::{
    Actor, Command, Decision, Deed, Event, Fact, Refusal, SessionView, Snapshot, Stamp, Viewer, Wish, decide, may,
    view_event, view_for,
};
use axum::extract::ws::Utf8Bytes;
use chrono::{DateTime, Utc};
use tokio::sync::mpsc;

use super::load::{self, Loaded};
use super::stream::{Stream, encode};
use super::{Connection, Input, Joining, Outgoing, RoomError, unavailable};
use crate::clock;
use crate::journal::{Append, AppendError, Closing, DossierRow, NewEvent, RecordRow, RegisterRow};
use crate::vault::{CloseError, Label, Store, VaultError};

/// How long a room stands without anybody in it before it forgets its texts.
const IDLE: Duration = Duration::from_secs(600);
/// How often a room whose storage failed looks whether it works again.
const PROBE: Duration = Duration::from_secs(1);
/// How often a command is decided again when the journal turned out to be ahead.
const TRIES: usize = 8;

/// A living session on this node.
pub(super) struct Room {
    store: Store,
    session: SessionId,
    loaded: Loaded,
    /// Who is connected.
    members: BTreeMap<Connection, Member>,
    /// What each distinct viewer is sent.
    streams: HashMap<Viewer, Stream>,
    /// How each person is there. Ephemeral.
    presence: BTreeMap<ParticipantId, (PartyId, Presence)>,
    /// The card in the spotlight. Ephemeral.
    spotlight: Option<ContributionId>,
    next_connection: u64,
    /// Whether the last write failed: then the fate of that write is unknown until the journal is read again.
    adrift: bool,
    /// A close that is written but whose keys are not known to be gone: nobody has been told of it yet.
    unfinished_close: bool,
    stopping: bool,
}

/// A connected person.
struct Member {
    actor: Actor,
    viewer: Viewer,
    outbox: mpsc::Sender<Outgoing>,
}

/// What became of a command.
enum Outcome {
    /// It is durable.
    Done,
    /// The rules said no.
    Refused(Refusal),
    /// Nobody knows; it may be sent again.
    NotStored,
}

impl Room {
    /// A room whose session is about to be convened.
    pub fn empty(store: Store, session: SessionId) -> Self {
        let loaded = Loaded {
            snapshot: Snapshot::default(),
            head: 0,
            link: Link::first(session),
            key: None,
        };
        Self::with(store, session, loaded)
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
            next_connection: 0,
            adrift: false,
            unfinished_close: false,
            stopping: false,
        }
    }

    /// Until nobody is there any more.
    pub async fn run(mut self, mut inputs: mpsc::Receiver<Input>) {
        while !self.stopping {
            let patience = if self.adrift { PROBE } else { IDLE };
            match tokio::time::timeout(patience, inputs.recv()).await {
                Ok(Some(input)) => self.take(input).await,
                Ok(None) => break,
                Err(_) if self.adrift => self.find_back().await,
                Err(_) if self.members.is_empty() => break,
                Err(_) => {}
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
            Input::Spotlight { from, card } => self.set_spotlight(from, card),
            Input::Leave(connection) => self.leave(connection),
            Input::CarryOut {
                actor,
                at,
                command,
                answer,
            } => {
                let outcome = match self.carry_out(actor, at, *command).await {
                    Outcome::Done => Ok(()),
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
            Input::BoardRow { party, answer } => {
                let _ = answer.send(akkoord::house::board_row(
                    &self.loaded.snapshot.state,
                    self.session,
                    party,
                ));
            }
            Input::Report { party, answer } => {
                let _ = answer.send(self.report(party));
            }
            Input::ShutDown => self.stopping = true,
        }
    }

    fn look(&self, actor: Actor) -> Result<SessionView, RoomError> {
        let Snapshot { state, texts } = &self.loaded.snapshot;
        may(state, actor, Deed::See)?;
        let viewer = Viewer::of(state, actor).ok_or(RoomError::NotFound)?;
        view_for(state, texts, viewer).ok_or(RoomError::NotFound)
    }

    fn report(&self, party: PartyId) -> Result<Report, RoomError> {
        let mut report =
            akkoord::accountability::report(&self.loaded.snapshot.state, party).ok_or(RoomError::NotFound)?;
        // The head and the length tell how much happened: a living session keeps them to itself (R2).
        if report.closed_at.is_some() {
            report.head = Some(self.loaded.link);
            report.events = Some(self.loaded.head);
        }
        Ok(report)
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
        may(&self.loaded.snapshot.state, actor, Deed::Enter)?;
        let state = &self.loaded.snapshot.state;
        if state.closed_at().is_none() && !state.has_entered(actor.participant, &name, prosecutor) {
            let wish = Wish::Enter { name, prosecutor };
            let command = Command {
                id: CommandId(clock::random_id()),
                wish,
            };
            match self.carry_out(actor, clock::now(), command).await {
                Outcome::Done => {}
                Outcome::Refused(refusal) => return Err(refusal.into()),
                Outcome::NotStored => return Err(RoomError::Unavailable),
            }
        }
        let viewer = Viewer::of(&self.loaded.snapshot.state, actor).ok_or(RoomError::NotFound)?;
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
        self.change_presence(actor, Presence::Here);
        Ok(connection)
    }

    fn leave(&mut self, connection: Connection) {
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
    fn send(&mut self, connection: Connection, frame: Utf8Bytes) {
        let Some(member) = self.members.get(&connection) else {
            return;
        };
        if member.outbox.try_send(Outgoing::Frame(frame)).is_err() {
            self.leave(connection);
        }
    }

    fn send_view(&mut self, connection: Connection) {
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

    fn send_all(&mut self, frame: &Utf8Bytes) {
        let connections: Vec<_> = self.members.keys().copied().collect();
        for connection in connections {
            self.send(connection, frame.clone());
        }
    }

    // What never reaches the journal.

    fn set_presence(&mut self, from: Connection, how: Presence) {
        let Some(actor) = self.members.get(&from).map(|member| member.actor) else {
            return;
        };
        if may(&self.loaded.snapshot.state, actor, Deed::BePresent).is_ok() && how != Presence::Gone {
            self.change_presence(actor, how);
        }
    }

    fn change_presence(&mut self, actor: Actor, how: Presence) {
        let changed = if how == Presence::Gone {
            self.presence.remove(&actor.participant).is_some()
        } else {
            self.presence.insert(actor.participant, (actor.party, how)) != Some((actor.party, how))
        };
        if !changed {
            return;
        }
        let frame = encode(&FromRoom::Presence {
            party: actor.party,
            who: actor.participant,
            how,
        });
        let state = &self.loaded.snapshot.state;
        let who_know = self.members.iter().filter(|(_, it)| knows(state, it, actor.party));
        for connection in who_know.map(|(connection, _)| *connection).collect::<Vec<_>>() {
            self.send(connection, frame.clone());
        }
    }

    fn tell_presence_to(&mut self, connection: Connection) {
        let Some(member) = self.members.get(&connection) else {
            return;
        };
        let state = &self.loaded.snapshot.state;
        let mut frames = Vec::new();
        for (who, (party, how)) in &self.presence {
            if knows(state, member, *party) {
                frames.push(encode(&FromRoom::Presence {
                    party: *party,
                    who: *who,
                    how: *how,
                }));
            }
        }
        if let Some(card) = self.spotlight.filter(|card| member.viewer.sees_card(state, *card)) {
            frames.push(encode(&FromRoom::Spotlight { card: Some(card) }));
        }
        for frame in frames {
            self.send(connection, frame);
        }
    }

    fn set_spotlight(&mut self, from: Connection, card: Option<ContributionId>) {
        let Some(actor) = self.members.get(&from).map(|member| member.actor) else {
            return;
        };
        let state = &self.loaded.snapshot.state;
        // Putting it out asks for the same right as putting it on.
        let Some(asked) = card.or(self.spotlight) else { return };
        if may(state, actor, Deed::Spotlight(asked)).is_err() {
            return;
        }
        let before = std::mem::replace(&mut self.spotlight, card);
        let mut frames = Vec::new();
        for (connection, member) in &self.members {
            let sees = |card: Option<ContributionId>| card.filter(|card| member.viewer.sees_card(state, *card));
            // Who saw neither is not told that anything changed (R2).
            if sees(before) != sees(card) {
                frames.push((*connection, encode(&FromRoom::Spotlight { card: sees(card) })));
            }
        }
        for (connection, frame) in frames {
            self.send(connection, frame);
        }
    }

    async fn keep_draft(&mut self, from: Connection, words: &str) {
        let Some(actor) = self.members.get(&from).map(|member| member.actor) else {
            return;
        };
        if may(&self.loaded.snapshot.state, actor, Deed::Draft).is_err() || words.len() > LONGEST_FRAME {
            return;
        }
        let Some(key) = &self.loaded.key else { return };
        let kept = if words.is_empty() {
            self.store.journal.drop_draft(self.session, actor.participant).await
        } else {
            match key.seal_draft(actor.participant, words.as_bytes()) {
                Ok(sealed) => {
                    self.store
                        .journal
                        .save_draft(self.session, actor.participant, &sealed)
                        .await
                }
                Err(error) => {
                    tracing::error!(session = %self.session, %error, "a draft cannot be sealed");
                    return;
                }
            }
        };
        // A draft also lives in its author's browser: losing this copy is no loss to announce.
        if let Err(error) = kept {
            tracing::warn!(session = %self.session, %error, "a draft was not kept");
        }
    }

    async fn draft_of(&self, participant: ParticipantId) -> Option<String> {
        let key = self.loaded.key.as_ref()?;
        let sealed = self.store.journal.draft(self.session, participant).await.ok()??;
        let opened = key.open_draft(participant, &sealed).ok()?;
        String::from_utf8(opened.to_vec()).ok()
    }

    // What somebody wants.

    async fn submit(&mut self, from: Connection, at: DateTime<Utc>, command: Command) {
        let Some(actor) = self.members.get(&from).map(|member| member.actor) else {
            return;
        };
        let id = command.id;
        let answer = match self.carry_out(actor, at, command).await {
            Outcome::Done => FromRoom::Ack { id },
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
                return Outcome::Done;
            }
            match self.write(&decision).await {
                Ok(()) => {
                    self.announce(decision);
                    self.storage_works();
                    return Outcome::Done;
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

    /// Seals and appends. When this returns, it is true; before that, nobody may see it.
    async fn write(&mut self, decision: &Decision) -> Result<(), Failure> {
        if self.loaded.key.is_none() && self.loaded.snapshot.state.closed_at().is_none() {
            // Asked again rather than kept from before: a session that was closed elsewhere has none.
            self.loaded.key = self.store.vault.session_key(self.session).await?;
        }
        let key = self.loaded.key.as_ref().ok_or(Failure::Conflict)?;
        let mut link = self.loaded.link;
        let mut events = Vec::with_capacity(decision.events.len());
        for event in &decision.events {
            let bytes = serde_json::to_vec(event).map_err(|error| Failure::NotStored(error.to_string()))?;
            link = link.next(&bytes);
            events.push(NewEvent { bytes, link: link.0 });
        }
        let added = events.len() as u64;
        let after = self.after(decision);
        let at = decision.events.first().map_or_else(clock::now, |event| event.at);
        let mut append = Append::new(self.session, self.loaded.head, at, events);
        append.texts = decision
            .texts
            .iter()
            .map(|text| key.seal_text(text))
            .collect::<Result<_, _>>()?;
        append.destroy.clone_from(&decision.destroyed);
        let parties = after.parties();
        append.parties = (parties != self.loaded.snapshot.state.parties()).then_some(parties);
        append.closing = self.closing(decision).await?;
        match self.store.close(append).await {
            Ok(_) => {}
            Err(CloseError::Append(AppendError::Conflict)) => return Err(Failure::Conflict),
            Err(error @ CloseError::Unfinished(_)) => {
                self.unfinished_close = true;
                return Err(Failure::NotStored(error.to_string()));
            }
            Err(error @ CloseError::Append(AppendError::Unavailable { .. })) => {
                return Err(Failure::NotStored(error.to_string()));
            }
        }
        self.loaded.head += added;
        self.loaded.link = link;
        Ok(())
    }

    fn after(&self, decision: &Decision) -> akkoord::session::State {
        decision
            .events
            .iter()
            .fold(self.loaded.snapshot.state.clone(), akkoord::session::evolve)
    }

    /// What a close leaves behind: each copy sealed under the key of the organisation that keeps it (R7).
    async fn closing(&self, decision: &Decision) -> Result<Option<Closing>, Failure> {
        let Some(event) = decision
            .events
            .iter()
            .find(|event| matches!(event.fact, Fact::Closed { .. }))
        else {
            return Ok(None);
        };
        let Snapshot { state, texts } = &self.loaded.snapshot;
        let copies = copies(state, texts, &decision.events);
        let session = self.session;
        let mut keys = BTreeMap::new();
        for party in state.parties() {
            keys.insert(party, self.store.vault.organisation_key(party).await?);
        }
        let key = |party: PartyId| {
            keys.get(&party)
                .ok_or_else(|| Failure::NotStored("a party has no key".into()))
        };
        let mut closing = Closing {
            at: event.at,
            dossier: Vec::new(),
            register: Vec::new(),
            records: Vec::new(),
        };
        for (recipient, item) in &copies.dossier {
            let bytes = zeroize::Zeroizing::new(to_json(item)?);
            closing.dossier.push(DossierRow {
                recipient: *recipient,
                release: item.release,
                giver: item.giver.id,
                session,
                received_at: item.received_at,
                retain_until: item.retain_until,
                sealed: key(*recipient)?.seal_for(Label::dossier(item.release), &bytes)?,
            });
        }
        for entry in &copies.register {
            let bytes = zeroize::Zeroizing::new(to_json(entry)?);
            let giver = match keys.get(&entry.giver) {
                Some(key) => key.seal_for(Label::register(entry.item.release), &bytes)?,
                // The giver's seat was taken away meanwhile; it still answers for what it gave (R9).
                None => {
                    let key = self.store.vault.organisation_key(entry.giver).await?;
                    key.seal_for(Label::register(entry.item.release), &bytes)?
                }
            };
            closing.register.push(RegisterRow {
                giver: entry.giver,
                release: entry.item.release,
                recipient: entry.recipient.id,
                session,
                given_at: entry.item.received_at,
                retain_until: entry.item.retain_until,
                sealed: giver,
            });
        }
        for party in state.parties() {
            let own = copies
                .motivations
                .iter()
                .filter(|(to, _)| *to == party)
                .map(|(_, kept)| kept);
            let motivations: Vec<_> = own.collect();
            if !motivations.is_empty() {
                let bytes = zeroize::Zeroizing::new(to_json(&motivations)?);
                let sealed = key(party)?.seal_for(Label::record(session), &bytes)?;
                closing.records.push(RecordRow { party, session, sealed });
            }
        }
        Ok(Some(closing))
    }

    /// Tells everybody what is true now, each in their own projection.
    fn announce(&mut self, decision: Decision) {
        for new in decision.texts {
            self.loaded.snapshot.texts.put(new.id, new.text);
        }
        for event in &decision.events {
            self.announce_event(event);
        }
        for text in decision.destroyed {
            self.loaded.snapshot.texts.destroy(text);
        }
    }

    fn announce_event(&mut self, event: &Event) {
        let mut after = self.loaded.snapshot.after(event);
        let closes = matches!(event.fact, Fact::Closed { .. });
        if closes {
            // R8: memory forgets with the disk.
            after.texts = akkoord::text::Texts::default();
            self.loaded.key = None;
            self.spotlight = None;
        }
        let before = std::mem::replace(&mut self.loaded.snapshot, after);
        let mut frames: HashMap<Viewer, Option<Utf8Bytes>> = HashMap::new();
        for (viewer, stream) in &mut self.streams {
            let change = view_event(&before, event, &self.loaded.snapshot, *viewer);
            frames.insert(*viewer, change.map(|change| stream.event(change)));
        }
        let mut changed = Vec::new();
        let mut unseated = Vec::new();
        let mut out = Vec::new();
        for (connection, member) in &mut self.members {
            match Viewer::of(&self.loaded.snapshot.state, member.actor) {
                None => unseated.push(*connection),
                Some(viewer) if viewer != member.viewer => {
                    member.viewer = viewer;
                    changed.push(*connection);
                }
                Some(viewer) => {
                    if let Some(Some(frame)) = frames.get(&viewer) {
                        out.push((*connection, frame.clone()));
                    }
                }
            }
        }
        for (connection, frame) in out {
            self.send(connection, frame);
        }
        // Who sees as somebody else from now on gets the whole view.
        for connection in changed {
            self.send_view(connection);
        }
        for connection in unseated {
            if let Some(member) = self.members.get(&connection) {
                let _ = member.outbox.try_send(Outgoing::Bye(Bye::NoSeat));
            }
            self.leave(connection);
        }
        let in_use: Vec<Viewer> = self.members.values().map(|member| member.viewer).collect();
        // Streams of viewers nobody is any more cost work at every event; who comes back gets the whole view.
        if self.streams.len() > 2 * in_use.len() + 8 {
            self.streams.retain(|viewer, _| in_use.contains(viewer));
        }
    }

    // When storage fails.

    fn storage_fails(&mut self) {
        if !std::mem::replace(&mut self.adrift, true) {
            self.send_all(&encode(&FromRoom::Storage { works: false }));
        }
    }

    fn storage_works(&mut self) {
        if std::mem::take(&mut self.adrift) {
            self.send_all(&encode(&FromRoom::Storage { works: true }));
        }
    }

    /// Tries a write that changes nothing, so that the screens are told when storage works again.
    async fn find_back(&mut self) {
        if !self.catch_up().await {
            return;
        }
        let nobody = ParticipantId::from_bytes([0; 16]);
        if self.store.journal.drop_draft(self.session, nobody).await.is_ok() {
            self.storage_works();
        }
    }

    /// Reads on from the journal: after a failed write nobody knows whether it was written. True when this room knows
    /// again what is so; a close that was interrupted is finished first, and only then told.
    async fn catch_up(&mut self) -> bool {
        if self.unfinished_close {
            match self.store.finish_interrupted_closes().await {
                Ok(_) => self.unfinished_close = false,
                Err(error) => {
                    unavailable(self.session, &error);
                    return false;
                }
            }
        }
        let Ok(stored) = self.store.journal.read(self.session, self.loaded.head).await else {
            return false;
        };
        if stored.is_empty() {
            return true;
        }
        let Ok(events) = load::onwards(self.session, &mut self.loaded, stored) else {
            return false;
        };
        if load::texts(&self.store, self.session, &mut self.loaded).await.is_err() {
            return false;
        }
        for (_, event) in events {
            self.announce_event(&event);
        }
        true
    }
}

fn knows(state: &akkoord::session::State, member: &Member, party: PartyId) -> bool {
    akkoord::session::view::knows_party(state, member.actor.party, party)
}

fn to_json(value: &impl serde::Serialize) -> Result<Vec<u8>, Failure> {
    serde_json::to_vec(value).map_err(|error| Failure::NotStored(error.to_string()))
}

/// Why a decision was not written.
enum Failure {
    /// The journal is ahead of this room.
    Conflict,
    /// Storage failed; the fate of the write is unknown.
    NotStored(String),
}

impl From<VaultError> for Failure {
    fn from(error: VaultError) -> Self {
        Self::NotStored(error.to_string())
    }
}
