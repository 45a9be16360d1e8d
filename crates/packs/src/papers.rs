//! What the hospital prints about a patient and a stay: when a paper makes sense, who answers for it, and its words.

use crate::build::{code, names, provenance, texts};
use crate::read::{Problem, Section};
use crate::{Names, Provenance};
use std::collections::{BTreeMap, HashSet};
use toml::Value;

/// What the record can tell a paper: in its text between braces, or in its lines of facts.
pub const PAPER_FACTS: [&str; 23] = [
    "name",
    "other-name",
    "sex",
    "born",
    "stay",
    "kind",
    "admitted",
    "unit",
    "place",
    "ordered-by",
    "left",
    "way",
    "days-stayed",
    "decided",
    "decided-by",
    "died",
    "died-by",
    "costs",
    "slip",
    "today",
    "now",
    "author",
    "site",
];

/// The papers of a country's hospitals.
#[derive(Clone, Debug, Default)]
pub struct Papers {
    pub list: Vec<Paper>,
}

/// One paper.
#[derive(Clone, Debug)]
pub struct Paper {
    pub code: String,
    pub names: Names,
    pub when: PaperMoment,
    pub by: PaperAuthor,
    pub size: PaperSize,
    /// Lines of what the record knows, of [`PAPER_FACTS`].
    pub facts: Vec<String>,
    /// What a person has to say before it can be printed.
    pub asks: Vec<PaperAsk>,
    /// Its paragraphs by language code. Words between braces are facts, or codes of what is asked.
    pub text: BTreeMap<String, Vec<String>>,
    /// The register in which stands whoever it is made for, where no stay says it.
    pub register: Option<PaperRegister>,
    /// Who signs by hand, from the first to the last.
    pub signatures: Vec<Names>,
    pub provenance: Provenance,
}

/// When a paper makes sense.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PaperMoment {
    /// For every patient, with a stay or without.
    Always,
    /// A stay is prepared or goes on.
    Prepared,
    /// The patient is in the hospital.
    Admitted,
    /// The patient has left.
    Left,
    /// The last step of the exit is done.
    Slip,
    /// The patient is here, or left for another hospital.
    Transfer,
    /// The stay is that of a newborn.
    Newborn,
    /// The patient died in the stay.
    Death,
}

/// Whose paper it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PaperAuthor {
    Desk,
    Physician,
    /// A midwife, or a physician.
    Midwife,
}

/// A register that a paper alone brings somebody into.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PaperRegister {
    Deaths,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PaperSize {
    A4,
    A5,
}

/// Something that a person has to say.
#[derive(Clone, Debug)]
pub struct PaperAsk {
    pub code: String,
    pub names: Names,
    pub kind: AskKind,
    pub required: bool,
}

/// How it is typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AskKind {
    Line,
    Long,
    /// A number of days.
    Days,
    Date,
    /// A date with its time.
    Moment,
}

const MOMENTS: [(&str, PaperMoment); 8] = [
    ("always", PaperMoment::Always),
    ("prepared", PaperMoment::Prepared),
    ("admitted", PaperMoment::Admitted),
    ("left", PaperMoment::Left),
    ("slip", PaperMoment::Slip),
    ("transfer", PaperMoment::Transfer),
    ("newborn", PaperMoment::Newborn),
    ("death", PaperMoment::Death),
];
const AUTHORS: [(&str, PaperAuthor); 3] = [("desk", PaperAuthor::Desk), ("physician", PaperAuthor::Physician), ("midwife", PaperAuthor::Midwife)];
const SIZES: [(&str, PaperSize); 2] = [("A4", PaperSize::A4), ("A5", PaperSize::A5)];
const KINDS: [(&str, AskKind); 5] =
    [("line", AskKind::Line), ("long", AskKind::Long), ("days", AskKind::Days), ("date", AskKind::Date), ("moment", AskKind::Moment)];

impl Papers {
    pub fn paper(&self, code: &str) -> Option<&Paper> {
        self.list.iter().find(|paper| paper.code == code)
    }
}

impl Paper {
    /// Whether somebody has to say something before it can be printed: what is said is kept in the record.
    pub fn is_certificate(&self) -> bool {
        self.by != PaperAuthor::Desk
    }

    /// The words between the braces of a paragraph, each with what stands before it; and what stands after the last.
    pub fn pieces(paragraph: &str) -> (Vec<(&str, &str)>, &str) {
        let (mut pieces, mut rest) = (Vec::new(), paragraph);
        while let Some((before, (word, after))) = rest.split_once('{').and_then(|(before, rest)| Some((before, rest.split_once('}')?))) {
            pieces.push((before, word));
            rest = after;
        }
        (pieces, rest)
    }
}

