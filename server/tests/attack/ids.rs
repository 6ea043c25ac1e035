//! Other people's ids in every place where a command names one. What is somewhere else, what is hidden and what is nowhere
//! give the same bytes, and nothing changes (R2, R3).

use std::collections::BTreeSet;

use akkoord::ids::{ItemId, ParticipantId, PartyId, SessionId, SubjectId, TimeRequestId};
use akkoord::moment::Phase;
use akkoord::party::PartyKind::{self, ChildProtection, Municipality, Police, Prosecution, VeiligThuis};
use akkoord::protocol::{FromClient, FromRoom};
use akkoord::session::command::{NewAnswer, SeatLevel, SubjectRole, Verdict};
use akkoord::session::item::{Assignee, Audience, ContributionKind, DispositionKind, NewContent, Purpose};
use akkoord::session::{CommandKind, Refusal, SessionView};
use uuid::Uuid;

use crate::common::commands::{
    add_subject, approval, approve, ask_time, decide, every_command, name_of, revise, share, share_action,
    share_measure, share_with_table, withdraw,
};
use crate::common::participant::{Participant, Reply, new_command_id};
use crate::common::server::{Server, Session};
use crate::common::user::report_path;

/// One id of each kind that can stand in a command.
#[derive(Clone, Copy, Debug)]
struct Ids {
    party: PartyId,
    participant: ParticipantId,
    subject: SubjectId,
    item: ItemId,
    request: TimeRequestId,
}

impl Ids {
    /// Ids of nothing.
    fn nowhere() -> Self {
        Self {
            party: PartyId(Uuid::new_v4()),
            participant: ParticipantId(Uuid::new_v4()),
            subject: SubjectId(Uuid::new_v4()),
            item: ItemId(Uuid::new_v4()),
            request: TimeRequestId(Uuid::new_v4()),
        }
    }
}

/// What the police have on the table, for the places of a command that are not tried.
#[derive(Clone, Copy)]
struct Own {
    contribution: ItemId,
    action: ItemId,
    measure: ItemId,
    /// Another party at the table.
    other_party: PartyId,
}

/// Who sends it: somebody who could, if the id were theirs.
#[derive(Clone, Copy, Debug, PartialEq)]
enum By {
    Om,
    Vt,
    Police,
}

/// In which phase it is tried: where only the id is in the way.
#[derive(Clone, Copy, Debug, PartialEq)]
enum When {
    /// While VT's request stands, in an earlier phase than the closing round.
    Talking,
    ClosingRound,
}

struct Try {
    by: By,
    when: When,
    /// The command and the place in it.
    place: &'static str,
    command: CommandKind,
}

fn contribution(subjects: BTreeSet<SubjectId>, based_on: BTreeSet<ItemId>) -> CommandKind {
    CommandKind::Share {
        content: NewContent::Contribution {
            kind: ContributionKind::Fact,
        },
        subjects,
        audience: Audience::table(),
        based_on,
        text: "tekst".into(),
    }
}

fn revision(item: ItemId, content: NewContent, subjects: BTreeSet<SubjectId>) -> CommandKind {
    CommandKind::Revise {
        item,
        revision: 1,
        content,
        subjects,
        text: "tekst".into(),
    }
}

fn set_audience(item: ItemId, audience: Audience) -> CommandKind {
    CommandKind::SetAudience {
        item,
        was: Audience::table(),
        audience,
    }
}

