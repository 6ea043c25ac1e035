//! Who is signed in, asked once for the whole page.

use akkoord::directory::Me;
use leptos::prelude::*;

use crate::ask::{self, Asked, asked};

/// The answer, shared by header and pages.
#[derive(Clone, Copy)]
pub(crate) struct Signed(pub(crate) Asked<Option<Me>>);

/// Asks, and makes the answer known to everything below.
pub(crate) fn provide_signed() {
    provide_context(Signed(asked(|| (), |()| ask::me())));
}

/// The person who is signed in; nobody, as long as that is not known.
pub(crate) fn signed() -> Asked<Option<Me>> {
    expect_context::<Signed>().0
}
