//! Marked blocks of a Markdown text: where they are, what recipe each carries, and the text with all of them filled anew.
//!
//! ```text
//! <!-- portolan table k8s/ -->
//! … what `portolan table k8s/` prints …
//! <!-- /portolan -->
//! ```
//!
//! Text in, text out. Whatever stands outside of the blocks stays byte for byte; markers in code fences and indented code are not
//! markers but an example of them.

use std::fmt;
use std::ops::Range;

/// How a line begins that opens a block.
const OPEN: &str = "<!-- portolan";
/// The line that closes one.
const CLOSE: &str = "<!-- /portolan";
/// How both end.
const END: &str = "-->";
/// From here on, indented text is code for Markdown.
const CODE_INDENT: usize = 4;
/// The shortest code fence.
const FENCE: usize = 3;

/// One block of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Block<'t> {
    /// What stands behind `portolan` in the opening marker.
    pub recipe: &'t str,
    /// Number of the opening marker's line, from 1.
    pub line: usize,
    /// The bytes between the two markers' lines.
    pub inside: Range<usize>,
}

/// A marker that is not as it must be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fault {
    /// Number of its line, from 1.
    pub line: usize,
    /// What is wrong.
    pub kind: FaultKind,
}

/// What can be wrong with a marker.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FaultKind {
    /// The block that it opens has no end.
    Unclosed,
    /// It opens a block inside of the one that was opened on the line of this number.
    Nested(usize),
    /// It closes a block, and none is open.
    NothingToClose,
    /// It names nothing to print.
    NoRecipe,
    /// It does not end on its line.
    SeveralLines,
}

impl fmt::Display for FaultKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unclosed => f.write_str("this block has no end; write `<!-- /portolan -->` on a line behind it"),
            Self::Nested(line) => {
                write!(
                    f,
                    "a block begins inside of the one of line {line}; end that one first, with `<!-- /portolan -->`"
                )
            }
            Self::NothingToClose => f.write_str("this ends a block, but none has begun; remove it"),
            Self::NoRecipe => {
                f.write_str("this block has no recipe; write what to print, as in `<!-- portolan table k8s/ -->`")
            }
            Self::SeveralLines => f.write_str("this marker does not end on its line; write `-->` at the end of it"),
        }
    }
}

/// The blocks of a text, in order.
///
/// # Errors
/// Every marker that is not as it must be. A text with such markers must not be filled.
pub fn blocks(text: &str) -> Result<Vec<Block<'_>>, Vec<Fault>> {
    let (mut blocks, mut faults) = (Vec::new(), Vec::new());
    let mut open: Option<Block<'_>> = None;
    let mut fence = None;
    let mut start = 0;
    for (number, line) in (1..).zip(text.split_inclusive('\n')) {
        let end = start + line.len();
        if open.is_none() {
            fence = next_fence(fence, line);
        }
        let marker = if fence.is_some() && open.is_none() { None } else { marker(line) };
        match (marker, open.take()) {
            (None, still_open) => open = still_open,
            (Some(Ok(Marker::Open(""))), still_open) => {
                faults.push(Fault { line: number, kind: FaultKind::NoRecipe });
                open = still_open;
            }
            (Some(Ok(Marker::Open(recipe))), None) => open = Some(Block { recipe, line: number, inside: end..end }),
            (Some(Ok(Marker::Open(recipe))), Some(outer)) => {
                faults.push(Fault { line: number, kind: FaultKind::Nested(outer.line) });
                open = Some(Block { recipe, line: number, inside: end..end });
            }
            (Some(Ok(Marker::Close)), Some(block)) => {
                blocks.push(Block { inside: block.inside.start..start, ..block });
            }
            (Some(Ok(Marker::Close)), None) => faults.push(Fault { line: number, kind: FaultKind::NothingToClose }),
            (Some(Err(kind)), still_open) => {
                faults.push(Fault { line: number, kind });
                open = still_open;
            }
        }
        start = end;
    }
    faults.extend(open.map(|block| Fault { line: block.line, kind: FaultKind::Unclosed }));
    if faults.is_empty() { Ok(blocks) } else { Err(faults) }
}

