//! Puts the shipped scores and the tables of growth into the program.

use std::path::Path;
use std::{env, fs, io};

fn main() -> io::Result<()> {
    let packs = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../packs").canonicalize()?;
    let (scores, growth) = (packs.join("scores"), packs.join("growth/who.tsv"));
    println!("cargo::rerun-if-changed={}", scores.display());
    println!("cargo::rerun-if-changed={}", growth.display());
    let mut files = Vec::new();
    for entry in fs::read_dir(&scores)? {
        let path = entry?.path();
        if path.extension().is_some_and(|end| end == "toml") {
            files.push(path);
        }
    }
    files.sort();
    let mut out = String::from("const SHIPPED: &[(&str, &str)] = &[\n");
    for path in files {
        println!("cargo::rerun-if-changed={}", path.display());
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        out.push_str(&format!("    ({:?}, include_str!({path:?})),\n", format!("packs/scores/{name}")));
    }
    out.push_str(&format!("];\nconst GROWTH: &str = include_str!({growth:?});\n"));
    let target = env::var_os("OUT_DIR").ok_or(io::ErrorKind::NotFound)?;
    fs::write(Path::new(&target).join("shipped.rs"), out)
}
