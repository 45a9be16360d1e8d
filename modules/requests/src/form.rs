//! What is typed into an order: things that are asked for, answers, how soon, why.

use crate::whose::{Whose, orderables};
use jiff::civil::DateTime;
use rihla_clinical::request::{REASON, line};
use rihla_kernel::Instant;
use rihla_packs::{Orderable, Priority};
use rihla_terminology::Index;
use rihla_web::text::{Html, Voice, auto};
use rihla_web::{Allergies, Draft, Refusal};
use std::collections::BTreeMap;

/// Things that are asked for at once.
pub const MOST: usize = 12;
/// Things that answer to what is typed.
const OFFERED: usize = 8;
/// Why something is asked for although nobody knows of allergies.
pub const OVERRIDES: [&str; 3] = ["vital", "unable", "none-to-give"];

/// The fields of a form by their names.
#[derive(Clone, Debug, Default)]
pub struct Typed(BTreeMap<String, String>);

/// An answer that is offered.
pub struct Answer {
    pub code: String,
    pub words: String,
    pub chosen: bool,
}

/// A question about something that is asked for.
pub struct Question {
    pub id: String,
    pub words: String,
    pub answers: Vec<Answer>,
    pub wrong: Option<String>,
}

/// Something that can be asked for, as the page offers it.
pub struct Choice {
    pub id: String,
    pub words: Html,
    pub kind: String,
    pub specimen: Html,
    pub chosen: bool,
    pub questions: Vec<Question>,
    /// The same is open already: since when.
    pub again: Option<String>,
}

/// A date with a time of day, as a field of a form gives it.
pub fn time_of(voice: &Voice, typed: &str) -> Option<Instant> {
    let civil: DateTime = typed.trim().parse().ok()?;
    Some(Instant(civil.to_zoned(voice.zone().clone()).ok()?.timestamp().as_millisecond()))
}

fn field_of(one: &Orderable) -> String {
    format!("o-{}", one.code)
}

fn answer_of(one: &Orderable, ask: &str) -> String {
    format!("a-{}-{ask}", one.code)
}

impl Typed {
    pub fn of(fields: BTreeMap<String, String>) -> Self {
        Self(fields)
    }

    pub fn of_draft(whose: &Whose, draft: &Draft) -> Self {
        let mut names: Vec<String> = ["q", "priority", "reason", "wanted", "override"].map(str::to_owned).into();
        for one in orderables(&whose.desk) {
            names.push(field_of(one));
            names.extend(one.asks.iter().map(|ask| answer_of(one, ask)));
        }
        Self(names.into_iter().map(|name| (name.clone(), draft.field(&name).to_owned())).filter(|(_, value)| !value.is_empty()).collect())
    }

    /// A form that begins with a list of things.
    pub fn of_set(list: &[String]) -> Self {
        Self(list.iter().map(|code| (format!("o-{code}"), "1".to_owned())).collect())
    }

    pub fn field(&self, name: &str) -> &str {
        self.0.get(name).map_or("", String::as_str)
    }

    pub fn reason(&self) -> String {
        line(self.field("reason"))
    }

    pub fn priority(&self) -> Priority {
        Priority::of(self.field("priority")).unwrap_or(Priority::Routine)
    }

