//! Names: short texts, of which manifests have very many and most of them again and again.
//!
//! Each text is held once, for as long as the process runs. A [`Name`] is a pointer to it: eight bytes, copied for nothing, and equal
//! to another one where the pointers are. What is long or rarely the same (values, scripts) is better a `String`.

use std::cmp::Ordering;
use std::fmt;
use std::hash::{BuildHasher, Hash, Hasher};
use std::mem;
use std::ops::Deref;
use std::ptr;
use std::sync::{LazyLock, Mutex, PoisonError};

use hashbrown::{DefaultHashBuilder, HashTable};
use serde::de::{Deserialize, Deserializer, Visitor};

/// A text that is held once. In the order of texts.
#[derive(Clone, Copy)]
pub struct Name(&'static &'static str);

impl Name {
    /// The text.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        self.0
    }
}

/// All names of the process.
static NAMES: LazyLock<Names> = LazyLock::new(Names::default);

/// How many threads can look for names at once, at best.
const SHELVES: usize = 16;

/// How many bytes a shelf takes for texts at once. Longer ones than a tenth of it get a place of their own.
const BOARD: usize = 16 * 1024;

#[derive(Default)]
struct Names {
    hasher: DefaultHashBuilder,
    shelves: [Mutex<Shelf>; SHELVES],
}

impl Names {
    fn name(&self, text: &str) -> Name {
        let hash = self.hasher.hash_one(text);
        // The table chooses by the lowest and the highest bits.
        let shelf = &self.shelves[(hash >> 32) as usize % SHELVES];
        shelf.lock().unwrap_or_else(PoisonError::into_inner).name(text, hash, &self.hasher)
    }
}

/// A part of the names, and the room that is left for more.
#[derive(Default)]
struct Shelf {
    names: HashTable<&'static &'static str>,
    bytes: &'static mut [u8],
    texts: &'static mut [&'static str],
}

impl Shelf {
    fn name(&mut self, text: &str, hash: u64, hasher: &DefaultHashBuilder) -> Name {
        if let Some(known) = self.names.find(hash, |known| **known == text) {
            return Name(known);
        }
        let held = self.hold(text);
        let kept = self.keep(held);
        self.names.insert_unique(hash, kept, |known| hasher.hash_one(**known));
        Name(kept)
    }

    /// The same text, to stay.
    fn hold(&mut self, text: &str) -> &'static str {
        if text.len() > BOARD / 10 {
            return String::leak(text.to_owned());
        }
        if self.bytes.len() < text.len() {
            self.bytes = Vec::leak(vec![0; BOARD]);
        }
        let (place, left) = mem::take(&mut self.bytes).split_at_mut(text.len());
        self.bytes = left;
        place.copy_from_slice(text.as_bytes());
        // They are the bytes of a text.
        str::from_utf8(place).unwrap_or_default()
    }

    /// A place for the pointer and the length of a text, so that a name need not have both.
    fn keep(&mut self, text: &'static str) -> &'static &'static str {
        loop {
            match mem::take(&mut self.texts).split_first_mut() {
                Some((place, left)) => {
                    self.texts = left;
                    *place = text;
                    return place;
                }
                None => self.texts = Vec::leak(vec![""; BOARD / size_of::<&str>()]),
            }
        }
    }
}

impl From<&str> for Name {
    fn from(text: &str) -> Self {
        NAMES.name(text)
    }
}

impl From<String> for Name {
    fn from(text: String) -> Self {
        text.as_str().into()
    }
}

impl From<&String> for Name {
    fn from(text: &String) -> Self {
        text.as_str().into()
    }
}

impl Default for Name {
    /// The empty one.
    fn default() -> Self {
        Self::from("")
    }
}

impl Deref for Name {
    type Target = str;

    fn deref(&self) -> &str {
        self.0
    }
}

impl PartialEq for Name {
    fn eq(&self, other: &Self) -> bool {
        ptr::eq(self.0, other.0)
    }
}

impl Eq for Name {}

impl PartialEq<str> for Name {
    fn eq(&self, other: &str) -> bool {
        *self.0 == other
    }
}

impl PartialEq<&str> for Name {
    fn eq(&self, other: &&str) -> bool {
        self.0 == other
    }
}

impl PartialEq<String> for Name {
    fn eq(&self, other: &String) -> bool {
        self.0 == other
    }
}

impl Ord for Name {
    fn cmp(&self, other: &Self) -> Ordering {
        if self == other { Ordering::Equal } else { self.0.cmp(other.0) }
    }
}

impl PartialOrd for Name {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Hash for Name {
    fn hash<H: Hasher>(&self, state: &mut H) {
        ptr::hash(self.0, state);
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Debug for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.0, f)
    }
}

impl<'de> Deserialize<'de> for Name {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(Text)
    }
}

/// Takes texts as names.
struct Text;

impl Visitor<'_> for Text {
    type Value = Name;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string")
    }

    fn visit_str<E>(self, text: &str) -> Result<Name, E> {
        Ok(text.into())
    }
}

#[cfg(test)]
mod tests {
    use std::thread;

    use super::*;

    #[test]
    fn a_text_is_held_once_whoever_asks_for_it() {
        let texts: Vec<String> = (0..5_000).map(|number| format!("name-{number}")).collect();
        let names = || texts.iter().map(Name::from).collect::<Vec<_>>();
        let (here, there) = thread::scope(|scope| (names(), scope.spawn(names).join().unwrap()));
        assert_eq!(here, there);
        assert!(here.iter().zip(&texts).all(|(name, text)| name == text));
        assert_eq!(size_of::<Option<Name>>(), size_of::<usize>());
    }

    #[test]
    fn names_are_in_the_order_of_their_texts() {
        let mut names = ["b", "", "aa", "é", "a"].map(Name::from);
        names.sort();
        assert_eq!(names, ["", "a", "aa", "b", "é"]);
        assert_eq!(Name::default(), Name::from(""));
    }

    #[test]
    fn a_long_text_is_a_name_as_well() {
        for length in [BOARD / 10, BOARD / 10 + 1, BOARD, 3 * BOARD] {
            let text = "x".repeat(length);
            assert_eq!(Name::from(&text), *text);
            assert_eq!(Name::from(&text), Name::from(text));
        }
    }
}
