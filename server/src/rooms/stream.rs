//! What each viewer is sent: encoded once for all sockets that see the same.

use akkoord::protocol::{FromRoom, Place};
use akkoord::session::{Snapshot, ViewEvent, Viewer, view_for};
use axum::extract::ws::Utf8Bytes;
use uuid::Uuid;

use crate::clock;

/// The frames of one viewer, counted by the viewer's own count: never by the journal's, whose gaps would tell of what
/// happened behind its back (R2).
pub(super) struct Stream {
    epoch: Uuid,
    n: u64,
    view: Option<Utf8Bytes>,
}

impl Stream {
    pub fn new() -> Self {
        // A fresh epoch: nobody's earlier count means anything here.
        Self {
            epoch: clock::random_id(),
            n: 0,
            view: None,
        }
    }

    /// Whether somebody who was at this place has missed nothing.
    pub fn is_at(&self, place: Place) -> bool {
        place
            == Place {
                epoch: self.epoch,
                n: self.n,
            }
    }

    /// The frame of a change.
    pub fn event(&mut self, event: ViewEvent) -> Utf8Bytes {
        self.n += 1;
        self.view = None;
        encode(&FromRoom::Event {
            n: self.n,
            event: Box::new(event),
        })
    }

    /// The frame of the whole view; nothing, if no session stands. Kept until the next change, so that many who come
    /// back at once cost one encoding.
    pub fn view(&mut self, snapshot: &Snapshot, viewer: Viewer) -> Option<Utf8Bytes> {
        if self.view.is_none() {
            let view = view_for(&snapshot.state, &snapshot.texts, viewer)?;
            self.view = Some(encode(&FromRoom::View {
                epoch: self.epoch,
                n: self.n,
                view: Box::new(view),
            }));
        }
        self.view.clone()
    }
}

/// A frame as text.
pub(super) fn encode(frame: &FromRoom) -> Utf8Bytes {
    match serde_json::to_string(frame) {
        Ok(text) => text.into(),
        Err(error) => {
            // Frames hold nothing that JSON cannot: this is a programming error, and must not end a meeting.
            tracing::error!(%error, "a frame cannot be encoded");
            Utf8Bytes::from_static(r#"{"t":"storage","works":false}"#)
        }
    }
}
