//! The format of the file, and everything that can be wrong with it on its own.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::path::PathBuf;

use akkoord::party::PartyKind;
use akkoord::session::Roles;
use akkoord::text::TextFault;
use serde::Deserialize;
use toml::Spanned;

use super::Fault;
use crate::delivery::{Confidentiality, Target, ZgwSettings};
use crate::identity::{Hash, account_name, kind_code, kind_named};

/// The longest retention that is not a typing error: a century, in days.
const LONGEST_RETENTION: i64 = 36_525;
/// The longest code or account name.
const LONGEST_NAME: usize = 64;

/// Something with its place in the file, in bytes.
#[derive(Clone)]
pub(super) struct At<T> {
    pub it: T,
    pub at: usize,
}

/// An organisation as the file has it, checked.
pub(super) struct NewOrganisation {
    pub code: At<String>,
    pub kind: At<PartyKind>,
    pub name: At<String>,
    pub retention_days: u32,
    pub task_retention: BTreeMap<String, u32>,
    /// A system of its own, to which what it receives is delivered.
    pub delivery: Option<Target>,
    pub people: Vec<NewPerson>,
}

/// A person as the file has them, checked.
pub(super) struct NewPerson {
    pub account: At<String>,
    pub name: String,
    pub roles: Roles,
    pub disabled: bool,
    pub password: NewPassword,
}

/// With what this person will sign in.
pub(super) enum NewPassword {
    /// Nothing said: as before, or drawn for somebody new.
    Unsaid,
    /// `new_password = true`.
    Draw,
    /// `password_hash`.
    Hash(Hash),
    /// `password_file`.
    File(At<String>),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    organisation: Spanned<Vec<OrganisationRow>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OrganisationRow {
    code: Spanned<String>,
    kind: Spanned<String>,
    name: Spanned<String>,
    retention_days: Spanned<i64>,
    #[serde(default)]
    task_retention: BTreeMap<String, Spanned<i64>>,
    delivery: Option<DeliveryRow>,
    #[serde(default)]
    person: Vec<PersonRow>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct DeliveryRow {
    kind: Spanned<String>,
    documents: Spanned<String>,
    cases: Option<Spanned<String>>,
    client: Spanned<String>,
    secret_file: Spanned<String>,
    rsin: Spanned<String>,
    document_type: Spanned<String>,
    confidentiality: Spanned<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PersonRow {
    account: Spanned<String>,
    name: Spanned<String>,
    roles: Spanned<Vec<Spanned<String>>>,
    #[serde(default)]
    disabled: bool,
    new_password: Option<Spanned<bool>>,
    password_hash: Option<Spanned<String>>,
    password_file: Option<Spanned<String>>,
}

/// The mistakes found so far.
pub(super) struct Faults<'a> {
    text: &'a str,
    found: Vec<Fault>,
}

impl<'a> Faults<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self {
            text,
            found: Vec::new(),
        }
    }

    /// A mistake at this byte of the file.
    pub(super) fn add(&mut self, at: usize, sentence: &str) {
        let before = self.text.as_bytes().iter().take(at);
        let line = 1 + before.filter(|byte| **byte == b'\n').count();
        self.found.push(Fault {
            line,
            sentence: sentence.to_owned(),
        });
    }

    /// Nothing wrong, or all mistakes in the order of their lines.
    pub(super) fn none_or_refused(mut self) -> Result<(), Vec<Fault>> {
        self.found.sort();
        if self.found.is_empty() { Ok(()) } else { Err(self.found) }
    }
}

