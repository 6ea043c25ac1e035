//! R1 to R3, R11 and C7: who owns what, who sees it, and what is derived from it.

use std::format;
use std::vec::Vec;

use crate::session::command::{Audience, ContributionKind, SeatLevel, Wish};
use crate::session::decide::MOST;
use crate::session::event::Fact;
use crate::session::refusal::Refusal;
use crate::session::table_for_tests::*;
use crate::session::view::knows_party;

#[test]
fn r1_a_contribution_carries_its_owner_on_every_screen() {
    let mut table = Table::zsm();
    let id = table.share(BAKKER, "twee eerdere meldingen");
    for actor in [OFFICER, AGENT, ADVISER, INVESTIGATOR, SUPPORTER, BAKKER, VISSER] {
        let card = table.card(actor, id).expect("everybody in a full seat sees it");
        assert_eq!((card.owner.id, card.owner.kind.tag()), (VT, "VT"));
        assert_eq!(card.author, "Bakker");
        assert_eq!(card.mine, actor.party == VT, "{}", name_of(actor));
    }
    assert_eq!(table.wall().cards[0].owner.id, VT);
}

#[test]
fn r2_only_the_audience_sees_a_contribution() {
    for (audience, full, police, halt, wall) in [
        (Audience::table(), true, true, false, true),
        (Audience::only([POLICE]), false, true, false, false),
        (Audience::only([HALT]), false, false, true, false),
        (Audience::only([]), false, false, false, false),
        (
            Audience {
                table: true,
                named: [HALT].into(),
            },
            true,
            true,
            true,
            true,
        ),
    ] {
        let mut table = Table::zsm();
        let id = table.share_with(BAKKER, audience.clone(), "een geheim adres");
        for (actor, sees) in [(ADVISER, full), (AGENT, police), (HALT_WORKER, halt), (BAKKER, true)] {
            assert_eq!(table.card(actor, id).is_some(), sees, "{audience:?} {}", name_of(actor));
        }
        assert_eq!(!table.wall().cards.is_empty(), wall, "{audience:?} on the wall");
        assert!(
            table.sees(LATECOMER).cards.is_empty(),
            "who did not accept sees no card"
        );
        assert!(table.shown(OUTSIDER).is_none());
    }
}

#[test]
fn r2_who_shares_by_default_shares_with_late_full_seats_too() {
    let mut table = Table::zsm();
    let id = table.share(BAKKER, "twee eerdere meldingen");
    table.act(OFFICER, give_seat(MUNICIPALITY, SeatLevel::Full));
    table.enter(OUTSIDER);
    assert!(table.card(OUTSIDER, id).is_none(), "the ground rules come first");
    table.act(OUTSIDER, Wish::AcceptRules);
    assert!(table.card(OUTSIDER, id).is_some());
}

#[test]
fn r2_what_is_hidden_and_what_is_not_there_get_the_same_answer() {
    let mut table = Table::zsm_closing();
    let hidden = table.share_with(BAKKER, Audience::only([POLICE]), "een geheim adres");
    let action = table.agree(BAKKER, "adres afschermen", POLICE, &[hidden]);
    let measure = table.propose(BAKKER, POLICE, &[hidden]);
    for (there, nowhere) in [
        (revise(hidden, "x"), revise(crate::ids::ContributionId(id(1)), "x")),
        (ask_release(hidden), ask_release(crate::ids::ContributionId(id(1)))),
        (
            cell(hidden, 1, OM, NO),
            cell(crate::ids::ContributionId(id(1)), 1, OM, NO),
        ),
        (
            agree("x", ADVISER.party, &[hidden]),
            agree("x", ADVISER.party, &[crate::ids::ContributionId(id(1))]),
        ),
        (
            Wish::DropAction { action },
            Wish::DropAction {
                action: crate::ids::DerivedId(id(1)),
            },
        ),
        (
            Wish::DeclineMeasure { measure, reason: None },
            Wish::DeclineMeasure {
                measure: crate::ids::DerivedId(id(1)),
                reason: None,
            },
        ),
    ] {
        for actor in [ADVISER, OFFICER, HALT_WORKER] {
            let answer = table.refused(actor, there.clone());
            assert_eq!(
                answer,
                table.refused(actor, nowhere.clone()),
                "{} {there:?}",
                name_of(actor)
            );
        }
        assert_eq!(table.refused(ADVISER, there.clone()), Refusal::NotFound, "{there:?}");
    }
}

