//! What `deny.toml` says, as far as it needs no net.

use super::graph::{Graph, Package};
use super::licences::suffices;
use std::collections::BTreeSet;
use std::path::Path;
use toml::{Table, Value};

pub struct Rules {
    licences: BTreeSet<String>,
    banned: BTreeSet<String>,
    /// `name@version` of which a second version is argued.
    skipped: BTreeSet<String>,
}

/// Where crates may come from, as cargo writes it.
const REGISTRY: &str = "registry+https://github.com/rust-lang/crates.io-index";

impl Rules {
    pub fn read(root: &Path) -> Result<Self, String> {
        let text = std::fs::read_to_string(root.join("deny.toml")).map_err(|error| format!("deny.toml: {error}"))?;
        Ok(Self::of(&text.parse().map_err(|error| format!("deny.toml: {error}"))?))
    }

    pub fn of(rules: &Table) -> Self {
        let at = |section: &str, key: &str| rules.get(section).and_then(|section| section.get(key)).and_then(Value::as_array).cloned().unwrap_or_default();
        let named = |key: &str| at("bans", key).iter().filter_map(|ban| ban.get("crate")?.as_str().map(str::to_owned)).collect();
        let licences = at("licenses", "allow").iter().filter_map(Value::as_str).map(str::to_owned).collect();
        Self { licences, banned: named("deny"), skipped: named("skip") }
    }

    /// What may not be there, and why.
    pub fn refused(&self, graph: &Graph) -> Vec<String> {
        let mut out: Vec<String> = graph.outside().filter_map(|package| self.wrong(package)).collect();
        for (name, versions) in graph.twice() {
            let argued = versions.iter().filter(|version| self.skipped.contains(&format!("{name}@{version}"))).count();
            if versions.len() - argued > 1 {
                out.push(format!("{name}: in the program in the versions {}; argue all but one in deny.toml", versions.join(", ")));
            }
        }
        out
    }

    fn wrong(&self, package: &Package) -> Option<String> {
        let named = format!("{} {}", package.name, package.version);
        if self.banned.contains(&package.name) {
            return Some(format!("{named}: banned by deny.toml"));
        }
        if package.source != REGISTRY {
            return Some(format!("{named}: comes from {}", package.source));
        }
        (!suffices(&package.licence, &self.licences)).then(|| format!("{named}: its licence `{}` is not among those allowed", package.licence))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;
    use std::collections::BTreeMap;

    fn graph(packages: &[(&str, &str, &str, &str)]) -> Graph {
        let of = |(name, version, licence, source): &(&str, &str, &str, &str)| json!({"id": format!("{name}@{version}"), "name": name, "version": version, "license": licence, "source": source});
        let deps: Vec<_> = packages.iter().map(|(name, version, ..)| json!({"pkg": format!("{name}@{version}"), "dep_kinds": [{"kind": null}]})).collect();
        let mut all: Vec<_> = packages.iter().map(of).collect();
        all.push(json!({"id": "own", "name": "rihla-server", "version": "0", "license": "Apache-2.0", "source": null}));
        Graph::of(&json!({"packages": all, "resolve": {"nodes": [{"id": "own", "deps": deps}]}}), &BTreeMap::new())
    }

    #[test]
    fn a_licence_a_source_a_ban_and_a_second_version_are_each_told() {
        let rules = Rules::of(
            &r#"licenses = {allow = ["MIT"]}
            bans = {deny = [{crate = "openssl-sys"}], skip = [{crate = "c@1.0.0"}]}"#
                .parse()
                .expect("toml"),
        );
        let found = |packages: &[(&str, &str, &str, &str)]| rules.refused(&graph(packages));
        assert_eq!(found(&[("a", "1.0.0", "MIT", REGISTRY), ("c", "1.0.0", "MIT", REGISTRY), ("c", "2.0.0", "MIT", REGISTRY)]), [""; 0]);
        let wrong = found(&[
            ("a", "1.0.0", "AGPL-3.0-only", REGISTRY),
            ("b", "1.0.0", "MIT", "git+https://elsewhere"),
            ("d", "1.0.0", "MIT", REGISTRY),
            ("d", "2.0.0", "MIT", REGISTRY),
            ("openssl-sys", "0.9.0", "MIT", REGISTRY),
        ]);
        let beginnings: Vec<&str> = wrong.iter().filter_map(|line| line.split(':').next()).collect();
        assert_eq!(beginnings, ["a 1.0.0", "b 1.0.0", "openssl-sys 0.9.0", "d"]);
    }
}
