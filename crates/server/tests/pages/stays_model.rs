//! Many at once on a small ward, on the store that is in use: whatever they ask, in whatever order it is committed, every
//! version that was ever kept fits with all others of its moment.

#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used, clippy::indexing_slicing, reason = "a test ends where something is wrong")]

use rihla_clinical::exit::DISPOSITIONS;
use rihla_clinical::{Act, Answers, Change, DEPARTURE, Kind, Object, State, Status, Stay, refusal};
use rihla_fhir::json::{Limits, parse};
use rihla_fhir::r4::tables;
use rihla_kernel::{Actor, Entropy, Fault, Instant, Purpose, SeededEntropy};
use rihla_store::{Scoped, Stored, Taken};
use rihla_testkit::{Client, Patient, TestSite};
use std::collections::BTreeMap;

const PLACES: [(&str, u32); 4] = [("b1", 1), ("b2", 1), ("b3", 1), ("hall", 2)];
const PATIENTS: usize = 5;
const CLIENTS: usize = 8;
/// Commands a client; `RIHLA_STAY_ROUNDS=400` takes some minutes.
const ROUNDS: usize = 80;

fn rounds() -> usize {
    std::env::var("RIHLA_STAY_ROUNDS").ok().and_then(|rounds| rounds.parse().ok()).unwrap_or(ROUNDS)
}

async fn house(client: &mut Client) {
    for (id, capacity) in PLACES {
        let json = format!(
            r#"{{"resourceType":"Location","id":"{id}","name":"{id}","extension":[{{"url":"urn:rihla:extension:place-capacity","valuePositiveInt":{capacity}}}],"physicalType":{{"coding":[{{"system":"http://terminology.hl7.org/CodeSystem/location-physical-type","code":"bd"}}]}}}}"#
        );
        assert_eq!(client.put(&format!("Location/{id}"), &json).await.status, 201);
    }
    let theatre = r#"{"resourceType":"Location","id":"theatre","name":"Bloc"}"#;
    assert_eq!(client.put("Location/theatre", theatre).await.status, 201);
    for at in 0..PATIENTS {
        assert_eq!(client.put(&format!("Patient/p{at}"), &Patient::new().id(&format!("p{at}")).family("X").json()).await.status, 201);
    }
}

