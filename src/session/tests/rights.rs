//! Who may do what: every kind of viewer, every permission and every command, in every state, on what is one's own, another's
//! or nobody's.
//!
//! Lives here: the table of rights, written by hand from the rules and never asked of the code it checks; that a command is
//! refused exactly where its permission is; and that the buttons a view offers are what the rules then allow. Never lives
//! here: what a command leads to (the chapters beside this file).

use alloc::{collections::BTreeMap, collections::BTreeSet, string::String, vec::Vec};
use chrono::TimeDelta;
use std::sync::OnceLock;
use std::{format, vec};

use super::fixture::*;
use super::wire;
use crate::ids::{CommandId, ItemId, ParticipantId, PartyId, SubjectId, TimeRequestId};
use crate::moment::Phase;
use crate::party::PartyKind;
use crate::session::command::{Actor, Command, CommandKind, LeftItems, NewAnswer, SeatLevel, SubjectRole, Verdict};
use crate::session::decide::decide;
use crate::session::item::{Assignee, Audience, NewContent};
use crate::session::permissions::{OrganisationPermission, Permission, Roles, check, check_in_organisation};
use crate::session::refusal::Refusal;
use crate::session::state::State;
use crate::session::view::{SessionView, view_for};
use crate::session::visibility::Viewer;

const fn another(party: PartyId, number: u128) -> Actor {
    Actor {
        party,
        participant: ParticipantId(uuid::Uuid::from_u128(0xB0 + number)),
    }
}

/// Of the OM, neither prosecutor nor with the gavel.
const CLERK: Actor = another(OM, 13);
/// Of the probation service, which names others.
const UNNAMED: Actor = another(PROBATION, 14);
/// Of an organisation that never had a seat.
const STRANGER: Actor = another(PartyId(uuid::Uuid::from_u128(0xAE)), 15);
/// A party that got a full seat last and did nothing.
const IDLE: PartyId = PartyId(uuid::Uuid::from_u128(0xAF));

/// The columns of the table, in its order; the wall is nobody.
const ROLES: [(&str, Option<Actor>); 15] = [
    ("chair with the gavel", Some(SECRETARY)),
    ("colleague of the chair", Some(CLERK)),
    ("prosecutor", Some(OFFICER)),
    ("Veilig Thuis", Some(BAKKER)),
    ("police", Some(AGENT)),
    ("full seat", Some(ADVISER)),
    ("restricted seat", Some(HALT_WORKER)),
    ("police, rules not accepted", Some(LATECOMER)),
    ("Veilig Thuis, rules not accepted", Some(VISSER)),
    ("left the table", Some(SUPPORTER)),
    ("Veilig Thuis that left the table", Some(ELSEWHERE)),
    ("seat taken back", Some(OUTSIDER)),
    ("stranger", Some(STRANGER)),
    ("colleague who is not named", Some(UNNAMED)),
    ("the wall", None),
];

/// What a letter of the table stands for.
const ANSWERS: &[(char, Option<Refusal>)] = &[
    ('+', None),
    ('0', Some(Refusal::NotFound)),
    ('r', Some(Refusal::RulesNotAccepted)),
    ('o', Some(Refusal::NotOwner)),
    ('w', Some(Refusal::Withdrawn)),
    ('c', Some(Refusal::NotChair)),
    ('v', Some(Refusal::NotVeiligThuis)),
    ('p', Some(Refusal::NotProsecutor)),
    ('h', Some(Refusal::NotAssignee)),
    ('k', Some(Refusal::NotCustodian)),
    ('x', Some(Refusal::RestrictedSeat)),
    ('s', Some(Refusal::TimeStands)),
    ('n', Some(Refusal::NothingToDeviateFrom)),
    ('q', Some(Refusal::NotClosingRound)),
    ('y', Some(Refusal::OwnItem)),
    ('S', Some(Refusal::ChairStays)),
    ('P', Some(Refusal::PartyMissing)),
    ('N', Some(Refusal::NoSuchPhase)),
    ('X', Some(Refusal::Closed)),
    ('L', Some(Refusal::LeftTheTable)),
    ('T', Some(Refusal::TakesPart)),
    ('Z', Some(Refusal::SeatsStand)),
    ('G', Some(Refusal::NothingNew)),
    ('R', Some(Refusal::OnRecord)),
    ('C', Some(Refusal::Committed)),
    ('W', Some(Refusal::NoWords)),
];

/// States: o opening, b decision phase, c closing round, p the decision phase paused by VT, q the closing round paused by VT,
/// z closed.
/// Columns as in [`ROLES`]: gavel, clerk, prosecutor; VT, police, full, restricted; not accepted; left; seat taken, stranger,
/// not named, wall.
const RIGHTS: &str = "
enter                   obcpqz +++ ++++ ++ ++ 0000
see                     obcpqz +++ ++++ ++ ++ 000+
read_accountability     obcpqz +++ ++++ ++ ++ +000
accept_rules            obcpq  +++ ++++ ++ ++ 0000
be_present              obcpq  +++ ++++ ++ LL 0000
draft                   obcpq  +++ ++++ rr LL 0000
name_attendees          obcpq  +++ ++++ rr LL 0000
share                   obp    +++ ++++ rr LL 0000
share                   cq     GGG GGGG rr LL 0000
set_ready               obp    qqq qqqq rr qq 0000
set_ready               cq     +++ ++++ rr ++ 0000
last_call               ob     qcc cccc rr LL 0000
last_call               c      +cc cccc rr LL 0000
last_call               pq     scc cccc rr LL 0000
add_subject             obp    +++ +++x rr LL 0000
add_subject             cq     GGG GGGx rr LL 0000
change_subject:own      obcpq  +++ +++0 rr ++ 0000
change_subject:other    obcpq  ooo ooo0 rr 00 0000
change_subject:missing  obcpq  000 0000 rr 00 0000

