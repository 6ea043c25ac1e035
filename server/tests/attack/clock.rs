//! VT's signal reaches every screen, whoever's clock is wrong, and every screen then shows the same remaining time (T2, T6).

use akkoord::party::PartyKind::{Municipality, Police, Prosecution, VeiligThuis};
use akkoord::session::CommandKind;
use akkoord::session::command::SeatLevel;
use chrono::{TimeDelta, Utc};

use crate::common::commands::ask_time;
use crate::common::participant::Participant;
use crate::common::server::Server;

/// Screens at the table.
const SCREENS: usize = 12;

#[tokio::test]
async fn t2_t6_one_signal_stops_the_clock_on_every_screen_and_only_vt_starts_it_again() {
    let server = Server::open().await;
    let session = server.session([Prosecution, VeiligThuis, Police]).await;
    let [om, vt, police] = session.everybody_joins().await;
    let municipality = server.user_of(Municipality).await;
    session.users[0]
        .give_seat(session.id, municipality.me.party.id, SeatLevel::Restricted)
        .await;
    let users: Vec<_> = session.users.iter().chain([&municipality]).collect();
    let mut screens = vec![om, vt, police];
    for screen in screens.len()..SCREENS {
        screens.push(Participant::join(users[screen % users.len()], session.id).await);
    }
    let signal = ask_time();
    for (screen, person) in screens.iter_mut().enumerate().filter(|(screen, _)| screen % 4 != 1) {
        assert!(
            person.submit(signal.clone()).await.is_refused(),
            "screen {screen} is not of VT"
        );
    }
    let request = screens[1].make_time_request(signal).await;
    let mut clocks = Vec::new();
    for person in &mut screens {
        let view = person.wait_for(|view| !view.time.requests.is_empty()).await;
        clocks.push(view.time.clock.expect("a ZSM session has a clock"));
    }
    assert!(
        clocks
            .iter()
            .all(|clock| *clock == clocks[0] && clock.running_since.is_none())
    );
    // What is shown follows from this alone: a browser a day off shows the same as one that is right, now and later.
    let now = Utc::now();
    for wrong in [
        TimeDelta::zero(),
        TimeDelta::days(1),
        TimeDelta::days(-1),
        TimeDelta::hours(1),
    ] {
        assert_eq!(clocks[0].remaining_ms(now + wrong), clocks[0].remaining_ms(now));
    }
    for (screen, person) in screens.iter_mut().enumerate().filter(|(screen, _)| screen % 4 != 1) {
        assert!(
            person.submit(CommandKind::EndTime { request }).await.is_refused(),
            "screen {screen} is not of VT"
        );
    }
    screens[5].submit_ok(CommandKind::EndTime { request }).await;
    for person in &mut screens {
        let clock = person
            .wait_for(|view| view.time.requests.is_empty())
            .await
            .time
            .clock
            .unwrap();
        assert!(
            clock.running_since.is_some() && clock.used_ms == clocks[0].used_ms,
            "it goes on from there"
        );
    }
}
