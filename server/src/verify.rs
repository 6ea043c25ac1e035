//! `akkoord verify`: checks an exported chain against its head (C4). Anybody can, with this program and the file alone.
//!
//! The file is JSON: `{"session": "…", "events": [{"bytes": "…", "link": "…"}], "head": "…"}`. `bytes` is the event exactly as
//! it was stored, as a string; links are SHA-256 in hexadecimal.

use std::path::Path;
use std::process::ExitCode;

use akkoord::accountability::{Broken, Link, verify as verify_chain};
use akkoord::ids::SessionId;
use serde::Deserialize;

use crate::Failed;

#[derive(Deserialize)]
struct Export {
    session: SessionId,
    events: Vec<ExportedEvent>,
    head: Link,
}

#[derive(Deserialize)]
struct ExportedEvent {
    bytes: String,
    link: Link,
}

/// Says whether the chain is whole; fails if it is not, or cannot be read.
pub(crate) fn verify(file: &Path) -> Result<ExitCode, Failed> {
    let text = std::fs::read_to_string(file)
        .map_err(|cause| format!("{} kan niet worden gelezen: {cause}", file.display()))?;
    let export: Export = serde_json::from_str(&text)
        .map_err(|cause| format!("{} is geen export van een keten: {cause}", file.display()))?;
    match check(export) {
        Ok(events) => {
            println!("De keten is heel: {events} gebeurtenissen, tot en met het gegeven eind.");
            Ok(ExitCode::SUCCESS)
        }
        Err(Broken::At(place)) => {
            println!("De keten is gebroken: gebeurtenis {place} past niet op wat ervoor staat.");
            Ok(ExitCode::FAILURE)
        }
        Err(Broken::OtherHead) => {
            println!(
                "De keten eindigt ergens anders dan het gegeven eind: er ontbreekt iets of er is iets bij gekomen."
            );
            Ok(ExitCode::FAILURE)
        }
    }
}

fn check(export: Export) -> Result<usize, Broken> {
    let events: Vec<_> = export
        .events
        .into_iter()
        .map(|event| (event.bytes.into_bytes(), event.link))
        .collect();
    verify_chain(export.session, &events, export.head).map(|()| events.len())
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    fn export(events: &[&str]) -> String {
        let session: SessionId = "7c9e6679-7425-40de-944b-e07fc1f90ae7".parse().unwrap();
        let mut link = Link::first(session);
        let events: Vec<_> = events
            .iter()
            .map(|event| {
                link = link.next(event.as_bytes());
                serde_json::json!({ "bytes": event, "link": link })
            })
            .collect();
        serde_json::json!({ "session": session, "events": events, "head": link }).to_string()
    }

    #[test]
    fn c4_a_whole_chain_is_whole_and_a_changed_one_is_not() {
        let whole = export(&[r#"{"at":1}"#, r#"{"at":2}"#]);
        assert_eq!(check(serde_json::from_str(&whole).unwrap()), Ok(2));
        let changed = whole.replace(r#"{\"at\":2}"#, r#"{\"at\":3}"#);
        assert_ne!(changed, whole);
        assert_eq!(check(serde_json::from_str(&changed).unwrap()), Err(Broken::At(2)));
        let mut cut: Export = serde_json::from_str(&whole).unwrap();
        cut.events.pop();
        assert_eq!(check(cut), Err(Broken::OtherHead));
    }
}
