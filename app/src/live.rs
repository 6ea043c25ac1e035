//! The table, alive: frames from the room become signals, and what a person wants goes out until it is acknowledged.
//!
//! Lives here: the view in signals, the way of a command, the connection. [`Live::take`] decides what a frame means and
//! runs anywhere, so it is tested without a browser; the socket itself is in `line`, for the browser only. Never lives
//! here: rules (they are in `akkoord`), texts of the screen, anything that is shown.
//!
//! Only what changed is set again: an event that changes one item repaints one item.
//!
//! 2026-11-23: why frames over our own socket and not the signals a framework can share. Each viewer needs a projection
//! of its own, a place to go on from after a cut, and the certainty that what was sent arrives once; none of the shared
//! ones gives these.

pub(crate) mod follow;
#[cfg(target_arch = "wasm32")]
mod line;
pub(crate) mod outbox;
pub(crate) mod seen;
pub(crate) mod store;
mod texts;

use std::collections::BTreeMap;

use akkoord::directory::Me;
use akkoord::ids::{CommandId, ItemId, ParticipantId, SessionId};
use akkoord::protocol::{Bye, FromClient, FromRoom, Presence};
use akkoord::session::{Command, CommandKind, Made, Refusal};
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

/// A command that changed nothing, of which its author must know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct News {
    /// Which command it was.
    pub(crate) id: CommandId,
    /// Why it changed nothing.
    pub(crate) because: Cause,
    /// The words they wrote, so that nothing is lost.
    pub(crate) words: Option<String>,
}

/// Why a command changed nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cause {
    /// The rules say no.
    Refused(Refusal),
    /// The room could not read it. It would not be able to the next time either.
    NotUnderstood,
    /// It is longer than a room takes.
    TooLong,
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
    /// The item the chair shows to all.
    pub(crate) spotlight: RwSignal<Option<ItemId>>,
    /// Whether the server can store now.
    pub(crate) storage_works: RwSignal<bool>,
    /// What was refused and not yet dismissed.
    pub(crate) news: RwSignal<Vec<News>>,
    /// Contributions of others that just came, for those who listen.
    pub(crate) arrived: RwSignal<Vec<ItemId>>,
    /// What the latest acknowledged command made, if it made something.
    pub(crate) made: RwSignal<Option<(CommandId, Made)>>,
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
            made: RwSignal::new(None),
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

    /// Sends a command: kept until the room acknowledges or refuses it, however often the connection breaks.
    pub(crate) fn want(self, kind: CommandKind) {
        self.submit(kind);
    }

    /// The same, and tells its id, by which its acknowledgement or refusal is recognised.
    pub(crate) fn submit(self, kind: CommandKind) -> CommandId {
        let first = CommandId(fresh_id());
        let kind = texts::cleaned(kind);
        let Some(parts) = texts::in_frames(kind.clone()) else {
            self.give_back(first, kind, Cause::TooLong);
            return first;
        };
        for (number, kind) in parts.into_iter().enumerate() {
            let id = if number == 0 { first } else { CommandId(fresh_id()) };
            let command = Command { id, kind };
            self.outbox.update(|outbox| outbox.add(command.clone()));
            self.keep_outbox();
            self.say(FromClient::Submit {
                id,
                command: command.kind,
            });
        }
        first
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
            FromRoom::Ack { id, made } => {
                self.settle(id);
                if let Some(made) = made {
                    self.made.set(Some((id, made)));
                }
            }
            FromRoom::Refused { id, because } => self.not_done(id, Cause::Refused(because)),
            FromRoom::Unreadable { id: Some(id), .. } => self.not_done(id, Cause::NotUnderstood),
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
            FromRoom::Spotlight { item } => self.spotlight.set(item),
            // The time in a pong was taken by whoever measured the round trip. What is unreadable and has no id was no
            // command, and nothing waits for it.
            FromRoom::Pong { .. } | FromRoom::Unreadable { id: None, .. } => {}
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

    fn settle(self, id: CommandId) -> Option<CommandKind> {
        let kind = self.outbox.try_update(|outbox| outbox.settle(id)).flatten();
        self.keep_outbox();
        kind
    }

    /// A command that changed nothing is kept no longer, so that it holds up nothing behind it.
    fn not_done(self, id: CommandId, because: Cause) {
        match self.settle(id) {
            Some(kind) => self.give_back(id, kind, because),
            None => self.news.update(|all| {
                all.push(News {
                    id,
                    because,
                    words: None,
                });
            }),
        }
    }

    /// What was not taken comes back to its author: into the composer when that is free, else beside the reason.
    fn give_back(self, id: CommandId, kind: CommandKind, because: Cause) {
        let mut words = texts::words(kind);
        if because == Cause::Refused(Refusal::Closed) {
            self.draft.set(String::new());
        } else if self.draft.with_untracked(String::is_empty)
            && let Some(shared) = words.take_if(|words| words.of_composer)
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

/// Only a browser sends commands; in a test all of them have the same id.
#[cfg(not(target_arch = "wasm32"))]
fn fresh_id() -> uuid::Uuid {
    uuid::Uuid::nil()
}

#[cfg(test)]
mod tests;
