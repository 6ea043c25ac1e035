//! Connections that never finish what they began hold up nobody, and not the end of the program either (H6, H7, H15).

use futures_util::future::join_all;
use reqwest::header::{COOKIE, HeaderMap, HeaderValue};
use reqwest::{Method, StatusCode};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio_tungstenite::connect_async;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;

use crate::server::{OWN, Server, cookie};
use crate::socket::{closing_code, open};

/// A connection on which this was said and nothing more.
async fn says(server: &Server, words: &str) -> TcpStream {
    let mut stream = TcpStream::connect(("127.0.0.1", server.port)).await.unwrap();
    stream.write_all(words.as_bytes()).await.unwrap();
    stream
}

const HALF_A_HEAD: &str = "GET /gezond HTTP/1.1\r\nHost: akkoord.example\r\nX-Half: ";

fn half_a_body() -> String {
    format!(
        "POST /api/v1/sign-in HTTP/1.1\r\nHost: akkoord.example\r\nOrigin: {OWN}\r\nContent-Type: application/json\r\n\
         Content-Length: 500\r\n\r\n{{\"account\":"
    )
}

#[tokio::test]
async fn half_a_request_is_ended_by_us_and_holds_up_nobody() {
    let server = Server::open().await;
    let mut streams = Vec::new();
    for _ in 0..50 {
        streams.push(says(&server, HALF_A_HEAD).await);
        streams.push(says(&server, &half_a_body()).await);
        // And nothing at all.
        streams.push(says(&server, "").await);
    }
    assert_eq!(server.get("/gezond", None).await.status(), StatusCode::OK);
    // Each is closed from our side, after at most the time it had.
    let answers = join_all(streams.iter_mut().map(|stream| async move {
        let mut answer = Vec::new();
        // A reset is an end too.
        let _ = stream.read_to_end(&mut answer).await;
        String::from_utf8_lossy(&answer).into_owned()
    }))
    .await;
    let slow = answers
        .iter()
        .filter(|answer| answer.starts_with("HTTP/1.1 408"))
        .count();
    assert_eq!(slow, 50, "who was slow with a body is told so");
    server.close().await;
}

#[tokio::test]
async fn every_socket_hears_goodbye_and_half_requests_do_not_keep_the_program_from_ending() {
    for _ in 0..4 {
        let server = Server::open().await;
        let session = server.session().await.to_string();
        let mut sockets = Vec::new();
        for _ in 0..12 {
            for account in ["dewit", "bakker"] {
                let token = server.token(account).await;
                sockets.push(open(&server, &session, &token).await);
            }
        }
        // One that has not greeted yet.
        let token = server.token("collega").await;
        let address = format!("ws://127.0.0.1:{}/api/v1/sessions/{session}/socket", server.port);
        let mut request = address.into_client_request().unwrap();
        request.headers_mut().insert("origin", OWN.parse().unwrap());
        request.headers_mut().insert("cookie", cookie(&token));
        sockets.push(connect_async(request).await.unwrap().0);
        let _half = [says(&server, HALF_A_HEAD).await, says(&server, &half_a_body()).await];

        let codes = join_all(sockets.iter_mut().map(closing_code));
        let (codes, ()) = tokio::join!(codes, server.close());
        assert_eq!(codes, vec![1012; 25]);
    }
}

#[tokio::test]
async fn a_person_has_so_many_sockets_and_no_more() {
    let server = Server::open().await;
    let session = server.session().await.to_string();
    let token = server.token("bakker").await;
    let mut sockets = Vec::new();
    for _ in 0..32 {
        sockets.push(open(&server, &session, &token).await);
    }
    let mut headers = HeaderMap::new();
    headers.insert(COOKIE, cookie(&token));
    for (name, value) in [
        ("origin", OWN),
        ("connection", "upgrade"),
        ("upgrade", "websocket"),
        ("sec-websocket-version", "13"),
        ("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ=="),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    let path = format!("/api/v1/sessions/{session}/socket");
    let refused = server.ask_with(Method::GET, &path, None, headers).await;
    assert_eq!(refused.status(), StatusCode::TOO_MANY_REQUESTS);
    // A colleague has as many of their own.
    let other = server.token("collega").await;
    open(&server, &session, &other).await;
    server.close().await;
}
