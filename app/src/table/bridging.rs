//! Bridging (T5): which powers keep people safe while VT takes its time. Any party proposes; only the party that holds
//! the power commits to it, with an end time, or says why not.

use std::collections::BTreeSet;

use akkoord::ids::{DerivedId, PartyId};
use akkoord::party::PartyKind;
use akkoord::session::Wish;
use akkoord::session::command::MeasureKind;
use akkoord::session::view::{AnswerView, MeasureView};
use chrono::{DateTime, Utc};
use leptos::ev;
use leptos::prelude::*;

use super::actions::ToOpen;
use super::note::NoteLine;
use super::opener::Opener;
use super::pick::{PickBasis, PickParty};
use super::{live, local_time};
use crate::i18n::{t, t_string, use_i18n};
use crate::ui::{Button, Each, Icon, Look, PartyTag, Shape, time, view, words};

/// The panel. During a pause it asks its question; otherwise it keeps what was committed in sight.
#[component]
pub(super) fn Bridging() -> impl IntoView {
    let i18n = use_i18n();
    let seen = live().seen;
    let ids = Memo::new(move |_| seen.measures.with(|all| all.iter().map(|it| it.id).collect::<Vec<_>>()));
    let paused = Memo::new(move |_| seen.time.with(|time| !time.requests.is_empty()));
    let may_propose = Memo::new(move |_| seen.may.with(|may| may.propose_measure));
    let open = RwSignal::new(false);
    let uncovered = Memo::new(move |_| {
        let deadline = seen.time.with(|time| time.deadline.as_ref().map(|it| it.at))?;
        let asked = paused.get() || !ids.with(Vec::is_empty);
        (asked && !seen.measures.with(|all| covers(all, deadline))).then_some(deadline)
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
        <ul class="agreements">
            <Each each=move || ids.get() key=|id| *id let:id>
                <Measure id />
            </Each>
        </ul>
        {move || {
            may_propose
                .get()
                .then(|| {
                    let label = Signal::derive(move || t_string!(i18n, table.bridge.propose).to_owned());
                    view! {
                        <Opener name="measure" open label>
                            <Propose open />
                        </Opener>
                    }
                })
        }}
    }
}

/// Whether somebody committed to a measure that holds after the end of custody.
fn covers(measures: &[MeasureView], deadline: DateTime<Utc>) -> bool {
    measures
        .iter()
        .any(|it| matches!(it.answer, Some(AnswerView::Committed { until }) if until > deadline))
}

#[component]
fn Measure(id: DerivedId) -> impl IntoView {
    let i18n = use_i18n();
    let live = live();
    let seen = live.seen;
    let measure = Memo::new(move |_| seen.measures.with(|all| all.iter().find(|it| it.id == id).cloned()));
    let state = move || match measure.with(|it| it.as_ref().and_then(|it| it.answer.clone())) {
        None => "proposed",
        Some(AnswerView::Committed { .. }) => "committed",
        Some(AnswerView::Declined { .. }) => "declined",
    };
    let kind = move || measure.with(|it| it.as_ref().map(|it| words::measure(i18n.get_locale(), it.kind)));
    let note = move || measure.with(|it| it.as_ref().and_then(|it| it.note.clone()));
    let holder = Memo::new(move |_| measure.with(|it| it.as_ref().map(|it| it.holder)));
    let tag = move || {
        let holder = holder.get()?;
        let party = seen.seats.with(|seats| {
            seats
                .iter()
                .find(|seat| seat.party.id == holder)
                .map(|seat| (seat.party.kind, seat.party.name.clone()))
        });
        party.map(|(kind, name)| view! { <PartyTag kind name /> })
    };
    let answer = move || {
        let locale = i18n.get_locale();
        match measure.with(|it| it.as_ref().and_then(|it| it.answer.clone())) {
            None => t_string!(i18n, table.bridge.proposed).to_owned(),
            Some(AnswerView::Committed { until }) => {
                let until = time::moment(locale, until, live.now.get_untracked());
                t_string!(i18n, table.bridge.committed, time = until).to_string()
            }
            Some(AnswerView::Declined { reason: None }) => t_string!(i18n, table.bridge.declined).to_owned(),
            Some(AnswerView::Declined { reason: Some(reason) }) => {
                t_string!(i18n, table.bridge.declined_because, reason = reason).to_string()
            }
        }
    };
    let may_answer = Memo::new(move |_| measure.with(|it| it.as_ref().is_some_and(|it| it.may_answer)));
    let to_open = Memo::new(move |_| measure.with(|it| it.as_ref().map(|it| it.to_open.clone()).unwrap_or_default()));
    view! {
        <li class="bridge" data-state=move || state() data-measure=id.to_string()>
            <span class="row">
                <strong>{move || kind()}</strong>
                {move || tag()}
            </span>
            {move || note().map(|note| view! { <span>{note}</span> })}
            <span class="agreement-meta" data-answer>{move || answer()}</span>
            {move || may_answer.get().then(|| view! { <Answer id /> })}
            <ToOpen id to_open />
        </li>
    }
}

/// The holder's own yes, with an end time, or no.
#[component]
fn Answer(id: DerivedId) -> impl IntoView {
    let i18n = use_i18n();
    let live = live();
    let committing = RwSignal::new(false);
    let declining = RwSignal::new(false);
    let until = RwSignal::new(String::new());
    let reason = RwSignal::new(String::new());
    // A measure is asked for the time after the end of custody; without one, for a day.
    Effect::new(move |_| {
        if committing.get() {
            let end = live
                .seen
                .time
                .with_untracked(|time| time.deadline.as_ref().map(|it| it.at));
            let start = end
                .unwrap_or_else(|| live.now.get_untracked())
                .max(live.now.get_untracked());
            until.set(local_time::write(start + chrono::TimeDelta::days(1)));
        }
    });
    let commit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        if let Some(until) = local_time::read(&until.get_untracked()) {
            live.want(Wish::CommitMeasure { measure: id, until });
            committing.set(false);
        }
    };
    let decline = move |event: ev::SubmitEvent| {
        event.prevent_default();
        let reason = Some(reason.get_untracked()).filter(|reason| !reason.trim().is_empty());
        live.want(Wish::DeclineMeasure { measure: id, reason });
        declining.set(false);
    };
    view! {
        <div class="row">
            <Opener
                name=format!("commit-{id}")
                open=committing
                label=Signal::derive(move || t_string!(i18n, table.bridge.commit).to_owned())
            >
                <form class="table-form stack" on:submit=commit>
                    <label>
                        {t!(i18n, table.bridge.until)}
                        <input
                            class="utrecht-textbox"
                            type="datetime-local"
                            required
                            prop:value=move || until.get()
                            on:input=move |event| until.set(event_target_value(&event))
                        />
                    </label>
                    <Button submit=true>{t!(i18n, table.bridge.commit)}</Button>
                </form>
            </Opener>
            <Opener
                name=format!("decline-{id}")
                open=declining
                look=Look::Subtle
                label=Signal::derive(move || t_string!(i18n, table.bridge.decline).to_owned())
            >
                <form class="table-form stack" on:submit=decline>
                    <label>
                        {t!(i18n, table.bridge.why_not)}
                        <NoteLine value=reason />
                    </label>
                    <Button submit=true>{t!(i18n, table.bridge.decline)}</Button>
                </form>
            </Opener>
        </div>
    }
}

