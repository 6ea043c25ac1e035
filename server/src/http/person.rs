//! Who asks: the cookie of a sign-in.

use akkoord::session::OrganisationPermission;
use axum::extract::FromRequestParts;
use axum::http::header::COOKIE;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue};

use super::{AppState, Config, Failure};
use crate::clock;
use crate::identity::{Person, REMEMBERED_DAYS, Token};

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

/// The name of the cookie of known devices; the same holds for its prefix.
const DEVICES_NAME: &str = "__Host-akkoord-device";
const DEMO_DEVICES_NAME: &str = "akkoord-device";

fn devices_name(config: &Config) -> &'static str {
    if config.demo().is_some() {
        DEMO_DEVICES_NAME
    } else {
        DEVICES_NAME
    }
}

/// The token in the request, if there is one.
pub(super) fn token(config: &Config, headers: &HeaderMap) -> Option<Token> {
    cookie(headers, cookie_name(config)).and_then(Token::read)
}

/// The cookie of known devices, as it came; empty if there is none.
pub(super) fn devices(config: &Config, headers: &HeaderMap) -> String {
    cookie(headers, devices_name(config)).unwrap_or_default().to_owned()
}

/// The header that gives the browser the cookie by which it is known again. It lets nobody in, and stays when the browser closes.
pub(super) fn set_devices(config: &Config, devices: &str) -> HeaderValue {
    let name = devices_name(config);
    let secure = if config.demo().is_some() { "" } else { "; Secure" };
    let seconds = REMEMBERED_DAYS * 24 * 60 * 60;
    let header = format!("{name}={devices}; Path=/{secure}; HttpOnly; SameSite=Strict; Max-Age={seconds}");
    // Digits, letters and full stops only.
    let mut value = HeaderValue::from_str(&header).unwrap_or(HeaderValue::from_static(""));
    value.set_sensitive(true);
    value
}

fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers
        .get_all(COOKIE)
        .iter()
        .filter_map(|header| header.to_str().ok())
        .flat_map(|header| header.split(';'))
        .filter_map(|cookie| cookie.trim().split_once('='))
        .find(|(found, _)| *found == name)
        .map(|(_, value)| value)
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
        person.may(OrganisationPermission::SeeBoard)?;
        Ok(Self(person))
    }
}
