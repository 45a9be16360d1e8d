//! The drill: is this backup a record?

use super::{into, scratch};
use crate::failure::{Failure, exit};
use crate::held::{by_its_own_means, is_postgres};
use crate::keys::{KeySource, KeySources, beside};
use crate::node::{Node, Options};
use crate::orders::stepwise;
use rihla_store_engine::verify::Report;
use rihla_store_sqlite::{Figures, figures};
use std::fs;
use std::path::{Path, PathBuf};

/// Restores a backup where it disturbs nobody, proves it, and removes it again.
pub fn drill(options: &Options, file: &Path, identity: Option<&Path>, within: Option<&Path>) -> Result<u8, Failure> {
    if is_postgres(&options.url) {
        return Err(by_its_own_means().into());
    }
    let place = within.map_or_else(std::env::temp_dir, PathBuf::from).join(format!("rihla-drill-{}", std::process::id()));
    scratch(&place)?;
    let mut faults = Vec::new();
    let tried = attempt(options, file, identity, &place, &mut faults);
    fs::remove_dir_all(&place).map_err(|error| Failure::path("cannot remove", &place, &error))?;
    match tried {
        // The command was wrong: that says nothing of the backup.
        Err(failure) if failure.exit == exit::USAGE => return Err(failure),
        Err(failure) => faults.push(failure.line),
        Ok(()) => {}
    }
    faults.iter().for_each(|fault| println!("FAULT  {fault}"));
    println!(
        "{}",
        if faults.is_empty() { "the backup is a record: restored, compared, verified, and removed again" } else { "THIS BACKUP DOES NOT RESTORE THE RECORD" }
    );
    Ok(if faults.is_empty() { 0 } else { exit::UNSOUND })
}

fn attempt(options: &Options, file: &Path, identity: Option<&Path>, place: &Path, faults: &mut Vec<String>) -> Result<(), Failure> {
    let folder = place.join("store");
    let told = into(&folder, file, identity)?;
    let found = figures(&folder.join("record.db"))?;
    match &told {
        Some(told) => {
            println!("taken          {} by version {}", told.taken, told.program);
            faults.extend(differences(&told.figures, &found));
        }
        None => println!("taken          unknown: a copy in the clear does not say what it holds, so it is held against itself alone"),
    }
    let node = Node::open(&Options { url: format!("sqlite:{}", folder.display()), keys: standing(options)?, ..options.clone() })?;
    let report = node.backend.verify(node.store.indexer(), &mut stepwise(&mut |line| println!("{line}"), "versions looked at"))?;
    node.close()?;
    println!("versions       {}", report.versions);
    println!("resources      {}", report.resources);
    println!("contents       {}, each read to its end", report.blobs);
    println!("audit chain    {} links, {} entries", found.links, report.audit_entries);
    faults.extend(counted(&found, &report));
    faults.extend(report.faults);
    Ok(())
}

/// Keys stand beside the store that the backup is of, not beside the place of the drill.
fn standing(options: &Options) -> Result<KeySources, Failure> {
    let server = match &options.keys.server {
        KeySource::File(None) => KeySource::File(Some(beside(&options.folder()?))),
        other => other.clone(),
    };
    Ok(KeySources { server, root: options.keys.root.clone() })
}

fn differences(told: &Figures, found: &Figures) -> Vec<String> {
    let pairs = [
        ("node", u64::from(told.node), u64::from(found.node)),
        ("versions", told.versions, found.versions),
        ("resources", told.resources, found.resources),
        ("contents", told.contents, found.contents),
        ("links of the audit chain", told.links, found.links),
    ];
    let mut out: Vec<String> = pairs
        .into_iter()
        .filter(|(_, told, found)| told != found)
        .map(|(what, told, found)| format!("{what}: the backup says {told}, {found} were restored"))
        .collect();
    if told.chain != found.chain {
        out.push("audit: the chain does not end as the backup says".into());
    }
    out
}

fn counted(found: &Figures, report: &Report) -> Vec<String> {
    let pairs = [("versions", found.versions, report.versions), ("resources", found.resources, report.resources), ("contents", found.contents, report.blobs)];
    pairs
        .into_iter()
        .filter(|(_, found, verified)| found != verified)
        .map(|(what, found, verified)| format!("{what}: {found} were restored, {verified} were verified"))
        .collect()
}
