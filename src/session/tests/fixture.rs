//! A session for tests: the parties and people at it, the verbs they use, and what stands on each of their screens.
//!
//! Lives here: a [`Run`], which does what a room does (decide, put texts, evolve, show, destroy) with whichever [`Rules`]
//! it is given, so that a law can be held against a planted fault; and a [`Table`], a run under the true rules that checks
//! after every step that all screens show what the state says and that exactly the texts exist which the state reaches.
//! Never lives here: a rule. Ids, salts and times are the same in every run.

use alloc::{boxed::Box, collections::BTreeMap, collections::BTreeSet, string::String, vec, vec::Vec};
use chrono::{DateTime, TimeDelta, Utc};
use std::format;
use std::sync::OnceLock;
use uuid::Uuid;

use crate::accountability::{Account, Report, account, report};
use crate::deadline::Term;
use crate::directory::{BoardRow, board_row};
use crate::dossier::Copies;
use crate::ground::{GroundBetween, Grounds, StatutoryTask, standard_tasks};
use crate::ids::{CommandId, ItemId, ParticipantId, PartyId, SessionId, SubjectId, TextId, TimeRequestId};
use crate::measure::Power;
use crate::moment::{Moment, Phase, standard};
use crate::party::{Party, PartyKind};
use crate::session::closing::copies;
use crate::session::command::{
    Actor, CellDecision, Command, CommandKind, Convening, LeftItems, NewAnswer, NewSeat, NewSubject, SeatLevel, Stamp,
    SubjectRole, Verdict,
};
use crate::session::decide::{Decision, decide};
use crate::session::event::{Event, EventKind};
use crate::session::item::{
    Answer, Assignee, Audience, Cell, Content, ContributionKind, DispositionKind, Item, NewContent, Purpose,
};
use crate::session::refusal::Refusal;
use crate::session::state::{Made, State, evolve};
use crate::session::view::{ItemView, SessionView, Snapshot, ViewEvent, view_event, view_for};
use crate::session::visibility::Viewer;
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

/// The session of every test.
pub(crate) const SESSION: SessionId = SessionId(Uuid::from_u128(0x5E));

pub(crate) const OM: PartyId = party(1);
pub(crate) const POLICE: PartyId = party(2);
pub(crate) const PROBATION: PartyId = party(3);
pub(crate) const CHILD_PROTECTION: PartyId = party(4);
pub(crate) const VICTIM_SUPPORT: PartyId = party(5);
pub(crate) const VT: PartyId = party(6);
/// Sits in a restricted seat.
pub(crate) const HALT: PartyId = party(7);
/// Has no seat at first: the newcomer.
pub(crate) const MUNICIPALITY: PartyId = party(8);
/// Another Veilig Thuis, without a seat.
pub(crate) const VT_ELSEWHERE: PartyId = party(9);

/// Decides for the OM; leads where the OM leads.
pub(crate) const OFFICER: Actor = person(OM, 1);
/// A colleague of the officer.
pub(crate) const SECRETARY: Actor = person(OM, 2);
pub(crate) const AGENT: Actor = person(POLICE, 3);
pub(crate) const ADVISER: Actor = person(PROBATION, 4);
pub(crate) const INVESTIGATOR: Actor = person(CHILD_PROTECTION, 5);
pub(crate) const SUPPORTER: Actor = person(VICTIM_SUPPORT, 6);
/// Leads where Veilig Thuis leads.
pub(crate) const BAKKER: Actor = person(VT, 7);
/// A colleague of Bakker.
pub(crate) const VISSER: Actor = person(VT, 8);
pub(crate) const HALT_WORKER: Actor = person(HALT, 9);
/// Of the police; came in and did not accept the ground rules.
pub(crate) const LATECOMER: Actor = person(POLICE, 10);
/// Of the municipality, which has no seat at first.
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

/// Every organisation there is.
pub(crate) const PARTIES: [PartyId; 9] = [
    OM,
    POLICE,
    PROBATION,
    CHILD_PROTECTION,
    VICTIM_SUPPORT,
    VT,
    HALT,
    MUNICIPALITY,
    VT_ELSEWHERE,
];

/// The five kinds of session.
pub(crate) const MOMENTS: [&str; 5] = [
    "zsm",
    "actieoverleg",
    "samen_op_in_acuut",
    "strafproces_met_zorg",
    "vt_melding",
];

/// Every screen there is: everybody's, and the wall's, which has nobody.
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

/// An id that nothing has.
pub(crate) fn id(number: u32) -> Uuid {
    Uuid::from_u128(0xDEAD_0000_0000 + u128::from(number))
}

