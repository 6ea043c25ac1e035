//! A file per page. The live table has a folder of its own, beside this one.
//!
//! What must not live here: how a button looks (`ui`, `style/`), what a person may do (the projection says so).

mod access;
mod accountability;
mod board;
mod convene;
mod demo;
mod dossier;
mod find;
mod item;
mod life;
pub(crate) mod loaded;
mod not_found;
mod sign_in;

pub(crate) use access::Access;
pub(crate) use accountability::Accountability;
pub(crate) use board::Board;
pub(crate) use convene::Convene;
pub(crate) use demo::Demo;
pub(crate) use dossier::{Dossier, Register};
pub(crate) use item::{DossierPage, RegisterPage};
pub(crate) use not_found::NotFound;
pub(crate) use sign_in::SignIn;