/// Every place in every command where an id stands.
#[expect(clippy::too_many_lines, reason = "a table")]
fn tries(ids: Ids, own: Own) -> Vec<Try> {
    use By::{Om, Police, Vt};
    use When::{ClosingRound, Talking};
    let Ids {
        party,
        participant,
        subject,
        item,
        request,
    } = ids;
    let fact = || NewContent::Contribution {
        kind: ContributionKind::Fact,
    };
    let action = |party| NewContent::Action {
        performer: Assignee::Seat(party),
        due: None,
    };
    let measure = |holder| NewContent::Measure {
        power: "extra_patrol".into(),
        holder,
    };
    let via = Assignee::Absent {
        kind: PartyKind::Care,
        via: party,
    };
    let content = |content| CommandKind::Share {
        content,
        subjects: BTreeSet::new(),
        audience: Audience::table(),
        based_on: BTreeSet::new(),
        text: "tekst".into(),
    };
    let none = BTreeSet::<SubjectId>::new;
    let tries: Vec<(By, When, &'static str, CommandKind)> = vec![
        (Om, Talking, "take_seat.party", CommandKind::TakeSeat { party }),
        (Om, Talking, "ask_to_leave.party", CommandKind::AskToLeave { party }),
        (
            Om,
            Talking,
            "hand_over_gavel.to",
            CommandKind::HandOverGavel { to: participant },
        ),
        (
            Police,
            Talking,
            "name_attendees.people",
            CommandKind::NameAttendees {
                people: Some([participant].into()),
            },
        ),
        (
            Police,
            Talking,
            "answer_newcomer.party",
            CommandKind::AnswerNewcomer { party, show: true },
        ),
        (
            Police,
            Talking,
            "correct_subject.subject",
            CommandKind::CorrectSubject {
                subject,
                revision: 1,
                role: SubjectRole::Other,
                label: "oma".into(),
            },
        ),
        (
            Police,
            Talking,
            "remove_subject.subject",
            CommandKind::RemoveSubject { subject, revision: 1 },
        ),
        (
            Police,
            Talking,
            "share.subjects",
            contribution([subject].into(), BTreeSet::new()),
        ),
        (Police, Talking, "share.based_on", contribution(none(), [item].into())),
        (
            Police,
            Talking,
            "share.audience",
            share("tekst", Audience::only([party])),
        ),
        (Police, Talking, "share.performer", content(action(party))),
        (Police, Talking, "share.holder", content(measure(Assignee::Seat(party)))),
        (Police, Talking, "share.via", content(measure(via))),
        (Police, Talking, "revise.item", revise(item, 1, "tekst")),
        (
            Police,
            Talking,
            "revise.subjects",
            revision(own.contribution, fact(), [subject].into()),
        ),
        (
            Police,
            Talking,
            "revise.performer",
            revision(own.action, action(party), none()),
        ),
        (
            Police,
            Talking,
            "revise.holder",
            revision(own.measure, measure(Assignee::Seat(party)), none()),
        ),
        (
            Police,
            Talking,
            "revise.via",
            revision(own.measure, measure(via), none()),
        ),
        (
            Police,
            Talking,
            "set_audience.item",
            set_audience(item, Audience::table()),
        ),
        (
            Police,
            Talking,
            "set_audience.audience",
            set_audience(own.contribution, Audience::only([party])),
        ),
        (Police, Talking, "withdraw.item", withdraw(item)),
        (
            Police,
            Talking,
            "open_basis.item",
            CommandKind::OpenBasis {
                item,
                revision: 1,
                basis: own.contribution,
                open: true,
            },
        ),
        (
            Police,
            Talking,
            "open_basis.basis",
            CommandKind::OpenBasis {
                item: own.contribution,
                revision: 1,
                basis: item,
                open: true,
            },
        ),
        (
            Police,
            Talking,
            "request_release.item",
            CommandKind::RequestRelease {
                item,
                revision: 1,
                purpose: None,
                reason: None,
            },
        ),
        (
            Om,
            Talking,
            "request_release.purpose",
            CommandKind::RequestRelease {
                item: own.contribution,
                revision: 1,
                purpose: Some(Purpose::Action(item)),
                reason: None,
            },
        ),
        (Police, Talking, "drop_request.item", CommandKind::DropRequest { item }),
        (
            Police,
            Talking,
            "answer.item",
            CommandKind::Answer {
                item,
                revision: 1,
                answer: NewAnswer::Refuse { reason: None },
            },
        ),
        (
            Vt,
            Talking,
            "explain_time.request",
            CommandKind::ExplainTime {
                request,
                reason: None,
                minutes: None,
            },
        ),
        (Vt, Talking, "end_time.request", CommandKind::EndTime { request }),
        (
            Om,
            Talking,
            "record_disposition.suspect",
            CommandKind::RecordDisposition {
                suspect: subject,
                revision: 0,
                kind: DispositionKind::Summons,
                note: None,
                // VT's request stands, so it is this or nothing.
                deviation: Some("tekst".into()),
            },
        ),
        (
            Police,
            ClosingRound,
            "decide.item",
            decide(item, 1, own.other_party, Verdict::Undecide {}),
        ),
        (
            Police,
            ClosingRound,
            "decide.recipient",
            decide(own.contribution, 1, party, Verdict::Decline { reason: None }),
        ),
        (
            Police,
            ClosingRound,
            "decide.purpose",
            decide(own.contribution, 1, own.other_party, approval(Purpose::Action(item))),
        ),
        (
            Police,
            ClosingRound,
            "decide.subjects",
            decide(
                own.contribution,
                1,
                own.other_party,
                Verdict::Approve {
                    purpose: Purpose::Task("om_afdoening".into()),
                    subjects: Some([subject].into()),
                    excerpt: None,
                    condition: None,
                    motivation: None,
                },
            ),
        ),
    ];
    let tries = tries.into_iter().map(|(by, when, place, command)| Try {
        by,
        when,
        place,
        command,
    });
    tries.collect()
}

