//! Random sessions: what people try, sensible more often than not, and now and then anything at all.
//!
//! A script is numbers, so that a failing one shrinks to a small one. What its numbers mean is decided while it is played,
//! by what stands on the table then ([`Writer`]): so that the rare meetings of circumstances that the laws are about come
//! up often. `coverage` counts whether they do.

use alloc::{boxed::Box, collections::BTreeSet, string::String, vec, vec::Vec};
use chrono::{DateTime, TimeDelta, Utc};
use proptest::prelude::*;
use std::format;

use super::model::{Content, Eye, Item, Model};
use crate::ids::{ItemId, PartyId, SubjectId, TimeRequestId};
use crate::measure::Power;
use crate::moment::Phase;
use crate::party::PartyKind;
use crate::session::command::{
    Actor, CellDecision, CommandKind, Convening, LeftItems, NewAnswer, NewSeat, NewSubject, SeatLevel, SubjectRole,
    TimeReason, Verdict,
};
use crate::session::item::{Assignee, Audience, ContributionKind, DispositionKind, NewContent, Purpose};
use crate::session::tests::fixture::*;

/// One thing somebody tries.
#[derive(Clone, Copy, Debug)]
pub(super) struct Step {
    /// Which of [`WEIGHTS`].
    pub what: u16,
    /// From which everything else about it is drawn.
    pub seed: u64,
    /// How far the machine's clock moved since the step before; also backwards.
    pub wait: u8,
}

/// How far a session is when a script begins.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Opening {
    /// Everybody is there.
    Gathered,
    /// Items of every kind stand on the table, with requests and answers.
    Laden,
    /// The same in the closing round, with decided cells.
    Closing,
}

/// A session.
#[derive(Clone, Debug)]
pub(super) struct Script {
    pub moment: &'static str,
    pub opening: Opening,
    /// From which the opening is drawn.
    pub seed: u64,
    pub steps: Vec<Step>,
}

pub(super) fn step() -> impl Strategy<Value = Step> {
    (any::<u16>(), any::<u64>(), any::<u8>()).prop_map(|(what, seed, wait)| Step { what, seed, wait })
}

pub(super) fn opening() -> impl Strategy<Value = Opening> {
    prop::sample::select(vec![
        Opening::Gathered,
        Opening::Laden,
        Opening::Laden,
        Opening::Closing,
        Opening::Closing,
    ])
}

/// Sessions of one moment.
pub(super) fn scripts_of(moment: &'static str, longest: usize) -> impl Strategy<Value = Script> {
    let steps = prop::collection::vec(step(), longest / 2..longest);
    (opening(), any::<u64>(), steps).prop_map(move |(opening, seed, steps)| Script {
        moment,
        opening,
        seed,
        steps,
    })
}

/// Sessions of every moment.
pub(super) fn scripts(longest: usize) -> impl Strategy<Value = Script> {
    prop::sample::select(MOMENTS.to_vec()).prop_flat_map(move |moment| scripts_of(moment, longest))
}

/// Where this moment is held: two Veilig Thuis where several organisations sit, somebody in a restricted seat, and two
/// suspects. Every organisation keeps what it received for another time.
pub(super) fn convening_of(code: &str) -> Convening {
    let (full, restricted): (&[PartyId], &[PartyId]) = match code {
        "zsm" => (&FULL, &[HALT]),
        "actieoverleg" => (&[VT, POLICE, OM, PROBATION, VT_ELSEWHERE], &[HALT, MUNICIPALITY]),
        "samen_op_in_acuut" => (&[VT, POLICE, CHILD_PROTECTION], &[MUNICIPALITY]),
        "strafproces_met_zorg" => (&[OM, POLICE, CHILD_PROTECTION, VT, VT_ELSEWHERE], &[HALT]),
        _ => (&[VT, POLICE], &[HALT]),
    };
    let convening = convening(code, full, restricted);
    Convening {
        subjects: [
            (SubjectRole::Suspect, "woorden: vader"),
            (SubjectRole::Suspect, "woorden: zoon"),
            (SubjectRole::Victim, "woorden: moeder"),
            (SubjectRole::Reporter, "woorden: buurvrouw"),
        ]
        .map(|(role, label)| NewSubject {
            role,
            label: label.into(),
        })
        .into(),
        seats: convening.seats.into_iter().map(with_terms).collect(),
        ..convening
    }
}

/// A seat with an end date of its own, and for one party another one for its task.
fn with_terms(mut seat: NewSeat) -> NewSeat {
    let place = PARTIES.iter().position(|party| *party == seat.party.id);
    let place = u32::try_from(place.expect("an organisation of the tests")).expect("few");
    seat.retention_days = 100 + place * 37;
    if place.is_multiple_of(2) {
        for task in &mut seat.tasks {
            task.retention_days = Some(1_000 + place);
        }
    }
    seat
}

/// What can be tried, and how often; another share in the closing round.
pub(super) const WEIGHTS: [(What, u16, u16); 37] = [
    (What::Scene, 7, 9),
    (What::Contribution, 14, 1),
    (What::Action, 9, 1),
    (What::Measure, 9, 1),
    (What::Revise, 6, 7),
    (What::SetAudience, 9, 10),
    (What::Withdraw, 4, 4),
    (What::OpenBasis, 10, 10),
    (What::Request, 6, 5),
    (What::DropRequest, 2, 2),
    (What::Approve, 3, 26),
    (What::Decline, 1, 6),
    (What::Undecide, 3, 7),
    (What::SetReady, 1, 7),
    (What::LastCall, 1, 4),
    (What::Answer, 11, 7),
    (What::AskTime, 6, 5),
    (What::ExplainTime, 2, 2),
    (What::EndTime, 6, 6),
    (What::SetClock, 2, 1),
    (What::SetDeadline, 3, 2),
    (What::Disposition, 9, 1),
    (What::MoveTo, 5, 5),
    (What::GiveSeat, 7, 1),
    (What::TakeSeat, 3, 1),
    (What::AskToLeave, 2, 1),
    (What::Leave, 5, 1),
    (What::NameAttendees, 3, 2),
    (What::AnswerNewcomer, 7, 7),
    (What::Gavel, 3, 2),
    (What::Enter, 3, 2),
    (What::AcceptRules, 2, 2),
    (What::AddSubject, 4, 1),
    (What::CorrectSubject, 4, 3),
    (What::RemoveSubject, 2, 2),
    (What::Warn, 2, 2),
    (What::End, 1, 1),
];

