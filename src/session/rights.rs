//! Who may do what: every role at the table, every deed, in every state, on what is one's own, another's or nobody's.
//!
//! Lives here: the table of rights, written by hand from the rules and never asked of the code it checks; and that the
//! buttons a view offers are what the rules then allow. Never lives here: what a deed leads to (`decide/tests`).
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

use alloc::{collections::BTreeMap, collections::BTreeSet, string::String, vec::Vec};
use chrono::TimeDelta;
use std::{format, vec};

use super::command::{Actor, Audience, Command, NewSubject, SeatLevel, SubjectRole, Wish};
use super::decide::decide;
use super::may::{Deed, HouseDeed, HouseRoles, may, may_in_house};
use super::refusal::Refusal;
use super::state::State;
use super::table_for_tests::*;
use super::view::{SessionView, Viewer, view_for};
use crate::ids::{CommandId, ContributionId, DerivedId, ParticipantId, PartyId, TimeRequestId};
use crate::moment::Phase;
use crate::party::PartyKind;

/// Of the OM, neither prosecutor nor with the gavel.
const CLERK: Actor = Actor {
    party: OM,
    participant: ParticipantId(uuid::Uuid::from_u128(0xBF)),
};

/// The columns of the table, in its order.
const ROLES: [(&str, Actor); 11] = [
    ("chair with the gavel", SECRETARY),
    ("colleague of the chair", CLERK),
    ("prosecutor", OFFICER),
    ("Veilig Thuis", BAKKER),
    ("police", AGENT),
    ("full seat", ADVISER),
    ("restricted seat", HALT_WORKER),
    ("police, rules not accepted", LATECOMER),
    ("Veilig Thuis, rules not accepted", VISSER),
    ("outsider", OUTSIDER),
    ("seat taken away", SUPPORTER),
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
    ('h', Some(Refusal::NotHolder)),
    ('k', Some(Refusal::NotCustodian)),
    ('x', Some(Refusal::RestrictedSeat)),
    ('s', Some(Refusal::TimeStands)),
    ('n', Some(Refusal::NothingToDeviateFrom)),
    ('q', Some(Refusal::NotClosingRound)),
    ('y', Some(Refusal::OwnContribution)),
    ('S', Some(Refusal::ChairStays)),
    ('P', Some(Refusal::PartyMissing)),
    ('N', Some(Refusal::NoSuchPhase)),
    ('X', Some(Refusal::Closed)),
];

/// States: b before the closing round, c in it, p paused by VT before it, q paused in it, z closed.
/// Columns as in [`ROLES`]: gavel, clerk, prosecutor; VT, police, full, restricted; not accepted; outside, taken away.
const RIGHTS: &str = "
enter                  bcpqz  +++ ++++ ++ 00
see                    bcpqz  +++ ++++ ++ 00
read_accountability    bcpqz  +++ ++++ ++ 00
accept_rules           bcpq   +++ ++++ ++ 00
be_present             bcpq   +++ ++++ ++ 00
draft                  bcpq   +++ ++++ rr 00
share                  bcpq   +++ ++++ rr 00
set_ready              bcpq   +++ ++++ rr 00
last_call              b      qcc cccc rr 00
last_call              c      +cc cccc rr 00
last_call              pq     scc cccc rr 00
add_subject            bcpq   +++ +++x rr 00
agree_action           bcpq   +++ +++x rr 00
propose_measure        bcpq   +++ +++x rr 00

