//! The connection is cut between a command and its acknowledgement, over and over; a command that is sent again with the
//! same id is carried out once, in the order in which it was sent.

use std::time::Duration;

use akkoord::party::PartyKind::{Prosecution, VeiligThuis};
use akkoord::protocol::{FromClient, FromRoom};

use crate::common::commands::share_with_table;
use crate::common::participant::{Participant, new_command_id};
use crate::common::random::Random;
use crate::common::server::Server;

/// How often the connection is cut.
const CUTS: usize = 100;
/// How many commands are on their way at each cut.
const PIPELINE: usize = 3;

#[tokio::test]
async fn what_is_sent_again_after_a_cut_is_there_once_and_in_order() {
    let mut random = Random::from_environment();
    let server = Server::open().await;
    let session = server.session([Prosecution, VeiligThuis]).await;
    let [_om, mut vt] = session.everybody_joins().await;
    let (mut said, mut unheard) = (Vec::new(), 0);
    for cut in 0..CUTS {
        let commands: Vec<_> = (0..PIPELINE)
            .map(|place| (new_command_id(), format!("{cut}.{place}")))
            .collect();
        for (id, words) in &commands {
            let command = share_with_table(words);
            vt.send_frame(&FromClient::Submit { id: *id, command }).await;
            said.push(words.clone());
        }
        // Somewhere between sending, storing and answering.
        let moment = Duration::from_micros(random.number() % 6_000);
        let mut heard = 0;
        let _ = tokio::time::timeout(moment, async {
            while heard < PIPELINE {
                if matches!(vt.next_frame().await, Some(FromRoom::Ack { .. })) {
                    heard += 1;
                }
            }
        })
        .await;
        unheard += PIPELINE - heard;
        // Without a goodbye.
        drop(vt);
        vt = Participant::join(&session.users[1], session.id).await;
        // As a browser does: what was not acknowledged goes again, in its order, before anything new.
        for (id, words) in &commands[heard..] {
            assert!(vt.submit_as(*id, share_with_table(words)).await.is_ack());
        }
    }
    println!("{CUTS} cuts, {unheard} of {} without an answer", said.len());
    assert!(unheard > 0, "no cut came in between");
    let view = session.users[0].view(session.id).await;
    let there: Vec<_> = view.items.into_iter().filter_map(|item| item.text).collect();
    assert_eq!(there, said);
}
