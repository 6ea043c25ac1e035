//! Sessions, events and texts to store.

use std::path::Path;
use std::time::Duration;

use akkoord::ids::{ParticipantId, PartyId, ReleaseId, SessionId, TextId};
use akkoord::text::{LONGEST_NOTE, NewText, Text, TextSalt};
use akkoord_server::journal::{
    Append, Closing, DossierRow, Faults, Journal, NewEvent, RecordRow, RegisterRow, Settings,
};
use akkoord_server::vault::{Label, OrganisationKey, SessionKey, Store};
use chrono::{DateTime, Utc};

/// Ids that say in the bytes what they are, so that a failure can be read.
fn id(kind: u8, number: u32) -> [u8; 16] {
    let mut bytes = [kind; 16];
    bytes[12..].copy_from_slice(&number.to_be_bytes());
    bytes
}

pub fn session(number: u32) -> SessionId {
    SessionId::from_bytes(id(0x5e, number))
}
pub fn party(number: u32) -> PartyId {
    PartyId::from_bytes(id(0xaa, number))
}
pub fn person(number: u32) -> ParticipantId {
    ParticipantId::from_bytes(id(0xbb, number))
}
pub fn text_id(number: u32) -> TextId {
    TextId::from_bytes(id(0x7e, number))
}
pub fn release(number: u32) -> ReleaseId {
    ReleaseId::from_bytes(id(0xee, number))
}

/// Seconds after the first of January 2026.
pub fn at(seconds: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_767_225_600 + seconds, 123_456_000).unwrap()
}

/// An event that can be told from every other.
pub fn event(name: &str) -> NewEvent {
    let mut link = [0; 32];
    for (slot, byte) in link.iter_mut().zip(name.bytes()) {
        *slot = byte;
    }
    NewEvent {
        bytes: format!("event {name}").into_bytes(),
        link,
    }
}

pub fn events(names: &[&str]) -> Vec<NewEvent> {
    names.iter().map(|name| event(name)).collect()
}

pub fn append(number: u32, expected: u64, names: &[&str]) -> Append {
    Append::new(session(number), expected, at(0), events(names))
}

/// The names of a session's events, having checked that their numbers have no gap.
pub async fn names(journal: &Journal, number: u32) -> Vec<String> {
    let stored = journal.read(session(number), 0).await.unwrap();
    for (event, expected) in stored.iter().zip(1..) {
        assert_eq!(event.seq, expected, "numbers have no gap");
    }
    stored
        .iter()
        .map(|event| String::from_utf8(event.bytes["event ".len()..].to_vec()).unwrap())
        .collect()
}

pub fn new_text(number: u32, words: &str) -> NewText {
    let salt = TextSalt(id(0x5a, number));
    NewText {
        id: text_id(number),
        text: Text::new(words, LONGEST_NOTE).unwrap(),
        salt,
    }
}

/// Opens a store that gives up on a lock soon.
pub async fn open(folder: &Path, faults: &Faults) -> Store {
    Store::open_with(folder, settings(faults)).await.unwrap()
}

pub fn settings(faults: &Faults) -> Settings {
    Settings {
        patience: Duration::from_millis(300),
        faults: faults.clone(),
    }
}

/// What a close of this session leaves: one release from party 1 to party 2, and a record for each.
pub async fn closing(store: &Store, number: u32, released: &str) -> Closing {
    let giver = store.vault.organisation_key(party(1)).await.unwrap();
    let recipient = store.vault.organisation_key(party(2)).await.unwrap();
    closing_with(&giver, &recipient, number, released)
}

/// As [`closing`], for who has the keys already.
pub fn closing_with(giver: &OrganisationKey, recipient: &OrganisationKey, number: u32, released: &str) -> Closing {
    Closing {
        at: at(60),
        dossier: vec![DossierRow {
            recipient: party(2),
            release: release(number),
            giver: party(1),
            session: session(number),
            received_at: at(60),
            retain_until: at(1000),
            copy: recipient
                .seal_copy(Label::dossier(release(number)), released.as_bytes())
                .unwrap(),
        }],
        register: vec![RegisterRow {
            giver: party(1),
            release: release(number),
            recipient: party(2),
            session: session(number),
            given_at: at(60),
            retain_until: at(1000),
            copy: giver.seal_copy(Label::register(release(number)), b"ground").unwrap(),
        }],
        records: vec![RecordRow {
            party: party(1),
            session: session(number),
            sealed: giver.seal_for(Label::record(session(number)), b"motivation").unwrap(),
        }],
    }
}

/// Convenes a session with these texts, numbered from `first`.
pub async fn convene(store: &Store, number: u32, first: u32, words: &[String]) -> SessionKey {
    let key = store.vault.begin_session(session(number)).await.unwrap();
    let texts = words
        .iter()
        .zip(first..)
        .map(|(words, id)| key.seal_text(&new_text(id, words)).unwrap())
        .collect();
    let append = Append {
        texts,
        parties: Some(vec![party(1), party(2)]),
        ..append(number, 0, &["convened"])
    };
    assert_eq!(store.journal.append(append).await, Ok(1));
    key
}
