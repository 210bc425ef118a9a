//! The views: a port graph becomes text in the language of a reader.
//!
//! Every output language has its own escaping room here. Whatever comes from a manifest passes through one of them.

// The rooms come before the views that use them.
#![allow(dead_code)]

pub(crate) mod markdown;
pub(crate) mod mermaid;
pub(crate) mod plain;
pub(crate) mod shell;
