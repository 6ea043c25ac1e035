//! The table as a server renders it, for sessions that the rules themselves made: what each seat reads and can press.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

use akkoord::deadline;
use akkoord::directory::Me;
use akkoord::ground::{Grounds, standard_tasks};
use akkoord::ids::{CommandId, ParticipantId, SessionId};
use akkoord::measure;
use akkoord::moment::{self, Phase};
use akkoord::party::{Party, PartyKind};
use akkoord::session::command::{
    Convening, LeftItems, NewAnswer, NewSeat, NewSubject, SeatLevel, SubjectRole, Verdict,
};
use akkoord::session::item::{Assignee, Audience, ContributionKind, DispositionKind, NewContent, Purpose};
use akkoord::session::view::SubjectView;
use akkoord::session::{
    Actor, Command, CommandKind, Roles, SessionView, Snapshot, Stamp, Viewer, decide, evolve, view_for,
};
use chrono::{DateTime, TimeDelta, Utc};
use leptos::tachys::view::any_view::AnyView;
use uuid::Uuid;

use super::*;
use crate::ui::keys;

pub(super) const OM: PartyKind = PartyKind::Prosecution;
pub(super) const POLICE: PartyKind = PartyKind::Police;
pub(super) const VT: PartyKind = PartyKind::VeiligThuis;
pub(super) const HALT: PartyKind = PartyKind::Halt;
const CARE: PartyKind = PartyKind::Care;
const KINDS: [PartyKind; 6] = [
    OM,
    POLICE,
    PartyKind::Probation,
    PartyKind::ChildProtection,
    PartyKind::VictimSupport,
    VT,
];

fn number(kind: PartyKind) -> u128 {
    let place = PartyKind::ALL.iter().position(|it| *it == kind).unwrap();
    u128::try_from(place).unwrap() + 1
}

pub(super) fn party(kind: PartyKind) -> Party {
    Party {
        id: PartyId(Uuid::from_u128(number(kind))),
        kind,
        name: format!("Organisatie {}", kind.tag()),
    }
}

/// The one person of each organisation.
fn actor(kind: PartyKind) -> Actor {
    Actor {
        party: party(kind).id,
        participant: ParticipantId(Uuid::from_u128(100 + number(kind))),
    }
}

fn seat(kind: PartyKind, level: SeatLevel) -> NewSeat {
    NewSeat {
        party: party(kind),
        level,
        tasks: standard_tasks()
            .unwrap()
            .into_iter()
            .filter(|task| task.party == kind)
            .collect(),
        retention_days: 90,
    }
}

fn start() -> DateTime<Utc> {
    "2026-11-25T09:00:00Z".parse().unwrap()
}

/// A server renders a page at once; whatever would run later runs in a browser.
struct RunsNothing;

impl any_spawner::CustomExecutor for RunsNothing {
    fn spawn(&self, _: any_spawner::PinnedFuture<()>) {}
    fn spawn_local(&self, _: any_spawner::PinnedLocalFuture<()>) {}
    fn poll_local(&self) {}
}

/// A session, and how a room would lead it.
pub(super) struct Room {
    snapshot: Snapshot,
    commands: u8,
}

impl Room {
    /// A ZSM session about one suspect, with everybody in it and Halt in a restricted seat.
    pub(super) fn zsm() -> Self {
        let tasks = standard_tasks().unwrap();
        let today = start().date_naive();
        let mut room = Self {
            snapshot: Snapshot::default(),
            commands: 0,
        };
        let mut seats: Vec<_> = KINDS.iter().map(|kind| seat(*kind, SeatLevel::Full)).collect();
        seats.push(seat(HALT, SeatLevel::Restricted));
        let moment = moment::standard()
            .unwrap()
            .into_iter()
            .find(|it| it.code == "zsm")
            .unwrap();
        room.does(
            OM,
            CommandKind::Convene(Box::new(Convening {
                moment,
                case_reference: "26-0417".into(),
                subjects: vec![NewSubject {
                    role: SubjectRole::Suspect,
                    label: "vader (41)".into(),
                }],
                seats,
                grounds: Grounds::standard().unwrap().between(&PartyKind::ALL, &tasks, today),
                powers: measure::standard().unwrap(),
                terms: deadline::standard().unwrap(),
                convener_name: "De Wit".into(),
                convener_is_prosecutor: true,
                clock_minutes: None,
            })),
        );
        for kind in KINDS.into_iter().chain([HALT]) {
            room.comes_in(kind);
        }
        room
    }

