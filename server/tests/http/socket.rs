//! The socket hangs on the sign-in, and says goodbye when the server stops.

use akkoord::protocol::{FromClient, FromRoom, VERSION};
use futures_util::{SinkExt as _, StreamExt as _};
use reqwest::Method;
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

use akkoord_server::identity::Token;

use crate::server::{OWN, Server, cookie};

pub type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

/// Opens the socket of this person and waits for the welcome.
pub async fn open(server: &Server, session: &str, token: &Token) -> Socket {
    let address = format!("ws://127.0.0.1:{}/api/v1/sessions/{session}/socket", server.port);
    let mut request = address.into_client_request().unwrap();
    request.headers_mut().insert("origin", OWN.parse().unwrap());
    request.headers_mut().insert("cookie", cookie(token));
    let (mut socket, _) = connect_async(request).await.unwrap();
    let hello = serde_json::to_string(&FromClient::Hello {
        version: VERSION,
        resume: None,
    })
    .unwrap();
    socket.send(Message::text(hello)).await.unwrap();
    loop {
        let frame = socket.next().await.unwrap().unwrap().into_text().unwrap();
        if matches!(serde_json::from_str(&frame).unwrap(), FromRoom::Welcome { .. }) {
            return socket;
        }
    }
}

/// The code with which the other side closes.
pub async fn closing_code(socket: &mut Socket) -> u16 {
    while let Some(Ok(message)) = socket.next().await {
        if let Message::Close(Some(frame)) = message {
            return frame.code.into();
        }
    }
    panic!("the connection ended without a word")
}

#[tokio::test]
async fn signing_out_closes_the_sockets_of_that_sign_in_only() {
    let server = Server::open().await;
    let session = server.session().await.to_string();
    let (own, other) = (server.token("bakker").await, server.token("collega").await);
    let mut leaving = open(&server, &session, &own).await;
    let mut staying = open(&server, &session, &other).await;
    server.ask(Method::POST, "/afmelden", None, Some(&own)).await;
    assert_eq!(closing_code(&mut leaving).await, 4401);

    // The other one still answers.
    let ping = serde_json::to_string(&FromClient::Ping {}).unwrap();
    staying.send(Message::text(ping)).await.unwrap();
    loop {
        let frame = staying.next().await.unwrap().unwrap().into_text().unwrap();
        if matches!(serde_json::from_str(&frame), Ok(FromRoom::Pong { .. })) {
            break;
        }
    }
    server.identity.set_disabled("collega", true).await.unwrap();
    assert_eq!(closing_code(&mut staying).await, 4401);
}

#[tokio::test]
async fn a_server_that_stops_tells_every_socket() {
    let server = Server::open().await;
    let session = server.session().await.to_string();
    let token = server.token("bakker").await;
    let mut socket = open(&server, &session, &token).await;
    let (code, ()) = tokio::join!(closing_code(&mut socket), server.close());
    assert_eq!(code, 1012);
}

#[tokio::test]
async fn an_account_that_another_process_disables_writes_nothing_more_and_its_sockets_end() {
    let server = Server::open().await;
    let session = server.session().await.to_string();
    let (writing, silent) = (server.token("bakker").await, server.token("bakker").await);
    let mut writes = open(&server, &session, &writing).await;
    let mut listens = open(&server, &session, &silent).await;
    let disabled = sqlx::query("update account set disabled = 1 where account = 'bakker'")
        .execute(server.store.journal.pool())
        .await;
    assert_eq!(disabled.unwrap().rows_affected(), 1);
    let id = akkoord::ids::CommandId(akkoord_server::clock::random_id());
    let command = akkoord::session::CommandKind::AcceptRules {};
    let submit = serde_json::to_string(&FromClient::Submit { id, command }).unwrap();
    writes.send(Message::text(submit)).await.unwrap();
    let mut frames = Vec::new();
    while let Some(Ok(message)) = writes.next().await {
        frames.push(message.to_string());
    }
    assert!(frames.iter().any(|frame| frame.contains("signed_out")), "{frames:?}");
    assert!(!frames.iter().any(|frame| frame.contains("\"ack\"")), "{frames:?}");
    // Nobody sweeps here, and half a minute is not waited for: the one that says nothing goes dark too.
    assert_eq!(closing_code(&mut listens).await, 4401);
    server.close().await;
}
