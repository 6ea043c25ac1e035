//! One contribution. The card stays; only the part that changed is painted again.

use akkoord::party::PartyKind;
use akkoord::session::item::{ContributionKind, NewContent, Purpose};
use akkoord::session::view::ContentView;
use akkoord::session::{Command, CommandKind};
use leptos::prelude::*;

use super::card_forms::Revise;
use super::item::{Acts, Bases, Marks, Mode, OpenForm, Requests, escape, focus_with};
use super::live;
use crate::i18n::{Locale, t_string, td_string, use_i18n};
use crate::live::seen::{Card, Seen};
use crate::ui::tag::{kind_class, party_class};
use crate::ui::{KindTag, PartyTag, time, view, words};

/// What a contribution claims to be.
pub(super) fn contribution_kind(content: &ContentView) -> Option<ContributionKind> {
    match content {
        ContentView::Contribution { kind } => Some(*kind),
        ContentView::Action { .. } | ContentView::Measure { .. } | ContentView::Disposition { .. } => None,
    }
}

/// A card.
#[component]
pub(super) fn CardItem(card: Card) -> impl IntoView {
    let i18n = use_i18n();
    let live = live();
    let Card { id, view, fresh } = card;
    let view = RwSignal::from(view);
    let mode = RwSignal::new(Mode::Reading);
    let (owner, mine, shared_at) = view.with_untracked(|view| (view.owner.clone(), view.mine, view.shared_at));
    let kind = Memo::new(move |_| view.with(|view| contribution_kind(&view.content)));
    let withdrawn = Memo::new(move |_| view.with(|view| view.withdrawn_at));
    let text = Memo::new(move |_| view.with(|view| view.text.clone()));
    let about = Memo::new(move |_| view.with(|view| view.subjects.clone()));
    let lit = Memo::new(move |_| live.spotlight.get() == Some(id));
    let party = owner.kind;
    let class = move || format!("card {} {}", party_class(party), kind.get().map_or("", kind_class));
    let spoken = move || {
        let locale = i18n.get_locale();
        let owner = live.seen.party(view.with(|view| view.owner.id));
        let kind = kind.get().map_or("", |kind| words::kind(locale, kind).0);
        format!("{owner}, {kind}, {}", time::clock_time(shared_at))
    };
    let whom = move || {
        let whom = about.with(|about| live.seen.about_whom(about));
        (!whom.is_empty()).then(|| t_string!(i18n, table.card.about, whom = whom).to_string())
    };
    focus_with(mode, id);
    let revise = move || (mode.get() == Mode::Revising).then(|| view! { <Revise view mode /> });
    view! {
        <article
            class=move || class()
            tabindex="-1"
            aria-label=move || spoken()
            data-card=id.to_string()
            data-item=id.to_string()
            data-own=mine.then_some("true")
            data-new=fresh.then_some("true")
            data-spotlight=move || lit.get().then_some("true")
            data-withdrawn=move || withdrawn.get().is_some().then_some("true")
            on:keydown=move |event| escape(&event, mode)
        >
            <header class="card-head">
                <PartyTag kind=owner.kind name=owner.name.clone() />
                {(owner.kind == PartyKind::Other).then(|| view! { <span class="note">{owner.name}</span> })}
                {move || kind.get().map(|kind| view! { <KindTag kind /> })}
                <span class="card-about">{move || whom()}</span>
                <time class="card-time" datetime=shared_at.to_rfc3339()>
                    {time::clock_time(shared_at)}
                </time>
            </header>
            {move || match (withdrawn.get(), mode.get()) {
                (Some(at), _) => {
                    let text = move || t_string!(i18n, table.card.withdrawn, time = time::clock_time(at)).to_string();
                    Some(view! { <p class="card-text">{move || text()}</p> })
                }
                (None, Mode::Revising) => None,
                (None, _) => Some(view! { <p class="card-text">{move || text.get()}</p> }),
            }}
            {move || revise()}
            <OpenForm view mode />
            <Bases view />
            <footer class="card-foot">
                <Marks view />
                <Requests view />
                <Acts view mode spotlight=true />
            </footer>
        </article>
    }
}

/// What a released item may be used for, in words (R5).
pub(super) fn purpose_words(locale: Locale, seen: Seen, recipient: akkoord::ids::PartyId, purpose: &Purpose) -> String {
    match purpose {
        Purpose::Action(id) => match seen.action_number(*id) {
            Some(number) => td_string!(locale, table.purpose.action, number = number).to_string(),
            None => td_string!(locale, table.purpose.dropped).to_owned(),
        },
        Purpose::Task(code) => seen.seats.with(|seats| {
            let seat = seats.iter().find(|seat| seat.party.id == recipient);
            let task = seat.and_then(|seat| seat.tasks.iter().find(|task| task.code == *code));
            task.map_or_else(|| code.clone(), |task| words::name(locale, &task.name))
        }),
    }
}

/// An own contribution that the room has not confirmed yet.
#[component]
pub(super) fn Underway(command: Command) -> impl IntoView {
    let i18n = use_i18n();
    let live = live();
    let CommandKind::Share {
        content: NewContent::Contribution { kind },
        text,
        ..
    } = command.kind
    else {
        return ().into_any();
    };
    let (party, name) = live.me.with_value(|me| (me.party.kind, me.party.name.clone()));
    let state = move || {
        let stored = live.outbox.with(|outbox| {
            outbox
                .iter()
                .find(|waiting| waiting.command.id == command.id)
                .is_none_or(|waiting| waiting.not_stored == 0)
        });
        match (live.link.get().is_lost(), stored) {
            (true, _) => t_string!(i18n, table.card.waits),
            (false, false) => t_string!(i18n, table.card.not_stored),
            (false, true) => t_string!(i18n, table.card.underway),
        }
    };
    view! {
        <li class=format!("card {} {}", party_class(party), kind_class(kind)) data-own="true" data-underway="true">
            <div class="card-head">
                <PartyTag kind=party name />
                <KindTag kind />
                <span class="card-time">{move || state()}</span>
            </div>
            <p class="card-text">{text}</p>
        </li>
    }
}