revise:own             bcpq   +++ ++++ rr 00
revise:other           bcpq   ooo oooo rr 00
revise:hidden          bcpq   000 0000 rr 00
revise:withdrawn       bcpq   www wwww rr 00
revise:missing         bcpq   000 0000 rr 00
set_audience:own       bcpq   +++ ++++ rr 00
set_audience:other     bcpq   ooo oooo rr 00
set_audience:hidden    bcpq   000 0000 rr 00
set_audience:withdrawn bcpq   www wwww rr 00
set_audience:missing   bcpq   000 0000 rr 00
withdraw:own           bcpq   +++ ++++ rr 00
withdraw:other         bcpq   ooo oooo rr 00
withdraw:hidden        bcpq   000 0000 rr 00
withdraw:withdrawn     bcpq   www wwww rr 00
withdraw:missing       bcpq   000 0000 rr 00
open_derived:own       bcpq   +++ ++++ rr 00
open_derived:other     bcpq   ooo oooo rr 00
open_derived:hidden    bcpq   000 0000 rr 00
open_derived:withdrawn bcpq   www wwww rr 00
open_derived:missing   bcpq   000 0000 rr 00
request:own            bcpq   yyy yyyy rr 00
request:other          bcpq   +++ ++++ rr 00
request:hidden         bcpq   000 0000 rr 00
request:gone           bcpq   www wwww rr 00
request:missing        bcpq   000 0000 rr 00
drop_request:asked     bcpq   +++ ++++ rr 00
drop_request:unasked   bcpq   000 0000 rr 00
drop_request:hidden    bcpq   000 0000 rr 00
drop_request:missing   bcpq   000 0000 rr 00
decide_cell:own        bp     qqq qqqq rr 00
decide_cell:own        cq     +++ ++++ rr 00
decide_cell:other      bcpq   ooo oooo rr 00
decide_cell:hidden     bcpq   000 0000 rr 00
decide_cell:withdrawn  bcpq   www wwww rr 00
decide_cell:missing    bcpq   000 0000 rr 00
take_back:own          bcpq   +++ ++++ rr 00
take_back:other        bcpq   ooo oooo rr 00
take_back:hidden       bcpq   000 0000 rr 00
take_back:withdrawn    bcpq   www wwww rr 00
take_back:missing      bcpq   000 0000 rr 00

drop_action:own        bcpq   +++ +++0 rr 00
drop_action:other      bcpq   +oo oooo rr 00
drop_action:hidden     bcpq   000 0000 rr 00
drop_action:missing    bcpq   000 0000 rr 00
answer_measure:own     bcpq   +++ ++++ rr 00
answer_measure:other   bcpq   hhh hhh0 rr 00
answer_measure:hidden  bcpq   000 0000 rr 00
answer_measure:missing bcpq   000 0000 rr 00

ask_time               bcpq   vvv +vvv v+ 00
answer_time:standing   pq     vvv +vvv v+ 00
answer_time:ended      bcpq   000 0000 00 00
answer_time:missing    bcpq   000 0000 00 00
set_clock              bcpq   +cc cccc rr 00
set_deadline           bcpq   +++ k+kk rr 00
record_disposition     bc     pp+ pppp rr 00
record_disposition     pq     pps pppp rr 00
deviate                bc     ppn pppp rr 00
deviate                pq     pp+ pppp rr 00

move_to:decision       bcpq   +cc cccc rr 00
move_to:closing        b      +cc cccc rr 00
move_to:closing        p      scc cccc rr 00
move_to:closing        cq     Ncc cccc rr 00
move_to:same           bcpq   Ncc cccc rr 00
spotlight:other        bcpq   +cc cccc rr 00
spotlight:hidden       bcpq   0cc cccc rr 00
spotlight:missing      bcpq   0cc cccc rr 00
hand_over_gavel        bcpq   +cc cccc rr 00
take_gavel             bcpq   c++ cccc rr 00
give_seat              bcpq   +cc cccc rr 00
take_seat:other        bcpq   +cc cccc rr 00
take_seat:chair        bcpq   Scc cccc rr 00
take_seat:vt           bc     Pcc cccc rr 00
take_seat:vt           pq     scc cccc rr 00
take_seat:vacant       bcpq   0cc cccc rr 00
close                  b      qcc cccc rr 00
close                  c      +cc cccc rr 00
close                  pq     scc cccc rr 00
";

/// After the close nothing but looking back is left.
const CLOSED: &str = "XXX XXXX XX 00";

