//! What an administrator types about somebody, and the places that roles may be for.

use crate::desk::Desk;
use crate::drafts::pairs;
use crate::entry::names;
use crate::me::unit_words;
use crate::record::look;
use crate::refuse::Refusal;
use rihla_fhir::r4::tables;
use rihla_fhir::view::{Concept, Look};
use rihla_identity::{Account, Grant, Profile};
use rihla_kernel::SiteId;
use rihla_store::query::Handling;

/// Empty lines below the roles that somebody has.
const SPARE: usize = 2;
/// Lines of a form that are read.
const LINES: usize = 60;
/// Places looked through for wards.
const PLACES: usize = 20_000;

/// A line of the table of roles, as typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Line {
    pub role: String,
    pub site: String,
    pub unit: String,
}

/// The form as it was typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Typed {
    pub author: String,
    pub version: u64,
    pub login: String,
    pub name: String,
    pub name_ar: String,
    pub practitioner: String,
    pub lines: Vec<Line>,
}

impl Typed {
    pub fn of(account: &Account) -> Self {
        let named = |lang: &str| account.names.iter().find(|name| name.lang == lang).map_or_else(String::new, |name| name.text.clone());
        let line = |grant: &Grant| Line { role: grant.role.clone(), site: grant.site.0.to_string(), unit: grant.unit.clone().unwrap_or_default() };
        Self {
            author: String::new(),
            version: account.version,
            login: account.login.clone(),
            name: named("fr"),
            name_ar: named("ar"),
            practitioner: account.practitioner.clone().unwrap_or_default(),
            lines: account.grants.iter().map(line).collect(),
        }
    }

    pub fn read(body: &str) -> Self {
        let pairs = pairs(body);
        let field = |name: &str| pairs.iter().find(|(known, _)| known == name).map_or_else(String::new, |(_, value)| value.trim().to_owned());
        let line = |at: usize| Line { role: field(&format!("role_{at}")), site: field(&format!("site_{at}")), unit: field(&format!("unit_{at}")) };
        Self {
            author: field("_author"),
            version: field("version").parse().unwrap_or(0),
            login: field("login"),
            name: field("name"),
            name_ar: field("name_ar"),
            practitioner: field("practitioner"),
            lines: (0..LINES).map(line).filter(|line| !line.role.is_empty()).collect(),
        }
    }

    /// A line without a role says nothing; a role twice at one place is said once.
    pub fn profile(&self, here: SiteId) -> Profile {
        let mut grants: Vec<Grant> = Vec::new();
        for line in &self.lines {
            let site = line.site.parse().map_or(here, SiteId);
            let grant = Grant::new(&line.role, site, Some(line.unit.as_str()).filter(|unit| !unit.is_empty()));
            if !grants.contains(&grant) {
                grants.push(grant);
            }
        }
        let practitioner = self.practitioner.trim_start_matches("Practitioner/").to_owned();
        Profile { login: self.login.clone(), names: names(&self.name, &self.name_ar), grants, practitioner: Some(practitioner).filter(|id| !id.is_empty()) }
    }

    /// The lines with some to fill in.
    pub fn with_spare(&self) -> Vec<Line> {
        self.lines.iter().cloned().chain((0..SPARE).map(|_| Line::default())).collect()
    }
}

/// Wards of the record by id and name, in the order of their names.
pub(super) fn wards(desk: &Desk) -> Result<Vec<(String, String)>, Refusal> {
    let Some(ty) = tables().resource_type("Location") else { return Ok(Vec::new()) };
    let record = crate::desk::porter(&desk.house);
    let (mut query, _) = record.query(&[ty], &[("_count".to_owned(), "1000".to_owned())], Handling::Strict)?;
    let (mut wards, mut seen) = (Vec::new(), 0);
    loop {
        let page = record.search(&query)?;
        seen += page.matches.len();
        let ward = |place: rihla_fhir::json::Value<'_>| {
            let is_ward = place.at("physicalType").is_some_and(|kind| Concept(kind).has_code("wa"));
            is_ward.then(|| unit_words(place, desk.voice.lang())).flatten()
        };
        wards.extend(page.matches.iter().filter_map(|stored| Some((stored.id.to_text(), look(stored, ward).flatten()?))));
        match page.next {
            Some(next) if seen < PLACES => query.cursor = Some(next),
            _ => break,
        }
    }
    wards.sort_by(|a, b| a.1.cmp(&b.1));
    Ok(wards)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_without_a_role_says_nothing_and_a_role_twice_is_one() {
        let typed = Typed::read(
            "login=a.b&name=A+B&name_ar=&version=3&role_0=nurse&site_0=1&unit_0=w1&role_1=&site_1=1&role_2=nurse&site_2=1&unit_2=w1&role_3=nurse&site_3=2&practitioner=Practitioner%2Fx1",
        );
        let profile = typed.profile(SiteId(1));
        assert_eq!(profile.grants, [Grant::new("nurse", SiteId(1), Some("w1")), Grant::new("nurse", SiteId(2), None)]);
        assert_eq!((profile.names.len(), profile.practitioner.as_deref(), typed.version), (1, Some("x1"), 3));
    }
}
