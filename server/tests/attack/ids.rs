//! Other people's ids in every place where a wish names one. What is somewhere else, what is hidden and what is nowhere
//! give the same bytes, and nothing changes (R2, R3).

use std::collections::BTreeSet;

use akkoord::ids::{ContributionId, DerivedId, ParticipantId, PartyId, SessionId, SubjectId, TimeRequestId};
use akkoord::moment::Phase;
use akkoord::party::PartyKind::{ChildProtection, Municipality, Police, Prosecution, VeiligThuis};
use akkoord::protocol::{FromClient, FromRoom};
use akkoord::session::command::{
    Audience, CellDecision, ContributionKind, DispositionKind, MeasureKind, NewSubject, Purpose, SeatLevel,
    SubjectRole, Verdict,
};
use akkoord::session::{SessionView, Wish};
use chrono::{TimeDelta, Utc};
use uuid::Uuid;

use crate::common::house::{House, Table};
use crate::common::person::{Answer, Person, fresh};
use crate::common::visitor::report_path;
use crate::common::wishes::{agree, share, share_with_table};

/// One id of each kind that can stand in a wish.
#[derive(Clone, Copy, Debug)]
struct Ids {
    party: PartyId,
    participant: ParticipantId,
    subject: SubjectId,
    contribution: ContributionId,
    derived: DerivedId,
    request: TimeRequestId,
}

impl Ids {
    /// Nobody's.
    fn nowhere() -> Self {
        Self {
            party: PartyId(Uuid::new_v4()),
            participant: ParticipantId(Uuid::new_v4()),
            subject: SubjectId(Uuid::new_v4()),
            contribution: ContributionId(Uuid::new_v4()),
            derived: DerivedId(Uuid::new_v4()),
            request: TimeRequestId(Uuid::new_v4()),
        }
    }
}

/// Who could want it if the id were theirs.
#[derive(Clone, Copy, Debug, PartialEq)]
enum By {
    Om,
    Vt,
    Police,
}

