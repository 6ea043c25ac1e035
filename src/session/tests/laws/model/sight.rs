//! Who sees what (R2, R11, R15, R16), and what stands on a screen.

use alloc::{collections::BTreeSet, string::String, vec::Vec};
use chrono::{DateTime, Utc};

use super::{Cell, Content, Item, Model, Place, Said};
use crate::ids::{ItemId, ParticipantId, PartyId, SubjectId};
use crate::moment::Phase;
use crate::session::command::SeatLevel;
use crate::session::item::{LapseReason, Purpose};
use crate::session::view::{
    AnswerView, AudienceView, CellView, ContentView, ItemPermissions, ItemView, RequestView, TakenBack, VerdictView,
};

/// Who looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in super::super) enum Eye {
    /// Somebody of a party, who accepted the ground rules or not.
    Party {
        party: PartyId,
        accepted: bool,
    },
    Wall,
}

/// How much of an item somebody sees.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in super::super) enum Sees {
    Nothing,
    TakenBack,
    Commitment,
    Whole,
}

impl Eye {
    fn party(self) -> Option<PartyId> {
        match self {
            Self::Party { party, .. } => Some(party),
            Self::Wall => None,
        }
    }
}

impl Model {
    pub(in super::super) fn in_audience(&self, party: PartyId, item: &Item) -> bool {
        let Some(seat) = self.seats.get(&party).filter(|seat| seat.place == Place::Sits) else {
            return false;
        };
        let was_there = seat.since <= item.since;
        let admitted = was_there || seat.newcomer_answers.get(&item.owner) == Some(&true);
        item.owner == party
            || item.audience.named.contains(&party)
            || (item.audience.table && seat.given.level == SeatLevel::Full && (admitted || item.is_disposition()))
    }

    fn sees_basis(&self, party: PartyId, item: &Item) -> bool {
        item.rests_on.iter().all(|id| {
            self.items.get(id).is_some_and(|basis| {
                let open = item.opened.contains(id) || basis.owner == party || self.in_audience(party, basis);
                basis.is_live() && open
            })
        })
    }

    pub(in super::super) fn sight(&self, party: PartyId, item: &Item) -> Sees {
        if item.owner == party {
            return if self.is_member(party) {
                Sees::Whole
            } else {
                Sees::Nothing
            };
        }
        let in_sight = self.in_audience(party, item) && self.sees_basis(party, item);
        let holder = item.assignee().map(crate::session::item::Assignee::answering_party);
        let holds = holder == Some(party) && self.is_member(party);
        match (in_sight, item.is_live()) {
            (true, true) => Sees::Whole,
            _ if item.committed_until().is_some() && (in_sight || holds) => Sees::Commitment,
            (true, false) => Sees::TakenBack,
            (false, _) => Sees::Nothing,
        }
    }

    /// Whether a party sees an item with its words.
    pub(in super::super) fn sees(&self, party: PartyId, item: &Item) -> bool {
        self.sight(party, item) == Sees::Whole
    }

    fn full(&self) -> impl Iterator<Item = PartyId> {
        self.seated().into_iter().filter(|party| self.is_full(*party))
    }

    pub(in super::super) fn eye_sees(&self, eye: Eye, item: &Item) -> Sees {
        match eye {
            Eye::Party { accepted: false, .. } => Sees::Nothing,
            Eye::Party { party, .. } => self.sight(party, item),
            Eye::Wall => self
                .full()
                .map(|party| self.sight(party, item))
                .min()
                .unwrap_or(Sees::Whole),
        }
    }

    pub(in super::super) fn is_full_eye(&self, eye: Eye) -> bool {
        eye.party().is_none_or(|party| self.is_full(party))
    }

