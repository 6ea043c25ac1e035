//! Every address × everybody. A new address does not compile here until somebody has said who may use it.

use akkoord::directory::{Colleague, SeatOrder};
use akkoord::ids::{ReleaseId, SessionId};
use akkoord::party::PartyKind;
use akkoord::session::command::SeatLevel;
use akkoord_server::clock;
use akkoord_server::http::{Endpoint, page_addresses};
use akkoord_server::identity::Token;
use reqwest::header::{COOKIE, DATE, HeaderMap, HeaderValue, LOCATION};
use reqwest::{Method, Response, StatusCode};

use crate::server::{Body, OWN, Server, cookie};

/// Who asks, in the order of the columns below.
const EVERYBODY: [(&str, Option<&str>); 6] = [
    ("nobody", None),
    ("somebody of an organisation without a seat", Some("jansen")),
    ("a participant", Some("bakker")),
    ("the chair", Some("dewit")),
    ("a dossier reader of the chair's organisation", Some("lezer")),
    ("an administrator of the chair's organisation", Some("beheer")),
];

/// What each of them is answered: about the session, the dossier item and the register entry of the fixture.
fn answers(endpoint: Endpoint) -> [u16; 6] {
    match endpoint {
        Endpoint::Health => [200, 200, 200, 200, 200, 200],
        // With a password that fits nobody.
        Endpoint::SignIn => [401, 401, 401, 401, 401, 401],
        Endpoint::FormSignIn | Endpoint::FormSignOut => [303, 303, 303, 303, 303, 303],
        Endpoint::SignOut => [204, 204, 204, 204, 204, 204],
        Endpoint::Me => [401, 200, 200, 200, 200, 200],
        Endpoint::Board | Endpoint::Colleagues => [401, 200, 200, 200, 404, 404],
        // The police leads no moment, Veilig Thuis leads others than this one.
        Endpoint::ConveneForm => [401, 422, 200, 200, 422, 422],
        Endpoint::Convene => [401, 422, 422, 201, 422, 422],
        Endpoint::Table | Endpoint::Report | Endpoint::ReportPaper => [401, 404, 200, 200, 404, 404],
        // The session of the fixture is not closed: there is no end to account for yet, for anybody.
        Endpoint::Account => [401, 404, 404, 404, 404, 404],
        Endpoint::GiveSeat => [401, 404, 422, 204, 404, 404],
        Endpoint::Socket => [401, 404, 101, 101, 404, 404],
        Endpoint::Dossier | Endpoint::Register | Endpoint::Search => [401, 200, 404, 404, 200, 404],
        Endpoint::DossierItem
        | Endpoint::Package
        | Endpoint::RegisterEntry
        | Endpoint::Answer
        | Endpoint::Access
        | Endpoint::AccessPaper => [401, 404, 404, 404, 200, 404],
    }
}

/// What the addresses are about.
struct Things {
    session: SessionId,
    received: ReleaseId,
    given: ReleaseId,
    seat: String,
    order: String,
}

impl Things {
    async fn of(server: &Server) -> Self {
        let session = server.session().await;
        let (received, given) = server.releases().await;
        // One that nobody in the columns belongs to: whoever gets this seat must not change what another is answered.
        let parties = server.identity.directory.parties().await.unwrap();
        let other = parties
            .iter()
            .find(|party| party.kind == PartyKind::ChildProtection)
            .unwrap();
        let seat = SeatOrder {
            party: other.id,
            level: SeatLevel::Restricted,
        };
        Self {
            session,
            received,
            given,
            seat: serde_json::to_string(&seat).unwrap(),
            order: serde_json::to_string(&server.order().await).unwrap(),
        }
    }

    fn id(&self, endpoint: Endpoint) -> String {
        match endpoint {
            Endpoint::DossierItem | Endpoint::Package | Endpoint::Access | Endpoint::AccessPaper => {
                self.received.to_string()
            }
            Endpoint::RegisterEntry | Endpoint::Answer => self.given.to_string(),
            _ => self.session.to_string(),
        }
    }

