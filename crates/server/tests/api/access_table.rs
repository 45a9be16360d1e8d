//! Every class of access by every interaction of the FHIR interface: the table of `crates/rights/spec.md`, asked.

#![allow(clippy::expect_used, clippy::panic, clippy::indexing_slicing, clippy::unwrap_used, reason = "a test")]

use rihla_fhir_api::{Api, Arrival, Caller, Door, Entering, Entrance, Lang, Limits, Open, Settings as ApiSettings};
use rihla_kernel::{Actor, ActorKind, Purpose, SiteId};
use rihla_rights::{Rights, Who};
use rihla_store::{Settings, Store};
use rihla_testkit::{Client, Reply, TestSite};
use std::collections::BTreeSet;
use std::sync::Arc;
use tokio::net::TcpListener;

const TABLE: &str = include_str!("../../../rights/spec.md");
/// The patients of the table, and what each has.
const PATIENTS: [&str; 4] = ["own", "other", "masked", "away"];
const TYPES: [(char, &str); 5] = [('P', "Patient"), ('E', "Encounter"), ('O', "Observation"), ('F', "Flag"), ('C', "Coverage")];
/// What the interface can be asked, and what is asked here.
const ASKED: [&str; 14] = [
    "read",
    "vread",
    "history-instance",
    "history-type",
    "history-system",
    "search-type",
    "search-system",
    "create",
    "update",
    "delete",
    "batch",
    "transaction",
    "operation:everything",
    "operation:match",
];

/// Whoever comes says as whom: `role/unit`.
struct ByRole {
    store: Store,
    rights: Arc<Rights>,
    site: SiteId,
}

impl Door for ByRole {
    fn enter(&self, arrival: Arrival<'_>) -> Result<Box<dyn Caller>, Entering> {
        let (role, unit) = arrival.authorization.and_then(|said| said.split_once('/')).expect("who");
        let unit = Some(unit.to_owned()).filter(|unit| !unit.is_empty());
        let who = Who { account: format!("Account/{role}"), practitioner: None, role: role.to_owned(), site: self.site, unit };
        let scope = self.rights.scope(&who)?;
        Ok(Box::new(self.store.scoped_to(Actor::new(ActorKind::Person, role), Purpose::Treatment, scope)))
    }

    fn entrance(&self) -> Option<Entrance> {
        None
    }
}

async fn serve(site: &TestSite, store: Store, door: Arc<dyn Door>) -> Client {
    let settings = ApiSettings { mount: "/fhir".into(), base: None, lang: Lang::English, limits: Limits::default(), date: "2026-01-15".into() };
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("its address");
    let matching = Arc::new(rihla_server::matching::People(site.node.mpi.clone()));
    let router = Api::new(store, door, settings).with_matching(matching).router();
    tokio::spawn(async move { axum::serve(listener, router).await });
    Client::connect(address).await
}