    /// Whether a person was named to a party, whatever items stand on the table.
    fn is_named_to(&self, party: PartyId, id: SubjectId) -> bool {
        let Some(subject) = self.subjects.get(&id) else {
            return false;
        };
        let own = subject.owner == party && self.is_member(party);
        let named_for_it = || {
            let seat = &self.seats[&party];
            self.chair == Some(subject.owner)
                || seat.since <= subject.since
                || seat.newcomer_answers.get(&subject.owner) == Some(&true)
        };
        own || (self.is_full(party) && named_for_it())
    }

    pub(in super::super) fn knows_subject(&self, party: PartyId, id: SubjectId) -> bool {
        let in_item = |item: &Item| item.subjects.contains(&id) && item.is_live() && self.sees(party, item);
        let known = self.is_named_to(party, id) || self.items.values().any(in_item);
        known && self.subjects.contains_key(&id)
    }

    pub(in super::super) fn eye_knows_subject(&self, eye: Eye, id: SubjectId) -> bool {
        match eye {
            Eye::Party { party, accepted } => accepted && self.knows_subject(party, id),
            Eye::Wall => {
                let named = |item: &Item| item.subjects.contains(&id) && item.is_live();
                let mut items = self.items.values().filter(|it| named(it));
                let in_sight = items.any(|it| self.eye_sees(eye, it) == Sees::Whole);
                self.subjects.contains_key(&id) && (self.full().all(|it| self.is_named_to(it, id)) || in_sight)
            }
        }
    }

    fn is_here(&self, party: PartyId) -> bool {
        self.seats.get(&party).is_some_and(|seat| seat.place != Place::Taken)
    }

    /// Whether somebody may know that a party sits or sat here.
    pub(in super::super) fn knows_party(&self, eye: Eye, other: PartyId) -> bool {
        let Some(party) = eye.party() else {
            return self.sits(other);
        };
        let full = self.is_here(party) && self.seats[&party].given.level == SeatLevel::Full;
        let met = |item: &Item| {
            (item.owner == other && self.sight(party, item) != Sees::Nothing)
                || (item.owner == party && (item.requests.contains_key(&other) || item.cells.contains_key(&other)))
        };
        self.is_here(other) && (full || party == other || self.chair == Some(other) || self.items.values().any(met))
    }

    pub(in super::super) fn name_of(&self, person: ParticipantId) -> String {
        self.people.get(&person).map(|it| it.name.clone()).unwrap_or_default()
    }

    /// R15: newcomers about whom an owner has still to say whether they see what it shared before.
    pub(in super::super) fn newcomers(&self, owner: PartyId) -> BTreeSet<PartyId> {
        let hidden = |since: u64| {
            let mut items = self.items.values().filter(|it| it.owner == owner && it.is_live());
            let mut subjects = self.subjects.values().filter(|it| it.owner == owner);
            items.any(|it| !it.is_disposition() && it.audience.table && it.since < since)
                || (self.chair != Some(owner) && subjects.any(|it| it.since < since))
        };
        // A restricted seat is not told who else gets a seat, and so is not asked.
        let eye = Eye::Party {
            party: owner,
            accepted: true,
        };
        let newcomers = self.full().filter(|party| {
            let seat = &self.seats[party];
            *party != owner
                && self.knows_party(eye, *party)
                && !seat.newcomer_answers.contains_key(&owner)
                && hidden(seat.since)
        });
        newcomers.collect()
    }

    /// Whether somebody other than the owner may know why an approval lapsed.
    pub(in super::super) fn knows_lapse(&self, eye: Eye, why: LapseReason) -> bool {
        match why {
            LapseReason::Revised | LapseReason::RecipientLeftAudience | LapseReason::RecipientLeftTable => true,
            LapseReason::ActionGone { action } | LapseReason::ActionChanged { action } => {
                let action = self.items.get(&action);
                action.is_some_and(|it| self.eye_sees(eye, it) != Sees::Nothing)
            }
            LapseReason::BasisGone | LapseReason::PurposeGone => false,
        }
    }

