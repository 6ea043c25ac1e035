//! What a proposal makes of a view, and that it decides nothing that its owner did not ask for.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::string::String;
use alloc::vec::Vec;
use alloc::{format, vec};

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::proposal::{
    BulkDecision, Decided, Proposal, decided, is_in_audience, purposes, recipients, undo, usual_purpose,
    usual_subjects, yes_needed_of,
};
use crate::ground::{GroundStatus, LegalGround, StatutoryTask};
use crate::ids::{ItemId, PartyId, SubjectId};
use crate::moment::Name;
use crate::party::{Party, PartyKind};
use crate::session::command::{SeatLevel, SubjectRole, Verdict};
use crate::session::item::{Assignee, ContributionKind, LapseReason, Purpose};
use crate::session::view::{
    AnswerView, AudienceView, CellView, ContentView, ItemPermissions, ItemView, RequestView, SeatView, SubjectView,
    TaskGround, VerdictView,
};

const VT: PartyId = PartyId(Uuid::nil());
const OM: PartyId = PartyId(Uuid::from_u128(1));
const POLICE: PartyId = PartyId(Uuid::from_u128(2));
const START: DateTime<Utc> = DateTime::UNIX_EPOCH;

fn party(id: PartyId) -> Party {
    Party {
        id,
        kind: PartyKind::Police,
        name: String::new(),
    }
}

fn task(code: &str) -> StatutoryTask {
    StatutoryTask {
        party: PartyKind::Police,
        code: code.into(),
        name: Name::default(),
        retention_days: None,
    }
}

fn ground(status: GroundStatus) -> LegalGround {
    LegalGround {
        article: format!("{status:?}"),
        status,
    }
}

fn seat(id: PartyId, status: GroundStatus, tasks: Vec<StatutoryTask>) -> SeatView {
    SeatView {
        party: party(id),
        level: SeatLevel::Full,
        people: Vec::new(),
        ready: false,
        left_at: None,
        asked_to_leave_at: None,
        attendees: None,
        undecided: None,
        tasks,
        ground: Some(ground(status)),
        task_grounds: Vec::new(),
    }
}

fn both() -> Vec<SeatView> {
    vec![
        seat(OM, GroundStatus::Contested, vec![task("om_afdoening")]),
        seat(
            POLICE,
            GroundStatus::Undisputed,
            vec![task("politie_taak"), task("other")],
        ),
    ]
}

fn item(number: u128, owner: PartyId, content: ContentView) -> ItemView {
    ItemView {
        id: ItemId(Uuid::from_u128(number)),
        owner: party(owner),
        mine: owner == VT,
        author: String::new(),
        content,
        subjects: Vec::new(),
        audience: None,
        based_on: Vec::new(),
        to_open: Vec::new(),
        opened: Vec::new(),
        partly_hidden: false,
        revision: 3,
        text: Some(String::new()),
        shared_at: START,
        revised_at: None,
        withdrawn_at: None,
        requests: Vec::new(),
        cells: Vec::new(),
        decline_reason: None,
        may: ItemPermissions::default(),
    }
}

/// An action, owned by its performer unless the test says otherwise.
fn action(number: u128, performer: PartyId) -> ItemView {
    let content = ContentView::Action {
        performer: Assignee::Seat(performer),
        due: None,
        answer: None,
    };
    item(number, performer, content)
}

/// A contribution of the owner who decides, for which these parties asked.
fn contribution(number: u128, asked_by: &[PartyId]) -> ItemView {
    let kind = ContributionKind::Fact;
    let asks = |party: &PartyId| RequestView {
        party: *party,
        purpose: None,
        reason: None,
        at: START,
    };
    ItemView {
        requests: asked_by.iter().map(asks).collect(),
        ..item(number, VT, ContentView::Contribution { kind })
    }
}

fn cell(recipient: PartyId, verdict: VerdictView) -> CellView {
    CellView { recipient, verdict }
}

