//! The shared picture: all contributions this person sees, in the order they choose, each repainting by itself.

use std::collections::BTreeSet;

use akkoord::ids::{ItemId, PartyId, SubjectId};
use akkoord::session::CommandKind;
use akkoord::session::item::NewContent;
use leptos::prelude::*;

use super::card::{CardItem, Underway};
use super::closing::Round;
use super::composer::Composer;
use super::{desk, dom, live, names};
use crate::i18n::{t, t_string, td_string, use_i18n};
use crate::live::seen::{Card, Seen};
use crate::ui::{Button, Each, Empty, changing, remember, time, view};

/// The cookie that remembers the order.
const NAME: &str = "ordening";
/// Where the cards lie.
const FLOW: &str = ".table-flow";

/// How the cards are ordered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Order {
    /// As they were shared.
    Time,
    /// By owner.
    Party,
    /// By subject.
    Subject,
}

impl Order {
    const ALL: [Self; 3] = [Self::Time, Self::Party, Self::Subject];

    fn name(self) -> &'static str {
        match self {
            Self::Time => "tijd",
            Self::Party => "partij",
            Self::Subject => "betrokkene",
        }
    }

    /// What this person chose before.
    pub(super) fn chosen() -> Self {
        let name = remember::chosen(NAME);
        Self::ALL
            .into_iter()
            .find(|order| Some(order.name()) == name.as_deref())
            .unwrap_or(Self::Time)
    }
}

/// What the cards of one group have in common.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Common {
    /// Nothing: the whole picture.
    All,
    Owner(PartyId),
    Subject(SubjectId),
    /// About nobody in particular.
    Nobody,
}

#[derive(Clone, PartialEq)]
struct Group {
    common: Common,
    cards: Vec<Card>,
}

/// Cards in groups; a card about two people stands with both.
fn groups(seen: Seen, order: Order) -> Vec<Group> {
    let cards = seen.contributions.get();
    let with = |common: Common, has: &dyn Fn(&Card) -> bool| Group {
        common,
        cards: cards.iter().filter(|card| has(card)).cloned().collect(),
    };
    let mut groups = match order {
        Order::Time => {
            return vec![Group {
                common: Common::All,
                cards,
            }];
        }
        Order::Party => {
            let owners = seen
                .seats
                .with(|seats| seats.iter().map(|seat| seat.party.id).collect::<Vec<_>>());
            // A party whose seat was taken away still owns its cards.
            let gone = cards
                .iter()
                .map(owner_of)
                .filter(|owner| !owners.contains(owner))
                .collect::<BTreeSet<_>>();
            let owners = owners.iter().copied().chain(gone);
            owners
                .map(|id| with(Common::Owner(id), &move |card| owner_of(card) == id))
                .collect::<Vec<_>>()
        }
        Order::Subject => {
            let subjects = seen
                .subjects
                .with(|all| all.iter().map(|subject| subject.id).collect::<Vec<_>>());
            let about = |id: SubjectId| move |card: &Card| card.view.with(|view| view.subjects.contains(&id));
            let mut groups: Vec<_> = subjects
                .into_iter()
                .map(|id| with(Common::Subject(id), &about(id)))
                .collect();
            groups.push(with(Common::Nobody, &|card| {
                card.view.with(|view| view.subjects.is_empty())
            }));
            groups
        }
    };
    groups.retain(|group| !group.cards.is_empty());
    groups
}

fn owner_of(card: &Card) -> PartyId {
    card.view.with_untracked(|view| view.owner.id)
}

