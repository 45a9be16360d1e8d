//! What is expected of a wait, on the emergency board; the ids are those of `modules/emergency/spec.md` and
//! `modules/forecast/spec.md`.

#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used, clippy::indexing_slicing, reason = "a test ends where something is wrong")]

use rihla_forecast::{Kind, Range};
use rihla_kernel::Instant;
use rihla_server::orders::{Order, execute};
use rihla_store::body::instant_text;
use rihla_testkit::{Patient, TestSite, entry, transaction};

const MINUTE: i64 = 60_000;
const HOUR: i64 = 60 * MINUTE;
const NOTHING: &str = "Estimé après le tri";

/// A visit in a department: when each of its moments was; without a contact it goes on.
fn visit(id: &str, place: &str, begin: i64, level: &str, waited: Option<i64>) -> String {
    let at = |minute: i64| instant_text(Instant(begin + minute * MINUTE));
    let time = |moment: &str, minute: i64| {
        format!(
            r#"{{"url":"urn:rihla:extension:emergency-time","extension":[{{"url":"moment","valueCode":"{moment}"}},{{"url":"at","valueDateTime":"{}"}},{{"url":"by","valueReference":{{"display":"x"}}}}]}}"#,
            at(minute)
        )
    };
    let mut times = vec![time("arrival", 0), time("triage-begin", 1), time("triage-end", 2)];
    times.extend(waited.map(|waited| time("contact", 2 + waited)));
    let (status, end) = waited.map_or(("triaged", String::new()), |waited| ("finished", format!(r#","end":"{}""#, at(waited + 30))));
    let spot = if waited.is_some() { "completed" } else { "active" };
    let period = format!(r#""period":{{"start":"{}"{end}}}"#, at(0));
    format!(
        r#"{{"resourceType":"Encounter","id":"{id}","status":"{status}","class":{{"code":"EMER"}},"subject":{{"reference":"Patient/amal"}},{period},"priority":{{"coding":[{{"system":"urn:rihla:triage:french","code":"{level}"}}]}},"extension":[{}],"location":[{{"location":{{"reference":"Location/{place}"}},"status":"{spot}",{period}}}]}}"#,
        times.join(",")
    )
}

fn order(site: &TestSite, line: &str) -> Vec<String> {
    let (node, order) = (site.node.clone(), Order::parse(line).expect("an order"));
    let done = std::thread::spawn(move || {
        let mut said = Vec::new();
        execute(&node, &order, &mut |line| said.push(line.to_owned())).map_err(|failure| failure.line).expect("it is done");
        said
    });
    done.join().expect("it ends")
}

async fn site() -> TestSite {
    let site = TestSite::start().await;
    let mut client = site.client().await;
    for place in ["er", "er2"] {
        let er = format!(
            r#"{{"resourceType":"Location","id":"{place}","name":"{place}","type":[{{"coding":[{{"system":"http://terminology.hl7.org/CodeSystem/v3-RoleCode","code":"ER"}}]}}],"physicalType":{{"coding":[{{"system":"http://terminology.hl7.org/CodeSystem/location-physical-type","code":"wa"}}]}}}}"#
        );
        assert_eq!(client.put(&format!("Location/{place}"), &er).await.status, 201);
    }
    assert_eq!(client.put("Patient/amal", &Patient::new().id("amal").family("Alami").json()).await.status, 201);
    site
}

/// Four hundred visits, one each three hours, until three hours ago: on some days everything takes longer.
async fn history(site: &TestSite, longer: impl Fn(i64) -> i64) {
    let now = site.node.clock.now().0;
    let one = |n: i64| {
        let begin = now - (401 - n) * 3 * HOUR;
        let noise = n * 7_919 % 41;
        entry("", "PUT", &format!("Encounter/visit-{n}"), "", &visit(&format!("visit-{n}"), "er", begin, "3A", Some(longer(begin) + noise)))
    };
    let reply = site.client().await.post("", &transaction(&(0..400).map(one).collect::<Vec<_>>())).await;
    assert_eq!(reply.status, 200, "{}", reply.text());
}

fn by_weekday(begin: i64) -> i64 {
    if (begin + HOUR) / (24 * HOUR) % 7 < 3 { 20 } else { 90 }
}

fn said(range: Range) -> String {
    let span = |minutes: f64| match minutes.round() as i64 {
        minutes @ ..60 => format!("{minutes} min"),
        minutes => format!("{} h {:02}", minutes / 60, minutes % 60),
    };
    format!("{NOTHING} : {} à {}", span(range.middle), span(range.most))
}

/// The text of a page without the marks that set values apart in a sentence.
fn plain(text: &str) -> String {
    text.replace(['\u{2068}', '\u{2069}'], "").replace(['\u{a0}', '\u{202f}'], " ")
}

/// EMG-23, FC-10, FC-11
#[tokio::test(flavor = "multi_thread")]
async fn the_board_says_what_the_forecast_that_earned_it_says() {
    let site = site().await;
    let mut client = site.client().await;
    history(&site, by_weekday).await;
    let now = site.node.clock.now().0;
    // Three wait since an hour, one of them elsewhere; the last came ten minutes ago.
    for (id, place, ago) in [("one", "er", 60), ("two", "er", 62), ("other", "er2", 61), ("last", "er", 10)] {
        assert_eq!(client.put(&format!("Encounter/{id}"), &visit(id, place, now - ago * MINUTE, "3A", None)).await.status, 201);
    }
    let mut nurse = site.screen("triage-nurse").await;
    let board = nurse.get("/emergency").await;
    assert!(board.status == 200 && board.text().contains("visit-last") && !board.text().contains(NOTHING), "nothing was learned: {}", board.text());
    assert!(order(&site, "forecast train")[0].contains("Beats; shown"));
    // What it was taught by: hour, weekday, level, the two who waited there, the median of those of the last day.
    let kept = rihla_web::forecasts::kept(&site.node.store).expect("it is read").expect("it was learned");
    let triaged = now - 8 * MINUTE;
    let local = jiff::Timestamp::from_millisecond(triaged).unwrap().to_zoned(jiff::tz::TimeZone::get(&site.node.zone).unwrap());
    let level = b"3A".iter().fold(0_u8, |sum, letter| sum.wrapping_mul(31).wrapping_add(*letter));
    let begun = |n: i64| now - (401 - n) * 3 * HOUR;
    let of_a_day = (390..400).filter(|n| begun(*n) + 2 * MINUTE >= triaged - 24 * HOUR);
    let mut lately: Vec<f64> = of_a_day.map(|n| (by_weekday(begun(n)) + (n * 7_919 % 41)) as f64).collect();
    let median = rihla_forecast::quantile(&mut lately, 0.5).unwrap();
    let features = [f64::from(local.hour()), f64::from(local.weekday().to_monday_zero_offset()), f64::from(level), 2.0, median];
    let range = kept.estimate(Kind::DoctorWait, &features).expect("it is shown");
    let board = plain(nurse.get("/emergency").await.text());
    let row = |board: &str| board.split("id=\"visit-last\"").nth(1).and_then(|rest| rest.split("</tr>").next()).unwrap().to_owned();
    assert!(row(&board).contains(&said(range)), "{} in {}", said(range), row(&board));
    assert_eq!(board.matches("Ce n’est pas une promesse").count(), 1);
    // Whoever came since changes nothing for whoever was there; on the wall nothing is estimated.
    assert_eq!(client.put("Encounter/late", &visit("late", "er", now - 4 * MINUTE, "3A", None)).await.status, 201);
    assert!(row(&plain(nurse.get("/emergency").await.text())).contains(&said(range)));
    assert!(!nurse.get("/emergency/wall").await.text().contains(NOTHING));
    // Longer than nine in ten: that is said, not hidden.
    site.pass(3 * HOUR as u64);
    let mut nurse = site.screen("nurse").await;
    assert!(row(&plain(nurse.get("/emergency").await.text())).contains("Plus long qu’estimé"));
    // Whoever is seen waits no more.
    assert_eq!(client.put("Encounter/last", &visit("last", "er", now - 10 * MINUTE, "3A", Some(60))).await.status, 200);
    assert!(!plain(nurse.get("/emergency").await.text()).contains("visit-last"));
    order(&site, "forecast off");
    let off = plain(nurse.get("/emergency").await.text());
    assert!(off.contains("visit-one") && !off.contains(NOTHING) && !off.contains("qu’estimé") && !off.contains("promesse"), "{off}");
    order(&site, "forecast on");
    assert!(plain(nurse.get("/emergency").await.text()).contains("promesse"));
    site.stop().await;
}

/// EMG-23
#[tokio::test(flavor = "multi_thread")]
async fn a_forecast_that_is_not_better_shows_nothing() {
    let site = site().await;
    // Nothing that it looks at says anything, and later everything takes three times as long.
    let now = site.node.clock.now().0;
    history(&site, |begin| if begin > now - 480 * HOUR { 120 } else { 40 }).await;
    assert!(order(&site, "forecast train")[0].contains("; not shown"));
    let visit = visit("last", "er", now - 10 * MINUTE, "3A", None);
    assert_eq!(site.client().await.put("Encounter/last", &visit).await.status, 201);
    let board = site.screen("triage-nurse").await.get("/emergency").await;
    assert!(board.text().contains("visit-last") && !board.text().contains("Estimé") && !board.text().contains("promesse"), "{}", board.text());
    site.stop().await;
}
