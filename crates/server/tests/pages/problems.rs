//! Problems, diagnoses and allergies as they are written, through the screens. The ids are those of
//! `modules/problems/spec.md`.

#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used, clippy::indexing_slicing, reason = "a test ends where something is wrong")]

use super::amal::{self, filled};
use rihla_testkit::{Place, Reply, Screen, TestSite};

const LIST: &str = "/patients/amal/problems";

async fn send(screen: &mut Screen, page: &Reply, path: &str, fields: &[(&str, &str)]) -> Reply {
    amal::send(screen, path, &amal::typed(page, fields)).await
}

/// Fills in a form and comes back to the list.
async fn written(screen: &mut Screen, form: &str, fields: &[(&str, &str)]) -> Reply {
    let page = screen.get(form).await;
    assert_eq!(page.status, 200, "{}", page.text());
    let reply = send(screen, &page, form, fields).await;
    assert_eq!(reply.status, 303, "{}", reply.text());
    screen.get(LIST).await
}

/// The page of the entry with these words; the banner before the list has them without a link.
fn path_of(list: &Reply, words: &str) -> String {
    let before = list.text().rsplit_once(words).expect("the words").0;
    before.rsplit("href=\"").next().and_then(|rest| rest.split('"').next()).expect("a link").to_owned()
}

/// ALL-1, ALL-2, ALL-3, ALL-4, ALL-5
#[tokio::test(flavor = "multi_thread")]
async fn allergies_are_asked_for_said_and_taken_back() {
    let site = TestSite::start().await;
    filled(&site).await;
    let mut nurse = site.screen("nurse").await;
    let form = "/patients/amal/allergies/new";
    // Nobody asked yet; then somebody did, and there is none.
    let list = nurse.get(LIST).await;
    assert!(list.text().contains("Aucune allergie connue</button>") && !list.text().contains("Ajouter un problème"), "{}", list.text());
    assert_eq!(send(&mut nurse, &list, "/patients/amal/allergies/none", &[]).await.header("location"), Some(LIST));
    let list = nurse.get(LIST).await;
    assert!(list.text().contains("Aucune allergie connue") && !list.text().contains("Aucune allergie connue</button>"), "{}", list.text());
    assert!(site.screen("nurse").await.speaking("ar").get(LIST).await.text().contains("لا حساسية معروفة"));
    // What is typed finds the agent, with JavaScript and without.
    let page = nurse.get(form).await;
    let fields = [("_patient", "amal"), ("_author", &page.hidden("_author")), ("what", "peni")];
    let part = nurse.part("/patients/amal/allergies/agents", &fields).await;
    assert!(part.text().trim_start().starts_with("<fieldset") && part.text().contains("Pénicillines"), "{}", part.text());
    let whole = send(&mut nurse, &page, "/patients/amal/allergies/agents", &[("what", "بنسلين"), ("note", "garde")]).await;
    assert!(whole.text().contains("Pénicillines"), "{}", whole.text());
    // What is missing is said, and nothing is lost.
    let refused = send(&mut nurse, &page, form, &[("what", "Ail"), ("since", "2031")]).await;
    for words in ["de quel type", "quelle a été la réaction", "pas encore venu", "value=\"Ail\""] {
        assert!(refused.text().contains(words), "{words}: {}", refused.text());
    }
    let list =
        written(&mut nurse, form, &[("what", "peni"), ("agent", "penicillins"), ("reaction", "angioedema"), ("severity", "severe"), ("since", "2019")]).await;
    assert!(list.text().contains("Pénicillines") && list.text().contains("Œdème de Quincke") && list.text().contains("risque élevé"), "{}", list.text());
    assert!(list.text().contains("écartée"), "that there was none is no more so");
    // Again the same agent: said, and not blocked. "None known" is refused now.
    let again = nurse.part("/patients/amal/allergies/agents", &fields).await;
    assert!(again.text().contains("déjà noté"), "{}", again.text());
    let none = send(&mut nurse, &page, "/patients/amal/allergies/none", &[]).await;
    assert!(none.header("location").is_some_and(|to| to.ends_with("RH-PROBLEMS-ALLERGIC")));
    assert!(nurse.get(&format!("{LIST}?wrong=RH-PROBLEMS-ALLERGIC")).await.text().contains("Des allergies sont notées"));
    // In words, of a kind; then struck through with a reason.
    let list = written(&mut nurse, form, &[("what", "Poudre de curcuma"), ("kind", "food"), ("reaction", "rash")]).await;
    let one = path_of(&list, "Poudre de curcuma");
    let page = nurse.get(&one).await;
    assert!(page.text().contains("Éruption cutanée") && page.text().contains("Personne nurse"), "{}", page.text());
    let without = send(&mut nurse, &page, &format!("{one}/strike"), &[("reason", " ")]).await;
    assert!(without.header("location").is_some_and(|to| to.ends_with("RH-PROBLEMS-REASON")));
    assert_eq!(send(&mut nurse, &page, &format!("{one}/strike"), &[("reason", "autre patient")]).await.header("location"), Some(LIST));
    assert!(nurse.get(LIST).await.text().contains("what struck") && nurse.get(&one).await.text().contains("autre patient"));
    let stale = send(&mut nurse, &page, &format!("{one}/refute"), &[("reason", "x")]).await;
    assert!(stale.header("location").is_some_and(|to| to.ends_with("RH-PROBLEMS-CHANGED")), "{:?}", stale.header("location"));
    let first = path_of(&nurse.get(LIST).await, "Pénicillines");
    let page = nurse.get(&first).await;
    assert_eq!(send(&mut nurse, &page, &format!("{first}/refute"), &[("reason", "test cutané négatif")]).await.status, 303);
    let chart = nurse.get("/patients/amal/chart").await;
    assert!(!chart.text().contains("Pénicillines") || chart.text().contains("écartée"), "{}", chart.text());
    // Other people, other patients.
    assert_eq!(send(&mut nurse, &page, "/patients/samir/allergies/new", &[("what", "x")]).await.status, 400);
    assert_eq!(nurse.get(&first.replace("amal", "samir")).await.status, 404);
    for role in ["student", "registration-clerk", "technician"] {
        assert_eq!(site.screen(role).await.get(form).await.status, 403, "{role}");
    }
    site.stop().await;
}

