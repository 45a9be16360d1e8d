//! Paper for when the power fails: what is on it, who can open it, what the drill says, and what is entered afterwards. The
//! ids are those of `crates/downtime/spec.md` and `modules/downtime/spec.md`.

#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used, clippy::indexing_slicing, reason = "a test ends where something is wrong")]

use rihla_kernel::{Instant, Lang, SeededEntropy};
use rihla_server::age::Identity;
use rihla_server::downtime::{DowntimeOptions, Found, Key, drill, open, present};
use rihla_testkit::{Client, Folder, Reply, Screen, TestSite, entry, transaction};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

const MINUTE: u64 = 60_000;
const PASSPHRASE: &str = "cheval agrafe pile correcte";

fn identity() -> Identity {
    Identity::new(&SeededEntropy::new(5)).expect("made")
}

fn key() -> Key {
    Key::Identities(vec![identity()])
}

fn location(id: &str, level: &str, above: &str) -> String {
    let physical = format!(r#""physicalType":{{"coding":[{{"system":"http://terminology.hl7.org/CodeSystem/location-physical-type","code":"{level}"}}]}}"#);
    let above = if above.is_empty() { String::new() } else { format!(r#","partOf":{{"reference":"Location/{above}"}}"#) };
    let phone = if level == "wa" { r#","telecom":[{"system":"phone","value":"05 22 00 11 22"}]"# } else { "" };
    format!(r#"{{"resourceType":"Location","id":"{id}","name":"Nom-{id}","alias":["اسم {id}"],{physical}{above}{phone}}}"#)
}

fn person(id: &str, family: &str, arabic: &str, more: &str) -> String {
    format!(
        r#"{{"resourceType":"Patient","id":"{id}","gender":"female","birthDate":"1984-05-02","name":[{{"family":"{family}","given":["Amal"]}},{{"family":"{arabic}","given":["أمل"]}}]{more}}}"#
    )
}

fn stay(patient: &str, place: &str, status: &str) -> String {
    let bed = r#""physicalType":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/location-physical-type","code":"bd"}]}"#;
    let lies = if place.is_empty() {
        String::new()
    } else {
        let state = if status == "planned" { "reserved" } else { "active" };
        format!(
            r#","location":[{{"id":"m1","location":{{"reference":"Location/{place}"}},{bed},"status":"{state}","period":{{"start":"2026-01-14T08:00:00Z"}}}}]"#
        )
    };
    format!(
        r#"{{"resourceType":"Encounter","id":"stay-{patient}","status":"{status}","class":{{"code":"IMP"}},"subject":{{"reference":"Patient/{patient}"}},"period":{{"start":"2026-01-14T08:00:00Z"}}{lies}}}"#
    )
}

async fn put(client: &mut Client, path: &str, json: &str) {
    let reply = client.put(path, json).await;
    assert!(reply.status < 300, "{path}: {}", reply.text());
}

/// A ward with four beds, three people in it, one in none, one who is masked, one who has left.
async fn filled(site: &TestSite) -> Client {
    let mut client = site.client().await;
    for (id, level, above) in [("card", "wa", ""), ("card-r", "ro", "card"), ("neuro", "wa", "")] {
        put(&mut client, &format!("Location/{id}"), &location(id, level, above)).await;
    }
    for at in 1..=5 {
        put(&mut client, &format!("Location/card-{at}"), &location(&format!("card-{at}"), "bd", "card-r")).await;
    }
    let masked = r#","meta":{"security":[{"system":"http://terminology.hl7.org/CodeSystem/v3-ActCode","code":"CEL"}]}"#;
    let people = [
        ("amal", "Alami", "العلمي", "card-1", "in-progress", ""),
        ("dina", "Daoudi", "الداودي", "card-2", "in-progress", ""),
        ("vip", "Zniber", "زنيبر", "card-3", "in-progress", masked),
        ("noura", "Nejjar", "النجار", "", "in-progress", ""),
        ("plan", "Planchon", "بلانشون", "card-4", "planned", ""),
        ("gone", "Gharbi", "الغربي", "", "finished", ""),
    ];
    for (id, family, arabic, place, status, more) in people {
        put(&mut client, &format!("Patient/{id}"), &person(id, family, arabic, more)).await;
        client.take_into_care(id).await;
        put(&mut client, &format!("Encounter/stay-{id}"), &stay(id, place, status)).await;
    }
    client
}

/// What is known of amal.
async fn known(client: &mut Client) {
    let about = r#""subject":{"reference":"Patient/amal"}"#;
    let all = [
        ("AllergyIntolerance/al", r#"{"resourceType":"AllergyIntolerance","id":"al","criticality":"high","code":{"text":"Pénicilline"},"patient":{"reference":"Patient/amal"}}"#.to_owned()),
        ("Flag/fl", format!(r#"{{"resourceType":"Flag","id":"fl","status":"active","code":{{"text":"Isolement contact"}},{about}}}"#)),
        ("Flag/old", format!(r#"{{"resourceType":"Flag","id":"old","status":"inactive","code":{{"text":"Ancienne alerte"}},{about}}}"#)),
        ("MedicationRequest/m1", medicine("m1", "active", "Paracétamol", "")),
        ("MedicationRequest/m2", medicine("m2", "on-hold", "Metformine", "")),
        ("MedicationRequest/m3", medicine("m3", "active", "Kétoprofène", r#","doNotPerform":true"#)),
        ("MedicationRequest/m4", medicine("m4", "stopped", "Digoxine", "")),
        ("ServiceRequest/s1", format!(r#"{{"resourceType":"ServiceRequest","id":"s1","status":"active","intent":"order","priority":"stat","code":{{"text":"Scanner thoracique"}},{about}}}"#)),
        ("NutritionOrder/n1", r#"{"resourceType":"NutritionOrder","id":"n1","status":"active","intent":"order","dateTime":"2026-01-14","patient":{"reference":"Patient/amal"},"oralDiet":{"type":[{"text":"Sans sel"}]}}"#.to_owned()),
        ("Observation/o1", sign("o1", "2026-01-15T05:00:00Z", 71)),
        ("Observation/o2", sign("o2", "2026-01-15T06:00:00Z", 83)),
        ("Composition/c1", format!(r#"{{"resourceType":"Composition","id":"c1","status":"final","type":{{"text":"x"}},{about},"date":"2026-01-14T10:00:00Z","author":[{{"display":"D"}}],"title":"Note d’évolution"}}"#)),
    ];
    for (path, json) in all {
        put(client, path, &json).await;
    }
}

fn medicine(id: &str, status: &str, what: &str, more: &str) -> String {
    format!(
        r#"{{"resourceType":"MedicationRequest","id":"{id}","status":"{status}","intent":"order","medicationCodeableConcept":{{"text":"{what}"}},"subject":{{"reference":"Patient/amal"}}{more}}}"#
    )
}

fn sign(id: &str, at: &str, pulse: u32) -> String {
    format!(
        r#"{{"resourceType":"Observation","id":"{id}","status":"final","category":[{{"coding":[{{"system":"http://terminology.hl7.org/CodeSystem/observation-category","code":"vital-signs"}}]}}],"code":{{"coding":[{{"system":"http://loinc.org","code":"8867-4"}}]}},"subject":{{"reference":"Patient/amal"}},"effectiveDateTime":"{at}","valueQuantity":{{"value":{pulse},"unit":"/min","system":"http://unitsofmeasure.org","code":"/min"}}}}"#
    )
}

struct Paper {
    place: Folder,
}

impl Paper {
    fn new() -> Self {
        Self { place: Folder::new() }
    }

    fn at(&self, name: &str) -> PathBuf {
        self.place.path().join(name)
    }

    fn options(&self) -> DowntimeOptions {
        fs::write(self.at("passphrase"), format!("{PASSPHRASE}\n")).expect("written");
        DowntimeOptions {
            folder: self.at("packs"),
            second: Some(self.at("second")),
            minutes: 15,
            keep: 2,
            lang: Lang::French,
            recipients: vec![identity().recipient().to_text()],
            passphrase: Some(self.at("passphrase")),
        }
    }

    async fn site(&self) -> TestSite {
        TestSite::with(|serve| serve.downtime = Some(self.options())).await
    }

    /// The pages of the newest pack, opened with a key.
    fn opened(&self, key: &Key, folder: &str) -> PathBuf {
        let into = self.at("open");
        _ = fs::remove_dir_all(&into);
        open(&self.at(folder), key, Some(&into), None).expect("it opens");
        into
    }

    fn page(&self, name: &str) -> String {
        fs::read_to_string(self.opened(&key(), "packs").join(name)).expect(name)
    }
}

fn packs(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(folder).expect("a folder").map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned()).collect();
    names.retain(|name| name.starts_with("pack-"));
    names.sort();
    names
}

fn tried(paper: &Paper, site: &TestSite, at: i64) -> Found {
    let now = present(&site.node, Instant(at)).expect("the record answers");
    drill(&paper.at("packs"), Some(&key()), Instant(site.now()), Some(&now))
}

/// DOWN-1, DOWN-3, DOWN-4, DOWN-6, DOWN-10
#[tokio::test(flavor = "multi_thread")]
async fn a_ward_has_on_paper_what_it_has_to_know_and_nothing_lies_in_the_clear() {
    let paper = Paper::new();
    let site = paper.site().await;
    let mut client = filled(&site).await;
    known(&mut client).await;
    site.maker.as_ref().unwrap().make().expect("a pack");
    let ward = paper.page("ward-card.html");
    for said in [
        "ALAMI Amal",
        "العلمي أمل",
        "2 mai 1984",
        "Nom-card-1",
        "Isolement contact",
        "Paracétamol",
        "Scanner thoracique (urgent)",
        "Sans sel",
        "Note d’évolution",
        "PLANCHON Amal",
        "attendu",
        "ZNIBER Amal",
        "Formation",
    ] {
        assert!(ward.contains(said), "{said}: {ward}");
    }
    assert!(ward.contains("<bdi>Pénicilline</bdi> (grave)") && ward.contains("NON DEMANDÉES"), "of amal it is known, of dina nobody asked");
    assert!(ward.contains("83") && !ward.contains(">71"), "the newest pulse alone");
    assert!(!ward.contains("Digoxine") && !ward.contains("Ancienne alerte") && !ward.contains("GHARBI") && !ward.contains("NEJJAR"), "{ward}");
    let given = ward.split_once("médicaments donnés").unwrap().1;
    assert!(given.contains("Paracétamol") && !given.contains("Kétoprofène") && !given.contains("Metformine"));
    assert!(ward.contains("NE PAS DONNER") && ward.contains("Suspendus"));
    assert!(paper.page("without-ward.html").contains("NEJJAR Amal"), "who is in the house and in no ward has a page");
    assert!(paper.page("ward-neuro.html").contains("Personne n’est dans ce service"));
    let index = paper.page("index.html");
    assert!(index.contains("NEJJAR Amal") && index.contains("05 22 00 11 22") && !index.contains("ZNIBER"), "{index}");
    // What lies there shows nobody.
    for pack in packs(&paper.at("packs")) {
        for entry in fs::read_dir(paper.at("packs").join(pack)).unwrap() {
            let text = String::from_utf8_lossy(&fs::read(entry.unwrap().path()).unwrap()).into_owned();
            assert!(!text.contains("ALAMI") && !text.contains("stay-amal") && !text.contains("1984"), "in the clear");
        }
    }
    // The same pages for who has the passphrase alone, also from the second folder.
    let typed = Key::Passphrase(PASSPHRASE.into());
    let again = fs::read_to_string(paper.opened(&typed, "second").join("ward-card.html")).unwrap();
    assert_eq!(again, ward);
    assert!(open(&paper.at("packs"), &Key::Passphrase("une autre phrase secrète".into()), Some(&paper.at("x")), None).is_err());
    site.stop().await;
}

/// Somebody whose record was merged into another keeps their allergies on paper.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_known_under_a_merged_record_is_on_paper() {
    let paper = Paper::new();
    let site = paper.site().await;
    let mut client = filled(&site).await;
    known(&mut client).await;
    let link = |to: &str, kind: &str| format!(r#","link":[{{"other":{{"reference":"Patient/{to}"}},"type":"{kind}"}}]"#);
    put(&mut client, "Patient/noura", &person("noura", "Nejjar", "النجار", &link("amal", "replaces"))).await;
    put(&mut client, "Patient/amal", &person("amal", "Alami", "العلمي", &link("noura", "replaced-by"))).await;
    site.maker.as_ref().unwrap().make().expect("a pack");
    for page in ["ward-card.html", "without-ward.html"] {
        assert!(paper.page(page).contains("<bdi>Pénicilline</bdi> (grave)"), "{page}");
    }
    site.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn old_packs_go_once_the_new_one_is_whole_and_what_was_cut_off_is_no_pack() {
    let paper = Paper::new();
    let site = paper.site().await;
    filled(&site).await;
    let maker = site.maker.as_ref().unwrap();
    for _ in 0..3 {
        maker.make().expect("a pack");
        site.pass(15 * MINUTE);
    }
    let kept = packs(&paper.at("packs"));
    assert_eq!(kept.len(), 2, "{kept:?}");
    // A process that was killed in the middle leaves a part; the pack before it opens, and the next one clears it away.
    let part = paper.at("packs").join(".part-99991231T000000000Z");
    fs::create_dir(&part).unwrap();
    fs::write(part.join("ward-card.html.age"), "age-encryption.org/v1\nhalf").unwrap();
    assert!(paper.page("ward-card.html").contains("ALAMI"));
    // A second folder that cannot be written takes nothing from the first.
    fs::remove_dir_all(paper.at("second")).unwrap();
    fs::write(paper.at("second"), "a file in its place").unwrap();
    maker.make().expect("the first is whole");
    assert!(!part.exists() && packs(&paper.at("packs")).len() == 2);
    let mut head = site.screen("head-nurse").await;
    let page = head.get("/downtime").await;
    assert!(page.text().contains("La copie sur l’autre machine a échoué"), "{}", page.text());
    // DT-2: a pack that cannot be made leaves the one before, and is said.
    fs::remove_dir_all(paper.at("packs")).unwrap();
    fs::write(paper.at("packs"), "a file in its place").unwrap();
    assert!(maker.make().is_err());
    assert!(head.get("/downtime").await.text().contains("a échoué ; le dossier d’avant reste"));
    site.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_drill_says_what_is_wrong() {
    let paper = Paper::new();
    let site = paper.site().await;
    let mut client = filled(&site).await;
    assert!(drill(&paper.at("packs"), Some(&key()), Instant(site.now()), None).wrong.len() == 1, "there is none");
    let at = site.now();
    site.maker.as_ref().unwrap().make().expect("a pack");
    let found = tried(&paper, &site, at);
    assert_eq!(found.wrong, Vec::<String>::new());
    assert!(found.right.iter().any(|line| line.contains("3 wards and 5 patients")), "{:?}", found.right);
    // Who came after it was made is no fault of it; who was there and is not on it is.
    site.pass(5 * MINUTE);
    put(&mut client, "Patient/late", &person("late", "Lahlou", "لحلو", "")).await;
    put(&mut client, "Encounter/stay-late", &stay("late", "card-5", "in-progress")).await;
    assert_eq!(tried(&paper, &site, at).wrong, Vec::<String>::new());
    let missing = tried(&paper, &site, site.now());
    assert!(missing.wrong.len() == 1 && missing.wrong[0].contains("stay-late"), "{missing:?}");
    site.pass(10 * MINUTE);
    let old = tried(&paper, &site, at);
    assert!(old.wrong.len() == 1 && old.wrong[0].contains("15 minutes ago"), "{old:?}");
    let other = Key::Identities(vec![Identity::new(&SeededEntropy::new(9)).unwrap()]);
    assert!(!drill(&paper.at("packs"), Some(&other), Instant(at), None).wrong.is_empty());
    // A page that was changed on the disk.
    let pack = paper.at("packs").join(packs(&paper.at("packs")).pop().unwrap());
    let page = pack.join("ward-card.html.age");
    let mut bytes = fs::read(&page).unwrap();
    *bytes.last_mut().unwrap() ^= 1;
    fs::write(&page, bytes).unwrap();
    let changed = drill(&paper.at("packs"), Some(&key()), Instant(at), None);
    assert!(changed.wrong.iter().any(|line| line.contains("ward-card.html.age") && line.contains("changed")), "{changed:?}");
    assert!(open(&paper.at("packs"), &key(), Some(&paper.at("x")), None).is_err(), "what was changed is not handed out");
    site.stop().await;
}

fn typed<'f>(page: &'f Reply, fields: &[(&'f str, &'f str)]) -> Vec<(&'f str, String)> {
    let names = ["_form", "_patient", "_stay", "_author", "_id", "_path", "version"];
    let hidden = names.iter().map(|name| (*name, page.hidden(name))).filter(|(_, value)| !value.is_empty());
    hidden.chain(fields.iter().map(|(name, value)| (*name, (*value).to_owned()))).collect()
}

async fn entered(screen: &mut Screen, form: &str, fields: &[(&str, &str)]) {
    let page = screen.get(form).await;
    let fields = typed(&page, fields);
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let reply = screen.post(form, &fields).await;
    assert_eq!(reply.status, 303, "{}", reply.text());
}

/// DT-1, DT-3, DT-4: the power fails, a ward works on paper, and enters thirty lines afterwards, each with its own time.
#[tokio::test(flavor = "multi_thread")]
async fn what_was_written_on_paper_is_entered_with_its_own_times_and_the_record_is_sound() {
    let paper = Paper::new();
    let site = paper.site().await;
    filled(&site).await;
    let mut head = site.screen("head-nurse").await;
    assert!(head.get("/downtime").await.text().contains("Aucun dossier n’a encore été préparé"));
    site.maker.as_ref().unwrap().make().expect("a pack");
    let fresh = head.get("/downtime").await;
    assert!(fresh.text().contains("3 feuilles") && fresh.text().contains("5 patients"), "{}", fresh.text());
    assert!(paper.page("ward-card.html").contains("À rattraper au retour"));
    site.pass(5 * 60 * MINUTE);
    // Sessions of before the outage are over.
    let mut head = site.screen("head-nurse").await;
    assert!(head.get("/downtime").await.text().contains("plus de quinze minutes"));
    assert!(head.get("/downtime?since=2026-01-15T12:00").await.text().contains("Rien n’a été rattrapé"));
    let mut nurse = site.screen("nurse").await;
    for line in 0..30 {
        let at = format!("2026-01-15T09:{line:02}");
        let patient = if line % 2 == 0 { "amal" } else { "dina" };
        if line % 3 == 0 {
            entered(&mut nurse, &format!("/patients/{patient}/notes/new/nursing"), &[("s-focus", &format!("Ligne {line}")), ("at", &at)]).await;
        } else {
            entered(&mut nurse, &format!("/patients/{patient}/signs"), &[("_patient", patient), ("sign-pulse", "72"), ("taken", &at)]).await;
        }
    }
    entered(&mut nurse, "/patients/amal/signs", &[("_patient", "amal"), ("sign-pulse", "99")]).await;
    let list = head.get("/downtime?since=2026-01-15T12:00").await;
    assert_eq!(list.text().matches("<tr><th scope=\"row\">").count(), 30, "what was written at once is not in it: {}", list.text());
    assert!(list.text().contains("09:00") && list.text().contains("09:29") && list.text().contains("ALAMI Amal"), "{}", list.text());
    assert!(head.get("/downtime?since=hier").await.text().contains("n’est pas lisible"));
    let seen = site.screen("manager").await.get("/downtime").await;
    assert!(seen.status == 200 && !seen.text().contains("ALAMI"), "who sees no charts sees nobody in the list: {}", seen.text());
    assert_eq!(site.screen("nurse").await.get("/downtime").await.status, 403);
    let place = site.stop().await;
    let verified = Command::new(env!("CARGO_BIN_EXE_rihla")).args(["--store", &place.url(), "verify"]).output().expect("it runs");
    assert!(String::from_utf8_lossy(&verified.stdout).contains("clean:"), "{verified:?}");
}

/// What a pack of 1,200 places costs: `cargo nextest run -p rihla-server --test downtime --run-ignored only --no-capture`.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "a measurement"]
async fn a_house_of_1_200_places() {
    let paper = Paper::new();
    let site = paper.site().await;
    let mut client = site.client().await;
    for ward in 0..30 {
        let mut entries = Vec::new();
        let mut add = |path: String, json: String| entries.push(entry("", "PUT", &path, "", &json));
        let (id, room) = (format!("w{ward}"), format!("w{ward}-r"));
        add(format!("Location/{id}"), location(&id, "wa", ""));
        add(format!("Location/{room}"), location(&room, "ro", &id));
        for bed in 0..40 {
            let (place, who) = (format!("w{ward}-{bed}"), format!("p{ward}-{bed}"));
            add(format!("Location/{place}"), location(&place, "bd", &room));
            add(format!("Patient/{who}"), person(&who, "Alami", "العلمي", ""));
            add(format!("Encounter/stay-{who}"), stay(&who, &place, "in-progress"));
            for at in 0..12 {
                let id = format!("o{ward}-{bed}-{at}");
                add(
                    format!("Observation/{id}"),
                    sign(&id, &format!("2026-01-15T0{}:00:00Z", at % 8), 60 + at).replace("Patient/amal", &format!("Patient/{who}")),
                );
            }
            for at in 0..4 {
                let id = format!("m{ward}-{bed}-{at}");
                add(format!("MedicationRequest/{id}"), medicine(&id, "active", "Paracétamol", "").replace("Patient/amal", &format!("Patient/{who}")));
            }
        }
        let reply = client.post("", &transaction(&entries)).await;
        assert_eq!(reply.status, 200, "{}", reply.text());
    }
    let begin = cpu_time::ProcessTime::now();
    site.maker.as_ref().unwrap().make().expect("a pack");
    println!("1,200 places, 22,860 resources: {} ms of CPU", begin.elapsed().as_millis());
    assert!(paper.page("index.html").contains("Nom-w29-39"));
    site.stop().await;
}
