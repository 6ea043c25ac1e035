//! Who sits here and who leads.

use alloc::{boxed::Box, collections::BTreeSet};

use super::{Making, label};
use crate::ids::{ParticipantId, SubjectId};
use crate::session::command::{Convening, NewSeat, NewSubject, SeatLevel};
use crate::session::event::{Convened, Fact, SubjectNamed};
use crate::session::may::Deed;
use crate::session::refusal::Refusal;
use crate::text::{LONGEST_LABEL, TextFault};

/// The most people a case is about, and the most parties at a table.
const MOST_SUBJECTS: usize = 40;
const MOST_SEATS: usize = 20;
/// A decision clock is between five minutes and three days.
pub(super) const MINUTES: core::ops::RangeInclusive<u32> = 5..=4_320;

pub(super) fn convene(making: &mut Making<'_>, convening: Convening) -> Result<(), Refusal> {
    if making.state.is_convened() {
        return Err(Refusal::AlreadyConvened);
    }
    let Convening {
        moment,
        case_reference,
        subjects,
        seats,
        grounds,
        convener_name,
        convener_is_prosecutor,
        ..
    } = convening;
    let full = seats.iter().filter(|seat| seat.level == SeatLevel::Full);
    let kinds: BTreeSet<_> = full.map(|seat| seat.party.kind).collect();
    if !moment.required.iter().all(|kind| kinds.contains(kind)) {
        return Err(Refusal::PartyMissing);
    }
    let parties: BTreeSet<_> = seats.iter().map(|seat| seat.party.id).collect();
    if parties.len() != seats.len() || seats.len() > MOST_SEATS {
        return Err(Refusal::SeatsDoNotFit);
    }
    let own = seats
        .iter()
        .find(|seat| seat.party.id == making.actor.party)
        .ok_or(Refusal::SeatsDoNotFit)?;
    if own.party.kind != moment.chair {
        return Err(Refusal::NotChair);
    }
    if own.level != SeatLevel::Full {
        return Err(Refusal::SeatsDoNotFit);
    }
    if subjects.is_empty() {
        return Err(Refusal::Text(TextFault::Empty));
    }
    if subjects.len() > MOST_SUBJECTS {
        return Err(Refusal::TooMany);
    }
    let clock_minutes = match (moment.decision_clock_minutes, convening.clock_minutes) {
        (None, Some(_)) => return Err(Refusal::NoClock),
        (None, None) => None,
        (Some(usual), asked) => Some(asked.unwrap_or(usual)),
    };
    if clock_minutes.is_some_and(|minutes| !MINUTES.contains(&minutes)) {
        return Err(Refusal::MinutesDoNotFit);
    }
    let case_reference = label(&case_reference)?;
    let convener_name = label(&convener_name)?;
    let subjects = subjects
        .iter()
        .map(|subject| named(making, subject))
        .collect::<Result<_, _>>()?;
    let (seats, convener_is_prosecutor) = (seats, convener_is_prosecutor);
    making.happens(Fact::Convened(Box::new(Convened {
        moment,
        case_reference,
        subjects,
        seats,
        grounds,
        convener_name,
        convener_is_prosecutor,
        clock_minutes,
    })));
    Ok(())
}

fn named(making: &mut Making<'_>, subject: &NewSubject) -> Result<SubjectNamed, Refusal> {
    let label = making.words(&subject.label, LONGEST_LABEL)?;
    Ok(SubjectNamed {
        id: SubjectId(making.draw()),
        role: subject.role,
        label,
    })
}

pub(super) fn give_seat(making: &mut Making<'_>, seat: Box<NewSeat>) -> Result<(), Refusal> {
    making.may(Deed::GiveSeat)?;
    if making.state.seats.len() >= MOST_SEATS && !making.state.seats.contains_key(&seat.party.id) {
        return Err(Refusal::TooMany);
    }
    let chair = making.state.table.as_ref().map(|table| table.chair);
    if chair == Some(seat.party.id) {
        return Err(Refusal::ChairStays);
    }
    // What the moment requires keeps seeing what the table sees.
    if seat.level == SeatLevel::Restricted && making.state.needs(seat.party.id) {
        return Err(Refusal::PartyMissing);
    }
    making.happens(Fact::SeatGiven { seat });
    super::destroy_lapsed(making);
    Ok(())
}

pub(super) fn enter(making: &mut Making<'_>, name: &str, prosecutor: bool) -> Result<(), Refusal> {
    making.may(Deed::Enter)?;
    let name = label(name)?;
    let same = making.state.person(making.actor);
    if making.state.closed.is_some() || same.is_some_and(|it| it.name == name && it.prosecutor == prosecutor) {
        return Ok(());
    }
    making.happens(Fact::Entered { name, prosecutor });
    Ok(())
}

pub(super) fn accept_rules(making: &mut Making<'_>) -> Result<(), Refusal> {
    making.may(Deed::AcceptRules)?;
    let person = making.state.person(making.actor).ok_or(Refusal::NotFound)?;
    if person.rules_accepted_at.is_none() {
        making.happens(Fact::RulesAccepted);
    }
    Ok(())
}

pub(super) fn hand_over_gavel(making: &mut Making<'_>, to: ParticipantId) -> Result<(), Refusal> {
    making.may(Deed::HandOverGavel)?;
    let colleague = making
        .state
        .people
        .get(&to)
        .filter(|person| person.party == making.actor.party);
    colleague.ok_or(Refusal::NotFound)?;
    making.happens(Fact::GavelPassed { to });
    Ok(())
}

pub(super) fn add_subject(making: &mut Making<'_>, subject: &NewSubject) -> Result<(), Refusal> {
    making.may(Deed::AddSubject)?;
    if making.state.subjects.len() >= MOST_SUBJECTS {
        return Err(Refusal::TooMany);
    }
    let subject = named(making, subject)?;
    making.happens(Fact::SubjectAdded { subject });
    Ok(())
}
