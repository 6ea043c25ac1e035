//! Who plays: the accounts of the demonstration, by name.

use std::collections::BTreeMap;

use akkoord::party::Party;
use akkoord::session::Actor;

/// One account.
#[derive(Clone, Debug)]
pub struct Person {
    /// As the rules know them.
    pub actor: Actor,
    /// As the others see them.
    pub name: String,
    /// Decides on cases for the OM.
    pub prosecutor: bool,
    /// Their organisation.
    pub party: Party,
    /// How many days it keeps what it received.
    pub retention_days: u32,
}

/// All accounts, by the name with which they sign in.
#[derive(Clone, Debug, Default)]
pub struct Cast(BTreeMap<String, Person>);

impl Cast {
    /// The account of this name.
    pub fn get(&self, account: &str) -> Option<&Person> {
        self.0.get(account)
    }
}

impl FromIterator<(String, Person)> for Cast {
    fn from_iter<T: IntoIterator<Item = (String, Person)>>(people: T) -> Self {
        Self(people.into_iter().collect())
    }
}
