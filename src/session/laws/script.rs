//! Random meetings: what people try, sensible more often than not, and now and then anything at all.

use alloc::{boxed::Box, collections::BTreeMap, collections::BTreeSet, string::String, vec, vec::Vec};
use proptest::prelude::*;
use std::format;
use uuid::Uuid;

use crate::ids::{CommandId, ContributionId, DerivedId, PartyId, SubjectId, TimeRequestId};
use crate::moment::Phase;
use crate::session::command::{
    Actor, Audience, CellDecision, Command, ContributionKind, DispositionKind, MeasureKind, NewSubject, Purpose,
    SeatLevel, Stamp, SubjectRole, TimeReason, Verdict, Wish,
};
use crate::session::decide::Decision;
use crate::session::event::{Event, Fact};
use crate::session::refusal::Refusal;
use crate::session::table_for_tests::*;

/// One thing somebody tries. Numbers, so that a failing script shrinks to a small one.
#[derive(Clone, Copy, Debug)]
pub(super) struct Step {
    pub who: u8,
    pub what: u8,
    pub a: u8,
    pub b: u8,
    pub c: u8,
    /// How far the machine's clock moved since the step before; also backwards.
    pub seconds: i16,
}

/// How far a meeting is when a script begins.
#[derive(Clone, Copy, Debug)]
pub(super) enum Opening {
    /// Everybody is there.
    Gathered,
    /// In the closing round, with nothing on the table.
    Closing,
    /// In the closing round, with contributions, what rests on them, requests and decided cells.
    Halfway,
}

pub(super) fn opening() -> impl Strategy<Value = Opening> {
    prop::sample::select(vec![Opening::Gathered, Opening::Closing, Opening::Halfway])
}

/// A meeting.
#[derive(Clone, Debug)]
pub(super) struct Script {
    pub opening: Opening,
    pub steps: Vec<Step>,
}

pub(super) fn step() -> impl Strategy<Value = Step> {
    (
        any::<u8>(),
        any::<u8>(),
        any::<u8>(),
        any::<u8>(),
        any::<u8>(),
        -20_i16..200,
    )
        .prop_map(|(who, what, a, b, c, seconds)| Step {
            who,
            what,
            a,
            b,
            c,
            seconds,
        })
}

pub(super) fn scripts(longest: usize) -> impl Strategy<Value = Script> {
    (opening(), prop::collection::vec(step(), 1..longest)).prop_map(|(opening, steps)| Script { opening, steps })
}

/// Meetings that begin with everything on the table: where one thing undoes another.
pub(super) fn halfway(longest: usize) -> impl Strategy<Value = Script> {
    let steps = prop::collection::vec(step(), 1..longest);
    steps.prop_map(|steps| Script {
        opening: Opening::Halfway,
        steps,
    })
}

/// What can be named in a command: everything that an event has made, in the order in which it came.
#[derive(Clone, Debug, Default)]
pub(super) struct Known {
    pub contributions: Vec<(ContributionId, PartyId)>,
    pub revisions: BTreeMap<ContributionId, u32>,
    pub actions: Vec<(DerivedId, PartyId)>,
    pub measures: Vec<(DerivedId, PartyId)>,
    pub derived: Vec<(DerivedId, ContributionId)>,
    pub times: Vec<TimeRequestId>,
    /// Cells that were approved at some time.
    pub approved: Vec<(ContributionId, PartyId)>,
    pub subjects: Vec<SubjectId>,
}

impl Known {
    pub(super) fn learn(&mut self, event: &Event) {
        match &event.fact {
            Fact::Convened(convened) => self.subjects.extend(convened.subjects.iter().map(|it| it.id)),
            Fact::SubjectAdded { subject } => self.subjects.push(subject.id),
            Fact::Shared { contribution, .. } => self.contributions.push((*contribution, event.by.party)),
            Fact::Revised {
                contribution, revision, ..
            } => {
                self.revisions.insert(*contribution, *revision);
            }
            Fact::ActionAgreed { action, based_on, .. } => {
                self.actions.push((*action, event.by.party));
                self.derived.extend(based_on.iter().map(|it| (*action, *it)));
            }
            Fact::MeasureProposed {
                measure,
                based_on,
                holder,
                ..
            } => {
                self.measures.push((*measure, *holder));
                self.derived.extend(based_on.iter().map(|it| (*measure, *it)));
            }
            Fact::DispositionRecorded {
                disposition, based_on, ..
            } => self.derived.extend(based_on.iter().map(|it| (*disposition, *it))),
            Fact::TimeAsked { request, .. } => self.times.push(*request),
            Fact::Approved {
                contribution,
                recipient,
                ..
            } => self.approved.push((*contribution, *recipient)),
            _ => {}
        }
    }