const LOADED: &str = r#"{"resourceType":"CodeSystem","id":"d","url":"http://hl7.org/fhir/sid/icd-10","version":"made-up","status":"active","content":"complete","language":"fr","concept":[
    {"code":"J15.9","display":"Pneumopathie bactérienne","designation":[{"language":"ar","value":"التهاب رئوي بكتيري"}]},{"code":"I10","display":"Hypertension essentielle"}]}"#;

/// PROB-1, PROB-2, PROB-3, PROB-4
#[tokio::test(flavor = "multi_thread")]
async fn a_problem_has_a_code_of_the_list_and_a_stay_one_principal_diagnosis() {
    let site = TestSite::start().await;
    let mut client = filled(&site).await;
    let mut physician = site.screen("physician").await;
    let form = "/patients/amal/problems/new";
    let page = physician.get(form).await;
    assert!(page.text().contains("Aucune liste de diagnostics") && !page.text().contains("Diagnostic du séjour"), "{}", page.text());
    let list = written(&mut physician, form, &[("what", "Fatigue"), ("sure", "provisional"), ("since", "2025-11")]).await;
    assert!(list.text().contains("Fatigue") && list.text().contains("à confirmer") && list.text().contains("nov. 2025"), "{}", list.text());
    // The site loads its list: within a minute it is searched, in each language.
    assert_eq!(client.put("CodeSystem/d", LOADED).await.status, 201);
    let stay = r#"{"resourceType":"Encounter","id":"s","status":"in-progress","class":{"code":"IMP"},"subject":{"reference":"Patient/amal"},"period":{"start":"2026-01-14"}}"#;
    assert_eq!(client.put("Encounter/s", stay).await.status, 201);
    site.pass(61_000);
    let author = physician.get(form).await.hidden("_author");
    for typed in ["pneumo", "j159", "التهاب"] {
        let part = physician.part("/patients/amal/problems/codes", &[("_patient", "amal"), ("_author", &author), ("what", typed)]).await;
        assert!(part.text().contains("J15.9") && !part.text().contains("I10"), "{typed}: {}", part.text());
    }
    let list = written(&mut physician, form, &[("what", "pneumo"), ("code", "J15.9"), ("stay", "principal")]).await;
    assert!(list.text().contains("J15.9"), "{}", list.text());
    let list = written(&mut physician, form, &[("what", "Hypertension essentielle"), ("code", "I10"), ("stay", "principal")]).await;
    assert!(list.text().contains("Hypertension essentielle"));
    let kept = client.get("Encounter/s").await;
    assert_eq!((kept.text().matches("\"DD\"").count(), kept.text().matches("\"CM\"").count()), (1, 1), "{}", kept.text());
    let page = physician.get(form).await;
    let refused = send(&mut physician, &page, form, &[("what", "x"), ("code", "Z99")]).await;
    assert!(refused.text().contains("pas dans la liste"), "{}", refused.text());
    // It ends, and stays readable.
    let one = path_of(&list, "Fatigue");
    let page = physician.get(&one).await;
    let future = send(&mut physician, &page, &format!("{one}/end"), &[("until", "2031")]).await;
    assert!(future.header("location").is_some_and(|to| to.ends_with("RH-PROBLEMS-SINCE")));
    assert_eq!(send(&mut physician, &page, &format!("{one}/end"), &[("until", "2026-01-10")]).await.status, 303);
    let list = physician.get(LIST).await;
    let past = list.text().split("Antécédents").nth(1).expect("what is over");
    assert!(past.contains("Fatigue"), "{}", list.text());
    assert_eq!(physician.get(&format!("{LIST}/nothing")).await.status, 404);
    assert_eq!(site.screen("nurse").await.get(form).await.status, 403);
    site.stop().await;
}