revise:own              obcpq  +++ ++++ rr ++ 0000
revise:other            obcpq  ooo oooo rr 00 0000
revise:hidden           obcpq  000 0000 rr 00 0000
revise:withdrawn        obcpq  www wwww rr ww 0000
revise:gone             obcpq  000 0000 rr 00 0000
revise:missing          obcpq  000 0000 rr 00 0000
revise:disposition      obcpq  RRR ooo0 rr 00 0000
revise:committed        obcpq  ooo Coo0 rr 00 0000
set_audience:own        obcpq  +++ ++++ rr ++ 0000
set_audience:other      obcpq  ooo oooo rr 00 0000
set_audience:hidden     obcpq  000 0000 rr 00 0000
set_audience:withdrawn  obcpq  www wwww rr ww 0000
set_audience:gone       obcpq  000 0000 rr 00 0000
set_audience:missing    obcpq  000 0000 rr 00 0000
set_audience:disposition obcpq +++ ooo0 rr 00 0000
set_audience:committed  obcpq  ooo +oo0 rr 00 0000
withdraw:own            obcpq  +++ ++++ rr ++ 0000
withdraw:other          obcpq  ooo oooo rr 00 0000
withdraw:hidden         obcpq  000 0000 rr 00 0000
withdraw:withdrawn      obcpq  www wwww rr ww 0000
withdraw:gone           obcpq  000 0000 rr 00 0000
withdraw:missing        obcpq  000 0000 rr 00 0000
withdraw:disposition    obcpq  RRR ooo0 rr 00 0000
withdraw:committed      obcpq  ooo +oo0 rr 00 0000
open_basis:own          obcpq  +++ ++++ rr ++ 0000
open_basis:other        obcpq  ooo oooo rr 00 0000
open_basis:hidden       obcpq  000 0000 rr 00 0000
open_basis:withdrawn    obcpq  www wwww rr ww 0000
open_basis:gone         obcpq  000 0000 rr 00 0000
open_basis:missing      obcpq  000 0000 rr 00 0000
request:own             obcpq  yyy yyyy rr LL 0000
request:other           obcpq  +++ ++++ rr LL 0000
request:hidden          obcpq  000 0000 rr LL 0000
request:gone            obcpq  000 0000 rr LL 0000
request:missing         obcpq  000 0000 rr LL 0000
request:noteless        obcpq  WWW WWW0 rr LL 0000
drop_request:asked      obcpq  +++ ++++ rr LL 0000
drop_request:unasked    obcpq  000 0000 rr LL 0000
drop_request:hidden     obcpq  000 0000 rr LL 0000
drop_request:missing    obcpq  000 0000 rr LL 0000
decide_cell:own         obp    qqq qqqq rr qq 0000
decide_cell:own         cq     +++ ++++ rr ++ 0000
decide_cell:other       obcpq  ooo oooo rr 00 0000
decide_cell:hidden      obcpq  000 0000 rr 00 0000
decide_cell:withdrawn   obcpq  www wwww rr ww 0000
decide_cell:gone        obcpq  000 0000 rr 00 0000
decide_cell:missing     obcpq  000 0000 rr 00 0000
decide_cell:disposition obp    qqq ooo0 rr 00 0000
decide_cell:disposition cq     +++ ooo0 rr 00 0000
take_back:own           obcpq  +++ ++++ rr ++ 0000
take_back:other         obcpq  ooo oooo rr 00 0000
take_back:hidden        obcpq  000 0000 rr 00 0000
take_back:withdrawn     obcpq  www wwww rr ww 0000
take_back:gone          obcpq  000 0000 rr 00 0000
take_back:missing       obcpq  000 0000 rr 00 0000

answer:own              obcpq  +++ ++++ rr LL 0000
answer:other            obcpq  hhh hhh0 rr LL 0000
answer:contribution     obcpq  hhh hhhh rr LL 0000
answer:committed        obcpq  hhh h+h0 rr LL 0000
answer:hidden           obcpq  000 0000 rr LL 0000
answer:missing          obcpq  000 0000 rr LL 0000
ask_time                obcpq  vvv +vvv v+ v+ 0000
answer_time:standing    pq     vvv +vvv v+ vv 0000
answer_time:ended       obcpq  000 0000 00 00 0000
answer_time:missing     obcpq  000 0000 00 00 0000
set_clock               obc    +cc cccc rr LL 0000
set_clock               pq     scc cccc rr LL 0000
set_deadline            obcpq  +++ k+kk rr LL 0000
record_disposition      ob     pp+ pppp rr LL 0000
record_disposition      p      pps pppp rr LL 0000
record_disposition      cq     ppG pppp rr LL 0000
deviate                 ob     ppn pppp rr LL 0000
deviate                 p      pp+ pppp rr LL 0000
deviate                 cq     ppG pppp rr LL 0000

