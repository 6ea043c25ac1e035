//! Signing in and out, from a form and in JSON.

use std::net::{IpAddr, SocketAddr};

use axum::extract::rejection::FormRejection;
use axum::extract::{ConnectInfo, Form, FromRequestParts, State};
use axum::http::header::{LOCATION, SET_COOKIE};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Response};
use serde::Deserialize;
use zeroize::Zeroizing;

use super::api::Body;
use super::{AppState, Failure, pages, person};
use crate::clock;
use crate::identity::{Proof, Token};

/// Name and password.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Credentials {
    account: String,
    password: String,
    /// Where to go afterwards.
    #[serde(default)]
    terug: Option<String>,
}

/// The address from which somebody asks.
pub(super) struct Client(IpAddr);

impl FromRequestParts<AppState> for Client {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Failure> {
        if state.config.behind_proxy
            // The last one is what our own proxy saw; those before it are the client's word.
            && let Some(last) = parts.headers.get_all("x-forwarded-for").iter().next_back()
            && let Some(address) = last.to_str().ok().and_then(|list| list.rsplit(',').next()?.trim().parse().ok())
        {
            return Ok(Self(address));
        }
        let peer = ConnectInfo::<SocketAddr>::from_request_parts(parts, state).await;
        peer.map(|ConnectInfo(peer)| Self(peer.ip()))
            .map_err(|_| Failure::Unavailable)
    }
}

async fn begin(
    state: &AppState,
    Client(from): Client,
    headers: &HeaderMap,
    account: String,
    password: String,
) -> Result<Token, Failure> {
    let proof = Proof::Password {
        account,
        password: Zeroizing::new(password),
    };
    let (_, token) = state.identity.sign_in(proof, from, clock::now()).await?;
    // Whoever signs in anew on this browser leaves the sign-in of before.
    end(state, headers).await?;
    Ok(token)
}

async fn end(state: &AppState, headers: &HeaderMap) -> Result<(), Failure> {
    if let Some(before) = person::find(state, headers).await? {
        state.sign_ins.end(before.sign_in).await?;
    }
    Ok(())
}

pub(super) async fn by_json(
    State(state): State<AppState>,
    from: Client,
    headers: HeaderMap,
    Body(credentials): Body<Credentials>,
) -> Result<Response, Failure> {
    let token = begin(&state, from, &headers, credentials.account, credentials.password).await?;
    let cookie = person::set_cookie(&state.config, Some(&token));
    Ok((StatusCode::NO_CONTENT, [(SET_COOKIE, cookie)]).into_response())
}

pub(super) async fn out(State(state): State<AppState>, headers: HeaderMap) -> Result<Response, Failure> {
    end(&state, &headers).await?;
    Ok((
        StatusCode::NO_CONTENT,
        [(SET_COOKIE, person::set_cookie(&state.config, None))],
    )
        .into_response())
}

pub(super) async fn by_form(
    State(state): State<AppState>,
    from: Client,
    headers: HeaderMap,
    form: Result<Form<Credentials>, FormRejection>,
) -> Response {
    let Form(credentials) = match form {
        Ok(form) => form,
        Err(rejection) => return Failure::from(rejection).page(),
    };
    let back = credentials.terug.filter(|back| pages::is_own_path(back));
    match begin(&state, from, &headers, credentials.account, credentials.password).await {
        Ok(token) => {
            let cookie = person::set_cookie(&state.config, Some(&token));
            let to = back.unwrap_or_else(|| pages::HOME.to_owned());
            (StatusCode::SEE_OTHER, [(SET_COOKIE, cookie)], [(LOCATION, to)]).into_response()
        }
        Err(failure) => {
            let fault = match failure {
                Failure::Wrong => "wrong",
                Failure::TooMany => "too_many",
                _ => "other",
            };
            let back = back
                .map(|back| format!("&terug={}", pages::in_query(&back)))
                .unwrap_or_default();
            (StatusCode::SEE_OTHER, [(LOCATION, format!("/?fout={fault}{back}"))]).into_response()
        }
    }
}

pub(super) async fn out_by_form(State(state): State<AppState>, headers: HeaderMap) -> Response {
    match end(&state, &headers).await {
        Ok(()) => {
            let cookie = person::set_cookie(&state.config, None);
            (
                StatusCode::SEE_OTHER,
                [(SET_COOKIE, cookie)],
                [(LOCATION, "/".to_owned())],
            )
                .into_response()
        }
        Err(failure) => failure.page(),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

    use axum::http::Request;

    use super::*;
    use crate::http::{Config, Place};

    /// From where a question seems to come that comes from 192.0.2.1 with these headers.
    async fn seems_from(behind_proxy: bool, forwarded: &[&str]) -> String {
        let data = tempfile::tempdir().unwrap();
        let config = Config {
            place: Place::Public("https://akkoord.example".parse().unwrap()),
            site: data.path().join("site"),
            behind_proxy,
        };
        let state = AppState::open(data.path(), config).await.unwrap();
        let mut request = Request::builder();
        for list in forwarded {
            request = request.header("x-forwarded-for", *list);
        }
        let (mut parts, ()) = request.body(()).unwrap().into_parts();
        let peer = SocketAddr::from(([192, 0, 2, 1], 4_000));
        parts.extensions.insert(ConnectInfo(peer));
        let Ok(Client(address)) = Client::from_request_parts(&mut parts, &state).await else {
            panic!("an address was known")
        };
        address.to_string()
    }

    #[tokio::test]
    async fn a_forwarded_address_is_believed_only_from_our_own_proxy_and_only_the_last() {
        let cases: &[(&[&str], &str)] = &[
            (&[], "192.0.2.1"),
            (&["198.51.100.7"], "198.51.100.7"),
            (&["2001:db8::7"], "2001:db8::7"),
            (&["203.0.113.1, 198.51.100.7"], "198.51.100.7"),
            (&["203.0.113.1", "198.51.100.7"], "198.51.100.7"),
            (&["203.0.113.1", "198.51.100.7, 198.51.100.8"], "198.51.100.8"),
            (&["203.0.113.1, geen adres"], "192.0.2.1"),
            (&["203.0.113.1", ""], "192.0.2.1"),
        ];
        for (forwarded, behind_proxy) in cases {
            assert_eq!(seems_from(true, forwarded).await, *behind_proxy, "{forwarded:?}");
            assert_eq!(seems_from(false, forwarded).await, "192.0.2.1", "{forwarded:?}");
        }
    }
}
