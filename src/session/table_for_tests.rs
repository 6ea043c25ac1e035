//! A table for tests: people at it, the verbs they use, and what stands on each of their screens.
//!
//! Lives here: a [`Run`], which does what a room does (decide, put texts, evolve, show, destroy) with whichever
//! [`Rules`] it is given, so that a law can be held against a planted fault; and a [`Table`], a run under the true rules
//! that checks the laws after every step. Never lives here: a rule. Ids, salts and times are the same in every run.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

use alloc::{boxed::Box, collections::BTreeMap, collections::BTreeSet, string::String, vec, vec::Vec};
use chrono::{DateTime, TimeDelta, Utc};
use std::format;
use uuid::Uuid;

use super::closing::copies;
use super::command::{
    Actor, Audience, CellDecision, Command, ContributionKind, Convening, DispositionKind, MeasureKind, NewSeat,
    NewSubject, Purpose, SeatLevel, Stamp, SubjectRole, Verdict, Wish,
};
use super::decide::{Decision, decide};
use super::event::{Event, Fact};
use super::refusal::Refusal;
use super::state::{State, evolve};
use super::view::{CardView, SessionView, Snapshot, ViewEvent, Viewer, view_event, view_for};
use crate::dossier::Copies;
use crate::ground::{Grounds, standard_tasks};
use crate::ids::{CommandId, ContributionId, DerivedId, ParticipantId, PartyId, SubjectId, TextId, TimeRequestId};
use crate::moment::{Moment, Phase, standard};
use crate::party::{Party, PartyKind};
use crate::text::Texts;

const fn party(number: u128) -> PartyId {
    PartyId(Uuid::from_u128(0xA0 + number))
}

const fn person(party: PartyId, number: u128) -> Actor {
    Actor {
        party,
        participant: ParticipantId(Uuid::from_u128(0xB0 + number)),
    }
}

pub(crate) const OM: PartyId = party(1);
pub(crate) const POLICE: PartyId = party(2);
pub(crate) const PROBATION: PartyId = party(3);
pub(crate) const CHILD_PROTECTION: PartyId = party(4);
pub(crate) const VICTIM_SUPPORT: PartyId = party(5);
pub(crate) const VT: PartyId = party(6);
/// Sits in a restricted seat.
pub(crate) const HALT: PartyId = party(7);
/// Has no seat.
pub(crate) const MUNICIPALITY: PartyId = party(8);
/// Another Veilig Thuis, without a seat.
pub(crate) const VT_ELSEWHERE: PartyId = party(9);

/// Decides for the OM, convened, holds the gavel.
pub(crate) const OFFICER: Actor = person(OM, 1);
/// A colleague of the officer.
pub(crate) const SECRETARY: Actor = person(OM, 2);
pub(crate) const AGENT: Actor = person(POLICE, 3);
pub(crate) const ADVISER: Actor = person(PROBATION, 4);
pub(crate) const INVESTIGATOR: Actor = person(CHILD_PROTECTION, 5);
pub(crate) const SUPPORTER: Actor = person(VICTIM_SUPPORT, 6);
pub(crate) const BAKKER: Actor = person(VT, 7);
/// A colleague of Bakker.
pub(crate) const VISSER: Actor = person(VT, 8);
pub(crate) const HALT_WORKER: Actor = person(HALT, 9);
/// Of the police; came in and did not accept the ground rules.
pub(crate) const LATECOMER: Actor = person(POLICE, 10);
/// Of the municipality, which has no seat.
pub(crate) const OUTSIDER: Actor = person(MUNICIPALITY, 11);
pub(crate) const ELSEWHERE: Actor = person(VT_ELSEWHERE, 12);

/// Everybody there is.
pub(crate) const EVERYBODY: [Actor; 12] = [
    OFFICER,
    SECRETARY,
    AGENT,
    ADVISER,
    INVESTIGATOR,
    SUPPORTER,
    BAKKER,
    VISSER,
    HALT_WORKER,
    LATECOMER,
    OUTSIDER,
    ELSEWHERE,
];

