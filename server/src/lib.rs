//! The server: rooms, journal, vault, identity, and the address where Akkoord answers. No rule lives here: they are in
//! `akkoord`, and the pages are in `akkoord-app`.

pub mod clock;
pub mod delivery;
pub mod demo;
pub mod dossier;
pub mod export;
pub mod http;
pub mod identity;
pub mod import;
pub mod journal;
pub mod rooms;
pub mod vault;
pub mod version_1;
