//! R5, R6, R11 and R13: what many cells at once would mean before anything is asked, made of what stands on an owner's screen
//! and then sent as its browser sends it. What a proposal makes of a view by itself stands in `closing/tests.rs`.

use alloc::collections::BTreeMap;
use alloc::vec::Vec;

use super::fixture::*;
use crate::ids::{ItemId, PartyId};
use crate::moment::Phase;
use crate::session::closing::proposal::{
    BulkDecision, Decided, Proposal, decided, purposes, recipients, undo, usual_purpose,
};
use crate::session::command::{Actor, CellDecision, CommandKind, LeftItems, NewAnswer, SeatLevel, Verdict};
use crate::session::item::{Audience, Purpose};
use crate::session::view::SeatView;

/// Those to whom somebody's party can give, from its own screen.
fn others(table: &Table, actor: Actor) -> Vec<SeatView> {
    recipients(&table.sees(actor).seats, Some(actor.party))
}

fn proposed(table: &Table, actor: Actor, bulk: BulkDecision) -> Proposal {
    Proposal::of(bulk, &table.sees(actor).items, &others(table, actor))
}

fn send(table: &mut Table, actor: Actor, cells: Vec<CellDecision>) {
    table.act(actor, CommandKind::Decide { cells });
}

fn usual(table: &Table, asked: Option<&Purpose>, item: ItemId, recipient: PartyId) -> Option<Purpose> {
    let view = table.sees(BAKKER);
    let seat = view.seat(recipient).expect("a seat");
    usual_purpose(asked, view.item(item).expect("an item"), seat, &view.items)
}

#[test]
fn r13_nothing_but_what_was_requested_decides_every_open_cell_once() {
    let mut table = Table::zsm();
    let first = table.share(BAKKER, "drie eerdere meldingen");
    let second = table.share(BAKKER, "moeder is bang");
    let gone = table.share(BAKKER, "vergissing");
    table.request(AGENT, first, "nodig");
    table.request(OFFICER, second, "nodig");
    table.withdraw(BAKKER, gone);
    table.move_to(Phase::ClosingRound);
    table.decline(BAKKER, first, OM);
    let plan = proposed(&table, BAKKER, BulkDecision::Requested);
    assert_eq!((plan.kept, plan.without_purpose), (1, 0), "what was decided stays");
    assert_eq!(plan.approved(), BTreeMap::from([(OM, 1), (POLICE, 1)]));
    assert_eq!(plan.declined().values().sum::<usize>(), 9);
    let doubtful: Vec<_> = plan.doubtful().into_iter().map(|(to, _)| to).collect();
    assert_eq!(doubtful, [OM], "the police asks for no sentence");
    let cells = plan.cells(" nodig voor de veiligheid ");
    assert_eq!(cells.len(), 11);
    for cell in &cells {
        assert_eq!(cell.revision, 1, "R5: on the revision that was read");
        if let Verdict::Approve { motivation, .. } = &cell.verdict {
            let expected = (cell.recipient == OM).then_some("nodig voor de veiligheid");
            assert_eq!(motivation.as_deref(), expected);
        }
    }
    send(&mut table, BAKKER, cells);
    assert!(proposed(&table, BAKKER, BulkDecision::Requested).is_empty());
    let given: Vec<_> = table
        .close()
        .dossier
        .into_iter()
        .map(|(to, item)| (to, item.text))
        .collect();
    let expected = [(POLICE, "drie eerdere meldingen"), (OM, "moeder is bang")];
    assert_eq!(given.len(), 2);
    for (to, words) in expected {
        assert!(given.iter().any(|it| it.0 == to && it.1 == words));
    }
}

