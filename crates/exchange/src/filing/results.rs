//! Results of what was asked for here: a message that bears the number of one of the house's requests answers it in the
//! commit that files it, as a result that is typed by hand does (REQ-15 to REQ-17 of `modules/requests/spec.md`).

use super::Hand;
use crate::datatype::identifier::Number;
use crate::map::{Bundle, Entry, How, Placer, Told, Written};
use crate::work::{Whose, Work};
use rihla_clinical::request::tasks::Fresh;
use rihla_clinical::request::{Act, NUMBER, Phase, Request, TOLD, look};
use rihla_clinical::{Draft, Object, quoted, reference, written};
use rihla_fhir::json::{Limits, Value, parse};
use rihla_fhir::view::{Concept, Look, Quantity};
use rihla_fhirpath::parse_date;
use rihla_identity::keeping::{hex, sha256};
use rihla_kernel::{Fault, Instant, Lang};
use rihla_packs::Priority;
use rihla_store::Stored;
use rihla_store::body::instant_text;

/// A correction of what was final: why, when, by whom.
const CORRECTION: &str = "urn:rihla:extension:correction";
/// What the Task of a request says while there is a first result.
const FIRST: &str = r#"{"coding":[{"system":"urn:rihla:request-business","code":"preliminary"}]}"#;
/// Reports that say their last word, until it is corrected.
const FINAL: [&str; 4] = ["final", "corrected", "amended", "appended"];
/// Reports of which more is to come.
const FIRSTS: [&str; 2] = ["preliminary", "partial"];
/// Flags by which a sender says that somebody has to be told at once (table 0078).
const ALARMS: [&str; 3] = ["HH", "LL", "AA"];

/// What a message of results does to requests.
#[derive(Default)]
pub struct Answered {
    pub instead: Vec<(usize, Written)>,
    pub beside: Vec<Written>,
    pub remarks: Vec<String>,
    /// Nothing of the message is new: nothing of it is written.
    pub known: bool,
}

/// Whether one examination was asked for here.
enum Asked {
    Here(Box<Request>),
    /// It names no request of this house.
    Elsewhere,
    /// It is filed without a request, and this says why.
    Not(String),
}

/// A result on a request.
struct On<'t> {
    told: &'t Told,
    request: Request,
    /// The report as the message has it.
    json: String,
    status: String,
    digest: String,
    /// The report that is here already.
    found: Option<Stored>,
}

impl On<'_> {
    /// The message says what it said last; or a first result came after the last one.
    fn stays(&self) -> bool {
        self.is_told() || self.is_late()
    }

    fn is_told(&self) -> bool {
        let said =
            |found: &Stored| look(found, |it| it.extensions("", TOLD).first().and_then(|said| said.text("valueString").map(|it| it.into_owned()))).flatten();
        self.found.as_ref().and_then(said).as_deref() == Some(self.digest.as_str())
    }

    fn is_late(&self) -> bool {
        self.was_final() && !FINAL.contains(&self.status.as_str())
    }

    fn was_final(&self) -> bool {
        let status = self.found.as_ref().and_then(|found| look(found, |it| it.text("status").map(|it| it.into_owned())).flatten());
        status.is_some_and(|status| FINAL.contains(&status.as_str()))
    }

    /// What the report is called in what is written beside it.
    fn address(&self) -> String {
        self.found.as_ref().map_or_else(|| Bundle::full_url(self.told.report), |found| format!("DiagnosticReport/{}", found.id.to_text()))
    }
}

