//! Whether what the laws are about really came up: how often each command succeeded, and each rare meeting of circumstances.
//! A run in which one of them never did fails, so that no law holds because nothing happened.

use alloc::{collections::BTreeMap, collections::BTreeSet, string::String, vec::Vec};
use core::cell::RefCell;
use std::format;
use std::rc::Rc;

use super::model::{Cell, Eye, Item, Model, Sees};
use super::play::{Law, Play, Tried};
use crate::moment::{Moment, Phase};
use crate::session::command::{Actor, CommandKind, LeftItems, NewAnswer, SeatLevel, SubjectRole, Verdict};
use crate::session::item::{Assignee, LapseReason, NewContent};
use crate::session::refusal::Refusal;

/// How often what came up.
pub(super) type Counts = Rc<RefCell<BTreeMap<&'static str, u32>>>;

/// What must have come up in a run, and when it can.
const EXPECTED: [(&str, Can); 93] = [
    ("convene", Can::Always),
    ("share a contribution", Can::Always),
    ("share an action", Can::Always),
    ("share a measure", Can::Always),
    ("revise", Can::Always),
    ("set an audience", Can::Always),
    ("withdraw", Can::Always),
    ("open a basis", Can::Always),
    ("close a basis", Can::Always),
    ("request a release", Can::Always),
    ("drop a request", Can::Always),
    ("approve", Can::Always),
    ("decline", Can::Always),
    ("undecide", Can::Always),
    ("be ready", Can::Always),
    ("not be ready", Can::Always),
    ("last call", Can::Always),
    ("accept an action", Can::Always),
    ("commit to a measure", Can::Always),
    ("refuse an action or a measure", Can::Always),
    ("ask for time", Can::Always),
    ("explain the time", Can::Always),
    ("end the time", Can::Always),
    ("set the clock", Can::WithClock),
    ("set the end of custody", Can::Always),
    ("record a disposition", Can::WithDisposition),
    ("move to a phase", Can::Always),
    ("give a seat", Can::Always),
    ("take a seat", Can::Always),
    ("ask to leave", Can::Always),
    ("leave and keep", Can::Always),
    ("leave and withdraw", Can::Always),
    ("name attendees", Can::Always),
    ("admit a newcomer", Can::Always),
    ("not admit a newcomer", Can::Always),
    ("hand over the gavel", Can::Always),
    ("take the gavel", Can::Always),
    ("enter", Can::Always),
    ("accept the rules", Can::Always),
    ("add a subject", Can::Always),
    ("correct a subject", Can::Always),
    ("remove a subject", Can::Always),
    ("warn of expiry", Can::Always),
    ("expire", Can::Always),
    ("close", Can::Always),
    // Rare meetings of circumstances.
    ("a deviation", Can::WithDisposition),
    ("a disposition refused for VT's time", Can::WithDisposition),
    ("a close refused for VT's time", Can::Always),
    ("the closing round refused for VT's time", Can::Always),
    ("somebody else tried to end VT's time", Can::Always),
    ("two requests of VT stand", Can::Always),
    ("VT asks in the closing round", Can::Always),
    ("VT asks after it left", Can::Always),
    ("two suspects are decided", Can::WithDisposition),
    ("a disposition is recorded again", Can::WithDisposition),
    ("a disposition is opened to a restricted seat", Can::WithDisposition),
    ("lapse: revised", Can::Always),
    ("lapse: recipient left the audience", Can::Always),
    ("lapse: recipient left the table", Can::Always),
    ("lapse: basis gone", Can::Always),
    ("lapse: action gone", Can::Always),
    ("lapse: action changed", Can::Always),
    ("lapse: purpose gone", Can::Always),
    ("ready goes back", Can::Always),
    ("the last call goes back", Can::Always),
    ("a lapse that others may not know", Can::Always),
    ("a newcomer is shown what was before", Can::Always),
    ("a newcomer does not read back", Can::Always),
    ("a party that left decides", Can::Always),
    ("a party that left takes back", Can::Always),
    ("a party comes back", Can::Always),
    ("an absent holder commits", Can::Always),
    ("a commitment outlives its item", Can::Always),
    ("a basis is opened and somebody sees more", Can::Always),
    ("an opened basis is taken back and somebody sees less", Can::Always),
    ("a withdrawal takes along what rests on it", Can::Always),
    ("an item names a person to somebody", Can::Always),
    ("a person is removed from items", Can::Always),
    ("a person is corrected into a reporter", Can::Always),
    ("an expiry is announced and somebody comes", Can::Always),
    ("an expiry while VT's time stands", Can::Always),
    ("somebody is no longer named and loses the table", Can::Always),
    ("a restricted seat owns an item", Can::Always),
    ("a release for a task", Can::Always),
    ("a release for an action", Can::Always),
    ("a release of an excerpt", Can::Always),
    ("a release with a condition", Can::Always),
    ("a release on a contested ground", Can::Always),
    ("a release with a label", Can::Always),
    ("a release that names a reporter", Can::Always),
    ("a release of words that rest on others", Can::Always),
    ("an approval that does not go along with its basis", Can::Always),
    ("an own action or a commitment is kept", Can::Always),
];

