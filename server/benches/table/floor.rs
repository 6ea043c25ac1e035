//! The floors: what a server costs that does nothing but broadcast within a room, and one that first makes each message
//! durable. Written like the program where it does the same work (one task per socket, bounded queues, one writer with
//! group commit, SQLite in WAL mode with `synchronous=FULL`), so that what remains is the program's own work.

use std::collections::HashMap;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::ws::{Message, Utf8Bytes, WebSocket, WebSocketUpgrade};
use axum::extract::{Path as UrlPath, State};
use axum::response::Response;
use axum::routing::get;
use futures_util::{SinkExt, StreamExt};
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqliteSynchronous};
use sqlx::{AssertSqlSafe, ConnectOptions};
use tokio::sync::mpsc;

use crate::child;
use crate::plan::{Door, Open, Table};

/// Frames that may wait for one socket, as in the program.
const OUTBOX: usize = 256;
/// Messages in one transaction, and rows in one statement, as in the program.
const BATCH: usize = 512;
const ROWS: usize = 64;
/// Where the command's id stands in the client's frame: after `{"t":"submit","id":"`.
const ID: std::ops::Range<usize> = 20..56;

#[derive(Default)]
struct Room {
    members: Mutex<HashMap<usize, mpsc::Sender<Utf8Bytes>>>,
    history: Mutex<Vec<Utf8Bytes>>,
}

impl Room {
    fn tell_all(&self, frame: &Utf8Bytes) {
        for member in self.members.lock().unwrap().values() {
            let _ = member.try_send(frame.clone());
        }
    }

    /// Everybody, and then the author.
    fn broadcast(&self, message: &Utf8Bytes, author: usize) {
        self.tell_all(message);
        if let Some(author) = self.members.lock().unwrap().get(&author) {
            let _ = author.try_send(format!(r#"{{"t":"ack","id":"{}"}}"#, &message[ID]).into());
        }
    }
}

/// A message on its way to the disk.
struct Job {
    room: usize,
    message: Utf8Bytes,
    author: usize,
}

struct Floor {
    rooms: Mutex<Vec<Arc<Room>>>,
    next_member: AtomicUsize,
    writer: Option<mpsc::Sender<Job>>,
}

/// Makes rooms.
pub struct Opener(Arc<Floor>);

/// With a folder: durable.
pub async fn start(folder: Option<&Path>) -> (Router, child::Opener) {
    let (writer, jobs) = mpsc::channel(4096);
    let floor = Arc::new(Floor {
        rooms: Mutex::default(),
        next_member: AtomicUsize::new(0),
        writer: folder.is_some().then_some(writer),
    });
    if let Some(folder) = folder {
        let mut connection = SqliteConnectOptions::new()
            .filename(folder.join("floor.db"))
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .disable_statement_logging()
            .connect()
            .await
            .expect("a database");
        sqlx::query("create table message (seq integer primary key, room bigint not null, words text not null)")
            .execute(&mut connection)
            .await
            .expect("a table");
        tokio::spawn(write(connection, jobs, Arc::clone(&floor)));
    }
    let router = Router::new()
        .route("/room/{room}", get(upgrade))
        .with_state(Arc::clone(&floor));
    (router, child::Opener::Floor(Opener(floor)))
}

impl Opener {
    pub fn open(&self, open: Open) -> Vec<Table> {
        let mut rooms = self.0.rooms.lock().unwrap();
        let tables = (0..open.sessions).map(|_| {
            let room = Room::default();
            let message = |number| Utf8Bytes::from(crate::client::share(number, crate::client::LETTERS));
            *room.history.lock().unwrap() = (0..open.contributions as u64).map(message).collect();
            rooms.push(Arc::new(room));
            let path = format!("/room/{}", rooms.len() - 1);
            let door = Door {
                path,
                headers: Vec::new(),
            };
            Table {
                sockets: vec![door; open.seats],
                vt: 0,
            }
        });
        tables.collect()
    }
}

async fn upgrade(State(floor): State<Arc<Floor>>, UrlPath(room): UrlPath<usize>, socket: WebSocketUpgrade) -> Response {
    let found = floor.rooms.lock().unwrap().get(room).cloned().expect("a room");
    socket.on_upgrade(move |socket| serve(floor, found, room, socket))
}

async fn serve(floor: Arc<Floor>, room: Arc<Room>, number: usize, socket: WebSocket) {
    let (mut out, mut incoming) = socket.split();
    // The greeting.
    let Some(Ok(Message::Text(_))) = incoming.next().await else {
        return;
    };
    let history = room
        .history
        .lock()
        .unwrap()
        .iter()
        .map(Utf8Bytes::as_str)
        .collect::<Vec<_>>()
        .join(",");
    if out
        .send(Message::Text(format!(r#"{{"t":"view","view":[{history}]}}"#).into()))
        .await
        .is_err()
    {
        return;
    }
    let member = floor.next_member.fetch_add(1, Ordering::Relaxed);
    let (outbox, mut outgoing) = mpsc::channel(OUTBOX);
    room.members.lock().unwrap().insert(member, outbox);
    loop {
        tokio::select! {
            message = incoming.next() => match message {
                Some(Ok(Message::Text(text))) if text.starts_with(r#"{"t":"submit""#) => match &floor.writer {
                    Some(writer) => {
                        let _ = writer.send(Job { room: number, message: text, author: member }).await;
                    }
                    None => room.broadcast(&text, member),
                },
                Some(Ok(Message::Close(_)) | Err(_)) | None => break,
                Some(Ok(_)) => {}
            },
            frame = outgoing.recv() => {
                let mut next = frame;
                while let Some(frame) = next {
                    if out.feed(Message::Text(frame)).await.is_err() {
                        break;
                    }
                    next = outgoing.try_recv().ok();
                }
                if out.flush().await.is_err() {
                    break;
                }
            }
        }
    }
    room.members.lock().unwrap().remove(&member);
}

/// Takes what waits, commits it once, and only then broadcasts.
async fn write(mut connection: SqliteConnection, mut jobs: mpsc::Receiver<Job>, floor: Arc<Floor>) {
    let mut texts = HashMap::new();
    let mut batch = Vec::with_capacity(BATCH);
    while jobs.recv_many(&mut batch, BATCH).await > 0 {
        sqlx::query("begin immediate")
            .execute(&mut connection)
            .await
            .expect("a transaction");
        let mut rest = &batch[..];
        while !rest.is_empty() {
            let take = ROWS.min(1 << rest.len().ilog2());
            let (now, later) = rest.split_at(take);
            rest = later;
            let text = texts.entry(take).or_insert_with(|| {
                let rows: Vec<_> = (0..take)
                    .map(|row| format!("(${}, ${})", row * 2 + 1, row * 2 + 2))
                    .collect();
                Arc::<str>::from(format!("insert into message (room, words) values {}", rows.join(", ")))
            });
            let mut query = sqlx::query(AssertSqlSafe(Arc::clone(text)));
            for job in now {
                query = query.bind(job.room as i64).bind(job.message.as_str().to_owned());
            }
            query.execute(&mut connection).await.expect("an insert");
        }
        sqlx::query("commit").execute(&mut connection).await.expect("a commit");
        for job in batch.drain(..) {
            let room = floor.rooms.lock().unwrap()[job.room].clone();
            room.broadcast(&job.message, job.author);
        }
    }
}
