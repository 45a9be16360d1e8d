//! What is measured, one phase a question.

use super::client::{Connection, Request, Response, closed, open};
use super::corpus::{Made, replica};
use super::process::Server;
use serde_json::{Value, json};
use std::sync::Mutex;

/// Closed-loop connections for reads and searches; creates are asked for at thirty-two.
const READERS: usize = 4;
const WRITERS: usize = 32;
/// Rounds of the fixed-rate measurement; the median counts.
const ROUNDS: usize = 5;

/// A search to be measured: its name and how the n-th question is asked.
type Question<'q> = (&'static str, usize, Box<dyn Fn(usize) -> String + Sync + 'q>);

/// What reads cost whose resources this server has not seen before: each once, right after it began.
pub fn first_reads(server: &Server, samples: &Samples) -> Result<Value, String> {
    let before = (server.usage().cpu_seconds, server.database_seconds());
    let count = samples.mixed.len();
    closed(&server.address, READERS, count, &|at| Request::get(&format!("/fhir/{}", samples.mixed.get(at).map_or("", String::as_str))), &ok)?;
    let of_each = |seconds: f64| seconds * 1e6 / count as f64;
    let (node, database) = (of_each(server.usage().cpu_seconds - before.0), of_each(server.database_seconds() - before.1));
    Ok(json!({ "cpu_us": node + database, "database_us": database }))
}

pub fn all(server: &mut Server, made: &Made, samples: &Samples, short: bool) -> Result<Value, String> {
    let mut out = json!({});
    let share = if short { 3 } else { 1 };
    let read = |at: usize| Request::get(&format!("/fhir/{}", pick(&samples.mixed, at).map_or("", String::as_str)));
    out["read"] = phase(server, READERS, 40_000 / share, &read, &ok)?;
    let questions = questions(made, samples);
    let mut searches = json!({});
    for (name, count, ask) in &questions {
        eprintln!("bench: search {name}");
        searches[*name] = phase(server, READERS, count / share, &|at| Request::get(&ask(at)), &ok)?;
    }
    out["search"] = searches;
    out["memory_mb_after_reads"] = json!(server.usage().memory_mb);
    writes(server, made, share, &mut out)?;
    out["memory_mb"] = json!(server.usage().memory_mb);
    out["peak_memory_mb"] = json!(server.usage().peak_mb);
    Ok(out)
}

fn ok(_: usize, response: Response) -> bool {
    response.status == 200
}

fn writes(server: &Server, made: &Made, share: usize, out: &mut Value) -> Result<(), String> {
    let bodies: Vec<Vec<u8>> = made.held_out.iter().flat_map(observations).filter_map(|body| serde_json::to_vec(&body).ok()).collect();
    let names = Mutex::new(Vec::new());
    let keep = |_: usize, response: Response| {
        if let (Some(location), Ok(mut names)) = (response.location, names.lock()) {
            names.push(location);
        }
        response.status == 201
    };
    out["create"] = phase(
        server,
        WRITERS,
        60_000 / share,
        &|at| Request::send("POST", "/fhir/Observation", bodies.get(at % bodies.len()).map_or(&[], Vec::as_slice)),
        &keep,
    )?;
    let names = names.into_inner().map_err(|_| "a load thread failed")?;
    let ids: Vec<&str> = names.iter().filter_map(|location| location.split("/Observation/").nth(1)).filter_map(|rest| rest.split('/').next()).collect();
    let update = |at: usize| {
        let id = ids.get(at.wrapping_mul(7919) % ids.len().max(1)).copied().unwrap_or("");
        let body = bodies.get(at % bodies.len()).map_or(&[][..], Vec::as_slice);
        let mut with_id = format!("{{\"id\":\"{id}\",").into_bytes();
        with_id.extend_from_slice(body.get(1..).unwrap_or(&[]));
        Request::send("PUT", &format!("/fhir/Observation/{id}"), &with_id)
    };
    out["update"] = phase(server, WRITERS, 30_000 / share, &update, &ok)?;
    let hundreds: Vec<Value> = made.held_out.iter().filter_map(hundred).collect();
    let bundle = |at: usize| {
        let copy = hundreds.get(at % hundreds.len().max(1)).map(|source| replica(source, 5_000_000 + at as u64)).unwrap_or_default();
        Request::send("POST", "/fhir", &serde_json::to_vec(&copy).unwrap_or_default())
    };
    out["transaction"] = phase(server, READERS, 600 / share, &bundle, &ok)?;
    Ok(())
}

