//! A large house in a rush: every open board shows its own ward, and places change all over the house, fifty a second.

use super::boards::{WARDS, bed};
use super::http::{call, enter};
use super::share;
use crate::bench::process::Server;
use serde_json::{Value, json};
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

const LANGS: [&str; 3] = ["fr", "ar", "en"];
const ROLES: [&str; 4] = ["nurse", "bed-manager", "physician", "head-nurse"];
/// Pages of one session: it has 32 at most, and an account twelve sessions.
const A_SESSION: usize = 30;
const A_SECOND: usize = 50;
/// After the last change.
const REST: Duration = Duration::from_secs(5);

/// When each change was sent, by its number, and how long each page took to show it.
#[derive(Default)]
struct Seen {
    sent: BTreeMap<usize, Instant>,
    latencies: Vec<f64>,
    connected: usize,
    bytes: usize,
}

/// `pages` boards and `seconds` of changes; the wards are there already.
pub async fn measure(server: &Server, password: &str, pages: usize, seconds: usize) -> Result<Value, String> {
    let local = tokio::task::LocalSet::new();
    local.run_until(watch(server, password, pages, seconds)).await
}

async fn watch(server: &Server, password: &str, pages: usize, seconds: usize) -> Result<Value, String> {
    let seen = Rc::new(RefCell::new(Seen::default()));
    open(&server.address, password, pages, &seen).await?;
    let (before, begun) = (server.usage().cpu_seconds, Instant::now());
    let changes = seconds * A_SECOND;
    let mut writers = tokio::task::JoinSet::new();
    for nth in 0..changes {
        // By the clock of the one who changes things, however long each takes.
        tokio::time::sleep_until((begun + Duration::from_secs_f64(nth as f64 / A_SECOND as f64)).into()).await;
        let address = server.address.clone();
        let (ward, mark) = (nth % WARDS, format!("rush-{nth:06}."));
        let (id, room) = (format!("bench-{ward}-1-0"), format!("bench-{ward}-1"));
        let body = bed(&id, &room, &format!("L 1-0 {mark}"), if (nth / WARDS).is_multiple_of(2) { "K" } else { "U" }).to_string();
        seen.borrow_mut().sent.insert(nth, Instant::now());
        writers.spawn_local(async move { call(&address, "PUT", &format!("/fhir/Location/{id}"), "Content-Type: application/fhir+json\r\n", &body).await });
    }
    let took = begun.elapsed();
    let cores = (server.usage().cpu_seconds - before) / took.as_secs_f64();
    while let Some(written) = writers.join_next().await {
        let answer = written.map_err(|error| error.to_string())??;
        if !answer.head.starts_with("HTTP/1.1 20") {
            return Err(answer.head);
        }
    }
    tokio::time::sleep(REST).await;
    let mut seen = seen.borrow_mut();
    seen.latencies.sort_by(f64::total_cmp);
    let expected: usize = (0..changes).map(|nth| (0..pages).filter(|page| page % WARDS == nth % WARDS).count()).sum();
    Ok(json!({
        "pages": pages, "changes": changes, "changes_a_second": changes as f64 / took.as_secs_f64(), "expected": expected, "shown": seen.latencies.len(),
        "p50_ms": share(&seen.latencies, 0.5), "p99_ms": share(&seen.latencies, 0.99), "max_ms": share(&seen.latencies, 1.0),
        "bytes_a_second": seen.bytes as f64 / took.as_secs_f64(), "cores_of_the_server": cores, "memory_mb": server.usage().memory_mb,
    }))
}

async fn open(address: &str, password: &str, pages: usize, seen: &Rc<RefCell<Seen>>) -> Result<(), String> {
    let mut cookies = Vec::new();
    for at in 0..pages.div_ceil(A_SESSION) {
        cookies.push(enter(address, ROLES[at % ROLES.len()], password, LANGS[at % LANGS.len()]).await?);
    }
    let mut lives = Vec::new();
    for ward in 0..WARDS {
        let page = call(address, "GET", &format!("/beds/bench-{ward}"), &cookies[0], "").await?;
        let page = String::from_utf8_lossy(&page.body).into_owned();
        let live = page.split("hx-sse:connect=\"").nth(1).and_then(|rest| rest.split('"').next());
        lives.push(live.ok_or("a board is not live")?.replace("&#38;", "&"));
    }
    for at in 0..pages {
        let (Some(cookie), Some(live)) = (cookies.get(at / A_SESSION), lives.get(at % WARDS)) else { continue };
        tokio::task::spawn_local(listen(address.to_owned(), live.clone(), cookie.clone(), at % WARDS, seen.clone()));
    }
    let begun = Instant::now();
    while seen.borrow().connected < pages {
        if begun.elapsed() > Duration::from_secs(60) {
            return Err(format!("{} of {pages} boards were connected", seen.borrow().connected));
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    Ok(())
}

/// One board: what it shows of its ward is of the newest change, and with it of all before.
async fn listen(address: String, live: String, cookie: String, ward: usize, seen: Rc<RefCell<Seen>>) -> Option<()> {
    let mut stream = TcpStream::connect(&address).await.ok()?;
    let text = format!("GET {live} HTTP/1.1\r\nHost: {address}\r\nAccept: text/event-stream\r\n{cookie}\r\n");
    stream.write_all(text.as_bytes()).await.ok()?;
    let (mut kept, mut buffer, mut next, mut first) = (Vec::new(), vec![0; 16 << 10], ward, true);
    loop {
        let read = stream.read(&mut buffer).await.ok().filter(|read| *read > 0)?;
        kept.extend_from_slice(buffer.get(..read)?);
        while let Some(end) = kept.windows(2).position(|two| two == b"\n\n") {
            let event: Vec<u8> = kept.drain(..end + 2).collect();
            let mut seen = seen.borrow_mut();
            seen.bytes += event.len();
            seen.connected += usize::from(std::mem::take(&mut first));
            let text = String::from_utf8_lossy(&event);
            let newest = text.split("rush-").skip(1).filter_map(|rest| rest.split('.').next()?.parse::<usize>().ok()).max();
            while let Some(newest) = newest.filter(|newest| next <= *newest) {
                let latency = seen.sent.get(&next).map(|sent| sent.elapsed().as_secs_f64() * 1e3);
                seen.latencies.extend(latency);
                next = next.min(newest) + WARDS;
            }
        }
    }
}
