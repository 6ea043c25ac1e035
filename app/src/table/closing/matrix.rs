//! The matrix: own items by recipients. A real table with the keyboard of a grid: arrows move, one key decides.
//! Only one cell, and the buttons of its row and column, lie in the tab order.

use std::collections::BTreeSet;

use akkoord::ground::{GroundStatus, LegalGround};
use akkoord::ids::{ItemId, PartyId};
use akkoord::party::PartyKind;
use akkoord::session::CommandKind;
use akkoord::session::closing::proposal::{
    BulkDecision, Decided, asks_sentence, decided, is_in_audience, usual_purpose, yes_needed_of,
};
use akkoord::session::command::Verdict;
use akkoord::session::item::{LapseReason, Purpose};
use akkoord::session::view::{ContentView, ItemView, RequestView, SeatView, VerdictView};
use leptos::ev;
use leptos::prelude::*;

use super::words::{beginning, lapsed, needs_yes_of, row_kind};
use crate::i18n::{Locale, t, t_string, td_string, use_i18n};
use crate::live::Live;
use crate::live::seen::Card;
use crate::table::card::purpose_words;
use crate::table::{Desk, desk, dom, live};
use crate::ui::{Button, Each, Empty, KindTag, Look, PartyTag, changing, view};

/// Where the keyboard is in the grid.
type Place = (ItemId, PartyId);

/// What everything in the matrix looks at.
#[derive(Clone, Copy)]
struct Grid {
    rows: Memo<Vec<Card>>,
    columns: Memo<Vec<PartyId>>,
    /// The follow-up actions, on which the usual purpose of a cell depends.
    actions: Memo<Vec<ItemView>>,
    /// Everything on the table, on which a row can rest.
    items: Memo<Vec<ItemView>>,
    at: RwSignal<Option<Place>>,
    /// Cells whose decision is on its way.
    underway: Memo<BTreeSet<Place>>,
}

impl Grid {
    fn new(live: Live) -> Self {
        let seen = live.seen;
        Self {
            rows: Memo::new(move |_| seen.own_rows()),
            columns: Memo::new(move |_| super::columns(seen).into_iter().map(|it| it.party.id).collect()),
            actions: Memo::new(move |_| super::actions(seen)),
            items: Memo::new(move |_| seen.views()),
            at: RwSignal::new(None),
            underway: Memo::new(move |_| {
                live.outbox.with(|outbox| {
                    let commands = outbox.iter().map(|waiting| &waiting.command.kind);
                    let cells = commands.filter_map(|command| {
                        if let CommandKind::Decide { cells } = command {
                            Some(cells)
                        } else {
                            None
                        }
                    });
                    cells.flatten().map(|cell| (cell.item, cell.recipient)).collect()
                })
            }),
        }
    }

    /// The cell in the tab order: where the keyboard was, as long as that is there, else the first.
    fn here(self) -> Option<Place> {
        let first = || {
            Some((
                self.rows.with(|rows| rows.first().map(|row| row.id))?,
                self.columns.with(|all| all.first().copied())?,
            ))
        };
        let there = |(row, column): &Place| {
            self.rows.with(|rows| rows.iter().any(|it| it.id == *row)) && self.columns.with(|all| all.contains(column))
        };
        self.at.get().filter(there).or_else(first)
    }

    fn step(self, down: isize, right: isize) {
        let Some((row, column)) = untrack(|| self.here()) else {
            return;
        };
        let row = self.rows.with_untracked(|rows| {
            let at = rows.iter().position(|it| it.id == row)?;
            rows.get(at.saturating_add_signed(down).min(rows.len() - 1))
                .map(|it| it.id)
        });
        let column = self.columns.with_untracked(|all| {
            let at = all.iter().position(|it| *it == column)?;
            all.get(at.saturating_add_signed(right).min(all.len() - 1)).copied()
        });
        if let (Some(row), Some(column)) = (row, column) {
            self.at.set(Some((row, column)));
            dom::focus(&format!("[data-cell='{row}/{column}']"));
        }
    }
}