/// Every screen there is.
pub(crate) fn everybody_and_the_wall() -> Vec<Option<Actor>> {
    EVERYBODY.iter().copied().map(Some).chain([None]).collect()
}

/// The name by which the others know somebody.
pub(crate) fn name_of(actor: Actor) -> &'static str {
    let names = [
        "De Wit", "Mulder", "Jansen", "Smit", "Kok", "Dijkstra", "Bakker", "Visser", "Haan", "Laat", "Buiten", "Elders",
    ];
    let place = EVERYBODY
        .iter()
        .position(|it| *it == actor)
        .expect("somebody of the table");
    names[place]
}

/// Any name, for what is not named.
pub(crate) fn id(number: u32) -> Uuid {
    Uuid::from_u128(0xDEAD_0000_0000 + u128::from(number))
}

/// The day of the tests, so many seconds after nine.
pub(crate) fn nine_plus(seconds: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_772_442_000 + seconds, 0).expect("a time that exists")
}

pub(crate) fn moment(code: &str) -> Moment {
    let moments = standard().expect("our own data reads");
    moments
        .into_iter()
        .find(|it| it.code == code)
        .expect("a moment of the policy")
}

pub(crate) fn seat(party: PartyId, level: SeatLevel) -> NewSeat {
    let (kind, name) = match party {
        OM => (PartyKind::Prosecution, "Openbaar Ministerie Voorbeeldstad"),
        POLICE => (PartyKind::Police, "Politie Voorbeeldstad"),
        PROBATION => (PartyKind::Probation, "Reclassering Voorbeeldstad"),
        CHILD_PROTECTION => (
            PartyKind::ChildProtection,
            "Raad voor de Kinderbescherming Voorbeeldstad",
        ),
        VICTIM_SUPPORT => (PartyKind::VictimSupport, "Slachtofferhulp Voorbeeldstad"),
        VT => (PartyKind::VeiligThuis, "Veilig Thuis Voorbeeldstad"),
        VT_ELSEWHERE => (PartyKind::VeiligThuis, "Veilig Thuis Elders"),
        HALT => (PartyKind::Halt, "Halt Voorbeeldstad"),
        _ => (PartyKind::Municipality, "Gemeente Voorbeeldstad"),
    };
    let tasks = standard_tasks().expect("our own data reads");
    NewSeat {
        party: Party {
            id: party,
            kind,
            name: name.into(),
        },
        level,
        tasks: tasks.into_iter().filter(|task| task.party == kind).collect(),
        retention_days: 365,
    }
}

/// The first statutory task of a party.
pub(crate) fn task(party: PartyId) -> Purpose {
    Purpose::Task(seat(party, SeatLevel::Full).tasks[0].code.clone())
}

pub(crate) fn convening(code: &str, full: &[PartyId], restricted: &[PartyId]) -> Convening {
    let grounds = Grounds::standard().expect("our own data reads");
    let tasks = standard_tasks().expect("our own data reads");
    Convening {
        moment: moment(code),
        case_reference: "26-0417".into(),
        subjects: vec![
            NewSubject {
                role: SubjectRole::Suspect,
                label: "vader".into(),
            },
            NewSubject {
                role: SubjectRole::Victim,
                label: "moeder".into(),
            },
        ],
        seats: full
            .iter()
            .map(|party| seat(*party, SeatLevel::Full))
            .chain(restricted.iter().map(|party| seat(*party, SeatLevel::Restricted)))
            .collect(),
        grounds: grounds.between(&PartyKind::ALL, &tasks, chrono::NaiveDate::default()),
        convener_name: name_of(OFFICER).into(),
        convener_is_prosecutor: true,
        clock_minutes: None,
    }
}

