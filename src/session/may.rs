//! May this participant do this now? The one place that answers, for commands, views, pages and exports alike.
//!
//! To add something that can be done: add a [`Deed`] (or a [`HouseDeed`] for what happens outside a table). The
//! match has no default arm, so the compiler asks for its rule; `rights.rs` walks every role, deed, state and
//! ownership.
//!
//! What is not there and what is not yours to see get the same answer, [`Refusal::NotFound`] (R2).

use serde::{Deserialize, Serialize};

use super::command::Actor;
use super::refusal::Refusal;
use super::state::{Contribution, State};
use crate::ids::{ContributionId, DerivedId, PartyId, TimeRequestId};
use crate::moment::Phase;
use crate::party::PartyKind;

/// Whatever can be done at a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deed {
    /// Come in; also: open the table's page or socket.
    Enter,
    /// Accept the ground rules.
    AcceptRules,
    /// See what the table sees.
    See,
    /// Read the accountability report of one's own party.
    ReadAccountability,
    /// Keep a draft.
    Draft,
    /// Be shown as present, away or typing.
    BePresent,
    /// Share a contribution.
    Share,
    /// Revise it (R3).
    Revise(ContributionId),
    /// Change who sees it (R3).
    SetAudience(ContributionId),
    /// Withdraw it (R3).
    Withdraw(ContributionId),
    /// Ask for its release (R13).
    RequestRelease(ContributionId),
    /// Take that request back.
    DropRequest(ContributionId),
    /// Decide a cell of it (R3, R5).
    DecideCell(ContributionId),
    /// Take a decision on a cell of it back, in whatever phase (R6).
    TakeBackCell(ContributionId),
    /// Say that one's party is ready, or not.
    SetReady,
    /// Say that one is about to close (T2, R13).
    LastCall,
    /// Add a person to the case.
    AddSubject,
    /// Agree a follow-up action.
    AgreeAction,
    /// Take one off the list.
    DropAction(DerivedId),
    /// Open what was derived from one's contribution (R11).
    OpenDerived(ContributionId),
    /// Propose a bridging measure (T5).
    ProposeMeasure,
    /// Commit to one, or decline (T5).
    AnswerMeasure(DerivedId),
    /// "VT heeft meer tijd nodig" (T1).
    AskTime,
    /// Explain or end one's own request (T2).
    AnswerForTime(TimeRequestId),
    /// Set the decision clock.
    SetClock,
    /// Set the end of custody (T4).
    SetDeadline,
    /// Move to a phase (T2 for the closing round).
    MoveTo(Phase),
    /// Put a card in the spotlight.
    Spotlight(ContributionId),
    /// Hand the gavel to a colleague.
    HandOverGavel,
    /// Take the gavel from a colleague.
    TakeGavel,
    /// Give a party a seat.
    GiveSeat,
    /// Take a party's seat away.
    TakeSeat(PartyId),
    /// Record the disposition (T2).
    RecordDisposition,
    /// Record it against VT's request, with a motivation (T3).
    Deviate,
    /// Close (T2, R7).
    Close,
}