    fn comes_in(&mut self, kind: PartyKind) {
        let enter = CommandKind::Enter {
            name: format!("Iemand van {}", kind.tag()),
            prosecutor: kind == OM,
        };
        self.does(kind, enter);
        self.does(kind, CommandKind::AcceptRules {});
    }

    pub(super) fn does(&mut self, kind: PartyKind, command: CommandKind) {
        let at = start() + TimeDelta::minutes(i64::from(self.commands) + 1);
        self.acts(actor(kind), at, command);
    }

    /// Nothing happens any more, until the program ends the session (R14).
    pub(super) fn expires(&mut self) {
        self.is_about_to_expire();
        self.acts(Actor::PROGRAM, start() + TimeDelta::days(12), CommandKind::Expire);
    }

    fn is_about_to_expire(&mut self) {
        self.acts(Actor::PROGRAM, start() + TimeDelta::days(10), CommandKind::WarnOfExpiry);
    }

    fn acts(&mut self, actor: Actor, at: DateTime<Utc>, command: CommandKind) {
        self.commands += 1;
        let salt = [self.commands; 32];
        let stamp = Stamp { at, salt };
        let command = Command {
            id: CommandId(Uuid::from_u128(u128::from(self.commands))),
            kind: command,
        };
        let what = format!("{command:?}");
        let decision = decide(&self.snapshot.state, actor, stamp, command).expect(&what);
        for text in decision.texts {
            self.snapshot.texts.put(text.id, text.text, text.salt);
        }
        for event in &decision.events {
            self.snapshot.state = evolve(self.snapshot.state.clone(), event);
        }
        for text in decision.destroyed {
            self.snapshot.texts.destroy(text);
        }
    }

    pub(super) fn share(&mut self, kind: PartyKind, content: NewContent, audience: Audience, text: &str) -> ItemId {
        let known: Vec<_> = self.view(kind).items.iter().map(|item| item.id).collect();
        self.does(
            kind,
            CommandKind::Share {
                content,
                subjects: BTreeSet::new(),
                audience,
                based_on: BTreeSet::new(),
                text: text.into(),
            },
        );
        let mut all = self.view(kind).items.into_iter().map(|item| item.id);
        all.find(|id| !known.contains(id)).unwrap()
    }

    fn says(&mut self, kind: PartyKind, text: &str) -> ItemId {
        let content = NewContent::Contribution {
            kind: ContributionKind::Fact,
        };
        self.share(kind, content, Audience::table(), text)
    }

    fn answers(&mut self, kind: PartyKind, item: ItemId, answer: NewAnswer) {
        self.does(
            kind,
            CommandKind::Answer {
                item,
                revision: 1,
                answer,
            },
        );
    }

    pub(super) fn view(&self, kind: PartyKind) -> SessionView {
        let viewer = Viewer::of(&self.snapshot.state, actor(kind)).unwrap();
        view_for(&self.snapshot.state, &self.snapshot.texts, viewer).unwrap()
    }

    fn suspect(&self) -> SubjectView {
        self.view(OM).subjects.remove(0)
    }

    /// What the screen of a seat holds, without its marks of reactivity.
    pub(super) fn screen(&self, kind: PartyKind) -> String {
        self.part(kind, |_| view! { <Body /> })
    }

    /// The same of one part of the page.
    pub(super) fn part(&self, kind: PartyKind, part: impl FnOnce(Live) -> AnyView) -> String {
        let me = Me {
            participant: actor(kind).participant,
            name: format!("Iemand van {}", kind.tag()),
            party: party(kind),
            roles: Roles::default(),
            demo: false,
        };
        let entry = TableEntry {
            me,
            session: SessionId(Uuid::nil()),
            view: self.view(kind),
            now: start() + TimeDelta::minutes(i64::from(self.commands)),
        };
        // The first test of the program sets it for all.
        let _ = any_spawner::Executor::init_custom_executor(RunsNothing);
        let owner = Owner::new();
        let html = owner.with(|| {
            crate::language::provide_language();
            keys::provide_keys();
            let live = Live::new(entry);
            provide_context(live);
            provide_context(Desk::new(live));
            part(live).to_html()
        });
        owner.cleanup();
        html.replace("<!>", "")
            .replace("<!---->", "")
            .replace("<!--hot-reload-->", "")
    }
}

pub(super) fn holds(html: &str, words: &[&str]) {
    for word in words {
        assert!(html.contains(word), "{word:?} stands in {html}");
    }
}