move_to:picture         obcpq  +cc cccc rr LL 0000
move_to:closing         ob     +cc cccc rr LL 0000
move_to:closing         p      scc cccc rr LL 0000
move_to:closing         cq     Ncc cccc rr LL 0000
move_to:same            obcpq  Ncc cccc rr LL 0000
spotlight:other         obcpq  +cc cccc rr LL 0000
spotlight:hidden        obcpq  0cc cccc rr LL 0000
spotlight:missing       obcpq  0cc cccc rr LL 0000
hand_over_gavel         obcpq  +cc cccc rr LL 0000
take_gavel              obcpq  c++ cccc rr LL 0000
give_seat               obp    +cc cccc rr LL 0000
give_seat               cq     Zcc cccc rr LL 0000
take_seat:idle          obp    +cc cccc rr LL 0000
take_seat:idle          cq     Zcc cccc rr LL 0000
take_seat:active        obp    Tcc cccc rr LL 0000
take_seat:active        cq     Zcc cccc rr LL 0000
take_seat:chair         obcpq  Scc cccc rr LL 0000
take_seat:vt            ob     Pcc cccc rr LL 0000
take_seat:vt            p      scc cccc rr LL 0000
take_seat:vt            cq     Zcc cccc rr LL 0000
take_seat:vacant        obcpq  0cc cccc rr LL 0000
ask_to_leave:active     obp    +cc cccc rr LL 0000
ask_to_leave:active     cq     Zcc cccc rr LL 0000
ask_to_leave:chair      obcpq  Scc cccc rr LL 0000
ask_to_leave:vacant     obcpq  0cc cccc rr LL 0000
leave                   ob     SSS ++++ ++ LL 0000
leave                   p      SSS s+++ +s LL 0000
leave                   cq     SSS ZZZZ ZZ LL 0000
answer_newcomer:pending obcpq  +++ +++0 rr ++ 0000
answer_newcomer:other   obcpq  000 0000 rr 00 0000
answer_newcomer:missing obcpq  000 0000 rr 00 0000
close                   ob     qcc cccc rr LL 0000
close                   c      +cc cccc rr LL 0000
close                   pq     scc cccc rr LL 0000
";

/// After the close nothing but looking back is left.
const CLOSED: &str = "XXX XXXX XX XX 0000";

/// A permission in the words of the table. No default arm: a new permission does not compile until it is walked.
fn word(permission: Permission) -> &'static str {
    match permission {
        Permission::Enter => "enter",
        Permission::AcceptRules => "accept_rules",
        Permission::See => "see",
        Permission::ReadAccountability => "read_accountability",
        Permission::Draft => "draft",
        Permission::BePresent => "be_present",
        Permission::Share => "share",
        Permission::Revise(_) => "revise",
        Permission::SetAudience(_) => "set_audience",
        Permission::Withdraw(_) => "withdraw",
        Permission::OpenBasis(_) => "open_basis",
        Permission::RequestRelease(_) => "request",
        Permission::DropRequest(_) => "drop_request",
        Permission::DecideCell(_) => "decide_cell",
        Permission::TakeBackCell(_) => "take_back",
        Permission::SetReady => "set_ready",
        Permission::LastCall => "last_call",
        Permission::AddSubject => "add_subject",
        Permission::ChangeSubject(_) => "change_subject",
        Permission::Answer(_) => "answer",
        Permission::AskTime => "ask_time",
        Permission::AnswerForTime(_) => "answer_time",
        Permission::SetClock => "set_clock",
        Permission::SetDeadline => "set_deadline",
        Permission::MoveTo(_) => "move_to",
        Permission::Spotlight(_) => "spotlight",
        Permission::HandOverGavel => "hand_over_gavel",
        Permission::TakeGavel => "take_gavel",
        Permission::GiveSeat => "give_seat",
        Permission::TakeSeat(_) => "take_seat",
        Permission::AskToLeave(_) => "ask_to_leave",
        Permission::Leave => "leave",
        Permission::NameAttendees => "name_attendees",
        Permission::AnswerNewcomer(_) => "answer_newcomer",
        Permission::RecordDisposition => "record_disposition",
        Permission::Deviate => "deviate",
        Permission::Close => "close",
    }
}

/// A session in one of the states, with something of everybody's on the table.
#[derive(Clone)]
struct Scene {
    table: Table,
    own: BTreeMap<PartyId, ItemId>,
    withdrawn: BTreeMap<PartyId, ItemId>,
    subjects: BTreeMap<PartyId, SubjectId>,
    /// What a party is asked to do, by party.
    asked: BTreeMap<PartyId, ItemId>,
    /// What rests on a party's own item, by party.
    resting: BTreeMap<PartyId, ItemId>,
    unasked: ItemId,
    hidden: ItemId,
    hidden_measure: ItemId,
    noteless: ItemId,
    committed: ItemId,
    disposition: ItemId,
    ended: TimeRequestId,
    standing: Option<TimeRequestId>,
}

/// Who speaks first for each party.
const FIRST: [Actor; 8] = [
    OFFICER,
    AGENT,
    ADVISER,
    INVESTIGATOR,
    SUPPORTER,
    BAKKER,
    ELSEWHERE,
    HALT_WORKER,
];

const STATES: [char; 6] = ['o', 'b', 'c', 'p', 'q', 'z'];

/// One session in each of the states, made once.
fn scenes() -> impl Iterator<Item = (char, &'static Scene)> {
    static SCENES: OnceLock<Vec<Scene>> = OnceLock::new();
    let scenes = SCENES.get_or_init(|| {
        let opening = opening();
        STATES.into_iter().map(|state| opening.in_state(state)).collect()
    });
    STATES.into_iter().zip(scenes)
}

