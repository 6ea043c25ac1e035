//! What is on its way: it gets there as it is, is tried again, is refused for good, follows its owner, ends on its day; and
//! what stands in the outbox tells nobody anything.

use std::io::Write;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use akkoord::dossier::{Delivery, NotDelivered};
use akkoord::release::ReleaseCommandKind;
use chrono::TimeDelta;
use tracing_subscriber::fmt::MakeWriter;

use crate::fixture::{CANARY, CONDITION, Fixture, did};
use crate::zgw::{Mishap, SECRET, ZgwSystem};

#[tokio::test]
async fn r10_an_item_is_delivered_once_with_its_provenance_and_its_condition() {
    let system = ZgwSystem::open().await;
    let fixture = Fixture::open(&system).await;
    let release = fixture.release(&fixture.vt, &fixture.om, CANARY, Some(CONDITION)).await;
    assert_eq!(fixture.state(release).await, Some(Delivery::Waiting));
    assert_eq!(fixture.round(fixture.now).await, did(1, 0, 0, 0));
    assert_eq!(fixture.round(fixture.now + TimeDelta::days(1)).await, did(0, 0, 0, 0));

    let words = system.words(0);
    for part in [
        CANARY,
        CONDITION,
        "Veilig Thuis Voorbeeldstad",
        "Anja Bakker",
        "moeder",
        "vervolging (art. 167 Sv)",
        "art. 5.2.6 Wmo 2015 (omstreden grondslag)",
        "nodig voor de veiligheid",
        "uittreksel",
        &release.to_string(),
    ] {
        assert!(words.contains(part), "{part}: {words}");
    }
    let name = system.kept(|kept| {
        let document = &kept.documents[0];
        assert_eq!(
            document["identificatie"],
            format!("AK-{}-0", release.0.simple()),
            "the same name for the same words, for ever"
        );
        assert_eq!(document["vertrouwelijkheidaanduiding"], "zeer_geheim");
        assert_eq!(document["bronorganisatie"], crate::zgw::RSIN);
        assert_eq!(document["auteur"], "Veilig Thuis Voorbeeldstad");
        assert_eq!(
            document["indicatieGebruiksrecht"],
            serde_json::Value::Null,
            "the condition itself follows"
        );
        assert_eq!(kept.rights.len(), 1);
        assert_eq!(kept.rights[0]["omschrijvingVoorwaarden"], CONDITION);
        assert_eq!(kept.links.len(), 1);
        assert!(
            kept.links[0]["zaak"].as_str().unwrap().ends_with("/zaken/2"),
            "its own case"
        );
        for said in ["titel", "beschrijving"] {
            assert!(!document[said].to_string().contains("kanarie"), "{said}");
        }
        document["url"].as_str().unwrap().to_owned()
    });
    assert_eq!(
        fixture.state(release).await,
        Some(Delivery::Delivered { at: fixture.now, name })
    );
}

#[tokio::test]
async fn without_a_condition_nothing_limits_its_use() {
    let system = ZgwSystem::open().await;
    let fixture = Fixture::open(&system).await;
    fixture.release(&fixture.vt, &fixture.om, CANARY, None).await;
    assert_eq!(fixture.round(fixture.now).await, did(1, 0, 0, 0));
    system.kept(|kept| {
        assert_eq!(kept.documents[0]["indicatieGebruiksrecht"], false);
        assert!(kept.rights.is_empty());
    });
}

#[tokio::test]
async fn a_system_that_does_not_work_is_asked_again_and_seldomer() {
    let system = ZgwSystem::open().await;
    let fixture = Fixture::open(&system).await;
    let release = fixture.release(&fixture.vt, &fixture.om, CANARY, None).await;
    system.mishaps(&[Mishap::Broken, Mishap::Babble, Mishap::Elsewhere]);
    let mut at = fixture.now;
    for (minutes, cause) in [
        (1, NotDelivered::Faulty),
        (2, NotDelivered::NotUnderstood),
        (4, NotDelivered::NotUnderstood),
    ] {
        assert_eq!(fixture.round(at).await, did(0, 1, 0, 0), "{cause:?}");
        let next = at + TimeDelta::minutes(minutes);
        assert_eq!(
            fixture.state(release).await,
            Some(Delivery::Again { at: next, cause }),
            "it says when and why"
        );
        let asked = system.kept(|kept| kept.asked);
        assert_eq!(fixture.round(next - TimeDelta::seconds(1)).await, did(0, 0, 0, 0));
        assert_eq!(system.kept(|kept| kept.asked), asked, "not before its time");
        at = next;
    }
    assert_eq!(fixture.round(at).await, did(1, 0, 0, 0));
    assert_eq!(system.kept(|kept| kept.documents.len()), 1);
}

