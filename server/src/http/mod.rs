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
//! | version 1 of the program left this session open | 409, `older_version` |
//! | over 64 KiB | 413, `too_large` |
//! | meant for another host (demonstration only) | 421 |
//! | the rules say no: understood, and refused | 422, with the refusal |
//! | cannot be read | 400, `unreadable` |
//! | the body did not come in time | 408, `too_slow` |
//! | more sockets than one person can have | 429, `too_many` |
//! | too many attempts to sign in | 429, `too_many`, with `Retry-After` |
//! | too many sign in at once | 503, `busy`, with `Retry-After` |
//! | storage does not work now; nothing was changed | 503 |

mod api;
mod backend;
mod config;
mod download;
mod failure;
mod files;
mod guard;
mod headers;
mod listener;
mod pages;
mod person;
mod routes;
mod sign_in;
mod socket;
mod sockets;
mod state;

use std::future::Future;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::from_fn_with_state;
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

/// Answers until `stop` completes; then says goodbye to every socket, finishes what it is doing, and returns within ten seconds.
pub async fn serve(
    listener: TcpListener,
    state: AppState,
    stop: impl Future<Output = ()> + Send + 'static,
) -> std::io::Result<()> {
    let sweeping = tokio::spawn(state.sign_ins.clone().keep_swept());
    let keeping = tokio::spawn(state.dossiers.clone().keep_end_dates_always());
    let delivering = tokio::spawn(state.deliveries.clone().deliver_always());
    let (rooms, sockets) = (state.rooms.clone(), state.sockets.clone());
    let expiring = tokio::spawn(rooms.clone().expire_always());
    let counts_addresses = state.config.behind_proxy == 0;
    let stopping = async move {
        stop.await;
        tracing::info!("stopping");
        expiring.abort();
    };
    let goodbye = async move { sockets.say_goodbye(rooms.shut_down()).await };
    listener::serve(listener, router(state), counts_addresses, stopping, goodbye).await;
    sweeping.abort();
    keeping.abort();
    delivering.abort();
    Ok(())
}