#[test]
fn r13_nothing_but_what_was_requested_decides_every_open_cell_once() {
    let mut first = contribution(1, &[POLICE]);
    first.cells.push(cell(OM, VerdictView::Declined { reason: None }));
    let mut gone = contribution(3, &[OM]);
    gone.withdrawn_at = Some(START);
    let proposal = Proposal::of(
        BulkDecision::Requested,
        &[first, contribution(2, &[OM]), gone, action(4, POLICE)],
        &both(),
    );
    assert_eq!(proposal.kept, 1, "what was decided stays");
    assert_eq!(proposal.approved(), BTreeMap::from([(OM, 1), (POLICE, 1)]));
    assert_eq!(proposal.declined(), BTreeMap::from([(POLICE, 1)]));
    assert_eq!(proposal.doubtful(), [(OM, ground(GroundStatus::Contested))]);
    let cells = proposal.cells(" nodig voor de veiligheid ");
    assert_eq!(cells.len(), 3);
    for cell in &cells {
        assert_eq!(cell.revision, 3, "R5: on the revision that was read");
        match (&cell.verdict, cell.recipient) {
            (Verdict::Approve { motivation, .. }, OM) => {
                assert_eq!(motivation.as_deref(), Some("nodig voor de veiligheid"));
            }
            (Verdict::Approve { motivation, .. }, _) => assert_eq!(*motivation, None),
            _ => {}
        }
    }
}

/// R1, R5: a follow-up action, a measure and a disposition are rows of their owner's matrix like a contribution; one without
/// words, or of another owner, is none.
#[test]
fn r5_every_own_item_with_words_is_a_row() {
    let mut own_action = action(1, VT);
    own_action.mine = true;
    let mut wordless = item(
        2,
        VT,
        ContentView::Measure {
            power: "shelter".into(),
            holder: Assignee::Seat(VT),
            answer: None,
        },
    );
    wordless.text = None;
    let everything = [own_action, wordless, action(3, POLICE), contribution(4, &[])];
    let column = BulkDecision::Column {
        recipient: POLICE,
        approve: false,
    };
    let cells = Proposal::of(column, &everything, &both()).cells("");
    let rows: Vec<_> = cells.iter().map(|cell| cell.item).collect();
    assert_eq!(rows, [everything[0].id, everything[3].id]);
}

#[test]
fn r5_the_purpose_is_what_was_asked_else_the_only_action_else_the_first_task() {
    let police = seat(
        POLICE,
        GroundStatus::Undisputed,
        vec![task("politie_taak"), task("other")],
    );
    let released = contribution(9, &[]);
    let purpose = |asked: Option<&Purpose>, actions: &[ItemView]| usual_purpose(asked, &released, &police, actions);
    let the_task = Some(Purpose::Task("politie_taak".into()));
    assert_eq!(purpose(None, &[]), the_task);
    assert_eq!(
        purpose(None, &[action(1, POLICE), action(2, OM)]),
        Some(Purpose::Action(action(1, POLICE).id))
    );
    assert_eq!(
        purpose(None, &[action(1, POLICE), action(2, POLICE)]),
        the_task,
        "two actions are a choice"
    );
    let asked = Purpose::Action(action(2, OM).id);
    assert_eq!(purpose(Some(&asked), &[action(2, OM)]), Some(asked.clone()));
    assert_eq!(purpose(Some(&asked), &[]), the_task, "the action was withdrawn since");
    let nobodys = seat(POLICE, GroundStatus::Undisputed, Vec::new());
    assert_eq!(usual_purpose(None, &released, &nobodys, &[]), None);
}

/// R5: the performer of an action must know its words to do it; that action is then what it is for.
#[test]
fn r5_an_action_goes_to_its_performer_for_itself() {
    let police = &both()[1];
    let mut own = action(1, POLICE);
    own.owner = party(VT);
    let all = [own.clone(), action(2, POLICE)];
    assert_eq!(usual_purpose(None, &own, police, &all), Some(Purpose::Action(own.id)));
}