#[test]
fn r2_a_full_table_is_counted_per_party() {
    let mut table = Table::zsm();
    table.share_with(BAKKER, Audience::only([]), "iets");
    let state = &mut table.run.now.state;
    let one = state.contributions.values().next().expect("one").clone();
    // As many as one party may bring, all hidden from the police.
    for number in 1..u32::try_from(MOST).expect("small") {
        let id = crate::ids::ContributionId(id(number));
        state.contributions.insert(id, one.clone());
    }
    let mut answer = |actor| {
        let stamp = table.stamp();
        let command = crate::session::command::Command {
            id: crate::ids::CommandId(id(7)),
            wish: share("nog iets"),
        };
        crate::session::decide::decide(&table.run.now.state, actor, stamp, command).map(|_| ())
    };
    assert_eq!(answer(BAKKER), Err(Refusal::TooMany));
    assert_eq!(answer(AGENT), Ok(()), "a shared count would tell of the hidden ones");
}

#[test]
fn r2_narrowing_takes_the_card_away_and_widening_brings_it_back_in_its_place() {
    let mut table = Table::zsm();
    let first = table.share(BAKKER, "eerst");
    let second = table.share(BAKKER, "dan");
    table.narrow(BAKKER, first, &[POLICE]);
    assert!(table.card(ADVISER, first).is_none());
    assert_eq!(
        table
            .card(AGENT, first)
            .and_then(|it| it.audience.clone())
            .map(|it| it.table),
        Some(false)
    );
    table.act(
        BAKKER,
        Wish::SetAudience {
            contribution: first,
            audience: Audience::table(),
        },
    );
    let order: Vec<_> = table.sees(ADVISER).cards.iter().map(|card| card.id).collect();
    assert_eq!(order, [first, second]);
}

#[test]
fn r2_a_restricted_seat_learns_nothing_of_the_rest() {
    let mut table = Table::zsm_closing();
    table.share(BAKKER, "niet voor Halt");
    table.agree(BAKKER, "ook niet voor Halt", POLICE, &[]);
    table.propose(BAKKER, POLICE, &[]);
    let view = table.sees(HALT_WORKER);
    let parties: Vec<_> = view.seats.iter().map(|seat| seat.party.id).collect();
    assert_eq!(parties, [OM, HALT], "its own seat and the chair's");
    assert!(view.seats.iter().all(|seat| seat.undecided.is_none()), "no counts");
    assert!(view.cards.is_empty() && view.actions.is_empty() && view.measures.is_empty() && view.subjects.is_empty());

    let opened = table.share_with(AGENT, Audience::only([HALT]), "eerste keer gepakt");
    let view = table.sees(HALT_WORKER);
    let parties: Vec<_> = view.seats.iter().map(|seat| seat.party.id).collect();
    assert_eq!(parties, [OM, POLICE, HALT], "and the owner of what was opened to it");
    assert_eq!(table.card(HALT_WORKER, opened).and_then(|it| it.audience.clone()), None);
}

#[test]
fn r2_a_restricted_seat_does_not_learn_by_deciding_who_else_sits_here() {
    let mut table = Table::zsm_closing();
    let own = table.share_with(HALT_WORKER, Audience::table(), "kwam alle afspraken na");
    for (recipient, named) in [(VT, task(VT)), (MUNICIPALITY, task(MUNICIPALITY))] {
        let answer = table.refused(HALT_WORKER, cell(own, 1, recipient, yes(named)));
        assert_eq!(answer, Refusal::NoSuchRecipient, "there or not, the answer is the same");
        let narrow = Wish::SetAudience {
            contribution: own,
            audience: Audience::only([recipient]),
        };
        assert_eq!(table.refused(HALT_WORKER, narrow), Refusal::NotFound);
    }
    // Who asks makes itself known, and can then be answered.
    table.request(BAKKER, own, "voor het veiligheidsplan");
    assert!(knows_party(table.state(), HALT, VT));
    table.approve(HALT_WORKER, own, VT);
    // What was decided once can be decided again, even when the asker stepped back into the dark.
    table.act(BAKKER, Wish::DropRequest { contribution: own });
    assert!(!knows_party(table.state(), HALT, VT));
    table.decide(HALT_WORKER, own, VT, crate::session::command::Verdict::Undecide);
}

#[test]
fn r2_a_restricted_seat_is_told_of_the_audience_of_its_own_cards_only() {
    let mut table = Table::zsm();
    let own = table.share_with(HALT_WORKER, Audience::only([OM]), "kwam alle afspraken na");
    let others = table.share_with(OFFICER, Audience::only([HALT, POLICE]), "eerste feit");
    let audience = |id| table.card(HALT_WORKER, id).map(|it| it.audience.is_some());
    assert_eq!(audience(own), Some(true));
    assert_eq!(audience(others), Some(false), "it would name the police");
}