/// In sessions of which moments something can come up.
#[derive(Clone, Copy, PartialEq)]
enum Can {
    Always,
    WithDisposition,
    WithClock,
}

/// What must have come up in sessions of this moment and never did.
pub(super) fn never(moment: &Moment, counts: &Counts) -> Vec<&'static str> {
    let can = |can: Can| match can {
        Can::Always => true,
        Can::WithDisposition => moment.disposition,
        Can::WithClock => moment.decision_clock_minutes.is_some(),
    };
    let counts = counts.borrow();
    let missing = EXPECTED
        .iter()
        .filter(|(what, when)| can(*when) && !counts.contains_key(what));
    missing.map(|(what, _)| *what).collect()
}

/// How often everything came up, the rarest first.
pub(super) fn told(counts: &Counts) -> String {
    let counts = counts.borrow();
    let mut all: Vec<_> = counts.iter().collect();
    all.sort_by_key(|(what, count)| (**count, **what));
    all.iter().map(|(what, count)| format!("{count:>7} {what}\n")).collect()
}

/// Counts.
pub(super) struct Coverage(pub Counts);

impl Law for Coverage {
    fn name(&self) -> &'static str {
        "coverage"
    }

    fn after(&mut self, play: &Play, tried: &Tried<'_>) -> Result<(), String> {
        let mut counts = self.0.borrow_mut();
        let mut seen = |what: &'static str| {
            debug_assert!(EXPECTED.iter().any(|(it, _)| *it == what), "{what}");
            *counts.entry(what).or_default() += 1;
        };
        match tried.answer {
            Ok(_) if tried.happened() => {
                command(tried.kind()).iter().for_each(|what| seen(what));
                circumstances(play, tried, &mut seen);
                if let Some(ended) = play.model.ended.filter(|it| !it.expired) {
                    releases(tried.was, ended.at, &mut seen);
                }
            }
            Ok(_) => {}
            Err(refusal) => refused(*refusal, tried, &mut seen),
        }
        Ok(())
    }
}