fn opening() -> Scene {
    let mut table = Table::convened(OFFICER, zsm());
    let come_in = |table: &mut Table, actor: Actor| {
        let (name, prosecutor) = (format!("{}", actor.participant), actor == OFFICER);
        table.act(actor, CommandKind::Enter { name, prosecutor });
        if actor != LATECOMER && actor != VISSER {
            table.accept_rules(actor);
        }
    };
    come_in(&mut table, OFFICER);
    table.give_seat(VT_ELSEWHERE, SeatLevel::Full);
    table.give_seat(MUNICIPALITY, SeatLevel::Full);
    let people = ROLES.into_iter().filter_map(|(_, actor)| actor).chain([INVESTIGATOR]);
    for actor in people.filter(|actor| *actor != STRANGER) {
        come_in(&mut table, actor);
    }
    table.take_seat(MUNICIPALITY);
    let to = SECRETARY.participant;
    table.act(OFFICER, CommandKind::HandOverGavel { to });
    let audience = Audience {
        table: true,
        named: [HALT].into(),
    };
    let (mut own, mut withdrawn, mut subjects) = (BTreeMap::new(), BTreeMap::new(), BTreeMap::new());
    let (mut asked, mut resting) = (BTreeMap::new(), BTreeMap::new());
    for actor in FIRST {
        let party = actor.party;
        let audience = if party == HALT {
            Audience::table()
        } else {
            audience.clone()
        };
        let item = table.share_with(actor, audience.clone(), "iets");
        own.insert(party, item);
        let gone = table.share_with(actor, audience.clone(), "vergissing");
        table.withdraw(actor, gone);
        withdrawn.insert(party, gone);
        if party != HALT {
            subjects.insert(party, table.add_subject(actor, SubjectRole::Other, "iemand"));
        }
        let in_sight = if party == HALT {
            Audience {
                table: true,
                named: [HALT].into(),
            }
        } else {
            Audience::table()
        };
        let rests = table.share_based(INVESTIGATOR, in_sight.clone(), &[item], "daarom");
        resting.insert(party, rests);
        let performer = Assignee::Seat(party);
        let action = NewContent::Action { performer, due: None };
        let action = share_item(action, in_sight, &[], &[], "iets doen");
        let events = table.act(INVESTIGATOR, action);
        let crate::session::EventKind::Shared { item, .. } = events[0].kind else {
            panic!("{events:?}")
        };
        asked.insert(party, item);
    }
    for actor in FIRST {
        let other = if actor.party == VT { own[&POLICE] } else { own[&VT] };
        table.request(actor, other, "nodig");
    }
    let hidden = table.share_with(INVESTIGATOR, Audience::only([]), "geheim");
    let hidden_measure = table.propose_measure(
        INVESTIGATOR,
        "provisional_supervision",
        CHILD_PROTECTION,
        "geheim",
        &[hidden],
    );
    let noteless = table.propose_measure(INVESTIGATOR, "provisional_supervision", CHILD_PROTECTION, "", &[]);
    let committed = table.propose_measure(BAKKER, "extra_patrol", POLICE, "elke avond", &[]);
    let until = table.at + TimeDelta::hours(5);
    table.commit(AGENT, committed, until);
    let disposition = table.record_disposition(table.subject(0), None);
    let ended = table.ask_time(BAKKER);
    table.end_time(BAKKER, ended);
    table.leave(SUPPORTER, LeftItems::Keep);
    table.leave(ELSEWHERE, LeftItems::Keep);
    table.name_attendees(ADVISER, Some(&[ADVISER]));
    table.give_seat(IDLE, SeatLevel::Full);
    Scene {
        unasked: own[&CHILD_PROTECTION],
        table,
        own,
        withdrawn,
        subjects,
        asked,
        resting,
        hidden,
        hidden_measure,
        noteless,
        committed,
        disposition,
        ended,
        standing: None,
    }
}

impl Scene {
    /// This session, moved on to another state.
    fn in_state(&self, state: char) -> Self {
        let mut scene = self.clone();
        match state {
            'b' | 'p' => scene.table.move_to(Phase::Decision),
            'c' | 'q' | 'z' => scene.table.move_to(Phase::ClosingRound),
            _ => {}
        }
        if matches!(state, 'p' | 'q') {
            scene.standing = Some(scene.table.ask_time(BAKKER));
        }
        if state == 'z' {
            scene.table.close();
        }
        scene
    }

