//! R4, R5, R7 to R10, R12, R13, C2 and C5: requests, the closing matrix, and the close.

use std::string::String;
use std::vec::Vec;
use std::{format, vec};

use super::fixture::*;
use crate::accountability::WhyDestroyed;
use crate::dossier::{Copies, DossierItem, ItemKind, NamedAssignee, PurposeText};
use crate::ground::{GroundBetween, GroundStatus, LegalGround};
use crate::ids::{ItemId, PartyId};
use crate::moment::Phase;
use crate::party::PartyKind;
use crate::session::closing::copies;
use crate::session::command::{CellDecision, CommandKind, NewAnswer, SeatLevel, SubjectRole, Verdict};
use crate::session::event::EventKind;
use crate::session::item::{Assignee, Audience, ContributionKind, Purpose};
use crate::session::refusal::Refusal;
use crate::session::view::VerdictView;

/// Who received which words.
fn received(copies: &Copies) -> Vec<(PartyId, &str)> {
    copies
        .dossier
        .iter()
        .map(|(to, item)| (*to, item.text.as_str()))
        .collect()
}

/// The copy of these words.
fn copy_of<'a>(copies: &'a Copies, words: &str) -> &'a DossierItem {
    let found = copies.dossier.iter().find(|(_, item)| item.text == words);
    &found.expect("a copy of these words").1
}

/// Everything in the copies, as text, to look for words.
fn everything(copies: &Copies) -> String {
    let dossier: Vec<_> = copies.dossier.iter().map(|(_, item)| item).collect();
    let all = (
        serde_json::to_string(&dossier).expect("copies"),
        serde_json::to_string(&copies.register).expect("entries"),
        serde_json::to_string(&copies.motivations.iter().map(|it| &it.1).collect::<Vec<_>>()).expect("motivations"),
    );
    format!("{}{}{}", all.0, all.1, all.2)
}

#[test]
fn r4_nothing_leaves_that_nobody_decided() {
    let mut table = Table::zsm();
    let item = table.share(BAKKER, "twee eerdere meldingen");
    table.request(AGENT, item, "nodig");
    let declined = table.share(BAKKER, "een vermoeden");
    table.share_action(BAKKER, "moeder bellen", POLICE, &[]);
    table.move_to(Phase::ClosingRound);
    table.decline(BAKKER, declined, POLICE);
    let copies = table.close();
    assert!(copies.dossier.is_empty() && copies.register.is_empty() && copies.motivations.is_empty());
    let outcome = table.sees(BAKKER).progress.closed.clone().expect("closed");
    assert_eq!((outcome.destroyed, outcome.expired), (3, false));
}

/// G1: VT's words of an action went along as the purpose of another party's card.
#[test]
fn g01_an_action_as_a_purpose_is_a_reference_and_carries_no_words() {
    let words = "mevrouw naar opvang Lindelaan";
    let mut table = Table::zsm();
    let action = table.share_action(BAKKER, words, POLICE, &[]);
    let card = table.share(ADVISER, "meldt zich niet");
    table.move_to(Phase::ClosingRound);
    table.approve_for(ADVISER, card, OM, action);
    let copies = table.close();
    assert!(!everything(&copies).contains("Lindelaan"));
    assert_eq!(received(&copies), [(OM, "meldt zich niet")]);
    let purpose = copies.dossier[0].1.purpose.clone();
    let expected = PurposeText::FollowUp {
        number: 1,
        performer: NamedAssignee::Party(organisation(POLICE)),
        due: None,
    };
    assert_eq!(purpose, Some(expected.clone()));
    assert_eq!(copies.register[0].item.purpose, Some(expected));
    let report = table.report(VT);
    assert!(report.releases.is_empty(), "VT gave nothing");
    let [release] = &table.report(OM).releases[..] else {
        panic!("one release")
    };
    assert_eq!(release.action.as_ref().map(|action| action.number), Some(1));
}

/// G2: the action's own words went to its performer with no ground, purpose, motivation or register line.
#[test]
fn g02_the_words_of_an_action_leave_only_through_a_cell_of_their_owners() {
    let words = "mevrouw naar opvang Lindelaan";
    for approved in [false, true] {
        let mut table = Table::zsm();
        let action = table.share_action(BAKKER, words, OM, &[]);
        table.accept(OFFICER, action);
        table.move_to(Phase::ClosingRound);
        assert!(
            table
                .item(BAKKER, action)
                .is_some_and(|it| it.is_row() && it.may.decide)
        );
        let without = Verdict::Approve {
            purpose: Purpose::Action(action),
            subjects: None,
            excerpt: None,
            condition: None,
            motivation: None,
        };
        assert_eq!(
            table.refused(BAKKER, cell(action, 1, OM, without)),
            Refusal::MotivationNeeded,
            "VT to the OM is contested"
        );
        if approved {
            table.approve_for(BAKKER, action, OM, action);
        }
        let copies = table.close();
        assert_eq!(everything(&copies).contains("Lindelaan"), approved);
        assert_eq!(
            (copies.dossier.len(), copies.register.len()),
            if approved { (1, 1) } else { (0, 0) }
        );
        if approved {
            let copy = copy_of(&copies, words);
            assert_eq!(
                copy.kind,
                ItemKind::Agreement {
                    due: None,
                    number: Some(1),
                    performer: Some(NamedAssignee::Party(organisation(OM)))
                }
            );
            assert_eq!(copy.giver.id, VT);
            assert_eq!(copy.ground.as_ref().map(|it| it.status), Some(GroundStatus::Contested));
            assert!(copy.motivation.is_some());
            assert_eq!(copies.register[0].giver, VT);
        }
    }
}

