//! Confinement (R2): nothing that reaches a viewer depends on what is hidden from it.
//!
//! The same session is held twice. In sight the same happens; out of sight of one party, or of the wall, other items are
//! shared, revised, narrowed, withdrawn, requested, answered, opened and decided: contributions, actions and measures, items
//! that were in sight and were narrowed in the middle, everything that is for the whole table where the party sits in a
//! restricted seat or has no seat yet, persons whom it does not know, and the words of dispositions that it does not read.
//! Every frame, answer, report, account, board row and copy that reaches it must be the same to the byte.
//!
//! The rules demand that three things go with what is hidden, and these alone are left out of the comparison:
//! - that another owner is ready, and the chair's last call: they go back when an owner has to decide again (R6), whatever that
//!   is about;
//! - when the session expires: that follows from the last thing that happened (R14), whatever that was;
//! - the decision clock, for a party that does not know every suspect of the case: it is common to the table and stands still
//!   once every suspect's case is decided (R11).
//!
//! What cannot be otherwise is kept the same in both: a seat is not taken of a party that takes part (R15), a label goes along
//! only to a recipient that could see it (R16), what rests on another's item goes with that (R11). The head of the whole
//! chain, which the room adds to a report, is a digest of all.

use alloc::{collections::BTreeSet, string::String, vec::Vec};
use proptest::prelude::*;
use serde_json::{Map, Value};
use std::format;

use super::faults::{lie, shows, snapshot, tells, whole};
use super::model::{Model, Sees};
use super::play::{Play, command, seconds_of, stamp};
use super::screens::{counts_every_lapse, looks_from_full_seat, reads_back};
use super::script::{Bounds, Chooser, Script, Step, What, Writer, convening_of, opening, people_of, step};
use super::{hold, notices};
use crate::ids::{ItemId, PartyId, ReleaseId, SubjectId};
use crate::moment::Phase;
use crate::session::command::{Actor, CellDecision, CommandKind, NewAnswer, SeatLevel, Verdict};
use crate::session::event::EventKind;
use crate::session::item::{Audience, DispositionKind, Purpose};
use crate::session::state::Made;
use crate::session::tests::fixture::*;
use crate::session::view::{view_event, view_for};

/// A session that is held twice.
#[derive(Clone, Debug)]
struct Twice {
    script: Script,
    /// From whom things are hidden.
    from: u8,
    /// What happens out of sight, and after which step: once this, once that.
    hidden: [Vec<(u8, Step)>; 2],
}

fn twice(longest: usize) -> impl Strategy<Value = Twice> {
    let hidden = || prop::collection::vec((any::<u8>(), step()), 2..24);
    let steps = prop::collection::vec(step(), longest / 2..longest);
    let moment = prop::sample::select(MOMENTS.to_vec());
    (moment, any::<u8>(), opening(), any::<u64>(), steps, hidden(), hidden()).prop_map(
        |(moment, from, opening, seed, steps, one, other)| Twice {
            script: Script {
                moment,
                opening,
                seed,
                steps,
            },
            from,
            hidden: [one, other],
        },
    )
}

/// Who looks from outside: one party with all its people, or the wall.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Outside {
    Party(PartyId),
    Wall,
}

/// The numbers of what happens out of sight are its own, so that what happens in sight keeps its ids.
const OUT_OF_SIGHT: u32 = 1_000_000;

/// What can happen out of sight.
const HIDDEN: [What; 24] = [
    What::Contribution,
    What::Contribution,
    What::Action,
    What::Action,
    What::Measure,
    What::Measure,
    What::Revise,
    What::Revise,
    What::SetAudience,
    What::SetAudience,
    What::Withdraw,
    What::Withdraw,
    What::OpenBasis,
    What::Request,
    What::DropRequest,
    What::Approve,
    What::Approve,
    What::Decline,
    What::Undecide,
    What::Answer,
    What::Answer,
    What::AddSubject,
    What::CorrectSubject,
    What::RemoveSubject,
];