    fn owner(&self, id: ContributionId) -> Option<PartyId> {
        let found = self.contributions.iter().find(|(it, _)| *it == id);
        found.map(|(_, owner)| *owner)
    }

    pub(super) fn revision(&self, id: ContributionId) -> u32 {
        self.revisions.get(&id).copied().unwrap_or(1)
    }
}

/// The one at this place, counted round; now and then nothing.
fn pick<T: Copy>(from: &[T], number: u8) -> Option<T> {
    let number = usize::from(number);
    if from.is_empty() || number % 16 == 15 {
        None
    } else {
        Some(from[number % from.len()])
    }
}

/// Who acts for a party: its first person.
pub(super) fn somebody_of(party: PartyId) -> Actor {
    EVERYBODY
        .into_iter()
        .find(|it| it.party == party)
        .expect("every party has people")
}

pub(super) const PARTIES: [PartyId; 9] = [
    OM,
    POLICE,
    VT,
    PROBATION,
    HALT,
    CHILD_PROTECTION,
    VICTIM_SUPPORT,
    VT_ELSEWHERE,
    MUNICIPALITY,
];

/// Which parties' seats a script gives and takes.
pub(super) struct Bounds<'a> {
    pub seats: &'a [PartyId],
    /// Parties that can be named as an audience, a performer or a recipient.
    pub parties: &'a [PartyId],
    /// Who speaks.
    pub speakers: &'a [Actor],
    /// Whether contributions go to the whole table by default.
    pub open: bool,
}

impl Bounds<'static> {
    pub(super) const NONE: Self = Self {
        seats: &PARTIES,
        parties: &PARTIES,
        speakers: &EVERYBODY,
        open: true,
    };
}

/// Some of the parties: those whose bit is set; now and then also those that have no seat.
fn some(parties: &[PartyId], bits: u8) -> BTreeSet<PartyId> {
    let all = bits % 32 == 31;
    parties
        .iter()
        .enumerate()
        .filter(|(place, _)| all || (*place < 7 && bits >> place & 1 == 1))
        .map(|(_, party)| *party)
        .collect()
}

fn words(key: u32, number: u8) -> String {
    match number {
        0 => String::new(),
        1 => "\u{202E}".into(),
        2 => "x".repeat(8_001),
        _ => format!("woorden {key}"),
    }
}

fn note(key: u32, number: u8) -> Option<String> {
    (!number.is_multiple_of(3)).then(|| words(key, number))
}

fn phase(number: u8) -> Phase {
    match number % 10 {
        0 => Phase::Opening,
        1 => Phase::Picture,
        2 => Phase::Judgement,
        3 => Phase::Decision,
        _ => Phase::ClosingRound,
    }
}