/// G3: the police quotes a card that VT declined in an action of its own, performs it itself, and takes it along.
#[test]
fn g03_what_rests_on_anothers_item_leaves_and_is_kept_only_with_that_owners_yes() {
    let words = "wapen ophalen bij de Lindelaan";
    for (name, own_basis, verdict, kept) in [
        ("it rests on nothing", None, None, 1),
        ("on its own", Some(AGENT), None, 1),
        ("on another's, undecided", Some(BAKKER), None, 0),
        ("on another's, declined", Some(BAKKER), Some(NO), 0),
        ("on another's, approved", Some(BAKKER), Some(yes(task(POLICE))), 1),
    ] {
        let mut table = Table::zsm();
        let basis: Vec<_> = own_basis
            .map(|owner| table.share(owner, "er ligt een wapen"))
            .into_iter()
            .collect();
        let action = table.share_action(AGENT, words, POLICE, &basis);
        table.accept(AGENT, action);
        table.move_to(Phase::ClosingRound);
        // Also to a third party: its owner's yes alone does not take the basis along.
        table.approve(AGENT, action, PROBATION);
        if let Some(verdict) = verdict {
            table.decide(BAKKER, basis[0], POLICE, verdict);
        }
        let copies = table.close();
        let own = copies
            .dossier
            .iter()
            .filter(|(to, item)| *to == POLICE && item.text == words);
        assert_eq!(own.count(), kept, "{name}");
        let probation = received(&copies).contains(&(PROBATION, words));
        assert_eq!(probation, own_basis != Some(BAKKER), "{name}");
        let outcome = table.sees(AGENT).progress.closed.clone().expect("closed");
        assert_eq!(outcome.kept, u32::try_from(kept).expect("small"), "{name}");
    }
}

/// R11: a chain of bases needs every owner's yes, for the same recipient.
#[test]
fn g03_r11_a_chain_of_bases_needs_the_yes_of_every_owner_for_the_same_recipient() {
    for (vt, probation, leaves) in [
        (None, None, false),
        (Some(OM), None, false),
        (None, Some(OM), false),
        (Some(VICTIM_SUPPORT), Some(OM), false),
        (Some(OM), Some(OM), true),
    ] {
        let mut table = Table::zsm();
        let deepest = table.share(BAKKER, "er ligt een wapen");
        let middle = table.share_based(ADVISER, Audience::table(), &[deepest], "dat past bij vroeger");
        let top = table.share_based(AGENT, Audience::table(), &[middle], "daarom nu");
        table.move_to(Phase::ClosingRound);
        table.approve(AGENT, top, OM);
        for (owner, item, to) in [(BAKKER, deepest, vt), (ADVISER, middle, probation)] {
            if let Some(to) = to {
                table.approve(owner, item, to);
            }
        }
        let copies = table.close();
        let told = format!("{vt:?} {probation:?}");
        assert_eq!(received(&copies).contains(&(OM, "daarom nu")), leaves, "{told}");
    }
}

/// G7: the reporter's name went along with an excerpt that does not name her.
#[test]
fn g07_an_excerpt_starts_with_nobody_and_a_reporter_goes_along_only_if_the_owner_puts_it_there() {
    let name = "J. Vos, buurvrouw";
    for (excerpt, chosen, labels) in [
        (true, None, &[][..]),
        (false, None, &["moeder"][..]),
        (true, Some(1), &[name][..]),
        (true, Some(0), &["moeder"][..]),
        (false, Some(1), &[name][..]),
    ] {
        let mut table = Table::zsm();
        let reporter = table.add_subject(INVESTIGATOR, SubjectRole::Reporter, name);
        let about = [table.subject(1), reporter];
        let item = table.share_about(
            BAKKER,
            &about,
            Audience::table(),
            "twee meldingen van J. Vos over moeder",
        );
        table.move_to(Phase::ClosingRound);
        let verdict = Verdict::Approve {
            purpose: task(OM),
            subjects: chosen.map(|place: usize| [about[place]].into()),
            excerpt: excerpt.then(|| "twee meldingen".into()),
            condition: None,
            motivation: Some("nodig".into()),
        };
        table.decide(BAKKER, item, OM, verdict);
        let copies = table.close();
        let told: Vec<_> = copies.dossier[0]
            .1
            .subjects
            .iter()
            .map(|it| it.label.as_str())
            .collect();
        assert_eq!(told, labels, "excerpt {excerpt}, chosen {chosen:?}");
        assert_eq!(
            copies.register[0].item.subjects, copies.dossier[0].1.subjects,
            "both copies say the same"
        );
        if excerpt && chosen.is_none() {
            assert!(!everything(&copies).contains("Vos"));
        }
    }
}

