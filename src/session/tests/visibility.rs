//! R2 and the parts of R11 and R16 about sight: who sees what, and what else depends on it.

use std::vec::Vec;

use super::fixture::*;
use crate::moment::Phase;
use crate::session::command::{CommandKind, NewAnswer, SeatLevel, SubjectRole, Verdict};
use crate::session::item::{Audience, DispositionKind, Purpose};
use crate::session::refusal::Refusal;
use crate::session::view::{ContentView, TakenBack};
use crate::session::visibility::knows_party;

fn table_and_halt() -> Audience {
    Audience {
        table: true,
        named: [HALT].into(),
    }
}

#[test]
fn r2_only_the_audience_sees_an_item() {
    for (audience, full, police, halt, wall) in [
        (Audience::table(), true, true, false, true),
        (Audience::only([POLICE]), false, true, false, false),
        (Audience::only([HALT]), false, false, true, false),
        (Audience::only([]), false, false, false, false),
        (Audience::only(FULL), true, true, false, true),
        (table_and_halt(), true, true, true, true),
    ] {
        let mut table = Table::zsm();
        let item = table.share_with(BAKKER, audience.clone(), "een geheim adres");
        for (actor, sees) in [
            (ADVISER, full),
            (OFFICER, full),
            (AGENT, police),
            (HALT_WORKER, halt),
            (BAKKER, true),
        ] {
            assert_eq!(
                table.item(actor, item).is_some(),
                sees,
                "{audience:?} {}",
                name_of(actor)
            );
            let spotlit = table.run.spotlights(Some(actor), item);
            assert_eq!(spotlit, sees, "for the spotlight too");
        }
        assert_eq!(table.wall().item(item).is_some(), wall, "{audience:?} on the wall");
        assert_eq!(table.run.spotlights(None, item), wall);
        assert!(
            table.sees(LATECOMER).items.is_empty() && table.sees(LATECOMER).subjects.is_empty(),
            "who did not accept the ground rules sees no words"
        );
        assert!(table.shown(OUTSIDER).is_none() && table.shown(ELSEWHERE).is_none());
    }
}

#[test]
fn r2_what_is_hidden_and_what_is_not_there_get_the_same_answer() {
    let mut table = Table::zsm();
    let hidden = table.share_with(BAKKER, Audience::only([POLICE]), "een geheim adres");
    let action = table.share_action(BAKKER, "adres afschermen", POLICE, &[hidden]);
    let measure = table.propose_measure(BAKKER, "extra_patrol", POLICE, "daar", &[hidden]);
    let subject = table.add_subject(BAKKER, SubjectRole::Reporter, "buurvrouw");
    let own = table.share_with(HALT_WORKER, Audience::table(), "kwam alle afspraken na");
    table.move_to(Phase::ClosingRound);
    let on_item = |item| {
        [
            revise(item, 1, "x"),
            withdraw(item, 1),
            ask_release(item, 1),
            CommandKind::DropRequest { item },
            cell(item, 1, OM, NO),
            cell(item, 1, OM, Verdict::Undecide {}),
            CommandKind::SetAudience {
                item,
                was: Audience::only([POLICE]),
                audience: Audience::table(),
            },
            CommandKind::OpenBasis {
                item,
                revision: 1,
                basis: item,
                open: true,
            },
            answer(item, 1, NewAnswer::Accept {}),
            answer(item, 1, NewAnswer::Refuse { reason: None }),
        ]
    };
    let nowhere = on_item(no_item());
    for item in [hidden, action, measure] {
        for (there, not_there) in on_item(item).into_iter().zip(&nowhere) {
            for actor in [ADVISER, OFFICER, SECRETARY, HALT_WORKER] {
                let answer = table.refused(actor, there.clone());
                assert_eq!(
                    answer,
                    table.refused(actor, not_there.clone()),
                    "{} {there:?}",
                    name_of(actor)
                );
                assert_eq!(answer, Refusal::NotFound);
            }
        }
    }
    // A person of the case that a restricted seat does not know; an action as a purpose; a party as a recipient.
    let on_subject = |subject| {
        [
            CommandKind::CorrectSubject {
                subject,
                revision: 1,
                role: SubjectRole::Other,
                label: "x".into(),
            },
            CommandKind::RemoveSubject { subject, revision: 1 },
        ]
    };
    let no_subject = crate::ids::SubjectId(id(2));
    for (there, not_there) in on_subject(subject).into_iter().zip(on_subject(no_subject)) {
        let answer = table.refused(HALT_WORKER, there);
        assert_eq!(
            (answer, answer),
            (Refusal::NotFound, table.refused(HALT_WORKER, not_there))
        );
    }
    for (there, not_there) in [
        (
            cell(own, 1, OM, yes(Purpose::Action(action))),
            cell(own, 1, OM, yes(Purpose::Action(no_item()))),
        ),
        (cell(own, 1, VT, NO), cell(own, 1, MUNICIPALITY, NO)),
    ] {
        let answer = table.refused(HALT_WORKER, there);
        assert_eq!(answer, table.refused(HALT_WORKER, not_there));
    }
}