fn command(kind: &CommandKind) -> Vec<&'static str> {
    let one = match kind {
        CommandKind::Convene(_) => "convene",
        CommandKind::GiveSeat(_) => "give a seat",
        CommandKind::Enter { .. } => "enter",
        CommandKind::WarnOfExpiry => "warn of expiry",
        CommandKind::Expire => "expire",
        CommandKind::TakeSeat { .. } => "take a seat",
        CommandKind::AskToLeave { .. } => "ask to leave",
        CommandKind::Leave { items: LeftItems::Keep } => "leave and keep",
        CommandKind::Leave {
            items: LeftItems::Withdraw,
        } => "leave and withdraw",
        CommandKind::NameAttendees { .. } => "name attendees",
        CommandKind::AnswerNewcomer { show: true, .. } => "admit a newcomer",
        CommandKind::AnswerNewcomer { show: false, .. } => "not admit a newcomer",
        CommandKind::AcceptRules {} => "accept the rules",
        CommandKind::HandOverGavel { .. } => "hand over the gavel",
        CommandKind::TakeGavel {} => "take the gavel",
        CommandKind::MoveTo { .. } => "move to a phase",
        CommandKind::AddSubject { .. } => "add a subject",
        CommandKind::CorrectSubject { .. } => "correct a subject",
        CommandKind::RemoveSubject { .. } => "remove a subject",
        CommandKind::Share { content, .. } => match content {
            NewContent::Contribution { .. } => "share a contribution",
            NewContent::Action { .. } => "share an action",
            NewContent::Measure { .. } => "share a measure",
        },
        CommandKind::Revise { .. } => "revise",
        CommandKind::SetAudience { .. } => "set an audience",
        CommandKind::Withdraw { .. } => "withdraw",
        CommandKind::OpenBasis { open: true, .. } => "open a basis",
        CommandKind::OpenBasis { open: false, .. } => "close a basis",
        CommandKind::RequestRelease { .. } => "request a release",
        CommandKind::DropRequest { .. } => "drop a request",
        CommandKind::SetReady { ready: true } => "be ready",
        CommandKind::SetReady { ready: false } => "not be ready",
        CommandKind::LastCall {} => "last call",
        CommandKind::Answer { answer, .. } => match answer {
            NewAnswer::Accept {} => "accept an action",
            NewAnswer::Commit { .. } => "commit to a measure",
            NewAnswer::Refuse { .. } => "refuse an action or a measure",
        },
        CommandKind::AskTime { .. } => "ask for time",
        CommandKind::ExplainTime { .. } => "explain the time",
        CommandKind::EndTime { .. } => "end the time",
        CommandKind::SetClock { .. } => "set the clock",
        CommandKind::SetDeadline { .. } => "set the end of custody",
        CommandKind::RecordDisposition { .. } => "record a disposition",
        CommandKind::Close {} => "close",
        CommandKind::Decide { cells } => {
            let all = cells.iter().map(|cell| match cell.verdict {
                Verdict::Approve { .. } => "approve",
                Verdict::Decline { .. } => "decline",
                Verdict::Undecide {} => "undecide",
            });
            return all.collect::<BTreeSet<_>>().into_iter().collect();
        }
    };
    alloc::vec![one]
}

/// Who sees how much of the items, of everybody who sits here.
fn sights(model: &Model) -> BTreeMap<(crate::ids::PartyId, crate::ids::ItemId), bool> {
    let pairs = model.seated().into_iter().flat_map(|party| {
        let items = model.items.iter();
        items
            .map(move |(id, item)| ((party, *id), model.sees(party, item)))
            .collect::<Vec<_>>()
    });
    pairs.collect()
}

fn gained(was: &Model, is: &Model) -> bool {
    let before = sights(was);
    sights(is)
        .iter()
        .any(|(at, sees)| *sees && before.get(at) == Some(&false))
}

