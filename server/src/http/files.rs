//! The app for the browser and the public files, with the packed copies that were made beside them.

use std::path::Path;

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse as _, Response};
use tower::ServiceExt as _;
use tower_http::services::ServeDir;

use super::{AppState, Failure, pages};

/// The folder of files.
#[derive(Clone)]
pub(crate) struct Files(ServeDir);

impl Files {
    pub(crate) fn new(site: &Path) -> Self {
        let folder = ServeDir::new(site)
            .append_index_html_on_directories(false)
            .precompressed_br()
            .precompressed_gzip();
        Self(folder)
    }

    async fn find(self, request: Request) -> Response {
        match self.0.oneshot(request).await {
            Ok(response) => response.map(Body::new),
            Err(never) => match never {},
        }
    }
}

/// Whatever has no address of its own: a file if there is one, else a page that says there is nothing here.
pub(super) async fn or_page(State(state): State<AppState>, request: Request) -> Response {
    let path = request.uri().path();
    if path.starts_with("/api/") {
        return Failure::NotFound.into_response();
    }
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return Failure::NotFound.page();
    }
    // What the folder does not hold is no business of a browser's cache or of its neighbours: the made list is ours.
    let hidden = path
        .split('/')
        .any(|part| part.starts_with('.') && part != ".well-known");
    if !hidden {
        let (parts, body) = request.into_parts();
        let found = state
            .files
            .clone()
            .find(Request::from_parts(parts.clone(), Body::empty()))
            .await;
        if found.status() != StatusCode::NOT_FOUND {
            return found;
        }
        return pages::missing(state, Request::from_parts(parts, body)).await;
    }
    pages::missing(state, request).await
}
