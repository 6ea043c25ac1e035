//! What changes something, and every socket, comes from our own pages or not at all.

use reqwest::header::{COOKIE, HeaderMap, HeaderName, HeaderValue, ORIGIN};
use reqwest::{Method, StatusCode};

use crate::server::{OWN, Server, cookie};

/// Origins that are not ours, however much they look like it.
const OTHERS: [&str; 24] = [
    "null",
    "",
    "https://evil.example",
    "http://akkoord.example",
    "https://akkoord.example:443",
    "https://akkoord.example:8443",
    "https://akkoord.example.",
    "https://akkoord.example/",
    "https://akkoord.example/x",
    "https://akkoord.example.evil.example",
    "https://evil-akkoord.example",
    "https://www.akkoord.example",
    "https://akkoord.examples",
    "https://akkoord.exampl",
    "https://xn--akkord-0ta.example",
    "https://AKKOORD.example",
    "HTTPS://akkoord.example",
    " https://akkoord.example, https://evil.example",
    "https://akkoord.example https://evil.example",
    "https://evil.example#https://akkoord.example",
    "https://user@akkoord.example",
    "https://akkoord.example@evil.example",
    "http://127.0.0.1",
    "file://",
];

/// A request for each way in, with these headers.
async fn statuses(server: &Server, session: &str, headers: &HeaderMap) -> Vec<StatusCode> {
    let mut upgrade = headers.clone();
    for (name, value) in [
        ("connection", "upgrade"),
        ("upgrade", "websocket"),
        ("sec-websocket-version", "13"),
        ("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ=="),
    ] {
        upgrade.insert(HeaderName::from_static(name), HeaderValue::from_static(value));
    }
    let mut statuses = Vec::new();
    for (method, path, headers) in [
        (Method::POST, "/api/v1/sessions", headers),
        (Method::POST, "/aanmelden", headers),
        (Method::POST, "/nergens", headers),
        (Method::DELETE, "/api/v1/me", headers),
        (Method::GET, &*format!("/api/v1/sessions/{session}/socket"), &upgrade),
    ] {
        // Past the helper that adds our own origin: an absent header must stay absent.
        let client = reqwest::Client::builder().no_proxy().build().unwrap();
        let request = client
            .request(method, format!("{}{path}", server.base))
            .headers(headers.clone());
        statuses.push(request.send().await.unwrap().status());
    }
    statuses
}

#[tokio::test]
async fn other_origins_are_refused_on_every_way_in() {
    let server = Server::open().await;
    let session = server.session().await.to_string();
    let token = server.token("dewit").await;
    let mut headers = HeaderMap::new();
    headers.insert(COOKIE, cookie(&token));

    let absent = statuses(&server, &session, &headers).await;
    assert!(
        absent.iter().all(|status| *status == StatusCode::FORBIDDEN),
        "absent: {absent:?}"
    );
    for other in OTHERS {
        headers.insert(ORIGIN, HeaderValue::from_str(other).unwrap());
        let refused = statuses(&server, &session, &headers).await;
        assert!(
            refused.iter().all(|status| *status == StatusCode::FORBIDDEN),
            "{other}: {refused:?}"
        );
    }
    headers.insert(ORIGIN, HeaderValue::from_static(OWN));
    headers.append(ORIGIN, HeaderValue::from_static(OWN));
    let twice = statuses(&server, &session, &headers).await;
    assert!(
        twice.iter().all(|status| *status == StatusCode::FORBIDDEN),
        "twice: {twice:?}"
    );
}

#[tokio::test]
async fn our_own_origin_gets_through_unless_the_browser_says_otherwise() {
    let server = Server::open().await;
    let session = server.session().await.to_string();
    let token = server.token("dewit").await;
    let mut headers = HeaderMap::new();
    headers.insert(COOKIE, cookie(&token));
    headers.insert(ORIGIN, HeaderValue::from_static(OWN));
    let own = statuses(&server, &session, &headers).await;
    assert!(own.iter().all(|status| *status != StatusCode::FORBIDDEN), "{own:?}");
    for (site, passes) in [
        ("same-origin", true),
        ("same-site", false),
        ("cross-site", false),
        ("none", false),
        ("", false),
    ] {
        headers.insert("sec-fetch-site", HeaderValue::from_static(site));
        let answered = statuses(&server, &session, &headers).await;
        assert!(
            answered
                .iter()
                .all(|status| (*status != StatusCode::FORBIDDEN) == passes),
            "{site}: {answered:?}"
        );
    }
}
