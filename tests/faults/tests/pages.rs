//! Pages of one list, while the data move so far that the search would be planned another way.

#![allow(clippy::expect_used, reason = "helpers of tests")]

use rihla_faults::site::{Folder, Site};

fn observation(code: &str, day: u32, value: u32, performer: &str) -> String {
    format!(
        r#"{{"resourceType":"Observation","status":"final","code":{{"coding":[{{"system":"urn:c","code":"{code}"}}]}},"subject":{{"reference":"Patient/p"}},"performer":[{{"reference":"Practitioner/{performer}"}}],"effectiveDateTime":"2024-01-{day:02}","valueQuantity":{{"value":{value}}}}}"#
    )
}

#[test]
fn a_list_goes_on_in_its_order_when_another_way_would_be_shorter_by_now() {
    let questions = [
        "date=lt2024-01-15&code=one",
        "value-quantity=lt15&code=one",
        "value-quantity=lt15&date=lt2024-01-15",
        "date=lt2024-01-15&performer=Practitioner/a",
        "code:not=two&date=lt2024-01-15",
        "patient=Patient/p&code=one&date=lt2024-01-15",
        "date=lt2024-01-15&code=one&_sort=_lastUpdated",
        "date=lt2024-01-15&code=one&_sort=-value-quantity",
        "date=lt2024-01-15&value-quantity=lt15&_sort=date",
    ];
    for question in questions {
        // Before the change few fulfil the one condition, after it few fulfil the other; then the other way round.
        for (code, day, value, performer) in [("two", 3, 3, "b"), ("one", 28, 28, "a"), ("one", 28, 3, "a"), ("one", 3, 28, "b")] {
            let folder = Folder::new();
            let site = Site::open(folder.path());
            for at in 0..16u32 {
                let (code, performer) = if at % 4 == 3 { ("two", "b") } else { ("one", "a") };
                site.create(&observation(code, (at * 7) % 20 + 1, (at * 11) % 20 + 1, performer)).expect("created");
            }
            let whole = site.search("Observation", &format!("{question}&_count=100"));
            let mut query = site.query("Observation", &format!("{question}&_count=2"));
            let mut found = Vec::new();
            loop {
                let page = site.scoped.search(&query).expect("searches");
                found.extend(page.matches.iter().map(|one| one.id.to_text()));
                let Some(next) = page.next else { break };
                query.cursor = Some(next);
                site.commit((0..15).map(|_| site.put(&observation(code, day, value, performer), None)).collect()).expect("created");
            }
            assert!(whole.len() > 4, "{question}: {whole:?}");
            assert_eq!(found, whole, "{question}, with more of {code} on {day} of {value} by {performer}");
        }
    }
}
