//! Bridging (T5): which powers keep people safe while VT takes its time. Any party proposes; only a party that holds the
//! power commits to it, with an end time, or says why not.

use std::collections::BTreeSet;

use akkoord::ids::ItemId;
use akkoord::measure::Power;
use akkoord::party::PartyKind;
use akkoord::session::CommandKind;
use akkoord::session::command::NewAnswer;
use akkoord::session::item::{Assignee, Audience, NewContent};
use akkoord::session::view::{AnswerView, ContentView, ItemView};
use chrono::{DateTime, TimeDelta, Utc};
use leptos::ev;
use leptos::prelude::*;

use super::actions::RefuseForm;
use super::card_forms::{Foot, revision_of, words_now};
use super::item::{Acts, Bases, Marks, Mode, OpenForm, Requests, escape, focus_with};
use super::names::{self, AssigneeTag};
use super::note::NoteLine;
use super::opener::Opener;
use super::pick::{PickAssignee, PickAudience, PickBasis, PickTime, include_assignee, reached, usual_assignee};
use super::stale::Stale;
use super::{live, local_time};
use crate::i18n::{t, t_string, use_i18n};
use crate::live::seen::{Card, Seen};
use crate::ui::{Button, Each, Icon, Look, Shape, time, view, words};

/// The panel. During a pause it asks its question; otherwise it keeps what was committed in sight.
#[component]
pub(super) fn Bridging() -> impl IntoView {
    let i18n = use_i18n();
    let seen = live().seen;
    let paused = Memo::new(move |_| seen.time.with(|time| !time.requests.is_empty()));
    let may_propose = Memo::new(move |_| seen.may.with(|may| may.share_actions));
    let open = RwSignal::new(false);
    // What somebody typed outlives the form.
    let new = Sharing {
        draft: Draft::default(),
        audience: RwSignal::new(Audience::table()),
        based_on: RwSignal::default(),
    };
    let uncovered = Memo::new(move |_| {
        let deadline = seen.time.with(|time| time.deadline.as_ref().map(|it| it.at))?;
        let asked = paused.get() || !seen.measures.with(Vec::is_empty);
        (asked && !seen.custody_end_covered.get()).then_some(deadline)
    });
    let warning = move || {
        let at = uncovered.get()?;
        Some(t_string!(i18n, table.bridge.uncovered, time = time::clock_time(at)).to_string())
    };
    view! {
        <h2 class="table-heading" id="table-bridging">
            {t!(i18n, table.bridge.heading)}
        </h2>
        {move || paused.get().then(|| view! { <p data-bridging="asked">{t!(i18n, table.bridge.question)}</p> })}
        <div role="status">
            {move || {
                warning()
                    .map(|text| {
                        view! {
                            <p class="tag tag--law table-warning" data-uncovered>
                                <Icon shape=Shape::Warning />
                                {text}
                            </p>
                        }
                    })
            }}
        </div>
        <Measures />
        {move || {
            may_propose
                .get()
                .then(|| {
                    let label = Signal::derive(move || t_string!(i18n, table.bridge.propose).to_owned());
                    view! {
                        <Opener name="measure" open label>
                            <Propose open new />
                        </Opener>
                    }
                })
        }}
    }
}

/// What was proposed and committed.
#[component]
pub(super) fn Measures() -> impl IntoView {
    let seen = live().seen;
    view! {
        <ul class="agreements">
            <Each each=move || seen.measures.get() key=|card| card.id let:card>
                <Measure card />
            </Each>
        </ul>
    }
}

/// Which power, who holds it, and what the holder said.
fn parts(view: &ItemView) -> (String, Option<Assignee>, Option<AnswerView>) {
    match &view.content {
        ContentView::Measure { power, holder, answer } => (power.clone(), Some(*holder), answer.clone()),
        _ => (String::new(), None, None),
    }
}