/// Something that can be tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum What {
    /// Several things in a row that seldom meet.
    Scene,
    Contribution,
    Action,
    Measure,
    Revise,
    SetAudience,
    Withdraw,
    OpenBasis,
    Request,
    DropRequest,
    Approve,
    Decline,
    Undecide,
    SetReady,
    LastCall,
    Answer,
    AskTime,
    ExplainTime,
    EndTime,
    SetClock,
    SetDeadline,
    Disposition,
    MoveTo,
    GiveSeat,
    TakeSeat,
    AskToLeave,
    Leave,
    NameAttendees,
    AnswerNewcomer,
    Gavel,
    Enter,
    AcceptRules,
    AddSubject,
    CorrectSubject,
    RemoveSubject,
    /// The program announces that the session expires.
    Warn,
    /// The session is closed, expires, or is convened once more.
    End,
}

impl What {
    /// What this number means now.
    pub(super) fn of(number: u16, model: &Model) -> Self {
        let closing = model.phase == Phase::ClosingRound;
        let weight = |row: &(Self, u16, u16)| if closing { row.2 } else { row.1 };
        let all: u16 = WEIGHTS.iter().map(|row| weight(row)).sum();
        let mut place = number % all;
        for row in &WEIGHTS {
            if place < weight(row) {
                return row.0;
            }
            place -= weight(row);
        }
        Self::Contribution
    }
}

/// What an opening brings before the script begins.
pub(super) fn prepared(opening: Opening) -> Vec<What> {
    use What::{
        Action, AddSubject, Answer, AnswerNewcomer, Approve, Contribution, Decline, GiveSeat, Measure, OpenBasis,
        Request, SetAudience, SetReady,
    };
    let laden = [
        vec![Contribution; 5],
        vec![
            AddSubject,
            Action,
            Action,
            Measure,
            Contribution,
            Action,
            Measure,
            SetAudience,
        ],
        vec![
            OpenBasis,
            Answer,
            Answer,
            Request,
            Request,
            GiveSeat,
            AnswerNewcomer,
            Contribution,
            Answer,
        ],
    ];
    let closing = [
        vec![Approve; 12],
        vec![Decline, Request, SetReady, SetReady, Approve, Approve],
    ];
    match opening {
        Opening::Gathered => Vec::new(),
        Opening::Laden => laden.concat(),
        Opening::Closing => [laden.concat(), closing.concat()].concat(),
    }
}

/// Draws one number after another from one.
#[derive(Clone, Debug)]
pub(super) struct Chooser(pub u64);

impl Chooser {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    pub(super) fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next() % u64::try_from(end.max(1)).expect("small")).expect("small")
    }

    /// In so many of a hundred cases.
    pub(super) fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    pub(super) fn pick<T: Clone>(&mut self, from: &[T]) -> Option<T> {
        let place = self.below(from.len());
        from.get(place).cloned()
    }

    /// At most so many of them.
    pub(super) fn some<T: Clone + Ord>(&mut self, from: &[T], most: usize) -> BTreeSet<T> {
        let many = self.below(most + 1);
        (0..many).filter_map(|_| self.pick(from)).collect()
    }
}

/// Within what a command is drawn.
#[derive(Clone, Debug)]
pub(super) struct Bounds {
    /// Parties that speak.
    pub speakers: Vec<PartyId>,
    /// Parties that can be named: in an audience, as performer, holder or recipient.
    pub parties: Vec<PartyId>,
    /// Whether an item may be for the whole table.
    pub table: bool,
    /// Only these items are named; absent: any.
    pub only: Option<BTreeSet<ItemId>>,
    /// Seats that the chair gives and takes.
    pub seats: Vec<PartyId>,
    /// Whether, now and then, somebody tries what cannot be.
    pub wild: bool,
}

impl Bounds {
    /// Anything at all.
    pub(super) fn none() -> Self {
        Self {
            speakers: PARTIES.to_vec(),
            parties: PARTIES.to_vec(),
            table: true,
            only: None,
            seats: PARTIES.to_vec(),
            wild: true,
        }
    }
}

/// Somebody of a party: mostly the one who came in first.
pub(super) fn people_of(party: PartyId) -> Vec<Actor> {
    EVERYBODY.into_iter().filter(|actor| actor.party == party).collect()
}

/// Makes commands of numbers, by what stands on the table.
pub(super) struct Writer<'a> {
    pub model: &'a Model,
    pub bounds: &'a Bounds,
    pub choose: Chooser,
    /// The number of the command: no two commands use the same words.
    pub key: u32,
    pub texts: u32,
    /// What time it is.
    pub now: DateTime<Utc>,
    /// How far time must move first, in seconds.
    pub wait: i64,
}

impl<'a> Writer<'a> {
    pub(super) fn new(model: &'a Model, bounds: &'a Bounds, seed: u64, key: u32, now: DateTime<Utc>) -> Self {
        Self {
            model,
            bounds,
            choose: Chooser(seed),
            key,
            texts: 0,
            now,
            wait: 0,
        }
    }

    fn words(&mut self) -> String {
        self.texts += 1;
        format!("woorden {} {}", self.key, self.texts)
    }

    fn maybe_words(&mut self, percent: usize) -> Option<String> {
        self.choose.chance(percent).then(|| self.words())
    }

    fn wild(&mut self, percent: usize) -> bool {
        self.bounds.wild && self.choose.chance(percent)
    }

    /// Somebody of the party; now and then somebody else.
    fn by(&mut self, party: PartyId) -> Actor {
        if self.wild(6) {
            return EVERYBODY[self.choose.below(EVERYBODY.len())];
        }
        let people = people_of(party);
        let place = if self.choose.chance(15) {
            self.choose.below(people.len())
        } else {
            0
        };
        people[place]
    }

