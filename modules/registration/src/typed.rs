//! What stands in the form, and the Patient that it makes.

use rihla_kernel::SiteId;
use rihla_packs::{IdentifierSystem, Issuer, Pack};
use rihla_web::quoted;
use serde::Deserialize;

/// How an identity stands (`spec.md`).
pub const STATE: &str = "urn:rihla:extension:identity-state";
pub const PAPER: &str = "urn:rihla:extension:identity-paper";
/// Why there is no telephone.
pub const NO_PHONE: &str = "urn:rihla:extension:no-phone";
/// As `rihla_mpi::BIRTH_ABOUT`, which reads it.
pub const ABOUT: &str = "urn:rihla:extension:birth-within-years";

/// As typed.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Typed {
    pub family: String,
    pub given: String,
    pub family_ar: String,
    pub given_ar: String,
    pub sex: String,
    pub birth: String,
    pub about: String,
    pub father: String,
    pub mother: String,
    pub phone: String,
    pub no_phone: String,
    pub line: String,
    pub city: String,
    pub kind_0: String,
    pub value_0: String,
    pub kind_1: String,
    pub value_1: String,
    /// The kind of the paper that was seen.
    pub paper: String,
    /// Nobody knows who it is.
    pub unknown: String,
    /// The number of a band that was printed before anybody wore it, as typed or scanned.
    pub band: String,
    /// Such a number that was said to be unusual, and is right all the same.
    pub band_seen: String,
    /// The records that the clerk has looked at and says are other people's.
    pub others: String,
    /// The photo and what is asked come next.
    pub then: String,
    /// Only look who may be the same; write nothing.
    pub look: String,
    #[serde(rename = "_author")]
    pub author: String,
    #[serde(rename = "_id")]
    pub id: String,
}

impl Typed {
    pub fn is_unknown(&self) -> bool {
        !self.unknown.is_empty()
    }

    pub fn numbers(&self) -> impl Iterator<Item = (&str, &str)> {
        [(&self.kind_0, &self.value_0), (&self.kind_1, &self.value_1)]
            .into_iter()
            .map(|(kind, value)| (kind.as_str(), value.trim()))
            .filter(|(_, value)| !value.is_empty())
    }

    /// The date as FHIR writes it: `1984`, `1984-05`, `1984-05-17`; also typed as `17/05/1984` or `05/1984`.
    pub fn birth_date(&self) -> Option<String> {
        let typed = self.birth.trim().replace(['.', ' '], "/");
        let parts: Vec<&str> = typed.split(['/', '-']).filter(|part| !part.is_empty()).collect();
        let (year, rest) = match parts.as_slice() {
            [year @ .., last] if last.len() == 4 => (*last, year.iter().rev().copied().collect::<Vec<_>>()),
            [first, rest @ ..] if first.len() == 4 => (*first, rest.to_vec()),
            _ => return None,
        };
        let number = |text: &str, most: u8| text.parse::<u8>().ok().filter(|number| (1..=most).contains(number));
        let year = year.parse::<u16>().ok().filter(|year| (1880..=2200).contains(year))?;
        match rest.as_slice() {
            [] => Some(format!("{year}")),
            [month] => Some(format!("{year}-{:02}", number(month, 12)?)),
            [month, day] => {
                let (month, day) = (number(month, 12)?, number(day, 31)?);
                (day <= days_of(year, month)).then(|| format!("{year}-{month:02}-{day:02}"))
            }
            _ => None,
        }
    }

    pub fn about(&self) -> Option<u8> {
        self.about.trim().parse().ok().filter(|about| (1..=20).contains(about))
    }

    /// The state that follows from what was seen (`spec.md`, REG-9).
    pub fn state(&self) -> &'static str {
        let whole = self.birth_date().is_some_and(|date| date.len() == 10) && self.about().is_none();
        let named = !self.family.trim().is_empty() && !self.given.trim().is_empty();
        if !self.paper.is_empty() && whole && named && !self.is_unknown() { "validated" } else { "provisional" }
    }
}

fn days_of(year: u16, month: u8) -> u8 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)) => 29,
        2 => 28,
        _ => 31,
    }
}

