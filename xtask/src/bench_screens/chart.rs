//! Pages of the longest chart: time to the first byte, weight, CPU.

use super::http::{call, enter};
use super::share;
use crate::bench::process::Server;
use serde_json::{Value, json};

/// Loads of each page.
const LOADS: usize = 20;
/// The pages, below the patient.
const PAGES: [&str; 10] = ["chart", "problems", "medicines", "results", "results/trend?code=CODE", "days", "stays", "documents", "care", "raw"];

/// The patient with the most encounters.
async fn longest(address: &str) -> Result<(String, String), String> {
    let answer = call(address, "GET", "/fhir/Patient?_has:Encounter:patient:status=finished&_count=200&_elements=id", "", "").await?;
    let bundle: Value = serde_json::from_slice(&answer.body).map_err(|error| error.to_string())?;
    let mut best = (0, String::new());
    for entry in bundle["entry"].as_array().into_iter().flatten() {
        let id = entry["resource"]["id"].as_str().unwrap_or("");
        let counted = call(address, "GET", &format!("/fhir/Encounter?patient={id}&_summary=count"), "", "").await?;
        let total: Value = serde_json::from_slice(&counted.body).map_err(|error| error.to_string())?;
        best = best.max((total["total"].as_u64().unwrap_or(0), id.to_owned()));
    }
    let newest = call(address, "GET", &format!("/fhir/Observation?patient={}&_sort=-date&_count=1", best.1), "", "").await?;
    let bundle: Value = serde_json::from_slice(&newest.body).map_err(|error| error.to_string())?;
    let coding = &bundle["entry"][0]["resource"]["code"]["coding"][0];
    Ok((best.1, format!("{}%7C{}", coding["system"].as_str().unwrap_or(""), coding["code"].as_str().unwrap_or(""))))
}

pub async fn measure(server: &Server, password: &str) -> Result<Value, String> {
    let (patient, code) = longest(&server.address).await?;
    let cookie = enter(&server.address, "physician", password, "fr").await?;
    let packed = format!("{cookie}Accept-Encoding: gzip\r\n");
    let mut out = Vec::new();
    for page in PAGES {
        let path = format!("/patients/{patient}/{}", page.replace("CODE", &code));
        let plain = call(&server.address, "GET", &path, &cookie, "").await?;
        if !plain.head.starts_with("HTTP/1.1 200") {
            return Err(format!("{path}: {}", plain.head.lines().next().unwrap_or("")));
        }
        let before = server.usage().cpu_seconds;
        let (mut first, mut whole, mut size) = (Vec::new(), Vec::new(), 0);
        for _ in 0..LOADS {
            let answer = call(&server.address, "GET", &path, &packed, "").await?;
            first.push(answer.first.as_secs_f64() * 1e3);
            whole.push(answer.whole.as_secs_f64() * 1e3);
            size = answer.body.len();
        }
        let cpu = (server.usage().cpu_seconds - before) * 1e3 / LOADS as f64;
        first.sort_by(f64::total_cmp);
        whole.sort_by(f64::total_cmp);
        out.push(json!({ "page": page.split('?').next(), "first_ms": share(&first, 0.5), "whole_ms": share(&whole, 0.5), "cpu_ms": cpu, "bytes": plain.body.len(), "packed": size }));
    }
    Ok(Value::Array(out))
}
