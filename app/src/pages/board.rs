//! My board: what runs now, the most urgent on top, each clock ticking; below it what was closed.
//!
//! The board asks again every few seconds. A row that changes is repainted in place; the order waits as long as somebody
//! points at the list or is in it with the keyboard, so that nothing moves away under a finger.

use std::time::Duration;

use akkoord::directory::{Board as Answer, BoardRow, sort_board};
use akkoord::ids::SessionId;
use akkoord::moment::Phase;
use chrono::{DateTime, Utc};
use leptos::html;
use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::ask::{self, asked};
use crate::backend::Problem;
use crate::i18n::{Locale, t, t_string, td_string, use_i18n};
use crate::pages::loaded::loaded;
use crate::ui::clock::{clock_state, deadline_near};
use crate::ui::{Alert, Clock, Deadline, Each, Empty, Icon, Now, Shape, Title, Tone, shown, time, view, words};

/// How often the board asks again.
const EVERY: Duration = Duration::from_secs(3);

/// My sessions.
#[component]
pub(crate) fn Board() -> impl IntoView {
    let i18n = use_i18n();
    let board = asked(|| (), |()| ask::board());
    view! {
        <Title text=move || t_string!(i18n, board.title) />
        {loaded(board, |board| view! { <Sessions board /> })}
    }
}

/// What changes while the board is open.
#[derive(Clone, Copy)]
struct Live {
    rows: RwSignal<Vec<BoardRow>>,
    now: Now,
    /// When the last answer came.
    answered: RwSignal<DateTime<Utc>>,
    /// Whether the last question was not answered.
    stale: RwSignal<bool>,
    /// What those who listen are told.
    news: RwSignal<String>,
    list: NodeRef<html::Ol>,
    /// How many received items their owners changed, and wait for confirmation (R9).
    unconfirmed: RwSignal<usize>,
}

#[component]
fn Sessions(board: Answer) -> impl IntoView {
    let i18n = use_i18n();
    let live = Live {
        now: Now::starting(board.now),
        answered: RwSignal::new(board.now),
        rows: RwSignal::new(board.rows),
        stale: RwSignal::new(false),
        news: RwSignal::new(String::new()),
        list: NodeRef::new(),
        unconfirmed: RwSignal::new(board.unconfirmed),
    };
    follow(live);

    let running = Memo::new(move |_| ids(&live.rows.read(), |row| row.closed_at.is_none()));
    let closed = Memo::new(move |_| ids(&live.rows.read(), |row| row.closed_at.is_some()));
    let most_urgent = Memo::new(move |_| {
        let now = live.now.get();
        let rows = live.rows.read();
        let pressing = rows
            .iter()
            .filter(|row| row.closed_at.is_none() && row.urgency_ms(now) < i64::MAX);
        pressing.min_by_key(|row| row.urgency_ms(now)).map(|row| row.session)
    });
    let paused = move || live.rows.read().iter().filter(|row| row.paused_since.is_some()).count();
    let time = move || time::clock_time(live.answered.get());

    view! {
           <div class="page">
               <div class="page-head">
                   <div>
                       <h1 class="utrecht-heading-1">{t!(i18n, board.title)}</h1>
                       <p class="soft">
                           {shown(move || {
    let (running, paused) = (running.read().len(), paused());
    t_string!(i18n, board.counts, running = running, paused = paused).to_string()
    })}
                       </p>
                   </div>
                   <a class="utrecht-button utrecht-button--primary-action" href="/overleggen/nieuw">
                       <Icon shape=Shape::Add />
                       {t!(i18n, board.convene)}
                   </a>
               </div>
               <p class="visually-hidden" role="status">
                   {move || live.news.get()}
               </p>
               {move || {
                   live.stale
                       .get()
                       .then(|| {
                           let title = Signal::derive(move || t_string!(i18n, errors.offline.title).to_owned());
                           view! {
                               <Alert tone=Tone::Warning title>
                                   {shown(move || t_string!(i18n, board.stale, time = time()).to_string())}
                               </Alert>
                           }
                       })
               }}
               {move || (live.unconfirmed.get() > 0).then(|| view! { <Unconfirmed number=live.unconfirmed /> })}
               <section class="page-section" aria-labelledby="running">
                   <div class="spread">
                       <h2 class="utrecht-heading-2" id="running">
                           {t!(i18n, board.running)}
                       </h2>
                       <p class="note">{t!(i18n, board.urgent_first)}</p>
                   </div>
                   <ol class="board-list" node_ref=live.list>
                       <Each each=move || running.get() key=|id| *id let(id)>
                           <Running id live most_urgent />
                       </Each>
                   </ol>
                   <Show when=move || running.read().is_empty()>
                       <Empty
                           title=Signal::derive(move || t_string!(i18n, board.empty.title).to_owned())
                           text=Signal::derive(move || t_string!(i18n, board.empty.text).to_owned())
                       />
                   </Show>
               </section>
               <section class="page-section" aria-labelledby="closed">
                   <h2 class="utrecht-heading-2" id="closed">
                       {t!(i18n, board.closed)}
                   </h2>
                   <ul class="board-list board-list--quiet">
                       <Each each=move || closed.get() key=|id| *id let(id)>
                           <Closed id live />
                       </Each>
                   </ul>
                   <Show when=move || closed.read().is_empty()>
                       <p class="soft">{t!(i18n, board.none_closed)}</p>
                   </Show>
               </section>
           </div>
       }
}

