//! What the clinical screens say of records as they come: without words, in error, cut, in other units.

#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used, clippy::indexing_slicing, reason = "a test")]

use rihla_testkit::{Client, Screen, TestSite};

/// Writes a resource under the type and id that it names.
async fn put(client: &mut Client, ty: &str, id: &str, members: &str) {
    let json = format!(r#"{{"resourceType":"{ty}","id":"{id}",{members}}}"#);
    let reply = client.put(&format!("{ty}/{id}"), &json).await;
    assert!(reply.status < 300, "{ty}/{id}: {}", reply.text());
}

async fn patient(client: &mut Client, id: &str, name: &str) {
    put(client, "Patient", id, &format!(r#""name":[{name}]"#)).await;
    client.take_into_care(id).await;
}

/// A page as it is read: its markup.
async fn page(screen: &mut Screen, path: &str) -> String {
    let reply = screen.get(path).await;
    assert_eq!(reply.status, 200, "{path}: {}", reply.text());
    reply.text().to_owned()
}

/// What stands after a heading until the next one.
fn below<'p>(page: &'p str, heading: &str) -> &'p str {
    let from = page.find(&format!("<h2>{heading}</h2>")).unwrap_or_else(|| panic!("no {heading}"));
    let rest = &page[from + 4..];
    &rest[..rest.find("<h2>").unwrap_or(rest.len())]
}

const SUBJECT: &str = r#""subject":{"reference":"Patient/p1"}"#;

#[tokio::test(flavor = "multi_thread")]
async fn homonyms_are_those_of_the_very_name_in_either_script() {
    let site = TestSite::start().await;
    let mut client = site.client().await;
    let arabic = r#"{"family":"الإدريسي","given":["فاطمة","الزهراء"]}"#;
    patient(&mut client, "two", &format!(r#"{{"family":"El Idrissi","given":["Fatima","Zahra"]}},{arabic}"#)).await;
    patient(&mut client, "one", r#"{"family":"El Idrissi","given":["Fatima Zahra"]}"#).await;
    patient(&mut client, "script", &arabic.replace('إ', "ا")).await;
    patient(&mut client, "ali", r#"{"family":"Ben Ali","given":["Omar"]}"#).await;
    patient(&mut client, "benani", r#"{"family":"Benani","given":["Omar"]}"#).await;
    patient(&mut client, "longer", r#"{"family":"Ben Alia","given":["Omar"]}"#).await;
    let mut screen = site.screen("physician").await.speaking("en");
    let chart = page(&mut screen, "/patients/two/chart").await;
    assert!(chart.contains("2 other patients"), "{chart}");
    assert!(page(&mut screen, "/patients/one/chart").await.contains("warning homonym"));
    for alone in ["ali", "benani", "longer"] {
        assert!(!page(&mut screen, &format!("/patients/{alone}/chart")).await.contains("warning homonym"), "{alone}");
    }
    assert!(chart.contains(r#"<a href="/patients/two"><bdi>"#), "the banner leads to what this role may open");
    site.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_banner_reads_every_allergy_and_alert() {
    let site = TestSite::start().await;
    let mut client = site.client().await;
    patient(&mut client, "p1", r#"{"family":"Alaoui","given":["Omar"]}"#).await;
    put(&mut client, "AllergyIntolerance", "first", r#""patient":{"reference":"Patient/p1"},"criticality":"high","code":{"text":"Latex"}"#).await;
    for at in 0..220 {
        let old = r#""clinicalStatus":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical","code":"resolved"}]}"#;
        put(&mut client, "AllergyIntolerance", &format!("a{at}"), &format!(r#""patient":{{"reference":"Patient/p1"}},{old},"code":{{"text":"Ancienne"}}"#))
            .await;
    }
    let mut screen = site.screen("physician").await;
    let chart = page(&mut screen, "/patients/p1/chart").await;
    assert!(chart.contains("item severe") && chart.contains("Latex"), "the oldest of 221 is in the banner");
    site.stop().await;
}

/// One patient, `p1`, to whom everything belongs.
async fn chart_of(client: &mut Client) {
    patient(client, "p1", r#"{"family":"Alaoui","given":["Omar"]}"#).await;
    put(client, "Encounter", "e1", &format!(r#""status":"finished","class":{{"code":"IMP"}},{SUBJECT},"location":[{{"location":{{"display":"Lit 4"}}}}]"#))
        .await;
}

const IN_STAY: &str = r#""subject":{"reference":"Patient/p1"},"encounter":{"reference":"Encounter/e1"}"#;

#[tokio::test(flavor = "multi_thread")]
async fn chart_11_what_must_not_be_given_is_never_among_current_medicines() {
    let site = TestSite::start().await;
    let mut client = site.client().await;
    chart_of(&mut client).await;
    let order = |more: &str, name: &str| format!(r#""intent":"order",{more},{IN_STAY},"medicationCodeableConcept":{{"text":"{name}"}}"#);
    put(&mut client, "MedicationRequest", "m1", &order(r#""status":"active","doNotPerform":true"#, "Aspirine")).await;
    put(&mut client, "MedicationRequest", "m2", &order(r#""status":"active""#, "Paracétamol")).await;
    let statement = |status: &str, name: &str| format!(r#""status":"{status}",{SUBJECT},"medicationCodeableConcept":{{"text":"{name}"}}"#);
    put(&mut client, "MedicationStatement", "m3", &statement("unknown", "Ramipril")).await;
    put(&mut client, "MedicationStatement", "m4", &statement("not-taken", "Metformine")).await;
    let mut screen = site.screen("physician").await.speaking("en");
    for path in ["/patients/p1/medicines", "/patients/p1/stays/e1"] {
        let page = page(&mut screen, path).await;
        let (never, current) = (below(&page, "Not to be given"), below(&page, "Current medicines"));
        assert!(never.contains("Aspirine") && never.contains("badge wrong\">do not give"), "{path}: {never}");
        assert!(current.contains("Paracétamol") && !current.contains("Aspirine"), "{path}: {current}");
    }
    let medicines = page(&mut screen, "/patients/p1/medicines").await;
    let (current, past) = (below(&medicines, "Current medicines"), below(&medicines, "Past medicines"));
    assert!(current.contains("Ramipril") && current.contains("status unknown") && past.contains("Metformine") && past.contains("not taken"));
    let synthesis = page(&mut screen, "/patients/p1/chart").await;
    let part = below(&synthesis, "Current medicines");
    let (never, given) = (part.find("Aspirine").expect("the order"), part.rfind("<h3").expect("a heading of what is given"));
    assert!(never < given, "{part}");
    site.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_ended_or_was_not_done_is_not_shown_as_going_on() {
    let site = TestSite::start().await;
    let mut client = site.client().await;
    chart_of(&mut client).await;
    let clinical =
        |code: &str| format!(r#""clinicalStatus":{{"coding":[{{"system":"http://terminology.hl7.org/CodeSystem/condition-clinical","code":"{code}"}}]}},"#);
    let wrong = r#""verificationStatus":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/condition-ver-status","code":"entered-in-error"}]},"#;
    let condition = |more: &str, name: &str| format!(r#"{more}{IN_STAY},"code":{{"text":"{name}"}}"#);
    put(&mut client, "Condition", "c1", &condition("", "Asthme")).await;
    put(&mut client, "Condition", "c2", &condition(&clinical("resolved"), "Bronchite")).await;
    put(&mut client, "Condition", "c3", &condition(r#""abatementString":"après traitement","#, "Otite")).await;
    put(&mut client, "Condition", "c4", &condition(wrong, "Angine")).await;
    let act = |status: &str, name: &str| format!(r#""status":"{status}",{IN_STAY},"code":{{"text":"{name}"}}"#);
    for (id, status, name) in
        [("a1", "completed", "Suture"), ("a2", "not-done", "Scanner"), ("a3", "entered-in-error", "Plâtre"), ("a4", "preparation", "Biopsie")]
    {
        put(&mut client, "Procedure", id, &act(status, name)).await;
    }
    let mut screen = site.screen("physician").await.speaking("en");
    for path in ["/patients/p1/problems", "/patients/p1/stays/e1"] {
        let page = page(&mut screen, path).await;
        let (active, past) = (below(&page, "Active problems"), below(&page, "Past history"));
        assert!(active.contains("Asthme") && !active.contains("Otite") && !active.contains("Bronchite"), "{path}: {active}");
        assert!(past.contains("Bronchite") && past.contains("Otite") && past.contains("what struck") && past.contains("Angine"), "{path}: {past}");
    }
    let stay = page(&mut screen, "/patients/p1/stays/e1").await;
    assert!(!stay.contains("here now"), "nobody lies in a stay that is over");
    for path in ["/patients/p1/stays", "/patients/p1/stays/e1"] {
        let page = page(&mut screen, path).await;
        let acts = below(&page, "Procedures");
        assert!(["Suture", "not done", "in preparation", "what struck", "Plâtre"].into_iter().all(|words| acts.contains(words)), "{path}: {acts}");
    }
    let synthesis = page(&mut screen, "/patients/p1/chart").await;
    assert!(below(&synthesis, "Procedures").contains("Suture") && !synthesis.contains("Plâtre") && !synthesis.contains("Angine"));
    site.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_synthesis_leaves_out_what_is_in_error_and_still_fills_its_parts() {
    let site = TestSite::start().await;
    let mut client = site.client().await;
    chart_of(&mut client).await;
    put(
        &mut client,
        "Encounter",
        "old",
        &format!(r#""status":"finished","class":{{"code":"AMB"}},"type":[{{"text":"Visite ancienne"}}],{SUBJECT},"period":{{"start":"2020-01-01"}}"#),
    )
    .await;
    put(
        &mut client,
        "Immunization",
        "old",
        r#""status":"completed","vaccineCode":{"text":"BCG"},"occurrenceString":"à la naissance","patient":{"reference":"Patient/p1"}"#,
    )
    .await;
    put(&mut client, "DocumentReference", "old", &format!(r#""status":"superseded","type":{{"text":"Lettre ancienne"}},"date":"2020-01-01T00:00:00Z",{SUBJECT},"content":[{{"attachment":{{"url":"https://pacs.example/1"}}}}]"#)).await;
    for at in 0..8 {
        let wrong = r#""status":"entered-in-error""#;
        put(
            &mut client,
            "Encounter",
            &format!("x{at}"),
            &format!(r#"{wrong},"class":{{"code":"AMB"}},"type":[{{"text":"Faux"}}],{SUBJECT},"period":{{"start":"2026-01-0{}"}}"#, at + 1),
        )
        .await;
        put(
            &mut client,
            "Immunization",
            &format!("x{at}"),
            &format!(r#"{wrong},"vaccineCode":{{"text":"Faux"}},"occurrenceDateTime":"2026-01-0{}","patient":{{"reference":"Patient/p1"}}"#, at + 1),
        )
        .await;
        put(
            &mut client,
            "DocumentReference",
            &format!("x{at}"),
            &format!(r#"{wrong},"type":{{"text":"Faux"}},"date":"2026-01-0{}T00:00:00Z",{SUBJECT},"content":[{{"attachment":{{"title":"x"}}}}]"#, at + 1),
        )
        .await;
    }
    let mut screen = site.screen("physician").await.speaking("en");
    let synthesis = page(&mut screen, "/patients/p1/chart").await;
    assert!(!synthesis.contains("Faux"));
    assert!(["Visite ancienne", "BCG", "à la naissance", "Lettre ancienne", "replaced"].into_iter().all(|words| synthesis.contains(words)), "{synthesis}");
    let care = page(&mut screen, "/patients/p1/care").await;
    assert!(care.contains("Faux") && !care.contains("not given"), "one in error is not also one that was not given");
    let documents = page(&mut screen, "/patients/p1/documents").await;
    assert!(documents.contains("https://pacs.example/1") && !documents.contains(r#"href="https://pacs"#), "an outside address is read, not followed");
    site.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn chart_12_a_trend_draws_one_unit_and_says_what_it_leaves_out() {
    let site = TestSite::start().await;
    let mut client = site.client().await;
    chart_of(&mut client).await;
    let code = r#""code":{"coding":[{"system":"urn:lab|a","code":"K,1"}],"text":"Potassium"}"#;
    let values = [
        ("o1", "2026-01-01T08:00:00Z", r#""value":4.1,"unit":"mmol/L""#),
        ("o2", "2026-01-02T08:00:00Z", r#""value":4.5,"unit":"mmol/L""#),
        ("o3", "2025-12-01T08:00:00Z", r#""value":176,"unit":"mg/L""#),
        ("o4", "2025-11-01T08:00:00Z", r#""value":2,"unit":"mmol/L","comparator":"<""#),
    ];
    for (id, when, value) in values {
        put(&mut client, "Observation", id, &format!(r#""status":"final",{code},{SUBJECT},"effectiveDateTime":"{when}","valueQuantity":{{{value}}}"#)).await;
    }
    put(
        &mut client,
        "Observation",
        "bare",
        &format!(r#""status":"final","code":{{"coding":[{{"system":"urn:lab"}}],"text":"Sans code"}},{SUBJECT},"valueString":"x""#),
    )
    .await;
    let mut screen = site.screen("physician").await.speaking("en");
    let days = page(&mut screen, "/patients/p1/days").await;
    assert!(days.contains("Sans code") && !days.contains("code=urn%3Alab%7C\""), "nothing to follow without a code");
    let plain = code.replace("urn:lab|a", "urn:lab,a");
    put(
        &mut client,
        "Observation",
        "o5",
        &format!(r#""status":"final",{plain},{SUBJECT},"effectiveDateTime":"2026-01-03T08:00:00Z","valueQuantity":{{"value":9,"unit":"mmol/L"}}"#),
    )
    .await;
    put(
        &mut client,
        "Observation",
        "o6",
        &format!(r#""status":"final",{plain},{SUBJECT},"effectiveDateTime":"2026-01-04T08:00:00Z","valueQuantity":{{"value":8,"unit":"mmol/L"}}"#),
    )
    .await;
    let commas = page(&mut screen, "/patients/p1/results/trend?code=urn:lab,a%7CK,1").await;
    assert!(commas.contains("data-trend") && commas.contains("[9,8]"), "{commas}");
    let loinc = r#""code":{"coding":[{"system":"http://loinc.org","code":"2823-3"}],"text":"Potassium"}"#;
    for (id, when, value) in values {
        put(
            &mut client,
            "Observation",
            &format!("l{id}"),
            &format!(r#""status":"final",{loinc},{SUBJECT},"effectiveDateTime":"{when}","valueQuantity":{{{value}}}"#),
        )
        .await;
    }
    let trend = page(&mut screen, "/patients/p1/results/trend?code=http://loinc.org%7C2823-3").await;
    assert!(trend.contains("[4.1,4.5]") && trend.contains("2 results of the table are not in the curve"), "{trend}");
    assert_eq!(screen.get("/patients/p1/results/trend?code=http://loinc.org%7C").await.status, 404);
    site.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_alert_that_ends_keeps_its_reason_and_the_draft_of_the_next() {
    let site = TestSite::start().await;
    let mut client = site.client().await;
    chart_of(&mut client).await;
    put(&mut client, "Flag", "f1", &format!(r#""status":"active","code":{{"text":"Chute"}},{SUBJECT}"#)).await;
    let mut screen = site.screen("physician").await.speaking("en");
    let page_before = page(&mut screen, "/patients/p1/alerts").await;
    let author = hidden(&page_before, "_author");
    let draft = [
        ("_form", "chart.alert"),
        ("_patient", "p1"),
        ("_author", author.as_str()),
        ("_stay", ""),
        ("_path", "/patients/p1/alerts"),
        ("kind", "safety"),
        ("text", "Risque de fugue"),
    ];
    assert!(screen.post("/drafts", &draft).await.status < 400);
    let ending = |reason: &'static str| [("_patient", "p1"), ("_author", author.as_str()), ("version", "1"), ("reason", reason)];
    let refused = screen.post("/patients/p1/alerts/f1/end", &ending(" ")).await;
    assert!(refused.text().contains("Say why the alert ends") && refused.text().contains("Risque de fugue"), "{}", refused.text());
    assert_eq!(screen.post("/patients/p1/alerts/f1/end", &ending("sol refait")).await.status, 303);
    let flag = client.get("Flag/f1").await;
    assert!(flag.text().contains("sol refait") && flag.text().contains("\"end\"") && flag.text().contains("inactive"), "{}", flag.text());
    site.stop().await;
}

/// The value of a hidden field.
fn hidden(page: &str, name: &str) -> String {
    let rest = page.split(&format!("name=\"{name}\" value=\"")).nth(1).unwrap_or_else(|| panic!("no {name}"));
    rest.split('"').next().unwrap_or_default().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_raw_view_opens_all_of_a_patients_compartment_and_nothing_beside_it() {
    let site = TestSite::start().await;
    let mut client = site.client().await;
    chart_of(&mut client).await;
    patient(&mut client, "p2", r#"{"family":"Tazi","given":["Sara"]}"#).await;
    put(&mut client, "AuditEvent", "a1", r#""type":{"system":"http://dicom.nema.org/resources/ontology/DCM","code":"110110"},"recorded":"2026-01-01T00:00:00Z","agent":[{"requestor":false,"who":{"reference":"Patient/p1"}}],"source":{"observer":{"display":"x"}}"#).await;
    let mut screen = site.screen("integrator").await;
    for (path, status) in
        [("p1/raw/AuditEvent/a1", 200), ("p1/raw/Encounter/e1", 200), ("p1/raw/Patient/p1", 200), ("p2/raw/AuditEvent/a1", 404), ("p2/raw/Encounter/e1", 404)]
    {
        assert_eq!(screen.get(&format!("/patients/{path}")).await.status, status, "{path}");
    }
    site.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_command_bar_tells_people_apart() {
    let site = TestSite::start().await;
    let mut client = site.client().await;
    put(&mut client, "Patient", "p1", r#""name":[{"family":"Alaoui","given":["Omar"]}],"deceasedBoolean":true"#).await;
    put(&mut client, "Patient", "p2", r#""name":[{"family":"Alaoui","given":["Omar"]}],"active":false"#).await;
    let mut screen = site.screen("registration-clerk").await.speaking("en");
    let found = screen.part("/commands", &[("q", "alaoui")]).await.text().to_owned();
    assert!(found.contains("same name") && found.contains("deceased") && found.contains("record not in use"), "{found}");
    assert_eq!(screen.get("/patients/p1").await.status, 200);
    assert!(page(&mut screen, "/patients").await.contains("ALAOUI"), "whom a clerk opened is among the recent");
    site.stop().await;
}
