//! A year of a house of a thousand beds: what its figures cost to show, and to make anew from the log.

use super::http::{call, enter};
use super::share;
use crate::bench::place::Place;
use crate::bench::process::{self, Server, Usage};
use rihla_kernel::Instant as At;
use rihla_store::body::instant_text;
use serde_json::{Value, json};
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

const WARDS: usize = 40;
const BEDS: usize = 1_000;
const PEOPLE: usize = 60_000;
const STAYS: usize = 55_000;
const VISITS: usize = 100_000;
const LABS: usize = 500_000;
/// 2025-11-01T00:00:00Z, and a year of minutes.
const BEGIN: i64 = 1_761_955_200_000;
const YEAR: i64 = 365 * 24 * 60;
const MINUTE: i64 = 60_000;
const LOADS: usize = 30;
/// How long after a start nobody looks; how long visits are written, and how many a second.
const REST: Duration = Duration::from_secs(30);
const WRITES: Duration = Duration::from_secs(20);
const A_SECOND: f64 = 50.0;
const PAGES: [&str; 6] = [
    "/cockpit?month=2026-10",
    "/cockpit?quarter=2026-3",
    "/cockpit/e2?month=2026-10",
    "/cockpit/b1?month=2026-10",
    "/cockpit/index?month=2026-10",
    "/cockpit/report?month=2026-10",
];

/// Writes the year, takes it in, makes the facts anew, and opens the pages.
pub fn run(program: &Path, own: &Path, accounts: impl FnOnce(&Path, &Path) -> Result<String, String>) -> Result<Value, String> {
    let (data, store) = (own.join("data"), own.join("store"));
    std::fs::create_dir_all(&data).map_err(|error| error.to_string())?;
    let resources = write(&data).map_err(|error| error.to_string())?;
    let imported = process::import(program, &Place::Folder(store.clone()), &data, resources, "on")?;
    let password = accounts(program, &store)?;
    let recompute = timed(program, &store, &[])?;
    let check = timed(program, &store, &["--check"])?;
    let server = Server::start(program, &Place::Folder(store.clone()), "on")?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(|error| error.to_string())?;
    let pages = runtime.block_on(async {
        let at_once = first(&server, &password, Duration::ZERO).await?;
        let pages = pages(&server, &password).await?;
        Ok::<_, String>((at_once, pages, going_on(&server, &password).await?))
    });
    server.stop()?;
    let (at_once, pages, going_on) = pages?;
    // The same after a start at which nobody looked at once.
    let server = Server::start(program, &Place::Folder(store), "on")?;
    let rested = runtime.block_on(first(&server, &password, REST));
    server.stop()?;
    Ok(json!({
        "resources": resources, "import": imported, "recompute": recompute, "check": check,
        "first_at_once_ms": at_once, "first_after_a_rest_ms": rested?, "pages": pages, "month_that_goes_on": going_on
    }))
}

/// What an order of `rihla indicators` takes.
fn timed(program: &Path, store: &Path, more: &[&str]) -> Result<Value, String> {
    let begun = Instant::now();
    let mut order = Command::new(program);
    order.args(["indicators", "--store"]).arg(format!("sqlite:{}", store.display())).arg("recompute").args(more);
    let mut child = order.stdout(std::process::Stdio::null()).spawn().map_err(|error| error.to_string())?;
    let mut usage = Usage::default();
    let status = loop {
        usage = Usage::of(child.id()).unwrap_or(usage);
        if let Some(status) = child.try_wait().map_err(|error| error.to_string())? {
            break status;
        }
        process::wait(Duration::from_millis(10));
    };
    let seconds = begun.elapsed().as_secs_f64();
    if status.success() {
        Ok(json!({ "seconds": seconds, "cpu_seconds": usage.cpu_seconds, "memory_mb": usage.memory_mb }))
    } else {
        Err(format!("indicators ended with {status}"))
    }
}

/// Until the first byte of all figures, so long after a start.
async fn first(server: &Server, password: &str, rest: Duration) -> Result<f64, String> {
    let cookie = enter(&server.address, "manager", password, "fr").await?;
    tokio::time::sleep(rest).await;
    let answer = call(&server.address, "GET", PAGES.first().unwrap_or(&"/cockpit"), &cookie, "").await?;
    Ok(answer.first.as_secs_f64() * 1e3)
}

