use super::*;

mod proof;

#[test]
fn ids_are_made_of_prefix_and_name() {
    let cases: [(&str, &[&str], &str); 10] = [
        ("svc", &["shop", "web"], "svc_shop_web"),
        ("ns", &["kube-system"], "ns_kube_system"),
        ("host", &["*.shop.example.com"], "host_shop_example_com"),
        ("route", &["/api(/|$)(.*)", "80"], "route_api_80"),
        ("svc", &["__proto__"], "svc_proto"),
        ("svc", &["end"], "svc_end"),
        ("svc", &["lifestyle"], "svc_lifesty_le"),
        ("svc", &["classDefault"], "svc_class_Default"),
        ("svc", &["中文"], "svc_x"),
        ("svc", &[], "svc_x"),
    ];
    for (prefix, name, id) in cases {
        assert_eq!(Ids::default().id(prefix, name), id);
    }
}

#[test]
fn ids_that_look_alike_are_numbered_in_the_order_of_asking() {
    let mut ids = Ids::default();
    assert_eq!(ids.id("svc", &["a.b"]), "svc_a_b");
    assert_eq!(ids.id("svc", &["a-b"]), "svc_a_b__2");
    assert_eq!(ids.id("svc", &["a", "b"]), "svc_a_b__3");
    assert_eq!(ids.id("svc", &["a_b_2"]), "svc_a_b_2");
    assert_eq!(ids.id("svc", &["a-b"]), "svc_a_b__2", "an id is kept");
}

#[test]
fn ids_of_long_names_are_cut_and_stay_different() {
    let (one, two) = ("a-".repeat(40) + "one", "a-".repeat(40) + "two");
    let mut ids = Ids::default();
    let first = ids.id("pod", &[&one]);
    assert_eq!(first, format!("pod_{}a", "a_".repeat(29)));
    assert_eq!(ids.id("pod", &[&two]), format!("{first}__2"));
}

#[test]
fn ordinary_texts_need_no_escape() {
    let texts = [
        "my-app_v2",
        "*.example.com",
        "/api(/|$)(.*)",
        "80 → 8080/TCP",
        "nginx:1.21",
        "[::1]",
        "it's; {a}, b?!",
        "~1.2",
        "registry.local/app@sha256:0a",
        "$HOME",
        "100%",
        "end",
        "中文 👩‍👩‍👧",
    ];
    for text in texts {
        assert_eq!(flow([text]), text);
    }
    assert_eq!(
        seq(["GET http://my-app:80/a_b?c=d&e \"f\" `g` *h* -->> [i]"]),
        "GET http://my-app:80/a_b?c=d&e \"f\" `g` *h* -->> [i]"
    );
}

#[test]
fn in_a_flowchart_what_would_be_misread_is_escaped() {
    let cases = [
        (r#"a "b""#, "a #quot;b#quot;"),
        ("#35; &lt;", "#35;35; #amp;lt;"),
        ("<b>", "#lt;b#gt;"),
        (r"`a\n`", "#96;a#92;n#96;"),
        ("%%{init}%% 5%", "#37;#37;{init}#37;% 5%"),
        ("$$x$$ $y", "#36;#36;x#36;#36; $y"),
        ("fa:fa-user a:b", "fa#58;fa-user a:b"),
        ("go direction LR", "go direction#32;LR"),
        ("go direction", "go directio#110;"),
        ("lifestyle classDef", "life#115;tyle #99;lassDef"),
        ("*a* *", "#42;a#42; #42;"),
        ("* a", "#42; a"),
        ("~a~", "#126;a#126;"),
        ("_a_ b__c d_", "#95;a#95; b__c d#95;"),
        ("[a](b)", "#91;a](b)"),
        ("[a]: b", "#91;a]: b"),
        ("- a - b", "#45; a - b"),
        ("1. a", "1#46; a"),
        ("10)", "10#41;"),
        ("|--", "#124;--"),
        (":-", "#58;-"),
        ("::error::x", "#58;:error::x"),
        ("1.5 a) b", "1.5 a) b"),
        ("http://a:80", "http:#47;/a:80"),
        ("WWW.a.b", "WWW#46;a.b"),
        ("me@a-b.c", "me#64;a-b.c"),
        ("", " "),
        ("\u{200b}\n", " "),
        ("\u{fb02}\u{b0}35\u{b6}\u{200b}\u{df}", "fl\u{b0}35\u{b6} \u{df}"),
    ];
    for (text, escaped) in cases {
        assert_eq!(flow([text]), escaped, "{text}");
    }
}

#[test]
fn in_a_sequence_diagram_only_what_would_be_misread_is_escaped() {
    let cases = [
        ("a;b #c <d>", "a#59;b #35;c #lt;d>"),
        ("%%{wrap}%%", "#37;#37;{wrap}#37;%"),
        ("$$x$$", "#36;#36;x#36;#36;"),
        ("style classDef", "#115;tyle #99;lassDef"),
        ("wrap: a", "wrap#58; a"),
        (":NoWrap:a", ":NoWrap#58;a"),
        ("unwrap: a", "unwrap: a"),
        ("", " "),
    ];
    for (text, escaped) in cases {
        assert_eq!(seq([text]), escaped, "{text}");
    }
}

#[test]
fn lines_are_joined_with_a_break_that_leaves_escapes_alone() {
    assert_eq!(flow(["Service", "", "web"]), "Service<br/>web");
    assert_eq!(flow(["Service", "a<b"]), "Service\na#lt;b");
    assert_eq!(flow(["a *", "* b"]), "a #42;\n#42; b", "pairs are found across lines");
    assert_eq!(seq(["Service", " ", "#1"]), "Service<br/>#35;1");
}

#[test]
fn no_line_is_longer_than_any_name_makes_it() {
    let long = format!("<{}>", "a".repeat(10_000));
    let cut = format!("#lt;{}…{}#gt;", "a".repeat(105), "a".repeat(52));
    assert_eq!((flow([&long]), seq([&long])), (cut.clone(), cut.replace("#gt;", ">")));
    let longest = "a".repeat(160);
    assert_eq!(flow([&longest]), longest);
}

#[test]
fn long_labels_lose_their_middle() {
    let forty = "é".repeat(LABEL_CHARS);
    assert_eq!(short(&forty), forty);
    let long = format!("{}{}", "é".repeat(30), "😀".repeat(30));
    assert_eq!(short(&long), format!("{}…{}", "é".repeat(26), "😀".repeat(13)));
    assert_eq!(
        short("a-service-with-quite-a-long-name-of-team-one-headless"),
        "a-service-with-quite-a-lon…-one-headless"
    );
}

#[test]
fn a_comment_is_one_line_and_no_setting() {
    assert_eq!(comment("port\n80"), "%% port 80");
    assert_eq!(comment("%%{init: {}}%%"), "%% % % {init: {}}% %");
    assert_eq!(comment("100%"), "%% 100%");
}