/// What owners changed after release waits for this organisation (R9).
#[component]
fn Unconfirmed(number: RwSignal<usize>) -> impl IntoView {
    let i18n = use_i18n();
    let title = Signal::derive(move || t_string!(i18n, life.board.title, number = number.get()).to_string());
    view! {
        <Alert tone=Tone::Warning title>
            {t!(i18n, life.board.text)} " "
            <a class="utrecht-link" href="/dossier">
                {t!(i18n, life.board.open)}
            </a>
        </Alert>
    }
}

fn ids(rows: &[BoardRow], which: impl Fn(&BoardRow) -> bool) -> Vec<SessionId> {
    rows.iter().filter(|row| which(row)).map(|row| row.session).collect()
}

/// One row's data as it is now; as it was first, should the row be gone a moment before its place on the page is.
fn row(live: Live, id: SessionId) -> Option<Memo<BoardRow>> {
    let find = move || live.rows.read().iter().find(|row| row.session == id).cloned();
    let first = untrack(find)?;
    Some(Memo::new(move |_| find().unwrap_or_else(|| first.clone())))
}

#[component]
fn Running(id: SessionId, live: Live, most_urgent: Memo<Option<SessionId>>) -> impl IntoView {
    let i18n = use_i18n();
    let row = row(live, id)?;
    let first = move || most_urgent.get() == Some(id);
    let state = Memo::new(move |_| clock_state(row.read().clock, live.now.get()));
    let deadline = Memo::new(move |_| row.read().deadline);
    let near = Memo::new(move |_| {
        deadline
            .get()
            .is_some_and(|at| deadline_near(at, live.now.get()))
            .then_some("true")
    });
    let progress = [
        Phase::Opening,
        Phase::Picture,
        Phase::Judgement,
        Phase::Decision,
        Phase::ClosingRound,
    ]
    .map(|phase| view! { <span data-done=move || (phase <= row.read().phase).then_some("true")></span> });
    let view = view! {
        <li class="board-row" class:board-row--first=first data-state=state data-near=near>
            <div class="board-case">
                <a href=format!("/overleg/{id}")>{shown(move || row.read().case_reference.clone())}</a>
                <span class="board-moment">{shown(move || words::name(i18n.get_locale(), &row.read().moment))}</span>
            </div>
            <div class="board-phase">
                <span>{shown(move || words::phase(i18n.get_locale(), row.read().phase).0)}</span>
                <span class="board-progress" aria-hidden="true">
                    {progress}
                </span>
            </div>
            {move || {
                if row.read().clock.is_some() {
                    view! {
                        <Clock
                            clock=Signal::derive(move || row.read().clock)
                            paused_since=Signal::derive(move || row.read().paused_since)
                            now=live.now
                        />
                    }
                } else {
                    view! { <Waiting row /> }
                }
            }}
            {move || match deadline.get() {
                Some(at) => view! { <Deadline at=Signal::stored(at) now=live.now /> },
                None => view! { <p class="board-none">{t!(i18n, board.no_deadline)}</p> },
            }}
            <Notes row live />
        </li>
    };
    Some(view)
}

/// Where no decision clock runs, VT's request still shows.
#[component]
fn Waiting(row: Memo<BoardRow>) -> impl IntoView {
    let i18n = use_i18n();
    move || match row.read().paused_since {
        Some(at) => {
            let time = time::clock_time(at);
            view! {
                <p class="tag tag--pause">
                    <Icon shape=Shape::Pause />
                    {shown(move || t_string!(i18n, board.vt_waits, time = time.clone()).to_string())}
                </p>
            }
        }
        None => view! { <p class="board-none">{t!(i18n, words.clock.none)}</p> },
    }
}

/// What somebody must know about a session before opening it: that their organisation left and what it has still to decide,
/// that it is asked to leave (R15), that the session is about to expire (R14).
#[component]
fn Notes(row: Memo<BoardRow>, live: Live) -> impl IntoView {
    let i18n = use_i18n();
    let told = Memo::new(move |_| notes(i18n.get_locale(), &row.read(), live.answered.get()));
    move || {
        (!told.read().is_empty()).then(|| {
            let lines = told
                .get()
                .into_iter()
                .map(|text| view! { <li>{text}</li> })
                .collect_view();
            view! { <ul class="board-notes">{lines}</ul> }
        })
    }
}