#[test]
fn r2_a_full_table_is_counted_per_party() {
    use crate::session::decide::{MOST, decide};
    let mut table = Table::zsm();
    let one = table.share_with(BAKKER, Audience::only([]), "iets");
    let hidden = table.state().items[&one].clone();
    let mut state = table.state().clone();
    // As many as one party may bring, all hidden from the police.
    for number in 1..u32::try_from(MOST).expect("small") {
        state.items.insert(crate::ids::ItemId(id(number)), hidden.clone());
    }
    let mut answer = |actor, kind| {
        let stamp = table.stamp();
        let id = crate::ids::CommandId(id(7));
        decide(&state, actor, stamp, crate::session::Command { id, kind }).map(|_| ())
    };
    assert_eq!(answer(BAKKER, share("nog iets")), Err(Refusal::TooMany));
    assert_eq!(
        answer(AGENT, share("nog iets")),
        Ok(()),
        "a shared count would tell of the hidden ones"
    );
}

#[test]
fn r2_narrowing_takes_an_item_away_and_widening_brings_it_back_in_its_place() {
    let mut table = Table::zsm();
    let first = table.share(BAKKER, "eerst");
    let second = table.share(BAKKER, "dan");
    table.narrow(BAKKER, first, &[POLICE]);
    assert!(table.item(ADVISER, first).is_none());
    assert_eq!(
        table.item(AGENT, first).map(crate::session::view::ItemView::audience),
        Some(Audience::only([POLICE]))
    );
    table.set_audience(BAKKER, first, Audience::table());
    let order: Vec<_> = table.sees(ADVISER).items.iter().map(|item| item.id).collect();
    assert_eq!(order, [first, second]);
}

#[test]
fn r2_a_restricted_seat_learns_nothing_of_the_rest() {
    let mut table = Table::zsm();
    let hidden = table.share(BAKKER, "niet voor Halt");
    table.share_action(BAKKER, "ook niet voor Halt", POLICE, &[]);
    table.propose_measure(BAKKER, "extra_patrol", POLICE, "x", &[]);
    table.request(AGENT, hidden, "nodig");
    table.set_deadline(AGENT, 5);
    table.move_to(Phase::ClosingRound);
    let view = table.sees(HALT_WORKER);
    let parties: Vec<_> = view.seats.iter().map(|seat| seat.party.id).collect();
    assert_eq!(parties, [OM, HALT], "its own seat and the chair's");
    assert!(view.seats.iter().all(|seat| seat.undecided.is_none()), "no counts");
    assert!(view.items.is_empty() && view.subjects.is_empty() && view.taken_back.is_empty());
    assert!(view.time.deadline.is_none());
    table.move_to(Phase::Decision);
    let opened = table.share_with(AGENT, Audience::only([HALT, PROBATION]), "eerste keer gepakt");
    let view = table.sees(HALT_WORKER);
    let parties: Vec<_> = view.seats.iter().map(|seat| seat.party.id).collect();
    assert_eq!(parties, [OM, POLICE, HALT], "and the owner of what was opened to it");
    assert_eq!(
        table.item(HALT_WORKER, opened).and_then(|it| it.audience.clone()),
        None,
        "it would name the probation service"
    );
    let own = table.share_with(HALT_WORKER, Audience::only([OM]), "kwam alle afspraken na");
    assert!(table.item(HALT_WORKER, own).is_some_and(|it| it.audience.is_some()));
}

