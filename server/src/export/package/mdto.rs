//! The MDTO sidecars (Metagegevens voor Duurzaam Toegankelijke Overheidsinformatie, XML schema 1.0.1): one for the dossier as
//! an information object, and one for each file of it with its format, size and checksum. An archive can take them in as they
//! are; what they say of the case is its reference, never a word of what was released.

use akkoord::dossier::HeldItem;
use akkoord::hex;
use akkoord::party::Party;
use chrono::{DateTime, SecondsFormat, Utc};
use chrono_tz::Europe::Amsterdam;
use sha2::{Digest as _, Sha256};

/// Who gave our objects their names.
const SOURCE: &str = "Akkoord";

/// A file of the package.
pub(super) struct File<'a> {
    pub name: &'a str,
    pub format: Format,
    pub bytes: &'a [u8],
}

/// What a file is, as PRONOM knows it.
#[derive(Clone, Copy)]
pub(super) enum Format {
    /// PDF/A-2a.
    PdfA2a,
    /// JSON.
    Json,
}

impl Format {
    fn label(self) -> (&'static str, &'static str) {
        match self {
            Self::PdfA2a => ("Acrobat PDF/A - Portable Document Format 2a", "fmt/476"),
            Self::Json => ("JSON Data Interchange Format", "fmt/817"),
        }
    }
}

/// The dossier: whose, until when, on what conditions, and which files it is in.
pub(super) struct Object<'a> {
    pub recipient: &'a Party,
    pub case_reference: &'a str,
    pub held: &'a [HeldItem],
    pub made: DateTime<Utc>,
}

impl Object<'_> {
    /// The same dossier at the same moment has the same name.
    fn identifier(&self) -> String {
        let mut hash = Sha256::new();
        hash.update(self.recipient.id.bytes());
        hash.update(self.made.timestamp_micros().to_be_bytes());
        hash.update(self.case_reference.as_bytes());
        hex::encode(&hash.finalize()[..16])
    }

    fn name(&self) -> String {
        format!("Dossier van zaak {}", self.case_reference)
    }

    /// Of the whole.
    pub(super) fn write(&self, files: &[File<'_>]) -> String {
        let own = self.identifier();
        let mut xml = Xml::begin();
        xml.within("informatieobject", |xml| {
            xml.identification("identificatie", &own);
            xml.element("naam", &self.name());
            xml.concept("aggregatieniveau", "Dossier", None, "Begrippenlijst Aggregatieniveaus MDTO");
            xml.element("taal", "nl");
            xml.within("event", |xml| {
                xml.concept("eventType", "Creatie", None, "Begrippenlijst EventTypeLijst MDTO");
                xml.element("eventTijd", &moment(self.made));
                xml.within("eventVerantwoordelijkeActor", |xml| {
                    xml.element("verwijzingNaam", &self.recipient.name);
                });
            });
            xml.concept(
                "waardering",
                "Tijdelijk te bewaren",
                Some("V"),
                "Begrippenlijst Waarderingen MDTO",
            );
            // What ends first ends the whole: a package cannot lose one item (C5).
            if let Some(end) = self.held.iter().map(|held| held.item.retain_until).min() {
                xml.within("bewaartermijn", |xml| {
                    xml.element("termijnEinddatum", &day(end));
                });
            }
            for (name, file) in files.iter().map(|file| (file.name, file_identifier(&own, file.name))) {
                xml.reference("heeftRepresentatie", name, Some(&file));
            }
            xml.reference("archiefvormer", &self.recipient.name, None);
            for giver in self.givers() {
                xml.within("betrokkene", |xml| {
                    xml.concept("betrokkeneTypeRelatie", "Verstrekker", None, "Akkoord: relaties");
                    xml.reference("betrokkeneActor", giver, None);
                });
            }
            xml.within("beperkingGebruik", |xml| {
                xml.concept(
                    "beperkingGebruikType",
                    "Alleen voor het doel waarvoor is vrijgegeven",
                    None,
                    "Akkoord: beperkingen",
                );
                xml.element(
                    "beperkingGebruikNadereBeschrijving",
                    &format!(
                        "Persoonsgegevens over huiselijk geweld of kindermishandeling. Per stuk staan doel, grondslag en voorwaarde in dossier.json. Stukken met een voorwaarde: {}.",
                        self.held.iter().filter(|held| held.item.condition.is_some()).count()
                    ),
                );
            });
        });
        xml.end()
    }

    /// Of one file.
    pub(super) fn write_file(&self, file: &File<'_>) -> String {
        let own = self.identifier();
        let (label, code) = file.format.label();
        let mut xml = Xml::begin();
        xml.within("bestand", |xml| {
            xml.identification("identificatie", &file_identifier(&own, file.name));
            xml.element("naam", file.name);
            xml.element("omvang", &file.bytes.len().to_string());
            xml.concept("bestandsformaat", label, Some(code), "PRONOM-register");
            xml.within("checksum", |xml| {
                xml.concept(
                    "checksumAlgoritme",
                    "SHA-256",
                    None,
                    "Begrippenlijst ChecksumAlgoritme MDTO",
                );
                xml.element("checksumWaarde", &hex::encode(&Sha256::digest(file.bytes)));
                xml.element("checksumDatum", &moment(self.made));
            });
            xml.reference("isRepresentatieVan", &self.name(), Some(&own));
        });
        xml.end()
    }

    /// Who gave, each once, by name.
    fn givers(&self) -> impl Iterator<Item = &str> {
        let mut names: Vec<_> = self.held.iter().map(|held| held.item.giver.name.as_str()).collect();
        names.sort_unstable();
        names.dedup();
        names.into_iter()
    }
}

