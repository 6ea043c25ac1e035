//! What became of an item after its release, and what giver and recipient may still do with it (R9, C5, C6).

use akkoord::dossier::Correction;
use akkoord::ids::ReleaseId;
use akkoord::release::event::InformedStatus;
use akkoord::release::{Informed, ReleaseCommand, ReleaseCommandKind, ReleaseView};
use chrono::{DateTime, Utc};
use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::ask;
use crate::backend::Problem;
use crate::i18n::{Locale, t, t_string, td_string, use_i18n};
use crate::ui::{Alert, Button, Look, Tone, raw_text, shown, time, view, words};

/// One release on one page, and the way to do something with it.
#[derive(Clone, Copy)]
pub(crate) struct Life {
    release: ReleaseId,
    view: ReleaseView,
    /// Whether the giver looks, and not the recipient.
    pub given: bool,
    /// Asks for the page anew.
    again: Callback<()>,
    busy: RwSignal<bool>,
    problem: RwSignal<Option<Problem>>,
}

impl Life {
    /// How it stands on this page.
    pub(crate) fn new(release: ReleaseId, view: ReleaseView, given: bool, again: Callback<()>) -> Self {
        Self {
            release,
            view,
            given,
            again,
            busy: RwSignal::new(false),
            problem: RwSignal::new(None),
        }
    }

    /// Whether the recipient's copy came to its end date and was destroyed (C5).
    pub(crate) fn has_ended(self) -> bool {
        self.view.ended_at.is_some()
    }

    /// Does it, and shows how it stands then.
    fn submit(self, kind: ReleaseCommandKind) {
        if self.busy.get_untracked() {
            return;
        }
        self.busy.set(true);
        self.problem.set(None);
        let command = ReleaseCommand {
            version: self.view.version,
            kind,
        };
        spawn_local(async move {
            match ask::answer(self.release, command).await {
                Ok(_) => self.again.run(()),
                Err(problem) => self.problem.set(Some(problem)),
            }
            self.busy.set(false);
        });
    }
}

/// What the recipient must know first: the owner changed it.
#[component]
pub(crate) fn Changed(
    /// How it stands.
    life: Life,
    /// What was wrong, in its owner's words.
    reason: Option<String>,
) -> impl IntoView {
    let i18n = use_i18n();
    let ReleaseView { withdrawn_at, may, .. } = life.view;
    let title = Signal::derive(move || {
        if withdrawn_at.is_some() {
            t_string!(i18n, life.told.withdrawn)
        } else {
            t_string!(i18n, life.told.rectified)
        }
        .to_owned()
    });
    may.confirm.then(move || {
        view! {
            <Alert tone=Tone::Warning title>
                <p class="life-reason">{reason}</p>
                <p>{t!(i18n, life.told.text)}</p>
                <Button look=Look::Primary on:click=move |_| life.submit(ReleaseCommandKind::Confirm {})>
                    {t!(i18n, life.told.confirm)}
                </Button>
            </Alert>
        }
    })
}

/// The whole of it, under the provenance.
#[component]
pub(crate) fn After(
    life: Life,
    corrections: Vec<Correction>,
    not_told_yet: Option<String>,
    text: String,
) -> impl IntoView {
    let i18n = use_i18n();
    let view = life.view;
    let has_done = [view.may.rectify, view.may.withdraw, view.may.inform, view.may.take_over];
    let changed = corrections
        .into_iter()
        .map(|correction| view! { <Change correction /> })
        .collect_view();
    view! {
        <section class="page-section" aria-labelledby="afterwards">
            <h2 class="utrecht-heading-2" id="afterwards">
                {t!(i18n, life.title)}
            </h2>
            <dl class="data">
                {changed}
                {row(move |locale| td_string!(locale, life.field.opened), view.opened_at, true)}
                {row(
                    move |locale| td_string!(locale, life.field.confirmed),
                    view.confirmed_at.filter(|_| !view.unconfirmed),
                    view.unconfirmed,
                )}
                {row(move |locale| td_string!(locale, life.field.taken_over), view.taken_over_at, false)}
                {row(move |locale| td_string!(locale, life.field.ended), view.ended_at, false)}
                <div>
                    <dt>{t!(i18n, life.field.informed)}</dt>
                    <dd>
                        {shown(move || informed(i18n.get_locale(), view.informed))} " " <span class="note">{not_told_yet}</span>
                    </dd>
                </div>
            </dl>
            {move || {
                life.problem
                    .get()
                    .map(|problem| {
                        let (title, text) = words::problem(i18n.get_locale(), &problem);
                        view! {
                            <Alert tone=Tone::Bad title=title.to_owned()>
                                {text}
                            </Alert>
                        }
                    })
            }}
            {has_done.contains(&true).then(move || view! { <Choices life text /> })}
        </section>
    }
}

