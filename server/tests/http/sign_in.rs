//! Coming in and going out.

use akkoord::session::Roles;
use akkoord_server::clock;
use akkoord_server::identity::{LONGEST, Token, UNUSED};
use chrono::TimeDelta;
use reqwest::header::{LOCATION, SET_COOKIE};
use reqwest::{Method, Response, StatusCode};

use crate::server::{Body, PASSWORD, Server};

fn credentials(account: &str, password: &str) -> Body {
    Body::Json(serde_json::json!({ "account": account, "password": password }).to_string())
}

fn given_token(answer: &Response) -> Token {
    let cookie = answer.headers()[SET_COOKIE].to_str().unwrap();
    Token::read(cookie.split_once('=').unwrap().1.split_once(';').unwrap().0).unwrap()
}

#[tokio::test]
async fn the_cookie_belongs_to_this_host_and_to_no_script() {
    let server = Server::open().await;
    let answer = server
        .ask(
            Method::POST,
            "/api/v1/sign-in",
            Some(credentials(" DeWit ", PASSWORD)),
            None,
        )
        .await;
    assert_eq!(answer.status(), StatusCode::NO_CONTENT);
    let cookie = answer.headers()[SET_COOKIE].to_str().unwrap();
    let (value, flags) = cookie.split_once(';').unwrap();
    assert!(value.starts_with("__Host-akkoord=") && value.len() == "__Host-akkoord=".len() + 64);
    assert_eq!(flags, " Path=/; Secure; HttpOnly; SameSite=Strict");
    let me = server.get("/api/v1/me", Some(&given_token(&answer))).await;
    assert_eq!(
        me.json::<akkoord::directory::Me>().await.unwrap().name,
        "Marijke de Wit"
    );
}

#[tokio::test]
async fn the_form_leads_back_to_where_one_was_going_on_this_site_only() {
    let server = Server::open().await;
    for (terug, location) in [
        ("", "/overleggen"),
        ("&terug=%2Foverleg%2F1", "/overleg/1"),
        ("&terug=https%3A%2F%2Fevil.example", "/overleggen"),
        ("&terug=%2F%2Fevil.example", "/overleggen"),
        ("&terug=%2F%5Cevil.example", "/overleggen"),
        ("&terug=%2F%09%2Fevil.example", "/overleggen"),
    ] {
        let form = format!("account=dewit&password={}{terug}", PASSWORD.replace(' ', "+"));
        let answer = server
            .ask(Method::POST, "/aanmelden", Some(Body::Form(form)), None)
            .await;
        assert_eq!(
            (answer.status(), answer.headers()[LOCATION].to_str().unwrap()),
            (StatusCode::SEE_OTHER, location)
        );
        assert_eq!(
            server.get("/api/v1/me", Some(&given_token(&answer))).await.status(),
            StatusCode::OK
        );
    }
    let form = "account=dewit&password=fout&terug=%2Foverleg%2F1%3Fa%3Db".to_owned();
    let answer = server
        .ask(Method::POST, "/aanmelden", Some(Body::Form(form)), None)
        .await;
    assert_eq!(answer.headers()[LOCATION], "/?fout=wrong&terug=/overleg/1%3fa%3db");
    assert!(!answer.headers().contains_key(SET_COOKIE));
}

#[tokio::test]
async fn signing_out_ends_the_sign_in_and_not_another() {
    let server = Server::open().await;
    let (one, other) = (server.token("dewit").await, server.token("dewit").await);
    let answer = server.ask(Method::POST, "/api/v1/sign-out", None, Some(&one)).await;
    let cookie = answer.headers()[SET_COOKIE].to_str().unwrap();
    assert_eq!(
        cookie,
        "__Host-akkoord=; Path=/; Secure; HttpOnly; SameSite=Strict; Max-Age=0"
    );
    assert_eq!(
        server.get("/api/v1/me", Some(&one)).await.status(),
        StatusCode::UNAUTHORIZED
    );
    assert_eq!(server.get("/api/v1/me", Some(&other)).await.status(), StatusCode::OK);
    server.ask(Method::POST, "/afmelden", None, Some(&other)).await;
    assert_eq!(
        server.get("/api/v1/me", Some(&other)).await.status(),
        StatusCode::UNAUTHORIZED
    );
}

#[tokio::test]
async fn signing_in_anew_on_the_same_browser_ends_the_sign_in_of_before() {
    let server = Server::open().await;
    let before = server.token("bakker").await;
    let answer = server
        .ask(
            Method::POST,
            "/api/v1/sign-in",
            Some(credentials("dewit", PASSWORD)),
            Some(&before),
        )
        .await;
    assert_eq!(answer.status(), StatusCode::NO_CONTENT);
    assert_eq!(
        server.get("/api/v1/me", Some(&before)).await.status(),
        StatusCode::UNAUTHORIZED
    );
}

