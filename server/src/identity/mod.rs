//! Who is this, and what are they in their own organisation? Here live organisations, accounts, sign-ins and the passwords
//! they begin with. Here never live: rights at a table (`akkoord::session::may`), cookies and addresses (`http`), content.
//!
//! A person shows a [`Proof`] and gets a token; everything after that goes by the token. Organisations that sign their own
//! people in (OIDC, NL GOV profile) will bring another variant of [`Proof`]: issuer and claims, checked against the
//! issuer that was set for exactly one organisation. Nothing behind [`Identity::sign_in`] will notice.
//!
//! - A sign-in lasts twelve hours at most and one hour unused ([`SignIns`]).
//! - Failed attempts are slowed per account and per address ([`Slowing`]), and an unknown account takes as long as a known one.
//! - What one may do is read with every request, so a changed role counts at once.
//!
//! 2026-11-23: why sign-ins stand in the database and not in signed tokens. A seat, a role or a person must be gone at
//! once, also on screens that are open; a token that is believed by itself cannot be taken back.

mod accounts;
mod directory;
mod password;
mod person;
mod sign_ins;
mod slowing;
mod sql;

use std::net::IpAddr;

use akkoord::ids::ParticipantId;
use akkoord::moment::DataFault;
use chrono::{DateTime, Utc};
use sqlx::sqlite::SqlitePool;
use zeroize::Zeroizing;

use crate::delivery::{Target, targets};
use crate::journal::JournalError;
use crate::vault::Store;

pub use accounts::{Account, Organisation, account_name, kind_code, kind_named};
pub use directory::Directory;
pub use password::{Hash, Passwords, SHORTEST as SHORTEST_PASSWORD, draw as draw_password};
pub use person::Person;
pub use sign_ins::{LONGEST, SignInId, SignIns, Token, UNUSED};
pub use slowing::Slowing;

pub(crate) use accounts::{put_account, put_organisation};
pub(crate) use sign_ins::end_all_of;

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

/// Why somebody was not let in. Says nothing about whether the account exists.
#[derive(Debug, thiserror::Error)]
pub enum SignInError {
    /// The account, the password or both are wrong, or the account is disabled.
    #[error("account or password is wrong")]
    Wrong,
    /// Too many attempts failed; nothing was tried.
    #[error("too many attempts failed")]
    TooMany,
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
}

impl From<JournalError> for IdentityError {
    fn from(error: JournalError) -> Self {
        match error {
            JournalError::Unavailable(error) => Self::Unavailable(error),
            _ => Self::Damaged("an id or digest of the wrong length"),
        }
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
            pool,
        })
    }

    /// Begins a sign-in if the proof holds. `from` is the address of whoever asks.
    pub async fn sign_in(
        &self,
        proof: Proof,
        from: IpAddr,
        now: DateTime<Utc>,
    ) -> Result<(SignInId, Token), SignInError> {
        let Proof::Password { account, password } = proof;
        let account = account_name(&account);
        let attempt = self.slowing.attempt(&account, from, now).ok_or(SignInError::TooMany)?;
        let known = self.account(&account).await?.filter(|known| !known.disabled);
        let hash = known.as_ref().map(|known| known.password.clone());
        // Also without a hash, so that an unknown account takes as long as a known one.
        let right = self.passwords.check(password, hash).await?;
        let Some(known) = known.filter(|_| right) else {
            return Err(SignInError::Wrong);
        };
        self.slowing.forgive(&attempt);
        Ok(self.sign_ins.begin(known.id, now).await?)
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
        roles: akkoord::session::HouseRoles,
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

    pub(crate) fn passwords(&self) -> &Passwords {
        &self.passwords
    }
}
