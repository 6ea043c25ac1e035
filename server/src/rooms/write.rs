//! From a decision to the disk: sealing, one durable append, and at the end of a session the copies for those who keep
//! them.

use std::collections::BTreeMap;

use akkoord::ids::PartyId;
use akkoord::session::closing::copies;
use akkoord::session::{Decision, EventKind, Snapshot, State, evolve};
use zeroize::Zeroizing;

use super::room::Room;
use crate::clock;
use crate::journal::{Append, AppendError, Closing, DossierRow, NewEvent, RecordRow, RegisterRow};
use crate::vault::{CloseError, Label, VaultError};

/// Why a decision was not written.
pub(super) enum Failure {
    /// The journal is ahead of this room.
    Conflict,
    /// Storage failed; the fate of the write is unknown.
    NotStored(String),
}

impl From<VaultError> for Failure {
    fn from(error: VaultError) -> Self {
        Self::NotStored(error.to_string())
    }
}

impl Room {
    /// Seals and appends. When this returns, it is true; before that, nobody may see it.
    pub(super) async fn write(&mut self, decision: &Decision) -> Result<(), Failure> {
        if self.loaded.key.is_none() && self.loaded.snapshot.state.closed_at().is_none() {
            // Asked again rather than kept from before: a session that was closed elsewhere has none.
            self.loaded.key = self.store.vault.session_key(self.session).await?;
        }
        let key = self.loaded.key.as_ref().ok_or(Failure::Conflict)?;
        let mut link = self.loaded.link;
        let mut events = Vec::with_capacity(decision.events.len());
        for event in &decision.events {
            let bytes = serde_json::to_vec(event).map_err(|error| Failure::NotStored(error.to_string()))?;
            link = link.next(&bytes);
            events.push(NewEvent { bytes, link: link.0 });
        }
        let added = events.len() as u64;
        let after = self.after(decision);
        let at = decision.events.first().map_or_else(clock::now, |event| event.at);
        let mut append = Append::new(self.session, self.loaded.head, at, events);
        append.texts = decision
            .texts
            .iter()
            .map(|text| key.seal_text(text))
            .collect::<Result<_, _>>()?;
        append.destroy.clone_from(&decision.destroyed);
        let members = after.members();
        append.parties = (members != self.loaded.snapshot.state.members()).then_some(members);
        append.due_at = super::expiry::due_at(&after, self.session);
        append.closing = self.closing(decision).await?;
        match self.store.close(append).await {
            Ok(_) => {}
            Err(CloseError::Append(AppendError::Conflict)) => return Err(Failure::Conflict),
            Err(error @ CloseError::Unfinished(_)) => {
                self.unfinished_close = true;
                return Err(Failure::NotStored(error.to_string()));
            }
            Err(error @ CloseError::Append(AppendError::Unavailable { .. })) => {
                return Err(Failure::NotStored(error.to_string()));
            }
        }
        self.loaded.head += added;
        self.loaded.link = link;
        Ok(())
    }

    pub(super) fn after(&self, decision: &Decision) -> State {
        decision.events.iter().fold(self.loaded.snapshot.state.clone(), evolve)
    }

    /// What a close or an expiry leaves behind: each copy sealed under the key of the organisation that keeps it (R7, R14).
    pub(super) async fn closing(&self, decision: &Decision) -> Result<Option<Closing>, Failure> {
        let Some(event) = decision
            .events
            .iter()
            .find(|event| matches!(event.kind, EventKind::Closed { .. } | EventKind::Expired))
        else {
            return Ok(None);
        };
        let Snapshot { state, texts } = &self.loaded.snapshot;
        let copies = copies(state, texts, &decision.events);
        let session = self.session;
        let mut keys = BTreeMap::new();
        for party in state.members() {
            keys.insert(party, self.store.vault.organisation_key(party).await?);
        }
        let key = |party: PartyId| {
            keys.get(&party)
                .ok_or_else(|| Failure::NotStored("a party has no key".into()))
        };
        let mut closing = Closing {
            at: event.at,
            dossier: Vec::new(),
            register: Vec::new(),
            records: Vec::new(),
        };
        for (recipient, item) in &copies.dossier {
            let bytes = Zeroizing::new(to_json(item)?);
            closing.dossier.push(DossierRow {
                recipient: *recipient,
                release: item.release,
                giver: item.giver.id,
                session,
                received_at: item.received_at,
                retain_until: item.retain_until,
                copy: key(*recipient)?.seal_copy(Label::dossier(item.release), &bytes)?,
            });
        }
        for entry in &copies.register {
            let bytes = Zeroizing::new(to_json(entry)?);
            let copy = key(entry.giver)?.seal_copy(Label::register(entry.item.release), &bytes)?;
            closing.register.push(RegisterRow {
                giver: entry.giver,
                release: entry.item.release,
                recipient: entry.recipient.id,
                session,
                given_at: entry.item.received_at,
                retain_until: entry.keep_until,
                copy,
            });
        }
        for party in state.members() {
            let own = copies
                .motivations
                .iter()
                .filter(|(to, _)| *to == party)
                .map(|(_, kept)| kept);
            let motivations: Vec<_> = own.collect();
            if !motivations.is_empty() {
                let bytes = Zeroizing::new(to_json(&motivations)?);
                let sealed = key(party)?.seal_for(Label::record(session), &bytes)?;
                closing.records.push(RecordRow { party, session, sealed });
            }
        }
        Ok(Some(closing))
    }
}

fn to_json(value: &impl serde::Serialize) -> Result<Vec<u8>, Failure> {
    serde_json::to_vec(value).map_err(|error| Failure::NotStored(error.to_string()))
}
