//! The table's clock and the law's clock. Nothing ticks but one signal a second; both are arithmetic on it (T6), so that
//! every screen shows the same second.

use akkoord::session::clock::DecisionClock;
use chrono::{DateTime, Utc};
use leptos::prelude::*;

use crate::i18n::{Locale, t, t_string, td_string, use_i18n};
use crate::ui::icon::{Icon, Shape};
use crate::ui::time;
use crate::ui::view;

/// From here on a running clock asks for attention, in milliseconds.
const CLOCK_NEAR_MS: i64 = 15 * 60_000;
/// From here on the law's clock asks for attention, in milliseconds.
const DEADLINE_NEAR_MS: i64 = 60 * 60_000;

/// The server's time, as this browser reckons it.
#[derive(Clone, Copy)]
pub(crate) struct Now {
    now: RwSignal<DateTime<Utc>>,
    /// The server's time minus the browser's, in milliseconds.
    ahead_ms: StoredValue<i64>,
}

impl Now {
    /// Starts from what the server said, and in a browser goes on by itself, once a second.
    pub(crate) fn starting(at: DateTime<Utc>) -> Self {
        let this = Self {
            now: RwSignal::new(at),
            ahead_ms: StoredValue::new(0),
        };
        Effect::new(move |_| {
            this.correct(at);
            let ticking = set_interval_with_handle(move || this.tick(), std::time::Duration::from_secs(1));
            on_cleanup(move || {
                if let Ok(ticking) = ticking {
                    ticking.clear();
                }
            });
        });
        this
    }

    /// Takes over the server's time, just received.
    pub(crate) fn correct(self, at: DateTime<Utc>) {
        self.ahead_ms.set_value(at.timestamp_millis() - browser_millis());
        self.now.set(at);
    }

    /// Goes on from a measured difference: the server's time minus the browser's, in milliseconds.
    #[cfg_attr(not(target_arch = "wasm32"), allow(dead_code, reason = "only a browser measures"))]
    pub(crate) fn ahead(self, ahead_ms: i64) {
        self.ahead_ms.set_value(ahead_ms);
        self.tick();
    }

    fn tick(self) {
        let millis = browser_millis() + self.ahead_ms.get_value();
        self.now.set(time::from_millis(millis));
    }

    /// The time, followed.
    pub(crate) fn get(self) -> DateTime<Utc> {
        self.now.get()
    }

    /// The time, once.
    pub(crate) fn get_untracked(self) -> DateTime<Utc> {
        self.now.get_untracked()
    }
}

/// The browser's own clock, right or wrong, in milliseconds since 1970.
#[cfg(target_arch = "wasm32")]
#[expect(clippy::cast_possible_truncation, reason = "milliseconds fit for 285,000 years")]
fn browser_millis() -> i64 {
    js_sys::Date::now() as i64
}

/// Only a browser ticks.
#[cfg(not(target_arch = "wasm32"))]
fn browser_millis() -> i64 {
    0
}

/// What state a clock is in, as the style knows it.
pub(crate) fn clock_state(clock: Option<DecisionClock>, now: DateTime<Utc>) -> &'static str {
    let Some(clock) = clock else { return "none" };
    match clock.remaining_ms(now) {
        _ if clock.running_since.is_none() => "paused",
        left if left < 0 => "overtime",
        left if left < CLOCK_NEAR_MS => "warning",
        _ => "running",
    }
}