#[component]
fn Measure(card: Card) -> impl IntoView {
    let i18n = use_i18n();
    let live = live();
    let seen = live.seen;
    let id = card.id;
    let view = RwSignal::from(card.view);
    let mode = RwSignal::new(Mode::Reading);
    focus_with(mode, id);
    let content = Memo::new(move |_| view.with(parts));
    let said = move || content.with(|(.., answer)| answer.clone());
    let state = move || match said() {
        Some(AnswerView::Committed { .. } | AnswerView::Accepted {}) => "committed",
        Some(AnswerView::Refused { .. }) => "declined",
        None => "proposed",
    };
    let power = move || content.with(|(power, ..)| names::power(i18n.get_locale(), seen, power));
    let note = Memo::new(move |_| view.with(|view| view.text.clone()));
    let holder = Memo::new(move |_| content.with(|(_, holder, _)| *holder));
    let owner = view.with_untracked(|view| view.owner.id);
    let answer = move || {
        let locale = i18n.get_locale();
        match said() {
            Some(AnswerView::Committed { until }) => {
                let until = time::moment(locale, until, live.now.get_untracked());
                t_string!(i18n, table.bridge.committed, time = until).to_string()
            }
            Some(AnswerView::Refused { reason: Some(reason) }) => {
                t_string!(i18n, table.bridge.declined_because, reason = reason).to_string()
            }
            Some(AnswerView::Refused { reason: None }) => t_string!(i18n, table.bridge.declined).to_owned(),
            Some(AnswerView::Accepted {}) | None => t_string!(i18n, table.bridge.proposed).to_owned(),
        }
    };
    let withdrawn = Memo::new(move |_| view.with(|view| view.withdrawn_at.is_some()));
    let may_answer = Memo::new(move |_| view.with(|view| view.may.answer));
    let revise = move || (mode.get() == Mode::Revising).then(|| view! { <ReviseMeasure view mode /> });
    view! {
        <li
            class="bridge"
            tabindex="-1"
            data-state=move || state()
            data-measure=id.to_string()
            data-item=id.to_string()
            on:keydown=move |event| escape(&event, mode)
        >
            <span class="row">
                <strong>{move || power()}</strong>
                {move || holder.get().map(|who| view! { <AssigneeTag who /> })}
            </span>
            {move || note.get().map(|note| view! { <span>{note}</span> })}
            <span class="agreement-meta" data-answer>
                {move || answer()}
            </span>
            {move || {
                withdrawn.get().then(|| view! { <span class="agreement-meta">{t!(i18n, table.bridge.withdrawn)}</span> })
            }}
            {move || may_answer.get().then(|| view! { <Answer view /> })}
            {move || revise()}
            <OpenForm view mode />
            <Bases view />
            <div class="agreement-meta">
                <span>
                    {move || t_string!(i18n, table.bridge.proposed_by, party = seen.party(owner)).to_string()}
                </span>
                <Marks view />
                <Requests view />
                <Acts view mode />
            </div>
        </li>
    }
}

/// The holder's own yes, with an end time, or no.
#[component]
fn Answer(view: RwSignal<ItemView>) -> impl IntoView {
    let i18n = use_i18n();
    let id = view.with_untracked(|view| view.id);
    let committing = RwSignal::new(false);
    let refusing = RwSignal::new(false);
    let decline = Signal::derive(move || t_string!(i18n, table.bridge.decline).to_owned());
    view! {
        <div class="row">
            <Opener
                name=format!("commit-{id}")
                open=committing
                label=Signal::derive(move || t_string!(i18n, table.bridge.commit).to_owned())
            >
                <CommitForm view open=committing />
            </Opener>
            <Opener
                name=format!("decline-{id}")
                open=refusing
                look=Look::Subtle
                label=decline
            >
                <RefuseForm view open=refusing label=decline />
            </Opener>
        </div>
    }
}

/// The latest end that a commitment to this power can have, where the law gives one.
fn latest_end(power: Option<&Power>, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    now.checked_add_signed(power?.longest()?)
}

/// The end to start with: a day after the end of custody, or a day from now where there is none; never beyond what the
/// power allows. Whole minutes, because that is what somebody fills in.
fn usual_end(power: Option<&Power>, custody_end: Option<DateTime<Utc>>, now: DateTime<Utc>) -> DateTime<Utc> {
    let start = custody_end.unwrap_or(now).max(now);
    let usual = start + TimeDelta::days(1);
    latest_end(power, now).map_or(usual, |latest| usual.min(latest))
}

