//! Nothing that a person typed becomes markup: every page is rendered with hostile words in every name, label, reference
//! and text that can get into the database, and read again the way a browser reads it.

use std::fmt::Write as _;

use akkoord::ids::{CommandId, ReleaseId, SessionId};
use akkoord::session::command::{Convening, NewSubject, SeatLevel, SubjectRole};
use akkoord::session::{Actor, Command, CommandKind};
use akkoord_server::clock;
use akkoord_server::http::page_addresses;
use akkoord_server::import::import;

use crate::server::{Server, cheap_hash};

/// Each would make an element or an attribute called `hostile` wherever it is written without being escaped.
const HOSTILE: [&str; 9] = [
    "</title><hostile>",
    "</title><meta http-equiv=refresh hostile>",
    "\"><hostile>",
    "'><hostile>",
    "\" hostile=\"1",
    "' hostile='1",
    "</script><hostile>",
    "</textarea><hostile>",
    "--><hostile>",
];

/// What a browser would make of a page: the names of its elements and attributes.
#[derive(Default, Debug)]
struct Markup {
    elements: Vec<String>,
    attributes: Vec<String>,
    /// What stands between `<title>` and `</title>`.
    title: String,
}

impl Markup {
    /// Reads a page by the rules of the HTML tokenizer, as far as they matter here: tags, quoted and unquoted values, comments, and
    /// elements whose content is text until their own end tag.
    fn of(page: &str) -> Self {
        let mut markup = Self::default();
        let mut rest = page;
        while let Some(open) = rest.find('<') {
            rest = &rest[open + 1..];
            if let Some(comment) = rest.strip_prefix("!--") {
                rest = after(comment, "-->");
                continue;
            }
            let Some(first) = rest.chars().next() else { break };
            if first == '/' || first == '!' {
                rest = after(rest, ">");
                continue;
            }
            if !first.is_ascii_alphabetic() {
                continue;
            }
            let end = rest
                .find(|c: char| c.is_ascii_whitespace() || matches!(c, '/' | '>'))
                .unwrap_or(rest.len());
            let name = rest[..end].to_ascii_lowercase();
            rest = markup.attributes_of(&rest[end..]);
            if matches!(name.as_str(), "script" | "style" | "textarea" | "title") {
                let end = rest.find(&format!("</{name}")).unwrap_or(rest.len());
                if name == "title" {
                    rest[..end].clone_into(&mut markup.title);
                }
                rest = &rest[end..];
            }
            markup.elements.push(name);
        }
        markup
    }

    /// The attributes of a tag; returns what comes after it.
    fn attributes_of<'a>(&mut self, mut rest: &'a str) -> &'a str {
        loop {
            rest = rest.trim_start_matches(|c: char| c.is_ascii_whitespace() || c == '/');
            if let Some(after) = rest.strip_prefix('>') {
                return after;
            }
            if rest.is_empty() {
                return rest;
            }
            let end = rest
                .char_indices()
                .find(|(at, c)| c.is_ascii_whitespace() || matches!(c, '/' | '>') || (*at > 0 && *c == '='))
                .map_or(rest.len(), |(at, _)| at);
            self.attributes.push(rest[..end].to_ascii_lowercase());
            rest = rest[end..].trim_start();
            let Some(value) = rest.strip_prefix('=') else { continue };
            let value = value.trim_start();
            rest = match value.chars().next() {
                Some(quote @ ('"' | '\'')) => after(&value[1..], if quote == '"' { "\"" } else { "'" }),
                _ => value.trim_start_matches(|c: char| !c.is_ascii_whitespace() && c != '>'),
            };
        }
    }

    /// Whether anything of the hostile words became markup.
    fn is_spoilt(&self) -> bool {
        let ours = |name: &String| name.contains("hostile");
        self.elements.iter().any(ours) || self.attributes.iter().any(ours)
    }
}

fn after<'a>(text: &'a str, end: &str) -> &'a str {
    text.find(end).map_or("", |at| &text[at + end.len()..])
}

/// A server in which every name, label, reference and text is one of the hostile strings.
struct Spoilt {
    server: Server,
    session: SessionId,
    received: ReleaseId,
    given: ReleaseId,
}

impl Spoilt {
    async fn with(words: &str) -> Self {
        let server = Server::open().await;
        // An import takes no name with markup in it; what it takes must be shown as text.
        if import(&server.identity, &organisations_called(words), server.data())
            .await
            .is_err()
        {
            assert!(words.contains(['<', '>']), "{words} was not imported");
            let harmless = organisations_called("Voorbeeld");
            import(&server.identity, &harmless, server.data()).await.unwrap();
        }
        let session = convene(&server, words).await;
        let (received, given) = server.releases_saying(words).await;
        Self {
            server,
            session,
            received,
            given,
        }
    }
}

