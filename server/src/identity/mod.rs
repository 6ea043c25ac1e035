//! Who is this, and what are they in their own organisation? Here live organisations, accounts, sign-ins and the passwords
//! they begin with. Here never live: rights at a table (`akkoord::session::permissions`), cookies and addresses (`http`), content.
//!
//! A person shows a [`Proof`] and gets a token; everything after that goes by the token. Organisations that sign their own
//! people in (OIDC, NL GOV profile) will bring another variant of [`Proof`]: issuer and claims, checked against the
//! issuer that was set for exactly one organisation. Nothing behind [`Identity::sign_in`] will notice.
//!
//! - A sign-in lasts twelve hours at most and one hour unused ([`SignIns`]).
//! - Attempts are throttled by account and by address ([`Slowing`]), known devices apart (`devices`); checking a password waits
//!   its turn (`queue`); and an unknown account takes as long as a known one.
//! - What one may do is read with every request, so a changed role counts at once.
//!
//! 2026-11-23: why sign-ins stand in the database and not in signed tokens. A seat, a role or a person must be gone at
//! once, also on screens that are open; a token that is believed by itself cannot be taken back.

mod accounts;
mod devices;
mod directory;
mod password;
mod person;
mod queue;
mod sign_ins;
mod slowing;
mod sql;

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use akkoord::ids::ParticipantId;
use akkoord::moment::DataFault;
use chrono::{DateTime, Utc};
use sqlx::sqlite::SqlitePool;
use tokio::sync::Mutex;
use zeroize::Zeroizing;

use crate::clock;
use crate::delivery::{Target, targets};
use crate::journal::JournalError;
use crate::vault::{Store, VaultError};

use devices::Devices;

pub use accounts::{Account, Organisation, account_name, kind_code, kind_named};
pub use devices::REMEMBERED_DAYS;
pub use directory::Directory;
pub use password::{Hash, Passwords, SHORTEST as SHORTEST_PASSWORD, draw as draw_password};
pub use person::Person;
pub use queue::Lane;
pub use sign_ins::{LONGEST, SignInId, SignIns, Token, UNUSED};
pub use slowing::{Attempt, Limit, Slowed, Slowing};

pub(crate) use accounts::{put_account, put_organisation};
pub(crate) use sign_ins::end_all_of;

/// How often the store is written to find out whether it can be.
const WRITES_EVERY: Duration = Duration::from_secs(2);

/// With what somebody shows who they are.
pub enum Proof {
    /// A name and a password of this house.
    Password {
        /// The name with which somebody signs in.
        account: String,
        /// The password.
        password: Zeroizing<String>,
    },
}

/// From where a proof comes.
#[derive(Clone, Debug)]
pub struct Asker {
    /// The address of whoever asks.
    pub address: IpAddr,
    /// The cookie of known devices, as the browser sent it; empty if it sent none.
    pub devices: String,
    /// When it came, on the steady clock ([`crate::clock::steady`]).
    pub at: Duration,
}

/// Somebody was let in.
#[derive(Clone, Debug)]
pub struct SignedIn {
    /// Which sign-in began.
    pub id: SignInId,
    /// What the browser holds from now on.
    pub token: Token,
    /// The cookie of known devices from now on.
    pub devices: String,
}

