//! Links between the house's own documents: the file must be there, and the heading too.

use super::Breach;
use super::tree::Tree;

pub fn check(tree: &Tree, out: &mut Vec<Breach>) {
    for (file, text) in tree.ending(".md") {
        for (line, target) in targets(text) {
            if target.contains("://") || target.starts_with("mailto:") {
                continue;
            }
            let (path, heading) = target.split_once('#').map_or((target, None), |(path, heading)| (path, Some(heading)));
            let full = if path.is_empty() { file.path.clone() } else { resolve(&file.path, path) };
            if !tree.has(&full) {
                out.push(Breach::new(&file.path, line, format!("link to {target}: no such file")));
                continue;
            }
            let there = heading.is_none_or(|heading| !full.ends_with(".md") || tree.text(&full).is_some_and(|text| has_heading(text, heading)));
            if !there {
                out.push(Breach::new(&file.path, line, format!("link to {target}: no such heading")));
            }
        }
    }
}

/// Link targets with their lines; code blocks and code spans are left out.
fn targets(text: &str) -> Vec<(usize, &str)> {
    let mut out = Vec::new();
    let mut in_code = false;
    for (at, line) in text.lines().enumerate() {
        if line.trim_start().starts_with("```") {
            in_code = !in_code;
        }
        if in_code {
            continue;
        }
        // Odd parts lie between backticks.
        for part in line.split('`').step_by(2) {
            out.extend(part.split("](").skip(1).filter_map(|tail| tail.split_once(')')).map(|(target, _)| (at + 1, target.trim())));
        }
    }
    out
}

fn resolve(from: &str, path: &str) -> String {
    let mut parts: Vec<&str> = from.split('/').collect();
    parts.pop();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            name => parts.push(name),
        }
    }
    parts.join("/")
}

/// Headings are named as the usual renderers do: lower case, spaces to hyphens, punctuation gone.
fn has_heading(text: &str, wanted: &str) -> bool {
    text.lines().filter(|line| line.starts_with('#')).any(|line| slug(line.trim_start_matches('#')) == wanted)
}

fn slug(heading: &str) -> String {
    let kept = |c: char| if c == ' ' { Some('-') } else { (c.is_alphanumeric() || c == '-' || c == '_').then_some(c) };
    heading.trim().to_lowercase().chars().filter_map(kept).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_links_that_lead_nowhere_are_named() {
        let text = "[a](docs/b.md) [b](docs/b.md#one-two) [c](https://x/y) [d](#top)\n# Top\n```\n[x](nowhere)\n```\n`[y](nowhere)` [e](docs)\n[f](docs/c.md)\n[g](docs/b.md#three)\n";
        let mut out = Vec::new();
        check(&Tree::made_up(&[("README.md", text), ("docs/b.md", "## One, two\n[up](../README.md)\n")]), &mut out);
        let found: Vec<String> = out.iter().map(Breach::to_string).collect();
        assert_eq!(found, ["README.md:7: link to docs/c.md: no such file", "README.md:8: link to docs/b.md#three: no such heading"]);
    }
}
