//! Who may use whom, read from the manifests.

use super::Breach;
use super::tree::Tree;
use std::collections::BTreeSet;

/// The rooms and what each may use by name. What a used room may use, its user may use as well.
/// `docs/ARCHITECTURE.md` draws the same table; a new edge is a decision, written down in `docs/decisions`.
const MAY_USE: &[(&str, &[&str])] = &[
    ("kernel", &[]),
    ("fhir", &["kernel"]),
    ("fhirpath", &["fhir"]),
    ("terminology", &["kernel", "fhir", "fhirpath"]),
    ("store", &["kernel", "fhir", "fhirpath", "terminology"]),
    ("store-engine", &["store"]),
    ("store-sqlite", &["store-engine"]),
    ("store-postgres", &["store-engine"]),
    ("identity", &["store", "kernel"]),
    ("jose", &["identity", "fhir"]),
    ("smart", &["identity", "jose", "store", "fhirpath"]),
    ("oidc", &["identity", "jose"]),
    ("fhir-api", &["store", "identity", "terminology", "audit"]),
    ("smart-http", &["smart", "fhir-api", "rights"]),
    ("hl7v2", &["kernel"]),
    ("exchange", &["hl7v2", "store", "clinical", "identity", "mpi", "fhir-api"]),
    ("matching", &[]),
    ("clinical", &["store", "terminology", "packs"]),
    ("plan", &[]),
    ("labels", &[]),
    ("downtime", &["kernel", "clinical", "fhir", "packs", "store", "web"]),
    ("scores", &[]),
    ("questionnaire", &["fhir", "kernel"]),
    ("forecast", &[]),
    ("twin", &["kernel", "plan", "forecast"]),
    ("living", &["clinical", "fhir", "identity", "kernel", "packs", "store", "twin", "web"]),
    ("packs", &["fhir", "terminology"]),
    ("lists", &["packs", "clinical", "hl7v2"]),
    ("rights", &["store", "packs"]),
    ("audit", &["store", "packs"]),
    ("mpi", &["store", "packs", "matching"]),
    ("indicators", &["store", "packs", "clinical"]),
    ("web", &["kernel", "forecast", "identity", "smart", "oidc", "indicators", "mpi", "matching", "rights", "store", "packs", "audit"]),
];

/// What a module may use, exactly: never another module, a store back end, or the server.
const MODULE_MAY_USE: &[&str] = &[
    "kernel",
    "web",
    "store",
    "clinical",
    "fhir",
    "terminology",
    "packs",
    "matching",
    "plan",
    "labels",
    "living",
    "questionnaire",
    "exchange",
    "hl7v2",
    "scores",
    "indicators",
    "twin",
    "forecast",
];

/// These wire or test the rest and may use all of it. Nobody may use them but for tests; the last two start the server.
const OUTERMOST: &[&str] = &["server", "testkit", "xtask"];

const PREFIX: &str = "rihla-";

pub fn check(tree: &Tree, out: &mut Vec<Breach>) {
    for (file, text) in tree.ending("Cargo.toml") {
        let Some(folder) = file.crate_folder().filter(|folder| file.path == format!("{folder}/Cargo.toml")) else { continue };
        let manifest: toml::Table = match text.parse() {
            Ok(manifest) => manifest,
            Err(error) => {
                out.push(Breach::new(&file.path, 0, format!("no TOML: {}", error.message())));
                continue;
            }
        };
        for used in house_dependencies(&manifest) {
            match may_use(folder, &used) {
                Some(true) => {}
                Some(false) => out.push(Breach::new(&file.path, 0, format!("may not use {used}"))),
                None => out.push(Breach::new(&file.path, 0, "this room is not in the table of edges")),
            }
        }
        if manifest.get("package").and_then(|package| package.get("license")).is_none() {
            out.push(Breach::new(&file.path, 0, "names no licence"));
        }
    }
}

/// Names of the house's own crates under dependencies and build-dependencies. Tests may use what they like.
fn house_dependencies(manifest: &toml::Table) -> BTreeSet<String> {
    let tables = ["dependencies", "build-dependencies"].into_iter().filter_map(|key| manifest.get(key)?.as_table());
    let named = |(key, value): (&String, &toml::Value)| {
        let name = value.get("package").and_then(toml::Value::as_str).unwrap_or(key);
        if OUTERMOST.contains(&name) { Some(name.to_owned()) } else { name.strip_prefix(PREFIX).map(str::to_owned) }
    };
    tables.flatten().filter_map(named).collect()
}

/// `None` if the user is no room of the house.
fn may_use(folder: &str, used: &str) -> Option<bool> {
    if folder.starts_with("modules/") {
        return Some(MODULE_MAY_USE.contains(&used));
    }
    let name = folder.rsplit('/').next()?;
    if OUTERMOST.contains(&name) {
        return Some(!OUTERMOST.contains(&used) || used == "server");
    }
    let mut next: Vec<&str> = MAY_USE.iter().find(|(room, _)| *room == name)?.1.to_vec();
    let mut seen = BTreeSet::new();
    while let Some(room) = next.pop() {
        if room == used {
            return Some(true);
        }
        if seen.insert(room) {
            next.extend(MAY_USE.iter().filter(|(name, _)| *name == room).flat_map(|(_, uses)| uses.iter()));
        }
    }
    Some(false)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn breaches(path: &str, dependencies: &str) -> Vec<String> {
        let manifest = format!("[package]\nname = \"x\"\nlicense.workspace = true\n{dependencies}");
        let mut out = Vec::new();
        check(&Tree::made_up(&[(path, &manifest)]), &mut out);
        out.into_iter().map(|breach| breach.text).collect()
    }

    #[test]
    fn an_edge_may_be_reached_through_another() {
        assert!(breaches("crates/fhir-api/Cargo.toml", "[dependencies]\nrihla-store.workspace = true\nrihla-kernel.workspace = true\n").is_empty());
        assert_eq!(breaches("crates/kernel/Cargo.toml", "[dependencies]\nrihla-fhir.workspace = true\n"), ["may not use fhir"]);
        assert_eq!(
            breaches("crates/store/Cargo.toml", "[build-dependencies]\nx = { package = \"rihla-store-sqlite\", path = \"../x\" }\n"),
            ["may not use store-sqlite"]
        );
    }

    #[test]
    fn tests_use_what_they_like() {
        assert!(breaches("crates/store/Cargo.toml", "[dev-dependencies]\nrihla-testkit.workspace = true\n").is_empty());
        assert_eq!(
            breaches("crates/server/Cargo.toml", "[dependencies]\nrihla-testkit.workspace = true\nrihla-bed-board.workspace = true\n"),
            ["may not use testkit"]
        );
    }

    #[test]
    fn a_module_meets_no_other_module_and_no_back_end() {
        let used = "[dependencies]\nrihla-kernel.workspace = true\nrihla-store-sqlite.workspace = true\nrihla-wards = { path = \"../wards\" }\nrihla-server.workspace = true\n";
        assert_eq!(breaches("modules/bed-board/Cargo.toml", used), ["may not use server", "may not use store-sqlite", "may not use wards"]);
    }

    #[test]
    fn an_unknown_room_and_a_missing_licence_are_named() {
        let mut out = Vec::new();
        check(&Tree::made_up(&[("crates/attic/Cargo.toml", "[package]\nname = \"x\"\n[dependencies]\nrihla-kernel.workspace = true\n")]), &mut out);
        let found: Vec<_> = out.iter().map(|breach| breach.text.as_str()).collect();
        assert_eq!(found, ["this room is not in the table of edges", "names no licence"]);
    }
}