/// The six parties in full seats of [`Table::zsm`].
pub(crate) const FULL: [PartyId; 6] = [OM, POLICE, PROBATION, CHILD_PROTECTION, VICTIM_SUPPORT, VT];

pub(crate) fn zsm() -> Convening {
    convening("zsm", &FULL, &[HALT])
}

/// The pieces under test. A law is held against a faulty set too, and must notice.
#[derive(Clone, Copy)]
pub(crate) struct Rules {
    pub decide: fn(&State, Actor, Stamp, Command) -> Result<Decision, Refusal>,
    pub evolve: fn(State, &Event) -> State,
    pub view: fn(&State, &Texts, Viewer) -> Option<SessionView>,
    pub event: fn(&Snapshot, &Event, &Snapshot, Viewer) -> Option<ViewEvent>,
    pub copies: fn(&State, &Texts, &[Event]) -> Copies,
}

impl Rules {
    pub(crate) const TRUE: Self = Self {
        decide,
        evolve,
        view: view_for,
        event: view_event,
        copies,
    };
}

/// What stands on one screen.
#[derive(Clone)]
pub(crate) struct Screen {
    /// Whose; the wall has nobody.
    pub who: Option<Actor>,
    /// As whom they look, and what they see, as their browser has it; nothing where they have no seat.
    pub shown: Option<(Viewer, SessionView)>,
    /// Every frame that went to it, as bytes; kept when [`Run::recording`].
    pub frames: Vec<String>,
}

/// What a room does, without a socket or a store.
#[derive(Clone)]
pub(crate) struct Run {
    pub rules: Rules,
    pub now: Snapshot,
    pub events: Vec<Event>,
    pub screens: Vec<Screen>,
    /// What left at the close.
    pub copies: Option<Copies>,
    pub recording: bool,
}

impl Run {
    /// Somebody's screen each, and the wall's for nobody; frames are kept when `recording`.
    pub(crate) fn new(rules: Rules, screens: &[Option<Actor>], recording: bool) -> Self {
        let everybody = screens.iter().copied();
        Self {
            rules,
            now: Snapshot::default(),
            events: Vec::new(),
            screens: everybody
                .map(|who| Screen {
                    who,
                    shown: None,
                    frames: Vec::new(),
                })
                .collect(),
            copies: None,
            recording,
        }
    }

    /// Carries a command out: texts are put before their events and destroyed after them, as a room does.
    pub(crate) fn submit(&mut self, actor: Actor, stamp: Stamp, command: Command) -> Result<Decision, Refusal> {
        let decision = (self.rules.decide)(&self.now.state, actor, stamp, command)?;
        if decision.events.iter().any(|it| matches!(it.fact, Fact::Closed { .. })) {
            self.copies = Some((self.rules.copies)(&self.now.state, &self.now.texts, &decision.events));
        }
        for new in &decision.texts {
            self.now.texts.put(new.id, new.text.clone(), new.salt);
        }
        for event in &decision.events {
            self.happens(event);
        }
        for text in &decision.destroyed {
            self.now.texts.destroy(*text);
        }
        Ok(decision)
    }

    fn happens(&mut self, event: &Event) {
        let mut after = Snapshot {
            state: (self.rules.evolve)(self.now.state.clone(), event),
            texts: self.now.texts.clone(),
        };
        if matches!(event.fact, Fact::Closed { .. }) {
            after.texts = Texts::default();
        }
        let mut changes: BTreeMap<Viewer, Option<ViewEvent>> = BTreeMap::new();
        for screen in &mut self.screens {
            let viewer = match screen.who {
                Some(actor) => Viewer::of(&after.state, actor),
                None => after.state.is_convened().then_some(Viewer::RoomScreen),
            };
            let frame = match (viewer, &mut screen.shown) {
                (Some(viewer), Some((same, view))) if viewer == *same => {
                    let change = changes
                        .entry(viewer)
                        .or_insert_with(|| (self.rules.event)(&self.now, event, &after, viewer));
                    change.clone().map(|change| {
                        let bytes = self.recording.then(|| serde_json::to_string(&change).expect("a frame"));
                        view.apply(change);
                        bytes.unwrap_or_default()
                    })
                }
                // Who looks as somebody else from now on takes the whole view anew.
                (Some(viewer), shown) => (self.rules.view)(&after.state, &after.texts, viewer).map(|view| {
                    let bytes = self.recording.then(|| serde_json::to_string(&view).expect("a frame"));
                    *shown = Some((viewer, view));
                    bytes.unwrap_or_default()
                }),
                (None, shown) => shown.take().map(|_| String::from("bye")),
            };
            if self.recording {
                screen.frames.extend(frame);
            }
        }
        self.now = after;
        self.events.push(event.clone());
    }

