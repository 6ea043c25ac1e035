//! From a wish to what happens, or to why not. One file per chapter of the rules.
//!
//! Lives here: checks that need the wish's own words and numbers. Who may do what lives in [`super::may`].
//! Never lives here: a clock, randomness, I/O: [`Stamp`] hands in the only impurity.
//!
//! To add a command: a [`Wish`], a [`Fact`], a [`super::may::Deed`], an arm here, an arm in `state::evolve`, its place
//! in `view`. The compiler names each of them.

mod ownership;
mod release;
mod table;
mod time;

#[cfg(test)]
mod tests;

use alloc::{collections::BTreeSet, string::String, vec::Vec};
use chrono::{DateTime, Utc};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::command::{Actor, Command, Stamp, Wish};
use super::event::{Event, Fact};
use super::may::{Deed, may, seen};
use super::refusal::Refusal;
use super::state::{Cell, Contribution, MeasureAnswer, State, evolve};
use crate::ids::{ContributionId, PartyId, TextId};
use crate::text::{LONGEST_NOTE, NewText, Text, TextRef, TextSalt};

/// The most contributions, actions or measures one party brings to a session. Counted per party: a shared count would
/// tell a party how many there are that it cannot see (R2).
pub const MOST: usize = 2_000;

/// What a command leads to.
#[derive(Clone, Debug, Default)]
pub struct Decision {
    /// What happened; empty when this command was carried out before.
    pub events: Vec<Event>,
    /// New words for the vault.
    pub texts: Vec<NewText>,
    /// Words whose keys die with these events.
    pub destroyed: Vec<TextId>,
}

/// Answers every command in every state, without panic.
#[expect(clippy::too_many_lines, reason = "one arm a wish, all in one place")]
pub fn decide(state: &State, actor: Actor, stamp: Stamp, command: Command) -> Result<Decision, Refusal> {
    if state.done.contains(&(actor.participant, command.id)) {
        return Ok(Decision::default());
    }
    let mut making = Making::new(state, actor, stamp, &command);
    match command.wish {
        Wish::Convene(convening) => table::convene(&mut making, *convening)?,
        Wish::GiveSeat(seat) => table::give_seat(&mut making, seat)?,
        Wish::Enter { name, prosecutor } => table::enter(&mut making, &name, prosecutor)?,
        Wish::TakeSeat { party } => {
            may(state, actor, Deed::TakeSeat(party))?;
            making.happens(Fact::SeatTaken { party });
            destroy_lapsed(&mut making);
        }
        Wish::AcceptRules => table::accept_rules(&mut making)?,
        Wish::HandOverGavel { to } => table::hand_over_gavel(&mut making, to)?,
        Wish::TakeGavel => {
            may(state, actor, Deed::TakeGavel)?;
            making.happens(Fact::GavelPassed { to: actor.participant });
        }
        Wish::MoveTo { phase } => {
            may(state, actor, Deed::MoveTo(phase))?;
            making.happens(Fact::PhaseEntered { phase });
        }
        Wish::AddSubject { subject } => table::add_subject(&mut making, &subject)?,
        Wish::Share {
            kind,
            subjects,
            audience,
            text,
        } => {
            ownership::share(&mut making, kind, subjects, audience, &text)?;
        }
        Wish::Revise {
            contribution,
            kind,
            subjects,
            text,
        } => {
            ownership::revise(&mut making, contribution, kind, subjects, &text)?;
        }
        Wish::SetAudience { contribution, audience } => {
            ownership::set_audience(&mut making, contribution, audience)?;
        }
        Wish::Withdraw { contribution } => ownership::withdraw(&mut making, contribution)?,
        Wish::AgreeAction {
            text,
            performer,
            due,
            based_on,
        } => {
            ownership::agree_action(&mut making, &text, performer, due, based_on)?;
        }
        Wish::DropAction { action } => ownership::drop_action(&mut making, action)?,
        Wish::OpenDerived { derived, contribution } => ownership::open_derived(&mut making, derived, contribution)?,
        Wish::RequestRelease {
            contribution,
            purpose,
            reason,
        } => {
            release::request(&mut making, contribution, purpose, reason.as_deref())?;
        }
        Wish::DropRequest { contribution } => release::drop_request(&mut making, contribution)?,
        Wish::Decide { cells } => release::decide_cells(&mut making, cells)?,
        Wish::SetReady { ready } => {
            may(state, actor, Deed::SetReady)?;
            making.happens(Fact::ReadySet { ready });
        }
        Wish::LastCall => {
            may(state, actor, Deed::LastCall)?;
            making.happens(Fact::LastCalled);
        }
        Wish::Close => release::close(&mut making)?,
        Wish::ProposeMeasure {
            kind,
            holder,
            note,
            based_on,
        } => {
            time::propose_measure(&mut making, kind, holder, note.as_deref(), based_on)?;
        }
        Wish::CommitMeasure { measure, until } => time::commit_measure(&mut making, measure, until)?,
        Wish::DeclineMeasure { measure, reason } => time::decline_measure(&mut making, measure, reason.as_deref())?,
        Wish::AskTime { reason, minutes } => time::ask(&mut making, reason, minutes)?,
        Wish::ExplainTime {
            request,
            reason,
            minutes,
        } => time::explain(&mut making, request, reason, minutes)?,
        Wish::EndTime { request } => {
            may(state, actor, Deed::AnswerForTime(request))?;
            making.happens(Fact::TimeEnded { request });
        }
        Wish::SetClock { minutes } => time::set_clock(&mut making, minutes)?,
        Wish::SetDeadline { at, article } => time::set_deadline(&mut making, at, &article)?,
        Wish::RecordDisposition {
            kind,
            note,
            deviation,
            based_on,
        } => {
            time::record_disposition(&mut making, kind, note.as_deref(), deviation.as_deref(), based_on)?;
        }
    }
    Ok(making.into_decision())
}

