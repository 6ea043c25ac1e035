//! The headers on every answer.
//!
//! Scripts run only from our own origin or with the nonce of this very page; styles only from our own files. `strict-dynamic` is
//! left out on purpose: the page asks for its program ahead of time with a link that can carry no nonce, and that would be
//! refused. Nothing here is compressed on the fly: a page with secrets in it must not tell them by its length.

use axum::extract::{Request, State};
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, REFERRER_POLICY, STRICT_TRANSPORT_SECURITY,
    X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use axum::http::{HeaderName, HeaderValue};
use axum::middleware::Next;
use axum::response::Response;

use super::{AppState, Config, Demo};
use crate::clock;

/// What makes an inline script of this answer ours.
#[derive(Clone)]
pub(super) struct PageNonce(pub String);

const TWO_YEARS: &str = "max-age=63072000; includeSubDomains";
const NO_SENSORS: &str = "camera=(), microphone=(), geolocation=(), display-capture=(), usb=(), serial=(), \
    payment=(), browsing-topics=()";

pub(super) async fn add(State(state): State<AppState>, mut request: Request, next: Next) -> Response {
    let nonce = akkoord::hex::encode(&clock::salt()[..16]);
    let path = request.uri().path();
    let is_file = path.starts_with("/pkg/") || path.starts_with("/fonts/");
    request.extensions_mut().insert(PageNonce(nonce.clone()));
    let mut response = next.run(request).await;

    let is_page = response
        .headers()
        .get(CONTENT_TYPE)
        .is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"));
    let policy = if is_page {
        page_policy(&state.config, &nonce)
    } else {
        bare_policy(&state.config)
    };
    let headers = response.headers_mut();
    let mut set = |name: HeaderName, value: &str| {
        // Every value above is made of letters a header can hold.
        if let Ok(value) = HeaderValue::from_str(value) {
            headers.insert(name, value);
        }
    };
    set(CONTENT_SECURITY_POLICY, &policy);
    set(X_CONTENT_TYPE_OPTIONS, "nosniff");
    set(REFERRER_POLICY, "same-origin");
    set(HeaderName::from_static("permissions-policy"), NO_SENSORS);
    set(HeaderName::from_static("cross-origin-opener-policy"), "same-origin");
    set(HeaderName::from_static("cross-origin-resource-policy"), "same-origin");
    if state.config.demo().is_none() {
        set(X_FRAME_OPTIONS, "DENY");
    }
    if state.config.is_https() {
        set(STRICT_TRANSPORT_SECURITY, TWO_YEARS);
    }
    // Files are asked for again and answered "unchanged": a new version of the program is there at the next page.
    set(CACHE_CONTROL, if is_file && !is_page { "no-cache" } else { "no-store" });
    response
}

fn page_policy(config: &Config, nonce: &str) -> String {
    let ancestors = frame_ancestors(config);
    let frames = config.demo().map_or_else(|| "'none'".to_owned(), Demo::origins);
    format!(
        "default-src 'self'; script-src 'self' 'nonce-{nonce}' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self'; \
         font-src 'self'; connect-src 'self'; frame-src {frames}; object-src 'none'; base-uri 'none'; form-action 'self'; \
         frame-ancestors {ancestors}"
    )
}

/// For whatever is not a page: nothing in it may run, should anybody make a page of it.
fn bare_policy(config: &Config) -> String {
    format!(
        "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors {}",
        frame_ancestors(config)
    )
}

/// Nobody shows our pages inside theirs, except the page of four seats in the demonstration.
fn frame_ancestors(config: &Config) -> String {
    config.demo().map_or_else(|| "'none'".to_owned(), Demo::origins)
}

impl Demo {
    /// The seats and the page that shows them, as a content policy names them.
    fn origins(&self) -> String {
        format!("http://demo.localhost:{0} http://*.demo.localhost:{0}", self.port)
    }
}