/// A deed in the words of the table. No default arm: a new deed does not compile until it is walked.
fn word(deed: Deed) -> &'static str {
    macro_rules! words {
        ($($deed:pat => $word:literal,)+) => {
            match deed { $($deed => $word,)+ }
        };
    }
    words! {
        Deed::Enter => "enter",
        Deed::AcceptRules => "accept_rules",
        Deed::See => "see",
        Deed::ReadAccountability => "read_accountability",
        Deed::Draft => "draft",
        Deed::BePresent => "be_present",
        Deed::Share => "share",
        Deed::Revise(_) => "revise",
        Deed::SetAudience(_) => "set_audience",
        Deed::Withdraw(_) => "withdraw",
        Deed::RequestRelease(_) => "request",
        Deed::DropRequest(_) => "drop_request",
        Deed::DecideCell(_) => "decide_cell",
        Deed::TakeBackCell(_) => "take_back",
        Deed::SetReady => "set_ready",
        Deed::LastCall => "last_call",
        Deed::AddSubject => "add_subject",
        Deed::AgreeAction => "agree_action",
        Deed::DropAction(_) => "drop_action",
        Deed::OpenDerived(_) => "open_derived",
        Deed::ProposeMeasure => "propose_measure",
        Deed::AnswerMeasure(_) => "answer_measure",
        Deed::AskTime => "ask_time",
        Deed::AnswerForTime(_) => "answer_time",
        Deed::SetClock => "set_clock",
        Deed::SetDeadline => "set_deadline",
        Deed::MoveTo(_) => "move_to",
        Deed::Spotlight(_) => "spotlight",
        Deed::HandOverGavel => "hand_over_gavel",
        Deed::TakeGavel => "take_gavel",
        Deed::GiveSeat => "give_seat",
        Deed::TakeSeat(_) => "take_seat",
        Deed::RecordDisposition => "record_disposition",
        Deed::Deviate => "deviate",
        Deed::Close => "close",
    }
}

/// A meeting in one of the five states, with something of everybody's on the table.
struct Scene {
    table: Table,
    own: BTreeMap<PartyId, ContributionId>,
    withdrawn: BTreeMap<PartyId, ContributionId>,
    actions: BTreeMap<PartyId, DerivedId>,
    measures: BTreeMap<PartyId, DerivedId>,
    unasked: ContributionId,
    hidden: ContributionId,
    hidden_action: DerivedId,
    hidden_measure: DerivedId,
    ended: TimeRequestId,
    standing: Option<TimeRequestId>,
}

/// Who speaks first for each party.
const FIRST: [Actor; 7] = [OFFICER, AGENT, ADVISER, INVESTIGATOR, SUPPORTER, BAKKER, HALT_WORKER];