#[test]
fn r2_a_restricted_seat_does_not_learn_by_deciding_who_else_sits_here() {
    let mut table = Table::zsm();
    let own = table.share_with(HALT_WORKER, Audience::table(), "kwam alle afspraken na");
    table.move_to(Phase::ClosingRound);
    for (recipient, named) in [(VT, task(VT)), (MUNICIPALITY, task(MUNICIPALITY))] {
        let answer = table.refused(HALT_WORKER, cell(own, 1, recipient, yes(named)));
        assert_eq!(answer, Refusal::NoSuchRecipient, "there or not, the answer is the same");
        let narrow = table.audience_of(own, Audience::only([recipient]));
        assert_eq!(table.refused(HALT_WORKER, narrow), Refusal::NotFound);
    }
    // Who asks makes itself known, and can then be answered.
    table.request(BAKKER, own, "voor het veiligheidsplan");
    assert!(knows_party(table.state(), HALT, VT));
    table.approve(HALT_WORKER, own, VT);
    // What was decided once can be decided again, also when the asker took its request back.
    table.drop_request(BAKKER, own);
    table.undecide(HALT_WORKER, own, VT);
    assert!(!knows_party(table.state(), HALT, VT));
}

/// G5: a decision that rested on a hidden item was invisible, and the clock that stopped did not say why.
#[test]
fn g05_that_the_om_decided_and_when_is_told_to_every_seat() {
    let mut table = Table::zsm();
    let suspect = table.subject(0);
    table.share_with(OFFICER, Audience::only([]), "alleen voor mij");
    let disposition = table.record_disposition(suspect, None);
    let at = table.at;
    for actor in EVERYBODY {
        let Some(view) = table.shown(actor) else { continue };
        let accepted = actor != LATECOMER;
        assert_eq!(view.decided_at.len(), usize::from(accepted), "{}", name_of(actor));
        assert!(
            view.decided_at.iter().all(|decided| *decided == at),
            "{}",
            name_of(actor)
        );
        assert!(view.time.clock.expect("a clock").running_since.is_none());
        let full = actor.party != HALT && accepted;
        assert_eq!(view.item(disposition).is_some(), full, "{}", name_of(actor));
        let Some(item) = view.item(disposition) else { continue };
        let kind = DispositionKind::ConditionalDismissal;
        assert_eq!(
            item.content,
            ContentView::Disposition {
                suspect,
                kind,
                deviates: false
            }
        );
        assert_eq!(item.text.as_deref(), Some("met een gebiedsverbod"));
    }
    assert_eq!(table.wall().decided_at, [at]);
    // VT reads it in its report, and Halt that it happened.
    assert_eq!(table.report(VT).dispositions.len(), 1);
    assert_eq!(
        table.report(VT).dispositions[0].kind,
        Some(DispositionKind::ConditionalDismissal)
    );
    assert_eq!(table.report(HALT).dispositions[0].kind, None);
    // The OM can open it to Halt, can take that back, and can hide it from nobody else.
    table.set_audience(OFFICER, disposition, table_and_halt());
    assert!(table.item(HALT_WORKER, disposition).is_some());
    table.set_audience(OFFICER, disposition, Audience::table());
    assert!(table.item(HALT_WORKER, disposition).is_none());
    for audience in [Audience::only([]), Audience::only(FULL)] {
        let hide = table.audience_of(disposition, audience);
        assert_eq!(table.refused(OFFICER, hide), Refusal::OnRecord);
    }
    for command in [
        withdraw(disposition, 1),
        revise(disposition, 1, "iets anders"),
        table.audience_of(disposition, Audience::only([HALT])),
    ] {
        assert_eq!(table.refused(OFFICER, command), Refusal::OnRecord);
    }
}

