//! From a command to what happens, or to why not. One file per chapter of the rules: `table` (seats, people, phases),
//! `items`, `release`, `time`, `care` (subjects).
//!
//! Lives here: checks that need the command's own words and numbers. Who may do what lives in [`super::permissions`], who
//! sees what in [`super::visibility`]. Never lives here: a clock, randomness, I/O: [`Stamp`] hands in the only impurity.
//!
//! To add a command: a [`CommandKind`], an [`EventKind`], a [`Permission`], an arm here, an arm in `state/evolve.rs`, its
//! place in `view`. The compiler names each of them.

mod care;
mod items;
mod release;
mod table;
mod time;

use alloc::{collections::BTreeSet, string::String, vec::Vec};
use chrono::{DateTime, Utc};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::command::{Actor, Command, CommandKind, Stamp};
use super::event::{Event, EventKind};
use super::item::Item;
use super::permissions::{Permission, check};
use super::refusal::Refusal;
use super::state::{Made, State, evolve};
use super::visibility::{Viewer, knows_party};
use crate::ids::{CommandId, ItemId, PartyId, TextId};
use crate::text::{LONGEST_NOTE, NewText, Text, TextRef, TextSalt};

/// The most items or persons of the case that one party brings to a session. Counted per party: a shared count would tell a
/// party how many there are that it cannot see (R2).
pub const MOST: usize = 2_000;

/// The most events of a session; far more than a session has, and far fewer than could hurt. What keeps people safe and
/// what ends a session is never refused for it.
pub const MOST_EVENTS: u64 = 50_000;

/// What a command leads to.
#[derive(Clone, Debug, Default)]
pub struct Decision {
    /// What happened; empty when this command was carried out before.
    pub events: Vec<Event>,
    /// New words, to be sealed.
    pub texts: Vec<NewText>,
    /// Words whose keys die with these events.
    pub destroyed: Vec<TextId>,
}

impl Decision {
    /// What this decision made, as its acknowledgement names it.
    pub fn made(&self) -> Option<Made> {
        self.events.iter().find_map(|event| Made::of(&event.kind))
    }
}

/// Answers every command in every state, without panic.
pub fn decide(state: &State, actor: Actor, stamp: Stamp, command: Command) -> Result<Decision, Refusal> {
    if state.made_by(actor, command.id).is_some() {
        return Ok(Decision::default());
    }
    if state.events >= MOST_EVENTS && !is_never_too_many(&command.kind) {
        return Err(Refusal::SessionFull);
    }
    let mut builder = DecisionBuilder::new(state, actor, stamp, command.id);
    builder.command(command.kind)?;
    Ok(builder.finish())
}

/// Commands that are carried out however many events there are: VT's signal, an owner's withdrawal, whatever leads to the
/// close.
fn is_never_too_many(kind: &CommandKind) -> bool {
    matches!(
        kind,
        CommandKind::Enter { .. }
            | CommandKind::AcceptRules {}
            | CommandKind::AskTime { .. }
            | CommandKind::EndTime { .. }
            | CommandKind::Withdraw { .. }
            | CommandKind::Leave { .. }
            | CommandKind::TakeGavel {}
            | CommandKind::MoveTo { .. }
            | CommandKind::Close {}
            | CommandKind::WarnOfExpiry
            | CommandKind::Expire
    )
}

/// A decision under construction: who, when, and fresh ids and salts drawn from the stamp.
struct DecisionBuilder<'a> {
    state: &'a State,
    actor: Actor,
    at: DateTime<Utc>,
    command: CommandId,
    salt: [u8; 32],
    drawn: u32,
    decision: Decision,
}

impl<'a> DecisionBuilder<'a> {
    fn new(state: &'a State, actor: Actor, stamp: Stamp, command: CommandId) -> Self {
        Self {
            state,
            actor,
            // Time never runs backwards within a session, whatever the machine's clock does (T6).
            at: state.last_at.map_or(stamp.at, |last| last.max(stamp.at)),
            command,
            salt: stamp.salt,
            drawn: 0,
            decision: Decision::default(),
        }
    }

