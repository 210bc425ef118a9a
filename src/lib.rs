//! portolan draws the ports of your Kubernetes manifests, and tells you where they do not meet.
//!
//! This page is the map of the code: the way of the data, the rooms, and the rules that tests hold.
//!
//! # The way of the data
//!
//! ```text
//! load ─► Sources ─► manifest::read ─► Roles ─► PortGraph::resolve ─► PortGraph ─► View::render ─► text ─► write
//!            │            │                                     ├─► check::check ─► Report::render ─┤
//!            │            │                                     │         └─► fix::fix ─► Sources ───┤
//!            │            │                          base, head ┴─► diff::diff ─► view::diff ────────┘
//!            └─ Problem ──┴─► told on standard error, exit status 2
//! ```
//!
//! Only the two ends touch the world and may fail. Everything between is pure: values in, values out. What is wrong with the input
//! is a [`problem::Problem`] beside the result, never instead of it.
//!
//! # The rooms, each of which uses only those above it
//!
//! | room | what it does | what it may not do |
//! |---|---|---|
//! | [`visible`] | which characters a reader cannot see, and one mark for them in what is told | |
//! | [`share`] | work shared among threads | |
//! | [`name`] | short texts, each of them held once | |
//! | [`patch`] | what would change in a text, as a unified diff | |
//! | [`source`] | texts, which are packed when they have been understood, and places in them; line and column only when shown | |
//! | [`problem`] | what is wrong with the input itself | |
//! | [`load`], [`mod@write`] | the only rooms that touch files, standard input and output, and run other programs (kustomize, helm) | know YAML or Kubernetes |
//! | [`yaml`] | the only room that knows the YAML parser: documents → a tree in which every node knows its place; kubectl's scalar rules; serde from it | know Kubernetes kinds |
//! | [`manifest`] | the [`manifest::KINDS`] table; a file per kind lowers it to a role, through k8s-openapi's types; API defaults | look from one object into another |
//! | [`graph`] | roles → one petgraph of ports: selectors, names, ports, calls; and the questions one can ask it | know kinds or YAML; make text for readers |
//! | [`check`] | the [`check::CHECKS`] table; a file per check: its words, its function, its tests. Graph → findings | read files, print, see other findings |
//! | [`mod@diff`] | two graphs → one with marks, and the list of what changed | read files; make text for readers |
//! | [`mod@fix`] | findings → new texts of the sources, each proven by looking at it again | read or write files |
//! | [`view`] | graph → text; each view fills a private struct of finished values for an askama template; an escape per output language | decide anything about ports; print |
//! | [`report`] | findings → text, in a format per file; an escape per format | decide anything about ports; print |
//! | [`config`] | what a `portolan.yaml` says: text → settings | touch files |
//! | [`inject`] | the marked blocks of a Markdown text. Text → text | know what fills them |
//! | [`cli`] | the command line in clap's words; options of a view stand beside the view | |
//! | [`run`] | each command, read as the data path | hold logic that a test would want |
//!
//! # The ideas
//!
//! - **Roles, not kinds.** Everything after [`manifest`] sees workloads, Services, routers, endpoints, however many kinds there are.
//!   A new kind is one file and one row in [`manifest::KINDS`]; no view changes.
//! - **A node is a port, not a resource**, so a path in the graph is the path of a request ([`graph::Way`]).
//! - **A reference that leads nowhere is a node too** ([`graph::PortKind::Missing`]): resolving never fails, and drawings show the hole.
//! - **Every hop says why it is there** ([`graph::How`], [`graph::Evidence`]) and where. A number is never invented: `auto` is what the
//!   cluster will choose, `?` what cannot be known.
//! - **Order comes from keys**, never from reading or hashing, so the same input gives the same bytes.
//! - **Nothing from a manifest reaches an output unescaped**, values of Secrets are never read, and user-info in URLs is never printed.
//!
//! Tests hold these rules: `tests/layers.rs` the order of the rooms, `tests/examples.rs` and `tests/readme.rs` what the docs show.

#![forbid(unsafe_code)]
#![allow(
    rustdoc::private_intra_doc_links,
    reason = "the map is for those who work on the code, who read it with --document-private-items"
)]

pub mod check;
pub mod cli;
pub mod config;
pub mod diff;
pub mod fix;
#[cfg(fuzzing)]
pub mod fuzzing;
pub mod graph;
pub mod inject;
mod load;
pub mod manifest;
pub mod name;
mod patch;
pub mod problem;
pub mod report;
pub mod run;
mod share;
pub mod source;
pub mod view;
mod visible;
mod write;
mod yaml;

pub use write::tell;
