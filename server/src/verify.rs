//! `akkoord verify`: checks what a party took along of a session (C4). Anybody can, with this program and the file alone; with
//! the mark that the party kept on paper, also against somebody who made the whole file anew. Files of version 1 are checked
//! too.

use std::path::Path;
use std::process::ExitCode;

use akkoord::accountability::{Broken, Link, NotWhole, Verified, verify_account};
use akkoord_server::version_1;

use crate::Failed;

/// Says whether the file is whole; fails if it is not, or cannot be read.
pub(crate) fn verify(file: &Path, head: Option<Link>) -> Result<ExitCode, Failed> {
    let text = std::fs::read_to_string(file)
        .map_err(|cause| format!("{} kan niet worden gelezen: {cause}", file.display()))?;
    let (said, code) = said(&text, head);
    println!("{said}");
    Ok(code)
}

/// What it comes to, for a person.
fn said(text: &str, head: Option<Link>) -> (String, ExitCode) {
    let verified = match verify_account(text, head) {
        Err(NotWhole::NotOne) => version_1::verify_account(text, head),
        verified => verified,
    };
    match verified {
        Ok(Verified { events, head: end }) => {
            let then = match head {
                Some(_) => {
                    "Zij eindigt op het kenmerk dat u gaf: er is niets gewijzigd, weggelaten of toegevoegd.".to_owned()
                }
                None => format!(
                    "Zij eindigt op {end}.\nVergelijk dat met het kenmerk dat uw organisatie bewaarde, of geef het mee met --head."
                ),
            };
            (
                format!("Het bestand is heel: een keten van {events} gebeurtenissen en het verslag.\n{then}"),
                ExitCode::SUCCESS,
            )
        }
        Err(why) => (not_whole(why), ExitCode::FAILURE),
    }
}

fn not_whole(why: NotWhole) -> String {
    match why {
        NotWhole::NotOne => {
            "Dit is geen verantwoordingsbestand, of het is beschadigd: het kan niet worden gelezen.".to_owned()
        }
        NotWhole::Chain(Broken::At(place)) => {
            format!("De keten is gebroken: gebeurtenis {place} past niet op wat ervoor staat.")
        }
        NotWhole::Chain(Broken::OtherHead) => {
            "De keten eindigt op een ander kenmerk: er is iets gewijzigd, weggelaten of toegevoegd.".to_owned()
        }
        NotWhole::Report => "Het verslag past niet bij de keten: een van beide is gewijzigd.".to_owned(),
        NotWhole::Seal => "Het bestand is gewijzigd nadat het is gemaakt.".to_owned(),
    }
}
