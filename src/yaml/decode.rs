//! Typed values from a tree: a serde `Deserializer` that is as strict as kubectl's decoder, and says what to write instead.
//!
//! As in Go, null leaves the zero value: 0, an empty string, an empty list, a mapping without entries.

use serde::de::value::{BorrowedStrDeserializer, MapAccessDeserializer};
use serde::de::{DeserializeSeed, Deserializer, IntoDeserializer, MapAccess, SeqAccess, Visitor};
use serde::forward_to_deserialize_any;

use super::fault::{Fault, Step, mismatch};
use super::scalar::{Scalar, resolve};
use super::tree::{Entries, Items, Node, Style};
use crate::problem::Remedy;
use crate::source::Span;

/// Why a value does not fit its field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct DecodeError {
    /// The value, or the mapping in which one is missing.
    pub(crate) span: Span,
    /// The way to it: `spec.ports[0].port`; empty for the root.
    pub(crate) path: String,
    /// What was expected and what was found, in one sentence.
    pub(crate) message: String,
    /// What to write instead, where that can be said.
    pub(crate) help: Option<String>,
    /// The one right way to write it, where there is one. Boxed, so that results stay small.
    pub(crate) remedy: Option<Box<Remedy>>,
}

/// The typed value of a node.
///
/// # Errors
///
/// A [`DecodeError`] when a value has another type than its field (YAML-01 to YAML-04), or a required one is missing.
pub(crate) fn decode<'d, T: serde::Deserialize<'d>>(node: Node<'d>) -> Result<T, DecodeError> {
    T::deserialize(node).map_err(|fault| fault.finish(node.span()))
}

/// The longest string in bytes: the API server takes no request of more than 3 MiB, so that no object has a longer one. What is made of
/// a string, in many places of an output, has an end by that.
const LONGEST_STRING: usize = 3 << 20;

/// A string that is no longer than one can be.
fn bounded<'d>(node: Node<'d>, text: &'d str) -> Result<&'d str, Fault> {
    if text.len() <= LONGEST_STRING {
        return Ok(text);
    }
    let (most, count) = (LONGEST_STRING >> 20, text.len());
    let help = "the API server takes no object of more than that; put less into it, or leave it out";
    let fault = Fault::new(format!("expected a string of at most {most} MiB, found the {count} bytes of another"));
    Err(fault.at(node.span()).with_help(Some(help.to_owned())))
}

impl<'d> Node<'d> {
    /// The remedy for a string that would be right without its quotes.
    fn unquoted(self, fits: fn(Scalar<'_>) -> bool) -> Option<Remedy> {
        let text = self.as_str().filter(|text| fits(resolve(text)))?;
        (self.style() != Style::Plain).then(|| Remedy::Unquoted(text.to_owned()))
    }

    fn whole_number<V: Visitor<'d>>(self, visitor: V, least: i64, most: i64) -> Result<V::Value, Fault> {
        let value = match self.scalar() {
            Some(Scalar::Int(value)) => value,
            Some(Scalar::Null) => 0,
            _ => {
                let remedy = self.unquoted(|scalar| matches!(scalar, Scalar::Int(_)));
                return Err(mismatch(self, "a whole number", remedy));
            }
        };
        if value < least || value > most {
            return Err(mismatch(self, &format!("a whole number from {least} to {most}"), None));
        }
        visitor.visit_i64(value).map_err(|fault: Fault| fault.at(self.span()))
    }

    fn float<V: Visitor<'d>>(self, visitor: V) -> Result<V::Value, Fault> {
        let value = match self.scalar() {
            Some(Scalar::Int(value)) => value as f64,
            Some(Scalar::Float(value)) => value,
            Some(Scalar::Null) => 0.0,
            _ => {
                let remedy = self.unquoted(|scalar| matches!(scalar, Scalar::Int(_) | Scalar::Float(_)));
                return Err(mismatch(self, "a number", remedy));
            }
        };
        self.visit_float(value, visitor)
    }

    fn visit_float<V: Visitor<'d>>(self, value: f64, visitor: V) -> Result<V::Value, Fault> {
        if !value.is_finite() {
            return Err(mismatch(self, "a finite number", None));
        }
        visitor.visit_f64(value).map_err(|fault: Fault| fault.at(self.span()))
    }

    fn string<V: Visitor<'d>>(self, visitor: V) -> Result<V::Value, Fault> {
        let text = match self.scalar() {
            Some(Scalar::Str(text)) => text,
            Some(Scalar::Null) => "",
            Some(_) => return Err(mismatch(self, "a string", Some(Remedy::Quoted(self.text().to_owned())))),
            None => return Err(mismatch(self, "a string", None)),
        };
        visitor.visit_borrowed_str(bounded(self, text)?).map_err(|fault: Fault| fault.at(self.span()))
    }

    fn list<V: Visitor<'d>>(self, visitor: V) -> Result<V::Value, Fault> {
        if !self.is_sequence() && !self.is_null() {
            let help = self.is_mapping().then(|| "begin every item with `- `".to_owned());
            return Err(mismatch(self, "a list", None).with_help(help));
        }
        let access = ListAccess { items: self.items(), index: 0 };
        visitor.visit_seq(access).map_err(|fault| fault.at(self.span()))
    }

    fn mapping<V: Visitor<'d>>(self, visitor: V) -> Result<V::Value, Fault> {
        if !self.is_mapping() && !self.is_null() {
            return Err(mismatch(self, "a mapping", None));
        }
        visitor.visit_map(MappingAccess::new(self)).map_err(|fault| fault.at(self.span()))
    }
}

