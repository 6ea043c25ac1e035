//! One contribution, and what can be done with it. The card stays; only the part that changed is painted again.

use akkoord::ids::ContributionId;
use akkoord::party::PartyKind;
use akkoord::protocol::FromClient;
use akkoord::session::command::{ContributionKind, Purpose};
use akkoord::session::view::{CardView, RequestView};
use akkoord::session::{Command, Wish};
use leptos::prelude::*;

use super::card_forms::{AskRelease, ChangeAudience, ConfirmWithdraw, Revise};
use super::pick::audience_words;
use super::{desk, dom, live};
use crate::i18n::{Locale, t, t_string, td_string, use_i18n};
use crate::live::seen::{Card, Seen};
use crate::ui::tag::{kind_class, party_class};
use crate::ui::{Button, Icon, KindTag, Look, PartyTag, Shape, changing, time, view, words};

/// What is being done with a card, on this screen only.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mode {
    /// Reading it.
    Reading,
    /// Writing a new text for it.
    Revising,
    /// Choosing who sees it.
    Widening,
    /// About to withdraw it.
    Withdrawing,
    /// Asking for its release.
    Asking,
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
    let kind = Memo::new(move |_| view.with(|view| view.kind));
    let withdrawn = Memo::new(move |_| view.with(|view| view.withdrawn_at));
    let text = Memo::new(move |_| view.with(|view| view.text.clone()));
    let about = Memo::new(move |_| view.with(|view| view.subjects.clone()));
    let lit = Memo::new(move |_| live.spotlight.get() == Some(id));
    let party = owner.kind;
    let class = move || format!("card {} {}", party_class(party), kind_class(kind.get()));
    let spoken = move || {
        let locale = i18n.get_locale();
        let owner = live.seen.party(view.with(|view| view.owner.id));
        format!(
            "{owner}, {}, {}",
            words::kind(locale, kind.get()).0,
            time::clock_time(shared_at)
        )
    };
    let whom = move || {
        let whom = about.with(|about| live.seen.about_whom(about));
        (!whom.is_empty()).then(|| t_string!(i18n, table.card.about, whom = whom).to_string())
    };
    Effect::new(move |was: Option<Mode>| {
        let is = mode.get();
        if was.is_some_and(|was| was != Mode::Reading) && is == Mode::Reading {
            dom::focus_if_lost_soon(format!("[data-card='{id}']"));
        } else if is != Mode::Reading {
            dom::focus_first_field_soon(format!("[data-card='{id}'] .table-form"));
        }
        is
    });
    let form = move || match mode.get() {
        Mode::Reading => None,
        Mode::Revising => Some(view! { <Revise view mode /> }),
        Mode::Widening => Some(view! { <ChangeAudience view mode /> }),
        Mode::Withdrawing => Some(view! { <ConfirmWithdraw view mode /> }),
        Mode::Asking => Some(view! { <AskRelease view mode /> }),
    };
    view! {
        <article
            class=move || class()
            tabindex="-1"
            aria-label=move || spoken()
            data-card=id.to_string()
            data-own=mine.then_some("true")
            data-new=fresh.then_some("true")
            data-spotlight=move || lit.get().then_some("true")
            data-withdrawn=move || withdrawn.get().is_some().then_some("true")
            on:keydown=move |event| {
                if event.key() == "Escape" && mode.get_untracked() != Mode::Reading {
                    mode.set(Mode::Reading);
                }
            }
        >
            <header class="card-head">
                <PartyTag kind=owner.kind name=owner.name.clone() />
                {(owner.kind == PartyKind::Other).then(|| view! { <span class="note">{owner.name}</span> })}
                {move || view! { <KindTag kind=kind.get() /> }}
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
            {move || form()}
            <footer class="card-foot">
                <Marks view />
                <Requests view />
                <Acts id view mode />
            </footer>
        </article>
    }
}

/// Who judged, who may see it, and that it was corrected (C7).
#[component]
fn Marks(view: RwSignal<CardView>) -> impl IntoView {
    let i18n = use_i18n();
    let seen = live().seen;
    let author = Memo::new(move |_| view.with(|view| (view.kind, view.author.clone())));
    let audience = Memo::new(move |_| view.with(|view| view.audience.clone()));
    let revised = Memo::new(move |_| view.with(|view| view.revised_at.map(|at| (view.revision, at))));
    let answer = Memo::new(move |_| view.with(|view| view.answer.clone()));
    let by = move || {
        let (kind, author) = author.get();
        match kind {
            ContributionKind::Assessment => t_string!(i18n, table.card.assessor, who = author).to_string(),
            _ => author,
        }
    };
    let to = move || {
        audience.with(|audience| {
            let audience = audience.as_ref()?;
            Some(audience_words(i18n.get_locale(), seen, audience.table, &audience.named))
        })
    };
    let corrected = move || {
        let (revision, at) = revised.get()?;
        Some(t_string!(i18n, table.card.revised, number = revision, time = time::clock_time(at)).to_string())
    };
    view! {
        <span class="card-mark">{move || by()}</span>
        {move || {
            to().map(|to| {
                view! {
                    <span class="card-mark" data-audience>
                        <Icon shape=Shape::Lock />
                        {to}
                    </span>
                }
            })
        }}
        {move || corrected().map(|text| view! { <span class="card-mark" data-revised>{text}</span> })}
        {move || {
            answer
                .get()
                .map(|answer| {
                    let text = move || t_string!(i18n, table.card.answer, answer = answer.clone()).to_string();
                    view! { <span class="card-mark">{move || text()}</span> }
                })
        }}
    }
}

