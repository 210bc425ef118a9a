//! Notes: what a person says of objects beside their manifests. They are kept where the annotations `portolan.dev/…` are, and win over those.

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

use super::object_name::ObjectName;
use super::{Labels, ObjectId, Roles};

/// What is said, and of whom.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// The workloads and Services that it is about.
    pub whom: Whom,
    /// As annotations have it, without `portolan.dev/`: `name`, `purpose`, `purpose.8080`, `group`.
    pub notes: Labels,
}

/// Which workloads and Services.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Whom {
    /// Those of this name.
    Object(ObjectName),
    /// Those that have all of these labels; of workloads, the pods' labels count.
    Labelled(Labels),
}

impl fmt::Display for Whom {
    /// `` `deploy/web` ``, `` `tier=front` ``
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Object(object) => write!(f, "`{object}`"),
            Self::Labelled(labels) => {
                let labels: Vec<String> = labels.iter().map(|(key, value)| format!("{key}={value}")).collect();
                write!(f, "`{}`", labels.join(","))
            }
        }
    }
}

impl Roles {
    /// Adds notes to the workloads and Services that they are about; a later note wins. Tells of each note whether it is about anyone.
    pub fn note<'n>(&mut self, notes: impl Iterator<Item = &'n Note>) -> Vec<bool> {
        let book = Book::new(notes.collect());
        let mut fits = vec![false; book.notes.len()];
        if fits.is_empty() {
            return fits;
        }
        for workload in self.workloads.iter_mut().map(Arc::make_mut) {
            book.apply(&workload.id, &workload.labels, &mut workload.notes, &mut fits);
        }
        for service in self.services.iter_mut().map(Arc::make_mut) {
            book.apply(&service.id, &service.labels, &mut service.notes, &mut fits);
        }
        fits
    }
}

/// Notes, to be found by the name of an object: there may be as many notes as objects.
struct Book<'n> {
    notes: Vec<&'n Note>,
    by_name: HashMap<&'n str, Vec<usize>>,
    labelled: Vec<usize>,
}

impl<'n> Book<'n> {
    fn new(notes: Vec<&'n Note>) -> Self {
        let mut by_name: HashMap<&str, Vec<usize>> = HashMap::new();
        let mut labelled = Vec::new();
        for (at, note) in notes.iter().enumerate() {
            match &note.whom {
                Whom::Object(object) => by_name.entry(object.name()).or_default().push(at),
                Whom::Labelled(_) => labelled.push(at),
            }
        }
        Self { notes, by_name, labelled }
    }

    fn apply(&self, id: &ObjectId, labels: &Labels, into: &mut Labels, fits: &mut [bool]) {
        let named = self.by_name.get(id.name.as_str()).map_or(&[][..], Vec::as_slice);
        let mut candidates: Vec<usize> = self.labelled.iter().chain(named).copied().collect();
        candidates.sort_unstable();
        for at in candidates {
            let Some(note) = self.notes.get(at).filter(|note| note.whom.is(id, labels)) else { continue };
            into.extend(note.notes.iter().map(|(key, value)| (key.to_owned(), value.to_owned())));
            fits.iter_mut().skip(at).take(1).for_each(|fits| *fits = true);
        }
    }
}

impl Whom {
    fn is(&self, id: &ObjectId, labels: &Labels) -> bool {
        match self {
            Self::Object(object) => object.is(id.kind.as_str(), &id.namespace, &id.name),
            Self::Labelled(wanted) => wanted.iter().all(|(key, value)| labels.get(key) == Some(value)),
        }
    }
}
