//! The organisations that can sit at a table, and the kinds of organisation there are.

use alloc::string::String;
use serde::{Deserialize, Serialize};

/// The kind of an organisation by law. The law will name more kinds; until then those are [`PartyKind::Other`].
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
    /// Overig: any other organisation; its name says what it is.
    Other,
}

impl PartyKind {
    /// Every kind, in the order in which a table shows them.
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

    /// The short tag that stands with everything a party of this kind brings to the table (R1). It is a proper name, the
    /// same in every language.
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
    /// The id of the organisation.
    pub id: crate::ids::PartyId,
    /// The kind of organisation that it is by law.
    pub kind: PartyKind,
    /// Its own name: "Veilig Thuis Voorbeeldstad".
    pub name: String,
}
