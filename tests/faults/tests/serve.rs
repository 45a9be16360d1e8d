//! The program under HTTP load, killed without warning, or its database: every reply that was sent still holds.

#![allow(clippy::expect_used, clippy::panic, reason = "helpers of tests")]

use rihla_faults::http::Client;
use rihla_faults::site::{Folder, Ground};
use rihla_kernel::{Entropy, SeededEntropy};
use rihla_test_postgres::Setup;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::Barrier;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc::channel;

const CLIENTS: u32 = 6;

/// Kills in every run of the tests, or as many as `RIHLA_FAULT_ROUNDS` says.
fn kills(unless_told: u64) -> u64 {
    std::env::var("RIHLA_FAULT_ROUNDS").ok().and_then(|text| text.parse().ok()).unwrap_or(unless_told)
}

/// A store, and the folder in which its server stands.
struct Place {
    url: String,
    folder: Folder,
    /// What goes with it.
    _ground: Option<Ground>,
}

struct Server {
    child: Child,
    host: String,
}

impl Place {
    fn on(ground: Ground) -> Self {
        Self { url: ground.url(), folder: Folder::new(), _ground: Some(ground) }
    }

    fn command(&self) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_rihla-fault-node"));
        command.current_dir(self.folder.path()).args(["--store", &self.url, "--lang", "en"]).stderr(Stdio::null());
        command
    }

    fn serve(&self) -> Server {
        let mut child =
            self.command().args(["serve", "--world", "training", "--open-fhir", "--listen", "127.0.0.1:0"]).stdout(Stdio::piped()).spawn().expect("starts");
        let mut line = String::new();
        BufReader::new(child.stdout.take().expect("a pipe")).read_line(&mut line).expect("the address");
        let host = line.trim().split_once("http://").and_then(|(_, rest)| rest.split_once('/')).map(|(host, _)| host.to_owned());
        Server { child, host: host.unwrap_or_else(|| panic!("no address in {line:?}")) }
    }

    /// Through the running server if there is one.
    fn is_clean(&self) -> bool {
        self.command().arg("verify").stdout(Stdio::null()).status().expect("runs").success()
    }
}

impl Server {
    fn kill(&mut self) {
        self.child.kill().expect("kills");
        self.child.wait().expect("ended");
    }
}

impl Drop for Server {
    /// A test that fails leaves none behind.
    fn drop(&mut self) {
        _ = self.child.kill();
        _ = self.child.wait();
    }
}

/// A write: how many resources of each type it makes, and what the server said of it.
#[derive(Clone, Debug)]
struct Sent {
    group: String,
    patients: usize,
    observations: usize,
    /// `None`: the server had gone.
    status: Option<u16>,
    /// The house's code of a refusal.
    #[allow(dead_code, reason = "shown where an assertion fails")]
    code: String,
}

