//! Any text through the escapes of Markdown and Mermaid: a reader understands it as the text it was, and as nothing more.

#![no_main]

#[path = "../../src/view/markdown/tests/understood.rs"]
mod understood;

use libfuzzer_sys::fuzz_target;
use portolan::fuzzing::{cell, cell_code, code, fenced, flow, plain, seq, sh_quote, shown, text};
use understood::understood;

fn markdown(given: &str, want: &str) {
    let written = text(given);
    assert_eq!(understood(&written), format!("paragraph({want})"), "{written}");
    assert_eq!(understood(&format!("- {written}\n")), format!("list(item(paragraph({want})))"), "{written}");
    assert_eq!(understood(&format!("## {written}")), format!("heading({want})"), "{written}");
    assert_eq!(understood(&format!("a {} b", code(given))), format!("paragraph(a code({want}) b)"));
    let table = |cell: &str| format!("| a |\n|---|\n| {cell} |\n");
    let table_of = |cell: &str| format!("table(table_row(table_cell(a))table_row(table_cell({cell})))");
    let lines: Vec<String> = given.lines().map(plain).filter(|line| !line.is_empty()).collect();
    assert_eq!(understood(&table(&cell(given))), table_of(&lines.join("<br>")), "{}", cell(given));
    assert_eq!(understood(&table(&cell_code(given))), table_of(&format!("code({want})")), "{}", cell_code(given));
}

/// What Mermaid makes of an escaped text.
fn drawn(mermaid: &str) -> String {
    let mut pieces = mermaid.split('#');
    let first = pieces.next().unwrap_or_default().to_owned();
    pieces.fold(first, |drawn, piece| {
        let (name, rest) = piece.split_once(';').expect("an escape ends");
        let c = match name {
            "quot" => '"',
            "lt" => '<',
            "gt" => '>',
            "amp" => '&',
            number => number.parse().ok().and_then(char::from_u32).expect("an escape is a number"),
        };
        drawn + &String::from(c) + rest
    })
}

fn mermaid(given: &str) {
    let want = shown(given);
    let want = if want.is_empty() { " " } else { &want };
    let (flow, seq) = (flow(given), seq(given));
    assert_eq!((drawn(&flow).as_str(), drawn(&seq).as_str()), (want, want));
    assert!(!flow.contains(['"', '<', '>', '`', '\\', '\n']) && !flow.contains("%%") && !flow.contains("%{"), "{flow}");
    assert!(!seq.contains(['<', '\n']) && !seq.contains("%%") && !seq.contains("%{"), "{seq}");
}

fuzz_target!(|given: &str| {
    mermaid(given);
    let want = plain(given);
    if !want.is_empty() {
        markdown(given, &want);
    }
    if !given.contains(['\0', '\r']) {
        assert_eq!(understood(&fenced("sh", given)), format!("block(sh:{given}{})", if given.is_empty() || given.ends_with('\n') { "" } else { "\n" }));
    }
    assert_eq!(shlex_split(&sh_quote(given)), want);
});

/// The one word that a shell reads.
fn shlex_split(quoted: &str) -> String {
    let (mut word, mut is_quoted, mut is_escaped) = (String::new(), false, false);
    for c in quoted.chars() {
        match c {
            _ if is_escaped => {
                word.push(c);
                is_escaped = false;
            }
            '\'' => is_quoted = !is_quoted,
            '\\' if !is_quoted => is_escaped = true,
            _ => word.push(c),
        }
    }
    assert!(!is_quoted && !is_escaped, "{quoted}");
    word
}