/// The command of a step, sensible more often than not: who owns a thing is mostly the one who touches it.
#[expect(clippy::too_many_lines, reason = "one arm a wish")]
pub(super) fn wish(step: Step, key: u32, known: &Known, bounds: &Bounds<'_>) -> (Actor, Wish) {
    let Step { who, what, a, b, c, .. } = step;
    let anybody = bounds.speakers[usize::from(who) % bounds.speakers.len()];
    let mostly = |party: PartyId| {
        let natural = bounds.speakers.iter().copied().find(|it| it.party == party);
        if who % 5 == 4 {
            anybody
        } else {
            natural.unwrap_or(anybody)
        }
    };
    let (contribution, owner) =
        pick(&known.contributions, a).unwrap_or((ContributionId(id(u32::from(a))), anybody.party));
    let party = bounds.parties[usize::from(b) % bounds.parties.len()];
    let audience = match b % 4 {
        0 | 1 if bounds.open => Audience::table(),
        2 if bounds.open => Audience {
            table: true,
            named: some(bounds.parties, c),
        },
        _ => Audience::only(some(bounds.parties, c)),
    };
    let subjects: BTreeSet<_> = pick(&known.subjects, c).into_iter().collect();
    let based_on: BTreeSet<_> = [a, c]
        .iter()
        .take(usize::from(b % 3))
        .filter_map(|it| pick(&known.contributions, *it))
        .map(|(id, _)| id)
        .collect();
    let kind = ContributionKind::ALL[usize::from(a) % 6];
    let at = nine_plus(i64::from(a) * 300);
    let asked_for = |recipient: PartyId| match (c % 4, pick(&known.actions, b)) {
        (0, Some((action, _))) => Purpose::Action(action),
        (1, _) if a % 8 == 0 => Purpose::Task("bakker".into()),
        _ => task(recipient),
    };
    match what % 66 {
        0..10 => (
            anybody,
            Wish::Share {
                kind,
                subjects,
                audience,
                text: words(key, a),
            },
        ),
        10..14 => (
            mostly(owner),
            Wish::Revise {
                contribution,
                kind,
                subjects,
                text: words(key, b),
            },
        ),
        14..18 => {
            // Mostly of something that something else rests on.
            let basis = pick(&known.derived, a).filter(|_| c % 4 != 0).map(|(_, it)| it);
            let owner = basis.and_then(|it| known.owner(it)).unwrap_or(owner);
            let contribution = basis.unwrap_or(contribution);
            (mostly(owner), Wish::SetAudience { contribution, audience })
        }
        18..20 => (mostly(owner), Wish::Withdraw { contribution }),
        20..25 => (
            anybody,
            Wish::RequestRelease {
                contribution,
                purpose: (b % 2 == 0).then(|| asked_for(anybody.party)),
                reason: note(key, c),
            },
        ),
        25 => (anybody, Wish::DropRequest { contribution }),
        // A decision that was taken before is taken back, or taken otherwise.
        26..29 if !known.approved.is_empty() => {
            let (contribution, recipient) = known.approved[usize::from(a) % known.approved.len()];
            let verdict = if c % 2 == 0 { Verdict::Undecide } else { NO };
            let owner = known.owner(contribution).unwrap_or(anybody.party);
            let revision = known.revision(contribution);
            (mostly(owner), cell(contribution, revision, recipient, verdict))
        }
        26..37 => {
            let revision = known.revision(contribution) + u32::from(c % 16 == 3);
            let verdict = match c % 6 {
                0 => Verdict::Undecide,
                1 => Verdict::Decline { reason: note(key, b) },
                _ => Verdict::Approve {
                    purpose: asked_for(party),
                    excerpt: (c % 5 == 0).then(|| words(key, c)),
                    condition: note(key, a),
                    motivation: (c % 16 != 7).then(|| words(key, 9)),
                },
            };
            let cell = CellDecision {
                contribution,
                revision,
                recipient: party,
                verdict,
            };
            let mut cells = vec![cell.clone()];
            if a % 4 == 0 {
                cells.push(CellDecision {
                    recipient: bounds.parties[usize::from(b / 2) % bounds.parties.len()],
                    verdict: NO,
                    ..cell
                });
            }
            (mostly(owner), Wish::Decide { cells })
        }
        37 if b % 3 == 0 => (mostly(OM), Wish::LastCall),
        37 => (anybody, Wish::SetReady { ready: a % 2 == 0 }),
        38..42 => (
            anybody,
            Wish::AgreeAction {
                text: words(key, a),
                performer: party,
                due: (c % 2 == 0).then_some(at),
                based_on,
            },
        ),
        42 => {
            let (action, by) = pick(&known.actions, a).unwrap_or((DerivedId(id(1)), anybody.party));
            (mostly(by), Wish::DropAction { action })
        }
        43..45 => {
            let (derived, contribution) = pick(&known.derived, a).unwrap_or((DerivedId(id(1)), contribution));
            let by = known.owner(contribution).map_or(anybody, mostly);
            (by, Wish::OpenDerived { derived, contribution })
        }
        45..47 => (
            anybody,
            Wish::ProposeMeasure {
                kind: MeasureKind::ALL[usize::from(a) % 10],
                holder: party,
                note: note(key, c),
                based_on,
            },
        ),
        47..50 => {
            let (measure, holder) = pick(&known.measures, a).unwrap_or((DerivedId(id(1)), anybody.party));
            let answer = if b % 2 == 0 {
                Wish::CommitMeasure { measure, until: at }
            } else {
                Wish::DeclineMeasure {
                    measure,
                    reason: note(key, c),
                }
            };
            (mostly(holder), answer)
        }
        50..52 => (
            if a % 8 == 0 { anybody } else { mostly(VT) },
            Wish::AskTime {
                reason: (b % 2 == 0).then_some(TimeReason::HearVictim),
                minutes: (c % 2 == 0).then_some(u32::from(a)),
            },
        ),
        52..55 => {
            let last = known.times.last().copied();
            let request = if a % 4 == 0 { pick(&known.times, b) } else { last };
            let request = request.unwrap_or(TimeRequestId(id(1)));
            let answer = if what % 66 == 52 {
                Wish::ExplainTime {
                    request,
                    reason: None,
                    minutes: Some(u32::from(c)),
                }
            } else {
                Wish::EndTime { request }
            };
            (mostly(VT), answer)
        }
        55 => (
            mostly(OM),
            Wish::SetClock {
                minutes: u32::from(a) * 3,
            },
        ),
        56 => (
            mostly(POLICE),
            Wish::SetDeadline {
                at,
                article: words(key, b),
            },
        ),
        57 => (
            mostly(OM),
            Wish::RecordDisposition {
                kind: DispositionKind::ALL[usize::from(a) % 9],
                note: note(key, b),
                deviation: if c % 2 == 0 { None } else { note(key, a) },
                based_on,
            },
        ),
        59 => (mostly(OM), Wish::MoveTo { phase: phase(a) }),
        58 | 60 if !bounds.seats.is_empty() => {
            let party = bounds.seats[usize::from(b) % bounds.seats.len()];
            let wish = match a % 4 {
                0 | 1 => Wish::TakeSeat { party },
                2 => give_seat(party, SeatLevel::Restricted),
                _ => give_seat(party, SeatLevel::Full),
            };
            (mostly(OM), wish)
        }
        58 | 60 | 61 => match a % 3 {
            0 => (mostly(OM), Wish::TakeGavel),
            1 => (
                mostly(OM),
                Wish::HandOverGavel {
                    to: anybody.participant,
                },
            ),
            _ => (SECRETARY, Wish::TakeGavel),
        },
        62 | 63 if a % 2 == 0 => (anybody, Wish::AcceptRules),
        62 | 63 => (
            anybody,
            Wish::Enter {
                name: words(key, b),
                prosecutor: anybody.party == OM && c % 2 == 0,
            },
        ),
        64 => (
            anybody,
            Wish::AddSubject {
                subject: NewSubject {
                    role: SubjectRole::Child,
                    label: words(key, c),
                },
            },
        ),
        _ if a % 4 == 0 => (anybody, Wish::Convene(Box::new(zsm()))),
        _ => (mostly(OM), Wish::Close),
    }
}

