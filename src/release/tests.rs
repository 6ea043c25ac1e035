//! Cases per rule.

use std::vec;

use chrono::{DateTime, TimeDelta, Utc};
use uuid::Uuid;

use super::decide::{AFTER_TAKING_OVER, expire_copy, expire_register_entry};
use super::event::InformedStatus;
use super::*;
use crate::dossier::{Correction, DossierItem, ItemKind, ItemSubject, PurposeText, RegisterEntry};
use crate::ids::{ParticipantId, PartyId, ReleaseId};
use crate::moment::Name;
use crate::party::{Party, PartyKind};
use crate::session::Refusal;
use crate::session::command::{Actor, SubjectRole};
use crate::session::item::ContributionKind;

pub(super) fn party(number: u128) -> PartyId {
    PartyId(Uuid::from_u128(number))
}

pub(super) fn actor(number: u128) -> Actor {
    Actor {
        party: party(number),
        participant: ParticipantId(Uuid::from_u128(number * 100)),
    }
}

pub(super) const GIVER: u128 = 1;
pub(super) const RECIPIENT: u128 = 2;
pub(super) const STRANGER: u128 = 3;

/// How the item of [`item`] names a person, and the words of the action it was released for, which are another party's.
pub(super) const LABEL: &str = "J. Vos, buurvrouw";
pub(super) const PURPOSE_WORDS: &str = "Mevrouw naar opvang Lindelaan brengen.";

pub(super) fn moment(days: i64) -> DateTime<Utc> {
    DateTime::UNIX_EPOCH + TimeDelta::days(days)
}

pub(super) fn given() -> ReleaseState {
    ReleaseState::new(ReleaseOrigin {
        giver: party(GIVER),
        recipient: party(RECIPIENT),
        at: moment(0),
        until: moment(365),
    })
}

fn rectify() -> ReleaseCommandKind {
    ReleaseCommandKind::Rectify {
        text: "Twee meldingen.".into(),
        reason: "Een melding ging over de buren.".into(),
    }
}

fn withdraw() -> ReleaseCommandKind {
    ReleaseCommandKind::Withdraw {
        reason: "Onrechtmatig verkregen.".into(),
    }
}

fn tried(state: &ReleaseState, who: u128, kind: ReleaseCommandKind) -> Result<ReleaseDecision, Refusal> {
    let command = ReleaseCommand {
        version: state.version(),
        kind,
    };
    decide(state, actor(who), moment(1), &command)
}

pub(super) fn given_to_itself() -> ReleaseState {
    ReleaseState::new(ReleaseOrigin {
        recipient: party(GIVER),
        ..given().origin()
    })
}

/// The state after these commands, each of which is allowed.
fn after(commands: &[(u128, ReleaseCommandKind)]) -> ReleaseState {
    commands.iter().fold(given(), |state, (who, command)| {
        let decision = tried(&state, *who, command.clone()).expect("allowed");
        evolve(state, &decision.event)
    })
}

#[test]
fn r3_r9_each_side_does_its_own_part_and_a_third_party_meets_nothing() {
    let changed = after(&[(GIVER, rectify())]);
    let postponed = ReleaseCommandKind::Inform(Informed::Postponed {
        reason: "Nog niet veilig.".into(),
    });
    for (state, command, giver, recipient) in [
        (given(), rectify(), None, Some(Refusal::NotOwner)),
        (given(), withdraw(), None, Some(Refusal::NotOwner)),
        (given(), postponed, None, Some(Refusal::NotOwner)),
        (given(), ReleaseCommandKind::Open {}, Some(Refusal::NotFound), None),
        (given(), ReleaseCommandKind::TakeOver {}, Some(Refusal::NotFound), None),
        (changed, ReleaseCommandKind::Confirm {}, Some(Refusal::NotFound), None),
        (
            given(),
            ReleaseCommandKind::Confirm {},
            Some(Refusal::NotFound),
            Some(Refusal::NotFound),
        ),
    ] {
        assert_eq!(
            tried(&state, GIVER, command.clone()).err(),
            giver,
            "{command:?} by the giver"
        );
        assert_eq!(
            tried(&state, RECIPIENT, command.clone()).err(),
            recipient,
            "{command:?} by the recipient"
        );
        assert_eq!(
            tried(&state, STRANGER, command.clone()).err(),
            Some(Refusal::NotFound),
            "{command:?} by a third"
        );
    }
    assert!(view_for(&given(), party(STRANGER)).is_none());
}

