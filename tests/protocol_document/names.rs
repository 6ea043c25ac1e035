//! The lists of the document: values of enumerations, fields of objects, variants with their fields. Each stands in a table
//! after a comment that names its type, such as `<!-- values of Phase -->`, and is compared with what serde knows of that
//! type, so that nothing has to be listed here a second time.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::iter;

use akkoord::access::{AccessDirection, AccessLine, AccessReport};
use akkoord::accountability::{
    Account, Report, ReportCount, ReportDestroyed, ReportDeviation, ReportRelease, ReportSeat, ReportTime, WhyDestroyed,
};
use akkoord::deadline::Term;
use akkoord::directory::{BoardRow, ConveneOrder};
use akkoord::dossier::{
    Delivery, DossierItem, DossierLine, ItemKind, NamedAssignee, NotDelivered, PurposeText, RegisterEntry,
};
use akkoord::ground::{GroundStatus, LegalGround, StatutoryTask};
use akkoord::measure::Power;
use akkoord::moment::{Moment, Phase};
use akkoord::party::{Party, PartyKind};
use akkoord::protocol::{FromClient, FromRoom, Presence};
use akkoord::release::{InformedStatus, ReleaseCommand, ReleaseCommandKind, ReleasePermissions, ReleaseView};
use akkoord::session::clock::DecisionClock;
use akkoord::session::command::{CellDecision, LeftItems, NewAnswer, SeatLevel, SubjectRole, TimeReason, Verdict};
use akkoord::session::item::{
    Assignee, ContentKind, ContributionKind, DispositionKind, LapseReason, NewContent, Purpose,
};
use akkoord::session::view::{
    About, AnswerView, AudienceView, CellView, ContentView, DeadlineView, DeviationView, ItemPermissions, ItemView,
    Outcome, PersonView, Progress, RequestView, SeatView, SessionView, SubjectView, TimeRequestView, TimeView,
    VerdictView, ViewEvent, ViewPermissions,
};
use akkoord::session::{CommandKind, Made, Roles};
use akkoord::text::TextFault;
use serde::de::value::MapDeserializer;
use serde::de::{
    self, DeserializeOwned, DeserializeSeed, Deserializer, EnumAccess, IntoDeserializer, VariantAccess, Visitor,
};
use serde_json::Value;

use super::{DOCUMENT, examples};

pub type Names = BTreeSet<String>;

/// The answer to a question about a type: the names it has. It travels as an error, because nothing is read.
#[derive(Debug, Default)]
struct Answer(Vec<&'static str>);

impl fmt::Display for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.0)
    }
}

impl std::error::Error for Answer {}

impl de::Error for Answer {
    fn custom<T: fmt::Display>(_: T) -> Self {
        Self::default()
    }
    fn unknown_variant(_: &str, expected: &'static [&'static str]) -> Self {
        Self(expected.to_vec())
    }
    fn unknown_field(_: &str, expected: &'static [&'static str]) -> Self {
        Self(expected.to_vec())
    }
}

/// Asks a type what it has: the fields of a struct; the variants of an enumeration, or the fields of one of them.
#[derive(Clone, Copy)]
struct Question {
    /// The field in which an enumeration has the name of its variant, if it has one there.
    tag: &'static str,
    variant: Option<&'static str>,
}

impl<'de> Deserializer<'de> for Question {
    type Error = Answer;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Answer> {
        let fields = [(self.tag, self.variant.unwrap_or("?")), ("?", "?")];
        visitor.visit_map(MapDeserializer::new(fields.into_iter()))
    }
    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        _: V,
    ) -> Result<V::Value, Answer> {
        Err(Answer(fields.to_vec()))
    }
    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Answer> {
        match self.variant {
            None => Err(Answer(variants.to_vec())),
            Some(_) => visitor.visit_enum(self),
        }
    }
    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit unit_struct
        newtype_struct seq tuple tuple_struct map identifier ignored_any
    }
}

impl<'de> EnumAccess<'de> for Question {
    type Error = Answer;
    type Variant = Self;

