//! Puts every pack's text into the program, so that one binary is all there is to carry.

use std::path::Path;
use std::{env, fs, io};

include!("src/files.rs");

fn main() -> io::Result<()> {
    let packs = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../packs");
    println!("cargo::rerun-if-changed={}", packs.display());
    let mut folders = Vec::new();
    for entry in fs::read_dir(&packs)? {
        let path = entry?.path();
        if path.join("pack.toml").is_file() {
            folders.push(path);
        }
    }
    folders.sort();
    let mut out = String::from("type BuiltIn = (&'static str, &'static [(&'static str, &'static str)]);\nconst BUILT_IN: &[BuiltIn] = &[\n");
    for folder in folders {
        let name = folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
        out.push_str(&format!("    ({name:?}, &["));
        for file in FILES {
            let path = folder.join(file).canonicalize()?;
            println!("cargo::rerun-if-changed={}", path.display());
            out.push_str(&format!("({:?}, include_str!({path:?})), ", format!("packs/{name}/{file}")));
        }
        out.push_str("]),\n");
    }
    out.push_str("];\n");
    let target = env::var_os("OUT_DIR").ok_or(io::ErrorKind::NotFound)?;
    fs::write(Path::new(&target).join("built_in.rs"), out)
}
