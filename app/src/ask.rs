//! The questions pages ask, the same on both sides: on the server they go to the [`Backend`] of this request, in the
//! browser to `/api/v1`. The types say what comes back; [`Problem`] says why not.

use std::future::Future;
use std::sync::Arc;

use akkoord::access::{AccessOrder, AccessReport};
use akkoord::accountability::Report;
use akkoord::directory::{Board, Colleague, ConveneForm, ConveneOrder, Me};
use akkoord::dossier::{AnsweredEntry, DossierLine, HeldItem};
use akkoord::ids::{ReleaseId, SessionId};
use akkoord::release::{ReleaseCommand, ReleaseView};
use leptos::prelude::*;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::backend::{Answer, Backend, Problem, Search, TableEntry};

/// What the server puts in the context of each request: its answers, for the person who asks.
pub type Answers = Arc<dyn Backend>;

/// What a page asked, with the answer once it is there.
pub(crate) type Asked<T> = Resource<Result<T, Problem>>;

/// Asks, and asks again when `what` changes. The server sends the answer along with the page.
pub(crate) fn asked<S, T, F>(
    what: impl Fn() -> S + Send + Sync + 'static,
    ask: impl Fn(S) -> F + Send + Sync + 'static,
) -> Asked<T>
where
    S: PartialEq + Clone + Send + Sync + 'static,
    T: Serialize + DeserializeOwned + Send + Sync + 'static,
    F: Future<Output = Result<T, Problem>> + Send + 'static,
{
    Resource::new_with_options(what, move |what| -> Answer<T> { Box::pin(ask(what)) }, false)
}