/// An import file in which every name is made of these words.
fn organisations_called(words: &str) -> String {
    let hash = cheap_hash(crate::server::PASSWORD);
    let mut file = String::new();
    for (code, kind, account, roles) in [
        (
            "om-voorbeeldstad",
            "prosecution",
            "dewit",
            r#""participant", "prosecutor", "dossier_reader""#,
        ),
        ("vt-voorbeeldstad", "veilig_thuis", "bakker", r#""participant""#),
    ] {
        // Organisations need names that differ.
        let name = serde_json::to_string(&format!("{words} {code}")).unwrap();
        let person = serde_json::to_string(words).unwrap();
        let _ = write!(
            file,
            "[[organisation]]\ncode = \"{code}\"\nkind = \"{kind}\"\nname = {name}\nretention_days = 365\n\
             [[organisation.person]]\naccount = \"{account}\"\nname = {person}\nroles = [{roles}]\n\
             password_hash = \"{hash}\"\n\n"
        );
    }
    file
}

async fn convene(server: &Server, words: &str) -> SessionId {
    let chair = server.account("dewit").await;
    let directory = &server.identity.directory;
    let mut seats = Vec::new();
    for account in ["dewit", "bakker"] {
        let party = server.account(account).await.organisation;
        seats.push(directory.seat(party, SeatLevel::Full).await.unwrap().unwrap());
    }
    let actor = Actor {
        party: chair.organisation,
        participant: chair.id,
    };
    let convening = |reference: &str| Convening {
        moment: directory
            .moments()
            .iter()
            .find(|moment| moment.code == "zsm")
            .unwrap()
            .clone(),
        case_reference: reference.into(),
        subjects: vec![NewSubject {
            role: SubjectRole::Victim,
            label: words.into(),
        }],
        seats: seats.clone(),
        grounds: Vec::new(),
        powers: Vec::new(),
        terms: Vec::new(),
        convener_name: chair.name.clone(),
        convener_is_prosecutor: true,
        clock_minutes: None,
    };
    let session = match server.rooms.convene(actor, convening(words)).await {
        Ok(session) => session,
        // The rules may ask a form of the reference.
        Err(_) => server.rooms.convene(actor, convening("26-0417")).await.unwrap(),
    };
    let accept = Command {
        id: CommandId(clock::random_id()),
        kind: CommandKind::AcceptRules {},
    };
    server.rooms.carry_out(session, actor, accept).await.unwrap();
    session
}

#[tokio::test]
async fn no_hostile_words_become_markup_on_any_page() {
    for words in HOSTILE {
        let spoilt = Spoilt::with(words).await;
        let token = spoilt.server.token("dewit").await;
        let mut shown = 0;
        for address in page_addresses() {
            for id in [
                spoilt.session.to_string(),
                spoilt.received.to_string(),
                spoilt.given.to_string(),
            ] {
                let path = address.replace("{id}", &id);
                let page = spoilt.server.get(&path, Some(&token)).await.text().await.unwrap();
                let markup = Markup::of(&page);
                assert!(!markup.is_spoilt(), "{words} at {path}: {:?}", markup.title);
                shown += usize::from(page.contains("hostile"));
            }
        }
        // Table, report, board, dossier, register, both items, the access answer: the words were there to be escaped.
        assert!(shown >= 8, "{words} stands on {shown} pages only");
        spoilt.server.close().await;
    }
}

#[tokio::test]
async fn a_title_shows_the_words_themselves() {
    let spoilt = Spoilt::with("A&B <i>").await;
    let token = spoilt.server.token("dewit").await;
    let path = format!("/dossier/{}", spoilt.received);
    let page = spoilt.server.get(&path, Some(&token)).await.text().await.unwrap();
    let title = Markup::of(&page).title;
    assert!(title.contains("A&amp;B &lt;i&gt;"), "{title}");
    spoilt.server.close().await;
}

#[tokio::test]
async fn no_hostile_words_stand_in_the_head_of_an_answer() {
    let words = "x\"; filename=\"hostile.exe";
    let spoilt = Spoilt::with(words).await;
    let token = spoilt.server.token("dewit").await;
    for path in [
        format!("/api/v1/sessions/{}/paper", spoilt.session),
        format!("/api/v1/dossier/{}/package", spoilt.received),
        format!("/api/v1/access/{}/paper", spoilt.received),
    ] {
        let answer = spoilt.server.get(&path, Some(&token)).await;
        assert_eq!(answer.status().as_u16(), 200, "{path}");
        let name = answer.headers()["content-disposition"].to_str().unwrap().to_owned();
        let (start, file) = name.split_once('"').unwrap();
        assert_eq!(start, "attachment; filename=", "{path}");
        let file = file.strip_suffix('"').unwrap();
        assert!(
            file.chars()
                .all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '.')),
            "{path}: {name}"
        );
        for (_, value) in answer.headers() {
            assert!(
                !value.as_bytes().windows(11).any(|bytes| bytes == b"hostile.exe"),
                "{path}"
            );
        }
    }
    spoilt.server.close().await;
}

#[test]
fn the_reader_of_pages_finds_what_a_browser_would() {
    for (page, spoilt) in [
        ("<title></title><hostile></title>", true),
        ("<title>&lt;/title&gt;&lt;hostile&gt;</title>", false),
        ("<a title=\"\"><hostile>\">x</a>", true),
        ("<a title=\"\" hostile=\"1\">x</a>", true),
        ("<a title=\"&quot; hostile='1' <hostile>\">x</a>", false),
        ("<a title=x hostile>x</a>", true),
        ("<script>let x = \"<hostile>\";</script>", false),
        ("<script>let x = \"</script><hostile>\";</script>", true),
        ("<!-- --><hostile> -->", true),
        ("<!-- <hostile> -->", false),
        ("<textarea><hostile></textarea>", false),
        ("1 < 2 <HOSTILE/>", true),
    ] {
        assert_eq!(Markup::of(page).is_spoilt(), spoilt, "{page}");
    }
}