/// A stamp of its own for every command: ids come from the salt, so equal commands get equal ids.
pub(super) fn stamp(key: u32, seconds: i64) -> Stamp {
    let mut salt = [3; 32];
    salt[..4].copy_from_slice(&key.to_be_bytes());
    Stamp {
        at: nine_plus(seconds),
        salt,
    }
}

pub(super) fn command(key: u32, wish: Wish) -> Command {
    Command {
        id: CommandId(Uuid::from_u128(0xC0_0000 + u128::from(key))),
        wish,
    }
}

/// A meeting at which everybody is, played with the pieces under test; `each` looks on after every command.
pub(super) struct Play {
    pub run: Run,
    pub known: Known,
    /// Everything that was carried out, for replaying.
    pub done: Vec<(Actor, Stamp, Command)>,
    pub key: u32,
    pub seconds: i64,
}

/// Somebody who looks on: what was tried, what came of it, and what is so now.
pub(super) type Looking<'a> =
    &'a mut dyn FnMut(&Play, (Actor, Stamp, &Command), &Result<Decision, Refusal>) -> Result<(), String>;

impl Play {
    pub(super) fn begin(rules: &Rules, screens: &[Option<Actor>], recording: bool) -> Self {
        Self {
            run: Run::new(*rules, screens, recording),
            known: Known::default(),
            done: Vec::new(),
            key: 0,
            seconds: 0,
        }
    }

    pub(super) fn submit(&mut self, actor: Actor, wish: Wish, look: Looking<'_>) -> Result<(), String> {
        self.key += 1;
        self.submit_as(self.key, actor, wish, look)
    }

    pub(super) fn submit_as(&mut self, key: u32, actor: Actor, wish: Wish, look: Looking<'_>) -> Result<(), String> {
        let (stamp, command) = (stamp(key, self.seconds), command(key, wish));
        let answer = self.run.submit(actor, stamp, command.clone());
        if let Ok(decision) = &answer {
            decision.events.iter().for_each(|event| self.known.learn(event));
            if !decision.events.is_empty() {
                self.done.push((actor, stamp, command.clone()));
            }
        }
        look(self, (actor, stamp, &command), &answer)
    }

