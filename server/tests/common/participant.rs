//! A person in a session: a socket, and the view that follows from what came over it.

use akkoord::ids::{CommandId, ItemId, PartyId, SessionId, SubjectId, TimeRequestId};
use akkoord::protocol::{FromClient, FromRoom, Place, Presence, VERSION};
use akkoord::session::{CommandKind, Made, Refusal, SessionView};
use futures_util::{SinkExt, StreamExt};
use tokio::net::TcpSocket;
use tokio::net::TcpStream;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::handshake::client::Request;
use tokio_tungstenite::tungstenite::http::StatusCode;
use tokio_tungstenite::tungstenite::http::header::{COOKIE, ORIGIN};
use tokio_tungstenite::tungstenite::{Error, Message};

use super::in_time;
use super::user::User;

/// What became of a command.
#[derive(Clone, Debug, PartialEq)]
pub enum Reply {
    /// It is durable, and made this.
    Ack(Option<Made>),
    Refused(Refusal),
    NotStored,
    /// The connection ended first.
    Ended,
}

impl Reply {
    pub fn is_ack(&self) -> bool {
        matches!(self, Self::Ack(_))
    }

    pub fn is_refused(&self) -> bool {
        matches!(self, Self::Refused(_))
    }
}

/// A person in a session.
pub struct Participant {
    pub socket: WebSocketStream<TcpStream>,
    pub party: PartyId,
    pub session: SessionId,
    /// What this person sees, kept as a browser keeps it.
    pub view: Option<SessionView>,
    /// Where this person is in what the room sends.
    pub place: Option<Place>,
    /// Every frame that came, as it came.
    pub frames: Vec<String>,
    /// With which code the connection ended, if it did and a code was given.
    pub closed: Option<u16>,
    /// Whether the connection ended.
    pub ended: bool,
}

/// The request with which a browser opens the socket.
pub fn request(user: &User, session: SessionId) -> Request {
    let address = format!("ws://{}/api/v1/sessions/{session}/socket", user.address);
    let mut request = address.into_client_request().unwrap();
    request.headers_mut().insert(COOKIE, user.cookie.parse().unwrap());
    request.headers_mut().insert(ORIGIN, user.origin.parse().unwrap());
    request
}

impl Participant {
    /// Opens the socket, or says with which status it stayed shut.
    pub async fn connect(user: &User, session: SessionId) -> Result<Self, StatusCode> {
        let stream = TcpStream::connect(user.address).await.unwrap();
        Self::connect_over(stream, user, session).await
    }

    /// The same, with hardly any room for what is not read.
    pub async fn connect_narrow(user: &User, session: SessionId) -> Self {
        let socket = TcpSocket::new_v4().unwrap();
        socket.set_recv_buffer_size(4096).unwrap();
        let stream = socket.connect(user.address).await.unwrap();
        Self::connect_over(stream, user, session).await.unwrap()
    }

    async fn connect_over(stream: TcpStream, user: &User, session: SessionId) -> Result<Self, StatusCode> {
        let opening = tokio_tungstenite::client_async(request(user, session), stream);
        let socket = match in_time("the socket opens", opening).await {
            Ok((socket, _)) => socket,
            Err(Error::Http(response)) => return Err(response.status()),
            Err(error) => panic!("the socket does not open: {error}"),
        };
        Ok(Self {
            socket,
            party: user.me.party.id,
            session,
            view: None,
            place: None,
            frames: Vec::new(),
            closed: None,
            ended: false,
        })
    }

    /// Opens the socket, says hello, and accepts the ground rules if that was not done yet.
    pub async fn join(user: &User, session: SessionId) -> Self {
        let mut person = Self::connect(user, session).await.unwrap();
        person.hello(None).await;
        if person.wait_for(|_| true).await.may.accept_rules {
            person.submit_ok(CommandKind::AcceptRules {}).await;
        }
        person
    }

    pub async fn hello(&mut self, resume: Option<Place>) {
        self.send_frame(&FromClient::Hello {
            version: VERSION,
            resume,
        })
        .await;
    }

    /// Sends a frame. A connection that has ended takes nothing any more, and that is no fault here.
    pub async fn send_frame(&mut self, frame: &FromClient) {
        self.send_text(serde_json::to_string(frame).unwrap()).await;
    }

    pub async fn send_text(&mut self, text: String) {
        self.send_message(Message::text(text)).await;
    }

    pub async fn send_message(&mut self, message: Message) {
        let sent = in_time("a frame is taken", self.socket.send(message)).await;
        if sent.is_err() {
            self.ended = true;
        }
    }

    /// Sends a command and reads on until its reply.
    pub async fn submit(&mut self, kind: CommandKind) -> Reply {
        self.submit_as(new_command_id(), kind).await
    }

    /// As [`Self::submit`], with this id.
    pub async fn submit_as(&mut self, id: CommandId, command: CommandKind) -> Reply {
        self.send_frame(&FromClient::Submit { id, command }).await;
        self.reply_to(id).await
    }

