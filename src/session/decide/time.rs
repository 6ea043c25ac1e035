//! T1 to T4: VT's time, the decision clock, custody and the disposition.

use chrono::{DateTime, TimeDelta, Utc};

use super::DecisionBuilder;
use super::table::MINUTES;
use crate::ids::{ItemId, SubjectId, TimeRequestId};
use crate::session::command::{SubjectRole, TimeReason};
use crate::session::event::EventKind;
use crate::session::item::DispositionKind;
use crate::session::permissions::Permission;
use crate::session::refusal::Refusal;
use crate::session::visibility::knows_subject;

/// How far from now the end of custody can be set, either way.
const LONGEST_CUSTODY: TimeDelta = TimeDelta::days(14);
const MINUTES_OF_A_WEEK: u32 = 7 * 24 * 60;

/// T1: at any time, without anyone's permission; a reason is asked, never required.
pub(super) fn ask(
    builder: &mut DecisionBuilder<'_>,
    reason: Option<TimeReason>,
    minutes: Option<u32>,
) -> Result<(), Refusal> {
    builder.check(Permission::AskTime)?;
    // One signal stands at a time: a second press of the button is the same signal.
    if builder.state.time_stands_for(builder.actor.party) {
        return Ok(());
    }
    // A number no meeting has must not cost VT its signal: it is left out instead of refused.
    let minutes = minutes.filter(|minutes| (1..=MINUTES_OF_A_WEEK).contains(minutes));
    let request = TimeRequestId(builder.draw());
    builder.happens(EventKind::TimeAsked {
        request,
        reason,
        minutes,
    });
    Ok(())
}

pub(super) fn explain(
    builder: &mut DecisionBuilder<'_>,
    request: TimeRequestId,
    reason: Option<TimeReason>,
    minutes: Option<u32>,
) -> Result<(), Refusal> {
    builder.check(Permission::AnswerForTime(request))?;
    if minutes.is_some_and(|minutes| !(1..=MINUTES_OF_A_WEEK).contains(&minutes)) {
        return Err(Refusal::MinutesDoNotFit);
    }
    builder.happens(EventKind::TimeExplained {
        request,
        reason,
        minutes,
    });
    Ok(())
}

/// T2: not while VT takes its time: then nobody moves the clock.
pub(super) fn set_clock(builder: &mut DecisionBuilder<'_>, minutes: u32) -> Result<(), Refusal> {
    builder.check(Permission::SetClock)?;
    if !MINUTES.contains(&minutes) {
        return Err(Refusal::MinutesDoNotFit);
    }
    builder.happens(EventKind::ClockSet { minutes });
    Ok(())
}

/// T4: the end time the officer set; it may have passed already, and then says so on every screen.
pub(super) fn set_deadline(
    builder: &mut DecisionBuilder<'_>,
    at: DateTime<Utc>,
    term: alloc::string::String,
) -> Result<(), Refusal> {
    builder.check(Permission::SetDeadline)?;
    if (at - builder.at).abs() > LONGEST_CUSTODY {
        return Err(Refusal::TimeDoesNotFit);
    }
    builder.state.term(&term).ok_or(Refusal::NoSuchTerm)?;
    builder.happens(EventKind::DeadlineSet { at, term });
    Ok(())
}

/// T2, T3: while VT takes its time, a disposition is an explicit deviation with a written motivation, or none. It rests on
/// nothing but its author (R11), and there is one for each suspect.
pub(super) fn record_disposition(
    builder: &mut DecisionBuilder<'_>,
    suspect: SubjectId,
    revision: u32,
    kind: DispositionKind,
    note: Option<&str>,
    deviation: Option<&str>,
) -> Result<(), Refusal> {
    let deviates = deviation.is_some_and(|words| !words.trim().is_empty());
    builder.check(if deviates {
        Permission::Deviate
    } else {
        Permission::RecordDisposition
    })?;
    let known = knows_subject(builder.state, builder.actor.party, suspect);
    let subject = builder
        .state
        .subjects
        .get(&suspect)
        .filter(|_| known)
        .ok_or(Refusal::NotFound)?;
    if subject.role != SubjectRole::Suspect {
        return Err(Refusal::NotFound);
    }
    let standing = builder.state.disposition_of(suspect);
    if standing.map_or(0, |item| item.revision) != revision {
        return Err(Refusal::OtherRevision);
    }
    let item = match standing {
        Some(item) if item.owner != builder.actor.party => return Err(Refusal::NotOwner),
        Some(item) => item.id,
        None => ItemId(builder.draw()),
    };
    let note = builder.note(note)?;
    let deviation = builder.note(deviation)?;
    builder.happens(EventKind::DispositionRecorded {
        item,
        revision: revision + 1,
        suspect,
        kind,
        note,
        deviation,
    });
    Ok(())
}
