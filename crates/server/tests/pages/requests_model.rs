//! Many at once on a few requests, on the store that is in use: whatever they do, in whatever order it is committed, every
//! version that was ever kept follows from the one before it.

#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used, clippy::indexing_slicing, reason = "a test ends where something is wrong")]

use rihla_fhir::r4::tables;
use rihla_kernel::{Actor, Entropy, Fault, Instant, Lang, Purpose, SeededEntropy};
use rihla_packs::{Names, Pack, Priority};
use rihla_requests::{Act, Move, New, Phase, Request, Wanted};
use rihla_store::{Scoped, Stored};
use rihla_testkit::{Patient, TestSite};
use std::collections::BTreeMap;

const PATIENTS: usize = 3;
const CLIENTS: usize = 8;
/// Commands a client; `RIHLA_REQUEST_ROUNDS=400` takes some minutes.
const ROUNDS: usize = 60;

fn rounds() -> usize {
    std::env::var("RIHLA_REQUEST_ROUNDS").ok().and_then(|rounds| rounds.parse().ok()).unwrap_or(ROUNDS)
}

fn acting<'r>(record: &'r Scoped, now: Instant, who: &str) -> Act<'r> {
    Act { record, now, by: format!(r#"{{"display":"{who}"}}"#), account: who.to_owned(), lang: Lang::French }
}

/// Asks for something, half of the time as a draft.
async fn asked(record: &Scoped, pack: &Pack, now: Instant, patient: usize, draft: bool) -> String {
    let patient = format!("p{patient}");
    let reserve = |ty: &str| record.reserve(tables().resource_type(ty).expect("a type"), Some(&patient)).expect("an id").to_text();
    let (id, task) = (reserve("ServiceRequest"), reserve("Task"));
    let one = pack.requests.list.first().expect("something");
    let new = New {
        id: &id,
        one,
        kind: &Names::new(),
        patient: &patient,
        stay: None,
        unit: None,
        priority: Priority::Routine,
        reason: "",
        wanted: None,
        due: now,
        answers: &[],
        requisition: &id,
        override_code: "",
        now,
        by: r#"{"display":"x"}"#,
        account: "x",
        draft,
    };
    let act = acting(record, now, "x");
    let mut steps = vec![act.made(&id, &new.request()).expect("sound")];
    if !draft {
        steps.push(act.made(&task, &new.task()).expect("sound"));
    }
    record.commit(steps, Vec::new(), Vec::new()).await.expect("asked");
    id
}

/// One random step of one client; what became of it.
async fn command(record: &Scoped, now: Instant, who: &str, entropy: &SeededEntropy, requests: &[String]) -> Result<(), Fault> {
    let pick = |many: usize| (entropy.next_u64() % many as u64) as usize;
    let act = acting(record, now, who);
    let id = &requests[pick(requests.len())];
    let before = act.request(id)?;
    // Mostly what may follow, seldom what ends it.
    let all: Vec<Move> = Move::all().collect();
    let step = all[if pick(4) > 0 { pick(6) } else { pick(all.len()) }];
    stepped(&act, id, step, (pick(2) == 0).then_some(before.version)).await
}

/// A result is written with the step that says it is done.
async fn stepped(act: &Act<'_>, id: &str, step: Move, seen: Option<u32>) -> Result<(), Fault> {
    let patient = act.request(id)?.patient;
    let reserve = |ty: &str| Ok::<_, Fault>(act.record.reserve(tables().resource_type(ty).expect("a type"), Some(&patient))?.to_text());
    let (task, report) = (reserve("Task")?, reserve("DiagnosticReport")?);
    let json = format!(
        r#"{{"resourceType":"DiagnosticReport","status":"final","basedOn":[{{"reference":"ServiceRequest/{id}"}}],"code":{{"text":"x"}},"subject":{{"reference":"Patient/{patient}"}}}}"#
    );
    let more = if step == Move::Done { vec![act.made(&report, &json)?] } else { Vec::new() };
    let wanted = Wanted { seen, reason: "parce que", at: None, task: Some((&task, act.now)) };
    act.step(id, step, &wanted, more).await.map(drop)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 8)]
async fn every_version_that_was_ever_kept_follows_from_the_one_before() {
    let site = TestSite::start().await;
    let mut client = site.client().await;
    for at in 0..PATIENTS {
        assert_eq!(client.put(&format!("Patient/p{at}"), &Patient::new().id(&format!("p{at}")).family("X").json()).await.status, 201);
    }
    let record = |task: &str| site.node.store.scoped(Actor::node(task), Purpose::Treatment);
    let mut requests = Vec::new();
    for at in 0..CLIENTS * 4 {
        requests.push(asked(&record("setup"), &site.node.pack, Instant(site.now()), at % PATIENTS, at % 2 == 0).await);
    }
    // One goes its way undisturbed: whether another is ever done is a matter of who was faster.
    let (own, now) = (record("alone"), Instant(site.now()));
    let sure = asked(&own, &site.node.pack, now, 0, false).await;
    for step in [Move::Accept, Move::Start, Move::Done] {
        stepped(&acting(&own, now, "alone"), &sure, step, None).await.expect("a step that follows");
    }
    let mut clients = tokio::task::JoinSet::new();
    for client in 0..CLIENTS {
        let (record, requests, clock) = (record(&format!("client{client}")), requests.clone(), site.node.clock.clone());
        clients.spawn(async move {
            let entropy = SeededEntropy::new(client as u64 + 1);
            let mut done: BTreeMap<&'static str, usize> = BTreeMap::new();
            for _ in 0..rounds() {
                let code = command(&record, clock.now(), &format!("c{client}"), &entropy, &requests).await.err().map_or("done", |fault| fault.code);
                *done.entry(code).or_default() += 1;
            }
            done
        });
    }
    let mut all: BTreeMap<&'static str, usize> = BTreeMap::new();
    for done in clients.join_all().await {
        done.into_iter().for_each(|(code, count)| *all.entry(code).or_default() += count);
    }
    assert!(all.get("done").copied().unwrap_or(0) > CLIENTS * 4, "{all:?}");
    assert!(all.keys().all(|code| *code == "done" || code.starts_with("RH-REQUEST-")), "a clear answer: {all:?}");
    replay(&record("check"));
    lists_agree(&record("check"), &requests);
    let report = site.node.backend.verify(site.node.store.indexer(), &mut |_| {}).expect("verified");
    assert_eq!((report.faults, report.unheld), (vec![], 0));
    site.stop().await;
}

