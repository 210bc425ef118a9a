//! Any text as a Markdown page with marked blocks: filling is stable and touches nothing outside.

#![no_main]

use libfuzzer_sys::fuzz_target;
use portolan::cli::Task;
use portolan::inject::{append, blocks, fill};

fuzz_target!(|text: &str| {
    let Ok(found) = blocks(text) else { return };
    for block in &found {
        let _ = Task::from_recipe(block.recipe);
    }
    let contents = vec!["x\n\n```text\ny\n```\n".to_owned(); found.len()];
    let once = fill(text, &found, &contents);
    let again = blocks(&once).expect("what was filled can be filled again");
    assert_eq!(again.len(), found.len());
    assert_eq!(fill(&once, &again, &contents), once);
    let outside = |text: &str, blocks: &[portolan::inject::Block<'_>]| {
        let starts = blocks.iter().map(|block| block.inside.start).chain([text.len()]);
        let ends = [0].into_iter().chain(blocks.iter().map(|block| block.inside.end));
        ends.zip(starts).map(|(from, to)| text[from..to].to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(outside(text, &found), outside(&once, &again));
    if found.is_empty() {
        let _ = blocks(&append(text, "table .", "| a |"));
    }
});
