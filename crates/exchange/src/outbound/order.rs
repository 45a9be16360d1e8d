//! A request of the house as an order for the system that fills it: ORM^O01, which laboratories and radiology systems of
//! HL7 v2.3 to v2.5 take (chapter 4, <https://www.hl7.eu/HL7v2x/v25/std25/ch04.html>); OML^O21 is younger than most of them.

use super::partner::Partner;
use super::pid::{self, list, text};
use super::pv1;
use rihla_clinical::request::{ASK, KIND, NUMBER, ORDERABLE};
use rihla_fhir::json::Value;
use rihla_fhir::view::{Concept, Look};
use rihla_hl7v2::{Charset, Draft, DraftSegment};
use rihla_packs::Requests;
use std::collections::BTreeMap;

/// What is told of an order (table 0119).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Control {
    New,
    Cancel,
}

impl Control {
    pub fn code(self) -> &'static str {
        match self {
            Self::New => "NW",
            Self::Cancel => "CA",
        }
    }
}

/// Writes an order. Times as FHIR writes them.
pub struct Ordering<'r> {
    pub control: Control,
    /// MSH-10.
    pub control_id: &'r str,
    pub recorded: &'r str,
    pub patient: Value<'r>,
    pub encounter: Option<Value<'r>>,
    pub request: Value<'r>,
    /// What whoever asks was asked, with what they said, in words.
    pub answers: &'r [String],
    /// As in an announcement.
    pub places: &'r BTreeMap<String, String>,
}

/// What whoever asked was asked and said, in words: `Grossesse possible ? non`.
pub fn answers(request: Value<'_>, pack: &Requests, lang: &str) -> Vec<String> {
    let said = |one: Value<'_>| {
        let ask = pack.ask(one.text("identifier.system")?.strip_prefix(ASK)?.strip_prefix(':')?)?;
        let code = one.text("identifier.value")?;
        let (_, words) = ask.answers.iter().find(|(known, _)| *known == code)?;
        Some(format!("{} {}", ask.names.get(lang)?, words.get(lang)?))
    };
    request.all("supportingInfo").into_iter().filter_map(said).collect()
}

/// What a new version of a request is to whoever fills those kinds; nothing for what is no order of the house, or no news.
pub fn of_request(before: Option<Value<'_>>, after: Value<'_>, kinds: &[String]) -> Option<Control> {
    let kind = Concept::at(after, "category").and_then(|kind| kind.code(KIND))?;
    let ours = Concept::at(after, "code").is_some_and(|code| code.code(ORDERABLE).is_some()) && after.text("intent").as_deref() == Some("order");
    if !ours || !kinds.iter().any(|known| *known == kind) {
        return None;
    }
    let was = before.and_then(|before| before.text("status")).unwrap_or_default();
    match (was.as_ref(), after.text("status")?.as_ref()) {
        ("" | "draft", "active") => Some(Control::New),
        ("active" | "on-hold", "revoked" | "entered-in-error") => Some(Control::Cancel),
        _ => None,
    }
}

/// The message. Nothing if the request has no number, or no number of the patient goes to this receiver: nobody could
/// answer it.
pub fn order(what: &Ordering<'_>, partner: &Partner) -> Option<Draft> {
    let number = number(what.request)?;
    let mut draft = Draft::new(partner.marks);
    draft.add("MSH", |msh| {
        msh.set(3, &partner.sending_application).set(4, &partner.sending_facility);
        msh.set(5, &partner.receiving_application).set(6, &partner.receiving_facility);
        msh.set(7, &partner.time(what.recorded)).set_all(9, &["ORM", "O01", "ORM_O01"]);
        msh.set(10, what.control_id).set(11, &partner.processing).set(12, &partner.version);
        if partner.charset != Charset::Ascii {
            msh.set(18, partner.charset.name());
        }
    });
    draft.push(pid::patient(what.patient, partner)?);
    // A stay without a number that goes to this receiver is none of its business; the order is.
    if let Some(encounter) = what.encounter {
        _ = pv1::stay(&mut draft, encounter, partner, what.places);
    }
    draft.push(common(what, &number, partner));
    draft.push(asked(what, &number, partner));
    for (index, said) in what.answers.iter().enumerate() {
        draft.add("NTE", |nte| _ = nte.set(1, &(index + 1).to_string()).set(2, "P").set(3, said));
    }
    Some(draft)
}

