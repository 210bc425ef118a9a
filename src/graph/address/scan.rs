//! The pass over a text: its words in order, each with the key it stands under.

use super::key::{self, Role, Scope};
use super::pair::{self, Setting};
use super::text::{Text, has_prefix, is_separator};
use super::{Address, Form, PairPart, PortFrom, default_port, host, name, url};

/// What happens to comments.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Comments {
    /// They are text like any other.
    Read,
    /// They do not count.
    Skip,
}

/// Reads one text front to back.
#[derive(Debug)]
pub(super) struct Scanner<'t> {
    text: Text<'t>,
    at: usize,
    /// Where the line of `at` begins.
    line: usize,
    comments: Comments,
    /// What the name of the whole text says about values without a key of their own.
    whole: Role,
    key: Option<Key>,
    found: Vec<Address<'t>>,
    settings: Vec<Setting<'t>>,
}

/// The key that the words at hand stand under.
#[derive(Debug, Clone, Copy)]
struct Key {
    scope: Scope,
    role: Role,
    /// The half of a pair that the last of the settings collects.
    part: Option<PairPart>,
}

impl<'t> Scanner<'t> {
    pub(super) fn new(name: &str, text: &'t str, comments: Comments) -> Self {
        let is_one_line = !text.trim_end().contains('\n');
        let whole = if is_one_line { Role::of(name) } else { Role::Other };
        // The value of a password or an image is not looked at.
        let at = if name::names_no_address(name) { text.len() } else { 0 };
        Self { text: Text(text), at, line: 0, comments, whole, key: None, found: Vec::new(), settings: Vec::new() }
    }