    /// Every permission this viewer could try, with the object's name in the table.
    fn tries(&self, actor: Option<Actor>) -> Vec<(&'static str, Permission)> {
        let party = actor.map_or(OM, |actor| actor.party);
        let party = if self.own.contains_key(&party) { party } else { OM };
        let someone = if party == VT { POLICE } else { VT };
        let other_assignee = if party == OM { POLICE } else { OM };
        let nowhere = no_item();
        let no_subject = SubjectId(id(2));
        let now = self.table.state().phase;
        let (own, other) = (self.own[&party], self.own[&someone]);
        let (withdrawn, gone) = (self.withdrawn[&party], self.withdrawn[&someone]);
        let on_item = |permission: fn(ItemId) -> Permission| {
            [
                ("own", own),
                ("other", other),
                ("hidden", self.hidden),
                ("withdrawn", withdrawn),
                ("gone", gone),
                ("missing", nowhere),
            ]
            .map(|(object, id)| (object, permission(id)))
        };
        let mut tries = vec![
            ("", Permission::Enter),
            ("", Permission::AcceptRules),
            ("", Permission::See),
            ("", Permission::ReadAccountability),
            ("", Permission::Draft),
            ("", Permission::BePresent),
            ("", Permission::NameAttendees),
            ("", Permission::Share),
            ("disposition", Permission::Revise(self.disposition)),
            ("committed", Permission::Revise(self.committed)),
            ("disposition", Permission::SetAudience(self.disposition)),
            ("committed", Permission::SetAudience(self.committed)),
            ("disposition", Permission::Withdraw(self.disposition)),
            ("committed", Permission::Withdraw(self.committed)),
            ("disposition", Permission::DecideCell(self.disposition)),
            ("own", Permission::RequestRelease(own)),
            ("other", Permission::RequestRelease(other)),
            ("hidden", Permission::RequestRelease(self.hidden)),
            ("gone", Permission::RequestRelease(gone)),
            ("missing", Permission::RequestRelease(nowhere)),
            ("noteless", Permission::RequestRelease(self.noteless)),
            ("asked", Permission::DropRequest(other)),
            ("unasked", Permission::DropRequest(self.unasked)),
            ("hidden", Permission::DropRequest(self.hidden)),
            ("missing", Permission::DropRequest(nowhere)),
            ("", Permission::SetReady),
            ("", Permission::LastCall),
            ("", Permission::AddSubject),
            (
                "own",
                Permission::ChangeSubject(self.subjects.get(&party).copied().unwrap_or(no_subject)),
            ),
            ("other", Permission::ChangeSubject(self.subjects[&CHILD_PROTECTION])),
            ("missing", Permission::ChangeSubject(no_subject)),
            ("own", Permission::Answer(self.asked[&party])),
            ("other", Permission::Answer(self.asked[&other_assignee])),
            ("contribution", Permission::Answer(other)),
            ("committed", Permission::Answer(self.committed)),
            ("hidden", Permission::Answer(self.hidden_measure)),
            ("missing", Permission::Answer(nowhere)),
            ("", Permission::AskTime),
            ("ended", Permission::AnswerForTime(self.ended)),
            ("missing", Permission::AnswerForTime(TimeRequestId(id(3)))),
            ("", Permission::SetClock),
            ("", Permission::SetDeadline),
            ("picture", Permission::MoveTo(Phase::Picture)),
            ("closing", Permission::MoveTo(Phase::ClosingRound)),
            ("same", Permission::MoveTo(now)),
            ("other", Permission::Spotlight(other)),
            ("hidden", Permission::Spotlight(self.hidden)),
            ("missing", Permission::Spotlight(nowhere)),
            ("", Permission::HandOverGavel),
            ("", Permission::TakeGavel),
            ("", Permission::GiveSeat),
            ("idle", Permission::TakeSeat(IDLE)),
            ("active", Permission::TakeSeat(PROBATION)),
            ("chair", Permission::TakeSeat(OM)),
            ("vt", Permission::TakeSeat(VT)),
            ("vacant", Permission::TakeSeat(MUNICIPALITY)),
            ("active", Permission::AskToLeave(PROBATION)),
            ("chair", Permission::AskToLeave(OM)),
            ("vacant", Permission::AskToLeave(MUNICIPALITY)),
            ("", Permission::Leave),
            ("pending", Permission::AnswerNewcomer(IDLE)),
            ("other", Permission::AnswerNewcomer(CHILD_PROTECTION)),
            ("missing", Permission::AnswerNewcomer(STRANGER.party)),
            ("", Permission::RecordDisposition),
            ("", Permission::Deviate),
            ("", Permission::Close),
        ];
        tries.extend(on_item(Permission::Revise));
        tries.extend(on_item(Permission::SetAudience));
        tries.extend(on_item(Permission::Withdraw));
        tries.extend(on_item(Permission::OpenBasis));
        tries.extend(on_item(Permission::DecideCell));
        tries.extend(on_item(Permission::TakeBackCell));
        tries.extend(self.standing.map(|id| ("standing", Permission::AnswerForTime(id))));
        tries
    }

    /// A well-formed command for which somebody needs this permission. Nothing for what is no command.
    fn commands(&self, actor: Actor, permission: Permission) -> Vec<CommandKind> {
        let state = self.table.state();
        let revision = |item: ItemId| state.items.get(&item).map_or(1, |item| item.revision);
        let recipient = other_than(actor.party);
        let father = self.table.subject(0);
        let standing = state.disposition_of(father).map_or(0, |item| item.revision);
        let at = self.table.at + TimeDelta::hours(1);
        let one = |kind| vec![kind];
        match permission {
            Permission::See
            | Permission::ReadAccountability
            | Permission::Draft
            | Permission::BePresent
            | Permission::Spotlight(_) => Vec::new(),
            Permission::Enter => one(CommandKind::Enter {
                name: "Nieuw".into(),
                prosecutor: false,
            }),
            Permission::AcceptRules => one(CommandKind::AcceptRules {}),
            Permission::Share => one(share("iets")),
            Permission::Revise(item) if item == self.committed => one(self.table.revision_of(item, "anders")),
            Permission::Revise(item) => one(revise(item, revision(item), "anders")),
            Permission::SetAudience(item) => {
                let was = state
                    .items
                    .get(&item)
                    .map_or_else(Audience::table, |it| it.audience.clone());
                let audience = was.clone();
                one(CommandKind::SetAudience { item, was, audience })
            }
            Permission::Withdraw(item) => one(withdraw(item, revision(item))),
            Permission::OpenBasis(basis) => {
                let item = self.resting.get(&actor.party).copied().unwrap_or_else(no_item);
                let open = true;
                one(CommandKind::OpenBasis {
                    item,
                    revision: revision(item),
                    basis,
                    open,
                })
            }
            Permission::RequestRelease(item) => one(ask_release(item, revision(item))),
            Permission::DropRequest(item) => one(CommandKind::DropRequest { item }),
            Permission::DecideCell(item) => one(cell(item, revision(item), recipient, NO)),
            Permission::TakeBackCell(item) => one(cell(item, revision(item), recipient, Verdict::Undecide {})),
            Permission::SetReady => one(CommandKind::SetReady { ready: true }),
            Permission::LastCall => one(CommandKind::LastCall {}),
            Permission::AddSubject => one(add_subject(SubjectRole::Child, "dochter")),
            Permission::ChangeSubject(subject) => vec![
                CommandKind::CorrectSubject {
                    subject,
                    revision: 1,
                    role: SubjectRole::Child,
                    label: "dochter".into(),
                },
                CommandKind::RemoveSubject { subject, revision: 1 },
            ],
            Permission::Answer(item) => one(answer(item, revision(item), NewAnswer::Refuse { reason: None })),
            Permission::AskTime => one(ASK_TIME),
            Permission::AnswerForTime(request) => vec![
                CommandKind::EndTime { request },
                CommandKind::ExplainTime {
                    request,
                    reason: None,
                    minutes: None,
                },
            ],
            Permission::SetClock => one(CommandKind::SetClock { minutes: 90 }),
            Permission::SetDeadline => one(CommandKind::SetDeadline {
                at,
                term: "holding".into(),
            }),
            Permission::MoveTo(phase) => one(CommandKind::MoveTo { phase }),
            Permission::HandOverGavel => one(CommandKind::HandOverGavel { to: CLERK.participant }),
            Permission::TakeGavel => one(CommandKind::TakeGavel {}),
            Permission::GiveSeat => one(give_seat(PartyId(id(6)), SeatLevel::Full)),
            Permission::TakeSeat(party) => one(CommandKind::TakeSeat { party }),
            Permission::AskToLeave(party) => one(CommandKind::AskToLeave { party }),
            Permission::Leave => one(CommandKind::Leave { items: LeftItems::Keep }),
            Permission::NameAttendees => one(CommandKind::NameAttendees { people: None }),
            Permission::AnswerNewcomer(party) => one(CommandKind::AnswerNewcomer { party, show: true }),
            Permission::RecordDisposition => one(record_disposition(father, standing, None)),
            Permission::Deviate => one(record_disposition(father, standing, Some("haast"))),
            Permission::Close => one(CommandKind::Close {}),
        }
    }