    /// The screen of somebody, or the wall.
    pub(crate) fn screen(&self, who: Option<Actor>) -> &Screen {
        self.screens.iter().find(|it| it.who == who).expect("a screen")
    }

    /// The commuting square: what stands on every screen is what the folded state shows.
    pub(crate) fn square(&self) -> Result<(), String> {
        let mut fresh: BTreeMap<Viewer, Option<SessionView>> = BTreeMap::new();
        for screen in &self.screens {
            let viewer = match screen.who {
                Some(actor) => Viewer::of(&self.now.state, actor),
                None => self.now.state.is_convened().then_some(Viewer::RoomScreen),
            };
            let Some(viewer) = viewer else {
                if screen.shown.is_some() {
                    return Err(format!("{:?} still sees something", screen.who));
                }
                continue;
            };
            let is = fresh
                .entry(viewer)
                .or_insert_with(|| (self.rules.view)(&self.now.state, &self.now.texts, viewer));
            if screen.shown.as_ref().map(|(_, view)| view) != is.as_ref() {
                let last = self.events.last().map(|it| &it.fact);
                return Err(format!(
                    "{viewer:?} after {last:?}:\n folded {:#?}\n is {is:#?}",
                    screen.shown
                ));
            }
        }
        Ok(())
    }

    /// Destruction: the texts that exist are exactly those the state still reaches.
    pub(crate) fn texts_are_those_reached(&self) -> Result<(), String> {
        let there: BTreeSet<_> = self.now.texts.ids().into_iter().collect();
        let reached = reached(&self.now.state);
        if there == reached {
            return Ok(());
        }
        let last = self.events.last().map(|it| &it.fact);
        let left: Vec<_> = there.difference(&reached).collect();
        let missing: Vec<_> = reached.difference(&there).collect();
        Err(format!(
            "after {last:?}: not destroyed {left:?}, destroyed though needed {missing:?}"
        ))
    }
}

/// Every text that can still be reached from a state.
pub(crate) fn reached(state: &State) -> BTreeSet<TextId> {
    use super::state::{Cell, MeasureAnswer};
    let mut reached = BTreeSet::new();
    if state.closed.is_some() {
        return reached;
    }
    for contribution in state.contributions.values().filter(|it| it.withdrawn_at.is_none()) {
        reached.insert(contribution.text);
    }
    for contribution in state.contributions.values() {
        reached.extend(contribution.requests.values().filter_map(|it| it.reason));
        for cell in contribution.cells.values() {
            match cell {
                Cell::Approved(approval) => {
                    reached.extend(approval.excerpt);
                    reached.extend(approval.condition);
                    reached.extend(approval.motivation);
                }
                Cell::Declined { reason, .. } => reached.extend(*reason),
            }
        }
    }
    reached.extend(state.actions.values().map(|it| it.text));
    for measure in state.measures.values() {
        reached.extend(measure.note);
        if let Some(MeasureAnswer::Declined { reason }) = measure.answer {
            reached.extend(reason);
        }
    }
    if let Some(disposition) = &state.disposition {
        reached.extend(disposition.note);
        reached.extend(disposition.deviation);
    }
    reached.extend(state.deviations.iter().map(|it| it.motivation.id));
    reached.extend(state.subjects.values().map(|it| it.label));
    reached
}

