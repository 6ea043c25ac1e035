//! What people are told besides the table itself: banners in the flow, short news at the foot, and one polite voice
//! for those who listen.

use std::time::Duration;

use akkoord::ids::PartyId;
use akkoord::session::CommandKind;
use leptos::prelude::*;

use super::closing::LastCall;
use super::lapses::Lapses;
use super::more_time::Pauses;
use super::own_seat::AskedToLeave;
use super::{desk, live};
use crate::i18n::{Locale, t, t_string, td_string, use_i18n};
use crate::live::{Cause, Link, News};
use crate::ui::{Button, Each, Icon, Look, Shape, time, view, words};

/// From here on the law's clock asks for attention on every screen (T4), in milliseconds.
const NEAR_MS: i64 = 60 * 60_000;
/// How long news of cards is gathered before it is spoken.
const BREATH: Duration = Duration::from_millis(1_200);

/// Banners under the bar. They push the page down and never cover it.
#[component]
pub(super) fn Banners() -> impl IntoView {
    view! {
        <div class="table-banners">
            <Pauses />
            <Connection />
            <Law />
            <Expiry />
            <LastCall />
            <AskedToLeave />
            <Newcomers />
            <Lapses />
        </div>
    }
}

/// The connection, and what the server cannot store.
#[component]
fn Connection() -> impl IntoView {
    let i18n = use_i18n();
    let live = live();
    let lost = Memo::new(move |_| live.link.get().is_lost());
    let silent = Memo::new(move |_| live.link.get() == Link::Silent);
    let waiting = Memo::new(move |_| live.outbox.with(|outbox| outbox.iter().count()));
    let not_stored = Memo::new(move |_| !live.storage_works.get() || live.outbox.with(|outbox| outbox.worst() > 0));
    let title = move || {
        if silent.get() {
            t_string!(i18n, table.link.silent)
        } else {
            t_string!(i18n, table.link.lost)
        }
    };
    let text = move || match waiting.get() {
        0 => t_string!(i18n, table.link.kept).to_owned(),
        1 => t_string!(i18n, table.link.one_waiting).to_owned(),
        number => t_string!(i18n, table.link.waiting, number = number).to_string(),
    };
    view! {
        <div role="status">
            {move || {
                lost.get()
                    .then(|| {
                        view! {
                            <div class="banner banner--offline" data-link="lost">
                                <span class="banner-title">
                                    <Icon shape=Shape::Warning />
                                    {move || title()}
                                </span>
                                <span class="banner-text">{move || text()}</span>
                                <Button on:click=move |_| live.connect_now()>{t!(i18n, table.link.now)}</Button>
                            </div>
                        }
                    })
            }}
            {move || {
                (not_stored.get() && !lost.get())
                    .then(|| {
                        view! {
                            <div class="banner banner--offline" data-link="not-stored">
                                <span class="banner-title">
                                    <Icon shape=Shape::Warning />
                                    {t!(i18n, table.link.not_stored)}
                                </span>
                                <span class="banner-text">{t!(i18n, table.link.not_stored_text)}</span>
                            </div>
                        }
                    })
            }}
        </div>
    }
}

/// The end of custody comes close: on every screen, and whether the clock stands still or not (T4).
#[component]
fn Law() -> impl IntoView {
    let i18n = use_i18n();
    let live = live();
    let left = Memo::new(move |_| {
        let at = live
            .seen
            .time
            .with(|time| time.deadline.as_ref().map(|deadline| deadline.at))?;
        let left = (at - live.now.get()).num_milliseconds();
        // Whole minutes: a banner that changes each second is noise.
        (left < NEAR_MS).then(|| left.div_euclid(60_000))
    });
    let near = Memo::new(move |_| left.get().is_some());
    let text = move || {
        let locale = i18n.get_locale();
        match left.get() {
            Some(minutes) if minutes >= 0 => {
                let left = time::length(locale, minutes * 60);
                td_string!(locale, table.law.near, left = left).to_string()
            }
            _ => td_string!(locale, table.law.passed).to_owned(),
        }
    };
    view! {
        <div role="status">
            {move || {
                near.get()
                    .then(|| {
                        view! {
                            <div class="banner banner--law" data-law="near">
                                <span class="banner-title">
                                    <Icon shape=Shape::Law />
                                    {t!(i18n, words.clock.statutory)}
                                </span>
                                <span class="banner-text">{move || text()}</span>
                            </div>
                        }
                    })
            }}
        </div>
    }
}

