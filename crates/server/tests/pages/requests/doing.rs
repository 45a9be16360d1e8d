//! Where, when and by whom things are done that were asked for.

use super::*;
use jiff::{Timestamp, tz::TimeZone};
use rihla_testkit::PASSWORD;

/// So many minutes before now, as a field of a form has it.
fn earlier(site: &TestSite, minutes: i64) -> String {
    let at = Timestamp::from_millisecond(site.node.clock.now().0 - minutes * 60_000).expect("a time");
    at.to_zoned(TimeZone::get(&site.node.zone).expect("a zone")).strftime("%Y-%m-%dT%H:%M").to_string()
}

async fn told(screen: &mut Screen, path: &str, step: &str, at: &str) -> String {
    let page = screen.get(path).await;
    let reply = send(screen, &format!("{path}/{step}"), &typed(&page, &[("at", at)])).await;
    reply.header("location").unwrap_or_default().to_owned()
}

/// REQ-20
#[tokio::test(flavor = "multi_thread")]
async fn a_step_that_is_entered_afterwards_has_both_times_and_none_is_in_the_future_or_before_the_last() {
    let site = TestSite::start().await;
    let mut client = filled(&site).await;
    asked_of_allergies(&mut client, "amal").await;
    let mut physician = site.screen("physician").await;
    site.pass(45_000);
    let request = ordered(&mut physician, &[("o-crp", "1")]).await;
    // The minute of the step before is not before it.
    site.pass(10_000);
    let mut technician = site.screen("technician").await;
    let minute = earlier(&site, 0);
    assert_eq!(told(&mut technician, &request, "accept", &minute).await, request);
    site.pass(60 * MINUTE);
    let mut technician = site.screen_of("t2", "technician").await;
    assert!(told(&mut technician, &request, "start", &earlier(&site, -2)).await.ends_with("RH-REQUEST-TIME"));
    assert!(told(&mut technician, &request, "start", &earlier(&site, 90)).await.ends_with("RH-REQUEST-TIME"));
    assert!(told(&mut technician, &request, "start", "hier").await.ends_with("RH-REQUEST-TIME"));
    assert_eq!(told(&mut technician, &request, "start", &earlier(&site, 40)).await, request);
    let page = technician.get(&request).await;
    assert!(page.text().contains("Commencée") && page.text().contains("noté le"), "{}", page.text());
    // The result the same, and what was typed stays where the time is wrong.
    let result = format!("{request}/result");
    let page = technician.get(&result).await;
    let wrong = send(&mut technician, &result, &typed(&page, &[("v-crp", "12"), ("ready", "final"), ("at", &earlier(&site, 55))])).await;
    assert!(wrong.text().contains("pas entre l’étape") && wrong.text().contains("value=\"12\""), "{}", wrong.text());
    let at = earlier(&site, 30);
    assert_eq!(
        send(&mut technician, &result, &typed(&page, &[("v-crp", "12"), ("ready", "final"), ("at", &at)])).await.header("location"),
        Some(request.as_str())
    );
    let report = client.get("DiagnosticReport?patient=amal").await;
    let (effective, issued) = (report.at("entry.0.resource.effectiveDateTime").expect("done"), report.at("entry.0.resource.issued").expect("told"));
    assert!(effective < issued, "{}", report.text());
    site.stop().await;
}