#[component]
fn CommitForm(view: RwSignal<ItemView>, open: RwSignal<bool>) -> impl IntoView {
    let i18n = use_i18n();
    let live = live();
    let id = view.with_untracked(|view| view.id);
    let opened = revision_of(view);
    let power = StoredValue::new(untrack(|| {
        let code = view.with(|view| parts(view).0);
        live.seen
            .about
            .with(|about| about.powers.iter().find(|power| power.code == code).cloned())
    }));
    let now = live.now.get_untracked();
    let custody_end = live
        .seen
        .time
        .with_untracked(|time| time.deadline.as_ref().map(|it| it.at));
    let until = RwSignal::new(local_time::write(
        power.with_value(|power| usual_end(power.as_ref(), custody_end, now)),
    ));
    let latest = move || power.with_value(|power| latest_end(power.as_ref(), live.now.get()));
    let too_late = Memo::new(move |_| {
        let until = until.with(|until| local_time::read(until));
        until.zip(latest()).is_some_and(|(until, latest)| until > latest)
    });
    let limit = move || {
        let latest = latest()?;
        let latest = time::moment(i18n.get_locale(), latest, live.now.get());
        Some(t_string!(i18n, table.bridge.latest, time = latest).to_string())
    };
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        let (Some(revision), Some(until)) = (opened.to_send(), local_time::read(&until.get_untracked())) else {
            return;
        };
        if too_late.get_untracked() {
            return;
        }
        live.want(CommandKind::Answer {
            item: id,
            revision,
            answer: NewAnswer::Commit { until },
        });
        open.set(false);
    };
    view! {
        <form class="table-form stack" on:submit=submit>
            <PickTime value=until label=Signal::derive(move || t_string!(i18n, table.bridge.until).to_owned()) required=true />
            <p class="note">{move || limit()}</p>
            <p role="status" class="utrecht-form-field-error-message">
                {move || too_late.get().then(|| t_string!(i18n, table.bridge.too_late))}
            </p>
            <p class="note">{t!(i18n, table.bridge.commit_note)}</p>
            <Stale opened now=words_now(view) />
            <Button submit=true>{t!(i18n, table.bridge.commit)}</Button>
        </form>
    }
}

/// What a measure is made of, for a new one and for a changed one.
#[derive(Clone, Copy, Default)]
struct Draft {
    power: RwSignal<String>,
    holder: RwSignal<Option<Assignee>>,
    note: RwSignal<String>,
}

impl Draft {
    fn filled_in(self) -> Option<(NewContent, String)> {
        let (power, holder) = (self.power.get_untracked(), self.holder.get_untracked()?);
        Some((NewContent::Measure { power, holder }, self.note.get_untracked()))
    }
}

/// The kinds of party that hold a power, the usual one first.
fn holders(seen: Seen, code: &str) -> Vec<PartyKind> {
    seen.about.with(|about| {
        let power = about.powers.iter().find(|power| power.code == code);
        power.map(|power| power.holders.clone()).unwrap_or_default()
    })
}

#[component]
fn Fields(draft: Draft) -> impl IntoView {
    let i18n = use_i18n();
    let seen = live().seen;
    let kinds = Signal::derive(move || draft.power.with(|code| holders(seen, code)));
    let option = move |power: Power| {
        let (code, same) = (power.code.clone(), power.code.clone());
        let name = move || words::name_and_article(i18n.get_locale(), &power.name, power.article.as_deref());
        view! {
            <option value=code prop:selected=move || draft.power.with(|chosen| *chosen == same)>
                {move || name()}
            </option>
        }
    };
    view! {
        <label>
            {t!(i18n, table.bridge.which)} " "
            <select
                class="utrecht-select"
                on:change=move |event| {
                    let code = event_target_value(&event);
                    draft.holder.set(usual_assignee(seen, &untrack(|| holders(seen, &code))));
                    draft.power.set(code);
                }
            >
                {seen.about.with_untracked(|about| about.powers.clone()).into_iter().map(option).collect_view()}
            </select>
        </label>
        <PickAssignee
            value=draft.holder
            label=Signal::derive(move || t_string!(i18n, table.bridge.holder).to_owned())
            kinds
        />
        <label>
            {t!(i18n, table.bridge.note)}
            <NoteLine value=draft.note />
        </label>
    }
}

