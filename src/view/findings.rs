//! Findings as views show them: in an order that documents' places do not decide, numbered, and joined to the hops they are about.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use super::markdown;
use crate::check::{Finding, Severity};
use crate::graph::{HopId, HopKind, How, Owner, Port, PortGraph, PortKind};
use crate::manifest::ObjectId;
use crate::source::Span;

/// Numbers of findings, which a page explains.
pub(crate) type Numbers = BTreeSet<usize>;

/// A finding and its number on a page, from 1.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Numbered<'f> {
    pub(crate) number: usize,
    pub(crate) finding: &'f Finding,
}

/// The findings in the order in which they are shown, wherever their objects stand: the worst first, then by object.
pub(crate) fn in_order(findings: &[Finding]) -> Vec<&Finding> {
    let mut ordered: Vec<&Finding> = findings.iter().collect();
    ordered.sort_by_key(|finding| {
        (Reverse(finding.severity), &finding.object, finding.id, &finding.message, &finding.primary)
    });
    ordered
}

/// What drawings show of findings: errors and warnings about what is drawn, numbered in their order. An info is true, but nothing
/// is wrong.
pub(crate) fn numbered<'f>(graph: &PortGraph, findings: &'f [Finding]) -> Vec<Numbered<'f>> {
    let wrong = in_order(findings).into_iter().filter(|finding| finding.severity > Severity::Info);
    let mut numbered: Vec<Numbered<'_>> =
        (1..).zip(wrong).map(|(number, finding)| Numbered { number, finding }).collect();
    if numbered.is_empty() {
        return numbered;
    }
    let has_ports = |owner: &Owner| graph.ports_of(*owner).next().is_some();
    let drawn: BTreeSet<&ObjectId> = graph.owners().filter(has_ports).filter_map(|owner| graph.object(owner)).collect();
    let joined: Numbers = by_hop(graph, &numbered).into_values().flatten().collect();
    numbered.retain(|one| joined.contains(&one.number) || drawn.contains(&one.finding.object));
    (1..).zip(&mut numbered).for_each(|(number, one)| one.number = number);
    numbered
}

