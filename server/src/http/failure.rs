//! Why a request was not answered, as JSON for the API. Pages have words of their own for it. The cause is logged where it
//! is known, never what the request held.

use akkoord::session::Refusal;
use akkoord_app::backend::Problem;
use axum::Json;
use axum::extract::rejection::{FormRejection, JsonRejection};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};
use serde::Serialize;

use crate::delivery::DeliveryError;
use crate::dossier::DossierError;
use crate::export::package::PackageError;
use crate::identity::{IdentityError, SignInError};
use crate::journal::AppendError;
use crate::rooms::RoomError;

/// Why not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "problem", content = "because")]
pub enum Failure {
    /// Nobody is signed in.
    SignedOut,
    /// Not there, or not yours to see.
    NotFound,
    /// The rules say no.
    Refused(Refusal),
    /// Version 1 of the program left this session open. This version cannot open it, and it expires (R14).
    OlderVersion,
    /// Storage does not work now; nothing was half changed.
    Unavailable,
    /// The account, the password or both are wrong.
    Wrong,
    /// Too many sign-ins failed.
    TooMany,
    /// So many sign in at once that there is no place left to wait.
    Busy,
    /// The request cannot be read.
    Unreadable,
    /// The request does not come from our own pages.
    WrongOrigin,
    /// The request is larger than anything we ask for.
    TooLarge,
    /// The body did not come in time.
    TooSlow,
    /// There is something here, but not for this method.
    NoSuchMethod,
    /// The request is meant for somebody else.
    Misdirected,
}

impl Failure {
    /// Its status.
    pub fn status(self) -> StatusCode {
        match self {
            Self::SignedOut | Self::Wrong => StatusCode::UNAUTHORIZED,
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::Refused(_) => StatusCode::UNPROCESSABLE_ENTITY,
            Self::OlderVersion => StatusCode::CONFLICT,
            Self::Unavailable | Self::Busy => StatusCode::SERVICE_UNAVAILABLE,
            Self::TooMany => StatusCode::TOO_MANY_REQUESTS,
            Self::Unreadable => StatusCode::BAD_REQUEST,
            Self::WrongOrigin => StatusCode::FORBIDDEN,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::TooSlow => StatusCode::REQUEST_TIMEOUT,
            Self::NoSuchMethod => StatusCode::METHOD_NOT_ALLOWED,
            Self::Misdirected => StatusCode::MISDIRECTED_REQUEST,
        }
    }

    /// As a page for a person. It stands on nothing, so that it is there when nothing else works.
    pub(crate) fn page(self) -> Response {
        let (title, text) = match self {
            Self::Unavailable => (
                "Akkoord is even niet bereikbaar",
                "De opslag antwoordt niet. Er is niets half gewijzigd. Kijk zo of het gelukt is en probeer het anders opnieuw; blijft het misgaan, bel dan uw beheerder.",
            ),
            Self::OlderVersion => (
                "Dit overleg is gestart met een oudere versie van Akkoord",
                "Deze versie kan het niet openen. Het vervalt vanzelf: er wordt niets vrijgegeven en alle teksten worden vernietigd. Wilt u verder overleggen, start dan een nieuw overleg.",
            ),
            Self::WrongOrigin | Self::Misdirected => (
                "Dit verzoek kwam niet van een eigen pagina",
                "Er is niets gedaan. Open Akkoord via het gewone adres en probeer het daar opnieuw.",
            ),
            Self::TooLarge => (
                "Dit is te groot",
                "Er is niets gedaan. Maak het korter en probeer het opnieuw.",
            ),
            Self::SignedOut
            | Self::NotFound
            | Self::Refused(_)
            | Self::Wrong
            | Self::TooMany
            | Self::Busy
            | Self::TooSlow
            | Self::Unreadable
            | Self::NoSuchMethod => (
                "Dit kon niet",
                "Er is niets gedaan. Ga terug naar de vorige pagina en probeer het opnieuw.",
            ),
        };
        let page = include_str!("failure.html")
            .replace("{title}", title)
            .replace("{text}", text);
        (self.status(), Html(page)).into_response()
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        (self.status(), Json(self)).into_response()
    }
}

