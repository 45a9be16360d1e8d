//! The record's promises, told as a story on one back end.

use super::site::{Damage, Site};
use rihla_kernel::FaultKind;
use rihla_store::query::Handling;
use rihla_store::{HistoryOf, HistoryQuery, Resolution};

const PATIENT: &str = r#"{"resourceType":"Patient","identifier":[{"system":"urn:ipp","value":"17"}],"name":[{"family":"Él Alami","given":["Zaïneb"]}],"gender":"female","birthDate":"1980-05-17"}"#;

fn observation(patient: &str, code: &str, at: &str, value: &str) -> String {
    format!(
        r#"{{"resourceType":"Observation","status":"final","code":{{"coding":[{{"system":"http://loinc.org","code":"{code}","display":"Heart rate"}}]}},"subject":{{"reference":"Patient/{patient}"}},"effectiveDateTime":"{at}","valueQuantity":{{"value":{value},"unit":"beats","system":"http://unitsofmeasure.org","code":"/min"}}}}"#
    )
}

#[tokio::test]
async fn what_was_written_is_read_back_updated_deleted_and_still_there_in_history() {
    let site = Site::open();
    let first = site.create(PATIENT).await;
    let id = first.id.to_text();
    let text = String::from_utf8(site.scoped.read(site.ty("Patient"), &id).expect("there").json()).expect("utf-8");
    assert!(text.starts_with(&format!(r#"{{"resourceType":"Patient","id":"{id}","meta":{{"versionId":"1","lastUpdated":""#)), "{text}");
    assert!(text.ends_with(r#""gender":"female","birthDate":"1980-05-17"}"#), "{text}");

    let second = site.update(&id, &PATIENT.replace("1980-05-17", "1980-05-18")).await;
    assert_eq!((second.vid, second.created), (2, false));
    site.delete("Patient", &id).await;
    assert_eq!(site.scoped.read(site.ty("Patient"), &id).expect_err("deleted").kind, FaultKind::Gone);
    assert!(String::from_utf8(site.scoped.vread(site.ty("Patient"), &id, 1).expect("kept").json()).expect("utf-8").contains("1980-05-17"));
    let history = site
        .scoped
        .history(&HistoryQuery { of: HistoryOf::Instance(site.ty("Patient"), id.clone()), since: None, at: None, count: 10, cursor: None })
        .expect("history");
    assert_eq!(history.entries.iter().map(|entry| (entry.vid, entry.deleted)).collect::<Vec<_>>(), [(3, true), (2, false), (1, false)]);
    assert_eq!(site.search("Patient", "").len(), 0);
    let again = site.update(&id, PATIENT).await;
    assert_eq!((again.vid, again.created), (4, true));
    assert_eq!(site.search("Patient", "birthdate=1980-05-17"), [id]);
}

#[tokio::test]
async fn searches_find_what_they_should_and_nothing_else() {
    let site = Site::open();
    let patient = site.create(PATIENT).await.id.to_text();
    let other = site.create(&PATIENT.replace("17\"", "18\"").replace("Él Alami", "Bennani")).await.id.to_text();
    let mut seen = Vec::new();
    for (at, value) in [("2024-03-05T10:00:00Z", "71"), ("2024-01-05", "80.5"), ("2024-02-29T23:59:59+01:00", "65")] {
        seen.push(site.create(&observation(&patient, "8867-4", at, value)).await.id.to_text());
    }
    let foreign = site.create(&observation(&other, "8867-4", "2024-02-01", "65")).await.id.to_text();
    let steps = site.create(&observation(&patient, "55423-8", "2024-02-02", "9000")).await.id.to_text();
    for flushed in [false, true] {
        if flushed {
            site.flush();
        }
        let find = |query: &str| site.search("Observation", query);
        assert_eq!(find(&format!("patient={patient}&code=8867-4&_sort=date")), [&*seen[1], &seen[2], &seen[0]]);
        assert_eq!(find(&format!("subject=Patient/{patient}&code=http://loinc.org|8867-4&_sort=-date")), [&*seen[0], &seen[2], &seen[1]]);
        assert_eq!(find(&format!("patient={patient}&_sort=-date")), [&*seen[0], &seen[2], &steps, &seen[1]]);
        assert_eq!(find("code=8867-4&_sort=date"), [&*seen[1], &foreign, &seen[2], &seen[0]]);
        assert_eq!(find("date=ge2024-02-01&date=lt2024-03-01"), [&*foreign, &steps, &seen[2]]);
        assert_eq!(find("date=2024-01-05"), [&*seen[1]]);
        assert_eq!(find("value-quantity=65"), [&*seen[2], &foreign]);
        assert_eq!(find("value-quantity=gt70|http://unitsofmeasure.org|/min&code=8867-4"), [&*seen[0], &seen[1]]);
        assert_eq!(find("code-value-quantity=8867-4$lt70"), [&*seen[2], &foreign]);
        assert_eq!(find("patient.family=el%20alami&code=8867-4").len(), 3);
        assert_eq!(find("subject:Patient.name=benn"), [&*foreign]);
        assert_eq!(find("code:text=heart&patient.identifier=urn:ipp|18"), [&*foreign]);
        assert_eq!(find("code:not=8867-4"), [&*steps]);
        assert_eq!(find("value-string:missing=true").len(), 5);
        assert_eq!(site.search("Patient", "family:exact=Bennani"), [&*other]);
        assert_eq!(site.search("Patient", "family:contains=lam"), [&*patient]);
        assert_eq!(site.search("Patient", "identifier=urn:ipp|17&gender=female"), [&*patient]);
        assert_eq!(site.search("Patient", "gender=http://hl7.org/fhir/administrative-gender|female&_sort=family"), [&*other, &patient]);
        assert_eq!(site.search("Patient", "_has:Observation:patient:code=55423-8"), [&*patient]);
        assert_eq!(site.search("Patient", &format!("_id={other},nobody")), [&*other]);
        assert_eq!(find("patient=nobody"), Vec::<String>::new());
        assert_eq!(site.total("Observation", "code=8867-4"), 4);
        assert_eq!(site.total("Observation", &format!("patient={patient}&code=8867-4")), 3);
        assert_eq!(site.total("Observation", ""), 5);
        assert_eq!(site.total("Observation", "code:not=8867-4"), 1);
        assert_eq!(site.total("Observation", "code:not=8867-4&status:missing=true"), 0);
        assert_eq!(site.total("Observation", "value-quantity:missing=false&code:not=55423-8"), 4);
        assert_eq!(site.total("Observation", "subject:missing=true"), 0);
    }
}

#[tokio::test]
async fn pages_stay_as_they_were_while_the_data_move() {
    let site = Site::open();
    let patient = site.create(PATIENT).await.id.to_text();
    let mut all = Vec::new();
    for day in 10..40 {
        all.push(site.create(&observation(&patient, "8867-4", &format!("2024-0{}-{}", day / 30 + 1, day % 20 + 10), "70")).await.id.to_text());
    }
    for query in [
        "",
        "_sort=date",
        "_sort=-date",
        "code=8867-4",
        "date=ge2024-01-01",
        &format!("patient={patient}&_sort=-date"),
        "_sort=-_lastUpdated",
        "_sort=status,-date",
        "_sort=value-string",
    ] {
        let whole = site.search("Observation", &format!("{query}&_count=100"));
        assert_eq!(whole.len(), all.len(), "{query}");
        let mut paged = site.first_page("Observation", &format!("{query}&_count=7"));
        site.update_observation(&whole[20], &observation(&patient, "1-1", "1999-01-01", "1")).await;
        site.delete("Observation", &whole[25]).await;
        site.create(&observation(&patient, "8867-4", "2024-02-15", "1")).await;
        let mut pages = 1;
        while let Some(cursor) = paged.next.clone() {
            let next = site.page_after("Observation", &format!("{query}&_count=7"), &cursor);
            paged.ids.extend(next.ids);
            paged.next = next.next;
            pages += 1;
        }
        assert_eq!(paged.ids, whole, "{query}");
        assert_eq!(pages, 5, "{query}");
        // Back to thirty for the next question.
        site.update_observation(&whole[20], &observation(&patient, "8867-4", "2024-01-20", "70")).await;
        site.update_observation(&whole[25], &observation(&patient, "8867-4", "2024-01-20", "70")).await;
        site.delete("Observation", &site.search("Observation", "value-quantity=1&_count=100")[0]).await;
    }
}

#[tokio::test]
async fn a_conditional_create_notices_who_was_faster() {
    let site = Site::open();
    let query = site.query("Patient", "identifier=urn:ipp|17");
    assert_eq!(site.scoped.resolve(&query).expect("resolves"), Resolution::None);
    let late = site.scoped.unchanged(query.clone(), Resolution::None);
    let first = site.create(PATIENT).await;
    let refused = site.create_if(PATIENT, vec![late]).await.expect_err("raced");
    assert_eq!((refused.kind, refused.code), (FaultKind::Conflict, "RH-STORE-RACED"));
    assert_eq!(site.scoped.resolve(&query).expect("resolves"), Resolution::One(site.ty("Patient"), first.id));
}

#[tokio::test]
async fn the_hospitals_own_numbers_belong_to_one_patient() {
    let site = Site::open_with_unique(&["urn:ipp"]);
    let first = site.create(PATIENT).await.id.to_text();
    let refused = site.create_if(PATIENT, vec![]).await.expect_err("claimed");
    assert_eq!((refused.kind, refused.code), (FaultKind::Conflict, "RH-STORE-CLAIMED"));
    site.update(&first, PATIENT).await;
    site.update(&first, &PATIENT.replace("\"17\"", "\"19\"")).await;
    site.create(PATIENT).await;
}

#[tokio::test]
async fn a_store_opens_again_with_all_it_held() {
    let site = Site::open();
    let patient = site.create("{\"resourceType\":\"Patient\",\"name\":[{\"family\":\"Idrissi\"}]}").await.id.to_text();
    let chosen = site.update("chosen.id-1", &PATIENT.replace("urn:ipp", "urn:other")).await;
    assert!(chosen.created);
    let dangling = site.create(&observation("nobody-yet", "8867-4", "2024-02-01", "65")).await.id.to_text();
    let site = site.reopen(false);
    assert_eq!(site.search("Patient", "family=idrissi"), [&*patient]);
    assert_eq!(site.search("Patient", "name=zain"), ["chosen.id-1"]);
    assert_eq!(site.total("Patient", ""), 2);
    let site = site.reopen(true);
    assert_eq!(site.search("Patient", "family=idrissi"), [&*patient]);
    assert_eq!(site.search("Observation", "patient=nobody-yet"), [&*dangling]);
    let later = site.update("nobody-yet", PATIENT).await;
    assert!(later.created);
    assert_eq!(site.search("Observation", "patient.gender=female"), [&*dangling]);
}

#[tokio::test]
async fn verify_agrees_rebuild_changes_nothing_and_a_backup_is_the_store() {
    let site = Site::open();
    let patient = site.create(PATIENT).await.id.to_text();
    for day in 10..30 {
        let id = site.create(&observation(&patient, "8867-4", &format!("2024-01-{day}"), "70")).await.id.to_text();
        if day % 3 == 0 {
            site.update(&id, &observation(&patient, "1-1", "1999-01-01", "1")).await;
        }
        if day % 5 == 0 {
            site.delete("Observation", &id).await;
        }
    }
    let question = format!("patient={patient}&_sort=-date&_count=100");
    let before = site.search("Observation", &question);
    assert_eq!(before.len(), 16);
    for step in ["in memory", "flushed", "rebuilt"] {
        match step {
            "flushed" => site.flush(),
            "rebuilt" => site.rebuild(),
            _ => {}
        }
        let report = site.verify();
        assert_eq!((report.faults, report.resources, report.dangling), (vec![], 17, 0), "{step}");
        assert_eq!(site.search("Observation", &question), before, "{step}");
    }
    site.damage(Damage::KeyLost);
    let report = site.verify();
    assert!(report.faults.iter().any(|fault| fault.starts_with("index")), "{:?}", report.faults);
    site.rebuild();
    let report = site.verify();
    assert_eq!(report.faults, Vec::<String>::new());

    let copy = site.copy();
    site.create(PATIENT).await;
    assert_eq!(copy.search("Observation", &question), before);
    assert_eq!(copy.total("Patient", ""), 1);
}

#[tokio::test]
async fn a_type_that_the_address_does_not_name_is_not_passed_over_in_silence() {
    let site = Site::open();
    let ask = |text: &str| site.scoped.query(&[site.ty("Patient")], &[("_type".into(), text.into())], Handling::Lenient).expect("read").1;
    assert_eq!(ask("Patient"), []);
    assert_eq!(ask("Observation").iter().map(|fault| fault.code).collect::<Vec<_>>(), ["RH-SEARCH-UNKNOWN"]);
}

#[tokio::test]
async fn the_feed_tells_every_change_once_and_goes_on_where_it_was_left() {
    let site = Site::open();
    let first = site.create(PATIENT).await.id.to_text();
    site.update(&first, PATIENT).await;
    let (changes, place) = site.scoped.feed(None, 1).expect("feeds");
    assert_eq!(changes.iter().map(|change| (change.id.to_text(), change.vid)).collect::<Vec<_>>(), [(first.clone(), 1)]);
    site.delete("Patient", &first).await;
    let (changes, place) = site.scoped.feed(Some(place.as_str()), 10).expect("feeds");
    assert_eq!(changes.iter().map(|change| (change.vid, change.deleted)).collect::<Vec<_>>(), [(2, false), (3, true)]);
    let (changes, place) = site.scoped.feed(Some(place.as_str()), 10).expect("feeds");
    assert!(changes.is_empty());
    let site = site.reopen(false);
    site.create(PATIENT).await;
    let (changes, _) = site.scoped.feed(Some(place.as_str()), 10).expect("feeds");
    assert_eq!(changes.len(), 1);
    assert_eq!(site.scoped.feed(Some("nonsense"), 1).expect_err("refused").code, "RH-FEED-CURSOR");
    assert_eq!(site.scoped.feed(Some("00000100000001"), 1).expect_err("refused").code, "RH-FEED-NODE");
}
