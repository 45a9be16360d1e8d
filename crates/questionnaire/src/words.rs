//! A text of a form in the languages that it was written in.

use rihla_fhir::json::{Value, escape_into};
use rihla_fhir::view::{Look, translated};
use rihla_kernel::Lang;
use std::collections::BTreeMap;

const TRANSLATION: &str = "http://hl7.org/fhir/StructureDefinition/translation";

/// What was written, and its translations (<https://hl7.org/fhir/R4/extension-translation.html>).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Words {
    pub said: String,
    pub others: BTreeMap<Lang, String>,
}

impl Words {
    pub fn plain(said: &str) -> Self {
        Self { said: said.to_owned(), others: BTreeMap::new() }
    }

    /// The text `name` of an element, with what `_name` says of it.
    pub fn at(value: Value<'_>, name: &str) -> Self {
        let said = value.text(name).unwrap_or_default().trim().to_owned();
        let beside = format!("_{name}");
        let others = Lang::ALL.into_iter().filter_map(|lang| Some((lang, translated(value, &beside, lang)?.trim().to_owned()))).collect();
        Self { said, others }
    }

    /// In that language where it was translated; else as it was written.
    pub fn of(&self, lang: Lang) -> &str {
        self.others.get(&lang).map_or(self.said.as_str(), String::as_str)
    }

    pub fn is_empty(&self) -> bool {
        self.said.is_empty() && self.others.is_empty()
    }

    /// As members of an object, each with the comma before it.
    pub fn members(&self, name: &str) -> String {
        if self.is_empty() {
            return String::new();
        }
        let said = if self.said.is_empty() { String::new() } else { format!(r#","{name}":{}"#, quoted(&self.said)) };
        if self.others.is_empty() {
            return said;
        }
        let one = |(lang, text): (&Lang, &String)| {
            format!(
                r#"{{"url":"{TRANSLATION}","extension":[{{"url":"lang","valueCode":"{}"}},{{"url":"content","valueString":{}}}]}}"#,
                lang.tag(),
                quoted(text)
            )
        };
        let all: Vec<_> = self.others.iter().map(one).collect();
        format!(r#"{said},"_{name}":{{"extension":[{}]}}"#, all.join(","))
    }
}

/// A text as JSON, with its quotes.
pub fn quoted(text: &str) -> String {
    let mut out = Vec::with_capacity(text.len() + 2);
    escape_into(text, &mut out);
    String::from_utf8_lossy(&out).into_owned()
}
