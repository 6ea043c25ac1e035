//! Akkoord itself, whole, behind its own router; only the people are signed in without a password.

use std::collections::{BTreeSet, HashMap};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

use akkoord::ids::{CommandId, SessionId};
use akkoord::moment::Phase;
use akkoord::session::command::{CellDecision, Convening, NewSubject, SeatLevel, SubjectRole, Verdict};
use akkoord::session::item::{Audience, ContributionKind, NewContent, Purpose};
use akkoord::session::{Actor, Command, CommandKind};
use akkoord_server::http::{self, AppState, Config, Place};
use akkoord_server::identity::{Account, Identity};
use akkoord_server::rooms::Rooms;
use akkoord_server::vault::Store;
use akkoord_server::{clock, import};
use axum::Router;
use futures_util::StreamExt;

use crate::plan::{Door, Open, Table};
use crate::{child, client};

/// The organisations at a table, by code, the leading one first and Veilig Thuis second; and a task of each.
const ORGANISATIONS: [(&str, &str); 10] = [
    ("prosecution", "om_afdoening"),
    ("veilig_thuis", "vt_onderzoek"),
    ("police", "politie_taak"),
    ("probation", "3ro_advies"),
    ("child_protection", "rvdk_onderzoek"),
    ("victim_support", "shn_hulp"),
    ("halt", "halt_afdoening"),
    ("municipality", "gemeente_huisverbod"),
    ("care", "hulpverlening"),
    ("other", ""),
];
/// Fits no password: nobody signs in with one here, and a thousand real hashes take minutes.
const HASH: &str = "$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$X7BoOJKDcjbNZRZKGjvqjvGMXoeNmXXv3xfCDTw5o8k";
/// Sessions that are made at the same time.
const AT_ONCE: usize = 64;

/// Makes sessions.
pub struct Opener {
    rooms: Rooms,
    identity: Identity,
    origin: String,
    folder: PathBuf,
    made: AtomicUsize,
}

pub async fn start(folder: &Path, address: SocketAddr) -> (Router, child::Opener) {
    let store = Store::open(folder).await.expect("a store");
    let identity = Identity::new(&store).await.expect("people");
    let rooms = Rooms::new(store.clone());
    let origin = format!("http://{address}");
    let place = Place::Public(origin.parse().expect("an origin"));
    let config = Config {
        place,
        site: folder.join("site"),
        behind_proxy: 0,
    };
    let state = AppState::new(&store, rooms.clone(), identity.clone(), config);
    let folder = folder.to_owned();
    let opener = Opener {
        rooms,
        identity,
        origin,
        folder,
        made: AtomicUsize::new(0),
    };
    (http::router(state), child::Opener::Program(Box::new(opener)))
}

impl Opener {
    pub async fn open(&self, open: Open) -> Vec<Table> {
        let first = self.made.fetch_add(open.sessions, Ordering::Relaxed);
        let sessions = first..first + open.sessions;
        self.invite(open, sessions.clone()).await;
        let accounts = self.identity.accounts().await.expect("accounts");
        let accounts: HashMap<_, _> = accounts
            .into_iter()
            .map(|account| (account.account.clone(), account))
            .collect();
        futures_util::stream::iter(sessions)
            .map(|session| {
                let people: Vec<_> = (0..open.seats)
                    .map(|seat| accounts[&account(session, seat)].clone())
                    .collect();
                async move { self.seat(open, people).await }
            })
            .buffered(AT_ONCE)
            .collect()
            .await
    }

    /// Somebody of their own for each seat of each session.
    async fn invite(&self, open: Open, sessions: std::ops::Range<usize>) {
        use std::fmt::Write as _;
        let mut text = String::new();
        for (place, (kind, _)) in ORGANISATIONS[..open.parties].iter().enumerate() {
            writeln!(
                text,
                "[[organisation]]\ncode = \"{kind}\"\nkind = \"{kind}\"\nname = \"{kind} Voorbeeldstad\""
            )
            .unwrap();
            writeln!(text, "retention_days = 365").unwrap();
            let roles = if place == 0 {
                r#""participant", "prosecutor""#
            } else {
                r#""participant""#
            };
            for session in sessions.clone() {
                for seat in (place..open.seats).step_by(open.parties) {
                    let account = account(session, seat);
                    writeln!(
                        text,
                        "[[organisation.person]]\naccount = \"{account}\"\nname = \"{account}\""
                    )
                    .unwrap();
                    writeln!(text, "roles = [{roles}]\npassword_hash = \"{HASH}\"").unwrap();
                }
            }
        }
        import::import(&self.identity, &text, &self.folder)
            .await
            .map_err(|error| error.to_string())
            .expect("people");
    }

