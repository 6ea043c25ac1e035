//! A session in which nothing happens ends by itself (R14): announced a day before, on the board and at the table, then
//! destroyed like a close that releases nothing. The clock is stepped by telling the program's own round what time it is.

use std::net::{Ipv4Addr, SocketAddr};

use akkoord::accountability::{Report, WhyDestroyed, verify_account};
use akkoord::ids::SessionId;
use akkoord::moment::Phase;
use akkoord::protocol::FromClient;
use akkoord::session::{CommandKind, Refusal};
use akkoord_server::clock;
use akkoord_server::dossier::Dossiers;
use akkoord_server::rooms::ExpiryRound;
use chrono::{DateTime, TimeDelta, Utc};
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions as _, Connection as _, Row as _};

use crate::common::commands::{approve, ask_time, share_with_table};
use crate::common::participant::Participant;
use crate::common::user::User;
use crate::in_process::{OWN, Server, cookie};
use crate::scan;

/// After how long a ZSM session expires, as its row in `moments.toml` says.
const TERM: TimeDelta = TimeDelta::hours(72);
/// How long before that it is announced.
const NOTICE: TimeDelta = TimeDelta::hours(24);

/// What a search of the files finds when there is nothing to find.
const NOWHERE: [String; 0] = [];

const NOTHING: ExpiryRound = ExpiryRound {
    announced: 0,
    expired: 0,
    failed: 0,
};
const ANNOUNCED: ExpiryRound = ExpiryRound {
    announced: 1,
    ..NOTHING
};
const EXPIRED: ExpiryRound = ExpiryRound { expired: 1, ..NOTHING };

/// Somebody with a browser that this server signed in.
async fn user(server: &Server, account: &str) -> User {
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, server.port));
    let cookie = cookie(&server.token(account).await);
    User::with_cookie(address, OWN.into(), cookie.to_str().unwrap().into()).await
}

async fn round(server: &Server, at: DateTime<Utc>) -> ExpiryRound {
    server.rooms.expire_due(at).await.unwrap()
}

/// The key of the only session that has one.
async fn session_key(server: &Server) -> Vec<u8> {
    let file = SqliteConnectOptions::new().filename(server.data().join("keys.db"));
    let mut keys = file.connect().await.unwrap();
    let rows = sqlx::query("select secret from session_key").fetch_all(&mut keys).await;
    keys.close().await.unwrap();
    let rows = rows.unwrap();
    assert_eq!(rows.len(), 1);
    rows[0].get(0)
}

/// How many rows of these kinds there are: sealed texts, drafts, keys of texts that open something.
async fn sealed_rows(server: &Server) -> [i64; 2] {
    let mut counts = [0; 2];
    for (count, query) in counts
        .iter_mut()
        .zip(["select count(*) from sealed_text", "select count(*) from draft"])
    {
        *count = sqlx::query_scalar(query)
            .fetch_one(server.store.journal.pool())
            .await
            .unwrap();
    }
    counts
}

async fn report(user: &User, session: SessionId) -> Report {
    serde_json::from_str(&user.report(session).await).unwrap()
}

