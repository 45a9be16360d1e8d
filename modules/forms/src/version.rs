//! The versions of one form: Questionnaires of one address, each filled in by responses that name its version.

use crate::sheet::Sheet;
use rihla_fhir::json::Value;
use rihla_fhir::view::Look;
use rihla_questionnaire::edit::{PUBLISHED, Patch, RETIRED, WRITTEN};
use rihla_store::Stored;
use rihla_web::{Desk, Refusal, escaped, look, quoted};
use std::collections::BTreeSet;

/// Versions of one form that are looked at.
const MOST: &str = "100";

/// Who did something with a form, when, and why.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Act {
    /// An instant as FHIR writes it.
    pub at: String,
    pub by: String,
    pub why: String,
}

/// One version as it stands in the record.
#[derive(Clone)]
pub struct Version {
    pub sheet: Sheet,
    pub url: String,
    /// The version that it was made from: `url|version`, or where a form without an address lies.
    pub from: String,
    pub written: Option<Act>,
    pub published: Option<Act>,
    pub retired: Option<Act>,
    pub stored: Stored,
}

impl Version {
    pub fn of(stored: &Stored) -> Option<Self> {
        let sheet = Sheet::of(stored)?;
        look(stored, |root| {
            let own = |path: &str| root.text(path).unwrap_or_default().into_owned();
            Self {
                sheet,
                url: own("url"),
                from: own("derivedFrom"),
                written: act(root, WRITTEN),
                published: act(root, PUBLISHED),
                retired: act(root, RETIRED),
                stored: stored.clone(),
            }
        })
    }

    pub fn read(desk: &Desk, id: &str) -> Result<Self, Refusal> {
        Self::of(&desk.read("Questionnaire", id)?).ok_or_else(Refusal::not_found)
    }

    pub fn is(&self, status: &str) -> bool {
        self.sheet.status == status
    }

    /// Its own address; for one that has none, what the next version of it gets.
    pub fn address(&self) -> String {
        if self.url.is_empty() { address(&self.sheet.id) } else { self.url.clone() }
    }

    /// What a response to it names, and what a version that is made from it says.
    pub fn canonical(&self) -> String {
        match (self.url.is_empty(), self.sheet.version.is_empty()) {
            (true, _) => format!("Questionnaire/{}", self.sheet.id),
            (false, true) => self.url.clone(),
            (false, false) => format!("{}|{}", self.url, self.sheet.version),
        }
    }

    /// The number with which its version begins.
    pub fn number(&self) -> u64 {
        let digits: String = self.sheet.version.chars().take_while(char::is_ascii_digit).collect();
        digits.parse().unwrap_or(0)
    }

    /// What was done with it last.
    pub fn last(&self) -> Option<&Act> {
        [&self.published, &self.written].into_iter().find_map(Option::as_ref)
    }
}

/// The address of a form that was made here.
pub fn address(id: &str) -> String {
    format!("urn:rihla:form:{id}")
}

fn act(root: Value<'_>, url: &str) -> Option<Act> {
    let said = root.extensions("", url).into_iter().next()?;
    let part = |url: &str, path: &str| said.extensions("", url).first().and_then(|part| part.text(path)).unwrap_or_default().into_owned();
    Some(Act { at: part("at", "valueDateTime"), by: part("by", "valueReference.display"), why: part("reason", "valueString") })
}

/// That this person does something with a form now, as an extension.
pub fn now(desk: &Desk, url: &str, why: &str) -> String {
    let why = if why.is_empty() { String::new() } else { format!(r#",{{"url":"reason","valueString":{}}}"#, quoted(why)) };
    format!(
        r#"{{"url":"{url}","extension":[{{"url":"at","valueDateTime":{}}},{{"url":"by","valueReference":{}}}{why}]}}"#,
        quoted(&desk.instant()),
        desk.author_reference()
    )
}

/// All of one form, the newest first: the draft, then by their numbers.
pub fn all(desk: &Desk, one: &Version) -> Result<Vec<Version>, Refusal> {
    let url = escaped(&one.address());
    let page = desk.search("Questionnaire", &[("url", &url), ("_sort", "-_lastUpdated"), ("_count", MOST)])?;
    let mut found: Vec<Version> = page.matches.iter().filter_map(Version::of).collect();
    // Those without an address are named by where they lie.
    let before: Vec<_> = found.iter().chain([one]).filter_map(|version| version.from.strip_prefix("Questionnaire/")).map(str::to_owned).collect();
    for id in before {
        found.extend(Version::read(desk, &id).ok());
    }
    if !found.iter().any(|version| version.sheet.id == one.sheet.id) {
        found.push(one.clone());
    }
    found.sort_by_key(|version| (!version.is("draft"), std::cmp::Reverse(version.number())));
    let mut seen = BTreeSet::new();
    found.retain(|version| seen.insert(version.sheet.id.clone()));
    Ok(found)
}

/// A draft of a form, where there is one beside `own`.
pub fn draft_beside(desk: &Desk, url: &str, own: &str) -> Result<Option<Version>, Refusal> {
    if url.is_empty() {
        return Ok(None);
    }
    let url = escaped(url);
    let page = desk.search("Questionnaire", &[("url", &url), ("status", "draft"), ("_count", "5")])?;
    Ok(page.matches.iter().filter_map(Version::of).find(|version| version.sheet.id != own))
}

/// A questionnaire with what makes it a draft of this house: its own address, no version yet, and who wrote it.
pub fn as_draft(desk: &Desk, value: Value<'_>, url: &str, from: Option<&str>) -> String {
    let mut patch = Patch::of(value);
    patch.set("id", None);
    if let Some(from) = from {
        patch.set("version", None);
        patch.set("derivedFrom", Some(format!("[{}]", quoted(from))));
    }
    if value.text("url").is_none() {
        patch.set_text("url", url);
    }
    patch.set_text("status", "draft");
    for url in [PUBLISHED, RETIRED] {
        patch.extension(url, None);
    }
    patch.extension(WRITTEN, Some(now(desk, WRITTEN, "")));
    patch.json()
}
