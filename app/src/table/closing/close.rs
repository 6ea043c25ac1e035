//! The chair closes. Before that, one page says in plain words what goes where, and that all the rest is destroyed.

use std::collections::BTreeMap;

use akkoord::ids::PartyId;
use akkoord::session::CommandKind;
use akkoord::session::closing::proposal::yes_needed_of;
use akkoord::session::item::Purpose;
use akkoord::session::view::VerdictView;
use leptos::prelude::*;

use super::chair_button::ChairButton;
use crate::i18n::{t, t_string, td_string, use_i18n};
use crate::live::seen::Seen;
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

/// What happens to the own items when the session closes now.
#[derive(Clone, Debug, Default, PartialEq)]
struct Own {
    /// How many items there are.
    items: usize,
    /// To whom they go, and what for.
    to: BTreeMap<(PartyId, Purpose), Count>,
    /// How many go nowhere.
    nowhere: usize,
}

#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Count {
    /// All that was approved.
    all: usize,
    /// Those of them that go as an excerpt or on a condition.
    bound: usize,
    /// Those of them that go only with the yes of another owner too (R11).
    needs_another: usize,
}

impl Own {
    fn of(seen: Seen) -> Self {
        let (rows, items) = (super::rows(seen), seen.views());
        let mut own = Self {
            items: rows.len(),
            ..Self::default()
        };
        for item in &rows {
            let mut goes = false;
            for cell in &item.cells {
                if let VerdictView::Approved {
                    purpose,
                    excerpt,
                    condition,
                    ..
                } = &cell.verdict
                {
                    goes = true;
                    let count = own.to.entry((cell.recipient, purpose.clone())).or_default();
                    count.all += 1;
                    count.bound += usize::from(excerpt.is_some() || condition.is_some());
                    let needs = yes_needed_of(item, &items, cell.recipient);
                    count.needs_another += usize::from(!needs.is_empty());
                }
            }
            own.nowhere += usize::from(!goes);
        }
        own
    }
}

/// How far each party is.
#[component]
fn Parties() -> impl IntoView {
    let i18n = use_i18n();
    let seen = live().seen;
    let parties = move || {
        seen.seats.with(|seats| {
            seats
                .iter()
                .map(|seat| (seat.party.id, seat.ready, seat.undecided, seat.left_at.is_some()))
                .collect::<Vec<_>>()
        })
    };
    let row = move |(id, ready, undecided, left): (PartyId, bool, Option<u32>, bool)| {
        let text = move || match (ready, undecided) {
            (false, None | Some(0)) if left => t_string!(i18n, closing.close.party_left).to_owned(),
            (false, Some(number)) if left => t_string!(i18n, closing.close.party_left_but, number = number).to_string(),
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
    view! {
        <ul class="stack">
            <Each each=parties key=|party| *party children=row />
        </ul>
    }
}

#[component]
pub(super) fn Summary() -> impl IntoView {
    let i18n = use_i18n();
    let live = live();
    let desk = desk();
    let seen = live.seen;
    let may = Memo::new(move |_| seen.may.with(|may| may.close));
    let own = Memo::new(move |_| Own::of(seen));
    // After the close it can no longer be recorded here, so a forgotten one is named before.
    let no_disposition = Memo::new(move |_| {
        let has = seen.about.with(|about| about.has_disposition);
        has && seen.decided_at.with(Vec::is_empty)
    });
    let gives = move || {
        let locale = i18n.get_locale();
        let entry = |((id, purpose), count): ((PartyId, Purpose), Count)| {
            let what = purpose_words(locale, seen, id, &purpose);
            let (party, number) = (seen.party(id), count.all);
            let mut text =
                td_string!(locale, closing.close.to, party = party, number = number, what = what).to_string();
            if count.bound > 0 {
                text += &td_string!(locale, closing.close.bound, number = count.bound).to_string();
            }
            if count.needs_another > 0 {
                text += &td_string!(locale, closing.close.to_needs, number = count.needs_another).to_string();
            }
            view! { <li>{text}</li> }
        };
        own.get().to.into_iter().map(entry).collect_view()
    };
    let last_call = move || match seen.progress.with(|progress| progress.last_call) {
        Some(at) => t_string!(i18n, closing.close.called, time = time::clock_time(at)).to_string(),
        None => t_string!(i18n, closing.close.not_called).to_owned(),
    };
    let nowhere = move || match own.with(|own| (own.items, own.nowhere)) {
        (0, _) => t_string!(i18n, closing.close.brought_nothing).to_owned(),
        (_, 0) => t_string!(i18n, closing.close.none_destroyed).to_owned(),
        (_, number) => t_string!(i18n, closing.close.destroyed, number = number).to_string(),
    };
    let close = move |_| {
        if may.get_untracked() {
            live.want(CommandKind::Close {});
            desk.closing.set(false);
        }
    };
    view! {
        <div class="stack" data-summary>
            {move || {
                no_disposition
                    .get()
                    .then(|| {
                        view! {
                            <p data-no-disposition>
                                <strong>"⚠ " {t!(i18n, closing.close.no_disposition)}</strong>
                            </p>
                        }
                    })
            }}
            <h3 class="utrecht-heading-3">{t!(i18n, closing.close.parties)}</h3>
            <Parties />
            <p class="note">{move || last_call()}</p>
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
