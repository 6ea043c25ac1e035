//! The socket to the room, in the browser: opens it, notices when it is gone, opens it again.
//!
//! Lives here: timers, the socket and its events. What a frame means is decided in [`Live::take`].

#![allow(
    clippy::similar_names,
    clippy::match_same_arms,
    clippy::collapsible_match,
    reason = "each state of the line has an arm of its own"
)]

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::Duration;

use akkoord::protocol::{Bye, FromClient, FromRoom, HEARTBEAT_MS, Presence, VERSION};
use leptos::ev;
use leptos::leptos_dom::helpers::{IntervalHandle, TimeoutHandle, WindowListenerHandle};
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{CloseEvent, Event, MessageEvent, VisibilityState, WebSocket};

use super::follow::{Offset, wait_ms};
use super::{Link, Live, Reaction, store};
use crate::ask;
use crate::backend::Problem;

/// Silence after a question that a person is told about, in milliseconds.
const SILENT_MS: f64 = 1_200.0;
/// How often silence is looked for.
const WATCH: Duration = Duration::from_millis(250);
/// Two reloads closer together than this would be a loop, in milliseconds.
const RELOAD_MS: f64 = 30_000.0;

/// The way to the room. Cheap to clone; all clones are one.
#[derive(Clone)]
pub(super) struct Line(Rc<Inner>);

struct Inner {
    live: Live,
    wire: RefCell<Option<Wire>>,
    /// Which wire counts: events of an older one are of the past.
    generation: Cell<u32>,
    welcomed: Cell<bool>,
    /// Attempts since the last welcome.
    attempt: Cell<u32>,
    ended: Cell<bool>,
    /// Since when an answer is awaited, if one is.
    asked_at: Cell<Option<f64>>,
    /// When the last greeting or ping went out.
    pinged_at: Cell<f64>,
    offset: RefCell<Offset>,
    again: Cell<Option<TimeoutHandle>>,
    retry: Cell<Option<TimeoutHandle>>,
    watch: Cell<Option<IntervalHandle>>,
    listeners: RefCell<Vec<WindowListenerHandle>>,
    seen: RefCell<Option<Closure<dyn FnMut()>>>,
}

/// One socket with the functions it calls.
struct Wire {
    socket: WebSocket,
    _open: Closure<dyn FnMut(Event)>,
    _message: Closure<dyn FnMut(MessageEvent)>,
    _close: Closure<dyn FnMut(CloseEvent)>,
}

impl Drop for Wire {
    fn drop(&mut self) {
        self.socket.set_onopen(None);
        self.socket.set_onmessage(None);
        self.socket.set_onclose(None);
        // It fails only when it is closed already.
        let _ = self.socket.close();
    }
}

impl Line {
    /// Connects, and stays connected until [`Self::close`].
    pub(super) fn open(live: Live) -> Self {
        let line = Self(Rc::new(Inner {
            live,
            wire: RefCell::new(None),
            generation: Cell::new(0),
            welcomed: Cell::new(false),
            attempt: Cell::new(0),
            ended: Cell::new(false),
            asked_at: Cell::new(None),
            pinged_at: Cell::new(0.0),
            offset: RefCell::default(),
            again: Cell::new(None),
            retry: Cell::new(None),
            watch: Cell::new(None),
            listeners: RefCell::default(),
            seen: RefCell::default(),
        }));
        line.listen();
        line.connect();
        line
    }

    /// Ends for good: the page is left.
    pub(super) fn close(&self) {
        self.0.ended.set(true);
        self.hang_up();
        self.0
            .listeners
            .borrow_mut()
            .drain(..)
            .for_each(WindowListenerHandle::remove);
        if let Some(watch) = self.0.watch.take() {
            watch.clear();
        }
        if let Some(seen) = self.0.seen.borrow_mut().take() {
            // It fails only when it was not listening.
            let _ = document().remove_event_listener_with_callback("visibilitychange", seen.as_ref().unchecked_ref());
        }
        for timer in [self.0.again.take(), self.0.retry.take()].into_iter().flatten() {
            timer.clear();
        }
    }

    /// Sends a frame, if the room has said welcome.
    pub(super) fn say(&self, frame: &FromClient) {
        if self.0.welcomed.get() {
            self.send(frame);
        }
    }

    /// Does not wait for the next attempt.
    pub(super) fn connect_now(&self) {
        if !self.0.ended.get() && !self.0.welcomed.get() {
            self.connect();
        } else {
            self.ping();
        }
    }