#[test]
fn r5_r16_nobody_is_put_into_an_approval_whom_the_item_is_not_about() {
    let mut table = Table::zsm();
    let item = table.share_about(BAKKER, &[table.subject(1)], Audience::table(), "twee meldingen");
    table.move_to(Phase::ClosingRound);
    for other in [table.subject(0), crate::ids::SubjectId(id(4))] {
        let verdict = Verdict::Approve {
            purpose: task(POLICE),
            subjects: Some([other].into()),
            excerpt: None,
            condition: None,
            motivation: None,
        };
        assert_eq!(table.refused(BAKKER, cell(item, 1, POLICE, verdict)), Refusal::NotFound);
    }
}

/// G10: labels and words of the purpose stayed with the recipient after the owner had taken the release back.
#[test]
fn g10_what_is_taken_back_after_the_close_leaves_no_label_and_no_words() {
    use crate::release::{ReleaseCommand, ReleaseCommandKind, ReleaseOrigin, ReleaseState, decide};
    let mut table = Table::zsm();
    let action = table.share_action(BAKKER, "mevrouw naar opvang Lindelaan", OM, &[]);
    let item = table.share_about(BAKKER, &[table.subject(1)], Audience::table(), "moeder is bang");
    table.move_to(Phase::ClosingRound);
    let verdict = Verdict::Approve {
        purpose: Purpose::Action(action),
        subjects: None,
        excerpt: None,
        condition: Some("niet delen met vader".into()),
        motivation: Some("nodig voor moeder".into()),
    };
    table.decide(BAKKER, item, OM, verdict);
    let copies = table.close();
    let copy = copies.dossier[0].1.clone();
    assert!(serde_json::to_string(&copy).expect("a copy").contains("moeder"));
    let life = ReleaseState::new(ReleaseOrigin {
        giver: VT,
        recipient: OM,
        at: copy.received_at,
        until: copy.retain_until,
    });
    let reason = "per ongeluk".into();
    let kind = ReleaseCommandKind::Withdraw { reason };
    let decision = decide(&life, BAKKER, table.at, &ReleaseCommand { version: 0, kind }).expect("its owner may");
    let event = decision.event;
    let after = crate::release::evolve(life, &event);
    let copy = copy.after(&after, &event, "Bakker", &decision.words);
    let left = serde_json::to_string(&copy).expect("a copy");
    for words in ["moeder", "bang", "vader", "Lindelaan"] {
        assert!(!left.contains(words), "{words}: {left}");
    }
    assert!(copy.subjects.is_empty());
}

#[test]
fn r5_an_approval_is_for_one_revision_one_recipient_and_one_purpose() {
    let mut table = Table::zsm();
    let item = table.share(BAKKER, "twee eerdere meldingen");
    let action = table.share_action(AGENT, "wapen ophalen", POLICE, &[]);
    let refused = table.share_action(AGENT, "niets", POLICE, &[]);
    table.refuse(AGENT, refused, "toch niet");
    let hidden = table.share_action(ADVISER, "geheim", PROBATION, &[]);
    table.narrow(ADVISER, hidden, &[POLICE]);
    table.revise(BAKKER, item, "drie eerdere meldingen");
    table.move_to(Phase::ClosingRound);
    for (revision, recipient, purpose, because) in [
        (1, POLICE, task(POLICE), Refusal::OtherRevision),
        (3, POLICE, task(POLICE), Refusal::OtherRevision),
        (2, VT, task(VT), Refusal::NoSuchRecipient),
        (2, MUNICIPALITY, task(MUNICIPALITY), Refusal::NoSuchRecipient),
        (2, POLICE, task(PROBATION), Refusal::PurposeDoesNotFit),
        (2, POLICE, Purpose::Task("bakker".into()), Refusal::PurposeDoesNotFit),
        (2, POLICE, Purpose::Action(no_item()), Refusal::PurposeDoesNotFit),
        // A contribution is no action, and nobody does what was refused.
        (2, POLICE, Purpose::Action(item), Refusal::PurposeDoesNotFit),
        (2, POLICE, Purpose::Action(refused), Refusal::PurposeDoesNotFit),
        // The giver does not see it; the recipient does not see it.
        (2, POLICE, Purpose::Action(hidden), Refusal::PurposeDoesNotFit),
        (2, HALT, Purpose::Action(action), Refusal::PurposeDoesNotFit),
    ] {
        let told = format!("{revision} {recipient} {purpose:?}");
        assert_eq!(
            table.refused(BAKKER, cell(item, revision, recipient, yes(purpose))),
            because,
            "{told}"
        );
    }
    table.approve_for(BAKKER, item, POLICE, action);
    let copies = table.close();
    assert_eq!(copy_of(&copies, "drie eerdere meldingen").revision, 2);
    assert_eq!(received(&copies)[0].0, POLICE);
}