    pub(super) fn gavel(&mut self) -> Actor {
        let chair = self.model.chair.unwrap_or(OM);
        if self.wild(8) {
            return self.by(chair);
        }
        let holds = self.model.gavel;
        let mut people = people_of(chair).into_iter();
        people
            .find(|actor| Some(actor.participant) == holds)
            .unwrap_or_else(|| people_of(chair)[0])
    }

    /// Parties that speak and sit here.
    fn speakers(&self) -> Vec<PartyId> {
        let here = self.bounds.speakers.iter().copied();
        here.filter(|party| self.model.sits(*party)).collect()
    }

    fn speaker(&mut self) -> PartyId {
        let all = self.speakers();
        // The chair and Veilig Thuis are everywhere; restricted seats speak less.
        self.choose.pick(&all).unwrap_or(OM)
    }

    /// Parties that this one can name: they sit here, and it knows of them.
    fn here(&mut self, party: PartyId) -> Vec<PartyId> {
        let wild = self.wild(5);
        let eye = Eye::Party { party, accepted: true };
        let here = self.bounds.parties.iter().copied().filter(|it| self.model.sits(*it));
        here.filter(|it| wild || self.model.knows_party(eye, *it)).collect()
    }

    fn items(&self) -> Vec<(ItemId, &'a Item)> {
        let only = &self.bounds.only;
        let all = self.model.items.iter().map(|(id, item)| (*id, item));
        all.filter(|(id, _)| only.as_ref().is_none_or(|only| only.contains(id)))
            .collect()
    }

    fn pick_item(&mut self, fits: impl Fn(&Item) -> bool) -> Option<(ItemId, &'a Item)> {
        let all = self.items();
        let fitting: Vec<_> = all.iter().filter(|(_, item)| fits(item)).copied().collect();
        // The latest are named most.
        let late = fitting.len().saturating_sub(6);
        if self.choose.chance(40) {
            self.choose.pick(&fitting[late..])
        } else {
            self.choose.pick(&fitting)
        }
    }

    fn speaks(&self, party: PartyId) -> bool {
        self.bounds.speakers.contains(&party)
    }

    /// Subjects: mostly those that the party knows.
    fn subjects(&mut self, party: PartyId) -> BTreeSet<SubjectId> {
        let wild = self.wild(5);
        let known = self.model.subjects.keys().copied();
        let known: Vec<_> = known
            .filter(|id| wild || self.model.knows_subject(party, *id))
            .collect();
        self.choose.some(&known, 3)
    }

    fn audience(&mut self, owner: PartyId) -> Audience {
        let here = self.here(owner);
        let some = self.choose.some(&here, 4);
        match self.choose.below(10) {
            0..4 if self.bounds.table => Audience::table(),
            4..7 if self.bounds.table => Audience {
                table: true,
                named: some,
            },
            _ => Audience::only(some),
        }
    }

    /// Items on which a new one of this party rests.
    fn bases(&mut self, party: PartyId) -> BTreeSet<ItemId> {
        if self.choose.chance(45) {
            return BTreeSet::new();
        }
        let wild = self.wild(4);
        let items = self.items();
        let seen = items
            .iter()
            .filter(|(_, item)| wild || (item.is_live() && self.model.sees(party, item)));
        let seen: Vec<_> = seen.map(|(id, _)| *id).collect();
        self.choose.some(&seen, 2)
    }

    /// Whether a party would see an item of this owner with this audience that rests on these.
    fn would_see(&self, party: PartyId, owner: PartyId, audience: &Audience, on: &BTreeSet<ItemId>) -> bool {
        let model = self.model;
        let in_it = party == owner || audience.named.contains(&party) || (audience.table && model.is_full(party));
        let bases = on.iter().filter_map(|id| model.items.get(id));
        in_it
            && bases
                .into_iter()
                .all(|item| item.owner == party || model.sees(party, item))
    }

    /// A kind of organisation that has no seat, out of these.
    fn absent(&mut self, kinds: &[PartyKind]) -> Option<PartyKind> {
        let seated: BTreeSet<_> = self
            .model
            .seated()
            .iter()
            .filter_map(|it| self.model.kind(*it))
            .collect();
        let absent: Vec<_> = kinds.iter().copied().filter(|kind| !seated.contains(kind)).collect();
        self.choose.pick(&absent)
    }

    fn assignee(
        &mut self,
        owner: PartyId,
        audience: &mut Audience,
        on: &BTreeSet<ItemId>,
        kinds: &[PartyKind],
    ) -> Assignee {
        let model = self.model;
        if self.choose.chance(45)
            && let Some(kind) = self.absent(kinds)
        {
            let here = self.here(owner);
            let via = here.into_iter().filter(|it| self.would_see(*it, owner, audience, on));
            let via = self.choose.pick(&via.collect::<Vec<_>>()).unwrap_or(owner);
            return Assignee::Absent { kind, via };
        }
        let held = |party: &PartyId| model.kind(*party).is_some_and(|kind| kinds.contains(&kind));
        let here: Vec<_> = self.here(owner).into_iter().filter(held).collect();
        let party = self.choose.pick(&here).unwrap_or(owner);
        if !self.would_see(party, owner, audience, on) && self.choose.chance(85) {
            audience.named.insert(party);
        }
        Assignee::Seat(party)
    }

    fn share(&mut self, what: What) -> (Actor, CommandKind) {
        let party = self.speaker();
        let by = self.by(party);
        let subjects = self.subjects(party);
        let mut audience = self.audience(party);
        let based_on = self.bases(party);
        let content = self.content(what, party, &mut audience, &based_on);
        let text = self.words_for(&content);
        let share = CommandKind::Share {
            content,
            subjects,
            audience,
            based_on,
            text,
        };
        (by, share)
    }

    fn words_for(&mut self, content: &NewContent) -> String {
        match content {
            NewContent::Measure { .. } if self.choose.chance(15) => String::new(),
            _ => self.words(),
        }
    }