fn file_identifier(object: &str, name: &str) -> String {
    format!("{object}/{name}")
}

fn moment(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Secs, true)
}

fn day(at: DateTime<Utc>) -> String {
    at.with_timezone(&Amsterdam).date_naive().to_string()
}

/// XML as it is written: elements and text, nothing else.
struct Xml {
    text: String,
    depth: usize,
}

impl Xml {
    fn begin() -> Self {
        let text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
             <MDTO xmlns=\"https://www.nationaalarchief.nl/mdto\" xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" \
             xsi:schemaLocation=\"https://www.nationaalarchief.nl/mdto https://www.nationaalarchief.nl/mdto/MDTO-XML1.0.1.xsd\">\n";
        Self {
            text: text.into(),
            depth: 1,
        }
    }

    fn end(mut self) -> String {
        self.text.push_str("</MDTO>\n");
        self.text
    }

    fn line(&mut self, line: &str) {
        for _ in 0..self.depth {
            self.text.push_str("  ");
        }
        self.text.push_str(line);
        self.text.push('\n');
    }

    fn within(&mut self, name: &str, inside: impl FnOnce(&mut Self)) {
        self.line(&format!("<{name}>"));
        self.depth += 1;
        inside(self);
        self.depth -= 1;
        self.line(&format!("</{name}>"));
    }

    fn element(&mut self, name: &str, words: &str) {
        self.line(&format!("<{name}>{}</{name}>", escaped(words)));
    }

    fn identification(&mut self, name: &str, identifier: &str) {
        self.within(name, |xml| {
            xml.element("identificatieKenmerk", identifier);
            xml.element("identificatieBron", SOURCE);
        });
    }

    fn reference(&mut self, element: &str, name: &str, identifier: Option<&str>) {
        self.within(element, |xml| {
            xml.element("verwijzingNaam", name);
            if let Some(identifier) = identifier {
                xml.identification("verwijzingIdentificatie", identifier);
            }
        });
    }

    fn concept(&mut self, element: &str, label: &str, code: Option<&str>, list: &str) {
        self.within(element, |xml| {
            xml.element("begripLabel", label);
            if let Some(code) = code {
                xml.element("begripCode", code);
            }
            xml.reference("begripBegrippenlijst", list, None);
        });
    }
}

/// As text between two tags. What XML cannot hold at all is left out: the rules let no such sign into a text.
fn escaped(words: &str) -> String {
    let mut text = String::with_capacity(words.len());
    for sign in words.chars() {
        match sign {
            '&' => text.push_str("&amp;"),
            '<' => text.push_str("&lt;"),
            '>' => text.push_str("&gt;"),
            '\t' | '\n' => text.push(sign),
            // A bare one is read as a line end.
            '\r' => text.push_str("&#13;"),
            sign if sign.is_control() || matches!(sign, '\u{fffe}' | '\u{ffff}') => {}
            sign => text.push(sign),
        }
    }
    text
}
