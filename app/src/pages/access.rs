//! Answering a person who asks what the organisation holds and gave about them (C6): about whom, with or without the words,
//! on this page, on paper or as a file. Works with links alone.

use akkoord::access::{AccessOrder, AccessReport};
use akkoord::ids::ReleaseId;
use leptos::prelude::*;
use leptos_router::hooks::{use_params_map, use_query_map};

use crate::ask::{self, asked};
use crate::backend::Problem;
use crate::document::{self, Sections};
use crate::i18n::{t, t_string, use_i18n};
use crate::pages::loaded::loaded;
use crate::ui::{Alert, Title, Tone, view, words};

/// The answer for the case of one item.
#[component]
pub(crate) fn Access() -> impl IntoView {
    let params = use_params_map();
    let query = use_query_map();
    let what = move || {
        let id: Option<ReleaseId> = params.read().get("id").and_then(|id| id.parse().ok());
        let query = query.read();
        let order = AccessOrder {
            about: query.get("over").and_then(|place| place.parse().ok()),
            words: query.get("woorden").is_some(),
        };
        (id, order)
    };
    let report = asked(what, |(id, order)| async move {
        match id {
            Some(id) => ask::access(id, order).await.map(|report| (id, order, report)),
            None => Err(Problem::NotFound),
        }
    });
    loaded(report, move |(id, order, report)| view! { <Page id order report /> })
}

#[component]
fn Page(id: ReleaseId, order: AccessOrder, report: AccessReport) -> impl IntoView {
    let i18n = use_i18n();
    let subjects = report.subjects.clone();
    let document = Memo::new(move |_| document::access(i18n.get_locale().as_ref(), &report));
    let title = move || document.with(|it| it.title.clone());
    let choice = move |order: AccessOrder, now: bool, name: Signal<String>| {
        view! {
            <a class="choice" href=format!("/inzage/{id}?{}", ask::access_query(order)) aria-current=now.then_some("true")>
                {move || name.get()}
            </a>
        }
    };
    let everybody = choice(
        AccessOrder { about: None, ..order },
        order.about.is_none(),
        Signal::derive(move || t_string!(i18n, access.everybody).to_owned()),
    );
    let people = subjects
        .into_iter()
        .enumerate()
        .map(|(place, subject)| {
            let name =
                Signal::derive(move || format!("{} ({})", subject.label, words::role(i18n.get_locale(), subject.role)));
            let about = Some(place);
            choice(AccessOrder { about, ..order }, order.about == about, name)
        })
        .collect_view();
    let with = [false, true].map(|words| {
        let name = Signal::derive(move || {
            if words {
                t_string!(i18n, access.with_words).to_owned()
            } else {
                t_string!(i18n, access.without_words).to_owned()
            }
        });
        choice(AccessOrder { words, ..order }, order.words == words, name)
    });
    let paper = move || {
        format!(
            "/api/v1/access/{id}/paper?taal={}&{}",
            i18n.get_locale(),
            ask::access_query(order)
        )
    };
    view! {
        <Title text=title />
        <div class="page">
            <div>
                <p>
                    <a class="utrecht-link" href="/dossier">
                        {t!(i18n, dossier.title)}
                    </a>
                </p>
                <h1 class="utrecht-heading-1">{move || title()}</h1>
                <p class="soft">{move || document.with(|it| it.under.join(" · "))}</p>
                <p class="lead">{move || document.with(|it| it.lead.clone())}</p>
            </div>
            <div class="row">
                <div class="choices" role="group" aria-label=move || t_string!(i18n, access.choose)>
                    {everybody}
                    {people}
                </div>
                <div class="choices" role="group" aria-label=move || t_string!(i18n, access.with_words)>
                    {with}
                </div>
            </div>
            <Alert tone=Tone::Warning title=Signal::derive(move || t_string!(i18n, document.take_along).to_owned())>
                <p>{t!(i18n, access.read_first)}</p>
                <p class="row">
                    <a class="utrecht-link" href=paper download rel="external">
                        {t!(i18n, document.pdf)}
                    </a>
                    <a
                        class="utrecht-link"
                        href=format!("/api/v1/access/{id}?{}", ask::access_query(order))
                        download=format!("inzage-{id}.json")
                        rel="external"
                    >
                        {t!(i18n, document.json)}
                    </a>
                </p>
            </Alert>
            {move || view! { <Sections sections=document.with(|it| it.sections.clone()) /> }}
        </div>
    }
}
