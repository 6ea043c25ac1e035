//! R16: persons of the case are named by somebody, who alone corrects or removes the name.

use std::format;
use std::vec::Vec;

use super::fixture::*;
use crate::ids::SubjectId;
use crate::moment::Phase;
use crate::session::command::{CommandKind, LeftItems, NewSubject, SubjectRole, Verdict};
use crate::session::item::{Audience, Purpose};
use crate::session::refusal::Refusal;
use crate::session::view::SessionView;

fn labels(view: &SessionView) -> Vec<&str> {
    view.subjects.iter().map(|subject| subject.label.as_str()).collect()
}

fn correct(subject: SubjectId, revision: u32, role: SubjectRole, label: &str) -> CommandKind {
    CommandKind::CorrectSubject {
        subject,
        revision,
        role,
        label: label.into(),
    }
}

#[test]
fn r16_a_person_is_named_by_a_full_seat_and_known_to_a_restricted_one_through_what_it_sees() {
    let mut table = Table::zsm();
    let child = add_subject(SubjectRole::Child, "dochter");
    assert_eq!(table.refused(HALT_WORKER, child), Refusal::RestrictedSeat);
    let daughter = table.add_subject(INVESTIGATOR, SubjectRole::Child, "dochter");
    for actor in [AGENT, OFFICER, BAKKER] {
        let view = table.sees(actor);
        assert!(labels(view).contains(&"dochter") && view.subjects.len() == 3);
        let seen = view.subjects.iter().find(|it| it.id == daughter).expect("named");
        assert_eq!(
            (seen.owner, seen.revision, seen.may_change),
            (CHILD_PROTECTION, 1, false)
        );
    }
    assert!(labels(table.sees(HALT_WORKER)).is_empty());
    let about = share_item(FACT, Audience::only([HALT]), &[daughter], &[], "is twaalf");
    assert_eq!(
        table.refused(HALT_WORKER, about.clone()),
        Refusal::NotFound,
        "nobody writes about whom they do not know"
    );
    table.act(INVESTIGATOR, about);
    assert_eq!(labels(table.sees(HALT_WORKER)), ["dochter"]);
}

/// G8: a person added by mistake could not be corrected or removed by anybody.
#[test]
fn g08_the_party_that_named_a_person_corrects_and_removes_the_name_and_nobody_else_does() {
    let mut table = Table::zsm();
    let added = table.add_subject(BAKKER, SubjectRole::Child, "Lisa de Boer");
    let item = table.share_about(AGENT, &[added], Audience::table(), "zij was erbij");
    for actor in [OFFICER, SECRETARY, AGENT, ADVISER] {
        for command in [
            correct(added, 1, SubjectRole::Child, "dochter"),
            CommandKind::RemoveSubject {
                subject: added,
                revision: 1,
            },
        ] {
            let told = format!("{} {command:?}", name_of(actor));
            assert_eq!(table.refused(actor, command), Refusal::NotOwner, "{told}");
        }
    }
    // Not even the chair's own people are anybody else's.
    let father = table.subject(0);
    assert_eq!(
        table.refused(BAKKER, correct(father, 1, SubjectRole::Other, "x")),
        Refusal::NotOwner
    );
    let stale = correct(added, 1, SubjectRole::Child, "dochter (9)");
    table.act(VISSER, correct(added, 1, SubjectRole::Other, "dochter"));
    assert_eq!(table.refused(BAKKER, stale), Refusal::OtherRevision);
    for actor in [BAKKER, AGENT, OFFICER] {
        let seen = table
            .sees(actor)
            .subjects
            .iter()
            .find(|it| it.id == added)
            .expect("named");
        assert_eq!(
            (seen.label.as_str(), seen.role, seen.revision),
            ("dochter", SubjectRole::Other, 2)
        );
        assert_eq!(seen.may_change, actor.party == VT);
    }
    // In the closing round too; and what items are about goes with it.
    table.move_to(Phase::ClosingRound);
    let before = table.run.now.texts.ids().len();
    table.remove_subject(BAKKER, added);
    assert_eq!(before - table.run.now.texts.ids().len(), 1, "the label is destroyed");
    for actor in [BAKKER, AGENT, OFFICER] {
        let view = table.sees(actor);
        assert_eq!(labels(view).len(), 2);
        assert!(view.item(item).expect("it stays").subjects.is_empty());
    }
    assert_eq!(
        table.refused(BAKKER, correct(added, 2, SubjectRole::Other, "x")),
        Refusal::NotFound
    );
}

#[test]
fn r16_a_corrected_label_is_what_goes_along_and_a_removed_one_goes_nowhere() {
    for (remove, told) in [(false, &["de buurvrouw"][..]), (true, &[][..])] {
        let mut table = Table::zsm();
        let added = table.add_subject(AGENT, SubjectRole::Other, "J. Vos");
        let item = table.share_about(BAKKER, &[added], Audience::table(), "zij belde");
        table.move_to(Phase::ClosingRound);
        table.approve(BAKKER, item, POLICE);
        if remove {
            table.remove_subject(AGENT, added);
        } else {
            table.correct_subject(AGENT, added, "de buurvrouw");
        }
        let copies = table.close();
        let labels: Vec<_> = copies.dossier[0]
            .1
            .subjects
            .iter()
            .map(|it| it.label.as_str())
            .collect();
        assert_eq!(labels, told);
    }
}

