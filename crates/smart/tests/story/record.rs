//! What a token shows of the record, on a real store.

use rihla_fhir::json::{self, Edits, Limits};
use rihla_fhir::r4::{TypeId, tables};
use rihla_fhirpath::{Zone, extract};
use rihla_kernel::{Actor, ManualClock, Purpose, SeededEntropy, SiteId};
use rihla_smart::{Asked, Granted, ScopeSet};
use rihla_store::backend::{Expect, Name, Step};
use rihla_store::indexer::{Indexer, Rewrites};
use rihla_store::query::Handling;
use rihla_store::scope::{AccessScope, Act, TypeRule};
use rihla_store::{Scoped, Settings, Store};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

static NEXT: AtomicU32 = AtomicU32::new(0);

struct Ward {
    store: Store,
    node: Scoped,
    folder: PathBuf,
}

impl Drop for Ward {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

fn ty(name: &str) -> TypeId {
    tables().resource_type(name).expect("a type")
}

fn observation(patient: &str, category: &str) -> String {
    format!(
        r#"{{"resourceType":"Observation","status":"final","category":[{{"coding":[{{"system":"urn:k","code":"{category}"}}]}}],"code":{{"text":"x"}},"subject":{{"reference":"Patient/{patient}"}}}}"#
    )
}

impl Ward {
    /// Two patients, each with a sign and a laboratory value, and a place.
    async fn new() -> Self {
        let folder = std::env::temp_dir().join(format!("rihla-smart-{}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::SeqCst)));
        let clock = Arc::new(ManualClock::at(crate::house::BEGIN));
        let indexer = Arc::new(Indexer::new(Zone::named("Africa/Casablanca").expect("a zone"), Vec::new()).expect("tables"));
        let options = rihla_store_sqlite::Options::new(clock.clone(), Arc::new(SeededEntropy::new(1)), indexer.clone());
        let backend = rihla_store_sqlite::open(&folder, options).expect("opens");
        let store = Store::new(backend, Settings { clock, indexer, site: SiteId(1) });
        let node = store.scoped(Actor::node("story"), Purpose::Treatment);
        let ward = Self { store, node, folder };
        for patient in ["amal", "badr"] {
            ward.put(patient, r#"{"resourceType":"Patient"}"#).await;
            ward.put(&format!("{patient}-sign"), &observation(patient, "sign")).await;
            ward.put(&format!("{patient}-lab"), &observation(patient, "lab")).await;
            ward.put(&format!("{patient}-visit"), &visit(patient)).await;
        }
        ward.put("room", r#"{"resourceType":"Location","name":"Salle 1"}"#).await;
        ward
    }

    async fn put(&self, id: &str, text: &str) {
        self.write(&self.node, id, text).await.expect("kept");
    }

    async fn write(&self, scoped: &Scoped, id: &str, text: &str) -> Result<(), rihla_kernel::Fault> {
        let doc = json::parse(text.as_bytes(), &Limits::default()).expect("json");
        let ty = ty(doc.root().get("resourceType").and_then(|ty| ty.as_plain_str()).expect("a type"));
        let mut entries = Vec::new();
        extract(doc.root(), ty, self.store.indexer().zone(), &mut entries);
        let content = scoped.prepare(ty, doc.root(), &Edits::default(), &entries, &Rewrites::default())?;
        let step = Step::Put { ty: ty.0, name: Name::Id(id.into()), content: Box::new(content), expect: Expect::Any };
        scoped.commit(vec![step], Vec::new(), Vec::new()).await.map(drop)
    }

    fn granted(scopes: &str, patient: Option<&str>) -> Granted {
        Granted { scopes: ScopeSet::parse(scopes), patient: patient.map(str::to_owned) }
    }

    fn as_scope(&self, scope: AccessScope) -> Scoped {
        self.store.scoped_to(Actor::node("bearer"), Purpose::Treatment, scope)
    }

    fn everything(&self, scopes: &str, patient: Option<&str>) -> Scoped {
        self.as_scope(Self::granted(scopes, patient).narrow(AccessScope::everything(), &self.node).expect("narrowed"))
    }

    fn one(&self, asked: Asked, scopes: &str, patient: Option<&str>) -> Scoped {
        self.as_scope(Self::granted(scopes, patient).narrow_for(asked, AccessScope::everything(), &self.node).expect("narrowed"))
    }
}

fn visit(patient: &str) -> String {
    format!(
        r#"{{"resourceType":"Encounter","status":"in-progress","class":{{"code":"IMP"}},"reasonCode":[{{"coding":[{{"system":"urn:r","code":"secret"}}]}}],"subject":{{"reference":"Patient/{patient}"}}}}"#
    )
}

fn shown(scoped: &Scoped, name: &str) -> Vec<String> {
    let (query, _) = scoped.query(&[ty(name)], &[], Handling::Strict).expect("a query");
    let mut found: Vec<String> = scoped.search(&query).expect("found").matches.iter().map(|one| one.id.to_text()).collect();
    found.sort();
    found
}

fn reads(scoped: &Scoped, name: &str, id: &str) -> bool {
    scoped.read(ty(name), id).is_ok()
}

#[tokio::test]
async fn sc_3_patient_scopes_reach_the_patient_of_the_context() {
    let ward = Ward::new().await;
    let token = ward.everything("patient/*.rs", Some("amal"));
    assert_eq!((shown(&token, "Patient"), shown(&token, "Observation")), (vec!["amal".to_owned()], vec!["amal-lab".to_owned(), "amal-sign".to_owned()]));
    assert!(!reads(&token, "Observation", "badr-sign") && reads(&token, "Location", "room"));
    for patient in [None, Some("nobody"), Some("amal-sign")] {
        let token = ward.everything("patient/*.rs", patient);
        assert!(shown(&token, "Patient").is_empty() && shown(&token, "Observation").is_empty() && shown(&token, "Location").is_empty(), "{patient:?}");
    }
    let user = ward.everything("user/Observation.rs", Some("amal"));
    assert_eq!((shown(&user, "Observation").len(), shown(&user, "Patient").len()), (4, 0));
    assert!(shown(&ward.everything("openid fhirUser launch", Some("amal")), "Patient").is_empty());
}

#[tokio::test]
async fn sc_2_a_token_never_shows_what_its_person_does_not_see() {
    let ward = Ward::new().await;
    let key = ward.node.key_of(ty("Patient"), "badr").expect("looked up").expect("there");
    let rules = [(ty("Patient").0, TypeRule::shown()), (ty("Observation").0, TypeRule::shown())];
    let own = || AccessScope::everything().with_rules(rules.clone()).only_patients([key]);
    let narrowed = |scopes: &str, patient| ward.as_scope(Ward::granted(scopes, patient).narrow(own(), &ward.node).expect("narrowed"));
    let token = narrowed("user/*.cruds", None);
    assert_eq!((shown(&token, "Observation"), shown(&token, "Encounter")), (vec!["badr-lab".to_owned(), "badr-sign".to_owned()], vec![]));
    assert!(ward.write(&token, "badr-sign", &observation("badr", "sign")).await.is_err(), "the person may not write either");
    assert!(shown(&narrowed("patient/*.rs", Some("amal")), "Observation").is_empty());
    assert_eq!(shown(&narrowed("patient/*.rs", Some("badr")), "Observation").len(), 2);
}

#[tokio::test]
async fn sc_4_reading_and_searching_are_two_things() {
    let ward = Ward::new().await;
    let (read, search, both) = ("user/Observation.r", "user/Observation.s", "user/Observation.r user/Observation.s");
    assert!(reads(&ward.one(Asked::Read, read, None), "Observation", "amal-sign") && !reads(&ward.one(Asked::Read, search, None), "Observation", "amal-sign"));
    assert_eq!((shown(&ward.one(Asked::Search, search, None), "Observation").len(), shown(&ward.one(Asked::Search, read, None), "Observation").len()), (4, 0));
    // A handle that could be used for either shows what may be done in both ways.
    assert!(!reads(&ward.everything(read, None), "Observation", "amal-sign") && shown(&ward.everything(search, None), "Observation").is_empty());
    assert!(reads(&ward.everything(both, None), "Observation", "amal-sign") && shown(&ward.everything(both, None), "Observation").len() == 4);
    let granted = Ward::granted("user/Observation.r patient/Patient.s", None);
    assert!(granted.permits(ty("Observation"), Asked::Read) && !granted.permits(ty("Observation"), Asked::Search));
    assert!(!granted.permits(ty("Patient"), Asked::Search), "there is no patient");
}

#[tokio::test]
async fn sc_4_writing_is_what_was_granted_for_it() {
    let ward = Ward::new().await;
    let new = observation("amal", "sign");
    let can = async |asked: Asked, scopes: &str, id: &str, text: &str| {
        let ok = ward.write(&ward.one(asked, scopes, Some("amal")), id, text).await;
        ok.map_err(|fault| fault.code) == Ok(())
    };
    let (create, update) = (Asked::Write(Act::Create), Asked::Write(Act::Update));
    assert!(can(create, "patient/Observation.c", "new-1", &new).await);
    assert!(!can(create, "patient/Observation.rus", "new-2", &new).await);
    assert!(!can(create, "patient/Observation.c", "new-2", &observation("badr", "sign")).await);
    assert!(can(update, "patient/Observation.u", "new-1", &new).await && !can(update, "patient/Observation.c", "new-1", &new).await);
    // Moving somebody else's to one's own patient is no update of one's own.
    assert!(!can(update, "patient/Observation.cruds", "badr-sign", &new).await);
    assert!(!can(update, "patient/Observation.cruds?category=urn:k|lab", "new-1", &new).await);
    // A mixture: everything is shown, signs alone are written. One handle for all writes nothing.
    let mixed = "patient/Observation.rs patient/Observation.cu?category=urn:k|sign";
    assert!(can(update, mixed, "new-1", &new).await && !can(update, mixed, "amal-lab", &observation("amal", "lab")).await);
    assert!(ward.write(&ward.everything(mixed, Some("amal")), "new-1", &new).await.is_err());
    assert!(ward.write(&ward.everything("patient/Observation.cruds", Some("amal")), "new-1", &new).await.is_ok());
}

#[tokio::test]
async fn sc_4_one_handle_writes_each_step_by_the_scope_of_what_it_turns_out_to_be() {
    let ward = Ward::new().await;
    let scopes = "patient/Observation.c patient/Observation.u?category=urn:k|lab";
    let narrowed = |act| Ward::granted(scopes, Some("amal")).narrow_for(Asked::Write(act), AccessScope::everything(), &ward.node).expect("narrowed");
    let handle = ward.as_scope(AccessScope::everything().only_types([])).writing(Act::ALL.map(narrowed));
    let can = async |id: &str, text: &str| ward.write(&handle, id, text).await.is_ok();
    assert!(can("fresh", &observation("amal", "sign")).await && !can("fresh", &observation("amal", "sign")).await, "created, and not changed");
    assert!(can("amal-lab", &observation("amal", "lab")).await && !can("amal-lab", &observation("amal", "sign")).await);
    assert!(!can("other", &observation("badr", "lab")).await && shown(&handle, "Observation").is_empty());
}

#[tokio::test]
async fn sc_5_a_question_in_a_scope_holds() {
    let ward = Ward::new().await;
    let labs = ward.everything("patient/Observation.rs?category=urn:k|lab", Some("amal"));
    assert_eq!(shown(&labs, "Observation"), ["amal-lab"]);
    assert!(reads(&labs, "Observation", "amal-lab") && !reads(&labs, "Observation", "amal-sign"));
    let either = ward.everything("patient/Observation.rs?category=urn:k|lab patient/Observation.rs?category=urn:k|sign", Some("amal"));
    assert_eq!(shown(&either, "Observation").len(), 2);
    let neither = ward.everything("patient/Observation.rs?category=urn:k|lab&category=urn:k|sign", Some("amal"));
    assert!(shown(&neither, "Observation").is_empty());
    // Everybody's laboratory, and all of one patient.
    let mixed = ward.everything("user/Observation.rs?category=urn:k|lab patient/Observation.rs", Some("amal"));
    assert_eq!(shown(&mixed, "Observation"), ["amal-lab", "amal-sign", "badr-lab"]);
    // A question that a type cannot be asked shows nothing of it, and the rest as it says.
    let wild = ward.everything("user/*.rs?category=urn:k|lab", None);
    assert_eq!((shown(&wild, "Observation"), shown(&wild, "Encounter")), (vec!["amal-lab".to_owned(), "badr-lab".to_owned()], vec![]));
}

#[tokio::test]
async fn sc_5_a_question_does_not_tell_what_the_person_does_not_see() {
    let ward = Ward::new().await;
    let rule = TypeRule::shown().without(["reasonCode".to_owned()]);
    let own = || AccessScope::everything().with_rules([(ty("Encounter").0, rule.clone())]);
    let shown_of = |scopes: &str| shown(&ward.as_scope(Ward::granted(scopes, None).narrow(own(), &ward.node).expect("narrowed")), "Encounter").len();
    assert_eq!(shown_of("user/Encounter.rs?status=in-progress"), 2);
    assert_eq!(shown_of("user/Encounter.rs?reason-code=urn:r|secret"), 0);
    assert_eq!(shown_of("user/Encounter.rs?reason-code=urn:r|another"), 0);
}