/// A meeting under the true rules. After every step the laws that can be checked on the spot are.
#[derive(Clone)]
pub(crate) struct Table {
    pub run: Run,
    pub at: DateTime<Utc>,
    steps: u64,
}

impl Table {
    /// Nobody is there yet.
    pub(crate) fn empty() -> Self {
        Self {
            run: Run::new(Rules::TRUE, &everybody_and_the_wall(), false),
            at: nine_plus(0),
            steps: 0,
        }
    }

    /// Convened, and nobody has accepted the ground rules.
    pub(crate) fn convened(by: Actor, convening: Convening) -> Self {
        let mut table = Self::empty();
        table.act(by, Wish::Convene(Box::new(convening)));
        table
    }

    /// A ZSM session with seven parties, Halt in a restricted seat; all came in and accepted but the latecomer.
    pub(crate) fn zsm() -> Self {
        Self::zsm_of(zsm())
    }

    /// The same, convened otherwise.
    pub(crate) fn zsm_of(convening: Convening) -> Self {
        let mut table = Self::convened(OFFICER, convening);
        for actor in EVERYBODY {
            if table.state().seat(actor.party).is_some() {
                table.come_in(actor);
            }
        }
        table
    }

    /// The same, in the closing round.
    pub(crate) fn zsm_closing() -> Self {
        let mut table = Self::zsm();
        table.move_to(Phase::ClosingRound);
        table
    }

    fn come_in(&mut self, actor: Actor) {
        self.enter(actor);
        if actor != LATECOMER {
            self.act(actor, Wish::AcceptRules);
        }
    }

    pub(crate) fn state(&self) -> &State {
        &self.run.now.state
    }

    /// What somebody's browser shows.
    #[track_caller]
    pub(crate) fn sees(&self, actor: Actor) -> &SessionView {
        self.shown(actor).expect("a seat")
    }
    pub(crate) fn shown(&self, actor: Actor) -> Option<&SessionView> {
        self.run.screen(Some(actor)).shown.as_ref().map(|(_, view)| view)
    }
    /// What the wall shows.
    pub(crate) fn wall(&self) -> &SessionView {
        &self.run.screen(None).shown.as_ref().expect("a session").1
    }
    pub(crate) fn card(&self, actor: Actor, id: ContributionId) -> Option<&CardView> {
        self.shown(actor)?.cards.iter().find(|card| card.id == id)
    }

    /// A second passes with every step; this lets more pass.
    pub(crate) fn wait(&mut self, minutes: i64) {
        self.at += TimeDelta::minutes(minutes);
    }

    pub(crate) fn stamp(&mut self) -> Stamp {
        self.steps += 1;
        self.at += TimeDelta::seconds(1);
        let mut salt = [7; 32];
        salt[..8].copy_from_slice(&self.steps.to_be_bytes());
        Stamp { at: self.at, salt }
    }

    pub(crate) fn try_act(&mut self, actor: Actor, wish: Wish) -> Result<Vec<Event>, Refusal> {
        let stamp = self.stamp();
        let command = Command {
            id: CommandId(Uuid::from_u128(0xC0_0000 + u128::from(self.steps))),
            wish,
        };
        self.submit(actor, stamp, command)
    }

    /// A command with a name and a stamp of its own.
    pub(crate) fn submit(&mut self, actor: Actor, stamp: Stamp, command: Command) -> Result<Vec<Event>, Refusal> {
        let before = self.run.now.state.clone();
        let answer = self.run.submit(actor, stamp, command);
        if answer.is_err() {
            assert!(before == self.run.now.state, "a refusal changed something");
        }
        let laws = self.run.square().and_then(|()| self.run.texts_are_those_reached());
        laws.unwrap_or_else(|breach| panic!("{breach}"));
        answer.map(|decision| decision.events)
    }