/// Every place in every wish where an id stands. `own` is a contribution of the police and `own_party` somebody at the table,
/// for the places of a wish that are not tried.
fn tries(it: Ids, own: ContributionId, own_party: PartyId) -> Vec<(By, &'static str, Wish)> {
    let text = || "tekst".to_owned();
    let soon = Utc::now() + TimeDelta::hours(1);
    let cell = |contribution, recipient, verdict| Wish::Decide {
        cells: vec![CellDecision {
            contribution,
            revision: 1,
            recipient,
            verdict,
        }],
    };
    let approve = |purpose| Verdict::Approve {
        purpose,
        excerpt: None,
        condition: None,
        motivation: Some(text()),
    };
    vec![
        (By::Om, "take_seat.party", Wish::TakeSeat { party: it.party }),
        (By::Om, "hand_over_gavel.to", Wish::HandOverGavel { to: it.participant }),
        (
            By::Police,
            "share.subjects",
            Wish::Share {
                kind: ContributionKind::Fact,
                subjects: [it.subject].into(),
                audience: Audience::table(),
                text: text(),
            },
        ),
        (By::Police, "share.audience", share("tekst", Audience::only([it.party]))),
        (
            By::Police,
            "revise.contribution",
            Wish::Revise {
                contribution: it.contribution,
                kind: ContributionKind::Fact,
                subjects: BTreeSet::new(),
                text: text(),
            },
        ),
        (
            By::Police,
            "revise.subjects",
            Wish::Revise {
                contribution: own,
                kind: ContributionKind::Fact,
                subjects: [it.subject].into(),
                text: text(),
            },
        ),
        (
            By::Police,
            "set_audience.contribution",
            Wish::SetAudience {
                contribution: it.contribution,
                audience: Audience::table(),
            },
        ),
        (
            By::Police,
            "set_audience.audience",
            Wish::SetAudience {
                contribution: own,
                audience: Audience::only([it.party]),
            },
        ),
        (
            By::Police,
            "withdraw.contribution",
            Wish::Withdraw {
                contribution: it.contribution,
            },
        ),
        (
            By::Police,
            "request_release.contribution",
            Wish::RequestRelease {
                contribution: it.contribution,
                purpose: None,
                reason: None,
            },
        ),
        (
            By::Om,
            "request_release.purpose",
            Wish::RequestRelease {
                contribution: own,
                purpose: Some(Purpose::Action(it.derived)),
                reason: None,
            },
        ),
        (
            By::Police,
            "drop_request.contribution",
            Wish::DropRequest {
                contribution: it.contribution,
            },
        ),
        (
            By::Police,
            "decide.contribution",
            cell(it.contribution, own_party, Verdict::Undecide),
        ),
        (
            By::Police,
            "decide.recipient",
            cell(own, it.party, Verdict::Decline { reason: None }),
        ),
        (
            By::Police,
            "decide.purpose",
            cell(own, own_party, approve(Purpose::Action(it.derived))),
        ),
        (By::Police, "agree_action.performer", agree("tekst", it.party, [])),
        (
            By::Police,
            "agree_action.based_on",
            agree("tekst", own_party, [it.contribution]),
        ),
        (
            By::Police,
            "drop_action.action",
            Wish::DropAction { action: it.derived },
        ),
        (
            By::Police,
            "open_derived.derived",
            Wish::OpenDerived {
                derived: it.derived,
                contribution: own,
            },
        ),
        (
            By::Police,
            "open_derived.contribution",
            Wish::OpenDerived {
                derived: it.derived,
                contribution: it.contribution,
            },
        ),
        (
            By::Police,
            "propose_measure.holder",
            Wish::ProposeMeasure {
                kind: MeasureKind::ExtraPatrol,
                holder: it.party,
                note: None,
                based_on: BTreeSet::new(),
            },
        ),
        (
            By::Police,
            "propose_measure.based_on",
            Wish::ProposeMeasure {
                kind: MeasureKind::ExtraPatrol,
                holder: own_party,
                note: None,
                based_on: [it.contribution].into(),
            },
        ),
        (
            By::Police,
            "commit_measure.measure",
            Wish::CommitMeasure {
                measure: it.derived,
                until: soon,
            },
        ),
        (
            By::Police,
            "decline_measure.measure",
            Wish::DeclineMeasure {
                measure: it.derived,
                reason: None,
            },
        ),
        (
            By::Vt,
            "explain_time.request",
            Wish::ExplainTime {
                request: it.request,
                reason: None,
                minutes: None,
            },
        ),
        (By::Vt, "end_time.request", Wish::EndTime { request: it.request }),
        (
            By::Om,
            "record_disposition.based_on",
            Wish::RecordDisposition {
                kind: DispositionKind::Summons,
                note: None,
                // VT's request stands, so it is this or nothing.
                deviation: Some(text()),
                based_on: [it.contribution].into(),
            },
        ),
    ]
}

/// The places of a wish where an id stands. No default arm: a new wish does not compile until it says so here, and
/// [`every_place_is_tried`] then fails until it stands in [`tries`] too.
fn places(wish: &Wish) -> &'static [&'static str] {
    match wish {
        Wish::TakeSeat { .. } => &["take_seat.party"],
        Wish::HandOverGavel { .. } => &["hand_over_gavel.to"],
        Wish::Share { .. } => &["share.subjects", "share.audience"],
        Wish::Revise { .. } => &["revise.contribution", "revise.subjects"],
        Wish::SetAudience { .. } => &["set_audience.contribution", "set_audience.audience"],
        Wish::Withdraw { .. } => &["withdraw.contribution"],
        Wish::RequestRelease { .. } => &["request_release.contribution", "request_release.purpose"],
        Wish::DropRequest { .. } => &["drop_request.contribution"],
        Wish::Decide { .. } => &["decide.contribution", "decide.recipient", "decide.purpose"],
        Wish::AgreeAction { .. } => &["agree_action.performer", "agree_action.based_on"],
        Wish::DropAction { .. } => &["drop_action.action"],
        Wish::OpenDerived { .. } => &["open_derived.derived", "open_derived.contribution"],
        Wish::ProposeMeasure { .. } => &["propose_measure.holder", "propose_measure.based_on"],
        Wish::CommitMeasure { .. } => &["commit_measure.measure"],
        Wish::DeclineMeasure { .. } => &["decline_measure.measure"],
        Wish::ExplainTime { .. } => &["explain_time.request"],
        Wish::EndTime { .. } => &["end_time.request"],
        Wish::RecordDisposition { .. } => &["record_disposition.based_on"],
        // Made by the server, or naming nothing.
        Wish::Convene(_)
        | Wish::GiveSeat(_)
        | Wish::Enter { .. }
        | Wish::AcceptRules
        | Wish::TakeGavel
        | Wish::MoveTo { .. }
        | Wish::AddSubject { .. }
        | Wish::SetReady { .. }
        | Wish::LastCall
        | Wish::AskTime { .. }
        | Wish::SetClock { .. }
        | Wish::SetDeadline { .. }
        | Wish::Close => &[],
    }
}

