//! A session played with the pieces under test, and laws that look on after every command.

use alloc::{boxed::Box, string::String, vec, vec::Vec};
use chrono::{DateTime, Utc};
use std::format;
use uuid::Uuid;

use super::model::Model;
use super::script::{Bounds, Chooser, Script, Step, What, Writer, convening_of, people_of, prepared};
use crate::ids::{CommandId, PartyId};
use crate::moment::Phase;
use crate::party::PartyKind;
use crate::session::command::{Actor, Command, CommandKind, SeatLevel, Stamp};
use crate::session::decide::Decision;
use crate::session::refusal::Refusal;
use crate::session::tests::fixture::*;
use crate::session::view::Snapshot;

/// What was tried, what came of it, and what was so before.
pub(super) struct Tried<'a> {
    pub actor: Actor,
    pub stamp: Stamp,
    pub command: &'a Command,
    pub answer: &'a Result<Decision, Refusal>,
    pub before: &'a Snapshot,
    pub was: &'a Model,
}

impl Tried<'_> {
    pub(super) fn kind(&self) -> &CommandKind {
        &self.command.kind
    }
    /// Whether something happened.
    pub(super) fn happened(&self) -> bool {
        self.answer.as_ref().is_ok_and(|decision| !decision.events.is_empty())
    }
}

/// What must hold, whatever people do. A law looks on; it may remember.
pub(super) trait Law {
    fn name(&self) -> &'static str;
    /// After every command, whatever came of it.
    fn after(&mut self, _play: &Play, _tried: &Tried<'_>) -> Result<(), String> {
        Ok(())
    }
    /// When all has been played.
    fn end(&mut self, _play: &Play) -> Result<(), String> {
        Ok(())
    }
}

/// Laws that look on.
pub(super) type Laws<'a> = &'a mut [Box<dyn Law>];

/// A session that is played.
pub(super) struct Play {
    pub run: Run,
    pub model: Model,
    /// Everything that made something happen, for replaying.
    pub done: Vec<(Actor, Stamp, Command)>,
    pub key: u32,
    /// What the machine's clock says, in seconds after nine.
    pub seconds: i64,
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

pub(super) fn command(key: u32, kind: CommandKind) -> Command {
    Command {
        id: CommandId(Uuid::from_u128(0xC0_0000 + u128::from(key))),
        kind,
    }
}

/// How far the clock moves before a step: seconds mostly, now and then backwards or by hours.
pub(super) fn seconds_of(wait: u8) -> i64 {
    match wait {
        0..215 => i64::from(wait),
        215..235 => -i64::from(wait),
        _ => i64::from(wait) * 30,
    }
}

impl Play {
    pub(super) fn begin(rules: &Rules, screens: &[Option<Actor>], recording: bool) -> Self {
        Self {
            run: Run::new(*rules, screens, recording),
            model: Model::default(),
            done: Vec::new(),
            key: 0,
            seconds: 0,
        }
    }

    /// The time at which the next command happens.
    pub(super) fn now(&self) -> DateTime<Utc> {
        let now = nine_plus(self.seconds);
        self.model.last_at.map_or(now, |last| last.max(now))
    }

    pub(super) fn submit(&mut self, actor: Actor, kind: CommandKind, laws: Laws<'_>) -> Result<bool, String> {
        self.key += 1;
        let answer = self.submit_as(self.key, actor, kind, laws)?;
        Ok(answer.is_ok())
    }

    /// Carries a command out under this number, and asks every law.
    pub(super) fn submit_as(
        &mut self,
        key: u32,
        actor: Actor,
        kind: CommandKind,
        laws: Laws<'_>,
    ) -> Result<Result<Decision, Refusal>, String> {
        let (stamp, command) = (stamp(key, self.seconds), command(key, kind));
        let before = self.run.now.clone();
        let answer = self.run.submit(actor, stamp, command.clone());
        let was = self.model.clone();
        if let Ok(decision) = &answer {
            self.model.accept(actor, stamp, &command, decision);
            if !decision.events.is_empty() {
                self.done.push((actor, stamp, command.clone()));
            }
        }
        let tried = Tried {
            actor,
            stamp,
            command: &command,
            answer: &answer,
            before: &before,
            was: &was,
        };
        for law in laws {
            law.after(self, &tried)
                .map_err(|breach| format!("{}: {breach}\n{}", law.name(), self.trail(&tried)))?;
        }
        Ok(answer)
    }

    /// The latest commands, for whoever must find out what went wrong.
    fn trail(&self, tried: &Tried<'_>) -> String {
        let latest = self.done.iter().skip(self.done.len().saturating_sub(12));
        let mut trail = String::new();
        for (actor, stamp, command) in latest {
            trail += &format!("  {} at {}: {:?}\n", named(*actor), stamp.at, command.kind);
        }
        let last = format!(
            "{} {:?}: {:?}",
            named(tried.actor),
            tried.kind(),
            tried.answer.as_ref().err()
        );
        format!("{trail}  last: {last}")
    }

