//! What `rihla demo-data` makes of the packs inside the program.

use rihla_fhir::issue::Issues;
use rihla_fhir::json::{Limits, parse};
use rihla_fhir::validate::{Options, validate};
use rihla_packs::Pack;
use rihla_server::demo_data::lists;
use rihla_twin::{Hospital, Setting};

/// 2026-01-15T08:00:00Z.
const NOW: i64 = 1_768_464_000_000;

#[test]
fn the_stories_of_every_pack_are_valid_and_use_its_systems() {
    for pack in Pack::built_in_names().filter_map(Pack::built_in).map(|pack| pack.expect("sound")) {
        let mut hospital = Hospital::new(lists(&pack, NOW), Setting { seed: 5, patients: 50, now: NOW }).expect("a hospital");
        let mut lines = hospital.ground();
        while let Some(chart) = hospital.next_chart() {
            lines.extend(chart);
        }
        let mut looked_at = 0;
        for line in &lines {
            let doc = parse(line.as_bytes(), &Limits::default()).expect("json");
            let mut issues = Issues::default();
            assert!(validate(doc.root(), None, Options::default(), &mut (), &mut issues).is_some() && issues.accepted(), "{line}");
            for identifier in doc.root().get("identifier").into_iter().flat_map(|list| list.items()) {
                let part = |key| identifier.get(key).and_then(|value| value.as_str()).map(|text| text.to_string());
                let (system, value) = (part("system").expect("system"), part("value").expect("value"));
                // A stay's number is the hospital's own, of no pack.
                let Some(known) = pack.identifier(&system) else {
                    assert!(system.ends_with(":stay"), "{system}");
                    continue;
                };
                assert!(known.pattern.as_ref().is_none_or(|pattern| pattern.matches(&value)), "{system}|{value}");
                looked_at += 1;
            }
        }
        assert!(looked_at > 100);
    }
}
