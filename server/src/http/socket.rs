//! The socket of one person at one table: frames in, frames out.
//!
//! Session and seat come from the path and the sign-in, never from a frame. The time of arrival is read here, before any
//! queue (T2). A socket ends when the sign-in does.

use std::ops::ControlFlow;
use std::pin::pin;
use std::time::Duration;

use akkoord::ids::{CommandId, SessionId};
use akkoord::protocol::{Bye, FromClient, FromRoom, HEARTBEAT_MS, LONGEST_FRAME, Place, VERSION};
use akkoord::session::{Actor, Command};
use axum::extract::ws::{CloseFrame, Message, WebSocket, WebSocketUpgrade};
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use futures_util::stream::{SplitSink, SplitStream};
use futures_util::{SinkExt, StreamExt};
use serde::Deserialize;
use tokio::sync::mpsc;

use super::AppState;
use super::sockets::{MOST_OF_PERSON, NoSocket};
use crate::clock;
use crate::identity::{Person, SignInId, SignIns};
use crate::rooms::{Joining, OUTBOX, Outgoing, RoomError, Rooms, Seat};

/// How long somebody may take for the first frame.
const GREETING: Duration = Duration::from_secs(10);
/// How long a socket may be silent: three heartbeats.
const SILENCE: Duration = Duration::from_millis(3 * HEARTBEAT_MS as u64);
/// How long one write may take before the socket counts as stuck.
const STUCK: Duration = Duration::from_secs(10);
/// The most frames and bytes a client may send in each window of this length.
const WINDOW: Duration = Duration::from_secs(10);
const MOST_FRAMES: u32 = 300;
const MOST_BYTES: usize = 1024 * 1024;
/// What is kept for each socket to read into: a contribution and its frame. Longer frames make it grow; the usual 128 KiB
/// would be most of the memory of a house full of people who listen.
const READ_BUFFER: usize = 4 * 1024;

/// `GET /api/v1/sessions/{id}/socket`. Who may not come in gets the answer for a session that is not there.
pub(super) async fn upgrade(
    State(app): State<AppState>,
    person: Person,
    Path(session): Path<String>,
    socket: WebSocketUpgrade,
) -> Response {
    let Ok(session) = session.parse::<SessionId>() else {
        return super::Failure::from(RoomError::NotFound).into_response();
    };
    if let Err(error) = app.rooms.may_enter(session, person.actor()).await {
        return super::Failure::from(error).into_response();
    }
    let counted = match app.sockets.count(person.participant) {
        Ok(counted) => counted,
        Err(NoSocket::Closing) => return super::Failure::Unavailable.into_response(),
        Err(NoSocket::TooMany) => {
            tracing::warn!(participant = %person.participant, most = MOST_OF_PERSON, "a person wants more sockets than there can be");
            return super::Failure::TooMany.into_response();
        }
    };
    socket
        .read_buffer_size(READ_BUFFER)
        .max_frame_size(LONGEST_FRAME)
        .max_message_size(LONGEST_FRAME)
        .on_upgrade(move |socket| async move {
            let (mut out, mut incoming) = socket.split();
            let mut ended = pin!(app.sign_ins.ended(person.sign_in));
            let seated = tokio::select! {
                () = &mut ended => Err(Some(Bye::SignedOut)),
                () = app.sockets.closes_to_the_unseated() => Err(Some(Bye::Restart)),
                seated = sit_down(&app.rooms, &person, session, &mut incoming) => seated,
            };
            let why = match seated {
                Err(why) => why,
                Ok((seat, outgoing)) => {
                    let why = tokio::select! {
                        () = ended => Some(Bye::SignedOut),
                        () = app.sockets.closes_to_all() => Some(Bye::Restart),
                        why = stay(&seat, (&app.sign_ins, person.sign_in), &mut out, incoming, outgoing) => why,
                    };
                    // However it ended: the others see that this person has gone.
                    seat.leave().await;
                    why
                }
            };
            // Whatever else it was: the program ends, and the client comes back when it is there again.
            let why = if app.sockets.is_closing() {
                Some(Bye::Restart)
            } else {
                why
            };
            if let Some(why) = why {
                farewell(&mut out, why).await;
            }
            drop(counted);
        })
}

