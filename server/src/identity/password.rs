//! Passwords: argon2id, never kept, wiped after use.

use std::sync::Arc;

use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher as _, PasswordVerifier as _};
use tokio::sync::Semaphore;
use zeroize::Zeroizing;

use super::IdentityError;
use crate::clock;

/// The fewest characters a password may have.
pub const SHORTEST: usize = 12;
/// How many are hashed at once: each takes 19 MiB and a core.
const AT_ONCE: usize = 2;
/// A hash that would take more memory than this (KiB) is not accepted: it would keep everybody else waiting.
const MOST_MEMORY: u32 = 256 * 1024;
/// Thirty-two letters and digits that cannot be taken for one another.
const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

/// An argon2id hash in its usual notation (`$argon2id$v=19$…`).
#[derive(Clone, PartialEq, Eq)]
pub struct Hash(String);

impl Hash {
    /// Takes a hash that somebody made elsewhere. Nothing, if it is no argon2id hash or one that takes too much memory.
    pub fn read(text: &str) -> Option<Self> {
        let hash = PasswordHash::new(text).ok()?;
        let memory = hash.params.get_decimal("m")?;
        let whole = hash.salt.is_some() && hash.hash.is_some();
        (hash.algorithm.as_str() == "argon2id" && whole && memory <= MOST_MEMORY).then(|| Self(text.to_owned()))
    }

    /// Fits no password: until another is set.
    pub(crate) fn none() -> Self {
        Self(String::new())
    }

    pub(super) fn stored(text: String) -> Self {
        Self(text)
    }

    pub(super) fn as_str(&self) -> &str {
        &self.0
    }
}

/// Hashes and checks passwords beside the tasks that serve people.
#[derive(Clone)]
pub struct Passwords {
    /// Checked in place of an account that is not there.
    nobody: Hash,
    turns: Arc<Semaphore>,
}

impl Passwords {
    /// Makes the hash against which the passwords of unknown accounts are checked.
    pub async fn new() -> Result<Self, IdentityError> {
        let nobody = tokio::task::spawn_blocking(|| hash(&draw()))
            .await
            .map_err(|_| IdentityError::Password)??;
        Ok(Self {
            nobody,
            turns: Arc::new(Semaphore::new(AT_ONCE)),
        })
    }

    /// Hashes a password.
    pub async fn hash(&self, password: Zeroizing<String>) -> Result<Hash, IdentityError> {
        self.in_turn(move || hash(&password)).await?
    }

    /// Whether the password fits the hash. Without a hash: no, after the same work.
    pub async fn check(&self, password: Zeroizing<String>, hash: Option<Hash>) -> Result<bool, IdentityError> {
        let known = hash.is_some();
        let hash = hash.unwrap_or_else(|| self.nobody.clone());
        let fits = self
            .in_turn(move || {
                let hash = PasswordHash::new(hash.as_str()).map_err(|_| IdentityError::Password)?;
                Ok::<_, IdentityError>(Argon2::default().verify_password(password.as_bytes(), &hash).is_ok())
            })
            .await??;
        Ok(fits && known)
    }

    async fn in_turn<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, IdentityError> {
        let turn = Arc::clone(&self.turns)
            .acquire_owned()
            .await
            .map_err(|_| IdentityError::Password)?;
        tokio::task::spawn_blocking(move || {
            let done = work();
            drop(turn);
            done
        })
        .await
        .map_err(|_| IdentityError::Password)
    }
}

fn hash(password: &str) -> Result<Hash, IdentityError> {
    let hash: PasswordHash = Argon2::default()
        .hash_password(password.as_bytes())
        .map_err(|_| IdentityError::Password)?;
    Ok(Hash(hash.to_string()))
}

/// A password nobody chose: five groups of four, a hundred bits.
pub fn draw() -> Zeroizing<String> {
    let chance = Zeroizing::new(clock::salt());
    let mut password = Zeroizing::new(String::with_capacity(24));
    for (place, byte) in chance.iter().take(20).enumerate() {
        if place > 0 && place % 4 == 0 {
            password.push('-');
        }
        password.push(char::from(ALPHABET[usize::from(byte & 31)]));
    }
    password
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_password_fits_its_own_hash_only() {
        let passwords = Passwords::new().await.unwrap();
        let word = |word: &str| Zeroizing::new(word.to_owned());
        let hash = passwords.hash(word("paardebloem in de wind")).await.unwrap();
        assert!(Hash::read(hash.as_str()).is_some());
        assert!(
            passwords
                .check(word("paardebloem in de wind"), Some(hash.clone()))
                .await
                .unwrap()
        );
        assert!(
            !passwords
                .check(word("paardebloem in de wind "), Some(hash))
                .await
                .unwrap()
        );
        assert!(!passwords.check(word("paardebloem in de wind"), None).await.unwrap());
    }

    #[test]
    fn only_argon2id_of_a_reasonable_size_is_taken() {
        let good = "$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$X7BoOJKDcjbNZRZKGjvqjvGMXoeNmXXv3xfCDTw5o8k";
        assert!(Hash::read(good).is_some());
        for bad in [
            String::new(),
            "wachtwoord".to_owned(),
            good.replace("argon2id", "argon2i"),
            good.replace("m=19456", "m=4194304"),
            "$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHRzb21lc2FsdA".to_owned(),
            "$2b$12$abcdefghijklmnopqrstuv".to_owned(),
        ] {
            assert!(Hash::read(&bad).is_none(), "{bad}");
        }
    }

    #[test]
    fn a_drawn_password_is_long_and_new() {
        let one = draw();
        assert_eq!(one.len(), 24);
        assert!(
            one.chars()
                .all(|c| c == '-' || ALPHABET.contains(&u8::try_from(c).unwrap()))
        );
        assert_ne!(*one, *draw());
    }
}
