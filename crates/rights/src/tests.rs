//! The rules of `spec.md`, told on a small hospital.

use crate::{Rights, Who};
use rihla_fhir::json::{Edits, Limits, parse};
use rihla_fhir::r4::{TypeId, tables};
use rihla_fhirpath::{Zone, extract};
use rihla_kernel::{Actor, ManualClock, Purpose, SeededEntropy, SiteId};
use rihla_packs::Pack;
use rihla_store::backend::{Expect, Name, Step};
use rihla_store::indexer::{Indexer, Rewrites};
use rihla_store::query::Handling;
use rihla_store::{Scoped, Settings, Store};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

/// 2026-01-15T08:00:00Z.
const BEGIN: i64 = 1_768_464_000_000;
const DAY: u64 = 24 * 60 * 60 * 1000;

struct House {
    store: Store,
    clock: Arc<ManualClock>,
    rights: Rights,
    folder: PathBuf,
}

impl Drop for House {
    fn drop(&mut self) {
        _ = self.store.close();
        _ = std::fs::remove_dir_all(&self.folder);
    }
}

fn ty(name: &str) -> TypeId {
    tables().resource_type(name).expect("a type")
}

fn pack() -> Pack {
    Pack::built_in("ma").expect("there").expect("sound")
}

fn rights(store: &Store, clock: &Arc<ManualClock>) -> Rights {
    Rights::new(store.clone(), &pack(), Zone::named("Africa/Casablanca").expect("a zone"), clock.clone()).expect("classes")
}

