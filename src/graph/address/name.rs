//! What the name of a variable, flag or key says about its value.

/// Ends of names whose bare values may be hosts (grade C).
const HOSTS: [&str; 24] = [
    "HOST",
    "HOSTNAME",
    "ADDR",
    "ADDRESS",
    "URL",
    "URI",
    "ENDPOINT",
    "ENDPOINTS",
    "SERVER",
    "SERVERS",
    "BROKER",
    "BROKERS",
    "BOOTSTRAPSERVERS",
    "DATASOURCE",
    "DSN",
    "UPSTREAM",
    "BACKEND",
    "TARGET",
    "PEERS",
    "NODES",
    "MASTER",
    "PRIMARY",
    "REPLICA",
    "HOSTADDR",
];
/// Last words of names whose values are no addresses (CLI-14).
const NO_ADDRESS: [&str; 17] = [
    "IMAGE",
    "VERSION",
    "TAG",
    "PATH",
    "DIR",
    "NAME",
    "USER",
    "USERNAME",
    "DB",
    "DATABASE",
    "PASS",
    "PASSWORD",
    "PWD",
    "TOKEN",
    "KEY",
    "LOGIN",
    "CREDENTIALS",
];
/// Words that are a whole name as well: `POSTGRES_DB` is the name of a database, while `DB` may be its address.
const ADDRESS_ALONE: [&str; 2] = ["DB", "DATABASE"];
/// Ends of names whose values are secrets, or lists of hosts that are not called, even without a word boundary.
const NEVER: [&str; 6] = ["PASSWORD", "PASSWD", "PASSPHRASE", "SECRET", "TOKEN", "NOPROXY"];
/// Ends of names that hold the host of a pair (grade B); of two that fit, the longer comes first.
const PAIR_HOSTS: [&str; 9] =
    ["HOSTNAME", "HOST", "ADDRESS", "ADDR", "SERVER", "SERVICE", "ENDPOINT", "URL", "DATASOURCE"];
/// Ends of names that hold the port of a pair.
const PAIR_PORTS: [&str; 3] = ["PORTNUMBER", "PORTVALUE", "PORT"];

/// The role of a variable in a pair.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PairPart {
    /// `DB_HOST`
    Host,
    /// `DB_PORT`
    Port,
}

/// May a bare value under this name be a host (grade C)? Case and separators do not matter.
pub(super) fn names_a_host(name: &str) -> bool {
    HOSTS.iter().any(|end| end_at(name, end).is_some()) && !names_no_address(name)
}

/// Does this name say that the value is no address: an image, a path, a user, a secret (CLI-14)?
pub(crate) fn names_no_address(name: &str) -> bool {
    let word = last_word(name);
    let is_alone = name.trim_matches(|c: char| !c.is_ascii_alphanumeric()) == word;
    let may_be_one = is_alone && ADDRESS_ALONE.iter().any(|known| known.eq_ignore_ascii_case(word));
    let by_word = !may_be_one && NO_ADDRESS.iter().any(|known| known.eq_ignore_ascii_case(word));
    (by_word && end_at(name, "HOSTNAME").is_none()) || NEVER.iter().any(|end| end_at(name, end).is_some())
}

/// Prefix and role of a name that may be half of a pair: `DB_HOST` is `DB` and [`PairPart::Host`].
/// Prefixes of one pair are equal but for case.
pub(crate) fn pair_part(name: &str) -> Option<(&str, PairPart)> {
    let hosts = PAIR_HOSTS.iter().map(|end| (*end, PairPart::Host));
    let mut ends = hosts.chain(PAIR_PORTS.iter().map(|end| (*end, PairPart::Port)));
    let (at, part) = ends.find_map(|(end, part)| end_at(name, end).map(|at| (at, part)))?;
    Some((name.get(..at)?.trim_end_matches(is_joint), part))
}

fn is_joint(c: char) -> bool {
    matches!(c, '_' | '-' | '.' | ' ')
}

/// Where the end of a name begins that equals `end`, joints and case aside.
fn end_at(name: &str, end: &str) -> Option<usize> {
    let mut letters = name.bytes().enumerate().rev().filter(|(_, byte)| !is_joint(char::from(*byte)));
    let mut start = None;
    for wanted in end.bytes().rev() {
        let (at, byte) = letters.next()?;
        if !byte.eq_ignore_ascii_case(&wanted) {
            return None;
        }
        start = Some(at);
    }
    start
}

