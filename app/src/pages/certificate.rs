//! The certificate of destruction in the accountability report: which texts are gone, since when and why (R8). No text.

use akkoord::accountability::{ReportDestroyed, WhyDestroyed};
use akkoord::ids::PartyId;
use leptos::prelude::*;

use super::accountability::{Parties, tag};
use crate::i18n::{t, t_string, use_i18n};
use crate::ui::{KindTag, shown, time, view};

/// The section of the report.
#[component]
pub(super) fn Certificate(
    /// The lines.
    destroyed: Vec<ReportDestroyed>,
    /// Whose report this is.
    reader: PartyId,
    /// The parties it names.
    parties: Parties,
) -> impl IntoView {
    let i18n = use_i18n();
    let none = destroyed.is_empty();
    let rows = destroyed
        .into_iter()
        .map(|line| view! { <Line line reader parties /> })
        .collect_view();
    view! {
        <section class="page-section" aria-labelledby="certificate">
            <h2 class="utrecht-heading-2" id="certificate">
                {t!(i18n, accountability.certificate.title)}
            </h2>
            <p class="soft">
                {if none {
                    t!(i18n, accountability.certificate.none).into_any()
                } else {
                    t!(i18n, accountability.certificate.text).into_any()
                }}
            </p>
            <div class="utrecht-table-container" tabindex="0" role="group" aria-labelledby="certificate" hidden=none>
                <table class="utrecht-table">
                    <thead class="utrecht-table__header">
                        <tr class="utrecht-table__row">
                            <th scope="col" class="utrecht-table__header-cell">{t!(i18n, accountability.certificate.item)}</th>
                            <th scope="col" class="utrecht-table__header-cell">{t!(i18n, accountability.column.party)}</th>
                            <th scope="col" class="utrecht-table__header-cell">{t!(i18n, accountability.column.kind)}</th>
                            <th scope="col" class="utrecht-table__header-cell">
                                {t!(i18n, accountability.certificate.shared)}
                            </th>
                            <th scope="col" class="utrecht-table__header-cell">{t!(i18n, accountability.certificate.at)}</th>
                            <th scope="col" class="utrecht-table__header-cell">{t!(i18n, accountability.certificate.why)}</th>
                        </tr>
                    </thead>
                    <tbody class="utrecht-table__body">{rows}</tbody>
                </table>
            </div>
        </section>
    }
    .into_any()
}

#[component]
fn Line(line: ReportDestroyed, reader: PartyId, parties: Parties) -> impl IntoView {
    let i18n = use_i18n();
    let ReportDestroyed {
        contribution,
        owner,
        kind,
        shared_at,
        at,
        why,
    } = line;
    let named = move |to: &[PartyId]| {
        let words = |parties: &Vec<akkoord::party::Party>| {
            let named = parties.iter().filter(|party| to.contains(&party.id));
            named.map(|party| party.name.clone()).collect::<Vec<_>>().join(", ")
        };
        parties.with_value(words)
    };
    let why = move || match &why {
        WhyDestroyed::Withdrawn => t_string!(i18n, accountability.certificate.withdrawn).to_owned(),
        // What an owner gave to others is not the reader's to know (R2).
        WhyDestroyed::NotReleased if owner != reader => {
            t_string!(i18n, accountability.certificate.not_to_you).to_owned()
        }
        WhyDestroyed::NotReleased => t_string!(i18n, accountability.certificate.not_released).to_owned(),
        WhyDestroyed::Released { to } => {
            let parties = named(to);
            t_string!(i18n, accountability.certificate.released, parties = parties).to_string()
        }
    };
    // The whole id stands in the JSON of the report; eight characters are enough to tell two apart.
    let short: String = contribution.to_string().chars().take(8).collect();
    view! {
        <tr class="utrecht-table__row">
            <th scope="row" class="utrecht-table__cell digits" title=contribution.to_string()>
                {short}
            </th>
            <td class="utrecht-table__cell">{tag(parties, owner)}</td>
            <td class="utrecht-table__cell">
                <KindTag kind />
            </td>
            <td class="utrecht-table__cell">{shown(move || time::full(i18n.get_locale(), shared_at))}</td>
            <td class="utrecht-table__cell">{shown(move || time::full(i18n.get_locale(), at))}</td>
            <td class="utrecht-table__cell">{shown(why)}</td>
        </tr>
    }
    .into_any()
}