/// One random command of one client; what became of it.
async fn command(record: &Scoped, now: Instant, entropy: &SeededEntropy, stays: &mut Vec<String>) -> Result<Stay, Fault> {
    let pick = |many: usize| (entropy.next_u64() % many as u64) as usize;
    let act = Act { record, now, by: r#"{"display":"x"}"#.into() };
    if pick(4) == 0 {
        let made = plan(record, now, pick(PATIENTS)).await?;
        // Mostly the newest are asked for: what is over comes back rarely.
        stays.insert(0, made.id.clone());
        stays.truncate(2 * PATIENTS);
        return Ok(made);
    }
    let stay = stays[pick(stays.len())].as_str();
    let place = ["b1", "b2", "b3", "hall", "theatre"][pick(5)];
    let to = Change::to(stay, place);
    let here = Change::of(stay);
    match pick(14) {
        0..4 => act.change(&to, |stay, spot| stay.admit(spot.ok_or_else(refusal::no_place)?, Answers::default(), now, now)).await,
        4..7 => {
            let keep = pick(2) == 0;
            act.change(&to, |stay, spot| stay.transfer(spot.ok_or_else(refusal::no_place)?, Answers::default(), keep, now, now)).await
        }
        7 => act.change(&here, |stay, _| stay.leave(now, now)).await,
        8 => act.change(&here, |stay, _| stay.come_back(now, now)).await,
        9 => {
            let promise = Change { promise: true, ..to };
            act.change(&promise, |stay, spot| stay.reserve(spot.ok_or_else(refusal::no_place)?, Answers::default(), now)).await
        }
        10 | 11 => act.change(&here, |stay, _| stay.depart(DISPOSITIONS[0], now, now)).await,
        12 | 13 if pick(40) > 0 => {
            let last = act.stay(stay)?.here().map_or(DEPARTURE.to_owned(), |entry| entry.id.clone());
            act.change(&here, |stay, _| stay.cancel(&last, "erreur", now)).await
        }
        _ => act.change(&here, |stay, _| stay.die(act.signed())).await,
    }
}

async fn plan(record: &Scoped, now: Instant, patient: usize) -> Result<Stay, Fault> {
    let ty = tables().resource_type("Encounter").expect("a type");
    let id = record.reserve(ty, Some(&format!("p{patient}")))?.to_text();
    let new = Stay::new(id.clone(), format!("p{patient}"), "IMP".into(), Object::default());
    let act = Act { record, now, by: r#"{"display":"x"}"#.into() };
    act.begin(&new, &Change::of(&id), |_, _| Ok(())).await
}

fn read(stored: &Stored, record: &Scoped) -> Stay {
    let json = stored.json();
    let doc = parse(&json, &Limits::default()).expect("json");
    Stay::read(doc.root(), stored.vid, record.zone())
}

/// What has to hold of all stays at one moment.
fn check(stays: &BTreeMap<String, Stay>) {
    let mut held: BTreeMap<(&str, u32), Vec<&str>> = BTreeMap::new();
    let mut lying: BTreeMap<&str, usize> = BTreeMap::new();
    let mut promised: BTreeMap<(&str, u32), usize> = BTreeMap::new();
    for stay in stays.values() {
        for (place, slot) in stay.holds() {
            held.entry((place, slot)).or_default().push(&stay.id);
        }
        let runs = matches!(stay.state, State::Planned | State::Running | State::OnLeave);
        for entry in stay.movements.iter().filter(|entry| runs && entry.cancelled.is_none()) {
            match (entry.status, entry.spot.slot) {
                (Status::Active, Some(_)) => *lying.entry(&stay.patient).or_default() += 1,
                (Status::Planned, Some(slot)) => *promised.entry((&entry.spot.location, slot)).or_default() += 1,
                _ => {}
            }
            assert!(entry.kind == Kind::Reservation || entry.from >= stay.from, "a movement before its stay: {stay:?}");
        }
    }
    assert!(held.values().all(|who| who.len() == 1), "one slot for two: {held:?}");
    assert!(promised.values().all(|count| *count == 1), "promised twice: {promised:?}");
    assert!(lying.values().all(|count| *count == 1), "in two places: {lying:?}");
    for (place, slot) in held.keys().chain(promised.keys()) {
        let capacity = PLACES.iter().find(|(name, _)| name == place).expect("a place").1;
        assert!(*slot < capacity, "{place} has no slot {slot}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 8)]
async fn every_version_that_was_ever_kept_fits_with_the_others() {
    let site = TestSite::start().await;
    house(&mut site.client().await).await;
    let record = |task: &str| site.node.store.scoped(Actor::node(task), Purpose::Treatment);
    let (ty, mut stays) = (tables().resource_type("Encounter").expect("a type"), Vec::new());
    // Several stays for each patient, so that one who lies somewhere is also wanted elsewhere.
    for at in 0..2 * PATIENTS {
        let made = plan(&record("setup"), Instant(site.now()), at % PATIENTS).await.expect("planned");
        stays.push(made.id);
    }
    let mut clients = tokio::task::JoinSet::new();
    for client in 0..CLIENTS {
        let (record, mut stays, clock) = (record(&format!("client{client}")), stays.clone(), site.node.clock.clone());
        clients.spawn(async move {
            let entropy = SeededEntropy::new(client as u64 + 1);
            let mut done: BTreeMap<&'static str, usize> = BTreeMap::new();
            for _ in 0..rounds() {
                let code = match command(&record, clock.now(), &entropy, &mut stays).await {
                    Ok(_) => "done",
                    Err(fault) => fault.code,
                };
                *done.entry(code).or_default() += 1;
            }
            done
        });
    }
    let mut all: BTreeMap<&'static str, usize> = BTreeMap::new();
    for done in clients.join_all().await {
        done.into_iter().for_each(|(code, count)| *all.entry(code).or_default() += count);
    }
    assert!(all.get("done").copied().unwrap_or(0) > CLIENTS * rounds() / 10, "{all:?}");
    assert!(all.keys().all(|code| *code == "done" || code.starts_with("RH-STAY-") || code.starts_with("RH-PLACE-")), "a clear answer: {all:?}");
    replay(&record("check"));
    occupancy_agrees(&record("check"), ty);
    let report = site.node.backend.verify(site.node.store.indexer(), &mut |_| {}).expect("verified");
    assert_eq!((report.faults, report.unheld), (vec![], 0));
    site.stop().await;
}

/// Goes through the log in its order.
fn replay(record: &Scoped) {
    let (mut after, mut known, mut versions) = (0, BTreeMap::new(), 0);
    loop {
        let (rows, reached) = record.changes(after, 500).expect("the log");
        if reached == after {
            break;
        }
        after = reached;
        for row in rows {
            let stored = record.at_row(row.row).expect("a version");
            if tables().type_name(stored.ty) == "Encounter" {
                known.insert(stored.id.to_text(), read(&stored, record));
                check(&known);
                versions += 1;
            }
        }
    }
    assert!(versions > 2 * PATIENTS, "{versions}");
}

/// What the narrow service says is what the stays say.
fn occupancy_agrees(record: &Scoped, ty: rihla_fhir::r4::TypeId) {
    let (query, _) = record.query(&[ty], &[("_count".into(), "1000".into())], rihla_store::query::Handling::Strict).expect("a query");
    let stays: Vec<Stay> = record.search(&query).expect("found").matches.iter().map(|stored| read(stored, record)).collect();
    for ((place, _), slots) in PLACES.iter().zip(record.occupancy(&PLACES).expect("told")) {
        let entries = stays.iter().filter(|stay| !stay.holds().is_empty()).flat_map(|stay| stay.movements.iter().filter(|entry| entry.holds()));
        let count =
            |status: Status| entries.clone().filter(|entry| entry.spot.location == *place && entry.spot.slot.is_some() && entry.status == status).count();
        let said = |taken: Taken| slots.iter().filter(|slot| slot.taken == taken).count();
        assert_eq!((said(Taken::Occupied), said(Taken::Held)), (count(Status::Active), count(Status::Reserved)), "{place}");
    }
}
