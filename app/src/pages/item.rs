//! One item, with its whole provenance (R10): as the recipient holds it, and as the giver answers for it (R9).

use akkoord::dossier::{AnsweredEntry, Delivery, DossierItem, HeldItem, ItemKind};
use akkoord::ground::GroundStatus;
use akkoord::party::Party;
use akkoord::session::item::ContributionKind;
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

use crate::ask::{self, asked};
use crate::backend::Problem;
use crate::document::names::{particulars, purpose as purpose_of};
use crate::i18n::{t, t_string, td_string, use_i18n};
use crate::pages::dossier::{ItemTag, item_class};
use crate::pages::life::{After, Changed, Life};
use crate::pages::loaded::loaded;
use crate::ui::tag::party_class;
use crate::ui::{PartyTag, Title, shown, time, view, words};

/// An item of the dossier.
#[component]
pub(crate) fn DossierPage() -> impl IntoView {
    let params = use_params_map();
    let id = move || params.read().get("id").and_then(|id| id.parse().ok());
    let item = asked(id, |id| async move {
        match id {
            Some(id) => ask::dossier_item(id).await,
            None => Err(Problem::NotFound),
        }
    });
    loaded(
        item,
        move |HeldItem {
                  item: held,
                  life,
                  delivery,
              }| {
            let giver = held.giver.clone();
            let life = Life::new(held.release, life, false, Callback::new(move |()| item.refetch()));
            view! { <Item item=held giver recipient=None life not_told_yet=None delivery /> }
        },
    )
}

/// An entry of the register.
#[component]
pub(crate) fn RegisterPage() -> impl IntoView {
    let params = use_params_map();
    let id = move || params.read().get("id").and_then(|id| id.parse().ok());
    let entry = asked(id, |id| async move {
        match id {
            Some(id) => ask::register_entry(id).await,
            None => Err(Problem::NotFound),
        }
    });
    loaded(entry, move |AnsweredEntry { entry: held, life }| {
        let giver = held.item.giver.clone();
        let life = Life::new(held.item.release, life, true, Callback::new(move |()| entry.refetch()));
        let not_told_yet = held.not_told_yet;
        view! { <Item item=held.item giver recipient=Some(held.recipient) life not_told_yet delivery=None /> }
    })
}

