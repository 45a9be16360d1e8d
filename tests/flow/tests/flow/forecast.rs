//! Forecasts from the record to the page; the ids are those of `modules/forecast/spec.md`.

#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used, clippy::indexing_slicing, reason = "a test ends where something is wrong")]

use rihla_clinical::emergency::Moment;
use rihla_clinical::{Object, Signed, Stay, quoted};
use rihla_kernel::Instant;
use rihla_server::orders::{Order, execute};
use rihla_testkit::{Patient, TestSite, entry, transaction};

const MINUTE: i64 = 60_000;
const HOUR: i64 = 60 * MINUTE;

/// A finished visit: triage at once, a physician after some minutes.
fn visit(n: i64, begin: i64, level: &str, minutes: i64) -> String {
    let at = |minute: i64| Instant(begin + minute * MINUTE);
    let signed = |minute: i64| Signed { at: at(minute), account: "a".into(), by: r#"{"display":"x"}"#.into() };
    let mut base = Object::default();
    base.set("resourceType", quoted("Encounter"));
    base.set("id", quoted(&format!("visit-{n}")));
    base.set("class", r#"{"system":"http://terminology.hl7.org/CodeSystem/v3-ActCode","code":"EMER"}"#.into());
    base.set("subject", r#"{"reference":"Patient/amal"}"#.into());
    base.set("priority", format!(r#"{{"coding":[{{"system":"urn:rihla:triage:french","code":"{level}"}}]}}"#));
    let mut stay = Stay::new(format!("visit-{n}"), "amal".into(), "EMER".into(), base);
    stay.arrive(at(0), at(0)).expect("arrived");
    for (moment, minute) in [(Moment::Arrival, 0), (Moment::TriageBegin, 1), (Moment::TriageEnd, 2), (Moment::Contact, 2 + minutes)] {
        stay.mark(moment, "", signed(minute), at(600)).expect("marked");
    }
    stay.depart("home", at(minutes + 60), at(600)).expect("departed");
    stay.write()
}

fn order(site: &TestSite, line: &str) -> Result<Vec<String>, String> {
    let (node, order) = (site.node.clone(), Order::parse(line).expect("an order"));
    let done = std::thread::spawn(move || {
        let mut said = Vec::new();
        execute(&node, &order, &mut |line| said.push(line.to_owned())).map(|_| said).map_err(|failure| failure.line)
    });
    done.join().expect("it ends")
}

/// FC-7, FC-8, FC-9
#[tokio::test(flavor = "multi_thread")]
async fn what_is_learned_is_judged_said_and_switched() {
    let site = TestSite::start().await;
    let mut client = site.client().await;
    assert_eq!(client.put("Patient/amal", &Patient::new().id("amal").family("Alami").json()).await.status, 201);
    let mut manager = site.screen("manager").await;
    assert!(manager.get("/forecast").await.text().contains("rihla forecast train"));
    assert!(order(&site, "forecast off").is_err_and(|why| why.contains("nothing was learned")));
    assert!(order(&site, "forecast train").expect("it is done").iter().all(|line| line.contains("too few")));
    let now = site.node.clock.now().0;
    // On some days of the week everything takes longer, which the naive forecast does not look at.
    let entries: Vec<String> = (0..400_i64)
        .map(|n| {
            let begin = now - (500 - n) * 3 * HOUR;
            let minutes = if (begin + HOUR) / (24 * HOUR) % 7 < 3 { 20 } else { 90 } + n * 7_919 % 41;
            entry("", "PUT", &format!("Encounter/visit-{n}"), "", &visit(n, begin, "3A", minutes))
        })
        .collect();
    let reply = client.post("", &transaction(&entries)).await;
    assert_eq!(reply.status, 200, "{}", reply.text());
    let said = order(&site, "forecast train").expect("it is done");
    assert!(said[0].contains("DoctorWait: learned from 240") && said[0].contains("judged on 160") && said[0].contains("naive"), "{said:?}");
    assert!(said[1].contains("too few"), "{said:?}");
    assert!(said[0].contains("Beats; shown"), "{said:?}");
    let page = manager.get("/forecast").await;
    for words in ["Attente du médecin après le tri", "Dans l’intervalle à 90", "fait mieux", "Durée du séjour", "Trop peu"] {
        assert!(page.text().contains(words), "{words}: {}", page.text());
    }
    let author = page.hidden("_author");
    assert_eq!(manager.post("/forecast/switch", &[("_author", &author), ("off", "1")]).await.status, 303);
    let off = manager.get("/forecast").await;
    assert!(off.text().contains("Les prévisions sont arrêtées") && !off.text().contains("fait mieux"), "{}", off.text());
    // Learning again leaves the switch as it is.
    assert!(order(&site, "forecast train").expect("it is done")[0].contains("forecasts are off"));
    assert!(order(&site, "forecast on").expect("it is done")[0].contains("; shown"));
    let mut physician = site.screen("physician").await;
    let seen = physician.get("/forecast").await;
    assert!(seen.status == 200 && !seen.text().contains("/forecast/switch"));
    assert_eq!(physician.post("/forecast/switch", &[("_author", "x"), ("off", "1")]).await.status, 403);
    site.stop().await;
}
