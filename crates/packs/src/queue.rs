//! Who is called next at the desks: services, priorities, the rules of calling and of not coming, and the words of a call.

use crate::build::{code, names, names_at, provenance};
use crate::read::{Problem, Section};
use crate::{Names, Provenance};
use jiff::civil::Date;
use toml::Value;

/// Minutes, calls and places are small numbers: nothing waits for longer than a day.
const LONGEST: u16 = 1_440;
/// What stands for the number of a ticket, the desk, and how many stand before it.
const NUMBER: &str = "{number}";
const DESK: &str = "{desk}";
const AHEAD: &str = "{ahead}";

#[derive(Clone, Debug, Default)]
pub struct QueueRules {
    pub services: Vec<QueueService>,
    /// In the order in which they are called.
    pub priorities: Vec<QueuePriority>,
    pub pauses: Vec<QueuePause>,
    /// Minutes after which nobody who came later passes.
    pub overdue: u16,
    /// A message is sent when so many stand before a ticket.
    pub soon: u16,
    /// Fewer waits than this say nothing about the next one.
    pub enough: u16,
    /// Calls on a display.
    pub shown: u16,
    /// Seconds after which a kiosk goes back to its first page.
    pub idle: u16,
    pub no_show: NoShow,
    pub words: QueueWords,
    pub provenance: Option<Provenance>,
}

/// What somebody waits for.
#[derive(Clone, Debug)]
pub struct QueueService {
    pub code: String,
    /// Before the number of its tickets.
    pub letter: char,
    pub names: Names,
}

/// Why somebody is called before others.
#[derive(Clone, Debug)]
pub struct QueuePriority {
    pub code: String,
    pub names: Names,
    /// The patient says it at the kiosk; a clerk may say each.
    pub kiosk: bool,
    /// Passes whoever waits, also whoever has waited for long.
    pub always: bool,
    /// Completed years for which it holds by itself, both included.
    pub years_from: Option<u16>,
    pub years_to: Option<u16>,
    pub provenance: Provenance,
}

/// Why nobody is called to a desk for a while.
#[derive(Clone, Debug)]
pub struct QueuePause {
    pub code: String,
    pub names: Names,
}

/// When somebody who was called has not come.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoShow {
    pub calls: u16,
    /// Minutes between two calls that count, and after the last.
    pub minutes: u16,
    /// Whether whoever comes after all waits as if they had never been away.
    pub keeps_place: bool,
}

/// What is said aloud, and what is sent.
#[derive(Clone, Debug, Default)]
pub struct QueueWords {
    pub call: Names,
    pub soon: Names,
}

impl QueueRules {
    pub fn service(&self, code: &str) -> Option<&QueueService> {
        self.services.iter().find(|service| service.code == code)
    }

    pub fn pause(&self, code: &str) -> Option<&QueuePause> {
        self.pauses.iter().find(|pause| pause.code == code)
    }

    /// A priority that holds on a day, with its place among all: 0 is called first.
    pub fn priority(&self, code: &str, day: Date) -> Option<(usize, &QueuePriority)> {
        self.held(day).find(|(_, priority)| priority.code == code)
    }

    /// The priorities of a day, with their places.
    pub fn held(&self, day: Date) -> impl Iterator<Item = (usize, &QueuePriority)> {
        let holds = move |dates: &Provenance| dates.from.is_none_or(|from| from <= day) && dates.until.is_none_or(|until| day <= until);
        self.priorities.iter().enumerate().filter(move |(_, priority)| holds(&priority.provenance))
    }

    /// The first priority that somebody of so many completed years has by their age alone.
    pub fn of_age(&self, years: u16, day: Date) -> Option<&QueuePriority> {
        let suits = |one: &QueuePriority| {
            let bound = one.years_from.is_some() || one.years_to.is_some();
            bound && one.years_from.is_none_or(|from| years >= from) && one.years_to.is_none_or(|to| years <= to)
        };
        self.held(day).map(|(_, priority)| priority).find(|priority| suits(priority))
    }
}

/// Words with what is put in.
pub fn queue_words(words: &str, number: &str, desk: &str, ahead: usize) -> String {
    words.replace(NUMBER, number).replace(DESK, desk).replace(AHEAD, &ahead.to_string())
}