    /// Does something that must succeed.
    #[track_caller]
    pub(crate) fn act(&mut self, actor: Actor, wish: Wish) -> Vec<Event> {
        let told = format!("{wish:?}");
        match self.try_act(actor, wish) {
            Ok(events) => events,
            Err(refusal) => panic!("refused with {refusal:?}: {told}"),
        }
    }

    /// Tries something that must be refused, and says why it was.
    #[track_caller]
    pub(crate) fn refused(&mut self, actor: Actor, wish: Wish) -> Refusal {
        let told = format!("{wish:?}");
        match self.try_act(actor, wish) {
            Ok(_) => panic!("not refused: {told}"),
            Err(refusal) => refusal,
        }
    }

    pub(crate) fn subject(&self, number: usize) -> SubjectId {
        let convened = self.run.events.iter().find_map(|event| match &event.fact {
            Fact::Convened(convened) => Some(convened.subjects[number].id),
            _ => None,
        });
        convened.expect("a convened session")
    }

    // ---- verbs

    pub(crate) fn enter(&mut self, actor: Actor) {
        let prosecutor = actor == OFFICER;
        let name = name_of(actor).into();
        self.act(actor, Wish::Enter { name, prosecutor });
    }

    #[track_caller]
    pub(crate) fn share(&mut self, actor: Actor, words: &str) -> ContributionId {
        self.share_with(actor, Audience::table(), words)
    }

    #[track_caller]
    pub(crate) fn share_with(&mut self, actor: Actor, audience: Audience, words: &str) -> ContributionId {
        self.share_as(actor, ContributionKind::Fact, audience, words)
    }

    #[track_caller]
    pub(crate) fn share_as(
        &mut self,
        actor: Actor,
        kind: ContributionKind,
        audience: Audience,
        words: &str,
    ) -> ContributionId {
        let subjects = BTreeSet::new();
        let text = words.into();
        let events = self.act(
            actor,
            Wish::Share {
                kind,
                subjects,
                audience,
                text,
            },
        );
        match &events[0].fact {
            Fact::Shared { contribution, .. } => *contribution,
            other => panic!("{other:?}"),
        }
    }

    #[track_caller]
    pub(crate) fn revise(&mut self, actor: Actor, contribution: ContributionId, words: &str) {
        self.act(actor, revise(contribution, words));
    }

    #[track_caller]
    pub(crate) fn narrow(&mut self, actor: Actor, contribution: ContributionId, to: &[PartyId]) {
        let audience = Audience::only(to.iter().copied());
        self.act(actor, Wish::SetAudience { contribution, audience });
    }

    #[track_caller]
    pub(crate) fn withdraw(&mut self, actor: Actor, contribution: ContributionId) {
        self.act(actor, Wish::Withdraw { contribution });
    }

    #[track_caller]
    pub(crate) fn request(&mut self, actor: Actor, contribution: ContributionId, reason: &str) {
        let (purpose, reason) = (Some(task(actor.party)), Some(reason.into()));
        self.act(
            actor,
            Wish::RequestRelease {
                contribution,
                purpose,
                reason,
            },
        );
    }

    #[track_caller]
    pub(crate) fn decide(&mut self, actor: Actor, contribution: ContributionId, to: PartyId, verdict: Verdict) {
        let revision = self.state().contributions[&contribution].revision;
        self.act(actor, cell(contribution, revision, to, verdict));
    }

    /// Approves the whole for the recipient's first task.
    #[track_caller]
    pub(crate) fn approve(&mut self, actor: Actor, contribution: ContributionId, recipient: PartyId) {
        self.decide(actor, contribution, recipient, yes(task(recipient)));
    }

    #[track_caller]
    pub(crate) fn agree(&mut self, actor: Actor, words: &str, performer: PartyId, on: &[ContributionId]) -> DerivedId {
        let events = self.act(actor, agree(words, performer, on));
        match &events[0].fact {
            Fact::ActionAgreed { action, .. } => *action,
            other => panic!("{other:?}"),
        }
    }

