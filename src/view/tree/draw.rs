//! Drawing: twigs become lines.

/// A line and what hangs below it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Twig {
    pub(super) text: String,
    pub(super) twigs: Vec<Twig>,
}

impl Twig {
    /// A twig with nothing below it.
    pub(super) fn leaf(text: impl Into<String>) -> Self {
        Self { text: text.into(), twigs: Vec::new() }
    }
}

/// The characters that a tree is drawn with.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Signs {
    /// In front of a twig that others follow.
    fork: &'static str,
    /// In front of the last twig.
    corner: &'static str,
    /// Beside the twigs of a twig that others follow.
    bar: &'static str,
    /// Beside the twigs of the last twig.
    gap: &'static str,
    /// Between two ports of a way.
    pub(super) arrow: &'static str,
    /// In front of what is missing.
    pub(super) hole: &'static str,
}

/// Box-drawing characters.
pub(super) const UNICODE: Signs =
    Signs { fork: "├─ ", corner: "└─ ", bar: "│  ", gap: "   ", arrow: "→", hole: "✗" };

/// For terminals and files that have nothing else.
pub(super) const ASCII: Signs = Signs { fork: "|- ", corner: "`- ", bar: "|  ", gap: "   ", arrow: "->", hole: "x" };

/// Adds the lines of a branch, each with `indent` in front of it. The text of the branch hangs from nothing, so that a branch
/// more or less changes no lines of another one.
pub(super) fn draw(branch: &Twig, indent: &str, signs: &Signs, lines: &mut Vec<String>) {
    lines.push(format!("{indent}{}", branch.text));
    draw_below(&branch.twigs, indent, signs, lines);
}

fn draw_below(twigs: &[Twig], beside: &str, signs: &Signs, lines: &mut Vec<String>) {
    for (index, twig) in twigs.iter().enumerate() {
        let is_last = index + 1 == twigs.len();
        let (joint, next) = if is_last { (signs.corner, signs.gap) } else { (signs.fork, signs.bar) };
        lines.push(format!("{beside}{joint}{}", twig.text));
        draw_below(&twig.twigs, &format!("{beside}{next}"), signs, lines);
    }
}