    /// How many decisions an owner has still to take, as far as somebody may know.
    pub(in super::super) fn undecided_for(&self, eye: Eye, owner: PartyId) -> usize {
        let own = eye.party() == Some(owner);
        let rows = self.items.values().filter(|it| it.owner == owner && it.is_row());
        let rows = rows.filter(|it| self.eye_sees(eye, it) == Sees::Whole);
        rows.map(|item| {
            let recipients = self.seated().into_iter().filter(|party| *party != owner);
            let open = recipients.filter(|to| match item.cells.get(to) {
                None => true,
                Some(Cell::Lapsed(why, _)) => own || self.knows_lapse(eye, *why),
                Some(Cell::Approved(_) | Cell::Declined(_)) => false,
            });
            open.count()
        })
        .sum()
    }

    /// The number under which a party knows an action.
    pub(super) fn action_number(&self, party: PartyId, id: ItemId) -> u32 {
        let action = &self.items[&id];
        let actions = self.items.iter().filter(|(_, it)| it.is_action() && it.is_live());
        let earlier =
            actions.filter(|(other, it)| self.sees(party, it) && (it.shared_at, **other) < (action.shared_at, id));
        u32::try_from(earlier.count() + 1).expect("few")
    }

    /// What others took back, as far as somebody sees.
    pub(in super::super) fn taken_back(&self, eye: Eye) -> Vec<TakenBack> {
        let items = self
            .items
            .values()
            .filter(|it| self.is_open() && self.eye_sees(eye, it) == Sees::TakenBack);
        let mut all: Vec<_> = items
            .map(|it| TakenBack {
                at: it.withdrawn_at.expect("taken back"),
                owner: it.owner,
            })
            .collect();
        all.sort_unstable();
        all
    }

    /// When dispositions were recorded.
    pub(in super::super) fn decided_at(&self, eye: Eye) -> Vec<DateTime<Utc>> {
        let told = match eye {
            Eye::Party { party, accepted } => accepted && self.sits(party),
            Eye::Wall => true,
        };
        let items = self.items.values().filter(|it| told && it.is_disposition());
        let mut all: Vec<_> = items.map(|it| it.revised_at.unwrap_or(it.shared_at)).collect();
        all.sort_unstable();
        all
    }

    /// An item as it must stand on a screen; `may` is not the model's to say.
    pub(in super::super) fn item_view(&self, eye: Eye, id: ItemId, may: ItemPermissions) -> Option<ItemView> {
        let item = self.items.get(&id).filter(|_| self.is_open())?;
        let sees = self.eye_sees(eye, item);
        if sees < Sees::Commitment {
            return None;
        }
        let whole = sees == Sees::Whole;
        let own = eye.party();
        let mine = own == Some(item.owner);
        let if_whole = |ids: Vec<ItemId>| if whole { ids } else { Vec::new() };
        let is_read = |basis: &&ItemId| {
            let basis = &self.items[*basis];
            basis.is_live() && self.eye_sees(eye, basis) == Sees::Whole
        };
        let ours = |basis: &&ItemId| Some(self.items[*basis].owner) == own;
        let keeps_out = |basis: &&ItemId| {
            let basis = &self.items[*basis];
            let mut audience = self.seated().into_iter().filter(|it| self.in_audience(*it, item));
            basis.is_live() && audience.any(|it| Some(it) != own && !self.in_audience(it, basis))
        };
        let closed = item.rests_on.difference(&item.opened).filter(ours);
        let partly = || {
            let mut audience = self.seated().into_iter().filter(|it| self.in_audience(*it, item));
            audience.any(|it| !self.sees_basis(it, item))
        };
        let asked = own.is_some_and(|own| item.requests.contains_key(&own));
        let declined = own.and_then(|own| match item.cells.get(&own) {
            Some(Cell::Declined(reason)) if asked => reason.clone(),
            _ => None,
        });
        let table = item.audience.table && item.audience.named.is_empty();
        let audience = (!table && whole && (mine || self.is_full_eye(eye))).then(|| AudienceView {
            table: item.audience.table,
            named: item
                .audience
                .named
                .iter()
                .filter(|it| self.knows_party(eye, **it))
                .copied()
                .collect(),
        });
        Some(ItemView {
            id,
            owner: self.seats[&item.owner].given.party.clone(),
            mine,
            author: self.name_of(item.author),
            content: self.content_view(item, own),
            subjects: if whole {
                self.known(eye, &item.subjects)
            } else {
                Vec::new()
            },
            audience,
            based_on: if_whole(item.based_on.iter().filter(is_read).copied().collect()),
            to_open: if_whole(closed.filter(keeps_out).copied().collect()),
            opened: item.opened.iter().filter(ours).copied().collect(),
            partly_hidden: mine && item.is_live() && partly(),
            revision: item.revision,
            text: item.words.clone().filter(|_| whole),
            shared_at: item.shared_at,
            revised_at: item.revised_at,
            withdrawn_at: item.withdrawn_at,
            requests: self.request_views(eye, item, mine),
            cells: if mine { self.cell_views(eye, item) } else { Vec::new() },
            decline_reason: declined,
            may,
        })
    }

