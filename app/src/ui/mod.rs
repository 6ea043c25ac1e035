//! Small accessible pieces that every page is made of. Each says in its own file which keys it answers to.
//!
//! What must not live here: anything that knows a screen, a rule or where data comes from.

pub(crate) mod alert;
pub(crate) mod button;
pub(crate) mod clock;
pub(crate) mod dialog;
pub(crate) mod each;
pub(crate) mod empty;
pub(crate) mod escape;
pub(crate) mod field;
pub(crate) mod icon;
pub(crate) mod keys;
pub(crate) mod remember;
pub(crate) mod tag;
pub(crate) mod text;
pub(crate) mod time;
pub(crate) mod title;
pub(crate) mod view;
pub(crate) mod words;

pub(crate) use alert::{Alert, Tone};
pub(crate) use button::{Button, Look};
pub(crate) use clock::{Clock, Deadline, Now};
pub(crate) use dialog::Dialog;
pub(crate) use each::Each;
pub(crate) use empty::Empty;
pub(crate) use escape::raw_text;
pub(crate) use field::Field;
pub(crate) use icon::{Icon, Shape};
pub(crate) use keys::KeysHelp;
pub(crate) use tag::{KindTag, PartyTag};
pub(crate) use text::shown;
pub(crate) use title::{Title, TitleOf};
pub(crate) use view::{changing, view};
