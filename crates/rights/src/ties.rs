//! What a resource says of care: between whom, and until when.

use rihla_fhir::json::Value;
use rihla_fhirpath::{Zone, parse_date};
use rihla_kernel::{Instant, SiteId};

/// What somebody is tied to, as `Type/id`, and until when.
pub type Tie = (String, i64);

/// Still going on.
pub const OPEN: i64 = i64::MAX;

/// What one resource says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Said {
    /// The patient's id.
    pub patient: String,
    pub ties: Vec<Tie>,
    /// Whom the patient keeps away: `Some` of nobody keeps all away.
    pub denies: Option<Vec<String>>,
}

/// On an entry of `Encounter.location`: the units that answer for the patient as physicians and as nurses.
pub const RESPONSIBLE: [&str; 2] = ["urn:rihla:extension:responsible-medical", "urn:rihla:extension:responsible-nursing"];

/// All who work at a site.
pub fn site(site: SiteId) -> String {
    format!("site/{}", site.0)
}

/// What ties are made of.
pub const SOURCES: &[&str] = &["Encounter", "Appointment", "ServiceRequest", "CareTeam", "Consent"];

/// Reads a resource; nothing if it is about no patient of this store.
pub fn read(resource: Value<'_>, zone: &Zone, at: Instant, of: SiteId) -> Option<Said> {
    let reader = Reader { resource, zone, at };
    let ty = text(resource, "resourceType");
    let said = match ty.as_str() {
        "Encounter" => reader.encounter(of),
        "Appointment" => reader.appointment(of),
        "ServiceRequest" => reader.request(of),
        "CareTeam" => reader.team(of),
        "Consent" => reader.consent(),
        _ => return None,
    };
    Some(said).filter(|said| !said.patient.is_empty())
}

struct Reader<'r> {
    resource: Value<'r>,
    zone: &'r Zone,
    at: Instant,
}

impl Reader<'_> {
    fn status(&self) -> String {
        text(self.resource, "status")
    }

    /// When a period ended; as long as it has no end, `otherwise`.
    fn end_of(&self, within: Value<'_>, otherwise: i64) -> i64 {
        let end = within.get("period").map(|period| text(period, "end")).unwrap_or_default();
        parse_date(&end, self.zone).map_or(otherwise, |span| span.hi)
    }

    fn encounter(&self, of: SiteId) -> Said {
        let over = match self.status().as_str() {
            "finished" => self.end_of(self.resource, self.at.0),
            // Begun by mistake, or never begun.
            "cancelled" | "entered-in-error" => self.at.0,
            _ => OPEN,
        };
        let mut ties = vec![(site(of), over)];
        ties.extend(reference(self.resource.get("serviceProvider")).map(|unit| (unit, over)));
        for place in list(self.resource, "location") {
            let until = self.end_of(place, over);
            ties.extend(reference(place.get("location")).map(|name| (name, until)));
            // Who lies in another unit's bed is in the care of the one that answers for them.
            let answers = list(place, "extension").filter(|one| RESPONSIBLE.contains(&text(*one, "url").as_str()));
            ties.extend(answers.filter_map(|one| reference(one.get("valueReference"))).map(|name| (name, until)));
        }
        for who in list(self.resource, "participant") {
            ties.extend(reference(who.get("individual")).map(|name| (name, self.end_of(who, over))));
        }
        Said { patient: patient(self.resource.get("subject")), ties, denies: None }
    }

    fn appointment(&self, of: SiteId) -> Said {
        let over = match self.status().as_str() {
            "cancelled" | "noshow" | "entered-in-error" => self.at.0,
            "fulfilled" => parse_date(&text(self.resource, "end"), self.zone).map_or(self.at.0, |span| span.hi),
            _ => OPEN,
        };
        let named: Vec<String> = list(self.resource, "participant").filter_map(|one| reference(one.get("actor"))).collect();
        let patient = named.iter().find_map(|name| name.strip_prefix("Patient/")).unwrap_or_default().to_owned();
        let others = named.into_iter().filter(|name| !name.starts_with("Patient/"));
        let ties = others.chain([site(of)]).map(|name| (name, over)).collect();
        Said { patient, ties, denies: None }
    }

    fn request(&self, of: SiteId) -> Said {
        let over = if matches!(self.status().as_str(), "active" | "on-hold" | "draft") { OPEN } else { self.at.0 };
        // A place cannot be a performer: the unit that is to do it is named by where it is done.
        let named = ["performer", "locationReference"].into_iter().flat_map(|name| list(self.resource, name)).filter_map(|one| reference(Some(one)));
        let ties = named.chain([site(of)]).map(|name| (name, over)).collect();
        Said { patient: patient(self.resource.get("subject")), ties, denies: None }
    }

    fn team(&self, of: SiteId) -> Said {
        let over = if matches!(self.status().as_str(), "active" | "proposed") { self.end_of(self.resource, OPEN) } else { self.at.0 };
        let mut ties = vec![(site(of), over)];
        for one in list(self.resource, "participant") {
            ties.extend(reference(one.get("member")).map(|name| (name, self.end_of(one, over))));
        }
        ties.extend(list(self.resource, "managingOrganization").filter_map(|one| reference(Some(one))).map(|name| (name, over)));
        Said { patient: patient(self.resource.get("subject")), ties, denies: None }
    }

    /// <https://hl7.org/fhir/R4/consent-definitions.html#Consent.provision>
    fn consent(&self) -> Said {
        let mut said = Said { patient: patient(self.resource.get("patient")), ..Said::default() };
        let Some(rule) = self.resource.get("provision") else { return said };
        if self.status() == "active" && text(rule, "type") == "deny" && self.end_of(rule, OPEN) > self.at.0 {
            said.denies = Some(list(rule, "actor").filter_map(|actor| reference(actor.get("reference"))).collect());
            said.ties = vec![("deny".into(), self.end_of(rule, OPEN))];
        }
        said
    }
}

fn text(value: Value<'_>, name: &str) -> String {
    value.get(name).and_then(|value| value.as_str()).map_or_else(String::new, |text| text.into_owned())
}

fn list<'v>(value: Value<'v>, name: &str) -> impl Iterator<Item = Value<'v>> + use<'v> {
    value.get(name).into_iter().flat_map(|value| value.each())
}

/// `Type/id` of a reference within this store.
pub fn reference(value: Option<Value<'_>>) -> Option<String> {
    let text = value?.get("reference")?.as_str()?.into_owned();
    let (ty, id) = text.split_once('/')?;
    (!id.is_empty() && !id.contains('/') && ty.chars().all(char::is_alphanumeric)).then_some(text)
}

fn patient(value: Option<Value<'_>>) -> String {
    reference(value).and_then(|name| name.strip_prefix("Patient/").map(str::to_owned)).unwrap_or_default()
}

/// What a place or an organisation is part of.
pub fn parent(resource: Value<'_>) -> Option<String> {
    reference(resource.get("partOf")).or_else(|| reference(resource.get("managingOrganization")))
}

/// Whose record stands in the place of a Patient's (<https://hl7.org/fhir/R4/valueset-link-type.html>), by id.
pub fn merged_into(patient: Value<'_>) -> Option<String> {
    let link = list(patient, "link").find(|link| text(*link, "type") == "replaced-by")?;
    reference(link.get("other"))?.strip_prefix("Patient/").map(str::to_owned)
}

/// The labels of `meta.security`.
pub fn labels(resource: Value<'_>) -> Vec<(String, String)> {
    let labels = resource.get("meta").into_iter().flat_map(|meta| list(meta, "security"));
    labels.map(|label| (text(label, "system"), text(label, "code"))).collect()
}
