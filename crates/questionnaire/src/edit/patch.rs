//! A JSON object of which some members are put in the place of those of the same names; the others stay, by the byte.

use crate::words::{Words, quoted};
use rihla_fhir::json::{Edits, Value, minify_into};
use rihla_fhir::view::Look;
use rihla_kernel::Lang;

const TRANSLATION: &str = "http://hl7.org/fhir/StructureDefinition/translation";

/// Members in their order, each as JSON.
#[derive(Clone, Debug, Default)]
pub struct Patch(Vec<(String, String)>);

pub(crate) fn written(value: Value<'_>) -> String {
    let mut out = Vec::new();
    minify_into(value, &Edits::default(), &mut out);
    String::from_utf8_lossy(&out).into_owned()
}

impl Patch {
    pub fn of(value: Value<'_>) -> Self {
        Self(value.members().map(|member| (member.key().into_owned(), written(member.value))).collect())
    }

    /// In its place where it was there, else at the end; none: taken away.
    pub fn set(&mut self, name: &str, json: Option<String>) {
        match (self.0.iter().position(|(known, _)| known == name), json) {
            (Some(at), Some(json)) => {
                if let Some(member) = self.0.get_mut(at) {
                    member.1 = json;
                }
            }
            (Some(at), None) => {
                self.0.remove(at);
            }
            (None, Some(json)) => self.0.push((name.to_owned(), json)),
            (None, None) => {}
        }
    }

    pub fn set_text(&mut self, name: &str, text: &str) {
        self.set(name, Some(text).filter(|text| !text.is_empty()).map(quoted));
    }

    /// A list without what `of` says of each; with more at its end. An empty list is no JSON of FHIR.
    fn list(&mut self, name: &str, base: Option<Value<'_>>, drops: impl Fn(Value<'_>) -> bool, more: Vec<String>) {
        let kept = base.and_then(|base| base.get(name)).map(|list| list.items().filter(|one| !drops(*one)).map(written).collect::<Vec<_>>());
        let all: Vec<String> = kept.unwrap_or_default().into_iter().chain(more).collect();
        self.set(name, (!all.is_empty()).then(|| format!("[{}]", all.join(","))));
    }

    /// One extension in the place of those of its address; the others stay.
    pub fn extension(&mut self, url: &str, json: Option<String>) {
        let text = self.0.iter().find(|(known, _)| known == "extension").map_or_else(|| "[]".to_owned(), |(_, json)| json.clone());
        let text = format!(r#"{{"extension":{text}}}"#);
        let Ok(doc) = rihla_fhir::json::parse(text.as_bytes(), &rihla_fhir::json::Limits::default()) else { return };
        self.list("extension", Some(doc.root()), |one| one.text("url").as_deref() == Some(url), json.into_iter().collect());
    }

    /// A text with its translations; translations into languages that are not ours stay.
    pub fn words(&mut self, base: Option<Value<'_>>, name: &str, words: &Words) {
        self.set_text(name, &words.said);
        let beside = format!("_{name}");
        let ours = |one: Value<'_>| {
            let lang = one.extensions("", "lang").first().and_then(|part| part.text("valueCode").and_then(|tag| Lang::from_tag(&tag)));
            one.text("url").as_deref() == Some(TRANSLATION) && lang.is_some()
        };
        let before = base.and_then(|base| base.get(&beside));
        let mut inner = before.map(Self::of).unwrap_or_default();
        let translation = |(lang, text): (&Lang, &String)| {
            format!(
                r#"{{"url":"{TRANSLATION}","extension":[{{"url":"lang","valueCode":"{}"}},{{"url":"content","valueString":{}}}]}}"#,
                lang.tag(),
                quoted(text)
            )
        };
        inner.list("extension", before, ours, words.others.iter().map(translation).collect());
        self.set(&beside, (!inner.0.is_empty()).then(|| inner.json()));
    }

    pub fn json(&self) -> String {
        let all: Vec<_> = self.0.iter().map(|(name, json)| format!("{}:{json}", quoted(name))).collect();
        format!("{{{}}}", all.join(","))
    }
}