/// An item that does not exist.
pub(crate) fn no_item() -> ItemId {
    ItemId(id(1))
}

/// The day of the tests, so many seconds after nine.
pub(crate) fn nine_plus(seconds: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_772_442_000 + seconds, 0).expect("a time that exists")
}

/// The data of the program, read once.
struct Data {
    moments: Vec<Moment>,
    tasks: Vec<StatutoryTask>,
    grounds: Vec<GroundBetween>,
    powers: Vec<Power>,
    terms: Vec<Term>,
}

fn data() -> &'static Data {
    static DATA: OnceLock<Data> = OnceLock::new();
    DATA.get_or_init(|| {
        let tasks = standard_tasks().expect("our own data reads");
        let grounds = Grounds::standard().expect("our own data reads");
        Data {
            moments: standard().expect("our own data reads"),
            grounds: grounds.between(&PartyKind::ALL, &tasks, chrono::NaiveDate::default()),
            tasks,
            powers: crate::measure::standard().expect("our own data reads"),
            terms: crate::deadline::standard().expect("our own data reads"),
        }
    })
}

pub(crate) fn moment(code: &str) -> Moment {
    let mut moments = data().moments.iter();
    moments
        .find(|it| it.code == code)
        .expect("a moment of the policy")
        .clone()
}

/// The kind of an organisation and its name.
pub(crate) fn organisation(party: PartyId) -> Party {
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
    Party {
        id: party,
        kind,
        name: name.into(),
    }
}

/// The organisation of a kind, as the tests have one of each.
fn of_kind(kind: PartyKind) -> PartyId {
    let parties = PARTIES.into_iter();
    let mut fitting = parties.filter(|party| organisation(*party).kind == kind);
    fitting.next().expect("an organisation of this kind")
}

pub(crate) fn seat(party: PartyId, level: SeatLevel) -> NewSeat {
    let organisation = organisation(party);
    let tasks = data().tasks.iter().filter(|task| task.party == organisation.kind);
    NewSeat {
        level,
        tasks: tasks.cloned().collect(),
        party: organisation,
        retention_days: 365,
    }
}

/// The first statutory task of a party.
pub(crate) fn task(party: PartyId) -> Purpose {
    Purpose::Task(seat(party, SeatLevel::Full).tasks[0].code.clone())
}

/// Who convenes a session of this moment, and holds the gavel.
pub(crate) fn convener(code: &str) -> Actor {
    match moment(code).chair {
        PartyKind::Prosecution => OFFICER,
        PartyKind::VeiligThuis => BAKKER,
        other => panic!("no convener of {other:?} among the people"),
    }
}

pub(crate) fn convening(code: &str, full: &[PartyId], restricted: &[PartyId]) -> Convening {
    let data = data();
    let by = convener(code);
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
        grounds: data.grounds.clone(),
        powers: data.powers.clone(),
        terms: data.terms.clone(),
        convener_name: name_of(by).into(),
        convener_is_prosecutor: by == OFFICER,
        clock_minutes: None,
    }
}

/// The six parties in full seats of [`Table::zsm`].
pub(crate) const FULL: [PartyId; 6] = [OM, POLICE, PROBATION, CHILD_PROTECTION, VICTIM_SUPPORT, VT];

pub(crate) fn zsm() -> Convening {
    convening("zsm", &FULL, &[HALT])
}

/// A session of any moment: its usual parties in full seats, and Halt in a restricted one.
pub(crate) fn usual(code: &str) -> Convening {
    let full: Vec<_> = moment(code).usual.into_iter().map(of_kind).collect();
    convening(code, &full, &[HALT])
}

/// The pieces under test. A law is held against a faulty set too, and must notice.
#[derive(Clone, Copy)]
pub(crate) struct Rules {
    /// Who somebody is to the session.
    pub viewer: fn(&State, Actor) -> Option<Viewer>,
    /// Whether a viewer sees an item with its words, for what is not part of a view.
    pub sees: fn(Viewer, &State, ItemId) -> bool,
    pub decide: fn(&State, Actor, Stamp, Command) -> Result<Decision, Refusal>,
    pub evolve: fn(State, &Event) -> State,
    pub view: fn(&State, &Texts, Viewer) -> Option<SessionView>,
    pub event: fn(&Snapshot, &Event, &Snapshot, Viewer) -> Option<ViewEvent>,
    pub copies: fn(&State, &Texts, &[Event]) -> Copies,
    pub report: fn(&State, PartyId) -> Option<Report>,
    pub account: fn(&[Event], Report) -> Account,
    pub board_row: fn(&State, SessionId, PartyId) -> Option<BoardRow>,
}