#[tokio::test]
async fn an_unknown_account_a_wrong_password_and_a_disabled_account_answer_alike() {
    let server = Server::open().await;
    server.identity.set_disabled("collega", true).await.unwrap().unwrap();
    let mut answers = Vec::new();
    for (account, password) in [
        ("niemand", PASSWORD),
        ("dewit", "fout"),
        ("collega", PASSWORD),
        ("", ""),
        ("x' or 1=1 --", "x"),
    ] {
        let answer = server
            .ask(
                Method::POST,
                "/api/v1/sign-in",
                Some(credentials(account, password)),
                None,
            )
            .await;
        assert!(!answer.headers().contains_key(SET_COOKIE));
        answers.push((answer.status(), answer.text().await.unwrap()));
    }
    assert!(
        answers
            .iter()
            .all(|answer| *answer == (StatusCode::UNAUTHORIZED, r#"{"problem":"wrong"}"#.into())),
        "{answers:?}"
    );
}

#[tokio::test]
async fn a_sign_in_ends_unused_after_an_hour_and_used_after_twelve() {
    let server = Server::open().await;
    let sign_ins = &server.identity.sign_ins;
    let account = server.account("dewit").await.id;
    let start = clock::now();
    let (_, token) = sign_ins.begin(account, start).await.unwrap();
    assert!(
        sign_ins
            .find(&token, start + UNUSED - TimeDelta::seconds(1))
            .await
            .unwrap()
            .is_some()
    );

    let (_, unused) = sign_ins.begin(account, start).await.unwrap();
    assert!(
        sign_ins
            .find(&unused, start + UNUSED + TimeDelta::seconds(1))
            .await
            .unwrap()
            .is_none()
    );

    let mut now = start;
    while now < start + LONGEST {
        assert!(sign_ins.find(&token, now).await.unwrap().is_some(), "{now}");
        now += TimeDelta::minutes(50);
    }
    assert!(sign_ins.find(&token, start + LONGEST).await.unwrap().is_none());
}

#[tokio::test]
async fn the_token_itself_is_nowhere_in_the_store() {
    let server = Server::open().await;
    let token = server.token("dewit").await;
    let text = token.write();
    let bytes: [u8; 32] = akkoord::hex::decode(&text).unwrap();
    for row in sqlx::query("select token from sign_in")
        .fetch_all(server.store.journal.pool())
        .await
        .unwrap()
    {
        let kept: Vec<u8> = sqlx::Row::get(&row, 0);
        assert_ne!(kept, bytes);
    }
    let near: String = text.chars().map(|c| if c == '0' { '1' } else { c }).collect();
    let near = Token::read(&near).unwrap();
    assert!(near == token || server.get("/api/v1/me", Some(&near)).await.status() == StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn who_waits_for_the_end_of_a_sign_in_is_woken_by_every_kind_of_end() {
    let server = Server::open().await;
    let sign_ins = &server.identity.sign_ins;
    let now = clock::now();
    let account = server.account("dewit").await.id;

    let (id, _) = sign_ins.begin(account, now).await.unwrap();
    let ended = sign_ins.ended(id);
    sign_ins.end(id).await.unwrap();
    ended.await;
    sign_ins.ended(id).await;

    let (id, _) = sign_ins.begin(account, now).await.unwrap();
    let ended = sign_ins.ended(id);
    let roles = Roles {
        dossier_reader: true,
        ..Roles::default()
    };
    server.identity.set_roles("dewit", roles).await.unwrap().unwrap();
    ended.await;

    let (id, token) = sign_ins.begin(account, now).await.unwrap();
    assert_eq!(sign_ins.find(&token, now).await.unwrap().unwrap().roles, roles);
    let ended = sign_ins.ended(id);
    server.identity.set_disabled("dewit", true).await.unwrap().unwrap();
    ended.await;
    server.identity.set_disabled("dewit", false).await.unwrap().unwrap();

    // By time, and by another process that took the row away.
    let (id, _) = sign_ins.begin(account, now).await.unwrap();
    let ended = sign_ins.ended(id);
    sign_ins.sweep(now + LONGEST).await.unwrap();
    ended.await;
    let (id, _) = sign_ins.begin(account, now).await.unwrap();
    let ended = sign_ins.ended(id);
    sqlx::query("delete from sign_in")
        .execute(server.store.journal.pool())
        .await
        .unwrap();
    sign_ins.sweep(now).await.unwrap();
    ended.await;
}

#[tokio::test]
async fn an_open_screen_counts_as_use_and_wakes_for_its_own_sign_in_only() {
    let server = Server::open().await;
    let sign_ins = &server.identity.sign_ins;
    let start = clock::now();
    let account = server.account("dewit").await.id;
    let (id, token) = sign_ins.begin(account, start).await.unwrap();
    let (other, _) = sign_ins.begin(account, start).await.unwrap();
    let mut ended = std::pin::pin!(sign_ins.ended(id));
    sign_ins.end(other).await.unwrap();
    for minutes in (30..=300).step_by(30) {
        sign_ins.sweep(start + TimeDelta::minutes(minutes)).await.unwrap();
    }
    let five_hours = start + TimeDelta::hours(5);
    assert!(sign_ins.find(&token, five_hours).await.unwrap().is_some());
    let woken = futures_util::FutureExt::now_or_never(&mut ended);
    assert!(woken.is_none());
}