/// A decision in the making: who, when, and fresh ids and salts drawn from the stamp.
pub(super) struct Making<'a> {
    state: &'a State,
    actor: Actor,
    at: DateTime<Utc>,
    command: crate::ids::CommandId,
    salt: [u8; 32],
    drawn: u32,
    decision: Decision,
}

impl<'a> Making<'a> {
    fn new(state: &'a State, actor: Actor, stamp: Stamp, command: &Command) -> Self {
        Self {
            state,
            actor,
            // Time never runs backwards within a session, whatever the machine's clock does (T6).
            at: state.last_at.map_or(stamp.at, |last| last.max(stamp.at)),
            command: command.id,
            salt: stamp.salt,
            drawn: 0,
            decision: Decision::default(),
        }
    }

    /// The next id, as unguessable as the stamp's salt.
    fn draw(&mut self) -> Uuid {
        let mut bytes = [0; 16];
        bytes.copy_from_slice(&self.draw_bytes()[..16]);
        uuid::Builder::from_random_bytes(bytes).into_uuid()
    }

    fn draw_bytes(&mut self) -> [u8; 32] {
        self.drawn += 1;
        let mut hasher = Sha256::new();
        hasher.update(self.salt);
        hasher.update(self.drawn.to_be_bytes());
        hasher.finalize().into()
    }

    fn words(&mut self, words: &str, longest: usize) -> Result<TextRef, Refusal> {
        let text = Text::new(words, longest)?;
        let id = TextId(self.draw());
        let mut salt = [0; 16];
        salt.copy_from_slice(&self.draw_bytes()[..16]);
        let salt = TextSalt(salt);
        let digest = text.digest(&salt);
        self.decision.texts.push(NewText { id, text, salt });
        Ok(TextRef { id, digest })
    }

    /// A short text that may be left out; only white space counts as left out.
    fn note(&mut self, words: Option<&str>) -> Result<Option<TextRef>, Refusal> {
        match words.map(str::trim) {
            None | Some("") => Ok(None),
            Some(words) => self.words(words, LONGEST_NOTE).map(Some),
        }
    }

    fn may(&self, deed: Deed) -> Result<(), Refusal> {
        may(self.state, self.actor, deed)
    }