/// The closing round of one owner.
#[component]
pub(in crate::table) fn Round() -> impl IntoView {
    let i18n = use_i18n();
    let live = live();
    let desk = desk();
    let seen = live.seen;
    let grid = Grid::new(live);
    let empty = Memo::new(move |_| grid.rows.with(Vec::is_empty));
    let may_decide = Memo::new(move |_| seen.may.with(|may| may.decide));
    let left = Memo::new(move |_| super::open_cells(seen).len());
    let undoable = Memo::new(move |_| super::undoable(live, desk).len());
    let progress = move || match left.get() {
        0 => t_string!(i18n, closing.all_decided).to_owned(),
        1 => t_string!(i18n, closing.one_left).to_owned(),
        number => t_string!(i18n, closing.left, number = number).to_string(),
    };
    let keydown = move |event: ev::KeyboardEvent| {
        if press(live, desk, grid, &event) {
            event.prevent_default();
            event.stop_propagation();
        }
    };
    view! {
        <div class="matrix-round stack">
            <p class="lead">{t!(i18n, closing.intro)}</p>
            <div class="spread">
                <p role="status" data-left=move || left.get().to_string()>
                    <strong>{move || progress()}</strong>
                    " "
                    {t!(i18n, closing.otherwise)}
                </p>
                <Ready />
            </div>
            {move || {
                if empty.get() {
                    let title = Signal::derive(move || t_string!(i18n, closing.nothing).to_owned());
                    let text = Signal::derive(move || t_string!(i18n, closing.nothing_text).to_owned());
                    return view! { <Empty title text /> };
                }
                view! {
                    <div class="row">
                        {move || {
                            may_decide
                                .get()
                                .then(|| {
                                    view! {
                                        <Button key="r" on:click=move |_| desk.bulk.set(Some(BulkDecision::Requested))>
                                            {t!(i18n, closing.requested_only)}
                                        </Button>
                                    }
                                })
                        }}
                        <span class="note">{t!(i18n, closing.keys)}</span>
                    </div>
                    <div role="status" class="row">
                        {move || {
                            (undoable.get() > 0)
                                .then(|| {
                                    view! {
                                        <span>
                                            {move || t_string!(i18n, closing.undo.done, number = undoable.get()).to_string()}
                                        </span>
                                        <Button
                                            key="u"
                                            on:click=move |_| {
                                                super::undo(live, desk);
                                            }
                                        >
                                            {t!(i18n, closing.undo.act)}
                                        </Button>
                                    }
                                })
                        }}
                    </div>
                    <div class="matrix-scroll">
                        <table class="matrix" role="grid" aria-label=move || t_string!(i18n, closing.title) on:keydown=keydown>
                            <thead>
                                <tr>
                                    <th scope="col">{t!(i18n, closing.contribution)}</th>
                                    <Each each=move || grid.columns.get() key=|id| *id let:id>
                                        <Column id grid />
                                    </Each>
                                </tr>
                            </thead>
                            <tbody>
                                <Each each=move || grid.rows.get() key=|row| row.id let:row>
                                    <Row row grid />
                                </Each>
                            </tbody>
                        </table>
                    </div>
                }
            }}
        </div>
    }
}

/// "Wij zijn klaar": the table sees that, and never what was decided.
#[component]
fn Ready() -> impl IntoView {
    let i18n = use_i18n();
    let live = live();
    let seen = live.seen;
    let may = Memo::new(move |_| seen.may.with(|may| may.set_ready));
    let ready = Memo::new(move |_| {
        let you = seen.you();
        seen.seats
            .with(|seats| seats.iter().any(|seat| Some(seat.party.id) == you && seat.ready))
    });
    changing(move || {
        may.get().then(|| {
            view! {
                <Button
                    look=Look::Primary
                    attr:aria-pressed=move || ready.get().to_string()
                    on:click=move |_| live.want(CommandKind::SetReady { ready: !ready.get_untracked() })
                >
                    {move || if ready.get() { t_string!(i18n, closing.ready_undo) } else { t_string!(i18n, closing.ready) }}
                </Button>
            }
        })
    })
}

