//! Telling everybody what is true now, each in their own projection, and what happens when storage fails.

use std::collections::HashMap;

use akkoord::ids::{ParticipantId, PartyId};
use akkoord::protocol::{Bye, FromRoom, Presence};
use akkoord::session::{Actor, Decision, Event, EventKind, Permission, Viewer, check, view_event};
use akkoord::text::Texts;
use axum::extract::ws::Utf8Bytes;

use super::room::Room;
use super::stream::encode;
use super::{Outgoing, load, unavailable};
use crate::journal::AppendError;

/// How many bytes are written to see whether storage works: more than the slack of a page.
const PROBED: usize = 8 * 1024;

impl Room {
    /// Tells everybody what is true now, each in their own projection.
    pub(super) fn announce(&mut self, decision: Decision) {
        for new in decision.texts {
            self.loaded.snapshot.texts.put(new.id, new.text, new.salt);
        }
        for event in &decision.events {
            self.announce_event(event);
        }
        for text in decision.destroyed {
            self.loaded.snapshot.texts.destroy(text);
        }
    }

    pub(super) fn announce_event(&mut self, event: &Event) {
        let mut after = self.loaded.snapshot.after(event);
        if matches!(event.kind, EventKind::Closed { .. } | EventKind::Expired) {
            // R8: memory forgets with the disk.
            after.texts = Texts::default();
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
        let state = &self.loaded.snapshot.state;
        for (connection, member) in &mut self.members {
            // R15, R18: whose seat was taken back, and whom the organisation does not name any more, sees nothing from now on.
            // Who left by its own act stays, and sees what is its own.
            let viewer = Viewer::of(state, member.actor);
            match viewer.filter(|viewer| check(state, *viewer, Permission::See).is_ok()) {
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
        if matches!(event.kind, EventKind::Left) {
            self.show_gone(event.by.party);
        }
        let in_use: Vec<Viewer> = self.members.values().map(|member| member.viewer).collect();
        // Streams of viewers nobody is any more cost work at every event; who comes back gets the whole view.
        if self.streams.len() > 2 * in_use.len() + 8 {
            self.streams.retain(|viewer, _| in_use.contains(viewer));
        }
    }

    /// Nobody of this party is shown as present any more.
    fn show_gone(&mut self, party: PartyId) {
        let people = self.presence.iter().filter(|(_, (of, _))| *of == party);
        for participant in people.map(|(participant, _)| *participant).collect::<Vec<_>>() {
            self.change_presence(Actor { party, participant }, Presence::Gone);
        }
    }

    pub(super) fn storage_fails(&mut self) {
        if !std::mem::replace(&mut self.adrift, true) {
            self.send_all(&encode(&FromRoom::Storage { works: false }));
        }
    }

    pub(super) fn storage_works(&mut self) {
        if std::mem::take(&mut self.adrift) {
            self.send_all(&encode(&FromRoom::Storage { works: true }));
        }
    }

    /// Tries whether storage works again, and if so tells the screens.
    pub(super) async fn find_back(&mut self) {
        if self.catch_up().await && self.can_write().await {
            self.storage_works();
        } else {
            tracing::debug!(session = %self.session, "storage does not work yet");
        }
    }

    /// Writes as much as a contribution takes and takes it away again: a full disk has room for a write that changes nothing.
    async fn can_write(&self) -> bool {
        let nobody = ParticipantId::from_bytes([0; 16]);
        let journal = &self.store.journal;
        match journal.save_draft(self.session, nobody, &[0; PROBED]).await {
            Ok(()) => journal.drop_draft(self.session, nobody).await.is_ok(),
            // The journal answers that the session is closed: there is nothing left to write.
            Err(AppendError::Conflict) => true,
            Err(AppendError::Unavailable { .. }) => false,
        }
    }

    /// Reads on from the journal: after a failed write nobody knows whether it was written. True when this room knows
    /// again what is so; a close that was interrupted is finished first, and only then told.
    pub(super) async fn catch_up(&mut self) -> bool {
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
        for event in events {
            self.announce_event(&event);
        }
        true
    }
}
