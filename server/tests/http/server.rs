//! A running server with four organisations, one session, and one item in a dossier; and a client that asks it questions.

use std::fmt::Write as _;
use std::path::Path;

use akkoord::directory::ConveneOrder;
use akkoord::dossier::{DossierItem, ItemKind, PurposeText, RegisterEntry};
use akkoord::ids::{CommandId, PartyId, ReleaseId, SessionId};
use akkoord::moment::{Name, Phase};
use akkoord::party::Party;
use akkoord::session::command::{Convening, NewSubject, SeatLevel, SubjectRole};
use akkoord::session::item::ContributionKind;
use akkoord::session::{Command, CommandKind};
use akkoord_server::clock;
use akkoord_server::http::{self, AppState, Config, Demo, Place};
use akkoord_server::identity::{Account, Identity, Token};
use akkoord_server::import::import;
use akkoord_server::journal::{Append, Closing, DossierRow, NewEvent, RegisterRow};
use akkoord_server::rooms::Rooms;
use akkoord_server::vault::{Label, Store};
use argon2::password_hash::PasswordHasher as _;
use argon2::password_hash::phc::PasswordHash;
use argon2::{Algorithm, Argon2, Params, Version};
use chrono::TimeDelta;
use reqwest::header::{COOKIE, HeaderMap, HeaderValue, ORIGIN};
use reqwest::{Client, Method, Response, redirect};
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

/// The public address of the server.
pub const OWN: &str = "https://akkoord.example";
/// Everybody's password.
pub const PASSWORD: &str = "paardebloem in de wind";

/// A running server.
pub struct Server {
    pub base: String,
    pub port: u16,
    pub identity: Identity,
    pub rooms: Rooms,
    pub store: Store,
    client: Client,
    stop: Option<oneshot::Sender<()>>,
    serving: Option<JoinHandle<std::io::Result<()>>>,
    data: TempDir,
    site: TempDir,
}

