//! LabelSelectors: labels and expressions that select pods or namespaces (NET-01).

use k8s_openapi::apimachinery::pkg::apis::meta::v1 as meta;

use super::{Expression, LabelSelector, Lowered, Operator, start_of};
use crate::problem::Problem;
use crate::yaml::Node;

/// A selector; `node` is where it stands. An expression that the API server rejects is told and passed over.
pub(super) fn lower(
    selector: Option<meta::LabelSelector>,
    node: Option<Node<'_>>,
    lowered: &mut Lowered,
) -> LabelSelector {
    let selector = selector.unwrap_or_default();
    let nodes = node.and_then(|node| node.get("matchExpressions")).into_iter().flat_map(Node::items);
    let expressions = selector.match_expressions.unwrap_or_default().into_iter().zip(nodes);
    LabelSelector {
        labels: selector.match_labels.unwrap_or_default().into(),
        expressions: expressions.filter_map(|(stated, node)| expression(stated, node, lowered)).collect(),
    }
}

fn expression(stated: meta::LabelSelectorRequirement, node: Node<'_>, lowered: &mut Lowered) -> Option<Expression> {
    let values = stated.values.unwrap_or_default();
    let operator = match stated.operator.as_str() {
        "In" => Operator::In(values),
        "NotIn" => Operator::NotIn(values),
        "Exists" => Operator::Exists,
        "DoesNotExist" => Operator::DoesNotExist,
        other => {
            let message =
                format!("`{other}` is none of In, NotIn, Exists and DoesNotExist; the API server rejects this");
            lowered.problems.push(Problem::rejected(start_of(node), message, "write one of them, in this spelling"));
            return None;
        }
    };
    Some(Expression { key: stated.key, operator })
}