pub(super) fn lacks(html: &str, words: &[&str]) {
    for word in words {
        assert!(!html.contains(word), "{word:?} does not stand in {html}");
    }
}

#[test]
fn an_action_is_accepted_or_refused_by_its_performer_and_by_nobody_else() {
    let mut room = Room::zsm();
    let performer = Assignee::Seat(party(POLICE).id);
    let content = NewContent::Action { performer, due: None };
    let action = room.share(VT, content, Audience::table(), "Huisbezoek vanavond");
    holds(
        &room.screen(POLICE),
        &[
            "Huisbezoek vanavond",
            "Dit doen wij",
            "Weigeren",
            "van VT",
            "nog geen antwoord",
        ],
    );
    let owner = room.screen(VT);
    holds(&owner, &["Huisbezoek vanavond", "Aanpassen", "Gehoor", "Intrekken"]);
    lacks(&owner, &["Dit doen wij"]);
    lacks(&room.screen(HALT), &["Huisbezoek"]);
    let reason = Some("geen mensen".into());
    room.answers(POLICE, action, NewAnswer::Refuse { reason });
    holds(&room.screen(VT), &["geweigerd: geen mensen"]);
    let other = room.screen(OM);
    holds(&other, &["geweigerd"]);
    lacks(&other, &["geen mensen"]);
    room.answers(POLICE, action, NewAnswer::Accept {});
    holds(&room.screen(OM), &["aanvaard"]);
}

#[test]
fn t5_a_measure_of_a_party_without_a_seat_is_shown_with_who_spoke_to_it() {
    let mut room = Room::zsm();
    let content = NewContent::Measure {
        power: "exclusion_order".into(),
        holder: Assignee::Absent {
            kind: PartyKind::Municipality,
            via: party(POLICE).id,
        },
    };
    let item = room.share(OM, content, Audience::table(), "");
    holds(
        &room.screen(VT),
        &[
            "tijdelijk huisverbod",
            ", via politie",
            "voorgesteld door OM",
            "voorgesteld, nog geen antwoord",
        ],
    );
    holds(&room.screen(POLICE), &["Toezeggen", "Niet inzetten"]);
    let until = start() + TimeDelta::days(3);
    room.answers(POLICE, item, NewAnswer::Commit { until });
    holds(&room.screen(VT), &["toegezegd tot za 28 november"]);
}

#[test]
fn r11_a_decision_is_told_to_everybody_and_read_by_every_full_seat() {
    let mut room = Room::zsm();
    lacks(&room.screen(HALT), &["Besluit (OvJ)"]);
    let suspect = room.suspect().id;
    room.does(
        OM,
        CommandKind::RecordDisposition {
            suspect,
            revision: 0,
            kind: DispositionKind::Summons,
            note: Some("met spoed".into()),
            deviation: None,
        },
    );
    holds(&room.screen(SHN), &["vader (41)", "dagvaarding", "met spoed"]);
    let halt = room.screen(HALT);
    holds(&halt, &["De OvJ heeft om ", "een beslissing genomen."]);
    lacks(&halt, &["dagvaarding", "met spoed", "vader (41)"]);
    let item = room.view(OM).items[0].id;
    let audience = Audience {
        table: true,
        named: [party(HALT).id].into(),
    };
    let was = Audience::table();
    room.does(OM, CommandKind::SetAudience { item, was, audience });
    let halt = room.screen(HALT);
    holds(&halt, &["dagvaarding", "met spoed"]);
    lacks(&halt, &["een beslissing genomen."]);
}

const SHN: PartyKind = PartyKind::VictimSupport;

#[test]
fn r16_what_others_took_back_is_a_line_and_own_names_can_be_corrected() {
    let mut room = Room::zsm();
    let item = room.says(VT, "Moeder zit in de opvang");
    room.does(VT, CommandKind::Withdraw { item, revision: 1 });
    let police = room.screen(POLICE);
    holds(&police, &["Veilig Thuis trok om ", " een stuk terug"]);
    lacks(&police, &["ingetrokken om", "Door ons genoemd"]);
    holds(&room.screen(VT), &["ingetrokken om"]);
    holds(&room.screen(OM), &["Door ons genoemd"]);
}