#[component]
fn Item(
    item: DossierItem,
    giver: Party,
    recipient: Option<Party>,
    life: Life,
    not_told_yet: Option<String>,
    delivery: Option<Delivery>,
) -> impl IntoView {
    let i18n = use_i18n();
    let DossierItem {
        release,
        case_reference,
        moment,
        giver: _,
        author,
        kind,
        subjects,
        text,
        is_excerpt,
        revision,
        shared_at,
        approved_by,
        approved_at,
        purpose,
        ground,
        motivation,
        condition,
        received_at,
        retain_until,
        corrections,
    } = item;
    let given = life.given;
    let title = {
        let reference = case_reference.clone();
        move || t_string!(i18n, dossier.item_title, reference = reference.clone()).to_string()
    };
    let assessed = kind == ItemKind::Contribution(ContributionKind::Assessment);
    let about = move || {
        let locale = i18n.get_locale();
        let each = subjects
            .iter()
            .map(|it| format!("{} ({})", it.label, words::role(locale, it.role)));
        each.collect::<Vec<_>>().join(", ")
    };
    let approved = move || {
        let locale = i18n.get_locale();
        let (who, time) = (approved_by.clone(), time::full(locale, approved_at));
        td_string!(locale, dossier.field.approved_value, who = who, time = time).to_string()
    };
    // What a party keeps of its own was approved and released by nobody.
    let was_released = purpose.is_some();
    let purpose = move || purpose_of(i18n.get_locale(), purpose.as_ref());
    let facts = {
        let kind = kind.clone();
        move || {
            let facts = particulars(i18n.get_locale(), &kind).into_iter();
            facts
                .map(|(name, value)| view! { <div><dt>{name}</dt><dd>{value}</dd></div> })
                .collect_view()
        }
    };
    let party = |party: Party| view! { <PartyTag kind=party.kind name=party.name.clone() /> " " {party.name} };
    let owner_kind = giver.kind;
    let class = format!("card item {} {}", party_class(owner_kind), item_class(&kind));
    let withdrawn = corrections.last().is_some_and(|last| last.withdrawn);
    let reason = corrections.last().map(|last| last.reason.clone());
    let ended = life.has_ended();
    let gone = shown(move || {
        if withdrawn {
            t_string!(i18n, life.gone)
        } else if ended {
            t_string!(i18n, life.ended_words)
        } else {
            // A commitment to another party's measure never had words of its own.
            t_string!(i18n, dossier.no_words)
        }
    });
    view! {
        <Title text=title.clone() />
        <div class="page page--narrow">
            <div>
                <p>
                    <a class="utrecht-link" href=if given { "/register" } else { "/dossier" }>
                        {move || if given { t_string!(i18n, register.title) } else { t_string!(i18n, dossier.title) }}
                    </a>
                </p>
                <h1 class="utrecht-heading-1">{title}</h1>
            </div>
            <Changed life reason=reason />
            <article class=class>
                <header class="card-head">
                    <PartyTag kind=owner_kind name=giver.name.clone() />
                    <ItemTag kind />
                    <span class="card-time">{shown(move || time::full(i18n.get_locale(), shared_at))}</span>
                </header>
                <p class="card-text">{text.clone()}</p>
                {text.is_empty().then(|| view! { <p class="note">{gone}</p> })}
                {is_excerpt.then(|| view! { <p class="note">{t!(i18n, dossier.excerpt)}</p> })}
            </article>
            {condition
                .map(|condition| {
                    view! {
                        <p class="item-condition">
                            {t!(i18n, dossier.field.condition)} ": " {condition}
                        </p>
                    }
                })}
            <section class="page-section" aria-labelledby="provenance">
                <h2 class="utrecht-heading-2" id="provenance">
                    {t!(i18n, dossier.provenance)}
                </h2>
                <dl class="data">
                    <div>
                        <dt>{t!(i18n, dossier.field.owner)}</dt>
                        <dd>{party(giver)}</dd>
                    </div>
                    {recipient
                        .map(|recipient| {
                            view! {
                                <div>
                                    <dt>{t!(i18n, register.column.recipient)}</dt>
                                    <dd>{party(recipient)}</dd>
                                </div>
                            }
                        })}
                    <div>
                        <dt>
                            {move || if assessed {
                                t_string!(i18n, dossier.field.assessor)
                            } else {
                                t_string!(i18n, dossier.field.author)
                            }}
                        </dt>
                        <dd>{author}</dd>
                    </div>
                    {move || facts()}
                    <div>
                        <dt>{t!(i18n, dossier.field.about)}</dt>
                        <dd>{move || about()}</dd>
                    </div>
                    <div>
                        <dt>{t!(i18n, dossier.field.session)}</dt>
                        <dd>
                            {shown(move || words::name(i18n.get_locale(), &moment))} ", "
                            <span class="digits">{case_reference}</span>
                        </dd>
                    </div>
                    {was_released
                        .then(|| {
                            view! {
                                <div>
                                    <dt>{t!(i18n, dossier.field.approved)}</dt>
                                    <dd>{move || approved()}</dd>
                                </div>
                            }
                        })}
                    <div>
                        <dt>
                            {move || if was_released {
                                t_string!(i18n, dossier.field.released)
                            } else {
                                t_string!(i18n, dossier.field.kept)
                            }}
                        </dt>
                        <dd>{shown(move || time::full(i18n.get_locale(), received_at))}</dd>
                    </div>
                    <div>
                        <dt>{t!(i18n, dossier.field.purpose)}</dt>
                        <dd>{move || purpose()}</dd>
                    </div>
                    {ground
                        .map(|ground| {
                            view! {
                                <div>
                                    <dt>{t!(i18n, dossier.field.ground)}</dt>
                                    <dd>
                                        {ground.article} " "
                                        {match ground.status {
                                            GroundStatus::Undisputed => ().into_any(),
                                            GroundStatus::Contested => {
                                                view! { <span class="tag tag--bad">{t!(i18n, dossier.disputed)}</span> }
                                            }
                                            GroundStatus::None => {
                                                view! { <span class="tag tag--bad">{t!(i18n, dossier.no_ground)}</span> }
                                            }
                                        }}
                                    </dd>
                                </div>
                            }
                        })}
                    {motivation
                        .map(|motivation| {
                            view! {
                                <div>
                                    <dt>{t!(i18n, dossier.field.motivation)}</dt>
                                    <dd>{motivation}</dd>
                                </div>
                            }
                        })}
                    <div>
                        <dt>{t!(i18n, dossier.field.revision)}</dt>
                        <dd>{revision}</dd>
                    </div>
                    <div>
                        <dt>{t!(i18n, dossier.field.ends)}</dt>
                        <dd>{shown(move || time::date(i18n.get_locale(), retain_until))}</dd>
                    </div>
                    <div>
                        <dt>{t!(i18n, dossier.field.item)}</dt>
                        <dd class="report-head">{release.to_string()}</dd>
                    </div>
                </dl>
                <p class="note">{t!(i18n, dossier.owner_answers)}</p>
                <p>
                    <a class="utrecht-link" href=format!("/inzage/{release}")>
                        {t!(i18n, access.open)}
                    </a>
                </p>
            </section>
            {delivery.map(|delivery| view! { <Delivered delivery /> })}
            <After life corrections not_told_yet text />
        </div>
    }
}

/// How far it is on its way to the organisation's own system, and what was in the way.
#[component]
fn Delivered(delivery: Delivery) -> impl IntoView {
    let i18n = use_i18n();
    let refused = matches!(delivery, Delivery::Refused { .. });
    let text = move || {
        let locale = i18n.get_locale();
        match delivery.clone() {
            Delivery::Waiting => td_string!(locale, export.delivery.waiting).to_owned(),
            Delivery::Again { at, cause } => {
                let (time, cause) = (time::full(locale, at), words::not_delivered(locale, cause));
                td_string!(locale, export.delivery.again, time = time, cause = cause).to_string()
            }
            Delivery::Delivered { at, name } => {
                let time = time::full(locale, at);
                td_string!(locale, export.delivery.delivered, time = time, name = name).to_string()
            }
            Delivery::Refused { cause, .. } => {
                let cause = words::not_delivered(locale, cause);
                td_string!(locale, export.delivery.refused, cause = cause).to_string()
            }
        }
    };
    view! {
        <section class="page-section" aria-labelledby="delivery">
            <h2 class="utrecht-heading-2" id="delivery">
                {t!(i18n, export.delivery.title)}
            </h2>
            <p class="item-delivery">{move || text()}</p>
            {refused.then(|| view! { <p class="note">{t!(i18n, export.delivery.refused_note)}</p> })}
        </section>
    }
}