#[test]
fn r5_an_excerpt_leaves_instead_of_the_whole_and_a_condition_goes_along() {
    let mut table = Table::zsm_closing_with(BAKKER, "twee meldingen, en het geheime adres");
    let item = table.only_item();
    let verdict = |excerpt: &str| Verdict::Approve {
        purpose: task(POLICE),
        subjects: None,
        excerpt: Some(excerpt.into()),
        condition: Some("niet delen met de verdachte zonder overleg".into()),
        motivation: None,
    };
    for nothing in ["  ", "\u{3164}", "…"] {
        assert_eq!(
            table.refused(BAKKER, cell(item, 1, POLICE, verdict(nothing))),
            Refusal::Text(crate::text::TextFault::Empty),
            "an empty excerpt is not the whole"
        );
    }
    table.decide(BAKKER, item, POLICE, verdict("twee meldingen"));
    let copies = table.close();
    assert_eq!(received(&copies), [(POLICE, "twee meldingen")]);
    assert!(!everything(&copies).contains("adres"));
    let copy = &copies.dossier[0].1;
    assert!(copy.is_excerpt);
    assert_eq!(
        copy.condition.as_deref(),
        Some("niet delen met de verdachte zonder overleg")
    );
}

#[test]
fn r5_cells_are_decided_all_or_none() {
    let mut table = Table::zsm_closing_with(BAKKER, "drie eerdere meldingen");
    let item = table.only_item();
    let one = |recipient, verdict| CellDecision {
        item,
        revision: 1,
        recipient,
        verdict,
    };
    let cells = |cells| CommandKind::Decide { cells };
    let half = cells(vec![one(POLICE, yes(task(POLICE))), one(OM, yes(task(POLICE)))]);
    assert_eq!(table.refused(BAKKER, half), Refusal::PurposeDoesNotFit);
    assert!(table.item(BAKKER, item).expect("an item").cells.is_empty());
    let twice = cells(vec![one(POLICE, NO), one(POLICE, NO)]);
    assert_eq!(table.refused(BAKKER, twice), Refusal::CellsDoNotFit);
    assert_eq!(table.refused(BAKKER, cells(vec![])), Refusal::CellsDoNotFit);
    let both = cells(vec![one(POLICE, yes(task(POLICE))), one(OM, NO)]);
    table.act(BAKKER, both);
    assert_eq!(table.item(BAKKER, item).expect("an item").cells.len(), 2);
}

#[test]
fn r5_without_words_there_is_nothing_to_release() {
    let mut table = Table::zsm();
    let measure = table.propose_measure(BAKKER, "extra_patrol", POLICE, "", &[]);
    assert_eq!(table.refused(AGENT, ask_release(measure, 1)), Refusal::NoWords);
    table.move_to(Phase::ClosingRound);
    assert_eq!(
        table.refused(BAKKER, cell(measure, 1, POLICE, yes(task(POLICE)))),
        Refusal::NoWords
    );
    let disposition_of = |note: Option<&str>| CommandKind::RecordDisposition {
        suspect: Table::zsm().subject(0),
        revision: 0,
        kind: crate::session::item::DispositionKind::Summons,
        note: note.map(Into::into),
        deviation: None,
    };
    // The words of a disposition are the OM's, and leave like any others.
    let mut table = Table::zsm();
    let events = table.act(OFFICER, disposition_of(Some("dagvaarding met bijzondere voorwaarden")));
    let EventKind::DispositionRecorded { item, .. } = events[0].kind else {
        panic!("{events:?}")
    };
    table.move_to(Phase::ClosingRound);
    table.approve(OFFICER, item, POLICE);
    let copies = table.close();
    assert_eq!(received(&copies), [(POLICE, "dagvaarding met bijzondere voorwaarden")]);
    assert_eq!(
        copies.dossier[0].1.kind,
        ItemKind::Disposition(crate::session::item::DispositionKind::Summons)
    );
}

#[test]
fn r7_before_the_close_nothing_is_in_a_dossier_and_after_it_everything_approved() {
    let words = "drie eerdere meldingen";
    let mut table = Table::zsm_closing_with(BAKKER, words);
    let item = table.only_item();
    table.approve(BAKKER, item, POLICE);
    table.approve(BAKKER, item, HALT);
    let open = copies(table.state(), &table.run.now.texts, &table.run.events);
    assert!(open.dossier.is_empty(), "no event but the close lets anything out");
    let copies = table.close();
    assert_eq!(received(&copies), [(POLICE, words), (HALT, words)]);
    let register: Vec<_> = copies.register.iter().map(|it| (it.giver, it.recipient.id)).collect();
    assert_eq!(register, [(VT, POLICE), (VT, HALT)]);
    for command in [
        share("nog iets"),
        ASK_TIME,
        cell(item, 1, OM, NO),
        withdraw(item, 1),
        CommandKind::Close {},
    ] {
        assert_eq!(table.refused(BAKKER, command), Refusal::Closed);
    }
}