#[tokio::test]
async fn what_is_refused_is_not_tried_again_until_somebody_mended_it() {
    for (mishap, cause) in [
        (Mishap::NotAllowed, NotDelivered::NotAllowed),
        (Mishap::Wrong, NotDelivered::NotAccepted),
    ] {
        let system = ZgwSystem::open().await;
        let fixture = Fixture::open(&system).await;
        let release = fixture.release(&fixture.vt, &fixture.om, CANARY, None).await;
        system.mishaps(&[mishap]);
        assert_eq!(fixture.round(fixture.now).await, did(0, 0, 1, 0));
        assert_eq!(
            fixture.state(release).await,
            Some(Delivery::Refused { at: fixture.now, cause })
        );
        let asked = system.kept(|kept| kept.asked);
        assert_eq!(fixture.round(fixture.now + TimeDelta::days(5)).await, did(0, 0, 0, 0));
        assert_eq!(
            system.kept(|kept| kept.asked),
            asked,
            "nobody shakes a door that is locked"
        );
        fixture.import_again().await;
        assert_eq!(fixture.state(release).await, Some(Delivery::Waiting));
        assert_eq!(fixture.round(fixture.now + TimeDelta::days(5)).await, did(1, 0, 0, 0));
    }
}

#[tokio::test]
async fn a_secret_that_is_wrong_or_gone_is_told_apart() {
    let system = ZgwSystem::open().await;
    let fixture = Fixture::open(&system).await;
    let release = fixture.release(&fixture.vt, &fixture.om, CANARY, None).await;
    std::fs::remove_file(fixture.secret_file()).unwrap();
    assert_eq!(fixture.round(fixture.now).await, did(0, 1, 0, 0));
    let Some(Delivery::Again { at, cause }) = fixture.state(release).await else {
        panic!("{:?}", fixture.state(release).await)
    };
    assert_eq!(cause, NotDelivered::NotSetUp);
    assert_eq!(system.kept(|kept| kept.asked), 0, "nobody was asked without a name");
    std::fs::write(fixture.secret_file(), "een ander geheim").unwrap();
    assert_eq!(fixture.round(at).await, did(0, 0, 1, 0));
    assert!(matches!(
        fixture.state(release).await,
        Some(Delivery::Refused {
            cause: NotDelivered::NotAllowed,
            ..
        })
    ));
}

#[tokio::test]
async fn where_the_case_is_not_known_no_document_is_left_behind() {
    let system = ZgwSystem::open().await;
    let fixture = Fixture::open(&system).await;
    let release = fixture.release(&fixture.vt, &fixture.om, CANARY, None).await;
    system.kept(|kept| kept.no_case = true);
    assert_eq!(fixture.round(fixture.now).await, did(0, 1, 0, 0));
    assert!(system.kept(|kept| kept.documents.is_empty()));
    let Some(Delivery::Again { at, cause }) = fixture.state(release).await else {
        panic!("{:?}", fixture.state(release).await)
    };
    assert_eq!(cause, NotDelivered::CaseUnknown);
    system.kept(|kept| kept.no_case = false);
    assert_eq!(fixture.round(at).await, did(1, 0, 0, 0));
}

#[tokio::test]
async fn r9_a_correction_and_a_withdrawal_follow_to_where_the_item_went() {
    let system = ZgwSystem::open().await;
    let fixture = Fixture::open(&system).await;
    let release = fixture.release(&fixture.vt, &fixture.om, CANARY, None).await;
    assert_eq!(fixture.round(fixture.now).await, did(1, 0, 0, 0));
    let later = fixture.now + TimeDelta::hours(1);
    let rectify = ReleaseCommandKind::Rectify {
        text: "De deur stond één keer open.".into(),
        reason: "verkeerd geteld".into(),
    };
    fixture.answer(&fixture.vt, release, 0, later, rectify).await;
    assert_eq!(
        fixture.state(release).await,
        Some(Delivery::Waiting),
        "the words as they are now are not there yet"
    );
    assert_eq!(fixture.round(later).await, did(1, 0, 0, 0));
    let words = system.words(1);
    assert!(
        words.contains("De deur stond één keer open.") && words.contains("verkeerd geteld"),
        "{words}"
    );
    assert!(!words.contains("kanarie"), "the older words are gone: {words}");

    let withdraw = ReleaseCommandKind::Withdraw {
        reason: "verkeerde persoon".into(),
    };
    fixture.answer(&fixture.vt, release, 1, later, withdraw).await;
    assert_eq!(fixture.round(later).await, did(1, 0, 0, 0));
    let words = system.words(2);
    assert!(
        words.contains("ingetrokken") && words.contains("verkeerde persoon"),
        "{words}"
    );
    assert!(!words.contains("De deur") && !words.contains("kanarie"), "{words}");
    system.kept(|kept| {
        let named = |name: &str| {
            kept.documents
                .iter()
                .map(|document| document[name].as_str().unwrap().to_owned())
                .collect::<Vec<_>>()
        };
        let own = release.0.simple();
        assert_eq!(
            named("identificatie"),
            [format!("AK-{own}-0"), format!("AK-{own}-1"), format!("AK-{own}-2")]
        );
        let titles = named("titel");
        assert!(
            titles[1].starts_with("Rectificatie: ") && titles[2].starts_with("Ingetrokken: "),
            "{titles:?}"
        );
        assert!(named("beschrijving")[2].contains("Vernietig wat eerder is afgeleverd"));
        assert_eq!(kept.links.len(), 3);
    });
}

