//! HumanName (<https://hl7.org/fhir/R4/datatypes.html#HumanName>), in the scripts that people here are written in.

use super::Look;
use crate::json::Value;
use rihla_kernel::Lang;

/// What a name is written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Script {
    Latin,
    Arabic,
}

impl Script {
    /// Arabic if the text has an Arabic letter.
    pub fn of(text: &str) -> Self {
        let arabic = |letter: char| matches!(letter, '\u{0600}'..='\u{06FF}' | '\u{0750}'..='\u{077F}' | '\u{FB50}'..='\u{FDFF}' | '\u{FE70}'..='\u{FEFF}');
        if text.chars().any(arabic) { Self::Arabic } else { Self::Latin }
    }

    /// What readers of a language look for first.
    pub fn of_lang(lang: Lang) -> Self {
        if lang == Lang::Arabic { Self::Arabic } else { Self::Latin }
    }
}

/// One way of writing somebody's name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HumanName {
    /// Family names; empty if the name was only given as text.
    pub family: String,
    /// Given names, or the whole text where parts are not told apart.
    pub given: String,
}

impl HumanName {
    fn of(value: Value<'_>) -> Option<Self> {
        let joined = |path: &str| value.all(path).iter().filter_map(|part| part.as_str()).collect::<Vec<_>>().join(" ");
        let (family, mut given) = (joined("family"), joined("given"));
        if family.is_empty() && given.is_empty() {
            given = value.text("text")?.into_owned();
        }
        Some(Self { family, given })
    }

    pub fn script(&self) -> Script {
        match Script::of(&self.family) {
            Script::Arabic => Script::Arabic,
            Script::Latin => Script::of(&self.given),
        }
    }

    /// Family name in capitals, then given names: how a chart names a person.
    pub fn formal(&self) -> String {
        [self.family.to_uppercase(), self.given.clone()].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
    }

    /// First letters, for boards that others can read.
    pub fn initials(&self) -> String {
        let first = |text: &str| text.split_whitespace().next().and_then(|word| word.chars().next());
        [first(&self.family), first(&self.given)].into_iter().flatten().flat_map(char::to_uppercase).map(|letter| format!("{letter}.")).collect()
    }
}

/// Somebody's present names, one a script.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Names {
    pub latin: Option<HumanName>,
    pub arabic: Option<HumanName>,
}

impl Names {
    /// Of a Patient, Practitioner, RelatedPerson or Person. An official name comes before a usual one; old names never; a
    /// maiden name or a nickname only if there is no other in either script.
    ///
    /// Whether an end lies ahead, as on an identity card, is not asked: a name with an end stands behind those of its
    /// script without one, and holds where it is the only one.
    pub fn of(resource: Value<'_>) -> Self {
        let by_the_way = |value: &Value<'_>| matches!(value.text("use").as_deref(), Some("maiden" | "nickname"));
        let rank = |value: &Value<'_>| match value.text("use").as_deref() {
            Some("official") => 0,
            Some("usual") | None => 1,
            _ => 2,
        };
        let mut found = resource.all("name");
        found.retain(|value| value.text("use").as_deref() != Some("old"));
        if !found.iter().all(by_the_way) {
            found.retain(|value| !by_the_way(value));
        }
        found.sort_by_key(|value| (value.at("period.end").is_some(), rank(value)));
        let mut names = Self::default();
        for name in found.into_iter().filter_map(HumanName::of) {
            let place = match name.script() {
                Script::Latin => &mut names.latin,
                Script::Arabic => &mut names.arabic,
            };
            place.get_or_insert(name);
        }
        names
    }

    /// The name in the wanted script, or in the other one.
    pub fn first(&self, script: Script) -> Option<&HumanName> {
        match script {
            Script::Latin => self.latin.as_ref().or(self.arabic.as_ref()),
            Script::Arabic => self.arabic.as_ref().or(self.latin.as_ref()),
        }
    }

    /// The name in the script that `first` does not give, if there is one.
    pub fn second(&self, script: Script) -> Option<&HumanName> {
        match (script, &self.latin, &self.arabic) {
            (Script::Latin, Some(_), other) | (Script::Arabic, other, Some(_)) => other.as_ref(),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::{Limits, parse};

    #[test]
    fn both_scripts_are_told_apart_and_old_names_left_out() {
        let text = r#"{"name":[{"use":"old","family":"Alaoui"},{"family":"El Idrissi","given":["Fatima","Zahra"]},
            {"use":"official","family":"الإدريسي","given":["فاطمة"]},{"use":"nickname","given":["Fati"]}]}"#;
        let doc = parse(text.as_bytes(), &Limits::default()).expect("json");
        let names = Names::of(doc.root());
        assert_eq!(names.first(Script::Latin).map(HumanName::formal).as_deref(), Some("EL IDRISSI Fatima Zahra"));
        assert_eq!(names.second(Script::Latin).map(|name| name.family.as_str()), Some("الإدريسي"));
        assert_eq!(names.latin.as_ref().map(HumanName::initials).as_deref(), Some("E.F."));
    }

    #[test]
    fn an_end_ahead_is_no_end_and_a_maiden_name_is_never_the_present_one() {
        let of = |text: &str| Names::of(parse(text.as_bytes(), &Limits::default()).expect("json").root());
        let formal = |names: &Names| names.first(Script::Latin).map(HumanName::formal).unwrap_or_default();
        assert_eq!(formal(&of(r#"{"name":[{"use":"official","family":"Alaoui","period":{"end":"2099-01-01"}}]}"#)), "ALAOUI");
        assert_eq!(formal(&of(r#"{"name":[{"use":"official","family":"Alaoui","period":{"end":"2001"}},{"family":"Idrissi"}]}"#)), "IDRISSI");
        let married = of(r#"{"name":[{"use":"maiden","family":"Alaoui"},{"family":"الإدريسي"}]}"#);
        assert_eq!((formal(&married).as_str(), married.second(Script::Arabic)), ("الإدريسي", None));
        assert_eq!(formal(&of(r#"{"name":[{"use":"maiden","family":"Alaoui"}]}"#)), "ALAOUI");
    }

    #[test]
    fn a_name_that_is_only_text_is_shown_as_it_is() {
        let doc = parse(br#"{"name":[{"text":"Inconnu 12"}]}"#, &Limits::default()).expect("json");
        let names = Names::of(doc.root());
        assert_eq!(names.first(Script::Arabic).map(HumanName::formal).as_deref(), Some("Inconnu 12"));
        assert_eq!(names.second(Script::Arabic), None);
    }
}
