//! The accountability report of one session for the own party: who, when and by which rule, never what was said (C4).

use akkoord::accountability::{Report, ReportCount, ReportRelease, ReportSeat, ReportTime};
use akkoord::ground::GroundStatus;
use akkoord::ids::PartyId;
use akkoord::party::Party;
use akkoord::session::command::ContributionKind;
use chrono::{DateTime, Utc};
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

use crate::ask::{self, asked};
use crate::backend::Problem;
use crate::i18n::{t, t_string, use_i18n};
use crate::pages::certificate::Certificate;
use crate::pages::loaded::loaded;
use crate::ui::{KindTag, PartyTag, Title, shown, time, view, words};

/// The report.
#[component]
pub(crate) fn Accountability() -> impl IntoView {
    let params = use_params_map();
    let id = move || params.read().get("id").and_then(|id| id.parse().ok());
    let report = asked(id, |id| async move {
        match id {
            Some(id) => ask::report(id).await,
            None => Err(Problem::NotFound),
        }
    });
    loaded(report, |report| view! { <Page report /> })
}

/// The parties of a report, by id.
pub(super) type Parties = StoredValue<Vec<Party>>;

/// The tag of a party; nothing for one the reader may not know.
pub(super) fn tag(parties: Parties, id: PartyId) -> Option<impl IntoView> {
    let party = parties.with_value(|parties| parties.iter().find(|party| party.id == id).cloned());
    party.map(|party| view! { <PartyTag kind=party.kind name=party.name /> })
}

#[component]
fn Page(report: Report) -> impl IntoView {
    let i18n = use_i18n();
    let parties = StoredValue::new(report.seats.iter().map(|seat| seat.party.clone()).collect());
    let title = {
        let reference = report.case_reference.clone();
        move || t_string!(i18n, accountability.title, reference = reference.clone()).to_string()
    };
    let when = move || {
        let locale = i18n.get_locale();
        let from = time::full(locale, report.convened_at);
        report.closed_at.map_or_else(
            || from.clone(),
            |until| format!("{from} – {}", time::full(locale, until)),
        )
    };
    let moment = report.moment;
    let is_closed = report.closed_at.is_some();
    let destroyed = report.destroyed;
    let reader = report.party;
    let disposition = report.disposition;
    view! {
        <Title text=title.clone() />
        <div class="page">
            <div>
                <h1 class="utrecht-heading-1">{title}</h1>
                <p class="soft">{shown(move || words::name(i18n.get_locale(), &moment))} ", " {move || when()}</p>
                <p class="lead">{t!(i18n, accountability.intro)}</p>
            </div>
            <Seats seats=report.seats />
            <Counts counts=report.contributions parties />
            <Times times=report.time_requests parties />
            <Releases releases=report.releases parties />
            {is_closed.then(|| view! { <Certificate destroyed reader parties /> }.into_any())}
            {disposition
                .map(|(kind, at)| {
                    view! {
                        <section class="page-section" aria-labelledby="disposition">
                            <h2 class="utrecht-heading-2" id="disposition">
                                {t!(i18n, accountability.disposition)}
                            </h2>
                            <p>
                                {shown(move || words::disposition(i18n.get_locale(), kind))} ", "
                                {shown(move || time::full(i18n.get_locale(), at))}
                            </p>
                        </section>
                    }
                })}
            <section class="page-section" aria-labelledby="deviations">
                <h2 class="utrecht-heading-2" id="deviations">
                    {t!(i18n, accountability.deviations)}
                </h2>
                {if report.deviations.is_empty() {
                    view! { <p class="soft">{t!(i18n, accountability.none_deviations)}</p> }
                } else {
                    report
                        .deviations
                        .into_iter()
                        .map(|deviation| {
                            view! {
                                <div class="disposition disposition--deviation">
                                    <p>
                                        <strong>{deviation.by}</strong>
                                        ", "
                                        {shown(move || time::full(i18n.get_locale(), deviation.at))}
                                    </p>
                                    <p>
                                        {move || {
                                            deviation
                                                .motivation
                                                .clone()
                                                .unwrap_or_else(|| {
                                                    t_string!(i18n, accountability.motivation_elsewhere).to_owned()
                                                })
                                        }}
                                    </p>
                                </div>
                            }
                        })
                        .collect_view()
                        .into_any()
                }}
            </section>
            <section class="page-section" aria-labelledby="chain">
                <h2 class="utrecht-heading-2" id="chain">
                    {t!(i18n, accountability.chain)}
                </h2>
                <p class="lead">{t!(i18n, accountability.chain_text)}</p>
                <dl class="data">
                    <div>
                        <dt>{t!(i18n, accountability.head)}</dt>
                        <dd class="report-head">
                            {match report.head {
                                Some(head) => head.to_string().into_any(),
                                None => t!(i18n, accountability.after_close).into_any(),
                            }}
                        </dd>
                    </div>
                    {report
                        .events
                        .map(|events| {
                            view! {
                                <div>
                                    <dt>{t!(i18n, accountability.events)}</dt>
                                    <dd>{events}</dd>
                                </div>
                            }
                        })}
                </dl>
            </section>
        </div>
    }
}

