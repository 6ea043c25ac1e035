//! What we received, and what we gave: the same lines, seen from the two sides. No words of any item in a list.

use std::collections::BTreeMap;

use akkoord::dossier::{Delivery, DossierLine, ItemKind};
use akkoord::ids::ReleaseId;
use akkoord::release::ReleaseView;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use crate::ask::{self, asked};
use crate::document::names::{item_means, item_word};
use crate::i18n::{Locale, t, t_string, td_string, use_i18n};
use crate::pages::find::{Find, Found, Next, next_end};
use crate::pages::loaded::loaded;
use crate::ui::tag::kind_class;
use crate::ui::{Empty, KindTag, PartyTag, Title, shown, time, view, words};

/// In what order the lines stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Order {
    Case,
    Other,
    End,
}

impl Order {
    const ALL: [Self; 3] = [Self::Case, Self::Other, Self::End];

    /// As it stands in the address.
    fn name(self) -> &'static str {
        match self {
            Self::Case => "zaak",
            Self::Other => "partij",
            Self::End => "einde",
        }
    }

    /// Lines under headings; by end date there is one heading a month.
    fn group(self, locale: Locale, lines: Vec<DossierLine>) -> Vec<(String, Vec<DossierLine>)> {
        let mut groups = BTreeMap::<(i64, String), Vec<DossierLine>>::new();
        for line in lines {
            let key = match self {
                Self::Case => (0, line.case_reference.clone()),
                Self::Other => (0, line.other.name.clone()),
                Self::End => time::month_of(locale, line.retain_until),
            };
            groups.entry(key).or_default().push(line);
        }
        let sorted = groups.into_iter().map(|((_, heading), mut lines)| {
            lines.sort_by_key(|line| match self {
                Self::Case | Self::Other => line.at,
                Self::End => line.retain_until,
            });
            (heading, lines)
        });
        sorted.collect()
    }
}

/// The dossier.
#[component]
pub(crate) fn Dossier() -> impl IntoView {
    let i18n = use_i18n();
    let lines = asked(|| (), |()| ask::dossier());
    view! {
        <Title text=move || t_string!(i18n, dossier.title) />
        <div class="page">
            <div>
                <h1 class="utrecht-heading-1">{t!(i18n, dossier.title)}</h1>
                <p class="lead">{t!(i18n, dossier.intro)}</p>
            </div>
            {loaded(
                lines,
                move |lines| {
                    if lines.is_empty() {
                        view! {
                            <Empty
                                title=Signal::derive(move || t_string!(i18n, dossier.empty.title).to_owned())
                                text=Signal::derive(move || t_string!(i18n, dossier.empty.text).to_owned())
                            />
                        }
                    } else {
                        view! {
                            <p class="note">{t!(i18n, export.package.note)}</p>
                            <Lines lines place="/dossier" given=false />
                        }
                    }
                },
            )}
        </div>
    }
}

/// The register of disclosures.
#[component]
pub(crate) fn Register() -> impl IntoView {
    let i18n = use_i18n();
    let lines = asked(|| (), |()| ask::register());
    view! {
        <Title text=move || t_string!(i18n, register.title) />
        <div class="page">
            <div>
                <h1 class="utrecht-heading-1">{t!(i18n, register.title)}</h1>
                <p class="lead">{t!(i18n, register.intro)}</p>
            </div>
            {loaded(
                lines,
                move |lines| {
                    if lines.is_empty() {
                        view! {
                            <Empty
                                title=Signal::derive(move || t_string!(i18n, register.empty.title).to_owned())
                                text=Signal::derive(move || t_string!(i18n, register.empty.text).to_owned())
                            />
                        }
                    } else {
                        view! { <Lines lines place="/register" given=true /> }
                    }
                },
            )}
        </div>
    }
}