fn scene(stage: char) -> Scene {
    let mut table = Table::convened(OFFICER, zsm());
    for (_, actor) in ROLES.into_iter().chain([("child protection", INVESTIGATOR)]) {
        if actor == OUTSIDER {
            continue;
        }
        let (name, prosecutor) = (format!("{}", actor.participant), actor == OFFICER);
        table.act(actor, Wish::Enter { name, prosecutor });
        if actor != LATECOMER && actor != VISSER {
            table.act(actor, Wish::AcceptRules);
        }
    }
    let to = SECRETARY.participant;
    table.act(OFFICER, Wish::HandOverGavel { to });
    table.move_to(Phase::Picture);
    let all = Audience {
        table: true,
        named: [HALT].into(),
    };
    let (mut own, mut withdrawn) = (BTreeMap::new(), BTreeMap::new());
    let (mut actions, mut measures) = (BTreeMap::new(), BTreeMap::new());
    for actor in FIRST {
        let audience = if actor.party == HALT {
            Audience::table()
        } else {
            all.clone()
        };
        own.insert(actor.party, table.share_with(actor, audience.clone(), "iets"));
        let gone = table.share_with(actor, audience, "vergissing");
        table.withdraw(actor, gone);
        withdrawn.insert(actor.party, gone);
        if actor.party != HALT {
            actions.insert(actor.party, table.agree(actor, "iets doen", HALT, &[]));
        }
        measures.insert(actor.party, table.propose(BAKKER, actor.party, &[]));
    }
    for actor in FIRST {
        let other = if actor.party == VT { own[&POLICE] } else { own[&VT] };
        table.request(actor, other, "nodig");
    }
    let hidden = table.share_with(INVESTIGATOR, Audience::only([]), "geheim");
    let hidden_action = table.agree(INVESTIGATOR, "geheim", CHILD_PROTECTION, &[hidden]);
    let hidden_measure = table.propose(INVESTIGATOR, CHILD_PROTECTION, &[hidden]);
    let ended = table.ask_time(BAKKER);
    table.end_time(BAKKER, ended);
    table.act(SECRETARY, Wish::TakeSeat { party: VICTIM_SUPPORT });
    if matches!(stage, 'c' | 'q' | 'z') {
        table.move_to(Phase::ClosingRound);
    }
    let standing = matches!(stage, 'p' | 'q').then(|| table.ask_time(BAKKER));
    if stage == 'z' {
        table.close();
    }
    Scene {
        unasked: own[&CHILD_PROTECTION],
        table,
        own,
        withdrawn,
        actions,
        measures,
        hidden,
        hidden_action,
        hidden_measure,
        ended,
        standing,
    }
}

impl Scene {
    /// Every deed this person could try, with the object's name in the table.
    fn deeds(&self, actor: Actor) -> Vec<(&'static str, Deed)> {
        let party = if actor.party == MUNICIPALITY { OM } else { actor.party };
        let someone = if party == VT { POLICE } else { VT };
        let nowhere = ContributionId(id(1));
        let nothing = DerivedId(id(2));
        let holder = if party == OM { POLICE } else { OM };
        let now = self.table.state().phase;
        let (own, other) = (self.own[&party], self.own[&someone]);
        let (withdrawn, gone) = (self.withdrawn[&party], self.withdrawn[&someone]);
        let contribution = |deed: fn(ContributionId) -> Deed| {
            [
                ("own", own),
                ("other", other),
                ("hidden", self.hidden),
                ("withdrawn", withdrawn),
                ("missing", nowhere),
            ]
            .map(|(object, id)| (object, deed(id)))
        };
        let mut deeds = vec![
            ("", Deed::Enter),
            ("", Deed::AcceptRules),
            ("", Deed::See),
            ("", Deed::ReadAccountability),
            ("", Deed::Draft),
            ("", Deed::BePresent),
            ("", Deed::Share),
            ("own", Deed::RequestRelease(own)),
            ("other", Deed::RequestRelease(other)),
            ("hidden", Deed::RequestRelease(self.hidden)),
            ("gone", Deed::RequestRelease(gone)),
            ("missing", Deed::RequestRelease(nowhere)),
            ("asked", Deed::DropRequest(other)),
            ("unasked", Deed::DropRequest(self.unasked)),
            ("hidden", Deed::DropRequest(self.hidden)),
            ("missing", Deed::DropRequest(nowhere)),
            ("", Deed::SetReady),
            ("", Deed::LastCall),
            ("", Deed::AddSubject),
            ("", Deed::AgreeAction),
            (
                "own",
                Deed::DropAction(self.actions.get(&party).copied().unwrap_or(nothing)),
            ),
            ("other", Deed::DropAction(self.actions[&CHILD_PROTECTION])),
            ("hidden", Deed::DropAction(self.hidden_action)),
            ("missing", Deed::DropAction(nothing)),
            ("", Deed::ProposeMeasure),
            ("own", Deed::AnswerMeasure(self.measures[&party])),
            ("other", Deed::AnswerMeasure(self.measures[&holder])),
            ("hidden", Deed::AnswerMeasure(self.hidden_measure)),
            ("missing", Deed::AnswerMeasure(nothing)),
            ("", Deed::AskTime),
            ("ended", Deed::AnswerForTime(self.ended)),
            ("missing", Deed::AnswerForTime(TimeRequestId(id(3)))),
            ("", Deed::SetClock),
            ("", Deed::SetDeadline),
            ("decision", Deed::MoveTo(Phase::Decision)),
            ("closing", Deed::MoveTo(Phase::ClosingRound)),
            ("same", Deed::MoveTo(now)),
            ("other", Deed::Spotlight(other)),
            ("hidden", Deed::Spotlight(self.hidden)),
            ("missing", Deed::Spotlight(nowhere)),
            ("", Deed::HandOverGavel),
            ("", Deed::TakeGavel),
            ("", Deed::GiveSeat),
            ("other", Deed::TakeSeat(PROBATION)),
            ("chair", Deed::TakeSeat(OM)),
            ("vt", Deed::TakeSeat(VT)),
            ("vacant", Deed::TakeSeat(MUNICIPALITY)),
            ("", Deed::RecordDisposition),
            ("", Deed::Deviate),
            ("", Deed::Close),
        ];
        deeds.extend(contribution(Deed::Revise));
        deeds.extend(contribution(Deed::SetAudience));
        deeds.extend(contribution(Deed::Withdraw));
        deeds.extend(contribution(Deed::OpenDerived));
        deeds.extend(contribution(Deed::DecideCell));
        deeds.extend(contribution(Deed::TakeBackCell));
        deeds.extend(self.standing.map(|id| ("standing", Deed::AnswerForTime(id))));
        deeds
    }
}