#[component]
fn Propose(open: RwSignal<bool>) -> impl IntoView {
    let i18n = use_i18n();
    let live = live();
    let kind = RwSignal::new(MeasureKind::RemainingCustody);
    let holder = RwSignal::new(usual_holder(live.seen, MeasureKind::RemainingCustody));
    let note = RwSignal::new(String::new());
    let based_on = RwSignal::new(BTreeSet::new());
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        let Some(holder) = holder.get_untracked() else { return };
        let note = Some(note.get_untracked()).filter(|note| !note.trim().is_empty());
        let based_on = based_on.get_untracked();
        live.want(Wish::ProposeMeasure {
            kind: kind.get_untracked(),
            holder,
            note,
            based_on,
        });
        open.set(false);
    };
    let option = move |(number, it): (usize, MeasureKind)| {
        view! {
            <option value=number.to_string() prop:selected=move || kind.get() == it>
                {move || words::measure(i18n.get_locale(), it)}
            </option>
        }
    };
    view! {
        <form class="table-form stack" on:submit=submit>
            <label>
                {t!(i18n, table.bridge.which)} " "
                <select
                    class="utrecht-select"
                    on:change=move |event| {
                        let number = event_target_value(&event).parse::<usize>().ok();
                        if let Some(it) = number.and_then(|number| MeasureKind::ALL.get(number)) {
                            kind.set(*it);
                            holder.set(usual_holder(live.seen, *it));
                        }
                    }
                >
                    {MeasureKind::ALL.into_iter().enumerate().map(option).collect_view()}
                </select>
            </label>
            <PickParty value=holder label=Signal::derive(move || t_string!(i18n, table.bridge.holder).to_owned()) />
            <label>
                {t!(i18n, table.bridge.note)}
                <NoteLine value=note />
            </label>
            <PickBasis value=based_on />
            <Button submit=true>{t!(i18n, table.bridge.propose)}</Button>
        </form>
    }
}

/// Who usually holds a power, to start the choice with; the person who proposes decides.
fn usual_holder(seen: crate::live::seen::Seen, kind: MeasureKind) -> Option<PartyId> {
    let usual = match kind {
        MeasureKind::RemainingCustody
        | MeasureKind::ExclusionOrder
        | MeasureKind::LocationFlag
        | MeasureKind::ExtraPatrol => PartyKind::Police,
        MeasureKind::PoliceCustody | MeasureKind::ConductOrder | MeasureKind::ConditionalRelease => {
            PartyKind::Prosecution
        }
        MeasureKind::ProvisionalSupervision => PartyKind::ChildProtection,
        MeasureKind::AwareAlarm | MeasureKind::Shelter => PartyKind::VeiligThuis,
    };
    seen.seats.with_untracked(|seats| {
        seats
            .iter()
            .find(|seat| seat.party.kind == usual)
            .map(|seat| seat.party.id)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    #[test]
    fn t5_only_a_commitment_beyond_custody_covers() {
        let at = |text: &str| text.parse::<DateTime<Utc>>().unwrap_or_default();
        let measure = |answer| MeasureView {
            id: DerivedId(Uuid::nil()),
            kind: MeasureKind::ExclusionOrder,
            holder: PartyId(Uuid::nil()),
            by: PartyId(Uuid::nil()),
            note: None,
            answer,
            may_answer: false,
            to_open: Vec::new(),
        };
        let deadline = at("2026-11-23T17:40:00Z");
        let until = |text| Some(AnswerView::Committed { until: at(text) });
        for (answer, covered) in [
            (None, false),
            (Some(AnswerView::Declined { reason: None }), false),
            (until("2026-11-23T17:40:00Z"), false),
            (until("2026-12-03T17:40:00Z"), true),
        ] {
            assert_eq!(covers(&[measure(answer.clone())], deadline), covered, "{answer:?}");
        }
    }
}
