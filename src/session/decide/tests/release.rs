//! R4 to R8, R13 and C2: requests, the closing matrix, and the close.

use std::vec::Vec;
use std::{format, vec};

use crate::dossier::{ItemKind, PurposeText};
use crate::ground::{GroundBetween, GroundStatus, LegalGround};
use crate::ids::{ContributionId, DerivedId, PartyId};
use crate::moment::Phase;
use crate::party::PartyKind;
use crate::session::command::{Audience, CellDecision, ContributionKind, Purpose, SeatLevel, Verdict, Wish};
use crate::session::event::Fact;
use crate::session::refusal::Refusal;
use crate::session::table_for_tests::*;
use crate::session::view::VerdictView;

/// Who received which words.
fn received(copies: &crate::dossier::Copies) -> Vec<(PartyId, &str)> {
    copies
        .dossier
        .iter()
        .map(|(to, item)| (*to, item.text.as_str()))
        .collect()
}

#[test]
fn r4_nothing_leaves_that_nobody_decided() {
    let mut table = Table::zsm_closing();
    let id = table.share(BAKKER, "twee eerdere meldingen");
    table.request(AGENT, id, "nodig");
    let declined = table.share(BAKKER, "een vermoeden");
    table.decide(BAKKER, declined, POLICE, NO);
    let copies = table.close();
    assert!(copies.dossier.is_empty() && copies.register.is_empty() && copies.motivations.is_empty());
    assert_eq!(
        table.sees(BAKKER).progress.closed.as_ref().map(|it| it.destroyed),
        Some(2)
    );
}

#[test]
fn r5_an_approval_is_for_one_revision_one_recipient_and_one_purpose() {
    let mut table = Table::zsm_closing();
    let id = table.share(BAKKER, "twee eerdere meldingen");
    let action = table.agree(AGENT, "wapen ophalen", POLICE, &[]);
    table.revise(BAKKER, id, "drie eerdere meldingen");
    for (revision, recipient, purpose, because) in [
        (1, POLICE, task(POLICE), Refusal::OtherRevision),
        (3, POLICE, task(POLICE), Refusal::OtherRevision),
        (2, VT, task(VT), Refusal::NoSuchRecipient),
        (2, MUNICIPALITY, task(MUNICIPALITY), Refusal::NoSuchRecipient),
        (2, POLICE, task(PROBATION), Refusal::PurposeDoesNotFit),
        (2, POLICE, Purpose::Task("bakker".into()), Refusal::PurposeDoesNotFit),
        (
            2,
            POLICE,
            Purpose::Action(DerivedId(id_of_nothing())),
            Refusal::PurposeDoesNotFit,
        ),
        // A restricted seat does not see an action of another.
        (2, HALT, Purpose::Action(action), Refusal::PurposeDoesNotFit),
    ] {
        let told = format!("{revision} {recipient} {purpose:?}");
        assert_eq!(
            table.refused(BAKKER, cell(id, revision, recipient, yes(purpose))),
            because,
            "{told}"
        );
    }
    table.decide(BAKKER, id, POLICE, yes(Purpose::Action(action)));
    let copies = table.close();
    let item = &copies
        .dossier
        .iter()
        .find(|(_, it)| it.text.starts_with("drie"))
        .expect("released")
        .1;
    assert_eq!(item.revision, 2);
    assert_eq!(
        item.purpose,
        Some(PurposeText::Action {
            text: "wapen ophalen".into()
        })
    );
}

fn id_of_nothing() -> uuid::Uuid {
    id(1)
}

#[test]
fn r5_an_excerpt_leaves_instead_of_the_whole_and_a_condition_goes_along() {
    let mut table = Table::zsm_closing();
    let id = table.share(BAKKER, "twee meldingen, en het geheime adres");
    let verdict = |excerpt: &str| Verdict::Approve {
        purpose: task(POLICE),
        excerpt: Some(excerpt.into()),
        condition: Some("niet delen met de verdachte zonder overleg".into()),
        motivation: None,
    };
    let empty = table.refused(BAKKER, cell(id, 1, POLICE, verdict("  ")));
    assert_eq!(
        empty,
        Refusal::Text(crate::text::TextFault::Empty),
        "an empty excerpt is not the whole"
    );
    table.decide(BAKKER, id, POLICE, verdict("twee meldingen"));
    let copies = table.close();
    assert_eq!(received(&copies), [(POLICE, "twee meldingen")]);
    let item = &copies.dossier[0].1;
    assert!(item.is_excerpt);
    assert_eq!(
        item.condition.as_deref(),
        Some("niet delen met de verdachte zonder overleg")
    );
}

