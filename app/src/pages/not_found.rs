//! An address that leads nowhere. It says the same whether the page does not exist or is not for this person: the
//! difference would tell something about a table (R2).

use leptos::prelude::*;

use crate::i18n::{t, t_string, use_i18n};
use crate::ui::{Title, view};

/// Nothing here.
#[component]
pub(crate) fn NotFound() -> impl IntoView {
    let i18n = use_i18n();
    #[cfg(feature = "ssr")]
    if let Some(response) = use_context::<leptos_axum::ResponseOptions>() {
        response.set_status(http::StatusCode::NOT_FOUND);
    }
    view! {
        <Title text=move || t_string!(i18n, common.not_found.title) />
        <div class="page page--narrow">
            <h1 class="utrecht-heading-1">{t!(i18n, common.not_found.title)}</h1>
            <p class="lead">{t!(i18n, common.not_found.text)}</p>
            <p>
                <a class="utrecht-link" href="/overleggen">
                    {t!(i18n, common.not_found.back)}
                </a>
            </p>
        </div>
    }
}