fn letters(cells: &str) -> Vec<char> {
    cells.chars().filter(|it| !it.is_whitespace()).collect()
}

/// What the table says of a deed on an object in a state: one letter a role.
fn row(deed: &str, object: &str, stage: char) -> Option<Vec<char>> {
    let named = if object.is_empty() {
        deed.into()
    } else {
        format!("{deed}:{object}")
    };
    let mut found = RIGHTS.lines().filter_map(|line| {
        let (name, rest) = line.split_once(' ')?;
        let (stages, cells) = rest.trim().split_once(' ')?;
        (name == named && stages.contains(stage)).then(|| letters(cells))
    });
    let first = found.next().or_else(|| (stage == 'z').then(|| letters(CLOSED)));
    assert!(found.next().is_none(), "{named} stands twice in the table for {stage}");
    first
}

/// Walks the whole table; the words of all deeds met, or the first cell that is not so.
fn walk(may: fn(&State, Actor, Deed) -> Result<(), Refusal>) -> Result<BTreeSet<&'static str>, String> {
    let mut met = BTreeSet::new();
    for stage in ['b', 'c', 'p', 'q', 'z'] {
        let scene = scene(stage);
        for (column, (role, actor)) in ROLES.into_iter().enumerate() {
            for (object, deed) in scene.deeds(actor) {
                met.insert(word(deed));
                let told = format!("{role}: {}:{object} in {stage}", word(deed));
                let letters = row(word(deed), object, stage).ok_or_else(|| format!("{told} is not in the table"))?;
                let (_, expected) = ANSWERS
                    .iter()
                    .find(|(letter, _)| *letter == letters[column])
                    .ok_or_else(|| format!("{told}: no such letter"))?;
                let answer = may(scene.table.state(), actor, deed).err();
                if answer != *expected {
                    return Err(format!("{told}: {answer:?}, expected {expected:?}"));
                }
            }
        }
    }
    Ok(met)
}

#[test]
fn r3_every_role_may_do_exactly_what_the_table_says() {
    let met = walk(may).unwrap_or_else(|wrong| panic!("{wrong}"));
    let written: BTreeSet<_> = RIGHTS
        .lines()
        .filter_map(|line| line.split([':', ' ']).next())
        .filter(|word| !word.is_empty())
        .collect();
    assert_eq!(met, written, "every row is walked");
}