    fn variant_seed<V: DeserializeSeed<'de>>(self, seed: V) -> Result<(V::Value, Self), Answer> {
        let name = self.variant.unwrap_or("?");
        Ok((
            seed.deserialize(IntoDeserializer::<Answer>::into_deserializer(name))?,
            self,
        ))
    }
}

impl<'de> VariantAccess<'de> for Question {
    type Error = Answer;

    fn unit_variant(self) -> Result<(), Answer> {
        Err(Answer::default())
    }
    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, _: T) -> Result<T::Value, Answer> {
        Err(Answer::default())
    }
    fn tuple_variant<V: Visitor<'de>>(self, _: usize, _: V) -> Result<V::Value, Answer> {
        Err(Answer::default())
    }
    fn struct_variant<V: Visitor<'de>>(self, fields: &'static [&'static str], _: V) -> Result<V::Value, Answer> {
        Err(Answer(fields.to_vec()))
    }
}

fn ask<T: DeserializeOwned>(tag: &'static str, variant: Option<&'static str>) -> Vec<&'static str> {
    T::deserialize(Question { tag, variant }).err().unwrap_or_default().0
}

/// The fields of a struct, or the values of an enumeration that is a word or has its fields in an object.
fn names<T: DeserializeOwned>() -> Names {
    tagged_names::<T>("?")
}

/// The values of an enumeration that has their name in a field.
fn tagged_names<T: DeserializeOwned>(tag: &'static str) -> Names {
    let names: Names = ask::<T>(tag, None).into_iter().map(Into::into).collect();
    assert!(!names.is_empty(), "nothing is known of {}", std::any::type_name::<T>());
    names
}

/// The fields of a type that has no public name, by way of one that has it.
fn names_in<R, T: DeserializeOwned>(_: fn(&R) -> Option<&T>) -> Names {
    names::<T>()
}

type Shapes = BTreeMap<String, Names>;

/// The variants of an enumeration, each with its fields.
fn shapes<T: DeserializeOwned>(tag: &'static str) -> Shapes {
    let variants = ask::<T>(tag, None);
    let fields = |variant| ask::<T>(tag, Some(variant)).into_iter().map(Into::into).collect();
    variants
        .into_iter()
        .map(|variant| (variant.to_owned(), fields(variant)))
        .collect()
}

/// The same for what only the server writes: there a type does not say which fields belong to a variant, so they are those of
/// the examples.
fn shapes_of_examples<T: DeserializeOwned>(tag: &'static str, of: &str) -> Shapes {
    let variants = tagged_names::<T>(tag).into_iter();
    let mut shapes: Shapes = variants.map(|name| (name, Names::new())).collect();
    for example in examples().into_iter().filter(|example| example.of == of) {
        let Ok(Value::Object(fields)) = serde_json::from_str(&example.text) else {
            panic!("no object: {}", example.text)
        };
        if let Some(shape) = fields[tag].as_str().and_then(|name| shapes.get_mut(name)) {
            shape.extend(fields.keys().filter(|field| *field != tag).cloned());
        }
    }
    shapes
}

/// One row of a table that follows a comment.
pub struct Row {
    pub names: Vec<String>,
    fields: Vec<String>,
    pub line: String,
}

/// The names between backticks.
fn between_backticks(cell: &str) -> Vec<String> {
    cell.split('`').skip(1).step_by(2).map(Into::into).collect()
}

/// Every table after a comment: what the comment says, and the rows.
fn tables(document: &str) -> Vec<(&str, Vec<Row>)> {
    let mut tables = Vec::new();
    for part in document.split("\n<!-- ").skip(1) {
        let (comment, rest) = part.split_once(" -->\n").expect("a comment is a line of its own");
        let lines = rest.lines().take_while(|line| line.starts_with('|'));
        let rows = lines.skip(2).map(|line| {
            let mut cells = line.split('|').skip(1);
            Row {
                names: between_backticks(cells.next().unwrap_or_default()),
                fields: between_backticks(cells.next().unwrap_or_default()),
                line: line.to_owned(),
            }
        });
        tables.push((comment, rows.collect()));
    }
    tables
}

