//! Plays a story: every step is the command a person would have sent, carried out by the session's room.

use std::collections::{BTreeMap, BTreeSet};

use akkoord::ids::{CommandId, ItemId, PartyId, SessionId, SubjectId, TimeRequestId};
use akkoord::session::command::{CellDecision, Convening, NewAnswer, SeatLevel, Verdict};
use akkoord::session::item::{Assignee, Audience, NewContent, Purpose};
use akkoord::session::view::{ContentView, ItemView};
use akkoord::session::{Command, CommandKind, SessionView};
use chrono::{DateTime, TimeDelta, Utc};

use super::DemoFault;
use super::cast::{Cast, Character};
use super::hours::Hours;
use super::script::{CellStep, Order, Script, Step, StepKind};
use crate::clock;
use crate::identity::Directory;
use crate::rooms::Rooms;

/// How long it takes people to come in after each other.
const BETWEEN_ENTRIES: TimeDelta = TimeDelta::seconds(4);

/// Plays one story. Every step happens at its own hour; a refused step ends it.
pub(super) async fn play(
    rooms: &Rooms,
    directory: &Directory,
    cast: &Cast,
    hours: &Hours,
    file: &'static str,
    script: &Script,
) -> Result<SessionId, DemoFault> {
    let mut playing = Playing {
        rooms,
        directory,
        cast,
        hours,
        file,
        step: 0,
        named: Named::default(),
    };
    let session = playing.convene(&script.order).await?;
    playing.let_in(script, session).await?;
    for (place, step) in script.steps.iter().enumerate() {
        playing.step = place + 1;
        playing.carry_out(session, step).await?;
    }
    Ok(session)
}

struct Playing<'a> {
    rooms: &'a Rooms,
    directory: &'a Directory,
    cast: &'a Cast,
    hours: &'a Hours,
    file: &'static str,
    /// Which step, from one; zero is the convening.
    step: usize,
    named: Named,
}

/// What the story's names stand for.
#[derive(Default)]
struct Named {
    subjects: BTreeMap<String, SubjectId>,
    items: BTreeMap<String, ItemId>,
    requests: BTreeMap<String, TimeRequestId>,
}

