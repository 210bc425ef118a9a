mod understood;

use super::*;
use crate::view::hazards::hazards;
use understood::understood;

fn in_table(cell: &str) -> String {
    format!("| a | b |\n|---|---|\n| {cell} | {cell} |\n")
}

fn table_of(cell: &str) -> String {
    format!("table(table_row(table_cell(a)table_cell(b))table_row(table_cell({cell})table_cell({cell})))")
}

#[test]
fn ordinary_names_need_no_escape() {
    let names = [
        "my-app_v2",
        "80 → 8080/TCP",
        "nginx:1.21",
        "registry.local/app@sha256:0a",
        "a & b=c&d=e",
        ":80",
        "(default) 1.5 + 2 - 3 > x!",
        "~1.2 C#",
        "it's \"q\" {a} 100% ^ ; ?",
    ];
    for name in names {
        assert_eq!(text(name), name);
        assert_eq!(cell(name), name);
    }
}

#[test]
fn in_text_only_what_would_be_misread_is_escaped() {
    let cases = [
        ("/api(/|$)(.*)", r"/api(/|\$)(.\*)"),
        (r"a\b `c`", r"a\\b \`c\`"),
        ("*a* **b**", r"*a\* *\*b\*\*"),
        ("*.example.com", r"\*.example.com"),
        ("a_b __init__ c_", r"a_b \_\_init\_\_ c\_"),
        ("~~a~~", r"\~\~a\~\~"),
        ("[a](b)", r"\[a\](b)"),
        ("<b> &lt; & &x", "&lt;b> &amp;lt; & &x"),
        ("http://a www.b.c x:y", r"http\://a www\.b.c x:y"),
        ("@user a@b.c a@b", "@<!-- -->user a@<!-- -->b.c a@b"),
        ("fixes #1 # x #", r"fixes #<!-- -->1 \# x \#"),
        ("- a - b", r"\- a - b"),
        ("1. a 2. b", r"1\. a 2. b"),
        ("* a", r"\* a"),
        ("> a", r"\> a"),
        ("::include{file=x}", r"\::include{file=x}"),
        ("^/x$", r"\^/x\$"),
        ("|-", r"\|-"),
        (":-", r"\:-"),
        ("a\n- b", "a - b"),
    ];
    for (given, escaped) in cases {
        assert_eq!(text(given), escaped);
    }
}

#[test]
fn in_a_cell_bars_are_escaped_and_lines_kept_apart() {
    let cases = [
        ("/api(/|$)(.*)", r"/api(/\|\$)(.\*)"),
        (r"a\|b", r"a\\\|b"),
        ("a\r\n\n b\n", "a<br>b"),
        ("- a", "- a"),
        ("", ""),
    ];
    for (given, escaped) in cases {
        assert_eq!(cell(given), escaped);
    }
}

#[test]
fn code_has_a_fence_that_is_not_in_it() {
    let cases = [("a", "`a`"), ("a`b", "``a`b``"), ("`", "`` ` ``"), ("``a", "` ``a `"), ("a\nb", "`a b`"), (" ", "")];
    for (given, written) in cases {
        assert_eq!(code(given), written);
    }
    assert_eq!(cell_code("a|b"), r"`a\|b`");
    assert_eq!(cell_code(r"a\|*"), r"<code>a\\\|\*</code>");
    assert_eq!(fenced("sh", "a\n"), "```sh\na\n```");
    assert_eq!(fenced("", "````"), "`````\n````\n`````");
    assert_eq!(fenced("", ""), "```\n```");
}

#[test]
fn text_is_understood_as_text_wherever_it_stands() {
    for given in hazards() {
        let (written, want) = (text(&given), plain(&given));
        if want.is_empty() {
            continue;
        }
        let places = [
            (written.clone(), format!("paragraph({want})")),
            (format!("a\n\n{written}\n===\n"), format!("paragraph(a)heading({want})")),
            (format!("## {written}"), format!("heading({want})")),
            (format!("- {written}\n"), format!("list(item(paragraph({want})))")),
            (format!("[{written}](#a)"), format!("paragraph(link({want}))")),
            (format!("a\n{written}\nb"), format!("paragraph(asoftbreak(){want}softbreak()b)")),
        ];
        for (markdown, outline) in places {
            assert_eq!(understood(&markdown), outline, "{markdown}");
        }
    }
}

