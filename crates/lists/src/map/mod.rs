//! The map: a TOML file that says what the columns of a list mean (`docs/runbooks/import-csv.md`).

mod field;

use crate::date::Format;
use crate::text::Encoding;
pub use field::{Column, Field, Number};
use field::{Fields, texts};
use rihla_packs::{Pack, Problem, Section};
use toml::{Table, Value};

/// <https://hl7.org/fhir/R4/valueset-administrative-gender.html>
pub const SEXES: &[&str] = &["female", "male", "other", "unknown"];
/// Years.
const ABOUT: &[&str] = &["0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12", "13", "14", "15", "16", "17", "18", "19", "20"];
const YES_NO: &[&str] = &["yes", "no"];
/// <https://terminology.hl7.org/ValueSet-v3-ActEncounterCode.html>
const CLASSES: &[&str] = &["IMP", "ACUTE", "NONAC", "OBSENC", "EMER", "AMB", "SS", "HH", "FLD", "VR"];
/// As `rihla_clinical::exit` knows them, and death.
const DISPOSITIONS: &[&str] = &["home", "transfer-out", "aadvice", "absconded", "oth", "exp"];

/// How a file is written and what stands in it.
#[derive(Clone, Debug)]
pub struct Map {
    pub separator: u8,
    pub encoding: Encoding,
    pub dates: Vec<Format>,
    /// The columns that are read; fields name them by their place here.
    pub columns: Vec<Column>,
    /// The columns that are there and not taken in.
    pub kept_out: Vec<String>,
    /// The row's number in the system before.
    pub number: Number,
    pub kind: Kind,
}

#[derive(Clone, Debug)]
pub enum Kind {
    Patients(Box<Patients>),
    Stays(Box<Stays>),
}

/// One row is one person.
#[derive(Clone, Debug)]
pub struct Patients {
    pub numbers: Vec<Number>,
    pub family: Option<Field>,
    pub given: Option<Field>,
    pub family_ar: Option<Field>,
    pub given_ar: Option<Field>,
    pub sex: Option<Field>,
    pub birth: Option<Field>,
    /// How many years the birth may be off.
    pub birth_about: Option<Field>,
    pub father: Option<Field>,
    pub mother: Option<Field>,
    pub telephones: Vec<Field>,
    pub line: Option<Field>,
    pub city: Option<Field>,
    pub postal_code: Option<Field>,
    pub region: Option<Field>,
    pub dead: Option<Field>,
    pub death_date: Option<Field>,
}

/// One row is one stay.
#[derive(Clone, Debug)]
pub struct Stays {
    pub patient: Number,
    pub begin: Field,
    pub end: Option<Field>,
    pub class: Field,
    pub unit: Option<Field>,
    pub place: Option<Field>,
    pub physician: Option<Number>,
    pub left: Option<Field>,
}

impl Map {
    /// `file`: what the map is called in what is said of it. All that is wrong, at once.
    pub fn parse(file: &str, text: &str, pack: &Pack) -> Result<Self, Vec<Problem>> {
        let table: Table = toml::from_str(text).map_err(|error| vec![not_toml(file, text, &error)])?;
        let mut fields = Fields { columns: Vec::new(), pack, out: Vec::new() };
        let mut root = Section::root(file, &table);
        let map = Self::read(&mut root, &mut fields);
        // Without a kind it is not known which keys belong here.
        if !fields.out.iter().any(|problem| problem.key == "kind") {
            root.end(&mut fields.out);
        }
        match map {
            Some(mut map) if fields.out.is_empty() => {
                map.columns = fields.columns;
                Ok(map)
            }
            _ => Err(fields.out),
        }
    }

    fn read(root: &mut Section<'_>, fields: &mut Fields<'_>) -> Option<Self> {
        let kind = root.need("kind", "\"patients\" or \"stays\"", |value| value.as_str().filter(|kind| ["patients", "stays"].contains(kind)), &mut fields.out);
        let separator = root.need("separator", "one sign such as \";\", or \"tab\"", separator, &mut fields.out);
        let names = format!("one of {}", Encoding::NAMES.join(", "));
        let encoding = root.need("encoding", &names, |value| Encoding::named(value.as_str()?), &mut fields.out);
        let dates = dates(root, &mut fields.out);
        let kept_out = texts(root, "kept_out", &mut fields.out);
        let number = fields.number(root, "number");
        if let Some(number) = &number
            && !number.unique
            && fields.pack.identifier(&number.system).is_some()
        {
            root.fault("number.system", "several people may bear this number; rows are told apart by the number of the system before", &mut fields.out);
        }
        let kind = match kind {
            Some("patients") => Some(Kind::Patients(Box::new(patients(root, fields)))),
            Some(_) => stays(root, fields).map(|stays| Kind::Stays(Box::new(stays))),
            None => return None,
        };
        for name in &kept_out {
            if fields.columns.iter().any(|column| column.name == *name) {
                root.fault("kept_out", format!("the column {name} is read by this map"), &mut fields.out);
            }
        }
        Some(Self { separator: separator?, encoding: encoding?, dates, columns: Vec::new(), kept_out, number: number?, kind: kind? })
    }

