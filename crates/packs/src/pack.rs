//! What a pack holds.

use crate::lists::{Names as PersonNames, Places};
use crate::{
    Access, Allergens, AuditRules, Consents, Cover, Indicators, Labels, Notes, Papers, Pattern, Problem, Provenance, QueueRules, Requests, Roles, Shifts,
    Signs, Stays, Triage, build,
};
use rihla_fhir::r4::TypeId;
use rihla_kernel::SiteId;
use std::collections::BTreeMap;
use std::path::Path;

/// A name by language code.
pub type Names = BTreeMap<String, String>;

/// A country with the hospital group that runs there.
#[derive(Clone, Debug)]
pub struct Pack {
    /// ISO 3166-1, two letters.
    pub country: String,
    pub names: Names,
    /// The IANA zone of the country, where a site names none.
    pub zone: String,
    /// BCP 47 codes; the default one among them.
    pub languages: Vec<String>,
    pub default_language: String,
    /// In years; until then somebody else answers for a person. 0: the pack does not say.
    pub of_age: u8,
    /// Shapes of mobile telephone numbers, each 9 a digit.
    pub phones: Vec<String>,
    pub provenance: Provenance,
    pub writing: Writing,
    pub group: Group,
    pub sites: Vec<Site>,
    pub identifiers: Vec<IdentifierSystem>,
    pub cover: Cover,
    /// What people are called, in each of the country's scripts.
    pub person_names: PersonNames,
    pub places: Places,
    pub roles: Roles,
    pub access: Access,
    pub audit: AuditRules,
    /// What is printed about patients and stays.
    pub papers: Papers,
    pub labels: Labels,
    /// What is measured at the bedside.
    pub signs: Signs,
    /// What is written about patients, from which templates.
    pub notes: Notes,
    /// What is asked of others about patients.
    pub requests: Requests,
    /// What people are allergic to, and how it shows.
    pub allergens: Allergens,
    /// What patients are asked.
    pub consents: Consents,
    pub stays: Stays,
    /// When the shifts of the wards begin.
    pub shifts: Shifts,
    /// What the cockpit measures.
    pub indicators: Indicators,
    /// How arrivals at the emergency department are sorted.
    pub triage: Triage,
    /// Who is called next at the desks.
    pub queue: QueueRules,
}

/// How names and telephone numbers are written, for whoever looks for a person by them.
#[derive(Clone, Debug, Default)]
pub struct Writing {
    /// Small words that may be there or not, apart or written onto the name.
    pub articles: Vec<String>,
    /// Small words that belong to the name.
    pub particles: Vec<String>,
    /// The country's number, without a sign.
    pub phone_country: String,
    /// What stands before a number at home.
    pub phone_trunk: String,
    /// What stands before the country's number, besides `+`.
    pub phone_abroad: String,
}

/// The hospital group: one store is one group.
#[derive(Clone, Debug)]
pub struct Group {
    pub code: String,
    pub names: Names,
    pub provenance: Provenance,
}

/// A hospital of the group.
#[derive(Clone, Debug)]
pub struct Site {
    /// Stored in every row: never changed, never given again.
    pub number: SiteId,
    pub code: String,
    pub names: Names,
    pub legal_status: LegalStatus,
    pub zone: String,
    pub provenance: Provenance,
}

/// Decides tariff, third-party rules and règlement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LegalStatus {
    Public,
    Foundation,
    Private,
}

/// Who gives a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Issuer {
    Site,
    Group,
    State,
    Insurer,
}

/// A kind of number that people or establishments carry.
#[derive(Clone, Debug)]
pub struct IdentifierSystem {
    /// A short name within the pack.
    pub id: String,
    /// `Identifier.system`.
    pub system: String,
    pub names: Names,
    pub issuer: Issuer,
    /// The site whose number it is.
    pub site: Option<SiteId>,
    /// Two resources may not carry the same value. Only for numbers that the hospital gives itself.
    pub unique: bool,
    /// The resource types that carry it.
    pub of: Vec<TypeId>,
    /// What a value usually looks like; a value that does not warns.
    pub pattern: Option<Pattern>,
    pub provenance: Provenance,
}

// What the build reads into the program is what is read from a folder.
include!("files.rs");
include!(concat!(env!("OUT_DIR"), "/built_in.rs"));

impl Pack {
    /// The files that make a pack.
    pub const FILES: &[&str] = FILES;

    /// The system of the codes of [`Cover::schemes`].
    pub fn scheme_system(&self) -> String {
        format!("urn:rihla:{}:scheme", self.country.to_lowercase())
    }

    /// The system of the codes of [`Consents::list`].
    pub fn consent_system(&self) -> String {
        format!("urn:rihla:{}:consent", self.country.to_lowercase())
    }

    /// Reads a pack's folder.
    pub fn load(folder: &Path) -> Result<Self, Vec<Problem>> {
        let mut problems = Vec::new();
        let mut texts = Vec::new();
        for name in Self::FILES {
            let path = folder.join(name);
            match std::fs::read_to_string(&path) {
                Ok(text) => texts.push((path.display().to_string(), text)),
                Err(error) => problems.push(Problem { file: path.display().to_string(), key: String::new(), text: error.to_string() }),
            }
        }
        if !problems.is_empty() {
            return Err(problems);
        }
        Self::parse(&texts.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect::<Vec<_>>())
    }

    /// Reads a pack from texts, each with the path of its file, which ends with one of [`Pack::FILES`].
    pub fn parse(files: &[(&str, &str)]) -> Result<Self, Vec<Problem>> {
        build::pack(files)
    }

    /// The names of the packs inside the program.
    pub fn built_in_names() -> impl Iterator<Item = &'static str> {
        BUILT_IN.iter().map(|(name, _)| *name)
    }

    /// A pack inside the program, by the name of its folder.
    pub fn built_in(name: &str) -> Option<Result<Self, Vec<Problem>>> {
        BUILT_IN.iter().find(|(known, _)| *known == name).map(|(_, files)| Self::parse(files))
    }

    /// The site of that number.
    pub fn site(&self, number: SiteId) -> Option<&Site> {
        self.sites.iter().find(|site| site.number == number)
    }

    /// The identifier system of that URI.
    pub fn identifier(&self, system: &str) -> Option<&IdentifierSystem> {
        self.identifiers.iter().find(|known| known.system == system)
    }
}
