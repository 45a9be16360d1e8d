//! The lists of one full ward: time to the first byte, weight, CPU.

use super::http::{call, enter};
use super::share;
use crate::bench::process::Server;
use rihla_kernel::Instant;
use rihla_store::body::instant_text;
use serde_json::{Value, json};

/// Patients of the ward, and sets of signs of each in the last day.
const PATIENTS: usize = 30;
const SETS: usize = 8;
/// Loads of each page, and those before them that are not counted.
const LOADS: usize = 100;
const WARM: usize = 5;
const PAGES: [&str; 4] = ["/signs?ward=full", "/shift?ward=full", "/shift?ward=full&by=patient", "/shift/round?ward=full"];
const MINUTE: i64 = 60_000;
/// Vital signs of a set: LOINC codes with units.
const SIGNS: [(&str, &str); 5] = [("8310-5", "Cel"), ("8867-4", "/min"), ("9279-1", "/min"), ("59408-5", "%"), ("8480-6", "mm[Hg]")];

pub async fn measure(server: &Server, password: &str) -> Result<Value, String> {
    build(&server.address).await?;
    let cookie = enter(&server.address, "nurse", password, "fr").await?;
    let packed = format!("{cookie}Accept-Encoding: gzip\r\n");
    let mut out = Vec::new();
    for page in PAGES {
        let plain = call(&server.address, "GET", page, &cookie, "").await?;
        if !plain.head.starts_with("HTTP/1.1 200") || !String::from_utf8_lossy(&plain.body).contains("PLEIN") {
            return Err(format!("{page}: {} and no patient of the ward", plain.head.lines().next().unwrap_or("")));
        }
        for _ in 0..WARM {
            call(&server.address, "GET", page, &packed, "").await?;
        }
        let before = server.usage().cpu_seconds;
        let (mut first, mut size) = (Vec::new(), 0);
        for _ in 0..LOADS {
            let answer = call(&server.address, "GET", page, &packed, "").await?;
            first.push(answer.first.as_secs_f64() * 1e3);
            size = answer.body.len();
        }
        let cpu = (server.usage().cpu_seconds - before) * 1e3 / LOADS as f64;
        first.sort_by(f64::total_cmp);
        out.push(json!({ "page": page, "first_ms": share(&first, 0.5), "first_p99_ms": share(&first, 0.99), "cpu_ms": cpu, "bytes": plain.body.len(), "packed": size }));
    }
    Ok(json!({ "patients": PATIENTS, "sets": SETS, "pages": out }))
}

/// A ward in which every bed is taken, with what a day leaves: sets of signs, a request and a note of each.
async fn build(address: &str) -> Result<(), String> {
    let now = now()?;
    send(address, vec![location("full", "wa", None), location("full-room", "ro", Some("full"))]).await?;
    for at in 0..PATIENTS {
        send(address, patient(at, now)).await?;
    }
    Ok(())
}

/// The measured server has the system's clock, and what is late or due is so by that one.
#[allow(clippy::disallowed_methods)]
fn now() -> Result<i64, String> {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).map_err(|error| error.to_string())?;
    i64::try_from(since.as_millis()).map_err(|error| error.to_string())
}

async fn send(address: &str, made: Vec<Value>) -> Result<(), String> {
    let url = |one: &Value| format!("{}/{}", one["resourceType"].as_str().unwrap_or_default(), one["id"].as_str().unwrap_or_default());
    let entry: Vec<Value> = made.into_iter().map(|one| json!({ "request": { "method": "PUT", "url": url(&one) }, "resource": one })).collect();
    let bundle = json!({ "resourceType": "Bundle", "type": "transaction", "entry": entry });
    let answer = call(address, "POST", "/fhir", "Content-Type: application/fhir+json\r\n", &bundle.to_string()).await?;
    if answer.head.starts_with("HTTP/1.1 200") {
        return Ok(());
    }
    Err(format!("the ward was not built: {} {}", answer.head, String::from_utf8_lossy(&answer.body)))
}

fn coding(system: &str, code: &str) -> Value {
    json!({ "coding": [{ "system": system, "code": code }] })
}