/// The month of the server's clock while visits of it are written, fifty a second.
async fn going_on(server: &Server, password: &str) -> Result<Value, String> {
    let cookie = enter(&server.address, "manager", password, "fr").await?;
    let now = std::time::UNIX_EPOCH.elapsed().map_err(|error| error.to_string())?.as_millis() as i64;
    let today = (now - BEGIN) / MINUTE;
    let local = tokio::task::LocalSet::new();
    local
        .run_until(async {
            let (address, begun) = (server.address.clone(), Instant::now());
            let written = tokio::task::spawn_local(async move {
                let mut numbers = Numbers(2);
                let mut writers = tokio::task::JoinSet::new();
                for nth in 0.. {
                    tokio::time::sleep_until((begun + Duration::from_secs_f64(nth as f64 / A_SECOND)).into()).await;
                    if begun.elapsed() > WRITES {
                        break;
                    }
                    let (address, id) = (address.clone(), VISITS + nth);
                    let body = visit_at(id, today - 10 * 24 * 60 + numbers.below(9 * 24 * 60), &mut numbers);
                    writers.spawn_local(async move {
                        call(&address, "PUT", &format!("/fhir/Encounter/yv{id}"), "Content-Type: application/fhir+json\r\n", &body).await
                    });
                }
                let (mut times, mut refused) = (Vec::new(), 0_usize);
                while let Some(Ok(Ok(answer))) = writers.join_next().await {
                    refused += usize::from(!answer.head.starts_with("HTTP/1.1 20"));
                    times.push(answer.first.as_secs_f64() * 1e3);
                }
                times.sort_by(f64::total_cmp);
                (times, refused)
            });
            let (mut times, cpu) = (Vec::new(), server.usage().cpu_seconds);
            while begun.elapsed() < WRITES {
                times.push(call(&server.address, "GET", "/cockpit", &cookie, "").await?.first.as_secs_f64() * 1e3);
                tokio::time::sleep(Duration::from_millis(200)).await;
            }
            let cores = (server.usage().cpu_seconds - cpu) / begun.elapsed().as_secs_f64();
            let (writes, refused) = written.await.map_err(|error| error.to_string())?;
            times.sort_by(f64::total_cmp);
            Ok(json!({
                "loads": times.len(), "p50_ms": share(&times, 0.5), "p99_ms": share(&times, 0.99), "cores": cores,
                "writes": writes.len(), "refused": refused, "write_p50_ms": share(&writes, 0.5), "write_p99_ms": share(&writes, 0.99)
            }))
        })
        .await
}

async fn pages(server: &Server, password: &str) -> Result<Value, String> {
    let cookie = enter(&server.address, "manager", password, "fr").await?;
    let mut out = Vec::new();
    for page in PAGES {
        let begun = Instant::now();
        let answer = call(&server.address, "GET", page, &cookie, "").await?;
        if !answer.head.starts_with("HTTP/1.1 200") {
            return Err(format!("{page}: {}", answer.head.lines().next().unwrap_or("")));
        }
        let first = begun.elapsed().as_secs_f64() * 1e3;
        let (before, mut times) = (server.usage().cpu_seconds, Vec::new());
        for _ in 0..LOADS {
            times.push(call(&server.address, "GET", page, &cookie, "").await?.first.as_secs_f64() * 1e3);
        }
        let cpu = (server.usage().cpu_seconds - before) * 1e3 / LOADS as f64;
        times.sort_by(f64::total_cmp);
        out.push(json!({ "page": page, "first_of_all_ms": first, "p50_ms": share(&times, 0.5), "p99_ms": share(&times, 0.99), "cpu_ms": cpu, "bytes": answer.body.len() }));
    }
    Ok(Value::Array(out))
}

/// Numbers that are the same each time: splitmix64.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, bound: i64) -> i64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((mixed ^ (mixed >> 31)) >> 33) as i64 % bound.max(1)
    }
}

fn at(minute: i64) -> String {
    instant_text(At(BEGIN + minute * MINUTE))
}