/// The lines, under headings.
#[component]
fn Lines(lines: Vec<DossierLine>, place: &'static str, given: bool) -> impl IntoView {
    let i18n = use_i18n();
    let query = use_query_map();
    let order = Memo::new(move |_| {
        let asked = query.read().get("orde");
        Order::ALL
            .into_iter()
            .find(|order| Some(order.name()) == asked.as_deref())
            .unwrap_or(Order::Case)
    });
    let found: Found = RwSignal::new(None);
    let next = next_end(&lines);
    let lines = StoredValue::new(lines);
    let groups = move || {
        let mut lines = lines.get_value();
        found.with(|found| {
            if let Some(found) = found {
                lines.retain(|line| found.contains(&line.release));
            }
        });
        order.get().group(i18n.get_locale(), lines)
    };
    let label = move |order: Order| match (order, given) {
        (Order::Case, _) => t_string!(i18n, dossier.order.by_case),
        (Order::Other, false) => t_string!(i18n, dossier.order.by_giver),
        (Order::Other, true) => t_string!(i18n, register.by_recipient),
        (Order::End, _) => t_string!(i18n, dossier.order.by_end),
    };
    view! {
        <Find given found />
        <Next next />
        <div class="row">
            <span class="soft" id="order">
                {t!(i18n, dossier.order.label)}
            </span>
            <div class="choices" role="group" aria-labelledby="order">
                {Order::ALL
                    .map(|choice| {
                        view! {
                            <a
                                class="choice"
                                href=format!("{place}?orde={}", choice.name())
                                aria-current=move || (order.get() == choice).then_some("true")
                            >
                                {move || label(choice)}
                            </a>
                        }
                    })}
            </div>
        </div>
        <div class="utrecht-table-container" tabindex="0" role="group" aria-labelledby="inhoud">
            <table class="utrecht-table">
                <thead class="utrecht-table__header">
                    <tr class="utrecht-table__row">
                        <th scope="col" class="utrecht-table__header-cell">{t!(i18n, dossier.column.kind)}</th>
                        <th scope="col" class="utrecht-table__header-cell">{t!(i18n, dossier.column.case)}</th>
                        <th scope="col" class="utrecht-table__header-cell">
                            {move || if given {
                                t_string!(i18n, register.column.recipient)
                            } else {
                                t_string!(i18n, dossier.column.giver)
                            }}
                        </th>
                        <th scope="col" class="utrecht-table__header-cell">
                            {move || if given {
                                t_string!(i18n, register.column.given)
                            } else {
                                t_string!(i18n, dossier.column.received)
                            }}
                        </th>
                        <th scope="col" class="utrecht-table__header-cell">{t!(i18n, dossier.column.ends)}</th>
                    </tr>
                </thead>
                {move || {
                    groups()
                        .into_iter()
                        .map(|(heading, lines)| {
                            let package = lines
                                .first()
                                .filter(|_| !given && order.get() == Order::Case)
                                .map(|line| (line.release, line.case_reference.clone()));
                            let span = if package.is_some() { "4" } else { "5" };
                            view! {
                                <tbody class="utrecht-table__body">
                                    <tr class="utrecht-table__row">
                                        <th scope="rowgroup" colspan=span class="utrecht-table__cell lines-heading">
                                            {heading}
                                        </th>
                                        {package
                                            .map(|(release, case)| {
                                                view! {
                                                    <td class="utrecht-table__cell lines-heading">
                                                        <PackageLink release case />
                                                    </td>
                                                }
                                            })}
                                    </tr>
                                    {lines.into_iter().map(|line| view! { <Line line place /> }).collect_view()}
                                </tbody>
                            }
                        })
                        .collect_view()
                }}
            </table>
        </div>
    }
}

#[component]
fn Line(line: DossierLine, place: &'static str) -> impl IntoView {
    let i18n = use_i18n();
    let DossierLine {
        release,
        case_reference,
        moment,
        other,
        kind,
        at,
        retain_until,
        has_condition,
        life,
        delivery,
    } = line;
    let given = place == "/register";
    view! {
        <tr class="utrecht-table__row">
            <th scope="row" class="utrecht-table__cell">
                <a class="utrecht-link lines-link" href=format!("{place}/{release}")>
                    <ItemTag kind />
                </a>
                {life.map(|life| view! { <Standing life given /> })}
                {delivery.map(|delivery| view! { <DeliveryTag delivery /> })}
                {has_condition.then(|| view! { <span class="tag tag--law">{t!(i18n, dossier.field.condition)}</span> })}
            </th>
            <td class="utrecht-table__cell">
                <span class="digits">{case_reference}</span>
                <span class="note">" " {shown(move || words::name(i18n.get_locale(), &moment))}</span>
            </td>
            <td class="utrecht-table__cell">
                <PartyTag kind=other.kind name=other.name.clone() />
                " "
                {other.name}
            </td>
            <td class="utrecht-table__cell">{shown(move || time::date(i18n.get_locale(), at))}</td>
            <td class="utrecht-table__cell">{shown(move || time::date(i18n.get_locale(), retain_until))}</td>
        </tr>
    }
}

/// How it stands since its release, where that asks for attention.
#[component]
fn Standing(life: ReleaseView, given: bool) -> impl IntoView {
    let i18n = use_i18n();
    let changed = match (life.withdrawn_at, life.rectified_at) {
        (Some(_), _) => Some(shown(move || t_string!(i18n, life.status.withdrawn))),
        (None, Some(_)) => Some(shown(move || t_string!(i18n, life.status.rectified))),
        (None, None) => None,
    };
    let waits = life.unconfirmed.then(|| {
        shown(move || {
            if given {
                t_string!(i18n, life.status.unconfirmed)
            } else {
                t_string!(i18n, life.status.waits)
            }
        })
    });
    let over = match (life.ended_at, life.taken_over_at) {
        (Some(_), _) => Some(shown(move || t_string!(i18n, life.status.ended))),
        (None, Some(_)) => Some(shown(move || t_string!(i18n, life.status.taken_over))),
        (None, None) => None,
    };
    view! {
        {changed.map(|words| view! { <span class="tag">{words}</span> })}
        {waits.map(|words| view! { <span class="tag tag--bad">{words}</span> })}
        {over.map(|words| view! { <span class="tag">{words}</span> })}
    }
}