    fn content(&mut self, what: What, party: PartyId, audience: &mut Audience, on: &BTreeSet<ItemId>) -> NewContent {
        match what {
            What::Action => NewContent::Action {
                performer: self.assignee(party, audience, on, &PartyKind::ALL),
                due: self.choose.chance(60).then(|| {
                    let hours = i64::try_from(self.choose.below(400)).expect("small");
                    self.now + TimeDelta::hours(hours + 1)
                }),
            },
            What::Measure => {
                let powers = self.model.convening.as_ref().map(|it| it.powers.as_slice());
                // Some of them held by an organisation that has no seat.
                let seated: BTreeSet<_> = self
                    .model
                    .seated()
                    .iter()
                    .filter_map(|it| self.model.kind(*it))
                    .collect();
                let elsewhere = self.choose.chance(45);
                let fits = |row: &&Power| !elsewhere || row.holders.iter().any(|kind| !seated.contains(kind));
                let powers: Vec<_> = powers.unwrap_or_default().iter().filter(fits).cloned().collect();
                let Some(row) = self.choose.pick(&powers) else {
                    return FACT;
                };
                let holder = self.assignee(party, audience, on, &row.holders);
                let power = if self.wild(3) { "woorden".into() } else { row.code };
                NewContent::Measure { power, holder }
            }
            _ => NewContent::Contribution {
                kind: ContributionKind::ALL[self.choose.below(6)],
            },
        }
    }

    /// The revision that was read: mostly the one that stands.
    fn revision(&mut self, item: &Item) -> u32 {
        if self.choose.chance(6) {
            item.revision + u32::from(self.choose.chance(50)) * 2 - 1
        } else {
            item.revision
        }
    }

    fn revise(&mut self) -> Option<(Actor, CommandKind)> {
        let model = self.model;
        let bounds = self.bounds;
        let own = |it: &Item| bounds.speakers.contains(&it.owner);
        let open = |it: &Item| own(it) && it.is_live() && !it.is_disposition() && it.committed_until().is_none();
        let purposes: BTreeSet<ItemId> = approvals(model)
            .filter_map(|(_, _, purpose)| action_of(purpose))
            .collect();
        let used: Vec<_> = self
            .items()
            .into_iter()
            .filter(|(id, it)| open(it) && purposes.contains(id))
            .collect();
        let used = if self.choose.chance(35) {
            self.choose.pick(&used)
        } else {
            None
        };
        let wild = self.wild(4);
        let (item, it) = used.or_else(|| self.pick_item(|it| (wild && own(it)) || open(it)))?;
        let mut audience = it.audience.clone();
        let what = match it.content {
            Content::Action { .. } => What::Action,
            Content::Measure { .. } => What::Measure,
            _ => What::Contribution,
        };
        let content = self.content(what, it.owner, &mut audience, &it.rests_on);
        let subjects = if self.choose.chance(50) {
            it.subjects.clone()
        } else {
            self.subjects(it.owner)
        };
        let revise = CommandKind::Revise {
            item,
            revision: self.revision(it),
            subjects,
            text: self.words_for(&content),
            content,
        };
        Some((self.by(it.owner), revise))
    }

    fn set_audience(&mut self) -> Option<(Actor, CommandKind)> {
        let all = self.items();
        let basis: Vec<_> = all.iter().flat_map(|(_, item)| item.rests_on.iter().copied()).collect();
        let approved: Vec<_> = approvals(self.model).map(|(id, ..)| id).collect();
        let decisions: Vec<_> = all
            .iter()
            .filter(|(_, it)| it.is_disposition())
            .map(|(id, _)| *id)
            .collect();
        let purposes = approvals(self.model).filter_map(|(_, _, it)| action_of(it));
        let purposes: Vec<_> = purposes.collect();
        let aimed = match self.choose.below(10) {
            0..2 => self.choose.pick(&basis),
            2..4 => self.choose.pick(&approved),
            4 => self.choose.pick(&decisions),
            5..7 => self.choose.pick(&purposes),
            _ => None,
        };
        let bounds = self.bounds;
        let fits = |item: &Item| item.is_live() && bounds.speakers.contains(&item.owner);
        let aimed = aimed.and_then(|id| all.iter().find(|(it, item)| *it == id && fits(item)).copied());
        let (item, it) = aimed.or_else(|| self.pick_item(fits))?;
        let mut audience = self.audience(it.owner);
        if it.is_disposition() && !self.wild(10) {
            let restricted: Vec<_> = self
                .here(it.owner)
                .into_iter()
                .filter(|it| !self.model.is_full(*it))
                .collect();
            audience.named = self.choose.some(&restricted, 2);
            audience.table = true;
        }
        if self.choose.chance(5) {
            audience = it.audience.clone();
        }
        let was = if self.choose.chance(4) {
            Audience::table()
        } else {
            it.audience.clone()
        };
        Some((self.by(it.owner), CommandKind::SetAudience { item, was, audience }))
    }

    fn withdraw(&mut self) -> Option<(Actor, CommandKind)> {
        let committed = self.choose.chance(20);
        let wild = self.wild(5);
        let bounds = self.bounds;
        let own = |it: &Item| bounds.speakers.contains(&it.owner);
        let fits = |it: &Item| own(it) && (wild || (it.is_live() && !it.is_disposition()));
        let purposes: BTreeSet<_> = approvals(self.model).filter_map(|(_, _, it)| action_of(it)).collect();
        let used = if self.choose.chance(25) {
            let used: Vec<_> = purposes.into_iter().collect();
            self.choose.pick(&used)
        } else {
            None
        };
        let items = self.items();
        let used = used.and_then(|id| items.iter().find(|(it, item)| *it == id && own(item)).copied());
        let commitment = self.pick_item(|it| own(it) && it.is_live() && it.committed_until().is_some());
        let commitment = commitment.filter(|_| committed);
        let (item, it) = commitment.or(used).or_else(|| self.pick_item(fits))?;
        let revision = self.revision(it);
        Some((self.by(it.owner), CommandKind::Withdraw { item, revision }))
    }