/// A known address, another method.
pub(super) async fn no_such_method() -> Failure {
    Failure::NoSuchMethod
}

impl From<Problem> for Failure {
    fn from(problem: Problem) -> Self {
        match problem {
            Problem::SignedOut => Self::SignedOut,
            Problem::NotFound => Self::NotFound,
            Problem::Refused(refusal) => refusal.into(),
            Problem::OlderVersion => Self::OlderVersion,
            Problem::Unavailable | Problem::Unreachable => Self::Unavailable,
        }
    }
}

impl From<Failure> for Problem {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::SignedOut => Self::SignedOut,
            Failure::Refused(refusal) => Self::Refused(refusal),
            Failure::NotFound => Self::NotFound,
            Failure::OlderVersion => Self::OlderVersion,
            Failure::Unavailable
            | Failure::Wrong
            | Failure::TooMany
            | Failure::Busy
            | Failure::Unreadable
            | Failure::WrongOrigin
            | Failure::TooLarge
            | Failure::TooSlow
            | Failure::NoSuchMethod
            | Failure::Misdirected => Self::Unavailable,
        }
    }
}

impl From<Refusal> for Failure {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            // R2: the same answer, whichever it was.
            Refusal::NotFound => Self::NotFound,
            refusal => Self::Refused(refusal),
        }
    }
}

impl From<RoomError> for Failure {
    fn from(error: RoomError) -> Self {
        match error {
            RoomError::NotFound => Self::NotFound,
            RoomError::Refused(refusal) => refusal.into(),
            RoomError::OlderVersion => Self::OlderVersion,
            // The room has logged why.
            RoomError::Unavailable => Self::Unavailable,
        }
    }
}

impl From<IdentityError> for Failure {
    fn from(error: IdentityError) -> Self {
        tracing::error!(%error, "a question about people was not answered");
        Self::Unavailable
    }
}

impl From<SignInError> for Failure {
    fn from(error: SignInError) -> Self {
        match error {
            SignInError::Wrong => Self::Wrong,
            SignInError::TooMany(_) => Self::TooMany,
            SignInError::Busy => Self::Busy,
            SignInError::Unavailable(error) => error.into(),
        }
    }
}

impl From<DossierError> for Failure {
    fn from(error: DossierError) -> Self {
        match error {
            DossierError::Refused(refusal) => return refusal.into(),
            DossierError::NotWritten(AppendError::Conflict) => return Self::Refused(Refusal::OtherRevision),
            DossierError::Vault(_)
            | DossierError::Unavailable(_)
            | DossierError::NotWritten(AppendError::Unavailable { .. })
            | DossierError::Damaged => {}
        }
        tracing::error!(%error, "a dossier was not read or not changed");
        Self::Unavailable
    }
}

impl From<DeliveryError> for Failure {
    fn from(error: DeliveryError) -> Self {
        tracing::error!(%error, "the state of a delivery was not read");
        Self::Unavailable
    }
}

impl From<PackageError> for Failure {
    fn from(error: PackageError) -> Self {
        tracing::error!(%error, "a package was not made");
        Self::Unavailable
    }
}

impl From<JsonRejection> for Failure {
    fn from(rejection: JsonRejection) -> Self {
        unreadable(rejection.status())
    }
}

impl From<FormRejection> for Failure {
    fn from(rejection: FormRejection) -> Self {
        unreadable(rejection.status())
    }
}

fn unreadable(status: StatusCode) -> Failure {
    if status == StatusCode::PAYLOAD_TOO_LARGE {
        Failure::TooLarge
    } else {
        Failure::Unreadable
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn what_pages_know_is_written_as_they_read_it() {
        for problem in [
            Problem::SignedOut,
            Problem::NotFound,
            Problem::Refused(Refusal::NotChair),
            Problem::Refused(Refusal::Text(akkoord::text::TextFault::TooLong)),
            Problem::OlderVersion,
            Problem::Unavailable,
        ] {
            let written = serde_json::to_string(&Failure::from(problem.clone())).unwrap();
            assert_eq!(serde_json::from_str::<Problem>(&written).unwrap(), problem);
            assert_eq!(Problem::from(Failure::from(problem.clone())), problem);
        }
    }
}
