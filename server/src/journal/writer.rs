//! The one task that writes: takes whatever waits, puts it in one transaction, and only then answers.

use std::collections::{BTreeSet, HashMap, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use akkoord::ids::{ParticipantId, SessionId};
use sqlx::sqlite::{Sqlite, SqliteArguments, SqliteConnectOptions, SqliteConnection, SqliteRow};
use sqlx::{AssertSqlSafe, ConnectOptions, Connection};
use tokio::sync::{mpsc, oneshot};

use super::fault::Faults;
use super::sql::{self, Statement};
use super::{Append, AppendError, Closing, CopyChange, ReleaseChange, SealedText, sqlite};

/// The most requests in one transaction: what waits longer than this many others is in the next.
const BATCH: usize = 512;
/// The most rows in one statement; a power of two, so that few distinct texts need preparing.
const ROWS: usize = 64;
/// How long a checkpoint may keep the rooms waiting for readers before it gives up until later.
const TRUNCATE_PATIENCE: Duration = Duration::from_millis(20);
/// After how many transactions a checkpoint that is owed is done even though somebody waits.
const OWED_AT_MOST: u32 = 200;
/// When a checkpoint that is owed is tried again if nothing else happens.
const OWED_PAUSE: Duration = Duration::from_millis(200);

type Query = sqlx::query::Query<'static, Sqlite, SqliteArguments>;

/// Whom to tell what became of a write.
type Answer<T> = oneshot::Sender<Result<T, AppendError>>;

/// Something to be done by the writer, and whom to tell.
pub(crate) enum Job {
    Append(Box<Append>, Answer<u64>),
    Draft(Draft, Answer<()>),
    Release(Box<ReleaseChange>, Answer<()>),
    Truncate(oneshot::Sender<Result<bool, sqlx::Error>>),
    Limit(u32, oneshot::Sender<()>),
    Stop(oneshot::Sender<()>),
}

/// A draft to keep, or to drop when there is nothing sealed.
pub(crate) struct Draft {
    pub session: SessionId,
    pub participant: ParticipantId,
    pub sealed: Option<Vec<u8>>,
}

/// What goes into one transaction. At most one append per session: a second one waits for the next.
#[derive(Default)]
struct Batch {
    appends: Vec<(Box<Append>, Answer<u64>)>,
    drafts: Vec<(Draft, Answer<()>)>,
}

/// What became of a batch that was committed.
struct Outcome {
    /// The sessions whose append is in.
    won: BTreeSet<[u8; 16]>,
    /// For each draft, whether it is in.
    drafts: Vec<bool>,
    /// Whether bytes must leave the write-ahead log.
    destroyed: bool,
}

/// Owns the only connection that writes sessions.
pub(crate) struct Writer {
    options: SqliteConnectOptions,
    patience: Duration,
    faults: Faults,
    /// None after a failure that leaves the connection in doubt; the next batch opens another.
    connection: Option<SqliteConnection>,
    size_limit: u32,
    /// Statement texts for a number of rows, so that each is built and prepared once.
    texts: HashMap<(&'static str, usize), Arc<str>>,
    /// Transactions since something was destroyed whose bytes may still be in the write-ahead log.
    owed: Option<u32>,
    /// Whoever asked the writer to stop, to be told when it has.
    stop: Option<oneshot::Sender<()>>,
}

impl Writer {
    pub(crate) fn new(options: SqliteConnectOptions, patience: Duration, faults: Faults) -> Self {
        Self {
            options,
            patience,
            faults,
            connection: None,
            size_limit: 0,
            texts: HashMap::new(),
            owed: None,
            stop: None,
        }
    }

    /// Runs until the last handle is gone and the queue is empty, or until it is asked to stop.
    pub(crate) async fn run(mut self, mut queue: mpsc::Receiver<Job>) {
        let mut waiting = VecDeque::new();
        loop {
            if waiting.is_empty() {
                let next = if self.owed.is_some() {
                    tokio::time::timeout(OWED_PAUSE, queue.recv()).await
                } else {
                    Ok(queue.recv().await)
                };
                match next {
                    Ok(Some(job)) => waiting.push_back(job),
                    Ok(None) => break,
                    Err(_) => {}
                }
            }
            while waiting.len() < BATCH {
                let Ok(job) = queue.try_recv() else { break };
                waiting.push_back(job);
            }
            let batch = self.sort_out(&mut waiting).await;
            if !batch.appends.is_empty() || !batch.drafts.is_empty() {
                self.write(batch).await;
                self.owed = self.owed.map(|transactions| transactions + 1);
            }
            let nobody_waits = waiting.is_empty() && queue.is_empty();
            if self
                .owed
                .is_some_and(|transactions| nobody_waits || transactions >= OWED_AT_MOST)
            {
                // Nobody waits for this one. If it cannot be done now it stays owed.
                let _ = self.truncate().await;
            }
            if self.stop.is_some() && waiting.is_empty() {
                break;
            }
        }
        if let Some(connection) = self.connection.take() {
            // The last one out lets SQLite fold the log into the file; if it cannot, the next opening does.
            let _ = connection.close().await;
        }
        if let Some(stopped) = self.stop {
            let _ = stopped.send(());
        }
    }

    /// Takes a batch out of what waits, and does the jobs that are no writing.
    async fn sort_out(&mut self, waiting: &mut VecDeque<Job>) -> Batch {
        let mut batch = Batch::default();
        let mut taken = BTreeSet::new();
        let mut later = VecDeque::new();
        for job in waiting.drain(..) {
            match job {
                Job::Append(append, answer) => {
                    if taken.insert(append.session) {
                        batch.appends.push((append, answer));
                    } else {
                        later.push_back(Job::Append(append, answer));
                    }
                }
                Job::Draft(draft, answer) => batch.drafts.push((draft, answer)),
                Job::Release(change, answer) => {
                    // Whoever has stopped waiting needs no answer, here and below.
                    let _ = answer.send(self.change(&change).await);
                }
                Job::Truncate(answer) => {
                    let _ = answer.send(self.truncate().await);
                }
                Job::Limit(pages, answer) => {
                    self.size_limit = pages;
                    if let Some(connection) = self.connection.take() {
                        // The next one is opened with the new limit.
                        let _ = connection.close().await;
                    }
                    let _ = answer.send(());
                }
                Job::Stop(answer) => self.stop = Some(answer),
            }
        }
        *waiting = later;
        // Neighbours in the file are written together, and two writers would meet sessions in the same order.
        batch.appends.sort_by_key(|(append, _)| append.session);
        batch
    }

    /// Writes a batch and answers everybody in it.
    async fn write(&mut self, batch: Batch) {
        match self.transact(&batch).await {
            Ok(outcome) => self.answer(batch, &outcome),
            // Rows that contradict what is stored: somebody's mistake, for which the neighbours must not pay.
            Err(error) if is_contradiction(&error) && batch.appends.len() + batch.drafts.len() > 1 => {
                for single in batch.singles() {
                    match self.transact(&single).await {
                        Ok(outcome) => self.answer(single, &outcome),
                        Err(error) => single.fail(&error),
                    }
                }
            }
            Err(error) => batch.fail(&error),
        }
    }

    fn answer(&mut self, batch: Batch, outcome: &Outcome) {
        if outcome.destroyed {
            self.owed.get_or_insert(0);
        }
        for (append, answer) in batch.appends {
            let _ = answer.send(if outcome.won.contains(&append.session.bytes()) {
                Ok(append.expected + append.events.len() as u64)
            } else {
                Err(AppendError::Conflict)
            });
        }
        for ((_, answer), kept) in batch.drafts.into_iter().zip(&outcome.drafts) {
            let _ = answer.send(if *kept { Ok(()) } else { Err(AppendError::Conflict) });
        }
    }

    /// One transaction, from begin to the sync of its commit.
    async fn transact(&mut self, batch: &Batch) -> Result<Outcome, sqlx::Error> {
        self.within(async |transaction| transaction.run(batch).await).await
    }

    /// One change of one release, in a transaction of its own: they are rare.
    async fn change(&mut self, change: &ReleaseChange) -> Result<(), AppendError> {
        match self.within(async |transaction| transaction.change(change).await).await {
            Ok(true) => {
                self.owed.get_or_insert(0);
                Ok(())
            }
            Ok(false) => Err(AppendError::Conflict),
            Err(error) => {
                tracing::error!(%error, "a change of a release was not written");
                Err(AppendError::Unavailable {
                    cause: error.to_string().into(),
                })
            }
        }
    }

    async fn within<T>(
        &mut self,
        work: impl AsyncFnOnce(Transaction<'_>) -> Result<T, sqlx::Error>,
    ) -> Result<T, sqlx::Error> {
        let mut connection = match self.connection.take() {
            Some(connection) => connection,
            None => self.connect().await?,
        };
        let outcome = work(Transaction {
            connection: &mut connection,
            faults: &self.faults,
            texts: &mut self.texts,
        })
        .await;
        match outcome {
            Ok(outcome) => {
                self.connection = Some(connection);
                Ok(outcome)
            }
            Err(error) => {
                // A connection in doubt is not worth saving: closing it rolls back whatever is open, and the next batch begins
                // with a clean one.
                let _ = connection.close().await;
                Err(error)
            }
        }
    }

    async fn connect(&self) -> Result<SqliteConnection, sqlx::Error> {
        self.faults.call("connect")?;
        let mut connection = self.options.connect().await?;
        sqlite::set_size_limit(&mut connection, self.size_limit).await?;
        Ok(connection)
    }

    async fn truncate(&mut self) -> Result<bool, sqlx::Error> {
        let mut connection = match self.connection.take() {
            Some(connection) => connection,
            None => self.connect().await?,
        };
        let done = match self.truncate_on(&mut connection).await {
            Ok(done) => done,
            Err(error) => {
                let _ = connection.close().await;
                return Err(error);
            }
        };
        self.connection = Some(connection);
        if done {
            self.owed = None;
        }
        Ok(done)
    }

    async fn truncate_on(&self, connection: &mut SqliteConnection) -> Result<bool, sqlx::Error> {
        sqlite::set_patience(connection, TRUNCATE_PATIENCE).await?;
        let done = sqlite::truncate(connection, &self.faults).await?;
        sqlite::set_patience(connection, self.patience).await?;
        Ok(done)
    }
}

impl Batch {
    /// Each request as a batch of its own.
    fn singles(self) -> impl Iterator<Item = Self> {
        let appends = self.appends.into_iter().map(|append| Self {
            appends: vec![append],
            drafts: Vec::new(),
        });
        let drafts = self.drafts.into_iter().map(|draft| Self {
            appends: Vec::new(),
            drafts: vec![draft],
        });
        appends.chain(drafts)
    }

    fn fail(self, error: &sqlx::Error) {
        tracing::error!(%error, appends = self.appends.len(), drafts = self.drafts.len(), "nothing was written");
        let cause: Arc<str> = error.to_string().into();
        for (_, answer) in self.appends {
            let _ = answer.send(Err(AppendError::Unavailable {
                cause: Arc::clone(&cause),
            }));
        }
        for (_, answer) in self.drafts {
            let _ = answer.send(Err(AppendError::Unavailable {
                cause: Arc::clone(&cause),
            }));
        }
    }
}

/// Whether the database refused the rows themselves: a duplicate, a missing session, a wrong length, an append of nothing.
fn is_contradiction(error: &sqlx::Error) -> bool {
    use sqlx::error::ErrorKind;
    match error {
        sqlx::Error::Database(refusal) => !matches!(refusal.kind(), ErrorKind::Other),
        sqlx::Error::Encode(_) => true,
        _ => false,
    }
}

/// What stands where a wrapped key stood.
fn no_key() -> Vec<u8> {
    vec![0; SealedText::WRAPPED_LENGTH]
}

/// One transaction on its way.
struct Transaction<'a> {
    connection: &'a mut SqliteConnection,
    faults: &'a Faults,
    texts: &'a mut HashMap<(&'static str, usize), Arc<str>>,
}

impl Transaction<'_> {
    async fn run(mut self, batch: &Batch) -> Result<Outcome, sqlx::Error> {
        self.plainly("begin", sqlite::BEGIN).await?;
        let won = self.claim(batch).await?;
        let winners: Vec<&Append> = batch
            .appends
            .iter()
            .map(|(append, _)| &**append)
            .filter(|append| won.contains(&append.session.bytes()))
            .collect();
        self.add(&winners).await?;
        let mut destroyed = false;
        for append in &winners {
            let session = append.session.bytes();
            for text in &append.destroy {
                destroyed = true;
                let id = text.bytes();
                self.once(sql::DESTROY_TEXT_KEY, |query| {
                    query.bind(session.to_vec()).bind(id.to_vec()).bind(no_key())
                })
                .await?;
                self.once(sql::DESTROY_TEXT, |query| {
                    query.bind(session.to_vec()).bind(id.to_vec())
                })
                .await?;
            }
            if let Some(parties) = &append.parties {
                self.once(sql::CLEAR_SEATS, |query| query.bind(session.to_vec()))
                    .await?;
                let parties: Vec<_> = parties.iter().collect::<BTreeSet<_>>().into_iter().collect();
                self.rows(sql::TAKE_SEATS, &parties, |query, party| {
                    query.bind(session.to_vec()).bind(party.bytes().to_vec())
                })
                .await?;
            }
            if let Some(closing) = &append.closing {
                destroyed = true;
                self.close(append.session, closing).await?;
            }
        }
        let drafts = self.drafts(batch).await?;
        destroyed |= batch.drafts.iter().any(|(draft, _)| draft.sealed.is_none());
        self.plainly("commit", sqlite::COMMIT).await?;
        // A test's way to lose the answer of a commit that happened.
        self.faults.call("committed")?;
        Ok(Outcome { won, drafts, destroyed })
    }

    /// What happened to a release. False if its writer had not seen the latest; then nothing changes.
    async fn change(mut self, change: &ReleaseChange) -> Result<bool, sqlx::Error> {
        self.plainly("begin", sqlite::BEGIN).await?;
        let release = || change.release.bytes().to_vec();
        let until = change.until.map(|until| until.timestamp_micros());
        let advance = |query: Query| {
            let query = query.bind(release()).bind(change.expected.cast_signed());
            query.bind(until).bind(i64::from(change.waits))
        };
        if self.once(sql::ADVANCE_RELEASE, advance).await? != 1 {
            self.plainly("rollback", sqlite::ROLLBACK).await?;
            return Ok(false);
        }
        let seq = change.expected.cast_signed() + 1;
        let add = |query: Query| query.bind(release()).bind(seq).bind(change.event.clone());
        self.once(sql::ADD_RELEASE_EVENT, add).await?;
        if let Some(version) = change.deliver {
            let at = change.at.timestamp_micros();
            self.once(sql::SEND_CHANGED, |query| query.bind(release()).bind(version).bind(at))
                .await?;
        }
        if matches!(change.dossier, Some(CopyChange::Destroy)) {
            self.once(sql::STOP_SENDING, |query| query.bind(release())).await?;
        }
        let holders = [
            (
                &change.dossier,
                sql::PUT_DOSSIER_KEY,
                sql::PUT_IN_DOSSIER,
                sql::TAKE_FROM_DOSSIER,
            ),
            (
                &change.register,
                sql::PUT_REGISTER_KEY,
                sql::PUT_IN_REGISTER,
                sql::TAKE_FROM_REGISTER,
            ),
        ];
        for (copy, put_key, put, take) in holders {
            match copy {
                Some(CopyChange::Put { retain_until, copy }) => {
                    let key = |query: Query| query.bind(release()).bind(copy.wrapped.clone());
                    self.once(put_key, key).await?;
                    let end = retain_until.timestamp_micros();
                    let bind = |query: Query| query.bind(release()).bind(end).bind(copy.sealed.clone());
                    self.once(put, bind).await?;
                }
                Some(CopyChange::Destroy) => {
                    self.once(put_key, |query| query.bind(release()).bind(no_key())).await?;
                    self.once(take, |query| query.bind(release())).await?;
                }
                None => {}
            }
        }
        self.plainly("commit", sqlite::COMMIT).await?;
        self.faults.call("committed")?;
        Ok(true)
    }

    /// Moves the heads. Who is not returned has lost.
    async fn claim(&mut self, batch: &Batch) -> Result<BTreeSet<[u8; 16]>, sqlx::Error> {
        let mut convening = Vec::new();
        let mut advancing = Vec::new();
        for (append, _) in &batch.appends {
            let head = append.expected.saturating_add(append.events.len() as u64);
            let head = i64::try_from(head).map_err(|error| sqlx::Error::Encode(Box::new(error)))?;
            if append.events.is_empty() {
                return Err(sqlx::Error::Encode("an append needs an event".into()));
            }
            let row = (
                append.session.bytes(),
                append.expected.cast_signed(),
                head,
                append.at.timestamp_micros(),
                append.due_at.map(|due_at| due_at.timestamp_micros()),
            );
            if append.expected == 0 {
                convening.push(row);
            } else {
                advancing.push(row);
            }
        }
        let mut returned = self
            .rows(sql::CONVENE, &convening, |query, (session, _, head, at, due_at)| {
                query.bind(session.to_vec()).bind(*head).bind(*at).bind(*due_at)
            })
            .await?;
        returned.extend(
            self.rows(
                sql::ADVANCE,
                &advancing,
                |query, (session, expected, head, _, due_at)| {
                    query.bind(session.to_vec()).bind(*expected).bind(*head).bind(*due_at)
                },
            )
            .await?,
        );
        returned
            .iter()
            .map(|row| super::read::bytes(row, 0).map_err(|error| sqlx::Error::Decode(Box::new(error))))
            .collect()
    }

    /// The events and texts of everybody who won, in as few statements as there are kinds of row.
    async fn add(&mut self, winners: &[&Append]) -> Result<(), sqlx::Error> {
        let events: Vec<_> = winners
            .iter()
            .flat_map(|append| {
                let numbers = append.expected.cast_signed() + 1..;
                numbers
                    .zip(&append.events)
                    .map(|(seq, event)| (append.session.bytes(), seq, event))
            })
            .collect();
        self.rows(sql::ADD_EVENTS, &events, |query, (session, seq, event)| {
            query
                .bind(session.to_vec())
                .bind(*seq)
                .bind(event.bytes.clone())
                .bind(event.link.to_vec())
        })
        .await?;
        let texts: Vec<_> = winners
            .iter()
            .flat_map(|append| append.texts.iter().map(|text| (append.session.bytes(), text)))
            .collect();
        self.rows(sql::ADD_TEXTS, &texts, |query, (session, text)| {
            query
                .bind(session.to_vec())
                .bind(text.id.bytes().to_vec())
                .bind(text.sealed.clone())
        })
        .await?;
        self.rows(sql::ADD_TEXT_KEYS, &texts, |query, (session, text)| {
            query
                .bind(session.to_vec())
                .bind(text.id.bytes().to_vec())
                .bind(text.wrapped.clone())
        })
        .await?;
        Ok(())
    }

    /// Everything a close leaves, and everything it takes away.
    async fn close(&mut self, session: SessionId, closing: &Closing) -> Result<(), sqlx::Error> {
        let id = session.bytes();
        self.once(sql::CLOSE, |query| {
            query.bind(id.to_vec()).bind(closing.at.timestamp_micros())
        })
        .await?;
        self.rows(sql::ADD_TO_DOSSIERS, &closing.dossier, |query, row| {
            query
                .bind(row.recipient.bytes().to_vec())
                .bind(row.release.bytes().to_vec())
                .bind(row.giver.bytes().to_vec())
                .bind(row.session.bytes().to_vec())
                .bind(row.received_at.timestamp_micros())
                .bind(row.retain_until.timestamp_micros())
                .bind(row.copy.sealed.clone())
        })
        .await?;
        self.rows(sql::BEGIN_RELEASES, &closing.dossier, |query, row| {
            let until = row.retain_until.timestamp_micros();
            query
                .bind(row.release.bytes().to_vec())
                .bind(row.giver.bytes().to_vec())
                .bind(row.recipient.bytes().to_vec())
                .bind(row.session.bytes().to_vec())
                .bind(row.received_at.timestamp_micros())
                .bind(until)
                .bind(until)
                .bind(0_i64)
                .bind(0_i64)
        })
        .await?;
        self.once(sql::SEND_RELEASED, |query| query.bind(id.to_vec())).await?;
        let received = closing
            .dossier
            .iter()
            .map(|row| (row.recipient, row.release, &row.copy));
        let given = closing.register.iter().map(|row| (row.giver, row.release, &row.copy));
        let keys: Vec<_> = received.chain(given).collect();
        self.rows(sql::ADD_COPY_KEYS, &keys, |query, (holder, release, copy)| {
            query
                .bind(holder.bytes().to_vec())
                .bind(release.bytes().to_vec())
                .bind(copy.wrapped.clone())
        })
        .await?;
        self.rows(sql::ADD_TO_REGISTERS, &closing.register, |query, row| {
            query
                .bind(row.giver.bytes().to_vec())
                .bind(row.release.bytes().to_vec())
                .bind(row.recipient.bytes().to_vec())
                .bind(row.session.bytes().to_vec())
                .bind(row.given_at.timestamp_micros())
                .bind(row.retain_until.timestamp_micros())
                .bind(row.copy.sealed.clone())
        })
        .await?;
        self.rows(sql::ADD_RECORDS, &closing.records, |query, row| {
            query
                .bind(row.party.bytes().to_vec())
                .bind(row.session.bytes().to_vec())
                .bind(row.sealed.clone())
        })
        .await?;
        self.once(sql::DESTROY_TEXT_KEYS, |query| query.bind(id.to_vec()).bind(no_key()))
            .await?;
        for statement in [sql::DESTROY_TEXTS, sql::DESTROY_DRAFTS] {
            self.once(statement, |query| query.bind(id.to_vec())).await?;
        }
        Ok(())
    }

    /// After the appends, so that a draft that meets its session's close is refused. Says for each whether it is in.
    async fn drafts(&mut self, batch: &Batch) -> Result<Vec<bool>, sqlx::Error> {
        let mut kept = Vec::with_capacity(batch.drafts.len());
        for (draft, _) in &batch.drafts {
            let session = draft.session.bytes().to_vec();
            let participant = draft.participant.bytes().to_vec();
            kept.push(if let Some(sealed) = &draft.sealed {
                let bind = |query: Query| query.bind(session).bind(participant).bind(sealed.clone());
                self.once(sql::SAVE_DRAFT, bind).await? == 1
            } else {
                self.once(sql::DROP_DRAFT, |query| query.bind(session).bind(participant))
                    .await?;
                true
            });
        }
        Ok(kept)
    }

    async fn plainly(&mut self, name: &'static str, text: &'static str) -> Result<(), sqlx::Error> {
        self.faults.call(name)?;
        sqlx::query(text).execute(&mut *self.connection).await.map(|_| ())
    }

    /// Runs a statement once and says how many rows it changed.
    async fn once(&mut self, statement: Statement, bind: impl FnOnce(Query) -> Query) -> Result<u64, sqlx::Error> {
        self.faults.call(statement.name)?;
        let query = bind(sqlx::query(statement.text));
        Ok(query.execute(&mut *self.connection).await?.rows_affected())
    }

    /// Runs a statement over all rows, many at a time, and returns what it returns.
    async fn rows<T>(
        &mut self,
        statement: Statement,
        mut rows: &[T],
        bind: impl Fn(Query, &T) -> Query,
    ) -> Result<Vec<SqliteRow>, sqlx::Error> {
        let mut returned = Vec::new();
        while !rows.is_empty() {
            self.faults.call(statement.name)?;
            // The largest power of two that fits: 100 rows are 64, 32 and 4.
            let take = ROWS.min(1 << rows.len().ilog2());
            let (now, later) = rows.split_at(take);
            rows = later;
            let text = self
                .texts
                .entry((statement.name, take))
                .or_insert_with(|| statement.for_rows(take).into())
                .clone();
            let query = now.iter().fold(sqlx::query(AssertSqlSafe(text)), &bind);
            returned.extend(query.fetch_all(&mut *self.connection).await?);
        }
        Ok(returned)
    }
}
