//! A CodeSystem as it is searched (<https://hl7.org/fhir/R4/codesystem.html>).

use crate::Index;
use rihla_fhir::json::Value;
use rihla_fhir::view::{Look, translated};
use rihla_kernel::Lang;
use std::fmt;

/// Concepts of one system; the largest lists of diagnoses have some tens of thousands.
const MOST: usize = 200_000;
/// How deep concepts may stand within others.
const DEEPEST: usize = 16;

/// An entry that can be chosen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Concept {
    pub code: String,
    /// What it is called, by language; the display that the system gives stands under its own language.
    words: Vec<(Lang, String)>,
    /// The display, whatever its language.
    display: String,
}

impl Concept {
    /// Words for a reader of that language; else what the system calls it.
    pub fn words(&self, lang: Lang) -> &str {
        self.words.iter().find(|(own, _)| *own == lang).map_or(self.display.as_str(), |(_, words)| words.as_str())
    }
}

/// A list of codes, ready to be searched.
#[derive(Debug)]
pub struct Concepts {
    /// `CodeSystem.url`.
    pub system: String,
    pub version: Option<String>,
    /// What the list is called.
    pub title: String,
    list: Vec<Concept>,
    index: Index,
}

/// Why a CodeSystem cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unfit {
    NoUrl,
    /// A fragment, an example, or nothing but the name.
    NotComplete,
    TooMany,
    TooDeep,
}

impl fmt::Display for Unfit {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::NoUrl => "the CodeSystem has no url",
            Self::NotComplete => "the CodeSystem does not say that its content is complete",
            Self::TooMany => "the CodeSystem has more than 200,000 concepts",
            Self::TooDeep => "its concepts stand more than 16 levels within one another",
        })
    }
}

impl std::error::Error for Unfit {}

impl Concepts {
    pub fn of(root: Value<'_>) -> Result<Self, Unfit> {
        let system = root.text("url").filter(|url| !url.is_empty()).ok_or(Unfit::NoUrl)?.into_owned();
        if root.text("content").as_deref() != Some("complete") {
            return Err(Unfit::NotComplete);
        }
        let own = root.text("language").and_then(|tag| Lang::from_tag(&tag));
        let mut list = Vec::new();
        gather(root, own, 0, &mut list)?;
        let index = Index::of(list.iter().map(texts));
        let title = root.text("title").or_else(|| root.text("name")).unwrap_or_default().into_owned();
        Ok(Self { system, version: root.text("version").map(|version| version.into_owned()), title, list, index })
    }

    /// What answers to what was typed, the likeliest first, and whether there is more.
    pub fn find(&self, typed: &str, most: usize) -> (Vec<&Concept>, bool) {
        let (found, more) = self.index.find(typed, most);
        (found.into_iter().filter_map(|at| self.list.get(at)).collect(), more)
    }

    pub fn of_code(&self, code: &str) -> Option<&Concept> {
        self.list.iter().find(|concept| concept.code == code)
    }

    pub fn len(&self) -> usize {
        self.list.len()
    }

    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }
}

fn gather(within: Value<'_>, own: Option<Lang>, depth: usize, list: &mut Vec<Concept>) -> Result<(), Unfit> {
    if depth > DEEPEST {
        return Err(Unfit::TooDeep);
    }
    for value in within.get("concept").into_iter().flat_map(|concepts| concepts.each()) {
        if is_chosen(value) {
            list.extend(concept(value, own));
        }
        if list.len() > MOST {
            return Err(Unfit::TooMany);
        }
        gather(value, own, depth + 1, list)?;
    }
    Ok(())
}

