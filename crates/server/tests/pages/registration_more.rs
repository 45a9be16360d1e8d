//! What follows when somebody was written down: the photo, what they are asked (`modules/registration/spec.md`).

#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used, clippy::indexing_slicing, reason = "a test")]

use rihla_testkit::{Reply, Screen, TestSite};

const CLERK: &str = "registration-clerk";

/// A picture of one colour, whole as far as its beginning and its end go.
fn picture(colour: u8) -> Vec<u8> {
    let side = 300u32.to_be_bytes();
    [b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".as_slice(), &side, &side, &[8, 2, 0, 0, 0], &[colour; 64], b"\0\0\0\0IEND\xae\x42\x60\x82"].concat()
}

async fn patient(site: &TestSite, id: &str, more: &str) {
    let text = format!(
        r#"{{"resourceType":"Patient","id":"{id}",{more}"name":[{{"family":"El Alami","given":["Salma"]}}],"gender":"female","birthDate":"1984-05-17"}}"#
    );
    assert_eq!(site.client().await.put(&format!("Patient/{id}"), &text).await.status, 201);
}

async fn photo(screen: &mut Screen, patient: &str, fields: &[(&str, &str)], file: &[u8]) -> Reply {
    let author = screen.get(&format!("/patients/{patient}/consents")).await.hidden("_author");
    let all: Vec<_> = [("_author", author.as_str()), ("_patient", patient)].into_iter().chain(fields.iter().copied()).collect();
    screen.upload(&format!("/patients/{patient}/photo"), &all, ("photo", file)).await
}

#[tokio::test(flavor = "multi_thread")]
async fn pho_1_2_and_3_a_photo_is_kept_shown_replaced_and_taken_away_with_a_reason() {
    let site = TestSite::start().await;
    patient(&site, "salma", "").await;
    let mut desk = site.screen(CLERK).await;
    assert_eq!(desk.get("/patients/salma/photo").await.status, 404);
    for (file, said) in [(b"".as_slice(), "Choisissez une photo"), (b"%PDF-1.7", "JPEG ou PNG entière")] {
        let wrong = photo(&mut desk, "salma", &[], file).await;
        assert!(wrong.status == 422 && wrong.text().contains(said), "{said}: {}", wrong.text());
    }
    let mut large = picture(1);
    large.splice(33..33, vec![0; 2 << 20]);
    let wrong = photo(&mut desk, "salma", &[], &large).await;
    assert!(wrong.status == 422 && wrong.text().contains("dépasse 1 Mio"), "{}", wrong.text());

    assert_eq!(photo(&mut desk, "salma", &[], &picture(1)).await.status, 303);
    let shown = desk.get("/patients/salma/photo").await;
    assert_eq!((shown.status, shown.header("content-type"), shown.header("cache-control")), (200, Some("image/png"), Some("no-store")));
    assert_eq!(shown.body, picture(1));
    assert!(desk.get("/patients/salma/consents").await.text().contains("<img class=\"photo\" src=\"/patients/salma/photo\""), "in the banner");
    let mut client = site.client().await;
    let first = client.get("/Patient/salma").await.at("photo.0.url").expect("a Binary");

    let unsaid = photo(&mut desk, "salma", &[], &picture(2)).await;
    assert!(unsaid.status == 422 && unsaid.text().contains("Dites en une phrase"), "{}", unsaid.text());
    assert_eq!(photo(&mut desk, "salma", &[("why", "l’ancienne était floue")], &picture(2)).await.status, 303);
    assert_eq!(desk.get("/patients/salma/photo").await.body, picture(2));
    assert_eq!(client.get(&format!("/{first}")).await.status, 410, "the one before is in the history alone");
    assert_eq!(photo(&mut desk, "salma", &[("away", "1"), ("why", "à sa demande")], b"").await.status, 303);
    assert_eq!(desk.get("/patients/salma/photo").await.status, 404);
    assert_eq!(client.get("/Patient/salma").await.at("photo.0.url"), None);
    let told = client.get("/Provenance?target=Patient/salma&_sort=-_lastUpdated").await;
    assert_eq!(told.at("entry.0.resource.reason.0.text").as_deref(), Some("à sa demande"));
    site.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn pho_4_a_photo_is_seen_by_whoever_may_see_the_person_and_by_nobody_else() {
    let site = TestSite::start().await;
    patient(&site, "star", r#""meta":{"security":[{"system":"http://terminology.hl7.org/CodeSystem/v3-ActCode","code":"CEL"}]},"#).await;
    patient(&site, "other", "").await;
    let mut officer = site.screen("identity-officer").await;
    assert_eq!(photo(&mut officer, "star", &[], &picture(1)).await.status, 303);
    assert_eq!(officer.get("/patients/star/photo").await.status, 200);
    for role in [CLERK, "nurse", "physician"] {
        assert_ne!(site.screen(role).await.get("/patients/star/photo").await.status, 200, "{role}");
    }
    // Who writes a Patient cannot borrow the photo of somebody whom they may not see.
    let mut client = site.client().await;
    let url = client.get("/Patient/star").await.at("photo.0.url").expect("a Binary");
    patient_with_photo(&site, &url).await;
    assert_eq!(site.screen(CLERK).await.get("/patients/thief/photo").await.status, 404);
    site.stop().await;
}

async fn patient_with_photo(site: &TestSite, url: &str) {
    patient(site, "thief", &format!(r#""photo":[{{"contentType":"image/png","url":"{url}"}}],"#)).await;
}

/// Sends answers, each with the id that the page gave it.
async fn answer(screen: &mut Screen, patient: &str, fields: &[(&str, &str)]) -> Reply {
    let page = screen.get(&format!("/patients/{patient}/consents")).await;
    let mut all = vec![("_author".to_owned(), page.hidden("_author")), ("_patient".to_owned(), patient.to_owned())];
    for code in ["data", "sharing", "research", "photo", "messages"] {
        all.push((format!("id-{code}"), page.hidden(&format!("id-{code}"))));
    }
    let by = format!("Patient/{patient}");
    for (name, value) in [("by", by.as_str()), ("at", "15/01/2026"), ("way", "paper")] {
        if !fields.iter().any(|(known, _)| *known == name) {
            all.push((name.to_owned(), value.to_owned()));
        }
    }
    all.extend(fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
    let all: Vec<(&str, &str)> = all.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    screen.post(&format!("/patients/{patient}/consents"), &all).await
}

#[tokio::test(flavor = "multi_thread")]
async fn con_1_2_and_4_answers_are_kept_replaced_and_withdrawn() {
    let site = TestSite::start().await;
    patient(&site, "salma", "").await;
    let mut desk = site.screen(CLERK).await;
    assert!(desk.get("/patients/salma/consents").await.text().contains("Pas encore demandé"));
    for (fields, said) in [
        (vec![], "au moins une réponse"),
        (vec![("answer-research", "given"), ("way", "word")], "demande un témoin"),
        (vec![("answer-research", "given"), ("at", "01/01/2999")], "aujourd’hui au plus tard"),
        (vec![("answer-research", "given"), ("by", "RelatedPerson/nobody")], "Choisissez qui répond"),
    ] {
        let wrong = answer(&mut desk, "salma", &fields).await;
        assert!(wrong.status == 422 && wrong.text().contains(said), "{said}: {}", wrong.text());
    }
    let fields = [("answer-research", "given"), ("answer-sharing", "refused"), ("way", "word"), ("witness", "A. Idrissi")];
    assert_eq!(answer(&mut desk, "salma", &fields).await.status, 303);
    let page = desk.get("/patients/salma/consents").await;
    for said in ["<b>Accepté</b>", "<b>Refusé</b>", "témoin : A. Idrissi", "texte 1"] {
        assert!(page.text().contains(said), "{said}: {}", page.text());
    }
    let mut client = site.client().await;
    let given = client.get("/Consent?patient=salma&category=research").await;
    let at = |path: &str| given.at(&format!("entry.0.resource.{path}")).unwrap_or_default();
    assert_eq!((at("status").as_str(), at("performer.0.reference").as_str(), at("scope.coding.0.code").as_str()), ("active", "Patient/salma", "research"));
    assert_eq!(at("category.0.coding.1.version"), "1");

    // Another answer takes the place of the one before; what was given is withdrawn from a day on.
    assert_eq!(answer(&mut desk, "salma", &[("answer-sharing", "given")]).await.status, 303);
    let sharing = client.get("/Consent?patient=salma&category=sharing&_sort=_lastUpdated").await;
    let mut states = [sharing.at("entry.0.resource.status").unwrap(), sharing.at("entry.1.resource.status").unwrap()];
    states.sort();
    assert_eq!(states, ["active", "inactive"]);
    let page = desk.get("/patients/salma/consents").await;
    let id = at("id");
    let fields = [
        ("_author", page.hidden("_author")),
        ("_patient", "salma".into()),
        ("consent", id.clone()),
        ("by", "Patient/salma".into()),
        ("at", "15/01/2026".into()),
    ];
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    assert_eq!(desk.post("/patients/salma/consents/withdraw", &fields).await.status, 303);
    let over = client.get(&format!("/Consent/{id}")).await;
    assert_eq!(over.at("status").as_deref(), Some("inactive"));
    assert!(over.text().contains("consent-withdrawn") && over.text().contains("A. Idrissi"), "what was said stays: {}", over.text());
    assert!(desk.get("/patients/salma/consents").await.text().contains("<b>Retiré</b>"));
    let again = desk.post("/patients/salma/consents/withdraw", &fields).await;
    assert!(again.status == 422 && again.text().contains("n’est plus en cours"), "{}", again.text());
    site.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn con_3_a_refusal_to_share_hides_nothing_from_those_who_take_care() {
    let site = TestSite::start().await;
    patient(&site, "salma", "").await;
    site.client().await.take_into_care("salma").await;
    let mut desk = site.screen(CLERK).await;
    assert_eq!(answer(&mut desk, "salma", &[("answer-sharing", "refused"), ("answer-data", "refused")]).await.status, 303);
    let mut nurse = site.screen("nurse").await;
    assert_eq!(nurse.get("/patients/salma/chart").await.status, 200);
    site.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn con_5_a_refused_photo_is_not_taken_and_one_that_is_there_is_named() {
    let site = TestSite::start().await;
    patient(&site, "salma", "").await;
    let mut desk = site.screen(CLERK).await;
    assert_eq!(photo(&mut desk, "salma", &[], &picture(1)).await.status, 303);
    assert_eq!(answer(&mut desk, "salma", &[("answer-photo", "refused")]).await.status, 303);
    assert!(desk.get("/patients/salma/consents").await.text().contains("Retirez celle-ci"));
    let wrong = photo(&mut desk, "salma", &[("why", "une meilleure")], &picture(2)).await;
    assert!(wrong.status == 422 && wrong.text().contains("ne veut pas de photo"), "{}", wrong.text());
    assert_eq!(photo(&mut desk, "salma", &[("away", "1"), ("why", "il la refuse")], b"").await.status, 303, "taking it away is never refused");
    site.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn con_6_somebody_of_the_family_answers_for_a_minor_and_the_form_says_what_is_signed() {
    let site = TestSite::start().await;
    let text = r#"{"resourceType":"Patient","id":"child","name":[{"family":"El Alami","given":["Rim"]},{"family":"العلمي","given":["ريم"]}],"gender":"female","birthDate":"2020-05-17"}"#;
    let mother = r#"{"resourceType":"RelatedPerson","id":"mother","patient":{"reference":"Patient/child"},"relationship":[{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/v3-RoleCode","code":"MTH"}]}],"name":[{"family":"Tazi","given":["Amal"]}]}"#;
    let mut client = site.client().await;
    assert_eq!((client.put("Patient/child", text).await.status, client.put("RelatedPerson/mother", mother).await.status), (201, 201));
    let mut desk = site.screen(CLERK).await;
    let page = desk.get("/patients/child/consents").await;
    assert!(page.text().contains("Patient mineur") && page.text().contains("Mère · TAZI Amal"), "{}", page.text());
    assert_eq!(answer(&mut desk, "child", &[("answer-data", "given"), ("by", "RelatedPerson/mother")]).await.status, 303);
    assert!(desk.get("/patients/child/consents").await.text().contains("Mère · TAZI Amal</bdi>"));
    let form = desk.get("/patients/child/consents/form?lang=ar").await;
    for said in ["lang=\"ar\" dir=\"rtl\"", "العلمي", "أوافق", "لم تصادق عليه"] {
        assert!(form.text().contains(said), "{said}: {}", form.text());
    }
    let one = desk.get("/patients/child/consents/form?lang=fr&code=research").await;
    assert!(one.text().contains("Recherche") && !one.text().contains("Messages (SMS)"), "{}", one.text());
    assert_eq!(desk.get("/patients/child/consents/form?code=nothing").await.status, 404);
    site.stop().await;
}

async fn unknown(desk: &mut Screen, band: &str, seen: &str) -> Reply {
    let page = desk.get("/patients/new").await;
    let (author, id) = (page.hidden("_author"), page.hidden("_id"));
    let fields =
        [("_author", author.as_str()), ("_id", &id), ("unknown", "1"), ("sex", "male"), ("birth", "1980"), ("about", "5"), ("band", band), ("band_seen", seen)];
    desk.post("/patients/new", &fields).await
}

#[tokio::test(flavor = "multi_thread")]
async fn reg_8a_a_numbered_band_is_read_once_and_an_odd_one_is_asked_about() {
    let site = TestSite::start().await;
    let mut desk = site.screen(CLERK).await;
    let author = desk.get("/bands/unknown").await.hidden("_author");
    assert_eq!(desk.post("/bands/unknown", &[("_author", &author), ("count", "3"), ("printer", "")]).await.status, 303);

    let written = unknown(&mut desk, "]d290U1-00002", "").await;
    assert_eq!(written.status, 303, "{}", written.text());
    let id = written.header("location").and_then(|to| to.strip_prefix("/patients/")).expect("a patient").to_owned();
    let read = site.client().await.get(&format!("/Patient/{id}")).await;
    assert_eq!((read.at("identifier.1.system").as_deref(), read.at("identifier.1.value").as_deref()), (Some("urn:rihla:ma:band"), Some("U1-00002")));
    assert!(desk.get(&format!("/patients/{id}")).await.text().contains("U1-00002"));

    for (band, said) in [("u1-2", "déjà celui d’un autre patient"), ("carton 7", "pas le numéro d’un bracelet")] {
        let wrong = unknown(&mut desk, band, "").await;
        assert!(wrong.status == 422 && wrong.text().contains(said), "{said}: {}", wrong.text());
    }
    let asked = unknown(&mut desk, "U1-00099", "").await;
    assert!(asked.status == 422 && asked.text().contains("Aucun bracelet de ce numéro"), "{}", asked.text());
    assert_eq!(asked.hidden("band_seen"), "U1-00099");
    assert_eq!(unknown(&mut desk, "U1-00098", "U1-00099").await.status, 422, "another number is asked about anew");
    assert_eq!(unknown(&mut desk, "U1-00099", "U1-00099").await.status, 303);
    site.stop().await;
}

async fn act(screen: &mut Screen, page: &str, fields: &[(&str, &str)]) -> Reply {
    // Whichever of the two forms the page has, whoever sits here is its author.
    let author = screen.get(&format!("{page}?kind=Observation")).await.hidden("_author");
    let all: Vec<_> = [("_author", author.as_str())].into_iter().chain(fields.iter().copied()).collect();
    screen.post(page, &all).await
}

#[tokio::test(flavor = "multi_thread")]
async fn mov_2_a_report_moves_with_its_results_and_back_and_both_records_say_so() {
    let site = TestSite::start().await;
    let mut client = site.client().await;
    for (id, number) in [("salma", "00000001"), ("omar", "00000002")] {
        patient(&site, id, &format!(r#""identifier":[{{"system":"urn:rihla:ma:ipp:bsk","value":"{number}"}}],"#)).await;
    }
    let of = |id: &str, of: &str| {
        format!(
            r#"{{"resourceType":"Observation","id":"{id}","status":"final","code":{{"text":"hémoglobine"}},"subject":{{"reference":"Patient/{of}"}},"valueQuantity":{{"value":7.10}}}}"#
        )
    };
    let report = r#"{"resourceType":"DiagnosticReport","id":"r","status":"final","code":{"text":"numération secrète"},"subject":{"reference":"Patient/salma","display":"EL ALAMI"},"effectiveDateTime":"2026-01-02T10:00:00+01:00","performer":[{"display":"Dr Tazi"}],"result":[{"reference":"Observation/o1"},{"reference":"Observation/o2"}]}"#;
    for (path, text) in [
        ("Observation/o1", of("o1", "salma")),
        ("Observation/o2", of("o2", "omar")),
        ("Observation/o3", of("o3", "salma")),
        ("DiagnosticReport/r", report.to_owned()),
    ] {
        assert_eq!(client.put(path, &text).await.status, 201);
    }
    let mut officer = site.screen("identity-officer").await;
    let page = "/patients/salma/move/one";
    let list = officer.get(&format!("{page}?kind=DiagnosticReport")).await;
    assert!(list.text().contains("Dr Tazi") && list.text().contains("value=\"r\"") && !list.text().contains("secrète"), "{}", list.text());
    assert_eq!(officer.get(&format!("{page}?kind=Patient")).await.status, 404, "not everything moves alone");
    let chosen = [("kind", "DiagnosticReport"), ("item", "r")];
    let with = |more: &[(&'static str, &'static str)]| chosen.iter().copied().chain(more.iter().copied()).collect::<Vec<_>>();
    let unknown = act(&mut officer, page, &with(&[("number", "9")])).await;
    assert!(unknown.status == 422 && unknown.text().contains("Aucun autre dossier"), "{}", unknown.text());
    let shown = act(&mut officer, page, &with(&[("number", "00000002")])).await;
    assert!(shown.text().contains("2 éléments seront déplacés"), "{}", shown.text());
    assert_eq!(client.get("/DiagnosticReport/r").await.at("subject.reference").as_deref(), Some("Patient/salma"), "nothing moved yet");
    let unsaid = act(&mut officer, page, &with(&[("number", "00000002"), ("to", "omar"), ("why", " ")])).await;
    assert_eq!(unsaid.status, 422);
    assert_eq!(act(&mut officer, page, &with(&[("number", "00000002"), ("to", "omar"), ("why", "étiquettes échangées")])).await.status, 303);

    let mut whose = Vec::new();
    for path in ["/DiagnosticReport/r", "/Observation/o1", "/Observation/o2", "/Observation/o3"] {
        whose.push(client.get(path).await.at("subject.reference").unwrap_or_default());
    }
    assert_eq!(whose, ["Patient/omar", "Patient/omar", "Patient/omar", "Patient/salma"], "the other result stays");
    for (patient, said) in [("salma", "Déplacé vers le dossier IPP Bouskoura 00000002"), ("omar", "Déplacé ici depuis le dossier IPP Bouskoura 00000001")] {
        assert!(client.get(&format!("/Flag?patient={patient}")).await.text().contains(said), "{said}");
    }
    assert_eq!(client.get("/Provenance?target=DiagnosticReport/r").await.at("entry.0.resource.reason.0.text").as_deref(), Some("étiquettes échangées"));
    let again = act(&mut officer, page, &with(&[("number", "00000002"), ("to", "omar"), ("why", "encore une fois")])).await;
    assert_eq!(again.status, 404, "it is not there any more");
    let back = "/patients/omar/move/one";
    assert_eq!(act(&mut officer, back, &with(&[("number", "00000001"), ("to", "salma"), ("why", "c’était le bon")])).await.status, 303);
    let report = client.get("/DiagnosticReport/r").await;
    assert_eq!((report.at("subject.reference").as_deref(), report.at("result.1.reference").as_deref()), (Some("Patient/salma"), Some("Observation/o2")));
    let mut whose = Vec::new();
    for path in ["/Observation/o1", "/Observation/o2"] {
        whose.push(client.get(path).await.at("subject.reference").unwrap_or_default());
    }
    assert_eq!(whose, ["Patient/salma", "Patient/omar"], "what was his before stays his");
    site.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_death_in_a_record_that_was_merged_is_the_survivors_too_and_so_is_its_undoing() {
    let site = TestSite::start().await;
    let mut client = site.client().await;
    let link = |other: &str, kind: &str| format!(r#""link":[{{"other":{{"reference":"Patient/{other}"}},"type":"{kind}"}}],"#);
    patient(&site, "stays", "").await;
    patient(&site, "gone", &format!(r#""active":false,{}"#, link("stays", "replaced-by"))).await;
    let text = format!(r#"{{"resourceType":"Patient","id":"stays",{}"name":[{{"family":"El Alami"}}]}}"#, link("gone", "replaces"));
    assert_eq!(client.put("Patient/stays", &text).await.status, 200);
    let stay = r#"{"resourceType":"Encounter","id":"e","status":"in-progress","class":{"system":"http://terminology.hl7.org/CodeSystem/v3-ActCode","code":"IMP"},"subject":{"reference":"Patient/gone"},"period":{"start":"2026-01-14T08:00:00Z"}}"#;
    assert_eq!(client.put("Encounter/e", stay).await.status, 201);
    client.take_into_care("gone").await;
    site.account("other", &[("physician", None)], "").await;
    let (mut physician, mut other) = (site.screen("physician").await, site.stranger().await);
    other.sign_in("other", rihla_testkit::PASSWORD).await;
    async fn send(site: &TestSite, screen: &mut Screen, act: &str) {
        let version = site.client().await.get("/Encounter/e").await.at("meta.versionId").expect("a version");
        let author = screen.get("/patients/gone/admission").await.hidden("_author");
        let fields = [("_author", author.as_str()), ("_patient", "gone"), ("stay", "e"), ("version", version.as_str())];
        let reply = screen.post(&format!("/patients/gone/admission/{act}"), &fields).await;
        assert!(
            reply.status == 303 && !reply.header("location").unwrap_or_default().contains("wrong="),
            "{act}: {:?} {}",
            reply.header("location"),
            reply.text()
        );
    }
    send(&site, &mut physician, "death").await;
    let mut died = Vec::new();
    for id in ["gone", "stays"] {
        died.push(client.get(&format!("/Patient/{id}")).await.at("deceasedDateTime").expect("dead"));
    }
    assert_eq!(died[0], died[1]);
    send(&site, &mut physician, "death-undo").await;
    send(&site, &mut other, "death-undo").await;
    for id in ["gone", "stays"] {
        assert_eq!(client.get(&format!("/Patient/{id}")).await.at("deceasedDateTime"), None, "{id}");
    }
    site.stop().await;
}