#[test]
fn r3_only_the_owner_acts_on_a_contribution_and_the_chair_cannot() {
    let mut table = Table::zsm_closing();
    let id = table.share(BAKKER, "twee eerdere meldingen");
    for actor in [OFFICER, SECRETARY, AGENT] {
        for wish in [
            revise(id, "geen meldingen"),
            Wish::Withdraw { contribution: id },
            Wish::SetAudience {
                contribution: id,
                audience: Audience::only([]),
            },
            cell(id, 1, OM, yes(task(OM))),
        ] {
            let told = format!("{} {wish:?}", name_of(actor));
            assert_eq!(table.refused(actor, wish), Refusal::NotOwner, "{told}");
        }
    }
    // Any participant of the owner may, and who did is recorded.
    table.revise(VISSER, id, "drie eerdere meldingen");
    let last = table.run.events.last().expect("an event");
    assert_eq!(last.by, VISSER);
    assert!(matches!(last.fact, Fact::Revised { revision: 2, .. }));
}

#[test]
fn r3_a_person_acts_only_for_the_party_they_came_in_for() {
    let mut table = Table::zsm();
    // The same account, now with the police: what it accepted and led for the OM does not go along.
    let moved = crate::session::command::Actor {
        party: POLICE,
        participant: OFFICER.participant,
    };
    assert_eq!(table.refused(moved, share("iets")), Refusal::RulesNotAccepted);
    table.act(
        moved,
        Wish::Enter {
            name: "De Wit".into(),
            prosecutor: true,
        },
    );
    assert_eq!(table.refused(moved, share("iets")), Refusal::RulesNotAccepted);
    table.act(moved, Wish::AcceptRules);
    table.act(moved, share("iets"));
    assert_eq!(
        table.refused(moved, give_seat(MUNICIPALITY, SeatLevel::Full)),
        Refusal::NotChair
    );
    assert_eq!(table.refused(OFFICER, share("iets")), Refusal::RulesNotAccepted);
    table.act(SECRETARY, Wish::TakeGavel);
}

#[test]
fn r11_what_is_derived_is_hidden_from_whom_its_basis_is_hidden() {
    let mut table = Table::zsm();
    let narrow = table.share_with(BAKKER, Audience::only([POLICE, OM]), "er ligt een wapen");
    let action = table.agree(AGENT, "wapen ophalen", POLICE, &[narrow]);
    let measure = table.propose(BAKKER, POLICE, &[narrow]);
    table.act(OFFICER, dispose(None, &[narrow]));
    let sees = |table: &Table, actor| {
        let view = table.sees(actor);
        (
            view.actions.len(),
            view.measures.len(),
            usize::from(view.disposition.is_some()),
        )
    };
    for (actor, all) in [(BAKKER, 1), (AGENT, 1), (OFFICER, 1), (ADVISER, 0), (HALT_WORKER, 0)] {
        assert_eq!(sees(&table, actor), (all, all, all), "{}", name_of(actor));
    }
    assert_eq!(table.wall().actions.len(), 0);

    // Only the owner of the basis opens it, and only what rests on it.
    let open = |derived| Wish::OpenDerived {
        derived,
        contribution: narrow,
    };
    assert_eq!(table.refused(AGENT, open(action)), Refusal::NotOwner);
    assert_eq!(table.sees(BAKKER).actions[0].to_open, [narrow]);
    table.act(BAKKER, open(action));
    assert_eq!(sees(&table, ADVISER), (1, 0, 0));
    assert_eq!(
        table.sees(ADVISER).actions[0].based_on,
        [],
        "the basis itself stays hidden"
    );
    table.act(BAKKER, open(measure));
    let disposition = table.state().disposition.as_ref().expect("recorded").id;
    table.act(BAKKER, open(disposition));
    assert_eq!(sees(&table, ADVISER), (1, 1, 1));
    assert_eq!(
        sees(&table, HALT_WORKER),
        (0, 0, 0),
        "a restricted seat sees what it performs itself"
    );
}

#[test]
fn r11_narrowing_the_basis_hides_what_was_derived() {
    let mut table = Table::zsm();
    let basis = table.share(BAKKER, "er ligt een wapen");
    table.agree(BAKKER, "wapen ophalen", POLICE, &[basis]);
    assert_eq!(table.sees(ADVISER).actions.len(), 1);
    table.narrow(BAKKER, basis, &[POLICE]);
    assert_eq!(table.sees(ADVISER).actions.len(), 0);
    assert_eq!(table.sees(AGENT).actions.len(), 1);
}

#[test]
fn r11_nobody_opens_what_they_do_not_see() {
    let mut table = Table::zsm();
    let vt = table.share_with(BAKKER, Audience::only([OM]), "van VT");
    let police = table.share_with(AGENT, Audience::only([OM]), "van de politie");
    let action = table.agree(OFFICER, "rust op beide", OM, &[vt, police]);
    let open = Wish::OpenDerived {
        derived: action,
        contribution: vt,
    };
    assert_eq!(table.refused(BAKKER, open), Refusal::NotFound);
}