impl Sent {
    fn acknowledged(&self) -> bool {
        self.status.is_some_and(|status| (200..300).contains(&status))
    }
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

/// One write by one client.
fn write(client: &mut Client, group: &str, kind: u64) -> Sent {
    let patient = || format!(r#"{{"resourceType":"Patient",{}}}"#, identifier(group));
    let (patients, observations, reply) = match kind % 3 {
        0 => (1, 0, client.send("POST", "/Patient", &patient())),
        1 => {
            let text = observation(group, "Patient/nobody").replacen('{', &format!(r#"{{"id":"o-{group}","#), 1);
            (0, 1, client.send("PUT", &format!("/Observation/o-{group}"), &text))
        }
        _ => (1, 3, client.send("POST", "", &transaction(group))),
    };
    let code = |body: &str| body.find("\"RH-").and_then(|at| body.get(at + 1..)?.split('"').next()).unwrap_or_default().to_owned();
    let (status, code) = reply.map_or_else(|_| (None, String::new()), |reply| (Some(reply.status), code(&reply.body)));
    Sent { group: group.into(), patients, observations, status, code }
}

/// Writes from several clients, each until `goes_on` says no.
fn load(host: &str, round: u64, goes_on: &(dyn Fn(&Sent) -> bool + Sync)) -> Vec<Sent> {
    std::thread::scope(|scope| {
        let one = |client: u32| {
            move || {
                let entropy = SeededEntropy::new(round << 8 | u64::from(client));
                let mut http = Client::connect(host).expect("the server listens");
                let mut told = Vec::new();
                for number in 0u32.. {
                    let sent = write(&mut http, &format!("{round}-{client}-{number}"), entropy.next_u64() >> 7);
                    let on = goes_on(&sent);
                    told.push(sent);
                    if !on {
                        break;
                    }
                }
                told
            }
        };
        let clients: Vec<_> = (0..CLIENTS).map(|client| scope.spawn(one(client))).collect();
        clients.into_iter().flat_map(|client| client.join().expect("ends well")).collect()
    })
}

/// Writes until the server is killed, once `until` writes were acknowledged.
fn killed(mut server: Server, round: u64, until: usize) -> Vec<Sent> {
    let (acknowledged, ready) = (AtomicUsize::new(0), Barrier::new(2));
    std::thread::scope(|scope| {
        let host = server.host.clone();
        let (acknowledged, ready) = (&acknowledged, &ready);
        let writing = scope.spawn(move || {
            load(&host, round, &|sent| {
                assert!(sent.status.is_none() || sent.acknowledged(), "refused with {:?}", sent.status);
                if sent.acknowledged() && acknowledged.fetch_add(1, Ordering::SeqCst) + 1 == until {
                    ready.wait();
                }
                sent.status.is_some()
            })
        });
        ready.wait();
        server.kill();
        writing.join().expect("ends well")
    })
}

fn count(client: &mut Client, ty: &str, group: &str) -> usize {
    let reply = client.send("GET", &format!("/{ty}?identifier=urn:group%7C{group}&_summary=count"), "").expect("answers");
    assert_eq!(reply.status, 200, "{}", reply.body);
    let total = reply.body.split_once("\"total\":").map(|(_, rest)| rest.chars().take_while(char::is_ascii_digit).collect::<String>());
    total.and_then(|total| total.parse().ok()).unwrap_or_else(|| panic!("no total in {}", reply.body))
}

/// All of what was acknowledged is there, and all or nothing of what was not.
fn holds(host: &str, all: &[Sent]) {
    let mut client = Client::connect(host).expect("the server listens");
    for sent in all {
        let found = (count(&mut client, "Patient", &sent.group), count(&mut client, "Observation", &sent.group));
        let whole = (sent.patients, sent.observations);
        assert!(found == whole || (!sent.acknowledged() && found == (0, 0)), "{sent:?}: {found:?}");
    }
}

fn outlives_its_server(place: &Place, kills: u64) {
    let mut all: Vec<Sent> = Vec::new();
    for round in 0..kills {
        let until = 20 + SeededEntropy::new(round).next_u64() as usize % 200;
        let told = killed(place.serve(), round, until);
        assert!(told.iter().filter(|sent| sent.acknowledged()).count() >= until);
        let mut server = place.serve();
        holds(&server.host, &told);
        all.extend(told);
        if round == 0 {
            let beside =
                place.command().args(["serve", "--world", "training", "--open-fhir", "--listen", "127.0.0.1:0"]).stdout(Stdio::null()).status().expect("runs");
            assert_eq!(beside.code(), Some(5), "a second server on the same store");
        }
        assert!(place.is_clean(), "while the server runs");
        server.kill();
        assert!(place.is_clean(), "after it was killed");
    }
    let mut server = place.serve();
    holds(&server.host, &all);
    server.kill();
}

#[test]
fn what_the_server_said_it_kept_outlives_it() {
    outlives_its_server(&Place::on(Ground::folder()), kills(3));
}

#[test]
fn what_the_server_said_it_kept_outlives_it_on_postgres() {
    outlives_its_server(&Place::on(Ground::database()), kills(10));
}

#[test]
fn a_server_outlives_its_database_and_goes_on_by_itself() {
    let mut database = Setup { durable: true, ..Setup::default() }.start();
    let place = Place { url: database.make_database("record"), folder: Folder::new(), _ground: None };
    let mut server = place.serve();
    let over = AtomicBool::new(false);
    let (done, kept) = channel();
    let kills = kills(5);
    let told = std::thread::scope(|scope| {
        let (over, host) = (&over, server.host.clone());
        let writing = scope.spawn(move || {
            load(&host, 0, &|sent| {
                assert!(sent.acknowledged(), "the database was back in time, and yet: {sent:?}");
                done.send(()).expect("heard");
                !over.load(Ordering::SeqCst)
            })
        });
        for _ in 0..kills {
            assert_eq!(kept.iter().take(150).count(), 150, "the clients go on");
            database.kill();
            database.restart();
        }
        over.store(true, Ordering::SeqCst);
        writing.join().expect("ends well")
    });
    assert!(told.len() as u64 >= kills * 150);
    holds(&server.host, &told);
    assert!(place.is_clean(), "while the server runs");
    server.kill();
    assert!(place.is_clean(), "after it was killed");
}
