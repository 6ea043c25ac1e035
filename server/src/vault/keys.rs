//! Secret bytes: wiped when dropped, never shown, never compared.

use std::fmt;

use akkoord::ids::{PartyId, SessionId};
use chacha20poly1305::Key;
use chacha20poly1305::aead::Generate as _;
use zeroize::{Zeroize as _, Zeroizing};

use super::VaultError;

/// Thirty-two random bytes.
pub(super) struct Secret(Zeroizing<[u8; 32]>);

impl Secret {
    /// From the system's own source of randomness.
    pub(super) fn random() -> Result<Self, VaultError> {
        let mut key = Key::try_generate().map_err(|_| VaultError::NoRandomness)?;
        let mut secret = Zeroizing::new([0; 32]);
        secret.copy_from_slice(&key);
        key.as_mut_slice().zeroize();
        Ok(Self(secret))
    }

    pub(super) fn bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl From<[u8; 32]> for Secret {
    fn from(bytes: [u8; 32]) -> Self {
        Self(Zeroizing::new(bytes))
    }
}

/// The key of one live session, with the session it is for: it opens nothing of another.
pub struct SessionKey {
    session: SessionId,
    secret: Secret,
}

impl SessionKey {
    pub(super) fn new(session: SessionId, secret: Secret) -> Self {
        Self { session, secret }
    }

    /// Whose key this is.
    pub fn session(&self) -> SessionId {
        self.session
    }

    pub(super) fn secret(&self) -> &Secret {
        &self.secret
    }
}

impl fmt::Debug for SessionKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SessionKey({}, …)", self.session)
    }
}

/// The key of one organisation, for what it received, gave and must account for.
pub struct OrganisationKey {
    party: PartyId,
    secret: Secret,
}

impl OrganisationKey {
    pub(super) fn new(party: PartyId, secret: Secret) -> Self {
        Self { party, secret }
    }

    /// Whose key this is.
    pub fn party(&self) -> PartyId {
        self.party
    }

    pub(super) fn secret(&self) -> &Secret {
        &self.secret
    }
}

impl fmt::Debug for OrganisationKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "OrganisationKey({}, …)", self.party)
    }
}
