//! The API: each question of the backend at its address. Who is not signed in gets no further than their name.

use std::str::FromStr;

use akkoord::access::{AccessOrder, AccessReport};
use akkoord::directory::{ConveneOrder, SeatOrder};
use akkoord::ids::{ReleaseId, SessionId};
use akkoord_app::backend::{Backend as _, Search};
use akkoord_app::document;
use axum::Json;
use axum::extract::ws::WebSocketUpgrade;
use axum::extract::{FromRequest, FromRequestParts, Path, Query, Request, State};
use axum::http::StatusCode;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::http::request::Parts;
use axum::response::{IntoResponse as _, Response};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::backend::OwnBackend;
use super::download::Download;
use super::person::Participant;
use super::{AppState, Failure, socket};
use crate::identity::Person;

type Answered<T> = Result<Json<T>, Failure>;

/// The id in the address. One that is no id is the id of nothing.
pub(super) struct Id<T>(T);

impl<T: FromStr> FromRequestParts<AppState> for Id<T> {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Failure> {
        let Path(text) = Path::<String>::from_request_parts(parts, state)
            .await
            .map_err(|_| Failure::NotFound)?;
        text.parse().map(Self).map_err(|_| Failure::NotFound)
    }
}

/// A body in JSON.
pub(super) struct Body<T>(pub T);

impl<T: DeserializeOwned> FromRequest<AppState> for Body<T> {
    type Rejection = Failure;

    async fn from_request(request: Request, state: &AppState) -> Result<Self, Failure> {
        let Json(body) = Json::from_request(request, state).await?;
        Ok(Self(body))
    }
}

/// The session that was convened.
#[derive(Serialize)]
pub(super) struct Convened {
    session: SessionId,
}

fn own(state: AppState, person: Person) -> OwnBackend {
    OwnBackend::of(state, Some(person))
}

/// Whether the house answers and can write: for whoever watches over the machine.
///
/// What an operator has to look at stands on a line of its own, and does not make the house unhealthy.
pub(super) async fn health(State(state): State<AppState>) -> Result<String, Failure> {
    if !state.identity.answers().await || !state.identity.writes().await {
        return Err(Failure::Unavailable);
    }
    let due = state.dossiers.due_by_organisation().await?;
    let held = due.iter().filter(|due| due.held > 0).count();
    Ok(if held == 0 {
        "gezond\n".to_owned()
    } else {
        format!("gezond\nbewaartermijnen: {held} organisaties wachten op akkoord retention\n")
    })
}

pub(super) async fn me(State(state): State<AppState>, person: Person) -> Answered<akkoord::directory::Me> {
    let me = own(state, person).me().await?;
    me.map(Json).ok_or(Failure::SignedOut)
}

pub(super) async fn board(State(state): State<AppState>, person: Person) -> Answered<akkoord::directory::Board> {
    Ok(Json(own(state, person).board().await?))
}

pub(super) async fn colleagues(
    State(state): State<AppState>,
    person: Person,
) -> Answered<Vec<akkoord::directory::Colleague>> {
    Ok(Json(own(state, person).colleagues().await?))
}

pub(super) async fn convene_form(
    State(state): State<AppState>,
    person: Person,
) -> Answered<akkoord::directory::ConveneForm> {
    Ok(Json(own(state, person).convene_form().await?))
}

pub(super) async fn convene(
    State(state): State<AppState>,
    person: Person,
    Body(order): Body<ConveneOrder>,
) -> Result<(StatusCode, Json<Convened>), Failure> {
    let session = own(state, person).convene(order).await?;
    Ok((StatusCode::CREATED, Json(Convened { session })))
}

pub(super) async fn table(
    State(state): State<AppState>,
    person: Person,
    Id(session): Id<SessionId>,
) -> Answered<akkoord_app::backend::TableEntry> {
    Ok(Json(own(state, person).table(session).await?))
}

pub(super) async fn give_seat(
    State(state): State<AppState>,
    person: Person,
    Id(session): Id<SessionId>,
    Body(order): Body<SeatOrder>,
) -> Result<StatusCode, Failure> {
    own(state, person).give_seat(session, order).await?;
    Ok(StatusCode::NO_CONTENT)
}

pub(super) async fn report(
    State(state): State<AppState>,
    person: Person,
    Id(session): Id<SessionId>,
) -> Answered<akkoord::accountability::Report> {
    Ok(Json(own(state, person).report(session).await?))
}