/// R14: when the session expires if nothing happens, once that was announced.
#[component]
fn Expiry() -> impl IntoView {
    let i18n = use_i18n();
    let live = live();
    let expires_at = Memo::new(move |_| {
        let at = live
            .seen
            .progress
            .with(|progress| progress.expires_at.filter(|_| progress.closed.is_none()));
        at.map(|at| (at, time::moment(i18n.get_locale(), at, live.now.get())))
    });
    let any = Memo::new(move |_| expires_at.with(Option::is_some));
    let text = move || {
        let (_, at) = expires_at.get()?;
        Some(t_string!(i18n, table.expiry.text, time = at).to_string())
    };
    view! {
        <div role="status">
            {move || {
                any.get()
                    .then(|| {
                        view! {
                            <div class="banner banner--call" data-expiry>
                                <span class="banner-title">
                                    <Icon shape=Shape::Warning />
                                    {t!(i18n, table.expiry.title)}
                                </span>
                                <span class="banner-text">{move || text()}</span>
                            </div>
                        }
                    })
            }}
        </div>
    }
}

/// R15: a party that got a full seat later, and the question to each owner whether it sees what was shared before.
#[component]
fn Newcomers() -> impl IntoView {
    let live = live();
    let newcomers = Memo::new(move |_| live.seen.newcomers.get());
    view! {
        <div role="status">
            <Each each=move || newcomers.get() key=|party| *party let:party>
                <Newcomer party />
            </Each>
        </div>
    }
}

#[component]
fn Newcomer(party: PartyId) -> impl IntoView {
    let i18n = use_i18n();
    let live = live();
    let text = move || t_string!(i18n, table.newcomer.ask, party = live.seen.party(party)).to_string();
    let answer = move |show: bool| move |_| live.want(CommandKind::AnswerNewcomer { party, show });
    view! {
        <div class="banner banner--call" data-newcomer=party.to_string()>
            <span class="banner-text">{move || text()}</span>
            <Button on:click=answer(true)>{t!(i18n, table.newcomer.yes)}</Button>
            <Button on:click=answer(false)>{t!(i18n, table.newcomer.no)}</Button>
        </div>
    }
}

/// Why a command changed nothing: what happened, what is safe, what to do.
fn cause_words(locale: Locale, because: Cause) -> &'static str {
    match because {
        Cause::Refused(refusal) => words::refusal(locale, refusal),
        Cause::NotUnderstood => td_string!(locale, refusals.not_understood),
        Cause::TooLong => td_string!(locale, refusals.too_long_to_send),
    }
}

/// Short news at the foot: what was refused, with the words it was about, until somebody has read it.
#[component]
pub(super) fn Toasts() -> impl IntoView {
    let i18n = use_i18n();
    let live = live();
    let desk = desk();
    let dismiss = move |id| live.news.update(|all| all.retain(|news| news.id != id));
    let refused = move |news: News| {
        let because = news.because;
        let words = news.words.clone();
        view! {
            <div class="toast" data-refused>
                <div>
                    <p>
                        <strong>{t!(i18n, refusals.heading)}</strong>
                        " "
                        {move || cause_words(i18n.get_locale(), because)}
                    </p>
                    {words
                        .map(|words| {
                            view! { <p class="toast-words">{t!(i18n, table.news.your_words)} " " <q>{words}</q></p> }
                        })}
                </div>
                <Button look=Look::Subtle on:click=move |_| dismiss(news.id)>
                    {t!(i18n, table.news.dismiss)}
                </Button>
            </div>
        }
    };
    view! {
        <div class="toasts" role="status">
            <Each each=move || live.news.get() key=|news| news.id children=refused />
            {move || {
                desk.copied
                    .get()
                    .then(|| {
                        view! {
                            <div class="toast" data-copied>
                                <p>{t!(i18n, table.copying.notice)}</p>
                                <Button look=Look::Subtle on:click=move |_| desk.copied.set(false)>
                                    {t!(i18n, table.news.dismiss)}
                                </Button>
                            </div>
                        }
                    })
            }}
        </div>
    }
}

/// New contributions, gathered for a breath and said once.
#[component]
pub(super) fn Spoken() -> impl IntoView {
    let i18n = use_i18n();
    let live = live();
    let said = RwSignal::new(String::new());
    let waiting = StoredValue::new(false);
    Effect::new(move |_| {
        if live.arrived.with(Vec::is_empty) || waiting.get_value() {
            return;
        }
        waiting.set_value(true);
        set_timeout(
            move || {
                // The page may be gone by now.
                let Some(ids) = live.arrived.try_update(std::mem::take) else {
                    return;
                };
                waiting.try_set_value(false);
                let mut owners: Vec<_> = ids
                    .iter()
                    .filter_map(|id| untrack(|| live.seen.card(*id)))
                    .map(|card| card.view.with_untracked(|view| view.owner.id))
                    .collect();
                let number = owners.len();
                owners.sort_unstable();
                owners.dedup();
                let from = untrack(|| live.seen.parties(&owners));
                said.set(match number {
                    0 => String::new(),
                    1 => t_string!(i18n, table.news.one_card, from = from).to_string(),
                    _ => t_string!(i18n, table.news.cards, number = number, from = from).to_string(),
                });
            },
            BREATH,
        );
    });
    view! {
        <p class="visually-hidden" aria-live="polite">
            {move || said.get()}
        </p>
    }
}
