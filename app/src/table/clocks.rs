//! The clocks in the bar, and the forms that set them: the decision clock by the chair, the end of custody by police
//! or OM (T4).

use akkoord::deadline::Term;
use akkoord::session::CommandKind;
use leptos::prelude::*;

use super::opener::Opener;
use super::pick::PickTime;
use super::{live, local_time};
use crate::i18n::{t, t_string, use_i18n};
use crate::ui::{Button, Clock, Deadline, Look, view, words};

/// Both clocks, side by side; they never look alike.
#[component]
pub(super) fn Clocks() -> impl IntoView {
    let live = live();
    let seen = live.seen;
    let clock = Memo::new(move |_| seen.time.with(|time| time.clock));
    let has_clock = Memo::new(move |_| clock.get().is_some());
    let paused_since = Memo::new(move |_| seen.time.with(|time| time.requests.iter().map(|it| it.at).min()));
    let deadline = Memo::new(move |_| seen.time.with(|time| time.deadline.clone()));
    let has_deadline = Memo::new(move |_| deadline.get().is_some());
    let at = Signal::derive(move || deadline.get().map(|it| it.at).unwrap_or_default());
    let article = Signal::derive(move || deadline.get().map(|it| it.term.article));
    let may_set_clock = Memo::new(move |_| seen.may.with(|may| may.set_clock));
    let may_set_deadline = Memo::new(move |_| seen.may.with(|may| may.set_deadline));
    view! {
        {move || has_clock.get().then(|| view! { <Clock clock paused_since now=live.now /> })}
        {move || has_deadline.get().then(|| view! { <Deadline at article now=live.now /> })}
        {move || may_set_clock.get().then(|| view! { <SetClock /> })}
        {move || may_set_deadline.get().then(|| view! { <SetDeadline /> })}
    }
}

#[component]
fn SetClock() -> impl IntoView {
    let i18n = use_i18n();
    let live = live();
    let open = RwSignal::new(false);
    let minutes = RwSignal::new(String::new());
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        if let Ok(minutes) = minutes.get_untracked().parse() {
            live.want(CommandKind::SetClock { minutes });
            open.set(false);
        }
    };
    let now_allowed = move || {
        let clock = live.seen.time.with_untracked(|time| time.clock);
        clock
            .map(|clock| (clock.allowed_ms / 60_000).to_string())
            .unwrap_or_default()
    };
    Effect::new(move |_| {
        if open.get() {
            minutes.set(now_allowed());
        }
    });
    view! {
        <Opener
            name="set-clock"
            open
            look=Look::Subtle
            label=Signal::derive(move || t_string!(i18n, table.clock.set).to_owned())
        >
            <form class="table-form row" on:submit=submit>
                <label>
                    {t!(i18n, table.clock.minutes)}
                    <input
                        class="utrecht-textbox"
                        type="number"
                        inputmode="numeric"
                        min="5"
                        max="4320"
                        required
                        prop:value=move || minutes.get()
                        on:input=move |event| minutes.set(event_target_value(&event))
                    />
                </label>
                <Button submit=true>{t!(i18n, common.act.save)}</Button>
            </form>
        </Opener>
    }
}

#[component]
fn SetDeadline() -> impl IntoView {
    let i18n = use_i18n();
    let live = live();
    let open = RwSignal::new(false);
    let at = RwSignal::new(String::new());
    let term = RwSignal::new(String::new());
    let terms = live.seen.about.with_untracked(|about| about.terms.clone());
    let usual = terms.first().map(|term| term.code.clone()).unwrap_or_default();
    let is_set = Memo::new(move |_| live.seen.time.with(|time| time.deadline.is_some()));
    let label = Signal::derive(move || {
        if is_set.get() {
            t_string!(i18n, table.deadline.change)
        } else {
            t_string!(i18n, table.deadline.set)
        }
        .to_owned()
    });
    Effect::new(move |_| {
        if open.get() {
            let set = live.seen.time.with_untracked(|time| time.deadline.clone());
            at.set(local_time::write(
                set.as_ref().map_or_else(|| live.now.get_untracked(), |set| set.at),
            ));
            term.set(set.map_or_else(|| usual.clone(), |set| set.term.code));
        }
    });
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let term = term.get_untracked();
        if let Some(at) = local_time::read(&at.get_untracked()).filter(|_| !term.is_empty()) {
            live.want(CommandKind::SetDeadline { at, term });
            open.set(false);
        }
    };
    let options = StoredValue::new(terms);
    let option = move |it: Term| {
        let (code, same) = (it.code.clone(), it.code.clone());
        let name = move || words::name_and_article(i18n.get_locale(), &it.name, Some(&it.article));
        view! {
            <option value=code prop:selected=move || term.with(|chosen| *chosen == same)>
                {move || name()}
            </option>
        }
    };
    view! {
        <Opener name="set-deadline" open look=Look::Subtle label>
            <form class="table-form row" on:submit=submit>
                <PickTime value=at label=Signal::derive(move || t_string!(i18n, table.deadline.at).to_owned()) required=true />
                <label>
                    {t!(i18n, table.deadline.term)} " "
                    <select class="utrecht-select" required on:change=move |event| term.set(event_target_value(&event))>
                        {options.get_value().into_iter().map(option).collect_view()}
                    </select>
                </label>
                <Button submit=true>{t!(i18n, common.act.save)}</Button>
                <p class="note">{t!(i18n, table.deadline.note)}</p>
            </form>
        </Opener>
    }
}