/// The last word of a name: `PASSWORD` of `DB_PASSWORD`, `Tag` of `imageTag`.
fn last_word(name: &str) -> &str {
    let name = name.trim_end_matches(|c: char| !c.is_ascii_alphanumeric());
    let bytes = name.as_bytes();
    let is_start = |at: &usize| match (bytes.get(at.wrapping_sub(1)), bytes.get(*at)) {
        (Some(before), Some(byte)) => {
            !before.is_ascii_alphanumeric() || (before.is_ascii_lowercase() && byte.is_ascii_uppercase())
        }
        _ => true,
    };
    let start = (0..name.len()).rev().find(is_start).unwrap_or(0);
    name.get(start..).unwrap_or(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cli_14_names_of_images_versions_paths_users_and_secrets_hold_no_address() {
        for name in [
            "APP_IMAGE",
            "IMAGE",
            "--image",
            "APP_VERSION",
            "imageTag",
            "CONFIG_PATH",
            "LOG_DIR",
            "SERVICE_NAME",
            "PG_USER",
            "POSTGRES_DB",
            "MYSQL_DATABASE",
            "DB_PASSWORD",
            "PGPASSWORD",
            "dbPassword",
            "spring.password",
            "GITHUB_TOKEN",
            "API_KEY",
            "clientSecret",
            "NO_PROXY",
            "no_proxy",
            "MYSQL_PWD",
        ] {
            assert!(names_no_address(name), "{name}");
            assert!(!names_a_host(name), "{name}");
        }
        for name in ["DB_HOST", "MYSQL_HOSTNAME", "db.host.name", "hostName", "REDIS_URL", "MONKEY", "COMPASS", ""] {
            assert!(!names_no_address(name), "{name}");
        }
    }

    #[test]
    fn cli_14_a_database_without_another_word_may_be_told_by_its_address_and_not_by_its_name() {
        for name in ["DB", "database", "--db", "Database"] {
            assert!(!names_no_address(name), "{name}");
            assert!(!names_a_host(name), "{name}");
        }
        for name in ["APP_DB", "appDatabase", "--app-db"] {
            assert!(names_no_address(name), "{name}");
        }
    }

    #[test]
    fn a_host_name_is_told_by_its_end_whatever_its_case_and_joints() {
        for name in [
            "DB_HOST",
            "PGHOST",
            "redisHost",
            "redis.host",
            "--redis-host",
            "MYSQL_HOSTNAME",
            "KAFKA_BOOTSTRAP_SERVERS",
            "bootstrap.servers",
            "API_URL",
            "MONGO_URI",
            "ETCD_ENDPOINTS",
            "KAFKA_BROKERS",
            "DB_DSN",
            "Data Source",
            "REDIS_MASTER",
            "CASSANDRA_NODES",
            "addr",
        ] {
            assert!(names_a_host(name), "{name}");
        }
        for name in ["LOG_LEVEL", "HOST_IP", "CACHE", "DB_PORT", "", "é"] {
            assert!(!names_a_host(name), "{name}");
        }
    }

    #[test]
    fn a_pair_has_one_prefix_and_two_parts() {
        use PairPart::{Host, Port};
        for (name, expected) in [
            ("DB_HOST", Some(("DB", Host))),
            ("DB_PORT", Some(("DB", Port))),
            ("PGHOST", Some(("PG", Host))),
            ("PGPORT", Some(("PG", Port))),
            ("HOST", Some(("", Host))),
            ("redis.port", Some(("redis", Port))),
            ("redisHostname", Some(("redis", Host))),
            ("REDIS_SERVICE_HOST", Some(("REDIS_SERVICE", Host))),
            ("REDIS_SERVICE_PORT", Some(("REDIS_SERVICE", Port))),
            ("CATALOG_SERVICE", Some(("CATALOG", Host))),
            ("WORDPRESS_DATABASE_PORT_NUMBER", Some(("WORDPRESS_DATABASE", Port))),
            ("--db-addr", Some(("--db", Host))),
            ("é_PORT", Some(("é", Port))),
            ("LOG_LEVEL", None),
            ("", None),
        ] {
            assert_eq!(pair_part(name), expected, "{name}");
        }
    }
}