#[test]
fn r5_a_purpose_is_an_action_that_the_recipient_sees_and_that_stands() {
    let police = seat(POLICE, GroundStatus::Undisputed, vec![task("politie_taak")]);
    let mut refused = action(1, POLICE);
    if let ContentView::Action { answer, .. } = &mut refused.content {
        *answer = Some(AnswerView::Refused { reason: None });
    }
    let mut withdrawn = action(2, POLICE);
    withdrawn.withdrawn_at = Some(START);
    let mut hidden = action(3, OM);
    hidden.audience = Some(AudienceView {
        table: false,
        named: vec![VT],
    });
    let stands = action(4, OM);
    let items = [refused, withdrawn, hidden, stands.clone(), contribution(5, &[])];
    let task = Purpose::Task("politie_taak".into());
    assert_eq!(purposes(&police, &items), [Purpose::Action(stands.id), task]);
}

#[test]
fn a_row_or_a_column_touches_nothing_else() {
    let items = [contribution(1, &[]), contribution(2, &[])];
    let row = BulkDecision::Row {
        item: items[0].id,
        approve: false,
    };
    let row = Proposal::of(row, &items, &both());
    assert_eq!(row.declined(), BTreeMap::from([(OM, 1), (POLICE, 1)]));
    assert!(row.cells("").iter().all(|cell| cell.item == items[0].id));
    let column = BulkDecision::Column {
        recipient: POLICE,
        approve: true,
    };
    let column = Proposal::of(column, &items, &both());
    assert_eq!(column.approved(), BTreeMap::from([(POLICE, 2)]));
    assert!(column.doubtful().is_empty() && !column.is_empty());
}

#[test]
fn c2_what_is_asked_follows_the_ground_of_the_purpose_and_not_the_recipient() {
    let column = BulkDecision::Column {
        recipient: POLICE,
        approve: true,
    };
    for (general, own, asks) in [
        (GroundStatus::Undisputed, Some(GroundStatus::Contested), true),
        (GroundStatus::Undisputed, Some(GroundStatus::None), true),
        (GroundStatus::Contested, Some(GroundStatus::Undisputed), false),
        (GroundStatus::Contested, None, true),
        (GroundStatus::Undisputed, None, false),
    ] {
        let mut police = seat(POLICE, general, vec![task("politie_taak")]);
        police.task_grounds.extend(own.map(|status| TaskGround {
            task: "politie_taak".into(),
            ground: ground(status),
        }));
        let proposal = Proposal::of(column, &[contribution(1, &[])], &[police]);
        assert_eq!(!proposal.doubtful().is_empty(), asks, "{general:?} {own:?}");
        let cells = proposal.cells("nodig");
        assert!(
            matches!(&cells[0].verdict, Verdict::Approve { motivation, .. } if motivation.is_some() == asks),
            "{general:?} {own:?}"
        );
    }
}

/// R4, R6: a lapsed approval is no decision, so that many cells at once decide it again like an empty one.
#[test]
fn r6_a_lapsed_cell_is_undecided() {
    let mut lapsed = contribution(1, &[]);
    lapsed.cells = vec![cell(
        OM,
        VerdictView::Lapsed {
            because: LapseReason::Revised,
            at: START,
        },
    )];
    assert_eq!(decided(&lapsed, OM), Decided::Empty);
    assert_eq!(decided(&lapsed, POLICE), Decided::Empty);
    let proposal = Proposal::of(BulkDecision::Requested, &[lapsed], &both());
    assert_eq!(proposal.kept, 0);
    assert_eq!(proposal.declined(), BTreeMap::from([(OM, 1), (POLICE, 1)]));
}