/// G6: narrowing the basis of a deviation made the disposition disappear for the others.
#[test]
fn g06_a_deviation_stays_before_all_eyes_whatever_happens_to_anything_else() {
    let mut table = Table::zsm();
    let basis = table.share(OFFICER, "er is haast");
    let resting = table.share_based(OFFICER, Audience::table(), &[basis], "daarom");
    table.ask_time(BAKKER);
    let disposition = table.record_disposition(table.subject(0), Some("termijn loopt af"));
    // A disposition names no basis: nothing that anybody does to an item hides it.
    assert!(table.kept(disposition).rests_on.is_empty());
    table.narrow(OFFICER, basis, &[]);
    table.withdraw(OFFICER, resting);
    for actor in [BAKKER, AGENT, ADVISER, SUPPORTER, INVESTIGATOR] {
        let item = table.item(actor, disposition).expect("on the record");
        assert!(matches!(item.content, ContentView::Disposition { deviates: true, .. }));
        assert_eq!(table.sees(actor).deviations.len(), 1);
    }
    // Nor can anything be said to rest on it and so be hidden or bound by it.
    let on = table.share_based(AGENT, Audience::table(), &[disposition], "wij volgen dat");
    assert!(table.item(ADVISER, on).is_some());
    assert!(table.item(HALT_WORKER, on).is_none());
}

/// G9: a card opened to Halt by mistake and withdrawn left the name of the person with Halt.
#[test]
fn g09_what_is_withdrawn_is_gone_with_its_people_and_a_line_says_that_its_owner_took_it_back() {
    let mut table = Table::zsm();
    let lisa = table.add_subject(BAKKER, SubjectRole::Child, "Lisa de Boer");
    let item = table.share_about(BAKKER, &[lisa], Audience::only([HALT]), "Lisa de Boer is er ook");
    assert_eq!(table.sees(HALT_WORKER).subjects.len(), 1);
    table.withdraw(BAKKER, item);
    let at = table.at;
    let view = table.sees(HALT_WORKER);
    assert!(view.subjects.is_empty() && view.items.is_empty());
    let json = serde_json::to_string(view).expect("a view");
    assert!(!json.contains("Lisa"), "{json}");
    assert_eq!(view.taken_back, [TakenBack { at, owner: VT }]);
    for actor in [AGENT, OFFICER, ADVISER] {
        assert!(
            table.sees(actor).taken_back.is_empty(),
            "who could not see it reads no line"
        );
    }
    assert!(
        table.sees(BAKKER).taken_back.is_empty(),
        "its owner has the item itself"
    );
    assert_eq!(
        table.item(BAKKER, item).map(|it| (it.withdrawn_at, it.text.clone())),
        Some((Some(at), None))
    );
}

#[test]
fn r2_narrowing_and_then_withdrawing_tells_nobody_who_lost_sight_of_it() {
    let mut table = Table::zsm();
    let item = table.share(BAKKER, "een geheim adres");
    table.narrow(BAKKER, item, &[POLICE]);
    table.withdraw(BAKKER, item);
    assert_eq!(table.sees(AGENT).taken_back.len(), 1);
    for actor in [ADVISER, OFFICER, HALT_WORKER] {
        assert!(table.sees(actor).taken_back.is_empty(), "{}", name_of(actor));
    }
    assert!(table.wall().taken_back.is_empty());
}