    fn open_basis(&mut self) -> Option<(Actor, CommandKind)> {
        let model = self.model;
        let all = self.items();
        let pairs: Vec<_> = all
            .iter()
            .filter(|(_, item)| item.is_live())
            .flat_map(|(id, item)| item.rests_on.iter().map(|basis| (*id, *item, *basis)))
            .filter(|(_, _, basis)| model.items.get(basis).is_some_and(|it| self.speaks(it.owner)))
            .collect();
        let opened: Vec<_> = pairs
            .iter()
            .filter(|(_, item, basis)| item.opened.contains(basis))
            .copied()
            .collect();
        // Where it keeps somebody out.
        let keeps_out = |item: &Item, basis: &Item| {
            let mut named = item.audience.named.iter();
            let narrow =
                named.any(|party| !model.sees(*party, basis)) || (item.audience.table && !basis.audience.table);
            basis.is_live() && narrow && model.sees(basis.owner, item)
        };
        let useful = pairs
            .iter()
            .filter(|(_, item, basis)| keeps_out(item, &model.items[basis]));
        let useful: Vec<_> = useful.copied().collect();
        let (item, it, basis) = match self.choose.below(10) {
            0..4 => self.choose.pick(&opened),
            4..9 => self.choose.pick(&useful),
            _ => None,
        }
        .or_else(|| self.choose.pick(&pairs))?;
        let open = !it.opened.contains(&basis) != self.choose.chance(5);
        let by = self.by(model.items.get(&basis)?.owner);
        let revision = self.revision(it);
        Some((
            by,
            CommandKind::OpenBasis {
                item,
                revision,
                basis,
                open,
            },
        ))
    }

    /// An action that both see, or a task of the recipient; now and then neither.
    fn purpose(&mut self, giver: PartyId, recipient: PartyId) -> Purpose {
        let items = self.items();
        let fits = |id: &ItemId| self.model.purpose_holds(giver, recipient, &Purpose::Action(*id));
        let actions: Vec<_> = items.iter().map(|(id, _)| *id).filter(fits).collect();
        if self.wild(3) {
            return match self.choose.below(3) {
                0 => Purpose::Task("woorden".into()),
                1 => Purpose::Action(no_item()),
                _ => task(giver),
            };
        }
        match self.choose.pick(&actions) {
            Some(action) if self.choose.chance(60) => Purpose::Action(action),
            _ => task(recipient),
        }
    }

    fn request(&mut self) -> Option<(Actor, CommandKind)> {
        let party = self.speaker();
        let wild = self.wild(4);
        let (item, it) =
            self.pick_item(|it| wild || (it.owner != party && it.is_row() && self.model.sees(party, it)))?;
        let purpose = self.choose.chance(75).then(|| self.purpose(party, party));
        let request = CommandKind::RequestRelease {
            item,
            revision: self.revision(it),
            purpose,
            reason: self.maybe_words(70),
        };
        Some((self.by(party), request))
    }

    fn drop_request(&mut self) -> Option<(Actor, CommandKind)> {
        let (item, it) = self.pick_item(|it| !it.requests.is_empty())?;
        let asking: Vec<_> = it.requests.keys().copied().filter(|it| self.speaks(*it)).collect();
        let party = self.choose.pick(&asking)?;
        Some((self.by(party), CommandKind::DropRequest { item }))
    }

    fn decide(&mut self, what: What) -> Option<(Actor, CommandKind)> {
        let model = self.model;
        let wild = self.wild(4);
        let bounds = self.bounds;
        let own = |it: &Item| bounds.speakers.contains(&it.owner);
        let fits = |it: &Item| match what {
            What::Undecide => own(it) && it.cells.values().any(|cell| cell.approval().is_some()),
            _ => own(it) && (wild || it.is_row()),
        };
        // Who left still decides.
        let left = self
            .pick_item(|it| fits(it) && model.has_left(it.owner))
            .filter(|_| self.choose.chance(50));
        // What an approved item of another rests on, for the same recipient.
        let bases = approvals(model).flat_map(|(id, to, _)| model.items[&id].rests_on.iter().map(move |it| (*it, to)));
        let asked: Vec<_> = bases
            .filter(|(id, to)| model.items[id].is_row() && !model.items[id].cells.contains_key(to))
            .filter(|(id, to)| own(&model.items[id]) && model.items[id].owner != *to && model.sits(*to))
            .filter(|(id, _)| bounds.only.as_ref().is_none_or(|only| only.contains(id)))
            .collect();
        let asked = if what == What::Approve && self.choose.chance(30) {
            self.choose.pick(&asked)
        } else {
            None
        };
        let basis = asked.map(|(id, _)| (id, &model.items[&id]));
        let (item, it) = left.or(basis).or_else(|| self.pick_item(fits))?;
        let owner = it.owner;
        let here = self.here(owner);
        let decided: Vec<_> = it.cells.keys().copied().filter(|to| here.contains(to)).collect();
        let others: Vec<_> = here.into_iter().filter(|party| wild || *party != owner).collect();
        // Mostly somebody who sees it or asked for it.
        let near: Vec<_> = others.iter().copied().filter(|to| model.sees(*to, it)).collect();
        let asked = asked.filter(|(id, _)| *id == item).map(|(_, to)| to);
        let to = match what {
            _ if asked.is_some() => asked?,
            What::Undecide => self.choose.pick(&decided)?,
            _ if self.choose.chance(75) => self.choose.pick(&near).or_else(|| self.choose.pick(&others))?,
            _ => self.choose.pick(&others)?,
        };
        let verdict = match what {
            What::Undecide => Verdict::Undecide {},
            What::Decline => Verdict::Decline {
                reason: self.maybe_words(60),
            },
            _ => {
                let purpose = self.purpose(owner, to);
                self.approval(it, purpose)
            }
        };
        let mut cells = vec![CellDecision {
            item,
            revision: self.revision(it),
            recipient: to,
            verdict,
        }];
        // What it rests on goes along, where that is the same party's to decide.
        if what == What::Approve && self.choose.chance(50) {
            let named = |id: &&ItemId| bounds.only.as_ref().is_none_or(|only| only.contains(*id));
            for basis in it.rests_on.iter().filter(named) {
                let row = model.items.get(basis).filter(|it| it.is_row() && it.owner == owner);
                if let Some(row) = row {
                    let purpose = self.purpose(owner, to);
                    cells.push(CellDecision {
                        item: *basis,
                        revision: row.revision,
                        recipient: to,
                        verdict: self.approval(row, purpose),
                    });
                }
            }
        }
        if self.choose.chance(25)
            && let Some(other) = self.choose.pick(&near)
        {
            cells.push(CellDecision {
                item,
                revision: it.revision,
                recipient: other,
                verdict: NO,
            });
        }
        Some((self.by(owner), CommandKind::Decide { cells }))
    }

