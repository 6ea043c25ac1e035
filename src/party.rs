//! Who can sit at a table: kinds of organisation, and the statutory tasks each may keep information for.

use alloc::string::String;
use serde::{Deserialize, Serialize};

/// What an organisation is by law. The law will name more; until then they are [`PartyKind::Other`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PartyKind {
    /// Veilig Thuis (VT).
    VeiligThuis,
    /// Openbaar Ministerie (OM).
    Prosecution,
    /// Politie.
    Police,
    /// Reclassering (3RO).
    Probation,
    /// Raad voor de Kinderbescherming (`RvdK`).
    ChildProtection,
    /// Slachtofferhulp Nederland (SHN).
    VictimSupport,
    /// Bureau Halt.
    Halt,
    /// Gemeente.
    Municipality,
    /// Hulpverlening.
    Care,
    /// Overig: carries its own name.
    Other,
}

impl PartyKind {
    /// Every kind, in the order a table shows them.
    pub const ALL: [Self; 10] = [
        Self::Prosecution,
        Self::Police,
        Self::Probation,
        Self::ChildProtection,
        Self::VictimSupport,
        Self::VeiligThuis,
        Self::Halt,
        Self::Municipality,
        Self::Care,
        Self::Other,
    ];

    /// The short tag that stands with every contribution (R1). A proper name, the same in every language.
    pub fn tag(self) -> &'static str {
        match self {
            Self::VeiligThuis => "VT",
            Self::Prosecution => "OM",
            Self::Police => "politie",
            Self::Probation => "3RO",
            Self::ChildProtection => "RvdK",
            Self::VictimSupport => "SHN",
            Self::Halt => "Halt",
            Self::Municipality => "gemeente",
            Self::Care => "hulpverlening",
            Self::Other => "overig",
        }
    }
}

/// An organisation as the others know it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Party {
    /// Which.
    pub id: crate::ids::PartyId,
    /// What it is by law.
    pub kind: PartyKind,
    /// Its own name: "Veilig Thuis Voorbeeldstad".
    pub name: String,
}