#[tokio::test]
#[expect(clippy::too_many_lines, reason = "one life, from beginning to end")]
async fn r14_a_session_that_nobody_uses_is_announced_and_then_destroyed() {
    let server = Server::open().await;
    let session = server.session().await;
    let mut om = Participant::join(&user(&server, "dewit").await, session).await;
    let mut vt = Participant::join(&user(&server, "bakker").await, session).await;
    let item = vt.make_item(share_with_table("kanarie: de blauwe fiets")).await;
    om.submit_ok(share_with_table("kanarie: ook van het OM")).await;
    om.submit_ok(CommandKind::MoveTo {
        phase: Phase::ClosingRound,
    })
    .await;
    // An approval releases nothing by itself, and a standing signal keeps no words alive for ever.
    let om_id = om.party;
    vt.submit_ok(approve(item, om_id, "om_afdoening")).await;
    vt.submit_ok(ask_time()).await;
    vt.send_frame(&FromClient::Draft {
        words: "kanarie: nog niet gedeeld".into(),
    })
    .await;
    vt.catch_up().await;
    let start = clock::now();
    let minute = TimeDelta::minutes(1);

    assert_eq!(round(&server, start).await, NOTHING);
    assert_eq!(round(&server, start + TERM - NOTICE - minute).await, NOTHING);
    assert_eq!(om.now().await.progress.expires_at, None);

    // Announced a day before, on every screen and every board.
    let announced = start + TERM - NOTICE + minute;
    assert_eq!(round(&server, announced).await, ANNOUNCED);
    let mut at = Vec::new();
    for person in [&mut om, &mut vt] {
        let view = person.wait_for(|view| view.progress.expires_at.is_some()).await;
        at.push(view.progress.expires_at.unwrap());
    }
    assert_eq!(at[0], at[1]);
    assert!(at[0] >= announced + NOTICE, "a whole day from the announcement");
    for account in ["dewit", "bakker"] {
        let row = user(&server, account).await.board_row(session).await.unwrap();
        assert_eq!(row.expires_at, Some(at[0]));
    }
    assert_eq!(round(&server, announced + minute).await, NOTHING, "announced once");

    // Whatever happens at the table puts it off; looking at it does not.
    user(&server, "dewit").await.view(session).await;
    let colleague = user(&server, "collega").await;
    Participant::connect(&colleague, session)
        .await
        .unwrap()
        .hello(None)
        .await;
    vt.catch_up().await;
    assert_eq!(vt.view.as_ref().unwrap().progress.expires_at, Some(at[0]));
    vt.submit_ok(CommandKind::SetReady { ready: true }).await;
    for person in [&mut om, &mut vt] {
        person.wait_for(|view| view.progress.expires_at.is_none()).await;
    }
    let row = user(&server, "dewit").await.board_row(session).await.unwrap();
    assert_eq!(row.expires_at, None);
    assert_eq!(round(&server, at[0] + minute).await, NOTHING, "it was put off");

    // Announced again. What happens then does not depend on the program running in between.
    let announced = announced + TERM - NOTICE + minute;
    assert_eq!(round(&server, announced).await, ANNOUNCED);
    let expires_at = om.now().await.progress.expires_at.unwrap();
    let key = [session_key(&server).await];
    assert_ne!(
        scan::find(server.data(), &key),
        NOWHERE,
        "the search finds what is there"
    );
    assert!(sealed_rows(&server).await.iter().all(|count| *count > 0));
    drop((om, vt));
    let server = server.restart().await;
    let om_user = user(&server, "dewit").await;
    let vt_user = user(&server, "bakker").await;
    assert_eq!(om_user.board_row(session).await.unwrap().expires_at, Some(expires_at));
    let mut om = Participant::join(&om_user, session).await;
    let mut vt = Participant::join(&vt_user, session).await;
    assert_eq!(om.now().await.items.len(), 2);
    assert_eq!(round(&server, expires_at - minute).await, NOTHING);

    assert_eq!(round(&server, expires_at).await, EXPIRED);
    // R8: destroyed when the round returns, in every file.
    assert_eq!(scan::find(server.data(), &key), NOWHERE);
    assert_eq!(sealed_rows(&server).await, [0, 0]);
    assert!(server.store.vault.sessions_with_keys().await.unwrap().is_empty());
    for (person, destroyed) in [(&mut om, 1), (&mut vt, 1)] {
        let view = person.wait_for(|view| view.progress.closed.is_some()).await;
        let outcome = view.progress.closed.clone().unwrap();
        assert!(outcome.expired && outcome.given.is_empty());
        assert_eq!((outcome.received, outcome.kept, outcome.destroyed), (0, 0, destroyed));
        assert!(view.items.is_empty() && view.progress.expires_at.is_none());
        let late = person.submit_refused(share_with_table("te laat")).await;
        assert_eq!(late, Refusal::Closed);
    }

    // Nothing came into any dossier or register, and the report says why.
    let dossiers = Dossiers::new(server.store.clone());
    for user in [&om_user, &vt_user] {
        let party = user.me.party.id;
        assert!(dossiers.received(party, clock::now()).await.unwrap().is_empty());
        assert!(dossiers.given(party, clock::now()).await.unwrap().is_empty());
        let row = user.board_row(session).await.unwrap();
        assert!(row.expired && row.closed_at == Some(expires_at) && row.expires_at.is_none());
        let report = report(user, session).await;
        assert!(report.expired && report.closed_at == Some(expires_at));
        assert!(report.releases.is_empty() && report.commitments.is_empty());
        assert_eq!(report.destroyed.len(), 2);
        for line in &report.destroyed {
            assert_eq!((&line.why, line.at), (&WhyDestroyed::NotReleased, expires_at));
        }
        let path = format!("/api/v1/sessions/{session}/account");
        let account = user.get(&path).await.text().await.unwrap();
        assert!(verify_account(&account, None).is_ok());
    }
    assert_eq!(round(&server, expires_at + TERM).await, NOTHING);
    drop((om, vt));
    let server = server.restart().await;
    let om = user(&server, "dewit").await;
    assert!(om.view(session).await.progress.closed.unwrap().expired);
    assert_eq!(round(&server, expires_at + TERM).await, NOTHING);
    server.close().await;
}

/// However late the program comes to look, everybody has a day from the announcement.
#[tokio::test]
async fn r14_a_program_that_was_down_for_a_week_still_announces_a_day_before() {
    let server = Server::open().await;
    let session = server.session().await;
    let mut om = Participant::join(&user(&server, "dewit").await, session).await;
    let late = clock::now() + TimeDelta::days(7);
    assert_eq!(round(&server, late).await, ANNOUNCED);
    let expires_at = om
        .wait_for(|view| view.progress.expires_at.is_some())
        .await
        .progress
        .expires_at
        .unwrap();
    assert_eq!(expires_at, late + NOTICE);
    assert_eq!(round(&server, expires_at - TimeDelta::minutes(1)).await, NOTHING);
    assert_eq!(round(&server, expires_at).await, EXPIRED);
    drop(om);
    server.close().await;
}