    /// Convenes, lets everybody in who has a seat, and goes as far as the script begins.
    pub(super) fn gather(&mut self, script: &Script, bounds: &Bounds, laws: Laws<'_>) -> Result<(), String> {
        let convener = convener(script.moment);
        self.submit(
            convener,
            CommandKind::Convene(Box::new(convening_of(script.moment))),
            laws,
        )?;
        for actor in EVERYBODY {
            if self.model.sits(actor.party) {
                self.come_in(actor, laws)?;
            }
        }
        let mut seeds = Chooser(script.seed);
        let mut in_closing_round = false;
        for what in prepared(script.opening) {
            if matches!(what, What::Approve) && !in_closing_round {
                in_closing_round = true;
                let phase = Phase::ClosingRound;
                self.submit(convener, CommandKind::MoveTo { phase }, laws)?;
            }
            let seed = u64::try_from(seeds.below(usize::MAX)).expect("a number");
            self.try_to(what, seed, bounds, laws)?;
        }
        Ok(())
    }

    pub(super) fn come_in(&mut self, actor: Actor, laws: Laws<'_>) -> Result<(), String> {
        let (name, prosecutor) = (name_of(actor).into(), actor == OFFICER);
        self.submit(actor, CommandKind::Enter { name, prosecutor }, laws)?;
        if actor != LATECOMER {
            self.submit(actor, CommandKind::AcceptRules {}, laws)?;
        }
        Ok(())
    }

    pub(super) fn step(&mut self, step: Step, bounds: &Bounds, laws: Laws<'_>) -> Result<(), String> {
        self.seconds += seconds_of(step.wait);
        let what = What::of(step.what, &self.model);
        self.try_to(what, step.seed, bounds, laws)
    }

    /// Nobody's time stands, the closing round has not begun, and a second Veilig Thuis sits here.
    fn open_table(&mut self, laws: Laws<'_>) -> Result<(), String> {
        for request in self.model.standing() {
            let by = self.model.times[&request].by;
            self.submit(by, CommandKind::EndTime { request }, laws)?;
        }
        let gavel = Writer::new(
            &self.model,
            &Bounds {
                wild: false,
                ..Bounds::none()
            },
            0,
            0,
            self.now(),
        )
        .gavel();
        let phase = self
            .model
            .convening
            .as_ref()
            .map_or(Phase::Opening, |it| it.moment.phases[0]);
        self.submit(gavel, CommandKind::MoveTo { phase }, laws)?;
        if !self.model.sits(VT_ELSEWHERE) && self.submit(gavel, give_seat(VT_ELSEWHERE, SeatLevel::Full), laws)? {
            self.come_in(ELSEWHERE, laws)?;
        }
        Ok(())
    }

    /// R14: an expiry is announced, somebody comes, and the program looks again a day later.
    fn comes_back(&mut self, seed: u64, bounds: &Bounds, laws: Laws<'_>) -> Result<(), String> {
        let due = self.model.expires_at().zip(self.model.last_at);
        self.seconds += due.map_or(0, |(due, now)| (due - now).num_seconds() - 3_600);
        self.submit(Actor::PROGRAM, CommandKind::WarnOfExpiry, laws)?;
        self.try_to(What::Contribution, seed, bounds, laws)?;
        self.seconds += 25 * 3_600;
        self.submit(Actor::PROGRAM, CommandKind::Expire, laws)?;
        Ok(())
    }

    /// Several things in a row that seldom meet by themselves.
    fn scene(&mut self, seed: u64, bounds: &Bounds, laws: Laws<'_>) -> Result<(), String> {
        let mut choose = Chooser(seed);
        let only = |party: PartyId| Bounds {
            speakers: vec![party],
            wild: false,
            ..bounds.clone()
        };
        let closing = What::MoveTo;
        self.open_table(laws)?;
        let others: Vec<_> = self
            .model
            .seated()
            .into_iter()
            .filter(|it| Some(*it) != self.model.chair)
            .collect();
        let owners = others.iter().filter(|it| {
            self.model
                .items
                .values()
                .any(|item| item.owner == **it && item.is_row())
        });
        let owners: Vec<_> = owners.copied().collect();
        let is_vt = |it: &PartyId| organisation(*it).kind == PartyKind::VeiligThuis;
        let vts: Vec<_> = self.model.seated().into_iter().filter(is_vt).collect();
        let leaving: Vec<_> = others.iter().copied().filter(is_vt).collect();
        if choose.chance(12) {
            return self.comes_back(seed, bounds, laws);
        }
        let scene: Vec<(What, PartyId)> = match choose.below(6) {
            // R15: a party leaves and decides from its board.
            0 => choose.pick(&owners).map_or(Vec::new(), |it| {
                [What::Leave, closing, What::Approve, What::Approve, What::Undecide]
                    .map(|what| (what, it))
                    .into()
            }),
            // T1: a Veilig Thuis that left.
            1 => choose.pick(&leaving).map_or(Vec::new(), |it| {
                [What::Leave, What::AskTime, What::ExplainTime]
                    .map(|what| (what, it))
                    .into()
            }),
            // T2: what is tried while one or two of them take their time.
            2 | 3 => {
                let begun = [(closing, OM)].into_iter().filter(|_| choose.chance(50));
                let asks = vts.iter().map(|it| (What::AskTime, *it));
                let tried = [
                    What::Disposition,
                    closing,
                    What::End,
                    What::LastCall,
                    What::SetClock,
                    What::AskToLeave,
                ];
                let begun: Vec<_> = begun.chain(asks).collect();
                begun.into_iter().chain(tried.map(|what| (what, OM))).collect()
            }
            // R6: an owner that was ready has something to decide again.
            4 => choose.pick(&owners).map_or(Vec::new(), |it| {
                [closing, What::Approve, What::SetReady, What::LastCall, What::Undecide]
                    .map(|what| (what, it))
                    .into()
            }),
            // R11: a decision that a restricted seat reads.
            _ => [What::Disposition, What::SetAudience].map(|what| (what, OM)).into(),
        };
        for (what, party) in scene {
            let seed = u64::try_from(choose.below(usize::MAX)).expect("a number");
            if what == closing {
                let by = Writer::new(&self.model, &only(party), seed, self.key + 1, self.now()).gavel();
                let phase = Phase::ClosingRound;
                self.submit(by, CommandKind::MoveTo { phase }, laws)?;
            } else {
                self.try_to(what, seed, &only(party), laws)?;
            }
        }
        Ok(())
    }