/// Reads the file, or names everything that is wrong with it.
pub(super) fn read(text: &str) -> Result<Vec<NewOrganisation>, Vec<Fault>> {
    let mut faults = Faults::new(text);
    let file: File = match toml::from_str(text) {
        Ok(file) => file,
        Err(error) => {
            let at = error.span().map_or(0, |span: Range<usize>| span.start);
            faults.add(at, &format!("dit kan niet worden gelezen: {}", error.message()));
            return Err(faults.found);
        }
    };
    let at = file.organisation.span().start;
    let rows = file.organisation.into_inner();
    if rows.is_empty() {
        faults.add(at, "er staat geen organisatie in; begin er een met [[organisation]]");
    }
    let mut seen = Seen::default();
    let organisations: Vec<_> = rows
        .into_iter()
        .filter_map(|row| organisation(row, &mut seen, &mut faults))
        .collect();
    faults.none_or_refused()?;
    Ok(organisations)
}

/// The names that were used so far.
#[derive(Default)]
struct Seen {
    codes: BTreeSet<String>,
    names: BTreeSet<String>,
    accounts: BTreeSet<String>,
}

/// A term in days.
fn term(days: &At<i64>, faults: &mut Faults<'_>) -> Option<u32> {
    let term = u32::try_from(days.it)
        .ok()
        .filter(|_| (1..=LONGEST_RETENTION).contains(&days.it));
    if term.is_none() {
        faults.add(days.at, "de bewaartermijn is een aantal dagen van 1 tot en met 36525");
    }
    term
}

/// The terms for some tasks, each a task of this kind of organisation.
fn task_terms(
    rows: BTreeMap<String, Spanned<i64>>,
    kind: Option<PartyKind>,
    faults: &mut Faults<'_>,
) -> BTreeMap<String, u32> {
    let tasks = akkoord::ground::standard_tasks().unwrap_or_default();
    let own: Vec<_> = tasks.iter().filter(|task| Some(task.party) == kind).collect();
    let mut terms = BTreeMap::new();
    for (code, days) in rows {
        let days = at(days);
        if kind.is_some() && !own.iter().any(|task| task.code == code) {
            let all: Vec<_> = own.iter().map(|task| task.code.as_str()).collect();
            faults.add(
                days.at,
                &format!(
                    "'{code}' is geen taak van deze soort organisatie; kies uit: {}",
                    all.join(", ")
                ),
            );
        }
        if let Some(days) = term(&days, faults) {
            terms.insert(code, days);
        }
    }
    terms
}

fn organisation(row: OrganisationRow, seen: &mut Seen, faults: &mut Faults<'_>) -> Option<NewOrganisation> {
    let code = at(row.code);
    if !is_name(&code.it) {
        faults.add(
            code.at,
            "een code bestaat uit kleine letters, cijfers, '-', '.' en '_', hoogstens 64",
        );
    }
    if !seen.codes.insert(code.it.clone()) {
        faults.add(code.at, &format!("de code '{}' staat er al eerder in", code.it));
    }
    let name = label(at(row.name), faults);
    if !seen.names.insert(name.it.to_lowercase()) {
        faults.add(
            name.at,
            &format!(
                "er is al een organisatie '{}'; aan tafel moeten ze uit elkaar te houden zijn",
                name.it
            ),
        );
    }
    let days = at(row.retention_days);
    let retention_days = term(&days, faults);
    let kind = at(row.kind);
    let known = kind_named(&kind.it);
    if known.is_none() {
        let all = PartyKind::ALL.map(kind_code).join(", ");
        faults.add(
            kind.at,
            &format!("'{}' is geen soort organisatie; kies uit: {all}", kind.it),
        );
    }
    let task_retention = task_terms(row.task_retention, known, faults);
    let delivery = row.delivery.map(|row| delivery(row, faults));
    let people = row
        .person
        .into_iter()
        .filter_map(|row| person(row, known, seen, faults))
        .collect();
    Some(NewOrganisation {
        code,
        kind: At {
            it: known?,
            at: kind.at,
        },
        name,
        retention_days: retention_days?,
        task_retention,
        delivery: match delivery {
            Some(read) => Some(read?),
            None => None,
        },
        people,
    })
}

