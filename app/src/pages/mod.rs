//! A file per page. The live table has a folder of its own, beside this one.
//!
//! What must not live here: how a button looks (`ui`, `style/`), what a person may do (the projection says so).

mod demo;
mod not_found;
mod sign_in;

pub(crate) use demo::Demo;
pub(crate) use not_found::NotFound;
pub(crate) use sign_in::SignIn;
