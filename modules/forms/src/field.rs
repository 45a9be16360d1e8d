//! A form as the page shows it: one line a question, in the order of the form.

use crate::known::Last;
use jiff::Timestamp;
use rihla_questionnaire::{Answer, Evaluated, Form, Item, Key, Kind, Number, Part, Reply, Why, text_of};
use rihla_web::text::{Html, Voice, auto};
use std::collections::BTreeMap;

/// More options than these are a list to be opened.
const RADIOS: usize = 8;

/// An answer that is offered.
pub struct Offered {
    /// The name of its field: each of several that may be chosen has its own.
    pub name: String,
    pub value: String,
    pub words: String,
    pub chosen: bool,
}

/// What stands on one line of the page.
#[derive(Default)]
pub struct Line {
    /// `heading`, `display`, `add`, `fixed`, `kept`, `none`, or what is typed into: `text`, `area`, `number`, `date`,
    /// `datetime-local`, `time`, `url`, `radio`, `select`, `checks`.
    pub control: &'static str,
    /// How deep it lies: 0 for the outermost.
    pub depth: usize,
    pub name: String,
    pub label: String,
    pub required: bool,
    /// As it was typed, or as the field wants it.
    pub value: String,
    /// As it is read.
    pub said: Html,
    pub offered: Vec<Offered>,
    /// The field for another answer than those offered, and what stands in it.
    pub open: Option<(String, String)>,
    pub units: Vec<Offered>,
    pub unit: String,
    /// How many rows are shown, for what repeats: the field and the number.
    pub rows: Option<(String, u16)>,
    pub longest: usize,
    pub wrong: Option<String>,
    /// When it was observed, where it was taken over.
    pub taken: Option<String>,
}

pub struct Lines<'l> {
    pub voice: &'l Voice,
    pub form: &'l Form,
    pub last: &'l BTreeMap<usize, Last>,
    /// Whether what is missing or wrong is said.
    pub judged: bool,
}

