//! The editor as the page shows it: one block a question, with what is wrong with it beside.

use crate::faults::{Told, told};
use rihla_kernel::Lang;
use rihla_questionnaire::edit::{By, Condition, Entry, Offer, Three, Work, offer_code};
use rihla_questionnaire::{Kind, Operator};
use rihla_web::text::{Html, Voice, auto, listed, ltr};

/// What a question may be, in the order of the list; others that a questionnaire brings stay what they are.
const KINDS: [&str; 13] =
    ["boolean", "choice", "open-choice", "integer", "decimal", "quantity", "string", "text", "date", "dateTime", "time", "group", "display"];
/// Systems of codes that are offered; others that a questionnaire brings stay.
const SYSTEMS: [(&str, &str); 3] = [("http://loinc.org", "LOINC"), ("http://snomed.info/sct", "SNOMED CT"), ("http://unitsofmeasure.org", "UCUM")];
const PERIODS: [&str; 5] = ["h", "d", "wk", "mo", "a"];

/// One of several that may be chosen.
pub struct Pick {
    pub value: String,
    pub words: String,
    pub chosen: bool,
}

/// A text in one language.
pub struct Text {
    pub tag: &'static str,
    pub dir: &'static str,
    pub words: String,
    pub value: String,
}

pub struct OfferRow {
    pub name: String,
    pub source: String,
    pub code: String,
    /// The code that it will have where none is typed.
    pub free: String,
    pub points: String,
    pub texts: Vec<Text>,
    /// The buttons' place; none on the line that waits to be filled in.
    pub at: Option<String>,
    pub first: bool,
}

pub struct WhenRow {
    pub name: String,
    pub source: String,
    pub questions: Vec<Pick>,
    pub operators: Vec<Pick>,
    /// Answers that may be chosen; none: one is typed, or there is nothing to say.
    pub answers: Vec<Pick>,
    pub typed: bool,
    pub answer: String,
    pub at: Option<String>,
}

pub struct Row {
    pub at: usize,
    pub name: String,
    pub depth: usize,
    pub source: String,
    pub link: String,
    pub kind: String,
    pub said: Html,
    /// What it says, for the names of buttons.
    pub plain: String,
    pub kinds: Vec<Pick>,
    pub texts: Vec<Text>,
    pub required: Option<bool>,
    pub repeats: Option<bool>,
    pub offers: Vec<OfferRow>,
    pub set: String,
    pub limits: bool,
    pub units: bool,
    pub unit: String,
    pub min: String,
    pub max: String,
    pub whens: Vec<WhenRow>,
    pub when_open: bool,
    pub any: Option<bool>,
    pub calculates: bool,
    pub bys: Vec<Pick>,
    pub by: &'static str,
    pub sums: Vec<Pick>,
    pub formula: String,
    pub records: bool,
    pub record_open: bool,
    pub systems: Vec<Pick>,
    pub code: String,
    pub since: String,
    pub periods: Vec<Pick>,
    pub observed: bool,
    pub faults: Vec<Told>,
    pub kept: Vec<String>,
    pub inward: bool,
    pub outward: bool,
    pub up: bool,
    pub down: bool,
    pub focus: bool,
}

/// What the page is made from.
pub struct Bench<'b> {
    pub voice: &'b Voice,
    pub work: &'b Work,
    /// By the place in the questionnaire that it was made from, what the editor leaves as it is.
    pub kept: &'b [Vec<String>],
    pub faults: &'b [rihla_questionnaire::Fault],
    pub focus: Option<usize>,
}

pub fn texts(voice: &Voice, three: &Three) -> Vec<Text> {
    let one = |(lang, value): (Lang, &String)| Text {
        tag: lang.tag(),
        dir: if lang == Lang::Arabic { "rtl" } else { "ltr" },
        words: voice.t(&listed(rihla_web::key!("forms-lang-*"), lang.tag())),
        value: value.clone(),
    };
    Lang::ALL.into_iter().zip(three).map(one).collect()
}

fn pick(value: &str, words: String, chosen: bool) -> Pick {
    Pick { value: value.to_owned(), words, chosen }
}