#[test]
fn the_walk_notices_an_override() {
    fn chair_revises(state: &State, actor: Actor, deed: Deed) -> Result<(), Refusal> {
        may(state, actor, deed).or_else(|refusal| match deed {
            Deed::Revise(_) if state.gavel == Some(actor.participant) => Ok(()),
            _ => Err(refusal),
        })
    }
    fn says_not_yours(state: &State, actor: Actor, deed: Deed) -> Result<(), Refusal> {
        may(state, actor, deed).map_err(|refusal| match deed {
            Deed::Withdraw(id) if refusal == Refusal::NotFound && state.contributions.contains_key(&id) => {
                Refusal::NotOwner
            }
            _ => refusal,
        })
    }
    fn closes_anyway(state: &State, actor: Actor, deed: Deed) -> Result<(), Refusal> {
        may(state, actor, deed).or_else(|refusal| match (deed, refusal) {
            (Deed::Close, Refusal::TimeStands) => Ok(()),
            _ => Err(refusal),
        })
    }
    for faulty in [chair_revises, says_not_yours, closes_anyway] {
        assert!(walk(faulty).is_err());
    }
}

type View = fn(&State, &crate::text::Texts, Viewer) -> Option<SessionView>;

/// That what a view offers is what the rules then allow, for everybody in every state.
fn buttons(view: View) -> Result<(), String> {
    for stage in ['b', 'c', 'p', 'q', 'z'] {
        let scene = scene(stage);
        let state = scene.table.state();
        for (role, actor) in ROLES {
            let Some(viewer) = Viewer::of(state, actor) else {
                continue;
            };
            let view = view(state, &scene.table.run.now.texts, viewer).ok_or("no view")?;
            let tried = |wish: Wish| {
                let mut table = scene.table.clone();
                let stamp = table.stamp();
                let command = Command {
                    id: CommandId(id(5)),
                    wish,
                };
                decide(state, actor, stamp, command).map(|decision| !decision.events.is_empty())
            };
            let works = |wish: Wish| tried(wish).is_ok();
            for (button, offered, allowed) in offers(&scene, &view, actor, &works, &tried) {
                if offered != allowed {
                    return Err(format!(
                        "{role} in {stage}: {button} offered {offered}, allowed {allowed}"
                    ));
                }
            }
        }
    }
    Ok(())
}

type Offer = (String, bool, bool);

fn offers(
    scene: &Scene,
    view: &SessionView,
    actor: Actor,
    works: &dyn Fn(Wish) -> bool,
    tried: &dyn Fn(Wish) -> Result<bool, Refusal>,
) -> Vec<Offer> {
    let at = scene.table.at + TimeDelta::hours(1);
    let own = scene.own[&actor.party];
    let subject = NewSubject {
        role: SubjectRole::Child,
        label: "dochter".into(),
    };
    let may = &view.may;
    let article = "art. 57 Sv".into();
    let mut offers: Vec<Offer> = [
        ("accept_rules", may.accept_rules, tried(Wish::AcceptRules) == Ok(true)),
        ("share", may.share, works(share("iets"))),
        ("decide", may.decide, works(cell(own, 1, other_than(actor.party), NO))),
        ("set_ready", may.set_ready, works(Wish::SetReady { ready: true })),
        ("last_call", may.last_call, works(Wish::LastCall)),
        ("add_subject", may.add_subject, works(Wish::AddSubject { subject })),
        ("agree_action", may.agree_action, works(agree("iets doen", OM, &[]))),
        ("propose_measure", may.propose_measure, works(propose(OM, &[]))),
        ("ask_time", may.ask_time, works(ASK_TIME)),
        ("set_clock", may.set_clock, works(Wish::SetClock { minutes: 90 })),
        (
            "set_deadline",
            may.set_deadline,
            works(Wish::SetDeadline { at, article }),
        ),
        ("lead", may.lead, works(give_seat(MUNICIPALITY, SeatLevel::Full))),
        ("take_gavel", may.take_gavel, works(Wish::TakeGavel)),
        ("record_disposition", may.record_disposition, works(dispose(None, &[]))),
        ("deviate", may.deviate, works(dispose(Some("haast"), &[]))),
        ("close", may.close, works(Wish::Close)),
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
        let allowed = works(Wish::MoveTo { phase });
        offers.push((format!("{phase:?}"), may.phases.contains(&phase), allowed));
    }
    for card in view.cards.iter().filter(|card| card.withdrawn_at.is_none()) {
        let contribution = card.id;
        offers.push(("mine".into(), card.mine, works(revise(contribution, "anders"))));
        offers.push(("not mine".into(), !card.mine, works(ask_release(contribution))));
    }
    for action in &view.actions {
        let allowed = works(Wish::DropAction { action: action.id });
        offers.push(("may_drop".into(), action.may_drop, allowed));
    }
    for measure in &view.measures {
        let wish = Wish::CommitMeasure {
            measure: measure.id,
            until: at,
        };
        offers.push(("may_answer".into(), measure.may_answer, works(wish)));
    }
    for request in &view.time.requests {
        let allowed = works(Wish::EndTime { request: request.id });
        offers.push(("time".into(), request.mine, allowed));
    }
    offers
}

