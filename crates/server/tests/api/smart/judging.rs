//! What a program sees: its person's rights met with its scopes, for each interaction by itself.

use super::*;
use rihla_testkit::{bundle, entry, transaction};

#[tokio::test(flavor = "multi_thread")]
async fn without_a_token_there_is_the_statement_and_nothing_else() {
    let site = clinic().await;
    let mut client = site.client().await;
    let statement = client.get("metadata").await;
    assert_eq!(statement.status, 200);
    let security = |path: &str| statement.at(&format!("rest.0.security.{path}"));
    assert_eq!(security("service.0.coding.0.code").as_deref(), Some("SMART-on-FHIR"));
    assert_eq!(security("extension.0.extension.1.valueUri"), Some(format!("http://{}/oauth/token", site.address)));
    for (method, path) in [("GET", "Patient/amal"), ("GET", "Patient"), ("POST", ""), ("GET", "_history"), ("PUT", "Patient/amal"), ("GET", "Nothing/1x")] {
        let refused = client.send(method, path, &[], b"").await;
        let expected = if path == "Nothing/1x" { 404 } else { 401 };
        assert_eq!((refused.status, refused.at("resourceType").as_deref()), (expected, Some("OperationOutcome")), "{method} {path}");
        assert!(expected == 404 || refused.header("www-authenticate").is_some_and(|said| said.starts_with("Bearer")), "{path}");
    }
    assert_eq!(client.send("GET", "Patient", &[("Authorization", "Basic YTpi")], b"").await.status, 401);
    let documents = ["/fhir/.well-known/smart-configuration", "/.well-known/openid-configuration", "/.well-known/oauth-authorization-server", "/oauth/jwks"];
    for path in documents {
        let document = site.stranger().await.get(path).await;
        assert_eq!((document.status, document.header("access-control-allow-origin")), (200, Some("*")), "{path}");
    }
    site.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn any_origin_may_call_without_credentials_and_no_page() {
    let site = clinic().await;
    let mut screen = site.stranger().await;
    let asks = [("Origin", "https://app.test"), ("Access-Control-Request-Method", "PUT"), ("Access-Control-Request-Headers", "authorization")];
    for path in ["/fhir/Patient/amal", "/oauth/token", "/oauth/register"] {
        let said = screen.send("OPTIONS", path, &asks, "").await;
        assert_eq!((said.status, said.header("access-control-allow-origin")), (204, Some("*")), "{path}");
        assert!(said.header("access-control-allow-headers").unwrap().contains("Authorization") && said.header("access-control-allow-credentials").is_none());
    }
    for path in ["/sign-in", "/oauth/authorize", "/patients"] {
        assert_eq!(screen.send("GET", path, &asks[..1], "").await.header("access-control-allow-origin"), None, "{path}");
    }
    let token = token(&site, "doctor", "user/*.rs", "").await;
    assert!(get(&site, &token, "Patient/amal").await.header("access-control-expose-headers").is_some_and(|shown| shown.contains("ETag")));
    site.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_open_interface_is_open_to_no_other_origin() {
    let site = rihla_testkit::TestSite::start().await;
    let reply = site.client().await.send("GET", "Patient", &[("Origin", "https://app.test")], b"").await;
    assert_eq!((reply.status, reply.header("access-control-allow-origin")), (200, None));
    site.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_nurses_program_sees_the_nurses_patients_only() {
    let site = clinic().await;
    let token = token(&site, "nurse", "user/*.rs", "").await;
    assert_eq!(found(&site, &token, "Observation").await, ["amal-laboratory", "amal-vital-signs"]);
    assert_eq!(found(&site, &token, "Encounter").await, ["stay-amal"]);
    assert_eq!(get(&site, &token, "Observation/badr-laboratory").await.status, 404);
    assert_eq!(found(&site, &token, "Observation?subject=Patient/badr").await.len(), 0);
    // Whom she may find by name is shown, as it is to her.
    assert_eq!(found(&site, &token, "Patient").await, ["amal", "badr"]);
    assert_eq!(found(&site, &token, "Patient?_id=badr&_revinclude=Observation:subject").await, ["badr"]);
    assert_eq!(get(&site, &token, "Patient/badr/$everything").await.text().matches("badr-").count(), 0);
    let written = fhir(&site, &token, "PUT", "Observation/amal-laboratory", &observation("amal-laboratory", "amal", "laboratory")).await;
    assert_eq!((written.status, written.code().as_deref()), (403, Some("RH-API-NOT-GRANTED")));
    assert!(written.header("www-authenticate").unwrap().contains("insufficient_scope"));
    site.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_question_in_a_scope_shows_what_answers_to_it() {
    let site = clinic().await;
    let scope = "launch/patient patient/Observation.rs?category=http://terminology.hl7.org/CodeSystem/observation-category|laboratory";
    let token = token(&site, "doctor", scope, "amal").await;
    assert_eq!(found(&site, &token, "Observation").await, ["amal-laboratory"]);
    assert_eq!(get(&site, &token, "Observation/amal-vital-signs").await.status, 404);
    assert_eq!(get(&site, &token, "Observation/amal-laboratory/_history").await.count("entry"), 1);
    let refused = get(&site, &token, "Patient/amal").await;
    assert_eq!((refused.status, refused.code().as_deref()), (403, Some("RH-API-NOT-GRANTED")));
    assert_eq!(get(&site, &token, "Patient?_id=amal").await.status, 403);
    // Of all types, those that were granted.
    assert_eq!(found(&site, &token, "?_lastUpdated=gt2000-01-01").await, ["amal-laboratory"]);
    assert_eq!(get(&site, &token, "?_type=Patient,Observation").await.status, 403);
    site.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn reading_and_searching_are_judged_apart() {
    let site = clinic().await;
    let token = token(&site, "doctor", "user/Observation.r user/Encounter.s", "").await;
    assert_eq!(get(&site, &token, "Observation/amal-laboratory").await.status, 200);
    assert_eq!(get(&site, &token, "Observation").await.status, 403);
    assert_eq!(get(&site, &token, "Observation/amal-laboratory/_history").await.status, 200);
    assert_eq!(get(&site, &token, "Observation/_history").await.status, 403);
    assert_eq!(found(&site, &token, "Encounter").await, ["stay-amal"]);
    assert_eq!(get(&site, &token, "Encounter/stay-amal").await.status, 403);
    site.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn each_entry_of_a_batch_is_judged_by_itself() {
    let site = clinic().await;
    let token = token(&site, "doctor", "user/Observation.cr user/Encounter.rs", "").await;
    let new = observation("", "amal", "laboratory").replace(r#""id":"","#, "");
    let entries = [
        entry("", "GET", "Observation/amal-laboratory", "", ""),
        entry("", "GET", "Observation", "", ""),
        entry("", "GET", "Observation/badr-laboratory", "", ""),
        entry("", "GET", "Encounter", "", ""),
        entry("", "GET", "Patient/amal", "", ""),
        entry("", "POST", "Observation", "", &new),
        entry("", "PUT", "Observation/amal-laboratory", "", &observation("amal-laboratory", "amal", "laboratory")),
        entry("", "POST", "Observation", "", &new.replace("amal", "badr")),
        entry("", "DELETE", "Observation/amal-laboratory", "", ""),
    ];
    let reply = fhir(&site, &token, "POST", "", &bundle("batch", &entries)).await;
    let status = |at: usize| reply.at(&format!("entry.{at}.response.status")).unwrap().split(' ').next().unwrap().to_owned();
    let said: Vec<_> = (0..entries.len()).map(status).collect();
    assert_eq!(said, ["200", "403", "404", "200", "403", "201", "403", "403", "403"], "{}", reply.text());
    site.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_transaction_is_done_only_if_each_of_its_entries_was_granted() {
    let site = clinic().await;
    let token = token(&site, "doctor", "user/Observation.cu user/Condition.c", "").await;
    let new = observation("", "amal", "laboratory").replace(r#""id":"","#, "");
    let create = entry("", "POST", "Observation", "", &new);
    let update = |id: &str| entry("", "PUT", &format!("Observation/{id}"), "", &observation(id, "amal", "laboratory"));
    let send = async |entries: &[String]| fhir(&site, &token, "POST", "", &transaction(entries)).await;
    assert_eq!(send(&[create.clone(), update("amal-laboratory"), update("made-by-put")]).await.status, 200);
    let refused = send(&[create.clone(), entry("", "DELETE", "Observation/amal-laboratory", "", "")]).await;
    assert_eq!((refused.status, refused.code().as_deref()), (403, Some("RH-API-NOT-GRANTED")));
    assert_eq!(send(&[create.clone(), update("badr-laboratory")]).await.status, 403);
    let condition = r#"{"resourceType":"Condition","id":"c1","code":{"text":"x"},"subject":{"reference":"Patient/amal"}}"#;
    let put = entry("", "PUT", "Condition/c1", "", condition);
    assert_eq!(send(std::slice::from_ref(&put)).await.status, 200, "a PUT creates");
    assert_eq!(send(&[put]).await.status, 403, "and may not update");
    let found = send(&[entry("", "PUT", "Observation?_id=amal-laboratory", "", &observation("amal-laboratory", "amal", "laboratory"))]).await;
    assert_eq!(found.status, 403, "a condition is a search");
    site.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_single_put_creates_or_updates_as_it_was_granted() {
    let site = clinic().await;
    let (creates, updates) = (token(&site, "doctor", "user/Observation.c", "").await, token(&site, "doctor", "user/Observation.u", "").await);
    let put = async |token: &str, id: &str| fhir(&site, token, "PUT", &format!("Observation/{id}"), &observation(id, "amal", "laboratory")).await.status;
    assert_eq!((put(&updates, "fresh").await, put(&creates, "fresh").await, put(&creates, "fresh").await, put(&updates, "fresh").await), (403, 201, 403, 200));
    assert_eq!(put(&updates, "badr-laboratory").await, 403);
    site.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_program_without_a_person_sees_what_it_was_granted() {
    let site = clinic().await;
    let token =
        alone(&site, "system/Observation.rs?category=http://terminology.hl7.org/CodeSystem/observation-category|laboratory system/Location.cruds").await;
    assert_eq!(found(&site, &token, "Observation").await, ["amal-laboratory", "badr-laboratory"]);
    assert_eq!(get(&site, &token, "Patient/amal").await.status, 403);
    let place = r#"{"resourceType":"Location","id":"hall","status":"active","name":"Accueil"}"#;
    assert_eq!(fhir(&site, &token, "PUT", "Location/hall", place).await.status, 201);
    assert_eq!(fhir(&site, &token, "DELETE", "Location/hall", "").await.status, 204);
    site.stop().await;
}
