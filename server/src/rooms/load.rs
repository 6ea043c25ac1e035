//! From the journal to a living state, and onwards when the journal is ahead.

use akkoord::accountability::Link;
use akkoord::ids::SessionId;
use akkoord::session::{Event, Snapshot, evolve};

use super::{RoomError, unavailable};
use crate::journal::{JournalError, StoredEvent};
use crate::vault::{SessionKey, Store};
use crate::version_1::LogReader;

/// A session as the journal has it.
pub(super) struct Loaded {
    pub snapshot: Snapshot,
    pub head: u64,
    pub link: Link,
    /// None once it is closed or expired.
    pub key: Option<SessionKey>,
    /// Reads the events, of today and of version 1.
    log: LogReader,
}

impl Loaded {
    /// Nothing yet: before a session's first event.
    pub fn empty(session: SessionId) -> Self {
        Self {
            snapshot: Snapshot::default(),
            head: 0,
            link: Link::first(session),
            key: None,
            log: LogReader::default(),
        }
    }

    /// Whether version 1 began this session and nobody has closed it: then this program shows it to nobody and does nothing
    /// with it but let it expire.
    pub fn is_left_by_version_1(&self) -> bool {
        self.log.has_events_of_version_1() && self.snapshot.state.closed_at().is_none()
    }
}

/// Reads a whole session. The words of a session that version 1 left open stay sealed.
pub(super) async fn session(store: &Store, session: SessionId) -> Result<Loaded, RoomError> {
    let mut loaded = Loaded::empty(session);
    let failed = |error: JournalError| unavailable(session, &error);
    let stored = store.journal.read(session, 0).await.map_err(failed)?;
    for event in onwards(session, &mut loaded, stored)? {
        loaded.snapshot.state = evolve(std::mem::take(&mut loaded.snapshot.state), &event);
    }
    if !loaded.snapshot.state.is_convened() {
        return Err(RoomError::NotFound);
    }
    if loaded.is_left_by_version_1() {
        tracing::warn!(
            %session,
            "version 1 of this program left this session open; this version cannot open it. It expires like any other \
            session, and its words are destroyed then"
        );
        return Ok(loaded);
    }
    loaded.key = store
        .vault
        .session_key(session)
        .await
        .map_err(|error| unavailable(session, &error))?;
    texts(store, session, &mut loaded).await?;
    Ok(loaded)
}

/// The whole log of a session, checked against its chain (C4).
pub(super) async fn events(store: &Store, session: SessionId) -> Result<Vec<Event>, RoomError> {
    let stored = store.journal.read(session, 0).await;
    let stored = stored.map_err(|error| unavailable(session, &error))?;
    onwards(session, &mut Loaded::empty(session), stored)
}

/// Opens the texts that still exist.
pub(super) async fn texts(store: &Store, session: SessionId, loaded: &mut Loaded) -> Result<(), RoomError> {
    if loaded.snapshot.state.closed_at().is_some() {
        return Ok(());
    }
    let Some(key) = &loaded.key else { return Ok(()) };
    for sealed in store
        .journal
        .texts(session)
        .await
        .map_err(|error| unavailable(session, &error))?
    {
        let opened = key.open_text(&sealed).map_err(|error| unavailable(session, &error))?;
        loaded.snapshot.texts.put(opened.id, opened.text, opened.salt);
    }
    Ok(())
}

/// The events that follow on what is loaded, each checked against the chain (C4).
pub(super) fn onwards(
    session: SessionId,
    loaded: &mut Loaded,
    stored: Vec<StoredEvent>,
) -> Result<Vec<Event>, RoomError> {
    let mut events = Vec::with_capacity(stored.len());
    for stored in stored {
        let link = loaded.link.next(&stored.bytes);
        if stored.seq != loaded.head + 1 || link != Link(stored.link) {
            tracing::error!(%session, seq = stored.seq, "the journal does not fit its chain");
            return Err(RoomError::Unavailable);
        }
        let read = loaded.log.read(&stored.bytes);
        events.extend(read.map_err(|error| unavailable(session, &error))?);
        loaded.head = stored.seq;
        loaded.link = link;
    }
    Ok(events)
}