#[component]
fn Seats(seats: Vec<ReportSeat>) -> impl IntoView {
    let i18n = use_i18n();
    let accepted = move |at: Option<DateTime<Utc>>| match at {
        Some(at) => time::full(i18n.get_locale(), at),
        None => t_string!(i18n, accountability.not_accepted).to_owned(),
    };
    let rows = seats.into_iter().flat_map(|seat| {
        let ReportSeat { party, level, people } = seat;
        // A seat nobody sat on is told too.
        let people = if people.is_empty() {
            vec![None]
        } else {
            people.into_iter().map(Some).collect()
        };
        people.into_iter().map(move |person| (party.clone(), level, person))
    });
    let rows = rows.map(|(party, level, person)| {
        let (name, at) = person.map_or((None, None), |(name, at)| (Some(name), Some(at)));
        view! {
            <tr class="utrecht-table__row">
                <th scope="row" class="utrecht-table__cell">
                    <PartyTag kind=party.kind name=party.name.clone() />
                    " "
                    {party.name}
                </th>
                <td class="utrecht-table__cell">{shown(move || words::seat(i18n.get_locale(), level))}</td>
                <td class="utrecht-table__cell">{name.unwrap_or_else(|| "–".to_owned())}</td>
                <td class="utrecht-table__cell">{move || at.map(accepted)}</td>
            </tr>
        }
    });
    view! {
        <section class="page-section" aria-labelledby="seats">
            <h2 class="utrecht-heading-2" id="seats">
                {t!(i18n, accountability.seats)}
            </h2>
            <div class="utrecht-table-container" tabindex="0" role="group" aria-labelledby="seats">
                <table class="utrecht-table">
                    <thead class="utrecht-table__header">
                        <tr class="utrecht-table__row">
                            <th scope="col" class="utrecht-table__header-cell">{t!(i18n, accountability.column.party)}</th>
                            <th scope="col" class="utrecht-table__header-cell">{t!(i18n, accountability.column.seat)}</th>
                            <th scope="col" class="utrecht-table__header-cell">{t!(i18n, accountability.column.person)}</th>
                            <th scope="col" class="utrecht-table__header-cell">
                                {t!(i18n, accountability.column.accepted)}
                            </th>
                        </tr>
                    </thead>
                    <tbody class="utrecht-table__body">{rows.collect_view()}</tbody>
                </table>
            </div>
        </section>
    }
}

#[component]
fn Counts(counts: Vec<ReportCount>, parties: Parties) -> impl IntoView {
    let i18n = use_i18n();
    let mut owners: Vec<PartyId> = counts.iter().map(|count| count.party).collect();
    owners.dedup();
    let rows = owners
        .into_iter()
        .map(|owner| {
            let own: Vec<_> = counts.iter().filter(|count| count.party == owner).collect();
            let of = |kind| {
                own.iter()
                    .find(|count| count.kind == kind)
                    .map_or(0, |count| count.shared)
            };
            let total: u32 = own.iter().map(|count| count.shared).sum();
            let withdrawn: u32 = own.iter().map(|count| count.withdrawn).sum();
            let cells = ContributionKind::ALL.map(
                |kind| view! { <td class="utrecht-table__cell utrecht-table__cell--numeric-data">{of(kind)}</td> },
            );
            view! {
                <tr class="utrecht-table__row">
                    <th scope="row" class="utrecht-table__cell">{tag(parties, owner)}</th>
                    {cells}
                    <td class="utrecht-table__cell utrecht-table__cell--numeric-data">{total}</td>
                    <td class="utrecht-table__cell utrecht-table__cell--numeric-data">{withdrawn}</td>
                </tr>
            }
        })
        .collect_view();
    let kinds = ContributionKind::ALL.map(|kind| {
        view! {
            <th scope="col" class="utrecht-table__header-cell utrecht-table__header-cell--numeric-column">
                {shown(move || words::kind(i18n.get_locale(), kind).0)}
            </th>
        }
    });
    view! {
        <section class="page-section" aria-labelledby="counts">
            <h2 class="utrecht-heading-2" id="counts">
                {t!(i18n, accountability.counts)}
            </h2>
            <div class="utrecht-table-container" tabindex="0" role="group" aria-labelledby="counts">
                <table class="utrecht-table">
                    <thead class="utrecht-table__header">
                        <tr class="utrecht-table__row">
                            <th scope="col" class="utrecht-table__header-cell">{t!(i18n, accountability.column.party)}</th>
                            {kinds}
                            <th scope="col" class="utrecht-table__header-cell utrecht-table__header-cell--numeric-column">
                                {t!(i18n, accountability.column.total)}
                            </th>
                            <th scope="col" class="utrecht-table__header-cell utrecht-table__header-cell--numeric-column">
                                {t!(i18n, accountability.column.withdrawn)}
                            </th>
                        </tr>
                    </thead>
                    <tbody class="utrecht-table__body">{rows}</tbody>
                </table>
            </div>
        </section>
    }
}

