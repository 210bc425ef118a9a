//! The file as it is written: every key and its type. A key here stands in docs/config.md and in the schema too.

use std::fmt;
use std::marker::PhantomData;
use std::num::NonZeroU16;
use std::str::FromStr;

use clap::ValueEnum;
use serde::de::value::MapAccessDeserializer;
use serde::de::{Error, MapAccess, Unexpected, Visitor};
use serde::{Deserialize, Deserializer};

use crate::check::{CheckId, NodePortRange, Severity};
use crate::manifest::object_name::ObjectName;
use crate::manifest::{Labels, Note, Whom};
use crate::view::doc::Section;

/// All settings.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default, expecting = "a mapping of settings")]
pub(super) struct Written {
    pub(super) namespace: Option<Parsed<String>>,
    #[serde(deserialize_with = "in_order")]
    pub(super) objects: Vec<(Parsed<ObjectName>, Said)>,
    #[serde(deserialize_with = "in_order")]
    pub(super) groups: Vec<(Parsed<String>, Group)>,
    pub(super) sections: Vec<OneOf<Section>>,
    pub(super) node_port_range: Option<Parsed<NodePortRange>>,
    pub(super) select: Vec<Parsed<CheckId>>,
    pub(super) ignore: Vec<Ignored>,
    pub(super) complete: bool,
    pub(super) pedantic: bool,
    pub(super) fail_on: Option<OneOf<Severity>>,
}

/// What is said of an object.
#[derive(Debug, Default, Deserialize)]
#[serde(
    rename_all = "camelCase",
    deny_unknown_fields,
    default,
    expecting = "a mapping with `name`, `purpose` or `ports`"
)]
pub(super) struct Said {
    name: Option<Parsed<String>>,
    purpose: Option<Parsed<String>>,
    /// The purpose of single ports.
    #[serde(deserialize_with = "in_order")]
    ports: Vec<(PortNumber, Parsed<String>)>,
}

impl Said {
    pub(super) fn into_note(self, object: ObjectName) -> Note {
        let ports = self.ports.into_iter().map(|(port, purpose)| (format!("purpose.{}", port.0), purpose.0));
        let whole = [("name", self.name), ("purpose", self.purpose)];
        let whole = whole.into_iter().filter_map(|(key, value)| Some((key.to_owned(), value?.0)));
        Note { whom: Whom::Object(object), notes: ports.chain(whole).collect() }
    }
}

/// What belongs together.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default, expecting = "a mapping with `objects` or `labels`")]
pub(super) struct Group {
    objects: Vec<Parsed<ObjectName>>,
    #[serde(deserialize_with = "in_order")]
    labels: Vec<(Parsed<String>, Parsed<String>)>,
}

impl Group {
    /// Notes on the objects that it names.
    pub(super) fn members(&self, name: &str) -> impl Iterator<Item = Note> {
        self.objects.iter().map(move |object| Note { whom: Whom::Object(object.0.clone()), notes: note(name) })
    }

    /// A note on whatever has its labels.
    pub(super) fn labelled(&self, name: &str) -> Option<Note> {
        let labels: Labels = self.labels.iter().map(|(key, value)| (key.0.clone(), value.0.clone())).collect();
        (!labels.is_empty()).then(|| Note { whom: Whom::Labelled(labels), notes: note(name) })
    }
}

fn note(group: &str) -> Labels {
    Labels::from([("group".to_owned(), group.to_owned())])
}

/// A check to ignore: its id alone, or with more words.
#[derive(Debug)]
pub(super) struct Ignored {
    pub(super) id: CheckId,
    pub(super) object: Option<ObjectName>,
}

/// A check to ignore, in more words.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Explained {
    id: Parsed<CheckId>,
    object: Option<Parsed<ObjectName>>,
    /// For those who read the file.
    #[serde(rename = "reason")]
    _reason: Option<Parsed<String>>,
}

impl<'de> Deserialize<'de> for Ignored {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(IgnoredVisitor)
    }
}

struct IgnoredVisitor;

impl<'de> Visitor<'de> for IgnoredVisitor {
    type Value = Ignored;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the id of a check, or a mapping with `id`, `object` and `reason`")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Ignored, E> {
        parsed(text).map(|id| Ignored { id, object: None }).map_err(E::custom)
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Ignored, A::Error> {
        let explained = Explained::deserialize(MapAccessDeserializer::new(map))?;
        Ok(Ignored { id: explained.id.0, object: explained.object.map(|object| object.0) })
    }
}

/// A value that is written as text, of whatever form. A number is no text: `"5"` is.
#[derive(Debug)]
pub(super) struct Parsed<T>(pub(super) T);

impl<'de, T: FromStr<Err: fmt::Display>> Deserialize<'de> for Parsed<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(TextVisitor(parsed)).map(Self)
    }
}

fn parsed<T: FromStr<Err: fmt::Display>>(text: &str) -> Result<T, String> {
    text.parse().map_err(|words| format!("`{text}`: {words}"))
}

/// A number as a key, which JSON has as text.
#[derive(Debug)]
struct PortNumber(NonZeroU16);

impl<'de> Deserialize<'de> for PortNumber {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(PortVisitor).map(Self)
    }
}

struct PortVisitor;

impl Visitor<'_> for PortVisitor {
    type Value = NonZeroU16;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a port number")
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<NonZeroU16, E> {
        let wrong = || E::invalid_value(Unexpected::Unsigned(number), &self);
        u16::try_from(number).ok().and_then(NonZeroU16::new).ok_or_else(wrong)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<NonZeroU16, E> {
        text.parse().map_err(|_| E::invalid_value(Unexpected::Str(text), &self))
    }
}

/// One of the words that an option of the command line knows too.
#[derive(Debug)]
pub(super) struct OneOf<T>(pub(super) T);

impl<'de, T: ValueEnum> Deserialize<'de> for OneOf<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(TextVisitor(one_of)).map(Self)
    }
}

fn one_of<T: ValueEnum>(text: &str) -> Result<T, String> {
    T::from_str(text, false).map_err(|_| {
        let words = T::value_variants().iter().filter_map(ValueEnum::to_possible_value);
        let words: Vec<String> = words.map(|word| format!("`{}`", word.get_name())).collect();
        // In serde's own words, as for keys.
        format!("unknown variant `{text}`, expected one of {}", words.join(", "))
    })
}

/// Reads text while its place is still known, so that an error has it.
struct TextVisitor<T>(fn(&str) -> Result<T, String>);

impl<T> Visitor<'_> for TextVisitor<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("text")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<T, E> {
        (self.0)(text).map_err(E::custom)
    }
}

/// A mapping, in the order of the file.
fn in_order<'de, D, K, V>(deserializer: D) -> Result<Vec<(K, V)>, D::Error>
where
    D: Deserializer<'de>,
    K: Deserialize<'de>,
    V: Deserialize<'de>,
{
    deserializer.deserialize_map(InOrder(PhantomData))
}

struct InOrder<K, V>(PhantomData<(K, V)>);

impl<'de, K: Deserialize<'de>, V: Deserialize<'de>> Visitor<'de> for InOrder<K, V> {
    type Value = Vec<(K, V)>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a mapping")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut entries = Vec::new();
        while let Some(entry) = map.next_entry()? {
            entries.push(entry);
        }
        Ok(entries)
    }
}
