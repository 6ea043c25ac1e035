//! Plays a story: every step is the command a person would have sent, carried out by the session's room.

use std::collections::{BTreeMap, BTreeSet};

use akkoord::ids::{CommandId, ContributionId, DerivedId, PartyId, SessionId, SubjectId, TimeRequestId};
use akkoord::session::command::{Audience, CellDecision, Convening, Purpose, SeatLevel, Verdict};
use akkoord::session::view::CardView;
use akkoord::session::{Command, SessionView, Wish};
use chrono::{DateTime, TimeDelta, Utc};

use super::DemoFault;
use super::cast::{Cast, Character};
use super::hours::Hours;
use super::script::{CellOf, Deed, Order, Script, Step};
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
    cards: BTreeMap<String, ContributionId>,
    actions: BTreeMap<String, DerivedId>,
    measures: BTreeMap<String, DerivedId>,
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

    fn cards(&self, names: &[String]) -> Result<BTreeSet<ContributionId>, DemoFault> {
        names.iter().map(|name| self.find(&self.named.cards, name)).collect()
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
            let enter = Wish::Enter {
                name: person.name.clone(),
                prosecutor: person.prosecutor,
            };
            self.wish(session, at, &person, enter).await?;
            self.wish(session, at, &person, Wish::AcceptRules).await?;
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

    async fn wish(
        &self,
        session: SessionId,
        at: DateTime<Utc>,
        person: &Character,
        wish: Wish,
    ) -> Result<(), DemoFault> {
        let command = Command {
            id: CommandId(clock::random_id()),
            wish,
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
        let wish = self.wish_of(&step.deed, &before)?;
        self.wish(session, self.hours.ago(step.at), &person, wish).await?;
        self.learn(&step.deed, &before, &self.look(session, &person).await?);
        Ok(())
    }

    /// The id of what a step brought is in what its maker sees now and did not see before.
    fn learn(&mut self, deed: &Deed, before: &SessionView, after: &SessionView) {
        fn came<T, I: Copy + PartialEq>(before: &[T], after: &[T], id: impl Fn(&T) -> I) -> Option<I> {
            after
                .iter()
                .map(&id)
                .find(|new| !before.iter().any(|old| id(old) == *new))
        }
        match deed {
            Deed::Share { name, .. } => {
                let new = came(&before.cards, &after.cards, |card| card.id);
                self.named.cards.extend(new.map(|id| (name.clone(), id)));
            }
            Deed::AgreeAction { name, .. } => {
                let new = came(&before.actions, &after.actions, |action| action.id);
                self.named.actions.extend(new.map(|id| (name.clone(), id)));
            }
            Deed::ProposeMeasure { name, .. } => {
                let new = came(&before.measures, &after.measures, |measure| measure.id);
                self.named.measures.extend(new.map(|id| (name.clone(), id)));
            }
            Deed::AskTime { name, .. } => {
                let new = came(&before.time.requests, &after.time.requests, |request| request.id);
                self.named.requests.extend(new.map(|id| (name.clone(), id)));
            }
            Deed::MoveTo { .. }
            | Deed::SetDeadline { .. }
            | Deed::Revise { .. }
            | Deed::Withdraw { .. }
            | Deed::EndTime { .. }
            | Deed::CommitMeasure { .. }
            | Deed::RequestRelease { .. }
            | Deed::RecordDisposition { .. }
            | Deed::Decide { .. }
            | Deed::Ready
            | Deed::Close => {}
        }
    }

    #[expect(clippy::too_many_lines, reason = "one arm for each deed of a story")]
    fn wish_of(&self, deed: &Deed, view: &SessionView) -> Result<Wish, DemoFault> {
        Ok(match deed {
            Deed::MoveTo { phase } => Wish::MoveTo { phase: *phase },
            Deed::SetDeadline { article } => Wish::SetDeadline {
                at: self.hours.limit(),
                article: article.clone(),
            },
            Deed::Share {
                name: _,
                kind,
                about,
                text,
                only,
                also,
            } => Wish::Share {
                kind: *kind,
                subjects: self.subjects(about)?,
                audience: if only.is_empty() {
                    Audience {
                        named: self.parties(also)?,
                        ..Audience::table()
                    }
                } else {
                    Audience::only(self.parties(only)?)
                },
                text: self.hours.fill(text),
            },
            Deed::Revise { card, text } => {
                let old = self.card(card, view)?;
                Wish::Revise {
                    contribution: old.id,
                    kind: old.kind,
                    subjects: old.subjects.iter().copied().collect(),
                    text: self.hours.fill(text),
                }
            }
            Deed::Withdraw { card } => Wish::Withdraw {
                contribution: self.find(&self.named.cards, card)?,
            },
            Deed::AskTime {
                name: _,
                reason,
                minutes,
            } => Wish::AskTime {
                reason: *reason,
                minutes: *minutes,
            },
            Deed::EndTime { request } => Wish::EndTime {
                request: self.find(&self.named.requests, request)?,
            },
            Deed::ProposeMeasure {
                name: _,
                kind,
                holder,
                note,
                based_on,
            } => Wish::ProposeMeasure {
                kind: *kind,
                holder: self.party(holder)?,
                note: note.clone(),
                based_on: self.cards(based_on)?,
            },
            Deed::CommitMeasure {
                measure,
                until_in_hours,
            } => Wish::CommitMeasure {
                measure: self.find(&self.named.measures, measure)?,
                until: until_in_hours.map_or_else(|| self.hours.limit(), |hours| self.hours.ahead(hours)),
            },
            Deed::AgreeAction {
                name: _,
                text,
                performer,
                due_in_hours,
                based_on,
            } => Wish::AgreeAction {
                text: text.clone(),
                performer: self.party(performer)?,
                due: Some(self.hours.ahead(*due_in_hours)),
                based_on: self.cards(based_on)?,
            },
            Deed::RequestRelease {
                card,
                action,
                task,
                reason,
            } => Wish::RequestRelease {
                contribution: self.find(&self.named.cards, card)?,
                purpose: self.purpose(action.as_ref(), task.as_ref())?,
                reason: reason.clone(),
            },
            Deed::RecordDisposition { kind, note, based_on } => Wish::RecordDisposition {
                kind: *kind,
                note: note.clone(),
                deviation: None,
                based_on: self.cards(based_on)?,
            },
            Deed::Decide { cells } => Wish::Decide {
                cells: cells
                    .iter()
                    .map(|cell| self.cell(cell, view))
                    .collect::<Result<_, _>>()?,
            },
            Deed::Ready => Wish::SetReady { ready: true },
            Deed::Close => Wish::Close,
        })
    }

    fn subjects(&self, labels: &[String]) -> Result<BTreeSet<SubjectId>, DemoFault> {
        labels
            .iter()
            .map(|label| self.find(&self.named.subjects, label))
            .collect()
    }

    fn card<'v>(&self, name: &str, view: &'v SessionView) -> Result<&'v CardView, DemoFault> {
        let id = self.find(&self.named.cards, name)?;
        view.cards
            .iter()
            .find(|card| card.id == id)
            .ok_or_else(|| self.unknown(name))
    }

    fn purpose(&self, action: Option<&String>, task: Option<&String>) -> Result<Option<Purpose>, DemoFault> {
        match (action, task) {
            (Some(action), _) => Ok(Some(Purpose::Action(self.find(&self.named.actions, action)?))),
            (None, task) => Ok(task.cloned().map(Purpose::Task)),
        }
    }

    fn cell(&self, cell: &CellOf, view: &SessionView) -> Result<CellDecision, DemoFault> {
        let card = self.card(&cell.card, view)?;
        let verdict = match self.purpose(cell.action.as_ref(), cell.task.as_ref())? {
            Some(purpose) => Verdict::Approve {
                purpose,
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
            contribution: card.id,
            revision: card.revision,
            recipient,
            verdict,
        })
    }
}
