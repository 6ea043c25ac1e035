//! Who asks: the cookie of a sign-in.

use akkoord::session::HouseDeed;
use axum::extract::FromRequestParts;
use axum::http::header::COOKIE;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue};

use super::{AppState, Config, Failure};
use crate::clock;
use crate::identity::{Person, Token};

/// The name of the cookie. The prefix makes browsers refuse it from anybody but this very host, and over anything but https.
const COOKIE_NAME: &str = "__Host-akkoord";
/// The demonstration has no https, so its cookie can have no such prefix.
const DEMO_COOKIE_NAME: &str = "akkoord";

fn cookie_name(config: &Config) -> &'static str {
    if config.demo().is_some() {
        DEMO_COOKIE_NAME
    } else {
        COOKIE_NAME
    }
}

/// The token in the request, if there is one.
pub(super) fn token(config: &Config, headers: &HeaderMap) -> Option<Token> {
    let name = cookie_name(config);
    headers
        .get_all(COOKIE)
        .iter()
        .filter_map(|header| header.to_str().ok())
        .flat_map(|header| header.split(';'))
        .filter_map(|cookie| cookie.trim().split_once('='))
        .find(|(found, _)| *found == name)
        .and_then(|(_, value)| Token::read(value))
}

/// The header that gives the browser its token, or takes it away. It is forgotten when the browser closes.
pub(super) fn set_cookie(config: &Config, token: Option<&Token>) -> HeaderValue {
    let name = cookie_name(config);
    let secure = if config.demo().is_some() { "" } else { "; Secure" };
    let header = match token {
        Some(token) => format!("{name}={}; Path=/{secure}; HttpOnly; SameSite=Strict", &*token.write()),
        None => format!("{name}=; Path=/{secure}; HttpOnly; SameSite=Strict; Max-Age=0"),
    };
    // Letters and digits only.
    let mut value = HeaderValue::from_str(&header).unwrap_or(HeaderValue::from_static(""));
    value.set_sensitive(true);
    value
}

/// Who holds the cookie of this request, if anybody.
pub(super) async fn find(state: &AppState, headers: &HeaderMap) -> Result<Option<Person>, Failure> {
    match token(&state.config, headers) {
        Some(token) => Ok(state.sign_ins.find(&token, clock::now()).await?),
        None => Ok(None),
    }
}

impl FromRequestParts<AppState> for Person {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Failure> {
        find(state, &parts.headers).await?.ok_or(Failure::SignedOut)
    }
}

/// Somebody who is signed in and sits at tables.
pub(super) struct Participant(pub Person);

impl FromRequestParts<AppState> for Participant {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Failure> {
        let person = Person::from_request_parts(parts, state).await?;
        person.may(HouseDeed::SeeBoard)?;
        Ok(Self(person))
    }
}