/// Hears the greeting and takes the seat, or says why not.
async fn sit_down(
    rooms: &Rooms,
    person: &Person,
    session: SessionId,
    incoming: &mut SplitStream<WebSocket>,
) -> Result<(Seat, mpsc::Receiver<Outgoing>), Option<Bye>> {
    let resume = tokio::time::timeout(GREETING, greeting(incoming))
        .await
        .map_err(|_| Some(Bye::TooSlow))??;
    let actor = Actor {
        party: person.party.id,
        participant: person.participant,
    };
    let (outbox, outgoing) = mpsc::channel(OUTBOX);
    let name = person.name.clone();
    let joining = Joining {
        actor,
        name,
        prosecutor: person.roles.prosecutor,
        resume,
        outbox,
    };
    match rooms.join(session, joining).await {
        Ok(seat) => Ok((seat, outgoing)),
        Err(RoomError::NotFound | RoomError::Refused(_) | RoomError::OlderVersion) => Err(Some(Bye::NoSeat)),
        Err(RoomError::Unavailable) => Err(Some(Bye::Restart)),
    }
}

/// Until one side has had enough. Says why, if it was this one.
async fn stay(
    seat: &Seat,
    sign_in: SignIn<'_>,
    out: &mut Out,
    mut incoming: SplitStream<WebSocket>,
    mut outgoing: mpsc::Receiver<Outgoing>,
) -> Option<Bye> {
    let mut pace = Pace::default();
    // Counted from what the client said last, however much is sent to it meanwhile.
    let mut silence = pin!(tokio::time::sleep(SILENCE));
    loop {
        tokio::select! {
            () = &mut silence => return None,
            message = incoming.next() => {
                let Some(Ok(message)) = message else { return None };
                silence.set(tokio::time::sleep(SILENCE));
                match receive(seat, sign_in, &mut pace, out, message).await {
                    ControlFlow::Continue(()) => {}
                    ControlFlow::Break(why) => return why,
                }
            }
            first = outgoing.recv() => match pass_on(out, first, &mut outgoing).await {
                ControlFlow::Continue(()) => {}
                ControlFlow::Break(why) => return why,
            },
        }
    }
}

type Out = SplitSink<WebSocket, Message>;
/// By which sign-in this socket was opened, and where to ask whether it stands.
type SignIn<'a> = (&'a SignIns, SignInId);

/// The first frame: the version, and where the client was.
async fn greeting(incoming: &mut SplitStream<WebSocket>) -> Result<Option<Place>, Option<Bye>> {
    while let Some(Ok(message)) = incoming.next().await {
        match message {
            Message::Text(text) => match serde_json::from_str(&text) {
                Ok(FromClient::Hello {
                    version: VERSION,
                    resume,
                }) => return Ok(resume),
                _ => return Err(Some(Bye::Reload)),
            },
            Message::Ping(_) | Message::Pong(_) => {}
            Message::Binary(_) | Message::Close(_) => return Err(None),
        }
    }
    Err(None)
}

/// One message from the client.
async fn receive(
    seat: &Seat,
    sign_in: SignIn<'_>,
    pace: &mut Pace,
    out: &mut Out,
    message: Message,
) -> ControlFlow<Option<Bye>> {
    // T2: the server's time of arrival, before any queue.
    let at = clock::now();
    let bytes = match &message {
        Message::Text(text) => text.len(),
        Message::Binary(bytes) | Message::Ping(bytes) | Message::Pong(bytes) => bytes.len(),
        Message::Close(_) => 0,
    };
    if pace.is_too_much(clock::steady(), bytes) {
        return ControlFlow::Break(Some(Bye::TooMuch));
    }
    let text = match message {
        Message::Text(text) => text,
        Message::Ping(_) | Message::Pong(_) => return ControlFlow::Continue(()),
        Message::Close(_) => return ControlFlow::Break(None),
        Message::Binary(_) => return answer(out, &unreadable(None, "frames are text")).await,
    };
    let frame = serde_json::from_str(&text);
    if matches!(frame, Ok(FromClient::Submit { .. } | FromClient::Draft { .. })) {
        let (sign_ins, id) = sign_in;
        // Another process may have disabled the account a moment ago. When the store does not answer, the write itself says so.
        if let Ok(false) = sign_ins.stands(id, at).await {
            return ControlFlow::Break(Some(Bye::SignedOut));
        }
    }
    match frame {
        Ok(FromClient::Submit { id, command }) => seat.submit(at, Command { id, kind: command }).await,
        Ok(FromClient::Draft { words }) => seat.draft(words).await,
        Ok(FromClient::Presence { how }) => seat.presence(how).await,
        Ok(FromClient::Spotlight { item }) => seat.spotlight(item).await,
        Ok(FromClient::Ping {}) => return answer(out, &FromRoom::Pong { now: clock::now() }).await,
        Ok(FromClient::Hello { .. }) => return answer(out, &unreadable(None, "hello was said already")).await,
        // serde's sentence names fields and places, never what stood in them beyond a word of the frame itself,
        // and goes only to who sent it.
        Err(error) => return answer(out, &unreadable(id_in(&text), &error.to_string())).await,
    }
    ControlFlow::Continue(())
}

