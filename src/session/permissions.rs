//! May this viewer do this now? The one place that answers, for commands, views, pages and exports alike.
//!
//! To add something that can be done: add a [`Permission`] (or an [`OrganisationPermission`] for what happens outside a
//! table). The match has no default arm, so the compiler asks for its rule; `tests/rights.rs` walks every viewer,
//! permission and state.
//!
//! What is not there and what is not yours to see get the same answer, [`Refusal::NotFound`] (R2).

use serde::{Deserialize, Serialize};

use super::item::{Content, Item};
use super::refusal::Refusal;
use super::state::State;
use super::visibility::{self, Sight, Viewer, sees_item, sight};
use crate::ids::{ItemId, PartyId, SubjectId, TimeRequestId};
use crate::moment::Phase;
use crate::party::PartyKind;

/// Whatever can be done at a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Permission {
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
    /// Share an item (R17).
    Share,
    /// Revise it (R3).
    Revise(ItemId),
    /// Change who sees it (R3).
    SetAudience(ItemId),
    /// Withdraw it (R3).
    Withdraw(ItemId),
    /// Open what rests on one's own item, or take that back (R11).
    OpenBasis(ItemId),
    /// Ask for its release (R13).
    RequestRelease(ItemId),
    /// Take that request back.
    DropRequest(ItemId),
    /// Decide a cell of it (R3, R5).
    DecideCell(ItemId),
    /// Take a decision on a cell of it back, in whatever phase (R6).
    TakeBackCell(ItemId),
    /// Say that one's party is ready, or not.
    SetReady,
    /// Say that one is about to close (T2, R13).
    LastCall,
    /// Add a person to the case (R16, R17).
    AddSubject,
    /// Correct or remove a person whom one's own party added (R16).
    ChangeSubject(SubjectId),
    /// Accept or refuse an action, commit to a measure or refuse it (T5).
    Answer(ItemId),
    /// "VT heeft meer tijd nodig" (T1).
    AskTime,
    /// Explain or end one's own request (T2).
    AnswerForTime(TimeRequestId),
    /// Set the decision clock (T2).
    SetClock,
    /// Set the end of custody (T4).
    SetDeadline,
    /// Move to a phase (T2 for the closing round).
    MoveTo(Phase),
    /// Put an item in the spotlight.
    Spotlight(ItemId),
    /// Hand the gavel to a colleague.
    HandOverGavel,
    /// Take the gavel from a colleague.
    TakeGavel,
    /// Give a party a seat (R15).
    GiveSeat,
    /// Take back the seat of a party that does not take part (R15).
    TakeSeat(PartyId),
    /// Ask a party to leave (R15).
    AskToLeave(PartyId),
    /// Leave by one's own act (R15).
    Leave,
    /// Say who of one's own organisation may come in (R18).
    NameAttendees,
    /// Say whether a newcomer sees what one's own party shared before (R15).
    AnswerNewcomer(PartyId),
    /// Record the disposition (T2).
    RecordDisposition,
    /// Record it against VT's request, with a motivation (T3).
    Deviate,
    /// Close (T2, R7).
    Close,
}

