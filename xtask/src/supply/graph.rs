//! The crates of the workspace and from outside, as cargo resolves them for the program's platforms.

use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;

/// One crate.
#[derive(Clone, Debug)]
pub struct Package {
    pub name: String,
    pub version: String,
    /// An SPDX expression; empty if the crate says none.
    pub licence: String,
    /// Where it comes from; nothing for our own.
    pub source: String,
    /// SHA-256 of what was fetched, as `Cargo.lock` has it.
    pub checksum: String,
    /// Ids of what it needs to run; what only builds or tests need is not among them.
    needs: Vec<String>,
}

pub struct Graph {
    packages: BTreeMap<String, Package>,
}

/// What hospitals run on.
const PLATFORM: &str = "x86_64-unknown-linux-gnu";
/// The crate that becomes the program.
const PROGRAM: &str = "rihla-server";

impl Graph {
    pub fn read(root: &Path) -> Result<Self, String> {
        let out = Command::new("cargo")
            .args(["metadata", "--format-version", "1", "--locked", "--offline", "--filter-platform", PLATFORM])
            .current_dir(root)
            .output();
        let out = out.map_err(|error| format!("cargo metadata: {error}"))?;
        if !out.status.success() {
            return Err(format!("cargo metadata: {}", String::from_utf8_lossy(&out.stderr).trim()));
        }
        let metadata = serde_json::from_slice(&out.stdout).map_err(|error| format!("cargo metadata: {error}"))?;
        let lock = std::fs::read_to_string(root.join("Cargo.lock")).map_err(|error| format!("Cargo.lock: {error}"))?;
        Ok(Self::of(&metadata, &checksums(&lock.parse().map_err(|error| format!("Cargo.lock: {error}"))?)))
    }

    pub fn of(metadata: &Value, checksums: &BTreeMap<(String, String), String>) -> Self {
        let mut packages = BTreeMap::new();
        for package in list(&metadata["packages"]) {
            let (name, version) = (text(&package["name"]), text(&package["version"]));
            let checksum = checksums.get(&(name.clone(), version.clone())).cloned().unwrap_or_default();
            let licence = text(&package["license"]);
            packages.insert(text(&package["id"]), Package { name, version, licence, source: text(&package["source"]), checksum, needs: Vec::new() });
        }
        for node in list(&metadata["resolve"]["nodes"]) {
            let runs = |need: &&Value| list(&need["dep_kinds"]).iter().any(|kind| kind["kind"].is_null());
            if let Some(package) = packages.get_mut(&text(&node["id"])) {
                package.needs = list(&node["deps"]).iter().filter(runs).map(|need| text(&need["pkg"])).collect();
            }
        }
        Self { packages }
    }

    pub fn outside(&self) -> impl Iterator<Item = &Package> {
        self.packages.values().filter(|package| !package.source.is_empty())
    }

    /// The crates that are in the program, our own too.
    pub fn program(&self) -> Vec<&Package> {
        let mut seen = BTreeSet::new();
        let mut ahead: Vec<&String> = self.packages.iter().filter(|(_, package)| package.name == PROGRAM).map(|(id, _)| id).collect();
        while let Some(id) = ahead.pop() {
            if seen.insert(id)
                && let Some(package) = self.packages.get(id)
            {
                ahead.extend(&package.needs);
            }
        }
        let mut found: Vec<&Package> = seen.into_iter().filter_map(|id| self.packages.get(id)).collect();
        found.sort_by(|a, b| (&a.name, &a.version).cmp(&(&b.name, &b.version)));
        found
    }

    /// Names of which there is more than one version, with the versions.
    pub fn twice(&self) -> BTreeMap<&str, Vec<&str>> {
        let mut versions: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for package in self.program().into_iter().filter(|package| !package.source.is_empty()) {
            versions.entry(&package.name).or_default().push(&package.version);
        }
        versions.retain(|_, versions| versions.len() > 1);
        versions
    }
}

fn checksums(lock: &toml::Table) -> BTreeMap<(String, String), String> {
    let packages = lock.get("package").and_then(toml::Value::as_array).into_iter().flatten();
    let own = |package: &toml::Value, key: &str| package.get(key).and_then(toml::Value::as_str).map(str::to_owned);
    packages.filter_map(|package| Some(((own(package, "name")?, own(package, "version")?), own(package, "checksum")?))).collect()
}

pub fn read_json(path: &Path) -> Result<Value, String> {
    let text = std::fs::read(path).map_err(|error| format!("{}: {error}", path.display()))?;
    serde_json::from_slice(&text).map_err(|error| format!("{}: {error}", path.display()))
}

pub fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

pub fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}