    fn body(&self, endpoint: Endpoint, number: usize) -> Option<Body> {
        match endpoint {
            Endpoint::FormSignIn => Some(Body::Form(format!("account=niemand{number}&password=x"))),
            Endpoint::SignIn => Some(Body::Json(format!(
                r#"{{"account":"niemand-{number}","password":"x"}}"#
            ))),
            Endpoint::Convene => Some(Body::Json(self.order.clone())),
            Endpoint::GiveSeat => Some(Body::Json(self.seat.clone())),
            Endpoint::Search => Some(Body::Json(r#"{"words":"niets","given":false}"#.into())),
            Endpoint::Answer => Some(Body::Json(
                r#"{"version":0,"command":{"do":"inform","informed":"yes"}}"#.into(),
            )),
            _ => None,
        }
    }
}

async fn ask(server: &Server, endpoint: Endpoint, path: &str, body: Option<Body>, token: Option<&Token>) -> Response {
    let mut headers = HeaderMap::new();
    if let Some(token) = token {
        headers.insert(COOKIE, cookie(token));
    }
    if endpoint == Endpoint::Socket {
        for (name, value) in [
            ("connection", "upgrade"),
            ("upgrade", "websocket"),
            ("sec-websocket-version", "13"),
            ("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ=="),
            ("origin", OWN),
        ] {
            headers.insert(name, HeaderValue::from_static(value));
        }
    }
    server.ask_with(endpoint.method(), path, body, headers).await
}

#[tokio::test]
async fn every_address_answers_everybody_as_the_table_says() {
    let server = Server::open().await;
    let things = Things::of(&server).await;
    let mut wrong = Vec::new();
    for endpoint in Endpoint::ALL {
        for (number, ((who, account), expected)) in EVERYBODY.into_iter().zip(answers(*endpoint)).enumerate() {
            // A sign-in of their own for each question: signing out must not spoil the next.
            let token = match account {
                Some(account) => Some(server.token(account).await),
                None => None,
            };
            let path = endpoint.path().replace("{id}", &things.id(*endpoint));
            let answer = ask(
                &server,
                *endpoint,
                &path,
                things.body(*endpoint, number),
                token.as_ref(),
            )
            .await;
            if answer.status().as_u16() != expected {
                let status = answer.status();
                let body = answer.text().await.unwrap_or_default();
                wrong.push(format!(
                    "{endpoint:?} for {who}: {status} instead of {expected}: {body}"
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[tokio::test]
async fn r2_not_yours_and_not_there_are_the_same_to_the_byte() {
    let server = Server::open().await;
    let things = Things::of(&server).await;
    for endpoint in Endpoint::ALL.iter().filter(|endpoint| endpoint.path().contains("{id}")) {
        for account in ["jansen", "beheer", "lezer", "bakker"] {
            let token = server.token(account).await;
            let about = |id: String| endpoint.path().replace("{id}", &id);
            let there = ask(
                &server,
                *endpoint,
                &about(things.id(*endpoint)),
                things.body(*endpoint, 0),
                Some(&token),
            )
            .await;
            if there.status() != StatusCode::NOT_FOUND {
                continue;
            }
            let nothing = about(clock::random_id().to_string());
            let not_there = ask(&server, *endpoint, &nothing, things.body(*endpoint, 0), Some(&token)).await;
            let no_id = ask(
                &server,
                *endpoint,
                &about("geen-id".into()),
                things.body(*endpoint, 0),
                Some(&token),
            )
            .await;
            let there = whole(there).await;
            assert_eq!(there, whole(not_there).await, "{endpoint:?} for {account}");
            assert_eq!(there, whole(no_id).await, "{endpoint:?} for {account}");
        }
    }
}

/// Everything in an answer but the time of day.
async fn whole(answer: Response) -> (StatusCode, Vec<(String, HeaderValue)>, Vec<u8>) {
    let status = answer.status();
    let headers = answer.headers().iter().filter(|(name, _)| *name != DATE);
    let headers = headers.map(|(name, value)| (name.to_string(), value.clone())).collect();
    (status, headers, answer.bytes().await.unwrap().to_vec())
}

#[tokio::test]
async fn an_address_outside_the_list_is_nothing_for_anybody() {
    let server = Server::open().await;
    let token = server.token("dewit").await;
    for path in [
        "/api/v1/nothing",
        "/api/v1/sessions",
        "/api/v2/me",
        "/api/",
        "/api/v1/sessions/x/y",
    ] {
        for token in [None, Some(&token)] {
            let status = server.get(path, token).await.status();
            assert!(matches!(status.as_u16(), 404 | 405), "{path}: {status}");
        }
    }
    let deleted = server.ask(Method::DELETE, "/api/v1/me", None, Some(&token)).await;
    assert_eq!(deleted.status(), StatusCode::METHOD_NOT_ALLOWED);
    assert_eq!(deleted.text().await.unwrap(), r#"{"problem":"no_such_method"}"#);
}

#[tokio::test]
async fn every_page_but_the_first_asks_who_you_are_and_remembers_where_you_were_going() {
    let server = Server::open().await;
    let pages = page_addresses();
    assert!(pages.contains(&"/".to_owned()) && pages.len() > 1, "{pages:?}");
    for page in pages
        .iter()
        .filter(|page| *page != "/")
        .cloned()
        .chain(["/nergens".to_owned()])
    {
        let page: Vec<_> = page
            .split('/')
            .map(|part| if part.starts_with('{') { "x" } else { part })
            .collect();
        let page = page.join("/");
        let answer = server.get(&format!("{page}?a=b&c=d"), None).await;
        assert_eq!(answer.status(), StatusCode::SEE_OTHER, "{page}");
        assert_eq!(
            answer.headers()[LOCATION],
            format!("/?terug={page}%3fa%3db%26c%3dd"),
            "{page}"
        );
    }
    assert_eq!(server.get("/", None).await.status(), StatusCode::OK);
}

#[tokio::test]
async fn who_is_signed_in_gets_pages_and_begins_at_the_board() {
    let server = Server::open().await;
    let token = server.token("dewit").await;
    let first = server.get("/", Some(&token)).await;
    assert_eq!(
        (first.status(), &first.headers()[LOCATION]),
        (StatusCode::SEE_OTHER, &HeaderValue::from_static("/overleggen"))
    );
    assert_eq!(server.get("/overleggen", Some(&token)).await.status(), StatusCode::OK);
    let missing = server.get("/nergens", Some(&token)).await;
    assert_eq!(missing.status(), StatusCode::NOT_FOUND);
    assert!(missing.text().await.unwrap().contains("</html>"));
}

#[tokio::test]
async fn what_is_convened_through_the_api_stands_on_the_board_and_can_be_looked_at() {
    let server = Server::open().await;
    let token = server.token("dewit").await;
    let order = serde_json::to_string(&server.order().await).unwrap();
    let made = server
        .ask(Method::POST, "/api/v1/sessions", Some(Body::Json(order)), Some(&token))
        .await;
    assert_eq!(made.status(), StatusCode::CREATED);
    let made: serde_json::Value = made.json().await.unwrap();
    let session = made["session"].as_str().unwrap();
    let board: akkoord::directory::Board = server.get("/api/v1/board", Some(&token)).await.json().await.unwrap();
    assert_eq!(
        board.rows.iter().map(|row| row.session.to_string()).collect::<Vec<_>>(),
        [session]
    );
    let vt = server.token("bakker").await;
    let entry: akkoord_app::backend::TableEntry = server
        .get(&format!("/api/v1/sessions/{session}"), Some(&vt))
        .await
        .json()
        .await
        .unwrap();
    assert_eq!(entry.me.name, "Anja Bakker");
    assert_eq!(entry.session.to_string(), session);
}

#[tokio::test]
async fn a_session_is_convened_with_what_the_directory_knows_and_nothing_else() {
    let server = Server::open().await;
    let token = server.token("dewit").await;
    let vt = server.party_of("bakker").await.id;
    let nobody = clock::random_id();
    for (seats, expected) in [
        (format!(r#"[{{"party":"{vt}","level":"full"}}]"#), 201),
        (
            format!(r#"[{{"party":"{vt}","level":"full"}},{{"party":"{nobody}","level":"full"}}]"#),
            422,
        ),
        (
            format!(r#"[{{"party":"{vt}","level":"full"}},{{"party":"{vt}","level":"restricted"}}]"#),
            422,
        ),
        ("[]".to_owned(), 422),
    ] {
        let order = format!(
            r#"{{"moment":"zsm","case_reference":"26-0419","subjects":[{{"role":"victim","label":"moeder"}}],"seats":{seats}}}"#
        );
        let answer = server
            .ask(Method::POST, "/api/v1/sessions", Some(Body::Json(order)), Some(&token))
            .await;
        assert_eq!(answer.status().as_u16(), expected, "{seats}");
    }
}

/// R18: whoever names who comes in chooses from the participants of their own organisation, and sees nobody else's.
#[tokio::test]
async fn r18_the_colleagues_are_the_participants_of_the_own_organisation() {
    let server = Server::open().await;
    server.identity.set_disabled("collega", true).await.unwrap().unwrap();
    for (account, names) in [
        ("bakker", &["Anja Bakker"][..]),
        ("dewit", &["Marijke de Wit"]),
        ("jansen", &["Kees Jansen"]),
    ] {
        let token = server.token(account).await;
        let answer = server.get("/api/v1/colleagues", Some(&token)).await;
        let colleagues: Vec<Colleague> = answer.json().await.unwrap();
        let named: Vec<_> = colleagues.iter().map(|it| it.name.as_str()).collect();
        assert_eq!(named, names, "neither readers nor administrators, nor who is disabled");
        assert_eq!(colleagues[0].participant, server.account(account).await.id);
    }
    server.identity.set_disabled("collega", false).await.unwrap().unwrap();
    let token = server.token("bakker").await;
    let answer = server.get("/api/v1/colleagues", Some(&token)).await;
    let colleagues: Vec<Colleague> = answer.json().await.unwrap();
    let named: Vec<_> = colleagues.iter().map(|it| it.name.as_str()).collect();
    assert_eq!(named, ["Anja Bakker", "Co Lega"], "by name");
}

/// C4: a reference goes into the log for ever, so it has a form in which no name fits.
#[tokio::test]
async fn c4_a_case_reference_has_the_form_that_the_moment_gives() {
    let server = Server::open().await;
    let token = server.token("dewit").await;
    let mut order = serde_json::to_value(server.order().await).unwrap();
    for (reference, expected) in [
        ("26-0417", 201),
        ("26-041799", 201),
        ("  26-0420 ", 201),
        ("26-1", 422),
        ("26-04170", 422),
        ("26/0417", 422),
        ("Jansen", 422),
        ("26-0417 Jansen", 422),
        ("\u{662}\u{666}-\u{660}\u{664}\u{661}\u{667}", 422),
        ("</title><h1>", 422),
        ("", 422),
    ] {
        order["case_reference"] = reference.into();
        let body = Body::Json(order.to_string());
        let answer = server
            .ask(Method::POST, "/api/v1/sessions", Some(body), Some(&token))
            .await;
        assert_eq!(answer.status().as_u16(), expected, "{reference:?}");
        if reference == "Jansen" {
            let problem: serde_json::Value = answer.json().await.unwrap();
            assert_eq!(problem["because"]["refusal"], "reference_does_not_fit");
        }
    }
}
