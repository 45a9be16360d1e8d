//! The house's own tools. One line a command; each lives in its folder.

mod bench;
mod bench_at_rest;
mod bench_match;
mod bench_people;
mod bench_plan;
mod bench_rights;
mod bench_screens;
mod codegen;
mod conformance;
mod fields;
mod i18n;
mod new_module;
mod supply;
mod tidy;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

const HELP: &str = "cargo xtask COMMAND

  bench record DIR [--store URL] [--resources N] [--json FILE] [--keep]
                     measures the record on replicas of the bundles in DIR
  codegen [--check] [--from DIR]
                     makes the tables of crates/fhir from the published definitions, or compares them
  conformance examples|forms|json|validator|speed|hl7v2 DIR [--cpu]
                     runs a public suite from a folder; --cpu measures hl7v2 instead
  bench plan DIR [--cpu-seconds S] [--json FILE]
                     gap of the planner to the best known plans
  bench match DIR [--json FILE] | --own [--json FILE] | --people N
                     how well people are told apart: on tables of people, on made-up ones, one against many
  bench people DIR [--people N] [--store PATH] [--traces N]
                     measures the finder of people on the names in DIR
  bench at-rest      measures what sealing a store costs, on two small ones
  bench rights PATH  measures pages of somebody who may see few patients, in a store that was kept
  bench screens [--pages N] [--changes N] [--store sqlite:PATH] [--program PATH] [--json FILE]
                     measures the pages of a long chart, and how soon open pages show a change
  i18n [--check]     lists where words are used, and what is wrong with the catalogues; --check only the latter
  release-notes FROM [TO]
                     what changed between two commits, as text that is the same each time
  sbom FILE          writes the parts of the program, in CycloneDX
  supply --check     whether each crate from outside may be there, by deny.toml; needs no net
  tidy               checks the house numbers, the edges between crates, words, licence and links
  new-module NAME    writes modules/NAME and names it where it must be named
";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (command, rest) = arguments.split_first().map_or(("help", &[][..]), |(first, rest)| (first.as_str(), rest));
    match command {
        "codegen" => outcome(codegen::run(rest).and_then(|code| Ok(code.max(fields::run(&root(), rest)?)))),
        "conformance" => outcome(conformance::run(rest)),
        "bench" if rest.first().is_some_and(|what| what == "plan") => outcome(bench_plan::run(rest)),
        "bench" if rest.first().is_some_and(|what| what == "match") => outcome(bench_match::run(&root(), rest)),
        "bench" if rest.first().is_some_and(|what| what == "people") => outcome(bench_people::run(&root(), rest)),
        "bench" if rest.first().is_some_and(|what| what == "screens") => outcome(bench_screens::run(&root(), rest)),
        "bench" if rest.first().is_some_and(|what| what == "at-rest") => outcome(bench_at_rest::run()),
        "bench" if rest.first().is_some_and(|what| what == "rights") => outcome(bench_rights::run(rest)),
        "bench" => outcome(bench::run(&root(), rest)),
        "i18n" => outcome(i18n::run(&root(), rest)),
        "release-notes" => outcome(supply::release_notes(&root(), rest)),
        "sbom" => outcome(supply::sbom(&root(), rest)),
        "supply" => outcome(supply::check(&root())),
        "tidy" => tidy::command(&root()),
        "new-module" => new_module::command(&root(), rest),
        _ => {
            print!("{HELP}");
            if command == "help" { ExitCode::SUCCESS } else { ExitCode::from(2) }
        }
    }
}

/// The workspace's folder: the tools work from wherever they are called.
fn root() -> PathBuf {
    let own = Path::new(env!("CARGO_MANIFEST_DIR"));
    own.parent().unwrap_or(own).to_path_buf()
}

fn outcome(result: Result<u8, String>) -> ExitCode {
    match result {
        Ok(code) => ExitCode::from(code),
        Err(message) => {
            eprintln!("xtask: {message}");
            ExitCode::from(2)
        }
    }
}