/// The house's own number: its value and system.
fn number(request: Value<'_>) -> Option<(String, String)> {
    let placed = |one: &Value<'_>| {
        text(*one, "system").as_deref() == Some(NUMBER) || Concept::at(*one, "type").is_some_and(|kind| kind.any_code().as_deref() == Some("PLAC"))
    };
    let one = list(request, "identifier").find(placed)?;
    Some((text(one, "value")?.into_owned(), text(one, "system").unwrap_or_default().into_owned()))
}

/// EI of the placer.
fn put_number(segment: &mut DraftSegment, field: usize, number: &(String, String), partner: &Partner) {
    segment.put(field, 0, 1, 1, &number.0);
    match partner.authorities.get(&number.1) {
        Some(authority) => {
            segment.put(field, 0, 2, 1, &authority.name);
            if !authority.oid.is_empty() {
                segment.put(field, 0, 3, 1, &authority.oid).put(field, 0, 4, 1, "ISO");
            }
        }
        None => _ = segment.put(field, 0, 2, 1, &partner.sending_application),
    }
}

fn common(what: &Ordering<'_>, number: &(String, String), partner: &Partner) -> DraftSegment {
    let mut orc = DraftSegment::new("ORC");
    orc.set(1, what.control.code());
    put_number(&mut orc, 2, number, partner);
    put_timing(&mut orc, 7, what, partner);
    orc.set(9, &partner.time(what.recorded));
    if let Some(who) = what.request.get("requester") {
        pv1::put_carer(&mut orc, 12, 0, who, partner);
    }
    if what.control == Control::Cancel {
        orc.put(16, 0, 2, 1, &stopped(what.request));
    }
    orc
}

fn asked(what: &Ordering<'_>, number: &(String, String), partner: &Partner) -> DraftSegment {
    let mut obr = DraftSegment::new("OBR");
    obr.set(1, "1");
    put_number(&mut obr, 2, number, partner);
    let loinc =
        what.request.all("code.coding").into_iter().find(|one| one.text("system").as_deref() == Some("http://loinc.org")).and_then(|one| one.text("code"));
    let own = what.request.all("code.coding").into_iter().find(|one| one.text("system").as_deref() == Some(ORDERABLE));
    let code = own.and_then(|one| one.text("code")).unwrap_or_default();
    let words = own.and_then(|one| one.text("display")).or_else(|| what.request.text("code.text")).unwrap_or_default();
    match &loinc {
        Some(loinc) => obr.set_all(4, &[loinc, &words, "LN", &code, &words, "L"]),
        None => obr.set_all(4, &[&code, &words, "L"]),
    };
    obr.set(5, priority(what.request)).set(6, &what.request.text("occurrenceDateTime").map(|at| partner.time(&at)).unwrap_or_default());
    if let Some(who) = what.request.get("requester") {
        pv1::put_carer(&mut obr, 16, 0, who, partner);
    }
    put_timing(&mut obr, 27, what, partner);
    obr.put(31, 0, 2, 1, &what.request.text("reasonCode.text").unwrap_or_default());
    obr
}

/// TQ: when it is wanted, and how soon.
fn put_timing(segment: &mut DraftSegment, field: usize, what: &Ordering<'_>, partner: &Partner) {
    let wanted = what.request.text("occurrenceDateTime").map(|at| partner.time(&at)).unwrap_or_default();
    segment.put(field, 0, 4, 1, &wanted).put(field, 0, 6, 1, priority(what.request));
}

/// Table 0485 has no step between routine and as soon as possible: what is urgent is told as the sooner one.
fn priority(request: Value<'_>) -> &'static str {
    match request.text("priority").as_deref() {
        Some("stat") => "S",
        Some("asap" | "urgent") => "A",
        _ => "R",
    }
}

/// Why it was stopped, as whoever stopped it said.
fn stopped(request: Value<'_>) -> String {
    let said = request.extensions("", "urn:rihla:extension:request-step").last().map(|step| step.extensions("", "reason"));
    said.and_then(|why| why.first().and_then(|why| why.text("valueString").map(|why| why.into_owned()))).unwrap_or_default()
}
