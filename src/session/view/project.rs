//! A state through one viewer's eyes.

use alloc::{string::String, vec::Vec};
use chrono::{DateTime, Utc};

use super::Snapshot;
use super::model::{
    About, AnswerView, AudienceView, CellView, ContentView, DeadlineView, DeviationView, ItemPermissions, ItemView,
    Outcome, PersonView, Progress, RequestView, SeatView, SessionView, SubjectView, TakenBack, TaskGround,
    TimeRequestView, TimeView, VerdictView, ViewPermissions,
};
use crate::ground::{LegalGround, StatutoryTask};
use crate::ids::{ItemId, PartyId, SubjectId, TextId};
use crate::moment::Phase;
use crate::session::item::{Answer, Cell, Content, GivenAnswer, Item, Purpose};
use crate::session::permissions::{Permission, check};
use crate::session::state::{Seat, SeatStatus, State};
use crate::session::visibility::{Sight, Viewer, bases_to_open, is_partly_hidden, knows_lapse, name_of, newcomers};
use crate::text::Texts;

/// What a viewer sees now; nothing, if no session stands or this viewer has no place in it.
pub fn view_for(state: &State, texts: &Texts, viewer: Viewer) -> Option<SessionView> {
    let projection = Projection { state, texts, viewer };
    let about = projection.about()?;
    let sections = projection.sections();
    let mut items: Vec<_> = state.items.keys().filter_map(|id| projection.item(*id)).collect();
    items.sort_by_key(place);
    Some(SessionView {
        about,
        items,
        progress: sections.progress,
        seats: sections.seats,
        subjects: sections.subjects,
        taken_back: sections.taken_back,
        decided_at: sections.decided_at,
        deviations: sections.deviations,
        newcomers: sections.newcomers,
        time: sections.time,
        may: sections.may,
    })
}

/// Items stand in the order in which they were shared; never by a number, whose gaps would tell of hidden ones (R2).
pub(super) fn place(item: &ItemView) -> (DateTime<Utc>, ItemId) {
    (item.shared_at, item.id)
}

/// All but the items and what never changes.
#[derive(Default)]
pub(super) struct Sections {
    pub progress: Progress,
    pub seats: Vec<SeatView>,
    pub subjects: Vec<SubjectView>,
    pub taken_back: Vec<TakenBack>,
    pub decided_at: Vec<DateTime<Utc>>,
    pub deviations: Vec<DeviationView>,
    pub newcomers: Vec<PartyId>,
    pub time: TimeView,
    pub may: ViewPermissions,
}

pub(super) struct Projection<'a> {
    state: &'a State,
    texts: &'a Texts,
    viewer: Viewer,
}

fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

impl<'a> Projection<'a> {
    pub(super) fn new(snapshot: &'a Snapshot, viewer: Viewer) -> Self {
        Self {
            state: &snapshot.state,
            texts: &snapshot.texts,
            viewer,
        }
    }

    /// Nothing, where this viewer has no place at this table: to it there is no session (R2).
    pub(super) fn about(&self) -> Option<About> {
        let table = self.state.table.as_ref()?;
        check(self.state, self.viewer, Permission::See).ok()?;
        let own = self.viewer.party();
        let full_seat = self.viewer.is_full(self.state);
        let sets_deadline = check(self.state, self.viewer, Permission::SetDeadline).is_ok();
        Some(About {
            moment: table.moment.code.clone(),
            moment_name: table.moment.name.clone(),
            case_reference: table.case_reference.clone(),
            phases: table.moment.phases.clone(),
            has_disposition: table.moment.disposition,
            chair: table.chair,
            you: own,
            full_seat,
            has_left: own.is_some_and(|own| self.state.has_left(own)),
            convened_at: table.convened_at,
            powers: if full_seat { table.powers.clone() } else { Vec::new() },
            terms: if sets_deadline { table.terms.clone() } else { Vec::new() },
        })
    }

    pub(super) fn sections(&self) -> Sections {
        if check(self.state, self.viewer, Permission::See).is_err() {
            return Sections::default();
        }
        Sections {
            progress: self.progress(),
            seats: self.seats(),
            subjects: self.subjects(),
            taken_back: self.taken_back(),
            decided_at: self.decided_at(),
            deviations: self.deviations(),
            newcomers: self.newcomers(),
            time: self.time(),
            may: self.permissions(),
        }
    }