/// Observations of a bundle without their links into it.
fn observations(bundle: &Value) -> Vec<Value> {
    let resources =
        bundle["entry"].as_array().into_iter().flatten().map(|entry| entry["resource"].clone()).filter(|resource| resource["resourceType"] == "Observation");
    let free = |mut resource: Value| {
        if let Value::Object(members) = &mut resource {
            members.remove("id");
            let patient = members.get("subject").and_then(|subject| subject["reference"].as_str()).unwrap_or("").replace("urn:uuid:", "Patient/");
            members.insert("subject".into(), json!({ "reference": patient }));
            members.remove("encounter");
        }
        resource
    };
    resources.map(free).take(400).collect()
}

/// The first hundred entries of a bundle.
fn hundred(bundle: &Value) -> Option<Value> {
    let entries: Vec<Value> = bundle["entry"].as_array()?.iter().take(100).cloned().collect();
    (entries.len() == 100).then(|| json!({ "resourceType": "Bundle", "type": "transaction", "entry": entries }))
}

/// Ids that the store gave, for questions about them.
pub struct Samples {
    patients: Vec<String>,
    /// `Type/id` of the types that a chart shows, as many of each.
    mixed: Vec<String>,
}

impl Samples {
    pub fn gather(server: &Server) -> Result<Self, String> {
        let patients = ids(server, "Patient", 2_000)?;
        let mut mixed = Vec::new();
        for ty in ["Patient", "Encounter", "Observation", "Condition", "Procedure", "MedicationRequest", "Immunization", "DiagnosticReport"] {
            mixed.extend(ids(server, ty, 500)?.into_iter().map(|id| format!("{ty}/{id}")));
        }
        if patients.is_empty() { Err("the store holds no patients".into()) } else { Ok(Self { patients, mixed }) }
    }
}

fn ids(server: &Server, ty: &str, wanted: usize) -> Result<Vec<String>, String> {
    let mut connection = Connection::open(&server.address)?;
    let mut out = Vec::new();
    let mut path = format!("/fhir/{ty}?_count=500&_elements=id");
    while out.len() < wanted {
        let page: Value = serde_json::from_slice(&connection.call(&Request::get(&path))?.body).map_err(|error| error.to_string())?;
        let found = page["entry"].as_array().into_iter().flatten().filter_map(|entry| entry["resource"]["id"].as_str());
        out.extend(found.map(String::from));
        let next = page["link"].as_array().into_iter().flatten().find(|link| link["relation"] == "next").and_then(|link| link["url"].as_str());
        match next.and_then(|url| url.find("/fhir").and_then(|at| url.get(at..))) {
            Some(next) => path = next.into(),
            None => break,
        }
    }
    Ok(out)
}

/// Strides through a list, so that neighbours in time are not neighbours in the store.
fn pick<T>(from: &[T], at: usize) -> Option<&T> {
    from.get(at.wrapping_mul(7919) % from.len().max(1))
}

