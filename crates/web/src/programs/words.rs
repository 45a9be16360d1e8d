//! What a program gets, in plain words.

use crate::key;
use crate::text::Voice;
use rihla_fhir::r4::tables;
use rihla_smart::{Acts, Level, Policy, Resource, Scope, ScopeSet};
use rihla_store::scope::Act;

/// One thing that a program may be let do.
pub(super) struct Line {
    /// As it is written in a token.
    pub scope: String,
    pub words: String,
    /// Conditions that it has to fulfil, as they are written.
    pub only: Vec<String>,
    /// The program cannot be let in without it.
    pub fixed: bool,
    /// Still wanted.
    pub left: bool,
}

/// Kinds of data that people know by a name; others are named as FHIR does.
const KINDS: &[(&str, &str)] = &[
    ("AllergyIntolerance", key!("program-kind-allergy")),
    ("Appointment", key!("program-kind-appointment")),
    ("Binary", key!("program-kind-binary")),
    ("CarePlan", key!("program-kind-plan")),
    ("CareTeam", key!("program-kind-team")),
    ("Condition", key!("program-kind-condition")),
    ("Coverage", key!("program-kind-coverage")),
    ("Device", key!("program-kind-device")),
    ("DiagnosticReport", key!("program-kind-report")),
    ("DocumentReference", key!("program-kind-document")),
    ("Encounter", key!("program-kind-stay")),
    ("Flag", key!("program-kind-alert")),
    ("Goal", key!("program-kind-goal")),
    ("ImagingStudy", key!("program-kind-imaging")),
    ("Immunization", key!("program-kind-vaccine")),
    ("Location", key!("program-kind-place")),
    ("Media", key!("program-kind-media")),
    ("Medication", key!("program-kind-medicine")),
    ("MedicationAdministration", key!("program-kind-given")),
    ("MedicationRequest", key!("program-kind-prescription")),
    ("MedicationStatement", key!("program-kind-taken")),
    ("Observation", key!("program-kind-observation")),
    ("Organization", key!("program-kind-organization")),
    ("Patient", key!("program-kind-patient")),
    ("Practitioner", key!("program-kind-practitioner")),
    ("PractitionerRole", key!("program-kind-role")),
    ("Procedure", key!("program-kind-procedure")),
    ("QuestionnaireResponse", key!("program-kind-answers")),
    ("ServiceRequest", key!("program-kind-request")),
    ("Specimen", key!("program-kind-specimen")),
    ("Task", key!("program-kind-task")),
];

/// The lines of some scopes, of which those in `left` are still wanted.
pub(super) fn lines(voice: &Voice, scopes: &ScopeSet, left: impl Fn(&str) -> bool) -> Vec<Line> {
    let line = |scope: &Scope| {
        let text = scope.to_string();
        let fixed = matches!(scope, Scope::Launch | Scope::LaunchPatient);
        let (words, only) = match scope {
            Scope::Resource(resource) => (resource_words(voice, resource), resource.question.iter().map(|(name, value)| condition(name, value)).collect()),
            other => (voice.t(other_words(other)), Vec::new()),
        };
        Line { left: fixed || left(&text), scope: text, words, only, fixed }
    };
    scopes.iter().map(line).collect()
}

/// A code without its system: who reads this knows the word and not the address.
fn condition(name: &str, value: &str) -> String {
    format!("{name} = {}", value.rsplit('|').next().filter(|code| !code.is_empty()).unwrap_or(value))
}

fn other_words(scope: &Scope) -> &'static str {
    match scope {
        Scope::OpenId => key!("program-openid"),
        Scope::FhirUser => key!("program-fhir-user"),
        Scope::Launch => key!("program-launch"),
        Scope::LaunchPatient => key!("program-launch-patient"),
        Scope::Offline => key!("program-offline"),
        Scope::Online => key!("program-online"),
        Scope::Resource(_) => "",
    }
}

fn resource_words(voice: &Voice, resource: &Resource) -> String {
    let kind = match resource.ty {
        None => voice.t("program-kind-all"),
        Some(ty) => {
            let name = tables().type_name(ty);
            KINDS.iter().find(|(known, _)| *known == name).map_or_else(|| name.to_owned(), |(_, key)| voice.t(key))
        }
    };
    let whose = voice.t(match resource.level {
        Level::Patient => key!("program-of-patient"),
        Level::User => key!("program-of-user"),
        Level::System => key!("program-of-system"),
    });
    let acts = acts_words(resource.acts).into_iter().map(|key| voice.t(key)).collect::<Vec<_>>().join(&voice.t("program-comma"));
    voice.ta("program-scope", &[("kind", kind.as_str()), ("whose", whose.as_str()), ("acts", acts.as_str())])
}

fn acts_words(acts: Acts) -> Vec<&'static str> {
    let (reads, searches) = (acts.has(Acts::READ), acts.has(Acts::SEARCH));
    let mut out = match (reads, searches) {
        (true, true) => vec![key!("program-act-read")],
        (true, false) => vec![key!("program-act-open")],
        (false, true) => vec![key!("program-act-search")],
        (false, false) => Vec::new(),
    };
    let writes = [(Act::Create, key!("program-act-create")), (Act::Update, key!("program-act-update")), (Act::Delete, key!("program-act-delete"))];
    out.extend(writes.into_iter().filter(|(act, _)| acts.has(Acts::of(*act))).map(|(_, key)| key));
    out
}

const MINUTE: i64 = 60_000;
const DAY: i64 = 24 * 60 * MINUTE;

/// For how long a program is let in.
pub(super) fn lasts(voice: &Voice, scopes: &ScopeSet, policy: &Policy) -> String {
    if scopes.has(&Scope::Offline) {
        let days = |millis: i64| (millis / DAY).to_string();
        return voice.ta("program-lasts-offline", &[("idle", days(policy.offline_idle).as_str()), ("all", days(policy.offline).as_str())]);
    }
    if scopes.has(&Scope::Online) {
        return voice.t("program-lasts-online");
    }
    voice.ta("program-lasts", &[("minutes", (policy.access / MINUTE).to_string().as_str())])
}