/// One change by the owner, visible as one (C7).
#[component]
fn Change(correction: Correction) -> impl IntoView {
    let i18n = use_i18n();
    let Correction {
        at,
        by,
        reason,
        withdrawn,
    } = correction;
    let what = move || {
        if withdrawn {
            t_string!(i18n, life.field.withdrawn)
        } else {
            t_string!(i18n, life.field.rectified)
        }
    };
    let who = move || {
        let (who, time) = (by.clone(), time::full(i18n.get_locale(), at));
        t_string!(i18n, life.by, who = who, time = time).to_string()
    };
    view! {
        <div>
            <dt>{shown(what)}</dt>
            <dd>{shown(who)} <br /> {reason}</dd>
        </div>
    }
}

/// One field with its time; one that has none is left out unless it is waited for.
fn row(name: fn(Locale) -> &'static str, at: Option<DateTime<Utc>>, waited_for: bool) -> Option<AnyView> {
    let i18n = use_i18n();
    (at.is_some() || waited_for).then(|| {
        let value = move || match at {
            Some(at) => time::full(i18n.get_locale(), at),
            None => t_string!(i18n, life.not_yet).to_owned(),
        };
        view! {
            <div>
                <dt>{shown(move || name(i18n.get_locale()))}</dt>
                <dd>{shown(value)}</dd>
            </div>
        }
    })
}

fn informed(locale: Locale, informed: Option<(InformedStatus, DateTime<Utc>)>) -> String {
    let Some((how, at)) = informed else {
        return td_string!(locale, life.informed.unknown).to_owned();
    };
    let how = match how {
        InformedStatus::Yes => td_string!(locale, life.informed.yes),
        InformedStatus::No => td_string!(locale, life.informed.no),
        InformedStatus::Postponed => td_string!(locale, life.informed.postponed),
    };
    format!("{how}, {}", time::full(locale, at))
}

/// What may still be done.
#[component]
fn Choices(life: Life, text: String) -> impl IntoView {
    let may = life.view.may;
    view! {
        <div class="stack">
            {may.take_over.then(|| view! { <TakeOver life /> })}
            {may.rectify.then(|| view! { <Rectify life text /> })}
            {may.withdraw.then(|| view! { <Withdraw life /> })}
            {may.inform.then(|| view! { <Inform life /> })}
        </div>
    }
}

#[component]
fn TakeOver(life: Life) -> impl IntoView {
    let i18n = use_i18n();
    view! {
        <div class="stack">
            <p class="note">{t!(i18n, life.take_over.note)}</p>
            <div>
                <Button on:click=move |_| life.submit(ReleaseCommandKind::TakeOver {})>{t!(i18n, life.take_over.act)}</Button>
            </div>
        </div>
    }
}