#[test]
fn r7_each_party_is_told_only_of_its_own_part_of_the_outcome() {
    let mut table = Table::zsm_closing_with(BAKKER, "drie eerdere meldingen");
    let item = table.only_item();
    table.approve(BAKKER, item, POLICE);
    table.close();
    let outcome = |actor| {
        let closed = table.sees(actor).progress.closed.clone().expect("closed");
        (closed.given, closed.received, closed.kept, closed.destroyed)
    };
    assert_eq!(outcome(BAKKER), (vec![(POLICE, 1)], 0, 0, 0));
    assert_eq!(outcome(AGENT), (vec![], 1, 0, 0));
    assert_eq!(outcome(OFFICER), (vec![], 0, 0, 0), "the chair no more than others");
    assert_eq!(outcome(HALT_WORKER), (vec![], 0, 0, 0));
    let wall = table.wall().progress.closed.clone().expect("closed");
    assert!(wall.given.is_empty() && wall.received == 0 && wall.destroyed == 0);
}

#[test]
fn r8_after_the_close_no_view_has_a_word_left() {
    let words = "vlierbloesem";
    let mut table = Table::zsm();
    let item = table.share(BAKKER, words);
    let action = table.share_action(AGENT, words, POLICE, &[item]);
    table.refuse(AGENT, action, words);
    table.propose_measure(AGENT, "extra_patrol", POLICE, words, &[item]);
    table.record_disposition(table.subject(0), None);
    table.move_to(Phase::ClosingRound);
    table.approve(BAKKER, item, POLICE);
    table.close();
    for actor in EVERYBODY {
        let Some(view) = table.shown(actor) else { continue };
        let json = serde_json::to_string(view).expect("a view");
        for word in [words, "moeder", "gebiedsverbod"] {
            assert!(!json.contains(word), "{word}: {json}");
        }
        assert!(view.items.is_empty() && view.taken_back.is_empty());
    }
    assert!(table.run.now.texts.ids().is_empty());
}

#[test]
fn r8_the_certificate_names_what_was_destroyed_and_why_to_whom_could_see_it() {
    let mut table = Table::zsm();
    let given = table.share(BAKKER, "drie eerdere meldingen");
    let kept = table.share(BAKKER, "vlierbloesem");
    let gone = table.share(BAKKER, "dit hoort hier niet");
    let action = table.share_action(BAKKER, "moeder bellen", VT, &[]);
    table.withdraw(BAKKER, gone);
    table.share_with(BAKKER, Audience::only([OM]), "alleen voor het OM");
    table.move_to(Phase::ClosingRound);
    table.approve(BAKKER, given, POLICE);
    table.approve(BAKKER, given, OM);
    assert!(table.report(VT).destroyed.is_empty(), "nothing is destroyed yet");
    table.close();
    let certificate = |party| table.report(party).destroyed;
    let why = |party, item: ItemId| {
        let mut lines = certificate(party).into_iter();
        lines.find(|line| line.item == item).map(|line| line.why)
    };
    assert_eq!(certificate(VT).len(), 5);
    assert_eq!(certificate(OM).len(), 5);
    assert_eq!(certificate(POLICE).len(), 4, "what it could not see is not counted");
    assert_eq!(certificate(HALT).len(), 0);
    let to = |parties: &[PartyId]| Some(WhyDestroyed::Released { to: parties.to_vec() });
    assert_eq!(why(VT, given), to(&[OM, POLICE]));
    assert_eq!(
        why(POLICE, given),
        to(&[POLICE]),
        "a recipient reads nothing of the others"
    );
    assert_eq!(why(PROBATION, given), Some(WhyDestroyed::NotReleased));
    assert_eq!(why(VT, kept), Some(WhyDestroyed::NotReleased));
    assert_eq!(why(VT, action), Some(WhyDestroyed::NotReleased));
    assert_eq!(why(POLICE, gone), Some(WhyDestroyed::Withdrawn));
    let json = serde_json::to_string(&certificate(VT)).expect("written");
    assert!(!json.contains("vlierbloesem") && !json.contains("meldingen"));
}

#[test]
fn r8_an_owner_that_takes_words_back_takes_all_that_hung_on_them() {
    let mut table = Table::zsm();
    let item = table.share(BAKKER, "drie eerdere meldingen");
    table.request(ADVISER, item, "voor mijn advies");
    let action = table.share_action(BAKKER, "moeder bellen", POLICE, &[]);
    table.refuse(AGENT, action, "niet aan ons");
    table.move_to(Phase::ClosingRound);
    let verdict = Verdict::Approve {
        purpose: task(PROBATION),
        subjects: None,
        excerpt: Some("meldingen".into()),
        condition: Some("niet delen".into()),
        motivation: Some("nodig".into()),
    };
    table.decide(BAKKER, item, PROBATION, verdict);
    let before = table.run.now.texts.ids().len();
    table.withdraw(BAKKER, item);
    let after = table.run.now.texts.ids().len();
    assert_eq!(
        before - after,
        5,
        "the words, the reason, the excerpt, the condition, the motivation"
    );
    table.withdraw(BAKKER, action);
    assert_eq!(after - table.run.now.texts.ids().len(), 2, "the words, the reason");
}