impl Bench<'_> {
    pub fn rows(&self) -> Vec<Row> {
        let mut all = told(self.faults, self.work, self.voice);
        let mut rows: Vec<Row> = self.work.entries.iter().enumerate().map(|(at, entry)| self.row(at, entry)).collect();
        for row in &mut rows {
            let (own, others) = all.into_iter().partition(|told| told.at == Some(row.at));
            row.faults = own;
            all = others;
        }
        rows
    }

    /// What a question is called where others name it.
    fn called(&self, at: usize, entry: &Entry) -> String {
        let words = entry.said(self.voice.lang());
        if words.is_empty() { format!("{}. {}", at + 1, self.voice.t("forms-nameless")) } else { format!("{}. {words}", at + 1) }
    }

    fn row(&self, at: usize, entry: &Entry) -> Row {
        let voice = self.voice;
        let name = format!("e{at}");
        let kind = |code: &str| pick(code, voice.t(&listed(rihla_web::key!("forms-kind-*"), code)), code == entry.kind);
        let mut kinds: Vec<Pick> = KINDS.iter().map(|code| kind(code)).collect();
        if !KINDS.contains(&entry.kind.as_str()) {
            kinds.push(pick(&entry.kind, entry.kind.clone(), true));
        }
        let display = entry.is() == Some(Kind::Display);
        let neighbours = |other: &Entry| other.depth == entry.depth;
        let before = self.work.entries.iter().take(at).rev().find(|other| other.depth <= entry.depth).filter(|other| neighbours(other));
        let after = self.work.entries.iter().skip(at + 1).find(|other| other.depth <= entry.depth).is_some_and(neighbours);
        let asks = entry.asks();
        Row {
            at,
            depth: entry.depth,
            source: entry.source.map(|source| source.to_string()).unwrap_or_default(),
            link: entry.link.clone(),
            kind: entry.kind.clone(),
            said: auto(self.called(at, entry)),
            plain: self.called(at, entry),
            kinds,
            texts: texts(voice, &entry.words),
            required: (!display || entry.required).then_some(entry.required),
            repeats: (!display || entry.repeats).then_some(entry.repeats),
            offers: if entry.set.is_empty() && (entry.chooses() || !entry.options.is_empty()) { self.offers(&name, at, entry) } else { Vec::new() },
            set: entry.set.clone(),
            limits: entry.counts() || !(entry.min.is_empty() && entry.max.is_empty() && entry.unit.is_empty()),
            units: matches!(entry.is(), Some(Kind::Quantity | Kind::Decimal)) || !entry.unit.is_empty(),
            unit: entry.unit.clone(),
            min: entry.min.clone(),
            max: entry.max.clone(),
            whens: self.whens(&name, at, entry),
            when_open: !entry.when.is_empty(),
            any: (entry.when.len() > 1).then_some(entry.any),
            calculates: asks && !entry.chooses() || entry.by != By::Hand,
            bys: By::ALL.map(|(code, by)| pick(code, voice.t(&listed(rihla_web::key!("forms-by-*"), code)), by == entry.by)).into(),
            by: entry.by.code(),
            sums: self.sums(entry),
            formula: entry.formula.clone(),
            records: asks || !entry.code.is_empty() || !entry.since.is_empty() || entry.observed,
            record_open: !entry.code.is_empty(),
            systems: systems(entry),
            code: entry.code.clone(),
            since: entry.since.clone(),
            periods: self.periods(entry),
            observed: entry.observed,
            faults: Vec::new(),
            kept: entry.source.and_then(|source| self.kept.get(source)).cloned().unwrap_or_default(),
            inward: before.is_some_and(|before| before.is() == Some(Kind::Group)),
            outward: entry.depth > 0,
            up: before.is_some(),
            down: after,
            focus: self.focus == Some(at),
            name,
        }
    }

    fn offers(&self, name: &str, at: usize, entry: &Entry) -> Vec<OfferRow> {
        let row = |(number, offer): (usize, &Offer)| OfferRow {
            name: format!("{name}.o{number}"),
            source: offer.source.map(|source| source.to_string()).unwrap_or_default(),
            code: offer.code.clone(),
            free: offer_code(entry, offer),
            points: offer.points.clone(),
            texts: texts(self.voice, &offer.words),
            at: entry.options.get(number).map(|_| format!("{at}.{number}")),
            first: number == 0,
        };
        entry.options.iter().chain([&Offer::default()]).enumerate().map(row).collect()
    }

    fn whens(&self, name: &str, at: usize, entry: &Entry) -> Vec<WhenRow> {
        let row = |(number, when): (usize, &Condition)| {
            let question = self.work.find(&when.question);
            let exists = ["exists", "absent"].contains(&when.operator.as_str());
            let answers = if exists { Vec::new() } else { question.map(|question| self.answers(question, when)).unwrap_or_default() };
            WhenRow {
                name: format!("{name}.w{number}"),
                source: when.source.map(|source| source.to_string()).unwrap_or_default(),
                questions: self.questions(at, when),
                operators: self.operators(question, when),
                typed: answers.is_empty() && question.is_some() && !exists,
                answers,
                answer: when.answer.clone(),
                at: entry.when.get(number).map(|_| format!("{at}.{number}")),
            }
        };
        entry.when.iter().chain([&Condition::default()]).enumerate().map(row).collect()
    }

    fn questions(&self, own: usize, when: &Condition) -> Vec<Pick> {
        let all = self.work.entries.iter().enumerate().filter(|(at, entry)| (entry.asks() && *at != own) || entry.link == when.question);
        let mut picks: Vec<Pick> = all.map(|(at, entry)| pick(&entry.link, self.called(at, entry), entry.link == when.question)).collect();
        if !when.question.is_empty() && !picks.iter().any(|pick| pick.chosen) {
            picks.push(pick(&when.question, when.question.clone(), true));
        }
        picks
    }

    fn operators(&self, question: Option<&Entry>, when: &Condition) -> Vec<Pick> {
        let ordered = question.is_some_and(|question| question.counts() || matches!(question.is(), Some(Kind::Date | Kind::DateTime | Kind::Time)));
        let codes = Operator::ALL.iter().map(|(code, _)| *code).chain(["absent"]);
        let fits = |code: &&str| ordered || ["=", "!=", "exists", "absent"].contains(code) || *code == when.operator;
        let order = |code: &&str| ["=", "!=", ">", ">=", "<", "<=", "exists", "absent"].iter().position(|known| known == code);
        let mut all: Vec<&str> = codes.filter(fits).collect();
        all.sort_by_key(order);
        let name = |code: &str| match code {
            "=" => "is",
            "!=" => "other",
            ">" => "more",
            ">=" => "least",
            "<" => "less",
            "<=" => "most",
            "exists" => "exists",
            _ => "absent",
        };
        all.into_iter().map(|code| pick(code, self.voice.t(&listed(rihla_web::key!("forms-op-*"), name(code))), code == when.operator)).collect()
    }

    fn answers(&self, question: &Entry, when: &Condition) -> Vec<Pick> {
        let mut all = match question.is() {
            Some(Kind::Boolean) => {
                vec![pick("true", self.voice.t("forms-yes"), when.answer == "true"), pick("false", self.voice.t("forms-no"), when.answer == "false")]
            }
            _ => question
                .options
                .iter()
                .map(|offer| {
                    let text = Some(offer.words.iter()).into_iter().flatten().any(|text| !text.is_empty());
                    let code = if offer.code.is_empty() && offer.source.is_some() { first(&offer.words) } else { offer_code(question, offer) };
                    let words = if text { said(&offer.words, self.voice.lang()) } else { code.clone() };
                    pick(&code, words, when.answer == code)
                })
                .collect(),
        };
        if !all.is_empty() && !all.iter().any(|pick| pick.chosen) {
            all.insert(0, pick(&when.answer, when.answer.clone(), true));
        }
        all
    }

    /// Questions whose options have points.
    fn sums(&self, own: &Entry) -> Vec<Pick> {
        let scored = |entry: &Entry| entry.options.iter().any(|offer| !offer.points.is_empty()) || own.summed.contains(&entry.link);
        let all = self.work.entries.iter().enumerate().filter(|(_, entry)| scored(entry));
        all.map(|(at, entry)| pick(&entry.link, self.called(at, entry), own.summed.contains(&entry.link))).collect()
    }

    fn periods(&self, entry: &Entry) -> Vec<Pick> {
        let own = if entry.period.is_empty() { "d" } else { entry.period.as_str() };
        let words = |code: &str| self.voice.t(&listed(rihla_web::key!("forms-period-*"), code));
        let mut all: Vec<Pick> = PERIODS.iter().map(|code| pick(code, words(code), *code == own)).collect();
        if !PERIODS.contains(&own) {
            all.push(pick(own, own.to_owned(), true));
        }
        all
    }
}