/// Whether `actor` may do this at this table now.
#[expect(clippy::too_many_lines, reason = "one arm a deed, all in one place")]
pub fn may(state: &State, actor: Actor, deed: Deed) -> Result<(), Refusal> {
    let seat = state.seat(actor.party).ok_or(Refusal::NotFound)?;
    let Some(table) = &state.table else {
        return Err(Refusal::NotFound);
    };
    let person = state.person(actor);
    // A report and a look remain after closing; nothing else does.
    match deed {
        Deed::Enter | Deed::See | Deed::ReadAccountability => {}
        _ if state.closed.is_some() => return Err(Refusal::Closed),
        // T1: at any time, without anyone's permission, the ground rules included.
        Deed::AcceptRules | Deed::AskTime | Deed::AnswerForTime(_) | Deed::BePresent => {}
        _ if person.is_none_or(|it| it.rules_accepted_at.is_none()) => return Err(Refusal::RulesNotAccepted),
        _ => {}
    }
    let full = || {
        if state.is_full(actor.party) {
            Ok(())
        } else {
            Err(Refusal::RestrictedSeat)
        }
    };
    let chair = || {
        if has_gavel(state, actor) {
            Ok(())
        } else {
            Err(Refusal::NotChair)
        }
    };
    let no_time_stands = || {
        if state.time_stands() {
            Err(Refusal::TimeStands)
        } else {
            Ok(())
        }
    };
    let prosecutor = || {
        let decides = person.is_some_and(|person| person.prosecutor);
        if !table.moment.disposition {
            Err(Refusal::NoDisposition)
        } else if seat.party.kind == PartyKind::Prosecution && decides {
            full()
        } else {
            Err(Refusal::NotProsecutor)
        }
    };
    match deed {
        Deed::Enter
        | Deed::AcceptRules
        | Deed::See
        | Deed::ReadAccountability
        | Deed::Draft
        | Deed::BePresent
        | Deed::Share
        | Deed::SetReady => Ok(()),
        Deed::Revise(id)
        | Deed::SetAudience(id)
        | Deed::Withdraw(id)
        | Deed::OpenDerived(id)
        | Deed::TakeBackCell(id) => live(own(state, actor, id)?),
        Deed::RequestRelease(id) => {
            let contribution = seen(state, actor, id)?;
            if contribution.owner == actor.party {
                Err(Refusal::OwnContribution)
            } else {
                live(contribution)
            }
        }
        Deed::DropRequest(id) => {
            let contribution = seen(state, actor, id)?;
            if contribution.requests.contains_key(&actor.party) {
                Ok(())
            } else {
                Err(Refusal::NotFound)
            }
        }
        Deed::DecideCell(id) => {
            live(own(state, actor, id)?)?;
            if state.phase == Phase::ClosingRound {
                Ok(())
            } else {
                Err(Refusal::NotClosingRound)
            }
        }
        Deed::AddSubject | Deed::AgreeAction | Deed::ProposeMeasure => full(),
        Deed::DropAction(id) => {
            let action = state.actions.get(&id).filter(|it| state.sees_action(actor.party, it));
            let action = action.ok_or(Refusal::NotFound)?;
            if action.by.party == actor.party || chair().is_ok() {
                Ok(())
            } else {
                Err(Refusal::NotOwner)
            }
        }
        Deed::AnswerMeasure(id) => {
            let measure = state.measures.get(&id).filter(|it| state.sees_measure(actor.party, it));
            let measure = measure.ok_or(Refusal::NotFound)?;
            if measure.holder == actor.party {
                Ok(())
            } else {
                Err(Refusal::NotHolder)
            }
        }
        Deed::AskTime => {
            if seat.party.kind == PartyKind::VeiligThuis {
                Ok(())
            } else {
                Err(Refusal::NotVeiligThuis)
            }
        }
        Deed::AnswerForTime(id) => {
            let request = state.time_requests.get(&id).filter(|it| it.ended_at.is_none());
            let request = request.ok_or(Refusal::NotFound)?;
            if request.by.party == actor.party {
                Ok(())
            } else {
                Err(Refusal::NotVeiligThuis)
            }
        }
        Deed::SetClock => {
            chair()?;
            if state.clock.is_some() {
                Ok(())
            } else {
                Err(Refusal::NoClock)
            }
        }
        Deed::SetDeadline => match seat.party.kind {
            PartyKind::Police | PartyKind::Prosecution => full(),
            PartyKind::VeiligThuis
            | PartyKind::Probation
            | PartyKind::ChildProtection
            | PartyKind::VictimSupport
            | PartyKind::Halt
            | PartyKind::Municipality
            | PartyKind::Care
            | PartyKind::Other => Err(Refusal::NotCustodian),
        },
        Deed::MoveTo(phase) => {
            chair()?;
            if !table.moment.phases.contains(&phase) || phase == state.phase {
                return Err(Refusal::NoSuchPhase);
            }
            if phase == Phase::ClosingRound {
                no_time_stands()
            } else {
                Ok(())
            }
        }
        Deed::Spotlight(id) => {
            chair()?;
            seen(state, actor, id).map(|_| ())
        }
        Deed::HandOverGavel | Deed::GiveSeat => chair(),
        Deed::TakeGavel => {
            if actor.party == table.chair && state.gavel != Some(actor.participant) {
                Ok(())
            } else {
                Err(Refusal::NotChair)
            }
        }
        Deed::TakeSeat(party) => {
            chair()?;
            if party == table.chair {
                return Err(Refusal::ChairStays);
            }
            state.seat(party).ok_or(Refusal::NotFound)?;
            // T2: nobody gets rid of the signal by sending away who gave it.
            if state.time_stands_for(party) {
                return Err(Refusal::TimeStands);
            }
            if state.needs(party) {
                Err(Refusal::PartyMissing)
            } else {
                Ok(())
            }
        }
        Deed::RecordDisposition => {
            prosecutor()?;
            no_time_stands()
        }
        Deed::Deviate => {
            prosecutor()?;
            if state.time_stands() {
                Ok(())
            } else {
                Err(Refusal::NothingToDeviateFrom)
            }
        }
        Deed::LastCall | Deed::Close => {
            chair()?;
            no_time_stands()?;
            if state.phase == Phase::ClosingRound {
                Ok(())
            } else {
                Err(Refusal::NotClosingRound)
            }
        }
    }
}

