//! The socket hangs on the sign-in, and says goodbye when the house closes.

use akkoord::protocol::{FromClient, FromRoom, VERSION};
use futures_util::{SinkExt as _, StreamExt as _};
use reqwest::Method;
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

use akkoord_server::identity::Token;

use crate::house::{House, OWN, cookie};

type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

/// Opens the socket of this person and waits for the welcome.
async fn open(house: &House, session: &str, token: &Token) -> Socket {
    let address = format!("ws://127.0.0.1:{}/api/v1/sessions/{session}/socket", house.port);
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
async fn closing_code(socket: &mut Socket) -> u16 {
    while let Some(Ok(message)) = socket.next().await {
        if let Message::Close(Some(frame)) = message {
            return frame.code.into();
        }
    }
    panic!("the connection ended without a word")
}

#[tokio::test]
async fn signing_out_closes_the_sockets_of_that_sign_in_only() {
    let house = House::open().await;
    let session = house.session().await.to_string();
    let (own, other) = (house.token("bakker").await, house.token("collega").await);
    let mut leaving = open(&house, &session, &own).await;
    let mut staying = open(&house, &session, &other).await;
    house.ask(Method::POST, "/afmelden", None, Some(&own)).await;
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
    house.identity.set_disabled("collega", true).await.unwrap();
    assert_eq!(closing_code(&mut staying).await, 4401);
}

#[tokio::test]
async fn a_house_that_closes_tells_every_table() {
    let house = House::open().await;
    let session = house.session().await.to_string();
    let token = house.token("bakker").await;
    let mut socket = open(&house, &session, &token).await;
    let (code, ()) = tokio::join!(closing_code(&mut socket), house.close());
    assert_eq!(code, 1012);
}
