use super::*;

#[test]
fn ordinary_names_need_no_escape() {
    let names = [
        "my-app_v2",
        "*.example.com",
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
