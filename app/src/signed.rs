//! Who is signed in, asked once for the whole page.

use akkoord::house::Me;
use leptos::prelude::*;

use crate::ask;
use crate::backend::Problem;

/// The answer, shared by header and pages.
#[derive(Clone, Copy)]
pub(crate) struct Signed(pub(crate) Resource<Result<Option<Me>, Problem>>);

/// Asks, and makes the answer known to everything below.
pub(crate) fn provide_signed() {
    provide_context(Signed(Resource::new(|| (), |()| ask::me())));
}

/// The person who is signed in; nobody, as long as that is not known.
pub(crate) fn signed() -> Resource<Result<Option<Me>, Problem>> {
    expect_context::<Signed>().0
}
