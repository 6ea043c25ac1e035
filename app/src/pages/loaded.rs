//! What stands on a page before its answer has come, and when no answer comes. Every page goes through here, so that
//! none shows a bare error and none forgets to send somebody to the sign-in page.

use leptos::prelude::*;
use leptos_router::components::Redirect;
use leptos_router::hooks::use_location;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::ask::Asked;
use crate::backend::Problem;
use crate::i18n::{t, use_i18n};
use crate::pages::NotFound;
use crate::ui::{Alert, Tone, view, words};

/// Shows the answer once it is there.
pub(crate) fn loaded<T, V>(answer: Asked<T>, show: impl Fn(T) -> V + Clone + Send + Sync + 'static) -> impl IntoView
where
    T: Clone + Send + Sync + Serialize + DeserializeOwned + 'static,
    V: IntoView + 'static,
{
    let i18n = use_i18n();
    view! {
        <Suspense fallback=move || {
            view! { <p class="page soft" role="status">{t!(i18n, common.loading)}</p> }
        }>
            {move || {
                let show = show.clone();
                Suspend::new(async move {
                    match answer.await {
                        Ok(answer) => show(answer).into_any(),
                        Err(problem) => view! { <Trouble problem /> },
                    }
                })
            }}
        </Suspense>
    }
}

/// No answer: what happened, what is safe, what to do.
#[component]
pub(crate) fn Trouble(
    /// Why not.
    problem: Problem,
) -> impl IntoView {
    let i18n = use_i18n();
    match problem {
        Problem::SignedOut => {
            // Where somebody wanted to go is kept; it is an address, never content.
            let wanted = use_location().pathname.get_untracked();
            view! { <Redirect path=format!("/?fout=forbidden&terug={wanted}") /> }
        }
        Problem::NotFound => view! { <NotFound /> },
        problem => {
            let (title, text) = {
                let (first, second) = (problem.clone(), problem);
                (
                    Signal::derive(move || words::problem(i18n.get_locale(), &first).0.to_owned()),
                    move || words::problem(i18n.get_locale(), &second).1,
                )
            };
            view! {
                <div class="page page--narrow">
                    <Alert tone=Tone::Bad title>
                        {text}
                    </Alert>
                </div>
            }
        }
    }
}