/// Whether `viewer` may do this at this table now.
pub fn check(state: &State, viewer: Viewer, permission: Permission) -> Result<(), Refusal> {
    let Viewer::Seat { party, .. } = viewer else {
        return match permission {
            Permission::See if state.is_convened() => Ok(()),
            _ => Err(Refusal::NotFound),
        };
    };
    if !state.is_convened() || !state.is_member(party) {
        return Err(Refusal::NotFound);
    }
    let sits = state.seat(party).is_some();
    match permission {
        // A report remains for whoever sat here, and a look for whoever sits here or left; nothing else after the close.
        Permission::ReadAccountability => return Ok(()),
        Permission::Enter | Permission::See => {
            return if sits || state.has_left(party) {
                Ok(())
            } else {
                Err(Refusal::NotFound)
            };
        }
        _ => {}
    }
    // A seat that was taken back leaves its report, and is no way in.
    if !sits && !state.has_left(party) {
        return Err(Refusal::NotFound);
    }
    if state.closed.is_some() {
        return Err(Refusal::Closed);
    }
    if !sits && !remains_after_leaving(permission) {
        return Err(Refusal::LeftTheTable);
    }
    // T1: at any time, without anyone's permission, the ground rules included.
    let before_the_rules = matches!(
        permission,
        Permission::AcceptRules
            | Permission::AskTime
            | Permission::AnswerForTime(_)
            | Permission::BePresent
            | Permission::Leave
    );
    if !viewer.has_accepted() && !before_the_rules {
        return Err(Refusal::RulesNotAccepted);
    }
    Check { state, viewer, party }.permission(permission)
}

/// R15: a party that left still decides about what is its own. T1 holds for a VT that left too.
fn remains_after_leaving(permission: Permission) -> bool {
    matches!(
        permission,
        Permission::AcceptRules
            | Permission::Revise(_)
            | Permission::SetAudience(_)
            | Permission::Withdraw(_)
            | Permission::OpenBasis(_)
            | Permission::DecideCell(_)
            | Permission::TakeBackCell(_)
            | Permission::SetReady
            | Permission::ChangeSubject(_)
            | Permission::AnswerNewcomer(_)
            | Permission::AskTime
            | Permission::AnswerForTime(_)
    )
}

/// One question, asked for one viewer of a session that stands.
struct Check<'a> {
    state: &'a State,
    viewer: Viewer,
    party: PartyId,
}

fn holds(condition: bool, otherwise: Refusal) -> Result<(), Refusal> {
    if condition { Ok(()) } else { Err(otherwise) }
}