/// The places of a command where an id stands. No default arm: a new command does not compile until it says so here, and
/// [`every_place_is_tried`] then fails until it stands in [`tries`] too.
fn places(kind: &CommandKind) -> &'static [&'static str] {
    match kind {
        CommandKind::TakeSeat { .. } => &["take_seat.party"],
        CommandKind::AskToLeave { .. } => &["ask_to_leave.party"],
        CommandKind::NameAttendees { .. } => &["name_attendees.people"],
        CommandKind::AnswerNewcomer { .. } => &["answer_newcomer.party"],
        CommandKind::HandOverGavel { .. } => &["hand_over_gavel.to"],
        CommandKind::CorrectSubject { .. } => &["correct_subject.subject"],
        CommandKind::RemoveSubject { .. } => &["remove_subject.subject"],
        CommandKind::Share { .. } => &[
            "share.subjects",
            "share.audience",
            "share.based_on",
            "share.performer",
            "share.holder",
            "share.via",
        ],
        CommandKind::Revise { .. } => &[
            "revise.item",
            "revise.subjects",
            "revise.performer",
            "revise.holder",
            "revise.via",
        ],
        CommandKind::SetAudience { .. } => &["set_audience.item", "set_audience.audience"],
        CommandKind::Withdraw { .. } => &["withdraw.item"],
        CommandKind::OpenBasis { .. } => &["open_basis.item", "open_basis.basis"],
        CommandKind::RequestRelease { .. } => &["request_release.item", "request_release.purpose"],
        CommandKind::DropRequest { .. } => &["drop_request.item"],
        CommandKind::Decide { .. } => &["decide.item", "decide.recipient", "decide.purpose", "decide.subjects"],
        CommandKind::Answer { .. } => &["answer.item"],
        CommandKind::ExplainTime { .. } => &["explain_time.request"],
        CommandKind::EndTime { .. } => &["end_time.request"],
        CommandKind::RecordDisposition { .. } => &["record_disposition.suspect"],
        // Made by the server, or naming nothing.
        CommandKind::Convene(_)
        | CommandKind::GiveSeat(_)
        | CommandKind::Enter { .. }
        | CommandKind::WarnOfExpiry
        | CommandKind::Expire
        | CommandKind::Leave { .. }
        | CommandKind::AcceptRules {}
        | CommandKind::TakeGavel {}
        | CommandKind::MoveTo { .. }
        | CommandKind::AddSubject { .. }
        | CommandKind::SetReady { .. }
        | CommandKind::LastCall {}
        | CommandKind::AskTime { .. }
        | CommandKind::SetClock { .. }
        | CommandKind::SetDeadline { .. }
        | CommandKind::Close {} => &[],
    }
}

#[test]
fn every_place_is_tried() {
    let ids = Ids::nowhere();
    let own = Own {
        contribution: ids.item,
        action: ids.item,
        measure: ids.item,
        other_party: ids.party,
    };
    let tries = tries(ids, own);
    let tried: BTreeSet<_> = tries.iter().map(|it| it.place).collect();
    for command in every_command(ids.item, ids.party, ids.subject, ids.request) {
        for place in places(&command) {
            assert!(tried.contains(place), "{place} is not tried");
        }
    }
    assert_eq!(tried.len(), tries.len());
    for it in &tries {
        assert_eq!(Some(it.place.split('.').next().unwrap()), name_of(&it.command));
    }
}

/// A session with something of everything: some that all see, and some that only VT and RvdK see.
struct Prepared {
    session: Session<4>,
    people: [Participant; 4],
    own: Own,
    of_om: ItemId,
    subject: SubjectId,
    /// A contribution, an action and a measure.
    hidden: [ItemId; 3],
    request: TimeRequestId,
}

