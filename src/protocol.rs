//! Frames between a browser and a room: JSON text, one frame a message. Described for strangers in `docs/protocol.md`.
//!
//! Session and seat come from the authenticated connection, never from a frame. Frames carry the viewer's own count,
//! never the journal's: a gap in a shared number would tell a party that something happened behind its back (R2).

use alloc::{boxed::Box, string::String};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::ids::{CommandId, ItemId, ParticipantId, PartyId};
use crate::session::command::{Command, CommandKind};
use crate::session::refusal::Refusal;
use crate::session::state::Made;
use crate::session::view::{SessionView, ViewEvent};

/// The version of these frames. A client with another major version is told to reload.
pub const VERSION: u32 = 2;
/// The longest frame a client may send, in bytes.
pub const LONGEST_FRAME: usize = 64 * 1024;
/// How often a client sends [`FromClient::Ping`], in milliseconds.
pub const HEARTBEAT_MS: u32 = 15_000;

/// Where a viewer was: the room's epoch and the viewer's own count in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Place {
    /// Changes whenever a room starts anew; then the whole view is sent.
    pub epoch: Uuid,
    /// How many frames this viewer had.
    pub n: u64,
}

/// What a client says.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "t", rename_all = "snake_case", deny_unknown_fields)]
pub enum FromClient {
    /// First, once.
    Hello {
        /// The version the client speaks.
        version: u32,
        /// Where it was, when it comes back.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        resume: Option<Place>,
    },
    /// A command. Sending it again is harmless.
    Submit {
        /// Chosen by the client, kept until acknowledged.
        id: CommandId,
        /// What is asked.
        command: CommandKind,
    },
    /// Keeps the author's draft on the server, sealed; empty words drop it.
    Draft {
        /// The words so far.
        words: String,
    },
    /// How the person is there. Ephemeral.
    Presence {
        /// How.
        how: Presence,
    },
    /// The chair puts an item in everyone's spotlight, or none. Ephemeral.
    Spotlight {
        /// Which item.
        item: Option<ItemId>,
    },
    /// "I am alive."
    Ping {},
}

impl FromClient {
    /// The command in this frame, if it is one.
    pub fn command(self) -> Option<Command> {
        match self {
            Self::Submit { id, command } => Some(Command { id, kind: command }),
            Self::Hello { .. }
            | Self::Draft { .. }
            | Self::Presence { .. }
            | Self::Spotlight { .. }
            | Self::Ping {} => None,
        }
    }
}

/// How a person is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Presence {
    /// Looking.
    Here,
    /// Writing a contribution; never what.
    Typing,
    /// The page is not in front.
    Away,
    /// The connection ended.
    Gone,
}

/// What a room says.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "t", rename_all = "snake_case")]
pub enum FromRoom {
    /// First, once.
    Welcome {
        /// The version the room speaks.
        version: u32,
        /// The server's time.
        now: DateTime<Utc>,
        /// Who the client is.
        you: ParticipantId,
        /// The client's draft, if it had one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        draft: Option<String>,
    },
    /// The whole view.
    View {
        /// The room's epoch.
        epoch: Uuid,
        /// The viewer's count so far.
        n: u64,
        /// What the viewer sees.
        view: Box<SessionView>,
    },
    /// A change.
    Event {
        /// The viewer's count, one more than before.
        n: u64,
        /// What changed.
        event: Box<ViewEvent>,
    },
    /// The command is durable. Sent after the change it made.
    Ack {
        /// Which command.
        id: CommandId,
        /// What it made, if it made something: also when this acknowledges a command that was sent again.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        made: Option<Made>,
    },
    /// The command changed nothing.
    Refused {
        /// Which.
        id: CommandId,
        /// Why.
        because: Refusal,
    },
    /// The command could not be stored now; nothing is lost, it may be sent again.
    NotStored {
        /// Which.
        id: CommandId,
    },
    /// Storage fails, or works again. Reading goes on.
    Storage {
        /// Whether it works.
        works: bool,
    },
    /// How somebody is there. Ephemeral.
    Presence {
        /// For which party.
        party: PartyId,
        /// Who.
        who: ParticipantId,
        /// How.
        how: Presence,
    },
    /// The item in the spotlight, as far as the viewer sees it. Ephemeral.
    Spotlight {
        /// Which item.
        item: Option<ItemId>,
    },
    /// Answer to a ping.
    Pong {
        /// The server's time.
        now: DateTime<Utc>,
    },
    /// The frame could not be read; the connection stays.
    Unreadable {
        /// The id of the command in it, if there was one that could be read.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        id: Option<CommandId>,
        /// Why, in a few words for a programmer.
        why: String,
    },
    /// The connection ends.
    Bye {
        /// Why.
        why: Bye,
    },
}

