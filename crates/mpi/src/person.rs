//! A Patient as matching knows people.

use rihla_fhir::json::Value;
use rihla_fhir::view::Look;
use rihla_matching::{Address, Birth, Identifier, Person, PersonName, Sex};

/// How many years a year of birth may be off, where it was estimated: beside the date, as `valueInteger`.
pub const BIRTH_ABOUT: &str = "urn:rihla:extension:birth-within-years";
/// A year alone was told by somebody who did not know better.
const ABOUT_A_YEAR: u8 = 1;

/// All that is known of somebody, names that are not used any more included: they were theirs.
pub fn person(patient: Value<'_>) -> Person {
    Person {
        names: patient.all("name").into_iter().map(name).filter(|name| *name != PersonName::default()).collect(),
        birth: birth(patient),
        sex: match patient.text("gender").as_deref() {
            Some("female") => Some(Sex::Female),
            Some("male") => Some(Sex::Male),
            _ => None,
        },
        father: parent(patient, "FTH"),
        mother: parent(patient, "MTH"),
        phones: patient
            .all("telecom")
            .into_iter()
            .filter(|point| point.text("system").as_deref() == Some("phone"))
            .filter_map(|point| word(point, "value"))
            .collect(),
        addresses: patient.all("address").into_iter().map(address).filter(|address| *address != Address::default()).collect(),
        identifiers: patient.all("identifier").into_iter().filter_map(identifier).collect(),
    }
}

fn word(value: Value<'_>, path: &str) -> Option<String> {
    value.text(path).map(|text| text.trim().to_owned()).filter(|text| !text.is_empty())
}

fn words(value: Value<'_>, path: &str) -> Vec<String> {
    value.all(path).iter().filter_map(|one| one.as_str().map(|text| text.trim().to_owned())).filter(|text| !text.is_empty()).collect()
}

fn name(value: Value<'_>) -> PersonName {
    let (given, family) = (words(value, "given").join(" "), word(value, "family").unwrap_or_default());
    if given.is_empty() && family.is_empty() {
        return PersonName { given: word(value, "text").unwrap_or_default(), family };
    }
    PersonName { given, family }
}

fn birth(patient: Value<'_>) -> Option<Birth> {
    let read = Birth::parse(patient.text("birthDate")?.as_ref())?;
    let said = patient.extensions("_birthDate", BIRTH_ABOUT).first().and_then(|about| about.text("valueInteger")).and_then(|about| about.parse().ok());
    let about = said.unwrap_or(if read.month == 0 { ABOUT_A_YEAR } else { 0 });
    Some(Birth { about, ..read })
}

/// Given names of a parent, of those who are named as such (<http://terminology.hl7.org/CodeSystem/v3-RoleCode>).
fn parent(patient: Value<'_>, role: &str) -> Vec<String> {
    let is = |contact: &Value<'_>| contact.all("relationship.coding.code").iter().any(|code| code.as_str().as_deref() == Some(role));
    let contacts = patient.all("contact").into_iter().filter(is);
    contacts.map(|contact| words(contact, "name.given").join(" ")).filter(|given| !given.is_empty()).collect()
}

fn address(value: Value<'_>) -> Address {
    let text = |path: &str| word(value, path).unwrap_or_default();
    Address { lines: words(value, "line"), city: text("city"), postal_code: text("postalCode"), region: text("state") }
}

fn identifier(value: Value<'_>) -> Option<Identifier> {
    Some(Identifier { system: word(value, "system")?, value: word(value, "value")? })
}

#[cfg(test)]
mod tests {
    use super::*;
    use rihla_fhir::json::{Limits, parse};

    fn of(json: &str) -> Person {
        person(parse(json.as_bytes(), &Limits::default()).expect("JSON").root())
    }

    #[test]
    fn a_patient_is_read_with_both_scripts_parents_and_numbers() {
        let read = of(r#"{"resourceType":"Patient",
            "name":[{"family":"EL ALAMI","given":["Salma","Nour"]},{"family":"العلمي","given":["سلمى"]},{"text":"Salma Alami"},{"use":"old"}],
            "gender":"female","birthDate":"1984-05-17","telecom":[{"system":"phone","value":"0612345678"},{"system":"email","value":"x@y.ma"}],
            "address":[{"line":["12, rue des Orangers"],"city":"Rabat","state":"Rabat-Salé"}],"identifier":[{"system":"urn:x","value":"AB123"},{"value":"no system"}],
            "contact":[{"relationship":[{"coding":[{"code":"FTH"}]}],"name":{"given":["Ahmed"]}},{"relationship":[{"coding":[{"code":"WIFE"}]}],"name":{"given":["X"]}}]}"#);
        let names: Vec<_> = read.names.iter().map(|name| format!("{}|{}", name.given, name.family)).collect();
        assert_eq!(names, ["Salma Nour|EL ALAMI", "سلمى|العلمي", "Salma Alami|"]);
        assert_eq!((read.father.as_slice(), read.mother.len(), read.phones.len(), read.identifiers.len()), (["Ahmed".to_owned()].as_slice(), 0, 1, 1));
        assert_eq!((read.birth, read.sex), (Some(Birth { year: 1984, month: 5, day: 17, about: 0 }), Some(Sex::Female)));
        assert_eq!((read.addresses[0].city.as_str(), read.addresses[0].lines.len()), ("Rabat", 1));
    }

    #[test]
    fn a_birth_that_was_estimated_says_how_far_off_it_may_be() {
        assert_eq!(of(r#"{"birthDate":"1950"}"#).birth, Some(Birth { year: 1950, month: 0, day: 0, about: 1 }));
        let five = r#"{"birthDate":"1950","_birthDate":{"extension":[{"url":"urn:rihla:extension:birth-within-years","valueInteger":5}]}}"#;
        assert_eq!(of(five).birth.map(|birth| birth.about), Some(5));
        assert_eq!(of(r#"{"birthDate":"unknown"}"#).birth, None);
    }
}