impl Prepared {
    /// In the phase in which people talk, while VT's request stands.
    async fn prepare(server: &Server) -> Self {
        let session = server
            .session([Prosecution, VeiligThuis, Police, ChildProtection])
            .await;
        let mut people = session.everybody_joins().await;
        let [om, vt, police, rvdk] = &mut people;
        let subject = om.make_subject(add_subject(SubjectRole::Suspect, "vader")).await;
        let of_om = om.make_item(share_with_table("van het OM")).await;
        let own = Own {
            contribution: police.make_item(share_with_table("van de politie")).await,
            action: police
                .make_item(share_action("ook van de politie", police.party, []))
                .await,
            measure: police
                .make_item(share_measure("extra_patrol", police.party, "", []))
                .await,
            other_party: om.party,
        };
        let hidden = vt.make_item(share("verborgen", Audience::only([rvdk.party]))).await;
        let action = vt
            .make_item(share_action("verborgen afspraak", rvdk.party, [hidden]))
            .await;
        let measure = share_measure("provisional_supervision", rvdk.party, "verborgen", [hidden]);
        let measure = vt.make_item(measure).await;
        let request = vt.make_time_request(ask_time()).await;
        Self {
            session,
            people,
            own,
            of_om,
            subject,
            hidden: [hidden, action, measure],
            request,
        }
    }

    async fn enter_closing_round(&mut self) {
        let [om, vt, ..] = &mut self.people;
        vt.submit_ok(CommandKind::EndTime { request: self.request }).await;
        let closing_round = CommandKind::MoveTo {
            phase: Phase::ClosingRound,
        };
        om.submit_ok(closing_round).await;
    }

    fn ids(&self) -> Ids {
        Ids {
            party: self.people[1].party,
            participant: self.session.users[1].me.participant,
            subject: self.subject,
            item: self.hidden[0],
            request: self.request,
        }
    }

    async fn every_view(&self) -> Vec<SessionView> {
        let mut views = Vec::new();
        for user in &self.session.users {
            views.push(user.view(self.session.id).await);
        }
        views
    }

    fn person(&mut self, by: By) -> &mut Participant {
        match by {
            By::Om => &mut self.people[0],
            By::Vt => &mut self.people[1],
            By::Police => &mut self.people[2],
        }
    }
}

/// The bytes of the refusal of this command, apart from its id; and why.
async fn refusal(person: &mut Participant, command: CommandKind) -> (String, Refusal) {
    let id = new_command_id();
    person
        .send_frame(&FromClient::Submit {
            id,
            command: command.clone(),
        })
        .await;
    loop {
        match person.next_frame().await.expect("an answer") {
            FromRoom::Refused { id: of, because } if of == id => {
                let bytes = person.frames.last().unwrap().replace(&id.to_string(), "id");
                return (bytes, because);
            }
            FromRoom::Ack { .. } | FromRoom::NotStored { .. } | FromRoom::Unreadable { .. } => {
                panic!("not refused: {command:?}")
            }
            _ => {}
        }
    }
}

#[tokio::test]
async fn r2_ids_of_elsewhere_and_of_nowhere_are_refused_alike() {
    let server = Server::open().await;
    // A party and a colleague of the chair that exist, and do not sit here.
    let elsewhere = Ids {
        party: server.user_of(Municipality).await.me.party.id,
        participant: server.sign_in("visser").await.me.participant,
        ..Prepared::prepare(&server).await.ids()
    };
    let mut here = Prepared::prepare(&server).await;
    let (own, hidden) = (here.own, here.hidden);
    for when in [When::Talking, When::ClosingRound] {
        if when == When::ClosingRound {
            here.enter_closing_round().await;
        }
        let before = here.every_view().await;
        for it in tries(Ids::nowhere(), own).into_iter().filter(|it| it.when == when) {
            let (by, place) = (it.by, it.place);
            let with = |ids: Ids| {
                let mut tries = tries(ids, own).into_iter();
                tries.find(|it| it.place == place).expect("the same places").command
            };
            let (nowhere, because) = refusal(here.person(by), it.command).await;
            assert!(
                matches!(
                    because,
                    Refusal::NotFound | Refusal::NoSuchRecipient | Refusal::PurposeDoesNotFit | Refusal::PartyMissing
                ),
                "{place}: nothing but the id is in the way: {because:?}"
            );
            let mut others = vec![("nowhere too", Ids::nowhere()), ("of another session", elsewhere)];
            // From VT nothing is hidden here.
            if by != By::Vt {
                let hidden = hidden.map(|item| Ids { item, ..Ids::nowhere() });
                others.extend(hidden.map(|ids| ("hidden here", ids)));
            }
            for (what, ids) in others {
                let (bytes, _) = refusal(here.person(by), with(ids)).await;
                assert_eq!(bytes, nowhere, "{place}: {what}");
            }
        }
        assert_eq!(here.every_view().await, before, "nothing changed");
    }
}

