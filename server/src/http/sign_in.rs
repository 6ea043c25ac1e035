//! Signing in and out, from a form and in JSON.

use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use axum::extract::rejection::FormRejection;
use axum::extract::{ConnectInfo, Form, FromRequestParts, State};
use axum::http::header::{LOCATION, RETRY_AFTER, SET_COOKIE};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::response::{AppendHeaders, IntoResponse, Response};
use serde::Deserialize;
use zeroize::Zeroizing;

use super::api::Body;
use super::{AppState, Failure, pages, person};
use crate::clock;
use crate::identity::{Asker, Proof, SignInError, SignedIn};

/// When to try again after the queue was full: it is served within a few seconds.
const BUSY: Duration = Duration::from_secs(2);

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
        if let Some(address) = forwarded(&parts.headers, state.config.behind_proxy) {
            return Ok(Self(address));
        }
        let peer = ConnectInfo::<SocketAddr>::from_request_parts(parts, state).await;
        peer.map(|ConnectInfo(peer)| Self(peer.ip()))
            .map_err(|_| Failure::Unavailable)
    }
}

/// The address that the outermost of our own proxies saw: as many from the right as there are proxies. Those further to the left
/// are the client's word.
fn forwarded(headers: &HeaderMap, hops: usize) -> Option<IpAddr> {
    let before = hops.checked_sub(1)?;
    let lists: Vec<&str> = headers
        .get_all("x-forwarded-for")
        .iter()
        .map(|list| list.to_str().unwrap_or_default())
        .collect();
    let seen = lists.iter().rev().flat_map(|list| list.rsplit(',')).nth(before)?.trim();
    // Some proxies add the port.
    let with_port = || seen.parse().map(|address: SocketAddr| address.ip());
    seen.parse().or_else(|_| with_port()).ok()
}

/// Nobody was let in, and when to try again.
struct NotIn {
    failure: Failure,
    wait: Option<Duration>,
}

impl From<SignInError> for NotIn {
    fn from(error: SignInError) -> Self {
        let wait = match &error {
            SignInError::TooMany(wait) => Some(*wait),
            SignInError::Busy => Some(BUSY),
            SignInError::Wrong | SignInError::Unavailable(_) => None,
        };
        Self {
            failure: error.into(),
            wait,
        }
    }
}

impl From<Failure> for NotIn {
    fn from(failure: Failure) -> Self {
        Self { failure, wait: None }
    }
}

impl IntoResponse for NotIn {
    fn into_response(self) -> Response {
        let mut response = self.failure.into_response();
        if let Some(wait) = self.wait {
            // A second too long is better than one too short.
            let seconds = wait.as_secs() + 1;
            response.headers_mut().insert(RETRY_AFTER, seconds.into());
        }
        response
    }
}

async fn begin(
    state: &AppState,
    Client(address): Client,
    headers: &HeaderMap,
    account: String,
    password: String,
) -> Result<SignedIn, NotIn> {
    let proof = Proof::Password {
        account,
        password: Zeroizing::new(password),
    };
    let asker = Asker {
        address,
        devices: person::devices(&state.config, headers),
        at: clock::steady(),
    };
    let signed_in = state.identity.sign_in(proof, &asker, clock::now()).await?;
    // Whoever signs in anew on this browser leaves the sign-in of before.
    end(state, headers).await?;
    Ok(signed_in)
}

/// The cookies of somebody who was let in: the sign-in, and the device.
fn set_cookies(state: &AppState, signed_in: &SignedIn) -> AppendHeaders<[(HeaderName, HeaderValue); 2]> {
    AppendHeaders([
        (SET_COOKIE, person::set_cookie(&state.config, Some(&signed_in.token))),
        (SET_COOKIE, person::set_devices(&state.config, &signed_in.devices)),
    ])
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
    body: Result<Body<Credentials>, Failure>,
) -> Response {
    let Body(credentials) = match body {
        Ok(body) => body,
        Err(failure) => return failure.into_response(),
    };
    match begin(&state, from, &headers, credentials.account, credentials.password).await {
        Ok(signed_in) => (StatusCode::NO_CONTENT, set_cookies(&state, &signed_in)).into_response(),
        Err(not_in) => not_in.into_response(),
    }
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
        Ok(signed_in) => {
            let to = back.unwrap_or_else(|| pages::HOME.to_owned());
            let cookies = set_cookies(&state, &signed_in);
            (StatusCode::SEE_OTHER, cookies, [(LOCATION, to)]).into_response()
        }
        Err(NotIn { failure, .. }) => {
            let fault = match failure {
                Failure::Wrong => "wrong",
                Failure::TooMany => "too_many",
                Failure::Busy => "busy",
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

    /// From where a question seems to come that comes from 192.0.2.1 with these headers, behind so many proxies.
    async fn seems_from(behind_proxy: usize, forwarded: &[&str]) -> String {
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
    async fn a_forwarded_address_is_believed_only_from_our_own_proxies() {
        // What came, and what is believed behind one proxy and behind two.
        let cases: &[(&[&str], &str, &str)] = &[
            (&[], "192.0.2.1", "192.0.2.1"),
            (&["198.51.100.7"], "198.51.100.7", "192.0.2.1"),
            (&["2001:db8::7"], "2001:db8::7", "192.0.2.1"),
            (&["198.51.100.7:4711"], "198.51.100.7", "192.0.2.1"),
            (&["[2001:db8::7]:4711"], "2001:db8::7", "192.0.2.1"),
            (&["203.0.113.1, 198.51.100.7"], "198.51.100.7", "203.0.113.1"),
            (&["203.0.113.1", "198.51.100.7"], "198.51.100.7", "203.0.113.1"),
            (
                &["203.0.113.1", "198.51.100.7, 198.51.100.8"],
                "198.51.100.8",
                "198.51.100.7",
            ),
            (&["203.0.113.1, geen adres"], "192.0.2.1", "203.0.113.1"),
            (&["203.0.113.1", ""], "192.0.2.1", "203.0.113.1"),
        ];
        for (forwarded, one, two) in cases {
            assert_eq!(seems_from(1, forwarded).await, *one, "{forwarded:?}");
            assert_eq!(seems_from(2, forwarded).await, *two, "{forwarded:?}");
            assert_eq!(seems_from(0, forwarded).await, "192.0.2.1", "{forwarded:?}");
        }
    }
}