/// One of the two sessions.
struct Held<'a> {
    meeting: &'a Twice,
    which: usize,
    outside: Outside,
    /// The party that sees nothing of it: the one outside, or the chair, without whom the wall sees nothing.
    from: PartyId,
    play: Play,
    /// What everybody in sight did, and nothing else.
    known: Model,
    secrets: BTreeSet<ItemId>,
    hidden_subjects: BTreeSet<SubjectId>,
    /// Who does something out of sight: parties that sit here from the beginning.
    insiders: Vec<PartyId>,
    reached: Vec<String>,
}

impl<'a> Held<'a> {
    fn begin(rules: &Rules, meeting: &'a Twice, which: usize) -> Result<Self, String> {
        let moment = meeting.script.moment;
        let seated: Vec<_> = convening_of(moment).seats.iter().map(|seat| seat.party.id).collect();
        let chair = convener(moment).party;
        // Somebody who has no seat at first is a newcomer later on.
        let newcomer = PARTIES
            .into_iter()
            .find(|it| !seated.contains(it))
            .unwrap_or(MUNICIPALITY);
        let others = seated.iter().copied().chain([newcomer]).map(Outside::Party);
        let outsides: Vec<_> = others.chain([Outside::Wall]).collect();
        let outside = outsides[usize::from(meeting.from) % outsides.len()];
        let (from, screens): (_, Vec<_>) = match outside {
            Outside::Party(party) => (party, people_of(party).into_iter().map(Some).collect()),
            Outside::Wall => (chair, [None].into()),
        };
        let mut play = Play::begin(rules, &screens, true);
        play.gather(&meeting.script, &Bounds::none(), &mut [])?;
        Ok(Self {
            meeting,
            which,
            outside,
            from,
            known: play.model.clone(),
            play,
            secrets: BTreeSet::new(),
            hidden_subjects: BTreeSet::new(),
            insiders: seated.into_iter().filter(|it| *it != from).collect(),
            reached: Vec::new(),
        })
    }

    fn is_own(&self, actor: Actor) -> bool {
        matches!(self.outside, Outside::Party(party) if actor.party == party)
    }

    /// Whether what is for the whole table is hidden from outside.
    fn table_is_hidden(&self) -> bool {
        self.outside != Outside::Wall && !self.play.model.is_full(self.from)
    }

    /// Whether the party outside never gets a full seat in this session: then it never reads a disposition.
    fn stays_restricted(&self) -> bool {
        let seats = convening_of(self.meeting.script.moment).seats;
        let restricted = seats
            .iter()
            .any(|seat| seat.party.id == self.from && seat.level == SeatLevel::Restricted);
        restricted && self.outside != Outside::Wall && self.meeting.script.seed % 2 == 0
    }

    /// One thing out of sight.
    fn out_of_sight(&mut self, number: usize, step: Step) -> Result<(), String> {
        let key = OUT_OF_SIGHT + u32::try_from(number).expect("few");
        let what = HIDDEN[usize::from(step.what) % HIDDEN.len()];
        let shares = matches!(what, What::Contribution | What::Action | What::Measure);
        let what = if self.secrets.is_empty() && !shares {
            What::Contribution
        } else {
            what
        };
        if what == What::AddSubject && !self.table_is_hidden() {
            return Ok(());
        }
        let mut only = self.secrets.clone();
        if shares && step.seed % 3 == 0 {
            only.extend(self.known.items.keys());
        }
        // Whom the chair names, everybody who gets a full seat later on knows.
        let named_by_chair = what == What::AddSubject && !self.stays_restricted();
        let speakers = self
            .insiders
            .iter()
            .filter(|it| !named_by_chair || Some(**it) != self.known.chair);
        let bounds = Bounds {
            speakers: speakers.copied().collect(),
            parties: self.insiders.clone(),
            table: self.table_is_hidden(),
            only: Some(only),
            seats: Vec::new(),
            wild: false,
        };
        let model = &self.play.model;
        let mut writer = Writer::new(model, &bounds, step.seed, key, self.play.now());
        writer.texts = 1_000 * u32::try_from(self.which).expect("two");
        let Some((actor, mut kind)) = writer.write(what) else {
            return Ok(());
        };
        if let CommandKind::Share { subjects, .. } | CommandKind::Revise { subjects, .. } = &mut kind {
            // Who comes to know a person out of sight gets the label along with what is released in sight (R16).
            subjects.retain(|id| self.outside == Outside::Wall || self.hidden_subjects.contains(id));
        }
        let named = match &kind {
            CommandKind::CorrectSubject { subject, .. } | CommandKind::RemoveSubject { subject, .. } => Some(*subject),
            _ => None,
        };
        if named.is_some_and(|it| !self.hidden_subjects.contains(&it)) {
            return Ok(());
        }
        if let Ok(decision) = self.play.submit_as(key, actor, kind, &mut [])? {
            match decision.made() {
                Some(Made::Item(id)) => drop(self.secrets.insert(id)),
                Some(Made::Subject(id)) => drop(self.hidden_subjects.insert(id)),
                _ => {}
            }
        }
        Ok(())
    }

