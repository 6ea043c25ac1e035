//! Somebody at a table: a socket, and the view that follows from what came over it.

use akkoord::ids::{CommandId, PartyId, SessionId};
use akkoord::protocol::{FromClient, FromRoom, Place, Presence, VERSION};
use akkoord::session::{Refusal, SessionView, Wish};
use futures_util::{SinkExt, StreamExt};
use tokio::net::TcpSocket;
use tokio::net::TcpStream;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::handshake::client::Request;
use tokio_tungstenite::tungstenite::http::StatusCode;
use tokio_tungstenite::tungstenite::http::header::{COOKIE, ORIGIN};
use tokio_tungstenite::tungstenite::{Error, Message};

use super::soon;
use super::visitor::Visitor;

/// What became of a command.
#[derive(Clone, Debug, PartialEq)]
pub enum Answer {
    Ack,
    Refused(Refusal),
    NotStored,
    /// The connection ended first.
    Ended,
}

/// Somebody at a table.
pub struct Person {
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
pub fn request(visitor: &Visitor, session: SessionId) -> Request {
    let address = format!("ws://{}/api/v1/sessions/{session}/socket", visitor.address);
    let mut request = address.into_client_request().unwrap();
    request.headers_mut().insert(COOKIE, visitor.cookie.parse().unwrap());
    request.headers_mut().insert(ORIGIN, visitor.origin.parse().unwrap());
    request
}

impl Person {
    /// Opens the socket, or says with which status it stayed shut.
    pub async fn opens(visitor: &Visitor, session: SessionId) -> Result<Self, StatusCode> {
        let stream = TcpStream::connect(visitor.address).await.unwrap();
        Self::opens_over(stream, visitor, session).await
    }

    /// The same, with hardly any room for what is not read.
    pub async fn opens_narrow(visitor: &Visitor, session: SessionId) -> Self {
        let socket = TcpSocket::new_v4().unwrap();
        socket.set_recv_buffer_size(4096).unwrap();
        let stream = socket.connect(visitor.address).await.unwrap();
        Self::opens_over(stream, visitor, session).await.unwrap()
    }

    async fn opens_over(stream: TcpStream, visitor: &Visitor, session: SessionId) -> Result<Self, StatusCode> {
        let opening = tokio_tungstenite::client_async(request(visitor, session), stream);
        let socket = match soon("the socket opens", opening).await {
            Ok((socket, _)) => socket,
            Err(Error::Http(response)) => return Err(response.status()),
            Err(error) => panic!("the socket does not open: {error}"),
        };
        Ok(Self {
            socket,
            party: visitor.me.party.id,
            session,
            view: None,
            place: None,
            frames: Vec::new(),
            closed: None,
            ended: false,
        })
    }

    /// Opens the socket, greets, and accepts the ground rules if that was not done yet.
    pub async fn sits_down(visitor: &Visitor, session: SessionId) -> Self {
        let mut person = Self::opens(visitor, session).await.unwrap();
        person.greets(None).await;
        if person.until(|_| true).await.may.accept_rules {
            assert_eq!(person.wants(Wish::AcceptRules).await, Answer::Ack);
        }
        person
    }

    pub async fn greets(&mut self, resume: Option<Place>) {
        self.says(&FromClient::Hello {
            version: VERSION,
            resume,
        })
        .await;
    }

    /// Sends a frame. A connection that has ended takes nothing any more, and that is no fault here.
    pub async fn says(&mut self, frame: &FromClient) {
        self.says_raw(serde_json::to_string(frame).unwrap()).await;
    }

    pub async fn says_raw(&mut self, text: String) {
        self.sends(Message::text(text)).await;
    }

    pub async fn sends(&mut self, message: Message) {
        let sent = soon("a frame is taken", self.socket.send(message)).await;
        if sent.is_err() {
            self.ended = true;
        }
    }

    /// Sends a command and reads on until its answer.
    pub async fn wants(&mut self, wish: Wish) -> Answer {
        self.submits(fresh(), wish).await
    }

    /// As [`Self::wants`], under this name.
    pub async fn submits(&mut self, id: CommandId, wish: Wish) -> Answer {
        self.says(&FromClient::Submit { id, wish }).await;
        self.answer_to(id).await
    }

    pub async fn answer_to(&mut self, id: CommandId) -> Answer {
        loop {
            match self.next().await {
                None => return Answer::Ended,
                Some(FromRoom::Ack { id: of }) if of == id => return Answer::Ack,
                Some(FromRoom::Refused { id: of, because }) if of == id => return Answer::Refused(because),
                Some(FromRoom::NotStored { id: of }) if of == id => return Answer::NotStored,
                Some(_) => {}
            }
        }
    }

    /// The next frame; nothing, when the connection has ended.
    pub async fn next(&mut self) -> Option<FromRoom> {
        loop {
            match soon("a frame comes", self.socket.next()).await {
                Some(Ok(Message::Text(text))) => {
                    self.frames.push(text.to_string());
                    let frame: FromRoom = serde_json::from_str(&text).unwrap();
                    self.applies(&frame);
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

    fn applies(&mut self, frame: &FromRoom) {
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

    /// Reads on until the view is so.
    pub async fn until(&mut self, so: impl Fn(&SessionView) -> bool) -> SessionView {
        while !self.view.as_ref().is_some_and(&so) {
            assert!(self.next().await.is_some(), "the connection ended ({:?})", self.closed);
        }
        self.view.clone().unwrap()
    }

    /// Reads on until such a frame.
    pub async fn until_frame(&mut self, so: impl Fn(&FromRoom) -> bool) -> FromRoom {
        loop {
            let frame = self
                .next()
                .await
                .unwrap_or_else(|| panic!("the connection ended ({:?})", self.closed));
            if so(&frame) {
                return frame;
            }
        }
    }

    /// Reads all there is, until the connection ends. Returns the frames.
    pub async fn until_the_end(&mut self) -> Vec<FromRoom> {
        let mut frames = Vec::new();
        while let Some(frame) = self.next().await {
            frames.push(frame);
        }
        frames
    }

    /// Reads on until everything the room sent before now has come: the answer to a ping comes after it only if it goes
    /// through the room, so a command that is refused is sent along.
    pub async fn is_up_to_date(&mut self) {
        let nothing = Wish::Decide { cells: Vec::new() };
        let answer = self.wants(nothing).await;
        assert!(matches!(answer, Answer::Refused(_)), "{answer:?}");
    }

    pub async fn is_present(&mut self, how: Presence) {
        self.says(&FromClient::Presence { how }).await;
    }
}

/// A command's name that was not used before.
pub fn fresh() -> CommandId {
    CommandId(uuid::Uuid::new_v4())
}
