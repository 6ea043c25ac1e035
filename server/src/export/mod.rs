//! What leaves the house as a file: documents on paper, and packages. Here lives putting into a file what was already allowed to be
//! read. Here never lives who may have it (the backend asks the rules), nor a word of its own: the words come with what is put
//! in.

pub mod package;
mod paper;

pub use paper::pdf_of;
