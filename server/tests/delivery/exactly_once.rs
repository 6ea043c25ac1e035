//! Exactly once, whichever answer was lost: what another system keeps is counted there.

use akkoord::dossier::{Delivery, NotDelivered};
use chrono::TimeDelta;

use crate::fixture::{CANARY, CONDITION, Fixture, did};
use crate::zgw::{Mishap, ZgwSystem};

/// How often each thing stands in the other system.
fn counts(system: &ZgwSystem) -> (usize, usize, usize) {
    system.kept(|kept| (kept.documents.len(), kept.rights.len(), kept.links.len()))
}

#[tokio::test]
async fn a_document_whose_answer_never_came_is_found_and_finished() {
    let system = ZgwSystem::open().await;
    let fixture = Fixture::open(&system).await;
    let release = fixture.release(&fixture.vt, &fixture.om, CANARY, Some(CONDITION)).await;
    system.mishaps(&[Mishap::MadeAndSilent]);
    assert_eq!(fixture.round(fixture.now).await, did(0, 1, 0, 0));
    assert_eq!(counts(&system), (1, 0, 0), "it was made, and we do not know it");
    let Some(Delivery::Again { at, cause }) = fixture.state(release).await else {
        panic!("{:?}", fixture.state(release).await)
    };
    assert_eq!(cause, NotDelivered::TooSlow);
    assert_eq!(fixture.round(at).await, did(1, 0, 0, 0));
    assert_eq!(counts(&system), (1, 1, 1));
}

#[tokio::test]
async fn a_system_that_finds_nothing_and_then_says_it_exists_has_it() {
    let system = ZgwSystem::open().await;
    let fixture = Fixture::open(&system).await;
    fixture.release(&fixture.vt, &fixture.om, CANARY, None).await;
    system.mishaps(&[Mishap::MadeAndSilent]);
    assert_eq!(fixture.round(fixture.now).await, did(0, 1, 0, 0));
    system.kept(|kept| kept.blind = 1);
    assert_eq!(
        fixture.round(fixture.now + TimeDelta::minutes(1)).await,
        did(1, 0, 0, 0)
    );
    assert_eq!(counts(&system), (1, 0, 1));
}

#[tokio::test]
async fn a_worker_that_dies_in_the_middle_leaves_it_to_the_next_after_its_time() {
    let system = ZgwSystem::open().await;
    let fixture = Fixture::open(&system).await;
    let release = fixture.release(&fixture.vt, &fixture.om, CANARY, None).await;
    system.mishaps(&[Mishap::MadeAndSilent]);
    {
        let (deliveries, now) = (
            fixture
                .deliveries
                .clone()
                .with_patience(std::time::Duration::from_hours(1)),
            fixture.now,
        );
        let worker = tokio::spawn(async move { deliveries.round(now).await });
        system.made().await;
        // Made there, not written down here.
        worker.abort();
        assert!(worker.await.unwrap_err().is_cancelled());
    }
    let now = fixture.now;
    let fixture = fixture.again().await;
    assert_eq!(
        fixture.round(now + TimeDelta::minutes(1)).await,
        did(0, 0, 0, 0),
        "it may still be underway: nobody takes it twice"
    );
    assert_eq!(fixture.state(release).await, Some(Delivery::Waiting));
    assert_eq!(fixture.round(now + TimeDelta::minutes(6)).await, did(1, 0, 0, 0));
    assert_eq!(counts(&system), (1, 0, 1));
}

#[tokio::test]
async fn two_workers_at_once_deliver_each_item_once() {
    let system = ZgwSystem::open().await;
    let fixture = Fixture::open(&system).await;
    for _ in 0..5 {
        fixture.release(&fixture.vt, &fixture.om, CANARY, None).await;
    }
    let (one, two) = tokio::join!(fixture.round(fixture.now), fixture.round(fixture.now));
    assert_eq!(one.delivered + two.delivered, 5, "{one:?} {two:?}");
    assert_eq!(one.later + two.later + one.refused + two.refused, 0);
    assert_eq!(counts(&system), (5, 0, 5));
}
