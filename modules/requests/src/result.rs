//! Typing a result: values with the units and ranges of the pack, or a text; preliminary or final, and corrected with a
//! reason.

use crate::DO;
use crate::form::time_of;
use crate::list::words_of;
use crate::report::{Filed, Number, Report, corrected, judged};
use crate::whose::{Whose, act, may};
use askama::Template;
use axum::extract::{Form, Path};
use axum::response::Response;
use rihla_clinical::request::Request;
use rihla_clinical::request::refusal;
use rihla_clinical::request::tasks::Fresh;
use rihla_clinical::request::{Act, REASON, Wanted, line, type_of};
use rihla_clinical::request::{Move, Phase};
use rihla_clinical::{Object, quoted};
use rihla_fhir::view::Quantity;
use rihla_kernel::{Fault, FaultKind};
use rihla_packs::{Analyte, Orderable, Priority};
use rihla_store::backend::Step;
use rihla_store::body::instant_text;
use rihla_web::text::{Html, Voice};
use rihla_web::{Desk, Refusal, go, look, percent};
use std::collections::BTreeMap;

/// The longest report, in letters.
const LONGEST: usize = 20_000;

struct Field {
    id: String,
    words: String,
    unit: Html,
    value: String,
    wrong: Option<String>,
}

#[derive(Template)]
#[template(path = "requests/result.html")]
struct Body<'b> {
    voice: &'b Voice,
    here: String,
    back: String,
    patient: &'b str,
    author: String,
    version: u32,
    ids: String,
    words: Html,
    name: String,
    fields: Vec<Field>,
    text: String,
    text_wrong: Option<String>,
    /// What is corrected was final.
    corrects: bool,
    reason: String,
    reason_wrong: Option<String>,
    /// When it was done, where it is entered afterwards.
    at: String,
    at_wrong: Option<String>,
    critical: bool,
    faults: bool,
    /// Somebody else wrote while this was typed, and what stands now.
    meanwhile: bool,
    there: Option<&'b Report>,
    longest: usize,
    reasons: usize,
}

/// A request whose result somebody may type.
struct Of {
    whose: Whose,
    request: Request,
    one: Orderable,
    report: Option<Report>,
}

impl Of {
    fn open(whose: Whose, request: &str) -> Result<Self, Refusal> {
        let request = whose.request(request)?;
        let mut reports = Report::all(&whose, &request)?;
        let report = typed(&reports).map(|own| own.id.clone()).and_then(|id| reports.iter().position(|one| one.id == id)).map(|at| reports.swap_remove(at));
        let one = whose.catalogue().orderable(&request.code).cloned().ok_or_else(Refusal::not_found)?;
        if !may(&whose.desk, &request, Move::Done) && !corrects(&whose.desk, &request, report.as_ref()) {
            return Err(Fault::new(FaultKind::Forbidden, "RH-REQUEST-NOT-YOURS", "A result is typed by those who do such things, once they have begun.").into());
        }
        Ok(Self { whose, request, one, report })
    }

    fn analytes(&self) -> impl Iterator<Item = &Analyte> {
        self.one.measures.iter().filter_map(|code| self.whose.catalogue().analyte(code))
    }

    fn is_final(&self) -> bool {
        self.request.phase == Phase::Done
    }

    /// Whether what was typed stands already, as of a form that is sent twice.
    fn says(&self, typed: &BTreeMap<String, String>) -> bool {
        let field = |name: &str| typed.get(name).map_or("", |value| value.trim());
        let Some(report) = &self.report else { return false };
        let same = |analyte: &Analyte| {
            let said = Number::of(field(&format!("v-{}", analyte.code))).map(|number| format!("{}{}", number.comparator, number.text));
            said.as_deref() == report.value(&analyte.loinc).filter(|value| !value.struck).map(|value| value.typed.as_str())
        };
        report.is_preliminary() == (field("ready") == "preliminary") && report.typed == field("text").replace("\r\n", "\n") && self.analytes().all(same)
    }

    /// The version that a form is about: of the report, or of the request that has none.
    fn version(&self) -> u32 {
        self.report.as_ref().map_or(self.request.version, |report| report.version)
    }
}

