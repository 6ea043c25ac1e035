//! Rooms on real files: who is told what and when, what a close leaves, what a restart finds.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

use std::collections::BTreeSet;

use akkoord::ground::{GroundBetween, GroundStatus, LegalGround, standard_tasks};
use akkoord::ids::ParticipantId;
use akkoord::moment::{Phase, standard};
use akkoord::party::{Party, PartyKind};
use akkoord::protocol::FromRoom;
use akkoord::session::command::{
    Audience, CellDecision, ContributionKind, NewSeat, NewSubject, Purpose, SeatLevel, SubjectRole, Verdict,
};
use sqlx::Row;
use tempfile::TempDir;
use uuid::Uuid;

use super::*;

const KINDS: [PartyKind; 4] = [
    PartyKind::Prosecution,
    PartyKind::Police,
    PartyKind::VeiligThuis,
    PartyKind::ChildProtection,
];

fn actor(kind: PartyKind) -> Actor {
    let place = KINDS.iter().position(|it| *it == kind).unwrap() as u128;
    Actor {
        party: PartyId(Uuid::from_u128(100 + place)),
        participant: ParticipantId(Uuid::from_u128(200 + place)),
    }
}

fn convening() -> Convening {
    let tasks = standard_tasks().unwrap();
    let ground = |giver, receiver| GroundBetween {
        giver,
        receiver,
        purpose: None,
        ground: LegalGround {
            article: "art. 1".into(),
            status: GroundStatus::Undisputed,
        },
    };
    Convening {
        moment: standard().unwrap().remove(0),
        case_reference: "26-0417".into(),
        subjects: vec![NewSubject {
            role: SubjectRole::Victim,
            label: "moeder".into(),
        }],
        seats: KINDS
            .iter()
            .map(|kind| NewSeat {
                party: Party {
                    id: actor(*kind).party,
                    kind: *kind,
                    name: kind.tag().into(),
                },
                level: SeatLevel::Full,
                tasks: tasks.iter().filter(|task| task.party == *kind).cloned().collect(),
                retention_days: 365,
            })
            .collect(),
        grounds: KINDS
            .iter()
            .flat_map(|giver| KINDS.map(|receiver| ground(*giver, receiver)))
            .collect(),
        convener_name: "De Wit".into(),
        convener_is_prosecutor: true,
        clock_minutes: None,
    }
}

/// A person with a socket in a room.
struct Person {
    seat: Seat,
    frames: mpsc::Receiver<Outgoing>,
    view: Option<SessionView>,
}

impl Person {
    async fn sits_down(rooms: &Rooms, session: SessionId, kind: PartyKind) -> Self {
        let (outbox, frames) = mpsc::channel(OUTBOX);
        let joining = Joining {
            actor: actor(kind),
            name: kind.tag().into(),
            prosecutor: false,
            resume: None,
            outbox,
        };
        let seat = rooms.join(session, joining).await.unwrap();
        let mut person = Self {
            seat,
            frames,
            view: None,
        };
        assert_eq!(person.wants(Wish::AcceptRules).await, FromRoomAnswer::Ack);
        person
    }

    /// Sends a command and reads on until its answer.
    async fn wants(&mut self, wish: Wish) -> FromRoomAnswer {
        let id = CommandId(clock::random_id());
        self.seat.submit(clock::now(), Command { id, wish }).await;
        loop {
            match self.next().await {
                FromRoom::Ack { id: of } if of == id => return FromRoomAnswer::Ack,
                FromRoom::Refused { id: of, because } if of == id => return FromRoomAnswer::Refused(because),
                FromRoom::NotStored { id: of } if of == id => return FromRoomAnswer::NotStored,
                _ => {}
            }
        }
    }

    async fn next(&mut self) -> FromRoom {
        let Some(Outgoing::Frame(text)) = self.frames.recv().await else {
            panic!("the room said goodbye")
        };
        let frame: FromRoom = serde_json::from_str(&text).unwrap();
        match frame.clone() {
            FromRoom::View { view, .. } => self.view = Some(*view),
            FromRoom::Event { event, .. } => self.view.as_mut().unwrap().apply(*event),
            _ => {}
        }
        frame
    }

    /// Reads on until the view is so.
    async fn until(&mut self, so: impl Fn(&SessionView) -> bool) -> &SessionView {
        while !self.view.as_ref().is_some_and(&so) {
            self.next().await;
        }
        self.view.as_ref().unwrap()
    }
}

#[derive(Debug, PartialEq)]
enum FromRoomAnswer {
    Ack,
    Refused(Refusal),
    NotStored,
}

