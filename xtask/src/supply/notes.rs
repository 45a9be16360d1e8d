//! What changed between two commits, for whoever installs a release: the sentences of the commits, by the part of the house
//! they touched most, and the decisions and runbooks that are new. Made of the repository alone.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

/// The mark between a commit's sentence and its files.
const COMMIT: &str = "\u{1}";

pub fn text(root: &Path, from: &str, to: &str) -> Result<String, String> {
    let log = git(root, &["log", "--no-merges", "--reverse", "--name-only", &format!("--format={COMMIT}%s"), &format!("{from}..{to}")])?;
    let date = git(root, &["log", "-1", "--format=%cs", to])?;
    let added = git(root, &["diff", "--name-only", "--diff-filter=A", from, to, "--", "docs/decisions", "docs/runbooks"])?;
    Ok(written(from, to, date.trim(), &log, &added))
}

fn written(from: &str, to: &str, date: &str, log: &str, added: &str) -> String {
    let mut parts: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for commit in log.split(COMMIT).filter(|commit| !commit.trim().is_empty()) {
        let mut lines = commit.lines().filter(|line| !line.is_empty());
        let Some(sentence) = lines.next() else { continue };
        parts.entry(most_touched(lines)).or_default().push(sentence);
    }
    let mut out = format!("# {from} to {to} ({date})\n");
    for (part, sentences) in parts {
        out.push_str(&format!("\n## {part}\n\n"));
        sentences.iter().for_each(|sentence| out.push_str(&format!("- {sentence}\n")));
    }
    if !added.trim().is_empty() {
        out.push_str("\n## New to read\n\n");
        added.lines().for_each(|file| out.push_str(&format!("- [{file}]({file})\n")));
    }
    out
}

/// The part of the house in which most of the files stand; of two the first by name.
fn most_touched<'f>(files: impl Iterator<Item = &'f str>) -> String {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for file in files {
        let mut steps = file.split('/');
        let first = steps.next().unwrap_or_default();
        let part = match (first, steps.next()) {
            ("crates" | "modules" | "packs", Some(name)) => format!("{first}/{name}"),
            (first, Some(_)) => first.to_owned(),
            _ => "the rest".to_owned(),
        };
        *counts.entry(part).or_default() += 1;
    }
    let most = counts.values().copied().max().unwrap_or(0);
    counts.into_iter().find(|(_, count)| *count == most).map_or_else(|| "the rest".to_owned(), |(part, _)| part)
}

fn git(root: &Path, arguments: &[&str]) -> Result<String, String> {
    let out = Command::new("git").args(arguments).current_dir(root).output().map_err(|error| format!("git: {error}"))?;
    if !out.status.success() {
        return Err(format!("git: {}", String::from_utf8_lossy(&out.stderr).trim()));
    }
    Ok(String::from_utf8_lossy(&out.stdout).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commits_stand_under_what_they_touched_most() {
        let log = "\u{1}A nurse sees her ward\n\ncrates/web/a.rs\ncrates/web/b.rs\ndocs/x.md\n\u{1}Less to build\n\nCargo.toml\n";
        let text = written("v1", "v2", "2026-01-02", log, "docs/runbooks/new.md\n");
        let expected = "# v1 to v2 (2026-01-02)\n\n## crates/web\n\n- A nurse sees her ward\n\n## the rest\n\n- Less to build\n\n## New to read\n\n- [docs/runbooks/new.md](docs/runbooks/new.md)\n";
        assert_eq!(text, expected);
    }
}