impl Lines<'_> {
    pub fn of(&self, evaluated: &Evaluated) -> Vec<Line> {
        let mut out = Vec::new();
        self.parts(&evaluated.parts, 0, &mut out);
        out
    }

    fn parts(&self, parts: &[Part], depth: usize, out: &mut Vec<Line>) {
        for part in parts {
            let Some(item) = self.form.item(part.item) else { continue };
            if item.hidden {
                self.kept(part, out);
                continue;
            }
            match item.kind {
                Kind::Display => out.push(Line { control: "display", depth, label: self.label(item), ..Line::default() }),
                Kind::Group => {
                    let missing = (self.judged && part.missing).then(|| self.voice.t("forms-wrong-missing"));
                    let (name, label) = (part.key.name('q'), self.numbered(item, part.key.row(), part.rows));
                    if !label.is_empty() || missing.is_some() {
                        out.push(Line { control: "heading", depth, name, label, wrong: missing, required: item.required, ..Line::default() });
                    }
                    self.parts(&part.parts, depth + 1, out);
                    self.more(item, part, part.key.row() + 1 == part.rows, depth, out);
                }
                _ => self.question(item, part, depth, out),
            }
        }
    }

    /// What is never shown goes with the page all the same.
    fn kept(&self, part: &Part, out: &mut Vec<Line>) {
        let Some(item) = self.form.item(part.item) else { return };
        for reply in &part.replies {
            out.push(Line { control: "kept", name: reply.key.name('q'), value: self.typed(item, reply), ..Line::default() });
            reply.parts.iter().for_each(|part| self.kept(part, out));
        }
        part.parts.iter().for_each(|part| self.kept(part, out));
    }

    fn question(&self, item: &Item, part: &Part, depth: usize, out: &mut Vec<Line>) {
        let missing = (self.judged && part.missing).then(|| self.voice.t("forms-wrong-missing"));
        if item.repeats && !item.options.is_empty() {
            out.push(self.checks(item, part, depth, missing));
            for reply in &part.replies {
                self.parts(&reply.parts, depth + 1, out);
            }
            return;
        }
        for (at, reply) in part.replies.iter().enumerate() {
            let label = self.numbered(item, reply.key.row(), part.rows);
            let wrong = reply.wrong.as_ref().filter(|_| self.judged || !reply.typed.is_empty()).map(|why| self.why(why));
            let mut line = self.line(item, reply, depth);
            line.label = label;
            line.wrong = wrong.or_else(|| missing.clone().filter(|_| at == 0));
            line.required = item.required && at == 0;
            out.push(line);
            self.parts(&reply.parts, depth + 1, out);
        }
        self.more(item, part, true, depth, out);
    }

    /// One more row of what repeats.
    fn more(&self, item: &Item, part: &Part, is_last: bool, depth: usize, out: &mut Vec<Line>) {
        if !item.repeats || !is_last {
            return;
        }
        let first = Key::new(part.key.context(), part.item, 0);
        let label = self.voice.ta("forms-add", &[("what", self.label(item))]);
        out.push(Line { control: "add", depth, name: first.name('q'), label, rows: Some((first.name('n'), part.rows)), ..Line::default() });
    }

    fn label(&self, item: &Item) -> String {
        let lang = self.voice.lang();
        format!("{} {}", item.prefix.of(lang), item.text.of(lang)).trim().to_owned()
    }

    fn numbered(&self, item: &Item, row: u16, rows: u16) -> String {
        let label = self.label(item);
        if item.repeats && rows > 1 { format!("{label} ({})", row + 1).trim().to_owned() } else { label }
    }

    fn line(&self, item: &Item, reply: &Reply, depth: usize) -> Line {
        let value = self.typed(item, reply);
        let said = reply.answer.as_ref().map(|answer| said(self.voice, answer)).unwrap_or_default();
        let name = reply.key.name('q');
        let longest = item.max_length.unwrap_or(rihla_questionnaire::LONGEST);
        let mut line = Line { depth, value, said, longest, taken: self.taken(item, reply), ..Line::default() };
        line.unit = item.units.first().map(|unit| unit_of(unit, self.voice)).unwrap_or_default();
        line.control = if item.calculated.is_some() || item.read_only { "fixed" } else { control(item) };
        if item.kind == Kind::Boolean && line.control == "radio" {
            let words = [("true", self.voice.t("forms-yes")), ("false", self.voice.t("forms-no"))];
            line.offered = words.into_iter().map(|(value, words)| offered(&name, value, words, line.value == value)).collect();
        } else {
            let options = item.options.iter().enumerate();
            line.offered =
                options.map(|(at, option)| offered(&name, &format!("o{at}"), words(self.voice, &option.answer), line.value == format!("o{at}"))).collect();
        }
        if item.kind == Kind::OpenChoice && !item.options.is_empty() {
            let own = reply.answer.as_ref().filter(|answer| !item.options.iter().any(|option| option.answer.same(answer)));
            line.open = Some((reply.key.name('t'), own.map(text_of).unwrap_or_default()));
        }
        if item.kind == Kind::Quantity && item.units.len() > 1 {
            let chosen = match &reply.answer {
                Some(Answer::Quantity(quantity)) => item.units.iter().position(|unit| *unit == quantity.unit).unwrap_or(0),
                _ => 0,
            };
            let unit_name = reply.key.name('u');
            line.units =
                item.units.iter().enumerate().map(|(at, unit)| offered(&unit_name, &at.to_string(), unit_of(unit, self.voice), at == chosen)).collect();
        }
        line.name = name;
        line
    }

    fn checks(&self, item: &Item, part: &Part, depth: usize, missing: Option<String>) -> Line {
        let chosen = |at: usize| part.replies.iter().any(|reply| usize::from(reply.key.row()) == at && reply.answer.is_some());
        let key = |at: usize| Key::new(part.key.context(), part.item, u16::try_from(at).unwrap_or(u16::MAX));
        let options = item.options.iter().enumerate();
        let offered = options.map(|(at, option)| offered(&key(at).name('q'), &format!("o{at}"), words(self.voice, &option.answer), chosen(at))).collect();
        let other = part.replies.iter().find(|reply| usize::from(reply.key.row()) == item.options.len());
        let open = (item.kind == Kind::OpenChoice)
            .then(|| (key(item.options.len()).name('t'), other.and_then(|reply| reply.answer.as_ref()).map(text_of).unwrap_or_default()));
        let all: Vec<_> = part.replies.iter().filter_map(|reply| reply.answer.as_ref()).map(|answer| words(self.voice, answer)).collect();
        let wrong = missing.or_else(|| part.replies.iter().find_map(|reply| reply.wrong.as_ref()).filter(|_| self.judged).map(|why| self.why(why)));
        let control = if item.read_only { "fixed" } else { "checks" };
        let (name, longest) = (part.key.name('q'), item.max_length.unwrap_or(rihla_questionnaire::LONGEST));
        Line {
            control,
            depth,
            name,
            label: self.label(item),
            required: item.required,
            said: auto(all.join(" · ")),
            offered,
            open,
            wrong,
            longest,
            ..Line::default()
        }
    }

    fn taken(&self, item: &Item, reply: &Reply) -> Option<String> {
        let last = self.last.get(&reply.key.item())?;
        let same = reply.answer.as_ref()?.same(&last.answer) || reply.answer.as_ref()?.number().is_some_and(|number| last.answer.number() == Some(number));
        (same && item.calculated.is_none()).then(|| self.voice.ta("forms-taken", &[("at", self.voice.date_time(last.at.as_str()))]))
    }

    /// As the field wants it.
    fn typed(&self, item: &Item, reply: &Reply) -> String {
        if !reply.typed.is_empty() {
            return reply.typed.clone();
        }
        let Some(answer) = &reply.answer else { return String::new() };
        if let Some(at) = item.options.iter().position(|option| option.answer.same(answer)) {
            return format!("o{at}");
        }
        match answer {
            Answer::Quantity(quantity) => quantity.value.to_string(),
            Answer::Time(text) => text.chars().take("00:00".len()).collect(),
            Answer::DateTime(text) => {
                text.parse::<Timestamp>().map_or_else(|_| text.clone(), |at| at.to_zoned(self.voice.zone().clone()).strftime("%Y-%m-%dT%H:%M").to_string())
            }
            other => text_of(other),
        }
    }

    pub fn why(&self, why: &Why) -> String {
        let voice = self.voice;
        let put = |key: &str, name: &str, value: String| voice.ta(key, &[(name, value)]);
        match why {
            Why::NotNumber => voice.t("forms-wrong-number"),
            Why::NotWhole => voice.t("forms-wrong-whole"),
            Why::NotDate => voice.t("forms-wrong-date"),
            Why::NotTime => voice.t("forms-wrong-time"),
            Why::NotUri => voice.t("forms-wrong-address"),
            Why::NotOption => voice.t("forms-wrong-option"),
            Why::Long(most) => put("forms-wrong-long", "most", most.to_string()),
            Why::Pattern => voice.t("forms-wrong-pattern"),
            Why::Below(least) => put("forms-wrong-below", "least", words(voice, least)),
            Why::Above(most) => put("forms-wrong-above", "most", words(voice, most)),
            Why::Missing => voice.t("forms-wrong-missing"),
        }
    }
}