/// In which language a document is asked for: two letters.
#[derive(Deserialize)]
pub(super) struct Language {
    #[serde(default)]
    taal: String,
}

/// Which access report is asked for, as its page asks it.
#[derive(Deserialize)]
pub(super) struct Asked {
    over: Option<usize>,
    woorden: Option<String>,
}

impl From<Asked> for AccessOrder {
    fn from(asked: Asked) -> Self {
        Self {
            about: asked.over,
            words: asked.woorden.is_some(),
        }
    }
}

pub(super) async fn report_paper(
    State(state): State<AppState>,
    person: Person,
    Id(session): Id<SessionId>,
    Query(Language { taal }): Query<Language>,
) -> Result<Download, Failure> {
    let organisation = person.party.name.clone();
    let report = own(state, person).report(session).await?;
    let document = document::report(&taal, &report);
    Download::paper(document, organisation, "verantwoording").await
}

pub(super) async fn account(
    State(state): State<AppState>,
    person: Person,
    Id(session): Id<SessionId>,
) -> Result<Download, Failure> {
    let account = own(state, person).account(session).await?;
    Download::json("verantwoording", &account)
}

pub(super) async fn search(
    State(state): State<AppState>,
    person: Person,
    Body(search): Body<Search>,
) -> Answered<Vec<akkoord::dossier::DossierLine>> {
    Ok(Json(own(state, person).search(search).await?))
}

pub(super) async fn access(
    State(state): State<AppState>,
    person: Person,
    Id(release): Id<ReleaseId>,
    Query(asked): Query<Asked>,
) -> Answered<AccessReport> {
    Ok(Json(own(state, person).access(release, asked.into()).await?))
}

pub(super) async fn access_paper(
    State(state): State<AppState>,
    person: Person,
    Id(release): Id<ReleaseId>,
    Query(Language { taal }): Query<Language>,
    Query(asked): Query<Asked>,
) -> Result<Download, Failure> {
    let organisation = person.party.name.clone();
    let report = own(state, person).access(release, asked.into()).await?;
    let document = document::access(&taal, &report);
    Download::paper(document, organisation, "inzage").await
}

/// Only who sits at tables gets to the door of one.
pub(super) async fn socket(
    State(state): State<AppState>,
    Participant(person): Participant,
    Path(session): Path<String>,
    upgrade: WebSocketUpgrade,
) -> Response {
    socket::upgrade(State(state), person, Path(session), upgrade).await
}

pub(super) async fn dossier(
    State(state): State<AppState>,
    person: Person,
) -> Answered<Vec<akkoord::dossier::DossierLine>> {
    Ok(Json(own(state, person).dossier().await?))
}

pub(super) async fn dossier_item(
    State(state): State<AppState>,
    person: Person,
    Id(release): Id<ReleaseId>,
) -> Answered<akkoord::dossier::HeldItem> {
    Ok(Json(own(state, person).dossier_item(release).await?))
}

/// A file to keep, never a page to show.
pub(super) async fn package(
    State(state): State<AppState>,
    person: Person,
    Id(release): Id<ReleaseId>,
) -> Result<Response, Failure> {
    let package = own(state, person).package(release).await?;
    let disposition = format!("attachment; filename=\"{}\"", package.name);
    let headers = [
        (CONTENT_TYPE, "application/zip".to_owned()),
        (CONTENT_DISPOSITION, disposition),
    ];
    Ok((headers, package.bytes.to_vec()).into_response())
}

pub(super) async fn register(
    State(state): State<AppState>,
    person: Person,
) -> Answered<Vec<akkoord::dossier::DossierLine>> {
    Ok(Json(own(state, person).register().await?))
}

pub(super) async fn register_entry(
    State(state): State<AppState>,
    person: Person,
    Id(release): Id<ReleaseId>,
) -> Answered<akkoord::dossier::AnsweredEntry> {
    Ok(Json(own(state, person).register_entry(release).await?))
}

pub(super) async fn answer(
    State(state): State<AppState>,
    person: Person,
    Id(release): Id<ReleaseId>,
    Body(command): Body<akkoord::release::ReleaseCommand>,
) -> Answered<akkoord::release::ReleaseView> {
    Ok(Json(own(state, person).answer(release, command).await?))
}
