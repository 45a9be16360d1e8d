//! Wristbands and labels (`modules/bands/spec.md`), on printers that take, refuse, hang and have no paper.

#![allow(clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "a test ends where something is wrong")]

use rihla_testkit::{Folder, Reply, Screen, TestSite};
use std::sync::{Arc, Mutex};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

const FINE: &str = "\u{2}030,0,0,1245,000,0,0,0,000,0,0,0\u{3}\r\n\u{2}001,0,0,0,1,2,6,0,00000000,1,000\u{3}\r\n\u{2}1234,0\u{3}\r\n";
const NO_PAPER: &str = "\u{2}030,1,0,1245,000,0,0,0,000,0,0,0\u{3}\r\n\u{2}001,0,0,0,1,2,6,0,00000000,1,000\u{3}\r\n\u{2}1234,0\u{3}\r\n";

/// What a printer does with a call.
#[derive(Clone, Copy, PartialEq)]
enum Manner {
    Takes,
    Hangs,
    NoPaper,
    /// Says that all is well, and hangs up in the middle of the order.
    HangsUp,
}

/// A printer that keeps what it was sent.
struct Fake {
    port: u16,
    manner: Arc<Mutex<Manner>>,
    got: Arc<Mutex<String>>,
}

impl Fake {
    async fn start(manner: Manner) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let port = listener.local_addr().expect("its address").port();
        let fake = Self { port, manner: Arc::new(Mutex::new(manner)), got: Arc::default() };
        let (manner, got) = (fake.manner.clone(), fake.got.clone());
        tokio::spawn(async move {
            while let Ok((mut call, _)) = listener.accept().await {
                let (manner, got) = (*manner.lock().expect("a manner"), got.clone());
                tokio::spawn(async move {
                    let (mut part, mut asked) = ([0; 4096], 0);
                    while let Ok(count @ 1..) = call.read(&mut part).await {
                        let text = String::from_utf8_lossy(&part[..count]).into_owned();
                        got.lock().expect("a text").push_str(&text.replace("~HS\r\n", ""));
                        asked += text.matches("~HS").count();
                        let answer = match manner {
                            Manner::Hangs => continue,
                            Manner::HangsUp if text.contains("^XA") => return,
                            Manner::NoPaper => NO_PAPER,
                            _ => FINE,
                        };
                        for _ in 0..std::mem::take(&mut asked) {
                            _ = call.write_all(answer.as_bytes()).await;
                        }
                    }
                });
            }
        });
        fake
    }

    fn is_now(&self, manner: Manner) {
        *self.manner.lock().expect("a manner") = manner;
    }

    fn took(&self) -> String {
        std::mem::take(&mut *self.got.lock().expect("a text"))
    }
}

fn row(name: &str, port: u16, labels: &str) -> String {
    format!(
        "[[printer]]\nname = \"{name}\"\naddress = \"127.0.0.1:{port}\"\ndpi = 203\nlabels = [{labels}]\nplace = \"Place {name}\"\npatience_ms = 400\nalso_training = true\n"
    )
}

async fn site(folder: &Folder, rows: &[String]) -> TestSite {
    let file = folder.path().join("printers.toml");
    std::fs::write(&file, rows.concat()).expect("a file");
    TestSite::with(|serve| serve.printers = Some(file)).await
}

const SALMA: &str = r#"{"resourceType":"Patient","id":"salma","identifier":[{"system":"urn:rihla:ma:ipp:bsk","value":"00000012"},{"system":"urn:rihla:ma:cin","value":"AB123456"}],"name":[{"family":"El Alami^XZ","given":["Salma"]},{"family":"العلمي","given":["سلمى"]}],"gender":"female","birthDate":"1984-05-17"}"#;
const ALL: &str = "\"band-adult\", \"band-newborn\", \"label-small\"";

async fn put(site: &TestSite, path: &str, json: &str) {
    let reply = site.client().await.put(path, json).await;
    assert_eq!(reply.status, 201, "{}", reply.text());
}

