//! `rihla audit verify` and `rihla audit head`: on a store that nobody has open, or on an export of it.

use super::export::{HEADS, LINKS};
use crate::failure::{Failure, exit};
use crate::input::text;
use crate::moving::{Carried, Means};
use crate::node::Options;
use rihla_fhir::base64;
use rihla_fhir::json::{self, Limits};
use rihla_store_engine::audit::{Checked, Checker, Head, Heads, PublicKey, Says, check_at_rest, head_mark, kept_heads, key_text, parse_key};
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};

/// What is proved, and against what.
#[derive(Clone, Debug, Default)]
pub struct AuditVerify {
    pub dir: Option<PathBuf>,
    pub trusted: Vec<PublicKey>,
    /// The texts of files of heads.
    pub outside: Vec<String>,
}

impl AuditVerify {
    pub fn read(dir: Option<PathBuf>, keys: &[String], heads: &[PathBuf]) -> Result<Self, Failure> {
        let wrong = |text: &String| Failure::new(exit::USAGE, format!("--public-key {text}: 64 hexadecimal digits are wanted"));
        let trusted = keys.iter().map(|text| parse_key(text).ok_or_else(|| wrong(text))).collect::<Result<_, _>>()?;
        Ok(Self { dir, trusted, outside: heads.iter().map(|path| text(path)).collect::<Result<_, _>>()? })
    }
}

pub fn verify(options: &Options, order: &AuditVerify, say: &mut dyn FnMut(&str)) -> Result<u8, Failure> {
    let (checked, heads) = match &order.dir {
        Some(dir) => check_export(dir, order)?,
        None => {
            let mut carried = Carried::source(&options.url, &Means::of(options)?)?;
            let checked = check_at_rest(carried.as_source(), &order.trusted, &order.outside);
            carried.leave()?;
            checked?
        }
    };
    Ok(tell(&checked, &heads, order, say))
}

fn tell(checked: &Checked, heads: &Heads, order: &AuditVerify, say: &mut dyn FnMut(&str)) -> u8 {
    say(&format!("links    {}", checked.links));
    say(&format!("entries  {}", checked.entries));
    say(&format!("heads    {}", heads.len()));
    for (key, count) in heads.keys() {
        let known = if order.trusted.contains(&key) { "" } else { ", which this command was not told to trust" };
        say(&format!("signed   {count} by key {}{known}", key_text(&key)));
    }
    let after = heads.newest().map_or(checked.links, |head| checked.links - head.link);
    if after > 0 {
        say(&format!("after    {after} links come after the newest head: if links were cut off from their end, only heads kept outside tell"));
    }
    for fault in &checked.faults {
        say(&format!("FAULT  {fault}"));
    }
    say(if checked.faults.is_empty() { "clean: every link follows the one before, and heads and names agree" } else { "NOT CLEAN" });
    if checked.faults.is_empty() { 0 } else { exit::UNSOUND }
}

/// Prints the newest head that the store keeps.
pub fn newest_head(options: &Options, say: &mut dyn FnMut(&str)) -> Result<u8, Failure> {
    let mut carried = Carried::source(&options.url, &Means::of(options)?)?;
    let heads = kept_heads(carried.as_source());
    carried.leave()?;
    match heads?.newest() {
        Some(head) => say(&head.to_line()),
        None => return Err(Failure::new(exit::FAILED, "no head is signed yet: a server signs one soon after it begins, and when it ends")),
    }
    Ok(0)
}

/// The links of an export are held against each other and the heads; what names the tables gave is not there to compare.
fn check_export(dir: &Path, order: &AuditVerify) -> Result<(Checked, Heads), Failure> {
    let mut heads = Heads::default();
    let path = dir.join(HEADS);
    let kept = text(&path)?;
    for (at, line) in (1u64..).zip(kept.lines()) {
        let number = Head::parse(line).map_or(at, |head| head.number);
        heads.keep(&head_mark(number), line.as_bytes());
    }
    order.outside.iter().for_each(|text| heads.outside(text));
    let mut checker = Checker::new(&heads, &order.trusted, -1);
    let path = dir.join(LINKS);
    let file = File::open(&path).map_err(|error| Failure::path("cannot read", &path, &error))?;
    for line in BufReader::new(file).lines() {
        let line = line.map_err(|error| Failure::path("cannot read", &path, &error))?;
        let (number, entries, hash) = link_of(&line).ok_or_else(|| Failure::new(exit::UNSOUND, format!("{}: a line is no link", path.display())))?;
        checker.link(number, &entries, &hash, &mut |_| Ok(Says::Same))?;
    }
    Ok((checker.finish(), heads))
}

fn link_of(line: &str) -> Option<(i64, Vec<u8>, Vec<u8>)> {
    let doc = json::parse(line.as_bytes(), &Limits { bytes: line.len().max(1 << 20), ..Limits::default() }).ok()?;
    let text = |name: &str| Some(doc.root().get(name)?.as_str()?.into_owned());
    Some((text("link")?.parse().ok()?, base64::decode(&text("entries")?)?, base64::decode(&text("hash")?)?))
}
