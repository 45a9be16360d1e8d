//! A table of codes as the CodeSystem that `rihla import` takes in.

use crate::failure::{Failure, exit};
use crate::input::reader;
use clap::Args;
use rihla_lists::codes::{About, read};
use rihla_lists::{Encoding, Rows};
use std::fs;
use std::io::BufReader;
use std::path::PathBuf;

#[derive(Debug, Args)]
pub struct CodesOptions {
    /// The table as CSV, plain or with .gz. Its first row names the columns: code, fr, ar, en, parent, selectable.
    #[arg(value_name = "TABLE")]
    table: PathBuf,
    /// Where the CodeSystem is written, for `rihla import`.
    #[arg(long, value_name = "FILE.ndjson")]
    out: PathBuf,
    /// The address that names the system in every code; the same for every version.
    #[arg(long)]
    url: String,
    /// The version of the list.
    #[arg(long, default_value = "")]
    version: String,
    /// What people call the list.
    #[arg(long)]
    title: String,
    /// The id of the resource: letters, digits, `-` and `.`; a list that is taken in again under its id takes the place of the one before.
    #[arg(long)]
    id: String,
    /// What stands between two cells.
    #[arg(long, default_value_t = ';')]
    separator: char,
    /// UTF-8, windows-1252, windows-1256, ISO-8859-1 or ISO-8859-6.
    #[arg(long, default_value = "UTF-8")]
    encoding: String,
}

pub fn run(options: &CodesOptions) -> Result<u8, Failure> {
    let usage = |line: &str| Failure::new(exit::USAGE, line);
    let encoding =
        Encoding::named(&options.encoding).ok_or_else(|| usage("--encoding: UTF-8, windows-1252, windows-1256, ISO-8859-1 and ISO-8859-6 are known"))?;
    let separator = u8::try_from(options.separator).ok().filter(u8::is_ascii).ok_or_else(|| usage("--separator: one ASCII character"))?;
    let is_id = (1..=64).contains(&options.id.len()) && options.id.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.'));
    if !is_id || !options.url.contains(':') {
        return Err(usage("--id takes letters, digits, - and . (64 at most), --url an address such as urn:… or https://…"));
    }
    let gzip = options.table.extension().is_some_and(|ending| ending == "gz");
    let rows = Rows::new(BufReader::new(reader(&options.table, gzip)?), separator, encoding);
    let about = About { url: &options.url, version: &options.version, title: &options.title, id: &options.id };
    match read(&about, rows) {
        Ok((json, count)) => {
            fs::write(&options.out, format!("{json}\n")).map_err(|error| Failure::path("cannot write", &options.out, &error))?;
            println!("{count} codes in {}; `rihla import {}` takes them in", options.out.display(), options.out.display());
            Ok(0)
        }
        Err(faults) => Err(Failure::new(exit::REJECTS, format!("nothing was written:\n{faults}"))),
    }
}