/// The result that was typed here. What another system sent is corrected there: its values may be of other units, and more
/// than this form has.
pub fn typed(reports: &[Report]) -> Option<&Report> {
    reports.iter().find(|report| !report.told)
}

/// Whether whoever sits here may correct a result that is final.
pub fn corrects(desk: &Desk, request: &Request, report: Option<&Report>) -> bool {
    let role = &desk.person.role.code;
    let does = || desk.house.pack().requests.kind(&request.kind).is_some_and(|kind| kind.is_done_by(role));
    request.phase == Phase::Done && report.is_some() && desk.person.may(DO.0) && does()
}

/// `GET /patients/{patient}/requests/{request}/result`
pub async fn show(desk: Desk, Path((patient, request)): Path<(String, String)>) -> Result<Response, Refusal> {
    let of = Of::open(Whose::open(desk, &patient, DO)?, &request)?;
    let mut typed = BTreeMap::new();
    if let Some(report) = &of.report {
        typed.insert("text".to_owned(), report.typed.clone());
        for analyte in of.analytes() {
            typed.extend(report.value(&analyte.loinc).filter(|value| !value.struck).map(|value| (format!("v-{}", analyte.code), value.typed.clone())));
        }
    }
    form(&of, &typed, &[], false)
}

/// `POST /patients/{patient}/requests/{request}/result`
pub async fn save(desk: Desk, Path((patient, request)): Path<(String, String)>, Form(typed): Form<BTreeMap<String, String>>) -> Result<Response, Refusal> {
    let field = |name: &str| typed.get(name).map_or("", String::as_str);
    let again = desk.clone();
    let of = Of::open(Whose::sent(desk, &patient, DO, field("_patient"), field("_author"))?, &request)?;
    let here = of.whose.path(&percent(&of.request.id));
    if field("version") != of.version().to_string() {
        return if of.says(&typed) { Ok(go(&here, &[])) } else { meanwhile(&of, &typed) };
    }
    let faults = faults(&of, &typed);
    if !faults.is_empty() {
        return form(&of, &typed, &faults, false);
    }
    match file(&of, &typed).await {
        Ok(()) => Ok(go(&here, &[])),
        Err(fault) if matches!(fault.kind, FaultKind::PreconditionFailed | FaultKind::Conflict) => {
            meanwhile(&Of::open(Whose::open(again, &patient, DO)?, &request)?, &typed)
        }
        Err(fault) if fault.code == refusal::time().code => form(&of, &typed, &[("at".to_owned(), rihla_web::key!("requests-refused-RH-REQUEST-TIME"))], false),
        Err(fault) => Err(fault.into()),
    }
}

/// Somebody else wrote while this was typed: what they wrote is shown above it, and nothing that was typed is lost.
fn meanwhile(of: &Of, typed: &BTreeMap<String, String>) -> Result<Response, Refusal> {
    // The ids of the page may be taken by now.
    let typed = typed.iter().filter(|(name, _)| *name != "_ids").map(|(name, value)| (name.clone(), value.clone())).collect();
    form(of, &typed, &[], true)
}

fn faults(of: &Of, typed: &BTreeMap<String, String>) -> Vec<(String, &'static str)> {
    let field = |name: &str| typed.get(name).map_or("", |value| value.trim());
    let mut faults = Vec::new();
    let named = |analyte: &Analyte| format!("v-{}", analyte.code);
    for analyte in of.analytes() {
        let said = field(&named(analyte));
        if !said.is_empty() && Number::of(said).is_none() {
            faults.push((named(analyte), rihla_web::key!("requests-wrong-number")));
        }
    }
    let nothing = field("text").is_empty() && of.analytes().all(|analyte| field(&named(analyte)).is_empty());
    if nothing || field("text").chars().count() > LONGEST {
        faults.push(("text".to_owned(), rihla_web::key!("requests-wrong-result")));
    }
    if !field("at").is_empty() && time_of(of.whose.voice(), field("at")).is_none_or(|at| at > of.whose.voice().now()) {
        faults.push(("at".to_owned(), rihla_web::key!("requests-refused-RH-REQUEST-TIME")));
    }
    let reason = line(field("reason"));
    if of.is_final() && (reason.is_empty() || reason.chars().count() > REASON) {
        faults.push(("reason".to_owned(), rihla_web::key!("requests-wrong-reason")));
    }
    faults
}

