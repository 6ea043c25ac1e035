//! Who sits here, who leads, and when a table that nobody uses ends (R14, R15, R18).

use alloc::{boxed::Box, collections::BTreeSet};

use super::{DecisionBuilder, care, label};
use crate::ids::{ItemId, ParticipantId};
use crate::session::command::{Actor, Convening, LeftItems, NewSeat, SeatLevel};
use crate::session::event::{Convened, EventKind};
use crate::session::item::Content;
use crate::session::permissions::Permission;
use crate::session::refusal::Refusal;
use crate::session::state::{EXPIRY_WARNING, SeatStatus};
use crate::text::TextFault;

/// The most people a session is convened about, the most parties at a table, and the most people a seat is named for.
const MOST_SUBJECTS: usize = 40;
const MOST_SEATS: usize = 20;
const MOST_ATTENDEES: usize = 200;
/// A decision clock is between five minutes and three days.
pub(super) const MINUTES: core::ops::RangeInclusive<u32> = 5..=4_320;

pub(super) fn convene(builder: &mut DecisionBuilder<'_>, convening: Convening) -> Result<(), Refusal> {
    if builder.state.is_convened() {
        return Err(Refusal::AlreadyConvened);
    }
    let Convening {
        moment,
        case_reference,
        subjects,
        seats,
        grounds,
        powers,
        terms,
        convener_name,
        convener_is_prosecutor,
        clock_minutes,
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
        .find(|seat| seat.party.id == builder.actor.party)
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
    let clock_minutes = match (moment.decision_clock_minutes, clock_minutes) {
        (None, Some(_)) => return Err(Refusal::NoClock),
        (None, None) => None,
        (Some(usual), asked) => Some(asked.unwrap_or(usual)),
    };
    if clock_minutes.is_some_and(|minutes| !MINUTES.contains(&minutes)) {
        return Err(Refusal::MinutesDoNotFit);
    }
    let case_reference = label(&case_reference)?;
    if !moment.fits(&case_reference) {
        return Err(Refusal::ReferenceDoesNotFit);
    }
    let convener_name = label(&convener_name)?;
    let subjects = subjects
        .iter()
        .map(|subject| care::named(builder, subject))
        .collect::<Result<_, _>>()?;
    builder.happens(EventKind::Convened(Box::new(Convened {
        moment,
        case_reference,
        subjects,
        seats,
        grounds,
        powers,
        terms,
        convener_name,
        convener_is_prosecutor,
        clock_minutes,
    })));
    Ok(())
}

pub(super) fn give_seat(builder: &mut DecisionBuilder<'_>, seat: Box<NewSeat>) -> Result<(), Refusal> {
    builder.check(Permission::GiveSeat)?;
    if builder.state.seats.len() >= MOST_SEATS && !builder.state.seats.contains_key(&seat.party.id) {
        return Err(Refusal::TooMany);
    }
    let chair = builder.state.table.as_ref().map(|table| table.chair);
    if chair == Some(seat.party.id) {
        return Err(Refusal::ChairStays);
    }
    let was_full = builder
        .state
        .seats
        .get(&seat.party.id)
        .is_some_and(|old| old.level == SeatLevel::Full && old.status != SeatStatus::Taken);
    if was_full && seat.level == SeatLevel::Restricted {
        // What the moment requires keeps seeing what the table sees, and a seat is no lever: not on who sits here, and not on
        // who left and still decides about what is its own (R15).
        if builder.state.needs(seat.party.id) {
            return Err(Refusal::PartyMissing);
        }
        if builder.state.takes_part(seat.party.id) {
            return Err(Refusal::TakesPart);
        }
    }
    builder.happens(EventKind::SeatGiven { seat });
    Ok(())
}

/// R15: a party leaves by its own act and says what becomes of its items.
pub(super) fn leave(builder: &mut DecisionBuilder<'_>, items: LeftItems) -> Result<(), Refusal> {
    builder.check(Permission::Leave)?;
    if items == LeftItems::Withdraw {
        let party = builder.actor.party;
        let own = builder
            .state
            .items
            .values()
            .filter(|item| item.owner == party && item.is_live());
        let own = own.filter(|item| !matches!(item.content, Content::Disposition { .. }));
        let own: alloc::vec::Vec<ItemId> = own.map(|item| item.id).collect();
        for item in own {
            builder.happens(EventKind::Withdrawn { item });
        }
    }
    builder.happens(EventKind::Left);
    Ok(())
}

/// R18: an organisation names who may come in; whoever names them stays in.
pub(super) fn name_attendees(
    builder: &mut DecisionBuilder<'_>,
    people: Option<BTreeSet<ParticipantId>>,
) -> Result<(), Refusal> {
    builder.check(Permission::NameAttendees)?;
    if let Some(people) = &people {
        if !people.contains(&builder.actor.participant) {
            return Err(Refusal::PartyMissing);
        }
        if people.len() > MOST_ATTENDEES {
            return Err(Refusal::TooMany);
        }
        // The gavel stays in the room.
        let gavel = builder.state.gavel.filter(|it| {
            let holder = builder.state.people.get(it);
            holder.is_some_and(|person| person.party == builder.actor.party)
        });
        if gavel.is_some_and(|gavel| !people.contains(&gavel)) {
            return Err(Refusal::ChairStays);
        }
    }
    builder.happens(EventKind::AttendeesNamed { people });
    Ok(())
}

pub(super) fn enter(builder: &mut DecisionBuilder<'_>, name: &str, prosecutor: bool) -> Result<(), Refusal> {
    builder.check(Permission::Enter)?;
    let name = label(name)?;
    let same = builder.state.person(builder.actor);
    if builder.state.closed.is_some() || same.is_some_and(|it| it.name == name && it.prosecutor == prosecutor) {
        return Ok(());
    }
    builder.happens(EventKind::Entered { name, prosecutor });
    Ok(())
}

pub(super) fn accept_rules(builder: &mut DecisionBuilder<'_>) -> Result<(), Refusal> {
    builder.check(Permission::AcceptRules)?;
    let person = builder.state.person(builder.actor).ok_or(Refusal::NotFound)?;
    if person.rules_accepted_at.is_none() {
        builder.happens(EventKind::RulesAccepted);
    }
    Ok(())
}

pub(super) fn hand_over_gavel(builder: &mut DecisionBuilder<'_>, to: ParticipantId) -> Result<(), Refusal> {
    builder.check(Permission::HandOverGavel)?;
    let party = builder.actor.party;
    let colleague = builder.state.people.get(&to).filter(|person| person.party == party);
    colleague.ok_or(Refusal::NotFound)?;
    if !builder.state.admits(Actor { party, participant: to }) {
        return Err(Refusal::NotFound);
    }
    builder.happens(EventKind::GavelPassed { to });
    Ok(())
}

/// R14: the program announces that a session will expire, a day before it does.
pub(super) fn warn_of_expiry(builder: &mut DecisionBuilder<'_>) -> Result<(), Refusal> {
    let expires_at = due(builder)?;
    if builder.state.is_expiry_announced() {
        return Ok(());
    }
    if builder.at < expires_at - EXPIRY_WARNING {
        return Err(Refusal::NotDue);
    }
    // However late the program is, everybody has a day from the announcement.
    let in_a_day = builder.at.checked_add_signed(EXPIRY_WARNING);
    let expires_at = expires_at.max(in_a_day.ok_or(Refusal::TimeDoesNotFit)?);
    builder.happens(EventKind::ExpiryWarned { expires_at });
    Ok(())
}

/// R14: a session that was announced to expire and in which nothing happened since then ends, whatever stands.
pub(super) fn expire(builder: &mut DecisionBuilder<'_>) -> Result<(), Refusal> {
    due(builder)?;
    match builder.state.expires_at {
        Some(announced) if announced <= builder.at => {
            builder.happens(EventKind::Expired);
            Ok(())
        }
        _ => Err(Refusal::NotDue),
    }
}

fn due(builder: &DecisionBuilder<'_>) -> Result<chrono::DateTime<chrono::Utc>, Refusal> {
    if builder.actor != Actor::PROGRAM {
        return Err(Refusal::NotFound);
    }
    if builder.state.closed.is_some() {
        return Err(Refusal::Closed);
    }
    builder.state.expires_at().ok_or(Refusal::NotFound)
}
