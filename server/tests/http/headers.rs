//! What every answer says about itself, and how much a question may hold.

use akkoord_server::http::{Endpoint, LARGEST_BODY};
use reqwest::header::{
    ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderMap, HeaderValue,
};
use reqwest::{Method, Response, StatusCode};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::server::{Body, OWN, Server};

fn check(answer: &Response, what: &str) {
    let headers = answer.headers();
    for (name, value) in [
        ("x-content-type-options", "nosniff"),
        ("referrer-policy", "same-origin"),
        ("x-frame-options", "DENY"),
        ("cross-origin-opener-policy", "same-origin"),
        ("cross-origin-resource-policy", "same-origin"),
        ("strict-transport-security", "max-age=63072000; includeSubDomains"),
    ] {
        assert_eq!(
            headers.get(name).map(HeaderValue::as_bytes),
            Some(value.as_bytes()),
            "{name} of {what}"
        );
    }
    assert!(headers.contains_key("permissions-policy"), "{what}");
    let policy = headers[CONTENT_SECURITY_POLICY].to_str().unwrap();
    assert!(policy.contains("frame-ancestors 'none'"), "{what}: {policy}");
    for loose in [
        "unsafe-inline",
        "unsafe-hashes",
        " 'unsafe-eval'",
        "*",
        "http:",
        "data:",
    ] {
        assert!(!policy.contains(loose), "{what}: {policy}");
    }
}

#[tokio::test]
async fn every_answer_carries_the_headers() {
    let server = Server::open().await;
    let token = server.token("dewit").await;
    for endpoint in Endpoint::ALL {
        let path = endpoint.path().replace("{id}", "x");
        for token in [None, Some(&token)] {
            let answer = server.ask(endpoint.method(), &path, None, token).await;
            check(&answer, &format!("{endpoint:?}"));
            assert_eq!(answer.headers()[CACHE_CONTROL], "no-store", "{endpoint:?}");
        }
    }
    for (path, caching) in [
        ("/", "no-store"),
        ("/overleggen", "no-store"),
        ("/nergens", "no-store"),
        ("/pkg/akkoord.js", "no-cache"),
    ] {
        let answer = server.get(path, None).await;
        check(&answer, path);
        assert_eq!(answer.headers()[CACHE_CONTROL], caching, "{path}");
    }
    let refused = server
        .ask_with(
            Method::POST,
            "/afmelden",
            None,
            HeaderMap::from_iter([("origin".parse().unwrap(), "null".parse().unwrap())]),
        )
        .await;
    assert_eq!(refused.status(), StatusCode::FORBIDDEN);
    check(&refused, "a request from elsewhere");
}

#[tokio::test]
async fn the_scripts_of_a_page_carry_the_nonce_of_its_header_and_no_other() {
    let server = Server::open().await;
    let mut seen = Vec::new();
    for _ in 0..2 {
        let page = server.get("/", None).await;
        let policy = page.headers()[CONTENT_SECURITY_POLICY].to_str().unwrap().to_owned();
        let nonce = policy
            .split_once("'nonce-")
            .unwrap()
            .1
            .split_once('\'')
            .unwrap()
            .0
            .to_owned();
        assert_eq!(nonce.len(), 32, "{nonce}");
        let page = page.text().await.unwrap();
        let scripts = page.matches("<script").count();
        assert!(scripts > 0);
        assert_eq!(page.matches(&format!("nonce=\"{nonce}\"")).count(), scripts, "{page}");
        assert!(!page.contains(" style="), "no style in the page itself");
        assert!(!seen.contains(&nonce));
        seen.push(nonce);
    }
}

#[tokio::test]
async fn files_come_packed_if_asked_and_nothing_else_comes_out_of_their_folder() {
    let server = Server::open().await;
    let packed = HeaderMap::from_iter([(ACCEPT_ENCODING, HeaderValue::from_static("br"))]);
    let answer = server.ask_with(Method::GET, "/pkg/akkoord.js", None, packed).await;
    assert_eq!(answer.headers()[CONTENT_ENCODING], "br");
    assert_eq!(answer.text().await.unwrap(), "packed");
    let plain = server.get("/pkg/akkoord.js", None).await;
    assert!(plain.headers()[CONTENT_TYPE].to_str().unwrap().contains("javascript"));
    assert_eq!(server.get("/favicon.svg", None).await.status(), StatusCode::OK);

    let beside = server.site().parent().unwrap().join("beside.txt");
    std::fs::write(&beside, "secret").unwrap();
    for path in [
        "/.made.json",
        "/pkg/../.made.json",
        "/%2e%2e/beside.txt",
        "/..%2fbeside.txt",
        "/pkg/..%2f..%2fbeside.txt",
        "//etc/passwd",
        "/pkg",
        "/pkg/",
    ] {
        // Raw, since a client tidies paths up before it sends them.
        let answer = raw(
            &server,
            &format!("GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"),
        )
        .await;
        assert!(!answer.starts_with("HTTP/1.1 200"), "{path}: {answer}");
        assert!(!answer.contains("secret"), "{path}");
    }
    std::fs::remove_file(beside).unwrap();
}

#[tokio::test]
async fn what_is_too_large_is_refused_and_what_cannot_be_read_says_so() {
    let server = Server::open().await;
    let token = server.token("dewit").await;
    let filler = |length: usize| format!(r#"{{"moment":"{}"}}"#, "x".repeat(length));
    for (body, status, problem) in [
        (filler(LARGEST_BODY), StatusCode::PAYLOAD_TOO_LARGE, "too_large"),
        (filler(100), StatusCode::BAD_REQUEST, "unreadable"),
        ("{".to_owned(), StatusCode::BAD_REQUEST, "unreadable"),
        (String::new(), StatusCode::BAD_REQUEST, "unreadable"),
    ] {
        let answer = server
            .ask(Method::POST, "/api/v1/sessions", Some(Body::Json(body)), Some(&token))
            .await;
        assert_eq!(answer.status(), status);
        assert_eq!(answer.text().await.unwrap(), format!(r#"{{"problem":"{problem}"}}"#));
    }
    let form = server
        .ask(
            Method::POST,
            "/api/v1/sessions",
            Some(Body::Form("moment=zsm".into())),
            Some(&token),
        )
        .await;
    assert_eq!(form.status(), StatusCode::BAD_REQUEST);
    let large = format!("account=x&password={}", "x".repeat(LARGEST_BODY));
    let large = server
        .ask(Method::POST, "/aanmelden", Some(Body::Form(large)), None)
        .await;
    assert_eq!(large.status(), StatusCode::PAYLOAD_TOO_LARGE);

    // Without saying beforehand how much it will be.
    let chunk = "x".repeat(0x4000);
    let chunks = format!("4000\r\n{chunk}\r\n").repeat(5);
    let request = format!(
        "POST /api/v1/sign-in HTTP/1.1\r\nHost: x\r\nOrigin: {OWN}\r\nContent-Type: application/json\r\n\
         Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n{chunks}0\r\n\r\n"
    );
    let answer = raw(&server, &request).await;
    assert!(answer.starts_with("HTTP/1.1 413"), "{answer}");
}

async fn raw(server: &Server, request: &str) -> String {
    let mut stream = TcpStream::connect(("127.0.0.1", server.port)).await.unwrap();
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    // A server that has said no may close before it has read everything.
    let _ = stream.read_to_end(&mut answer).await;
    String::from_utf8_lossy(&answer).into_owned()
}