#[test]
fn r9_a_change_asks_the_recipient_to_confirm_until_it_does() {
    for change in [rectify(), withdraw()] {
        let changed = after(&[(RECIPIENT, ReleaseCommandKind::Open {}), (GIVER, change)]);
        assert!(changed.is_unconfirmed());
        let view = view_for(&changed, party(RECIPIENT)).expect("a holder");
        assert!(view.unconfirmed && view.may.confirm && !view.may.rectify);
        let confirmed = tried(&changed, RECIPIENT, ReleaseCommandKind::Confirm {})
            .expect("allowed")
            .event;
        assert!(!evolve(changed, &confirmed).is_unconfirmed());
    }
}

#[test]
fn r9_what_was_taken_back_is_not_changed_any_more() {
    let gone = after(&[(GIVER, withdraw())]);
    assert!(!gone.has_words());
    for (who, command) in [
        (GIVER, rectify()),
        (GIVER, withdraw()),
        (RECIPIENT, ReleaseCommandKind::TakeOver {}),
    ] {
        assert_eq!(tried(&gone, who, command).err(), Some(Refusal::Withdrawn));
    }
}

#[test]
fn r9_who_looked_at_an_older_state_is_told_so() {
    let changed = after(&[(GIVER, rectify())]);
    let late = ReleaseCommand {
        version: 0,
        kind: withdraw(),
    };
    assert_eq!(
        decide(&changed, actor(GIVER), moment(2), &late).err(),
        Some(Refusal::OtherRevision)
    );
}

#[test]
fn r9_a_correction_reaches_a_recipient_whose_copy_had_ended() {
    let mut state = given();
    let ended = expire_copy(&state, moment(365)).expect("due");
    state = evolve(state, &ended);
    assert!(!state.has_words());
    let command = ReleaseCommand {
        version: state.version(),
        kind: rectify(),
    };
    let decision = decide(&state, actor(GIVER), moment(400), &command).expect("allowed");
    let state = evolve(state, &decision.event);
    assert!(state.has_words() && state.is_unconfirmed());
    assert_eq!(state.until(), moment(765));
}

#[test]
fn c5_a_copy_ends_on_its_day_once_and_earlier_when_it_was_taken_over() {
    assert_eq!(expire_copy(&given(), moment(364)), None);
    let taken = after(&[(RECIPIENT, ReleaseCommandKind::TakeOver {})]);
    let until = moment(1) + AFTER_TAKING_OVER;
    assert_eq!(taken.until(), until);
    let ended = expire_copy(&taken, until).expect("due");
    assert_eq!(ended.by, None, "the program keeps end dates by itself");
    assert_eq!(expire_copy(&evolve(taken, &ended), moment(999)), None);
}

#[test]
fn c5_a_line_outlives_the_copy_without_words_and_then_goes_too() {
    let state = given();
    assert_eq!(
        expire_register_entry(&state, moment(300), moment(301)),
        None,
        "the copy still stands"
    );
    let ended = expire_copy(&state, moment(365)).expect("due");
    let state = evolve(state, &ended);
    let line = entry().after(&state, &ended, "", &WordChange::Unchanged);
    assert_eq!(line.item.text, "");
    assert_eq!(expire_register_entry(&state, line.keep_until, moment(699)), None);
    let forgotten = expire_register_entry(&state, line.keep_until, moment(700)).expect("due");
    let state = evolve(state, &forgotten);
    assert_eq!(tried(&state, GIVER, rectify()).err(), Some(Refusal::NotFound));
}

#[test]
fn c5_r9_with_the_words_goes_every_word_about_them() {
    let secret = "Twee meldingen over de schuilplaats.";
    let told = |mut item: DossierItem| {
        item.text = secret.into();
        item.condition = Some(secret.into());
        item.motivation = Some(secret.into());
        item.corrections = vec![Correction {
            at: moment(0),
            by: "Anna Bakker".into(),
            reason: secret.into(),
            withdrawn: false,
        }];
        item
    };
    let line = RegisterEntry {
        item: told(item()),
        not_told_yet: Some(secret.into()),
        ..entry()
    };
    let ended = expire_copy(&given(), moment(365)).expect("due");
    let line = line.after(&evolve(given(), &ended), &ended, "", &WordChange::Unchanged);
    let decision = tried(&given(), GIVER, withdraw()).expect("allowed");
    let state = evolve(given(), &decision.event);
    let copy = told(item()).after(&state, &decision.event, "Anna Bakker", &decision.words);
    assert_eq!(
        copy.corrections[1].reason, "Onrechtmatig verkregen.",
        "why, its recipient reads"
    );
    for written in [serde_json::to_string(&line), serde_json::to_string(&copy)] {
        let written = written.expect("written");
        assert!(!written.contains("schuilplaats"), "{written}");
        assert!(written.contains("Anna Bakker"), "who did what remains: {written}");
    }
}