    fn words(&self, id: TextId) -> String {
        self.texts.words(id).unwrap_or_default()
    }

    fn optional_words(&self, id: Option<TextId>) -> Option<String> {
        id.map(|id| self.words(id))
    }

    fn may(&self, permission: Permission) -> bool {
        check(self.state, self.viewer, permission).is_ok()
    }

    fn progress(&self) -> Progress {
        Progress {
            phase: self.state.phase,
            gavel: self.state.gavel,
            closed: self.outcome(),
            last_call: self.state.last_call,
            expires_at: self.state.expires_at.filter(|_| self.state.closed.is_none()),
        }
    }

    fn outcome(&self) -> Option<Outcome> {
        let closing = self.state.closed.as_ref()?;
        let mut outcome = Outcome {
            at: closing.at,
            expired: closing.expired,
            given: Vec::new(),
            received: 0,
            kept: 0,
            destroyed: 0,
        };
        let Some(party) = self.viewer.party() else {
            return Some(outcome);
        };
        let owner = |id: &ItemId| self.state.items.get(id).map(|item| item.owner);
        for released in &closing.releases {
            if released.recipient == party {
                outcome.received += 1;
            }
            if owner(&released.item) == Some(party) {
                match outcome.given.iter_mut().find(|(to, _)| *to == released.recipient) {
                    Some((_, count)) => *count += 1,
                    None => outcome.given.push((released.recipient, 1)),
                }
            }
        }
        outcome.kept = count(closing.kept.iter().filter(|it| it.keeper == party).count());
        let stays = |item: &Item| {
            let released = closing.releases.iter().any(|it| it.item == item.id);
            released || closing.kept.iter().any(|it| it.item == item.id && it.keeper == party)
        };
        let own = self.state.items.values().filter(|item| item.owner == party);
        outcome.destroyed = count(own.filter(|item| !stays(item)).count());
        Some(outcome)
    }

    fn seats(&self) -> Vec<SeatView> {
        let counting = self.state.phase == Phase::ClosingRound
            && self.state.closed.is_none()
            && self.viewer.is_full(self.state)
            && self.viewer.has_accepted();
        let seats = self
            .state
            .seats
            .values()
            .filter(|seat| seat.status != SeatStatus::Taken && self.viewer.knows_party(self.state, seat.party.id));
        seats.map(|seat| self.seat(seat, counting)).collect()
    }

    fn seat(&self, seat: &Seat, counting: bool) -> SeatView {
        let party = seat.party.id;
        let own = self.viewer.party() == Some(party);
        let chair = self.state.table.as_ref().map(|table| table.chair);
        let (ground, task_grounds) = self.grounds(seat);
        SeatView {
            party: seat.party.clone(),
            level: seat.level,
            people: self.people(party),
            ready: seat.ready && (own || chair == Some(party) || self.viewer.is_full(self.state)),
            left_at: match seat.status {
                SeatStatus::Left { at } => Some(at),
                SeatStatus::Seated | SeatStatus::Taken => None,
            },
            asked_to_leave_at: seat.asked_to_leave_at.filter(|_| own || chair == self.viewer.party()),
            attendees: seat
                .attendees
                .as_ref()
                .filter(|_| own)
                .map(|people| people.iter().copied().collect()),
            undecided: counting.then(|| self.undecided(party)),
            tasks: seat.tasks.clone(),
            ground,
            task_grounds,
        }
    }

    /// On what law the viewer's party would give to this seat: for any purpose, and for those of its tasks where that is
    /// another one (C2).
    fn grounds(&self, seat: &Seat) -> (Option<LegalGround>, Vec<TaskGround>) {
        let (to, own) = (seat.party.id, self.viewer.party());
        let Some(own) = own.filter(|own| *own != to) else {
            return (None, Vec::new());
        };
        let general = self.state.ground(own, to, None);
        let of_task = |task: &StatutoryTask| {
            let purpose = Purpose::Task(task.code.clone());
            let ground = self.state.ground(own, to, Some(&purpose));
            (ground != general).then(|| TaskGround {
                task: task.code.clone(),
                ground,
            })
        };
        let task_grounds = seat.tasks.iter().filter_map(of_task).collect();
        (Some(general), task_grounds)
    }