/// The same in words.
fn notes(locale: Locale, row: &BoardRow, now: DateTime<Utc>) -> Vec<String> {
    let moment = |at| time::moment(locale, at, now);
    let left = row.left_at.map(|_| td_string!(locale, board.left).to_owned());
    let undecided = match row.undecided {
        None | Some(0) => None,
        Some(1) => Some(td_string!(locale, board.one_undecided).to_owned()),
        Some(number) => Some(td_string!(locale, board.undecided, number = number).to_string()),
    };
    let asked = row.asked_to_leave_at.map(|at| {
        let time = moment(at);
        td_string!(locale, board.asked_to_leave, time = time).to_string()
    });
    let expires = row.expires_at.map(|at| {
        let time = moment(at);
        td_string!(locale, board.expires, time = time).to_string()
    });
    [left, undecided, asked, expires].into_iter().flatten().collect()
}

#[component]
fn Closed(id: SessionId, live: Live) -> impl IntoView {
    let i18n = use_i18n();
    let row = row(live, id)?;
    let ended = move || {
        let locale = i18n.get_locale();
        row.read().closed_at.map(|at| {
            let time = time::moment(locale, at, live.answered.get());
            if row.read().expired {
                td_string!(locale, board.expired, time = time).to_string()
            } else {
                td_string!(locale, board.ended, time = time).to_string()
            }
        })
    };
    let view = view! {
        <li class="board-row">
            <div class="board-case">
                <a href=format!("/overleg/{id}")>{shown(move || row.read().case_reference.clone())}</a>
                <span class="board-moment">{shown(move || words::name(i18n.get_locale(), &row.read().moment))}</span>
            </div>
            <span class="soft">{move || ended()}</span>
            <a class="utrecht-link board-acts" href=format!("/overleg/{id}/verantwoording")>
                {t!(i18n, board.report)}
            </a>
        </li>
    };
    Some(view)
}

/// Asks again and again, as long as the page is in front.
fn follow(live: Live) {
    let i18n = use_i18n();
    let asking = StoredValue::new(false);
    let ask_again = move || {
        if asking.get_value() || document().hidden() {
            return;
        }
        asking.set_value(true);
        spawn_local(async move {
            let answer = ask::board().await;
            // The page may have been left meanwhile; then there is nothing to tell.
            if asking.try_set_value(false).is_some() {
                return;
            }
            match answer {
                Ok(board) => take(live, board, i18n.get_locale_untracked()),
                Err(Problem::SignedOut) => {
                    let _ = window().location().set_href("/?fout=expired&terug=/overleggen");
                }
                Err(_) => live.stale.set(true),
            }
        });
    };
    Effect::new(move |_| {
        let asking = set_interval_with_handle(ask_again, EVERY);
        on_cleanup(move || {
            if let Ok(asking) = asking {
                asking.clear();
            }
        });
    });
}

/// Takes a new board over.
fn take(live: Live, board: Answer, locale: Locale) {
    let Answer {
        mut rows,
        now,
        unconfirmed,
    } = board;
    live.unconfirmed.set(unconfirmed);
    live.now.correct(now);
    live.answered.set(now);
    live.stale.set(false);
    let before = live.rows.get_untracked();
    if let Some(news) = tell(locale, now, &before, &rows) {
        live.news.set(news);
    }
    if in_use(live.list) {
        keep_order(&before, &mut rows);
    } else {
        sort_board(&mut rows, now);
    }
    if rows != before {
        live.rows.set(rows);
    }
}

/// Whether somebody points at the list or is in it with the keyboard.
fn in_use(list: NodeRef<html::Ol>) -> bool {
    #[cfg(target_arch = "wasm32")]
    return list
        .get_untracked()
        .is_some_and(|list| list.matches(":hover").unwrap_or(false) || list.matches(":focus-within").unwrap_or(false));
    #[cfg(not(target_arch = "wasm32"))]
    return list.get_untracked().is_some();
}

/// Rows that were there stay where they were; new ones come below.
fn keep_order(before: &[BoardRow], rows: &mut [BoardRow]) {
    let place = |row: &BoardRow| {
        before
            .iter()
            .position(|old| old.session == row.session)
            .unwrap_or(usize::MAX)
    };
    rows.sort_by_key(|row| (row.closed_at.is_some(), place(row)));
}

/// What changed that somebody who listens must hear: a pause, the end of one, a new session, a closed one, a request to
/// leave, an expiry.
fn tell(locale: Locale, now: DateTime<Utc>, before: &[BoardRow], after: &[BoardRow]) -> Option<String> {
    let changes = after.iter().flat_map(|row| {
        let old = before.iter().find(|old| old.session == row.session);
        tell_row(locale, now, old, row)
    });
    let changes: Vec<_> = changes.collect();
    (!changes.is_empty()).then(|| changes.join(" "))
}