/// Asks once, from something that is opened on a page: nothing until the answer is there. A resource would not do: read in
/// a dialog it would build the whole page under it anew.
pub(crate) fn once<T, F>(ask: impl FnOnce() -> F + 'static) -> RwSignal<Option<Result<T, Problem>>>
where
    T: Send + Sync + 'static,
    F: Future<Output = Result<T, Problem>> + 'static,
{
    let answer = RwSignal::new(None);
    #[cfg(target_arch = "wasm32")]
    leptos::task::spawn_local(async move {
        let heard = ask().await;
        // What asked may be closed by now.
        answer.try_set(Some(heard));
    });
    #[cfg(not(target_arch = "wasm32"))]
    drop(ask);
    answer
}

/// Makes one question: its name, what it takes, what comes back, and where a browser finds it.
macro_rules! question {
    ($(#[$doc:meta])* $name:ident($($arg:ident: $type:ty),*) -> $answer:ty, get $path:expr) => {
        $(#[$doc])*
        pub(crate) async fn $name($($arg: $type),*) -> Result<$answer, Problem> {
            #[cfg(target_arch = "wasm32")]
            return browser::get(&$path).await;
            #[cfg(not(target_arch = "wasm32"))]
            return server()?.$name($($arg),*).await;
        }
    };
}

question! {
    /// Who is signed in, if anybody.
    me() -> Option<Me>, get "/api/v1/me"
}
question! {
    /// My board.
    board() -> Board, get "/api/v1/board"
}
question! {
    /// What a convener can choose from.
    convene_form() -> ConveneForm, get "/api/v1/convene"
}
question! {
    /// Colleagues who sit at tables, to say who of them may come in (R18).
    colleagues() -> Vec<Colleague>, get "/api/v1/colleagues"
}

/// Convenes a session.
pub(crate) async fn convene(order: ConveneOrder) -> Result<SessionId, Problem> {
    #[cfg(target_arch = "wasm32")]
    return browser::post::<browser::Convened>("/api/v1/sessions", &order)
        .await
        .map(|convened| convened.session);
    #[cfg(not(target_arch = "wasm32"))]
    return server()?.convene(order).await;
}

question! {
    /// One session, as this person sees it.
    table(session: SessionId) -> TableEntry, get format!("/api/v1/sessions/{session}")
}
question! {
    /// The accountability report of one session for the own party.
    report(session: SessionId) -> Report, get format!("/api/v1/sessions/{session}/accountability")
}
question! {
    /// What the own organisation received.
    dossier() -> Vec<DossierLine>, get "/api/v1/dossier"
}
question! {
    /// One item of it.
    dossier_item(release: ReleaseId) -> HeldItem, get format!("/api/v1/dossier/{release}")
}
question! {
    /// What the own organisation gave.
    register() -> Vec<DossierLine>, get "/api/v1/register"
}
question! {
    /// One entry of it.
    register_entry(release: ReleaseId) -> AnsweredEntry, get format!("/api/v1/register/{release}")
}

question! {
    /// What the own organisation received and gave in the case of one item (C6).
    access(release: ReleaseId, order: AccessOrder) -> AccessReport,
    get format!("/api/v1/access/{release}?{}", access_query(order))
}

/// The query of an order, after its question mark; the same for the page, the paper and the file.
pub(crate) fn access_query(order: AccessOrder) -> String {
    let about = order.about.map(|place| format!("over={place}"));
    let words = order.words.then(|| "woorden=1".to_owned());
    about.into_iter().chain(words).collect::<Vec<_>>().join("&")
}

/// Lines in which what is looked for stands.
pub(crate) async fn search(search: Search) -> Result<Vec<DossierLine>, Problem> {
    #[cfg(target_arch = "wasm32")]
    return browser::post("/api/v1/dossier/search", &search).await;
    #[cfg(not(target_arch = "wasm32"))]
    return server()?.search(search).await;
}

/// Answers for what was given, or to its owner for what was received (R9).
pub(crate) async fn answer(release: ReleaseId, command: ReleaseCommand) -> Result<ReleaseView, Problem> {
    #[cfg(target_arch = "wasm32")]
    return browser::post(&format!("/api/v1/releases/{release}"), &command).await;
    #[cfg(not(target_arch = "wasm32"))]
    return server()?.answer(release, command).await;
}

/// The answers of this request. A page that is rendered without any has nothing to show.
#[cfg(not(target_arch = "wasm32"))]
fn server() -> Result<Answers, Problem> {
    use_context::<Answers>().ok_or(Problem::Unavailable)
}

/// Asking over the network.
#[cfg(target_arch = "wasm32")]
mod browser {
    use akkoord::ids::SessionId;
    use gloo_net::http::{Request, Response};
    use send_wrapper::SendWrapper;
    use serde::de::DeserializeOwned;
    use serde::{Deserialize, Serialize};

    use crate::backend::Problem;

    /// What the server answers when a session was convened.
    #[derive(Deserialize)]
    pub(super) struct Convened {
        pub(super) session: SessionId,
    }

    pub(super) async fn get<T: DeserializeOwned>(path: &str) -> Result<T, Problem> {
        let request = Request::get(path).header("Accept", "application/json").send();
        SendWrapper::new(async move { answer(request.await).await }).await
    }

    pub(super) async fn post<T: DeserializeOwned>(path: &str, body: &impl Serialize) -> Result<T, Problem> {
        let request = Request::post(path).header("Accept", "application/json").json(body);
        SendWrapper::new(async move {
            match request {
                Ok(request) => answer(request.send().await).await,
                Err(_) => Err(Problem::Unreachable),
            }
        })
        .await
    }

    async fn answer<T: DeserializeOwned>(response: Result<Response, gloo_net::Error>) -> Result<T, Problem> {
        let (status, words) = heard(response).await?;
        if (200..300).contains(&status) {
            return serde_json::from_str(&words).map_err(|_| Problem::Unavailable);
        }
        // The server says why in its own words; a proxy in between does not.
        Err(serde_json::from_str(&words).unwrap_or(match status {
            401 => Problem::SignedOut,
            403 | 404 => Problem::NotFound,
            _ => Problem::Unavailable,
        }))
    }

    /// The status of an answer, and its words.
    async fn heard(response: Result<Response, gloo_net::Error>) -> Result<(u16, String), Problem> {
        let response = response.map_err(|_| Problem::Unreachable)?;
        let words = response.text().await.map_err(|_| Problem::Unavailable)?;
        Ok((response.status(), words))
    }
}
