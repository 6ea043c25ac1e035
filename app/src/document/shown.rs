//! A document on a page.

use akkoord::session::item::ContentKind;
use leptos::prelude::*;
use leptos::tachys::view::any_view::AnyView;

use super::names::content_kind;
use super::{Block, Cell, Section};
use crate::i18n::use_i18n;
use crate::ui::{KindTag, PartyTag, shown as text, view};

/// The sections of a document, each under its heading.
#[component]
pub(crate) fn Sections(
    /// In this order.
    sections: Vec<Section>,
) -> impl IntoView {
    let one = |section: Section| {
        let Section { id, title, blocks } = section;
        let (heading, labelled) = (id.clone(), id.clone());
        let blocks = blocks.into_iter().map(|block| shown(block, &id)).collect_view();
        view! {
            <section class="page-section" aria-labelledby=labelled>
                <h2 class="utrecht-heading-2" id=heading>
                    {title}
                </h2>
                {blocks}
            </section>
        }
    };
    sections.into_iter().map(one).collect_view()
}

fn shown(block: Block, section: &str) -> AnyView {
    match block {
        Block::Text(text) => view! { <p class="lead">{text}</p> },
        Block::Soft(text) => view! { <p class="soft">{text}</p> },
        Block::Quote(text) => view! { <blockquote class="card-text">{text}</blockquote> },
        Block::Facts(facts) => {
            let facts = facts
                .into_iter()
                .map(|(name, value)| {
                    let class = matches!(value, Cell::Mark(_)).then_some("report-head");
                    view! {
                        <div>
                            <dt>{name}</dt>
                            <dd class=class>{cell(value)}</dd>
                        </div>
                    }
                })
                .collect_view();
            view! { <dl class="data">{facts}</dl> }
        }
        Block::Table(head, rows) => table(head, rows, section.to_owned()),
    }
}

fn table(head: Vec<String>, rows: Vec<Vec<Cell>>, section: String) -> AnyView {
    let numbers: Vec<bool> = (0..head.len())
        .map(|column| rows.iter().any(|row| matches!(row.get(column), Some(Cell::Number(_)))))
        .collect();
    let head = head
        .into_iter()
        .zip(numbers)
        .map(|(name, number)| {
            let class = if number {
                "utrecht-table__header-cell utrecht-table__header-cell--numeric-column"
            } else {
                "utrecht-table__header-cell"
            };
            view! {
                <th scope="col" class=class>
                    {name}
                </th>
            }
        })
        .collect_view();
    let rows = rows
        .into_iter()
        .map(|row| {
            let cells = row.into_iter().enumerate().map(|(place, value)| {
                let class = match &value {
                    Cell::Number(_) => "utrecht-table__cell utrecht-table__cell--numeric-data",
                    Cell::Mark(_) => "utrecht-table__cell digits",
                    _ => "utrecht-table__cell",
                };
                if place == 0 {
                    view! {
                        <th scope="row" class=class>
                            {cell(value)}
                        </th>
                    }
                } else {
                    view! { <td class=class>{cell(value)}</td> }
                }
            });
            view! { <tr class="utrecht-table__row">{cells.collect_view()}</tr> }
        })
        .collect_view();
    view! {
        <div class="utrecht-table-container" tabindex="0" role="group" aria-labelledby=section>
            <table class="utrecht-table">
                <thead class="utrecht-table__header">
                    <tr class="utrecht-table__row">{head}</tr>
                </thead>
                <tbody class="utrecht-table__body">{rows}</tbody>
            </table>
        </div>
    }
}

fn cell(value: Cell) -> AnyView {
    match value {
        Cell::Text(text) | Cell::Mark(text) => text.into_any(),
        Cell::Number(number) => number.into_any(),
        Cell::Party(party) => view! {
            <PartyTag kind=party.kind name=party.name.clone() />
            " "
            {party.name}
        },
        Cell::Kind(ContentKind::Contribution(kind)) => view! { <KindTag kind /> },
        Cell::Kind(kind) => {
            let i18n = use_i18n();
            view! { <span class="tag">{text(move || content_kind(i18n.get_locale(), kind).0)}</span> }.into_any()
        }
        Cell::Warned(text, warning) => view! {
            {text}
            " "
            <span class="tag tag--bad">{warning}</span>
        },
    }
}
