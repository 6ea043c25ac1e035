//! R6: an approval can be taken back until the close, lapses by itself with its reasons, and its owner is told.

use super::fixture::*;
use crate::ids::{ItemId, PartyId};
use crate::moment::Phase;
use crate::session::command::{CommandKind, LeftItems, NewAnswer, SeatLevel, Verdict};
use crate::session::item::{Assignee, Audience, LapseReason, NewContent, Purpose};
use crate::session::view::VerdictView;

/// Why the cell of an item lapsed, as its owner's screen says it.
fn lapsed(table: &Table, owner: crate::session::Actor, item: ItemId, recipient: PartyId) -> Option<LapseReason> {
    let seen = table.item(owner, item).expect("its own");
    let cell = seen.cells.iter().find(|cell| cell.recipient == recipient)?;
    match cell.verdict {
        VerdictView::Lapsed { because, .. } => Some(because),
        VerdictView::Approved { .. } | VerdictView::Declined { .. } => None,
    }
}

fn is_approved(table: &Table, owner: crate::session::Actor, item: ItemId, recipient: PartyId) -> bool {
    let seen = table.item(owner, item).expect("its own");
    let mut cells = seen.cells.iter().filter(|cell| cell.recipient == recipient);
    cells.any(|cell| matches!(cell.verdict, VerdictView::Approved { .. }))
}

#[test]
fn r6_an_approval_can_be_taken_back_until_the_close() {
    type Act = fn(&mut Table, ItemId);
    let acts: [(&str, Act); 6] = [
        ("undecided", |table, item| table.undecide(BAKKER, item, POLICE)),
        ("undecided in an earlier phase", |table, item| {
            table.move_to(Phase::Decision);
            table.undecide(BAKKER, item, POLICE);
            table.move_to(Phase::ClosingRound);
        }),
        ("declined", |table, item| table.decline(BAKKER, item, POLICE)),
        ("withdrawn", |table, item| table.withdraw(BAKKER, item)),
        ("by a colleague", |table, item| table.undecide(VISSER, item, POLICE)),
        ("after it left the table", |table, item| {
            table.move_to(Phase::Decision);
            table.leave(BAKKER, LeftItems::Keep);
            table.undecide(BAKKER, item, POLICE);
            table.move_to(Phase::ClosingRound);
        }),
    ];
    for (name, act) in acts {
        let mut table = Table::zsm_closing_with(BAKKER, "drie eerdere meldingen");
        let item = table.only_item();
        table.approve(BAKKER, item, POLICE);
        act(&mut table, item);
        assert!(table.close().dossier.is_empty(), "{name}");
    }
}

#[test]
fn r6_approving_and_declining_wait_for_the_closing_round_and_taking_back_does_not() {
    let mut table = Table::zsm();
    let item = table.share(BAKKER, "drie eerdere meldingen");
    for verdict in [yes(task(POLICE)), NO] {
        assert_eq!(
            table.refused(BAKKER, cell(item, 1, POLICE, verdict)),
            crate::session::Refusal::NotClosingRound
        );
    }
    table.undecide(BAKKER, item, POLICE);
    // What was approved stands while the table goes back a phase.
    table.move_to(Phase::ClosingRound);
    table.approve(BAKKER, item, POLICE);
    table.move_to(Phase::Decision);
    assert!(is_approved(&table, BAKKER, item, POLICE));
    table.move_to(Phase::ClosingRound);
    assert_eq!(table.close().dossier.len(), 1);
}

