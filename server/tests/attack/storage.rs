//! Storage that fails while people sit at the table: nothing is acknowledged, everybody is told, reading goes on, and the
//! table finds out by itself when storage works again.

use std::process::Command;

use akkoord::ids::CommandId;
use akkoord::party::PartyKind::{Police, Prosecution, VeiligThuis};
use akkoord::protocol::FromRoom;
use sqlx::ConnectOptions;
use sqlx::sqlite::SqliteConnectOptions;

use crate::common::commands::share_with_table;
use crate::common::in_time;
use crate::common::participant::{Participant, Reply, new_command_id};
use crate::common::server::{Server, Session};

/// What a room logs each time it looked in vain.
const IN_VAIN: &str = "storage does not work yet";
/// How often it must have looked before the trouble is over.
const LOOKS: usize = 2;

/// Whether this person was told that storage fails or works, and was told so last.
fn was_told(person: &Participant, works: bool) -> bool {
    let told = person
        .frames
        .iter()
        .rev()
        .find_map(|frame| match serde_json::from_str(frame).unwrap() {
            FromRoom::Storage { works } => Some(works),
            _ => None,
        });
    told == Some(works)
}

async fn is_told(person: &mut Participant, works: bool) {
    while !was_told(person, works) {
        assert!(person.next_frame().await.is_some(), "the connection ended");
    }
}

/// While storage fails: what was not stored was refused, and stays so however often the room looks.
async fn in_trouble(server: &Server, session: &Session<3>, people: &mut [Participant; 3], count: usize) {
    for person in people.iter_mut() {
        is_told(person, false).await;
        assert_eq!(
            person.view.as_ref().unwrap().items.len(),
            count,
            "nothing is shown of it"
        );
    }
    assert_eq!(
        session.users[2].view(session.id).await.items.len(),
        count,
        "reading goes on"
    );
    in_time("the room looks whether storage works", async {
        while server.log().matches(IN_VAIN).count() < LOOKS {
            // Nothing is sent while it fails; who is told that it works was told too soon.
            let frame = tokio::time::timeout(std::time::Duration::from_millis(20), people[0].next_frame()).await;
            assert!(
                !matches!(frame, Ok(Some(FromRoom::Storage { works: true }))),
                "told that it works while it does not"
            );
        }
    })
    .await;
    let words = share_with_table("nog steeds niet");
    assert_eq!(people[2].submit(words).await, Reply::NotStored);
    assert!(was_told(&people[2], false));
}

/// After it: everybody is told without anybody doing anything, and what was refused can be sent again under its own name.
async fn recovers(session: &Session<3>, people: &mut [Participant; 3], refused: (CommandId, String), count: usize) {
    for person in people.iter_mut() {
        is_told(person, true).await;
    }
    let (id, words) = refused;
    for _ in 0..2 {
        assert!(people[1].submit_as(id, share_with_table(&words)).await.is_ack());
    }
    for person in people.iter_mut() {
        let view = person.wait_for(|view| view.items.len() > count).await;
        assert_eq!(view.items.len(), count + 1, "there once, and nothing else");
        assert!(view.items[count].text.as_deref() == Some(&*words), "the same words");
    }
    assert_eq!(session.users[0].view(session.id).await.items.len(), count + 1);
}

#[tokio::test]
async fn while_another_program_holds_the_database_nothing_is_acknowledged() {
    let server = Server::open().await;
    let session = server.session([Prosecution, VeiligThuis, Police]).await;
    let mut people = session.everybody_joins().await;
    people[1].submit_ok(share_with_table("ervoor")).await;
    let database = SqliteConnectOptions::new().filename(server.data().join("akkoord.db"));
    for person in &mut people {
        person.wait_for(|view| view.items.len() == 1).await;
    }
    let mut other = database.connect().await.unwrap();
    sqlx::query("begin immediate").execute(&mut other).await.unwrap();
    let (id, words) = (new_command_id(), "tijdens".to_owned());
    assert_eq!(
        people[1].submit_as(id, share_with_table(&words)).await,
        Reply::NotStored
    );
    in_trouble(&server, &session, &mut people, 1).await;
    sqlx::query("rollback").execute(&mut other).await.unwrap();
    recovers(&session, &mut people, (id, words), 1).await;
}

/// The system lets no file of the program grow, as on a full disk.
fn may_grow_to(server: &Server, bytes: &str) {
    let done = Command::new("prlimit")
        .args(["--pid", &server.process().to_string(), &format!("--fsize={bytes}:")])
        .status()
        .unwrap();
    assert!(done.success(), "the limit is set");
}

#[tokio::test]
async fn while_no_file_can_grow_nothing_is_acknowledged() {
    // Its log is a file too: little is said there, so that the limit is for the store.
    let mut server = Server::open_with_log("warn,akkoord_server::rooms=debug").await;
    let session = server.session([Prosecution, VeiligThuis, Police]).await;
    let mut people = session.everybody_joins().await;
    let largest = std::fs::read_dir(server.data())
        .unwrap()
        .map(|file| file.unwrap().metadata().unwrap().len())
        .max()
        .unwrap();
    may_grow_to(&server, &(largest + 100_000).to_string());
    let long = "lang ".repeat(1_500);
    let mut items = 0;
    let refused = loop {
        let words = format!("{long}{items}");
        let id = new_command_id();
        match people[1].submit_as(id, share_with_table(&words)).await {
            Reply::Ack(_) => items += 1,
            other => {
                assert_eq!(other, Reply::NotStored);
                break (id, words);
            }
        }
        assert!(items < 200, "the limit does not bite");
    };
    for person in &mut people {
        if items > 0 {
            person.wait_for(|view| view.items.len() == items).await;
        }
    }
    in_trouble(&server, &session, &mut people, items).await;
    may_grow_to(&server, "unlimited");
    recovers(&session, &mut people, refused, items).await;
    server.kill();
    server.start().await;
    assert_eq!(
        session.users[0].view(session.id).await.items.len(),
        items + 1,
        "and it is on the disk"
    );
}