    /// Something in sight: the same in both sessions, by name and by stamp.
    fn in_sight(&mut self, key: u32, actor: Actor, kind: CommandKind) -> Result<bool, String> {
        let seconds = self.play.seconds;
        if std::env::var("TRY").is_ok() {
            std::eprintln!("   try {key} {} {kind:?}", super::play::named(actor));
        }
        let answer = self.play.submit_as(key, actor, self.as_held(&kind), &mut [])?;
        if let Ok(decision) = &answer {
            self.known
                .accept(actor, stamp(key, seconds), &command(key, kind), decision);
        }
        if self.is_own(actor) {
            let told = answer
                .as_ref()
                .map(|decision| (decision.events.is_empty(), decision.made()));
            self.reached.push(format!("answer {told:?}"));
        }
        Ok(answer.is_ok())
    }

    /// What was done in sight, as it was held here: the words and kind of a disposition that is not read outside, and an action
    /// out of sight as what something in sight is for.
    fn as_held(&self, kind: &CommandKind) -> CommandKind {
        let mut kind = kind.clone();
        match &mut kind {
            CommandKind::RecordDisposition {
                kind, note, deviation, ..
            } if self.stays_restricted() => {
                let place = DispositionKind::ALL
                    .iter()
                    .position(|it| it == kind)
                    .unwrap_or_default();
                *kind = DispositionKind::ALL[(place + self.which) % DispositionKind::ALL.len()];
                for words in [note, deviation].into_iter().flatten() {
                    *words += &format!(" {}", self.which);
                }
            }
            CommandKind::Decide { cells } if self.which == 0 => {
                for cell in cells {
                    if let (Some(action), Verdict::Approve { purpose, .. }) =
                        (self.secret_purpose(cell), &mut cell.verdict)
                    {
                        *purpose = Purpose::Action(action);
                    }
                }
            }
            _ => {}
        }
        kind
    }

    /// An action out of sight that giver and recipient see. What something of the party outside rests on is left alone: that
    /// this stays behind, is its to know (R11).
    fn secret_purpose(&self, cell: &CellDecision) -> Option<ItemId> {
        let item = self.known.items.get(&cell.item)?;
        let inside = self.insiders.contains(&item.owner) && self.insiders.contains(&cell.recipient);
        let mut own = self.known.items.values().filter(|it| it.owner == self.from);
        if !inside || own.any(|it| it.rests_on.contains(&cell.item)) {
            return None;
        }
        let holds = |id: &&ItemId| {
            self.play
                .model
                .purpose_holds(item.owner, cell.recipient, &Purpose::Action(**id))
        };
        self.secrets.iter().find(holds).copied()
    }