    fn people(&self, party: PartyId) -> Vec<PersonView> {
        let people = self.state.people.values().filter(|person| person.party == party);
        people
            .map(|person| PersonView {
                id: person.id,
                name: person.name.clone(),
                prosecutor: person.prosecutor,
                accepted: person.rules_accepted_at.is_some(),
            })
            .collect()
    }

    /// How many cells an owner has still to decide, counted only over what this viewer may see. A cell that lapsed for a
    /// reason that this viewer may not know counts as it did before (R2).
    fn undecided(&self, owner: PartyId) -> u32 {
        let own = self.viewer.party() == Some(owner);
        let recipients: Vec<_> = self.state.recipients(owner).collect();
        let rows = self
            .state
            .items
            .values()
            .filter(|item| item.owner == owner && item.is_row());
        let rows = rows.filter(|item| self.viewer.sight(self.state, item) == Sight::Whole);
        let is_open = |item: &Item, recipient: &PartyId| match item.cells.get(recipient) {
            None => true,
            Some(Cell::Lapsed { why, .. }) => own || knows_lapse(self.state, self.viewer, *why),
            Some(Cell::Approved(_) | Cell::Declined { .. }) => false,
        };
        let open = rows.map(|item| recipients.iter().filter(|it| is_open(item, it)).count());
        count(open.sum())
    }

    fn subjects(&self) -> Vec<SubjectView> {
        let subjects = self.state.subjects.iter();
        let known = subjects.filter(|(id, _)| self.viewer.knows_subject(self.state, **id));
        known
            .map(|(id, subject)| SubjectView {
                id: *id,
                role: subject.role,
                label: self.words(subject.label),
                owner: subject.owner,
                revision: subject.revision,
                may_change: self.may(Permission::ChangeSubject(*id)),
            })
            .collect()
    }

    pub(super) fn item(&self, id: ItemId) -> Option<ItemView> {
        if self.state.closed.is_some() {
            return None;
        }
        let item = self.state.items.get(&id)?;
        let sight = self.viewer.sight(self.state, item);
        if matches!(sight, Sight::Nothing | Sight::TakenBack) {
            return None;
        }
        let own = self.viewer.party();
        let mine = own == Some(item.owner);
        let whole = sight == Sight::Whole;
        let text = item.text.filter(|_| whole).and_then(|text| self.texts.words(text));
        let full = self.viewer.is_full(self.state);
        let is_seen = |id: &&ItemId| self.viewer.sees(self.state, **id);
        let opened = item.opened.iter().filter(|id| {
            let basis = self.state.items.get(*id);
            basis.is_some_and(|basis| Some(basis.owner) == own)
        });
        let decline = own.and_then(|own| item.cells.get(&own)).and_then(|cell| match cell {
            Cell::Declined { reason, .. } => *reason,
            Cell::Approved(_) | Cell::Lapsed { .. } => None,
        });
        let asked = own.is_some_and(|own| item.requests.contains_key(&own));
        Some(ItemView {
            id,
            owner: self.state.seats.get(&item.owner)?.party.clone(),
            mine,
            author: name_of(self.state, item.author),
            content: self.content(item, mine),
            subjects: if whole {
                self.known_subjects(&item.subjects)
            } else {
                Vec::new()
            },
            audience: self.audience(item).filter(|_| whole && (mine || full)),
            based_on: if whole {
                item.based_on.iter().filter(is_seen).copied().collect()
            } else {
                Vec::new()
            },
            to_open: match own {
                Some(own) if whole => bases_to_open(self.state, own, item).into_iter().collect(),
                _ => Vec::new(),
            },
            opened: opened.copied().collect(),
            partly_hidden: mine && item.is_live() && is_partly_hidden(self.state, item),
            revision: item.revision,
            text,
            shared_at: item.shared_at,
            revised_at: item.revised_at,
            withdrawn_at: item.withdrawn_at,
            requests: self.requests(item, mine),
            cells: if mine {
                item.cells.iter().map(|(to, cell)| self.cell(*to, cell)).collect()
            } else {
                Vec::new()
            },
            decline_reason: self.optional_words(decline.filter(|_| asked)),
            may: self.item_permissions(id),
        })
    }

