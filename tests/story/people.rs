//! Finding people as they are typed.

#![allow(clippy::expect_used, clippy::indexing_slicing, reason = "tests")]

use super::site::Site;
use rihla_fhirpath::normalize;
use rihla_kernel::{Actor, Purpose, SiteId};
use rihla_store::Scoped;
use rihla_store::backend::Step;
use rihla_store::people::{How, NameRules, Particles, People, PeopleQuery, PhoneRules};
use rihla_store::scope::AccessScope;

pub fn rules() -> NameRules {
    let list = |texts: &[&str]| texts.iter().map(|text| (*text).to_string()).collect();
    let particles = Particles { articles: list(&["el", "al", "ال", "l"]), others: list(&["ben", "bent", "ait", "abd", "abdel", "بن", "عبد"]) };
    let phone = PhoneRules { country: "212".into(), trunk: "0".into(), abroad: "00".into() };
    let classes = [
        vec!["محمد", "Mohamed", "Mohammed", "M'hamed"],
        vec!["الإدريسي", "El Idrissi", "Idrissi"],
        vec!["عبد الله", "Abdellah", "Abdallah"],
        vec!["فاطمة", "Fatima", "Fatma"],
    ];
    NameRules::new(&particles, phone, classes)
}

fn patient(family: &str, given: &str, birth: &str, more: &str) -> String {
    format!(r#"{{"resourceType":"Patient","name":[{{"family":"{family}","given":["{given}"]}}],"birthDate":"{birth}"{more}}}"#)
}

async fn put(site: &Site, id: &str, family: &str, given: &str, birth: &str, more: &str) {
    site.update(id, &patient(family, given, birth, more)).await;
}

async fn some(site: &Site) {
    put(
        site,
        "idrissi",
        "El Idrissi",
        "Mohamed Amine",
        "1975-03-12",
        r#","identifier":[{"system":"urn:cin","value":"AB 123456"}],"telecom":[{"system":"phone","value":"+212 6 12 34 56 78"}]"#,
    )
    .await;
    put(site, "glued", "Elidrissi", "Fatima-Zahra", "1980-01-01", r#","telecom":[{"system":"phone","value":"0612-999999"}]"#).await;
    put(site, "arabic", "الإدريسي", "مُحمّد", "1990", "").await;
    put(site, "benali", "Benali", "Aïcha", "1975-11-30", "").await;
    put(site, "ben-ali", "Ben Ali", "Aïcha", "2001-11-30", "").await;
    put(site, "abd", "عمراني", "عبد الله", "1966-06-06", "").await;
    put(site, "abdellah", "Amrani", "Abdellah", "1966-06-07", "").await;
    put(site, "bennani", "Bennani", "Mohammed", "1988-02-29", r#","identifier":[{"system":"urn:ipp","value":"00197512"}]"#).await;
    put(site, "merged", "Bennani", "Mohammed", "1988-02-29", r#","active":false"#).await;
}

fn ask_as(scoped: &Scoped, text: &str) -> People {
    scoped.find_people(&PeopleQuery { text, rules: &rules(), limit: 20 }).expect("answers")
}

fn ids(people: &People) -> Vec<String> {
    people.found.iter().map(|one| one.stored.id.to_text()).collect()
}

fn ask(site: &Site, text: &str) -> Vec<String> {
    ids(&ask_as(&site.scoped, text))
}

fn sorted(mut ids: Vec<String>) -> Vec<String> {
    ids.sort();
    ids
}

async fn check_all(site: &Site) {
    for text in ["idrissi", "El Idrissi", "elidrissi", "idriss", "ادريسي", "IDRÎSSI"] {
        assert_eq!(sorted(ask(site, text)), ["arabic", "glued", "idrissi"], "{text}");
    }
    for text in ["mohamed idrissi", "idrissi mohamed", "Idrissi Moham", "محمد الادريسي", "mhamed el idr", "m'hamed idrissi"] {
        assert_eq!(sorted(ask(site, text)), ["arabic", "idrissi"], "{text}");
    }
    assert_eq!(ask(site, "el idrissi")[0], "idrissi", "the very words come first");
    assert_eq!(sorted(ask(site, "ben ali")), ["ben-ali", "benali"]);
    assert_eq!(sorted(ask(site, "benali aicha")), ["ben-ali", "benali"]);
    for text in ["abdellah", "abdallah", "abd allah", "عبد الله", "عبدالله"] {
        assert_eq!(sorted(ask(site, text)), ["abd", "abdellah"], "{text}");
    }
    assert_eq!(ask(site, "fatima idrissi"), ["glued"]);
    assert_eq!(ask(site, "zahra"), ["glued"]);
    assert_eq!(ask(site, "mohammed bennani"), ["bennani", "merged"], "what is not in use comes last");
    // Numbers and birth.
    for text in [
        "AB123456",
        "ab 1234",
        "AB-123",
        "0612345678",
        "06 12 34 56",
        "+212612345",
        "00212 612 345678",
        "212612345678",
        "12/03/1975",
        "1975-03-12",
        "12/03/75",
        "idrissi 1975",
        "1975 moh idr",
        "12/03/19 el",
    ] {
        assert_eq!(ask(site, text)[0], "idrissi", "{text}");
    }
    assert_eq!(sorted(ask(site, "0612")), ["glued", "idrissi"]);
    assert_eq!(sorted(ask(site, "1975")), ["benali", "idrissi"]);
    assert_eq!(ask(site, "00197512"), ["bennani"]);
    assert_eq!(ask(site, "idrissi 1976"), Vec::<String>::new());
    assert_eq!(ask(site, "bemnani mohamed"), ["bennani", "merged"], "a slip of a letter");
    assert_eq!(ask(site, "?"), Vec::<String>::new());
    assert_eq!(ask_as(&site.scoped, "idrissi 06").unused, ["06"]);
}

#[tokio::test]
async fn people_are_found_however_they_are_typed() {
    let site = Site::open();
    some(&site).await;
    site.store.fill_people().expect("filled");
    check_all(&site).await;
    // The same from the index on disk, and after a crash.
    site.flush();
    let site = site.reopen(true);
    site.store.fill_people().expect("filled");
    check_all(&site).await;
    let site = site.reopen(false);
    site.store.fill_people().expect("filled");
    check_all(&site).await;
    assert_eq!(site.store.people_status().people, 9);
    site.update("idrissi", &patient("El Idrissi", "Mohamed", "1975", r#","link":[{"other":{"reference":"Patient/arabic"},"type":"replaced-by"}]"#)).await;
    assert_eq!(ask(&site, "el idrissi"), ["arabic", "glued", "idrissi"], "whose place another record has taken comes last");
    let site = site.reopen(true);
    site.store.fill_people().expect("filled");
    assert_eq!(ask(&site, "el idrissi"), ["arabic", "glued", "idrissi"]);
    let people = ask_as(&site.scoped, "moh bennan");
    assert_eq!(people.found.iter().map(|one| (one.inactive, one.homonym)).collect::<Vec<_>>(), [(false, true), (true, true)]);
    let how: Vec<_> = people.found[0].matches.iter().map(|one| (one.typed.as_str(), one.found.as_str(), one.how)).collect();
    assert_eq!(how, [("moh", "mohammed", How::Prefix), ("bennan", "bennani", How::Prefix)]);
}

#[tokio::test]
async fn what_changes_is_found_as_it_is() {
    let site = Site::open();
    some(&site).await;
    site.store.fill_people().expect("filled");
    put(&site, "benali", "Tazi", "Aïcha", "1975-11-30", "").await;
    assert_eq!(ask(&site, "benali"), ["ben-ali"]);
    assert_eq!(ask(&site, "tazi aicha"), ["benali"]);
    site.delete("Patient", "benali").await;
    assert!(ask(&site, "tazi").is_empty());
    put(&site, "benali", "Tazi", "Aïcha", "1975-11-30", "").await;
    assert_eq!(ask(&site, "tazi"), ["benali"], "made anew");
    for _ in 0..3 {
        put(&site, "benali", "Tazi", "Aïcha", "1975-11-30", "").await;
    }
    assert_eq!(ask(&site, "tazi"), ["benali"], "shown once");
    let people = site.scoped.find_people(&PeopleQuery { text: "idrissi", rules: &rules(), limit: 2 }).expect("answers");
    assert!(people.more && people.found.len() == 2);
}

#[tokio::test]
async fn only_those_who_may_be_seen_are_found() {
    let site = Site::open();
    some(&site).await;
    site.store.fill_people().expect("filled");
    let with = |scope: AccessScope| site.store.scoped_to(Actor::node("t"), Purpose::Treatment, scope);
    assert!(ask_as(&with(AccessScope::everything().only_sites([SiteId(9)])), "idrissi").found.is_empty());
    assert!(ask_as(&with(AccessScope::everything().only_types([])), "idrissi").found.is_empty());
    assert!(ask_as(&with(AccessScope::everything().only_patients([])), "0612").found.is_empty());
    // The second that was written has the second key.
    let one = ask_as(&with(AccessScope::everything().only_patients([2])), "idrissi");
    assert_eq!(ids(&one).len(), 1);
}

#[tokio::test]
async fn an_index_under_way_is_said() {
    let site = Site::open();
    some(&site).await;
    let first = ask_as(&site.scoped, "idrissi moh");
    assert_eq!(first.warnings[0].code, "RH-PEOPLE-FILLING");
    assert_eq!(ask_as(&site.scoped, "AB123456").found.len(), 1, "numbers stand on disk");
    site.store.fill_people().expect("filled");
    let then = ask_as(&site.scoped, "idrissi moh");
    assert!(then.warnings.is_empty() && then.found.len() == 2);
}

#[tokio::test]
async fn the_finder_agrees_with_a_look_at_everyone() {
    const SYLLABLES: [&str; 7] = ["ba", "be", "na", "ni", "ali", "É", "ر"];
    let mut seed = 7u64;
    let mut next = |bound: usize| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (seed >> 33) as usize % bound
    };
    let mut word = || (0..1 + next(3)).map(|_| SYLLABLES[next(SYLLABLES.len())]).collect::<String>();
    let site = Site::open();
    let mut names: Vec<String> = Vec::new();
    for round in 0..3 {
        let mut steps: Vec<Step> = Vec::new();
        for at in 0..60 {
            let (family, given) = (format!("{} {}", word(), word()), word());
            steps.push(site.put(&patient(&family, &given, "1970", ""), Some(&format!("p{at}"))));
            let name = normalize(&format!("{family} {given}")).into_owned();
            if round == 0 { names.push(name) } else { names[at] = name }
        }
        site.scoped.commit(steps, vec![], vec![]).await.expect("written");
        if round == 1 {
            site.store.fill_people().expect("filled");
        }
    }
    let plain = NameRules::default();
    for _ in 0..300 {
        let typed: Vec<String> = (0..1 + word().len() % 3).map(|_| word()).collect();
        let typed = typed.join(" ");
        let folded = normalize(&typed).into_owned();
        let wanted: Vec<String> =
            (0..60).filter(|at| folded.split(' ').all(|part| names[*at].split(' ').any(|own| own.starts_with(part)))).map(|at| format!("p{at}")).collect();
        let people = site.scoped.find_people(&PeopleQuery { text: &typed, rules: &plain, limit: 200 }).expect("answers");
        let sure = people.found.iter().filter(|one| one.matches.iter().all(|own| own.how != How::Near));
        assert_eq!(sorted(sure.map(|one| one.stored.id.to_text()).collect()), sorted(wanted), "{typed}");
    }
}