/// What a key does in the grid. True when it did something.
fn press(live: Live, desk: Desk, grid: Grid, event: &ev::KeyboardEvent) -> bool {
    if event.ctrl_key() || event.meta_key() || event.alt_key() {
        return false;
    }
    // The buttons of rows and columns keep their own Enter.
    let Some(cell) = dom::focused_data("data-cell") else {
        return false;
    };
    let mut ids = cell.split('/');
    let (Some(row), Some(column)) = (
        ids.next().and_then(|id| id.parse().ok()),
        ids.next().and_then(|id| id.parse().ok()),
    ) else {
        return false;
    };
    grid.at.set(Some((row, column)));
    match event.key().as_str() {
        "ArrowDown" => grid.step(1, 0),
        "ArrowUp" => grid.step(-1, 0),
        "ArrowRight" => grid.step(0, 1),
        "ArrowLeft" => grid.step(0, -1),
        "Home" => grid.step(0, isize::MIN),
        "End" => grid.step(0, isize::MAX),
        "Enter" | "j" => approve(live, desk, grid, row, column),
        "x" => decide(live, desk, row, column, Verdict::Decline { reason: None }),
        "Backspace" | "Delete" | "o" => decide(live, desk, row, column, Verdict::Undecide {}),
        "d" | " " => desk.cell.set(Some((row, column))),
        _ => return false,
    }
    true
}

/// One cell, on the revision that is on the screen.
fn decide(live: Live, desk: Desk, item: ItemId, recipient: PartyId, verdict: Verdict) {
    if let Some(read) = super::as_shown(live.seen, item) {
        super::decide(live, desk, read, recipient, verdict);
    }
}

/// The owner's yes, for the usual purpose. The details open where that is not enough: a sentence is asked, or the recipient
/// does not see the item at the table.
fn approve(live: Live, desk: Desk, grid: Grid, item: ItemId, recipient: PartyId) {
    let seen = live.seen;
    let card = untrack(|| seen.card(item));
    let seat = untrack(|| seen.seat(recipient));
    let (Some(card), Some(seat)) = (card, seat) else { return };
    let view = card.view.get_untracked();
    let purpose = grid.actions.with_untracked(|actions| usual(&view, &seat, actions));
    let ground = seat.ground_for(purpose.as_ref());
    let asks = asks_sentence(ground);
    let key = (
        recipient,
        ground.map(|ground| ground.article.clone()).unwrap_or_default(),
    );
    let sentence = desk.sentences.with_untracked(|all| all.get(&key).cloned());
    match purpose {
        Some(purpose) if (!asks || sentence.is_some()) && is_in_audience(&seat, &view) => {
            let verdict = Verdict::Approve {
                purpose,
                subjects: None,
                excerpt: None,
                condition: None,
                motivation: sentence.filter(|_| asks),
            };
            super::decide(live, desk, (item, view.revision), recipient, verdict);
        }
        _ => desk.cell.set(Some((item, recipient))),
    }
}

/// The request of one recipient, if it made one (R13).
pub(super) fn asked(item: &ItemView, recipient: PartyId) -> Option<RequestView> {
    item.requests.iter().find(|request| request.party == recipient).cloned()
}

/// What one would say that an item is for.
pub(super) fn usual(item: &ItemView, seat: &SeatView, actions: &[ItemView]) -> Option<Purpose> {
    let request = asked(item, seat.party.id);
    let wanted = request.as_ref().and_then(|request| request.purpose.as_ref());
    usual_purpose(wanted, item, seat, actions)
}

