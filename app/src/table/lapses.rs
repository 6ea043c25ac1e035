//! Approvals that lapsed by themselves (R6): their owner is told which, for whom and why, and where to decide again.

use std::collections::BTreeSet;

use akkoord::ids::{ItemId, PartyId};
use akkoord::session::item::LapseReason;
use akkoord::session::view::{ItemView, VerdictView};
use chrono::{DateTime, Utc};
use leptos::prelude::*;

use super::pick::shortened;
use super::{closing, desk, dom, live};
use crate::i18n::{Locale, t, td_string, use_i18n};
use crate::live::seen::Seen;
use crate::ui::{Button, Each, Icon, Look, Shape, view};

/// Which lapse: a cell, and when its approval lapsed.
pub(super) type Place = (ItemId, PartyId, DateTime<Utc>);

/// A cell whose approval lapsed, and why.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Lapse {
    item: ItemId,
    recipient: PartyId,
    at: DateTime<Utc>,
    because: LapseReason,
}

impl Lapse {
    fn place(self) -> Place {
        (self.item, self.recipient, self.at)
    }
}

/// The lapsed cells of the own rows, apart from those that somebody here has read.
fn lapses(items: &[ItemView], read: &BTreeSet<Place>) -> Vec<Lapse> {
    let rows = items.iter().filter(|item| item.is_row());
    let cells = rows.flat_map(|item| item.cells.iter().map(move |cell| (item.id, cell)));
    let lapsed = cells.filter_map(|(item, cell)| match cell.verdict {
        VerdictView::Lapsed { because, at } => Some(Lapse {
            item,
            recipient: cell.recipient,
            at,
            because,
        }),
        VerdictView::Approved { .. } | VerdictView::Declined { .. } => None,
    });
    let mut lapsed: Vec<_> = lapsed.filter(|lapse| !read.contains(&lapse.place())).collect();
    lapsed.sort_by_key(|lapse| (lapse.at, lapse.item, lapse.recipient));
    lapsed
}

/// Why an approval no longer holds, to follow "vervallen:".
pub(super) fn lapse_words(locale: Locale, seen: Seen, recipient: PartyId, because: LapseReason) -> String {
    let party = seen.party(recipient);
    let number = |action: ItemId| seen.action_number(action);
    match because {
        LapseReason::Revised => td_string!(locale, table.lapse.revised).to_owned(),
        LapseReason::RecipientLeftAudience => td_string!(locale, table.lapse.left_audience, party = party).to_string(),
        LapseReason::RecipientLeftTable => td_string!(locale, table.lapse.left_table, party = party).to_string(),
        LapseReason::BasisGone => td_string!(locale, table.lapse.basis_gone, party = party).to_string(),
        LapseReason::ActionGone { .. } => td_string!(locale, table.lapse.action_gone).to_owned(),
        LapseReason::ActionChanged { action } => match number(action) {
            Some(number) => td_string!(locale, table.lapse.numbered_action_changed, number = number).to_string(),
            None => td_string!(locale, table.lapse.action_changed).to_owned(),
        },
        LapseReason::PurposeGone => td_string!(locale, table.lapse.purpose_gone).to_owned(),
    }
}

/// One line for each cell, as long as nothing was decided again or somebody has read it.
#[component]
pub(super) fn Lapses() -> impl IntoView {
    let i18n = use_i18n();
    let live = live();
    let desk = desk();
    let seen = live.seen;
    let all = Memo::new(move |_| desk.read_lapses.with(|read| lapses(&seen.views(), read)));
    let any = Memo::new(move |_| !all.with(Vec::is_empty));
    let row = move |lapse: Lapse| {
        let (item, to) = (lapse.item, lapse.recipient);
        let text = move || {
            let locale = i18n.get_locale();
            let words = seen
                .card(item)
                .and_then(|card| card.view.with(|view| view.text.clone()));
            let words = shortened(&words.unwrap_or_default(), 60);
            let because = lapse_words(locale, seen, to, lapse.because);
            let party = seen.party(to);
            td_string!(locale, table.lapse.line, text = words, party = party, because = because).to_string()
        };
        // Who left the table has no cell any more.
        let has_cell =
            Memo::new(move |_| closing::is_round(live) && seen.seat(to).is_some_and(|seat| seat.left_at.is_none()));
        let go = move |_| {
            desk.matrix.set(true);
            dom::focus_soon(format!("[data-cell='{item}/{to}']"));
        };
        view! {
            <li class="row" data-lapse=format!("{item}/{to}")>
                <span>{move || text()}</span>
                {move || {
                    has_cell
                        .get()
                        .then(|| {
                            view! {
                                <Button look=Look::Subtle on:click=go>
                                    {t!(i18n, table.lapse.go)}
                                </Button>
                            }
                        })
                }}
                <Button
                    look=Look::Subtle
                    on:click=move |_| {
                        desk.read_lapses
                            .update(|read| {
                                read.insert(lapse.place());
                            });
                    }
                >
                    {t!(i18n, table.news.dismiss)}
                </Button>
            </li>
        }
    };
    view! {
        <div role="status">
            {move || {
                any.get()
                    .then(|| {
                        view! {
                            <div class="banner banner--call" data-lapses>
                                <span class="banner-title">
                                    <Icon shape=Shape::Info />
                                    {t!(i18n, table.lapse.title)}
                                </span>
                                <ul class="banner-text">
                                    <Each each=move || all.get() key=|lapse| lapse.place() children=row />
                                </ul>
                            </div>
                        }
                    })
            }}
        </div>
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use uuid::Uuid;

    use super::*;

    #[test]
    fn r6_each_lapsed_cell_is_told_once_to_whoever_reads_it() {
        let id = Uuid::nil();
        let at = "2026-11-23T10:00:00Z";
        let item = |cells: serde_json::Value| -> ItemView {
            serde_json::from_value(serde_json::json!({
                "id": id, "owner": {"id": id, "kind": "police", "name": ""}, "mine": true, "author": "",
                "content": {"contribution": {"kind": "fact"}}, "subjects": [], "revision": 2, "text": "tekst",
                "shared_at": at, "cells": cells
            }))
            .unwrap()
        };
        let lapsed = serde_json::json!({"lapsed": {"because": {"why": "revised"}, "at": at}});
        let declined = serde_json::json!({"declined": {"reason": null}});
        let items = [item(serde_json::json!([
            {"recipient": Uuid::from_u128(1), "verdict": lapsed},
            {"recipient": Uuid::from_u128(2), "verdict": declined},
        ]))];
        let found = lapses(&items, &BTreeSet::new());
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].because, LapseReason::Revised);
        let read = BTreeSet::from([found[0].place()]);
        assert!(lapses(&items, &read).is_empty());
        assert!(lapses(&[], &BTreeSet::new()).is_empty());
    }
}