    /// What was in sight and is no longer: it goes on out of sight, other in each session.
    fn lose(&mut self, seed: u64) {
        let from = self.from;
        let known = &self.known;
        let lost = known.items.iter().filter(|(id, item)| {
            let used = known.items.values().any(|it| it.rests_on.contains(id));
            let given = item.cells.get(&from).is_some_and(|cell| cell.approval().is_some());
            let shown = item.owner == from || known.in_audience(from, item) || item.audience.named.contains(&from);
            let holds = item.assignee().is_some_and(|it| it.answering_party() == from);
            let names = self.outside != Outside::Wall && !item.subjects.is_empty();
            self.insiders.contains(&item.owner)
                && !names
                && !item.is_disposition()
                && !used
                && !given
                && !shown
                && !holds
        });
        let lost: Vec<_> = lost
            .filter(|(_, it)| known.sight(from, it) == Sees::Nothing)
            .map(|(id, _)| *id)
            .collect();
        for id in lost.into_iter().filter(|_| seed % 2 == 0) {
            self.known.items.remove(&id);
            self.secrets.insert(id);
        }
    }

    /// One step in sight.
    fn step(&mut self, place: usize, step: Step) -> Result<(), String> {
        self.play.seconds += seconds_of(step.wait).abs();
        let key = 10_000 + 4 * u32::try_from(place).expect("few");
        if step.what % 7 == 0 && self.outside != Outside::Wall {
            let (actor, kind) = self.probe(step.seed);
            // What is refused here is refused there; nobody learns from it.
            let answer = self.play.submit_as(key, actor, kind.clone(), &mut [])?;
            let told = answer
                .as_ref()
                .map(|decision| (decision.events.is_empty(), decision.made()));
            self.reached.push(format!("probe {told:?}"));
            if let Ok(decision) = &answer {
                let stamp = stamp(key, self.play.seconds);
                self.known.accept(actor, stamp, &command(key, kind), decision);
            }
            return Ok(());
        }
        let what = What::of(step.what, &self.known);
        if matches!(what, What::Scene | What::End) {
            return Ok(());
        }
        if what == What::Warn {
            // Long enough after whatever happened last, so that it is due in both.
            self.play.seconds += 40 * 86_400;
            return self
                .in_sight(key, Actor::PROGRAM, CommandKind::WarnOfExpiry)
                .map(|_| ());
        }
        let bounds = Bounds {
            seats: PARTIES.into_iter().filter(|it| !self.insiders.contains(it)).collect(),
            wild: false,
            ..Bounds::none()
        };
        let written = {
            let now = nine_plus(self.play.seconds);
            let mut writer = Writer::new(&self.known, &bounds, step.seed, key, now);
            writer.write(what)
        };
        let Some((actor, mut kind)) = written else {
            return Ok(());
        };
        match &mut kind {
            // Whoever shows a newcomer what was before shows it what was out of sight too.
            CommandKind::AnswerNewcomer { party, show } if *party == self.from => *show = false,
            CommandKind::GiveSeat(seat) if seat.party.id == self.from && self.stays_restricted() => {
                seat.level = SeatLevel::Restricted;
            }
            // What is read from now on is the same from the beginning.
            CommandKind::SetAudience { item, audience, .. } => {
                if self.known.items.get(item).is_some_and(|it| it.is_disposition()) {
                    audience.named.remove(&self.from);
                }
            }
            CommandKind::Decide { cells } => {
                for cell in cells {
                    if let Verdict::Approve { motivation, .. } = &mut cell.verdict {
                        motivation.get_or_insert_with(|| format!("woorden {key} waarom"));
                    }
                }
            }
            _ => {}
        }
        let guest = match &kind {
            CommandKind::GiveSeat(seat) => Some(seat.party.id),
            _ => None,
        };
        if self.in_sight(key, actor, kind)?
            && let Some(guest) = guest
        {
            let who = people_of(guest)[0];
            let (name, prosecutor) = (name_of(who).into(), false);
            self.in_sight(key + 1, who, CommandKind::Enter { name, prosecutor })?;
            self.in_sight(key + 2, who, CommandKind::AcceptRules {})?;
        }
        Ok(())
    }

