//! The first look at a request: is it meant for us, and does whatever changes something come from our own pages?
//!
//! A cookie that is `SameSite=Strict` keeps other sites out already; this keeps out what that leaves: a neighbour under the same
//! domain, an older browser, a socket. The origin must be there and be exactly ours. A program without a browser says its
//! origin too: one header, and no way in for anybody who forgot it.

use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::header::{CONTENT_LENGTH, HOST, ORIGIN, UPGRADE};
use axum::http::{HeaderMap, HeaderName, Method};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};

use super::listener::BODY;
use super::{AppState, Config, Failure, LARGEST_BODY};

static SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

pub(super) async fn check(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let checked = match faults(&state.config, &request) {
        None => whole(request).await,
        Some(failure) => Err((failure, request)),
    };
    match checked {
        Ok(request) => next.run(request).await,
        Err((failure, request)) => {
            tracing::debug!(method = %request.method(), ?failure, "a request was turned away");
            if request.uri().path().starts_with("/api/") {
                failure.into_response()
            } else {
                failure.page()
            }
        }
    }
}

/// The request with its body read to the end, within its time: a body that drips in holds up nobody behind it.
async fn whole(request: Request) -> Result<Request, (Failure, Request)> {
    let (parts, body) = request.into_parts();
    let failure = match tokio::time::timeout(BODY, to_bytes(body, LARGEST_BODY)).await {
        Ok(Ok(bytes)) => return Ok(Request::from_parts(parts, Body::from(bytes))),
        Ok(Err(error)) if is_too_long(&error) => Failure::TooLarge,
        Ok(Err(_)) => Failure::Unreadable,
        Err(_) => Failure::TooSlow,
    };
    Err((failure, Request::from_parts(parts, Body::empty())))
}

fn is_too_long(error: &axum::Error) -> bool {
    let mut cause: Option<&dyn std::error::Error> = Some(error);
    while let Some(error) = cause {
        if error.is::<http_body_util::LengthLimitError>() {
            return true;
        }
        cause = error.source();
    }
    false
}

fn faults(config: &Config, request: &Request) -> Option<Failure> {
    let headers = request.headers();
    let host = only(headers, &HOST);
    if !config.answers_to(host) {
        return Some(Failure::Misdirected);
    }
    let reads = matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    if (!reads || headers.contains_key(UPGRADE)) && !is_own(config, headers, host) {
        return Some(Failure::WrongOrigin);
    }
    let length = headers
        .get(CONTENT_LENGTH)
        .and_then(|length| length.to_str().ok()?.parse::<usize>().ok());
    (length.unwrap_or(0) > LARGEST_BODY).then_some(Failure::TooLarge)
}

fn is_own(config: &Config, headers: &HeaderMap, host: Option<&str>) -> bool {
    let Some(origin) = only(headers, &ORIGIN) else {
        return false;
    };
    // Only browsers of the last years say this; what they say cannot be forged by a page.
    let site_fits = !headers.contains_key(&SEC_FETCH_SITE) || only(headers, &SEC_FETCH_SITE) == Some("same-origin");
    site_fits && config.is_own(origin, host)
}

/// The value of a header that is there exactly once.
fn only<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    let mut values = headers.get_all(name).iter();
    let first = values.next()?;
    if values.next().is_some() {
        None
    } else {
        first.to_str().ok()
    }
}