#[test]
fn a_cell_is_understood_as_text_on_lines() {
    for given in hazards() {
        let lines: Vec<String> = given.lines().map(plain).filter(|line| !line.is_empty()).collect();
        let markdown = in_table(&cell(&given));
        assert_eq!(understood(&markdown), table_of(&lines.join("<br>")), "{markdown}");
    }
}

#[test]
fn pieces_side_by_side_leave_each_other_alone() {
    let all: Vec<String> = hazards().collect();
    for (one, other) in all.iter().zip(all.iter().skip(1)) {
        let markdown = format!("a {} b ({}) c", text(one), text(other));
        let want = format!("paragraph(a {} b ({}) c)", plain(one), plain(other));
        assert_eq!(understood(&markdown), want, "{markdown}");
    }
}

#[test]
fn code_is_understood_as_code() {
    for given in hazards().filter(|given| !plain(given).is_empty()) {
        let want = format!("code({})", plain(&given));
        assert_eq!(understood(&format!("a {} b", code(&given))), format!("paragraph(a {want} b)"));
        let markdown = in_table(&cell_code(&given));
        assert_eq!(understood(&markdown), table_of(&want), "{markdown}");
    }
}

#[test]
fn very_many_backticks_let_nothing_out() {
    let run = |length: usize| "`".repeat(length);
    let every_run: String = (1..=100).map(|length| format!("a|{}", run(length))).collect();
    for length in [79, 80, 81, 254, 255, 256, 300] {
        for given in
            [format!("{}<img src=x>", run(length)), format!("<b>*x* {} [x](y)", run(length)), every_run.clone()]
        {
            let want = format!("code({given})");
            assert_eq!(understood(&format!("a {} b", code(&given))), format!("paragraph(a {want} b)"));
            assert_eq!(understood(&in_table(&cell_code(&given))), table_of(&want));
        }
        let given = format!("{}\n# a\n~~~\n", run(length));
        let written = fenced("", &given);
        assert_eq!(understood(&written), format!("block(:{given})"));
        let fence = written.lines().next().unwrap();
        assert!(fence.len() <= 255 && !given.lines().any(|line| line == fence), "{fence}");
    }
}

#[test]
fn names_without_end_take_no_time_without_end() {
    let begun = std::time::Instant::now();
    for given in ["_", "`", "1", "1. ", "*", "&", "&a", "@", "a.", "#", "\\|", "[", "<", "~ "] {
        let long = given.repeat(200_000);
        for write in [text, cell, code, cell_code] {
            assert!(write(&long).len() + 1 >= long.len());
        }
    }
    let mixed = "1".repeat(200_000) + &". ".repeat(100_000);
    assert!(text(&mixed).len() > 200_000);
    assert!(begun.elapsed() < std::time::Duration::from_secs(20), "{:?}", begun.elapsed());
}

#[test]
fn a_fenced_block_holds_its_text() {
    for given in hazards().filter(|given| !given.contains(['\0', '\r'])) {
        let markdown = format!("a\n\n{}\n\nb", fenced("sh", &given));
        assert_eq!(understood(&markdown), format!("paragraph(a)block(sh:{given}\n)paragraph(b)"), "{markdown}");
    }
}

#[test]
fn headings_have_the_anchors_that_github_gives_them() {
    let cases = [
        ("Ports of shop/web", "ports-of-shopweb"),
        ("Ports of shop/web", "ports-of-shopweb-1"),
        ("ports OF shopweb", "ports-of-shopweb-2"),
        ("Ports of shop/web 1", "ports-of-shopweb-1-1"),
        ("80 → 8080/TCP: how?", "80--8080tcp-how"),
        ("*.example.com", "examplecom"),
        ("my-app_v2", "my-app_v2"),
        (" Grüße  &\n<b> ", "grüße--b"),
        ("→", ""),
        ("←", "-1"),
    ];
    let mut anchors = Anchors::default();
    for (heading, anchor) in cases {
        assert_eq!(anchors.anchor(heading), anchor);
    }
}