#[test]
fn r11_who_must_act_must_see_what_it_rests_on() {
    let mut table = Table::zsm();
    let narrow = table.share_with(BAKKER, Audience::only([POLICE]), "er ligt een wapen");
    assert_eq!(
        table.refused(BAKKER, agree("x", PROBATION, &[narrow])),
        Refusal::HiddenFromOthers
    );
    assert_eq!(
        table.refused(BAKKER, propose(PROBATION, &[narrow])),
        Refusal::HiddenFromOthers
    );
    assert_eq!(table.refused(ADVISER, agree("x", POLICE, &[narrow])), Refusal::NotFound);
}

#[test]
fn r11_a_request_does_not_name_an_action_that_the_owner_does_not_see() {
    use crate::session::command::Purpose;
    let mut table = Table::zsm_closing();
    let narrow = table.share_with(BAKKER, Audience::only([POLICE]), "er ligt een wapen");
    let action = table.agree(AGENT, "wapen ophalen", POLICE, &[narrow]);
    let wanted = table.share(ADVISER, "meldt zich niet");
    table.act(
        AGENT,
        Wish::RequestRelease {
            contribution: wanted,
            purpose: Some(Purpose::Action(action)),
            reason: None,
        },
    );
    let asked = |table: &Table, actor| table.card(actor, wanted).expect("a card").requests[0].purpose.clone();
    assert_eq!(asked(&table, ADVISER), None);
    assert_eq!(asked(&table, AGENT), Some(Purpose::Action(action)));
    // As soon as the owner of the basis opens the action, the owner of the contribution reads what it is for.
    table.act(
        BAKKER,
        Wish::OpenDerived {
            derived: action,
            contribution: narrow,
        },
    );
    assert_eq!(asked(&table, ADVISER), Some(Purpose::Action(action)));
}

#[test]
fn c7_what_a_contribution_claims_to_be_its_assessor_and_its_correction_are_visible() {
    let mut table = Table::zsm();
    for kind in ContributionKind::ALL {
        let id = table.share_as(BAKKER, kind, Audience::table(), "woorden");
        assert_eq!(table.card(AGENT, id).map(|card| card.kind), Some(kind));
    }
    let id = table.share_as(BAKKER, ContributionKind::Assessment, Audience::table(), "onveilig");
    assert_eq!(table.card(AGENT, id).map(|card| card.author.as_str()), Some("Bakker"));
    table.act(
        VISSER,
        Wish::Revise {
            contribution: id,
            kind: ContributionKind::Suspicion,
            subjects: [table.subject(0)].into(),
            text: "misschien onveilig".into(),
        },
    );
    let card = table.card(AGENT, id).expect("a card");
    assert_eq!(
        (card.revision, card.author.as_str(), card.kind),
        (2, "Visser", ContributionKind::Suspicion)
    );
    assert!(card.revised_at.is_some(), "a correction shows as one");
}

#[test]
fn r3_a_withdrawn_contribution_leaves_its_place_and_no_words() {
    let mut table = Table::zsm();
    let id = table.share(BAKKER, "vergissing");
    table.request(AGENT, id, "nodig");
    table.withdraw(BAKKER, id);
    let card = table.card(AGENT, id).expect("its place");
    assert!(card.text.is_none() && card.withdrawn_at.is_some() && card.requests.is_empty());
    assert_eq!(table.refused(BAKKER, revise(id, "toch niet")), Refusal::Withdrawn);
}

#[test]
fn c4_no_event_holds_a_word_of_content() {
    let mut table = Table::zsm_closing();
    let words = "vlierbloesem";
    let narrow = table.share(BAKKER, words);
    table.revise(BAKKER, narrow, words);
    table.act(
        AGENT,
        Wish::RequestRelease {
            contribution: narrow,
            purpose: None,
            reason: Some(words.into()),
        },
    );
    table.agree(AGENT, words, POLICE, &[narrow]);
    let verdict = crate::session::command::Verdict::Approve {
        purpose: task(POLICE),
        excerpt: Some(words.into()),
        condition: Some(words.into()),
        motivation: Some(words.into()),
    };
    table.decide(BAKKER, narrow, POLICE, verdict);
    table.ask_time(BAKKER);
    table.act(OFFICER, dispose(Some(words), &[]));
    let log = serde_json::to_string(&table.run.events).expect("events serialise");
    assert!(!log.contains(words), "{log}");
    assert_eq!(table.sees(BAKKER).cards[0].text.as_deref(), Some(words));
}