    fn content(&self, item: &Item, mine: bool) -> ContentView {
        let answer = item.answer.as_ref().map(|given| self.answer(given, mine));
        match &item.content {
            Content::Contribution { kind } => ContentView::Contribution { kind: *kind },
            Content::Action { performer, due } => ContentView::Action {
                performer: *performer,
                due: *due,
                answer,
            },
            Content::Measure { power, holder } => ContentView::Measure {
                power: power.clone(),
                holder: *holder,
                answer,
            },
            Content::Disposition {
                suspect,
                kind,
                deviation,
            } => ContentView::Disposition {
                suspect: *suspect,
                kind: *kind,
                deviates: deviation.is_some(),
            },
        }
    }

    /// The reason of a refusal is read by the owner of the item and by who refused: its audience is the owner's to widen, the
    /// words are not.
    fn answer(&self, given: &GivenAnswer, mine: bool) -> AnswerView {
        match given.answer {
            Answer::Accepted => AnswerView::Accepted {},
            Answer::Committed { until } => AnswerView::Committed { until },
            Answer::Refused { reason } => {
                let reads = mine || self.viewer.party() == Some(given.by.party);
                AnswerView::Refused {
                    reason: reason.filter(|_| reads).map(|reason| self.words(reason.id)),
                }
            }
        }
    }

    fn audience(&self, item: &Item) -> Option<AudienceView> {
        let whole_table = item.audience.table && item.audience.named.is_empty();
        let known = |party: &&PartyId| self.viewer.knows_party(self.state, **party);
        (!whole_table).then(|| AudienceView {
            table: item.audience.table,
            named: item.audience.named.iter().filter(known).copied().collect(),
        })
    }

    fn known_subjects(&self, subjects: &alloc::collections::BTreeSet<SubjectId>) -> Vec<SubjectId> {
        let known = subjects.iter().filter(|id| self.viewer.knows_subject(self.state, **id));
        known.copied().collect()
    }

    fn requests(&self, item: &Item, mine: bool) -> Vec<RequestView> {
        let own = self.viewer.party();
        let requests = item.requests.iter().filter(|(party, _)| mine || own == Some(**party));
        requests
            .map(|(party, request)| RequestView {
                party: *party,
                purpose: request.purpose.clone().filter(|purpose| self.sees_purpose(purpose)),
                reason: self.optional_words(request.reason),
                at: request.at,
            })
            .collect()
    }

    /// Whether the viewer may know what is asked for: of an action that it does not see, not even the id (R11).
    fn sees_purpose(&self, purpose: &Purpose) -> bool {
        match purpose {
            Purpose::Task(_) => true,
            Purpose::Action(id) => self.viewer.sees(self.state, *id),
        }
    }

    fn cell(&self, recipient: PartyId, cell: &Cell) -> CellView {
        let verdict = match cell {
            Cell::Approved(approval) => VerdictView::Approved {
                purpose: approval.purpose.clone(),
                ground: approval.ground.clone(),
                subjects: self.known_subjects(&approval.subjects),
                excerpt: self.optional_words(approval.excerpt),
                condition: self.optional_words(approval.condition),
                motivation: self.optional_words(approval.motivation),
            },
            Cell::Declined { reason, .. } => VerdictView::Declined {
                reason: self.optional_words(*reason),
            },
            Cell::Lapsed { why, at } => VerdictView::Lapsed { because: *why, at: *at },
        };
        CellView { recipient, verdict }
    }

    fn item_permissions(&self, id: ItemId) -> ItemPermissions {
        ItemPermissions {
            revise: self.may(Permission::Revise(id)),
            set_audience: self.may(Permission::SetAudience(id)),
            withdraw: self.may(Permission::Withdraw(id)),
            decide: self.may(Permission::DecideCell(id)),
            request: self.may(Permission::RequestRelease(id)),
            answer: self.may(Permission::Answer(id)),
        }
    }