pub fn rows_of(document: &str, comment: &str) -> Vec<Row> {
    let tables = tables(document).into_iter().filter(|(said, _)| *said == comment);
    tables.flat_map(|(_, rows)| rows).collect()
}

fn without_brackets(name: &str) -> String {
    name.trim_matches(['[', ']']).to_owned()
}

/// What the document has under this comment; a name that stands there twice is one too many.
pub fn names_said(document: &str, comment: &str) -> Vec<String> {
    let names = rows_of(document, comment).into_iter().flat_map(|row| row.names);
    let mut names: Vec<_> = names.map(|name| without_brackets(&name)).collect();
    names.sort_unstable();
    names
}

/// The same with the fields of each name, as they stand there.
pub fn shapes_said(document: &str, comment: &str) -> Vec<(String, Names)> {
    let rows = rows_of(document, comment).into_iter();
    let mut shapes: Vec<_> = rows
        .map(|row| {
            let fields = row.fields.iter().map(|field| without_brackets(field)).collect();
            (row.names.join(" and "), fields)
        })
        .collect();
    shapes.sort_unstable();
    shapes
}

/// What is wrong with the lists of a document.
fn faults(document: &str) -> Vec<String> {
    let mut faults = Vec::new();
    let mut known: BTreeSet<String> = CODES.iter().map(|(comment, _)| (*comment).to_owned()).collect();
    known.insert("refusals".into());
    for (comment, real) in values_and_fields() {
        let said = names_said(document, comment);
        if said != real.iter().cloned().collect::<Vec<_>>() {
            faults.push(format!(
                "{comment}\n  the document has {said:?}\n  the program has {real:?}"
            ));
        }
        known.insert(comment.into());
    }
    for (comment, real) in variants() {
        let said = shapes_said(document, comment);
        if said != real.clone().into_iter().collect::<Vec<_>>() {
            faults.push(format!(
                "{comment}\n  the document has {said:?}\n  the program has {real:?}"
            ));
        }
        known.insert(comment.into());
    }
    for (comment, real) in CODES {
        let said: Vec<_> = rows_of(document, comment).into_iter().map(|row| row.line).collect();
        let real = real();
        if said != real {
            faults.push(format!(
                "{comment}\n  the document has {said:#?}\n  the data have {real:#?}"
            ));
        }
    }
    let unknown = tables(document).into_iter().map(|(comment, _)| comment);
    faults.extend(
        unknown
            .filter(|it| !known.contains(*it))
            .map(|it| format!("nothing is known of {it}")),
    );
    faults
}

macro_rules! lists {
    ($check:ident: $($type:ident = $real:expr),+ $(,)?) => {
        vec![$((concat!(stringify!($check), " of ", stringify!($type)), $real)),+]
    };
}