/// The id of the command in a frame that is JSON but cannot be read as a whole, if it has one.
fn id_in(frame: &str) -> Option<CommandId> {
    #[derive(Deserialize)]
    struct WithId {
        id: CommandId,
    }
    serde_json::from_str::<WithId>(frame).ok().map(|frame| frame.id)
}

fn unreadable(id: Option<CommandId>, why: &str) -> FromRoom {
    FromRoom::Unreadable {
        id,
        why: why.chars().take(200).collect(),
    }
}

async fn answer(out: &mut Out, frame: &FromRoom) -> ControlFlow<Option<Bye>> {
    let Ok(text) = serde_json::to_string(frame) else {
        return ControlFlow::Continue(());
    };
    write(out, Message::Text(text.into())).await
}

/// Passes on what the room has for this socket, all that waits at once.
async fn pass_on(
    out: &mut Out,
    first: Option<Outgoing>,
    outgoing: &mut mpsc::Receiver<Outgoing>,
) -> ControlFlow<Option<Bye>> {
    let mut next = first;
    loop {
        match next {
            // The room has cut this socket because it did not keep up.
            None => return ControlFlow::Break(Some(Bye::TooSlow)),
            Some(Outgoing::Bye(why)) => return ControlFlow::Break(Some(why)),
            Some(Outgoing::Frame(frame)) => {
                let fed = tokio::time::timeout(STUCK, out.feed(Message::Text(frame))).await;
                if !matches!(fed, Ok(Ok(()))) {
                    return ControlFlow::Break(None);
                }
            }
        }
        match outgoing.try_recv() {
            Ok(waiting) => next = Some(waiting),
            Err(mpsc::error::TryRecvError::Disconnected) => next = None,
            Err(mpsc::error::TryRecvError::Empty) => break,
        }
    }
    match tokio::time::timeout(STUCK, out.flush()).await {
        Ok(Ok(())) => ControlFlow::Continue(()),
        _ => ControlFlow::Break(None),
    }
}

async fn write(out: &mut Out, message: Message) -> ControlFlow<Option<Bye>> {
    match tokio::time::timeout(STUCK, out.send(message)).await {
        Ok(Ok(())) => ControlFlow::Continue(()),
        _ => ControlFlow::Break(None),
    }
}

/// Says why, in a frame and in the close code.
async fn farewell(out: &mut Out, why: Bye) {
    // A client that is gone already hears no goodbye.
    let _ = answer(out, &FromRoom::Bye { why }).await;
    let close = CloseFrame {
        code: why.code(),
        reason: "".into(),
    };
    let _ = write(out, Message::Close(Some(close))).await;
}

/// How much a client sends.
#[derive(Default)]
struct Pace {
    /// When the window began, on the steady clock.
    since: Option<Duration>,
    frames: u32,
    bytes: usize,
}

impl Pace {
    fn is_too_much(&mut self, at: Duration, bytes: usize) -> bool {
        let over = self.since.is_none_or(|since| at.saturating_sub(since) >= WINDOW);
        if over {
            *self = Self {
                since: Some(at),
                frames: 0,
                bytes: 0,
            };
        }
        self.frames += 1;
        self.bytes += bytes;
        self.frames > MOST_FRAMES || self.bytes > MOST_BYTES
    }
}
