//! Many cells at once, with one confirmation that says in words what it does.

use std::collections::BTreeMap;

use akkoord::ids::PartyId;
use akkoord::party::PartyKind;
use akkoord::session::CommandKind;
use akkoord::session::closing::proposal::{BulkDecision, Proposal};
use akkoord::text::LONGEST_NOTE;
use leptos::ev;
use leptos::prelude::*;

use super::detail::submit_on_enter;
use super::matrix::doubt_word;
use super::words::beginning;
use crate::i18n::{Locale, t, t_string, td_string, use_i18n};
use crate::live::Live;
use crate::live::seen::Seen;
use crate::table::{desk, live};
use crate::ui::{Button, Dialog, Look, view};

/// The dialog, for whatever is asked for.
#[component]
pub(super) fn BulkDialog() -> impl IntoView {
    let i18n = use_i18n();
    let desk = desk();
    let open = RwSignal::new(false);
    Effect::new(move |_| {
        if desk.bulk.with(Option::is_some) {
            open.set(true);
        }
    });
    Effect::new(move |was: Option<bool>| {
        let is = open.get();
        if was == Some(true) && !is {
            desk.bulk.set(None);
        }
        is
    });
    let title = Signal::derive(move || t_string!(i18n, closing.bulk.title).to_owned());
    view! {
        <Dialog open id="bulk-title" title dismiss=Signal::derive(move || t_string!(i18n, common.act.cancel).to_owned())>
            {move || desk.bulk.get().map(|bulk| view! { <Confirm bulk open /> })}
        </Dialog>
    }
}

/// What it would mean now; if the table changes meanwhile, the words change with it.
fn propose(live: Live, bulk: BulkDecision) -> Proposal {
    Proposal::of(bulk, &live.seen.views(), &super::columns(live.seen))
}

#[component]
fn Confirm(bulk: BulkDecision, open: RwSignal<bool>) -> impl IntoView {
    let i18n = use_i18n();
    let live = live();
    let desk = desk();
    let seen = live.seen;
    let proposal = Memo::new(move |_| propose(live, bulk));
    let empty = Memo::new(move |_| proposal.with(Proposal::is_empty));
    let asks = Memo::new(move |_| proposal.with(|it| !it.doubtful().is_empty()));
    let doubts = move || {
        let locale = i18n.get_locale();
        let doubts = proposal.with(Proposal::doubtful).into_iter();
        let one = doubts.filter_map(|(to, ground)| {
            let doubt = doubt_word(locale, Some(&ground))?;
            Some(format!("⚠ {}, {doubt}: {}", seen.party(to), ground.article))
        });
        one.collect::<Vec<_>>()
    };
    // What the law guards, once and counted; and what the OM receives can become a document in the case (R12).
    let warnings = move || {
        let guarded = |article: u8| proposal.with(|it| it.guarded.get(&article).copied());
        let court = proposal.with(Proposal::approved).into_keys().any(|to| {
            seen.seats.with(|seats| {
                let mut seats = seats.iter();
                seats.any(|seat| seat.party.id == to && seat.party.kind == PartyKind::Prosecution)
            })
        });
        let special = guarded(9).map(|number| t_string!(i18n, closing.bulk.special, number = number).to_string());
        let criminal = guarded(10).map(|number| t_string!(i18n, closing.bulk.criminal, number = number).to_string());
        let court = court.then(|| t_string!(i18n, closing.bulk.to_court).to_owned());
        let unseen = match proposal.with(|it| it.unseen) {
            0 => None,
            number => Some(t_string!(i18n, closing.bulk.unseen, number = number).to_string()),
        };
        [court, special, criminal, unseen]
            .into_iter()
            .flatten()
            .collect::<Vec<_>>()
    };
    let motivation = RwSignal::new(String::new());
    let what = move || match bulk {
        BulkDecision::Requested => t_string!(i18n, closing.bulk.requested).to_owned(),
        BulkDecision::Row { item, .. } => {
            let card = seen.card(item);
            let text = card.map_or_else(String::new, |card| card.view.with(|view| beginning(view, 80)));
            t_string!(i18n, closing.bulk.row, text = text).to_string()
        }
        BulkDecision::Column { recipient, .. } => {
            t_string!(i18n, closing.bulk.column, party = seen.party(recipient)).to_string()
        }
    };
    let yes = move || proposal.with(|it| counted(i18n.get_locale(), seen, &it.approved()));
    let no = move || proposal.with(|it| counted(i18n.get_locale(), seen, &it.declined()));
    let kept = move || match proposal.with(|it| it.kept) {
        0 => None,
        1 => Some(t_string!(i18n, closing.bulk.one_kept).to_owned()),
        number => Some(t_string!(i18n, closing.bulk.kept, number = number).to_string()),
    };
    let without = move || match proposal.with(|it| it.without_purpose) {
        0 => None,
        number => Some(t_string!(i18n, closing.bulk.without_purpose, number = number).to_string()),
    };
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        let words = motivation.get_untracked();
        if asks.get_untracked() && words.trim().is_empty() {
            return;
        }
        let cells = proposal.get_untracked().cells(&words);
        if !cells.is_empty() {
            desk.step.set(cells.clone());
            live.want(CommandKind::Decide { cells });
        }
        open.set(false);
    };
    view! {
        <form class="table-form stack" on:submit=submit data-bulk>
            <p>{move || what()}</p>
            <ul class="stack">
                {move || yes().map(|list| view! { <li>"✓ " {t!(i18n, closing.bulk.yes)} " " {list}</li> })}
                {move || no().map(|list| view! { <li>"✕ " {t!(i18n, closing.bulk.no)} " " {list}</li> })}
                {move || kept().map(|text| view! { <li>{text}</li> })}
                {move || without().map(|text| view! { <li>{text}</li> })}
                {move || doubts().into_iter().map(|text| view! { <li data-doubt>{text}</li> }).collect_view()}
                {move || warnings().into_iter().map(|text| view! { <li data-warning>"⚠ " {text}</li> }).collect_view()}
            </ul>
            {move || empty.get().then(|| view! { <p>{t!(i18n, closing.bulk.nothing)}</p> })}
            {move || {
                asks.get()
                    .then(|| {
                        view! {
                            <label>
                                "⚠ "
                                {t!(i18n, closing.bulk.motivation)}
                                <textarea
                                    class="utrecht-textarea"
                                    autofocus
                                    required
                                    maxlength=LONGEST_NOTE.to_string()
                                    prop:value=move || motivation.get()
                                    on:input=move |event| motivation.set(event_target_value(&event))
                                    on:keydown=submit_on_enter
                                ></textarea>
                            </label>
                        }
                    })
            }}
            <p class="note">{t!(i18n, closing.bulk.reversible)}</p>
            <Button look=Look::Primary submit=true>
                {t!(i18n, common.act.confirm)}
            </Button>
        </form>
    }
}

/// "OM: 3 inbrengen, politie: 1 inbreng".
fn counted(locale: Locale, seen: Seen, counts: &BTreeMap<PartyId, usize>) -> Option<String> {
    let one = |(party, number): (&PartyId, &usize)| {
        let party = seen.party(*party);
        match number {
            1 => td_string!(locale, closing.bulk.one, party = party).to_string(),
            number => td_string!(locale, closing.bulk.many, party = party, number = *number).to_string(),
        }
    };
    (!counts.is_empty()).then(|| counts.iter().map(one).collect::<Vec<_>>().join(", "))
}