    fn known(&self, eye: Eye, subjects: &BTreeSet<SubjectId>) -> Vec<SubjectId> {
        let known = subjects.iter().filter(|id| self.eye_knows_subject(eye, **id));
        known.copied().collect()
    }

    fn content_view(&self, item: &Item, own: Option<PartyId>) -> ContentView {
        let answer = item.answer.as_ref().map(|answer| match &answer.said {
            Said::Accepted => AnswerView::Accepted {},
            Said::Committed(until) => AnswerView::Committed { until: *until },
            Said::Refused(reason) => {
                let reads = own == Some(item.owner) || own == Some(answer.by.party);
                AnswerView::Refused {
                    reason: reason.clone().filter(|_| reads),
                }
            }
        });
        match item.content.clone() {
            Content::Contribution(kind) => ContentView::Contribution { kind },
            Content::Action { performer, due } => ContentView::Action { performer, due, answer },
            Content::Measure { power, holder } => ContentView::Measure { power, holder, answer },
            Content::Disposition {
                suspect,
                kind,
                deviates,
            } => ContentView::Disposition {
                suspect,
                kind,
                deviates,
            },
        }
    }

    fn request_views(&self, eye: Eye, item: &Item, mine: bool) -> Vec<RequestView> {
        let requests = item
            .requests
            .iter()
            .filter(|(party, _)| mine || eye.party() == Some(**party));
        let is_known = |purpose: &Purpose| match purpose {
            Purpose::Task(_) => true,
            Purpose::Action(id) => self.eye_sees(eye, &self.items[id]) == Sees::Whole && self.items[id].is_live(),
        };
        requests
            .map(|(party, request)| RequestView {
                party: *party,
                purpose: request.purpose.clone().filter(is_known),
                reason: request.reason.clone(),
                at: request.at,
            })
            .collect()
    }

    fn cell_views(&self, eye: Eye, item: &Item) -> Vec<CellView> {
        let cells = item.cells.iter().map(|(to, cell)| CellView {
            recipient: *to,
            verdict: match cell {
                Cell::Approved(it) => VerdictView::Approved {
                    purpose: it.purpose.clone(),
                    ground: it.ground.clone(),
                    subjects: self.known(eye, &it.subjects),
                    excerpt: it.excerpt.clone(),
                    condition: it.condition.clone(),
                    motivation: it.motivation.clone(),
                },
                Cell::Declined(reason) => VerdictView::Declined { reason: reason.clone() },
                Cell::Lapsed(why, at) => VerdictView::Lapsed { because: *why, at: *at },
            },
        });
        cells.collect()
    }

    /// Whether owners are counting in this phase.
    pub(in super::super) fn counts(&self, eye: Eye) -> bool {
        let accepted = match eye {
            Eye::Party { accepted, .. } => accepted,
            Eye::Wall => true,
        };
        self.is_open() && self.phase == Phase::ClosingRound && accepted && self.is_full_eye(eye)
    }
}
