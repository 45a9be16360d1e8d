//! Open pages that follow the record: how soon each shows a change, how many bytes that takes, and what it costs.

use super::http::{call, enter};
use super::share;
use crate::bench::process::Server;
use serde_json::{Value, json};
use std::cell::RefCell;
use std::rc::Rc;
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// Pages are open in every language and several roles: what they see is made once for each.
const LANGS: [&str; 3] = ["fr", "ar", "en"];
const ROLES: [&str; 3] = ["physician", "nurse", "pharmacist"];
/// Pages of one session. An account has twelve sessions at most, a session 32 live pages.
const A_SESSION: usize = 18;
/// Between two changes.
const PAUSE: Duration = Duration::from_secs(1);
/// A change that has not reached all pages by then never will.
const PATIENCE: Duration = Duration::from_secs(20);

/// What pages saw, and when.
#[derive(Default)]
struct Seen {
    events: usize,
    bytes: usize,
    /// When each page saw the mark of the change that is waited for.
    at: Vec<Instant>,
    mark: String,
}

/// What is open, and what changes on it.
pub struct Scene<'s> {
    /// Languages and roles come in turn.
    pub roles: &'s [&'s str],
    /// The pages that are open, in turn.
    pub pages: Vec<String>,
    /// What is written so that some pages show a mark: a path and a body.
    pub change: &'s dyn Fn(&str) -> (String, String),
    /// How many of all pages show what changes.
    pub touched: usize,
}

/// The first patient who lies in a bed, followed on their chart.
pub async fn measure(server: &Server, password: &str, pages: usize, changes: usize) -> Result<Value, String> {
    let patient = first_patient(&server.address).await?;
    let alert = |mark: &str| {
        let flag = json!({ "resourceType": "Flag", "id": "bench", "status": "active", "code": { "text": format!("Isolement contact {mark}") }, "subject": { "reference": format!("Patient/{patient}") } });
        ("/fhir/Flag/bench".to_owned(), flag.to_string())
    };
    let scene = Scene { roles: &ROLES, pages: vec![format!("/patients/{patient}/chart")], change: &alert, touched: pages };
    follow(server, password, &scene, pages, changes).await
}

/// Opens pages, changes what they show again and again, and says how soon each showed it.
pub async fn follow(server: &Server, password: &str, scene: &Scene<'_>, pages: usize, changes: usize) -> Result<Value, String> {
    let local = tokio::task::LocalSet::new();
    local.run_until(watch(server, password, scene, pages, changes)).await
}

async fn watch(server: &Server, password: &str, scene: &Scene<'_>, pages: usize, changes: usize) -> Result<Value, String> {
    let address = server.address.clone();
    let seen = Rc::new(RefCell::new(Seen::default()));
    open(&address, password, scene, pages, &seen).await?;
    change(&address, scene, "bench-first", &seen).await?;
    until(|| seen.borrow().at.len() >= scene.touched, PATIENCE).await.ok_or("the first change did not reach all pages")?;

    let (mut all, before, bytes_before) = (Vec::new(), server.usage().cpu_seconds, seen.borrow().bytes);
    let begun = Instant::now();
    for nth in 0..changes {
        let sent = change(&address, scene, &format!("bench-{nth:04}"), &seen).await?;
        until(|| seen.borrow().at.len() >= scene.touched, PATIENCE).await.ok_or("a change did not reach all pages")?;
        all.extend(seen.borrow().at.iter().map(|at| at.duration_since(sent).as_secs_f64() * 1e3));
        tokio::time::sleep(PAUSE.saturating_sub(sent.elapsed())).await;
    }
    let cores = (server.usage().cpu_seconds - before) / begun.elapsed().as_secs_f64();
    all.sort_by(f64::total_cmp);
    let bytes = (seen.borrow().bytes - bytes_before) as f64 / all.len() as f64;
    Ok(
        json!({ "pages": pages, "touched": scene.touched, "changes": changes, "p50_ms": share(&all, 0.5), "p99_ms": share(&all, 0.99), "max_ms": share(&all, 1.0), "bytes_a_page_and_change": bytes, "cores_of_the_server": cores, "memory_mb": server.usage().memory_mb }),
    )
}