#[test]
fn r6_an_approval_can_be_taken_back_until_the_close() {
    type Act = fn(&mut Table, ContributionId);
    let acts: [(&str, Act); 7] = [
        ("undecided", |table, id| {
            table.decide(BAKKER, id, POLICE, Verdict::Undecide);
        }),
        ("undecided in an earlier phase", |table, id| {
            table.move_to(Phase::Decision);
            table.decide(BAKKER, id, POLICE, Verdict::Undecide);
            table.move_to(Phase::ClosingRound);
        }),
        ("declined", |table, id| table.decide(BAKKER, id, POLICE, NO)),
        ("revised", |table, id| table.revise(BAKKER, id, "vier")),
        ("withdrawn", |table, id| table.withdraw(BAKKER, id)),
        ("by a colleague", |table, id| {
            table.decide(VISSER, id, POLICE, Verdict::Undecide);
        }),
        ("the recipient lost its seat", |table, _| {
            table.act(OFFICER, Wish::TakeSeat { party: POLICE });
        }),
    ];
    for (name, act) in acts {
        let mut table = Table::zsm_closing();
        let id = table.share(BAKKER, "drie eerdere meldingen");
        table.approve(BAKKER, id, POLICE);
        act(&mut table, id);
        assert_eq!(received(&table.close()), [], "{name}");
    }
}

#[test]
fn r6_approving_and_declining_wait_for_the_closing_round_and_taking_back_does_not() {
    let mut table = Table::zsm();
    let id = table.share(BAKKER, "drie eerdere meldingen");
    assert_eq!(
        table.refused(BAKKER, cell(id, 1, POLICE, yes(task(POLICE)))),
        Refusal::NotClosingRound
    );
    assert_eq!(table.refused(BAKKER, cell(id, 1, POLICE, NO)), Refusal::NotClosingRound);
    table.decide(BAKKER, id, POLICE, Verdict::Undecide);
}

#[test]
fn r6_who_has_no_seat_to_take_it_back_from_releases_nothing() {
    let mut table = Table::zsm_closing();
    let id = table.share(ADVISER, "meldt zich niet");
    table.approve(ADVISER, id, POLICE);
    table.act(OFFICER, Wish::TakeSeat { party: PROBATION });
    assert_eq!(received(&table.close()), []);
}

#[test]
fn r5_an_approval_lapses_when_its_purpose_is_gone_or_hidden() {
    type Act = fn(&mut Table, ContributionId, DerivedId);
    let acts: [(&str, Act); 4] = [
        ("dropped", |table, _, action| {
            table.act(AGENT, Wish::DropAction { action });
        }),
        ("hidden from the recipient", |table, basis, _| {
            table.narrow(BAKKER, basis, &[PROBATION, POLICE]);
        }),
        ("hidden from the giver", |table, basis, _| {
            table.narrow(BAKKER, basis, &[OM, POLICE]);
        }),
        ("the recipient keeps a restricted seat", |table, _, _| {
            table.act(OFFICER, give_seat(CHILD_PROTECTION, SeatLevel::Restricted));
        }),
    ];
    for (name, act) in acts {
        let mut table = Table::zsm_closing();
        let basis = table.share(BAKKER, "er ligt een wapen");
        let action = table.agree(AGENT, "wapen ophalen", POLICE, &[basis]);
        let given = table.share(ADVISER, "meldt zich niet");
        let to = if name.contains("restricted") {
            CHILD_PROTECTION
        } else {
            OM
        };
        table.decide(ADVISER, given, to, yes(Purpose::Action(action)));
        assert_eq!(table.card(ADVISER, given).expect("a card").cells.len(), 1);
        act(&mut table, basis, action);
        assert_eq!(table.card(ADVISER, given).expect("a card").cells, [], "{name}");
        assert!(
            received(&table.close())
                .iter()
                .all(|(_, words)| *words != "meldt zich niet"),
            "{name}"
        );
    }
}

#[test]
fn r5_an_approval_lapses_when_the_task_is_no_longer_the_recipients() {
    let mut table = Table::zsm_closing();
    let given = table.share(ADVISER, "meldt zich niet");
    table.approve(ADVISER, given, POLICE);
    let mut without = seat(POLICE, SeatLevel::Full);
    without.tasks.clear();
    table.act(OFFICER, Wish::GiveSeat(without.into()));
    assert_eq!(received(&table.close()), []);
}