fn values_and_fields() -> Vec<(&'static str, Names)> {
    let mut lists = lists!(values:
        PartyKind = names::<PartyKind>(),
        SeatLevel = names::<SeatLevel>(),
        SubjectRole = names::<SubjectRole>(),
        Phase = names::<Phase>(),
        ContributionKind = names::<ContributionKind>(),
        ContentKind = names::<ContentKind>(),
        DispositionKind = names::<DispositionKind>(),
        GroundStatus = names::<GroundStatus>(),
        InformedStatus = names::<InformedStatus>(),
        NotDelivered = names::<NotDelivered>(),
        TimeReason = names::<TimeReason>(),
        LeftItems = names::<LeftItems>(),
        Presence = names::<Presence>(),
        AccessDirection = names::<AccessDirection>(),
        TextFault = names::<TextFault>(),
    );
    lists.extend(lists!(fields:
        Party = names::<Party>(),
        Roles = names::<Roles>(),
        BoardRow = names::<BoardRow>(),
        Moment = names::<Moment>(),
        ConveneOrder = names::<ConveneOrder>(),
        Report = names::<Report>(),
        ReportSeat = names::<ReportSeat>(),
        ReportCount = names::<ReportCount>(),
        ReportTime = names::<ReportTime>(),
        ReportRelease = names::<ReportRelease>(),
        ReportAction = names_in(|release: &ReportRelease| release.action.as_ref()),
        ReportCommitment = names_in(|report: &Report| report.commitments.first()),
        ReportDestroyed = names::<ReportDestroyed>(),
        ReportDisposition = names_in(|report: &Report| report.dispositions.first()),
        ReportDeviation = names::<ReportDeviation>(),
        DossierLine = names::<DossierLine>(),
        DossierItem = names::<DossierItem>(),
        RegisterEntry = names::<RegisterEntry>(),
        AccessReport = names::<AccessReport>(),
        AccessLine = names::<AccessLine>(),
        ReleaseView = names::<ReleaseView>(),
        ReleaseCommand = names::<ReleaseCommand>(),
        ReleasePermissions = names::<ReleasePermissions>(),
        SessionView = names::<SessionView>(),
        About = names::<About>(),
        Power = names::<Power>(),
        Term = names::<Term>(),
        Progress = names::<Progress>(),
        Outcome = names::<Outcome>(),
        SeatView = names::<SeatView>(),
        PersonView = names::<PersonView>(),
        StatutoryTask = names::<StatutoryTask>(),
        LegalGround = names::<LegalGround>(),
        SubjectView = names::<SubjectView>(),
        DeviationView = names::<DeviationView>(),
        ViewPermissions = names::<ViewPermissions>(),
        ItemView = names::<ItemView>(),
        ItemPermissions = names::<ItemPermissions>(),
        AudienceView = names::<AudienceView>(),
        RequestView = names::<RequestView>(),
        CellView = names::<CellView>(),
        ViewEvent = names::<ViewEvent>(),
        CellDecision = names::<CellDecision>(),
        DecisionClock = names::<DecisionClock>(),
        TimeView = names::<TimeView>(),
        TimeRequestView = names::<TimeRequestView>(),
        DeadlineView = names::<DeadlineView>(),
        Account = names::<Account>(),
        OwnChain = names_in(|account: &Account| Some(&account.chain)),
        OwnEvent = names_in(|account: &Account| account.chain.events.first()),
    ));
    lists
}

fn variants() -> Vec<(&'static str, Shapes)> {
    lists!(shapes:
        Purpose = shapes::<Purpose>("?"),
        Made = shapes::<Made>("?"),
        LapseReason = shapes_of_examples::<LapseReason>("why", "lapse"),
        WhyDestroyed = shapes_of_examples::<WhyDestroyed>("why", "why-destroyed"),
        Delivery = shapes_of_examples::<Delivery>("delivery", "delivery"),
        FromClient = shapes::<FromClient>("t"),
        FromRoom = shapes_of_examples::<FromRoom>("t", "from-room"),
        CommandKind = shapes::<CommandKind>("do"),
        ReleaseCommandKind = shapes::<ReleaseCommandKind>("do"),
        NewContent = shapes::<NewContent>("?"),
        NewAnswer = shapes::<NewAnswer>("?"),
        Verdict = shapes::<Verdict>("?"),
        Assignee = shapes::<Assignee>("?"),
        ContentView = shapes::<ContentView>("?"),
        AnswerView = shapes::<AnswerView>("?"),
        VerdictView = shapes::<VerdictView>("?"),
        ItemKind = shapes::<ItemKind>("?"),
        PurposeText = shapes::<PurposeText>("?"),
        NamedAssignee = shapes::<NamedAssignee>("?"),
    )
}

type Rows = fn() -> Vec<String>;

/// The rows of the program's own data, as the document writes them.
const CODES: [(&str, Rows); 4] = [
    ("codes of moments", moments),
    ("codes of powers", powers),
    ("codes of terms", terms),
    ("codes of tasks", tasks),
];

