//! Does this viewer see this? The one place that answers, for views, events, refusals, counts, reports and copies (R2).
//!
//! Lives here: who sees an item, a subject, a party. Never lives here: what may be done with it (`permissions`), what of
//! it is shown (`view`).

use alloc::collections::BTreeSet;

use super::command::{Actor, SeatLevel};
use super::item::{Answer, Content, Item, LapseReason, Purpose};
use super::state::{Seat, SeatStatus, State, Subject};
use crate::ids::{ItemId, ParticipantId, PartyId, SubjectId};

/// Who looks: everything that a view and a permission may depend on, and so the key under which an encoding is shared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Viewer {
    /// Somebody of a party that sits here, or that left and still decides about what is its own (R15).
    Seat {
        /// For which party.
        party: PartyId,
        /// Holds the gavel.
        gavel: bool,
        /// Decides for the OM.
        prosecutor: bool,
        /// Accepted the ground rules.
        accepted: bool,
    },
    /// The wall: reads only what every full seat sees.
    RoomScreen,
}

impl Viewer {
    /// The viewer that this person is now; nobody, if their party has no seat here and had none, or does not name them
    /// (R2, R18).
    pub fn of(state: &State, actor: Actor) -> Option<Self> {
        if !state.is_member(actor.party) || !state.admits(actor) {
            return None;
        }
        let person = state.person(actor);
        let chair = state.table.as_ref().map(|table| table.chair);
        Some(Self::Seat {
            party: actor.party,
            gavel: state.gavel == Some(actor.participant) && chair == Some(actor.party),
            prosecutor: person.is_some_and(|person| person.prosecutor),
            accepted: person.is_some_and(|person| person.rules_accepted_at.is_some()),
        })
    }

    /// The viewer for whom a party's report and chain are made: everybody of that party together. It accepted the ground
    /// rules as soon as one of its people did.
    pub fn of_party(state: &State, party: PartyId) -> Option<Self> {
        if !state.is_member(party) {
            return None;
        }
        let mut people = state.people.values().filter(|person| person.party == party);
        Some(Self::Seat {
            party,
            gavel: false,
            prosecutor: false,
            accepted: people.any(|person| person.rules_accepted_at.is_some()),
        })
    }

    /// The viewer's own party; the wall has none.
    pub fn party(self) -> Option<PartyId> {
        match self {
            Self::Seat { party, .. } => Some(party),
            Self::RoomScreen => None,
        }
    }

    /// Whether this viewer accepted the ground rules; before that it sees no words.
    pub fn has_accepted(self) -> bool {
        match self {
            Self::Seat { accepted, .. } => accepted,
            Self::RoomScreen => true,
        }
    }

    /// Whether this viewer sees what the table sees.
    pub(crate) fn is_full(self, state: &State) -> bool {
        match self {
            Self::Seat { party, .. } => state.is_full(party),
            Self::RoomScreen => true,
        }
    }

    /// How much of an item this viewer sees now.
    pub(crate) fn sight(self, state: &State, item: &Item) -> Sight {
        match self {
            Self::Seat { accepted: false, .. } => Sight::Nothing,
            Self::Seat { party, .. } => sight(state, party, item),
            Self::RoomScreen => {
                let mut full = state.parties().into_iter().filter(|party| state.is_full(*party));
                full.try_fold(Sight::Whole, |least, party| {
                    let sight = sight(state, party, item).min(least);
                    (sight != Sight::Nothing).then_some(sight)
                })
                .unwrap_or(Sight::Nothing)
            }
        }
    }

    /// Whether this viewer sees an item with its words: for what is not part of the view, such as the spotlight.
    pub fn sees(self, state: &State, item: ItemId) -> bool {
        let item = state.items.get(&item).filter(|_| state.closed.is_none());
        item.is_some_and(|item| item.is_live() && self.sight(state, item) == Sight::Whole)
    }

    /// Whether this viewer may know that a party sits or sat here.
    pub fn knows_party(self, state: &State, other: PartyId) -> bool {
        match self {
            Self::Seat { party, .. } => knows_party(state, party, other),
            Self::RoomScreen => state.seat(other).is_some(),
        }
    }

    /// Whether this viewer may know a person of the case.
    pub(crate) fn knows_subject(self, state: &State, subject: SubjectId) -> bool {
        match self {
            Self::Seat { accepted: false, .. } => false,
            Self::Seat { party, .. } => knows_subject(state, party, subject),
            // Not by what each of them sees for itself: then the wall would tell that the last one came to know (R2).
            Self::RoomScreen => {
                let mut full = state.parties().into_iter().filter(|party| state.is_full(*party));
                let named = full.all(|party| is_named_to(state, party, subject));
                state.subjects.contains_key(&subject) && (named || self.is_named_in_sight(state, subject))
            }
        }
    }

