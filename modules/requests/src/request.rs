//! What is asked for, as it is written into the record.

use rihla_clinical::request::{ASK, Doable, KIND, ORDERABLE, Phase, UNKNOWN_ALLERGIES, number_json, number_of, task_json};
use rihla_clinical::{Object, quoted, reference};
use rihla_kernel::Instant;
use rihla_packs::{Names, Orderable, Priority};
use rihla_store::body::instant_text;

/// What is asked for.
pub struct New<'n> {
    pub id: &'n str,
    pub one: &'n Orderable,
    pub kind: &'n Names,
    pub patient: &'n str,
    pub stay: Option<&'n str>,
    /// A Location that does it.
    pub unit: Option<&'n str>,
    pub priority: Priority,
    pub reason: &'n str,
    pub wanted: Option<Instant>,
    pub due: Instant,
    pub answers: &'n [(String, String)],
    /// Of those that were asked for together the first.
    pub requisition: &'n str,
    /// Why it is asked for although nobody knows of allergies: a code.
    pub override_code: &'n str,
    pub now: Instant,
    pub by: &'n str,
    pub account: &'n str,
    /// Whether another has to sign it first.
    pub draft: bool,
}

impl New<'_> {
    pub fn request(&self) -> String {
        let mut out = Object::default();
        out.set("resourceType", quoted("ServiceRequest"));
        let mut extensions = vec![format!(r#"{{"url":"urn:rihla:extension:written-by","valueString":{}}}"#, quoted(self.account))];
        if !self.override_code.is_empty() {
            extensions.push(format!(r#"{{"url":"{UNKNOWN_ALLERGIES}","valueCode":{}}}"#, quoted(self.override_code)));
        }
        out.set_list("extension", &extensions);
        out.set_list("identifier", &number_of(self.id).map(|number| number_json(&number)).into_iter().collect::<Vec<_>>());
        out.set("requisition", format!(r#"{{"system":"urn:rihla:requisition","value":{}}}"#, quoted(self.requisition)));
        let phase = if self.draft { Phase::Draft } else { Phase::Asked };
        out.set("status", quoted(phase.request()));
        out.set("intent", quoted("order"));
        out.set("category", format!("[{}]", rihla_web::concept(KIND, &self.one.kind, self.kind)));
        out.set("priority", quoted(self.priority.code()));
        out.set("code", code_of(self.one));
        out.set("subject", reference(&format!("Patient/{}", self.patient)));
        if let Some(stay) = self.stay {
            out.set("encounter", reference(&format!("Encounter/{stay}")));
        }
        if let Some(wanted) = self.wanted {
            out.set("occurrenceDateTime", quoted(&instant_text(wanted)));
        }
        out.set("authoredOn", quoted(&instant_text(self.now)));
        out.set("requester", self.by.to_owned());
        if let Some(unit) = self.unit {
            out.set("locationReference", format!("[{}]", reference(&format!("Location/{unit}"))));
        }
        if !self.reason.is_empty() {
            out.set("reasonCode", format!(r#"[{{"text":{}}}]"#, quoted(self.reason)));
        }
        let said = |(ask, value): &(String, String)| format!(r#"{{"identifier":{{"system":{},"value":{}}}}}"#, quoted(&format!("{ASK}:{ask}")), quoted(value));
        out.set_list("supportingInfo", &self.answers.iter().map(said).collect::<Vec<_>>());
        out.text()
    }

    pub fn task(&self) -> String {
        task_json(&Doable {
            request: self.id,
            patient: self.patient,
            stay: self.stay,
            kind: &self.one.kind,
            priority: self.priority,
            due: self.due,
            now: self.now,
            by: self.by,
        })
    }
}

/// The concept of something that can be asked for: its LOINC code beside the house's own.
pub fn code_of(one: &Orderable) -> String {
    let own = rihla_web::concept(ORDERABLE, &one.code, &one.names);
    let Some(loinc) = &one.loinc else { return own };
    own.replacen(r#"{"coding":["#, &format!(r#"{{"coding":[{{"system":"http://loinc.org","code":{}}},"#, quoted(loinc)), 1)
}