#[test]
fn r15_a_party_asked_to_leave_reads_so_and_one_that_left_sees_its_own_alone() {
    let mut room = Room::zsm();
    room.says(OM, "Van het OM");
    room.says(VT, "Van Veilig Thuis");
    lacks(&room.screen(VT), &["vraagt uw organisatie van tafel te gaan"]);
    let party = party(VT).id;
    room.does(OM, CommandKind::AskToLeave { party });
    holds(
        &room.screen(VT),
        &["vraagt uw organisatie van tafel te gaan", "Vertrekken …"],
    );
    lacks(&room.screen(POLICE), &["vraagt uw organisatie van tafel te gaan"]);
    let items = LeftItems::Keep;
    room.does(VT, CommandKind::Leave { items });
    let left = room.screen(VT);
    holds(
        &left,
        &[
            "Uw organisatie is van tafel vertrokken",
            "Van Veilig Thuis",
            "Intrekken",
        ],
    );
    lacks(&left, &["Van het OM", "Vertrekken …", "role=\"grid\""]);
    holds(&room.screen(POLICE), &["van tafel vertrokken om", "Van Veilig Thuis"]);
    room.does(
        OM,
        CommandKind::MoveTo {
            phase: Phase::ClosingRound,
        },
    );
    holds(&room.screen(VT), &["role=\"grid\"", "Van Veilig Thuis"]);
}

#[test]
fn r15_each_owner_is_asked_about_a_newcomer() {
    let mut room = Room::zsm();
    room.says(VT, "Eerder gedeeld");
    room.does(OM, CommandKind::GiveSeat(Box::new(seat(CARE, SeatLevel::Full))));
    room.comes_in(CARE);
    let ask = "hulpverlening heeft nu een volle plaats. Mag hulpverlening zien wat u eerder deelde?";
    holds(&room.screen(VT), &[ask, "Ja, laten zien", "Nee, niet laten zien"]);
    lacks(&room.screen(POLICE), &[ask]);
    lacks(&room.screen(CARE), &["Eerder gedeeld"]);
    let party = party(CARE).id;
    room.does(VT, CommandKind::AnswerNewcomer { party, show: true });
    lacks(&room.screen(VT), &[ask]);
    holds(&room.screen(CARE), &["Eerder gedeeld"]);
}

#[test]
fn r14_everybody_reads_when_a_session_expires() {
    let mut room = Room::zsm();
    lacks(&room.screen(VT), &["Dit overleg verloopt"]);
    room.is_about_to_expire();
    for kind in [VT, HALT] {
        let html = room.screen(kind);
        holds(&html, &["Dit overleg verloopt", "eindigt het zo 6 december 10:00"]);
    }
    room.says(VT, "Wij zijn er weer");
    lacks(&room.screen(HALT), &["Dit overleg verloopt"]);
}

#[test]
fn r6_an_owner_reads_which_approval_lapsed_and_why() {
    let mut room = Room::zsm();
    let item = room.says(VT, "Moeder belde gisteren");
    let phase = Phase::ClosingRound;
    room.does(OM, CommandKind::MoveTo { phase });
    let task = room.view(VT).seat(party(POLICE).id).unwrap().tasks[0].code.clone();
    let verdict = Verdict::Approve {
        purpose: Purpose::Task(task),
        subjects: None,
        excerpt: None,
        condition: None,
        motivation: Some("Nodig voor de veiligheid.".into()),
    };
    let cell = CellDecision {
        item,
        revision: 1,
        recipient: party(POLICE).id,
        verdict,
    };
    room.does(VT, CommandKind::Decide { cells: vec![cell] });
    lacks(&room.screen(VT), &["Akkoord vervallen"]);
    room.does(
        VT,
        CommandKind::Revise {
            item,
            revision: 1,
            content: NewContent::Contribution {
                kind: ContributionKind::Fact,
            },
            subjects: BTreeSet::new(),
            text: "Moeder belde eergisteren".into(),
        },
    );
    let lapse = "“Moeder belde eergisteren” voor politie: de tekst is aangepast.";
    holds(&room.screen(VT), &["Akkoord vervallen", lapse, "Naar de cel"]);
    lacks(&room.screen(POLICE), &["Akkoord vervallen"]);
}

#[test]
fn r17_in_the_closing_round_nothing_new_is_written() {
    let mut room = Room::zsm();
    holds(
        &room.screen(OM),
        &["Actie toevoegen", "Maatregel voorstellen", "Besluit vastleggen"],
    );
    room.does(
        OM,
        CommandKind::MoveTo {
            phase: Phase::ClosingRound,
        },
    );
    let html = room.screen(OM);
    holds(&html, &["In de accorderingsronde komt niets nieuws op tafel"]);
    lacks(
        &html,
        &["Actie toevoegen", "Maatregel voorstellen", "Besluit vastleggen"],
    );
}