    fn approval(&mut self, item: &Item, purpose: Purpose) -> Verdict {
        let own: Vec<_> = item.subjects.iter().copied().collect();
        let is_reporter = |id: &&SubjectId| {
            self.model
                .subjects
                .get(id)
                .is_some_and(|it| it.role == SubjectRole::Reporter)
        };
        let reporter = own.iter().find(is_reporter).copied();
        let reporter = reporter.filter(|_| self.choose.chance(40));
        let some = self.choose.chance(40).then(|| self.choose.some(&own, 3));
        Verdict::Approve {
            purpose,
            subjects: reporter.map(|it| [it].into()).or(some),
            excerpt: self.maybe_words(30),
            condition: self.maybe_words(40),
            motivation: self.maybe_words(92),
        }
    }

    fn set_ready(&mut self) -> (Actor, CommandKind) {
        let ready = self
            .model
            .seats
            .iter()
            .filter(|(_, seat)| seat.ready)
            .map(|(party, _)| *party);
        let ready: Vec<_> = ready.filter(|it| self.speaks(*it)).collect();
        let back = if self.choose.chance(20) {
            self.choose.pick(&ready)
        } else {
            None
        };
        let party = back.unwrap_or_else(|| self.speaker());
        let ready = back.is_none();
        (self.by(party), CommandKind::SetReady { ready })
    }

    fn answer(&mut self) -> Option<(Actor, CommandKind)> {
        let fits = |it: &Item| it.assignee().is_some() && (it.is_live() || it.committed_until().is_some());
        let fresh = |it: &Item| fits(it) && it.answer.is_none();
        let first = self.choose.chance(70);
        let absent = |it: &Item| fresh(it) && matches!(it.assignee(), Some(Assignee::Absent { .. }));
        let absent = self.pick_item(absent).filter(|_| self.choose.chance(35));
        let (item, it) = absent.or_else(|| self.pick_item(|it| if first { fresh(it) } else { fits(it) }))?;
        let assignee = it.assignee()?;
        let party = assignee.answering_party();
        if !self.speaks(party) && !self.bounds.wild {
            return None;
        }
        let answer = match (&it.content, self.choose.below(10)) {
            (Content::Action { .. }, 0..6) => NewAnswer::Accept {},
            (Content::Measure { .. }, 0..7) => NewAnswer::Commit {
                until: self.now + TimeDelta::hours(i64::try_from(self.choose.below(26)).expect("small")),
            },
            (_, 9) => NewAnswer::Accept {},
            _ => NewAnswer::Refuse {
                reason: self.maybe_words(70),
            },
        };
        let by = if self.wild(10) {
            let speaker = self.speaker();
            self.by(speaker)
        } else {
            self.by(party)
        };
        let revision = self.revision(it);
        Some((by, CommandKind::Answer { item, revision, answer }))
    }

    fn vt(&mut self) -> PartyId {
        let is_vt = |it: &PartyId| organisation(*it).kind == PartyKind::VeiligThuis;
        let all: Vec<_> = self.bounds.speakers.iter().copied().filter(is_vt).collect();
        let here: Vec<_> = all
            .iter()
            .copied()
            .filter(|it| self.model.seats.contains_key(it))
            .collect();
        let left: Vec<_> = here.iter().copied().filter(|it| self.model.has_left(*it)).collect();
        let left = if self.choose.chance(50) {
            self.choose.pick(&left)
        } else {
            None
        };
        left.or_else(|| self.choose.pick(&here)).unwrap_or(VT)
    }

    fn time_reason(&mut self) -> Option<TimeReason> {
        self.choose.chance(50).then_some(TimeReason::HearVictim)
    }

    fn minutes(&mut self) -> Option<u32> {
        let minutes = u32::try_from(self.choose.below(300)).expect("small");
        self.choose.chance(50).then_some(minutes)
    }

    fn time(&mut self, what: What) -> (Actor, CommandKind) {
        let (reason, minutes) = (self.time_reason(), self.minutes());
        if what == What::AskTime {
            let party = if self.wild(12) { self.speaker() } else { self.vt() };
            return (self.by(party), CommandKind::AskTime { reason, minutes });
        }
        let standing = self.model.standing();
        let any: Vec<_> = self.model.times.keys().copied().collect();
        let request = self.choose.pick(&standing).or_else(|| self.choose.pick(&any));
        let request = request.unwrap_or(TimeRequestId(id(1)));
        let owner = self.model.times.get(&request).map_or(VT, |it| it.by.party);
        // Often somebody else tries to end it.
        let by = if self.wild(30) {
            let speaker = self.speaker();
            self.by(speaker)
        } else {
            self.by(owner)
        };
        let answer = if what == What::ExplainTime {
            CommandKind::ExplainTime {
                request,
                reason,
                minutes,
            }
        } else {
            CommandKind::EndTime { request }
        };
        (by, answer)
    }

    fn set_deadline(&mut self) -> (Actor, CommandKind) {
        let hours = i64::try_from(self.choose.below(60)).expect("small") - 5;
        let terms = self.model.convening.as_ref().map(|it| it.terms.as_slice());
        let term = self.choose.pick(terms.unwrap_or_default()).map(|row| row.code);
        let term = if self.wild(5) { None } else { term };
        let party = if self.choose.chance(50) { POLICE } else { OM };
        let set = CommandKind::SetDeadline {
            at: self.now + TimeDelta::hours(hours),
            term: term.unwrap_or_else(|| "woorden".into()),
        };
        (self.by(party), set)
    }