fn tell_row(locale: Locale, now: DateTime<Utc>, old: Option<&BoardRow>, row: &BoardRow) -> Vec<String> {
    let reference = || row.case_reference.clone();
    let Some(old) = old else {
        return vec![td_string!(locale, board.live.new, reference = reference()).to_string()];
    };
    if row.closed_at.is_some() {
        return match old.closed_at {
            Some(_) => Vec::new(),
            None if row.expired => vec![td_string!(locale, board.live.expired, reference = reference()).to_string()],
            None => vec![td_string!(locale, board.live.gone, reference = reference()).to_string()],
        };
    }
    let pause = match (old.paused_since, row.paused_since) {
        (None, Some(_)) => Some(td_string!(locale, board.live.paused, reference = reference()).to_string()),
        (Some(_), None) => Some(td_string!(locale, board.live.resumed, reference = reference()).to_string()),
        _ => None,
    };
    let asked = row.asked_to_leave_at.filter(|_| old.asked_to_leave_at.is_none());
    let asked = asked.map(|_| td_string!(locale, board.live.asked_to_leave, reference = reference()).to_string());
    let expires = row.expires_at.filter(|at| old.expires_at != Some(*at)).map(|at| {
        let time = time::moment(locale, at, now);
        td_string!(locale, board.live.expires, reference = reference(), time = time).to_string()
    });
    [pause, asked, expires].into_iter().flatten().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use akkoord::moment::Name;

    fn row(number: u128) -> BoardRow {
        BoardRow {
            session: SessionId(uuid::Uuid::from_u128(number)),
            moment: Name {
                nl: "ZSM-overleg".into(),
                en: "ZSM session".into(),
            },
            case_reference: format!("26-{number:04}"),
            phase: Phase::Picture,
            left_at: None,
            asked_to_leave_at: None,
            expires_at: None,
            expired: false,
            undecided: None,
            clock: None,
            paused_since: None,
            deadline: None,
            convened_at: DateTime::UNIX_EPOCH,
            closed_at: None,
            chair: false,
        }
    }

    #[test]
    fn t2_a_pause_is_told_once() {
        let before = [row(1), row(2)];
        let mut after = before.clone();
        after[1].paused_since = Some(DateTime::UNIX_EPOCH);
        let now = DateTime::UNIX_EPOCH;
        assert_eq!(
            tell(Locale::nl, now, &before, &after).as_deref(),
            Some("26-0002: VT heeft meer tijd nodig, de klok staat stil.")
        );
        assert_eq!(tell(Locale::nl, now, &after, &after), None);
    }

    #[test]
    fn r14_r15_an_expiry_and_a_request_to_leave_are_told_once() {
        let now: DateTime<Utc> = "2026-11-26T08:00:00Z".parse().unwrap_or_default();
        let before = [row(1), row(2)];
        let mut after = before.clone();
        after[0].asked_to_leave_at = Some(now);
        after[1].expires_at = Some(now + chrono::TimeDelta::hours(24));
        assert_eq!(
            tell(Locale::nl, now, &before, &after).as_deref(),
            Some(
                "26-0001: de voorzitter vraagt uw organisatie om van tafel te gaan. \
                 26-0002: verloopt morgen 09:00 als er niets meer gebeurt."
            )
        );
        assert_eq!(tell(Locale::nl, now, &after, &after), None);
        let mut over = after.clone();
        over[1].closed_at = Some(now);
        over[1].expired = true;
        assert_eq!(
            tell(Locale::nl, now, &after, &over).as_deref(),
            Some("26-0002: verlopen; niets is vrijgegeven.")
        );
    }

    #[test]
    fn r15_who_left_reads_what_is_still_to_decide() {
        let mut left = row(1);
        assert_eq!(notes(Locale::nl, &left, DateTime::UNIX_EPOCH), Vec::<String>::new());
        left.left_at = Some(DateTime::UNIX_EPOCH);
        left.undecided = Some(3);
        assert_eq!(
            notes(Locale::nl, &left, DateTime::UNIX_EPOCH),
            [
                "Uw organisatie is vertrokken; u beslist nog over uw eigen stukken.",
                "Nog 3 te beslissen in de accorderingsronde.",
            ]
        );
    }

    #[test]
    fn a_list_in_use_keeps_its_order_and_new_rows_come_below() {
        let before = [row(2), row(1)];
        let mut after = [row(3), row(1), row(2)];
        keep_order(&before, &mut after);
        assert_eq!(after.map(|row| row.case_reference), ["26-0002", "26-0001", "26-0003"]);
    }
}
