//! The chair closes. Before that, one page says in plain words what goes where, and that all the rest is destroyed.

use std::collections::BTreeMap;

use akkoord::ids::PartyId;
use akkoord::session::Wish;
use akkoord::session::command::Purpose;
use akkoord::session::view::VerdictView;
use leptos::prelude::*;

use super::chair_button::ChairButton;
use crate::i18n::{t, t_string, td_string, use_i18n};
use crate::table::card::purpose_words;
use crate::table::{desk, live};
use crate::ui::{Button, Dialog, Each, Look, time, view};

/// The chair's button in the bar, during the closing round.
#[component]
pub(in crate::table) fn CloseButton() -> impl IntoView {
    let i18n = use_i18n();
    let live = live();
    let desk = desk();
    let may = Memo::new(move |_| live.seen.may.with(|may| may.close));
    let label = Signal::derive(move || t_string!(i18n, closing.close.open).to_owned());
    let press = Callback::new(move |()| desk.closing.set(true));
    view! { <ChairButton may label press /> }
}

/// The summary and the last word.
#[component]
pub(super) fn CloseDialog() -> impl IntoView {
    let i18n = use_i18n();
    let desk = desk();
    let title = Signal::derive(move || t_string!(i18n, closing.close.title).to_owned());
    view! {
        <Dialog
            open=desk.closing
            id="close-title"
            title
            dismiss=Signal::derive(move || t_string!(i18n, closing.close.not_yet).to_owned())
        >
            {move || desk.closing.get().then(|| view! { <Summary /> })}
        </Dialog>
    }
}

#[component]
fn Summary() -> impl IntoView {
    let i18n = use_i18n();
    let live = live();
    let desk = desk();
    let seen = live.seen;
    let may = Memo::new(move |_| seen.may.with(|may| may.close));
    let parties = move || {
        seen.seats.with(|seats| {
            seats
                .iter()
                .map(|seat| (seat.party.id, seat.ready, seat.undecided))
                .collect::<Vec<_>>()
        })
    };
    let party = move |(id, ready, undecided): (PartyId, bool, Option<u32>)| {
        let text = move || match (ready, undecided) {
            (true, None | Some(0)) => t_string!(i18n, closing.close.party_ready).to_owned(),
            (true, Some(number)) => t_string!(i18n, closing.close.party_ready_but, number = number).to_string(),
            (false, Some(0)) => t_string!(i18n, closing.close.party_decided).to_owned(),
            (false, Some(number)) => t_string!(i18n, closing.close.party_not_ready, number = number).to_string(),
            (false, None) => t_string!(i18n, closing.close.party_unknown).to_owned(),
        };
        view! {
            <li>
                <strong>{move || seen.party(id)}</strong>
                ": "
                {move || text()}
            </li>
        }
    };
    // To whom, what for, how much; of it in part or on a condition; and what goes nowhere.
    let own = Memo::new(move |_| {
        let (cards, _) = super::field(seen);
        let mut to: BTreeMap<(PartyId, Purpose), (usize, usize)> = BTreeMap::new();
        let mut nowhere = 0_usize;
        for card in &cards {
            let mut goes = false;
            for cell in &card.cells {
                if let VerdictView::Approved {
                    purpose,
                    excerpt,
                    condition,
                    ..
                } = &cell.verdict
                {
                    goes = true;
                    let count = to.entry((cell.recipient, purpose.clone())).or_default();
                    count.0 += 1;
                    count.1 += usize::from(excerpt.is_some() || condition.is_some());
                }
            }
            nowhere += usize::from(!goes);
        }
        (to, nowhere)
    });
    let gives = move || {
        let locale = i18n.get_locale();
        let (to, _) = own.get();
        let line = |((id, purpose), (number, bound)): ((PartyId, Purpose), (usize, usize))| {
            let what = purpose_words(locale, seen, id, &purpose);
            let party = seen.party(id);
            let mut text =
                td_string!(locale, closing.close.to, party = party, number = number, what = what).to_string();
            if bound > 0 {
                text += &td_string!(locale, closing.close.bound, number = bound).to_string();
            }
            view! { <li>{text}</li> }
        };
        to.into_iter().map(line).collect_view()
    };
    let called = move || match seen.progress.with(|progress| progress.last_call) {
        Some(at) => t_string!(i18n, closing.close.called, time = time::clock_time(at)).to_string(),
        None => t_string!(i18n, closing.close.not_called).to_owned(),
    };
    let nowhere = move || match own.with(|(_, nowhere)| *nowhere) {
        0 => t_string!(i18n, closing.close.none_destroyed).to_owned(),
        number => t_string!(i18n, closing.close.destroyed, number = number).to_string(),
    };
    let close = move |_| {
        if may.get_untracked() {
            live.want(Wish::Close);
            desk.closing.set(false);
        }
    };
    view! {
        <div class="stack" data-summary>
            <h3 class="utrecht-heading-3">{t!(i18n, closing.close.parties)}</h3>
            <ul class="stack">
                <Each each=parties key=|row| *row children=party />
            </ul>
            <p class="note">{move || called()}</p>
            <h3 class="utrecht-heading-3">{t!(i18n, closing.close.own)}</h3>
            <ul class="stack">
                {move || gives()} <li>{move || nowhere()}</li>
            </ul>
            <p>
                <strong>{t!(i18n, closing.close.rest)}</strong>
            </p>
            <p>{t!(i18n, closing.close.actions)}</p>
            <p class="note">{t!(i18n, closing.close.others)}</p>
            {move || (!may.get()).then(|| view! { <p role="status">{t!(i18n, closing.close.waits)}</p> })}
            <Button
                look=Look::Danger
                attr:aria-disabled=move || (!may.get()).then_some("true")
                on:click=close
            >
                {t!(i18n, closing.close.now)}
            </Button>
        </div>
    }
}