/// Why somebody was not let in. Says nothing about whether the account exists.
#[derive(Debug, thiserror::Error)]
pub enum SignInError {
    /// The account, the password or both are wrong, or the account is disabled.
    #[error("account or password is wrong")]
    Wrong,
    /// Too many attempts; nothing was tried. There may be room after this long.
    #[error("too many attempts")]
    TooMany(Duration),
    /// So many sign in at once that there is no place left to wait; nothing was tried.
    #[error("too many sign in at once")]
    Busy,
    /// The store did not answer.
    #[error(transparent)]
    Unavailable(#[from] IdentityError),
}

/// Why a question about people was not answered.
#[derive(Debug, thiserror::Error)]
pub enum IdentityError {
    /// The database did not answer.
    #[error("the store is not available: {0}")]
    Unavailable(#[from] sqlx::Error),
    /// A row holds something no version of this program wrote.
    #[error("the store is damaged: {0}")]
    Damaged(&'static str),
    /// The moments, grounds or tasks cannot be read.
    #[error("the data of this program cannot be read: {0}")]
    Data(#[from] DataFault),
    /// A password could not be hashed or checked.
    #[error("a password could not be hashed")]
    Password,
    /// There is no place left in the queue before a password is checked.
    #[error("too many sign in at once")]
    Busy,
    /// The keys did not answer.
    #[error(transparent)]
    Keys(#[from] VaultError),
}

impl From<JournalError> for IdentityError {
    fn from(error: JournalError) -> Self {
        match error {
            JournalError::Unavailable(error) => Self::Unavailable(error),
            _ => Self::Damaged("an id or digest of the wrong length"),
        }
    }
}

/// Of whom the log speaks: never by a name.
struct Who {
    /// None when no account has the name that was typed.
    account: Option<ParticipantId>,
    address: IpAddr,
}

impl Who {
    fn account(&self) -> String {
        self.account.map_or_else(|| "unknown".to_owned(), |id| id.to_string())
    }

    fn is_slowed(&self, slowed: Slowed) -> SignInError {
        if let Some(times) = slowed.log {
            let seconds = slowed.wait.as_secs();
            tracing::warn!(account = %self.account(), address = %self.address, by = %slowed.by, times, seconds, "sign-ins are throttled");
        }
        SignInError::TooMany(slowed.wait)
    }
}

/// A handle to everything about people; cheap to clone.
#[derive(Clone)]
pub struct Identity {
    pool: SqlitePool,
    /// The sign-ins, and who waits for their end.
    pub sign_ins: SignIns,
    /// The organisations and what a session needs to know of them.
    pub directory: Directory,
    passwords: Passwords,
    slowing: Slowing,
    devices: Devices,
    /// When the store was last written to find out whether it can be, and whether it could.
    written: Arc<Mutex<Option<(Duration, bool)>>>,
}

impl Identity {
    /// Stands on the tables of this store.
    pub async fn new(store: &Store) -> Result<Self, IdentityError> {
        let pool = store.journal.pool().clone();
        Ok(Self {
            sign_ins: SignIns::new(pool.clone()),
            directory: Directory::new(pool.clone())?,
            passwords: Passwords::new().await?,
            slowing: Slowing::default(),
            devices: Devices::new(store.vault.device_key().await?),
            written: Arc::default(),
            pool,
        })
    }

    /// Begins a sign-in if the proof holds.
    pub async fn sign_in(&self, proof: Proof, asker: &Asker, now: DateTime<Utc>) -> Result<SignedIn, SignInError> {
        let Proof::Password { account, password } = proof;
        let account = account_name(&account);
        let known = self.account(&account).await?;
        let device = known
            .as_ref()
            .and_then(|known| self.devices.known(&asker.devices, known.id, now));
        let who = Who {
            account: known.as_ref().map(|known| known.id),
            address: slowing::network(asker.address),
        };
        let attempt = self
            .slowing
            .attempt(&account, asker.address, device, asker.at)
            .map_err(|slowed| who.is_slowed(slowed))?;
        let known = known.filter(|known| !known.disabled);
        let hash = known.as_ref().map(|known| known.password.clone());
        // Also without a hash, so that an unknown account takes as long as a known one.
        let right = match self.passwords.check(password, hash, attempt.lane()).await {
            Ok(right) => right,
            Err(error) => {
                // Nothing was tried.
                self.slowing.forgive(&attempt);
                let IdentityError::Busy = error else {
                    return Err(error.into());
                };
                tracing::warn!(account = %who.account(), address = %who.address, lane = ?attempt.lane(), "a sign-in found no place to wait");
                return Err(SignInError::Busy);
            }
        };
        let Some(known) = known.filter(|_| right) else {
            tracing::info!(account = %who.account(), address = %who.address, known_device = device.is_some(), "a sign-in failed");
            return Err(SignInError::Wrong);
        };
        self.slowing.forgive(&attempt);
        let devices = self.devices.remember(&asker.devices, known.id, now)?;
        let (id, token) = self.sign_ins.begin(known.id, now).await?;
        Ok(SignedIn { id, token, devices })
    }

    /// Begins a sign-in without a proof: for the demonstration, where everybody is made up, and for nothing else.
    pub async fn sign_in_unproven(
        &self,
        account: &str,
        now: DateTime<Utc>,
    ) -> Result<Option<(SignInId, Token)>, IdentityError> {
        match self.account(account).await? {
            Some(known) if !known.disabled => Ok(Some(self.sign_ins.begin(known.id, now).await?)),
            _ => Ok(None),
        }
    }

    /// Makes an account unusable or usable again. Its sign-ins end.
    pub async fn set_disabled(&self, account: &str, disabled: bool) -> Result<Option<ParticipantId>, IdentityError> {
        self.change(account, |known| known.disabled = disabled).await
    }

    /// Gives a person other roles. Their sign-ins end: a screen that is open must not keep what was taken away.
    pub async fn set_roles(
        &self,
        account: &str,
        roles: akkoord::session::Roles,
    ) -> Result<Option<ParticipantId>, IdentityError> {
        self.change(account, |known| known.roles = roles).await
    }

    async fn change(
        &self,
        account: &str,
        change: impl FnOnce(&mut Account),
    ) -> Result<Option<ParticipantId>, IdentityError> {
        let Some(mut known) = self.account(account).await? else {
            return Ok(None);
        };
        change(&mut known);
        let mut transaction = self.begin().await?;
        put_account(&mut transaction, &known).await?;
        let ended = end_all_of(&mut transaction, known.id).await?;
        transaction.commit().await?;
        self.sign_ins.tell(&ended);
        Ok(Some(known.id))
    }

    /// A transaction that takes the lock before it reads.
    pub(crate) async fn begin(&self) -> Result<sqlx::Transaction<'static, sqlx::Sqlite>, IdentityError> {
        Ok(self.pool.begin_with(crate::journal::sqlite::BEGIN).await?)
    }

    /// The systems of their own that organisations have.
    pub(crate) async fn targets(&self) -> Result<Vec<(akkoord::ids::PartyId, Target)>, IdentityError> {
        targets(&self.pool).await
    }

    /// Whether the store answers.
    pub async fn answers(&self) -> bool {
        sqlx::query(sql::ANSWERS).fetch_one(&self.pool).await.is_ok()
    }

    /// Whether the store can be written. Anybody may ask for the health of the house, so the store is asked at most once in
    /// [`WRITES_EVERY`].
    pub async fn writes(&self) -> bool {
        let mut asked = self.written.lock().await;
        let now = clock::steady();
        if let Some((at, writes)) = *asked
            && now < at + WRITES_EVERY
        {
            return writes;
        }
        let written = sqlx::query(sql::WRITES).execute(&self.pool).await;
        if let Err(error) = &written {
            tracing::error!(%error, "the store cannot be written");
        }
        *asked = Some((clock::steady(), written.is_ok()));
        written.is_ok()
    }

    pub(crate) fn passwords(&self) -> &Passwords {
        &self.passwords
    }
}