fn word(value: impl serde::Serialize) -> String {
    let written = serde_json::to_value(value).unwrap();
    written.as_str().expect("a code").to_owned()
}

fn words<T: serde::Serialize>(values: &[T]) -> String {
    values.iter().map(word).collect::<Vec<_>>().join(", ")
}

/// With a comma between thousands.
fn hours(hours: u32) -> String {
    let thousands = hours / 1_000;
    if thousands == 0 {
        format!("{hours} hours")
    } else {
        format!("{thousands},{:03} hours", hours % 1_000)
    }
}

fn moments() -> Vec<String> {
    let row = |moment: &Moment| {
        let phases = if moment.phases.len() == 5 {
            "all five".to_owned()
        } else {
            words(&moment.phases)
        };
        let clock = moment.decision_clock_minutes.map(|it| format!("{it} minutes "));
        format!(
            "| `{}` | {} | {phases} | {}| {} |",
            moment.code,
            word(moment.chair),
            clock.unwrap_or_default(),
            hours(moment.expires_after_hours),
        )
    };
    akkoord::moment::standard().unwrap().iter().map(row).collect()
}

fn powers() -> Vec<String> {
    let row = |power: &Power| {
        let longest = power.longest_hours.map(|it| hours(it) + " ").unwrap_or_default();
        let covers = if power.covers_after_custody { "yes" } else { "no" };
        format!("| `{}` | {} | {longest}| {covers} |", power.code, words(&power.holders))
    };
    akkoord::measure::standard().unwrap().iter().map(row).collect()
}

fn terms() -> Vec<String> {
    let row = |term: &Term| format!("| `{}` | {} |", term.code, term.article);
    akkoord::deadline::standard().unwrap().iter().map(row).collect()
}

fn tasks() -> Vec<String> {
    let row = |task: &StatutoryTask| format!("| `{}` | {} |", task.code, word(task.party));
    akkoord::ground::standard_tasks().unwrap().iter().map(row).collect()
}

#[test]
fn every_list_is_that_of_its_type() {
    let faults = faults(DOCUMENT);
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn a_list_with_a_mistake_is_noticed() {
    for (from, to) in [
        ("| `halt` | Bureau Halt |\n", ""),
        ("| `halt` | Bureau Halt |\n", "| `halt` | Bureau Halt |\n| `army` | |\n"),
        ("| `halt` | Bureau Halt |\n", "| `halt` | |\n| `halt` | |\n"),
        ("| `has_left` |", "| `had_left` |"),
        ("| `close` | | who holds", "| `close` | `release` | who holds"),
        (
            "| `withdraw` | `item`, `revision` | the owner",
            "| `withdraw` | `item` | the owner",
        ),
        ("| `ack` | `id`, `[made]` |", "| `ack` | `id` |"),
        ("| `holding` | art. 56a Sv |", "| `holding` | art. 57 Sv |"),
        ("<!-- values of Phase -->", "<!-- values of Moods -->"),
    ] {
        assert!(DOCUMENT.contains(from), "{from}");
        assert!(!faults(&DOCUMENT.replacen(from, to, 1)).is_empty(), "{to}");
    }
}

/// Takes one field after the other out of an example, however deep; what can still be read may be left out. Each is named with
/// the command or the variant in which it stands.
fn can_be_left_out<T: DeserializeOwned>(of: &str) -> BTreeSet<(String, String)> {
    let mut optional = BTreeSet::new();
    for example in examples().into_iter().filter(|example| example.of == of) {
        let whole: Value = serde_json::from_str(&example.text).unwrap();
        for path in paths(&whole) {
            let mut less = whole.clone();
            let (field, place) = path.split_last().expect("a field stands somewhere");
            let object = place.iter().fold(&mut less, |at, step| step_into(at, step));
            let Value::Object(object) = object else { continue };
            let name = object.get("do").or(object.get("t")).and_then(Value::as_str);
            let name = name.map_or_else(|| place.last().cloned().unwrap_or_default(), Into::into);
            object.remove(field);
            if serde_json::from_value::<T>(less).is_ok() {
                optional.insert((name, field.clone()));
            }
        }
    }
    optional
}

fn step_into<'a>(value: &'a mut Value, step: &str) -> &'a mut Value {
    match value {
        Value::Array(items) => &mut items[step.parse::<usize>().unwrap()],
        value => &mut value[step],
    }
}

