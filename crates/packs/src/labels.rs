//! Wristbands and labels: their sizes, and the number by which GS1 knows the hospital.

use crate::build::{code, names, provenance};
use crate::pack::Names;
use crate::read::{Problem, Section};
use crate::{Provenance, Standing};
use jiff::civil::Date;
use toml::Value;

/// What a label is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Worn {
    /// Worn by adults and children.
    Band,
    NewbornBand,
    /// Stuck on papers and tubes.
    Label,
}

/// One kind of label, sizes in millimetres.
#[derive(Clone, Debug)]
pub struct LabelKind {
    pub code: String,
    pub worn: Worn,
    pub names: Names,
    /// The printed part as it is read.
    pub width: u32,
    pub height: u32,
    /// From one label to the next.
    pub length: u32,
    /// Where on it printing begins.
    pub from: u32,
    /// Read along the way in which the paper moves.
    pub turned: bool,
}

/// All kinds, and the GS1 company prefix with its source.
#[derive(Clone, Debug, Default)]
pub struct Labels {
    pub kinds: Vec<LabelKind>,
    prefix: String,
    prefix_source: Option<Provenance>,
    pub provenance: Option<Provenance>,
}

impl Labels {
    pub fn kind(&self, code: &str) -> Option<&LabelKind> {
        self.kinds.iter().find(|kind| kind.code == code)
    }

    /// The company prefix, once somebody of the hospital signed it.
    pub fn company_prefix(&self, on: Date) -> Option<&str> {
        let signed = self.prefix_source.as_ref().is_some_and(|source| source.standing(on) == Standing::Active);
        Some(self.prefix.as_str()).filter(|prefix| signed && !prefix.is_empty())
    }
}

/// The widest paper of a label printer, and the longest label.
const MOST: i64 = 400;

pub(crate) fn read(mut root: Section<'_>, languages: &[String], out: &mut Vec<Problem>) -> Labels {
    let provenance_of_all = provenance(&mut root, out);
    let (mut prefix, mut prefix_source) = (String::new(), None);
    if let Some(mut gs1) = root.section("gs1", out) {
        prefix = gs1.need("company_prefix", "four to twelve digits, or an empty text", prefix_of, out).unwrap_or_default();
        prefix_source = provenance(&mut gs1, out);
        gs1.end(out);
    }
    let mut kinds: Vec<LabelKind> = Vec::new();
    for mut section in root.list("label", out) {
        if let Some(kind) = kind(&mut section, languages, out) {
            if kinds.iter().any(|other| other.code == kind.code) {
                section.fault("code", format!("{} is given twice", kind.code), out);
            }
            kinds.push(kind);
        }
        section.end(out);
    }
    root.end(out);
    Labels { kinds, prefix, prefix_source, provenance: provenance_of_all }
}

fn kind(section: &mut Section<'_>, languages: &[String], out: &mut Vec<Problem>) -> Option<LabelKind> {
    let code = code(section, "code", out);
    let worn = section.need("worn", "band, newborn-band or label", worn, out);
    let names = names(section, languages, out);
    let [width, height, length] =
        ["width", "height", "length"].map(|name| section.need(name, "millimetres, from 10 to 400", |value| millimetres(value, 10), out));
    let from = section.need("from", "millimetres, at most 400", |value| millimetres(value, 0), out);
    let turned = section.need("turned", "true or false", Value::as_bool, out);
    let kind = LabelKind { code: code?, worn: worn?, names, width: width?, height: height?, length: length?, from: from?, turned: turned? };
    if kind.from + if kind.turned { kind.width } else { kind.height } > kind.length {
        section.fault("length", "what is printed reaches into the next label", out);
    }
    Some(kind)
}

fn millimetres(value: &Value, least: i64) -> Option<u32> {
    value.as_integer().filter(|number| (least..=MOST).contains(number)).and_then(|number| u32::try_from(number).ok())
}

/// From four to twelve digits (GS1 General Specifications, 1.4.4); none while there is none.
fn prefix_of(value: &Value) -> Option<String> {
    let text = value.as_str()?;
    let shaped = (4..=12).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    (text.is_empty() || shaped).then(|| text.to_owned())
}

fn worn(value: &Value) -> Option<Worn> {
    match value.as_str()? {
        "band" => Some(Worn::Band),
        "newborn-band" => Some(Worn::NewbornBand),
        "label" => Some(Worn::Label),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    const FILE: &str = "provenance = { source = \"s\", validator = \"\" }\n[gs1]\ncompany_prefix = \"6111000\"\nprovenance = { source = \"s\", validator = \"\" }\n[[label]]\ncode = \"band\"\nworn = \"band\"\nnames = { fr = \"Bracelet\" }\nwidth = 100\nheight = 25\nlength = 279\nfrom = 80\nturned = true\n";

    fn parsed(text: &str) -> (Labels, Vec<String>) {
        let table = text.parse().expect("a table");
        let mut out = Vec::new();
        let labels = read(Section::root("labels.toml", &table), &["fr".to_owned()], &mut out);
        (labels, out.iter().map(Problem::to_string).collect())
    }

    #[test]
    fn a_prefix_is_used_only_once_it_is_signed() {
        let (labels, problems) = parsed(FILE);
        assert!(problems.is_empty() && labels.kind("band").is_some_and(|kind| kind.worn == Worn::Band), "{problems:?}");
        assert_eq!(labels.company_prefix(date(2026, 1, 1)), None);
        let (signed, _) = parsed(&FILE.replacen(
            "provenance = { source = \"s\", validator = \"\" }\n[[label]]",
            "provenance = { source = \"s\", validator = \"DSI\" }\n[[label]]",
            1,
        ));
        assert_eq!(signed.company_prefix(date(2026, 1, 1)), Some("6111000"));
    }

    #[test]
    fn what_is_wrong_is_said_with_its_key() {
        for (from, to, said) in [
            ("6111000", "61 11", "gs1.company_prefix: four to twelve digits"),
            ("width = 100", "width = 300", "label[0].length: what is printed reaches"),
            ("worn = \"band\"", "worn = \"hat\"", "label[0].worn: band, newborn-band or label"),
            ("height = 25", "height = 2", "label[0].height: millimetres"),
            ("turned = true", "turned = true\nturn = 1", "label[0].turn: no such key"),
        ] {
            let (_, problems) = parsed(&FILE.replace(from, to));
            assert!(problems.iter().any(|problem| problem.contains(said)), "{said}: {problems:?}");
        }
    }
}
