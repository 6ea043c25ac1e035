//! Signing in: a plain form, so that it works before the page wakes and without a script at all.

use leptos::prelude::*;
use leptos_router::components::Redirect;
use leptos_router::hooks::use_query_map;

use crate::i18n::{t, t_string, use_i18n};
use crate::signed::signed;
use crate::ui::{Alert, Button, Field, Look, Title, Tone, view};

/// Name and password, and the three rules one agrees to work by.
#[component]
pub(crate) fn SignIn() -> impl IntoView {
    let i18n = use_i18n();
    let query = use_query_map();
    let me = signed();
    let fault = move || query.with(|query| query.get("fout"));
    let text = move |key: String| match key.as_str() {
        "wrong" => t_string!(i18n, sign_in.fault.wrong),
        "too_many" => t_string!(i18n, sign_in.fault.too_many),
        "busy" => t_string!(i18n, sign_in.fault.busy),
        "expired" => t_string!(i18n, sign_in.fault.expired),
        "forbidden" => t_string!(i18n, sign_in.fault.forbidden),
        _ => t_string!(i18n, sign_in.fault.other),
    };
    let heading = Signal::derive(move || t_string!(i18n, sign_in.fault.heading).to_owned());
    // Where to go after signing in; the server accepts only paths of its own.
    let next = move || query.with(|query| query.get("terug"));

    view! {
        <Title text=move || t_string!(i18n, sign_in.title) />
        <Suspense>
            {move || Suspend::new(async move {
                let known = me.await.is_ok_and(|me| me.is_some());
                known.then(|| view! { <Redirect path="/overleggen" /> })
            })}
        </Suspense>
        <div class="page sign-in">
            <section class="sign-in-card">
                <h1 class="utrecht-heading-1">{t!(i18n, sign_in.title)}</h1>
                <p class="lead">{t!(i18n, sign_in.intro)}</p>
                {move || {
                    fault().map(|key| view! { <Alert tone=Tone::Bad title=heading>{text(key)}</Alert> })
                }}
                <form class="stack" method="post" action="/aanmelden">
                    {move || next().map(|next| view! { <input type="hidden" name="terug" value=next /> })}
                    <Field id="account" label=Signal::derive(move || t_string!(i18n, sign_in.account).to_owned())>
                        <input
                            class="utrecht-textbox utrecht-textbox--html-input"
                            id="account"
                            name="account"
                            type="text"
                            autocomplete="username"
                            autocapitalize="none"
                            spellcheck="false"
                            required
                            autofocus
                        />
                    </Field>
                    <Field id="password" label=Signal::derive(move || t_string!(i18n, sign_in.password).to_owned())>
                        <input
                            class="utrecht-textbox utrecht-textbox--html-input"
                            id="password"
                            name="password"
                            type="password"
                            autocomplete="current-password"
                            required
                        />
                    </Field>
                    <Button look=Look::Primary submit=true>
                        {t!(i18n, sign_in.submit)}
                    </Button>
                </form>
            </section>
            <section class="sign-in-rules" aria-labelledby="rules">
                <p class="sign-in-promise">{t!(i18n, common.promise)}</p>
                <h2 class="utrecht-heading-3" id="rules">
                    {t!(i18n, sign_in.rules)}
                </h2>
                <ol class="rules">
                    <li>{t!(i18n, sign_in.rule_one)}</li>
                    <li>{t!(i18n, sign_in.rule_two)}</li>
                    <li>{t!(i18n, sign_in.rule_three)}</li>
                </ol>
            </section>
        </div>
    }
}