    /// Whether an item that this viewer sees names the person.
    fn is_named_in_sight(self, state: &State, subject: SubjectId) -> bool {
        let mut items = state.items.values().filter(|item| item.subjects.contains(&subject));
        items.any(|item| item.is_live() && self.sight(state, item) == Sight::Whole)
    }
}

/// How much of an item somebody sees.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Sight {
    /// Nothing: to this viewer it is not there.
    Nothing,
    /// That its owner took one back, and when; no more (R16).
    TakenBack,
    /// A measure to which its holder committed, without its words (T5).
    Commitment,
    /// All of it.
    Whole,
}

/// How much of an item a party sees now.
pub(crate) fn sight(state: &State, party: PartyId, item: &Item) -> Sight {
    if item.owner == party {
        return if state.is_member(party) {
            Sight::Whole
        } else {
            Sight::Nothing
        };
    }
    let in_sight = in_audience(state, party, item) && sees_basis(state, party, item);
    if in_sight && item.is_live() {
        return Sight::Whole;
    }
    let holder = item.content.assignee().map(super::item::Assignee::answering_party);
    if item.committed_until().is_some() && (in_sight || (holder == Some(party) && state.is_member(party))) {
        return Sight::Commitment;
    }
    if in_sight { Sight::TakenBack } else { Sight::Nothing }
}

/// Whether a party sees an item with its words (R2, R11). An owner sees its own, also after it left the table (R15).
pub(crate) fn sees_item(state: &State, party: PartyId, item: &Item) -> bool {
    sight(state, party, item) == Sight::Whole
}

/// Whether a party is in an item's audience: named, or in a full seat since before the item was opened to the table, or
/// admitted by the owner (R15). Every full seat sees a disposition (R11).
pub(crate) fn in_audience(state: &State, party: PartyId, item: &Item) -> bool {
    let Some(seat) = state.seat(party) else { return false };
    let admitted = || {
        let is_disposition = matches!(item.content, Content::Disposition { .. });
        is_disposition
            || seat.full_since <= item.audience_since
            || seat.newcomer_answers.get(&item.owner) == Some(&true)
    };
    item.owner == party
        || item.audience.named.contains(&party)
        || (item.audience.table && seat.level == SeatLevel::Full && admitted())
}

/// R11: everything an item rests on must be visible, apart from what its owners opened to it, and none of it withdrawn.
fn sees_basis(state: &State, party: PartyId, item: &Item) -> bool {
    item.rests_on.iter().all(|id| {
        state.items.get(id).is_some_and(|basis| {
            let open = item.opened.contains(id) || basis.owner == party || in_audience(state, party, basis);
            basis.is_live() && open
        })
    })
}

/// R11: whether part of an item's own audience does not see it because of what it rests on. Its owner is told.
pub(crate) fn is_partly_hidden(state: &State, item: &Item) -> bool {
    !item.rests_on.is_empty()
        && state
            .parties()
            .into_iter()
            .any(|party| in_audience(state, party, item) && !sees_basis(state, party, item))
}

/// Bases of this party's own that keep an item from part of its audience, and that the party may open to it (R11).
pub(crate) fn bases_to_open(state: &State, party: PartyId, item: &Item) -> BTreeSet<ItemId> {
    let own = item.rests_on.difference(&item.opened).filter(|id| {
        let basis = state
            .items
            .get(*id)
            .filter(|basis| basis.owner == party && basis.is_live());
        basis.is_some_and(|basis| {
            let mut audience = state.parties().into_iter().filter(|it| in_audience(state, *it, item));
            audience.any(|it| it != party && !in_audience(state, it, basis))
        })
    });
    own.copied().collect()
}

/// Whether a party may know that another sits or sat here: a restricted seat knows its own, the chair's, the owners of what
/// was opened to it, and who turned to it with a request for what it owns.
pub(crate) fn knows_party(state: &State, party: PartyId, other: PartyId) -> bool {
    let is_here = |seat: &Seat| seat.status != SeatStatus::Taken;
    if !state.seats.get(&other).is_some_and(|seat| is_here(seat)) {
        return false;
    }
    let sat_full = state
        .seats
        .get(&party)
        .is_some_and(|seat| is_here(seat) && seat.level == SeatLevel::Full);
    let met = |item: &Item| {
        (item.owner == other && sight(state, party, item) != Sight::Nothing)
            || (item.owner == party && (item.requests.contains_key(&other) || item.cells.contains_key(&other)))
    };
    sat_full
        || party == other
        || state.table.as_ref().is_some_and(|table| table.chair == other)
        || state.items.values().any(|item| met(item))
}