/// Sixteen accept the same at once, again and again: one does.
#[tokio::test(flavor = "multi_thread", worker_threads = 8)]
async fn of_many_who_accept_one_does() {
    let site = TestSite::start().await;
    assert_eq!(site.client().await.put("Patient/p0", &Patient::new().id("p0").family("X").json()).await.status, 201);
    let record = |task: &str| site.node.store.scoped(Actor::node(task), Purpose::Treatment);
    for _ in 0..8 {
        let id = asked(&record("setup"), &site.node.pack, Instant(site.now()), 0, false).await;
        let mut racers = tokio::task::JoinSet::new();
        for racer in 0..16 {
            let (record, id, now) = (record(&format!("r{racer}")), id.clone(), Instant(site.now()));
            racers.spawn(async move { acting(&record, now, &format!("r{racer}")).step(&id, Move::Accept, &Wanted::default(), Vec::new()).await.is_ok() });
        }
        assert_eq!(racers.join_all().await.into_iter().filter(|accepted| *accepted).count(), 1);
        let record = record("check");
        let request = acting(&record, Instant(site.now()), "x").request(&id).expect("there");
        assert_eq!((request.phase, request.steps.len()), (Phase::Accepted, 1));
        assert_eq!(request.owner, request.steps[0].account);
    }
    site.stop().await;
}

/// Goes through the log in its order: each version of a request has one step more, which follows; each report comes with
/// the step that says it is done.
fn replay(record: &Scoped) {
    let (mut after, mut known, mut reports) = (0, BTreeMap::<String, (Phase, usize)>::new(), BTreeMap::<String, usize>::new());
    loop {
        let (rows, reached) = record.changes(after, 500).expect("the log");
        if reached == after {
            break;
        }
        after = reached;
        for row in rows {
            let stored = record.at_row(row.row).expect("a version");
            match tables().type_name(stored.ty) {
                "ServiceRequest" => follow(&stored, &mut known),
                "DiagnosticReport" => *reports.entry(request_of(&stored)).or_default() += 1,
                _ => {}
            }
        }
    }
    let done: Vec<&String> = known.iter().filter(|(_, (phase, _))| *phase == Phase::Done).map(|(id, _)| id).collect();
    assert!(reports.values().all(|count| *count == 1), "reported twice: {reports:?}");
    assert!(!done.is_empty());
    assert_eq!(reports.keys().collect::<Vec<_>>(), done, "a result for each that is done, and for no other");
}

fn follow(stored: &Stored, known: &mut BTreeMap<String, (Phase, usize)>) {
    let id = stored.id.to_text();
    let json = String::from_utf8(stored.json().to_vec()).expect("text");
    let steps: Vec<Move> = json.split("\"valueCode\":\"").skip(1).filter_map(|rest| Move::of(rest.split('"').next()?)).collect();
    let Some((before, count)) = known.get(&id).copied() else {
        let phase = if json.contains(r#""status":"draft""#) { Phase::Draft } else { Phase::Asked };
        assert_eq!(steps, []);
        known.insert(id, (phase, 0));
        return;
    };
    assert_eq!(steps.len(), count + 1, "one step a version");
    let after = before.after(steps[count]).unwrap_or_else(|| panic!("{:?} does not follow {before:?}", steps[count]));
    assert!(json.contains(&format!(r#""status":"{}""#, after.request())), "{after:?}: {json}");
    known.insert(id, (after, count + 1));
}

fn request_of(report: &Stored) -> String {
    let json = String::from_utf8(report.json().to_vec()).expect("text");
    json.split("ServiceRequest/").nth(1).and_then(|rest| rest.split('"').next()).expect("a request").to_owned()
}

/// A worklist's question finds what is open, and nothing that is over.
fn lists_agree(record: &Scoped, requests: &[String]) {
    let task = tables().resource_type("Task").expect("a type");
    let pairs =
        [("code", "urn:rihla:task|request"), ("status", Phase::OPEN_TASKS), ("_count", "1000")].map(|(name, value)| (name.to_owned(), value.to_owned()));
    let (query, _) = record.query(&[task], &pairs, rihla_store::query::Handling::Strict).expect("a query");
    let found: Vec<String> = record.search(&query).expect("found").matches.iter().map(request_of).collect();
    let act = acting(record, Instant(0), "x");
    for id in requests {
        let request: Request = act.request(id).expect("there");
        assert_eq!(found.iter().filter(|one| *one == id).count(), usize::from(request.phase.is_open()), "{:?}", request.phase);
    }
}