#[test]
fn every_place_is_tried() {
    let ids = Ids::nowhere();
    let tries = tries(ids, ids.contribution, ids.party);
    let tried: BTreeSet<_> = tries.iter().map(|(_, place, _)| *place).collect();
    for (_, _, wish) in &tries {
        for place in places(wish) {
            assert!(tried.contains(place), "{place} is not tried");
        }
    }
    assert_eq!(tried.len(), tries.len());
}

/// A table with something of everything: some that all see, and some that only VT and RvdK see.
struct Full {
    table: Table<4>,
    people: [Person; 4],
}

impl Full {
    async fn lay(house: &House) -> Self {
        let table = house.table([Prosecution, VeiligThuis, Police, ChildProtection]).await;
        let mut people = table.all_sit_down().await;
        let parties: Vec<PartyId> = people.iter().map(|person| person.party).collect();
        let [om, vt, police, rvdk] = &mut people;
        for (person, words) in [(&mut *om, "van het OM"), (&mut *police, "van de politie")] {
            assert_eq!(person.wants(share_with_table(words)).await, Answer::Ack);
        }
        assert_eq!(
            vt.wants(share("verborgen", Audience::only([parties[3]]))).await,
            Answer::Ack
        );
        let hidden = vt.until(|view| view.cards.len() == 3).await.cards;
        let hidden = hidden.iter().find(|card| card.mine).unwrap().id;
        rvdk.until(|view| view.cards.len() == 3).await;
        assert_eq!(
            vt.wants(agree("verborgen afspraak", parties[3], [hidden])).await,
            Answer::Ack
        );
        let measure = Wish::ProposeMeasure {
            kind: MeasureKind::Shelter,
            holder: parties[3],
            note: None,
            based_on: [hidden].into(),
        };
        assert_eq!(vt.wants(measure).await, Answer::Ack);
        let subject = NewSubject {
            role: SubjectRole::Victim,
            label: "moeder".into(),
        };
        assert_eq!(om.wants(Wish::AddSubject { subject }).await, Answer::Ack);
        // In the closing round everything that can be wanted can be wanted, save moving there.
        assert_eq!(
            om.wants(Wish::MoveTo {
                phase: Phase::ClosingRound
            })
            .await,
            Answer::Ack
        );
        assert_eq!(
            vt.wants(Wish::AskTime {
                reason: None,
                minutes: None
            })
            .await,
            Answer::Ack
        );
        vt.until(|view| !view.time.requests.is_empty() && view.progress.phase == Phase::ClosingRound)
            .await;
        Self { table, people }
    }

    /// What VT sees here, as ids: of the hidden ones where there are any.
    fn ids(&self) -> Ids {
        let view = self.people[1].view.as_ref().unwrap();
        Ids {
            party: self.people[1].party,
            participant: self.table.visitors[1].me.participant,
            subject: view.subjects[0].id,
            contribution: view.cards.iter().find(|card| card.mine).unwrap().id,
            derived: view.actions[0].id,
            request: view.time.requests[0].id,
        }
    }

    async fn everything(&self) -> Vec<SessionView> {
        let mut views = Vec::new();
        for visitor in &self.table.visitors {
            views.push(visitor.looks(self.table.session).await);
        }
        views
    }
}

/// The bytes of the refusal of this wish.
async fn refusal(person: &mut Person, frame: &FromClient) -> String {
    person.says(frame).await;
    loop {
        match person.next().await.expect("an answer") {
            FromRoom::Refused { .. } => return person.frames.last().unwrap().clone(),
            FromRoom::Ack { .. } | FromRoom::NotStored { .. } => panic!("not refused: {frame:?}"),
            _ => {}
        }
    }
}