pub(crate) fn read(mut root: Section<'_>, languages: &[String], out: &mut Vec<Problem>) -> QueueRules {
    let mut rules = QueueRules { provenance: provenance(&mut root, out), ..QueueRules::default() };
    let mut count = |name: &'static str, out: &mut Vec<Problem>| root.need(name, "a small number, not below 1", some, out).unwrap_or_default();
    (rules.overdue, rules.soon, rules.enough) = (count("overdue", out), count("soon", out), count("enough", out));
    (rules.shown, rules.idle) = (count("shown", out), count("idle", out));
    if let Some(mut section) = root.section("no_show", out) {
        rules.no_show.calls = section.need("calls", "a small number, not below 1", some, out).unwrap_or_default();
        rules.no_show.minutes = section.need("minutes", "minutes", small, out).unwrap_or_default();
        rules.no_show.keeps_place = section.need("keeps_place", "true or false", Value::as_bool, out).unwrap_or_default();
        section.end(out);
    }
    if let Some(section) = root.section("words", out) {
        rules.words = words(section, languages, out);
    }
    services(&mut root, &mut rules, languages, out);
    for mut row in root.list("priority", out) {
        if let Some(priority) = priority(&mut row, languages, out) {
            if rules.priorities.iter().any(|other| other.code == priority.code) {
                row.fault("code", "another priority has this code", out);
            }
            rules.priorities.push(priority);
        }
        row.end(out);
    }
    for mut row in root.list("pause", out) {
        let (code, names) = (code(&mut row, "code", out), names(&mut row, languages, out));
        if rules.pauses.iter().any(|other| Some(&other.code) == code.as_ref()) {
            row.fault("code", "another pause has this code", out);
        }
        row.end(out);
        rules.pauses.extend(code.map(|code| QueuePause { code, names }));
    }
    root.end(out);
    rules
}

fn services(root: &mut Section<'_>, rules: &mut QueueRules, languages: &[String], out: &mut Vec<Problem>) {
    for mut row in root.list("service", out) {
        let (code, names) = (code(&mut row, "code", out), names(&mut row, languages, out));
        let letter = |value: &Value| value.as_str().filter(|text| text.len() == 1)?.chars().next().filter(char::is_ascii_uppercase);
        let letter = row.need("letter", "one capital letter", letter, out);
        for known in &rules.services {
            if Some(&known.code) == code.as_ref() {
                row.fault("code", "another service has this code", out);
            }
            if Some(known.letter) == letter {
                row.fault("letter", "the tickets of another service have this letter", out);
            }
        }
        row.end(out);
        rules.services.extend(code.zip(letter).map(|(code, letter)| QueueService { code, letter, names }));
    }
}

fn priority(row: &mut Section<'_>, languages: &[String], out: &mut Vec<Problem>) -> Option<QueuePriority> {
    let (code, names) = (code(row, "code", out), names(row, languages, out));
    let kiosk = row.need("kiosk", "true or false", Value::as_bool, out);
    let always = row.need("always", "true or false", Value::as_bool, out);
    // What passes everybody is for somebody of the house to say.
    if kiosk == Some(true) && always == Some(true) {
        row.fault("always", "what patients say themselves does not pass everybody", out);
    }
    let years_from = row.may("years_from", "a number of years", small, out);
    let years_to = row.may("years_to", "a number of years", small, out);
    if years_from.zip(years_to).is_some_and(|(from, to)| from > to) {
        row.fault("years_to", "lies before the first year", out);
    }
    let provenance = provenance(row, out);
    Some(QueuePriority { code: code?, names, kiosk: kiosk?, always: always?, years_from, years_to, provenance: provenance? })
}

fn words(mut section: Section<'_>, languages: &[String], out: &mut Vec<Problem>) -> QueueWords {
    let call = named(&mut section, "call", &[NUMBER, DESK], languages, out);
    let soon = named(&mut section, "soon", &[NUMBER, AHEAD], languages, out);
    section.end(out);
    QueueWords { call, soon }
}

/// Words that have to name something.
fn named(section: &mut Section<'_>, key: &'static str, held: &[&str], languages: &[String], out: &mut Vec<Problem>) -> Names {
    let found = names_at(section, key, languages, out);
    for (language, text) in &found {
        if let Some(missing) = held.iter().find(|wanted| !text.contains(*wanted)) {
            section.fault(key, format!("{language}: {missing} is missing"), out);
        }
    }
    found
}

fn small(value: &Value) -> Option<u16> {
    value.as_integer().and_then(|number| u16::try_from(number).ok()).filter(|number| *number <= LONGEST)
}