/// Whether a name is written in Arabic letters.
pub fn is_arabic(text: &str) -> bool {
    text.chars().any(|letter| ('\u{600}'..='\u{6ff}').contains(&letter))
}

/// The hospital's own number of a site.
pub fn own_number(pack: &Pack, site: SiteId) -> Option<&IdentifierSystem> {
    pack.identifiers.iter().find(|system| system.issuer == Issuer::Site && system.site == Some(site) && system.unique)
}

/// The Patient, with the hospital's own number once there is one.
pub fn patient(typed: &Typed, pack: &Pack, number: Option<(&str, &str)>) -> String {
    let mut members = vec![r#""resourceType":"Patient""#.to_owned()];
    if !typed.id.is_empty() {
        members.push(format!(r#""id":{}"#, quoted(&typed.id)));
    }
    let code = |url: &str, code: &str| format!(r#"{{"url":"{url}","valueCode":{}}}"#, quoted(code));
    let mut extensions = vec![code(STATE, typed.state())];
    extensions.extend((!typed.paper.is_empty()).then(|| code(PAPER, &typed.paper)));
    extensions.extend((typed.phone.trim().is_empty() && !typed.no_phone.is_empty()).then(|| code(NO_PHONE, &typed.no_phone)));
    members.push(list("extension", extensions));
    members.push(list("identifier", identifiers(typed, pack, number)));
    members.push(r#""active":true"#.into());
    members.push(list("name", names(typed, number.map(|(_, value)| value))));
    members.push(list("telecom", some(&typed.phone).map(|phone| format!(r#"{{"system":"phone","value":{}}}"#, quoted(phone))).into_iter().collect()));
    members.push(format!(r#""gender":"{}""#, if matches!(typed.sex.as_str(), "female" | "male" | "other") { &typed.sex } else { "unknown" }));
    if let Some(date) = typed.birth_date() {
        members.push(format!(r#""birthDate":"{date}""#));
        members.extend(typed.about().map(|about| format!(r#""_birthDate":{{"extension":[{{"url":"{ABOUT}","valueInteger":{about}}}]}}"#)));
    }
    members.push(list("address", address(typed).into_iter().collect()));
    members.push(list("contact", parents(typed)));
    members.retain(|member| !member.is_empty());
    format!("{{{}}}", members.join(","))
}

/// The parents, each as a contact.
pub fn parents(typed: &Typed) -> Vec<String> {
    let parent = |(role, given): (&str, &String)| {
        let coding = format!(r#"{{"system":"http://terminology.hl7.org/CodeSystem/v3-RoleCode","code":"{role}"}}"#);
        some(given).map(|given| format!(r#"{{"relationship":[{{"coding":[{coding}]}}],"name":{{"given":[{}]}}}}"#, quoted(given)))
    };
    [("FTH", &typed.father), ("MTH", &typed.mother)].into_iter().filter_map(parent).collect()
}

fn list(name: &str, items: Vec<String>) -> String {
    if items.is_empty() { String::new() } else { format!(r#""{name}":[{}]"#, items.join(",")) }
}

fn some(text: &str) -> Option<&str> {
    Some(text.trim()).filter(|text| !text.is_empty())
}

fn identifiers(typed: &Typed, pack: &Pack, number: Option<(&str, &str)>) -> Vec<String> {
    let one = |usage: &str, system: &str, value: &str| format!(r#"{{"use":"{usage}","system":{},"value":{}}}"#, quoted(system), quoted(value));
    let own = number.map(|(system, value)| one("usual", system, value));
    let numbers = typed.numbers().filter_map(|(kind, value)| {
        let system = pack.identifiers.iter().find(|system| system.id == kind)?;
        Some(one("official", &system.system, value))
    });
    let band = rihla_web::band_of(&typed.band).and_then(|(value, _)| {
        let system = pack.identifiers.iter().find(|system| system.id == crate::band::BAND)?;
        Some(one("secondary", &system.system, &value))
    });
    own.into_iter().chain(numbers).chain(band).collect()
}

/// Latin first; somebody unknown bears a number until there is a name.
pub fn names(typed: &Typed, number: Option<&str>) -> Vec<String> {
    if typed.is_unknown() && typed.family.trim().is_empty() && typed.family_ar.trim().is_empty() {
        return vec![format!(r#"{{"use":"temp","family":"X","given":[{}]}}"#, quoted(number.unwrap_or("?")))];
    }
    let one = |usage: &str, family: &str, given: &str| {
        let (family, given) = (some(family), some(given));
        if family.is_none() && given.is_none() {
            return None;
        }
        let family = family.map(|family| format!(r#","family":{}"#, quoted(family))).unwrap_or_default();
        let given: Vec<String> = given.into_iter().flat_map(|given| given.split_whitespace()).map(quoted).collect();
        let given = if given.is_empty() { String::new() } else { format!(r#","given":[{}]"#, given.join(",")) };
        Some(format!(r#"{{"use":"{usage}"{family}{given}}}"#))
    };
    let latin = one("official", &typed.family, &typed.given);
    let usage = if latin.is_some() { "usual" } else { "official" };
    latin.into_iter().chain(one(usage, &typed.family_ar, &typed.given_ar)).collect()
}

pub fn address(typed: &Typed) -> Option<String> {
    let (line, city) = (some(&typed.line), some(&typed.city));
    if line.is_none() && city.is_none() {
        return None;
    }
    let line = line.map(|line| format!(r#","line":[{}]"#, quoted(line))).unwrap_or_default();
    let city = city.map(|city| format!(r#","city":{}"#, quoted(city))).unwrap_or_default();
    Some(format!(r#"{{"use":"home"{line}{city}}}"#))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn born(birth: &str) -> Option<String> {
        Typed { birth: birth.into(), ..Typed::default() }.birth_date()
    }

    #[test]
    fn reg_6_a_date_is_read_as_people_write_it() {
        for (typed, date) in [
            ("17/05/1984", Some("1984-05-17")),
            ("17.5.1984", Some("1984-05-17")),
            ("1984-05-17", Some("1984-05-17")),
            ("05/1984", Some("1984-05")),
            ("1984", Some("1984")),
            ("29/02/2023", None),
            ("29/02/2024", Some("2024-02-29")),
            ("17/13/1984", None),
            ("84", None),
            ("", None),
            ("yesterday", None),
            ("1/1/1/1984", None),
        ] {
            assert_eq!(born(typed).as_deref(), date, "{typed}");
        }
    }

    #[test]
    fn reg_9_a_paper_validates_whole_names_and_a_whole_date_alone() {
        let whole = Typed { family: "Alami".into(), given: "Salma".into(), birth: "17/05/1984".into(), paper: "cin".into(), ..Typed::default() };
        assert_eq!(whole.state(), "validated");
        for less in [
            Typed { paper: String::new(), ..whole.clone() },
            Typed { birth: "1984".into(), ..whole.clone() },
            Typed { about: "2".into(), ..whole.clone() },
            Typed { given: " ".into(), ..whole.clone() },
        ] {
            assert_eq!(less.state(), "provisional", "{less:?}");
        }
    }

    #[test]
    fn reg_7_and_8_what_is_not_known_is_not_made_up() {
        let pack = Pack::built_in("ma").expect("there").expect("sound");
        let nobody =
            Typed { unknown: "1".into(), sex: "male".into(), birth: "1980".into(), about: "5".into(), no_phone: "unconscious".into(), ..Typed::default() };
        let text = patient(&nobody, &pack, Some(("urn:x", "00000007")));
        assert_eq!(
            text,
            concat!(
                r#"{"resourceType":"Patient","extension":[{"url":"urn:rihla:extension:identity-state","valueCode":"provisional"},"#,
                r#"{"url":"urn:rihla:extension:no-phone","valueCode":"unconscious"}],"identifier":[{"use":"usual","system":"urn:x","value":"00000007"}],"#,
                r#""active":true,"name":[{"use":"temp","family":"X","given":["00000007"]}],"gender":"male","birthDate":"1980","#,
                r#""_birthDate":{"extension":[{"url":"urn:rihla:extension:birth-within-years","valueInteger":5}]}}"#,
            )
        );
    }
}