fn offered(name: &str, value: &str, words: String, chosen: bool) -> Offered {
    Offered { name: name.to_owned(), value: value.to_owned(), words, chosen }
}

fn unit_of(unit: &rihla_questionnaire::Coding, voice: &Voice) -> String {
    let words = unit.display.of(voice.lang());
    if words.is_empty() { unit.code.clone() } else { words.to_owned() }
}

fn control(item: &Item) -> &'static str {
    if !item.options.is_empty() {
        return if item.options.len() > RADIOS { "select" } else { "radio" };
    }
    match item.kind {
        Kind::Boolean => "radio",
        Kind::Decimal | Kind::Integer | Kind::Quantity => "number",
        Kind::Date => "date",
        Kind::DateTime => "datetime-local",
        Kind::Time => "time",
        Kind::Url => "url",
        Kind::Text => "area",
        Kind::Attachment => "none",
        _ => "text",
    }
}

/// An answer in words, without markup.
pub fn words(voice: &Voice, answer: &Answer) -> String {
    let number = |number: &Number| voice.number(&number.to_string());
    match answer {
        Answer::Boolean(true) => voice.t("forms-yes"),
        Answer::Boolean(false) => voice.t("forms-no"),
        Answer::Decimal(value) | Answer::Integer(value) => number(value),
        Answer::Quantity(quantity) => format!("{} {}", number(&quantity.value), unit_of(&quantity.unit, voice)).trim().to_owned(),
        Answer::Coding(coding) => Some(coding.display.of(voice.lang())).filter(|words| !words.is_empty()).unwrap_or(&coding.code).to_owned(),
        Answer::Date(text) | Answer::DateTime(text) => voice.date_time(text.as_str()),
        Answer::Time(text) => text.chars().take("00:00".len()).collect(),
        other => text_of(other),
    }
}

/// An answer as it is read.
pub fn said(voice: &Voice, answer: &Answer) -> Html {
    auto(words(voice, answer))
}
