//! Hosts of listeners and routes, which may begin with a wildcard.

/// The hosts that both stand for: `None` is every host, and `Err` tells that they have none in common (RT-04).
///
/// # Errors
/// The two have no host in common.
pub fn common_host<'h>(listener: Option<&'h str>, route: Option<&'h str>) -> Result<Option<&'h str>, Disjoint> {
    match (listener, route) {
        (None, other) | (other, None) => Ok(other),
        (Some(a), Some(b)) if a.eq_ignore_ascii_case(b) || covers(a, b) => Ok(Some(b)),
        (Some(a), Some(b)) if covers(b, a) => Ok(Some(a)),
        _ => Err(Disjoint),
    }
}

/// Two hosts that no request can have both.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Disjoint;

/// Does a host with a wildcard stand for another one? For one or more labels in front (GWY-07).
#[must_use]
pub fn covers(pattern: &str, host: &str) -> bool {
    let Some(suffix) = pattern.strip_prefix('*').filter(|suffix| suffix.starts_with('.')) else { return false };
    let host = host.strip_prefix('*').unwrap_or(host);
    let start = host.len().checked_sub(suffix.len());
    let end = start.and_then(|start| host.get(start..));
    host.len() > suffix.len() && end.is_some_and(|end| end.eq_ignore_ascii_case(suffix))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gwy_07_a_wildcard_stands_for_one_or_more_labels() {
        for (pattern, host, expected) in [
            ("*.example.com", "a.example.com", true),
            ("*.example.com", "a.b.example.com", true),
            ("*.example.com", "*.b.example.com", true),
            ("*.example.com", "A.Example.COM", true),
            ("*.example.com", "example.com", false),
            ("*.example.com", "badexample.com", false),
            ("*.example.com", "*.example.com", false),
            ("*.b.example.com", "*.example.com", false),
            ("example.com", "a.example.com", false),
            ("*", "example.com", false),
        ] {
            assert_eq!(covers(pattern, host), expected, "{pattern} {host}");
        }
    }

    #[test]
    fn rt_04_the_hosts_that_listener_and_route_have_in_common() {
        for (listener, route, expected) in [
            (None, None, Ok(None)),
            (Some("a.io"), None, Ok(Some("a.io"))),
            (None, Some("a.io"), Ok(Some("a.io"))),
            (Some("a.io"), Some("a.io"), Ok(Some("a.io"))),
            (Some("*.a.io"), Some("b.a.io"), Ok(Some("b.a.io"))),
            (Some("b.a.io"), Some("*.a.io"), Ok(Some("b.a.io"))),
            (Some("*.a.io"), Some("*.a.io"), Ok(Some("*.a.io"))),
            (Some("a.io"), Some("b.io"), Err(Disjoint)),
            (Some("*.a.io"), Some("a.io"), Err(Disjoint)),
        ] {
            assert_eq!(common_host(listener, route), expected, "{listener:?} {route:?}");
        }
    }
}