fn share(text: &str, audience: Audience) -> Wish {
    Wish::Share {
        kind: ContributionKind::Fact,
        subjects: BTreeSet::new(),
        audience,
        text: text.into(),
    }
}

async fn table() -> (TempDir, Rooms, SessionId) {
    let folder = tempfile::tempdir().unwrap();
    let rooms = Rooms::new(Store::open(folder.path()).await.unwrap());
    let session = rooms.convene(actor(PartyKind::Prosecution), convening()).await.unwrap();
    (folder, rooms, session)
}

#[tokio::test]
async fn r2_a_narrow_contribution_reaches_its_audience_and_nobody_else() {
    let (_folder, rooms, session) = table().await;
    let mut vt = Person::sits_down(&rooms, session, PartyKind::VeiligThuis).await;
    let mut police = Person::sits_down(&rooms, session, PartyKind::Police).await;
    let mut om = Person::sits_down(&rooms, session, PartyKind::Prosecution).await;
    let only_police = Audience::only([actor(PartyKind::Police).party]);
    assert_eq!(
        vt.wants(share("alleen voor de politie", only_police)).await,
        FromRoomAnswer::Ack
    );
    assert_eq!(
        vt.wants(share("voor de tafel", Audience::table())).await,
        FromRoomAnswer::Ack
    );
    assert_eq!(police.until(|view| view.cards.len() == 2).await.cards.len(), 2);
    let seen = om.until(|view| !view.cards.is_empty()).await;
    assert_eq!(seen.cards[0].text.as_deref(), Some("voor de tafel"));
    assert_eq!(seen.cards.len(), 1);
}

#[tokio::test]
async fn r7_r8_a_close_leaves_exactly_what_was_approved() {
    let (folder, rooms, session) = table().await;
    let mut om = Person::sits_down(&rooms, session, PartyKind::Prosecution).await;
    let mut vt = Person::sits_down(&rooms, session, PartyKind::VeiligThuis).await;
    vt.wants(share("wordt vrijgegeven", Audience::table())).await;
    vt.wants(share("wordt vernietigd", Audience::table())).await;
    let card = vt.until(|view| view.cards.len() == 2).await.cards[0].id;
    om.wants(Wish::MoveTo {
        phase: Phase::ClosingRound,
    })
    .await;
    let approve = |revision| Wish::Decide {
        cells: vec![CellDecision {
            contribution: card,
            revision,
            recipient: actor(PartyKind::Police).party,
            verdict: Verdict::Approve {
                purpose: Purpose::Task("politie_taak".into()),
                excerpt: None,
                condition: None,
                motivation: None,
            },
        }],
    };
    assert_eq!(
        vt.wants(approve(2)).await,
        FromRoomAnswer::Refused(Refusal::OtherRevision)
    );
    assert_eq!(vt.wants(approve(1)).await, FromRoomAnswer::Ack);
    assert_eq!(vt.wants(Wish::Close).await, FromRoomAnswer::Refused(Refusal::NotChair));
    assert_eq!(om.wants(Wish::Close).await, FromRoomAnswer::Ack);
    let outcome = vt
        .until(|view| view.progress.closed.is_some())
        .await
        .progress
        .closed
        .clone()
        .unwrap();
    assert_eq!((outcome.given.len(), outcome.destroyed), (1, 1));

    let store = Store::open(folder.path()).await.unwrap();
    assert!(store.vault.session_key(session).await.unwrap().is_none());
    assert!(store.journal.texts(session).await.unwrap().is_empty());
    let rows = sqlx::query("select recipient, release from dossier")
        .fetch_all(store.journal.pool())
        .await;
    let rows = rows.unwrap();
    assert_eq!(rows.len(), 1);
    assert_eq!(rows[0].get::<Vec<u8>, _>(0), actor(PartyKind::Police).party.bytes());
    let release = akkoord::ids::ReleaseId::from_bytes(rows[0].get::<Vec<u8>, _>(1).try_into().unwrap());
    let dossiers = crate::dossier::Dossiers::new(store.clone());
    let held = dossiers
        .item(actor(PartyKind::Police).party, release, clock::now())
        .await
        .unwrap();
    let item = held.expect("in the recipient's dossier").item;
    assert_eq!(
        (item.text.as_str(), item.giver.kind),
        ("wordt vrijgegeven", PartyKind::VeiligThuis)
    );
}