/// The decision clock: digits, and its state in words.
#[component]
pub(crate) fn Clock(
    /// The clock, where one runs.
    #[prop(into)]
    clock: Signal<Option<DecisionClock>>,
    /// Since when VT takes its time.
    #[prop(into)]
    paused_since: Signal<Option<DateTime<Utc>>>,
    /// The time.
    now: Now,
) -> impl IntoView {
    let i18n = use_i18n();
    let state = Memo::new(move |_| clock_state(clock.get(), now.get()));
    // Rounded up: a clock that shows zero is over.
    let digits = move || {
        clock
            .get()
            .map(|clock| time::hms(clock.remaining_ms(now.get()).div_euclid(1000)))
    };
    let word = move || {
        let locale = i18n.get_locale();
        match (state.get(), paused_since.get()) {
            ("paused", Some(at)) => {
                td_string!(locale, words.clock.paused_since, time = time::clock_time(at)).to_string()
            }
            ("paused", None) => td_string!(locale, words.clock.paused).to_owned(),
            ("overtime", _) => td_string!(locale, words.clock.overtime).to_owned(),
            ("warning", _) => td_string!(locale, words.clock.nearly).to_owned(),
            ("none", _) => td_string!(locale, words.clock.none).to_owned(),
            _ => td_string!(locale, words.clock.running).to_owned(),
        }
    };
    view! {
        <div class="clock" data-state=state role="timer" aria-live="off">
            <span class="clock-label">{t!(i18n, words.clock.decision)}</span>
            <span class="clock-digits">{move || digits()}</span>
            <span class="clock-word">
                {move || (state.get() == "paused").then(|| view! { <Icon shape=Shape::Pause /> })} {move || word()}
            </span>
        </div>
    }
}

/// The end of custody. It never pauses, and never looks as if it did (T4).
#[component]
pub(crate) fn Deadline(
    /// When it ends.
    #[prop(into)]
    at: Signal<DateTime<Utc>>,
    /// On which article, where it is known.
    #[prop(optional, into)]
    article: MaybeProp<String>,
    /// The time.
    now: Now,
) -> impl IntoView {
    let i18n = use_i18n();
    let left_ms = move || (at.get() - now.get()).num_milliseconds();
    let near = Memo::new(move |_| deadline_near(at.get(), now.get()).then_some("true"));
    let left = Memo::new(move |_| deadline_left(i18n.get_locale(), left_ms()));
    let hour = Memo::new(move |_| time::hour(i18n.get_locale(), at.get(), now.get()));
    let note = move || {
        let locale = i18n.get_locale();
        let runs_on = td_string!(locale, words.clock.runs_on);
        match article.get() {
            Some(article) => format!("{article}, {runs_on}"),
            None => format!(
                "{}, {runs_on}",
                td_string!(locale, words.clock.statutory).to_lowercase()
            ),
        }
    };
    view! {
        <div class="deadline" data-near=near role="group" aria-label=move || t_string!(i18n, words.clock.statutory)>
            <span class="deadline-sign" aria-hidden="true">
                "§"
            </span>
            <span class="deadline-hour">{move || hour.get()}</span>
            <span class="deadline-left">{move || left.get()}</span>
            <span class="deadline-note">{move || note()}</span>
        </div>
    }
}

/// Whether the law's clock asks for attention.
pub(crate) fn deadline_near(at: DateTime<Utc>, now: DateTime<Utc>) -> bool {
    (at - now).num_milliseconds() < DEADLINE_NEAR_MS
}

fn deadline_left(locale: Locale, left_ms: i64) -> String {
    if left_ms < 0 {
        return td_string!(locale, words.clock.passed).to_owned();
    }
    let left = time::length(locale, left_ms / 1000);
    td_string!(locale, words.clock.left, left = left).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::TimeDelta;

    #[test]
    fn t2_a_clock_that_stands_still_is_never_shown_as_late() {
        let start = DateTime::UNIX_EPOCH;
        let clock = DecisionClock::started(start, 30);
        let after = |minutes| start + TimeDelta::minutes(minutes);
        assert_eq!(clock_state(None, start), "none");
        assert_eq!(clock_state(Some(clock), after(10)), "running");
        assert_eq!(clock_state(Some(clock), after(16)), "warning");
        assert_eq!(clock_state(Some(clock), after(31)), "overtime");
        assert_eq!(clock_state(Some(clock.paused(after(16))), after(90)), "paused");
    }

    #[test]
    fn t4_a_deadline_that_passed_says_so() {
        assert_eq!(deadline_left(Locale::nl, -1), "verstreken");
        assert_eq!(deadline_left(Locale::nl, 23 * 60_000), "nog 23 min");
    }
}