/// A system of the organisation's own.
fn delivery(row: DeliveryRow, faults: &mut Faults<'_>) -> Option<Target> {
    let kind = at(row.kind);
    if kind.it != "zgw" {
        faults.add(kind.at, &format!("'{}' is geen soort systeem; kies uit: zgw", kind.it));
    }
    let documents = address(at(row.documents), faults);
    let cases = row.cases.map(|cases| address(at(cases), faults));
    let document_type = address(at(row.document_type), faults);
    let client = at(row.client);
    if client.it.is_empty() || client.it.len() > LONGEST_NAME || !client.it.chars().all(|c| c.is_ascii_graphic()) {
        faults.add(
            client.at,
            "client is de naam waaronder het systeem Akkoord kent: letters, cijfers en leestekens, hoogstens 64",
        );
    }
    let secret_file = at(row.secret_file);
    let path = PathBuf::from(&secret_file.it);
    if !path.is_absolute() {
        faults.add(
            secret_file.at,
            "secret_file is een volledig pad: de server leest het geheim steeds als er iets wordt afgeleverd",
        );
    }
    let rsin = at(row.rsin);
    if !is_rsin(&rsin.it) {
        faults.add(rsin.at, "een RSIN is negen cijfers die aan de elfproef voldoen");
    }
    let secrecy = at(row.confidentiality);
    let confidentiality = Confidentiality::ALL
        .into_iter()
        .find(|level| level.code() == secrecy.it);
    if confidentiality.is_none() {
        let all = Confidentiality::ALL.map(Confidentiality::code).join(", ");
        faults.add(
            secrecy.at,
            &format!("'{}' is hier geen vertrouwelijkheid; kies uit: {all}", secrecy.it),
        );
    }
    Some(Target::Zgw(ZgwSettings {
        documents,
        cases,
        client: client.it,
        secret_file: path,
        rsin: rsin.it,
        document_type,
        confidentiality: confidentiality?,
    }))
}

/// An address of another system, without a slash at its end.
fn address(mut address: At<String>, faults: &mut Faults<'_>) -> String {
    let trimmed = address.it.trim_end_matches('/').len();
    address.it.truncate(trimmed);
    let rest = address.it.strip_prefix("https://").or_else(|| {
        let local = ["http://localhost", "http://127.0.0.1"];
        local.iter().find_map(|host| {
            let rest = address.it.strip_prefix(host)?;
            (rest.is_empty() || rest.starts_with([':', '/'])).then_some(&address.it[7..])
        })
    });
    let fits = |c: char| c.is_ascii_graphic() && !matches!(c, '?' | '#' | '@' | '"' | '<' | '>' | '\\');
    if rest.is_none_or(|rest| rest.is_empty() || rest.starts_with('/') || !rest.chars().all(fits)) {
        faults.add(
            address.at,
            "een adres begint met https:// (http:// alleen voor localhost) en heeft geen vraagteken, hekje of wachtwoord",
        );
    }
    address.it
}

fn is_rsin(text: &str) -> bool {
    let digits: Vec<u32> = text.chars().filter_map(|c| c.to_digit(10)).collect();
    if text.chars().count() != 9 || digits.len() != 9 {
        return false;
    }
    // Nine times the first, eight times the second, …, less the last.
    let weighed: u32 = digits
        .iter()
        .zip((2..=9).rev())
        .map(|(digit, weight)| digit * weight)
        .sum();
    weighed > 0 && weighed % 11 == digits[8] % 11
}

fn person(row: PersonRow, kind: Option<PartyKind>, seen: &mut Seen, faults: &mut Faults<'_>) -> Option<NewPerson> {
    let mut account = at(row.account);
    account.it = account_name(&account.it);
    if !is_name(account.it.replacen('@', "-", 1).as_str()) {
        faults.add(
            account.at,
            "een account bestaat uit letters, cijfers, '-', '.', '_' en hoogstens één '@', hoogstens 64 tekens",
        );
    }
    if !seen.accounts.insert(account.it.clone()) {
        faults.add(
            account.at,
            &format!("het account '{}' staat er al eerder in", account.it),
        );
    }
    let name = label(at(row.name), faults);
    let roles = roles(row.roles, kind, faults);
    let password = password(row.new_password, row.password_hash, row.password_file, faults);
    Some(NewPerson {
        account,
        name: name.it,
        roles,
        disabled: row.disabled,
        password: password?,
    })
}