#[tokio::test]
async fn r9_words_that_were_corrected_before_they_went_never_go() {
    let system = ZgwSystem::open().await;
    let fixture = Fixture::open(&system).await;
    let release = fixture.release(&fixture.vt, &fixture.om, CANARY, None).await;
    let rectify = ReleaseCommandKind::Rectify {
        text: "De deur stond één keer open.".into(),
        reason: "verkeerd geteld".into(),
    };
    fixture.answer(&fixture.vt, release, 0, fixture.now, rectify).await;
    assert_eq!(fixture.round(fixture.now).await, did(1, 0, 0, 1));
    assert_eq!(system.kept(|kept| kept.documents.len()), 1);
    assert!(!system.words(0).contains("kanarie"));
    assert!(matches!(fixture.state(release).await, Some(Delivery::Delivered { .. })));
}

#[tokio::test]
async fn c5_a_copy_past_its_end_is_not_delivered() {
    let system = ZgwSystem::open().await;
    let fixture = Fixture::open(&system).await;
    let release = fixture.release(&fixture.vt, &fixture.om, CANARY, None).await;
    system.mishaps(&[Mishap::Broken]);
    assert_eq!(fixture.round(fixture.now).await, did(0, 1, 0, 0));
    let past = fixture.now + TimeDelta::days(11);
    // Also in the moment between its end and its destruction.
    let asked = system.kept(|kept| kept.asked);
    assert_eq!(fixture.round(past).await, did(0, 0, 0, 0));
    for ran in [Duration::ZERO, Duration::from_hours(24)] {
        fixture.dossiers.keep_end_dates(past, ran).await.unwrap();
    }
    assert_eq!(fixture.round(past).await, did(0, 0, 0, 0));
    assert_eq!(fixture.state(release).await, None);
    assert_eq!(system.kept(|kept| (kept.asked, kept.documents.len())), (asked, 0));
}

#[tokio::test]
async fn a_clock_that_was_ahead_for_a_moment_takes_nothing_out_of_the_outbox() {
    let system = ZgwSystem::open().await;
    let fixture = Fixture::open(&system).await;
    let release = fixture.release(&fixture.vt, &fixture.om, CANARY, None).await;
    let years_ahead = fixture.now + TimeDelta::days(6 * 365);
    assert_eq!(fixture.round(years_ahead).await, did(0, 0, 0, 0));
    assert_eq!(fixture.round(fixture.now).await, did(1, 0, 0, 0));
    assert!(matches!(fixture.state(release).await, Some(Delivery::Delivered { .. })));
}

#[tokio::test]
async fn r2_nothing_of_another_organisation_is_delivered_or_told() {
    let system = ZgwSystem::open().await;
    let fixture = Fixture::open(&system).await;
    let theirs = fixture
        .release(&fixture.om, &fixture.vt, "kanarie-vt alleen voor Veilig Thuis", None)
        .await;
    let own = fixture.release(&fixture.vt, &fixture.om, CANARY, None).await;
    assert_eq!(fixture.round(fixture.now).await, did(1, 0, 0, 0));
    assert!(!system.words(0).contains("kanarie-vt"));
    assert_eq!(fixture.state(theirs).await, None);
    let told = fixture.deliveries.states(fixture.om.id).await.unwrap();
    assert_eq!(told.into_keys().collect::<Vec<_>>(), [own]);
    assert!(fixture.deliveries.states(fixture.vt.id).await.unwrap().is_empty());
    assert_eq!(fixture.deliveries.state(fixture.vt.id, own).await.unwrap(), None);
}

