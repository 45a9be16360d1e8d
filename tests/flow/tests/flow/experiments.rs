//! Experiments on the twin, as who plans sees them; the ids are those of `modules/experiments/spec.md`.

#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used, clippy::indexing_slicing, reason = "a test ends where something is wrong")]

use rihla_testkit::{Reply, Screen, TestSite};

const PAGE: &str = "/experiments";

async fn ask(screen: &mut Screen, fields: &[(&str, &str)]) -> Reply {
    let author = screen.get(PAGE).await.hidden("_author");
    let mut fields = fields.to_vec();
    fields.push(("_author", &author));
    // Another test's runs may be going on.
    loop {
        let sent = screen.post(PAGE, &fields).await;
        assert_eq!(sent.status, 303, "{}", sent.text());
        let to = sent.header("location").expect("it is sent on").to_owned();
        if !to.contains("busy=1") {
            return screen.get(to.trim_end_matches("#found")).await;
        }
    }
}

/// EXP-1
#[tokio::test(flavor = "multi_thread")]
async fn what_makes_no_sense_is_said_and_not_run() {
    let site = TestSite::start().await;
    let mut manager = site.screen("manager").await;
    assert_eq!(site.screen("technician").await.get(PAGE).await.status, 403);
    for (fields, words) in [
        (vec![("base", "usual"), ("other", "usual")], "identiques"),
        (vec![("other", "ours"), ("runs", "5000")], "répétitions"),
        (vec![("other", "ours"), ("days", "x")], "répétitions"),
        (vec![("other", "<b>"), ("more", "nurse")], "existe pas"),
    ] {
        let page = ask(&mut manager, &fields).await;
        assert!(page.text().contains(words) && page.text().contains("role=\"alert\"") && !page.text().contains("id=\"found\""), "{words}: {}", page.text());
    }
    site.stop().await;
}

/// EXP-3, EXP-4, EXP-5
#[tokio::test(flavor = "multi_thread")]
async fn what_was_found_stands_with_its_command_its_gate_and_what_it_does_not_show() {
    let site = TestSite::start().await;
    let mut manager = site.screen("manager").await;
    let fields = [("base", "usual"), ("other", "cleaning"), ("more", "triage"), ("count", "1"), ("runs", "3"), ("days", "2")];
    let page = ask(&mut manager, &fields).await;
    let text = page.text();
    for words in ["id=\"found\"", "Indice HOEI", "Intervalle à 95", "Réadmission à 30 jours", "Non évaluable ici", "ne montre pas", "Simulation"] {
        assert!(text.contains(words), "{words}: {text}");
    }
    let command = "rihla twin experiment --compare usual,cleaning --what triage+1 --runs 3 --days 2";
    assert!(text.contains(command), "{text}");
    let csv = manager.get("/experiments/csv?base=usual&other=cleaning&more=triage&count=1&runs=3&days=2").await;
    assert_eq!(csv.header("content-type"), Some("text/csv; charset=utf-8"));
    assert!(csv.text().starts_with(&format!("# simulation: {command}\nindicator,")), "{}", csv.text());
    // Of what was not run there is no table, and no figure on the page.
    let none = manager.get("/experiments/csv?other=ours&runs=7&days=3").await;
    assert_eq!((none.status, none.header("location").is_some_and(|to| to.starts_with(PAGE))), (303, true));
    assert!(!manager.get("/experiments?other=ours&runs=7&days=3").await.text().contains("id=\"found\""));
    let mut arabic = site.screen("head-nurse").await.speaking("ar");
    assert!(arabic.get("/experiments?base=usual&other=cleaning&more=triage&count=1&runs=3&days=2").await.text().contains("مؤشر HOEI"));
    site.stop().await;
}
