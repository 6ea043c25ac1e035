//! Storage that fails while people sit at the table: nothing is acknowledged, everybody is told, reading goes on, and the
//! table finds out by itself when storage works again (T3).

use std::process::Command;

use akkoord::ids::CommandId;
use akkoord::party::PartyKind::{Police, Prosecution, VeiligThuis};
use akkoord::protocol::FromRoom;
use sqlx::ConnectOptions;
use sqlx::sqlite::SqliteConnectOptions;

use crate::common::house::{House, Table};
use crate::common::person::{Answer, Person, fresh};
use crate::common::soon;
use crate::common::wishes::share_with_table;

/// What a room says in the log each time it looked in vain.
const IN_VAIN: &str = "storage does not work yet";
/// How often it must have looked before the trouble is over.
const LOOKS: usize = 2;

/// Whether this person was told that storage fails or works, and was told so last.
fn was_told(person: &Person, works: bool) -> bool {
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

async fn is_told(person: &mut Person, works: bool) {
    while !was_told(person, works) {
        assert!(person.next().await.is_some(), "the connection ended");
    }
}

/// While storage fails: what was not stored was refused, and stays so however often the room looks.
async fn in_trouble(house: &House, table: &Table<3>, people: &mut [Person; 3], cards: usize) {
    for person in people.iter_mut() {
        is_told(person, false).await;
        assert_eq!(
            person.view.as_ref().unwrap().cards.len(),
            cards,
            "nothing is shown of it"
        );
    }
    assert_eq!(
        table.visitors[2].looks(table.session).await.cards.len(),
        cards,
        "reading goes on"
    );
    soon("the room looks whether storage works", async {
        while house.log().matches(IN_VAIN).count() < LOOKS {
            // Nothing is sent while it fails; who is told that it works was told too soon.
            let frame = tokio::time::timeout(std::time::Duration::from_millis(20), people[0].next()).await;
            assert!(
                !matches!(frame, Ok(Some(FromRoom::Storage { works: true }))),
                "told that it works while it does not"
            );
        }
    })
    .await;
    let words = share_with_table("nog steeds niet");
    assert_eq!(people[2].wants(words).await, Answer::NotStored);
    assert!(was_told(&people[2], false));
}

/// After it: everybody is told without anybody doing anything, and what was refused can be sent again under its own name.
async fn recovers(table: &Table<3>, people: &mut [Person; 3], refused: (CommandId, String), cards: usize) {
    for person in people.iter_mut() {
        is_told(person, true).await;
    }
    let (id, words) = refused;
    for _ in 0..2 {
        assert_eq!(people[1].submits(id, share_with_table(&words)).await, Answer::Ack);
    }
    for person in people.iter_mut() {
        let view = person.until(|view| view.cards.len() > cards).await;
        assert_eq!(view.cards.len(), cards + 1, "there once, and nothing else");
        assert!(view.cards[cards].text.as_deref() == Some(&*words), "the same words");
    }
    assert_eq!(table.visitors[0].looks(table.session).await.cards.len(), cards + 1);
}

#[tokio::test]
async fn t3_while_another_program_holds_the_database_nothing_is_acknowledged() {
    let house = House::open().await;
    let table = house.table([Prosecution, VeiligThuis, Police]).await;
    let mut people = table.all_sit_down().await;
    assert_eq!(people[1].wants(share_with_table("ervoor")).await, Answer::Ack);
    let database = SqliteConnectOptions::new().filename(house.data().join("akkoord.db"));
    for person in &mut people {
        person.until(|view| view.cards.len() == 1).await;
    }
    let mut other = database.connect().await.unwrap();
    sqlx::query("begin immediate").execute(&mut other).await.unwrap();
    let (id, words) = (fresh(), "tijdens".to_owned());
    assert_eq!(people[1].submits(id, share_with_table(&words)).await, Answer::NotStored);
    in_trouble(&house, &table, &mut people, 1).await;
    sqlx::query("rollback").execute(&mut other).await.unwrap();
    recovers(&table, &mut people, (id, words), 1).await;
}

/// The system lets no file of the program grow, as on a full disk.
fn may_grow_to(house: &House, bytes: &str) {
    let done = Command::new("prlimit")
        .args(["--pid", &house.process().to_string(), &format!("--fsize={bytes}:")])
        .status()
        .unwrap();
    assert!(done.success(), "the limit is set");
}

#[tokio::test]
async fn t3_while_no_file_can_grow_nothing_is_acknowledged() {
    // Its log is a file too: little is said there, so that the limit is for the store.
    let mut house = House::open_saying("warn,akkoord_server::rooms=debug").await;
    let table = house.table([Prosecution, VeiligThuis, Police]).await;
    let mut people = table.all_sit_down().await;
    let largest = std::fs::read_dir(house.data())
        .unwrap()
        .map(|file| file.unwrap().metadata().unwrap().len())
        .max()
        .unwrap();
    may_grow_to(&house, &(largest + 100_000).to_string());
    let long = "lang ".repeat(1_500);
    let mut cards = 0;
    let refused = loop {
        let words = format!("{long}{cards}");
        let id = fresh();
        match people[1].submits(id, share_with_table(&words)).await {
            Answer::Ack => cards += 1,
            other => {
                assert_eq!(other, Answer::NotStored);
                break (id, words);
            }
        }
        assert!(cards < 200, "the limit does not bite");
    };
    for person in &mut people {
        if cards > 0 {
            person.until(|view| view.cards.len() == cards).await;
        }
    }
    in_trouble(&house, &table, &mut people, cards).await;
    may_grow_to(&house, "unlimited");
    recovers(&table, &mut people, refused, cards).await;
    house.kill_nine();
    house.start().await;
    assert_eq!(
        table.visitors[0].looks(table.session).await.cards.len(),
        cards + 1,
        "and it is on the disk"
    );
}