fn questions<'q>(made: &'q Made, samples: &'q Samples) -> Vec<Question<'q>> {
    let patient = |at: usize| pick(&samples.patients, at).map_or("", String::as_str);
    let code = |at: usize| pick(&made.codes, at).map_or("", String::as_str);
    let family = |at: usize| pick(&made.families, at).map_or("", String::as_str);
    let month = |at: usize| (1 + at % 12, 1 + (at + 1) % 12);
    vec![
        (
            "identifier",
            20_000,
            Box::new(move |at| {
                let (system, value) = pick(&made.identifiers, at).map_or(("", ""), |(system, value)| (system, value));
                format!("/fhir/Patient?identifier={system}|{value}")
            }),
        ),
        ("code", 8_000, Box::new(move |at| format!("/fhir/Observation?code={}&_count=20", code(at)))),
        ("family", 10_000, Box::new(move |at| format!("/fhir/Patient?family={}", family(at)))),
        (
            "month",
            8_000,
            Box::new(move |at| {
                let year = 2005 + at % 10;
                let (first, next) = month(at);
                let next_year = if next == 1 { year + 1 } else { year };
                format!("/fhir/Observation?date=ge{year}-{first:02}-01&date=lt{next_year}-{next:02}-01&_count=20")
            }),
        ),
        ("patient", 8_000, Box::new(move |at| format!("/fhir/Observation?patient={}&_count=20", patient(at)))),
        ("patient_code_sorted", 12_000, Box::new(move |at| format!("/fhir/Observation?patient={}&code=8302-2&_sort=-date&_count=10", patient(at)))),
        ("chain", 6_000, Box::new(move |at| format!("/fhir/Observation?patient.family={}&_count=20", family(at)))),
        ("has", 6_000, Box::new(move |at| format!("/fhir/Patient?_has:Observation:patient:code={}&_count=20", code(at)))),
        ("composite", 6_000, Box::new(move |at| format!("/fhir/Observation?code-value-quantity=8302-2$gt{}&_count=20", 120 + at % 60))),
        ("include", 4_000, Box::new(move |at| format!("/fhir/Observation?patient={}&_include=Observation:encounter&_count=20", patient(at)))),
        ("count", 1_000, Box::new(move |at| format!("/fhir/Observation?code={}&_summary=count", code(at)))),
        ("everything_100", 2_000, Box::new(move |at| format!("/fhir/Patient/{}/$everything?_count=100", patient(at)))),
    ]
}

/// Measures CPU time in a closed loop, then latency at a fixed rate.
fn phase(
    server: &Server,
    connections: usize,
    count: usize,
    request: &(dyn Fn(usize) -> Request + Sync),
    check: &(dyn Fn(usize, Response) -> bool + Sync),
) -> Result<Value, String> {
    let begun = std::time::Instant::now();
    let warm = count / 20 + 1;
    closed(&server.address, connections, warm, request, check)?;
    let before = (server.usage().cpu_seconds, server.database_seconds());
    let seconds = closed(&server.address, connections, count, &|at| request(at + warm), check)?;
    let of_each = |seconds: f64| seconds * 1e6 / count as f64;
    let (node_us, database_us) = (of_each(server.usage().cpu_seconds - before.0), of_each(server.database_seconds() - before.1));
    let cpu_us = node_us + database_us;
    // A third of what one core could answer, so that waiting in line does not count.
    let rate = (300_000.0 / cpu_us.max(1.0)).clamp(2.0, 2_000.0);
    let mut rounds = Vec::new();
    for round in 0..ROUNDS {
        let mut latencies = open(&server.address, rate, (100.0 / rate).clamp(0.25, 1.0), &|at| request(at + warm + count + round * 100_000))?;
        latencies.sort_by(f64::total_cmp);
        let at = |share: f64| latencies.get(((latencies.len() as f64 - 1.0) * share).max(0.0) as usize).copied().unwrap_or(0.0);
        rounds.push((at(0.5), at(0.99)));
    }
    let median = |pick: &dyn Fn(&(f64, f64)) -> f64| {
        let mut all: Vec<f64> = rounds.iter().map(pick).collect();
        all.sort_by(f64::total_cmp);
        all.get(ROUNDS / 2).copied().unwrap_or(0.0)
    };
    eprintln!("bench: {cpu_us:.0} µs of CPU each ({database_us:.0} of the database), measured in {:.1} s", begun.elapsed().as_secs_f64());
    Ok(
        json!({ "cpu_us": cpu_us, "database_us": database_us, "per_s": count as f64 / seconds, "p50_ms": median(&|round| round.0), "p99_ms": median(&|round| round.1), "offered_per_s": rate }),
    )
}