/// What is being proposed.
#[derive(Clone, Copy)]
struct Sharing {
    draft: Draft,
    audience: RwSignal<Audience>,
    based_on: RwSignal<BTreeSet<ItemId>>,
}

impl Sharing {
    /// It was sent.
    fn clear(self) {
        self.draft.power.set(String::new());
        self.draft.holder.set(None);
        self.draft.note.set(String::new());
        self.audience.set(Audience::table());
        self.based_on.update(BTreeSet::clear);
    }
}

#[component]
fn Propose(open: RwSignal<bool>, new: Sharing) -> impl IntoView {
    let i18n = use_i18n();
    let live = live();
    let seen = live.seen;
    let Sharing {
        draft,
        audience,
        based_on,
    } = new;
    if draft.power.with_untracked(String::is_empty) {
        let first = seen
            .about
            .with_untracked(|about| about.powers.first().map(|power| power.code.clone()))
            .unwrap_or_default();
        draft
            .holder
            .set(usual_assignee(seen, &untrack(|| holders(seen, &first))));
        draft.power.set(first);
    }
    include_assignee(seen, audience, draft.holder.into());
    let includes = Signal::derive(move || draft.holder.get().map(Assignee::answering_party));
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        let Some((content, text)) = draft.filled_in() else {
            return;
        };
        live.want(CommandKind::Share {
            content,
            subjects: BTreeSet::new(),
            audience: untrack(|| reached(seen, &audience.get(), draft.holder.get())),
            based_on: based_on.get_untracked(),
            text,
        });
        open.set(false);
        new.clear();
    };
    view! {
        <form class="table-form stack" on:submit=submit>
            <Fields draft />
            <PickAudience value=audience includes />
            <PickBasis value=based_on />
            <Button submit=true>{t!(i18n, table.bridge.propose)}</Button>
        </form>
    }
}

/// Another power, holder or note, as long as nobody committed.
#[component]
fn ReviseMeasure(view: RwSignal<ItemView>, mode: RwSignal<Mode>) -> impl IntoView {
    let i18n = use_i18n();
    let live = live();
    let opened = revision_of(view);
    let was = view.get_untracked();
    let (id, subjects) = (was.id, was.subjects.iter().copied().collect::<BTreeSet<_>>());
    let (power, holder, _) = parts(&was);
    let draft = Draft {
        power: RwSignal::new(power),
        holder: RwSignal::new(holder),
        note: RwSignal::new(was.text.unwrap_or_default()),
    };
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        let (Some(revision), Some((content, text))) = (opened.to_send(), draft.filled_in()) else {
            return;
        };
        live.want(CommandKind::Revise {
            item: id,
            revision,
            content,
            subjects: subjects.clone(),
            text,
        });
        mode.set(Mode::Reading);
    };
    view! {
        <form class="table-form stack" on:submit=submit>
            <Fields draft />
            <Stale opened now=words_now(view) />
            <Foot mode label=Signal::derive(move || t_string!(i18n, common.act.save).to_owned()) />
        </form>
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn t5_a_commitment_starts_after_custody_and_within_what_the_power_allows() {
        let powers = akkoord::measure::standard().unwrap();
        let power = |code: &str| akkoord::measure::by_code(&powers, code);
        let now = DateTime::UNIX_EPOCH;
        let (hours, day) = (TimeDelta::hours, TimeDelta::days(1));
        for (code, custody_end, expected) in [
            ("exclusion_order", None, now + day),
            ("exclusion_order", Some(now + hours(5)), now + hours(5) + day),
            ("exclusion_order", Some(now - hours(5)), now + day),
            ("remaining_custody", Some(now + hours(5)), now + hours(24)),
            ("location_flag", Some(now + hours(500)), now + hours(500) + day),
        ] {
            assert_eq!(
                usual_end(power(code), custody_end, now),
                expected,
                "{code} {custody_end:?}"
            );
        }
        assert_eq!(latest_end(power("remaining_custody"), now), Some(now + hours(24)));
        assert_eq!(latest_end(power("location_flag"), now), None);
        assert_eq!(
            latest_end(None, now),
            None,
            "a restricted seat is not told the power; the rules still check"
        );
    }
}
