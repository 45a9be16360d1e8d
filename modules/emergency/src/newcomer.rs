//! Somebody whom nobody can name yet: sex, about how old, and one mark by which they are told from another.

use rihla_kernel::Instant;
use rihla_packs::{IdentifierSystem, Issuer};
use rihla_store::body::instant_text;
use rihla_web::{Desk, Refusal, quoted};

/// As registration writes it: the identity is provisional until a paper was seen.
const STATE: &str = "urn:rihla:extension:identity-state";
const ABOUT: &str = "urn:rihla:extension:birth-within-years";
/// An age that was guessed is right within so many years.
const WITHIN: u16 = 5;
/// The greatest age that may be guessed.
pub const OLDEST: u16 = 120;
const TRIES: u64 = 40;

pub struct Newcomer<'n> {
    pub id: &'n str,
    pub sex: &'n str,
    pub age: Option<u16>,
    /// Dead when they came: when that was stated.
    pub died: Option<Instant>,
}

impl Newcomer<'_> {
    fn json(&self, system: &str, number: &str, year: i16) -> String {
        let sex = if matches!(self.sex, "female" | "male") { self.sex } else { "unknown" };
        let birth = self
            .age
            .map(|age| year.saturating_sub(i16::try_from(age).unwrap_or(0)))
            .map(|year| format!(r#","birthDate":"{year:04}","_birthDate":{{"extension":[{{"url":"{ABOUT}","valueInteger":{WITHIN}}}]}}"#));
        let died = self.died.map(|at| format!(r#","deceasedDateTime":{}"#, quoted(&instant_text(at)))).unwrap_or_default();
        format!(
            r#"{{"resourceType":"Patient","id":{id},"extension":[{{"url":"{STATE}","valueCode":"provisional"}}],"identifier":[{{"use":"usual","system":{system},"value":{number}}}],"active":true,"name":[{{"use":"temp","family":"X","given":[{number}]}}],"gender":"{sex}"{}{died}}}"#,
            birth.unwrap_or_default(),
            id = quoted(self.id),
            system = quoted(system),
            number = quoted(number),
        )
    }

    /// Writes them with the next of the hospital's own numbers and with their visit, of which `visit` gives id and text for a
    /// number, in one commit.
    pub async fn write(&self, desk: &Desk, visit: impl Fn(&str) -> (String, String)) -> Result<(), Refusal> {
        let none = || Refusal::invalid("RH-EMERGENCY-NUMBER", "No number of the hospital's own is left for another patient.");
        let system = own_number(desk).ok_or_else(none)?;
        let width = system.pattern.as_ref().map_or(8, |pattern| pattern.mask().chars().count());
        let year = desk.instant().get(..4).and_then(|year| year.parse().ok()).unwrap_or_default();
        for (at, mark) in desk.next_numbers(&system.system, TRIES)? {
            let number = format!("{at:0width$}");
            let patient = (self.id.to_owned(), self.json(&system.system, &number, year));
            match desk.create_by_node(&[patient, visit(&number)], vec![mark]).await {
                // Another desk, or an import, has this one.
                Err(refusal) if refusal.fault().is_some_and(|fault| fault.code == "RH-STORE-CLAIMED") => {}
                decided => return decided,
            }
        }
        Err(none())
    }
}

/// The numbers that this hospital gives.
pub fn own_number(desk: &Desk) -> Option<&IdentifierSystem> {
    let site = desk.house.site();
    desk.house.pack().identifiers.iter().find(|system| system.issuer == Issuer::Site && system.site == Some(site) && system.unique)
}