/// Whether this person leads now.
pub(crate) fn has_gavel(state: &State, actor: Actor) -> bool {
    let chair = state.table.as_ref().map(|table| table.chair);
    state.gavel == Some(actor.participant) && chair == Some(actor.party)
}

/// A contribution this party may see, or the answer for one that is not there (R2).
pub(crate) fn seen(state: &State, actor: Actor, id: ContributionId) -> Result<&Contribution, Refusal> {
    state
        .contributions
        .get(&id)
        .filter(|it| state.in_audience(actor.party, it))
        .map(AsRef::as_ref)
        .ok_or(Refusal::NotFound)
}

/// A contribution of this party's own (R3). There is no override: not for the chair, not for an administrator.
fn own(state: &State, actor: Actor, id: ContributionId) -> Result<&Contribution, Refusal> {
    let contribution = seen(state, actor, id)?;
    if contribution.owner == actor.party {
        Ok(contribution)
    } else {
        Err(Refusal::NotOwner)
    }
}

fn live(contribution: &Contribution) -> Result<(), Refusal> {
    if contribution.withdrawn_at.is_some() {
        Err(Refusal::Withdrawn)
    } else {
        Ok(())
    }
}

/// What a person is in their own organisation.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is one role, and a person can have several"
)]
pub struct HouseRoles {
    /// Sits at tables.
    pub participant: bool,
    /// Reads what the organisation received and gave.
    pub dossier_reader: bool,
    /// Keeps accounts and settings of the own organisation; sees no content.
    pub administrator: bool,
    /// Decides on cases for the OM.
    pub prosecutor: bool,
}

/// Whatever can be done outside a table, always within one's own organisation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HouseDeed {
    /// See who one is.
    SeeSelf,
    /// See the sessions of one's party.
    SeeBoard,
    /// Convene a session of a moment that this kind of party leads.
    Convene {
        /// Who leads that moment.
        chair: PartyKind,
    },
    /// Read the own dossier (what was received).
    ReadDossier,
    /// Read the own disclosure register (what was given).
    ReadRegister,
    /// Answer for what was given, or to its owner for what was received (R9).
    AnswerForRelease,
    /// Keep accounts and settings of the own organisation.
    Administer,
}

/// Whether somebody with these roles in a party of this kind may do this in their own organisation.
pub fn may_in_house(kind: PartyKind, roles: HouseRoles, deed: HouseDeed) -> Result<(), Refusal> {
    let allowed = match deed {
        HouseDeed::SeeSelf => true,
        HouseDeed::SeeBoard => roles.participant,
        HouseDeed::Convene { chair } => roles.participant && kind == chair,
        HouseDeed::ReadDossier | HouseDeed::ReadRegister | HouseDeed::AnswerForRelease => roles.dossier_reader,
        HouseDeed::Administer => roles.administrator,
    };
    match (allowed, deed) {
        (true, _) => Ok(()),
        (false, HouseDeed::Convene { .. }) => Err(Refusal::NotChair),
        (false, _) => Err(Refusal::NotFound),
    }
}