fn systems(entry: &Entry) -> Vec<Pick> {
    let mut all: Vec<Pick> = SYSTEMS.iter().take(2).map(|(url, name)| pick(url, (*name).to_owned(), *url == entry.system)).collect();
    if !entry.system.is_empty() && !all.iter().any(|pick| pick.chosen) {
        let name = SYSTEMS.iter().find(|(url, _)| *url == entry.system).map_or(entry.system.as_str(), |(_, name)| name);
        all.push(pick(&entry.system, name.to_owned(), true));
    }
    all
}

fn said(three: &Three, lang: Lang) -> String {
    let at = Lang::ALL.iter().position(|one| *one == lang).unwrap_or(0);
    three.get(at).filter(|text| !text.is_empty()).cloned().unwrap_or_else(|| first(three))
}

fn first(three: &Three) -> String {
    three.iter().find(|text| !text.is_empty()).cloned().unwrap_or_default()
}

/// Faults of the form as a whole, or of what the editor does not show.
pub fn of_whole(faults: &[rihla_questionnaire::Fault], work: &Work, voice: &Voice) -> Vec<Told> {
    told(faults, work, voice).into_iter().filter(|told| told.at.is_none()).collect()
}

/// Codes and names of elements, for reading beside Arabic too.
pub fn names(all: &[String]) -> Html {
    ltr(all.join(", "))
}
