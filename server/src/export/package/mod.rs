//! The package: all of a case that one organisation holds, as one zip for its own system. Here lives what is in it and how it
//! is written; what it says is `akkoord_app::document`, who may have it is asked at the door. Everything is made in memory
//! and nothing of it is kept (R8).
//!
//! | file | |
//! |---|---|
//! | `dossier.pdf` | to read, and to keep: PDF/A-2a |
//! | `dossier.json` | for programs: `docs/schema/dossier-2.schema.json` |
//! | `dossier.mdto.xml`, `dossier.pdf.mdto.xml`, `dossier.json.mdto.xml` | for an archive: MDTO, with size and SHA-256 of each file |
//!
//! The same items at the same moment make the same bytes.

mod json;
mod mdto;

use std::io::{Cursor, Write as _};

use akkoord::dossier::HeldItem;
use akkoord::party::Party;
use akkoord_app::document;
use chrono::{DateTime, Datelike as _, Timelike as _, Utc};
use chrono_tz::Europe::Amsterdam;
use zeroize::Zeroizing;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use crate::delivery::Parcel;
use crate::export::pdf_of;

pub use json::SCHEMA;

/// Why there is no package. Never with words of it.
#[derive(Debug, thiserror::Error)]
pub enum PackageError {
    /// The document could not be set.
    #[error(transparent)]
    Paper(#[from] akkoord_paper::Failure),
    /// A file could not be written into the package, which lives in memory.
    #[error("a package could not be written")]
    Unwritable,
}

/// A package, as it is handed over.
pub struct Package {
    /// Its name: letters, digits, `-` and `.`.
    pub name: String,
    /// The zip.
    pub bytes: Zeroizing<Vec<u8>>,
}

/// Makes the package of a case. Takes a few hundredths of a second for each item, on a thread that nobody waits for.
pub async fn package(
    recipient: Party,
    case_reference: String,
    held: Vec<HeldItem>,
    made: DateTime<Utc>,
) -> Result<Package, PackageError> {
    let work = move || written(&recipient, &case_reference, &held, made);
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|_| PackageError::Unwritable)?
}

/// One item for another system, as it is now.
pub async fn parcel(held: HeldItem, organisation: String, made: DateTime<Utc>) -> Result<Parcel, PackageError> {
    let work = move || {
        let document = document::item(&held);
        let pdf = Zeroizing::new(pdf_of(&document, &organisation, made)?);
        let item = held.item;
        Ok(Parcel {
            // At most 40 signs: what ZGW takes.
            identifier: format!("AK-{}-{}", item.release.0.simple(), held.life.version),
            title: document.title,
            description: document.lead,
            author: item.giver.name,
            case_reference: item.case_reference,
            created: made.with_timezone(&Amsterdam).date_naive(),
            condition: item.condition.map(Zeroizing::new),
            pdf,
        })
    };
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|_| PackageError::Unwritable)?
}

fn written(
    recipient: &Party,
    case_reference: &str,
    held: &[HeldItem],
    made: DateTime<Utc>,
) -> Result<Package, PackageError> {
    let document = document::case(&recipient.name, case_reference, held, made);
    let pdf = Zeroizing::new(pdf_of(&document, &recipient.name, made)?);
    let json = json::write(recipient, case_reference, held, made)?;
    let object = mdto::Object {
        recipient,
        case_reference,
        held,
        made,
    };
    let files = [
        mdto::File {
            name: "dossier.pdf",
            format: mdto::Format::PdfA2a,
            bytes: &pdf,
        },
        mdto::File {
            name: "dossier.json",
            format: mdto::Format::Json,
            bytes: &json,
        },
    ];
    let mut entries = vec![("dossier.mdto.xml".to_owned(), object.write(&files).into_bytes())];
    for file in &files {
        entries.push((format!("{}.mdto.xml", file.name), object.write_file(file).into_bytes()));
    }
    let plain = files.iter().map(|file| (file.name, file.bytes));
    let beside = entries.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice()));
    let bytes = zipped(plain.chain(beside), made).map_err(|_| PackageError::Unwritable)?;
    Ok(Package {
        name: file_name(case_reference, made),
        bytes,
    })
}

fn zipped<'a>(
    files: impl Iterator<Item = (&'a str, &'a [u8])>,
    made: DateTime<Utc>,
) -> zip::result::ZipResult<Zeroizing<Vec<u8>>> {
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .last_modified_time(zip_time(made))
        .unix_permissions(0o600);
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in files {
        writer.start_file(name, options)?;
        writer.write_all(bytes)?;
    }
    Ok(Zeroizing::new(writer.finish()?.into_inner()))
}

/// Zip knows the time of a place, to two seconds, from 1980.
fn zip_time(made: DateTime<Utc>) -> zip::DateTime {
    let local = made.with_timezone(&Amsterdam);
    let small = |number: u32| u8::try_from(number).unwrap_or_default();
    let year = u16::try_from(local.year()).unwrap_or_default();
    zip::DateTime::from_date_and_time(
        year,
        small(local.month()),
        small(local.day()),
        small(local.hour()),
        small(local.minute()),
        small(local.second()),
    )
    .unwrap_or_default()
}

/// `akkoord-26-0417-2026-11-23.zip`
fn file_name(case_reference: &str, made: DateTime<Utc>) -> String {
    let plain = case_reference
        .chars()
        .take(64)
        .map(|sign| if sign.is_ascii_alphanumeric() { sign } else { '-' });
    let day = made.with_timezone(&Amsterdam).date_naive();
    format!("akkoord-{}-{day}.zip", plain.collect::<String>())
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;
    use chrono::TimeZone as _;

    #[test]
    fn the_name_of_a_package_holds_nothing_a_header_or_a_folder_could_stumble_over() {
        let made = Utc.with_ymd_and_hms(2026, 11, 23, 23, 30, 0).unwrap();
        for (reference, name) in [
            ("26-0417", "akkoord-26-0417-2026-11-24.zip"),
            ("../\"\r\nZaak é", "akkoord-------Zaak---2026-11-24.zip"),
        ] {
            assert_eq!(file_name(reference, made), name);
        }
    }
}