fn concept(value: Value<'_>, own: Option<Lang>) -> Option<Concept> {
    let code = value.text("code")?.into_owned();
    let display = value.text("display").unwrap_or_default().into_owned();
    let mut words: Vec<(Lang, String)> = Vec::new();
    for designation in value.get("designation").into_iter().flat_map(|designations| designations.each()) {
        let lang = designation.text("language").and_then(|tag| Lang::from_tag(&tag));
        let said = designation.text("value").filter(|said| !said.trim().is_empty());
        if let (Some(lang), Some(said)) = (lang.filter(|lang| !words.iter().any(|(known, _)| known == lang)), said) {
            words.push((lang, said.into_owned()));
        }
    }
    for lang in Lang::ALL {
        let said = translated(value, "_display", lang).filter(|_| !words.iter().any(|(known, _)| *known == lang));
        words.extend(said.map(|said| (lang, said.into_owned())));
    }
    if let Some(own) = own.filter(|own| !display.is_empty() && !words.iter().any(|(known, _)| known == own)) {
        words.push((own, display.clone()));
    }
    let display = if display.is_empty() { words.first().map_or_else(|| code.clone(), |(_, said)| said.clone()) } else { display };
    Some(Concept { code, words, display })
}

/// Chapters and blocks are there to be read, not chosen
/// (<https://hl7.org/fhir/R4/codesystem-concept-properties.html>).
fn is_chosen(value: Value<'_>) -> bool {
    let properties = value.get("property").into_iter().flat_map(|properties| properties.each());
    !properties.into_iter().any(|property| {
        matches!(property.text("code").as_deref(), Some("notSelectable" | "abstract")) && property.text("valueBoolean").as_deref() == Some("true")
    })
}

/// What a concept is found by: its words, and its code with the dot and without.
fn texts(concept: &Concept) -> Vec<String> {
    let mut texts: Vec<String> = concept.words.iter().map(|(_, words)| words.clone()).chain([concept.display.clone(), concept.code.clone()]).collect();
    texts.push(concept.code.chars().filter(|sign| sign.is_alphanumeric()).collect());
    texts.sort_unstable();
    texts.dedup();
    texts
}

#[cfg(test)]
mod tests {
    use super::*;
    use rihla_fhir::json::{Limits, parse};

    const SYSTEM: &str = r#"{"resourceType":"CodeSystem","url":"urn:d","version":"1","content":"complete","language":"fr","concept":[
        {"code":"J09-J18","display":"Grippe et pneumopathie","property":[{"code":"notSelectable","valueBoolean":true}],"concept":[
            {"code":"J15.9","display":"Pneumopathie bactérienne","designation":[{"language":"ar","value":"التهاب رئوي بكتيري"},{"language":"en","value":"Bacterial pneumonia"}]}]},
        {"code":"R50","designation":[{"language":"en","value":"Fever"}]}]}"#;

    fn of(json: &str) -> Result<Concepts, Unfit> {
        Concepts::of(parse(json.as_bytes(), &Limits::default()).expect("json").root())
    }

    /// TERM-1, TERM-2, TERM-4
    #[test]
    fn a_concept_is_found_in_each_of_its_languages_and_a_chapter_is_not_offered() {
        let list = of(SYSTEM).expect("a list");
        let found = |typed: &str| list.find(typed, 5).0.iter().map(|concept| concept.code.as_str()).collect::<Vec<_>>();
        for typed in ["pneumo bact", "bacterial", "التهاب", "j15.9", "j159"] {
            assert_eq!(found(typed), ["J15.9"], "{typed}");
        }
        assert!(found("grippe").is_empty() && list.len() == 2);
        let concept = list.of_code("J15.9").expect("a concept");
        assert_eq!((concept.words(Lang::French), concept.words(Lang::Arabic)), ("Pneumopathie bactérienne", "التهاب رئوي بكتيري"));
        assert_eq!(list.of_code("R50").map(|concept| concept.words(Lang::French)), Some("Fever"), "the words that there are");
    }

    /// TERM-5
    #[test]
    fn what_is_no_whole_list_is_refused() {
        assert_eq!(of(&SYSTEM.replace("\"complete\"", "\"fragment\"")).err(), Some(Unfit::NotComplete));
        assert_eq!(of(&SYSTEM.replace("\"url\":\"urn:d\",", "")).err(), Some(Unfit::NoUrl));
        let deep = format!(r#"{{"url":"u","content":"complete"{}{}}}"#, r#","concept":[{"code":"a""#.repeat(18), "}]".repeat(18));
        assert_eq!(of(&deep).err(), Some(Unfit::TooDeep));
    }
}
