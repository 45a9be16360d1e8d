//! The drill: would a ward have its paper if the power failed now? One page that a head nurse understands, and an exit code
//! for monitoring.

use super::folder;
use super::make::LIST;
use super::open::Key;
use crate::failure::exit;
use rihla_downtime_pack::{Listed, Manifest};
use rihla_kernel::Instant;
use std::collections::BTreeSet;
use std::path::Path;

/// FACTS 7, rule 18.
pub const OLDEST_MINUTES: i64 = 15;
const MINUTE: i64 = 60_000;
/// A page of a ward that opens ends so.
const WHOLE: &str = "</html>";

/// What the drill found: lines that are right, and what is wrong.
#[derive(Debug, Default)]
pub struct Found {
    pub right: Vec<String>,
    pub wrong: Vec<String>,
}

impl Found {
    fn say(&mut self, right: bool, fine: String, fault: String) {
        if right { self.right.push(fine) } else { self.wrong.push(fault) }
    }

    /// Prints the page; the exit code.
    pub fn print(&self) -> u8 {
        self.right.iter().for_each(|line| println!("ok     {line}"));
        self.wrong.iter().for_each(|line| println!("FAULT  {line}"));
        println!(
            "{}",
            if self.wrong.is_empty() {
                "the paper is ready: if the power failed now, every ward could work from it"
            } else {
                "THE PAPER IS NOT READY: wards could not rely on it"
            }
        );
        if self.wrong.is_empty() { 0 } else { exit::UNSOUND }
    }
}

/// `now`: who is in the house, as a running server says; `None`: the pack is held against itself alone.
pub fn drill(from: &Path, key: Option<&Key>, at: Instant, now: Option<&[Listed]>) -> Found {
    let mut found = Found::default();
    let pack = match folder::newest(from) {
        Ok(pack) => pack,
        Err(failure) => {
            found.wrong.push(failure.line);
            return found;
        }
    };
    match folder::told(&pack) {
        Ok(told) => judge(&mut found, &pack, &told, key, at, now),
        Err(failure) => found.wrong.push(failure.line),
    }
    found
}

fn judge(found: &mut Found, pack: &Path, told: &Manifest, key: Option<&Key>, at: Instant, now: Option<&[Listed]>) {
    let minutes = (at.0 - told.at) / MINUTE;
    let age = format!("made {}, {minutes} minutes ago", told.made);
    let fresh = (-1..OLDEST_MINUTES).contains(&minutes);
    found.say(fresh, age.clone(), format!("{age}: it must be younger than {OLDEST_MINUTES}. Is the server running, and its clock right?"));
    let mut list = None;
    let (mut whole, mut opened) = (0, 0);
    for part in &told.parts {
        let bytes = match folder::page(pack, part) {
            Ok(bytes) => bytes,
            Err(failure) => {
                found.wrong.push(failure.line);
                continue;
            }
        };
        whole += 1;
        let Some((key, name)) = key.and_then(|key| Some((key, key.opens(part)?))) else { continue };
        match key.open(name, &bytes) {
            Ok(plain) => {
                opened += 1;
                let text = String::from_utf8_lossy(&plain).into_owned();
                if name == LIST {
                    list = Some(text);
                } else if !text.trim_end().ends_with(WHOLE) {
                    found.wrong.push(format!("{name}: the page ends in the middle"));
                }
            }
            Err(failure) => found.wrong.push(failure.line),
        }
    }
    found.say(
        whole == told.parts.len() && whole > 0,
        format!("{whole} files, each as it was written"),
        format!("only {whole} of {} files are whole", told.parts.len()),
    );
    match key {
        Some(_) => found.say(opened > 0, format!("{opened} files open with this key"), "no file opens with this key".into()),
        None => found.right.push("not opened: no key was given, so that only age and hashes were looked at".into()),
    }
    if let Some(list) = list {
        compare(found, told, &list, now);
    }
}

/// Every ward has its file, and everybody who is in a place is on a sheet.
fn compare(found: &mut Found, told: &Manifest, list: &str, now: Option<&[Listed]>) {
    let lines = list.split_once("<pre>").and_then(|(_, rest)| rest.split_once("</pre>")).map_or("", |(lines, _)| lines);
    let Some(all) = lines.lines().filter(|line| !line.is_empty()).map(Listed::parse).collect::<Option<Vec<_>>>() else {
        found.wrong.push("the list of the pack cannot be read".into());
        return;
    };
    let (mut wards, mut patients) = (0, BTreeSet::new());
    for one in &all {
        match one {
            Listed::Ward { file, name, .. } => {
                wards += 1;
                let page = format!("{file}.html");
                if !told.parts.iter().any(|part| part.name.strip_suffix(".age").unwrap_or(&part.name) == page) {
                    found.wrong.push(format!("{name}: the ward has no page"));
                }
            }
            Listed::Patient { stay, ward, .. } => _ = patients.insert((stay.as_str(), ward.as_str())),
        }
    }
    found.right.push(format!("{wards} wards and {} patients are on paper", patients.len()));
    let Some(now) = now else {
        found.right.push("not compared with the record: no server runs here".into());
        return;
    };
    let known = |ward: &str| all.iter().any(|one| matches!(one, Listed::Ward { id, .. } if id == ward));
    let missing_wards = now.iter().filter_map(|one| match one {
        Listed::Ward { id, name, .. } if !known(id) => Some(name),
        _ => None,
    });
    let gone: Vec<String> = now
        .iter()
        .filter_map(|one| match one {
            Listed::Patient { stay, ward, patient } if !patients.contains(&(stay.as_str(), ward.as_str())) => {
                Some(format!("{patient} (stay {stay}, ward {ward})"))
            }
            _ => None,
        })
        .collect();
    for ward in missing_wards {
        found.wrong.push(format!("{ward}: the ward is not in the pack"));
    }
    found.say(
        gone.is_empty(),
        "everybody who is in a place now is on the sheet of their ward".into(),
        format!("not on the sheet of their ward: {}", gone.join(", ")),
    );
}
