//! Where Akkoord answers: addresses, headers, cookies, files, and the pages of `akkoord-app`.
//!
//! Lives here: everything that knows of HTTP. Never lives here: a rule, a statement, a word of a page. What a person may do is
//! asked of `akkoord`, once, in [`backend`], for the addresses of the API and for the pages alike.
//!
//! The way of a request: [`guard`] (is it meant for us, does it come from our own pages) → [`routes`] (which address) →
//! [`person`] (who is this) → `backend` → answer, with the headers of [`headers`] on every one.
//!
//! | answer | status |
//! |---|---|
//! | nobody is signed in | 401 (a page: to `/?terug=…`) |
//! | wrong account or password | 401, `wrong` |
//! | not from our own pages | 403, `wrong_origin` |
//! | not there, or not yours to see: the same bytes | 404 |
//! | no such method here | 405 |
//! | over 64 KiB | 413, `too_large` |
//! | meant for another host (demonstration only) | 421 |
//! | the rules say no: understood, and refused | 422, with the refusal |
//! | cannot be read | 400, `unreadable` |
//! | too many failed sign-ins | 429, `too_many` |
//! | storage does not work now; nothing was changed | 503 |

mod api;
mod backend;
mod config;
mod download;
mod failure;
mod files;
mod guard;
mod headers;
mod pages;
mod person;
mod routes;
mod sign_in;
mod socket;
mod state;

use std::future::Future;
use std::net::SocketAddr;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::from_fn_with_state;
use axum::serve::ListenerExt as _;
use tokio::net::TcpListener;

pub use config::{Config, ConfigError, Demo, Place, PublicOrigin};
pub use pages::addresses as page_addresses;
pub use routes::Endpoint;
pub use state::{AppState, OpenError};

pub use failure::Failure;

/// The most bytes a request may bring.
pub const LARGEST_BODY: usize = 64 * 1024;

/// Everything at its address.
pub fn router(state: AppState) -> Router {
    let mut router = Router::new();
    for endpoint in Endpoint::ALL {
        router = router.route(endpoint.path(), endpoint.handler());
    }
    pages::add_to(router)
        .fallback(files::or_page)
        .method_not_allowed_fallback(failure::no_such_method)
        .layer(DefaultBodyLimit::max(LARGEST_BODY))
        .layer(from_fn_with_state(state.clone(), guard::check))
        .layer(from_fn_with_state(state.clone(), headers::add))
        .with_state(state)
}

/// Answers until `stop` completes; then says goodbye to every table and finishes what it is doing.
pub async fn serve(
    listener: TcpListener,
    state: AppState,
    stop: impl Future<Output = ()> + Send + 'static,
) -> std::io::Result<()> {
    // A frame of a meeting is small and must not wait for another.
    let listener = listener.tap_io(|stream| {
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!(%error, "a connection keeps waiting for full packets");
        }
    });
    let sweeping = tokio::spawn(state.sign_ins.clone().keep_swept());
    let keeping = tokio::spawn(state.dossiers.clone().keep_end_dates_always());
    let delivering = tokio::spawn(state.deliveries.clone().deliver_always());
    let rooms = state.rooms.clone();
    let service = router(state).into_make_service_with_connect_info::<SocketAddr>();
    let stopping = async move {
        stop.await;
        tracing::info!("stopping");
        rooms.shut_down().await;
    };
    let served = axum::serve(listener, service).with_graceful_shutdown(stopping).await;
    sweeping.abort();
    keeping.abort();
    delivering.abort();
    served
}
