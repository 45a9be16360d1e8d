//! The program under HTTP load, killed without warning: every reply that was sent still holds.

#![allow(clippy::expect_used, clippy::panic, reason = "helpers of tests")]

use rihla_faults::http::Client;
use rihla_faults::site::Folder;
use rihla_kernel::{Entropy, SeededEntropy};
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

const CLIENTS: u32 = 6;
/// Times that the server is killed in every run of the tests; more on demand.
const KILLS: u64 = 3;

fn kills() -> u64 {
    std::env::var("RIHLA_FAULT_ROUNDS").ok().and_then(|text| text.parse().ok()).unwrap_or(KILLS)
}

struct Server {
    child: Child,
    host: String,
}

fn command(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_rihla-fault-node"));
    command.args(["--store", &format!("sqlite:{}", folder.join("store").display()), "--lang", "en"]).stderr(Stdio::null());
    command
}

fn start(folder: &Path) -> Server {
    let mut child = command(folder).args(["serve", "--listen", "127.0.0.1:0"]).stdout(Stdio::piped()).spawn().expect("starts");
    let mut line = String::new();
    BufReader::new(child.stdout.take().expect("a pipe")).read_line(&mut line).expect("the address");
    let host = line.trim().split_once("http://").and_then(|(_, rest)| rest.split_once('/')).map(|(host, _)| host.to_owned());
    Server { child, host: host.unwrap_or_else(|| panic!("no address in {line:?}")) }
}

/// A write: how many resources of each type it makes, and whether the server said that it did.
#[derive(Clone, Debug)]
struct Sent {
    group: String,
    patients: usize,
    observations: usize,
    acknowledged: bool,
}

fn identifier(group: &str) -> String {
    format!(r#""identifier":[{{"system":"urn:group","value":"{group}"}}]"#)
}

fn observation(group: &str, subject: &str) -> String {
    format!(
        r#"{{"resourceType":"Observation",{},"status":"final","code":{{"text":"x"}},"subject":{{"reference":"{subject}"}},"note":[{{"text":"{}"}}]}}"#,
        identifier(group),
        "mot ".repeat(200)
    )
}

fn transaction(group: &str) -> String {
    let patient = format!("urn:uuid:00000000-0000-4000-8000-{:012}", 7);
    let entry = |url: &str, ty: &str, resource: &str| format!(r#"{{"fullUrl":"{url}","resource":{resource},"request":{{"method":"POST","url":"{ty}"}}}}"#);
    let mut entries = vec![entry(&patient, "Patient", &format!(r#"{{"resourceType":"Patient",{}}}"#, identifier(group)))];
    entries.extend((0..3).map(|at| entry(&format!("urn:uuid:00000000-0000-4000-8000-{:012}", 100 + at), "Observation", &observation(group, &patient))));
    format!(r#"{{"resourceType":"Bundle","type":"transaction","entry":[{}]}}"#, entries.join(","))
}

/// One write by one client; `None` once the server has gone.
fn write(client: &mut Client, group: &str, kind: u64) -> (Sent, Option<u16>) {
    let sent = |patients, observations| Sent { group: group.into(), patients, observations, acknowledged: false };
    let patient = || format!(r#"{{"resourceType":"Patient",{}}}"#, identifier(group));
    let (mut sent, reply) = match kind % 3 {
        0 => (sent(1, 0), client.send("POST", "/Patient", &patient())),
        1 => (
            sent(0, 1),
            client.send("PUT", &format!("/Observation/o-{group}"), &observation(group, "Patient/nobody").replacen('{', &format!(r#"{{"id":"o-{group}","#), 1)),
        ),
        _ => (sent(1, 3), client.send("POST", "", &transaction(group))),
    };
    let status = reply.ok().map(|reply| reply.status);
    sent.acknowledged = status.is_some_and(|status| (200..300).contains(&status));
    (sent, status)
}

/// Writes from several clients until the server is killed, once `until` writes were acknowledged.
fn load(mut server: Server, round: u64, until: usize) -> Vec<Sent> {
    let (told, acknowledged) = (Mutex::new(Vec::new()), AtomicUsize::new(0));
    let (ready, killing) = std::sync::mpsc::channel();
    std::thread::scope(|scope| {
        for client in 0..CLIENTS {
            let (told, acknowledged, ready, host) = (&told, &acknowledged, ready.clone(), server.host.clone());
            scope.spawn(move || {
                let entropy = SeededEntropy::new(round << 8 | u64::from(client));
                let mut http = Client::connect(&host).expect("the server listens");
                for number in 0u32.. {
                    let (sent, status) = write(&mut http, &format!("{round}-{client}-{number}"), entropy.next_u64() >> 7);
                    let (gone, done) = (status.is_none(), sent.acknowledged);
                    assert!(gone || done, "refused with {status:?}");
                    told.lock().expect("told").push(sent);
                    if gone {
                        return;
                    }
                    if acknowledged.fetch_add(1, Ordering::SeqCst) + 1 == until {
                        ready.send(()).expect("heard");
                    }
                }
            });
        }
        killing.recv().expect("enough writes");
        server.child.kill().expect("kills");
    });
    server.child.wait().expect("ended");
    told.into_inner().expect("told")
}

fn count(client: &mut Client, ty: &str, group: &str) -> usize {
    let reply = client.send("GET", &format!("/{ty}?identifier=urn:group%7C{group}&_summary=count"), "").expect("answers");
    assert_eq!(reply.status, 200, "{}", reply.body);
    let total = reply.body.split_once("\"total\":").map(|(_, rest)| rest.chars().take_while(char::is_ascii_digit).collect::<String>());
    total.and_then(|total| total.parse().ok()).unwrap_or_else(|| panic!("no total in {}", reply.body))
}

#[test]
fn what_the_server_said_it_kept_outlives_it() {
    let folder = Folder::new();
    let mut all: Vec<Sent> = Vec::new();
    for round in 0..kills() {
        let until = 20 + SeededEntropy::new(round).next_u64() as usize % 200;
        let told = load(start(folder.path()), round, until);
        assert!(told.iter().filter(|sent| sent.acknowledged).count() >= until);
        all.extend(told);
        let mut server = start(folder.path());
        let mut client = Client::connect(&server.host).expect("the server listens");
        for sent in &all {
            let found = (count(&mut client, "Patient", &sent.group), count(&mut client, "Observation", &sent.group));
            let whole = (sent.patients, sent.observations);
            assert!(found == whole || (!sent.acknowledged && found == (0, 0)), "{sent:?}: {found:?}");
        }
        let beside = command(folder.path()).args(["serve", "--listen", "127.0.0.1:0"]).stdout(Stdio::null()).status().expect("runs");
        assert_eq!(beside.code(), Some(5), "a second server on the same store");
        assert!(command(folder.path()).arg("verify").stdout(Stdio::null()).status().expect("runs").success(), "through the running server");
        server.child.kill().expect("kills");
        server.child.wait().expect("ended");
        assert!(command(folder.path()).arg("verify").stdout(Stdio::null()).status().expect("runs").success(), "after it was killed");
    }
}