/// What can be seen and belongs to another cannot be touched either, not even by the chair.
#[tokio::test]
async fn r3_what_belongs_to_another_stays_as_it_is() {
    let server = Server::open().await;
    let mut here = Prepared::prepare(&server).await;
    here.enter_closing_round().await;
    let before = here.every_view().await;
    let (of_om, of_police) = (here.of_om, here.own.contribution);
    for (by, theirs) in [(By::Om, of_police), (By::Police, of_om)] {
        let person = here.person(by);
        for command in [
            revise(theirs, 1, "van een ander"),
            set_audience(theirs, Audience::only([])),
            withdraw(theirs),
            approve(theirs, person.party, "om_afdoening"),
            decide(theirs, 1, person.party, Verdict::Decline { reason: None }),
            decide(theirs, 1, person.party, Verdict::Undecide {}),
            CommandKind::OpenBasis {
                item: theirs,
                revision: 1,
                basis: theirs,
                open: true,
            },
        ] {
            assert_eq!(
                person.submit_refused(command.clone()).await,
                Refusal::NotOwner,
                "{command:?}"
            );
        }
    }
    // R16: a label belongs to who added it.
    let subject = here.subject;
    let correct = CommandKind::CorrectSubject {
        subject,
        revision: 1,
        role: SubjectRole::Victim,
        label: "iemand anders".into(),
    };
    let remove = CommandKind::RemoveSubject { subject, revision: 1 };
    for command in [correct, remove] {
        let because = here.person(By::Police).submit_refused(command.clone()).await;
        assert_eq!(because, Refusal::NotOwner, "{command:?}");
    }
    // T5: nobody answers for another.
    let answer = CommandKind::Answer {
        item: here.own.action,
        revision: 1,
        answer: NewAnswer::Accept {},
    };
    assert_eq!(here.person(By::Om).submit_refused(answer).await, Refusal::NotAssignee);
    assert_eq!(here.every_view().await, before, "nothing changed");
}

/// A restricted seat cannot find out who else sits here by naming parties.
#[tokio::test]
async fn r2_a_restricted_seat_cannot_ask_who_sits_here() {
    let server = Server::open().await;
    let mut here = Prepared::prepare(&server).await;
    let municipality = server.user_of(Municipality).await;
    here.session.users[0]
        .give_seat(here.session.id, municipality.me.party.id, SeatLevel::Restricted)
        .await;
    let mut restricted = Participant::join(&municipality, here.session.id).await;
    let own = restricted.make_item(share("van de gemeente", Audience::only([]))).await;
    let seated = here.people[2].party;
    let naming = |party: PartyId, task: &str| {
        [
            share("tekst", Audience::only([party])),
            CommandKind::SetAudience {
                item: own,
                was: Audience::only([]),
                audience: Audience::only([party]),
            },
            decide(own, 1, party, Verdict::Decline { reason: None }),
            decide(own, 1, party, Verdict::Undecide {}),
            approve(own, party, task),
            share_action("tekst", party, []),
            share_measure("extra_patrol", party, "", []),
            CommandKind::TakeSeat { party },
            CommandKind::AskToLeave { party },
            CommandKind::AnswerNewcomer { party, show: true },
        ]
    };
    for when in [When::Talking, When::ClosingRound] {
        if when == When::ClosingRound {
            here.enter_closing_round().await;
        }
        for task in ["politie_taak", "gemeente_huisverbod"] {
            let nowhere = PartyId(Uuid::new_v4());
            for (of_seated, of_nobody) in naming(seated, task).into_iter().zip(naming(nowhere, task)) {
                let expected = refusal(&mut restricted, of_nobody).await;
                assert_eq!(
                    refusal(&mut restricted, of_seated.clone()).await,
                    expected,
                    "{of_seated:?}"
                );
            }
        }
    }
}

