//! Sign-ins (`aanmeldingen`): a random token in the person's browser, its digest in our table.
//!
//! A screen that stays open waits with [`SignIns::ended`], and goes dark when the sign-in ends: by signing out, by an
//! account that was disabled or got other roles, by time, or by another process that changed the table
//! ([`SignIns::watch`], twice a second). Each write asks [`SignIns::stands`]. An open screen counts as use.

use std::collections::{HashMap, HashSet};
use std::fmt;
use std::future::Future;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use akkoord::ids::ParticipantId;
use akkoord::party::Party;
use chrono::{DateTime, TimeDelta, Utc};
use sha2::{Digest, Sha256};
use sqlx::Row;
use sqlx::sqlite::{SqliteConnection, SqlitePool};
use tokio::sync::watch;
use uuid::Uuid;
use zeroize::Zeroizing;

use super::{IdentityError, Person, accounts, sql};
use crate::clock;
use crate::journal::bytes_of;

/// A sign-in ends after this long, however much it is used.
pub const LONGEST: TimeDelta = TimeDelta::hours(12);
/// A sign-in ends when it was not used for this long.
pub const UNUSED: TimeDelta = TimeDelta::hours(1);
/// Use is written down at most this often.
const USE_NOTED: TimeDelta = TimeDelta::minutes(1);
/// And that of an open screen at most this often.
const SCREEN_NOTED: TimeDelta = TimeDelta::minutes(20);
/// How often [`SignIns::watch`] runs: an open screen goes dark within a second of what another process changed.
const WATCH: Duration = Duration::from_millis(500);
/// [`SignIns::sweep`] runs once in so many times.
const SWEEP: u32 = 60;

/// One sign-in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SignInId(Uuid);

impl SignInId {
    fn bytes(self) -> Vec<u8> {
        self.0.as_bytes().to_vec()
    }
}

/// What the person's browser holds. Shown to that browser once and kept nowhere else.
#[derive(Clone, PartialEq, Eq)]
pub struct Token(Zeroizing<[u8; 32]>);

impl Token {
    /// Reads what a browser sent.
    pub fn read(text: &str) -> Option<Self> {
        akkoord::hex::decode(text).map(|bytes| Self(Zeroizing::new(bytes)))
    }

    /// As the browser keeps it.
    pub fn write(&self) -> Zeroizing<String> {
        Zeroizing::new(akkoord::hex::encode(&*self.0))
    }

    fn digest(&self) -> Vec<u8> {
        Sha256::digest(*self.0).to_vec()
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(…)")
    }
}

/// The sign-ins; cheap to clone.
#[derive(Clone)]
pub struct SignIns(Arc<Inner>);

struct Inner {
    pool: SqlitePool,
    /// Who waits for the end of a sign-in. Dropping the sender is the end.
    waiting: Mutex<HashMap<SignInId, watch::Sender<()>>>,
}

impl SignIns {
    pub(super) fn new(pool: SqlitePool) -> Self {
        Self(Arc::new(Inner {
            pool,
            waiting: Mutex::default(),
        }))
    }

    /// Begins a sign-in for an account whose proof was checked.
    pub async fn begin(&self, account: ParticipantId, now: DateTime<Utc>) -> Result<(SignInId, Token), IdentityError> {
        let id = SignInId(clock::random_id());
        let token = Token(Zeroizing::new(clock::salt()));
        sqlx::query(sql::BEGIN_SIGN_IN)
            .bind(id.bytes())
            .bind(token.digest())
            .bind(account.bytes().to_vec())
            .bind(now.timestamp_micros())
            .bind((now + LONGEST).timestamp_micros())
            .execute(&self.0.pool)
            .await?;
        Ok((id, token))
    }

    /// Who holds this token, if the sign-in still stands. Notes the use.
    pub async fn find(&self, token: &Token, now: DateTime<Utc>) -> Result<Option<Person>, IdentityError> {
        let row = sqlx::query(sql::FIND_SIGN_IN)
            .bind(token.digest())
            .bind(now.timestamp_micros())
            .bind((now - UNUSED).timestamp_micros())
            .fetch_optional(&self.0.pool)
            .await?;
        let Some(row) = row else { return Ok(None) };
        let person = Person {
            participant: ParticipantId::from_bytes(bytes_of(&row, 2)?),
            party: Party {
                id: akkoord::ids::PartyId::from_bytes(bytes_of(&row, 8)?),
                kind: accounts::kind(&row, 9)?,
                name: row.try_get(10)?,
            },
            name: row.try_get(3)?,
            roles: accounts::roles(&row, 4)?,
            sign_in: SignInId(Uuid::from_bytes(bytes_of(&row, 0)?)),
        };
        let used_at: i64 = row.try_get(1)?;
        if used_at < (now - USE_NOTED).timestamp_micros()
            && let Err(error) = self.note_use(person.sign_in, now).await
        {
            // Reading goes on while writing fails: nobody is thrown out of a meeting for that.
            tracing::warn!(%error, "the use of a sign-in was not noted");
        }
        Ok(Some(person))
    }

    async fn note_use(&self, id: SignInId, now: DateTime<Utc>) -> Result<(), sqlx::Error> {
        let query = sqlx::query(sql::USE_SIGN_IN)
            .bind(id.bytes())
            .bind(now.timestamp_micros());
        query.execute(&self.0.pool).await.map(|_| ())
    }