#[test]
fn r6_a_step_is_taken_back_as_far_as_it_still_stands() {
    let mut items = [contribution(1, &[POLICE]), contribution(2, &[]), contribution(3, &[])];
    let step = Proposal::of(BulkDecision::Requested, &items, &both()).cells("nodig");
    assert_eq!(step.len(), 6);
    assert!(undo(&step, &items, &both()).is_empty(), "nothing is decided yet");
    for decision in &step {
        let verdict = match &decision.verdict {
            Verdict::Approve { purpose, .. } => VerdictView::Approved {
                purpose: purpose.clone(),
                ground: LegalGround::none(),
                subjects: Vec::new(),
                excerpt: None,
                condition: None,
                motivation: None,
            },
            _ => VerdictView::Declined { reason: None },
        };
        let item = items.iter_mut().find(|item| item.id == decision.item).unwrap();
        item.cells.push(cell(decision.recipient, verdict));
    }
    let back = undo(&step, &items, &both());
    assert_eq!(back.len(), 6);
    assert!(back.iter().all(|cell| cell.verdict == Verdict::Undecide {}));
    // One was decided otherwise since, one was revised, and the OM left the table.
    items[0].cells.retain(|cell| cell.recipient == OM);
    items[1].revision += 1;
    let left = undo(&step, &items, &both()[1..]);
    let left: Vec<_> = left.iter().map(|cell| (cell.item, cell.recipient)).collect();
    assert_eq!(left, [(items[2].id, POLICE)]);
}

#[test]
fn what_the_law_guards_is_counted_once_an_item_and_only_of_what_leaves() {
    let mut sick = contribution(1, &[OM, POLICE]);
    sick.text = Some("Vader is verdachte en verslaafd; moeder is zwanger.".into());
    let mut stays = contribution(2, &[]);
    stays.text = Some("Zoon heeft adhd.".into());
    let proposal = Proposal::of(BulkDecision::Requested, &[sick, stays], &both());
    assert_eq!(proposal.guarded, BTreeMap::from([(9, 1), (10, 1)]));
}

#[test]
fn r15_who_left_the_table_receives_nothing_more() {
    let mut seats = both();
    seats.push(seat(VT, GroundStatus::Undisputed, Vec::new()));
    seats[0].left_at = Some(START);
    let receive = recipients(&seats, Some(VT));
    assert_eq!(receive.iter().map(|seat| seat.party.id).collect::<Vec<_>>(), [POLICE]);
}

#[test]
fn r5_a_reporter_and_whom_an_excerpt_is_about_are_not_named_beforehand() {
    let subject = |number: u128, role: SubjectRole| SubjectView {
        id: SubjectId(Uuid::from_u128(number)),
        role,
        label: String::new(),
        owner: VT,
        revision: 1,
        may_change: true,
    };
    let all = [subject(1, SubjectRole::Victim), subject(2, SubjectRole::Reporter)];
    let mut about = contribution(1, &[]);
    about.subjects = all.iter().map(|it| it.id).collect();
    assert_eq!(usual_subjects(&about, &all, false), BTreeSet::from([all[0].id]));
    assert_eq!(usual_subjects(&about, &all, true), BTreeSet::new());
}

#[test]
fn r11_an_item_waits_for_the_yes_of_everybody_whose_items_it_rests_on() {
    let mut basis = action(1, POLICE);
    let other = action(2, OM);
    basis.based_on = vec![other.id];
    let mut own = contribution(3, &[]);
    own.based_on = vec![basis.id];
    let all = [basis.clone(), other, own.clone()];
    assert_eq!(yes_needed_of(&own, &all, VT), BTreeSet::from([OM, POLICE]));
    assert_eq!(
        yes_needed_of(&own, &all, OM),
        BTreeSet::from([POLICE]),
        "nobody asks the recipient for its own"
    );
    assert_eq!(yes_needed_of(&contribution(4, &[]), &all, OM), BTreeSet::new());
}

#[test]
fn r2_a_restricted_seat_sees_only_what_was_opened_to_it_by_name() {
    let mut halt = seat(OM, GroundStatus::Undisputed, Vec::new());
    let shared = contribution(1, &[]);
    assert!(is_in_audience(&halt, &shared));
    halt.level = SeatLevel::Restricted;
    assert!(!is_in_audience(&halt, &shared));
    let column = BulkDecision::Column {
        recipient: OM,
        approve: true,
    };
    halt.tasks = vec![task("halt_afdoening")];
    let proposal = Proposal::of(column, core::slice::from_ref(&shared), core::slice::from_ref(&halt));
    assert_eq!(proposal.unseen, 1, "its owner is told before it gives");
    let mut named = shared;
    named.audience = Some(AudienceView {
        table: false,
        named: vec![OM],
    });
    assert!(is_in_audience(&halt, &named));
}