/// Whether a party may know a person of the case (R16): whom it may know whatever stands on the table, and everybody in an item
/// that it sees.
pub(crate) fn knows_subject(state: &State, party: PartyId, id: SubjectId) -> bool {
    let in_sight = |item: &Item| item.subjects.contains(&id) && sees_item(state, party, item) && item.is_live();
    state.subjects.contains_key(&id)
        && (is_named_to(state, party, id) || state.items.values().any(|item| in_sight(item)))
}

/// Whether a person of the case was named to a party: by itself; in a full seat, by the chair, by anybody since it sits there,
/// or by an owner that admitted it (R15).
fn is_named_to(state: &State, party: PartyId, id: SubjectId) -> bool {
    let Some(subject) = state.subjects.get(&id) else {
        return false;
    };
    let chair = state.table.as_ref().map(|table| table.chair);
    let sees_table = |subject: &Subject| {
        state.seat(party).is_some_and(|seat| {
            let since = seat.full_since <= subject.since || chair == Some(subject.owner);
            let admitted = since || seat.newcomer_answers.get(&subject.owner) == Some(&true);
            seat.level == SeatLevel::Full && admitted
        })
    };
    (subject.owner == party && state.is_member(party)) || sees_table(subject)
}

/// Whether giver and recipient may still use this purpose: an action that both see, that stands and that nobody refused, or
/// a task of the recipient (R5). A giver that left the table decided what for while it sat there.
pub(crate) fn purpose_holds(state: &State, giver: PartyId, recipient: PartyId, purpose: &Purpose) -> bool {
    match purpose {
        Purpose::Action(id) => state.items.get(id).is_some_and(|action| {
            let refused = action
                .answer
                .as_ref()
                .is_some_and(|it| matches!(it.answer, Answer::Refused { .. }));
            matches!(action.content, Content::Action { .. })
                && action.is_live()
                && !refused
                && (sees_item(state, giver, action) || state.has_left(giver))
                && sees_item(state, recipient, action)
        }),
        Purpose::Task(code) => {
            let seat = state.seat(recipient);
            seat.is_some_and(|seat| seat.tasks.iter().any(|task| task.code == *code))
        }
    }
}

/// Whether a party other than the owner knows why an approval lapsed. Where it does not, it goes on counting the cell as
/// decided, so that the count does not move with something that it cannot see (R2).
pub(crate) fn knows_lapse(state: &State, viewer: Viewer, why: LapseReason) -> bool {
    match why {
        LapseReason::ActionGone { action } | LapseReason::ActionChanged { action } => {
            let action = state.items.get(&action);
            action.is_some_and(|action| viewer.sight(state, action) != Sight::Nothing)
        }
        _ => why.is_known_to_all(),
    }
}

/// Newcomers about whom this party has still to say whether they see what it shared before (R15). A restricted seat is not
/// told who else gets a seat, and so is not asked (R2): what it shared stays hidden from whom it does not know.
pub(crate) fn newcomers(state: &State, owner: PartyId) -> BTreeSet<PartyId> {
    let seats = state.seats.values().filter(|seat| {
        seat.party.id != owner
            && seat.status == SeatStatus::Seated
            && seat.level == SeatLevel::Full
            && !seat.newcomer_answers.contains_key(&owner)
            && knows_party(state, owner, seat.party.id)
    });
    let hides = |seat: &Seat| {
        let items = state
            .items
            .values()
            .filter(|item| item.owner == owner && item.is_live());
        let mut hidden = items.filter(|item| item.audience.table && item.audience_since < seat.full_since);
        let chair = state.table.as_ref().is_some_and(|table| table.chair == owner);
        let mut named = state
            .subjects
            .values()
            .filter(|it| it.owner == owner && it.since < seat.full_since);
        hidden.any(|item| !matches!(item.content, Content::Disposition { .. })) || (!chair && named.next().is_some())
    };
    seats.filter(|seat| hides(seat)).map(|seat| seat.party.id).collect()
}

/// The number under which a party knows a follow-up action: its place among those that the party sees, oldest first. A
/// number that all parties share would tell of actions that some of them do not see (R2).
pub(crate) fn action_number(state: &State, party: PartyId, id: ItemId) -> u32 {
    let Some(action) = state.items.get(&id) else { return 0 };
    let is_action = |item: &Item| matches!(item.content, Content::Action { .. }) && item.is_live();
    let earlier = state
        .items
        .values()
        .filter(|item| is_action(item) && sees_item(state, party, item));
    let place = earlier
        .filter(|item| (item.shared_at, item.id) < (action.shared_at, id))
        .count();
    u32::try_from(place + 1).unwrap_or(u32::MAX)
}

/// A person at the table by name, where this viewer may know it.
pub(crate) fn name_of(state: &State, person: ParticipantId) -> alloc::string::String {
    state
        .people
        .get(&person)
        .map(|person| person.name.clone())
        .unwrap_or_default()
}
