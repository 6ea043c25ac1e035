//! Reads a session's stored events one by one: those of today as they are, those of version 1 as events of today.
//!
//! Where version 1 had other rules, the events that come out of here say what happened under those: a full seat that came
//! later saw everything, so that every owner admits it; an approval of which the copy was made stands again just before the
//! close; an approval names everybody whom the contribution is about. What version 1 did not record, or recorded otherwise,
//! is said with the nearest that today's form can say: the only disposition is that of the first suspect; an end of custody
//! rests on the term with the article that was written, or else on the general one; a party that took part and lost its
//! seat has left, so that the others' reports go on naming it.

use std::collections::{BTreeMap, BTreeSet};

use akkoord::deadline::{self, Term};
use akkoord::ids::{ItemId, PartyId, SubjectId};
use akkoord::measure::{self, Power};
use akkoord::moment::DataFault;
use akkoord::session::command::{SeatLevel, SubjectRole};
use akkoord::session::event::{Convened, Kept, Released, SubjectNamed};
use akkoord::session::item::{Answer, Assignee, Audience, Content};
use akkoord::session::{Actor, Event, EventKind};
use akkoord::text::TextRef;

use super::event::{Fact, StoredEvent};

/// The code of the statutory term that stands for an article that no term has.
const GENERAL_TERM: &str = "holding";

/// Why a stored event could not be read. It says nothing about what the event held.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Unreadable {
    /// It has neither the form of today nor that of version 1.
    #[error("a stored event has no form that this program knows: {0}")]
    UnknownForm(serde_json::Error),
    /// The tables of powers or terms of this program cannot be read.
    #[error("the data of this program cannot be read: {0}")]
    Data(#[from] DataFault),
}

/// Reads the events of one session, in their order.
#[derive(Default)]
pub(crate) struct LogReader {
    /// What was seen so far of version 1; nothing in a session of today.
    converter: Option<Converter>,
}

impl LogReader {
    /// Whether version 1 made any of the events read so far.
    pub fn has_events_of_version_1(&self) -> bool {
        self.converter.is_some()
    }

    /// The events that one stored event stands for: itself, or whatever says the same as an event of version 1.
    pub fn read(&mut self, bytes: &[u8]) -> Result<Vec<Event>, Unreadable> {
        let unknown = match serde_json::from_slice::<Event>(bytes) {
            Ok(event) => return Ok(vec![event]),
            Err(error) => error,
        };
        let Ok(stored) = serde_json::from_slice::<StoredEvent>(bytes) else {
            return Err(Unreadable::UnknownForm(unknown));
        };
        let converter = match &mut self.converter {
            Some(converter) => converter,
            none => none.insert(Converter::new()?),
        };
        Ok(converter.convert(stored))
    }
}

/// What has to be remembered of earlier events to say later ones in today's form.
struct Converter {
    powers: Vec<Power>,
    terms: Vec<Term>,
    /// The parties that sit here, and how.
    seats: BTreeMap<PartyId, SeatLevel>,
    /// The parties of which somebody came in.
    present: BTreeSet<PartyId>,
    /// Whom each contribution is about now.
    subjects: BTreeMap<ItemId, BTreeSet<SubjectId>>,
    /// The approvals that stand, as events.
    approvals: BTreeMap<(ItemId, PartyId), Event>,
    /// The first suspect of the case.
    suspect: Option<SubjectId>,
    /// The disposition, and how often it was recorded.
    disposition: Option<(ItemId, u32)>,
}

impl Converter {
    fn new() -> Result<Self, DataFault> {
        Ok(Self {
            powers: measure::standard()?,
            terms: deadline::standard()?,
            seats: BTreeMap::new(),
            present: BTreeSet::new(),
            subjects: BTreeMap::new(),
            approvals: BTreeMap::new(),
            suspect: None,
            disposition: None,
        })
    }

