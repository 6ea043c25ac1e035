//! Makes typed text keys out of `locales/`, so that a missing or misspelled key does not compile.
fn main() {}