    fn command(&mut self, kind: CommandKind) -> Result<(), Refusal> {
        match kind {
            CommandKind::Convene(convening) => table::convene(self, *convening),
            CommandKind::GiveSeat(seat) => table::give_seat(self, seat),
            CommandKind::Enter { name, prosecutor } => table::enter(self, &name, prosecutor),
            CommandKind::WarnOfExpiry => table::warn_of_expiry(self),
            CommandKind::Expire => table::expire(self),
            CommandKind::TakeSeat { party } => {
                self.happens_if(Permission::TakeSeat(party), EventKind::SeatTaken { party })
            }
            CommandKind::AskToLeave { party } => {
                self.happens_if(Permission::AskToLeave(party), EventKind::AskedToLeave { party })
            }
            CommandKind::Leave { items } => table::leave(self, items),
            CommandKind::NameAttendees { people } => table::name_attendees(self, people),
            CommandKind::AnswerNewcomer { party, show } => self.happens_if(
                Permission::AnswerNewcomer(party),
                EventKind::NewcomerAnswered { party, show },
            ),
            CommandKind::AcceptRules {} => table::accept_rules(self),
            CommandKind::HandOverGavel { to } => table::hand_over_gavel(self, to),
            CommandKind::TakeGavel {} => {
                let to = self.actor.participant;
                self.happens_if(Permission::TakeGavel, EventKind::GavelPassed { to })
            }
            CommandKind::MoveTo { phase } => {
                self.happens_if(Permission::MoveTo(phase), EventKind::PhaseEntered { phase })
            }
            CommandKind::AddSubject { subject } => care::add_subject(self, &subject),
            CommandKind::CorrectSubject {
                subject,
                revision,
                role,
                label,
            } => care::correct_subject(self, subject, revision, role, &label),
            CommandKind::RemoveSubject { subject, revision } => care::remove_subject(self, subject, revision),
            CommandKind::Share {
                content,
                subjects,
                audience,
                based_on,
                text,
            } => items::share(self, content, subjects, audience, based_on, &text),
            CommandKind::Revise {
                item,
                revision,
                content,
                subjects,
                text,
            } => items::revise(self, item, revision, content, subjects, &text),
            CommandKind::SetAudience { item, was, audience } => items::set_audience(self, item, &was, audience),
            CommandKind::Withdraw { item, revision } => items::withdraw(self, item, revision),
            CommandKind::OpenBasis {
                item,
                revision,
                basis,
                open,
            } => items::open_basis(self, item, revision, basis, open),
            CommandKind::Answer { item, revision, answer } => items::answer(self, item, revision, answer),
            CommandKind::RequestRelease {
                item,
                revision,
                purpose,
                reason,
            } => release::request(self, item, revision, purpose, reason.as_deref()),
            CommandKind::DropRequest { item } => {
                self.happens_if(Permission::DropRequest(item), EventKind::RequestDropped { item })
            }
            CommandKind::Decide { cells } => release::decide_cells(self, cells),
            CommandKind::SetReady { ready } => release::set_ready(self, ready),
            CommandKind::LastCall {} => self.happens_if(Permission::LastCall, EventKind::LastCalled),
            CommandKind::Close {} => release::close(self),
            CommandKind::AskTime { reason, minutes } => time::ask(self, reason, minutes),
            CommandKind::ExplainTime {
                request,
                reason,
                minutes,
            } => time::explain(self, request, reason, minutes),
            CommandKind::EndTime { request } => {
                self.happens_if(Permission::AnswerForTime(request), EventKind::TimeEnded { request })
            }
            CommandKind::SetClock { minutes } => time::set_clock(self, minutes),
            CommandKind::SetDeadline { at, term } => time::set_deadline(self, at, term),
            CommandKind::RecordDisposition {
                suspect,
                revision,
                kind,
                note,
                deviation,
            } => time::record_disposition(self, suspect, revision, kind, note.as_deref(), deviation.as_deref()),
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

    fn check(&self, permission: Permission) -> Result<(), Refusal> {
        let viewer = Viewer::of(self.state, self.actor).ok_or(Refusal::NotFound)?;
        check(self.state, viewer, permission)
    }

    /// An item of which `check` found that this actor may see it.
    fn item(&self, id: ItemId) -> Result<&'a Item, Refusal> {
        self.state.items.get(&id).map(AsRef::as_ref).ok_or(Refusal::NotFound)
    }

    fn happens(&mut self, kind: EventKind) {
        self.decision.events.push(Event {
            at: self.at,
            by: self.actor,
            command: self.command,
            kind,
        });
    }

    fn happens_if(&mut self, permission: Permission, kind: EventKind) -> Result<(), Refusal> {
        self.check(permission)?;
        self.happens(kind);
        Ok(())
    }

    /// Whether a party sits here, as far as this actor may know.
    fn seated(&self, party: PartyId) -> Result<(), Refusal> {
        let known = knows_party(self.state, self.actor.party, party);
        if known && self.state.seat(party).is_some() {
            Ok(())
        } else {
            Err(Refusal::NotFound)
        }
    }

    /// Adds the texts that no longer hang on anything after these events: their keys die with them (R6, R8).
    fn finish(mut self) -> Decision {
        let only_adds = |event: &Event| {
            matches!(
                event.kind,
                EventKind::Convened(_)
                    | EventKind::Shared { .. }
                    | EventKind::TimeAsked { .. }
                    | EventKind::Closed { .. }
            )
        };
        if !self.decision.events.iter().all(only_adds) {
            let after = self.decision.events.iter().fold(self.state.clone(), evolve);
            self.decision.destroyed = texts_gone(self.state, &after);
        }
        self.decision
    }
}

/// The texts that hang on something before and on nothing after.
fn texts_gone(before: &State, after: &State) -> Vec<TextId> {
    let mut gone = Vec::new();
    for (id, item) in &before.items {
        let Some(now) = after.items.get(id) else { continue };
        if !alloc::sync::Arc::ptr_eq(item, now) {
            let kept: BTreeSet<_> = now.texts().into_iter().collect();
            gone.extend(item.texts().into_iter().filter(|text| !kept.contains(text)));
        }
    }
    for (id, subject) in &before.subjects {
        if after.subjects.get(id).map(|now| now.label) != Some(subject.label) {
            gone.push(subject.label);
        }
    }
    gone
}

/// A name or a reference: one short line.
fn label(words: &str) -> Result<String, Refusal> {
    Ok(crate::text::label(words)?)
}
