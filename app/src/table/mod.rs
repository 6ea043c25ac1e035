//! The table: where a session lives on the screen.
//!
//! Lives here: one file for each part of the page, all looking at [`Live`] and asking it for what they want. Never lives
//! here: rules (a button shows because [`akkoord::session::view::ViewPermissions`] says so), words, the connection.
//!
//! Two things hold everywhere: a live update never takes the focus away (what may be focused is changed, not replaced),
//! and what a person typed is never lost.

mod actions;
mod bridging;
mod card;
mod card_forms;
mod clocks;
mod closing;
mod composer;
mod copying;
mod disposition;
mod dom;
mod header;
mod item;
mod keys;
mod lapses;
mod left;
mod local_time;
mod more_time;
mod names;
mod note;
mod notices;
mod opener;
mod own_seat;
mod pick;
mod picture;
mod roster;
mod rules;
mod seats;
mod stale;
mod subjects;
mod watchful;

use std::collections::{BTreeMap, BTreeSet};

use akkoord::ids::{ItemId, PartyId, SessionId};
use akkoord::session::closing::proposal::BulkDecision;
use akkoord::session::command::CellDecision;
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

use crate::ask::{self, asked};
use crate::backend::{Problem, TableEntry};
use crate::i18n::{t, t_string, use_i18n};
use crate::live::{Link, Live};
use crate::pages::loaded::loaded;
use crate::ui::{Alert, Title, Tone, view};
use picture::Order;

/// What one person has open on this page. Nobody else sees it, and it is gone with the page.
#[derive(Clone, Copy)]
struct Desk {
    /// How the shared picture is ordered.
    order: RwSignal<Order>,
    /// Whether the screen goes along with the chair's spotlight.
    following: RwSignal<bool>,
    /// Whether the closing matrix lies on top of the picture.
    matrix: RwSignal<bool>,
    /// Whether the form for a follow-up action is open.
    action_form: RwSignal<bool>,
    /// The cell of the matrix whose details are open.
    cell: RwSignal<Option<(ItemId, PartyId)>>,
    /// The many cells about to be decided at once.
    bulk: RwSignal<Option<BulkDecision>>,
    /// One sentence for each recipient and article with a contested ground, that its writer chose to use again (C2).
    sentences: RwSignal<BTreeMap<(PartyId, String), String>>,
    /// What was decided at once just now: until the next decision it can be taken back at once too (R6).
    step: RwSignal<Vec<CellDecision>>,
    /// Whether the chair looks at what closing would do.
    closing: RwSignal<bool>,
    /// Whether somebody tried to copy what is not theirs.
    copied: RwSignal<bool>,
    /// Whether somebody looks at what leaving the table would do.
    leaving: RwSignal<bool>,
    /// Lapsed approvals that somebody here has read.
    read_lapses: RwSignal<BTreeSet<lapses::Place>>,
}

impl Desk {
    fn new(live: Live) -> Self {
        Self {
            order: RwSignal::new(Order::chosen()),
            following: RwSignal::new(true),
            matrix: RwSignal::new(closing::is_round(live)),
            action_form: RwSignal::new(false),
            cell: RwSignal::new(None),
            bulk: RwSignal::new(None),
            sentences: RwSignal::default(),
            step: RwSignal::default(),
            closing: RwSignal::new(false),
            copied: RwSignal::new(false),
            leaving: RwSignal::new(false),
            read_lapses: RwSignal::default(),
        }
    }
}

fn live() -> Live {
    expect_context()
}

fn desk() -> Desk {
    expect_context()
}

/// `/overleg/:id`.
#[component]
pub(crate) fn TablePage() -> impl IntoView {
    let params = use_params_map();
    let id = Memo::new(move |_| params.with(|params| params.get("id").and_then(|id| id.parse::<SessionId>().ok())));
    let entry = asked(
        move || id.get(),
        |id| async move {
            match id {
                Some(id) => ask::table(id).await,
                None => Err(Problem::NotFound),
            }
        },
    );
    loaded(entry, |entry| view! { <Table entry /> })
}

