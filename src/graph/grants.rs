//! Grants: which objects may refer to objects of another namespace (RT-10). A hash lookup per reference.

use hashbrown::HashSet;

use crate::manifest::{Grant, ObjectId, ObjectRef};

/// Who may refer (group, kind, namespace), and to what (namespace, group, kind, and a name or all of them).
type Allowed<'g> = (&'g str, &'g str, &'g str, &'g str, &'g str, &'g str, Option<&'g str>);

/// The grants of the input.
pub struct Grants<'g>(HashSet<Allowed<'g>>);

impl<'g> Grants<'g> {
    pub(super) fn new(grants: &'g [Grant]) -> Self {
        let mut allowed = HashSet::new();
        for grant in grants {
            let namespace = grant.id.namespace.as_str();
            for (from_group, from_kind, from_namespace) in &grant.from {
                allowed.extend(grant.to.iter().map(|(group, kind, name)| -> Allowed<'g> {
                    (from_group, from_kind, from_namespace, namespace, group, kind, name.as_deref())
                }));
            }
        }
        Self(allowed)
    }

    /// May the object refer to the other one? Within a namespace always.
    #[must_use]
    pub fn allow(&self, from: &ObjectId, to: &ObjectRef) -> bool {
        self.allow_named(from, (&to.group, &to.kind, &to.namespace, &to.name))
    }

    /// The same for group, kind, namespace and name.
    pub(super) fn allow_named(&self, from: &ObjectId, to: (&str, &str, &str, &str)) -> bool {
        let (group, kind, namespace, name) = to;
        let has = |name| {
            self.0.contains(&(
                from.group.as_str(),
                from.kind.as_str(),
                from.namespace.as_str(),
                namespace,
                group,
                kind,
                name,
            ))
        };
        from.namespace == namespace || has(Some(name)) || has(None)
    }
}