#[tokio::test]
async fn r2_ids_of_elsewhere_and_of_nowhere_are_refused_alike() {
    let house = House::open().await;
    let elsewhere = Full::lay(&house).await.ids();
    let mut here = Full::lay(&house).await;
    let hidden = here.ids();
    // A party and a colleague of the chair that exist, and do not sit here.
    let party = house.somebody_of(Municipality).await.me.party.id;
    let elsewhere = Ids {
        party,
        participant: house.signs_in("visser").await.me.participant,
        ..elsewhere
    };
    let measure = here.people[1].view.as_ref().unwrap().measures[0].id;
    let before = here.everything().await;
    let cards = here.people[0].until(|view| view.cards.len() == 2).await.cards;
    let own_of = |party: PartyId| cards.iter().find(|card| card.owner.id == party).unwrap().id;
    let (om, police) = (here.people[0].party, here.people[2].party);

    for (by, place, _) in tries(Ids::nowhere(), own_of(police), om) {
        let own = own_of(police);
        let person = match by {
            By::Om => &mut here.people[0],
            By::Vt => &mut here.people[1],
            By::Police => &mut here.people[2],
        };
        let wish_with = |ids: Ids| {
            let found = tries(ids, own, om).into_iter().find(|(_, name, _)| *name == place);
            found.expect("the same tries").2
        };
        // The very same name for all: a refused command leaves no trace, so it can be used again.
        let id = fresh();
        let with = |ids: Ids| FromClient::Submit {
            id,
            wish: wish_with(ids),
        };
        let nowhere = refusal(person, &with(Ids::nowhere())).await;
        assert_eq!(
            refusal(person, &with(Ids::nowhere())).await,
            nowhere,
            "{place}: one nowhere is like another"
        );
        assert_eq!(
            refusal(person, &with(elsewhere)).await,
            nowhere,
            "{place}: of another session"
        );
        // What is hidden here: contributions and what rests on them, from those who do not see them.
        let is_hidden = ["contribution", "based_on", "purpose", "derived", "action", "measure"];
        if by != By::Vt && is_hidden.iter().any(|name| place.ends_with(name)) {
            let hidden = if place.ends_with("_measure.measure") {
                Ids {
                    derived: measure,
                    ..hidden
                }
            } else {
                hidden
            };
            assert_eq!(refusal(person, &with(hidden)).await, nowhere, "{place}: hidden here");
        }
    }
    assert_eq!(here.everything().await, before, "nothing changed");
}

/// What can be seen and belongs to another cannot be touched either, not even by the chair.
#[tokio::test]
async fn r3_what_belongs_to_another_stays_as_it_is() {
    let house = House::open().await;
    let mut here = Full::lay(&house).await;
    let before = here.everything().await;
    let cards = here.people[0].until(|view| view.cards.len() == 2).await.cards;
    let (om, police) = (here.people[0].party, here.people[2].party);
    let of_om = cards.iter().find(|card| card.owner.id == om).unwrap().id;
    let of_police = cards.iter().find(|card| card.owner.id == police).unwrap().id;
    for (person, theirs) in [(0, of_police), (2, of_om)] {
        let person = &mut here.people[person];
        for wish in [
            Wish::Revise {
                contribution: theirs,
                kind: ContributionKind::Fact,
                subjects: BTreeSet::new(),
                text: "van een ander".into(),
            },
            Wish::SetAudience {
                contribution: theirs,
                audience: Audience::only([]),
            },
            Wish::Withdraw { contribution: theirs },
            Wish::Decide {
                cells: vec![CellDecision {
                    contribution: theirs,
                    revision: 1,
                    recipient: person.party,
                    verdict: Verdict::Approve {
                        purpose: Purpose::Task("om_afdoening".into()),
                        excerpt: None,
                        condition: None,
                        motivation: Some("omdat het kan".into()),
                    },
                }],
            },
        ] {
            let answer = person.wants(wish.clone()).await;
            assert!(matches!(answer, Answer::Refused(_)), "{wish:?}: {answer:?}");
        }
    }
    assert_eq!(here.everything().await, before, "nothing changed");
}

