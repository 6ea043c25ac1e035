//! Every view of this app is of one type. A page made of views that each have a type of their own is built, hydrated
//! and rebuilt by code of its own, and the app for the browser becomes twice as large.

use std::any::Any;
use std::sync::{Arc, Mutex};

use leptos::prelude::*;
use leptos::tachys::reactive_graph::SharedReactiveFunction;
use leptos::tachys::view::any_view::AnyView;

/// Leptos' `view!`, with its type forgotten.
macro_rules! view {
    ($($markup:tt)*) => {
        $crate::ui::view::erased(::leptos::prelude::view! { $($markup)* })
    };
}
pub(crate) use view;

/// Forgets the type of a view. What has none already, as a component has, is not wrapped twice.
pub(crate) fn erased<T: RenderHtml + Send + 'static>(view: View<T>) -> AnyView {
    let mut view = Some(view.into_inner());
    if let Some(erased) = (&mut view as &mut dyn Any).downcast_mut::<Option<AnyView>>()
        && let Some(erased) = erased.take()
    {
        return erased;
    }
    view.map_or_else(|| ().into_any(), IntoAny::into_any)
}

/// A whole component that comes and goes, as `{move || …}` does inside a view.
pub(crate) fn changing(read: impl FnMut() -> Option<AnyView> + Send + 'static) -> AnyView {
    let read: SharedReactiveFunction<Option<AnyView>> = Arc::new(Mutex::new(read));
    read.into_any()
}