/// By what somebody is known.
fn traits(patient: &str) -> String {
    let day = 10 + PATIENTS.iter().position(|known| *known == patient).unwrap_or(0);
    format!(r#""name":[{{"family":"Of{patient}","given":["Salma"]}}],"gender":"female","birthDate":"1984-05-{day}""#)
}

fn resources(patient: &str) -> Vec<(&'static str, String)> {
    let about = |key: &str| format!(r#""{key}":{{"reference":"Patient/{patient}"}}"#);
    let unit = if patient == "own" { "w1" } else { "w2" };
    let label = if patient == "masked" { r#""meta":{"security":[{"system":"http://terminology.hl7.org/CodeSystem/v3-ActCode","code":"CEL"}]},"# } else { "" };
    let of = |ty: &str, rest: String| format!(r#"{{"resourceType":"{ty}","id":"{patient}",{rest}}}"#);
    let code = r#""code":{"coding":[{"system":"http://loinc.org","code":"8867-4"}]}"#;
    let safety = r#""category":[{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/flag-category","code":"safety"}]}],"code":{"text":"Chute"}"#;
    vec![
        ("Patient", of("Patient", format!(r#"{label}{}"#, traits(patient)))),
        (
            "Encounter",
            of(
                "Encounter",
                format!(
                    r#""status":"in-progress","class":{{"code":"IMP"}},{},"location":[{{"location":{{"reference":"Location/{unit}"}}}}]"#,
                    about("subject")
                ),
            ),
        ),
        ("Observation", of("Observation", format!(r#""status":"final",{code},{}"#, about("subject")))),
        ("Flag", of("Flag", format!(r#""status":"active",{safety},{}"#, about("subject")))),
        ("Coverage", of("Coverage", format!(r#""status":"active","payor":[{{"display":"CNSS"}}],{}"#, about("beneficiary")))),
    ]
}

/// One line of the table.
struct Line {
    who: String,
    sees: Vec<BTreeSet<char>>,
    writes: BTreeSet<char>,
}

impl Line {
    fn sees(&self, patient: &str, ty: &str) -> bool {
        let at = PATIENTS.iter().position(|one| *one == patient).expect("a patient");
        self.sees[at].contains(&letter(ty))
    }

    /// The patients of whom a type is shown.
    fn shown(&self, ty: &str) -> BTreeSet<String> {
        PATIENTS.iter().filter(|patient| self.sees(patient, ty)).map(|patient| format!("{ty}/{patient}")).collect()
    }
}

fn letter(ty: &str) -> char {
    TYPES.iter().find(|(_, name)| *name == ty).expect("a type").0
}

fn table() -> Vec<Line> {
    let rows = TABLE.lines().skip_while(|line| !line.starts_with("| role | unit |")).skip(2).take_while(|line| line.starts_with('|'));
    let line = |row: &str| {
        let cells: Vec<&str> = row.trim_matches('|').split('|').map(str::trim).collect();
        Line {
            who: format!("{}/{}", cells[0], cells[1]),
            sees: cells[2..6].iter().map(|cell| cell.chars().collect()).collect(),
            writes: cells[6].chars().collect(),
        }
    };
    rows.map(line).collect()
}

async fn ask(client: &mut Client, who: &str, method: &str, path: &str, body: &str) -> Reply {
    client.send(method, path, &[("Authorization", who), ("Content-Type", "application/fhir+json")], body.as_bytes()).await
}

/// What a bundle shows of the patients of the table, as `Type/id`.
fn found(reply: &Reply) -> BTreeSet<String> {
    let count = if reply.status == 200 { reply.count("entry") } else { 0 };
    let one = |at: usize| Some(format!("{}/{}", reply.at(&format!("entry.{at}.resource.resourceType"))?, reply.at(&format!("entry.{at}.resource.id"))?));
    (0..count).filter_map(one).filter(|name| name.split_once('/').is_some_and(|(_, id)| PATIENTS.contains(&id))).collect()
}

async fn filled(site: &TestSite) {
    let all = |store: &Store| Arc::new(Open(store.scoped(Actor::node("fill"), Purpose::Operations)));
    let away = Settings { clock: site.node.clock.clone(), indexer: site.node.store.indexer().clone(), site: SiteId(2) };
    let away = Store::new(site.node.backend.shared(), away);
    let mut here = serve(site, site.node.store.clone(), all(&site.node.store)).await;
    let mut there = serve(site, away.clone(), all(&away)).await;
    for unit in ["w1", "w2"] {
        let json = format!(r#"{{"resourceType":"Location","id":"{unit}","name":"{unit}"}}"#);
        assert_eq!(here.put(&format!("Location/{unit}"), &json).await.status, 201);
    }
    for patient in PATIENTS {
        let client = if patient == "away" { &mut there } else { &mut here };
        for (ty, json) in resources(patient) {
            let reply = client.put(&format!("{ty}/{patient}"), &json).await;
            assert_eq!(reply.status, 201, "{ty}/{patient}: {}", reply.text());
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_class_sees_by_every_interaction_what_the_table_says() {
    let site = TestSite::start().await;
    filled(&site).await;
    let door = ByRole { store: site.node.store.clone(), rights: site.node.rights.clone(), site: site.node.site };
    let mut client = serve(&site, site.node.store.clone(), Arc::new(door)).await;
    assert_eq!(interactions(&mut client).await, ASKED.map(str::to_owned).into(), "ask the new interaction here and say in the spec what it shows");
    let lines = table();
    assert_eq!(lines.len(), 12);
    for line in &lines {
        reads(&mut client, line).await;
        searches(&mut client, line).await;
        histories(&mut client, line).await;
    }
    for line in &lines {
        writes(&mut client, line).await;
    }
    site.stop().await;
}

/// What the interface says that it can be asked.
async fn interactions(client: &mut Client) -> BTreeSet<String> {
    let said = client.get("metadata").await;
    let codes = |path: &str| (0..said.count(path)).filter_map(|at| said.at(&format!("{path}.{at}.code"))).collect::<Vec<_>>();
    let mut out: BTreeSet<String> = codes("rest.0.interaction").into_iter().collect();
    for at in 0..said.count("rest.0.resource") {
        out.extend(codes(&format!("rest.0.resource.{at}.interaction")));
        let path = format!("rest.0.resource.{at}.operation");
        out.extend((0..said.count(&path)).filter_map(|at| said.at(&format!("{path}.{at}.name"))).map(|name| format!("operation:{name}")));
    }
    out
}

async fn reads(client: &mut Client, line: &Line) {
    for patient in PATIENTS {
        for (_, ty) in TYPES {
            let expected = if line.sees(patient, ty) { 200 } else { 404 };
            for path in [format!("{ty}/{patient}"), format!("{ty}/{patient}/_history/1"), format!("{ty}/{patient}/_history")] {
                assert_eq!(ask(client, &line.who, "GET", &path, "").await.status, expected, "{} {path}", line.who);
            }
            let entry = format!(r#"{{"resourceType":"Bundle","type":"batch","entry":[{{"request":{{"method":"GET","url":"{ty}/{patient}"}}}}]}}"#);
            let batch = ask(client, &line.who, "POST", "", &entry).await;
            let shown = batch.at("entry.0.response.status").is_some_and(|status| status.starts_with("200"));
            assert_eq!(shown, expected == 200, "{} batch {ty}/{patient}", line.who);
        }
        let everything = found(&ask(client, &line.who, "GET", &format!("Patient/{patient}/$everything"), "").await);
        let all: BTreeSet<String> = TYPES.iter().filter(|(_, ty)| line.sees(patient, ty)).map(|(_, ty)| format!("{ty}/{patient}")).collect();
        let expected = if line.sees(patient, "Patient") { all } else { BTreeSet::new() };
        assert_eq!(everything, expected, "{} $everything {patient}", line.who);
        let asked =
            format!(r#"{{"resourceType":"Parameters","parameter":[{{"name":"resource","resource":{{"resourceType":"Patient",{}}}}}]}}"#, traits(patient));
        let matched = found(&ask(client, &line.who, "POST", "Patient/$match", &asked).await);
        let is_there = matched.contains(&format!("Patient/{patient}"));
        assert_eq!(is_there, line.sees(patient, "Patient"), "{} $match {patient}", line.who);
        assert!(matched.is_subset(&line.shown("Patient")), "{} $match shows who may be seen: {matched:?}", line.who);
    }
}

async fn searches(client: &mut Client, line: &Line) {
    let who = line.who.as_str();
    let both = |a: &str, b: &str| PATIENTS.iter().filter(|one| line.sees(one, a) && line.sees(one, b)).map(|one| (*one).to_owned()).collect::<Vec<_>>();
    let named = |ty: &str, ids: &[String]| ids.iter().map(|id| format!("{ty}/{id}")).collect::<BTreeSet<_>>();
    for (_, ty) in TYPES {
        let page = ask(client, who, "GET", &format!("{ty}?_total=accurate"), "").await;
        assert_eq!(found(&page), line.shown(ty), "{who} {ty}");
        if page.status == 200 {
            assert_eq!(page.at("total"), Some(line.shown(ty).len().to_string()), "{who} counts {ty}");
        }
    }
    let all: BTreeSet<String> = TYPES.iter().flat_map(|(_, ty)| line.shown(ty)).collect();
    let system = ask(client, who, "GET", "?_type=Patient,Encounter,Observation,Flag,Coverage&_count=100", "").await;
    assert_eq!(found(&system), all, "{who} of all types");

    let seen = both("Patient", "Observation");
    let (patients, observations) = (named("Patient", &seen), named("Observation", &seen));
    let include = found(&ask(client, who, "GET", "Observation?_include=Observation:subject", "").await);
    assert_eq!(include, line.shown("Observation").union(&patients).cloned().collect(), "{who} _include");
    let back = found(&ask(client, who, "GET", "Patient?_revinclude=Observation:subject", "").await);
    assert_eq!(back, line.shown("Patient").union(&observations).cloned().collect(), "{who} _revinclude");
    let has = found(&ask(client, who, "GET", "Patient?_has:Observation:patient:code=8867-4", "").await);
    assert_eq!(has, patients, "{who} _has");
    for patient in PATIENTS {
        let expected = named("Observation", &seen.iter().filter(|one| *one == patient).cloned().collect::<Vec<_>>());
        let chained = found(&ask(client, who, "GET", &format!("Observation?subject:Patient.family=Of{patient}"), "").await);
        assert_eq!(chained, expected, "{who} chain to {patient}");
        let member = found(&ask(client, who, "GET", &format!("Patient/{patient}/Observation"), "").await);
        let own: BTreeSet<String> = line.shown("Observation").into_iter().filter(|name| name.ends_with(&format!("/{patient}"))).collect();
        assert_eq!(member, own, "{who} compartment of {patient}");
    }
}

async fn histories(client: &mut Client, line: &Line) {
    let all: BTreeSet<String> = TYPES.iter().flat_map(|(_, ty)| line.shown(ty)).collect();
    assert_eq!(found(&ask(client, &line.who, "GET", "_history?_count=1000", "").await), all, "{} history of all", line.who);
    for (_, ty) in TYPES {
        assert_eq!(found(&ask(client, &line.who, "GET", &format!("{ty}/_history"), "").await), line.shown(ty), "{} history of {ty}", line.who);
    }
}

/// What a class may not write is as it was; what it may it writes of those whom it sees, and nobody deletes by the way.
async fn writes(client: &mut Client, line: &Line) {
    for patient in PATIENTS {
        for (ty, json) in resources(patient) {
            // A change of what nobody only touches: who may write single elements may send the rest as it is.
            let json = json.replacen('{', r#"{"language":"fr","#, 1);
            let may = line.writes.contains(&letter(ty)) && line.sees(patient, ty);
            let context = format!("{} {ty}/{patient}", line.who);
            let put = ask(client, &line.who, "PUT", &format!("{ty}/{patient}"), &json).await;
            assert_eq!(put.status == 200, may, "{context}: PUT {}", put.status);
            let entry = format!(
                r#"{{"resourceType":"Bundle","type":"transaction","entry":[{{"resource":{json},"request":{{"method":"PUT","url":"{ty}/{patient}"}}}}]}}"#
            );
            assert_eq!(ask(client, &line.who, "POST", "", &entry).await.status == 200, may, "{context}: transaction");
            if !may {
                let deleted = ask(client, &line.who, "DELETE", &format!("{ty}/{patient}"), "").await;
                assert!(matches!(deleted.status, 403 | 404 | 204), "{context}: DELETE {}", deleted.status);
            }
            let new = json.replacen(&format!(r#""id":"{patient}","#), "", 1);
            let created = ask(client, &line.who, "POST", ty, &new).await;
            assert!(created.status != 201 || line.writes.contains(&letter(ty)), "{context}: POST {}", created.status);
        }
    }
    // Nothing of what was refused happened: the integrator, who sees all, finds all.
    for (_, ty) in TYPES {
        let left = found(&ask(client, "integrator/", "GET", &format!("{ty}?_count=1000"), "").await);
        assert_eq!(left.len(), PATIENTS.len(), "{}: {ty} {left:?}", line.who);
    }
}

fn consent(more: &str) -> String {
    format!(
        r#"{{"resourceType":"Consent","status":"active","scope":{{"coding":[{{"system":"http://terminology.hl7.org/CodeSystem/consentscope","code":"patient-privacy"}}]}},"category":[{{"coding":[{{"system":"urn:rihla:consent","code":"asked"}}]}}],"patient":{{"reference":"Patient/own"}},"dateTime":"2026-01-10","policyRule":{{"text":"x"}}{more}}}"#
    )
}

/// What a desk writes of consents is what was asked, without a provision: no desk shuts a record.
#[tokio::test(flavor = "multi_thread")]
async fn a_desk_writes_what_was_asked_and_shuts_no_record() {
    let site = TestSite::start().await;
    filled(&site).await;
    let door = ByRole { store: site.node.store.clone(), rights: site.node.rights.clone(), site: site.node.site };
    let mut client = serve(&site, site.node.store.clone(), Arc::new(door)).await;
    let deny = r#","provision":{"type":"deny"}"#;
    for who in ["registration-clerk/", "medical-secretary/", "identity-officer/"] {
        let created = ask(&mut client, who, "POST", "Consent", &consent("")).await;
        assert_eq!(created.status, 201, "{who}: {}", created.text());
        let shut = ask(&mut client, who, "POST", "Consent", &consent(deny)).await;
        assert_eq!(shut.status, 403, "{who}: {}", shut.text());
        let other = consent("").replace("\"asked\"", "\"research\"");
        assert_eq!(ask(&mut client, who, "POST", "Consent", &other).await.status, 403, "{who} writes what was asked alone");
    }
    // What somebody else provided for stays, whatever a desk writes into it; and no desk is shown it.
    let one = |more: &str| consent(more).replacen('{', r#"{"id":"one","#, 1);
    let permit = r#","provision":{"type":"permit"}"#;
    assert_eq!(ask(&mut client, "integrator/", "PUT", "Consent/one", &one(permit)).await.status, 201);
    let seen = ask(&mut client, "registration-clerk/", "GET", "Consent/one", "").await;
    assert!(seen.status == 200 && !seen.text().contains("permit"), "{}", seen.text());
    for more in ["", deny] {
        assert_eq!(ask(&mut client, "registration-clerk/", "PUT", "Consent/one", &one(more)).await.status, 403, "{more}");
    }
    let kept = ask(&mut client, "integrator/", "GET", "Consent/one", "").await;
    assert!(kept.text().contains("permit"), "{}", kept.text());
    site.stop().await;
}

/// R12, R15: what a class writes is judged by its content, whatever program sends it.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_written_is_judged_by_what_it_says() {
    let site = TestSite::start().await;
    filled(&site).await;
    let door = ByRole { store: site.node.store.clone(), rights: site.node.rights.clone(), site: site.node.site };
    let mut client = serve(&site, site.node.store.clone(), Arc::new(door)).await;
    let (_, stay) = resources("own").into_iter().find(|(ty, _)| *ty == "Encounter").expect("a stay");
    // Whoever moves patients is not shown why they are here, and does not write it either.
    let why = stay.replacen('{', r#"{"reasonCode":[{"text":"x"}],"#, 1);
    let moved = stay.replacen('{', r#"{"language":"fr","#, 1);
    for who in ["registration-clerk/", "bed-manager/"] {
        assert_eq!(ask(&mut client, who, "PUT", "Encounter/own", &why).await.status, 403, "{who}");
        let entry =
            format!(r#"{{"resourceType":"Bundle","type":"transaction","entry":[{{"resource":{why},"request":{{"method":"PUT","url":"Encounter/own"}}}}]}}"#);
        assert_eq!(ask(&mut client, who, "POST", "", &entry).await.status, 403, "{who}");
        assert_eq!(ask(&mut client, who, "PUT", "Encounter/own", &moved).await.status, 200, "{who}");
    }
    let note = |status: &str| {
        format!(
            r#"{{"resourceType":"Composition","status":"{status}","type":{{"text":"n"}},"subject":{{"reference":"Patient/own"}},"date":"2026-01-10","author":[{{"display":"a"}}],"title":"n"}}"#
        )
    };
    let draft = ask(&mut client, "student/w1", "POST", "Composition", &note("preliminary")).await;
    assert_eq!(draft.status, 201, "{}", draft.text());
    let id = draft.at("id").expect("an id");
    let put = |status: &str| note(status).replacen('{', &format!(r#"{{"id":"{id}","#), 1);
    assert_eq!(ask(&mut client, "student/w1", "POST", "Composition", &note("final")).await.status, 403);
    assert_eq!(ask(&mut client, "student/w1", "PUT", &format!("Composition/{id}"), &put("final")).await.status, 403);
    assert_eq!(ask(&mut client, "nurse/w1", "PUT", &format!("Composition/{id}"), &put("final")).await.status, 200);
    assert_eq!(
        ask(&mut client, "student/w1", "PUT", &format!("Composition/{id}"), &put("preliminary")).await.status,
        403,
        "what was signed is out of their reach"
    );
    site.stop().await;
}