#[test]
fn r5_cells_are_decided_all_or_none() {
    let mut table = Table::zsm_closing();
    let id = table.share(BAKKER, "drie eerdere meldingen");
    let one = |recipient, verdict| CellDecision {
        contribution: id,
        revision: 1,
        recipient,
        verdict,
    };
    let wish = Wish::Decide {
        cells: vec![one(POLICE, yes(task(POLICE))), one(OM, yes(task(POLICE)))],
    };
    assert_eq!(table.refused(BAKKER, wish), Refusal::PurposeDoesNotFit);
    assert!(table.card(BAKKER, id).expect("a card").cells.is_empty());
    let twice = Wish::Decide {
        cells: vec![one(POLICE, NO), one(POLICE, NO)],
    };
    assert_eq!(table.refused(BAKKER, twice), Refusal::CellsDoNotFit);
}

#[test]
fn r7_before_the_close_nothing_is_in_a_dossier_and_after_it_everything_approved() {
    let mut table = Table::zsm_closing();
    let id = table.share(BAKKER, "drie eerdere meldingen");
    table.approve(BAKKER, id, POLICE);
    table.approve(BAKKER, id, HALT);
    let state = table.state();
    let open = crate::session::closing::copies(state, &table.run.now.texts, &table.run.events);
    assert!(open.dossier.is_empty(), "no event but the close lets anything out");
    let copies = table.close();
    let words = "drie eerdere meldingen";
    assert_eq!(received(&copies), [(POLICE, words), (HALT, words)]);
    let register: Vec<_> = copies.register.iter().map(|it| (it.giver, it.recipient.id)).collect();
    assert_eq!(register, [(VT, POLICE), (VT, HALT)]);
    assert_eq!(table.refused(BAKKER, share("nog iets")), Refusal::Closed);
}

#[test]
fn r7_each_party_is_told_only_of_its_own_part_of_the_outcome() {
    let mut table = Table::zsm_closing();
    let id = table.share(BAKKER, "drie eerdere meldingen");
    table.approve(BAKKER, id, POLICE);
    table.close();
    let outcome = |actor| {
        let closed = table.sees(actor).progress.closed.clone().expect("closed");
        (closed.given, closed.received, closed.destroyed)
    };
    assert_eq!(outcome(BAKKER), (vec![(POLICE, 1)], 0, 0));
    assert_eq!(outcome(AGENT), (vec![], 1, 0));
    assert_eq!(outcome(OFFICER), (vec![], 0, 0), "the chair no more than others");
}

#[test]
fn r8_after_the_close_no_view_has_a_word_left() {
    let mut table = Table::zsm_closing();
    let id = table.share(BAKKER, "vlierbloesem");
    table.agree(AGENT, "vlierbloesem", POLICE, &[id]);
    table.propose(AGENT, POLICE, &[id]);
    table.approve(BAKKER, id, POLICE);
    table.close();
    for actor in EVERYBODY {
        let Some(view) = table.shown(actor) else { continue };
        let json = serde_json::to_string(view).expect("a view");
        assert!(!json.contains("vlierbloesem") && !json.contains("moeder"), "{json}");
        assert!(view.cards.is_empty());
    }
    assert!(table.run.now.texts.ids().is_empty());
}

