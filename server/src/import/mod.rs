//! `akkoord import`: organisations, people and their roles from a file that a person wrote (`docs/import.md`).
//!
//! A file is taken whole or refused whole. Every mistake in it is named with its line, all at once, before anything is
//! written; then everything is written in one transaction. What is in the house and not in the file stays as it is.

mod file;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::path::{Path, PathBuf};

use akkoord::ids::{ParticipantId, PartyId};
use zeroize::Zeroizing;

use crate::clock;
use crate::delivery::{Target, put_target};
use crate::identity::{
    Account, Hash, Identity, IdentityError, Organisation, SHORTEST_PASSWORD, draw_password, end_all_of, put_account,
    put_organisation,
};
use file::{At, Faults, NewOrganisation, NewPassword, NewPerson};

/// A mistake in the file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Fault {
    /// On which line, from one.
    pub line: usize,
    /// What is wrong and what would be right, for the person who wrote the file.
    pub sentence: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "regel {}: {}", self.line, self.sentence)
    }
}

/// Why nothing was imported.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// The file could not be read.
    #[error("{} kan niet worden gelezen: {cause}", path.display())]
    Unreadable {
        /// Which file.
        path: PathBuf,
        /// What the system said.
        cause: std::io::Error,
    },
    /// There are mistakes in it, in the order of their lines.
    #[error("het bestand is niet ingelezen; er is niets gewijzigd\n{}", lines(.0))]
    Refused(Vec<Fault>),
    /// The store did not answer.
    #[error("de opslag antwoordt niet; er is niets gewijzigd ({0})")]
    Unavailable(#[from] IdentityError),
}

fn lines(faults: &[Fault]) -> String {
    faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}

/// What an import did.
#[derive(Default)]
pub struct Imported {
    /// Organisations that came in.
    pub organisations_new: usize,
    /// Organisations that have another name or retention now.
    pub organisations_changed: usize,
    /// People who came in.
    pub people_new: usize,
    /// People of whom something changed.
    pub people_changed: usize,
    /// Passwords that were drawn, by account: to be shown once and kept nowhere.
    pub passwords: Vec<(String, Zeroizing<String>)>,
}

/// Reads a file and does what it says.
pub async fn import_file(identity: &Identity, path: &Path) -> Result<Imported, ImportError> {
    let text = std::fs::read_to_string(path).map_err(|cause| ImportError::Unreadable {
        path: path.to_owned(),
        cause,
    })?;
    import(identity, &text, path.parent().unwrap_or(Path::new("."))).await
}

/// Does what this text says. Files of passwords are looked for in `folder`.
pub async fn import(identity: &Identity, text: &str, folder: &Path) -> Result<Imported, ImportError> {
    let file = file::read(text).map_err(ImportError::Refused)?;
    let known = Known::load(identity).await?;
    let mut faults = Faults::new(text);
    let mut plan = Plan::default();
    let here: BTreeSet<&str> = file.iter().map(|new| new.code.it.as_str()).collect();
    for organisation in &file {
        known.names_are_apart(organisation, &here, &mut faults);
        plan.organisation(&known, organisation, folder, &mut faults);
    }
    faults.none_or_refused().map_err(ImportError::Refused)?;
    plan.carry_out(identity).await
}

/// What is in the house already.
struct Known {
    organisations: BTreeMap<String, Organisation>,
    accounts: BTreeMap<String, Account>,
    targets: BTreeMap<PartyId, Target>,
}

impl Known {
    async fn load(identity: &Identity) -> Result<Self, IdentityError> {
        let organisations = identity.organisations().await?;
        let accounts = identity.accounts().await?;
        let targets = identity.targets().await?;
        Ok(Self {
            organisations: organisations
                .into_iter()
                .map(|known| (known.code.clone(), known))
                .collect(),
            accounts: accounts
                .into_iter()
                .map(|known| (known.account.clone(), known))
                .collect(),
            targets: targets.into_iter().collect(),
        })
    }

    /// At a table organisations must be told apart: no other one in the house has this name. Those that the file names too
    /// (`here`) have the name it gives them, and were compared with each other already.
    fn names_are_apart(&self, new: &NewOrganisation, here: &BTreeSet<&str>, faults: &mut Faults<'_>) {
        let name = new.name.it.to_lowercase();
        let mut others = self
            .organisations
            .values()
            .filter(|known| !here.contains(known.code.as_str()));
        if let Some(other) = others.find(|known| known.name.to_lowercase() == name) {
            let sentence = format!(
                "er is al een organisatie '{}', met de code '{}'; aan tafel moeten ze uit elkaar te houden zijn",
                other.name, other.code
            );
            faults.add(new.name.at, &sentence);
        }
    }
}

/// What will be written.
#[derive(Default)]
struct Plan {
    organisations: Vec<Organisation>,
    people: Vec<PlannedPerson>,
    /// Of each organisation that has a system of its own, or had one. Also when it is the same: what it refused is tried
    /// again.
    targets: Vec<(PartyId, Option<Target>)>,
    done: Imported,
}

struct PlannedPerson {
    /// With the old hash, where there was one and no other is asked.
    account: Account,
    password: Password,
    /// Whether the sign-ins of before must end.
    ends_sign_ins: bool,
}

enum Password {
    Kept,
    Given(Hash),
    ToHash(Zeroizing<String>),
    Drawn(Zeroizing<String>),
}

