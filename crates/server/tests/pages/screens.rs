//! The screens from outside: who gets in, what each role may open, and what no page may hold.

#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used, clippy::indexing_slicing, reason = "a test")]

use rihla_testkit::{Client, PASSWORD, Screen, TestSite, observation};

/// A patient with a little of everything, and one beside.
async fn fill(client: &mut Client) {
    let put = [
        (
            "Patient/p1",
            r#"{"resourceType":"Patient","id":"p1","active":true,"identifier":[{"system":"urn:rihla:ma:ipp:bsk","value":"00000101"}],"name":[{"family":"El Idrissi","given":["Fatima","Zahra"]},{"family":"الإدريسي","given":["فاطمة"]}],"gender":"female","birthDate":"1975-03-12","telecom":[{"system":"phone","value":"+212 612345678"}]}"#,
        ),
        ("Patient/p2", r#"{"resourceType":"Patient","id":"p2","name":[{"family":"El Idrissi","given":["Fatima","Zahra"]}],"birthDate":"1980"}"#),
        (
            "Encounter/e1",
            r#"{"resourceType":"Encounter","id":"e1","status":"finished","class":{"code":"IMP"},"subject":{"reference":"Patient/p1"},"period":{"start":"2026-01-02T09:00:00Z","end":"2026-01-05T10:00:00Z"}}"#,
        ),
        (
            "AllergyIntolerance/a1",
            r#"{"resourceType":"AllergyIntolerance","id":"a1","clinicalStatus":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical","code":"active"}]},"code":{"text":"Pénicilline"},"criticality":"high","patient":{"reference":"Patient/p1"}}"#,
        ),
        (
            "Condition/c1",
            r#"{"resourceType":"Condition","id":"c1","verificationStatus":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/condition-ver-status","code":"entered-in-error"}]},"code":{"text":"Erreur de saisie"},"subject":{"reference":"Patient/p1"}}"#,
        ),
        (
            "DocumentReference/d1",
            r#"{"resourceType":"DocumentReference","id":"d1","status":"current","type":{"text":"Lettre"},"subject":{"reference":"Patient/p1"},"content":[{"attachment":{"contentType":"text/html","data":"PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg=="}}]}"#,
        ),
    ];
    for (path, json) in put {
        let reply = client.put(path, json).await;
        assert!(reply.status < 300, "{path}: {}", reply.text());
    }
    client.take_into_care("p1").await;
    client.take_into_care("p2").await;
    let reply = client.post("Observation", &observation("Patient/p1", "2026-01-03T08:00:00Z", "72")).await;
    assert_eq!(reply.status, 201, "{}", reply.text());
}

/// Every page of the program, as the routes of the modules have it.
const CLINICAL: [&str; 10] =
    ["chart", "problems", "medicines", "results", "results/trend?code=http://loinc.org%7C8867-4", "days", "stays", "documents", "care", "alerts"];
const RAW: [&str; 3] = ["raw", "raw/Patient/p1", "raw/Observation/none"];

async fn status(screen: &mut Screen, path: &str) -> u16 {
    screen.get(path).await.status
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_passes_the_door_without_saying_who_they_are() {
    let site = TestSite::start().await;
    site.account("souad", &[("nurse", None)], "").await;
    let mut stranger = site.stranger().await;
    for path in ["/patients", "/patients/p1/chart", "/drafts", "/live?since=0"] {
        let reply = stranger.get(path).await;
        assert_eq!(reply.status, 303, "{path}");
        assert!(reply.header("location").is_some_and(|to| to.starts_with("/sign-in?next=")), "{path}");
    }
    let part = stranger.part("/patients/find", &[("q", "x")]).await;
    assert_eq!((part.status, part.header("hx-redirect")), (401, Some("/sign-in")));
    let fields = [("login", "souad"), ("password", PASSWORD), ("next", "//elsewhere")];
    let entered = stranger.post("/sign-in", &fields).await;
    assert_eq!((entered.status, entered.header("location")), (303, Some("/")));
    let cookies = entered.headers("set-cookie");
    assert!(cookies.iter().all(|cookie| cookie.contains("HttpOnly") && cookie.contains("SameSite=Strict")), "{cookies:?}");
    assert_eq!(stranger.get("/patients").await.status, 200);
    site.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn chart_9_each_role_opens_what_the_pack_lets_it() {
    let site = TestSite::start().await;
    fill(&mut site.client().await).await;
    for role in &site.node.pack.roles.list {
        let mut screen = site.screen(&role.code).await;
        let may = |right: &str| role.permissions.iter().any(|permission| permission == right);
        assert_eq!(status(&mut screen, "/patients").await, if may("patients.find") { 200 } else { 403 }, "{}", role.code);
        for page in CLINICAL {
            let path = format!("/patients/p1/{page}");
            assert_eq!(status(&mut screen, &path).await, if may("chart.read") { 200 } else { 403 }, "{} {path}", role.code);
        }
        for page in RAW {
            let found = status(&mut screen, &format!("/patients/p1/{page}")).await;
            let expected: &[u16] = if may("chart.raw") { &[200, 404] } else { &[403] };
            assert!(expected.contains(&found), "{} {page}: {found}", role.code);
        }
        let page = screen.get("/patients/p1/alerts").await;
        let (author, id) = (page.hidden("_author"), page.hidden("_id"));
        let fields = [("_patient", "p1"), ("_author", author.as_str()), ("_id", id.as_str()), ("kind", "safety"), ("text", "Chute")];
        assert_eq!(screen.post("/patients/p1/alerts", &fields).await.status, if may("chart.alert") { 303 } else { 403 }, "{}", role.code);
        let live = screen.listen_at("/live?since=0&part=chart-problems:p1", &[]).await;
        assert_eq!(live.err(), if may("chart.read") { None } else { Some(400) }, "{}", role.code);
    }
    site.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clerk_is_told_who_somebody_is_and_nothing_clinical() {
    let site = TestSite::start().await;
    let mut client = site.client().await;
    fill(&mut client).await;
    client
        .put("Flag/f1", r#"{"resourceType":"Flag","id":"f1","status":"active","code":{"text":"Violence conjugale"},"subject":{"reference":"Patient/p1"}}"#)
        .await;
    let mut clerk = site.screen("registration-clerk").await;
    let page = clerk.get("/patients/p1").await;
    assert_eq!(page.status, 200);
    assert!(page.text().contains("EL IDRISSI Fatima Zahra") && page.text().contains("00000101"));
    assert!(!page.text().contains("Pénicilline") && !page.text().contains("Violence"));
    let mut nurse = site.screen("nurse").await;
    assert_eq!(nurse.get("/patients/p1").await.header("location"), Some("/patients/p1/chart"));
    let chart = nurse.get("/patients/p1/chart").await;
    assert!(chart.text().contains("Pénicilline") && chart.text().contains("Violence conjugale"));
    site.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn another_sites_page_cannot_act_here() {
    let site = TestSite::start().await;
    fill(&mut site.client().await).await;
    let mut nurse = site.screen("nurse").await;
    let body = "_patient=p1&kind=safety&text=x";
    let foreign = nurse.send("POST", "/patients/p1/alerts", &[("Origin", "http://elsewhere")], body).await;
    assert_eq!(foreign.status, 403);
    assert!(foreign.text().contains("RH-WEB-FOREIGN"));
    assert_eq!(site.client().await.get("Flag?patient=p1").await.count("entry"), 0);
    site.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn no_page_holds_a_script_or_a_style_of_its_own() {
    let site = TestSite::start().await;
    let mut client = site.client().await;
    fill(&mut client).await;
    let hostile = r#"<script>x</script><img src=x onerror=y>"'"#;
    let json = format!(r#"{{"resourceType":"Condition","id":"c2","code":{{"text":{}}},"subject":{{"reference":"Patient/p1"}}}}"#, serde_quoted(hostile));
    assert_eq!(client.put("Condition/c2", &json).await.status, 201);
    for lang in ["fr", "ar", "en"] {
        let mut screen = site.screen("physician").await.speaking(lang);
        let own = ["/patients", "/patients/mine", "/drafts", "/sign-in", "/nowhere"].map(str::to_owned);
        let pages = CLINICAL.iter().chain(&RAW).map(|page| format!("/patients/p1/{page}")).chain(own);
        for path in pages.chain(["/patients/p1/stays/e1".to_owned()]) {
            let page = screen.get(&path).await;
            let text = page.text();
            assert!(page.header("content-security-policy").is_some_and(|policy| policy.contains("default-src 'none'") && !policy.contains("unsafe")), "{path}");
            assert!(!text.contains(" style=") && !text.contains("<style") && !text.contains("<script>") && !text.contains("<img src=x"), "{lang} {path}");
            assert!(!text.contains(" onerror=y>") && !text.contains("http://elsewhere"), "{lang} {path}");
            let expected = if lang == "ar" { r#"lang="ar" dir="rtl""# } else { r#"dir="ltr""# };
            assert!(text.contains(expected), "{lang} {path}");
            assert!(!text.contains(">chart-") && !text.contains(">web-") && !text.contains(">patients-"), "{lang} {path}: a key without words");
        }
    }
    site.stop().await;
}

fn serde_quoted(text: &str) -> String {
    rihla_web::quoted(text)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_document_from_outside_can_do_nothing_and_belongs_to_its_patient() {
    let site = TestSite::start().await;
    fill(&mut site.client().await).await;
    let mut screen = site.screen("physician").await;
    let content = screen.get("/patients/p1/documents/DocumentReference/d1/0").await;
    assert_eq!((content.status, content.header("content-type")), (200, Some("application/octet-stream")));
    assert_eq!(content.header("content-disposition"), Some("attachment"));
    assert!(content.header("content-security-policy").is_some_and(|policy| policy.contains("sandbox")));
    for other in
        ["/patients/p2/documents/DocumentReference/d1/0", "/patients/p2/stays/e1", "/patients/p2/raw/AllergyIntolerance/a1", "/patients/p2/raw/Patient/p1"]
    {
        assert_eq!(status(&mut screen, other).await, 404, "{other}");
    }
    site.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn chart_2_what_was_entered_in_error_is_kept_and_struck_through() {
    let site = TestSite::start().await;
    let mut client = site.client().await;
    fill(&mut client).await;
    let wrong = observation("Patient/p1", "2026-01-04T08:00:00Z", "720").replace("\"final\"", "\"entered-in-error\"");
    assert_eq!(client.post("Observation", &wrong).await.status, 201);
    let mut screen = site.screen("physician").await;
    let chart = screen.get("/patients/p1/chart").await;
    assert!(!chart.text().contains("Erreur de saisie") && !chart.text().contains("720") && chart.text().contains("72"));
    let problems = screen.get("/patients/p1/problems").await;
    assert!(problems.text().contains("what struck") && problems.text().contains("Erreur de saisie"));
    let trend = screen.get("/patients/p1/results/trend?code=http://loinc.org%7C8867-4").await;
    assert!(trend.text().contains("720") && trend.text().contains("struck"));
    assert!(!trend.text().contains("data-trend"), "one valid point draws no line");
    site.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn chart_10_a_patient_of_whom_nothing_is_known_is_not_left_blank() {
    let site = TestSite::start().await;
    fill(&mut site.client().await).await;
    for lang in ["fr", "ar", "en"] {
        let mut screen = site.screen("physician").await.speaking(lang);
        for page in CLINICAL {
            let text = screen.get(&format!("/patients/p2/{page}")).await;
            assert!(text.text().contains("class=\"empty\""), "{lang} {page}");
        }
    }
    site.stop().await;
}
