//! What the places of a text are called: object and field, where a line would say nothing.

use std::fmt::Write as _;

/// The places of one text, in the order of their first bytes, each below the one that it is a part of.
#[derive(Debug, Clone, Default)]
pub struct Outline(Vec<Entry>);

#[derive(Debug, Clone)]
struct Entry {
    start: u32,
    end: u32,
    step: Step,
    /// The index of the entry that this one is a part of; it is smaller.
    parent: Option<u32>,
}

/// How one place is reached from the one that it is a part of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// A whole object, by its name: `Service default/web`.
    Object(String),
    /// The value of a key.
    Key(String),
    /// An item of a list, counted from 0.
    Item(usize),
}

impl Outline {
    /// Adds a place, which must not start before those that are there. Returns what its parts name as their parent.
    pub fn push(&mut self, start: u32, end: u32, step: Step, parent: Option<u32>) -> u32 {
        let index = u32::try_from(self.0.len()).unwrap_or(u32::MAX);
        self.0.push(Entry { start, end, step, parent });
        index
    }

    /// The name of the innermost place that holds a byte; nothing where there is none.
    pub(super) fn name_at(&self, offset: u32) -> String {
        let behind = self.0.partition_point(|entry| entry.start <= offset);
        let mut next = behind.checked_sub(1).and_then(|last| self.0.get(last));
        while let Some(entry) = next {
            // A message about all of a value points to its first byte, also where the value is empty.
            if offset < entry.end || offset == entry.start {
                return self.name(entry);
            }
            next = self.parent(entry);
        }
        String::new()
    }

    fn parent(&self, entry: &Entry) -> Option<&Entry> {
        entry.parent.and_then(|parent| self.0.get(parent as usize))
    }

    fn name(&self, entry: &Entry) -> String {
        let mut path = vec![entry];
        while let Some(parent) = path.last().and_then(|last| self.parent(last)) {
            path.push(parent);
        }
        let mut name = String::new();
        let mut joint = "";
        for entry in path.into_iter().rev() {
            match &entry.step {
                Step::Object(object) => name.push_str(object),
                Step::Key(key) => name.extend([joint, key]),
                Step::Item(index) => write!(name, "[{index}]").unwrap_or_default(),
            }
            joint = if matches!(entry.step, Step::Object(_)) { " " } else { "." };
        }
        name
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `Service web` at 0..100 with `spec` at 10..90, in which `ports` at 20..80 has two items.
    fn outline() -> Outline {
        let mut outline = Outline::default();
        let service = outline.push(0, 100, Step::Object("Service web".into()), None);
        let spec = outline.push(10, 90, Step::Key("spec".into()), Some(service));
        let ports = outline.push(20, 80, Step::Key("ports".into()), Some(spec));
        let first = outline.push(20, 40, Step::Item(0), Some(ports));
        outline.push(30, 35, Step::Key("port".into()), Some(first));
        outline.push(50, 80, Step::Item(1), Some(ports));
        outline
    }

    #[test]
    fn a_place_is_called_by_the_innermost_part_that_holds_it() {
        let cases = [
            (0, "Service web"),
            (30, "Service web spec.ports[0].port"),
            (34, "Service web spec.ports[0].port"),
            (35, "Service web spec.ports[0]"),
            (45, "Service web spec.ports"),
            (50, "Service web spec.ports[1]"),
            (85, "Service web spec"),
            (95, "Service web"),
            (100, ""),
        ];
        for (offset, name) in cases {
            assert_eq!(outline().name_at(offset), name, "{offset}");
        }
        assert_eq!(Outline::default().name_at(7), "");
    }
}
