//! T1 to T5: VT's time, the decision clock, custody, bridging measures and the disposition.

use alloc::collections::BTreeSet;
use chrono::{DateTime, TimeDelta, Utc};

use super::table::MINUTES;
use super::{MOST, Making, basis_fits, label, seated, texts_of_answer};
use crate::ids::{ContributionId, DerivedId, PartyId, TimeRequestId};
use crate::session::command::{DispositionKind, MeasureKind, TimeReason};
use crate::session::event::Fact;
use crate::session::may::Deed;
use crate::session::refusal::Refusal;

/// T1: at any time, without anyone's permission; a reason is asked, never required.
pub(super) fn ask(making: &mut Making<'_>, reason: Option<TimeReason>, minutes: Option<u32>) -> Result<(), Refusal> {
    making.may(Deed::AskTime)?;
    let own = making.actor.party;
    // One signal stands at a time: a second press of the button is the same signal.
    if making
        .state
        .time_requests
        .values()
        .any(|it| it.by.party == own && it.ended_at.is_none())
    {
        return Ok(());
    }
    // A number no meeting has must not cost VT its signal: it is left out instead of refused.
    let minutes = minutes.filter(|minutes| (1..=MINUTES_OF_A_WEEK).contains(minutes));
    let request = TimeRequestId(making.draw());
    making.happens(Fact::TimeAsked {
        request,
        reason,
        minutes,
    });
    Ok(())
}

const MINUTES_OF_A_WEEK: u32 = 7 * 24 * 60;

pub(super) fn explain(
    making: &mut Making<'_>,
    request: TimeRequestId,
    reason: Option<TimeReason>,
    minutes: Option<u32>,
) -> Result<(), Refusal> {
    making.may(Deed::AnswerForTime(request))?;
    if minutes.is_some_and(|minutes| !(1..=MINUTES_OF_A_WEEK).contains(&minutes)) {
        return Err(Refusal::MinutesDoNotFit);
    }
    making.happens(Fact::TimeExplained {
        request,
        reason,
        minutes,
    });
    Ok(())
}

pub(super) fn set_clock(making: &mut Making<'_>, minutes: u32) -> Result<(), Refusal> {
    making.may(Deed::SetClock)?;
    if !MINUTES.contains(&minutes) {
        return Err(Refusal::MinutesDoNotFit);
    }
    making.happens(Fact::ClockSet { minutes });
    Ok(())
}

/// T4: the end time the officer set; it may have passed already, and then says so on every screen.
pub(super) fn set_deadline(making: &mut Making<'_>, at: DateTime<Utc>, article: &str) -> Result<(), Refusal> {
    making.may(Deed::SetDeadline)?;
    if (at - making.at).abs() > TimeDelta::days(14) {
        return Err(Refusal::TimeDoesNotFit);
    }
    let article = label(article)?;
    making.happens(Fact::DeadlineSet { at, article });
    Ok(())
}

pub(super) fn propose_measure(
    making: &mut Making<'_>,
    kind: MeasureKind,
    holder: PartyId,
    note: Option<&str>,
    based_on: BTreeSet<ContributionId>,
) -> Result<(), Refusal> {
    making.may(Deed::ProposeMeasure)?;
    let own = making.state.measures.values();
    if own.filter(|it| it.by.party == making.actor.party).count() >= MOST {
        return Err(Refusal::TooMany);
    }
    seated(making, holder)?;
    basis_fits(making, &based_on, holder)?;
    let note = making.note(note)?;
    let measure = DerivedId(making.draw());
    making.happens(Fact::MeasureProposed {
        measure,
        kind,
        holder,
        note,
        based_on,
    });
    Ok(())
}

pub(super) fn commit_measure(making: &mut Making<'_>, measure: DerivedId, until: DateTime<Utc>) -> Result<(), Refusal> {
    making.may(Deed::AnswerMeasure(measure))?;
    if until <= making.at || until - making.at > TimeDelta::days(370) {
        return Err(Refusal::TimeDoesNotFit);
    }
    forget_answer(making, measure);
    making.happens(Fact::MeasureCommitted { measure, until });
    Ok(())
}

pub(super) fn decline_measure(
    making: &mut Making<'_>,
    measure: DerivedId,
    reason: Option<&str>,
) -> Result<(), Refusal> {
    making.may(Deed::AnswerMeasure(measure))?;
    let reason = making.note(reason)?;
    forget_answer(making, measure);
    making.happens(Fact::MeasureDeclined { measure, reason });
    Ok(())
}

fn forget_answer(making: &mut Making<'_>, measure: DerivedId) {
    let answer = making
        .state
        .measures
        .get(&measure)
        .and_then(|it| texts_of_answer(it.answer.as_ref()));
    making.destroy(answer);
}

/// T2, T3: while VT takes its time, a disposition is an explicit deviation with a written motivation, or none.
pub(super) fn record_disposition(
    making: &mut Making<'_>,
    kind: DispositionKind,
    note: Option<&str>,
    deviation: Option<&str>,
    based_on: BTreeSet<ContributionId>,
) -> Result<(), Refusal> {
    let deviates = deviation.is_some_and(|words| !words.trim().is_empty());
    making.may(if deviates {
        Deed::Deviate
    } else {
        Deed::RecordDisposition
    })?;
    let note = making.note(note)?;
    let deviation = making.note(deviation)?;
    for id in &based_on {
        let contribution = making.seen(*id)?;
        if contribution.withdrawn_at.is_some() {
            return Err(Refusal::Withdrawn);
        }
        // T3: everyone at the table sees a deviation, so it cannot rest on what some may not see (R11).
        let hidden = |party: &PartyId| !making.state.in_audience(*party, contribution);
        if deviation.is_some()
            && making
                .state
                .parties()
                .iter()
                .any(|it| making.state.is_full(*it) && hidden(it))
        {
            return Err(Refusal::HiddenFromOthers);
        }
    }
    // A deviation is never taken off the record: a later disposition keeps its motivation in the log and the report.
    let earlier = making.state.disposition.as_ref().and_then(|it| it.note);
    making.destroy(earlier);
    let disposition = DerivedId(making.draw());
    making.happens(Fact::DispositionRecorded {
        disposition,
        kind,
        note,
        deviation,
        based_on,
    });
    Ok(())
}
