//! Loads against their floor, in one run (`make bench`).
//!
//! Machines are shared and noisy, so every timing is set against one of a floor that is measured in the same run by the
//! same client: an axum server that only broadcasts within a room, and the same with one durable commit before each
//! broadcast. The program runs whole: sign-in, rights, chain, sealing, a projection per party. Each server is a process
//! of its own, so that its processor time and memory are its own. Figures are printed and never asserted.
//!
//! Lives here: loads, floors, figures. Never lives here: a test; those are in `tests/`.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_possible_wrap,
    clippy::disallowed_methods,
    reason = "a benchmark measures time, and is run by a person who reads what went wrong"
)]

mod child;
mod client;
mod figures;
mod floor;
mod measures;
mod plan;
mod program;

use clap::Parser;

use measures::Runs;

/// Loads against their floor.
#[derive(Parser)]
struct Args {
    /// Also 500 and 1,000 sessions, and 10,000 connections: half an hour instead of three minutes.
    #[arg(long)]
    full: bool,
    /// Only these figures: `--only g1,g6`.
    #[arg(long, value_delimiter = ',')]
    only: Vec<String>,
    /// From how many different organisations the ten people at a table come.
    #[arg(long, default_value_t = 7)]
    parties: usize,
    /// How long one round of a load lasts, in seconds.
    #[arg(long, default_value_t = 4.0)]
    round: f64,
    /// Be one of the servers instead of the client.
    #[arg(long, hide = true)]
    serve: Option<plan::Kind>,
    /// Cargo says so to every benchmark.
    #[arg(long, hide = true)]
    bench: bool,
}

fn main() {
    let args = Args::parse();
    if let Some(kind) = args.serve {
        return child::serve(kind);
    }
    if !args.bench {
        println!("run me with `make bench`");
        return;
    }
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .expect("a runtime");
    runtime.block_on(measures::all(&Runs {
        full: args.full,
        only: args.only,
        parties: args.parties,
        round: std::time::Duration::from_secs_f64(args.round),
    }));
}