/// A label travels only to a recipient that could see it at the table.
#[test]
fn r16_a_label_does_not_travel_to_a_recipient_that_could_not_see_it() {
    let mut table = Table::zsm();
    let daughter = table.add_subject(INVESTIGATOR, SubjectRole::Child, "dochter");
    let seen = table.share_about(BAKKER, &[daughter], Audience::only([HALT, POLICE]), "voor Halt");
    let unseen = table.share_about(BAKKER, &[daughter], Audience::table(), "niet voor Halt");
    table.narrow(BAKKER, seen, &[POLICE]);
    table.move_to(Phase::ClosingRound);
    let verdict = Verdict::Approve {
        purpose: task(HALT),
        subjects: Some([daughter].into()),
        excerpt: None,
        condition: None,
        motivation: Some("nodig".into()),
    };
    for item in [seen, unseen] {
        table.decide(BAKKER, item, HALT, verdict.clone());
    }
    table.approve(BAKKER, unseen, POLICE);
    let copies = table.close();
    for (to, copy) in &copies.dossier {
        assert_eq!(copy.subjects.len(), usize::from(*to == POLICE), "{to}: {}", copy.text);
    }
    for entry in &copies.register {
        assert_eq!(entry.item.subjects.len(), usize::from(entry.recipient.id == POLICE));
    }
}

/// A person that turns out to have reported: a yes that was said before put no reporter among the names.
#[test]
fn r5_r16_who_becomes_a_reporter_after_an_approval_does_not_go_along_by_it() {
    let mut table = Table::zsm();
    let vos = table.add_subject(INVESTIGATOR, SubjectRole::Other, "J. Vos");
    let about = [table.subject(1), vos];
    let item = table.share_about(BAKKER, &about, Audience::table(), "twee meldingen over moeder");
    table.move_to(Phase::ClosingRound);
    table.approve(BAKKER, item, POLICE);
    table.act(INVESTIGATOR, correct(vos, 1, SubjectRole::Reporter, "J. Vos"));
    let copies = table.clone().close();
    let labels: Vec<_> = copies.dossier[0]
        .1
        .subjects
        .iter()
        .map(|it| it.label.as_str())
        .collect();
    assert_eq!(labels, ["moeder"]);
    // The owner can put it there, knowing what it does.
    let verdict = Verdict::Approve {
        purpose: task(POLICE),
        subjects: Some(about.into()),
        excerpt: None,
        condition: None,
        motivation: None,
    };
    table.decide(BAKKER, item, POLICE, verdict);
    assert_eq!(table.close().dossier[0].1.subjects.len(), 2);
}

#[test]
fn r16_nobody_new_is_named_in_the_closing_round_and_a_party_that_left_still_mends_its_own() {
    let mut table = Table::zsm();
    let added = table.add_subject(ADVISER, SubjectRole::Child, "dochter");
    table.leave(ADVISER, LeftItems::Withdraw);
    assert!(labels(table.sees(AGENT)).contains(&"dochter"), "a name is no item");
    table.move_to(Phase::ClosingRound);
    assert_eq!(
        table.refused(AGENT, add_subject(SubjectRole::Child, "zoon")),
        Refusal::NothingNew
    );
    assert_eq!(labels(table.sees(ADVISER)), ["dochter"]);
    table.correct_subject(ADVISER, added, "kind");
    table.remove_subject(ADVISER, added);
    assert!(!labels(table.sees(AGENT)).contains(&"kind"));
}

/// Whom a request or a purpose concerns stays as it is; a person taken off the case does not free or hide an item.
#[test]
fn r16_removing_a_person_changes_nothing_about_who_sees_or_receives_an_item() {
    let mut table = Table::zsm();
    let daughter = table.add_subject(INVESTIGATOR, SubjectRole::Child, "dochter");
    let item = table.share_about(BAKKER, &[daughter], Audience::only([POLICE, HALT]), "zij was erbij");
    let action = table.share_action(AGENT, "met haar praten", POLICE, &[item]);
    table.move_to(Phase::ClosingRound);
    table.decide(BAKKER, item, POLICE, yes(Purpose::Action(action)));
    table.remove_subject(INVESTIGATOR, daughter);
    for (actor, sees) in [(AGENT, true), (HALT_WORKER, true), (ADVISER, false)] {
        assert_eq!(table.item(actor, item).is_some(), sees);
    }
    // Other words without that person, also by somebody who no longer knows them.
    table.revise(BAKKER, item, "er was een kind bij");
    table.approve(BAKKER, item, POLICE);
    let copies = table.close();
    let given: Vec<_> = copies.dossier.iter().filter(|(to, _)| *to == POLICE).collect();
    assert!(given.iter().all(|(_, copy)| copy.subjects.is_empty()));
}

#[test]
fn r16_as_many_persons_as_a_case_has_are_named_by_each_party() {
    let table = Table::zsm();
    let mut state = table.state().clone();
    let known = state.subjects[&table.subject(0)];
    for number in 0..u32::try_from(crate::session::decide::MOST).expect("small") {
        state.subjects.insert(SubjectId(id(number)), known);
    }
    let answer = |actor| {
        let stamp = table.clone().stamp();
        let command = crate::session::Command {
            id: crate::ids::CommandId(id(7)),
            kind: CommandKind::AddSubject {
                subject: NewSubject {
                    role: SubjectRole::Child,
                    label: "nog een".into(),
                },
            },
        };
        crate::session::decide(&state, actor, stamp, command).map(|_| ())
    };
    assert_eq!(answer(OFFICER), Err(Refusal::TooMany));
    assert_eq!(answer(AGENT), Ok(()));
}