pub(crate) fn read(mut root: Section<'_>, languages: &[String], out: &mut Vec<Problem>) -> Papers {
    let mut papers = Papers::default();
    let mut codes = HashSet::new();
    for mut section in root.list("paper", out) {
        let found = paper(&mut section, languages, out);
        if found.as_ref().is_some_and(|paper| !codes.insert(paper.code.clone())) {
            section.fault("code", "another paper has this code", out);
        }
        section.end(out);
        papers.list.extend(found);
    }
    root.end(out);
    papers
}

fn paper(section: &mut Section<'_>, languages: &[String], out: &mut Vec<Problem>) -> Option<Paper> {
    let code = code(section, "code", out);
    let names = names(section, languages, out);
    let when = section.need("when", &one_of(&MOMENTS), |value| chosen(&MOMENTS, value), out);
    let by = section.need("by", &one_of(&AUTHORS), |value| chosen(&AUTHORS, value), out);
    let size = section.need("size", &one_of(&SIZES), |value| chosen(&SIZES, value), out);
    let facts = section.may("facts", "a list of facts that the record can tell", facts, out).unwrap_or_default();
    let asks = if section.has("asks") { section.list("asks", out) } else { Vec::new() };
    let asks: Vec<PaperAsk> = asks.into_iter().filter_map(|ask| self::ask(ask, languages, out)).collect();
    if by == Some(PaperAuthor::Desk) && !asks.is_empty() {
        section.fault("asks", "only who certifies is asked for something: what is said has an author", out);
    }
    let text = section.need("text", "a table of lists of paragraphs by language", paragraphs, out);
    for (language, paragraphs) in text.iter().flatten() {
        if !languages.contains(language) {
            section.fault("text", format!("{language} is no language of this pack"), out);
        }
        check(section, language, paragraphs, &asks, out);
    }
    let signatures = if section.has("signatures") { section.list("signatures", out) } else { Vec::new() };
    let signatures = signatures.into_iter().map(|row| signature(row, languages, out)).collect();
    let register = section.may("register", "deaths", |value| (value.as_str()? == "deaths").then_some(PaperRegister::Deaths), out);
    if register.is_some() && by == Some(PaperAuthor::Desk) {
        section.fault("register", "only what somebody certifies brings a person into a register", out);
    }
    let provenance = provenance(section, out);
    Some(Paper { register, code: code?, names, when: when?, by: by?, size: size?, facts, asks, text: text?, signatures, provenance: provenance? })
}

/// Nothing between braces that nobody can tell, and nothing asked for that is not printed.
fn check(section: &Section<'_>, language: &str, paragraphs: &[String], asks: &[PaperAsk], out: &mut Vec<Problem>) {
    let words: Vec<&str> = paragraphs.iter().flat_map(|text| Paper::pieces(text).0).map(|(_, word)| word).collect();
    for word in words.iter().filter(|word| !PAPER_FACTS.contains(word) && !asks.iter().any(|ask| ask.code == **word)) {
        section.fault("text", format!("{language}: {{{word}}} is neither a fact nor asked for"), out);
    }
    for ask in asks.iter().filter(|ask| !words.contains(&ask.code.as_str())) {
        section.fault("text", format!("{language}: {} is asked for and not printed", ask.code), out);
    }
}

fn ask(mut section: Section<'_>, languages: &[String], out: &mut Vec<Problem>) -> Option<PaperAsk> {
    let code = code(&mut section, "code", out);
    if code.as_deref().is_some_and(|code| PAPER_FACTS.contains(&code)) {
        section.fault("code", "the record tells this: it is not asked for", out);
    }
    let names = names(&mut section, languages, out);
    let kind = section.need("kind", &one_of(&KINDS), |value| chosen(&KINDS, value), out);
    let required = section.need("required", "true or false", Value::as_bool, out);
    section.end(out);
    Some(PaperAsk { code: code?, names, kind: kind?, required: required? })
}

fn signature(mut row: Section<'_>, languages: &[String], out: &mut Vec<Problem>) -> Names {
    let names = names(&mut row, languages, out);
    row.end(out);
    names
}

fn facts(value: &Value) -> Option<Vec<String>> {
    texts(value).filter(|list| list.iter().all(|fact| PAPER_FACTS.contains(&fact.as_str())))
}

fn paragraphs(value: &Value) -> Option<BTreeMap<String, Vec<String>>> {
    let table = value.as_table()?;
    let all: BTreeMap<String, Vec<String>> = table.iter().map(|(language, list)| Some((language.clone(), texts(list)?))).collect::<Option<_>>()?;
    (!all.is_empty()).then_some(all)
}

fn chosen<T: Copy>(list: &[(&str, T)], value: &Value) -> Option<T> {
    let text = value.as_str()?;
    list.iter().find(|(code, _)| *code == text).map(|(_, chosen)| *chosen)
}

fn one_of<T>(list: &[(&str, T)]) -> String {
    list.iter().map(|(code, _)| *code).collect::<Vec<_>>().join(", ")
}