    /// Signs out. Everything that waits for the end of this sign-in wakes.
    pub async fn end(&self, id: SignInId) -> Result<(), IdentityError> {
        sqlx::query(sql::END_SIGN_IN)
            .bind(id.bytes())
            .execute(&self.0.pool)
            .await?;
        self.tell(&[id]);
        Ok(())
    }

    /// Tells the screens of these sign-ins that they ended.
    pub(crate) fn tell(&self, ended: &[SignInId]) {
        let mut waiting = self.waiting();
        for id in ended {
            waiting.remove(id);
        }
    }

    /// Completes when this sign-in has ended, at once if it has already. Dropping the future stops the waiting.
    pub fn ended(&self, id: SignInId) -> impl Future<Output = ()> + Send + 'static {
        let subscription = self
            .waiting()
            .entry(id)
            .or_insert_with(|| watch::channel(()).0)
            .subscribe();
        let mut waits = Waits {
            of: self.clone(),
            id,
            subscription: Some(subscription),
        };
        async move {
            // It may have ended between the look at the token and now. When the store does not answer, the sweep will tell.
            if let Ok(false) = waits.of.stands(id, clock::now()).await {
                return;
            }
            if let Some(subscription) = &mut waits.subscription {
                // Nothing is ever sent: this returns when the sender is gone.
                while subscription.changed().await.is_ok() {}
            }
        }
    }

    /// Whether this sign-in stands now: asked before each write, so that what was taken away counts at once.
    pub(crate) async fn stands(&self, id: SignInId, now: DateTime<Utc>) -> Result<bool, sqlx::Error> {
        let row = sqlx::query(sql::STANDS)
            .bind(id.bytes())
            .bind(now.timestamp_micros())
            .bind((now - UNUSED).timestamp_micros())
            .fetch_optional(&self.0.pool)
            .await?;
        Ok(row.is_some())
    }

    /// Ends what is past its time, wakes whoever waits for a sign-in that is gone from the table, whoever took it away, and notes
    /// the use of sign-ins with an open screen.
    pub async fn sweep(&self, now: DateTime<Utc>) -> Result<(), IdentityError> {
        let open: Vec<SignInId> = self.waiting().keys().copied().collect();
        sqlx::query(sql::END_STALE_SIGN_INS)
            .bind(now.timestamp_micros())
            .bind((now - UNUSED).timestamp_micros())
            .execute(&self.0.pool)
            .await?;
        let mut standing = HashMap::new();
        for row in &sqlx::query(sql::STANDING).fetch_all(&self.0.pool).await? {
            standing.insert(SignInId(Uuid::from_bytes(bytes_of(row, 0)?)), row.try_get::<i64, _>(1)?);
        }
        let noted_before = (now - SCREEN_NOTED).timestamp_micros();
        let mut gone = Vec::new();
        for id in open {
            match standing.get(&id) {
                None => gone.push(id),
                // Each by itself: thousands of screens must not keep the tables waiting for one long write.
                Some(used_at) if *used_at < noted_before => self.note_use(id, now).await?,
                Some(_) => {}
            }
        }
        self.tell(&gone);
        Ok(())
    }

    /// Wakes whoever waits for a sign-in that is gone from the table or of an account that was disabled, whoever did that. Reads only.
    pub async fn watch(&self) -> Result<(), IdentityError> {
        let open: Vec<SignInId> = self.waiting().keys().copied().collect();
        if open.is_empty() {
            return Ok(());
        }
        let mut standing = HashSet::new();
        for row in &sqlx::query(sql::STANDING).fetch_all(&self.0.pool).await? {
            standing.insert(SignInId(Uuid::from_bytes(bytes_of(row, 0)?)));
        }
        let gone: Vec<SignInId> = open.into_iter().filter(|id| !standing.contains(id)).collect();
        self.tell(&gone);
        Ok(())
    }

    /// Watches and sweeps until it is dropped.
    pub async fn keep_swept(self) {
        loop {
            for _ in 0..SWEEP {
                tokio::time::sleep(WATCH).await;
                if let Err(error) = self.watch().await {
                    tracing::warn!(%error, "sign-ins were not watched");
                }
            }
            if let Err(error) = self.sweep(clock::now()).await {
                tracing::warn!(%error, "sign-ins were not swept");
            }
        }
    }

    fn waiting(&self) -> std::sync::MutexGuard<'_, HashMap<SignInId, watch::Sender<()>>> {
        self.0.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Ends every sign-in of an account; who waits for them must be told after the commit.
pub(crate) async fn end_all_of(
    connection: &mut SqliteConnection,
    account: ParticipantId,
) -> Result<Vec<SignInId>, IdentityError> {
    let rows = sqlx::query(sql::END_SIGN_INS_OF)
        .bind(account.bytes().to_vec())
        .fetch_all(connection)
        .await?;
    rows.iter()
        .map(|row| Ok(SignInId(Uuid::from_bytes(bytes_of(row, 0)?))))
        .collect()
}

/// Somebody who waits; the last one out takes the entry away.
struct Waits {
    of: SignIns,
    id: SignInId,
    subscription: Option<watch::Receiver<()>>,
}

impl Drop for Waits {
    fn drop(&mut self) {
        let mut waiting = self.of.waiting();
        self.subscription = None;
        if waiting.get(&self.id).is_some_and(|sender| sender.receiver_count() == 0) {
            waiting.remove(&self.id);
        }
    }
}
