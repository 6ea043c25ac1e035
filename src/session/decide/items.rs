//! R1 to R3, R11, T5: who owns what, who sees it, what it rests on, and what its assignee says.

use alloc::collections::BTreeSet;
use chrono::TimeDelta;

use super::{DecisionBuilder, MOST};
use crate::ids::{ItemId, SubjectId};
use crate::session::command::NewAnswer;
use crate::session::event::EventKind;
use crate::session::item::{Answer, Assignee, Audience, Content, Item, NewContent};
use crate::session::permissions::Permission;
use crate::session::refusal::Refusal;
use crate::session::state::State;
use crate::session::visibility::{knows_subject, sees_item};
use crate::text::{LONGEST_CONTRIBUTION, LONGEST_NOTE, TextRef};

/// The most items that one item rests on, those behind them included.
const MOST_BASES: usize = 100;
/// How far ahead an action can be due.
const LONGEST_DUE: TimeDelta = TimeDelta::days(3_660);
/// How long a holder commits at most where the law gives its power no longest term.
const LONGEST_COMMITMENT: TimeDelta = TimeDelta::days(370);

pub(super) fn share(
    builder: &mut DecisionBuilder<'_>,
    content: NewContent,
    subjects: BTreeSet<SubjectId>,
    audience: Audience,
    based_on: BTreeSet<ItemId>,
    text: &str,
) -> Result<(), Refusal> {
    builder.check(Permission::Share)?;
    if needs_full_seat(&content) && !builder.state.is_full(builder.actor.party) {
        return Err(Refusal::RestrictedSeat);
    }
    let own = builder
        .state
        .items
        .values()
        .filter(|it| it.owner == builder.actor.party);
    if own.count() >= MOST {
        return Err(Refusal::TooMany);
    }
    subjects_fit(builder, &subjects)?;
    audience.named.iter().try_for_each(|party| builder.seated(*party))?;
    content_fits(builder, &content)?;
    basis_fits(builder, &based_on)?;
    let text = words(builder, &content, text)?;
    let item = ItemId(builder.draw());
    let content = Content::from(content);
    builder.happens(EventKind::Shared {
        item,
        content,
        subjects,
        audience,
        based_on,
        text,
    });
    assignee_sees(builder, item)
}

/// S2, S3: a revision names the one that it was written against.
pub(super) fn revise(
    builder: &mut DecisionBuilder<'_>,
    id: ItemId,
    revision: u32,
    content: NewContent,
    subjects: BTreeSet<SubjectId>,
    text: &str,
) -> Result<(), Refusal> {
    builder.check(Permission::Revise(id))?;
    let item = builder.item(id)?;
    revision_fits(item, revision)?;
    let same_kind = matches!(
        (&content, &item.content),
        (NewContent::Contribution { .. }, Content::Contribution { .. })
            | (NewContent::Action { .. }, Content::Action { .. })
            | (NewContent::Measure { .. }, Content::Measure { .. })
    );
    if !same_kind {
        return Err(Refusal::NotFound);
    }
    let new: BTreeSet<_> = subjects.difference(&item.subjects).copied().collect();
    subjects_fit(builder, &new)?;
    content_fits(builder, &content)?;
    let text = words(builder, &content, text)?;
    let content = Content::from(content);
    builder.happens(EventKind::Revised {
        item: id,
        revision: revision + 1,
        content,
        subjects,
        text,
    });
    assignee_sees(builder, id)
}

pub(super) fn set_audience(
    builder: &mut DecisionBuilder<'_>,
    id: ItemId,
    was: &Audience,
    audience: Audience,
) -> Result<(), Refusal> {
    builder.check(Permission::SetAudience(id))?;
    let item = builder.item(id)?;
    if item.audience != *was {
        return Err(Refusal::OtherRevision);
    }
    let new = audience.named.difference(&item.audience.named);
    new.copied().try_for_each(|party| builder.seated(party))?;
    // R11: every full seat reads a disposition; the OM can open it to a restricted one, and take that back.
    if matches!(item.content, Content::Disposition { .. }) && !audience.table {
        return Err(Refusal::OnRecord);
    }
    if *was != audience {
        builder.happens(EventKind::AudienceSet { item: id, audience });
    }
    Ok(())
}

pub(super) fn withdraw(builder: &mut DecisionBuilder<'_>, id: ItemId, revision: u32) -> Result<(), Refusal> {
    builder.check(Permission::Withdraw(id))?;
    revision_fits(builder.item(id)?, revision)?;
    builder.happens(EventKind::Withdrawn { item: id });
    Ok(())
}

/// R11: the owner of a basis lets an item be seen outside the basis' own audience, or takes that back.
pub(super) fn open_basis(
    builder: &mut DecisionBuilder<'_>,
    id: ItemId,
    revision: u32,
    basis: ItemId,
    open: bool,
) -> Result<(), Refusal> {
    builder.check(Permission::OpenBasis(basis))?;
    let item = builder.item(id)?;
    let known = item.rests_on.contains(&basis) && sees_item(builder.state, builder.actor.party, item);
    // Taking back is possible for what one opened, whoever sees it now.
    let takes_back = !open && item.opened.contains(&basis);
    if !known && !takes_back {
        return Err(Refusal::NotFound);
    }
    // Words that the owner of the basis has not read are not opened.
    if open {
        revision_fits(item, revision)?;
    }
    if item.opened.contains(&basis) != open {
        builder.happens(EventKind::BasisOpened { item: id, basis, open });
    }
    Ok(())
}