/// The head of a column: who receives, on what ground, and what that can mean.
#[component]
fn Column(id: PartyId, grid: Grid) -> impl IntoView {
    let i18n = use_i18n();
    let desk = desk();
    let seen = live().seen;
    let seat = Memo::new(move |_| seen.seat(id));
    let tag = move || {
        let party = seat.with(|seat| seat.as_ref().map(|seat| (seat.party.kind, seat.party.name.clone())))?;
        let (kind, name) = party;
        Some(view! { <PartyTag kind name /> })
    };
    // The ground that holds for any purpose; a task can have another one.
    let ground = Memo::new(move |_| seat.with(|seat| seat.as_ref().and_then(|seat| seat.ground_for(None).cloned())));
    let doubt = move || ground.with(|ground| doubt_word(i18n.get_locale(), ground.as_ref()));
    let article = move || ground.with(|ground| ground.as_ref().map(|ground| ground.article.clone()));
    let differs = move || {
        let differs = seat.with(|seat| seat.as_ref().is_some_and(|seat| !seat.task_grounds.is_empty()));
        differs.then(|| t_string!(i18n, closing.differs))
    };
    let to_court = Memo::new(move |_| {
        seat.with(|seat| {
            seat.as_ref()
                .is_some_and(|seat| seat.party.kind == PartyKind::Prosecution)
        })
    });
    let here = Memo::new(move |_| grid.here().is_some_and(|(_, column)| column == id));
    let tab = move || if here.get() { "0" } else { "-1" };
    let bulk = move |approve: bool| move |_| desk.bulk.set(Some(BulkDecision::Column { recipient: id, approve }));
    view! {
        <th scope="col" class="matrix-recipient">
            {move || tag()}
            <span class="matrix-ground note">
                {move || doubt().map(|word| view! { <span data-disputed>"⚠ " {word}</span> })}
                <span class="matrix-article" title=move || article()>
                    {move || article()}
                </span>
                {move || differs().map(|text| view! { <span>{text}</span> })}
            </span>
            {move || to_court.get().then(|| view! { <span class="matrix-court note" title=move || t_string!(i18n, closing.to_court)>"⚠ " {t!(i18n, closing.to_court_short)}</span> })}
            <span class="matrix-many">
                <button
                    type="button"
                    class="choice"
                    tabindex=move || tab()
                    aria-label=move || t_string!(i18n, closing.column_yes, party = seen.party(id)).to_string()
                    on:click=bulk(true)
                >
                    "✓"
                </button>
                <button
                    type="button"
                    class="choice"
                    tabindex=move || tab()
                    aria-label=move || t_string!(i18n, closing.column_no, party = seen.party(id)).to_string()
                    on:click=bulk(false)
                >
                    "✕"
                </button>
            </span>
        </th>
    }
}

