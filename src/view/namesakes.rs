//! Namesakes: routers of one namespace, kind and name that only their API group tells apart, as a Gateway of Gateway API and one of Istio.

use crate::graph::{Owner, PortGraph};
use crate::manifest::ObjectId;

/// The API group of a router that has a namesake; nothing for all others.
pub(crate) fn group(graph: &PortGraph, owner: Owner) -> Option<&'static str> {
    let Owner::Router(id) = owner else { return None };
    let routers = &graph.roles().routers;
    let at = id.0 as usize;
    let own = &routers.get(at)?.id;
    // They are in the order of their ids, of which the group is the last part.
    let beside = [at.checked_sub(1), at.checked_add(1)].into_iter().flatten().filter_map(|at| routers.get(at));
    beside.into_iter().any(|other| is_namesake(own, &other.id)).then_some(own.group.as_str())
}

/// The same as what stands behind a name: ` (networking.istio.io)`, or nothing.
pub(crate) fn behind(graph: &PortGraph, owner: Owner) -> String {
    group(graph, owner).map(|group| format!(" ({group})")).unwrap_or_default()
}

fn is_namesake(own: &ObjectId, other: &ObjectId) -> bool {
    (&own.namespace, &own.name, own.kind) == (&other.namespace, &other.name, other.kind) && own.group != other.group
}

#[cfg(test)]
mod tests {
    use crate::graph::PortGraph;
    use crate::manifest;
    use crate::source::{Source, Sources};
    use crate::view::words;

    #[test]
    fn only_routers_that_nothing_else_tells_apart_are_told_with_their_group() {
        let gateway = |group: &str, namespace: &str, name: &str| {
            let id = format!("metadata: {{name: {name}, namespace: {namespace}}}");
            format!("---\napiVersion: {group}/v1\nkind: Gateway\n{id}\nspec: {{listeners: [], servers: []}}\n")
        };
        let (k8s, istio) = ("gateway.networking.k8s.io", "networking.istio.io");
        let text = [(k8s, "a", "x"), (istio, "a", "x"), (istio, "a", "z"), (k8s, "b", "x"), (istio, "c", "x")]
            .map(|(group, namespace, name)| gateway(group, namespace, name));
        let sources =
            Sources::new(vec![Source { name: "a.yaml".to_owned(), text: text.concat().into(), explicit: true }]);
        let graph = PortGraph::resolve(manifest::read(&sources, "default").roles);
        let titles: Vec<String> = graph.owners().map(|owner| words::title(&graph, owner)).collect();
        assert_eq!(
            titles,
            [
                "Gateway x (gateway.networking.k8s.io)",
                "Gateway x (networking.istio.io)",
                "Gateway z",
                "Gateway x",
                "Gateway x"
            ]
        );
    }
}