#[tokio::test]
async fn a_command_sent_again_is_acknowledged_and_changes_nothing() {
    let (_folder, rooms, session) = table().await;
    let mut vt = Person::sits_down(&rooms, session, PartyKind::VeiligThuis).await;
    let command = Command {
        id: CommandId(clock::random_id()),
        wish: share("een keer", Audience::table()),
    };
    let mut acknowledged = 0;
    vt.seat.submit(clock::now(), command.clone()).await;
    vt.seat.submit(clock::now(), command).await;
    while acknowledged < 2 {
        acknowledged += usize::from(matches!(vt.next().await, FromRoom::Ack { .. }));
    }
    assert_eq!(vt.view.unwrap().cards.len(), 1);
}

#[tokio::test]
async fn a_new_room_finds_what_the_old_one_had() {
    let (folder, rooms, session) = table().await;
    let mut vt = Person::sits_down(&rooms, session, PartyKind::VeiligThuis).await;
    vt.wants(share("blijft", Audience::table())).await;
    vt.wants(Wish::AskTime {
        reason: None,
        minutes: Some(20),
    })
    .await;
    vt.seat.draft("half afgema".into()).await;
    let before = rooms.look(session, actor(PartyKind::VeiligThuis)).await.unwrap();
    rooms.shut_down().await;

    let rooms = Rooms::new(Store::open(folder.path()).await.unwrap());
    assert_eq!(
        rooms.look(session, actor(PartyKind::VeiligThuis)).await.unwrap(),
        before
    );
    let (outbox, mut frames) = mpsc::channel(OUTBOX);
    let vt = actor(PartyKind::VeiligThuis);
    let joining = Joining {
        actor: vt,
        name: "VT".into(),
        prosecutor: false,
        resume: None,
        outbox,
    };
    let _seat = rooms.join(session, joining).await.unwrap();
    let Some(Outgoing::Frame(welcome)) = frames.recv().await else {
        panic!("no welcome")
    };
    assert!(
        matches!(serde_json::from_str(&welcome).unwrap(), FromRoom::Welcome { draft: Some(draft), .. } if draft == "half afgema")
    );
}

#[tokio::test]
async fn a_full_disk_acknowledges_nothing_says_so_and_recovers() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path()).await.unwrap();
    let rooms = Rooms::new(store.clone());
    let session = rooms.convene(actor(PartyKind::Prosecution), convening()).await.unwrap();
    let mut vt = Person::sits_down(&rooms, session, PartyKind::VeiligThuis).await;
    store.journal.limit_size(1).await.unwrap();
    let long = "lang ".repeat(1_500);
    while vt.wants(share(&long, Audience::table())).await == FromRoomAnswer::Ack {}
    let stored = vt.view.as_ref().unwrap().cards.len();
    store.journal.limit_size(0).await.unwrap();
    // By itself: nobody sends anything.
    while !matches!(vt.next().await, FromRoom::Storage { works: true }) {}
    assert_eq!(vt.wants(share(&long, Audience::table())).await, FromRoomAnswer::Ack);
    assert_eq!(vt.view.as_ref().unwrap().cards.len(), stored + 1);
}

#[tokio::test]
async fn who_has_no_seat_gets_the_answer_for_what_is_not_there() {
    let (_folder, rooms, session) = table().await;
    let stranger = Actor {
        party: PartyId(Uuid::from_u128(9)),
        participant: ParticipantId(Uuid::from_u128(9)),
    };
    let nowhere = SessionId(Uuid::from_u128(9));
    assert_eq!(rooms.look(session, stranger).await.unwrap_err(), RoomError::NotFound);
    assert_eq!(
        rooms.look(nowhere, actor(PartyKind::Police)).await.unwrap_err(),
        RoomError::NotFound
    );
    assert_eq!(
        rooms.report(session, stranger.party).await.unwrap_err(),
        RoomError::NotFound
    );
}

#[tokio::test]
async fn a_seat_taken_away_ends_its_sockets() {
    let (_folder, rooms, session) = table().await;
    let mut om = Person::sits_down(&rooms, session, PartyKind::Prosecution).await;
    let mut police = Person::sits_down(&rooms, session, PartyKind::Police).await;
    assert_eq!(
        om.wants(Wish::TakeSeat {
            party: actor(PartyKind::Police).party
        })
        .await,
        FromRoomAnswer::Ack
    );
    let bye = loop {
        match police.frames.recv().await {
            Some(Outgoing::Bye(why)) => break why,
            Some(Outgoing::Frame(_)) => {}
            None => panic!("ended without a word"),
        }
    };
    assert_eq!(bye, Bye::NoSeat);
}