#[test]
fn r8_the_certificate_names_what_was_destroyed_and_why_to_whom_could_see_it() {
    use crate::accountability::{WhyDestroyed, report};
    let mut table = Table::zsm_closing();
    let given = table.share(BAKKER, "drie eerdere meldingen");
    let kept = table.share(BAKKER, "vlierbloesem");
    let gone = table.share(BAKKER, "dit hoort hier niet");
    table.act(BAKKER, Wish::Withdraw { contribution: gone });
    let narrow = Wish::Share {
        kind: ContributionKind::Fact,
        subjects: [].into(),
        audience: Audience::only([OM]),
        text: "alleen voor het OM".into(),
    };
    table.act(BAKKER, narrow);
    table.approve(BAKKER, given, POLICE);
    table.approve(BAKKER, given, OM);
    assert!(
        report(table.state(), VT).expect("a report").destroyed.is_empty(),
        "nothing is destroyed yet"
    );
    table.close();
    let certificate = |party| report(table.state(), party).expect("a report").destroyed;
    let why = |party, id| {
        let lines = certificate(party);
        lines
            .into_iter()
            .find(|line| line.contribution == id)
            .map(|line| line.why)
    };
    assert_eq!(certificate(VT).len(), 4);
    assert_eq!(certificate(OM).len(), 4);
    assert_eq!(certificate(POLICE).len(), 3, "what it could not see is not counted");
    let to = |parties: &[PartyId]| Some(WhyDestroyed::Released { to: parties.to_vec() });
    let Some(WhyDestroyed::Released { to: all }) = why(VT, given) else {
        panic!("it was released");
    };
    assert!(all.len() == 2 && all.contains(&POLICE) && all.contains(&OM));
    assert_eq!(
        why(POLICE, given),
        to(&[POLICE]),
        "a recipient reads nothing of the others"
    );
    assert_eq!(why(PROBATION, given), Some(WhyDestroyed::NotReleased));
    assert_eq!(why(VT, kept), Some(WhyDestroyed::NotReleased));
    assert_eq!(why(POLICE, gone), Some(WhyDestroyed::Withdrawn));
    let json = serde_json::to_string(&certificate(VT)).expect("written");
    assert!(!json.contains("vlierbloesem") && !json.contains("meldingen"));
}

#[test]
fn r8_what_a_seat_leaves_behind_when_it_is_taken_is_destroyed() {
    let mut table = Table::zsm_closing();
    let id = table.share(BAKKER, "drie eerdere meldingen");
    table.request(ADVISER, id, "voor mijn advies");
    let verdict = Verdict::Approve {
        purpose: task(PROBATION),
        excerpt: Some("meldingen".into()),
        condition: Some("niet delen".into()),
        motivation: Some("nodig".into()),
    };
    table.decide(BAKKER, id, PROBATION, verdict);
    let before = table.run.now.texts.ids().len();
    table.act(OFFICER, Wish::TakeSeat { party: PROBATION });
    assert_eq!(
        before - table.run.now.texts.ids().len(),
        4,
        "the reason, the excerpt, the condition, the motivation"
    );
}

#[test]
fn r10_a_copy_carries_its_provenance() {
    let mut table = Table::zsm();
    let subjects = [table.subject(1)].into();
    table.act(
        BAKKER,
        Wish::Share {
            kind: ContributionKind::Assessment,
            subjects,
            audience: Audience::table(),
            text: "onveilig".into(),
        },
    );
    let id = *table.state().contributions.keys().next().expect("one");
    table.move_to(Phase::ClosingRound);
    table.approve(VISSER, id, OM);
    let approved_at = table.at;
    table.wait(5);
    let copies = table.close();
    let (to, item) = &copies.dossier[0];
    assert_eq!((*to, item.giver.id, item.case_reference.as_str()), (OM, VT, "26-0417"));
    assert_eq!((item.author.as_str(), item.approved_by.as_str()), ("Bakker", "Visser"));
    assert_eq!((item.approved_at, item.received_at), (approved_at, table.at));
    assert_eq!(item.kind, ItemKind::Contribution(ContributionKind::Assessment));
    assert_eq!(item.subjects[0].label, "moeder");
    assert_eq!(item.ground.as_ref().map(|it| it.status), Some(GroundStatus::Contested));
    assert_eq!(item.motivation.as_deref(), Some("nodig voor de veiligheid"));
    assert_eq!((item.retain_until - item.received_at).num_days(), 365);
    assert!(matches!(&item.purpose, Some(PurposeText::Task { code, name: Some(_) }) if code == "om_afdoening"));
}

#[test]
fn c5_an_end_date_beyond_the_calendar_is_the_last_day_of_it() {
    let mut table = Table::zsm_closing();
    let mut forever = seat(POLICE, SeatLevel::Full);
    forever.retention_days = u32::MAX;
    table.act(OFFICER, Wish::GiveSeat(forever.into()));
    let id = table.share(BAKKER, "drie eerdere meldingen");
    table.approve(BAKKER, id, POLICE);
    assert!(table.close().dossier[0].1.retain_until > nine_plus(0));
}