    fn tried(&self, actor: Actor, kind: CommandKind) -> Result<bool, Refusal> {
        let stamp = crate::session::Stamp {
            at: self.table.at + TimeDelta::seconds(1),
            salt: [8; 32],
        };
        let id = CommandId(id(5));
        let decision = decide(self.table.state(), actor, stamp, Command { id, kind })?;
        Ok(!decision.events.is_empty())
    }
}

/// A recipient that this party may know of.
fn other_than(party: PartyId) -> PartyId {
    if party == OM { VT } else { OM }
}

fn letters(cells: &str) -> Vec<char> {
    cells.chars().filter(|it| !it.is_whitespace()).collect()
}

/// What the table says of a permission on an object in a state: one letter a role.
fn row(permission: &str, object: &str, state: char) -> Option<Vec<char>> {
    let named = if object.is_empty() {
        permission.into()
    } else {
        format!("{permission}:{object}")
    };
    let mut found = RIGHTS.lines().filter_map(|line| {
        let (name, rest) = line.split_once(' ')?;
        let (states, cells) = rest.trim().split_once(' ')?;
        (name == named && states.contains(state)).then(|| letters(cells))
    });
    let first = found.next().or_else(|| (state == 'z').then(|| letters(CLOSED)));
    assert!(found.next().is_none(), "{named} stands twice in the table for {state}");
    first
}

type Answer = Option<Refusal>;

/// Everything that is tried: by whom, in which words, and what the table says.
fn every_try(
    mut tried: impl FnMut(&Scene, Option<Actor>, Permission, Answer, &str) -> Result<(), String>,
) -> Result<(), String> {
    for (state, scene) in scenes() {
        for (column, (role, actor)) in ROLES.into_iter().enumerate() {
            for (object, permission) in scene.tries(actor) {
                let told = format!("{role}: {}:{object} in {state}", word(permission));
                let letters =
                    row(word(permission), object, state).ok_or_else(|| format!("{told} is not in the table"))?;
                let (_, expected) = ANSWERS
                    .iter()
                    .find(|(letter, _)| Some(letter) == letters.get(column))
                    .ok_or_else(|| format!("{told}: no such letter"))?;
                tried(scene, actor, permission, *expected, &told)?;
            }
        }
    }
    Ok(())
}

type Check = fn(&State, Viewer, Permission) -> Result<(), Refusal>;

/// Walks the whole table; the words of all permissions met, or the first cell that is not so.
fn walk(check: Check) -> Result<BTreeSet<&'static str>, String> {
    let mut met = BTreeSet::new();
    every_try(|scene, actor, permission, expected, told| {
        met.insert(word(permission));
        let state = scene.table.state();
        let viewer = match actor {
            Some(actor) => Viewer::of(state, actor),
            None => Some(Viewer::RoomScreen),
        };
        let answer = match viewer {
            Some(viewer) => check(state, viewer, permission).err(),
            None => Some(Refusal::NotFound),
        };
        if answer == expected {
            Ok(())
        } else {
            Err(format!("{told}: {answer:?}, expected {expected:?}"))
        }
    })?;
    Ok(met)
}

#[test]
fn r3_every_viewer_may_do_exactly_what_the_table_says() {
    let met = walk(check).unwrap_or_else(|wrong| panic!("{wrong}"));
    let written: BTreeSet<_> = RIGHTS
        .lines()
        .filter_map(|line| line.split([':', ' ']).next())
        .filter(|word| !word.is_empty())
        .collect();
    assert_eq!(met, written, "every row is walked");
}