    fn convert(&mut self, stored: StoredEvent) -> Vec<Event> {
        let StoredEvent { at, by, command, fact } = stored;
        let event = |by: Actor, kind: EventKind| Event { at, by, command, kind };
        let mut events = Vec::new();
        match &fact {
            Fact::SeatGiven { seat } => {
                let party = seat.party.id;
                let was = self.seats.insert(party, seat.level);
                events.push(event(by, EventKind::SeatGiven { seat: seat.clone() }));
                if seat.level == SeatLevel::Full && was != Some(SeatLevel::Full) {
                    let owners = self.seats.keys().filter(|owner| **owner != party);
                    events.extend(owners.map(|owner| {
                        let owner = Actor { party: *owner, ..by };
                        event(owner, EventKind::NewcomerAnswered { party, show: true })
                    }));
                }
                return events;
            }
            Fact::SeatTaken { party } if self.present.contains(party) => {
                self.seats.remove(party);
                let gone = Actor { party: *party, ..by };
                return vec![event(gone, EventKind::Left)];
            }
            Fact::Entered { .. } | Fact::Convened(_) => {
                self.present.insert(by.party);
            }
            Fact::Closed { releases, .. } => {
                let released = releases
                    .iter()
                    .map(|released| (released.contribution, released.recipient));
                events.extend(released.filter_map(|cell| self.approvals.get(&cell).cloned()));
            }
            _ => {}
        }
        let last = event(by, self.kind(fact));
        if let EventKind::Approved { item, recipient, .. } = &last.kind {
            self.approvals.insert((*item, *recipient), last.clone());
        }
        events.push(last);
        events
    }

    #[expect(clippy::too_many_lines, reason = "one arm a kind of event, all in one place")]
    fn kind(&mut self, fact: Fact) -> EventKind {
        match fact {
            Fact::Convened(convened) => self.convened(*convened),
            Fact::SeatGiven { seat } => EventKind::SeatGiven { seat },
            Fact::SeatTaken { party } => {
                self.seats.remove(&party);
                EventKind::SeatTaken { party }
            }
            Fact::Entered { name, prosecutor } => EventKind::Entered { name, prosecutor },
            Fact::RulesAccepted => EventKind::RulesAccepted,
            Fact::GavelPassed { to } => EventKind::GavelPassed { to },
            Fact::PhaseEntered { phase } => EventKind::PhaseEntered { phase },
            Fact::SubjectAdded { subject } => {
                self.meet(&subject);
                EventKind::SubjectAdded { subject }
            }
            Fact::Shared {
                contribution,
                kind,
                subjects,
                audience,
                text,
            } => {
                self.subjects.insert(contribution, subjects.clone());
                EventKind::Shared {
                    item: contribution,
                    content: Content::Contribution { kind },
                    subjects,
                    audience,
                    based_on: BTreeSet::new(),
                    text: Some(text),
                }
            }
            Fact::Revised {
                contribution,
                revision,
                kind,
                subjects,
                text,
            } => {
                self.forget_approvals(contribution);
                self.subjects.insert(contribution, subjects.clone());
                EventKind::Revised {
                    item: contribution,
                    revision,
                    content: Content::Contribution { kind },
                    subjects,
                    text: Some(text),
                }
            }
            Fact::AudienceSet { contribution, audience } => EventKind::AudienceSet {
                item: contribution,
                audience,
            },
            Fact::Withdrawn { contribution } => {
                self.forget_approvals(contribution);
                EventKind::Withdrawn { item: contribution }
            }
            Fact::ReleaseRequested {
                contribution,
                purpose,
                reason,
            } => EventKind::ReleaseRequested {
                item: contribution,
                purpose,
                reason,
            },
            Fact::RequestDropped { contribution } => EventKind::RequestDropped { item: contribution },
            Fact::Approved {
                contribution,
                revision,
                recipient,
                purpose,
                ground,
                excerpt,
                condition,
                motivation,
            } => EventKind::Approved {
                item: contribution,
                revision,
                recipient,
                purpose,
                ground,
                subjects: self.subjects.get(&contribution).cloned().unwrap_or_default(),
                excerpt,
                condition,
                motivation,
            },
            Fact::Declined {
                contribution,
                recipient,
                reason,
            } => {
                self.approvals.remove(&(contribution, recipient));
                EventKind::Declined {
                    item: contribution,
                    recipient,
                    reason,
                }
            }
            Fact::Undecided {
                contribution,
                recipient,
            } => {
                self.approvals.remove(&(contribution, recipient));
                EventKind::Undecided {
                    item: contribution,
                    recipient,
                }
            }
            Fact::ReadySet { ready } => EventKind::ReadySet { ready },
            Fact::LastCalled => EventKind::LastCalled,
            Fact::ActionAgreed {
                action,
                text,
                performer,
                due,
                based_on,
            } => {
                let performer_seat = Assignee::Seat(performer);
                let content = Content::Action {
                    performer: performer_seat,
                    due,
                };
                shared_with(action, content, performer, based_on, Some(text))
            }
            Fact::ActionDropped { action } => EventKind::Withdrawn { item: action },
            Fact::DerivedOpened { derived, contribution } => EventKind::BasisOpened {
                item: derived,
                basis: contribution,
                open: true,
            },
            Fact::MeasureProposed {
                measure,
                kind,
                holder,
                note,
                based_on,
            } => {
                let content = Content::Measure {
                    power: kind,
                    holder: Assignee::Seat(holder),
                };
                shared_with(measure, content, holder, based_on, note)
            }
            Fact::MeasureCommitted { measure, until } => EventKind::Answered {
                item: measure,
                answer: Answer::Committed { until },
            },
            Fact::MeasureDeclined { measure, reason } => EventKind::Answered {
                item: measure,
                answer: Answer::Refused { reason },
            },
            Fact::TimeAsked {
                request,
                reason,
                minutes,
            } => EventKind::TimeAsked {
                request,
                reason,
                minutes,
            },
            Fact::TimeExplained {
                request,
                reason,
                minutes,
            } => EventKind::TimeExplained {
                request,
                reason,
                minutes,
            },
            Fact::TimeEnded { request } => EventKind::TimeEnded { request },
            Fact::ClockSet { minutes } => EventKind::ClockSet { minutes },
            Fact::DeadlineSet { at, article } => {
                let term = self.terms.iter().find(|term| term.article == article);
                let term = term.map_or_else(|| GENERAL_TERM.to_owned(), |term| term.code.clone());
                EventKind::DeadlineSet { at, term }
            }
            Fact::DispositionRecorded {
                disposition,
                kind,
                note,
                deviation,
            } => {
                let (item, revision) = match self.disposition {
                    Some((item, revision)) => (item, revision + 1),
                    None => (disposition, 1),
                };
                self.disposition = Some((item, revision));
                EventKind::DispositionRecorded {
                    item,
                    revision,
                    suspect: self.suspect.unwrap_or(SubjectId::from_bytes([0; 16])),
                    kind,
                    note,
                    deviation,
                }
            }
            Fact::Closed { releases, agreements } => EventKind::Closed {
                releases: releases
                    .into_iter()
                    .map(|it| Released {
                        release: it.release,
                        item: it.contribution,
                        revision: it.revision,
                        recipient: it.recipient,
                    })
                    .collect(),
                kept: agreements
                    .into_iter()
                    .map(|it| Kept {
                        release: it.release,
                        item: it.action,
                        keeper: it.performer,
                    })
                    .collect(),
            },
        }
    }

