//! The pages of `akkoord-app`, rendered for the person who asks.

use std::sync::{Arc, LazyLock};

use akkoord_app::Answers;
use axum::Router;
use axum::extract::{Request, State};
use axum::http::header::{HOST, LOCATION, SET_COOKIE};
use axum::http::{HeaderMap, HeaderValue, StatusCode, Uri};
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use leptos::nonce::Nonce;
use leptos::prelude::provide_context;
use leptos_router::SsrMode;

use super::backend::OwnBackend;
use super::headers::PageNonce;
use super::{AppState, Failure, person};
use crate::clock;
use crate::identity::Person;

/// Where somebody who is signed in begins.
pub(super) const HOME: &str = "/overleggen";
/// The page of signing in.
const FIRST: &str = "/";
/// The page of four seats; only the demonstration has it.
const SEATS: &str = "/demo";
/// The longest path somebody is sent back to.
const LONGEST_PATH: usize = 512;

/// The addresses of the pages, and how each is rendered. Asked of the app once, before the first router exists: as long
/// as Leptos walks the app for this, it stops the questions of every page in this process, and a page that is rendered
/// meanwhile would wait for its answers for ever.
static PAGES: LazyLock<Vec<(String, SsrMode)>> = LazyLock::new(|| {
    let pages = leptos_axum::generate_route_list(akkoord_app::App);
    pages
        .iter()
        .map(|page| (page.path().to_owned(), page.mode().clone()))
        .collect()
});

/// Where the pages are; `{id}` stands for whatever the page is about.
pub fn addresses() -> Vec<String> {
    PAGES.iter().map(|(path, _)| path.clone()).collect()
}

/// Puts every page at its address.
pub(super) fn add_to(mut router: Router<AppState>) -> Router<AppState> {
    for (path, mode) in &*PAGES {
        let answer = move |State(state): State<AppState>, request: Request| answer(state, request, mode.clone());
        router = router.route(path, get(answer));
    }
    router
}

/// An address without a page: the page that says so, with its status.
pub(super) async fn missing(state: AppState, request: Request) -> Response {
    let mut response = answer(state, request, SsrMode::InOrder).await;
    if response.status() == StatusCode::OK {
        *response.status_mut() = StatusCode::NOT_FOUND;
    }
    response
}

async fn answer(state: AppState, request: Request, mode: SsrMode) -> Response {
    let person = match person::find(&state, request.headers()).await {
        Ok(person) => person,
        Err(failure) => return failure.page(),
    };
    let path = request.uri().path();
    match (&person, path) {
        (Some(_), FIRST) => return to(HOME),
        (_, SEATS) if state.config.demo().is_some() => {
            if let Some(other) = seats_elsewhere(&state, request.headers()) {
                return to(&other);
            }
        }
        (Some(_), _) | (None, FIRST) => {}
        (None, _) => return not_signed_in(&state, request.headers(), request.uri()).await,
    }
    render(state, person, request, mode).await
}

/// In the demonstration: takes the seat of this name. Elsewhere: to the sign-in page, and back after it.
async fn not_signed_in(state: &AppState, headers: &HeaderMap, uri: &Uri) -> Response {
    let wanted = uri.path_and_query().map_or(HOME, |wanted| wanted.as_str());
    let seat = state
        .config
        .demo()
        .zip(host(headers))
        .and_then(|(demo, host)| demo.account_at(host));
    if let Some(account) = seat {
        return match state.identity.sign_in_unproven(account, clock::now()).await {
            Ok(Some((_, token))) => {
                let cookie = person::set_cookie(&state.config, Some(&token));
                let mut response = to(wanted);
                response.headers_mut().insert(SET_COOKIE, cookie);
                response
            }
            Ok(None) => to(FIRST),
            Err(error) => Failure::from(error).page(),
        };
    }
    let back = if is_own_path(wanted) {
        format!("/?terug={}", in_query(wanted))
    } else {
        FIRST.to_owned()
    };
    to(&back)
}

/// The four seats share a cookie's site only under one name: elsewhere the browser would show four strangers.
fn seats_elsewhere(state: &AppState, headers: &HeaderMap) -> Option<String> {
    let port = state.config.demo()?.port;
    let own = format!("demo.localhost:{port}");
    (host(headers) != Some(own.as_str())).then(|| format!("http://{own}{SEATS}"))
}