#[test]
fn c6_whether_the_subject_was_told_stands_on_both_sides_and_why_not_yet_with_the_giver_alone() {
    let command = ReleaseCommandKind::Inform(Informed::Postponed {
        reason: "Nog niet veilig.".into(),
    });
    let decision = tried(&given(), GIVER, command).expect("allowed");
    let state = evolve(given(), &decision.event);
    for holder in [GIVER, RECIPIENT] {
        let view = view_for(&state, party(holder)).expect("a holder");
        assert_eq!(view.informed.map(|it| it.0), Some(InformedStatus::Postponed));
    }
    let entry = entry().after(&state, &decision.event, "Anna Bakker", &decision.words);
    assert_eq!(entry.not_told_yet.as_deref(), Some("Nog niet veilig."));
    assert!(item().after(&state, &decision.event, "Anna Bakker", &decision.words) == item());
}

#[test]
fn r9_both_copies_follow_and_keep_no_older_word() {
    let decision = tried(&given(), GIVER, rectify()).expect("allowed");
    let state = evolve(given(), &decision.event);
    let copy = item().after(&state, &decision.event, "Anna Bakker", &decision.words);
    let kept = entry().after(&state, &decision.event, "Anna Bakker", &decision.words);
    for copy in [&copy, &kept.item] {
        assert_eq!(copy.text, "Twee meldingen.");
        assert_eq!(copy.corrections.len(), 1);
        assert_eq!(copy.corrections[0].reason, "Een melding ging over de buren.");
        assert!(!serde_json::to_string(copy).expect("written").contains("Drie"));
    }
    let decision = tried(&given(), GIVER, withdraw()).expect("allowed");
    let state = evolve(given(), &decision.event);
    let copy = item().after(&state, &decision.event, "Anna Bakker", &decision.words);
    assert_eq!((copy.text.as_str(), copy.condition.as_deref()), ("", None));
    assert!(copy.corrections[0].withdrawn);
    let kept = entry().after(&state, &decision.event, "Anna Bakker", &decision.words);
    assert_eq!(kept.item.text, "Drie meldingen.", "the giver knows what it gave");
}

/// G10: what is taken back leaves no label of a person and no word of another party at the recipient.
#[test]
fn r9_r16_what_was_taken_back_leaves_no_label_and_no_words_of_the_purpose() {
    let written = |copy: &DossierItem| serde_json::to_string(copy).expect("written");
    assert!(written(&item()).contains(LABEL) && written(&item()).contains(PURPOSE_WORDS));
    let decision = tried(&given(), GIVER, withdraw()).expect("allowed");
    let state = evolve(given(), &decision.event);
    let copy = item().after(&state, &decision.event, "Anna Bakker", &decision.words);
    assert!(!written(&copy).contains(LABEL), "{}", written(&copy));
    assert!(!written(&copy).contains(PURPOSE_WORDS), "{}", written(&copy));
    assert!(
        matches!(copy.purpose, Some(PurposeText::Action { .. })),
        "what for remains"
    );
}

#[test]
fn c4_an_event_holds_no_word() {
    for command in [rectify(), withdraw()] {
        let event = tried(&given(), GIVER, command).expect("allowed").event;
        let written = serde_json::to_string(&event).expect("written");
        assert!(
            !written.contains("melding") && !written.contains("Onrechtmatig"),
            "{written}"
        );
    }
}

pub(super) fn item() -> DossierItem {
    let name = |text: &str| Name {
        nl: text.into(),
        en: text.into(),
    };
    DossierItem {
        release: ReleaseId(Uuid::from_u128(9)),
        case_reference: "26-1".into(),
        moment: name("ZSM-overleg"),
        giver: Party {
            id: party(GIVER),
            kind: PartyKind::VeiligThuis,
            name: "Veilig Thuis Voorbeeldstad".into(),
        },
        author: "Anna Bakker".into(),
        kind: ItemKind::Contribution(ContributionKind::Fact),
        subjects: vec![ItemSubject {
            role: SubjectRole::Reporter,
            label: LABEL.into(),
        }],
        text: "Drie meldingen.".into(),
        is_excerpt: false,
        revision: 1,
        shared_at: moment(0),
        approved_by: "Anna Bakker".into(),
        approved_at: moment(0),
        purpose: Some(PurposeText::Action {
            text: PURPOSE_WORDS.into(),
        }),
        ground: None,
        motivation: None,
        condition: Some("Niet delen met vader.".into()),
        received_at: moment(0),
        retain_until: moment(365),
        corrections: vec![],
    }
}

pub(super) fn entry() -> RegisterEntry {
    RegisterEntry {
        giver: party(GIVER),
        recipient: Party {
            id: party(RECIPIENT),
            kind: PartyKind::Police,
            name: "Politie".into(),
        },
        item: item(),
        not_told_yet: None,
        keep_until: moment(700),
    }
}
