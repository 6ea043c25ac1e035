//! Sealing and opening: XChaCha20-Poly1305, with the place of what is sealed authenticated beside it.
//!
//! On the disk: one byte that names this way of sealing, 24 random bytes, the ciphertext. Inside: the length in four bytes,
//! the content, zeros up to a multiple of 64.

use akkoord::ids::{ParticipantId, ReleaseId, SessionId, TextId};
use akkoord::text::{NewText, Text, TextSalt};
use chacha20poly1305::aead::{Aead as _, AeadInOut as _, Generate as _, Payload};
use chacha20poly1305::{Key, KeyInit as _, XChaCha20Poly1305, XNonce};
use zeroize::Zeroizing;

use super::keys::Secret;
use super::{OrganisationKey, SessionKey, VaultError};
use crate::journal::{SealedCopy, SealedText};

/// Names this way of sealing, so that another can follow.
const FORMAT: u8 = 1;
/// Lengths on the disk are multiples of this, apart from what the cipher adds.
const STEP: usize = 64;
const NONCE: usize = 24;
const TAG: usize = 16;
const SALT: usize = 16;

/// What a sealed thing is for: part of its place. The texts are part of the stored format and never change.
const TEXT: &str = "akkoord text";
const TEXT_KEY: &str = "akkoord text key";
const DRAFT: &str = "akkoord draft";

/// A text that was opened.
#[derive(Clone, Debug)]
pub struct OpenedText {
    /// Which.
    pub id: TextId,
    /// The words.
    pub text: Text,
    /// What its digest was salted with.
    pub salt: TextSalt,
}

/// The key of a holder's copy.
const COPY_KEY: &str = "akkoord copy key";

/// What is sealed for an organisation: the same bytes under another label do not open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Label {
    /// The kind of thing, part of the stored format: never change one that is in use.
    pub what: &'static str,
    /// Which one.
    pub id: [u8; 16],
}

impl Label {
    /// A released item in a recipient's dossier.
    pub fn dossier(release: ReleaseId) -> Self {
        Self {
            what: "akkoord dossier",
            id: release.bytes(),
        }
    }
    /// A line in a giver's register.
    pub fn register(release: ReleaseId) -> Self {
        Self {
            what: "akkoord register",
            id: release.bytes(),
        }
    }
    /// The texts of a party's accountability report on a session.
    pub fn record(session: SessionId) -> Self {
        Self {
            what: "akkoord record",
            id: session.bytes(),
        }
    }
}

impl SessionKey {
    /// Seals a new text and its salt under a key of its own, and that key under this one.
    #[expect(clippy::disallowed_methods, reason = "the words go into the cipher and nowhere else")]
    pub fn seal_text(&self, new: &NewText) -> Result<SealedText, VaultError> {
        let own = Secret::random()?;
        let words = new.text.open().as_bytes();
        Ok(SealedText {
            id: new.id,
            sealed: seal(&own, &self.place(TEXT, new.id.bytes()), &[&new.salt.0, words])?,
            wrapped: seal_short(self.secret(), &self.place(TEXT_KEY, new.id.bytes()), own.bytes())?,
        })
    }

    /// Opens a text of this session.
    pub fn open_text(&self, text: &SealedText) -> Result<OpenedText, VaultError> {
        let own = open_short(self.secret(), &self.place(TEXT_KEY, text.id.bytes()), &text.wrapped)?;
        let plain = open(&own, &self.place(TEXT, text.id.bytes()), &text.sealed)?;
        let (salt, words) = plain.split_first_chunk::<SALT>().ok_or(VaultError::Unopenable)?;
        let words = std::str::from_utf8(words).map_err(|_| VaultError::Unopenable)?;
        Ok(OpenedText {
            id: text.id,
            text: Text::unsealed(words.to_owned()),
            salt: TextSalt(*salt),
        })
    }

    /// Seals a person's draft in this session.
    pub fn seal_draft(&self, participant: ParticipantId, draft: &[u8]) -> Result<Vec<u8>, VaultError> {
        seal(self.secret(), &self.place(DRAFT, participant.bytes()), &[draft])
    }

    /// Opens that person's draft in this session.
    pub fn open_draft(&self, participant: ParticipantId, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, VaultError> {
        open(self.secret(), &self.place(DRAFT, participant.bytes()), sealed)
    }

    fn place(&self, what: &str, id: [u8; 16]) -> Vec<u8> {
        place(what, self.session().bytes(), id)
    }
}

impl OrganisationKey {
    /// Seals something for this organisation.
    pub fn seal_for(&self, label: Label, bytes: &[u8]) -> Result<Vec<u8>, VaultError> {
        seal(
            self.secret(),
            &place(label.what, self.party().bytes(), label.id),
            &[bytes],
        )
    }

    /// Seals this organisation's copy of a release under a key of its own, and that key under this one: destroying the
    /// wrapped key destroys this copy and no other (R9, C5).
    pub fn seal_copy(&self, label: Label, bytes: &[u8]) -> Result<SealedCopy, VaultError> {
        let own = Secret::random()?;
        let party = self.party().bytes();
        Ok(SealedCopy {
            sealed: seal(&own, &place(label.what, party, label.id), &[bytes])?,
            wrapped: seal_short(self.secret(), &place(COPY_KEY, party, label.id), own.bytes())?,
        })
    }

    /// Opens this organisation's copy of a release.
    pub fn open_copy(&self, label: Label, copy: &SealedCopy) -> Result<Zeroizing<Vec<u8>>, VaultError> {
        let party = self.party().bytes();
        let own = open_short(self.secret(), &place(COPY_KEY, party, label.id), &copy.wrapped)?;
        open(&own, &place(label.what, party, label.id), &copy.sealed)
    }