#[test]
fn the_walk_notices_an_override() {
    fn gavel(viewer: Viewer) -> bool {
        matches!(viewer, Viewer::Seat { gavel: true, .. })
    }
    let faulty: [Check; 6] = [
        |state, viewer, permission| {
            check(state, viewer, permission).or_else(|refusal| match permission {
                Permission::Revise(_) if gavel(viewer) => Ok(()),
                _ => Err(refusal),
            })
        },
        |state, viewer, permission| {
            check(state, viewer, permission).map_err(|refusal| match permission {
                Permission::Withdraw(id) if refusal == Refusal::NotFound && state.items.contains_key(&id) => {
                    Refusal::NotOwner
                }
                _ => refusal,
            })
        },
        |state, viewer, permission| {
            check(state, viewer, permission).or_else(|refusal| match (permission, refusal) {
                (Permission::Close, Refusal::TimeStands) => Ok(()),
                _ => Err(refusal),
            })
        },
        |state, viewer, permission| {
            check(state, viewer, permission).or_else(|refusal| match (permission, refusal) {
                (Permission::TakeSeat(_), Refusal::TakesPart) => Ok(()),
                _ => Err(refusal),
            })
        },
        |state, viewer, permission| match permission {
            Permission::AnswerForTime(_) if gavel(viewer) && state.closed.is_none() => Ok(()),
            _ => check(state, viewer, permission),
        },
        |state, viewer, permission| match (viewer, permission) {
            (Viewer::RoomScreen, Permission::ReadAccountability) => Ok(()),
            _ => check(state, viewer, permission),
        },
    ];
    for (number, faulty) in faulty.into_iter().enumerate() {
        assert!(walk(faulty).is_err(), "fault {number} was not noticed");
    }
}

/// Whether a command that is well formed is answered as the table answers its permission, for everybody in every state.
#[test]
fn r3_every_command_is_refused_exactly_where_its_permission_is() {
    let mut met = BTreeSet::new();
    let walked = every_try(|scene, actor, permission, expected, told| {
        let Some(actor) = actor else { return Ok(()) };
        for command in scene.commands(actor, permission) {
            met.insert(wire::name(&command));
            // Who left does not see what others say rests on its items, and so opens nothing (R11).
            let unseen = matches!(permission, Permission::OpenBasis(_)) && scene.table.state().has_left(actor.party);
            let expected = if unseen && expected.is_none() {
                Some(Refusal::NotFound)
            } else {
                expected
            };
            let answer = scene.tried(actor, command.clone()).err();
            if answer != expected {
                return Err(format!("{told}: {answer:?}, expected {expected:?} of {command:?}"));
            }
        }
        Ok(())
    });
    walked.unwrap_or_else(|wrong| panic!("{wrong}"));
    // What is left is made by the server: a session stands only once, and the program alone lets it expire.
    for (_, scene) in scenes() {
        for actor in ROLES.into_iter().filter_map(|(_, actor)| actor) {
            for (command, refusal) in [
                (CommandKind::Convene(zsm().into()), Refusal::AlreadyConvened),
                (CommandKind::WarnOfExpiry, Refusal::NotFound),
                (CommandKind::Expire, Refusal::NotFound),
            ] {
                met.insert(wire::name(&command));
                assert_eq!(scene.tried(actor, command), Err(refusal));
            }
        }
    }
    assert_eq!(met.len(), wire::ALL, "every command is walked: {met:?}");
}

type View = fn(&State, &crate::text::Texts, Viewer) -> Option<SessionView>;

/// That what a view offers is what the rules then allow, for everybody in every state.
fn buttons(view: View) -> Result<(), String> {
    for (state, scene) in scenes() {
        let now = scene.table.state();
        for (role, actor) in ROLES {
            let Some((actor, viewer)) = actor.and_then(|actor| Some((actor, Viewer::of(now, actor)?))) else {
                continue;
            };
            let Some(view) = view(now, &scene.table.run.now.texts, viewer) else {
                continue;
            };
            for (button, offered, allowed) in offers(scene, &view, actor) {
                if offered != allowed {
                    return Err(format!(
                        "{role} in {state}: {button} offered {offered}, allowed {allowed}"
                    ));
                }
            }
        }
    }
    Ok(())
}

type Offer = (String, bool, bool);

