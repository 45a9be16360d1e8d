//! The site's own forms: made, tried, put to use, versioned. The ids are those of `modules/forms/spec.md`.

#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used, clippy::indexing_slicing, reason = "a test ends where something is wrong")]

use rihla_testkit::{Client, Reply, Screen, TestSite};

/// The hidden fields of the editor, with what is typed into it.
fn typed<'f>(page: &'f Reply, fields: &[(&'f str, &'f str)]) -> Vec<(&'f str, String)> {
    let names = ["_form", "_author", "_id", "_path", "version", "over"];
    let hidden = names.iter().map(|name| (*name, page.hidden(name))).filter(|(_, value)| !value.is_empty());
    hidden.chain(fields.iter().map(|(name, value)| (*name, (*value).to_owned()))).collect()
}

async fn send(screen: &mut Screen, path: &str, fields: &[(&str, String)]) -> Reply {
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    screen.post(path, &fields).await
}

const CHOICE: [(&str, &str); 11] = [
    ("title.fr", "Risque de chute"),
    ("title.ar", "خطر السقوط"),
    ("e0.link", "q1"),
    ("e0.kind", "choice"),
    ("e0.was", "choice"),
    ("e0.fr", "Équilibre"),
    ("e0.required", "1"),
    ("e0.o0.code", "good"),
    ("e0.o0.fr", "Bon"),
    ("e0.o0.points", "0"),
    ("user.nurse", "1"),
];
const SECOND: [(&str, &str); 13] = [
    ("e0.o1.code", "bad"),
    ("e0.o1.fr", "Mauvais"),
    ("e0.o1.points", "3"),
    ("e1.link", "q2"),
    ("e1.kind", "integer"),
    ("e1.was", "integer"),
    ("e1.fr", "Total"),
    ("e1.by", "sum"),
    ("e1.s0", "q1"),
    ("e1.system", "http://loinc.org"),
    ("e1.code", "59461-4"),
    ("e1.observed", "1"),
    ("act", "save"),
];

fn falls() -> Vec<(&'static str, &'static str)> {
    [&CHOICE[..], &SECOND[..]].concat()
}

/// Where the page of a form is that was saved.
async fn saved(screen: &mut Screen, path: &str, fields: &[(&str, &str)]) -> String {
    let page = screen.get(path).await;
    assert_eq!(page.status, 200, "{}", page.text());
    let reply = send(screen, path, &typed(&page, fields)).await;
    assert_eq!(reply.status, 303, "{}", reply.text());
    reply.header("location").expect("a place").to_owned()
}

async fn publish(screen: &mut Screen, path: &str) -> Reply {
    let page = screen.get(path).await;
    let fields = ["_author", "version", "active"].map(|name| (name, page.hidden(name)));
    send(screen, &format!("{path}/publish"), &fields).await
}

async fn patient(client: &mut Client) {
    let json = r#"{"resourceType":"Patient","id":"amal","gender":"female","birthDate":"1984-05-02","name":[{"family":"Alami","given":["Amal"]}]}"#;
    assert_eq!(client.put("Patient/amal", json).await.status, 201);
    client.take_into_care("amal").await;
}