fn some(value: &Value) -> Option<u16> {
    small(value).filter(|number| *number > 0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    const FILE: &str = r#"
overdue = 30
soon = 2
enough = 8
shown = 6
idle = 60
no_show = { calls = 3, minutes = 1, keeps_place = false }
words = { call = { fr = "{number} {desk}" }, soon = { fr = "{number} {ahead}" } }
provenance = { source = "s", validator = "" }
service = [{ code = "cashier", letter = "R", names = { fr = "Caisse" } }, { code = "pharmacy", letter = "M", names = { fr = "Pharmacie" } }]
pause = [{ code = "break", names = { fr = "Pause" } }]
[[priority]]
code = "first"
kiosk = false
always = true
names = { fr = "Urgence" }
provenance = { source = "s", from = 2026-01-01, until = 2026-06-30, validator = "" }
[[priority]]
code = "old"
kiosk = true
always = false
years_from = 70
names = { fr = "Âge" }
provenance = { source = "s", from = 2026-02-01, validator = "" }
"#;

    fn parsed(text: &str) -> (QueueRules, Vec<String>) {
        let table = text.parse().expect("a table");
        let mut out = Vec::new();
        let rules = read(Section::root("queue.toml", &table), &["fr".to_owned()], &mut out);
        (rules, out.iter().map(Problem::to_string).collect())
    }

    /// QUE-1
    #[test]
    fn a_priority_holds_on_its_days_and_for_its_years() {
        let (rules, problems) = parsed(FILE);
        assert_eq!(problems, [""; 0]);
        let codes = |day| rules.held(day).map(|(at, one)| (at, one.code.as_str())).collect::<Vec<_>>();
        assert_eq!(codes(date(2026, 1, 1)), [(0, "first")]);
        assert_eq!(codes(date(2026, 3, 1)), [(0, "first"), (1, "old")]);
        assert_eq!(codes(date(2026, 7, 1)), [(1, "old")]);
        let of_age = |years, day| rules.of_age(years, day).map(|one| one.code.as_str());
        assert_eq!([of_age(69, date(2026, 3, 1)), of_age(70, date(2026, 3, 1)), of_age(70, date(2026, 1, 1))], [None, Some("old"), None]);
        assert_eq!(queue_words("{number} : {desk}, {ahead}", "A 12", "Caisse 1", 2), "A 12 : Caisse 1, 2");
    }

    /// QUE-1
    #[test]
    fn what_is_wrong_is_said_with_its_key() {
        for (from, to, said) in [
            ("overdue = 30", "overdue = 0", "overdue: a small number"),
            ("soon = 2", "soon = -1", "soon: a small number"),
            ("idle = 60", "idle = 2000", "idle: a small number"),
            ("calls = 3", "calls = 0", "no_show.calls: a small number"),
            ("keeps_place = false", "keeps_place = 1", "no_show.keeps_place: true or false"),
            ("\"{number} {desk}\"", "\"{number}\"", "words.call: fr: {desk} is missing"),
            ("\"{number} {ahead}\"", "\"{ahead}\"", "words.soon: fr: {number} is missing"),
            ("letter = \"M\"", "letter = \"R\"", "service[1].letter: the tickets of another"),
            ("letter = \"M\"", "letter = \"MM\"", "service[1].letter: one capital letter"),
            ("\"pharmacy\"", "\"cashier\"", "service[1].code: another service"),
            ("kiosk = false", "kiosk = true", "priority[0].always: what patients say"),
            ("code = \"old\"", "code = \"first\"", "priority[1].code: another priority"),
            ("years_from = 70", "years_from = 70\nyears_to = 3", "priority[1].years_to: lies before"),
            ("names = { fr = \"Caisse\" }", "names = { en = \"Cashier\" }", "service[0].names"),
        ] {
            let (_, problems) = parsed(&FILE.replacen(from, to, 1));
            assert!(problems.iter().any(|problem| problem.contains(said)), "{said}: {problems:?}");
        }
    }

    /// QUE-1: what the program carries.
    #[test]
    fn no_patient_says_of_themselves_what_passes_everybody() {
        let pack = crate::Pack::built_in("ma").expect("there").expect("sound");
        let services: Vec<_> = pack.queue.services.iter().map(|service| service.code.as_str()).collect();
        assert_eq!(services, ["registration", "consultation", "sampling", "pharmacy", "cashier"]);
        assert!(pack.queue.priorities.iter().any(|one| one.always) && pack.queue.priorities.iter().all(|one| !(one.always && one.kiosk)));
    }
}