/// Writes the result, what it makes others do, and the step of the request, in one commit.
async fn file(of: &Of, typed: &BTreeMap<String, String>) -> Result<(), Fault> {
    let field = |name: &str| typed.get(name).map_or("", |value| value.trim());
    let acting = act(&of.whose.desk);
    let ids: Vec<&str> = field("_ids").split(' ').collect();
    let [report, reading, telling, own @ ..] = ids.as_slice() else {
        return Err(Fault::new(FaultKind::Invalid, "RH-WEB-FORM-ID", "The form does not say which resource it writes."));
    };
    let preliminary = !of.is_final() && field("ready") == "preliminary";
    let status = if of.is_final() {
        "corrected"
    } else if preliminary {
        "preliminary"
    } else {
        "final"
    };
    let now = instant_text(acting.now);
    let done = time_of(of.whose.voice(), field("at")).map_or_else(|| now.clone(), instant_text);
    let filed = Filed { request: &of.request, one: &of.one, status, now: &now, done: &done, by: &acting.by };
    let (mut steps, results, worst, told) = values(of, &acting, &filed, typed, own)?;
    let reason = if of.is_final() { line(field("reason")) } else { String::new() };
    let report_id = of.report.as_ref().map_or(*report, |known| known.id.as_str());
    let text = field("text").replace("\r\n", "\n");
    steps.push(match &of.report {
        Some(known) => {
            let stored = acting.record.read(type_of("DiagnosticReport")?, &known.id)?;
            let json = filed.report(&results, &text, &corrected(&stored, &reason, &now, &acting.by));
            acting.amended("DiagnosticReport", &known.id, known.version, &json)?
        }
        None => acting.made(report, &filed.report(&results, &text, &[]))?,
    });
    let critical = told || !field("critical").is_empty();
    let priority = if critical { Priority::Stat } else { worst };
    let report = format!("DiagnosticReport/{report_id}");
    let fresh = Fresh { request: &of.request, report: &report, priority, critical, ids: [reading, telling] };
    steps.extend(fresh.steps(&acting, &of.whose.catalogue().callback)?);
    if of.is_final() {
        return acting.record.commit(steps, Vec::new(), Vec::new()).await.map(drop);
    }
    if preliminary {
        steps.push(still_going(of, &acting)?);
        return acting.record.commit(steps, Vec::new(), Vec::new()).await.map(drop);
    }
    let wanted = Wanted { seen: Some(of.request.version), at: time_of(of.whose.voice(), field("at")), ..Wanted::default() };
    acting.step(&of.request.id, Move::Done, &wanted, steps).await.map(drop)
}