/// The middle of the table: the picture, the closing matrix in its turn, and the composer at the foot of both.
#[component]
pub(super) fn Picture() -> impl IntoView {
    let i18n = use_i18n();
    let live = live();
    let desk = desk();
    let seen = live.seen;
    let in_round = Memo::new(move |_| super::closing::is_round(live));
    let matrix = Memo::new(move |_| in_round.get() && desk.matrix.get());
    let groups = Memo::new(move |_| groups(seen, desk.order.get()));
    let empty = Memo::new(move |_| seen.contributions.with(Vec::is_empty));
    let full = Memo::new(move |_| seen.about.with(|about| about.full_seat));
    let pending = Memo::new(move |_| {
        live.outbox.with(|outbox| {
            let shares = outbox.iter().filter(|waiting| !waiting.seen);
            let shares = shares.filter(|waiting| {
                let kind = &waiting.command.kind;
                matches!(
                    kind,
                    CommandKind::Share {
                        content: NewContent::Contribution { .. },
                        ..
                    }
                )
            });
            shares.map(|waiting| waiting.command.clone()).collect::<Vec<_>>()
        })
    });
    let unread = Reading::follow(live);
    view! {
        <section class="table-picture" aria-labelledby="table-picture">
            <div class="table-tools">
                <h2 class="table-heading" id="table-picture">
                    {move || if matrix.get() { t_string!(i18n, closing.title) } else { t_string!(i18n, table.picture.heading) }}
                </h2>
                {move || in_round.get().then(|| view! { <WhatToSee /> })}
                {move || (!matrix.get()).then(|| view! { <Ordering /> })}
                <FollowChair />
            </div>
            <div
                class="table-flow"
                tabindex="0"
                role="group"
                aria-label=move || t_string!(i18n, table.picture.flow)
                on:wheel=move |_| desk.following.set(false)
                on:touchmove=move |_| desk.following.set(false)
                on:scroll=move |_| unread.scrolled()
            >
                {move || matrix.get().then(|| view! { <Round /> })}
                <div class="table-flow-cards" hidden=move || matrix.get()>
                    <Each each=move || groups.get() key=|group| group.common let:group>
                        <OneGroup common=group.common groups />
                    </Each>
                    <TakenBack />
                    <ul class="table-cards table-pending">
                        <Each each=move || pending.get() key=|command| command.id let:command>
                            <Underway command />
                        </Each>
                    </ul>
                    {move || {
                        (empty.get() && pending.with(Vec::is_empty))
                            .then(|| {
                                let title = Signal::derive(move || t_string!(i18n, table.picture.empty).to_owned());
                                let text = Signal::derive(move || {
                                    if full.get() {
                                        t_string!(i18n, table.picture.empty_text)
                                    } else {
                                        t_string!(i18n, table.picture.empty_restricted)
                                    }
                                        .to_owned()
                                });
                                view! { <Empty title text /> }
                            })
                    }}
                    {move || {
                        (unread.number.get() > 0)
                            .then(|| {
                                view! {
                                    <p class="table-new">
                                        <Button on:click=move |_| {
                                            unread.to_end();
                                        }>
                                            {move || {
                                                t_string!(i18n, table.picture.new, number = unread.number.get()).to_string()
                                            }}
                                        </Button>
                                    </p>
                                }
                            })
                    }}
                </div>
            </div>
            <Composer />
        </section>
    }
}

#[component]
fn OneGroup(common: Common, groups: Memo<Vec<Group>>) -> impl IntoView {
    let i18n = use_i18n();
    let seen = live().seen;
    let cards = Memo::new(move |_| {
        groups.with(|groups| {
            groups
                .iter()
                .find(|group| group.common == common)
                .map(|group| group.cards.clone())
        })
    });
    let heading = move || match common {
        Common::All => String::new(),
        Common::Owner(id) => seen.party(id),
        Common::Subject(id) => seen.about_whom(&[id]),
        Common::Nobody => t_string!(i18n, table.picture.about_nobody).to_owned(),
    };
    view! {
        <div class="table-group">
            {(common != Common::All).then(|| view! { <h3 class="table-group-heading">{move || heading()}</h3> })}
            <div class="table-cards">
                <Each each=move || cards.get().unwrap_or_default() key=|card| card.id let:card>
                    <CardItem card />
                </Each>
            </div>
        </div>
    }
}

/// In the closing round: the matrix, or the picture under it.
#[component]
fn WhatToSee() -> impl IntoView {
    let i18n = use_i18n();
    let desk = desk();
    view! {
        <div class="choices" role="group" aria-label=move || t_string!(i18n, table.picture.show)>
            <button
                type="button"
                class="choice"
                aria-keyshortcuts="c"
                aria-pressed=move || desk.matrix.get().to_string()
                on:click=move |_| desk.matrix.set(true)
            >
                {t!(i18n, closing.title)}
            </button>
            <button
                type="button"
                class="choice"
                aria-pressed=move || (!desk.matrix.get()).to_string()
                on:click=move |_| desk.matrix.set(false)
            >
                {t!(i18n, table.picture.heading)}
            </button>
        </div>
    }
}