    fn taken_back(&self) -> Vec<TakenBack> {
        if self.state.closed.is_some() {
            return Vec::new();
        }
        let items = self.state.items.values();
        let items = items.filter(|item| self.viewer.sight(self.state, item) == Sight::TakenBack);
        let mut taken_back: Vec<_> = items
            .filter_map(|item| {
                let (at, owner) = (item.withdrawn_at?, item.owner);
                Some(TakenBack { at, owner })
            })
            .collect();
        taken_back.sort_unstable();
        taken_back
    }

    /// R11: every seat is told that a disposition was recorded, and when; the clock that stops does not say why otherwise.
    fn decided_at(&self) -> Vec<DateTime<Utc>> {
        let sits = self.viewer.party().is_none_or(|party| self.state.seat(party).is_some());
        let items = self.state.items.values().filter(|_| sits && self.viewer.has_accepted());
        let mut times: Vec<_> = items
            .filter(|item| matches!(item.content, Content::Disposition { .. }))
            .map(|item| item.revised_at.unwrap_or(item.shared_at))
            .collect();
        times.sort_unstable();
        times
    }

    fn deviations(&self) -> Vec<DeviationView> {
        if !self.viewer.is_full(self.state) || !self.viewer.has_accepted() {
            return Vec::new();
        }
        let deviations = self.state.deviations.iter();
        deviations
            .map(|it| DeviationView {
                by: name_of(self.state, it.by.participant),
                at: it.at,
                suspect: it.suspect,
                kind: it.kind,
                motivation: self.words(it.motivation.id),
            })
            .collect()
    }

    fn newcomers(&self) -> Vec<PartyId> {
        let own = self
            .viewer
            .party()
            .filter(|_| self.viewer.has_accepted() && self.state.closed.is_none());
        own.map(|own| newcomers(self.state, own).into_iter().collect())
            .unwrap_or_default()
    }

    /// A party that left the table sees its own signal and no clock (R15, T1).
    fn time(&self) -> TimeView {
        let full = self.viewer.is_full(self.state);
        let own = self.viewer.party();
        let sits = own.is_none_or(|party| self.state.seat(party).is_some());
        let standing = self
            .state
            .time_requests
            .iter()
            .filter(|(_, request)| request.ended_at.is_none() && (sits || own == Some(request.by.party)));
        let deadline = self.state.deadline.as_ref().filter(|_| full).and_then(|it| {
            let term = self.state.term(&it.term)?.clone();
            Some(DeadlineView { at: it.at, term })
        });
        TimeView {
            clock: self.state.clock.filter(|_| sits),
            requests: standing
                .map(|(id, request)| TimeRequestView {
                    id: *id,
                    party: request.by.party,
                    by: Some(name_of(self.state, request.by.participant)).filter(|_| full),
                    at: request.at,
                    reason: request.reason.filter(|_| full),
                    minutes: request.minutes,
                    mine: own == Some(request.by.party),
                })
                .collect(),
            deadline,
        }
    }

    fn permissions(&self) -> ViewPermissions {
        let table = self.state.table.as_ref();
        let phases = table.map(|table| table.moment.phases.as_slice()).unwrap_or_default();
        let share = self.may(Permission::Share);
        ViewPermissions {
            accept_rules: !self.viewer.has_accepted() && self.may(Permission::AcceptRules),
            share,
            share_actions: share && self.viewer.is_full(self.state),
            decide: self.may(Permission::SetReady),
            set_ready: self.may(Permission::SetReady),
            last_call: self.may(Permission::LastCall),
            add_subject: self.may(Permission::AddSubject),
            ask_time: self.may(Permission::AskTime),
            set_clock: self.may(Permission::SetClock),
            set_deadline: self.may(Permission::SetDeadline),
            phases: phases
                .iter()
                .copied()
                .filter(|phase| self.may(Permission::MoveTo(*phase)))
                .collect(),
            lead: self.may(Permission::HandOverGavel),
            change_seats: self.may(Permission::GiveSeat),
            leave: self.may(Permission::Leave),
            name_attendees: self.may(Permission::NameAttendees),
            take_gavel: self.may(Permission::TakeGavel),
            record_disposition: self.may(Permission::RecordDisposition),
            deviate: self.may(Permission::Deviate),
            close: self.may(Permission::Close),
        }
    }
}
