//! Presence, drafts and the spotlight: never in the journal, lost without harm.

use akkoord::ids::{ItemId, ParticipantId, PartyId};
use akkoord::protocol::{FromRoom, LONGEST_FRAME, Presence};
use akkoord::session::{Actor, Permission, State};

use super::Connection;
use super::room::{Member, Room};
use super::stream::encode;

impl Room {
    pub(super) fn set_presence(&mut self, from: Connection, how: Presence) {
        let Some(actor) = self.members.get(&from).map(|member| member.actor) else {
            return;
        };
        if self.check(actor, Permission::BePresent).is_ok() && how != Presence::Gone {
            self.change_presence(actor, how);
        }
    }

    pub(super) fn change_presence(&mut self, actor: Actor, how: Presence) {
        let changed = if how == Presence::Gone {
            self.presence.remove(&actor.participant).is_some()
        } else {
            self.presence.insert(actor.participant, (actor.party, how)) != Some((actor.party, how))
        };
        if !changed {
            return;
        }
        let frame = encode(&FromRoom::Presence {
            party: actor.party,
            who: actor.participant,
            how,
        });
        let state = &self.loaded.snapshot.state;
        let who_know = self.members.iter().filter(|(_, it)| knows(state, it, actor.party));
        for connection in who_know.map(|(connection, _)| *connection).collect::<Vec<_>>() {
            self.send(connection, frame.clone());
        }
    }

    pub(super) fn tell_presence_to(&mut self, connection: Connection) {
        let Some(member) = self.members.get(&connection) else {
            return;
        };
        let state = &self.loaded.snapshot.state;
        let mut frames = Vec::new();
        for (who, (party, how)) in &self.presence {
            if knows(state, member, *party) {
                frames.push(encode(&FromRoom::Presence {
                    party: *party,
                    who: *who,
                    how: *how,
                }));
            }
        }
        if let Some(item) = self.spotlight.filter(|item| member.viewer.sees(state, *item)) {
            frames.push(encode(&FromRoom::Spotlight { item: Some(item) }));
        }
        for frame in frames {
            self.send(connection, frame);
        }
    }

    pub(super) fn set_spotlight(&mut self, from: Connection, item: Option<ItemId>) {
        let Some(actor) = self.members.get(&from).map(|member| member.actor) else {
            return;
        };
        // Putting it out asks for the same permission as putting it on.
        let Some(asked) = item.or(self.spotlight) else { return };
        if self.check(actor, Permission::Spotlight(asked)).is_err() {
            return;
        }
        let before = std::mem::replace(&mut self.spotlight, item);
        let state = &self.loaded.snapshot.state;
        let mut frames = Vec::new();
        for (connection, member) in &self.members {
            let sees = |item: Option<ItemId>| item.filter(|item| member.viewer.sees(state, *item));
            // Who saw neither is not told that anything changed (R2).
            if sees(before) != sees(item) {
                frames.push((*connection, encode(&FromRoom::Spotlight { item: sees(item) })));
            }
        }
        for (connection, frame) in frames {
            self.send(connection, frame);
        }
    }

    pub(super) async fn keep_draft(&mut self, from: Connection, words: &str) {
        let Some(actor) = self.members.get(&from).map(|member| member.actor) else {
            return;
        };
        if self.check(actor, Permission::Draft).is_err() || words.len() > LONGEST_FRAME {
            return;
        }
        let Some(key) = &self.loaded.key else { return };
        let kept = if words.is_empty() {
            self.store.journal.drop_draft(self.session, actor.participant).await
        } else {
            match key.seal_draft(actor.participant, words.as_bytes()) {
                Ok(sealed) => {
                    self.store
                        .journal
                        .save_draft(self.session, actor.participant, &sealed)
                        .await
                }
                Err(error) => {
                    tracing::error!(session = %self.session, %error, "a draft cannot be sealed");
                    return;
                }
            }
        };
        // A draft also lives in its author's browser: losing this copy is no loss to announce.
        if let Err(error) = kept {
            tracing::warn!(session = %self.session, %error, "a draft was not kept");
        }
    }

    pub(super) async fn draft_of(&self, participant: ParticipantId) -> Option<String> {
        let key = self.loaded.key.as_ref()?;
        let sealed = self.store.journal.draft(self.session, participant).await.ok()??;
        let opened = key.open_draft(participant, &sealed).ok()?;
        String::from_utf8(opened.to_vec()).ok()
    }
}

fn knows(state: &State, member: &Member, party: PartyId) -> bool {
    member.viewer.knows_party(state, party)
}