    /// Who is outside tries what it cannot know the name of.
    fn probe(&self, seed: u64) -> (Actor, CommandKind) {
        let mut choose = Chooser(seed);
        let people = people_of(self.from);
        let actor = people[choose.below(people.len())];
        let hidden = hidden_name(u32::try_from(choose.below(6)).expect("few"));
        let (item, subject) = (ItemId(hidden), SubjectId(hidden));
        let own: Vec<_> = self
            .known
            .items
            .iter()
            .filter(|(_, it)| it.owner == self.from)
            .collect();
        let own = choose.pick(&own);
        let recipient = PARTIES[choose.below(PARTIES.len())];
        let revision = u32::try_from(1 + choose.below(2)).expect("few");
        let kind = match (choose.below(19), own) {
            (0, _) => revise(item, revision, "woorden anders"),
            (1, _) => withdraw(item, revision),
            (2, _) => ask_release(item, revision),
            (3, _) => CommandKind::DropRequest { item },
            (4, _) => cell(item, revision, recipient, NO),
            (5, _) => cell(item, revision, recipient, yes(task(recipient))),
            (6, _) => cell(item, revision, recipient, Verdict::Undecide {}),
            (7, _) => share_action("woorden doen", recipient, &[item]),
            (8, _) => propose_measure(
                "extra_patrol",
                crate::session::item::Assignee::Seat(POLICE),
                "woorden",
                &[item],
            ),
            (9, _) => share_item(FACT, Audience::table(), &[subject], &[], "woorden"),
            (10, _) => CommandKind::RemoveSubject { subject, revision },
            (11, _) => answer(item, revision, NewAnswer::Accept {}),
            (12, _) => answer(item, revision, NewAnswer::Refuse { reason: None }),
            (13, _) => record_disposition(subject, 0, None),
            (14, Some((own, it))) => cell(*own, it.revision, recipient, yes(Purpose::Action(item))),
            (15, Some((own, it))) => CommandKind::RequestRelease {
                item: *own,
                revision: it.revision,
                purpose: Some(Purpose::Action(item)),
                reason: None,
            },
            (16, Some((own, _))) => CommandKind::OpenBasis {
                item,
                revision,
                basis: *own,
                open: choose.chance(50),
            },
            (17, Some((own, _))) => CommandKind::OpenBasis {
                item: *own,
                revision,
                basis: item,
                open: choose.chance(50),
            },
            _ => CommandKind::SetAudience {
                item,
                was: Audience::table(),
                audience: Audience::table(),
            },
        };
        (actor, kind)
    }

    /// What the party has beside its screen.
    fn look_around(&mut self, place: usize) {
        let Outside::Party(party) = self.outside else { return };
        let mut row = self.play.run.board_row(party);
        if let Some(row) = &mut row {
            row.expires_at = None;
            row.clock = row.clock.filter(|_| !self.masks_the_clock());
        }
        self.reached.push(format!("board {row:?}"));
        let state = &self.play.run.now.state;
        for who in people_of(party) {
            let spotlight = (self.play.run.rules.viewer)(state, who).map(|viewer| {
                let named = (0..4).map(|number| ItemId(hidden_name(number)));
                named
                    .map(|item| (self.play.run.rules.sees)(viewer, state, item))
                    .collect::<Vec<_>>()
            });
            self.reached.push(format!("spotlight {spotlight:?}"));
        }
        if place % 8 == 0 {
            self.take_along(party);
        }
    }

    /// The report, and the account where the session is over.
    fn take_along(&mut self, party: PartyId) {
        let run = &self.play.run;
        let Some(report) = (run.rules.report)(&run.now.state, party) else {
            return;
        };
        let mut told = serde_json::to_value(&report).expect("a report");
        told["last_call"] = Value::Null;
        self.reached.push(format!("report {told}"));
        if run.now.state.closed_at().is_some() {
            let account = (run.rules.account)(&run.events, report);
            let frames = account.chain.events.iter().map(|event| event.bytes.clone());
            let frames = self.masked(frames);
            self.reached
                .extend(frames.into_iter().map(|it| format!("account {it}")));
        }
    }