    /// What is asked for, in the order of the catalogue.
    pub fn chosen<'w>(&self, whose: &'w Whose) -> Vec<&'w Orderable> {
        orderables(&whose.desk).into_iter().filter(|one| !self.field(&field_of(one)).is_empty()).collect()
    }

    /// Codes of questions with those of answers.
    pub fn answers(&self, whose: &Whose, one: &Orderable) -> Vec<(String, String)> {
        let said = |ask: &String| {
            let typed = self.field(&answer_of(one, ask));
            let known = whose.catalogue().ask(ask)?.answers.iter().find(|(code, _)| code == typed)?;
            Some((ask.clone(), known.0.clone()))
        };
        one.asks.iter().filter_map(said).collect()
    }

    /// When it is wanted. `Err`: the key of what is wrong with it.
    pub fn wanted(&self, whose: &Whose) -> Result<Option<Instant>, &'static str> {
        let typed = self.field("wanted").trim();
        if typed.is_empty() {
            return Ok(None);
        }
        let at = time_of(whose.voice(), typed).ok_or(rihla_web::key!("requests-wrong-time"))?;
        if at < whose.voice().now() { Err(rihla_web::key!("requests-wrong-past")) } else { Ok(Some(at)) }
    }

    /// Whether nobody has said yet what the patient is allergic to.
    pub fn is_unknown(whose: &Whose) -> bool {
        matches!(whose.banner.allergies, Allergies::NotAsked | Allergies::Hidden)
    }

    /// What is wrong, by the name of the field, with the key of its words.
    pub fn faults(&self, whose: &Whose) -> Vec<(String, &'static str)> {
        let mut faults = Vec::new();
        let chosen = self.chosen(whose);
        if chosen.is_empty() {
            faults.push(("q".to_owned(), rihla_web::key!("requests-wrong-nothing")));
        }
        if chosen.len() > MOST {
            faults.push(("q".to_owned(), rihla_web::key!("requests-wrong-many")));
        }
        for one in &chosen {
            let said = self.answers(whose, one);
            let open = one.asks.iter().filter(|ask| !said.iter().any(|(known, _)| known == *ask));
            faults.extend(open.map(|ask| (answer_of(one, ask), rihla_web::key!("requests-wrong-answer"))));
        }
        let reason = self.reason();
        if (reason.is_empty() && chosen.iter().any(|one| one.reason)) || reason.chars().count() > REASON {
            faults.push(("reason".to_owned(), rihla_web::key!("requests-wrong-reason")));
        }
        if let Err(key) = self.wanted(whose) {
            faults.push(("wanted".to_owned(), key));
        }
        if Self::is_unknown(whose) && !OVERRIDES.contains(&self.field("override")) {
            faults.push(("override".to_owned(), rihla_web::key!("requests-wrong-allergies")));
        }
        faults
    }

    /// What is chosen, then what answers to what is typed; and whether there is more.
    pub fn choices(&self, whose: &Whose, faults: &[(String, &'static str)]) -> Result<(Vec<Choice>, bool), Refusal> {
        let all = orderables(&whose.desk);
        let texts = |one: &&Orderable| one.names.values().chain(&one.also).chain(&one.loinc).cloned().collect::<Vec<String>>();
        let (found, more) = Index::of(all.iter().map(texts)).find(self.field("q"), OFFERED);
        let open = crate::again::open(whose)?;
        let chosen = self.chosen(whose);
        let found = found.into_iter().filter_map(|at| all.get(at).copied()).filter(|one| !chosen.iter().any(|known| known.code == one.code));
        let offered: Vec<&Orderable> = chosen.iter().copied().chain(found).collect();
        let choice = |one: &Orderable| Choice {
            id: field_of(one),
            words: auto(whose.desk.named(&one.names)),
            kind: crate::whose::kind_of(&whose.desk, &one.kind),
            specimen: one.specimen.as_ref().map(|names| auto(whose.desk.named(names))).unwrap_or_default(),
            chosen: chosen.iter().any(|known| known.code == one.code),
            questions: self.questions(whose, one, faults),
            again: open.iter().find(|(code, _)| *code == one.code).map(|(_, since)| since.clone()),
        };
        Ok((offered.into_iter().map(choice).collect(), more))
    }

    fn questions(&self, whose: &Whose, one: &Orderable, faults: &[(String, &'static str)]) -> Vec<Question> {
        if self.field(&field_of(one)).is_empty() {
            return Vec::new();
        }
        let question = |ask: &String| {
            let known = whose.catalogue().ask(ask)?;
            let id = answer_of(one, ask);
            let said = self.field(&id);
            let answers =
                known.answers.iter().map(|(code, names)| Answer { code: code.clone(), words: whose.desk.named(names).into_owned(), chosen: code == said });
            let wrong = faults.iter().find(|(name, _)| *name == id).map(|(_, key)| whose.voice().t(key));
            Some(Question { words: whose.desk.named(&known.names).into_owned(), answers: answers.collect(), wrong, id })
        };
        one.asks.iter().filter_map(question).collect()
    }
}
