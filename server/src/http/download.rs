//! An answer that is kept as a file. Its name says what it is and when, never about whom: it stays behind in the list of
//! downloads of a browser.

use akkoord_app::document::Document;
use axum::http::HeaderValue;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use serde::Serialize;

use super::Failure;
use crate::{clock, export};

/// The file.
pub(super) struct Download {
    name: String,
    kind: &'static str,
    bytes: Vec<u8>,
}

impl Download {
    /// A document as PDF. It is set where the work holds up nobody.
    pub(super) async fn paper(document: Document, organisation: String, name: &str) -> Result<Self, Failure> {
        let now = clock::now();
        let set = tokio::task::spawn_blocking(move || export::pdf_of(&document, &organisation, now));
        let bytes = match set.await {
            Ok(Ok(bytes)) => bytes,
            Ok(Err(error)) => {
                tracing::error!(%error, "a document was not set");
                return Err(Failure::Unavailable);
            }
            Err(error) => {
                tracing::error!(%error, "setting a document stopped");
                return Err(Failure::Unavailable);
            }
        };
        Ok(Self {
            name: format!("{name}-{}.pdf", now.format("%Y%m%d-%H%M")),
            kind: "application/pdf",
            bytes,
        })
    }

    /// Something as JSON, to the byte as it is checked later.
    pub(super) fn json(name: &str, what: &impl Serialize) -> Result<Self, Failure> {
        let bytes = serde_json::to_vec(what).map_err(|_| Failure::Unavailable)?;
        Ok(Self {
            name: format!("{name}-{}.json", clock::now().format("%Y%m%d-%H%M")),
            kind: "application/json",
            bytes,
        })
    }
}

impl IntoResponse for Download {
    fn into_response(self) -> Response {
        let mut response = self.bytes.into_response();
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(self.kind));
        // Made of letters a header can hold.
        if let Ok(value) = HeaderValue::from_str(&format!("attachment; filename=\"{}\"", self.name)) {
            headers.insert(CONTENT_DISPOSITION, value);
        }
        response
    }
}