    #[track_caller]
    pub(crate) fn propose(&mut self, actor: Actor, holder: PartyId, on: &[ContributionId]) -> DerivedId {
        let events = self.act(actor, propose(holder, on));
        match &events[0].fact {
            Fact::MeasureProposed { measure, .. } => *measure,
            other => panic!("{other:?}"),
        }
    }

    #[track_caller]
    pub(crate) fn ask_time(&mut self, actor: Actor) -> TimeRequestId {
        let events = self.act(actor, ASK_TIME);
        match events.first().map(|it| &it.fact) {
            Some(Fact::TimeAsked { request, .. }) => *request,
            other => panic!("{other:?}"),
        }
    }

    #[track_caller]
    pub(crate) fn end_time(&mut self, actor: Actor, request: TimeRequestId) {
        self.act(actor, Wish::EndTime { request });
    }

    #[track_caller]
    pub(crate) fn move_to(&mut self, phase: Phase) {
        let participant = self.state().gavel.expect("a gavel");
        self.act(Actor { party: OM, participant }, Wish::MoveTo { phase });
    }

    #[track_caller]
    pub(crate) fn close(&mut self) -> Copies {
        let participant = self.state().gavel.expect("a gavel");
        let party = self.state().table.as_ref().expect("a table").chair;
        self.act(Actor { party, participant }, Wish::Close);
        self.run.copies.clone().expect("what left")
    }
}

pub(crate) const ASK_TIME: Wish = Wish::AskTime {
    reason: None,
    minutes: None,
};

pub(crate) fn share(words: &str) -> Wish {
    Wish::Share {
        kind: ContributionKind::Fact,
        subjects: BTreeSet::new(),
        audience: Audience::table(),
        text: words.into(),
    }
}

pub(crate) fn revise(contribution: ContributionId, words: &str) -> Wish {
    Wish::Revise {
        contribution,
        kind: ContributionKind::Fact,
        subjects: BTreeSet::new(),
        text: words.into(),
    }
}

pub(crate) fn ask_release(contribution: ContributionId) -> Wish {
    Wish::RequestRelease {
        contribution,
        purpose: None,
        reason: None,
    }
}

pub(crate) fn cell(contribution: ContributionId, revision: u32, recipient: PartyId, verdict: Verdict) -> Wish {
    Wish::Decide {
        cells: vec![CellDecision {
            contribution,
            revision,
            recipient,
            verdict,
        }],
    }
}

/// Yes to the whole; with a motivation, in case the ground is contested.
pub(crate) fn yes(purpose: Purpose) -> Verdict {
    Verdict::Approve {
        purpose,
        excerpt: None,
        condition: None,
        motivation: Some("nodig voor de veiligheid".into()),
    }
}

pub(crate) const NO: Verdict = Verdict::Decline { reason: None };

pub(crate) fn agree(words: &str, performer: PartyId, on: &[ContributionId]) -> Wish {
    Wish::AgreeAction {
        text: words.into(),
        performer,
        due: None,
        based_on: on.iter().copied().collect(),
    }
}

pub(crate) fn propose(holder: PartyId, on: &[ContributionId]) -> Wish {
    Wish::ProposeMeasure {
        kind: MeasureKind::ExtraPatrol,
        holder,
        note: Some("elke avond".into()),
        based_on: on.iter().copied().collect(),
    }
}

pub(crate) fn dispose(deviation: Option<&str>, on: &[ContributionId]) -> Wish {
    Wish::RecordDisposition {
        kind: DispositionKind::ConditionalDismissal,
        note: Some("met een gebiedsverbod".into()),
        deviation: deviation.map(Into::into),
        based_on: on.iter().copied().collect(),
    }
}

pub(crate) fn give_seat(party: PartyId, level: SeatLevel) -> Wish {
    Wish::GiveSeat(Box::new(seat(party, level)))
}
