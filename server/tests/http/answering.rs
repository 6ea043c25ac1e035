//! After the close: who gave still answers for it, and what has come to its end is gone (R9, C5, C6).

use std::time::Duration;

use akkoord::ids::{PartyId, ReleaseId};
use akkoord::release::{Informed, ReleaseCommand, ReleaseCommandKind};
use akkoord::session::Actor;
use akkoord_server::clock;
use akkoord_server::dossier::{Dossiers, Kept};
use chrono::{DateTime, TimeDelta, Utc};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions as _, Row as _};

use crate::server::{Body, Server};

/// What the OM gave to Veilig Thuis, Veilig Thuis, and the dossiers.
async fn given(server: &Server) -> (ReleaseId, PartyId, Dossiers) {
    let (_, given) = server.releases().await;
    let vt = server.party_of("bakker").await.id;
    (given, vt, Dossiers::new(server.store.clone()))
}

/// The wrapped keys of every copy there is now: what opens them.
async fn wrapped_keys(server: &Server) -> Vec<Vec<u8>> {
    let rows = sqlx::query("select wrapped from copy_key")
        .fetch_all(server.store.journal.pool())
        .await;
    rows.unwrap().iter().map(|row| row.get(0)).collect()
}

/// Whether these bytes stand in any file of the store.
fn on_disk(server: &Server, bytes: &[u8]) -> bool {
    let files = std::fs::read_dir(server.data()).unwrap();
    files
        .map(|file| file.unwrap().path())
        .filter(|path| path.is_file())
        .any(|path| {
            std::fs::read(path)
                .unwrap()
                .windows(bytes.len())
                .any(|window| window == bytes)
        })
}

async fn answer(server: &Server, release: ReleaseId, command: Value) -> (StatusCode, Value) {
    let token = server.token("lezer").await;
    let body = json!({"version": command["version"].as_u64().unwrap_or(0), "command": command["command"]});
    let path = format!("/api/v1/releases/{release}");
    let answer = server
        .ask(Method::POST, &path, Some(Body::Json(body.to_string())), Some(&token))
        .await;
    let status = answer.status();
    (status, answer.json().await.unwrap())
}

#[tokio::test]
async fn r9_a_correction_reaches_the_recipient_who_confirms_and_no_older_key_is_left() {
    let server = Server::open().await;
    let (release, vt, dossiers) = given(&server).await;
    let keys = wrapped_keys(&server).await;
    let of_this: Vec<_> = {
        let rows = sqlx::query("select wrapped from copy_key where release = $1").bind(release.bytes().to_vec());
        let rows = rows.fetch_all(server.store.journal.pool()).await.unwrap();
        rows.iter().map(|row| row.get::<Vec<u8>, _>(0)).collect()
    };
    assert_eq!((keys.len(), of_this.len()), (3, 2));
    assert!(
        of_this.iter().all(|key| on_disk(&server, key)),
        "the search finds what is there"
    );

    let rectify = json!({"command": {"do": "rectify", "text": "Een eerdere melding.", "reason": "Dubbel geteld."}});
    let (status, view) = answer(&server, release, rectify.clone()).await;
    assert_eq!((status, &view["version"]), (StatusCode::OK, &json!(1)));
    assert!(
        !of_this.iter().any(|key| on_disk(&server, key)),
        "what was corrected opens with no key on the disk"
    );
    // The page was still of the older words.
    let (status, refused) = answer(&server, release, rectify).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(refused["because"]["refusal"], "other_revision");

    let now = clock::now();
    let held = dossiers.item(vt, release, now).await.unwrap().unwrap();
    assert_eq!(held.item.text, "Een eerdere melding.");
    assert_eq!(held.item.corrections[0].reason, "Dubbel geteld.");
    assert!(held.life.unconfirmed && held.life.may.confirm);
    assert_eq!(dossiers.unconfirmed(vt).await.unwrap(), 1);
    let confirm = ReleaseCommand {
        version: held.life.version,
        kind: ReleaseCommandKind::Confirm {},
    };
    let bakker = server.account("bakker").await;
    let actor = Actor {
        party: vt,
        participant: bakker.id,
    };
    let after = dossiers
        .answer(actor, &bakker.name, release, now, &confirm)
        .await
        .unwrap();
    assert!(!after.unconfirmed);
    assert_eq!(dossiers.unconfirmed(vt).await.unwrap(), 0);
    server.close().await;
}