#[component]
fn Rectify(life: Life, text: String) -> impl IntoView {
    let i18n = use_i18n();
    let words = RwSignal::new(text);
    let reason = RwSignal::new(String::new());
    let send = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        life.submit(ReleaseCommandKind::Rectify {
            text: words.get_untracked(),
            reason: reason.get_untracked(),
        });
    };
    view! {
        <details class="life-deed">
            <summary class="choice">{t!(i18n, life.rectify.act)}</summary>
            <form class="stack" on:submit=send>
                <p class="note">{t!(i18n, life.rectify.note)}</p>
                <Words id="rectify-text" value=words label=Signal::derive(move || t_string!(i18n, life.rectify.text)) />
                <Words id="rectify-why" value=reason label=Signal::derive(move || t_string!(i18n, life.rectify.reason)) />
                <div>
                    <Button submit=true look=Look::Primary>{t!(i18n, life.rectify.send)}</Button>
                </div>
            </form>
        </details>
    }
}

#[component]
fn Withdraw(life: Life) -> impl IntoView {
    let i18n = use_i18n();
    let reason = RwSignal::new(String::new());
    let send = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        life.submit(ReleaseCommandKind::Withdraw {
            reason: reason.get_untracked(),
        });
    };
    view! {
        <details class="life-deed">
            <summary class="choice">{t!(i18n, life.withdraw.act)}</summary>
            <form class="stack" on:submit=send>
                <p class="note">{t!(i18n, life.withdraw.note)}</p>
                <Words id="withdraw-why" value=reason label=Signal::derive(move || t_string!(i18n, life.withdraw.reason)) />
                <div>
                    <Button submit=true look=Look::Danger>{t!(i18n, life.withdraw.send)}</Button>
                </div>
            </form>
        </details>
    }
}

#[component]
fn Inform(life: Life) -> impl IntoView {
    let i18n = use_i18n();
    let how = RwSignal::new(life.view.informed.map_or(InformedStatus::Yes, |informed| informed.0));
    let reason = RwSignal::new(String::new());
    let choice = move |each: InformedStatus| {
        view! {
            <label class="check">
                <input
                    type="radio"
                    class="utrecht-radio-button"
                    name="informed"
                    prop:checked=move || how.get() == each
                    on:change=move |_| how.set(each)
                />
                {shown(move || match each {
                    InformedStatus::Yes => t_string!(i18n, life.informed.yes),
                    InformedStatus::No => t_string!(i18n, life.informed.no),
                    InformedStatus::Postponed => t_string!(i18n, life.informed.postponed),
                })}
            </label>
        }
    };
    let send = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        life.submit(ReleaseCommandKind::Inform(match how.get_untracked() {
            InformedStatus::Yes => Informed::Yes {},
            InformedStatus::No => Informed::No {},
            InformedStatus::Postponed => Informed::Postponed {
                reason: reason.get_untracked(),
            },
        }));
    };
    view! {
        <details class="life-deed">
            <summary class="choice">{t!(i18n, life.inform.act)}</summary>
            <form class="stack" on:submit=send>
                <fieldset class="pick-body">
                    <legend class="visually-hidden">{t!(i18n, life.inform.act)}</legend>
                    {[InformedStatus::Yes, InformedStatus::No, InformedStatus::Postponed].map(choice)}
                </fieldset>
                <div hidden=move || how.get() != InformedStatus::Postponed>
                    <Words
                        id="inform-why"
                        value=reason
                        optional=true
                        label=Signal::derive(move || t_string!(i18n, life.inform.reason))
                    />
                </div>
                <div>
                    <Button submit=true>{t!(i18n, life.inform.send)}</Button>
                </div>
            </form>
        </details>
    }
}

/// A field of some lines.
#[component]
fn Words(
    /// Its id on the page.
    id: &'static str,
    /// What is in it.
    value: RwSignal<String>,
    /// What is asked.
    label: Signal<&'static str>,
    /// Whether it may stay empty.
    #[prop(optional)]
    optional: bool,
) -> impl IntoView {
    view! {
        <label class="utrecht-form-label" for=id>
            {shown(move || label.get())}
        </label>
        <textarea
            class="utrecht-textarea"
            id=id
            required=!optional
            prop:value=move || value.get()
            on:input=move |event| value.set(event_target_value(&event))
        >
            {raw_text(&value.get_untracked())}
        </textarea>
    }
}
