//! Unpacks the fonts that screens load as well, so that a label printer is sent the letters that the screen shows: WOFF 1.0
//! is a font whose tables are packed one by one (<https://www.w3.org/TR/WOFF/>).

use flate2::read::ZlibDecoder;
use std::io::{Error, Read};
use std::path::PathBuf;
use std::{env, fs};

const FONTS: [(&str, &str); 2] = [("arabic.ttf", "noto-sans-arabic-arabic-600-normal.woff"), ("latin.ttf", "noto-sans-arabic-latin-600-normal.woff")];
const HEAD: usize = 44;
const ROW: usize = 20;

type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

fn main() -> Result<()> {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=../../package-lock.json");
    let folder = PathBuf::from(env::var("CARGO_MANIFEST_DIR")?).join("../../node_modules/@fontsource/noto-sans-arabic/files");
    let out = PathBuf::from(env::var("OUT_DIR")?);
    for (name, file) in FONTS {
        let woff = fs::read(folder.join(file))
            .map_err(|error| format!("{file}: {error}. Labels need the packages of package-lock.json: run `npm ci --ignore-scripts`"))?;
        let font = unpacked(&woff).map_err(|error| format!("{file}: {error}"))?;
        fs::write(out.join(name), font)?;
    }
    Ok(())
}

fn number(bytes: &[u8], at: usize, width: usize) -> Result<usize> {
    let part = bytes.get(at..at + width).ok_or_else(|| Error::other("it ends too soon"))?;
    Ok(part.iter().fold(0, |sum, byte| sum << 8 | usize::from(*byte)))
}

/// The same tables as a plain font: head, directory, tables on borders of four bytes.
fn unpacked(woff: &[u8]) -> Result<Vec<u8>> {
    if woff.get(..4) != Some(b"wOFF") {
        return Err("no WOFF 1.0".into());
    }
    let count = number(woff, 12, 2)?;
    let (mut directory, mut tables) = (Vec::new(), Vec::new());
    let begin = 12 + 16 * count;
    for at in (0..count).map(|nth| HEAD + ROW * nth) {
        let (offset, packed, length) = (number(woff, at + 4, 4)?, number(woff, at + 8, 4)?, number(woff, at + 12, 4)?);
        let bytes = woff.get(offset..offset + packed).ok_or("a table lies outside of it")?;
        let mut table = Vec::with_capacity(length);
        if packed < length {
            ZlibDecoder::new(bytes).read_to_end(&mut table)?;
        } else {
            table.extend_from_slice(bytes);
        }
        directory.extend_from_slice(woff.get(at..at + 4).ok_or("no tag")?);
        directory.extend_from_slice(woff.get(at + 16..at + 20).ok_or("no checksum")?);
        directory.extend_from_slice(&u32::try_from(begin + tables.len())?.to_be_bytes());
        directory.extend_from_slice(&u32::try_from(length)?.to_be_bytes());
        tables.extend_from_slice(&table);
        tables.resize(tables.len().next_multiple_of(4), 0);
    }
    let mut font = woff.get(4..8).ok_or("no flavour")?.to_vec();
    // How a reader may search the directory (https://learn.microsoft.com/typography/opentype/spec/otff).
    let power = count.checked_ilog2().unwrap_or(0);
    for value in [count, 16 << power, power as usize, 16 * count - (16 << power)] {
        font.extend_from_slice(&u16::try_from(value)?.to_be_bytes());
    }
    font.extend_from_slice(&directory);
    font.extend_from_slice(&tables);
    Ok(font)
}