#[tokio::test]
async fn r9_what_is_taken_back_has_no_words_with_its_recipient_and_the_giver_knows_what_it_gave() {
    let server = Server::open().await;
    let (release, vt, dossiers) = given(&server).await;
    let withdraw = json!({"command": {"do": "withdraw", "reason": "Onrechtmatig verkregen."}});
    assert_eq!(answer(&server, release, withdraw).await.0, StatusCode::OK);
    let now = clock::now();
    let held = dossiers.item(vt, release, now).await.unwrap().unwrap();
    assert_eq!(held.item.text, "");
    assert!(held.item.corrections[0].withdrawn && held.life.unconfirmed);
    let om = server.party_of("dewit").await.id;
    let kept = dossiers.entry(om, release, now).await.unwrap().unwrap();
    assert_eq!(kept.entry.item.text, "Twee eerdere meldingen.");
    server.close().await;
}

#[tokio::test]
async fn c6_whether_the_subject_was_told_is_recorded_and_an_empty_reason_is_none() {
    let server = Server::open().await;
    let (release, _, dossiers) = given(&server).await;
    let postponed = |reason: &str| json!({"command": {"do": "inform", "informed": "postponed", "reason": reason}});
    let (status, refused) = answer(&server, release, postponed("  ")).await;
    assert_eq!(
        (status, &refused["because"]["refusal"]),
        (StatusCode::UNPROCESSABLE_ENTITY, &json!("text"))
    );
    let (status, view) = answer(&server, release, postponed("Nog niet veilig.")).await;
    assert_eq!((status, &view["informed"][0]), (StatusCode::OK, &json!("postponed")));
    let om = server.party_of("dewit").await.id;
    let kept = dossiers.entry(om, release, clock::now()).await.unwrap().unwrap();
    assert_eq!(kept.entry.not_told_yet.as_deref(), Some("Nog niet veilig."));
    server.close().await;
}

#[tokio::test]
async fn r9_reading_leaves_one_receipt() {
    let server = Server::open().await;
    let (received, _) = server.releases().await;
    let token = server.token("lezer").await;
    let path = format!("/api/v1/dossier/{received}");
    let first: Value = server.get(&path, Some(&token)).await.json().await.unwrap();
    let second: Value = server.get(&path, Some(&token)).await.json().await.unwrap();
    assert!(first["life"]["opened_at"].is_string());
    assert_eq!(first["life"], second["life"]);
    server.close().await;
}

#[tokio::test]
async fn r9_colleagues_who_open_it_in_the_same_moment_all_read_it_and_leave_one_receipt() {
    let server = Server::open().await;
    let (received, _) = server.releases().await;
    let token = server.token("lezer").await;
    let path = format!("/api/v1/dossier/{received}");
    let read = |_| server.get(&path, Some(&token));
    for answer in futures_util::future::join_all((0..12).map(read)).await {
        assert_eq!(answer.status(), StatusCode::OK);
    }
    let events: i64 = sqlx::query_scalar("select count(*) from release_event where release = $1")
        .bind(received.bytes().to_vec())
        .fetch_one(server.store.journal.pool())
        .await
        .unwrap();
    assert_eq!(events, 1);
    server.close().await;
}

#[tokio::test]
async fn r9_the_words_and_how_they_stand_are_always_of_the_same_moment() {
    let server = Server::open().await;
    let (release, vt, dossiers) = given(&server).await;
    let account = server.account("lezer").await;
    let giver = Actor {
        party: server.party_of("dewit").await.id,
        participant: account.id,
    };
    let correcting = async {
        for version in 0..40 {
            let kind = ReleaseCommandKind::Rectify {
                text: (version + 1).to_string(),
                reason: "geteld".into(),
            };
            let command = ReleaseCommand { version, kind };
            let now = clock::now();
            dossiers
                .answer(giver, &account.name, release, now, &command)
                .await
                .unwrap();
        }
    };
    let reading = async {
        let mut seen = 0;
        while seen < 40 {
            let held = dossiers.item(vt, release, clock::now()).await.unwrap().unwrap();
            seen = held.life.version;
            let words = if seen == 0 {
                "Twee eerdere meldingen."
            } else {
                &seen.to_string()
            };
            assert_eq!(held.item.text, words);
        }
    };
    tokio::join!(correcting, reading);
    server.close().await;
}

/// Both readings of the clock that it takes to destroy something.
async fn keeps(dossiers: &Dossiers, now: DateTime<Utc>) -> Kept {
    dossiers.keep_end_dates(now, Duration::ZERO).await.unwrap();
    dossiers.keep_end_dates(now, Duration::from_hours(24)).await.unwrap()
}

