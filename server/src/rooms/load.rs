//! From the journal to a living state, and onwards when the journal is ahead.

use akkoord::accountability::Link;
use akkoord::ids::SessionId;
use akkoord::session::{Event, Snapshot, evolve};

use super::{RoomError, unavailable};
use crate::journal::{JournalError, StoredEvent};
use crate::vault::{SessionKey, Store};

/// A session as the journal has it.
pub(super) struct Loaded {
    pub snapshot: Snapshot,
    pub head: u64,
    pub link: Link,
    /// None once it is closed.
    pub key: Option<SessionKey>,
}

/// Reads a whole session.
pub(super) async fn session(store: &Store, session: SessionId) -> Result<Loaded, RoomError> {
    let mut loaded = Loaded {
        snapshot: Snapshot::default(),
        head: 0,
        link: Link::first(session),
        key: None,
    };
    let failed = |error: JournalError| unavailable(session, &error);
    for (_, event) in onwards(
        session,
        &mut loaded,
        store.journal.read(session, 0).await.map_err(failed)?,
    )? {
        loaded.snapshot.state = evolve(std::mem::take(&mut loaded.snapshot.state), &event);
    }
    if !loaded.snapshot.state.is_convened() {
        return Err(RoomError::NotFound);
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
    let mut loaded = Loaded {
        snapshot: Snapshot::default(),
        head: 0,
        link: Link::first(session),
        key: None,
    };
    let stored = store.journal.read(session, 0).await;
    let stored = stored.map_err(|error| unavailable(session, &error))?;
    let events = onwards(session, &mut loaded, stored)?;
    Ok(events.into_iter().map(|(_, event)| event).collect())
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
) -> Result<Vec<(u64, Event)>, RoomError> {
    let mut events = Vec::with_capacity(stored.len());
    for stored in stored {
        let link = loaded.link.next(&stored.bytes);
        if stored.seq != loaded.head + 1 || link != Link(stored.link) {
            tracing::error!(%session, seq = stored.seq, "the journal does not fit its chain");
            return Err(RoomError::Unavailable);
        }
        let event = serde_json::from_slice(&stored.bytes).map_err(|error| unavailable(session, &error))?;
        loaded.head = stored.seq;
        loaded.link = link;
        events.push((stored.seq, event));
    }
    Ok(events)
}