    async fn seat(&self, open: Open, people: Vec<Account>) -> Table {
        let actor = |person: &Account| Actor {
            party: person.organisation,
            participant: person.id,
        };
        let convener = &people[0];
        let session = self
            .rooms
            .convene(actor(convener), self.convening(&people[..open.parties]).await)
            .await
            .expect("a session");
        for person in &people {
            let (actor, prosecutor) = (actor(person), person.roles.prosecutor);
            self.rooms
                .enter(session, actor, &person.name, prosecutor)
                .await
                .expect("a seat");
            self.does(session, actor, CommandKind::AcceptRules {}).await;
        }
        for number in 0..open.contributions {
            let text = "Moeder belde om tien over negen. "
                .chars()
                .cycle()
                .take(client::LETTERS)
                .collect();
            let share = CommandKind::Share {
                content: NewContent::Contribution {
                    kind: ContributionKind::Fact,
                },
                subjects: BTreeSet::new(),
                audience: Audience::table(),
                based_on: BTreeSet::new(),
                text,
            };
            self.does(session, actor(&people[number % people.len()]), share).await;
        }
        if open.releases > 0 {
            self.approve(session, &people[..open.parties], open.releases).await;
        }
        let mut sockets = Vec::new();
        for person in &people {
            let (_, token) = self
                .identity
                .sign_ins
                .begin(person.id, clock::now())
                .await
                .expect("a sign-in");
            let headers = vec![
                ("origin".to_owned(), self.origin.clone()),
                ("cookie".to_owned(), format!("__Host-akkoord={}", &*token.write())),
            ];
            sockets.push(Door {
                path: format!("/api/v1/sessions/{session}/socket"),
                headers,
            });
        }
        Table { sockets, vt: 1 }
    }

    async fn convening(&self, parties: &[Account]) -> Convening {
        let directory = &self.identity.directory;
        let mut seats = Vec::new();
        for person in parties {
            let seat = directory
                .seat(person.organisation, SeatLevel::Full)
                .await
                .expect("the directory");
            seats.push(seat.expect("an organisation"));
        }
        Convening {
            moment: directory.moments()[0].clone(),
            case_reference: "26-0417".into(),
            subjects: vec![NewSubject {
                role: SubjectRole::Victim,
                label: "moeder".into(),
            }],
            seats,
            grounds: directory.grounds(clock::now()).await.expect("the directory"),
            powers: directory.powers().to_vec(),
            terms: directory.terms().to_vec(),
            convener_name: parties[0].name.clone(),
            convener_is_prosecutor: true,
            clock_minutes: None,
        }
    }

    /// The closing round, with so many contributions approved for one recipient each.
    async fn approve(&self, session: SessionId, people: &[Account], releases: usize) {
        let actor = |person: &Account| Actor {
            party: person.organisation,
            participant: person.id,
        };
        self.does(
            session,
            actor(&people[0]),
            CommandKind::MoveTo {
                phase: Phase::ClosingRound,
            },
        )
        .await;
        let view = self.rooms.look(session, actor(&people[0])).await.expect("a view");
        for (place, person) in people.iter().enumerate() {
            // To the next party at the table that has a task of its own.
            let next = (place + 1) % people.len().min(9);
            let (recipient, task) = (people[next].organisation, ORGANISATIONS[next].1);
            let cells: Vec<_> = view.items[..releases]
                .iter()
                .filter(|item| item.owner.id == person.organisation)
                .map(|item| CellDecision {
                    item: item.id,
                    revision: 1,
                    recipient,
                    verdict: Verdict::Approve {
                        purpose: Purpose::Task(task.into()),
                        subjects: None,
                        excerpt: None,
                        condition: None,
                        motivation: Some("nodig voor de taak".into()),
                    },
                })
                .collect();
            if !cells.is_empty() {
                self.does(session, actor(person), CommandKind::Decide { cells }).await;
            }
        }
    }

    async fn does(&self, session: SessionId, actor: Actor, kind: CommandKind) {
        let command = Command {
            id: CommandId(clock::random_id()),
            kind,
        };
        self.rooms.carry_out(session, actor, command).await.expect("a command");
    }
}

fn account(session: usize, seat: usize) -> String {
    format!("p{session}-{seat}")
}