impl House {
    fn new() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let folder = std::env::temp_dir().join(format!("rihla-rights-{}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::SeqCst)));
        let clock = Arc::new(ManualClock::at(BEGIN));
        let indexer = Arc::new(Indexer::new(Zone::named("Africa/Casablanca").expect("a zone"), Vec::new()).expect("tables"));
        let how = rihla_store_sqlite::Options::new(clock.clone(), Arc::new(SeededEntropy::new(1)), indexer.clone());
        let backend = rihla_store_sqlite::open(&folder, how).expect("opens");
        let store = Store::new(backend, Settings { clock: clock.clone(), indexer, site: SiteId(1) });
        let rights = rights(&store, &clock);
        Self { store, clock, rights, folder }
    }

    fn node(&self) -> Scoped {
        self.store.scoped(Actor::node("test"), Purpose::Operations)
    }

    async fn put(&self, id: &str, text: &str) {
        self.clock.advance(1000);
        let doc = parse(text.as_bytes(), &Limits::default()).expect("json");
        let ty = ty(&doc.root().get("resourceType").and_then(|name| name.as_str()).expect("a type"));
        let mut entries = Vec::new();
        extract(doc.root(), ty, self.store.indexer().zone(), &mut entries);
        let content = self.node().prepare(ty, doc.root(), &Edits::default(), &entries, &Rewrites::new()).expect("prepared");
        let step = Step::Put { ty: ty.0, name: Name::Id(id.into()), expect: Expect::Any, content: Box::new(content) };
        self.node().commit(vec![step], vec![], vec![]).await.expect("kept");
    }

    async fn stay(&self, id: &str, patient: &str, status: &str, unit: &str) {
        let text = format!(
            r#"{{"resourceType":"Encounter","status":"{status}","class":{{"code":"IMP"}},"subject":{{"reference":"Patient/{patient}"}},"serviceProvider":{{"reference":"Organization/{unit}"}},"reasonCode":[{{"text":"grippe"}}]}}"#
        );
        self.put(id, &text).await;
    }

    /// A cardiology with a ward and a bed, a surgery, four people with a sign each: one in each unit, one in none, one masked.
    async fn opened() -> Self {
        let house = Self::new();
        house.put("cardio", r#"{"resourceType":"Organization","name":"Cardiologie"}"#).await;
        house.put("surgery", r#"{"resourceType":"Organization","name":"Chirurgie"}"#).await;
        house.put("ward", r#"{"resourceType":"Location","name":"Salle 1","managingOrganization":{"reference":"Organization/cardio"}}"#).await;
        house.put("bed", r#"{"resourceType":"Location","name":"Lit 1","partOf":{"reference":"Location/ward"}}"#).await;
        for (id, meta) in [
            ("amal", ""),
            ("badr", ""),
            ("chama", ""),
            ("star", r#""meta":{"security":[{"system":"http://terminology.hl7.org/CodeSystem/v3-ActCode","code":"CEL"}]},"#),
        ] {
            house.put(id, &format!(r#"{{"resourceType":"Patient",{meta}"name":[{{"family":"{id}"}}]}}"#)).await;
            house.put(&format!("{id}-sign"), &sign(id, "")).await;
        }
        house.stay("s-amal", "amal", "in-progress", "cardio").await;
        house.stay("s-badr", "badr", "in-progress", "surgery").await;
        house
    }

    fn handle(&self, who: &Who) -> Scoped {
        self.store.scoped_to(Actor::node(&who.account), Purpose::Treatment, self.rights.scope(who).expect("a scope"))
    }

    /// The resources of a type that somebody is shown, by id.
    fn shown(&self, who: &Who, name: &str) -> Vec<String> {
        let handle = self.handle(who);
        let query = handle.query(&[ty(name)], &[], Handling::Strict).expect("a query").0;
        let mut ids: Vec<String> = handle.search(&query).expect("searches").matches.iter().map(|found| found.id.to_text()).collect();
        ids.sort();
        ids
    }

    fn signs(&self, who: &Who) -> Vec<String> {
        self.shown(who, "Observation")
    }
}

fn sign(patient: &str, label: &str) -> String {
    let meta = if label.is_empty() {
        String::new()
    } else {
        format!(r#""meta":{{"security":[{{"system":"http://terminology.hl7.org/CodeSystem/v3-Confidentiality","code":"{label}"}}]}},"#)
    };
    format!(r#"{{"resourceType":"Observation",{meta}"status":"final","code":{{"text":"pouls"}},"subject":{{"reference":"Patient/{patient}"}}}}"#)
}

fn who(role: &str, unit: Option<&str>) -> Who {
    Who { account: format!("Account/{role}"), practitioner: Some(format!("p-{role}")), role: role.into(), site: SiteId(1), unit: unit.map(str::to_owned) }
}

#[tokio::test]
async fn a_nurse_sees_the_patients_of_her_unit_and_may_find_everybody_else() {
    let house = House::opened().await;
    let nurse = who("nurse", Some("cardio"));
    assert_eq!(house.signs(&nurse), ["amal-sign"]);
    assert_eq!(house.shown(&nurse, "Patient"), ["amal", "badr", "chama"], "and not the masked one");
    assert_eq!(house.shown(&nurse, "Encounter"), ["s-amal"]);
    assert_eq!(house.signs(&who("nurse", None)), ["amal-sign", "badr-sign"], "the whole site");
    assert_eq!(house.signs(&who("magician", Some("cardio"))), [""; 0]);
}

#[tokio::test]
async fn a_place_counts_as_what_it_stands_in() {
    let house = House::opened().await;
    let stay = r#"{"resourceType":"Encounter","status":"in-progress","class":{"code":"IMP"},"subject":{"reference":"Patient/chama"},"location":[{"location":{"reference":"Location/bed"}}]}"#;
    house.put("s-chama", stay).await;
    for unit in ["bed", "ward", "cardio"] {
        assert!(house.signs(&who("nurse", Some(unit))).contains(&"chama-sign".to_owned()), "{unit}");
    }
    assert_eq!(house.signs(&who("nurse", Some("surgery"))), ["badr-sign"]);
    // The ward moves to another unit.
    house.put("ward", r#"{"resourceType":"Location","name":"Salle 1","managingOrganization":{"reference":"Organization/surgery"}}"#).await;
    assert_eq!(house.signs(&who("nurse", Some("surgery"))), ["badr-sign", "chama-sign"]);
    assert_eq!(house.signs(&who("nurse", Some("cardio"))), ["amal-sign"]);
}

#[tokio::test]
async fn a_transfer_and_an_exit_are_remembered_for_a_while_and_then_forgotten() {
    let house = House::opened().await;
    let (cardio, surgery, student) = (who("nurse", Some("cardio")), who("nurse", Some("surgery")), who("student", Some("cardio")));
    assert_eq!(house.signs(&student), ["amal-sign"]);
    house.stay("s-amal", "amal", "in-progress", "surgery").await;
    assert_eq!(house.signs(&surgery), ["amal-sign", "badr-sign"]);
    assert_eq!(house.signs(&cardio), ["amal-sign"], "she may look back");
    house.clock.advance(120_000);
    assert_eq!(house.signs(&student), [""; 0], "a student may not");
    house.stay("s-amal", "amal", "finished", "surgery").await;
    house.clock.advance(29 * DAY);
    assert_eq!(house.signs(&surgery), ["amal-sign", "badr-sign"]);
    house.clock.advance(2 * DAY);
    assert_eq!(house.signs(&surgery), ["badr-sign"]);
    assert_eq!(house.signs(&cardio), [""; 0]);
}

#[tokio::test]
async fn r_14_records_that_were_merged_are_one_persons_until_they_are_parted() {
    let house = House::opened().await;
    let cardio = who("nurse", Some("cardio"));
    house
        .put(
            "chama",
            r#"{"resourceType":"Patient","active":false,"name":[{"family":"chama"}],"link":[{"other":{"reference":"Patient/amal"},"type":"replaced-by"}]}"#,
        )
        .await;
    assert_eq!(house.signs(&cardio), ["amal-sign", "chama-sign"], "care of who stays is care of who went");
    let again = rights(&house.store, &house.clock);
    let scoped = house.store.scoped_to(Actor::node("again"), Purpose::Treatment, again.scope(&cardio).expect("a scope"));
    let of = |question: &str| {
        let pairs = vec![("subject".to_owned(), question.to_owned())];
        let query = scoped.query(&[ty("Observation")], &pairs, Handling::Strict).expect("a query").0;
        let mut ids: Vec<String> = scoped.search(&query).expect("searches").matches.iter().map(|found| found.id.to_text()).collect();
        ids.sort();
        ids
    };
    assert_eq!(of("Patient/amal"), ["amal-sign", "chama-sign"], "a question about who stays is answered from both");
    assert_eq!(of("Patient/chama"), ["chama-sign"]);
    house.put("amal", r#"{"resourceType":"Patient","meta":{"security":[{"system":"http://terminology.hl7.org/CodeSystem/v3-ActCode","code":"CEL"}]},"name":[{"family":"amal"}]}"#).await;
    assert_eq!(house.shown(&who("nurse", Some("surgery")), "Patient"), ["badr"], "who hides one hides all");
    house.put("amal", r#"{"resourceType":"Patient","name":[{"family":"amal"}]}"#).await;
    house.put("chama", r#"{"resourceType":"Patient","name":[{"family":"chama"}]}"#).await;
    assert_eq!(house.signs(&cardio), ["amal-sign"]);
}

#[tokio::test]
async fn a_node_that_begins_anew_knows_what_the_feed_told_before() {
    let house = House::opened().await;
    house.stay("s-amal", "amal", "in-progress", "surgery").await;
    house.put("a", r#"{"resourceType":"Appointment","status":"booked","start":"2026-02-01T08:00:00Z","participant":[{"actor":{"reference":"Patient/chama"}},{"actor":{"reference":"Practitioner/p-physician"}}]}"#).await;
    let asked =
        [who("nurse", Some("cardio")), who("nurse", Some("surgery")), who("student", Some("cardio")), who("physician", Some("ward")), who("nurse", None)];
    let told: Vec<Vec<String>> = asked.iter().map(|who| house.signs(who)).collect();
    let again = rights(&house.store, &house.clock);
    for (who, told) in asked.iter().zip(told) {
        let scoped = house.store.scoped_to(Actor::node("again"), Purpose::Treatment, again.scope(who).expect("a scope"));
        let query = scoped.query(&[ty("Observation")], &[], Handling::Strict).expect("a query").0;
        let mut ids: Vec<String> = scoped.search(&query).expect("searches").matches.iter().map(|found| found.id.to_text()).collect();
        ids.sort();
        assert_eq!(ids, told, "{who:?}");
    }
}

#[tokio::test]
async fn appointments_requests_and_teams_relate_those_whom_they_name() {
    let house = House::opened().await;
    let doctor = who("physician", Some("elsewhere"));
    assert_eq!(house.signs(&doctor), [""; 0]);
    house.put("a", r#"{"resourceType":"Appointment","status":"booked","participant":[{"actor":{"reference":"Patient/chama"}},{"actor":{"reference":"Practitioner/p-physician"}}]}"#).await;
    house.put("r", r#"{"resourceType":"ServiceRequest","status":"active","intent":"order","subject":{"reference":"Patient/badr"},"performer":[{"reference":"Organization/elsewhere"}]}"#).await;
    house.put("t", r#"{"resourceType":"CareTeam","status":"active","subject":{"reference":"Patient/amal"},"participant":[{"member":{"reference":"Practitioner/p-physician"}}]}"#).await;
    assert_eq!(house.signs(&doctor), ["amal-sign", "badr-sign", "chama-sign"]);
    house.put("a", r#"{"resourceType":"Appointment","status":"cancelled","participant":[{"actor":{"reference":"Patient/chama"}},{"actor":{"reference":"Practitioner/p-physician"}}]}"#).await;
    house.clock.advance(31 * DAY);
    assert_eq!(house.signs(&doctor), ["amal-sign", "badr-sign"]);
}

#[tokio::test]
async fn a_request_relates_its_patient_to_the_unit_where_it_is_done() {
    let house = House::opened().await;
    let technician = who("technician", Some("laboratory"));
    assert_eq!(house.signs(&technician), [""; 0]);
    house.put("r", r#"{"resourceType":"ServiceRequest","status":"active","intent":"order","subject":{"reference":"Patient/badr"},"locationReference":[{"reference":"Location/laboratory"}]}"#).await;
    assert_eq!(house.signs(&technician), ["badr-sign"]);
}

#[tokio::test]
async fn a_clerk_sees_who_and_where_of_the_own_site_and_no_reason() {
    let house = House::opened().await;
    let clerk = who("registration-clerk", None);
    assert_eq!(house.shown(&clerk, "Patient"), ["amal", "badr", "chama"]);
    assert_eq!(house.shown(&clerk, "Encounter"), ["s-amal", "s-badr"]);
    assert_eq!(house.signs(&clerk), [""; 0]);
    let stay = String::from_utf8(house.handle(&clerk).read(ty("Encounter"), "s-amal").expect("shown").json()).expect("text");
    assert!(stay.contains("serviceProvider") && !stay.contains("grippe"), "{stay}");
    let other = Who { site: SiteId(2), ..clerk };
    assert_eq!(house.shown(&other, "Encounter"), [""; 0]);
    assert_eq!(house.shown(&other, "Patient"), ["amal", "badr", "chama"]);
}

/// What becomes of a change that somebody makes to what they were shown.
async fn change(house: &House, who: &Who, name: &str, id: &str, from: &str, to: &str) -> Result<(), &'static str> {
    let handle = house.handle(who);
    let stored = handle.read(ty(name), id).expect("shown");
    let text = String::from_utf8(stored.json()).expect("text").replacen(from, to, 1);
    let content = handle.amended(ty(name), id, stored.vid, text.as_bytes()).expect("fits");
    let step = Step::Put { ty: ty(name).0, name: Name::Id(id.into()), expect: Expect::Version(stored.vid), content };
    handle.commit(vec![step], vec![], vec![]).await.map(drop).map_err(|fault| fault.code)
}

#[tokio::test]
async fn r12_a_clerk_changes_what_is_shown_of_a_stay_and_the_rest_stays() {
    let house = House::opened().await;
    let clerk = who("registration-clerk", None);
    assert_eq!(change(&house, &clerk, "Encounter", "s-amal", "in-progress", "onleave").await, Ok(()));
    let whole = String::from_utf8(house.node().read(ty("Encounter"), "s-amal").expect("there").json()).expect("text");
    assert!(whole.contains("onleave") && whole.contains("grippe") && !whole.contains("SUBSETTED"), "{whole}");
    // Without what was left out, or with another reason, it is not kept.
    for text in [
        r#"{"resourceType":"Encounter","status":"finished","class":{"code":"IMP"},"subject":{"reference":"Patient/amal"}}"#,
        r#"{"resourceType":"Encounter","status":"finished","class":{"code":"IMP"},"subject":{"reference":"Patient/amal"},"reasonCode":[{"text":"angine"}]}"#,
    ] {
        let handle = house.handle(&clerk);
        let (_, content) = handle.made(text.as_bytes()).expect("fits");
        for name in ["s-amal", "s-new"].into_iter().filter(|name| *name == "s-amal" || text.contains("angine")) {
            let step = Step::Put { ty: ty("Encounter").0, name: Name::Id(name.into()), expect: Expect::Any, content: content.clone() };
            assert_eq!(handle.commit(vec![step], vec![], vec![]).await.expect_err("refused").code, "RH-STORE-NOT-ALLOWED", "{name}");
        }
    }
    assert_eq!(change(&house, &who("cashier", None), "Encounter", "s-amal", "onleave", "finished").await, Err("RH-STORE-NOT-ALLOWED"));
}

#[tokio::test]
async fn r13_a_cleaner_says_how_clean_a_place_is_and_nothing_else() {
    let house = House::opened().await;
    house.put("bed", r#"{"resourceType":"Location","operationalStatus":{"code":"K"},"name":"Lit 1"}"#).await;
    for role in ["cleaner", "nurse", "registration-clerk"] {
        let who = who(role, None);
        assert_eq!(change(&house, &who, "Location", "bed", "\"K\"", "\"H\"").await, Ok(()), "{role}");
        assert_eq!(change(&house, &who, "Location", "bed", "Lit 1", "Lit 2").await, Err("RH-STORE-NOT-ALLOWED"), "{role}");
        assert_eq!(change(&house, &who, "Location", "bed", "\"H\"", "\"K\"").await, Ok(()), "{role}");
    }
    assert_eq!(change(&house, &who("porter", None), "Location", "bed", "\"K\"", "\"U\"").await, Err("RH-STORE-NOT-ALLOWED"));
    assert_eq!(change(&house, &who("bed-manager", None), "Location", "bed", "Lit 1", "Lit 2").await, Ok(()));
}

#[tokio::test]
async fn r3_who_lies_in_another_units_bed_is_in_the_care_of_both() {
    let house = House::opened().await;
    let text = r#"{"resourceType":"Encounter","status":"in-progress","class":{"code":"IMP"},"subject":{"reference":"Patient/chama"},
        "location":[{"extension":[{"url":"urn:rihla:extension:responsible-medical","valueReference":{"reference":"Organization/surgery"}}],
        "location":{"reference":"Location/bed"},"status":"active"}]}"#;
    house.put("s-chama", text).await;
    assert_eq!(house.signs(&who("nurse", Some("cardio"))), ["amal-sign", "chama-sign"], "where the bed is");
    assert_eq!(house.signs(&who("physician", Some("surgery"))), ["badr-sign", "chama-sign"], "who answers");
}

#[tokio::test]
async fn a_porter_sees_precautions_and_an_administrator_no_patient() {
    let house = House::opened().await;
    let flag = |category: &str| {
        format!(
            r#"{{"resourceType":"Flag","status":"active","category":[{{"coding":[{{"system":"http://terminology.hl7.org/CodeSystem/flag-category","code":"{category}"}}]}}],"code":{{"text":"x"}},"subject":{{"reference":"Patient/amal"}}}}"#
        )
    };
    house.put("isolation", &flag("safety")).await;
    house.put("debt", &flag("admin")).await;
    assert_eq!(house.shown(&who("porter", None), "Flag"), ["isolation"]);
    assert_eq!(house.shown(&who("porter", None), "Patient"), [""; 0]);
    assert_eq!(house.shown(&who("administrator", None), "Patient"), [""; 0]);
    assert_eq!(house.shown(&who("administrator", None), "Location"), ["bed", "ward"]);
    assert_eq!(house.shown(&who("integrator", None), "Patient").len(), 4);
}

#[tokio::test]
async fn a_masked_person_is_seen_by_those_who_care_and_by_the_identity_office() {
    let house = House::opened().await;
    assert_eq!(house.shown(&who("identity-officer", None), "Patient").len(), 4);
    assert_eq!(house.shown(&who("nurse", Some("surgery")), "Patient").len(), 3);
    house.stay("s-star", "star", "in-progress", "surgery").await;
    assert_eq!(house.shown(&who("nurse", Some("surgery")), "Patient").len(), 4);
    assert_eq!(house.signs(&who("nurse", Some("surgery"))), ["badr-sign", "star-sign"]);
    // Who was masked is so no more.
    assert_eq!(house.shown(&who("nurse", Some("cardio")), "Patient").len(), 3);
    house.put("star", r#"{"resourceType":"Patient","name":[{"family":"star"}]}"#).await;
    assert_eq!(house.shown(&who("nurse", Some("cardio")), "Patient").len(), 4);
}

#[tokio::test]
async fn what_a_label_keeps_back_stays_back() {
    let house = House::opened().await;
    house.put("amal-restricted", &sign("amal", "R")).await;
    house.put("amal-very", &sign("amal", "V")).await;
    assert_eq!(house.signs(&who("nurse", Some("cardio"))), ["amal-restricted", "amal-sign"]);
    assert_eq!(house.signs(&who("student", Some("cardio"))), ["amal-sign"]);
}

#[tokio::test]
async fn a_consent_that_denies_keeps_away_whom_it_names() {
    let house = House::opened().await;
    let deny = |actor: &str, status: &str| {
        format!(
            r#"{{"resourceType":"Consent","status":"{status}","scope":{{"text":"x"}},"category":[{{"text":"x"}}],"patient":{{"reference":"Patient/amal"}},"provision":{{"type":"deny"{actor}}}}}"#
        )
    };
    let nurse = who("nurse", Some("cardio"));
    house.put("c", &deny(r#","actor":[{"role":{"text":"x"},"reference":{"reference":"Practitioner/p-nurse"}}]"#, "active")).await;
    assert_eq!((house.signs(&nurse), house.shown(&nurse, "Patient").len()), (vec![], 2));
    assert_eq!(house.signs(&who("physician", Some("cardio"))), ["amal-sign"]);
    house.put("c", &deny("", "active")).await;
    assert_eq!(house.signs(&who("physician", Some("cardio"))), [""; 0]);
    house.put("c", &deny("", "inactive")).await;
    assert_eq!(house.signs(&nurse), ["amal-sign"]);
}

#[tokio::test]
async fn a_broken_glass_holds_for_a_shift_and_leaves_its_trace() {
    let house = House::opened().await;
    let nurse = who("nurse", Some("cardio"));
    for (patient, reason, code) in [("badr", "  x ", "RH-RIGHTS-REASON"), ("ghost", "urgence vitale", "RH-STORE-NOT-FOUND")] {
        assert_eq!(house.rights.break_glass(&nurse, "Personne", patient, reason).expect_err("refused").code, code);
    }
    assert_eq!(house.rights.break_glass(&who("registration-clerk", None), "Personne", "badr", "urgence vitale").expect_err("refused").code, "RH-RIGHTS-GLASS");
    for patient in ["badr", "star"] {
        let broken = house.rights.break_glass(&nurse, "Personne", patient, "urgence \"vitale\"").expect("broken");
        house.node().commit(vec![], vec![], vec![broken.mark]).await.expect("kept");
        house.put(&format!("event-{patient}"), &broken.event).await;
    }
    assert_eq!(house.signs(&nurse), ["amal-sign", "badr-sign", "star-sign"]);
    let colleague = Who { account: "Account/other".into(), ..who("nurse", Some("surgery")) };
    assert_eq!(house.signs(&colleague), ["badr-sign"], "the glass is one person's");
    assert_eq!(house.shown(&who("privacy-officer", None), "AuditEvent"), ["event-badr", "event-star"]);
    assert_eq!(house.rights.glasses(&nurse.account).expect("listed")[0].reason, "urgence \"vitale\"");
    house.node().commit(vec![], vec![], vec![Rights::mend(&nurse.account, "star")]).await.expect("mended");
    assert_eq!(house.signs(&nurse), ["amal-sign", "badr-sign"]);
    house.clock.advance(DAY / 2 + 10_000);
    assert_eq!(house.signs(&nurse), ["amal-sign"]);
}
