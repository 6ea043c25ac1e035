//! Passwords: argon2id, never kept, wiped after use.

use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher as _, PasswordVerifier as _};
use zeroize::Zeroizing;

use super::IdentityError;
use super::queue::{Lane, Queue};
use crate::clock;

/// The fewest characters a password may have.
pub const SHORTEST: usize = 12;
/// The most a hash from elsewhere may cost: memory in KiB, passes over it, lanes. One that costs more is not accepted: checking
/// it would keep everybody else waiting. Our own take 19 MiB, two passes and one lane.
const MOST_MEMORY: u32 = 64 * 1024;
const MOST_PASSES: u32 = 8;
const MOST_LANES: u32 = 4;
/// Thirty-two letters and digits that cannot be taken for one another.
const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

/// An argon2id hash in its usual notation (`$argon2id$v=19$…`).
#[derive(Clone, PartialEq, Eq)]
pub struct Hash(String);

impl Hash {
    /// Takes a hash that somebody made elsewhere. Nothing, if it is no argon2id hash or one that costs too much to check.
    pub fn read(text: &str) -> Option<Self> {
        let hash = PasswordHash::new(text).ok()?;
        let most = [("m", MOST_MEMORY), ("t", MOST_PASSES), ("p", MOST_LANES)];
        let bounded = most
            .into_iter()
            .all(|(name, most)| hash.params.get_decimal(name).is_some_and(|cost| cost <= most));
        let whole = hash.salt.is_some() && hash.hash.is_some();
        (hash.algorithm.as_str() == "argon2id" && whole && bounded).then(|| Self(text.to_owned()))
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
    queue: Queue,
}

impl Passwords {
    /// Makes the hash against which the passwords of unknown accounts are checked.
    pub async fn new() -> Result<Self, IdentityError> {
        let nobody = tokio::task::spawn_blocking(|| hash(&draw()))
            .await
            .map_err(|_| IdentityError::Password)??;
        Ok(Self {
            nobody,
            queue: Queue::default(),
        })
    }

    /// Hashes a password.
    pub async fn hash(&self, password: Zeroizing<String>) -> Result<Hash, IdentityError> {
        self.in_turn(Lane::Known, move || hash(&password)).await?
    }

    /// Whether the password fits the hash. Without a hash: no, after the same work. [`IdentityError::Busy`] when the queue has no
    /// place left.
    pub async fn check(
        &self,
        password: Zeroizing<String>,
        hash: Option<Hash>,
        lane: Lane,
    ) -> Result<bool, IdentityError> {
        let known = hash.is_some();
        let hash = hash.unwrap_or_else(|| self.nobody.clone());
        let fits = self
            .in_turn(lane, move || {
                let hash = PasswordHash::new(hash.as_str()).map_err(|_| IdentityError::Password)?;
                Ok::<_, IdentityError>(Argon2::default().verify_password(password.as_bytes(), &hash).is_ok())
            })
            .await??;
        Ok(fits && known)
    }

    async fn in_turn<T: Send + 'static>(
        &self,
        lane: Lane,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, IdentityError> {
        let turn = self.queue.turn(lane).await.map_err(|_| IdentityError::Busy)?;
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
                .check(word("paardebloem in de wind"), Some(hash.clone()), Lane::Fresh)
                .await
                .unwrap()
        );
        assert!(
            !passwords
                .check(word("paardebloem in de wind "), Some(hash), Lane::Fresh)
                .await
                .unwrap()
        );
        assert!(
            !passwords
                .check(word("paardebloem in de wind"), None, Lane::Fresh)
                .await
                .unwrap()
        );
    }

    #[test]
    fn only_argon2id_of_a_reasonable_size_is_taken() {
        let good = "$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$X7BoOJKDcjbNZRZKGjvqjvGMXoeNmXXv3xfCDTw5o8k";
        assert!(Hash::read(good).is_some());
        assert!(Hash::read(&good.replace("m=19456,t=2,p=1", "m=65536,t=8,p=4")).is_some());
        for bad in [
            String::new(),
            "wachtwoord".to_owned(),
            good.replace("argon2id", "argon2i"),
            good.replace("m=19456", "m=65537"),
            good.replace("t=2", "t=9"),
            good.replace("t=2", "t=4000000000"),
            good.replace("p=1", "p=5"),
            good.replace(",p=1", ""),
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