#[test]
fn r10_a_copy_carries_its_provenance() {
    let mut table = Table::zsm();
    let assessment = share_item(
        crate::session::item::NewContent::Contribution {
            kind: ContributionKind::Assessment,
        },
        Audience::table(),
        &[table.subject(1)],
        &[],
        "onveilig",
    );
    table.act(BAKKER, assessment);
    let shared_at = table.at;
    let item = table.only_item();
    table.move_to(Phase::ClosingRound);
    table.approve(VISSER, item, OM);
    let approved_at = table.at;
    table.wait(5);
    let copies = table.close();
    let (to, copy) = &copies.dossier[0];
    assert_eq!((*to, copy.giver.id, copy.case_reference.as_str()), (OM, VT, "26-0417"));
    assert_eq!(copy.moment.nl, "ZSM-overleg");
    assert_eq!((copy.author.as_str(), copy.approved_by.as_str()), ("Bakker", "Visser"));
    assert_eq!(
        (copy.shared_at, copy.approved_at, copy.received_at),
        (shared_at, approved_at, table.at)
    );
    assert_eq!(copy.kind, ItemKind::Contribution(ContributionKind::Assessment));
    assert_eq!((copy.revision, copy.is_excerpt), (1, false));
    assert_eq!(copy.subjects[0].label, "moeder");
    assert_eq!(copy.ground.as_ref().map(|it| it.status), Some(GroundStatus::Contested));
    assert_eq!(copy.motivation.as_deref(), Some("nodig voor de veiligheid"));
    assert_eq!((copy.retain_until - copy.received_at).num_days(), 365);
    assert!(matches!(&copy.purpose, Some(PurposeText::Task { code, name: Some(_) }) if code == "om_afdoening"));
    let entry = &copies.register[0];
    assert_eq!((entry.giver, entry.recipient.id), (VT, OM));
    assert!(entry.item == *copy && entry.keep_until >= copy.retain_until);
}

#[test]
fn c5_a_copy_ends_by_its_holders_term_for_its_purpose_and_never_after_the_calendar() {
    let mut table = Table::zsm();
    let mut police = seat(POLICE, SeatLevel::Full);
    police.tasks[0].retention_days = Some(30);
    table.act(OFFICER, CommandKind::GiveSeat(police.into()));
    let mut forever = seat(PROBATION, SeatLevel::Full);
    forever.retention_days = u32::MAX;
    table.act(OFFICER, CommandKind::GiveSeat(forever.into()));
    let item = table.share(BAKKER, "drie eerdere meldingen");
    let action = table.share_action(BAKKER, "x", POLICE, &[]);
    table.move_to(Phase::ClosingRound);
    table.approve(BAKKER, item, POLICE);
    table.approve_for(BAKKER, action, POLICE, action);
    table.approve(BAKKER, item, PROBATION);
    let copies = table.close();
    let days = |words, to| {
        let mut all = copies.dossier.iter();
        let copy = all.find(|(party, item)| *party == to && item.text == words);
        let copy = &copy.expect("a copy").1;
        (copy.retain_until - copy.received_at).num_days()
    };
    assert_eq!(days("drie eerdere meldingen", POLICE), 30);
    assert_eq!(days("x", POLICE), 365);
    assert!(days("drie eerdere meldingen", PROBATION) > 365 * 1_000);
}

#[test]
fn r13_only_the_owner_and_who_asked_see_a_request() {
    let mut table = Table::zsm();
    let item = table.share(BAKKER, "drie eerdere meldingen");
    table.request(AGENT, item, "voor het onderzoek");
    table.request(ADVISER, item, "voor mijn advies");
    let seen = |actor| table.item(actor, item).expect("an item").requests.len();
    assert_eq!((seen(BAKKER), seen(AGENT), seen(ADVISER), seen(OFFICER)), (2, 1, 1, 0));
    assert!(table.wall().items[0].requests.is_empty());
    assert_eq!(table.refused(BAKKER, ask_release(item, 1)), Refusal::OwnItem);
    let other_task = CommandKind::RequestRelease {
        item,
        revision: 1,
        purpose: Some(task(OM)),
        reason: None,
    };
    assert_eq!(table.refused(AGENT, other_task), Refusal::PurposeDoesNotFit);
    table.drop_request(AGENT, item);
    assert_eq!(
        table.refused(AGENT, CommandKind::DropRequest { item }),
        Refusal::NotFound
    );
}

