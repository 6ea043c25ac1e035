//! The client: everybody's sockets, what they send, and how long it takes to arrive. The same for floors and program.

use std::collections::{HashMap, HashSet};
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use akkoord::protocol::VERSION;
use futures_util::stream::{SplitSink, SplitStream};
use futures_util::{SinkExt, StreamExt};
use tokio::net::TcpStream;
use tokio::sync::Notify;
use tokio::task::JoinHandle;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::http::{HeaderName, HeaderValue};
use tokio_tungstenite::tungstenite::{Message, Utf8Bytes};

use crate::figures::Times;
use crate::plan::{Door, Table};

/// How long a contribution is.
pub const LETTERS: usize = 600;
/// Every command's id begins so and ends in the message's number, so that it is found again in whatever comes back.
const MARK: &str = "be9c0000-0000-4000-8000-";
/// The most messages one client numbers.
const MOST: usize = 2_000_000;
/// How long what was sent may take to arrive before it counts as lost.
const PATIENCE: Duration = Duration::from_secs(10);
/// Half of what the protocol asks.
const HEARTBEAT: Duration = Duration::from_secs(8);
/// Who is later than this with sending counts from when it should have been.
const PUNCTUAL: Duration = Duration::from_millis(2);

type Stream = WebSocketStream<TcpStream>;
type Sink = tokio::sync::Mutex<SplitSink<Stream, Message>>;

/// A contribution with this number.
pub fn share(number: u64, letters: usize) -> String {
    let text = "Moeder belde om tien over negen. "
        .chars()
        .cycle()
        .take(letters)
        .collect::<String>();
    submit(
        number,
        &format!(
            r#"{{"do":"share","content":{{"contribution":{{"kind":"fact"}}}},"subjects":[],"audience":{{"table":true,"named":[]}},"text":"{text}"}}"#
        ),
    )
}

