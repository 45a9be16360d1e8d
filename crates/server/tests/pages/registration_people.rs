//! Newborns, who belongs to a patient, and who pays (`modules/registration/spec.md`).

#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used, clippy::indexing_slicing, reason = "a test")]

use rihla_testkit::{Patient, Reply, Screen, TestSite};

/// The hidden fields of the form of a page that is sent to `action`.
fn form(page: &Reply, action: &str) -> Vec<(String, String)> {
    let text = page.text();
    let form = text.split("<form").find(|form| form.contains(&format!("action=\"{action}\""))).unwrap_or_else(|| panic!("no form {action}: {text}"));
    let value = |input: &str, name: &str| input.split(&format!("{name}=\"")).nth(1).and_then(|rest| rest.split('"').next()).map(str::to_owned);
    let inputs = form.split("<input ").filter(|input| input.starts_with("type=\"hidden\""));
    inputs.filter_map(|input| Some((value(input, "name")?, value(input, "value")?))).collect()
}

async fn send(screen: &mut Screen, page: &str, action: &str, typed: &[(&str, &str)]) -> Reply {
    let shown = screen.get(page).await;
    let hidden = form(&shown, action);
    let all: Vec<(&str, &str)> = hidden.iter().map(|(name, value)| (name.as_str(), value.as_str())).chain(typed.iter().copied()).collect();
    screen.post(action, &all).await
}