#[test]
fn r5_the_purpose_is_what_was_asked_else_itself_else_the_only_action_else_the_first_task() {
    let mut table = Table::zsm();
    let item = table.share(BAKKER, "drie eerdere meldingen");
    assert_eq!(usual(&table, None, item, POLICE), Some(task(POLICE)));
    let own = table.share_action(AGENT, "langsgaan", POLICE, &[]);
    let of_om = table.share_action(OFFICER, "bellen", OM, &[]);
    assert_eq!(usual(&table, None, item, POLICE), Some(Purpose::Action(own)));
    let asked = Purpose::Action(of_om);
    assert_eq!(usual(&table, Some(&asked), item, POLICE), Some(asked.clone()));
    let second = table.share_action(BAKKER, "nog eens langsgaan", POLICE, &[]);
    assert_eq!(
        usual(&table, None, item, POLICE),
        Some(task(POLICE)),
        "two actions are a choice"
    );
    assert_eq!(
        usual(&table, None, second, POLICE),
        Some(Purpose::Action(second)),
        "an action that its performer must know is for itself"
    );
    table.answer(AGENT, own, NewAnswer::Refuse { reason: None });
    assert_eq!(usual(&table, None, item, POLICE), Some(Purpose::Action(second)));
    table.withdraw(OFFICER, of_om);
    assert_eq!(
        usual(&table, Some(&asked), item, POLICE),
        Some(Purpose::Action(second)),
        "what was asked for is gone since"
    );
    // A restricted seat is given nothing for what it does not see.
    assert_eq!(usual(&table, None, item, HALT), Some(task(HALT)));
    let view = table.sees(BAKKER);
    let all = purposes(view.seat(HALT).expect("a seat"), &view.items);
    assert_eq!(all, [task(HALT)]);
}

/// R11: an action that a recipient does not see, because of what it rests on, is no purpose to give to it for. Cells are
/// decided all or none: one purpose that does not fit would refuse a whole row.
#[test]
fn r11_what_a_recipient_cannot_see_is_not_proposed_as_its_purpose() {
    let mut table = Table::zsm();
    let basis = table.share(BAKKER, "er ligt een wapen");
    let action = table.share_action(ADVISER, "wapen ophalen", POLICE, &[basis]);
    let deeper = table.share_based(ADVISER, Audience::table(), &[basis], "dat past bij vroeger");
    table.share_action(ADVISER, "en dan dat", CHILD_PROTECTION, &[deeper]);
    let item = table.share(BAKKER, "drie eerdere meldingen");
    assert_eq!(usual(&table, None, item, POLICE), Some(Purpose::Action(action)));
    table.narrow(BAKKER, basis, &[PROBATION]);
    assert_eq!(usual(&table, None, item, POLICE), Some(task(POLICE)));
    assert_eq!(
        usual(&table, None, item, CHILD_PROTECTION),
        Some(task(CHILD_PROTECTION))
    );
    table.move_to(Phase::ClosingRound);
    for recipient in FULL {
        if recipient == VT {
            continue;
        }
        let column = BulkDecision::Column {
            recipient,
            approve: true,
        };
        let cells = proposed(&table, BAKKER, column).cells("nodig");
        send(&mut table, BAKKER, cells);
    }
}

#[test]
fn r15_who_left_is_nobody_to_give_to() {
    let mut table = Table::zsm();
    table.share(BAKKER, "een");
    table.leave(ADVISER, LeftItems::Keep);
    table.move_to(Phase::ClosingRound);
    assert!(!others(&table, BAKKER).iter().any(|seat| seat.party.id == PROBATION));
    let requested = proposed(&table, BAKKER, BulkDecision::Requested).cells("");
    assert_eq!(requested.len(), 5);
    send(&mut table, BAKKER, requested);
}

