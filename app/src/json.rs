//! Reading JSON, once for every type. What serde makes for a type is made anew for each way it is read from, with words
//! for every fault; here there is one way and one fault, and the app for the browser is an eighth smaller. Nothing is
//! shown of a fault in a frame or an answer but that it could not be read.

use std::fmt::{self, Display};

use leptos::server::codee::{Decoder, Encoder};
use serde::de::{DeserializeOwned, DeserializeSeed, EnumAccess, MapAccess, SeqAccess, VariantAccess, Visitor};
use serde::{Deserialize, Serialize, de};
use serde_json::{Map, Value};

/// It is not what was meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Unreadable;

impl Display for Unreadable {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.write_str("unreadable")
    }
}

impl std::error::Error for Unreadable {}

impl de::Error for Unreadable {
    fn custom<T: Display>(_: T) -> Self {
        Self
    }
}

/// Reads a whole text.
pub(crate) fn read<T: DeserializeOwned>(json: &str) -> Result<T, Unreadable> {
    T::deserialize(Tree(tree(json)?))
}

/// Reads a text that is an object, to take its fields one by one.
pub(crate) fn read_fields(json: &str) -> Result<Fields, Unreadable> {
    match tree(json)? {
        Value::Object(fields) => Ok(Fields(fields)),
        _ => Err(Unreadable),
    }
}

fn tree(json: &str) -> Result<Value, Unreadable> {
    serde_json::from_str(json).map_err(|_| Unreadable)
}

/// The fields of an object.
pub(crate) struct Fields(Map<String, Value>);

impl Fields {
    /// One field. One that is missing is as good as `null`.
    pub(crate) fn take<T: DeserializeOwned>(&mut self, name: &str) -> Result<T, Unreadable> {
        T::deserialize(Tree(self.0.remove(name).unwrap_or_default()))
    }
}

/// How an answer goes along with the page the server rendered.
pub(crate) struct Json;

impl<T: Serialize> Encoder<T> for Json {
    type Error = serde_json::Error;
    type Encoded = String;

    fn encode(it: &T) -> Result<String, serde_json::Error> {
        serde_json::to_string(it)
    }
}

impl<T: DeserializeOwned> Decoder<T> for Json {
    type Error = Unreadable;
    type Encoded = str;

    fn decode(json: &str) -> Result<T, Unreadable> {
        read(json)
    }
}

/// A piece of JSON that was read, and is about to become what it means. Each kind of value goes one way only, so that a
/// type is not also made ready for what never comes: an object written as a list, a text as bytes.
struct Tree(Value);

impl Tree {
    fn number<'de, V: Visitor<'de>>(&self, visitor: V) -> Result<V::Value, Unreadable> {
        match (self.0.as_u64(), self.0.as_i64()) {
            (Some(number), _) => visitor.visit_u64(number),
            (None, Some(number)) => visitor.visit_i64(number),
            (None, None) => Err(Unreadable),
        }
    }
}

macro_rules! numbers {
    ($($method:ident)*) => {
        $(
            fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
                self.number(visitor)
            }
        )*
    };
}

