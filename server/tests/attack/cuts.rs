//! The line is cut between sending and hearing, over and over; whoever sends again under the same name has said it once, in
//! the order in which it was said (T4).

use std::time::Duration;

use akkoord::party::PartyKind::{Prosecution, VeiligThuis};
use akkoord::protocol::{FromClient, FromRoom};

use crate::common::chance::Chance;
use crate::common::house::House;
use crate::common::person::{Answer, Person, fresh};
use crate::common::wishes::share_with_table;

/// How often the line is cut.
const CUTS: usize = 100;
/// What is on its way at each cut.
const PIPELINE: usize = 3;

#[tokio::test]
async fn t4_what_is_sent_again_after_a_cut_is_there_once_and_in_order() {
    let mut chance = Chance::of_this_run();
    let house = House::open().await;
    let table = house.table([Prosecution, VeiligThuis]).await;
    let [_om, mut vt] = table.all_sit_down().await;
    let (mut said, mut unheard) = (Vec::new(), 0);
    for cut in 0..CUTS {
        let commands: Vec<_> = (0..PIPELINE).map(|place| (fresh(), format!("{cut}.{place}"))).collect();
        for (id, words) in &commands {
            let wish = share_with_table(words);
            vt.says(&FromClient::Submit { id: *id, wish }).await;
            said.push(words.clone());
        }
        // Somewhere between sending, storing and answering.
        let moment = Duration::from_micros(chance.number() % 6_000);
        let mut heard = 0;
        let _ = tokio::time::timeout(moment, async {
            while heard < PIPELINE {
                if matches!(vt.next().await, Some(FromRoom::Ack { .. })) {
                    heard += 1;
                }
            }
        })
        .await;
        unheard += PIPELINE - heard;
        // Without a goodbye.
        drop(vt);
        vt = Person::sits_down(&table.visitors[1], table.session).await;
        // As a browser does: what was not acknowledged goes again, in its order, before anything new.
        for (id, words) in &commands[heard..] {
            assert_eq!(vt.submits(*id, share_with_table(words)).await, Answer::Ack);
        }
    }
    println!("{CUTS} cuts, {unheard} of {} without an answer", said.len());
    assert!(unheard > 0, "no cut came in between");
    let view = table.visitors[0].looks(table.session).await;
    let there: Vec<_> = view.cards.into_iter().filter_map(|card| card.text).collect();
    assert_eq!(there, said);
}