/// T5: only the assignee answers; a holder commits for at most the longest term of its power.
pub(super) fn answer(
    builder: &mut DecisionBuilder<'_>,
    id: ItemId,
    revision: u32,
    answer: NewAnswer,
) -> Result<(), Refusal> {
    builder.check(Permission::Answer(id))?;
    let item = builder.item(id)?;
    revision_fits(item, revision)?;
    let answer = match (&item.content, answer) {
        (Content::Action { .. }, NewAnswer::Accept {}) => Answer::Accepted,
        (Content::Measure { power, .. }, NewAnswer::Commit { until }) => {
            let power = builder.state.power(power).ok_or(Refusal::NoSuchPower)?;
            let longest = power
                .longest_hours
                .map_or(LONGEST_COMMITMENT, |hours| TimeDelta::hours(i64::from(hours)));
            if until <= builder.at || until - builder.at > longest {
                return Err(Refusal::TimeDoesNotFit);
            }
            Answer::Committed { until }
        }
        (_, NewAnswer::Refuse { reason }) => Answer::Refused {
            reason: builder.note(reason.as_deref())?,
        },
        _ => return Err(Refusal::NotFound),
    };
    builder.happens(EventKind::Answered { item: id, answer });
    Ok(())
}

pub(super) fn revision_fits(item: &Item, revision: u32) -> Result<(), Refusal> {
    if item.revision == revision {
        Ok(())
    } else {
        Err(Refusal::OtherRevision)
    }
}

/// A restricted seat shares contributions; it leads nobody to an action or a measure.
fn needs_full_seat(content: &NewContent) -> bool {
    match content {
        NewContent::Contribution { .. } => false,
        NewContent::Action { .. } | NewContent::Measure { .. } => true,
    }
}

fn words(builder: &mut DecisionBuilder<'_>, content: &NewContent, text: &str) -> Result<Option<TextRef>, Refusal> {
    match content {
        NewContent::Contribution { .. } => builder.words(text, LONGEST_CONTRIBUTION).map(Some),
        NewContent::Action { .. } => builder.words(text, LONGEST_NOTE).map(Some),
        NewContent::Measure { .. } => builder.note(Some(text)),
    }
}

fn content_fits(builder: &DecisionBuilder<'_>, content: &NewContent) -> Result<(), Refusal> {
    match content {
        NewContent::Contribution { .. } => Ok(()),
        NewContent::Action { performer, due } => {
            assignee_fits(builder, *performer)?;
            let (now, due) = (builder.at, *due);
            if due.is_some_and(|due| due < now || due - now > LONGEST_DUE) {
                return Err(Refusal::TimeDoesNotFit);
            }
            Ok(())
        }
        NewContent::Measure { power, holder } => {
            let power = builder.state.power(power).ok_or(Refusal::NoSuchPower)?;
            assignee_fits(builder, *holder)?;
            // T5: only a kind of party that holds the power can be asked for it.
            let kind = match holder {
                Assignee::Seat(party) => builder.state.party_kind(*party),
                Assignee::Absent { kind, .. } => Some(*kind),
            };
            if kind.is_some_and(|kind| power.holders.contains(&kind)) {
                Ok(())
            } else {
                Err(Refusal::NotHolder)
            }
        }
    }
}

/// A party that sits here speaks for itself; only one without a seat is spoken for.
fn assignee_fits(builder: &DecisionBuilder<'_>, assignee: Assignee) -> Result<(), Refusal> {
    builder.seated(assignee.answering_party())?;
    match assignee {
        Assignee::Seat(_) => Ok(()),
        Assignee::Absent { kind, .. } => {
            let sits = |party| builder.state.party_kind(party) == Some(kind) && builder.seated(party).is_ok();
            if builder.state.parties().into_iter().any(sits) {
                Err(Refusal::SeatsDoNotFit)
            } else {
                Ok(())
            }
        }
    }
}

fn subjects_fit(builder: &DecisionBuilder<'_>, subjects: &BTreeSet<SubjectId>) -> Result<(), Refusal> {
    let party = builder.actor.party;
    let known = |subject: &SubjectId| knows_subject(builder.state, party, *subject);
    if subjects.iter().all(known) {
        Ok(())
    } else {
        Err(Refusal::NotFound)
    }
}

/// R11: an item rests on what its author sees and what has not been taken back.
fn basis_fits(builder: &DecisionBuilder<'_>, based_on: &BTreeSet<ItemId>) -> Result<(), Refusal> {
    let mut all = based_on.clone();
    for id in based_on {
        let basis = builder.item(*id)?;
        if !sees_item(builder.state, builder.actor.party, basis) {
            return Err(Refusal::NotFound);
        }
        if !basis.is_live() {
            return Err(Refusal::Withdrawn);
        }
        all.extend(basis.rests_on.iter().copied());
    }
    if all.len() > MOST_BASES {
        Err(Refusal::TooMany)
    } else {
        Ok(())
    }
}

/// Who must act on an item must be able to read it (R11, T5).
fn assignee_sees(builder: &DecisionBuilder<'_>, id: ItemId) -> Result<(), Refusal> {
    let events = builder.decision.events.iter();
    let after: State = events.fold(builder.state.clone(), crate::session::evolve);
    let Some(item) = after.items.get(&id) else {
        return Ok(());
    };
    match item.content.assignee() {
        Some(assignee) if !sees_item(&after, assignee.answering_party(), item) => Err(Refusal::HiddenFromOthers),
        _ => Ok(()),
    }
}