#[test]
fn r11_an_action_goes_along_only_with_whom_its_basis_was_released_to() {
    let words = "wapen ophalen";
    for (name, own, release, expected) in [
        ("it rests on nothing", None, false, 1),
        ("on its own", Some(AGENT), false, 1),
        ("on another's, not released", Some(BAKKER), false, 0),
        ("on another's, released", Some(BAKKER), true, 1),
    ] {
        let mut table = Table::zsm_closing();
        let basis: Vec<_> = own
            .map(|owner| table.share(owner, "er ligt een wapen"))
            .into_iter()
            .collect();
        table.agree(AGENT, words, POLICE, &basis);
        if release {
            table.approve(BAKKER, basis[0], POLICE);
        }
        let copies = table.close();
        let agreements = copies
            .dossier
            .iter()
            .filter(|(to, item)| *to == POLICE && item.text == words);
        assert_eq!(agreements.count(), expected, "{name}");
        assert_eq!(
            table.sees(AGENT).progress.closed.as_ref().map(|it| it.agreements),
            u32::try_from(expected).ok()
        );
    }
}

#[test]
fn r11_a_purpose_does_not_carry_words_that_were_not_released() {
    let words = "wapen ophalen";
    // To whom VT releases what the action rests on, and in whose record the purpose then has words.
    for (released, in_dossier, in_register) in [
        (&[][..], false, false),
        (&[OM][..], true, false),
        (&[PROBATION][..], false, true),
        (&[OM, PROBATION][..], true, true),
    ] {
        let mut table = Table::zsm_closing();
        let basis = table.share(BAKKER, "er ligt een wapen");
        let action = table.agree(AGENT, words, POLICE, &[basis]);
        let given = table.share(ADVISER, "meldt zich niet");
        table.decide(ADVISER, given, OM, yes(Purpose::Action(action)));
        for recipient in released {
            table.approve(BAKKER, basis, *recipient);
        }
        let copies = table.close();
        let text = |has: bool| {
            let text = if has { words.into() } else { std::string::String::new() };
            Some(PurposeText::Action { text })
        };
        let item = copies
            .dossier
            .iter()
            .find(|(_, it)| it.text == "meldt zich niet")
            .expect("released");
        let entry = copies.register.iter().find(|it| it.giver == PROBATION).expect("given");
        assert_eq!(item.1.purpose, text(in_dossier), "{released:?}");
        assert_eq!(entry.item.purpose, text(in_register), "{released:?}");
    }
}

#[test]
fn r13_only_the_owner_and_who_asked_see_a_request() {
    let mut table = Table::zsm();
    let id = table.share(BAKKER, "drie eerdere meldingen");
    table.request(AGENT, id, "voor het onderzoek");
    table.request(ADVISER, id, "voor mijn advies");
    let seen = |actor| table.card(actor, id).expect("a card").requests.len();
    assert_eq!((seen(BAKKER), seen(AGENT), seen(ADVISER), seen(OFFICER)), (2, 1, 1, 0));
    assert_eq!(table.refused(BAKKER, ask_release(id)), Refusal::OwnContribution);
}

#[test]
fn r13_a_refusal_needs_no_reason_and_one_may_be_given_to_who_asked() {
    let mut table = Table::zsm_closing();
    let id = table.share(BAKKER, "drie eerdere meldingen");
    table.request(AGENT, id, "voor het onderzoek");
    table.decide(BAKKER, id, POLICE, NO);
    assert_eq!(
        table.card(AGENT, id).expect("a card").answer,
        None,
        "a bare no is not shown before the close"
    );
    let reason = "eerst met moeder overleggen";
    table.decide(
        BAKKER,
        id,
        POLICE,
        Verdict::Decline {
            reason: Some(reason.into()),
        },
    );
    let answer = |actor| table.card(actor, id).expect("a card").answer.clone();
    assert_eq!(answer(AGENT).as_deref(), Some(reason));
    assert_eq!((answer(OFFICER), answer(ADVISER)), (None, None));
    let cells = |actor| table.card(actor, id).expect("a card").cells.len();
    assert_eq!((cells(BAKKER), cells(AGENT), cells(OFFICER)), (1, 0, 0));
}

#[test]
fn r13_a_request_is_gone_with_the_sight_of_what_it_asks_for() {
    let mut table = Table::zsm();
    let id = table.share(BAKKER, "drie eerdere meldingen");
    table.request(AGENT, id, "voor het onderzoek");
    table.narrow(BAKKER, id, &[OM]);
    assert!(table.card(BAKKER, id).expect("a card").requests.is_empty());
    assert_eq!(
        table.refused(AGENT, Wish::DropRequest { contribution: id }),
        Refusal::NotFound
    );
}