fn location(id: &str, level: &str, above: Option<&str>) -> Value {
    let physical = coding("http://terminology.hl7.org/CodeSystem/location-physical-type", level);
    let mut out = json!({ "resourceType": "Location", "id": id, "status": "active", "mode": "instance", "name": id, "physicalType": physical });
    if let Some(above) = above {
        out["partOf"] = json!({ "reference": format!("Location/{above}") });
    }
    out
}

/// An instant so many minutes ago, as FHIR writes it.
fn ago(now: i64, minutes: i64) -> String {
    instant_text(Instant(now - minutes * MINUTE))
}

fn patient(at: usize, now: i64) -> Vec<Value> {
    let (id, bed, stay) = (format!("full-{at}"), format!("full-bed-{at}"), format!("full-stay-{at}"));
    let (of, during) = (json!({ "reference": format!("Patient/{id}") }), json!({ "reference": format!("Encounter/{stay}") }));
    let since = ago(now, 4_000);
    let place = json!({ "id": "m1", "location": { "reference": format!("Location/{bed}") }, "physicalType": coding("http://terminology.hl7.org/CodeSystem/location-physical-type", "bd"), "status": "active", "period": { "start": since } });
    let class = json!({ "system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "IMP" });
    let category = |code: &str| json!([coding("http://terminology.hl7.org/CodeSystem/observation-category", code)]);
    let mut out = vec![
        location(&bed, "bd", Some("full-room")),
        json!({ "resourceType": "Patient", "id": id, "gender": "female", "birthDate": "1961-05-02", "name": [{ "family": "Plein", "given": [format!("N{at}")] }] }),
        json!({ "resourceType": "Encounter", "id": stay, "status": "in-progress", "class": class, "subject": of, "period": { "start": since }, "location": [place] }),
    ];
    for set in 0..SETS {
        let when = ago(now, i64::try_from(set * 150 + at).unwrap_or(0));
        let base = |id: String, kind: &str, code: Value| json!({ "resourceType": "Observation", "id": id, "status": "final", "category": category(kind), "code": code, "subject": of, "encounter": during, "effectiveDateTime": when });
        for (sign, (loinc, unit)) in SIGNS.iter().enumerate() {
            let mut one = base(format!("full-o-{at}-{set}-{sign}"), "vital-signs", coding("http://loinc.org", loinc));
            one["valueQuantity"] = json!({ "value": 90, "unit": unit, "system": "http://unitsofmeasure.org", "code": unit });
            out.push(one);
        }
        let mut score = base(format!("full-s-{at}-{set}"), "survey", coding("urn:rihla:score", "news2"));
        score["valueQuantity"] = json!({ "value": 2 });
        score["interpretation"] = json!([coding("urn:rihla:score:level", "low")]);
        out.push(score);
    }
    out.extend(work(at, now, &of, &during));
    out
}

/// A request with the Task of doing it, and a note.
fn work(at: usize, now: i64, of: &Value, during: &Value) -> Vec<Value> {
    let (id, asked) = (format!("full-r-{at}"), ago(now, 90));
    let request = json!({ "reference": format!("ServiceRequest/{id}") });
    let code = json!({ "coding": [{ "system": "urn:rihla:task", "code": "request" }, { "system": "urn:rihla:request-kind", "code": "lab" }] });
    let text = json!({ "status": "additional", "div": "<div xmlns=\"http://www.w3.org/1999/xhtml\"><p>Mieux, à surveiller.</p></div>" });
    let section = json!([{ "title": "Appréciation", "code": coding("urn:rihla:note-section", "assessment"), "text": text }]);
    vec![
        json!({ "resourceType": "ServiceRequest", "id": id, "status": "active", "intent": "order", "code": coding("urn:rihla:orderable", "crp"), "subject": of, "encounter": during, "authoredOn": asked }),
        json!({ "resourceType": "Task", "id": format!("full-t-{at}"), "status": "requested", "intent": "order", "code": code, "basedOn": [request], "focus": request, "for": of, "encounter": during, "authoredOn": asked, "lastModified": asked, "restriction": { "period": { "end": ago(now, 30) } } }),
        json!({ "resourceType": "Composition", "id": format!("full-n-{at}"), "status": "final", "type": coding("urn:rihla:note", "progress"), "subject": of, "encounter": during, "date": asked, "author": [{ "display": "Dr N" }], "title": "Note", "section": section }),
    ]
}