impl Playing<'_> {
    fn unknown(&self, name: &str) -> DemoFault {
        DemoFault::Unknown {
            file: self.file,
            step: self.step,
            name: name.into(),
        }
    }

    fn person(&self, account: &str) -> Result<&Character, DemoFault> {
        self.cast.get(account).ok_or_else(|| self.unknown(account))
    }

    fn party(&self, account: &str) -> Result<PartyId, DemoFault> {
        self.person(account).map(Character::party)
    }

    fn parties(&self, accounts: &[String]) -> Result<BTreeSet<PartyId>, DemoFault> {
        accounts.iter().map(|account| self.party(account)).collect()
    }

    fn find<T: Copy>(&self, among: &BTreeMap<String, T>, name: &str) -> Result<T, DemoFault> {
        among.get(name).copied().ok_or_else(|| self.unknown(name))
    }

    fn items(&self, names: &[String]) -> Result<BTreeSet<ItemId>, DemoFault> {
        names.iter().map(|name| self.find(&self.named.items, name)).collect()
    }

    async fn convene(&mut self, order: &Order) -> Result<SessionId, DemoFault> {
        let convener = self.person(&order.by)?.clone();
        let convening = self.convening(order, &convener).await?;
        let at = self.hours.ago(order.at);
        let session = self.rooms.convene_at(at, convener.actor, convening).await;
        session.map_err(|why| DemoFault::Step {
            file: self.file,
            step: 0,
            why,
        })
    }

    /// What the server makes of a convening form and its directory.
    async fn convening(&self, order: &Order, convener: &Character) -> Result<Convening, DemoFault> {
        let full = order.seats.iter().map(|account| (account, SeatLevel::Full));
        let restricted = order.restricted.iter().map(|account| (account, SeatLevel::Restricted));
        let mut seats = Vec::new();
        for (account, level) in full.chain(restricted) {
            let seat = self.directory.seat(self.party(account)?, level).await?;
            seats.push(seat.ok_or_else(|| self.unknown(account))?);
        }
        let moment = self
            .directory
            .moments()
            .iter()
            .find(|moment| moment.code == order.moment);
        Ok(Convening {
            moment: moment.cloned().ok_or_else(|| self.unknown(&order.moment))?,
            case_reference: order.case_reference.clone(),
            subjects: order.subjects.clone(),
            seats,
            grounds: self.directory.grounds(clock::now()).await?,
            powers: self.directory.powers().to_vec(),
            terms: self.directory.terms().to_vec(),
            convener_name: convener.name.clone(),
            convener_is_prosecutor: convener.prosecutor,
            clock_minutes: None,
        })
    }

    /// Everybody of the story comes in and accepts the ground rules, one after the other.
    async fn let_in(&mut self, script: &Script, session: SessionId) -> Result<(), DemoFault> {
        let order = &script.order;
        let mut accounts: Vec<&String> = vec![&order.by];
        let acting = script.steps.iter().map(|step| &step.by);
        for account in order.seats.iter().chain(&order.restricted).chain(acting) {
            if !accounts.contains(&account) {
                accounts.push(account);
            }
        }
        let mut at = self.hours.ago(order.at);
        for account in accounts {
            let person = self.person(account)?.clone();
            at += BETWEEN_ENTRIES;
            let enter = CommandKind::Enter {
                name: person.name.clone(),
                prosecutor: person.prosecutor,
            };
            self.send(session, at, &person, enter).await?;
            self.send(session, at, &person, CommandKind::AcceptRules {}).await?;
        }
        let convener = self.person(&order.by)?.clone();
        let view = self.look(session, &convener).await?;
        self.named.subjects = view
            .subjects
            .into_iter()
            .map(|subject| (subject.label, subject.id))
            .collect();
        Ok(())
    }

    async fn send(
        &self,
        session: SessionId,
        at: DateTime<Utc>,
        person: &Character,
        kind: CommandKind,
    ) -> Result<(), DemoFault> {
        let command = Command {
            id: CommandId(clock::random_id()),
            kind,
        };
        let done = self.rooms.carry_out_at(at, session, person.actor, command).await;
        done.map_err(|why| DemoFault::Step {
            file: self.file,
            step: self.step,
            why,
        })
    }

    async fn look(&self, session: SessionId, person: &Character) -> Result<SessionView, DemoFault> {
        let view = self.rooms.look(session, person.actor).await;
        view.map_err(|why| DemoFault::Step {
            file: self.file,
            step: self.step,
            why,
        })
    }

    async fn carry_out(&mut self, session: SessionId, step: &Step) -> Result<(), DemoFault> {
        let person = self.person(&step.by)?.clone();
        let before = self.look(session, &person).await?;
        let command = self.command(&step.kind, &before)?;
        self.send(session, self.hours.ago(step.at), &person, command).await?;
        self.learn(&step.kind, &before, &self.look(session, &person).await?);
        Ok(())
    }

    /// The id of what a step brought is in what its author sees now and did not see before.
    fn learn(&mut self, step: &StepKind, before: &SessionView, after: &SessionView) {
        fn came<T, I: Copy + PartialEq>(before: &[T], after: &[T], id: impl Fn(&T) -> I) -> Option<I> {
            after
                .iter()
                .map(&id)
                .find(|new| !before.iter().any(|old| id(old) == *new))
        }
        match step {
            StepKind::Share { name, .. }
            | StepKind::ShareAction { name, .. }
            | StepKind::ProposeMeasure { name, .. }
            | StepKind::RecordDisposition { name, .. } => {
                let new = came(&before.items, &after.items, |item| item.id);
                self.named.items.extend(new.map(|id| (name.clone(), id)));
            }
            StepKind::AskTime { name, .. } => {
                let new = came(&before.time.requests, &after.time.requests, |request| request.id);
                self.named.requests.extend(new.map(|id| (name.clone(), id)));
            }
            StepKind::MoveTo { .. }
            | StepKind::SetDeadline { .. }
            | StepKind::Revise { .. }
            | StepKind::Withdraw { .. }
            | StepKind::EndTime { .. }
            | StepKind::Commit { .. }
            | StepKind::Accept { .. }
            | StepKind::RequestRelease { .. }
            | StepKind::Decide { .. }
            | StepKind::Ready
            | StepKind::Close => {}
        }
    }

    #[expect(clippy::too_many_lines, reason = "one arm for each kind of step")]
    fn command(&self, step: &StepKind, view: &SessionView) -> Result<CommandKind, DemoFault> {
        Ok(match step {
            StepKind::MoveTo { phase } => CommandKind::MoveTo { phase: *phase },
            StepKind::SetDeadline { term } => CommandKind::SetDeadline {
                at: self.hours.limit(),
                term: term.clone(),
            },
            StepKind::Share {
                name: _,
                kind,
                about,
                text,
                only,
                also,
            } => CommandKind::Share {
                content: NewContent::Contribution { kind: *kind },
                subjects: self.subjects(about)?,
                audience: if only.is_empty() {
                    Audience {
                        named: self.parties(also)?,
                        ..Audience::table()
                    }
                } else {
                    Audience::only(self.parties(only)?)
                },
                based_on: BTreeSet::new(),
                text: self.hours.fill(text),
            },
            StepKind::Revise { item, text } => self.revised(item, text, view)?,
            StepKind::Withdraw { item } => {
                let item = self.item(item, view)?;
                CommandKind::Withdraw {
                    item: item.id,
                    revision: item.revision,
                }
            }
            StepKind::AskTime {
                name: _,
                reason,
                minutes,
            } => CommandKind::AskTime {
                reason: *reason,
                minutes: *minutes,
            },
            StepKind::EndTime { request } => CommandKind::EndTime {
                request: self.find(&self.named.requests, request)?,
            },
            StepKind::ProposeMeasure {
                name: _,
                power,
                holder,
                note,
                based_on,
            } => {
                let holder = self.party(holder)?;
                let content = NewContent::Measure {
                    power: power.clone(),
                    holder: Assignee::Seat(holder),
                };
                self.shared_with(content, holder, based_on, note.as_deref().unwrap_or_default())?
            }
            StepKind::Commit { item, until_in_hours } => {
                let until = until_in_hours.map_or_else(|| self.hours.limit(), |hours| self.hours.ahead(hours));
                self.answered(item, NewAnswer::Commit { until }, view)?
            }
            StepKind::Accept { item } => self.answered(item, NewAnswer::Accept {}, view)?,
            StepKind::ShareAction {
                name: _,
                text,
                performer,
                due_in_hours,
                based_on,
            } => {
                let performer = self.party(performer)?;
                let content = NewContent::Action {
                    performer: Assignee::Seat(performer),
                    due: Some(self.hours.ahead(*due_in_hours)),
                };
                self.shared_with(content, performer, based_on, text)?
            }
            StepKind::RequestRelease {
                item,
                action,
                task,
                reason,
            } => {
                let item = self.item(item, view)?;
                CommandKind::RequestRelease {
                    item: item.id,
                    revision: item.revision,
                    purpose: self.purpose(action.as_ref(), task.as_ref())?,
                    reason: reason.clone(),
                }
            }
            StepKind::RecordDisposition {
                name: _,
                suspect,
                kind,
                note,
            } => CommandKind::RecordDisposition {
                suspect: self.find(&self.named.subjects, suspect)?,
                revision: 0,
                kind: *kind,
                note: note.clone(),
                deviation: None,
            },
            StepKind::Decide { cells } => CommandKind::Decide {
                cells: cells
                    .iter()
                    .map(|cell| self.cell(cell, view))
                    .collect::<Result<_, _>>()?,
            },
            StepKind::Ready => CommandKind::SetReady { ready: true },
            StepKind::Close => CommandKind::Close {},
        })
    }

    /// An action or a measure, which its performer or holder can read in whatever seat.
    fn shared_with(
        &self,
        content: NewContent,
        assignee: PartyId,
        based_on: &[String],
        text: &str,
    ) -> Result<CommandKind, DemoFault> {
        Ok(CommandKind::Share {
            content,
            subjects: BTreeSet::new(),
            audience: Audience {
                named: BTreeSet::from([assignee]),
                ..Audience::table()
            },
            based_on: self.items(based_on)?,
            text: text.to_owned(),
        })
    }

    fn answered(&self, name: &str, answer: NewAnswer, view: &SessionView) -> Result<CommandKind, DemoFault> {
        let item = self.item(name, view)?;
        Ok(CommandKind::Answer {
            item: item.id,
            revision: item.revision,
            answer,
        })
    }

    /// Other words for a contribution.
    fn revised(&self, name: &str, text: &str, view: &SessionView) -> Result<CommandKind, DemoFault> {
        let item = self.item(name, view)?;
        let ContentView::Contribution { kind } = item.content else {
            return Err(self.unknown(name));
        };
        Ok(CommandKind::Revise {
            item: item.id,
            revision: item.revision,
            content: NewContent::Contribution { kind },
            subjects: item.subjects.iter().copied().collect(),
            text: self.hours.fill(text),
        })
    }

    fn subjects(&self, labels: &[String]) -> Result<BTreeSet<SubjectId>, DemoFault> {
        labels
            .iter()
            .map(|label| self.find(&self.named.subjects, label))
            .collect()
    }

    fn item<'v>(&self, name: &str, view: &'v SessionView) -> Result<&'v ItemView, DemoFault> {
        let id = self.find(&self.named.items, name)?;
        view.item(id).ok_or_else(|| self.unknown(name))
    }

    fn purpose(&self, action: Option<&String>, task: Option<&String>) -> Result<Option<Purpose>, DemoFault> {
        match (action, task) {
            (Some(action), _) => Ok(Some(Purpose::Action(self.find(&self.named.items, action)?))),
            (None, task) => Ok(task.cloned().map(Purpose::Task)),
        }
    }

    fn cell(&self, cell: &CellStep, view: &SessionView) -> Result<CellDecision, DemoFault> {
        let item = self.item(&cell.item, view)?;
        let verdict = match self.purpose(cell.action.as_ref(), cell.task.as_ref())? {
            Some(purpose) => Verdict::Approve {
                purpose,
                subjects: cell.about.as_deref().map(|about| self.subjects(about)).transpose()?,
                excerpt: cell.excerpt.clone(),
                condition: cell.condition.clone(),
                motivation: cell.motivation.clone(),
            },
            None => Verdict::Decline {
                reason: cell.decline.clone(),
            },
        };
        let recipient = self.party(&cell.to)?;
        Ok(CellDecision {
            item: item.id,
            revision: item.revision,
            recipient,
            verdict,
        })
    }
}