/// A recipient that this party may know of.
fn other_than(party: PartyId) -> PartyId {
    if party == OM { VT } else { OM }
}

#[test]
fn a_button_and_the_rule_cannot_disagree() {
    fn closes(state: &State, texts: &crate::text::Texts, viewer: Viewer) -> Option<SessionView> {
        let mut view = view_for(state, texts, viewer)?;
        view.may.close |= view.may.lead;
        Some(view)
    }
    fn drops(state: &State, texts: &crate::text::Texts, viewer: Viewer) -> Option<SessionView> {
        let mut view = view_for(state, texts, viewer)?;
        view.actions.iter_mut().for_each(|action| action.may_drop = true);
        Some(view)
    }
    buttons(view_for).unwrap_or_else(|wrong| panic!("{wrong}"));
    for faulty in [closes, drops] {
        assert!(buttons(faulty).is_err(), "a planted fault is noticed");
    }
}

#[test]
fn in_the_own_organisation_a_role_opens_its_own_doors_only() {
    let none = HouseRoles::default();
    let convene = |chair| HouseDeed::Convene { chair };
    let led = convene(PartyKind::VeiligThuis);
    let not_led = convene(PartyKind::Prosecution);
    let (no, not_chair) = (Err(Refusal::NotFound), Err(Refusal::NotChair));
    let yes = Ok(());
    // Columns: see oneself, the board, convene one's own moment, another's, the dossier, the register, answer for a
    // release, administer.
    for (name, roles, expected) in [
        ("nobody yet", none, [yes, no, not_chair, not_chair, no, no, no, no]),
        (
            "participant",
            HouseRoles {
                participant: true,
                ..none
            },
            [yes, yes, yes, not_chair, no, no, no, no],
        ),
        (
            "dossier reader",
            HouseRoles {
                dossier_reader: true,
                ..none
            },
            [yes, no, not_chair, not_chair, yes, yes, yes, no],
        ),
        (
            "administrator",
            HouseRoles {
                administrator: true,
                ..none
            },
            [yes, no, not_chair, not_chair, no, no, no, yes],
        ),
        (
            "prosecutor",
            HouseRoles {
                prosecutor: true,
                ..none
            },
            [yes, no, not_chair, not_chair, no, no, no, no],
        ),
    ] {
        let deeds = [
            HouseDeed::SeeSelf,
            HouseDeed::SeeBoard,
            led,
            not_led,
            HouseDeed::ReadDossier,
            HouseDeed::ReadRegister,
            HouseDeed::AnswerForRelease,
            HouseDeed::Administer,
        ];
        for (deed, expected) in deeds.into_iter().zip(expected) {
            assert_eq!(
                may_in_house(PartyKind::VeiligThuis, roles, deed),
                expected,
                "{name}: {deed:?}"
            );
        }
    }
}
