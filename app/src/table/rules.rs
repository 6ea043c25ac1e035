//! The ground rules on entering. They stand in the page and not over it: VT's button works here too (T1).

use akkoord::session::CommandKind;
use leptos::prelude::*;

use super::{dom, live};
use crate::i18n::{t, use_i18n};
use crate::ui::{Button, Look, view};

/// The three rules, and one button.
#[component]
pub(super) fn GroundRules() -> impl IntoView {
    let i18n = use_i18n();
    let live = live();
    Effect::new(move |_| dom::focus_if_lost_soon(".table-rules .utrecht-button".to_owned()));
    view! {
        <section class="table-rules page page--narrow stack" aria-labelledby="table-rules">
            <h2 class="utrecht-heading-2" id="table-rules">
                {t!(i18n, table.rules.title)}
            </h2>
            <ol class="rules">
                <li>{t!(i18n, sign_in.rule_one)}</li>
                <li>{t!(i18n, sign_in.rule_two)}</li>
                <li>{t!(i18n, sign_in.rule_three)}</li>
            </ol>
            <p class="note">{t!(i18n, table.rules.recorded)}</p>
            <Button look=Look::Primary on:click=move |_| live.want(CommandKind::AcceptRules {})>
                {t!(i18n, table.rules.accept)}
            </Button>
        </section>
    }
}