#[test]
fn r6_a_step_is_taken_back_as_far_as_it_still_stands() {
    let mut table = Table::zsm();
    let items = [
        table.share(BAKKER, "een"),
        table.share(BAKKER, "twee"),
        table.share(BAKKER, "drie"),
    ];
    table.request(AGENT, items[0], "nodig");
    table.move_to(Phase::ClosingRound);
    let step = proposed(&table, BAKKER, BulkDecision::Requested).cells("nodig");
    assert_eq!(step.len(), 18);
    let back = |table: &Table| undo(&step, &table.sees(BAKKER).items, &others(table, BAKKER));
    assert!(back(&table).is_empty(), "nothing is decided yet");
    send(&mut table, BAKKER, step.clone());
    assert_eq!(back(&table).len(), 18);
    // Since then one was decided otherwise, one was revised, and one party cannot receive any more.
    table.undecide(BAKKER, items[0], OM);
    table.revise(BAKKER, items[1], "anders");
    table.move_to(Phase::Decision);
    table.leave(SUPPORTER, LeftItems::Keep);
    table.move_to(Phase::ClosingRound);
    let left = back(&table);
    assert_eq!(left.len(), 9);
    assert!(
        left.iter()
            .all(|cell| cell.item != items[1] && cell.recipient != VICTIM_SUPPORT)
    );
    assert!(left.iter().all(|cell| (cell.item, cell.recipient) != (items[0], OM)));
    send(&mut table, BAKKER, left);
    let item = table.item(BAKKER, items[0]).expect("its own");
    assert_eq!(decided(item, POLICE), Decided::Empty);
}

/// A lapsed yes is undecided again: it is proposed anew, and there is nothing to take back.
#[test]
fn r6_what_lapsed_is_open_again() {
    let mut table = Table::zsm();
    let item = table.share(BAKKER, "een");
    table.move_to(Phase::ClosingRound);
    let row = BulkDecision::Row { item, approve: true };
    let step = proposed(&table, BAKKER, row).cells("nodig");
    send(&mut table, BAKKER, step.clone());
    let seen = |table: &Table| table.item(BAKKER, item).expect("its own").clone();
    assert_eq!(decided(&seen(&table), POLICE), Decided::Approved);
    table.narrow(BAKKER, item, &[OM]);
    assert_eq!(decided(&seen(&table), POLICE), Decided::Empty);
    assert_eq!(decided(&seen(&table), OM), Decided::Approved);
    let others = others(&table, BAKKER);
    let back = undo(&step, &table.sees(BAKKER).items, &others);
    assert!(back.iter().all(|cell| cell.recipient != POLICE));
    let again = proposed(&table, BAKKER, row);
    assert!(again.approved().contains_key(&POLICE) && !again.approved().contains_key(&OM));
}

/// Whatever is proposed is accepted: a table with everything on it that a proposal has to step around.
#[test]
fn whatever_is_proposed_is_accepted() {
    for actor in [BAKKER, AGENT, ADVISER, OFFICER, HALT_WORKER, INVESTIGATOR] {
        let mut table = Table::zsm();
        for owner in [BAKKER, AGENT, ADVISER, OFFICER, INVESTIGATOR] {
            let item = table.share(owner, "iets");
            let narrow = table.share_with(owner, Audience::only([POLICE, VT]), "minder");
            let action = table.share_action(owner, "doen", POLICE, &[item]);
            table.share_action(owner, "ook doen", owner.party, &[narrow]);
            table.propose_measure(owner, "extra_patrol", POLICE, "elke avond", &[]);
            if owner == ADVISER {
                table.answer(AGENT, action, NewAnswer::Refuse { reason: None });
            }
        }
        let own = table.share_with(HALT_WORKER, Audience::table(), "kwam afspraken na");
        table.request(OFFICER, own, "nodig");
        table.record_disposition(table.subject(0), None);
        table.newcomer(SeatLevel::Full);
        table.leave(SUPPORTER, LeftItems::Keep);
        table.move_to(Phase::ClosingRound);
        let mut bulks = alloc::vec![BulkDecision::Requested];
        bulks.extend(others(&table, actor).into_iter().map(|seat| BulkDecision::Column {
            recipient: seat.party.id,
            approve: true,
        }));
        for bulk in bulks {
            let mut table = table.clone();
            let cells = proposed(&table, actor, bulk).cells("nodig");
            if !cells.is_empty() {
                send(&mut table, actor, cells);
            }
        }
    }
}
