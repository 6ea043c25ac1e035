//! The accountability report of one session for the own party: who, when and by which rule, never what was said (C4).

use akkoord::accountability::Report;
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

use crate::ask::{self, asked};
use crate::backend::Problem;
use crate::document::{self, Sections};
use crate::i18n::{t, use_i18n};
use crate::pages::loaded::loaded;
use crate::ui::{Title, view};

/// The report.
#[component]
pub(crate) fn Accountability() -> impl IntoView {
    let params = use_params_map();
    let id = move || params.read().get("id").and_then(|id| id.parse().ok());
    let report = asked(id, |id| async move {
        match id {
            Some(id) => ask::report(id).await,
            None => Err(Problem::NotFound),
        }
    });
    let path = move || params.read().get("id").unwrap_or_default();
    loaded(report, move |report| {
        let place = format!("/api/v1/sessions/{}", path());
        view! { <Page report place /> }
    })
}

#[component]
fn Page(report: Report, place: String) -> impl IntoView {
    let i18n = use_i18n();
    let closed = report.closed_at.is_some();
    let document = Memo::new(move |_| document::report(i18n.get_locale().as_ref(), &report));
    let title = move || document.with(|it| it.title.clone());
    let paper = {
        let place = place.clone();
        move || format!("{place}/paper?taal={}", i18n.get_locale())
    };
    view! {
        <Title text=title />
        <div class="page">
            <div>
                <h1 class="utrecht-heading-1">{move || title()}</h1>
                <p class="soft">{move || document.with(|it| it.under.join(" · "))}</p>
                <p class="lead">{move || document.with(|it| it.lead.clone())}</p>
                {closed
                    .then(|| {
                        view! {
                            <nav class="row" aria-label=move || t_label(i18n)>
                                <a class="utrecht-link" href=paper download rel="external">
                                    {t!(i18n, document.pdf)}
                                </a>
                                <a class="utrecht-link" href=format!("{place}/account") download rel="external">
                                    {t!(i18n, document.file)}
                                </a>
                            </nav>
                        }
                    })}
            </div>
            {move || view! { <Sections sections=document.with(|it| it.sections.clone()) /> }}
        </div>
    }
}

fn t_label(i18n: leptos_i18n::I18nContext<crate::i18n::Locale>) -> &'static str {
    crate::i18n::t_string!(i18n, document.take_along)
}
