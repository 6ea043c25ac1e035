//! Why there is no demonstration.

use std::net::SocketAddr;

use crate::identity::IdentityError;
use crate::import::ImportError;
use crate::rooms::RoomError;
use crate::vault::VaultError;

/// Why the demonstration does not start. Half of it is of no use, so the server stops with this sentence.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DemoFault {
    /// The address can be reached from elsewhere.
    #[error(
        "de demonstratie vraagt niemand om een wachtwoord en luistert daarom alleen op deze machine zelf \
         (127.0.0.1 of [::1]), niet op {0}"
    )]
    NotOnThisMachine(SocketAddr),
    /// Somebody lives here already.
    #[error("in deze map staan al gegevens; de demonstratie begint in een lege map")]
    NotEmpty,
    /// A story cannot be read.
    #[error("{file} van de demonstratie kan niet worden gelezen: {why}")]
    Unreadable {
        /// Which file.
        file: &'static str,
        /// What the reader said.
        why: String,
    },
    /// A story names something it never introduced.
    #[error("{file} van de demonstratie, stap {step}, noemt '{name}', en dat is er niet")]
    Unknown {
        /// Which file.
        file: &'static str,
        /// Which step, from one; zero is the convening.
        step: usize,
        /// The name.
        name: String,
    },
    /// The rules or the storage said no to a step.
    #[error("{file} van de demonstratie, stap {step}: {why}")]
    Step {
        /// Which file.
        file: &'static str,
        /// Which step, from one; zero is the convening.
        step: usize,
        /// What the room answered.
        why: RoomError,
    },
    /// The organisations were not taken in.
    #[error(transparent)]
    Import(#[from] ImportError),
    /// The stores did not open.
    #[error(transparent)]
    Store(#[from] VaultError),
    /// The accounts could not be read.
    #[error(transparent)]
    Identity(#[from] IdentityError),
}
