//! Any text as a `portolan.yaml`.

#![no_main]

use libfuzzer_sys::fuzz_target;
use portolan::config::Config;
use portolan::source::{Source, Sources};

fuzz_target!(|text: &str| {
    let mut sources = Sources::new(Vec::new());
    let id = sources.add(Source { name: "portolan.yaml".to_owned(), text: text.into(), explicit: true });
    if let Err(problem) = Config::read(id, text) {
        let _ = portolan::report::told(&problem, &sources);
    }
});
