//! Entries of the audit trail in the words of a hospital.

use crate::desk::Desk;
use crate::me::role_at;
use crate::refuse::Refusal;
use crate::text::{Html, Voice, auto, ltr};
use rihla_audit::Visit;
use rihla_fhir::r4::{TypeId, tables};
use rihla_identity::AccountId;
use rihla_kernel::{Actor, ActorKind, Purpose};
use rihla_store::backend::TypeKey;
use std::collections::{BTreeSet, HashMap};

/// What kinds of things a record is made of; what is in no list is "other parts".
const KINDS: [(&str, &[&str]); 10] = [
    (crate::key!("audit-kind-identity"), &["Patient", "RelatedPerson", "Person", "Linkage"]),
    (crate::key!("audit-kind-problems"), &["Condition", "AllergyIntolerance", "FamilyMemberHistory", "ClinicalImpression", "Immunization", "RiskAssessment"]),
    (crate::key!("audit-kind-medicines"), &["MedicationRequest", "MedicationStatement", "MedicationAdministration", "MedicationDispense"]),
    (crate::key!("audit-kind-results"), &["Observation", "DiagnosticReport", "Specimen", "ServiceRequest", "ImagingStudy", "Media"]),
    (crate::key!("audit-kind-documents"), &["DocumentReference", "DocumentManifest", "Composition", "Binary", "QuestionnaireResponse", "Communication"]),
    (crate::key!("audit-kind-stays"), &["Encounter", "EpisodeOfCare", "Appointment", "Procedure", "CarePlan", "CareTeam", "Goal", "Task"]),
    (crate::key!("audit-kind-alerts"), &["Flag", "DetectedIssue", "Consent"]),
    (crate::key!("audit-kind-money"), &["Coverage", "Account", "Claim", "ClaimResponse", "Invoice", "ChargeItem", "ExplanationOfBenefit"]),
    (crate::key!("audit-kind-trail"), &["AuditEvent", "Provenance"]),
    (crate::key!("audit-kind-house"), &["Location", "Organization", "Practitioner", "PractitionerRole", "HealthcareService", "Group", "Schedule", "Slot"]),
];
const OTHER: &str = crate::key!("audit-kind-other");

/// The kinds of some types, in the order of the list, as one text.
pub(super) fn kinds(voice: &Voice, types: &BTreeSet<TypeKey>) -> String {
    let names: Vec<&str> = types.iter().filter(|ty| **ty > 0).map(|ty| tables().type_name(TypeId(*ty))).collect();
    let known = |name: &&&str| KINDS.iter().any(|(_, list)| list.contains(*name));
    let other = types.contains(&0) || names.iter().any(|name| !known(&name));
    let keys = KINDS.iter().filter(|(_, list)| names.iter().any(|name| list.contains(name))).map(|(key, _)| *key).chain(other.then_some(OTHER));
    keys.map(|key| voice.t(key)).collect::<Vec<_>>().join(&voice.t("audit-comma"))
}

pub(super) fn why(voice: &Voice, purpose: Option<Purpose>) -> String {
    purpose.map_or_else(String::new, |purpose| {
        voice.t(match purpose {
            Purpose::Treatment => "audit-why-treatment",
            Purpose::Operations => "audit-why-operations",
            Purpose::Emergency => "audit-why-emergency",
            Purpose::Research => "audit-why-research",
            Purpose::SystemAdministration => "audit-why-administration",
        })
    })
}

/// Somebody as a page names them.
#[derive(Clone, Debug)]
pub(super) struct Named {
    pub name: Html,
    pub roles: Vec<String>,
}

/// Names of actors, each looked up once for a page.
#[derive(Default)]
pub(super) struct People(HashMap<Actor, Named>);

impl People {
    pub fn named(&mut self, desk: &Desk, actor: &Actor) -> Result<Named, Refusal> {
        if let Some(known) = self.0.get(actor) {
            return Ok(known.clone());
        }
        let named = look_up(desk, actor)?;
        self.0.insert(actor.clone(), named.clone());
        Ok(named)
    }
}

fn look_up(desk: &Desk, actor: &Actor) -> Result<Named, Refusal> {
    // A program that acts for somebody stands behind them.
    let (person, program) = actor.id().split_once(' ').map_or((actor.id(), None), |(person, program)| (person, Some(program)));
    let id = person.strip_prefix("Account/").and_then(AccountId::parse);
    let account = id.map(|id| desk.house.identity().account(id)).transpose()?.flatten();
    Ok(match account {
        Some(account) => {
            let here = account.grants.iter().filter(|grant| grant.site == desk.house.site());
            let roles = here.map(|grant| role_at(&desk.house, &desk.voice, &grant.role, grant.unit.as_deref()));
            let by = program.map(|program| named_program(desk, program)).transpose()?;
            Named { name: auto(account.name(desk.voice.tag())), roles: by.into_iter().chain(roles).collect() }
        }
        None if actor.kind() == ActorKind::System => Named { name: auto(&named_program(desk, actor.id())?), roles: vec![desk.voice.t("audit-program")] },
        None => Named { name: ltr(actor.id()), roles: Vec::new() },
    })
}

/// As whoever let the program in named it.
fn named_program(desk: &Desk, actor: &str) -> Result<String, Refusal> {
    let client = actor.strip_prefix("Client/").map(|id| desk.house.smart().client(id)).transpose()?.flatten();
    Ok(client.map_or_else(|| actor.to_owned(), |client| client.name))
}

/// One visit, as a row.
pub(super) struct Line {
    pub from: String,
    /// Empty if it ended within the minute in which it began.
    pub to: String,
    pub who: Named,
    pub place: Html,
    pub looked: String,
    pub wrote: String,
    pub why: String,
    pub glass: Option<String>,
    pub denied: bool,
}

pub(super) fn line(desk: &Desk, people: &mut People, visit: &Visit) -> Result<Line, Refusal> {
    let voice = &desk.voice;
    let (from, to) = (voice.time(visit.from), voice.time(visit.to));
    let place = match (visit.origin.station(), visit.origin.address()) {
        (Some(station), _) => auto(station),
        (None, Some(address)) => ltr(address),
        (None, None) => Html::default(),
    };
    Ok(Line {
        to: if to == from { String::new() } else { to },
        from,
        who: people.named(desk, &visit.actor)?,
        place,
        looked: kinds(voice, &visit.looked),
        wrote: kinds(voice, &visit.wrote),
        why: why(voice, visit.purpose),
        glass: visit.glass.as_deref().map(str::to_owned),
        denied: visit.denied,
    })
}