impl Hand<'_> {
    pub fn results(&self, work: &Work) -> Result<Answered, Fault> {
        let (mut out, mut all) = (Answered::default(), Vec::new());
        for told in &work.mapped.results {
            match self.asked_for(told, work)? {
                Asked::Here(request) => all.extend(self.on(told, *request, work)?),
                Asked::Elsewhere => {}
                Asked::Not(why) => out.remarks.push(why),
            }
        }
        if all.iter().any(On::is_late) {
            out.remarks.push("A first result came after the last one: what is final stays.".to_owned());
        }
        if !all.is_empty() && all.len() == work.mapped.results.len() && all.iter().all(On::stays) {
            out.known = true;
            return Ok(out);
        }
        let act = self.sender(work);
        for one in all.iter().filter(|one| one.stays()) {
            self.leave(one, work, &mut out)?;
        }
        let news: Vec<&On<'_>> = all.iter().filter(|one| !one.stays()).collect();
        for (at, one) in news.iter().enumerate() {
            out.instead.push((one.told.report, self.report(one, &act, work)));
            if self.is_news(one) {
                out.beside.extend(self.fresh(one, &act, work)?.into_iter().map(of_draft));
            }
            let first = news.iter().position(|other| other.request.id == one.request.id) == Some(at);
            let of_request: Vec<&On<'_>> = all.iter().filter(|other| other.request.id == one.request.id).collect();
            let stepped = if first { self.stepped(&of_request, &act, &mut out)? } else { None };
            let stays = || Written { ty: "ServiceRequest", json: String::new(), how: How::Stays { id: one.request.id.clone() } };
            out.instead.push((one.told.request, stepped.map_or_else(stays, of_draft)));
        }
        Ok(out)
    }

    /// Whoever sends, as an actor of requests.
    fn sender(&self, work: &Work) -> Act<'_> {
        let channel = self.record.actor().id();
        let name = if work.mapped.sender.is_empty() { channel } else { work.mapped.sender.as_str() };
        Act { record: self.record, now: self.now, by: format!(r#"{{"display":{}}}"#, quoted(name)), account: channel.to_owned(), lang: Lang::default() }
    }

    /// The request that an examination's number names (ORC-2, OBR-2).
    fn asked_for(&self, told: &Told, work: &Work) -> Result<Asked, Fault> {
        let Some(Placer { value, system }) = &told.placer else { return Ok(Asked::Elsewhere) };
        let ours = system.as_deref().is_none_or(|system| system == NUMBER);
        let value = if ours { value.to_ascii_uppercase() } else { value.clone() };
        let number = Number { system: system.clone().unwrap_or_else(|| NUMBER.to_owned()), value };
        let found = self.search("ServiceRequest", &[("identifier", &super::token(&number)), ("intent", "order"), ("_count", "2")])?;
        let not = |why: &str| Ok(Asked::Not(format!("Filed without a request: {why} (OBR-2 {:?}).", number.value)));
        let [stored] = found.as_slice() else {
            return match (found.is_empty(), system) {
                (true, Some(system)) if system == NUMBER => not("none here has this number"),
                (true, _) => Ok(Asked::Elsewhere),
                (false, _) => not("several here have this number"),
            };
        };
        let act = self.sender(work);
        let Some(request) = Request::read(stored, act.task_of(&stored.id.to_text())?.as_ref(), act.lang) else {
            return not("its two halves contradict each other; look at it");
        };
        // What another system asked for is that system's to follow.
        if request.code.is_empty() {
            return Ok(Asked::Elsewhere);
        }
        let theirs = match &work.whose {
            Whose::Patient(id) => self.is_same(&request.patient, id)?,
            Whose::New | Whose::Nobody => false,
        };
        if !theirs {
            return not("the one of this number is another patient's");
        }
        match request.phase {
            Phase::Draft => not("the one of this number is not signed"),
            Phase::Refused => not("the one of this number was refused"),
            Phase::Cancelled => not("the one of this number was cancelled"),
            Phase::Failed => not("the one of this number was given up"),
            Phase::Struck => not("the one of this number was entered in error"),
            _ => Ok(Asked::Here(Box::new(request))),
        }
    }

    fn on<'t>(&self, told: &'t Told, request: Request, work: &Work) -> Result<Option<On<'t>>, Fault> {
        let bundle = &work.mapped.bundle;
        let Some(entry) = bundle.entries().get(told.report) else { return Ok(None) };
        let json = text_of(entry);
        let mut all = json.clone();
        told.values.iter().filter_map(|at| bundle.entries().get(*at)).for_each(|value| all.push_str(&text_of(value)));
        let digest = hex(&sha256(all.as_bytes()));
        let status = entry.resource.text("status").unwrap_or_default().to_owned();
        Ok(Some(On { told, request, json, status, digest, found: self.found(entry)? }))
    }

    /// What is here already of an entry.
    fn found(&self, entry: &Entry) -> Result<Option<Stored>, Fault> {
        if entry.known_by.is_empty() {
            return Ok(None);
        }
        let pairs = rihla_fhir_api::pairs(&entry.known_by).map_err(|refusal| super::fault(&refusal))?;
        let pairs: Vec<(&str, &str)> = pairs.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        Ok(self.search(entry.ty, &pairs)?.into_iter().next())
    }

    /// What is here stays as it is.
    fn leave(&self, one: &On<'_>, work: &Work, out: &mut Answered) -> Result<(), Fault> {
        let stays = |ty, id: String| Written { ty, json: String::new(), how: How::Stays { id } };
        out.instead.push((one.told.request, stays("ServiceRequest", one.request.id.clone())));
        out.instead.extend(one.found.as_ref().map(|found| (one.told.report, stays("DiagnosticReport", found.id.to_text()))));
        for at in &one.told.values {
            if let Some(found) = work.mapped.bundle.entries().get(*at).map(|entry| self.found(entry)).transpose()?.flatten() {
                out.instead.push((*at, stays("Observation", found.id.to_text())));
            }
        }
        Ok(())
    }

    /// The report: on the request, from whom, and what it was corrected for.
    fn report(&self, one: &On<'_>, act: &Act<'_>, work: &Work) -> Written {
        let now = instant_text(self.now);
        let mut out = parse(one.json.as_bytes(), &Limits::default()).map(|doc| Object::of(doc.root())).unwrap_or_default();
        let mut extensions: Vec<String> = one.found.iter().filter_map(|found| look(found, kept)).flatten().collect();
        extensions.push(format!(r#"{{"url":"{TOLD}","valueString":"{}"}}"#, one.digest));
        if one.was_final() {
            // Some senders say of a correction again that it is final.
            out.set("status", quoted("corrected"));
            extensions.push(format!(
                r#"{{"url":"{CORRECTION}","extension":[{{"url":"reason","valueString":{}}},{{"url":"at","valueDateTime":{}}},{{"url":"by","valueReference":{}}}]}}"#,
                quoted(&format!("HL7 {}", work.mapped.control_id)),
                quoted(&now),
                act.by
            ));
        }
        out.set_list("extension", &extensions);
        if !out.has("issued") {
            out.set("issued", quoted(one.told.known.as_deref().unwrap_or(&now)));
        }
        if !out.has("performer") {
            out.set("performer", format!("[{}]", act.by));
        }
        if let Some(stay) = one.request.stay.as_ref().filter(|_| !out.has("encounter")) {
            out.set("encounter", reference(&format!("Encounter/{stay}")));
        }
        if let Some(found) = &one.found {
            out.set("id", quoted(&found.id.to_text()));
        }
        let known_by = work.mapped.bundle.entries().get(one.told.report).map(|entry| entry.known_by.clone()).unwrap_or_default();
        let how = one.found.as_ref().map_or(How::New { known_by }, |found| How::Next { id: found.id.to_text(), version: found.vid });
        Written { ty: "DiagnosticReport", json: out.text(), how }
    }

    /// Whether there is something to read.
    fn is_news(&self, one: &On<'_>) -> bool {
        FINAL.contains(&one.status.as_str()) || FIRSTS.contains(&one.status.as_str())
    }

    fn fresh(&self, one: &On<'_>, act: &Act<'_>, work: &Work) -> Result<Vec<Draft>, Fault> {
        let adult = self.is_adult(&one.request.patient)?;
        let (mut priority, mut critical) = (Priority::Routine, false);
        for entry in one.told.values.iter().filter_map(|at| work.mapped.bundle.entries().get(*at)) {
            let text = text_of(entry);
            let Ok(doc) = parse(text.as_bytes(), &Limits::default()) else { continue };
            let (how, told) = self.judged(doc.root(), adult);
            priority = priority.min(how);
            critical |= told;
        }
        let priority = if critical { Priority::Stat } else { priority };
        Fresh { request: &one.request, report: &one.address(), priority, critical, ids: ["", ""] }.drafts(act, &self.pack.requests.callback)
    }

    /// How soon a value is read, and whether somebody is told at once: by the sender's flags, and by limits that the house
    /// confirmed.
    fn judged(&self, value: Value<'_>, adult: bool) -> (Priority, bool) {
        if matches!(value.text("status").as_deref(), Some("cancelled" | "entered-in-error" | "registered")) {
            return (Priority::Routine, false);
        }
        let flags: Vec<String> = value.all("interpretation.coding").iter().filter_map(|one| one.text("code").map(|code| code.into_owned())).collect();
        let alarmed = flags.iter().any(|flag| ALARMS.contains(&flag.as_str()));
        let quantity = Quantity::at(value, "valueQuantity").unwrap_or_default();
        let loinc = Concept::at(value, "code").and_then(|code| code.code("http://loinc.org")).unwrap_or_default().into_owned();
        let number = quantity.value.parse::<f64>().ok().filter(|number| number.is_finite() && adult);
        let crossed = number.and_then(|number| self.pack.requests.crossed(&loinc, &quantity.code, number));
        let odd = flags.iter().any(|flag| !matches!(flag.as_str(), "N" | ""));
        let priority = match (&crossed, odd) {
            (Some(_), _) => Priority::Asap,
            (None, true) => Priority::Urgent,
            (None, false) => Priority::Routine,
        };
        (priority, alarmed || crossed.is_some_and(|(_, confirmed)| confirmed))
    }

    /// Limits are those of adults. Of whom no birth date is known, they hold.
    fn is_adult(&self, patient: &str) -> Result<bool, Fault> {
        let birth = super::looked(&self.read("Patient", patient)?, |patient| patient.text("birthDate").map(|it| it.into_owned()))?;
        let now = jiff::Timestamp::from_millisecond(self.now.0).unwrap_or_default().to_zoned(self.settings.zone.clone());
        let turned = now.date().saturating_sub(jiff::Span::new().years(i32::from(self.pack.of_age))).to_string();
        Ok(birth.is_none_or(|birth| birth <= turned))
    }

    /// The request after what a message says of it, where that takes it on; its Task goes beside.
    fn stepped(&self, all: &[&On<'_>], act: &Act<'_>, out: &mut Answered) -> Result<Option<Draft>, Fault> {
        let Some(one) = all.first().filter(|one| one.request.phase.is_open()) else { return Ok(None) };
        if one.request.task.is_none() {
            out.remarks.push("The request is kept by another system: its state stays as it is.".to_owned());
            return Ok(None);
        }
        let any = |known: &[&str]| all.iter().any(|one| known.contains(&one.status.as_str()));
        let done = all.iter().all(|one| FINAL.contains(&one.status.as_str()) || one.is_late()) && !self.waits_for_more(all)?;
        if !done && !any(&FINAL) && !any(&FIRSTS) && !any(&["registered"]) {
            out.remarks.push("The sender has no result: the request goes on until somebody decides.".to_owned());
            return Ok(None);
        }
        let steps = one.request.phase.until(if done { Phase::Done } else { Phase::Started }).unwrap_or_default();
        let note = (!done && (any(&FIRSTS) || any(&FINAL))).then_some(FIRST);
        if steps.is_empty() && note.is_none() {
            return Ok(None);
        }
        let mut drafts = act.told(&one.request, steps, self.at(all), "", note)?;
        let request = drafts.iter().position(|draft| draft.ty == "ServiceRequest").map(|at| drafts.remove(at));
        out.beside.extend(drafts.into_iter().map(of_draft));
        Ok(request)
    }

    /// Whether an earlier message left a first result of another examination of the same request.
    fn waits_for_more(&self, all: &[&On<'_>]) -> Result<bool, Fault> {
        let Some(request) = all.first().map(|one| format!("ServiceRequest/{}", one.request.id)) else { return Ok(false) };
        let firsts = self.search("DiagnosticReport", &[("based-on", &request), ("status", "registered,partial,preliminary"), ("_count", "50")])?;
        let told = |id: &str| all.iter().filter_map(|one| one.found.as_ref()).any(|found| found.id.to_text() == id);
        Ok(firsts.iter().any(|first| !told(&first.id.to_text())))
    }

    /// When the last of it was reported, else known; else now.
    fn at(&self, all: &[&On<'_>]) -> Instant {
        let of =
            |one: &&On<'_>| one.told.reported.as_deref().or(one.told.known.as_deref()).and_then(|at| parse_date(at, self.record.zone())).map(|span| span.lo);
        all.iter().filter_map(of).max().map_or(self.now, Instant)
    }
}

fn of_draft(draft: Draft) -> Written {
    let Draft { ty, id, version, json } = draft;
    let how = if version == 0 { How::New { known_by: String::new() } } else { How::Next { id, version } };
    Written { ty, json, how }
}

fn text_of(entry: &Entry) -> String {
    let mut out = Vec::new();
    entry.resource.write(&mut out);
    String::from_utf8_lossy(&out).into_owned()
}

/// The extensions of a report but for what it was told as.
fn kept(report: Value<'_>) -> Vec<String> {
    report.all("extension").into_iter().filter(|one| one.text("url").as_deref() != Some(TOLD)).map(written).collect()
}
