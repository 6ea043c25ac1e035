//! The stories are played on a real store, and then looked at as people would.

use std::collections::BTreeSet;

use akkoord::directory::BoardRow;
use akkoord::ids::SessionId;
use akkoord::moment::Phase;
use akkoord::session::SessionView;
use akkoord::session::view::{AnswerView, ContentView, ItemView};

use super::*;

struct Played {
    _folder: tempfile::TempDir,
    rooms: Rooms,
    identity: Identity,
    cast: Cast,
}

async fn played() -> Played {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path()).await.unwrap();
    let identity = Identity::new(&store).await.unwrap();
    let rooms = Rooms::new(store);
    fill(&identity, &rooms, clock::now()).await.unwrap();
    let cast = Cast::of(&identity).await.unwrap();
    Played {
        _folder: folder,
        rooms,
        identity,
        cast,
    }
}

impl Played {
    fn person(&self, account: &str) -> &cast::Character {
        self.cast.get(account).unwrap()
    }
    async fn board(&self, account: &str) -> Vec<BoardRow> {
        self.rooms.board(self.person(account).actor).await.unwrap()
    }
    async fn find(&self, reference: &str) -> SessionId {
        let board = self.board("om").await;
        board
            .iter()
            .find(|row| row.case_reference == reference)
            .unwrap()
            .session
    }
    async fn look(&self, account: &str, reference: &str) -> SessionView {
        let session = self.find(reference).await;
        self.rooms.look(session, self.person(account).actor).await.unwrap()
    }
}

fn holds(view: &SessionView, words: &str) -> bool {
    view.items
        .iter()
        .filter_map(|item| item.text.as_deref())
        .any(|text| text.contains(words))
}

#[tokio::test]
async fn the_zsm_case_stands_halfway_with_something_of_everything() {
    let played = played().await;
    let view = played.look("om", "26-0417").await;
    assert_eq!(view.progress.phase, Phase::Judgement);
    let clock = view.time.clock.unwrap();
    assert!(clock.running_since.is_some(), "VT ended its request: the clock runs");
    assert!(clock.used_ms > 0, "and it stood still before");
    assert!(view.time.deadline.is_some());
    assert!(view.decided_at.is_empty());

    let owners: BTreeSet<_> = view.items.iter().map(|item| item.owner.kind).collect();
    assert_eq!(owners.len(), 7, "every party has shared something");
    let count = |fits: fn(&ItemView) -> bool| view.items.iter().filter(|item| fits(item)).count();
    let kinds = view.items.iter().filter_map(|item| match item.content {
        ContentView::Contribution { kind } => Some(kind),
        _ => None,
    });
    let kinds: BTreeSet<_> = kinds.collect();
    assert_eq!(kinds.len(), 6, "and everything a contribution can be is there");
    let contributions = count(|item| matches!(item.content, ContentView::Contribution { .. }));
    assert!(contributions >= 29, "{contributions}");
    assert_eq!(view.taken_back.len(), 1);
    assert_eq!(count(|item| item.revision > 1), 1);
    assert!(count(|item| matches!(item.content, ContentView::Measure { .. })) >= 3);
    assert_eq!(
        count(|item| matches!(item.answer(), Some(AnswerView::Committed { .. }))),
        2
    );
    assert_eq!(count(|item| matches!(item.answer(), Some(AnswerView::Accepted {}))), 1);

    let for_rvdk = played.look("rvdk", "26-0417").await;
    assert_eq!(for_rvdk.actions().count(), 3);
    assert_eq!(
        view.actions().count(),
        4,
        "one rests on what only police, OM and VT see (R11)"
    );
    let mut requests = 0;
    for account in ["om", "politie", "reclassering", "rvdk", "shn", "vt"] {
        let own = played.look(account, "26-0417").await;
        requests += own
            .items
            .iter()
            .filter(|item| item.mine)
            .map(|item| item.requests.len())
            .sum::<usize>();
    }
    assert!(requests >= 6, "{requests}");
}

