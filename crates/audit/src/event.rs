//! An entry as AuditEvent, by the patterns of IHE BALP (<https://profiles.ihe.net/ITI/BALP/>): Create, Read, Update, Delete
//! and Query, each with a variant for what is about patients.
//!
//! A departure, for whoever audits: a query's entity says which type was asked for and not by what parameters, because the
//! chain does not keep them; they hold names and numbers of people.

use rihla_fhir::base64;
use rihla_fhir::json::escape_into;
use rihla_fhir::r4::{TypeId, tables};
use rihla_kernel::{ActorKind, Purpose};
use rihla_store::backend::AccessAction;
use rihla_store::body::push_instant;
use rihla_store::trail::{EventKind, Seen, SeenWhat, TrailPlace};

const PROFILE: &str = "https://profiles.ihe.net/ITI/BALP/StructureDefinition/IHE.BasicAudit.";
/// How audit messages name it.
pub(crate) const DCM_NAME: &str = "DCM";
const DCM: &str = "http://dicom.nema.org/resources/ontology/DCM";
const REASON: &str = "http://terminology.hl7.org/CodeSystem/v3-ActReason";
const PART: &str = "http://terminology.hl7.org/CodeSystem/v3-ParticipationType";
const REST: &str = "http://hl7.org/fhir/restful-interaction";
const ENTITY: &str = "http://terminology.hl7.org/CodeSystem/audit-entity-type";
const ROLE: &str = "http://terminology.hl7.org/CodeSystem/object-role";

/// The logical id of an entry: it follows from its place.
pub fn event_id(place: TrailPlace) -> String {
    format!("chain-{}-{}", place.link, place.entry)
}

/// The place that an id names.
pub fn place_of_id(id: &str) -> Option<TrailPlace> {
    let (link, entry) = id.strip_prefix("chain-")?.split_once('-')?;
    let place = TrailPlace { link: link.parse().ok()?, entry: entry.parse().ok()? };
    (event_id(place) == id).then_some(place)
}

/// JSON on its way out.
struct Out<'o>(&'o mut Vec<u8>);

