//! What people are told besides the table itself: banners in the flow, short news at the foot, and one polite voice
//! for those who listen.

use std::time::Duration;

use leptos::prelude::*;

use super::closing::LastCall;
use super::more_time::Pauses;
use super::{desk, live};
use crate::i18n::{t, t_string, td_string, use_i18n};
use crate::live::{Link, News};
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
            <LastCall />
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
                        {move || words::refusal(i18n.get_locale(), because)}
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
