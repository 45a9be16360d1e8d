//! Crates from outside: each is named in the workspace's manifest and argued in one document, and in no other place.

use super::Breach;
use super::tree::Tree;
use std::collections::BTreeSet;

const MANIFEST: &str = "Cargo.toml";
const ARGUED: &str = "docs/decisions/0006-outside-crates.md";

pub fn check(tree: &Tree, out: &mut Vec<Breach>) {
    let Some(manifest) = tree.text(MANIFEST).and_then(|text| text.parse::<toml::Table>().ok()) else { return };
    let named = manifest.get("workspace").and_then(|workspace| workspace.get("dependencies")).and_then(toml::Value::as_table);
    let named: BTreeSet<&str> = named.into_iter().flatten().filter(|(_, value)| value.get("path").is_none()).map(|(name, _)| name.as_str()).collect();
    let argued: BTreeSet<&str> = tree.text(ARGUED).into_iter().flat_map(str::lines).filter_map(row).collect();
    out.extend(named.difference(&argued).map(|name| Breach::new(ARGUED, 0, format!("`{name}` is used and not argued"))));
    out.extend(argued.difference(&named).map(|name| Breach::new(ARGUED, 0, format!("`{name}` is argued and not used"))));
}

/// The crate that a row of the table speaks of.
fn row(line: &str) -> Option<&str> {
    line.strip_prefix("| `")?.split_once('`').map(|(name, _)| name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_lists_are_the_same() {
        let manifest = "[workspace.dependencies]\nrihla-x = { path = \"x\" }\naxum = \"1\"\nclap = { version = \"4\" }\n";
        let mut out = Vec::new();
        check(&Tree::made_up(&[(MANIFEST, manifest), (ARGUED, "# x\n| crate |\n|---|\n| `clap` | MIT |\n| `left-pad` | MIT |\n")]), &mut out);
        let found: Vec<_> = out.iter().map(|breach| breach.text.as_str()).collect();
        assert_eq!(found, ["`axum` is used and not argued", "`left-pad` is argued and not used"]);
    }
}