    fn disposition(&mut self) -> Option<(Actor, CommandKind)> {
        let model = self.model;
        let wild = self.wild(5);
        let suspects = model
            .subjects
            .iter()
            .filter(|(_, it)| wild || it.role == SubjectRole::Suspect);
        let suspects: Vec<_> = suspects.map(|(id, _)| *id).collect();
        let open: Vec<_> = suspects
            .iter()
            .copied()
            .filter(|id| model.disposition_of(*id).is_none())
            .collect();
        let suspect = if self.choose.chance(70) {
            self.choose.pick(&open)
        } else {
            None
        };
        let suspect = suspect.or_else(|| self.choose.pick(&suspects))?;
        let stands = !model.standing().is_empty();
        let record = CommandKind::RecordDisposition {
            suspect,
            revision: model.disposition_of(suspect).map_or(0, |(_, item)| item.revision),
            kind: DispositionKind::ALL[self.choose.below(9)],
            note: self.maybe_words(70),
            deviation: self.maybe_words(if stands { 65 } else { 8 }),
        };
        let by = if self.wild(8) { self.by(OM) } else { OFFICER };
        Some((by, record))
    }

    fn move_to(&mut self) -> (Actor, CommandKind) {
        let moment = self.model.convening.as_ref().map(|it| it.moment.phases.as_slice());
        let phases: Vec<_> = moment.unwrap_or_default().to_vec();
        let closing = self.model.phase != Phase::ClosingRound && self.choose.chance(45);
        let phase = if closing {
            Phase::ClosingRound
        } else {
            self.choose.pick(&phases).unwrap_or_default()
        };
        (self.gavel(), CommandKind::MoveTo { phase })
    }

    fn seat(&mut self, what: What) -> Option<(Actor, CommandKind)> {
        let model = self.model;
        let seats = self.bounds.seats.clone();
        let here: Vec<_> = seats.iter().copied().filter(|it| model.sits(*it)).collect();
        let gone: Vec<_> = seats.iter().copied().filter(|it| !model.sits(*it)).collect();
        let idle: Vec<_> = here.iter().copied().filter(|it| !model.takes_part(*it)).collect();
        let seat = match what {
            What::GiveSeat => {
                let left: Vec<_> = gone.iter().copied().filter(|it| model.has_left(*it)).collect();
                let party = match self.choose.below(10) {
                    0..4 if !left.is_empty() => self.choose.pick(&left)?,
                    0..7 => self.choose.pick(&gone).or_else(|| self.choose.pick(&here))?,
                    _ => self.choose.pick(&here)?,
                };
                let full = self.choose.chance(75);
                let level = if full { SeatLevel::Full } else { SeatLevel::Restricted };
                CommandKind::GiveSeat(Box::new(with_terms(seat(party, level))))
            }
            What::TakeSeat => {
                let idle = if self.choose.chance(60) {
                    self.choose.pick(&idle)
                } else {
                    None
                };
                CommandKind::TakeSeat {
                    party: idle.or_else(|| self.choose.pick(&here))?,
                }
            }
            _ => CommandKind::AskToLeave {
                party: self.choose.pick(&here)?,
            },
        };
        Some((self.gavel(), seat))
    }

    fn leave(&mut self) -> (Actor, CommandKind) {
        let speakers: Vec<_> = self
            .speakers()
            .into_iter()
            .filter(|it| Some(*it) != self.model.chair)
            .collect();
        let party = self.choose.pick(&speakers).unwrap_or(OM);
        let items = if self.choose.chance(65) {
            LeftItems::Keep
        } else {
            LeftItems::Withdraw
        };
        (self.by(party), CommandKind::Leave { items })
    }

    fn name_attendees(&mut self) -> (Actor, CommandKind) {
        let party = if self.choose.chance(60) {
            // Where there are two people, so that one of them is kept out.
            let two: Vec<_> = self
                .speakers()
                .into_iter()
                .filter(|it| people_of(*it).len() > 1)
                .collect();
            self.choose.pick(&two).unwrap_or(POLICE)
        } else {
            self.speaker()
        };
        let by = self.by(party);
        let all = self.choose.chance(50);
        let people = (!all).then(|| BTreeSet::from([by.participant]));
        (by, CommandKind::NameAttendees { people })
    }

    fn answer_newcomer(&mut self) -> Option<(Actor, CommandKind)> {
        let owners = self.bounds.speakers.clone();
        let asked = owners
            .iter()
            .flat_map(|it| self.model.newcomers(*it).into_iter().map(|to| (*it, to)));
        let asked: Vec<_> = asked.collect();
        let (owner, party) = match self.choose.pick(&asked) {
            Some(asked) if !self.wild(4) => asked,
            _ if self.bounds.wild => (self.speaker(), self.speaker()),
            _ => return None,
        };
        let show = self.choose.chance(60);
        Some((self.by(owner), CommandKind::AnswerNewcomer { party, show }))
    }

    fn pass_gavel(&mut self) -> (Actor, CommandKind) {
        let chair = self.model.chair.unwrap_or(OM);
        let colleagues = people_of(chair);
        let somebody = colleagues[self.choose.below(colleagues.len())];
        if self.choose.chance(50) {
            return (somebody, CommandKind::TakeGavel {});
        }
        let to = if self.wild(10) { AGENT } else { somebody };
        (self.gavel(), CommandKind::HandOverGavel { to: to.participant })
    }

    fn change_subject(&mut self, what: What) -> Option<(Actor, CommandKind)> {
        let model = self.model;
        let all: Vec<_> = model.subjects.iter().filter(|(_, it)| self.speaks(it.owner)).collect();
        // Mostly somebody whom the chair did not name: there are few of those.
        let later: Vec<_> = all
            .iter()
            .filter(|(_, it)| Some(it.owner) != model.chair)
            .copied()
            .collect();
        let later = if self.choose.chance(70) {
            self.choose.pick(&later)
        } else {
            None
        };
        let (subject, it) = later.or_else(|| self.choose.pick(&all))?;
        let subject = *subject;
        let revision = it.revision + u32::from(self.choose.chance(5));
        let by = self.by(it.owner);
        let change = if what == What::RemoveSubject {
            CommandKind::RemoveSubject { subject, revision }
        } else {
            CommandKind::CorrectSubject {
                subject,
                revision,
                role: match self.choose.below(10) {
                    0 => SubjectRole::Other,
                    1..4 => SubjectRole::Reporter,
                    _ => it.role,
                },
                label: self.words(),
            }
        };
        Some((by, change))
    }