    fn send(&self, frame: &FromClient) {
        let wire = self.0.wire.borrow();
        let Some(wire) = wire.as_ref() else { return };
        let Ok(json) = serde_json::to_string(frame) else { return };
        if wire.socket.send_with_str(&json).is_ok() && matches!(frame, FromClient::Submit { .. } | FromClient::Ping {})
        {
            self.0.asked_at.set(self.0.asked_at.get().or(Some(now())));
        }
    }

    fn ping(&self) {
        if self.0.welcomed.get() {
            self.0.pinged_at.set(now());
            self.send(&FromClient::Ping {});
        }
    }

    fn hang_up(&self) {
        self.0.generation.set(self.0.generation.get().wrapping_add(1));
        self.0.welcomed.set(false);
        self.0.asked_at.set(None);
        self.0.wire.borrow_mut().take();
    }

    fn connect(&self) {
        if let Some(timer) = self.0.again.take() {
            timer.clear();
        }
        self.hang_up();
        let generation = self.0.generation.get();
        let Ok(socket) = WebSocket::new(&self.address()) else {
            return self.lost();
        };
        let current = move |line: &Self| line.0.generation.get() == generation && !line.0.ended.get();

        let line = self.clone();
        let open = Closure::new(move |_: Event| {
            if current(&line) {
                line.0.pinged_at.set(now());
                line.send(&FromClient::Hello {
                    version: VERSION,
                    resume: line.0.live.place(),
                });
            }
        });
        let line = self.clone();
        let message = Closure::new(move |event: MessageEvent| {
            if let Some(json) = event.data().as_string().filter(|_| current(&line)) {
                line.heard(&json);
            }
        });
        let line = self.clone();
        let close = Closure::new(move |event: CloseEvent| {
            if current(&line) {
                match [Bye::SignedOut, Bye::NoSeat, Bye::Reload]
                    .into_iter()
                    .find(|why| why.code() == event.code())
                {
                    Some(why) => line.leave(why),
                    None => line.lost(),
                }
            }
        });
        socket.set_onopen(Some(open.as_ref().unchecked_ref()));
        socket.set_onmessage(Some(message.as_ref().unchecked_ref()));
        socket.set_onclose(Some(close.as_ref().unchecked_ref()));
        *self.0.wire.borrow_mut() = Some(Wire {
            socket,
            _open: open,
            _message: message,
            _close: close,
        });
    }

    fn address(&self) -> String {
        let location = window().location();
        let scheme = if location.protocol().is_ok_and(|it| it == "https:") {
            "wss"
        } else {
            "ws"
        };
        let host = location.host().unwrap_or_default();
        format!("{scheme}://{host}/api/v1/sessions/{}/socket", self.0.live.session)
    }

    fn heard(&self, json: &str) {
        let live = self.0.live;
        self.0.asked_at.set(None);
        if live.link.get_untracked() == Link::Silent {
            live.link.set(Link::Open);
        }
        // A frame this version cannot read changes nothing; a missed event shows as a gap and is repaired.
        let Ok(frame) = serde_json::from_str::<FromRoom>(json) else {
            return;
        };
        if let FromRoom::Welcome { now: theirs, .. } | FromRoom::Pong { now: theirs } = &frame {
            #[expect(clippy::cast_precision_loss, reason = "milliseconds fit for 285,000 years")]
            let theirs = theirs.timestamp_millis() as f64;
            let ahead = self
                .0
                .offset
                .borrow_mut()
                .measured(self.0.pinged_at.get(), now(), theirs);
            #[expect(clippy::cast_possible_truncation, reason = "whole milliseconds suffice")]
            live.now.ahead(ahead as i64);
        }
        if let FromRoom::Welcome { .. } = &frame {
            self.0.welcomed.set(true);
            self.0.attempt.set(0);
            if hidden() {
                self.say(&FromClient::Presence { how: Presence::Away });
            }
        }
        match live.take(frame) {
            Reaction::None => {}
            Reaction::Resend => self.resend(),
            Reaction::RetryLater => self.retry_later(),
            Reaction::StartOver => {
                live.forget_place();
                self.connect();
            }
            Reaction::Leave(why) => self.leave(why),
        }
    }

    /// Says everything again that was not acknowledged; the room knows what it did already.
    fn resend(&self) {
        let frames: Vec<_> = self.0.live.outbox.with_untracked(|outbox| {
            let commands = outbox.iter().map(|waiting| waiting.command.clone());
            commands
                .map(|command| FromClient::Submit {
                    id: command.id,
                    command: command.kind,
                })
                .collect()
        });
        for frame in &frames {
            self.say(frame);
        }
    }

    fn retry_later(&self) {
        let attempts = self.0.live.outbox.with_untracked(super::Outbox::worst);
        let wait = (1_000_u64 << attempts.saturating_sub(1).min(4)).min(15_000);
        let line = self.clone();
        let timer = set_timeout_with_handle(move || line.resend(), Duration::from_millis(wait));
        if let Some(earlier) = self.0.retry.replace(timer.ok()) {
            earlier.clear();
        }
    }

