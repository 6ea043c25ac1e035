//! The chair closes. Before that, one page says in plain words what goes where, and that all the rest is destroyed.

use std::collections::BTreeMap;

use akkoord::ids::PartyId;
use akkoord::session::Wish;
use leptos::prelude::*;

use super::plan::{Decided, Recipient, decided};
use crate::i18n::{t, t_string, use_i18n};
use crate::table::{desk, live};
use crate::ui::{Button, Dialog, Each, Look, changing, view};

/// The chair's button in the bar, during the closing round.
#[component]
pub(in crate::table) fn CloseButton() -> impl IntoView {
    let i18n = use_i18n();
    let live = live();
    let desk = desk();
    let shown = Memo::new(move |_| super::is_round(live) && live.seen.may.with(|may| may.lead));
    let may = Memo::new(move |_| live.seen.may.with(|may| may.close));
    let open = move |_| {
        if may.get_untracked() {
            desk.closing.set(true);
        }
    };
    changing(move || {
        shown.get().then(|| {
            view! {
                <Button
                    attr:aria-disabled=move || (!may.get()).then_some("true")
                    attr:title=move || (!may.get()).then(|| t_string!(i18n, closing.close.waits))
                    on:click=open
                >
                    {t!(i18n, closing.close.open)}
                </Button>
            }
        })
    })
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
    let own = Memo::new(move |_| {
        let you = seen.you();
        let recipients = seen.seats.with(|seats| Recipient::all(seats, you));
        let cards: Vec<_> = seen.own_live().into_iter().map(|card| card.view.get()).collect();
        let mut to: BTreeMap<PartyId, usize> = BTreeMap::new();
        let mut nowhere = 0_usize;
        for card in &cards {
            let yes = |it: &&Recipient| decided(card, it.id) == Decided::Approved;
            let approved: Vec<_> = recipients.iter().filter(yes).collect();
            nowhere += usize::from(approved.is_empty());
            for recipient in approved {
                *to.entry(recipient.id).or_default() += 1;
            }
        }
        (to, nowhere)
    });
    let gives = move || {
        let (to, _) = own.get();
        to.into_iter()
            .map(|(id, number)| {
                let text =
                    move || t_string!(i18n, closing.close.to, party = seen.party(id), number = number).to_string();
                view! { <li>{move || text()}</li> }
            })
            .collect_view()
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
            <h3 class="utrecht-heading-3">{t!(i18n, closing.close.own)}</h3>
            <ul class="stack">
                {move || gives()} <li>{move || nowhere()}</li>
            </ul>
            <p>
                <strong>{t!(i18n, closing.close.rest)}</strong>
            </p>
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
