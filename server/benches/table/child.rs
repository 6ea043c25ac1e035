//! A server as a process of its own: starting it, asking it, and what the system says about its processor and memory.

use std::io::{BufRead, BufReader, Write};
use std::net::SocketAddr;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use crate::plan::{Ask, Kind, Open, Table, Told};

/// How often a server looks how long a task waits for its turn.
const PULSE: Duration = Duration::from_millis(5);

/// A server under load, seen from the client. Ends when it is dropped.
pub struct Server {
    pub kind: Kind,
    pub address: SocketAddr,
    process: Child,
    asks: ChildStdin,
    answers: BufReader<ChildStdout>,
    /// How many ticks of the system's clock are a second.
    ticks: f64,
}

impl Server {
    pub fn start(kind: Kind) -> Self {
        let own = std::env::current_exe().expect("this program");
        let mut process = Command::new(own)
            .args(["--serve", kind.flag()])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("a server");
        let asks = process.stdin.take().expect("its input");
        let mut answers = BufReader::new(process.stdout.take().expect("its output"));
        let Told::Listening(address) = hear(&mut answers) else {
            panic!("the server began with something else")
        };
        let ticks = Command::new("getconf").arg("CLK_TCK").output().ok();
        let ticks = ticks.and_then(|output| String::from_utf8(output.stdout).ok()?.trim().parse().ok());
        Self {
            kind,
            address,
            process,
            asks,
            answers,
            ticks: ticks.unwrap_or(100.0),
        }
    }

    /// Makes sessions there.
    pub fn open(&mut self, open: Open) -> Vec<Table> {
        match self.ask(&Ask::Open(open)) {
            Told::Opened(tables) => tables,
            _ => panic!("the server answered something else"),
        }
    }

    /// The longest time a task had to wait for its turn since the last time this was asked, in milliseconds.
    pub fn stall(&mut self) -> f64 {
        match self.ask(&Ask::Stall) {
            Told::Stall(micros) => micros as f64 / 1e3,
            _ => panic!("the server answered something else"),
        }
    }

    fn ask(&mut self, ask: &Ask) -> Told {
        let line = serde_json::to_string(ask).expect("a question");
        writeln!(self.asks, "{line}").expect("a server that listens");
        hear(&mut self.answers)
    }

    /// Processor time so far, in seconds.
    pub fn processor(&self) -> f64 {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.process.id())).expect("its times");
        // The name may hold spaces; what follows its bracket does not. User and system time are the 12th and 13th of those.
        let after = stat.rsplit_once(')').expect("a name").1;
        let fields: Vec<&str> = after.split_whitespace().collect();
        let ticks: f64 = fields[11..13]
            .iter()
            .map(|field| field.parse::<f64>().expect("a number"))
            .sum();
        ticks / self.ticks
    }

    /// Memory that is in use, in MiB.
    pub fn memory(&self) -> f64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.process.id())).expect("its memory");
        let line = status
            .lines()
            .find(|line| line.starts_with("VmRSS:"))
            .expect("its memory");
        let kib: f64 = line
            .split_whitespace()
            .nth(1)
            .and_then(|word| word.parse().ok())
            .expect("a number");
        kib / 1024.0
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Nothing it holds is worth keeping.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn hear(answers: &mut BufReader<ChildStdout>) -> Told {
    let mut line = String::new();
    answers.read_line(&mut line).expect("a server that speaks");
    serde_json::from_str(&line).unwrap_or_else(|error| panic!("the server said {line:?}: {error}"))
}

/// Is the server.
pub fn serve(kind: Kind) {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(async {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let folder = tempfile::tempdir().expect("a folder");
        let longest = Arc::new(AtomicU64::new(0));
        tokio::spawn(pulse(Arc::clone(&longest)));
        let (router, opener) = match kind {
            Kind::Floor => crate::floor::start(None).await,
            Kind::Durable => crate::floor::start(Some(folder.path())).await,
            Kind::Program => crate::program::start(folder.path(), address).await,
        };
        let service = router.into_make_service_with_connect_info::<SocketAddr>();
        // As the program does it: a frame must not wait for another.
        let listener = axum::serve::ListenerExt::tap_io(listener, |stream| {
            let _ = stream.set_nodelay(true);
        });
        tokio::spawn(async move { axum::serve(listener, service).await });
        say(&Told::Listening(address));
        let mut lines = tokio::io::AsyncBufReadExt::lines(tokio::io::BufReader::new(tokio::io::stdin()));
        // Until the client is gone.
        while let Ok(Some(line)) = lines.next_line().await {
            match serde_json::from_str(&line).expect("a question") {
                Ask::Open(open) => say(&Told::Opened(opener.open(open).await)),
                Ask::Stall => say(&Told::Stall(longest.swap(0, Ordering::Relaxed))),
            }
        }
    });
}

/// Makes sessions in a server.
pub enum Opener {
    Floor(crate::floor::Opener),
    Program(Box<crate::program::Opener>),
}

impl Opener {
    async fn open(&self, open: Open) -> Vec<Table> {
        match self {
            Self::Floor(floor) => floor.open(open),
            Self::Program(program) => program.open(open).await,
        }
    }
}

fn say(told: &Told) {
    println!("{}", serde_json::to_string(told).expect("an answer"));
}

/// Notes by how much a task that wants to run every few milliseconds runs late.
async fn pulse(longest: Arc<AtomicU64>) {
    loop {
        let asked = Instant::now();
        tokio::time::sleep(PULSE).await;
        // A timer is a millisecond coarse by itself.
        let late = asked.elapsed().saturating_sub(PULSE + Duration::from_millis(1));
        longest.fetch_max(late.as_micros() as u64, Ordering::Relaxed);
    }
}