/// Every way in which the reasons of an approval can be gone, with what its owner is told. VT approves for the OM or for the
/// municipality, for a task or for the police's action.
#[test]
#[expect(clippy::too_many_lines, reason = "a table of every way")]
fn r6_an_approval_lapses_with_its_reasons_and_its_owner_is_told_why() {
    struct Scene {
        table: Table,
        item: ItemId,
        basis: ItemId,
        action: ItemId,
        action_basis: ItemId,
    }
    type Act = fn(&mut Scene);
    type Because = fn(&Scene) -> LapseReason;
    let action_gone = |scene: &Scene| LapseReason::ActionGone { action: scene.action };
    let action_changed = |scene: &Scene| LapseReason::ActionChanged { action: scene.action };
    let cases: [(&str, bool, PartyId, Act, Because); 13] = [
        (
            "revised",
            false,
            OM,
            |it| it.table.revise(BAKKER, it.item, "anders"),
            |_| LapseReason::Revised,
        ),
        (
            "its recipient left the audience",
            false,
            OM,
            |it| it.table.narrow(BAKKER, it.item, &[POLICE]),
            |_| LapseReason::RecipientLeftAudience,
        ),
        (
            "its basis was withdrawn",
            false,
            OM,
            |it| it.table.withdraw(ADVISER, it.basis),
            |_| LapseReason::BasisGone,
        ),
        (
            "its basis was narrowed",
            false,
            OM,
            |it| it.table.narrow(ADVISER, it.basis, &[VT, POLICE]),
            |_| LapseReason::BasisGone,
        ),
        (
            "its recipient left",
            false,
            MUNICIPALITY,
            |it| it.table.leave(OUTSIDER, LeftItems::Keep),
            |_| LapseReason::RecipientLeftTable,
        ),
        (
            "its recipient was given a restricted seat",
            false,
            MUNICIPALITY,
            |it| it.table.give_seat(MUNICIPALITY, SeatLevel::Restricted),
            |_| LapseReason::RecipientLeftTable,
        ),
        (
            "the seat of its recipient was taken back",
            false,
            MUNICIPALITY,
            |it| it.table.take_seat(MUNICIPALITY),
            |_| LapseReason::RecipientLeftTable,
        ),
        (
            "its task is no longer the recipient's",
            false,
            OM,
            |it| {
                let mut without = seat(MUNICIPALITY, SeatLevel::Full);
                without.tasks.clear();
                it.table.act(OFFICER, CommandKind::GiveSeat(without.into()));
                // The chair's own seat cannot be given anew; the same rule, on the municipality's.
                assert_eq!(
                    lapsed(&it.table, BAKKER, it.item, MUNICIPALITY),
                    Some(LapseReason::PurposeGone)
                );
                it.table.revise(BAKKER, it.item, "anders");
            },
            |_| LapseReason::Revised,
        ),
        (
            "the action was withdrawn",
            true,
            OM,
            |it| it.table.withdraw(AGENT, it.action),
            action_gone,
        ),
        (
            "the action was refused",
            true,
            OM,
            |it| it.table.answer(AGENT, it.action, NewAnswer::Refuse { reason: None }),
            action_gone,
        ),
        (
            "the action was changed",
            true,
            OM,
            |it| it.table.revise(AGENT, it.action, "wapen morgen ophalen"),
            action_changed,
        ),
        (
            "the recipient no longer sees the action",
            true,
            OM,
            |it| it.table.narrow(AGENT, it.action, &[VT]),
            |_| LapseReason::PurposeGone,
        ),
        (
            "the giver no longer sees the action",
            true,
            OM,
            |it| it.table.narrow(SUPPORTER, it.action_basis, &[OM, POLICE]),
            |_| LapseReason::PurposeGone,
        ),
    ];
    for (name, for_action, recipient, act, because) in cases {
        let mut table = Table::zsm();
        table.newcomer(SeatLevel::Full);
        let basis = table.share(ADVISER, "stond onder toezicht");
        let item = table.share_based(BAKKER, Audience::table(), &[basis], "drie eerdere meldingen");
        let action_basis = table.share(SUPPORTER, "er ligt een wapen");
        let action = table.share_action(AGENT, "wapen ophalen", POLICE, &[action_basis]);
        table.move_to(Phase::ClosingRound);
        table.approve(ADVISER, basis, recipient);
        for to in [OM, MUNICIPALITY] {
            if for_action {
                table.approve_for(BAKKER, item, to, action);
            } else {
                table.approve(BAKKER, item, to);
            }
        }
        table.ready(BAKKER);
        table.last_call();
        // Seats change in no closing round: what is approved lapses in an earlier phase as well.
        if recipient == MUNICIPALITY || name.contains("task") {
            table.move_to(Phase::Decision);
        }
        let mut scene = Scene {
            table,
            item,
            basis,
            action,
            action_basis,
        };
        act(&mut scene);
        let because = because(&scene);
        let table = &mut scene.table;
        assert_eq!(lapsed(table, BAKKER, item, recipient), Some(because), "{name}");
        if table.state().phase == Phase::ClosingRound {
            let view = table.sees(OFFICER);
            let told = (view.seat(VT).map(|seat| seat.ready), view.progress.last_call);
            assert_eq!(told, (Some(false), None), "{name}: ready and the last call went back");
        } else {
            table.move_to(Phase::ClosingRound);
        }
        let copies = table.close();
        assert!(
            !copies
                .dossier
                .iter()
                .any(|(to, copy)| *to == recipient && copy.giver.id == VT),
            "{name}"
        );
    }
}