    fn add_subject(&mut self) -> (Actor, CommandKind) {
        use SubjectRole::{Child, Other, Reporter, Suspect, Victim};
        let roles = [Child, Child, Reporter, Victim, Other, Other, Other, Suspect];
        let subject = NewSubject {
            role: roles[self.choose.below(roles.len())],
            label: self.words(),
        };
        let party = self.speaker();
        (self.by(party), CommandKind::AddSubject { subject })
    }

    fn enter(&mut self) -> (Actor, CommandKind) {
        let outside: Vec<_> = EVERYBODY
            .into_iter()
            .filter(|it| !self.model.people.contains_key(&it.participant) && self.speaks(it.party))
            .collect();
        let somebody = if self.choose.chance(60) {
            self.choose.pick(&outside)
        } else {
            None
        };
        let by = somebody.unwrap_or_else(|| {
            let speaker = self.speaker();
            self.by(speaker)
        });
        let name = if self.choose.chance(70) {
            name_of(by).into()
        } else {
            format!("Naam {}", self.key)
        };
        let prosecutor = by == OFFICER || (by == SECRETARY && self.choose.chance(30));
        (by, CommandKind::Enter { name, prosecutor })
    }

    fn accept_rules(&mut self) -> (Actor, CommandKind) {
        let late = EVERYBODY.into_iter().filter(|it| {
            let person = self.model.people.get(&it.participant);
            person.is_some_and(|person| !person.accepted && self.speaks(person.party))
        });
        let late: Vec<_> = late.collect();
        let by = self.choose.pick(&late).unwrap_or_else(|| {
            let speaker = self.speaker();
            self.by(speaker)
        });
        (by, CommandKind::AcceptRules {})
    }

    /// The program announces an expiry: mostly when it is due.
    fn warn(&mut self) -> (Actor, CommandKind) {
        if let Some(due) = self.model.expires_at().filter(|_| self.choose.chance(85)) {
            let hours = i64::try_from(self.choose.below(30)).expect("small");
            let until = due - TimeDelta::hours(hours) - self.now;
            self.wait = until.num_seconds().max(0);
        }
        let by = if self.wild(10) { OFFICER } else { Actor::PROGRAM };
        (by, CommandKind::WarnOfExpiry)
    }

    fn end(&mut self) -> (Actor, CommandKind) {
        let stands = !self.model.standing().is_empty();
        if stands && self.model.phase == Phase::ClosingRound && self.choose.chance(60) {
            return (self.gavel(), CommandKind::Close {});
        }
        match self.choose.below(6) {
            0..2 => {
                let announced = self.model.warned.map(|(_, at)| at);
                if let Some(announced) = announced.filter(|_| self.choose.chance(40)) {
                    self.wait = (announced - self.now).num_seconds().max(0);
                }
                (Actor::PROGRAM, CommandKind::Expire)
            }
            2 => (self.gavel(), CommandKind::Close {}),
            3 => {
                let vt_stands = !self.model.standing().is_empty();
                let by = self.gavel();
                if vt_stands {
                    (by, CommandKind::Close {})
                } else {
                    (self.by(POLICE), CommandKind::Close {})
                }
            }
            4 => (OFFICER, CommandKind::Convene(Box::new(convening_of("zsm")))),
            _ => (OFFICER, CommandKind::Expire),
        }
    }

    /// What a number means now; nothing, where there is nothing to do it with.
    pub(super) fn write(&mut self, what: What) -> Option<(Actor, CommandKind)> {
        match what {
            What::Scene => None,
            What::Contribution | What::Action | What::Measure => Some(self.share(what)),
            What::Revise => self.revise(),
            What::SetAudience => self.set_audience(),
            What::Withdraw => self.withdraw(),
            What::OpenBasis => self.open_basis(),
            What::Request => self.request(),
            What::DropRequest => self.drop_request(),
            What::Approve | What::Decline | What::Undecide => self.decide(what),
            What::SetReady => Some(self.set_ready()),
            What::LastCall => Some((self.gavel(), CommandKind::LastCall {})),
            What::Answer => self.answer(),
            What::AskTime | What::ExplainTime | What::EndTime => Some(self.time(what)),
            What::SetClock => {
                let minutes = u32::try_from(self.choose.below(600)).expect("small");
                Some((self.gavel(), CommandKind::SetClock { minutes }))
            }
            What::SetDeadline => Some(self.set_deadline()),
            What::Disposition => self.disposition(),
            What::MoveTo => Some(self.move_to()),
            What::GiveSeat | What::TakeSeat | What::AskToLeave => self.seat(what),
            What::Leave => Some(self.leave()),
            What::NameAttendees => Some(self.name_attendees()),
            What::AnswerNewcomer => self.answer_newcomer(),
            What::Gavel => Some(self.pass_gavel()),
            What::Enter => Some(self.enter()),
            What::AcceptRules => Some(self.accept_rules()),
            What::AddSubject => Some(self.add_subject()),
            What::CorrectSubject | What::RemoveSubject => self.change_subject(what),
            What::Warn => Some(self.warn()),
            What::End => Some(self.end()),
        }
    }
}

/// The approvals that stand: item, recipient, purpose.
pub(super) fn approvals(model: &Model) -> impl Iterator<Item = (ItemId, PartyId, &Purpose)> {
    model.items.iter().flat_map(|(id, item)| {
        let approved = item.cells.iter();
        approved.filter_map(|(to, cell)| cell.approval().map(|it| (*id, *to, &it.purpose)))
    })
}

fn action_of(purpose: &Purpose) -> Option<ItemId> {
    match purpose {
        Purpose::Action(id) => Some(*id),
        Purpose::Task(_) => None,
    }
}