async fn somebody(site: &TestSite, id: &str, birth: &str) {
    // Numbers that another system gave here: a label bears one.
    let number = format!("77{:06}", birth.bytes().map(u32::from).sum::<u32>());
    let head = format!(r#"{{"birthDate":"{birth}","identifier":[{{"system":"urn:rihla:ma:ipp:bsk","value":"{number}"}}],"#);
    let json = Patient::new().id(id).family("Alami").json().replacen('{', &head, 1);
    let reply = site.client().await.put(&format!("Patient/{id}"), &json).await;
    assert_eq!(reply.status, 201, "{}", reply.text());
}

#[tokio::test(flavor = "multi_thread")]
async fn reg_11_a_newborn_has_its_own_record_that_names_its_mother() {
    let site = TestSite::start().await;
    somebody(&site, "mother", "1995-03-01").await;
    let mut desk = site.screen("registration-clerk").await;
    let path = "/patients/mother/newborn";
    let refused = send(&mut desk, path, path, &[("sex", "female"), ("at", "2099-01-01T08:00")]).await;
    assert_eq!(refused.status, 422, "a birth does not lie ahead");
    let twins = [("1", "Nouveau-né 1"), ("2", "Nouveau-né 2")];
    for (order, given) in twins {
        let made = send(&mut desk, path, path, &[("sex", "female"), ("at", "2026-01-15T04:05"), ("order", order)]).await;
        assert_eq!(made.status, 303, "{}", made.text());
        let id = made.header("location").and_then(|to| to.strip_prefix("/patients/")).expect("a patient").to_owned();
        let mut client = site.client().await;
        let child = client.get(&format!("Patient/{id}")).await;
        let at = |path: &str| child.at(path).unwrap_or_default();
        assert_eq!((at("name.0.family").as_str(), at("name.0.given.0").as_str(), at("name.0.use").as_str()), ("Alami", given, "temp"));
        assert_eq!((at("birthDate").as_str(), at("multipleBirthInteger").as_str()), ("2026-01-15", order));
        assert!(at("_birthDate.extension.0.valueDateTime").starts_with("2026-01-15T04:05:00"), "{}", child.text());
        assert_eq!(at("identifier.0.value").len(), 8, "a number of its own");
        let related = client.get(&format!("RelatedPerson?patient={id}")).await;
        let at = |path: &str| related.at(&format!("entry.0.resource.{path}")).unwrap_or_default();
        assert_eq!((at("relationship.0.coding.0.code").as_str(), at("extension.0.valueReference.reference").as_str()), ("MTH", "Patient/mother"));
        let mother = client.get("Patient/mother").await;
        assert!(mother.text().contains(&format!("RelatedPerson/{}", related.at("entry.0.resource.id").unwrap_or_default())), "{}", mother.text());
        let bands = desk.get(&format!("/patients/{id}/bands")).await;
        assert!(bands.text().contains(&format!("/{order}")), "the pair of bands bears one number: {}", bands.text());
        let page = desk.get(&format!("/patients/{id}/people")).await;
        assert!(page.text().contains("href=\"/patients/mother\""), "the way to the mother's record");
    }
    site.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn reg_12_of_a_minor_for_whom_nobody_answers_it_is_said_until_somebody_does() {
    let site = TestSite::start().await;
    somebody(&site, "child", "2019-06-01").await;
    somebody(&site, "adult", "1980-06-01").await;
    let mut desk = site.screen("registration-clerk").await;
    assert!(!desk.get("/patients/adult/people").await.text().contains("Patient mineur"));
    assert!(desk.get("/patients/child/people").await.text().contains("Patient mineur"));
    let (page, act) = ("/patients/child/people", "/patients/child/relations");
    let refused = send(&mut desk, page, act, &[("kind", "guardian"), ("name", " ")]).await;
    assert!(refused.status == 422 && refused.text().contains("Écrivez le nom"), "{}", refused.text());
    assert_eq!(send(&mut desk, page, act, &[("kind", "guardian"), ("name", "Hassan <b>Alami</b>"), ("phone", "0611223344")]).await.status, 303);
    assert_eq!(send(&mut desk, page, act, &[("kind", "authority"), ("name", "Police, 2e arrondissement")]).await.status, 303);
    let shown = desk.get(page).await;
    assert!(!shown.text().contains("Patient mineur") && shown.text().contains("0611223344"), "{}", shown.text());
    assert!(shown.text().contains("Hassan &#60;b&#62;Alami") && shown.text().contains("informée le"), "{}", shown.text());
    // Another patient's page cannot be written from this one.
    let mut foreign = form(&shown, act);
    foreign.iter_mut().filter(|(name, _)| name == "_patient").for_each(|(_, value)| *value = "adult".to_owned());
    let all: Vec<(&str, &str)> = foreign.iter().map(|(name, value)| (name.as_str(), value.as_str())).chain([("kind", "family"), ("name", "X")]).collect();
    assert_eq!(desk.post(act, &all).await.status, 400);
    site.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn reg_13_who_pays_is_of_the_pack_and_of_the_day() {
    let site = TestSite::start().await;
    somebody(&site, "p", "1980-06-01").await;
    let mut desk = site.screen("registration-clerk").await;
    let (page, act) = ("/patients/p/people", "/patients/p/cover");
    let wrong = [("scheme", "amo-public"), ("holder", "self"), ("from", "2026"), ("until", "")];
    assert_eq!(send(&mut desk, page, act, &wrong).await.status, 422, "a year is no day");
    let backwards = [("scheme", "amo-public"), ("holder", "self"), ("from", "01/02/2026"), ("until", "01/01/2026")];
    assert_eq!(send(&mut desk, page, act, &backwards).await.status, 422);
    let good = [("scheme", "amo-public"), ("holder", "spouse"), ("from", "01/02/2025"), ("until", ""), ("number", "123456789")];
    assert_eq!(send(&mut desk, page, act, &good).await.status, 303);
    let over = [("scheme", "amo-salaries"), ("holder", "self"), ("from", "01/02/2020"), ("until", "31/01/2025")];
    assert_eq!(send(&mut desk, page, act, &over).await.status, 303);
    let shown = desk.get(page).await;
    assert!(shown.text().contains("CNOPS") && shown.text().contains("123456789"), "its manager of that day: {}", shown.text());
    assert!(shown.text().contains("<s><b>AMO des salariés"), "what is over is struck through");
    let kept = site.client().await.get("Coverage?beneficiary=Patient/p").await;
    assert!(kept.text().contains("urn:rihla:ma:scheme") && kept.text().contains("\"spouse\""), "{}", kept.text());
    // A nurse has nothing to do there.
    assert_eq!(site.screen("nurse").await.get(page).await.status, 403);
    site.stop().await;
}

/// The form of the correction as it stands, with some fields typed over.
async fn corrected(screen: &mut Screen, id: &str, typed: &[(&str, &str)]) -> Reply {
    let path = format!("/patients/{id}/correct");
    let page = screen.get(&path).await;
    let text = page.text();
    let value =
        |input: &str, name: &str| input.split(&format!("{name}=\"")).nth(1).and_then(|rest| rest.split('"').next()).map(|value| value.replace("&#39;", "'"));
    let form = text.split("<form").find(|form| form.contains(&format!("action=\"{path}\""))).expect("the form");
    let mut all: Vec<(String, String)> =
        form.split("<input ").skip(1).filter_map(|input| Some((value(input, " name").or_else(|| value(input, "name"))?, value(input, "value")?))).collect();
    for list in form.split("<select ").skip(1) {
        let list = list.split("</select>").next().expect("a list");
        let chosen = list.split("<option ").find(|option| option.contains(" selected")).and_then(|option| value(option, "value"));
        all.extend(Some((value(list, " name").expect("a name"), chosen.unwrap_or_default())));
    }
    all.retain(|(name, _)| !typed.iter().any(|(other, _)| other == name));
    let all: Vec<(&str, &str)> = all.iter().map(|(name, value)| (name.as_str(), value.as_str())).chain(typed.iter().copied()).collect();
    screen.post(&path, &all).await
}

const KNOWN: &str = r#"{"resourceType":"Patient","id":"known","extension":[{"url":"urn:other","valueString":"kept"},{"url":"urn:rihla:extension:identity-state","valueCode":"STATE"},{"url":"urn:rihla:extension:identity-paper","valueCode":"cin"}],"active":true,"name":[{"use":"official","family":"Alaui","given":["Salma"],"suffix":["Dr"]},{"use":"maiden","family":"Tazi"}],"telecom":[{"system":"phone","value":"0611223344"},{"system":"email","value":"s@example.org"}],"gender":"female","birthDate":"1984-05-17","maritalStatus":{"text":"mariée"}}"#;

#[tokio::test(flavor = "multi_thread")]
async fn reg_14_what_is_corrected_changes_and_nothing_else_does() {
    let site = TestSite::start().await;
    let mut client = site.client().await;
    let provisional = KNOWN.replace("STATE", "provisional").replace(r#",{"url":"urn:rihla:extension:identity-paper","valueCode":"cin"}"#, "");
    assert_eq!(client.put("Patient/known", &provisional).await.status, 201);
    let mut desk = site.screen("registration-clerk").await;
    assert_eq!(corrected(&mut desk, "known", &[("phone", "0699887766"), ("why", "x")]).await.status, 422, "a reason is asked for");
    assert_eq!(corrected(&mut desk, "known", &[("phone", "0699887766"), ("why", "nouveau numéro")]).await.status, 303);
    let read = client.get("Patient/known").await;
    let at = |path: &str| read.at(path).unwrap_or_default();
    assert_eq!((at("telecom.0.value").as_str(), at("telecom.1.value").as_str()), ("0699887766", "s@example.org"));
    assert_eq!((at("name.0.suffix.0").as_str(), at("maritalStatus.text").as_str(), at("birthDate").as_str()), ("Dr", "mariée", "1984-05-17"), "by the letter");
    assert!(read.text().contains("urn:other"));
    assert_eq!(corrected(&mut desk, "known", &[("family", "Alaoui"), ("paper", "cin"), ("why", "carte lue")]).await.status, 303);
    let read = client.get("Patient/known").await;
    let at = |path: &str| read.at(path).unwrap_or_default();
    assert_eq!((at("name.0.family").as_str(), at("name.1.family").as_str()), ("Alaoui", "Tazi"), "the name before marriage stays");
    assert_eq!(at("extension.0.valueCode"), "validated", "a paper was seen");
    let told = client.get("Provenance?target=Patient/known").await;
    assert!(told.text().contains("CORRECT") && told.text().contains("carte lue"), "{}", told.text());
    site.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn reg_14_a_validated_identity_is_corrected_by_two_officers() {
    let site = TestSite::start().await;
    let mut client = site.client().await;
    assert_eq!(client.put("Patient/known", &KNOWN.replace("STATE", "validated")).await.status, 201);
    let mut desk = site.screen("registration-clerk").await;
    let (mut one, mut other) = (site.screen_of("o1", "identity-officer").await, site.screen_of("o2", "identity-officer").await);
    let typed = [("family", "Alaoui"), ("why", "carte relue")];
    let refused = corrected(&mut desk, "known", &typed).await;
    assert!(refused.status == 422 && refused.text().contains("identitovigilance"), "{}", refused.text());
    assert_eq!(corrected(&mut desk, "known", &[("phone", "0699887766"), ("why", "nouveau numéro")]).await.status, 303, "a telephone is no trait");
    for _ in 0..2 {
        assert_eq!(corrected(&mut one, "known", &typed).await.status, 303);
        assert_eq!(client.get("Patient/known").await.at("name.0.family").as_deref(), Some("Alaui"), "one officer is not two");
    }
    let page = other.get("/patients/known/correct").await;
    assert!(page.text().contains("value=\"Alaoui\"") && page.text().contains("Un autre agent demande"), "{}", page.text());
    assert_eq!(corrected(&mut other, "known", &[("why", "vérifié sur la carte")]).await.status, 303);
    let read = client.get("Patient/known").await;
    assert_eq!((read.at("name.0.family").as_deref(), read.at("birthDate").as_deref()), (Some("Alaoui"), Some("1984-05-17")));
    assert!(!other.get("/patients/known/correct").await.text().contains("Un autre agent demande"), "it is done with");
    site.stop().await;
}