/// FORM-10, FORM-11, FORM-12
#[tokio::test(flavor = "multi_thread")]
async fn a_form_is_typed_tried_and_put_to_use() {
    let site = TestSite::start().await;
    let mut client = site.client().await;
    patient(&mut client).await;
    let (mut editor, mut nurse) = (site.screen("form-editor").await, site.screen("nurse").await);
    assert_eq!(nurse.get("/forms/new").await.status, 403);
    assert!(!nurse.get("/forms").await.text().contains("Nouveau formulaire") && editor.get("/forms").await.text().contains("Nouveau formulaire"));
    // Buttons answer the page with everything that was typed.
    let page = editor.get("/forms/new").await;
    let added = send(&mut editor, "/forms/new", &typed(&page, &[("title.fr", "Risque"), ("act", "add")])).await;
    assert!(added.status == 200 && added.text().contains("value=\"Risque\"") && added.text().contains(r#"name="e0.link" value="q1""#), "{}", added.text());
    assert_eq!(added.hidden("_id"), page.hidden("_id"));
    let copied = send(&mut editor, "/forms/new", &typed(&page, &[&CHOICE[..], &[("act", "copy:0")]].concat())).await;
    assert_eq!(copied.text().matches("value=\"Bon\"").count(), 2, "{}", copied.text());
    // What is wrong is said beside its question, in the words of the list of forms; nothing typed is lost.
    let wrong = [("title.fr", "Risque"), ("e0.link", "q1"), ("e0.kind", "choice"), ("e0.was", "choice"), ("e0.fr", "Équilibre"), ("act", "again")];
    let refused = send(&mut editor, "/forms/new", &typed(&page, &wrong)).await;
    assert!(refused.text().contains("RH-FORMS-NO-OPTIONS") && refused.text().contains("Un choix sans réponses proposées"), "{}", refused.text());
    let half = [&CHOICE[..], &[("e0.o0.points", "beaucoup"), ("act", "save")]].concat();
    let refused = send(&mut editor, "/forms/new", &typed(&page, &half)).await;
    assert!(refused.text().contains("n’est pas enregistré") && refused.text().contains("beaucoup"), "{}", refused.text());
    // It is tried as it will be filled in.
    let tried = [falls(), vec![("q0.0", "o1")]].concat();
    let part = send(&mut editor, "/forms/new/part", &typed(&page, &tried)).await;
    assert!(part.status == 200 && part.text().contains("<bdi>3</bdi>") && !part.text().contains("<form"), "{}", part.text());
    // A draft of what is typed, then the draft of the form.
    assert_eq!(send(&mut editor, "/drafts", &typed(&page, &CHOICE)).await.status, 303);
    assert!(editor.get("/forms/new").await.text().contains("Équilibre"));
    let path = saved(&mut editor, "/forms/new", &falls()).await;
    assert!(!editor.get("/forms/new").await.text().contains("Équilibre"), "what was saved is no draft of typing any more");
    let id = path.rsplit('/').next().unwrap().to_owned();
    let stored = client.get(&format!("Questionnaire/{id}")).await;
    assert!(stored.text().contains(r#""status":"draft""#) && stored.text().contains("ordinalValue"), "{}", stored.text());
    assert_eq!(nurse.get(&format!("/patients/amal/forms/new/{id}")).await.status, 409, "a draft is not filled in");
    let fields = [("_author", nurse.get("/drafts").await.hidden("_author")), ("version", "1".to_owned()), ("reason", "non".to_owned())];
    for act in ["publish", "retire"] {
        assert_eq!(send(&mut nurse, &format!("{path}/{act}"), &fields).await.status, 403);
    }
    assert_eq!(nurse.get(&format!("{path}/json")).await.status, 403);
    assert_eq!(publish(&mut editor, &path).await.header("location"), Some(path.as_str()));
    let shown = editor.get(&path).await;
    assert!(shown.text().contains("Actif") && shown.text().contains("première version") && shown.text().contains("Personne form-editor"), "{}", shown.text());
    // Filled in by those for whom it is.
    assert!(nurse.get("/patients/amal/forms").await.text().contains("Risque de chute"));
    let fill = format!("/patients/amal/forms/new/{id}");
    let page = nurse.get(&fill).await;
    let names = ["_form", "_patient", "_author", "_id", "_path", "version"];
    let mut fields: Vec<(&str, String)> = names.iter().map(|name| (*name, page.hidden(name))).collect();
    fields.extend([("q0.0", "o1".to_owned()), ("act", "done".to_owned())]);
    assert_eq!(send(&mut nurse, &fill, &fields).await.status, 303);
    let response = client.get(&format!("QuestionnaireResponse/{}", page.hidden("_id"))).await;
    assert!(response.text().contains(&format!(r#""questionnaire":"urn:rihla:form:{id}|1""#)), "{}", response.text());
    assert!(client.get("Observation?patient=amal&code=59461-4").await.text().contains(r#""valueInteger":3"#));
    site.stop().await;
}

/// A form in use, and a response to it: the path of the form, and of what was filled in.
async fn in_use(site: &TestSite, client: &mut Client) -> (String, String) {
    patient(client).await;
    let (mut editor, mut nurse) = (site.screen("form-editor").await, site.screen("nurse").await);
    let path = saved(&mut editor, "/forms/new", &falls()).await;
    assert_eq!(publish(&mut editor, &path).await.status, 303);
    let fill = path.replace("/forms/", "/patients/amal/forms/new/");
    let page = nurse.get(&fill).await;
    let names = ["_form", "_patient", "_author", "_id", "_path", "version"];
    let mut fields: Vec<(&str, String)> = names.iter().map(|name| (*name, page.hidden(name))).collect();
    fields.extend([("q0.0", "o1".to_owned()), ("act", "done".to_owned())]);
    assert_eq!(send(&mut nurse, &fill, &fields).await.status, 303);
    (path, format!("/patients/amal/forms/{}", page.hidden("_id")))
}

/// What the editor shows of the form in use, as its page sends it.
fn again(words: &'static str) -> Vec<(&'static str, &'static str)> {
    let sources = [("e0.src", "0"), ("e0.o0.src", "0"), ("e0.o1.src", "1"), ("e1.src", "1"), ("e1.formula", "")];
    let fields = falls().into_iter().map(|(name, value)| if name == "e0.fr" { (name, words) } else { (name, value) });
    fields.chain(sources).collect()
}

/// FORM-13, FORM-14
#[tokio::test(flavor = "multi_thread")]
async fn a_new_version_retires_the_one_before_and_old_answers_keep_theirs() {
    let site = TestSite::start().await;
    let mut client = site.client().await;
    let (path, response) = in_use(&site, &mut client).await;
    let mut editor = site.screen("form-editor").await;
    let mut nurse = site.screen("nurse").await;
    let id = path.rsplit('/').next().unwrap().to_owned();
    let before = client.get(&format!("Questionnaire/{id}")).await.text().to_owned();
    let edit = format!("{path}/edit");
    let next = saved(&mut editor, &edit, &again("Équilibre debout")).await;
    assert_ne!(next, path, "an active form is never changed in its place");
    assert_eq!(client.get(&format!("Questionnaire/{id}")).await.text(), before);
    assert_eq!(editor.get(&edit).await.header("location").map(str::to_owned), Some(format!("{next}/edit")), "there is one draft of a form");
    let page = editor.get(&next).await;
    assert!(page.text().contains("« Équilibre debout » : texte"), "what changes is said before: {}", page.text());
    assert_eq!(publish(&mut editor, &next).await.status, 303);
    let shown = editor.get(&next).await;
    assert!(shown.text().contains("Retiré") && shown.text().contains("Actif") && shown.text().contains("« Équilibre debout » : texte"), "{}", shown.text());
    let (old, new) = (client.get(&format!("Questionnaire/{id}")).await, client.get(&format!("Questionnaire/{}", next.rsplit('/').next().unwrap())).await);
    assert!(old.text().contains(r#""status":"retired""#) && new.text().contains(r#""version":"2""#), "{}", new.text());
    assert!(new.text().contains(&format!(r#""derivedFrom":["urn:rihla:form:{id}|1"]"#)), "{}", new.text());
    // Old answers are read in the words of their version.
    let read = nurse.get(&response).await;
    assert!(read.text().contains("Équilibre") && !read.text().contains("debout") && !read.text().contains("n’est pas ici"), "{}", read.text());
    assert_eq!(nurse.get(&path.replace("/forms/", "/patients/amal/forms/new/")).await.status, 409);
    // Taken out of use with a reason.
    let fields = |page: &Reply, reason: &str| vec![("_author", page.hidden("_author")), ("version", page.hidden("version")), ("reason", reason.to_owned())];
    let page = editor.get(&next).await;
    let reply = send(&mut editor, &format!("{next}/retire"), &fields(&page, " ")).await;
    assert!(reply.header("location").is_some_and(|to| to.contains("RH-FORMS-REASON-FORM")));
    assert_eq!(send(&mut editor, &format!("{next}/retire"), &fields(&page, "remplacé par l’échelle locale")).await.status, 303);
    assert!(editor.get(&next).await.text().contains("remplacé par l’échelle locale"));
    assert!(!nurse.get("/patients/amal/forms").await.text().contains("/forms/new/"), "and is offered no more");
    site.stop().await;
}

/// FORM-15: two who edit at once.
#[tokio::test(flavor = "multi_thread")]
async fn the_second_of_two_is_told_and_loses_nothing() {
    let site = TestSite::start().await;
    let mut client = site.client().await;
    let (path, _) = in_use(&site, &mut client).await;
    let (mut one, mut two) = (site.screen("form-editor").await, site.screen_of("p2", "form-editor").await);
    let edit = format!("{path}/edit");
    let (first, second) = (one.get(&edit).await, two.get(&edit).await);
    let made = send(&mut one, &edit, &typed(&first, &again("Du premier"))).await;
    assert_eq!(made.status, 303);
    let twice = send(&mut one, &edit, &typed(&first, &again("Du premier"))).await;
    assert_eq!(twice.header("location"), made.header("location"), "who sends the page twice writes once");
    let back = send(&mut one, &edit, &typed(&first, &again("De retour"))).await;
    assert!(back.status == 200 && back.text().contains("De retour"), "a page that was saved before does not pass for saved: {}", back.text());
    assert_eq!(send(&mut two, "/drafts", &typed(&second, &again("Du second"))).await.status, 303);
    assert!(two.get(&edit).await.text().contains("Du second"), "what was typed is not hidden by another's draft");
    let told = send(&mut two, &edit, &typed(&second, &again("Du second"))).await;
    assert!(told.status == 200 && told.text().contains("Quelqu’un d’autre a enregistré") && told.text().contains("Du second"), "{}", told.text());
    assert!(!told.text().contains("à la place"), "another draft is not written over unseen");
    // The same draft, in two tabs.
    let draft = format!("{}/edit", one.get(&edit).await.header("location").expect("the draft").trim_end_matches("/edit"));
    let (first, second) = (one.get(&draft).await, two.get(&draft).await);
    assert_eq!(send(&mut one, &draft, &typed(&first, &again("Encore le premier"))).await.status, 303);
    let told = send(&mut two, &draft, &typed(&second, &again("Encore le second"))).await;
    assert!(
        told.text().contains("« Encore le premier » : texte") && told.text().contains("Encore le second"),
        "what the other changed is said: {}",
        told.text()
    );
    let over: Vec<_> = again("Encore le second").into_iter().filter(|(name, _)| *name != "act").chain([("act", "over")]).collect();
    assert_eq!(send(&mut two, &draft, &typed(&told, &over)).await.status, 303, "{}", told.text());
    let json = two.get(&draft.replace("/edit", "/json")).await;
    assert!(json.text().contains("Encore le second") && !json.text().contains("Encore le premier"), "{}", json.text());
    // What was published meanwhile is not retired unseen.
    let path = draft.trim_end_matches("/edit").to_owned();
    let stale = one.get(&path).await;
    let fields = ["_author", "version", "active"].map(|name| (name, stale.hidden(name)));
    assert_eq!(publish(&mut two, &path).await.header("location"), Some(path.as_str()));
    assert_eq!(send(&mut one, &format!("{path}/publish"), &fields).await.header("location"), Some(path.as_str()), "published once");
    site.stop().await;
}

/// FORM-16: files.
#[tokio::test(flavor = "multi_thread")]
async fn a_form_goes_out_and_comes_in_as_a_file_and_loses_nothing() {
    let site = TestSite::start().await;
    let mut client = site.client().await;
    let mut editor = site.screen("form-editor").await;
    let author = editor.get("/forms").await.hidden("_author");
    let file = r#"{"resourceType":"Questionnaire","id":"theirs","meta":{"profile":["urn:p"]},"url":"urn:theirs","version":"4.2","status":"active","title":"Ailleurs","item":[{"linkId":"a","prefix":"1)","type":"string","text":"Nom","maxLength":9},{"linkId":"b","type":"choice","text":"?"}]}"#;
    let taken = editor.upload("/forms/import", &[("_author", &author)], ("file", file.as_bytes())).await;
    assert_eq!(taken.status, 303, "{}", taken.text());
    let edit = taken.header("location").expect("a place").to_owned();
    let page = editor.get(&edit).await;
    assert!(page.text().contains("prefix, maxLength") && page.text().contains("RH-FORMS-NO-OPTIONS"), "{}", page.text());
    let path = edit.trim_end_matches("/edit").to_owned();
    assert!(publish(&mut editor, &path).await.header("location").is_some_and(|to| to.contains("RH-FORMS-FAULTS")), "what has faults is not put to use");
    let fields = [
        ("title.fr", "Ailleurs"),
        ("e0.link", "a"),
        ("e0.src", "0"),
        ("e0.kind", "string"),
        ("e0.was", "string"),
        ("e0.fr", "Nom de famille"),
        ("act", "save"),
    ];
    assert_eq!(send(&mut editor, &edit, &typed(&page, &fields)).await.status, 303);
    assert_eq!(publish(&mut editor, &path).await.header("location"), Some(path.as_str()));
    let out = editor.get(&format!("{path}/json")).await;
    assert!(out.header("content-disposition").is_some_and(|name| name.starts_with("attachment")));
    let wanted = [r#""prefix": "1)""#, r#""maxLength": 9"#, r#""version": "4.2""#, "urn:p", "Nom de famille", r#""status": "active""#];
    assert!(wanted.iter().all(|part| out.text().contains(part)), "{}", out.text());
    // What comes back is the draft of the next version, with everything.
    let back = editor.upload("/forms/import", &[("_author", &author)], ("file", out.text().as_bytes())).await;
    assert_eq!(back.status, 303, "{}", back.text());
    let twice = editor.upload("/forms/import", &[("_author", &author)], ("file", out.text().as_bytes())).await;
    assert!(twice.status == 200 && twice.text().contains("existe déjà"), "{}", twice.text());
    let next = back.header("location").unwrap().trim_end_matches("/edit").to_owned();
    assert_eq!(publish(&mut editor, &next).await.header("location"), Some(next.as_str()));
    let stored = client.get(&format!("Questionnaire/{}", next.rsplit('/').next().unwrap())).await;
    assert!(stored.text().contains(r#""version":"5""#), "{}", stored.text());
    for (wrong, says) in [
        ("{", "JSON"),
        (r#"{"resourceType":"Patient"}"#, "n’est pas un Questionnaire de FHIR"),
        (r#"{"resourceType":"Questionnaire","status":"x","item":[{"text":"?"}]}"#, "valable"),
        ("", "Choisissez"),
    ] {
        let refused = editor.upload("/forms/import", &[("_author", &author)], ("file", wrong.as_bytes())).await;
        assert!(refused.status == 200 && refused.text().contains(says), "{wrong}: {}", refused.text());
    }
    let large = vec![b' '; 3 << 20];
    assert_eq!(editor.upload("/forms/import", &[("_author", &author)], ("file", &large)).await.status, 413);
    site.stop().await;
}