impl Server {
    /// Opens one with a public address.
    pub async fn open() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        Self::open_at(listener, Place::Public(OWN.parse().unwrap())).await
    }

    /// Opens a demonstration in which `bakker` sits at `vt`.
    pub async fn open_demo() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let seats = [("vt".to_owned(), "bakker".to_owned())].into();
        Self::open_at(listener, Place::Demo(Demo { port, seats })).await
    }

    async fn open_at(listener: TcpListener, place: Place) -> Self {
        let server = Self::over(TempDir::new().unwrap(), listener, place).await;
        import(&server.identity, &organisations(), server.data.path())
            .await
            .unwrap();
        server
    }

    /// Stops it in the ordinary way, and starts another over the same data folder.
    #[allow(dead_code, reason = "used by tests/sessions")]
    pub async fn restart(mut self) -> Self {
        self.stop.take().unwrap().send(()).unwrap();
        self.serving.take().unwrap().await.unwrap().unwrap();
        self.store.shut().await;
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        Self::over(self.data, listener, Place::Public(OWN.parse().unwrap())).await
    }

    async fn over(data: TempDir, listener: TcpListener, place: Place) -> Self {
        let site = TempDir::new().unwrap();
        put_file(site.path(), "pkg/akkoord.js", "export const words = 1;");
        put_file(site.path(), "pkg/akkoord.js.br", "packed");
        put_file(site.path(), "favicon.svg", "<svg/>");
        put_file(site.path(), ".made.json", "{}");
        let port = listener.local_addr().unwrap().port();
        let store = Store::open(data.path()).await.unwrap();
        let identity = Identity::new(&store).await.unwrap();
        let rooms = Rooms::new(store.clone());
        let config = Config {
            place,
            site: site.path().to_owned(),
            behind_proxy: 0,
        };
        let state = AppState::new(&store, rooms.clone(), identity.clone(), config);
        let (stop, stopped) = oneshot::channel::<()>();
        let serving = tokio::spawn(http::serve(listener, state, async {
            let _ = stopped.await;
        }));
        let client = Client::builder()
            .redirect(redirect::Policy::none())
            .no_proxy()
            .build()
            .unwrap();
        Self {
            base: format!("http://127.0.0.1:{port}"),
            port,
            identity,
            rooms,
            store,
            client,
            stop: Some(stop),
            serving: Some(serving),
            data,
            site,
        }
    }

    /// Where the stores are.
    pub fn data(&self) -> &Path {
        self.data.path()
    }

    pub fn site(&self) -> &Path {
        self.site.path()
    }

    /// Stops it; returns when it has.
    pub async fn close(mut self) {
        self.stop.take().unwrap().send(()).unwrap();
        self.serving.take().unwrap().await.unwrap().unwrap();
    }

    pub async fn account(&self, name: &str) -> Account {
        self.identity.account(name).await.unwrap().unwrap()
    }

    /// Signs somebody in without asking for their password.
    pub async fn token(&self, account: &str) -> Token {
        self.identity
            .sign_in_unproven(account, clock::now())
            .await
            .unwrap()
            .unwrap()
            .1
    }

    /// Asks as a browser on our own pages would, with these headers besides.
    pub async fn ask_with(&self, method: Method, path: &str, body: Option<Body>, headers: HeaderMap) -> Response {
        let mut all = HeaderMap::new();
        if method != Method::GET {
            all.insert(ORIGIN, HeaderValue::from_static(OWN));
        }
        for name in headers.keys() {
            all.remove(name);
        }
        let request = self
            .client
            .request(method, format!("{}{path}", self.base))
            .headers(all)
            .headers(headers);
        let request = match body {
            None => request,
            Some(Body::Json(text)) => request.header("content-type", "application/json").body(text),
            Some(Body::Form(text)) => request
                .header("content-type", "application/x-www-form-urlencoded")
                .body(text),
        };
        request.send().await.unwrap()
    }

    pub async fn ask(&self, method: Method, path: &str, body: Option<Body>, token: Option<&Token>) -> Response {
        let mut headers = HeaderMap::new();
        if let Some(token) = token {
            headers.insert(COOKIE, cookie(token));
        }
        self.ask_with(method, path, body, headers).await
    }

    pub async fn get(&self, path: &str, token: Option<&Token>) -> Response {
        self.ask(Method::GET, path, None, token).await
    }

    /// A ZSM session led by the OM (`dewit` holds the gavel and accepted the ground rules), with Veilig Thuis at the table.
    pub async fn session(&self) -> SessionId {
        let chair = self.account("dewit").await;
        let vt = self.account("bakker").await;
        let directory = &self.identity.directory;
        let mut seats = Vec::new();
        for party in [chair.organisation, vt.organisation] {
            seats.push(directory.seat(party, SeatLevel::Full).await.unwrap().unwrap());
        }
        let actor = akkoord::session::Actor {
            party: chair.organisation,
            participant: chair.id,
        };
        let convening = Convening {
            moment: directory
                .moments()
                .iter()
                .find(|moment| moment.code == "zsm")
                .unwrap()
                .clone(),
            case_reference: "26-0417".into(),
            subjects: vec![NewSubject {
                role: SubjectRole::Victim,
                label: "moeder".into(),
            }],
            seats,
            grounds: directory.grounds(clock::now()).await.unwrap(),
            powers: directory.powers().to_vec(),
            terms: directory.terms().to_vec(),
            convener_name: chair.name.clone(),
            convener_is_prosecutor: true,
            clock_minutes: None,
        };
        let session = self.rooms.convene(actor, convening).await.unwrap();
        let accept = Command {
            id: CommandId(clock::random_id()),
            kind: CommandKind::AcceptRules {},
        };
        self.rooms.carry_out(session, actor, accept).await.unwrap();
        session
    }

    /// The same session, held and closed by its chair with nothing released.
    pub async fn closed_session(&self) -> SessionId {
        let session = self.session().await;
        let chair = self.account("dewit").await;
        let actor = akkoord::session::Actor {
            party: chair.organisation,
            participant: chair.id,
        };
        for kind in [
            CommandKind::MoveTo {
                phase: Phase::ClosingRound,
            },
            CommandKind::Close {},
        ] {
            let command = Command {
                id: CommandId(clock::random_id()),
                kind,
            };
            self.rooms.carry_out(session, actor, command).await.unwrap();
        }
        session
    }

    /// An item that the OM received from Veilig Thuis, and one that it gave.
    pub async fn releases(&self) -> (ReleaseId, ReleaseId) {
        self.put_releases(|item| item).await
    }

    /// The same with these words in every place of the items that holds words.
    pub async fn releases_saying(&self, words: &str) -> (ReleaseId, ReleaseId) {
        self.put_releases(|item| DossierItem {
            case_reference: words.into(),
            author: words.into(),
            text: words.into(),
            approved_by: words.into(),
            purpose: Some(PurposeText::Action { text: words.into() }),
            motivation: Some(words.into()),
            condition: Some(words.into()),
            ..item
        })
        .await
    }

    async fn put_releases(&self, change: impl Fn(DossierItem) -> DossierItem) -> (ReleaseId, ReleaseId) {
        let om = self.party_of("dewit").await;
        let vt = self.party_of("bakker").await;
        let now = clock::now();
        let session = SessionId(clock::random_id());
        let (received, given) = (ReleaseId(clock::random_id()), ReleaseId(clock::random_id()));
        let key = self.store.vault.organisation_key(om.id).await.unwrap();
        let item = change(item(received, vt.clone()));
        let entry = RegisterEntry {
            giver: om.id,
            recipient: vt.clone(),
            item: change(self::item(given, om.clone())),
            not_told_yet: None,
            keep_until: now + TimeDelta::days(10),
        };
        let theirs = self.store.vault.organisation_key(vt.id).await.unwrap();
        let mut append = Append::new(
            session,
            0,
            now,
            vec![NewEvent {
                bytes: b"{}".to_vec(),
                link: [0; 32],
            }],
        );
        append.closing = Some(Closing {
            at: now,
            dossier: vec![
                DossierRow {
                    recipient: om.id,
                    release: received,
                    giver: vt.id,
                    session,
                    received_at: now,
                    retain_until: now + TimeDelta::days(10),
                    copy: key
                        .seal_copy(Label::dossier(received), &serde_json::to_vec(&item).unwrap())
                        .unwrap(),
                },
                DossierRow {
                    recipient: vt.id,
                    release: given,
                    giver: om.id,
                    session,
                    received_at: now,
                    retain_until: now + TimeDelta::days(10),
                    copy: theirs
                        .seal_copy(Label::dossier(given), &serde_json::to_vec(&entry.item).unwrap())
                        .unwrap(),
                },
            ],
            register: vec![RegisterRow {
                giver: om.id,
                release: given,
                recipient: vt.id,
                session,
                given_at: now,
                retain_until: now + TimeDelta::days(10),
                copy: key
                    .seal_copy(Label::register(given), &serde_json::to_vec(&entry).unwrap())
                    .unwrap(),
            }],
            records: Vec::new(),
        });
        self.store.close(append).await.unwrap();
        (received, given)
    }

    pub async fn party_of(&self, account: &str) -> Party {
        let id: PartyId = self.account(account).await.organisation;
        let parties = self.identity.directory.parties().await.unwrap();
        parties.into_iter().find(|party| party.id == id).unwrap()
    }

    /// A convening form for a ZSM session with Veilig Thuis.
    pub async fn order(&self) -> ConveneOrder {
        let vt = self.party_of("bakker").await.id;
        ConveneOrder {
            moment: "zsm".into(),
            case_reference: "26-0418".into(),
            subjects: vec![NewSubject {
                role: SubjectRole::Suspect,
                label: "vader".into(),
            }],
            seats: vec![akkoord::directory::SeatOrder {
                party: vt,
                level: SeatLevel::Full,
            }],
            clock_minutes: None,
        }
    }
}