/// A restricted seat cannot find out who else sits here by naming parties.
#[tokio::test]
async fn r2_a_restricted_seat_cannot_ask_who_sits_here() {
    let house = House::open().await;
    let Full { table, people } = Full::lay(&house).await;
    let municipality = house.somebody_of(Municipality).await;
    table.visitors[0]
        .gives_seat(table.session, municipality.me.party.id, SeatLevel::Restricted)
        .await;
    let mut restricted = Person::sits_down(&municipality, table.session).await;
    assert_eq!(
        restricted.wants(share("van de gemeente", Audience::only([]))).await,
        Answer::Ack
    );
    let own = restricted.until(|view| view.cards.len() == 1).await.cards[0].id;
    let seated = people[2].party;
    let tasks = ["politie_taak", "gemeente_huisverbod"];
    let place_of = |party: PartyId, task: &str| {
        let cell = |verdict| Wish::Decide {
            cells: vec![CellDecision {
                contribution: own,
                revision: 1,
                recipient: party,
                verdict,
            }],
        };
        let approve = Verdict::Approve {
            purpose: Purpose::Task(task.into()),
            excerpt: None,
            condition: None,
            motivation: Some("reden".into()),
        };
        [
            share("tekst", Audience::only([party])),
            Wish::SetAudience {
                contribution: own,
                audience: Audience::only([party]),
            },
            cell(Verdict::Decline { reason: None }),
            cell(Verdict::Undecide),
            cell(approve),
            agree("tekst", party, []),
            Wish::TakeSeat { party },
        ]
    };
    for task in tasks {
        let nowhere = PartyId(Uuid::new_v4());
        for (here, not_here) in place_of(seated, task).into_iter().zip(place_of(nowhere, task)) {
            let id = fresh();
            let of_nobody = refusal(
                &mut restricted,
                &FromClient::Submit {
                    id,
                    wish: not_here.clone(),
                },
            )
            .await;
            let of_somebody = refusal(&mut restricted, &FromClient::Submit { id, wish: here }).await;
            assert_eq!(of_somebody, of_nobody, "{not_here:?}");
        }
    }
}

/// Frames of another's, sent again: in their name nothing happens; in one's own, what one may do oneself.
#[tokio::test]
async fn commands_sent_again_change_nothing_and_speak_for_nobody_else() {
    let house = House::open().await;
    let table = house.table([Prosecution, VeiligThuis, Police]).await;
    let [mut om, mut vt, mut police] = table.all_sit_down().await;
    let frames: Vec<_> = [
        share_with_table("een keer"),
        Wish::AskTime {
            reason: None,
            minutes: None,
        },
    ]
    .into_iter()
    .map(|wish| (fresh(), wish))
    .collect();
    for (id, wish) in &frames {
        assert_eq!(vt.submits(*id, wish.clone()).await, Answer::Ack);
    }
    vt.is_up_to_date().await;
    let before = vt.view.clone();
    for (id, wish) in &frames {
        for _ in 0..3 {
            assert_eq!(
                vt.submits(*id, wish.clone()).await,
                Answer::Ack,
                "acknowledged once more"
            );
        }
    }
    vt.is_up_to_date().await;
    assert_eq!(vt.view, before, "and nothing changed");

    // The police repeat VT's frames word for word: a contribution is then their own, and time is not theirs to ask.
    assert_eq!(police.submits(frames[0].0, frames[0].1.clone()).await, Answer::Ack);
    assert!(matches!(
        police.submits(frames[1].0, frames[1].1.clone()).await,
        Answer::Refused(_)
    ));
    let cards = om.until(|view| view.cards.len() == 2).await.cards;
    assert_eq!((cards[0].owner.id, cards[1].owner.id), (vt.party, police.party));
    // A name that was used cannot be used for something else.
    assert_eq!(
        vt.submits(frames[0].0, share_with_table("iets anders")).await,
        Answer::Ack
    );
    om.is_up_to_date().await;
    assert_eq!(om.view.as_ref().unwrap().cards.len(), 2);
}

/// An address that names another session's id, or none, opens no socket.
#[tokio::test]
async fn r2_no_socket_without_a_seat() {
    let house = House::open().await;
    let table = house.table([Prosecution, VeiligThuis]).await;
    let stranger = house.somebody_of(Police).await;
    let there = Person::opens(&stranger, table.session).await.err();
    let nowhere = Person::opens(&stranger, SessionId(Uuid::new_v4())).await.err();
    assert_eq!(there, nowhere);
    assert_eq!(there.map(|status| status.as_u16()), Some(404));
    let paths: [fn(Uuid) -> String; 2] = [
        |session| format!("/api/v1/sessions/{session}"),
        |session| report_path(session),
    ];
    for path in paths {
        let there = stranger.asks(&path(table.session.0)).await;
        let nowhere = stranger.asks(&path(Uuid::new_v4())).await;
        let path = path(Uuid::nil());
        assert_eq!(there.status(), nowhere.status(), "{path}");
        assert_eq!(there.bytes().await.unwrap(), nowhere.bytes().await.unwrap(), "{path}");
    }
}