/// The text with each block's content replaced; the contents are in the order of the blocks, with line feeds at the end of lines.
/// Where a block's marker ends its line otherwise (CRLF), so do the lines of its content.
#[must_use]
pub fn fill(text: &str, blocks: &[Block<'_>], contents: &[String]) -> String {
    let mut filled = String::with_capacity(text.len());
    let mut kept = 0;
    for (block, content) in blocks.iter().zip(contents) {
        let before = &text[kept..block.inside.start];
        filled.push_str(before);
        let content = format!("\n{}\n\n", content.trim_end_matches('\n'));
        filled.push_str(&if before.ends_with("\r\n") { content.replace('\n', "\r\n") } else { content });
        kept = block.inside.end;
    }
    filled.push_str(&text[kept..]);
    filled
}

/// The text with one more block at its end, under a heading of its own. Its lines end as those of the text do.
#[must_use]
pub fn append(text: &str, recipe: &str, content: &str) -> String {
    let block =
        format!("## Ports\n\n<!-- portolan {recipe} -->\n\n{}\n\n<!-- /portolan -->\n", content.trim_end_matches('\n'));
    let joint = if text.is_empty() || text.ends_with("\n\n") || text.ends_with("\r\n\r\n") {
        ""
    } else if text.ends_with('\n') {
        "\n"
    } else {
        "\n\n"
    };
    let addition = format!("{joint}{block}");
    let ending = if text.contains("\r\n") { addition.replace('\n', "\r\n") } else { addition };
    format!("{text}{ending}")
}

/// What a line that is a marker does.
enum Marker<'t> {
    Open(&'t str),
    Close,
}

/// The marker that a line is; `None` for any other line.
fn marker(line: &str) -> Option<Result<Marker<'_>, FaultKind>> {
    let line = line.trim_start_matches('\u{feff}');
    let text = line.trim_start_matches(' ');
    if line.len() - text.len() >= CODE_INDENT {
        return None;
    }
    let text = text.trim_end();
    if let Some(rest) = text.strip_prefix(CLOSE) {
        return (rest.trim() == END).then_some(Ok(Marker::Close));
    }
    let rest = text.strip_prefix(OPEN)?;
    // `<!-- portolans -->` is somebody else's comment.
    if !rest.is_empty() && !rest.starts_with([' ', '\t', '-']) {
        return None;
    }
    Some(match rest.strip_suffix(END) {
        Some(recipe) => Ok(Marker::Open(recipe.trim())),
        None => Err(FaultKind::SeveralLines),
    })
}

/// The character and the length of a code fence that is open.
type Fence = (char, usize);

