//! An administrator's pages: programs that ask for themselves, that are registered by hand, and that are put out.

use super::*;
use rihla_testkit::Screen;

async fn act(screen: &mut Screen, path: &str, fields: &[(&str, &str)]) -> rihla_testkit::Reply {
    let author = screen.get(path).await.hidden("_author");
    screen.post(path, &[[("_author", author.as_str())].as_slice(), fields].concat()).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_program_that_registers_itself_waits_for_an_administrator() {
    let site = clinic().await;
    let asked = format!(
        r#"{{"client_name":"Carnet","redirect_uris":["{BACK}"],"token_endpoint_auth_method":"none","scope":"user/*.rs user/*.cud offline_access","grant_types":["authorization_code","refresh_token"]}}"#
    );
    let reply = site.stranger().await.send("POST", "/oauth/register", &[], &asked).await;
    assert_eq!(reply.status, 201, "{}", reply.text());
    let client = reply.at("client_id").expect("an id");
    // Not let in yet: the person is told, and not sent anywhere.
    let mut doctor = at_screen(&site, "doctor").await;
    let wrong = doctor.get(&address(&asking(&site, &client, "user/*.rs"))).await;
    assert_eq!((wrong.status, wrong.header("location"), wrong.header("refresh")), (401, None, None));
    assert_eq!(doctor.get("/programs").await.status, 403);
    let mut admin = at_screen(&site, "admin").await;
    let list = admin.get("/programs").await;
    assert!(list.text().contains("Carnet") && list.text().contains(&format!("/programs/{client}")));
    let path = format!("/programs/{client}");
    assert_eq!(act(&mut admin, &path, &[("act", "approve"), ("scope", "user/*.rs"), ("scope", "offline_access")]).await.status, 303);
    let got = tokens(&site, "doctor", &client, "user/*.cruds offline_access", "").await;
    assert_eq!(got.at("scope").as_deref(), Some("user/*.rs offline_access"), "less than it asked for");
    let access = got.at("access_token").unwrap();
    assert_eq!(act(&mut admin, &path, &[("act", "suspend")]).await.status, 303);
    assert_eq!(get(&site, &access, "Patient/amal").await.status, 401);
    assert!(admin.get(&path).await.text().contains("écarté"));
    site.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_program_without_a_person_is_registered_by_hand() {
    let site = clinic().await;
    let pair = Pair::made();
    let mut admin = at_screen(&site, "admin").await;
    let wrong =
        act(&mut admin, "/programs/new", &[("name", "Registre"), ("kind", "public"), ("redirects", "http://evil.test/"), ("scopes", "user/*.rs")]).await;
    assert_eq!((wrong.status, wrong.text().contains("value=\"Registre\"")), (422, true), "what was typed stays");
    let made = act(&mut admin, "/programs/new", &[("name", "Registre"), ("kind", "backend"), ("scopes", "system/Patient.rs"), ("keys", &pair.jwks())]).await;
    assert_eq!(made.status, 200, "{}", made.text());
    let client = made.text().split("href=\"/programs/").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let client =
        if client.len() == 32 { client } else { made.text().split("class=\"secret\" dir=\"ltr\">").nth(1).unwrap().split('<').next().unwrap().to_owned() };
    let assertion = pair.assertion(&site, &client, "a");
    let fields = [("grant_type", "client_credentials"), ("scope", "system/*.cruds"), ("client_assertion_type", TYPE), ("client_assertion", assertion.as_str())];
    let got = call(&site, "/oauth/token", &fields).await;
    assert_eq!(got.at("scope").as_deref(), Some("system/Patient.rs"), "{}", got.text());
    assert_eq!(found(&site, &got.at("access_token").unwrap(), "Patient").await, ["amal", "badr"]);
    // An assertion is good once.
    assert_eq!(call(&site, "/oauth/token", &fields).await.at("error").as_deref(), Some("invalid_client"));
    let secret = act(&mut admin, "/programs/new", &[("name", "Tableau"), ("kind", "secret"), ("scopes", "user/*.rs"), ("redirects", BACK)]).await;
    assert_eq!(secret.text().matches("class=\"secret\"").count(), 2);
    site.stop().await;
}
