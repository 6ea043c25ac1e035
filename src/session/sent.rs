//! The commands that clients sent, by their ids. A room keeps this beside the state, which knows only that a command was
//! carried out: an id that comes again with another command is refused instead of acknowledged.
//!
//! Why this does not follow from the log: a digest of a command in an event would give away short words to whoever guesses
//! them, long after the words are destroyed (C4, R8). Here the digest is salted with what the process alone knows.

use alloc::collections::BTreeMap;
use sha2::{Digest, Sha256};

use super::command::{Actor, Command};
use super::refusal::Refusal;
use crate::ids::{CommandId, ParticipantId};

/// What was sent under which id since the room started.
pub struct SentCommands {
    salt: [u8; 32],
    digests: BTreeMap<(ParticipantId, CommandId), [u8; 32]>,
}

impl SentCommands {
    /// Nothing yet. The salt must be random and kept nowhere.
    pub fn new(salt: [u8; 32]) -> Self {
        Self {
            salt,
            digests: BTreeMap::new(),
        }
    }

    /// Whether this command may be handed to `decide`: its id is new, or it is the same command again.
    pub fn check(&mut self, actor: Actor, command: &Command) -> Result<(), Refusal> {
        // Commands that only the server makes have no form on the wire and ids of their own.
        let Ok(bytes) = serde_json::to_vec(command) else {
            return Ok(());
        };
        let bytes = zeroize::Zeroizing::new(bytes);
        let mut hasher = Sha256::new();
        hasher.update(self.salt);
        hasher.update(&*bytes);
        let digest: [u8; 32] = hasher.finalize().into();
        let known = self.digests.entry((actor.participant, command.id)).or_insert(digest);
        if *known == digest {
            Ok(())
        } else {
            Err(Refusal::OtherCommand)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::PartyId;
    use crate::session::CommandKind;
    use uuid::Uuid;

    #[test]
    fn an_id_that_comes_again_with_another_command_is_refused() {
        let actor = Actor {
            party: PartyId(Uuid::from_u128(1)),
            participant: ParticipantId(Uuid::from_u128(2)),
        };
        let command = |ready| Command {
            id: CommandId(Uuid::from_u128(3)),
            kind: CommandKind::SetReady { ready },
        };
        let mut sent = SentCommands::new([7; 32]);
        assert_eq!(sent.check(actor, &command(true)), Ok(()));
        assert_eq!(sent.check(actor, &command(true)), Ok(()));
        assert_eq!(sent.check(actor, &command(false)), Err(Refusal::OtherCommand));
        let other = Actor {
            participant: ParticipantId(Uuid::from_u128(4)),
            ..actor
        };
        assert_eq!(sent.check(other, &command(false)), Ok(()), "ids are a person's own");
    }
}
