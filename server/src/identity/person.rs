//! Somebody who is signed in.

use akkoord::directory::Me;
use akkoord::ids::ParticipantId;
use akkoord::party::Party;
use akkoord::session::{Actor, OrganisationPermission, Refusal, Roles, check_in_organisation};

use super::SignInId;

/// Who asks, as the sign-in says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// Which person.
    pub participant: ParticipantId,
    /// Their organisation.
    pub party: Party,
    /// Their name, as the table sees it.
    pub name: String,
    /// What they are in their organisation.
    pub roles: Roles,
    /// By which sign-in.
    pub sign_in: SignInId,
}

impl Person {
    /// For whom they act at a table.
    pub fn actor(&self) -> Actor {
        Actor {
            party: self.party.id,
            participant: self.participant,
        }
    }

    /// Whether they may do this in their own organisation.
    pub fn may(&self, permission: OrganisationPermission) -> Result<(), Refusal> {
        check_in_organisation(self.party.kind, self.roles, permission)
    }

    /// Who they are, for their own screen.
    pub fn me(&self, demo: bool) -> Me {
        Me {
            participant: self.participant,
            name: self.name.clone(),
            party: self.party.clone(),
            roles: self.roles,
            demo,
        }
    }
}