/// A command with this number.
pub fn submit(number: u64, command: &str) -> String {
    format!(r#"{{"t":"submit","id":"{MARK}{number:012x}","command":{command}}}"#)
}

/// What is known of all messages: when each was sent, by whom, and what came of it.
struct Post {
    origin: Instant,
    next: AtomicU64,
    sent_at: Vec<AtomicU64>,
    author: Vec<AtomicU32>,
    arrived: AtomicUsize,
    arrivals: Vec<Mutex<Vec<(u64, u32)>>>,
    acknowledgements: Mutex<Vec<(u64, u32)>>,
}

impl Post {
    fn note(&self, member: usize, frame: &str) {
        let Some(place) = frame.find(MARK) else { return };
        let digits = frame.get(place + MARK.len()..place + MARK.len() + 12);
        let Some(number) = digits.and_then(|digits| u64::from_str_radix(digits, 16).ok()) else {
            return;
        };
        let now = self.origin.elapsed().as_micros() as u64;
        let Some(sent_at) = self.sent_at.get(number as usize) else {
            return;
        };
        let took = now.saturating_sub(sent_at.load(Ordering::Acquire)) as u32;
        let own = self.author[number as usize].load(Ordering::Acquire) == member as u32;
        if frame.starts_with(r#"{"t":"ack""#) {
            self.acknowledgements.lock().unwrap().push((number, took));
        } else if !own {
            self.arrivals[member % self.arrivals.len()]
                .lock()
                .unwrap()
                .push((number, took));
            self.arrived.fetch_add(1, Ordering::Release);
        }
    }
}

/// One person's socket.
pub struct Person {
    pub number: usize,
    sink: Sink,
    /// Stops reading while it is set.
    asleep: Arc<AtomicBool>,
    wake: Arc<Notify>,
    /// VT's request that stands, as the view said.
    request: Arc<Mutex<Option<String>>>,
    reader: JoinHandle<()>,
}

impl Person {
    pub fn sleep(&self) {
        self.asleep.store(true, Ordering::Release);
    }

    pub fn wake(&self) {
        self.asleep.store(false, Ordering::Release);
        self.wake.notify_one();
    }

    pub fn request(&self) -> Option<String> {
        self.request.lock().unwrap().take()
    }

    /// Sends whatever it is, as long as the other side listens.
    pub async fn send(&self, frame: String) -> bool {
        self.sink.lock().await.send(Message::text(frame)).await.is_ok()
    }
}

impl Drop for Person {
    fn drop(&mut self) {
        self.reader.abort();
    }
}

/// People at their tables.
pub struct Crowd {
    post: Arc<Post>,
    pub tables: Vec<Vec<Arc<Person>>>,
    hearts: JoinHandle<()>,
}

impl Drop for Crowd {
    fn drop(&mut self) {
        self.hearts.abort();
    }
}

/// Messages on their way: from which number on, and how many deliveries they should make.
pub struct Sent {
    pub first: u64,
    pub expected: usize,
}

/// What came of a load, by message and in microseconds.
#[derive(Default)]
pub struct Heard {
    /// From sending to each other socket.
    pub arrivals: Vec<(u64, u32)>,
    /// From sending to the author's acknowledgement.
    pub acknowledgements: Vec<(u64, u32)>,
    /// Deliveries that never came.
    pub lost: usize,
}

impl Heard {
    pub fn times(&self) -> Times {
        Times::of(self.arrivals.iter().map(|(_, took)| *took).collect())
    }

    pub fn answers(&self) -> Times {
        Times::of(self.acknowledgements.iter().map(|(_, took)| *took).collect())
    }

    /// Only of these messages.
    pub fn only(&self, wanted: impl Fn(u64) -> bool) -> Times {
        Times::of(
            self.arrivals
                .iter()
                .filter(|(number, _)| wanted(*number))
                .map(|(_, took)| *took)
                .collect(),
        )
    }

    /// How far the first and the last socket of each of these messages are apart.
    pub fn spread(&self, wanted: impl Fn(u64) -> bool) -> Times {
        let mut spread: HashMap<u64, (u32, u32)> = HashMap::new();
        for (number, took) in self.arrivals.iter().filter(|(number, _)| wanted(*number)) {
            let seen = spread.entry(*number).or_insert((*took, *took));
            *seen = (seen.0.min(*took), seen.1.max(*took));
        }
        Times::of(spread.into_values().map(|(first, last)| last - first).collect())
    }

    /// This and another round.
    pub fn add(&mut self, more: Self) {
        self.arrivals.extend(more.arrivals);
        self.acknowledgements.extend(more.acknowledgements);
        self.lost += more.lost;
    }
}

impl Crowd {
    /// Everybody comes in.
    pub async fn comes_in(address: SocketAddr, tables: &[Table]) -> Self {
        let post = Arc::new(Post {
            origin: Instant::now(),
            next: AtomicU64::new(1),
            sent_at: (0..MOST).map(|_| AtomicU64::new(0)).collect(),
            author: (0..MOST).map(|_| AtomicU32::new(u32::MAX)).collect(),
            arrived: AtomicUsize::new(0),
            arrivals: (0..16).map(|_| Mutex::default()).collect(),
            acknowledgements: Mutex::default(),
        });
        let mut crowd = Self {
            post,
            tables: Vec::new(),
            hearts: tokio::spawn(async {}),
        };
        crowd.more_come_in(address, tables).await;
        crowd
    }

    /// More tables.
    pub async fn more_come_in(&mut self, address: SocketAddr, tables: &[Table]) {
        let mut number: usize = self.tables.iter().map(Vec::len).sum();
        for some in tables.chunks(16) {
            let mut coming = Vec::new();
            for table in some {
                let first = number;
                number += table.sockets.len();
                let table = table.clone();
                let post = Arc::clone(&self.post);
                coming.push(tokio::spawn(async move {
                    let mut people = Vec::new();
                    for (seat, door) in table.sockets.iter().enumerate() {
                        people.push(Arc::new(sit_down(address, door, first + seat, Arc::clone(&post)).await));
                    }
                    people
                }));
            }
            for people in coming {
                self.tables.push(people.await.expect("a table"));
            }
        }
        self.hearts.abort();
        let everybody: Vec<_> = self.tables.iter().flatten().cloned().collect();
        self.hearts = tokio::spawn(async move {
            let pause = HEARTBEAT / (everybody.len() as u32).max(1);
            loop {
                for person in &everybody {
                    // Spread, so that heartbeats are no load of their own.
                    tokio::time::sleep(pause).await;
                    person.send(r#"{"t":"ping"}"#.into()).await;
                }
            }
        });
    }

    /// At these tables somebody says something so often a second, for so long; everybody takes turns. Returns when all was
    /// sent; what came of it is heard by [`Crowd::hears`].
    pub async fn talks(&self, tables: std::ops::Range<usize>, rate: f64, lasting: Duration, letters: usize) -> Sent {
        let first = self.post.next.load(Ordering::Acquire);
        let pause = Duration::from_secs_f64(1.0 / rate);
        let begin = tokio::time::Instant::now() + Duration::from_millis(50);
        let count = tables.len() as f64;
        let mut talking = Vec::new();
        for (place, table) in self.tables[tables].iter().enumerate() {
            let people = table.clone();
            let post = Arc::clone(&self.post);
            // Tables do not speak at the same moment.
            let begin = begin + pause.mul_f64(place as f64 / count);
            talking.push(tokio::spawn(async move {
                let mut turn = place;
                let mut due = begin;
                let mut deliveries = 0;
                while due < begin + lasting {
                    tokio::time::sleep_until(due).await;
                    let person = &people[turn % people.len()];
                    if say(&post, person, due.into_std(), |number| share(number, letters))
                        .await
                        .is_some()
                    {
                        deliveries += people.len() - 1;
                    }
                    turn += 1;
                    due += pause;
                }
                deliveries
            }));
        }
        let mut expected = 0;
        for talk in talking {
            expected += talk.await.expect("a talk");
        }
        Sent { first, expected }
    }

    /// Talks and hears.
    pub async fn holds(&self, tables: std::ops::Range<usize>, rate: f64, lasting: Duration) -> Heard {
        let sent = self.talks(tables, rate, lasting, LETTERS).await;
        self.hears(sent).await
    }

    /// One person says one thing; its number, if it was sent.
    pub async fn says(&self, person: &Person, command: &str) -> Option<u64> {
        say(&self.post, person, Instant::now(), |number| submit(number, command)).await
    }

    /// Who said what: the messages of these tables so far.
    pub fn numbers_of(&self, tables: std::ops::Range<usize>) -> HashSet<u64> {
        let people: HashSet<u32> = self.tables[tables]
            .iter()
            .flatten()
            .map(|person| person.number as u32)
            .collect();
        let said = 0..self.post.next.load(Ordering::Acquire).min(MOST as u64);
        said.filter(|number| people.contains(&self.post.author[*number as usize].load(Ordering::Acquire)))
            .collect()
    }

    /// Waits until this message is acknowledged, and says how long that took in milliseconds.
    pub async fn acknowledged(&self, number: u64) -> f64 {
        let until = Instant::now() + Duration::from_mins(1);
        while Instant::now() < until {
            let found = self
                .post
                .acknowledgements
                .lock()
                .unwrap()
                .iter()
                .find(|(of, _)| *of == number)
                .copied();
            if let Some((_, took)) = found {
                return f64::from(took) / 1e3;
            }
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        f64::NAN
    }

    /// Waits until so many deliveries have come, and takes them away.
    pub async fn hears(&self, sent: Sent) -> Heard {
        let Sent { first, expected } = sent;
        let until = Instant::now() + PATIENCE;
        let (mut quiet, mut before) = (0, 0);
        // Until all is there, or nothing has come for a second.
        while self.post.arrived.load(Ordering::Acquire) < expected && Instant::now() < until && quiet < 100 {
            tokio::time::sleep(Duration::from_millis(10)).await;
            let now = self.post.arrived.load(Ordering::Acquire);
            quiet = if now == before { quiet + 1 } else { 0 };
            before = now;
        }
        self.post.arrived.store(0, Ordering::Release);
        let mut arrivals = Vec::with_capacity(expected);
        for shard in &self.post.arrivals {
            arrivals.append(&mut shard.lock().unwrap());
        }
        let mut acknowledgements = std::mem::take(&mut *self.post.acknowledgements.lock().unwrap());
        // What came late of an earlier load is not of this one.
        arrivals.retain(|(number, _)| *number >= first);
        acknowledgements.retain(|(number, _)| *number >= first);
        Heard {
            lost: expected.saturating_sub(arrivals.len()),
            arrivals,
            acknowledgements,
        }
    }
}

async fn say(post: &Post, person: &Person, due: Instant, frame: impl FnOnce(u64) -> String) -> Option<u64> {
    let number = post.next.fetch_add(1, Ordering::AcqRel);
    let frame = frame(number);
    post.author
        .get(number as usize)?
        .store(person.number as u32, Ordering::Release);
    let mut sink = person.sink.lock().await;
    let now = Instant::now();
    // Who is held up counts from when it should have spoken; a timer's own coarseness is no delay of the server.
    let from = if now - due > PUNCTUAL { due } else { now };
    let at = from.duration_since(post.origin).as_micros() as u64;
    post.sent_at.get(number as usize)?.store(at, Ordering::Release);
    sink.send(Message::text(frame)).await.ok().map(|()| number)
}

/// Connects and greets; the view has not come yet.
pub async fn connect(address: SocketAddr, door: &Door) -> Option<Stream> {
    let mut request = format!("ws://{address}{}", door.path)
        .into_client_request()
        .expect("an address");
    for (name, value) in &door.headers {
        let name = HeaderName::from_bytes(name.as_bytes()).expect("a header");
        request
            .headers_mut()
            .insert(name, HeaderValue::from_str(value).expect("a header"));
    }
    let stream = TcpStream::connect(address).await.ok()?;
    stream.set_nodelay(true).ok()?;
    let (mut stream, _) = tokio_tungstenite::client_async(request, stream).await.ok()?;
    let hello = format!(r#"{{"t":"hello","version":{VERSION}}}"#);
    stream.send(Message::text(hello)).await.ok()?;
    Some(stream)
}

/// Connects and waits for the whole view.
pub async fn join(address: SocketAddr, door: &Door) -> Option<Stream> {
    let mut stream = connect(address, door).await?;
    while let Some(Ok(message)) = stream.next().await {
        if message.to_text().is_ok_and(|text| text.starts_with(r#"{"t":"view""#)) {
            return Some(stream);
        }
    }
    None
}

async fn sit_down(address: SocketAddr, door: &Door, number: usize, post: Arc<Post>) -> Person {
    let stream = join(address, door).await.expect("a place at the table");
    let (sink, stream) = stream.split();
    let (asleep, wake, request) = (
        Arc::new(AtomicBool::new(false)),
        Arc::new(Notify::new()),
        Arc::default(),
    );
    let reader = tokio::spawn(read(
        stream,
        number,
        post,
        (Arc::clone(&asleep), Arc::clone(&wake)),
        Arc::clone(&request),
    ));
    Person {
        number,
        sink: Sink::new(sink),
        asleep,
        wake,
        request,
        reader,
    }
}

async fn read(
    mut stream: SplitStream<Stream>,
    number: usize,
    post: Arc<Post>,
    (asleep, wake): (Arc<AtomicBool>, Arc<Notify>),
    request: Arc<Mutex<Option<String>>>,
) {
    loop {
        while asleep.load(Ordering::Acquire) {
            wake.notified().await;
        }
        let Some(Ok(message)) = stream.next().await else { break };
        let Message::Text(text) = message else { continue };
        post.note(number, &text);
        note_request(&text, &request);
    }
}

/// VT must name the request it ends.
fn note_request(text: &Utf8Bytes, request: &Mutex<Option<String>>) {
    const BEFORE: &str = r#""requests":[{"id":""#;
    // Items have requests too, without an id.
    if let Some(place) = text.find(BEFORE) {
        let id = text.get(place + BEFORE.len()..place + BEFORE.len() + 36);
        *request.lock().unwrap() = id.map(str::to_owned);
    }
}