impl Check<'_> {
    #[expect(clippy::too_many_lines, reason = "one arm a permission, all in one place")]
    fn permission(&self, permission: Permission) -> Result<(), Refusal> {
        let state = self.state;
        match permission {
            Permission::Enter
            | Permission::See
            | Permission::ReadAccountability
            | Permission::AcceptRules
            | Permission::Draft
            | Permission::BePresent
            | Permission::NameAttendees => Ok(()),
            Permission::Share => self.nothing_new_in_the_closing_round(),
            Permission::Revise(id) => {
                let item = self.own_live(id)?;
                holds(!matches!(item.content, Content::Disposition { .. }), Refusal::OnRecord)?;
                holds(item.committed_until().is_none(), Refusal::Committed)
            }
            Permission::SetAudience(id) | Permission::OpenBasis(id) | Permission::TakeBackCell(id) => {
                self.own_live(id).map(|_| ())
            }
            Permission::Withdraw(id) => {
                let item = self.own_live(id)?;
                holds(!matches!(item.content, Content::Disposition { .. }), Refusal::OnRecord)
            }
            Permission::RequestRelease(id) => {
                let item = self.seen(id)?;
                holds(item.owner != self.party, Refusal::OwnItem)?;
                holds(item.is_row(), Refusal::NoWords)
            }
            Permission::DropRequest(id) => {
                let item = self.seen(id)?;
                holds(item.requests.contains_key(&self.party), Refusal::NotFound)
            }
            Permission::DecideCell(id) => {
                let item = self.own_live(id)?;
                holds(item.text.is_some(), Refusal::NoWords)?;
                self.in_the_closing_round()
            }
            Permission::SetReady => self.in_the_closing_round(),
            Permission::AddSubject => {
                self.full()?;
                self.nothing_new_in_the_closing_round()
            }
            Permission::ChangeSubject(id) => {
                let known = visibility::knows_subject(state, self.party, id);
                let subject = state.subjects.get(&id).filter(|_| known).ok_or(Refusal::NotFound)?;
                holds(subject.owner == self.party, Refusal::NotOwner)
            }
            Permission::Answer(id) => self.may_answer(id),
            Permission::AskTime => holds(
                state.party_kind(self.party) == Some(PartyKind::VeiligThuis),
                Refusal::NotVeiligThuis,
            ),
            Permission::AnswerForTime(id) => {
                let request = state.time_requests.get(&id).filter(|it| it.ended_at.is_none());
                let request = request.ok_or(Refusal::NotFound)?;
                holds(request.by.party == self.party, Refusal::NotVeiligThuis)
            }
            Permission::SetClock => {
                self.chair()?;
                holds(state.clock.is_some(), Refusal::NoClock)?;
                self.no_time_stands()
            }
            Permission::SetDeadline => {
                let kind = state.party_kind(self.party);
                holds(
                    matches!(kind, Some(PartyKind::Police | PartyKind::Prosecution)),
                    Refusal::NotCustodian,
                )?;
                self.full()
            }
            Permission::MoveTo(phase) => {
                self.chair()?;
                let phases = state
                    .table
                    .as_ref()
                    .map(|table| table.moment.phases.as_slice())
                    .unwrap_or_default();
                holds(phases.contains(&phase) && phase != state.phase, Refusal::NoSuchPhase)?;
                if phase == Phase::ClosingRound {
                    self.no_time_stands()
                } else {
                    Ok(())
                }
            }
            Permission::Spotlight(id) => {
                self.chair()?;
                self.seen(id).map(|_| ())
            }
            Permission::HandOverGavel => self.chair(),
            Permission::TakeGavel => {
                let Viewer::Seat { gavel, .. } = self.viewer else {
                    return Err(Refusal::NotChair);
                };
                holds(Some(self.party) == self.chair_party() && !gavel, Refusal::NotChair)
            }
            Permission::GiveSeat => {
                self.chair()?;
                self.seats_change()
            }
            Permission::TakeSeat(party) => {
                self.chair()?;
                self.other_seat(party)?;
                self.seats_change()?;
                // T2: nobody gets rid of the signal by sending away who gave it.
                holds(!state.time_stands_for(party), Refusal::TimeStands)?;
                holds(!state.needs(party), Refusal::PartyMissing)?;
                holds(!state.takes_part(party), Refusal::TakesPart)
            }
            Permission::AskToLeave(party) => {
                self.chair()?;
                self.other_seat(party)?;
                self.seats_change()
            }
            Permission::Leave => {
                holds(Some(self.party) != self.chair_party(), Refusal::ChairStays)?;
                self.seats_change()?;
                holds(!state.time_stands_for(self.party), Refusal::TimeStands)
            }
            Permission::AnswerNewcomer(party) => holds(
                visibility::newcomers(state, self.party).contains(&party),
                Refusal::NotFound,
            ),
            Permission::RecordDisposition => {
                self.prosecutor()?;
                self.no_time_stands()
            }
            Permission::Deviate => {
                self.prosecutor()?;
                holds(state.time_stands(), Refusal::NothingToDeviateFrom)
            }
            Permission::LastCall | Permission::Close => {
                self.chair()?;
                self.no_time_stands()?;
                self.in_the_closing_round()
            }
        }
    }

    fn full(&self) -> Result<(), Refusal> {
        holds(self.state.is_full(self.party), Refusal::RestrictedSeat)
    }

    fn chair(&self) -> Result<(), Refusal> {
        holds(
            matches!(self.viewer, Viewer::Seat { gavel: true, .. }),
            Refusal::NotChair,
        )
    }

    fn chair_party(&self) -> Option<PartyId> {
        self.state.table.as_ref().map(|table| table.chair)
    }

    fn no_time_stands(&self) -> Result<(), Refusal> {
        holds(!self.state.time_stands(), Refusal::TimeStands)
    }

    fn in_the_closing_round(&self) -> Result<(), Refusal> {
        holds(self.state.phase == Phase::ClosingRound, Refusal::NotClosingRound)
    }

    /// R17: who has something new asks the chair to go back a phase.
    fn nothing_new_in_the_closing_round(&self) -> Result<(), Refusal> {
        holds(self.state.phase != Phase::ClosingRound, Refusal::NothingNew)
    }

    /// R15: no seat changes in the closing round.
    fn seats_change(&self) -> Result<(), Refusal> {
        holds(self.state.phase != Phase::ClosingRound, Refusal::SeatsStand)
    }

    fn other_seat(&self, party: PartyId) -> Result<(), Refusal> {
        holds(Some(party) != self.chair_party(), Refusal::ChairStays)?;
        self.state.seat(party).map(|_| ()).ok_or(Refusal::NotFound)
    }

    fn prosecutor(&self) -> Result<(), Refusal> {
        let moment = self.state.table.as_ref().map(|table| &table.moment);
        holds(moment.is_some_and(|moment| moment.disposition), Refusal::NoDisposition)?;
        let decides = matches!(self.viewer, Viewer::Seat { prosecutor: true, .. });
        let kind = self.state.party_kind(self.party);
        holds(kind == Some(PartyKind::Prosecution) && decides, Refusal::NotProsecutor)?;
        self.full()?;
        self.nothing_new_in_the_closing_round()
    }

    /// T5: who performs the action or holds the power, or speaks here for one without a seat.
    fn may_answer(&self, id: ItemId) -> Result<(), Refusal> {
        let item = self.state.items.get(&id).filter(|item| {
            let seen = sight(self.state, self.party, item);
            seen == Sight::Whole || seen == Sight::Commitment
        });
        let item = item.ok_or(Refusal::NotFound)?;
        let assignee = item.content.assignee().ok_or(Refusal::NotAssignee)?;
        holds(assignee.answering_party() == self.party, Refusal::NotAssignee)?;
        holds(item.is_live() || item.committed_until().is_some(), Refusal::Withdrawn)
    }

    /// An item this party sees, or the answer for one that is not there (R2).
    fn seen(&self, id: ItemId) -> Result<&Item, Refusal> {
        let item = self
            .state
            .items
            .get(&id)
            .filter(|item| sees_item(self.state, self.party, item));
        item.map(AsRef::as_ref).ok_or(Refusal::NotFound)
    }

    /// A live item of this party's own (R3). There is no override: not for the chair, not for an administrator.
    fn own_live(&self, id: ItemId) -> Result<&Item, Refusal> {
        let item = self.seen(id)?;
        holds(item.owner == self.party, Refusal::NotOwner)?;
        holds(item.is_live(), Refusal::Withdrawn)?;
        Ok(item)
    }
}

/// What a person is in their own organisation.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is one role, and a person can have several"
)]
pub struct Roles {
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
pub enum OrganisationPermission {
    /// See who one is.
    SeeSelf,
    /// See the sessions of one's party.
    SeeBoard,
    /// See the names of colleagues who sit at tables, to name who may come in (R18).
    SeeColleagues,
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
pub fn check_in_organisation(kind: PartyKind, roles: Roles, permission: OrganisationPermission) -> Result<(), Refusal> {
    let allowed = match permission {
        OrganisationPermission::SeeSelf => true,
        OrganisationPermission::SeeBoard | OrganisationPermission::SeeColleagues => roles.participant,
        OrganisationPermission::Convene { chair } => roles.participant && kind == chair,
        OrganisationPermission::ReadDossier
        | OrganisationPermission::ReadRegister
        | OrganisationPermission::AnswerForRelease => roles.dossier_reader,
        OrganisationPermission::Administer => roles.administrator,
    };
    match (allowed, permission) {
        (true, _) => Ok(()),
        (false, OrganisationPermission::Convene { .. }) => Err(Refusal::NotChair),
        (false, _) => Err(Refusal::NotFound),
    }
}