#[expect(clippy::too_many_lines, reason = "one line a button")]
fn offers(scene: &Scene, view: &SessionView, actor: Actor) -> Vec<Offer> {
    let at = scene.table.at + TimeDelta::hours(1);
    let works = |kind: CommandKind| scene.tried(actor, kind).is_ok();
    let own = scene.own.get(&actor.party).copied().unwrap_or_else(no_item);
    let recipient = other_than(actor.party);
    let may = &view.may;
    let father = scene.table.subject(0);
    let record = |deviation| scene.table.disposition_on(father, deviation);
    let mut offers: Vec<Offer> = [
        (
            "accept_rules",
            may.accept_rules,
            scene.tried(actor, CommandKind::AcceptRules {}) == Ok(true),
        ),
        ("share", may.share, works(share("iets"))),
        (
            "share_actions",
            may.share_actions,
            works(share_action("iets doen", OM, &[])),
        ),
        ("decide", may.decide, works(cell(own, 1, recipient, NO))),
        ("set_ready", may.set_ready, works(CommandKind::SetReady { ready: true })),
        ("last_call", may.last_call, works(CommandKind::LastCall {})),
        (
            "add_subject",
            may.add_subject,
            works(add_subject(SubjectRole::Child, "dochter")),
        ),
        ("ask_time", may.ask_time, works(ASK_TIME)),
        ("set_clock", may.set_clock, works(CommandKind::SetClock { minutes: 90 })),
        (
            "set_deadline",
            may.set_deadline,
            works(CommandKind::SetDeadline {
                at,
                term: "holding".into(),
            }),
        ),
        (
            "lead",
            may.lead,
            works(CommandKind::HandOverGavel { to: CLERK.participant }),
        ),
        (
            "change_seats",
            may.change_seats,
            works(give_seat(PartyId(id(6)), SeatLevel::Full)),
        ),
        ("leave", may.leave, works(CommandKind::Leave { items: LeftItems::Keep })),
        (
            "name_attendees",
            may.name_attendees,
            works(CommandKind::NameAttendees { people: None }),
        ),
        ("take_gavel", may.take_gavel, works(CommandKind::TakeGavel {})),
        ("record_disposition", may.record_disposition, works(record(None))),
        ("deviate", may.deviate, works(record(Some("haast")))),
        ("close", may.close, works(CommandKind::Close {})),
    ]
    .map(|(button, offered, allowed)| (String::from(button), offered, allowed))
    .into();
    for phase in [
        Phase::Opening,
        Phase::Picture,
        Phase::Judgement,
        Phase::Decision,
        Phase::ClosingRound,
    ] {
        let allowed = works(CommandKind::MoveTo { phase });
        offers.push((format!("{phase:?}"), may.phases.contains(&phase), allowed));
    }
    for item in &view.items {
        let (id, revision) = (item.id, item.revision);
        let audience = item.audience();
        let set_audience = CommandKind::SetAudience {
            item: id,
            was: audience.clone(),
            audience,
        };
        let kind = scene.table.kept(id).content.kind();
        let revise = match kind {
            crate::session::item::ContentKind::Disposition => revise(id, revision, "anders"),
            _ => scene.table.revision_of(id, "anders"),
        };
        for (button, offered, allowed) in [
            ("revise", item.may.revise, works(revise)),
            ("set_audience", item.may.set_audience, works(set_audience)),
            ("withdraw", item.may.withdraw, works(withdraw(id, revision))),
            ("decide", item.may.decide, works(cell(id, revision, recipient, NO))),
            ("request", item.may.request, works(ask_release(id, revision))),
            (
                "answer",
                item.may.answer,
                works(answer(id, revision, NewAnswer::Refuse { reason: None })),
            ),
        ] {
            offers.push((format!("{button} {kind:?}"), offered, allowed));
        }
        for basis in &item.to_open {
            let open = CommandKind::OpenBasis {
                item: id,
                revision,
                basis: *basis,
                open: true,
            };
            offers.push(("open".into(), true, works(open)));
        }
    }
    for subject in &view.subjects {
        let remove = CommandKind::RemoveSubject {
            subject: subject.id,
            revision: subject.revision,
        };
        offers.push(("subject".into(), subject.may_change, works(remove)));
    }
    for party in PARTIES.into_iter().chain([IDLE]) {
        let allowed = works(CommandKind::AnswerNewcomer { party, show: true });
        offers.push(("newcomer".into(), view.newcomers.contains(&party), allowed));
    }
    for request in &view.time.requests {
        let allowed = works(CommandKind::EndTime { request: request.id });
        offers.push(("time".into(), request.mine, allowed));
    }
    offers
}

#[test]
fn a_button_and_the_rule_cannot_disagree() {
    buttons(view_for).unwrap_or_else(|wrong| panic!("{wrong}"));
    let faulty: [View; 3] = [
        |state, texts, viewer| {
            let mut view = view_for(state, texts, viewer)?;
            view.may.close |= view.may.lead;
            Some(view)
        },
        |state, texts, viewer| {
            let mut view = view_for(state, texts, viewer)?;
            view.items.iter_mut().for_each(|item| item.may.withdraw = true);
            Some(view)
        },
        |state, texts, viewer| {
            let mut view = view_for(state, texts, viewer)?;
            view.newcomers.clear();
            Some(view)
        },
    ];
    for faulty in faulty {
        assert!(buttons(faulty).is_err(), "a planted fault is noticed");
    }
}

#[test]
fn in_the_own_organisation_a_role_opens_its_own_doors_only() {
    let none = Roles::default();
    let convene = |chair| OrganisationPermission::Convene { chair };
    let led = convene(PartyKind::VeiligThuis);
    let not_led = convene(PartyKind::Prosecution);
    let (no, not_chair) = (Err(Refusal::NotFound), Err(Refusal::NotChair));
    let yes = Ok(());
    // Columns: see oneself, the board, colleagues, convene one's own moment, another's, the dossier, the register, answer for
    // a release, administer.
    for (name, roles, expected) in [
        ("nobody yet", none, [yes, no, no, not_chair, not_chair, no, no, no, no]),
        (
            "participant",
            Roles {
                participant: true,
                ..none
            },
            [yes, yes, yes, yes, not_chair, no, no, no, no],
        ),
        (
            "dossier reader",
            Roles {
                dossier_reader: true,
                ..none
            },
            [yes, no, no, not_chair, not_chair, yes, yes, yes, no],
        ),
        (
            "administrator",
            Roles {
                administrator: true,
                ..none
            },
            [yes, no, no, not_chair, not_chair, no, no, no, yes],
        ),
        (
            "prosecutor",
            Roles {
                prosecutor: true,
                ..none
            },
            [yes, no, no, not_chair, not_chair, no, no, no, no],
        ),
    ] {
        let permissions = [
            OrganisationPermission::SeeSelf,
            OrganisationPermission::SeeBoard,
            OrganisationPermission::SeeColleagues,
            led,
            not_led,
            OrganisationPermission::ReadDossier,
            OrganisationPermission::ReadRegister,
            OrganisationPermission::AnswerForRelease,
            OrganisationPermission::Administer,
        ];
        for (permission, expected) in permissions.into_iter().zip(expected) {
            // A new permission does not compile until it stands in the columns above.
            match permission {
                OrganisationPermission::SeeSelf
                | OrganisationPermission::SeeBoard
                | OrganisationPermission::SeeColleagues
                | OrganisationPermission::Convene { .. }
                | OrganisationPermission::ReadDossier
                | OrganisationPermission::ReadRegister
                | OrganisationPermission::AnswerForRelease
                | OrganisationPermission::Administer => {}
            }
            assert_eq!(
                check_in_organisation(PartyKind::VeiligThuis, roles, permission),
                expected,
                "{name}: {permission:?}"
            );
        }
    }
}