#[component]
fn Row(row: Card, grid: Grid) -> impl IntoView {
    let i18n = use_i18n();
    let desk = desk();
    let seen = live().seen;
    let id = row.id;
    let view = RwSignal::from(row.view);
    let kind = Memo::new(move |_| view.with(|view| row_kind(i18n.get_locale(), seen, view)));
    let contribution = Memo::new(move |_| {
        view.with(|view| match view.content {
            ContentView::Contribution { kind } => Some(kind),
            _ => None,
        })
    });
    let tag = move || match contribution.get() {
        Some(kind) => view! { <KindTag kind /> },
        None => view! {
            <span class="tag">{move || kind.with(|(word, _)| word.clone())}</span>
            <span class="card-means">{move || kind.with(|(_, means)| means.clone())}</span>
        },
    };
    let text = Memo::new(move |_| view.with(|view| beginning(view, 160)));
    let needs_yes = Memo::new(move |_| {
        let owners = view.with(|view| grid.items.with(|items| yes_needed_of(view, items, view.owner.id)));
        needs_yes_of(i18n.get_locale(), seen, &owners)
    });
    let whom = move || view.with(|view| seen.about_whom(&view.subjects));
    let here = Memo::new(move |_| grid.here().is_some_and(|(row, _)| row == id));
    let tab = move || if here.get() { "0" } else { "-1" };
    let bulk = move |approve: bool| move |_| desk.bulk.set(Some(BulkDecision::Row { item: id, approve }));
    let spoken = move || view.with(|view| beginning(view, 40));
    view! {
        <tr data-row=id.to_string()>
            <th scope="row" class="matrix-item">
                <span class="row">
                    {move || tag()}
                    <span class="card-about">{move || whom()}</span>
                </span>
                <span class="matrix-text">{move || text.get()}</span>
                {move || {
                    needs_yes.get().map(|text| view! { <span class="note matrix-basis" data-needs-yes>"⚠ " {text}</span> })
                }}
                <span class="matrix-many">
                    <button
                        type="button"
                        class="choice"
                        tabindex=move || tab()
                        aria-label=move || t_string!(i18n, closing.row_yes, text = spoken()).to_string()
                        on:click=bulk(true)
                    >
                        "✓"
                    </button>
                    <button
                        type="button"
                        class="choice"
                        tabindex=move || tab()
                        aria-label=move || t_string!(i18n, closing.row_no, text = spoken()).to_string()
                        on:click=bulk(false)
                    >
                        "✕"
                    </button>
                </span>
            </th>
            <Each each=move || grid.columns.get() key=|to| *to let:to>
                <Cell id to view grid />
            </Each>
        </tr>
    }
}