    /// Whether the party outside did not sit in a full seat all the time: then a suspect may be hidden from it, by whom the
    /// clock goes.
    fn masks_the_clock(&self) -> bool {
        let seats = convening_of(self.meeting.script.moment).seats;
        let mut full = seats.iter().filter(|seat| seat.level == SeatLevel::Full);
        let changed = |kind: &EventKind, by: PartyId| match kind {
            EventKind::SeatGiven { seat } => seat.party.id == self.from,
            EventKind::SeatTaken { party } => *party == self.from,
            EventKind::Left => by == self.from,
            _ => false,
        };
        let mut events = self.play.run.events.iter();
        full.all(|seat| seat.party.id != self.from) || events.any(|it| changed(&it.kind, it.by.party))
    }

    /// Frames without what goes with what is hidden, because the rules say so.
    fn masked(&self, frames: impl Iterator<Item = String>) -> Vec<String> {
        let mut mask = Mask {
            own: format!("{}", self.from),
            clock: self.masks_the_clock(),
            shown: Map::new(),
        };
        frames.filter_map(|frame| mask.frame(&frame)).collect()
    }

    fn finish(mut self) -> Result<Vec<String>, String> {
        self.play.seconds += 1_000;
        let mut key = 900_000;
        let mut next = || {
            key += 1;
            key
        };
        if self.meeting.script.seed % 7 == 0 {
            self.play.seconds += 400 * 86_400;
            self.in_sight(next(), Actor::PROGRAM, CommandKind::WarnOfExpiry)?;
            self.play.seconds += 25 * 3_600;
            self.in_sight(next(), Actor::PROGRAM, CommandKind::Expire)?;
        }
        for request in self.known.standing() {
            let by = self.known.times[&request].by;
            self.in_sight(next(), by, CommandKind::EndTime { request })?;
        }
        let chair = people_of(convener(self.meeting.script.moment).party);
        let by = chair
            .iter()
            .find(|it| self.known.admits(**it) && self.known.accepted(**it));
        let by = by.copied().unwrap_or(chair[0]);
        self.in_sight(next(), by, CommandKind::TakeGavel {})?;
        let phase = Phase::ClosingRound;
        self.in_sight(next(), by, CommandKind::MoveTo { phase })?;
        self.look_around(1);
        self.in_sight(next(), by, CommandKind::Close {})?;
        self.look_around(0);
        if let (Some(copies), Outside::Party(party)) = (&self.play.run.copies, self.outside) {
            // A release's name is drawn at the close and says nothing; the rest is the same.
            let release = ReleaseId(id(1));
            let own = copies.dossier.iter().filter(|(to, _)| *to == party);
            let mut all: Vec<_> = own
                .map(|(_, item)| {
                    let item = crate::dossier::DossierItem {
                        release,
                        ..item.clone()
                    };
                    format!("copy {}", serde_json::to_string(&item).expect("a copy"))
                })
                .collect();
            for entry in copies.register.iter().filter(|it| it.giver == party) {
                let mut entry = entry.clone();
                entry.item.release = release;
                all.push(format!("entry {}", serde_json::to_string(&entry).expect("an entry")));
            }
            let told = copies.motivations.iter().filter(|(to, _)| *to == party);
            all.extend(told.map(|(_, words)| format!("motivation {}", words.motivation)));
            all.sort_unstable();
            self.reached.extend(all);
        }
        for screen in 0..self.play.run.screens.len() {
            let frames = self.play.run.screens[screen].frames.clone();
            let frames = self.masked(frames.into_iter());
            self.reached.extend(frames.into_iter().map(|it| format!("frame {it}")));
        }
        Ok(self.reached)
    }
}

/// What is left out of what reaches somebody.
struct Mask {
    own: String,
    clock: bool,
    /// The sections as they were shown last.
    shown: Map<String, Value>,
}

