//! VT's signal reaches every screen, whoever's clock is wrong, and every screen then shows the same remaining time (C1).

use akkoord::party::PartyKind::{Municipality, Police, Prosecution, VeiligThuis};
use akkoord::session::Wish;
use akkoord::session::command::SeatLevel;
use chrono::{TimeDelta, Utc};

use crate::common::house::House;
use crate::common::person::{Answer, Person};

/// Screens at the table.
const SCREENS: usize = 12;

#[tokio::test]
async fn c1_one_signal_stops_the_clock_on_every_screen_and_only_vt_starts_it_again() {
    let house = House::open().await;
    let table = house.table([Prosecution, VeiligThuis, Police]).await;
    let [om, vt, police] = table.all_sit_down().await;
    let municipality = house.somebody_of(Municipality).await;
    table.visitors[0]
        .gives_seat(table.session, municipality.me.party.id, SeatLevel::Restricted)
        .await;
    let visitors: Vec<_> = table.visitors.iter().chain([&municipality]).collect();
    let mut screens = vec![om, vt, police];
    for screen in screens.len()..SCREENS {
        screens.push(Person::sits_down(visitors[screen % visitors.len()], table.session).await);
    }
    let signal = Wish::AskTime {
        reason: None,
        minutes: None,
    };
    for (screen, person) in screens.iter_mut().enumerate().filter(|(screen, _)| screen % 4 != 1) {
        assert!(
            matches!(person.wants(signal.clone()).await, Answer::Refused(_)),
            "screen {screen} is not of VT"
        );
    }
    assert_eq!(screens[1].wants(signal).await, Answer::Ack);
    let mut clocks = Vec::new();
    for person in &mut screens {
        let view = person.until(|view| !view.time.requests.is_empty()).await;
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
    let request = screens[1].view.as_ref().unwrap().time.requests[0].id;
    for (screen, person) in screens.iter_mut().enumerate().filter(|(screen, _)| screen % 4 != 1) {
        assert!(
            matches!(person.wants(Wish::EndTime { request }).await, Answer::Refused(_)),
            "screen {screen} is not of VT"
        );
    }
    assert_eq!(screens[5].wants(Wish::EndTime { request }).await, Answer::Ack);
    for person in &mut screens {
        let clock = person
            .until(|view| view.time.requests.is_empty())
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
