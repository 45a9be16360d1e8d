//! What to know first of a patient: allergies, alerts, and who else has the name.

use super::Banner;
use crate::desk::Desk;
use crate::record::{escaped, look};
use crate::refuse::Refusal;
use crate::text::Voice;
use rihla_fhir::json::Value;
use rihla_fhir::view::{Concept, HumanName, Look, Names, Script};
use rihla_fhirpath::normalize;
use rihla_store::Stored;
use std::collections::BTreeSet;

/// The most that is read of one type for the banner.
const MOST: usize = 1_000;
const PAGE: &str = "200";

/// Says that the patient has no allergy at all: International Patient Summary
/// (<https://hl7.org/fhir/uv/ips/STU1.1/ValueSet-allergies-intolerances-uv-ips.html>), and its SNOMED CT twin.
const NONE_KNOWN: [&str; 2] = ["no-known-allergies", "716186003"];
/// Says that there is none of one kind, of medicines, food or surroundings: of the others nothing is said.
const NONE_OF_A_KIND: [&str; 6] =
    ["no-known-medication-allergies", "no-known-environmental-allergies", "no-known-food-allergies", "409137002", "428607008", "429625007"];
const NOT_ASKED: &str = "no-allergy-info";

/// What is known of a patient's allergies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Allergies {
    /// Not for this person's eyes.
    Hidden,
    /// Nobody asked yet: a call to act.
    NotAsked,
    NoneKnown,
    Known(Vec<Allergy>),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Allergy {
    pub what: String,
    pub severe: bool,
}

impl Allergy {
    /// What an AllergyIntolerance is against. One whose code has no words goes by the substance of a reaction; one that has
    /// neither is still an allergy.
    pub fn of(allergy: Value<'_>, voice: &Voice) -> Self {
        let lang = voice.lang();
        let code = Concept::at(allergy, "code");
        let substance = || allergy.all("reaction.substance").into_iter().find_map(|substance| Concept(substance).words(lang));
        let words = code.and_then(|code| code.words(lang)).or_else(substance).map(|words| words.into_owned());
        let absent = code.is_some_and(|code| NONE_OF_A_KIND.iter().chain(&NONE_KNOWN).any(|none| code.has_code(none)));
        let severe = allergy.text("criticality").as_deref() == Some("high")
            || allergy.all("reaction.severity").iter().any(|found| found.as_str().as_deref() == Some("severe"));
        Self { what: words.unwrap_or_else(|| voice.t("web-allergy-unnamed")), severe: severe && !absent }
    }
}

/// Everything of one type about a patient, newest first; whether there is more than can be read.
pub fn read_on(desk: &Desk, ty: &str, patient: &str) -> Result<(Vec<Stored>, bool), Refusal> {
    let mut found = Vec::new();
    let mut cursor = None;
    loop {
        let mut parameters = vec![("patient", patient), ("_sort", "-_lastUpdated"), ("_count", PAGE)];
        parameters.extend(cursor.as_deref().map(|cursor| ("_cursor", cursor)));
        let page = desk.search(ty, &parameters)?;
        found.extend(page.matches);
        cursor = page.next;
        if cursor.is_none() || found.len() >= MOST {
            return Ok((found, cursor.is_some()));
        }
    }
}

impl Allergies {
    /// What all AllergyIntolerances of one patient say together.
    pub fn of(found: &[Stored], voice: &Voice) -> Self {
        allergies(found, voice)
    }
}

pub(super) fn allergies(found: &[Stored], voice: &Voice) -> Allergies {
    found.iter().filter_map(|stored| look(stored, |allergy| said(allergy, voice))).fold(Allergies::NotAsked, with)
}

/// What one AllergyIntolerance says by itself.
fn said(allergy: Value<'_>, voice: &Voice) -> Allergies {
    let state = |path: &str| Concept::at(allergy, path).and_then(|concept| concept.any_code());
    let wrong = matches!(state("verificationStatus").as_deref(), Some("entered-in-error" | "refuted"));
    let over = matches!(state("clinicalStatus").as_deref(), Some("inactive" | "resolved"));
    let code = Concept::at(allergy, "code");
    let coded = |code: Option<Concept<'_>>, wanted: &[&str]| code.is_some_and(|code| wanted.iter().any(|one| code.has_code(one)));
    if wrong || over || coded(code, &[NOT_ASKED]) {
        Allergies::NotAsked
    } else if coded(code, &NONE_KNOWN) {
        Allergies::NoneKnown
    } else {
        Allergies::Known(vec![Allergy::of(allergy, voice)])
    }
}

/// Two sayings together: an allergy outweighs the word that there is none. Severe ones come first.
fn with(one: Allergies, other: Allergies) -> Allergies {
    match (one, other) {
        (Allergies::Known(mut known), Allergies::Known(more)) => {
            known.extend(more);
            known.sort_by_key(|allergy| !allergy.severe);
            Allergies::Known(known)
        }
        (known @ Allergies::Known(_), _) | (_, known @ Allergies::Known(_)) => known,
        (Allergies::NoneKnown, _) | (_, Allergies::NoneKnown) => Allergies::NoneKnown,
        (one, _) => one,
    }
}

/// The words of the Flags of one patient that are active.
pub fn alerts(found: &[Stored], voice: &Voice) -> Vec<String> {
    found.iter().filter_map(|stored| look(stored, |flag| alert(flag, voice)).flatten()).collect()
}

fn alert(flag: Value<'_>, voice: &Voice) -> Option<String> {
    let words = |path: &str| Concept::at(flag, path).and_then(|concept| concept.words(voice.lang())).map(|words| words.into_owned());
    let active = flag.text("status").as_deref() == Some("active");
    active.then(|| words("code").or_else(|| words("category")).unwrap_or_else(|| voice.t("web-alert-unnamed")))
}