/// The Task of a request that is not done yet, written with a preliminary result: one that was stopped meanwhile has none.
fn still_going(of: &Of, acting: &Act<'_>) -> Result<Step, Fault> {
    let (id, version) = of.request.task.as_ref().ok_or_else(refusal::foreign)?;
    let stored = acting.record.read(type_of("Task")?, id)?;
    let json = look(&stored, |task| {
        let mut out = Object::of(task);
        out.set("lastModified", quoted(&instant_text(acting.now)));
        out.set("businessStatus", r#"{"coding":[{"system":"urn:rihla:request-business","code":"preliminary"}]}"#.to_owned());
        out.text()
    });
    acting.amended("Task", id, *version, &json.unwrap_or_default())
}

type Values = (Vec<Step>, Vec<String>, Priority, bool);

/// The Observations: what to write, their ids, how soon to read them, and whether a limit that was confirmed is passed.
fn values(of: &Of, acting: &Act<'_>, filed: &Filed<'_>, typed: &BTreeMap<String, String>, ids: &[&str]) -> Result<Values, Fault> {
    let (mut steps, mut results, mut worst, mut told) = (Vec::new(), Vec::new(), Priority::Routine, false);
    let adult = is_adult(&of.whose);
    for (analyte, id) in of.analytes().zip(ids) {
        let said = typed.get(&format!("v-{}", analyte.code)).map_or("", |value| value.trim());
        let known = of.report.as_ref().and_then(|report| report.value(&analyte.loinc));
        let Some(number) = Number::of(said) else {
            // A value that was taken out stays in the record, and counts no more.
            if let Some(known) = known {
                let stored = acting.record.read(type_of("Observation")?, &known.id)?;
                let json = look(&stored, |value| {
                    let mut out = Object::of(value);
                    out.set("status", quoted("entered-in-error"));
                    out.text()
                });
                steps.push(acting.amended("Observation", &known.id, known.version, &json.unwrap_or_default())?);
                results.push(known.id.clone());
            }
            continue;
        };
        let (flag, confirmed) = judged(analyte, &number, of.whose.catalogue(), adult);
        worst = worst.min(match flag {
            "LL" | "HH" => Priority::Asap,
            "" => Priority::Routine,
            _ => Priority::Urgent,
        });
        told |= confirmed;
        let json = filed.observation(analyte, &number, flag);
        steps.push(match known {
            Some(known) => acting.amended("Observation", &known.id, known.version, &json)?,
            None => acting.made(id, &json)?,
        });
        results.push(known.map_or_else(|| (*id).to_owned(), |known| known.id.clone()));
    }
    Ok((steps, results, worst, told))
}

/// Limits are those of adults. Of whom no birth date is known, they hold.
fn is_adult(whose: &Whose) -> bool {
    let of_age = i32::from(whose.desk.house.pack().of_age);
    let now = jiff::Timestamp::from_millisecond(whose.voice().now().0).unwrap_or_default().to_zoned(whose.voice().zone().clone());
    let turned = now.date().saturating_sub(jiff::Span::new().years(of_age)).to_string();
    whose.banner.birth.as_deref().is_none_or(|birth| birth <= turned.as_str())
}

fn form(of: &Of, typed: &BTreeMap<String, String>, faults: &[(String, &'static str)], meanwhile: bool) -> Result<Response, Refusal> {
    let (whose, voice) = (&of.whose, of.whose.voice());
    let field = |name: &str| typed.get(name).cloned().unwrap_or_default();
    let wrong = |name: &str| faults.iter().find(|(known, _)| known == name).map(|(_, key)| voice.t(key));
    let ids = match field("_ids") {
        known if !known.is_empty() => known,
        _ => {
            let types = ["DiagnosticReport", "Task", "Task"].into_iter().chain(of.analytes().map(|_| "Observation"));
            types.map(|ty| whose.desk.reserve(ty, whose.id())).collect::<Result<Vec<_>, _>>()?.join(" ")
        }
    };
    let one = |analyte: &Analyte| {
        let id = format!("v-{}", analyte.code);
        let shown = Quantity { code: analyte.unit.clone(), unit: analyte.unit.clone(), ..Quantity::default() };
        Field { words: whose.desk.named(&analyte.names).into_owned(), unit: voice.quantity(&shown), value: field(&id), wrong: wrong(&id), id }
    };
    let here = whose.path(&percent(&of.request.id));
    let body = Body {
        voice,
        back: here.clone(),
        here: format!("{here}/result"),
        patient: whose.id(),
        author: whose.desk.person.mark(),
        version: of.version(),
        ids,
        words: words_of(&of.request, &whose.desk),
        name: whose.banner.formal(),
        fields: of.analytes().map(one).collect(),
        text: field("text"),
        text_wrong: wrong("text"),
        corrects: of.is_final(),
        reason: field("reason"),
        reason_wrong: wrong("reason"),
        at: field("at"),
        at_wrong: wrong("at"),
        critical: !field("critical").is_empty(),
        faults: !faults.is_empty(),
        meanwhile,
        there: of.report.as_ref().filter(|_| meanwhile),
        longest: LONGEST,
        reasons: REASON,
    };
    let page = body.render()?;
    whose.page(voice.t("requests-result"), page)
}
