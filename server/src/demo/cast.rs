//! Who plays: the accounts of the demonstration, by name.

use std::collections::BTreeMap;

use akkoord::ids::PartyId;
use akkoord::session::Actor;

use crate::identity::{Identity, IdentityError};

/// One account.
#[derive(Clone, Debug)]
pub(super) struct Character {
    /// As the rules know them.
    pub actor: Actor,
    /// As the others see them.
    pub name: String,
    /// Decides on cases for the OM.
    pub prosecutor: bool,
}

impl Character {
    /// Their organisation.
    pub fn party(&self) -> PartyId {
        self.actor.party
    }
}

/// All accounts, by the name with which they sign in.
pub(super) struct Cast(BTreeMap<String, Character>);

impl Cast {
    /// Everybody who was imported.
    pub async fn of(identity: &Identity) -> Result<Self, IdentityError> {
        let accounts = identity.accounts().await?.into_iter().map(|account| {
            let actor = Actor {
                party: account.organisation,
                participant: account.id,
            };
            (
                account.account,
                Character {
                    actor,
                    name: account.name,
                    prosecutor: account.roles.prosecutor,
                },
            )
        });
        Ok(Self(accounts.collect()))
    }

    /// The account of this name.
    pub fn get(&self, account: &str) -> Option<&Character> {
        self.0.get(account)
    }
}