/// The hops that findings are about, each with their numbers: hops and findings that carry the same place. A finding may be about no hop.
pub(crate) fn by_hop(graph: &PortGraph, findings: &[Numbered<'_>]) -> BTreeMap<HopId, Numbers> {
    let mut stated: BTreeMap<Span, (Numbers, Vec<HopId>)> = BTreeMap::new();
    for Numbered { number, finding } in findings {
        stated.entry(finding.primary.span).or_default().0.insert(*number);
    }
    if stated.is_empty() {
        return BTreeMap::new();
    }
    for (id, _, _, hop) in graph.hops() {
        if let Some((_, hops)) = hop.at.and_then(|at| stated.get_mut(&at)) {
            hops.push(id);
        }
    }
    let mut by_hop: BTreeMap<HopId, Numbers> = BTreeMap::new();
    for (numbers, hops) in stated.values() {
        for hop in concerned(graph, hops) {
            by_hop.entry(hop).or_default().extend(numbers);
        }
    }
    by_hop
}

/// Of the hops that one place states, those that a finding there is about. A place may state both how requests come in and where
/// they go on: then it is about the latter. A hop that a name has resolved works: then it is about something else.
fn concerned(graph: &PortGraph, hops: &[HopId]) -> Vec<HopId> {
    let leads_on = |id: &HopId| matches!(graph.hop(*id).kind, HopKind::Route | HopKind::Target | HopKind::Call);
    let works = |id: &HopId| {
        let hop = graph.hop(*id);
        hop.kind == HopKind::Target && hop.how == How::Named && !leads_nowhere(graph.port(graph.ends(*id).1))
    };
    let any_leads_on = hops.iter().any(leads_on);
    hops.iter().copied().filter(|id| leads_on(id) == any_leads_on && !works(id)).collect()
}

fn leads_nowhere(port: &Port) -> bool {
    matches!(port.kind, PortKind::Missing(_))
}

/// The number in a circle, `①`; behind `㊿`, where there are no more of these, `(51)`.
pub(crate) fn circled(number: usize) -> String {
    let place = |first: char, before: usize| {
        u32::try_from(number - before - 1).ok().and_then(|offset| char::from_u32(u32::from(first) + offset))
    };
    let circled = match number {
        1..=20 => place('①', 0),
        21..=35 => place('㉑', 20),
        36..=50 => place('㊱', 35),
        _ => None,
    };
    circled.map_or_else(|| format!("({number})"), String::from)
}

/// Several numbers in their circles: `① ②`.
pub(crate) fn all_circled(numbers: &Numbers) -> String {
    numbers.iter().map(|number| circled(*number)).collect::<Vec<_>>().join(" ")
}

/// The text of a finding as Markdown: what stands between backticks is code.
pub(crate) fn prose(text: &str) -> String {
    let pieces: Vec<&str> = text.split('`').collect();
    let last = pieces.len() - 1;
    let piece = |(at, piece): (usize, &&str)| match at % 2 {
        // The last backtick opens nothing if it is the odd one out.
        1 if at < last => markdown::code(piece),
        1 => markdown::text(&format!("`{piece}")),
        _ => spaced(piece),
    };
    pieces.iter().enumerate().map(piece).collect()
}

/// Text with the spaces that part it from what stands beside it.
fn spaced(piece: &str) -> String {
    let before = if piece.starts_with(' ') { " " } else { "" };
    let after = if piece.trim_start().ends_with(' ') { " " } else { "" };
    format!("{before}{}{after}", markdown::text(piece))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::{Options, check};
    use crate::manifest;
    use crate::source::{Source, Sources};

    /// `NUMBER ID: FROM → TO`, the ports by their keys, for every hop that a finding is about.
    fn hops(text: &str) -> Vec<String> {
        let sources = Sources::new(vec![Source { name: "all.yaml".into(), text: text.into(), explicit: true }]);
        let graph = PortGraph::resolve(manifest::read(&sources, "default").roles);
        let findings = check(&graph, &sources, &Options::default()).findings;
        let numbered = numbered(&graph, &findings);
        let mut lines = Vec::new();
        for (hop, numbers) in by_hop(&graph, &numbered) {
            let (from, to) = graph.ends(hop);
            for number in numbers {
                let id = numbered[number - 1].finding.id;
                lines.push(format!("{number} {id}: {} → {}", graph.key(from), graph.key(to)));
            }
        }
        lines
    }

    fn pod(name: &str, ports: &str) -> String {
        format!(
            "apiVersion: v1\nkind: Pod\nmetadata: {{name: {name}, labels: {{app: web}}}}\nspec: {{containers: [{{name: c, image: i, ports: [{ports}]}}]}}\n---\n"
        )
    }

    fn service(more: &str, port: &str) -> String {
        format!(
            "apiVersion: v1\nkind: Service\nmetadata: {{name: web}}\nspec: {{{more}selector: {{app: web}}, ports: [{{{port}}}]}}\n---\n"
        )
    }

    #[test]
    fn a_finding_at_a_port_without_a_target_port_is_not_about_the_load_balancer() {
        let text = pod("a", "{containerPort: 9000}") + &service("type: LoadBalancer, ", "port: 80");
        insta::assert_snapshot!(hops(&text).join("\n"), @"1 P002: default/Service/web/port/80/TCP → default/Pod/a/container/-/80/TCP");
    }

    #[test]
    fn a_hop_that_a_name_resolves_is_not_broken_because_another_pod_lacks_the_name() {
        let pods = pod("a", "{name: http, containerPort: 8080}") + &pod("b", "{containerPort: 8080}");
        assert_eq!(hops(&(pods + &service("", "port: 80, targetPort: http"))), [""; 0]);
    }

    #[test]
    fn a_route_to_a_service_that_is_not_there_is_joined_and_a_node_port_out_of_range_is_the_way_in() {
        let route = "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: shop}\nspec: {defaultBackend: {service: {name: wbe, port: {number: 80}}}}\n---\n";
        let text = pod("a", "{containerPort: 8080}")
            + &service("type: NodePort, ", "port: 80, targetPort: 8080, nodePort: 38080")
            + route;
        insta::assert_snapshot!(hops(&text).join("\n"), @"
        2 P009: outside → default/Service/web/node-port/80/TCP
        1 P016: default/Ingress/shop/route/* default → missing/service/default/wbe/TCP
        2 P009: default/Service/web/node-port/80/TCP → default/Service/web/port/80/TCP
        ");
    }

    #[test]
    fn numbers_have_circles_as_long_as_there_are_any() {
        assert_eq!([1, 20, 21, 35, 36, 50, 51].map(circled).join(" "), "① ⑳ ㉑ ㉟ ㊱ ㊿ (51)");
    }

    #[test]
    fn backticks_in_pairs_are_code_and_an_odd_one_is_text() {
        assert_eq!(prose("no port named `a|b` in *x*, only `c`"), "no port named `a|b` in *x\\*, only `c`");
        assert_eq!(prose("an `odd` one ` <b>"), "an `odd` one \\` &lt;b>");
        assert_eq!(prose("`all`"), "`all`");
        assert_eq!(prose(""), "");
    }
}