/// G13: VT approves for the police's action, says ready; the action is dropped to correct a typo; the police got nothing, and
/// nobody was told.
#[test]
fn g13_an_approval_for_an_action_that_is_dropped_lapses_in_sight_of_its_owner() {
    let mut table = Table::zsm();
    let action = table.share_action(AGENT, "wapne ophalen", POLICE, &[]);
    let item = table.share(BAKKER, "drie eerdere meldingen");
    table.move_to(Phase::ClosingRound);
    table.approve_for(BAKKER, item, POLICE, action);
    table.ready(BAKKER);
    table.ready(AGENT);
    table.last_call();
    // The chair cannot drop it any more.
    assert_eq!(
        table.refused(OFFICER, withdraw(action, 1)),
        crate::session::Refusal::NotOwner
    );
    table.withdraw(AGENT, action);
    assert_eq!(
        lapsed(&table, BAKKER, item, POLICE),
        Some(LapseReason::ActionGone { action })
    );
    let view = table.sees(BAKKER);
    assert!(!view.seat(VT).expect("its seat").ready);
    assert_eq!(view.progress.last_call, None);
    assert!(
        view.seat(POLICE).expect("a seat").ready,
        "who has nothing to decide again stays ready"
    );
    assert_eq!(table.board_row(VT).undecided, Some(6));
    // It decides again, for what the action became.
    table.approve(BAKKER, item, POLICE);
    assert_eq!(table.close().dossier.len(), 1);
}

/// G14: VT approves a card for the OM, then narrows the OM out; the OM had it after the close.
#[test]
fn g14_narrowing_a_recipient_out_takes_the_approval_for_it_back() {
    let mut table = Table::zsm_closing_with(BAKKER, "een geheim adres");
    let item = table.only_item();
    table.approve(BAKKER, item, OM);
    table.approve(BAKKER, item, POLICE);
    table.narrow(BAKKER, item, &[POLICE]);
    assert_eq!(
        lapsed(&table, BAKKER, item, OM),
        Some(LapseReason::RecipientLeftAudience)
    );
    assert!(is_approved(&table, BAKKER, item, POLICE));
    // Widening again approves nothing by itself.
    table.set_audience(BAKKER, item, Audience::table());
    let given: std::vec::Vec<_> = table.close().dossier.into_iter().map(|(to, _)| to).collect();
    assert_eq!(given, [POLICE]);
}

/// G23: how many decisions another owner has left moved with a narrowing that the viewer cannot see.
#[test]
fn g23_what_an_owner_has_left_to_decide_does_not_move_with_what_one_cannot_see() {
    let mut table = Table::zsm();
    // The probation service sees neither the basis nor the action that rests on it.
    let basis = table.share_with(BAKKER, Audience::only([POLICE, OM]), "er ligt een wapen");
    let action = table.share_action(AGENT, "wapen ophalen", POLICE, &[basis]);
    let item = table.share(AGENT, "twee keer ter plaatse");
    table.move_to(Phase::ClosingRound);
    table.approve_for(AGENT, item, OM, action);
    let left = |table: &Table, actor| table.sees(actor).seat(POLICE).and_then(|seat| seat.undecided);
    let (own, other) = (left(&table, AGENT), left(&table, ADVISER));
    let frames = table.sees(ADVISER).clone();
    table.narrow(BAKKER, basis, &[POLICE]);
    assert_eq!(
        lapsed(&table, AGENT, item, OM),
        Some(LapseReason::PurposeGone),
        "the OM does not see the action any more"
    );
    assert_eq!(left(&table, AGENT), own.map(|cells| cells + 1), "the owner is told");
    assert_eq!(left(&table, ADVISER), other, "nobody else");
    assert_eq!(*table.sees(ADVISER), frames, "not one byte changed");
}