    fn leave(&self, why: Bye) {
        let live = self.0.live;
        match why {
            Bye::SignedOut => {
                self.close();
                // The draft is with the server, sealed; nothing stays behind on a shared device.
                store::forget(store::Where::Device, &live.draft_key());
                let address = format!("/?fout=expired&terug=/overleg/{}", live.session);
                // A browser that does not go there still shows that the connection is gone.
                let _ = window().location().set_href(&address);
                live.link.set(Link::Lost);
            }
            Bye::NoSeat => {
                self.close();
                live.leave_seat();
            }
            Bye::Reload => {
                let key = "akkoord.reloaded";
                let last = store::read(store::Where::Tab, key)
                    .and_then(|at| at.parse::<f64>().ok())
                    .unwrap_or(0.0);
                if now() - last > RELOAD_MS {
                    store::write(store::Where::Tab, key, &now().to_string());
                    // It fails only when the page is being left already.
                    let _ = window().location().reload();
                } else {
                    self.lost();
                }
            }
            Bye::TooSlow | Bye::TooMuch | Bye::Restart => self.lost(),
        }
    }

    /// The connection is gone: says so, and tries again soon.
    fn lost(&self) {
        self.hang_up();
        let attempt = self.0.attempt.get();
        self.0.attempt.set(attempt.saturating_add(1));
        // One short break is repaired before anybody could read about it.
        if attempt > 0 || self.0.live.link.get_untracked() != Link::Opening {
            self.0.live.link.set(Link::Lost);
        }
        if attempt % 8 == 2 {
            self.ask_why();
        }
        let wait = u64::try_from(wait_ms(attempt, js_sys::Math::random())).unwrap_or(1_000);
        let line = self.clone();
        let timer = set_timeout_with_handle(
            move || {
                if !line.0.ended.get() && !line.0.welcomed.get() {
                    line.connect();
                }
            },
            Duration::from_millis(wait),
        );
        if let Some(earlier) = self.0.again.replace(timer.ok()) {
            earlier.clear();
        }
    }

    /// A socket that does not open says nothing; an ordinary question does.
    fn ask_why(&self) {
        let line = self.clone();
        wasm_bindgen_futures::spawn_local(async move {
            let answer = ask::table(line.0.live.session).await;
            if line.0.ended.get() || line.0.welcomed.get() {
                return;
            }
            match answer {
                Err(Problem::SignedOut) => line.leave(Bye::SignedOut),
                Err(Problem::NotFound | Problem::OlderVersion) => line.leave(Bye::NoSeat),
                Ok(_) | Err(Problem::Refused(_) | Problem::Unavailable | Problem::Unreachable) => {}
            }
        });
    }

    fn listen(&self) {
        let line = self.clone();
        let online = window_event_listener(ev::online, move |_| line.connect_now());
        // Whether it is true is soon known: a server on this machine still answers.
        let line = self.clone();
        let offline = window_event_listener(ev::offline, move |_| line.ping());
        self.0.listeners.borrow_mut().extend([online, offline]);

        let line = self.clone();
        let seen = Closure::<dyn FnMut()>::new(move || {
            line.say(&FromClient::Presence {
                how: if hidden() { Presence::Away } else { Presence::Here },
            });
            if !hidden() {
                line.connect_now();
            }
        });
        // Without it nobody is shown as away; the table goes on.
        let _ = document().add_event_listener_with_callback("visibilitychange", seen.as_ref().unchecked_ref());
        *self.0.seen.borrow_mut() = Some(seen);

        let line = self.clone();
        self.0
            .watch
            .set(set_interval_with_handle(move || line.look(), WATCH).ok());
    }

    /// Looks for silence.
    fn look(&self) {
        if !self.0.welcomed.get() {
            return;
        }
        let beat = f64::from(HEARTBEAT_MS);
        match self.0.asked_at.get().map(|since| now() - since) {
            Some(silence) if silence > 2.0 * beat => self.lost(),
            Some(silence) if silence > SILENT_MS => {
                if self.0.live.link.get_untracked() == Link::Open {
                    self.0.live.link.set(Link::Silent);
                }
            }
            Some(_) => {}
            None if now() - self.0.pinged_at.get() >= beat => self.ping(),
            None => {}
        }
    }
}

/// Whether the page is behind others.
fn hidden() -> bool {
    document().visibility_state() == VisibilityState::Hidden
}

/// Our own clock, right or wrong, in milliseconds.
fn now() -> f64 {
    js_sys::Date::now()
}