/// One decision. It stays the same button whatever is decided, so that the focus stays too.
#[component]
fn Cell(id: ItemId, to: PartyId, view: RwSignal<ItemView>, grid: Grid) -> impl IntoView {
    let i18n = use_i18n();
    let live = live();
    let desk = desk();
    let seen = live.seen;
    let state = Memo::new(move |_| view.with(|view| decided(view, to)));
    let request = Memo::new(move |_| view.with(|view| asked(view, to)));
    // What it was approved for, else what one would say yes for: that is what its ground hangs on.
    let ground = Memo::new(move |_| {
        let verdict = view.with(|view| verdict(view, to));
        if let Some(VerdictView::Approved { ground, .. }) = verdict {
            return Some(ground);
        }
        let seat = seen.seat(to)?;
        let usual = view.with(|view| grid.actions.with(|actions| usual(view, &seat, actions)));
        seat.ground_for(usual.as_ref()).cloned()
    });
    let lapse: Memo<Option<LapseReason>> = Memo::new(move |_| match view.with(|view| verdict(view, to)) {
        Some(VerdictView::Lapsed { because, .. }) => Some(because),
        _ => None,
    });
    let lapsed = move || lapse.get().map(|because| lapsed(i18n.get_locale(), seen, to, because));
    let contested = Memo::new(move |_| ground.with(|ground| asks_sentence(ground.as_ref())));
    let underway = Memo::new(move |_| grid.underway.with(|all| all.contains(&(id, to))));
    let here = Memo::new(move |_| grid.here() == Some((id, to)));
    let word = move || {
        if underway.get() {
            "…"
        } else {
            state_word(i18n.get_locale(), state.get())
        }
    };
    // Why it was asked stands in the cell itself; the whole of it is there for those who point and those who listen.
    let reason = move || {
        request.with(|request| {
            let request = request.as_ref()?;
            let what = request.purpose.as_ref();
            let what = || what.map(|purpose| purpose_words(i18n.get_locale(), seen, to, purpose));
            let asked = || t_string!(i18n, closing.asked).to_owned();
            Some(request.reason.clone().or_else(what).unwrap_or_else(asked))
        })
    };
    let why = Memo::new(move |_| {
        let locale = i18n.get_locale();
        request.with(|request| {
            let request = request.as_ref()?;
            let party = seen.party(to);
            let what = request
                .purpose
                .as_ref()
                .map(|purpose| purpose_words(locale, seen, to, purpose));
            let text = match what {
                Some(what) => td_string!(locale, table.request.for_what, party = party, what = what).to_string(),
                None => td_string!(locale, table.request.plain, party = party).to_string(),
            };
            Some(
                request
                    .reason
                    .as_ref()
                    .map_or(text.clone(), |reason| format!("{text}: {reason}")),
            )
        })
    });
    let spoken = move || {
        let locale = i18n.get_locale();
        let text = view.with(|view| beginning(view, 40));
        let mut spoken = format!("{text}, {}: {}", seen.party(to), state_word(locale, state.get()));
        if let Some(lapsed) = lapsed() {
            spoken = format!("{spoken}. {lapsed}");
        }
        // First what stands in the cell, as it stands there (WCAG 2.5.3); then who asks, and what for.
        if let Some(reason) = reason() {
            let party = seen.party(to);
            let what = request.with(|request| {
                let request = request.as_ref().filter(|request| request.reason.is_some())?;
                let purpose = request.purpose.as_ref()?;
                Some(purpose_words(locale, seen, to, purpose))
            });
            let asks = match what {
                Some(what) => td_string!(locale, table.request.for_what, party = party, what = what).to_string(),
                None => td_string!(locale, table.request.plain, party = party).to_string(),
            };
            spoken = format!("{spoken}. {reason} {asks}");
        }
        if let Some(doubt) = ground.with(|ground| doubt_word(locale, ground.as_ref())) {
            spoken = format!("{spoken}. {doubt}");
        }
        spoken
    };
    let click = move |_| {
        grid.at.set(Some((id, to)));
        if state.get_untracked() == Decided::Empty {
            approve(live, desk, grid, id, to);
        } else {
            desk.cell.set(Some((id, to)));
        }
    };
    view! {
        <td class="matrix-cell">
            <button
                type="button"
                class="matrix-decision"
                tabindex=move || if here.get() { "0" } else { "-1" }
                aria-label=move || spoken()
                aria-busy=move || underway.get().then_some("true")
                title=move || why.get()
                data-cell=format!("{id}/{to}")
                data-decision=move || state_name(state.get())
                data-requested=move || why.with(Option::is_some).then_some("true")
                data-disputed=move || contested.get().then_some("true")
                data-lapsed=move || lapse.get().is_some().then_some("true")
                on:focus=move |_| grid.at.set(Some((id, to)))
                on:click=click
            >
                <span>{move || word()}</span>
                {move || lapsed().map(|text| view! { <span class="matrix-why">"↺ " {text}</span> })}
                {move || reason().map(|text| view! { <span class="matrix-why">"◇ " {text}</span> })}
            </button>
        </td>
    }
}

/// What the owner decided for one recipient, or why it has to decide again; nothing where it never decided.
pub(super) fn verdict(item: &ItemView, recipient: PartyId) -> Option<VerdictView> {
    let cell = item.cells.iter().find(|cell| cell.recipient == recipient)?;
    Some(cell.verdict.clone())
}

/// What is wrong with a ground, in a word; nothing where nobody doubts it.
pub(super) fn doubt_word(locale: Locale, ground: Option<&LegalGround>) -> Option<&'static str> {
    match ground?.status {
        GroundStatus::Undisputed => None,
        GroundStatus::Contested => Some(td_string!(locale, closing.contested)),
        GroundStatus::None => Some(td_string!(locale, closing.no_ground)),
    }
}

fn state_word(locale: Locale, state: Decided) -> &'static str {
    match state {
        Decided::Empty => td_string!(locale, closing.state.empty),
        Decided::Approved => td_string!(locale, closing.state.approved),
        Decided::Declined => td_string!(locale, closing.state.declined),
    }
}

/// As the style knows it.
fn state_name(state: Decided) -> &'static str {
    match state {
        Decided::Empty => "empty",
        Decided::Approved => "approved",
        Decided::Declined => "declined",
    }
}