    /// All fields of which the texts are from a list.
    pub fn coded(&self) -> Vec<&Field> {
        let fields: Vec<Option<&Field>> = match &self.kind {
            Kind::Patients(map) => vec![map.sex.as_ref(), map.birth_about.as_ref(), map.dead.as_ref()],
            Kind::Stays(map) => vec![Some(&map.class), map.left.as_ref()],
        };
        fields.into_iter().flatten().filter(|field| field.is_coded()).collect()
    }
}

fn not_toml(file: &str, text: &str, error: &toml::de::Error) -> Problem {
    let at = error.span().map_or(0, |span| span.start);
    let line = 1 + text.bytes().take(at).filter(|byte| *byte == b'\n').count();
    Problem { file: file.to_owned(), key: String::new(), text: format!("line {line}: {}", error.message()) }
}

fn separator(value: &Value) -> Option<u8> {
    match value.as_str()? {
        "tab" => Some(b'\t'),
        text => match text.as_bytes() {
            [one] if one.is_ascii() && !one.is_ascii_alphanumeric() && !matches!(one, b'"' | b'\n' | b'\r') => Some(*one),
            _ => None,
        },
    }
}

fn dates(root: &mut Section<'_>, out: &mut Vec<Problem>) -> Vec<Format> {
    let named = texts(root, "dates", out);
    let mut formats = Vec::new();
    for text in &named {
        match Format::parse(text) {
            Some(format) => formats.push(format),
            None => root.fault("dates", format!("{text:?} is no format: YYYY, MM, DD, hh, mm, ss and signs between them, with four digits of the year"), out),
        }
    }
    formats
}

fn patients(root: &mut Section<'_>, fields: &mut Fields<'_>) -> Patients {
    let numbers = fields.numbers(root, "numbers");
    let map = Patients {
        numbers,
        family: fields.may(root, "family", &[]),
        given: fields.may(root, "given", &[]),
        family_ar: fields.may(root, "family_ar", &[]),
        given_ar: fields.may(root, "given_ar", &[]),
        sex: fields.may(root, "sex", SEXES),
        birth: fields.may(root, "birth", &[]),
        birth_about: fields.may(root, "birth_about", ABOUT),
        father: fields.may(root, "father", &[]),
        mother: fields.may(root, "mother", &[]),
        telephones: fields.list(root, "telephones"),
        line: fields.may(root, "line", &[]),
        city: fields.may(root, "city", &[]),
        postal_code: fields.may(root, "postal_code", &[]),
        region: fields.may(root, "region", &[]),
        dead: fields.may(root, "dead", YES_NO),
        death_date: fields.may(root, "death_date", &[]),
    };
    if map.family.is_none() && map.family_ar.is_none() {
        root.fault("family", "is missing; family or family_ar names the column of the family name", &mut fields.out);
    }
    if (map.birth.is_some() || map.death_date.is_some()) && root.get("dates").is_none() {
        root.fault("dates", "is missing; how dates are written is expected, such as [\"DD/MM/YYYY\"]", &mut fields.out);
    }
    map
}

fn stays(root: &mut Section<'_>, fields: &mut Fields<'_>) -> Option<Stays> {
    let patient = fields.number(root, "patient");
    let begin = fields.need(root, "begin", &[]);
    let end = fields.may(root, "end", &[]);
    let class = fields.need(root, "class", CLASSES);
    let (unit, place) = (fields.may(root, "unit", &[]), fields.may(root, "place", &[]));
    let physician = if root.get("physician").is_some() { fields.number(root, "physician") } else { None };
    let left = fields.may(root, "left", DISPOSITIONS);
    if root.get("dates").is_none() {
        root.fault("dates", "is missing; how times are written is expected, such as [\"DD/MM/YYYY hh:mm\"]", &mut fields.out);
    }
    Some(Stays { patient: patient?, begin: begin?, end, class: class?, unit, place, physician, left })
}

#[cfg(test)]
mod tests;
