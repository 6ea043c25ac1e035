//! The table, alive: frames from the room become signals, and what a person wants goes out until it is acknowledged.
//!
//! Lives here: the view in signals, the way of a wish, the connection. [`Live::take`] decides what a frame means and
//! runs anywhere, so it is tested without a browser; the socket itself is in `line`, for the browser only. Never lives
//! here: rules (they are in `akkoord`), words, anything that is shown.
//!
//! Only what changed is set again: an event that changes one card repaints one card.
//!
//! 2026-11-23: why frames over our own socket and not the signals a framework can share. Each viewer needs a projection
//! of its own, a place to go on from after a cut, and the certainty that what was sent arrives once; none of the shared
//! ones gives these.

pub(crate) mod follow;
#[cfg_attr(
    not(target_arch = "wasm32"),
    allow(dead_code, reason = "only a browser hears a room")
)]
mod frame;
#[cfg(target_arch = "wasm32")]
mod line;
pub(crate) mod outbox;
pub(crate) mod seen;
pub(crate) mod store;

use std::collections::BTreeMap;

use akkoord::house::Me;
use akkoord::ids::{CommandId, ContributionId, ParticipantId, SessionId};
use akkoord::protocol::{Bye, FromClient, FromRoom, Presence};
use akkoord::session::{Command, Refusal, Wish};
use leptos::prelude::*;

use crate::backend::TableEntry;
use crate::ui::Now;
use follow::{Follow, Step};
use outbox::Outbox;
use seen::Seen;

/// How the connection with the room is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Link {
    /// The page just opened; nothing is wrong yet.
    Opening,
    /// Frames come and go.
    Open,
    /// Something was asked and nothing comes back.
    Silent,
    /// Lost; trying again.
    Lost,
    /// Ended for good: the seat was taken away.
    NoSeat,
}

impl Link {
    /// Whether a person must be told.
    pub(crate) fn is_lost(self) -> bool {
        matches!(self, Self::Lost | Self::Silent)
    }
}

/// Something a person must know about what they wanted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct News {
    /// Which command it was.
    pub(crate) id: CommandId,
    /// Why it changed nothing.
    pub(crate) because: Refusal,
    /// The words they wrote, so that nothing is lost.
    pub(crate) words: Option<String>,
}

/// What the connection must do after a frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reaction {
    /// Go on.
    None,
    /// Say the kept commands again: the room is ready.
    Resend,
    /// Say this command again, a little later.
    RetryLater,
    /// Connect again and ask for the whole view.
    StartOver,
    /// The room says goodbye.
    Leave(Bye),
}

/// One live table, for everything on the page.
#[derive(Clone, Copy)]
pub(crate) struct Live {
    /// Which session.
    pub(crate) session: SessionId,
    /// Who looks.
    pub(crate) me: StoredValue<Me>,
    /// What they see.
    pub(crate) seen: Seen,
    /// The server's time.
    pub(crate) now: Now,
    /// How the connection is.
    pub(crate) link: RwSignal<Link>,
    /// What was sent and is not acknowledged.
    pub(crate) outbox: RwSignal<Outbox>,
    /// How everybody is there.
    pub(crate) present: RwSignal<BTreeMap<ParticipantId, Presence>>,
    /// The card the chair shows to all.
    pub(crate) spotlight: RwSignal<Option<ContributionId>>,
    /// Whether the server can store now.
    pub(crate) storage_works: RwSignal<bool>,
    /// What was refused and not yet dismissed.
    pub(crate) news: RwSignal<Vec<News>>,
    /// Cards of others that just came, for those who listen.
    pub(crate) arrived: RwSignal<Vec<ContributionId>>,
    /// The words of the composer.
    pub(crate) draft: RwSignal<String>,
    follow: StoredValue<Follow>,
    #[cfg(target_arch = "wasm32")]
    line: StoredValue<Option<line::Line>, LocalStorage>,
}

impl Live {
    /// Starts from what the page was opened with.
    pub(crate) fn new(entry: TableEntry) -> Self {
        Self {
            session: entry.session,
            me: StoredValue::new(entry.me),
            seen: Seen::new(entry.view),
            now: Now::starting(entry.now),
            link: RwSignal::new(Link::Opening),
            outbox: RwSignal::default(),
            present: RwSignal::default(),
            spotlight: RwSignal::new(None),
            storage_works: RwSignal::new(true),
            news: RwSignal::default(),
            arrived: RwSignal::default(),
            draft: RwSignal::default(),
            follow: StoredValue::new(Follow::default()),
            #[cfg(target_arch = "wasm32")]
            line: StoredValue::new_local(None),
        }
    }

    /// Connects, once the page is awake. Nothing happens on a server.
    pub(crate) fn connect(self) {
        #[cfg(target_arch = "wasm32")]
        Effect::new(move |_| {
            let kept = store::read(store::Where::Tab, &self.outbox_key());
            self.outbox
                .set(kept.map(|json| Outbox::read(&json)).unwrap_or_default());
            let line = line::Line::open(self);
            self.line.set_value(Some(line.clone()));
            let line = send_wrapper::SendWrapper::new(line);
            on_cleanup(move || line.take().close());
        });
    }

    /// Who looks.
    pub(crate) fn my_id(self) -> ParticipantId {
        self.me.with_value(|me| me.participant)
    }

    /// Wants something: kept until the room acknowledges or refuses it, however often the connection breaks.
    pub(crate) fn want(self, wish: Wish) {
        let command = Command {
            id: CommandId(fresh_id()),
            wish,
        };
        self.outbox.update(|outbox| outbox.add(command.clone()));
        self.keep_outbox();
        self.say(FromClient::Submit {
            id: command.id,
            wish: command.wish,
        });
    }

