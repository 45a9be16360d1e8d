//! Lists of codes that the site has loaded as CodeSystems, ready to be searched; and concepts written in every language that
//! the house has words for.

use crate::desk::Desk;
use crate::record::look;
use crate::refuse::Refusal;
use crate::write::quoted;
use rihla_kernel::Lang;
use rihla_packs::Names;
use rihla_terminology::Concepts;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

/// A list that was loaded anew is offered within so long, in milliseconds.
const FRESH: i64 = 60 * 1000;

/// Lists by their systems, each with when it was looked for last, and the version that it was made of.
#[derive(Default)]
pub(crate) struct Loaded(Mutex<HashMap<String, Kept>>);

#[derive(Clone)]
struct Kept {
    looked: i64,
    from: Option<(String, u32)>,
    list: Option<Arc<Concepts>>,
}

impl Desk {
    /// The list of a system, if the site has loaded one that can be used, and this person is shown such lists.
    pub fn concepts(&self, system: &str) -> Result<Option<Arc<Concepts>>, Refusal> {
        if !self.shows("CodeSystem") {
            return Ok(None);
        }
        let loaded = self.house.loaded();
        let now = self.voice.now().0;
        let known = loaded.0.lock().unwrap_or_else(PoisonError::into_inner).get(system).cloned();
        if let Some(kept) = known.as_ref().filter(|kept| now.saturating_sub(kept.looked) < FRESH) {
            return Ok(kept.list.clone());
        }
        let found = self.search("CodeSystem", &[("url", system), ("status", "active"), ("_sort", "-_lastUpdated"), ("_count", "1")])?;
        let newest = found.matches.first();
        let from = newest.map(|stored| (stored.id.to_text(), stored.vid));
        let same = known.filter(|kept| kept.from == from).map(|kept| kept.list);
        let read = || newest.and_then(|stored| look(stored, Concepts::of));
        let list = match same {
            Some(list) => list,
            None => read().and_then(|read| read.map_err(|unfit| tracing::warn!(system, "a list of codes is not used: {unfit}")).ok()).map(Arc::new),
        };
        let kept = Kept { looked: now, from, list: list.clone() };
        loaded.0.lock().unwrap_or_else(PoisonError::into_inner).insert(system.to_owned(), kept);
        Ok(list)
    }
}

/// A CodeableConcept of the house, as JSON: its text is French, with the other languages beside it
/// (<https://hl7.org/fhir/R4/extension-translation.html>).
pub fn concept(system: &str, code: &str, names: &Names) -> String {
    let text = names.get(Lang::French.tag()).or_else(|| names.values().next()).map_or(code, String::as_str);
    let others = names.iter().filter(|(lang, _)| lang.as_str() != Lang::French.tag()).map(|(lang, said)| translation(lang, said)).collect::<Vec<_>>();
    let beside = if others.is_empty() { String::new() } else { format!(r#","_text":{{"extension":[{}]}}"#, others.join(",")) };
    format!(r#"{{"coding":[{{"system":{},"code":{},"display":{}}}],"text":{}{beside}}}"#, quoted(system), quoted(code), quoted(text), quoted(text))
}

fn translation(lang: &str, said: &str) -> String {
    format!(
        r#"{{"url":"http://hl7.org/fhir/StructureDefinition/translation","extension":[{{"url":"lang","valueCode":{}}},{{"url":"content","valueString":{}}}]}}"#,
        quoted(lang),
        quoted(said)
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use rihla_fhir::json::{Limits, parse};
    use rihla_fhir::view::Concept;

    #[test]
    fn a_concept_of_the_house_is_read_in_each_language() {
        let names: Names = [("fr", "Éruption"), ("ar", "طفح"), ("en", "Rash")].map(|(lang, said)| (lang.to_owned(), said.to_owned())).into();
        let text = concept("urn:s", "rash", &names);
        let doc = parse(text.as_bytes(), &Limits::default()).expect("json");
        let read = Concept(doc.root());
        assert_eq!(Lang::ALL.map(|lang| read.words(lang).unwrap_or_default().into_owned()), Lang::ALL.map(|lang| names[lang.tag()].clone()));
        assert!(read.has_code("rash"));
    }
}
