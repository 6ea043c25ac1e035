//! One function for each figure (G1 to G13), in the order in which they are printed.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use crate::child::Server;
use crate::client::{self, Crowd, Heard, LETTERS, Sent};
use crate::figures::{latency, line, verdict};
use crate::plan::{Kind, Open, Table};

/// What is asked of this run.
pub struct Runs {
    pub full: bool,
    pub only: Vec<String>,
    pub parties: usize,
    pub round: Duration,
}

impl Runs {
    fn want(&self, codes: &[&str]) -> bool {
        self.only.is_empty()
            || codes
                .iter()
                .any(|code| self.only.iter().any(|only| only.eq_ignore_ascii_case(code)))
    }

    fn tables(&self, sessions: usize) -> Open {
        Open {
            sessions,
            seats: 10,
            parties: self.parties,
            contributions: 0,
            releases: 0,
        }
    }
}

/// A server with people at its tables.
struct House {
    server: Server,
    tables: Vec<Table>,
    crowd: Crowd,
}

impl House {
    async fn open(kind: Kind, open: Open) -> Self {
        let mut server = Server::start(kind);
        let tables = server.open(open);
        let crowd = Crowd::comes_in(server.address, &tables).await;
        Self { server, tables, crowd }
    }
}

/// Everything that is asked, one line each.
pub async fn all(runs: &Runs) {
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    println!(
        "{cores} cores; {} organisations at each table of ten; {LETTERS}-letter contributions; the client runs on the same machine",
        runs.parties
    );
    let began = Instant::now();
    if runs.want(&["g1", "g2", "g3"]) {
        let sizes: &[usize] = if runs.full { &[100, 500, 1000] } else { &[100] };
        for sessions in sizes {
            latencies(runs, *sessions).await;
        }
    }
    if runs.want(&["g4"]) {
        highest_rate(runs).await;
    }
    if runs.want(&["g5"]) {
        memory(runs).await;
    }
    if runs.want(&["g6", "g7"]) {
        joins(runs).await;
    }
    if runs.want(&["g10"]) {
        signal(runs).await;
    }
    if runs.want(&["g11"]) {
        disturbances(runs).await;
    }
    if runs.want(&["g12"]) {
        close(runs).await;
    }
    if runs.want(&["g13"]) {
        long_session(runs).await;
    }
    println!("{:.0} s in all", began.elapsed().as_secs_f64());
}

/// G1, G2, G3: everybody at the same load, in turns, so that a noisy minute hits all.
async fn latencies(runs: &Runs, sessions: usize) {
    const ROUNDS: usize = 3;
    let mut houses = Vec::new();
    for kind in Kind::ALL {
        let house = House::open(kind, runs.tables(sessions)).await;
        // Warm: statements prepared, memory grown.
        house.crowd.holds(0..sessions, 1.0, Duration::from_secs(1)).await;
        houses.push((house, Heard::default(), 0.0));
    }
    for _ in 0..ROUNDS {
        for (house, heard, processor) in &mut houses {
            let before = house.server.processor();
            heard.add(house.crowd.holds(0..sessions, 1.0, runs.round).await);
            *processor += house.server.processor() - before;
        }
    }
    let [(_, floor, _), (_, durable, durable_processor), (_, program, processor)] = &houses[..] else {
        return;
    };
    let what = format!("{sessions}x10");
    latency(
        "G1",
        &format!("{what} to every screen"),
        &program.times(),
        &durable.times(),
        &floor.times(),
    );
    latency(
        "G2",
        &format!("{what} to the author"),
        &program.answers(),
        &durable.answers(),
        &floor.answers(),
    );
    let each = |seconds: f64, heard: &Heard| seconds * 1e6 / heard.arrivals.len() as f64;
    let (own, theirs) = (each(*processor, program), each(*durable_processor, durable));
    let figures = format!(
        "{:.2}x durable floor ({own:.1} / {theirs:.1} ms per 1,000 deliveries) must <= 3x: {}, aim 2x",
        own / theirs,
        verdict(own / theirs <= 3.0)
    );
    line("G3", &format!("{what} processor"), &figures);
    for (house, heard, _) in &houses {
        if heard.lost > 0 {
            println!("     {} lost {} deliveries", house.server.kind.name(), heard.lost);
        }
    }
}