/// The table itself, once there is something to show.
#[component]
fn Table(entry: TableEntry) -> impl IntoView {
    let i18n = use_i18n();
    let live = Live::new(entry);
    let desk = Desk::new(live);
    provide_context(live);
    provide_context(desk);
    live.connect();
    keys::listen(live, desk);
    closing::open_with_round(live, desk);
    Effect::new(move |_| dom::keep_focus(".table-page"));

    let title = move || {
        let reference = live.seen.about.with(|about| about.case_reference.clone());
        t_string!(i18n, table.title, reference = reference).to_string()
    };
    view! {
        <Title text=move || title() />
        <Body />
    }
}

/// Everything on the page, for what this person is here for now.
#[component]
fn Body() -> impl IntoView {
    let i18n = use_i18n();
    let live = live();
    let desk = desk();
    let paused = Memo::new(move |_| live.seen.time.with(|time| !time.requests.is_empty()));
    let stage = Memo::new(move |_| Stage::now(live));
    view! {
        <div
            class="table-page"
            data-paused=move || paused.get().then_some("true")
            data-session=live.session.to_string()
            on:copy=move |event| copying::guard(&event, desk)
            on:cut=move |event| copying::guard(&event, desk)
        >
            <p class="table-print">{t!(i18n, table.copying.rule)}</p>
            <header::Bar />
            <notices::Banners />
            {move || match stage.get() {
                Stage::NoSeat => view! { <NoSeat /> },
                Stage::Closed => view! { <closing::Outcome /> },
                Stage::Rules => view! { <rules::GroundRules /> },
                Stage::Left => view! { <left::LeftTable /> },
                Stage::Entering => view! { <p class="table-entering note">{t!(i18n, table.entering)}</p> },
                Stage::Table => {
                    view! {
                        <div class="table-columns">
                            <roster::Roster />
                            <picture::Picture />
                            <section class="table-agreements" tabindex="0" aria-labelledby="table-agreements">
                                <actions::Actions />
                                <bridging::Bridging />
                                <disposition::Disposition />
                            </section>
                        </div>
                        <closing::Dialogs />
                    }
                }
            }}
            <own_seat::LeaveDialog />
            <notices::Toasts />
            <notices::Spoken />
        </div>
    }
}

/// What this person is here for now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    /// The room has not let them in yet.
    Entering,
    /// The ground rules come first.
    Rules,
    /// At the table.
    Table,
    /// Their organisation left; they still decide about what is its own.
    Left,
    /// The session is over.
    Closed,
    /// Their seat was taken away.
    NoSeat,
}

impl Stage {
    fn now(live: Live) -> Self {
        if live.link.get() == Link::NoSeat {
            return Self::NoSeat;
        }
        if live.seen.progress.with(|progress| progress.closed.is_some()) {
            return Self::Closed;
        }
        if live.seen.may.with(|may| may.accept_rules) {
            return Self::Rules;
        }
        let me = live.my_id();
        let accepted = live.seen.seats.with(|seats| {
            seats
                .iter()
                .flat_map(|seat| &seat.people)
                .any(|person| person.id == me && person.accepted)
        });
        let has_left = live.seen.about.with(|about| about.has_left);
        match (accepted, has_left) {
            (false, _) => Self::Entering,
            (true, true) => Self::Left,
            (true, false) => Self::Table,
        }
    }
}

#[component]
fn NoSeat() -> impl IntoView {
    let i18n = use_i18n();
    let title = Signal::derive(move || t_string!(i18n, table.no_seat.title).to_owned());
    view! {
        <div class="page page--narrow stack">
            <Alert tone=Tone::Info title>{t!(i18n, table.no_seat.text)}</Alert>
            <p>
                <a class="utrecht-link" rel="external" href="/overleggen">
                    {t!(i18n, common.not_found.back)}
                </a>
            </p>
        </div>
    }
}

// Only with what a server renders a page by: `cargo test -p akkoord-app --features ssr`, or together with the server.
#[cfg(all(test, feature = "ssr"))]
mod tests;
