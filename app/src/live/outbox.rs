//! What was sent and is not acknowledged. Kept until the room says yes or no, so that each command happens exactly once.

use akkoord::ids::CommandId;
use akkoord::session::{Command, CommandKind};
use serde::{Deserialize, Serialize};

/// A command on its way.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Waiting {
    /// The command, under its own id.
    pub(crate) command: Command,
    /// How often the room could not store it.
    #[serde(skip)]
    pub(crate) not_stored: u32,
    /// Whether its effect is on the screen already.
    #[serde(skip)]
    pub(crate) seen: bool,
}

/// All commands on their way, in the order in which they were given.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct Outbox(Vec<Waiting>);

impl Outbox {
    /// Takes back what a tab kept. What cannot be read is from another version and of no use.
    #[cfg_attr(
        not(target_arch = "wasm32"),
        allow(dead_code, reason = "only a browser keeps anything")
    )]
    pub(crate) fn read(json: &str) -> Self {
        serde_json::from_str(json).unwrap_or_default()
    }

    /// For keeping; nothing when there is nothing to keep.
    pub(crate) fn write(&self) -> Option<String> {
        if self.0.is_empty() {
            None
        } else {
            serde_json::to_string(self).ok()
        }
    }

    pub(crate) fn add(&mut self, command: Command) {
        self.0.push(Waiting {
            command,
            not_stored: 0,
            seen: false,
        });
    }

    /// The room answered; the command is no longer kept.
    pub(crate) fn settle(&mut self, id: CommandId) -> Option<CommandKind> {
        let at = self.0.iter().position(|waiting| waiting.command.id == id)?;
        Some(self.0.remove(at).command.kind)
    }

    /// Its effect is visible; only the acknowledgement is missing.
    pub(crate) fn seen(&mut self, id: CommandId) {
        if let Some(waiting) = self.0.iter_mut().find(|waiting| waiting.command.id == id) {
            waiting.seen = true;
        }
    }

    /// The room could not store it now.
    pub(crate) fn not_stored(&mut self, id: CommandId) {
        if let Some(waiting) = self.0.iter_mut().find(|waiting| waiting.command.id == id) {
            waiting.not_stored += 1;
        }
    }

    /// Everything that waits.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &Waiting> {
        self.0.iter()
    }

    /// Whether the room could not store something, and how often at most.
    pub(crate) fn worst(&self) -> u32 {
        self.0.iter().map(|waiting| waiting.not_stored).max().unwrap_or(0)
    }

    pub(crate) fn clear(&mut self) {
        self.0.clear();
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use uuid::Uuid;

    fn command(number: u128) -> Command {
        Command {
            id: CommandId(Uuid::from_u128(number)),
            kind: CommandKind::TakeGavel {},
        }
    }

    #[test]
    fn a_command_is_kept_over_a_reload_until_the_room_answers() {
        let mut outbox = Outbox::default();
        outbox.add(command(1));
        outbox.add(command(2));
        outbox.not_stored(CommandId(Uuid::from_u128(2)));
        assert_eq!(outbox.worst(), 1);
        let mut again = Outbox::read(&outbox.write().unwrap());
        let ids: Vec<_> = again.iter().map(|waiting| waiting.command.id.0.as_u128()).collect();
        assert_eq!(ids, [1, 2], "in the order in which they were given");
        assert_eq!(
            again.settle(CommandId(Uuid::from_u128(1))),
            Some(CommandKind::TakeGavel {})
        );
        assert_eq!(again.settle(CommandId(Uuid::from_u128(1))), None, "answered once");
        assert!(again.settle(CommandId(Uuid::from_u128(2))).is_some());
        assert_eq!(again.write(), None, "nothing stays behind");
    }

    #[test]
    fn what_another_version_kept_is_left_alone() {
        assert_eq!(Outbox::read(r#"[{"wish":"dance"}]"#), Outbox::default());
    }
}