#[component]
fn Ordering() -> impl IntoView {
    let i18n = use_i18n();
    let desk = desk();
    let choice = move |order: Order| {
        let word = move || match order {
            Order::Time => t_string!(i18n, table.picture.by_time),
            Order::Party => t_string!(i18n, table.picture.by_party),
            Order::Subject => t_string!(i18n, table.picture.by_subject),
        };
        view! {
            <button
                type="button"
                class="choice"
                aria-pressed=move || (desk.order.get() == order).to_string()
                on:click=move |_| {
                    desk.order.set(order);
                    remember::choose(NAME, order.name());
                }
            >
                {move || word()}
            </button>
        }
    };
    view! {
        <div class="choices" role="group" aria-label=move || t_string!(i18n, table.picture.order)>
            {Order::ALL.map(choice)}
        </div>
    }
}

/// "Volg voorzitter": the spotlight moves the picture, never the focus.
#[component]
fn FollowChair() -> impl IntoView {
    let i18n = use_i18n();
    let live = live();
    let desk = desk();
    let leads = Memo::new(move |_| live.seen.may.with(|may| may.lead));
    Effect::new(move |_| {
        if let Some(id) = live.spotlight.get()
            && desk.following.get()
        {
            dom::scroll_to_soon(format!("[data-card='{id}']"));
        }
    });
    changing(move || {
        (!leads.get()).then(|| {
            view! {
                <button
                    type="button"
                    class="choice table-follow"
                    aria-keyshortcuts="v"
                    aria-pressed=move || desk.following.get().to_string()
                    on:click=move |_| desk.following.update(|following| *following = !*following)
                >
                    {t!(i18n, table.picture.follow)}
                </button>
            }
        })
    })
}

/// That others took something back, and no more (R16).
#[component]
fn TakenBack() -> impl IntoView {
    let i18n = use_i18n();
    let seen = live().seen;
    let taken_back = Memo::new(move |_| seen.taken_back.get());
    let line = move |(number, it): (usize, akkoord::session::view::TakenBack)| {
        let text = move || {
            let locale = i18n.get_locale();
            let party = names::in_full(locale, seen, it.owner);
            td_string!(
                locale,
                table.picture.taken_back,
                party = party,
                time = time::clock_time(it.at)
            )
            .to_string()
        };
        view! { <li data-taken-back=number.to_string()>{move || text()}</li> }
    };
    changing(move || {
        (!taken_back.with(Vec::is_empty)).then(|| {
            view! {
                <ul class="table-taken-back note">
                    {taken_back.get().into_iter().enumerate().map(line).collect_view()}
                </ul>
            }
        })
    })
}

/// Whether the end of the picture is in sight: then it stays in sight, else new cards are counted.
#[derive(Clone, Copy)]
struct Reading {
    number: RwSignal<usize>,
    at_end: StoredValue<bool>,
}

impl Reading {
    fn follow(live: crate::live::Live) -> Self {
        let reading = Self {
            number: RwSignal::new(0),
            at_end: StoredValue::new(true),
        };
        let ids = move || {
            live.seen
                .contributions
                .with(|cards| cards.iter().map(|card| card.id).collect::<Vec<ItemId>>())
        };
        Effect::new(move |was: Option<Vec<ItemId>>| {
            let is = ids();
            match was {
                // The latest is what a person comes for.
                None => dom::scroll_end_soon(FLOW),
                Some(was) => {
                    let came = is.iter().filter(|id| !was.contains(id)).count();
                    if came > 0 && reading.at_end.get_value() {
                        dom::scroll_end_soon(FLOW);
                    } else {
                        reading.number.update(|number| *number += came);
                    }
                }
            }
            is
        });
        reading
    }

    fn scrolled(self) {
        let at_end = dom::at_end(FLOW);
        self.at_end.set_value(at_end);
        if at_end && self.number.get_untracked() > 0 {
            self.number.set(0);
        }
    }

    fn to_end(self) {
        self.number.set(0);
        dom::scroll_end_soon(FLOW);
    }
}