/// G4: twice as much until it is too much, then closer.
async fn highest_rate(runs: &Runs) {
    let mut rates = Vec::new();
    for kind in [Kind::Durable, Kind::Program] {
        let house = House::open(kind, runs.tables(100)).await;
        let (mut kept, mut failed) = (0.0, f64::INFINITY);
        let mut rate: f64 = 400.0;
        for _ in 0..10 {
            let heard = house.crowd.holds(0..100, rate / 100.0, Duration::from_secs(2)).await;
            if heard.lost == 0 && heard.times().p99() <= 100.0 {
                kept = rate;
            } else {
                failed = rate;
                // What waits must be gone before the next attempt.
                tokio::time::sleep(Duration::from_secs(1)).await;
            }
            if failed.is_infinite() {
                rate *= 2.0;
            } else if failed / kept < 1.1 {
                break;
            } else {
                rate = if kept > 0.0 {
                    (kept * failed).sqrt()
                } else {
                    failed / 2.0
                };
            }
        }
        rates.push(kept);
    }
    let ratio = rates[1] / rates[0];
    let figures = format!(
        "{ratio:.2}x durable floor ({:.0} / {:.0} messages a second, nine screens each) must >= 0.4x: {}, aim 0.6x",
        rates[1],
        rates[0],
        verdict(ratio >= 0.4)
    );
    line("G4", "highest rate, p99 100 ms", &figures);
}

/// G5.
async fn memory(runs: &Runs) {
    let connections = if runs.full { 10_000 } else { 2_000 };
    let mut used = Vec::new();
    for kind in [Kind::Floor, Kind::Program] {
        let mut server = Server::start(kind);
        let empty = server.memory();
        let tables = server.open(runs.tables(connections / 10));
        let convened = server.memory();
        let crowd = Crowd::comes_in(server.address, &tables).await;
        let full = server.memory();
        drop(crowd);
        used.push((empty, convened, full));
    }
    let (empty, convened, full) = used[1];
    let each = (full - empty) / connections as f64;
    let at_ten_thousand = empty + each * 10_000.0;
    let figures = format!(
        "{full:.0} MiB ({empty:.0} empty, {convened:.0} with its sessions, {:.1} KiB a connection; {}at 10,000: {at_ten_thousand:.0} MiB) \
         must <= 400: {}, aim 200   [floor {:.0} MiB]",
        each * 1024.0,
        if runs.full { "" } else { "expected " },
        verdict(at_ten_thousand <= 400.0),
        used[0].2,
    );
    line("G5", &format!("memory at {connections}"), &figures);
}

/// G6 and, in a full run, G7.
async fn joins(runs: &Runs) {
    const WORKERS: usize = 16;
    let mut rates = Vec::new();
    for kind in [Kind::Durable, Kind::Program] {
        let mut server = Server::start(kind);
        let tables = server.open(Open {
            contributions: 50,
            ..runs.tables(20)
        });
        let doors: Arc<Vec<_>> = Arc::new(tables.into_iter().flat_map(|table| table.sockets).collect());
        let (until, joined) = (Instant::now() + Duration::from_secs(4), Arc::new(AtomicUsize::new(0)));
        let address = server.address;
        let workers: Vec<_> = (0..WORKERS)
            .map(|worker| {
                let (doors, joined) = (Arc::clone(&doors), Arc::clone(&joined));
                tokio::spawn(async move {
                    let mut turn = worker;
                    while Instant::now() < until {
                        if client::join(address, &doors[turn % doors.len()]).await.is_some() {
                            joined.fetch_add(1, Ordering::Relaxed);
                        }
                        turn += WORKERS;
                    }
                })
            })
            .collect();
        for worker in workers {
            worker.await.expect("a worker");
        }
        rates.push(joined.load(Ordering::Relaxed) as f64 / 4.0);
    }
    let ratio = rates[1] / rates[0];
    let figures = format!(
        "{ratio:.2}x durable floor ({:.0} / {:.0} a second) must >= 0.2x: {}, aim 0.4x",
        rates[1],
        rates[0],
        verdict(ratio >= 0.2)
    );
    line("G6", "joins, 50 contributions", &figures);
    if runs.full {
        reconnect_storm(runs, rates[1]).await;
    }
}

/// G7: everybody comes back at once, while a hundred other tables go on.
async fn reconnect_storm(runs: &Runs, rate: f64) {
    const PEOPLE: usize = 5_000;
    let mut house = House::open(Kind::Program, runs.tables(100)).await;
    let quiet = house.crowd.holds(0..100, 1.0, runs.round).await.times().p99();
    let away = house.server.open(Open {
        contributions: 50,
        ..runs.tables(PEOPLE / 10)
    });
    let address = house.server.address;
    let began = Instant::now();
    let coming: Vec<_> = away
        .into_iter()
        .flat_map(|table| table.sockets)
        .map(|door| {
            tokio::spawn(async move {
                // Until it succeeds, as a browser does.
                while client::join(address, &door).await.is_none() {}
            })
        })
        .collect();
    let storm = async {
        for one in coming {
            one.await.expect("somebody");
        }
        began.elapsed().as_secs_f64()
    };
    let (took, others) = tokio::join!(storm, house.crowd.holds(0..100, 1.0, runs.round));
    let (predicted, others) = (PEOPLE as f64 / rate, others.times().p99());
    let figures = format!(
        "{took:.1} s, {:.2}x what G6 predicts must <= 2x: {}, aim 1.5x   others' p99 {:.2}x ({others:.1} / {quiet:.1} ms) must <= 3x: {}",
        took / predicted,
        verdict(took / predicted <= 2.0),
        others / quiet,
        verdict(others / quiet <= 3.0)
    );
    line("G7", "5,000 come back at once", &figures);
}