    /// Says something that needs no keeping. Lost without harm when there is no connection.
    #[allow(clippy::needless_pass_by_value, reason = "what was said is gone")]
    pub(crate) fn say(self, frame: FromClient) {
        #[cfg(target_arch = "wasm32")]
        self.line.with_value(|line| {
            if let Some(line) = line {
                line.say(&frame);
            }
        });
        #[cfg(not(target_arch = "wasm32"))]
        drop(frame);
    }

    /// Tries to connect at once.
    pub(crate) fn connect_now(self) {
        #[cfg(target_arch = "wasm32")]
        self.line.with_value(|line| {
            if let Some(line) = line {
                line.connect_now();
            }
        });
    }

    /// What a frame from the room means.
    pub(crate) fn take(self, frame: FromRoom) -> Reaction {
        match frame {
            FromRoom::Welcome { draft, .. } => {
                if let Some(words) = draft.filter(|_| self.draft.with_untracked(String::is_empty)) {
                    self.draft.set(words);
                }
                // Who is there now and what is lit follows; who left meanwhile is not named.
                self.present.update(BTreeMap::clear);
                self.spotlight.set(None);
                self.link.set(Link::Open);
                return Reaction::Resend;
            }
            FromRoom::View { epoch, n, view } => {
                self.follow.update_value(|follow| follow.whole(epoch, n));
                self.seen.replace(*view);
                self.after_closing();
            }
            FromRoom::Event { n, event } => match self.follow.try_update_value(|follow| follow.next(n)) {
                Some(Step::Take) => {
                    if let Some(id) = event.command {
                        self.outbox.update(|outbox| outbox.seen(id));
                    }
                    let arrived = self.seen.apply(*event);
                    if !arrived.is_empty() {
                        self.arrived.update(|all| all.extend(arrived));
                    }
                    self.after_closing();
                }
                Some(Step::Known) | None => {}
                Some(Step::Gap) => return Reaction::StartOver,
            },
            FromRoom::Ack { id } => {
                self.settle(id);
            }
            FromRoom::Refused { id, because } => self.refused(id, because),
            FromRoom::NotStored { id } => {
                self.outbox.update(|outbox| outbox.not_stored(id));
                return Reaction::RetryLater;
            }
            FromRoom::Storage { works } => {
                self.storage_works.set(works);
                if works {
                    return Reaction::Resend;
                }
            }
            FromRoom::Presence { who, how, .. } => self.present.update(|all| {
                all.insert(who, how);
            }),
            FromRoom::Spotlight { card } => self.spotlight.set(card),
            // The time in it was taken by whoever measured the round trip.
            FromRoom::Pong { .. } | FromRoom::Unreadable { .. } => {}
            FromRoom::Bye { why } => {
                if why == Bye::NoSeat {
                    self.leave_seat();
                }
                return Reaction::Leave(why);
            }
        }
        Reaction::None
    }

    /// Where to go on from, after a broken connection.
    #[cfg(target_arch = "wasm32")]
    pub(crate) fn place(self) -> Option<akkoord::protocol::Place> {
        self.follow.with_value(Follow::place)
    }

    /// Asks for the whole view at the next connection.
    #[cfg(target_arch = "wasm32")]
    pub(crate) fn forget_place(self) {
        self.follow.update_value(Follow::lose);
    }

    /// The screen of somebody without a seat holds nothing any more (R2).
    pub(crate) fn leave_seat(self) {
        self.link.set(Link::NoSeat);
        self.seen.darken();
        self.forget_words();
    }

    fn settle(self, id: CommandId) -> Option<Wish> {
        let wish = self.outbox.try_update(|outbox| outbox.settle(id)).flatten();
        self.keep_outbox();
        wish
    }

    /// What was refused comes back to its author: into the composer when that is free, else beside the reason.
    fn refused(self, id: CommandId, because: Refusal) {
        let mut words = self.settle(id).and_then(outbox::words);
        if because == Refusal::Closed {
            self.draft.set(String::new());
        } else if self.draft.with_untracked(String::is_empty)
            && let Some(shared) = words.take_if(|words| words.of_share)
        {
            self.draft.set(shared.text);
        }
        let words = words.map(|words| words.text);
        self.news.update(|all| all.push(News { id, because, words }));
    }

    /// R8: what was not shared is gone with the session, on this device too.
    fn after_closing(self) {
        if self.seen.progress.with_untracked(|progress| progress.closed.is_some()) {
            self.forget_words();
        }
    }

    fn forget_words(self) {
        self.draft.set(String::new());
        self.outbox.update(Outbox::clear);
        store::forget(store::Where::Tab, &self.outbox_key());
        store::forget(store::Where::Device, &self.draft_key());
    }

    fn keep_outbox(self) {
        let json = self.outbox.with_untracked(Outbox::write);
        match json {
            Some(json) => store::write(store::Where::Tab, &self.outbox_key(), &json),
            None => store::forget(store::Where::Tab, &self.outbox_key()),
        }
    }

    fn outbox_key(self) -> String {
        format!("akkoord.outbox.{}.{}", self.session, self.my_id())
    }

    /// Under which name this device keeps the draft of this person at this table.
    pub(crate) fn draft_key(self) -> String {
        format!("akkoord.draft.{}.{}", self.session, self.my_id())
    }
}

/// A name nobody else thinks of.
#[cfg(target_arch = "wasm32")]
#[expect(
    clippy::disallowed_methods,
    reason = "a browser names its own commands; nothing is decided here"
)]
fn fresh_id() -> uuid::Uuid {
    uuid::Uuid::new_v4()
}

/// Only browsers want anything; a test wants the same each time.
#[cfg(not(target_arch = "wasm32"))]
fn fresh_id() -> uuid::Uuid {
    uuid::Uuid::nil()
}

#[cfg(test)]
mod tests;