/// Requests for release: all for the owner, else one's own (R13).
#[component]
fn Requests(view: RwSignal<CardView>) -> impl IntoView {
    let i18n = use_i18n();
    let live = live();
    let requests = Memo::new(move |_| view.with(|view| view.requests.clone()));
    let (id, mine) = view.with_untracked(|view| (view.id, view.mine));
    let row = move |request: RequestView| {
        let text = move || {
            let locale = i18n.get_locale();
            let party = live.seen.party(request.party);
            let what = request
                .purpose
                .as_ref()
                .map(|it| purpose_words(locale, live.seen, request.party, it));
            let text = match (mine, what) {
                (true, Some(what)) => {
                    td_string!(locale, table.request.for_what, party = party, what = what).to_string()
                }
                (true, None) => td_string!(locale, table.request.plain, party = party).to_string(),
                (false, Some(what)) => td_string!(locale, table.request.own_for_what, what = what).to_string(),
                (false, None) => td_string!(locale, table.request.own).to_owned(),
            };
            request
                .reason
                .as_ref()
                .map_or(text.clone(), |reason| format!("{text}: {reason}"))
        };
        view! {
            <li>
                <span aria-hidden="true">"◇"</span>
                <span>{move || text()}</span>
                {(!mine)
                    .then(|| {
                        view! {
                            <Button
                                look=Look::Subtle
                                on:click=move |_| live.want(Wish::DropRequest { contribution: id })
                            >
                                {t!(i18n, table.request.drop)}
                            </Button>
                        }
                    })}
            </li>
        }
    };
    changing(move || {
        (!requests.with(Vec::is_empty)).then(|| {
            view! { <ul class="card-requests">{requests.get().into_iter().map(row).collect_view()}</ul> }
        })
    })
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

/// What can be done with it: by its owner, by the others, by the chair.
#[component]
fn Acts(id: ContributionId, view: RwSignal<CardView>, mode: RwSignal<Mode>) -> impl IntoView {
    let i18n = use_i18n();
    let live = live();
    let desk = desk();
    let mine = view.with_untracked(|view| view.mine);
    let you = live.seen.about.with_untracked(|about| about.you);
    let alive = Memo::new(move |_| view.with(|view| view.withdrawn_at.is_none()));
    let may_share = Memo::new(move |_| live.seen.may.with(|may| may.share));
    let leads = Memo::new(move |_| live.seen.may.with(|may| may.lead));
    let lit = Memo::new(move |_| live.spotlight.get() == Some(id));
    let asked = Memo::new(move |_| view.with(|view| view.requests.iter().any(|request| Some(request.party) == you)));
    let open = move |it: Mode| move |_| mode.update(|mode| *mode = if *mode == it { Mode::Reading } else { it });
    let shine = move |_| {
        desk.following.set(true);
        let card = (!lit.get_untracked()).then_some(id);
        live.say(FromClient::Spotlight { card });
    };
    view! {
        <span class="card-acts">
            {move || {
                (alive.get() && may_share.get() && mine)
                    .then(|| {
                        view! {
                            <Button look=Look::Subtle on:click=open(Mode::Revising)>{t!(i18n, table.card.revise)}</Button>
                            <Button look=Look::Subtle on:click=open(Mode::Widening)>{t!(i18n, table.card.audience)}</Button>
                            <Button look=Look::Subtle on:click=open(Mode::Withdrawing)>{t!(i18n, table.card.withdraw)}</Button>
                        }
                    })
            }}
            {move || {
                (alive.get() && may_share.get() && !mine && !asked.get())
                    .then(|| {
                        view! {
                            <Button look=Look::Subtle on:click=open(Mode::Asking)>{t!(i18n, table.request.ask)}</Button>
                        }
                    })
            }}
            {move || {
                leads
                    .get()
                    .then(|| {
                        view! {
                            <Button
                                look=Look::Subtle
                                attr:aria-pressed=move || lit.get().to_string()
                                on:click=shine
                            >
                                {t!(i18n, table.card.spotlight)}
                            </Button>
                        }
                    })
            }}
        </span>
    }
}

/// An own contribution that the room has not confirmed yet.
#[component]
pub(super) fn Underway(command: Command) -> impl IntoView {
    let i18n = use_i18n();
    let live = live();
    let Wish::Share { kind, text, .. } = command.wish else {
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