/// How far it is on its way to the organisation's own system.
#[component]
fn DeliveryTag(delivery: Delivery) -> impl IntoView {
    let i18n = use_i18n();
    let class = match &delivery {
        Delivery::Waiting | Delivery::Delivered { .. } => "tag",
        Delivery::Again { .. } | Delivery::Refused { .. } => "tag tag--bad",
    };
    let text = shown(move || {
        let locale = i18n.get_locale();
        match &delivery {
            Delivery::Waiting => td_string!(locale, export.delivery.tag.waiting),
            Delivery::Again { .. } => td_string!(locale, export.delivery.tag.again),
            Delivery::Delivered { .. } => td_string!(locale, export.delivery.tag.delivered),
            Delivery::Refused { .. } => td_string!(locale, export.delivery.tag.refused),
        }
    });
    view! { <span class=class>{text}</span> }
}

/// All of a case as one file. A plain link, also without a program in the browser: the router lets it go.
#[component]
fn PackageLink(
    /// Any item of the case; its address says nothing of the case itself.
    release: ReleaseId,
    case: String,
) -> impl IntoView {
    let i18n = use_i18n();
    let label = move || t_string!(i18n, export.package.of, reference = case.clone()).to_string();
    view! {
        <a
            class="utrecht-link lines-package"
            href=format!("/api/v1/dossier/{release}/package")
            download
            rel="external"
            aria-label=label
        >
            {t!(i18n, export.package.act)}
        </a>
    }
}

/// What a copy is: of a contribution what it claims to be, else its kind and what tells it apart from others of that kind.
#[component]
pub(crate) fn ItemTag(
    /// What it is.
    kind: ItemKind,
) -> impl IntoView {
    let i18n = use_i18n();
    if let ItemKind::Contribution(kind) = kind {
        return view! { <KindTag kind /> };
    }
    let kind = StoredValue::new(kind);
    let word = move || kind.with_value(|kind| item_word(i18n.get_locale(), kind));
    let means = move || kind.with_value(|kind| item_means(i18n.get_locale(), kind));
    view! {
        <span class="tag">{shown(word)}</span>
        <span class="card-means">{shown(means)}</span>
    }
}

/// The class of an item's frame.
pub(crate) fn item_class(kind: &ItemKind) -> &'static str {
    match kind {
        ItemKind::Contribution(kind) => kind_class(*kind),
        ItemKind::Agreement { .. } | ItemKind::Measure { .. } | ItemKind::Disposition(_) => "kind",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use akkoord::ids::PartyId;
    use akkoord::moment::Name;
    use akkoord::party::{Party, PartyKind};
    use akkoord::session::item::ContributionKind;
    use chrono::{DateTime, TimeDelta};
    use uuid::Uuid;

    fn line(case: &str, days: i64) -> DossierLine {
        DossierLine {
            release: ReleaseId(Uuid::nil()),
            case_reference: case.into(),
            moment: Name {
                nl: "ZSM-overleg".into(),
                en: "ZSM session".into(),
            },
            other: Party {
                id: PartyId(Uuid::nil()),
                kind: PartyKind::Police,
                name: "Politie Voorbeeldstad".into(),
            },
            kind: ItemKind::Contribution(ContributionKind::Fact),
            at: DateTime::UNIX_EPOCH,
            retain_until: DateTime::UNIX_EPOCH + TimeDelta::days(days),
            has_condition: false,
            life: None,
            delivery: None,
        }
    }

    #[test]
    fn c5_by_end_date_what_goes_first_stands_first() {
        let lines = vec![line("26-2", 400), line("26-1", 40), line("26-3", 35)];
        let groups = Order::End.group(Locale::nl, lines);
        let order: Vec<_> = groups
            .iter()
            .map(|(heading, lines)| {
                (
                    heading.as_str(),
                    lines.iter().map(|it| it.case_reference.as_str()).collect(),
                )
            })
            .collect::<Vec<(_, Vec<_>)>>();
        assert_eq!(
            order,
            [("februari 1970", vec!["26-3", "26-1"]), ("februari 1971", vec!["26-2"])]
        );
    }

    #[test]
    fn by_case_each_case_has_one_heading() {
        let groups = Order::Case.group(Locale::nl, vec![line("26-2", 1), line("26-1", 1), line("26-2", 2)]);
        assert_eq!(groups.iter().map(|(_, lines)| lines.len()).collect::<Vec<_>>(), [1, 2]);
    }
}
