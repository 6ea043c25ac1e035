//! The page of a party that left the table (R15): what is its own, what it can still decide about it, and nothing else.

use leptos::prelude::*;

use super::actions::Actions;
use super::bridging::Measures;
use super::card::CardItem;
use super::closing::{self, Round};
use super::live;
use super::subjects::OwnSubjects;
use crate::i18n::{t, use_i18n};
use crate::ui::{Each, view};

/// The own items, and in the closing round the own matrix.
#[component]
pub(super) fn LeftTable() -> impl IntoView {
    let i18n = use_i18n();
    let live = live();
    let seen = live.seen;
    let in_round = Memo::new(move |_| closing::is_round(live));
    let none = Memo::new(move |_| seen.items.with(Vec::is_empty));
    let actions = Memo::new(move |_| !seen.actions.with(Vec::is_empty));
    view! {
        <section class="page stack" aria-labelledby="table-left" data-left-table>
            <h2 class="utrecht-heading-2" id="table-left">
                {t!(i18n, table.left.title)}
            </h2>
            <p class="lead">{t!(i18n, table.left.text)}</p>
            {move || none.get().then(|| view! { <p>{t!(i18n, table.left.nothing)}</p> })}
            {move || in_round.get().then(|| view! { <Round /> })}
            <div class="table-cards">
                <Each each=move || seen.contributions.get() key=|card| card.id let:card>
                    <CardItem card />
                </Each>
            </div>
            {move || actions.get().then(|| view! { <Actions /> })}
            <Measures />
            <OwnSubjects />
        </section>
        <closing::Dialogs />
    }
}
