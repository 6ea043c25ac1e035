//! A story as it stands in a file: who does what, in the order in which they did it. Names stand for people and items; ids
//! come when it is played.

use akkoord::moment::Phase;
use akkoord::session::command::{NewSubject, TimeReason};
use akkoord::session::item::{ContributionKind, DispositionKind};
use serde::Deserialize;

use super::DemoFault;

/// One session.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Script {
    pub order: Order,
    #[serde(rename = "step")]
    pub steps: Vec<Step>,
}

/// How the session was convened.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Order {
    pub moment: String,
    pub case_reference: String,
    /// The account that convenes.
    pub by: String,
    /// In minutes before the start.
    pub at: i64,
    /// An account of each party in a full seat.
    pub seats: Vec<String>,
    /// An account of each party in a restricted seat.
    #[serde(default)]
    pub restricted: Vec<String>,
    pub subjects: Vec<NewSubject>,
}

/// One thing somebody did.
#[derive(Debug, Deserialize)]
pub(super) struct Step {
    /// In minutes before the start.
    pub at: i64,
    /// The account.
    pub by: String,
    #[serde(flatten)]
    pub kind: StepKind,
}

/// What they did. Each stands for the command that a person would send, with names in the place of ids.
#[derive(Debug, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case", deny_unknown_fields)]
pub(super) enum StepKind {
    MoveTo {
        phase: Phase,
    },
    SetDeadline {
        term: String,
    },
    Share {
        name: String,
        kind: ContributionKind,
        about: Vec<String>,
        text: String,
        /// Only these parties see it.
        #[serde(default)]
        only: Vec<String>,
        /// These see it besides every full seat.
        #[serde(default)]
        also: Vec<String>,
    },
    Revise {
        item: String,
        text: String,
    },
    Withdraw {
        item: String,
    },
    AskTime {
        name: String,
        reason: Option<TimeReason>,
        minutes: Option<u32>,
    },
    EndTime {
        request: String,
    },
    ProposeMeasure {
        name: String,
        power: String,
        holder: String,
        note: Option<String>,
        #[serde(default)]
        based_on: Vec<String>,
    },
    /// Until the end of custody, where no hours are given.
    Commit {
        item: String,
        until_in_hours: Option<i64>,
    },
    ShareAction {
        name: String,
        text: String,
        performer: String,
        due_in_hours: i64,
        #[serde(default)]
        based_on: Vec<String>,
    },
    /// The performer of an action does it.
    Accept {
        item: String,
    },
    RequestRelease {
        item: String,
        action: Option<String>,
        task: Option<String>,
        reason: Option<String>,
    },
    RecordDisposition {
        name: String,
        suspect: String,
        kind: DispositionKind,
        note: Option<String>,
    },
    Decide {
        cells: Vec<CellStep>,
    },
    Ready,
    Close,
}

/// One decided cell: a no, or a yes for an action or a task.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct CellStep {
    pub item: String,
    pub to: String,
    /// Whom the copy names; where this is left out, as the rules have it.
    pub about: Option<Vec<String>>,
    pub decline: Option<String>,
    pub action: Option<String>,
    pub task: Option<String>,
    pub excerpt: Option<String>,
    pub condition: Option<String>,
    pub motivation: Option<String>,
}

impl Script {
    /// Reads a story. Refused whole if a step is wrong.
    pub fn read(file: &'static str, text: &str) -> Result<Self, DemoFault> {
        toml::from_str(text).map_err(|why| DemoFault::Unreadable {
            file,
            why: why.to_string(),
        })
    }
}
