//! A patient's chart: the last of each code, lists by date, and what a long one costs.

#![allow(clippy::expect_used, clippy::indexing_slicing, reason = "tests")]

use super::site::Site;
use rihla_kernel::{Actor, FaultKind, Purpose, SiteId};
use rihla_store::backend::Step;
use rihla_store::scope::AccessScope;
use rihla_store::{Latest, Scoped};
use std::time::Instant as Watch;

const CODED: &str = "http://loinc.org";

fn observation(codes: &[&str], date: &str, value: u32) -> String {
    let codings: Vec<String> = codes.iter().map(|code| format!(r#"{{"system":"{CODED}","code":"{code}","display":"measure {code}"}}"#)).collect();
    observation_of(&format!(r#"{{"coding":[{}],"text":"measure"}}"#, codings.join(",")), date, value)
}

fn observation_of(code: &str, date: &str, value: u32) -> String {
    let when = if date.is_empty() { String::new() } else { format!(r#""effectiveDateTime":"{date}","#) };
    format!(
        r#"{{"resourceType":"Observation","status":"final","code":{code},"subject":{{"reference":"Patient/amal"}},{when}"valueQuantity":{{"value":{value},"unit":"/min"}}}}"#
    )
}

async fn amal(site: &Site) {
    site.update("amal", r#"{"resourceType":"Patient","name":[{"family":"Alami"}]}"#).await;
}

fn latest(site: &Site, scoped: &Scoped, per_code: usize) -> Latest {
    scoped.latest_by_code("amal", site.ty("Observation"), "code", per_code).expect("answers")
}

/// The ids of each group.
fn ids(latest: &Latest) -> Vec<Vec<String>> {
    latest.groups.iter().map(|group| group.newest.iter().map(|one| one.id.to_text()).collect()).collect()
}

#[tokio::test]
async fn the_last_of_each_code() {
    let site = Site::open();
    amal(&site).await;
    for (id, codes, date) in [
        ("a1", &["a"][..], "2024-01-01"),
        ("a3", &["a"], "2024-01-03"),
        ("a2", &["a"], "2024-01-02"),
        ("b1", &["b"], "2024-02-01"),
        ("c1", &["c"], ""),
        ("both", &["d", "e"], "2024-03-01"),
        ("d0", &["d"], "2023-01-01"),
    ] {
        site.update(id, &observation(codes, date, 1)).await;
    }
    site.update("words", &observation_of(r#"{"text":"Douleur au genou"}"#, "2022-01-01", 1)).await;
    let wanted = |per_code: usize| ids(&latest(&site, &site.scoped, per_code));
    assert_eq!(wanted(1), [vec!["both"], vec!["b1"], vec!["a3"], vec!["words"], vec!["c1"]]);
    assert_eq!(wanted(2), [vec!["both", "d0"], vec!["b1"], vec!["a3", "a2"], vec!["words"], vec!["c1"]]);
    let more: Vec<bool> = latest(&site, &site.scoped, 2).groups.iter().map(|group| group.more).collect();
    assert_eq!(more, [false, false, true, false, false]);
    site.flush();
    assert_eq!(wanted(2).len(), 5);

    // What was replaced, moved to another code or deleted is not in its group any more.
    site.update("a3", &observation(&["b"], "2024-01-03", 2)).await;
    site.delete("Observation", "both").await;
    assert_eq!(wanted(1), [vec!["b1"], vec!["a2"], vec!["d0"], vec!["words"], vec!["c1"]]);
    let site = site.reopen(false);
    assert_eq!(ids(&latest(&site, &site.scoped, 1)).len(), 5);
}

#[tokio::test]
async fn the_last_of_each_code_within_what_may_be_seen() {
    let site = Site::open();
    amal(&site).await;
    site.update("a1", &observation(&["a"], "2024-01-01", 1)).await;
    let with = |scope: AccessScope| site.store.scoped_to(Actor::node("t"), Purpose::Treatment, scope);
    let ty = site.ty("Observation");
    let elsewhere = with(AccessScope::everything().only_sites([SiteId(9)]));
    assert_eq!(elsewhere.latest_by_code("amal", ty, "code", 1).expect_err("not to be seen").kind, FaultKind::NotFound);
    let no_observations = with(AccessScope::everything().only_types([site.ty("Patient").0]));
    assert!(latest(&site, &no_observations, 1).groups.is_empty());
    assert!(site.scoped.latest_by_code("nobody", ty, "code", 1).is_err());
    assert_eq!(site.scoped.latest_by_code("amal", ty, "status", 1).expect_err("a plain code").code, "RH-LATEST-PARAM");
}

#[tokio::test]
async fn a_time_finds_what_reaches_into_it_however_long_it_lasts() {
    let site = Site::open();
    amal(&site).await;
    let day = |at: u32| format!("{}-{:02}-{:02}", 2015 + at / 336, at / 28 % 12 + 1, at % 28 + 1);
    for at in 0..80u32 {
        let start = at * 997 % 3000;
        let end = match at % 5 {
            0 => String::new(),
            1 => format!(r#","end":"{}""#, day(start + 900)),
            other => format!(r#","end":"{}""#, day(start + other * 7)),
        };
        let period = if at == 7 { String::new() } else { format!(r#","period":{{"start":"{}"{end}}}"#, day(start)) };
        site.update(
            &format!("e{at}"),
            &format!(r#"{{"resourceType":"Encounter","status":"finished","class":{{"code":"AMB"}},"type":[{{"coding":[{{"code":"t"}}]}}],"subject":{{"reference":"Patient/amal"}}{period}}}"#),
        )
        .await;
    }
    // One that was open and is closed now.
    site.update("e5", r#"{"resourceType":"Encounter","status":"finished","class":{"code":"AMB"},"type":[{"coding":[{"code":"t"}]}],"subject":{"reference":"Patient/amal"},"period":{"start":"2016-01-01","end":"2016-01-02"}}"#).await;
    let sorted = |mut ids: Vec<String>| {
        ids.sort();
        ids
    };
    for window in [
        "date=ge2018-01-01&date=lt2018-02-01",
        "date=2018",
        "date=gt2023-06-01",
        "date=lt2015-03-01",
        "date=sa2018-01-01",
        "date=eb2018-01-01",
        "date=ne2018",
        "date=ap2019-05",
    ] {
        let wanted = sorted(site.search("Encounter", &format!("patient=amal,nobody&{window}&_count=500")));
        for question in ["patient=amal", "patient=amal&type=t"] {
            for sort in ["", "&_sort=date", "&_sort=-date"] {
                let found = sorted(site.search("Encounter", &format!("{question}&{window}{sort}&_count=500")));
                assert_eq!(found, wanted, "{question}&{window}{sort}");
            }
        }
        let first = site.first_page("Encounter", &format!("patient=amal&{window}&_sort=-date&_count=3"));
        if let Some(cursor) = first.next {
            let rest = site.page_after("Encounter", &format!("patient=amal&{window}&_sort=-date&_count=500"), &cursor);
            assert_eq!(sorted(first.ids.into_iter().chain(rest.ids).collect()), wanted, "{window} by pages");
        }
    }
}

/// `cargo test --release -p rihla-store-sqlite --test chart -- --ignored --nocapture`
#[tokio::test]
#[ignore = "a measurement: a patient with 5,000 encounters and 50,000 observations"]
async fn a_long_chart_is_quick() {
    const OBSERVATIONS: u32 = 50_000;
    const CODES: u32 = 120;
    let site = Site::open();
    amal(&site).await;
    let day = |at: u32| format!("{}-{:02}-{:02}", 2005 + at / 336 % 20, at / 28 % 12 + 1, at % 28 + 1);
    let mut texts = Vec::new();
    for at in 0..OBSERVATIONS {
        // Some codes are common and most are rare, as in a real chart.
        let code = (u64::from(at).wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 40) as u32 % CODES;
        let code = code * (at % 97) / 97;
        let date = format!("{}T{:02}:{:02}:00Z", day(at.wrapping_mul(7919) % 6720), at % 24, at % 60);
        texts.push(observation(&[&format!("code-{code}")], &date, at));
    }
    for at in 0..5_000 {
        let (start, end) = (day(at * 4 / 3), day(at * 4 / 3 + 1));
        texts.push(format!(
            r#"{{"resourceType":"Encounter","status":"finished","class":{{"code":"AMB"}},"subject":{{"reference":"Patient/amal"}},"period":{{"start":"{start}","end":"{end}"}}}}"#
        ));
    }
    for part in texts.chunks(1_000) {
        let steps: Vec<Step> = part.iter().map(|text| site.put(text, None)).collect();
        site.scoped.commit(steps, vec![], vec![]).await.expect("written");
    }
    site.flush();
    let measure = |what: &str, act: &dyn Fn() -> usize| {
        let found = act();
        let mut times: Vec<u128> = (0..60)
            .map(|_| {
                let watch = Watch::now();
                assert_eq!(act(), found);
                watch.elapsed().as_micros()
            })
            .collect();
        times.sort_unstable();
        println!("{what:<60} {found:>6} found, p50 {:>7} µs, max {:>7} µs", times[30], times[59]);
    };
    for per_code in [1, 5] {
        measure(&format!("the last {per_code} of each of {CODES} codes"), &|| latest(&site, &site.scoped, per_code).groups.len());
    }
    let scoped = site.store.scoped_to(Actor::node("t"), Purpose::Treatment, AccessScope::everything().only_patients([1, 5, 9]));
    let (changes, reached) = site.store.feed_for_platform(0, 10_000).expect("read");
    measure("the hub's feed: 10,000 changes", &|| site.store.feed_for_platform(0, 10_000).expect("read").0.len());
    measure("may_see: 10,000 changes", &|| changes.iter().filter(|change| scoped.may_see(change)).count());
    measure("allows: 10,000 rows", &|| (1..=reached).filter(|row| scoped.allows(*row).expect("asked")).count());
    for (ty, question) in [
        ("Encounter", "patient=amal&_sort=-date&_count=50"),
        ("Observation", "patient=amal&_sort=-date&_count=50"),
        ("Observation", "patient=amal&code=code-3&_sort=-date&_count=50"),
        ("Observation", "patient=amal&code=code-3&date=ge2012-01-01&date=lt2013-01-01&_sort=date&_count=200"),
        ("Observation", "patient=amal&code=code-3&date=ge2012-01-01&date=lt2013-01-01&_sort=-date&_count=200"),
        ("Observation", "patient=amal&date=ge2012-01-01&date=lt2012-02-01&_sort=-date&_count=200"),
        ("Encounter", "patient=amal&date=ge2012-01-01&date=lt2012-02-01&_sort=-date&_count=50"),
        ("Encounter", "patient=amal&date=ge2024-10-01&_sort=-date&_count=50"),
        ("Observation", "patient=amal&_summary=count"),
        ("Encounter", "patient=amal&_summary=count"),
    ] {
        measure(&format!("{ty}?{question}"), &|| {
            let page = site.scoped.search(&site.query(ty, question)).expect("searches");
            page.matches.len().max(page.total.unwrap_or(0) as usize)
        });
    }
}
