//! Names for things. Each kind of thing has a type of its own, so that a contribution's id can never
//! be handed in where a party's is asked.

use core::fmt;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident)+) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl $name {
            /// The sixteen bytes under which stores keep it.
            pub fn bytes(self) -> [u8; 16] { *self.0.as_bytes() }
            /// Reads it back from a store.
            pub fn from_bytes(bytes: [u8; 16]) -> Self { Self(Uuid::from_bytes(bytes)) }
        }
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result { self.0.fmt(f) }
        }
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}({})", stringify!($name), self.0)
            }
        }
        impl core::str::FromStr for $name {
            type Err = uuid::Error;
            fn from_str(text: &str) -> Result<Self, Self::Err> { text.parse().map(Self) }
        }
    )+};
}

ids! {
    /// An overleg.
    SessionId
    /// An organisation; at a table also the name of its seat, since a party has one seat there.
    PartyId
    /// A person acting for a party: an account of that organisation.
    ParticipantId
    /// A betrokkene in one session.
    SubjectId
    /// An item at one table: a contribution, a follow-up action, a bridging measure or a disposition (R1).
    ItemId
    /// One sealed text. A revision makes a new one; destroying it leaves the rest of the log readable.
    TextId
    /// Chosen by the client for each command, so that sending again is harmless.
    CommandId
    /// One time VT said that it needs more time.
    TimeRequestId
    /// One item in a recipient's dossier, and the giver's register entry for it.
    ReleaseId
}