/// The way to every field of every object.
fn paths(value: &Value) -> Vec<Vec<String>> {
    let inner: Vec<(String, &Value)> = match value {
        Value::Object(fields) => fields.iter().map(|(name, value)| (name.clone(), value)).collect(),
        Value::Array(items) => items
            .iter()
            .enumerate()
            .map(|(at, value)| (at.to_string(), value))
            .collect(),
        _ => Vec::new(),
    };
    let is_object = value.is_object();
    let mut all = Vec::new();
    for (step, value) in inner {
        if is_object {
            all.push(vec![step.clone()]);
        }
        all.extend(paths(value).into_iter().map(|mut rest| {
            rest.insert(0, step.clone());
            rest
        }));
    }
    all
}

#[test]
fn what_may_be_left_out_stands_between_brackets() {
    let mut real = can_be_left_out::<CommandKind>("command");
    real.extend(can_be_left_out::<FromClient>("from-client"));
    let tables = [
        "CommandKind",
        "FromClient",
        "NewContent",
        "NewAnswer",
        "Verdict",
        "Assignee",
    ];
    let mut said = BTreeSet::new();
    for table in tables {
        for row in rows_of(DOCUMENT, &format!("shapes of {table}")) {
            let optional = row.fields.iter().filter(|field| field.starts_with('['));
            said.extend(optional.map(|field| (row.names.join(" and "), without_brackets(field))));
        }
    }
    assert_eq!(said, real);
    let order = can_be_left_out::<ConveneOrder>("convene-order");
    assert_eq!(order, BTreeSet::from([(String::new(), "clock_minutes".to_owned())]));
}

/// Puts a field that nobody knows into one object after the other, however deep: nothing of it can be read.
fn takes_more<T: DeserializeOwned>(of: &str, is_deep: bool) -> Vec<Value> {
    let mut taken = Vec::new();
    for example in examples().into_iter().filter(|example| example.of == of) {
        let whole: Value = serde_json::from_str(&example.text).unwrap();
        let mut places = vec![Vec::new()];
        if is_deep {
            places.extend(paths(&whole));
            places.extend(elements(&whole));
        }
        for place in places {
            let mut more = whole.clone();
            let object = place.iter().fold(&mut more, |at, step| step_into(at, step));
            let Value::Object(object) = object else { continue };
            object.insert("owner".into(), "x".into());
            if serde_json::from_value::<T>(more.clone()).is_ok() {
                taken.push(more);
            }
        }
    }
    taken
}

/// The way to every element of every list.
fn elements(value: &Value) -> Vec<Vec<String>> {
    let mut ways = Vec::new();
    for way in iter::once(Vec::new()).chain(paths(value)) {
        let at = way.iter().fold(value, |at, step| match at {
            Value::Array(items) => &items[step.parse::<usize>().unwrap()],
            at => &at[step.as_str()],
        });
        for place in 0..at.as_array().map_or(0, Vec::len) {
            ways.push(way.iter().cloned().chain([place.to_string()]).collect());
        }
    }
    ways
}

#[test]
fn what_a_client_says_is_read_strictly() {
    let nothing: Vec<Value> = Vec::new();
    assert_eq!(takes_more::<CommandKind>("command", true), nothing);
    assert_eq!(takes_more::<ReleaseCommand>("release-command", true), nothing);
    assert_eq!(takes_more::<FromClient>("from-client", false), nothing);
    let what_the_server_says = takes_more::<AccessReport>("access", true);
    assert!(
        !what_the_server_says.is_empty(),
        "that is read leniently: this test sees something"
    );
}