/// What goes along with a question.
#[derive(Clone)]
pub enum Body {
    Json(String),
    Form(String),
}

/// As the browser sends it.
pub fn cookie(token: &Token) -> HeaderValue {
    HeaderValue::from_str(&format!("__Host-akkoord={}", &*token.write())).unwrap()
}

/// A hash that costs nothing, for tests that sign in often.
pub fn cheap_hash(password: &str) -> String {
    let argon = Argon2::new(Algorithm::Argon2id, Version::V0x13, Params::new(8, 1, 1, None).unwrap());
    let hash: PasswordHash = argon
        .hash_password_with_salt(password.as_bytes(), b"zout van de zee!")
        .unwrap();
    hash.to_string()
}

/// Account, name, roles.
type Row = (&'static str, &'static str, &'static str);

/// Four organisations with everybody the tests need.
pub fn organisations() -> String {
    let hash = cheap_hash(PASSWORD);
    let people: [(&str, &str, &str, &[Row]); 4] = [
        (
            "om-voorbeeldstad",
            "prosecution",
            "OM Voorbeeldstad",
            &[
                ("dewit", "Marijke de Wit", r#""participant", "prosecutor""#),
                ("lezer", "Lex Zeer", r#""dossier_reader""#),
                ("beheer", "Beheer OM", r#""administrator""#),
            ][..],
        ),
        (
            "vt-voorbeeldstad",
            "veilig_thuis",
            "Veilig Thuis Voorbeeldstad",
            &[
                ("bakker", "Anja Bakker", r#""participant""#),
                ("collega", "Co Lega", r#""participant""#),
            ][..],
        ),
        (
            "politie-voorbeeldland",
            "police",
            "Politie Voorbeeldland",
            &[(
                "jansen",
                "Kees Jansen",
                r#""participant", "dossier_reader", "administrator""#,
            )][..],
        ),
        ("rvdk-voorbeeldland", "child_protection", "RvdK Voorbeeldland", &[][..]),
    ];
    let mut text = String::new();
    for (code, kind, name, people) in people {
        let _ = write!(
            text,
            "[[organisation]]\ncode = \"{code}\"\nkind = \"{kind}\"\nname = \"{name}\"\nretention_days = 365\n\n"
        );
        for (account, name, roles) in people {
            let _ = write!(
                text,
                "[[organisation.person]]\naccount = \"{account}\"\nname = \"{name}\"\nroles = [{roles}]\npassword_hash = \"{hash}\"\n\n"
            );
        }
    }
    text
}

fn put_file(folder: &Path, name: &str, text: &str) {
    let path = folder.join(name);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, text).unwrap();
}

fn item(release: ReleaseId, giver: Party) -> DossierItem {
    let now = clock::now();
    DossierItem {
        release,
        case_reference: "26-0417".into(),
        moment: Name {
            nl: "ZSM-overleg".into(),
            en: "ZSM session".into(),
        },
        giver,
        author: "Anja Bakker".into(),
        kind: ItemKind::Contribution(ContributionKind::Fact),
        subjects: Vec::new(),
        text: "Twee eerdere meldingen.".into(),
        is_excerpt: false,
        revision: 1,
        shared_at: now,
        approved_by: "Anja Bakker".into(),
        approved_at: now,
        purpose: Some(PurposeText::Action {
            text: "moeder horen".into(),
        }),
        ground: None,
        motivation: None,
        condition: None,
        received_at: now,
        retain_until: now + TimeDelta::days(10),
        corrections: Vec::new(),
    }
}