fn write(data: &Path) -> std::io::Result<usize> {
    let mut count = 0;
    let mut file = |name: &str, lines: &mut dyn Iterator<Item = String>| -> std::io::Result<()> {
        let mut out = BufWriter::new(File::create(data.join(name))?);
        for line in lines {
            count += 1;
            writeln!(out, "{line}")?;
        }
        out.flush()
    };
    file("1-places.ndjson", &mut places())?;
    file("2-people.ndjson", &mut (0..PEOPLE).map(|nth| format!(r#"{{"resourceType":"Patient","id":"y{nth}","gender":"female","birthDate":"1980-01-01"}}"#)))?;
    let mut numbers = Numbers(1);
    file("3-visits.ndjson", &mut (0..VISITS).map(|nth| visit(nth, &mut numbers)))?;
    file("4-stays.ndjson", &mut (0..STAYS).map(|nth| stay(nth, &mut numbers)))?;
    file("5-labs.ndjson", &mut (0..LABS).map(|nth| lab(nth, &mut numbers)))?;
    Ok(count)
}

const PHYSICAL: &str = "http://terminology.hl7.org/CodeSystem/location-physical-type";

fn places() -> impl Iterator<Item = String> {
    let er = r#","type":[{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/v3-RoleCode","code":"ER"}]}]"#;
    let one = |id: String, level: &str, more: String| {
        format!(
            r#"{{"resourceType":"Location","id":"{id}","status":"active","name":"{id}","physicalType":{{"coding":[{{"system":"{PHYSICAL}","code":"{level}"}}]}}{more}}}"#
        )
    };
    let wards = (0..WARDS).map(move |ward| one(format!("yw{ward}"), "wa", if ward == 0 { er.to_owned() } else { String::new() }));
    let beds = (0..BEDS).map(move |bed| one(format!("yb{bed}"), "bd", format!(r#","partOf":{{"reference":"Location/yw{}"}}"#, bed % WARDS)));
    wards.chain(beds)
}

fn period(from: i64, to: i64) -> String {
    format!(r#""period":{{"start":"{}","end":"{}"}}"#, at(from), at(to))
}

fn visit(nth: usize, numbers: &mut Numbers) -> String {
    let from = numbers.below(YEAR - 1_000);
    visit_at(nth, from, numbers)
}

fn visit_at(nth: usize, from: i64, numbers: &mut Numbers) -> String {
    let triage = from + 2 + numbers.below(12);
    let contact = triage + 5 + numbers.below(90);
    let decided = contact + 20 + numbers.below(180);
    let end = decided + 5 + numbers.below(120);
    let what = if nth.is_multiple_of(5) { "admit" } else { "discharge" };
    let time = |moment: &str, minute: i64, more: &str| {
        format!(
            r#"{{"url":"urn:rihla:extension:emergency-time","extension":[{{"url":"moment","valueCode":"{moment}"}}{more},{{"url":"at","valueDateTime":"{}"}},{{"url":"by","valueReference":{{"display":"x"}}}}]}}"#,
            at(minute)
        )
    };
    let decision = time("decision", decided, &format!(r#",{{"url":"what","valueCode":"{what}"}}"#));
    format!(
        r#"{{"resourceType":"Encounter","id":"yv{nth}","status":"finished","class":{{"code":"EMER"}},"subject":{{"reference":"Patient/y{}"}},{period},"extension":[{},{},{},{},{decision}],"location":[{{"location":{{"reference":"Location/yw0"}},{period}}}]}}"#,
        nth % PEOPLE,
        time("arrival", from, ""),
        time("triage-begin", triage, ""),
        time("triage-end", triage + 4, ""),
        time("contact", contact, ""),
        period = period(from, end),
    )
}

fn stay(nth: usize, numbers: &mut Numbers) -> String {
    let (bed, turn) = (nth % BEDS, (nth / BEDS) as i64);
    // Fifty-five people a bed and year, one after another.
    let each = YEAR / (STAYS / BEDS) as i64;
    let from = turn * each + numbers.below(600);
    let period = period(from, from + each - 900);
    format!(
        r#"{{"resourceType":"Encounter","id":"ys{nth}","status":"finished","class":{{"code":"IMP"}},"subject":{{"reference":"Patient/y{}"}},{period},"location":[{{"location":{{"reference":"Location/yb{bed}"}},"physicalType":{{"coding":[{{"system":"{PHYSICAL}","code":"bd"}}]}},"status":"completed",{period}}}]}}"#,
        nth * 5 % PEOPLE,
    )
}

fn lab(nth: usize, numbers: &mut Numbers) -> String {
    let asked = numbers.below(YEAR - 1_000);
    let step = |code: &str, minute: i64| {
        format!(
            r#"{{"url":"urn:rihla:extension:request-step","extension":[{{"url":"step","valueCode":"{code}"}},{{"url":"at","valueDateTime":"{}"}}]}}"#,
            at(minute)
        )
    };
    format!(
        r#"{{"resourceType":"ServiceRequest","id":"yl{nth}","status":"completed","intent":"order","category":[{{"coding":[{{"system":"urn:rihla:request-kind","code":"lab"}}]}}],"subject":{{"reference":"Patient/y{}"}},"locationReference":[{{"reference":"Location/yw{}"}}],"extension":[{},{}]}}"#,
        nth % PEOPLE,
        nth % WARDS,
        step("sign", asked),
        step("done", asked + 20 + numbers.below(240)),
    )
}