#[test]
fn r2_the_closing_round_counts_over_what_one_sees() {
    let mut table = Table::zsm();
    let open = table.share(BAKKER, "voor de tafel");
    table.share_with(BAKKER, Audience::only([POLICE]), "voor de politie");
    let measure = table.propose_measure(BAKKER, "extra_patrol", POLICE, "", &[]);
    table.move_to(Phase::ClosingRound);
    let left = |table: &Table, actor| table.sees(actor).seat(VT).and_then(|seat| seat.undecided);
    // Six others have a seat: six cells for each item with words that one sees. A measure without a note is no row.
    assert!(table.item(AGENT, measure).is_some());
    assert_eq!(
        (left(&table, BAKKER), left(&table, AGENT), left(&table, ADVISER)),
        (Some(12), Some(12), Some(6))
    );
    assert_eq!(table.board_row(VT).undecided, Some(12));
    assert_eq!(table.board_row(PROBATION).undecided, Some(0));
    table.approve(BAKKER, open, OM);
    assert_eq!((left(&table, AGENT), left(&table, ADVISER)), (Some(11), Some(5)));
    table.ready(BAKKER);
    assert_eq!(table.sees(AGENT).seat(VT).map(|seat| seat.ready), Some(true));
    assert!(table.sees(HALT_WORKER).seat(VT).is_none());
}

/// The wall shows what every full seat sees; a newcomer that was not admitted takes things off it, never puts any on.
#[test]
fn r2_the_wall_shows_what_every_full_seat_sees() {
    let mut table = Table::zsm();
    let before = table.share(BAKKER, "voor de tafel");
    let narrow = table.share_with(BAKKER, Audience::only([POLICE]), "voor de politie");
    assert!(table.wall().item(before).is_some() && table.wall().item(narrow).is_none());
    let labels = |table: &Table| table.wall().subjects.len();
    assert_eq!(labels(&table), 2);
    table.add_subject(AGENT, SubjectRole::Child, "dochter");
    assert_eq!(labels(&table), 3);
    table.newcomer(SeatLevel::Full);
    assert!(table.wall().item(before).is_none());
    assert_eq!(labels(&table), 2, "the chair's people, and not the police's");
    table.answer_newcomer(BAKKER, MUNICIPALITY, true);
    table.answer_newcomer(AGENT, MUNICIPALITY, true);
    assert!(table.wall().item(before).is_some());
    assert_eq!(labels(&table), 3);
    let view = table.wall();
    assert!(view.about.you.is_none() && view.newcomers.is_empty());
    assert!(view.items.iter().all(|item| !item.mine && item.cells.is_empty()));
}

/// The clock, the board and the report of a party do not change with an item that it does not see.
#[test]
fn r2_no_count_clock_report_or_board_row_depends_on_what_is_hidden() {
    let play = |hidden: bool| {
        let mut table = Table::zsm();
        table.share(BAKKER, "voor de tafel");
        let item = if hidden {
            Some(table.share_with(BAKKER, Audience::only([POLICE]), "een geheim adres"))
        } else {
            table.stamp();
            None
        };
        table.move_to(Phase::ClosingRound);
        if let Some(item) = item {
            table.revise(BAKKER, item, "een ander geheim adres");
            table.approve(BAKKER, item, POLICE);
            table.withdraw(BAKKER, item);
        } else {
            for _ in 0..3 {
                table.stamp();
            }
        }
        table.close();
        table
    };
    let (with, without) = (play(true), play(false));
    for party in [OM, PROBATION, CHILD_PROTECTION, VICTIM_SUPPORT, HALT] {
        let told = |table: &Table| {
            let mut report = table.report(party);
            // To a full seat the number of events of the whole chain is part of being a witness to it.
            report.events = None;
            (
                serde_json::to_string(&report).expect("a report"),
                serde_json::to_string(&table.board_row(party)).expect("a row"),
            )
        };
        assert_eq!(told(&with), told(&without), "{party}");
    }
    for actor in [OFFICER, ADVISER, HALT_WORKER] {
        assert_eq!(with.sees(actor), without.sees(actor), "{}", name_of(actor));
    }
}