fn host(headers: &HeaderMap) -> Option<&str> {
    headers.get(HOST)?.to_str().ok()
}

fn to(place: &str) -> Response {
    let place = HeaderValue::from_str(place).unwrap_or(HeaderValue::from_static(FIRST));
    (StatusCode::SEE_OTHER, [(LOCATION, place)]).into_response()
}

async fn render(state: AppState, person: Option<Person>, request: Request, mode: SsrMode) -> Response {
    let nonce = request
        .extensions()
        .get::<PageNonce>()
        .map(|nonce| nonce.0.clone())
        .unwrap_or_default();
    let options = state.leptos.clone();
    let answers: Answers = Arc::new(OwnBackend::of(state, person));
    let context = move || {
        // The one in the header, in place of the one Leptos drew.
        provide_context(Nonce::from_value(nonce.clone()));
        provide_context(Arc::clone(&answers));
    };
    let shell = move || akkoord_app::shell(options.clone());
    match mode {
        SsrMode::OutOfOrder | SsrMode::PartiallyBlocked => {
            leptos_axum::render_app_to_stream_with_context(context, shell)(request).await
        }
        SsrMode::Async => leptos_axum::render_app_async_with_context(context, shell)(request).await,
        _ => leptos_axum::render_app_to_stream_in_order_with_context(context, shell)(request).await,
    }
}

/// Whether this is a path of ours: it begins at our root, cannot be read as another host, and holds nothing browsers drop.
pub(super) fn is_own_path(path: &str) -> bool {
    path.len() <= LONGEST_PATH
        && path.starts_with('/')
        && !path.starts_with("//")
        && path.chars().all(|c| c.is_ascii_graphic() && c != '\\')
}

/// As the value of a query.
pub(super) fn in_query(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => out.push(char::from(byte)),
            _ => {
                out.push('%');
                out.push_str(&akkoord::hex::encode(&[byte]));
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

    use std::sync::mpsc::{TryRecvError, channel};
    use std::time::Duration;

    use axum::body::Body;

    use super::*;
    use crate::http::{Config, Place};

    /// How long a page may take before nobody believes that it comes. Nothing is measured by it.
    const PATIENCE: Duration = Duration::from_mins(1);

    #[tokio::test]
    async fn a_page_gets_its_answers_also_while_the_pages_are_listed() {
        let data = tempfile::tempdir().unwrap();
        let config = Config {
            place: Place::Public("https://akkoord.example".parse().unwrap()),
            site: data.path().join("site"),
            behind_proxy: 0,
        };
        let state = AppState::open(data.path(), config).await.unwrap();
        assert!(!addresses().is_empty());
        let (until, over) = channel::<()>();
        let listing = std::thread::spawn(move || {
            while over.try_recv() == Err(TryRecvError::Empty) {
                addresses();
            }
        });
        for _ in 0..10 {
            let page = async {
                let request = Request::builder().uri(FIRST).body(Body::empty()).unwrap();
                let page = render(state.clone(), None, request, SsrMode::Async).await;
                axum::body::to_bytes(page.into_body(), usize::MAX).await.unwrap()
            };
            let page = tokio::time::timeout(PATIENCE, page).await.expect("a page");
            assert!(page.windows(7).any(|bytes| bytes == b"</html>"));
        }
        drop(until);
        listing.join().unwrap();
    }

    #[test]
    fn only_paths_of_our_own_are_gone_back_to() {
        for path in ["/", "/overleggen", "/overleg/1?x=y", "/dossier/%C3%A9"] {
            assert!(is_own_path(path), "{path}");
        }
        let long = format!("/{}", "a".repeat(600));
        for path in [
            "",
            "overleggen",
            "https://evil.example",
            "//evil.example",
            "/\\evil.example",
            "/\t/evil.example",
            "/a\r\nSet-Cookie: x",
            "/\u{e9}",
            "javascript:alert(1)",
            long.as_str(),
        ] {
            assert!(!is_own_path(path), "{path}");
        }
    }

    #[test]
    fn a_path_in_a_query_stays_one_value() {
        assert_eq!(in_query("/overleg/1?a=b&c=d"), "/overleg/1%3fa%3db%26c%3dd");
    }
}