impl<'de> de::Deserializer<'de> for Tree {
    type Error = Unreadable;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        match self.0 {
            Value::Null => visitor.visit_unit(),
            Value::Bool(it) => visitor.visit_bool(it),
            Value::Number(_) => self.number(visitor),
            Value::String(it) => visitor.visit_string(it),
            Value::Array(_) => self.deserialize_seq(visitor),
            Value::Object(_) => self.deserialize_map(visitor),
        }
    }

    numbers! {
        deserialize_u8 deserialize_u16 deserialize_u32 deserialize_u64
        deserialize_i8 deserialize_i16 deserialize_i32 deserialize_i64
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        visitor.visit_bool(self.0.as_bool().ok_or(Unreadable)?)
    }

    fn deserialize_f32<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        self.deserialize_f64(visitor)
    }

    fn deserialize_f64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        visitor.visit_f64(self.0.as_f64().ok_or(Unreadable)?)
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        visitor.visit_str(self.0.as_str().ok_or(Unreadable)?)
    }

    fn deserialize_char<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        self.deserialize_str(visitor)
    }

    fn deserialize_identifier<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        self.deserialize_str(visitor)
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        match self.0 {
            Value::String(it) => visitor.visit_string(it),
            _ => Err(Unreadable),
        }
    }

    fn deserialize_bytes<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Unreadable> {
        Err(Unreadable)
    }

    fn deserialize_byte_buf<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Unreadable> {
        Err(Unreadable)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        if self.0.is_null() {
            visitor.visit_none()
        } else {
            visitor.visit_some(self)
        }
    }

    fn deserialize_unit<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        if self.0.is_null() {
            visitor.visit_unit()
        } else {
            Err(Unreadable)
        }
    }

    fn deserialize_unit_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, Unreadable> {
        self.deserialize_unit(visitor)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, Unreadable> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        match self.0 {
            Value::Array(items) => visitor.visit_seq(Items(items.into_iter())),
            _ => Err(Unreadable),
        }
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, Unreadable> {
        self.deserialize_seq(visitor)
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: usize,
        visitor: V,
    ) -> Result<V::Value, Unreadable> {
        self.deserialize_seq(visitor)
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        match self.0 {
            Value::Object(fields) => visitor.visit_map(Entries {
                rest: fields.into_iter(),
                value: Value::Null,
            }),
            _ => Err(Unreadable),
        }
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Unreadable> {
        self.deserialize_map(visitor)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Unreadable> {
        let (name, content) = match self.0 {
            Value::String(name) => (name, Value::Null),
            Value::Object(fields) if fields.len() == 1 => fields.into_iter().next().ok_or(Unreadable)?,
            _ => return Err(Unreadable),
        };
        visitor.visit_enum(Choice { name, content })
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        visitor.visit_unit()
    }
}

/// The items of a list.
struct Items(std::vec::IntoIter<Value>);

impl<'de> SeqAccess<'de> for Items {
    type Error = Unreadable;

    fn next_element_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, Unreadable> {
        self.0.next().map(|it| seed.deserialize(Tree(it))).transpose()
    }
}

/// The fields of an object, one after the other.
struct Entries {
    rest: serde_json::map::IntoIter,
    value: Value,
}

impl<'de> MapAccess<'de> for Entries {
    type Error = Unreadable;

    fn next_key_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, Unreadable> {
        let Some((name, value)) = self.rest.next() else {
            return Ok(None);
        };
        self.value = value;
        seed.deserialize(Tree(Value::String(name))).map(Some)
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, Unreadable> {
        seed.deserialize(Tree(self.value.take()))
    }
}

/// One of several, with what belongs to it.
struct Choice {
    name: String,
    content: Value,
}

impl<'de> EnumAccess<'de> for Choice {
    type Error = Unreadable;
    type Variant = Tree;

    fn variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<(S::Value, Tree), Unreadable> {
        let name = seed.deserialize(Tree(Value::String(self.name)))?;
        Ok((name, Tree(self.content)))
    }
}

impl<'de> VariantAccess<'de> for Tree {
    type Error = Unreadable;

    fn unit_variant(self) -> Result<(), Unreadable> {
        <()>::deserialize(self)
    }

    fn newtype_variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<S::Value, Unreadable> {
        seed.deserialize(self)
    }

    fn tuple_variant<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, Unreadable> {
        de::Deserializer::deserialize_seq(self, visitor)
    }

    fn struct_variant<V: Visitor<'de>>(self, _: &'static [&'static str], visitor: V) -> Result<V::Value, Unreadable> {
        de::Deserializer::deserialize_map(self, visitor)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use akkoord::session::Refusal;
    use akkoord::text::TextFault;

    use super::*;
    use crate::backend::Problem;

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct All {
        yes: bool,
        small: u8,
        below: i64,
        part: f64,
        word: String,
        none: Option<String>,
        some: Option<u32>,
        pair: (u8, String),
        by_name: BTreeMap<String, Vec<u16>>,
        kinds: Vec<Kind>,
        #[serde(default)]
        absent: u32,
    }

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    #[serde(rename_all = "snake_case")]
    enum Kind {
        Plain,
        One(u8),
        Two(u8, u8),
        Named { it: String },
    }

    fn all() -> All {
        All {
            yes: true,
            small: 255,
            below: -3,
            part: 1.5,
            word: "één \"woord\"".to_owned(),
            none: None,
            some: Some(4),
            pair: (1, "x".to_owned()),
            by_name: BTreeMap::from([("a".to_owned(), vec![1, 2])]),
            kinds: vec![
                Kind::Plain,
                Kind::One(1),
                Kind::Two(1, 2),
                Kind::Named { it: "y".to_owned() },
            ],
            absent: 0,
        }
    }

    #[test]
    fn what_was_written_is_read_as_it_was() {
        let json = serde_json::to_string(&all()).unwrap_or_default();
        assert_eq!(read::<All>(&json), Ok(all()));
        let answer: Result<u8, Problem> = Err(Problem::Refused(Refusal::Text(TextFault::TooLong)));
        let json = serde_json::to_string(&answer).unwrap_or_default();
        assert_eq!(read(&json), Ok(answer));
    }

    #[test]
    fn what_is_missing_has_its_default_or_is_refused() {
        let json = serde_json::to_string(&all()).unwrap_or_default();
        assert_eq!(read(&json.replace(r#","absent":0"#, "")), Ok(all()));
        assert_eq!(read(&json.replace(r#""none":null,"#, r#""more":[1],"#)), Ok(all()));
        assert_eq!(read::<All>(&json.replace(r#""yes":true,"#, "")), Err(Unreadable));
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        assert_eq!(read::<u8>("256"), Err(Unreadable));
        assert_eq!(read::<u8>("-1"), Err(Unreadable));
        assert_eq!(read::<String>("1"), Err(Unreadable));
        assert_eq!(read::<Vec<u8>>("{}"), Err(Unreadable));
        assert_eq!(read::<Kind>(r#""other""#), Err(Unreadable));
        assert_eq!(read::<Kind>(r#"{"plain":1}"#), Err(Unreadable));
        assert_eq!(read::<u8>("1 2"), Err(Unreadable));
    }
}