    fn convened(&mut self, convened: super::event::Convened) -> EventKind {
        self.seats
            .extend(convened.seats.iter().map(|seat| (seat.party.id, seat.level)));
        convened.subjects.iter().for_each(|subject| self.meet(subject));
        EventKind::Convened(Box::new(Convened {
            moment: convened.moment,
            case_reference: convened.case_reference,
            subjects: convened.subjects,
            seats: convened.seats,
            grounds: convened.grounds,
            powers: self.powers.clone(),
            terms: self.terms.clone(),
            convener_name: convened.convener_name,
            convener_is_prosecutor: convened.convener_is_prosecutor,
            clock_minutes: convened.clock_minutes,
        }))
    }

    fn meet(&mut self, subject: &SubjectNamed) {
        if subject.role == SubjectRole::Suspect {
            self.suspect.get_or_insert(subject.id);
        }
    }

    fn forget_approvals(&mut self, contribution: ItemId) {
        self.approvals.retain(|(item, _), _| *item != contribution);
    }
}

/// An action or a measure: version 1 showed it to every full seat, and to its performer or holder in whatever seat.
fn shared_with(
    item: ItemId,
    content: Content,
    assignee: PartyId,
    based_on: BTreeSet<ItemId>,
    text: Option<TextRef>,
) -> EventKind {
    EventKind::Shared {
        item,
        content,
        subjects: BTreeSet::new(),
        audience: Audience {
            named: BTreeSet::from([assignee]),
            ..Audience::table()
        },
        based_on,
        text,
    }
}