fn roles(row: Spanned<Vec<Spanned<String>>>, kind: Option<PartyKind>, faults: &mut Faults<'_>) -> Roles {
    let all = at(row);
    if all.it.is_empty() {
        faults.add(
            all.at,
            "deze persoon heeft geen rol; wie niets mag, krijgt disabled = true",
        );
    }
    let mut roles = Roles::default();
    for role in all.it {
        let role = at(role);
        let slot = match role.it.as_str() {
            "participant" => &mut roles.participant,
            "dossier_reader" => &mut roles.dossier_reader,
            "administrator" => &mut roles.administrator,
            "prosecutor" => {
                if kind.is_some_and(|kind| kind != PartyKind::Prosecution) {
                    faults.add(
                        role.at,
                        "alleen een organisatie van de soort prosecution heeft een officier (prosecutor)",
                    );
                }
                &mut roles.prosecutor
            }
            other => {
                let sentence =
                    format!("'{other}' is geen rol; kies uit: participant, dossier_reader, administrator, prosecutor");
                faults.add(role.at, &sentence);
                continue;
            }
        };
        if std::mem::replace(slot, true) {
            faults.add(role.at, &format!("de rol '{}' staat er twee keer", role.it));
        }
    }
    if roles.prosecutor && !roles.participant {
        faults.add(
            all.at,
            "een officier (prosecutor) zit aan tafel en is dus ook participant",
        );
    }
    roles
}

fn password(
    drawn: Option<Spanned<bool>>,
    hash: Option<Spanned<String>>,
    file: Option<Spanned<String>>,
    faults: &mut Faults<'_>,
) -> Option<NewPassword> {
    let drawn = drawn.map(at).filter(|drawn| drawn.it);
    let (hash, file) = (hash.map(at), file.map(at));
    let places = [
        drawn.as_ref().map(|it| it.at),
        hash.as_ref().map(|it| it.at),
        file.as_ref().map(|it| it.at),
    ];
    if let Some(second) = places.into_iter().flatten().nth(1) {
        faults.add(second, "kies één van new_password, password_hash en password_file");
        return None;
    }
    if drawn.is_some() {
        return Some(NewPassword::Draw);
    }
    if let Some(file) = file {
        return Some(NewPassword::File(file));
    }
    let Some(hash) = hash else {
        return Some(NewPassword::Unsaid);
    };
    let read = Hash::read(&hash.it);
    if read.is_none() {
        faults.add(
            hash.at,
            "dit is geen argon2id-hash ($argon2id$v=19$…) van hoogstens 64 MiB (m=65536), t=8 en p=4",
        );
    }
    read.map(NewPassword::Hash)
}

fn at<T>(value: Spanned<T>) -> At<T> {
    let at = value.span().start;
    At {
        it: value.into_inner(),
        at,
    }
}

/// A name people read.
fn label(mut name: At<String>, faults: &mut Faults<'_>) -> At<String> {
    match akkoord::text::label(&name.it) {
        Ok(label) => name.it = label,
        Err(fault) => faults.add(
            name.at,
            match fault {
                TextFault::Empty => "de naam is leeg",
                TextFault::TooLong => "de naam is langer dan 120 tekens",
                TextFault::Unprintable => "de naam staat niet op één regel, of bevat tekens die niet te zien zijn",
                TextFault::Markup => "de naam bevat < of >",
            },
        ),
    }
    name
}

/// A name programs read.
fn is_name(text: &str) -> bool {
    let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '-' | '.' | '_');
    !text.is_empty() && text.len() <= LONGEST_NAME && text.chars().all(fits)
}