#[component]
fn Times(times: Vec<ReportTime>, parties: Parties) -> impl IntoView {
    let i18n = use_i18n();
    let none = times.is_empty();
    let rows = times
        .into_iter()
        .map(|it| {
            let until = move || match it.until {
                Some(until) => time::full(i18n.get_locale(), until),
                None => t_string!(i18n, accountability.still_open).to_owned(),
            };
            let length = move || {
                it.until
                    .map(|until| time::length(i18n.get_locale(), (until - it.from).num_seconds()))
            };
            let reason = move || match it.reason {
                Some(reason) => words::time_reason(i18n.get_locale(), reason),
                None => t_string!(i18n, accountability.no_reason),
            };
            view! {
                <tr class="utrecht-table__row">
                    <th scope="row" class="utrecht-table__cell">{tag(parties, it.party)}</th>
                    <td class="utrecht-table__cell">{shown(move || time::full(i18n.get_locale(), it.from))}</td>
                    <td class="utrecht-table__cell">{move || until()}</td>
                    <td class="utrecht-table__cell">{move || length()}</td>
                    <td class="utrecht-table__cell">{move || reason()}</td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <section class="page-section" aria-labelledby="times">
            <h2 class="utrecht-heading-2" id="times">
                {t!(i18n, accountability.time)}
            </h2>
            {if none {
                view! { <p class="soft">{t!(i18n, accountability.none_time)}</p> }
            } else {
                view! {
                    <div class="utrecht-table-container" tabindex="0" role="group" aria-labelledby="times">
                        <table class="utrecht-table">
                            <thead class="utrecht-table__header">
                                <tr class="utrecht-table__row">
                                    <th scope="col" class="utrecht-table__header-cell">
                                        {t!(i18n, accountability.column.party)}
                                    </th>
                                    <th scope="col" class="utrecht-table__header-cell">
                                        {t!(i18n, accountability.column.asked)}
                                    </th>
                                    <th scope="col" class="utrecht-table__header-cell">
                                        {t!(i18n, accountability.column.ended)}
                                    </th>
                                    <th scope="col" class="utrecht-table__header-cell">
                                        {t!(i18n, accountability.column.length)}
                                    </th>
                                    <th scope="col" class="utrecht-table__header-cell">
                                        {t!(i18n, accountability.column.reason)}
                                    </th>
                                </tr>
                            </thead>
                            <tbody class="utrecht-table__body">{rows}</tbody>
                        </table>
                    </div>
                }
            }}
        </section>
    }
}

#[component]
fn Releases(releases: Vec<ReportRelease>, parties: Parties) -> impl IntoView {
    let i18n = use_i18n();
    let none = releases.is_empty();
    let rows = releases
        .into_iter()
        .map(|it| {
            let purpose = move || {
                it.task
                    .clone()
                    .unwrap_or_else(|| t_string!(i18n, accountability.for_action).to_owned())
            };
            view! {
                <tr class="utrecht-table__row">
                    <td class="utrecht-table__cell">{tag(parties, it.giver)}</td>
                    <td class="utrecht-table__cell">{tag(parties, it.recipient)}</td>
                    <td class="utrecht-table__cell">
                        <KindTag kind=it.kind />
                    </td>
                    <td class="utrecht-table__cell">{move || purpose()}</td>
                    <td class="utrecht-table__cell">
                        {it.ground.article} " "
                        {(it.ground.status != GroundStatus::Undisputed)
                            .then(|| view! { <span class="tag tag--bad">{t!(i18n, dossier.disputed)}</span> })}
                    </td>
                    <td class="utrecht-table__cell">{shown(move || time::full(i18n.get_locale(), it.approved_at))}</td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <section class="page-section" aria-labelledby="releases">
            <h2 class="utrecht-heading-2" id="releases">
                {t!(i18n, accountability.releases)}
            </h2>
            {if none {
                view! { <p class="soft">{t!(i18n, accountability.none_releases)}</p> }
            } else {
                view! {
                    <div class="utrecht-table-container" tabindex="0" role="group" aria-labelledby="releases">
                        <table class="utrecht-table">
                            <thead class="utrecht-table__header">
                                <tr class="utrecht-table__row">
                                    <th scope="col" class="utrecht-table__header-cell">
                                        {t!(i18n, accountability.column.giver)}
                                    </th>
                                    <th scope="col" class="utrecht-table__header-cell">
                                        {t!(i18n, accountability.column.recipient)}
                                    </th>
                                    <th scope="col" class="utrecht-table__header-cell">
                                        {t!(i18n, accountability.column.kind)}
                                    </th>
                                    <th scope="col" class="utrecht-table__header-cell">
                                        {t!(i18n, accountability.column.purpose)}
                                    </th>
                                    <th scope="col" class="utrecht-table__header-cell">
                                        {t!(i18n, accountability.column.ground)}
                                    </th>
                                    <th scope="col" class="utrecht-table__header-cell">
                                        {t!(i18n, accountability.column.when)}
                                    </th>
                                </tr>
                            </thead>
                            <tbody class="utrecht-table__body">{rows}</tbody>
                        </table>
                    </div>
                }
            }}
        </section>
    }
}
