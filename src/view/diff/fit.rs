//! Fitting: a comment that is too long loses its least important parts, and says which.

use anyhow::Result;

/// The most characters of a comment on GitHub (65,536), less what a pipeline may add to it: a marker to find it again, a heading.
const MOST_CHARS: usize = 65_000;

/// How many lines of a section are kept, ever fewer until everything fits.
const MOST_LINES: [usize; 9] = [1000, 700, 500, 300, 200, 100, 50, 15, 5];

/// A comment in the making.
pub(super) struct Comment {
    /// What is always said.
    pub(super) sentence: String,
    /// What follows, in the order of reading.
    pub(super) sections: Vec<Section>,
}

/// A part of a comment.
pub(super) struct Section {
    pub(super) title: &'static str,
    /// What stands above the lines; may be nothing.
    pub(super) head: &'static str,
    pub(super) lines: Vec<String>,
    pub(super) weight: Weight,
}

/// How much a section would be missed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Weight {
    /// It goes as a whole, and first.
    Low,
    /// It loses lines.
    High,
    /// It loses lines last.
    Highest,
}

/// A section as it is written.
pub(super) struct Shown<'s> {
    pub(super) title: &'s str,
    pub(super) body: String,
}

/// What is kept of each weight.
#[derive(Debug, Clone, Copy)]
struct Limits {
    keeps_low: bool,
    high: usize,
    highest: usize,
}

/// The comment as long as it may be; `write` puts together the sentence, the sections, and what is said of what is left out.
pub(super) fn fitted(
    comment: &Comment,
    write: impl Fn(&str, Vec<Shown<'_>>, &str) -> Result<String>,
) -> Result<String> {
    let all = Limits { keeps_low: true, high: usize::MAX, highest: usize::MAX };
    let shorter = MOST_LINES.into_iter().map(|high| Limits { keeps_low: false, high, ..all });
    let shortest = MOST_LINES.into_iter().map(|most| Limits { keeps_low: false, high: 0, highest: most });
    let limits = [all, Limits { keeps_low: false, ..all }].into_iter().chain(shorter).chain(shortest);
    for limits in limits.chain([Limits { keeps_low: false, high: 0, highest: 0 }]) {
        let (sections, left_out) = cut(&comment.sections, limits);
        let text = write(&comment.sentence, sections, &left_out)?;
        if text.chars().count() <= MOST_CHARS {
            return Ok(text);
        }
    }
    write(&comment.sentence, Vec::new(), "")
}

/// The sections within limits, and the sentence about the rest.
fn cut(sections: &[Section], limits: Limits) -> (Vec<Shown<'_>>, String) {
    let (mut shown, mut gone) = (Vec::new(), Vec::new());
    for section in sections {
        let most = match section.weight {
            Weight::Low if limits.keeps_low => usize::MAX,
            Weight::Low => 0,
            Weight::High => limits.high,
            Weight::Highest => limits.highest,
        };
        let title = section.title.to_lowercase();
        match section.lines.len().checked_sub(most) {
            None | Some(0) => {}
            Some(_) if section.weight == Weight::Low => gone.push(title),
            Some(more) => gone.push(format!("{more} of {} lines under {title}", section.lines.len())),
        }
        if most > 0 {
            let head = if section.head.is_empty() { String::new() } else { format!("{}\n", section.head) };
            let lines: Vec<&str> = section.lines.iter().take(most).map(String::as_str).collect();
            shown.push(Shown {
                title: section.title,
                body: format!("{head}{}", lines.join("\n")).trim_end().to_owned(),
            });
        }
    }
    let left_out = match gone.as_slice() {
        [] => String::new(),
        gone => format!("Left out, because a comment holds 65,536 characters: {}.", gone.join(", ")),
    };
    (shown, left_out)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(lines: [usize; 3]) -> String {
        let weights = [("Exposure", Weight::Highest), ("Changed", Weight::High), ("Drawing", Weight::Low)];
        let section = |((title, weight), count): ((&'static str, Weight), usize)| Section {
            title,
            head: "",
            lines: vec!["x".repeat(99); count],
            weight,
        };
        let sections = weights.into_iter().zip(lines).map(section).collect();
        let comment = Comment { sentence: "All.".to_owned(), sections };
        fitted(&comment, |sentence, sections, left_out| {
            let sections: Vec<String> =
                sections.iter().map(|section| format!("{}\n{}", section.title, section.body)).collect();
            Ok(format!("{sentence}\n{}\n{left_out}", sections.join("\n")))
        })
        .unwrap()
    }

    #[test]
    fn what_fits_is_whole() {
        let text = written([10, 10, 10]);
        assert!(text.ends_with('\n') && text.contains("Drawing"), "{text}");
    }

    #[test]
    fn the_drawing_goes_first_then_lines_of_changes_then_lines_of_exposures() {
        let told = |lines: [usize; 3]| {
            let text = written(lines);
            assert!(text.chars().count() <= MOST_CHARS);
            text.lines().last().unwrap().replace("Left out, because a comment holds 65,536 characters: ", "")
        };
        assert_eq!(told([10, 10, 700]), "drawing.");
        assert_eq!(told([10, 700, 1]), "200 of 700 lines under changed, drawing.");
        assert_eq!(told([700, 700, 1]), "200 of 700 lines under exposure, 700 of 700 lines under changed, drawing.");
    }
}