impl Out<'_> {
    fn raw(&mut self, text: &str) -> &mut Self {
        self.0.extend_from_slice(text.as_bytes());
        self
    }

    fn text(&mut self, text: &str) -> &mut Self {
        escape_into(text, self.0);
        self
    }

    fn coding(&mut self, system: &str, code: &str, display: &str) -> &mut Self {
        self.raw(r#"{"system":"#).text(system).raw(r#","code":"#).text(code);
        if !display.is_empty() {
            self.raw(r#","display":"#).text(display);
        }
        self.raw("}")
    }

    fn concept(&mut self, system: &str, code: &str, display: &str) -> &mut Self {
        self.raw(r#"{"coding":["#).coding(system, code, display).raw("]}")
    }
}

/// What an entry is, in codes.
pub(crate) struct Codes {
    /// BALP's pattern, of an access that succeeded.
    pub profile: Option<&'static str>,
    pub kind: (&'static str, &'static str, &'static str),
    pub subtype: (&'static str, &'static str, &'static str),
    pub action: char,
}

const RESTFUL: (&str, &str, &str) = ("http://terminology.hl7.org/CodeSystem/audit-event-type", "rest", "Restful Operation");

pub(crate) fn codes(seen: &Seen) -> Codes {
    match &seen.what {
        SeenWhat::Access { action, patients, .. } => {
            let (profile, with_patient, interaction) = match action {
                AccessAction::Create => ("Create", "PatientCreate", "create"),
                AccessAction::Read => ("Read", "PatientRead", "read"),
                AccessAction::Update => ("Update", "PatientUpdate", "update"),
                AccessAction::Delete => ("Delete", "PatientDelete", "delete"),
                AccessAction::Execute => ("Query", "PatientQuery", "search"),
            };
            let profile = if patients.is_empty() { profile } else { with_patient };
            Codes { profile: (!seen.denied).then_some(profile), kind: RESTFUL, subtype: (REST, interaction, interaction), action: char::from(*action as u8) }
        }
        SeenWhat::Event { kind, .. } => {
            let (code, name, subtype, sub) = event_codes(*kind);
            Codes { profile: None, kind: (DCM, code, name), subtype: (DCM, subtype, sub), action: 'E' }
        }
    }
}

/// <https://dicom.nema.org/medical/dicom/current/output/chtml/part16/chapter_D.html>.
fn event_codes(kind: EventKind) -> (&'static str, &'static str, &'static str, &'static str) {
    const SECURITY: (&str, &str) = ("110113", "Security Alert");
    const PEOPLE: (&str, &str) = ("110114", "User Authentication");
    let ((code, name), (subtype, sub)) = match kind {
        EventKind::SignIn => (PEOPLE, ("110122", "Login")),
        EventKind::SignOut => (PEOPLE, ("110123", "Logout")),
        EventKind::LockOut => (SECURITY, ("110132", "Use of Restricted Function")),
        EventKind::AccountChange => (SECURITY, ("110136", "Security Roles Changed")),
        EventKind::SecretChange | EventKind::Consent => (SECURITY, ("110137", "User security Attributes Changed")),
        EventKind::KeyChange | EventKind::StationChange => (SECURITY, ("110129", "Security Configuration")),
        EventKind::BrokenGlass => (SECURITY, ("110127", "Emergency Override Started")),
        EventKind::Export | EventKind::Backup => (("110106", "Export"), ("110135", "Object Security Attributes Changed")),
        EventKind::TrailRead => (("110101", "Audit Log Used"), ("110101", "Audit Log Used")),
        EventKind::Service => (("110100", "Application Activity"), ("110120", "Application Start")),
    };
    (code, name, subtype, sub)
}

/// The codes of an entry's search parameters, each as `name=code`.
pub fn codes_of(seen: &Seen) -> [String; 4] {
    let Codes { kind, subtype, action, .. } = codes(seen);
    [format!("action={action}"), format!("outcome={}", if seen.denied { 4 } else { 0 }), format!("type={}", kind.1), format!("subtype={}", subtype.1)]
}

pub(crate) fn reason(purpose: Purpose) -> (&'static str, &'static str) {
    match purpose {
        Purpose::Treatment => ("TREAT", "treatment"),
        Purpose::Operations => ("HOPERAT", "healthcare operations"),
        Purpose::Emergency => ("ETREAT", "Emergency Treatment"),
        Purpose::Research => ("HRESCH", "healthcare research"),
        Purpose::SystemAdministration => ("HSYSADMIN", "health system administration"),
    }
}

/// Appends an entry as AuditEvent in JSON. `observer`: the name of the server that wrote it.
pub fn push_event(seen: &Seen, observer: &str, out: &mut Vec<u8>) {
    let codes = codes(seen);
    let mut recorded = Vec::new();
    push_instant(seen.at, &mut recorded);
    let recorded = String::from_utf8_lossy(&recorded).into_owned();
    let out = &mut Out(out);
    out.raw(r#"{"resourceType":"AuditEvent","id":"#).text(&event_id(seen.place)).raw(r#","meta":{"versionId":"1","lastUpdated":"#).text(&recorded);
    if let Some(profile) = codes.profile {
        out.raw(r#","profile":["#).text(&format!("{PROFILE}{profile}")).raw("]");
    }
    out.raw(r#"},"type":"#).coding(codes.kind.0, codes.kind.1, codes.kind.2);
    out.raw(r#","subtype":["#).coding(codes.subtype.0, codes.subtype.1, codes.subtype.2);
    out.raw(r#"],"action":"#).text(&codes.action.to_string()).raw(r#","recorded":"#).text(&recorded);
    // 4: minor failure, <http://hl7.org/fhir/R4/valueset-audit-event-outcome.html>.
    out.raw(r#","outcome":"#).text(if seen.denied { "4" } else { "0" });
    if let SeenWhat::Event { detail, .. } = &seen.what
        && !detail.is_empty()
    {
        out.raw(r#","outcomeDesc":"#).text(detail);
    }
    if let Some(purpose) = seen.purpose {
        let (code, display) = reason(purpose);
        out.raw(r#","purposeOfEvent":["#).concept(REASON, code, display).raw("]");
    }
    push_agents(seen, observer, out);
    out.raw(r#","source":{"observer":{"display":"#).text(observer).raw("}}");
    push_entities(seen, out);
    out.raw("}");
}

fn push_agents(seen: &Seen, observer: &str, out: &mut Out<'_>) {
    out.raw(r#","agent":[{"type":"#).concept(DCM, "110153", "Source Role ID").raw(r#","who":{"display":"#);
    let by_program = matches!(seen.actor.kind(), ActorKind::System | ActorKind::Node);
    out.text(seen.origin.program().unwrap_or(seen.actor.id())).raw(r#"},"requestor":"#).raw(if by_program { "true" } else { "false" });
    if let Some(station) = seen.origin.station() {
        out.raw(r#","name":"#).text(station);
    }
    if let Some(address) = seen.origin.address() {
        // 2: an address of the Internet Protocol.
        out.raw(r#","network":{"address":"#).text(address).raw(r#","type":"2"}"#);
    }
    out.raw(r#"},{"type":"#).concept(DCM, "110152", "Destination Role ID").raw(r#","who":{"display":"#).text(observer).raw(r#"},"requestor":false}"#);
    if !by_program {
        let written = matches!(&seen.what, SeenWhat::Access { action: AccessAction::Create | AccessAction::Update, .. });
        let (code, display) = if written { ("AUT", "author (originator)") } else { ("IRCP", "information recipient") };
        out.raw(r#",{"type":"#).concept(PART, code, display).raw(r#","who":{"identifier":{"value":"#).text(seen.actor.id());
        out.raw(r#"}},"altId":"#).text(seen.actor.id()).raw(r#","requestor":true}"#);
    }
    out.raw("]");
}

fn push_entities(seen: &Seen, out: &mut Out<'_>) {
    let mut between = r#","entity":["#;
    for patient in seen.patients() {
        out.raw(between).raw(r#"{"what":{"reference":"#).text(&format!("Patient/{}", patient.to_text()));
        out.raw(r#"},"type":"#).coding(ENTITY, "1", "Person").raw(r#","role":"#).coding(ROLE, "1", "Patient").raw("}");
        between = ",";
    }
    match &seen.what {
        SeenWhat::Access { action, ty, thing, vid, shown, .. } => {
            let name = if *ty == 0 { "" } else { tables().type_name(TypeId(*ty)) };
            out.raw(between).raw("{");
            if let Some(thing) = thing {
                let version = vid.map_or(String::new(), |vid| format!("/_history/{vid}"));
                out.raw(r#""what":{"reference":"#).text(&format!("{name}/{}{version}", thing.to_text())).raw("},");
            }
            out.raw(r#""type":"#).coding(ENTITY, "2", "System Object").raw(r#","role":"#);
            if *action == AccessAction::Execute {
                let mut asked = Vec::new();
                base64::encode_into(name.as_bytes(), &mut asked);
                out.coding(ROLE, "24", "Query").raw(r#","query":"#).text(&String::from_utf8_lossy(&asked));
                out.raw(r#","detail":[{"type":"shown","valueString":"#).text(&shown.to_string()).raw("}]");
            } else {
                out.coding(ROLE, "4", "Domain Resource");
            }
            out.raw("}]");
        }
        SeenWhat::Event { subject, .. } if !subject.is_empty() => {
            out.raw(between).raw(r#"{"type":"#).coding(ENTITY, "2", "System Object").raw(r#","name":"#).text(subject).raw("}]");
        }
        SeenWhat::Event { patient: Some(_), .. } => _ = out.raw("]"),
        SeenWhat::Event { .. } => {}
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use rihla_fhir::issue::Issues;
    use rihla_fhir::json::{self, Limits};
    use rihla_fhir::validate::{Options, validate};
    use rihla_kernel::{Actor, Instant, Origin};
    use rihla_store::backend::LogicalId;

    pub fn seen(what: SeenWhat) -> Seen {
        Seen {
            place: TrailPlace { link: 12, entry: 3 },
            at: Instant(1_790_000_000_123),
            actor: Actor::new(ActorKind::Person, "Account/abc"),
            origin: Origin::new("screens", "urgences-1", "10.1.2.3"),
            purpose: Some(Purpose::Treatment),
            denied: false,
            what,
        }
    }

    pub fn access(action: AccessAction, patients: &[&str]) -> SeenWhat {
        let ty = tables().resource_type("Observation").expect("a type").0;
        let patients = patients.iter().map(|id| LogicalId::Chosen((*id).into())).collect();
        SeenWhat::Access { action, ty, thing: Some(LogicalId::Chosen("o1".into())), vid: Some(2), shown: 7, patients }
    }

    fn json_of(seen: &Seen) -> String {
        let mut out = Vec::new();
        push_event(seen, "rihla", &mut out);
        String::from_utf8(out).expect("text")
    }

    fn is_valid(text: &str) {
        let doc = json::parse(text.as_bytes(), &Limits::default()).unwrap_or_else(|_| panic!("no JSON: {text}"));
        let mut issues = Issues::default();
        validate(doc.root(), None, Options::default(), &mut (), &mut issues);
        let found: Vec<String> = issues.list().iter().map(|it| format!("{} {}", it.code(), it.expression)).collect();
        assert_eq!(found, Vec::<String>::new(), "{text}");
    }

    #[test]
    fn every_entry_is_a_valid_audit_event() {
        use AccessAction::{Create, Delete, Execute, Read, Update};
        for action in [Create, Read, Update, Delete, Execute] {
            for patients in [&["p1", "p2"][..], &[]] {
                is_valid(&json_of(&seen(access(action, patients))));
            }
        }
        for kind in EventKind::ALL {
            for patient in [None, Some(LogicalId::Chosen("p1".into()))] {
                for subject in ["", "Account/x"] {
                    let what = SeenWhat::Event { kind, patient: patient.clone(), subject: subject.into(), detail: "\"why\"".into() };
                    is_valid(&json_of(&seen(what)));
                }
            }
        }
    }

    #[test]
    fn a1_an_event_says_who_whose_what_why_and_from_where() {
        let text = json_of(&seen(access(AccessAction::Execute, &["p1", "p2"])));
        for part in
            ["BasicAudit.PatientQuery", r#""altId":"Account/abc""#, "Patient/p1", "Patient/p2", "TREAT", "10.1.2.3", "urgences-1", r#""valueString":"7""#]
        {
            assert!(text.contains(part), "{part}: {text}");
        }
        let denied = json_of(&Seen { denied: true, ..seen(access(AccessAction::Read, &["p1"])) });
        assert!(denied.contains(r#""outcome":"4""#) && !denied.contains("BasicAudit"), "{denied}");
    }

    #[test]
    fn an_id_names_its_place_and_no_other_text_does() {
        let place = TrailPlace { link: 12, entry: 3 };
        assert_eq!(place_of_id(&event_id(place)), Some(place));
        for odd in ["chain-12", "chain-012-3", "chain-1-2-3", "x"] {
            assert_eq!(place_of_id(odd), None, "{odd}");
        }
    }
}