    /// A contribution this actor may see; `may` has checked it for the deeds that name one.
    fn seen(&self, id: ContributionId) -> Result<&'a Contribution, Refusal> {
        seen(self.state, self.actor, id)
    }

    fn happens(&mut self, fact: Fact) {
        self.decision.events.push(Event {
            at: self.at,
            by: self.actor,
            command: self.command,
            fact,
        });
    }

    fn destroy(&mut self, texts: impl IntoIterator<Item = TextId>) {
        self.decision.destroyed.extend(texts);
    }

    fn into_decision(self) -> Decision {
        self.decision
    }
}

/// A label: one line, short.
fn label(words: &str) -> Result<String, Refusal> {
    use crate::text::{LONGEST_LABEL, TextFault};
    let text = Text::new(words, LONGEST_LABEL)?;
    let line = label_of(&text);
    if line.contains('\n') {
        Err(Refusal::Text(TextFault::Unprintable))
    } else {
        Ok(line)
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "a case reference or a name is a label, not content"
)]
fn label_of(text: &Text) -> String {
    text.open().into()
}

/// The short texts of a cell: they die when the cell is emptied or decided again.
fn texts_of_cell(cell: &Cell) -> impl Iterator<Item = TextId> + use<> {
    match cell {
        Cell::Approved(approval) => [approval.excerpt, approval.condition, approval.motivation],
        Cell::Declined { reason, .. } => [*reason, None, None],
    }
    .into_iter()
    .flatten()
}

/// Every text that hangs on a contribution: its own, its requests' and its cells'.
fn texts_of(contribution: &Contribution) -> Vec<TextId> {
    let requests = contribution.requests.values().filter_map(|request| request.reason);
    let cells = contribution.cells.values().flat_map(texts_of_cell);
    core::iter::once(contribution.text)
        .chain(requests)
        .chain(cells)
        .collect()
}

/// What something rests on must be visible to who writes it down and to who must act on it (R11).
fn basis_fits(making: &Making<'_>, based_on: &BTreeSet<ContributionId>, performer: PartyId) -> Result<(), Refusal> {
    for id in based_on {
        let contribution = making.seen(*id)?;
        if contribution.withdrawn_at.is_some() {
            return Err(Refusal::Withdrawn);
        }
        if !making.state.in_audience(performer, contribution) {
            return Err(Refusal::HiddenFromOthers);
        }
    }
    Ok(())
}

/// Whether a party sits here, as far as this actor may know: a restricted seat knows its own and the chair's.
fn seated(making: &Making<'_>, party: PartyId) -> Result<(), Refusal> {
    if super::view::knows_party(making.state, making.actor.party, party) {
        Ok(())
    } else {
        Err(Refusal::NotFound)
    }
}

/// Texts of a measure's answer, replaced when the holder answers again.
fn texts_of_answer(answer: Option<&MeasureAnswer>) -> Option<TextId> {
    match answer {
        Some(MeasureAnswer::Declined { reason }) => *reason,
        Some(MeasureAnswer::Committed { .. }) | None => None,
    }
}

/// The texts of cells that lapse with an event, found by comparing before and after (R6, R11).
fn texts_of_lapsed(before: &State, after: &State) -> Vec<TextId> {
    let mut gone = Vec::new();
    for (id, contribution) in &before.contributions {
        let kept = after.contributions.get(id);
        for (recipient, cell) in &contribution.cells {
            if kept.is_none_or(|it| !it.cells.contains_key(recipient)) {
                gone.extend(texts_of_cell(cell));
            }
        }
        for (party, request) in &contribution.requests {
            if kept.is_none_or(|it| !it.requests.contains_key(party)) {
                gone.extend(request.reason);
            }
        }
    }
    gone
}

/// After an event by which approvals or requests may lapse, their short texts die too.
fn destroy_lapsed(making: &mut Making<'_>) {
    let after = making.decision.events.iter().fold(making.state.clone(), evolve);
    let gone = texts_of_lapsed(making.state, &after);
    making.destroy(gone);
}
