//! Rooms on real files: who is told what and when, what a close leaves, what a restart finds.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

use std::collections::BTreeSet;

use akkoord::ground::{GroundBetween, GroundStatus, LegalGround, standard_tasks};
use akkoord::ids::{ParticipantId, PartyId};
use akkoord::moment::{Phase, standard};
use akkoord::party::{Party, PartyKind};
use akkoord::protocol::FromRoom;
use akkoord::session::Made;
use akkoord::session::command::{CellDecision, LeftItems, NewSeat, NewSubject, SeatLevel, SubjectRole, Verdict};
use akkoord::session::item::{Audience, ContributionKind, NewContent, Purpose};
use chrono::TimeDelta;
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
        powers: akkoord::measure::standard().unwrap(),
        terms: akkoord::deadline::standard().unwrap(),
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
    /// What the last acknowledgement named.
    made: Option<Made>,
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
            made: None,
        };
        assert_eq!(person.asks(CommandKind::AcceptRules {}).await, FromRoomAnswer::Ack);
        person
    }

    /// Sends a command and reads on until its answer.
    async fn asks(&mut self, kind: CommandKind) -> FromRoomAnswer {
        let id = CommandId(clock::random_id());
        self.sends(Command { id, kind }).await
    }

    async fn sends(&mut self, command: Command) -> FromRoomAnswer {
        let id = command.id;
        self.seat.submit(clock::now(), command).await;
        loop {
            match self.next().await {
                FromRoom::Ack { id: of, made } if of == id => {
                    self.made = made;
                    return FromRoomAnswer::Ack;
                }
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

fn share(text: &str, audience: Audience) -> CommandKind {
    CommandKind::Share {
        content: NewContent::Contribution {
            kind: ContributionKind::Fact,
        },
        subjects: BTreeSet::new(),
        audience,
        based_on: BTreeSet::new(),
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
        vt.asks(share("alleen voor de politie", only_police)).await,
        FromRoomAnswer::Ack
    );
    assert_eq!(
        vt.asks(share("voor de tafel", Audience::table())).await,
        FromRoomAnswer::Ack
    );
    assert_eq!(police.until(|view| view.items.len() == 2).await.items.len(), 2);
    let seen = om.until(|view| !view.items.is_empty()).await;
    assert_eq!(seen.items[0].text.as_deref(), Some("voor de tafel"));
    assert_eq!(seen.items.len(), 1);
}

#[tokio::test]
async fn r7_r8_a_close_leaves_exactly_what_was_approved() {
    let (folder, rooms, session) = table().await;
    let mut om = Person::sits_down(&rooms, session, PartyKind::Prosecution).await;
    let mut vt = Person::sits_down(&rooms, session, PartyKind::VeiligThuis).await;
    vt.asks(share("wordt vrijgegeven", Audience::table())).await;
    vt.asks(share("wordt vernietigd", Audience::table())).await;
    let item = vt.until(|view| view.items.len() == 2).await.items[0].id;
    om.asks(CommandKind::MoveTo {
        phase: Phase::ClosingRound,
    })
    .await;
    let approve = |revision| CommandKind::Decide {
        cells: vec![CellDecision {
            item,
            revision,
            recipient: actor(PartyKind::Police).party,
            verdict: Verdict::Approve {
                purpose: Purpose::Task("politie_taak".into()),
                subjects: None,
                excerpt: None,
                condition: None,
                motivation: None,
            },
        }],
    };
    assert_eq!(
        vt.asks(approve(2)).await,
        FromRoomAnswer::Refused(Refusal::OtherRevision)
    );
    assert_eq!(vt.asks(approve(1)).await, FromRoomAnswer::Ack);
    assert_eq!(
        vt.asks(CommandKind::Close {}).await,
        FromRoomAnswer::Refused(Refusal::NotChair)
    );
    assert_eq!(om.asks(CommandKind::Close {}).await, FromRoomAnswer::Ack);
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
        kind: share("een keer", Audience::table()),
    };
    assert_eq!(vt.sends(command.clone()).await, FromRoomAnswer::Ack);
    let made = vt.made.take();
    assert!(matches!(made, Some(Made::Item(_))), "{made:?}");
    assert_eq!(vt.sends(command.clone()).await, FromRoomAnswer::Ack);
    assert_eq!(vt.made, made, "what the command made the first time");
    let other = Command {
        kind: share("iets anders", Audience::table()),
        ..command
    };
    assert_eq!(
        vt.sends(other).await,
        FromRoomAnswer::Refused(Refusal::OtherCommand),
        "G23: an id stands for one command"
    );
    assert_eq!(vt.view.unwrap().items.len(), 1);
}

#[tokio::test]
async fn a_new_room_finds_what_the_old_one_had() {
    let (folder, rooms, session) = table().await;
    let mut vt = Person::sits_down(&rooms, session, PartyKind::VeiligThuis).await;
    vt.asks(share("blijft", Audience::table())).await;
    vt.asks(CommandKind::AskTime {
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
    while vt.asks(share(&long, Audience::table())).await == FromRoomAnswer::Ack {}
    let stored = vt.view.as_ref().unwrap().items.len();
    store.journal.limit_size(0).await.unwrap();
    // By itself: nobody sends anything.
    while !matches!(vt.next().await, FromRoom::Storage { works: true }) {}
    assert_eq!(vt.asks(share(&long, Audience::table())).await, FromRoomAnswer::Ack);
    assert_eq!(vt.view.as_ref().unwrap().items.len(), stored + 1);
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
    assert_eq!(rooms.report(session, stranger).await.unwrap_err(), RoomError::NotFound);
}

/// Reads on until the room says goodbye.
async fn goodbye(person: &mut Person) -> Bye {
    loop {
        match person.frames.recv().await {
            Some(Outgoing::Bye(why)) => return why,
            Some(Outgoing::Frame(_)) => {}
            None => panic!("ended without a word"),
        }
    }
}

#[tokio::test]
async fn r15_a_seat_that_is_taken_back_ends_its_sockets_and_keeps_its_report() {
    let (_folder, rooms, session) = table().await;
    let mut om = Person::sits_down(&rooms, session, PartyKind::Prosecution).await;
    let mut raad = Person::sits_down(&rooms, session, PartyKind::ChildProtection).await;
    let raad_actor = actor(PartyKind::ChildProtection);
    let taken = CommandKind::TakeSeat {
        party: raad_actor.party,
    };
    assert_eq!(om.asks(taken).await, FromRoomAnswer::Ack);
    assert_eq!(goodbye(&mut raad).await, Bye::NoSeat);
    assert_eq!(rooms.look(session, raad_actor).await, Err(RoomError::NotFound));
    assert_eq!(rooms.may_enter(session, raad_actor).await, Err(RoomError::NotFound));
    // R15: somebody of that party was in the room.
    assert!(rooms.report(session, raad_actor).await.is_ok());
    assert_eq!(rooms.board(raad_actor).await.unwrap().len(), 1);
}

#[tokio::test]
async fn r15_who_left_keeps_its_socket_and_sees_only_what_is_its_own() {
    let (_folder, rooms, session) = table().await;
    let mut vt = Person::sits_down(&rooms, session, PartyKind::VeiligThuis).await;
    let mut raad = Person::sits_down(&rooms, session, PartyKind::ChildProtection).await;
    vt.asks(share("van Veilig Thuis", Audience::table())).await;
    raad.asks(share("van de Raad", Audience::table())).await;
    raad.until(|view| view.items.len() == 2).await;
    let leave = CommandKind::Leave { items: LeftItems::Keep };
    assert_eq!(raad.asks(leave).await, FromRoomAnswer::Ack);
    let view = raad.until(|view| view.about.has_left).await;
    let texts: Vec<_> = view.items.iter().map(|item| item.text.as_deref()).collect();
    assert_eq!(texts, [Some("van de Raad")]);
    // It still decides about its own.
    let (item, revision) = (view.items[0].id, view.items[0].revision);
    assert_eq!(
        raad.asks(CommandKind::Withdraw { item, revision }).await,
        FromRoomAnswer::Ack
    );
    assert_eq!(
        raad.asks(share("nog iets", Audience::table())).await,
        FromRoomAnswer::Refused(Refusal::LeftTheTable)
    );
    let raad = actor(PartyKind::ChildProtection);
    assert!(rooms.board(raad).await.unwrap()[0].left_at.is_some());
    assert!(rooms.report(session, raad).await.is_ok());
}

#[tokio::test]
async fn r15_who_left_is_no_longer_shown_as_present() {
    let (_folder, rooms, session) = table().await;
    let mut om = Person::sits_down(&rooms, session, PartyKind::Prosecution).await;
    let mut raad = Person::sits_down(&rooms, session, PartyKind::ChildProtection).await;
    raad.asks(CommandKind::Leave { items: LeftItems::Keep }).await;
    let who = actor(PartyKind::ChildProtection).participant;
    let is_gone =
        |frame: &FromRoom| matches!(frame, FromRoom::Presence { who: it, how: Presence::Gone, .. } if *it == who);
    while !is_gone(&om.next().await) {}
}

#[tokio::test]
async fn r18_whom_the_organisation_does_not_name_any_more_leaves_at_once_and_cannot_come_in() {
    let (_folder, rooms, session) = table().await;
    let mut vt = Person::sits_down(&rooms, session, PartyKind::VeiligThuis).await;
    let colleague = Actor {
        participant: ParticipantId(Uuid::from_u128(299)),
        ..actor(PartyKind::VeiligThuis)
    };
    let (outbox, frames) = mpsc::channel(OUTBOX);
    let joining = Joining {
        actor: colleague,
        name: "Collega".into(),
        prosecutor: false,
        resume: None,
        outbox,
    };
    let seat = rooms.join(session, joining).await.unwrap();
    let mut other = Person {
        seat,
        frames,
        view: None,
        made: None,
    };
    assert_eq!(rooms.board(colleague).await.unwrap().len(), 1);
    let named = CommandKind::NameAttendees {
        people: Some(BTreeSet::from([actor(PartyKind::VeiligThuis).participant])),
    };
    assert_eq!(vt.asks(named).await, FromRoomAnswer::Ack);
    assert_eq!(goodbye(&mut other).await, Bye::NoSeat);
    assert_eq!(rooms.look(session, colleague).await, Err(RoomError::NotFound));
    assert_eq!(rooms.may_enter(session, colleague).await, Err(RoomError::NotFound));
    assert_eq!(rooms.report(session, colleague).await, Err(RoomError::NotFound));
    assert_eq!(rooms.board(colleague).await.unwrap(), []);
    assert_eq!(rooms.board(actor(PartyKind::VeiligThuis)).await.unwrap().len(), 1);
}

#[tokio::test]
async fn r14_a_session_in_which_nothing_happens_is_announced_and_then_destroyed() {
    let (folder, rooms, session) = table().await;
    let mut vt = Person::sits_down(&rooms, session, PartyKind::VeiligThuis).await;
    vt.asks(share("vervalt", Audience::table())).await;
    vt.seat.draft("nog niet gedeeld".into()).await;
    let now = clock::now();
    let after = |hours| now + TimeDelta::hours(hours);
    let round = async |hours| rooms.expire_due(after(hours)).await.unwrap();
    assert_eq!(round(47).await, ExpiryRound::default(), "a ZSM session has three days");
    let announced = ExpiryRound {
        announced: 1,
        ..ExpiryRound::default()
    };
    assert_eq!(round(49).await, announced);
    let row = rooms.board(actor(PartyKind::VeiligThuis)).await.unwrap().remove(0);
    assert!(row.expires_at.is_some_and(|at| at >= after(72)), "{row:?}");
    vt.until(|view| view.progress.expires_at.is_some()).await;
    // Whatever happens takes the announcement away.
    vt.asks(share("toch nog iets", Audience::table())).await;
    assert_eq!(
        round(96).await,
        ExpiryRound::default(),
        "three days from what happened last, which is never before the announcement"
    );
    assert_eq!(round(98).await, announced);
    assert_eq!(round(121).await, ExpiryRound::default());
    let expired = ExpiryRound {
        expired: 1,
        ..ExpiryRound::default()
    };
    assert_eq!(round(122).await, expired);
    assert_eq!(round(123).await, ExpiryRound::default());
    let outcome = vt
        .until(|view| view.progress.closed.is_some())
        .await
        .progress
        .closed
        .clone();
    let outcome = outcome.unwrap();
    assert!(outcome.expired && outcome.given.is_empty());
    assert_eq!(outcome.destroyed, 2);
    assert_eq!(
        vt.asks(share("te laat", Audience::table())).await,
        FromRoomAnswer::Refused(Refusal::Closed)
    );
    let report = rooms.report(session, actor(PartyKind::VeiligThuis)).await.unwrap();
    assert!(report.expired && report.head.is_some());

    let store = Store::open(folder.path()).await.unwrap();
    assert!(store.vault.session_key(session).await.unwrap().is_none());
    assert!(store.journal.texts(session).await.unwrap().is_empty());
    let draft = store.journal.draft(session, actor(PartyKind::VeiligThuis).participant);
    assert_eq!(draft.await.unwrap(), None);
    let left = sqlx::query("select 1 from dossier union all select 1 from register")
        .fetch_all(store.journal.pool())
        .await;
    assert!(left.unwrap().is_empty());
}

#[tokio::test]
async fn r14_a_round_starts_no_room_for_a_session_that_is_not_due() {
    let (folder, rooms, session) = table().await;
    rooms.shut_down().await;
    let rooms = Rooms::new(Store::open(folder.path()).await.unwrap());
    rooms.expire_due(clock::now() + TimeDelta::hours(1)).await.unwrap();
    assert!(rooms.standing(session).is_none());
    rooms.expire_due(clock::now() + TimeDelta::hours(60)).await.unwrap();
    assert!(rooms.standing(session).is_some());
}