#[test]
fn r6_what_comes_new_to_decide_takes_back_ready() {
    // A new recipient: somebody who is ready, while the table goes back for a seat, is asked again in the closing round.
    let mut table = Table::zsm_closing_with(BAKKER, "drie eerdere meldingen");
    table.ready(BAKKER);
    let request = table.only_item();
    table.revise(BAKKER, request, "vier");
    assert!(
        table.sees(BAKKER).seat(VT).expect("a seat").ready,
        "nothing was approved: there is nothing more to decide than before"
    );
    table.undecide(BAKKER, request, OM);
    assert!(table.sees(BAKKER).seat(VT).expect("a seat").ready);
    table.approve(BAKKER, request, OM);
    table.last_call();
    table.undecide(BAKKER, request, OM);
    let view = table.sees(BAKKER);
    assert!(!view.seat(VT).expect("a seat").ready && view.progress.last_call.is_none());
    table.ready(BAKKER);
    table.move_to(Phase::Decision);
    assert!(!table.sees(BAKKER).seat(VT).expect("a seat").ready);
    table.newcomer(SeatLevel::Full);
    table.move_to(Phase::ClosingRound);
    assert_eq!(table.sees(BAKKER).seat(VT).and_then(|seat| seat.undecided), Some(7));
}

#[test]
fn r6_the_texts_of_a_lapsed_cell_are_destroyed_and_it_can_be_decided_anew() {
    let mut table = Table::zsm_closing_with(BAKKER, "drie eerdere meldingen");
    let item = table.only_item();
    let verdict = Verdict::Approve {
        purpose: task(OM),
        subjects: None,
        excerpt: Some("meldingen".into()),
        condition: Some("niet delen".into()),
        motivation: Some("nodig".into()),
    };
    table.decide(BAKKER, item, OM, verdict);
    let before = table.run.now.texts.ids().len();
    table.narrow(BAKKER, item, &[POLICE]);
    assert_eq!(before - table.run.now.texts.ids().len(), 3);
    // Outside the audience it can still be given: that is a decision of its own.
    table.approve(BAKKER, item, OM);
    assert!(is_approved(&table, BAKKER, item, OM));
    assert_eq!(table.close().dossier.len(), 1);
}

#[test]
fn r6_declining_does_not_lapse() {
    let mut table = Table::zsm_closing_with(BAKKER, "drie eerdere meldingen");
    let item = table.only_item();
    table.decline(BAKKER, item, OM);
    table.revise(BAKKER, item, "vier");
    table.narrow(BAKKER, item, &[POLICE]);
    let seen = table.item(BAKKER, item).expect("its own");
    assert!(matches!(seen.cells[0].verdict, VerdictView::Declined { .. }));
    assert_eq!(lapsed(&table, BAKKER, item, OM), None);
}

/// An action changed in its performer or its date is another agreement too.
#[test]
fn r6_an_action_with_another_performer_or_date_is_another_purpose() {
    for performer in [Assignee::Seat(POLICE), Assignee::Seat(PROBATION)] {
        let mut table = Table::zsm();
        let action = table.share_action(AGENT, "langsgaan", POLICE, &[]);
        let item = table.share(BAKKER, "drie eerdere meldingen");
        table.move_to(Phase::ClosingRound);
        table.decide(BAKKER, item, OM, yes(Purpose::Action(action)));
        let due = Some(table.at + chrono::TimeDelta::days(1));
        let revise = CommandKind::Revise {
            item: action,
            revision: 1,
            content: NewContent::Action { performer, due },
            subjects: [].into(),
            text: "langsgaan".into(),
        };
        table.act(AGENT, revise);
        assert_eq!(
            lapsed(&table, BAKKER, item, OM),
            Some(LapseReason::ActionChanged { action })
        );
    }
}