/// The fence that is open behind a line.
fn next_fence(open: Option<Fence>, line: &str) -> Option<Fence> {
    let text = line.trim_start_matches(' ');
    let is_indented = line.len() - text.len() >= CODE_INDENT;
    let character = text.chars().next().filter(|character| matches!(character, '`' | '~') && !is_indented);
    let Some(character) = character else { return open };
    let length = text.chars().take_while(|next| *next == character).count();
    let rest = text[length..].trim();
    match open {
        Some((kind, least)) if kind == character && length >= least && rest.is_empty() => None,
        Some(fence) => Some(fence),
        // Backticks later on the line make it code within a paragraph.
        None => (length >= FENCE && !(character == '`' && rest.contains('`'))).then_some((character, length)),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn recipes(text: &str) -> Vec<&str> {
        blocks(text).expect("the markers are right").into_iter().map(|block| block.recipe).collect()
    }

    fn faults(text: &str) -> Vec<(usize, FaultKind)> {
        blocks(text).expect_err("a marker is wrong").into_iter().map(|fault| (fault.line, fault.kind)).collect()
    }

    /// Fills every block with its recipe.
    fn filled(text: &str) -> String {
        let blocks = blocks(text).expect("the markers are right");
        let contents: Vec<String> = blocks.iter().map(|block| format!("{}\n", block.recipe)).collect();
        fill(text, &blocks, &contents)
    }

    #[test]
    fn a_block_is_what_stands_between_its_markers() {
        let text = "a\n<!-- portolan table . -->\nold\n<!-- /portolan -->\nb\n<!--  portolan no -->\n";
        assert_eq!(recipes(text), ["table ."]);
        assert_eq!(
            filled(text),
            "a\n<!-- portolan table . -->\n\ntable .\n\n<!-- /portolan -->\nb\n<!--  portolan no -->\n"
        );
    }

    #[test]
    fn filling_twice_changes_nothing_more() {
        for text in [
            "<!-- portolan a -->\n<!-- /portolan -->",
            "\u{feff}<!-- portolan a -->\r\nold\r\n<!-- /portolan -->\r\nend",
            "# T\n<!-- portolan a -->\n<!-- /portolan -->\n<!-- portolan b -->\n\n\n<!-- /portolan -->",
        ] {
            let once = filled(text);
            assert_eq!(filled(&once), once);
        }
    }

    #[test]
    fn line_ends_byte_order_marks_and_missing_last_line_ends_stay() {
        let text = "\u{feff}<!-- portolan a -->\r\nold\r\n<!-- /portolan -->\r\nend";
        assert_eq!(filled(text), "\u{feff}<!-- portolan a -->\r\n\r\na\r\n\r\n<!-- /portolan -->\r\nend");
    }

    #[test]
    fn markers_in_code_are_examples_of_markers() {
        for text in [
            "```markdown\n<!-- portolan a -->\n<!-- /portolan -->\n```\n",
            "~~~~\n~~~\n<!-- portolan a -->\n~~~~~\n",
            "    <!-- portolan a -->\n",
            "Write `<!-- portolan a -->` there.\n",
            "```\nnever closed\n<!-- portolan a -->\n",
        ] {
            assert_eq!(recipes(text), Vec::<&str>::new(), "{text}");
        }
        let behind = "```\n<!-- portolan a -->\n```\n<!-- portolan b -->\n```mermaid\nx\n```\n<!-- /portolan -->\n";
        assert_eq!(recipes(behind), ["b"]);
        assert_eq!(recipes("``` a ` b\n<!-- portolan c -->\n<!-- /portolan -->\n"), ["c"], "no fence");
    }

    #[test]
    fn what_is_wrong_with_markers_is_told_with_its_line() {
        assert_eq!(faults("\n<!-- portolan a -->\n"), [(2, FaultKind::Unclosed)]);
        assert_eq!(faults("<!-- /portolan -->\n"), [(1, FaultKind::NothingToClose)]);
        assert_eq!(
            faults("<!-- portolan a -->\n<!-- portolan b -->\n<!-- /portolan -->\n"),
            [(2, FaultKind::Nested(1))]
        );
        assert_eq!(faults("<!-- portolan -->\n"), [(1, FaultKind::NoRecipe)]);
        assert_eq!(faults("<!-- portolan table\n-->\n"), [(1, FaultKind::SeveralLines)]);
    }

    #[test]
    fn a_first_block_goes_to_the_end_and_filling_it_changes_nothing() {
        for (text, expected) in [
            ("", "## Ports\n\n<!-- portolan a -->\n\na\n\n<!-- /portolan -->\n"),
            ("# T", "# T\n\n## Ports\n\n<!-- portolan a -->\n\na\n\n<!-- /portolan -->\n"),
            ("# T\n\n", "# T\n\n## Ports\n\n<!-- portolan a -->\n\na\n\n<!-- /portolan -->\n"),
            ("# T\r\n", "# T\r\n\r\n## Ports\r\n\r\n<!-- portolan a -->\r\n\r\na\r\n\r\n<!-- /portolan -->\r\n"),
        ] {
            let appended = append(text, "a", "a\n");
            assert_eq!(appended, expected);
            assert_eq!(filled(&appended), appended);
        }
    }

    /// Lines of which most mean something to Markdown or to the markers, with one of the two line ends.
    fn texts() -> impl Strategy<Value = String> {
        let line = prop::sample::select(vec![
            "<!-- portolan a -->",
            "<!-- portolan b c -->",
            "<!-- /portolan -->",
            "  <!-- /portolan -->  ",
            "    <!-- portolan code -->",
            "```",
            "~~~~",
            "``` x `",
            "text",
            "",
            "\u{feff}",
        ]);
        let lines = prop::collection::vec(line, 0..12);
        (lines, prop::sample::select(vec!["\n", "\r\n"])).prop_map(|(lines, end)| lines.join(end))
    }

    proptest! {
        #[test]
        fn filling_is_stable_and_touches_nothing_outside(text in texts()) {
            let Ok(found) = blocks(&text) else { return Ok(()) };
            let contents = vec!["x\n\n```text\ny\n```\n".to_owned(); found.len()];
            let once = fill(&text, &found, &contents);
            let again = blocks(&once).expect("what was filled can be filled again");
            prop_assert_eq!(again.len(), found.len());
            prop_assert_eq!(fill(&once, &again, &contents), once.clone());
            let outside = |text: &str, blocks: &[Block<'_>]| {
                let ends = blocks.iter().map(|block| block.inside.end).collect::<Vec<_>>();
                let starts = blocks.iter().map(|block| block.inside.start).chain([text.len()]);
                let from = [0].into_iter().chain(ends);
                from.zip(starts).map(|(from, to)| text[from..to].to_owned()).collect::<Vec<_>>()
            };
            prop_assert_eq!(outside(&text, &found), outside(&once, &again));
        }
    }

    #[test]
    fn a_content_that_is_no_block_of_lines_still_ends_its_last_line() {
        let text = "<!-- portolan a -->\n<!-- /portolan -->\n";
        let blocks = blocks(text).expect("the markers are right");
        assert_eq!(fill(text, &blocks, &["x".to_owned()]), "<!-- portolan a -->\n\nx\n\n<!-- /portolan -->\n");
    }
}
