//! The names of the places of rendered manifests: `Service default/web spec.ports[0].targetPort`.

use crate::source::{Outline, Source, SourceId, Sources, Step};
use crate::yaml::{self, Node};

use super::object;

/// Gives every place of the rendered texts a name, for their lines are in no file that people have.
pub fn name_places(sources: &mut Sources) {
    sources.outline_rendered(outline);
}

fn outline(id: SourceId, source: &Source) -> Outline {
    let mut outline = Outline::default();
    let text = source.text.whole();
    for range in yaml::split(&text) {
        if let Ok(Some(document)) = yaml::parse(id, &text, range) {
            let root = document.root();
            let step = Step::Object(object_name(root));
            let parent = outline.push(root.span().start, root.span().end, step, None);
            add_parts(root, parent, &mut outline);
        }
    }
    outline
}

/// `Service shop/web`, with the namespace where it is stated.
fn object_name(root: Node<'_>) -> String {
    let text = |path: &[&str]| object::find(root, path).map_or("", Node::text);
    let (kind, namespace, name) = (text(&["kind"]), text(&["metadata", "namespace"]), text(&["metadata", "name"]));
    let joint = if namespace.is_empty() { "" } else { "/" };
    format!("{kind} {namespace}{joint}{name}").trim().to_owned()
}

fn add_parts(node: Node<'_>, parent: u32, outline: &mut Outline) {
    let entries = node.entries().map(|(key, value)| (value, Step::Key(key.text().to_owned())));
    let items = node.items().enumerate().map(|(index, item)| (item, Step::Item(index)));
    let mut parts: Vec<_> = entries.chain(items).collect();
    parts.sort_by_key(|(part, _)| part.span().start);
    // What an alias or a merge key stands for belongs to the place where it is written out, which comes first.
    let mut behind = node.span().start;
    for (part, step) in parts {
        let span = part.span();
        if behind <= span.start && span.end <= node.span().end {
            behind = span.end;
            let index = outline.push(span.start, span.end, step, Some(parent));
            add_parts(part, index, outline);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Span;

    fn name_at(text: &str, what: &str) -> String {
        let source = Source { name: "chart/templates/a.yaml".into(), text: text.into(), explicit: true };
        let mut sources = Sources::with_rendered(Vec::new(), vec![source]);
        name_places(&mut sources);
        let start = u32::try_from(text.find(what).unwrap()).unwrap();
        sources.location(Span { source: SourceId(0), start, end: start + 1 }).to_string()
    }

    #[test]
    fn a_place_of_a_rendered_text_is_object_and_field() {
        let text = "# Source: x\nkind: Service\nmetadata: {name: web, namespace: shop}\nspec:\n  ports:\n  - port: 80\n  - {port: 81, targetPort: &p metrics}\n---\nkind: Pod\nmetadata:\n  name: p\nspec: {a: &a [1, 2], b: *a, e: [{x: &x 8}, *x], c: {<<: {d: 7}}}\n";
        let cases = [
            ("web", "Service shop/web metadata.name"),
            ("80", "Service shop/web spec.ports[0].port"),
            ("metrics", "Service shop/web spec.ports[1].targetPort"),
            ("2]", "Pod p spec.a[1]"),
            ("7", "Pod p spec.c.d"),
            ("8}", "Pod p spec.e[0].x"),
        ];
        for (what, name) in cases {
            assert_eq!(name_at(text, what), format!("chart/templates/a.yaml (rendered): {name}"));
        }
        assert_eq!(name_at(text, "# Source"), "chart/templates/a.yaml (rendered)");
    }
}
