//! Nothing is destroyed on one reading of the clock (C5). The clock of these tests steps both ways: each round is handed its
//! reading, and how long the program has run since the one before.

use std::time::Duration;

use akkoord::ids::{PartyId, ReleaseId};
use akkoord_server::clock;
use akkoord_server::dossier::{Dossiers, Kept};
use akkoord_server::vault::Store;
use chrono::{DateTime, TimeDelta, Utc};

use crate::server::Server;

const DAY: Duration = Duration::from_hours(24);
const QUARTER: Duration = Duration::from_mins(15);
const DAY_LESS_A_QUARTER: Duration = Duration::from_mins(24 * 60 - 15);
const HALF_LESS_A_QUARTER: Duration = Duration::from_mins(12 * 60 - 15);
const NOTHING: Kept = Kept {
    copies: 0,
    lines: 0,
    unreadable: 0,
};

struct Held {
    server: Server,
    dossiers: Dossiers,
    release: ReleaseId,
    vt: PartyId,
    now: DateTime<Utc>,
}

impl Held {
    /// A server in which Veilig Thuis holds a copy that ends after ten days.
    async fn open() -> Self {
        let server = Server::open().await;
        let (_, release) = server.releases().await;
        Self {
            dossiers: Dossiers::new(server.store.clone()),
            vt: server.party_of("bakker").await.id,
            server,
            release,
            now: clock::now(),
        }
    }

    async fn round(&self, days: i64, ran: Duration) -> Kept {
        let at = self.now + TimeDelta::days(days);
        self.dossiers.keep_end_dates(at, ran).await.unwrap()
    }

    async fn has_copy(&self) -> bool {
        let item = self.dossiers.item(self.vt, self.release, self.now).await.unwrap();
        item.is_some()
    }

    /// What is due now: how much in all, and how much of it waits for an operator.
    async fn due(&self) -> (u64, u64) {
        let all = self.dossiers.due_by_organisation().await.unwrap();
        (
            all.iter().map(|due| due.due).sum(),
            all.iter().map(|due| due.held).sum(),
        )
    }
}

#[tokio::test]
async fn c5_a_start_with_the_clock_six_years_ahead_destroys_nothing() {
    let held = Held::open().await;
    let six_years = 6 * 365;
    for ran in [Duration::ZERO, QUARTER, QUARTER] {
        assert_eq!(held.round(six_years, ran).await, NOTHING);
    }
    // Many starts: each knows only what was written down.
    for _ in 0..20 {
        let store = Store::open_beside(held.server.data()).await.unwrap();
        let dossiers = Dossiers::new(store.clone());
        let at = held.now + TimeDelta::days(six_years);
        assert_eq!(dossiers.keep_end_dates(at, Duration::ZERO).await.unwrap(), NOTHING);
        store.shut().await;
    }
    // The clock is right again, for longer than the second reading takes.
    for _ in 0..5 {
        assert_eq!(held.round(1, DAY).await, NOTHING);
    }
    assert_eq!(held.due().await, (0, 0), "a clock that went back takes the marks away");
    assert!(held.has_copy().await);
    held.server.close().await;
}

#[tokio::test]
async fn c5_a_real_end_date_is_kept_after_a_day_of_running_over_restarts() {
    let held = Held::open().await;
    assert_eq!(held.round(11, Duration::ZERO).await, NOTHING);
    assert!(held.due().await.0 > 0);
    // Half a day, then a machine that was off for a week, then nearly the other half.
    assert_eq!(held.round(11, DAY / 2).await, NOTHING);
    let store = Store::open_beside(held.server.data()).await.unwrap();
    let dossiers = Dossiers::new(store.clone());
    let later = held.now + TimeDelta::days(18);
    assert_eq!(
        dossiers.keep_end_dates(later, HALF_LESS_A_QUARTER).await.unwrap(),
        NOTHING
    );
    let kept = dossiers.keep_end_dates(later, QUARTER).await.unwrap();
    // What each of the two received, and the line of what the OM gave.
    assert_eq!((kept.copies, kept.lines), (2, 1));
    store.shut().await;
    assert!(!held.has_copy().await);
    assert_eq!(held.round(18, DAY).await, NOTHING);
    assert_eq!(held.due().await, (0, 0));
    held.server.close().await;
}

