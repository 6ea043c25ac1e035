//! "VT heeft meer tijd nodig": one press, nobody's permission (T1); a banner on every screen while it stands (T2).

use akkoord::session::CommandKind;
use akkoord::session::command::TimeReason;
use akkoord::session::view::TimeRequestView;
use leptos::prelude::*;

use super::live;
use crate::i18n::{t, t_string, td_string, use_i18n};
use crate::live::Live;
use crate::ui::{Button, Each, Icon, Look, Shape, changing, time, view, words};

/// The reasons, in the order a person chooses from.
const REASONS: [TimeReason; 6] = [
    TimeReason::SafetyAssessment,
    TimeReason::HearVictim,
    TimeReason::ConfidentialDoctor,
    TimeReason::Colleague,
    TimeReason::OwnInvestigation,
    TimeReason::Other,
];

/// Asks for time, once; a second press is the same signal.
pub(super) fn ask(live: Live) {
    let may = live.seen.may.with_untracked(|may| may.ask_time);
    let stands = live
        .seen
        .time
        .with_untracked(|time| time.requests.iter().any(|request| request.mine));
    if may && !stands {
        live.want(CommandKind::AskTime {
            reason: None,
            minutes: None,
        });
    }
}

/// VT's button. It stays where it is while the request stands, so that the focus stays too.
#[component]
pub(super) fn MoreTime() -> impl IntoView {
    let i18n = use_i18n();
    let live = live();
    let seen = live.seen;
    let may = Memo::new(move |_| seen.may.with(|may| may.ask_time));
    let stands = Memo::new(move |_| seen.time.with(|time| time.requests.iter().any(|request| request.mine)));
    let label = move || {
        if stands.get() {
            t_string!(i18n, table.more_time.asked)
        } else {
            t_string!(i18n, table.more_time.ask)
        }
    };
    changing(move || {
        may.get().then(|| {
            view! {
                <Button
                    look=Look::MoreTime
                    key="t"
                    attr:aria-disabled=move || stands.get().then_some("true")
                    on:click=move |_| ask(live)
                >
                    {move || label()}
                </Button>
            }
        })
    })
}

/// The banner of the pause: an alert for everybody, and beside it what VT itself can add or end.
#[component]
pub(super) fn Pauses() -> impl IntoView {
    let live = live();
    let seen = live.seen;
    let requests = Memo::new(move |_| seen.time.with(|time| time.requests.clone()));
    let own = Memo::new(move |_| {
        seen.time
            .with(|time| time.requests.iter().find(|it| it.mine).map(|it| it.id))
    });
    view! {
        // The only alert on the page: everything else waits for its turn.
        <div role="alert">
            <Each each=move || requests.get() key=|request| (request.id, request.reason, request.minutes) let:request>
                <Pause request />
            </Each>
        </div>
        {move || own.get().map(|id| view! { <Explain id /> })}
    }
}

#[component]
fn Pause(request: TimeRequestView) -> impl IntoView {
    let i18n = use_i18n();
    let live = live();
    let text = move || {
        let locale = i18n.get_locale();
        let party = live.seen.party(request.party);
        let who = request.by.clone().map_or(party.clone(), |by| format!("{by} ({party})"));
        let mut text = td_string!(
            locale,
            table.pause.asked,
            who = who,
            time = time::clock_time(request.at)
        )
        .to_string();
        if let Some(reason) = request.reason {
            text += &td_string!(locale, table.pause.reason, reason = words::time_reason(locale, reason)).to_string();
        }
        if let Some(minutes) = request.minutes {
            let until = request.at + chrono::TimeDelta::minutes(i64::from(minutes));
            text += &td_string!(locale, table.pause.until, time = time::clock_time(until)).to_string();
        }
        text + "."
    };
    let stands = move || {
        let clock = live.seen.time.with(|time| time.clock.is_some());
        let law = live.seen.time.with(|time| time.deadline.is_some());
        match (clock, law) {
            (true, true) => t_string!(i18n, table.pause.both),
            (true, false) => t_string!(i18n, table.pause.clock),
            (false, true) => t_string!(i18n, table.pause.law),
            (false, false) => "",
        }
    };
    view! {
        <div class="banner banner--pause" data-pause>
            <span class="banner-title">
                <Icon shape=Shape::Pause />
                {t!(i18n, table.pause.title)}
            </span>
            <span class="banner-text">{move || text()} " " {move || stands()}</span>
        </div>
    }
}

/// Why and how long, if VT wants to say; and the end of it.
#[component]
fn Explain(id: akkoord::ids::TimeRequestId) -> impl IntoView {
    let i18n = use_i18n();
    let live = live();
    let said = move || {
        live.seen.time.with_untracked(|time| {
            let request = time.requests.iter().find(|request| request.id == id);
            (request.and_then(|it| it.reason), request.and_then(|it| it.minutes))
        })
    };
    let reason = RwSignal::new(said().0);
    let minutes = RwSignal::new(said().1.map(|minutes| minutes.to_string()).unwrap_or_default());
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let minutes = minutes.get_untracked().parse().ok();
        live.want(CommandKind::ExplainTime {
            request: id,
            reason: reason.get_untracked(),
            minutes,
        });
    };
    let option = move |(number, choice): (usize, TimeReason)| {
        view! {
            <option value=number.to_string() prop:selected=move || reason.get() == Some(choice)>
                {move || words::time_reason(i18n.get_locale(), choice)}
            </option>
        }
    };
    view! {
        <div class="banner banner--pause">
            <form class="row banner-text" on:submit=submit>
                <label>
                    {t!(i18n, table.more_time.reason)} " "
                    <select
                        class="utrecht-select"
                        on:change=move |event| {
                            let number = event_target_value(&event).parse::<usize>().ok();
                            reason.set(number.and_then(|number| REASONS.get(number).copied()));
                        }
                    >
                        <option value="">{t!(i18n, table.more_time.no_reason)}</option>
                        {REASONS.into_iter().enumerate().map(option).collect_view()}
                    </select>
                </label>
                <label>
                    {t!(i18n, table.more_time.minutes)} " "
                    <input
                        class="utrecht-textbox table-minutes"
                        type="number"
                        inputmode="numeric"
                        min="1"
                        max="10080"
                        prop:value=move || minutes.get()
                        on:input=move |event| minutes.set(event_target_value(&event))
                    />
                </label>
                <Button submit=true>{t!(i18n, table.more_time.explain)}</Button>
            </form>
            <Button on:click=move |_| live.want(CommandKind::EndTime { request: id })>{t!(i18n, table.more_time.end)}</Button>
        </div>
    }
}
