//! What an event takes with it (R6): approvals whose reasons are gone, requests by parties that no longer see the item,
//! and the "ready" and the last call of a table on which an owner has something to decide again.

use alloc::{sync::Arc, vec::Vec};

use super::super::event::{Event, EventKind};
use super::super::item::{Answer, Cell, Item, LapseReason, Purpose};
use super::super::visibility::{in_audience, purpose_holds, sees_item};
use super::State;
use crate::ids::{ItemId, PartyId};

impl State {
    /// Applies to this state, which is the one just after `event`, what follows from the difference with the one before it.
    pub(super) fn lapse(&mut self, before: &Self, event: &Event) {
        let mut lapsed = Vec::new();
        let mut unseen = Vec::new();
        for item in self.items.values() {
            let outside = item.requests.keys().filter(|party| !sees_item(self, **party, item));
            unseen.extend(outside.map(|party| (item.id, *party)));
            for (recipient, cell) in &item.cells {
                let why = match cell {
                    Cell::Approved(approval) => self.why_lapsed(before, event, item, *recipient, &approval.purpose),
                    Cell::Lapsed { why, .. } if !why.is_known_to_all() => {
                        self.why_gone_for_all(before, event, item, *recipient)
                    }
                    Cell::Lapsed { .. } | Cell::Declined { .. } => None,
                };
                lapsed.extend(why.map(|why| (item.id, *recipient, why)));
            }
        }
        for (item, recipient, why) in lapsed {
            if let Some(item) = self.item_mut(item) {
                item.cells.insert(recipient, Cell::Lapsed { why, at: event.at });
            }
        }
        for (item, party) in unseen {
            if let Some(item) = self.item_mut(item) {
                item.requests.remove(&party);
            }
        }
        self.forget_purposes_that_are_gone();
        self.take_back_readiness(before);
    }

    fn why_lapsed(
        &self,
        before: &Self,
        event: &Event,
        item: &Item,
        recipient: PartyId,
        purpose: &Purpose,
    ) -> Option<LapseReason> {
        if self.seat(recipient).is_none() {
            return Some(LapseReason::RecipientLeftTable);
        }
        let saw = before
            .items
            .get(&item.id)
            .is_some_and(|was| sees_item(before, recipient, was));
        if saw && !sees_item(self, recipient, item) {
            return Some(match event.kind {
                EventKind::AudienceSet { item: narrowed, .. } if narrowed == item.id => {
                    LapseReason::RecipientLeftAudience
                }
                EventKind::SeatGiven { .. } => LapseReason::RecipientLeftTable,
                _ => LapseReason::BasisGone,
            });
        }
        if let Purpose::Action(action) = purpose {
            let (action, why_gone) = (*action, LapseReason::ActionGone { action: *action });
            match &event.kind {
                EventKind::Withdrawn { item } if *item == action => return Some(why_gone),
                EventKind::Answered {
                    item,
                    answer: Answer::Refused { .. },
                } if *item == action => return Some(why_gone),
                EventKind::Revised { item, .. } if *item == action => {
                    return Some(LapseReason::ActionChanged { action });
                }
                _ => {}
            }
        }
        (!purpose_holds(self, item.owner, recipient, purpose)).then_some(LapseReason::PurposeGone)
    }

    /// What lapsed for a reason that some do not know counts for them as it did before (R2), until it would have lapsed for one
    /// that they know.
    fn why_gone_for_all(&self, before: &Self, event: &Event, item: &Item, recipient: PartyId) -> Option<LapseReason> {
        if self.seat(recipient).is_none() {
            return Some(LapseReason::RecipientLeftTable);
        }
        let was_in_audience = before
            .items
            .get(&item.id)
            .is_some_and(|was| in_audience(before, recipient, was));
        if !was_in_audience || in_audience(self, recipient, item) {
            return None;
        }
        match event.kind {
            EventKind::AudienceSet { .. } => Some(LapseReason::RecipientLeftAudience),
            EventKind::SeatGiven { .. } => Some(LapseReason::RecipientLeftTable),
            _ => None,
        }
    }

    /// A request whose purpose is an action that is gone asks without a purpose from then on.
    fn forget_purposes_that_are_gone(&mut self) {
        let gone = |state: &Self, action: &ItemId| !state.items.get(action).is_some_and(|it| it.is_live());
        let mut stale = Vec::new();
        for item in self.items.values() {
            for (party, request) in &item.requests {
                if matches!(&request.purpose, Some(Purpose::Action(action)) if gone(self, action)) {
                    stale.push((item.id, *party));
                }
            }
        }
        for (item, party) in stale {
            if let Some(request) = self.item_mut(item).and_then(|item| item.requests.get_mut(&party)) {
                request.purpose = None;
            }
        }
    }

    /// R6: whoever said that it was ready and has something to decide again is not ready, and the chair's last call no longer
    /// holds.
    fn take_back_readiness(&mut self, before: &Self) {
        let ready: Vec<_> = self
            .seats
            .iter()
            .filter(|(_, seat)| seat.ready)
            .map(|(party, _)| *party)
            .collect();
        for party in ready {
            let (was, is) = (before.undecided_cells(party), self.undecided_cells(party));
            if is.is_subset(&was) {
                continue;
            }
            if let Some(seat) = self.seats.get_mut(&party) {
                Arc::make_mut(seat).ready = false;
            }
            self.last_call = None;
        }
    }
}

/// The commonest events take nothing along, and this is asked at every event.
pub(super) fn can_take_something_along(kind: &EventKind) -> bool {
    match kind {
        EventKind::SeatGiven { .. }
        | EventKind::SeatTaken { .. }
        | EventKind::Left
        | EventKind::NewcomerAnswered { .. }
        | EventKind::Revised { .. }
        | EventKind::AudienceSet { .. }
        | EventKind::Withdrawn { .. }
        | EventKind::BasisOpened { .. }
        | EventKind::Undecided { .. }
        | EventKind::Answered { .. }
        | EventKind::DispositionRecorded { .. } => true,
        EventKind::Convened(_)
        | EventKind::AskedToLeave { .. }
        | EventKind::AttendeesNamed { .. }
        | EventKind::Entered { .. }
        | EventKind::RulesAccepted
        | EventKind::GavelPassed { .. }
        | EventKind::PhaseEntered { .. }
        | EventKind::SubjectAdded { .. }
        | EventKind::Shared { .. }
        | EventKind::SubjectCorrected { .. }
        | EventKind::SubjectRemoved { .. }
        | EventKind::ReleaseRequested { .. }
        | EventKind::RequestDropped { .. }
        | EventKind::Approved { .. }
        | EventKind::Declined { .. }
        | EventKind::ReadySet { .. }
        | EventKind::LastCalled
        | EventKind::TimeAsked { .. }
        | EventKind::TimeExplained { .. }
        | EventKind::TimeEnded { .. }
        | EventKind::ClockSet { .. }
        | EventKind::DeadlineSet { .. }
        | EventKind::ExpiryWarned { .. }
        | EventKind::Expired
        | EventKind::Closed { .. } => false,
    }
}