impl Rules {
    pub(crate) const TRUE: Self = Self {
        viewer: Viewer::of,
        sees: Viewer::sees,
        decide,
        evolve,
        view: view_for,
        event: view_event,
        copies,
        report,
        account: |events, report| account(SESSION, events, report).expect("an account"),
        board_row,
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
    /// The state and the texts just before the close.
    pub before_close: Option<Snapshot>,
    /// What left at the close.
    pub copies: Option<Copies>,
    pub recording: bool,
}

impl Run {
    /// A screen for each of these, the wall's for nobody; frames are kept when `recording`.
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
            before_close: None,
            copies: None,
            recording,
        }
    }

    /// Carries a command out: texts are put before their events and destroyed after them, as a room does.
    pub(crate) fn submit(&mut self, actor: Actor, stamp: Stamp, command: Command) -> Result<Decision, Refusal> {
        let decision = (self.rules.decide)(&self.now.state, actor, stamp, command)?;
        if decision.events.iter().any(ends) {
            self.before_close = Some(self.now.clone());
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

    fn viewer(&self, state: &State, who: Option<Actor>) -> Option<Viewer> {
        match who {
            Some(actor) => (self.rules.viewer)(state, actor),
            None => state.is_convened().then_some(Viewer::RoomScreen),
        }
    }

    fn happens(&mut self, event: &Event) {
        let mut after = Snapshot {
            state: (self.rules.evolve)(self.now.state.clone(), event),
            texts: self.now.texts.clone(),
        };
        if ends(event) {
            after.texts = Texts::default();
        }
        let viewers: Vec<_> = self
            .screens
            .iter()
            .map(|it| self.viewer(&after.state, it.who))
            .collect();
        let mut changes: BTreeMap<Viewer, Option<ViewEvent>> = BTreeMap::new();
        for (screen, viewer) in self.screens.iter_mut().zip(viewers) {
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
                // Who looks as somebody else from now on takes the whole view anew; who has no place any more, nothing.
                (Some(viewer), shown) => {
                    let view = (self.rules.view)(&after.state, &after.texts, viewer);
                    let bytes = view
                        .as_ref()
                        .filter(|_| self.recording)
                        .map(|view| serde_json::to_string(view).expect("a frame"));
                    let was = shown.is_some();
                    *shown = view.map(|view| (viewer, view));
                    bytes.or_else(|| (was && shown.is_none()).then(|| String::from("bye")))
                }
                (None, shown) => shown.take().map(|_| String::from("bye")),
            };
            // The room ends the connection of a seat that was taken back: that viewer has no view.
            if let Some((viewer, _)) = &screen.shown
                && matches!(event.kind, EventKind::SeatTaken { .. })
                && (self.rules.view)(&after.state, &after.texts, *viewer).is_none()
            {
                screen.shown = None;
            }
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

    /// Whether an item in the spotlight is shown to somebody, or on the wall.
    pub(crate) fn spotlights(&self, who: Option<Actor>, item: ItemId) -> bool {
        let viewer = self.viewer(&self.now.state, who);
        viewer.is_some_and(|viewer| (self.rules.sees)(viewer, &self.now.state, item))
    }

    /// The report of a party, as the room fills it in but for the head of the whole chain.
    pub(crate) fn report(&self, party: PartyId) -> Option<Report> {
        let mut report = (self.rules.report)(&self.now.state, party)?;
        if self.now.state.closed_at().is_some() {
            let events = u64::try_from(self.events.len()).expect("a number of events");
            report.attach_chain(crate::accountability::Link([7; 32]), events);
        }
        Some(report)
    }

    /// The account of a party.
    pub(crate) fn account(&self, party: PartyId) -> Option<Account> {
        self.report(party)
            .map(|report| (self.rules.account)(&self.events, report))
    }

    /// This session on the board of a party.
    pub(crate) fn board_row(&self, party: PartyId) -> Option<BoardRow> {
        (self.rules.board_row)(&self.now.state, SESSION, party)
    }

    /// The commuting square: what stands on every screen is what the folded state shows.
    pub(crate) fn square(&self) -> Result<(), String> {
        let mut fresh: BTreeMap<Viewer, Option<SessionView>> = BTreeMap::new();
        for screen in &self.screens {
            let Some(viewer) = self.viewer(&self.now.state, screen.who) else {
                if screen.shown.is_some() {
                    return Err(format!("{:?} still sees something", screen.who));
                }
                continue;
            };
            let is = fresh
                .entry(viewer)
                .or_insert_with(|| (self.rules.view)(&self.now.state, &self.now.texts, viewer));
            if screen.shown.as_ref().map(|(_, view)| view) != is.as_ref() {
                let last = self.events.last().map(|it| &it.kind);
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
        let last = self.events.last().map(|it| &it.kind);
        let left: Vec<_> = there.difference(&reached).collect();
        let missing: Vec<_> = reached.difference(&there).collect();
        Err(format!(
            "after {last:?}: not destroyed {left:?}, destroyed though needed {missing:?}"
        ))
    }
}

fn ends(event: &Event) -> bool {
    matches!(event.kind, EventKind::Closed { .. } | EventKind::Expired)
}

/// Every text that can still be reached from a state; none once it is closed.
pub(crate) fn reached(state: &State) -> BTreeSet<TextId> {
    let mut reached = BTreeSet::new();
    if state.closed.is_some() {
        return reached;
    }
    for item in state.items.values() {
        reached.extend(item.text.filter(|_| item.withdrawn_at.is_none()));
        reached.extend(item.requests.values().filter_map(|it| it.reason));
        if let Some(Answer::Refused { reason }) = item.answer.as_ref().map(|given| given.answer) {
            reached.extend(reason.map(|text| text.id));
        }
        for cell in item.cells.values() {
            match cell {
                Cell::Approved(approval) => {
                    reached.extend(approval.excerpt);
                    reached.extend(approval.condition);
                    reached.extend(approval.motivation);
                }
                Cell::Declined { reason, .. } => reached.extend(*reason),
                Cell::Lapsed { .. } => {}
            }
        }
    }
    reached.extend(state.deviations.iter().map(|it| it.motivation.id));
    reached.extend(state.subjects.values().map(|it| it.label));
    reached
}

/// A session under the true rules. After every step, what can be checked on the spot is.
#[derive(Clone)]
pub(crate) struct Table {
    pub run: Run,
    pub at: DateTime<Utc>,
    pub steps: u64,
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
        table.act(by, CommandKind::Convene(Box::new(convening)));
        table
    }

    /// Convened by who leads this moment; all who have a seat came in and accepted but the latecomer.
    pub(crate) fn in_session(convening: Convening) -> Self {
        let by = convener(&convening.moment.code);
        let mut table = Self::convened(by, convening);
        for actor in EVERYBODY {
            if table.state().seat(actor.party).is_some() {
                table.come_in(actor);
            }
        }
        table
    }

    /// A session of any moment, with its usual parties and Halt in a restricted seat.
    pub(crate) fn of(code: &str) -> Self {
        static TABLES: OnceLock<Vec<Table>> = OnceLock::new();
        let tables = TABLES.get_or_init(|| MOMENTS.into_iter().map(|code| Self::in_session(usual(code))).collect());
        let place = MOMENTS
            .iter()
            .position(|it| *it == code)
            .expect("a moment of the policy");
        tables[place].clone()
    }

    /// A ZSM session with seven parties, Halt in a restricted seat.
    pub(crate) fn zsm() -> Self {
        static TABLE: OnceLock<Table> = OnceLock::new();
        TABLE.get_or_init(|| Self::in_session(zsm())).clone()
    }

    /// The same, in the closing round.
    pub(crate) fn zsm_closing() -> Self {
        let mut table = Self::zsm();
        table.move_to(Phase::ClosingRound);
        table
    }

    /// The same, with one item on the table for all.
    pub(crate) fn zsm_closing_with(actor: Actor, words: &str) -> Self {
        let mut table = Self::zsm();
        table.share(actor, words);
        table.move_to(Phase::ClosingRound);
        table
    }

    /// The only item on the table.
    #[track_caller]
    pub(crate) fn only_item(&self) -> ItemId {
        let ids: Vec<_> = self.state().items.keys().copied().collect();
        let [id] = ids[..] else { panic!("{} items", ids.len()) };
        id
    }

    pub(crate) fn come_in(&mut self, actor: Actor) {
        self.enter(actor);
        if actor != LATECOMER {
            self.accept_rules(actor);
        }
    }

    pub(crate) fn state(&self) -> &State {
        &self.run.now.state
    }

    /// An item as the state keeps it.
    #[track_caller]
    pub(crate) fn kept(&self, item: ItemId) -> &Item {
        &self.state().items[&item]
    }

    /// The revision of an item now.
    #[track_caller]
    pub(crate) fn revision(&self, item: ItemId) -> u32 {
        self.kept(item).revision
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

    /// An item as it stands on somebody's screen.
    pub(crate) fn item(&self, actor: Actor, item: ItemId) -> Option<&ItemView> {
        self.shown(actor)?.item(item)
    }

    /// The report of a party.
    #[track_caller]
    pub(crate) fn report(&self, party: PartyId) -> Report {
        self.run.report(party).expect("a member")
    }

    /// This session on the board of a party.
    #[track_caller]
    pub(crate) fn board_row(&self, party: PartyId) -> BoardRow {
        self.run.board_row(party).expect("a member")
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

    pub(crate) fn try_act(&mut self, actor: Actor, kind: CommandKind) -> Result<Vec<Event>, Refusal> {
        let stamp = self.stamp();
        let command = Command {
            id: CommandId(Uuid::from_u128(0xC0_0000 + u128::from(self.steps))),
            kind,
        };
        self.submit(actor, stamp, command)
    }

    /// A command with an id and a stamp of its own.
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
    pub(crate) fn act(&mut self, actor: Actor, kind: CommandKind) -> Vec<Event> {
        let told = kind.clone();
        match self.try_act(actor, kind) {
            Ok(events) => events,
            Err(refusal) => panic!("refused with {refusal:?}: {:.400}", format!("{told:?}")),
        }
    }

    /// Tries something that must be refused, and says why it was.
    #[track_caller]
    pub(crate) fn refused(&mut self, actor: Actor, kind: CommandKind) -> Refusal {
        let told = kind.clone();
        match self.try_act(actor, kind) {
            Ok(_) => panic!("not refused: {:.400}", format!("{told:?}")),
            Err(refusal) => refusal,
        }
    }

    /// Does something that must succeed and makes an item.
    #[track_caller]
    fn makes(&mut self, actor: Actor, kind: CommandKind) -> ItemId {
        let events = self.act(actor, kind);
        match events.first().and_then(|event| Made::of(&event.kind)) {
            Some(Made::Item(item)) => item,
            other => panic!("made {other:?}"),
        }
    }

    /// A person whom the session was convened about: 0 the father and suspect, 1 the mother and victim.
    pub(crate) fn subject(&self, number: usize) -> SubjectId {
        let convened = self.run.events.iter().find_map(|event| match &event.kind {
            EventKind::Convened(convened) => Some(convened.subjects[number].id),
            _ => None,
        });
        convened.expect("a convened session")
    }

    /// Who holds the gavel now.
    #[track_caller]
    pub(crate) fn gavel(&self) -> Actor {
        Actor {
            party: self.state().table.as_ref().expect("a table").chair,
            participant: self.state().gavel.expect("a gavel"),
        }
    }

    // ---- people and seats

    pub(crate) fn enter(&mut self, actor: Actor) {
        let prosecutor = actor == OFFICER;
        let name = name_of(actor).into();
        self.act(actor, CommandKind::Enter { name, prosecutor });
    }

    #[track_caller]
    pub(crate) fn accept_rules(&mut self, actor: Actor) {
        self.act(actor, CommandKind::AcceptRules {});
    }

    /// The chair gives a party a seat or changes its level.
    #[track_caller]
    pub(crate) fn give_seat(&mut self, party: PartyId, level: SeatLevel) {
        self.act(self.gavel(), give_seat(party, level));
    }

    /// The outsider's municipality gets a seat, and the outsider comes in and accepts.
    #[track_caller]
    pub(crate) fn newcomer(&mut self, level: SeatLevel) {
        self.give_seat(MUNICIPALITY, level);
        self.come_in(OUTSIDER);
    }

    #[track_caller]
    pub(crate) fn take_seat(&mut self, party: PartyId) {
        self.act(self.gavel(), CommandKind::TakeSeat { party });
    }

    #[track_caller]
    pub(crate) fn ask_to_leave(&mut self, party: PartyId) {
        self.act(self.gavel(), CommandKind::AskToLeave { party });
    }

    #[track_caller]
    pub(crate) fn leave(&mut self, actor: Actor, items: LeftItems) {
        self.act(actor, CommandKind::Leave { items });
    }

    #[track_caller]
    pub(crate) fn name_attendees(&mut self, actor: Actor, people: Option<&[Actor]>) {
        self.act(actor, name_attendees(people));
    }

    #[track_caller]
    pub(crate) fn answer_newcomer(&mut self, actor: Actor, party: PartyId, show: bool) {
        self.act(actor, CommandKind::AnswerNewcomer { party, show });
    }

    #[track_caller]
    pub(crate) fn move_to(&mut self, phase: Phase) {
        self.act(self.gavel(), CommandKind::MoveTo { phase });
    }

    // ---- persons of the case

    #[track_caller]
    pub(crate) fn add_subject(&mut self, actor: Actor, role: SubjectRole, label: &str) -> SubjectId {
        let events = self.act(actor, add_subject(role, label));
        match events.first().and_then(|event| Made::of(&event.kind)) {
            Some(Made::Subject(subject)) => subject,
            other => panic!("made {other:?}"),
        }
    }

    #[track_caller]
    pub(crate) fn correct_subject(&mut self, actor: Actor, subject: SubjectId, label: &str) {
        let known = self.state().subjects[&subject];
        let correct = CommandKind::CorrectSubject {
            subject,
            revision: known.revision,
            role: known.role,
            label: label.into(),
        };
        self.act(actor, correct);
    }

    #[track_caller]
    pub(crate) fn remove_subject(&mut self, actor: Actor, subject: SubjectId) {
        let revision = self.state().subjects[&subject].revision;
        self.act(actor, CommandKind::RemoveSubject { subject, revision });
    }

    // ---- items

    #[track_caller]
    pub(crate) fn share(&mut self, actor: Actor, words: &str) -> ItemId {
        self.makes(actor, share(words))
    }

    #[track_caller]
    pub(crate) fn share_with(&mut self, actor: Actor, audience: Audience, words: &str) -> ItemId {
        self.share_as(actor, ContributionKind::Fact, audience, words)
    }

    #[track_caller]
    pub(crate) fn share_as(&mut self, actor: Actor, kind: ContributionKind, audience: Audience, words: &str) -> ItemId {
        self.makes(
            actor,
            share_item(NewContent::Contribution { kind }, audience, &[], &[], words),
        )
    }

    /// A fact about these people.
    #[track_caller]
    pub(crate) fn share_about(
        &mut self,
        actor: Actor,
        subjects: &[SubjectId],
        audience: Audience,
        words: &str,
    ) -> ItemId {
        self.makes(actor, share_item(FACT, audience, subjects, &[], words))
    }

    /// A fact that rests on other items.
    #[track_caller]
    pub(crate) fn share_based(&mut self, actor: Actor, audience: Audience, on: &[ItemId], words: &str) -> ItemId {
        self.makes(actor, share_item(FACT, audience, &[], on, words))
    }

    /// A follow-up action for a party at the table.
    #[track_caller]
    pub(crate) fn share_action(&mut self, actor: Actor, words: &str, performer: PartyId, on: &[ItemId]) -> ItemId {
        self.makes(actor, share_action(words, performer, on))
    }

    /// A measure: a power, who holds it, and a note.
    #[track_caller]
    pub(crate) fn propose_measure(
        &mut self,
        actor: Actor,
        power: &str,
        holder: PartyId,
        note: &str,
        on: &[ItemId],
    ) -> ItemId {
        self.makes(actor, propose_measure(power, Assignee::Seat(holder), note, on))
    }

    /// Other words; everything else stays as it is.
    #[track_caller]
    pub(crate) fn revise(&mut self, actor: Actor, item: ItemId, words: &str) {
        let revise = self.revision_of(item, words);
        self.act(actor, revise);
    }

    /// The command that writes other words and leaves everything else as it is.
    #[track_caller]
    pub(crate) fn revision_of(&self, item: ItemId, words: &str) -> CommandKind {
        let kept = self.kept(item);
        let content = match kept.content.clone() {
            Content::Contribution { kind } => NewContent::Contribution { kind },
            Content::Action { performer, due } => NewContent::Action { performer, due },
            Content::Measure { power, holder } => NewContent::Measure { power, holder },
            Content::Disposition { .. } => panic!("a disposition is recorded anew"),
        };
        CommandKind::Revise {
            item,
            revision: kept.revision,
            content,
            subjects: kept.subjects.clone(),
            text: words.into(),
        }
    }

    /// Sets the audience, from the one it is.
    #[track_caller]
    pub(crate) fn set_audience(&mut self, actor: Actor, item: ItemId, audience: Audience) {
        let set = self.audience_of(item, audience);
        self.act(actor, set);
    }

    /// The command that sets the audience, from the one it is.
    #[track_caller]
    pub(crate) fn audience_of(&self, item: ItemId, audience: Audience) -> CommandKind {
        let was = self.kept(item).audience.clone();
        CommandKind::SetAudience { item, was, audience }
    }

    /// Only these parties see it from now on.
    #[track_caller]
    pub(crate) fn narrow(&mut self, actor: Actor, item: ItemId, to: &[PartyId]) {
        self.set_audience(actor, item, Audience::only(to.iter().copied()));
    }

    #[track_caller]
    pub(crate) fn withdraw(&mut self, actor: Actor, item: ItemId) {
        let revision = self.revision(item);
        self.act(actor, CommandKind::Withdraw { item, revision });
    }

    #[track_caller]
    pub(crate) fn open_basis(&mut self, actor: Actor, item: ItemId, basis: ItemId, open: bool) {
        let revision = self.revision(item);
        let command = CommandKind::OpenBasis {
            item,
            revision,
            basis,
            open,
        };
        self.act(actor, command);
    }

    #[track_caller]
    pub(crate) fn accept(&mut self, actor: Actor, item: ItemId) {
        self.answer(actor, item, NewAnswer::Accept {});
    }

    #[track_caller]
    pub(crate) fn commit(&mut self, actor: Actor, item: ItemId, until: DateTime<Utc>) {
        self.answer(actor, item, NewAnswer::Commit { until });
    }

    #[track_caller]
    pub(crate) fn refuse(&mut self, actor: Actor, item: ItemId, reason: &str) {
        let reason = Some(reason.into());
        self.answer(actor, item, NewAnswer::Refuse { reason });
    }

    #[track_caller]
    pub(crate) fn answer(&mut self, actor: Actor, item: ItemId, answer: NewAnswer) {
        let revision = self.revision(item);
        self.act(actor, CommandKind::Answer { item, revision, answer });
    }

    // ---- release

    /// A request for the first task of the actor's party.
    #[track_caller]
    pub(crate) fn request(&mut self, actor: Actor, item: ItemId, reason: &str) {
        let request = CommandKind::RequestRelease {
            item,
            revision: self.revision(item),
            purpose: Some(task(actor.party)),
            reason: Some(reason.into()),
        };
        self.act(actor, request);
    }

    #[track_caller]
    pub(crate) fn drop_request(&mut self, actor: Actor, item: ItemId) {
        self.act(actor, CommandKind::DropRequest { item });
    }

    #[track_caller]
    pub(crate) fn decide(&mut self, actor: Actor, item: ItemId, recipient: PartyId, verdict: Verdict) {
        let revision = self.revision(item);
        self.act(actor, cell(item, revision, recipient, verdict));
    }

    /// Approves the whole for the recipient's first task.
    #[track_caller]
    pub(crate) fn approve(&mut self, actor: Actor, item: ItemId, recipient: PartyId) {
        self.decide(actor, item, recipient, yes(task(recipient)));
    }

    /// Approves the whole for a follow-up action.
    #[track_caller]
    pub(crate) fn approve_for(&mut self, actor: Actor, item: ItemId, recipient: PartyId, action: ItemId) {
        self.decide(actor, item, recipient, yes(Purpose::Action(action)));
    }

    #[track_caller]
    pub(crate) fn decline(&mut self, actor: Actor, item: ItemId, recipient: PartyId) {
        self.decide(actor, item, recipient, NO);
    }

    #[track_caller]
    pub(crate) fn undecide(&mut self, actor: Actor, item: ItemId, recipient: PartyId) {
        self.decide(actor, item, recipient, Verdict::Undecide {});
    }

    #[track_caller]
    pub(crate) fn ready(&mut self, actor: Actor) {
        self.act(actor, CommandKind::SetReady { ready: true });
    }

    #[track_caller]
    pub(crate) fn last_call(&mut self) {
        self.act(self.gavel(), CommandKind::LastCall {});
    }

    #[track_caller]
    pub(crate) fn close(&mut self) -> Copies {
        self.act(self.gavel(), CommandKind::Close {});
        self.run.copies.clone().expect("what left")
    }

    // ---- time

    #[track_caller]
    pub(crate) fn ask_time(&mut self, actor: Actor) -> TimeRequestId {
        let events = self.act(actor, ASK_TIME);
        match events.first().and_then(|event| Made::of(&event.kind)) {
            Some(Made::TimeRequest(request)) => request,
            other => panic!("made {other:?}"),
        }
    }

    #[track_caller]
    pub(crate) fn end_time(&mut self, actor: Actor, request: TimeRequestId) {
        self.act(actor, CommandKind::EndTime { request });
    }

    /// The officer decides about a suspect, in place of what stands.
    #[track_caller]
    pub(crate) fn record_disposition(&mut self, suspect: SubjectId, deviation: Option<&str>) -> ItemId {
        let record = self.disposition_on(suspect, deviation);
        self.makes(OFFICER, record)
    }

    /// The command that decides about a suspect, in place of what stands.
    pub(crate) fn disposition_on(&self, suspect: SubjectId, deviation: Option<&str>) -> CommandKind {
        let revision = self.state().disposition_of(suspect).map_or(0, |item| item.revision);
        record_disposition(suspect, revision, deviation)
    }

    /// The end of custody, on the first term of the table, so many hours from now.
    #[track_caller]
    pub(crate) fn set_deadline(&mut self, actor: Actor, hours: i64) -> DateTime<Utc> {
        let at = self.at + TimeDelta::hours(hours);
        let term = "holding".into();
        self.act(actor, CommandKind::SetDeadline { at, term });
        at
    }

    /// The program's own acts (R14).
    pub(crate) fn warn_of_expiry(&mut self) -> Result<Vec<Event>, Refusal> {
        self.try_act(Actor::PROGRAM, CommandKind::WarnOfExpiry)
    }

    pub(crate) fn expire(&mut self) -> Result<Vec<Event>, Refusal> {
        self.try_act(Actor::PROGRAM, CommandKind::Expire)
    }
}

// ---- commands

pub(crate) const ASK_TIME: CommandKind = CommandKind::AskTime {
    reason: None,
    minutes: None,
};

pub(crate) const FACT: NewContent = NewContent::Contribution {
    kind: ContributionKind::Fact,
};

pub(crate) const NO: Verdict = Verdict::Decline { reason: None };

pub(crate) fn share_item(
    content: NewContent,
    audience: Audience,
    subjects: &[SubjectId],
    on: &[ItemId],
    words: &str,
) -> CommandKind {
    CommandKind::Share {
        content,
        subjects: subjects.iter().copied().collect(),
        audience,
        based_on: on.iter().copied().collect(),
        text: words.into(),
    }
}

/// A fact for the whole table.
pub(crate) fn share(words: &str) -> CommandKind {
    share_item(FACT, Audience::table(), &[], &[], words)
}

/// A follow-up action for the whole table.
pub(crate) fn share_action(words: &str, performer: PartyId, on: &[ItemId]) -> CommandKind {
    let performer = Assignee::Seat(performer);
    share_item(
        NewContent::Action { performer, due: None },
        Audience::table(),
        &[],
        on,
        words,
    )
}

/// A measure for the whole table.
pub(crate) fn propose_measure(power: &str, holder: Assignee, note: &str, on: &[ItemId]) -> CommandKind {
    let power = power.into();
    share_item(NewContent::Measure { power, holder }, Audience::table(), &[], on, note)
}

/// Other words for a fact about nobody.
pub(crate) fn revise(item: ItemId, revision: u32, words: &str) -> CommandKind {
    CommandKind::Revise {
        item,
        revision,
        content: FACT,
        subjects: BTreeSet::new(),
        text: words.into(),
    }
}

pub(crate) fn withdraw(item: ItemId, revision: u32) -> CommandKind {
    CommandKind::Withdraw { item, revision }
}

/// A request without a purpose or a reason.
pub(crate) fn ask_release(item: ItemId, revision: u32) -> CommandKind {
    CommandKind::RequestRelease {
        item,
        revision,
        purpose: None,
        reason: None,
    }
}

pub(crate) fn cell(item: ItemId, revision: u32, recipient: PartyId, verdict: Verdict) -> CommandKind {
    CommandKind::Decide {
        cells: vec![CellDecision {
            item,
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
        subjects: None,
        excerpt: None,
        condition: None,
        motivation: Some("nodig voor de veiligheid".into()),
    }
}

/// Yes to an excerpt.
pub(crate) fn yes_to_excerpt(purpose: Purpose, excerpt: &str) -> Verdict {
    Verdict::Approve {
        purpose,
        subjects: None,
        excerpt: Some(excerpt.into()),
        condition: None,
        motivation: Some("nodig voor de veiligheid".into()),
    }
}

pub(crate) fn answer(item: ItemId, revision: u32, answer: NewAnswer) -> CommandKind {
    CommandKind::Answer { item, revision, answer }
}

pub(crate) fn record_disposition(suspect: SubjectId, revision: u32, deviation: Option<&str>) -> CommandKind {
    CommandKind::RecordDisposition {
        suspect,
        revision,
        kind: DispositionKind::ConditionalDismissal,
        note: Some("met een gebiedsverbod".into()),
        deviation: deviation.map(Into::into),
    }
}

pub(crate) fn give_seat(party: PartyId, level: SeatLevel) -> CommandKind {
    CommandKind::GiveSeat(Box::new(seat(party, level)))
}

pub(crate) fn name_attendees(people: Option<&[Actor]>) -> CommandKind {
    CommandKind::NameAttendees {
        people: people.map(|people| people.iter().map(|actor| actor.participant).collect()),
    }
}

pub(crate) fn add_subject(role: SubjectRole, label: &str) -> CommandKind {
    CommandKind::AddSubject {
        subject: NewSubject {
            role,
            label: label.into(),
        },
    }
}
