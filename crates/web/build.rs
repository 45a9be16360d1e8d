//! Gathers what browsers load into one table inside the program: own style sheets and scripts, and those of the npm
//! packages that the lock file names. Each is named after its content, so that it may be kept for ever, and stands there
//! compressed.

use flate2::{Compression, write::GzEncoder};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

/// Files of npm packages, each with the name that pages call it by. htmx looks at the page as soon as it runs, so what it
/// should know by then stands in one file with it.
const FROM_PACKAGES: [(&str, &[&str]); 5] = [
    ("htmx.js", &["htmx.org/dist/htmx.min.js", "htmx.org/dist/ext/hx-sse.min.js"]),
    ("uplot.js", &["uplot/dist/uPlot.iife.min.js"]),
    ("noto-sans.woff2", &["@fontsource-variable/noto-sans/files/noto-sans-latin-wght-normal.woff2"]),
    ("noto-sans-arabic.woff2", &["@fontsource/noto-sans-arabic/files/noto-sans-arabic-arabic-400-normal.woff2"]),
    ("noto-sans-arabic-bold.woff2", &["@fontsource/noto-sans-arabic/files/noto-sans-arabic-arabic-600-normal.woff2"]),
];

type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

fn main() -> Result<()> {
    let own = PathBuf::from(env::var("CARGO_MANIFEST_DIR")?);
    let packages = own.join("../../node_modules");
    println!("cargo::rerun-if-changed=assets");
    println!("cargo::rerun-if-changed=../../package-lock.json");
    let mut files = BTreeMap::new();
    for (name, paths) in FROM_PACKAGES {
        let parts = paths.iter().map(|path| from_packages(&packages, path)).collect::<io::Result<Vec<_>>>()?;
        files.insert(name.to_owned(), parts.join(&b"\n;"[..]));
    }
    for entry in fs::read_dir(own.join("assets"))? {
        let path = entry?.path();
        if path.extension().is_some_and(|kind| kind == "js" || kind == "svg") {
            files.insert(path.file_name().unwrap_or_default().to_string_lossy().into_owned(), fs::read(&path)?);
        }
    }
    let style = style(&own.join("assets/css"), &packages, &files)?;
    files.insert("rihla.css".to_owned(), style);
    let out = PathBuf::from(env::var("OUT_DIR")?);
    fs::write(out.join("assets.rs"), table(&files, &out)?)?;
    fs::write(out.join("icons.rs"), icons(&own.join("assets/icons.txt"), &packages)?)?;
    Ok(())
}

fn from_packages(packages: &Path, path: &str) -> io::Result<Vec<u8>> {
    let missing =
        |error: io::Error| io::Error::other(format!("{path}: {error}. The screens need the packages of package-lock.json: run `npm ci --ignore-scripts`"));
    fs::read(packages.join(path)).map_err(missing)
}

/// All style sheets as one. `url(asset:NAME)` becomes the address of an asset.
fn style(folder: &Path, packages: &Path, files: &BTreeMap<String, Vec<u8>>) -> Result<Vec<u8>> {
    let mut sheets: Vec<_> = fs::read_dir(folder)?.collect::<io::Result<Vec<_>>>()?.into_iter().map(|entry| entry.path()).collect();
    sheets.sort();
    let mut text = String::from_utf8(from_packages(packages, "uplot/dist/uPlot.min.css")?)?;
    for sheet in sheets {
        text.push_str(&fs::read_to_string(sheet)?);
    }
    for (name, bytes) in files {
        text = text.replace(&format!("asset:{name}"), &format!("/assets/{}", named(name, bytes)));
    }
    Ok(without_comments(&text).into_bytes())
}

fn without_comments(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("/*") {
        out.push_str(before);
        rest = after.split_once("*/").map_or("", |(_, after)| after);
    }
    out.push_str(rest);
    out.lines().map(str::trim).filter(|line| !line.is_empty()).collect::<Vec<_>>().join("\n")
}

/// `rihla.css` becomes `rihla-0123456789abcdef.css`.
fn named(name: &str, bytes: &[u8]) -> String {
    let hash = bytes.iter().fold(0xcbf2_9ce4_8422_2325u64, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3));
    match name.rsplit_once('.') {
        Some((stem, kind)) => format!("{stem}-{hash:016x}.{kind}"),
        None => format!("{name}-{hash:016x}"),
    }
}

fn table(files: &BTreeMap<String, Vec<u8>>, out: &Path) -> Result<String> {
    let mut text = String::from("pub static ASSETS: &[Asset] = &[\n");
    for (name, bytes) in files {
        let mut packed = GzEncoder::new(Vec::new(), Compression::best());
        packed.write_all(bytes)?;
        let packed = packed.finish()?;
        let (plain_path, packed_path) = (out.join(name), out.join(format!("{name}.gz")));
        fs::write(&plain_path, bytes)?;
        // Fonts are compressed already.
        let smaller = packed.len() < bytes.len() * 9 / 10;
        fs::write(&packed_path, if smaller { packed.as_slice() } else { &[] })?;
        writeln!(
            text,
            "    Asset {{ name: {name:?}, file: {:?}, plain: include_bytes!({plain_path:?}), packed: include_bytes!({packed_path:?}) }},",
            named(name, bytes)
        )?;
    }
    text.push_str("];\n");
    Ok(text)
}

/// The inside of each icon that `icons.txt` names.
fn icons(list: &Path, packages: &Path) -> Result<String> {
    let mut text = String::from("pub static ICONS: &[(&str, &str)] = &[\n");
    let listed = fs::read_to_string(list)?;
    let mut names: Vec<&str> = listed.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')).collect();
    names.sort_unstable();
    for name in names {
        let svg = String::from_utf8(from_packages(packages, &format!("lucide-static/icons/{name}.svg"))?)?;
        let inside = svg.split_once("<svg").and_then(|(_, rest)| rest.split_once('>')).and_then(|(_, rest)| rest.split_once("</svg>"));
        let inside = inside.map(|(inside, _)| inside.split_whitespace().collect::<Vec<_>>().join(" ")).unwrap_or_default();
        writeln!(text, "    ({name:?}, {:?}),", inside.replace(" />", "/>"))?;
    }
    text.push_str("];\n");
    Ok(text)
}
