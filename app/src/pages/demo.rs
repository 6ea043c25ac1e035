//! Four seats side by side, each on a name of its own, so that one browser holds four people signed in.

use leptos::prelude::*;

use crate::i18n::{t, t_string, use_i18n};
use crate::ui::shown;
use crate::ui::{Title, view};

/// The seats shown, by the name under which the demonstration serves them.
const SEATS: [(&str, &str); 4] = [
    ("om", "OM"),
    ("vt", "Veilig Thuis"),
    ("politie", "politie"),
    ("rvdk", "RvdK"),
];

/// The other seats; a restricted one among them, which sees the same table quite differently.
const OTHERS: [(&str, &str); 3] = [("reclassering", "3RO"), ("shn", "SHN"), ("gemeente", "gemeente")];

/// Four windows on one table.
#[component]
pub(crate) fn Demo() -> impl IntoView {
    let i18n = use_i18n();
    // Each seat answers at its own name on the port of this page, which only the browser knows for certain.
    let port = RwSignal::new(None::<String>);
    Effect::new(move |_| port.set(window().location().port().ok()));
    let address = move |seat: &str| {
        port.get().map(|port| {
            let port = if port.is_empty() { port } else { format!(":{port}") };
            format!("http://{seat}.demo.localhost{port}/overleggen")
        })
    };
    view! {
        <Title text=move || t_string!(i18n, common.demo_page.title) />
        <div class="page page--full">
            <h1 class="utrecht-heading-1">{t!(i18n, common.demo_page.title)}</h1>
            <p class="lead">{t!(i18n, common.demo_page.intro)}</p>
            <ul class="demo-others">
                {OTHERS
                    .map(|(seat, name)| {
                        view! {
                            <li>
                                <a class="utrecht-link" rel="external" target="_blank" href=move || address(seat)>
                                    {move || t_string!(i18n, common.demo_page.alone, seat = name).to_string()}
                                </a>
                            </li>
                        }
                    })}
            </ul>
            <div class="demo-seats">
                {SEATS
                    .map(|(seat, name)| {
                        view! {
                            <section class="demo-seat">
                                <p class="demo-seat-head">
                                    <a class="utrecht-link" rel="external" target="_blank" href=move || address(seat)>
                                        {shown(move || t_string!(i18n, common.demo_page.alone, seat = name).to_string())}
                                    </a>
                                </p>
                                <iframe
                                    class="demo-seat-screen"
                                    title=move || t_string!(i18n, common.demo_page.frame, seat = name).to_string()
                                    src=move || address(seat)
                                ></iframe>
                            </section>
                        }
                    })}
            </div>
        </div>
    }
}