async fn place(client: &mut Client, id: &str, name: &str, kind: &str, above: &str) {
    let kind = if kind.is_empty() { String::new() } else { format!(r#","type":[{{"coding":[{{"system":"urn:rihla:unit-kind","code":"{kind}"}}]}}]"#) };
    let above = if above.is_empty() { String::new() } else { format!(r#","partOf":{{"reference":"Location/{above}"}}"#) };
    let json = format!(r#"{{"resourceType":"Location","id":"{id}","status":"active","name":"{name}"{kind}{above}}}"#);
    let reply = client.put(&format!("Location/{id}"), &json).await;
    assert_eq!(reply.status, 201, "{}", reply.text());
}

/// Two buildings, each with a laboratory; imaging in the second; Amal lies in a bed of the second.
async fn house(client: &mut Client) {
    for (id, name, kind, above) in [
        ("north", "Nord", "", ""),
        ("south", "Sud", "", ""),
        ("lab-a", "Laboratoire Nord", "laboratory", "north"),
        ("lab-b", "Laboratoire Sud", "laboratory", "south"),
        ("xray", "Imagerie Sud", "imaging", "south"),
        ("ward", "Médecine", "", "south"),
        ("bed", "Lit 7", "", "ward"),
    ] {
        place(client, id, name, kind, above).await;
    }
    let stay = r#"{"resourceType":"Encounter","id":"stay","status":"in-progress","class":{"system":"http://terminology.hl7.org/CodeSystem/v3-ActCode","code":"IMP"},"subject":{"reference":"Patient/amal"},"location":[{"location":{"reference":"Location/bed"},"status":"active"}]}"#;
    let reply = client.put("Encounter/stay", stay).await;
    assert_eq!(reply.status, 201, "{}", reply.text());
}

/// REQ-21
#[tokio::test(flavor = "multi_thread")]
async fn the_nearest_unit_does_it_and_whoever_works_in_one_sees_its_requests_and_all_if_they_ask() {
    let site = TestSite::start().await;
    let mut client = filled(&site).await;
    asked_of_allergies(&mut client, "amal").await;
    house(&mut client).await;
    let mut physician = site.screen("physician").await;
    let request = ordered(&mut physician, &[("o-crp", "1")]).await;
    let id = request.rsplit('/').next().expect("an id");
    let kept = client.get(&format!("ServiceRequest/{id}")).await;
    assert_eq!(kept.at("locationReference.0.reference").as_deref(), Some("Location/lab-b"), "{}", kept.text());
    // Another one that the laboratory of the other building does.
    let other = ordered(&mut physician, &[("o-glucose", "1"), ("a-glucose-fasting", "no")]).await;
    let other = other.rsplit('/').next().expect("an id").to_owned();
    let elsewhere = client.get(&format!("ServiceRequest/{other}")).await.text().replace("Location/lab-b", "Location/lab-a");
    assert_eq!(client.put(&format!("ServiceRequest/{other}"), &elsewhere).await.status, 200);
    for (unit, own, theirs) in [("lab-a", "Glycémie", "Protéine C réactive"), ("lab-b", "Protéine C réactive", "Glycémie")] {
        let login = format!("tech-{unit}");
        site.account(&login, &[("technician", Some(unit))], "").await;
        let mut screen = site.stranger().await;
        assert_eq!(screen.sign_in(&login, PASSWORD).await.status, 303);
        let list = screen.get("/requests").await;
        assert!(list.text().contains(own) && !list.text().contains(theirs) && list.text().contains("Toutes les unités"), "{unit}: {}", list.text());
        let all = screen.get("/requests?units=all").await;
        assert!(all.text().contains(own) && all.text().contains(theirs), "{unit}: {}", all.text());
    }
    site.stop().await;
}

/// REQ-22
#[tokio::test(flavor = "multi_thread")]
async fn a_porter_is_told_from_where_to_where_and_what_to_beware_of_and_neither_whom_nor_why() {
    let site = TestSite::start().await;
    let mut client = filled(&site).await;
    asked_of_allergies(&mut client, "amal").await;
    house(&mut client).await;
    let flag = r#"{"resourceType":"Flag","id":"beware","status":"active","category":[{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/flag-category","code":"safety"}]}],"code":{"text":"Isolement contact"},"subject":{"reference":"Patient/amal"}}"#;
    assert_eq!(client.put("Flag/beware", flag).await.status, 201);
    let mut physician = site.screen("physician").await;
    ordered(&mut physician, &[("o-crp", "1"), ("reason", "sepsis")]).await;
    let request =
        ordered(&mut physician, &[("o-escort-imaging", "1"), ("a-escort-imaging-oxygen", "yes"), ("priority", "urgent"), ("reason", "tumeur suspectée")]).await;
    let id = request.rsplit('/').next().expect("an id").to_owned();
    let mut porter = site.screen("porter").await;
    assert_eq!(porter.get("/requests").await.status, 403);
    let list = porter.get("/requests/carry").await;
    assert_eq!(list.status, 200, "{}", list.text());
    for words in ["Lit 7", "Imagerie Sud", "Isolement contact", "Oxygène pendant le trajet ? oui", "urgent", "Accompagnement en imagerie", "Je le prends"] {
        assert!(list.text().contains(words), "{words}: {}", list.text());
    }
    for hidden in ["ALAMI", "Alami", "amal", "tumeur", "Protéine", "sepsis"] {
        assert!(!list.text().contains(hidden), "{hidden}: {}", list.text());
    }
    assert!([403, 404].contains(&porter.get(&request).await.status));
    let fields = |page: &Reply| vec![("_author", page.hidden("_author")), ("version", page.hidden("version"))];
    for (code, status) in [("accept", "active"), ("start", "active"), ("done", "completed")] {
        let (page, act) = (porter.get("/requests/carry").await, format!("/requests/carry/{id}/{code}"));
        assert!(page.text().contains(&act), "{}", page.text());
        let reply = send(&mut porter, &act, &fields(&page)).await;
        assert_eq!(reply.status, 303, "{code}: {}", reply.text());
        // Sent twice, it is taken once.
        assert_eq!(send(&mut porter, &act, &fields(&page)).await.status, 303);
        assert_eq!(client.get(&format!("ServiceRequest/{id}")).await.at("status").as_deref(), Some(status), "{code}");
    }
    assert!(porter.get("/requests/carry").await.text().contains("Aucun transport"));
    let page = physician.get(&request).await;
    assert!(page.text().contains("Faite") && page.text().contains("Personne porter"), "both halves say so: {}", page.text());
    // Of what is no transport a porter takes no step, by address neither.
    let other = client.get("ServiceRequest?patient=amal&status=active").await.at("entry.0.resource.id").expect("the other");
    let forced = [("_author", list.hidden("_author")), ("version", "1".to_owned())];
    assert!([403, 404].contains(&send(&mut porter, &format!("/requests/carry/{other}/accept"), &forced).await.status));
    site.stop().await;
}
