//! Whether two people may be of one family, by what the record says of both: a family name, a telephone, an address.

use crate::desk::Desk;
use crate::record::look;
use rihla_fhir::json::Value;
use rihla_fhir::view::Look;
use rihla_fhirpath::normalize;
use rihla_identity::Account;
use rihla_store::Stored;
use std::collections::BTreeSet;

/// A shorter word is an article or a part of a name.
const WORD: usize = 4;
/// Digits at the end of a number by which two are compared, so that a country's number in front does not matter.
const DIGITS: usize = 8;

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Traits {
    family: BTreeSet<String>,
    phones: BTreeSet<String>,
    addresses: BTreeSet<String>,
}

impl Traits {
    pub fn shares(&self, other: &Self) -> bool {
        let any = |one: &BTreeSet<String>, two: &BTreeSet<String>| !one.is_disjoint(two);
        any(&self.family, &other.family) || any(&self.phones, &other.phones) || any(&self.addresses, &other.addresses)
    }
}

pub(super) fn of_patient(desk: &Desk, id: &str) -> Traits {
    desk.read("Patient", id).ok().map(|stored| read(&stored)).unwrap_or_default()
}

/// What the record says of somebody who works here; of who is no practitioner, the last word of each name.
pub(super) fn of_account(desk: &Desk, account: &Account) -> Traits {
    let known = account.practitioner.as_deref().and_then(|id| desk.read("Practitioner", id).ok());
    let mut traits = known.map(|stored| read(&stored)).unwrap_or_default();
    if traits.family.is_empty() {
        traits.family.extend(account.names.iter().filter_map(|name| words(&name.text).pop()));
    }
    traits
}

fn read(stored: &Stored) -> Traits {
    look(stored, |person| {
        let list = |path: &str| person.all(path);
        let texts = |path: &str| list(path).iter().filter_map(|value| value.as_str().map(|text| text.into_owned())).collect::<Vec<_>>();
        let is_phone = |value: &Value<'_>| value.text("system").as_deref() == Some("phone");
        let numbers = list("telecom").into_iter().filter(is_phone).filter_map(|value| value.text("value").map(|text| digits(&text)));
        Traits {
            family: texts("name.family").iter().flat_map(|name| words(name)).collect(),
            phones: numbers.filter(|number| number.len() == DIGITS).collect(),
            addresses: texts("address.line")
                .iter()
                .chain(&texts("address.text"))
                .map(|line| normalize(line).into_owned())
                .filter(|line| line.len() > 8)
                .collect(),
        }
    })
    .unwrap_or_default()
}

fn words(name: &str) -> Vec<String> {
    normalize(name).split(' ').filter(|word| word.chars().count() >= WORD).map(str::to_owned).collect()
}

/// The last digits of a number.
fn digits(text: &str) -> String {
    let all: Vec<char> = text.chars().filter(char::is_ascii_digit).collect();
    all.get(all.len().saturating_sub(DIGITS)..).unwrap_or_default().iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_the_same_with_and_without_its_country_and_a_short_word_is_no_name() {
        assert_eq!(digits("+212 6 12-34-56-78"), digits("0612345678"));
        assert_ne!(digits("0612345678"), digits("0612345679"));
        assert_eq!(words("EL ALAMI Bén-Driss"), ["alami", "driss"]);
    }
}