    pub(super) fn run(mut self) -> Vec<Address<'t>> {
        while let Some(byte) = self.text.byte(self.at) {
            if let Some(end) = self.comment_end() {
                self.at = end;
            } else if is_separator(byte) && self.text.placeholder(self.at) == 0 {
                self.separator(byte);
            } else {
                self.word();
            }
        }
        let mut found = pair::join(self.text.0, &self.settings, self.found);
        // Pairs of keys inside the text are complete by now; the other half of the whole text is the caller's to find.
        found.retain(|address| address.form != Form::HalfOfPair || self.whole == Role::HostOfPair);
        found
    }

    fn comment_end(&self) -> Option<usize> {
        match self.comments {
            Comments::Read => None,
            Comments::Skip => self.text.comment_end(self.at),
        }
    }

    fn separator(&mut self, byte: u8) {
        let follows_word = self.text.before(self.at).is_some_and(|before| !is_separator(before));
        self.at += 1;
        if byte == b'\n' {
            self.line = self.at;
        }
        if byte == b'?' && follows_word {
            // Queries hold options and passwords.
            self.at = self.text.find(self.at, |byte| is_separator(byte) && !matches!(byte, b'=' | b'&' | b'?'));
        }
        self.key = self.key.filter(|key| !key.scope.ends_with(byte));
    }

    fn word(&mut self) {
        let start = self.at;
        let end = self.text.word_end(start);
        let first = self.found.len();
        if self.text.is_scheme_end(end) {
            self.at = url::read(self.text.0, start, end, &mut self.found);
        } else if let Some(key) = key::read(self.text, start, end) {
            self.enter(key);
            return;
        } else {
            self.at = end;
            self.plain(start, end);
        }
        self.note_hosts(first);
    }

    fn enter(&mut self, key: key::Found<'t>) {
        if name::names_no_address(key.name) {
            self.key = None;
            self.at = key::value_end(self.text, key.value, key.scope);
            return;
        }
        let role = Role::of(key.name);
        let pair = name::pair_part(key.name);
        self.at = key.value;
        self.key = Some(Key { scope: key.scope, role, part: pair.map(|(_, part)| part) });
        self.settings.extend(pair.map(|(prefix, part)| Setting {
            prefix,
            part,
            at: key.at,
            line: self.line,
            hosts: 0..0,
            ports: Vec::new(),
        }));
    }

    /// The setting that collects what stands under the present key, if that is such a half of a pair.
    fn setting(&mut self, part: PairPart) -> Option<&mut Setting<'t>> {
        let is_open = self.key.is_some_and(|key| key.part == Some(part));
        self.settings.last_mut().filter(|_| is_open)
    }

    fn note_hosts(&mut self, first: usize) {
        let end = self.found.len();
        if let Some(setting) = self.setting(PairPart::Host) {
            let start = if setting.hosts.is_empty() { first } else { setting.hosts.start };
            setting.hosts = start..end;
        }
    }

    /// A word that is neither a URL nor a key.
    fn plain(&mut self, start: usize, end: usize) {
        let word = self.text.slice(start, end);
        if let Some(setting) = self.setting(PairPart::Port) {
            setting.ports.extend(host::port_number(word));
        }
        let address = url::read_oracle(word, start).or_else(|| self.address(start, end));
        self.found.extend(address);
    }

    fn address(&self, start: usize, end: usize) -> Option<Address<'t>> {
        let expects_host = self.role().takes_bare_hosts();
        let word = self.text.slice(start, end);
        let user = word.rfind('@').map(|at| at + 1);
        let protocol = if expects_host && has_prefix(word, "tcp:") { "tcp:".len() } else { 0 };
        let begin = start + user.unwrap_or(protocol);
        let read = host::read(self.text.slice(begin, end))?;
        let bare = self.bare(begin, read);
        let tail = self.text.slice(bare.range.end, end);
        let is_go_dsn = self.text.slice(0, start).ends_with("tcp(");
        match read.port {
            Some(port) if is_go_dsn => Some(Address { scheme: Some("mysql"), ..stated(bare, port) }),
            Some(port) => is_port_tail(tail).then(|| stated(bare, port)),
            None if is_go_dsn && tail.is_empty() => Some(in_go_dsn(bare)),
            None if user.is_some() => None,
            None if expects_host && is_host_tail(tail) => Some(self.with_port_behind_comma(bare, end)),
            None => (host::is_cluster_name(bare.host) && (tail.is_empty() || tail.starts_with('/'))).then_some(bare),
        }
    }

    /// What the name at hand says about bare values.
    fn role(&self) -> Role {
        self.key.map_or(self.whole, |key| key.role)
    }

    fn bare(&self, begin: usize, read: host::HostPort) -> Address<'t> {
        let host = self.text.slice(begin, begin + read.host);
        let form = match self.role() {
            _ if host::is_local(host) => Form::Local,
            Role::HostOfPair if !host::is_cluster_name(host) => Form::HalfOfPair,
            _ => Form::Bare,
        };
        let range = begin..begin + read.len;
        Address { host, port: None, port_from: PortFrom::Unknown, scheme: None, form, range }
    }

    /// `db,1433` is a host and its port, in the connection strings of SQL Server.
    fn with_port_behind_comma(&self, bare: Address<'t>, end: usize) -> Address<'t> {
        let Some(b',') = self.text.byte(end) else { return bare };
        let number_end = self.text.word_end(end + 1);
        let Some(port) = host::port_number(self.text.slice(end + 1, number_end)) else { return bare };
        let range = if bare.range.end == end { bare.range.start..number_end } else { bare.range.clone() };
        Address { range, ..stated(bare, port) }
    }
}

fn stated(bare: Address<'_>, port: u16) -> Address<'_> {
    Address { port: Some(port), port_from: PortFrom::Stated, form: form_with_port(bare.form), ..bare }
}

/// `user:password@tcp(host)/db`, as the MySQL driver of Go has it, which adds the port.
fn in_go_dsn(bare: Address<'_>) -> Address<'_> {
    let scheme = "mysql";
    let form = form_with_port(bare.form);
    Address { port: default_port(scheme), port_from: PortFrom::Scheme, form, scheme: Some(scheme), ..bare }
}

fn form_with_port(form: Form) -> Form {
    if form == Form::Local { form } else { Form::HostPort }
}

/// What may follow `host:port`: the end of a sentence, or a path. An image has a tag or digest in its path.
fn is_port_tail(tail: &str) -> bool {
    matches!(tail, "" | "." | "!") || (tail.starts_with('/') && !tail.contains([':', '@']))
}

/// What may follow a host where hosts are expected: nothing, or an instance of SQL Server.
fn is_host_tail(tail: &str) -> bool {
    tail.is_empty() || tail.starts_with('\\')
}