    /// Opens what was sealed for this organisation under the same label.
    pub fn open_for(&self, label: Label, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, VaultError> {
        open(
            self.secret(),
            &place(label.what, self.party().bytes(), label.id),
            sealed,
        )
    }
}

/// Where something belongs. The last two parts have fixed lengths, so two places are never written the same.
fn place(what: &str, owner: [u8; 16], id: [u8; 16]) -> Vec<u8> {
    [what.as_bytes(), &owner, &id].concat()
}

/// Seals the parts as one, padded.
fn seal(secret: &Secret, place: &[u8], parts: &[&[u8]]) -> Result<Vec<u8>, VaultError> {
    let length: usize = parts.iter().map(|part| part.len()).sum();
    let written = u32::try_from(length).map_err(|_| VaultError::TooLong)?.to_be_bytes();
    let padded = (written.len() + length).next_multiple_of(STEP);
    // Room for everything from the start: a buffer that grows leaves words behind in memory.
    let mut plain = Zeroizing::new(Vec::with_capacity(padded));
    plain.extend_from_slice(&written);
    for part in parts {
        plain.extend_from_slice(part);
    }
    plain.resize(padded, 0);
    seal_bytes(secret, place, &plain)
}

/// Opens what [`seal`] made.
fn open(secret: &Secret, place: &[u8], sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, VaultError> {
    let mut plain = open_bytes(secret, place, sealed)?;
    let (written, rest) = plain.split_first_chunk::<4>().ok_or(VaultError::Unopenable)?;
    let length = usize::try_from(u32::from_be_bytes(*written)).map_err(|_| VaultError::Unopenable)?;
    if length > rest.len() {
        return Err(VaultError::Unopenable);
    }
    plain.copy_within(4..4 + length, 0);
    plain.truncate(length);
    Ok(plain)
}

/// Seals a key: always the same length, so nothing to pad.
fn seal_short(secret: &Secret, place: &[u8], key: &[u8; 32]) -> Result<Vec<u8>, VaultError> {
    seal_bytes(secret, place, key)
}

fn open_short(secret: &Secret, place: &[u8], sealed: &[u8]) -> Result<Secret, VaultError> {
    let plain = open_bytes(secret, place, sealed)?;
    let key: &[u8; 32] = plain.as_slice().try_into().map_err(|_| VaultError::Unopenable)?;
    Ok(Secret::from(*key))
}

fn seal_bytes(secret: &Secret, place: &[u8], plain: &[u8]) -> Result<Vec<u8>, VaultError> {
    let nonce = XNonce::try_generate().map_err(|_| VaultError::NoRandomness)?;
    let cipher = XChaCha20Poly1305::new(<&Key>::from(secret.bytes()));
    let ciphertext = cipher
        .encrypt(&nonce, Payload { msg: plain, aad: place })
        .map_err(|_| VaultError::TooLong)?;
    let mut sealed = Vec::with_capacity(1 + NONCE + plain.len() + TAG);
    sealed.push(FORMAT);
    sealed.extend_from_slice(&nonce);
    sealed.extend_from_slice(&ciphertext);
    Ok(sealed)
}

fn open_bytes(secret: &Secret, place: &[u8], sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, VaultError> {
    let Some((&FORMAT, rest)) = sealed.split_first() else {
        return Err(VaultError::Unopenable);
    };
    let (nonce, ciphertext) = rest.split_first_chunk::<NONCE>().ok_or(VaultError::Unopenable)?;
    let cipher = XChaCha20Poly1305::new(<&Key>::from(secret.bytes()));
    let mut plain = Zeroizing::new(ciphertext.to_vec());
    cipher
        .decrypt_in_place(&XNonce::from(*nonce), place, &mut *plain)
        .map_err(|_| VaultError::Unopenable)?;
    Ok(plain)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn sizes_tell_little() {
        let secret = Secret::random().unwrap();
        let size = |length: usize| seal(&secret, b"place", &[&vec![7; length]]).unwrap().len();
        assert_eq!(size(0), size(60), "all that fits in one step looks the same");
        assert_eq!(size(61), size(60) + STEP);
        assert_eq!(size(0), 1 + NONCE + STEP + TAG);
    }

    #[test]
    fn every_wrapped_key_has_the_length_that_the_journal_overwrites() {
        let secret = Secret::random().unwrap();
        let wrapped = seal_short(&secret, b"place", &[7; 32]).unwrap();
        assert_eq!(wrapped.len(), SealedText::WRAPPED_LENGTH);
    }

    #[test]
    fn every_length_comes_back() {
        let secret = Secret::random().unwrap();
        for length in [0, 1, 59, 60, 61, 64, 124, 125, 8_000] {
            let content = vec![9; length];
            let sealed = seal(&secret, b"place", &[&content]).unwrap();
            assert_eq!(*open(&secret, b"place", &sealed).unwrap(), content);
        }
    }

    #[test]
    fn a_changed_byte_anywhere_does_not_open() {
        let secret = Secret::random().unwrap();
        let sealed = seal(&secret, b"place", &[b"words"]).unwrap();
        assert!(open(&secret, b"place", &sealed).is_ok());
        for at in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[at] ^= 1;
            assert!(open(&secret, b"place", &changed).is_err(), "byte {at}");
        }
        for length in 0..sealed.len() {
            assert!(open(&secret, b"place", &sealed[..length]).is_err(), "cut to {length}");
        }
        assert!(open(&secret, b"another place", &sealed).is_err());
        assert!(open(&Secret::random().unwrap(), b"place", &sealed).is_err());
    }
}