#[tokio::test]
async fn c5_what_has_come_to_its_end_is_destroyed_and_leaves_its_line_until_that_ends_too() {
    let server = Server::open().await;
    let (release, vt, dossiers) = given(&server).await;
    let om = server.party_of("dewit").await.id;
    let keys = wrapped_keys(&server).await;
    let now = clock::now();
    assert_eq!(keeps(&dossiers, now).await, Kept::default(), "nothing is due yet");
    // The line lives longer than the copy when the copy was taken over.
    let bakker = server.account("bakker").await;
    let actor = Actor {
        party: vt,
        participant: bakker.id,
    };
    let take_over = ReleaseCommand {
        version: 0,
        kind: ReleaseCommandKind::TakeOver {},
    };
    dossiers
        .answer(actor, &bakker.name, release, now, &take_over)
        .await
        .unwrap();
    let eight_days = now + TimeDelta::days(8);
    assert_eq!(
        keeps(&dossiers, eight_days).await,
        Kept {
            copies: 1,
            ..Kept::default()
        }
    );
    assert!(dossiers.item(vt, release, eight_days).await.unwrap().is_none());
    let line = dossiers.entry(om, release, eight_days).await.unwrap().unwrap();
    assert_eq!(line.entry.item.text, "");
    assert!(line.life.ended_at.is_some());
    let told = ReleaseCommand {
        version: 0,
        kind: ReleaseCommandKind::Inform(Informed::Yes {}),
    };
    let reader = server.account("lezer").await;
    let giver = Actor {
        party: om,
        participant: reader.id,
    };
    assert!(
        dossiers
            .answer(giver, &reader.name, release, eight_days, &told)
            .await
            .is_ok()
    );

    let later = now + TimeDelta::days(11);
    assert_eq!(
        keeps(&dossiers, later).await,
        Kept {
            copies: 1,
            lines: 1,
            unreadable: 0
        }
    );
    assert_eq!(keeps(&dossiers, later).await, Kept::default());
    assert!(dossiers.entry(om, release, now).await.unwrap().is_none());
    assert!(
        !keys.iter().any(|key| on_disk(&server, key)),
        "nothing opens what is past its day"
    );
    server.close().await;
}

#[tokio::test]
async fn c5_what_cannot_be_read_back_ends_on_its_day_too_and_keeps_nothing_else_longer() {
    let server = Server::open().await;
    let (release, _, dossiers) = given(&server).await;
    let keys = wrapped_keys(&server).await;
    let file = SqliteConnectOptions::new().filename(server.data().join("akkoord.db"));
    let mut disk = file.connect().await.unwrap();
    for fault in [
        "update dossier set sealed = zeroblob(200) where release = $1",
        "update register set sealed = zeroblob(200) where release = $1",
    ] {
        let spoilt = sqlx::query(fault)
            .bind(release.bytes().to_vec())
            .execute(&mut disk)
            .await;
        assert_eq!(spoilt.unwrap().rows_affected(), 1, "{fault}");
    }
    let at_last = clock::now() + TimeDelta::days(40_000);
    assert_eq!(
        keeps(&dossiers, at_last).await,
        Kept {
            copies: 2,
            lines: 1,
            unreadable: 0
        }
    );
    assert!(!keys.iter().any(|key| on_disk(&server, key)));
    server.close().await;
}

#[tokio::test]
async fn c5_a_history_that_cannot_be_read_is_counted_and_the_rest_is_destroyed() {
    let server = Server::open().await;
    let (release, _, dossiers) = given(&server).await;
    let told = json!({"command": {"do": "inform", "informed": "yes"}});
    assert_eq!(answer(&server, release, told).await.0, StatusCode::OK);
    let file = SqliteConnectOptions::new().filename(server.data().join("akkoord.db"));
    let mut disk = file.connect().await.unwrap();
    let spoilt = sqlx::query("update release_event set bytes = x'00' where release = $1")
        .bind(release.bytes().to_vec())
        .execute(&mut disk)
        .await;
    assert_eq!(spoilt.unwrap().rows_affected(), 1);
    let at_last = clock::now() + TimeDelta::days(40_000);
    for copies in [1, 0] {
        assert_eq!(
            keeps(&dossiers, at_last).await,
            Kept {
                copies,
                lines: 0,
                unreadable: 1
            }
        );
    }
    server.close().await;
}