/// Why a room ends a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Bye {
    /// Signed out, or the sign-in ended.
    SignedOut,
    /// The seat was taken away.
    NoSeat,
    /// Another version: reload the page.
    Reload,
    /// The client did not keep up; connect again.
    TooSlow,
    /// Too many or too large frames.
    TooMuch,
    /// The server stops; connect again.
    Restart,
}

impl Bye {
    /// The close code of the socket (RFC 6455; 4000 and up are ours).
    pub fn code(self) -> u16 {
        match self {
            Self::Restart => 1012,
            Self::TooMuch => 1008,
            Self::TooSlow => 1013,
            Self::SignedOut => 4401,
            Self::NoSeat => 4403,
            Self::Reload => 4426,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::session::command::TimeReason;

    #[test]
    fn what_only_the_server_makes_cannot_come_out_of_a_frame() {
        let id = Uuid::nil();
        for command in [
            r#"{"do":"convene"}"#,
            r#"{"do":"enter","name":"x","prosecutor":true}"#,
            r#"{"do":"give_seat"}"#,
        ] {
            let frame = alloc::format!(r#"{{"t":"submit","id":"{id}","command":{command}}}"#);
            assert!(serde_json::from_str::<FromClient>(&frame).is_err(), "{command}");
        }
        // G24: nothing that is not understood is passed over, however deep it stands.
        let item = Uuid::nil();
        for command in [
            r#"{"do":"accept_rules","owner":"x"}"#.into(),
            r#"{"do":"close","release":true}"#.into(),
            alloc::format!(r#"{{"do":"withdraw","item":"{item}","revision":1,"owner":"x"}}"#),
            r#"{"do":"share","content":{"contribution":{"kind":"fact","x":1}},"subjects":[],"audience":{"table":true,"named":[]},"text":"x"}"#.into(),
            r#"{"do":"share","content":{"contribution":{"kind":"fact"}},"subjects":[],"audience":{"table":true,"named":[],"all":true},"text":"x"}"#.into(),
            alloc::format!(r#"{{"do":"decide","cells":[{{"item":"{item}","revision":1,"recipient":"{item}","verdict":{{"undecide":{{"x":1}}}}}}]}}"#),
            alloc::format!(r#"{{"do":"decide","cells":[{{"item":"{item}","revision":1,"recipient":"{item}","verdict":{{"undecide":{{}}}},"by":"x"}}]}}"#),
            alloc::format!(r#"{{"do":"answer","item":"{item}","revision":1,"answer":{{"accept":{{"for":"x"}}}}}}"#),
        ] {
            let command: String = command;
            let frame = alloc::format!(r#"{{"t":"submit","id":"{id}","command":{command}}}"#);
            assert!(serde_json::from_str::<FromClient>(&frame).is_err(), "{command}");
        }
        let frame =
            alloc::format!(r#"{{"t":"submit","id":"{id}","command":{{"do":"ask_time","reason":"hear_victim"}}}}"#);
        let read: FromClient = serde_json::from_str(&frame).expect("a frame of the documentation");
        let command = CommandKind::AskTime {
            reason: Some(TimeReason::HearVictim),
            minutes: None,
        };
        assert_eq!(
            read,
            FromClient::Submit {
                id: CommandId(id),
                command
            }
        );
    }

    #[test]
    fn no_frame_says_for_whom_it_speaks() {
        for frame in [
            r#"{"t":"ping","party":"x"}"#,
            r#"{"t":"draft","words":"x","participant":"y"}"#,
        ] {
            assert!(serde_json::from_str::<FromClient>(frame).is_err(), "{frame}");
        }
    }
}