#[test]
fn c2_a_contested_or_missing_ground_asks_for_one_sentence() {
    let mut table = Table::zsm_closing();
    let id = table.share(BAKKER, "drie eerdere meldingen");
    let without = |recipient| {
        let (excerpt, condition, motivation) = (None, None, Some("  ".into()));
        let purpose = task(recipient);
        cell(
            id,
            1,
            recipient,
            Verdict::Approve {
                purpose,
                excerpt,
                condition,
                motivation,
            },
        )
    };
    assert_eq!(table.refused(BAKKER, without(OM)), Refusal::MotivationNeeded);
    table.act(BAKKER, without(POLICE));
    table.approve(BAKKER, id, OM);
    let card = table.card(BAKKER, id).expect("a card");
    let ground = |recipient| {
        let cell = card.cells.iter().find(|it| it.recipient == recipient).expect("decided");
        match &cell.verdict {
            VerdictView::Approved { ground, .. } => ground.status,
            VerdictView::Declined { .. } => panic!("declined"),
        }
    };
    assert_eq!(
        (ground(POLICE), ground(OM)),
        (GroundStatus::Undisputed, GroundStatus::Contested)
    );
    let seat = table.sees(BAKKER).seat(OM).and_then(|seat| seat.ground.clone());
    assert_eq!(
        seat.map(|it| it.status),
        Some(GroundStatus::Contested),
        "shown before deciding (R12)"
    );
}

#[test]
fn c2_the_ground_of_each_purpose_is_shown_before_deciding_and_is_what_the_approval_rests_on() {
    use GroundStatus::{Contested, None as Without, Undisputed};
    // VT gives to the police undisputed, to the OM contested; here one task of each has a ground of its own.
    for (to, own, of_any) in [
        (POLICE, Contested, Undisputed),
        (POLICE, Without, Undisputed),
        (POLICE, Undisputed, Undisputed),
        (OM, Undisputed, Contested),
        (OM, Without, Contested),
    ] {
        let mut convening = zsm();
        let Purpose::Task(code) = task(to) else {
            panic!("a task")
        };
        let of_task = GroundBetween {
            giver: PartyKind::VeiligThuis,
            receiver: if to == OM {
                PartyKind::Prosecution
            } else {
                PartyKind::Police
            },
            purpose: Some(code),
            ground: LegalGround {
                article: "art. 2 van een eigen wet".into(),
                status: own,
            },
        };
        convening.grounds.insert(0, of_task.clone());
        let mut table = Table::zsm_of(convening);
        table.move_to(Phase::ClosingRound);
        let id = table.share(BAKKER, "drie eerdere meldingen");
        let action = Purpose::Action(table.agree(BAKKER, "langsgaan", to, &[]));
        for (purpose, status) in [(task(to), own), (action, of_any)] {
            let seat = table.sees(BAKKER).seat(to).expect("a seat").clone();
            let shown = seat.ground_for(Some(&purpose)).expect("another's seat").clone();
            assert_eq!(shown.status, status, "{to} {purpose:?}");
            let without = Verdict::Approve {
                purpose: purpose.clone(),
                excerpt: None,
                condition: None,
                motivation: None,
            };
            let refused = table.try_act(BAKKER, cell(id, 1, to, without)).err();
            let asks = (status != Undisputed).then_some(Refusal::MotivationNeeded);
            assert_eq!(refused, asks, "{to} {purpose:?}");
            table.decide(BAKKER, id, to, yes(purpose));
            let card = table.card(BAKKER, id).expect("a card");
            let kept = card.cells.iter().find(|it| it.recipient == to).expect("decided");
            assert!(matches!(&kept.verdict, VerdictView::Approved { ground, .. } if *ground == shown));
        }
        // What another party would give on is not this one's to see.
        let police = table.sees(AGENT).seat(to).expect("a seat");
        assert!(police.task_grounds.is_empty());
    }
}

#[test]
fn r12_seen_by_the_om_and_not_kept_is_a_normal_outcome() {
    let mut table = Table::zsm_closing();
    let id = table.share(BAKKER, "drie eerdere meldingen");
    assert!(table.card(OFFICER, id).is_some());
    table.approve(BAKKER, id, POLICE);
    table.decide(BAKKER, id, OM, NO);
    assert_eq!(received(&table.close()), [(POLICE, "drie eerdere meldingen")]);
    let released = table.run.events.iter().find_map(|event| match &event.fact {
        Fact::Closed { releases, .. } => Some(releases.len()),
        _ => None,
    });
    assert_eq!(released, Some(1));
}