#[expect(clippy::too_many_lines, reason = "one circumstance after another")]
fn circumstances(play: &Play, tried: &Tried<'_>, seen: &mut dyn FnMut(&'static str)) {
    let (was, is, actor) = (tried.was, &play.model, tried.actor);
    for (_, why) in lapsed(was, is) {
        seen(match why {
            LapseReason::Revised => "lapse: revised",
            LapseReason::RecipientLeftAudience => "lapse: recipient left the audience",
            LapseReason::RecipientLeftTable => "lapse: recipient left the table",
            LapseReason::BasisGone => "lapse: basis gone",
            LapseReason::ActionGone { .. } => "lapse: action gone",
            LapseReason::ActionChanged { .. } => "lapse: action changed",
            LapseReason::PurposeGone => "lapse: purpose gone",
        });
    }
    let ready = |model: &Model| model.seats.values().filter(|it| it.ready).count();
    let own = matches!(tried.kind(), CommandKind::SetReady { .. } | CommandKind::MoveTo { .. });
    if ready(is) < ready(was) && !own {
        seen("ready goes back");
        if was.last_call.is_some() && is.last_call.is_none() {
            seen("the last call goes back");
        }
    }
    if lapsed(was, is).iter().any(|(item, why)| {
        let item = &is.items[item];
        let others = is
            .seated()
            .into_iter()
            .filter(|it| *it != item.owner && is.is_full(*it));
        let mut eyes = others.map(|party| Eye::Party { party, accepted: true });
        eyes.any(|eye| is.eye_sees(eye, item) == Sees::Whole && !is.knows_lapse(eye, *why))
    }) {
        seen("a lapse that others may not know");
    }
    match tried.kind() {
        CommandKind::RecordDisposition { suspect, deviation, .. } => {
            if deviation.is_some() {
                seen("a deviation");
            }
            if was.disposition_of(*suspect).is_some() {
                seen("a disposition is recorded again");
            }
            if is.is_decided() && is.items.values().filter(|it| it.is_disposition()).count() > 1 {
                seen("two suspects are decided");
            }
        }
        CommandKind::AskTime { .. } => {
            if is.standing().len() > 1 {
                seen("two requests of VT stand");
            }
            if is.phase == Phase::ClosingRound {
                seen("VT asks in the closing round");
            }
            if is.has_left(actor.party) {
                seen("VT asks after it left");
            }
        }
        CommandKind::AnswerNewcomer { show, .. } => {
            if *show && gained(was, is) {
                seen("a newcomer is shown what was before");
            }
            if !show {
                seen("a newcomer does not read back");
            }
        }
        CommandKind::Decide { cells } if was.has_left(actor.party) => {
            let back = cells.iter().any(|it| matches!(it.verdict, Verdict::Undecide {}));
            seen(if back {
                "a party that left takes back"
            } else {
                "a party that left decides"
            });
        }
        CommandKind::Withdraw { item, .. } => {
            if is.items[item].committed_until().is_some() {
                seen("a commitment outlives its item");
            }
            let mut others = is
                .items
                .iter()
                .filter(|(_, it)| it.rests_on.contains(item) && it.is_live());
            let party = |it: &Item, model: &Model| model.seated().into_iter().filter(|p| model.sees(*p, it)).count();
            if others.any(|(id, it)| party(it, is) < party(&was.items[id], was)) {
                seen("a withdrawal takes along what rests on it");
            }
        }
        CommandKind::Answer {
            item,
            answer: NewAnswer::Commit { .. },
            ..
        } => {
            if matches!(was.items[item].assignee(), Some(Assignee::Absent { .. })) {
                seen("an absent holder commits");
            }
        }
        CommandKind::OpenBasis { open, .. } => {
            if *open && gained(was, is) {
                seen("a basis is opened and somebody sees more");
            }
            if !open && gained(is, was) {
                seen("an opened basis is taken back and somebody sees less");
            }
        }
        CommandKind::SetAudience { item, audience, .. } => {
            let restricted = |party: &crate::ids::PartyId| is.sits(*party) && !is.is_full(*party);
            if is.items[item].is_disposition() && audience.named.iter().any(restricted) {
                seen("a disposition is opened to a restricted seat");
            }
        }
        CommandKind::Share { subjects, .. } => {
            if !was.is_full(actor.party) {
                seen("a restricted seat owns an item");
            }
            let learns = |party: &crate::ids::PartyId| {
                subjects
                    .iter()
                    .any(|it| is.knows_subject(*party, *it) && !was.knows_subject(*party, *it))
            };
            if is.seated().iter().any(learns) {
                seen("an item names a person to somebody");
            }
        }
        CommandKind::RemoveSubject { subject, .. } => {
            if was
                .items
                .values()
                .any(|it| it.is_live() && it.subjects.contains(subject))
            {
                seen("a person is removed from items");
            }
        }
        CommandKind::CorrectSubject { subject, role, .. } => {
            if *role == SubjectRole::Reporter && was.subjects[subject].role != *role {
                seen("a person is corrected into a reporter");
            }
        }
        CommandKind::GiveSeat(seat) => {
            if was.has_left(seat.party.id) && seat.level == SeatLevel::Full {
                seen("a party comes back");
            }
        }
        CommandKind::NameAttendees { .. } => {
            let named = |model: &Model, party| {
                let people = super::script::people_of(party).into_iter();
                people.filter(|it| model.accepted(*it) && model.admits(*it)).count()
            };
            if named(is, actor.party) < named(was, actor.party) {
                seen("somebody is no longer named and loses the table");
            }
        }
        CommandKind::Expire => {
            if !was.standing().is_empty() {
                seen("an expiry while VT's time stands");
            }
        }
        _ => {}
    }
    if was.warned.is_some() && is.warned.is_none() && is.is_open() && actor != Actor::PROGRAM {
        seen("an expiry is announced and somebody comes");
    }
}