/// Frames of another's, sent again: in their name nothing happens; in one's own, what one may do oneself.
#[tokio::test]
async fn commands_sent_again_change_nothing_and_speak_for_nobody_else() {
    let server = Server::open().await;
    let session = server.session([Prosecution, VeiligThuis, Police]).await;
    let [mut om, mut vt, mut police] = session.everybody_joins().await;
    let frames = [share_with_table("een keer"), ask_time()].map(|command| (new_command_id(), command));
    let mut made = Vec::new();
    for (id, command) in &frames {
        let Reply::Ack(it) = vt.submit_as(*id, command.clone()).await else {
            panic!("{command:?}")
        };
        assert!(it.is_some(), "the acknowledgement names what was made");
        made.push(it);
    }
    let before = vt.now().await.clone();
    for ((id, command), made) in frames.iter().zip(&made) {
        for _ in 0..3 {
            let again = vt.submit_as(*id, command.clone()).await;
            assert_eq!(again, Reply::Ack(*made), "acknowledged once more, naming the same");
        }
    }
    assert_eq!(*vt.now().await, before, "and nothing changed");

    // The police repeat VT's frames word for word: a contribution is then their own, and time is not theirs to ask.
    let theirs = police.submit_as(frames[0].0, frames[0].1.clone()).await;
    assert!(
        theirs.is_ack() && theirs != Reply::Ack(made[0]),
        "an item of their own: {theirs:?}"
    );
    assert_eq!(
        police.submit_as(frames[1].0, frames[1].1.clone()).await,
        Reply::Refused(Refusal::NotVeiligThuis)
    );
    let items = om.wait_for(|view| view.items.len() == 2).await.items;
    assert_eq!((items[0].owner.id, items[1].owner.id), (vt.party, police.party));
    // G23: an id that was used cannot be used for another command.
    for other in [share_with_table("iets anders"), ask_time(), withdraw(items[0].id)] {
        assert_eq!(
            vt.submit_as(frames[0].0, other).await,
            Reply::Refused(Refusal::OtherCommand)
        );
    }
    assert_eq!(om.now().await.items.len(), 2);
}

/// What a command made is known from the log, so also after a restart.
#[tokio::test]
async fn a_command_sent_again_after_a_restart_names_what_it_made() {
    let mut server = Server::open().await;
    let session = server.session([Prosecution, VeiligThuis]).await;
    let [mut om, _vt] = session.everybody_joins().await;
    let frames = [
        share_with_table("een keer"),
        add_subject(SubjectRole::Suspect, "vader"),
        CommandKind::SetClock { minutes: 60 },
    ];
    let frames = frames.map(|command| (new_command_id(), command));
    let mut replies = Vec::new();
    for (id, command) in &frames {
        replies.push(om.submit_as(*id, command.clone()).await);
    }
    let made: Vec<_> = replies
        .iter()
        .map(|reply| matches!(reply, Reply::Ack(Some(_))))
        .collect();
    assert_eq!(made, [true, true, false], "{replies:?}");
    server.kill();
    server.start().await;
    let mut om = Participant::join(&session.users[0], session.id).await;
    for ((id, command), reply) in frames.into_iter().zip(replies) {
        assert_eq!(om.submit_as(id, command).await, reply);
    }
    let view = om.now().await;
    assert_eq!(view.items.len(), 1);
    assert_eq!(view.subjects.len(), 2);
}

/// An address that names another session's id, or none, opens no socket.
#[tokio::test]
async fn r2_no_socket_without_a_seat() {
    let server = Server::open().await;
    let session = server.session([Prosecution, VeiligThuis]).await;
    let stranger = server.user_of(Police).await;
    let there = Participant::connect(&stranger, session.id).await.err();
    let nowhere = Participant::connect(&stranger, SessionId(Uuid::new_v4())).await.err();
    assert_eq!(there, nowhere);
    assert_eq!(there.map(|status| status.as_u16()), Some(404));
    let paths: [fn(Uuid) -> String; 2] = [
        |session| format!("/api/v1/sessions/{session}"),
        |session| report_path(session),
    ];
    for path in paths {
        let there = stranger.get(&path(session.id.0)).await;
        let nowhere = stranger.get(&path(Uuid::new_v4())).await;
        let path = path(Uuid::nil());
        assert_eq!(there.status(), nowhere.status(), "{path}");
        assert_eq!(there.bytes().await.unwrap(), nowhere.bytes().await.unwrap(), "{path}");
    }
}