    fn try_to(&mut self, what: What, seed: u64, bounds: &Bounds, laws: Laws<'_>) -> Result<(), String> {
        if what == What::Scene {
            return self.scene(seed, bounds, laws);
        }
        let mut writer = Writer::new(&self.model, bounds, seed, self.key + 1, self.now());
        let Some((actor, kind)) = writer.write(what) else {
            return Ok(());
        };
        self.seconds += writer.wait;
        let guest = match &kind {
            CommandKind::GiveSeat(seat) => Some(seat.party.id),
            _ => None,
        };
        let accepted = self.submit(actor, kind, laws)?;
        // Who gets a seat mostly comes in at once.
        if let Some(guest) = guest.filter(|_| accepted && seed % 8 != 0) {
            for actor in people_of(guest) {
                self.come_in(actor, laws)?;
            }
        }
        Ok(())
    }

    /// Nobody uses it any more, and the program looks.
    fn expire(&mut self, laws: Laws<'_>) -> Result<(), String> {
        if self.seconds % 2 == 0 {
            self.submit(BAKKER, ASK_TIME, laws)?;
        }
        self.seconds += 400 * 86_400;
        self.submit(Actor::PROGRAM, CommandKind::WarnOfExpiry, laws)?;
        self.seconds += 25 * 3_600;
        self.submit(Actor::PROGRAM, CommandKind::Expire, laws)?;
        Ok(())
    }

    /// Brings the session to its close, if it can be brought there.
    pub(super) fn close(&mut self, seed: u64, laws: Laws<'_>) -> Result<(), String> {
        self.seconds += 1_000;
        for request in self.model.standing() {
            let by = self.model.times[&request].by;
            self.submit(by, CommandKind::EndTime { request }, laws)?;
        }
        let chair = self.model.chair.expect("a chair");
        let mut colleagues = people_of(chair).into_iter();
        let by = colleagues.find(|it| self.model.admits(*it) && self.model.accepted(*it));
        let by = by.unwrap_or_else(|| people_of(chair)[0]);
        self.submit(by, CommandKind::TakeGavel {}, laws)?;
        let phase = Phase::ClosingRound;
        self.submit(by, CommandKind::MoveTo { phase }, laws)?;
        // Owners decide at last.
        let mut choose = Chooser(seed);
        for _ in 0..8 {
            let seed = u64::try_from(choose.below(usize::MAX)).expect("a number");
            self.try_to(What::Approve, seed, &Bounds::none(), laws)?;
        }
        self.submit(by, CommandKind::Close {}, laws)?;
        Ok(())
    }

    /// A whole script, on these screens, up to where its steps end.
    pub(super) fn opened(
        rules: &Rules,
        screens: &[Option<Actor>],
        script: &Script,
        laws: Laws<'_>,
    ) -> Result<Self, String> {
        let mut play = Self::begin(rules, screens, false);
        let bounds = Bounds::none();
        play.gather(script, &bounds, laws)?;
        for step in &script.steps {
            play.step(*step, &bounds, laws)?;
        }
        Ok(play)
    }

    /// A whole script, and its end.
    pub(super) fn whole(
        rules: &Rules,
        screens: &[Option<Actor>],
        script: &Script,
        laws: Laws<'_>,
    ) -> Result<Self, String> {
        let mut play = Self::opened(rules, screens, script, laws)?;
        // One in six is left alone at the end.
        if script.seed % 6 == 0 {
            play.expire(laws)?;
        }
        play.close(script.seed, laws)?;
        for law in laws.iter_mut() {
            law.end(&play)
                .map_err(|breach| format!("{}, at the end: {breach}", law.name()))?;
        }
        Ok(play)
    }
}

pub(super) fn named(actor: Actor) -> &'static str {
    if actor == Actor::PROGRAM {
        "the program"
    } else {
        name_of(actor)
    }
}