#[tokio::test]
async fn r2_each_seat_sees_what_its_owners_meant_it_to_see() {
    let played = played().await;
    for (words, who_see) in [
        ("Adres alleen mondeling", &["vt", "politie"][..]),
        ("De buurvrouw heeft gebeld", &["politie", "om", "vt"]),
        ("Dan vind ik je", &["shn", "vt"]),
        ("doe ik de deur op slot", &["vt", "politie", "rvdk"]),
        (
            "Justitiële documentatie",
            &["om", "politie", "reclassering", "rvdk", "vt"],
        ),
        (
            "Risicotaxatie huisverbod",
            &["om", "politie", "reclassering", "rvdk", "shn", "vt", "gemeente"],
        ),
    ] {
        for account in SEATS {
            let view = played.look(account, "26-0417").await;
            assert_eq!(holds(&view, words), who_see.contains(&account), "{account}: {words}");
        }
    }
    let gemeente = played.look("gemeente", "26-0417").await;
    assert!(!gemeente.about.full_seat);
    assert!(gemeente.items.len() < 8);
    let measures = gemeente
        .items
        .iter()
        .filter(|item| matches!(item.content, ContentView::Measure { .. }));
    assert!(
        measures.into_iter().any(|measure| measure.may.answer),
        "the power is theirs to answer for"
    );
}

#[tokio::test]
async fn boards_dossiers_and_registers_have_something_in_them() {
    let played = played().await;
    let board = played.board("om").await;
    assert_eq!(board.len(), 3);
    assert_eq!(board.iter().filter(|row| row.closed_at.is_some()).count(), 1);
    assert_eq!(played.board("gemeente").await.len(), 1);
    for (account, received, given) in [("om", 5, 3), ("vt", 5, 2), ("politie", 1, 4), ("reclassering", 2, 2)] {
        let outcome = played.look(account, "26-0371").await.progress.closed.unwrap();
        assert_eq!(outcome.received, received, "{account} received");
        assert_eq!(
            outcome.given.iter().map(|(_, count)| count).sum::<u32>(),
            given,
            "{account} gave"
        );
    }
}

#[tokio::test]
async fn no_text_is_left_with_an_hour_unfilled() {
    let played = played().await;
    for reference in ["26-0417", "26-0398"] {
        for account in ["om", "vt", "politie", "rvdk"] {
            let view = played.look(account, reference).await;
            assert!(!holds(&view, "{"), "{reference} as {account} sees it");
        }
    }
}

#[test]
fn a_story_with_a_slip_of_the_pen_is_refused_with_its_file_and_place() {
    let slip = include_str!("zsm.toml").replacen("about =", "abuot =", 1);
    let fault = Script::read("zsm.toml", &slip).unwrap_err().to_string();
    assert!(fault.contains("zsm.toml"), "{fault}");
}

#[tokio::test]
async fn a_step_that_names_what_is_not_there_is_refused() {
    let played = played().await;
    let text = include_str!("actieoverleg.toml").replace(r#"by = "rvdk""#, r#"by = "niemand""#);
    let script = Script::read("x.toml", &text).unwrap();
    let fault = play::play(
        &played.rooms,
        &played.identity.directory,
        &played.cast,
        &Hours::new(clock::now()),
        "x.toml",
        &script,
    )
    .await;
    assert!(fault.is_err_and(|fault| fault.to_string().contains("niemand")));
}

#[tokio::test]
async fn a_house_where_somebody_lives_is_left_alone() {
    let played = played().await;
    let again = fill(&played.identity, &played.rooms, clock::now()).await;
    assert!(matches!(again, Err(DemoFault::NotEmpty)));
    assert_eq!(played.board("om").await.len(), 3);
}

#[tokio::test]
async fn an_address_for_others_is_refused_before_anything_is_made() {
    let folder = tempfile::tempdir().unwrap();
    let everywhere = SocketAddr::from(([0, 0, 0, 0], 3000));
    let opened = open(folder.path(), PathBuf::new(), everywhere).await;
    assert!(matches!(opened, Err(DemoFault::NotOnThisMachine(_))));
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[tokio::test]
async fn every_seat_has_an_account_that_may_sit_at_tables() {
    let played = played().await;
    for seat in SEATS {
        let account = played.identity.account(seat).await.unwrap().unwrap();
        assert!(account.roles.participant && account.roles.dossier_reader, "{seat}");
    }
}