impl Plan {
    fn organisation(&mut self, known: &Known, new: &NewOrganisation, folder: &Path, faults: &mut Faults<'_>) {
        let before = known.organisations.get(&new.code.it);
        if let Some(before) = before
            && before.kind != new.kind.it
        {
            faults.add(
                new.kind.at,
                "de soort van een bestaande organisatie kan niet veranderen; neem een nieuwe code",
            );
        }
        let organisation = Organisation {
            id: before.map_or_else(|| PartyId(clock::random_id()), |before| before.id),
            code: new.code.it.clone(),
            kind: new.kind.it,
            name: new.name.it.clone(),
            retention_days: new.retention_days,
            task_retention: new.task_retention.clone(),
        };
        let target = known.targets.get(&organisation.id);
        match before {
            None => self.done.organisations_new += 1,
            Some(before) if *before != organisation || target != new.delivery.as_ref() => {
                self.done.organisations_changed += 1;
            }
            Some(_) => {}
        }
        if target.is_some() || new.delivery.is_some() {
            self.targets.push((organisation.id, new.delivery.clone()));
        }
        for person in &new.people {
            self.person(known, organisation.id, person, folder, faults);
        }
        if before != Some(&organisation) {
            self.organisations.push(organisation);
        }
    }

    fn person(
        &mut self,
        known: &Known,
        organisation: PartyId,
        new: &NewPerson,
        folder: &Path,
        faults: &mut Faults<'_>,
    ) {
        let before = known.accounts.get(&new.account.it);
        if before.is_some_and(|before| before.organisation != organisation) {
            faults.add(new.account.at, "dit account hoort al bij een andere organisatie");
            return;
        }
        let Some(password) = password(before, new, folder, faults) else {
            return;
        };
        let account = Account {
            id: before.map_or_else(|| ParticipantId(clock::random_id()), |before| before.id),
            organisation,
            account: new.account.it.clone(),
            name: new.name.clone(),
            roles: new.roles,
            password: before.map_or_else(Hash::none, |before| before.password.clone()),
            disabled: new.disabled,
        };
        match before {
            None => self.done.people_new += 1,
            Some(before) if *before == account && matches!(password, Password::Kept) => return,
            Some(_) => self.done.people_changed += 1,
        }
        let ends_sign_ins = before.is_some_and(|before| before.roles != account.roles || account.disabled)
            || !matches!(password, Password::Kept);
        self.people.push(PlannedPerson {
            account,
            password,
            ends_sign_ins,
        });
    }

    async fn carry_out(mut self, identity: &Identity) -> Result<Imported, ImportError> {
        // Before the transaction: hashing takes long, and a meeting must not wait for it.
        for person in &mut self.people {
            match std::mem::replace(&mut person.password, Password::Kept) {
                Password::Kept => {}
                Password::Given(hash) => person.account.password = hash,
                Password::ToHash(words) => person.account.password = identity.passwords().hash(words).await?,
                Password::Drawn(words) => {
                    person.account.password = identity.passwords().hash(words.clone()).await?;
                    self.done.passwords.push((person.account.account.clone(), words));
                }
            }
        }
        let mut ended = Vec::new();
        let mut transaction = identity.begin().await?;
        for organisation in &self.organisations {
            put_organisation(&mut transaction, organisation).await?;
        }
        for (organisation, target) in &self.targets {
            put_target(&mut transaction, *organisation, target.as_ref(), clock::now()).await?;
        }
        for person in &self.people {
            put_account(&mut transaction, &person.account).await?;
            if person.ends_sign_ins {
                ended.extend(end_all_of(&mut transaction, person.account.id).await?);
            }
        }
        transaction.commit().await.map_err(IdentityError::from)?;
        identity.sign_ins.tell(&ended);
        Ok(self.done)
    }
}

/// With what this person will sign in. Nothing, if that was a mistake.
fn password(before: Option<&Account>, new: &NewPerson, folder: &Path, faults: &mut Faults<'_>) -> Option<Password> {
    match &new.password {
        NewPassword::Unsaid if before.is_some() => Some(Password::Kept),
        NewPassword::Unsaid | NewPassword::Draw => Some(Password::Drawn(draw_password())),
        NewPassword::Hash(hash) => match before {
            // Importing a file again is no change, and throws nobody out.
            Some(before) if before.password == *hash => Some(Password::Kept),
            _ => Some(Password::Given(hash.clone())),
        },
        NewPassword::File(name) => password_in(folder, name, faults).map(Password::ToHash),
    }
}

fn password_in(folder: &Path, name: &At<String>, faults: &mut Faults<'_>) -> Option<Zeroizing<String>> {
    let words = match std::fs::read_to_string(folder.join(&name.it)) {
        Ok(words) => Zeroizing::new(words),
        Err(cause) => {
            faults.add(
                name.at,
                &format!("het wachtwoordbestand '{}' kan niet worden gelezen: {cause}", name.it),
            );
            return None;
        }
    };
    let words = Zeroizing::new(words.trim_end_matches(['\r', '\n']).to_owned());
    if words.chars().count() < SHORTEST_PASSWORD {
        let sentence = format!(
            "het wachtwoord in '{}' is te kort; neem er een van minstens {SHORTEST_PASSWORD} tekens",
            name.it
        );
        faults.add(name.at, &sentence);
        return None;
    }
    Some(words)
}