/// Prints as the page's form does; returns where the browser is sent.
async fn print(screen: &mut Screen, patient: &str, fields: &[(&str, &str)]) -> String {
    let author = screen.get(&format!("/patients/{patient}/bands")).await.hidden("_author");
    let all: Vec<_> = [("_author", author.as_str()), ("_patient", patient)].into_iter().chain(fields.iter().copied()).collect();
    to(&screen.post(&format!("/patients/{patient}/bands/print"), &all).await)
}

fn to(reply: &Reply) -> String {
    assert_eq!(reply.status, 303, "{}", reply.text());
    reply.header("location").expect("somewhere to go").to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn bnd_1_2_and_9_a_band_says_who_it_is_and_is_printed_again_for_a_reason() {
    let (folder, fake) = (Folder::new(), Fake::start(Manner::Takes).await);
    let site = site(&folder, &[row("door", fake.port, ALL)]).await;
    put(&site, "Patient/salma", SALMA).await;
    let mut desk = site.screen("registration-clerk").await;
    let page = desk.get("/patients/salma/bands").await;
    for said in ["EL ALAMI^XZ", "العلمي سلمى", "17 mai 1984", "00000012", "FORMATION", "<svg class=\"label\"", "Place door"] {
        assert!(page.text().contains(said), "{said}: {}", page.text());
    }
    let drawing = page.text().split("<svg class=\"label\"").nth(1).and_then(|rest| rest.split("</svg>").next()).expect("a drawing");
    assert!(!drawing.contains("AB123456"), "no national number is on a band");
    assert_eq!(print(&mut desk, "salma", &[("label", "band-adult"), ("printer", "door")]).await, "/patients/salma/bands?done=1");
    let order = fake.took();
    assert!(order.starts_with("^XA^CI28") && order.matches("^XZ").count() == 1 && order.contains("\\5EXZ") && order.contains("^GFA,"), "{order}");
    assert!(order.contains("^BXR,") && order.contains("\\5F19000000012^FS"), "{order}");
    // Once more: a reason is asked for.
    assert_eq!(print(&mut desk, "salma", &[("label", "band-adult"), ("printer", "door")]).await, "/patients/salma/bands?wrong=RH-BANDS-WHY");
    assert_eq!(fake.took(), "");
    assert_eq!(print(&mut desk, "salma", &[("label", "band-adult"), ("printer", "door"), ("why", "lost")]).await, "/patients/salma/bands?done=1");
    let page = desk.get("/patients/salma/bands").await;
    assert!(page.text().contains("Déjà imprimé 2 fois") && page.text().contains("<td>perdu ou retiré</td>"), "{}", page.text());
    // Labels need no reason; as many as asked, within reason.
    fake.took();
    assert_eq!(print(&mut desk, "salma", &[("label", "label-small"), ("copies", "7"), ("printer", "door")]).await, "/patients/salma/bands?done=1");
    assert!(fake.took().contains("^PQ7,"));
    assert!(print(&mut desk, "salma", &[("label", "label-small"), ("copies", "9999"), ("printer", "door")]).await.ends_with("RH-BANDS-COUNT"));
    // A form of another page or of nobody prints nothing.
    let author = desk.get("/patients/salma/bands").await.hidden("_author");
    let other = desk.post("/patients/salma/bands/print", &[("_author", &author), ("_patient", "omar"), ("label", "label-small"), ("printer", "door")]).await;
    let nobody = desk.post("/patients/salma/bands/print", &[("_patient", "salma"), ("label", "label-small"), ("printer", "door")]).await;
    assert_eq!((other.status, nobody.status, fake.took()), (400, 409, String::new()));
    let mut cashier = site.screen("cashier").await;
    assert_eq!(cashier.get("/patients/salma/bands").await.status, 403);
    site.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn bnd_6_a_printer_that_fails_is_said_and_its_print_is_made_good_elsewhere() {
    let (folder, fake, spare) = (Folder::new(), Fake::start(Manner::Hangs).await, Fake::start(Manner::Takes).await);
    let gone = TcpListener::bind("127.0.0.1:0").await.expect("a port").local_addr().expect("its address").port();
    let site = site(&folder, &[row("door", fake.port, ALL), row("spare", spare.port, ALL), row("gone", gone, ALL)]).await;
    put(&site, "Patient/salma", SALMA).await;
    let mut desk = site.screen("registration-clerk").await;
    let band = |printer: &'static str| [("label", "band-adult"), ("printer", printer)];
    for (manner, printer, code) in [
        (Manner::Hangs, "door", "RH-PRINT-SILENT"),
        (Manner::NoPaper, "door", "RH-PRINT-PAPER"),
        (Manner::HangsUp, "door", "RH-PRINT-UNSURE"),
        (Manner::Takes, "gone", "RH-PRINT-AWAY"),
        (Manner::Takes, "nowhere", "RH-PRINT-UNKNOWN"),
    ] {
        fake.is_now(manner);
        let back = print(&mut desk, "salma", &band(printer)).await;
        assert_eq!(back, format!("/patients/salma/bands?wrong={code}"));
        assert!(desk.get(&back).await.text().contains(&format!("({code})")), "the page says what happened");
    }
    let page = desk.get("/patients/salma/bands").await;
    assert!(!page.text().contains("name=\"why\""), "what failed does not count");
    // One line for one thing on one printer, with its last fault.
    let list = desk.get("/printers").await;
    assert_eq!((list.text().matches("EL ALAMI^XZ Salma</bdi></b>").count(), list.text().matches("(RH-PRINT-UNSURE)").count()), (2, 1), "{}", list.text());
    let door = list
        .text()
        .split("value=\"door\"><input type=\"hidden\" name=\"at\" value=\"")
        .nth(1)
        .and_then(|rest| rest.split('"').next())
        .expect("a failure")
        .to_owned();
    let author = list.hidden("_author");
    spare.took();
    let again = desk.post("/printers/again", &[("_author", &author), ("printer", "door"), ("at", &door), ("to", "spare")]).await;
    assert_eq!(to(&again), "/printers?done=1");
    assert!(spare.took().contains("\\5F19000000012^FS"));
    let list = desk.get("/printers").await;
    assert!(!list.text().contains("(RH-PRINT-UNSURE)") && list.text().contains("(RH-PRINT-AWAY)"), "{}", list.text());
    let once_more = desk.post("/printers/again", &[("_author", &author), ("printer", "door"), ("at", &door), ("to", "spare")]).await;
    assert_eq!((once_more.status, spare.took()), (409, String::new()), "what was made good is not printed twice");
    site.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn bnd_7_a_workstation_chooses_once_and_tests_what_it_chose() {
    let (folder, fake) = (Folder::new(), Fake::start(Manner::Takes).await);
    let site = site(&folder, &[row("door", fake.port, "\"band-adult\"")]).await;
    put(&site, "Patient/salma", SALMA).await;
    let mut desk = site.screen("registration-clerk").await;
    let chosen = "<option value=\"door\" selected>";
    assert!(!desk.get("/patients/salma/bands").await.text().contains(chosen));
    let author = desk.get("/printers").await.hidden("_author");
    let fields = [("_author", author.as_str()), ("band-adult", "door"), ("label-small", "door"), ("label-large", "../etc")];
    assert_eq!(to(&desk.post("/printers/choose", &fields).await), "/printers?kept=1");
    assert_eq!(desk.cookie("rihla_printers"), Some("band-adult:door"), "a printer is chosen for what it has loaded");
    assert!(desk.get("/patients/salma/bands").await.text().contains(chosen));
    let tried = desk.post("/printers/test", &[("_author", &author), ("printer", "door"), ("label", "band-adult")]).await;
    assert_eq!(to(&tried), "/printers?done=1");
    let order = fake.took();
    assert!(order.contains("^FDESSAI^FS") && order.contains("\\5F190door^FS"), "{order}");
    site.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn bnd_4_and_5_numbers_are_given_once_and_the_browser_prints_what_no_printer_does() {
    let site = TestSite::start().await;
    put(&site, "Patient/salma", SALMA).await;
    let mut nurse = site.screen("triage-nurse").await;
    let mut desk = site.screen("registration-clerk").await;
    let page = desk.get("/patients/salma/bands").await;
    assert!(page.text().contains("Aucune imprimante d’étiquettes"), "{}", page.text());
    let sheet = print(&mut desk, "salma", &[("label", "label-small"), ("copies", "3"), ("printer", "")]).await;
    assert_eq!(sheet, "/patients/salma/bands/sheet?label=label-small&copies=3");
    let sheet = desk.get(&sheet).await;
    assert_eq!(sheet.text().matches("width=\"50mm\" height=\"25mm\"").count(), 3);
    assert!(desk.get("/bands/sheet.css").await.text().contains("@page label-small{size:50mm 25mm;margin:0}"));
    let (mine, theirs) = (nurse.get("/bands/unknown").await.hidden("_author"), desk.get("/bands/unknown").await.hidden("_author"));
    let mine = [("_author", mine.as_str()), ("count", "40")];
    let theirs = [("_author", theirs.as_str()), ("count", "25")];
    let (one, other) = tokio::join!(nurse.post("/bands/unknown", &mine), desk.post("/bands/unknown", &theirs));
    let (one, other) = (nurse.get(&to(&one)).await, desk.get(&to(&other)).await);
    let numbers = |page: &Reply| {
        page.text()
            .split("aria-label=\"")
            .skip(1)
            .filter_map(|rest| rest.split('"').next())
            .filter(|text| text.starts_with("U1-"))
            .map(str::to_owned)
            .collect::<Vec<_>>()
    };
    let mut all = [numbers(&one), numbers(&other)].concat();
    all.sort();
    all.dedup();
    assert_eq!((all.len(), all[0].as_str(), all[64].as_str()), (65, "U1-00001", "U1-00065"));
    assert!(one.text().contains("INCONNU") && one.text().contains("مجهول"));
    let count = site.client().await.get("/Patient?_summary=count").await;
    assert_eq!(count.at("total").as_deref(), Some("1"), "nobody is registered");
    assert_eq!(nurse.get("/bands/unknown/sheet?label=band-adult&of=500").await.status, 404, "numbers that nobody took");
    site.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn bnd_3_and_8_a_mother_and_her_child_bear_one_number_and_a_merged_record_prints_nothing() {
    let (folder, fake) = (Folder::new(), Fake::start(Manner::Takes).await);
    let site = site(&folder, &[row("maternity", fake.port, ALL)]).await;
    let mother = SALMA.replace(r#""gender""#, r#""link":[{"other":{"reference":"RelatedPerson/mum"},"type":"seealso"}],"gender""#);
    let child = r#"{"resourceType":"Patient","id":"baby","identifier":[{"system":"urn:rihla:ma:ipp:bsk","value":"00000013"}],"name":[{"family":"El Alami","given":["Nour"]}],"birthDate":"2026-01-14"}"#;
    let related = r#"{"resourceType":"RelatedPerson","id":"mum","patient":{"reference":"Patient/baby"},"relationship":[{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/v3-RoleCode","code":"MTH"}]}]}"#;
    put(&site, "Patient/baby", child).await;
    put(&site, "Patient/salma", SALMA).await;
    let mut midwife = site.screen("midwife").await;
    assert!(!midwife.get("/patients/baby/bands").await.text().contains("00000012/1"), "without a link nothing is offered");
    put(&site, "RelatedPerson/mum", related).await;
    assert_eq!(site.client().await.put("Patient/salma", &mother).await.status, 200);
    for patient in ["baby", "salma"] {
        site.client().await.take_into_care(patient).await;
    }
    for patient in ["baby", "salma"] {
        let page = midwife.get(&format!("/patients/{patient}/bands")).await;
        assert!(page.text().matches("Mère-enfant 00000012/1").count() == 2, "{patient}: {}", page.text());
    }
    let author = midwife.get("/patients/baby/bands").await.hidden("_author");
    let fields = [("_author", author.as_str()), ("_patient", "baby"), ("pair", "00000012/1"), ("printer", "maternity"), ("printer_child", "maternity")];
    assert_eq!(to(&midwife.post("/patients/baby/bands/pair", &fields).await), "/patients/baby/bands?done=1");
    let orders = fake.took();
    assert_eq!((orders.matches("^XA").count(), orders.matches("enfant 00000012\\2F1^FS").count()), (2, 2), "{orders}");
    assert!(orders.contains("\\5F19000000012^FS") && orders.contains("\\5F19000000013^FS"));
    let again = midwife.post("/patients/baby/bands/pair", &fields).await;
    assert_eq!(to(&again), "/patients/baby/bands?wrong=RH-BANDS-WHY");
    // A second child, born within the mother's stay, is her second; the browser prints both bands where no printer does.
    let second = child.replace("baby", "twin").replace("00000013", "00000014").replace("2026-01-14", "2026-01-15");
    put(&site, "Patient/twin", &second).await;
    let stay = |id: &str, patient: &str, more: &str| {
        format!(
            r#"{{"resourceType":"Encounter","id":"{id}","status":"in-progress","class":{{"code":"IMP"}},"subject":{{"reference":"Patient/{patient}"}}{more}}}"#
        )
    };
    put(&site, "Encounter/birth", &stay("birth", "salma", "")).await;
    put(&site, "Encounter/born", &stay("born", "twin", r#","partOf":{"reference":"Encounter/birth"}"#)).await;
    site.client().await.take_into_care("twin").await;
    let own = midwife.get("/patients/twin/bands").await.hidden("_author");
    let fields = [("_author", own.as_str()), ("_patient", "twin"), ("pair", "00000012/2")];
    let sheet = to(&midwife.post("/patients/twin/bands/pair", &fields).await);
    assert_eq!(sheet, "/patients/twin/bands/sheet?pair=00000012/2");
    let sheet = midwife.get(&sheet).await;
    assert_eq!((sheet.text().matches("Mère-enfant 00000012/2").count(), fake.took()), (2, String::new()), "{}", sheet.text());
    let merged = mother
        .replace(r#""id":"salma""#, r#""id":"salma","active":false"#)
        .replace(r#""link":["#, r#""link":[{"other":{"reference":"Patient/baby"},"type":"replaced-by"},"#);
    assert_eq!(site.client().await.put("Patient/salma", &merged).await.status, 200);
    let page = midwife.get("/patients/salma/bands").await;
    assert!(page.text().contains("Ce dossier a été fusionné") && !page.text().contains("/bands/print"), "{}", page.text());
    let fields = [("_author", author.as_str()), ("_patient", "salma"), ("label", "label-small"), ("printer", "maternity")];
    assert_eq!((midwife.post("/patients/salma/bands/print", &fields).await.status, fake.took()), (409, String::new()));
    site.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn bnd_7_where_patients_are_not_real_nothing_goes_out_unless_the_file_says_so() {
    let (folder, fake) = (Folder::new(), Fake::start(Manner::Takes).await);
    let site = site(&folder, &[row("door", fake.port, ALL).replace("also_training = true\n", "")]).await;
    put(&site, "Patient/salma", SALMA).await;
    let mut desk = site.screen("registration-clerk").await;
    assert!(print(&mut desk, "salma", &[("label", "label-small"), ("printer", "door")]).await.ends_with("RH-PRINT-UNKNOWN"));
    assert_eq!(fake.took(), "");
    site.stop().await;
}