/// G10: VT says it needs more time, at one table after another, while all tables talk.
async fn signal(runs: &Runs) {
    let house = House::open(Kind::Program, runs.tables(100)).await;
    let crowd = &house.crowd;
    let signals = async {
        let mut numbers = Vec::new();
        let until = Instant::now() + runs.round;
        for (table, people) in house.tables.iter().zip(&crowd.tables).cycle() {
            if Instant::now() >= until {
                break;
            }
            let vt = &people[table.vt];
            numbers.extend(
                crowd
                    .says(vt, r#"{"do":"ask_time","reason":"hear_victim","minutes":20}"#)
                    .await,
            );
            let mut request = None;
            while request.is_none() && Instant::now() < until + Duration::from_secs(5) {
                tokio::time::sleep(Duration::from_millis(2)).await;
                request = vt.request();
            }
            if let Some(request) = request {
                numbers.extend(
                    crowd
                        .says(vt, &format!(r#"{{"do":"end_time","request":"{request}"}}"#))
                        .await,
                );
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        numbers
    };
    let (sent, signals) = tokio::join!(crowd.talks(0..100, 1.0, runs.round, LETTERS), signals);
    let expected = sent.expected + signals.len() * 9;
    let heard = crowd.hears(Sent { expected, ..sent }).await;
    let of_signals = |number: u64| signals.contains(&number);
    let (times, spread) = (heard.only(of_signals), heard.spread(of_signals));
    let figures = format!(
        "p99 {:.1} ms (p50 {:.2}, {} signals) must <= 250 ms: {}, aim 100 ms   first to last screen at most {:.1} ms, must <= 100 ms: {}",
        times.p99(),
        times.p50(),
        signals.len(),
        verdict(times.p99() <= 250.0),
        spread.longest(),
        verdict(spread.longest() <= 100.0)
    );
    line("G10", "VT's signal, all screens", &figures);
}

/// G11: what the tables that behave notice of those that do not.
async fn disturbances(runs: &Runs) {
    let mut house = House::open(Kind::Program, runs.tables(100)).await;
    house.crowd.holds(0..100, 1.0, Duration::from_secs(1)).await;
    house.server.stall();
    let quiet = house.crowd.holds(0..100, 1.0, runs.round).await.times().p99();
    let report = |what: &str, p99: f64, stall: f64| {
        let figures = format!(
            "others' p99 {:.2}x quiet ({p99:.1} / {quiet:.1} ms) must <= 2x or 15 ms: {}, aim 1.2x   longest stall {stall:.1} ms must <= 20 ms: {}",
            p99 / quiet,
            verdict(p99 / quiet <= 2.0 || p99 <= 15.0),
            verdict(stall <= 20.0)
        );
        line("G11", what, &figures);
    };
    report("nothing", quiet, house.server.stall());

    // Two tables where long texts are shared quickly and somebody reads nothing.
    let long = house.server.open(runs.tables(2));
    house.crowd.more_come_in(house.server.address, &long).await;
    for people in &house.crowd.tables[100..] {
        people[9].sleep();
    }
    house.server.stall();
    let (_, sent) = tokio::join!(
        house.crowd.talks(100..102, 20.0, runs.round, 8_000),
        house.crowd.talks(0..100, 1.0, runs.round, LETTERS)
    );
    // Only what was said at the others counts, and all of that arrives.
    let others = short_ones(&house.crowd, sent).await;
    report("slow readers", others, house.server.stall());
    for people in &house.crowd.tables[100..] {
        people[9].wake();
    }
    tokio::time::sleep(Duration::from_secs(1)).await;

    // Three people who send as fast as they can, are cut, and come back.
    let stop = Arc::new(AtomicBool::new(false));
    let (cut, address) = (Arc::new(AtomicUsize::new(0)), house.server.address);
    let flood: Vec<_> = (0..3)
        .map(|number| {
            let (stop, cut, door) = (
                Arc::clone(&stop),
                Arc::clone(&cut),
                house.tables[number].sockets[3].clone(),
            );
            tokio::spawn(async move {
                while !stop.load(Ordering::Relaxed) {
                    flood_until_cut(address, &door, &stop).await;
                    cut.fetch_add(1, Ordering::Relaxed);
                }
            })
        })
        .collect();
    let others = house.crowd.holds(3..100, 1.0, runs.round).await.times().p99();
    stop.store(true, Ordering::Relaxed);
    for one in flood {
        one.await.expect("a flood");
    }
    report(
        &format!("flood ({} cut)", cut.load(Ordering::Relaxed)),
        others,
        house.server.stall(),
    );

    let closing = house.server.open(Open {
        contributions: 50,
        releases: 30,
        ..runs.tables(8)
    });
    house.crowd.more_come_in(house.server.address, &closing).await;
    house.server.stall();
    let pause = runs.round / 8;
    let closes = async {
        for people in &house.crowd.tables[102..] {
            tokio::time::sleep(pause).await;
            house.crowd.says(&people[0], r#"{"do":"close"}"#).await;
        }
    };
    let ((), sent) = tokio::join!(closes, house.crowd.talks(0..100, 1.0, runs.round, LETTERS));
    let others = short_ones(&house.crowd, sent).await;
    report("eight others close", others, house.server.stall());
}

/// The p99 of the well-behaved tables: a share of theirs reaches nine others, whatever else is going on.
async fn short_ones(crowd: &Crowd, sent: Sent) -> f64 {
    let others = crowd.numbers_of(0..100);
    let heard = crowd.hears(sent).await;
    heard.only(|number| others.contains(&number)).p99()
}

async fn flood_until_cut(address: std::net::SocketAddr, door: &crate::plan::Door, stop: &AtomicBool) {
    use futures_util::{SinkExt, StreamExt};
    use tokio_tungstenite::tungstenite::Message;
    let Some(stream) = client::join(address, door).await else {
        return;
    };
    let (mut sink, mut stream) = stream.split();
    let reading = tokio::spawn(async move { while let Some(Ok(_)) = stream.next().await {} });
    while !stop.load(Ordering::Relaxed) && sink.send(Message::text(r#"{"t":"ping"}"#)).await.is_ok() {}
    reading.abort();
}

/// G12.
async fn close(runs: &Runs) {
    const SESSIONS: usize = 5;
    let mut house = House::open(Kind::Program, runs.tables(20)).await;
    let tables = house.server.open(Open {
        contributions: 200,
        releases: 150,
        ..runs.tables(SESSIONS)
    });
    house.crowd.more_come_in(house.server.address, &tables).await;
    house.server.stall();
    let closes = async {
        let mut took = Vec::new();
        for people in &house.crowd.tables[20..] {
            tokio::time::sleep(Duration::from_millis(200)).await;
            if let Some(number) = house.crowd.says(&people[0], r#"{"do":"close"}"#).await {
                took.push(house.crowd.acknowledged(number).await);
            }
        }
        took
    };
    let (mut took, _) = tokio::join!(closes, house.crowd.talks(0..20, 2.0, runs.round, LETTERS));
    took.sort_by(f64::total_cmp);
    let (median, longest) = (took[took.len() / 2], took[took.len() - 1]);
    let stall = house.server.stall();
    let figures = format!(
        "{median:.0} ms, at most {longest:.0} ms of {SESSIONS}, must <= 1,000 ms: {}, aim 300 ms   longest stall {stall:.1} ms, aim 10 ms",
        verdict(longest <= 1_000.0)
    );
    line("G12", "close, 200 and 150", &figures);
}

/// G13.
async fn long_session(runs: &Runs) {
    let mut house = House::open(
        Kind::Program,
        Open {
            contributions: 5,
            ..runs.tables(10)
        },
    )
    .await;
    let long = house.server.open(Open {
        contributions: 500,
        ..runs.tables(10)
    });
    house.crowd.more_come_in(house.server.address, &long).await;
    let (mut short, mut long) = (Heard::default(), Heard::default());
    for round in 0..3 {
        let (a, b) = (
            house.crowd.holds(0..10, 4.0, runs.round / 2).await,
            house.crowd.holds(10..20, 4.0, runs.round / 2).await,
        );
        // The first is a warm-up.
        if round > 0 {
            short.add(a);
            long.add(b);
        }
    }
    let (short, long) = (short.times(), long.times());
    let ratio = long.p50() / short.p50();
    let figures = format!(
        "p50 {ratio:.2}x that with 5 ({:.2} / {:.2} ms) must <= 1.3x: {}, aim 1.1x   p99 {:.1} / {:.1} ms",
        long.p50(),
        short.p50(),
        verdict(ratio <= 1.3),
        long.p99(),
        short.p99()
    );
    line("G13", "500 contributions", &figures);
}
