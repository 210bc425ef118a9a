//! Diagrams with every hazard in every place, for Mermaid itself to be asked.
//!
//! `PORTOLAN_ESCAPE_DIR=DIR cargo test escape_proof` writes them into `DIR`, with `meant.json`: by file, the texts that
//! must be drawn, and nothing else. What needs no Mermaid to be wrong is looked at in every run.

use super::super::{Ids, flow, seq, shown};
use crate::view::hazards::hazards;
use serde_json::{Map, Value, json};
use std::fmt::Write;

/// Texts to a diagram.
const CHUNK: usize = 6;

struct Diagram {
    text: String,
    meant: Value,
}

/// The lines of each text: one hazard, or with every fifth one two more lines.
fn texts() -> Vec<Vec<String>> {
    let all: Vec<String> = hazards().filter(|text| !shown(text).is_empty()).collect();
    let lines = |at: usize| if at % 5 == 4 { vec![&all[at], &all[at / 2], &all[at / 3]] } else { vec![&all[at]] };
    (0..all.len()).map(|at| lines(at).into_iter().cloned().collect()).collect()
}

fn meant(lines: &[String]) -> String {
    lines.iter().map(|line| shown(line)).collect::<Vec<_>>().join("\n")
}

fn flowchart(texts: &[Vec<String>]) -> Diagram {
    let mut ids = Ids::default();
    let (mut nodes, mut clusters, mut edges) = (Map::new(), Map::new(), Map::new());
    let mut text = format!("flowchart TB\n  accTitle: {}\n", flow([&texts[0][0]]));
    for (at, lines) in texts.iter().enumerate() {
        let (number, label, want) = (at.to_string(), flow(lines), meant(lines));
        let [place, one, two] = ["ns", "svc", "end"].map(|prefix| ids.id(prefix, &[&lines[0], &number]));
        write!(text, "  subgraph {place}[\"{label}\"]\n    {one}[\"{label}\"]\n  end\n  {two}[\"ok\"]\n").unwrap();
        writeln!(text, "  {one} -->|\"{label}\"| {two}").unwrap();
        edges.insert(format!("{one}>{two}"), json!(want));
        nodes.extend([(one, json!(want)), (two, json!("ok"))]);
        clusters.insert(place, json!(want));
    }
    Diagram { text, meant: json!({"nodes": nodes, "clusters": clusters, "edges": edges}) }
}

fn sequence(texts: &[Vec<String>]) -> Diagram {
    let (first, last) = (&texts[0], &texts[texts.len() - 1]);
    let box_title = seq([&first[0]]);
    let mut text =
        format!("sequenceDiagram\n  box transparent {box_title}\n  participant a as {}\n  end\n", seq(first));
    writeln!(text, "  participant b as {}", seq(last)).unwrap();
    for lines in texts {
        write!(text, "  a->>b: {0}\n  b-->>a: {0}\n  Note over a,b: {0}\n", seq(lines)).unwrap();
    }
    let each: Vec<String> = texts.iter().map(|lines| meant(lines)).collect();
    let twice: Vec<&String> = each.iter().flat_map(|text| [text, text]).collect();
    let ends = [&each[0], &each[each.len() - 1]];
    Diagram {
        text,
        meant: json!({"boxes": [shown(&first[0])], "participants": ends, "messages": twice, "notes": each}),
    }
}

/// Undoes Mermaid's escapes, as a browser would in the end.
fn unescape(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, escape)) = rest.split_once('#') {
        let (name, after) = escape.split_once(';').expect("an escape has an end");
        let code = || char::from_u32(name.parse().expect("an escape is a number")).expect("of a character");
        let named = [("quot", '"'), ("lt", '<'), ("gt", '>'), ("amp", '&')].into_iter().find(|(it, _)| *it == name);
        out.push_str(before);
        out.push(named.map_or_else(code, |(_, c)| c));
        rest = after;
    }
    out + rest
}

#[test]
fn escape_proof_every_escaped_text_says_what_was_meant() {
    for lines in texts() {
        assert_eq!(unescape(&flow(&lines).replace("<br/>", "\n")), meant(&lines));
        assert_eq!(unescape(&seq(&lines).replace("<br/>", "\n")), meant(&lines));
    }
}

#[test]
fn escape_proof_no_text_leaves_its_place() {
    for texts in texts().chunks(CHUNK) {
        let flowchart = flowchart(texts).text;
        assert_eq!(flowchart.matches('"').count(), texts.len() * 8, "{flowchart}");
        assert!(!flowchart.contains(['`', '\\']) && !flowchart.contains("%%{"), "{flowchart}");
        let sequence = sequence(texts).text;
        assert_eq!(sequence.lines().count(), texts.len() * 3 + 5, "{sequence}");
        assert!(sequence.split(';').rev().skip(1).all(|before| before.contains('#')), "{sequence}");
    }
}

#[test]
fn escape_proof_diagrams_are_written_where_asked_for() {
    let Some(dir) = std::env::var_os("PORTOLAN_ESCAPE_DIR").map(std::path::PathBuf::from) else { return };
    let mut all = Map::new();
    for (at, texts) in texts().chunks(CHUNK).enumerate() {
        for (kind, diagram) in [("flowchart", flowchart(texts)), ("sequence", sequence(texts))] {
            let name = format!("{kind}-{at:03}.mmd");
            std::fs::write(dir.join(&name), diagram.text).unwrap();
            all.insert(name, diagram.meant);
        }
    }
    std::fs::write(dir.join("meant.json"), Value::Object(all).to_string()).unwrap();
}