#[tokio::test]
async fn c5_a_clock_that_steps_both_ways_destroys_nothing_before_its_day() {
    let held = Held::open().await;
    // Ahead, back, ahead: a day of running lies between the readings that agree, and one that does not.
    for days in [400, 0, 400, 0] {
        assert_eq!(held.round(days, DAY).await, NOTHING, "{days}");
    }
    // A mark made by a reading that lies in the future says nothing: it is made anew.
    assert_eq!(held.round(4_000, DAY).await, NOTHING);
    assert_eq!(held.round(11, DAY).await, NOTHING);
    assert_eq!(held.round(11, DAY_LESS_A_QUARTER).await, NOTHING);
    assert!(held.has_copy().await);
    assert_eq!(held.round(11, QUARTER).await.copies, 2);
    held.server.close().await;
}

#[tokio::test]
async fn c5_far_more_than_usual_waits_for_an_operator() {
    let held = Held::open().await;
    for _ in 0..50 {
        held.server.releases().await;
    }
    // Fifty-one copies of Veilig Thuis, and as many copies and lines of the OM.
    assert_eq!(held.round(11, Duration::ZERO).await, NOTHING);
    for _ in 0..3 {
        assert_eq!(held.round(11, DAY).await, NOTHING);
    }
    assert_eq!(held.due().await, (153, 153));
    let health = held.server.get("/gezond", None).await;
    assert_eq!(health.status().as_u16(), 200);
    assert!(health.text().await.unwrap().contains("akkoord retention"));

    assert_eq!(held.dossiers.confirm_due().await.unwrap(), 153);
    assert_eq!(held.due().await, (153, 0));
    assert_eq!(held.server.get("/gezond", None).await.text().await.unwrap(), "gezond\n");
    let kept = held.round(11, QUARTER).await;
    assert_eq!((kept.copies, kept.lines), (102, 51));
    held.server.close().await;
}

#[tokio::test]
async fn c5_much_that_is_little_of_all_is_destroyed_without_asking() {
    let held = Held::open().await;
    for _ in 0..50 {
        held.server.releases().await;
    }
    // Each organisation holds ten times as much that ends later.
    for party in ["bakker", "dewit"] {
        let organisation = held.server.party_of(party).await.id.bytes().to_vec();
        for number in 0..1_100_u32 {
            let mut release = vec![9; 12];
            release.extend(number.to_be_bytes());
            sqlx::query("insert into dossier values ($1, $2, $1, $3, 0, $4, x'00')")
                .bind(organisation.clone())
                .bind(release)
                .bind(vec![7_u8; 16])
                .bind(i64::MAX)
                .execute(held.server.store.journal.pool())
                .await
                .unwrap();
        }
    }
    assert_eq!(held.round(11, Duration::ZERO).await, NOTHING);
    assert_eq!(held.due().await, (153, 0));
    let kept = held.round(11, DAY).await;
    assert_eq!((kept.copies, kept.lines), (102, 51));
    held.server.close().await;
}

#[tokio::test]
async fn c5_a_confirmed_release_still_takes_both_readings() {
    let held = Held::open().await;
    for _ in 0..50 {
        held.server.releases().await;
    }
    assert_eq!(held.round(4_000, Duration::ZERO).await, NOTHING);
    held.dossiers.confirm_due().await.unwrap();
    assert_eq!(held.round(4_000, QUARTER).await, NOTHING);
    // The clock was wrong after all, and so was the operator.
    assert_eq!(held.round(0, DAY).await, NOTHING);
    assert_eq!(held.round(0, DAY).await, NOTHING);
    assert!(held.has_copy().await);
    held.server.close().await;
}

/// What `akkoord retention` says about the folder of this server.
fn command(held: &Held, arguments: &[&str]) -> String {
    let done = std::process::Command::new(env!("CARGO_BIN_EXE_akkoord"))
        .arg("retention")
        .arg("--data")
        .arg(held.server.data())
        .args(arguments)
        .output()
        .unwrap();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    String::from_utf8(done.stdout).unwrap()
}

#[tokio::test]
async fn the_command_shows_what_is_due_beside_the_running_program_and_lets_it_go_only_when_told() {
    let held = Held::open().await;
    assert_eq!(command(&held, &[]), "Er is niets over zijn bewaartermijn heen.\n");
    for _ in 0..50 {
        held.server.releases().await;
    }
    held.round(11, Duration::ZERO).await;
    let shown = command(&held, &[]);
    assert!(shown.contains("Veilig Thuis Voorbeeldstad: 51 van 51"), "{shown}");
    assert!(shown.contains("--confirm"), "{shown}");
    assert_eq!(held.due().await, (153, 153), "showing changes nothing");
    let shown = command(&held, &["--confirm"]);
    assert!(shown.contains("Bevestigd: 153"), "{shown}");
    assert_eq!(held.due().await, (153, 0));
    held.server.close().await;
}