impl Mask {
    /// A frame without what is left out; nothing, if nothing else was in it.
    fn frame(&mut self, frame: &str) -> Option<String> {
        let Ok(Value::Object(mut all)) = serde_json::from_str(frame) else {
            return Some(frame.into());
        };
        if let Some(Value::Object(whole)) = all.get_mut("whole") {
            self.sections(whole, false);
        }
        let is_view = all.contains_key("about");
        let said = all.keys().any(|key| !["command", "at"].contains(&key.as_str()));
        self.sections(&mut all, !is_view);
        let says = all.keys().any(|key| !["command", "at"].contains(&key.as_str()));
        (says || !said).then(|| format!("{}", Value::Object(all)))
    }

    fn sections(&mut self, all: &mut Map<String, Value>, change: bool) {
        if let Some(Value::Object(progress)) = all.get_mut("progress") {
            progress.remove("last_call");
            progress.remove("expires_at");
        }
        for seat in all.get_mut("seats").and_then(Value::as_array_mut).into_iter().flatten() {
            if seat["party"]["id"] != *self.own {
                seat["ready"] = Value::Null;
            }
        }
        if let Some(Value::Object(time)) = all.get_mut("time").filter(|_| self.clock) {
            time.remove("clock");
        }
        for section in ["progress", "seats", "time"] {
            let Some(now) = all.get(section).cloned() else { continue };
            if change && self.shown.get(section) == Some(&now) {
                all.remove(section);
            }
            self.shown.insert(section.into(), now);
        }
    }
}

/// All that reaches the outside, in order.
fn reaches(rules: &Rules, meeting: &Twice, which: usize) -> Result<Vec<String>, String> {
    let mut held = Held::begin(rules, meeting, which)?;
    let steps = u8::try_from(meeting.script.steps.len()).expect("few steps");
    for (place, step) in meeting.script.steps.iter().enumerate() {
        for (number, (after, hidden)) in meeting.hidden[which].iter().enumerate() {
            if usize::from(after % steps) == place {
                held.out_of_sight(number, *hidden)?;
            }
        }
        held.step(place, *step)?;
        held.lose(step.seed);
        held.look_around(place);
    }
    held.finish()
}

/// The name that what is shared out of sight has.
fn hidden_name(number: u32) -> uuid::Uuid {
    use sha2::{Digest as _, Sha256};
    // The third that is drawn: after the name and the salt of its text.
    let mut hasher = Sha256::new();
    hasher.update(stamp(OUT_OF_SIGHT + number, 0).salt);
    hasher.update(3_u32.to_be_bytes());
    let drawn: [u8; 32] = hasher.finalize().into();
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&drawn[..16]);
    uuid::Builder::from_random_bytes(bytes).into_uuid()
}

fn confinement(rules: &Rules, meeting: &Twice) -> Result<(), String> {
    let (one, other) = (reaches(rules, meeting, 0)?, reaches(rules, meeting, 1)?);
    if one == other {
        return Ok(());
    }
    let place = one.iter().zip(&other).position(|(one, other)| one != other);
    let place = place.unwrap_or(one.len().min(other.len()));
    let (one, other) = (one.get(place), other.get(place));
    let (one, other) = (one.cloned().unwrap_or_default(), other.cloned().unwrap_or_default());
    let same = one
        .bytes()
        .zip(other.bytes())
        .take_while(|(one, other)| one == other)
        .count();
    let from = same.saturating_sub(200);
    let cut = |text: String| text.chars().skip(from).take(600).collect::<String>();
    Err(format!("{place}, from {from}: {}\n and {}", cut(one), cut(other)))
}

#[test]
fn r2_nothing_that_reaches_a_viewer_depends_on_what_is_hidden_from_it() {
    hold(120, &twice(36), |meeting| confinement(&Rules::TRUE, &meeting));
}

/// Each fault lets something through that depends on what is hidden.
#[test]
fn r2_confinement_notices_a_leak() {
    for (name, faulty) in [
        ("Halt sees the whole table", shows!(looks_from_full_seat)),
        ("a newcomer reads back", shows!(reads_back)),
        (
            "the undecided of another moves with what is hidden",
            tells!(counts_every_lapse),
        ),
    ] {
        assert!(
            notices(300, &twice(36), |meeting| confinement(&faulty, &meeting)),
            "{name}"
        );
    }
}