    /// Convenes, lets everybody in, and goes as far as the script begins.
    pub(super) fn gather(&mut self, opening: Opening, look: Looking<'_>) -> Result<(), String> {
        self.submit(OFFICER, Wish::Convene(Box::new(zsm())), look)?;
        for actor in EVERYBODY {
            let (name, prosecutor) = (name_of(actor).into(), actor == OFFICER);
            self.submit(actor, Wish::Enter { name, prosecutor }, look)?;
            if actor != LATECOMER {
                self.submit(actor, Wish::AcceptRules, look)?;
            }
        }
        if matches!(opening, Opening::Gathered) {
            return Ok(());
        }
        let phase = Phase::ClosingRound;
        self.submit(OFFICER, Wish::MoveTo { phase }, look)?;
        if matches!(opening, Opening::Closing) {
            return Ok(());
        }
        let narrow = Audience::only([OM, VT, PROBATION]);
        let wider = Audience {
            table: true,
            named: [HALT].into(),
        };
        for (actor, audience) in [
            (BAKKER, Audience::table()),
            (AGENT, narrow),
            (ADVISER, wider),
            (OFFICER, Audience::table()),
        ] {
            let (kind, subjects) = (ContributionKind::Statement, BTreeSet::new());
            let text = format!("woorden van {}", name_of(actor));
            let wish = Wish::Share {
                kind,
                subjects,
                audience,
                text,
            };
            self.submit(actor, wish, look)?;
        }
        let on: Vec<_> = self.known.contributions.iter().map(|(id, _)| *id).collect();
        self.submit(OFFICER, agree("wapen ophalen", POLICE, &on[..1]), look)?;
        self.submit(AGENT, agree("toezicht houden", PROBATION, &on[1..2]), look)?;
        self.submit(BAKKER, propose(POLICE, &on[1..2]), look)?;
        let action = |number: usize, play: &Self| Purpose::Action(play.known.actions[number].0);
        let reason = Some(String::from("woorden"));
        for (actor, contribution, purpose) in [(AGENT, on[0], task(POLICE)), (OFFICER, on[2], action(0, self))] {
            let (purpose, reason) = (Some(purpose), reason.clone());
            let wish = Wish::RequestRelease {
                contribution,
                purpose,
                reason,
            };
            self.submit(actor, wish, look)?;
        }
        let part = Verdict::Approve {
            purpose: task(POLICE),
            excerpt: Some("woorden, een deel".into()),
            condition: Some("woorden vooraf".into()),
            motivation: None,
        };
        for (actor, contribution, to, verdict) in [
            (ADVISER, on[2], OM, yes(action(0, self))),
            (ADVISER, on[2], HALT, yes(task(HALT))),
            (BAKKER, on[0], POLICE, part),
            (AGENT, on[1], PROBATION, yes(action(1, self))),
            (OFFICER, on[3], CHILD_PROTECTION, yes(task(CHILD_PROTECTION))),
            (OFFICER, on[3], VICTIM_SUPPORT, Verdict::Decline { reason }),
        ] {
            self.submit(actor, cell(contribution, 1, to, verdict), look)?;
        }
        Ok(())
    }

    pub(super) fn step(&mut self, step: Step, bounds: &Bounds<'_>, look: Looking<'_>) -> Result<(), String> {
        self.seconds += i64::from(step.seconds);
        let (actor, wish) = wish(step, self.key + 1, &self.known, bounds);
        self.submit(actor, wish, look)
    }

    /// Brings the meeting to its end, if it can be brought there.
    pub(super) fn finish(&mut self, look: Looking<'_>) -> Result<(), String> {
        self.seconds += 1_000;
        for request in self.known.times.clone() {
            for vt in [BAKKER, ELSEWHERE] {
                self.submit(vt, Wish::EndTime { request }, look)?;
            }
        }
        self.submit(SECRETARY, Wish::TakeGavel, look)?;
        let phase = Phase::ClosingRound;
        self.submit(SECRETARY, Wish::MoveTo { phase }, look)?;
        self.submit(SECRETARY, Wish::Close, look)
    }

    /// The whole of a script, with nobody looking.
    pub(super) fn whole(rules: &Rules, script: &Script, look: Looking<'_>) -> Result<Self, String> {
        Self::watched(rules, &[], script, look)
    }

    /// The whole of a script, on these screens.
    pub(super) fn watched(
        rules: &Rules,
        screens: &[Option<Actor>],
        script: &Script,
        look: Looking<'_>,
    ) -> Result<Self, String> {
        let mut play = Self::begin(rules, screens, false);
        play.gather(script.opening, look)?;
        for step in &script.steps {
            play.step(*step, &Bounds::NONE, look)?;
        }
        play.finish(look)?;
        Ok(play)
    }
}
