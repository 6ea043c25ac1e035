//! R1 to R3 and R11: who owns what, who sees it, and what is derived from it.

use alloc::collections::BTreeSet;
use chrono::{DateTime, TimeDelta, Utc};

use super::{MOST, Making, basis_fits, destroy_lapsed, seated, texts_of};
use crate::ids::{ContributionId, DerivedId, PartyId, SubjectId};
use crate::session::command::{Audience, ContributionKind};
use crate::session::event::Fact;
use crate::session::may::Deed;
use crate::session::refusal::Refusal;
use crate::session::view::knows_subject;
use crate::text::{LONGEST_CONTRIBUTION, LONGEST_NOTE};

pub(super) fn share(
    making: &mut Making<'_>,
    kind: ContributionKind,
    subjects: BTreeSet<SubjectId>,
    audience: Audience,
    text: &str,
) -> Result<(), Refusal> {
    making.may(Deed::Share)?;
    let own = making.state.contributions.values();
    if own.filter(|it| it.owner == making.actor.party).count() >= MOST {
        return Err(Refusal::TooMany);
    }
    subjects_fit(making, &subjects)?;
    audience_fits(making, &audience)?;
    let text = making.words(text, LONGEST_CONTRIBUTION)?;
    let contribution = ContributionId(making.draw());
    making.happens(Fact::Shared {
        contribution,
        kind,
        subjects,
        audience,
        text,
    });
    Ok(())
}

pub(super) fn revise(
    making: &mut Making<'_>,
    id: ContributionId,
    kind: ContributionKind,
    subjects: BTreeSet<SubjectId>,
    text: &str,
) -> Result<(), Refusal> {
    making.may(Deed::Revise(id))?;
    subjects_fit(making, &subjects)?;
    let contribution = making.seen(id)?;
    let text = making.words(text, LONGEST_CONTRIBUTION)?;
    // R6: the older text goes, and the approvals of it with what was written beside them.
    let requests: BTreeSet<_> = contribution
        .requests
        .values()
        .filter_map(|request| request.reason)
        .collect();
    making.destroy(
        texts_of(contribution)
            .into_iter()
            .filter(|text| !requests.contains(text)),
    );
    making.happens(Fact::Revised {
        contribution: id,
        revision: contribution.revision + 1,
        kind,
        subjects,
        text,
    });
    Ok(())
}

pub(super) fn set_audience(making: &mut Making<'_>, id: ContributionId, audience: Audience) -> Result<(), Refusal> {
    making.may(Deed::SetAudience(id))?;
    audience_fits(making, &audience)?;
    making.happens(Fact::AudienceSet {
        contribution: id,
        audience,
    });
    destroy_lapsed(making);
    Ok(())
}

pub(super) fn withdraw(making: &mut Making<'_>, id: ContributionId) -> Result<(), Refusal> {
    making.may(Deed::Withdraw(id))?;
    making.destroy(texts_of(making.seen(id)?));
    making.happens(Fact::Withdrawn { contribution: id });
    Ok(())
}

pub(super) fn agree_action(
    making: &mut Making<'_>,
    text: &str,
    performer: PartyId,
    due: Option<DateTime<Utc>>,
    based_on: BTreeSet<ContributionId>,
) -> Result<(), Refusal> {
    making.may(Deed::AgreeAction)?;
    let own = making.state.actions.values();
    if own.filter(|it| it.by.party == making.actor.party).count() >= MOST {
        return Err(Refusal::TooMany);
    }
    seated(making, performer)?;
    basis_fits(making, &based_on, performer)?;
    if due.is_some_and(|due| due < making.at || due - making.at > TimeDelta::days(3_660)) {
        return Err(Refusal::TimeDoesNotFit);
    }
    let text = making.words(text, LONGEST_NOTE)?;
    let action = DerivedId(making.draw());
    making.happens(Fact::ActionAgreed {
        action,
        text,
        performer,
        due,
        based_on,
    });
    Ok(())
}

pub(super) fn drop_action(making: &mut Making<'_>, action: DerivedId) -> Result<(), Refusal> {
    making.may(Deed::DropAction(action))?;
    making.destroy(making.state.actions.get(&action).map(|it| it.text));
    making.happens(Fact::ActionDropped { action });
    destroy_lapsed(making);
    Ok(())
}

/// R11: the owner of a contribution lets what was derived from it be seen by the whole table.
pub(super) fn open_derived(making: &mut Making<'_>, derived: DerivedId, id: ContributionId) -> Result<(), Refusal> {
    making.may(Deed::OpenDerived(id))?;
    let basis = making
        .state
        .basis_seen(making.actor.party, derived)
        .filter(|basis| basis.based_on.contains(&id))
        .ok_or(Refusal::NotFound)?;
    if !basis.opened.contains(&id) {
        making.happens(Fact::DerivedOpened {
            derived,
            contribution: id,
        });
    }
    Ok(())
}

fn subjects_fit(making: &Making<'_>, subjects: &BTreeSet<SubjectId>) -> Result<(), Refusal> {
    let known = |subject: &SubjectId| knows_subject(making.state, making.actor.party, *subject);
    if subjects.iter().all(known) {
        Ok(())
    } else {
        Err(Refusal::NotFound)
    }
}

fn audience_fits(making: &Making<'_>, audience: &Audience) -> Result<(), Refusal> {
    audience.named.iter().try_for_each(|party| seated(making, *party))
}
