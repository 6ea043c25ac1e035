//! `akkoord`: serve, demo, import.
fn main() {}