impl<'de> Deserializer<'de> for Node<'de> {
    type Error = Fault;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        let value = match self.scalar() {
            None if self.is_mapping() => return self.mapping(visitor),
            None => return self.list(visitor),
            Some(Scalar::Float(value)) => return self.visit_float(value, visitor),
            Some(Scalar::Null) => visitor.visit_unit(),
            Some(Scalar::Bool(value)) => visitor.visit_bool(value),
            Some(Scalar::Int(value)) => visitor.visit_i64(value),
            Some(Scalar::Str(value)) => visitor.visit_borrowed_str(bounded(self, value)?),
        };
        value.map_err(|fault: Fault| fault.at(self.span()))
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        let value = match self.scalar() {
            Some(Scalar::Bool(value)) => value,
            Some(Scalar::Null) => false,
            _ => {
                let remedy = self.unquoted(|scalar| matches!(scalar, Scalar::Bool(_)));
                return Err(mismatch(self, "true or false", remedy));
            }
        };
        visitor.visit_bool(value).map_err(|fault: Fault| fault.at(self.span()))
    }

    fn deserialize_i8<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        self.whole_number(visitor, i8::MIN.into(), i8::MAX.into())
    }

    fn deserialize_i16<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        self.whole_number(visitor, i16::MIN.into(), i16::MAX.into())
    }

    fn deserialize_i32<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        self.whole_number(visitor, i32::MIN.into(), i32::MAX.into())
    }

    fn deserialize_i64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        self.whole_number(visitor, i64::MIN, i64::MAX)
    }

    fn deserialize_u8<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        self.whole_number(visitor, 0, u8::MAX.into())
    }

    fn deserialize_u16<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        self.whole_number(visitor, 0, u16::MAX.into())
    }

    fn deserialize_u32<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        self.whole_number(visitor, 0, u32::MAX.into())
    }

    fn deserialize_u64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        self.whole_number(visitor, 0, i64::MAX)
    }

    fn deserialize_f32<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        self.float(visitor)
    }

    fn deserialize_f64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        self.float(visitor)
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        self.string(visitor)
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        self.string(visitor)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        if self.is_null() { visitor.visit_none() } else { visitor.visit_some(self) }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, Fault> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        self.list(visitor)
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        self.mapping(visitor)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Fault> {
        self.mapping(visitor)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Fault> {
        let value = match self.as_str() {
            Some(variant) => visitor.visit_enum(variant.into_deserializer()),
            None if self.is_mapping() => visitor.visit_enum(MapAccessDeserializer::new(MappingAccess::new(self))),
            None => return Err(mismatch(self, "a string", None)),
        };
        value.map_err(|fault: Fault| fault.at(self.span()))
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        visitor.visit_unit()
    }

    forward_to_deserialize_any! { i128 u128 char bytes byte_buf unit unit_struct tuple tuple_struct identifier }
}

/// Hands the items of a list to a visitor.
struct ListAccess<'d> {
    items: Items<'d>,
    index: usize,
}

impl<'d> SeqAccess<'d> for ListAccess<'d> {
    type Error = Fault;

    fn next_element_seed<T: DeserializeSeed<'d>>(&mut self, seed: T) -> Result<Option<T::Value>, Fault> {
        let Some(item) = self.items.next() else { return Ok(None) };
        let index = self.index;
        self.index += 1;
        seed.deserialize(item).map(Some).map_err(|fault| fault.at(item.span()).inside(Step::Index(index)))
    }
}

/// Hands the entries of a mapping to a visitor.
struct MappingAccess<'d> {
    entries: Entries<'d>,
    /// The entry whose key has been handed out.
    current: Option<(Node<'d>, Node<'d>)>,
}

impl<'d> MappingAccess<'d> {
    fn new(mapping: Node<'d>) -> Self {
        MappingAccess { entries: mapping.entries(), current: None }
    }
}

impl<'d> MapAccess<'d> for MappingAccess<'d> {
    type Error = Fault;

    fn next_key_seed<K: DeserializeSeed<'d>>(&mut self, seed: K) -> Result<Option<K::Value>, Fault> {
        self.current = self.entries.next();
        let Some((key, _)) = self.current else { return Ok(None) };
        let name = BorrowedStrDeserializer::new(bounded(key, key.text())?);
        seed.deserialize(name).map(Some).map_err(|fault: Fault| fault.at(key.span()))
    }

    fn next_value_seed<V: DeserializeSeed<'d>>(&mut self, seed: V) -> Result<V::Value, Fault> {
        let Some((key, value)) = self.current else { return Err(Fault::new("a value without a key".to_owned())) };
        seed.deserialize(value).map_err(|fault| fault.at(value.span()).inside(Step::Key(key.text().to_owned())))
    }
}
