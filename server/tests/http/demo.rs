//! The demonstration: every seat on a name of its own, and nobody from outside.

use reqwest::header::{CONTENT_SECURITY_POLICY, HOST, HeaderMap, HeaderValue, LOCATION, ORIGIN, SET_COOKIE};
use reqwest::{Method, Response, StatusCode};

use crate::server::Server;

async fn get(server: &Server, host: &str, path: &str, cookie: Option<&str>) -> Response {
    let mut headers = HeaderMap::new();
    headers.insert(HOST, HeaderValue::from_str(host).unwrap());
    if let Some(cookie) = cookie {
        headers.insert("cookie", HeaderValue::from_str(cookie).unwrap());
    }
    server.ask_with(Method::GET, path, None, headers).await
}

#[tokio::test]
async fn opening_a_seat_sits_down_in_it_and_says_that_it_is_a_demonstration() {
    let server = Server::open_demo().await;
    let vt = format!("vt.demo.localhost:{}", server.port);
    let answer = get(&server, &vt, "/overleggen", None).await;
    assert_eq!(
        (answer.status(), answer.headers()[LOCATION].to_str().unwrap()),
        (StatusCode::SEE_OTHER, "/overleggen")
    );
    let cookie = answer.headers()[SET_COOKIE].to_str().unwrap();
    let (cookie, flags) = cookie.split_once(';').unwrap();
    assert!(cookie.starts_with("akkoord="));
    assert_eq!(flags, " Path=/; HttpOnly; SameSite=Strict");
    let me: akkoord::directory::Me = get(&server, &vt, "/api/v1/me", Some(cookie))
        .await
        .json()
        .await
        .unwrap();
    assert_eq!((me.name.as_str(), me.demo), ("Anja Bakker", true));
    assert!(
        !get(&server, &vt, "/", None)
            .await
            .headers()
            .contains_key("strict-transport-security")
    );

    // A name without a seat, and the API of one, sit nobody down.
    let nobody = get(
        &server,
        &format!("rvdk.demo.localhost:{}", server.port),
        "/overleggen",
        None,
    )
    .await;
    assert!(!nobody.headers().contains_key(SET_COOKIE));
    assert_eq!(
        get(&server, &vt, "/api/v1/me", None).await.status(),
        StatusCode::UNAUTHORIZED
    );
}

#[tokio::test]
async fn no_other_name_leads_here() {
    let server = Server::open_demo().await;
    let port = server.port;
    for host in [
        "evil.example".to_owned(),
        format!("evil.example:{port}"),
        format!("vt.demo.localhost.evil.example:{port}"),
        "vt.demo.localhost".to_owned(),
        format!("vt.demo.localhost:{}", port - 1),
        format!("a.vt.demo.localhost:{port}"),
        format!("192.168.0.1:{port}"),
    ] {
        for path in ["/overleggen", "/api/v1/me", "/gezond"] {
            let answer = get(&server, &host, path, None).await;
            assert_eq!(answer.status(), StatusCode::MISDIRECTED_REQUEST, "{host}{path}");
            assert!(!answer.headers().contains_key(SET_COOKIE));
        }
    }
}

#[tokio::test]
async fn a_seat_acts_for_itself_and_may_be_shown_beside_others() {
    let server = Server::open_demo().await;
    let port = server.port;
    for (origin, passes) in [
        (format!("http://vt.demo.localhost:{port}"), true),
        (format!("http://om.demo.localhost:{port}"), false),
        (format!("http://demo.localhost:{port}"), false),
        (format!("http://localhost:{port}"), false),
        ("null".to_owned(), false),
    ] {
        let mut headers = HeaderMap::new();
        headers.insert(
            HOST,
            HeaderValue::from_str(&format!("vt.demo.localhost:{port}")).unwrap(),
        );
        headers.insert(ORIGIN, HeaderValue::from_str(&origin).unwrap());
        let answer = server.ask_with(Method::POST, "/api/v1/sign-out", None, headers).await;
        assert_eq!(
            answer.status() == StatusCode::NO_CONTENT,
            passes,
            "{origin}: {}",
            answer.status()
        );
    }
    let seat = get(&server, &format!("vt.demo.localhost:{port}"), "/", None).await;
    let policy = seat.headers()[CONTENT_SECURITY_POLICY].to_str().unwrap();
    let origins = format!("http://demo.localhost:{port} http://*.demo.localhost:{port}");
    assert!(policy.contains(&format!("frame-ancestors {origins}")), "{policy}");
    assert!(policy.contains(&format!("frame-src {origins}")), "{policy}");
    assert!(!seat.headers().contains_key("x-frame-options"));

    // The page of seats works under one name only.
    let elsewhere = get(&server, &format!("localhost:{port}"), "/demo", None).await;
    assert_eq!(
        elsewhere.headers()[LOCATION],
        format!("http://demo.localhost:{port}/demo")
    );
    assert_eq!(
        get(&server, &format!("demo.localhost:{port}"), "/demo", None)
            .await
            .status(),
        StatusCode::OK
    );
}
