//! What is measured at the bedside, through the screens: a set with its score, late entry, doubt, correction, a ward. The ids
//! are those of `modules/signs/spec.md`.

#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used, clippy::indexing_slicing, reason = "a test ends where something is wrong")]

use rihla_testkit::{Client, Reply, Screen, TestSite};

const MINUTE: u64 = 60_000;
const SIGNS: &str = "/patients/amal/signs";

fn location(id: &str, level: &str, above: &str) -> String {
    let physical = format!(r#""physicalType":{{"coding":[{{"system":"http://terminology.hl7.org/CodeSystem/location-physical-type","code":"{level}"}}]}}"#);
    let above = if above.is_empty() { String::new() } else { format!(r#","partOf":{{"reference":"Location/{above}"}}"#) };
    format!(r#"{{"resourceType":"Location","id":"{id}","name":"Nom-{id}","alias":["اسم {id}"],{physical}{above}}}"#)
}

fn person(id: &str, family: &str, birth: &str) -> String {
    format!(r#"{{"resourceType":"Patient","id":"{id}","gender":"female","birthDate":"{birth}","name":[{{"family":"{family}","given":["Amal"]}}]}}"#)
}

/// Somebody who lies in a bed of a ward.
fn stay(patient: &str, place: &str) -> String {
    format!(
        r#"{{"resourceType":"Encounter","id":"stay-{patient}","status":"in-progress","class":{{"code":"IMP"}},"subject":{{"reference":"Patient/{patient}"}},"period":{{"start":"2026-01-14T08:00:00Z"}},"location":[{{"id":"m1","location":{{"reference":"Location/{place}"}},"physicalType":{{"coding":[{{"system":"http://terminology.hl7.org/CodeSystem/location-physical-type","code":"bd"}}]}},"status":"active","period":{{"start":"2026-01-14T08:00:00Z"}}}}]}}"#
    )
}

async fn filled(site: &TestSite) -> Client {
    let mut client = site.client().await;
    for (id, level, above) in [("card", "wa", ""), ("card-r", "ro", "card"), ("card-1", "bd", "card-r"), ("card-2", "bd", "card-r"), ("card-3", "bd", "card-r")]
    {
        assert_eq!(client.put(&format!("Location/{id}"), &location(id, level, above)).await.status, 201);
    }
    for (id, family, birth, place) in
        [("amal", "Alami", "1984-05-02", "card-1"), ("dina", "Daoudi", "1950", "card-2"), ("enfant", "Petit", "2020-03-01", "card-3")]
    {
        assert_eq!(client.put(&format!("Patient/{id}"), &person(id, family, birth)).await.status, 201);
        client.take_into_care(id).await;
        let put = client.put(&format!("Encounter/stay-{id}"), &stay(id, place)).await;
        assert_eq!(put.status, 201, "{}", put.text());
    }
    client
}

/// Somebody who has no point.
const WELL: [(&str, &str); 7] =
    [("temperature", "37,2"), ("pulse", "72"), ("respiration", "16"), ("spo2", "98"), ("oxygen", "air"), ("pressure", "120/80"), ("consciousness", "A")];

fn with<'a>(changes: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    WELL.iter().filter(|(code, _)| !changes.iter().any(|(changed, _)| changed == code)).chain(changes).copied().collect()
}

/// The fields of the form of a page, with what is typed into it.
fn form(page: &Reply, patient: &str, signs: &[(&str, &str)], more: &[(&str, &str)]) -> Vec<(String, String)> {
    let hidden = ["_author", "_id"].map(|name| (name.to_owned(), page.hidden(name)));
    let own = hidden.into_iter().chain([("_patient".to_owned(), patient.to_owned())]);
    let signs = signs.iter().map(|(code, text)| (format!("sign-{code}"), (*text).to_owned()));
    own.chain(signs).chain(more.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned()))).collect()
}

async fn post(screen: &mut Screen, path: &str, fields: &[(String, String)]) -> Reply {
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    screen.post(path, &fields).await
}

/// Saves a set for somebody; the page that it leads to.
async fn saved(screen: &mut Screen, patient: &str, signs: &[(&str, &str)], more: &[(&str, &str)]) -> Reply {
    let path = format!("/patients/{patient}/signs");
    let page = screen.get(&path).await;
    let reply = post(screen, &path, &form(&page, patient, signs, more)).await;
    assert_eq!(reply.status, 303, "{}", reply.text());
    screen.get(&path).await
}

/// The table of the last sets alone.
fn table(page: &Reply) -> String {
    page.text().split("id=\"signs-sets\">").nth(1).expect("a table").to_owned()
}

async fn count(client: &mut Client, query: &str) -> u64 {
    let reply = client.get(&format!("Observation?{query}&_summary=count")).await;
    reply.text().split("\"total\":").nth(1).and_then(|rest| rest.split([',', '}']).next()?.trim().parse().ok()).unwrap_or_else(|| panic!("{}", reply.text()))
}

/// SIGN-1, SIGN-2
#[tokio::test(flavor = "multi_thread")]
async fn a_set_is_written_with_its_score_and_where_it_came_from() {
    let site = TestSite::start().await;
    let mut client = filled(&site).await;
    let mut nurse = site.screen("nurse").await;
    let page = nurse.get(SIGNS).await;
    assert!(page.status == 200 && page.text().contains("Aucune mesure"), "{}", page.text());
    let order: Vec<usize> = WELL.iter().map(|(code, _)| page.text().find(&format!("id=\"sign-{code}\"")).expect("a field")).collect();
    assert!(order.is_sorted(), "the order in which a nurse measures");
    let preview = page.hidden("_author");
    let part = nurse.part(&format!("{SIGNS}/preview"), &[("_author", &preview), ("sign-pulse", "131"), ("sign-respiration", "16")]).await;
    assert!(part.status == 200 && part.text().contains("Non calculé") && part.text().contains("Température"), "{}", part.text());
    assert_eq!(count(&mut client, "patient=amal").await, 0, "to look is not to write");
    let page = saved(&mut nurse, "amal", &with(&[("pulse", "112"), ("temperature", "38.5")]), &[]).await;
    let table = table(&page);
    assert!(table.contains("120/80") && table.contains("38,5") && table.contains("level-low") && table.contains("Personne nurse"), "{table}");
    assert_eq!(count(&mut client, "patient=amal&category=vital-signs").await, 7);
    let score = client.get("Observation?patient=amal&category=survey").await;
    let text = score.text();
    assert!(text.contains(r#""value":3,"unit":"points""#) && text.matches(r#""reference":"Observation/"#).count() == 7, "{text}");
    assert!(text.contains(r#""reference":"Encounter/stay-amal""#) && text.contains("urn:rihla:score:level"), "{text}");
    let pressure = client.get("Observation?patient=amal&code=http://loinc.org|85354-9").await;
    assert!(pressure.text().contains("8480-6") && pressure.text().contains(r#""value":80,"unit":"mmHg""#), "{}", pressure.text());
    let temperature = client.get("Observation?patient=amal&code=8310-5").await;
    assert!(temperature.text().contains(r#""value":38.5,"unit":"°C""#) && temperature.text().contains("2026-01-15T09:00:00+01:00"), "{}", temperature.text());
    site.stop().await;
}

/// SIGN-1: sent twice, written once; and nobody writes through another's form.
#[tokio::test(flavor = "multi_thread")]
async fn a_form_sent_twice_writes_once() {
    let site = TestSite::start().await;
    let mut client = filled(&site).await;
    let mut nurse = site.screen("nurse").await;
    let page = nurse.get(SIGNS).await;
    let fields = form(&page, "amal", &WELL, &[]);
    for _ in 0..2 {
        assert_eq!(post(&mut nurse, SIGNS, &fields).await.status, 303);
    }
    assert_eq!(count(&mut client, "patient=amal").await, 8);
    assert_eq!(post(&mut nurse, "/patients/dina/signs", &fields).await.status, 400, "another patient's page");
    let mut other = site.screen("midwife").await;
    assert_eq!(post(&mut other, SIGNS, &fields).await.status, 409, "begun by another");
    assert_eq!(count(&mut client, "patient=dina").await, 0);
    site.stop().await;
}

/// SIGN-3, SIGN-4, SIGN-5
#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_is_refused_and_what_is_strange_is_asked() {
    let site = TestSite::start().await;
    let mut client = filled(&site).await;
    let mut nurse = site.screen("nurse").await;
    let page = nurse.get(SIGNS).await;
    let refused = post(&mut nurse, SIGNS, &form(&page, "amal", &with(&[("temperature", "372"), ("pulse", "72")]), &[])).await;
    let text = refused.text();
    assert!(refused.status == 200 && text.contains("Impossible") && text.contains("value=\"372\"") && text.contains("href=\"#sign-temperature\""), "{text}");
    let asked = post(&mut nurse, SIGNS, &form(&page, "amal", &with(&[("pulse", "38")]), &[])).await;
    assert!(asked.status == 200 && asked.text().contains("inhabituel") && asked.text().contains("name=\"confirm\" value=\"pulse=38;\""), "{}", asked.text());
    let other = post(&mut nurse, SIGNS, &form(&page, "amal", &with(&[("pulse", "39")]), &[("confirm", "pulse=38;")])).await;
    assert_eq!(other.status, 200, "who confirmed 38 did not confirm 39");
    let future = post(&mut nurse, SIGNS, &form(&page, "amal", &WELL, &[("taken", "2026-01-15T09:30")])).await;
    assert!(future.status == 200 && future.text().contains("dans le futur"), "{}", future.text());
    let empty = post(&mut nurse, SIGNS, &form(&page, "amal", &[], &[])).await;
    assert!(empty.status == 200 && empty.text().contains("Aucune valeur"), "{}", empty.text());
    assert_eq!(count(&mut client, "patient=amal").await, 0, "nothing was written so far");
    let page = saved(&mut nurse, "amal", &with(&[("pulse", "38")]), &[("confirm", "pulse=38;"), ("taken", "2026-01-15T06:10")]).await;
    let table = table(&page);
    assert!(table.contains("06:10") && table.contains("saisi 15 janv. 2026, 09:00"), "late entry has both times: {table}");
    let reply = client.get("Observation?patient=amal&code=8867-4").await;
    assert!(reply.text().contains("2026-01-15T06:10:00+01:00"), "{}", reply.text());
    site.stop().await;
}

/// SIGN-6
#[tokio::test(flavor = "multi_thread")]
async fn a_set_is_corrected_or_struck_and_both_stay_in_sight() {
    let site = TestSite::start().await;
    let mut client = filled(&site).await;
    let mut nurse = site.screen("nurse").await;
    let page = saved(&mut nurse, "amal", &with(&[("consciousness", "C")]), &[]).await;
    let path = page.text().split("href=\"/patients/amal/signs/").nth(1).and_then(|rest| rest.split('"').next()).expect("a way").to_owned();
    let path = format!("{SIGNS}/{path}");
    let set = nurse.get(&path).await;
    assert!(set.text().contains("value=\"37,2\"") && set.text().contains("<option value=\"C\" selected"), "{}", set.text());
    let without = post(&mut nurse, &path, &form(&set, "amal", &WELL, &[])).await;
    assert!(without.status == 200 && without.text().contains("Un motif est nécessaire"), "{}", without.text());
    let fields = form(&set, "amal", &WELL, &[("reason", "mauvaise case")]);
    for _ in 0..2 {
        assert_eq!(post(&mut nurse, &path, &fields).await.status, 303);
    }
    assert_eq!(count(&mut client, "patient=amal&status=final").await, 8);
    assert_eq!(count(&mut client, "patient=amal&status=entered-in-error").await, 8);
    let page = nurse.get(SIGNS).await;
    let after = table(&page);
    assert!(after.contains("Barré : Corrigé : mauvaise case (Personne nurse,") && after.contains("<del>3</del>"), "{after}");
    let next = after.split("href=\"/patients/amal/signs/").nth(1).and_then(|rest| rest.split('"').next()).expect("a way").to_owned();
    let author = page.hidden("_author");
    let strike = format!("{SIGNS}/{next}/strike");
    let silent = nurse.post(&strike, &[("_patient", "amal"), ("_author", &author), ("reason", " ")]).await;
    assert!(silent.status == 200 && silent.text().contains("Un motif est nécessaire"), "{}", silent.text());
    let reply = nurse.post(&strike, &[("_patient", "amal"), ("_author", &author), ("reason", "autre patiente")]).await;
    assert_eq!(reply.status, 303, "{}", reply.text());
    assert_eq!(count(&mut client, "patient=amal&status=final").await, 0);
    assert!(table(&nurse.get(SIGNS).await).contains("Barré : autre patiente"));
    site.stop().await;
}

/// SIGN-7: only a physician sets the target, everybody sees it, and the score is read by it.
#[tokio::test(flavor = "multi_thread")]
async fn the_second_scale_is_set_by_a_physician() {
    let site = TestSite::start().await;
    let mut client = filled(&site).await;
    let (mut nurse, mut physician) = (site.screen("nurse").await, site.screen("physician").await);
    let target = format!("{SIGNS}/target");
    let page = nurse.get(SIGNS).await;
    assert!(!page.text().contains("/signs/target"));
    let author = page.hidden("_author");
    assert_eq!(nurse.post(&target, &[("_patient", "amal"), ("_author", &author), ("scale", "2")]).await.status, 403);
    let page = physician.get(SIGNS).await;
    let rest = page.text().split("/signs/target\"").nth(1).expect("a form").to_owned();
    let id = rest.split("name=\"_id\" value=\"").nth(1).and_then(|rest| rest.split('"').next()).expect("an id").to_owned();
    let fields = [("_patient", "amal"), ("_author", &page.hidden("_author")), ("_id", id.as_str()), ("scale", "2")];
    assert_eq!(physician.post(&target, &fields).await.status, 303);
    assert!(nurse.get(SIGNS).await.text().contains("Cible 88–92 %"));
    saved(&mut nurse, "amal", &with(&[("spo2", "90"), ("oxygen", "nasal")]), &[]).await;
    let score = client.get("Observation?patient=amal&category=survey").await;
    assert!(score.text().contains(r#""value":2,"unit":"points""#), "on scale 2 90 % with oxygen is 0 and 2: {}", score.text());
    let fields = [("_patient", "amal"), ("_author", &page.hidden("_author")), ("_id", id.as_str()), ("scale", "1")];
    assert_eq!(physician.post(&target, &fields).await.status, 303);
    assert!(!nurse.get(SIGNS).await.text().contains("Cible 88–92 %"));
    site.stop().await;
}

/// SIGN-2: no total for a child, nor in pregnancy, nor of what is missing.
#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_scored_where_the_score_does_not_hold() {
    let site = TestSite::start().await;
    let mut client = filled(&site).await;
    let mut nurse = site.screen("nurse").await;
    let child = nurse.get("/patients/enfant/signs").await;
    assert!(child.text().contains("Non applicable avant 16 ans") && child.text().contains("sign-head") && !child.text().contains("sign-pregnancy"));
    saved(&mut nurse, "enfant", &WELL, &[]).await;
    saved(&mut nurse, "amal", &with(&[("pregnancy", "yes")]), &[]).await;
    assert!(nurse.get(SIGNS).await.text().contains("pendant la grossesse"), "it was said, and is known the next time");
    saved(&mut nurse, "amal", &WELL, &[]).await;
    saved(&mut nurse, "dina", &WELL[..6], &[]).await;
    for patient in ["enfant", "amal", "dina"] {
        assert_eq!(count(&mut client, &format!("patient={patient}&category=survey")).await, 0, "{patient}");
    }
    assert!(!nurse.get("/patients/dina/signs").await.text().contains("sign-pregnancy"), "nobody asks who was born in 1950");
    site.stop().await;
}

/// SIGN-8
#[tokio::test(flavor = "multi_thread")]
async fn a_draft_comes_back_to_its_author_and_goes_with_the_set() {
    let site = TestSite::start().await;
    filled(&site).await;
    let mut nurse = site.screen("nurse").await;
    let author = nurse.get(SIGNS).await.hidden("_author");
    let fields = [("_form", "signs.set"), ("_patient", "amal"), ("_stay", ""), ("_author", &author), ("_path", SIGNS), ("sign-pulse", "72")];
    assert_eq!(nurse.part("/drafts", &fields).await.status, 200);
    let page = nurse.get(SIGNS).await;
    assert!(page.text().contains("value=\"72\"") && page.text().contains("Saisie non enregistrée"), "{}", page.text());
    assert!(!site.screen("midwife").await.get(SIGNS).await.text().contains("value=\"72\""));
    assert!(!nurse.get("/patients/dina/signs").await.text().contains("value=\"72\""));
    let page = saved(&mut nurse, "amal", &WELL, &[]).await;
    assert!(!page.text().contains("Saisie non enregistrée"));
    site.stop().await;
}

/// SIGN-9, SIGN-10
#[tokio::test(flavor = "multi_thread")]
async fn a_ward_shows_who_waits_and_hears_of_a_new_set() {
    let site = TestSite::start().await;
    filled(&site).await;
    let mut nurse = site.screen("nurse").await;
    saved(&mut nurse, "amal", &WELL, &[]).await;
    saved(&mut nurse, "dina", &with(&[("consciousness", "V"), ("pulse", "135"), ("respiration", "22")]), &[]).await;
    let order = |page: &Reply| {
        let mut at: Vec<(usize, &str)> =
            ["Alami", "Daoudi", "Petit"].into_iter().filter_map(|name| Some((page.text().find(&name.to_uppercase())?, name))).collect();
        at.sort_unstable();
        at.into_iter().map(|(_, name)| name).collect::<Vec<_>>()
    };
    let page = nurse.get("/signs?ward=card").await;
    assert!(page.status == 200 && page.text().contains("Nom-card-1"), "{}", page.text());
    assert_eq!(order(&page), ["Daoudi", "Petit", "Alami"], "watched without a pause, then never measured, then due at nine in the evening");
    assert!(
        page.text().contains("surveillance continue") && page.text().contains("aucune mesure depuis 24 h") && page.text().contains("21:00"),
        "{}",
        page.text()
    );
    site.pass(13 * 60 * MINUTE);
    // Nobody stays signed in for so long.
    let mut nurse = site.screen("nurse").await;
    let page = nurse.get("/signs?ward=card").await;
    assert_eq!(order(&page), ["Daoudi", "Alami", "Petit"], "late since an hour");
    let mut events = nurse.listen(&page).await;
    saved(&mut nurse, "enfant", &[("temperature", "38,9")], &[]).await;
    let event = events.next().await.expect("a change");
    assert!(event.data.contains("38,9") && event.data.contains("signs-ward"), "{}", event.data);
    site.stop().await;
}

/// SIGN-11
#[tokio::test(flavor = "multi_thread")]
async fn a_student_reads_and_a_technician_is_told() {
    let site = TestSite::start().await;
    filled(&site).await;
    let mut nurse = site.screen("nurse").await;
    saved(&mut nurse, "amal", &WELL, &[]).await;
    let mut physician = site.screen("physician").await;
    let page = physician.get(SIGNS).await;
    assert!(page.text().contains("data-grid"));
    let mut clerk = site.screen("technician").await;
    assert_eq!(clerk.get(SIGNS).await.status, 403);
    let student = site.screen("student").await.get(SIGNS).await;
    assert!(student.status == 403 || (student.text().contains("120/80") && !student.text().contains("data-grid")), "{}", student.text());
    let fields = form(&page, "amal", &WELL, &[]);
    assert_eq!(post(&mut site.screen("student").await, SIGNS, &fields).await.status, 403);
    site.stop().await;
}

/// SIGN-12
#[tokio::test(flavor = "multi_thread")]
async fn a_score_by_hand_takes_over_what_was_measured_and_says_from_where() {
    let site = TestSite::start().await;
    let mut client = filled(&site).await;
    let mut nurse = site.screen("nurse").await;
    saved(&mut nurse, "amal", &with(&[("respiration", "24"), ("pressure", "98/60")]), &[]).await;
    let list = nurse.get("/patients/amal/scores").await;
    assert!(list.status == 200 && list.text().contains("qSOFA") && list.text().contains("Scores à confirmer"), "{}", list.text());
    let path = "/patients/amal/scores/qsofa";
    let page = nurse.get(path).await;
    assert!(page.text().contains("name=\"item-respiration\" value=\"24\"") && page.text().contains("repris de"), "{}", page.text());
    let hidden = ["_author", "_id", "from-respiration", "from-systolic"].map(|name| (name, page.hidden(name)));
    let fields = |more: &[(&str, &str)]| {
        let own = hidden.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).chain([("_patient".to_owned(), "amal".to_owned())]);
        own.chain(more.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))).collect::<Vec<_>>()
    };
    let open = post(&mut nurse, path, &fields(&[("item-respiration", "24"), ("item-systolic", "98")])).await;
    assert!(open.status == 200 && open.text().contains("pas complet") && open.text().contains("à compléter"), "{}", open.text());
    assert_eq!(count(&mut client, "patient=amal&category=survey").await, 1, "NEWS2 alone");
    let reply = post(&mut nurse, path, &fields(&[("item-respiration", "24"), ("item-systolic", "99"), ("item-glasgow", "14")])).await;
    assert_eq!(reply.status, 303, "{}", reply.text());
    let score = client.get("Observation?patient=amal&code=urn:rihla:score|qsofa").await;
    let text = score.text();
    assert!(text.contains(r#""value":3,"unit":"points""#), "{text}");
    assert_eq!(text.matches(r#""reference":"Observation/"#).count(), 1, "99 was not measured, 24 was: {text}");
    let page = nurse.get(SIGNS).await;
    assert!(table(&page).contains(">qSOFA<"), "{}", table(&page));
    let unconfirmed = nurse.get("/patients/amal/scores/apgar").await;
    assert!(unconfirmed.status == 200 && unconfirmed.text().contains("confirmé par personne") && !unconfirmed.text().contains("data-grid"));
    let author = page.hidden("_author");
    assert_eq!(nurse.post("/patients/amal/scores/apgar", &[("_patient", "amal"), ("_author", &author)]).await.status, 400);
    assert_eq!(nurse.get("/patients/amal/scores/braden").await.status, 404);
    site.stop().await;
}

/// SIGN-13
#[tokio::test(flavor = "multi_thread")]
async fn a_childs_growth_is_told_in_words_and_drawn() {
    let site = TestSite::start().await;
    let mut client = filled(&site).await;
    assert_eq!(client.put("Patient/bebe", &person("bebe", "Bebe", "2025-01-15")).await.status, 201);
    client.take_into_care("bebe").await;
    let mut nurse = site.screen("nurse").await;
    assert!(nurse.get("/patients/bebe/growth").await.text().contains("Ni poids ni taille"));
    let page = saved(&mut nurse, "bebe", &[("weight", "7,0"), ("height", "74"), ("head", "45")], &[]).await;
    assert!(page.text().contains("/patients/bebe/growth"));
    let growth = nurse.get("/patients/bebe/growth").await;
    let text = growth.text();
    // WHO, weight-for-age of girls at 12 months: 7.0 kg is the second deviation under the median.
    assert!(text.contains("Poids selon l’âge") && text.contains("entre −2 et +2") && text.matches("<svg class=\"growth\"").count() == 5, "{text}");
    assert!(!nurse.get(SIGNS).await.text().contains("/growth"), "nobody's growth is asked for at forty");
    site.stop().await;
}

/// SIGN-15
#[tokio::test(flavor = "multi_thread")]
async fn what_goes_in_and_out_adds_up_from_six_to_six() {
    let site = TestSite::start().await;
    filled(&site).await;
    let mut nurse = site.screen("nurse").await;
    let path = "/patients/amal/balance";
    let add = async |nurse: &mut Screen, kind: &str, volume: &str, taken: &str| {
        let page = nurse.get(path).await;
        let fields = form(&page, "amal", &[], &[("kind", kind), ("volume", volume), ("taken", taken)]);
        post(nurse, path, &fields).await
    };
    // Nine in the morning: the day began at six; five o'clock is of the day before.
    for (kind, volume, taken) in [("infusion", "1 000", "2026-01-15T06:00"), ("urine", "350", "2026-01-15T08:30"), ("oral", "٢٠٠", "2026-01-15T05:59")] {
        let reply = add(&mut nurse, kind, volume, taken).await;
        assert_eq!(reply.status, 303, "{}", reply.text());
    }
    for (kind, volume, taken, said) in [
        ("", "100", "", "Choisissez la nature"),
        ("oral", "5001", "", "Un volume entier"),
        ("oral", "0", "", "Un volume entier"),
        ("oral", "1", "2026-01-15T23:00", "futur"),
    ] {
        let reply = add(&mut nurse, kind, volume, taken).await;
        assert!(reply.status == 200 && reply.text().contains(said), "{kind} {volume}: {}", reply.text());
    }
    let page = nurse.get(path).await;
    let total = |page: &Reply| page.text().split("class=\"total\"").nth(1).and_then(|rest| rest.split("</tr>").next()).unwrap_or_default().to_owned();
    assert!(total(&page).contains(">+650<") && !page.text().contains(">05:59"), "{}", page.text());
    assert!(total(&nurse.get("/patients/amal/balance?day=2026-01-14").await).contains(">+200<"));
    let strike = page.text().split("/strike\"").next().and_then(|text| text.rsplit("action=\"").next()).map(|head| format!("{head}/strike")).expect("a way");
    let author = page.hidden("_author");
    assert_eq!(nurse.post(&strike, &[("_patient", "amal"), ("_author", &author), ("reason", "autre patiente")]).await.status, 303);
    let page = nurse.get(path).await;
    assert!(total(&page).contains(&voice_1000()) && page.text().contains("Barré : autre patiente"), "{}", page.text());
    site.stop().await;
}

/// As French writes it: with a narrow space.
fn voice_1000() -> String {
    ">+1\u{202F}000<".to_owned()
}
