//! `portolan init`: a first block at the end of a Markdown file, filled already.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail, ensure};

use super::Outcome;
use super::inject::{content, in_folder_of};
use crate::cli::InitArgs;
use crate::inject::{append, blocks};
use crate::{load, write};

/// Where manifests usually are.
const USUAL: &[&str] = &["k8s", "kubernetes", "manifests", "deploy", "deployment", "kustomize", "helm", "chart"];

/// Appends a block, unless the file has one.
pub(super) fn run(args: &InitArgs) -> anyhow::Result<Outcome> {
    let file = &args.file;
    let name = file.display();
    let text = match load::read_text(file) {
        Err(error) if error.kind() == ErrorKind::NotFound => String::new(),
        text => text.with_context(|| format!("{name} cannot be read"))?,
    };
    match blocks(&text) {
        Ok(found) if found.is_empty() => {}
        Ok(_) => {
            write::tell(&format!("{name} has blocks already; `portolan inject {name}` fills them\n"));
            return Ok(Outcome::Fine);
        }
        Err(_) => bail!("{name} has markers that are not right; `portolan inject --check {name}` tells which"),
    }
    let (recipe, printed) = in_folder_of(file, || first_block(args.from.as_deref()))?;
    let appended = append(&text, &recipe, &printed);
    if text.is_empty() { write::write_atomically(file, &appended) } else { write::update(file, &text, &appended) }?;
    write::tell(&format!(
        "{name} has a block at its end now, with what `portolan {recipe}` prints\n\
         `portolan inject {name}` fills it anew, `portolan inject --check {name}` tells in CI whether it is stale\n"
    ));
    Ok(Outcome::Fine)
}

/// A recipe, and what it prints here.
fn first_block(from: Option<&Path>) -> anyhow::Result<(String, String)> {
    let path = from.map_or_else(usual, Path::to_owned);
    let quoted = shlex::try_quote(&path.to_string_lossy()).context("the path has a NUL in it")?.into_owned();
    ensure!(!quoted.contains("-->"), "a path with `-->` in it cannot stand in a marker");
    let recipe = format!("table {quoted}");
    let printed = content(&recipe).with_context(|| "name the folder of the manifests with --from".to_owned())?;
    Ok((recipe, printed))
}

fn usual() -> PathBuf {
    USUAL.iter().map(Path::new).find(|path| path.is_dir()).unwrap_or(Path::new(".")).to_owned()
}