/// Opens all pages; languages, roles and pages come in turn.
async fn open(address: &str, password: &str, scene: &Scene<'_>, pages: usize, seen: &Rc<RefCell<Seen>>) -> Result<(), String> {
    let mut cookies = Vec::new();
    for at in 0..pages.div_ceil(A_SESSION) {
        let (lang, role) = (LANGS[at % LANGS.len()], scene.roles.get(at / LANGS.len() % scene.roles.len()).copied().unwrap_or_default());
        cookies.push(enter(address, role, password, lang).await?);
    }
    let mut lives = Vec::new();
    for path in &scene.pages {
        let page = call(address, "GET", path, &cookies[0], "").await?;
        let head = page.head.lines().next().unwrap_or_default().to_owned();
        let page = String::from_utf8_lossy(&page.body).into_owned();
        let live = page.split("hx-sse:connect=\"").nth(1).and_then(|rest| rest.split('"').next());
        lives.push(live.ok_or_else(|| format!("{path} is not live: {head}"))?.replace("&#38;", "&"));
    }
    for at in 0..pages {
        let (Some(cookie), Some(live)) = (cookies.get(at / A_SESSION), lives.get(at % lives.len())) else { continue };
        tokio::task::spawn_local(listen(address.to_owned(), live.clone(), cookie.clone(), seen.clone()));
    }
    // Every page has its connection once it has heard where it stands.
    until(|| seen.borrow().events >= pages, Duration::from_secs(30)).await.ok_or_else(|| "not all pages were connected".to_owned())
}

pub async fn first_patient(address: &str) -> Result<String, String> {
    let answer = call(address, "GET", "/fhir/Encounter?status=in-progress&class=IMP&_count=1", "", "").await?;
    let bundle: Value = serde_json::from_slice(&answer.body).map_err(|error| error.to_string())?;
    let reference = bundle["entry"][0]["resource"]["subject"]["reference"].as_str().ok_or("nobody lies in a bed")?;
    Ok(reference.trim_start_matches("Patient/").to_owned())
}

/// Writes what holds the mark; returns when it was sent.
async fn change(address: &str, scene: &Scene<'_>, mark: &str, seen: &Rc<RefCell<Seen>>) -> Result<Instant, String> {
    {
        let mut seen = seen.borrow_mut();
        seen.mark = mark.to_owned();
        seen.at.clear();
    }
    let (path, body) = (scene.change)(mark);
    let sent = Instant::now();
    let answer = call(address, "PUT", &path, "Content-Type: application/fhir+json\r\n", &body).await?;
    if answer.head.starts_with("HTTP/1.1 20") { Ok(sent) } else { Err(answer.head) }
}

async fn until(done: impl Fn() -> bool, patience: Duration) -> Option<()> {
    let begun = Instant::now();
    while !done() {
        if begun.elapsed() > patience {
            return None;
        }
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    Some(())
}

/// One page: reads what comes for as long as it comes.
async fn listen(address: String, live: String, cookie: String, seen: Rc<RefCell<Seen>>) -> Option<()> {
    let mut stream = TcpStream::connect(&address).await.ok()?;
    let text = format!("GET {live} HTTP/1.1\r\nHost: {address}\r\nAccept: text/event-stream\r\n{cookie}\r\n");
    stream.write_all(text.as_bytes()).await.ok()?;
    let (mut kept, mut buffer, mut head) = (Vec::new(), vec![0; 16 << 10], false);
    loop {
        let read = stream.read(&mut buffer).await.ok().filter(|read| *read > 0)?;
        kept.extend_from_slice(buffer.get(..read)?);
        if !head {
            let end = kept.windows(4).position(|four| four == b"\r\n\r\n");
            let Some(end) = end else { continue };
            kept.drain(..end + 4);
            head = true;
        }
        // An event ends with an empty line; a chunk's frame counts as bytes on the wire as well.
        while let Some(end) = kept.windows(2).position(|two| two == b"\n\n") {
            let event: Vec<u8> = kept.drain(..end + 2).collect();
            let mut seen = seen.borrow_mut();
            seen.events += 1;
            seen.bytes += event.len();
            if !seen.mark.is_empty() && String::from_utf8_lossy(&event).contains(seen.mark.as_str()) {
                seen.at.push(Instant::now());
            }
        }
    }
}