    /// Sends a command that must be acknowledged; returns what it made.
    pub async fn submit_ok(&mut self, kind: CommandKind) -> Option<Made> {
        match self.submit(kind.clone()).await {
            Reply::Ack(made) => made,
            reply => panic!("{kind:?}: {reply:?}"),
        }
    }

    /// Sends a command that must be refused; returns why.
    pub async fn submit_refused(&mut self, kind: CommandKind) -> Refusal {
        match self.submit(kind.clone()).await {
            Reply::Refused(because) => because,
            reply => panic!("{kind:?}: {reply:?}"),
        }
    }

    /// Sends a command that makes an item.
    pub async fn make_item(&mut self, kind: CommandKind) -> ItemId {
        match self.submit_ok(kind).await {
            Some(Made::Item(id)) => id,
            made => panic!("no item: {made:?}"),
        }
    }

    /// Sends a command that adds a person to the case.
    pub async fn make_subject(&mut self, kind: CommandKind) -> SubjectId {
        match self.submit_ok(kind).await {
            Some(Made::Subject(id)) => id,
            made => panic!("no subject: {made:?}"),
        }
    }

    /// Sends a command that asks for time.
    pub async fn make_time_request(&mut self, kind: CommandKind) -> TimeRequestId {
        match self.submit_ok(kind).await {
            Some(Made::TimeRequest(id)) => id,
            made => panic!("no request: {made:?}"),
        }
    }

    pub async fn reply_to(&mut self, id: CommandId) -> Reply {
        loop {
            match self.next_frame().await {
                None => return Reply::Ended,
                Some(FromRoom::Ack { id: of, made }) if of == id => return Reply::Ack(made),
                Some(FromRoom::Refused { id: of, because }) if of == id => return Reply::Refused(because),
                Some(FromRoom::NotStored { id: of }) if of == id => return Reply::NotStored,
                Some(FromRoom::Unreadable { id: of, why }) if of == Some(id) => panic!("unreadable: {why}"),
                Some(_) => {}
            }
        }
    }

    /// The next frame; nothing, when the connection has ended.
    pub async fn next_frame(&mut self) -> Option<FromRoom> {
        loop {
            match in_time("a frame comes", self.socket.next()).await {
                Some(Ok(Message::Text(text))) => {
                    self.frames.push(text.to_string());
                    let frame: FromRoom = serde_json::from_str(&text).unwrap();
                    self.apply(&frame);
                    return Some(frame);
                }
                Some(Ok(Message::Close(frame))) => {
                    self.closed = frame.map(|frame| frame.code.into());
                    self.ended = true;
                }
                Some(Ok(_)) => {}
                Some(Err(_)) | None => {
                    self.ended = true;
                    return None;
                }
            }
        }
    }

    fn apply(&mut self, frame: &FromRoom) {
        match frame.clone() {
            FromRoom::View { epoch, n, view } => {
                self.view = Some(*view);
                self.place = Some(Place { epoch, n });
            }
            FromRoom::Event { n, event } => {
                self.view.as_mut().expect("a view before its changes").apply(*event);
                let place = self.place.as_mut().unwrap();
                assert_eq!(n, place.n + 1, "a viewer's own count has no gaps");
                place.n = n;
            }
            _ => {}
        }
    }

    /// What this person sees, after [`Self::catch_up`].
    pub async fn now(&mut self) -> &SessionView {
        self.catch_up().await;
        self.view.as_ref().unwrap()
    }

    /// Reads on until the view is so.
    pub async fn wait_for(&mut self, so: impl Fn(&SessionView) -> bool) -> SessionView {
        while !self.view.as_ref().is_some_and(&so) {
            assert!(
                self.next_frame().await.is_some(),
                "the connection ended ({:?})",
                self.closed
            );
        }
        self.view.clone().unwrap()
    }

    /// Reads on until such a frame.
    pub async fn wait_for_frame(&mut self, so: impl Fn(&FromRoom) -> bool) -> FromRoom {
        loop {
            let frame = self
                .next_frame()
                .await
                .unwrap_or_else(|| panic!("the connection ended ({:?})", self.closed));
            if so(&frame) {
                return frame;
            }
        }
    }

    /// Reads all there is, until the connection ends. Returns the frames.
    pub async fn read_to_end(&mut self) -> Vec<FromRoom> {
        let mut frames = Vec::new();
        while let Some(frame) = self.next_frame().await {
            frames.push(frame);
        }
        frames
    }

    /// Reads on until everything the room sent before now has come. A pong is no barrier, because it does not go through
    /// the room; the answer to a command is one, so a command is sent that is always refused.
    pub async fn catch_up(&mut self) {
        let nothing = CommandKind::Decide { cells: Vec::new() };
        let reply = self.submit(nothing).await;
        assert!(reply.is_refused(), "{reply:?}");
    }

    pub async fn set_presence(&mut self, how: Presence) {
        self.send_frame(&FromClient::Presence { how }).await;
    }
}

/// An id for a command that was not used before.
pub fn new_command_id() -> CommandId {
    CommandId(uuid::Uuid::new_v4())
}
