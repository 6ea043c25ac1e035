//! Why not. Each variant carries the code of its rule; the sentence a person reads stands in
//! `app/locales/*/refusals.json` under the variant's name.

use serde::{Deserialize, Serialize};

use crate::text::TextFault;

/// The rules' no to a command. Nothing changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "snake_case", tag = "refusal", content = "detail")]
pub enum Refusal {
    /// R2: not there, or not yours to see: the answer is the same.
    #[error("no such thing here")]
    NotFound,
    /// R3: only its owner may do this.
    #[error("only the owner may do this")]
    NotOwner,
    /// Only the chair may do this.
    #[error("only the chair may do this")]
    NotChair,
    /// T1, T2: only Veilig Thuis may do this.
    #[error("only Veilig Thuis may do this")]
    NotVeiligThuis,
    /// T3: only the prosecutor may do this.
    #[error("only the prosecutor may do this")]
    NotProsecutor,
    /// T5: only the party that performs the action or holds the power may answer for it.
    #[error("only who performs the action or holds the power may do this")]
    NotAssignee,
    /// T5: a party of this kind does not hold this power.
    #[error("this party does not hold this power")]
    NotHolder,
    /// T5: the table of powers has no such row.
    #[error("no such power")]
    NoSuchPower,
    /// T4: the table of statutory terms has no such row.
    #[error("no such statutory term")]
    NoSuchTerm,
    /// C4: the case reference does not have a form that the moment gives.
    #[error("the case reference does not have the form of this kind of session")]
    ReferenceDoesNotFit,
    /// T4: only police or prosecution set the end of custody.
    #[error("only police or prosecution may do this")]
    NotCustodian,
    /// A restricted seat cannot do this.
    #[error("a restricted seat cannot do this")]
    RestrictedSeat,
    /// The ground rules come first.
    #[error("the ground rules are not accepted yet")]
    RulesNotAccepted,
    /// The session is closed (R7).
    #[error("the session is closed")]
    Closed,
    /// A session stands only once.
    #[error("this session was convened already")]
    AlreadyConvened,
    /// The moment's row asks for parties that are not here.
    #[error("a required party is missing")]
    PartyMissing,
    /// Two seats for one party, or none for the convener.
    #[error("the seats do not fit")]
    SeatsDoNotFit,
    /// R15: the party takes part: it can be asked to leave, and leaves by its own act.
    #[error("this party takes part; it can only leave by its own act")]
    TakesPart,
    /// R15: no seat changes in the closing round.
    #[error("no seat changes in the closing round")]
    SeatsStand,
    /// R17: nothing new comes in during the closing round.
    #[error("nothing new in the closing round")]
    NothingNew,
    /// R15: the party left the table; it still decides about what is its own.
    #[error("your party left the table")]
    LeftTheTable,
    /// T5: the holder committed to this measure; it changes no more.
    #[error("the holder committed to this as it is")]
    Committed,
    /// T3, R11: a disposition stays on the record and is read by every full seat.
    #[error("a disposition stays on the record for every full seat")]
    OnRecord,
    /// R5: there are no words to release.
    #[error("there are no words here")]
    NoWords,
    /// R14: the session is not due to expire.
    #[error("the session does not expire yet")]
    NotDue,
    /// The session has as many events as it can hold. VT's signal and the close remain possible.
    #[error("the session is full")]
    SessionFull,
    /// The id of this command was used for another one.
    #[error("the id of this command was used for another one")]
    OtherCommand,
    /// The chair's seat cannot be taken away.
    #[error("the chair's seat stays")]
    ChairStays,
    /// This moment has no such phase, or the table is there already.
    #[error("no such phase here")]
    NoSuchPhase,
    /// T2: not while VT takes its time.
    #[error("Veilig Thuis needs more time")]
    TimeStands,
    /// This moment has no decision clock.
    #[error("there is no decision clock here")]
    NoClock,
    /// A number of minutes that no meeting has.
    #[error("the number of minutes does not fit")]
    MinutesDoNotFit,
    /// A time in the past, or too far away.
    #[error("the time does not fit")]
    TimeDoesNotFit,
    /// This moment has no disposition.
    #[error("there is no disposition here")]
    NoDisposition,
    /// T3: no deviation where VT asks for no time.
    #[error("there is nothing to deviate from")]
    NothingToDeviateFrom,
    /// The closing round has not begun.
    #[error("the closing round has not begun")]
    NotClosingRound,
    /// R5: the owner read another revision.
    #[error("the text was revised meanwhile")]
    OtherRevision,
    /// The item was withdrawn.
    #[error("the item was withdrawn")]
    Withdrawn,
    /// R5: a recipient is another party with a seat.
    #[error("no such recipient")]
    NoSuchRecipient,
    /// R5: the purpose is neither an action the recipient may see nor a task of the recipient.
    #[error("the purpose does not fit")]
    PurposeDoesNotFit,
    /// C2: a contested or missing ground asks for one sentence.
    #[error("the ground is contested and asks for a motivation")]
    MotivationNeeded,
    /// The same cell twice in one command, or no cell at all.
    #[error("the cells do not fit")]
    CellsDoNotFit,
    /// A party does not ask itself.
    #[error("this is your own")]
    OwnItem,
    /// R11: who must do or see it could not see what it rests on.
    #[error("others cannot see what this rests on")]
    HiddenFromOthers,
    /// The table has as many of these as it can hold.
    #[error("there are too many of these")]
    TooMany,
    /// The words are no text.
    #[error("the text does not fit: {0}")]
    Text(TextFault),
}

impl Refusal {
    /// The rule this keeps, where there is one.
    pub fn rule(self) -> Option<&'static str> {
        match self {
            Self::NotFound => Some("R2"),
            Self::NotOwner => Some("R3"),
            Self::NotVeiligThuis => Some("T1"),
            Self::TimeStands => Some("T2"),
            Self::NotProsecutor | Self::NothingToDeviateFrom | Self::OnRecord => Some("T3"),
            Self::NotCustodian | Self::NoSuchTerm => Some("T4"),
            Self::NotAssignee | Self::NotHolder | Self::NoSuchPower | Self::Committed => Some("T5"),
            Self::OtherRevision | Self::NoSuchRecipient | Self::PurposeDoesNotFit | Self::NoWords => Some("R5"),
            Self::Closed => Some("R7"),
            Self::HiddenFromOthers => Some("R11"),
            Self::NotDue => Some("R14"),
            Self::TakesPart | Self::SeatsStand | Self::LeftTheTable => Some("R15"),
            Self::NothingNew => Some("R17"),
            Self::MotivationNeeded => Some("C2"),
            Self::ReferenceDoesNotFit => Some("C4"),
            Self::NotChair
            | Self::RestrictedSeat
            | Self::RulesNotAccepted
            | Self::AlreadyConvened
            | Self::PartyMissing
            | Self::SeatsDoNotFit
            | Self::ChairStays
            | Self::NoSuchPhase
            | Self::NoClock
            | Self::MinutesDoNotFit
            | Self::TimeDoesNotFit
            | Self::NoDisposition
            | Self::NotClosingRound
            | Self::Withdrawn
            | Self::CellsDoNotFit
            | Self::OwnItem
            | Self::TooMany
            | Self::SessionFull
            | Self::OtherCommand
            | Self::Text(_) => None,
        }
    }
}

impl From<TextFault> for Refusal {
    fn from(fault: TextFault) -> Self {
        Self::Text(fault)
    }
}
