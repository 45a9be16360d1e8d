//! CodeableConcept and Coding (<https://hl7.org/fhir/R4/datatypes.html#CodeableConcept>).

use super::Look;
use crate::json::Value;
use rihla_kernel::Lang;
use std::borrow::Cow;

/// Says the same in another language (<https://hl7.org/fhir/R4/extension-translation.html>).
const TRANSLATION: &str = "http://hl7.org/fhir/StructureDefinition/translation";

/// A CodeableConcept, or a Coding.
#[derive(Clone, Copy, Debug)]
pub struct Concept<'a>(pub Value<'a>);

impl<'a> Concept<'a> {
    /// The concept at a path of a resource.
    pub fn at(value: Value<'a>, path: &str) -> Option<Self> {
        value.at(path).map(Self)
    }

    /// Words for a reader of that language; else what the author wrote; else a display; else a code.
    pub fn words(&self, lang: Lang) -> Option<Cow<'a, str>> {
        let codings: Vec<Value<'a>> = self.codings().collect();
        let said = |text: Option<Cow<'a, str>>| text.filter(|text| !text.trim().is_empty());
        said(translated(self.0, "_text", lang))
            .or_else(|| codings.iter().find_map(|coding| said(translated(*coding, "_display", lang))))
            .or_else(|| said(self.0.text("text")))
            .or_else(|| codings.iter().find_map(|coding| said(coding.text("display"))))
            .or_else(|| codings.iter().find_map(|coding| said(coding.text("code"))))
    }

    pub fn codings(&self) -> impl Iterator<Item = Value<'a>> + use<'a> {
        let own = self.0.get("code").is_some().then_some(self.0);
        own.into_iter().chain(self.0.get("coding").into_iter().flat_map(|codings| codings.each()))
    }

    /// The code in a system.
    pub fn code(&self, system: &str) -> Option<Cow<'a, str>> {
        self.codings().find(|coding| coding.text("system").as_deref() == Some(system))?.text("code")
    }

    /// The first code, whatever its system.
    pub fn any_code(&self) -> Option<Cow<'a, str>> {
        self.codings().find_map(|coding| coding.text("code"))
    }

    pub fn has_code(&self, code: &str) -> bool {
        self.codings().any(|coding| coding.text("code").as_deref() == Some(code))
    }
}

/// What the member beside a text, `_name` beside `name`, says of it in that language.
pub fn translated<'a>(value: Value<'a>, beside: &str, lang: Lang) -> Option<Cow<'a, str>> {
    let wanted = |extension: &Value<'a>| {
        let parts = extension.all("extension");
        let part = |url: &str| parts.iter().find(|part| part.text("url").as_deref() == Some(url)).copied();
        let tag = part("lang")?.text("valueCode")?;
        if Lang::from_tag(&tag) != Some(lang) {
            return None;
        }
        part("content").and_then(|content| content.text("valueString").or_else(|| content.text("valueMarkdown")))
    };
    value.extensions(beside, TRANSLATION).iter().find_map(wanted)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::{Limits, parse};

    #[test]
    fn the_readers_language_first_then_what_was_written() {
        let text = r#"{"code":{"coding":[{"system":"s","code":"c","display":"Fever","_display":{"extension":[{
            "url":"http://hl7.org/fhir/StructureDefinition/translation","extension":[{"url":"lang","valueCode":"ar"},{"url":"content","valueString":"حمى"}]}]}}],
            "text":"Fièvre"},"bare":{"coding":[{"code":"x"}]}}"#;
        let doc = parse(text.as_bytes(), &Limits::default()).expect("json");
        let concept = Concept::at(doc.root(), "code").expect("a concept");
        assert_eq!(concept.words(Lang::Arabic).as_deref(), Some("حمى"));
        assert_eq!(concept.words(Lang::English).as_deref(), Some("Fièvre"));
        assert_eq!(concept.code("s").as_deref(), Some("c"));
        assert!(concept.has_code("c") && !concept.has_code("d"));
        assert_eq!(Concept::at(doc.root(), "bare").and_then(|bare| bare.words(Lang::French)).as_deref(), Some("x"));
    }
}
