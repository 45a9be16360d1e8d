use super::*;
use jiff::tz::TimeZone;
use rihla_kernel::{Instant, Lang};
use rihla_web::text::{Html, Voice, Words};
use std::sync::Arc;

fn voice(lang: Lang) -> Voice {
    Voice::new(Arc::new(Words::new(&[&WORDS]).expect("words")), lang, TimeZone::UTC, Instant(0))
}

fn amal() -> Patient {
    Patient {
        place: "101-2".into(),
        name: "ALAMI Amal".into(),
        second: "العلمي أمل".into(),
        born: "2 mai 1984".into(),
        number: "IPP-17".into(),
        ..Patient::default()
    }
}

fn pack(patients: Vec<Patient>) -> Pack {
    let ward = Sheet { ward: "med".into(), name: "Médecine <A>".into(), patients, free: vec!["102-1".into()], ..Sheet::default() };
    Pack { made: "15 janv. 2026 08:30".into(), house: "CHU".into(), sheets: vec![ward], ..Pack::default() }
}

fn page(lang: Lang, patient: Patient) -> String {
    let pack = pack(vec![patient]);
    ward(&voice(lang), &pack, &pack.sheets[0]).expect("a page")
}

#[test]
fn a_ward_has_its_patients_in_both_scripts_and_sheets_to_write_on() {
    for lang in Lang::ALL {
        let page = page(lang, amal());
        assert!(page.contains("<bdi>ALAMI Amal</bdi>") && page.contains("<bdi>العلمي أمل</bdi>") && page.contains("IPP-17"), "{page}");
        assert!(page.contains("Médecine &#60;A&#62;"), "what is typed is no markup");
        assert!(!page.contains("<script") && !page.contains("http://") && !page.contains("https://") && !page.contains("src="), "it needs nothing else");
        assert!(!page.contains("sheet-"), "every word is there");
    }
    let french = page(Lang::French, amal());
    assert!(french.contains("État du 15 janv. 2026 08:30") && french.contains("Heure réelle") && french.contains("102-1"), "{french}");
    assert!(page(Lang::Arabic, amal()).contains("dir=\"rtl\""));
}

#[test]
fn allergies_that_nobody_asked_for_are_never_none() {
    let said = |allergies| page(Lang::French, Patient { allergies, ..amal() });
    let not_asked = said(Allergies::NotAsked);
    assert!(not_asked.contains("NON DEMANDÉES") && !not_asked.contains("Aucune connue"));
    assert!(said(Allergies::NoneKnown).contains("Aucune connue"));
    let known = said(Allergies::Known(vec![("Pénicilline".into(), true), ("Latex".into(), false)]));
    assert!(known.contains("<bdi>Pénicilline</bdi> (grave)") && known.contains("<bdi>Latex</bdi></span>") && !known.contains("NON DEMANDÉES"));
}

#[test]
fn what_must_not_be_given_is_not_among_what_is_given() {
    let medicines = vec![Html::text("Paracétamol")];
    let page = page(Lang::French, Patient { medicines, never: vec![Html::text("Kétoprofène")], held: vec![Html::text("Metformine")], ..amal() });
    let (before, given) = page.split_once("médicaments donnés").expect("the sheet");
    assert!(before.contains("NE PAS DONNER") && before.contains("Kétoprofène") && before.contains("Metformine"));
    assert!(given.contains("Paracétamol") && !given.contains("Kétoprofène") && !given.contains("Metformine"));
}

#[test]
fn what_does_not_fit_and_patients_who_are_not_real_are_said() {
    let mut pack = pack(vec![Patient { cut: true, ..amal() }]);
    (pack.cut, pack.sheets[0].cut, pack.world) = (true, true, "Formation".into());
    let page = ward(&voice(Lang::French), &pack, &pack.sheets[0]).expect("a page");
    assert_eq!(page.matches("ATTENTION").count(), 3, "{page}");
    assert!(page.contains("Formation"));
}

#[test]
fn the_index_finds_people_by_name_and_links_the_files() {
    let mut pack = pack(vec![Patient { name: "ZAKI Omar".into(), ..amal() }, amal()]);
    pack.sheets.push(Sheet { name: "Sans service".into(), patients: vec![Patient { name: "BENNANI Samir".into(), ..amal() }], ..Sheet::default() });
    let page = index(&voice(Lang::French), &pack, ".html").expect("a page");
    let at = |name: &str| page.find(name).expect(name);
    assert!(at("ALAMI Amal") < at("BENNANI Samir") && at("BENNANI Samir") < at("ZAKI Omar"));
    assert!(page.contains("href=\"ward-med.html\"") && page.contains("href=\"without-ward.html\"") && page.contains("href=\"catch-up.html\""));
    assert!(catch_up(&voice(Lang::French), &pack).expect("a page").contains("<th scope=\"row\">40</th>"));
}

#[test]
fn a_masked_name_stands_in_its_own_ward_alone() {
    let pack = pack(vec![Patient { masked: true, ..amal() }]);
    let all = index(&voice(Lang::French), &pack, ".html").expect("a page");
    assert!(!all.contains("ALAMI") && !all.contains("IPP-17") && !all.contains("1984") && all.contains("101-2"), "{all}");
    assert!(ward(&voice(Lang::French), &pack, &pack.sheets[0]).expect("a page").contains("ALAMI Amal"));
}

#[test]
fn files_of_two_wards_never_share_a_name() {
    let file = |ward: &str| Sheet { ward: ward.into(), ..Sheet::default() }.file();
    let all = ["a", "A", "a-b", "a.b", "a_b", "a2eb", "a_2eb", "without-ward", ""].map(file);
    assert_eq!(all.iter().collect::<std::collections::BTreeSet<_>>().len(), all.len(), "{all:?}");
    assert!(all.iter().all(|name| name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))));
}
