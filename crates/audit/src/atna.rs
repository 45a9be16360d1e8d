//! An entry as it goes to an audit repository of others: a DICOM audit message
//! (<https://dicom.nema.org/medical/dicom/current/output/chtml/part15/sect_A.5.html>) in a syslog frame (RFC 5424), as IHE's
//! Record Audit Event asks for (<https://profiles.ihe.net/ITI/TF/Volume2/ITI-20.html>).

use crate::event::{DCM_NAME, codes};
use rihla_fhir::r4::{TypeId, tables};
use rihla_kernel::ActorKind;
use rihla_store::backend::AccessAction;
use rihla_store::body::push_instant;
use rihla_store::trail::{Seen, SeenWhat};
use std::fmt::Write;

/// A text inside of an attribute.
fn attribute(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for sign in text.chars() {
        match sign {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            // What XML 1.0 cannot hold, and line ends, which an attribute does not keep.
            sign if sign.is_control() || matches!(sign, '\u{FFFE}' | '\u{FFFF}') => out.push(' '),
            sign => out.push(sign),
        }
    }
    out
}

fn coded(element: &str, code: &str, system: &str, text: &str) -> String {
    format!(r#"<{element} csd-code="{}" codeSystemName="{}" originalText="{}"/>"#, attribute(code), attribute(system), attribute(text))
}

fn time(seen: &Seen) -> String {
    let mut out = Vec::new();
    push_instant(seen.at, &mut out);
    String::from_utf8_lossy(&out).into_owned()
}

/// The message. `source`: the name of this server among audit sources.
pub fn message(seen: &Seen, source: &str) -> String {
    let known = codes(seen);
    let (event, text, system) = match &seen.what {
        SeenWhat::Access { action: AccessAction::Execute, .. } => ("110112", "Query", DCM_NAME),
        SeenWhat::Access { patients, .. } if !patients.is_empty() => ("110110", "Patient Record", DCM_NAME),
        SeenWhat::Access { .. } => ("rest", "Restful Operation", "audit-event-type"),
        SeenWhat::Event { .. } => (known.kind.1, known.kind.2, DCM_NAME),
    };
    let type_system = if matches!(seen.what, SeenWhat::Access { .. }) { known.subtype.0 } else { DCM_NAME };
    let mut out = String::from(r#"<?xml version="1.0" encoding="UTF-8"?><AuditMessage>"#);
    // Writing into a String has no way to fail.
    _ = write!(
        out,
        r#"<EventIdentification EventActionCode="{}" EventDateTime="{}" EventOutcomeIndicator="{}">{}{}"#,
        known.action,
        time(seen),
        if seen.denied { 4 } else { 0 },
        coded("EventID", event, system, text),
        coded("EventTypeCode", known.subtype.1, type_system, known.subtype.2)
    );
    if let Some((code, text)) = seen.purpose.map(crate::event::reason) {
        out.push_str(&coded("PurposeOfUse", code, "v3-ActReason", text));
    }
    out.push_str("</EventIdentification>");
    push_participants(seen, source, &mut out);
    _ = write!(out, r#"<AuditSourceIdentification AuditSourceID="{}">"#, attribute(source));
    // 4: an application server process.
    out.push_str(r#"<AuditSourceTypeCode csd-code="4" codeSystemName="security-source-type" originalText="Application Server"/></AuditSourceIdentification>"#);
    push_objects(seen, &mut out);
    out.push_str("</AuditMessage>");
    out
}

fn push_participants(seen: &Seen, source: &str, out: &mut String) {
    let network = seen.origin.address().map_or(String::new(), |address| {
        // 2: an address of the Internet Protocol.
        format!(r#" NetworkAccessPointID="{}" NetworkAccessPointTypeCode="2""#, attribute(address))
    });
    let person = seen.actor.kind() == ActorKind::Person;
    let client = seen.origin.program().unwrap_or(seen.actor.id());
    let mut one = |user: &str, requestor: bool, network: &str, role: (&str, &str)| {
        let role = coded("RoleIDCode", role.0, DCM_NAME, role.1);
        _ = write!(out, r#"<ActiveParticipant UserID="{}" UserIsRequestor="{requestor}"{network}>{role}</ActiveParticipant>"#, attribute(user));
    };
    one(client, !person, &network, ("110153", "Source Role ID"));
    one(source, false, "", ("110152", "Destination Role ID"));
    if person {
        // The person stands at the source.
        one(seen.actor.id(), true, "", ("110153", "Source Role ID"));
    }
}

fn push_objects(seen: &Seen, out: &mut String) {
    for patient in seen.patients() {
        _ = write!(
            out,
            r#"<ParticipantObjectIdentification ParticipantObjectID="Patient/{}" ParticipantObjectTypeCode="1" ParticipantObjectTypeCodeRole="1">{}</ParticipantObjectIdentification>"#,
            attribute(&patient.to_text()),
            coded("ParticipantObjectIDTypeCode", "2", "RFC-3881", "Patient Number")
        );
    }
    let (id, role) = match &seen.what {
        SeenWhat::Access { action, ty, thing, .. } => {
            let name = if *ty == 0 { "" } else { tables().type_name(TypeId(*ty)) };
            let id = thing.as_ref().map_or_else(|| name.to_owned(), |thing| format!("{name}/{}", thing.to_text()));
            // 24: a query; 4: a resource of the domain.
            (id, if *action == AccessAction::Execute { "24" } else { "4" })
        }
        SeenWhat::Event { subject, .. } => (subject.to_string(), "13"),
    };
    if !id.is_empty() {
        _ = write!(
            out,
            r#"<ParticipantObjectIdentification ParticipantObjectID="{}" ParticipantObjectTypeCode="2" ParticipantObjectTypeCodeRole="{role}">{}</ParticipantObjectIdentification>"#,
            attribute(&id),
            coded("ParticipantObjectIDTypeCode", "12", "RFC-3881", "URI")
        );
    }
}

/// An entry as one frame on the wire: its length, then header and message (RFC 5425, 4.3; RFC 5424, 6). The identity of a
/// frame, by which a repository sees that it has it already, is the entry's place in the chain.
pub fn frame(seen: &Seen, source: &str) -> Vec<u8> {
    let host: String = source.chars().filter(char::is_ascii_graphic).take(255).collect();
    // Facility 10 (security), severity 5 (notice).
    let text = format!("<85>1 {} {host} rihla {}-{} DICOM+RFC3881 - \u{FEFF}{}", time(seen), seen.place.link, seen.place.entry, message(seen, source));
    let mut out = format!("{} ", text.len()).into_bytes();
    out.extend_from_slice(text.as_bytes());
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::tests::{access, seen};
    use rihla_store::trail::EventKind;

    #[test]
    fn a_message_says_what_the_entry_says_and_holds_nothing_that_is_no_xml() {
        let text = message(&seen(access(AccessAction::Read, &["p1", "p2"])), "rihla");
        for part in ["EventActionCode=\"R\"", "110110", "UserID=\"Account/abc\" UserIsRequestor=\"true\"", "10.1.2.3", "Patient/p2", "Observation/o1", "TREAT"]
        {
            assert!(text.contains(part), "{part}: {text}");
        }
        let odd = SeenWhat::Event { kind: EventKind::Export, patient: None, subject: "a<b>&\"\u{1}\n".into(), detail: "".into() };
        let text = message(&seen(odd), "r<");
        assert!(text.contains("ParticipantObjectID=\"a&lt;b&gt;&amp;&quot;  \"") && text.contains("AuditSourceID=\"r&lt;\""), "{text}");
        assert_eq!(text.matches('<').count(), text.matches('>').count());
    }

    #[test]
    fn a_frame_begins_with_its_length_and_says_where_the_entry_stands() {
        let bytes = frame(&seen(access(AccessAction::Execute, &[])), "rihla à");
        let text = String::from_utf8(bytes).expect("text");
        let (length, rest) = text.split_once(' ').expect("a length");
        assert_eq!(length.parse(), Ok(rest.len()));
        assert!(rest.starts_with("<85>1 2026-09-21T14:13:20.123Z rihla rihla 12-3 DICOM+RFC3881 - \u{FEFF}<?xml"), "{rest}");
    }
}