/// The reasons of what lapsed just now.
fn lapsed(was: &Model, is: &Model) -> Vec<(crate::ids::ItemId, LapseReason)> {
    let cells = is
        .items
        .iter()
        .flat_map(|(id, item)| item.cells.iter().map(move |(to, cell)| (id, to, cell)));
    let new = cells.filter_map(|(id, to, cell)| match cell {
        Cell::Lapsed(why, _) => {
            let before = was.items.get(id).and_then(|it| it.cells.get(to));
            before.is_some_and(|it| it.approval().is_some()).then_some((*id, *why))
        }
        Cell::Approved(_) | Cell::Declined(_) => None,
    });
    new.collect()
}

fn refused(refusal: Refusal, tried: &Tried<'_>, seen: &mut dyn FnMut(&'static str)) {
    match (refusal, tried.kind()) {
        (Refusal::TimeStands, CommandKind::RecordDisposition { .. }) => seen("a disposition refused for VT's time"),
        (Refusal::TimeStands, CommandKind::Close {}) => seen("a close refused for VT's time"),
        (Refusal::TimeStands, CommandKind::MoveTo { .. }) => seen("the closing round refused for VT's time"),
        (Refusal::NotVeiligThuis, CommandKind::EndTime { .. }) => seen("somebody else tried to end VT's time"),
        _ => {}
    }
}

/// What left at the close.
fn releases(was: &Model, at: chrono::DateTime<chrono::Utc>, seen: &mut dyn FnMut(&'static str)) {
    let left = was.left(at);
    if left.held_back > 0 {
        seen("an approval that does not go along with its basis");
    }
    if left.dossier.iter().any(|(_, copy)| copy.purpose.is_none()) {
        seen("an own action or a commitment is kept");
    }
    for (_, copy) in left.dossier.iter().filter(|(_, copy)| copy.purpose.is_some()) {
        let labels = &copy.subjects;
        let what = [
            (
                matches!(copy.purpose, Some(crate::dossier::PurposeText::Task { .. })),
                "a release for a task",
            ),
            (
                matches!(copy.purpose, Some(crate::dossier::PurposeText::FollowUp { .. })),
                "a release for an action",
            ),
            (copy.is_excerpt, "a release of an excerpt"),
            (copy.condition.is_some(), "a release with a condition"),
            (
                copy.ground
                    .as_ref()
                    .is_some_and(|it| it.status != crate::ground::GroundStatus::Undisputed),
                "a release on a contested ground",
            ),
            (!labels.is_empty(), "a release with a label"),
            (
                labels.iter().any(|it| it.role == SubjectRole::Reporter),
                "a release that names a reporter",
            ),
        ];
        what.iter().filter(|(is, _)| *is).for_each(|(_, what)| seen(what));
    }
    let approved = was.items.values().filter(|it| it.is_row() && !it.rests_on.is_empty());
    let mut approved = approved.flat_map(|it| it.cells.values());
    if left.held_back == 0 && approved.any(|cell| cell.approval().is_some()) {
        seen("a release of words that rest on others");
    }
}
