//! A party that gets a full seat later sees what is shared from then on; each owner is asked about what it shared before
//! (R15).

use akkoord::party::PartyKind::{ChildProtection, Police, Prosecution, VeiligThuis};
use akkoord::session::command::{SeatLevel, SubjectRole};
use akkoord::session::{CommandKind, Refusal};

use crate::common::commands::{add_subject, share_with_table};
use crate::common::participant::Participant;
use crate::common::server::Server;

#[tokio::test]
async fn r15_each_owner_is_asked_whether_a_newcomer_sees_what_it_shared_before() {
    let mut server = Server::open().await;
    let session = server.session([Prosecution, VeiligThuis, Police]).await;
    let [_om, mut vt, mut police] = session.everybody_joins().await;
    let of_vt = vt.make_item(share_with_table("van VT, ervoor")).await;
    let of_police = police.make_item(share_with_table("van de politie, ervoor")).await;
    let subject = police.make_subject(add_subject(SubjectRole::Other, "oma")).await;
    let rvdk_user = server.user_of(ChildProtection).await;
    let newcomer = rvdk_user.me.party.id;
    session.users[0].give_seat(session.id, newcomer, SeatLevel::Full).await;
    let mut rvdk = Participant::join(&rvdk_user, session.id).await;
    let after = vt.make_item(share_with_table("van VT, daarna")).await;

    let view = rvdk.now().await.clone();
    let seen: Vec<_> = view.items.iter().map(|item| item.id).collect();
    assert_eq!(seen, [after], "from then on");
    assert!(
        view.subjects.iter().all(|it| it.id != subject),
        "nor persons whom an owner named before"
    );
    for person in [&mut vt, &mut police] {
        assert_eq!(person.now().await.newcomers, [newcomer]);
    }
    let answer = |show| CommandKind::AnswerNewcomer { party: newcomer, show };
    vt.submit_ok(answer(true)).await;
    police.submit_ok(answer(false)).await;
    for person in [&mut vt, &mut police] {
        assert!(person.now().await.newcomers.is_empty(), "asked once");
        assert_eq!(person.submit_refused(answer(true)).await, Refusal::NotFound);
    }
    let sees = |view: &akkoord::session::SessionView| [of_vt, of_police, after].map(|id| view.item(id).is_some());
    assert_eq!(sees(rvdk.now().await), [true, false, true]);

    server.kill();
    server.start().await;
    assert_eq!(sees(&rvdk_user.view(session.id).await), [true, false, true]);
}