/// G23: a reason for declining was shown to a party that never asked.
#[test]
fn g23_the_reason_of_a_refusal_is_read_by_who_asked_and_nobody_else() {
    let mut table = Table::zsm();
    let item = table.share(BAKKER, "drie eerdere meldingen");
    table.request(AGENT, item, "voor het onderzoek");
    table.move_to(Phase::ClosingRound);
    table.decline(BAKKER, item, POLICE);
    let shown = |table: &Table, actor| table.item(actor, item).expect("an item").decline_reason.clone();
    assert_eq!(shown(&table, AGENT), None, "a bare no is not shown before the close");
    let reason = "eerst met moeder overleggen";
    for recipient in [POLICE, OM, PROBATION] {
        let reason = Some(reason.into());
        table.decide(BAKKER, item, recipient, Verdict::Decline { reason });
    }
    assert_eq!(shown(&table, AGENT).as_deref(), Some(reason));
    for actor in [OFFICER, ADVISER, SUPPORTER, BAKKER] {
        assert_eq!(shown(&table, actor), None, "{}", name_of(actor));
    }
    table.drop_request(AGENT, item);
    assert_eq!(shown(&table, AGENT), None);
    let cells = |actor| table.item(actor, item).expect("an item").cells.len();
    assert_eq!((cells(BAKKER), cells(AGENT), cells(OFFICER)), (3, 0, 0));
}

#[test]
fn r13_a_request_is_gone_with_the_sight_of_what_it_asks_for() {
    let mut table = Table::zsm();
    let item = table.share(BAKKER, "drie eerdere meldingen");
    table.request(AGENT, item, "voor het onderzoek");
    table.narrow(BAKKER, item, &[OM]);
    assert!(table.item(BAKKER, item).expect("an item").requests.is_empty());
    // So is one for what rests on something that is narrowed, and the purpose that is gone.
    let resting = table.share_based(OFFICER, Audience::table(), &[item], "daarom");
    table.narrow(BAKKER, item, &[OM, POLICE]);
    table.request(AGENT, resting, "nodig");
    table.narrow(BAKKER, item, &[OM]);
    assert!(table.item(OFFICER, resting).expect("its own").requests.is_empty());
    let action = table.share_action(AGENT, "x", POLICE, &[]);
    let wanted = table.share(ADVISER, "meldt zich niet");
    let ask = CommandKind::RequestRelease {
        item: wanted,
        revision: 1,
        purpose: Some(Purpose::Action(action)),
        reason: None,
    };
    table.act(AGENT, ask);
    table.withdraw(AGENT, action);
    let [request] = &table.item(ADVISER, wanted).expect("its own").requests[..] else {
        panic!("the request stands")
    };
    assert_eq!(request.purpose, None);
}

#[test]
fn r13_a_last_call_is_seen_by_all_decides_nothing_and_holds_until_vt_or_the_table_moves() {
    let mut table = Table::zsm_closing_with(BAKKER, "twee eerdere meldingen");
    let item = table.only_item();
    let called = |table: &Table| table.sees(BAKKER).progress.last_call;
    assert_eq!(called(&table), None);
    for actor in [BAKKER, HALT_WORKER, SECRETARY] {
        assert_eq!(table.refused(actor, CommandKind::LastCall {}), Refusal::NotChair);
    }
    table.last_call();
    for actor in [OFFICER, BAKKER, AGENT, HALT_WORKER] {
        assert_eq!(table.sees(actor).progress.last_call, Some(table.at));
    }
    // R4: the call decides nothing, and everything can still be decided, or left.
    assert_eq!(table.sees(BAKKER).seat(VT).and_then(|seat| seat.undecided), Some(6));
    table.approve(BAKKER, item, POLICE);
    assert!(called(&table).is_some());
    // T2: VT's signal ends it, and the chair cannot call meanwhile; afterwards it calls again.
    let time = table.ask_time(BAKKER);
    assert_eq!(called(&table), None);
    assert!(!table.sees(OFFICER).may.last_call);
    assert_eq!(table.refused(OFFICER, CommandKind::LastCall {}), Refusal::TimeStands);
    table.end_time(BAKKER, time);
    assert_eq!(called(&table), None);
    table.last_call();
    assert!(called(&table).is_some());
    // Nor does it stand in another phase.
    table.move_to(Phase::Decision);
    assert_eq!(called(&table), None);
    assert_eq!(
        table.refused(OFFICER, CommandKind::LastCall {}),
        Refusal::NotClosingRound
    );
    table.move_to(Phase::ClosingRound);
    assert_eq!(called(&table), None);
    table.last_call();
    let at = table.at;
    table.close();
    assert_eq!(called(&table), None);
    assert_eq!(table.report(HALT).last_call, Some(at));
}

