//! Breaking the glass: a patient of nobody's is seen for a while, by whoever says why.

use crate::{Keys, Rights, Who};
use rihla_fhir::json::escape_into;
use rihla_fhir::r4::tables;
use rihla_kernel::{Actor, ActorKind, Fault, FaultKind, Instant};
use rihla_store::Event;
use rihla_store::body::instant_text;
use rihla_store::key::ResKey;
use rihla_store::trail::EventKind;

/// A glass that was broken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Glass {
    /// The patient's id.
    pub patient: String,
    pub until: Instant,
    pub reason: String,
}

/// What is written for a glass to be broken.
#[derive(Clone, Debug)]
pub struct Breaking {
    /// Name and value of the operational state that opens the record.
    pub mark: (String, Vec<u8>),
    /// The AuditEvent that tells of it, as JSON.
    pub event: String,
}

/// How long a broken glass stays broken, in milliseconds: a shift and its handover.
pub const HOLDS: i64 = 12 * 60 * 60 * 1000;
/// A reason says something.
pub const REASON: std::ops::RangeInclusive<usize> = 5..=500;

impl Rights {
    /// What has to be written for a glass to be broken: the mark, and the AuditEvent that tells of it. The caller commits
    /// both at once, by the node.
    ///
    /// `name`: who breaks it, in words, for those who look at the event later.
    pub fn break_glass(&self, who: &Who, name: &str, patient: &str, reason: &str) -> Result<Breaking, Fault> {
        if !self.may_break(&who.role) {
            return Err(Fault::new(FaultKind::Forbidden, "RH-RIGHTS-GLASS", "This role may not open the record of a patient whom it does not care for."));
        }
        let reason = reason.trim();
        if !REASON.contains(&reason.chars().count()) || reason.contains('\n') {
            return Err(Fault::new(FaultKind::Invalid, "RH-RIGHTS-REASON", "Say in a sentence why you have to see this record."));
        }
        if !self.is_known(patient)? {
            return Err(not_found());
        }
        let now = self.now();
        let mark = (mark_of(&who.account, patient), format!("{}\n{reason}", now.0 + HOLDS).into_bytes());
        // Chained by the commit that breaks it, or, if that fails, as something that was tried.
        let actor = Actor::new(ActorKind::Person, &who.account);
        self.store().note_event(&Event { patient: Some(patient), detail: reason, ..Event::of(EventKind::BrokenGlass, actor) });
        Ok(Breaking { mark, event: event(who, name, patient, reason, now) })
    }

    /// The operational state that mends a glass before its time.
    pub fn mend(account: &str, patient: &str) -> (String, Vec<u8>) {
        (mark_of(account, patient), Vec::new())
    }

    /// Whether there is such a patient, for who asks to break the glass of one that they may not see.
    pub fn is_known(&self, patient: &str) -> Result<bool, Fault> {
        Ok(self.key(patient)?.is_some())
    }

    pub(crate) fn key(&self, patient: &str) -> Result<Option<ResKey>, Fault> {
        let ty = tables().resource_type("Patient").ok_or_else(not_found)?;
        self.store().key_for_platform(ty, patient)
    }

    /// The glasses that somebody has broken and that still are.
    pub fn glasses(&self, account: &str) -> Result<Vec<Glass>, Fault> {
        let (now, prefix) = (self.now(), format!("glass/{account}/"));
        let kept = self.store().marks(&prefix)?;
        let glass = |(name, value): (String, Vec<u8>)| {
            let text = String::from_utf8(value).ok()?;
            let (until, reason) = text.split_once('\n')?;
            Some(Glass { patient: name.strip_prefix(&prefix)?.to_owned(), until: Instant(until.parse().ok()?), reason: reason.to_owned() })
        };
        Ok(kept.into_iter().filter_map(glass).filter(|glass| glass.until > now).collect())
    }

    pub(crate) fn broken_by(&self, account: &str) -> Result<Keys, Fault> {
        let Some(ty) = tables().resource_type("Patient") else { return Ok(Keys::new()) };
        let mut out = Keys::new();
        for glass in self.glasses(account)? {
            out.extend(self.store().key_for_platform(ty, &glass.patient)?);
        }
        Ok(out)
    }
}

fn mark_of(account: &str, patient: &str) -> String {
    format!("glass/{account}/{patient}")
}

fn not_found() -> Fault {
    Fault::new(FaultKind::NotFound, "RH-STORE-NOT-FOUND", "No such resource, or none that you may see.")
}

/// <https://hl7.org/fhir/R4/auditevent.html>, with the purpose BTG of <http://terminology.hl7.org/CodeSystem/v3-ActReason>.
fn event(who: &Who, name: &str, patient: &str, reason: &str, now: Instant) -> String {
    let text = |text: &str| {
        let mut out = Vec::new();
        escape_into(text, &mut out);
        // Without its quotation marks: it stands in the midst of others.
        String::from_utf8_lossy(out.get(1..out.len().saturating_sub(1)).unwrap_or_default()).into_owned()
    };
    let person = match &who.practitioner {
        Some(id) => format!(r#""who":{{"reference":"Practitioner/{}"}},"altId":"{}""#, text(id), text(&who.account)),
        None => format!(r#""altId":"{}""#, text(&who.account)),
    };
    let recorded = instant_text(now);
    format!(
        r#"{{"resourceType":"AuditEvent","type":{{"system":"http://dicom.nema.org/resources/ontology/DCM","code":"110113","display":"Security Alert"}},"subtype":[{{"system":"http://dicom.nema.org/resources/ontology/DCM","code":"110127","display":"Emergency Override Started"}}],"action":"E","recorded":"{recorded}","outcome":"0","outcomeDesc":"{}","purposeOfEvent":[{{"coding":[{{"system":"http://terminology.hl7.org/CodeSystem/v3-ActReason","code":"BTG"}}]}}],"agent":[{{"role":[{{"text":"{}"}}],{person},"name":"{}","requestor":true}}],"source":{{"observer":{{"display":"Rihla"}}}},"entity":[{{"what":{{"reference":"Patient/{}"}}}}]}}"#,
        text(reason),
        text(&who.role),
        text(name),
        text(patient),
    )
}
