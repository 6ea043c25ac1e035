//! How it ended, for one party: what it gave and received, what it keeps of its own, and what is gone.

use akkoord::session::view::Outcome as Ended;
use leptos::prelude::*;

use crate::i18n::{t, t_string, use_i18n};
use crate::table::live;
use crate::ui::time;
use crate::ui::{changing, view};

/// The page of a closed session.
#[component]
pub(in crate::table) fn Outcome() -> impl IntoView {
    let i18n = use_i18n();
    let live = live();
    let seen = live.seen;
    let report = format!("/overleg/{}/verantwoording", live.session);
    let ended = move || seen.progress.with(|progress| progress.closed.clone());
    let given = move |ended: &Ended| {
        if ended.given.is_empty() {
            return view! { <li>{t!(i18n, closing.outcome.gave_nothing)}</li> };
        }
        let row = |(party, number): &(akkoord::ids::PartyId, u32)| {
            let (party, number) = (*party, *number);
            let text =
                move || t_string!(i18n, closing.outcome.gave, party = seen.party(party), number = number).to_string();
            view! { <li>{text}</li> }
        };
        ended.given.iter().map(row).collect_view().into_any()
    };
    let shown = move |ended: Ended| {
        let at = ended.at;
        let (received, destroyed, kept, expired) = (ended.received, ended.destroyed, ended.kept, ended.expired);
        let title = move || {
            if expired {
                t_string!(i18n, closing.outcome.expired_title)
            } else {
                t_string!(i18n, closing.outcome.title)
            }
        };
        let when = move || {
            let time = time::full(i18n.get_locale(), at);
            if expired {
                t_string!(i18n, closing.outcome.expired_at, time = time).to_string()
            } else {
                t_string!(i18n, closing.outcome.at, time = time).to_string()
            }
        };
        view! {
            <section class="page page--narrow stack" aria-labelledby="outcome" data-closed>
                <h2 class="utrecht-heading-2" id="outcome">
                    {move || title()}
                </h2>
                <p class="lead">{move || when()}</p>
                {expired.then(|| view! { <p data-expired>{t!(i18n, closing.outcome.expired)}</p> })}
                <h3 class="utrecht-heading-3">{t!(i18n, closing.outcome.given)}</h3>
                <ul class="stack">{given(&ended)}</ul>
                <h3 class="utrecht-heading-3">{t!(i18n, closing.outcome.received)}</h3>
                <p>
                    {move || t_string!(i18n, closing.outcome.got, number = received).to_string()} " "
                    {move || t_string!(i18n, closing.outcome.kept, number = kept).to_string()}
                </p>
                <p>
                    <a class="utrecht-link" href="/dossier">
                        {t!(i18n, closing.outcome.to_dossier)}
                    </a>
                </p>
                <h3 class="utrecht-heading-3">{t!(i18n, closing.outcome.gone)}</h3>
                <p>{move || t_string!(i18n, closing.outcome.destroyed, number = destroyed).to_string()}</p>
                <p>
                    <a class="utrecht-link" href=report.clone()>
                        {t!(i18n, closing.outcome.to_report)}
                    </a>
                </p>
            </section>
        }
    };
    changing(move || ended().map(shown.clone()))
}