#[tokio::test]
async fn a_copy_that_does_not_open_holds_up_no_other_and_says_so() {
    let system = ZgwSystem::open().await;
    let fixture = Fixture::open(&system).await;
    let broken = fixture.release(&fixture.vt, &fixture.om, CANARY, None).await;
    let whole = fixture.release(&fixture.vt, &fixture.om, CANARY, None).await;
    fixture.spoil(broken).await;
    assert_eq!(fixture.round(fixture.now).await, did(1, 1, 0, 0));
    assert!(matches!(fixture.state(whole).await, Some(Delivery::Delivered { .. })));
    assert_eq!(
        fixture.state(broken).await,
        Some(Delivery::Again {
            at: fixture.now + TimeDelta::minutes(1),
            cause: NotDelivered::NotReadable
        })
    );
}

#[tokio::test]
async fn a_picture_in_somebodys_words_keeps_nothing_from_being_delivered() {
    let system = ZgwSystem::open().await;
    let fixture = Fixture::open(&system).await;
    let text = "De buurvrouw stuurde 👍 en 家.";
    fixture.release(&fixture.vt, &fixture.om, text, None).await;
    assert_eq!(fixture.round(fixture.now).await, did(1, 0, 0, 0));
    let words = system.words(0);
    assert!(words.contains("De buurvrouw stuurde [U+1F44D] en [U+5BB6]."), "{words}");
}

#[tokio::test]
async fn a_system_that_is_out_of_order_keeps_nobody_elses_waiting_however_much_waits_for_it() {
    let (dead, system) = (ZgwSystem::open().await, ZgwSystem::open().await);
    let fixture = Fixture::open(&dead).await;
    fixture.also_veilig_thuis(&system).await;
    for _ in 0..201 {
        fixture.release(&fixture.vt, &fixture.om, "x", None).await;
    }
    fixture.release(&fixture.om, &fixture.vt, CANARY, None).await;
    dead.mishaps(&[Mishap::Broken]);
    assert_eq!(fixture.round(fixture.now).await, did(1, 1, 0, 0));
    assert!(system.words(0).contains(CANARY));
}

/// Where the log goes.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }
    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl MakeWriter<'_> for Log {
    type Writer = Self;
    fn make_writer(&self) -> Self {
        self.clone()
    }
}

#[tokio::test]
async fn r8_no_content_and_no_secret_in_the_outbox_the_log_or_a_file() {
    let log = Log::default();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_writer(log.clone())
        .finish();
    let _listening = tracing::subscriber::set_default(subscriber);
    tracing::info!("a line of its own");
    let system = ZgwSystem::open().await;
    let fixture = Fixture::open(&system).await;
    let mut at = fixture.now;
    // A system that repeats what it was sent while it refuses, one that fails, one that takes it.
    for mishap in [Mishap::Wrong, Mishap::Broken, Mishap::Babble] {
        system.mishaps(&[mishap]);
        let release = fixture.release(&fixture.vt, &fixture.om, CANARY, Some(CONDITION)).await;
        fixture.round(at).await;
        let told = format!("{:?}", fixture.state(release).await);
        assert!(!told.contains("kanarie"), "{told}");
        at += TimeDelta::days(1);
        fixture.round(at).await;
    }
    fixture.import_again().await;
    fixture.round(at).await;
    assert!(system.kept(|kept| kept.documents.len()) >= 2, "something went");
    fixture.store.journal.checkpoint().await.unwrap();
    let token = system.kept(|kept| kept.token.clone());
    let signature = token.rsplit_once('.').unwrap().1;
    let has = |bytes: &[u8], what: &str| bytes.windows(what.len()).any(|part| part == what.as_bytes());
    for entry in std::fs::read_dir(fixture.data()).unwrap() {
        let path = entry.unwrap().path();
        let bytes = std::fs::read(&path).unwrap();
        for what in ["kanarie", SECRET, signature] {
            assert!(!has(&bytes, what), "{what} in {}", path.display());
        }
        let is_store = path.file_name().unwrap() == "akkoord.db";
        assert!(
            !is_store || has(&bytes, "not_accepted") || has(&bytes, "delivered"),
            "this looks in the right file"
        );
    }
    let lines = log.0.lock().unwrap().clone();
    assert!(has(&lines, "a line of its own"), "this listens");
    for what in ["kanarie", SECRET, signature] {
        assert!(!has(&lines, what), "{what} in the log");
    }
}