/// PROB-1: a list comes as a table of 14,000 rows, is made a CodeSystem by the program, and is taken in.
#[tokio::test(flavor = "multi_thread")]
async fn a_list_that_came_as_a_table_is_searched() {
    let place = Place::fresh();
    let at = |name: &str| place.folder().join(name).display().to_string();
    let rows: String = (0..14_000).map(|nth| format!("Q{nth:05};Diagnostic numéro {nth};تشخيص رقم {nth};I;\n")).collect();
    std::fs::write(at("table.csv"), format!("code;fr;ar;parent;selectable\nI;Chapitre;;;non\nJ15.9;Pneumopathie bactérienne;التهاب رئوي بكتيري;I;\n{rows}"))
        .expect("written");
    let run = |words: &[&str]| {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_rihla"));
        let done =
            command.current_dir(place.folder()).env_remove("RIHLA_STORE").args(["--store", &place.url()]).args(words).output().expect("the program runs");
        (done.status.code(), format!("{}{}", String::from_utf8_lossy(&done.stdout), String::from_utf8_lossy(&done.stderr)))
    };
    let about = ["--url", "http://hl7.org/fhir/sid/icd-10", "--title", "CIM-10", "--id", "icd-10"];
    let wrong = run(&[&["codes", "nothing.csv", "--out", "codes.ndjson"], &about[..]].concat());
    assert_eq!(wrong.0, Some(1), "{}", wrong.1);
    let made = run(&[&["codes", "table.csv", "--out", "codes.ndjson"], &about[..]].concat());
    assert_eq!((made.0, made.1.starts_with("14002 codes")), (Some(0), true), "{}", made.1);
    let taken = run(&["import", "codes.ndjson"]);
    assert_eq!(taken.0, Some(0), "{}", taken.1);

    let site = TestSite::on(place).await;
    filled(&site).await;
    let mut physician = site.screen("physician").await;
    let form = "/patients/amal/problems/new";
    let author = physician.get(form).await.hidden("_author");
    for (typed, code) in [("pneumo bact", "J15.9"), ("numero 13999", "Q13999"), ("التهاب", "J15.9")] {
        let part = physician.part("/patients/amal/problems/codes", &[("_patient", "amal"), ("_author", &author), ("what", typed)]).await;
        assert!(part.text().contains(code), "{typed}: {}", part.text());
    }
    let part = physician.part("/patients/amal/problems/codes", &[("_patient", "amal"), ("_author", &author), ("what", "chapitre")]).await;
    assert!(!part.text().contains("value=\"I\""), "a chapter is not chosen");
    site.stop().await;
}
