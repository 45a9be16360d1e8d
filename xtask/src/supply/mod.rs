//! What the program is made of: whether each part may be in it (`deny.toml`), the list of parts (SBOM), and what changed
//! since a release. Needs no net; `cargo deny check` also asks for known holes.

mod graph;
mod licences;
mod notes;
mod rules;
mod sbom;

use graph::Graph;
use rules::Rules;
use std::path::Path;

/// `supply --check`: what `deny.toml` does not let in, one line each.
pub fn check(root: &Path) -> Result<u8, String> {
    let (graph, rules) = (Graph::read(root)?, Rules::read(root)?);
    let wrong = rules.refused(&graph);
    wrong.iter().for_each(|line| println!("{line}"));
    println!("supply: {} crates from outside, {}", graph.outside().count(), if wrong.is_empty() { "each may be in the program" } else { "NOT CLEAN" });
    Ok(u8::from(!wrong.is_empty()))
}

/// `sbom FILE`: the parts of the program in CycloneDX.
pub fn sbom(root: &Path, rest: &[String]) -> Result<u8, String> {
    let [file] = rest else { return Err("sbom: name one file".into()) };
    let text = sbom::text(&Graph::read(root)?, &graph::read_json(&root.join("package-lock.json"))?);
    std::fs::write(file, text).map_err(|error| format!("{file}: {error}"))?;
    println!("{file}");
    Ok(0)
}

/// `release-notes FROM [TO]`: what changed between two commits; the same commits give the same text.
pub fn release_notes(root: &Path, rest: &[String]) -> Result<u8, String> {
    let (from, to) = match rest {
        [from] => (from.as_str(), "HEAD"),
        [from, to] => (from.as_str(), to.as_str()),
        _ => return Err("release-notes: name the commit or tag of the release before".into()),
    };
    print!("{}", notes::text(root, from, to)?);
    Ok(0)
}