#[test]
fn c2_a_contested_or_missing_ground_asks_for_one_sentence() {
    let mut table = Table::zsm();
    let item = table.share(BAKKER, "drie eerdere meldingen");
    let from_support = table.share(SUPPORTER, "moeder is bang");
    table.move_to(Phase::ClosingRound);
    let without = |item, recipient, motivation: Option<&str>| {
        let verdict = Verdict::Approve {
            purpose: task(recipient),
            subjects: None,
            excerpt: None,
            condition: None,
            motivation: motivation.map(Into::into),
        };
        cell(item, 1, recipient, verdict)
    };
    for motivation in [None, Some("  ")] {
        assert_eq!(
            table.refused(BAKKER, without(item, OM, motivation)),
            Refusal::MotivationNeeded
        );
        // G22: what no row names has no ground, and asks as well.
        assert_eq!(
            table.refused(SUPPORTER, without(from_support, OM, motivation)),
            Refusal::MotivationNeeded
        );
    }
    table.act(BAKKER, without(item, POLICE, None));
    table.approve(BAKKER, item, OM);
    table.approve(SUPPORTER, from_support, OM);
    let ground = |actor, item, recipient| {
        let seen = table.item(actor, item).expect("an item");
        let cell = seen.cells.iter().find(|it| it.recipient == recipient).expect("decided");
        match &cell.verdict {
            VerdictView::Approved { ground, .. } => ground.status,
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(ground(BAKKER, item, POLICE), GroundStatus::Undisputed);
    assert_eq!(ground(BAKKER, item, OM), GroundStatus::Contested);
    assert_eq!(ground(SUPPORTER, from_support, OM), GroundStatus::None);
}

/// R12: what an owner has to know before it decides stands in the seat of the recipient, on its screen.
#[test]
fn r12_the_owner_sees_before_deciding_that_a_recipient_is_the_om_and_on_what_ground() {
    let mut table = Table::zsm_closing_with(BAKKER, "drie eerdere meldingen");
    let item = table.only_item();
    let seat = table.sees(BAKKER).seat(OM).expect("a seat").clone();
    assert_eq!(seat.party.kind, PartyKind::Prosecution);
    assert_eq!(seat.ground.map(|it| it.status), Some(GroundStatus::Contested));
    // Seen by the OM and not kept by it is a normal outcome.
    assert!(table.item(OFFICER, item).is_some());
    table.approve(BAKKER, item, POLICE);
    table.decline(BAKKER, item, OM);
    assert_eq!(received(&table.close()), [(POLICE, "drie eerdere meldingen")]);
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
            receiver: organisation(to).kind,
            purpose: Some(code),
            ground: LegalGround {
                article: "art. 2 van een eigen wet".into(),
                status: own,
            },
        };
        convening.grounds.insert(0, of_task);
        let mut table = Table::in_session(convening);
        let item = table.share(BAKKER, "drie eerdere meldingen");
        let action = Purpose::Action(table.share_action(BAKKER, "langsgaan", to, &[]));
        table.move_to(Phase::ClosingRound);
        for (purpose, status) in [(task(to), own), (action, of_any)] {
            let seat = table.sees(BAKKER).seat(to).expect("a seat").clone();
            let shown = seat.ground_for(Some(&purpose)).expect("another's seat").clone();
            assert_eq!(shown.status, status, "{to} {purpose:?}");
            let without = Verdict::Approve {
                purpose: purpose.clone(),
                subjects: None,
                excerpt: None,
                condition: None,
                motivation: None,
            };
            let refused = table.try_act(BAKKER, cell(item, 1, to, without)).err();
            let asks = (status != Undisputed).then_some(Refusal::MotivationNeeded);
            assert_eq!(refused, asks, "{to} {purpose:?}");
            table.decide(BAKKER, item, to, yes(purpose));
            let seen = table.item(BAKKER, item).expect("an item");
            let kept = seen.cells.iter().find(|it| it.recipient == to).expect("decided");
            assert!(matches!(&kept.verdict, VerdictView::Approved { ground, .. } if *ground == shown));
        }
        // What another party would give on is not this one's to see.
        assert!(table.sees(AGENT).seat(to).expect("a seat").task_grounds.is_empty());
    }
}

/// T5: what a holder committed to is kept by it and stands on the reports; the words stay with their owner.
#[test]
fn t5_a_commitment_is_kept_by_its_holder_without_anothers_words() {
    let mut table = Table::zsm();
    let measure = table.propose_measure(BAKKER, "extra_patrol", POLICE, "bij de Lindelaan", &[]);
    let until = table.at + chrono::TimeDelta::hours(12);
    table.commit(AGENT, measure, until);
    let absent = Assignee::Absent {
        kind: PartyKind::Municipality,
        via: VT,
    };
    table.act(BAKKER, propose_measure("exclusion_order", absent, "vanavond", &[]));
    let refused = table.propose_measure(BAKKER, "location_flag", POLICE, "x", &[]);
    table.answer(AGENT, refused, NewAnswer::Refuse { reason: None });
    table.move_to(Phase::ClosingRound);
    let copies = table.close();
    assert!(!everything(&copies).contains("Lindelaan"));
    let [(keeper, kept)] = &copies.dossier[..] else {
        panic!("{:?}", received(&copies))
    };
    assert_eq!((*keeper, kept.text.as_str()), (POLICE, ""));
    assert!(kept.subjects.is_empty() && copies.register.is_empty());
    let ItemKind::Measure {
        power,
        holder,
        until: end,
    } = &kept.kind
    else {
        panic!("{:?}", kept.kind)
    };
    assert_eq!(power.nl, "extra surveillance");
    assert_eq!(*holder, NamedAssignee::Party(organisation(POLICE)));
    assert_eq!(*end, Some(until));
    for party in [VT, POLICE, PROBATION, OM] {
        assert_eq!(table.report(party).commitments.len(), 1, "{party}");
    }
    assert!(table.report(HALT).commitments.is_empty());
}