/// Others who carry the same names in either script: how many, at least.
pub(super) fn homonyms(desk: &Desk, banner: &Banner) -> Result<usize, Refusal> {
    let mut others = BTreeSet::new();
    for name in [&banner.names.latin, &banner.names.arabic].into_iter().flatten() {
        if name.family.is_empty() || name.given.is_empty() {
            continue;
        }
        // Some write two given names as two, and some as one text.
        let each: Vec<&str> = name.given.split_whitespace().collect();
        namesakes(desk, banner, name, &each, &mut others)?;
        if each.len() > 1 {
            namesakes(desk, banner, name, &[&name.given], &mut others)?;
        }
    }
    Ok(others.len())
}

fn namesakes(desk: &Desk, banner: &Banner, name: &HumanName, given: &[&str], others: &mut BTreeSet<String>) -> Result<(), Refusal> {
    let family = escaped(&name.family);
    let given: Vec<String> = given.iter().map(|given| escaped(given)).collect();
    let mut parameters = vec![("family", family.as_str()), ("_count", "100")];
    parameters.extend(given.iter().map(|given| ("given", given.as_str())));
    let found = desk.search("Patient", &parameters)?;
    let same = |stored: &&Stored| stored.id.to_text() != banner.id && look(stored, |other| in_use(other) && carries(other, name)).unwrap_or(false);
    others.extend(found.matches.iter().filter(same).map(|stored| stored.id.to_text()));
    Ok(())
}

fn in_use(patient: Value<'_>) -> bool {
    patient.text("active").is_none_or(|active| active != "false")
}

/// Whether the search, which finds beginnings of words, found the very name: Ben Ali is not Benani.
fn carries(patient: Value<'_>, name: &HumanName) -> bool {
    let names = Names::of(patient);
    let own = match name.script() {
        Script::Latin => names.latin,
        Script::Arabic => names.arabic,
    };
    own.is_some_and(|own| normalize(&own.family) == normalize(&name.family) && normalize(&own.given) == normalize(&name.given))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Words;
    use rihla_fhir::json::{Limits, parse};
    use rihla_kernel::{Instant, Lang};
    use std::sync::Arc;

    fn voice(lang: Lang) -> Voice {
        let words = Words::new(&crate::CATALOGUES.iter().collect::<Vec<_>>()).expect("words");
        Voice::new(Arc::new(words), lang, jiff::tz::TimeZone::UTC, Instant(0))
    }

    fn of(list: &[&str]) -> Allergies {
        let said = |json: &&str| {
            let doc = parse(json.as_bytes(), &Limits::default()).expect("json");
            said(doc.root(), &voice(Lang::French))
        };
        list.iter().map(said).fold(Allergies::NotAsked, with)
    }

    fn known(list: &[(&str, bool)]) -> Allergies {
        Allergies::Known(list.iter().map(|(what, severe)| Allergy { what: (*what).to_owned(), severe: *severe }).collect())
    }

    const NONE: &str = r#"{"code":{"coding":[{"code":"716186003"}]}}"#;

    #[test]
    fn an_allergy_without_words_is_never_no_allergy() {
        assert_eq!(of(&[r#"{"code":{"coding":[{"system":"s"}]},"criticality":"high"}"#]), known(&[("Allergie sans nom", true)]));
        assert_eq!(of(&[r#"{"reaction":[{"substance":{"text":"Latex"},"severity":"mild"}]}"#]), known(&[("Latex", false)]));
        assert_eq!(of(&[r#"{"code":{"text":""},"reaction":[{"substance":{"text":"Latex"}}]}"#, NONE]), known(&[("Latex", false)]));
    }

    #[test]
    fn none_known_is_said_only_where_all_kinds_are_meant() {
        assert_eq!(of(&[]), Allergies::NotAsked);
        assert_eq!(of(&[r#"{"code":{"coding":[{"code":"no-allergy-info"}]}}"#]), Allergies::NotAsked);
        assert_eq!(of(&[NONE]), Allergies::NoneKnown);
        let food = r#"{"code":{"coding":[{"code":"429625007"}],"text":"Pas d’allergie alimentaire connue"},"criticality":"high"}"#;
        assert_eq!(of(&[food]), known(&[("Pas d’allergie alimentaire connue", false)]));
        let refuted = r#"{"verificationStatus":{"coding":[{"code":"refuted"}]},"code":{"text":"Iode"}}"#;
        assert_eq!(of(&[refuted]), Allergies::NotAsked);
    }

    #[test]
    fn the_very_name_counts() {
        let carried = |json: &str, family: &str, given: &str| {
            let doc = parse(json.as_bytes(), &Limits::default()).expect("json");
            carries(doc.root(), &HumanName { family: family.to_owned(), given: given.to_owned() })
        };
        let benani = r#"{"name":[{"family":"Benani","given":["Fatima"]}]}"#;
        assert!(!carried(benani, "Ben Ali", "Fatima") && carried(benani, "BENANI", "Fâtima"));
        let two = r#"{"name":[{"family":"El Idrissi","given":["Fatima","Zahra"]},{"family":"الإدريسي","given":["فاطمة"]}]}"#;
        assert!(carried(two, "El Idrissi", "Fatima Zahra") && carried(two, "الادريسي", "فاطمة") && !carried(two, "El Idrissi", "Fatima"));
    }

    #[test]
    fn an_alert_without_words_is_still_an_alert() {
        let doc = parse(br#"{"status":"active","code":{}}"#, &Limits::default()).expect("json");
        assert_eq!(alert(doc.root(), &voice(Lang::English)).as_deref(), Some("Alert without words"));
    }
}
